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

    /// Passes over blanks.
    #[inline]
    pub fn blanks(&mut self) {
        while self.peek() <= b' ' && matches!(self.peek(), b' ' | b'\n' | b'\t' | b'\r') {
            self.at += 1;
        }
    }

    /// Goes to the next member of an object, or past its end; whether that was it.
    pub fn ends(&mut self) -> Result<bool, Odd> {
        self.blanks();
        let ends = match self.peek() {
            b',' => false,
            b'}' => true,
            _ => return Err(Odd),
        };
        self.at += 1;
        if !ends {
            self.blanks();
        }
        Ok(ends)
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

    /// The whole text as bytes.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
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
        while let Some(word) = word(self.bytes, at) {
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

    /// Passes over what stands between brackets, by these alone: what it is, is for others to say.
    pub fn pass_brackets(&mut self) -> Result<(), Odd> {
        let mut depth = 0_usize;
        loop {
            let byte = *self.bytes.get(self.at).ok_or(Odd)?;
            self.at += 1;
            match byte {
                b'"' => loop {
                    let inside = *self.bytes.get(self.at).ok_or(Odd)?;
                    self.at += if inside == b'\\' { 2 } else { 1 };
                    if inside == b'"' {
                        break;
                    }
                },
                b'[' | b'{' => depth += 1,
                b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
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
            if opens {
                continue;
            }
            loop {
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

/// Eight bytes, the first of them lowest.
#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let chunk = bytes.get(at..)?.first_chunk::<8>()?;
    Some(u64::from_le_bytes(*chunk))
}

/// The last bytes, fewer than eight, as a word.
#[cold]
fn rest(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or(&[]);
    rest.iter().take(8).rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}

/// A text that is looked for, in a form in which short ones are compared at once.
#[derive(Debug, Clone)]
pub struct Written {
    text: Box<[u8]>,
    /// Its first eight bytes, and which of these there are.
    head: u64,
    mask: u64,
    /// Its last eight bytes, where it has more than eight.
    tail: u64,
}

impl Written {
    /// An empty text stands nowhere.
    pub fn new(text: &[u8]) -> Self {
        let mask = if text.len() >= 8 { u64::MAX } else { (1 << (8 * text.len())) - 1 };
        let head = rest(text, 0);
        let tail = text.last_chunk::<8>().map_or(0, |tail| u64::from_le_bytes(*tail));
        // No byte of a text in UTF-8 has all its bits.
        let head = if text.is_empty() { u64::MAX } else { head };
        Self { text: text.into(), head, mask, tail }
    }

    /// Where it ends, when it stands here.
    #[inline]
    pub fn stands(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let length = self.text.len();
        let Some(first) = word(bytes, at) else { return self.stands_near_end(bytes, at) };
        if first & self.mask != self.head {
            return None;
        }
        let stands = match length {
            0..=8 => true,
            9..=16 => word(bytes, at + length - 8) == Some(self.tail),
            _ => bytes.get(at..at + length) == Some(&*self.text),
        };
        if stands { Some(at + length) } else { None }
    }

    #[cold]
    fn stands_near_end(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let end = at + self.text.len();
        (!self.text.is_empty() && bytes.get(at..end) == Some(&*self.text)).then_some(end)
    }
}

/// Finds which of some names stands somewhere, by the eight bytes that it begins with.
#[derive(Debug, Clone)]
pub struct Finder {
    /// Indices of names, [`u32::MAX`] for none; a power of two of them, at least three quarters of them empty.
    slots: Vec<u32>,
    shift: u32,
}

/// Names looked at, at most: others that begin alike are looked up as texts.
const PROBES: usize = 8;

impl Finder {
    /// Of names in quotes and what follows; empty ones are found nowhere.
    pub fn new<'a>(names: impl ExactSizeIterator<Item = &'a Written>) -> Self {
        let bits = (4 * names.len() + 1).next_power_of_two().trailing_zeros().max(1);
        let mut finder = Self { slots: vec![u32::MAX; 1 << bits], shift: 64 - bits };
        for (index, name) in names.enumerate().filter(|(_, name)| !name.text.is_empty()) {
            let mut at = finder.place(name.head);
            while let Some(slot) = finder.slots.get_mut(at & ((1 << bits) - 1)) {
                if *slot == u32::MAX {
                    *slot = u32::try_from(index).unwrap_or(u32::MAX);
                    break;
                }
                at += 1;
            }
        }
        finder
    }

    /// Where a name is that begins with these bytes: up to its closing quote, if that is among them.
    #[inline]
    fn place(&self, word: u64) -> usize {
        let quote = zero_bytes((word >> 8) ^ (ONES * b'"' as u64)) & (ONES << 7);
        // The closing quote comes at least one byte after the other.
        let begins = if quote == 0 { word } else { word & (u64::MAX >> (48 - (quote.trailing_zeros() & 56).min(48))) };
        (begins.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize
    }

    /// Which name stands here, and where what stands there ends.
    #[inline]
    pub fn find<'m>(
        &self,
        bytes: &[u8],
        at: usize,
        name: impl Fn(usize) -> Option<&'m Written>,
    ) -> Option<(usize, usize)> {
        let first = self.place(word(bytes, at)?);
        for place in first..first + PROBES {
            let index = *self.slots.get(place & (self.slots.len() - 1))? as usize;
            if let Some(end) = name(index)?.stands(bytes, at) {
                return Some((index, end));
            }
        }
        None
    }
}

/// `true` or `false`, and where it ends.
#[inline]
pub fn boolean(bytes: &[u8], at: usize) -> Option<(bool, usize)> {
    const TRUE: u64 = u32::from_le_bytes(*b"true") as u64;
    const FALSE: u64 = u64::from_le_bytes(*b"false\0\0\0");
    let word = match word(bytes, at) {
        Some(word) => word,
        None => rest(bytes, at),
    };
    let yes = word & 0xffff_ffff == TRUE;
    let no = word & 0xff_ffff_ffff == FALSE;
    if yes | no { Some((yes, at + 4 + usize::from(no))) } else { None }
}

/// A whole number of up to 18 digits, and where it ends; nothing where there is something else, or more of it.
#[inline]
pub fn integer(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let digit = |at: usize| bytes.get(at).map_or(u8::MAX, |byte| byte.wrapping_sub(b'0'));
    let negative = bytes.get(at) == Some(&b'-');
    let first = at + usize::from(negative);
    let mut value = i64::from(digit(first));
    if value > 9 {
        return None;
    }
    let mut at = first + 1;
    let mut next = digit(at);
    if next <= 9 {
        if value == 0 {
            return None;
        }
        while next <= 9 {
            // What is too long is given up below.
            value = value.wrapping_mul(10).wrapping_add(i64::from(next));
            at += 1;
            next = digit(at);
        }
        if at - first > 18 {
            return None;
        }
    }
    const POINT: u8 = b'.'.wrapping_sub(b'0');
    const LOWER: u8 = b'e' - b'0';
    const UPPER: u8 = b'E' - b'0';
    if matches!(next, POINT | LOWER | UPPER) {
        return None;
    }
    Some((if negative { -value } else { value }, at))
}

/// Whether there is no value here, and where that ends.
#[inline]
pub fn null(bytes: &[u8], at: usize) -> Option<usize> {
    (bytes.get(at..at + 4) == Some(b"null")).then_some(at + 4)
}

/// One in each byte.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The highest bit of the lowest byte that is zero; of those above it, and the other bits, nothing is said.
#[inline]
fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word
}

/// The highest bit of each byte that is a quote, a backslash or below a blank; above the lowest such byte there can be
/// others.
#[inline]
fn special(word: u64) -> u64 {
    let quote = zero_bytes(word ^ (ONES * b'"' as u64));
    let backslash = zero_bytes(word ^ (ONES * b'\\' as u64));
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
