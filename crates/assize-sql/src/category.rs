//! A category: whether its cases hold, then its value, its state, and what could come out.

use crate::relation::Writer;
use crate::source::BAD;
use crate::value::{can, code_name, column};
use crate::{For, Not, Written};
use assize_model::ids::{CategoryId, Code, DecisionId, ScopeId};
use assize_model::program::{Category, Hit, Otherwise};

/// The query of a category.
pub fn query(run: For<'_>, id: CategoryId) -> Written<String> {
    let (program, dialect) = (run.program, run.dialect);
    let category = program.category(id).ok_or_else(|| Not::because("it is not there"))?;
    let decision = program.decision(category.decision).ok_or_else(|| Not::because("it is not there"))?;
    let mut writer = Writer::new(run);
    let key = dialect.name(&writer.key(category.record)?);
    let relation = writer.relation(decision.scope, &[], &[category.decision])?;
    let of = |what: &str| dialect.name(&column(category.decision, what));
    writer.query(&format!(
        "SELECT r.{key} AS key, r.{} AS value, r.{} AS state\nFROM {relation} r",
        of("value"),
        of("state")
    ))
}

/// The codes that may come out of a category.
pub fn codes(category: &Category) -> Vec<Code> {
    let mut codes: Vec<Code> = Vec::new();
    let fallback = match category.otherwise {
        Otherwise::None => Some(Code::NONE),
        Otherwise::Code(code) => Some(code),
        Otherwise::Error(_) => None,
    };
    for code in category.cases.iter().map(|case| case.code).chain(fallback) {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// The relation with a category beside it: its cases, and then what comes of them.
pub fn layers(writer: &mut Writer<'_>, scope: ScopeId, over: &str, id: DecisionId) -> Written<String> {
    let (program, dialect) = (writer.run.program, writer.run.dialect);
    let decision = program.decision(id).ok_or_else(|| Not::because("a category is not there"))?;
    let category = program.category(decision.category).ok_or_else(|| Not::because("a category is not there"))?;
    let name = &category.heading.name;
    let refuse = |what: &str| Err(Not::because(format!("`{name}` {what}")).at(category.place));
    if category.hit == Hit::All {
        return refuse("gives a set of codes (`hit all`)");
    }
    if program.progressions.iter().any(|progression| progression.category == decision.category) {
        return refuse("is a progression");
    }
    if program.instruments.iter().any(|form| [form.band, form.routes].contains(&Some(decision.category))) {
        return refuse("is of an instrument");
    }
    let own = |what: &str| dialect.name(&column(id, what));

    // Whether each case holds, and whether the category applies.
    let mut scoped = writer.scoped(scope, "r");
    let applies = match decision.applies {
        Some(node) => scoped.condition(node)?,
        None => "TRUE".to_owned(),
    };
    let mut columns = vec![format!("{applies} AS {}", own("ok"))];
    let mut criteria = decision.criteria.iter();
    for (at, case) in category.cases.iter().enumerate() {
        let mut any = Vec::new();
        for &node in criteria.by_ref().take(case.criteria.len()) {
            any.push(scoped.condition(node)?);
        }
        let any = if any.is_empty() { "FALSE".to_owned() } else { format!("({})", any.join(" OR ")) };
        columns.push(format!("{any} AS {}", own(&format!("case_{at}"))));
    }
    let cases = writer.layer("cases", format!("SELECT r.*,\n    {}\n  FROM {over} r", columns.join(",\n    ")));

    // The first case that holds.
    let holds = |at: usize| format!("r.{}", own(&format!("case_{at}")));
    let count = category.cases.len();
    let first: String = (0..count).map(|at| format!(" WHEN {} THEN {at}", holds(at))).collect();
    let first = if count == 0 { "CAST(NULL AS INTEGER)".to_owned() } else { format!("CASE{first} END") };
    let raw: String = category
        .cases
        .iter()
        .enumerate()
        .map(|(at, case)| {
            let code = dialect.text(&code_name(program, category.list, case.code));
            format!(" WHEN {} THEN {code}", holds(at))
        })
        .collect();
    let fallback = match category.otherwise {
        Otherwise::None => dialect.text("none"),
        Otherwise::Code(code) => dialect.text(&code_name(program, category.list, code)),
        Otherwise::Error(_) => "NULL".to_owned(),
    };
    let text_type = dialect.text_type();
    let raw =
        if count == 0 { format!("CAST({fallback} AS {text_type})") } else { format!("CASE{raw} ELSE {fallback} END") };
    let step = writer
        .layer("first", format!("SELECT r.*, {first} AS {}, {raw} AS {}\n  FROM {cases} r", own("at"), own("raw")));

    let (at, raw, ok) = (format!("r.{}", own("at")), format!("r.{}", own("raw")), format!("r.{}", own("ok")));
    let or = |parts: Vec<String>| {
        if parts.is_empty() { "FALSE".to_owned() } else { format!("({})", parts.join(" OR ")) }
    };
    let open = or((0..count).map(|at| format!("{} IS NULL", holds(at))).collect());
    let mut state =
        vec![format!("WHEN r.{} THEN 'error'", dialect.name(BAD)), format!("WHEN NOT {ok} THEN 'not_applicable'")];
    if category.hit == Hit::Unique && count > 1 {
        let held: Vec<String> = (0..count).map(|at| format!("CASE WHEN {} THEN 1 ELSE 0 END", holds(at))).collect();
        state.push(format!("WHEN {} > 1 THEN 'error'", held.join(" + ")));
    }
    if matches!(category.otherwise, Otherwise::Error(_)) {
        state.push(format!("WHEN {at} IS NULL AND NOT {open} THEN 'error'"));
    }
    state.push(format!("WHEN {ok} IS NULL OR ({at} IS NULL AND {open}) THEN 'undetermined'"));
    let provisional = match category.hit {
        Hit::Unique => format!("{at} IS NOT NULL AND {open}"),
        _ => or(category
            .cases
            .iter()
            .enumerate()
            .map(|(case_at, case)| {
                let code = dialect.text(&code_name(program, category.list, case.code));
                format!("({} IS NULL AND {at} > {case_at} AND {raw} <> {code})", holds(case_at))
            })
            .collect()),
    };
    state.push(format!("WHEN {provisional} THEN 'provisional'"));
    let state = format!("CASE {} ELSE 'decided' END", state.join("\n      "));

    // What could come out.
    let mut columns = vec![format!("{state} AS {}", own("state"))];
    for code in codes(category) {
        let named = dialect.text(&code_name(program, category.list, code));
        let mut ways: Vec<String> = Vec::new();
        for (case_at, _) in category.cases.iter().enumerate().filter(|(_, case)| case.code == code) {
            let may = format!("({} OR {} IS NULL)", holds(case_at), holds(case_at));
            ways.push(match category.hit {
                Hit::Unique => format!("({at} IS NULL AND {may})"),
                _ => format!("(({at} IS NULL OR {at} >= {case_at}) AND {may})"),
            });
        }
        match category.otherwise {
            Otherwise::None if code == Code::NONE => ways.push(format!("{at} IS NULL")),
            Otherwise::Code(other) if other == code => ways.push(format!("{at} IS NULL")),
            _ => {}
        }
        if category.hit == Hit::Unique {
            ways.push(format!("({at} IS NOT NULL AND {raw} = {named})"));
        }
        columns.push(format!("COALESCE({}, FALSE) AS {}", or(ways), own(&can(code))));
    }
    let outcome = writer.layer("outcome", format!("SELECT r.*,\n    {}\n  FROM {step} r", columns.join(",\n    ")));
    let value = format!(
        "SELECT r.*, CASE WHEN r.{} IN ('decided', 'provisional') THEN {raw} END AS {}\n  FROM {outcome} r",
        own("state"),
        own("value")
    );
    Ok(writer.layer("valued", value))
}
