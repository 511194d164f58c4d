//! From the reader's plain data to the program's: places, headings, reasons, dates.

use assize_lang::ast;
use assize_lang::source::Span;
use assize_model::absence::Reason;
use assize_model::civil::Date;
use assize_model::ids::FileId;
use assize_model::program::{Heading, Place};

/// A span as the program keeps it.
pub fn place(span: Span) -> Place {
    Place { file: FileId(span.file.0), start: span.start, end: span.end }
}

/// A name with its title and documentation.
pub fn heading(name: &str, title: Option<&ast::Quoted>, docs: &[String]) -> Heading {
    Heading {
        name: name.into(),
        title: title.map(|title| title.text.as_str().into()),
        docs: (!docs.is_empty()).then(|| docs.join("\n").into()),
    }
}

/// A reason.
pub const fn reason(reason: ast::Reason) -> Reason {
    match reason {
        ast::Reason::Unknown => Reason::Unknown,
        ast::Reason::NotAnswered => Reason::NotAnswered,
        ast::Reason::NotApplicable => Reason::NotApplicable,
        ast::Reason::NotCollected => Reason::NotCollected,
        ast::Reason::Withheld => Reason::Withheld,
    }
}

/// A date; `None` for one that is not in the calendar, which the reader has reported.
pub fn date(date: ast::CivilDate) -> Option<Date> {
    Date::from_ymd(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}
