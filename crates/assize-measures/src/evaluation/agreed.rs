//! How far raters agree, from the counts of their ratings by what was rated and by whom.

use super::finding::count;
use crate::agreement::{Agreement, Metric, Ratings, RatingsError, Weights, cohen, fleiss, krippendorff};
use crate::table::MeasureTable;
use crate::value::BreakdownValue;
use std::collections::BTreeMap;

/// How far raters agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreed {
    /// How many people rated.
    pub raters: u64,
    /// How many things were rated by somebody.
    pub subjects: u64,
    /// Ratings of which it is not known what was rated or by whom.
    pub left_out: u64,
    /// The coefficients; or that somebody rated one thing more than once, so that there is none.
    pub coefficients: Result<Vec<(Coefficient, Agreement)>, RatingsError>,
}

/// A coefficient of agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coefficient {
    /// Cohen's kappa.
    Cohen(Weights),
    /// Fleiss' kappa.
    Fleiss,
    /// Krippendorff's alpha.
    Krippendorff(Metric),
}

impl Coefficient {
    /// Those of an ordered scale: all of them.
    const ORDERED: [Self; 7] = [
        Self::Cohen(Weights::Plain),
        Self::Cohen(Weights::Linear),
        Self::Cohen(Weights::Quadratic),
        Self::Fleiss,
        Self::Krippendorff(Metric::Nominal),
        Self::Krippendorff(Metric::Ordinal),
        Self::Krippendorff(Metric::Interval),
    ];

    /// Those of codes without an order.
    const NOMINAL: [Self; 3] = [Self::Cohen(Weights::Plain), Self::Fleiss, Self::Krippendorff(Metric::Nominal)];

    /// The name in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cohen(Weights::Plain) => "cohen_kappa",
            Self::Cohen(Weights::Linear) => "cohen_kappa_linear",
            Self::Cohen(Weights::Quadratic) => "cohen_kappa_quadratic",
            Self::Fleiss => "fleiss_kappa",
            Self::Krippendorff(Metric::Nominal) => "krippendorff_alpha_nominal",
            Self::Krippendorff(Metric::Ordinal) => "krippendorff_alpha_ordinal",
            Self::Krippendorff(Metric::Interval) => "krippendorff_alpha_interval",
        }
    }

    fn of(self, ratings: &Ratings) -> Agreement {
        match self {
            Self::Cohen(weights) => cohen(ratings, weights),
            Self::Fleiss => fleiss(ratings),
            Self::Krippendorff(metric) => krippendorff(ratings, metric),
        }
    }
}

/// How far the raters of a table agree whose rows count ratings by code, by what was rated, and by whom.
pub(super) fn of_table(table: &MeasureTable, codes: usize, ordered: bool) -> Agreed {
    let mut raters: BTreeMap<&BreakdownValue, u32> = BTreeMap::new();
    let mut subjects: BTreeMap<&BreakdownValue, Vec<(u32, u16)>> = BTreeMap::new();
    let mut left_out = 0;
    for row in &table.rows {
        let [(_, BreakdownValue::Code(_, code)), (_, subject), (_, rater)] = row.by.as_slice() else { continue };
        let count = count(row).unwrap_or(0);
        let unknown = |value: &BreakdownValue| matches!(value, BreakdownValue::Missing(_) | BreakdownValue::Error);
        if unknown(subject) || unknown(rater) {
            left_out += count;
            continue;
        }
        let next = u32::try_from(raters.len()).unwrap_or(u32::MAX);
        let rater = *raters.entry(rater).or_insert(next);
        // Twice is as wrong as more often.
        for _ in 0..count.min(2) {
            subjects.entry(subject).or_default().push((rater, code.0));
        }
    }
    let (people, things) = (raters.len() as u64, subjects.len() as u64);
    let coefficients = Ratings::new(codes, subjects.into_values().collect()).map(|ratings| {
        let all = if ordered { &Coefficient::ORDERED[..] } else { &Coefficient::NOMINAL[..] };
        all.iter().map(|&coefficient| (coefficient, coefficient.of(&ratings))).collect()
    });
    Agreed { raters: people, subjects: things, left_out, coefficients }
}
