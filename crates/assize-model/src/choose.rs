//! Values that rows of conditions give: which row counts, and what is known while some conditions are not.
//!
//! A row whose condition is not known leaves the result open: between bounds for numbers, missing as `unknown`
//! otherwise, unless every row that could count gives the same. A row in error makes the result that error, unless a
//! row before it has decided already. Both evaluators take rows one by one through a [`Chooser`].

use crate::absence::{Absence, Fault, Reason};
use crate::bounds::{Bounds, Number};
use crate::decimal::Decimal;
use crate::ids::NodeId;
use crate::node::Choice;

/// What a row gives, in an evaluator's own form `C` where it is not a number.
#[derive(Debug, Clone, PartialEq)]
pub enum Item<C> {
    /// Nothing.
    Absent(Absence),
    /// A whole number, perhaps between bounds.
    Integer(Bounds<i64>),
    /// A decimal, perhaps between bounds.
    Decimal(Bounds<Decimal>),
    /// A value of another type.
    Other(C),
}

/// A number as it is summed and compared.
#[derive(Debug, Clone, Copy)]
enum Total {
    Integer(Bounds<i128>),
    Decimal(Bounds<Decimal>),
}

/// Takes rows in their order, and gives the result.
#[derive(Debug, Clone)]
pub struct Chooser<C> {
    choice: Choice,
    node: NodeId,
    /// The row that counts.
    held: Option<Item<C>>,
    /// What rows that are not known could give.
    open: Option<Open<C>>,
    error: Option<Absence>,
    missing: Option<Absence>,
    yes: i64,
    unknown: i64,
    total: Option<Total>,
    /// Whether every number so far was exact and certain.
    exact: bool,
    /// Whether a sum of exact numbers has no representation.
    overflow: bool,
}

/// What rows that are not known could give.
#[derive(Debug, Clone)]
struct Open<C> {
    first: Item<C>,
    /// Whether all give the same.
    agree: bool,
    /// Every number among them, as long as all are numbers.
    hull: Option<Total>,
}

fn hull(a: Total, b: Total) -> Option<Total> {
    fn wide<T: Copy + Ord>(a: Bounds<T>, b: Bounds<T>) -> Bounds<T> {
        let both = |a: Option<T>, b: Option<T>, pick: fn(T, T) -> T| Some(pick(a?, b?));
        Bounds { lo: both(a.lo, b.lo, T::min), hi: both(a.hi, b.hi, T::max) }
    }
    match (a, b) {
        (Total::Integer(a), Total::Integer(b)) => Some(Total::Integer(wide(a, b))),
        (Total::Decimal(a), Total::Decimal(b)) => Some(Total::Decimal(wide(a, b))),
        _ => None,
    }
}

fn number<C>(item: &Item<C>) -> Option<Total> {
    let wide = |end: Option<i64>| end.map(i128::from);
    match item {
        Item::Integer(bounds) => Some(Total::Integer(Bounds { lo: wide(bounds.lo), hi: wide(bounds.hi) })),
        Item::Decimal(bounds) => Some(Total::Decimal(*bounds)),
        Item::Absent(_) | Item::Other(_) => None,
    }
}

fn item<C>(total: Total) -> Item<C> {
    let narrow = |end: Option<i128>| end.and_then(|end| i64::try_from(end).ok());
    match total {
        Total::Integer(bounds) => Item::Integer(Bounds { lo: narrow(bounds.lo), hi: narrow(bounds.hi) }),
        Total::Decimal(bounds) => Item::Decimal(bounds),
    }
}

impl<C> Open<C> {
    fn join(open: Option<Self>, with: Item<C>, same: &impl Fn(&C, &C) -> bool) -> Self {
        let of = number(&with);
        match open {
            None => Self { hull: of, first: with, agree: true },
            Some(open) => Self {
                agree: open.agree && alike(&open.first, &with, same),
                hull: open.hull.zip(of).and_then(|(a, b)| hull(a, b)),
                first: open.first,
            },
        }
    }

    fn result(self) -> Item<C> {
        if self.agree {
            return match self.first {
                // An error that may not be reached is not known to be one.
                Item::Absent(absence) if absence.is_error() => Item::Absent(Absence::UNKNOWN),
                same => same,
            };
        }
        self.hull.map_or(Item::Absent(Absence::UNKNOWN), item)
    }
}

/// Whether two rows give the same.
fn alike<C>(a: &Item<C>, b: &Item<C>, same: &impl Fn(&C, &C) -> bool) -> bool {
    match (a, b) {
        (Item::Absent(a), Item::Absent(b)) => a == b,
        (Item::Integer(a), Item::Integer(b)) => a == b,
        (Item::Decimal(a), Item::Decimal(b)) => a == b,
        (Item::Other(a), Item::Other(b)) => same(a, b),
        _ => false,
    }
}

impl<C> Chooser<C> {
    /// Before the first row. `node` is what a conflict or an overflow is an error of.
    pub fn new(choice: Choice, node: NodeId) -> Self {
        Self {
            choice,
            node,
            held: None,
            open: None,
            error: None,
            missing: None,
            yes: 0,
            unknown: 0,
            total: None,
            exact: true,
            overflow: false,
        }
    }

    /// Takes the next row: whether its condition holds or why that is not known, and what it gives. Rows whose
    /// condition is `no` need not be taken. Gives whether further rows can matter.
    pub fn take(
        &mut self,
        truth: Result<bool, Absence>,
        value: impl FnOnce() -> Item<C>,
        same: &impl Fn(&C, &C) -> bool,
    ) -> bool {
        match truth {
            Ok(false) => return true,
            Err(absence) if absence.is_error() => {
                self.error = self.error.or(Some(absence));
                return !matches!(self.choice, Choice::First);
            }
            _ => {}
        }
        let certain = truth.is_ok();
        if certain {
            self.yes += 1;
        } else {
            self.unknown += 1;
        }
        match self.choice {
            Choice::Count => {}
            Choice::First => {
                if certain {
                    self.held = Some(value());
                    return false;
                }
                self.open = Some(Open::join(self.open.take(), value(), same));
            }
            Choice::Unique | Choice::Any => {
                if !certain {
                    self.open = Some(Open::join(self.open.take(), value(), same));
                    return true;
                }
                let value = value();
                match &self.held {
                    None => self.held = Some(value),
                    Some(held) if self.choice == Choice::Any && alike(held, &value, same) => {}
                    Some(_) => {
                        self.error = self.error.or(Some(Absence::error(Fault::Conflict, self.node)));
                    }
                }
            }
            Choice::Sum | Choice::Min | Choice::Max => self.gather(certain, &value()),
        }
        true
    }

    fn gather(&mut self, certain: bool, value: &Item<C>) {
        let Some(of) = number(value) else {
            if let Item::Absent(absence) = value {
                let slot = if absence.is_error() { &mut self.error } else { &mut self.missing };
                *slot = slot.or(Some(*absence));
            }
            return;
        };
        let known = match of {
            Total::Integer(of) => of.lo == of.hi && of.lo.is_some(),
            Total::Decimal(of) => of.value().is_some(),
        };
        self.exact &= certain && known;
        if self.choice == Choice::Sum {
            self.add(certain, of);
            return;
        }
        let greatest = self.choice == Choice::Max;
        fn meet<T: Copy + Ord>(a: Bounds<T>, b: Bounds<T>, greatest: bool) -> Bounds<T> {
            let both = |a: Option<T>, b: Option<T>| Some(if greatest { a?.max(b?) } else { a?.min(b?) });
            let either = |a: Option<T>, b: Option<T>| match (a, b) {
                (Some(a), Some(b)) => Some(if greatest { a.max(b) } else { a.min(b) }),
                (a, b) => a.or(b),
            };
            // Of the greatest, a lower end of one is a lower end of all; the other end needs both.
            if greatest {
                Bounds { lo: either(a.lo, b.lo), hi: both(a.hi, b.hi) }
            } else {
                Bounds { lo: both(a.lo, b.lo), hi: either(a.hi, b.hi) }
            }
        }
        // Rows that are not known wait until it is known whether any row counts.
        if !certain {
            self.open = Some(match self.open.take() {
                Some(Open { first, hull: Some(before), .. }) => {
                    let all = match (before, of) {
                        (Total::Integer(a), Total::Integer(b)) => Some(Total::Integer(meet(a, b, greatest))),
                        (Total::Decimal(a), Total::Decimal(b)) => Some(Total::Decimal(meet(a, b, greatest))),
                        _ => None,
                    };
                    Open { first, agree: false, hull: all }
                }
                _ => Open { first: item(of), agree: false, hull: Some(of) },
            });
            return;
        }
        self.total = Some(match (self.total, of) {
            (Some(Total::Integer(a)), Total::Integer(b)) => Total::Integer(meet(a, b, greatest)),
            (Some(Total::Decimal(a)), Total::Decimal(b)) => Total::Decimal(meet(a, b, greatest)),
            (_, of) => of,
        });
    }

    fn add(&mut self, certain: bool, of: Total) {
        // A row that may not count adds nothing, or what it gives.
        self.total = Some(match (self.total, of) {
            (total, Total::Integer(mut of)) => {
                if !certain {
                    of = Bounds { lo: of.lo.map(|lo| lo.min(0)), hi: of.hi.map(|hi| hi.max(0)) };
                }
                let before = match total {
                    Some(Total::Integer(before)) => before,
                    _ => Bounds { lo: Some(0), hi: Some(0) },
                };
                let end = |a: Option<i128>, b: Option<i128>| a?.checked_add(b?);
                Total::Integer(Bounds { lo: end(before.lo, of.lo), hi: end(before.hi, of.hi) })
            }
            (total, Total::Decimal(mut of)) => {
                if !certain {
                    let zero = Decimal::ZERO;
                    of = Bounds { lo: of.lo.map(|lo| lo.min(zero)), hi: of.hi.map(|hi| hi.max(zero)) };
                }
                let before = match total {
                    Some(Total::Decimal(before)) => before,
                    _ => Bounds::exact(Decimal::ZERO),
                };
                if let (Some(a), Some(b)) = (before.value(), of.value()) {
                    self.overflow |= a.plus(b).is_err();
                }
                Total::Decimal(before.add(of))
            }
        });
    }

    /// Ends. `otherwise` is what no row gives, when it is stated, and `integer` whether a sum is a whole number.
    pub fn finish(
        self,
        otherwise: impl FnOnce() -> Option<Item<C>>,
        integer: bool,
        same: &impl Fn(&C, &C) -> bool,
    ) -> Item<C> {
        if let Some(error) = self.error {
            return Item::Absent(error);
        }
        match self.choice {
            Choice::First | Choice::Unique | Choice::Any => {
                if let (Some(held), true) = (&self.held, self.choice != Choice::First || self.open.is_none()) {
                    // Were another row to hold too, that would be a conflict and not another value.
                    return match held {
                        Item::Integer(bounds) => Item::Integer(*bounds),
                        Item::Decimal(bounds) => Item::Decimal(*bounds),
                        _ => self.held.unwrap_or(Item::Absent(Absence::UNKNOWN)),
                    };
                }
                let last = self.held.or_else(otherwise);
                match (self.open, last) {
                    (None, None) => Item::Absent(Absence::error(Fault::NoRow, self.node)),
                    (None, Some(last)) => last,
                    // That no row matches is an error, and not another value.
                    (Some(open), None) => open.result(),
                    (open, Some(last)) => Open::join(open, last, same).result(),
                }
            }
            Choice::Count => {
                let bounds = Bounds::new(self.yes, self.yes.saturating_add(self.unknown));
                Item::Integer(bounds)
            }
            Choice::Sum => {
                if let Some(missing) = self.missing {
                    return Item::Absent(missing);
                }
                let empty = if integer {
                    Total::Integer(Bounds { lo: Some(0), hi: Some(0) })
                } else {
                    Total::Decimal(Bounds::exact(Decimal::ZERO))
                };
                let total = self.total.unwrap_or(empty);
                let past = match total {
                    Total::Integer(of) => of.lo.is_none_or(|lo| i64::try_from(lo).is_err()),
                    Total::Decimal(_) => self.overflow,
                };
                if self.exact && past {
                    return Item::Absent(Absence::error(Fault::Overflow, self.node));
                }
                item(total)
            }
            Choice::Min | Choice::Max => {
                if let Some(missing) = self.missing {
                    return Item::Absent(missing);
                }
                let open = self.open.and_then(|open| open.hull);
                match (self.total, open) {
                    (None, None) => Item::Absent(Absence::missing(Reason::NotApplicable)),
                    (None, Some(_)) => Item::Absent(Absence::UNKNOWN),
                    (Some(total), None) => item(total),
                    (Some(total), Some(open)) => {
                        let greatest = self.choice == Choice::Max;
                        fn widen<T: Copy + Ord>(a: Bounds<T>, b: Bounds<T>, greatest: bool) -> Bounds<T> {
                            let far = |a: Option<T>, b: Option<T>| Some(if greatest { a?.max(b?) } else { a?.min(b?) });
                            if greatest {
                                Bounds { lo: a.lo, hi: far(a.hi, b.hi) }
                            } else {
                                Bounds { lo: far(a.lo, b.lo), hi: a.hi }
                            }
                        }
                        match (total, open) {
                            (Total::Integer(a), Total::Integer(b)) => item(Total::Integer(widen(a, b, greatest))),
                            (Total::Decimal(a), Total::Decimal(b)) => item(Total::Decimal(widen(a, b, greatest))),
                            _ => Item::Absent(Absence::UNKNOWN),
                        }
                    }
                }
            }
        }
    }
}
