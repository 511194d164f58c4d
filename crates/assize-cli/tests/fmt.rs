//! `assize fmt` as its users meet it: what it changes, what it leaves, and what it exits with.

#![expect(clippy::unwrap_used, reason = "a test may stop where it breaks")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const LAID: &str = "\
ruleset demo version \"1\" {
  title     \"Demonstration\"
  authority \"Police service\"
}

codes Offence {
  theft   \"Theft\"    from \"TH\"  # as in the data
  assault \"Assault\"  from \"AS\"
}
let a of P = b
";

const LOOSE: &str = "ruleset demo version \"1\" { title \"Demonstration\"
authority \"Police service\" }


codes Offence { theft \"Theft\" from \"TH\" # as in the data
      assault \"Assault\" from \"AS\" }
let a of P=b";

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), content).unwrap();
    }

    fn get(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let names = std::fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_assize")).arg("fmt").args(args).current_dir(&self.0).output().unwrap()
    }

    fn feed(&self, args: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_assize"))
            .arg("fmt")
            .args(args)
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    }
}

fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn files_are_laid_out_in_place() {
    let folder = Folder::new("fmt-place");
    folder.put("loose.assize", LOOSE);
    folder.put("laid.assize", LAID);
    let output = folder.run(&["loose.assize", "laid.assize"]);
    assert_eq!(said(&output), (0, String::new(), String::new()));
    assert_eq!(folder.get("loose.assize"), LAID);
    assert_eq!(folder.get("laid.assize"), LAID);
    assert_eq!(folder.names(), ["laid.assize", "loose.assize"], "nothing else is left behind");
}

#[test]
fn check_lists_and_changes_nothing() {
    let folder = Folder::new("fmt-check");
    folder.put("loose.assize", LOOSE);
    folder.put("laid.assize", LAID);
    let output = folder.run(&["--check", "laid.assize", "loose.assize"]);
    assert_eq!(said(&output), (1, "loose.assize\n".to_owned(), String::new()));
    assert_eq!(folder.get("loose.assize"), LOOSE);
    assert_eq!(said(&folder.run(&["--check", "laid.assize"])), (0, String::new(), String::new()));
}

#[test]
fn what_does_not_read_is_left_as_it_is() {
    let folder = Folder::new("fmt-unread");
    let broken = "let x of R  =  1 +\n";
    folder.put("broken.assize", broken);
    folder.put("bytes.assize", [0xff, 0xfe]);
    folder.put("loose.assize", LOOSE);
    let (status, out, err) = said(&folder.run(&["broken.assize", "bytes.assize", "none.assize", "loose.assize"]));
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(err.contains("broken.assize:1:18") && err.contains("expected a value after `+`"), "{err}");
    assert!(err.contains("`bytes.assize` is not UTF-8 text") && err.contains("cannot read `none.assize`"), "{err}");
    assert_eq!(folder.get("broken.assize"), broken);
    assert_eq!(folder.get("loose.assize"), LAID, "the others are laid out");
    assert_eq!(folder.run(&["--check", "broken.assize"]).status.code(), Some(2));
}

#[test]
fn standard_input_to_standard_output() {
    let folder = Folder::new("fmt-stdin");
    assert_eq!(said(&folder.feed(&["--stdin"], LOOSE.as_bytes())), (0, LAID.to_owned(), String::new()));
    assert_eq!(said(&folder.feed(&["--stdin"], LAID.as_bytes())), (0, LAID.to_owned(), String::new()));
    assert_eq!(said(&folder.feed(&["--stdin", "--check"], LOOSE.as_bytes())), (1, String::new(), String::new()));
    assert_eq!(said(&folder.feed(&["--stdin", "--check"], LAID.as_bytes())), (0, String::new(), String::new()));
    let (status, out, err) = said(&folder.feed(&["--stdin"], b"let x = "));
    assert_eq!((status, out.as_str()), (2, ""));
    assert!(err.contains("<standard input>:1:7"), "{err}");
    assert_eq!(said(&folder.feed(&["--stdin"], &[0xff])).0, 2);
}

#[test]
fn wrong_use() {
    let folder = Folder::new("fmt-use");
    for args in [&[][..], &["--stdin", "a.assize"], &["--what", "a.assize"]] {
        assert_eq!(folder.run(args).status.code(), Some(4), "{args:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    let folder = Folder::new("fmt-pipe");
    assert!(Command::new("mkfifo").arg(folder.0.join("pipe.assize")).status().unwrap().success());
    for name in ["pipe.assize", "/dev/zero"] {
        let (status, _, err) = said(&folder.run(&["--check", name]));
        assert_eq!(status, 2, "{err}");
        assert!(err.contains("it is not a regular file"), "{err}");
    }
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("fmt-links");
    folder.put("real.assize", LOOSE);
    let real = folder.0.join("real.assize");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("real.assize", folder.0.join("link.assize")).unwrap();
    assert_eq!(folder.run(&["link.assize"]).status.code(), Some(0));
    assert!(folder.0.join("link.assize").is_symlink());
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(folder.get("real.assize"), LAID);
}
