//! Aggregates over children: one child after another, in their order, then the result.

use super::cell::Cell;
use super::ops;
use super::store::Store;
use assize_model::absence::{Absence, Fault};
use assize_model::bounds::{Bounds, CodeSet, Number, choose_code};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, NodeId};
use assize_model::node::AggregateKind;
use assize_model::sum::ExactSum;
use assize_model::ty::Ty;
use std::cmp::Ordering;

/// What is kept while the children go by. One is made for each aggregate and used again.
#[derive(Debug, Clone)]
pub struct Gather {
    kind: AggregateKind,
    ty: Ty,
    node: NodeId,
    /// Children that count for certain, and children that may count.
    yes: u32,
    open: u32,
    error: Option<Absence>,
    /// The first missing value among the children that count or may count.
    missing: Option<Absence>,
    /// Whether what is known so far leaves the result unknown, whatever comes.
    unknown: bool,
    /// All: whether a child's condition is `no`.
    refuted: bool,
    totals: Totals,
    best: Best,
    /// Distinct: the values of the children that count, and of those that may, with repetitions until the end.
    certain: Vec<Cell>,
    possible: Vec<Cell>,
    /// Distinct: children without a known value, that count and that may.
    unvalued: (u32, u32),
}

/// Sums: the least and the most that the total can be, exactly.
#[derive(Debug, Clone, Default)]
struct Totals {
    integer: (i128, i128),
    decimal: (ExactSum, ExactSum),
    lo_open: bool,
    hi_open: bool,
    /// Whether the two differ.
    apart: bool,
}

/// Extremes, and the child that is latest or earliest.
#[derive(Debug, Clone, Default)]
struct Best {
    /// The best of the children that count.
    certain: Option<Cell>,
    /// Min and max: the best of all children. Latest and earliest: by what the best child that may count is ordered.
    rival: Option<Cell>,
    rival_at: u32,
    /// Latest and earliest: by what the best child is ordered, and which child it is.
    order: Option<Cell>,
    order_at: u32,
}

/// Whether more children can change the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    More,
    Settled,
}

/// Whether a child is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// It is not.
    No,
    /// Its filter holds.
    Yes,
    /// Its filter is not known.
    Perhaps,
}

impl Gather {
    /// For an aggregate node.
    pub fn new(kind: AggregateKind, ty: Ty, node: NodeId) -> Self {
        Self {
            kind,
            ty,
            node,
            yes: 0,
            open: 0,
            error: None,
            missing: None,
            unknown: false,
            refuted: false,
            totals: Totals::default(),
            best: Best::default(),
            certain: Vec::new(),
            possible: Vec::new(),
            unvalued: (0, 0),
        }
    }

    /// Begins again, for another aggregate.
    pub fn restart(&mut self, kind: AggregateKind, ty: Ty, node: NodeId) {
        self.kind = kind;
        self.ty = ty;
        self.node = node;
        self.begin();
    }

    /// Begins again.
    #[inline]
    pub fn begin(&mut self) {
        self.yes = 0;
        self.open = 0;
        self.error = None;
        self.missing = None;
        self.unknown = false;
        self.refuted = false;
        match self.kind {
            AggregateKind::Count | AggregateKind::Any | AggregateKind::All => {}
            AggregateKind::Sum | AggregateKind::Mean => self.totals = Totals::default(),
            AggregateKind::Min | AggregateKind::Max | AggregateKind::Latest | AggregateKind::Earliest => {
                self.best = Best::default();
            }
            AggregateKind::Distinct => {
                self.certain.clear();
                self.possible.clear();
                self.unvalued = (0, 0);
            }
        }
    }

    /// Whether a child counts, by its filter; also whether the result is settled by that.
    #[inline]
    pub fn filter(&mut self, filter: Cell) -> (Counted, Flow) {
        match filter {
            Cell::Boolean(true) => {
                self.yes += 1;
                let settled = self.kind == AggregateKind::Any;
                (Counted::Yes, if settled { Flow::Settled } else { Flow::More })
            }
            Cell::Absent(absence) => self.doubtful(absence),
            _ => {
                if self.kind == AggregateKind::All {
                    self.refuted = true;
                    return (Counted::No, Flow::Settled);
                }
                (Counted::No, Flow::More)
            }
        }
    }

    #[cold]
    fn doubtful(&mut self, absence: Absence) -> (Counted, Flow) {
        let one_decides = matches!(self.kind, AggregateKind::Any | AggregateKind::All);
        if absence.is_error() {
            self.error = self.error.or(Some(absence));
            return (Counted::No, if one_decides { Flow::More } else { Flow::Settled });
        }
        self.open += 1;
        if one_decides {
            self.missing = self.missing.or(Some(absence));
        }
        (Counted::Perhaps, Flow::More)
    }

    /// Whether the values of children matter, or only whether they count.
    pub fn reads_values(&self) -> bool {
        !matches!(self.kind, AggregateKind::Count | AggregateKind::Any | AggregateKind::All)
    }

    /// Takes the value, and what it is ordered by, of a child that counts or may.
    pub fn take(&mut self, store: &mut Store, counted: Counted, value: Cell, order: Cell) -> Flow {
        match self.kind {
            AggregateKind::Count | AggregateKind::Any | AggregateKind::All => return Flow::More,
            AggregateKind::Latest | AggregateKind::Earliest => return self.take_ordered(store, counted, value, order),
            _ => {}
        }
        if let Cell::Absent(absence) = value {
            if absence.is_error() {
                self.error = Some(absence);
                return Flow::Settled;
            }
            if self.kind == AggregateKind::Distinct {
                self.count_unvalued(counted);
            } else if self.kind != AggregateKind::Mean || counted == Counted::Yes {
                self.missing = self.missing.or(Some(absence));
            }
            return Flow::More;
        }
        match self.kind {
            AggregateKind::Sum => self.add(store, counted, value),
            AggregateKind::Mean => self.add_to_mean(counted, value),
            AggregateKind::Distinct if value.is_between() => self.count_unvalued(counted),
            AggregateKind::Distinct if counted == Counted::Yes => self.certain.push(value),
            AggregateKind::Distinct => self.possible.push(value),
            _ => self.compete(store, counted, value),
        }
        Flow::More
    }

    fn count_unvalued(&mut self, counted: Counted) {
        match counted {
            Counted::Yes => self.unvalued.0 += 1,
            _ => self.unvalued.1 += 1,
        }
    }

    fn add(&mut self, store: &Store, counted: Counted, value: Cell) {
        let totals = &mut self.totals;
        match (counted, value) {
            (Counted::Yes, Cell::Integer(value)) => {
                totals.integer.0 += i128::from(value);
                totals.integer.1 += i128::from(value);
            }
            (Counted::Yes, Cell::Decimal(value)) => {
                totals.decimal.0.add_decimal(value);
                totals.decimal.1.add_decimal(value);
            }
            _ => {
                if let Some(bounds) = value.integer_bounds() {
                    let bounds = totals.widen(bounds, counted);
                    totals.integer.0 += i128::from(bounds.lo.unwrap_or(0));
                    totals.integer.1 += i128::from(bounds.hi.unwrap_or(0));
                } else if let Some(bounds) = store.decimal_bounds(value) {
                    let bounds = totals.widen(bounds, counted);
                    totals.decimal.0.add_decimal(bounds.lo.unwrap_or(Decimal::ZERO));
                    totals.decimal.1.add_decimal(bounds.hi.unwrap_or(Decimal::ZERO));
                } else {
                    self.error = Some(Absence::error(Fault::Argument, self.node));
                }
            }
        }
    }

    fn add_to_mean(&mut self, counted: Counted, value: Cell) {
        let total = &mut self.totals.decimal.0;
        match (counted, value) {
            (Counted::Yes, Cell::Integer(value)) => total.add_integer(value),
            (Counted::Yes, Cell::Decimal(value)) => total.add_decimal(value),
            _ => self.unknown = true,
        }
    }

    /// Min and max.
    fn compete(&mut self, store: &mut Store, counted: Counted, value: Cell) {
        let greatest = self.kind == AggregateKind::Max;
        let best = &mut self.best;
        if counted == Counted::Yes {
            best.certain = Some(match best.certain {
                Some(before) => ops::better(store, self.node, before, value, greatest),
                None => value,
            });
        } else {
            // Codes that may count are each a possible result; of numbers only the farthest matters.
            self.possible_best(store, value, greatest);
        }
    }

    fn possible_best(&mut self, store: &mut Store, value: Cell, greatest: bool) {
        let best = &mut self.best;
        if matches!(self.ty, Ty::Code(_)) {
            self.rivals(value);
            return;
        }
        best.rival = Some(match best.rival {
            Some(before) => ops::better(store, self.node, before, value, greatest),
            None => value,
        });
    }

    /// Keeps a code that may count.
    fn rivals(&mut self, value: Cell) {
        if self.best.rival.is_none() {
            self.possible.clear();
            self.best.rival = Some(value);
        }
        self.possible.push(value);
    }

    fn take_ordered(&mut self, store: &Store, counted: Counted, value: Cell, order: Cell) -> Flow {
        let at = self.yes + self.open;
        if let Cell::Absent(absence) = order
            && absence.is_error()
        {
            self.error = Some(absence);
            return Flow::Settled;
        }
        let latest = self.kind == AggregateKind::Latest;
        // Of equals the latest is the last, and the earliest the first: children come in their order.
        let beats = |before: Option<Cell>| match before {
            None => true,
            Some(before) => match store.order(before, order) {
                Ordering::Equal => latest,
                Ordering::Less => latest,
                Ordering::Greater => !latest,
            },
        };
        let best = &mut self.best;
        match (counted, order.is_known()) {
            (Counted::Yes, true) => {
                if beats(best.order) {
                    best.order = Some(order);
                    best.order_at = at;
                    best.certain = Some(value);
                }
            }
            (Counted::Yes, false) => {
                self.missing = self.missing.or(Some(order.absence().unwrap_or(Absence::UNKNOWN)));
            }
            (_, true) => {
                if beats(best.rival) {
                    best.rival = Some(order);
                    best.rival_at = at;
                }
            }
            (_, false) => self.unknown = true,
        }
        Flow::More
    }

    /// Whether any child counted or may count.
    pub fn is_empty(&self) -> bool {
        self.yes == 0 && self.open == 0
    }

    /// The result.
    pub fn finish(&mut self, store: &mut Store) -> Cell {
        let yes = i64::from(self.yes);
        match self.kind {
            AggregateKind::Any if self.yes > 0 => return Cell::YES,
            AggregateKind::All if self.refuted => return Cell::NO,
            _ => {}
        }
        if let Some(absence) = self.error.or(self.missing) {
            return Cell::Absent(absence);
        }
        match self.kind {
            AggregateKind::Any => Cell::NO,
            AggregateKind::All => Cell::YES,
            AggregateKind::Count => Cell::integers(Bounds::new(yes, yes + i64::from(self.open))),
            AggregateKind::Sum => self.total(store),
            AggregateKind::Distinct => self.distinct(store),
            AggregateKind::Mean if self.open > 0 || self.unknown => Cell::UNKNOWN,
            _ if self.is_empty() => Cell::Absent(Absence::NOT_APPLICABLE),
            AggregateKind::Mean => {
                let mean = self.totals.decimal.0.mean(u64::from(self.yes));
                mean.map_or_else(|fault| Cell::error(fault, self.node), Cell::Decimal)
            }
            AggregateKind::Min | AggregateKind::Max => self.extreme(store),
            AggregateKind::Latest | AggregateKind::Earliest => self.ordered(store),
        }
    }

    fn total(&self, store: &mut Store) -> Cell {
        let totals = &self.totals;
        match self.ty {
            Ty::Integer => {
                let (lo, hi) = totals.integer;
                let end = |total: i128| i64::try_from(total).ok();
                if !totals.apart {
                    return end(lo).map_or(Cell::error(Fault::Overflow, self.node), Cell::Integer);
                }
                let (lo, hi) =
                    (if totals.lo_open { None } else { end(lo) }, if totals.hi_open { None } else { end(hi) });
                Cell::integers(Bounds { lo, hi })
            }
            _ => {
                let (lo, hi) = &totals.decimal;
                if !totals.apart {
                    return lo.to_decimal().map_or_else(|fault| Cell::error(fault, self.node), Cell::Decimal);
                }
                let lo = if totals.lo_open { None } else { lo.to_decimal().ok() };
                let hi = if totals.hi_open { None } else { hi.to_decimal().ok() };
                store.put_decimals(Bounds { lo, hi })
            }
        }
    }

    fn distinct(&mut self, store: &Store) -> Cell {
        let (certain, possible) = (&mut self.certain, &mut self.possible);
        certain.sort_unstable_by(|&a, &b| store.order(a, b));
        certain.dedup_by(|a, b| store.order(*a, *b).is_eq());
        possible.retain(|&value| certain.binary_search_by(|&other| store.order(other, value)).is_err());
        possible.sort_unstable_by(|&a, &b| store.order(a, b));
        possible.dedup_by(|a, b| store.order(*a, *b).is_eq());
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let (unvalued, perhaps) = self.unvalued;
        let lo = count(certain.len()).max(i64::from(unvalued > 0));
        let hi = count(certain.len() + possible.len()) + i64::from(unvalued) + i64::from(perhaps);
        Cell::integers(Bounds::new(lo, hi))
    }

    fn extreme(&mut self, store: &mut Store) -> Cell {
        let greatest = self.kind == AggregateKind::Max;
        let Some(certain) = self.best.certain else { return Cell::UNKNOWN };
        let Some(rival) = self.best.rival else { return certain };
        if matches!(self.ty, Ty::Code(_)) {
            return self.best_code(certain, greatest);
        }
        let both = ops::better(store, self.node, certain, rival, greatest);
        if let (Some(sure), Some(both)) = (certain.integer_bounds(), both.integer_bounds()) {
            Cell::integers(span(sure, both, greatest))
        } else if let (Some(sure), Some(both)) = (store.decimal_bounds(certain), store.decimal_bounds(both)) {
            store.put_decimals(span(sure, both, greatest))
        } else if store.order(certain, both).is_eq() {
            certain
        } else {
            Cell::UNKNOWN
        }
    }

    /// The codes that could be the extreme: the certain one, and each better one that may count.
    fn best_code(&self, certain: Cell, greatest: bool) -> Cell {
        let beats = |value: Cell| match (certain, value) {
            (Cell::Code(sure), Cell::Code(code)) => choose_code(sure, code, greatest) != sure,
            _ => true,
        };
        if !self.possible.iter().any(|&value| beats(value)) {
            return certain;
        }
        let fits = |cell: Cell| match cell {
            Cell::Code(code) => code == Code::NONE || code.index() < CodeSet::CAPACITY,
            _ => true,
        };
        // Of a list with more codes than a set can hold.
        if !fits(certain) || !self.possible.iter().all(|&value| fits(value)) {
            return Cell::UNKNOWN;
        }
        let sure = certain.code_set().unwrap_or_default();
        Cell::codes(self.possible.iter().fold(sure, |out, value| {
            let set = value.code_set().unwrap_or_default();
            out.union(out.choose(set, greatest))
        }))
    }

    fn ordered(&self, store: &Store) -> Cell {
        let best = &self.best;
        let (Some(value), Some(order)) = (best.certain, best.order) else { return Cell::UNKNOWN };
        if self.unknown {
            return Cell::UNKNOWN;
        }
        let latest = self.kind == AggregateKind::Latest;
        let beaten = best.rival.is_some_and(|rival| match store.order(order, rival) {
            Ordering::Equal => (best.rival_at > best.order_at) == latest,
            Ordering::Less => latest,
            Ordering::Greater => !latest,
        });
        if beaten { Cell::UNKNOWN } else { value }
    }
}

impl Totals {
    /// What a value that is between bounds, or may not count, adds to the two ends.
    fn widen<T: Number>(&mut self, value: Bounds<T>, counted: Counted) -> Bounds<T> {
        let ends = match counted {
            Counted::Yes => value,
            _ => Bounds { lo: value.lo.map(|lo| lo.min(T::ZERO)), hi: value.hi.map(|hi| hi.max(T::ZERO)) },
        };
        self.lo_open |= ends.lo.is_none();
        self.hi_open |= ends.hi.is_none();
        self.apart |= ends.value().is_none();
        ends
    }
}

/// From what is certain to what may be.
fn span<T: Number>(sure: Bounds<T>, both: Bounds<T>, greatest: bool) -> Bounds<T> {
    if greatest { Bounds { lo: sure.lo, hi: both.hi } } else { Bounds { lo: both.lo, hi: sure.hi } }
}
