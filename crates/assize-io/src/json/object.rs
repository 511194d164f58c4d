//! One JSON object to the cells of a row, and those that stand inside it to rows of their own.

use super::block::{Block, Shape, Wrong};
use super::{DEEPEST, Inside, Level, Stand};
use crate::decode::{UNIT, trim};
use crate::texts::Texts;
use assize_model::decimal::Decimal;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// What a member of an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Member {
    /// A cell of a slot.
    Slot(usize),
    /// The children of a `many` field, by number.
    Many(usize),
}

/// Names of members kept for suggestions.
const STRANGERS: usize = 1_000;

/// Bytes of keys that the children of one object take over from it, at most: a long key and many empty children would
/// otherwise grow without proportion to the input.
const KEYS_TAKEN_OVER: usize = 64 << 20;

/// Enters an object as a row of the first level; gives the bytes of keys that children took over from their parents.
pub(crate) fn root(levels: &mut [Level], bytes: &[u8], longest: usize) -> usize {
    let mut limits = Limits { longest, taken_over: 0 };
    match std::str::from_utf8(bytes) {
        Ok(text) => row(levels, 0, text, None, 1, &mut limits),
        Err(_) => {
            if let Some(level) = levels.first_mut() {
                level.block.broken(Wrong::NotUtf8);
            }
        }
    }
    limits.taken_over
}

struct Limits {
    /// Bytes that a cell may have.
    longest: usize,
    /// Bytes of keys taken over so far.
    taken_over: usize,
}

/// The parent that a row stands in.
#[derive(Clone, Copy)]
struct Parent<'a> {
    level: usize,
    row: u32,
    many: usize,
    /// The slot of the child's field that names it, and its key.
    by: Option<usize>,
    key: &'a str,
}

/// Enters an object as a row of a level.
fn row(levels: &mut [Level], at: usize, text: &str, parent: Option<Parent<'_>>, depth: usize, limits: &mut Limits) {
    let same = |levels: &[Level], parent: Parent<'_>, own: &str| {
        own == parent.key
            || levels.get(parent.level).and_then(Level::key_kind).is_some_and(|kind| kind.same(own, parent.key))
    };
    let Some(level) = levels.get_mut(at) else { return };
    let block = &mut level.block;
    let row_at = block.begin();
    let mut inside = Vec::new();
    let object =
        Object { members: &level.members, block, many: &mut level.many, inside: &mut inside, longest: limits.longest };
    let mut source = serde_json::Deserializer::from_str(text);
    if let Err(error) = object.deserialize(&mut source).and_then(|()| source.end()) {
        level.block.set_aside(Wrong::Json(describe(&error)));
        return;
    }
    level.block.objects += 1;
    let mut belongs = true;
    if let Some((parent, slot)) = parent.and_then(|parent| Some((parent, parent.by?))) {
        let own = trim(level.block.text(slot)).to_owned();
        if own.is_empty() {
            limits.taken_over += parent.key.len();
            if limits.taken_over > KEYS_TAKEN_OVER {
                level.block.set_aside(Wrong::KeysTakenOver);
            } else {
                level.block.put(slot, Shape::Text, |arena| arena.push_str(parent.key));
            }
        } else if !same(levels, parent, &own)
            && let Some(level) = levels.get_mut(at)
        {
            belongs = false;
            level.block.flag(Wrong::OtherParent(own));
            level.block.put(slot, Shape::Broken, |_| ());
        }
    }
    let Some(level) = levels.get_mut(at) else { return };
    if let Some(parent) = parent.filter(|_| belongs) {
        level.standing.push(Stand { level: parent.level, many: parent.many, parent: parent.row, child: row_at });
    }
    if inside.is_empty() {
        return;
    }
    if depth >= DEEPEST {
        level.block.flag(Wrong::TooDeep);
        return;
    }
    // Before any child is entered, so that it is this row that is told of.
    inside.retain(|&(many, list)| {
        let is_list = list.starts_with('[');
        if !is_list {
            level.block.flag(Wrong::NotAList(many));
        }
        is_list
    });
    let key = level.key.map(|slot| trim(level.block.text(slot)).to_owned()).unwrap_or_default();
    for (many, list) in inside {
        let Some(&Inside { level: child, by, .. }) = levels.get(at).and_then(|level| level.many.get(many)) else {
            continue;
        };
        let parent = Parent { level: at, row: row_at, many, by, key: &key };
        let mut source = serde_json::Deserializer::from_str(list);
        let each = Each(|text: &str| row(levels, child, text, Some(parent), depth + 1, limits));
        // It is a list, and whole: its text was read as part of the object.
        let _ = each.deserialize(&mut source);
    }
}

/// The parser's words, without its lines: a row is one line.
fn describe(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let column = error.column();
    let what = text.split(" at line ").next().unwrap_or(&text);
    if column == 0 { what.into() } else { format!("{what} at character {column}") }
}

struct Object<'b, 'i, 'de> {
    members: &'b Texts<Member>,
    block: &'b mut Block,
    many: &'b mut [Inside],
    /// The lists of children, which come after the object: its key may stand behind them.
    inside: &'i mut Vec<(usize, &'de str)>,
    longest: usize,
}

impl<'de> DeserializeSeed<'de> for Object<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { members, block, many: lists, inside, longest } = self;
        while let Some(member) = map.next_key_seed(Name(members, block.strangers.as_mut()))? {
            match member {
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(Member::Slot(slot)) => {
                    let value: &RawValue = map.next_value()?;
                    if block.has(slot) {
                        block.flag(Wrong::Twice(members.name_of(Member::Slot(slot)).unwrap_or("").into()));
                        block.put(slot, Shape::Broken, |_| ());
                    } else {
                        enter(block, slot, value.get(), longest);
                    }
                }
                Some(Member::Many(many)) => {
                    let value: &RawValue = map.next_value()?;
                    if let Some(list) = lists.get_mut(many) {
                        list.seen = true;
                    }
                    if inside.iter().any(|&(known, _)| known == many) {
                        block.flag(Wrong::Twice(members.name_of(Member::Many(many)).unwrap_or("").into()));
                    } else if value.get() != "null" {
                        inside.push((many, value.get()));
                    }
                }
            }
        }
        Ok(())
    }
}

/// A member's name.
struct Name<'a>(&'a Texts<Member>, Option<&'a mut Vec<String>>);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<Member>;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Self::Value, D::Error> {
        source.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<Member>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let found = self.0.get(trim(name));
        if let (None, Some(strangers)) = (found, self.1)
            && strangers.len() < STRANGERS
            && !strangers.iter().any(|known| known == name)
        {
            strangers.push(name.into());
        }
        Ok(found)
    }
}

/// Calls for each value of a list.
struct Each<F>(F);

impl<'de, F: FnMut(&str)> DeserializeSeed<'de> for Each<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(&str)> Visitor<'de> for Each<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<&RawValue>()? {
            (self.0)(value.get());
        }
        Ok(())
    }
}

/// Enters a value as the text of a cell.
fn enter(block: &mut Block, slot: usize, raw: &str, longest: usize) {
    if raw.len() > longest {
        block.put(slot, Shape::Broken, |_| ());
        block.flag(Wrong::LongCell(longest));
        return;
    }
    match raw.as_bytes().first() {
        Some(b'[') => {
            let mut members = String::new();
            let (mut plain, mut known) = (true, true);
            let list = Each(|value: &str| {
                let start = members.len();
                if value == "null" {
                    known = false;
                    return;
                }
                plain &= scalar(value, &mut members) && !members.get(start..).unwrap_or("").contains(UNIT);
                members.push_str(UNIT);
            });
            let read = list.deserialize(&mut serde_json::Deserializer::from_str(raw));
            if read.is_ok() && !known {
                // A member that is not known leaves the set unknown.
                block.put(slot, Shape::Text, |_| ());
            } else if read.is_ok() && plain {
                block.put(slot, Shape::List, |arena| arena.push_str(&members));
            } else {
                block.put(slot, Shape::Object, |_| ());
            }
        }
        Some(b'{') => block.put(slot, Shape::Object, |_| ()),
        Some(b'n') => block.put(slot, Shape::Text, |_| ()),
        _ => {
            let mut ok = true;
            block.put(slot, Shape::Text, |arena| ok = scalar(raw, arena));
            if !ok {
                block.set_aside(Wrong::Json("a text has half of a character in it".into()));
            }
        }
    }
}

/// Writes a text, number or boolean as a cell would have it; `false` for anything else.
fn scalar(raw: &str, to: &mut String) -> bool {
    match raw.as_bytes() {
        [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => {
            to.push_str(raw.get(1..raw.len() - 1).unwrap_or(""));
            true
        }
        [b'"', ..] => match serde_json::from_str::<String>(raw) {
            Ok(text) => {
                to.push_str(&text);
                true
            }
            Err(_) => false,
        },
        [b't' | b'f', ..] => {
            to.push_str(raw);
            true
        }
        [b'-' | b'0'..=b'9', ..] => {
            // `1e3` is the integer 1000; what does not fit stays as it is written, for the field to refuse.
            match raw.bytes().any(|byte| matches!(byte, b'e' | b'E')).then(|| Decimal::parse(raw)) {
                Some(Ok(value)) => to.push_str(&value.normalized().to_string()),
                _ => to.push_str(raw),
            }
            true
        }
        _ => false,
    }
}
