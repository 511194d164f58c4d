//! How many values of an array are missing.

/// How many of so many bits from an offset on are not set. Bits past the end of the bytes are taken as not set.
pub fn count(bytes: &[u8], offset: usize, length: usize) -> usize {
    let end = offset + length;
    let bytes = bytes.get(offset / 8..).unwrap_or_default();
    let bytes = bytes.get(..end.div_ceil(8) - offset / 8).unwrap_or(bytes);
    let before = bytes.first().map_or(0, |first| (first & !(u8::MAX << (offset % 8))).count_ones());
    // The last byte is the end's own only where all bytes are there.
    let whole = offset / 8 + bytes.len() == end.div_ceil(8) && !end.is_multiple_of(8);
    let after = bytes.last().filter(|_| whole).map_or(0, |last| (last >> (end % 8)).count_ones());
    length.saturating_sub(ones(bytes).saturating_sub((before + after) as usize))
}

fn ones(bytes: &[u8]) -> usize {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
        // A column of a frame is counted before anything is read of it: without these it takes 5 % of an evaluation.
        // SAFETY: the processor has these features; the function has no other condition.
        return unsafe { fast(bytes) };
    }
    plain(bytes)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn fast(bytes: &[u8]) -> usize {
    plain(bytes)
}

#[inline(always)]
fn plain(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks();
    let words: usize = words.iter().map(|&word| u64::from_le_bytes(word).count_ones() as usize).sum();
    words + rest.iter().map(|byte| byte.count_ones() as usize).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_counted_bit_by_bit() {
        let bytes: Vec<u8> = (0..40_u8).map(|at| at.wrapping_mul(151).rotate_left(3) ^ 0x5a).collect();
        let bit = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1);
        for offset in (0..70).chain([310, 319, 320, 330]) {
            for length in (0..150).chain([240, 250, 320, 400]) {
                let expected = (offset..offset + length).filter(|&at| !bit(at)).count();
                assert_eq!(count(&bytes, offset, length), expected, "{length} from {offset}");
                assert_eq!(plain(&bytes), ones(&bytes));
            }
        }
        assert_eq!(count(&[], 3, 5), 5);
    }
}
