//! What the language has and this version does not (E0015): each is refused at its place, once, and so are its uses not.

use crate::common::{RECORDS, compile, one};

/// The places of the refusals in a text behind [`RECORDS`], as `line:column word`; there must be no other faults.
fn refused(text: &str) -> Vec<String> {
    let whole = format!("{RECORDS}{text}");
    let before = RECORDS.lines().count();
    let compiled = compile(&whole);
    assert!(compiled.program.is_none());
    let mut places = Vec::new();
    for diagnostic in &compiled.diagnostics {
        assert_eq!(diagnostic.code.0, "E0015", "{}", one(&compiled, diagnostic));
        let label = diagnostic.primary.as_ref().unwrap();
        let source = compiled.sources.get(label.span.file).unwrap();
        let at = source.line_column(label.span.start);
        let words = diagnostic.message.split('`').nth(1).unwrap();
        assert!(diagnostic.message.ends_with("is not part of this version of the language"));
        places.push(format!("{}:{} {words}", at.line as usize - before, at.column));
    }
    places
}

#[test]
fn declarations() {
    let text = "\
indicator felt { data qualitative }
evaluation all_of_it { overall minimum }
";
    let found = refused(text);
    assert_eq!(found, ["1:1 indicator", "2:1 evaluation"]);
}

#[test]
fn clauses_and_expressions() {
    let text = "\
parameter p : integer = 3
measure m of Person {
  as median of age
}
let e of Person = top 2 > 3
";
    assert_eq!(refused(text), ["5:19 top"]);
}
