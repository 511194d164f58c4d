//! What a chunk's lanes add to the sums, the values and the sketches of groups.

use crate::groups::Group;
use crate::samples::Samples;
use crate::sketch::{Hashed, Sketch};
use assize_model::decimal::Decimal;
use assize_model::lane::{Lane, LaneValues};
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

/// Adds a lane's values to the sketches of their records' groups; to the first sketch, where there are no groups.
pub(crate) fn sketch_lane(
    lane: &Lane<'_>,
    words: impl Iterator<Item = u64>,
    groups: &[Group],
    sketches: &mut [Sketch],
) {
    match lane.values {
        LaneValues::Integer(values) | LaneValues::Time(values) | LaneValues::DateTime(values) => {
            sketch_rows(words, groups, sketches, |row| values.get(row).map(|&value| Hashed::whole(value)));
        }
        LaneValues::Date(days) => {
            sketch_rows(words, groups, sketches, |row| days.get(row).map(|&day| Hashed::day(day)));
        }
        LaneValues::Decimal(values) => {
            sketch_rows(words, groups, sketches, |row| values.get(row).map(|&value| Hashed::decimal(value)));
        }
        LaneValues::Scaled { coefficients, scale } => {
            sketch_rows(words, groups, sketches, |row| {
                coefficients.get(row).and_then(|&coefficient| Decimal::new(coefficient, scale)).map(Hashed::decimal)
            });
        }
        LaneValues::Text(texts) => sketch_rows(words, groups, sketches, |row| Some(Hashed::text(texts.get(row)))),
        LaneValues::Same(Some(value)) => {
            let hash = Hashed::value(value);
            sketch_rows(words, groups, sketches, |_| hash);
        }
        _ => {}
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
