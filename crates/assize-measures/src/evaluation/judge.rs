//! How an evaluation judges: each objective by its indicators, the whole by the objectives, and what lacks.

use super::finding::Window;
use super::standing::{self, NoStanding, Standing};
use super::{Counted, IndicatorResult};
use assize_model::bounds::Bounds;
use assize_model::decimal::Decimal;
use assize_model::evaluation::{
    Evaluation, Facet, FacetKind, Facts, Judged, Objective, Overall, Possession, Quantity, score,
};
use assize_model::ids::{Code, EvaluationId, IndicatorId};
use assize_model::program::Program;

/// What an evaluation comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluationResult {
    /// Which evaluation.
    pub evaluation: EvaluationId,
    /// Every indicator of its objectives, each once, within the evaluation's period.
    pub indicators: Vec<IndicatorResult>,
    /// In the order of the text.
    pub objectives: Vec<ObjectiveResult>,
    /// The whole.
    pub overall: OverallResult,
    /// For each form of evidence that the evaluation states.
    pub forms: Vec<FormEvidence>,
    /// In the order of the text.
    pub requirements: Vec<RequirementResult>,
}

impl EvaluationResult {
    /// What was found for an indicator.
    pub fn indicator(&self, id: IndicatorId) -> Option<&IndicatorResult> {
        self.indicators.iter().find(|result| result.indicator == id)
    }

    /// The name of the level that the whole stands at, where it is decided: of its profile, or of its lowest objective.
    pub fn level_name<'p>(&self, program: &'p Program) -> Option<&'p str> {
        if let Some(objective) = self.overall.objective {
            return self.objectives.get(objective)?.level_name(program);
        }
        match (&program.evaluation(self.evaluation)?.overall, self.overall.possible.as_slice()) {
            (Overall::Profile(rubric), [rank]) => rubric.names().nth(*rank),
            _ => None,
        }
    }

    /// Of how many indicators something is known, and of how many there are.
    pub fn coverage(&self) -> (usize, usize) {
        (self.indicators.iter().filter(|result| result.finding.is_known()).count(), self.indicators.len())
    }
}

/// How an objective stands.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectiveResult {
    /// The lowest score it may have, from 0 to 1.
    pub lowest: Decimal,
    /// The highest.
    pub highest: Decimal,
    /// Why the two differ; `None` where they do not.
    pub because: Option<NoStanding>,
    /// The level of the indicator that it stands as high as, where it is decided and stands as its lowest indicator.
    pub level: Option<(IndicatorId, usize)>,
    /// Its weight.
    pub weight: Option<Decimal>,
    /// Of how many indicators something is known.
    pub known: usize,
    /// Its indicators that are not judged, and so have no part in it.
    pub not_judged: Vec<IndicatorId>,
    /// Where numbers and words say different things.
    pub contradiction: Option<Contradiction>,
}

impl ObjectiveResult {
    /// The name of its level, where it is decided.
    pub fn level_name<'p>(&self, program: &'p Program) -> Option<&'p str> {
        let (indicator, rank) = self.level?;
        program.indicator(indicator)?.levels(program).get(rank).copied()
    }
}

/// A quantitative and a qualitative indicator of one objective of which one stands more than half of the way above the
/// other, whatever is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradiction {
    /// The quantitative one.
    pub quantitative: IndicatorId,
    /// The qualitative one.
    pub qualitative: IndicatorId,
    /// Whether the quantitative one stands higher.
    pub numbers_are_higher: bool,
}

/// What the whole comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct OverallResult {
    /// The lowest score it may have, from 0 to 1.
    pub lowest: Decimal,
    /// The highest.
    pub highest: Decimal,
    /// Of a profile: the levels that may hold, by their rank, the best first.
    pub possible: Vec<usize>,
    /// Of a minimum that is decided: the number of the objective that it stands as high as.
    pub objective: Option<usize>,
    /// Why it is not decided.
    pub because: Option<NoOverall>,
}

/// Why there is no overall judgement, or more than one possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoOverall {
    /// None is asked for.
    NotAsked,
    /// There is no objective.
    NoObjectives,
    /// All weights are zero.
    NoWeight,
    /// A weight is a parameter that is below zero, or does not fit.
    WrongWeight,
    /// What is not known leaves several possible.
    Several,
}

impl NoOverall {
    /// The word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotAsked => "not_asked",
            Self::NoObjectives => "no_objectives",
            Self::NoWeight => "weights_are_zero",
            Self::WrongWeight => "wrong_weight",
            Self::Several => "several_possible",
        }
    }
}

/// A form of evidence that an evaluation states, and how much there is of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormEvidence {
    /// The form.
    pub form: Facet,
    /// How many indicators are of it.
    pub indicators: usize,
    /// Of how many of them something is known.
    pub known: usize,
}

/// Whether something that is required is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequirementResult {
    /// How it stands.
    pub met: Met,
    /// The names of what lacks it.
    pub lacking: Vec<String>,
}

/// How a requirement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Met {
    /// What is required is there, with evidence where it is of indicators.
    Yes,
    /// The rules have it, and nothing is known of it.
    NoEvidence,
    /// The rules do not have it.
    No,
}

impl Met {
    /// The word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "met",
            Self::NoEvidence => "no_evidence",
            Self::No => "not_met",
        }
    }
}

/// Judges an evaluation; `None` where an indicator of it was not asked for.
pub(super) fn evaluation(counted: &Counted<'_>, id: EvaluationId) -> Option<EvaluationResult> {
    let program = counted.program;
    let evaluation = program.evaluation(id)?;
    let within: Option<Window> = evaluation.period;
    let indicators: Option<Vec<IndicatorResult>> =
        evaluation.indicators().into_iter().map(|id| counted.indicator(id, within)).collect();
    let indicators = indicators?;
    let found = |id: IndicatorId| indicators.iter().find(|result| result.indicator == id);
    let known = |id: IndicatorId| found(id).is_some_and(|result| result.finding.is_known());
    let mean = evaluation.overall == Overall::WeightedMean;
    let objectives: Vec<ObjectiveResult> = evaluation
        .objectives
        .iter()
        .map(|objective| {
            let of: Vec<&IndicatorResult> = objective.indicators.iter().filter_map(|id| found(*id)).collect();
            stand(counted, objective, &of, mean)
        })
        .collect();
    let overall = overall(counted, evaluation, &indicators, &objectives);
    let forms = evaluation.forms.iter().map(|&form| {
        let of = || {
            indicators.iter().filter(|result| program.indicator(result.indicator).is_some_and(|of| of.is_of(&[form])))
        };
        FormEvidence { form, indicators: of().count(), known: of().filter(|result| result.finding.is_known()).count() }
    });
    let requirements = evaluation.requires.iter().map(|required| {
        let names = |of: Vec<&str>| of.into_iter().map(str::to_owned).collect();
        let lacking = required.lacking(program, evaluation, &|_| true);
        if !lacking.is_empty() {
            return RequirementResult { met: Met::No, lacking: names(lacking) };
        }
        let lacking = match required.has {
            Possession::Indicators { .. } => required.lacking(program, evaluation, &known),
            Possession::Clause(_) => Vec::new(),
        };
        let met = if lacking.is_empty() { Met::Yes } else { Met::NoEvidence };
        RequirementResult { met, lacking: names(lacking) }
    });
    let (forms, requirements) = (forms.collect(), requirements.collect());
    Some(EvaluationResult { evaluation: id, indicators, objectives, overall, forms, requirements })
}

/// How an objective stands by its indicators: as the lowest of them, or as their mean.
fn stand(counted: &Counted<'_>, objective: &Objective, of: &[&IndicatorResult], mean: bool) -> ObjectiveResult {
    let judged: Vec<&&IndicatorResult> = of.iter().filter(|result| result.standing.is_judged()).collect();
    let not_judged = of.iter().filter(|result| !result.standing.is_judged()).map(|result| result.indicator).collect();
    let ends = |end: fn(&Standing) -> Decimal| -> Option<Decimal> {
        let mut scores = judged.iter().map(|result| end(&result.standing));
        if mean { average(scores.map(|score| (score, Decimal::ONE))) } else { scores.by_ref().min() }
    };
    let lowest = ends(|standing| standing.lowest);
    let highest = ends(|standing| standing.highest);
    let (lowest, highest) = lowest.zip(highest).unwrap_or((Decimal::ZERO, Decimal::ONE));
    let decided = !judged.is_empty() && lowest == highest;
    let level = judged
        .iter()
        .find(|result| decided && !mean && result.standing.level().is_some() && result.standing.lowest == lowest)
        .and_then(|result| Some((result.indicator, result.standing.level()?)));
    let because = if decided {
        None
    } else if judged.is_empty() {
        Some(NoStanding::NotJudged)
    } else if judged.iter().all(|result| result.standing.because == Some(NoStanding::NoEvidence)) {
        Some(NoStanding::NoEvidence)
    } else {
        Some(NoStanding::Several)
    };
    ObjectiveResult {
        lowest,
        highest,
        because,
        level,
        weight: objective.weight.value(counted.run.params),
        known: of.iter().filter(|result| result.finding.is_known()).count(),
        not_judged,
        contradiction: contradiction(counted.program, &judged),
    }
}

/// The mean of scores by their weights; `None` of no weight.
fn average(scores: impl Iterator<Item = (Decimal, Decimal)>) -> Option<Decimal> {
    let (mut sum, mut weight) = (Decimal::ZERO, Decimal::ZERO);
    for (score, of) in scores {
        sum = sum.add(score.mul(of).ok()?).ok()?;
        weight = weight.add(of).ok()?;
    }
    sum.div(weight).ok()
}

/// The quantitative and the qualitative indicator that stand furthest apart, where that is more than half of the way:
/// neighbours of three levels do not contradict each other.
fn contradiction(program: &Program, judged: &[&&IndicatorResult]) -> Option<Contradiction> {
    let of = |form: Facet| {
        judged.iter().filter(move |result| {
            let data = program.indicator(result.indicator).map(|of| of.words(FacetKind::Data).collect::<Vec<_>>());
            data.as_deref() == Some(&[form])
        })
    };
    let mut found: Option<(Decimal, Contradiction)> = None;
    for numbers in of(Facet::Quantitative) {
        for words in of(Facet::Qualitative) {
            let (one, other) = (&numbers.standing, &words.standing);
            // However what is not known turns out.
            let apart = [one.lowest.sub(other.highest), other.lowest.sub(one.highest)];
            for (apart, numbers_are_higher) in apart.into_iter().zip([true, false]) {
                let Ok(apart) = apart else { continue };
                let further = found.as_ref().is_none_or(|(furthest, _)| apart > *furthest);
                if apart > half() && further {
                    let (quantitative, qualitative) = (numbers.indicator, words.indicator);
                    found = Some((apart, Contradiction { quantitative, qualitative, numbers_are_higher }));
                }
            }
        }
    }
    found.map(|(_, contradiction)| contradiction)
}

/// Further apart than this, two standings contradict each other.
fn half() -> Decimal {
    Decimal::new(5, 1).unwrap_or(Decimal::ONE)
}

fn overall(
    counted: &Counted<'_>,
    evaluation: &Evaluation,
    indicators: &[IndicatorResult],
    objectives: &[ObjectiveResult],
) -> OverallResult {
    let open = |because| OverallResult {
        lowest: Decimal::ZERO,
        highest: Decimal::ONE,
        possible: Vec::new(),
        objective: None,
        because: Some(because),
    };
    if evaluation.overall == Overall::NotAsked {
        return open(NoOverall::NotAsked);
    }
    if objectives.is_empty() {
        return open(NoOverall::NoObjectives);
    }
    let between = |ends: Option<(Decimal, Decimal)>, why| {
        let Some((lowest, highest)) = ends else { return open(why) };
        let because = (lowest != highest).then_some(NoOverall::Several);
        OverallResult { lowest, highest, possible: Vec::new(), objective: None, because }
    };
    match &evaluation.overall {
        Overall::NotAsked => open(NoOverall::NotAsked),
        Overall::Minimum => {
            let lowest = objectives.iter().map(|objective| objective.lowest).min();
            let highest = objectives.iter().map(|objective| objective.highest).min();
            let mut out = between(lowest.zip(highest), NoOverall::NoObjectives);
            if out.because.is_none() {
                out.objective = objectives.iter().position(|objective| objective.highest == out.highest);
            }
            out
        }
        Overall::WeightedMean => {
            let weights: Option<Vec<Decimal>> =
                objectives.iter().map(|objective| objective.weight.filter(|weight| !weight.is_negative())).collect();
            let Some(weights) = weights else { return open(NoOverall::WrongWeight) };
            let mean =
                |end: fn(&ObjectiveResult) -> Decimal| average(objectives.iter().map(end).zip(weights.iter().copied()));
            between(mean(|of| of.lowest).zip(mean(|of| of.highest)), NoOverall::NoWeight)
        }
        Overall::Profile(rubric) => {
            let facts = Whole { program: counted.program, evaluation, indicators, objectives };
            let possible = rubric.possible(&facts, counted.run.params);
            let levels = rubric.names().count();
            let scores = || possible.iter().map(|&rank| score(rank, levels));
            let mut out = between(scores().min().zip(scores().max()), NoOverall::NoObjectives);
            out.possible = possible;
            out
        }
    }
}

/// What a profile may ask.
struct Whole<'a> {
    program: &'a Program,
    evaluation: &'a Evaluation,
    indicators: &'a [IndicatorResult],
    objectives: &'a [ObjectiveResult],
}

impl Whole<'_> {
    /// Whether an objective stands at a level of this name: that of one of its indicators' scales.
    fn stands_at(&self, objective: &Objective, stands: &ObjectiveResult, name: &str) -> Option<bool> {
        if stands.level.is_some() {
            return Some(stands.level_name(self.program) == Some(name));
        }
        let score_of = |id: &IndicatorId| {
            let levels = self.program.indicator(*id)?.levels(self.program);
            Some(score(levels.iter().position(|level| *level == name)?, levels.len()))
        };
        let reachable = objective.indicators.iter().filter_map(score_of);
        let mut reachable = reachable.filter(|score| *score >= stands.lowest && *score <= stands.highest);
        if reachable.next().is_some() { None } else { Some(false) }
    }
}

impl Facts for Whole<'_> {
    fn number(&self, of: &Quantity) -> Bounds<Decimal> {
        match of {
            Quantity::Coverage => {
                let known = self.indicators.iter().filter(|result| result.finding.is_known()).count();
                standing::share(known as u64, self.indicators.len() as u64)
            }
            Quantity::ObjectivesAt(name) => {
                let (mut lo, mut hi) = (0, 0);
                for (objective, stands) in self.evaluation.objectives.iter().zip(self.objectives) {
                    let at = self.stands_at(objective, stands, name);
                    lo += i64::from(at == Some(true));
                    hi += i64::from(at != Some(false));
                }
                Bounds { lo: Some(Decimal::from_i64(lo)), hi: Some(Decimal::from_i64(hi)) }
            }
            _ => Bounds { lo: None, hi: None },
        }
    }

    fn median(&self) -> Option<(Code, Code)> {
        None
    }

    fn standing(&self, of: Judged) -> (Decimal, Decimal) {
        let found = match of {
            Judged::Objective(at) => self.objectives.get(at).map(|of| (of.lowest, of.highest)),
            Judged::Indicator(id) => self
                .indicators
                .iter()
                .find(|result| result.indicator == id)
                .map(|result| (result.standing.lowest, result.standing.highest)),
        };
        found.unwrap_or((Decimal::ZERO, Decimal::ONE))
    }
}
