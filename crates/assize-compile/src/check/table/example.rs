//! A point of a table's columns as a row that people can read.

use crate::lower::Lowerer;
use assize_lang::source::{FileId, Span};
use assize_model::absence::Reason;
use assize_model::civil::Date;
use assize_model::decimal::Decimal;
use assize_model::grid::{Cuts, Grid};
use assize_model::ids::{Code, NodeId};
use assize_model::ty::Ty;
use std::fmt::Display;

/// How an expression is written.
pub fn written(lowerer: &Lowerer<'_, '_>, node: NodeId) -> String {
    let place = lowerer.build.program.node(node).map(|node| node.place);
    let span = place.map(|place| Span::new(FileId(place.file.0), place.start, place.end));
    let text = span.and_then(|span| lowerer.sources.get(span.file).map(|source| source.slice(span)));
    text.unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The row: `age = 17, risk is missing`. Columns that do not matter are left out.
pub fn row(lowerer: &Lowerer<'_, '_>, grid: &Grid, point: &[Option<u32>]) -> String {
    let mut parts = Vec::new();
    for (operand, point) in grid.operands.iter().zip(point) {
        let Some(point) = point else { continue };
        let name = written(lowerer, operand.node);
        let elements = operand.cuts.elements();
        parts.push(match point.checked_sub(elements) {
            Some(reason) => match Reason::ALL.get(reason as usize) {
                Some(Reason::Unknown) | None => format!("`{name}` is missing"),
                Some(reason) => format!("`{name}` is {reason}"),
            },
            None => format!("`{name}` = {}", value(lowerer, operand.node, &operand.cuts, *point)),
        });
    }
    if parts.is_empty() { "anything".to_owned() } else { parts.join(", ") }
}

fn value(lowerer: &Lowerer<'_, '_>, node: NodeId, cuts: &Cuts, element: u32) -> String {
    let at = (element / 2) as usize;
    let is_cut = element % 2 == 1;
    match cuts {
        Cuts::Boolean => if element == 1 { "yes" } else { "no" }.to_owned(),
        Cuts::Codes(len) => {
            let list = match lowerer.build.program.node(node).map(|node| node.ty) {
                Some(Ty::Code(list)) => lowerer.build.program.list(list),
                _ => None,
            };
            let code = u16::try_from(element).map_or(Code::NONE, Code);
            if element == u32::from(*len) {
                "none".to_owned()
            } else {
                list.map_or("?", |list| list.name(code)).to_owned()
            }
        }
        Cuts::Integer(cuts) => match (is_cut, at.checked_sub(1).and_then(|at| cuts.get(at)), cuts.get(at)) {
            (false, Some(below), _) => below.saturating_add(1).to_string(),
            (false, None, Some(above)) => above.saturating_sub(1).to_string(),
            (_, _, Some(cut)) => cut.to_string(),
            _ => "0".to_owned(),
        },
        Cuts::Decimal(cuts) => {
            let one = Decimal::from_i64(1);
            let shown =
                |value: Option<Decimal>| value.map_or_else(|| "0".to_owned(), |value| value.normalized().to_string());
            match (is_cut, at.checked_sub(1).and_then(|at| cuts.get(at)), cuts.get(at)) {
                (false, Some(below), Some(above)) => {
                    let middle = below.add(*above).and_then(|sum| sum.div(Decimal::from_i64(2)));
                    shown(middle.ok())
                }
                (false, Some(below), None) => shown(below.add(one).ok()),
                (false, None, Some(above)) => shown(above.sub(one).ok()),
                (_, _, cut) => shown(cut.copied()),
            }
        }
        Cuts::Date(cuts) => match (is_cut, at.checked_sub(1).and_then(|at| cuts.get(at)), cuts.get(at)) {
            (false, Some(below), _) => Date::clamped(below.days().saturating_add(1)).to_string(),
            (false, None, Some(above)) => Date::clamped(above.days().saturating_sub(1)).to_string(),
            (_, _, Some(cut)) => cut.to_string(),
            _ => "any date".to_owned(),
        },
        Cuts::Text(cuts) if is_cut => cuts.get(at).map_or_else(String::new, |text| format!("\"{text}\"")),
        Cuts::Text(_) => "another text".to_owned(),
        Cuts::Time(cuts) => around(is_cut, at, cuts, "time"),
        Cuts::DateTime(cuts) => around(is_cut, at, cuts, "instant"),
    }
}

/// A value, or where it lies between others.
fn around<T: Display>(is_cut: bool, at: usize, cuts: &[T], what: &str) -> String {
    match (is_cut, at.checked_sub(1).and_then(|at| cuts.get(at)), cuts.get(at)) {
        (true, _, Some(cut)) => cut.to_string(),
        (_, Some(below), _) => format!("a {what} after {below}"),
        (_, None, Some(above)) => format!("a {what} before {above}"),
        _ => format!("any {what}"),
    }
}
