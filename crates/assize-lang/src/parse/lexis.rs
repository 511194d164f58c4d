//! A linear first look at the text: words, signs, comments and what cannot be a part of any rule.
//!
//! It serves to bound what the recursive parser is given, to cut a file into declarations and members, to collect the
//! comments, and to say what was likely meant by a sign the language does not have. What a run of words and signs means
//! is the grammar's business alone.

/// A word, a sign, or a fault, by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    /// A number, a date, a time, with its `%`.
    Number,
    Text,
    Colon,
    Comma,
    Dot,
    Dots,
    Arrow,
    Equals,
    /// Any other operator.
    Operator,
    Minus,
    Open(Bracket),
    Close(Bracket),
    /// `|`, between the cells of a table.
    Bar,
    /// The body of a function, its braces included.
    Script,
    Comment,
    Fault(Fault),
}

/// The kinds of brackets. Round and square ones may close each other: `(a .. b]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bracket {
    Round,
    Square,
    Curly,
}

/// What cannot be a part of any rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No closing quote on the line.
    UnclosedText,
    SingleQuotes,
    TypographicQuotes,
    /// A blank that is not a space, tab or line end.
    OddBlank,
    /// A sign of another language or a typographic one; what to write instead, when that is clear.
    Operator(&'static str),
    /// `=>`.
    FatArrow,
    Dash,
    Semicolon,
    /// `//` to the end of the line.
    SlashComment,
    /// `/* */`.
    BlockComment,
    /// A word of another language; what to write instead, when that is clear.
    Word(&'static str),
    Number,
    /// Digits and dashes in the likeness of a date.
    Date,
    /// A name with letters beyond a to z, or beginning with `_`.
    Name,
    Character,
    /// `||` in a table.
    EmptyCell,
    /// The body of a function without its closing brace; to the next declaration.
    UnclosedScript,
}

/// Makes tokens of a text, one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// The last token, comments aside, ended an operand: then a `.` before a digit does not begin a number.
    after_operand: bool,
    /// Up to where no closing quote stands: of `“…”`, of `‘…’`, of `'…'`. Keeps the search for them linear.
    no_quote: [usize; 3],
    /// How much of `= rhai` stands before, comments aside: then `{` begins the body of a function.
    script: u8,
    /// How many bodies without a closing brace were searched to the end of the text. Bounded, so that reading is linear.
    unclosed_scripts: u8,
}

/// So many bodies without a closing brace are searched to the end of the text; later ones end with their line.
const SEARCHED_SCRIPTS: u8 = 8;

impl<'t> Lexer<'t> {
    /// Begins at the start of the text, behind a byte-order mark if there is one.
    pub(crate) fn new(text: &'t str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at, after_operand: false, no_quote: [0; 3], script: 0, unclosed_scripts: 0 }
    }

    /// The byte `ahead` of the present one; 0 behind the end.
    fn peek(&self, ahead: usize) -> u8 {
        byte(self.text, self.at + ahead)
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_while(&mut self, keep: impl Fn(u8) -> bool) {
        while self.at < self.text.len() && keep(self.peek(0)) {
            self.at += 1;
        }
    }

    /// To the end of the line, the line end excluded.
    fn skip_line(&mut self) {
        let rest = self.rest();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    fn sign(&mut self, length: usize, kind: Kind) -> Kind {
        self.at += length;
        kind
    }

    fn word(&mut self) -> Kind {
        let start = self.at;
        self.skip_while(is_name_byte);
        if self.next_char().is_some_and(|c| !c.is_ascii() && c.is_alphanumeric()) {
            return self.odd_name();
        }
        match self.text.get(start..self.at).unwrap_or("") {
            "true" => Kind::Fault(Fault::Word("yes")),
            "false" => Kind::Fault(Fault::Word("no")),
            "null" => Kind::Fault(Fault::Word("")),
            _ => Kind::Word,
        }
    }

    fn odd_name(&mut self) -> Kind {
        let rest = self.rest();
        self.at += rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        Kind::Fault(Fault::Name)
    }

    fn next_char(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// A text in straight quotes: to the closing one, or to the end of the line.
    fn text(&mut self) -> Kind {
        self.at += 1;
        loop {
            match self.peek(0) {
                b'"' => return self.sign(1, Kind::Text),
                b'\n' => break,
                0 if self.at >= self.text.len() => break,
                b'\\' if !matches!(self.peek(1), b'\n') && self.at + 1 < self.text.len() => self.at += 2,
                _ => self.at += 1,
            }
        }
        // A byte after a backslash may have been the first of a longer character.
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        if byte(self.text, self.at.wrapping_sub(1)) == b'\r' {
            self.at -= 1;
        }
        Kind::Fault(Fault::UnclosedText)
    }

    /// A text in quotes of another kind, when its closing quote stands on the same line.
    fn other_quotes(&mut self, kind: usize, closing: &[char], fault: Fault) -> Kind {
        let first = self.next_char().map_or(1, char::len_utf8);
        let searched = self.no_quote.get(kind).copied().unwrap_or(0);
        let found = if self.at < searched {
            None
        } else {
            let inner = self.rest().get(first..).unwrap_or("");
            inner.char_indices().find(|(_, c)| *c == '\n' || closing.contains(c)).or(Some((inner.len(), '\n')))
        };
        match found {
            Some((offset, c)) if c != '\n' => self.sign(first + offset + c.len_utf8(), Kind::Fault(fault)),
            end => {
                if let (Some((offset, _)), Some(place)) = (end, self.no_quote.get_mut(kind)) {
                    *place = self.at + first + offset;
                }
                self.sign(first, Kind::Fault(if fault == Fault::SingleQuotes { Fault::Character } else { fault }))
            }
        }
    }

    /// A number, a date, a time, or what was meant as one.
    fn number(&mut self) -> Kind {
        let form = calendar_length(self.text, self.at).or_else(|| clock_length(self.text, self.at));
        if let Some(length) = form
            && !is_name_byte(byte(self.text, self.at + length))
        {
            return self.sign(length, Kind::Number);
        }
        if let Some(length) = like_a_date(self.text, self.at) {
            return self.sign(length, Kind::Fault(Fault::Date));
        }
        let zero_in_front = self.peek(0) == b'0' && self.peek(1).is_ascii_digit();
        self.skip_while(|b| b.is_ascii_digit());
        if self.peek(0) == b'.' && self.peek(1).is_ascii_digit() {
            self.at += 1;
            self.skip_while(|b| b.is_ascii_digit());
        }
        if is_name_byte(self.peek(0)) {
            self.skip_while(is_name_byte);
            return Kind::Fault(Fault::Number);
        }
        if self.peek(0) == b'%' {
            self.at += 1;
            if is_name_byte(self.peek(0)) {
                self.skip_while(is_name_byte);
                return Kind::Fault(Fault::Number);
            }
        }
        if zero_in_front { Kind::Fault(Fault::Number) } else { Kind::Number }
    }

    /// A character beyond ASCII, outside texts and comments.
    fn beyond_ascii(&mut self) -> Kind {
        let Some(c) = self.next_char() else { return self.sign(1, Kind::Fault(Fault::Character)) };
        let fault = match c {
            '“' | '”' | '„' | '«' | '»' => {
                return self.other_quotes(0, &['“', '”', '«', '»', '"'], Fault::TypographicQuotes);
            }
            '‘' | '’' | '‚' => return self.other_quotes(1, &['‘', '’', '\''], Fault::TypographicQuotes),
            '–' | '—' | '−' | '‐' | '‑' => Fault::Dash,
            '≤' => Fault::Operator("<="),
            '≥' => Fault::Operator(">="),
            '≠' => Fault::Operator("!="),
            '×' => Fault::Operator("*"),
            '÷' => Fault::Operator("/"),
            '…' => Fault::Operator(".."),
            '→' => Fault::Operator("->"),
            c if is_odd_blank(c) => {
                let rest = self.rest();
                return self.sign(rest.find(|c| !is_odd_blank(c)).unwrap_or(rest.len()), Kind::Fault(Fault::OddBlank));
            }
            c if c.is_alphanumeric() => return self.odd_name(),
            _ => Fault::Character,
        };
        self.sign(c.len_utf8(), Kind::Fault(fault))
    }

    /// The body of a function. One that is not closed ends before the line that begins with the next declaration.
    fn script(&mut self) -> Kind {
        if self.unclosed_scripts < SEARCHED_SCRIPTS {
            if let Some(length) = super::script::length(self.text, self.at) {
                return self.sign(length, Kind::Script);
            }
            self.unclosed_scripts += 1;
        }
        loop {
            self.skip_line();
            let rest = self.rest();
            let line = rest.get(1..).unwrap_or("");
            let word = line.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
            if rest.is_empty() || self.unclosed_scripts >= SEARCHED_SCRIPTS || super::words::begins_declaration(word) {
                return Kind::Fault(Fault::UnclosedScript);
            }
            self.at += 1;
        }
    }

    fn token(&mut self) -> Kind {
        use Fault::Operator;
        let (first, second, third) = (self.peek(0), self.peek(1), self.peek(2));
        match (first, second) {
            (b'#', _) => {
                self.skip_line();
                Kind::Comment
            }
            (b'_', _) => self.odd_name(),
            (b, _) if b.is_ascii_alphabetic() => self.word(),
            (b, _) if b.is_ascii_digit() => self.number(),
            (b'"', _) => self.text(),
            (b'\'', _) => self.other_quotes(2, &['\''], Fault::SingleQuotes),
            (b'/', b'/') => {
                self.skip_line();
                Kind::Fault(Fault::SlashComment)
            }
            (b'/', b'*') => {
                let rest = self.rest();
                let length = rest.get(2..).and_then(|inner| inner.find("*/")).map_or(rest.len(), |at| at + 4);
                self.sign(length, Kind::Fault(Fault::BlockComment))
            }
            (b':', b'=') => self.sign(2, Kind::Fault(Operator("="))),
            (b':', _) => self.sign(1, Kind::Colon),
            (b',', _) => self.sign(1, Kind::Comma),
            (b';', _) => self.sign(1, Kind::Fault(Fault::Semicolon)),
            (b'.', b'.') if matches!(third, b'.' | b'=' | b'<') => self.sign(3, Kind::Fault(Operator(".."))),
            (b'.', b'.') => self.sign(2, Kind::Dots),
            (b'.', b) if b.is_ascii_digit() && !self.after_operand => {
                self.at += 1;
                self.skip_while(|b| b.is_ascii_digit());
                Kind::Fault(Fault::Number)
            }
            (b'.', _) => self.sign(1, Kind::Dot),
            (b'=', b'=') => self.sign(if third == b'=' { 3 } else { 2 }, Kind::Fault(Operator("="))),
            (b'=', b'>') => self.sign(2, Kind::Fault(Fault::FatArrow)),
            (b'=', b'<') => self.sign(2, Kind::Fault(Operator("<="))),
            (b'=', _) => self.sign(1, Kind::Equals),
            (b'!', b'=') if third == b'=' => self.sign(3, Kind::Fault(Operator("!="))),
            (b'!', b'=') => self.sign(2, Kind::Operator),
            (b'!', _) => self.sign(1, Kind::Fault(Operator("not"))),
            (b'<', b'>') => self.sign(2, Kind::Fault(Operator("!="))),
            (b'<' | b'>', b'=') => self.sign(2, Kind::Operator),
            (b'<' | b'>' | b'+' | b'/', _) => self.sign(1, Kind::Operator),
            (b'*', b'*') => self.sign(2, Kind::Fault(Operator(""))),
            (b'*', _) => self.sign(1, Kind::Operator),
            (b'&', b'&') => self.sign(2, Kind::Fault(Operator("and"))),
            (b'|', b'|') => self.sign(2, Kind::Fault(Operator("or"))),
            (b'&', _) => self.sign(1, Kind::Fault(Operator("and"))),
            (b'|', _) => self.sign(1, Kind::Bar),
            (b'-', b'>') => self.sign(2, Kind::Arrow),
            (b'-', _) => self.sign(1, Kind::Minus),
            (b'(', _) => self.sign(1, Kind::Open(Bracket::Round)),
            (b')', _) => self.sign(1, Kind::Close(Bracket::Round)),
            (b'[', _) => self.sign(1, Kind::Open(Bracket::Square)),
            (b']', _) => self.sign(1, Kind::Close(Bracket::Square)),
            (b'{', _) if self.script == 2 => self.script(),
            (b'{', _) => self.sign(1, Kind::Open(Bracket::Curly)),
            (b'}', _) => self.sign(1, Kind::Close(Bracket::Curly)),
            (b, _) if b.is_ascii() => self.sign(1, Kind::Fault(Fault::Character)),
            _ => self.beyond_ascii(),
        }
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        self.skip_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
        if self.at >= self.text.len() {
            return None;
        }
        let start = self.at;
        let kind = self.token();
        if kind != Kind::Comment {
            self.after_operand = matches!(kind, Kind::Word | Kind::Number | Kind::Text | Kind::Close(_));
            self.script = match (self.script, kind) {
                (_, Kind::Equals) => 1,
                (1, Kind::Word) if self.text.get(start..self.at) == Some("rhai") => 2,
                _ => 0,
            };
        }
        Some(Token { kind, start: offset(start), end: offset(self.at) })
    }
}

/// A byte offset as spans hold it; files are far below 4 GiB.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn byte(text: &str, at: usize) -> u8 {
    text.as_bytes().get(at).copied().unwrap_or(0)
}

fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

fn is_odd_blank(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}') || (!c.is_ascii() && c.is_whitespace())
}

/// How long the run of digits at `at` is, looking no further than `most + 1`.
fn digit_run(text: &str, at: usize, most: usize) -> usize {
    (0..=most).take_while(|ahead| byte(text, at + ahead).is_ascii_digit()).count()
}

/// The length of `2026-01-02` or `2026-01-02T10:30[:00[.5]][Z|+01:00]` at `at`.
fn calendar_length(text: &str, at: usize) -> Option<usize> {
    let dashes = byte(text, at + 4) == b'-' && byte(text, at + 7) == b'-';
    let digits = digit_run(text, at, 4) == 4 && digit_run(text, at + 5, 2) == 2 && digit_run(text, at + 8, 2) == 2;
    if !dashes || !digits {
        return None;
    }
    if byte(text, at + 10) != b'T' {
        return Some(10);
    }
    let clock = clock_length(text, at + 11)?;
    let end = at + 11 + clock;
    let zone = match byte(text, end) {
        b'Z' => 1,
        b'+' | b'-'
            if digit_run(text, end + 1, 2) == 2 && byte(text, end + 3) == b':' && digit_run(text, end + 4, 2) == 2 =>
        {
            6
        }
        _ => 0,
    };
    Some(11 + clock + zone)
}

/// The length of `10:30`, `10:30:00` or `10:30:00.25` at `at`.
fn clock_length(text: &str, at: usize) -> Option<usize> {
    if digit_run(text, at, 2) != 2 || byte(text, at + 2) != b':' || digit_run(text, at + 3, 2) != 2 {
        return None;
    }
    if byte(text, at + 5) != b':' || digit_run(text, at + 6, 2) != 2 {
        return Some(5);
    }
    match digit_run(text, at + 9, 6) {
        fraction @ 1..=6 if byte(text, at + 8) == b'.' => Some(9 + fraction),
        _ => Some(8),
    }
}

/// The length of digits, dash, digits, dash, digits without blanks, where the first have four places.
fn like_a_date(text: &str, at: usize) -> Option<usize> {
    if digit_run(text, at, 4) != 4 || byte(text, at + 4) != b'-' {
        return None;
    }
    let month = digit_run(text, at + 5, 2);
    let second_dash = at + 5 + month;
    if month == 0 || byte(text, second_dash) != b'-' {
        return None;
    }
    let day = digit_run(text, second_dash + 1, 4);
    (day > 0).then_some(second_dash + 1 + day - at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, &str)> {
        Lexer::new(text).map(|t| (t.kind, &text[t.start as usize..t.end as usize])).collect()
    }

    #[test]
    fn numbers_dates_and_times() {
        for text in [
            "0",
            "12",
            "0.5",
            "25%",
            "99.8%",
            "2026-01-02",
            "10:30",
            "10:30:00",
            "10:30:00.123456",
            "2026-01-02T10:30",
            "2026-01-02T10:30:00Z",
            "2026-01-02T10:30:00.5-05:00",
            "2026-01-02T10:30+01:00",
        ] {
            assert_eq!(kinds(text), [(Kind::Number, text)]);
        }
        for text in ["12months", "1_000", "1e5", "0x1F", "25%x"] {
            assert_eq!(kinds(text), [(Kind::Fault(Fault::Number), text)]);
        }
        for text in ["2026-1-2", "2026-01-2", "2026-1-02", "2026-01-022"] {
            assert_eq!(kinds(text), [(Kind::Fault(Fault::Date), text)]);
        }
        assert_eq!(kinds("1..5"), [(Kind::Number, "1"), (Kind::Dots, ".."), (Kind::Number, "5")]);
        assert_eq!(kinds("1.5..2")[1], (Kind::Dots, ".."));
        assert_eq!(kinds("2026 - 1")[1], (Kind::Minus, "-"));
        assert_eq!(kinds("= .5")[1], (Kind::Fault(Fault::Number), ".5"));
    }

    #[test]
    fn texts_and_what_is_meant_as_such() {
        assert_eq!(kinds(r#""a \" # b" c"#), [(Kind::Text, r#""a \" # b""#), (Kind::Word, "c")]);
        assert_eq!(kinds("\"abc\r\nd"), [(Kind::Fault(Fault::UnclosedText), "\"abc"), (Kind::Word, "d")]);
        assert_eq!(kinds("\"abc\\"), [(Kind::Fault(Fault::UnclosedText), "\"abc\\")]);
        assert_eq!(kinds("\"abc\\é"), [(Kind::Fault(Fault::UnclosedText), "\"abc\\é")]);
        assert_eq!(kinds("“a b” c")[0], (Kind::Fault(Fault::TypographicQuotes), "“a b”"));
        assert_eq!(kinds("'a b' c")[0], (Kind::Fault(Fault::SingleQuotes), "'a b'"));
        assert_eq!(kinds("'a b")[0], (Kind::Fault(Fault::Character), "'"));
    }

    #[test]
    fn names_and_odd_characters() {
        assert_eq!(kinds("né x"), [(Kind::Fault(Fault::Name), "né"), (Kind::Word, "x")]);
        assert_eq!(kinds("_x")[0], (Kind::Fault(Fault::Name), "_x"));
        assert_eq!(kinds("a\u{a0}\u{a0}b")[1], (Kind::Fault(Fault::OddBlank), "\u{a0}\u{a0}"));
        assert_eq!(kinds("a ≥ b")[1].0, Kind::Fault(Fault::Operator(">=")));
        assert_eq!(kinds("\u{feff}a"), [(Kind::Word, "a")]);
        assert_eq!(kinds("a \0 b")[1], (Kind::Fault(Fault::Character), "\0"));
    }

    #[test]
    fn comments_of_here_and_elsewhere() {
        assert_eq!(kinds("a # \"b\nc")[1], (Kind::Comment, "# \"b"));
        assert_eq!(kinds("a // b\nc")[1], (Kind::Fault(Fault::SlashComment), "// b"));
        assert_eq!(kinds("a /* b\n */ c")[1], (Kind::Fault(Fault::BlockComment), "/* b\n */"));
        assert_eq!(kinds("a /* b")[1], (Kind::Fault(Fault::BlockComment), "/* b"));
    }
}
