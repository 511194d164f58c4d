//! Sorting that is compiled once: what is sorted is compared through a pointer and moved afterwards.
//!
//! The sorts of the standard library are compiled anew, some 4 KB each, for every type and every comparison. Where few
//! things are sorted, or seldom, that is only weight.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Sorts by a comparison; equals keep their order.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut places = places(items.len(), &mut |one, other| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other),
        _ => Ordering::Equal,
    });
    // Round after round of places that give each other theirs.
    for start in 0..items.len() {
        let mut at = start;
        while let Some(from) = places.get_mut(at).map(|from| std::mem::replace(from, at))
            && from != start
            && from != at
        {
            items.swap(at, from);
            at = from;
        }
    }
}

/// Sorts by a key; equals keep their order.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(items, |one, other| key(one).cmp(&key(other)));
}

/// Sorts what has an order; equals keep theirs.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// A map of what comes, of equal keys the last. The library's own way sorts first, which is compiled anew for every type.
pub fn map<K: Ord, V>(items: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    items.into_iter().for_each(|(key, value)| _ = map.insert(key, value));
    map
}

/// A set of what comes.
pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    items.into_iter().for_each(|item| _ = set.insert(item));
    set
}

/// From which place what is to stand at each place comes.
fn places(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|&one, &other| compare(one, other));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_standard_library_sorts() {
        let mut state = 1_u64;
        for count in 0..200 {
            let items: Vec<(u64, usize)> = (0..count)
                .map(|at| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (state >> 33 & 15, at)
                })
                .collect();
            let (mut one, mut other) = (items.clone(), items.clone());
            one.sort_by_key(|(key, _)| *key);
            sort_by_key(&mut other, |(key, _)| *key);
            assert_eq!(one, other, "equals keep their order");
            other = items;
            one.sort_by(|a, b| b.cmp(a));
            sort_by(&mut other, |a, b| b.cmp(a));
            assert_eq!(one, other);
            one.sort();
            sort(&mut other);
            assert_eq!(one, other);
        }
    }
}
