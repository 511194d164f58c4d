//! The names of a program as Python's own texts, made once, so that nothing is looked up by text while records are
//! evaluated.

use assize::model::ids::{CategoryId, FieldId, RecordId};
use assize::model::program::{Category, Field, FieldKind, Program, Record, State};
use assize::model::text::trim;
use assize::model::ty::Ty;
use pyo3::ffi::PyObject;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// The names of a program. A class only so that outcomes share it by Python's own count.
#[pyclass(frozen, module = "assize._native")]
pub struct Vocabulary {
    pub program: Arc<Program>,
    records: Vec<RecordWords>,
    categories: Vec<CategoryWords>,
    states: [Py<PyString>; State::ALL.len()],
}

/// The names of a record.
pub struct RecordWords {
    pub id: RecordId,
    name: Py<PyString>,
    /// The fields that are to be looked for in a dict.
    pub fields: Vec<FieldWords>,
    /// The categories of the record.
    pub categories: Vec<CategoryId>,
    /// The heading of its key.
    pub key: Option<Py<PyString>>,
    /// The records of its children, each with the field that names the parent.
    pub children_by: Vec<(RecordId, FieldId)>,
    /// What the keys of a dict can be.
    pub names: Names,
    /// Whether a dict can be walked once: every field stands in one place, and there are no records inside.
    pub flat: bool,
    /// Of such a record, a bit for each field that must have a value.
    pub must: u64,
}

/// What a key of a dict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The heading of a field, by its place among the fields that are looked for.
    Field(usize),
    /// What has to do with another key: a field's name beside its heading, a reason, a key with white space around it.
    Odd,
    Nothing,
}

/// What the keys of a dict can be.
pub struct Names {
    /// The headings of the fields that are looked for.
    headings: Vec<Py<PyString>>,
    by_text: FxHashMap<Box<str>, Place>,
}

/// Fields of a dict that is walked once.
const MOST_FIELDS: usize = u64::BITS as usize;

impl Names {
    fn new(py: Python<'_>, fields: &[FieldWords]) -> Self {
        let mut by_text = FxHashMap::default();
        let mut name = |word: &Py<PyString>, place| {
            if let Ok(text) = word.bind(py).to_str() {
                by_text.entry(text.into()).or_insert(place);
            }
        };
        for (at, field) in fields.iter().enumerate() {
            name(&field.heading, Place::Field(at));
        }
        for field in fields {
            field.upper.iter().chain(&field.name).chain(&field.reasons).for_each(|word| name(word, Place::Odd));
        }
        Self { headings: fields.iter().map(|field| field.heading.clone_ref(py)).collect(), by_text }
    }

    /// Whether an object is the very text of a heading.
    #[inline]
    pub fn is_at(&self, at: usize, key: *mut PyObject) -> bool {
        self.headings.get(at).is_some_and(|heading| heading.as_ptr() == key)
    }

    /// The heading of which an object is the very text.
    #[inline]
    pub fn at(&self, key: *mut PyObject) -> Option<usize> {
        // Where there are many, looking for the text is as quick.
        self.headings.iter().take(16).position(|heading| heading.as_ptr() == key)
    }

    /// What a text is.
    #[inline]
    pub fn place(&self, text: &str) -> Place {
        match self.by_text.get(text) {
            Some(&place) => place,
            None if self.is_spaced(text) => Place::Odd,
            None => Place::Nothing,
        }
    }

    /// Whether a text is a name but for the white space around it.
    pub fn is_spaced(&self, text: &str) -> bool {
        let trimmed = trim(text);
        trimmed.len() < text.len() && self.by_text.contains_key(trimmed)
    }
}

/// The names of a field.
pub struct FieldWords {
    pub id: FieldId,
    pub kind: FieldKind,
    /// The heading in the data.
    pub heading: Py<PyString>,
    /// The second heading, of a range in a pair of columns.
    pub upper: Option<Py<PyString>>,
    /// Its name, where that is another and the heading of no other field.
    pub name: Option<Py<PyString>>,
    /// The headings of the reasons for which it is missing.
    pub reasons: Vec<Py<PyString>>,
    /// Whether it must have a value. The key need not: a session evaluates a record that nobody has to find again.
    pub must: bool,
    /// Whether it is the key, and need not have a value.
    pub key: bool,
    /// Whether children name their parent by it.
    pub by: bool,
    /// The type of its single values, where one of that type means itself: no text of the record means that there is
    /// none.
    pub plain: Option<Ty>,
}

/// The names of a category.
pub struct CategoryWords {
    name: Py<PyString>,
    codes: Vec<Py<PyString>>,
    none: Py<PyString>,
    pub criteria: Vec<Py<PyString>>,
    /// Of each criterion, it alone.
    pub alone: Vec<Py<PyTuple>>,
    pub nothing: Py<PyTuple>,
}

/// What the heading of a column of reasons ends in.
const MISSING: &str = "__missing";

impl Vocabulary {
    pub fn new(py: Python<'_>, program: &Arc<Program>) -> PyResult<Self> {
        let records = (0..program.records.len()).map(RecordId::from_index);
        let records = records.filter_map(|id| Some(record_words(py, program, id, program.record(id)?)));
        let categories = program.categories.iter().map(|category| category_words(py, program, category));
        Ok(Self {
            records: records.collect(),
            categories: categories.collect::<PyResult<_>>()?,
            states: State::ALL.map(|state| word(py, state.word())),
            program: Arc::clone(program),
        })
    }

    /// The record of a name.
    #[inline]
    pub fn record_named(&self, name: &Bound<'_, PyString>) -> Option<&RecordWords> {
        // Names that are written in a program are mostly one object.
        if let Some(record) = self.records.iter().find(|record| record.name.is(name)) {
            return Some(record);
        }
        let name = name.to_str().ok()?;
        let at = self.program.records.iter().position(|record| *record.heading.name == *name)?;
        self.records.get(at)
    }

    /// The category of a name, among some.
    #[inline]
    pub fn category_named(&self, name: &Bound<'_, PyString>, among: &[CategoryId]) -> Option<CategoryId> {
        let words = |id: CategoryId| self.category(id);
        let is = |id: &&CategoryId| words(**id).is_some_and(|words| words.name.is(name));
        if let Some(&id) = among.iter().find(is) {
            return Some(id);
        }
        let name = name.to_str().ok()?;
        let named = |id: &&CategoryId| self.program.category(**id).is_some_and(|of| *of.heading.name == *name);
        among.iter().find(named).copied()
    }

    /// A record.
    #[inline]
    pub fn record(&self, id: RecordId) -> Option<&RecordWords> {
        self.records.get(id.index())
    }

    /// A category.
    #[inline]
    pub fn category(&self, id: CategoryId) -> Option<&CategoryWords> {
        self.categories.get(id.index())
    }

    /// The word of a state.
    #[inline]
    pub fn state(&self, state: State) -> &Py<PyString> {
        let [first, ..] = &self.states;
        self.states.get(state as usize).unwrap_or(first)
    }
}

impl CategoryWords {
    /// The name of a code; `none` for no code.
    #[inline]
    pub fn code(&self, code: assize::model::ids::Code) -> &Py<PyString> {
        self.codes.get(code.index()).unwrap_or(&self.none)
    }
}

fn word(py: Python<'_>, text: &str) -> Py<PyString> {
    PyString::intern(py, text).unbind()
}

fn headings(field: &Field) -> Vec<&str> {
    let stated: Vec<&str> = field.from.iter().map(|from| from.trim()).collect();
    if stated.is_empty() { vec![&field.heading.name] } else { stated }
}

fn record_words(py: Python<'_>, program: &Program, id: RecordId, record: &Record) -> RecordWords {
    let taken: Vec<&str> = record.fields.iter().flat_map(headings).collect();
    let is_key = |at: usize| record.key.is_some_and(|key| key.index() == at);
    let looked_for = |(at, field): &(usize, &Field)| {
        let many = matches!(field.kind, FieldKind::Many { .. });
        many || field.read || field.required || is_key(*at) || names_parent(program, id, *at)
    };
    let fields = record.fields.iter().enumerate().filter(looked_for).map(|(at, field)| {
        let headings = headings(field);
        let name = &*field.heading.name;
        let heading = headings.first().copied().unwrap_or(name);
        let pair = matches!(field.kind, FieldKind::Range(_));
        let mut reasons = vec![word(py, &format!("{heading}{MISSING}"))];
        if heading != name {
            reasons.push(word(py, &format!("{name}{MISSING}")));
        }
        FieldWords {
            id: FieldId::from_index(at),
            kind: field.kind,
            heading: word(py, heading),
            upper: headings.get(1).filter(|_| pair).map(|upper| word(py, upper)),
            name: (!taken.contains(&name)).then(|| word(py, name)),
            reasons: if matches!(field.kind, FieldKind::Many { .. }) { Vec::new() } else { reasons },
            must: field.required,
            key: is_key(at) && !field.required,
            by: names_parent(program, id, at),
            plain: match field.kind {
                FieldKind::Value(ty) if record.missing.is_empty() => Some(ty),
                _ => None,
            },
        }
    });
    let categories = (0..program.categories.len()).map(CategoryId::from_index);
    let of = |category: &CategoryId| program.category(*category).is_some_and(|category| category.record == id);
    let key = record.key.and_then(|key| record.fields.get(key.index()));
    let key = key.and_then(|key| headings(key).first().map(|heading| word(py, heading)));
    let children_by = record.fields.iter().filter_map(|field| match field.kind {
        FieldKind::Many { record, by } => Some((record, by)),
        _ => None,
    });
    let fields: Vec<FieldWords> = fields.collect();
    let one = |field: &FieldWords| field.upper.is_none() && !matches!(field.kind, FieldKind::Many { .. });
    RecordWords {
        id,
        name: word(py, &record.heading.name),
        names: Names::new(py, &fields),
        must: fields.iter().take(MOST_FIELDS).enumerate().fold(0, |all, (at, of)| all | u64::from(of.must) << at),
        flat: fields.len() <= MOST_FIELDS && fields.iter().all(one) && are_distinct(&fields, py),
        fields,
        categories: categories.filter(of).collect(),
        key,
        children_by: children_by.collect(),
    }
}

fn are_distinct(fields: &[FieldWords], py: Python<'_>) -> bool {
    let mut seen = FxHashSet::default();
    fields.iter().all(|field| field.heading.bind(py).to_str().is_ok_and(|text| seen.insert(text)))
}

/// Whether children of some record name their parent by this field.
fn names_parent(program: &Program, id: RecordId, at: usize) -> bool {
    let mut fields = program.records.iter().flat_map(|record| &record.fields);
    fields.any(|field| matches!(field.kind, FieldKind::Many { record, by } if record == id && by.index() == at))
}

fn category_words(py: Python<'_>, program: &Program, category: &Category) -> PyResult<CategoryWords> {
    let codes = program.list(category.list).map_or(&[][..], |list| &list.codes);
    let criteria: Vec<_> = category.criteria().map(|(_, criterion)| word(py, &criterion.heading.name)).collect();
    let alone = |criterion: &Py<PyString>| Ok(PyTuple::new(py, [criterion])?.unbind());
    Ok(CategoryWords {
        name: word(py, &category.heading.name),
        codes: codes.iter().map(|code| word(py, &code.heading.name)).collect(),
        none: word(py, "none"),
        alone: criteria.iter().map(alone).collect::<PyResult<_>>()?,
        nothing: PyTuple::empty(py).unbind(),
        criteria,
    })
}
