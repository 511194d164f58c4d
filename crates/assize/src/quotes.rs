//! Texts in which people coded themes: a few of each theme, carried along and never worked on.

use assize_model::evaluation::{Evidence, Themes};
use assize_model::ids::{Code, IndicatorId, NodeId};
use assize_model::lane::{Chunk, Lane, LaneValue};
use assize_model::measure::Measure;
use assize_model::program::Program;

/// How many texts of each theme are kept: the first of the data.
pub const TEXTS_KEPT: usize = 3;
/// How long a text may be, in characters; of a longer one the beginning is kept.
pub const TEXT_LENGTH: usize = 400;

/// The texts of an indicator from themes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotes {
    /// Which indicator.
    pub indicator: IndicatorId,
    /// By theme, in declared order: the first of the data.
    pub texts: Vec<Vec<String>>,
}

/// Texts by theme, in declared order.
pub(crate) type Texts = Vec<Vec<String>>;

impl Quotes {
    /// Takes what comes next in the data.
    pub(crate) fn add(&mut self, next: Texts) {
        for (texts, next) in self.texts.iter_mut().zip(next) {
            let room = TEXTS_KEPT.saturating_sub(texts.len());
            texts.extend(next.into_iter().take(room));
        }
    }

    /// The label of the texts, as an index into [`Program::labels`]; the lowest where none is stated.
    pub fn label(&self, program: &Program) -> u32 {
        let label = || {
            let Evidence::Themes(Themes { record, text: Some(text), .. }) =
                &program.indicator(self.indicator)?.evidence
            else {
                return None;
            };
            let record = program.record(*record)?;
            record.fields.get(record.field(&text.name)?.index())?.label
        };
        label().unwrap_or(0)
    }
}

/// Gathers them.
#[derive(Debug, Clone)]
pub(crate) struct QuotesJob {
    quotes: Quotes,
    include: Option<usize>,
    coded: usize,
    text: usize,
}

impl QuotesJob {
    /// Those of a measure that counts the themes of an indicator that carries texts.
    pub fn new(program: &Program, measure: &Measure, mut place: impl FnMut(NodeId) -> usize) -> Option<Self> {
        let indicator = measure.evidence?;
        let Evidence::Themes(themes) = &program.indicator(indicator)?.evidence else { return None };
        let text = place(themes.text.as_ref()?.node);
        let coded = place(measure.by.first()?.node);
        let include = measure.include.map(place);
        let codes = program.list(themes.themes)?.codes.len();
        Some(Self { quotes: Quotes { indicator, texts: vec![Vec::new(); codes] }, include, coded, text })
    }

    /// Looks through a chunk, which comes after those since the last part.
    pub fn take(&mut self, chunk: &Chunk<'_>) {
        if self.quotes.texts.iter().all(|texts| texts.len() >= TEXTS_KEPT) {
            return;
        }
        let lane = |at: usize| chunk.lanes.get(at);
        let (Some(coded), Some(text)) = (lane(self.coded), lane(self.text)) else { return };
        let include = self.include.map(lane);
        let value = |lane: &Lane<'_>, row: usize| lane.value(row) == Ok(LaneValue::Boolean(true));
        for row in 0..chunk.rows {
            let Ok(LaneValue::Code(Code(code))) = coded.value(row) else { continue };
            let Some(texts) = self.quotes.texts.get_mut(usize::from(code)) else { continue };
            let included = include.is_none_or(|lane| lane.is_some_and(|lane| value(lane, row)));
            if texts.len() < TEXTS_KEPT
                && included
                && let Ok(LaneValue::Text(text)) = text.value(row)
                && !text.trim().is_empty()
            {
                texts.push(beginning(text));
            }
        }
    }

    /// What was found since the last time.
    pub fn part(&mut self) -> Texts {
        let empty = vec![Vec::new(); self.quotes.texts.len()];
        std::mem::replace(&mut self.quotes.texts, empty)
    }

    /// Those of an indicator of which nothing was seen yet.
    pub fn quotes(&self) -> Quotes {
        Quotes { indicator: self.quotes.indicator, texts: vec![Vec::new(); self.quotes.texts.len()] }
    }
}

fn beginning(text: &str) -> String {
    match text.char_indices().nth(TEXT_LENGTH) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text).trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(beginning("short"), "short");
        let long = "é".repeat(TEXT_LENGTH + 1);
        let cut = beginning(&long);
        assert_eq!(cut.chars().count(), TEXT_LENGTH + 1);
        assert!(cut.ends_with("é…"));
    }
}
