//! Operations on texts: patterns, lower case, trimming.

use regex::{Regex, RegexBuilder};
use std::borrow::Cow;

/// The longest pattern, in bytes.
const MAX_SOURCE: usize = 4096;
/// The largest compiled pattern, and the most its lazy automaton may hold, in bytes.
const MAX_SIZE: usize = 2 << 20;
/// How deep groups nest.
const MAX_NESTING: u32 = 64;

/// A regular expression, whose matching takes time linear in the text; equal when written the same.
#[derive(Debug, Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// What is wrong with it, in plain words, and at which character where that is known.
    pub fn new(source: &str) -> Result<Self, String> {
        if source.len() > MAX_SOURCE {
            return Err(format!("the pattern is longer than {MAX_SOURCE} bytes"));
        }
        RegexBuilder::new(source)
            .size_limit(MAX_SIZE)
            .dfa_size_limit(MAX_SIZE)
            .nest_limit(MAX_NESTING)
            .build()
            .map(Self)
            .map_err(|error| explain(&error))
    }

    /// The pattern as written.
    pub fn source(&self) -> &str {
        self.0.as_str()
    }

    /// Whether the pattern matches anywhere in a text; `^` and `$` tie it to the ends.
    #[inline]
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source() == other.source()
    }
}

impl Eq for Pattern {}

impl std::hash::Hash for Pattern {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.source().hash(state);
    }
}

/// The library's message as one line. It shows the pattern with a line of carets under the place (four columns in),
/// and last `error: ` with what is wrong; a pattern of several lines it numbers, and then the place is left out.
fn explain(error: &regex::Error) -> String {
    let text = match error {
        regex::Error::CompiledTooBig(_) => return "the pattern is too large".into(),
        regex::Error::Syntax(text) => text,
        _ => return "the pattern is not a regular expression".into(),
    };
    let Some(what) = text.lines().rev().find_map(|line| line.strip_prefix("error: ")) else {
        return "the pattern is not a regular expression".into();
    };
    let what = what.trim_end_matches('.');
    let carets = |line: &&str| line.contains('^') && line.chars().all(|c| c == ' ' || c == '^');
    match text.lines().find(carets).and_then(|line| line.find('^')?.checked_sub(4)) {
        Some(at) => format!("{what}, at character {}", at + 1),
        None => what.into(),
    }
}

/// Without white space (of Unicode) at the ends.
#[inline]
pub fn trim(text: &str) -> &str {
    // Nearly every text begins and ends with a visible ASCII character.
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// In lower case, by Unicode's full mapping.
pub fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
        Cow::Owned(text.to_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_match_anywhere() {
        let pattern = Pattern::new(r"^13A-\d+").unwrap();
        assert!(pattern.is_match("13A-22") && !pattern.is_match("x 13A-22"));
        assert!(Pattern::new("é").unwrap().is_match("café"));
        assert_eq!(pattern, Pattern::new(r"^13A-\d+").unwrap());
        assert_ne!(pattern, Pattern::new(r"^13A-[0-9]+").unwrap());
    }

    #[test]
    fn what_is_wrong_with_a_pattern() {
        for (source, want) in [
            ("a(b", "unclosed group, at character 2"),
            ("ab**", ""),
            ("a)", "unopened group, at character 2"),
            ("[z-a]", "invalid character class range, the start must be <= the end, at character 2"),
            ("é\\y", "unrecognized escape sequence, at character 2"),
            ("(?=a)", "look-around, including look-ahead and look-behind, is not supported, at character 1"),
            ("a{5}{1000}{1000}", "the pattern is too large"),
            ("a\n(", "unclosed group"),
        ] {
            let got = Pattern::new(source);
            assert_eq!(got.err().unwrap_or_default(), want, "{source}");
        }
        assert_eq!(Pattern::new(&"a".repeat(5000)).unwrap_err(), "the pattern is longer than 4096 bytes");
        let deep = format!("{}a{}", "(".repeat(100), ")".repeat(100));
        assert!(Pattern::new(&deep).unwrap_err().contains("nest"), "{:?}", Pattern::new(&deep));
    }

    #[test]
    fn white_space_and_case() {
        assert_eq!(trim("\u{a0} a b\t\u{2003}"), "a b");
        assert_eq!((trim(""), trim(" "), trim("a"), trim("é ")), ("", "", "a", "é"));
        assert_eq!(lower("ÀÉ Straße ΣΑΣ İ"), "àé straße σας i\u{307}");
        assert!(matches!(lower("already low"), Cow::Borrowed("already low")));
    }

    proptest! {
        #[test]
        fn short_cuts_change_nothing(text in "[ \\t\u{a0}aBé\u{2003}]{0,12}", any in ".{0,20}") {
            for text in [&text, &any] {
                prop_assert_eq!(trim(text), text.trim());
                prop_assert_eq!(lower(text), text.to_lowercase());
            }
        }

        #[test]
        fn a_pattern_compiles_or_says_why(source in "[a-c(){}\\[\\]|?*+\\\\^$.,0-9é \\n-]{0,40}") {
            match Pattern::new(&source) {
                Ok(pattern) => prop_assert_eq!(pattern.source(), source),
                Err(message) => prop_assert!(!message.is_empty() && !message.contains('\n'), "{message}"),
            }
        }
    }
}
