//! Cuts a declaration into its header and its members, by brackets and by the words that begin members.

use std::ops::Range;

use super::brackets::Brackets;
use super::lexis::{Bracket, Kind, Token};
use super::text::Text;
use super::words;

/// A run of tokens of the declaration.
pub(crate) type Piece = Range<usize>;

/// A declaration with a block: what stands before, inside and after the braces.
pub(crate) struct Block {
    pub(crate) header: Piece,
    /// `None` when there is no `{`.
    pub(crate) body: Option<Piece>,
    /// Whether the block has its closing brace.
    pub(crate) closed: bool,
    /// Behind the closing brace, where nothing should be.
    pub(crate) after: Piece,
}

/// Finds the block of the tokens of `within`: the first `{` and its `}`, or all to the end when that is missing.
pub(crate) fn block(tokens: &[Token], within: Piece, brackets: &Brackets) -> Block {
    let (from, to) = (within.start, within.end);
    let is_open = |at: &usize| tokens.get(*at).is_some_and(|t| t.kind == Kind::Open(Bracket::Curly));
    let Some(open) = within.into_iter().find(is_open) else {
        return Block { header: from..to, body: None, closed: false, after: to..to };
    };
    let close = brackets.close_of(open).filter(|close| *close < to);
    let body = open + 1..close.unwrap_or(to);
    let after = close.map_or(to, |close| close + 1)..to;
    Block { header: from..open, body: Some(body), closed: close.is_some(), after }
}

/// As [`block`], where braces may stand in the header too: the last ones of the outermost level are the block.
pub(crate) fn last_block(tokens: &[Token], within: Piece, brackets: &Brackets) -> Block {
    let mut found = block(tokens, within.clone(), brackets);
    while let Some(next) = tokens.get(found.after.clone()).and_then(|rest| {
        rest.iter().position(|token| token.kind == Kind::Open(Bracket::Curly)).map(|at| found.after.start + at)
    }) {
        let later = block(tokens, next..within.end, brackets);
        found = Block { header: within.start..next, ..later };
    }
    found
}

/// Cuts `within` before every token of the outermost brace level for which `begins` holds; it is told the token, and
/// the token that began the present piece. What stands before the first is a piece of its own. With `paired`, where all
/// brackets have partners, nothing begins inside round and square ones either; where some have none, that cannot be told.
pub(crate) fn cut(
    tokens: &[Token],
    within: Piece,
    paired: bool,
    mut begins: impl FnMut(usize, usize) -> bool,
) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut start = within.start;
    let mut depth = 0_usize;
    for at in within.clone() {
        match tokens.get(at).map(|token| token.kind) {
            Some(Kind::Open(bracket)) if paired || bracket == Bracket::Curly => depth += 1,
            Some(Kind::Close(bracket)) if paired || bracket == Bracket::Curly => depth = depth.saturating_sub(1),
            Some(_) if depth == 0 && at > start && begins(at, start) => {
                pieces.push(start..at);
                start = at;
            }
            _ => {}
        }
    }
    if start < within.end {
        pieces.push(start..within.end);
    }
    pieces
}

/// Words of `uses` and `override` behind which a name follows.
const PEOPLE: &[&str] = &["protected", "because", "on", "until"];

/// What begins members, by the kind of block.
pub(crate) struct Beginnings<'a, 't> {
    pub(crate) text: &'a Text<'t>,
    pub(crate) tokens: &'a [Token],
}

impl Beginnings<'_, '_> {
    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).filter(|token| token.kind == Kind::Word).map_or("", |token| self.text.of(token))
    }

    fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |at| self.word(at))
    }

    /// Whether the token before `at` can end a value or a clause, so that a word at `at` begins something new; the word
    /// that began the clause at `start` cannot.
    fn after_end(&self, at: usize, start: usize) -> bool {
        let Some(before) = at.checked_sub(1).filter(|before| *before > start) else { return false };
        match self.kind(before) {
            Some(Kind::Word) => {
                let word = self.word(before);
                // Behind these stands the rest of what the word before them began.
                let goes_on = match word {
                    "above" | "below" => self.before(before) == "one",
                    "least" | "most" => self.before(before) == "at",
                    "with" => matches!(self.before(before), "starts" | "ends"),
                    "per" => self.before(before) == "rate",
                    "to" => matches!(self.word(start), "as" | "round"),
                    "because" | "possible" => {
                        let as_name = matches!(self.before(before), "is" | "missing" | "because" | "possible")
                            || matches!(self.kind(before.wrapping_sub(1)), Some(Kind::Equals | Kind::Comma));
                        self.word(start) == "expect" && !as_name
                    }
                    "missing" => self.before(before) != "is",
                    "before" | "after" => self.inside_within(before, start),
                    _ => before == start + 1 && self.word(start) == "interval",
                };
                let ends = matches!(word, "yes" | "no" | "none" | "as_of" | "missing" | "all" | "highest" | "first")
                    || (word == "count" && self.before(before) == "as")
                    || (word == "mean" && self.word(start) == "overall")
                    || (matches!(word, "indicator" | "indicators") && self.word(start) == "requires");
                (ends || !words::is_reserved(word)) && !goes_on
            }
            Some(Kind::Number | Kind::Text | Kind::Close(_) | Kind::Fault(_)) => true,
            _ => false,
        }
    }

    /// Whether the `before` or `after` at `at` belongs to a `within` of the clause that begins at `start`.
    fn inside_within(&self, at: usize, start: usize) -> bool {
        let found = (start..at).rev().find(|at| matches!(self.word(*at), "within" | "before" | "after"));
        // `amber within 2` has no other end.
        found.is_some_and(|found| self.word(found) == "within" && self.before(found) != "amber")
    }

    /// `name :` and `missing`.
    pub(crate) fn field(&self, at: usize) -> bool {
        self.named(at) || (self.word(at) == "missing" && self.kind(at + 1) == Some(Kind::Word))
    }

    /// `name :`.
    fn named(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Word) && self.kind(at + 1) == Some(Kind::Colon)
    }

    /// `name :` and `name "Title" :`.
    pub(crate) fn criterion(&self, at: usize) -> bool {
        self.named(at)
            || (self.kind(at) == Some(Kind::Word)
                && self.kind(at + 1) == Some(Kind::Text)
                && self.kind(at + 2) == Some(Kind::Colon))
    }

    /// Every word but `from` and the reason behind `missing`.
    pub(crate) fn code(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Word) && self.word(at) != "from" && self.before(at) != "missing"
    }

    /// As `after_end`, where the word before is none of those behind which a name follows.
    fn after_end_but(&self, at: usize, start: usize, joins: &[&str]) -> bool {
        let Some(before) = at.checked_sub(1) else { return false };
        let joins = joins.contains(&self.word(before)) && self.is_join(before, start);
        !joins && self.after_end(at, start)
    }

    /// Whether a word that joins two parts of a clause does so at `at`, and is not a name that reads the same: behind an
    /// operator, and where a clause has its name.
    fn is_join(&self, at: usize, start: usize) -> bool {
        if at == start + 1 {
            return !matches!(self.word(start), "item" | "band" | "route" | "objective");
        }
        self.before(at) == "at" || self.after_end(at, start)
    }

    /// `CODE when`, `applies`, `otherwise`, `hit`, `uses`, `override`.
    pub(crate) fn category_member(&self, at: usize, start: usize) -> bool {
        match self.word(at) {
            "" => false,
            "applies" | "otherwise" | "hit" => true,
            "uses" | "override" if self.word(at + 1) != "when" => {
                self.after_end_but(at, start, PEOPLE) && self.kind(at + 1) == Some(Kind::Word)
            }
            "when" => false,
            _ => self.word(at + 1) == "when",
        }
    }

    /// The clauses of an instrument.
    pub(crate) fn instrument_clause(&self, at: usize, start: usize) -> bool {
        match self.word(at) {
            "applies" => true,
            "missing" => self.before(at) != "is" && self.kind(at + 1) == Some(Kind::Word),
            "item" | "band" | "route" | "uses" | "override" => {
                // A band may end with an open range.
                let open = self.word(start) == "band" && self.kind(at.wrapping_sub(1)) == Some(Kind::Dots);
                let named = if self.word(at) == "band" { Some(Kind::Number) } else { None };
                (self.kind(at + 1) == Some(Kind::Word) || (named.is_some() && self.kind(at + 1) == named))
                    && (open || self.after_end_but(at, start, &["weight", "unless", "to", "rounding"]))
                    && (!matches!(self.word(start), "uses" | "override") || self.after_end_but(at, start, PEOPLE))
            }
            _ => false,
        }
    }

    /// A row of a table: no cell is empty, so it begins behind a bar.
    pub(crate) fn row(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Bar) && self.kind(at.wrapping_sub(1)) == Some(Kind::Bar)
    }

    /// The clauses of a progression.
    pub(crate) fn progression_clause(&self, at: usize, start: usize) -> bool {
        let next = self.word(at + 1);
        let begins = match self.word(at) {
            "start" | "hold" => next == "at",
            "raise" | "lower" => {
                matches!(self.kind(at + 1), Some(Kind::Number | Kind::Word | Kind::Open(Bracket::Round)))
            }
            "uses" => next == "protected",
            _ => false,
        };
        begins && self.after_end_but(at, start, &["each", "after", "without", "protected"])
    }

    /// The lines of a response.
    pub(crate) fn action(&self, at: usize) -> bool {
        self.named(at)
    }

    /// The clauses of an audit.
    pub(crate) fn audit_clause(&self, at: usize, start: usize) -> bool {
        match self.word(at) {
            "include" | "exclude" | "eligible" | "numerator" | "except" | "denominator" | "every" | "suppress" => true,
            "positive" => self.after_end(at, start) && matches!(self.word(at + 1), "at" | "in"),
            "value" | "interval" | "unknown" | "expected" => {
                self.after_end(at, start) && self.kind(at + 1) == Some(Kind::Word)
            }
            "round" => self.after_end(at, start) && self.word(at + 1) == "to",
            _ => false,
        }
    }

    /// The clauses of an indicator.
    pub(crate) fn indicator_clause(&self, at: usize, start: usize) -> bool {
        let (next, kind) = (self.word(at + 1), self.kind(at + 1));
        let begins = match self.word(at) {
            "from" => return true,
            "data" | "purpose" | "about" | "conducted" | "stage" | "collected" | "unit" | "rubric" => {
                kind == Some(Kind::Word)
            }
            "source" | "owner" | "method" => kind == Some(Kind::Text) && !self.criterion(at),
            "higher" | "lower" => next == "is",
            "baseline" => matches!(kind, Some(Kind::Number | Kind::Word | Kind::Open(Bracket::Round))),
            "target" => matches!(next, "at" | "between"),
            _ => false,
        };
        let names: &[&str] = if self.word(start) == "from" {
            &["ratings", "scale", "items", "themes", "coded", "text", "documents", "subject", "rated_by"]
        } else {
            &[]
        };
        begins && self.after_end_but(at, start, names)
    }

    /// The clauses of an evaluation.
    pub(crate) fn evaluation_clause(&self, at: usize, start: usize) -> bool {
        let kind = self.kind(at + 1);
        let begins = match self.word(at) {
            "forms" | "objective" | "overall" | "requires" => kind == Some(Kind::Word),
            "inputs" | "activities" | "outputs" | "outcomes" => matches!(kind, Some(Kind::Word | Kind::Text)),
            "period" => matches!(kind, Some(Kind::Number | Kind::Word | Kind::Open(Bracket::Round))),
            _ => false,
        };
        let joins: &[&str] = match self.word(start) {
            "objective" => &["weight"],
            "requires" => &["a", "an"],
            _ => &[],
        };
        begins && self.after_end_but(at, start, joins)
    }

    /// The clauses of a ruleset.
    pub(crate) fn ruleset_clause(&self, at: usize, start: usize) -> bool {
        let clause =
            matches!(self.word(at), "title" | "authority" | "source" | "language" | "effective" | "dates" | "time");
        clause && self.after_end(at, start)
    }

    /// The clauses of a test.
    pub(crate) fn test_clause(&self, at: usize, start: usize) -> bool {
        matches!(self.word(at), "as_of" | "given" | "set" | "expect") && self.after_end(at, start)
    }

    /// The clauses of a measure. `latest … by` belongs to its expression: `open` counts such words since the last
    /// clause, and is the caller's to keep between calls.
    pub(crate) fn measure_clause(&self, at: usize, start: usize, open: &mut usize) -> bool {
        let begins = match self.word(at) {
            "include" | "exclude" | "eligible" | "numerator" | "except" | "denominator" | "every" | "suppress" => true,
            "as" => self.before(at) != "counts",
            // `by` of the strata belongs to the form.
            "standardised" if matches!(self.before(at), "as" | "indirectly") => {
                *open += 1;
                false
            }
            "by" if *open > 0 => {
                *open -= 1;
                false
            }
            // `target at most 20 by 2026-12-31`.
            "by" => self.word(start) != "target" || self.kind(at + 1) == Some(Kind::Word),
            "latest" | "earliest" => {
                *open += 1;
                false
            }
            "value" | "interval" | "unknown" | "target" | "baseline" | "compare" => self.after_end(at, start),
            "round" => self.after_end(at, start) && self.word(at + 1) == "to",
            "signals" | "chart" => self.after_end(at, start) && self.kind(at + 1) == Some(Kind::Word),
            _ => false,
        };
        if begins {
            *open = 0;
        }
        begins
    }
}
