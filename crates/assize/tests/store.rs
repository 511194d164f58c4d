//! A folder of rule files as those who keep one meet it: versions, files that change, break, clash and vanish, and
//! threads that read while another reloads.

#![expect(clippy::unwrap_used, reason = "a test may stop where it breaks")]

use assize::model::civil::Date;
use assize::store::{Standing, StoreFaultCause};
use assize::{Reload, RuleSet, Store, StoreError};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A folder of its own for a test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("store-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn put(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.0.join(name)).unwrap();
    }

    fn open(&self) -> Store {
        Store::open(&self.0).unwrap()
    }
}

fn day(text: &str) -> Date {
    assize::model::read::date(text).unwrap()
}

/// A version of a rule set: `effective` is its clause, `least` what tells contents apart.
fn rules(name: &str, version: &str, effective: &str, least: u32) -> String {
    format!(
        "ruleset {name} version \"{version}\" {{ {effective} }}\ncodes List {{ on }}\nrecord Person {{ charges : integer }}\n\
         category list of Person -> List {{ on when charged : charges >= {least} }}\n"
    )
}

fn version(store: &Store, name: &str, as_of: &str) -> String {
    match store.rules(Some(name), day(as_of)) {
        Ok(rules) => rules.program().ruleset.version.to_string(),
        Err(error) => error.to_string(),
    }
}

fn names(paths: &[PathBuf]) -> Vec<&str> {
    paths.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect()
}

fn failed(reload: &Reload) -> Vec<&str> {
    reload.failed.iter().map(|fault| fault.path.file_name().unwrap().to_str().unwrap()).collect()
}

#[test]
fn the_version_in_force_is_the_one_that_began_last() {
    let folder = Folder::new("versions");
    folder
        .put("a.assize", rules("list", "1", "effective from 2020-01-01 to 2022-06-30", 1))
        .put("b.assize", rules("list", "2", "effective from 2022-07-01 to 2023-12-31", 2))
        .put("c.assize", rules("list", "3", "effective from 2025-01-01", 3))
        .put("d.assize", rules("other", "1", "", 3))
        .put("notes.txt", "not rules")
        .put("within/e.assize", rules("within", "1", "", 1));
    let store = folder.open();
    assert!(store.faults().is_empty());
    assert_eq!(version(&store, "list", "2020-01-01"), "1");
    assert_eq!(version(&store, "list", "2022-06-30"), "1");
    assert_eq!(version(&store, "list", "2022-07-01"), "2");
    assert_eq!(version(&store, "list", "2023-12-31"), "2");
    assert_eq!(version(&store, "list", "2099-01-01"), "3");
    assert_eq!(version(&store, "other", "1900-01-01"), "1");
    assert_eq!(
        version(&store, "list", "2024-02-03"),
        "no version of `list` is in force on 2024-02-03; there are: `1` (2020-01-01 to 2022-06-30), \
         `2` (2022-07-01 to 2023-12-31), `3` (from 2025-01-01)"
    );
    assert_eq!(
        version(&store, "lisst", "2024-02-03"),
        "there is no rule set `lisst`; `list` may be meant; there are: `list`, `other`"
    );
    let error = store.rules(None, day("2024-01-01")).unwrap_err();
    assert!(
        error.to_string().ends_with("has several rule sets, and none is named; there are: `list`, `other`"),
        "{error}"
    );
    let versions = store.versions();
    let shown: Vec<String> = versions.iter().map(|version| format!("{} {version}", version.name)).collect();
    assert_eq!(shown.last().unwrap(), "other `1` (always)");
    assert_eq!(versions.len(), 4);
    assert!(
        versions.iter().all(|version| version.standing == Standing::Current && version.hash.starts_with("blake3:"))
    );
}

#[test]
fn a_version_without_days_is_in_force_where_no_other_is() {
    let folder = Folder::new("always");
    folder
        .put("a.assize", rules("list", "old", "", 1))
        .put("b.assize", rules("list", "new", "effective from 2025-01-01 to 2025-12-31", 1));
    let store = folder.open();
    assert_eq!(
        ["2024-12-31", "2025-01-01", "2026-01-01"].map(|as_of| version(&store, "list", as_of)),
        ["old", "new", "old"]
    );
    assert_eq!(&*store.rules(None, day("2025-06-01")).unwrap().program().ruleset.version, "new");
}

#[test]
fn what_changed_is_loaded_and_what_did_not_is_not() {
    let folder = Folder::new("changes");
    folder
        .put("a.assize", rules("a", "1", "", 1))
        .put("b.assize", rules("b", "1", "", 1))
        .put("c.assize", rules("c", "1", "", 1));
    let store = folder.open();
    let (held, other) = (store.rules(Some("a"), day("2025-01-01")).unwrap(), store.clone());
    // The same length, and the same time of change: only reading tells.
    let time = fs::metadata(folder.0.join("a.assize")).unwrap().modified().unwrap();
    folder.put("a.assize", rules("a", "2", "", 1));
    fs::File::options().write(true).open(folder.0.join("a.assize")).unwrap().set_modified(time).unwrap();
    folder.remove("c.assize");
    folder.put("d.assize", rules("d", "1", "", 1));
    let reload = other.reload();
    assert_eq!(names(&reload.loaded), ["a.assize", "d.assize"]);
    assert_eq!(names(&reload.unchanged), ["b.assize"]);
    assert_eq!(names(&reload.removed), ["c.assize"]);
    assert!(reload.failed.is_empty());
    assert_eq!(version(&store, "a", "2025-01-01"), "2");
    assert!(version(&store, "c", "2025-01-01").contains("no rule set `c`"));
    assert_eq!(&*held.program().ruleset.version, "1");
    let before = store.rules(Some("b"), day("2025-01-01")).unwrap();
    assert_eq!(store.reload().unchanged.len(), 3);
    let after = store.rules(Some("b"), day("2025-01-01")).unwrap();
    assert!(std::sync::Arc::ptr_eq(before.program(), after.program()));
}

#[test]
fn the_last_good_one_stays_while_the_file_is_bad() {
    let folder = Folder::new("bad");
    let good = rules("list", "1", "", 1);
    folder.put("list.assize", &good);
    let store = folder.open();
    let bad: [(&str, Vec<u8>); 5] = [
        ("no `ruleset` is declared", Vec::new()),
        ("does not check", good.as_bytes()[..good.len() / 2].to_vec()),
        ("does not check", good.replace("charges >=", "charge >=").into_bytes()),
        ("is not UTF-8", [good.as_bytes(), &[0xff, 0xfe]].concat()),
        ("limit of 16 MiB", vec![b'#'; 17 << 20]),
    ];
    for (words, text) in bad {
        folder.put("list.assize", text);
        let reload = store.reload();
        assert_eq!(failed(&reload), ["list.assize"], "{words}");
        assert!(reload.loaded.is_empty() && reload.unchanged.is_empty() && reload.removed.is_empty());
        assert_eq!(version(&store, "list", "2025-01-01"), "1");
        let [fault] = store.faults().try_into().unwrap();
        assert!(fault.kept && fault.to_string().contains(words), "{fault}");
        assert_eq!(store.versions()[0].standing, Standing::Kept);
        // Asked again, the same fault is told again.
        assert_eq!(failed(&store.reload()), ["list.assize"]);
    }
    folder.put("list.assize", &good);
    let reload = store.reload();
    assert_eq!((names(&reload.unchanged), reload.failed.len()), (vec!["list.assize"], 0));
    folder.put("list.assize", rules("list", "2", "", 2));
    assert_eq!(names(&store.reload().loaded), ["list.assize"]);
    assert_eq!(store.versions()[0].standing, Standing::Current);
}

#[test]
fn a_fault_has_its_diagnostics() {
    let folder = Folder::new("diagnostics");
    folder.put("list.assize", "ruleset list version \"1\"\nrecord P { a : integer }\nlet x of P = b + 1\n");
    let store = folder.open();
    let [fault] = store.faults().try_into().unwrap();
    assert!(!fault.kept && matches!(fault.cause, StoreFaultCause::Load(_)));
    let error = fault.diagnostics().unwrap();
    let label = error.diagnostics[0].primary.as_ref().unwrap();
    assert_eq!(error.sources.get(label.span.file).unwrap().line_column(label.span.start).line, 3);
    let error = store.rules(None, day("2025-01-01")).unwrap_err().to_string();
    assert!(error.ends_with("has no rule sets: there are none, and 1 file has faults"), "{error}");
}

#[test]
fn what_is_imported_is_no_rule_set_and_its_changes_count() {
    let folder = Folder::new("imports");
    let main = |version: &str| {
        format!(
            "ruleset list version \"{version}\" {{}}\nimport \"common.assize\"\nimport \"more/deep.assize\"\nlet x of P = a + b\ncodes L {{ on }}\ncategory c of P -> L {{ on when big : x > base }}\n"
        )
    };
    folder
        .put("list.assize", main("1"))
        .put("common.assize", "record P { a : integer  b : integer }\n")
        .put("more/deep.assize", "import \"../third.assize\"\n")
        .put("third.assize", "let base = 5\n");
    let store = folder.open();
    assert!(store.faults().is_empty(), "{:?}", store.faults());
    assert_eq!(store.versions().len(), 1);
    let hash = |store: &Store| store.versions()[0].hash.clone();
    let before = hash(&store);
    assert_eq!(names(&store.reload().unchanged), ["list.assize"]);
    // Two files away, and read through a folder that is not the store's.
    folder.put("third.assize", "let base = 6\n");
    assert_eq!(names(&store.reload().loaded), ["list.assize"]);
    assert_ne!(before, hash(&store));
    // The importer half written: what it imports is not taken for a rule set without a header meanwhile.
    folder.put("list.assize", "ruleset list vers");
    assert_eq!(failed(&store.reload()), ["list.assize"]);
    assert_eq!(version(&store, "list", "2025-01-01"), "1");
    // What it imports is gone: the fault names the import, and the last good one stays.
    folder.put("list.assize", main("2"));
    folder.remove("common.assize");
    let reload = store.reload();
    assert_eq!(failed(&reload), ["list.assize"]);
    assert!(reload.failed[0].to_string().contains("common.assize"), "{}", reload.failed[0]);
    assert_eq!(version(&store, "list", "2025-01-01"), "1");
    // It is back.
    folder.put("common.assize", "record P { a : integer  b : integer }\n");
    assert_eq!(names(&store.reload().loaded), ["list.assize"]);
    assert_eq!(version(&store, "list", "2025-01-01"), "2");
    // Nobody imports it any more: it stands alone, and does not check.
    folder.remove("list.assize");
    let reload = store.reload();
    assert_eq!(names(&reload.removed), ["list.assize"]);
    assert_eq!(failed(&reload), ["common.assize", "third.assize"]);
}

#[test]
fn a_rule_set_that_is_taken_into_another_stays_until_that_checks() {
    let folder = Folder::new("taken");
    let with = |header: &str| {
        format!(
            "{header}record P {{ a : integer }}\ncodes L {{ on }}\ncategory c of P -> L {{ on when big : a > 1 }}\n"
        )
    };
    folder.put("part.assize", with("ruleset part version \"1\" {}\n"));
    let store = folder.open();
    // Two headers: it does not check, and so does not take the other in.
    folder.put("whole.assize", "ruleset whole version \"1\" {}\nimport \"part.assize\"\n");
    let reload = store.reload();
    assert_eq!((failed(&reload), names(&reload.unchanged)), (vec!["whole.assize"], vec!["part.assize"]));
    assert_eq!(version(&store, "part", "2025-01-01"), "1");
    folder.put("part.assize", with(""));
    let reload = store.reload();
    assert_eq!(
        (names(&reload.loaded), names(&reload.removed), reload.failed.len()),
        (vec!["whole.assize"], vec!["part.assize"], 0)
    );
    assert!(version(&store, "part", "2025-01-01").contains("no rule set"));
}

#[test]
fn files_that_import_each_other_are_one_rule_set() {
    let folder = Folder::new("cycle");
    folder
        .put("a.assize", "import \"b.assize\"\nrecord P { a : integer }\n")
        .put("b.assize", "ruleset list version \"1\" {}\nimport \"a.assize\"\nimport \"b.assize\"\nlet x of P = a + 1\ncodes L { on }\ncategory c of P -> L { on when big : x > 1 }\n");
    let store = folder.open();
    assert!(store.faults().is_empty(), "{:?}", store.faults());
    assert_eq!(version(&store, "list", "2025-01-01"), "1");
    assert_eq!(store.versions()[0].path.file_name().unwrap(), "b.assize");
}

#[test]
fn clashes_leave_what_is_in_force_and_name_both() {
    let folder = Folder::new("clash");
    folder.put("a.assize", rules("list", "1", "effective from 2024-01-01", 1));
    let store = folder.open();
    // The same version, and the same first day: refused, in whichever order their names sort.
    folder.put("0.assize", rules("list", "1", "effective from 2025-01-01", 2));
    folder.put("z.assize", rules("list", "2", "effective from 2024-01-01 to 2024-03-01", 2));
    let reload = store.reload();
    assert_eq!((failed(&reload), names(&reload.unchanged)), (vec!["0.assize", "z.assize"], vec!["a.assize"]));
    let said: Vec<String> = reload.failed.iter().map(ToString::to_string).collect();
    assert!(
        said[0].contains("version `1` of `list` is in `")
            && said[0].ends_with("a.assize` too, and is not the same there"),
        "{said:?}"
    );
    assert!(
        said[1].contains("version `2` of `list` begins on 2024-01-01, as version `1` of `")
            && said[1].contains("a.assize"),
        "{said:?}"
    );
    assert!(!reload.failed[0].kept);
    assert_eq!(["2024-02-01", "2026-01-01"].map(|as_of| version(&store, "list", as_of)), ["1", "1"]);
    // A file whose new content clashes keeps its old content.
    folder.put("0.assize", rules("list", "3", "effective from 2025-01-01", 2));
    assert_eq!(names(&store.reload().loaded), ["0.assize"]);
    folder.put("0.assize", rules("list", "1", "effective from 2025-01-01", 2));
    let reload = store.reload();
    assert!(reload.failed.iter().any(|fault| fault.kept && fault.path.ends_with("0.assize")));
    assert_eq!(version(&store, "list", "2025-01-01"), "3");
    // What they clash with makes room.
    folder.remove("a.assize");
    let reload = store.reload();
    assert_eq!((names(&reload.loaded), reload.failed.len()), (vec!["0.assize", "z.assize"], 0));
    assert_eq!(["2024-02-01", "2025-01-01"].map(|as_of| version(&store, "list", as_of)), ["2", "1"]);
}

#[test]
fn of_two_that_clash_from_the_start_neither_is_in_force() {
    let folder = Folder::new("neither");
    folder
        .put("a.assize", rules("list", "1", "", 1))
        .put("b.assize", rules("list", "2", "", 2))
        .put("c.assize", rules("list", "3", "effective from 2025-01-01 to 2025-12-31", 3));
    let store = folder.open();
    assert_eq!(store.faults().len(), 2);
    // The day that a third claims is not in doubt.
    assert_eq!(version(&store, "list", "2025-06-01"), "3");
    let said = version(&store, "list", "2026-06-01");
    assert!(
        said.starts_with("which version of `list` is in force on 2026-06-01 cannot be told: version `2`"),
        "{said}"
    );
    assert!(said.contains("has no `effective from`, nor has version `1` of `"), "{said}");
    assert_eq!(store.versions().iter().filter(|version| version.standing == Standing::Clash).count(), 2);
    // Nothing changed: still neither.
    assert_eq!(failed(&store.reload()), ["a.assize", "b.assize"]);
    folder.put("b.assize", rules("list", "2", "effective from 2026-01-01", 2));
    let reload = store.reload();
    assert_eq!((names(&reload.loaded), reload.failed.len()), (vec!["a.assize", "b.assize"], 0));
    assert_eq!(["2024-06-01", "2026-06-01"].map(|as_of| version(&store, "list", as_of)), ["1", "2"]);
}

#[test]
fn versions_whose_days_overlap_are_refused_with_both_places() {
    let folder = Folder::new("overlap");
    folder.put("a.assize", rules("list", "1", "effective from 2024-01-01 to 2025-12-31", 1));
    let store = folder.open();
    folder.put("b.assize", rules("list", "2", "effective from 2025-12-31", 2));
    let reload = store.reload();
    assert_eq!((failed(&reload), names(&reload.unchanged)), (vec!["b.assize"], vec!["a.assize"]));
    let said = reload.failed[0].to_string();
    assert!(
        said.contains(
            "b.assize`: version `2` (from 2025-12-31) of `list` overlaps version `1` (2024-01-01 to 2025-12-31) of `"
        ) && said.ends_with("a.assize`"),
        "{said}"
    );
    assert_eq!(["2025-12-31", "2026-01-01"].map(|as_of| version(&store, "list", as_of)).first().unwrap(), "1");
    folder.put("b.assize", rules("list", "2", "effective from 2026-01-01", 2));
    assert!(store.reload().failed.is_empty());
    assert_eq!(["2025-12-31", "2026-01-01"].map(|as_of| version(&store, "list", as_of)), ["1", "2"]);
}

#[test]
fn of_copies_the_first_is_in_force() {
    let folder = Folder::new("copies");
    folder.put("list (copy).assize", rules("list", "1", "", 1)).put("list.assize", rules("list", "1", "", 1));
    let store = folder.open();
    let [fault] = store.faults().try_into().unwrap();
    assert!(fault.path.ends_with("list.assize") && fault.to_string().ends_with("too, word for word"), "{fault}");
    assert_eq!(version(&store, "list", "2025-01-01"), "1");
}

#[test]
fn versions_that_change_places_do_not_clash() {
    let folder = Folder::new("swap");
    let (old, new) =
        (rules("list", "1", "effective from 2024-01-01", 1), rules("list", "2", "effective from 2025-01-01", 2));
    folder.put("a.assize", &old).put("b.assize", &new);
    let store = folder.open();
    folder.put("a.assize", &new).put("b.assize", &old);
    let reload = store.reload();
    assert_eq!((names(&reload.loaded), reload.failed.len()), (vec!["a.assize", "b.assize"], 0));
    assert_eq!(["2024-06-01", "2025-06-01"].map(|as_of| version(&store, "list", as_of)), ["1", "2"]);
}

#[test]
fn a_folder_that_cannot_be_read_changes_nothing() {
    let folder = Folder::new("folder");
    let missing = Store::open(folder.0.join("not there")).unwrap_err();
    assert!(missing.is_folder() && missing.to_string().contains("not there"), "{missing}");
    assert!(matches!(Store::open(folder.put("file", "").0.join("file")), Err(StoreError::Folder { .. })));
    folder.put("a.assize", rules("list", "1", "", 1));
    let store = folder.open();
    let away = folder.0.with_extension("away");
    let _ = fs::remove_dir_all(&away);
    fs::rename(&folder.0, &away).unwrap();
    for _ in 0..2 {
        let reload = store.reload();
        assert_eq!(names(&reload.unchanged), ["a.assize"]);
        let [fault] = reload.failed.try_into().unwrap();
        assert!(fault.kept && matches!(fault.cause, StoreFaultCause::Folder(_)), "{fault}");
        assert_eq!(version(&store, "list", "2025-01-01"), "1");
    }
    fs::rename(&away, &folder.0).unwrap();
    assert!(store.reload().failed.is_empty() && store.faults().is_empty());
    folder.remove("a.assize");
    assert_eq!(names(&store.reload().removed), ["a.assize"]);
    assert!(store.versions().is_empty());
}

#[cfg(unix)]
#[test]
fn links_pipes_and_names_that_are_not_text() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let folder = Folder::new("links");
    folder.put("real/v1", rules("list", "1", "", 1)).put("real/v2", rules("list", "2", "", 1));
    symlink("real/v1", folder.0.join("list.assize")).unwrap();
    // A second name of the same file is no second rule set.
    symlink("list.assize", folder.0.join("again.assize")).unwrap();
    symlink("loop.assize", folder.0.join("loop.assize")).unwrap();
    symlink("nowhere", folder.0.join("dangling.assize")).unwrap();
    symlink("lock of an editor", folder.0.join(".#list.assize")).unwrap();
    fs::create_dir(folder.0.join("folder.assize")).unwrap();
    let odd = folder.0.join(std::ffi::OsStr::from_bytes(b"caf\xe9.assize"));
    fs::write(&odd, rules("odd", "1", "", 1)).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder.0.join("pipe.assize")).status();
    let piped = made.is_ok_and(|status| status.success());
    folder.put("reads.assize", "ruleset reads version \"1\" {}\nimport \"pipe.assize\"\n");
    let store = folder.open();
    let faults = store.faults();
    let said = |name: &str| {
        faults.iter().find(|fault| fault.path.ends_with(name)).map(ToString::to_string).unwrap_or_default()
    };
    assert!(said("loop.assize").contains("cannot read"), "{faults:?}");
    assert!(said("dangling.assize").contains("cannot read"), "{faults:?}");
    if piped {
        assert!(said("reads.assize").contains("not a regular file"), "{faults:?}");
    }
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert_eq!(version(&store, "list", "2025-01-01"), "1");
    assert_eq!(version(&store, "odd", "2025-01-01"), "1");
    // The link now leads elsewhere.
    fs::remove_file(folder.0.join("list.assize")).unwrap();
    symlink("real/v2", folder.0.join("list.assize")).unwrap();
    store.reload();
    assert_eq!(version(&store, "list", "2025-01-01"), "2");
    // The link dangles: it is there, and cannot be read.
    fs::remove_file(folder.0.join("real/v2")).unwrap();
    assert!(store.reload().failed.iter().any(|fault| fault.kept));
    assert_eq!(version(&store, "list", "2025-01-01"), "2");
}

#[test]
fn thousands_of_files() {
    let folder = Folder::new("thousands");
    folder.put("common.assize", "record Person { charges : integer }\ncodes List { on }\n");
    for at in 0..2000 {
        let text = format!(
            "ruleset r{at} version \"1\" {{}}\nimport \"common.assize\"\ncategory list of Person -> List {{ on when charged : charges >= {at} }}\n"
        );
        folder.put(&format!("{at:04}.assize"), text);
    }
    let store = folder.open();
    assert_eq!((store.versions().len(), store.faults().len()), (2000, 0));
    assert_eq!(store.reload().unchanged.len(), 2000);
    folder.put("0007.assize", "half");
    let reload = store.reload();
    assert_eq!((reload.unchanged.len(), failed(&reload)), (1999, vec!["0007.assize"]));
    assert!(version(&store, "r2000", "2025-01-01").contains("1980 more, and 1 file has faults"));
}

/// Readers see whole versions only, and one that never goes back, while a writer changes the file under their eyes:
/// not by renaming another into place, but by writing into it, so that it is often read half written.
#[test]
fn threads_read_while_others_reload() {
    let folder = Folder::new("threads");
    let text = |at: u32| {
        let padding = "# padding\n".repeat(400);
        // The start of it does not check without the end.
        let start = rules("list", &at.to_string(), "", at).replace(&format!(">= {at}"), ">= last");
        format!("{start}{padding}parameter last : integer = {at}\n")
    };
    folder.put("list.assize", text(1));
    let store = folder.open();
    let (done, reloads, reads) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let whole = |rules: &RuleSet| {
        let program = rules.program();
        let version: u32 = program.ruleset.version.parse().unwrap();
        let last = program.params.first().map(|param| param.default.clone());
        assert_eq!(last, Some(assize::model::value::Value::Integer(version.into())));
        version
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut seen = 0;
                while !done.load(Ordering::Relaxed) {
                    let version = whole(&store.rules(None, day("2025-01-01")).unwrap());
                    assert!(version >= seen, "{version} after {seen}");
                    seen = version;
                    reads.fetch_add(1, Ordering::Relaxed);
                }
            });
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let reload = store.reload();
                    assert!(reload.removed.is_empty());
                    reloads.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for at in 2..300 {
            folder.put("list.assize", text(at));
            if at % 10 == 0 {
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    store.reload();
    assert!(store.faults().is_empty());
    assert_eq!(whole(&store.rules(None, day("2025-01-01")).unwrap()), 299);
    assert!(reloads.into_inner() > 1 && reads.into_inner() > 1);
}

#[test]
fn a_store_can_be_sent_and_shared() {
    fn holds<T: Clone + Send + Sync + 'static>() {}
    holds::<Store>();
    holds::<Reload>();
    fn sends<T: Send + Sync + 'static>() {}
    sends::<StoreError>();
}
