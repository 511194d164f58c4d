//! Groups of records: one for each combination of slots that occurs.

use crate::axis::Slot;
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// The number of a group.
pub(crate) type Group = u32;

/// Groups that a measure may have: more rows than anyone reads, and a bound to the memory that a breakdown by a
/// record's own key would take.
pub const MAX_GROUPS: usize = 1 << 20;

/// Combinations that are looked up in a table; past it, by hash.
const DIRECT_BITS: u32 = 20;

/// A measure has more than [`MAX_GROUPS`] rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the breakdowns give more than {MAX_GROUPS} rows")]
pub struct TooManyGroups;

/// Every combination of slots that occurred, numbered as they came.
#[derive(Debug, Clone)]
pub(crate) struct Groups {
    axes: usize,
    /// The slots of each group, end to end.
    keys: Vec<Slot>,
    count: usize,
    index: Index,
    combined: Vec<u32>,
}

#[derive(Debug, Clone)]
enum Index {
    /// A table by the slots' bits end to end; 0 is no group, else the group and one.
    Direct {
        /// How many bits each axis has.
        bits: Vec<u32>,
        table: Vec<u32>,
    },
    /// A table by the hash of the slots.
    Hashed(HashTable<Group>),
}

impl Groups {
    /// No groups; without axes the one that there is.
    pub(crate) fn new(axes: usize) -> Self {
        let index = Index::Direct { bits: vec![0; axes], table: vec![0] };
        Self { axes, keys: Vec::new(), count: usize::from(axes == 0), index, combined: Vec::new() }
    }

    /// How many there are.
    pub(crate) const fn len(&self) -> usize {
        self.count
    }

    /// The slots of a group.
    pub(crate) fn key(&self, group: usize) -> &[Slot] {
        self.keys.get(group * self.axes..(group + 1) * self.axes).unwrap_or(&[])
    }

    /// Each group's number and slots.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &[Slot])> {
        (0..self.count).map(|group| (group, self.key(group)))
    }

    /// Makes room for the slots of axes that have become wider.
    pub(crate) fn widen(&mut self, widths: impl Iterator<Item = u32>) {
        let Index::Direct { bits, table } = &mut self.index else { return };
        let mut grown = false;
        for (bits, width) in bits.iter_mut().zip(widths) {
            let needed = width.saturating_sub(1).checked_ilog2().map_or(0, |log| log + 1);
            if needed > *bits {
                *bits = needed;
                grown = true;
            }
        }
        if !grown {
            return;
        }
        let total = bits.iter().fold(0_u32, |sum, &bits| sum.saturating_add(bits));
        if total > DIRECT_BITS {
            let mut hashed = HashTable::new();
            for group in 0..self.count {
                let key = key_at(&self.keys, self.axes, group);
                // Groups are at most `MAX_GROUPS`, which 32 bits hold.
                hashed
                    .insert_unique(hash(key), group as Group, |&old| hash(key_at(&self.keys, self.axes, old as usize)));
            }
            self.index = Index::Hashed(hashed);
            return;
        }
        table.clear();
        table.resize(1 << total, 0);
        for group in 0..self.count {
            let at = combine(key_at(&self.keys, self.axes, group), bits);
            if let Some(place) = table.get_mut(at as usize) {
                *place = group as u32 + 1;
            }
        }
    }

    /// The group of a combination of slots, which `widen` has made room for.
    pub(crate) fn group(&mut self, key: &[Slot]) -> Result<Group, TooManyGroups> {
        let next = self.count as Group;
        match &mut self.index {
            Index::Direct { bits, table } => match table.get_mut(combine(key, bits) as usize) {
                Some(place) if *place == 0 => *place = next + 1,
                Some(place) => return Ok(*place - 1),
                None => return Err(TooManyGroups),
            },
            Index::Hashed(table) => {
                let hashed = hash(key);
                if let Some(&group) = table.find(hashed, |&group| key_at(&self.keys, self.axes, group as usize) == key)
                {
                    return Ok(group);
                }
                if self.count < MAX_GROUPS {
                    table.insert_unique(hashed, next, |&old| hash(key_at(&self.keys, self.axes, old as usize)));
                }
            }
        }
        if self.count >= MAX_GROUPS {
            return Err(TooManyGroups);
        }
        self.keys.extend_from_slice(key);
        self.count += 1;
        Ok(next)
    }

    /// The group of each row, given its slots on each axis. `columns` are of one length.
    pub(crate) fn assign(&mut self, columns: &[Vec<Slot>], out: &mut Vec<Group>) -> Result<(), TooManyGroups> {
        let rows = columns.first().map_or(0, Vec::len);
        out.clear();
        out.reserve(rows);
        if matches!(self.index, Index::Direct { .. }) {
            return self.assign_directly(columns, rows, out);
        }
        let mut key = vec![0; self.axes];
        for row in 0..rows {
            for (slot, column) in key.iter_mut().zip(columns) {
                *slot = column.get(row).copied().unwrap_or(0);
            }
            out.push(self.group(&key)?);
        }
        Ok(())
    }

    fn assign_directly(
        &mut self,
        columns: &[Vec<Slot>],
        rows: usize,
        out: &mut Vec<Group>,
    ) -> Result<(), TooManyGroups> {
        let Index::Direct { bits, .. } = &self.index else { return Ok(()) };
        let mut combined = std::mem::take(&mut self.combined);
        combined.clear();
        let mut shift = 0;
        for (column, bits) in columns.iter().zip(bits) {
            if shift == 0 && combined.is_empty() {
                combined.extend_from_slice(column);
            } else {
                for (all, &slot) in combined.iter_mut().zip(column) {
                    *all |= slot << shift;
                }
            }
            shift += bits;
        }
        let mut from = 0;
        while from < rows {
            // Runs of known groups; a new one stops the run and is entered.
            if let Index::Direct { table, .. } = &self.index {
                let known = combined.get(from..).unwrap_or(&[]).iter().map_while(|&at| {
                    let group = table.get(at as usize).copied().unwrap_or(0);
                    group.checked_sub(1)
                });
                out.extend(known);
            }
            from = out.len();
            if from < rows {
                let key: Vec<Slot> = columns.iter().map(|column| column.get(from).copied().unwrap_or(0)).collect();
                match self.group(&key) {
                    Ok(group) => out.push(group),
                    Err(error) => {
                        self.combined = combined;
                        return Err(error);
                    }
                }
                from += 1;
            }
        }
        self.combined = combined;
        Ok(())
    }
}

fn key_at(keys: &[Slot], axes: usize, group: usize) -> &[Slot] {
    keys.get(group * axes..(group + 1) * axes).unwrap_or(&[])
}

/// The slots' bits end to end. Every slot is within its axis's bits, and all bits within 32.
fn combine(key: &[Slot], bits: &[u32]) -> u32 {
    let mut shift = 0;
    let mut all = 0;
    for (&slot, &bits) in key.iter().zip(bits) {
        all |= slot << shift;
        shift += bits;
    }
    all
}

fn hash(key: &[Slot]) -> u64 {
    let mut hasher = FxHasher::default();
    for &slot in key {
        hasher.write_u32(slot);
    }
    hasher.finish()
}
