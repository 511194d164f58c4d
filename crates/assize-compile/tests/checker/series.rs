//! Faults of what goes over a measure's periods: baselines, comparisons, charts and signals (E0416 to E0419, W0934); and of
//! audits (E0420 to E0423).

use crate::common::{RECORDS, compile, declaration, shown};

fn measure(code: &str, marked: &str, message: &str, help: &str) {
    declaration(code, &format!("measure m of Person {{ {marked} }}"), message, help);
}

/// What is in force and has no fault.
fn fine(clauses: &str) {
    let compiled = compile(&format!("{RECORDS}measure m of Person {{ {clauses} }}\n"));
    let unused = |code: &str| ["W0901", "W0902", "W0903"].contains(&code);
    let found = compiled.diagnostics.iter().filter(|found| !unused(found.code.0)).count();
    assert_eq!(found, 0, "{clauses}\n{}", shown(&compiled));
}

#[test]
fn comparisons_have_periods() {
    let help = "write `every month of …`, or another period, before it";
    measure("E0417", "as count «compare same period last year»", "what is compared has periods", help);
    measure("E0417", "as count «compare baseline 2012»", "what is compared has periods", help);
    fine("as count every month of born compare same period last year");
    fine("as count every rolling 12 months of born compare same period last year");
    fine("as count every year of born compare baseline 2012");
}

#[test]
fn baselines_are_taken_of_whole_periods() {
    measure(
        "E0416",
        "as count every fiscal year from april of born «compare baseline 2012»",
        "no period of the measure lies wholly within this baseline",
        "begin and end it with the measure's periods: `baseline 2024-04-01 .. 2025-03-31`",
    );
    let message = "periods that overlap, and formulas, cannot be taken as one";
    let help = "write `mean of` before the years";
    measure("E0416", "as count every rolling 12 months of born «compare baseline 2012 .. 2014»", message, help);
    fine("as count every rolling 12 months of born compare baseline mean of 2012 .. 2014");
    fine("as count every fiscal year from april of born compare baseline 2012-04-01 .. 2013-03-31");
    let message = "nothing begins from this baseline";
    let help = "write a target with its day, `target at most 20 by 2027-12-31`, or `compare baseline …`";
    measure("E0416", "as count every year of born «baseline 2012»", message, help);
    measure("E0416", "as count every year of born target at most 3 «baseline 2012»", message, help);
    measure(
        "E0416",
        "as count target at most 3 by 2030-12-31 «baseline 2012»",
        "a baseline is of periods",
        "write `every year of …`, or another period, before it",
    );
    measure(
        "E0416",
        "as count every year of born target at most 3 by 2012-12-31 «baseline 2012»",
        "the target is to be reached before its baseline ends",
        "let the baseline end before the day of the target",
    );
    fine("as count every year of born target at most limit by 2030-12-31 baseline 2012");
}

#[test]
fn totals_are_not_compared_with_periods_unnoticed() {
    let text =
        format!("{RECORDS}measure m of Person {{ as count every year of born compare baseline 2012 .. 2014 }}\n");
    let compiled = compile(&text);
    assert!(compiled.program.is_some());
    let found: Vec<_> = compiled.diagnostics.iter().filter(|found| found.code.0 == "W0934").collect();
    let [found] = found.as_slice() else { panic!("{}", shown(&compiled)) };
    assert_eq!(found.message, "a count of several periods taken as one is their total");
    let place = found.primary.as_ref().unwrap().span;
    assert_eq!(text.get(place.start as usize..place.end as usize), Some("compare baseline 2012 .. 2014"));
    fine("numerator felon as rate per 100 every year of born compare baseline 2012 .. 2014");
    fine("as count every year of born compare baseline 2012 .. 2012");
}

#[test]
fn charts_fit_what_is_measured() {
    let periods = "write `every month of …`, or another period, before it";
    measure("E0418", "as count «chart c»", "a chart has a point for each period", periods);
    measure("E0418", "as count «signals runs 8»", "a chart has a point for each period", periods);
    measure(
        "E0418",
        "as count every rolling 12 months of born «chart run»",
        "windows that overlap are no points of a chart: each has most of the one before",
        "write `every month of …`",
    );
    measure(
        "E0418",
        "as count every month of born «chart p»",
        "a p chart is of a proportion of records",
        "report `as rate` with conditions as numerator and denominator, or write `chart xmr`",
    );
    measure(
        "E0418",
        "numerator felon as rate per 100 every month of born «chart u»",
        "a u chart is of events over an amount",
        "report `as rate` with a number as the denominator, or write `chart xmr`",
    );
    measure(
        "E0418",
        "as mean of age every month of born «chart c»",
        "a c chart is of a count",
        "report `as count`, or a sum of whole numbers, or write `chart xmr`",
    );
    measure(
        "E0418",
        "numerator felon as rate per 100 every month of born by zone «chart funnel»",
        "a funnel has a point for each breakdown, and no periods",
        "write `by …`, and no `every`",
    );
    measure(
        "E0418",
        "as mean of age by zone «chart funnel»",
        "a funnel is of a proportion of records, or of events over an amount",
        "report `as rate`, of conditions or of events over a number",
    );
    measure(
        "E0418",
        "numerator felon as rate per 100 by zone «chart funnel freeze after 12»",
        "a funnel does not go over time",
        "remove `rebase`, `freeze` and `without`, or write a chart over periods",
    );
    measure(
        "E0418",
        "as count every month of born «chart run 95%»",
        "a run chart has no limits",
        "remove the levels, or write `chart xmr`",
    );
    fine("as count every month of born chart c signals shewhart runs 7 trends 6 near_limit crossings");
    fine("numerator felon as rate per 100 every month of born chart p 95%, 99.8%");
    fine("numerator felon denominator age as rate per 100 every month of born chart u");
    fine("numerator felon denominator age as rate per 100 by zone chart funnel");
    fine("as median of age every quarter of born chart xmr rebase at 2020-01-01 without 2020-04-01 .. 2020-06-30");
    fine("as count every month of born signals shewhart runs 8");
}

#[test]
fn signals_fit_the_chart() {
    measure(
        "E0419",
        "as count every month of born chart run «signals shewhart»",
        "a run chart has no limits for `shewhart` and `near_limit`",
        "write `runs`, `trends` or `crossings`, or `chart xmr`",
    );
    measure(
        "E0419",
        "numerator felon as rate per 100 by zone chart funnel «signals runs 8»",
        "the points of a funnel do not follow one another",
        "write `signals shewhart`, or none",
    );
    fine("as count every month of born chart run signals runs 8 crossings");
}

const TIER: &str = "category tier of Person -> Level { high when much : age >= 7  otherwise low }\n\
    category sort of Person -> Kind { theft when some : age >= 7  otherwise harm }\n";

fn audit(code: &str, marked: &str, message: &str, help: &str) {
    declaration(code, &format!("{TIER}{marked}"), message, help);
}

/// An error beside the warnings that nothing reads the audit's records.
fn wrong(marked: &str, message: &str) {
    let text = format!("{RECORDS}{TIER}{marked}\n");
    let compiled = compile(&text.replace(['«', '»'], ""));
    let found: Vec<_> = compiled.diagnostics.iter().filter(|found| found.code.0.starts_with('E')).collect();
    let [found] = found.as_slice() else { panic!("{}", shown(&compiled)) };
    assert_eq!((found.code.0, found.message.as_str()), ("E0420", message), "{}", shown(&compiled));
    let start = text.find('«').unwrap();
    assert_eq!(found.primary.as_ref().unwrap().span.start as usize, start, "{}", shown(&compiled));
}

#[test]
fn audits_say_what_foretells() {
    audit(
        "E0420",
        "audit «fair» of tier against felon { interval wilson 95% }",
        "audit `fair` does not say which codes foretell the outcome",
        "write `positive at least CODE` or `positive in { CODE, … }`",
    );
    wrong(
        "audit fair of sort against felon { «positive at least theft» }",
        "the codes of the audited category have no order",
    );
    wrong(
        "audit fair of tier against felon { «positive at least low» }",
        "some codes foretell the outcome, and others do not",
    );
    wrong("audit fair of tier against felon { positive in { «7» } }", "a code of the audited category is expected");
    wrong(
        "audit fair of tier against felon { positive in { high } «interval byar 95%» }",
        "the intervals of an audit are of proportions",
    );
    wrong(
        "audit fair of tier against felon by «tier» { positive in { high } }",
        "an audit has a breakdown `tier` of its own",
    );
}

#[test]
fn audits_are_of_categories_and_may_see_protected_fields() {
    let compiled = compile(&format!(
        "{RECORDS}{TIER}audit fair of tier against felon by race {{ positive at most low every year of born }}\n"
    ));
    let program = compiled.program.as_ref().unwrap_or_else(|| panic!("{}", shown(&compiled)));
    let measure = program.measures.first().unwrap();
    let names: Vec<&str> = measure.by.iter().map(|by| &*by.name).collect();
    assert_eq!(names, ["race", "tier", "observed"]);
    assert_eq!(measure.audit.as_ref().unwrap().shown(program), "positive in { low }, interval wilson 95%");
    let found = compile(&format!("{RECORDS}{TIER}audit fair of tiers against felon {{ positive at least high }}\n"));
    let error = found.diagnostics.iter().find(|found| found.code.0.starts_with('E')).unwrap();
    assert_eq!(error.message, "`tiers` is not a category");
    assert_eq!(error.help.as_deref(), Some("did you mean `tier`?"));
}

#[test]
fn every_code_has_one_expected_share() {
    let with = |clause: &str| format!("audit fair of tier against felon {{ positive in {{ high }} {clause} }}");
    let fault = |code: &str, clause: &str, message: &str| {
        let text = format!("{RECORDS}{TIER}{}\n", with(clause));
        let compiled = compile(&text.replace(['«', '»'], ""));
        let found: Vec<_> = compiled.diagnostics.iter().filter(|found| found.code.0.starts_with('E')).collect();
        let [found] = found.as_slice() else { panic!("{}", shown(&compiled)) };
        assert_eq!((found.code.0, found.message.as_str()), (code, message), "{}", shown(&compiled));
        let start = text.find('«').unwrap();
        assert_eq!(found.primary.as_ref().unwrap().span.start as usize, start, "{}", shown(&compiled));
    };
    fault("E0421", "«expected low 5%»", "no expected share is stated of `high`");
    fault("E0421", "expected low 5%, high 30%, «low» 6%", "`low` has two expected shares");
    fault("E0422", "expected low 5%, high «130%»", "an expected share is from 0% to 100%");
    fault("E0422", "expected low «5», high 1", "an expected share is from 0% to 100%");
    fault("E0423", "expected «limit»", "`limit` is not a look-up");
    fault("E0401", "expected low 1%, high 2% «expected low 1%, high 2%»", "`expected` stands twice in audit `fair`");
    let compiled = compile(&format!("{RECORDS}{TIER}{}\n", with("expected high 30%, low 2.5%")));
    let program = compiled.program.as_ref().unwrap_or_else(|| panic!("{}", shown(&compiled)));
    assert_eq!(
        program.measures[0].audit.as_ref().unwrap().shown(program),
        "positive in { high }, expected low 2.5%, high 30%, interval wilson 95%"
    );
}

#[test]
fn audits_and_measures_choose_records_by_protected_fields() {
    // The category before them may not, and what it may not is nothing to them.
    for text in [
        "audit fair of tier against felon by race { positive in { high } exclude race = \"x\" }",
        "measure m of Person { include race = \"x\" as count }",
        "audit fair of tier against race = \"x\" { positive in { high } include race is known eligible race != \"y\" }",
    ] {
        let compiled = compile(&format!("{RECORDS}{TIER}{text}\n"));
        assert!(compiled.program.is_some(), "{text}\n{}", shown(&compiled));
    }
}
