//! `run --partial`, `merge` and `sql`, as their users meet them.

#![expect(clippy::unwrap_used, reason = "a test may stop where it breaks")]

use std::path::{Path, PathBuf};
use std::process::Command;

const RULES: &str = "ruleset demo version \"1\"\nparameter least : integer = 2\ncodes L { much some }\n\
    record P { id : text key  n : integer  place : text }\n\
    category level of P -> L { much when n >= least  otherwise some }\n\
    measure typical of P { as median of n  by place }\n\
    measure nearly of P { as approximate median of n  by place }\n\
    measure places of P { as distinct place }\n\
    measure much of P { numerator level = much  as rate per 100  by place }\n";

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        let folder = Self(path);
        folder.put("rules.assize", RULES);
        folder.put("one.csv", "id,n,place\na,1,x\nb,3,y\n");
        folder.put("other.csv", "id,n,place\nc,5,x\nd,,z\n");
        folder.put("all.csv", "id,n,place\na,1,x\nb,3,y\nc,5,x\nd,,z\n");
        folder
    }

    fn put(&self, name: &str, content: &str) {
        std::fs::write(self.0.join(name), content).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }

    /// Status, standard output and standard error.
    fn assize(&self, args: &str) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assize"));
        let output = command.args(args.split(' ')).current_dir(&self.0).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }
}

#[test]
fn parts_give_the_whole() {
    let folder = Folder::new("parts");
    for name in ["one", "other", "all"] {
        let args = format!("run rules.assize --data P={name}.csv --as-of 2026-01-01 --partial {name}.part");
        assert_eq!(folder.assize(&args), (0, String::new(), String::new()));
    }
    let merged = folder.assize("merge rules.assize --part other.part --part one.part --partial both.part");
    assert_eq!(merged.0, 0, "{}", merged.2);
    assert_eq!(folder.read("both.part"), folder.read("all.part"));
    let twice = folder.assize("merge rules.assize --part one.part --part ./one.part");
    assert_eq!(twice.0, 4);
    assert!(twice.2.contains("`./one.part` is named twice, and would be counted twice"), "{}", twice.2);

    let shown = folder.assize("merge rules.assize --part one.part --part other.part --format json --exact");
    let whole = folder.assize("merge rules.assize --part all.part --format json --exact");
    assert_eq!(shown, whole);
    let json: serde_json::Value = serde_json::from_str(&shown.1).unwrap();
    let run = folder.assize("run rules.assize --data P=all.csv --as-of 2026-01-01 --format json --exact");
    let run: serde_json::Value = serde_json::from_str(&run.1).unwrap();
    assert_eq!(json["measures"], run["measures"]);
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let folder = Folder::new("refused");
    folder.assize("run rules.assize --data P=one.csv --as-of 2026-01-01 --partial one.part");
    folder.assize("run rules.assize --data P=other.csv --as-of 2026-01-02 --partial other.part");
    let (exit, _, said) = folder.assize("merge rules.assize --part one.part --part other.part");
    assert_eq!(exit, 3);
    assert!(said.contains("`other.part`: the partial results are of different runs: `as_of`"), "{said}");
    let (exit, _, said) = folder.assize("merge rules.assize --part one.csv");
    assert!(exit == 3 && said.contains("`one.csv`: these bytes are no partial results"), "{said}");
    let (exit, _, said) =
        folder.assize("run rules.assize --data P=one.csv --as-of 2026-01-01 --partial x --only level");
    assert!(exit == 4 && said.contains("`level` is a category"), "{said}");
}

#[test]
fn sql_is_written_and_what_is_not_is_told() {
    let folder = Folder::new("sql");
    let args = "sql rules.assize --dialect postgres --as-of 2026-01-01 --set least=7 --category level --measure much";
    let (exit, sql, said) = folder.assize(args);
    assert_eq!((exit, said.as_str()), (0, ""));
    assert!(sql.starts_with("-- category level of demo 1 (blake3:"), "{sql}");
    assert!(sql.contains("r.\"n\" >= (7)") && sql.contains("-- measure much"), "{sql}");
    // Without names all that can be written is, and the others are named.
    let (exit, sql, said) = folder.assize("sql rules.assize --dialect duckdb --as-of 2026-01-01");
    assert_eq!(exit, 2);
    assert!(sql.contains("-- measure places") && !sql.contains("-- measure nearly"), "{sql}");
    let words = "rules.assize:7: measure `nearly` cannot be written as SQL: it is approximate";
    assert!(said.contains(words), "{said}");
    let (exit, _, said) = folder.assize("sql rules.assize --dialect spark --as-of 2026-01-01 --category nothing");
    assert!(exit == 4 && said.contains("the rules have no category `nothing`"), "{said}");
}
