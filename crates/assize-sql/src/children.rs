//! Aggregates over children: counted by the parent's key, and joined to it.

use crate::Not;
use crate::Written;
use crate::relation::Writer;
use crate::value::Sql;
use assize_model::ids::{NodeId, ScopeId};
use assize_model::node::{AggregateKind, Op};
use assize_model::program::FieldKind;
use assize_model::ty::Ty;

/// The names of the columns of an aggregate.
pub fn columns(node: NodeId) -> (String, String) {
    (format!("__a{}_lo", node.index()), format!("__a{}_hi", node.index()))
}

/// Whether an aggregate comes to a number between two ends.
pub const fn is_number(kind: AggregateKind, ty: Ty) -> bool {
    !matches!(kind, AggregateKind::Any | AggregateKind::All) && ty.is_number()
}

/// The relation with an aggregate beside it.
pub fn layer(writer: &mut Writer<'_>, scope: ScopeId, over: &str, id: NodeId) -> Written<String> {
    let (program, dialect) = (writer.run.program, writer.run.dialect);
    let node = program.node(id).ok_or_else(|| Not::because("an expression is not there"))?;
    let Op::Aggregate { kind, scope: child, value, filter, .. } = node.op else {
        return Err(Not::because("an expression is no aggregate"));
    };
    let refuse = |what: &str| Err(Not::because(format!("{what} over children")).at(node.place));
    match kind {
        AggregateKind::Latest => return refuse("`latest`"),
        AggregateKind::Earliest => return refuse("`earliest`"),
        AggregateKind::Distinct => return refuse("`distinct`"),
        AggregateKind::Mean => return refuse("`mean`"),
        AggregateKind::Min | AggregateKind::Max if !node.ty.is_number() && node.ty != Ty::Date => {
            return refuse("`min` and `max` of what is neither number nor date");
        }
        _ => {}
    }
    let parent = writer.record(scope)?;
    let by = program.scope(child).and_then(|scope| scope.parent).and_then(|(_, field)| {
        match program.record(parent)?.fields.get(field.index())?.kind {
            FieldKind::Many { record, by } => Some((record, by)),
            _ => None,
        }
    });
    let (record, by) = by.ok_or_else(|| Not::because("children that come by no field").at(node.place))?;
    let by_name = program.record(record).and_then(|record| record.fields.get(by.index()));
    let by_name = by_name.map_or("?", |field| &*field.heading.name);
    writer.reads(record, by);
    let key = writer.key(parent)?;
    let inner: Vec<NodeId> = [filter, value].into_iter().flatten().collect();
    let children = writer.relation(child, &inner, &[])?;
    let from_parent = writer.source(parent)?;

    let (when, value) = {
        let mut scoped = writer.scoped(child, "c");
        scoped.parent = Some((scope, "p".to_owned()));
        let when = match filter {
            Some(filter) => scoped.condition(filter)?,
            None => "TRUE".to_owned(),
        };
        (when, value.map(|value| scoped.expr(value)).transpose()?)
    };
    let ask = |yes: &str, open: &str, no: &str| {
        format!("CASE WHEN {when} THEN {yes} WHEN ({when}) IS NULL THEN {open} ELSE {no} END")
    };
    // What is found, how it is called, and what it is without any children.
    let (lo, hi) = columns(id);
    let found: Vec<(String, &str, Option<&str>)> = match (kind, value) {
        (AggregateKind::Any, _) => vec![(format!("MAX({})", ask("2", "1", "0")), &lo, Some("0"))],
        (AggregateKind::All, _) => vec![(format!("MIN({})", ask("2", "1", "0")), &lo, Some("2"))],
        (AggregateKind::Count, _) => vec![
            (format!("SUM({})", ask("1", "0", "0")), &lo, Some("0")),
            (format!("SUM({})", ask("1", "1", "0")), &hi, Some("0")),
        ],
        (AggregateKind::Sum, Some(Sql::Number { lo: value, hi: most })) if value == most => {
            let missing = format!("SUM({})", ask(&unknown(&value), &unknown(&value), "0"));
            let end = |open: String| {
                let sum = format!("SUM({})", ask(&value, &open, "0"));
                format!("CASE WHEN {missing} > 0 THEN NULL ELSE {sum} END")
            };
            vec![
                (end(format!("CASE WHEN {value} < 0 THEN {value} ELSE 0 END")), &lo, Some("0")),
                (end(format!("CASE WHEN {value} > 0 THEN {value} ELSE 0 END")), &hi, Some("0")),
            ]
        }
        (AggregateKind::Min | AggregateKind::Max, Some(value)) => {
            let (word, number) = (if kind == AggregateKind::Max { "MAX" } else { "MIN" }, node.ty.is_number());
            let value = match value {
                Sql::Number { lo, hi } if lo == hi => lo,
                Sql::Plain(text) => text,
                _ => return refuse("an extreme of numbers that are between bounds"),
            };
            let missing = format!("SUM({})", ask(&unknown(&value), &unknown(&value), "0"));
            let sure = format!("{word}({})", ask(&value, "NULL", "NULL"));
            let both = format!("{word}({})", ask(&value, &value, "NULL"));
            if number {
                let (least, most) = if kind == AggregateKind::Max { (&sure, &both) } else { (&both, &sure) };
                let end = |end: &str| format!("CASE WHEN {missing} > 0 OR {sure} IS NULL THEN NULL ELSE {end} END");
                vec![(end(least), &lo, None), (end(most), &hi, None)]
            } else {
                let text = format!("CASE WHEN {missing} > 0 OR {sure} <> {both} THEN NULL ELSE {sure} END");
                vec![(text, &lo, None)]
            }
        }
        _ => return refuse("a sum of numbers that are between bounds"),
    };
    let selected: Vec<String> =
        found.iter().map(|(text, name, _)| format!("{text} AS {}", dialect.name(name))).collect();
    let (by_name, key) = (dialect.name(by_name), dialect.name(&key));
    let counted = writer.layer(
        "counted",
        format!(
            "SELECT c.{by_name} AS __of, {}\n  FROM {children} c JOIN {from_parent} p ON c.{by_name} = p.{key}\n  \
             GROUP BY c.{by_name}",
            selected.join(",\n    ")
        ),
    );
    let joined: Vec<String> = found
        .iter()
        .map(|(_, name, none)| {
            let name = dialect.name(name);
            // Where there are children, nothing is what is not known.
            let none = none.unwrap_or("NULL");
            format!("CASE WHEN a.__of IS NULL THEN {none} ELSE a.{name} END AS {name}")
        })
        .collect();
    let text = format!("SELECT r.*, {}\n  FROM {over} r LEFT JOIN {counted} a ON a.__of = r.{key}", joined.join(", "));
    Ok(writer.layer("with_count", text))
}

fn unknown(value: &str) -> String {
    format!("CASE WHEN {value} IS NULL THEN 1 ELSE 0 END")
}
