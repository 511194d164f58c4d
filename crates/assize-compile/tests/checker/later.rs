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
instrument screen of Person \"Risk\" { item felon weight 1 band low ..0 band high 1.. }
table placed of Person -> Zone { | felon | -> zone | | yes | north | | no | south | }
lookup weight (kind) from \"w.csv\" -> decimal
function season(on : date) -> text = rhai { if on.month == 1 { \"}\" } else { 'x' } }
audit fair of some against felon by race { positive at least high }
indicator felt { data qualitative }
evaluation all_of_it { overall minimum }
let a of Person = screen.score > 1
let b of Person = season(born) = \"winter\"
let c of Person = placed = north
";
    let found = refused(text);
    assert_eq!(
        found,
        ["1:1 instrument", "2:1 table", "3:1 lookup", "4:1 function", "5:1 audit", "6:1 indicator", "7:1 evaluation",]
    );
}

#[test]
fn clauses_and_expressions() {
    let text = "\
parameter p : integer = 3
category c of Person -> Level { low when felon override from level because name by name }
measure m of Person {
  as median of age suppress below 5 round to 5 target at most 3 baseline 2012 compare same period last year
  signals shewhart chart run interval byar 95% every rolling 12 months of born
}
measure n of Person { as percentile 90 of age interval exact 95% } measure o of Person { as formula of m / n interval t 95% }
measure q of Person { numerator felon as standardised rate per 100 by zone to p }
let e of Person = top 2 > 3
let f of Person = parent.charges.kind
test \"t\" { as_of 2026-01-01 given Person { felon: yes } expect c.band = low }
";
    assert_eq!(
        refused(text),
        [
            "2:48 override",
            "4:3 as median",
            "4:20 suppress",
            "4:37 round",
            "4:48 target",
            "4:65 baseline",
            "4:79 compare",
            "5:3 signals",
            "5:20 chart",
            "5:30 interval byar",
            "5:48 every rolling",
            "7:23 as percentile",
            "7:47 interval exact",
            "7:90 as formula",
            "7:110 interval t",
            "8:39 as standardised",
            "9:19 top",
            "10:34 .kind",
            "11:66 c.band",
        ]
    );
}
