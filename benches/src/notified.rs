//! People notified, in columns, and a rate by two breakdowns and months worked out by hand.

use crate::Random;
use assize::model::civil::Date;
use assize::model::column::{Column, Table, Values};
use assize::model::ids::RecordId;

/// The columns; 3 % of `returned` are missing.
#[derive(Debug, Clone)]
pub struct Notified {
    pub rows: usize,
    pub division: Vec<u16>,
    pub level: Vec<u16>,
    pub notified: Vec<i32>,
    pub returned: Vec<u64>,
    pub returned_known: Vec<u64>,
}

/// Counts of one group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub read: u64,
    pub eligible: u64,
    pub unknown: u64,
    pub numerator: u64,
}

/// Months of the data.
const MONTHS: usize = 48;

/// The first day that anybody is notified.
fn first() -> Date {
    Date::from_ymd(2022, 1, 1).unwrap_or(Date::MIN)
}

/// The evaluation date.
pub fn as_of() -> Date {
    Date::from_ymd(2026, 1, 1).unwrap_or(Date::MIN)
}

impl Notified {
    /// So many people.
    pub fn new(rows: usize) -> Self {
        let mut random = Random(5);
        let division = (0..rows).map(|_| random.below(4) as u16).collect();
        let level = (0..rows).map(|_| random.below(4) as u16).collect();
        let days = (as_of().days() - first().days()) as u64;
        let notified = (0..rows).map(|_| first().days() + random.below(days) as i32).collect();
        let mut bits = |percent| {
            let mut words = vec![0_u64; rows.div_ceil(64)];
            for row in 0..rows {
                if random.below(100) < percent {
                    words[row / 64] |= 1 << (row % 64);
                }
            }
            words
        };
        let returned_known = bits(97);
        let returned = bits(20).iter().zip(&returned_known).map(|(yes, known)| yes & known).collect();
        Self { rows, division, level, notified, returned, returned_known }
    }

    /// The same as a table of the record of [`crate::rules::MEASURE`].
    pub fn table(&self) -> Table {
        let bits = |words: &[u64]| arrow_buffer::BooleanBuffer::new(words.to_vec().into(), 0, self.rows);
        let column = |values| Some(Column { values, known: None, absent: vec![] });
        Table {
            record: RecordId(0),
            rows: self.rows,
            columns: vec![
                column(Values::Code(self.division.clone().into())),
                column(Values::Code(self.level.clone().into())),
                column(Values::Date(self.notified.clone().into())),
                Some(Column {
                    values: Values::Boolean(bits(&self.returned)),
                    known: Some(bits(&self.returned_known)),
                    absent: vec![],
                }),
            ],
            bad: vec![],
        }
    }

    /// One pass, counting into a flat table of division, level and month.
    pub fn by_hand(&self) -> Vec<Counts> {
        let mut counts = vec![Counts::default(); 16 * MONTHS];
        let last = as_of().plus_months(-12, false).unwrap_or(Date::MIN).days();
        let start = first();
        for row in 0..self.rows {
            let (year, month, _) = Date::clamped(self.notified[row]).ymd();
            let month = ((year - start.year()) * 12 + month as i32 - 1) as usize;
            let group = (usize::from(self.division[row]) * 4 + usize::from(self.level[row])) * MONTHS + month;
            let count = &mut counts[group];
            count.read += 1;
            if self.notified[row] <= last {
                let bit = |words: &[u64]| words[row / 64] >> (row % 64) & 1;
                count.eligible += 1;
                count.unknown += 1 - bit(&self.returned_known);
                count.numerator += bit(&self.returned);
            }
        }
        counts
    }
}
