//! A record and its children from dicts, set straight into a session.

use crate::errors::usage;
use crate::given::{self, Held, dict};
use crate::outcome::Fault;
use crate::vocabulary::{FieldWords, Place, RecordWords, Vocabulary};
use crate::walk::{Glance, Walk};
use assize::eval::row::{RowError, RowId};
use assize::io::RowFault;
use assize::model::decimal::Decimal;
use assize::model::program::FieldKind;
use assize::model::read::{NOT_UTF8, WRONG_TYPE};
use assize::model::ty::Ty;
use assize::record::{Form, Given};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyIterator, PyString};

/// Records that may stand inside one another, as in JSON.
const DEEPEST: usize = 32;

/// What a session fills records in with; used again for every record.
pub struct Filler {
    pub session: assize::Session,
    form: Form,
    faults: Vec<RowFault>,
}

impl Filler {
    pub fn new(session: assize::Session) -> Self {
        let form = Form::new(session.plan());
        Self { session, form, faults: Vec::new() }
    }

    /// Begins a record and fills it in. Gives what of it could not be read.
    ///
    /// # Errors
    /// A usage error for what is no dict, and for dicts that stand too deep inside one another.
    #[inline]
    pub fn fill(
        &mut self,
        words: &Vocabulary,
        record: &RecordWords,
        values: &Bound<'_, PyAny>,
    ) -> PyResult<Option<Box<[Fault]>>> {
        let Some(values) = dict(values)? else {
            return Err(usage(format!("a {} is not a dict", values.get_type().name()?)));
        };
        if !(record.flat && self.flat(record, &values)?) {
            let row = self.begin(record)?;
            let plain = self.row(words, record, &values, row, None, 0)?;
            if !plain {
                self.whole(words, record, &values)?;
            }
        }
        Ok(if self.faults.is_empty() { None } else { Some(self.told(words, record)) })
    }

    #[inline]
    fn begin(&mut self, record: &RecordWords) -> PyResult<RowId> {
        self.faults.clear();
        self.session.begin(record.id).map_err(refused)
    }

    /// Fills in a record in which no others stand, entry by entry of the dict. Gives whether that was all: `false` where
    /// a key has to do with another, and the record is to be begun anew.
    fn flat(&mut self, record: &RecordWords, values: &Bound<'_, PyDict>) -> PyResult<bool> {
        let row = self.begin(record)?;
        let mut walk = Walk::new(values);
        // A bit a field.
        let mut seen = 0_u64;
        loop {
            let mut fields = self.session.fields_at(row).map_err(refused)?;
            let rest = loop {
                let Some((place, value)) = walk.next(&record.names) else { break None };
                let at = match place {
                    Place::Field(at) => at,
                    Place::Odd => return Ok(false),
                    Place::Nothing => continue,
                };
                let Some(field) = record.fields.get(at) else { continue };
                seen |= 1 << at;
                // A value of the field's own type means itself, unless a text of the record means that there is none.
                match (field.plain, value) {
                    (Some(Ty::Integer), Glance::Integer(value)) => fields.set_integer(field.id, value),
                    (Some(Ty::Boolean), Glance::Boolean(value)) => fields.set_boolean(field.id, value),
                    (_, Glance::Missing) if !field.must => Ok(()),
                    (_, value) => break Some((field, value)),
                }
                .map_err(refused)?;
            };
            let Some((field, value)) = rest else { break };
            match value {
                Glance::Other(value) => self.value(row, field, &value)?,
                Glance::Missing => self.set(row, field, Given::Missing(None))?,
                Glance::Float(value) if field.key && value.is_nan() => {}
                Glance::Float(value) => match Decimal::from_f64(value) {
                    Some(number) if field.plain == Some(Ty::Decimal) => {
                        self.session.set_decimal_at(row, field.id, number).map_err(refused)?;
                    }
                    _ => self.set(row, field, Given::Float(value))?,
                },
                Glance::Integer(value) => self.set(row, field, Given::Integer(value))?,
                Glance::Boolean(value) => self.set(row, field, Given::Boolean(value))?,
            }
        }
        if record.must & !seen != 0 {
            for (at, field) in record.fields.iter().enumerate() {
                if field.must && seen >> at & 1 == 0 {
                    self.set(row, field, Given::Missing(None))?;
                }
            }
        }
        if self.faults.len() > 1 {
            // A file's are in the order of its fields.
            self.faults.sort_by_key(|fault| fault.field);
        }
        Ok(true)
    }

    /// Fills in a row. Gives whether that was all: `false` where reasons for missing values are stated, or keys have white
    /// space around them.
    fn row(
        &mut self,
        words: &Vocabulary,
        record: &RecordWords,
        values: &Bound<'_, PyDict>,
        row: RowId,
        parent: Option<&Parent<'_, '_>>,
        depth: usize,
    ) -> PyResult<bool> {
        let py = values.py();
        let mut matched = 0;
        for field in &record.fields {
            let mut value = values.get_item(field.heading.bind(py))?;
            if value.is_none()
                && let Some(name) = &field.name
            {
                value = values.get_item(name.bind(py))?;
            }
            matched += usize::from(value.is_some());
            if let Some(upper) = &field.upper {
                let upper = values.get_item(upper.bind(py))?;
                matched += usize::from(upper.is_some());
                self.pair(row, field, value, upper)?;
                continue;
            }
            match value {
                Some(value) if let FieldKind::Many { record: child, .. } = field.kind => {
                    let parent = Parent { record, values };
                    if !self.children(words, words.record(child), &parent, row, field, &value, depth)? {
                        return Ok(false);
                    }
                }
                Some(value) if !(field.by && parent.is_some() && value.is_none()) => self.value(row, field, &value)?,
                _ if field.must || (field.by && parent.is_some()) => self.absent(row, field, parent)?,
                Some(_) => {}
                None => {}
            }
        }
        let more = values.len() > matched;
        Ok(!(more && is_odd(record, values)?))
    }

    /// Sets a field from a value.
    #[inline]
    fn value(&mut self, row: RowId, field: &FieldWords, value: &Bound<'_, PyAny>) -> PyResult<()> {
        if let Some(set) = self.direct(row, field, value)? {
            return set.map_err(|error| usage(error.to_string()));
        }
        if let Ok(text) = value.cast_exact::<PyString>() {
            return match text.to_str() {
                Ok(text) if field.key && text.trim().is_empty() => Ok(()),
                Ok(text) => self.set(row, field, Given::Text(text)),
                Err(_) => self.unreadable(row, field, NOT_UTF8, "the text is not UTF-8"),
            };
        }
        let held = Held::of(value)?;
        if field.key && held.is_missing() {
            return Ok(());
        }
        if held.is_not_unicode() {
            return self.unreadable(row, field, NOT_UTF8, "the text is not UTF-8");
        }
        let mut members = Vec::new();
        self.set(row, field, held.given(&mut members))
    }

    /// Sets a field from a value of its own type, which means itself; `None` of any other.
    #[inline]
    fn direct(
        &mut self,
        row: RowId,
        field: &FieldWords,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<Option<Result<(), RowError>>> {
        let Some(ty) = field.plain else { return Ok(None) };
        let session = &mut self.session;
        Ok(match ty {
            Ty::Boolean => match value.cast_exact::<PyBool>() {
                Ok(truth) => Some(session.set_boolean_at(row, field.id, truth.is_true())),
                Err(_) => None,
            },
            Ty::Integer => match value.cast_exact::<PyInt>() {
                Ok(number) => number.extract().ok().map(|number| session.set_integer_at(row, field.id, number)),
                Err(_) => None,
            },
            Ty::Decimal => match value.cast_exact::<PyFloat>() {
                Ok(number) => {
                    Decimal::from_f64(number.value()).map(|number| session.set_decimal_at(row, field.id, number))
                }
                Err(_) => None,
            },
            Ty::Date => given::date(value)?.map(|date| session.set_date_at(row, field.id, date)),
            _ => None,
        })
    }

    #[inline]
    fn set(&mut self, row: RowId, field: &FieldWords, given: Given<'_>) -> PyResult<()> {
        let set = self.form.set(&mut self.session, row, field.id, given, &mut self.faults);
        set.map_err(|error| usage(error.to_string()))
    }

    /// Sets a range from its two ends.
    fn pair(
        &mut self,
        row: RowId,
        field: &FieldWords,
        low: Option<Bound<'_, PyAny>>,
        high: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        match (low, high) {
            (None, None) if !field.must => Ok(()),
            (low, high) => {
                let low = low.as_ref().map_or(Ok(Held::Missing), Held::of)?;
                let high = high.as_ref().map_or(Ok(Held::Missing), Held::of)?;
                if low.is_not_unicode() || high.is_not_unicode() {
                    return self.unreadable(row, field, NOT_UTF8, "the text is not UTF-8");
                }
                self.set(row, field, Given::Range(&low.plain(), &high.plain()))
            }
        }
    }

    /// Leaves a field without the value that it must have; of a child, the field that names its parent takes over the
    /// parent's key.
    #[cold]
    fn absent(&mut self, row: RowId, field: &FieldWords, parent: Option<&Parent<'_, '_>>) -> PyResult<()> {
        if let Some(Parent { record, values }) = parent
            && record.children_by.contains(&(row.record(), field.id))
            && let Some(key) = &record.key
        {
            return match values.get_item(key.bind(values.py()))? {
                Some(key) => self.value(row, field, &key),
                // The parent lacks it, and is at fault for that itself.
                None => self.session.set_present_at(row, field.id).map_err(|error| usage(error.to_string())),
            };
        }
        self.set(row, field, Given::Missing(None))
    }

    #[expect(clippy::too_many_arguments, reason = "what a child is: of what, where, and how deep")]
    fn children(
        &mut self,
        words: &Vocabulary,
        child: Option<&RecordWords>,
        parent: &Parent<'_, '_>,
        row: RowId,
        field: &FieldWords,
        value: &Bound<'_, PyAny>,
        depth: usize,
    ) -> PyResult<bool> {
        let Some(child) = child else { return Ok(true) };
        if value.is_none() {
            return Ok(true);
        }
        if depth + 1 >= DEEPEST {
            return Err(usage(format!("more than {DEEPEST} records stand inside one another")));
        }
        let list = !value.is_instance_of::<PyString>() && !value.is_instance_of::<PyBytes>();
        let list = list && dict(value)?.is_none();
        let Some(children) = list.then(|| PyIterator::from_object(value).ok()).flatten() else {
            self.odd(row, field);
            return Ok(true);
        };
        for one in children {
            let Some(values) = dict(&one?)? else {
                self.odd(row, field);
                continue;
            };
            let inner = self.session.child(row, field.id).map_err(refused)?;
            if !self.row(words, child, &values, inner, Some(parent), depth + 1)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Notes that children are not a list of dicts; the record is at fault.
    #[cold]
    fn odd(&mut self, row: RowId, field: &FieldWords) {
        let message = "children are a list of dicts".to_owned();
        let number = u64::from(row.number()) + 1;
        let fault =
            RowFault { record: row.record(), row: number, key: None, field: Some(field.id), code: WRONG_TYPE, message };
        self.faults.push(fault);
        self.session.set_fault(true);
    }

    #[cold]
    fn unreadable(&mut self, row: RowId, field: &FieldWords, code: &'static str, message: &str) -> PyResult<()> {
        self.session.set_unreadable_at(row, field.id).map_err(|error| usage(error.to_string()))?;
        let (record, number) = (row.record(), u64::from(row.number()) + 1);
        let message = message.to_owned();
        self.faults.push(RowFault { record, row: number, key: None, field: Some(field.id), code, message });
        Ok(())
    }

    /// Fills the record in as a line of JSON, which knows of everything.
    #[cold]
    fn whole(&mut self, words: &Vocabulary, record: &RecordWords, values: &Bound<'_, PyDict>) -> PyResult<()> {
        let py = values.py();
        let name = words.program.record(record.id).map_or("?", |record| &record.heading.name);
        let values = trimmed(record, values)?;
        for field in &record.fields {
            if let Some(name) = &field.name
                && !values.contains(field.heading.bind(py))?
                && let Some(value) = values.get_item(name.bind(py))?
            {
                values.set_item(field.heading.bind(py), value)?;
            }
        }
        let lines = py.import(intern!(py, "assize._lines"))?.getattr(intern!(py, "lines"))?;
        let line = lines.call1((name, vec![values]))?;
        let line = line.cast::<PyBytes>()?.as_bytes();
        self.faults.clear();
        // What is wrong with the record is among the faults.
        let filled = self.form.json(&mut self.session, record.id, line, &mut self.faults);
        match filled {
            Err(error) if self.faults.is_empty() => Err(usage(error.to_string())),
            _ => Ok(()),
        }
    }

    #[cold]
    fn told(&self, words: &Vocabulary, root: &RecordWords) -> Box<[Fault]> {
        let told = self.faults.iter().map(|fault| {
            let record = words.program.record(fault.record);
            let field = record.zip(fault.field).and_then(|(record, field)| record.fields.get(field.index()));
            let name = field.map(|field| match record {
                Some(record) if fault.record != root.id => format!("{}.{}", record.heading.name, field.heading.name),
                _ => field.heading.name.to_string(),
            });
            (name, fault.code, fault.message.clone())
        });
        told.collect()
    }

    /// The key of the record that was filled in, as results show it; `1`, its number, where it has none.
    pub fn key(&self) -> String {
        let mut key = String::new();
        let known = self.session.row().is_ok_and(|row| assize::record::key(&self.session, row, &mut key));
        if known { key } else { "1".to_owned() }
    }
}

/// The record that children stand in.
struct Parent<'a, 'py> {
    record: &'a RecordWords,
    values: &'a Bound<'py, PyDict>,
}

/// Whether a dict says why values are missing, or has keys with white space around them.
fn is_odd(record: &RecordWords, values: &Bound<'_, PyDict>) -> PyResult<bool> {
    for reason in record.fields.iter().flat_map(|field| &field.reasons) {
        if values.contains(reason.bind(values.py()))? {
            return Ok(true);
        }
    }
    let spaced = |key: Bound<'_, PyAny>| {
        let text = key.cast_into::<PyString>();
        text.is_ok_and(|text| text.to_str().is_ok_and(|text| record.names.is_spaced(text)))
    };
    Ok(values.keys().iter().any(spaced))
}

/// A dict with its keys as headings are read: without the white space around them. A key that another one then comes to is
/// left, so that the record has it twice.
fn trimmed<'py>(record: &RecordWords, values: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyDict>> {
    let trimmed = values.copy()?;
    for key in values.keys() {
        let Ok(key) = key.cast_into::<PyString>() else { continue };
        let Ok(text) = key.to_str() else { continue };
        if record.names.is_spaced(text)
            && !trimmed.contains(text.trim())?
            && let Some(value) = values.get_item(&key)?
        {
            trimmed.del_item(&key)?;
            trimmed.set_item(text.trim(), value)?;
        }
    }
    Ok(trimmed)
}

fn refused(error: RowError) -> PyErr {
    usage(error.to_string())
}
