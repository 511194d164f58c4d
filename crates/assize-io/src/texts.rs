//! A table of texts, each of which stands for something: the codes and missing reasons of data.

use assize_model::text::trim;
use rustc_hash::FxHashSet;

/// Looks up whole texts. Where a text was added twice, what was said first holds.
#[derive(Debug, Clone)]
pub(crate) struct Texts<T> {
    /// Indices into `entries`, [`u32::MAX`] for none; a power of two of them, at least half of them empty.
    slots: Vec<u32>,
    entries: Vec<(Box<str>, T)>,
}

impl<T: Copy> Texts<T> {
    /// Texts are trimmed, as cells are; empty ones are left out, as an empty cell is always missing.
    pub(crate) fn new<'a>(entries: impl IntoIterator<Item = (&'a str, T)>) -> Self {
        let mut seen = FxHashSet::default();
        let mut kept = Vec::new();
        for (text, means) in entries {
            let text = trim(text);
            if !text.is_empty() && seen.insert(text) {
                kept.push((Box::from(text), means));
            }
        }
        let size = (kept.len() * 2 + 1).next_power_of_two();
        let mut texts = Self { slots: vec![u32::MAX; size], entries: kept };
        for entry in 0..texts.entries.len() {
            let Some((text, _)) = texts.entries.get(entry) else { break };
            let mut at = hash(text.as_bytes()) as usize;
            loop {
                at &= size - 1;
                match texts.slots.get_mut(at) {
                    Some(slot) if *slot == u32::MAX => {
                        *slot = u32::try_from(entry).unwrap_or(u32::MAX);
                        break;
                    }
                    _ => at += 1,
                }
            }
        }
        texts
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The texts, as they were added.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(text, _)| &**text)
    }

    /// The text that stands for this, the first if there are several.
    pub(crate) fn name_of(&self, means: T) -> Option<&str>
    where
        T: PartialEq,
    {
        self.entries.iter().find(|(_, other)| *other == means).map(|(text, _)| &**text)
    }

    /// What a text stands for.
    #[inline]
    pub(crate) fn get(&self, text: &str) -> Option<T> {
        let mut at = hash(text.as_bytes()) as usize;
        loop {
            at &= self.slots.len() - 1;
            let (entry, means) = self.entries.get(*self.slots.get(at)? as usize)?;
            if **entry == *text {
                return Some(*means);
            }
            at += 1;
        }
    }
}

/// Quick for short texts; well spread in its low bits.
#[inline]
fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let (words, rest) = bytes.as_chunks::<8>();
    let mut hash = (bytes.len() as u64).wrapping_mul(FACTOR);
    for word in words {
        hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(FACTOR);
        hash ^= hash >> 32;
    }
    let mut last = 0;
    for &byte in rest {
        last = last << 8 | u64::from(byte);
    }
    hash = (hash ^ last).wrapping_mul(FACTOR);
    hash ^ hash >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_and_no_other() {
        let names: Vec<String> = (0..5_000).map(|n| format!("{}text {n}", "x".repeat(n % 30))).collect();
        let texts = Texts::new(names.iter().enumerate().map(|(at, name)| (name.as_str(), at)));
        for (at, name) in names.iter().enumerate() {
            assert_eq!(texts.get(name), Some(at));
            assert_eq!(texts.get(&format!("{name} ")), None);
        }
        assert_eq!(texts.get(""), None);
    }

    #[test]
    fn what_was_said_first_holds() {
        let texts = Texts::new([("a", 1), (" a ", 2), ("", 3), ("é", 4)]);
        assert_eq!((texts.get("a"), texts.get("é"), texts.get("")), (Some(1), Some(4), None));
        assert!(Texts::<u8>::new([]).get("a").is_none());
    }
}
