//! Cells of JSON objects, gathered until they are decoded together.

use crate::codes::{BROKEN_JSON, MEMBER_TWICE, OTHER_PARENT};
use crate::decode::Cell;
use crate::plan::RecordPlan;
use crate::table::Cells;
use assize_model::read::{NOT_UTF8, Shown, TOO_LONG, WRONG_TYPE};

/// What kind of value a member has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// There is no such member.
    Nothing,
    Text,
    List,
    Object,
    Broken,
}

#[derive(Debug, Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
    shape: Shape,
}

impl Span {
    const NOTHING: Self = Self { start: 0, end: 0, shape: Shape::Nothing };
}

/// What is wrong with an object as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    NotUtf8,
    /// What the parser says.
    Json(String),
    TooLong(usize),
    /// A member, by slot.
    LongCell(usize),
    Twice(String),
    /// A `many` member, by number, that is no list.
    NotAList(usize),
    /// Records in records in records.
    TooDeep,
    KeysTakenOver,
    OtherParent(String),
}

impl Wrong {
    #[cold]
    pub(crate) fn describe(&self, plan: &RecordPlan) -> (&'static str, String) {
        let many = |at: usize| plan.many.get(at).map_or("", |many| &*many.heading);
        match self {
            Self::NotUtf8 => (NOT_UTF8, "the text is not UTF-8".into()),
            Self::Json(what) => (BROKEN_JSON, format!("not a JSON object: {what}")),
            Self::TooLong(limit) => (TOO_LONG, format!("the object is longer than {limit} bytes")),
            Self::LongCell(limit) => (TOO_LONG, format!("a text is longer than {limit} bytes")),
            Self::Twice(name) => (MEMBER_TWICE, format!("the object has {} twice", Shown(name))),
            Self::NotAList(at) => (WRONG_TYPE, format!("`{}` is not a list of objects", many(*at))),
            Self::TooDeep => (WRONG_TYPE, format!("more than {} records stand inside one another", super::DEEPEST)),
            Self::KeysTakenOver => (TOO_LONG, "the key of the parent is too long for so many children".into()),
            Self::OtherParent(key) => {
                (OTHER_PARENT, format!("it names another parent, {}, than the one it stands in", Shown(key)))
            }
        }
    }
}

/// Rows of one record.
#[derive(Debug)]
pub(crate) struct Block {
    /// The texts of cells, one after the other.
    arena: String,
    /// The cells, row by row.
    spans: Vec<Span>,
    width: usize,
    rows: u32,
    /// Rows that are wrong as a whole, ascending, the last of them possibly more than once.
    pub(crate) wrong: Vec<(u32, Wrong)>,
    /// Which slots any object had.
    seen: Vec<bool>,
    /// Whole objects since the beginning.
    pub(crate) objects: u64,
    /// Names of members that the record does not have, while they are gathered.
    pub(crate) strangers: Option<Vec<String>>,
}

impl Block {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            arena: String::new(),
            spans: Vec::new(),
            width,
            rows: 0,
            wrong: Vec::new(),
            seen: vec![false; width],
            objects: 0,
            strangers: None,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.arena.clear();
        self.spans.clear();
        self.wrong.clear();
        self.rows = 0;
    }

    pub(crate) fn has_seen(&self, slots: impl IntoIterator<Item = usize>) -> bool {
        slots.into_iter().any(|slot| self.seen.get(slot).copied().unwrap_or(false))
    }

    /// Begins a row and gives its number.
    pub(crate) fn begin(&mut self) -> u32 {
        self.spans.resize(self.spans.len() + self.width, Span::NOTHING);
        self.rows += 1;
        self.rows - 1
    }

    fn cell(&mut self, slot: usize) -> Option<&mut Span> {
        let row = self.spans.len().checked_sub(self.width)?;
        self.spans.get_mut(row + slot)
    }

    /// Whether the row begun last has a cell there already.
    pub(crate) fn has(&mut self, slot: usize) -> bool {
        self.cell(slot).is_some_and(|span| span.shape != Shape::Nothing)
    }

    /// Enters a cell of the row begun last.
    pub(crate) fn put(&mut self, slot: usize, shape: Shape, write: impl FnOnce(&mut String)) {
        if let Some(seen) = self.seen.get_mut(slot) {
            *seen = true;
        }
        let start = self.arena.len() as u32;
        write(&mut self.arena);
        let end = self.arena.len() as u32;
        if let Some(span) = self.cell(slot) {
            *span = Span { start, end, shape };
        }
    }

    /// The text of a cell of the row begun last.
    pub(crate) fn text(&mut self, slot: usize) -> &str {
        let Some(span) = self.cell(slot) else { return "" };
        let (from, to) = (span.start as usize, span.end as usize);
        self.arena.get(from..to).unwrap_or("")
    }

    /// Says that the row begun last is wrong, and no cell of it can be read.
    #[cold]
    pub(crate) fn set_aside(&mut self, wrong: Wrong) {
        self.flag(wrong);
        let row = self.spans.len().saturating_sub(self.width);
        for span in self.spans.iter_mut().skip(row) {
            span.shape = Shape::Broken;
        }
    }

    /// Says that the row begun last is wrong, though its cells can be read.
    #[cold]
    pub(crate) fn flag(&mut self, wrong: Wrong) {
        self.wrong.push((self.rows.saturating_sub(1), wrong));
    }

    /// A row that cannot be read.
    pub(crate) fn broken(&mut self, wrong: Wrong) {
        self.begin();
        self.set_aside(wrong);
    }
}

impl Cells for Block {
    fn len(&self) -> usize {
        self.rows as usize
    }

    fn has(&self, slot: usize) -> bool {
        self.has_seen([slot])
    }

    fn column(&self, slot: usize) -> impl Iterator<Item = Cell<'_>> {
        let spans = self.spans.get(slot..).unwrap_or(&[]).iter().step_by(self.width.max(1));
        spans.map(|span| {
            let text = self.arena.get(span.start as usize..span.end as usize).unwrap_or("");
            match span.shape {
                Shape::Nothing => Cell::Text(""),
                Shape::Text => Cell::Text(text),
                Shape::List => Cell::List(text),
                Shape::Object => Cell::Object,
                Shape::Broken => Cell::Broken,
            }
        })
    }
}
