//! The children of a record, and theirs, as they were filled in.

use super::cell::Cell;
use super::plan::{NOTHING, ScopePlan};

/// The rows of one scope. Of the record itself there is one, whose fields lie in the registers.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Row after row, a cell a field.
    pub cells: Vec<Cell>,
    /// The row of the parent.
    pub parent: Vec<u32>,
    /// The next row of the same parent.
    pub next: Vec<u32>,
    /// For each row and each scope of its children, the first and the last of them.
    links: Vec<(u32, u32)>,
    count: u32,
}

impl Rows {
    /// Leaves the row of the record itself, without children.
    #[inline]
    pub fn reset(&mut self, scope: &ScopePlan) {
        if self.count == 1 {
            self.links.fill((NOTHING, NOTHING));
        } else {
            self.clear();
            self.add(scope, NOTHING);
        }
    }

    /// Forgets all rows.
    #[inline]
    pub fn clear(&mut self) {
        if self.count == 0 {
            return;
        }
        self.cells.clear();
        self.parent.clear();
        self.next.clear();
        self.links.clear();
        self.count = 0;
    }

    /// How many rows there are.
    pub const fn len(&self) -> u32 {
        self.count
    }

    /// Adds a row of a parent; `None` when there are as many as can be numbered.
    pub fn add(&mut self, scope: &ScopePlan, parent: u32) -> Option<u32> {
        let row = self.count;
        if row >= NOTHING - 1 {
            return None;
        }
        self.count += 1;
        // The record's own fields are in registers.
        if scope.parent.is_some() {
            self.cells.extend(scope.blank.iter().map(|&absence| Cell::Absent(absence)));
        }
        self.parent.push(parent);
        self.next.push(NOTHING);
        self.links.extend(scope.children.iter().map(|_| (NOTHING, NOTHING)));
        Some(row)
    }

    /// The first child of a row by a slot of its scope's children.
    #[inline]
    pub fn first(&self, scope: &ScopePlan, row: u32, slot: usize) -> u32 {
        self.links.get(row as usize * scope.children.len() + slot).map_or(NOTHING, |&(first, _)| first)
    }

    /// Notes a new last child of a row, and gives the one that was last.
    pub fn append(&mut self, scope: &ScopePlan, row: u32, slot: usize, child: u32) -> u32 {
        match self.links.get_mut(row as usize * scope.children.len() + slot) {
            Some(link) => {
                let last = link.1;
                if last == NOTHING {
                    link.0 = child;
                }
                link.1 = child;
                last
            }
            None => NOTHING,
        }
    }

    /// The row after one.
    #[inline]
    pub fn next(&self, row: u32) -> u32 {
        self.next.get(row as usize).copied().unwrap_or(NOTHING)
    }

    /// The parent of a row.
    #[inline]
    pub fn parent(&self, row: u32) -> u32 {
        self.parent.get(row as usize).copied().unwrap_or(NOTHING)
    }

    /// The cells of a row of so many fields.
    #[inline]
    pub fn row(&self, row: u32, fields: usize) -> &[Cell] {
        let start = row as usize * fields;
        self.cells.get(start..start + fields).unwrap_or(&[])
    }

    /// A cell of a row of so many fields.
    #[inline]
    pub fn cell_mut(&mut self, row: u32, fields: usize, field: usize) -> Option<&mut Cell> {
        self.cells.get_mut(row as usize * fields + field)
    }
}
