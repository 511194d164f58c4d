//! Which rows are withheld: those that are small, and as many others as it takes.

use super::cube::{Cube, NOT_SHOWN};
use super::moves::Finder;

/// How many cells are looked at before whatever is not yet known to be safe is withheld altogether: some seconds.
const EFFORT: u64 = 400_000_000;

/// How often another move is looked for before all that a cell is in is withheld.
const TRIES: usize = 24;

/// Withholds the cells that are small, `small` saying which of them are so for what their counts do not say, and as many
/// others as it takes that
///
/// - each count from 1 to `below` - 1 of a cell that is withheld could be any number from 0 to `below`, or from 1 where the
///   row would not be there if nobody were in it;
/// - no other count of a cell that is withheld can be worked out, but for zeros in a row or total of zeros.
///
/// Each is shown by whole tables of whole numbers that agree with all that is published. Where none are found, more is
/// withheld, in the end everything.
pub(super) fn protect(cube: &mut Cube, small: &[u32], below: i64) {
    let mut finder = Finder::new(EFFORT);
    let mut primary: Vec<u32> = Vec::new();
    for cell in 0..cube.cells.len() as u32 {
        let shown = cube.shape_of(cell).is_some_and(|shape| !shape.hidden && !shape.tied);
        let is_small = |quantity| (1..below).contains(&cube.count(cell, quantity));
        if shown && ((0..cube.quantities).any(is_small) || small.contains(&cell)) {
            primary.push(cell);
        }
    }
    for &cell in &primary {
        cube.withhold(cell);
    }
    // The smallest first: they ask most of the others, which then serve those after them.
    assize_model::order::sort_by_key(&mut primary, |&cell| (0..cube.quantities).map(|of| cube.count(cell, of)).max());
    let mut hard: Vec<(u32, usize)> = Vec::new();
    for &cell in &primary {
        for quantity in 0..cube.quantities {
            let count = cube.count(cell, quantity);
            let down = count - cube.least(cell, quantity);
            if (1..below).contains(&count) && !spread(cube, &mut finder, cell, quantity, below - count, down) {
                hard.push((cell, quantity));
            }
        }
    }
    // What others were withheld for may have helped. Else everything goes, the total of all last: it may be known.
    let still = |cube: &Cube, finder: &mut Finder| {
        hard.iter().any(|&(cell, quantity)| {
            let count = cube.count(cell, quantity);
            finder.short(cube, cell, quantity, below - count, count - cube.least(cell, quantity)) != (0, 0)
        })
    };
    for total in [false, true] {
        if !still(cube, &mut finder) {
            break;
        }
        withhold_all(cube, total);
    }
    // What was withheld to protect others must not be worked out either.
    let mut done = vec![false; cube.cells.len()];
    loop {
        let todo: Vec<u32> = (0_u32..)
            .zip(cube.cells.iter().zip(&done))
            .filter(|(_, (cell, done))| cell.withheld && !**done)
            .map(|(cell, _)| cell)
            .collect();
        if todo.is_empty() {
            return;
        }
        for cell in todo {
            if let Some(done) = done.get_mut(cell as usize) {
                *done = true;
            }
            if cube.shape_of(cell).is_some_and(|shape| !shape.hidden && !shape.assumed && !shape.tied) {
                loosen_all(cube, &mut finder, cell, below);
            }
        }
        if finder.left == 0 {
            withhold_all(cube, true);
            return;
        }
    }
}

fn loosen_all(cube: &mut Cube, finder: &mut Finder, cell: u32, below: i64) {
    for quantity in 0..cube.quantities {
        let count = cube.count(cell, quantity);
        if count != NOT_SHOWN && !(1..below).contains(&count) {
            loosen(cube, finder, cell, quantity, count);
        }
    }
}

/// Withholds what it takes that a count could be `up` more, and `down` less. Says whether it could.
fn spread(cube: &mut Cube, finder: &mut Finder, cell: u32, quantity: usize, up: i64, down: i64) -> bool {
    for _ in 0..TRIES {
        let (up, down) = finder.short(cube, cell, quantity, up, down);
        if (up, down) == (0, 0) {
            return true;
        }
        let found = finder
            .cheapest(cube, cell, quantity, up, down)
            .or_else(|| (up > 0).then(|| finder.cheapest(cube, cell, quantity, up.min(1), 0)).flatten())
            .or_else(|| (down > 0).then(|| finder.cheapest(cube, cell, quantity, 0, down.min(1))).flatten());
        match found {
            Some(cells) => cells.into_iter().for_each(|cell| cube.withhold(cell)),
            None => break,
        }
    }
    withhold_around(cube, finder, cell);
    finder.short(cube, cell, quantity, up, down) == (0, 0)
}

/// Withholds all that a cell is summed in, but for the total of all.
fn withhold_around(cube: &mut Cube, finder: &mut Finder, cell: u32) {
    for of in finder.around(cube, cell) {
        if cube.total != Some(cube.row_of(of)) {
            cube.withhold(of);
        }
    }
}

/// Withholds what it takes that a count could be one more or one less, where that is to be had.
fn loosen(cube: &mut Cube, finder: &mut Finder, cell: u32, quantity: usize, count: i64) {
    let least = cube.least(cell, quantity);
    let free = |cube: &Cube, finder: &mut Finder| {
        finder.short(cube, cell, quantity, 1, 0).0 == 0
            || (count > least && finder.short(cube, cell, quantity, 0, 1).1 == 0)
    };
    if free(cube, finder) {
        return;
    }
    // A zero of a row or total of zeros is no secret.
    if count == 0 && finder.around(cube, cell).iter().any(|&of| !cube.is_withheld(of) && cube.count(of, quantity) == 0)
    {
        return;
    }
    for (up, down) in [(1, i64::from(count > least)), (1, 0), (0, 1)] {
        if down > count - least {
            continue;
        }
        if let Some(cells) = finder.cheapest(cube, cell, quantity, up, down) {
            cells.into_iter().for_each(|cell| cube.withhold(cell));
            if free(cube, finder) {
                return;
            }
        }
    }
    if count > 0 {
        withhold_around(cube, finder, cell);
    }
}

fn withhold_all(cube: &mut Cube, total: bool) {
    let kept = cube.total.filter(|_| !total);
    for cell in 0..cube.cells.len() as u32 {
        if Some(cube.row_of(cell)) != kept {
            cube.withhold(cell);
        }
    }
}
