//! The numbers by which records are grouped into reporting periods.

use assize_model::civil::Date;
use assize_model::period::Period;

/// How dates are numbered by period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Periods {
    /// The periods.
    pub period: Period,
    /// The last day that is counted apart from the later days of its period. Where there is one, each period has two
    /// numbers, of which the second is only used for those later days.
    pub cut: Option<Date>,
}

impl Periods {
    /// The number of the period that a date is in.
    #[inline]
    pub(crate) const fn number(self, date: Date) -> i64 {
        let index = self.period.index(date) as i64;
        match self.cut {
            None => index,
            Some(cut) => {
                let late = date.days() > cut.days() && self.period.index(cut) as i64 == index;
                2 * index + late as i64
            }
        }
    }

    /// The ordinal of the period of a number, and whether it is of the later days.
    pub(crate) const fn index(self, number: i64) -> (i64, bool) {
        match self.cut {
            None => (number, false),
            Some(_) => (number.div_euclid(2), number.rem_euclid(2) == 1),
        }
    }

    /// Whether a date can have the number.
    pub(crate) fn has(self, number: i64) -> bool {
        let (index, late) = self.index(number);
        let cut = || self.cut.is_some_and(|cut| i64::from(self.period.index(cut)) == index);
        i32::try_from(index).is_ok() && (!late || cut())
    }
}

/// The same day of the year before, or the last of its month where the year before has none: 2023-02-28 for 2024-02-29.
pub(crate) fn year_before(date: Date) -> Option<Date> {
    date.plus_months(-12, false).ok()
}

/// The last day of the year before up to which the period that is not over on a date is compared. `None` where that
/// period is over, and where periods roll: these are compared whole.
pub(crate) fn like_day(period: Period, as_of: Date) -> Option<Date> {
    let (_, to) = period.span(period.index(as_of));
    if period.window() > 1 || to <= as_of {
        return None;
    }
    year_before(as_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn like_days() {
        let april = Period::FiscalYear { from: 4 };
        for (period, as_of, like) in [
            (Period::Year, "2024-11-22", Some("2023-11-22")),
            (Period::Year, "2024-02-29", Some("2023-02-28")),
            (Period::Year, "2025-02-28", Some("2024-02-28")),
            (Period::Month, "2025-02-28", None),
            (Period::Month, "2024-02-28", Some("2023-02-28")),
            (Period::Quarter, "2024-03-31", None),
            (april, "2024-03-31", None),
            (april, "2024-04-01", Some("2023-04-01")),
            (Period::Rolling { months: 12 }, "2024-04-01", None),
        ] {
            assert_eq!(like_day(period, date(as_of)), like.map(date), "{as_of}");
        }
    }

    #[test]
    fn only_the_period_of_the_cut_has_two_numbers() {
        let cut = Some(date("2023-11-22"));
        let periods = Periods { period: Period::Year, cut };
        assert_eq!(periods.index(periods.number(date("2023-11-22"))), (2023, false));
        assert_eq!(periods.index(periods.number(date("2023-11-23"))), (2023, true));
        assert_eq!(periods.index(periods.number(date("2024-12-31"))), (2024, false));
        assert_eq!(periods.index(periods.number(date("2022-12-31"))), (2022, false));
        assert!(periods.has(2 * 2023 + 1) && !periods.has(2 * 2022 + 1) && periods.has(2 * 2022));
        assert!(!periods.has(i64::MAX) && !Periods { cut: None, ..periods }.has(i64::MAX));
    }
}
