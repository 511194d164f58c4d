//! What does not fit into a register: texts, sets and bounds of decimals, end to end in lists that are used again for
//! the next record.

use super::cell::{Cell, Span};
use assize_model::bounds::Bounds;
use assize_model::civil::Duration;
use assize_model::decimal::Decimal;
use assize_model::ids::Code;
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::cmp::Ordering;
use std::sync::Arc;

/// The lists.
#[derive(Debug, Clone, Default)]
pub struct Store {
    text: String,
    codes: Vec<Code>,
    members: Vec<Span>,
    ranges: Vec<Bounds<Decimal>>,
}

/// How far the lists were filled.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mark {
    text: usize,
    codes: usize,
    members: usize,
    ranges: usize,
}

impl Store {
    /// How far the lists are filled.
    pub fn mark(&self) -> Mark {
        Mark { text: self.text.len(), codes: self.codes.len(), members: self.members.len(), ranges: self.ranges.len() }
    }

    /// Forgets what came after a mark.
    #[inline]
    pub fn release(&mut self, mark: Mark) {
        if self.text.len() > mark.text && self.text.is_char_boundary(mark.text) {
            self.text.truncate(mark.text);
        }
        if self.codes.len() > mark.codes || self.members.len() > mark.members || self.ranges.len() > mark.ranges {
            self.codes.truncate(mark.codes);
            self.members.truncate(mark.members);
            self.ranges.truncate(mark.ranges);
        }
    }

    /// The text of a [`Cell::Text`].
    #[inline]
    pub fn text(&self, span: Span) -> &str {
        self.text.get(span.start..span.start + span.len).unwrap_or("")
    }

    /// The codes of a [`Cell::Codes`], ascending.
    #[inline]
    pub fn codes(&self, span: Span) -> &[Code] {
        self.codes.get(span.start..span.start + span.len).unwrap_or(&[])
    }

    /// The texts of a [`Cell::Texts`], ascending.
    #[inline]
    pub fn texts(&self, span: Span) -> impl ExactSizeIterator<Item = &str> {
        let members = self.members.get(span.start..span.start + span.len).unwrap_or(&[]);
        members.iter().map(|&member| self.text(member))
    }

    /// Whether a text is one of a set.
    pub fn has_text(&self, set: Span, text: &str) -> bool {
        let members = self.members.get(set.start..set.start + set.len).unwrap_or(&[]);
        members.binary_search_by(|&member| self.text(member).cmp(text)).is_ok()
    }

    /// The bounds of a decimal, known or between.
    #[inline]
    pub fn decimal_bounds(&self, cell: Cell) -> Option<Bounds<Decimal>> {
        match cell {
            Cell::Decimal(value) => Some(Bounds::exact(value)),
            Cell::DecimalBetween(at) => Some(self.ranges.get(at as usize).copied().unwrap_or(Bounds::OPEN)),
            _ => None,
        }
    }

    /// Keeps a text.
    pub fn put_text(&mut self, text: &str) -> Cell {
        Cell::Text(self.push_text(text))
    }

    fn push_text(&mut self, text: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        Span { start, len: text.len() }
    }

    /// Keeps a text in the place of another, when it fits; otherwise at the end.
    pub fn replace_text(&mut self, old: Cell, text: &str) -> Cell {
        if let Cell::Text(span) = old
            && span.len == text.len()
            && self.text(span).len() == text.len()
        {
            self.text.replace_range(span.start..span.start + span.len, text);
            return old;
        }
        self.put_text(text)
    }

    /// Keeps what a cell of another store refers to.
    pub fn copy(&mut self, from: &Self, cell: Cell) -> Cell {
        match cell {
            Cell::Text(span) => self.put_text(from.text(span)),
            Cell::Codes(span) => self.put_codes(from.codes(span).iter().copied()),
            Cell::Texts(span) => self.put_texts(from.texts(span)),
            Cell::DecimalBetween(_) => self.put_decimals(from.decimal_bounds(cell).unwrap_or(Bounds::OPEN)),
            plain => plain,
        }
    }

    /// About how many bytes what a cell refers to takes.
    pub fn weight(cell: Cell) -> usize {
        match cell {
            Cell::Text(span) => span.len,
            Cell::Codes(span) => span.len * size_of::<Code>(),
            // Their own bytes are not counted; a set that matters has many members.
            Cell::Texts(span) => span.len * size_of::<Span>(),
            Cell::DecimalBetween(_) => size_of::<Bounds<Decimal>>(),
            _ => 0,
        }
    }

    /// How many bytes the texts take.
    #[cfg(test)]
    pub fn text_size(&self) -> usize {
        self.text.len()
    }

    /// Keeps a text in lower case, as [`assize_model::text::lower`] makes it.
    pub fn put_lower(&mut self, of: Span) -> Cell {
        let start = self.text.len();
        let range = of.start..of.start + of.len;
        let Some(text) = self.text.get(range.clone()) else { return Cell::Text(Span { start, len: 0 }) };
        if text.is_ascii() {
            self.text.extend_from_within(range);
            if let Some(copy) = self.text.get_mut(start..) {
                copy.make_ascii_lowercase();
            }
        } else if text.contains('Σ') {
            // A sigma depends on its neighbours.
            let lower = assize_model::text::lower(text).into_owned();
            self.text.push_str(&lower);
        } else {
            let mut at = range.start;
            while at < range.end
                && let Some(c) = self.text.get(at..range.end).and_then(|rest| rest.chars().next())
            {
                at += c.len_utf8();
                self.text.extend(c.to_lowercase());
            }
        }
        Cell::Text(Span { start, len: self.text.len() - start })
    }

    /// A part of a text that is kept.
    pub fn trimmed(&self, of: Span) -> Cell {
        let text = self.text(of);
        let trimmed = assize_model::text::trim(text);
        let before = trimmed.as_ptr().addr() - text.as_ptr().addr();
        Cell::Text(Span { start: of.start + before, len: trimmed.len() })
    }

    /// Keeps bounds of a decimal; a value when only one is left.
    pub fn put_decimals(&mut self, bounds: Bounds<Decimal>) -> Cell {
        if let Some(value) = bounds.value() {
            return Cell::Decimal(value);
        }
        let at = self.ranges.len();
        self.ranges.push(bounds);
        Cell::DecimalBetween(u32::try_from(at).unwrap_or(u32::MAX))
    }

    /// Keeps a set of codes, given ascending.
    pub fn put_codes(&mut self, codes: impl IntoIterator<Item = Code>) -> Cell {
        let start = self.codes.len();
        self.codes.extend(codes);
        Cell::Codes(Span { start, len: self.codes.len() - start })
    }

    /// Keeps a set of texts, given ascending.
    pub fn put_texts<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> Cell {
        let start = self.members.len();
        for text in texts {
            let span = self.push_text(text);
            self.members.push(span);
        }
        Cell::Texts(Span { start, len: self.members.len() - start })
    }

    /// Keeps a value.
    pub fn put(&mut self, value: &Value) -> Cell {
        match value {
            Value::Boolean(value) => Cell::Boolean(*value),
            Value::Integer(value) => Cell::Integer(*value),
            Value::Decimal(value) => Cell::Decimal(*value),
            Value::Text(text) => self.put_text(text),
            Value::Date(value) => Cell::Date(*value),
            Value::Time(value) => Cell::Time(*value),
            Value::DateTime(value) => Cell::DateTime(*value),
            Value::Duration(value) => Cell::Duration(*value),
            Value::Code(_, code) => Cell::Code(*code),
            Value::Codes(_, codes) => self.put_codes(codes.iter().copied()),
            Value::Texts(texts) => self.put_texts(texts.iter().map(|text| &**text)),
        }
    }

    /// The value of a cell of a type, when it is known and is a value (no code is none).
    pub fn value(&self, cell: Cell, ty: Ty) -> Option<Value> {
        Some(match (cell, ty) {
            (Cell::Boolean(value), _) => Value::Boolean(value),
            (Cell::Integer(value), _) => Value::Integer(value),
            (Cell::Decimal(value), _) => Value::Decimal(value),
            (Cell::Text(span), _) => Value::Text(self.text(span).into()),
            (Cell::Date(value), _) => Value::Date(value),
            (Cell::Time(value), _) => Value::Time(value),
            (Cell::DateTime(value), _) => Value::DateTime(value),
            (Cell::Duration(value), _) => Value::Duration(value),
            (Cell::Code(code), Ty::Code(list)) if code != Code::NONE => Value::Code(list, code),
            (Cell::Codes(span), Ty::Codes(list)) => Value::Codes(list, self.codes(span).into()),
            (Cell::Texts(span), _) => Value::Texts(self.texts(span).map(Arc::from).collect()),
            _ => return None,
        })
    }

    /// An order of all known values of one type, for counting and for comparing where the type has an order.
    pub fn order(&self, left: Cell, right: Cell) -> Ordering {
        match (left, right) {
            (Cell::Boolean(a), Cell::Boolean(b)) => a.cmp(&b),
            (Cell::Integer(a), Cell::Integer(b)) => a.cmp(&b),
            (Cell::Decimal(a), Cell::Decimal(b)) => a.cmp(&b),
            (Cell::Date(a), Cell::Date(b)) => a.cmp(&b),
            (Cell::Time(a), Cell::Time(b)) => a.cmp(&b),
            (Cell::DateTime(a), Cell::DateTime(b)) => a.cmp(&b),
            (Cell::Duration(a), Cell::Duration(b)) => duration_key(a).cmp(&duration_key(b)),
            (Cell::Code(a), Cell::Code(b)) => a.cmp(&b),
            (Cell::Text(a), Cell::Text(b)) => self.text(a).cmp(self.text(b)),
            (Cell::Codes(a), Cell::Codes(b)) => self.codes(a).cmp(self.codes(b)),
            (Cell::Texts(a), Cell::Texts(b)) => self.texts(a).cmp(self.texts(b)),
            _ => Ordering::Equal,
        }
    }
}

/// Any order in which only equal durations are equal.
fn duration_key(duration: Duration) -> (bool, i64, i64) {
    match duration {
        Duration::Calendar { months, days } => (true, i64::from(months), i64::from(days)),
        Duration::Clock { micros } => (false, micros, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lower_case_is_the_models() {
        let mut store = Store::default();
        for text in ["", "Abc", "ÀÉ Straße İI", "ΑΣ ΣΑ", "ǅ ﬀ", "日本"] {
            let Cell::Text(kept) = store.put_text(text) else { panic!("a text") };
            let Cell::Text(lower) = store.put_lower(kept) else { panic!("a text") };
            assert_eq!(store.text(lower), assize_model::text::lower(text));
            assert_eq!(store.text(kept), text);
        }
    }
}
