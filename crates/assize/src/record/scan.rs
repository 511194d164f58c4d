//! JSON text, token by token: strictly what the grammar takes, and nothing built from it.

use assize_model::decimal::Decimal;
use std::fmt::Write as _;

/// Values that stand inside one another where nothing reads them; past that the reader of files takes over.
const DEEPEST: u32 = 64;

/// The text is not what it is taken for here: the reader of files says what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Odd;

/// A part of the text, or of the arena, where texts with escapes are written out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub arena: bool,
}

impl Span {
    pub fn of<'t>(self, text: &'t str, arena: &'t str) -> &'t str {
        let from = if self.arena { arena } else { text };
        from.get(self.start..self.end).unwrap_or("")
    }
}

/// Where a text is being read.
#[derive(Debug, Clone, Copy)]
pub struct Scan<'a> {
    pub text: &'a str,
    bytes: &'a [u8],
    pub at: usize,
}

impl<'a> Scan<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0 }
    }

    /// The next byte; zero at the end, which no value begins or ends with.
    #[inline]
    pub fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// The next eight bytes, the first of them lowest.
    #[inline]
    fn word(&self, at: usize) -> Option<u64> {
        let chunk = self.bytes.get(at..)?.first_chunk::<8>()?;
        Some(u64::from_le_bytes(*chunk))
    }

    /// Passes over blanks.
    #[inline]
    pub fn blanks(&mut self) {
        while self.peek() <= b' ' && matches!(self.peek(), b' ' | b'\n' | b'\t' | b'\r') {
            self.at += 1;
        }
    }

    /// Passes over one byte that has to be there.
    #[inline]
    pub fn expect(&mut self, byte: u8) -> Result<(), Odd> {
        if self.peek() != byte {
            return Err(Odd);
        }
        self.at += 1;
        Ok(())
    }

    /// Passes over a text of which the first eight bytes under a mask, and the last eight, are known; whether it stands
    /// here.
    #[inline]
    pub fn pass(&mut self, written: &[u8], head: u64, mask: u64, tail: u64) -> bool {
        let length = written.len();
        let stands = match self.word(self.at) {
            _ if length == 0 => false,
            Some(word) if word & mask != head => false,
            Some(_) if length <= 8 => true,
            Some(_) if length <= 16 => self.word(self.at + length - 8) == Some(tail),
            // A long name, or the end is near.
            _ => self.bytes.get(self.at..self.at + length) == Some(written),
        };
        if stands {
            self.at += length;
        }
        stands
    }

    /// Passes over `true` or `false`.
    #[inline]
    pub fn boolean(&mut self) -> Option<bool> {
        const TRUE: u64 = u32::from_le_bytes(*b"true") as u64;
        const FALSE: u64 = u64::from_le_bytes(*b"false\0\0\0");
        let word = match self.word(self.at) {
            Some(word) => word,
            None => self.rest(),
        };
        let yes = word & 0xffff_ffff == TRUE;
        let no = word & 0xff_ffff_ffff == FALSE;
        if !(yes | no) {
            return None;
        }
        self.at += 4 + usize::from(no);
        Some(yes)
    }

    /// The last bytes, fewer than eight, as a word.
    #[cold]
    fn rest(&self) -> u64 {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        rest.iter().take(8).rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
    }

    /// Passes over a whole number of up to 18 digits; nothing where there is something else, or more of it.
    #[inline]
    pub fn integer(&mut self) -> Option<i64> {
        let mut at = self.at;
        let negative = self.peek() == b'-';
        at += usize::from(negative);
        let first = at;
        let mut value: i64 = 0;
        let mut byte;
        loop {
            byte = self.bytes.get(at).copied().unwrap_or(0);
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                break;
            }
            // What is too long is given up below.
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
            at += 1;
        }
        let length = at - first;
        let zero = length > 1 && self.bytes.get(first) == Some(&b'0');
        if length == 0 || length > 18 || zero || matches!(byte, b'.' | b'e' | b'E') {
            return None;
        }
        self.at = at;
        Some(if negative { -value } else { value })
    }

    /// Passes over a number; whether it has an exponent.
    pub fn number(&mut self) -> Result<(Span, bool), Odd> {
        let start = self.at;
        if self.peek() == b'-' {
            self.at += 1;
        }
        match self.peek() {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.digits(),
            _ => return Err(Odd),
        }
        if self.peek() == b'.' {
            self.at += 1;
            if !self.peek().is_ascii_digit() {
                return Err(Odd);
            }
            self.digits();
        }
        let exponent = matches!(self.peek(), b'e' | b'E');
        if exponent {
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            if !self.peek().is_ascii_digit() {
                return Err(Odd);
            }
            self.digits();
        } else if self.peek().is_ascii_digit() {
            // A zero before other digits.
            return Err(Odd);
        }
        Ok((Span { start, end: self.at, arena: false }, exponent))
    }

    fn digits(&mut self) {
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
    }

    /// Where the next byte is that ends or escapes a text, or that none may have.
    #[inline]
    fn special(&self) -> usize {
        let mut at = self.at;
        while let Some(word) = self.word(at) {
            let found = special(word);
            if found != 0 {
                return at + (found.trailing_zeros() / 8) as usize;
            }
            at += 8;
        }
        while self.bytes.get(at).is_some_and(|&byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
            at += 1;
        }
        at
    }

    /// Passes over a text. One with escapes is written to the arena.
    #[inline]
    pub fn string(&mut self, arena: &mut String) -> Result<Span, Odd> {
        self.expect(b'"')?;
        let start = self.at;
        self.at = self.special();
        match self.peek() {
            b'"' => {
                let end = self.at;
                self.at += 1;
                Ok(Span { start, end, arena: false })
            }
            b'\\' => self.escaped(start, arena),
            _ => Err(Odd),
        }
    }

    fn escaped(&mut self, mut from: usize, arena: &mut String) -> Result<Span, Odd> {
        let start = arena.len();
        loop {
            arena.push_str(self.text.get(from..self.at).ok_or(Odd)?);
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    return Ok(Span { start, end: arena.len(), arena: true });
                }
                b'\\' => {
                    self.at += 1;
                    arena.push(self.escape()?);
                }
                _ => return Err(Odd),
            }
            from = self.at;
            self.at = self.special();
        }
    }

    fn escape(&mut self) -> Result<char, Odd> {
        let byte = self.peek();
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.hex()?;
                if (0xd800..0xdc00).contains(&first) {
                    self.expect(b'\\')?;
                    self.expect(b'u')?;
                    let second = self.hex()?.checked_sub(0xdc00).filter(|&low| low < 0x400).ok_or(Odd)?;
                    char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second).ok_or(Odd)?
                } else {
                    // Half of a character is none.
                    char::from_u32(first).ok_or(Odd)?
                }
            }
            _ => return Err(Odd),
        })
    }

    fn hex(&mut self) -> Result<u32, Odd> {
        let mut value = 0;
        for _ in 0..4 {
            value = value << 4 | char::from(self.peek()).to_digit(16).ok_or(Odd)?;
            self.at += 1;
        }
        Ok(value)
    }

    fn pass_string(&mut self) -> Result<(), Odd> {
        self.expect(b'"')?;
        loop {
            self.at = self.special();
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\\' => {
                    self.at += 1;
                    match self.peek() {
                        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 1,
                        b'u' => {
                            self.at += 1;
                            self.hex()?;
                        }
                        _ => return Err(Odd),
                    }
                }
                _ => return Err(Odd),
            }
        }
    }

    /// Passes over a word that has to be there.
    pub fn word_of(&mut self, word: &str) -> Result<Span, Odd> {
        let start = self.at;
        let end = start + word.len();
        if self.bytes.get(start..end) != Some(word.as_bytes()) {
            return Err(Odd);
        }
        self.at = end;
        Ok(Span { start, end, arena: false })
    }

    fn pass_name(&mut self) -> Result<(), Odd> {
        self.blanks();
        self.pass_string()?;
        self.blanks();
        self.expect(b':')
    }

    /// Passes over a value, whatever it is. Its stack is a word.
    pub fn pass_value(&mut self) -> Result<(), Odd> {
        // For each value that is open, the last lowest, whether it is an object.
        let mut objects = 0_u64;
        let mut depth = 0;
        loop {
            self.blanks();
            let opens = match self.peek() {
                b'"' => {
                    self.pass_string()?;
                    false
                }
                b'-' | b'0'..=b'9' => {
                    self.number()?;
                    false
                }
                b't' => {
                    self.word_of("true")?;
                    false
                }
                b'f' => {
                    self.word_of("false")?;
                    false
                }
                b'n' => {
                    self.word_of("null")?;
                    false
                }
                byte @ (b'{' | b'[') => {
                    let object = byte == b'{';
                    self.at += 1;
                    self.blanks();
                    if self.peek() == if object { b'}' } else { b']' } {
                        self.at += 1;
                        false
                    } else {
                        if depth == DEEPEST {
                            return Err(Odd);
                        }
                        depth += 1;
                        objects = objects << 1 | u64::from(object);
                        if object {
                            self.pass_name()?;
                        }
                        true
                    }
                }
                _ => return Err(Odd),
            };
            while !opens {
                if depth == 0 {
                    return Ok(());
                }
                let object = objects & 1 == 1;
                self.blanks();
                match self.peek() {
                    b',' => {
                        self.at += 1;
                        if object {
                            self.pass_name()?;
                        }
                        break;
                    }
                    b'}' if object => {}
                    b']' if !object => {}
                    _ => return Err(Odd),
                }
                self.at += 1;
                depth -= 1;
                objects >>= 1;
            }
        }
    }
}

/// The highest bit of each byte that is a quote, a backslash or below a blank; above the lowest such byte there can be
/// others.
#[inline]
fn special(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let quote = zero(word ^ (ONES * b'"' as u64));
    let backslash = zero(word ^ (ONES * b'\\' as u64));
    let control = word.wrapping_sub(ONES * b' ' as u64) & !word;
    (quote | backslash | control) & (ONES << 7)
}

/// Writes a number with an exponent as a cell has it: `1e3` is the integer 1000; what does not fit stays as it is
/// written, for the field to refuse.
pub fn write_number(text: &str, arena: &mut String) {
    match Decimal::parse(text) {
        // Writing to a string does not fail.
        Ok(value) => _ = write!(arena, "{}", value.normalized()),
        Err(_) => arena.push_str(text),
    }
}
