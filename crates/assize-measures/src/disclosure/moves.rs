//! Changes of the counts that nobody could tell from what is published.
//!
//! A *move* changes a tuple in each of its breakdowns or not: with `n` changes it adds to 2ⁿ tuples and takes from as
//! many, so that every table without one of these breakdowns stays as it is. (In a table by division and offence: one
//! more here and in the opposite corner of a rectangle, one less in the two others; all totals are the same.) Or it adds to
//! one tuple and takes from another, which changes all totals that only one of them is in. Where all cells that a move changes are withheld, it gives other tables, of whole numbers, with the same published rows.

use super::cube::{Cube, NO_CELL};
use rustc_hash::FxHashMap;

/// How many moves of one cell are looked at, more or less.
const MOVES: usize = 20_000;

/// Tuples that are tried of breakdowns that the tables of a cell do not have.
const CARRIERS: usize = 8;

/// A value of a breakdown, and the one that it is changed to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Factor {
    pub plus: u32,
    pub minus: Option<u32>,
}

/// A change of tuples.
#[derive(Debug, Clone, Copy)]
pub(super) enum Move<'a> {
    /// In each breakdown changed or not: with all corners.
    Corners(&'a [Factor]),
    /// One more in the first tuple, one less in the second.
    Pair(&'a [Factor], &'a [Factor]),
}

/// Looks at moves, up to as many as there is time for.
#[derive(Debug)]
pub(super) struct Finder {
    /// How many cells may still be looked at.
    pub left: u64,
    keys: Vec<(u32, i8)>,
}

/// What is to become of a search after a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    Go,
    Stop,
}

impl Finder {
    pub fn new(left: u64) -> Self {
        Self { left, keys: Vec::new() }
    }

    /// Goes through the cells that a move changes, each with its sign, as long as `take` wants more. Says whether it came
    /// to the end: not where the move would make a row that is not there.
    fn effect(&mut self, cube: &Cube, factors: &[Factor], take: &mut impl FnMut(u32, i8) -> bool) -> bool {
        let changed = factors.iter().enumerate().filter(|(_, factor)| factor.minus.is_some());
        let changed = changed.fold(0_u64, |mask, (dim, _)| mask | 1_u64.checked_shl(dim as u32).unwrap_or(0));
        for (at, shape) in cube.shapes.iter().enumerate().filter(|(_, shape)| changed & !shape.mask == 0) {
            self.left = self.left.saturating_sub(1);
            // The signed groups of each breakdown, then their product.
            let mut key = [0_u32; 64];
            if !self.shape_effect(cube, at, &shape.dims, factors, &mut key, 0, 1, take) {
                return false;
            }
        }
        true
    }

    #[expect(clippy::too_many_arguments, reason = "one step of a recursion over the breakdowns of a shape")]
    fn shape_effect(
        &mut self,
        cube: &Cube,
        shape: usize,
        dims: &[(usize, usize)],
        factors: &[Factor],
        key: &mut [u32; 64],
        depth: usize,
        sign: i8,
        take: &mut impl FnMut(u32, i8) -> bool,
    ) -> bool {
        let Some(&(dim, level)) = dims.get(depth) else {
            self.left = self.left.saturating_sub(1);
            let key = key.get(..depth).unwrap_or(&[]);
            return match cube.find(shape, key) {
                Some(cell) => take(cell, sign),
                None => cube.shapes.get(shape).is_some_and(|of| {
                    of.dims.iter().any(|&(dim, level)| {
                        cube.dims.get(dim).and_then(|of| of.levels.get(level)).is_some_and(|level| level.partial)
                    })
                }),
            };
        };
        let Some(factor) = factors.get(dim) else { return false };
        let plus = cube.groups(dim, level, factor.plus);
        let minus = factor.minus.map_or(&[][..], |minus| cube.groups(dim, level, minus));
        let only = |of: &[u32], not: &[u32], at: usize| of.get(at).copied().filter(|group| !not.contains(group));
        for (of, not, signed) in [(plus, minus, sign), (minus, plus, -sign)] {
            for at in 0..of.len() {
                let Some(group) = only(of, not, at) else { continue };
                if let Some(place) = key.get_mut(depth) {
                    *place = group;
                }
                if !self.shape_effect(cube, shape, dims, factors, key, depth + 1, signed, take) {
                    return false;
                }
            }
        }
        true
    }

    /// Goes through the cells that a move changes, as [`Finder::effect`] does.
    fn changes(&mut self, cube: &Cube, of: Move<'_>, take: &mut impl FnMut(u32, i8) -> bool) -> bool {
        let (more, less) = match of {
            Move::Corners(factors) => return self.effect(cube, factors, take),
            Move::Pair(more, less) => (more, less),
        };
        let mut cells: Vec<(u32, i8)> = Vec::new();
        for (tuple, sign) in [(more, 1), (less, -1)] {
            let whole = self.effect(cube, tuple, &mut |cell, _| {
                cells.push((cell, sign));
                true
            });
            if !whole {
                return false;
            }
        }
        cells.sort_unstable();
        // What has both is not changed.
        cells.chunk_by(|a, b| a.0 == b.0).all(|same| match same {
            [(cell, sign)] => take(*cell, *sign),
            _ => true,
        })
    }

    /// Whether the tuples of a move are within rows that have so many: of those that it takes from `up`, of the others
    /// `down`. Where one shape has all breakdowns, its cells say so themselves.
    fn fits_below(&mut self, cube: &Cube, of: Move<'_>, quantity: usize, up: i64, down: i64) -> bool {
        if cube.complete {
            return true;
        }
        let factors = match of {
            Move::Corners(factors) => factors,
            Move::Pair(more, less) => {
                let mut holds =
                    |tuple, least| self.effect(cube, tuple, &mut |cell, _| cube.most(cell, quantity) >= least);
                return holds(less, up) && holds(more, down);
            }
        };
        let changed: Vec<usize> =
            (0..factors.len()).filter(|&dim| factors.get(dim).is_some_and(|factor| factor.minus.is_some())).collect();
        (0..1_u32.checked_shl(changed.len() as u32).unwrap_or(0)).all(|corner| {
            let tuple: Vec<Factor> = factors
                .iter()
                .enumerate()
                .map(|(dim, factor)| {
                    let other = changed.iter().position(|&of| of == dim).is_some_and(|bit| corner >> bit & 1 == 1);
                    Factor { plus: if other { factor.minus.unwrap_or(factor.plus) } else { factor.plus }, minus: None }
                })
                .collect();
            let least = if corner.count_ones() % 2 == 1 { up } else { down };
            self.effect(cube, &tuple, &mut |cell, _| cube.most(cell, quantity) >= least)
        })
    }

    /// Goes through moves that add to a cell. `step` gets each one's factors, and the means to see its effect.
    fn each(&mut self, cube: &Cube, cell: u32, step: &mut impl FnMut(&mut Self, Move<'_>) -> Next) {
        let greatest = cube.total.map_or_else(Vec::new, |total| tuples(cube, total));
        let tuples = tuples(cube, cell);
        let changes = cube.dims.iter().filter(|dim| dim.distinct.len() > 1).count().max(1);
        let moves = (4 * MOVES / tuples.len().max(1)).min(MOVES);
        let most = libm::floor(libm::pow(moves as f64, 1.0 / changes as f64)) as usize;
        for tuple in tuples {
            let options: Vec<Vec<Option<u32>>> =
                (0..cube.dims.len()).map(|dim| self.options(cube, &tuple, dim, most.max(3))).collect();
            let mut factors: Vec<Factor> = tuple.iter().map(|&plus| Factor { plus, minus: None }).collect();
            if self.combine(&options, &mut factors, 0, step) == Next::Stop || self.left == 0 {
                return;
            }
            if changes == 1 {
                continue;
            }
            let single = |tuple: &[u32]| tuple.iter().map(|&plus| Factor { plus, minus: None }).collect::<Vec<_>>();
            let own = single(&tuple);
            for other in &greatest {
                if step(self, Move::Pair(&own, &single(other))) == Next::Stop || self.left == 0 {
                    return;
                }
            }
        }
    }

    fn combine(
        &mut self,
        options: &[Vec<Option<u32>>],
        factors: &mut [Factor],
        dim: usize,
        step: &mut impl FnMut(&mut Self, Move<'_>) -> Next,
    ) -> Next {
        let Some(own) = options.get(dim) else {
            self.left = self.left.saturating_sub(1);
            return if self.left == 0 { Next::Stop } else { step(self, Move::Corners(factors)) };
        };
        for &minus in own {
            if let Some(factor) = factors.get_mut(dim) {
                factor.minus = minus;
            }
            if self.combine(options, factors, dim + 1, step) == Next::Stop {
                return Next::Stop;
            }
        }
        Next::Go
    }

    /// What a tuple may be changed to in a breakdown: those first that change what is withheld already, then those that
    /// give up least; and not at all.
    fn options(&mut self, cube: &Cube, tuple: &[u32], dim: usize, most: usize) -> Vec<Option<u32>> {
        let Some(of) = cube.dims.get(dim) else { return vec![None] };
        let own = tuple.get(dim).copied().unwrap_or(0);
        let shape = cube.shapes.iter().position(|shape| shape.mask.count_ones() as usize == cube.dims.len());
        let shape = shape.or_else(|| cube.shapes.iter().position(|of| of.dims.iter().any(|&(at, _)| at == dim)));
        let mut key: Vec<u32> = Vec::new();
        let mut found: Vec<((u8, i64), u32)> = Vec::with_capacity(of.distinct.len());
        for &value in of.distinct.iter().filter(|&&value| !of.same(value, own)) {
            key.clear();
            for &(at, level) in shape.and_then(|shape| cube.shapes.get(shape)).map_or(&[][..], |of| &of.dims) {
                let value = if at == dim { value } else { tuple.get(at).copied().unwrap_or(0) };
                key.extend(cube.groups(at, level, value).first());
            }
            self.left = self.left.saturating_sub(1);
            let cell = shape.and_then(|shape| cube.find(shape, &key)).unwrap_or(NO_CELL);
            let count = cube.most(cell, 0).max(0);
            let kind = match (cell, cube.is_withheld(cell)) {
                (NO_CELL, _) => 3,
                (_, true) => 0,
                (_, false) if count > 0 => 1,
                _ => 2,
            };
            found.push(((kind, count), value));
        }
        found.sort_unstable();
        let changes = found.into_iter().take(most).map(|(_, value)| Some(value));
        changes.chain([None]).collect()
    }

    /// How far short of `up` more, and of `down` less, a cell's count stays in the tables that nobody can tell from the
    /// published ones.
    pub fn short(&mut self, cube: &Cube, cell: u32, quantity: usize, up: i64, down: i64) -> (i64, i64) {
        let mut one = |amount: i64, add: bool| {
            let mut left = amount;
            let mut changed: FxHashMap<u32, i64> = FxHashMap::default();
            let mut effect: Vec<(u32, i8)> = std::mem::take(&mut self.keys);
            loop {
                let before = left;
                if left > 0 {
                    self.each(cube, cell, &mut |finder, change| {
                        effect.clear();
                        let (mut room, mut own) = (i64::MAX, 0_i64);
                        let whole = finder.changes(cube, change, &mut |of, sign| {
                            if !cube.is_secret(of, quantity) {
                                return false;
                            }
                            if of == cell {
                                own += i64::from(sign);
                            }
                            if (sign < 0) == add {
                                let changed = changed.get(&of).copied().unwrap_or(0);
                                room = room.min(cube.most(of, quantity) - cube.least(of, quantity) + changed);
                            }
                            effect.push((of, sign));
                            room > 0
                        });
                        if !whole || own != 1 {
                            return Next::Go;
                        }
                        let (takes, gives) = if add { (1, 0) } else { (0, 1) };
                        if !finder.fits_below(cube, change, quantity, takes, gives) {
                            return Next::Go;
                        }
                        let by = room.min(left);
                        left -= by;
                        for &(of, sign) in &effect {
                            *changed.entry(of).or_default() += if (sign > 0) == add { by } else { -by };
                        }
                        if left == 0 { Next::Stop } else { Next::Go }
                    });
                }
                if left == 0 || left == before || self.left == 0 {
                    break;
                }
            }
            self.keys = effect;
            left
        };
        (one(up, true), one(down, false))
    }

    /// The cells to be withheld for a move that lets a cell's count be `up` more and `down` less: those of the least
    /// weight. None where there is no such move.
    pub fn cheapest(&mut self, cube: &Cube, cell: u32, quantity: usize, up: i64, down: i64) -> Option<Vec<u32>> {
        let mut best: Option<(u64, Vec<u32>)> = None;
        let mut cells: Vec<u32> = Vec::new();
        self.each(cube, cell, &mut |finder, change| {
            cells.clear();
            let limit = best.as_ref().map_or(u64::MAX, |(cost, _)| *cost);
            let (mut cost, mut own) = (0, 0_i64);
            let whole = finder.changes(cube, change, &mut |of, sign| {
                if !cube.is_secret(of, quantity) {
                    // The total of all may be known from elsewhere: it does not help as long as anything else will do.
                    if cube.total == Some(cube.row_of(of)) {
                        return false;
                    }
                    cost += weight(cube, cube.row_of(of));
                    cells.push(of);
                }
                if of == cell {
                    own += i64::from(sign);
                }
                cost < limit && cube.most(of, quantity) - cube.least(of, quantity) >= if sign < 0 { up } else { down }
            });
            if whole && own == 1 && cost > 0 && finder.fits_below(cube, change, quantity, up, down) {
                best = Some((cost, cells.clone()));
            }
            Next::Go
        });
        best.map(|(_, cells)| cells)
    }

    /// Every cell that the tuples of a cell are in.
    pub fn around(&mut self, cube: &Cube, cell: u32) -> Vec<u32> {
        let mut cells = Vec::new();
        for tuple in tuples(cube, cell) {
            let factors: Vec<Factor> = tuple.iter().map(|&plus| Factor { plus, minus: None }).collect();
            self.effect(cube, &factors, &mut |of, _| {
                cells.push(of);
                true
            });
        }
        cells.sort_unstable();
        cells.dedup();
        cells
    }
}

/// What it costs to withhold a cell: coarse ones tell more.
fn weight(cube: &Cube, cell: u32) -> u64 {
    let Some(shape) = cube.shape_of(cell) else { return u64::MAX };
    let all = cube.shapes.iter().map(|shape| shape.dims.len()).max().unwrap_or(0);
    let coarse = all.saturating_sub(shape.dims.len()) as u64;
    let size = (0..cube.quantities).map(|of| cube.count(cell, of)).max().unwrap_or(0).max(0);
    let size = u64::from(u64::BITS - (size as u64).leading_zeros());
    (1_000 << (3 * coarse.min(8))) + 10 * size
}

/// The tuples within a cell that are looked at.
fn tuples(cube: &Cube, cell: u32) -> Vec<Vec<u32>> {
    let Some(of) = cube.cells.get(cell as usize) else { return Vec::new() };
    let own: Vec<Vec<u32>> = of.below.iter().filter_map(|&below| cube.tuple_of(below)).collect();
    let host = cube.shapes.get(of.shape).and_then(|shape| cube.shapes.get(shape.host)).map_or(0, |shape| shape.mask);
    let free: Vec<usize> = (0..cube.dims.len()).filter(|&dim| host >> dim & 1 == 0).collect();
    if free.is_empty() {
        return own;
    }
    let mut out = Vec::new();
    for tuple in own {
        for at in 0..CARRIERS {
            let mut carried = tuple.clone();
            let mut there = at == 0;
            for &dim in &free {
                let values = cube.dims.get(dim).map_or(&[][..], |dim| &dim.distinct);
                there |= at < values.len();
                if let (Some(place), Some(&value)) = (carried.get_mut(dim), values.get(at).or(values.last())) {
                    *place = value;
                }
            }
            if there {
                out.push(carried);
            }
        }
    }
    out
}
