//! Texts, numbers, dates and times: from their form to their value, checked.

use super::{Builder, Node};
use crate::ast::{CivilDate, ExprKind, Quoted};
use crate::diagnostic::Diagnostic;
use crate::parse::grammar::Rule;
use crate::parse::lexis::offset;
use crate::parse::{codes, limits};
use crate::source::Span;

const MICROS_PER_SECOND: i64 = 1_000_000;

impl Builder<'_, '_> {
    /// A text with its escapes resolved; a bad escape is reported and left as it is.
    pub(super) fn quoted(&mut self, node: &Node<'_>) -> Quoted {
        let span = self.span_of(node);
        let written = node.as_str();
        let inner = written.get(1..written.len().saturating_sub(1)).unwrap_or("");
        if !inner.contains('\\') {
            return Quoted { text: inner.to_owned(), span };
        }
        let mut text = String::with_capacity(inner.len());
        let mut rest = inner;
        while let Some(at) = rest.find('\\') {
            text.push_str(rest.get(..at).unwrap_or(""));
            let escape = rest.get(at..).unwrap_or("");
            let length = match read_escape(escape) {
                Ok((c, length)) => {
                    text.push(c);
                    length
                }
                Err(length) => {
                    let length = length.min(escape.len()).max(1);
                    let start = span.start + 1 + offset(inner.len() - rest.len() + at);
                    self.bad_escape(self.text.span(start, start + offset(length)));
                    length
                }
            };
            rest = escape.get(length..).unwrap_or("");
        }
        text.push_str(rest);
        Quoted { text, span }
    }

    fn bad_escape(&mut self, span: Span) {
        let written = self.text.slice(span.start, span.end);
        let message = if written.starts_with("\\u") {
            "not the number of a character".to_owned()
        } else {
            format!("`{written}` is not an escape")
        };
        let diagnostic = Diagnostic::error(codes::BAD_ESCAPE, span, message);
        self.report.push(
            diagnostic
                .help("a text knows `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{e9}`; a backslash itself is written `\\\\`"),
        );
    }

    /// An integer or decimal; `negative` when a sign stands before it.
    pub(super) fn number(&mut self, node: &Node<'_>, negative: bool) -> ExprKind {
        let span = self.span_of(node);
        let written = node.as_str();
        let (digits, percent) = match written.strip_suffix('%') {
            Some(digits) => (digits, true),
            None => (written, false),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if fraction.is_empty() && !percent {
            return self.integer(whole, negative, span);
        }
        let scale = fraction.len() + if percent { 2 } else { 0 };
        let significant = whole.trim_start_matches('0').len() + fraction.len();
        let significant =
            if whole.bytes().all(|b| b == b'0') { fraction.trim_start_matches('0').len() } else { significant };
        if significant > limits::DECIMAL_DIGITS || scale > limits::DECIMAL_DIGITS {
            let message = format!("this number has more than {} digits, which is the limit", limits::DECIMAL_DIGITS);
            self.error(codes::DECIMAL_DIGITS, span, message);
            return ExprKind::Error;
        }
        // At most 28 digits are within reach of 128 bits.
        let coefficient = whole.bytes().chain(fraction.bytes()).fold(0_i128, |sum, b| sum * 10 + i128::from(b - b'0'));
        let coefficient = if negative { -coefficient } else { coefficient };
        match u8::try_from(scale) {
            Ok(scale) => ExprKind::Decimal { coefficient, scale },
            Err(_) => ExprKind::Error,
        }
    }

    /// Warns of the first comma between the members of a list that may have been meant to part thousands.
    pub(super) fn doubtful_comma(&mut self, members: impl Iterator<Item = Span>) {
        let parted = |member: Span| {
            let before = self.text.slice(0, member.start).strip_suffix(',')?;
            let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
            let (rest, whole) = before.split_at(before.len() - digits);
            let stands_alone = !rest.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':'));
            let written = self.text.slice(member.start, member.end);
            let group = written.bytes().take_while(u8::is_ascii_digit).count();
            (stands_alone && (1..=3).contains(&digits) && !whole.starts_with('0') && group == 3)
                .then(|| (self.text.span(member.start - 1 - offset(digits), member.end), whole, written))
        };
        let Some((span, whole, written)) = members.skip(1).find_map(parted) else { return };
        let diagnostic = Diagnostic::warning(codes::DOUBTFUL_COMMA, span, "two numbers, or one of thousands");
        self.report.push(
            diagnostic
                .label("read as two")
                .help(format!("one number is written `{whole}{written}`, and two are written `{whole}, {written}`")),
        );
    }

    fn integer(&mut self, digits: &str, negative: bool, span: Span) -> ExprKind {
        let significant = digits.trim_start_matches('0');
        // Longer than any 64-bit integer is past the limit without being read.
        let magnitude = if significant.len() > 19 { None } else { digits.get(digits.len() - significant.len()..) };
        let magnitude = magnitude.map(|digits| digits.bytes().fold(0_i128, |sum, b| sum * 10 + i128::from(b - b'0')));
        let value = magnitude.map(|magnitude| if negative { -magnitude } else { magnitude });
        match value.and_then(|value| i64::try_from(value).ok()) {
            Some(value) => ExprKind::Integer(value),
            None => {
                let message = format!("this integer is out of range; integers lie in {}..{}", i64::MIN, i64::MAX);
                self.error(codes::INTEGER_RANGE, span, message);
                ExprKind::Error
            }
        }
    }

    /// A date, or a date and time of day.
    pub(super) fn calendar(&mut self, node: &Node<'_>) -> ExprKind {
        let written = node.as_str();
        let Some(date) = self.date_part(node) else { return ExprKind::Error };
        let Some(clock) = written.get(11..) else { return ExprKind::Date(date) };
        let span = self.span_of(node);
        let zone_at = clock.find(['Z', '+', '-']);
        let (clock, zone) = clock.split_at_checked(zone_at.unwrap_or(clock.len())).unwrap_or((clock, ""));
        let offset = match zone {
            "" => Some(None),
            "Z" => Some(Some(0)),
            _ => zone_offset(zone).map(Some),
        };
        match (micros(clock), offset) {
            (Some(micros), Some(offset)) => ExprKind::DateTime { date, micros, offset },
            (None, _) => self.bad_time(clock, span),
            (_, None) => {
                self.error(codes::BAD_TIME, span, format!("`{zone}` is not an offset from UTC"));
                ExprKind::Error
            }
        }
    }

    /// A time of day.
    pub(super) fn daytime(&mut self, node: &Node<'_>) -> ExprKind {
        let span = self.span_of(node);
        match micros(node.as_str()) {
            Some(micros) => ExprKind::Time(micros),
            None => self.bad_time(node.as_str(), span),
        }
    }

    fn bad_time(&mut self, written: &str, span: Span) -> ExprKind {
        let diagnostic = Diagnostic::error(codes::BAD_TIME, span, format!("`{written}` is not a time of day"));
        self.report.push(diagnostic.help("times go from `00:00` to `23:59:59.999999`"));
        ExprKind::Error
    }

    /// A date where no time of day may stand; reported otherwise.
    pub(super) fn civil_date(&mut self, node: &Node<'_>) -> Option<CivilDate> {
        let date = self.date_part(node)?;
        if node.as_rule() == Rule::calendar && node.as_str().len() > 10 {
            let span = self.span_of(node);
            self.error(codes::BAD_DATE, span, "expected a date without a time of day");
            return None;
        }
        Some(date)
    }

    /// The first ten letters of a `calendar` as a date that exists.
    fn date_part(&mut self, node: &Node<'_>) -> Option<CivilDate> {
        let written = node.as_str().get(..10)?;
        let mut parts = written.split('-');
        let year = parts.next()?.parse::<i16>().ok()?;
        let month = parts.next()?.parse::<u8>().ok()?;
        let day = parts.next()?.parse::<u8>().ok()?;
        let last = days_in_month(year, month);
        if (1..=last).contains(&day) {
            return Some(CivilDate { year, month, day });
        }
        let span = self.span_of(node);
        let diagnostic = Diagnostic::error(codes::BAD_DATE, span, format!("`{written}` is not a date"));
        self.report.push(if last == 0 {
            diagnostic.help("months go from `01` to `12`; a date is written year, month, day")
        } else {
            diagnostic.help(format!("this month has {last} days"))
        });
        None
    }
}

/// The character of an escape and the escape's length in bytes; the length alone when it is none.
fn read_escape(escape: &str) -> Result<(char, usize), usize> {
    let second = escape.chars().nth(1);
    Ok(match second {
        Some('"') => ('"', 2),
        Some('\\') => ('\\', 2),
        Some('n') => ('\n', 2),
        Some('t') => ('\t', 2),
        Some('u') => {
            let Some(rest) = escape.get(2..).filter(|rest| rest.starts_with('{')) else { return Err(2) };
            // Six digits are enough for any character; what is longer is not searched through.
            let Some(close) = rest.bytes().take(9).position(|b| b == b'}') else { return Err(2) };
            let digits = rest.get(1..close).unwrap_or("");
            let number = u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() <= 6 && !digits.starts_with('+'));
            let length = 2 + close + 1;
            (number.and_then(char::from_u32).ok_or(length)?, length)
        }
        Some(c) => return Err(1 + c.len_utf8()),
        None => return Err(1),
    })
}

/// Microseconds since midnight of `10:30`, `10:30:00`, `10:30:00.25`.
fn micros(clock: &str) -> Option<i64> {
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':');
    let hours = parts.next()?.parse::<i64>().ok().filter(|hours| *hours < 24)?;
    let minutes = parts.next()?.parse::<i64>().ok().filter(|minutes| *minutes < 60)?;
    let seconds = parts.next().unwrap_or("0").parse::<i64>().ok().filter(|seconds| *seconds < 60)?;
    let fraction = format!("{fraction:0<6}").parse::<i64>().ok()?;
    Some(((hours * 60 + minutes) * 60 + seconds) * MICROS_PER_SECOND + fraction)
}

/// Seconds of `+05:30`; offsets reach to a day less a minute.
fn zone_offset(zone: &str) -> Option<i32> {
    let (sign, clock) = match zone.split_at_checked(1)? {
        ("-", clock) => (-1, clock),
        (_, clock) => (1, clock),
    };
    let (hours, minutes) = clock.split_once(':')?;
    let hours = hours.parse::<i32>().ok().filter(|hours| *hours < 24)?;
    let minutes = minutes.parse::<i32>().ok().filter(|minutes| *minutes < 60)?;
    Some(sign * (hours * 3600 + minutes * 60))
}

fn days_in_month(year: i16, month: u8) -> u8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}
