//! What instruments, tables, functions, movement, publishing, indicators and evaluations read as.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod common;

use assize_lang::ast::*;
use common::{decl, decls, show, show_date, texts};

const DECISIONS: &str = include_str!("files/decisions.assize");

/// The declaration of `DECISIONS` that begins with these words.
#[track_caller]
fn of_file(begin: &str) -> Decl {
    let at = DECISIONS.find(&format!("\n{begin}")).unwrap_or_else(|| panic!("nothing begins with {begin}")) as u32 + 1;
    decls(DECISIONS).into_iter().find(|decl| decl.span().start == at).unwrap()
}

fn opt(expr: &Option<Expr>) -> String {
    expr.as_ref().map_or("-".to_owned(), show)
}

fn title(title: &Option<Quoted>) -> &str {
    title.as_ref().map_or("-", |title| &title.text)
}

fn name(name: &Option<Ident>) -> &str {
    name.as_ref().map_or("-", |name| &name.text)
}

fn result(result: &ResultType) -> String {
    format!("{:?} {}", result.ty.kind, name(&result.unit)).split(" { text").next().unwrap().to_owned()
}

#[test]
fn keywords_names_and_places() {
    let all = decls(DECISIONS);
    let keywords: std::collections::BTreeSet<_> = all.iter().map(|decl| decl.keyword().to_owned()).collect();
    assert!(keywords.len() > 15, "{keywords:?}");
    for decl in &all {
        let text = &DECISIONS[decl.span().start as usize..decl.span().end as usize];
        assert!(text.starts_with(decl.keyword()), "{text}");
        if let Some(name) = decl.name() {
            assert_eq!(&DECISIONS[name.span.start as usize..name.span.end as usize], name.text);
        }
    }
}

#[test]
fn effective_parameters() {
    let Decl::Parameter(cutoff) = of_file("parameter cutoff") else { panic!() };
    let effective = cutoff.effective.unwrap();
    assert_eq!((show(&cutoff.within.unwrap()), title(&cutoff.title)), ("[2 .. -]".to_owned(), "Cut-off"));
    assert_eq!(
        (show_date(effective.from.0), show_date(effective.to.unwrap().0)),
        ("2026-01-01".into(), "2026-12-31".into())
    );
    let Decl::Parameter(other) = of_file("parameter other") else { panic!() };
    assert!(other.effective.unwrap().to.is_none() && other.title.is_none());
}

#[test]
fn instruments() {
    let Decl::Instrument(screen) = of_file("instrument screen") else { panic!() };
    assert_eq!(
        (screen.record.text.as_str(), title(&screen.title), name(&screen.codes)),
        ("Screening", "Risk screen", "-")
    );
    assert_eq!(screen.docs, ["asked at the door"]);
    assert_eq!(show(&screen.applies.unwrap()), "(is asked Known)");
    let items: Vec<_> = screen
        .items
        .iter()
        .map(|item| {
            let unscored = if item.unscored.is_some() { "unscored" } else { "" };
            format!("{} {} {unscored} {} {}", item.name.text, opt(&item.weight), title(&item.title), opt(&item.unless))
        })
        .collect();
    assert_eq!(
        items,
        [
            "q1 1  Agency's own wording -",
            "q3 4  - q3a",
            "q3a -3  - -",
            "q20 - unscored - -",
            "q4 -  Wording (Or (Eq x \"a\") unscored)",
            "weight weight  - -",
        ]
    );
    assert_eq!(screen.items[2].docs, ["counts against"]);
    let Some((MissingPolicy::Prorate { up_to, rounding }, _)) = &screen.missing else { panic!() };
    assert_eq!((show(up_to), rounding.unwrap().0), ("5".to_owned(), Rounding::HalfUp));
    let bands: Vec<_> =
        screen.bands.iter().map(|b| format!("{} {} {}", b.name.text, title(&b.title), show(&b.range))).collect();
    assert_eq!(
        bands,
        ["variable - [- .. 7]", "increased - [8 .. 13]", "severe Severe [14 .. 17]", "extreme - [(Add cutoff 4) .. -]"]
    );
    let routes: Vec<_> =
        screen.routes.iter().map(|r| format!("{} {} {}", r.name.text, title(&r.title), show(&r.condition))).collect();
    assert_eq!(
        routes,
        ["protocol - (tally any q1 q2 q3)", "count - (tally >=4 q4 q5 q6 q7)", "belief By belief officer_believes",]
    );
    assert_eq!(texts(&screen.uses[0].fields), ["race", "sex"]);
    assert_eq!(screen.uses[0].because.text, "the instrument's authors say so");
    let over = screen.over.unwrap();
    assert_eq!(texts(&[over.from, over.because, over.by]), ["rating", "rationale", "rater"]);
    assert_eq!((name(&over.on), name(&over.until)), ("rated_on", "ends_on"));

    let Decl::Instrument(second) = of_file("instrument second") else { panic!() };
    assert_eq!(name(&second.codes), "RiskLevel");
    assert!(matches!(second.missing, Some((MissingPolicy::CountsAs(value), _)) if show(&value) == "0"));
    let bands: Vec<_> = second.bands.iter().map(|b| format!("{} {}", b.name.text, show(&b.range))).collect();
    assert_eq!(bands, ["low [- .. 0]", "high [1 .. -]", "route 5"]);
    assert_eq!(second.routes[0].name.text, "band");
    let Decl::Instrument(third) = of_file("instrument third") else { panic!() };
    assert!(matches!(third.missing, Some((MissingPolicy::LeavesOpen, _))));
    let Decl::Instrument(fourth) = of_file("instrument fourth") else { panic!() };
    assert!(matches!(fourth.missing, Some((MissingPolicy::NotScoredAbove(n), _)) if show(&n) == "(Add other 1)"));
    let over = fourth.over.unwrap();
    assert!(over.on.is_none() && over.until.is_none());
}

fn show_test(test: &CellTest) -> String {
    match &test.kind {
        CellTestKind::Compare { op, value, .. } => format!("{op:?} {}", show(value)),
        CellTestKind::Is(test) => format!("is {test:?}"),
        CellTestKind::Value(value) => show(value),
        CellTestKind::Not(tests) => format!("not({})", tests.iter().map(show_test).collect::<Vec<_>>().join(", ")),
    }
}

fn show_cell(cell: &Cell) -> String {
    match &cell.kind {
        CellKind::Any => "-".to_owned(),
        CellKind::Tests(tests) => tests.iter().map(show_test).collect::<Vec<_>>().join(", "),
        CellKind::Output(value) => format!("-> {}", show(value)),
        CellKind::Error => "ERROR".to_owned(),
    }
}

#[test]
fn tables() {
    let Decl::Table(zone) = of_file("table zone") else { panic!() };
    assert_eq!((title(&zone.title), zone.hit.unwrap().0, zone.from), ("Zones", TableHit::Unique, None));
    assert_eq!((zone.columns.len(), zone.rows.len()), (3, 4));
    assert!(matches!(&zone.columns[2], TableColumn::Output(name) if name.text == "zone"));
    let Decl::Table(loan) = of_file("table loan") else { panic!() };
    let outputs: Vec<_> = loan.outputs.iter().map(result).collect();
    assert_eq!(outputs, ["Codes(Ident", "Decimal CAD", "Integer -"]);
    assert!(matches!(&loan.columns[0], TableColumn::Input(expr) if show(expr) == "(between Years born as_of)"));
    let rows: Vec<Vec<_>> = loan.rows.iter().map(|row| row.cells.iter().map(show_cell).collect()).collect();
    assert_eq!(
        rows,
        [
            [
                "[18 .. 65)",
                "high, \"b\", not(low, is Missing)",
                "Contains x",
                "StartsWith \"A\"",
                "-> approved",
                "-> (Add (Mul base 2) 1)",
                "-> -1"
            ],
            [
                "[65 .. -], [- .. 2]",
                "is Reason(NotAnswered)",
                "{a b}",
                "Ne \"x\", EndsWith \"B\"",
                "-> (if a b c)",
                "-> 105e-1",
                "-> f(x)"
            ],
            ["-3, (neg 2)", "-", "Overlaps {a}", "Matches \"^x\", is Known", "-> (not a)", "-> 5", "-> 2"],
            ["[-5 .. -3]", "(And (not (Or a b)) c)", "Eq 1", "-", "-> (And (not (Or a b)) c)", "-> 1", "-> 1"],
        ]
    );
}

#[test]
fn hit_policies() {
    for (words, expected) in [
        ("", None),
        ("hit unique", Some(TableHit::Unique)),
        ("hit any", Some(TableHit::Any)),
        ("hit first", Some(TableHit::First)),
        ("hit priority", Some(TableHit::Priority)),
        ("hit rule order", Some(TableHit::RuleOrder)),
        ("hit output order", Some(TableHit::OutputOrder)),
        ("hit collect", Some(TableHit::Collect(None))),
        ("hit collect sum", Some(TableHit::Collect(Some(Collected::Sum)))),
        ("hit collect min", Some(TableHit::Collect(Some(Collected::Min)))),
        ("hit collect max", Some(TableHit::Collect(Some(Collected::Max)))),
        ("hit collect count", Some(TableHit::Collect(Some(Collected::Count)))),
    ] {
        let Decl::Table(table) = decl(&format!("table t of R -> K {words} from \"a.xlsx\" sheet \"S\"")) else {
            panic!()
        };
        assert_eq!(table.hit.map(|hit| hit.0), expected, "{words}");
        let from = table.from.unwrap();
        assert_eq!((from.file.text.as_str(), title(&from.sheet)), ("a.xlsx", "S"));
        assert!(table.columns.is_empty() && table.rows.is_empty());
    }
}

#[test]
fn lookups() {
    let Decl::Lookup(weight) = of_file("lookup offence_weight") else { panic!() };
    let keys: Vec<_> = weight.keys.iter().map(|key| key.name.text.as_str()).collect();
    assert_eq!((keys.as_slice(), weight.from.file.text.as_str()), (&["offence", "year"][..], "weights.csv"));
    assert!(matches!(&weight.valid, Some((Validity::By(key), _)) if key.text == "year"));
    assert_eq!(result(&weight.result), "Decimal -");
    let Decl::Lookup(price) = of_file("lookup price") else { panic!() };
    assert_eq!(price.keys[0].from.as_ref().unwrap().text, "Item code");
    assert_eq!(price.keys[1].ty.as_ref().map(result).unwrap(), "Integer -");
    assert!(
        matches!(&price.valid, Some((Validity::Between { from, to: Some(to) }, _)) if from.text == "first_day" && to.text == "last_day")
    );
    assert_eq!(
        (result(&price.result).as_str(), title(&price.column), title(&price.title)),
        ("Decimal CAD", "Price", "Prices")
    );
    assert!(price.effective.unwrap().to.is_some());
    let Decl::Lookup(plain) = of_file("lookup plain") else { panic!() };
    assert!(matches!(plain.valid, Some((Validity::Between { to: None, .. }, _))));
    assert_eq!((title(&plain.column), title(&plain.title)), ("-", "T"));
}

#[test]
fn functions() {
    let Decl::Function(season) = of_file("function season") else { panic!() };
    let body = &season.body;
    assert_eq!(&DECISIONS[body.span.start as usize..body.span.end as usize], body.text);
    assert!(body.text.starts_with("\n  if on.month in") && body.text.ends_with("nested } */ */\n"), "{}", body.text);
    assert_eq!(season.parameters.len(), 1);
    let Decl::Function(fine) = of_file("function fine") else { panic!() };
    let parameters: Vec<_> = fine
        .parameters
        .iter()
        .map(|p| format!("{} {} {}", p.name.text, result(&p.ty), p.or_missing.is_some()))
        .collect();
    assert_eq!(parameters, ["p Date - true", "q Decimal CAD false", "r SetOf(Ident true"]);
    assert_eq!(
        (result(&fine.result).as_str(), title(&fine.title), fine.body.text.as_str()),
        ("Decimal CAD", "Fine", " 1 ")
    );
    assert_eq!(fine.docs, ["with a missing value"]);
    let Decl::Function(nothing) = of_file("function nothing") else { panic!() };
    assert_eq!((nothing.parameters.len(), nothing.body.text.as_str()), (0, ""));
}

fn event(event: &Event) -> String {
    format!("{} by {} where {}", event.of.text, name(&event.by), opt(&event.filter))
}

#[test]
fn movement_and_responses() {
    let Decl::Progression(level) = of_file("progression level") else { panic!() };
    assert_eq!(texts(&[level.record, level.category, level.start.unwrap().0]), ["Offender", "offender_list", "D"]);
    assert_eq!((title(&level.title), show(&level.hold.unwrap().0).as_str()), ("Movement", "90Days"));
    assert_eq!(level.uses[0].because.text, "court order");
    let moves: Vec<_> = level
        .moves
        .iter()
        .map(|m| {
            let when = match &m.when {
                Occasion::Each(e) => format!("each {}", event(e)),
                Occasion::Without { after, events } => {
                    format!("{} without {}", show(after), events.iter().map(event).collect::<Vec<_>>().join(", "))
                }
            };
            format!("{} {} {when}", if m.up { "up" } else { "down" }, show(&m.steps))
        })
        .collect();
    assert_eq!(
        moves,
        [
            "up 1 each charges by charged_on where (And (Eq offence assault) (Gt on (start-of Months as_of)))",
            "up 2 each Breach by - where -",
            "down 1 24Months without Charge by on where weapon, Breach by - where -",
            "down steps window without calls by - where (Eq lower(x) \"a\")",
        ]
    );
    let Decl::Response(response) = of_file("response to offender_list") else { panic!() };
    assert_eq!((response.to.text.as_str(), title(&response.title)), ("offender_list", "What follows"));
    let actions: Vec<_> = response
        .actions
        .iter()
        .map(|a| format!("{} {} {} {} {}", a.code.text, a.text.text, name(&a.by), opt(&a.within), opt(&a.after)))
        .collect();
    assert_eq!(
        actions,
        [
            "A Prosecution priority prosecutor 2Days -",
            "A Again - - -",
            "B Call-in with partners police 30Days notified_on",
            "none Nothing - window -",
        ]
    );
    let Decl::Response(bands) = of_file("response to screen") else { panic!() };
    assert_eq!(name(&bands.member), "band");
}

#[test]
fn publishing() {
    let Decl::Publish(shared) = of_file("publish shared") else { panic!() };
    let items: Vec<_> = shared.items.iter().map(|item| format!("{}.{}", item.name.text, name(&item.member))).collect();
    assert_eq!(items, ["offender_list.-", "Offender.division", "screen.highest", "reoffended.-"]);
    assert_eq!((shared.to.text.as_str(), title(&shared.title)), ("partner", "What partners get"));
    let Decl::Release(release) = of_file("release") else { panic!() };
    assert_eq!((show(&release.at_least), release.label.text.as_str()), ("10".to_owned(), "public"));
}

#[test]
fn clauses_of_categories_and_members_of_results() {
    let Decl::Category(category) = of_file("category c") else { panic!() };
    let codes: Vec<_> = category.cases.iter().map(|case| case.code.text.as_str()).collect();
    assert_eq!(codes, ["A", "uses", "override"]);
    assert_eq!((category.uses.len(), name(&category.over.as_ref().unwrap().on)), (1, "judged_on"));
    let shown = |begin: &str| match of_file(begin) {
        Decl::Let(decl) => show(&decl.value),
        other => panic!("{other:?}"),
    };
    assert_eq!(shown("let part"), "(Add (Add screen.score parent.screen.lowest) a.b.c.d)");
    assert_eq!(shown("let spans"), "(between Years min(a b) (Add max(c d) 1))");
    assert_eq!(shown("let best"), "(highest a.band b.band)");
    let Decl::Test(test) = of_file("test \"members\"") else { panic!() };
    let members: Vec<_> = test.expect.iter().map(|e| format!("{}.{}", e.name.text, name(&e.member))).collect();
    assert_eq!(members, ["screen.score", "screen.highest", "screen.band"]);
}

/// The word, out of the place that the tree has for it.
fn precise(precision: &Precision) -> String {
    match precision {
        Precision::Exact => String::new(),
        Precision::Approximate(span) => format!("{} ", &DECISIONS[span.start as usize..span.end as usize]),
    }
}

fn clause(kind: &MeasureClauseKind) -> String {
    match kind {
        MeasureClauseKind::As(MeasureForm::Distinct { precision, of }) => {
            format!("{}distinct {}", precise(precision), show(of))
        }
        MeasureClauseKind::As(MeasureForm::Median { precision, of }) => {
            format!("{}median {}", precise(precision), show(of))
        }
        MeasureClauseKind::As(MeasureForm::Percentile { precision, rank, of }) => {
            format!("{}percentile {} {}", precise(precision), show(rank), show(of))
        }
        MeasureClauseKind::As(MeasureForm::Formula(e)) => format!("formula {}", show(e)),
        MeasureClauseKind::As(MeasureForm::Standardised(s)) => {
            format!("standardised {} {} {:?} {}", s.indirect, show(&s.per), texts(&s.by), s.to.text)
        }
        MeasureClauseKind::By(names) => format!("by {:?}", texts(names)),
        MeasureClauseKind::Every { period, of } => format!("every {period:?} {}", show(of)),
        MeasureClauseKind::Interval { method, level } => format!("{method:?} {}", show(level)),
        MeasureClauseKind::Suppress { below } => format!("suppress {}", show(below)),
        MeasureClauseKind::Round(r) => format!("round {} {} {}", show(&r.to), r.controlled.is_some(), title(&r.seed)),
        MeasureClauseKind::Target(t) => target(t),
        MeasureClauseKind::Baseline(b) => format!("baseline {} {}", b.mean, show(&b.period)),
        MeasureClauseKind::Compare(Comparison::SamePeriodLastYear) => "compare last year".to_owned(),
        MeasureClauseKind::Compare(Comparison::Baseline(b)) => format!("compare {} {}", b.mean, show(&b.period)),
        MeasureClauseKind::Signals(signals) => {
            signals.iter().map(|s| format!("{:?} {}", s.kind, opt(&s.points))).collect::<Vec<_>>().join(", ")
        }
        MeasureClauseKind::Chart(c) => {
            let all = |list: &[Expr]| list.iter().map(show).collect::<Vec<_>>().join(" ");
            let rebase: Vec<_> = c.rebase.iter().map(|(date, _)| show_date(*date)).collect();
            let freeze = opt(&c.freeze);
            format!("{:?} [{}] {rebase:?} {freeze} [{}]", c.kind, all(&c.levels), all(&c.without))
        }
        other => format!("{other:?}").chars().take(10).collect(),
    }
}

fn target(target: &Target) -> String {
    let bound = match &target.bound {
        TargetBound::AtLeast(value) => format!(">= {}", show(value)),
        TargetBound::AtMost(value) => format!("<= {}", show(value)),
        TargetBound::Between(low, high) => format!("{} to {}", show(low), show(high)),
    };
    let by = target.by.map_or("-".to_owned(), |by| show_date(by.0));
    let amber =
        target.amber.as_ref().map_or("-".to_owned(), |amber| format!("{} {}", show(&amber.within), amber.percent));
    format!("target {bound} by {by} amber {amber}")
}

#[test]
fn measures() {
    let shown = |begin: &str| match of_file(begin) {
        Decl::Measure(measure) => measure.clauses.iter().map(|c| clause(&c.kind)).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        shown("measure m1"),
        ["median cost", "suppress 5", "round 5 false s", "baseline false [2012 .. 2014]", "compare last year"]
    );
    assert_eq!(
        shown("measure m2"),
        [
            "percentile 90 days_open",
            "by [\"district\"]",
            "every Rolling(Amount { count: 12, unit: Months }) on",
            "Byar 998e-3",
            "round 3 true -",
            "target <= 20 by 2026-12-31 amber 10e-2 true",
            "compare true [2012 .. 2014]",
            "Shewhart -, Runs 8, Trends -, NearLimit -, Crossings -",
            "Xmr [95e-2 998e-3] [\"2020-03-15\", \"2021-01-01\"] 24 [[2020-04-01 .. 2020-06-30] 2021-02-01]",
        ]
    );
    assert_eq!(
        shown("measure m3"),
        [
            "Numerator(",
            "standardised false 100000 [\"age_group\", \"sex\"] standard_population",
            "by [\"district\"]",
            "Exact 95e-2",
            "target >= (Add x 1) by - amber -",
            "Funnel [] [] - []",
        ]
    );
    assert_eq!(
        shown("measure m4"),
        [
            "standardised true 1000 [\"age\"] rates",
            "target 10 to 20 by - amber 2 false",
            "T 95e-2",
            "baseline true 2012"
        ]
    );
    assert_eq!(
        shown("measure m5"),
        [
            "formula (Mul (Div m1 m2) 100)",
            "Runs cutoff, Trends 7",
            "target >= 3 by 2026-01-01 amber -",
            "Run [] [] - []"
        ]
    );
    assert_eq!(shown("measure m6"), ["approximate distinct approximate", "by [\"approximate\"]"]);
    assert_eq!(shown("measure m7"), ["approximate median cost"]);
    assert_eq!(shown("measure m8"), ["approximate percentile 995e-1 days_open"]);
}

#[test]
fn audits() {
    let Decl::Audit(fair) = of_file("audit fair") else { panic!() };
    assert_eq!((texts(&fair.by), title(&fair.title)), (vec!["race", "sex"], "Fairness"));
    assert_eq!(show(&fair.against), "(And (in reoffended {a b}) (Latest x of cs by on where y))");
    assert_eq!(fair.clauses.len(), 10);
    assert!(matches!(&fair.clauses[0].kind, AuditClauseKind::Positive(Positive::AtLeast(code)) if code.text == "B"));
    assert!(matches!(&fair.clauses[1].kind, AuditClauseKind::Expected(Expected::LookUp(name)) if name.text == "norms"));
    let Decl::Audit(third) = decl("audit third of s against p { expected A 5%, B 12.5%, C 1 positive at most B }")
    else {
        panic!()
    };
    let AuditClauseKind::Expected(Expected::Shares(shares)) = &third.clauses[0].kind else { panic!() };
    let shares: Vec<_> = shares.iter().map(|(code, share)| format!("{} {}", code.text, show(share))).collect();
    assert_eq!((shares.join(", ").as_str(), third.clauses.len()), ("A 5e-2, B 125e-3, C 1", 2));
    let Decl::Audit(bare) = decl("audit bare of s against p { positive in {A, B} }") else { panic!() };
    assert!(matches!(&bare.clauses[0].kind, AuditClauseKind::Positive(Positive::In(set)) if show(set) == "{A B}"));
}

#[test]
fn indicators() {
    let Decl::Indicator(felt) = of_file("indicator felt_safety") else { panic!() };
    let kinds: Vec<_> = felt.clauses.iter().map(|clause| &clause.kind).collect();
    let facets: Vec<_> = kinds
        .iter()
        .filter_map(|kind| match kind {
            IndicatorClauseKind::Facet(facets) => Some(facets.iter().map(|facet| facet.0).collect::<Vec<_>>()),
            _ => None,
        })
        .flatten()
        .collect();
    assert_eq!(
        facets,
        [
            Facet::Data(DataKind::Qualitative),
            Facet::Purpose(Purpose::Summative),
            Facet::Purpose(Purpose::Formative),
            Facet::About(About::Outcome),
            Facet::Conducted(Conducted::Internal),
            Facet::Stage(Stage::Outcome),
        ]
    );
    assert!(kinds.contains(&&IndicatorClauseKind::Collected(Frequency::Yearly)));
    assert!(kinds.contains(&&IndicatorClauseKind::Better { higher: true }));
    let from = kinds.iter().find_map(|kind| if let IndicatorClauseKind::From(from) = kind { Some(from) } else { None });
    let Evidence::Ratings(ratings) = from.unwrap() else { panic!() };
    assert_eq!((ratings.record.text.as_str(), ratings.scale.text.as_str()), ("Answer", "Likert"));
    let items: Vec<_> = ratings.items.iter().map(|i| (i.name.text.as_str(), i.reversed.is_some())).collect();
    assert_eq!((items, opt(&ratings.answered)), (vec![("q1", false), ("q2", true)], "2".to_owned()));
    assert_eq!((name(&ratings.subject), name(&ratings.rated_by)), ("place", "interviewer"));
    assert_eq!(opt(&ratings.filter), "(Lt on as_of)");
    let rubric =
        kinds.iter().find_map(|k| if let IndicatorClauseKind::Rubric(r) = k { Some(r) } else { None }).unwrap();
    let levels: Vec<_> =
        rubric.levels.iter().map(|l| format!("{} {} {}", l.name.text, title(&l.title), show(&l.condition))).collect();
    assert_eq!(levels, ["strong Most (Ge top2 70e-2)", "adequate - (Ge top2 50e-2)"]);
    let (otherwise, few) = rubric.otherwise.as_ref().unwrap();
    assert_eq!((otherwise.text.as_str(), title(few)), ("weak", "Few"));

    let evidence = |begin: &str| match of_file(begin) {
        Decl::Indicator(indicator) => indicator
            .clauses
            .into_iter()
            .find_map(|clause| if let IndicatorClauseKind::From(from) = clause.kind { Some(from) } else { None })
            .unwrap(),
        other => panic!("{other:?}"),
    };
    assert!(matches!(evidence("indicator visits"), Evidence::Measure(name) if name.text == "school_visits"));
    let Evidence::Themes(themes) = evidence("indicator told") else { panic!() };
    assert_eq!(texts(&[themes.record, themes.coded]), ["Interview", "themes"]);
    assert_eq!([name(&themes.text), name(&themes.subject), name(&themes.rated_by)], ["answer", "person", "coder"]);
    assert!(matches!(evidence("indicator there"), Evidence::Documents { filter: Some(_), .. }));
}

#[test]
fn evaluations() {
    let Decl::Evaluation(officers) = of_file("evaluation community_officers") else { panic!() };
    let shown: Vec<_> = officers
        .clauses
        .iter()
        .map(|clause| match &clause.kind {
            EvaluationClauseKind::Forms(forms) => format!("forms {}", forms.len()),
            EvaluationClauseKind::Period(period) => format!("period {}", show(period)),
            EvaluationClauseKind::Logic { stage, entries } => {
                let entries: Vec<_> = entries
                    .iter()
                    .map(|entry| match entry {
                        LogicEntry::Text(text) => format!("\"{}\"", text.text),
                        LogicEntry::Name(name) => name.text.clone(),
                    })
                    .collect();
                format!("{stage:?} {}", entries.join(" "))
            }
            EvaluationClauseKind::Objective(o) => format!(
                "objective {} {} {} {} {} {:?}",
                o.name.text,
                title(&o.title),
                opt(&o.weight),
                title(&o.question),
                title(&o.criterion),
                texts(&o.indicators)
            ),
            EvaluationClauseKind::Overall(overall) => format!("{overall:?}"),
            EvaluationClauseKind::Requires(r) => match &r.has {
                Possession::Indicators { at_least, of } => {
                    let of: Vec<_> = of.iter().map(|facet| facet.0).collect();
                    format!("{:?} {} {of:?}", r.of, opt(at_least))
                }
                Possession::Clause(clause, _) => format!("{:?} {clause:?}", r.of),
            },
        })
        .collect();
    assert_eq!(
        shown,
        [
            "forms 4",
            "period [2024-01-01 .. 2024-12-31]",
            "Input \"Nine officers\" officers",
            "Activity portraits_completed",
            "Output visits \"Letters\"",
            "Outcome felt_safety",
            "objective know_issues Know local safety issues 2 Do they? Relevance [\"felt_safety\", \"portraits_completed\"]",
            "objective other - - - - [\"visits\"]",
            "WeightedMean",
            "EveryObjective - [About(Outcome)]",
            "EveryIndicator Target",
            "Evaluation 2 [Data(Qualitative), Conducted(External)]",
            "Evaluation - []",
        ]
    );
    let Decl::Evaluation(third) = decl("evaluation e { overall profile { a \"A\" : x = y otherwise b } }") else {
        panic!()
    };
    let EvaluationClauseKind::Overall(Overall::Profile(profile)) = &third.clauses[0].kind else { panic!() };
    assert_eq!((profile.levels.len(), profile.otherwise.as_ref().unwrap().0.text.as_str()), (1, "b"));
    assert!(matches!(
        decl("evaluation e { overall minimum }"),
        Decl::Evaluation(e) if matches!(e.clauses[0].kind, EvaluationClauseKind::Overall(Overall::Minimum))
    ));
}

#[test]
fn cells_that_stand_alone() {
    use assize_lang::source::FileId;
    use assize_lang::{parse_cell, parse_column};
    for (text, output, expected) in [
        (">= 7", false, "Ge 7"),
        ("-", false, "-"),
        ("- ", false, "-"),
        ("-5", false, "-5"),
        ("4..6", false, "[4 .. 6]"),
        ("..6", false, "[- .. 6]"),
        ("4..", false, "[4 .. -]"),
        ("high, low", false, "high, low"),
        ("not(high)", false, "not(high)"),
        ("is missing", false, "is Missing"),
        ("2026-01-02", false, "2026-01-02"),
        ("a + 1", true, "-> (Add a 1)"),
        ("not(a)", true, "-> (not a)"),
    ] {
        let (cell, diagnostics) = parse_cell(FileId(3), text, output);
        assert_eq!((show_cell(&cell).as_str(), diagnostics.len()), (expected, 0), "{text}");
        assert_eq!(cell.span.file, FileId(3));
    }
    for (text, output, code) in [
        ("", false, "E0034"),
        ("  ", false, "E0034"),
        ("-", true, "E0034"),
        ("> 3", true, "E0035"),
        ("a, b", true, "E0035"),
        ("a b", false, "E0010"),
        ("# a", false, "E0027"),
        ("a | b", false, "E0029"),
        ("(a", false, "E0012"),
        ("2026-02-30", false, "E0025"),
    ] {
        let (cell, diagnostics) = parse_cell(FileId(3), text, output);
        let codes: Vec<_> = diagnostics.iter().map(|d| d.code.0).collect();
        assert_eq!((show_cell(&cell).as_str(), codes.as_slice()), ("ERROR", &[code][..]), "{text}: {diagnostics:?}");
    }
    let (column, diagnostics) = parse_column(FileId(3), "-> zone");
    assert!(matches!(column, Some(TableColumn::Output(name)) if name.text == "zone") && diagnostics.is_empty());
    let (column, _) = parse_column(FileId(3), "years between born and as_of");
    assert!(matches!(column, Some(TableColumn::Input(expr)) if show(&expr) == "(between Years born as_of)"));
    assert!(parse_column(FileId(3), "a b").0.is_none());
}
