//! An index over the rows of a table: for what each operand comes to, the rows that it leaves, as bits. Rows that do not
//! match for one operand are never looked at, however many there are.

use assize_model::absence::{Absence, Reason};
use assize_model::grid::{Grid, Place};
use assize_model::ids::NodeId;
use assize_model::program::Program;
use std::sync::Arc;

/// How many rows make an index worth its while.
pub const LEAST_ROWS: usize = 17;
/// How many operands an index has at most.
pub const MOST_OPERANDS: usize = 64;
/// How many words of bits an index takes at most; with more elements, neighbours share theirs.
const MOST_WORDS: usize = 2 << 20;

/// The index.
#[derive(Debug, Clone)]
pub struct Index {
    grid: Grid,
    masks: Vec<Masks>,
    /// Words of a set of rows.
    words: usize,
    /// All rows.
    all: Box<[u64]>,
}

/// Of one operand.
#[derive(Debug, Clone)]
struct Masks {
    /// How many elements share a set, as a power of two.
    shift: u32,
    /// The sets, end to end.
    sets: Vec<u64>,
    /// By reason, the rows that may match where it is missing.
    missing: [Box<[u64]>; 5],
}

impl Index {
    /// An index over conditions, when there are many and they are of few operands.
    pub fn new(program: &Program, conditions: &[NodeId]) -> Option<Arc<Self>> {
        if conditions.len() < LEAST_ROWS {
            return None;
        }
        let grid = Grid::new(program, conditions, MOST_OPERANDS)?;
        let words = conditions.len().div_ceil(64);
        let mut all = vec![!0_u64; words];
        if let (Some(last), rest @ 1..) = (all.last_mut(), conditions.len() % 64) {
            *last = !(!0 << rest);
        }
        let share = MOST_WORDS / grid.operands.len().max(1) / words.max(1);
        let masks = (0_u32..).zip(&grid.operands);
        let masks =
            masks.map(|(at, operand)| masks_of(&grid, at, operand.cuts.elements(), words, share, &all)).collect();
        Some(Arc::new(Self { grid, masks, words, all: all.into() }))
    }

    /// The conditions, taken apart.
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Calls `f` with each row that may match, in order, and whether it does or why that is not known; until it gives
    /// false. `places` has what each operand comes to.
    #[inline]
    pub fn each(&self, places: &[Place], mut f: impl FnMut(u32, Result<bool, Absence>) -> bool) {
        let mut sets: [&[u64]; MOST_OPERANDS] = [&[]; MOST_OPERANDS];
        let mut used = 0;
        for (masks, place) in self.masks.iter().zip(places) {
            let set = match *place {
                Place::At(element) => {
                    let at = (element >> masks.shift) as usize * self.words;
                    masks.sets.get(at..at + self.words)
                }
                Place::Absent(absence) => {
                    let at = absence.reason().and_then(|reason| Reason::ALL.iter().position(|&of| of == reason));
                    at.and_then(|at| masks.missing.get(at)).map(|set| &**set)
                }
                Place::Between(..) | Place::OneOf(..) => None,
            };
            if let (Some(set), Some(slot)) = (set, sets.get_mut(used)) {
                *slot = set;
                used += 1;
            }
        }
        let sets = sets.get(..used).unwrap_or(&[]);
        for (at, &all) in self.all.iter().enumerate() {
            let mut left = sets.iter().fold(all, |left, set| left & set.get(at).copied().unwrap_or(0));
            while left != 0 {
                let row = at as u32 * 64 + left.trailing_zeros();
                left &= left - 1;
                let truth = self.grid.truth(row, places);
                if truth != Ok(false) && !f(row, truth) {
                    return;
                }
            }
        }
    }
}

fn masks_of(grid: &Grid, operand: u32, elements: u32, words: usize, share: usize, all: &[u64]) -> Masks {
    let mut shift = 0;
    while (elements >> shift) as usize + 1 > share.max(4) {
        shift += 1;
    }
    let buckets = (elements >> shift) as usize + 1;
    // Where rows come in and go out, going through the elements in order.
    let mut begins: Vec<Vec<u32>> = vec![Vec::new(); buckets + 1];
    let mut ends: Vec<Vec<u32>> = vec![Vec::new(); buckets + 1];
    let mut missing: [Box<[u64]>; 5] = std::array::from_fn(|_| all.into());
    let mut now: Vec<u64> = all.to_vec();
    for (row, tests) in (0_u32..).zip(&grid.rows) {
        let mut tested = false;
        for test in tests.iter().filter_map(|&test| grid.tests.get(test as usize)) {
            if test.operand != operand {
                continue;
            }
            for (set, truth) in missing.iter_mut().zip(test.missing) {
                if truth == Some(false) {
                    clear(set, row);
                }
            }
            // Of several tests of one operand the first is enough: each row that is left is looked at as a whole.
            if std::mem::replace(&mut tested, true) {
                continue;
            }
            clear(&mut now, row);
            let mut last = None;
            for &(from, to) in &test.pass {
                let (from, to) = ((from >> shift) as usize, ((to.max(1) - 1) >> shift) as usize + 1);
                // Ranges that meet in one bucket are one.
                let from = last.map_or(from, |last: usize| from.max(last));
                if from < to {
                    if last == Some(from)
                        && let Some(end) = ends.get_mut(from)
                        && end.last() == Some(&row)
                    {
                        end.pop();
                    } else if let Some(begin) = begins.get_mut(from) {
                        begin.push(row);
                    }
                    if let Some(end) = ends.get_mut(to) {
                        end.push(row);
                    }
                    last = Some(to);
                }
            }
        }
    }
    let mut sets = Vec::with_capacity(buckets * words);
    for (begin, end) in begins.iter().zip(&ends).take(buckets) {
        for &row in end {
            clear(&mut now, row);
        }
        for &row in begin {
            if let Some(word) = now.get_mut(row as usize / 64) {
                *word |= 1 << (row % 64);
            }
        }
        sets.extend_from_slice(&now);
    }
    Masks { shift, sets, missing }
}

fn clear(set: &mut [u64], row: u32) {
    if let Some(word) = set.get_mut(row as usize / 64) {
        *word &= !(1 << (row % 64));
    }
}
