//! Faults of measures (E04xx), and what they compile to.

use crate::common::{RECORDS, compile, declaration, one, program};
use assize_lang::diagnostic::Diagnostic;
use assize_model::decimal::Decimal;
use assize_model::ids::MeasureId;
use assize_model::measure::{Approximation, IntervalMethod, MeasureForm, Precision, UnknownPolicy};

fn measure(code: &str, marked: &str, message: &str, help: &str) -> Diagnostic {
    declaration(code, &format!("measure m of Person {{ {marked} }}"), message, help)
}

#[test]
fn clauses_given_twice() {
    for (word, first, second) in [
        ("include", "include felon", "include age > 1"),
        ("exclude", "exclude felon", "exclude age > 1"),
        ("eligible", "eligible felon", "eligible age > 1"),
        ("by", "by zone", "by kind"),
        ("every", "every year of born", "every month of born"),
        ("as", "as count", "as ratio"),
        ("unknown", "unknown counts as no", "unknown counts as yes"),
        ("numerator", "numerator felon", "numerator age > 1"),
    ] {
        let form = if word == "as" { "" } else { "as count" };
        measure(
            "E0401",
            &format!("{form} {first} «{second}»"),
            &format!("`{word}` stands twice in measure `m`"),
            "keep one; join conditions with `and`",
        );
    }
}

#[test]
fn clauses_that_lack() {
    let found = declaration(
        "E0402",
        "measure «m» of Person { include felon }",
        "measure `m` does not say what it reports",
        "write `as count`, `as rate per 100`, `as ratio`, `as sum of …`, `as mean of …` or `as distinct …`",
    );
    assert_eq!(found.primary.unwrap().message, "no `as`");
    measure("E0402", "«as rate per 100»", "measure `m` has no `numerator`", "write `numerator …` before it");
    measure("E0402", "numerator age «as ratio»", "measure `m` has no `denominator`", "write `denominator …` before it");
}

#[test]
fn clauses_without_effect() {
    measure(
        "E0403",
        "as count «denominator felon»",
        "`denominator` has no effect on a count",
        "remove it, or report `as rate per 100` or `as ratio`",
    );
    measure(
        "E0403",
        "as mean of age «except felon»",
        "`except` has no effect on a mean",
        "remove it, or report `as rate per 100` or `as ratio`",
    );
    measure(
        "E0403",
        "as sum of age «value age»",
        "no form of measure in this version reads `value`",
        "write the value where it is summed: `as sum of …`, `as mean of …`",
    );
    let help = "remove it, or report `as rate` with conditions as numerator and denominator";
    measure("E0403", "as count «interval wilson 95%»", "a Wilson interval is of a proportion of counted records", help);
    measure(
        "E0403",
        "numerator age as rate per 100 «interval wilson 95%»",
        "a Wilson interval is of a proportion of counted records",
        help,
    );
}

#[test]
fn types_of_clauses() {
    measure(
        "E0201",
        "include «age» as count",
        "a condition is expected, not an integer",
        "compare it with a number: `age > 0`",
    );
    measure(
        "E0404",
        "numerator «name» as rate per 100",
        "a condition or a number is expected, not text",
        "write a condition, which counts records, or a number, which is summed",
    );
    measure(
        "E0404",
        "numerator «age» as count",
        "a condition is expected, not an integer",
        "numbers are summed in `as rate`, `as ratio` and `as sum`",
    );
    measure(
        "E0404",
        "as sum of «felon»",
        "a sum is of numbers, not yes or no",
        "use a number; conditions are counted `as count` with a `numerator`",
    );
    measure(
        "E0404",
        "as mean of «kind»",
        "a mean is of numbers, not a code of `Kind`",
        "use a number; conditions are counted `as count` with a `numerator`",
    );
    measure(
        "E0404",
        "as distinct «tags»",
        "`distinct` does not go over such values",
        "use a code, a text, a number or a date",
    );
    measure(
        "E0202",
        "as count every month of «name»",
        "a date is expected, not text",
        "a date is written 2026-01-31, without quotes; declare the field as `date`",
    );
}

#[test]
fn breakdowns() {
    let help = "use a code, a text, an integer, a date or a condition; put others into bands with a category";
    let found = measure("E0405", "as count by «height»", "a measure is not broken down by `height`", help);
    assert_eq!(found.primary.unwrap().message, "this is a decimal");
    measure("E0405", "as count by «charges»", "a measure is not broken down by `charges`", help);
    measure("E0405", "as count by «score»", "a measure is not broken down by `score`", help);
    measure("E0405", "as count by «tags»", "a measure is not broken down by `tags`", help);
    measure("E0405", "as count by zone, «zone»", "`zone` stands twice in `by`", "name each breakdown once");
}

#[test]
fn numbers() {
    measure(
        "E0406",
        "numerator felon as rate per «0»",
        "a rate is per a number above zero",
        "write `rate per 100` or `rate per 1000`",
    );
    measure(
        "E0406",
        "numerator felon as rate per 100 interval wilson «95»",
        "the level of an interval lies between 0% and 100%",
        "write `interval wilson 95%`",
    );
    measure(
        "E0406",
        "numerator felon as rate per 100 interval wilson «100%»",
        "the level of an interval lies between 0% and 100%",
        "write `interval wilson 95%`",
    );
}

#[test]
fn what_measures_compile_to() {
    let program = program(&format!(
        "{RECORDS}category k of Person -> Level {{ low when felon high when age > 3 }} let adult of Person = age >= 18\n\
         measure a of Person \"Rate\" {{ include adult exclude felon eligible born is known numerator any charges where amount > 1\n\
           except felon denominator age > 3 as rate per 1000 by k, adult, zone every fiscal year from april of born interval wilson 99.8% unknown counts as no }}\n\
         measure b of Person {{ numerator cost denominator height as ratio every month of seen }}\n\
         measure c of Person {{ as mean of cost unknown counts as yes }}\n\
         measure d of Person {{ numerator felon as distinct name }}\n\
         measure e of Charge {{ as sum of amount }}\n"
    ));
    let a = &program.measures[0];
    assert_eq!(a.form, MeasureForm::Rate { per: Decimal::from_i64(1000) });
    assert_eq!(
        a.interval.map(|of| (of.method, of.level)),
        Decimal::new(998, 3).map(|level| (IntervalMethod::Wilson, level))
    );
    assert_eq!(a.unknown, UnknownPolicy::No);
    assert_eq!(
        a.by.iter().map(|by| (&*by.name, by.category.is_some())).collect::<Vec<_>>(),
        [("k", true), ("adult", false), ("zone", false)]
    );
    assert!([a.include, a.exclude, a.eligible, a.numerator, a.except, a.denominator].iter().all(Option::is_some));
    assert_eq!(a.every.map(|(period, _)| period), Some(assize_model::period::Period::FiscalYear { from: 4 }));
    assert!(matches!(program.measures[2].form, MeasureForm::Mean(_)));
    assert_eq!(program.measures[2].unknown, UnknownPolicy::Yes);
    assert!(matches!(program.measures[3].form, MeasureForm::Distinct { precision: Precision::Exact, .. }));
    assert_eq!(program.measures[4].record, program.record_named("Charge").unwrap());
}

#[test]
fn formulas() {
    let of = |of: &str| {
        format!(
            "measure n of Person {{ as count }} measure byzone of Person {{ as count by zone }} measure m of Person {{ {of} }}"
        )
    };
    declaration(
        "E0407",
        &of("as formula of «k» / n"),
        "`k` is not a measure",
        "a formula is of other measures, numbers and parameters",
    );
    declaration("E0407", &of("as formula of «byzon» / 2"), "`byzon` is not a measure", "did you mean `byzone`?");
    declaration(
        "E0407",
        &of("as formula of n + «any charges where grave»"),
        "a formula is of other measures, numbers and parameters, with `+`, `-`, `*` and `/`",
        "state it as a measure of its own, and name that here",
    );
    declaration(
        "E0407",
        "measure byzone of Person { as count by zone } measure «m» of Person { as formula of byzone / 2 }",
        "measure `m` has not the rows of measure `byzone`, which its formula reads",
        "give it the `by` and `every` of `byzone`, in that order; a measure without any is one number for all rows",
    );
}

#[test]
fn what_measures_state() {
    measure("E0406", "as percentile «101» of age", "a percentile lies between 0 and 100", "write `percentile 90 of …`");
    measure(
        "E0406",
        "as count every rolling 1 months of «born»",
        "a rolling window is of 2 to 1,200 whole months",
        "write `every rolling 12 months of …`",
    );
    measure(
        "E0403",
        "as mean of age «interval byar 95%»",
        "a Byar interval is of counted events, alone or over an amount, or of a standardised rate",
        "write `interval wilson` for a proportion, or remove it",
    );
    measure(
        "E0403",
        "as count «interval t 95%»",
        "a Student interval is of a mean",
        "remove it, or report `as mean of …`",
    );
    measure(
        "E0408",
        "numerator felon as standardised rate per 100 by zone to «stndard»",
        "`stndard` is not a look-up",
        "write `lookup NAME (AGE_GROUP : …) from \"FILE\" -> integer` and name it here",
    );
    measure(
        "E0403",
        "«numerator felon» as formula of m2 } measure m2 of Person { as count",
        "`numerator` has no effect on a formula",
        "remove it: the measures that the formula names say whom they count",
    );
}

#[test]
fn approximate_forms() {
    let program = program(&format!(
        "{RECORDS}measure a of Person {{ as approximate distinct name }} measure b of Person {{ as approximate median of cost }}
         measure c of Person {{ as formula of a / n }} measure d of Person {{ as formula of c + c * c }}
         measure n of Person {{ as count }} measure e of Person {{ as formula of n + 1 }}
         measure f of Person {{ as approximate percentile 90 of cost }}"
    ));
    let near: Vec<_> = program.measures.iter().map(|measure| measure.form.approximation(&program)).collect();
    let half = Approximation::Within(Decimal::parse("0.005").unwrap());
    let of_a = Some(Approximation::Of(vec![MeasureId(0)]));
    let hashed = Approximation::StandardError(Decimal::parse("0.0081").unwrap(), 1024);
    assert_eq!(near, [Some(hashed), Some(half.clone()), of_a.clone(), of_a, None, None, Some(half)]);
    let words: Vec<_> = program.measures.iter().map(|measure| measure.form.shown(&program)).collect();
    assert_eq!(
        (&*words[0], &*words[1], &*words[6]),
        ("approximate distinct", "approximate percentile 50", "approximate percentile 90")
    );
}

#[test]
fn a_code_is_counted_exactly_anyway() {
    let compiled = compile(&format!("{RECORDS}measure m of Person {{ as approximate distinct zone }}"));
    let found = compiled.diagnostics.iter().find(|of| of.code.0 == "W0939").map(|of| one(&compiled, of));
    assert_eq!(
        found.as_deref(),
        Some(
            "W0939 `approximate` spares nothing here, and is not heeded\n\
             \x20 16:26 `approximate`: each value is a code of `Zone`, of which there are few\n\
             \x20 help: write `as distinct …` without it"
        )
    );
    let form = compiled.program.as_ref().map(|program| &program.measures[0].form);
    assert!(matches!(form, Some(MeasureForm::Distinct { precision: Precision::Exact, .. })));
    measure(
        "E0404",
        "as approximate median of «felon»",
        "a median is of numbers, not yes or no",
        "use a number; conditions are counted `as count` with a `numerator`",
    );
}
