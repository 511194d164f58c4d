//! What an indicator says and where it has it from, and how an evaluation judges by indicators.

use crate::bounds::Bounds;
use crate::decimal::{Decimal, Rounding};
use crate::ids::{Code, EvaluationId, IndicatorId, ListId, MeasureId, NodeId, RecordId};
use crate::measure::{Amount, Baseline, Measure, Target};
use crate::node::Comparison;
use crate::program::{Heading, Place, Program};
use crate::value::Value;
use std::sync::Arc;

/// One word of a facet: the four facets of evidence, and the stage of the logic model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Facet {
    Quantitative,
    Qualitative,
    Formative,
    Summative,
    Developmental,
    Process,
    Outcome,
    Impact,
    Economic,
    Internal,
    External,
    StageInput,
    StageActivity,
    StageOutput,
    StageOutcome,
}

/// The facets, each independent of the others and of several words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum FacetKind {
    Data,
    Purpose,
    About,
    Conducted,
    Stage,
}

impl FacetKind {
    /// All facets, in the order of the language page.
    pub const ALL: [Self; 5] = [Self::Data, Self::Purpose, Self::About, Self::Conducted, Self::Stage];

    /// The word of the language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Purpose => "purpose",
            Self::About => "about",
            Self::Conducted => "conducted",
            Self::Stage => "stage",
        }
    }
}

impl Facet {
    /// The facet that the word is of.
    pub const fn kind(self) -> FacetKind {
        match self {
            Self::Quantitative | Self::Qualitative => FacetKind::Data,
            Self::Formative | Self::Summative | Self::Developmental => FacetKind::Purpose,
            Self::Process | Self::Outcome | Self::Impact | Self::Economic => FacetKind::About,
            Self::Internal | Self::External => FacetKind::Conducted,
            Self::StageInput | Self::StageActivity | Self::StageOutput | Self::StageOutcome => FacetKind::Stage,
        }
    }

    /// The word of the language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Quantitative => "quantitative",
            Self::Qualitative => "qualitative",
            Self::Formative => "formative",
            Self::Summative => "summative",
            Self::Developmental => "developmental",
            Self::Process => "process",
            Self::Outcome | Self::StageOutcome => "outcome",
            Self::Impact => "impact",
            Self::Economic => "economic",
            Self::Internal => "internal",
            Self::External => "external",
            Self::StageInput => "input",
            Self::StageActivity => "activity",
            Self::StageOutput => "output",
        }
    }
}

/// How often something is collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Frequency {
    Once,
    Continuously,
    Daily,
    Weekly,
    Monthly,
    Quarterly,
    Yearly,
}

impl Frequency {
    /// The word of the language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Continuously => "continuously",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        }
    }
}

/// An indicator.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields are the clauses of the language")]
pub struct Indicator {
    pub heading: Heading,
    /// In the order of the text.
    pub facets: Vec<Facet>,
    pub source: Option<Arc<str>>,
    pub collected: Option<Frequency>,
    pub owner: Option<Arc<str>>,
    pub method: Option<Arc<str>>,
    pub unit: Option<Arc<str>>,
    /// Which way is better; `None` where it is not stated.
    pub higher_is_better: Option<bool>,
    pub evidence: Evidence,
    pub baseline: Option<Baseline>,
    pub target: Option<Target>,
    pub rubric: Option<Rubric>,
    pub place: Place,
}

impl Indicator {
    /// The words of one facet.
    pub fn words(&self, kind: FacetKind) -> impl Iterator<Item = Facet> {
        self.facets.iter().copied().filter(move |facet| facet.kind() == kind)
    }

    /// Whether it is of every one of the facets' words.
    pub fn is_of(&self, facets: &[Facet]) -> bool {
        facets.iter().all(|facet| self.facets.contains(facet))
    }

    /// The target it is held to: its own, or that of the measure it comes from.
    pub fn held_to<'a>(&'a self, program: &'a Program) -> Option<&'a Target> {
        self.target.as_ref().or_else(|| match self.evidence {
            Evidence::Measure(id) => program.measure(id)?.target.as_ref(),
            _ => None,
        })
    }

    /// The names of the levels it may reach, the best first: those of its rubric, or how it stands to its target.
    /// Nothing where it is not judged.
    pub fn levels<'a>(&'a self, program: &'a Program) -> Vec<&'a str> {
        match &self.rubric {
            Some(rubric) => rubric.names().collect(),
            None if self.held_to(program).is_some() => TARGET_LEVELS.to_vec(),
            None => Vec::new(),
        }
    }
}

/// The levels of an indicator that has a target and no rubric, the best first.
pub const TARGET_LEVELS: [&str; 3] = ["met", "near", "missed"];

/// How high a level is: from 1, the best, to 0, the last, evenly; 1 where there is but one.
pub fn score(rank: usize, levels: usize) -> Decimal {
    let count = |n: usize| Decimal::from_i64(i64::try_from(n).unwrap_or(i64::MAX));
    match levels.saturating_sub(1) {
        0 => Decimal::ONE,
        last => count(last.saturating_sub(rank)).div(count(last)).unwrap_or(Decimal::ZERO),
    }
}

/// A score for people: out of a hundred, half up to one place.
pub fn score_shown(value: Decimal) -> String {
    value.mul(Decimal::from_i64(100)).unwrap_or(value).to_string_places(1, Rounding::HalfUp)
}

/// A score for people, or between which two it lies.
pub fn scores_shown(lowest: Decimal, highest: Decimal) -> String {
    if lowest == highest { score_shown(lowest) } else { format!("{} to {}", score_shown(lowest), score_shown(highest)) }
}

/// Where an indicator has its value from. What is counted of ratings, themes and documents is counted by measures of
/// their own, whose names begin with the indicator's: [`crate::measure::Measure::evidence`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// A measure that is not broken down; with periods, the last that is over within the evaluation's.
    Measure(MeasureId),
    /// Ratings on an ordinal scale.
    Ratings(Ratings),
    /// Themes that people coded in texts.
    Themes(Themes),
    /// Documents that are there.
    Documents {
        /// The record, one a document.
        record: RecordId,
        /// What counts them.
        counted: MeasureId,
    },
}

impl Evidence {
    /// The word of the language.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Measure(_) => "measure",
            Self::Ratings(_) => "ratings",
            Self::Themes(_) => "themes",
            Self::Documents { .. } => "documents",
        }
    }

    /// The measures that it is counted by.
    pub fn measures(&self) -> Vec<MeasureId> {
        match self {
            Self::Measure(id) | Self::Documents { counted: id, .. } => vec![*id],
            Self::Ratings(ratings) => ratings.items.iter().map(|item| item.counted).collect(),
            Self::Themes(themes) => vec![themes.counted],
        }
    }
}

/// Ratings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Ratings {
    pub record: RecordId,
    /// Its codes are ordered.
    pub scale: ListId,
    /// At least one.
    pub items: Vec<RatedItem>,
    /// How many items a record must answer to count.
    pub answered: Option<u32>,
    /// Whether it is known what was rated, and by whom: then the counts are broken down by both, after the rating.
    pub agreement: Option<Agreement>,
}

/// What tells ratings of one thing by several people apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The name of what was rated.
    pub subject: Arc<str>,
    /// The name of who rated.
    pub rated_by: Arc<str>,
}

/// An item that is rated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatedItem {
    /// The field.
    pub name: Arc<str>,
    /// Whether the scale runs the other way round.
    pub reversed: bool,
    /// What counts it by rating.
    pub counted: MeasureId,
}

/// Themes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Themes {
    pub record: RecordId,
    pub themes: ListId,
    /// The field that holds the theme.
    pub coded: Arc<str>,
    /// The text itself, which nothing is worked out of.
    pub text: Option<Carried>,
    /// As of [`Ratings::agreement`].
    pub agreement: Option<Agreement>,
    /// What counts by theme.
    pub counted: MeasureId,
}

/// A field of text that is carried along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// Its name.
    pub name: Arc<str>,
    /// On the record itself.
    pub node: NodeId,
}

/// Ordered levels, the best first, each with its condition; the last holds otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Rubric {
    pub levels: Vec<Level>,
    pub otherwise: Heading,
}

/// A level of a rubric.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Level {
    pub heading: Heading,
    pub condition: Condition,
    pub place: Place,
}

impl Rubric {
    /// The names of its levels, the best first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.headings().map(|heading| &*heading.name)
    }

    /// Its levels with their descriptors, the best first.
    pub fn headings(&self) -> impl Iterator<Item = &Heading> {
        self.levels.iter().map(|level| &level.heading).chain([&self.otherwise])
    }
}

/// A condition of a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// All of them.
    All(Vec<Condition>),
    /// Any of them.
    Any(Vec<Condition>),
    /// Not so.
    Not(Box<Condition>),
    /// A number compared.
    Number {
        /// Which number.
        of: Quantity,
        /// How.
        is: Comparison,
        /// With what.
        than: Amount,
    },
    /// The median of ratings compared with a code.
    Median {
        /// How.
        is: Comparison,
        /// With what.
        than: Code,
    },
    /// How high an objective or indicator of the evaluation stands.
    Level {
        /// Which.
        of: Judged,
        /// How; greater is better.
        is: Comparison,
        /// The level's score.
        than: Decimal,
    },
}

/// A number that a condition of a level may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Quantity {
    /// The measure's value.
    Value,
    /// The lower end of the measure's interval.
    Lower,
    /// Its upper end.
    Upper,
    /// The measure's numerator.
    Numerator,
    /// Its denominator.
    Denominator,
    /// How many answers, coded texts or documents there are.
    Count,
    /// How many of one code.
    CountOf(Code),
    /// The share of one code, from 0 to 1.
    Share(Code),
    /// The share of the so many highest codes, from 0 to 1.
    Top(u32),
    /// The share of the evaluation's indicators of which something is known, from 0 to 1.
    Coverage,
    /// How many objectives stand at a level of this name.
    ObjectivesAt(Arc<str>),
}

/// What an evaluation judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// An objective, by its number.
    Objective(usize),
    /// An indicator.
    Indicator(IndicatorId),
}

/// An evaluation.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields are the clauses of the language")]
pub struct Evaluation {
    pub heading: Heading,
    pub forms: Vec<Facet>,
    /// First and last day.
    pub period: Option<(crate::civil::Date, crate::civil::Date)>,
    /// The logic model: entries by stage, in the order of the text.
    pub logic: Vec<(Facet, LogicEntry)>,
    pub objectives: Vec<Objective>,
    pub overall: Overall,
    pub requires: Vec<Requirement>,
    pub place: Place,
}

impl Evaluation {
    /// Every indicator of its objectives, each once, in the order of the text.
    pub fn indicators(&self) -> Vec<IndicatorId> {
        let mut out: Vec<IndicatorId> = Vec::new();
        for id in self.objectives.iter().flat_map(|objective| &objective.indicators) {
            if !out.contains(id) {
                out.push(*id);
            }
        }
        out
    }
}

/// An entry of the logic model.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "what may be named")]
pub enum LogicEntry {
    Text(Arc<str>),
    Indicator(IndicatorId),
    Measure(MeasureId),
}

/// An objective.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields are the clauses of the language")]
pub struct Objective {
    pub heading: Heading,
    /// 1 where it is not stated.
    pub weight: Amount,
    pub question: Option<Arc<str>>,
    pub criterion: Option<Arc<str>>,
    pub indicators: Vec<IndicatorId>,
    pub place: Place,
}

/// How the overall judgement comes of the objectives, and an objective's of its indicators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overall {
    /// Objectives stand as high as their lowest indicator, and the whole as the lowest of them.
    Minimum,
    /// The mean of the indicators of an objective, and of the objectives by their weights.
    WeightedMean,
    /// Objectives as their lowest indicator, and the whole by conditions.
    Profile(Rubric),
    /// None is asked for; objectives as their lowest indicator.
    NotAsked,
}

impl Overall {
    /// The words of the language.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::WeightedMean => "weighted mean",
            Self::Profile(_) => "profile",
            Self::NotAsked => "not asked",
        }
    }
}

/// Something that an evaluation requires of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Requirement {
    pub of: Required,
    pub has: Possession,
    /// As it is written, `requires …`.
    pub place: Place,
}

/// Of what something is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Required {
    EveryObjective,
    EveryIndicator,
    Evaluation,
}

/// What is required.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Possession {
    /// At least so many indicators that are of all of these.
    Indicators {
        /// How many.
        at_least: u32,
        /// Of which kinds.
        of: Vec<Facet>,
    },
    /// A clause of an indicator.
    Clause(PossessedClause),
}

/// A clause that an indicator may be required to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum PossessedClause {
    Target,
    Baseline,
    Source,
    Owner,
    Method,
    Rubric,
}

impl PossessedClause {
    /// Whether an indicator has it, itself or by the measure it comes from.
    pub fn is_of(self, program: &Program, indicator: &Indicator) -> bool {
        match self {
            Self::Target => indicator.held_to(program).is_some(),
            Self::Baseline => {
                indicator.baseline.is_some()
                    || matches!(indicator.evidence, Evidence::Measure(id)
                        if program.measure(id).is_some_and(|measure| measure.baseline.is_some()))
            }
            Self::Source => indicator.source.is_some(),
            Self::Owner => indicator.owner.is_some(),
            Self::Method => indicator.method.is_some(),
            Self::Rubric => indicator.rubric.is_some(),
        }
    }
}

impl Requirement {
    /// The names of what lacks what is required, of the indicators that `counts`; the evaluation's own where it does.
    pub fn lacking<'a>(
        &self,
        program: &'a Program,
        evaluation: &'a Evaluation,
        counts: &dyn Fn(IndicatorId) -> bool,
    ) -> Vec<&'a str> {
        let enough = |indicators: &[IndicatorId]| match &self.has {
            Possession::Indicators { at_least, of } => {
                let has = |id: &&IndicatorId| {
                    counts(**id) && program.indicator(**id).is_some_and(|indicator| indicator.is_of(of))
                };
                indicators.iter().filter(has).count() >= *at_least as usize
            }
            Possession::Clause(clause) => indicators
                .iter()
                .any(|id| program.indicator(*id).is_some_and(|indicator| clause.is_of(program, indicator))),
        };
        match self.of {
            Required::EveryObjective => {
                let lacks = evaluation.objectives.iter().filter(|objective| !enough(&objective.indicators));
                lacks.map(|objective| &*objective.heading.name).collect()
            }
            Required::EveryIndicator => {
                let ids = evaluation.indicators().into_iter().filter(|id| !enough(&[*id]));
                ids.filter_map(|id| Some(&*program.indicator(id)?.heading.name)).collect()
            }
            Required::Evaluation if enough(&evaluation.indicators()) => Vec::new(),
            Required::Evaluation => vec![&*evaluation.heading.name],
        }
    }
}

/// What a condition may ask of the facts; what is not known lies between open ends.
pub trait Facts {
    /// Between what a number lies.
    fn number(&self, of: &Quantity) -> Bounds<Decimal>;
    /// Between which codes a median lies; `None` where there is none.
    fn median(&self) -> Option<(Code, Code)>;
    /// Between which scores something judged stands.
    fn standing(&self, of: Judged) -> (Decimal, Decimal);
}

/// Whether a comparison holds of everything between two ends, of nothing, or of some (`None`). Open ends are `None`.
pub fn compare<T: PartialOrd>(lo: Option<&T>, is: Comparison, hi: Option<&T>, than: &T) -> Option<bool> {
    let below = |end: Option<&T>| end.is_some_and(|end| end < than);
    let above = |end: Option<&T>| end.is_some_and(|end| end > than);
    let fixed = lo.is_some_and(|lo| lo == than) && hi.is_some_and(|hi| hi == than);
    let (all_below, all_above) = (below(hi), above(lo));
    let at_most = hi.is_some_and(|hi| hi <= than);
    let at_least = lo.is_some_and(|lo| lo >= than);
    let decide = |yes: bool, no: bool| if yes { Some(true) } else { no.then_some(false) };
    match is {
        Comparison::Eq => decide(fixed, all_below || all_above),
        Comparison::Ne => decide(all_below || all_above, fixed),
        Comparison::Lt => decide(all_below, at_least),
        Comparison::Le => decide(at_most, all_above),
        Comparison::Gt => decide(all_above, at_most),
        Comparison::Ge => decide(at_least, all_below),
    }
}

impl Condition {
    /// Whether it holds; `None` where that is not known.
    pub fn holds(&self, facts: &dyn Facts, params: &[Value]) -> Option<bool> {
        match self {
            Self::All(of) => {
                let each = || of.iter().map(|of| of.holds(facts, params));
                if each().any(|holds| holds == Some(false)) { Some(false) } else { each().try_fold(true, |_, of| of) }
            }
            Self::Any(of) => {
                let each = || of.iter().map(|of| of.holds(facts, params));
                if each().any(|holds| holds == Some(true)) { Some(true) } else { each().try_fold(false, |_, of| of) }
            }
            Self::Not(of) => of.holds(facts, params).map(|holds| !holds),
            Self::Number { of, is, than } => {
                let than = than.value(params)?;
                let Bounds { lo, hi } = facts.number(of);
                compare(lo.as_ref(), *is, hi.as_ref(), &than)
            }
            Self::Median { is, than } => {
                let (lo, hi) = facts.median()?;
                compare(Some(&lo), *is, Some(&hi), than)
            }
            Self::Level { of, is, than } => {
                let (lo, hi) = facts.standing(*of);
                compare(Some(&lo), *is, Some(&hi), than)
            }
        }
    }
}

impl Rubric {
    /// Which levels may hold, by their rank, the best first: one where that is known.
    pub fn possible(&self, facts: &dyn Facts, params: &[Value]) -> Vec<usize> {
        let mut possible = Vec::new();
        for (rank, level) in self.levels.iter().enumerate() {
            match level.condition.holds(facts, params) {
                Some(true) => {
                    possible.push(rank);
                    return possible;
                }
                Some(false) => {}
                None => possible.push(rank),
            }
        }
        possible.push(self.levels.len());
        possible
    }
}

impl Program {
    /// The measures that the rules declare, in the order of their ids: those that count evidence stand behind them.
    pub fn declared_measures(&self) -> &[Measure] {
        let end = self.measures.partition_point(|measure| measure.evidence.is_none());
        self.measures.get(..end).unwrap_or_default()
    }

    /// The indicator of a name.
    pub fn indicator_named(&self, name: &str) -> Option<IndicatorId> {
        self.indicators.iter().position(|of| &*of.heading.name == name).map(IndicatorId::from_index)
    }

    /// The evaluation of a name.
    pub fn evaluation_named(&self, name: &str) -> Option<EvaluationId> {
        self.evaluations.iter().position(|of| &*of.heading.name == name).map(EvaluationId::from_index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_of_what_lies_between_ends() {
        let cases = [
            (Comparison::Lt, [Some(true), None, Some(false), Some(false)]),
            (Comparison::Le, [Some(true), None, Some(true), Some(false)]),
            (Comparison::Gt, [Some(false), None, Some(false), Some(true)]),
            (Comparison::Ge, [Some(false), None, Some(true), Some(true)]),
            (Comparison::Eq, [Some(false), None, Some(true), Some(false)]),
            (Comparison::Ne, [Some(true), None, Some(false), Some(true)]),
        ];
        for (is, expected) in cases {
            // Below, astride, at, above.
            for ((lo, hi), expected) in [(1, 4), (4, 6), (5, 5), (6, 9)].into_iter().zip(expected) {
                assert_eq!(compare(Some(&lo), is, Some(&hi), &5), expected, "{lo}..{hi} {is:?} 5");
            }
            assert_eq!(compare(None, is, None, &5), None);
        }
        assert_eq!(compare(Some(&6), Comparison::Gt, None, &5), Some(true));
        assert_eq!(compare(None, Comparison::Gt, Some(&6), &5), None);
    }

    #[test]
    fn levels_are_evenly_apart() {
        let scores: Vec<String> = (0..3).map(|rank| score(rank, 3).normalized().to_string()).collect();
        assert_eq!(scores, ["1", "0.5", "0"]);
        assert_eq!(score(0, 1), Decimal::ONE);
    }
}
