//! Bitmaps of a chunk: words of 64 rows, the first row in the lowest bit. Bits past the chunk's rows are zero, always.

#![expect(clippy::indexing_slicing, reason = "words are looked up by row numbers below the bitmap's own length")]

use arrow_buffer::BooleanBuffer;

/// Rows worked on together. A power of two: large enough that the work of choosing what to do next is small beside the
/// work done, small enough that the registers of a rule stay in the nearest caches.
pub(super) const CHUNK: usize = 4096;
/// Words of a chunk's bitmap.
pub(super) const WORDS: usize = CHUNK / 64;

/// How many words hold `rows` bits.
#[inline]
pub(super) const fn words(rows: usize) -> usize {
    rows.div_ceil(64)
}

/// The bits of word `at` that are rows, of a bitmap of `rows` rows.
#[inline]
pub(super) const fn full(rows: usize, at: usize) -> u64 {
    let from = at * 64;
    if rows >= from + 64 {
        !0
    } else if rows <= from {
        0
    } else {
        !0 >> (64 - (rows - from))
    }
}

/// Sets every row's bit.
pub(super) fn fill(out: &mut [u64], rows: usize) {
    for (at, word) in out.iter_mut().enumerate() {
        *word = full(rows, at);
    }
}

/// Whether a bit is set.
#[inline]
pub(super) fn get(bits: &[u64], row: usize) -> bool {
    bits[row / 64] >> (row % 64) & 1 == 1
}

/// Sets a bit.
#[inline]
pub(super) fn set(bits: &mut [u64], row: usize) {
    bits[row / 64] |= 1 << (row % 64);
}

/// Clears a bit.
#[inline]
pub(super) fn clear(bits: &mut [u64], row: usize) {
    bits[row / 64] &= !(1 << (row % 64));
}

/// Whether any bit is set.
#[inline]
pub(super) fn any(bits: &[u64]) -> bool {
    bits.iter().fold(0, |all, word| all | word) != 0
}

/// The rows whose bits are set, ascending.
#[inline]
pub(super) fn ones(bits: &[u64]) -> impl Iterator<Item = usize> + '_ {
    bits.iter().enumerate().flat_map(|(at, &word)| ones_of(word).map(move |bit| at * 64 + bit))
}

/// The places of a word's set bits, ascending.
#[inline]
pub(super) fn ones_of(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if word == 0 {
            return None;
        }
        let bit = word.trailing_zeros() as usize;
        word &= word - 1;
        Some(bit)
    })
}

/// Up to 64 bits from `from` on.
#[inline]
pub(super) fn window(bits: &[u64], from: usize, len: usize) -> u64 {
    let (at, shift) = (from / 64, from % 64);
    let mut word = bits[at] >> shift;
    if shift + len > 64 {
        word |= bits[at + 1] << (64 - shift);
    }
    if len >= 64 { word } else { word & !(!0 << len) }
}

/// How many bits of `from..to` are set.
#[inline]
pub(super) fn count(bits: &[u64], from: usize, to: usize) -> u32 {
    let mut at = from;
    let mut total = 0;
    while at < to {
        let len = (to - at).min(64);
        total += window(bits, at, len).count_ones();
        at += len;
    }
    total
}

/// Whether any bit of `from..to` is set.
#[inline]
pub(super) fn any_in(bits: &[u64], from: usize, to: usize) -> bool {
    let mut at = from;
    while at < to {
        let len = (to - at).min(64);
        if window(bits, at, len) != 0 {
            return true;
        }
        at += len;
    }
    false
}

/// Copies `rows` bits of a buffer, from its bit `from` on; what the buffer does not have is zero.
pub(super) fn load(buffer: &BooleanBuffer, from: usize, rows: usize, out: &mut [u64]) {
    let bytes = buffer.values();
    let first = buffer.offset() + from;
    let (byte, shift) = (first / 8, first % 8);
    for (at, word) in out.iter_mut().enumerate().take(words(rows)) {
        let start = byte + at * 8;
        let low = match bytes.get(start..start + 8).and_then(|eight| <[u8; 8]>::try_from(eight).ok()) {
            Some(eight) => u64::from_le_bytes(eight),
            None => {
                let rest = bytes.get(start..).unwrap_or(&[]);
                rest.iter().take(8).rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
            }
        };
        let mut bits = low >> shift;
        if shift > 0 {
            bits |= u64::from(bytes.get(start + 8).copied().unwrap_or(0)) << (64 - shift);
        }
        *word = bits & full(rows, at);
    }
}

/// The bits of some rows of a buffer; zero for what the buffer does not have.
pub(super) fn pick(buffer: &BooleanBuffer, rows: &[u32], out: &mut [u64]) {
    let (bytes, offset) = (buffer.values(), buffer.offset());
    for (rows, word) in rows.chunks(64).zip(out) {
        let mut bits = 0_u64;
        for &row in rows.iter().rev() {
            let bit = row as usize + offset;
            bits = bits << 1 | u64::from(bytes.get(bit / 8).copied().unwrap_or(0) >> (bit % 8) & 1);
        }
        *word = bits;
    }
}

/// Eight bits as eight bytes of 0 or 1, the lowest bit in the first byte (little end first).
#[inline]
pub(super) const fn spread(bits: u8) -> u64 {
    let each = (bits as u64).wrapping_mul(0x0101_0101_0101_0101) & 0x8040_2010_0804_0201;
    (each.wrapping_add(0x7f7f_7f7f_7f7f_7f7f) >> 7) & 0x0101_0101_0101_0101
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loads_from_any_bit_offset() {
        let source: Vec<bool> = (0..700).map(|i: usize| i.wrapping_mul(2_654_435_761) >> 7 & 1 == 1).collect();
        let buffer = BooleanBuffer::from(source.clone());
        for offset in [0, 1, 7, 8, 9, 63, 64, 65] {
            let slice = buffer.slice(offset, 700 - offset);
            for (from, rows) in [(0, 0), (0, 1), (0, 63), (0, 64), (0, 65), (3, 500), (64, 129), (630 - offset, 70)] {
                let mut out = [!0; 16];
                load(&slice, from, rows, &mut out);
                for row in 0..rows {
                    assert_eq!(get(&out, row), source[offset + from + row], "{offset} {from} {row}");
                }
                for row in rows..words(rows) * 64 {
                    assert!(!get(&out, row));
                }
            }
        }
    }

    #[test]
    fn ranges_count_and_find() {
        let bits: Vec<u64> =
            (0..5).map(|i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) & 0x0f0f_ff00_1234_8001).collect();
        for from in 0..320 {
            for to in [from, from + 1, from + 5, from + 64, from + 65, from + 200].into_iter().filter(|&to| to <= 320) {
                let naive = (from..to).filter(|&row| get(&bits, row)).count();
                assert_eq!(count(&bits, from, to) as usize, naive);
                assert_eq!(any_in(&bits, from, to), naive > 0);
            }
        }
        assert_eq!(ones(&bits).collect::<Vec<_>>(), (0..320).filter(|&row| get(&bits, row)).collect::<Vec<_>>());
    }

    #[test]
    fn bits_spread_to_bytes() {
        for bits in 0..=255 {
            let bytes = spread(bits).to_le_bytes();
            for (at, byte) in bytes.into_iter().enumerate() {
                assert_eq!(byte, bits >> at & 1);
            }
        }
    }
}
