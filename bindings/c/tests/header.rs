//! The committed header is the one that the sources give. `ASSIZE_BLESS=1` writes it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at a broken assumption, also where it calls another function"
)]
use std::path::Path;

fn made() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("the configuration is read");
    let bindings =
        cbindgen::Builder::new().with_crate(root).with_config(config).generate().expect("the sources are read");
    let mut header = Vec::new();
    bindings.write(&mut header);
    tidy(&String::from_utf8(header).expect("a header is text"))
}

/// Leaves out what is for readers of the sources only, names types, statuses and states as C programs do, and puts
/// comments of one line on one line.
fn tidy(header: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut given = header.lines().peekable();
    while let Some(line) = given.next() {
        if line.trim() == "*" && given.peek().is_some_and(|next| next.trim() == "* # Safety") {
            while given.peek().is_some_and(|next| next.trim() != "*/") {
                given.next();
            }
            continue;
        }
        let mut line = line.replace("ASSIZE_STATUS_", "ASSIZE_").replace("ASSIZE_STATE_", "ASSIZE_");
        if !line.starts_with("typedef") || line.contains('(') {
            line = line.replace("struct assize_", "assize_").replace("enum assize_", "assize_");
        }
        // A declaration: on one line where it fits, else a parameter a line.
        if line.contains('(') && !line.contains('/') && !line.starts_with([' ', '#']) {
            while !line.ends_with(';') {
                let Some(next) = given.next() else { break };
                line.push(' ');
                line.push_str(next.trim());
            }
            line = line.replace("struct assize_", "assize_").replace("enum assize_", "assize_");
            if line.len() > 100 {
                line = line.replacen('(', "(\n    ", 1).replace(", ", ",\n    ");
            }
        }
        lines.push(line.trim_end().to_owned());
        if let [.., open, said, close] = lines.as_mut_slice()
            && open.trim() == "/**"
            && close.trim() == "*/"
            && let Some(said) = said.trim().strip_prefix("* ")
        {
            let indent = open.len() - open.trim_start().len();
            let short = format!("{:indent$}/** {said} */", "");
            lines.truncate(lines.len() - 3);
            lines.push(short);
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

#[test]
fn the_header_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/assize.h");
    let made = made();
    if std::env::var_os("ASSIZE_BLESS").is_some() {
        std::fs::write(&path, &made).expect("the header is written");
        return;
    }
    let committed = std::fs::read_to_string(&path).expect("the header is there");
    assert!(made == committed, "include/assize.h is not what the sources give; write it with ASSIZE_BLESS=1");
}
