//! Summaries of answers on an ordered scale: median, shares, the share of the highest codes; reversed items put right.

/// Why answers cannot be put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswersError {
    /// Two items have scales of different lengths.
    #[error("scales of {0} and of {1} codes cannot be put together")]
    Lengths(usize, usize),
    /// There are more answers than can be counted.
    #[error("more answers than can be counted")]
    TooMany,
}

/// How many answers each code of an ordered scale has, lowest code first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    counts: Vec<u64>,
    all: u64,
}

/// The middle answer: of an even number of answers the two middle ones, which may be different codes, and nothing
/// between two codes is made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Median {
    /// The code at the middle, or the lower of two; codes are counted from 0.
    pub lower: usize,
    /// The code at the middle, or the upper of two.
    pub upper: usize,
}

/// A part of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// How many answers are in the part.
    pub count: u64,
    /// How many answers there are; never 0.
    pub of: u64,
}

impl Part {
    /// The part as a share of all answers, from 0 to 1.
    pub fn share(self) -> f64 {
        self.count as f64 / self.of as f64
    }
}

impl Answers {
    /// Takes counts by code, lowest code first.
    ///
    /// # Errors
    ///
    /// [`AnswersError::TooMany`] when their sum is more than 64 bits hold.
    pub fn new(counts: Vec<u64>) -> Result<Self, AnswersError> {
        let all = counts.iter().try_fold(0_u64, |all, &count| all.checked_add(count));
        Ok(Self { all: all.ok_or(AnswersError::TooMany)?, counts })
    }

    /// Puts the items of one scale together: the answers to each, reversed where the item is asked the other way round.
    /// Without an item there is a scale without a code.
    ///
    /// # Errors
    ///
    /// [`AnswersError`] when the items' scales differ in length, or there are too many answers.
    pub fn together<'a>(items: impl IntoIterator<Item = (&'a Self, bool)>) -> Result<Self, AnswersError> {
        let mut sums: Option<Vec<u64>> = None;
        for (item, reversed) in items {
            let sums = sums.get_or_insert_with(|| vec![0; item.counts.len()]);
            if sums.len() != item.counts.len() {
                return Err(AnswersError::Lengths(sums.len(), item.counts.len()));
            }
            let mut add = |(sum, count): (&mut u64, &u64)| {
                *sum = sum.checked_add(*count).ok_or(AnswersError::TooMany)?;
                Ok(())
            };
            if reversed {
                sums.iter_mut().zip(item.counts.iter().rev()).try_for_each(&mut add)?;
            } else {
                sums.iter_mut().zip(&item.counts).try_for_each(&mut add)?;
            }
        }
        Self::new(sums.unwrap_or_default())
    }

    /// The same answers with the scale turned round: its first code is the last.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self { counts: self.counts.iter().rev().copied().collect(), all: self.all }
    }

    /// How many answers each code has, lowest code first.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// How many answers there are.
    pub const fn all(&self) -> u64 {
        self.all
    }

    /// The middle answer; `None` without an answer.
    pub fn median(&self) -> Option<Median> {
        let last = self.all.checked_sub(1)?;
        Some(Median { lower: self.at(last / 2)?, upper: self.at(last - last / 2)? })
    }

    /// The code of an answer by its place among all of them in order, counted from 0.
    fn at(&self, place: u64) -> Option<usize> {
        let mut left = place;
        for (code, &count) in self.counts.iter().enumerate() {
            match left.checked_sub(count) {
                Some(rest) => left = rest,
                None => return Some(code),
            }
        }
        None
    }

    /// Each code's part of the answers, lowest code first; `None` without an answer.
    pub fn distribution(&self) -> Option<Vec<Part>> {
        self.counts.iter().map(|&count| self.part(count)).collect::<Option<Vec<_>>>().filter(|parts| !parts.is_empty())
    }

    /// One code's part of the answers; `None` without an answer, or without that code.
    pub fn share(&self, code: usize) -> Option<Part> {
        self.part(*self.counts.get(code)?)
    }

    /// The part of the answers that is in the `codes` highest codes, or in all where there are no more; `None` without
    /// an answer.
    pub fn top(&self, codes: usize) -> Option<Part> {
        // A part of a sum that fits.
        self.part(self.counts.iter().rev().take(codes).sum())
    }

    /// The part of the answers that is in the `codes` lowest codes, or in all where there are no more; `None` without
    /// an answer.
    pub fn bottom(&self, codes: usize) -> Option<Part> {
        self.part(self.counts.iter().take(codes).sum())
    }

    fn part(&self, count: u64) -> Option<Part> {
        (self.all > 0).then_some(Part { count, of: self.all })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(counts: &[u64]) -> Answers {
        Answers::new(counts.to_vec()).unwrap()
    }

    #[test]
    fn a_median_between_two_codes_is_both() {
        assert_eq!(answers(&[1, 0, 1]).median(), Some(Median { lower: 0, upper: 2 }));
        assert_eq!(answers(&[1, 1, 1]).median(), Some(Median { lower: 1, upper: 1 }));
        assert_eq!(answers(&[0, 2, 2, 0]).median(), Some(Median { lower: 1, upper: 2 }));
        assert_eq!(answers(&[0, 3, 1]).median(), Some(Median { lower: 1, upper: 1 }));
        assert_eq!(answers(&[u64::MAX]).median(), Some(Median { lower: 0, upper: 0 }));
        assert_eq!(answers(&[0, 0]).median(), None);
        assert_eq!(answers(&[]).median(), None);
    }

    #[test]
    fn shares_are_of_the_answers() {
        let scale = answers(&[2, 3, 5, 10, 20]);
        assert_eq!(scale.top(2), Some(Part { count: 30, of: 40 }));
        assert_eq!(scale.top(2).unwrap().share(), 0.75);
        assert_eq!(scale.bottom(1), Some(Part { count: 2, of: 40 }));
        assert_eq!((scale.top(0), scale.top(9)), (Some(Part { count: 0, of: 40 }), Some(Part { count: 40, of: 40 })));
        assert_eq!(scale.share(2), Some(Part { count: 5, of: 40 }));
        assert_eq!(scale.share(5), None);
        let parts = scale.distribution().unwrap();
        assert_eq!(parts.iter().map(|part| part.count).collect::<Vec<_>>(), scale.counts());
        assert_eq!(
            (answers(&[0, 0]).top(1), answers(&[0]).distribution(), answers(&[]).distribution()),
            (None, None, None)
        );
    }

    #[test]
    fn reversed_items_are_turned_before_they_are_added() {
        let (plain, asked_the_other_way) = (answers(&[1, 2, 3]), answers(&[10, 20, 30]));
        let both = Answers::together([(&plain, false), (&asked_the_other_way, true)]).unwrap();
        assert_eq!((both.counts(), both.all()), (&[31_u64, 22, 13][..], 66));
        assert_eq!(Answers::together([(&plain, true)]).unwrap(), plain.reversed());
        assert_eq!(Answers::together([]).unwrap().all(), 0);
        assert_eq!(Answers::together([(&plain, false), (&answers(&[1]), false)]), Err(AnswersError::Lengths(3, 1)));
    }

    #[test]
    fn more_answers_than_can_be_counted_are_an_error() {
        assert_eq!(Answers::new(vec![u64::MAX, 1]), Err(AnswersError::TooMany));
        let full = answers(&[u64::MAX]);
        assert_eq!(Answers::together([(&full, false), (&full, false)]), Err(AnswersError::TooMany));
        let spread = answers(&[u64::MAX, 0]);
        assert_eq!(Answers::together([(&spread, false), (&spread, true)]), Err(AnswersError::TooMany));
    }
}
