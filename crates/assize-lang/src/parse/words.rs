//! The words of the language: which are reserved, which begin declarations, which stand for something of a short list.

/// Words that cannot be names: those that begin a declaration, a clause or an operator. In alphabetical order.
const RESERVED: &[&str] = &[
    "all",
    "and",
    "any",
    "applies",
    "as",
    "as_of",
    "at",
    "audit",
    "between",
    "by",
    "category",
    "codes",
    "contains",
    "count",
    "denominator",
    "distinct",
    "earliest",
    "eligible",
    "else",
    "ends",
    "evaluation",
    "every",
    "exactly",
    "except",
    "exclude",
    "false",
    "first",
    "from",
    "function",
    "highest",
    "hit",
    "if",
    "import",
    "in",
    "include",
    "indicator",
    "instrument",
    "is",
    "labels",
    "latest",
    "let",
    "lookup",
    "lowest",
    "matches",
    "max",
    "mean",
    "measure",
    "min",
    "missing",
    "no",
    "none",
    "not",
    "null",
    "numerator",
    "of",
    "one",
    "or",
    "ordered",
    "otherwise",
    "overlaps",
    "parameter",
    "progression",
    "publish",
    "record",
    "release",
    "response",
    "ruleset",
    "starts",
    "sum",
    "suppress",
    "table",
    "test",
    "then",
    "true",
    "when",
    "where",
    "within",
    "yes",
];

/// The words that begin declarations.
const DECLARATIONS: &[&str] = &[
    "audit",
    "category",
    "codes",
    "evaluation",
    "function",
    "import",
    "indicator",
    "instrument",
    "labels",
    "let",
    "lookup",
    "measure",
    "ordered",
    "parameter",
    "progression",
    "publish",
    "record",
    "release",
    "response",
    "ruleset",
    "table",
    "test",
];

/// The reserved words, in alphabetical order: none of them can be a name.
pub fn keywords() -> &'static [&'static str] {
    RESERVED
}

/// Whether a word is reserved.
pub(crate) fn is_reserved(word: &str) -> bool {
    RESERVED.binary_search(&word).is_ok()
}

/// Whether a word begins a declaration.
pub(crate) fn begins_declaration(word: &str) -> bool {
    DECLARATIONS.binary_search(&word).is_ok()
}

/// The word of `words` most like `word`, when one is like enough to be meant.
pub(crate) fn closest<'w>(word: &str, words: &[&'w str]) -> Option<&'w str> {
    let lower = word.to_ascii_lowercase();
    words
        .iter()
        .map(|candidate| (strsim::osa_distance(&lower, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 5)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The words that begin declarations, for suggestions.
pub(crate) fn declarations() -> &'static [&'static str] {
    DECLARATIONS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::grammar::{AssizeGrammar, Rule};
    use pest::Parser;

    #[test]
    fn lists_are_sorted_and_agree() {
        for list in [RESERVED, DECLARATIONS] {
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]), "{list:?}");
        }
        for word in DECLARATIONS {
            assert!(is_reserved(word), "{word}");
        }
    }

    fn is_name(word: &str) -> bool {
        AssizeGrammar::parse(Rule::name, word).is_ok_and(|mut pairs| pairs.next().is_some_and(|p| p.as_str() == word))
    }

    #[test]
    fn the_grammar_reserves_the_same_words() {
        for word in RESERVED {
            assert!(!is_name(word), "`{word}` reads as a name");
            assert!(is_name(&format!("{word}_x")), "`{word}_x` does not read as a name");
            assert!(is_name(&format!("{word}s1")), "`{word}s1` does not read as a name");
        }
        // Every word the grammar spells out either is listed above or can be a name.
        let grammar = include_str!("../assize.pest");
        for line in grammar.lines().filter(|line| line.starts_with("kw_")) {
            let word = line.split('"').nth(1).unwrap();
            assert_eq!(is_name(word), !is_reserved(word), "{word}");
        }
        for word in ["title", "source", "value", "unknown", "date", "text", "on", "start", "months", "round", "abs"] {
            assert!(is_name(word), "{word}");
        }
    }

    #[test]
    fn suggestions() {
        assert_eq!(closest("Categroy", DECLARATIONS), Some("category"));
        assert_eq!(closest("zebra", DECLARATIONS), None);
    }
}
