//! Tests of batch evaluation, on programs built by hand.

mod aggregates;
mod groups;
mod kernels;
mod make;
mod outcomes;
mod tables;

use super::bits::CHUNK;

/// Sizes around the edges of words and chunks.
const SIZES: [usize; 9] = [0, 1, 63, 64, 65, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 17];
