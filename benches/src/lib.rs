//! Data of fixed seeds, and hand-written loops over the same columns: the limits that the benches stand beside.

#![expect(clippy::indexing_slicing, reason = "the loops run over columns of one length")]
#![expect(missing_docs, reason = "the fields are columns, named as in the rules")]

pub mod charges;
pub mod moved;
pub mod notified;
pub mod rules;
pub mod seven;

/// SplitMix64: the numbers that all data here is made from.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// The next 64 bits.
    #[expect(clippy::should_implement_trait, reason = "an endless stream that nobody iterates")]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `below`.
    pub fn below(&mut self, below: u64) -> u64 {
        self.next() % below
    }
}

/// The numbers below `count` in some order.
pub fn shuffled(random: &mut Random, count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for at in (1..count).rev() {
        order.swap(at, random.below(at as u64 + 1) as usize);
    }
    order
}
