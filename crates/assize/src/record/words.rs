//! Texts that stand for something: codes, reasons for missing values, names of members.

use assize_model::text::trim;
use rustc_hash::FxHashMap;

/// Longer texts are not compared for suggestions: the time it takes grows with the square.
const LONGEST: usize = 64;

/// Looks up whole texts. Where a text was added twice, what was said first holds.
#[derive(Debug, Clone)]
pub struct Words<T> {
    entries: Vec<(Box<str>, T)>,
    by_text: FxHashMap<Box<str>, u32>,
}

impl<T: Copy> Words<T> {
    /// Texts are trimmed, as cells are; empty ones are left out, as an empty cell is always missing.
    pub fn new<'a>(entries: impl IntoIterator<Item = (&'a str, T)>) -> Self {
        let mut words = Self { entries: Vec::new(), by_text: FxHashMap::default() };
        for (text, means) in entries {
            let text = trim(text);
            if !text.is_empty() && !words.by_text.contains_key(text) {
                words.by_text.insert(text.into(), u32::try_from(words.entries.len()).unwrap_or(u32::MAX));
                words.entries.push((text.into(), means));
            }
        }
        words
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// In the order in which they were added.
    pub fn entries(&self) -> impl Iterator<Item = (&str, T)> {
        self.entries.iter().map(|(text, means)| (&**text, *means))
    }

    /// What a text stands for.
    pub fn get(&self, text: &str) -> Option<T> {
        self.place(text).and_then(|at| self.entries.get(at)).map(|&(_, means)| means)
    }

    /// Which of the entries a text is.
    pub fn place(&self, text: &str) -> Option<usize> {
        self.by_text.get(text).map(|&at| at as usize)
    }
}

/// The text nearest to what was found, if one is near enough to have been meant; of several, the first. Compares at
/// most as many as the budget has left. As the readers of files suggest.
pub fn nearest<'a>(found: &str, texts: impl IntoIterator<Item = &'a str>, budget: &mut usize) -> Option<&'a str> {
    let length = found.chars().count();
    if length > LONGEST || length == 0 {
        return None;
    }
    let lower = found.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for text in texts {
        *budget = budget.checked_sub(1)?;
        let other = text.chars().count();
        let most = (length.max(other) / 3).max(1);
        if other > LONGEST || other.abs_diff(length) > most {
            continue;
        }
        let distance = strsim::osa_distance(&lower, &text.to_lowercase());
        if distance <= most && distance < length && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, text));
        }
    }
    best.map(|(_, text)| text)
}
