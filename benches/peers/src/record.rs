//! The records: seven fields, generated from a seed, with or without gaps.

use crate::random::SplitMix;

/// A record with every field present.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// Age in years.
    pub age: i64,
    /// Convicted of a felony before.
    pub felon: bool,
    /// A weapon was used.
    pub weapon: bool,
    /// Somebody was injured.
    pub injury: bool,
    /// Number of charges.
    pub charges: i64,
    /// Number of breaches of an order.
    pub breaches: i64,
    /// Number of calls in which the person was named.
    pub calls: i64,
}

/// The same record when any field may be missing.
#[derive(Clone, Copy, Debug)]
pub struct Gapped {
    /// Age in years.
    pub age: Option<i64>,
    /// Convicted of a felony before.
    pub felon: Option<bool>,
    /// A weapon was used.
    pub weapon: Option<bool>,
    /// Somebody was injured.
    pub injury: Option<bool>,
    /// Number of charges.
    pub charges: Option<i64>,
    /// Number of breaches of an order.
    pub breaches: Option<i64>,
    /// Number of calls in which the person was named.
    pub calls: Option<i64>,
}

impl From<&Record> for Gapped {
    #[inline]
    fn from(record: &Record) -> Self {
        Self {
            age: Some(record.age),
            felon: Some(record.felon),
            weapon: Some(record.weapon),
            injury: Some(record.injury),
            charges: Some(record.charges),
            breaches: Some(record.breaches),
            calls: Some(record.calls),
        }
    }
}

impl Record {
    /// The record as the JSON text that the engines fed by text receive.
    pub fn to_json(self) -> String {
        format!(
            r#"{{"age":{},"felon":{},"weapon":{},"injury":{},"charges":{},"breaches":{},"calls":{}}}"#,
            self.age, self.felon, self.weapon, self.injury, self.charges, self.breaches, self.calls
        )
    }
}

/// `count` records; the same seed gives the same records.
pub fn whole(count: usize, seed: u64) -> Vec<Record> {
    let mut random = SplitMix(seed);
    (0..count).map(|_| random.record()).collect()
}

/// The records of [`whole`], each field missing with the probability `missing`.
pub fn gapped(count: usize, seed: u64, missing: f64) -> Vec<Gapped> {
    let mut random = SplitMix(!seed);
    let mut keep = || !random.chance(missing);
    let gap = |record: &Record| {
        let full = Gapped::from(record);
        Gapped {
            age: full.age.filter(|_| keep()),
            felon: full.felon.filter(|_| keep()),
            weapon: full.weapon.filter(|_| keep()),
            injury: full.injury.filter(|_| keep()),
            charges: full.charges.filter(|_| keep()),
            breaches: full.breaches.filter(|_| keep()),
            calls: full.calls.filter(|_| keep()),
        }
    };
    whole(count, seed).iter().map(gap).collect()
}

impl SplitMix {
    /// A small count: each further one with the given probability, at most six.
    fn count(&mut self, more: f64) -> i64 {
        let mut count = 0;
        while count < 6 && self.chance(more) {
            count += 1;
        }
        count
    }

    /// Chosen so that every answer is common enough to matter and none is the rule.
    fn record(&mut self) -> Record {
        Record {
            age: 14 + (self.next() % 56) as i64,
            felon: self.chance(0.3),
            weapon: self.chance(0.2),
            injury: self.chance(0.2),
            charges: self.count(0.45),
            breaches: self.count(0.15),
            calls: self.count(0.5),
        }
    }
}
