//! Reporting periods: months, quarters, years and fiscal years, each numbered.

use crate::civil::Date;

/// A way of dividing time into reporting periods. Periods have dense ordinals: the next period is one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// Calendar months.
    Month,
    /// Calendar quarters, from January.
    Quarter,
    /// Calendar years.
    Year,
    /// Years that begin with a month.
    FiscalYear {
        /// The month, 1 to 12.
        from: u8,
    },
    /// So many months that end with each calendar month: a date is in as many periods. [`Period::index`] gives the first
    /// of them, which is that of its own month.
    Rolling {
        /// At least 1.
        months: u16,
    },
}

impl Period {
    /// How many months a period has, and how many months after January of its year 0 the first one begins.
    const fn months(self) -> (i32, i32) {
        match self {
            Self::Month | Self::Rolling { .. } => (1, 0),
            Self::Quarter => (3, 0),
            Self::Year => (12, 0),
            Self::FiscalYear { from } => (12, if from > 12 { 11 } else { from.saturating_sub(1) as i32 }),
        }
    }

    /// The ordinal of the period that a date is in.
    #[inline]
    pub const fn index(self, date: Date) -> i32 {
        let (year, month, _) = date.ymd();
        let (length, first) = self.months();
        (year * 12 + month as i32 - 1 - first).div_euclid(length)
    }

    /// The first and the last day of a period, within the first and last date there are.
    pub fn span(self, index: i32) -> (Date, Date) {
        let (length, first) = self.months();
        let start = |index: i64| {
            let months = index * i64::from(length) + i64::from(first);
            let date = |months: i64| Date::from_ymd((months / 12) as i32, (months % 12) as u32 + 1, 1);
            if months < 12 { Some(Date::MIN) } else { date(months.min(120_000)) }
        };
        let first_month = i64::from(index) - i64::from(self.window()) + 1;
        let (from, after) = (start(first_month), start(i64::from(index) + 1));
        let to = after.map_or(Date::MAX, |after| Date::clamped(after.days() - 1));
        (from.unwrap_or(Date::MAX), to)
    }

    /// How many of the ordinals, the last its own, a period takes in: more than one where periods roll.
    pub const fn window(self) -> u16 {
        match self {
            Self::Rolling { months } => months,
            Self::Month | Self::Quarter | Self::Year | Self::FiscalYear { .. } => 1,
        }
    }

    /// How many periods earlier the same period of the year before is.
    pub const fn year(self) -> i32 {
        12 / self.months().0
    }

    /// What a period is called: `2024-04`, `2024-Q2`, `2024`; `2024-25` for a fiscal year, and `2024` when it begins in
    /// January; `2023-04..2024-03` for months that roll.
    pub fn label(self, index: i32) -> String {
        match self {
            Self::Month => format!("{:04}-{:02}", index.div_euclid(12), index.rem_euclid(12) + 1),
            Self::Rolling { months } => {
                let first = index.saturating_sub(i32::from(months)).saturating_add(1);
                format!("{}..{}", Self::Month.label(first), Self::Month.label(index))
            }
            Self::Quarter => format!("{:04}-Q{}", index.div_euclid(4), index.rem_euclid(4) + 1),
            Self::FiscalYear { .. } if self.months().1 > 0 => {
                format!("{index:04}-{:02}", (i64::from(index) + 1).rem_euclid(100))
            }
            Self::Year | Self::FiscalYear { .. } => format!("{index:04}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn periods() -> impl Strategy<Value = Period> {
        let fiscal = (1_u8..=12).prop_map(|from| Period::FiscalYear { from });
        prop_oneof![Just(Period::Month), Just(Period::Quarter), Just(Period::Year), fiscal]
    }

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    proptest! {
        #[test]
        fn a_date_is_in_its_period_and_periods_meet(days in Date::MIN.days()..=Date::MAX.days(), period in periods()) {
            let date = Date::from_days(days).unwrap();
            let index = period.index(date);
            let (from, to) = period.span(index);
            prop_assert!(from <= date && date <= to, "{from} {date} {to}");
            prop_assert_eq!((period.index(from), period.index(to)), (index, index));
            if let Some(next) = Date::from_days(to.days() + 1) {
                prop_assert_eq!(period.index(next), index + 1);
                prop_assert_eq!(period.span(index + 1).0, next);
                prop_assert_ne!(period.label(index + 1), period.label(index));
            }
        }

        #[test]
        fn no_ordinal_is_out_of_the_question(index in any::<i32>(), from in any::<u8>()) {
            for period in [
                Period::Month,
                Period::Quarter,
                Period::Year,
                Period::FiscalYear { from },
                Period::Rolling { months: u16::from(from) + 1 },
            ] {
                let (from, to) = period.span(index);
                prop_assert!(from <= to);
                prop_assert!(!period.label(index).is_empty());
            }
        }

        #[test]
        fn fiscal_years_are_those_of_dates(days in Date::MIN.days()..=Date::MAX.days(), from in 1_u8..=12) {
            let date = Date::from_days(days).unwrap();
            prop_assert_eq!(Period::FiscalYear { from }.index(date), date.fiscal_year(from.into()));
        }
    }

    #[test]
    fn spans_and_labels() {
        let april = Period::FiscalYear { from: 4 };
        for (period, day, label, from, to) in [
            (Period::Month, "2024-02-10", "2024-02", "2024-02-01", "2024-02-29"),
            (Period::Quarter, "2024-04-01", "2024-Q2", "2024-04-01", "2024-06-30"),
            (Period::Year, "2024-12-31", "2024", "2024-01-01", "2024-12-31"),
            (april, "2024-04-01", "2024-25", "2024-04-01", "2025-03-31"),
            (april, "2024-03-31", "2023-24", "2023-04-01", "2024-03-31"),
            (april, "1999-04-01", "1999-00", "1999-04-01", "2000-03-31"),
            (Period::FiscalYear { from: 1 }, "2024-03-31", "2024", "2024-01-01", "2024-12-31"),
            (Period::Rolling { months: 12 }, "2024-03-10", "2023-04..2024-03", "2023-04-01", "2024-03-31"),
            (Period::Rolling { months: 3 }, "2024-02-10", "2023-12..2024-02", "2023-12-01", "2024-02-29"),
            // Cut off at the first and the last date.
            (april, "0001-01-01", "0000-01", "0001-01-01", "0001-03-31"),
            (april, "9999-12-31", "9999-00", "9999-04-01", "9999-12-31"),
            (Period::Month, "9999-12-31", "9999-12", "9999-12-01", "9999-12-31"),
        ] {
            let index = period.index(date(day));
            assert_eq!(period.label(index), label);
            assert_eq!(period.span(index), (date(from), date(to)), "{label}");
        }
    }
}
