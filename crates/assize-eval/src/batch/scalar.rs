//! Every operation in one row, over cells: what the kernels must agree with, and what works out the rows they leave.

use super::cell::Cell;
use assize_model::absence::{Absence, Fault, Reason};
use assize_model::bounds::{Bounds, CodeSet, Number, choose_code, compare_codes, holds, step_code};
use assize_model::choose::{Chooser, Item};
use assize_model::civil::{Date, Duration};
use assize_model::function::Arg;
use assize_model::ids::{Code, NodeId};
use assize_model::node::{Choice, Comparison, DatePart, Op, Tally};
use assize_model::program::Program;
use assize_model::text;
use assize_model::ty::Ty;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

/// What only a program that was never verified comes to: operands of types that the operation does not take.
const fn ill_typed(node: NodeId) -> Cell<'static> {
    Cell::Absent(Absence::error(Fault::Argument, node))
}

fn fault(fault: Fault, node: NodeId) -> Cell<'static> {
    Cell::Absent(Absence::error(fault, node))
}

/// The absence that a result takes from two operands.
fn absent(left: &Cell, right: &Cell) -> Option<Absence> {
    join(left.absence(), right.absence())
}

/// Of two absences in reading order, the one that the result takes.
pub(super) fn join(left: Option<Absence>, right: Option<Absence>) -> Option<Absence> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.or(right)),
        (left, right) => left.or(right),
    }
}

/// Works a node out from the cells of its operands, which `get` gives. What reads something else than operands
/// (fields, parents, outcomes, aggregates, parameters) is not worked out here.
pub(super) fn apply<'a>(program: &Program, id: NodeId, get: impl Fn(NodeId) -> Cell<'a>) -> Cell<'a> {
    let Some(node) = program.node(id) else { return ill_typed(id) };
    match &node.op {
        Op::Const(value) => Cell::of(value).owned(),
        Op::NoCode => Cell::Code(Code::NONE),
        Op::Param(_)
        | Op::AsOf
        | Op::Field(_)
        | Op::Parent(_)
        | Op::Aggregate { .. }
        | Op::Outcome(_)
        | Op::Progress(_) => ill_typed(id),
        Op::Not(a) => match get(*a) {
            Cell::Boolean(value) => Cell::Boolean(!value),
            other => other,
        },
        Op::And(items) => kleene(items.iter().map(|&item| get(item)), false),
        Op::Or(items) => kleene(items.iter().map(|&item| get(item)), true),
        Op::Tally { kind, n, items } => tally(*kind, &get(*n), items.iter().map(|&item| get(item))),
        Op::Compare { op, left, right } => compare(id, *op, &get(*left), &get(*right)),
        Op::In { item, set } => member(id, &get(*item), &get(*set)),
        Op::IsKnown(a) => reason_of(&get(*a)).map_or_else(Cell::Absent, |reason| Cell::Boolean(reason.is_none())),
        Op::IsMissing(a) => reason_of(&get(*a)).map_or_else(Cell::Absent, |reason| Cell::Boolean(reason.is_some())),
        Op::IsReason(a, which) => {
            reason_of(&get(*a)).map_or_else(Cell::Absent, |reason| Cell::Boolean(reason == Some(*which)))
        }
        Op::Negate(a) => negate(id, get(*a)),
        Op::Abs(a) => absolute(id, get(*a)),
        Op::Add(a, b) | Op::Sub(a, b) | Op::Mul(a, b) | Op::Div(a, b) => arithmetic(id, &node.op, &get(*a), &get(*b)),
        Op::Min(items) => extreme(id, items.iter().map(|&item| get(item)), false),
        Op::Max(items) => extreme(id, items.iter().map(|&item| get(item)), true),
        Op::Round { operand, places, mode } => {
            let (operand, places) = (get(*operand), get(*places));
            match (absent(&operand, &places), operand.decimal_bounds(), places) {
                (Some(absence), ..) => Cell::Absent(absence),
                (None, Some(bounds), Cell::Integer(places)) => match bounds.value() {
                    Some(value) => value.round(places, *mode).map_or_else(|e| fault(e, id), Cell::Decimal),
                    None => Cell::decimals(bounds.round(places, *mode)),
                },
                (None, Some(_), Cell::Integers(_)) => Cell::Decimals(Bounds::OPEN),
                _ => ill_typed(id),
            }
        }
        Op::ToDecimal(a) => {
            let operand = get(*a);
            match operand.integer_bounds() {
                Some(bounds) => Cell::decimals(bounds.to_decimal()),
                None => operand.absence().map_or(ill_typed(id), Cell::Absent),
            }
        }
        Op::CivilDate(a) => match get(*a) {
            Cell::DateTime(at) => {
                Cell::Date(program.ruleset.zone.as_ref().map_or_else(|| at.utc().0, |zone| zone.date_of(at)))
            }
            same @ (Cell::Date(_) | Cell::Absent(_)) => same,
            _ => ill_typed(id),
        },
        Op::If { condition, then, otherwise } => match get(*condition) {
            Cell::Boolean(true) => get(*then),
            Cell::Boolean(false) => get(*otherwise),
            Cell::Absent(absence) => Cell::Absent(absence),
            _ => ill_typed(id),
        },
        Op::Where { condition, value } => match get(*condition) {
            Cell::Boolean(true) => get(*value),
            Cell::Boolean(false) => Cell::Absent(Absence::NOT_APPLICABLE),
            Cell::Absent(absence) => Cell::Absent(absence),
            _ => ill_typed(id),
        },
        Op::FirstKnown(items) => {
            let mut last = Cell::UNKNOWN;
            for &item in items {
                last = get(item);
                if last.absence().is_none_or(Absence::is_error) {
                    break;
                }
            }
            last
        }
        Op::Highest(items) => ranked(length(program, node.ty), items.iter().map(|&item| get(item)), true),
        Op::Lowest(items) => ranked(length(program, node.ty), items.iter().map(|&item| get(item)), false),
        Op::Step { operand, up } => {
            let len = length(program, node.ty);
            match get(*operand) {
                Cell::Code(code) => Cell::Code(step_code(code, *up, len)),
                Cell::Either(codes) => {
                    Cell::either(codes.iter().fold(CodeSet::EMPTY, |out, code| out.with(step_code(code, *up, len))))
                }
                absent @ Cell::Absent(_) => absent,
                _ => ill_typed(id),
            }
        }
        Op::Lower(a) => match get(*a) {
            Cell::Text(text) => Cell::Text(Cow::Owned(text::lower(&text).into_owned())),
            absent @ Cell::Absent(_) => absent,
            _ => ill_typed(id),
        },
        Op::Trim(a) => match get(*a) {
            Cell::Text(Cow::Borrowed(text)) => Cell::Text(Cow::Borrowed(text::trim(text))),
            Cell::Text(Cow::Owned(text)) => Cell::Text(Cow::Owned(text::trim(&text).to_owned())),
            absent @ Cell::Absent(_) => absent,
            _ => ill_typed(id),
        },
        Op::StartsWith(a, b) => texts(id, &get(*a), &get(*b), |text, part| text.starts_with(part)),
        Op::EndsWith(a, b) => texts(id, &get(*a), &get(*b), |text, part| text.ends_with(part)),
        Op::Contains(a, b) => {
            let (whole, part) = (get(*a), get(*b));
            match whole {
                Cell::Codes(_) | Cell::Texts(_) => match join(whole.absence(), part.absence()) {
                    Some(absence) => Cell::Absent(absence),
                    None => member(id, &part, &whole),
                },
                _ => texts(id, &whole, &part, |text, part| text.contains(part)),
            }
        }
        Op::Matches { operand, pattern } => match (get(*operand), program.patterns.get(pattern.index())) {
            (Cell::Text(text), Some(pattern)) => Cell::Boolean(pattern.is_match(&text)),
            (absent @ Cell::Absent(_), _) => absent,
            _ => ill_typed(id),
        },
        Op::Overlaps(a, b) => match (&get(*a), &get(*b)) {
            (Cell::Codes(a), Cell::Codes(b)) => Cell::Boolean(a.iter().any(|code| b.binary_search(code).is_ok())),
            (Cell::Texts(a), Cell::Texts(b)) => Cell::Boolean(a.iter().any(|text| b.binary_search(text).is_ok())),
            (a, b) => absent(a, b).map_or(ill_typed(id), Cell::Absent),
        },
        Op::Size(a) => {
            let size = match &get(*a) {
                Cell::Text(text) => text.chars().count(),
                Cell::Codes(codes) => codes.len(),
                Cell::Texts(texts) => texts.len(),
                other => return other.absence().map_or(ill_typed(id), Cell::Absent),
            };
            Cell::Integer(i64::try_from(size).unwrap_or(i64::MAX))
        }
        Op::Shift { operand, by, back } => {
            let (operand, by) = (get(*operand), get(*by));
            let strict = program.ruleset.dates_strict;
            let moved = match (&operand, &by) {
                (Cell::Date(date), Cell::Duration(by)) => date.shift(*by, *back, strict).map(Cell::Date),
                (Cell::Time(time), Cell::Duration(by)) => time.shift(*by, *back).map(Cell::Time),
                (Cell::DateTime(at), Cell::Duration(by)) => {
                    at.shift(*by, *back, strict, program.ruleset.zone.as_ref()).map(Cell::DateTime)
                }
                (a, b) => return absent(a, b).map_or(ill_typed(id), Cell::Absent),
            };
            moved.unwrap_or_else(|e| fault(e, id))
        }
        Op::UnitsBetween { unit, from, to } => match (&get(*from), &get(*to)) {
            (Cell::Date(from), Cell::Date(to)) => Cell::Integer(Date::units_between(*unit, *from, *to)),
            (a, b) => absent(a, b).map_or(ill_typed(id), Cell::Absent),
        },
        Op::FiscalYear { operand, from } => {
            of_date(id, &get(*operand), |date| Cell::Integer(i64::from(date.fiscal_year(u32::from(*from)))))
        }
        Op::StartOf { operand, unit } => of_date(id, &get(*operand), |date| Cell::Date(date.start_of(*unit))),
        Op::Part { operand, part } => of_date(id, &get(*operand), |date| Cell::Integer(part_of(date, *part))),
        Op::Score { rule, terms } => super::score::score(id, node.ty, *rule, terms, &get),
        Op::End { operand, high } => super::score::end(get(*operand), *high),
        Op::Choose { choice, rows, otherwise } => {
            let rows = rows.iter().map(|&(condition, value)| (get(condition), value));
            choose(id, node.ty, (*choice, *otherwise), rows, &get)
        }
        Op::Lookup { lookup, args } => {
            let cells: Vec<Cell<'_>> = args.iter().map(|&arg| get(arg)).collect();
            let args: Vec<Result<Arg<'_>, Absence>> = cells.iter().map(argument).collect();
            let found = program.lookups.get(lookup.index()).map_or(Err(Absence::UNKNOWN), |lookup| lookup.find(&args));
            found.map_or_else(Cell::Absent, |value| Cell::of(value).owned())
        }
        Op::Call { function, args } => {
            let cells: Vec<Cell<'_>> = args.iter().map(|&arg| get(arg)).collect();
            let result = program.functions.apply(*function, id, program.nodes.len(), cells.iter().map(argument));
            result.map_or_else(Cell::Absent, |value| Cell::of(&value).owned())
        }
    }
}

/// The value of the rows whose conditions hold, in their order; rows whose condition is `no` may be left out.
pub(super) fn choose<'a>(
    id: NodeId,
    ty: Ty,
    (choice, otherwise): (Choice, Option<NodeId>),
    rows: impl Iterator<Item = (Cell<'a>, NodeId)>,
    get: &impl Fn(NodeId) -> Cell<'a>,
) -> Cell<'a> {
    let same = |a: &Cell<'a>, b: &Cell<'a>| a == b;
    let item = |node: NodeId| {
        let cell = get(node);
        match (cell.absence(), cell.integer_bounds(), cell.decimal_bounds()) {
            (Some(absence), ..) => Item::Absent(absence),
            (_, Some(bounds), _) => Item::Integer(bounds),
            (_, _, Some(bounds)) => Item::Decimal(bounds),
            _ => Item::Other(cell),
        }
    };
    let mut chooser = Chooser::new(choice, id);
    for (condition, value) in rows {
        let truth = match condition {
            Cell::Boolean(truth) => Ok(truth),
            other => Err(other.absence().unwrap_or(Absence::UNKNOWN)),
        };
        if !chooser.take(truth, || item(value), &same) {
            break;
        }
    }
    match chooser.finish(|| otherwise.map(item), ty == Ty::Integer, &same) {
        Item::Absent(absence) => Cell::Absent(absence),
        Item::Integer(bounds) => Cell::integers(bounds),
        Item::Decimal(bounds) => Cell::decimals(bounds),
        Item::Other(cell) => cell,
    }
}

/// What a function is called with; what lies between bounds is not known.
fn argument<'c>(cell: &'c Cell<'_>) -> Result<Arg<'c>, Absence> {
    Ok(match cell {
        Cell::Absent(absence) => return Err(*absence),
        Cell::Boolean(value) => Arg::Boolean(*value),
        Cell::Integer(value) => Arg::Integer(*value),
        Cell::Decimal(value) => Arg::Decimal(*value),
        Cell::Text(value) => Arg::Text(value),
        Cell::Date(value) => Arg::Date(*value),
        Cell::Time(value) => Arg::Time(*value),
        Cell::DateTime(value) => Arg::DateTime(*value),
        Cell::Duration(value) => Arg::Duration(*value),
        Cell::Code(value) => Arg::Code(*value),
        Cell::Codes(value) => Arg::Codes(value),
        Cell::Texts(value) => Arg::Texts(Arc::clone(value)),
        Cell::Integers(_) | Cell::Decimals(_) | Cell::Either(_) => return Err(Absence::UNKNOWN),
    })
}

/// A part of a date.
pub(super) fn part_of(date: Date, part: DatePart) -> i64 {
    match part {
        DatePart::Year => i64::from(date.year()),
        DatePart::Month => i64::from(date.month()),
        DatePart::Day => i64::from(date.day()),
        DatePart::Weekday => i64::from(date.weekday()),
    }
}

fn of_date(id: NodeId, operand: &Cell, f: impl Fn(Date) -> Cell<'static>) -> Cell<'static> {
    match operand {
        Cell::Date(date) => f(*date),
        other => other.absence().map_or(ill_typed(id), Cell::Absent),
    }
}

fn texts(id: NodeId, left: &Cell, right: &Cell, f: impl Fn(&str, &str) -> bool) -> Cell<'static> {
    match (left, right) {
        (Cell::Text(left), Cell::Text(right)) => Cell::Boolean(f(left, right)),
        _ => absent(left, right).map_or(ill_typed(id), Cell::Absent),
    }
}

/// How many codes the list of a type has.
pub(super) fn length(program: &Program, ty: Ty) -> usize {
    match ty {
        Ty::Code(list) => program.list(list).map_or(0, |list| list.codes.len()),
        _ => 0,
    }
}

/// The reason for which there is no value, if any; a bound is `unknown`. An error is handed back.
fn reason_of(cell: &Cell) -> Result<Option<Reason>, Absence> {
    match cell {
        Cell::Absent(absence) if absence.is_error() => Err(*absence),
        Cell::Absent(absence) => Ok(Some(absence.reason().unwrap_or(Reason::Unknown))),
        cell if cell.is_between() => Ok(Some(Reason::Unknown)),
        _ => Ok(None),
    }
}

/// Conjunction (decided by a `no`) or disjunction (decided by a `yes`).
pub(super) fn kleene<'a>(items: impl Iterator<Item = Cell<'a>>, decisive: bool) -> Cell<'a> {
    let mut left = None;
    for item in items {
        match item {
            Cell::Boolean(value) if value == decisive => return Cell::Boolean(decisive),
            other => left = join(left, other.absence()),
        }
    }
    left.map_or(Cell::Boolean(!decisive), Cell::Absent)
}

fn tally<'a>(kind: Tally, n: &Cell, items: impl Iterator<Item = Cell<'a>>) -> Cell<'a> {
    let (mut least, mut most) = (0_i64, 0_i64);
    // A number between bounds is, as an operand, not known.
    let mut left = n.absence().or(n.is_between().then_some(Absence::UNKNOWN));
    for item in items {
        match item {
            Cell::Boolean(true) => {
                least += 1;
                most += 1;
            }
            Cell::Absent(absence) => {
                most += 1;
                left = join(left, Some(absence));
            }
            _ => {}
        }
    }
    match n {
        Cell::Integer(n) => match tallied(kind, least, most, *n) {
            Some(answer) => Cell::Boolean(answer),
            None => left.map_or(Cell::UNKNOWN, Cell::Absent),
        },
        _ => left.map_or(Cell::UNKNOWN, Cell::Absent),
    }
}

/// Whether a tally holds of which so many are true at least and at most; `None` while either could be.
pub(super) const fn tallied(kind: Tally, least: i64, most: i64, n: i64) -> Option<bool> {
    match kind {
        Tally::AtLeast if least >= n => Some(true),
        Tally::AtLeast if most < n => Some(false),
        Tally::AtMost if least > n => Some(false),
        Tally::AtMost if most <= n => Some(true),
        Tally::Exactly if least > n || most < n => Some(false),
        Tally::Exactly if least == most => Some(true),
        _ => None,
    }
}

/// A comparison of two cells.
pub(super) fn compare(id: NodeId, op: Comparison, left: &Cell, right: &Cell) -> Cell<'static> {
    let order = |order: Ordering| Cell::Boolean(holds(op, order));
    let decided = |answer: Option<bool>| answer.map_or(Cell::UNKNOWN, Cell::Boolean);
    match (left, right) {
        (Cell::Boolean(a), Cell::Boolean(b)) => order(a.cmp(b)),
        (Cell::Integer(a), Cell::Integer(b)) => order(a.cmp(b)),
        (Cell::Decimal(a), Cell::Decimal(b)) => order(a.cmp(b)),
        (Cell::Text(a), Cell::Text(b)) => order(a.cmp(b)),
        (Cell::Date(a), Cell::Date(b)) => order(a.cmp(b)),
        (Cell::Time(a), Cell::Time(b)) => order(a.cmp(b)),
        (Cell::DateTime(a), Cell::DateTime(b)) => order(a.cmp(b)),
        (Cell::Duration(a), Cell::Duration(b)) => a.compare(*b).map_or_else(|e| fault(e, id), order),
        (Cell::Code(a), Cell::Code(b)) => Cell::Boolean(compare_codes(op, *a, *b)),
        (Cell::Codes(a), Cell::Codes(b)) => order(a.cmp(b)),
        (Cell::Texts(a), Cell::Texts(b)) => order(a.cmp(b)),
        _ => {
            if let Some(absence) = absent(left, right) {
                Cell::Absent(absence)
            } else if let (Some(a), Some(b)) = (left.integer_bounds(), right.integer_bounds()) {
                decided(a.compare(op, b))
            } else if let (Some(a), Some(b)) = (left.decimal_bounds(), right.decimal_bounds()) {
                decided(a.compare(op, b))
            } else if let (Some(a), Some(b)) = (left.code_set(), right.code_set()) {
                decided(a.compare(op, b))
            } else {
                ill_typed(id)
            }
        }
    }
}

fn member(id: NodeId, item: &Cell, set: &Cell) -> Cell<'static> {
    match (item, set) {
        (Cell::Code(code), Cell::Codes(set)) => Cell::Boolean(set.binary_search(code).is_ok()),
        (Cell::Either(codes), Cell::Codes(set)) => {
            let inside = codes.iter().filter(|code| set.binary_search(code).is_ok()).count();
            match inside {
                0 => Cell::Boolean(false),
                n if n == codes.len() as usize => Cell::Boolean(true),
                _ => Cell::UNKNOWN,
            }
        }
        (Cell::Text(text), Cell::Texts(set)) => {
            Cell::Boolean(set.binary_search_by(|member| (**member).cmp(text)).is_ok())
        }
        _ => absent(item, set).map_or(ill_typed(id), Cell::Absent),
    }
}

fn negate<'a>(id: NodeId, operand: Cell<'a>) -> Cell<'a> {
    match operand {
        Cell::Integer(value) => value.negated().map_or_else(|e| fault(e, id), Cell::Integer),
        Cell::Decimal(value) => Cell::Decimal(value.neg()),
        Cell::Duration(value) => value.neg().map_or_else(|e| fault(e, id), Cell::Duration),
        Cell::Integers(bounds) => Cell::integers(bounds.neg()),
        Cell::Decimals(bounds) => Cell::decimals(bounds.neg()),
        Cell::Absent(_) => operand,
        _ => ill_typed(id),
    }
}

fn absolute<'a>(id: NodeId, operand: Cell<'a>) -> Cell<'a> {
    match operand {
        Cell::Integer(value) => value.checked_abs().map_or_else(|| fault(Fault::Overflow, id), Cell::Integer),
        Cell::Decimal(value) => Cell::Decimal(value.abs()),
        Cell::Integers(bounds) => Cell::integers(bounds.abs()),
        Cell::Decimals(bounds) => Cell::decimals(bounds.abs()),
        Cell::Absent(_) => operand,
        _ => ill_typed(id),
    }
}

/// Sum, difference, product or quotient.
fn arithmetic(id: NodeId, op: &Op, left: &Cell, right: &Cell) -> Cell<'static> {
    let fault = |e: Fault| fault(e, id);
    match (op, left, right) {
        (Op::Add(..), Cell::Integer(a), Cell::Integer(b)) => a.plus(*b).map_or_else(fault, Cell::Integer),
        (Op::Sub(..), Cell::Integer(a), Cell::Integer(b)) => a.minus(*b).map_or_else(fault, Cell::Integer),
        (Op::Mul(..), Cell::Integer(a), Cell::Integer(b)) => a.times(*b).map_or_else(fault, Cell::Integer),
        (Op::Add(..), Cell::Decimal(a), Cell::Decimal(b)) => a.add(*b).map_or_else(fault, Cell::Decimal),
        (Op::Sub(..), Cell::Decimal(a), Cell::Decimal(b)) => a.sub(*b).map_or_else(fault, Cell::Decimal),
        (Op::Mul(..), Cell::Decimal(a), Cell::Decimal(b)) => a.mul(*b).map_or_else(fault, Cell::Decimal),
        (Op::Div(..), Cell::Decimal(a), Cell::Decimal(b)) => a.div(*b).map_or_else(fault, Cell::Decimal),
        (Op::Add(..), Cell::Duration(a), Cell::Duration(b)) => a.add(*b).map_or_else(fault, Cell::Duration),
        (Op::Sub(..), Cell::Duration(a), Cell::Duration(b)) => a.sub(*b).map_or_else(fault, Cell::Duration),
        (Op::Mul(..), Cell::Duration(a), Cell::Integer(b)) => a.mul(*b).map_or_else(fault, Cell::Duration),
        // Durations have no bounds.
        (Op::Mul(..), Cell::Duration(_), Cell::Integers(_)) => Cell::UNKNOWN,
        (Op::Sub(..), Cell::Date(a), Cell::Date(b)) => Cell::Duration(a.since(*b)),
        (Op::Sub(..), Cell::Time(a), Cell::Time(b)) => Cell::Duration(a.since(*b)),
        (Op::Sub(..), Cell::DateTime(a), Cell::DateTime(b)) => Cell::Duration(a.since(*b)),
        _ => {
            if let Some(absence) = absent(left, right) {
                Cell::Absent(absence)
            } else if let (Some(a), Some(b)) = (left.integer_bounds(), right.integer_bounds()) {
                match op {
                    Op::Add(..) => Cell::integers(a.add(b)),
                    Op::Sub(..) => Cell::integers(a.sub(b)),
                    Op::Mul(..) => Cell::integers(a.mul(b)),
                    _ => ill_typed(id),
                }
            } else if let (Some(a), Some(b)) = (left.decimal_bounds(), right.decimal_bounds()) {
                match op {
                    Op::Add(..) => Cell::decimals(a.add(b)),
                    Op::Sub(..) => Cell::decimals(a.sub(b)),
                    Op::Mul(..) => Cell::decimals(a.mul(b)),
                    _ => Cell::decimals(a.div(b)),
                }
            } else {
                ill_typed(id)
            }
        }
    }
}

fn extreme<'a>(id: NodeId, items: impl Iterator<Item = Cell<'a>>, greatest: bool) -> Cell<'a> {
    let mut left = None;
    let mut best: Option<Cell<'a>> = None;
    for item in items {
        if let Some(absence) = item.absence() {
            left = join(left, Some(absence));
        } else if left.is_none() {
            best = Some(match best {
                None => item,
                Some(best) => better(id, best, item, greatest),
            });
        }
    }
    left.map_or_else(|| best.unwrap_or(ill_typed(id)), Cell::Absent)
}

/// The greater or lesser of two that are not absent.
pub(super) fn better<'a>(id: NodeId, left: Cell<'a>, right: Cell<'a>, greatest: bool) -> Cell<'a> {
    let order = match (&left, &right) {
        (Cell::Code(a), Cell::Code(b)) => return Cell::Code(choose_code(*a, *b, greatest)),
        (Cell::Integer(a), Cell::Integer(b)) => a.cmp(b),
        (Cell::Decimal(a), Cell::Decimal(b)) => a.cmp(b),
        (Cell::Date(a), Cell::Date(b)) => a.cmp(b),
        (Cell::Time(a), Cell::Time(b)) => a.cmp(b),
        (Cell::DateTime(a), Cell::DateTime(b)) => a.cmp(b),
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        (Cell::Boolean(a), Cell::Boolean(b)) => a.cmp(b),
        (Cell::Duration(a), Cell::Duration(b)) => match a.compare(*b) {
            Ok(order) => order,
            Err(e) => return fault(e, id),
        },
        _ => {
            return if let (Some(a), Some(b)) = (left.integer_bounds(), right.integer_bounds()) {
                Cell::integers(if greatest { a.max(b) } else { a.min(b) })
            } else if let (Some(a), Some(b)) = (left.decimal_bounds(), right.decimal_bounds()) {
                Cell::decimals(if greatest { a.max(b) } else { a.min(b) })
            } else if let (Some(a), Some(b)) = (left.code_set(), right.code_set()) {
                Cell::either(a.choose(b, greatest))
            } else {
                ill_typed(id)
            };
        }
    };
    match (order, greatest) {
        (Ordering::Less, true) | (Ordering::Greater, false) => right,
        _ => left,
    }
}

/// The highest or lowest of codes of a list of `len`: the not-applicable left out, no code giving way to any.
fn ranked<'a>(len: usize, items: impl Iterator<Item = Cell<'a>>, highest: bool) -> Cell<'a> {
    let mut error = None;
    let mut exact: Option<Code> = None;
    let mut open: Option<CodeSet> = None;
    let mut too_many = false;
    let mut join = |codes: CodeSet| open = Some(open.map_or(codes, |open| open.choose(codes, highest)));
    for item in items {
        match item {
            Cell::Absent(Absence::NOT_APPLICABLE) => {}
            Cell::Absent(absence) if absence.is_error() => error = error.or(Some(absence)),
            // More codes than a set can hold: which one is simply not known.
            Cell::Absent(_) if len > CodeSet::CAPACITY => too_many = true,
            Cell::Absent(_) => join(every_code(len)),
            Cell::Code(code) => exact = Some(exact.map_or(code, |best| choose_code(best, code, highest))),
            other => join(other.code_set().unwrap_or_default()),
        }
    }
    match (error, exact, open) {
        (Some(error), ..) => Cell::Absent(error),
        _ if too_many => Cell::UNKNOWN,
        (None, Some(exact), Some(open)) => Cell::either(open.choose(CodeSet::of(exact), highest)),
        (None, None, Some(open)) => Cell::either(open),
        (None, Some(exact), None) => Cell::Code(exact),
        (None, None, None) => Cell::Absent(Absence::NOT_APPLICABLE),
    }
}

/// The set of all codes of a list.
fn every_code(len: usize) -> CodeSet {
    (0..len.min(CodeSet::CAPACITY))
        .fold(CodeSet::EMPTY, |codes, at| codes.with(u16::try_from(at).map_or(Code::NONE, Code)))
}

/// A set of codes as the value of a set.
pub(super) fn codes_of(set: CodeSet) -> Arc<[Code]> {
    set.iter().filter(|&code| code != Code::NONE).collect()
}

/// A duration of months or days, when the cell is one.
pub(super) const fn calendar(cell: &Cell) -> Option<(i32, i32)> {
    match cell {
        Cell::Duration(Duration::Calendar { months, days }) => Some((*months, *days)),
        _ => None,
    }
}
