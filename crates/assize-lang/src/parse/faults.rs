//! What to say about signs and words that cannot be a part of any rule: most come from another language or from a word
//! processor, and can be mended by replacing them.

use super::codes;
use super::lexis::{Fault, Kind, Token, offset};
use super::limits;
use super::text::Text;
use crate::diagnostic::Diagnostic;

/// The fault of a token, if it is one.
pub(crate) fn diagnose(text: &Text<'_>, token: &Token) -> Option<Diagnostic> {
    let span = text.span_of(token);
    let written = text.of(token);
    let fault = match token.kind {
        Kind::Fault(fault) => fault,
        Kind::Word if written.len() > limits::NAME_BYTES => {
            let message = format!("a name of {} letters, more than the limit of {}", written.len(), limits::NAME_BYTES);
            return Some(Diagnostic::error(codes::TOO_LONG, span, message));
        }
        Kind::Script if written.len() > limits::TEXT_BYTES => {
            let message =
                format!("a function of {} bytes, more than the limit of {}", written.len(), limits::TEXT_BYTES);
            return Some(Diagnostic::error(codes::TOO_LONG, span, message).help("split it into several functions"));
        }
        Kind::Text if written.len() > limits::TEXT_BYTES => {
            let message = format!("a text of {} bytes, more than the limit of {}", written.len(), limits::TEXT_BYTES);
            return Some(Diagnostic::error(codes::TOO_LONG, span, message));
        }
        _ => return None,
    };
    let error = |code, message: String| Diagnostic::error(code, span, message);
    Some(match fault {
        Fault::UnclosedText => {
            let diagnostic = error(codes::UNCLOSED_TEXT, "this text is not closed before the end of its line".to_owned());
            let quote = text.span(token.start, token.start + 1);
            let diagnostic = Diagnostic { primary: None, ..diagnostic };
            let mut placed = Diagnostic::error(codes::UNCLOSED_TEXT, quote, diagnostic.message).label("opened here");
            placed.help = Some(if written.contains('”') || written.contains('“') {
                "close it with a straight quote `\"`; typographic quotes do not count".to_owned()
            } else {
                "close it with `\"`; a line end inside a text is written `\\n`".to_owned()
            });
            placed
        }
        Fault::SingleQuotes => error(codes::SINGLE_QUOTES, "a text in single quotes".to_owned())
            .help("texts stand in double quotes")
            .fix(span, requoted(written)),
        Fault::TypographicQuotes if written.chars().count() > 1 => {
            error(codes::PASTED_CHARACTER, "a text in typographic quotes, as a word processor makes them".to_owned())
                .help("texts stand in straight double quotes")
                .fix(span, requoted(written))
        }
        Fault::TypographicQuotes => error(codes::PASTED_CHARACTER, format!("a typographic quote `{written}`"))
            .help("texts stand in straight double quotes"),
        Fault::OddBlank => error(codes::PASTED_CHARACTER, format!("an invisible character ({})", names_of(written)))
            .label("looks like a blank and is none")
            .help("replace it with a blank")
            .fix(span, " "),
        Fault::Dash => error(codes::PASTED_CHARACTER, format!("a dash `{written}` ({})", names_of(written)))
            .help("minus is written `-`")
            .fix(span, "-"),
        Fault::Operator(instead) => {
            let message = format!("`{written}` is not an operator of this language");
            let code = if written.is_ascii() { codes::FOREIGN_OPERATOR } else { codes::PASTED_CHARACTER };
            let diagnostic = error(code, message);
            match instead {
                "" => diagnostic,
                "not" => diagnostic.help("negation is written `not`").fix(span, "not "),
                "=" => diagnostic.help("equality is written `=`").fix(span, spaced(text, token, "=")),
                _ => diagnostic.help(format!("write `{instead}`")).fix(span, spaced(text, token, instead)),
            }
        }
        Fault::FatArrow => error(codes::FOREIGN_OPERATOR, "`=>` is not an operator of this language".to_owned())
            .help("`>=` compares, `->` stands before the codes of a category"),
        Fault::Semicolon => {
            let diagnostic = error(codes::SEMICOLON, "`;` has no meaning here".to_owned());
            if is_in_round_brackets(text.slice(0, token.start)) {
                diagnostic.help("values are separated by `,`").fix(span, ",")
            } else {
                diagnostic.help("nothing needs a sign at its end").fix(span, "")
            }
        }
        Fault::SlashComment => error(codes::FOREIGN_COMMENT, "`//` does not begin a comment".to_owned())
            .help("comments begin with `#`")
            .fix(text.span(token.start, token.start + 2), "#"),
        Fault::BlockComment => error(codes::FOREIGN_COMMENT, "`/*` does not begin a comment".to_owned())
            .help("comments begin with `#` and end with the line"),
        Fault::Word(instead) => {
            let diagnostic = error(codes::FOREIGN_WORD, format!("`{written}` is not a word of this language"));
            // What `is` tests is no value: it is replaced together with it.
            let tested = is_before(text.slice(0, token.start)).map(|(at, not)| (text.span(at, token.end), not));
            match (instead, tested) {
                ("", Some((span, not))) => {
                    let instead = if not { "is known" } else { "is missing" };
                    diagnostic.help(format!("write `{instead}`")).fix(span, instead)
                }
                ("", None) => {
                    diagnostic.help("a value that is missing is tested with `is missing`, and no code is `none`")
                }
                (_, Some((span, not))) => {
                    let instead = format!("{} {instead}", if not { "!=" } else { "=" });
                    diagnostic.help(format!("write `{instead}`")).fix(span, instead)
                }
                (_, None) => diagnostic.help(format!("write `{instead}`")).fix(span, instead),
            }
        }
        Fault::Number => number(text, token),
        Fault::Date => error(codes::BAD_DATE, format!("`{written}` is not written as a date"))
            .help("a date has four, two and two digits, as in `2026-01-02`; a subtraction has blanks around `-`"),
        Fault::Name => error(codes::UNKNOWN_CHARACTER, format!("`{written}` cannot be a name"))
            .help("a name begins with a letter a to z and goes on with letters a to z, digits and `_`; anything may stand in its title"),
        Fault::EmptyCell => error(codes::LACKING, "a cell is empty".to_owned())
            .help("write `-` where any value will do")
            .fix(span, "| - |"),
        Fault::UnclosedScript => {
            let brace = text.span(token.start, token.start + 1);
            Diagnostic::error(codes::UNCLOSED_BRACKET, brace, "`{` is not closed")
                .label("opened here")
                .help("braces in the texts and comments of the body do not count")
        }
        Fault::Character => {
            let diagnostic = error(codes::UNKNOWN_CHARACTER, format!("{} has no meaning here", shown(written)));
            match written {
                "'" => diagnostic.help("texts stand in double quotes"),
                "%" => diagnostic.help("`%` follows a number directly, as in `25%`"),
                "^" => diagnostic.help("multiply the value by itself"),
                _ => diagnostic,
            }
        }
    })
}

fn number(text: &Text<'_>, token: &Token) -> Diagnostic {
    let written = text.of(token);
    let span = text.span_of(token);
    let diagnostic = Diagnostic::error(codes::NUMBER_FORM, span, format!("`{written}` is not a number"));
    if written.starts_with('.') {
        return diagnostic.help("a digit stands before the point").fix(span, format!("0{written}"));
    }
    if written.trim_end_matches('%').bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return zero_in_front(text, token);
    }
    let plain: String = written.chars().filter(|c| *c != '_').collect();
    if plain.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return diagnostic.help("digits are written without `_`").fix(span, plain);
    }
    let digits = written.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(written.len());
    match written.split_at_checked(digits) {
        Some((number, unit)) if unit.len() > 2 && unit.bytes().all(|b| b.is_ascii_lowercase()) => {
            diagnostic.help("a blank stands between a number and a word").fix(span, format!("{number} {unit}"))
        }
        _ => diagnostic.help("numbers are written in digits with at most one point; names begin with a letter"),
    }
}

/// `007`, and the `000` of `1,000`.
fn zero_in_front(text: &Text<'_>, token: &Token) -> Diagnostic {
    let written = text.of(token);
    let span = text.span_of(token);
    let before = text.slice(0, token.start).strip_suffix(',').unwrap_or("");
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        let whole = before.get(before.len() - digits..).unwrap_or("");
        let both = text.span(token.start - 1 - offset(digits), token.end);
        return Diagnostic::error(codes::NUMBER_FORM, both, "`,` cannot stand within a number")
            .help(format!("`{whole}{written}` has no separators, and `{whole}.{written}` has a point"));
    }
    let value = written.trim_start_matches('0');
    let zero = if value.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
    Diagnostic::error(codes::NUMBER_FORM, span, format!("`{written}` begins with a zero"))
        .help("write the number without it; what is told apart by its zeros is a text, in quotes")
        .fix(span, format!("{zero}{value}"))
}

/// The text between some other quotes, in straight ones.
fn requoted(written: &str) -> String {
    let mut chars = written.chars();
    chars.next();
    chars.next_back();
    let mut quoted = String::from("\"");
    for c in chars {
        if c == '"' || c == '\\' {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// `word`, with blanks where it would otherwise run into its neighbours.
fn spaced(text: &Text<'_>, token: &Token, word: &str) -> String {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let is_word = word.bytes().all(|b| b.is_ascii_alphabetic());
    let before = is_word && joins(text.slice(0, token.start).chars().next_back());
    let after = is_word && joins(text.all.get(token.end as usize..).and_then(|rest| rest.chars().next()));
    format!("{}{word}{}", if before { " " } else { "" }, if after { " " } else { "" })
}

/// Whether a round bracket is open at the end of what stands before, on its line.
fn is_in_round_brackets(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or("");
    let mut open = Vec::new();
    let mut in_text = false;
    for c in line.chars() {
        match c {
            '"' => in_text = !in_text,
            '(' | '[' | '{' if !in_text => open.push(c),
            ')' | ']' | '}' if !in_text => {
                open.pop();
            }
            _ => {}
        }
    }
    !in_text && open.last() == Some(&'(')
}

/// Where the `is` or `is not` begins that stands last before a word, and whether it has the `not`.
fn is_before(before: &str) -> Option<(u32, bool)> {
    let word = |text: &'static str| {
        move |before: &str| {
            let before = before.trim_end_matches([' ', '\t']);
            let rest = before.strip_suffix(text)?;
            let ends = |c: char| c.is_alphanumeric() || c == '_';
            (!rest.ends_with(ends)).then_some(rest.len())
        }
    };
    let not = word("not")(before);
    let at = word("is")(before.get(..not.unwrap_or(before.len()))?)?;
    Some((u32::try_from(at).ok()?, not.is_some()))
}

/// `U+00A0` and so on, each once.
fn names_of(written: &str) -> String {
    let mut points: Vec<u32> = written.chars().map(u32::from).collect();
    points.sort_unstable();
    points.dedup();
    points.iter().map(|point| format!("U+{point:04X}")).collect::<Vec<_>>().join(", ")
}

fn shown(written: &str) -> String {
    match written.chars().next() {
        Some(c) if c.is_control() => format!("the character U+{:04X}", u32::from(c)),
        _ => format!("`{written}`"),
    }
}

/// Whether [`diagnose`] has something to say about a token; a piece with such a token is not read.
pub(crate) fn is_fault(text: &Text<'_>, token: &Token) -> bool {
    match token.kind {
        Kind::Fault(_) => true,
        Kind::Word => text.of(token).len() > limits::NAME_BYTES,
        Kind::Text | Kind::Script => text.of(token).len() > limits::TEXT_BYTES,
        _ => false,
    }
}
