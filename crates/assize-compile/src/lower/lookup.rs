//! Look-ups: calls with their keys, and the rows of their files.

use super::{Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::resolve::declare::not_read;
use crate::resolve::types::{self, Written};
use crate::units::stated;
use assize_lang::ast::{self, Expr, Validity as Valid};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::ids::LookupId;
use assize_model::node::Op;
use assize_model::ty::Ty;

/// What is known of a look-up: the types of its keys and of its values.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// By key, with where a call settled it when the declaration does not.
    pub keys: Vec<Option<(Ty, Span)>>,
    /// Of the values.
    pub result: Option<Ty>,
    /// Whether the declaration was looked at, and whether it is sound.
    pub sound: Option<bool>,
}

impl Lowerer<'_, '_> {
    /// Looks at the declaration of a look-up, once.
    pub(crate) fn look_up_types(&mut self, id: LookupId) -> Option<Keys> {
        let known = self.lookups.get(id.index())?;
        if let Some(sound) = known.sound {
            return sound.then(|| known.clone());
        }
        let ast = *self.tables.lookups.get(id.index())?;
        let mut sound = true;
        let mut of = Keys { sound: Some(true), ..Keys::default() };
        for key in &ast.keys {
            of.keys.push(key.ty.as_ref().and_then(|ty| {
                let found = self.key_type(ty);
                sound &= found.is_some();
                found.map(|ty| (ty, key.span))
            }));
        }
        match types::resolve(self.tables, &ast.result.ty, &mut self.sink) {
            Some(Written::Value(ty)) if !matches!(ty, Ty::Codes(_) | Ty::Texts | Ty::Duration) => of.result = Some(ty),
            Some(_) => {
                sound = false;
                self.report(
                    codes::TABLE_OUTPUT,
                    ast.result.span,
                    "a look-up gives one value",
                    "not a type of one value",
                    "write `integer`, `decimal`, `text`, `boolean`, a date or a code list",
                );
            }
            None => sound = false,
        }
        if let Some((Valid::By(name), span)) = &ast.valid
            && !ast.keys.iter().any(|key| key.name.text == name.text)
        {
            sound = false;
            let message = format!("`{}` is not a key of look-up `{}`", name.text, ast.name.text);
            self.report(codes::LOOKUP_COLUMN, *span, message, "not a key", "name one of the keys in the brackets");
        }
        let editions = self.tables.editions.get(id.index()).map_or(&[][..], Vec::as_slice);
        for &other in editions {
            sound &= self.agrees(ast, other);
        }
        for one in std::iter::once(ast).chain(editions.iter().copied()).filter(|one| one.content.is_none()) {
            sound = false;
            if !self.tables.incomplete {
                self.sink.push(not_read(&one.from));
            }
        }
        of.sound = Some(sound);
        if let Some(slot) = self.lookups.get_mut(id.index()) {
            *slot = of.clone();
        }
        sound.then_some(of)
    }

    /// Whether a look-up is called in the same way on other days, and gives the same kind of value.
    fn agrees(&mut self, first: &ast::Lookup, other: &ast::Lookup) -> bool {
        let name = |written: &ast::TypeKind| match written {
            ast::TypeKind::Codes(list) => Some(list.text.clone()),
            _ => None,
        };
        let same = |a: &ast::ResultType, b: &ast::ResultType| {
            std::mem::discriminant(&a.ty.kind) == std::mem::discriminant(&b.ty.kind)
                && name(&a.ty.kind) == name(&b.ty.kind)
                && a.unit.as_ref().map(|unit| &unit.text) == b.unit.as_ref().map(|unit| &unit.text)
        };
        let keys = first.keys.len() == other.keys.len()
            && first.keys.iter().zip(&other.keys).all(|(a, b)| {
                let types = match (&a.ty, &b.ty) {
                    (Some(a), Some(b)) => same(a, b),
                    (a, b) => a.is_none() && b.is_none(),
                };
                a.name.text == b.name.text && types
            });
        let hold = match (&first.valid, &other.valid) {
            (Some((Valid::By(a), _)), Some((Valid::By(b), _))) => a.text == b.text,
            (Some((Valid::Between { .. }, _)), Some((Valid::Between { .. }, _))) | (None, None) => true,
            _ => false,
        };
        let differs = match (keys, hold, same(&first.result, &other.result)) {
            (true, true, true) => return true,
            (false, ..) => "has other keys on other days",
            (_, false, _) => "has rows that hold in another way on other days",
            _ => "gives something else on other days",
        };
        self.sink.push(
            Diagnostic::error(codes::EFFECTIVE, other.name.span, format!("`{}` {differs}", first.name.text))
                .label("not the same")
                .also(first.name.span, "declared here first")
                .help("let the declarations differ in their file, their headings and their days only"),
        );
        false
    }

    /// Whether a look-up has other rows on other days.
    pub(crate) fn has_editions(&self, id: LookupId) -> bool {
        let more = self.tables.editions.get(id.index()).is_some_and(|editions| !editions.is_empty());
        more || self.tables.lookups.get(id.index()).is_some_and(|ast| ast.effective.is_some())
    }

    fn key_type(&mut self, written: &ast::ResultType) -> Option<Ty> {
        match types::resolve(self.tables, &written.ty, &mut self.sink)? {
            Written::Value(ty) if can_be_key(ty) => Some(ty),
            _ => {
                self.not_a_key(written.span);
                None
            }
        }
    }

    fn not_a_key(&mut self, span: Span) {
        self.report(
            codes::TABLE_OUTPUT,
            span,
            "a key of a look-up is one value",
            "not a type of one value",
            "write `text`, `integer`, `decimal`, `boolean`, a date or a code list",
        );
    }

    /// `weight(offence, year)`.
    #[inline(never)]
    pub(crate) fn look_up(&mut self, id: LookupId, args: &[Expr], span: Span, cx: Cx) -> Option<Typed> {
        let of = self.look_up_types(id);
        let ast = *self.tables.lookups.get(id.index())?;
        let between = matches!(ast.valid, Some((Valid::Between { .. }, _)));
        let most = ast.keys.len() + usize::from(between);
        if args.len() < ast.keys.len() || args.len() > most {
            let names: Vec<&str> = ast.keys.iter().map(|key| key.name.text.as_str()).collect();
            let date = if between { ", with a date behind them where not the evaluation date is meant" } else { "" };
            self.sink.push(
                Diagnostic::error(
                    codes::ARGUMENTS,
                    span,
                    format!("`{}` does not take this many values", ast.name.text),
                )
                .label(format!("{} given", args.len()))
                .also(ast.name.span, "declared here")
                .help(format!("write `{}({})`{date}", ast.name.text, names.join(", "))),
            );
            return None;
        }
        let mut nodes = Vec::with_capacity(most);
        let mut fine = of.is_some();
        for (at, arg) in args.iter().enumerate() {
            let key = ast.keys.get(at);
            let known = match (key, &of) {
                (None, _) => Some((Ty::Date, ast.name.span)),
                (Some(_), Some(of)) => of.keys.get(at).copied().flatten(),
                (Some(_), None) => None,
            };
            let typed = self.lower(arg, cx, known.map_or(Want::Any, |(ty, _)| Want::Ty(ty)));
            let Some(mut typed) = typed else {
                fine = false;
                continue;
            };
            match known.map(|(ty, _)| ty) {
                Some(Ty::Decimal) => typed = self.decimal(typed, cx)?,
                Some(Ty::Date) => typed = self.civil_date(typed, cx)?,
                _ => {}
            }
            match known {
                Some((ty, _)) if ty == typed.ty => {}
                Some((ty, place)) => {
                    fine = false;
                    let (wanted, says) = (self.says(ty), self.says(typed.ty));
                    let what = key.map_or("the date", |key| key.name.text.as_str());
                    self.sink.push(
                        Diagnostic::error(codes::TYPES_DIFFER, typed.span, format!("`{what}` is {wanted}, not {says}"))
                            .label(format!("this is {says}"))
                            .also(place, format!("{wanted} here"))
                            .help("give a value of the key's type"),
                    );
                }
                None if can_be_key(typed.ty) => {
                    if let Some(slot) = self.lookups.get_mut(id.index()).and_then(|of| of.keys.get_mut(at)) {
                        *slot = Some((typed.ty, typed.span));
                    }
                }
                None => {
                    fine = false;
                    self.not_a_key(typed.span);
                }
            }
            nodes.push(typed.node);
        }
        if between && args.len() == ast.keys.len() {
            nodes.push(self.typed(Op::AsOf, Ty::Date, Cx::CONSTANT, span)?.node);
        }
        if self.has_editions(id) {
            nodes.push(self.typed(Op::AsOf, Ty::Date, Cx::CONSTANT, span)?.node);
        }
        if !fine {
            return None;
        }
        let ty = of?.result?;
        if let Ty::Code(list) = ty {
            self.use_list(list);
        }
        let unit = ast.result.unit.as_ref().and_then(|unit| stated(&unit.text.as_str().into()));
        let node = self.node(Op::Lookup { lookup: id, args: nodes.into() }, ty, cx, span)?;
        Some(Typed { node, ty, unit, clockwork: None, span })
    }
}

/// Whether rows can be told apart by values of a type.
fn can_be_key(ty: Ty) -> bool {
    !matches!(ty, Ty::Codes(_) | Ty::Texts | Ty::Duration)
}
