//! How well raters agree, and summaries of answers on an ordered scale: the same bits in whatever order they come.
//!
//! | function | of | source |
//! |---|---|---|
//! | [`cohen`] | two raters; plain | J. Cohen, Educational and Psychological Measurement 20 (1960) |
//! | [`cohen`] | two raters; weighted | J. Cohen, Psychological Bulletin 70 (1968) |
//! | [`fleiss`] | as many ratings of each unit | J. L. Fleiss, Psychological Bulletin 76 (1971) |
//! | [`krippendorff`] | any number of raters, ratings missing or not | K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011) |
//! | [`Answers`] | counts of ordered codes | |
//!
//! Each coefficient is 1 − observed / expected disagreement, and both are counted in whole numbers: what is left for
//! binary fractions is a division, or for alpha one division for each number of ratings that a unit has, in order.
//! Where chance would disagree about nothing, or nothing was rated twice, there is no coefficient and the reason is
//! given ([`NoAgreement`]): an agreement of 0 or of 1 is never made up.

mod alpha;
mod fleiss;
mod kappa;
mod ordinal;

pub use alpha::{Metric, krippendorff};
pub use fleiss::fleiss;
pub use kappa::{Weights, cohen};
pub use ordinal::{Answers, AnswersError, Median, Part};

/// The most ratings that are taken: with more, the products that the coefficients need would not fit in 127 bits.
pub const MAX_RATINGS: usize = 1 << 30;

/// Why ratings cannot be taken as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RatingsError {
    /// One rater rated one unit more than once.
    #[error("unit {unit} is rated more than once by rater {rater}")]
    RatedTwice {
        /// The unit, counted from 0.
        unit: usize,
        /// The rater.
        rater: u32,
    },
    /// A rating is not one of the categories.
    #[error("unit {unit} is rated {category} by rater {rater}, and there are {categories} categories")]
    NotACategory {
        /// The unit, counted from 0.
        unit: usize,
        /// The rater.
        rater: u32,
        /// What was given, counted from 0.
        category: u16,
        /// How many categories there are.
        categories: usize,
    },
    /// There are more ratings than [`MAX_RATINGS`].
    #[error("more than {MAX_RATINGS} ratings")]
    TooMany,
}

/// Units rated by raters: at most one rating by each rater of each unit, any of them absent.
///
/// Categories are counted from 0. Where they are ordered (weighted kappa, ordinal and interval alpha) their numbers are
/// the order, and neighbours are one apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ratings {
    /// Of each unit its ratings, by rater.
    units: Vec<Vec<(u32, u16)>>,
    /// One more than the highest category that was given.
    used: usize,
}

impl Ratings {
    /// Takes ratings: of each unit the raters with the category each gave.
    ///
    /// # Errors
    ///
    /// [`RatingsError`]: a unit rated twice by one rater, a category that is not below `categories`, more ratings than
    /// [`MAX_RATINGS`]. The first by the order of units, then of raters.
    pub fn new(categories: usize, mut units: Vec<Vec<(u32, u16)>>) -> Result<Self, RatingsError> {
        let mut ratings = 0_usize;
        let mut used = 0;
        for (unit, given) in units.iter_mut().enumerate() {
            ratings = ratings.saturating_add(given.len());
            if ratings > MAX_RATINGS {
                return Err(RatingsError::TooMany);
            }
            given.sort_unstable();
            let mut before = None;
            for &(rater, category) in given.iter() {
                if before == Some(rater) {
                    return Err(RatingsError::RatedTwice { unit, rater });
                }
                if usize::from(category) >= categories {
                    return Err(RatingsError::NotACategory { unit, rater, category, categories });
                }
                before = Some(rater);
                used = used.max(usize::from(category) + 1);
            }
        }
        Ok(Self { units, used })
    }

    /// The raters, each once, lowest first, but no more than `most` of them.
    fn raters(&self, most: usize) -> Vec<u32> {
        let mut raters: Vec<u32> = Vec::new();
        for &(rater, _) in self.units.iter().flatten() {
            if let Err(at) = raters.binary_search(&rater) {
                raters.insert(at, rater);
                if raters.len() == most {
                    break;
                }
            }
        }
        raters
    }

    /// Why no coefficient at all can be had, if so: no rating, one rater, no unit rated twice.
    fn hindrance(&self) -> Option<NoAgreement> {
        match self.raters(2).len() {
            0 => Some(NoAgreement::NoRatings),
            1 => Some(NoAgreement::OneRater),
            _ if self.units.iter().all(|unit| unit.len() < 2) => Some(NoAgreement::NothingRatedTwice),
            _ => None,
        }
    }

    /// The categories that a unit was given, lowest first.
    fn categories_of(unit: &[(u32, u16)]) -> Vec<u16> {
        let mut categories: Vec<u16> = unit.iter().map(|&(_, category)| category).collect();
        categories.sort_unstable();
        categories
    }
}

/// A coefficient of agreement, or why there is none, with what it was counted from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// The coefficient: 1 for perfect agreement, 0 for what chance would give, below 0 for less than that.
    pub value: Result<f64, NoAgreement>,
    /// The units that it was counted from.
    pub units: u64,
    /// The ratings of those units.
    pub ratings: u64,
    /// The units left out, which are rated by fewer than it takes.
    pub left_out: u64,
}

/// Why there is no coefficient of agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAgreement {
    /// Nothing was rated.
    NoRatings,
    /// One rater gave every rating.
    OneRater,
    /// There are several raters, and no unit that two of them rated.
    NothingRatedTwice,
    /// Chance would not disagree either: everything was rated alike.
    NoVariation,
    /// Cohen's kappa is of two raters, and there are more.
    NotTwoRaters,
    /// Fleiss' kappa is of units that are rated equally often, and these are not.
    UnequalRatings,
}

impl NoAgreement {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::NoRatings,
        Self::OneRater,
        Self::NothingRatedTwice,
        Self::NoVariation,
        Self::NotTwoRaters,
        Self::UnequalRatings,
    ];

    /// The reason as results write it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoRatings => "no_ratings",
            Self::OneRater => "one_rater",
            Self::NothingRatedTwice => "nothing_rated_twice",
            Self::NoVariation => "no_variation",
            Self::NotTwoRaters => "not_two_raters",
            Self::UnequalRatings => "unequal_ratings",
        }
    }

    /// The reason for people.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NoRatings => "nothing was rated",
            Self::OneRater => "one rater gave every rating",
            Self::NothingRatedTwice => "no unit was rated by two raters",
            Self::NoVariation => "everything was rated alike",
            Self::NotTwoRaters => "there are more than two raters",
            Self::UnequalRatings => "units are not rated equally often",
        }
    }
}

/// `1 − observed / expected`, of whole numbers, or that there is no variation where nothing is expected.
fn beyond_chance(observed: i128, expected: i128) -> Result<f64, NoAgreement> {
    if expected == 0 {
        return Err(NoAgreement::NoVariation);
    }
    // The difference is taken before it is rounded, so that agreement near to chance keeps its digits.
    Ok((expected - observed) as f64 / expected as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratings_that_cannot_be_taken_say_which() {
        assert_eq!(
            Ratings::new(2, vec![vec![], vec![(3, 0), (1, 1), (3, 0)]]),
            Err(RatingsError::RatedTwice { unit: 1, rater: 3 })
        );
        assert_eq!(
            Ratings::new(2, vec![vec![(7, 2)]]),
            Err(RatingsError::NotACategory { unit: 0, rater: 7, category: 2, categories: 2 })
        );
    }

    #[test]
    fn reasons_have_words_of_their_own() {
        let mut words: Vec<&str> = NoAgreement::ALL.iter().map(|reason| reason.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), NoAgreement::ALL.len());
    }
}
