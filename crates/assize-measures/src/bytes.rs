//! Writing and reading binary forms of what was counted: numbers, texts, and a sum over all of them.

/// Writes bytes.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// As they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// One byte.
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Seven bits a byte, lowest first.
    pub fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// How many items follow.
    pub fn length(&mut self, value: usize) {
        self.number(value as u64);
    }

    /// Small numbers of either sign take few bytes.
    pub fn signed(&mut self, value: i64) {
        self.number(((value << 1) ^ (value >> 63)) as u64);
    }

    /// Its length, and its bytes.
    pub fn text(&mut self, text: &str) {
        self.length(text.len());
        self.raw(text.as_bytes());
    }

    /// All that was written.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// All that was written, with its checksum.
    pub fn finish(mut self) -> Vec<u8> {
        let sum = checksum(&self.bytes);
        self.bytes.extend_from_slice(&sum.to_le_bytes());
        self.bytes
    }
}

/// FNV-1a, 64 bits: finds damage, not forgery.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// The bytes do not hold what is read from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Short {
    /// They end too early.
    Truncated,
    /// They say something that no writer writes.
    Malformed,
}

/// Reads bytes. Nothing read is longer than what is left of the bytes, so a false length cannot ask for memory.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads these.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Takes the checksum off the end.
    ///
    /// # Errors
    ///
    /// It is not that of the rest.
    pub fn checked(&mut self) -> Result<(), Short> {
        let (rest, sum) = self.rest.split_last_chunk::<8>().ok_or(Short::Truncated)?;
        if checksum(rest) != u64::from_le_bytes(*sum) {
            return Err(Short::Truncated);
        }
        self.rest = rest;
        Ok(())
    }

    /// So many of them, as they are.
    ///
    /// # Errors
    ///
    /// There are not so many.
    pub fn raw(&mut self, length: usize) -> Result<&'a [u8], Short> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Short::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    /// One byte.
    ///
    /// # Errors
    ///
    /// There is none.
    pub fn byte(&mut self) -> Result<u8, Short> {
        let (&byte, rest) = self.rest.split_first().ok_or(Short::Truncated)?;
        self.rest = rest;
        Ok(byte)
    }

    /// Seven bits a byte, lowest first.
    ///
    /// # Errors
    ///
    /// They end too early, or have more than 64 bits.
    pub fn number(&mut self) -> Result<u64, Short> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            // The tenth byte has one bit; and a last byte of nothing would be a second form of the same number.
            if (shift == 63 && bits > 1) || (byte == 0 && shift > 0) {
                return Err(Short::Malformed);
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Short::Malformed)
    }

    /// How many items follow, each of at least one byte.
    ///
    /// # Errors
    ///
    /// More than there are bytes.
    pub fn length(&mut self) -> Result<usize, Short> {
        let length = self.number()?;
        usize::try_from(length).ok().filter(|&length| length <= self.rest.len()).ok_or(Short::Truncated)
    }

    /// A number of either sign.
    ///
    /// # Errors
    ///
    /// As [`Reader::number`].
    pub fn signed(&mut self) -> Result<i64, Short> {
        let value = self.number()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// A text behind its length.
    ///
    /// # Errors
    ///
    /// It ends too early, or is not UTF-8.
    pub fn text(&mut self) -> Result<&'a str, Short> {
        let length = self.length()?;
        std::str::from_utf8(self.raw(length)?).map_err(|_| Short::Malformed)
    }

    /// Whether all were read.
    pub const fn is_done(&self) -> bool {
        self.rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip_in_one_form() {
        for value in [0, 1, 127, 128, 16_383, 16_384, 1 << 62, u64::MAX - 1, u64::MAX] {
            let mut writer = Writer::default();
            writer.number(value);
            writer.signed(value as i64);
            let bytes = writer.finish();
            let mut reader = Reader::new(&bytes);
            reader.checked().unwrap();
            assert_eq!(reader.number(), Ok(value));
            assert_eq!(reader.signed(), Ok(value as i64));
            assert!(reader.is_done());
        }
        assert_eq!(Reader::new(&[0x80, 0x00]).number(), Err(Short::Malformed));
        assert_eq!(Reader::new(&[0xff; 12]).number(), Err(Short::Malformed));
        assert_eq!(Reader::new(&[0x80]).number(), Err(Short::Truncated));
    }

    #[test]
    fn a_false_length_asks_for_nothing() {
        let mut writer = Writer::default();
        writer.number(u64::MAX);
        let bytes = writer.finish();
        assert_eq!(Reader::new(&bytes).length(), Err(Short::Truncated));
        assert_eq!(Reader::new(&bytes).text(), Err(Short::Truncated));
    }

    #[test]
    fn damage_is_found() {
        let mut writer = Writer::default();
        writer.text("the same for the same content");
        let bytes = writer.finish();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert!(Reader::new(&damaged).checked().is_err(), "byte {at}");
            assert!(Reader::new(&bytes[..at]).checked().is_err(), "cut at {at}");
        }
    }
}
