//! The packs that ship: listing them, finding one by its name, compiling it.

use crate::Exit;
use crate::out::{self, Colour};
use assize::{RuleSet, Texts};
use assize_packs::{PACKS, Pack, TEMPLATES, TextFile};
use assize_report::diagnostics;
use std::io;

/// One line a pack and a template, its name first.
pub fn list() -> io::Result<Exit> {
    let mut text = String::new();
    for pack in PACKS {
        text.push_str(&format!("{}  {}\n", pack.name, pack.title));
    }
    for template in TEMPLATES {
        text.push_str(&format!("{}  {}\n", template.name, template.title));
    }
    out::print(&text)?;
    Ok(Exit::Well)
}

/// The pack of a name; when there is none, it is said which there are.
pub fn named(name: &str, colour: Colour) -> Result<&'static Pack, Exit> {
    if let Some(pack) = assize_packs::pack(name) {
        return Ok(pack);
    }
    // A name is short: what is longer by far is near to none, and is not compared letter by letter.
    let likeness = |pack: &&Pack| strsim::damerau_levenshtein(&name.to_lowercase(), pack.name);
    let near = (name.len() <= 40).then(|| PACKS.iter().min_by_key(likeness)).flatten();
    let near = near.filter(|pack| likeness(pack) <= 3.min(pack.name.len() / 2));
    let near = near.map_or_else(String::new, |pack| format!("; did you mean `{}`", pack.name));
    let names: Vec<&str> = PACKS.iter().map(|pack| pack.name).collect();
    let what = if assize_packs::template(name).is_some() { "is a template, not a pack" } else { "is no pack" };
    out::complain(colour, &format!("`{name}` {what}{near}; there are: {}", names.join(", ")));
    Err(Exit::Use)
}

/// The rules of a pack.
pub fn compile(pack: &Pack, colour: Colour) -> Result<RuleSet, Exit> {
    let named = |files: &[TextFile]| {
        files.iter().map(|file| (format!("{}/{}", pack.name, file.name), file.text.to_owned())).collect()
    };
    let texts = Texts { rules: named(pack.rules), tables: named(pack.tables) };
    RuleSet::from_texts(&texts).map_err(|error| {
        out::say(&diagnostics::to_text(&error.diagnostics, &error.sources, colour.is_on()));
        Exit::Rules
    })
}
