//! What measures withhold and round: each fault, at its place.

use crate::common::{compile, declaration, fault, program};

/// A record of which every field is read, and nothing else to be said.
const PERSON: &str = "ruleset t version \"1\" {}
codes Zone { north south }
record Person { id : text key  zone : Zone  kind : Zone  level : Zone  felon : boolean  born : date }
let used of Person = zone = north and kind = north and level = north and felon and born < 2000-01-01
";

/// The codes of what is said of measures of such persons, but that nothing else reads the `let` and the list.
fn codes(measures: &str) -> Vec<&'static str> {
    let compiled = compile(&format!("{PERSON}{measures}"));
    compiled.diagnostics.iter().map(|found| found.code.0).filter(|code| code.starts_with("W093")).collect()
}

/// The one thing that is said of withholding and rounding.
fn warned(code: &str, measures: &str, message: &str, help: &str) {
    let text = format!("{PERSON}{measures}");
    let start = text.find('«').unwrap();
    let end = text.find('»').unwrap() - '«'.len_utf8();
    let compiled = compile(&text.replace(['«', '»'], ""));
    let found: Vec<_> = compiled.diagnostics.iter().filter(|found| found.code.0.starts_with("W093")).collect();
    let [found] = found.as_slice() else { panic!("not one: {found:?}") };
    assert_eq!((found.code.0, &*found.message, found.help.as_deref()), (code, message, Some(help)));
    let place = found.primary.as_ref().unwrap().span;
    assert_eq!((place.start as usize, place.end as usize), (start, end));
}

#[test]
fn there_is_something_to_withhold() {
    for word in ["suppress below 5", "round to 5"] {
        let name = word.split(' ').next().unwrap();
        declaration(
            "E0411",
            &format!("measure m of Person {{ as count }} measure f of Person {{ as formula of m / 2  «{word}» }}"),
            &format!("`{name}` has no effect on a formula, which counts nothing itself"),
            "remove it, and state it in the measures that the formula names: it reads what they publish",
        );
    }
}

#[test]
fn what_is_rounded_is_worked_out_of_counts() {
    let help = "remove `round`, or write `suppress below 5` instead";
    for (form, message) in [
        ("as median of age  «round to 5»", "a percentile is not worked out of counts"),
        ("as sum of age  «round to 5 controlled»", "totals are kept of counts, not of sums"),
        ("numerator age  denominator age  as ratio  «round to 5 controlled»", "totals are kept of counts, not of sums"),
        ("as distinct zone  «round to 5 controlled»", "a number of different values is not the sum of its parts"),
    ] {
        declaration("E0412", &format!("measure m of Person {{ {form} }}"), message, help);
    }
    declaration(
        "E0412",
        "measure m of Person { numerator felon  as rate per 100  «interval wilson 95%»  round to 5 }",
        "a rounded measure has no interval: it would tell the counts that are rounded",
        "remove one of the two",
    );
    for form in ["as sum of age  round to 5", "as mean of age  round to 5", "as distinct zone  round to 5 seeded \"x\""]
    {
        program(&format!("{}measure m of Person {{ {form} }}", crate::common::RECORDS));
    }
}

#[test]
fn a_threshold_is_two_or_more() {
    fault(
        "E0413",
        "ruleset t version \"1\" {} parameter least : integer = 1 record P { id : text key }
         measure m of P { as count  «suppress below least» }",
        "parameter `least` is 1, and counts are withheld below 2 or more",
        "give the parameter a value of 2 or more; what can be turned off protects nobody",
    );
    program(
        "ruleset t version \"1\" {} parameter least : integer = 2 record P { id : text key }
         measure m of P { as count  suppress below least }",
    );
}

#[test]
fn measures_of_the_same_records_are_withheld_together() {
    warned(
        "W0931",
        "measure m of Person { as count  suppress below 5 } measure «n» of Person { numerator felon  as rate per 100 }",
        "measure `n` counts the same records as `m`: what is below 5 is withheld of it too",
        "write `suppress below 5` in it, so that it says so itself",
    );
    warned(
        "W0931",
        "measure m of Person { as count  suppress below 8 } measure n of Person { as count by zone  «suppress below 5» }",
        "measure `n` counts the same records as `m`: what is below 8 is withheld of it too",
        "write `suppress below 8` in it, so that it says so itself",
    );
    warned(
        "W0933",
        "measure m of Person { as count  round to 5 } measure «n» of Person { as count by zone }",
        "measure `n` shows parts or totals of the counts that `m` rounds, and does not round them",
        "round it to the same base, with the same text",
    );
    // Of other records, nothing is to be said.
    let text =
        "measure m of Person { as count  suppress below 5 } measure n of Person { include felon  as count  by zone }";
    assert!(codes(text).is_empty());
}

#[test]
fn rings_are_seen() {
    let of = |tables: &[&str]| {
        let measures: Vec<String> = (0..)
            .zip(tables)
            .map(|(at, by)| format!("measure m{at} of Person {{ as count  {by}  suppress below 5 }}"))
            .collect();
        codes(&measures.join("\n"))
    };
    assert_eq!(of(&["by zone, kind", "by kind, level", "by zone, level"]), ["W0932"]);
    assert_eq!(of(&["by zone, kind", "by kind every month of born", "by zone every year of born"]), ["W0932"]);
    for fine in [
        &["by zone, kind", "by kind, level", "by zone, level", "by zone, kind, level"][..],
        &["by zone, kind", "by kind, level", "by level", ""],
        &["by zone", "by kind", "by level"],
        &["by zone every month of born", "by zone every year of born", "every quarter of born"],
        &[""],
    ] {
        assert!(of(fine).is_empty(), "{fine:?}");
    }
}

#[test]
fn a_release_knows_what_a_measure_withholds() {
    let of = |measures: &str| {
        let compiled = compile(&format!(
            "ruleset t version \"1\" {{}} labels public < secret
             parameter least : integer = 20
             codes Kind {{ a b }}
             record P {{ id : text key  kind : Kind secret  place : text secret }}
             release aggregates of at least 10 as public
             {measures}
             publish p to public {{ m }}"
        ));
        compiled.diagnostics.iter().map(|found| found.code.0).filter(|code| code.starts_with('E')).count()
    };
    assert_eq!(of("measure m of P { as count  by kind  suppress below 10 }"), 0);
    assert_eq!(of("measure m of P { as count  by kind  suppress below 9 }"), 1);
    assert_eq!(of("measure m of P { as count  by kind }"), 1);
    // Rows of texts show the texts.
    assert_eq!(of("measure m of P { as count  by place  suppress below 10 }"), 1);
    // Another measure of the same records states it.
    assert_eq!(
        of("measure m of P { as count  by kind  suppress below 9 } measure n of P { as count  suppress below 12 }"),
        0
    );
    // What a parameter says may be another number in a run.
    assert_eq!(of("measure m of P { as count  by kind  suppress below least }"), 1);
    // A formula is as safe as what it reads.
    let parts =
        "measure m of P { as formula of a / b  by kind } measure a of P { as count  by kind  suppress below 10 }";
    assert_eq!(
        of(&format!("{parts} measure b of P {{ include kind is known  as count  by kind  suppress below 10 }}")),
        0
    );
    assert_eq!(of(&format!("{parts} measure b of P {{ include kind is known  as count  by kind }}")), 1);
}
