//! The search through the points of a table's columns.

use assize_model::absence::Reason;
use assize_model::grid::{Cuts, Grid, Test};
use assize_model::ids::NodeId;
use assize_model::node::Op;
use assize_model::program::{Category, Otherwise, Program};
use rustc_hash::{FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

/// How much work a search does at most, in rows looked at.
const BUDGET: usize = 6_000_000;

/// How many columns are gone through.
const MOST_COLUMNS: usize = 200;

/// Points from one up to another.
type Span = (u32, u32);

/// A table's rows over its columns, the most telling column first.
#[derive(Debug)]
pub struct Space {
    columns: Vec<Column>,
    rows: u32,
    /// By row: whether it can be known to match, as nothing in it could not be taken apart.
    sure: Vec<bool>,
    /// How many operands there are.
    operands: usize,
}

#[derive(Debug)]
struct Column {
    /// The operand, by number.
    operand: usize,
    /// By point, the first point from it on that a value can have; elements first, then reasons.
    next: Vec<u32>,
    /// By row: the points for which its test can hold, and those for which it does; `None` where it tests nothing.
    may: Vec<Option<Box<[Span]>>>,
    does: Vec<Option<Box<[Span]>>>,
}

/// What was found, and whether everything was looked at.
#[derive(Debug)]
pub struct Found<T> {
    pub found: Vec<T>,
    pub finished: bool,
}

/// A point for each operand, where it matters.
pub type Point = Vec<Option<u32>>;

impl Space {
    /// The rows of a grid. Conditions that could not be taken apart may hold anywhere, and hold nowhere for certain.
    pub fn new(program: &Program, categories: &[Option<Category>], grid: &Grid) -> Self {
        let mut columns: Vec<Column> = Vec::with_capacity(grid.operands.len());
        let whole = |test: &u32| {
            let operand = grid.tests.get(*test as usize).and_then(|test| grid.operands.get(test.operand as usize));
            operand.is_some_and(|operand| operand.whole)
        };
        let sure: Vec<bool> = grid.rows.iter().map(|row| !row.iter().any(whole)).collect();
        for (operand, of) in grid.operands.iter().enumerate().filter(|(_, of)| !of.whole) {
            let elements = of.cuts.elements();
            let points = elements + Reason::ALL.len() as u32;
            let may_miss = can_be_missing(program, of.node);
            let mut next = vec![points; points as usize + 1];
            let mut at = points;
            for point in (0..points).rev() {
                let is =
                    if point < elements { can_be((program, categories), of.node, &of.cuts, point) } else { may_miss };
                at = if is { point } else { at };
                if let Some(slot) = next.get_mut(point as usize) {
                    *slot = at;
                }
            }
            let (mut may, mut does) = (Vec::with_capacity(grid.rows.len()), Vec::with_capacity(grid.rows.len()));
            for row in &grid.rows {
                let tests = row.iter().filter_map(|&test| grid.tests.get(test as usize));
                let tests: Vec<&Test> = tests.filter(|test| test.operand as usize == operand).collect();
                if tests.is_empty() {
                    may.push(None);
                    does.push(None);
                } else {
                    let points = |sure: bool| {
                        let all = tests.iter().map(|test| spans(test, elements, sure));
                        all.reduce(|a, b| meet(&a, &b)).unwrap_or_default().into_boxed_slice()
                    };
                    may.push(Some(points(false)));
                    does.push(Some(points(true)));
                }
            }
            columns.push(Column { operand, next, may, does });
        }
        // Columns in which most rows test something first: they leave few rows.
        columns.sort_by_key(|column| column.may.iter().filter(|row| row.is_none()).count());
        Self { columns, rows: grid.rows.len() as u32, sure, operands: grid.operands.len() }
    }

    /// Whether there is any point that a row matches.
    pub fn can_match(&self, row: u32) -> bool {
        self.columns.iter().all(|column| match column.does.get(row as usize) {
            Some(Some(spans)) => spans.iter().any(|&span| column.first(span).is_some()),
            _ => true,
        })
    }

    /// Points at which no row can match.
    pub fn gaps(&self, most: usize) -> Found<Point> {
        let mut search = Search::new(self, most, true);
        search.gaps(0, &(0..self.rows).collect::<Vec<_>>());
        Found { finished: search.budget > 0, found: search.found.into_iter().map(|(_, _, point)| point).collect() }
    }

    /// Pairs of rows that both match at a point, of different `outputs` where they are given; not the `known` ones.
    pub fn overlaps(
        &self,
        outputs: Option<&[u32]>,
        known: &FxHashSet<(u32, u32)>,
        most: usize,
    ) -> Found<(u32, u32, Point)> {
        let mut search = Search::new(self, most, false);
        let sure: Vec<u32> = (0..self.rows).filter(|&row| self.is_sure(row)).collect();
        search.overlaps(0, &sure, outputs, known);
        Found { finished: search.budget > 0, found: search.found }
    }

    /// Rows whose every point another row before them has for certain, each with such a row.
    pub fn shadowed(&self, skip: &FxHashSet<u32>) -> Found<(u32, u32)> {
        let mut found = Vec::new();
        let mut budget = BUDGET;
        for row in 0..self.rows {
            if skip.contains(&row) {
                continue;
            }
            // Rows before it that have a point in common with it.
            let sure = (0..row).filter(|&other| self.is_sure(other));
            let before: Vec<u32> = sure.filter(|&other| self.meets(row, other, &mut budget)).collect();
            let Some(&first) = before.first() else { continue };
            let mut search = Search::new(self, 1, true);
            search.budget = budget.min(BUDGET / 8);
            let given = search.budget;
            let free = search.uncovered(0, row, &before);
            budget = budget.saturating_sub(given - search.budget);
            if budget == 0 {
                return Found { found, finished: false };
            }
            if !free && search.budget > 0 {
                found.push((row, first));
            }
        }
        Found { found, finished: true }
    }

    fn is_sure(&self, row: u32) -> bool {
        self.sure.get(row as usize).copied().unwrap_or(false)
    }

    /// Whether there are too many columns to be gone through one within the other.
    pub fn is_too_wide(&self) -> bool {
        self.columns.len() > MOST_COLUMNS
    }

    fn meets(&self, row: u32, other: u32, budget: &mut usize) -> bool {
        *budget = budget.saturating_sub(usize::from(other.is_multiple_of(16)));
        self.columns.iter().all(|column| match (column.does(row), column.does(other)) {
            (Some(a), Some(b)) => touch(a, b),
            (None, Some(b)) => !b.is_empty(),
            _ => true,
        })
    }
}

impl Column {
    fn may(&self, row: u32) -> Option<&[Span]> {
        self.may.get(row as usize)?.as_deref()
    }

    fn does(&self, row: u32) -> Option<&[Span]> {
        self.does.get(row as usize)?.as_deref()
    }

    /// The first point of a span that a value can have.
    fn first(&self, (from, to): Span) -> Option<u32> {
        self.next.get(from as usize).copied().filter(|&point| point < to)
    }

    fn points(&self) -> u32 {
        self.next.len() as u32 - 1
    }

    /// The parts of the points in which the same rows are left: of each a point, and the rows. `spans` gives the points
    /// of a row, `None` for all of them.
    fn parts<'s>(
        &'s self,
        rows: &[u32],
        within: Option<&[Span]>,
        spans: impl Fn(&'s Self, u32) -> Option<&'s [Span]>,
        budget: &mut usize,
    ) -> Vec<(u32, Vec<u32>)> {
        let mut cuts = vec![0, self.points()];
        for &(from, to) in within.into_iter().flatten() {
            cuts.extend([from, to]);
        }
        let mut always = Vec::new();
        let mut begins: Vec<(u32, u32, u32)> = Vec::new();
        for &row in rows {
            match spans(self, row) {
                None => always.push(row),
                Some(spans) => {
                    for &(from, to) in spans {
                        cuts.extend([from, to]);
                        begins.push((from, to, row));
                    }
                }
            }
        }
        *budget = budget.saturating_sub(rows.len() + begins.len());
        cuts.sort_unstable();
        cuts.dedup();
        begins.sort_unstable();
        let mut begins = begins.into_iter().peekable();
        let mut now: Vec<(u32, u32)> = Vec::new();
        let mut seen: FxHashSet<u128> = FxHashSet::default();
        let mut out = Vec::new();
        for (&from, &to) in cuts.iter().zip(cuts.iter().skip(1)) {
            now.retain(|&(_, end)| end > from);
            while let Some(&(begin, end, row)) = begins.peek()
                && begin <= from
            {
                begins.next();
                now.push((row, end));
            }
            let inside = within.is_none_or(|within| within.iter().any(|&(begin, end)| begin <= from && to <= end));
            let Some(point) = self.first((from, to)).filter(|_| inside) else { continue };
            let mut left: Vec<u32> = always.iter().copied().chain(now.iter().map(|&(row, _)| row)).collect();
            left.sort_unstable();
            *budget = budget.saturating_sub(left.len() / 8 + 1);
            if *budget == 0 {
                return out;
            }
            if seen.insert(key(0, &left)) {
                out.push((point, left));
            }
        }
        out
    }
}

/// A number for rows at a column; that two differ in it by chance is beyond all likelihood.
fn key(column: usize, rows: &[u32]) -> u128 {
    let hash = |seed: u64| {
        let mut hasher = FxHasher::default();
        (seed, column, rows).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    hash(0x9e37_79b9_7f4a_7c15) << 64 | hash(0x85eb_ca6b_c2b2_ae35)
}

struct Search<'s> {
    space: &'s Space,
    budget: usize,
    most: usize,
    seen: FxHashSet<u128>,
    /// Whether parts that were gone through before are left out.
    remember: bool,
    point: Point,
    found: Vec<(u32, u32, Point)>,
}

impl<'s> Search<'s> {
    fn new(space: &'s Space, most: usize, remember: bool) -> Self {
        Self {
            space,
            budget: BUDGET,
            most,
            seen: FxHashSet::default(),
            remember,
            point: vec![None; space.operands],
            found: Vec::new(),
        }
    }

    fn is_over(&self) -> bool {
        self.budget == 0 || self.found.len() >= self.most
    }

    fn put(&mut self, operand: usize, point: Option<u32>) {
        if let Some(slot) = self.point.get_mut(operand) {
            *slot = point;
        }
    }

    fn again(&mut self, column: usize, rows: &[u32]) -> bool {
        self.remember && !self.seen.insert(key(column, rows))
    }

    fn gaps(&mut self, at: usize, rows: &[u32]) {
        if self.is_over() || self.again(at, rows) {
            return;
        }
        if rows.is_empty() {
            self.found.push((0, 0, self.point.clone()));
            return;
        }
        let space = self.space;
        // A row that tests nothing from here on matches all that is left.
        let rest = space.columns.get(at..).unwrap_or(&[]);
        if rows.iter().any(|&row| rest.iter().all(|column| column.may(row).is_none())) {
            return;
        }
        let Some(column) = space.columns.get(at) else { return };
        for (point, left) in column.parts(rows, None, Column::may, &mut self.budget) {
            self.put(column.operand, Some(point));
            self.gaps(at + 1, &left);
        }
        self.put(column.operand, None);
    }

    fn overlaps(&mut self, at: usize, rows: &[u32], outputs: Option<&[u32]>, known: &FxHashSet<(u32, u32)>) {
        if self.is_over() || rows.len() < 2 {
            return;
        }
        let output = |row: u32| outputs.and_then(|outputs| outputs.get(row as usize)).copied();
        if outputs.is_some() && rows.iter().all(|&row| output(row) == rows.first().and_then(|&row| output(row))) {
            return;
        }
        let space = self.space;
        let Some(column) = space.columns.get(at) else {
            for (index, &second) in rows.iter().enumerate() {
                for &first in rows.iter().take(index) {
                    let same = outputs.is_some() && output(first) == output(second);
                    let listed = known.contains(&(first, second))
                        || self.found.iter().any(|&(a, b, _)| (a, b) == (first, second));
                    if !same && !listed && !self.is_over() {
                        self.found.push((first, second, self.point.clone()));
                    }
                    self.budget = self.budget.saturating_sub(1);
                }
            }
            return;
        };
        if !self.seen.insert(key(at, rows)) {
            return;
        }
        for (point, left) in column.parts(rows, None, Column::does, &mut self.budget) {
            self.put(column.operand, Some(point));
            self.overlaps(at + 1, &left, outputs, known);
        }
        self.put(column.operand, None);
    }

    /// Whether a row has a point that none of the others has for certain.
    fn uncovered(&mut self, at: usize, row: u32, others: &[u32]) -> bool {
        if others.is_empty() {
            return true;
        }
        if self.budget == 0 || self.again(at, others) {
            return false;
        }
        let space = self.space;
        let rest = space.columns.get(at..).unwrap_or(&[]);
        if others.iter().any(|&other| rest.iter().all(|column| column.does(other).is_none())) {
            return false;
        }
        let Some(column) = space.columns.get(at) else { return false };
        // What is not known makes a row possible, and not one that counts.
        let parts = column.parts(others, column.does(row), Column::does, &mut self.budget);
        parts.into_iter().any(|(_, left)| self.uncovered(at + 1, row, &left))
    }
}

/// The points of a test: elements that pass, and reasons for which it holds or may hold.
fn spans(test: &Test, elements: u32, sure: bool) -> Vec<Span> {
    let mut out = test.pass.to_vec();
    for (at, truth) in (elements..).zip(test.missing) {
        let holds = if sure { truth == Some(true) } else { truth != Some(false) };
        if holds {
            match out.last_mut() {
                Some(last) if last.1 == at => last.1 = at + 1,
                _ => out.push((at, at + 1)),
            }
        }
    }
    out
}

/// The points of both.
fn meet(a: &[Span], b: &[Span]) -> Vec<Span> {
    let mut out = Vec::new();
    for &(from, to) in a {
        for &(begin, end) in b {
            if from.max(begin) < to.min(end) {
                out.push((from.max(begin), to.min(end)));
            }
        }
    }
    out
}

fn touch(a: &[Span], b: &[Span]) -> bool {
    a.iter().any(|&(from, to)| b.iter().any(|&(begin, end)| from.max(begin) < to.min(end)))
}

/// What is read through enclosing scopes, where it is worked out.
fn source(program: &Program, mut node: NodeId) -> Option<&Op> {
    while let Op::Parent(outer) = &program.node(node)?.op {
        node = *outer;
    }
    program.node(node).map(|node| &node.op)
}

/// Whether a value can be of an element. The categories are not yet in the program.
fn can_be((program, categories): (&Program, &[Option<Category>]), node: NodeId, cuts: &Cuts, element: u32) -> bool {
    let between = |lower: Option<i64>, upper: Option<i64>| match (lower, upper) {
        (Some(lower), Some(upper)) => upper.saturating_sub(lower) > 1,
        (Some(lower), None) => lower < i64::MAX,
        (None, Some(upper)) => upper > i64::MIN,
        (None, None) => true,
    };
    let at = (element / 2) as usize;
    match cuts {
        _ if matches!(cuts, Cuts::Boolean) => true,
        Cuts::Codes(len) if element == u32::from(*len) => match source(program, node) {
            Some(Op::Outcome(decision)) => {
                let category = program.decision(*decision).and_then(|of| categories.get(of.category.index())?.as_ref());
                category.is_none_or(|category| category.otherwise == Otherwise::None)
            }
            Some(Op::Field(_) | Op::Param(_) | Op::Lookup { .. } | Op::Call { .. }) => false,
            _ => true,
        },
        _ if element % 2 == 1 => true,
        Cuts::Integer(cuts) => between(at.checked_sub(1).and_then(|at| cuts.get(at)).copied(), cuts.get(at).copied()),
        Cuts::Date(cuts) => {
            let day = |at: usize| cuts.get(at).map(|date| i64::from(date.days()));
            between(at.checked_sub(1).and_then(day), day(at))
        }
        // Nothing comes before the empty text.
        Cuts::Text(cuts) => at > 0 || cuts.first().is_none_or(|first| !first.is_empty()),
        _ => true,
    }
}

fn can_be_missing(program: &Program, node: NodeId) -> bool {
    let mut at = node;
    while let Some(Op::Parent(outer)) = program.node(at).map(|node| &node.op) {
        at = *outer;
    }
    let Some(of) = program.node(at) else { return true };
    let record = program.scope(of.scope).and_then(|scope| program.record(scope.record?));
    match of.op {
        Op::Field(field) => record.and_then(|record| record.fields.get(field.index())).is_none_or(|of| !of.required),
        _ => true,
    }
}
