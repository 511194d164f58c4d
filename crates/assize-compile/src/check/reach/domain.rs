//! What values an expression can take: sets of numbers and dates as intervals, of codes and truth values as bits, of
//! texts by name; and beside them, that there is no value.

use crate::optimise::compare;
use assize_model::bounds::compare_codes;
use assize_model::ids::Code;
use assize_model::node::Comparison;
use assize_model::value::Value;
use std::sync::Arc;

/// How many intervals or texts a set may have; past that nothing is said of it.
const MOST: usize = 64;

/// A set of values of one type.
#[derive(Debug, Clone, PartialEq)]
pub enum Set {
    /// Truth values: bit 0 is `no`, bit 1 is `yes`. Codes: by number; the last bit is no code.
    Bits(u128),
    /// Values in order, as intervals that do not meet, ascending.
    Spans(Vec<Span>),
    /// Texts: those that are named, or all others.
    Texts { others: bool, named: Vec<Arc<str>> },
}

/// An interval; an end is a value and whether it is itself in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    pub lo: Option<(Value, bool)>,
    pub hi: Option<(Value, bool)>,
}

impl Span {
    pub const ALL: Self = Self { lo: None, hi: None };

    /// Whether nothing lies in it. Between two integers next to each other nothing does.
    fn is_empty(&self) -> bool {
        let (Some((lo, lo_in)), Some((hi, hi_in))) = (&self.lo, &self.hi) else { return false };
        match (compare(Comparison::Lt, lo, hi), compare(Comparison::Eq, lo, hi)) {
            (_, Some(true)) => !(*lo_in && *hi_in),
            (Some(true), _) => match (step(lo), hi) {
                (Some(next), hi) if !lo_in && !hi_in => compare(Comparison::Eq, &next, hi) == Some(true),
                _ => false,
            },
            (Some(false), _) => true,
            // Not to be compared: nothing is said.
            _ => false,
        }
    }

    fn meet(&self, other: &Self) -> Self {
        Self { lo: tighter(&self.lo, &other.lo, Comparison::Gt), hi: tighter(&self.hi, &other.hi, Comparison::Lt) }
    }
}

/// The next integer or day.
fn step(value: &Value) -> Option<Value> {
    match value {
        Value::Integer(value) => value.checked_add(1).map(Value::Integer),
        Value::Date(value) => value.plus_days(1).ok().map(Value::Date),
        _ => None,
    }
}

type End = Option<(Value, bool)>;

fn tighter(a: &End, b: &End, closer: Comparison) -> End {
    let (Some((x, x_in)), Some((y, y_in))) = (a, b) else { return a.clone().or_else(|| b.clone()) };
    if compare(Comparison::Eq, x, y) == Some(true) {
        return Some((x.clone(), *x_in && *y_in));
    }
    if compare(closer, x, y) == Some(true) { a.clone() } else { b.clone() }
}

impl Set {
    /// Both at once; `None` where it would be too much to follow.
    pub fn meet(&self, other: &Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Bits(a), Self::Bits(b)) => Self::Bits(a & b),
            (Self::Spans(a), Self::Spans(b)) => {
                let mut out = Vec::new();
                for x in a {
                    out.extend(b.iter().map(|y| x.meet(y)).filter(|span| !span.is_empty()));
                }
                if out.len() > MOST {
                    return None;
                }
                Self::Spans(out)
            }
            (Self::Texts { others: false, named }, other @ Self::Texts { .. })
            | (other @ Self::Texts { .. }, Self::Texts { others: false, named }) => {
                let named = named.iter().filter(|text| other.has_text(text)).cloned().collect();
                Self::Texts { others: false, named }
            }
            (Self::Texts { named: a, .. }, Self::Texts { named: b, .. }) => {
                let mut named = a.clone();
                named.extend(b.iter().filter(|text| !a.contains(text)).cloned());
                if named.len() > MOST {
                    return None;
                }
                Self::Texts { others: true, named }
            }
            _ => return None,
        })
    }

    /// Everything else.
    pub fn complement(&self) -> Self {
        match self {
            Self::Bits(bits) => Self::Bits(!bits),
            Self::Texts { others, named } => Self::Texts { others: !others, named: named.clone() },
            Self::Spans(spans) => {
                let mut out = Vec::with_capacity(spans.len() + 1);
                let flip = |end: &End| end.clone().map(|(value, is_in)| (value, !is_in));
                let mut lo: Option<End> = Some(None);
                for span in spans {
                    if let (Some(from), Some(_)) = (lo.take(), &span.lo) {
                        out.push(Span { lo: from, hi: flip(&span.lo) });
                    }
                    lo = span.hi.is_some().then(|| flip(&span.hi));
                }
                if let Some(from) = lo {
                    out.push(Span { lo: from, hi: None });
                }
                out.retain(|span| !span.is_empty());
                Self::Spans(out)
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Self::Bits(bits) => *bits == 0,
            Self::Spans(spans) => spans.iter().all(Span::is_empty),
            Self::Texts { others, named } => !others && named.is_empty(),
        }
    }

    fn has_text(&self, text: &Arc<str>) -> bool {
        matches!(self, Self::Texts { others, named } if named.contains(text) != *others)
    }

    /// The values for which a comparison with a constant holds.
    pub fn compared(op: Comparison, with: &Value, codes: u128) -> Option<Self> {
        Some(match with {
            Value::Boolean(value) => {
                let bit = if *value { 0b10 } else { 0b01 };
                match op {
                    Comparison::Eq => Self::Bits(bit),
                    Comparison::Ne => Self::Bits(0b11 & !bit),
                    _ => return None,
                }
            }
            Value::Code(_, code) => Self::of_codes(op, *code, codes),
            Value::Text(text) => match op {
                Comparison::Eq => Self::Texts { others: false, named: vec![Arc::clone(text)] },
                Comparison::Ne => Self::Texts { others: true, named: vec![Arc::clone(text)] },
                _ => return None,
            },
            Value::Integer(_) | Value::Decimal(_) | Value::Date(_) | Value::Time(_) | Value::DateTime(_) => {
                let at = |is_in: bool| Some((with.clone(), is_in));
                Self::Spans(match op {
                    Comparison::Eq => vec![Span { lo: at(true), hi: at(true) }],
                    Comparison::Ne => vec![Span { lo: None, hi: at(false) }, Span { lo: at(false), hi: None }],
                    Comparison::Lt => vec![Span { lo: None, hi: at(false) }],
                    Comparison::Le => vec![Span { lo: None, hi: at(true) }],
                    Comparison::Gt => vec![Span { lo: at(false), hi: None }],
                    Comparison::Ge => vec![Span { lo: at(true), hi: None }],
                })
            }
            _ => return None,
        })
    }

    /// The codes of some for which a comparison holds.
    pub fn of_codes(op: Comparison, with: Code, codes: u128) -> Self {
        let mut out = 0;
        for bit in 0..128 {
            if codes >> bit & 1 == 1 && compare_codes(op, code_of(bit), with) {
                out |= 1 << bit;
            }
        }
        Self::Bits(out)
    }
}

/// The code of a bit; the last is no code.
fn code_of(bit: u32) -> Code {
    if bit == 127 { Code::NONE } else { Code(u16::try_from(bit).unwrap_or(u16::MAX)) }
}

/// The bit of a code.
pub fn bit_of(code: Code) -> u128 {
    if code == Code::NONE { 1 << 127 } else { 1_u128.checked_shl(u32::from(code.0)).unwrap_or(0) }
}

/// What an expression can come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Domain {
    /// Whether there may be no value.
    pub missing: bool,
    /// The values.
    pub set: Set,
}

impl Domain {
    pub fn meet(&self, other: &Self) -> Option<Self> {
        Some(Self { missing: self.missing && other.missing, set: self.set.meet(&other.set)? })
    }

    pub fn is_empty(&self) -> bool {
        !self.missing && self.set.is_empty()
    }

    /// What is in this and not in the other.
    pub fn without(&self, other: &Self) -> Option<Self> {
        Some(Self { missing: self.missing && !other.missing, set: self.set.meet(&other.set.complement())? })
    }
}
