//! Diagnostics as text with the source line underlined, and as JSON.

use annotate_snippets::renderer::{DecorStyle, Renderer};
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Snippet};
use assize::lang::diagnostic::{Diagnostic, Label, Severity};
use assize::lang::source::{FileId, SourceMap};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

/// How far apart two labels of a file may stand and still be shown in one piece of source, in lines.
const LINES_TOGETHER: u32 = 40;

/// Renders diagnostics, each with its source lines underlined, and closes with a line that counts them.
pub fn to_text(diagnostics: &[Diagnostic], sources: &SourceMap, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for diagnostic in diagnostics {
        out.push_str(&one(diagnostic, sources, &renderer));
        out.push_str("\n\n");
    }
    if !diagnostics.is_empty() {
        out.push_str(&count(diagnostics));
        out.push('\n');
    }
    out
}

/// `2 errors, 1 warning`.
pub fn count(diagnostics: &[Diagnostic]) -> String {
    let of = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let words = |count, word| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{count} {word}s")),
    };
    let parts: Vec<String> =
        [words(of(Severity::Error), "error"), words(of(Severity::Warning), "warning")].into_iter().flatten().collect();
    if parts.is_empty() { "no errors".to_owned() } else { parts.join(", ") }
}

/// A piece of source to show: whole lines, with the number of the first.
struct Window<'a> {
    file: FileId,
    lines: Range<u32>,
    text: Cow<'a, str>,
    start: u32,
}

fn one(diagnostic: &Diagnostic, sources: &SourceMap, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.0);
    let labels: Vec<(&Label, AnnotationKind)> = diagnostic
        .primary
        .iter()
        .map(|label| (label, AnnotationKind::Primary))
        .chain(diagnostic.secondary.iter().map(|label| (label, AnnotationKind::Context)))
        .collect();
    let mut group: Group<'_> = Group::with_title(title);
    for window in windows(&labels, sources) {
        let name = sources.get(window.file).map_or("", |source| source.name());
        let length = window.text.len();
        let mut snippet = Snippet::source(window.text).line_start(window.lines.start as usize).path(name);
        for (label, kind) in &labels {
            let within = label.span.file == window.file
                && label.span.start >= window.start
                && (label.span.end - window.start) as usize <= length;
            if within {
                let span = (label.span.start - window.start) as usize..(label.span.end - window.start) as usize;
                let mut annotation = kind.span(span);
                if !label.message.is_empty() {
                    annotation = annotation.label(label.message.as_str());
                }
                snippet = snippet.annotation(annotation);
            }
        }
        group = group.element(snippet);
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    let mut report = vec![];
    let fix = diagnostic.fix.as_ref().and_then(|fix| {
        let source = sources.get(fix.span.file)?;
        let line = source.line_column(fix.span.start).line;
        let last = source.line_column(fix.span.end).line;
        let (text, start) = lines_of(source.text(), line, last)?;
        let span = fix.span.start.checked_sub(start)? as usize..fix.span.end.checked_sub(start)? as usize;
        let patch = Snippet::source(text).line_start(line as usize).patch(Patch::new(span, fix.replacement.as_str()));
        Some(patch)
    });
    match (&diagnostic.help, fix) {
        (help, Some(patch)) => {
            report.push(group);
            let help = help.as_deref().unwrap_or("it can be mended like this");
            report.push(Level::HELP.secondary_title(help).element(patch));
        }
        (Some(help), None) => report.push(group.element(Level::HELP.message(help.as_str()))),
        (None, None) => report.push(group),
    }
    renderer.render(&report)
}

/// The pieces of source that hold the labels, the primary label's first.
fn windows<'a>(labels: &[(&Label, AnnotationKind)], sources: &'a SourceMap) -> Vec<Window<'a>> {
    let mut ranges: Vec<(FileId, u32, u32)> = Vec::new();
    for (label, _) in labels {
        let Some(source) = sources.get(label.span.file) else { continue };
        let first = source.line_column(label.span.start).line;
        let last = source.line_column(label.span.end).line;
        let near = ranges.iter_mut().find(|(file, from, to)| {
            *file == label.span.file && first <= *to + LINES_TOGETHER && last + LINES_TOGETHER >= *from
        });
        match near {
            Some((_, from, to)) => {
                *from = first.min(*from);
                *to = last.max(*to);
            }
            None => ranges.push((label.span.file, first, last)),
        }
    }
    ranges
        .into_iter()
        .filter_map(|(file, first, last)| {
            let (text, start) = lines_of(sources.get(file)?.text(), first, last)?;
            Some(Window { file, lines: first..last + 1, text, start })
        })
        .collect()
}

/// The text of whole lines, numbered from 1, and the offset at which it begins. Of the two characters that end a line on some
/// systems the first is shown as a blank.
fn lines_of(text: &str, first: u32, last: u32) -> Option<(Cow<'_, str>, u32)> {
    let mut starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let start = starts.nth(first.checked_sub(1)? as usize)?;
    let end = match last.checked_sub(first)? {
        0 => starts.next(),
        more => starts.nth(more as usize),
    };
    let end = end.map_or(text.len(), |end| end - 1);
    let lines = text.get(start..end)?;
    let lines = if lines.contains('\r') { lines.replace('\r', " ").into() } else { lines.into() };
    Some((lines, u32::try_from(start).ok()?))
}

/// Diagnostics as JSON: code, severity, message, file, line, column, end, labels, notes, help and fix.
pub fn to_json(diagnostics: &[Diagnostic], sources: &SourceMap) -> Value {
    let place = |label: &Label| {
        let source = sources.get(label.span.file);
        let from = source.map(|source| source.line_column(label.span.start));
        let to = source.map(|source| source.line_column(label.span.end));
        json!({
            "file": source.map(|source| source.name()),
            "line": from.map(|at| at.line),
            "column": from.map(|at| at.column),
            "end_line": to.map(|at| at.line),
            "end_column": to.map(|at| at.column),
            "message": label.message,
        })
    };
    diagnostics
        .iter()
        .map(|diagnostic| {
            json!({
                "code": diagnostic.code.0,
                "severity": match diagnostic.severity { Severity::Error => "error", Severity::Warning => "warning" },
                "message": diagnostic.message,
                "at": diagnostic.primary.as_ref().map(place),
                "also": diagnostic.secondary.iter().map(place).collect::<Vec<_>>(),
                "notes": diagnostic.notes,
                "help": diagnostic.help,
                "fix": diagnostic.fix.as_ref().map(|fix| json!({
                    "at": place(&Label { span: fix.span, message: String::new() }),
                    "replacement": fix.replacement,
                })),
            })
        })
        .collect()
}

/// Diagnostics one a line, `file:line:column: error[E0101]: message`, for editors and for `grep`.
pub fn to_lines(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let at = diagnostic.primary.as_ref().and_then(|label| {
            let source = sources.get(label.span.file)?;
            let at = source.line_column(label.span.start);
            Some(format!("{}:{}:{}: ", source.name(), at.line, at.column))
        });
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let Diagnostic { code, message, .. } = diagnostic;
        let _ = writeln!(out, "{}{severity}[{}]: {message}", at.unwrap_or_default(), code.0);
    }
    out
}
