//! The ruleset's header and the labels.

use super::declare::{duplicate, member_twice};
use crate::codes;
use crate::convert::{date, heading};
use crate::sink::Sink;
use assize_lang::ast::{self, Decl, File};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::{FileId, Span};
use assize_model::civil::Zone;
use assize_model::program::{Program, Ruleset};
use rustc_hash::FxHashMap;

/// Reads the one `ruleset` of the files.
pub fn header(files: &[File], program: &mut Program, sink: &mut Sink) {
    let mut found: Option<&ast::Ruleset> = None;
    let mut broken = false;
    for decl in files.iter().flat_map(|file| &file.decls) {
        match decl {
            Decl::Ruleset(ruleset) => match found {
                None => found = Some(ruleset),
                Some(first) => sink.push(
                    Diagnostic::error(codes::TWO_RULESETS, ruleset.name.span, "a second `ruleset` is declared")
                        .label("declared again here")
                        .also(first.name.span, "first declared here")
                        .help("keep one header for all the files that are read together"),
                ),
            },
            Decl::Broken(ast::Broken { keyword, name, .. }) => {
                // What cannot be read at all may have been the header.
                broken |= keyword == "ruleset" || name.is_none();
            }
            _ => {}
        }
    }
    let Some(ruleset) = found else {
        if !broken && !sink.file_lacks {
            let span = Span::new(files.first().map_or(FileId(0), |file| file.id), 0, 0);
            let message = "no `ruleset` is declared";
            sink.push(
                Diagnostic::error(codes::NO_RULESET, span, message)
                    .label("the header belongs here")
                    .help("begin the file with `ruleset NAME version \"1\" { … }`"),
            );
        }
        return;
    };
    let text = |quoted: &Option<ast::Quoted>| quoted.as_ref().map(|quoted| quoted.text.as_str().into());
    let effective = ruleset.effective.as_ref();
    if let Some(ast::Effective { from: (from, from_span), to: Some((to, to_span)) }) = effective
        && to < from
    {
        sink.push(
            Diagnostic::error(codes::HEADER, *to_span, "the rules end before they begin")
                .label("the last day")
                .also(*from_span, "the first day")
                .help("write the earlier date after `effective from`"),
        );
    }
    let zone = ruleset.zone.as_ref().and_then(|name| {
        let zone = Zone::get(&name.text);
        if zone.is_none() {
            sink.push(
                Diagnostic::error(codes::HEADER, name.span, format!("unknown time zone `{}`", name.text))
                    .label("not a name of the IANA time zone database")
                    .help("write a name such as \"America/Toronto\" or \"UTC\""),
            );
        }
        zone
    });
    program.ruleset = Ruleset {
        heading: heading(&ruleset.name.text, ruleset.title.as_ref(), &ruleset.docs),
        version: ruleset.version.text.as_str().into(),
        authority: text(&ruleset.authority),
        source: text(&ruleset.source),
        language: text(&ruleset.language),
        effective_from: effective.and_then(|effective| date(effective.from.0)),
        effective_to: effective.and_then(|effective| date(effective.to?.0)),
        dates_strict: ruleset.dates_strict.is_some(),
        zone,
        hash: "".into(),
    };
}

/// Reads the labels, lowest first.
pub fn labels(files: &[File], program: &mut Program, sink: &mut Sink) {
    let mut first: Option<&ast::Labels> = None;
    for decl in files.iter().flat_map(|file| &file.decls) {
        let Decl::Labels(labels) = decl else { continue };
        if let Some(first) = first {
            let name = ast::Ident { text: "labels".into(), span: labels.span };
            sink.push(duplicate(&name, first.span).help("write all labels in one line, lowest first"));
            continue;
        }
        first = Some(labels);
        let mut seen = FxHashMap::default();
        for name in &labels.names {
            if let Some(&earlier) = seen.get(name.text.as_str()) {
                sink.push(member_twice(name, earlier, "label", "labels"));
                continue;
            }
            seen.insert(name.text.as_str(), name.span);
            program.labels.push(name.text.as_str().into());
        }
    }
}
