//! The groups of an audit as columns.

use super::Typing;
use super::column::Columns;
use super::measure::{breakdown, decimals, periods, whole};
use crate::results::Results;
use assize_measures::{AuditGroup, BreakdownValue, Foreseen, SHARES, audit};
use assize_model::ids::MeasureId;
use assize_model::ty::Ty;

/// A number of a group.
type CountOf = fn(&AuditGroup) -> u64;

fn groups(results: &Results, id: MeasureId) -> Option<Vec<AuditGroup>> {
    let measure = results.program.measure(id)?;
    // Not every measure's rows are gone through for nothing.
    measure.audit.as_ref()?;
    audit(&results.program, measure, results.measure(id)?)
}

/// How many groups there are; `None` of a measure that is no audit.
pub fn rows(results: &Results, id: MeasureId) -> Option<usize> {
    Some(groups(results, id)?.len())
}

pub fn columns(results: &Results, id: MeasureId, typing: Typing) -> Option<Columns> {
    let program = &*results.program;
    let (measure, groups) = (program.measure(id)?, groups(results, id)?);
    let mut out = Columns::new(groups.len());
    let names = measure.by.get(..measure.by.len().saturating_sub(2)).unwrap_or(&[]);
    for (at, by) in names.iter().enumerate() {
        let values: Vec<Option<&BreakdownValue>> =
            groups.iter().map(|group| group.by.get(at).map(|(_, value)| value)).collect();
        let ty = program.node(by.node).map_or(Ty::Text, |node| node.ty);
        breakdown(&mut out, program, &by.name, ty, &values, typing);
    }
    out.texts("all", groups.iter().map(|group| Some(if group.by.is_empty() { "yes" } else { "no" })));
    if measure.every.is_some() {
        periods(&mut out, groups.iter().map(|group| group.period.as_ref()), typing);
    }
    out.texts("state", groups.iter().map(|group| Some(if group.withheld { "withheld" } else { "known" })));
    let counts: [(&str, CountOf); 8] = [
        ("n", |group| group.n),
        ("true_positive", |group| group.true_positive),
        ("false_positive", |group| group.false_positive),
        ("false_negative", |group| group.false_negative),
        ("true_negative", |group| group.true_negative),
        ("not_decided", |group| group.not_decided),
        ("censored", |group| group.censored),
        ("left_out", |group| group.left_out),
    ];
    for (name, of) in counts {
        out.integers(name, groups.iter().map(|group| (!group.withheld).then(|| whole(of(group)))));
    }
    for (at, name) in SHARES.iter().enumerate() {
        let share = |group: &AuditGroup| group.shares.get(at).filter(|_| !group.withheld).map(|share| share.shown());
        decimals(&mut out, typing, name, groups.iter().map(|group| share(group)?.0));
        decimals(&mut out, typing, &format!("{name}_lower"), groups.iter().map(|group| share(group)?.1));
        decimals(&mut out, typing, &format!("{name}_upper"), groups.iter().map(|group| share(group)?.2));
    }
    decimals(&mut out, typing, "auc", groups.iter().map(|group| group.auc.map(|auc| format!("{auc:.4}"))));
    if measure.audit.as_ref().is_some_and(|audit| audit.expected.is_some()) {
        let whole_of =
            |of: fn(&Foreseen) -> u64| groups.iter().map(move |group| group.foreseen.as_ref().map(of).map(whole));
        let shown = |group: &AuditGroup| group.foreseen.as_ref().map(Foreseen::shown);
        out.integers("expected_records", whole_of(|foreseen| foreseen.records));
        decimals(&mut out, typing, "expected", groups.iter().map(|group| Some(shown(group)?.0)));
        out.integers("observed", whole_of(|foreseen| foreseen.observed));
        decimals(&mut out, typing, "expected_over_observed", groups.iter().map(|group| shown(group)?.1));
        decimals(&mut out, typing, "expected_over_observed_lower", groups.iter().map(|group| shown(group)?.2));
        decimals(&mut out, typing, "expected_over_observed_upper", groups.iter().map(|group| shown(group)?.3));
    }
    Some(out)
}
