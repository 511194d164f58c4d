//! The published tables of measures that count the same records, as one body of cells: what is a sum of what.
//!
//! A *shape* is a set of breakdowns, each at a level (a date by month, by year): tables of one shape have the same rows,
//! and a *cell* is one of these rows in all of them. Below all shapes lie *tuples*: one value of each breakdown there is.
//! Every cell is a sum over tuples, so that a change of tuples says what it does to every table.

use rustc_hash::FxHashMap;

/// A cell that is not there.
pub(super) const NO_CELL: u32 = u32::MAX;

/// A count that a cell's tables do not show.
pub(super) const NOT_SHOWN: i64 = -1;

/// One way of looking at the values of a breakdown.
#[derive(Debug, Clone, Default)]
pub(super) struct Level {
    /// For each value, the groups that it is in: one, but for windows that roll.
    pub groups: Vec<Vec<u32>>,
    /// Whether a row that is not there is not shown, rather than nothing: windows before the first whole one.
    pub partial: bool,
    /// For each group, the first value in it.
    first: Vec<u32>,
}

impl Level {
    pub fn new(groups: Vec<Vec<u32>>, partial: bool) -> Self {
        let mut first = Vec::new();
        for (value, of) in (0..).zip(&groups) {
            for &group in of {
                if first.len() <= group as usize {
                    first.resize(group as usize + 1, u32::MAX);
                }
                if let Some(first) = first.get_mut(group as usize).filter(|first| **first == u32::MAX) {
                    *first = value;
                }
            }
        }
        Self { groups, partial, first }
    }
}

/// A breakdown, or the dates of the periods.
#[derive(Debug, Clone, Default)]
pub(super) struct Dim {
    /// How many values it has.
    pub size: u32,
    pub levels: Vec<Level>,
    /// One value of each kind that no level tells apart.
    pub distinct: Vec<u32>,
}

impl Dim {
    /// Whether no level tells two values apart.
    pub fn same(&self, a: u32, b: u32) -> bool {
        self.levels.iter().all(|level| level.groups.get(a as usize) == level.groups.get(b as usize))
    }

    /// Works out [`Dim::distinct`].
    pub fn settle(&mut self) {
        let mut seen: FxHashMap<Vec<&[u32]>, ()> = FxHashMap::default();
        let mut distinct = Vec::new();
        for value in 0..self.size {
            let signature =
                self.levels.iter().map(|level| level.groups.get(value as usize).map_or(&[][..], Vec::as_slice));
            if seen.insert(signature.collect(), ()).is_none() {
                distinct.push(value);
            }
        }
        self.distinct = distinct;
    }
}

/// Tables with the same breakdowns and periods.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    /// The breakdowns, ascending, and the level of each.
    pub dims: Vec<(usize, usize)>,
    /// Whether nobody is shown its rows: the months that windows roll over.
    pub hidden: bool,
    /// Whether nobody publishes it, but anybody may know it.
    pub assumed: bool,
    /// Whether its cells are what rows of another shape tell of a numerator.
    pub tied: bool,
    /// A bit for each breakdown that it has.
    pub mask: u64,
    index: FxHashMap<Box<[u32]>, u32>,
    /// The shape with the most breakdowns of which this one's rows are sums.
    pub host: usize,
}

/// A row of the tables of a shape.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub shape: usize,
    pub key: Box<[u32]>,
    pub withheld: bool,
    /// The cells that are published when it is, and only then: a row first, then what it tells of its numerator.
    pub mates: Vec<u32>,
    /// The tuples below it that are looked at, by the cell of the host: the greatest.
    pub below: Vec<u32>,
}

/// All cells.
#[derive(Debug, Clone, Default)]
pub(super) struct Cube {
    pub dims: Vec<Dim>,
    pub shapes: Vec<Shape>,
    pub cells: Vec<Cell>,
    /// How many different counts there are; a cell has each, or does not show it.
    pub quantities: usize,
    counts: Vec<i64>,
    /// How many each count has at the least, since rows are there that would not be without them.
    held: Vec<i64>,
    /// The cell of all records.
    pub total: Option<u32>,
    /// The counts of which all records are in every result.
    pub known: Vec<usize>,
    /// Whether one shape has all breakdowns, so that every other row is a sum of its rows.
    pub complete: bool,
}

/// The cells that are kept below another one.
const BELOW: usize = 64;

impl Cube {
    /// The shape of these breakdowns, new if need be.
    pub fn shape(&mut self, dims: &[(usize, usize)], hidden: bool) -> usize {
        let found = self.shapes.iter().position(|shape| shape.dims == dims && shape.hidden == hidden);
        found.unwrap_or_else(|| {
            let mask = dims.iter().fold(0, |mask, &(dim, _)| mask | 1_u64.checked_shl(dim as u32).unwrap_or(0));
            self.shapes.push(Shape { dims: dims.to_vec(), hidden, mask, ..Shape::default() });
            self.shapes.len() - 1
        })
    }

    /// The cell of a row, new if need be.
    pub fn cell(&mut self, shape: usize, key: &[u32]) -> u32 {
        let next = self.cells.len() as u32;
        let Some(of) = self.shapes.get_mut(shape) else { return NO_CELL };
        if let Some(&found) = of.index.get(key) {
            return found;
        }
        of.index.insert(key.into(), next);
        let withheld = of.hidden;
        self.cells.push(Cell { shape, key: key.into(), withheld, mates: Vec::new(), below: Vec::new() });
        self.counts.resize(self.cells.len() * self.quantities, NOT_SHOWN);
        self.held.resize(self.cells.len() * self.quantities, 0);
        next
    }

    /// Says that a row's count is of somebody: without, the row would not be there.
    pub fn hold(&mut self, cell: u32, quantity: usize) {
        if let Some(held) = self.held.get_mut(cell as usize * self.quantities + quantity) {
            *held = 1;
        }
    }

    /// The least that one of the counts of a cell can be.
    pub fn least(&self, cell: u32, quantity: usize) -> i64 {
        let held = |of| self.held.get(cell as usize * self.quantities + of).copied().unwrap_or(0);
        match self.count(cell, quantity) {
            NOT_SHOWN => (0..self.quantities).map(held).max().unwrap_or(0),
            _ => held(quantity),
        }
    }

    /// Says that a cell is published with a row, and only with it.
    pub fn tie(&mut self, row: u32, cell: u32) {
        let mut mates = self.cells.get(row as usize).map_or_else(Vec::new, |row| row.mates.clone());
        if mates.is_empty() {
            mates.push(row);
        }
        if !mates.contains(&cell) {
            mates.push(cell);
        }
        for &of in &mates {
            if let Some(of) = self.cells.get_mut(of as usize) {
                of.mates.clone_from(&mates);
            }
        }
    }

    /// The row that a cell is published with.
    pub fn row_of(&self, cell: u32) -> u32 {
        self.cells.get(cell as usize).and_then(|cell| cell.mates.first()).copied().unwrap_or(cell)
    }

    /// The cell of a row that there is.
    pub fn find(&self, shape: usize, key: &[u32]) -> Option<u32> {
        self.shapes.get(shape)?.index.get(key).copied()
    }

    /// One of the counts of a cell; [`NOT_SHOWN`] where its tables do not show it.
    pub fn count(&self, cell: u32, quantity: usize) -> i64 {
        self.counts.get(cell as usize * self.quantities + quantity).copied().unwrap_or(NOT_SHOWN)
    }

    pub fn set_count(&mut self, cell: u32, quantity: usize, count: i64) {
        if let Some(place) = self.counts.get_mut(cell as usize * self.quantities + quantity) {
            *place = count;
        }
    }

    /// At most so many there can be of a count: itself, or where it is not shown the greatest of those that are.
    pub fn most(&self, cell: u32, quantity: usize) -> i64 {
        match self.count(cell, quantity) {
            NOT_SHOWN => (0..self.quantities).map(|other| self.count(cell, other)).max().unwrap_or(0),
            count => count,
        }
    }

    pub fn is_withheld(&self, cell: u32) -> bool {
        self.cells.get(cell as usize).is_some_and(|cell| cell.withheld)
    }

    /// Whether a count of a cell is kept from sight.
    pub fn is_secret(&self, cell: u32, quantity: usize) -> bool {
        self.is_withheld(cell) && !(self.total == Some(cell) && self.known.contains(&quantity))
    }

    pub fn withhold(&mut self, cell: u32) {
        let Some(of) = self.cells.get_mut(cell as usize) else { return };
        of.withheld = true;
        let mates = of.mates.len();
        for at in 0..mates {
            let mate = self.cells.get(cell as usize).and_then(|of| of.mates.get(at)).copied();
            if let Some(mate) = mate.and_then(|mate| self.cells.get_mut(mate as usize)) {
                mate.withheld = true;
            }
        }
    }

    /// The shape of a cell.
    pub fn shape_of(&self, cell: u32) -> Option<&Shape> {
        self.shapes.get(self.cells.get(cell as usize)?.shape)
    }

    /// Whether each group of one level is within one group of another.
    fn refines(&self, dim: usize, fine: usize, coarse: usize) -> bool {
        let Some(dim) = self.dims.get(dim) else { return false };
        let (Some(fine), Some(coarse)) = (dim.levels.get(fine), dim.levels.get(coarse)) else { return false };
        let mut of: FxHashMap<u32, &[u32]> = FxHashMap::default();
        fine.groups.iter().zip(&coarse.groups).all(|(fine, coarse)| match fine.as_slice() {
            [] => true,
            [group] => *of.entry(*group).or_insert(coarse) == coarse.as_slice(),
            _ => false,
        })
    }

    /// Works out which shapes are sums of which, once all cells are there.
    pub fn settle(&mut self) {
        self.dims.iter_mut().for_each(Dim::settle);
        let hosts: Vec<usize> = (0..self.shapes.len())
            .map(|at| {
                let Some(shape) = self.shapes.get(at) else { return at };
                let hosts = |other: &Shape| {
                    shape.dims.iter().all(|&(dim, level)| {
                        other.dims.iter().any(|&(of, fine)| of == dim && self.refines(dim, fine, level))
                    })
                };
                // The most breakdowns, then the finest periods: those of which most rows are.
                let best = self.shapes.iter().enumerate().filter(|(_, other)| hosts(other));
                best.max_by_key(|(other, of)| (of.dims.len(), of.index.len(), usize::MAX - other))
                    .map_or(at, |(other, _)| other)
            })
            .collect();
        for (shape, &host) in self.shapes.iter_mut().zip(&hosts) {
            shape.host = host;
        }
        self.complete = hosts.windows(2).all(|pair| pair.first() == pair.last())
            && hosts
                .first()
                .is_none_or(|&host| self.shapes.get(host).is_some_and(|shape| shape.dims.len() == self.dims.len()));
        self.total = self.shapes.iter().position(|shape| shape.dims.is_empty()).and_then(|at| self.find(at, &[]));
        self.hang();
    }

    /// Hangs the cells of each host below those that they are summed in.
    fn hang(&mut self) {
        let mut below: Vec<Vec<u32>> = vec![Vec::new(); self.cells.len()];
        let mut held = vec![0_i64; self.held.len()];
        let mut order: Vec<u32> = (0..self.cells.len() as u32).collect();
        // The greatest first: these are the ones that can be changed most.
        assize_model::order::sort_by_key(&mut order, |&cell| {
            std::cmp::Reverse((0..self.quantities).map(|of| self.count(cell, of)).max().unwrap_or(0))
        });
        for cell in order {
            let Some(of) = self.cells.get(cell as usize) else { continue };
            let Some(tuple) = self.tuple_of(cell) else { continue };
            for (at, shape) in self.shapes.iter().enumerate() {
                if shape.host != of.shape {
                    continue;
                }
                for found in self.at(at, &tuple) {
                    for quantity in 0..self.quantities {
                        let own = self.held.get(cell as usize * self.quantities + quantity).copied().unwrap_or(0);
                        if let Some(held) = held.get_mut(found as usize * self.quantities + quantity) {
                            *held += own;
                        }
                    }
                    if let Some(list) = below.get_mut(found as usize)
                        && list.len() < BELOW
                    {
                        list.push(cell);
                    }
                }
            }
        }
        for (cell, below) in self.cells.iter_mut().zip(below) {
            cell.below = below;
        }
        for (own, held) in self.held.iter_mut().zip(held) {
            *own = (*own).max(held);
        }
    }

    /// The cells of a shape that a tuple is in.
    pub fn at(&self, shape: usize, tuple: &[u32]) -> Vec<u32> {
        let Some(of) = self.shapes.get(shape) else { return Vec::new() };
        let mut keys: Vec<Vec<u32>> = vec![Vec::new()];
        for &(dim, level) in &of.dims {
            let groups = self.groups(dim, level, tuple.get(dim).copied().unwrap_or(0));
            keys = keys
                .iter()
                .flat_map(|key| groups.iter().map(|&group| key.iter().copied().chain([group]).collect()))
                .collect();
        }
        keys.iter().filter_map(|key| of.index.get(key.as_slice()).copied()).collect()
    }

    /// The groups of a value.
    pub fn groups(&self, dim: usize, level: usize, value: u32) -> &[u32] {
        let level = self.dims.get(dim).and_then(|dim| dim.levels.get(level));
        level.and_then(|level| level.groups.get(value as usize)).map_or(&[], Vec::as_slice)
    }

    /// A tuple within a cell; of breakdowns that the cell does not have, the first value.
    pub fn tuple_of(&self, cell: u32) -> Option<Vec<u32>> {
        let cell = self.cells.get(cell as usize)?;
        let shape = self.shapes.get(cell.shape)?;
        let mut tuple = vec![0; self.dims.len()];
        for (&(dim, level), group) in shape.dims.iter().zip(&cell.key) {
            *tuple.get_mut(dim)? = *self.dims.get(dim)?.levels.get(level)?.first.get(*group as usize)?;
        }
        Some(tuple)
    }
}
