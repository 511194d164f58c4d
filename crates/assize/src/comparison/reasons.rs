//! Why outcomes changed: the criteria that decided before, and those that do now.

use assize_eval::batch::{CategoryColumns, Lists};
use assize_model::program::Category;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Most lists of criteria that are told apart on either side, and most pairs of them.
const MAX_KINDS: usize = 10_000;
/// What a list has that came when there were as many.
const UNLISTED: u32 = u32::MAX;

/// Records that were in a cell for one reason and now are for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonMove {
    /// The criteria that decided before, by name.
    pub old: Vec<Arc<str>>,
    /// The criteria that decide now.
    pub new: Vec<Arc<str>>,
    /// How many records.
    pub count: u64,
}

/// Lists of criteria, numbered.
#[derive(Debug, Default)]
struct Kinds {
    numbers: FxHashMap<Box<[u16]>, u32>,
}

impl Kinds {
    fn number(&mut self, list: &[u16]) -> u32 {
        if let Some(&number) = self.numbers.get(list) {
            return number;
        }
        if self.numbers.len() >= MAX_KINDS {
            return UNLISTED;
        }
        let number = u32::try_from(self.numbers.len()).unwrap_or(UNLISTED);
        self.numbers.insert(list.into(), number);
        number
    }
}

/// The reasons of the records of a category, as they are counted.
#[derive(Debug)]
pub struct Counting {
    old: Kinds,
    new: Kinds,
    /// By cell, old list and new list.
    counts: FxHashMap<(u32, u32, u32), u64>,
    unlisted: FxHashMap<u32, u64>,
    /// For each old criterion, the new one of its name.
    matching: Vec<Option<u16>>,
    /// Whether any record had reasons on both sides.
    pub any: bool,
    /// Records whose outcome is the same, by other criteria.
    pub same_for_others: u64,
}

impl Counting {
    pub fn new(old: &Category, new: &Category) -> Self {
        let names: FxHashMap<&str, u16> =
            new.criteria().zip(0..).map(|((_, criterion), at)| (&*criterion.heading.name, at)).collect();
        let matching = old.criteria().map(|(_, criterion)| names.get(&*criterion.heading.name).copied()).collect();
        Self {
            old: Kinds::default(),
            new: Kinds::default(),
            counts: FxHashMap::default(),
            unlisted: FxHashMap::default(),
            matching,
            any: false,
            same_for_others: 0,
        }
    }

    /// Counts the reasons of a record whose outcome changed.
    pub fn changed(&mut self, cell: u32, old: &[u16], new: &[u16]) {
        let (old, new) = (self.old.number(old), self.new.number(new));
        let room = self.counts.len() < MAX_KINDS;
        match self.counts.get_mut(&(cell, old, new)) {
            Some(count) => *count += 1,
            None if room && old != UNLISTED && new != UNLISTED => _ = self.counts.insert((cell, old, new), 1),
            None => *self.unlisted.entry(cell).or_default() += 1,
        }
    }

    /// Counts a record whose outcome is the same.
    pub fn stayed(&mut self, old: &[u16], new: &[u16]) {
        let matched = |at: &u16| self.matching.get(usize::from(*at)).copied().flatten();
        let same = old.len() == new.len() && old.iter().zip(new).all(|(a, b)| matched(a) == Some(*b));
        // The order of criteria may have changed, and so that of the reasons.
        let same =
            same || (old.len() == new.len() && old.iter().all(|at| matched(at).is_some_and(|at| new.contains(&at))));
        self.same_for_others += u64::from(!same);
    }

    /// The reasons of each cell, the most frequent first, and how many are not listed.
    pub fn finish(self, old: &Category, new: &Category) -> FxHashMap<u32, (Vec<ReasonMove>, u64)> {
        let lists = |kinds: Kinds, category: &Category| {
            let names: Vec<Arc<str>> =
                category.criteria().map(|(_, criterion)| Arc::clone(&criterion.heading.name)).collect();
            let named = |list: &[u16]| -> Vec<Arc<str>> {
                list.iter().filter_map(|&at| names.get(usize::from(at)).cloned()).collect()
            };
            kinds.numbers.into_iter().map(|(list, number)| (number, named(&list))).collect::<FxHashMap<_, _>>()
        };
        let (old, new) = (lists(self.old, old), lists(self.new, new));
        let mut counts: Vec<((u32, u32, u32), u64)> = self.counts.into_iter().collect();
        // Numbers are in the order of the data.
        assize_model::order::sort_by_key(&mut counts, |&(key, count)| (std::cmp::Reverse(count), key));
        let mut cells: FxHashMap<u32, (Vec<ReasonMove>, u64)> = FxHashMap::default();
        for ((cell, from, to), count) in counts {
            let list = |lists: &FxHashMap<u32, Vec<Arc<str>>>, number| lists.get(&number).cloned().unwrap_or_default();
            let reason = ReasonMove { old: list(&old, from), new: list(&new, to), count };
            cells.entry(cell).or_default().0.push(reason);
        }
        for (cell, count) in self.unlisted {
            cells.entry(cell).or_default().1 += count;
        }
        cells
    }
}

/// The lists of criteria of both, when both have them.
pub fn both<'a>(old: &'a CategoryColumns, new: &'a CategoryColumns) -> Option<(&'a Lists<u16>, &'a Lists<u16>)> {
    Some((&old.reasons.as_ref()?.because, &new.reasons.as_ref()?.because))
}
