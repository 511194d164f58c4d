//! Names: values of the records around, of the file, and codes.

use super::{Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::resolve::find::{Found, find};
use crate::resolve::order::{level_named, member_named, output_named, part_named};
use crate::resolve::{DeclId, Global, Member, Tables, value_type};
use crate::suggest::{listing, snake};
use crate::units::stated;
use assize_lang::ast::{Expr, ExprKind, Ident};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::ids::{Code, FieldId, ListId, RecordId};
use assize_model::node::Op;
use assize_model::program::FieldKind;
use assize_model::ty::Ty;
use assize_model::value::Value;

impl<'t, 'a> Lowerer<'t, 'a> {
    /// Whether an expression's type is only known from its surroundings: codes, `none`, and choices between such. A
    /// value with the name of some code may be that code.
    pub(crate) fn needs_context(&self, expr: &Expr, cx: Cx) -> bool {
        match &expr.kind {
            ExprKind::None => true,
            ExprKind::Name(name) => {
                self.find(&name.text, cx) == Found::Nothing || self.tables.codes.contains_key(name.text.as_str())
            }
            ExprKind::Set(items) => items.is_empty() || items.iter().any(|item| self.needs_context(item, cx)),
            ExprKind::If { then, otherwise, .. } => self.needs_context(then, cx) && self.needs_context(otherwise, cx),
            ExprKind::FirstKnown(items) | ExprKind::Extreme { items, .. } => {
                items.iter().all(|item| self.needs_context(item, cx))
            }
            ExprKind::Call { name, args } if matches!(name.text.as_str(), "min" | "max") => {
                args.iter().all(|item| self.needs_context(item, cx))
            }
            ExprKind::Step { operand, .. } => self.needs_context(operand, cx),
            _ => false,
        }
    }

    fn find(&self, name: &str, cx: Cx) -> Found {
        find(self.tables, self.levels(cx), name)
    }

    /// The one list that has every bare code among expressions that have no other context.
    pub(crate) fn common_list(&self, exprs: &[&Expr], cx: Cx) -> Option<ListId> {
        let mut names = Vec::new();
        for expr in exprs {
            self.bare_names(expr, cx, &mut names);
        }
        let lists = |name: &Ident| self.tables.codes.get(name.text.as_str());
        let mut candidates = lists(names.first()?)?.clone();
        for name in names.iter().skip(1) {
            let others = lists(name)?;
            candidates.retain(|list| others.contains(list));
        }
        match candidates.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    fn bare_names<'e>(&self, expr: &'e Expr, cx: Cx, out: &mut Vec<&'e Ident>) {
        match &expr.kind {
            ExprKind::Name(name) if self.find(&name.text, cx) == Found::Nothing => out.push(name),
            ExprKind::Set(items) | ExprKind::FirstKnown(items) | ExprKind::Extreme { items, .. } => {
                items.iter().for_each(|item| self.bare_names(item, cx, out));
            }
            ExprKind::Call { args, .. } => args.iter().for_each(|item| self.bare_names(item, cx, out)),
            ExprKind::If { then, otherwise, .. } => {
                self.bare_names(then, cx, out);
                self.bare_names(otherwise, cx, out);
            }
            ExprKind::Step { operand, .. } => self.bare_names(operand, cx, out),
            _ => {}
        }
    }

    /// A bare name: a value of the records around, of the file, or a code.
    #[inline(never)]
    pub(crate) fn name(&mut self, name: &Ident, cx: Cx, want: Want) -> Option<Typed> {
        let found = self.find(&name.text, cx);
        // A name that is both a value of another type and a code of the list that belongs here is the code.
        if let Some(list) = want.list()
            && let Some(code) = self.code(list, name)
            && self.type_of(found, cx).is_none_or(|ty| ty != Ty::Code(list))
            && !matches!(found, Found::TwoRecords { .. })
        {
            return self.code_value(list, code, name.span);
        }
        match found {
            Found::Member { level, record, member } => self.member(member, level, record, name, name.span, cx),
            Found::Global(global, declared) => self.global(global, declared, name, cx),
            Found::TwoRecords { inner, outer } => {
                self.two_records(name, inner, outer);
                None
            }
            Found::RecordAndGlobal(record, global, declared) => {
                let what = if matches!(global, Global::Param(_)) { "a parameter" } else { "a constant" };
                let owner = self.tables.record_name(record);
                let message = format!("`{}` is both a field of `{owner}` and {what}", name.text);
                self.sink.push(
                    Diagnostic::error(codes::AMBIGUOUS_NAME, name.span, message)
                        .label("which of them?")
                        .also(declared, format!("{what} of this name"))
                        .help(format!("give {what} another name")),
                );
                None
            }
            Found::Nothing => self.bare_code(name, cx, want),
        }
    }

    /// The type of a value that a name stands for, as far as it is known without lowering it.
    fn type_of(&self, found: Found, cx: Cx) -> Option<Ty> {
        match found {
            Found::Member { record, member: Member::Field(field), .. } => {
                value_type(self.build.program.record(record)?.fields.get(field.index())?.kind)
            }
            Found::Member { level, member: Member::Decl(decl), .. } => {
                Some(self.lowered(decl, self.outer(cx.scope, level)?)?.ty)
            }
            Found::Global(Global::Constant(decl), _) => Some(self.lowered(decl, assize_model::node::RUN)?.ty),
            Found::Global(Global::Param(param), _) => self.tables.params.get(param.index())?.1,
            _ => None,
        }
    }

    fn code(&self, list: ListId, name: &Ident) -> Option<Code> {
        self.tables.list(list)?.codes.get(name.text.as_str()).copied()
    }

    pub(crate) fn code_value(&mut self, list: ListId, code: Code, span: Span) -> Option<Typed> {
        self.use_list(list);
        self.constant(Value::Code(list, code), span)
    }

    pub(crate) fn use_list(&mut self, list: ListId) {
        if let Some(slot) = self.used_lists.get_mut(list.index()) {
            *slot = true;
        }
    }

    /// A name that is no value: a code of the list that is wanted, or of the only list that has it.
    fn bare_code(&mut self, name: &Ident, cx: Cx, want: Want) -> Option<Typed> {
        if let Some(list) = want.list() {
            // A code of the wanted list has been taken before.
            if !self.tables.list(list).is_some_and(|list| list.incomplete) {
                self.unknown_code(list, name, Some(cx));
            }
            return None;
        }
        let lists = self.tables.codes.get(name.text.as_str()).map_or(&[] as &[ListId], Vec::as_slice);
        match *lists {
            [] => {
                self.unknown_name(name, cx);
                None
            }
            _ if want == Want::Reported => None,
            [list] => {
                let code = self.code(list, name)?;
                self.code_value(list, code, name.span)
            }
            _ => {
                let names: Vec<&str> = lists.iter().map(|list| self.tables.list_name(*list)).collect();
                let message = format!("`{}` is a code of {}", name.text, listing(names.iter().copied()));
                self.report(
                    codes::AMBIGUOUS_CODE,
                    name.span,
                    message,
                    "nothing here says which list is meant",
                    "compare it with a field or category of the list that is meant",
                );
                None
            }
        }
    }

    /// Reports a name that is not a code of a list.
    pub(crate) fn unknown_code(&mut self, list: ListId, name: &Ident, cx: Option<Cx>) {
        if self.sink.is_full(codes::UNKNOWN_CODE, name.span) {
            return;
        }
        let owner = self.tables.list_name(list);
        let message = format!("`{}` is not a code of `{owner}`", name.text);
        let mut diagnostic = Diagnostic::error(codes::UNKNOWN_CODE, name.span, message).label("not a code of it");
        if let Some(names) = self.tables.list(list) {
            diagnostic = diagnostic.also(names.ast.name.span, "the list is declared here");
        }
        let codes = self.tables.list(list).into_iter().flat_map(|list| &list.ast.codes);
        let visible = self.visible(cx);
        let near = self.sink.closest(&name.text, codes.map(|code| code.name.text.as_str()).chain(visible));
        diagnostic = match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
            None => match self.tables.list(list) {
                Some(names) => diagnostic.help(format!(
                    "its codes are {}",
                    listing(names.ast.codes.iter().map(|code| code.name.text.as_str()))
                )),
                None => diagnostic,
            },
        };
        self.sink.push(diagnostic);
    }

    /// Every name that an expression could read.
    fn visible(&self, cx: Option<Cx>) -> impl Iterator<Item = &'t str> + use<'t, 'a> {
        let tables: &'t Tables<'a> = self.tables;
        let levels: Vec<RecordId> = cx.into_iter().flat_map(|cx| self.levels(cx)).collect();
        let members = levels.into_iter().filter_map(|record| tables.record(record));
        let globals = tables.globals.iter().filter_map(|(name, (global, _))| {
            matches!(global, Global::Param(_) | Global::Constant(_)).then_some(*name)
        });
        members.flat_map(|names| names.members.keys().copied()).chain(globals.filter(move |_| cx.is_some()))
    }

    fn unknown_name(&mut self, name: &Ident, cx: Cx) {
        if self.levels(cx).any(|record| self.tables.record(record).is_some_and(|names| names.incomplete)) {
            // It may be among what could not be read.
            return;
        }
        if self.sink.file_lacks || self.sink.is_full(codes::UNKNOWN_NAME, name.span) {
            return;
        }
        let mut diagnostic = Diagnostic::error(codes::UNKNOWN_NAME, name.span, format!("unknown name `{}`", name.text))
            .label("nothing by this name here");
        if let Some((owner, span)) = self.elsewhere(&name.text) {
            diagnostic = diagnostic.also(span, format!("`{}` belongs to record `{owner}`", name.text));
        }
        if matches!(name.text.as_str(), "today" | "now") {
            let help = "the evaluation date is `as_of`; nothing else tells the time";
            self.sink.push(diagnostic.help(help).fix(name.span, "as_of"));
            return;
        }
        let owner = self.elsewhere(&name.text).map(|(owner, _)| owner.to_owned());
        let candidates = self.visible(Some(cx)).chain(self.tables.codes.keys().copied());
        let near = self.sink.closest(&name.text, candidates);
        diagnostic = match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
            None => {
                let record = self.levels(cx).next();
                diagnostic.help(match record {
                    Some(record) => {
                        let owner = self.tables.record_name(record);
                        format!(
                            "a name here is a field, `let` or category of `{owner}`, a parameter, a constant or a code"
                        )
                    }
                    None => match owner {
                        Some(owner) => format!("to read a record, say of which: `let … of {owner} = …`"),
                        None => "a constant reads parameters, other constants and codes".to_owned(),
                    },
                })
            }
        };
        self.sink.push(diagnostic);
    }

    /// The first record that has a name.
    fn elsewhere(&self, name: &str) -> Option<(&str, Span)> {
        self.tables
            .records
            .iter()
            .find_map(|names| names.members.get(name).map(|(_, span)| (names.ast.name.text.as_str(), *span)))
    }

    fn two_records(&mut self, name: &Ident, inner: (usize, RecordId), outer: (usize, RecordId)) {
        let of = |(level, record): (usize, RecordId)| match level {
            1 => "parent".to_owned(),
            _ => snake(self.tables.record_name(record)),
        };
        let (near, far) = (of(inner), of(outer));
        let message = format!(
            "`{}` is a name of `{}` and of `{}`",
            name.text,
            self.tables.record_name(inner.1),
            self.tables.record_name(outer.1)
        );
        let help = format!("write `{near}.{name}` or `{far}.{name}`", name = name.text);
        self.report(codes::AMBIGUOUS_NAME, name.span, message, "which of them?", help);
    }

    /// `charge.on`, `parent.on`.
    #[inline(never)]
    pub(crate) fn path(&mut self, scope: &Ident, name: &Ident, span: Span, cx: Cx) -> Option<Typed> {
        if let Some((level, record, member)) = part_named(self.tables, self.levels(cx), &scope.text, &name.text) {
            let Some(member) = member else {
                self.no_part(&scope.text, name, record);
                return None;
            };
            return self.member(member, level, record, name, span, cx);
        }
        if let Some((decl, level)) = output_named(self.tables, self.levels(cx), scope, name) {
            let scope = self.outer(cx.scope, level)?;
            let typed = self.declared(decl, scope, span)?;
            return self.lift(typed, level, cx);
        }
        if let Some(&(Global::Table(record), declared)) = self.tables.globals.get(scope.text.as_str()) {
            self.not_an_output(record, declared, scope, name, cx);
            return None;
        }
        let Some(level) = level_named(self.tables, self.levels(cx), &scope.text) else {
            // What this version does not have is reported where it is declared.
            if !matches!(self.tables.globals.get(scope.text.as_str()), Some((Global::Broken, _))) {
                self.unknown_scope(scope, cx);
            }
            return None;
        };
        let record = self.levels(cx).nth(level)?;
        let names = self.tables.record(record)?;
        if let Some(&(member, _)) = names.members.get(name.text.as_str()) {
            return self.member(member, level, record, name, span, cx);
        }
        if !names.incomplete {
            let owner = &names.ast.name.text;
            let message = format!("record `{owner}` has no `{}`", name.text);
            let diagnostic = Diagnostic::error(codes::UNKNOWN_FIELD, name.span, message).label("not a name of it");
            let near = self.sink.closest(&name.text, names.members.keys().copied());
            self.sink.push(match near {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
                None => diagnostic.help(format!("declare the field, or `let {} of {owner} = …`", name.text)),
            });
        }
        None
    }

    /// `parent.screen.score`, and `parent.placed.zone`: a part of an instrument or an output of a table further out.
    #[inline(never)]
    pub(crate) fn part_of(&mut self, of: &Expr, name: &Ident, span: Span, cx: Cx) -> Option<Typed> {
        let levels: Vec<RecordId> = self.levels(cx).collect();
        if let Some((level, member)) = member_named(self.tables, levels.iter().copied(), of, name) {
            let record = *levels.get(level)?;
            return self.member(member, level, record, name, span, cx);
        }
        if let ExprKind::Path { scope, name: form } = &of.kind
            && let Some(level) = level_named(self.tables, levels.iter().copied(), &scope.text)
            && let Some(&record) = levels.get(level)
            && let Some((Member::Form(_), _)) =
                self.tables.record(record).and_then(|names| names.members.get(form.text.as_str()))
        {
            self.no_part(&form.text, name, record);
            return None;
        }
        if let ExprKind::Path { scope: word, name: table } = &of.kind
            && let Some(from) = level_named(self.tables, levels.iter().copied(), &word.text)
        {
            let found = output_named(self.tables, levels.iter().copied().skip(from), table, name);
            if let Some((decl, level)) = found {
                let scope = self.outer(cx.scope, from + level)?;
                let typed = self.declared(decl, scope, span)?;
                return self.lift(typed, from + level, cx);
            }
            if let Some(&(Global::Table(record), declared)) = self.tables.globals.get(table.text.as_str()) {
                self.not_an_output(record, declared, table, name, cx);
                return None;
            }
        }
        if let ExprKind::Path { scope: word, .. } = &of.kind
            && level_named(self.tables, levels.iter().copied(), &word.text).is_none()
        {
            self.unknown_scope(word, cx);
            return None;
        }
        let message = format!("`{}` is no part of this", name.text);
        self.report(
            codes::UNKNOWN_FIELD,
            name.span,
            message,
            "behind the point",
            "an instrument has parts, `screen.score`, and a table with several outputs has them: `placed.zone`",
        );
        None
    }

    fn no_part(&mut self, form: &str, name: &Ident, record: RecordId) {
        let Some(names) = self.tables.record(record) else { return };
        let prefix = format!("{form}.");
        let mut known: Vec<&str> = names.members.keys().filter_map(|key| key.strip_prefix(prefix.as_str())).collect();
        known.retain(|name| !name.ends_with('*'));
        assize_model::order::sort(&mut known);
        let message = format!("instrument `{form}` has no `{}`", name.text);
        let diagnostic = Diagnostic::error(codes::UNKNOWN_FIELD, name.span, message).label("not a part of it");
        let near = self.sink.closest(&name.text, known.iter().copied());
        self.sink.push(match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
            None => diagnostic.help(format!("its parts are {}", listing(known.iter().copied()))),
        });
    }

    /// An instrument without a part of it.
    fn bare_form(&mut self, number: usize, span: Span) {
        let Some((form, _)) = self.tables.forms.get(number) else { return };
        let name = &form.ast.name;
        let part = if form.band.is_some() { "band" } else { "routes" };
        let message = format!("`{}` is an instrument, not a value", name.text);
        self.sink.push(
            Diagnostic::error(codes::WRONG_KIND, span, message)
                .label("which part of it?")
                .also(name.span, "declared here")
                .help(format!("name a part of it: `{}.{part}`", name.text)),
        );
    }

    /// A name behind a table's that is not one of its outputs there.
    fn not_an_output(&mut self, record: RecordId, declared: Span, table: &Ident, name: &Ident, cx: Cx) {
        let owner = self.tables.record_name(record);
        if !self.levels(cx).any(|level| level == record) {
            let message = format!("table `{}` belongs to `{owner}`", table.text);
            self.sink.push(
                Diagnostic::error(codes::WRONG_KIND, table.span, message)
                    .label("not known of this record")
                    .also(declared, "declared here")
                    .help(format!("read it where a `{owner}` is at hand")),
            );
            return;
        }
        let outputs: Vec<&str> =
            self.tables.outputs.keys().filter(|(of, _)| *of == table.text.as_str()).map(|(_, name)| *name).collect();
        let message = format!("table `{}` has no output `{}`", table.text, name.text);
        let diagnostic = Diagnostic::error(codes::UNKNOWN_FIELD, name.span, message).label("not an output of it");
        let near = self.sink.closest(&name.text, outputs.iter().copied());
        self.sink.push(match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
            None if outputs.is_empty() => diagnostic.help(format!("its only output is `{}` itself", table.text)),
            None => {
                let mut outputs = outputs;
                assize_model::order::sort(&mut outputs);
                diagnostic.help(format!("its outputs are {}", listing(outputs)))
            }
        });
    }

    fn unknown_scope(&mut self, scope: &Ident, cx: Cx) {
        let mut known: Vec<String> = self.levels(cx).map(|record| snake(self.tables.record_name(record))).collect();
        if known.len() > 1 {
            known.push("parent".into());
        }
        let message = if scope.text == "parent" {
            "there is no record around this one".to_owned()
        } else {
            format!("`{}` is not a record that is read here", scope.text)
        };
        let help = match known.as_slice() {
            [] => "a constant reads no record".to_owned(),
            _ => format!("before the point stands {}", listing(known.iter().map(String::as_str))),
        };
        self.report(codes::UNKNOWN_NAME, scope.span, message, "not a record here", help);
    }

    /// A name of a record so many levels out.
    pub(super) fn member(
        &mut self,
        member: Member,
        level: usize,
        record: RecordId,
        name: &Ident,
        span: Span,
        cx: Cx,
    ) -> Option<Typed> {
        let scope = self.outer(cx.scope, level)?;
        match member {
            Member::Broken => None,
            Member::Form(number) => {
                self.bare_form(number, span);
                None
            }
            Member::Field(field) => {
                let typed = self.field(record, field, name, span, Cx { scope, levels: 1 })?;
                self.lift(typed, level, cx)
            }
            Member::Decl(decl) => {
                let typed = self.declared(decl, scope, span)?;
                self.lift(typed, level, cx)
            }
        }
    }

    fn field(&mut self, record: RecordId, field: FieldId, name: &Ident, span: Span, cx: Cx) -> Option<Typed> {
        let info = self.build.program.record(record)?.fields.get(field.index())?;
        let (kind, protected) = (info.kind, info.protected);
        let unit = info.unit.as_ref().and_then(stated);
        let Some(ty) = value_type(kind) else {
            let FieldKind::Many { record: child, .. } = kind else { return None };
            let message = format!("`{}` are child records, not a value", name.text);
            let help = format!(
                "count them or look into them: `count {0}`, `any {0} where …`, `latest … of {0} by …`",
                name.text
            );
            let label = format!("many `{}`", self.tables.record_name(child));
            self.report(codes::NOT_CHILDREN, span, message, label, help);
            return None;
        };
        self.read(record, field);
        if protected {
            self.reads_protected((record, field), span, None);
        }
        let node = self.node(Op::Field(field), ty, cx, span)?;
        Some(Typed { node, ty, unit, clockwork: None, span })
    }

    /// A declaration, lowered before in its scope.
    fn declared(&mut self, decl: DeclId, scope: assize_model::ids::ScopeId, span: Span) -> Option<Typed> {
        for field in self.protected.get(decl.0).cloned().unwrap_or_default() {
            self.reads_protected(field, span, Some(decl));
        }
        let Some(typed) = self.lowered(decl, scope).cloned() else {
            if !self.is_poisoned(decl)
                && let Some(name) = self.tables.decl(decl).map(|decl| decl.name())
            {
                // Only a name that is also a code gets here: the order left it out as a code, and it is not one.
                let message = format!("`{}` depends on itself", name.text);
                let help = "give it a name that is not a code's";
                self.report(codes::CYCLE, span, message, "worked out from itself", help);
            }
            return None;
        };
        if self.spans_only.get(decl.0).copied().unwrap_or(false) {
            let name = self.tables.decl(decl).map_or("", |decl| decl.name().text.as_str());
            let message = format!("`{name}` is a range or a set of values");
            self.report(
                codes::SET_OR_RANGE,
                span,
                message,
                "cannot stand by itself",
                format!("use it after `in`: `x in {name}`"),
            );
            return None;
        }
        Some(Typed { span, ..typed })
    }

    /// A value of an outer record, as its children read it.
    fn lift(&mut self, typed: Typed, level: usize, cx: Cx) -> Option<Typed> {
        let mut node = typed.node;
        for level in (0..level).rev() {
            if self.build.program.node(node)?.scope == assize_model::node::RUN {
                break;
            }
            let scope = self.outer(cx.scope, level)?;
            node = self.node(Op::Parent(node), typed.ty, Cx { scope, levels: 1 }, typed.span)?;
        }
        Some(Typed { node, ..typed })
    }

    fn global(&mut self, global: Global, declared: Span, name: &Ident, cx: Cx) -> Option<Typed> {
        match global {
            Global::Broken => None,
            Global::Constant(decl) => self.declared(decl, assize_model::node::RUN, name.span),
            Global::Param(param) => {
                let ty = self.tables.params.get(param.index())?.1?;
                self.typed(Op::Param(param), ty, Cx::CONSTANT, name.span)
            }
            Global::Category(id) => {
                let decl = self.tables.categories.get(id.index()).and_then(|decl| self.tables.decl(*decl))?;
                let owner = self.tables.record_name(decl.record?);
                let here = self.levels(cx).next().map(|record| self.tables.record_name(record));
                let message = match here {
                    Some(here) => format!("category `{}` belongs to `{owner}`, not to `{here}`", name.text),
                    None => format!("category `{}` belongs to `{owner}`; a constant reads no record", name.text),
                };
                self.sink.push(
                    Diagnostic::error(codes::WRONG_KIND, name.span, message)
                        .label("not known of this record")
                        .also(declared, "declared here")
                        .help(format!("read it where a `{owner}` is at hand, such as within an aggregate over them")),
                );
                None
            }
            Global::Form(number) => {
                self.bare_form(number, name.span);
                None
            }
            Global::Function(_) => {
                self.sink.push(
                    Diagnostic::error(codes::WRONG_KIND, name.span, format!("`{}` is a function", name.text))
                        .label("has no value without its arguments")
                        .also(declared, "declared here")
                        .help(format!("call it: `{}(…)`", name.text)),
                );
                None
            }
            Global::Table(record) => {
                let owner = self.tables.record_name(record);
                let message = format!("table `{}` has no value by itself here", name.text);
                self.sink.push(
                    Diagnostic::error(codes::WRONG_KIND, name.span, message)
                        .label("not a value")
                        .also(declared, "declared here")
                        .help(format!("read an output of it, `{}.OUTPUT`, where a `{owner}` is at hand", name.text)),
                );
                None
            }
            Global::Lookup(_) => {
                self.sink.push(
                    Diagnostic::error(codes::WRONG_KIND, name.span, format!("`{}` is a look-up", name.text))
                        .label("its keys are lacking")
                        .also(declared, "declared here")
                        .help(format!("give its keys: `{}(…)`", name.text)),
                );
                None
            }
            Global::Indicator(_) | Global::Evaluation => {
                let what = if matches!(global, Global::Evaluation) { "an evaluation" } else { "an indicator" };
                self.sink.push(
                    Diagnostic::error(codes::WRONG_KIND, name.span, format!("`{}` is {what}", name.text))
                        .label(format!("{what} is of many records and has no value for one"))
                        .also(declared, "declared here")
                        .help("put what both need into a `let`, and use that"),
                );
                None
            }
            Global::Measure(_) => {
                self.sink.push(
                    Diagnostic::error(codes::WRONG_KIND, name.span, format!("`{}` is a measure", name.text))
                        .label("a measure is of many records and has no value for one")
                        .also(declared, "declared here")
                        .help("put what both need into a `let`, and use that"),
                );
                None
            }
        }
    }

    /// `none`.
    #[inline(never)]
    pub(crate) fn no_code(&mut self, span: Span, want: Want) -> Option<Typed> {
        match want {
            Want::Reported => None,
            Want::Ty(Ty::Code(list)) => self.typed(Op::NoCode, Ty::Code(list), Cx::CONSTANT, span),
            Want::Ty(Ty::Codes(_)) => {
                self.report(
                    codes::NO_CODE,
                    span,
                    "`none` is not a set",
                    "a set is expected",
                    "compare its size: `size(x) = 0`",
                );
                None
            }
            Want::Ty(_) | Want::Any => {
                self.report(
                    codes::NO_CODE,
                    span,
                    "`none` stands for no code of a category",
                    "no category stands beside it",
                    "for a value that is not there, write `x is missing`",
                );
                None
            }
        }
    }
}
