//! Grouping children by their parents' keys: once for a table of children, then looked up for any number of parents.

#![expect(clippy::indexing_slicing, reason = "groups and rows are numbered by this file, below the lengths it made")]

use super::bits;
use super::kernel::{Lane, compare_two};
use super::table::{BatchError, Spans};
use assize_model::column::{Column, TextColumn, Values};
use assize_model::decimal::Decimal;
use assize_model::node::Comparison;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// A group that is not there.
const NONE: u32 = u32::MAX;

/// The rows of a table of children, grouped by the field that names their parent. Within a group they keep their order.
#[derive(Debug)]
pub struct ChildIndex {
    keys: Keys,
    /// Group `g` has the places `offsets[g]..offsets[g + 1]`.
    offsets: Vec<u32>,
    /// The row at each place; `None` where the rows already lie so.
    order: Option<Vec<u32>>,
    /// Rows whose field is missing.
    keyless: Vec<u32>,
    /// Groups that a parent has asked for: noted by whoever looks, on whatever thread.
    found: Vec<AtomicBool>,
    /// How many children there are.
    rows: usize,
}

/// Where the children of each of a batch's parents are, as places in [`ChildIndex::order`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Families {
    /// The first row that was looked up.
    first: usize,
    starts: Vec<u32>,
    ends: Vec<u32>,
    /// How many places the index has that they were found in.
    places: usize,
}

impl Families {
    /// For a [`Link`](super::Link), with the index that they were found in. They are of the rows that were looked up.
    pub fn spans<'t>(&'t self, index: &'t ChildIndex) -> Spans<'t> {
        Spans::Grouped { families: self, index }
    }

    /// Where the families begin and end, of the rows from [`Families::first`] on.
    pub(super) fn pairs(&self) -> (&[u32], &[u32]) {
        (&self.starts, &self.ends)
    }

    pub(super) const fn first(&self) -> usize {
        self.first
    }

    /// Whether they can be of an index over so many children: then no place is past the end of its order, and no row
    /// past the end of the table, since both come from the index alone.
    pub(super) fn is_of(&self, index: &ChildIndex, rows: usize) -> bool {
        self.places == index.places() && index.rows <= rows
    }
}

/// How a key finds its group.
#[derive(Debug, Clone)]
enum Keys {
    /// Whole numbers that lie close together: the group is the distance from the least.
    Dense { kind: Kind, least: i64 },
    /// Whole numbers.
    Sparse { kind: Kind, table: Slots, keys: Vec<i64> },
    /// Texts: of each group, one row that has the key.
    Texts { table: Slots, column: TextColumn, rows: Vec<u32> },
    /// Decimals, by value.
    Decimals { table: Slots, keys: Vec<Decimal> },
}

/// Kinds of keys that are whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Integer,
    Date,
    Time,
    DateTime,
    Code,
}

/// A hash table of groups, open to the next slot.
#[derive(Debug, Clone, Default)]
struct Slots {
    slots: Vec<u32>,
    hashes: Vec<u64>,
}

impl Slots {
    /// The group of a key, found by its hash and `is`; a new one is numbered after the last.
    #[inline]
    fn insert(&mut self, hash: u64, is: impl Fn(u32) -> bool) -> (u32, bool) {
        if self.hashes.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let group = self.slots[at];
            if group == NONE {
                let group = self.hashes.len() as u32;
                self.slots[at] = group;
                self.hashes.push(hash);
                return (group, true);
            }
            if self.hashes[group as usize] == hash && is(group) {
                return (group, false);
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> u32 {
        if self.slots.is_empty() {
            return NONE;
        }
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let group = self.slots[at];
            if group == NONE || (self.hashes[group as usize] == hash && is(group)) {
                return group;
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    fn grow(&mut self) {
        let size = (self.slots.len() * 4).max(64);
        self.slots.clear();
        self.slots.resize(size, NONE);
        for (group, &hash) in (0_u32..).zip(&self.hashes) {
            let mut at = hash as usize & (size - 1);
            while self.slots[at] != NONE {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = group;
        }
    }
}

/// Spreads a whole number's bits.
#[inline]
fn mix(key: i64) -> u64 {
    let mut x = key as u64;
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

#[inline]
fn hash_text(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    let hash = hasher.finish();
    hash ^ hash >> 32
}

fn hash_decimal(value: Decimal) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    let hash = hasher.finish();
    hash ^ hash >> 32
}

/// Calls `f` with what gives the key of each row, by the column's type.
macro_rules! with_numbers {
    ($values:expr, |$kind:ident, $key:ident| $body:expr, else $other:expr) => {
        match $values {
            Values::Integer(values) => {
                let ($kind, $key) = (Kind::Integer, |row: usize| values[row]);
                $body
            }
            Values::Date(values) => {
                let ($kind, $key) = (Kind::Date, |row: usize| i64::from(values[row]));
                $body
            }
            Values::Time(values) => {
                let ($kind, $key) = (Kind::Time, |row: usize| values[row]);
                $body
            }
            Values::DateTime(values) => {
                let ($kind, $key) = (Kind::DateTime, |row: usize| values[row]);
                $body
            }
            Values::Code(values) => {
                let ($kind, $key) = (Kind::Code, |row: usize| i64::from(values[row]));
                $body
            }
            _ => $other,
        }
    };
}

impl ChildIndex {
    /// Groups `rows` children by the column of the field that names their parent.
    ///
    /// # Errors
    ///
    /// [`BatchError::Keys`] for a column that records cannot be joined by; [`BatchError::TooLarge`] past 2^32 rows, or
    /// when the column has fewer.
    pub fn new(by: &Column, rows: usize) -> Result<Self, BatchError> {
        if u32::try_from(rows).is_err() || rows > by.len() || by.known.as_ref().is_some_and(|known| known.len() < rows)
        {
            return Err(BatchError::TooLarge);
        }
        let keyless: Vec<u32> = match &by.known {
            None => Vec::new(),
            Some(known) => (0..rows).filter(|&row| !known.value(row)).map(|row| row as u32).collect(),
        };
        if keyless.is_empty()
            && let Some((kind, least, offsets)) = sorted(&by.values, rows)
        {
            let found = unfound(offsets.len() - 1);
            return Ok(Self { keys: Keys::Dense { kind, least }, offsets, order: None, keyless, found, rows });
        }
        let known = |row: usize| by.known.as_ref().is_none_or(|known| known.value(row));
        with_numbers!(&by.values, |kind, key| return Ok(Self::numbers(kind, rows, keyless, key, known)), else {});
        let mut of = vec![NONE; rows];
        let mut table = Slots::default();
        let keys = match &by.values {
            Values::Text(column) => {
                let mut firsts: Vec<u32> = Vec::new();
                let mut last = (NONE, "");
                for (row, of) in of.iter_mut().enumerate().filter(|&(row, _)| known(row)) {
                    let text = column.get(row);
                    if last.0 == NONE || last.1 != text {
                        let is = |group: u32| column.get(firsts[group as usize] as usize) == text;
                        let (group, fresh) = table.insert(hash_text(text), is);
                        if fresh {
                            firsts.push(row as u32);
                        }
                        last = (group, text);
                    }
                    *of = last.0;
                }
                Keys::Texts { table, column: column.clone(), rows: firsts }
            }
            Values::Decimal { coefficients, scale } => {
                let mut keys: Vec<Decimal> = Vec::new();
                for (row, of) in of.iter_mut().enumerate().filter(|&(row, _)| known(row)) {
                    let Some(key) = Decimal::new(coefficients[row], *scale) else { return Err(BatchError::Keys) };
                    let (group, fresh) = table.insert(hash_decimal(key), |group| keys[group as usize] == key);
                    if fresh {
                        keys.push(key);
                    }
                    *of = group;
                }
                Keys::Decimals { table, keys }
            }
            _ => return Err(BatchError::Keys),
        };
        let groups = match &keys {
            Keys::Texts { rows, .. } => rows.len(),
            Keys::Decimals { keys, .. } => keys.len(),
            _ => 0,
        };
        Ok(Self::ordered(keys, groups, rows, keyless, |row| of[row]))
    }

    fn numbers(
        kind: Kind,
        rows: usize,
        keyless: Vec<u32>,
        key: impl Fn(usize) -> i64,
        known: impl Fn(usize) -> bool,
    ) -> Self {
        let (mut least, mut most) = (i64::MAX, i64::MIN);
        for row in 0..rows {
            if known(row) {
                let key = key(row);
                least = least.min(key);
                most = most.max(key);
            }
        }
        // Close together: no more than a few places in vain for each row.
        let reach = i128::from(most) - i128::from(least) + 1;
        if reach <= 4 * rows as i128 + 1024 && reach < i128::from(NONE) {
            let groups = usize::try_from(reach).unwrap_or(0);
            let keys = Keys::Dense { kind, least };
            let group = |row: usize| if known(row) { key(row).wrapping_sub(least) as u32 } else { NONE };
            return Self::ordered(keys, groups, rows, keyless, group);
        }
        let mut table = Slots::default();
        let mut keys: Vec<i64> = Vec::new();
        let mut of = vec![NONE; rows];
        let mut last = (NONE, 0);
        for (row, of) in of.iter_mut().enumerate() {
            if known(row) {
                let key = key(row);
                // Children of one parent often follow one another.
                if last.0 == NONE || last.1 != key {
                    let (group, fresh) = table.insert(mix(key), |group| keys[group as usize] == key);
                    if fresh {
                        keys.push(key);
                    }
                    last = (group, key);
                }
                *of = last.0;
            }
        }
        let groups = keys.len();
        Self::ordered(Keys::Sparse { kind, table, keys }, groups, rows, keyless, |row| of[row])
    }

    /// Sorts the rows by group, keeping their order, in one pass of counting and one of placing.
    fn ordered(keys: Keys, groups: usize, rows: usize, keyless: Vec<u32>, group: impl Fn(usize) -> u32) -> Self {
        let mut offsets = vec![0_u32; groups + 1];
        let mut sorted = keyless.is_empty();
        let mut before = 0;
        for row in 0..rows {
            let group = group(row);
            sorted &= group >= before;
            before = group;
            if group != NONE {
                offsets[group as usize + 1] += 1;
            }
        }
        let mut total = 0;
        for offset in &mut offsets {
            total += *offset;
            *offset = total;
        }
        let order = (!sorted).then(|| {
            let mut next = offsets.clone();
            let mut order = vec![0_u32; total as usize];
            for row in 0..rows {
                let group = group(row);
                if group != NONE {
                    let place = &mut next[group as usize];
                    order[*place as usize] = row as u32;
                    *place += 1;
                }
            }
            order
        });
        Self { keys, offsets, order, keyless, found: unfound(groups), rows }
    }

    fn places(&self) -> usize {
        self.offsets.last().map_or(0, |&places| places as usize)
    }

    /// The children's rows in the order in which families lie together; `None` where that is the table's own order.
    pub fn order(&self) -> Option<&[u32]> {
        self.order.as_deref()
    }

    /// Finds the children of some rows of parents by the column of their keys. A row without a key, and one whose key no
    /// child names, has none; rows with one key share their children.
    ///
    /// # Errors
    ///
    /// [`BatchError::Keys`] when the keys are of another kind than the children's; [`BatchError::TooLarge`] when the
    /// column has fewer rows.
    pub fn find(&self, keys: &Column, rows: Range<usize>) -> Result<Families, BatchError> {
        if rows.end > keys.len() || keys.known.as_ref().is_some_and(|known| known.len() < rows.end) {
            return Err(BatchError::TooLarge);
        }
        let known = |row: usize| keys.known.as_ref().is_none_or(|known| known.value(row));
        let mut families = Families { first: rows.start, places: self.places(), ..Families::default() };
        let len = rows.len();
        families.starts.reserve(len);
        families.ends.reserve(len);
        let (offsets, found) = (&self.offsets, &self.found);
        let mut before = 0;
        let mut push = |group: u32| {
            if group == NONE {
                // Where the last one ended, so that what lies together stays together.
                families.starts.push(before);
            } else {
                found[group as usize].store(true, Ordering::Relaxed);
                families.starts.push(offsets[group as usize]);
                before = offsets[group as usize + 1];
            }
            families.ends.push(before);
        };
        let groups = offsets.len() - 1;
        match (&self.keys, &keys.values) {
            (Keys::Dense { kind, least }, values) => {
                with_numbers!(values, |of, key| {
                    if of != *kind {
                        return Err(BatchError::Keys);
                    }
                    for row in rows {
                        let at = i128::from(key(row)) - i128::from(*least);
                        push(match usize::try_from(at) {
                            Ok(at) if at < groups && known(row) => at as u32,
                            _ => NONE,
                        });
                    }
                }, else return Err(BatchError::Keys));
            }
            (Keys::Sparse { kind, table, keys }, values) => {
                with_numbers!(values, |of, key| {
                    if of != *kind {
                        return Err(BatchError::Keys);
                    }
                    for row in rows {
                        let key = key(row);
                        push(if known(row) { table.find(mix(key), |group| keys[group as usize] == key) } else { NONE });
                    }
                }, else return Err(BatchError::Keys));
            }
            (Keys::Texts { table, column, rows: firsts }, Values::Text(texts)) => {
                for row in rows {
                    let text = texts.get(row);
                    let is = |group: u32| column.get(firsts[group as usize] as usize) == text;
                    push(if known(row) { table.find(hash_text(text), is) } else { NONE });
                }
            }
            (Keys::Decimals { table, keys }, Values::Decimal { coefficients, scale }) => {
                for row in rows {
                    push(match Decimal::new(coefficients[row], *scale).filter(|_| known(row)) {
                        Some(key) => table.find(hash_decimal(key), |group| keys[group as usize] == key),
                        None => NONE,
                    });
                }
            }
            _ => return Err(BatchError::Keys),
        }
        Ok(families)
    }

    /// The children, ascending by row, that no parent looked up so far has, those without a parent's key among them.
    pub fn orphans(&self) -> Vec<u32> {
        let mut orphans = self.keyless.clone();
        for (group, _) in self.found.iter().enumerate().filter(|(_, found)| !found.load(Ordering::Relaxed)) {
            let places = self.offsets[group]..self.offsets[group + 1];
            match &self.order {
                Some(order) => orphans.extend(&order[places.start as usize..places.end as usize]),
                None => orphans.extend(places),
            }
        }
        orphans.sort_unstable();
        orphans
    }
}

/// So many groups that nobody has asked for.
fn unfound(groups: usize) -> Vec<AtomicBool> {
    (0..groups).map(|_| AtomicBool::new(false)).collect()
}

/// Numbers in ascending order and close together: their kind, the least, and where each number's rows begin, in one
/// pass. `None` for others.
fn sorted(values: &Values, rows: usize) -> Option<(Kind, i64, Vec<u32>)> {
    let (kind, (least, offsets)) = match values {
        Values::Integer(values) => (Kind::Integer, runs(&values[..rows], |key| key)?),
        Values::Date(values) => (Kind::Date, runs(&values[..rows], i64::from)?),
        Values::Time(values) => (Kind::Time, runs(&values[..rows], |key| key)?),
        Values::DateTime(values) => (Kind::DateTime, runs(&values[..rows], |key| key)?),
        Values::Code(values) => (Kind::Code, runs(&values[..rows], i64::from)?),
        _ => return None,
    };
    Some((kind, least, offsets))
}

fn runs<T: Lane>(keys: &[T], number: impl Fn(T) -> i64) -> Option<(i64, Vec<u32>)> {
    const BLOCK: usize = 4096;
    let least = number(*keys.first()?);
    let mut before = least;
    let mut offsets = vec![0_u32];
    let most = keys.len().saturating_mul(4).saturating_add(1024).min(NONE as usize);
    let (mut falls, mut changes) = ([0_u64; BLOCK / 64], [0_u64; BLOCK / 64]);
    // Each key against the one before it.
    for (block, (left, right)) in keys.chunks(BLOCK).zip(keys[1..].chunks(BLOCK)).enumerate() {
        let left = &left[..right.len()];
        let words = right.len().div_ceil(64);
        compare_two(Comparison::Gt, left, right, &mut falls[..words]);
        if falls[..words].iter().any(|word| *word != 0) {
            return None;
        }
        compare_two(Comparison::Ne, left, right, &mut changes[..words]);
        for at in bits::ones(&changes[..words]) {
            let key = number(right[at]);
            let step = usize::try_from(key.checked_sub(before)?).ok()?;
            if offsets.len().saturating_add(step) > most {
                return None;
            }
            let row = (block * BLOCK + at + 1) as u32;
            if step == 1 {
                offsets.push(row);
            } else {
                offsets.resize(offsets.len() + step, row);
            }
            before = key;
        }
    }
    offsets.push(keys.len() as u32);
    Some((least, offsets))
}

/// Groups children under the rows of one table of parents. Gives the index, for its order, where the families are, and
/// the rows of children that have no parent.
///
/// # Errors
///
/// As [`ChildIndex::new`] and [`ChildIndex::find`].
pub fn group(
    parents: (&Column, usize),
    children: (&Column, usize),
) -> Result<(ChildIndex, Families, Vec<u32>), BatchError> {
    let index = ChildIndex::new(children.0, children.1)?;
    let families = index.find(parents.0, 0..parents.1)?;
    let orphans = index.orphans();
    Ok((index, families, orphans))
}
