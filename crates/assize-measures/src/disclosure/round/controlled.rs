//! Controlled rounding: each count to one of the two multiples beside it, so that totals stay the sums of their parts.
//!
//! With up to two breakdowns the counts are flows: through each row's total, its cells and each column's total, and back
//! through the total of all. Where a count is no multiple of the base, a loop goes through it of counts that are none
//! either, since in each total as much is missing as in its parts; counts are taken up and down along the loop until one
//! of them is a multiple, and so on (L. H. Cox, J. Amer. Statist. Assoc. 82, 1987). Which way is by chance when there is a seed, so
//! that each count's mean is itself; else the shorter.
//!
//! With more breakdowns there need not be such a table. There the rows of the table that has all breakdowns are rounded
//! one by one, and the others are their sums; where no table has all, each is rounded by itself.

use super::super::cube::{Cube, NO_CELL, NOT_SHOWN};
use super::super::family::{Built, build};
use super::{Rounded, alone, chance, whole};
use crate::stage::Stages;
use crate::table::{MeasureTable, Number};
use assize_model::ids::MeasureId;
use assize_model::measure::{Measure, RoundTo};
use assize_model::program::Program;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Cells up to which loops are looked for.
const LOOPS: usize = 200_000;

/// Rounds the tables of measures of the same records together.
pub(super) fn round(
    program: &Program,
    to: &RoundTo,
    members: &[(MeasureId, &Measure, &MeasureTable)],
    out: &mut BTreeMap<MeasureId, Vec<Rounded>>,
) {
    let built = build(members, &BTreeMap::new(), 0, None);
    let cube = &built.cube;
    let flat = cube.dims.len() <= 2
        && cube.dims.iter().all(|dim| dim.levels.len() == 1 && dim.levels.iter().all(|level| !level.partial));
    let counts: Vec<Option<Vec<i64>>> = (0..cube.quantities)
        .map(|quantity| {
            if flat && !built.too_large && cube.cells.len() <= LOOPS {
                Some(loops(cube, quantity, to))
            } else if cube.complete && !built.too_large {
                Some(sums(program, cube, quantity, to, &built, members))
            } else {
                None
            }
        })
        .collect();
    for &(id, measure, table) in members {
        let (cells, places) = (built.rows.get(&id), built.places.get(&id));
        let rows = table.rows.iter().enumerate().map(|(at, row)| {
            let cell = cells.and_then(|cells| cells.get(at)).copied().unwrap_or(NO_CELL);
            let count = |of: usize| -> Option<i64> {
                let counts = counts.get(*places?.get(of)?)?.as_ref()?;
                counts.get(cell as usize).copied().filter(|count| *count != NOT_SHOWN)
            };
            let Some(numerator) = count(0) else {
                let rounded = alone(program, measure, to, row);
                return Rounded { stages: Stages::HIDDEN, ..rounded };
            };
            // Of records in the numerator only, the denominator is not the sum of the two.
            let denominator = match (row.denominator, count(1)) {
                (Some(_), Some(rest)) if row.stages.numerator_only == 0 => Some(numerator.saturating_add(rest)),
                (Some(of), _) => of.to_decimal().to_i64().map(|of| whole(of, to.to, None)),
                (None, _) => None,
            };
            Rounded {
                numerator: row.numerator.map(|_| Number::Integer(numerator)),
                denominator: denominator.map(Number::Integer),
                bounds: None,
                stages: Stages::HIDDEN,
            }
        });
        out.insert(id, rows.collect());
    }
}

/// The rows of the table with all breakdowns one by one, and all others as their sums.
fn sums(
    program: &Program,
    cube: &Cube,
    quantity: usize,
    to: &RoundTo,
    built: &Built,
    members: &[(MeasureId, &Measure, &MeasureTable)],
) -> Vec<i64> {
    let mut counts = vec![NOT_SHOWN; cube.cells.len()];
    for &(id, measure, table) in members {
        let Some(cells) = built.rows.get(&id) else { continue };
        for (&cell, row) in cells.iter().zip(&table.rows) {
            let count = cube.count(cell, quantity);
            let own = cube.cells.get(cell as usize).map(|cell| cell.shape);
            let all = cube.shape_of(cell).map(|shape| shape.host);
            if own == all && count != NOT_SHOWN {
                let chance = to.seed.as_ref().map(|seed| chance(program, seed, measure, row));
                if let Some(place) = counts.get_mut(cell as usize) {
                    *place = whole(count, to.to, chance);
                }
            }
        }
    }
    let finest: Vec<(u32, i64)> =
        (0..).zip(&counts).filter(|(_, count)| **count != NOT_SHOWN).map(|(cell, &count)| (cell, count)).collect();
    for (cell, count) in finest {
        let Some(tuple) = cube.tuple_of(cell) else { continue };
        let own = cube.cells.get(cell as usize).map_or(0, |cell| cell.shape);
        for shape in (0..cube.shapes.len()).filter(|&shape| shape != own) {
            for of in cube.at(shape, &tuple) {
                if let Some(place) = counts.get_mut(of as usize) {
                    *place = (*place).max(0).saturating_add(count);
                }
            }
        }
    }
    counts
}

/// A count as a flow from one place to another.
#[derive(Debug, Clone, Copy)]
struct Edge {
    from: u32,
    to: u32,
    value: i64,
    cell: u32,
}

/// Places that flows meet at, beside those of the values of the two breakdowns.
const FIRST_TOTAL: u32 = 0;
const SECOND_TOTAL: u32 = 1;
const OPEN: u32 = 2;
const VALUES: u32 = 3;

fn loops(cube: &Cube, quantity: usize, to: &RoundTo) -> Vec<i64> {
    let base = i64::from(to.to);
    let dims: Vec<usize> = (0..cube.dims.len()).collect();
    let shape = |mask: u64| cube.shapes.iter().position(|shape| shape.mask == mask && !shape.hidden);
    let first = cube.dims.first().map_or(0, |dim| dim.size);
    // Where each value's flows meet; nothing holds them together without a table of both.
    let crossed = dims.len() == 2 && shape(0b11).is_some();
    let node = |dim: usize, value: u32| match (crossed, dim) {
        (false, _) => OPEN,
        (true, 0) => VALUES + value,
        (true, _) => VALUES + first + value,
    };
    let mut edges: Vec<Edge> = Vec::new();
    let mut sums: [FxHashMap<u32, i64>; 2] = [FxHashMap::default(), FxHashMap::default()];
    let mut total = 0_i64;
    for (at, cell) in cube.cells.iter().enumerate() {
        let count = cube.count(at as u32, quantity);
        let of = cube.shapes.get(cell.shape).map_or(0, |shape| shape.mask);
        if count == NOT_SHOWN {
            continue;
        }
        let mut edge = |from, to| edges.push(Edge { from, to, value: count, cell: at as u32 });
        match (of, cell.key.as_ref()) {
            (0, _) => edge(SECOND_TOTAL, FIRST_TOTAL),
            (0b01, &[value]) => edge(FIRST_TOTAL, node(0, value)),
            (0b10, &[value]) => edge(node(1, value), SECOND_TOTAL),
            (0b11, &[one, other]) => edge(node(0, one), node(1, other)),
            _ => {}
        }
        if of == 0b11 || (!crossed && of == 0b01) {
            total = total.saturating_add(count);
        }
        if of == 0b11 {
            for (sums, &value) in sums.iter_mut().zip(cell.key.iter()) {
                *sums.entry(value).or_default() += count;
            }
        }
    }
    // The totals that are not published hold the others together all the same.
    if crossed {
        for (dim, sums) in sums.iter().enumerate() {
            if shape(1 << dim).is_none() {
                let mut sums: Vec<(u32, i64)> = sums.iter().map(|(value, sum)| (*value, *sum)).collect();
                sums.sort_unstable();
                edges.extend(sums.into_iter().map(|(value, value_sum)| {
                    let node = node(dim, value);
                    let (from, to) = if dim == 0 { (FIRST_TOTAL, node) } else { (node, SECOND_TOTAL) };
                    Edge { from, to, value: value_sum, cell: NO_CELL }
                }));
            }
        }
    }
    // With one breakdown there is one total: the flows go straight back into it.
    if !crossed {
        for edge in &mut edges {
            let one = |node: u32| if node == SECOND_TOTAL && shape(0b10).is_none() { OPEN } else { node };
            (edge.from, edge.to) = (one(edge.from), one(edge.to));
        }
    }
    let mut draws = to.seed.as_ref().map(|seed| {
        let mut hasher = blake3::Hasher::new();
        hasher.update(b"assize controlled 1");
        hasher.update(&(quantity as u64).to_le_bytes());
        hasher.update(seed.as_bytes());
        hasher.finalize_xof()
    });
    let mut draw = |up: i64, down: i64| match &mut draws {
        None => up <= down,
        Some(draws) => {
            let mut bytes = [0; 8];
            draws.fill(&mut bytes);
            // Up so much more often as it goes less far.
            u128::from(u64::from_le_bytes(bytes)) * u128::from((up + down).unsigned_abs())
                < u128::from(down.unsigned_abs()) << 64
        }
    };
    settle(&mut edges, base, &mut draw);
    let mut counts = vec![NOT_SHOWN; cube.cells.len()];
    for edge in &edges {
        if let Some(place) = counts.get_mut(edge.cell as usize) {
            *place = edge.value;
        }
    }
    counts
}

/// Takes flows along loops until all are multiples of the base.
fn settle(edges: &mut [Edge], base: i64, draw: &mut impl FnMut(i64, i64) -> bool) {
    let nodes = edges.iter().map(|edge| edge.from.max(edge.to) as usize + 1).max().unwrap_or(0);
    let mut at: Vec<Vec<u32>> = vec![Vec::new(); nodes];
    for (number, edge) in (0..).zip(edges.iter()) {
        if edge.value.rem_euclid(base) != 0 {
            for node in [edge.from, edge.to] {
                if let Some(list) = at.get_mut(node as usize) {
                    list.push(number);
                }
            }
        }
    }
    // The way so far: each edge, whether it is gone along from `from` to `to`, and the place that it comes from.
    let mut way: Vec<(u32, bool, u32)> = Vec::new();
    let mut on_way: FxHashMap<u32, usize> = FxHashMap::default();
    let mut start = 0;
    loop {
        let node = match way.last().and_then(|&(edge, along, _)| {
            let edge = edges.get(edge as usize)?;
            Some(if along { edge.to } else { edge.from })
        }) {
            Some(node) => node,
            None => {
                while at.get(start).is_some_and(|list| {
                    !list
                        .iter()
                        .any(|&edge| edges.get(edge as usize).is_some_and(|edge| edge.value.rem_euclid(base) != 0))
                }) {
                    start += 1;
                }
                if start >= nodes {
                    return;
                }
                start as u32
            }
        };
        if let Some(&first) = on_way.get(&node) {
            let around = way.get(first..).unwrap_or(&[]).to_vec();
            push(edges, &around, base, draw);
            // What is left of the way, up to the first edge that is settled.
            let keep = way
                .iter()
                .position(|&(edge, ..)| edges.get(edge as usize).is_none_or(|edge| edge.value.rem_euclid(base) == 0));
            for (_, _, from) in way.drain(keep.unwrap_or(first).min(first)..) {
                on_way.remove(&from);
            }
            continue;
        }
        let last = way.last().map(|&(edge, ..)| edge);
        let Some(list) = at.get_mut(node as usize) else { return };
        while list
            .last()
            .is_some_and(|&edge| edges.get(edge as usize).is_none_or(|edge| edge.value.rem_euclid(base) == 0))
        {
            list.pop();
        }
        let open = |edge: &&u32| {
            Some(**edge) != last && edges.get(**edge as usize).is_some_and(|of| of.value.rem_euclid(base) != 0)
        };
        match list.iter().rev().find(open).copied() {
            Some(edge) => {
                let along = edges.get(edge as usize).is_some_and(|of| of.from == node);
                on_way.insert(node, way.len());
                way.push((edge, along, node));
            }
            None => {
                // The end of a way that does not close: a number that is the sum of nothing. It is rounded alone.
                let Some((edge, _, from)) = way.pop() else {
                    start += 1;
                    continue;
                };
                on_way.remove(&from);
                if let Some(edge) = edges.get_mut(edge as usize) {
                    edge.value = whole(edge.value, base as u32, None);
                }
            }
        }
    }
}

/// Takes a loop up or down until one of its flows is a multiple.
fn push(edges: &mut [Edge], around: &[(u32, bool, u32)], base: i64, draw: &mut impl FnMut(i64, i64) -> bool) {
    let (mut up, mut down) = (i64::MAX / 4, i64::MAX / 4);
    for &(edge, along, _) in around {
        let Some(edge) = edges.get(edge as usize) else { continue };
        let above = edge.value.rem_euclid(base);
        let (to_next, to_last) = (base - above, above);
        (up, down) = if along { (up.min(to_next), down.min(to_last)) } else { (up.min(to_last), down.min(to_next)) };
    }
    let by = if draw(up, down) { up } else { -down };
    for &(edge, along, _) in around {
        if let Some(edge) = edges.get_mut(edge as usize) {
            edge.value += if along { by } else { -by };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Edge, FIRST_TOTAL, SECOND_TOTAL, VALUES, settle};

    /// A table of 3 by 4 with its totals, by flows.
    fn table(cells: [[i64; 4]; 3]) -> Vec<Edge> {
        let mut edges = Vec::new();
        let mut cell = 0;
        let mut edge = |from, to, value| {
            edges.push(Edge { from, to, value, cell });
            cell += 1;
        };
        let column = |at: usize| cells.iter().map(|row| row[at]).sum::<i64>();
        for (row, values) in (0..).zip(&cells) {
            edge(FIRST_TOTAL, VALUES + row, values.iter().sum());
            for (column, value) in (0..).zip(values) {
                edge(VALUES + row, VALUES + 3 + column, *value);
            }
        }
        for at in 0..4 {
            edge(VALUES + 3 + at as u32, SECOND_TOTAL, column(at));
        }
        edge(SECOND_TOTAL, FIRST_TOTAL, cells.iter().flatten().sum());
        edges
    }

    #[test]
    fn totals_stay_sums_and_every_count_stays_beside_itself() {
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        let mut sums = [[0_i64; 4]; 3];
        let fixed = [[3, 0, 7, 12], [1, 1, 2, 9], [4, 14, 23, 6]];
        let rounds = 4_000;
        for round in 0..rounds {
            let mut cells = fixed;
            if round % 2 == 1 {
                cells.iter_mut().flatten().for_each(|cell| *cell = (next() % 30) as i64);
            }
            let before = table(cells);
            let mut edges = before.clone();
            settle(&mut edges, 5, &mut |up, down| (next() % 1_000_003) as i64 * (up + down) < down * 1_000_003);
            for (edge, before) in edges.iter().zip(&before) {
                assert_eq!(edge.value % 5, 0);
                assert!((edge.value - before.value).abs() < 5, "{} to {}", before.value, edge.value);
            }
            for node in 0..10 {
                let flow = |end: fn(&Edge) -> u32| {
                    edges.iter().filter(|edge| end(edge) == node).map(|edge| edge.value).sum::<i64>()
                };
                assert_eq!(flow(|edge| edge.from), flow(|edge| edge.to), "place {node}");
            }
            if round % 2 == 0 {
                for (sum, row) in sums.iter_mut().zip(0..) {
                    for (sum, column) in sum.iter_mut().zip(0..) {
                        let edge = edges
                            .iter()
                            .find(|edge| (edge.from, edge.to) == (VALUES + row, VALUES + 3 + column))
                            .unwrap();
                        *sum += edge.value;
                    }
                }
            }
        }
        // By chance, each is itself in the mean; four standard errors of a draw between two numbers 5 apart.
        for (sums, wanted) in sums.iter().flatten().zip(fixed.iter().flatten()) {
            let mean = *sums as f64 / (rounds / 2) as f64;
            assert!((mean - *wanted as f64).abs() < 4.0 * 2.5 / ((rounds / 2) as f64).sqrt(), "{mean} for {wanted}");
        }
    }
}
