//! Reports in a real browser: those of every pack, and one of everything that a report can show.

use crate::command::{must, root, run, say, target};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the browser is driven by, and what looks for what keeps people out.
const TOOLS: [&str; 2] = ["playwright-core@1.65.1", "axe-core@4.14.1"];

/// Looks at all reports; `Ok(false)` where there is no browser to be had. `built`: the command was built with the tests, and
/// need not be built again by itself, which takes minutes.
///
/// # Errors
///
/// What failed.
pub fn look(may_install: bool, built: bool) -> Result<bool, String> {
    let Some(chromium) = chromium(may_install) else {
        say("skipped: reports are looked at in Chromium, which is not there");
        return Ok(false);
    };
    let tools = target().join("report-tools");
    if !tools_are_there(&tools) {
        say(
            "skipped: reports are looked at with `node` and `npm`, which are not there, or have nothing to install from",
        );
        return Ok(false);
    }
    let reports = target().join("report-pictures");
    let made = |error: std::io::Error| format!("{}: {error}", reports.display());
    std::fs::create_dir_all(&reports).map_err(made)?;
    let assize = target().join("debug").join("assize");
    if !(built && assize.is_file()) {
        must("cargo", &["build", "--locked", "--quiet", "--package", "assize-cli"], &[])?;
    }
    let listed = must(&assize, &["packs"], &[])?;
    let mut pages: Vec<String> = Vec::new();
    // Packs come first, one a line; templates have no data.
    for pack in listed.lines().filter_map(|line| line.split_whitespace().next()) {
        if !root().join("crates/assize-packs/packs").join(pack).is_dir() {
            continue;
        }
        let page = reports.join(format!("{pack}.html")).display().to_string();
        must_write(&assize, &["demo", pack, "--out", &page])?;
        pages.push(page);
    }
    let page = reports.join("gallery.html").display().to_string();
    gallery(&assize, &reports, &page)?;
    pages.push(page);
    let profile = target().join("report-profile");
    let _ = std::fs::remove_dir_all(&profile);
    let here = |path: &Path| path.display().to_string();
    let driver = here(&root().join("crates/xtask/src/report/look.mjs"));
    let (chromium, profile, pictures) = (here(&chromium), here(&profile), here(&reports));
    let mut args = vec![driver.as_str(), &chromium, &profile, &pictures];
    args.extend(pages.iter().map(String::as_str));
    let tools = here(&tools);
    must("node", &args, &[("REPORT_TOOLS", tools.as_str())])?;
    say(&format!("pictures are in {pictures}"));
    Ok(true)
}

/// Runs a command that writes a report, and may end with record errors, which sample data have.
fn must_write(assize: &Path, args: &[&str]) -> Result<(), String> {
    let page = args.last().map_or(Path::new(""), Path::new);
    let _ = std::fs::remove_file(page);
    say(&format!("$ assize {}", args.join(" ")));
    let done = Command::new(assize).current_dir(root()).args(args).stdout(Stdio::null()).output();
    match done {
        Ok(_) if page.is_file() => Ok(()),
        Ok(done) => Err(format!("assize {}: {}", args.join(" "), String::from_utf8_lossy(&done.stderr))),
        Err(error) => Err(format!("assize {}: {error}", args.join(" "))),
    }
}

/// The browser; installed where that is possible and it is not there.
fn chromium(may_install: bool) -> Option<PathBuf> {
    let there = || {
        let paths = std::env::var_os("PATH")?;
        let names = ["chromium", "chromium-browser", "google-chrome"];
        std::env::split_paths(&paths)
            .find_map(|folder| names.iter().map(|name| folder.join(name)).find(|file| file.is_file()))
    };
    there().or_else(|| {
        if !may_install || !Path::new("/usr/bin/apt-get").exists() {
            return None;
        }
        let env = [("DEBIAN_FRONTEND", "noninteractive")];
        let install = ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"];
        if !run("apt-get", &install, &env).0 {
            run("apt-get", &["update", "-qq"], &env);
            run("apt-get", &install, &env);
        }
        there()
    })
}

fn tools_are_there(folder: &Path) -> bool {
    if folder.join("node_modules/playwright-core").is_dir() && folder.join("node_modules/axe-core").is_dir() {
        return true;
    }
    if std::fs::create_dir_all(folder).is_err()
        || std::fs::write(folder.join("package.json"), "{\"private\":true}").is_err()
    {
        return false;
    }
    let folder = folder.display().to_string();
    let args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", &folder, TOOLS[0], TOOLS[1]];
    run("npm", &args, &[]).0
}

/// A report of everything that a report can show, on data made here.
fn gallery(assize: &Path, folder: &Path, page: &str) -> Result<(), String> {
    let data = Data::new();
    let mut args = vec!["report".to_owned(), "crates/xtask/src/report/gallery.assize".to_owned()];
    for (record, text) in data.files() {
        let file = folder.join(format!("gallery-{record}.csv"));
        std::fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        args.extend(["--data".to_owned(), format!("{record}={}", file.display())]);
    }
    args.extend(["--as-of", "2026-06-15", "--out", page].map(str::to_owned));
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    must_write(assize, &args)
}

/// Numbers that are the same every time.
struct Data(u64);

impl Data {
    const fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    /// A whole number below `most`.
    fn below(&mut self, most: u64) -> u64 {
        // xorshift64 (G. Marsaglia, 2003).
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most.max(1)
    }

    fn one_of<'a>(&mut self, of: &[&'a str]) -> &'a str {
        let at = self.below(of.len() as u64) as usize;
        of.get(at).copied().unwrap_or("")
    }

    fn files(mut self) -> [(&'static str, String); 5] {
        let divisions = ["central", "central", "central", "east", "east", "west", "west", "rtl", "markup", "U"];
        let mut places = String::from("id,division,calls,lit,flagged\n");
        for place in 0..300 {
            let calls = self.one_of(&["", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
            let (division, lit) = (self.one_of(&divisions), self.one_of(&["yes", "no", ""]));
            let flagged = self.one_of(&["yes", "no", "no"]);
            let _ = writeln!(places, "P{place:04},{division},{calls},{lit},{flagged}");
        }
        places.push_str("PX,east,abc,no,no\n");
        let mut visits = String::from("place,on,division,injured,hours,population\n");
        for month in 0..42_u64 {
            let (year, month) = (2023 + month / 12, month % 12 + 1);
            let more = match (year, month) {
                (2024, 8) => 45,
                (2025, 4..) => 12,
                _ => 0,
            };
            for _ in 0..30 + self.below(14) + more {
                let (place, day, division) = (self.below(24), 1 + self.below(28), self.one_of(&divisions));
                let injured = if self.below(100) < 11 + 3 * (place % 4) { "yes" } else { "no" };
                let tenths = 15 + self.below(30) + if year > 2024 { 10 } else { 0 };
                let population = 100 + self.below(800);
                let (hours, tenth) = (tenths / 10, tenths % 10);
                let _ = writeln!(
                    visits,
                    "P{place:04},{year}-{month:02}-{day:02},{division},{injured},{hours}.{tenth},{population}"
                );
            }
        }
        let scale = ["disagree", "rather_disagree", "rather_agree", "agree", "agree", ""];
        let mut answers = String::from("id,place,interviewer,safe,avoids\n");
        for answer in 0..90 {
            let (safe, avoids) = (self.one_of(&scale), self.one_of(&scale));
            let _ = writeln!(
                answers,
                "A{answer},P{:04},{},{safe},{avoids}",
                answer / 2,
                if answer % 2 == 0 { "ann" } else { "bo" }
            );
        }
        let mut comments = String::from("id,about,coder,theme\n");
        for comment in 0..60 {
            let theme = self.one_of(&["fear", "trust", "trust", "noise"]);
            let _ = writeln!(
                comments,
                "C{comment},{},{},{theme}",
                comment / 2,
                if comment % 2 == 0 { "ann" } else { "bo" }
            );
        }
        let documents = "id,kind,complete\n1,portrait,yes\n2,portrait,\n3,plan,yes\n".to_owned();
        [("Place", places), ("Visit", visits), ("Answer", answers), ("Comment", comments), ("Document", documents)]
    }
}
