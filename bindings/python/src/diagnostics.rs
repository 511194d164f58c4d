//! Diagnostics as Python has them: `assize._diagnostics.Diagnostics`.

use assize::lang::diagnostic::{Diagnostic, Severity};
use assize::lang::source::SourceMap;
use assize_report::diagnostics::to_text;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// A tuple of diagnostics.
pub fn list<'py>(py: Python<'py>, found: &[Diagnostic], sources: &SourceMap) -> PyResult<Bound<'py, PyAny>> {
    let module = py.import(intern!(py, "assize._diagnostics"))?;
    let class = module.getattr(intern!(py, "Diagnostic"))?;
    let out = PyList::empty(py);
    for diagnostic in found {
        let source = diagnostic.primary.as_ref().and_then(|label| sources.get(label.span.file));
        let at = source
            .zip(diagnostic.primary.as_ref())
            .map(|(source, label)| (source.line_column(label.span.start), source.line_column(label.span.end)));
        let one = std::slice::from_ref(diagnostic);
        // The rendering closes with a count, which says nothing of one.
        let text = to_text(one, sources, false);
        let text = text.rsplit_once("\n\n").map_or(text.as_str(), |(text, _)| text);
        let given = PyDict::new(py);
        given.set_item("code", diagnostic.code.0)?;
        given.set_item(
            "severity",
            match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
        )?;
        given.set_item("message", &diagnostic.message)?;
        given.set_item("file", source.map(|source| source.name()))?;
        given.set_item("line", at.map(|(from, _)| from.line))?;
        given.set_item("column", at.map(|(from, _)| from.column))?;
        given.set_item("end_line", at.map(|(_, to)| to.line))?;
        given.set_item("end_column", at.map(|(_, to)| to.column))?;
        given.set_item("help", diagnostic.help.as_deref())?;
        given.set_item("notes", pyo3::types::PyTuple::new(py, &diagnostic.notes)?)?;
        given.set_item("text", text.trim_end())?;
        out.append(class.call((), Some(&given))?)?;
    }
    module.getattr(intern!(py, "Diagnostics"))?.call1((out,))
}
