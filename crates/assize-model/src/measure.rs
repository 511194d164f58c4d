//! What a measure states: whom it counts, what it reports of them, and what is done with the numbers before anybody
//! sees them.

use crate::civil::Date;
use crate::decimal::Decimal;
use crate::ids::{CategoryId, Code, IndicatorId, ListId, LookupId, MeasureId, NodeId, ParamId, RecordId};
use crate::lookup::Lookup;
use crate::period::Period;
use crate::program::{Heading, Place, Program};
use crate::value::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A measure.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields are the clauses of the language")]
pub struct Measure {
    pub heading: Heading,
    pub record: RecordId,
    pub include: Option<NodeId>,
    pub exclude: Option<NodeId>,
    pub eligible: Option<NodeId>,
    pub numerator: Option<NodeId>,
    pub except: Option<NodeId>,
    pub denominator: Option<NodeId>,
    pub form: MeasureForm,
    pub by: Vec<Breakdown>,
    pub every: Option<(Period, NodeId)>,
    pub unknown: UnknownPolicy,
    pub interval: Option<Confidence>,
    /// Cells of fewer records than this are withheld, and as many others as it takes.
    pub suppress: Option<Amount>,
    pub round: Option<RoundTo>,
    pub target: Option<Target>,
    /// The period whose numbers the target's path, and `compare baseline`, begin from.
    pub baseline: Option<Baseline>,
    pub compare: Option<Comparison>,
    pub chart: Option<Chart>,
    pub signals: Vec<Signal>,
    /// When it is an audit: a count by its groups, then the audited category, then the outcome.
    pub audit: Option<Audit>,
    /// The indicator whose evidence it counts: then it is no result by itself.
    pub evidence: Option<IndicatorId>,
    pub place: Place,
}

impl Measure {
    /// A measure of which nothing is stated but what it reports: all records, not broken down.
    pub fn new(heading: Heading, record: RecordId, form: MeasureForm, place: Place) -> Self {
        Self {
            heading,
            record,
            include: None,
            exclude: None,
            eligible: None,
            numerator: None,
            except: None,
            denominator: None,
            form,
            by: Vec::new(),
            every: None,
            unknown: UnknownPolicy::Apart,
            interval: None,
            suppress: None,
            round: None,
            target: None,
            baseline: None,
            compare: None,
            chart: None,
            signals: Vec::new(),
            audit: None,
            evidence: None,
            place,
        }
    }

    /// Whom it counts among; a formula counts nobody itself.
    pub const fn among(&self) -> Option<Among> {
        let Self { record, include, exclude, eligible, ref form, .. } = *self;
        match form {
            MeasureForm::Formula(_) => None,
            _ => Some(Among { record, include, exclude, eligible }),
        }
    }

    /// What is stated of its numbers, each clause by its word, in the words of the language; `None` where it is not.
    pub fn stated(&self, program: &Program) -> [(&'static str, Option<String>); 9] {
        [
            ("interval", self.interval.map(Confidence::shown)),
            ("suppress", self.suppress.map(|below| format!("below {}", below.shown(program)))),
            ("round", self.round.as_ref().map(RoundTo::shown)),
            ("target", self.target.as_ref().map(|target| target.shown(program))),
            ("baseline", self.baseline.as_ref().map(Baseline::shown)),
            (
                "compare",
                self.compare.as_ref().map(|compare| match compare {
                    Comparison::SamePeriodLastYear => "same period last year".to_owned(),
                    Comparison::Baseline(of) => format!("baseline {}", of.shown()),
                }),
            ),
            ("chart", self.chart.as_ref().map(Chart::shown)),
            (
                "signals",
                (!self.signals.is_empty())
                    .then(|| self.signals.iter().map(|signal| signal.shown()).collect::<Vec<_>>().join(" ")),
            ),
            ("audit", self.audit.as_ref().map(|audit| audit.shown(program))),
        ]
    }
}

/// The records that a measure counts among. Measures of the same ones show parts and totals of the same counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Among {
    record: RecordId,
    include: Option<NodeId>,
    exclude: Option<NodeId>,
    eligible: Option<NodeId>,
}

impl Among {
    /// The measures of these records, in the order of their ids.
    pub fn members(self, program: &Program) -> impl Iterator<Item = (MeasureId, &Measure)> {
        let all = (0..).map(MeasureId::from_index).zip(&program.measures);
        all.filter(move |(_, measure)| measure.among() == Some(self))
    }
}

/// What an audit holds against what came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// The codes of the category.
    pub list: ListId,
    /// Those that foretell the outcome, ascending.
    pub positive: Vec<Code>,
    /// How often the outcome is to be expected.
    pub expected: Option<Expected>,
    /// The intervals of its shares.
    pub interval: Confidence,
}

/// How often the outcome of an audit is to be expected of each code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// The shares, from 0 to 1, in the order of codes.
    Shares(Vec<Decimal>),
    /// A look-up with a row for each code.
    LookUp(LookupId),
}

impl Expected {
    /// The shares, from 0 to 1, in the order of codes; `None` for a code that has none.
    pub fn shares(&self, program: &Program, codes: usize) -> Vec<Option<Decimal>> {
        let mut out = vec![None; codes];
        match self {
            Self::Shares(shares) => {
                for (slot, share) in out.iter_mut().zip(shares) {
                    *slot = Some(*share);
                }
            }
            Self::LookUp(id) => {
                for row in program.lookups.get(id.index()).map_or(&[][..], Lookup::rows) {
                    let [Value::Code(_, code)] = &*row.keys else { continue };
                    let share = match row.value {
                        Ok(Value::Integer(share)) => Some(Decimal::from_i64(share)),
                        Ok(Value::Decimal(share)) => Some(share),
                        _ => None,
                    };
                    if let Some(slot) = out.get_mut(usize::from(code.0)) {
                        *slot = share;
                    }
                }
            }
        }
        out
    }

    fn shown(&self, program: &Program, list: ListId) -> String {
        match self {
            Self::LookUp(id) => program.lookups.get(id.index()).map_or("?", |lookup| &*lookup.heading.name).to_owned(),
            Self::Shares(shares) => {
                let name = |code| program.list(list).map_or("?", |list| list.name(Code(code)));
                let shares = (0..).zip(shares).map(|(code, share)| format!("{} {}", name(code), percent(*share)));
                shares.collect::<Vec<_>>().join(", ")
            }
        }
    }
}

impl Audit {
    /// What counts as foretold, in words.
    pub fn shown(&self, program: &Program) -> String {
        let name = |code: &Code| program.list(self.list).map_or("?", |list| list.name(*code)).to_owned();
        let codes: Vec<String> = self.positive.iter().map(name).collect();
        let interval = self.interval.shown();
        let expected = self.expected.as_ref().map(|expected| expected.shown(program, self.list));
        let expected = expected.map(|shown| format!(", expected {shown}")).unwrap_or_default();
        format!("positive in {{ {} }}{expected}, interval {interval}", codes.join(", "))
    }
}

/// What a measure reports. `numerator` and `denominator` may be conditions, which count records, or numbers, which are
/// summed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum MeasureForm {
    Count,
    /// How many different values there are.
    Distinct {
        precision: Precision,
        of: NodeId,
    },
    Rate {
        per: Decimal,
    },
    Ratio,
    Sum(NodeId),
    Mean(NodeId),
    /// The value that so great a share of the values do not exceed, by linear interpolation between the two nearest
    /// (method 7 of Hyndman and Fan, 1996). The median is that of one half.
    Quantile {
        precision: Precision,
        /// From 0 to 1.
        share: Decimal,
        of: NodeId,
    },
    /// A rate standardised over strata.
    Standardised(Standardised),
    /// Worked out of other measures, row by row.
    Formula(Formula),
}

/// Whether every value counts as it is, or what is kept of them is bounded and the result within a stated error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Precision {
    Exact,
    Approximate,
}

/// The significant decimal digits of each value that an approximate median or percentile keeps: at most half a unit of
/// the third is lost, which is 0.5 % of the value.
pub const QUANTILE_DIGITS: u32 = 3;
/// The bits of a hash that choose a register of an approximate `distinct`, of which there are 2^14.
pub const DISTINCT_BITS: u32 = 14;
/// Up to so many different values of a row an approximate `distinct` is exact.
pub const DISTINCT_EXACT: usize = 1024;

/// How far an approximate result may be from the exact one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approximation {
    /// At most this share of it; where the two values that a percentile lies between have different signs, of the greater.
    Within(Decimal),
    /// The standard error is this share of it; up to so many it is exact.
    StandardError(Decimal, usize),
    /// As far as these measures are, of which it is worked out.
    Of(Vec<MeasureId>),
}

impl Approximation {
    /// Whether a value is the exact one all the same.
    pub fn spares(&self, value: Decimal) -> bool {
        match self {
            Self::StandardError(_, exact) => i64::try_from(*exact).is_ok_and(|exact| value <= Decimal::from_i64(exact)),
            Self::Within(_) | Self::Of(_) => false,
        }
    }

    /// In few words: `within 0.5%`, `standard error 0.81%`, `of callers`.
    pub fn shown(&self, program: &Program) -> String {
        match self {
            Self::Within(share) => format!("within {}", percent(*share)),
            Self::StandardError(share, _) => format!("standard error {}", percent(*share)),
            Self::Of(measures) => {
                let names = measures.iter().filter_map(|&id| Some(&*program.measure(id)?.heading.name));
                format!("of {}", names.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

impl MeasureForm {
    /// How far its values may be from the exact ones, where `approximate` asks for that.
    pub fn approximation(&self, program: &Program) -> Option<Approximation> {
        match self {
            Self::Formula(formula) => {
                let (mut todo, mut seen) = (Vec::new(), BTreeSet::new());
                formula.measures(&mut todo);
                while let Some(id) = todo.pop() {
                    if let (true, Some(Self::Formula(formula))) =
                        (seen.insert(id), program.measure(id).map(|measure| &measure.form))
                    {
                        formula.measures(&mut todo);
                    }
                }
                let near = |id: &MeasureId| match program.measure(*id).map(|measure| &measure.form) {
                    Some(Self::Formula(_)) | None => false,
                    Some(form) => form.approximation(program).is_some(),
                };
                let near: Vec<MeasureId> = seen.into_iter().filter(near).collect();
                (!near.is_empty()).then_some(Approximation::Of(near))
            }
            Self::Quantile { precision: Precision::Approximate, .. } => Decimal::new(5, 3).map(Approximation::Within),
            // (3 ln 2 - 1)^0.5 / 2^7: Ertl, New cardinality estimation algorithms for HyperLogLog sketches, 2017.
            Self::Distinct { precision: Precision::Approximate, .. } => {
                Decimal::new(81, 4).map(|share| Approximation::StandardError(share, DISTINCT_EXACT))
            }
            _ => None,
        }
    }

    /// Its word in results and catalogues.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Distinct { precision: Precision::Exact, .. } => "distinct",
            Self::Distinct { precision: Precision::Approximate, .. } => "approximate distinct",
            Self::Rate { .. } => "rate",
            Self::Ratio => "ratio",
            Self::Sum(_) => "sum",
            Self::Mean(_) => "mean",
            Self::Quantile { precision: Precision::Exact, .. } => "percentile",
            Self::Quantile { precision: Precision::Approximate, .. } => "approximate percentile",
            Self::Standardised(_) => "standardised rate",
            Self::Formula(_) => "formula",
        }
    }

    /// The value of each record that it is of.
    pub const fn of(&self) -> Option<NodeId> {
        match self {
            Self::Sum(node) | Self::Mean(node) | Self::Distinct { of: node, .. } | Self::Quantile { of: node, .. } => {
                Some(*node)
            }
            Self::Count | Self::Rate { .. } | Self::Ratio | Self::Standardised(_) | Self::Formula(_) => None,
        }
    }

    /// The strata it is standardised over.
    pub fn strata(&self) -> &[Breakdown] {
        match self {
            Self::Standardised(standardised) => &standardised.strata,
            _ => &[],
        }
    }

    /// What it reports, in the words of the language, without the value it is of.
    pub fn shown(&self, program: &Program) -> String {
        match self {
            Self::Rate { per } => format!("rate per {}", per.normalized()),
            Self::Quantile { share, .. } => match share.mul(Decimal::from_i64(100)) {
                Ok(rank) => format!("{} {}", self.word(), rank.normalized()),
                Err(_) => self.word().to_owned(),
            },
            Self::Standardised(of) => {
                let strata: Vec<&str> = of.strata.iter().map(|by| &*by.name).collect();
                let to = program.lookups.get(of.to.index()).map_or("?", |lookup| &*lookup.heading.name);
                let indirect = if of.indirect { "indirectly " } else { "" };
                format!("{indirect}standardised rate per {} by {} to {to}", of.per.normalized(), strata.join(", "))
            }
            Self::Formula(formula) => format!("formula of {}", formula.shown(program)),
            Self::Count | Self::Distinct { .. } | Self::Ratio | Self::Sum(_) | Self::Mean(_) => self.word().to_owned(),
        }
    }
}

/// `standardised rate per 100000 by age_group, sex to standard_population`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Standardised {
    /// Whether the look-up has the rates to be expected in each stratum; else it has the standard population.
    pub indirect: bool,
    pub per: Decimal,
    /// The strata, in the order of the look-up's keys.
    pub strata: Vec<Breakdown>,
    pub to: LookupId,
}

/// An expression over other measures.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the operators of the language")]
pub enum Formula {
    /// The value of the measure's row of the same breakdowns and period.
    Measure(MeasureId),
    Number(Amount),
    Negative(Box<Formula>),
    Sum(Box<Formula>, Box<Formula>),
    Difference(Box<Formula>, Box<Formula>),
    Product(Box<Formula>, Box<Formula>),
    Quotient(Box<Formula>, Box<Formula>),
}

impl Formula {
    /// The measures that it names, as often as it does.
    pub fn measures(&self, out: &mut Vec<MeasureId>) {
        match self {
            Self::Measure(id) => out.push(*id),
            Self::Number(_) => {}
            Self::Negative(of) => of.measures(out),
            Self::Sum(a, b) | Self::Difference(a, b) | Self::Product(a, b) | Self::Quotient(a, b) => {
                a.measures(out);
                b.measures(out);
            }
        }
    }

    /// In the words of the language.
    pub fn shown(&self, program: &Program) -> String {
        let both = |a: &Self, sign: &str, b: &Self| format!("({} {sign} {})", a.shown(program), b.shown(program));
        match self {
            Self::Measure(id) => program.measure(*id).map_or("?", |measure| &*measure.heading.name).to_owned(),
            Self::Number(amount) => amount.shown(program),
            Self::Negative(of) => format!("-{}", of.shown(program)),
            Self::Sum(a, b) => both(a, "+", b),
            Self::Difference(a, b) => both(a, "-", b),
            Self::Product(a, b) => both(a, "*", b),
            Self::Quotient(a, b) => both(a, "/", b),
        }
    }
}

/// A number stated in the rules, or given by a parameter for the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amount {
    /// The number.
    Fixed(Decimal),
    /// The parameter's value.
    Parameter(ParamId),
}

impl Amount {
    /// The number in a run with these values of parameters, in the order of their ids.
    pub fn value(self, params: &[Value]) -> Option<Decimal> {
        match self {
            Self::Fixed(value) => Some(value),
            Self::Parameter(id) => match params.get(id.index())? {
                Value::Integer(value) => Some(Decimal::from_i64(*value)),
                Value::Decimal(value) => Some(*value),
                _ => None,
            },
        }
    }
}

impl Amount {
    /// The number as it is stated, or the parameter's name.
    pub fn shown(self, program: &Program) -> String {
        match self {
            Self::Fixed(value) => value.normalized().to_string(),
            Self::Parameter(id) => program.param(id).map_or("?", |param| &*param.heading.name).to_owned(),
        }
    }
}

/// What a measure is broken down by.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Breakdown {
    pub name: Arc<str>,
    pub node: NodeId,
    /// When it is a category.
    pub category: Option<CategoryId>,
}

/// What becomes of a record of which a stage is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnknownPolicy {
    /// Counted by itself, and in neither numerator nor denominator.
    Apart,
    /// As if the stage's condition were `no`.
    No,
    /// As if it were `yes`.
    Yes,
}

/// `interval wilson 95%`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confidence {
    /// The method.
    pub method: IntervalMethod,
    /// The level, between 0 and 1.
    pub level: Decimal,
}

impl Confidence {
    /// In the words of the language.
    pub fn shown(self) -> String {
        format!("{} {}", self.method.word(), percent(self.level))
    }
}

/// A share as a percentage.
pub(crate) fn percent(share: Decimal) -> String {
    match share.mul(Decimal::from_i64(100)) {
        Ok(percent) => format!("{}%", percent.normalized()),
        Err(_) => share.normalized().to_string(),
    }
}

/// How an interval of confidence is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntervalMethod {
    /// Wilson's score interval of a proportion.
    Wilson,
    /// Byar's approximation for events, and the exact Poisson interval below 10 of them.
    Byar,
    /// Clopper and Pearson's of a proportion; the exact Poisson interval of events.
    Exact,
    /// Student's t, of a mean.
    T,
}

impl IntervalMethod {
    /// The word of the language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Wilson => "wilson",
            Self::Byar => "byar",
            Self::Exact => "exact",
            Self::T => "t",
        }
    }
}

/// `round to 5 controlled seeded "text"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundTo {
    /// The base: a whole number above 1.
    pub to: u32,
    /// Whether totals stay the sums of their parts.
    pub controlled: bool,
    /// Up or down by chance, the same for the same text; without one, to the nearest.
    pub seed: Option<Arc<str>>,
}

impl RoundTo {
    /// In the words of the language.
    pub fn shown(&self) -> String {
        let controlled = if self.controlled { " controlled" } else { "" };
        let seed = self.seed.as_ref().map(|seed| format!(" seeded \"{seed}\"")).unwrap_or_default();
        format!("to {}{controlled}{seed}", self.to)
    }
}

/// `target at most 20 by 2026-12-31, amber within 10%`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What is to be reached.
    pub bound: TargetBound,
    /// When.
    pub by: Option<Date>,
    /// How far from it still counts as near.
    pub amber: Option<Amber>,
}

impl Target {
    /// In the words of the language.
    pub fn shown(&self, program: &Program) -> String {
        let bound = match self.bound {
            TargetBound::AtLeast(least) => format!("at least {}", least.shown(program)),
            TargetBound::AtMost(most) => format!("at most {}", most.shown(program)),
            TargetBound::Between(low, high) => format!("between {} and {}", low.shown(program), high.shown(program)),
        };
        let by = self.by.map(|date| format!(" by {date}")).unwrap_or_default();
        let amber = self.amber.map(|amber| {
            let within = match amber.within {
                Amount::Fixed(value) if amber.percent => percent(value),
                _ => amber.within.shown(program),
            };
            format!(", amber within {within}")
        });
        format!("{bound}{by}{}", amber.unwrap_or_default())
    }
}

/// What a target asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum TargetBound {
    AtLeast(Amount),
    AtMost(Amount),
    Between(Amount, Amount),
}

/// `amber within 10%`, `amber within 2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amber {
    /// How far; a percentage is already divided by 100.
    pub within: Amount,
    /// Whether it is a share of the target; else it is in the measure's own numbers.
    pub percent: bool,
}

/// What a measure's numbers are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `compare same period last year`.
    SamePeriodLastYear,
    /// `compare baseline 2012 .. 2014`.
    Baseline(Baseline),
}

/// `2012 .. 2014`, `mean of 2012 .. 2014`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Baseline {
    /// Whether it is the mean of the periods; else they are taken as one.
    pub mean: bool,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl Baseline {
    /// In the words of the language.
    pub fn shown(&self) -> String {
        format!("{}{} .. {}", if self.mean { "mean of " } else { "" }, self.from, self.to)
    }
}

/// `chart xmr rebase at 2020-03-15 freeze after 24 without 2020-04-01 .. 2020-06-30`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// The kind.
    pub kind: ChartKind,
    /// The levels of the limits, between 0 and 1, ascending; none means those that the kind has.
    pub levels: Vec<Decimal>,
    /// The first days of new baselines, ascending.
    pub rebase: Vec<Date>,
    /// How many points the limits are worked out of, from each rebase on.
    pub freeze: Option<u32>,
    /// First and last days of what the limits do not take in.
    pub without: Vec<(Date, Date)>,
}

impl Chart {
    /// In the words of the language.
    pub fn shown(&self) -> String {
        let mut out = self.kind.word().to_owned();
        let list = |out: &mut String, word: &str, items: Vec<String>| {
            if !items.is_empty() {
                out.push_str(word);
                out.push_str(&items.join(", "));
            }
        };
        list(&mut out, " ", self.levels.iter().copied().map(percent).collect());
        list(&mut out, " rebase at ", self.rebase.iter().map(ToString::to_string).collect());
        if let Some(points) = self.freeze {
            out.push_str(" freeze after ");
            out.push_str(&points.to_string());
        }
        list(&mut out, " without ", self.without.iter().map(|(from, to)| format!("{from} .. {to}")).collect());
        out
    }
}

/// The kinds of charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum ChartKind {
    Run,
    Xmr,
    P,
    U,
    C,
    Funnel,
}

impl ChartKind {
    /// The word of the language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Xmr => "xmr",
            Self::P => "p",
            Self::U => "u",
            Self::C => "c",
            Self::Funnel => "funnel",
        }
    }
}

/// One rule of `signals`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// `shewhart`: a point outside the limits.
    Shewhart,
    /// `runs 8`: so many points in a row on one side of the centre.
    Runs(u32),
    /// `trends 7`: so many points in a row rising, or falling.
    Trends(u32),
    /// `near_limit`: two of three points beyond two thirds of the way to a limit.
    NearLimit,
    /// `crossings`: too long a longest run, or too few crossings of the centre.
    Crossings,
}

impl Signal {
    /// In the words of the language.
    pub fn shown(self) -> String {
        match self {
            Self::Shewhart => "shewhart".to_owned(),
            Self::Runs(points) => format!("runs {points}"),
            Self::Trends(points) => format!("trends {points}"),
            Self::NearLimit => "near_limit".to_owned(),
            Self::Crossings => "crossings".to_owned(),
        }
    }
}
