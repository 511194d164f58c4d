//! What to say when a piece of text does not read: pest's furthest place and the rules it tried there, in words; and
//! for what people bring from other languages, what to write instead.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::grammar::Rule;
use super::lexis::{Kind, Token, offset};
use super::pieces::Piece;
use super::text::Text;
use super::{codes, words};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

pub(crate) use super::what::What;

/// The piece that did not read, and what stands around it.
pub(crate) struct Scene<'s, 't> {
    pub(crate) text: &'s Text<'t>,
    /// The tokens of the declaration.
    pub(crate) tokens: &'s [Token],
    pub(crate) piece: Piece,
    /// What follows the declaration.
    pub(crate) next: Span,
    pub(crate) what: What,
    /// Where the piece begins in the file.
    pub(crate) start: u32,
}

/// What may stand behind `is` in an expression.
pub(crate) const IS_TESTS: &str = "`is` tests for `known`, `missing`, `unknown`, `not_answered`, `not_applicable`, \
                                   `not_collected` and `withheld`; values are compared with `=`";

/// The units of time, as they are mostly written.
pub(crate) const UNITS: &[&str] = &["years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds"];

/// The tokens around the place where reading stopped.
struct Place<'s> {
    earlier: Option<&'s Token>,
    before: Option<&'s Token>,
    /// `None` at the end of the piece.
    found: Option<&'s Token>,
    after: Option<&'s Token>,
}

/// What the rules tried at a place come to.
#[derive(Default)]
struct Expected {
    /// An operator, or anything else that only could have gone on.
    more: bool,
    things: Vec<String>,
}

const VALUE: &str = "a value";

impl Expected {
    fn of(rules: &[Rule], what: What) -> Self {
        let mut expected = Self::default();
        let (mut starters, mut value) = (Vec::new(), false);
        for rule in rules {
            match thing(*rule, what) {
                Thing::Nothing => {}
                Thing::More => expected.more = true,
                Thing::Value => value = true,
                Thing::Starter(words) => starters.push(words),
                Thing::Is(words) => expected.add(words),
            }
        }
        // Of the many ways to begin a value, naming each says less than naming none.
        if value || starters.len() > 3 {
            expected.add(VALUE.to_owned());
        } else {
            starters.into_iter().for_each(|words| expected.add(words));
        }
        if expected.things.len() > 1 {
            expected.things.retain(|words| words != "`(`");
        }
        let (mut first, rest): (Vec<_>, Vec<_>) =
            expected.things.into_iter().partition(|words| words.starts_with("a "));
        first.extend(rest);
        expected.things = first;
        if expected.things.is_empty() && rules.contains(&Rule::dots) && !rules.contains(&Rule::EOI) {
            expected.add("`..`".to_owned());
        }
        expected
    }

    fn add(&mut self, words: String) {
        if !self.things.contains(&words) {
            self.things.push(words);
        }
    }

    /// The single words among the things.
    fn words(&self) -> Vec<&str> {
        let quoted = self.things.iter().flat_map(|things| things.split('`').skip(1).step_by(2));
        let firsts = quoted.filter_map(|words| words.split(' ').next());
        firsts.filter(|word| word.len() > 2 && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')).collect()
    }

    fn has(&self, thing: &str) -> bool {
        self.things.iter().any(|known| known == thing)
    }
}

enum Thing {
    Nothing,
    More,
    Value,
    /// What can begin a value, and may stand in other places too.
    Starter(String),
    Is(String),
}

fn thing(rule: Rule, what: What) -> Thing {
    let words = match rule {
        Rule::EOI if what.is_header() => "`{`",
        Rule::EOI | Rule::COMMENT | Rule::reason => return Thing::Nothing,
        Rule::infix
        | Rule::arithmetic
        | Rule::is_tail
        | Rule::in_tail
        | Rule::within_tail
        | Rule::args
        | Rule::dot
        | Rule::between_rest
        | Rule::of_rest
        | Rule::unit
        | Rule::filter
        | Rule::kw_where
        | Rule::dots
        | Rule::because
        | Rule::possible
        | Rule::missing_paths => return Thing::More,
        Rule::expression
        | Rule::if_expression
        | Rule::chain
        | Rule::sum
        | Rule::short
        | Rule::span
        | Rule::named
        | Rule::plain
        | Rule::literal
        | Rule::number
        | Rule::daytime
        | Rule::top
        | Rule::paren
        | Rule::square
        | Rule::set
        | Rule::nothing
        | Rule::tally
        | Rule::first_known
        | Rule::extreme
        | Rule::step
        | Rule::any_all
        | Rule::count
        | Rule::valued
        | Rule::least_greatest
        | Rule::lesser_greater
        | Rule::dated
        | Rule::minus
        | Rule::kw_not
        | Rule::kw_if => return Thing::Value,
        Rule::name
        | Rule::kw_as_of
        | Rule::kw_yes
        | Rule::kw_no
        | Rule::kw_none
        | Rule::kw_first
        | Rule::kw_highest
        | Rule::kw_lowest
        | Rule::kw_any
        | Rule::kw_all
        | Rule::kw_count
        | Rule::kw_sum
        | Rule::kw_mean
        | Rule::kw_distinct
        | Rule::kw_min
        | Rule::kw_max
        | Rule::kw_latest
        | Rule::kw_earliest
        | Rule::kw_one
        | Rule::kw_at
        | Rule::kw_exactly
        | Rule::open_paren
        | Rule::open_square
        | Rule::open_brace
        | Rule::text
        | Rule::calendar => return Thing::Starter(spelled(rule)),
        Rule::kw_in | Rule::kw_within => return Thing::More,
        Rule::kw_is if what != What::TestClause => return Thing::More,
        Rule::type_expression => "a type",
        Rule::colon => "`:`",
        Rule::comma => "`,`",
        Rule::arrow => "`->`",
        Rule::equals => "`=`",
        Rule::less => "`<`",
        Rule::list => "`(`",
        Rule::close_paren => "`)`",
        Rule::close_square => "`]`",
        Rule::object => "`{`",
        Rule::close_brace => "`}`",
        Rule::from_texts => "`from`",
        Rule::field_unit => "`in`",
        Rule::separator => "`separated by`",
        Rule::period => "`month`, `quarter`, `year`, `fiscal year from` or `rolling`",
        Rule::form => {
            "`count`, `distinct`, `rate per`, `ratio`, `sum of`, `mean of`, `median of`, `percentile`, `approximate`, \
             `standardised` or `formula of`"
        }
        Rule::state => "a state",
        Rule::path => "a field",
        Rule::entry => "a field",
        Rule::children => "`[`",
        Rule::criterion => "a criterion",
        Rule::codes_member | Rule::code => "a code",
        Rule::record_member | Rule::field => "a field",
        Rule::category_member | Rule::case_header => "`applies when`, `CODE when`, `otherwise` or `hit`",
        Rule::ruleset_clause
        | Rule::instrument_clause
        | Rule::progression_clause
        | Rule::measure_clause
        | Rule::audit_clause
        | Rule::indicator_clause
        | Rule::evaluation_clause
        | Rule::stage => what.clause().unwrap_or("a clause"),
        Rule::uses => "`uses protected`",
        Rule::overriding => "`override from`",
        Rule::unanswered => "`prorate up to`, `counts as`, `leaves the score open` or `not scored above`",
        Rule::band_range | Rule::baseline => "a range",
        Rule::outcome => "a type",
        Rule::policy => "a hit policy",
        Rule::table_source => "`from`",
        Rule::bar => "`|`",
        Rule::column => "a heading",
        Rule::cell | Rule::cell_test => "a cell",
        Rule::comparison => return Thing::More,
        Rule::lookup_key => "a key",
        Rule::validity => "`valid`",
        Rule::effective => "`effective`",
        Rule::function_parameter => "a parameter",
        Rule::event | Rule::event_list => "a child record",
        Rule::action => "a code",
        Rule::published => "what is published",
        Rule::unknown => "`counted apart`, `counts as no` or `counts as yes`",
        Rule::rounded => "`to`",
        Rule::target | Rule::target_bound => "`at least`, `at most` or `between`",
        Rule::signal => "`shewhart`, `runs`, `trends`, `near_limit` or `crossings`",
        Rule::chart => "a kind of chart",
        Rule::facet_word => "`data`, `purpose`, `about`, `conducted` or `stage`",
        Rule::evidence => "`measure`, `ratings`, `themes` or `documents`",
        Rule::rated_item => "a field",
        Rule::rubric | Rule::level => "a level",
        Rule::objective => "a name",
        Rule::requirement | Rule::possession => "`every`, `an indicator` or `at least`",
        Rule::of_facets => "`of`",
        Rule::member | Rule::any_word => "a name",
        Rule::test_clause => "`as_of`, `set`, `given` or `expect`",
        Rule::missing_from => "`missing`",
        other => return Thing::Is(spelled(other)),
    };
    Thing::Is(words.to_owned())
}

/// A word or sign of the grammar as a message has it.
fn spelled(rule: Rule) -> String {
    match rule {
        Rule::name => return "a name".to_owned(),
        Rule::text => return "a text in quotes".to_owned(),
        Rule::calendar => return "a date".to_owned(),
        Rule::open_paren => return "`(`".to_owned(),
        Rule::open_square => return "`[`".to_owned(),
        Rule::open_brace => return "`{`".to_owned(),
        _ => {}
    }
    let name = format!("{rule:?}");
    match name.strip_prefix("kw_") {
        Some(word) => format!("`{word}`"),
        None => name.replace('_', " "),
    }
}

/// The diagnostic of a piece that did not read.
pub(crate) fn explain(scene: &Scene<'_, '_>, error: &Error<Rule>) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => scene.start + offset(at),
    };
    let piece = scene.tokens.get(scene.piece.clone()).unwrap_or(&[]);
    let index = piece.partition_point(|token| token.end <= at);
    let place = Place {
        earlier: index.checked_sub(2).and_then(|earlier| piece.get(earlier)),
        before: index.checked_sub(1).and_then(|before| piece.get(before)),
        found: piece.get(index),
        after: piece.get(index + 1),
    };
    let rules = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
        ErrorVariant::CustomError { .. } => {
            let span = place.found.map_or(scene.next, |token| scene.text.span_of(token));
            return Diagnostic::error(codes::TOO_DEEP, span, "nested too deep for the memory there is")
                .help("give an inner part a name with `let` and use the name");
        }
    };
    let expected = Expected::of(rules, scene.what);
    if let Some(found) = place.found
        && let Some(diagnostic) = known_mistake(scene, &place, found, &expected)
    {
        return diagnostic;
    }
    general(scene, &place, &expected)
}

/// Text where a declaration should begin.
pub(crate) fn not_a_declaration(text: &Text<'_>, first: &Token) -> Diagnostic {
    let span = text.span_of(first);
    let message = format!("expected a declaration, found {}", found(text, first));
    let diagnostic = Diagnostic::error(codes::NOT_A_DECLARATION, span, message);
    match words::closest(text.of(first), words::declarations()) {
        Some(meant) if first.kind == Kind::Word => diagnostic.help(format!("is `{meant}` meant?")).fix(span, meant),
        _ => diagnostic.help(
            "a file is made of `ruleset`, `import`, `labels`, `parameter`, `codes`, `ordered codes`, `record`, `let`, \
             `category`, `measure` and `test`",
        ),
    }
}

fn general(scene: &Scene<'_, '_>, place: &Place<'_>, expected: &Expected) -> Diagnostic {
    let after = match place.before {
        Some(before) => format!(" after {}", behind(scene, before)),
        None => String::new(),
    };
    let Some(found) = place.found else {
        // At the end of the piece: the mistake is where it stops, not at the next piece.
        let span = place.before.map_or(scene.next, |token| scene.text.span_of(token));
        let things = if expected.things.is_empty() { "more".to_owned() } else { either(&expected.things) };
        let message = format!("expected {things}{after}");
        return Diagnostic::error(codes::UNEXPECTED, span, message).label("something is missing behind this");
    };
    let span = scene.text.span_of(found);
    let shown = crate::parse::explain::found(scene.text, found);
    if expected.things.is_empty() {
        let message = format!("{shown} cannot stand here{after}");
        let diagnostic = Diagnostic::error(codes::UNEXPECTED, span, message);
        if found.kind == Kind::Word && place.before.is_some_and(|before| before.kind == Kind::Number) {
            return diagnostic.help(format!("units of time are {}", listing(UNITS)));
        }
        return if expected.more { diagnostic.label("expected an operator, or the end") } else { diagnostic };
    }
    let message = format!("expected {}{after}, found {shown}", either(&expected.things));
    let diagnostic = Diagnostic::error(codes::UNEXPECTED, span, message);
    let word = if found.kind == Kind::Word { scene.text.of(found) } else { "" };
    if words::is_reserved(word) && !joins(word) && expected.has(VALUE) {
        return diagnostic.note(format!("{shown} is a word of the language and cannot be a name"));
    }
    let begins_line = place.before.is_none_or(|before| scene.text.slice(before.end, found.start).contains('\n'));
    let meant = words::closest(word, scene.what.beginnings()).filter(|_| begins_line);
    let meant = meant.or_else(|| words::closest(word, &expected.words()));
    match meant {
        Some(meant) if !word.is_empty() && meant != word => {
            diagnostic.help(format!("is `{meant}` meant?")).fix(span, meant)
        }
        _ => diagnostic,
    }
}

/// Mistakes that are known for what they are.
fn known_mistake(scene: &Scene<'_, '_>, place: &Place<'_>, found: &Token, expected: &Expected) -> Option<Diagnostic> {
    let text = scene.text;
    let word = if found.kind == Kind::Word { text.of(found) } else { "" };
    let before = place.before.map_or("", |token| text.of(token));
    let after = place.after.map_or("", |token| text.of(token));
    let span = text.span_of(found);
    let unexpected = |message: String| Diagnostic::error(codes::UNEXPECTED, span, message);
    match word {
        "not" if before == "is" => {
            let over = place.after.map_or(span, |token| span.to(text.span_of(token)));
            let diagnostic =
                Diagnostic::error(codes::FOREIGN_OPERATOR, span, "`is not` is not an operator of this language");
            return Some(match after {
                "known" => diagnostic.help("write `is missing`").fix(over, "missing"),
                "missing" => diagnostic.help("write `is known`").fix(over, "known"),
                _ => diagnostic
                    .help("put `not` before the whole test: `not x is withheld`; values are compared with `!=`"),
            });
        }
        "not" if matches!(after, "in" | "contains" | "matches" | "starts" | "ends" | "overlaps" | "within") => {
            let message = format!("`not {after}` is not an operator of this language");
            return Some(
                Diagnostic::error(codes::FOREIGN_OPERATOR, span, message)
                    .help(format!("put `not` before the whole test: `not x {after} …`")),
            );
        }
        "hit" if scene.what == What::CategoryHeader => {
            let message = "how a category chooses stands inside its braces".to_owned();
            return Some(unexpected(message).help(format!("write `{{ hit {after}` and the criteria behind it")));
        }
        "elif" | "elsif" | "elseif" => {
            let message = format!("`{word}` is not a word of this language");
            return Some(
                Diagnostic::error(codes::FOREIGN_WORD, span, message).help("write `else if`").fix(span, "else if"),
            );
        }
        "of" if scene.what == What::Field && text.is_word(place.earlier, "many") => {
            let message = "the field that leads back stands behind `by`".to_owned();
            return Some(unexpected(message).help(format!("write `many {before} by {after}`")).fix(span, "by"));
        }
        _ if before == "is" && expected.has("`missing`") && word.is_empty() => {
            return Some(
                unexpected(format!("expected what `is` can test, found {}", self::found(text, found))).help(IS_TESTS),
            );
        }
        "" if matches!(before, "and" | "or") && is_comparison(text.of(found)) && expected.has(VALUE) => {
            let message = format!("expected a value after `{before}`, found `{}`", text.of(found));
            let help = "a comparison has a value on each side: `age > 18 and age < 65`";
            let diagnostic = unexpected(message).help(help);
            return Some(match compared(scene, found) {
                Some(left) => diagnostic.fix(span, format!("{left} {}", text.of(found))),
                None => diagnostic,
            });
        }
        "" if found.kind == Kind::Comma && comma_in_number(scene, found).is_some() => {
            return comma_in_number(scene, found);
        }
        "" if found.kind == Kind::Comma && expected.has("`)`") => {
            if let Some(diagnostic) = round_set(scene, found) {
                return Some(diagnostic);
            }
        }
        "" if found.kind == Kind::Equals && scene.what == What::TestClause && expected.has("`:`") => {
            return Some(
                unexpected(format!("expected `:` after `{before}`, found `=`"))
                    .help(format!("a field and its value have `:` between them: `{before} : {after}`"))
                    .fix(span, ":"),
            );
        }
        "if" if expected.has(VALUE) => {
            return Some(
                Diagnostic::error(codes::NEEDS_BRACKETS, span, "`if` needs brackets here")
                    .help("write `(if … then … else …)`"),
            );
        }
        "like" | "ilike" | "regex" if expected.more => {
            let message = format!("`{word}` is not an operator of this language");
            return Some(
                Diagnostic::error(codes::FOREIGN_OPERATOR, span, message)
                    .help("texts are tested with `starts with`, `ends with`, `contains` and `matches`"),
            );
        }
        _ => {}
    }
    let lower = word.to_ascii_lowercase();
    if !word.is_empty()
        && lower != word
        && words::is_reserved(&lower)
        && (expected.more || expected.has(&format!("`{lower}`")) || expected.has(VALUE))
    {
        let message = format!("`{word}` is not a word of this language");
        return Some(
            Diagnostic::error(codes::FOREIGN_WORD, span, message)
                .help(format!("operators are written in small letters: `{lower}`"))
                .fix(span, lower),
        );
    }
    let a_name = ["a name", "a field", "a code", "a criterion"].iter().any(|thing| expected.has(thing));
    let meant_as_name = !joins(word) || expected.things.len() == 1;
    if words::is_reserved(word) && a_name && meant_as_name && !expected.has(VALUE) {
        let message = format!("`{word}` is a word of the language and cannot be a name");
        let diagnostic = Diagnostic::error(codes::RESERVED_WORD, span, message);
        return Some(if scene.what == What::Field {
            diagnostic.help(format!("choose another name and give the heading in the data: `… from \"{word}\"`"))
        } else {
            diagnostic.help("choose another name")
        });
    }
    match found.kind {
        // A word before a number is more often one of the language's, misspelt, than a name before its title.
        Kind::Number
            if expected.has("a text in quotes")
                && !expected.has(VALUE)
                && (after == ":" || !matches!(scene.what, What::Criterion | What::Case | What::CategoryMember)) =>
        {
            let quoted = format!("\"{}\"", text.of(found));
            Some(
                unexpected(format!("expected a text in quotes, found `{}`", text.of(found)))
                    .help("what stands in the data is written as a text")
                    .fix(span, quoted),
            )
        }
        Kind::Text if scene.what == What::Let => Some(
            unexpected("a title cannot stand behind the value of a `let`".to_owned())
                .help("the title stands before `=`: `let NAME of Record \"Title\" = …`"),
        ),
        Kind::Text if scene.what == What::RulesetHeader && expected.has("`{`") => Some(
            unexpected("the title of a ruleset stands inside its braces".to_owned())
                .help(format!("write `{{ title {} }}`", text.of(found))),
        ),
        Kind::Comma if expected.more && matches!(scene.what, What::Criterion | What::Case | What::CategoryMember) => {
            Some(
                unexpected("`,` cannot join conditions".to_owned())
                    .help("join them with `and` or `or`; criteria are separated by their names alone"),
            )
        }
        _ => None,
    }
}

/// Whether a sign compares.
fn is_comparison(sign: &str) -> bool {
    matches!(sign, "=" | "!=" | "<" | "<=" | ">" | ">=")
}

/// What stands to the left of the comparison before `found`, when it is a name or a path.
fn compared<'t>(scene: &Scene<'_, 't>, found: &Token) -> Option<&'t str> {
    let piece = scene.tokens.get(scene.piece.clone())?;
    let end = piece.iter().position(|token| token.start == found.start)?;
    let before = piece.get(..end)?;
    let comparison = before.iter().rposition(|token| is_comparison(scene.text.of(token)))?;
    // Nothing but one value may stand between the two.
    let between = before.get(comparison + 1..)?;
    if between.iter().any(|token| matches!(token.kind, Kind::Open(_) | Kind::Close(_) | Kind::Comma)) {
        return None;
    }
    let last = comparison.checked_sub(1)?;
    let mut first = last;
    while first >= 2 && before.get(first - 1).is_some_and(|token| token.kind == Kind::Dot) {
        first -= 2;
    }
    let name = before.get(first..=last)?;
    let (start, end) = (name.first()?, name.last()?);
    let plain = name.iter().all(|token| matches!(token.kind, Kind::Word | Kind::Dot));
    (plain && !words::is_reserved(scene.text.of(end))).then(|| scene.text.slice(start.start, end.end))
}

/// `5,5` and `5,000`: a comma with digits on both sides, where nothing is listed.
fn comma_in_number(scene: &Scene<'_, '_>, found: &Token) -> Option<Diagnostic> {
    let piece = scene.tokens.get(scene.piece.clone())?;
    let at = piece.iter().position(|token| token.start == found.start)?;
    let (left, right) = (piece.get(at.checked_sub(1)?)?, piece.get(at + 1)?);
    let number = |token: &Token| token.kind == Kind::Number;
    if !(number(left) && number(right) && left.end == found.start && found.end == right.start) {
        return None;
    }
    let (whole, rest) = (scene.text.of(left), scene.text.of(right));
    let span = scene.text.span_of(left).to(scene.text.span_of(right));
    let diagnostic = Diagnostic::error(codes::UNEXPECTED, span, "`,` cannot stand within a number".to_owned());
    Some(match whole.split_once('.') {
        None if rest.len() == 3 => {
            diagnostic.help(format!("`{whole}{rest}` has no separators, and `{whole}.{rest}` has a point"))
        }
        None => diagnostic.help("a decimal is written with a point").fix(span, format!("{whole}.{rest}")),
        // `1.000,50`: what stands before the comma is in groups.
        Some((_, group)) if group.len() == 3 => diagnostic
            .help("a decimal is written with a point, and without separators")
            .fix(span, format!("{}.{rest}", whole.replace('.', ""))),
        Some(_) => diagnostic.help("a decimal is written with one point"),
    })
}

/// `s in (a, b)`: a set in the wrong brackets.
fn round_set(scene: &Scene<'_, '_>, found: &Token) -> Option<Diagnostic> {
    let piece = scene.tokens.get(scene.piece.clone())?;
    let at = piece.iter().position(|token| token.start == found.start)?;
    let mut depth = 0_usize;
    let open = piece.get(..at)?.iter().rposition(|token| match token.kind {
        Kind::Close(_) => {
            depth += 1;
            false
        }
        Kind::Open(_) if depth > 0 => {
            depth -= 1;
            false
        }
        Kind::Open(_) => true,
        _ => false,
    })?;
    let in_before = scene.text.is_word(piece.get(open.checked_sub(1)?), "in");
    if !in_before {
        return None;
    }
    let mut depth = 0_usize;
    let close = piece.get(at..)?.iter().position(|token| match token.kind {
        Kind::Open(_) => {
            depth += 1;
            false
        }
        Kind::Close(_) if depth > 0 => {
            depth -= 1;
            false
        }
        Kind::Close(_) => true,
        _ => false,
    })?;
    let (open, close) = (piece.get(open)?, piece.get(at + close)?);
    let span = scene.text.span_of(open).to(scene.text.span_of(close));
    let set = format!("{{{}}}", scene.text.slice(open.end, close.start));
    let message = "a set stands in braces".to_owned();
    Some(
        Diagnostic::error(codes::UNEXPECTED, span, message)
            .help(format!("write `in {}`", shortened(&set)))
            .fix(span, set),
    )
}

/// Words between things; nobody means them as names where something else could stand.
fn joins(word: &str) -> bool {
    matches!(word, "and" | "or" | "of" | "by" | "in" | "is" | "then" | "else" | "where" | "within" | "between")
}

/// What a message calls the token before the place.
fn behind(scene: &Scene<'_, '_>, token: &Token) -> String {
    if token.kind != Kind::Text {
        return format!("`{}`", shortened(scene.text.of(token)));
    }
    let header = scene.what.is_header() && scene.what != What::RulesetHeader;
    if header || matches!(scene.what, What::Criterion | What::Case | What::Code) { "the title" } else { "the text" }
        .to_owned()
}

/// What a message calls a token that should not be where it is.
pub(crate) fn found(text: &Text<'_>, token: &Token) -> String {
    match token.kind {
        Kind::Text => "a text".to_owned(),
        _ => format!("`{}`", shortened(text.of(token))),
    }
}

/// Words and signs that are too long for a message, cut.
fn shortened(word: &str) -> String {
    const LONGEST: usize = 40;
    let line = word.lines().next().unwrap_or("");
    if line.len() == word.len() && line.chars().nth(LONGEST).is_none() {
        return word.to_owned();
    }
    line.chars().take(LONGEST).chain(['…']).collect()
}

/// `a`, `a or b`, `a, b or c`; of many, the first few.
fn either(things: &[String]) -> String {
    const MOST: usize = 6;
    let shown: Vec<&str> = things.iter().take(MOST).map(String::as_str).collect();
    match shown.split_last() {
        None => "something else".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

/// Words of a short list, in back-ticks.
pub(crate) fn listing(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
