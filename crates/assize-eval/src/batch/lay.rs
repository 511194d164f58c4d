//! Bitmaps as bytes: a byte a row, made of the bitmaps that have the row.

#![expect(clippy::indexing_slicing, reason = "every bitmap has the words of a chunk, and no more rows are asked for")]

use super::bits::{WORDS, spread};

type Bits = [u64; WORDS];

/// A bitmap, and what is exclusive-or'd into the bytes of its rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layer<'a> {
    pub(super) rows: &'a Bits,
    /// Rows of the bitmap that are none of the layer's.
    pub(super) but: &'a Bits,
    pub(super) with: u8,
}

impl<'a> Layer<'a> {
    /// Of all rows of a bitmap.
    pub(super) const fn new(rows: &'a Bits, with: u8) -> Self {
        const NONE: Bits = [0; WORDS];
        Self { rows, but: &NONE, with }
    }

    #[inline(always)]
    fn word(&self, at: usize) -> u64 {
        self.rows[at] & !self.but[at]
    }
}

/// Adds so many bytes, at most a chunk: `base`, with all layers in it.
pub(super) fn lay(base: u8, layers: &[Layer<'_>], len: usize, out: &mut Vec<u8>) {
    let whole = len / 64;
    if !wide::lay(base, layers, whole, out) {
        (0..whole).for_each(|at| out.extend_from_slice(&block(base, layers, at)));
    }
    let rest = len % 64;
    if rest > 0 {
        out.extend_from_slice(&block(base, layers, whole)[..rest]);
    }
}

fn block(base: u8, layers: &[Layer<'_>], at: usize) -> [u8; 64] {
    let mut out = [base; 64];
    for layer in layers {
        let word = layer.word(at);
        if word != 0 {
            for (eight, out) in out.as_chunks_mut::<8>().0.iter_mut().enumerate() {
                let with = spread((word >> (8 * eight)) as u8).wrapping_mul(u64::from(layer.with));
                *out = (u64::from_le_bytes(*out) ^ with).to_le_bytes();
            }
        }
    }
    out
}

/// With AVX2, which makes a byte of each of 32 bits at once: writing values and states then takes a fifth of the time.
#[cfg(target_arch = "x86_64")]
mod wide {
    use super::Layer;
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_extract_epi64, _mm256_set_epi64x, _mm256_set1_epi8,
        _mm256_set1_epi32, _mm256_set1_epi64x, _mm256_shuffle_epi8, _mm256_xor_si256,
    };

    /// Adds so many times 64 bytes; false where the processor cannot.
    pub(super) fn lay(base: u8, layers: &[Layer<'_>], blocks: usize, out: &mut Vec<u8>) -> bool {
        if !is_x86_feature_detected!("avx2") {
            return false;
        }
        #[expect(unsafe_code, reason = "writing values and states takes a fifth of the time, measured")]
        // SAFETY: the processor has AVX2; the function has no other condition.
        unsafe {
            blocks_of(base, layers, blocks, out);
        }
        true
    }

    #[target_feature(enable = "avx2")]
    fn blocks_of(base: u8, layers: &[Layer<'_>], blocks: usize, out: &mut Vec<u8>) {
        out.reserve(blocks * 64);
        let base = _mm256_set1_epi8(base.cast_signed());
        for at in 0..blocks {
            let (mut low, mut high) = (base, base);
            for layer in layers {
                let word = layer.word(at);
                if word == 0 {
                    continue;
                }
                let with = _mm256_set1_epi8(layer.with.cast_signed());
                low = _mm256_xor_si256(low, _mm256_and_si256(with, bytes(word as u32)));
                high = _mm256_xor_si256(high, _mm256_and_si256(with, bytes((word >> 32) as u32)));
            }
            let mut block = [0; 64];
            let (eights, _) = block.as_chunks_mut::<8>();
            for (eight, of) in eights.iter_mut().zip([quarters(low), quarters(high)].as_flattened()) {
                *eight = of.to_le_bytes();
            }
            out.extend_from_slice(&block);
        }
    }

    /// A byte of ones for each bit.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn bytes(bits: u32) -> __m256i {
        // Each byte first has the eight bits that its own is among.
        let eights = _mm256_set_epi64x(0x0303_0303_0303_0303, 0x0202_0202_0202_0202, 0x0101_0101_0101_0101, 0);
        let own = _mm256_set1_epi64x(0x8040_2010_0804_0201_u64.cast_signed());
        let spread = _mm256_shuffle_epi8(_mm256_set1_epi32(bits.cast_signed()), eights);
        _mm256_cmpeq_epi8(_mm256_and_si256(spread, own), own)
    }

    #[target_feature(enable = "avx2")]
    #[inline]
    fn quarters(all: __m256i) -> [i64; 4] {
        [
            _mm256_extract_epi64::<0>(all),
            _mm256_extract_epi64::<1>(all),
            _mm256_extract_epi64::<2>(all),
            _mm256_extract_epi64::<3>(all),
        ]
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod wide {
    pub(super) fn lay(_base: u8, _layers: &[super::Layer<'_>], _blocks: usize, _out: &mut Vec<u8>) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_laid_over_each_other() {
        let mixed = |seed: u64| -> Bits {
            std::array::from_fn(|at| (at as u64 + seed).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17))
        };
        let (a, b, c, d) = (mixed(1), mixed(2), mixed(3), [0; WORDS]);
        for len in [0_usize, 1, 63, 64, 65, 1000, 4095, 4096] {
            let words = len.div_ceil(64);
            let part = Layer { rows: &c, but: &a, with: 0x80 };
            let layers = [Layer::new(&a, 0xff), Layer::new(&b, 0x03), part, Layer::new(&d, 0x55), Layer::new(&c, 0)];
            let mut out = vec![7];
            lay(0xee, &layers, len, &mut out);
            assert_eq!(out.len(), len + 1);
            let narrow: Vec<u8> = (0..words).flat_map(|at| block(0xee, &layers, at)).collect();
            for row in 0..len {
                let one = |of: &Layer<'_>| if of.word(row / 64) >> (row % 64) & 1 == 1 { of.with } else { 0 };
                let expected = layers.iter().map(one).fold(0xee, |byte, with| byte ^ with);
                assert_eq!((out[row + 1], narrow[row]), (expected, expected), "{len} {row}");
            }
        }
    }
}
