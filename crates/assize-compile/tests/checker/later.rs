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
audit fair of some against felon by race { positive at least high }
indicator felt { data qualitative }
evaluation all_of_it { overall minimum }
";
    let found = refused(text);
    assert_eq!(found, ["1:1 audit", "2:1 indicator", "3:1 evaluation",]);
}

#[test]
fn clauses_and_expressions() {
    let text = "\
parameter p : integer = 3
measure m of Person {
  as median of age target at most 3 baseline 2012 compare same period last year
  signals shewhart chart run
}
let e of Person = top 2 > 3
";
    assert_eq!(
        refused(text),
        ["3:20 target", "3:37 baseline", "3:51 compare", "4:3 signals", "4:20 chart", "6:19 top",]
    );
}
