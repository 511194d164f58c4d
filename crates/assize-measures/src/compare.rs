//! How the rows of a measure stand to the same period of the year before, or to a baseline.

use crate::baseline::{self, BaselineOf};
use crate::disclosure;
use crate::interval::Level;
use crate::periods::like_day;
use crate::state::MeasureState;
use crate::table::{Interval, MeasureRow, MeasureTable, Number, PeriodOfRow, RowState};
use crate::value::BreakdownValue;
use assize_model::civil::Date;
use assize_model::decimal::{Decimal, Rounding};
use assize_model::kind::{Kind, kind};
use assize_model::measure::{Comparison, Measure};
use assize_model::period::Period;
use assize_model::program::Program;
use std::collections::{BTreeMap, BTreeSet};

/// The decimal places that percent changes are shown with; their intervals have one more.
pub const PERCENT_PLACES: u8 = 1;

/// How a row stands to the row that the measure compares it with.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What it is compared with: a period's label, or the baseline's.
    pub with: String,
    /// The last day that is counted there, where the row's own period is not over.
    pub up_to: Option<Date>,
    /// The value there.
    pub from: Option<Decimal>,
    /// The value here less the value there.
    pub difference: Option<Decimal>,
    /// The difference in percent of the value there; none from zero or below.
    pub percent: Option<Decimal>,
    /// The interval of the percent change, at the level of the measure's interval, of rates and counts.
    pub interval: Option<Interval>,
    /// Why there is no percent change.
    pub because: Option<NoChange>,
    /// The decimal places that the value and the difference are shown with.
    pub places: u8,
}

impl Change {
    /// The value there, for people.
    pub fn from_shown(&self) -> Option<String> {
        self.from.map(|value| value.to_string_places(self.places, Rounding::HalfUp))
    }

    /// The difference, for people.
    pub fn difference_shown(&self) -> Option<String> {
        self.difference.map(|value| value.to_string_places(self.places, Rounding::HalfUp))
    }

    /// The percent change, for people: half up.
    pub fn percent_shown(&self) -> Option<String> {
        self.percent.map(|value| settled(value).to_string_places(PERCENT_PLACES, Rounding::HalfUp))
    }
}

/// Why there is no percent change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoChange {
    /// The row has no period.
    NoPeriod,
    /// The row's period begins after the evaluation date.
    NotBegun,
    /// The row's period is not over, and what it would be compared with cannot be cut off at the like day.
    NotOver,
    /// The measure has no row of that period.
    NotThere,
    /// The row has no value.
    NoValue,
    /// What it is compared with has no value.
    NoValueThere,
    /// One of both is withheld.
    Withheld,
    /// The value there is zero.
    FromZero,
    /// The value there is below zero.
    FromNegative,
    /// It does not fit in 28 digits.
    Error,
}

impl NoChange {
    /// The word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoPeriod => "no_period",
            Self::NotBegun => "not_begun",
            Self::NotOver => "not_over",
            Self::NotThere => "not_there",
            Self::NoValue => "no_value",
            Self::NoValueThere => "no_value_there",
            Self::Withheld => "withheld",
            Self::FromZero => "from_zero",
            Self::FromNegative => "from_negative",
            Self::Error => "error",
        }
    }
}

/// What tells breakdowns apart.
pub(crate) type By = Vec<BreakdownValue>;

/// The breakdowns of a row.
pub(crate) fn by_of(row: &MeasureRow) -> By {
    row.by.iter().map(|(_, value)| value.clone()).collect()
}

/// A value that rows are compared with.
pub(crate) struct There {
    pub value: Result<Decimal, NoChange>,
    /// What is over and under the line there, as far as an interval can be worked out of it.
    pub numbers: Option<(f64, f64)>,
}

impl There {
    pub(crate) const fn none(why: NoChange) -> Self {
        Self { value: Err(why), numbers: None }
    }

    pub(crate) fn of(row: &MeasureRow) -> Self {
        Self { value: value_of(row, NoChange::NoValueThere), numbers: Some(numbers(row)) }
    }
}

/// What is over and under the line; nothing is 0.
pub(crate) fn numbers(row: &MeasureRow) -> (f64, f64) {
    let number = |number: Option<Number>| number.map_or(0.0, |number| number.to_decimal().to_f64());
    (number(row.numerator), number(row.denominator))
}

fn value_of(row: &MeasureRow, otherwise: NoChange) -> Result<Decimal, NoChange> {
    match (row.value_exact, row.state) {
        (Some(value), RowState::Known) => Ok(value),
        (_, RowState::Withheld(_)) => Err(NoChange::Withheld),
        (_, RowState::Error(_)) => Err(NoChange::Error),
        _ => Err(otherwise),
    }
}

/// Compares the rows of a table, as its measure asks. `state` is what it was made of; a formula has none.
pub(crate) fn compare(
    program: &Program,
    measure: &Measure,
    table: &mut MeasureTable,
    state: Option<&MeasureState>,
    as_of: Date,
) {
    let Some((period, _)) = measure.every else { return };
    let changes: Vec<Change> = match &measure.compare {
        None => return,
        Some(Comparison::SamePeriodLastYear) => {
            let last_year = LastYear::new(program, measure, table, state, as_of, period);
            table.rows.iter().map(|row| last_year.change(row)).collect()
        }
        Some(Comparison::Baseline(stated)) => {
            let baselines = baseline::baselines(program, measure, table, state, stated);
            // A mean of whole numbers is none.
            let places = if stated.mean { table.places.max(1) } else { table.places };
            let shared = Shared::new(program, measure, places);
            table.rows.iter().map(|row| to_baseline(&shared, row, baselines.get(&by_of(row)), stated.mean)).collect()
        }
    };
    for (row, change) in table.rows.iter_mut().zip(changes) {
        row.change = Some(change);
    }
}

/// What all changes of a measure have in common.
struct Shared {
    kind: Kind,
    level: Option<Level>,
    places: u8,
}

impl Shared {
    fn new(program: &Program, measure: &Measure, places: u8) -> Self {
        Self { kind: kind(program, measure), level: measure.interval.and_then(|of| Level::new(of.level)), places }
    }

    /// `independent`: whether no record is counted in both.
    fn change(&self, row: &MeasureRow, there: &There, with: String, up_to: Option<Date>, independent: bool) -> Change {
        let mut out = Change {
            with,
            up_to,
            from: there.value.ok(),
            difference: None,
            percent: None,
            interval: None,
            because: None,
            places: self.places,
        };
        let (here, from) = match (value_of(row, NoChange::NoValue), there.value) {
            (Ok(here), Ok(from)) => (here, from),
            (Err(NoChange::Withheld), _) => {
                out.because = Some(NoChange::Withheld);
                return out;
            }
            (Err(why), _) | (_, Err(why)) => {
                out.because = Some(why);
                return out;
            }
        };
        let Ok(difference) = here.sub(from) else {
            out.because = Some(NoChange::Error);
            return out;
        };
        out.difference = Some(difference);
        if from.is_zero() || from.is_negative() {
            out.because = Some(if from.is_zero() { NoChange::FromZero } else { NoChange::FromNegative });
            return out;
        }
        match difference.mul(Decimal::from_i64(100)).and_then(|times| times.div(from)) {
            Ok(percent) => out.percent = Some(percent),
            Err(_) => out.because = Some(NoChange::Error),
        }
        if let (Some(level), Some(there), true) = (self.level, there.numbers, independent) {
            let ratio = here.to_f64() / from.to_f64();
            let ends = ratio_interval(self.kind, numbers(row), there, ratio, level);
            out.interval =
                ends.map(|(lower, upper)| Interval::new((lower - 1.0) * 100.0, (upper - 1.0) * 100.0, PERCENT_PLACES));
        }
        out
    }
}

/// A quotient of quotients without its last digits, which may be off: so that what is a half is rounded as one.
fn settled(value: Decimal) -> Decimal {
    match i64::from(value.scale()) {
        places @ GUARDED.. => value.round(places - OFF, Rounding::HalfEven).unwrap_or(value),
        _ => value,
    }
}

/// How many digits may be off of a quotient of two numbers that were rounded to 28.
const OFF: i64 = 5;
/// The decimal places from which on a number may be one that was rounded.
const GUARDED: i64 = 15;

/// The interval of the ratio of two rates, by the logarithm: `ratio × exp(∓ z s)`.
///
/// Of Poisson counts O₁ and O₀, alone or over amounts: `s² = 1/O₁ + 1/O₀` (B. R. Kirkwood and J. A. C. Sterne, Essential
/// Medical Statistics, 2nd ed. 2003, chapter 23). Of proportions x₁/n₁ and x₀/n₀: `s² = 1/x₁ − 1/n₁ + 1/x₀ − 1/n₀`
/// (D. Katz et al., Biometrics 34, 1978, method C). None from or to zero events.
pub(crate) fn ratio_interval(
    kind: Kind,
    here: (f64, f64),
    there: (f64, f64),
    ratio: f64,
    level: Level,
) -> Option<(f64, f64)> {
    let (x1, n1) = here;
    let (x0, n0) = there;
    if !(x1 > 0.0 && x0 > 0.0) {
        return None;
    }
    let variance = match kind {
        Kind::Proportion { .. } if x1 <= n1 && x0 <= n0 => 1.0 / x1 - 1.0 / n1 + 1.0 / x0 - 1.0 / n0,
        Kind::Rate { .. } | Kind::Count => 1.0 / x1 + 1.0 / x0,
        Kind::Proportion { .. } | Kind::Other => return None,
    };
    let by = libm::exp(level.z() * libm::sqrt(variance.max(0.0)));
    Some((ratio / by, ratio * by))
}

fn to_baseline(shared: &Shared, row: &MeasureRow, baseline: Option<&BaselineOf>, mean: bool) -> Change {
    let none = There::none(NoChange::NotThere);
    match (baseline, &row.period) {
        (Some(baseline), Some(PeriodOfRow::Span { from, to, .. })) => {
            let apart = *to < baseline.from || *from > baseline.to;
            shared.change(row, &baseline.there, baseline.label.clone(), None, apart && !mean)
        }
        (Some(baseline), _) => {
            shared.change(row, &There::none(NoChange::NoPeriod), baseline.label.clone(), None, false)
        }
        (None, _) => shared.change(row, &none, String::new(), None, false),
    }
}

/// The rows of the year before.
struct LastYear {
    shared: Shared,
    period: Period,
    as_of: Date,
    rows: BTreeMap<(By, Date), There>,
    /// The day up to which the year before is counted, for the period that is not over; and what was counted.
    cut: Option<Date>,
    parts: BTreeMap<By, There>,
    /// Whether there is anything that can be counted up to a day.
    counted: bool,
}

impl LastYear {
    fn new(
        program: &Program,
        measure: &Measure,
        table: &MeasureTable,
        state: Option<&MeasureState>,
        as_of: Date,
        period: Period,
    ) -> Self {
        let mut rows = BTreeMap::new();
        for row in &table.rows {
            if let Some(PeriodOfRow::Span { from, .. }) = row.period {
                rows.insert((by_of(row), from), There::of(row));
            }
        }
        let guarded = !shows_more_than_rows(program, measure);
        let cut = like_day(period, as_of);
        let mut parts = BTreeMap::new();
        if let Some((cut, state)) = cut.zip(state).filter(|(cut, state)| state.plan().is_cut_at(*cut)) {
            let at = i64::from(period.index(cut));
            let finisher = state.finisher(program, measure);
            let (begin, _) = period.span(period.index(cut));
            let there = |row: &&MeasureRow| matches!(row.period, Some(PeriodOfRow::Span { from, .. }) if from == begin);
            let whole: BTreeSet<By> = assize_model::order::set(table.rows.iter().filter(there).map(by_of));
            for made in state.across(|found, late| found == at && !late, at) {
                let part = finisher.row(&made);
                let by = by_of(&part);
                if whole.contains(&by) {
                    let there = if guarded { There::none(NoChange::Withheld) } else { There::of(&part) };
                    parts.insert(by, there);
                }
            }
        }
        Self {
            shared: Shared::new(program, measure, table.places),
            period,
            as_of,
            rows,
            cut,
            parts,
            counted: state.is_some(),
        }
    }

    fn change(&self, row: &MeasureRow) -> Change {
        let none = |why| There::none(why);
        let (from, to) = match &row.period {
            Some(PeriodOfRow::Span { from, to, .. }) => (*from, *to),
            _ => return self.shared.change(row, &none(NoChange::NoPeriod), String::new(), None, false),
        };
        // A window is known by its last month.
        let at = self.period.index(if self.period.window() > 1 { to } else { from });
        let before = at.saturating_sub(self.period.year());
        let (label, (begin, end)) = (self.period.label(before), self.period.span(before));
        // Also where the one before is just over, and nothing is cut.
        if from > self.as_of {
            return self.shared.change(row, &none(NoChange::NotBegun), label, None, false);
        }
        let apart = end < from;
        if let Some(cut) = self.cut.filter(|_| to > self.as_of) {
            let nothing = none(if self.counted { NoChange::NotThere } else { NoChange::NotOver });
            let there = self.parts.get(&by_of(row)).unwrap_or(&nothing);
            return self.shared.change(row, there, label, Some(cut), apart);
        }
        let nothing = none(NoChange::NotThere);
        let there = self.rows.get(&(by_of(row), begin)).unwrap_or(&nothing);
        self.shared.change(row, there, label, None, apart)
    }
}

/// Whether numbers may be seen that are not among the rows, of a part of a period or of periods together: what is rounded is
/// not taken apart, and nobody has looked at whether what is withheld could be worked out with them.
pub(crate) fn shows_more_than_rows(program: &Program, measure: &Measure) -> bool {
    let id = program.measure_named(&measure.heading.name);
    measure.round.is_none() && !id.is_some_and(|id| disclosure::is_withheld_from(program, id))
}

/// The label of a year, or of two days.
pub(crate) fn label_of(from: Date, to: Date) -> String {
    let whole_years = from.month() == 1 && from.day() == 1 && to.month() == 12 && to.day() == 31;
    match (whole_years, from.year() == to.year()) {
        (true, true) => format!("{:04}", from.year()),
        (true, false) => format!("{:04}..{:04}", from.year(), to.year()),
        (false, _) => format!("{from}..{to}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::tests::level;

    #[test]
    fn ratios_have_the_published_intervals() {
        // Kirkwood and Sterne, table 23.1: 58 lower respiratory infections in 1,000 child-years against 33 in 1,000 …
        // worked out by hand: 33/355 and 24/518, rate ratio 2.01, 1.19 to 3.39.
        let (x1, n1, x0, n0) = (33.0, 355.0, 24.0, 518.0);
        let ratio = (x1 / n1) / (x0 / n0);
        let (lower, upper) = ratio_interval(Kind::Rate { per: 1.0 }, (x1, n1), (x0, n0), ratio, level("0.95")).unwrap();
        assert_eq!(format!("{ratio:.2} {lower:.2} {upper:.2}"), "2.01 1.19 3.39");
    }

    #[test]
    fn a_half_is_rounded_as_one() {
        let shown = |of: &str| settled(Decimal::parse(of).unwrap()).to_string_places(PERCENT_PLACES, Rounding::HalfUp);
        // From 5 of 9 to 15 of 16, both in percent with 28 digits: 68.75 % more.
        assert_eq!(shown("68.74999999999999999999999999"), "68.8");
        assert_eq!(shown("1.249999999999999999999999987"), "1.3");
        assert_eq!(shown("68.7499999999"), "68.7");
        assert_eq!(shown("-17.71428571428571428571428571"), "-17.7");
        assert_eq!(shown("250"), "250.0");
    }

    #[test]
    fn labels() {
        let day = |text: &str| Date::parse(text).unwrap();
        assert_eq!(label_of(day("2012-01-01"), day("2014-12-31")), "2012..2014");
        assert_eq!(label_of(day("2012-01-01"), day("2012-12-31")), "2012");
        assert_eq!(label_of(day("2012-04-01"), day("2013-03-31")), "2012-04-01..2013-03-31");
    }
}
