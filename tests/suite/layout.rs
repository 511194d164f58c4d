//! The layout of results: as `assize run --format json` prints them, and what of them is compared.

use crate::case::Case;
use serde_json::{Map, Value, json};

/// An object as it is printed, with a line end.
pub fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("a tree can be written");
    text.push('\n');
    text
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("results that are not JSON: {error}\n{text}"))
}

/// Results as they are compared: their very text; where the data are generated, with the rows of each category and the
/// errors of each record as their count and a checksum.
pub fn comparable(case: &Case, text: &str) -> String {
    if case.recipe.is_none() {
        return text.to_owned();
    }
    let mut whole = parsed(text);
    assert!(pretty(&whole) == text, "{}: the layout is not the usual one", case.name);
    for (part, list) in [("categories", "rows"), ("records", "errors")] {
        for of in whole.get_mut(part).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
            if let Some(rows) = of.get_mut(list) {
                let count = rows.as_array().map_or(0, Vec::len);
                let compact = serde_json::to_string(rows).expect("a tree can be written");
                *rows = json!({ "count": count, "crc32": format!("{:08x}", crc32(compact.as_bytes())) });
            }
        }
    }
    pretty(&whole)
}

/// The parts of results that no single record has.
pub const OF_MANY: [&str; 3] = ["measures", "indicators", "evaluations"];

/// Results without what no single record has.
pub fn without_measures(text: &str) -> String {
    let mut whole = parsed(text);
    if let Some(whole) = whole.as_object_mut() {
        for part in OF_MANY {
            if let Some(of) = whole.get_mut(part) {
                *of = json!({});
            }
        }
        whole.remove("indicators");
        whole.remove("members");
    }
    pretty(&whole)
}

/// The rows of the categories, and nothing else; a single outcome has no judgement beside it.
pub fn rows_alone(text: &str) -> String {
    let mut whole = parsed(text);
    let categories = whole.get_mut("categories").and_then(Value::as_object_mut);
    for row in categories.into_iter().flat_map(Map::values_mut).filter_map(|of| of.get_mut("rows")?.as_array_mut()) {
        row.iter_mut().filter_map(Value::as_object_mut).for_each(|row| _ = row.remove("override"));
    }
    let categories = whole.get("categories").and_then(Value::as_object);
    let rows: Map<String, Value> = categories
        .into_iter()
        .flatten()
        .map(|(name, category)| (name.clone(), json!({ "rows": category.get("rows") })))
        .collect();
    pretty(&json!({ "categories": rows }))
}

/// The usual CRC-32, of zlib and of PNG.
fn crc32(bytes: &[u8]) -> u32 {
    let table: [u32; 256] = std::array::from_fn(|at| {
        let step = |crc: u32, _| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
        (0..8).fold(at as u32, step)
    });
    let step = |crc: u32, &byte: &u8| (crc >> 8) ^ table[usize::from(crc as u8 ^ byte)];
    !bytes.iter().fold(u32::MAX, step)
}

#[test]
fn the_checksum_is_the_published_one() {
    assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
}
