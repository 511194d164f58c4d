//! What a measure is broken down by, or standardised over.

use super::super::{Cx, Lowerer};
use crate::codes;
use crate::resolve::{Global, Member, value_type};
use assize_lang::ast::Ident;
use assize_lang::diagnostic::Diagnostic;
use assize_model::ids::{RecordId, ScopeId};
use assize_model::measure::Breakdown;
use assize_model::node::Op;
use assize_model::program::FieldKind;
use assize_model::ty::Ty;

impl Lowerer<'_, '_> {
    pub(super) fn breakdowns(&mut self, names: &[Ident], record: RecordId, scope: ScopeId) -> Option<Vec<Breakdown>> {
        let mut out: Vec<Breakdown> = Vec::new();
        let mut fine = true;
        for (at, name) in names.iter().enumerate() {
            if let Some(first) = names.iter().take(at).find(|other| other.text == name.text) {
                fine = false;
                let message = format!("`{}` stands twice in `by`", name.text);
                self.sink.push(
                    Diagnostic::error(codes::MEASURE_BY, name.span, message)
                        .label("again here")
                        .also(first.span, "first here")
                        .help("name each breakdown once"),
                );
                continue;
            }
            match self.breakdown(name, record, scope) {
                Some(breakdown) => out.push(breakdown),
                None => fine = false,
            }
        }
        fine.then_some(out)
    }

    pub(super) fn breakdown(&mut self, name: &Ident, record: RecordId, scope: ScopeId) -> Option<Breakdown> {
        let names = self.tables.record(record)?;
        let owner = &names.ast.name.text;
        let (node, ty, category) = match names.members.get(name.text.as_str()) {
            Some((Member::Broken, _)) => return None,
            Some(&(Member::Field(field), _)) => {
                let kind = self.build.program.record(record)?.fields.get(field.index())?.kind;
                match kind {
                    FieldKind::Value(ty) => {
                        self.read(record, field);
                        (self.node(Op::Field(field), ty, Cx::record(scope), name.span)?, ty, None)
                    }
                    _ => {
                        let label = match value_type(kind) {
                            Some(_) => "this is a range of values",
                            None => "these are child records",
                        };
                        self.no_breakdown(name, label.to_owned());
                        return None;
                    }
                }
            }
            // An instrument is broken down by its band.
            Some(&(Member::Form(_), _))
                if let Some((Member::Decl(decl), _)) = names.members.get(format!("{}.band", name.text).as_str()) =>
            {
                let typed = self.lowered(*decl, scope)?;
                let category = self.tables.decl(*decl).and_then(crate::resolve::Decl::category);
                (typed.node, typed.ty, category)
            }
            Some(&(Member::Form(_), _)) => {
                self.no_breakdown(name, "an instrument without bands".to_owned());
                return None;
            }
            Some(&(Member::Decl(decl), _)) => {
                let typed = self.lowered(decl, scope)?;
                let (node, ty) = (typed.node, typed.ty);
                let category = self.tables.decl(decl).and_then(crate::resolve::Decl::category);
                (node, ty, category)
            }
            None => {
                if names.incomplete
                    || self.tables.globals.get(name.text.as_str()).is_some_and(|g| g.0 == Global::Broken)
                {
                    return None;
                }
                let message = format!("record `{owner}` has no `{}`", name.text);
                let diagnostic = Diagnostic::error(codes::UNKNOWN_FIELD, name.span, message).label("not a name of it");
                let near = self.sink.closest(&name.text, names.members.keys().copied());
                self.sink.push(match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
                    None => diagnostic.help(format!("name a field, a `let` or a category of `{owner}`")),
                });
                return None;
            }
        };
        if !matches!(ty, Ty::Boolean | Ty::Integer | Ty::Text | Ty::Code(_) | Ty::Date) {
            let says = self.says(ty);
            self.no_breakdown(name, format!("this is {says}"));
            return None;
        }
        Some(Breakdown { name: name.text.as_str().into(), node, category })
    }

    fn no_breakdown(&mut self, name: &Ident, label: String) {
        self.report(
            codes::MEASURE_BY,
            name.span,
            format!("a measure is not broken down by `{}`", name.text),
            label,
            "use a code, a text, an integer, a date or a condition; put others into bands with a category",
        );
    }
}
