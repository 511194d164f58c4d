//! Look-ups: values by one or several keys, perhaps for a time, found without going through the rows.

use crate::absence::{Absence, Reason};
use crate::civil::Date;
use crate::function::Arg;
use crate::program::{Dated, Heading, Place};
use crate::ty::Ty;
use crate::value::Value;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A look-up.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Lookup {
    pub heading: Heading,
    pub keys: Vec<(Arc<str>, Ty)>,
    pub ty: Ty,
    pub validity: Validity,
    /// The rows on days of which nothing else is said.
    pub always: Rows,
    /// Those of one day on, ascending, each to the day before the next, or to the last day that is stated.
    pub dated: Vec<Dated<Rows>>,
    pub place: Place,
}

/// From when to when rows hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// Always.
    Always,
    /// From its value of the key of this number until the next greater one.
    By(usize),
    /// From its first to its last day, both included; a date is the last argument.
    Between,
}

/// A row of a look-up.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct LookupRow {
    pub keys: Box<[Value]>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    /// The value, or why there is none.
    pub value: Result<Value, Reason>,
    pub place: Place,
}

/// The rows that a look-up has on some days, or always.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// In the order of the file.
    rows: Vec<LookupRow>,
    /// By the hash of the keys that must be equal: rows, those that hold earlier first.
    index: FxHashMap<u64, Vec<u32>>,
}

impl Rows {
    /// Rows that hold so.
    pub fn new(validity: Validity, rows: Vec<LookupRow>) -> Self {
        let mut index: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        for (row, at) in rows.iter().zip(0_u32..) {
            let equal = row.keys.iter().enumerate().filter(|(key, _)| validity != Validity::By(*key));
            index.entry(hash(equal.map(|(_, value)| arg(value)))).or_default().push(at);
        }
        let begin = |at: &u32| {
            let row = rows.get(*at as usize)?;
            Some(match validity {
                Validity::By(key) => (row.keys.get(key).and_then(order), None),
                _ => (None, row.from),
            })
        };
        for rows in index.values_mut() {
            crate::order::sort_by_key(rows, begin);
        }
        Self { rows, index }
    }
}

impl Lookup {
    /// The types of the arguments of a call: the keys; the day on which a row holds, where they hold from one to another;
    /// and the evaluation date, where the look-up has other rows on other days.
    pub fn arguments(&self) -> impl Iterator<Item = Ty> + '_ {
        let dates = usize::from(self.validity == Validity::Between) + usize::from(!self.dated.is_empty());
        self.keys.iter().map(|(_, ty)| *ty).chain(std::iter::repeat_n(Ty::Date, dates))
    }

    /// Its rows on days of which nothing else is said.
    pub fn rows(&self) -> &[LookupRow] {
        &self.always.rows
    }

    /// All the rows it has on some days.
    pub fn editions(&self) -> impl Iterator<Item = (&Dated<Rows>, &[LookupRow])> {
        self.dated.iter().map(|dated| (dated, &*dated.value.rows))
    }

    /// What the look-up has for arguments: errors come before what is missing, and of several the left-most counts.
    /// Where no row has the keys, the value was not collected.
    ///
    /// # Errors
    /// [`Absence`].
    pub fn find<'a>(&self, args: &[Result<Arg<'a>, Absence>]) -> Result<&Value, Absence> {
        let absent = args.iter().filter_map(|arg| arg.as_ref().err().copied()).reduce(Absence::or);
        if let Some(absence) = absent {
            return Err(absence);
        }
        let given = || args.iter().filter_map(|arg| arg.as_ref().ok());
        let equal = || given().take(self.keys.len()).enumerate().filter(|(key, _)| self.validity != Validity::By(*key));
        let none = Absence::missing(Reason::NotCollected);
        let Rows { rows, index } = match given().next_back() {
            Some(Arg::Date(as_of)) if !self.dated.is_empty() => Dated::on(&self.dated, *as_of).unwrap_or(&self.always),
            _ => &self.always,
        };
        let found = index.get(&hash(equal().map(|(_, arg)| arg.clone()))).ok_or(none)?;
        let matching = found
            .iter()
            .filter_map(|&at| rows.get(at as usize))
            .filter(|row| equal().all(|(key, given)| row.keys.get(key).is_some_and(|value| is(value, given))));
        let found = match self.validity {
            Validity::Always => { matching }.next(),
            Validity::By(key) => {
                let wanted = given().nth(key).and_then(order_of).ok_or(none)?;
                matching.take_while(|row| row.keys.get(key).and_then(order).is_some_and(|begin| begin <= wanted)).last()
            }
            Validity::Between => {
                let Some(Arg::Date(on)) = given().nth(self.keys.len()) else { return Err(none) };
                { matching }.find(|row| row.from.is_none_or(|from| from <= *on) && row.to.is_none_or(|to| *on <= to))
            }
        };
        found.ok_or(none)?.value.as_ref().map_err(|&reason| Absence::missing(reason))
    }
}

/// A value as an argument.
fn arg(value: &Value) -> Arg<'_> {
    match value {
        Value::Boolean(value) => Arg::Boolean(*value),
        Value::Integer(value) => Arg::Integer(*value),
        Value::Decimal(value) => Arg::Decimal(*value),
        Value::Text(value) => Arg::Text(value),
        Value::Date(value) => Arg::Date(*value),
        Value::Time(value) => Arg::Time(*value),
        Value::DateTime(value) => Arg::DateTime(*value),
        Value::Duration(value) => Arg::Duration(*value),
        Value::Code(_, value) => Arg::Code(*value),
        Value::Codes(_, value) => Arg::Codes(value),
        Value::Texts(value) => Arg::Texts(Arc::clone(value)),
    }
}

/// The place of a value among those of its type, for keys that rows hold by.
fn order(value: &Value) -> Option<i128> {
    order_of(&arg(value))
}

fn order_of(arg: &Arg<'_>) -> Option<i128> {
    Some(match arg {
        Arg::Integer(value) => i128::from(*value),
        Arg::Date(value) => i128::from(value.days()),
        Arg::Code(value) => i128::from(value.0),
        _ => return None,
    })
}

fn hash<'a>(args: impl Iterator<Item = Arg<'a>>) -> u64 {
    let mut hasher = FxHasher::default();
    for arg in args {
        match arg {
            Arg::Missing => 0_u8.hash(&mut hasher),
            Arg::Boolean(value) => value.hash(&mut hasher),
            Arg::Integer(value) => value.hash(&mut hasher),
            Arg::Decimal(value) => value.hash(&mut hasher),
            Arg::Text(value) => value.hash(&mut hasher),
            Arg::Date(value) => value.hash(&mut hasher),
            Arg::Time(value) => value.hash(&mut hasher),
            Arg::DateTime(value) => value.hash(&mut hasher),
            Arg::Duration(value) => value.hash(&mut hasher),
            Arg::Code(value) => value.hash(&mut hasher),
            Arg::Codes(value) => value.hash(&mut hasher),
            Arg::Texts(value) => value.hash(&mut hasher),
        }
    }
    hasher.finish()
}

/// Whether an argument is a value.
fn is(value: &Value, given: &Arg<'_>) -> bool {
    match (value, given) {
        (Value::Boolean(a), Arg::Boolean(b)) => a == b,
        (Value::Integer(a), Arg::Integer(b)) => a == b,
        (Value::Decimal(a), Arg::Decimal(b)) => a == b,
        (Value::Text(a), Arg::Text(b)) => **a == **b,
        (Value::Date(a), Arg::Date(b)) => a == b,
        (Value::Time(a), Arg::Time(b)) => a == b,
        (Value::DateTime(a), Arg::DateTime(b)) => a == b,
        (Value::Code(_, a), Arg::Code(b)) => a == b,
        _ => false,
    }
}
