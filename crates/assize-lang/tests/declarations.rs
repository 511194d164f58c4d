//! What every declaration reads as.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod common;

use assize_lang::ast::*;
use common::{decl, decls, quoted, read, show, show_date, texts};

const EVERYTHING: &str = include_str!("files/everything.assize");
const INITIATIVE: &str = include_str!("files/initiative.assize");

/// The declaration of `EVERYTHING` that begins with these words.
#[track_caller]
fn of_everything(begin: &str) -> Decl {
    let at = EVERYTHING.find(begin).unwrap() as u32;
    let found = decls(EVERYTHING).into_iter().find(|decl| decl.span().start == at);
    found.unwrap_or_else(|| panic!("nothing begins with {begin}"))
}

#[test]
fn rulesets() {
    let Decl::Ruleset(ruleset) = of_everything("ruleset") else { panic!() };
    assert_eq!((ruleset.name.text.as_str(), ruleset.version.text.as_str()), ("everything", "1"));
    for (text, expected) in [
        (&ruleset.title, "T"),
        (&ruleset.authority, "A"),
        (&ruleset.source, "S"),
        (&ruleset.language, "en"),
        (&ruleset.zone, "America/Toronto"),
    ] {
        assert_eq!(text.as_ref().unwrap().text, expected);
    }
    let effective = ruleset.effective.unwrap();
    assert_eq!(show_date(effective.from.0), "2026-01-01");
    assert_eq!(show_date(effective.to.unwrap().0), "2026-12-31");
    assert!(ruleset.dates_strict.is_some());
    let Decl::Ruleset(bare) = decl("ruleset r version \"2\"") else { panic!() };
    assert!(bare.title.is_none() && bare.dates_strict.is_none());
}

#[test]
fn imports_and_labels() {
    let Decl::Import(import) = of_everything("import") else { panic!() };
    assert_eq!(import.path.text, "bands.assize");
    let Decl::Labels(labels) = of_everything("labels") else { panic!() };
    assert_eq!(texts(&labels.names), ["public", "partner", "secret"]);
}

#[test]
fn parameters() {
    let parameter = |name: &str| match of_everything(&format!("parameter {name} ")) {
        Decl::Parameter(parameter) => parameter,
        other => panic!("{other:?}"),
    };
    let shown = |name: &str| {
        let parameter = parameter(name);
        let within = parameter.within.as_ref().map(show).unwrap_or_default();
        let title = parameter.title.map(|title| title.text).unwrap_or_default();
        format!("{:?} = {} in {within} {title}", parameter.ty.kind, show(&parameter.default))
    };
    assert_eq!(shown("threshold"), "Integer = 3 in [2 .. 10] Charges");
    assert_eq!(parameter("threshold").docs, ["How many.", "Twice."]);
    assert_eq!(shown("open_end"), "Decimal = -5e-1 in [- .. 7] ");
    assert_eq!(shown("from_up"), "Integer = 3 in [2 .. -] Up");
    assert!(shown("chosen").ends_with("= {a b} in {a b c} "), "{}", shown("chosen"));
    assert_eq!(shown("word"), "Text = \"x\" in  Title");
    assert_eq!(shown("window"), "Duration = 12Months in  ");
}

#[test]
fn lists_of_codes() {
    let Decl::Codes(plain) = of_everything("codes Plain") else { panic!() };
    assert!(!plain.ordered && plain.title.is_none());
    let names: Vec<_> = plain.codes.iter().map(|code| code.name.text.as_str()).collect();
    assert_eq!(names, ["one_a", "two_b", "three"]);
    assert_eq!(plain.codes[1].title.as_ref().unwrap().text, "Two");
    assert_eq!(quoted(&plain.codes[2].from), ["3", "03"]);
    let missing: Vec<_> = plain.missing.iter().map(|missing| (missing.reason.0, quoted(&missing.from))).collect();
    assert_eq!(missing, [(Reason::Unknown, vec!["U"]), (Reason::Withheld, vec!["W", "X"])]);
    let Decl::Codes(level) = of_everything("ordered codes Level") else { panic!() };
    assert!(level.ordered);
    assert_eq!(level.title.unwrap().text, "Levels");
    assert_eq!(level.codes.len(), 2);
}

#[test]
fn records() {
    let Decl::Record(person) = of_everything("record Person") else { panic!() };
    assert_eq!(person.title.unwrap().text, "People");
    let field = |name: &str| person.fields.iter().find(|field| field.name.text == name).unwrap();
    assert_eq!(person.fields.len(), 13);
    let id = field("id");
    assert!(id.key.is_some() && id.required.is_none());
    assert_eq!(texts(&id.labels), ["secret"]);
    assert_eq!(quoted(&id.from), ["Person No"]);
    assert_eq!(id.title.as_ref().unwrap().text, "Their number");
    assert_eq!(id.docs, ["the number on the card"]);
    assert!(field("on").required.is_some() && field("on").docs.is_empty());
    assert!(field("at_time").optional.is_some());
    assert_eq!(field("cost").unit.as_ref().unwrap().text, "CAD");
    assert_eq!(texts(&field("cost").labels), ["partner"]);
    assert_eq!(quoted(&field("income").from), ["low", "high"]);
    assert!(field("kinds").protected.is_some());
    assert_eq!(field("kinds").separator.as_ref().unwrap().text, ";");
    let kinds: Vec<_> = person
        .fields
        .iter()
        .map(|field| match &field.ty.kind {
            TypeKind::Codes(name) => format!("codes {}", name.text),
            TypeKind::SetOf(name) => format!("set of {}", name.text),
            TypeKind::Many { record, by } => format!("many {} by {}", record.text, by.text),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "Text",
            "Date",
            "DateTime",
            "Time",
            "Decimal",
            "RangeOfInteger",
            "RangeOfDecimal",
            "SetOfText",
            "set of Plain",
            "codes Level",
            "Boolean",
            "Duration",
            "many Kid by parent_id"
        ]
    );
    assert_eq!(person.missing.len(), 1);
    assert_eq!(person.missing[0].reason.0, Reason::NotApplicable);
    assert_eq!(quoted(&person.missing[0].from), ["N/A", "-"]);
}

#[test]
fn a_field_ends_where_the_next_begins() {
    let Decl::Record(record) = decl("record B { a : text   b : date required c:integer label_x d : many C by e }")
    else {
        panic!()
    };
    let names: Vec<_> = record.fields.iter().map(|field| field.name.text.as_str()).collect();
    assert_eq!(names, ["a", "b", "c", "d"]);
    assert_eq!(texts(&record.fields[2].labels), ["label_x"]);
}

#[test]
fn lets() {
    let Decl::Let(constant) = of_everything("let constant") else { panic!() };
    assert!(constant.record.is_none());
    assert_eq!(show(&constant.value), "{a b}");
    let Decl::Let(bounds) = of_everything("let bounds") else { panic!() };
    assert_eq!(show(&bounds.value), "[1 .. 5]");
    let Decl::Let(late) = of_everything("let late") else { panic!() };
    assert_eq!(late.record.unwrap().text, "Person");
    assert_eq!(late.title.unwrap().text, "Late ones");
    assert_eq!(show(&late.value), "(Gt on as_of)");
}

#[test]
fn categories() {
    let Decl::Category(category) = of_everything("category c of") else { panic!() };
    assert_eq!((category.record.text.as_str(), category.codes.text.as_str()), ("Person", "Level"));
    assert_eq!(category.title.unwrap().text, "C");
    assert_eq!(show(&category.applies.unwrap()), "(is on Known)");
    let shown: Vec<_> = category
        .cases
        .iter()
        .flat_map(|case| case.criteria.iter().map(move |criterion| (case, criterion)))
        .map(|(case, criterion)| {
            let name = criterion.name.as_ref().map_or("-", |name| name.text.as_str());
            let title = criterion.title.as_ref().map_or("", |title| title.text.as_str());
            format!("{} {name} {title:?} {}", case.code.text, show(&criterion.condition))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "high first_one \"First\" (Or late (Any of kids where (Lt on parent.on)))",
            "high second \"\" (in cost [1 .. 2))",
            "high third \"3\" (if late yes (if (Eq on as_of) no late))",
            "low unnamed_one \"Low\" (not late)",
            "low - \"\" late",
        ]
    );
    assert!(matches!(category.otherwise, Some((Otherwise::Error(text), _)) if text.text == "no level"));
    assert_eq!(category.hit.unwrap().0, Hit::Highest);
    for (hit, expected) in
        [("first", Hit::First), ("unique", Hit::Unique), ("highest", Hit::Highest), ("all", Hit::All)]
    {
        let Decl::Category(read) = decl(&format!("category d of P -> L {{ hit {hit} low when x otherwise low }}"))
        else {
            panic!()
        };
        assert_eq!(read.hit.unwrap().0, expected);
        assert!(matches!(read.otherwise, Some((Otherwise::Code(code), _)) if code.text == "low"));
    }
}

#[test]
fn measures() {
    let shown = |begin: &str| match of_everything(begin) {
        Decl::Measure(measure) => measure.clauses.iter().map(|clause| shown_clause(&clause.kind)).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        shown("measure m"),
        [
            "include a",
            "exclude b",
            "eligible c",
            "numerator (Latest value of kids by on where (Lt on as_of))",
            "except d",
            "denominator e",
            "value value",
            "rate per 1000",
            "by c level",
            "every Quarter of on",
            "Wilson 998e-3",
            "Unknown(No)",
        ]
    );
    assert_eq!(shown("measure n"), ["As(Count)", "by c", "Unknown(Apart)", "every FiscalYear { from: 4 } of on"]);
    assert_eq!(shown("measure o"), ["distinct id"]);
    assert_eq!(shown("measure p"), ["numerator a", "denominator b", "As(Ratio)"]);
    assert_eq!(shown("measure q"), ["sum cost", "every Month of on"]);
    assert_eq!(shown("measure r"), ["mean cost", "every Year of on", "Unknown(Yes)"]);
}

fn shown_clause(kind: &MeasureClauseKind) -> String {
    match kind {
        MeasureClauseKind::Include(e) => format!("include {}", show(e)),
        MeasureClauseKind::Exclude(e) => format!("exclude {}", show(e)),
        MeasureClauseKind::Eligible(e) => format!("eligible {}", show(e)),
        MeasureClauseKind::Numerator(e) => format!("numerator {}", show(e)),
        MeasureClauseKind::Except(e) => format!("except {}", show(e)),
        MeasureClauseKind::Denominator(e) => format!("denominator {}", show(e)),
        MeasureClauseKind::Value(e) => format!("value {}", show(e)),
        MeasureClauseKind::As(MeasureForm::Rate { per }) => format!("rate per {}", show(per)),
        MeasureClauseKind::As(MeasureForm::Distinct { of: e, .. }) => format!("distinct {}", show(e)),
        MeasureClauseKind::As(MeasureForm::Sum(e)) => format!("sum {}", show(e)),
        MeasureClauseKind::As(MeasureForm::Mean(e)) => format!("mean {}", show(e)),
        MeasureClauseKind::By(names) => format!("by {}", texts(names).join(" ")),
        MeasureClauseKind::Every { period, of } => format!("every {period:?} of {}", show(of)),
        MeasureClauseKind::Interval { method, level } => format!("{method:?} {}", show(level)),
        other => format!("{other:?}"),
    }
}

#[test]
fn clause_words_can_be_names() {
    let Decl::Measure(measure) = decl(
        "measure m of P { numerator value > target and unknown = round(interval, 2)\n value value\n by target, unknown\n \
         as sum of value every month of baseline unknown counts as yes }",
    ) else {
        panic!()
    };
    let shown: Vec<_> = measure.clauses.iter().map(|clause| shown_clause(&clause.kind)).collect();
    assert_eq!(
        shown,
        [
            "numerator (And (Gt value target) (Eq unknown round(interval 2)))",
            "value value",
            "by target unknown",
            "sum value",
            "every Month of baseline",
            "Unknown(Yes)"
        ]
    );
}

#[test]
fn tests() {
    let Decl::Test(test) = of_everything("test \"t\"") else { panic!() };
    assert_eq!(test.title.text, "t");
    assert_eq!(test.docs, ["about a test"]);
    assert_eq!(show_date(test.as_of.unwrap().0), "2026-06-01");
    assert_eq!((test.set[0].0.text.as_str(), show(&test.set[0].1).as_str()), ("threshold", "4"));
    let entries: Vec<_> = test.given[0]
        .value
        .entries
        .iter()
        .map(|(name, value)| {
            let value = match value {
                ObjectValue::Value(value) => show(value),
                ObjectValue::Missing(reason, _) => format!("missing {reason:?}"),
                ObjectValue::Children(children, _) => {
                    format!("{:?}", children.iter().map(|child| child.entries.len()).collect::<Vec<_>>())
                }
            };
            format!("{}: {value}", name.text)
        })
        .collect();
    assert_eq!(
        entries,
        [
            "id: \"1\"",
            "yesno: no",
            "on: missing None",
            "cost: missing Some(NotAnswered)",
            "income: [340 .. -]",
            "share: [- .. 5e-1]",
            "tags: {\"a\" \"b\"}",
            "clock: 37800000000us",
            "at_time: 2026-01-02 37800000000us Some(0)",
            "kids: [1, 1]",
        ]
    );
    assert!(test.given[1].value.entries.is_empty());
    let expected: Vec<_> = test
        .expect
        .iter()
        .map(|e| {
            let value = e.value.as_ref().map(show);
            let state = e.state.map(|state| state.0);
            let (because, possible) = (e.because.as_deref().map(texts), e.possible.as_deref().map(texts));
            let missing = e.missing.as_deref().map(quoted);
            format!("{} {value:?} {state:?} {because:?} {possible:?} {missing:?}", e.name.text)
        })
        .collect();
    assert_eq!(
        expected,
        [
            "c Some(\"high\") None Some([\"first_one\", \"second\"]) Some([\"high\", \"none\"]) Some([\"level\", \"kids.on\"])",
            "c Some(\"none\") Some(Provisional) None None None",
            "late None Some(Missing(Some(NotAnswered))) None None None",
            "late None Some(Missing(None)) None None None",
            "d None Some(Undetermined) None Some([\"low\"]) Some([\"id\"])",
            "d None Some(Error) None None None",
            "d None Some(NotApplicable) None None None",
            "bounds Some(\"{a b}\") None None None None",
        ]
    );
}

#[test]
fn the_example_of_the_language() {
    let decls = decls(INITIATIVE);
    assert_eq!(decls.len(), 13);
    let Decl::Record(offender) = &decls[5] else { panic!() };
    assert_eq!(offender.docs, ["People, one a row.", "Second line."]);
    let Decl::Category(category) = &decls[10] else { panic!() };
    let names: Vec<_> =
        category.cases.iter().flat_map(|case| &case.criteria).map(|c| &c.name.as_ref().unwrap().text).collect();
    assert_eq!(names, ["armed_felon", "chronic", "repeat_charge", "breach", "first_charge", "complaint"]);
    let Decl::Measure(measure) = &decls[11] else { panic!() };
    assert_eq!(measure.clauses.len(), 7);
    let Decl::Test(test) = &decls[12] else { panic!() };
    assert_eq!(test.expect.len(), 1);
}

#[test]
fn comments_are_kept() {
    let (file, _) = read(EVERYTHING);
    let shown: Vec<_> = file.comments.iter().map(|c| (c.documentation, c.text.as_str())).collect();
    assert_eq!(shown.len(), 8);
    assert_eq!(shown[0], (false, "every construct of the language, each at least once"));
    assert_eq!(shown[1], (true, "How many."));
    assert_eq!(shown[4], (false, "why"));
    let (file, _) = read("#### ornament\n#\n##doc \r\n# end");
    let shown: Vec<_> = file.comments.iter().map(|c| (c.documentation, c.text.as_str())).collect();
    assert_eq!(shown, [(false, "### ornament"), (false, ""), (true, "doc"), (false, "end")]);
    // Comments of a declaration that cannot be read are kept too.
    let (file, diagnostics) = read("let x = # one\n ) # two\n");
    assert_eq!((file.comments.len(), diagnostics.len()), (2, 1));
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let plain = decls(EVERYTHING).len();
    assert_eq!(decls(&EVERYTHING.replace('\n', "\r\n")).len(), plain);
    assert_eq!(decls(&format!("\u{feff}{EVERYTHING}")).len(), plain);
    assert_eq!(decls("").len(), 0);
    assert_eq!(decls("\u{feff}").len(), 0);
    assert_eq!(decls(" \t\r\n # only a comment").len(), 0);
}

#[test]
fn layout_is_free() {
    let one_line = "record R { a : text } let x of R = a = \"b\" let y of R = x category c of R -> K { k when x otherwise none } codes K { k } ordered codes L { l }";
    assert_eq!(decls(one_line).len(), 6);
}
