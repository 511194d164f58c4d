//! Dates as Python has them, `datetime.date`, and as the engine does.

use crate::errors::usage;
use assize::model::civil::Date;
use pyo3::intern;
use pyo3::prelude::*;

/// Year, month and day, as the package's Python hands dates over.
pub type Ymd = (i32, u32, u32);

/// A date.
pub fn date((year, month, day): Ymd) -> PyResult<Date> {
    let wrong = || usage(format!("{year:04}-{month:02}-{day:02} is not a date"));
    Date::from_ymd(year, month, day).ok_or_else(wrong)
}

/// A `datetime.date`, whose years are the engine's: 1 to 9999.
pub fn to_python<'py>(py: Python<'py>, date: Date) -> PyResult<Bound<'py, PyAny>> {
    let class = py.import(intern!(py, "datetime"))?.getattr(intern!(py, "date"))?;
    class.call1(date.ymd())
}
