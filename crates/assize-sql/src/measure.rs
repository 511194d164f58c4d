//! A measure: where each record leaves the ladder, and the counts of each breakdown and period.

use crate::expr::fiscal_year;
use crate::relation::Writer;
use crate::source::BAD;
use crate::value::{Sql, column};
use crate::{For, Not, Written, formula};
use assize_model::civil::Unit;
use assize_model::ids::{DecisionId, MeasureId, NodeId};
use assize_model::measure::{Measure, MeasureForm, Precision, UnknownPolicy};
use assize_model::period::Period;
use assize_model::ty::Ty;

/// A clause of the ladder.
#[derive(Debug, Clone)]
enum Clause {
    Absent,
    /// As the measure takes it, and as it is.
    Condition {
        taken: String,
        raw: String,
    },
    Number(String),
}

impl Clause {
    /// Whether it is not known.
    fn open(&self) -> String {
        match self {
            Self::Absent => "FALSE".to_owned(),
            Self::Condition { taken: text, .. } | Self::Number(text) => format!("({text} IS NULL)"),
        }
    }

    /// Whether it was not known, and something else was taken.
    fn replaced(&self) -> String {
        match self {
            Self::Condition { taken, raw } if taken != raw => format!("({raw} IS NULL)"),
            _ => "FALSE".to_owned(),
        }
    }

    fn yes(&self, absent: &str) -> String {
        match self {
            Self::Absent => absent.to_owned(),
            Self::Condition { taken, .. } => taken.clone(),
            Self::Number(_) => "TRUE".to_owned(),
        }
    }
}

/// The query of a measure.
pub fn query(run: For<'_>, id: MeasureId) -> Written<String> {
    let (program, dialect) = (run.program, run.dialect);
    let measure = program.measure(id).ok_or_else(|| Not::because("it is not there"))?;
    refused(measure)?;
    if let MeasureForm::Formula(_) = measure.form {
        return formula::query(run, id);
    }
    let scope = program.record(measure.record).map(|record| record.root);
    let scope = scope.ok_or_else(|| Not::because("it is of no record"))?;
    let mut writer = Writer::new(run);

    let by_nodes = measure.by.iter().filter(|by| by.category.is_none()).map(|by| by.node);
    let nodes: Vec<NodeId> = [
        measure.include,
        measure.exclude,
        measure.eligible,
        measure.numerator,
        measure.except,
        measure.denominator,
        measure.form.of(),
        measure.every.map(|(_, node)| node),
    ]
    .into_iter()
    .flatten()
    .chain(by_nodes)
    .collect();
    let by_category = |at: usize| -> Option<DecisionId> {
        program.category(measure.by.get(at)?.category?).map(|category| category.decision)
    };
    let decisions: Vec<DecisionId> = (0..measure.by.len()).filter_map(by_category).collect();
    let relation = writer.relation(scope, &nodes, &decisions)?;

    let mut scoped = writer.scoped(scope, "r");
    let mut clause = |node: Option<NodeId>| -> Written<Clause> {
        let Some(node) = node else { return Ok(Clause::Absent) };
        if program.node(node).is_some_and(|node| node.ty.is_number()) {
            return scoped.exact(node).map(Clause::Number);
        }
        let raw = scoped.condition(node)?;
        let taken = match measure.unknown {
            UnknownPolicy::Apart => raw.clone(),
            UnknownPolicy::Yes => format!("COALESCE({raw}, TRUE)"),
            UnknownPolicy::No => format!("COALESCE({raw}, FALSE)"),
        };
        Ok(Clause::Condition { taken, raw })
    };
    let (include, exclude, eligible) = (clause(measure.include)?, clause(measure.exclude)?, clause(measure.eligible)?);
    let (numerator, denominator) = (clause(measure.numerator)?, clause(measure.denominator)?);
    let except = clause(measure.except)?;
    let value = measure.form.of().map(|node| scoped.exact(node)).transpose()?;

    // Breakdowns: the value, and why there is none.
    let mut axes: Vec<(String, String)> = Vec::new();
    let mut undecided = Vec::new();
    for (at, by) in measure.by.iter().enumerate() {
        let missing = format!("{}__missing", by.name);
        match by_category(at) {
            Some(decision) => {
                let of = |what: &str| format!("r.{}", dialect.name(&column(decision, what)));
                axes.push((of("value"), by.name.to_string()));
                let state = of("state");
                axes.push((
                    format!(
                        "CASE {state} WHEN 'undetermined' THEN 'unknown' WHEN 'not_applicable' THEN 'not_applicable' \
                         WHEN 'error' THEN 'error' END"
                    ),
                    missing,
                ));
                undecided.push(format!("{state} IN ('provisional', 'undetermined')"));
            }
            None => {
                let text = scoped.exact(by.node)?;
                axes.push((format!("CASE WHEN {text} IS NULL THEN 'missing' END"), missing));
                axes.push((text, by.name.to_string()));
            }
        }
    }
    if let Some((period, node)) = measure.every {
        let date = match scoped.expr(node)? {
            Sql::Plain(date) if program.node(node).is_some_and(|node| node.ty == Ty::Date) => date,
            _ => return Err(Not::because("its periods are of no date")),
        };
        let from = match period {
            Period::Month => dialect.start_of(Unit::Months, &date),
            Period::Quarter => dialect.start_of(Unit::Quarters, &date),
            Period::Year => dialect.start_of(Unit::Years, &date),
            Period::FiscalYear { from } => {
                let year = fiscal_year(dialect, &date, from);
                format!("CASE WHEN {date} IS NOT NULL THEN {} END", dialect.first_of(&year, from))
            }
            Period::Rolling { .. } => return Err(Not::because("its periods roll")),
        };
        axes.push((from, "period_from".to_owned()));
    }

    let class = class(&include, &exclude, &eligible, &numerator, &denominator, &except, value.as_deref());
    let replaced = replaced(&include, &exclude, &eligible, &numerator, &denominator, &except);
    let not_decided = if undecided.is_empty() { "FALSE".to_owned() } else { undecided.join(" OR ") };
    let amount = |clause: &Clause| match clause {
        Clause::Number(text) => text.clone(),
        _ => "1".to_owned(),
    };
    let (numbers, totals) = (amount(&numerator), amount(&denominator));
    let mut columns: Vec<String> =
        axes.iter().map(|(text, name)| format!("{text} AS {}", dialect.name(name))).collect();
    columns.push(format!("CASE WHEN r.{} THEN 'error' ELSE {class} END AS __stage", dialect.name(BAD)));
    columns.push(format!("(NOT r.{} AND {replaced}) AS __replaced", dialect.name(BAD)));
    columns.push(format!("({not_decided}) AS __not_decided"));
    columns.push(format!("{numbers} AS __numerator"));
    columns.push(format!("{totals} AS __denominator"));
    columns.push(format!("{} AS __value", value.as_deref().unwrap_or("1")));
    let staged = writer.layer("staged", format!("SELECT {}\n  FROM {relation} r", columns.join(",\n    ")));

    let sum = |of: &str, when: &str| format!("COALESCE(SUM(CASE WHEN {when} THEN {of} END), 0)");
    let count = |when: &str| sum("1", when);
    let is = |stages: &[&str]| {
        let stages: Vec<String> = stages.iter().map(|stage| format!("'{stage}'")).collect();
        format!("s.__stage IN ({})", stages.join(", "))
    };
    let in_numerator = is(&["numerator", "numerator_only"]);
    let left = is(&["numerator", "numerator_only", "denominator", "neither"]);
    let counted = if measure.numerator.is_some() { &in_numerator } else { &left };
    let past = |not: &[&str]| format!("NOT ({})", is(not));
    let mut rows: Vec<(String, &str)> = vec![
        ("COUNT(*)".to_owned(), "read"),
        (count(&past(&["error", "not_included", "unknown_first"])), "include"),
        (count(&is(&["excluded"])), "exclude"),
        (
            count(&is(&["unknown_eligible", "except", "numerator", "numerator_only", "denominator", "neither"])),
            "eligible",
        ),
        (
            count(&format!("{} OR s.__replaced", is(&["unknown_first", "unknown_included", "unknown_eligible"]))),
            "unknown",
        ),
        (count(&in_numerator), "in_numerator"),
        (count(&is(&["except"])), "except"),
        (count(&is(&["error"])), "error"),
    ];
    if !undecided.is_empty() {
        rows.push((count("s.__not_decided"), "not_decided"));
    }
    let over = match denominator {
        Clause::Number(_) => sum("s.__denominator", &left),
        _ => count(&is(&["numerator", "denominator"])),
    };
    let numerator = match numerator {
        Clause::Number(_) => sum("s.__numerator", &in_numerator),
        _ => count(counted),
    };
    match &measure.form {
        MeasureForm::Count => rows.push((count(counted), "value")),
        MeasureForm::Rate { per } => {
            let value = dialect.quotient(&format!("({numerator} * {})", per.normalized()), &over);
            rows.extend([(numerator, "numerator"), (over, "denominator"), (value, "value")]);
        }
        MeasureForm::Ratio => {
            let value = dialect.quotient(&numerator, &over);
            rows.extend([(numerator, "numerator"), (over, "denominator"), (value, "value")]);
        }
        MeasureForm::Sum(_) => rows.push((sum("s.__value", counted), "value")),
        MeasureForm::Mean(_) => {
            rows.push((dialect.quotient(&sum("s.__value", counted), &count(counted)), "value"));
        }
        MeasureForm::Distinct { .. } => {
            rows.push((format!("COUNT(DISTINCT CASE WHEN {counted} THEN s.__value END)"), "value"));
        }
        MeasureForm::Quantile { share, .. } => {
            rows.push((dialect.quantile(&format!("CASE WHEN {counted} THEN s.__value END"), *share), "value"));
        }
        _ => return Err(Not::because("its form")),
    }
    let by: Vec<String> = axes.iter().map(|(_, name)| format!("s.{}", dialect.name(name))).collect();
    let columns: Vec<String> =
        by.iter().cloned().chain(rows.iter().map(|(text, name)| format!("{text} AS {}", dialect.name(name)))).collect();
    let group = if by.is_empty() { String::new() } else { format!("\nGROUP BY {0}\nORDER BY {0}", by.join(", ")) };
    writer.query(&format!("SELECT {}\nFROM {staged} s{group}", columns.join(",\n  ")))
}

/// What no measure in SQL has.
fn refused(measure: &Measure) -> Written<()> {
    let what = match &measure.form {
        MeasureForm::Distinct { precision: Precision::Approximate, .. }
        | MeasureForm::Quantile { precision: Precision::Approximate, .. } => Some("it is approximate"),
        MeasureForm::Standardised(_) => Some("it is a standardised rate"),
        _ if measure.audit.is_some() => Some("it is an audit"),
        _ if measure.suppress.is_some() => Some("small cells of it are withheld (`suppress`)"),
        _ if measure.round.is_some() => Some("its numbers are rounded for release (`round to`)"),
        _ => None,
    };
    what.map_or(Ok(()), |what| Err(Not::because(what)))
}

/// Where a record that can be read leaves the ladder.
fn class(
    include: &Clause,
    exclude: &Clause,
    eligible: &Clause,
    numerator: &Clause,
    denominator: &Clause,
    except: &Clause,
    value: Option<&str>,
) -> String {
    let mut whens = vec![
        (format!("NOT {}", include.yes("TRUE")), "not_included"),
        (include.open(), "unknown_first"),
        (exclude.yes("FALSE"), "excluded"),
        (exclude.open(), "unknown_included"),
        (format!("NOT {}", eligible.yes("TRUE")), "not_eligible"),
        (eligible.open(), "unknown_included"),
        (numerator.open(), "unknown_eligible"),
        (denominator.open(), "unknown_eligible"),
    ];
    // Who fulfils the numerator's condition is not excepted; a number makes nobody fulfil anything.
    let asked = match numerator {
        Clause::Condition { taken, .. } => format!("NOT {taken}"),
        Clause::Absent | Clause::Number(_) => "TRUE".to_owned(),
    };
    let inside = numerator.yes("FALSE");
    if !matches!(except, Clause::Absent) {
        whens.push((format!("{asked} AND {}", except.yes("FALSE")), "except"));
        whens.push((format!("{asked} AND {}", except.open()), "unknown_eligible"));
    }
    if let Some(value) = value {
        let counts = if matches!(numerator, Clause::Absent) { "TRUE" } else { &inside };
        whens.push((format!("{counts} AND {value} IS NULL"), "unknown_eligible"));
    }
    let within = denominator.yes("TRUE");
    whens.push((format!("{inside} AND {within}"), "numerator"));
    whens.push((inside, "numerator_only"));
    whens.push((within, "denominator"));
    let whens: String = whens.iter().map(|(when, stage)| format!("\n      WHEN {when} THEN '{stage}'")).collect();
    format!("CASE{whens}\n      ELSE 'neither' END")
}

/// Whether a clause that a record reached was not known, and something was taken in its place.
fn replaced(
    include: &Clause,
    exclude: &Clause,
    eligible: &Clause,
    numerator: &Clause,
    denominator: &Clause,
    except: &Clause,
) -> String {
    let on = format!("{} AND NOT {} AND {}", include.yes("TRUE"), exclude.yes("FALSE"), eligible.yes("TRUE"));
    let known = format!("{on} AND NOT {}", numerator.open());
    let past = format!("{known} AND NOT {}", denominator.open());
    let asked = match numerator {
        Clause::Condition { taken, .. } => format!("{past} AND NOT {taken}"),
        Clause::Absent | Clause::Number(_) => past,
    };
    let parts = [
        (include.replaced(), "TRUE".to_owned()),
        (exclude.replaced(), include.yes("TRUE")),
        (eligible.replaced(), format!("{} AND NOT {}", include.yes("TRUE"), exclude.yes("FALSE"))),
        (numerator.replaced(), on),
        (denominator.replaced(), known),
        (except.replaced(), asked),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(replaced, _)| replaced != "FALSE")
        .map(|(replaced, when)| format!("COALESCE({when} AND {replaced}, FALSE)"))
        .collect();
    if parts.is_empty() { "FALSE".to_owned() } else { format!("({})", parts.join(" OR ")) }
}
