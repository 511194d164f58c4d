//! Python's values as loose values of the engine, borrowed for as long as the Python object is.

use assize::model::civil::{Date, Duration};
use assize::record::Given;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyDict, PyFloat, PyFrozenSet, PyInt, PyIterator, PyList, PyMapping, PySet, PyString, PyTuple, PyType,
};

/// Days from 0001-01-01 to 1970-01-01, of which Python's ordinals count from 1.
const ORDINAL_OF_1970: i32 = 719_163;
/// Values that stand for others are asked so often, so that one that stands for itself does not hang anything.
const TURNS: usize = 4;

/// A value, with what it borrows its text from.
pub enum Held<'py> {
    Missing,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    /// A number as it is written.
    Number(Bound<'py, PyString>),
    Text(Bound<'py, PyString>),
    Date(Date),
    Duration(Duration),
    Members(Vec<Held<'py>>),
    Other,
}

/// Types that are looked up once.
struct Types {
    date: Py<PyType>,
    datetime: Py<PyType>,
    time: Py<PyType>,
    timedelta: Py<PyType>,
    decimal: Py<PyType>,
}

static TYPES: PyOnceLock<Types> = PyOnceLock::new();

fn types(py: Python<'_>) -> PyResult<&Types> {
    TYPES.get_or_try_init(py, || {
        let of = |module: &str, name: &str| -> PyResult<Py<PyType>> {
            Ok(py.import(module)?.getattr(name)?.cast_into::<PyType>()?.unbind())
        };
        Ok(Types {
            date: of("datetime", "date")?,
            datetime: of("datetime", "datetime")?,
            time: of("datetime", "time")?,
            timedelta: of("datetime", "timedelta")?,
            decimal: of("decimal", "Decimal")?,
        })
    })
}

impl<'py> Held<'py> {
    /// Of a Python value.
    ///
    /// # Errors
    /// What the value itself raises and is no mere refusal: an interrupt.
    #[inline]
    pub fn of(value: &Bound<'py, PyAny>) -> PyResult<Self> {
        if value.is_none() {
            return Ok(Self::Missing);
        }
        if let Ok(text) = value.cast_exact::<PyString>() {
            return Ok(Self::Text(text.clone()));
        }
        if let Ok(number) = value.cast_exact::<PyInt>() {
            return Ok(Self::integer(number));
        }
        if let Ok(truth) = value.cast_exact::<PyBool>() {
            return Ok(Self::Boolean(truth.is_true()));
        }
        if let Ok(number) = value.cast_exact::<PyFloat>() {
            return Ok(Self::Float(number.value()));
        }
        Self::rarer(value, TURNS)
    }

    fn rarer(value: &Bound<'py, PyAny>, turns: usize) -> PyResult<Self> {
        let py = value.py();
        let types = types(py)?;
        let class = value.get_type();
        if class.is(&types.date) {
            return Self::date(value);
        }
        if class.is(&types.decimal) || value.is_instance(types.decimal.bind(py))? {
            return Self::decimal(value);
        }
        if let Ok(text) = value.cast::<PyString>() {
            return Ok(Self::Text(text.clone()));
        }
        if let Ok(truth) = value.cast::<PyBool>() {
            return Ok(Self::Boolean(truth.is_true()));
        }
        if let Ok(number) = value.cast::<PyInt>() {
            return Ok(Self::integer(number));
        }
        if let Ok(number) = value.cast::<PyFloat>() {
            return Ok(Self::Float(number.value()));
        }
        if value.cast::<PyDict>().is_ok() {
            return Ok(Self::Other);
        }
        if is_members(value) {
            let members = PyIterator::from_object(value)?;
            return Ok(Self::Members(members.map(|member| Self::of(&member?)).collect::<PyResult<_>>()?));
        }
        // `NaT` and `NA` do not equal themselves, or cannot tell.
        if is_not_itself(value)? {
            return Ok(Self::Missing);
        }
        if value.is_instance(types.datetime.bind(py))? {
            return Self::written(value, "isoformat");
        }
        if value.is_instance(types.date.bind(py))? {
            return Self::date(value);
        }
        if value.is_instance(types.time.bind(py))? {
            return Self::written(value, "isoformat");
        }
        if value.is_instance(types.timedelta.bind(py))? {
            return Self::duration(value);
        }
        // Scalars of numpy give what they hold.
        if turns > 0
            && let Some(item) = value.getattr_opt(intern!(py, "item"))?
            && let Ok(plain) = item.call0()
            && !plain.get_type().is(&class)
        {
            let turned = Self::of_turned(&plain, turns - 1)?;
            return Ok(turned);
        }
        Ok(Self::Other)
    }

    fn of_turned(value: &Bound<'py, PyAny>, turns: usize) -> PyResult<Self> {
        let plain = value.is_none()
            || value.is_exact_instance_of::<PyString>()
            || value.is_exact_instance_of::<PyInt>()
            || value.is_exact_instance_of::<PyBool>()
            || value.is_exact_instance_of::<PyFloat>();
        if plain { Self::of(value) } else { Self::rarer(value, turns) }
    }

    #[inline]
    fn integer(number: &Bound<'py, PyInt>) -> Self {
        match number.extract::<i64>() {
            Ok(number) => Self::Integer(number),
            // Too long for the engine, and perhaps for Python to write.
            Err(_) => number.str().map_or(Self::Other, Self::Number),
        }
    }

    fn date(value: &Bound<'py, PyAny>) -> PyResult<Self> {
        let ordinal: i32 = value.call_method0(intern!(value.py(), "toordinal"))?.extract()?;
        Ok(Date::from_days(ordinal.saturating_sub(ORDINAL_OF_1970)).map_or(Self::Other, Self::Date))
    }

    fn decimal(value: &Bound<'py, PyAny>) -> PyResult<Self> {
        let py = value.py();
        if value.call_method0(intern!(py, "is_nan"))?.is_truthy()? {
            return Ok(Self::Missing);
        }
        Ok(Self::Number(value.str()?))
    }

    fn duration(value: &Bound<'py, PyAny>) -> PyResult<Self> {
        let py = value.py();
        let part = |name| -> PyResult<i64> { value.getattr(name)?.extract() };
        let days = part(intern!(py, "days"))?;
        let seconds = part(intern!(py, "seconds"))?;
        let micros = part(intern!(py, "microseconds"))?;
        let whole = days.checked_mul(86_400).and_then(|more| more.checked_add(seconds));
        let whole = whole.and_then(|seconds| seconds.checked_mul(1_000_000)?.checked_add(micros));
        Ok(whole.map_or(Self::Other, |micros| Self::Duration(Duration::micros(micros))))
    }

    fn written(value: &Bound<'py, PyAny>, method: &str) -> PyResult<Self> {
        let text = value.call_method0(method)?;
        Ok(text.cast_into::<PyString>().map_or(Self::Other, Self::Text))
    }

    /// As the engine takes it; `members` holds those of a set.
    pub fn given<'a>(&'a self, members: &'a mut Vec<Given<'a>>) -> Given<'a> {
        match self {
            Self::Members(held) => {
                members.extend(held.iter().map(Self::plain));
                Given::List(members)
            }
            plain => plain.plain(),
        }
    }

    /// As the engine takes a plain value; one that is not is something that no field takes.
    #[inline]
    pub fn plain(&self) -> Given<'_> {
        match self {
            Self::Missing => Given::Missing(None),
            Self::Boolean(value) => Given::Boolean(*value),
            Self::Integer(value) => Given::Integer(*value),
            Self::Float(value) => Given::Float(*value),
            Self::Number(text) => text.to_str().map_or(Given::Other, Given::Number),
            Self::Text(text) => text.to_str().map_or(Given::Other, Given::Text),
            Self::Date(value) => Given::Date(*value),
            Self::Duration(value) => Given::Duration(*value),
            Self::Members(_) | Self::Other => Given::Other,
        }
    }

    /// Whether there is no value.
    pub fn is_missing(&self) -> bool {
        match self {
            Self::Missing => true,
            Self::Float(value) => value.is_nan(),
            Self::Text(text) => text.to_str().is_ok_and(|text| text.trim().is_empty()),
            _ => false,
        }
    }

    /// Whether it is, or has, text with halves of characters, which no file has.
    pub fn is_not_unicode(&self) -> bool {
        match self {
            Self::Text(text) => text.to_str().is_err(),
            Self::Members(members) => members.iter().any(Self::is_not_unicode),
            _ => false,
        }
    }
}

fn is_members(value: &Bound<'_, PyAny>) -> bool {
    value.is_instance_of::<PyList>()
        || value.is_instance_of::<PyTuple>()
        || value.is_instance_of::<PySet>()
        || value.is_instance_of::<PyFrozenSet>()
}

fn is_not_itself(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    match value.ne(value) {
        Ok(not) => Ok(not),
        Err(_) => Ok(value.get_type().name()?.to_str().is_ok_and(|name| name == "NAType")),
    }
}

/// The date of a `datetime.date` that is nothing more; `None` of any other value.
#[inline]
pub fn date(value: &Bound<'_, PyAny>) -> PyResult<Option<Date>> {
    let py = value.py();
    if !value.get_type_ptr().cast::<pyo3::ffi::PyObject>().eq(&types(py)?.date.as_ptr()) {
        return Ok(None);
    }
    let ordinal: i32 = value.call_method0(intern!(py, "toordinal"))?.extract()?;
    Ok(Date::from_days(ordinal.saturating_sub(ORDINAL_OF_1970)))
}

/// A dict of a mapping; `None` of what is none.
pub fn dict<'py>(values: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyDict>>> {
    if let Ok(dict) = values.cast::<PyDict>() {
        return Ok(Some(dict.clone()));
    }
    let Ok(mapping) = values.cast::<PyMapping>() else { return Ok(None) };
    let dict = PyDict::new(values.py());
    dict.update(mapping)?;
    Ok(Some(dict))
}
