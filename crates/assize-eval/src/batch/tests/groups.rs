//! Grouping children against a search for each parent.

use super::make::{Random, integers};
use crate::batch::{BatchError, ChildIndex, group};
use arrow_buffer::BooleanBuffer;
use assize_model::column::{Column, TextColumn, Values};

/// The children of each parent, by looking through all of them; keys are given as texts.
fn naive(parents: &[Option<String>], children: &[Option<String>]) -> (Vec<Vec<u32>>, Vec<u32>) {
    let of = |key: &Option<String>| {
        let rows = children.iter().zip(0..).filter(|(child, _)| key.is_some() && *child == key);
        rows.map(|(_, row)| row).collect()
    };
    let orphans = children.iter().zip(0..).filter(|(child, _)| child.is_none() || !parents.contains(child));
    (parents.iter().map(of).collect(), orphans.map(|(_, row)| row).collect())
}

fn known(keys: &[Option<i64>]) -> Option<BooleanBuffer> {
    keys.iter().any(Option::is_none).then(|| keys.iter().map(Option::is_some).collect())
}

/// The same keys as columns of several types.
fn columns(keys: &[Option<i64>]) -> Vec<Column> {
    let number = |key: &Option<i64>| key.unwrap_or(-77);
    let with = |values| Column { values, known: known(keys), absent: vec![] };
    let texts: Vec<String> = keys.iter().map(|key| format!("P-{}", number(key))).collect();
    vec![
        with(Values::Integer(keys.iter().map(number).collect())),
        with(Values::DateTime(keys.iter().map(number).collect())),
        with(Values::Date(keys.iter().map(|key| number(key) as i32).collect())),
        with(Values::Code(keys.iter().map(|key| number(key) as u16).collect())),
        with(Values::Text(TextColumn::from_texts(texts.iter().map(String::as_str)))),
        with(Values::Decimal { coefficients: keys.iter().map(|key| i128::from(number(key))).collect(), scale: 1 }),
    ]
}

fn check(parents: &[Option<i64>], children: &[Option<i64>]) {
    let text = |keys: &[Option<i64>]| keys.iter().map(|key| key.map(|key| key.to_string())).collect::<Vec<_>>();
    let (families, orphans) = naive(&text(parents), &text(children));
    for (parent_column, child_column) in columns(parents).iter().zip(&columns(children)) {
        let (index, spans, lost) = group((parent_column, parents.len()), (child_column, children.len())).unwrap();
        assert_eq!(lost, orphans);
        let (starts, ends) = spans.pairs();
        for (row, family) in families.iter().enumerate() {
            let places = starts[row]..ends[row];
            let rows: Vec<u32> = match index.order() {
                Some(order) => places.map(|place| order[place as usize]).collect(),
                None => places.collect(),
            };
            assert_eq!(&rows, family, "parent {row} of {:?}", parent_column.values);
        }
        // Parents that come in batches find the same.
        let index = ChildIndex::new(child_column, children.len()).unwrap();
        let half = parents.len() / 2;
        let first = index.find(parent_column, 0..half).unwrap();
        let second = index.find(parent_column, half..parents.len()).unwrap();
        let lens = |(starts, ends): (&[u32], &[u32])| starts.iter().zip(ends).map(|(a, b)| b - a).collect::<Vec<_>>();
        let both = [lens(first.pairs()), lens(second.pairs())].concat();
        assert_eq!(both, families.iter().map(|family| family.len() as u32).collect::<Vec<_>>());
        assert_eq!(index.orphans(), orphans);
    }
}

#[test]
fn families_are_those_of_a_search() {
    let mut random = Random(3);
    for rows in [0, 1, 2, 50, 300] {
        for reach in [1, 20, 60_000] {
            for missing in [usize::MAX, 6] {
                let mut keys = |rows: usize| -> Vec<Option<i64>> {
                    (0..rows).map(|_| (!random.one_in(missing)).then(|| random.below(reach) as i64)).collect()
                };
                let (parents, mut children) = (keys(rows / 3 + 1), keys(rows));
                check(&parents, &children);
                children.sort_unstable();
                check(&parents, &children);
                let mut parents = parents;
                parents.sort_unstable();
                parents.dedup();
                check(&parents, &children);
            }
        }
    }
}

#[test]
fn keys_far_apart_are_found() {
    let keys = [i64::MIN, i64::MAX, 0, -1, i64::MAX, 1 << 40];
    let column = integers(keys.to_vec());
    let (_, families, orphans) = group((&column, keys.len()), (&column, keys.len())).unwrap();
    let (starts, ends) = families.pairs();
    let sizes: Vec<u32> = starts.iter().zip(ends).map(|(start, end)| end - start).collect();
    assert_eq!(sizes, [1, 2, 1, 1, 2, 1]);
    assert!(orphans.is_empty());
    let sorted = integers(vec![i64::MIN, -5, i64::MAX]);
    assert_eq!(group((&sorted, 3), (&sorted, 3)).unwrap().2, []);
}

#[test]
fn keys_of_two_kinds_do_not_join() {
    let numbers = integers(vec![1, 2]);
    let texts = Column { values: Values::Text(TextColumn::from_texts(["1", "2"])), known: None, absent: vec![] };
    let flags = Column { values: Values::Boolean([true, false].into_iter().collect()), known: None, absent: vec![] };
    assert_eq!(group((&numbers, 2), (&texts, 2)).unwrap_err(), BatchError::Keys);
    assert_eq!(group((&texts, 2), (&numbers, 2)).unwrap_err(), BatchError::Keys);
    assert_eq!(group((&numbers, 2), (&flags, 2)).unwrap_err(), BatchError::Keys);
    assert_eq!(group((&numbers, 2), (&numbers, 3)).unwrap_err(), BatchError::TooLarge);
    assert_eq!(group((&numbers, 3), (&numbers, 2)).unwrap_err(), BatchError::TooLarge);
}
