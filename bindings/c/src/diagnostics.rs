//! Diagnostics: what is wrong with rules, where, and how to mend it.

#![expect(unsafe_code, reason = "handles cross the boundary as pointers")]

use crate::error::ErrorHandle;
use crate::failure::Failure;
use crate::guard::{guard, quiet};
use crate::handle::{get, needed};
use crate::sized::{self, Report};
use crate::status::{Severity, Status};
use crate::text::{Str, Terminated, Text};
use assize::lang::diagnostic;
use assize::lang::source::SourceMap;

/// What is wrong with rules, or likely not meant, in the order of the text.
///
/// It never changes: any number of threads may read it at the same time.
#[derive(Debug)]
pub struct DiagnosticList {
    diagnostics: Vec<diagnostic::Diagnostic>,
    sources: SourceMap,
    shown: Vec<Shown>,
}

/// The texts that are lent.
#[derive(Debug)]
struct Shown {
    code: Terminated,
    message: Terminated,
    label: Option<Terminated>,
    help: Option<Terminated>,
    file: Option<Terminated>,
    from: (u32, u32),
    to: (u32, u32),
}

/// One thing that is wrong with rules. Lines and columns are counted from 1, columns in characters; all are 0 where it
/// has no place in a text.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Diagnostic {
    /// Set by the caller: `sizeof(assize_diagnostic)`.
    pub struct_size: usize,
    /// How serious it is.
    pub severity: Severity,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// The column after the last one.
    pub end_column: u32,
    /// Its stable code, such as `E0201`.
    pub code: Str,
    /// What is wrong, in one line.
    pub message: Str,
    /// The name of the file, as it was given; no text where it has no place.
    pub file: Str,
    /// Words for the underlined text; no text where there are none.
    pub label: Str,
    /// What to do about it; no text where nothing is known.
    pub help: Str,
}

// SAFETY: `repr(C)`, its size first.
unsafe impl Report for Diagnostic {
    const FIRST: usize = size_of::<Self>();
}

impl DiagnosticList {
    /// A list of diagnostics with the texts they point into.
    pub fn new(diagnostics: Vec<diagnostic::Diagnostic>, sources: SourceMap) -> Self {
        let shown = diagnostics.iter().map(|diagnostic| Shown::new(diagnostic, &sources)).collect();
        Self { diagnostics, sources, shown }
    }
}

impl Shown {
    fn new(diagnostic: &diagnostic::Diagnostic, sources: &SourceMap) -> Self {
        let label = diagnostic.primary.as_ref();
        let source = label.and_then(|label| sources.get(label.span.file));
        let at = |offset| {
            let at = source?.line_column(offset);
            Some((at.line, at.column))
        };
        Self {
            code: Terminated::new(diagnostic.code.0),
            message: Terminated::new(diagnostic.message.as_str()),
            label: label.filter(|label| !label.message.is_empty()).map(|label| Terminated::new(label.message.as_str())),
            help: diagnostic.help.as_deref().map(Terminated::new),
            file: source.map(|source| Terminated::new(source.name())),
            from: label.and_then(|label| at(label.span.start)).unwrap_or_default(),
            to: label.and_then(|label| at(label.span.end)).unwrap_or_default(),
        }
    }
}

/// How many diagnostics there are.
///
/// Of NULL there are none. It cannot fail. Since 0.1.
///
/// # Safety
/// `list` is NULL or came from this library, and what it was lent by was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_diagnostics_count(list: *const DiagnosticList) -> usize {
    // SAFETY: NULL, or a live list of this library.
    unsafe { list.as_ref() }.map_or(0, |list| list.shown.len())
}

/// A diagnostic by its number, from 0.
///
/// `*out` is written; its texts are lent as long as the list is. Errors: `ASSIZE_NOT_FOUND` past the end;
/// `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_diagnostics_get(
    list: *const DiagnosticList,
    index: usize,
    out: *mut Diagnostic,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        // SAFETY: as promised by the caller.
        let (list, size) = unsafe { (get("list", list)?, sized::place("out", out)?) };
        let found = list.shown.get(index).zip(list.diagnostics.get(index));
        let (shown, diagnostic) =
            found.ok_or_else(|| Failure::new(Status::NotFound, "there are not so many diagnostics"))?;
        let found = Diagnostic {
            struct_size: size,
            severity: match diagnostic.severity {
                diagnostic::Severity::Error => Severity::Error,
                diagnostic::Severity::Warning => Severity::Warning,
            },
            line: shown.from.0,
            column: shown.from.1,
            end_line: shown.to.0,
            end_column: shown.to.1,
            code: shown.code.lend(),
            message: shown.message.lend(),
            file: Str::of(shown.file.as_ref()),
            label: Str::of(shown.label.as_ref()),
            help: Str::of(shown.help.as_ref()),
        };
        // SAFETY: `place` gave the size.
        unsafe { sized::write(out, size, found) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// All diagnostics as people read them, with the underlined source, without colours.
///
/// `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_diagnostics_text(
    list: *const DiagnosticList,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let list = unsafe { get("list", list) }?;
        let text = assize_report::diagnostics::to_text(&list.diagnostics, &list.sources, false);
        // SAFETY: not NULL and aligned.
        unsafe { out.write(Text::give(text)) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// All diagnostics as a JSON array, with their labels, notes, help and fixes.
///
/// `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_diagnostics_json(
    list: *const DiagnosticList,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let list = unsafe { get("list", list) }?;
        let json = assize_report::diagnostics::to_json(&list.diagnostics, &list.sources);
        // SAFETY: not NULL and aligned.
        unsafe { out.write(Text::give(crate::text::pretty(&json))) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// How many of the diagnostics are errors; the others are warnings.
///
/// Of NULL there are none. It cannot fail. Since 0.1.
///
/// # Safety
/// `list` is NULL or came from this library, and what it was lent by was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_diagnostics_error_count(list: *const DiagnosticList) -> usize {
    // SAFETY: NULL, or a live list of this library.
    let Some(list) = (unsafe { list.as_ref() }) else { return 0 };
    let is_error = |diagnostic: &&diagnostic::Diagnostic| diagnostic.severity == diagnostic::Severity::Error;
    quiet(0, || list.diagnostics.iter().filter(is_error).count())
}
