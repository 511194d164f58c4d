//! What was found for an indicator: a measure's row, the distribution of ratings or themes, or a count of documents.

use super::agreed::{self, Agreed};
use super::{Counted, IndicatorResult, standing};
use crate::agreement::Answers;
use crate::stage::Stages;
use crate::table::{MeasureRow, MeasureTable, Number, PeriodOfRow, RowState};
use crate::target::{self, TargetStatus};
use crate::value::BreakdownValue;
use assize_model::absence::Reason;
use assize_model::civil::Date;
use assize_model::evaluation::{Evidence, Indicator, Ratings, Themes};
use assize_model::ids::{Code, IndicatorId, ListId, MeasureId};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// The row of a measure, whatever its state.
    Measure(MeasureId, Box<MeasureRow>),
    /// Ratings.
    Ratings(RatingsFinding),
    /// Themes.
    Themes(ThemesFinding),
    /// Documents: the row that counts them.
    Documents(MeasureId, Box<MeasureRow>),
    /// Nothing, and why.
    Nothing(NoFinding),
}

/// Why there is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoFinding {
    /// No data were given of the records that it is counted among.
    NoData,
    /// No period of the measure is over by the end of the evaluation's, or begins within it.
    NoPeriod,
    /// A count is withheld.
    Withheld,
}

impl NoFinding {
    /// The word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoData => "no_data",
            Self::NoPeriod => "no_period",
            Self::Withheld => "withheld",
        }
    }
}

impl Finding {
    /// Whether it says anything: there is a value, an answer, a theme, or a count of documents.
    pub fn is_known(&self) -> bool {
        match self {
            Self::Measure(_, row) | Self::Documents(_, row) => {
                matches!(row.state, RowState::Known | RowState::Bounded)
            }
            Self::Ratings(found) => found.all.answers.all() > 0,
            Self::Themes(found) => found.all.answers.all() > 0,
            Self::Nothing(_) => false,
        }
    }

    /// Why it says nothing, in a word of results; `None` where it says something.
    pub fn lacks(&self) -> Option<&'static str> {
        match self {
            _ if self.is_known() => None,
            Self::Measure(_, row) | Self::Documents(_, row) => Some(row.state.word()),
            Self::Ratings(_) | Self::Themes(_) => Some("no_answers"),
            Self::Nothing(why) => Some(why.word()),
        }
    }
}

/// How often each code of a list was given, and why others were not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// The list.
    pub list: ListId,
    /// Those that were given.
    pub answers: Answers,
    /// How many were missing, by reason, in the order of the reasons.
    pub missing: BTreeMap<Reason, u64>,
    /// How many were in error.
    pub errors: u64,
}

impl Distribution {
    /// How many were missing or in error.
    pub fn absent(&self) -> u64 {
        self.missing.values().sum::<u64>() + self.errors
    }

    /// How many were of a code.
    pub fn of(&self, code: Code) -> u64 {
        self.answers.counts().get(code.index()).copied().unwrap_or(0)
    }
}

/// What was found of ratings.
#[derive(Debug, Clone, PartialEq)]
pub struct RatingsFinding {
    /// The records: read, left out by `where`, not enough answered, and so on; of the first item, as every item has the
    /// same.
    pub stages: Stages,
    /// The answers to all items together, those of reversed items turned round.
    pub all: Distribution,
    /// Each item, as it was answered.
    pub items: Vec<ItemFinding>,
}

/// The ratings of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemFinding {
    /// The field.
    pub name: Arc<str>,
    /// Whether its scale runs the other way round.
    pub reversed: bool,
    /// As it was answered.
    pub distribution: Distribution,
    /// How far those who rated agree, where it is known who rated what.
    pub agreement: Option<Agreed>,
}

/// What was found of themes.
#[derive(Debug, Clone, PartialEq)]
pub struct ThemesFinding {
    /// The records.
    pub stages: Stages,
    /// How often each theme was coded.
    pub all: Distribution,
    /// How far those who coded agree, where it is known who coded what.
    pub agreement: Option<Agreed>,
}

/// First and last day.
pub type Window = (Date, Date);

impl Counted<'_> {
    /// What was found for an indicator: up to the evaluation date, or within a period. `None` when it was not asked for.
    pub(super) fn indicator(&self, id: IndicatorId, within: Option<Window>) -> Option<IndicatorResult> {
        let indicator = self.program.indicator(id)?;
        if indicator.evidence.measures().iter().any(|id| !self.asked.contains(id)) {
            return None;
        }
        let mut target = None;
        let finding = match &indicator.evidence {
            Evidence::Measure(measure) => self.row(indicator, *measure, within, &mut target),
            Evidence::Documents { counted, .. } => match self.row(indicator, *counted, None, &mut target) {
                Finding::Measure(id, row) => Finding::Documents(id, row),
                other => other,
            },
            Evidence::Ratings(ratings) => self.ratings(ratings),
            Evidence::Themes(themes) => self.themes(themes),
        };
        let standing = standing::of(self, indicator, &finding, target.as_ref());
        Some(IndicatorResult { indicator: id, finding, target, standing })
    }

    /// The row of a measure that is not broken down, held to the indicator's target where it has one.
    fn row(
        &self,
        indicator: &Indicator,
        id: MeasureId,
        within: Option<Window>,
        status: &mut Option<TargetStatus>,
    ) -> Finding {
        let (Some(table), Some(measure)) = (self.table(id), self.program.measure(id)) else {
            return Finding::Nothing(NoFinding::NoData);
        };
        let mut table = Cow::Borrowed(table);
        if indicator.target.is_some() || indicator.baseline.is_some() {
            let mut measure = measure.clone();
            measure.target = indicator.target.clone().or(measure.target);
            measure.baseline = indicator.baseline.or(measure.baseline);
            let state = self.states.get(&id).copied();
            target::judge(self.program, &measure, table.to_mut(), state, self.run.params);
        }
        let row = if measure.every.is_some() { latest(&table, self.run.as_of, within) } else { table.rows.first() };
        match row {
            None => Finding::Nothing(NoFinding::NoPeriod),
            Some(row) => {
                status.clone_from(&row.target);
                Finding::Measure(id, Box::new(row.clone()))
            }
        }
    }

    fn ratings(&self, ratings: &Ratings) -> Finding {
        let codes = self.codes(ratings.scale);
        let mut stages = None;
        let mut items = Vec::with_capacity(ratings.items.len());
        for item in &ratings.items {
            let Some(table) = self.table(item.counted) else { return Finding::Nothing(NoFinding::NoData) };
            let Some((of, distribution)) = distribution(table, ratings.scale, codes) else {
                return Finding::Nothing(NoFinding::Withheld);
            };
            stages.get_or_insert(of);
            let agreement = ratings.agreement.as_ref().map(|_| agreed::of_table(table, codes, true));
            let (name, reversed) = (Arc::clone(&item.name), item.reversed);
            items.push(ItemFinding { name, reversed, distribution, agreement });
        }
        let answers = Answers::together(items.iter().map(|item| (&item.distribution.answers, item.reversed)));
        let Ok(answers) = answers else { return Finding::Nothing(NoFinding::NoData) };
        let mut all = Distribution { list: ratings.scale, answers, missing: BTreeMap::new(), errors: 0 };
        for item in &items {
            for (reason, count) in &item.distribution.missing {
                *all.missing.entry(*reason).or_default() += count;
            }
            all.errors += item.distribution.errors;
        }
        Finding::Ratings(RatingsFinding { stages: stages.unwrap_or_default(), all, items })
    }

    fn themes(&self, themes: &Themes) -> Finding {
        let Some(table) = self.table(themes.counted) else { return Finding::Nothing(NoFinding::NoData) };
        let codes = self.codes(themes.themes);
        let Some((stages, all)) = distribution(table, themes.themes, codes) else {
            return Finding::Nothing(NoFinding::Withheld);
        };
        let agreement = themes.agreement.as_ref().map(|_| agreed::of_table(table, codes, false));
        Finding::Themes(ThemesFinding { stages, all, agreement })
    }

    fn codes(&self, list: ListId) -> usize {
        self.program.list(list).map_or(0, |list| list.codes.len())
    }
}

/// The row of the last period that is over, of those within a period where one is given.
fn latest(table: &MeasureTable, as_of: Date, within: Option<Window>) -> Option<&MeasureRow> {
    let end = within.map_or(as_of, |(_, end)| end.min(as_of));
    let of = |row: &&MeasureRow| match &row.period {
        Some(PeriodOfRow::Span { from, to, .. }) => {
            (*to <= end && within.is_none_or(|(begin, _)| *from >= begin)).then_some(*to)
        }
        _ => None,
    };
    table.rows.iter().filter(|row| of(row).is_some()).max_by_key(of)
}

/// The records of all rows, and how often each code of the first breakdown occurs; `None` where a count is withheld.
fn distribution(table: &MeasureTable, list: ListId, codes: usize) -> Option<(Stages, Distribution)> {
    let mut stages = Stages::default();
    let mut counts = vec![0_u64; codes];
    let mut missing = BTreeMap::new();
    let mut errors = 0;
    for row in &table.rows {
        stages.merge(&row.stages);
        let count = count(row)?;
        match row.by.first() {
            Some((_, BreakdownValue::Code(_, code))) => {
                if let Some(slot) = counts.get_mut(code.index()) {
                    *slot += count;
                }
            }
            Some((_, BreakdownValue::Missing(reason))) if count > 0 => *missing.entry(*reason).or_default() += count,
            Some((_, BreakdownValue::Error)) => errors += count,
            _ => {}
        }
    }
    // Counts of records stay far below 64 bits.
    let answers = Answers::new(counts).ok()?;
    Some((stages, Distribution { list, answers, missing, errors }))
}

/// What a row counts; `None` where it is withheld.
pub(crate) fn count(row: &MeasureRow) -> Option<u64> {
    match (row.state, row.numerator) {
        (RowState::Withheld(_), _) => None,
        (_, Some(Number::Integer(count))) => Some(u64::try_from(count).unwrap_or(0)),
        _ => Some(0),
    }
}
