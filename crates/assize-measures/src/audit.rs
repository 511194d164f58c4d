//! Audits: what a category foretold against what came out, in each group.

use crate::interval::{Level, byar, clopper_pearson, poisson, wilson};
use crate::table::{MeasureRow, MeasureTable, Number, PeriodOfRow, RowState};
use crate::value::BreakdownValue;
use assize_model::decimal::{Decimal, Rounding};
use assize_model::ids::Code;
use assize_model::measure::{Audit, IntervalMethod, Measure};
use assize_model::program::Program;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How what was foretold of a group compares with what came out.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditGroup {
    /// The group; nothing for all groups together.
    pub by: Vec<(Arc<str>, BreakdownValue)>,
    /// Whether this is all groups together, of an audit that has some.
    pub all: bool,
    /// The period, when the audit has any.
    pub period: Option<PeriodOfRow>,
    /// Whether a number that it is made of is withheld: then there are only names here.
    pub withheld: bool,
    /// Records of which both the category and the outcome are known.
    pub n: u64,
    /// Foretold, and it came.
    pub true_positive: u64,
    /// Foretold, and it did not come.
    pub false_positive: u64,
    /// Not foretold, and it came.
    pub false_negative: u64,
    /// Not foretold, and it did not come.
    pub true_negative: u64,
    /// Records whose category is provisional, undetermined, not applicable or in error.
    pub not_decided: u64,
    /// Records whose category is known and whose outcome is not, as where the time to follow up has not passed.
    pub censored: u64,
    /// Records that the ladder left out: not included, excluded, not eligible, not known to be, or in error.
    pub left_out: u64,
    /// The shares, in the order of [`SHARES`].
    pub shares: [Share; 6],
    /// Of each code, and of none where it occurs: how often the outcome came.
    pub calibration: Vec<(BreakdownValue, Share)>,
    /// The chance that of two records, one with the outcome and one without, the one with it has the higher code, a tie
    /// being half: of ordered codes.
    pub auc: Option<f64>,
    /// How many outcomes were to be expected: of an audit that states it.
    pub foreseen: Option<Foreseen>,
}

/// How many outcomes were to be expected by the codes of a group's records, and how many came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foreseen {
    /// Records with a code, whose outcome is known: those without a code have no expected share, and are not here.
    pub records: u64,
    /// The sum of their expected shares.
    pub expected: Decimal,
    /// For how many of them the outcome came.
    pub observed: u64,
    /// Expected over observed: above 1 where more was foreseen than came. None of no outcome.
    pub value: Option<Decimal>,
    /// The lower end of `value`: what is expected over the upper end of what may as well have been observed.
    pub lower: Option<f64>,
    /// The upper end; none where nothing was observed, which has no upper end.
    pub upper: Option<f64>,
}

impl Foreseen {
    fn new(codes: &BTreeMap<BreakdownValue, (u64, u64)>, shares: &[Option<Decimal>], audit: &Audit) -> Option<Self> {
        let (mut records, mut observed, mut expected) = (0, 0, Decimal::ZERO);
        for (value, &(came, not)) in codes {
            let BreakdownValue::Code(_, code) = value else { continue };
            let share = (*shares.get(usize::from(code.0))?)?;
            let of = Decimal::new(i128::from(came) + i128::from(not), 0)?;
            expected = expected.add(share.mul(of).ok()?).ok()?;
            records += came + not;
            observed += came;
        }
        let level = Level::new(audit.interval.level).filter(|_| records > 0);
        // The observed number varies as the events of a Poisson distribution; what is expected is taken as it is stated.
        let ends = level.map(|level| match audit.interval.method {
            IntervalMethod::Exact => poisson(observed, level),
            _ if observed < 10 => poisson(observed, level),
            _ => byar(observed, level),
        });
        let over = |end: f64| (end > 0.0).then(|| expected.to_f64() / end);
        Some(Self {
            records,
            expected,
            observed,
            value: Decimal::new(i128::from(observed), 0).and_then(|observed| expected.div(observed).ok()),
            lower: ends.and_then(|(_, upper)| over(upper)),
            upper: ends.and_then(|(lower, _)| over(lower)),
        })
    }

    /// For people: what was expected with two decimal places; value, lower and upper end with four.
    pub fn shown(&self) -> (String, Option<String>, Option<String>, Option<String>) {
        (
            self.expected.to_string_places(2, Rounding::HalfUp),
            self.value.map(|value| value.to_string_places(4, Rounding::HalfUp)),
            self.lower.map(|end| format!("{end:.4}")),
            self.upper.map(|end| format!("{end:.4}")),
        )
    }
}

/// The names of an audit's shares.
pub const SHARES: [&str; 6] = ["prevalence", "selection_rate", "fpr", "fnr", "ppv", "npv"];

/// A share of records, with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Share {
    /// How many have it.
    pub over: u64,
    /// Of how many.
    pub under: u64,
    /// From 0 to 1; none of nothing.
    pub value: Option<f64>,
    /// The ends.
    pub ends: Option<(f64, f64)>,
}

impl Share {
    fn new(over: u64, under: u64, audit: &Audit, level: Option<Level>) -> Self {
        let ends = level.and_then(|level| match audit.interval.method {
            IntervalMethod::Exact => clopper_pearson(over, under, level),
            _ => wilson(over, under, level),
        });
        let value = (under > 0).then(|| over as f64 / under as f64);
        Self { over, under, value, ends }
    }

    /// In percent, for people: the value with one decimal place and the ends with two.
    pub fn shown(&self) -> (Option<String>, Option<String>, Option<String>) {
        // Half up, out of whole numbers, so that no binary fraction has a say.
        let tenths = |over: u64, under: u64| {
            let (over, under) = (u128::from(over), u128::from(under));
            let tenths = (over * 2000 + under) / (under * 2);
            format!("{}.{}", tenths / 10, tenths % 10)
        };
        (
            (self.under > 0).then(|| tenths(self.over, self.under)),
            self.ends.map(|(lower, _)| format!("{:.2}", lower * 100.0)),
            self.ends.map(|(_, upper)| format!("{:.2}", upper * 100.0)),
        )
    }
}

/// What was counted of a group.
#[derive(Debug, Clone, Default)]
struct Counts {
    /// By code, and none: with the outcome, and without.
    codes: BTreeMap<BreakdownValue, (u64, u64)>,
    not_decided: u64,
    censored: u64,
    left_out: u64,
    withheld: bool,
}

impl Counts {
    fn add(&mut self, row: &MeasureRow) {
        let [.., (_, category), (_, outcome)] = row.by.as_slice() else { return };
        let count = match (row.state, row.numerator) {
            (RowState::Known, Some(Number::Integer(count))) => u64::try_from(count).unwrap_or(0),
            (RowState::Withheld(_), _) => {
                self.withheld = true;
                return;
            }
            _ => return,
        };
        self.left_out += row.stages.read.saturating_sub(count);
        match (category, outcome) {
            (BreakdownValue::Missing(_) | BreakdownValue::Error, _) => self.not_decided += count,
            (code, BreakdownValue::Boolean(came)) => {
                let found = self.codes.entry(code.clone()).or_default();
                *(if *came { &mut found.0 } else { &mut found.1 }) += count;
            }
            _ => self.censored += count,
        }
    }
}

/// The groups of an audit, out of its rows as they are published: in the order of rows, and all groups together last, for
/// each period. `None` of a measure that is no audit.
pub fn audit(program: &Program, measure: &Measure, table: &MeasureTable) -> Option<Vec<AuditGroup>> {
    let stated = measure.audit.as_ref()?;
    let ordered = program.list(stated.list).is_some_and(|list| list.ordered);
    type Key<'a> = (bool, Vec<(Arc<str>, BreakdownValue)>, Option<&'a PeriodOfRow>);
    let mut groups: BTreeMap<Key<'_>, Counts> = BTreeMap::new();
    for row in &table.rows {
        let by = row.by.get(..row.by.len().saturating_sub(2)).unwrap_or(&[]);
        groups.entry((false, by.to_vec(), row.period.as_ref())).or_default().add(row);
        if !by.is_empty() {
            groups.entry((true, Vec::new(), row.period.as_ref())).or_default().add(row);
        }
    }
    let level = Level::new(stated.interval.level);
    let codes = program.list(stated.list).map_or(0, |list| list.codes.len());
    let shares = stated.expected.as_ref().map(|expected| expected.shares(program, codes));
    let group = |((all, by, period), counts): (Key<'_>, Counts)| {
        let empty = AuditGroup { by, all, period: period.cloned(), ..AuditGroup::nothing(counts.withheld) };
        if counts.withheld {
            return empty;
        }
        let foreseen = shares.as_ref().and_then(|shares| Foreseen::new(&counts.codes, shares, stated));
        AuditGroup { foreseen, ..worked_out(stated, ordered, level, &counts, empty) }
    };
    Some(groups.into_iter().map(group).collect())
}

impl AuditGroup {
    fn nothing(withheld: bool) -> Self {
        Self {
            by: Vec::new(),
            all: false,
            period: None,
            withheld,
            n: 0,
            true_positive: 0,
            false_positive: 0,
            false_negative: 0,
            true_negative: 0,
            not_decided: 0,
            censored: 0,
            left_out: 0,
            shares: [Share::default(); 6],
            calibration: Vec::new(),
            auc: None,
            foreseen: None,
        }
    }
}

fn worked_out(audit: &Audit, ordered: bool, level: Option<Level>, counts: &Counts, empty: AuditGroup) -> AuditGroup {
    // None is no code that foretells.
    let foretold =
        |value: &BreakdownValue| matches!(value, BreakdownValue::Code(_, code) if audit.positive.contains(code));
    let (mut tp, mut fp, mut misses, mut tn) = (0, 0, 0, 0);
    for (value, &(came, not)) in &counts.codes {
        let (with, without) = if foretold(value) { (&mut tp, &mut fp) } else { (&mut misses, &mut tn) };
        *with += came;
        *without += not;
    }
    let n: u64 = tp + fp + misses + tn;
    let share = |over, under| Share::new(over, under, audit, level);
    let of = |(value, &(came, not)): (&BreakdownValue, &(u64, u64))| (value.clone(), share(came, came + not));
    AuditGroup {
        n,
        true_positive: tp,
        false_positive: fp,
        false_negative: misses,
        true_negative: tn,
        not_decided: counts.not_decided,
        censored: counts.censored,
        left_out: counts.left_out,
        shares: [
            share(tp + misses, n),
            share(tp + fp, n),
            share(fp, fp + tn),
            share(misses, misses + tp),
            share(tp, tp + fp),
            share(tn, tn + misses),
        ],
        calibration: counts.codes.iter().map(of).collect(),
        auc: if ordered { auc(&counts.codes) } else { None },
        ..empty
    }
}

/// The area under the curve: of all pairs of a record with the outcome and one without, those in which the first has the
/// higher code, and half of the ties (H. B. Mann and D. R. Whitney, 1947). No code is below all codes.
fn auc(codes: &BTreeMap<BreakdownValue, (u64, u64)>) -> Option<f64> {
    let rank = |value: &BreakdownValue| match value {
        BreakdownValue::Code(_, Code(code)) => i32::from(*code),
        _ => -1,
    };
    let mut by_rank: Vec<(i32, u64, u64)> =
        codes.iter().map(|(value, &(came, not))| (rank(value), came, not)).collect();
    assize_model::order::sort(&mut by_rank);
    let with: u64 = by_rank.iter().map(|(_, came, _)| came).sum();
    let without: u64 = by_rank.iter().map(|(.., not)| not).sum();
    if with == 0 || without == 0 {
        return None;
    }
    // Twice the pairs, so that halves are whole.
    let (mut twice, mut below) = (0_u128, 0_u128);
    for (_, came, not) in by_rank {
        twice += u128::from(came) * (2 * below + u128::from(not));
        below += u128::from(not);
    }
    Some(twice as f64 / (2.0 * with as f64 * without as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_model::ids::ListId;
    use assize_model::measure::Confidence;

    fn codes(of: &[(u64, u64)]) -> BTreeMap<BreakdownValue, (u64, u64)> {
        (0_u16..).zip(of).map(|(at, &counts)| (BreakdownValue::Code(ListId(0), Code(at)), counts)).collect()
    }

    #[test]
    fn areas_as_published() {
        // J. A. Hanley and B. J. McNeil, Radiology 143 (1982), table I: ratings of 51 abnormal and 58 normal scans; the
        // area by the trapezoids is 0.893.
        let ratings = codes(&[(3, 33), (2, 6), (2, 6), (11, 11), (33, 2)]);
        assert_eq!(format!("{:.3}", auc(&ratings).unwrap()), "0.893");
        assert_eq!(auc(&codes(&[(0, 5), (7, 0)])), Some(1.0));
        assert_eq!(auc(&codes(&[(5, 5)])), Some(0.5));
        assert_eq!(auc(&codes(&[(5, 0), (1, 0)])), None);
        let mut none = codes(&[(4, 0)]);
        none.insert(BreakdownValue::NoCode, (0, 4));
        assert_eq!(auc(&none), Some(1.0));
    }

    #[test]
    fn expected_over_observed_has_the_interval_of_the_observed() {
        let at = |text: &str| Decimal::parse(text).unwrap();
        let shares = [Some(at("0.05")), Some(at("0.2"))];
        let foreseen = |counts: &[(u64, u64)], method| {
            let interval = Confidence { method, level: at("0.95") };
            let audit = Audit { list: ListId(0), positive: vec![Code(1)], expected: None, interval };
            Foreseen::new(&codes(counts), &shares, &audit).unwrap()
        };
        // 0.05 of 40 and 0.2 of 50 are 12; Byar's interval of 12 is 6.1935 to 20.9629, the exact one of 6 is 2.2019 to
        // 13.0595, and of 0 it is 0 to 3.6889.
        let many = foreseen(&[(2, 38), (10, 40)], IntervalMethod::Wilson);
        let (expected, value, lower, upper) = many.shown();
        let shown = [expected.as_str(), &value.unwrap(), &lower.unwrap(), &upper.unwrap()].join(" ");
        assert_eq!((shown.as_str(), many.records, many.observed), ("12.00 1.0000 0.5724 1.9375", 90, 12));
        let (_, value, lower, upper) = foreseen(&[(2, 38), (4, 46)], IntervalMethod::Exact).shown();
        assert_eq!([value, lower, upper].map(Option::unwrap), ["2.0000", "0.9189", "5.4499"]);
        let (_, value, lower, upper) = foreseen(&[(0, 40), (0, 50)], IntervalMethod::Wilson).shown();
        assert_eq!((value, lower.as_deref(), upper), (None, Some("3.2530"), None));
        let (expected, value, lower, upper) = foreseen(&[], IntervalMethod::Exact).shown();
        assert_eq!((expected.as_str(), value, lower, upper), ("0.00", None, None, None));
        // Without a code nothing is expected, and what came is not held against it.
        let mut none = codes(&[(0, 0), (3, 7)]);
        none.insert(BreakdownValue::NoCode, (5, 5));
        let interval = Confidence { method: IntervalMethod::Exact, level: at("0.95") };
        let audit = Audit { list: ListId(0), positive: vec![Code(1)], expected: None, interval };
        let found = Foreseen::new(&none, &shares, &audit).unwrap();
        assert_eq!((found.records, found.observed, found.expected), (10, 3, at("2.0")));
    }

    #[test]
    fn shares_are_shown_half_up() {
        let share = |over, under| Share { over, under, value: None, ends: None };
        let shown = |over, under| share(over, under).shown().0;
        assert_eq!(shown(1, 3).as_deref(), Some("33.3"));
        assert_eq!(shown(1, 2000).as_deref(), Some("0.1"));
        assert_eq!(shown(7, 7).as_deref(), Some("100.0"));
        assert_eq!(shown(0, 0), None);
    }
}
