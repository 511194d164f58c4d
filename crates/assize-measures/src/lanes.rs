//! What a chunk's lanes add to the sums, the values and the sketches of groups.

use crate::groups::Group;
use crate::samples::Samples;
use crate::sketch::{Hashed, Sketch};
use assize_model::decimal::Decimal;
use assize_model::lane::{Chunk, Lane, LaneValues};
use assize_model::sum::{ExactSum, SquareSum};
use assize_model::value::Value;

/// The rows of a word's records.
pub(crate) fn rows_of(at: usize, records: u64) -> impl Iterator<Item = usize> {
    let mut rest = records;
    std::iter::from_fn(move || {
        if rest == 0 {
            return None;
        }
        let row = at * 64 + rest.trailing_zeros() as usize;
        rest &= rest - 1;
        Some(row)
    })
}

/// A sum of numbers, one by one.
pub(crate) trait Add {
    fn add_integer(&mut self, value: i64);
    fn add_decimal(&mut self, value: Decimal);
}

impl Add for ExactSum {
    #[inline]
    fn add_integer(&mut self, value: i64) {
        Self::add_integer(self, value);
    }

    #[inline]
    fn add_decimal(&mut self, value: Decimal) {
        Self::add_decimal(self, value);
    }
}

impl Add for SquareSum {
    #[inline]
    fn add_integer(&mut self, value: i64) {
        Self::add_integer(self, value);
    }

    #[inline]
    fn add_decimal(&mut self, value: Decimal) {
        Self::add_decimal(self, value);
    }
}

impl Samples {
    /// A lane's numbers, each to its record's group.
    pub(crate) fn extend_lane(&mut self, lane: &Lane<'_>, words: impl Iterator<Item = u64>, groups: &[Group]) {
        let rows = words.enumerate().flat_map(|(at, records)| rows_of(at, records));
        let rows = rows.map(|row| (row, groups.get(row).map_or(0, |&group| group as usize)));
        match lane.values {
            LaneValues::Integer(values) => {
                self.extend(0, rows.filter_map(|(row, group)| Some((group, i128::from(*values.get(row)?)))));
            }
            LaneValues::Scaled { coefficients, scale } => {
                self.extend(scale, rows.filter_map(|(row, group)| Some((group, *coefficients.get(row)?))));
            }
            LaneValues::Decimal(values) => {
                for (row, group) in rows {
                    if let Some(value) = values.get(row) {
                        self.push(group, *value);
                    }
                }
            }
            LaneValues::Same(Some(value)) => {
                let value = match value {
                    Value::Integer(value) => Decimal::from_i64(*value),
                    Value::Decimal(value) => *value,
                    _ => return,
                };
                self.extend(value.scale(), rows.map(|(_, group)| (group, value.coefficient())));
            }
            _ => {}
        }
    }
}

/// Adds a lane's numbers to the sums of their records' groups; to the first sum, where there are no groups.
pub(crate) fn add_lane<S: Add>(lane: &Lane<'_>, words: impl Iterator<Item = u64>, groups: &[Group], sums: &mut [S]) {
    let rows = words.enumerate().flat_map(|(at, records)| rows_of(at, records));
    let sum_of = |row: usize| groups.get(row).map_or(0, |&group| group as usize);
    match lane.values {
        LaneValues::Integer(values) => {
            for row in rows {
                if let (Some(sum), Some(&value)) = (sums.get_mut(sum_of(row)), values.get(row)) {
                    sum.add_integer(value);
                }
            }
        }
        LaneValues::Decimal(values) => {
            for row in rows {
                if let (Some(sum), Some(&value)) = (sums.get_mut(sum_of(row)), values.get(row)) {
                    sum.add_decimal(value);
                }
            }
        }
        LaneValues::Scaled { coefficients, scale } => {
            for row in rows {
                let value = coefficients.get(row).and_then(|&coefficient| Decimal::new(coefficient, scale));
                if let (Some(sum), Some(value)) = (sums.get_mut(sum_of(row)), value) {
                    sum.add_decimal(value);
                }
            }
        }
        LaneValues::Same(Some(&Value::Integer(value))) => {
            for row in rows {
                if let Some(sum) = sums.get_mut(sum_of(row)) {
                    sum.add_integer(value);
                }
            }
        }
        LaneValues::Same(Some(&Value::Decimal(value))) => {
            for row in rows {
                if let Some(sum) = sums.get_mut(sum_of(row)) {
                    sum.add_decimal(value);
                }
            }
        }
        _ => {}
    }
}

/// What is done with the hashes of a lane's rows, which are made when they are asked for.
trait ForHashes {
    fn call(self, hash: impl Fn(usize) -> Option<Hashed>);
}

fn with_hashes(lane: &Lane<'_>, then: impl ForHashes) {
    match lane.values {
        LaneValues::Integer(values) | LaneValues::Time(values) | LaneValues::DateTime(values) => {
            then.call(|row| values.get(row).map(|&value| Hashed::whole(value)));
        }
        LaneValues::Date(days) => then.call(|row| days.get(row).map(|&day| Hashed::day(day))),
        LaneValues::Decimal(values) => then.call(|row| values.get(row).map(|&value| Hashed::decimal(value))),
        LaneValues::Scaled { coefficients, scale } => then.call(|row| {
            coefficients.get(row).and_then(|&coefficient| Decimal::new(coefficient, scale)).map(Hashed::decimal)
        }),
        LaneValues::Text(texts) => then.call(|row| Some(Hashed::text(texts.get(row)))),
        LaneValues::Same(Some(value)) => {
            let hash = Hashed::value(value);
            then.call(|_| hash);
        }
        _ => {}
    }
}

/// The hashes of the lanes that several measures estimate the distinct values of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hashes {
    lanes: Vec<(usize, Vec<Option<Hashed>>)>,
}

impl Hashes {
    /// For these lanes, by number.
    pub(crate) fn of(lanes: impl IntoIterator<Item = usize>) -> Self {
        Self { lanes: lanes.into_iter().map(|lane| (lane, Vec::new())).collect() }
    }

    /// Makes the hashes of a chunk.
    pub(crate) fn fill(&mut self, chunk: &Chunk<'_>) {
        struct Fill<'h>(&'h mut Vec<Option<Hashed>>, usize);
        impl ForHashes for Fill<'_> {
            fn call(self, hash: impl Fn(usize) -> Option<Hashed>) {
                self.0.extend((0..self.1).map(hash));
            }
        }
        for (at, hashes) in &mut self.lanes {
            hashes.clear();
            if let Some(lane) = chunk.lanes.get(*at) {
                with_hashes(lane, Fill(hashes, chunk.rows));
            }
        }
    }

    fn get(&self, lane: usize) -> Option<&[Option<Hashed>]> {
        self.lanes.iter().find(|(at, _)| *at == lane).map(|(_, hashes)| hashes.as_slice())
    }
}

/// Adds the values of a lane, by its number, to the sketches of their records' groups; to the first sketch, where there are
/// no groups.
pub(crate) fn sketch_lane(
    chunk: &Chunk<'_>,
    at: usize,
    words: impl Iterator<Item = u64>,
    groups: &[Group],
    sketches: &mut [Sketch],
    hashes: &Hashes,
) {
    struct Insert<'s, W>(W, &'s [Group], &'s mut [Sketch]);
    impl<W: Iterator<Item = u64>> ForHashes for Insert<'_, W> {
        fn call(self, hash: impl Fn(usize) -> Option<Hashed>) {
            sketch_rows(self.0, self.1, self.2, hash);
        }
    }
    let insert = Insert(words, groups, sketches);
    match (hashes.get(at), chunk.lanes.get(at)) {
        (Some(made), _) => insert.call(|row| made.get(row).copied().flatten()),
        (None, Some(lane)) => with_hashes(lane, insert),
        (None, None) => {}
    }
}

#[inline]
fn sketch_rows(
    words: impl Iterator<Item = u64>,
    groups: &[Group],
    sketches: &mut [Sketch],
    hash: impl Fn(usize) -> Option<Hashed>,
) {
    // All hashes of a word first: the registers of many groups are seldom in the caches, and without the hashing in between
    // the processor waits for several of them at once.
    let mut held: Vec<(usize, Hashed)> = Vec::with_capacity(64);
    for (at, records) in words.enumerate() {
        held.clear();
        held.extend(rows_of(at, records).filter_map(|row| {
            let group = groups.get(row).map_or(0, |&group| group as usize);
            Some((group, hash(row)?))
        }));
        for &(group, hash) in &held {
            if let Some(sketch) = sketches.get_mut(group) {
                sketch.insert(hash);
            }
        }
    }
}
