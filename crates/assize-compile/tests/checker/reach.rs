//! What can never be reached, by the values that conditions ask for.

use crate::common::{RECORDS, compile, fault, program, shown};

/// Says that a category is right.
fn fine(body: &str) {
    let compiled = compile(&format!(
        "{RECORDS}category other of Person -> Level {{ low when zone = north }}\ncategory k of Person -> Level {{ {body} }}\n"
    ));
    assert!(compiled.program.is_some(), "{body}\n{}", shown(&compiled));
}

/// Says that a criterion is reported, with what hides it.
fn hidden(code: &str, body: &str, by: &[&str]) {
    let text = format!(
        "{RECORDS}category other of Person -> Level {{ low when zone = north }}\ncategory k of Person -> Level {{ {body} }}\n"
    );
    let start = text.find('«').unwrap();
    let compiled = compile(&text.replace(['«', '»'], ""));
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|found| found.code.0.starts_with('E')).collect();
    let [found] = errors.as_slice() else { panic!("not one error: {body}\n{}", shown(&compiled)) };
    assert_eq!(
        (found.code.0, found.primary.as_ref().unwrap().span.start as usize),
        (code, start),
        "{}",
        shown(&compiled)
    );
    let names: Vec<&str> = found.secondary.iter().filter_map(|label| label.message.split('`').rev().nth(1)).collect();
    assert!(
        by.iter().all(|name| found.secondary.iter().any(|label| label.message.contains(&format!("`{name}`")))),
        "{names:?}"
    );
}

#[test]
fn criteria_behind_others() {
    hidden("E0315", "low when a : age >= 10 high when b : «age >= 12»", &["a"]);
    hidden("E0315", "low when a : age > 11 high when b : «age >= 12 and felon»", &["a"]);
    hidden("E0315", "low when a : zone != north high when b : «zone = south»", &["a"]);
    hidden("E0315", "low when a : name != \"x\" high when b : «name = \"y\"»", &["a"]);
    hidden("E0315", "low when a : age < 5 or felon high when b : «felon and zone = north»", &["a"]);
    hidden("E0315", "low when a : age is known high when b : «age > 5»", &["a"]);
    hidden("E0315", "low when a : any of (felon, age > 3) high when b : «all of (age > 7, zone = south)»", &["a"]);
    hidden("E0315", "low when a : score >= 10 high when b : «score >= 12»", &["a"]);
    hidden(
        "E0315",
        "low when a : (count charges where amount > 3) >= 1 high when b : «(count charges where amount > 3) = 4»",
        &["a"],
    );
    // Several together.
    hidden(
        "E0315",
        "low when a : age < 10 high when b : age >= 10 and felon low when c : age >= 10 and not felon high when d : «age = 11 and felon is known»",
        &["b"],
    );
    hidden("E0315", "low when a : age <= 5 high when b : age >= 6 low when c : «age in 1..9»", &["a", "b"]);
    // Under `highest` the walk goes from the highest code down; under `unique` two true ones are an error.
    hidden("E0315", "low when a : «age >= 12» high when b : age >= 10 hit highest", &["b"]);
    hidden("E0315", "low when a : «age = 12» high when b : age >= 10 hit unique", &["b"]);
}

#[test]
fn criteria_that_are_never_true() {
    hidden("E0313", "low when a : «age > 5 and age < 3» high when b : felon", &[]);
    hidden("E0313", "low when a : «age > 5 and age < 6» high when b : felon", &[]);
    hidden("E0313", "low when a : «zone = north and zone = south» high when b : felon", &[]);
    hidden("E0313", "low when a : «felon and not felon» high when b : felon", &[]);
    hidden("E0313", "low when a : «age is missing and age > 3» high when b : felon", &[]);
    hidden("E0313", "low when a : «(count charges) < 0» high when b : felon", &[]);
    hidden("E0313", "low when a : «other = low and other = none» high when b : felon", &[]);
    // A code that the other category never gives.
    let text = format!(
        "{RECORDS}category some of Person -> Level {{ low when felon }}\ncategory k of Person -> Level {{ high when a : some = high low when b : age > 3 }}\n"
    );
    assert!(shown(&compile(&text)).contains("E0313 criterion `a` can never be true"));
}

#[test]
fn what_is_not_certain_is_not_said() {
    fine("low when a : age >= 12 high when b : age >= 10");
    // Known in one and missing in the other.
    fine("low when a : age < 10 high when b : age >= 10 low when c : felon");
    // Between bounds neither need be true.
    fine("low when a : score < 10 high when b : score >= 10 low when c : score is known");
    fine(
        "low when a : (count charges where amount > 3) < 2 high when b : (count charges where amount > 3) >= 2 low when c : felon",
    );
    // Of one code, all true criteria are reasons.
    fine("low when { a : age >= 10 b : age >= 12 } high when felon");
    fine("low when a : age >= 10 high when b : age >= 12 hit all");
    fine("low when a : height > 1.5 high when b : height > 1.49");
    fine("low when a : age != 5 high when b : age = 5");
    fine("low when a : at least 2 of (felon, age > 3, zone = north) high when b : felon and age > 4");
    fine("low when a : other >= low high when b : other = none");
}

#[test]
fn conditions_that_are_always_true() {
    let rules = "ruleset t version \"1\"\nordered codes L { a b }\nrecord P { id : text key  n : integer required  m : integer  c : many C by p }\nrecord C { p : text  w : integer }\n";
    fault(
        "W0905",
        &format!("{rules}category k of P -> L {{ b when n > 3 and m > 2 a when rest : «(count c where w > m) >= 0» }}"),
        "criterion `rest` of `k` is always true",
        "remove the condition, or write the one that is meant",
    );
    let found =
        compile(&format!("{rules}category k of P -> L {{ b when n > 3 or n <= 3 a when m > (count c where w > 2) }}"));
    assert!(shown(&found).contains("E0315 criterion `a` is never reached"), "{}", shown(&found));
    fault(
        "W0905",
        &format!(
            "{rules}category k of P -> L {{ applies when «n is known» b when n > 3 a when m > (count c where w > 2) }}"
        ),
        "category `k` applies always",
        "remove the condition, or write the one that is meant",
    );
    fault(
        "E0313",
        &format!(
            "{rules}category k of P -> L {{ applies when «n > 3 and n < 2» b when n > 3 a when m > (count c where w > 2) }}"
        ),
        "category `k` never applies",
        "write the condition under which it does",
    );
}

#[test]
fn a_where_that_nothing_passes() {
    fault(
        "W0906",
        "ruleset t version \"1\"\nrecord P { id : text key  c : many C by p }\nrecord C { p : text  w : integer }\nlet x of P = count c where «w > 3 and w < 2»",
        "no record can pass this `where`",
        "write the condition that is meant",
    );
}

#[test]
fn fields_in_no_test() {
    let rules = "ruleset t version \"1\"\nordered codes L { a b }\nrecord P { id : text key  n : integer  «m» : integer }\ncategory k of P -> L { b when n > 3 and m > 2 otherwise a }\n";
    fault(
        "W0907",
        &format!("{rules}test \"t\" {{ as_of 2026-01-01 given P {{ n: 2 }} expect k = a }}"),
        "field `m` decides `k` and is in no test",
        "give it in a `test`, also where it is missing: `m: missing`",
    );
    program(&format!(
        "{}test \"t\" {{ as_of 2026-01-01 given P {{ n: 2, m: missing }} expect k = a }}",
        rules.replace(['«', '»'], "")
    ));
}

#[test]
fn an_error_names_the_expression_in_which_it_arose() {
    let program = program(
        "ruleset t version \"1\"\nordered codes L { a b }\nrecord P { n : integer }\ncategory k of P -> L {\n  b when n * 2 > 100\n  a when n * 2 > 50\n}\n",
    );
    // Two nodes, each with its own place; what cannot fail is one.
    let places: Vec<_> = (program.nodes.iter())
        .filter(|node| matches!(node.op, assize_model::node::Op::Mul(..)))
        .map(|node| node.place.start)
        .collect();
    assert_eq!(places.len(), 2);
    assert_ne!(places[0], places[1]);
    // And the same condition twice is still found.
    let twice = compile(
        "ruleset t version \"1\"\nordered codes L { a b }\nrecord P { n : integer }\ncategory k of P -> L { b when n * 2 > 100 a when n * 2 > 100 }\n",
    );
    assert!(shown(&twice).starts_with("E0314"), "{}", shown(&twice));
}

#[test]
fn averages_of_codes_are_refused() {
    let text = "ruleset t version \"1\"\nordered codes L { a b }\nrecord P { id : text key  c : many C by p }\nrecord C { p : text  k : L }\nlet x of P = (mean «k» of c) > b";
    fault("E0214", text, "`mean` does not go over such values", "use a number");
}
