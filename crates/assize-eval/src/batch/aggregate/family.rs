//! A family of children, one by one: what every aggregate means, whatever is known of the children.

use crate::batch::cell::Cell;
use crate::batch::scalar::{better, join};
use assize_model::absence::{Absence, Fault};
use assize_model::bounds::{Bounds, CodeSet, Number};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, ListId, NodeId};
use assize_model::node::AggregateKind;
use assize_model::sum::ExactSum;
use assize_model::ty::Ty;
use assize_model::value::Value;
use rustc_hash::FxHashSet;
use std::cmp::Ordering;
use std::sync::Arc;

/// Whether a child is in.
#[derive(Clone, Copy)]
pub(super) enum Filter {
    Yes,
    No,
    Maybe(Absence),
}

/// A family, child by child.
#[derive(Default)]
pub(super) struct Family {
    /// How many children there were before.
    place: u64,
    /// How many are in, and how many may be.
    yes: u64,
    maybe: u64,
    /// The first error, and the first missing value.
    error: Option<Absence>,
    missing: Option<Absence>,
    /// For `any` and `all`: whether a child decided, and what the others were absent for.
    decided: bool,
    absent: Option<Absence>,
    /// For sums: the ends, and which are open; for means the lower.
    sum: Option<Box<Sum>>,
    /// For `min` and `max`: over those that are in, and over those that may be.
    sure: Option<Cell<'static>>,
    perhaps: Option<Cell<'static>>,
    /// Codes that may be in, as far as a set holds them, and whether there were others.
    perhaps_codes: CodeSet,
    many_codes: bool,
    /// For `latest` and `earliest`.
    best: Option<(Cell<'static>, u64, Cell<'static>)>,
    rival: Option<(Cell<'static>, u64)>,
    unplaced: bool,
    /// For `distinct`: values of those in, and of those that may be; and how many of each have none.
    values: [FxHashSet<Value>; 2],
    without: [u64; 2],
}

#[derive(Default)]
struct Sum {
    lo: ExactSum,
    hi: ExactSum,
    open_lo: bool,
    open_hi: bool,
    between: bool,
}

impl Family {
    pub(super) fn take<'a>(
        &mut self,
        kind: AggregateKind,
        node: NodeId,
        filter: Filter,
        value: impl Fn() -> Cell<'a>,
        order: impl Fn() -> Cell<'a>,
    ) {
        let place = self.place;
        self.place += 1;
        if let AggregateKind::Any | AggregateKind::All = kind {
            match filter {
                Filter::Yes => self.decided |= kind == AggregateKind::Any,
                Filter::No => self.decided |= kind == AggregateKind::All,
                Filter::Maybe(absence) => self.absent = join(self.absent, Some(absence)),
            }
            return;
        }
        let sure = match filter {
            Filter::No => return,
            Filter::Maybe(absence) if absence.is_error() => {
                self.error = self.error.or(Some(absence));
                return;
            }
            Filter::Maybe(_) => false,
            Filter::Yes => true,
        };
        *(if sure { &mut self.yes } else { &mut self.maybe }) += 1;
        match kind {
            AggregateKind::Count | AggregateKind::Any | AggregateKind::All => {}
            AggregateKind::Latest | AggregateKind::Earliest => {
                let latest = kind == AggregateKind::Latest;
                match order() {
                    Cell::Absent(absence) if absence.is_error() => self.error = self.error.or(Some(absence)),
                    Cell::Absent(absence) if sure => self.missing = self.missing.or(Some(absence)),
                    key if key.is_between() && sure => self.missing = self.missing.or(Some(Absence::UNKNOWN)),
                    key if key.absence().is_some() || key.is_between() => self.unplaced = true,
                    key if sure => {
                        let key = key.owned();
                        if self.best.as_ref().is_none_or(|(best, ..)| beats(&key, best, latest, true)) {
                            self.best = Some((key, place, value().owned()));
                        }
                    }
                    key => {
                        let key = key.owned();
                        if self.rival.as_ref().is_none_or(|(best, _)| beats(&key, best, latest, true)) {
                            self.rival = Some((key, place));
                        }
                    }
                }
            }
            _ => {
                let value = value();
                if let Some(absence) = value.absence().filter(|absence| absence.is_error()) {
                    self.error = self.error.or(Some(absence));
                    return;
                }
                self.take_value(kind, node, sure, value);
            }
        }
    }

    /// A value that is not an error, of a child that is in or may be.
    fn take_value(&mut self, kind: AggregateKind, node: NodeId, sure: bool, value: Cell<'_>) {
        match kind {
            AggregateKind::Distinct => {
                let at = usize::from(!sure);
                match to_value(value) {
                    Some(value) => {
                        self.values[at].insert(value);
                    }
                    None => self.without[at] += 1,
                }
            }
            AggregateKind::Mean => match value {
                _ if !sure => {}
                Cell::Absent(absence) => self.missing = self.missing.or(Some(absence)),
                Cell::Integer(value) => self.sum.get_or_insert_default().lo.add_integer(value),
                Cell::Decimal(value) => self.sum.get_or_insert_default().lo.add_decimal(value),
                _ => self.sum.get_or_insert_default().between = true,
            },
            AggregateKind::Sum => {
                if let Some(absence) = value.absence() {
                    self.missing = self.missing.or(Some(absence));
                    return;
                }
                let sum = self.sum.get_or_insert_default();
                if let Some(bounds) = value.integer_bounds() {
                    sum.add(bounds, sure, 0, |sum, value| sum.add_integer(value));
                } else if let Some(bounds) = value.decimal_bounds() {
                    sum.add(bounds, sure, Decimal::ZERO, |sum, value| sum.add_decimal(value));
                }
            }
            _ => {
                if let Some(absence) = value.absence() {
                    self.missing = self.missing.or(Some(absence));
                } else if sure {
                    let greatest = kind == AggregateKind::Max;
                    let value = value.owned();
                    self.sure = Some(match self.sure.take() {
                        Some(best) => better(node, best, value, greatest),
                        None => value,
                    });
                } else {
                    self.perhaps(kind == AggregateKind::Max, node, value.owned());
                }
            }
        }
    }

    /// Of values that may be in, what can matter: of numbers the farthest bound, of codes each once.
    fn perhaps(&mut self, greatest: bool, node: NodeId, value: Cell<'static>) {
        if let Some(codes) = value.code_set() {
            self.perhaps_codes = self.perhaps_codes.union(codes);
            self.many_codes |= is_large(&value);
        }
        self.perhaps = Some(match self.perhaps.take() {
            Some(best) => better(node, best, value, greatest),
            None => value,
        });
    }

    pub(super) fn finish(self, kind: AggregateKind, node: NodeId, ty: Ty) -> Cell<'static> {
        if let AggregateKind::Any | AggregateKind::All = kind {
            let decisive = kind == AggregateKind::Any;
            return match self.absent {
                _ if self.decided => Cell::Boolean(decisive),
                Some(absence) => Cell::Absent(absence),
                None => Cell::Boolean(!decisive),
            };
        }
        if let Some(absence) = self.error.or(self.missing) {
            return Cell::Absent(absence);
        }
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let error = |fault: Fault| Cell::Absent(Absence::error(fault, node));
        match kind {
            AggregateKind::Count => Cell::integers(Bounds::new(whole(self.yes), whole(self.yes + self.maybe))),
            AggregateKind::Distinct => {
                let [sure, perhaps] = &self.values;
                let all = sure.len() + perhaps.iter().filter(|value| !sure.contains(value)).count();
                let [without, maybe_without] = self.without;
                let least = (sure.len() as u64).max(u64::from(without > 0));
                Cell::integers(Bounds::new(whole(least), whole(all as u64 + without + maybe_without)))
            }
            AggregateKind::Sum => {
                let sum = self.sum.unwrap_or_default();
                match ty {
                    Ty::Decimal => sum.finish(ExactSum::to_decimal).map_or_else(error, |bounds| match bounds {
                        Ok(value) => Cell::Decimal(value),
                        Err(bounds) => Cell::decimals(bounds),
                    }),
                    _ => sum.finish(ExactSum::to_integer).map_or_else(error, |bounds| match bounds {
                        Ok(value) => Cell::Integer(value),
                        Err(bounds) => Cell::integers(bounds),
                    }),
                }
            }
            _ if self.yes + self.maybe == 0 => Cell::Absent(Absence::NOT_APPLICABLE),
            AggregateKind::Mean => {
                let sum = self.sum.unwrap_or_default();
                if self.maybe > 0 || sum.between {
                    return Cell::UNKNOWN;
                }
                sum.lo.mean(self.yes).map_or_else(error, Cell::Decimal)
            }
            AggregateKind::Latest | AggregateKind::Earliest => {
                let latest = kind == AggregateKind::Latest;
                let Some((key, place, value)) = self.best.filter(|_| !self.unplaced) else { return Cell::UNKNOWN };
                let beaten = self.rival.is_some_and(|(rival, at)| beats(&rival, &key, latest, at > place));
                if beaten { Cell::UNKNOWN } else { value }
            }
            _ => self.finish_extreme(kind == AggregateKind::Max, node),
        }
    }

    fn finish_extreme(self, greatest: bool, node: NodeId) -> Cell<'static> {
        let Some(sure) = self.sure else { return Cell::UNKNOWN };
        let Some(rival) = self.perhaps else { return sure };
        if let Some(codes) = sure.code_set()
            && !self.many_codes
            && !is_large(&sure)
        {
            return Cell::either(codes.union(codes.choose(self.perhaps_codes, greatest)));
        }
        let over = better(node, sure.clone(), rival, greatest);
        // The near end is that of what is in; the far end also that of what may be.
        if let (Some(near), Some(far)) = (sure.integer_bounds(), over.integer_bounds()) {
            return Cell::integers(ends(near, far, greatest));
        }
        if let (Some(near), Some(far)) = (sure.decimal_bounds(), over.decimal_bounds()) {
            return Cell::decimals(ends(near, far, greatest));
        }
        if over == sure { sure } else { Cell::UNKNOWN }
    }
}

fn ends<T>(near: Bounds<T>, far: Bounds<T>, greatest: bool) -> Bounds<T> {
    if greatest { Bounds { lo: near.lo, hi: far.hi } } else { Bounds { lo: far.lo, hi: near.hi } }
}

/// Whether a code is one that no set of codes holds.
fn is_large(cell: &Cell<'_>) -> bool {
    matches!(cell, Cell::Code(code) if *code != Code::NONE && code.index() >= CodeSet::CAPACITY)
}

/// Whether a key goes before the best so far; `tie` says whether an equal one comes later in the order of the children.
fn beats(key: &Cell<'_>, best: &Cell<'_>, latest: bool, tie: bool) -> bool {
    let order = match (key, best) {
        (Cell::Date(a), Cell::Date(b)) => a.cmp(b),
        (Cell::DateTime(a), Cell::DateTime(b)) => a.cmp(b),
        (Cell::Time(a), Cell::Time(b)) => a.cmp(b),
        (Cell::Integer(a), Cell::Integer(b)) => a.cmp(b),
        (Cell::Decimal(a), Cell::Decimal(b)) => a.cmp(b),
        (Cell::Code(a), Cell::Code(b)) => a.cmp(b),
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        (Cell::Boolean(a), Cell::Boolean(b)) => a.cmp(b),
        _ => Ordering::Equal,
    };
    match order {
        Ordering::Greater => latest,
        Ordering::Less => !latest,
        Ordering::Equal => latest == tie,
    }
}

impl Sum {
    fn add<T: Number>(&mut self, bounds: Bounds<T>, sure: bool, zero: T, add: impl Fn(&mut ExactSum, T)) {
        let lo = if sure { bounds.lo } else { bounds.lo.map(|lo| lo.min(zero)) };
        let hi = if sure { bounds.hi } else { bounds.hi.map(|hi| hi.max(zero)) };
        // What adds nothing either way leaves the sum exact.
        self.between |= lo.is_none() || lo != hi;
        match lo {
            Some(lo) => add(&mut self.lo, lo),
            None => self.open_lo = true,
        }
        match hi {
            Some(hi) => add(&mut self.hi, hi),
            None => self.open_hi = true,
        }
    }

    /// The sum, or its bounds.
    fn finish<T: Copy>(&self, of: impl Fn(&ExactSum) -> Result<T, Fault>) -> Result<Result<T, Bounds<T>>, Fault> {
        if !self.between {
            return of(&self.lo).map(Ok);
        }
        let lo = if self.open_lo { None } else { of(&self.lo).ok() };
        let hi = if self.open_hi { None } else { of(&self.hi).ok() };
        Ok(Err(Bounds { lo, hi }))
    }
}

/// A known cell as a value that can be looked up in a set. Codes need no list there: all are of one.
fn to_value(cell: Cell<'_>) -> Option<Value> {
    let list = ListId(0);
    Some(match cell {
        Cell::Boolean(value) => Value::Boolean(value),
        Cell::Integer(value) => Value::Integer(value),
        Cell::Decimal(value) => Value::Decimal(value),
        Cell::Text(value) => Value::Text(Arc::from(&*value)),
        Cell::Date(value) => Value::Date(value),
        Cell::Time(value) => Value::Time(value),
        Cell::DateTime(value) => Value::DateTime(value),
        Cell::Duration(value) => Value::Duration(value),
        Cell::Code(value) => Value::Code(list, value),
        Cell::Codes(value) => Value::Codes(list, value),
        Cell::Texts(value) => Value::Texts(value),
        Cell::Absent(_) | Cell::Integers(_) | Cell::Decimals(_) | Cell::Either(_) => return None,
    })
}

/// A family from its children's cells (filter, value and order), for tests of the windows.
#[cfg(test)]
pub(in crate::batch) fn by_child<'a>(
    kind: AggregateKind,
    node: NodeId,
    ty: Ty,
    children: impl Iterator<Item = (Cell<'a>, Cell<'a>, Cell<'a>)>,
) -> Cell<'static> {
    let mut family = Family::default();
    for (filter, value, order) in children {
        let filter = match filter {
            Cell::Boolean(true) => Filter::Yes,
            Cell::Absent(absence) => Filter::Maybe(absence),
            _ => Filter::No,
        };
        family.take(kind, node, filter, || value.clone(), || order.clone());
    }
    family.finish(kind, node, ty)
}
