//! Whatever a producer gets wrong: values or words, no panic, and everything released.

use super::wrong::{buffer, child, first};
use super::*;

/// A change of a valid struct that leaves every buffer as long as it says.
#[derive(Debug, Clone)]
enum Mutation {
    Length(i64),
    Offset(i64),
    Nulls(i64),
    Buffers(i64),
    NoBuffers,
    NoBuffer(usize),
    Byte(usize, usize, u8),
    Children(i64),
    NoChildren,
    NoDictionary,
    Format(&'static CStr),
    SchemaChildren(i64),
    Flags(i64),
    Released,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let counts = prop_oneof![-3_i64..12, Just(i64::MIN), Just(i64::MAX), Just(1 << 50)];
    prop_oneof![
        (-9_i64..1).prop_map(Mutation::Length),
        (-9_i64..1).prop_map(Mutation::Offset),
        Just(Mutation::Length(i64::MAX)),
        Just(Mutation::Offset(i64::MIN)),
        counts.clone().prop_map(Mutation::Nulls),
        counts.clone().prop_map(Mutation::Buffers),
        Just(Mutation::NoBuffers),
        (0_usize..5).prop_map(Mutation::NoBuffer),
        (0_usize..5, any::<usize>(), any::<u8>()).prop_map(|(buffer, at, byte)| Mutation::Byte(buffer, at, byte)),
        counts.clone().prop_map(Mutation::Children),
        Just(Mutation::NoChildren),
        Just(Mutation::NoDictionary),
        proptest::sample::select(&FORMATS[..]).prop_map(Mutation::Format),
        counts.prop_map(Mutation::SchemaChildren),
        any::<i64>().prop_map(Mutation::Flags),
        Just(Mutation::Released),
    ]
}

/// Changes one struct. Counts that are raised meet NULL pointers, which there are a few of; lengths are only lowered, or
/// raised beyond all that can be.
fn mutate(schema: &mut ArrowSchema, array: &mut ArrowArray, mutation: &Mutation) {
    let few = |count: i64| !(9..=1 << 20).contains(&count);
    // The last buffer of views, the fifth here, says how long the data before it are, and has to be believed. With four
    // it would be one of the data; with three or fewer there are no data.
    // SAFETY: formats are texts.
    let views = unsafe { CStr::from_ptr(schema.format) }.to_bytes().starts_with(b"v");
    let said = |count: i64| !(views && count == 4);
    let whole = array.offset.saturating_add(array.length);
    match *mutation {
        Mutation::Length(less) if less <= 0 => array.length = array.length.saturating_add(less),
        Mutation::Length(huge) => array.length = huge,
        Mutation::Offset(less) if less > -10 => array.offset = array.offset.saturating_add(less),
        Mutation::Offset(huge) => array.offset = huge,
        Mutation::Nulls(nulls) => array.null_count = nulls,
        Mutation::Buffers(count) if few(count) && said(count) => array.n_buffers = count,
        Mutation::NoBuffers => array.buffers = null_mut(),
        Mutation::NoBuffer(at) if !array.buffers.is_null() => *buffer(array, at) = null(),
        Mutation::Children(count) if few(count) => array.n_children = count,
        Mutation::NoChildren => (array.children, schema.children) = (null_mut(), null_mut()),
        Mutation::NoDictionary => array.dictionary = null_mut(),
        // SAFETY: formats are texts.
        Mutation::Format(format) if width(format) <= width(unsafe { CStr::from_ptr(schema.format) }) => {
            schema.format = format.as_ptr();
        }
        Mutation::SchemaChildren(count) if few(count) => schema.n_children = count,
        Mutation::Flags(flags) => schema.flags = flags,
        _ => {}
    }
    assert!(array.offset.saturating_add(array.length) <= whole || array.length > 1 << 48 || array.offset > 1 << 48);
}

const FORMATS: [&CStr; 17] = [
    c"l",
    c"L",
    c"g",
    c"tss:",
    c"tsu:UTC",
    c"tDs",
    c"tdm",
    c"ttn",
    c"d:18,2,64",
    c"i",
    c"f",
    c"tdD",
    c"c",
    c"b",
    c"s",
    c"zz",
    c"",
];

/// The bytes of a value of a format.
fn width(format: &CStr) -> usize {
    let format = format.to_bytes();
    match format {
        b"b" | b"zz" | b"" => 0,
        b"c" | b"C" => 1,
        b"s" | b"S" | b"e" => 2,
        b"i" | b"I" | b"f" | b"tdD" | b"tts" | b"ttm" => 4,
        [b'd', ..] if format.ends_with(b",32") => 4,
        [b'd', ..] if format.ends_with(b",64") => 8,
        [b'd', ..] => 16,
        [b'l' | b'L' | b'g' | b't', ..] => 8,
        _ => 0,
    }
}

/// The bytes of a column that may be anything without any of them being read past the end: not the last offset, and not
/// the lengths of buffers.
fn scratch(column: &mut Array, which: usize, at: usize, byte: u8) {
    let last = column.buffers.len() - 1;
    let views = column.format.to_bytes().starts_with(b"v");
    let offsets = match column.format.to_bytes() {
        b"u" | b"z" | b"+l" => 4,
        b"U" | b"Z" | b"+L" => 8,
        _ => 0,
    };
    if views && which == last {
        return;
    }
    let Some(Some(bytes)) = column.buffers.get_mut(which) else { return };
    let end = bytes.len() - if which == 1 { offsets } else { 0 };
    if end > 0 {
        bytes.set(at % end, byte);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a producer gets wrong: values or words, and everything released.
    #[test]
    fn structs_with_anything_in_them(
        at in 0_usize..1_000,
        front in (0_usize..12, 0_usize..12),
        column in proptest::collection::vec(mutation(), 0..4),
        rows in proptest::collection::vec(mutation(), 0..2),
        inside in proptest::collection::vec(mutation(), 0..2),
        mean in any::<bool>(),
    ) {
        let at = at % every_type(PLAIN).len();
        let front = Front { offset: front.0, rows: front.1 };
        let (_, ty, expected) = every_type(PLAIN).swap_remove(at);
        let make = || {
            let mut array = every_type(front).swap_remove(at).0;
            for mutation in &column {
                if let Mutation::Byte(which, at, byte) = *mutation && which < array.buffers.len() {
                    scratch(&mut array, which, at, byte);
                }
            }
            for mutation in &inside {
                let inside = array.children.first_mut().or(array.dictionary.as_deref_mut());
                if let (Some(inside), Mutation::Byte(which, at, byte)) = (inside, mutation) {
                    scratch(inside, *which, *at, *byte);
                }
            }
            Array::rows(vec![array], expected.len()).with(|array| array.offset = front.rows as i64)
        };
        // A struct that is released must not be released once more.
        let released = |mutations: &[Mutation]| mutations.iter().any(|mutation| matches!(mutation, Mutation::Released));
        let change = |schema: &mut ArrowSchema, array: &mut ArrowArray| {
            for mutation in &column {
                mutate(first(schema), child(array), mutation);
            }
            let dictionary = first(schema).dictionary;
            if !dictionary.is_null() && !child(array).dictionary.is_null() {
                // SAFETY: both are there.
                let (schema, array) = unsafe { (&mut *dictionary, &mut *child(array).dictionary) };
                inside.iter().for_each(|mutation| mutate(schema, array, mutation));
            }
            if !first(schema).children.is_null() && !child(array).children.is_null() && every_type(PLAIN)[at].0.children.len() == 1 {
                inside.iter().for_each(|mutation| mutate(first(first(schema)), child(child(array)), mutation));
            }
            for mutation in &rows {
                match mutation {
                    Mutation::Format(format) if !mean => schema.format = format.as_ptr(),
                    Mutation::Format(_) => {}
                    other => mutate(schema, array, other),
                }
            }
            if released(&rows)
                && mean
                && let Some(release) = array.release
            {
                // SAFETY: it was not released.
                unsafe { release(array) };
            }
        };
        match hand_over(&one(ty), make, change) {
            Ok(batches) => prop_assert!(shown(&batches).len() <= expected.len()),
            Err(error) => prop_assert!(!error.is_empty() && !error.ends_with('.')),
        }
    }
}
