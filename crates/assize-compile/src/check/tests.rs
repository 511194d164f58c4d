//! `test` blocks: what is given, and what is expected.

use super::literals::{self, For, value};
use super::params::{allows, within};
use crate::codes;
use crate::convert::{date, place, reason};
use crate::lower::Lowerer;
use crate::resolve::declare::{not_a_record, unknown_type};
use crate::resolve::{Global, Member, TypeName};
use crate::suggest::listing;
use assize_lang::ast::{self, Expr, ExprKind, Ident, ObjectValue, Quoted};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::absence::Reason;
use assize_model::ids::{CategoryId, Code, FieldId, LetId, ListId, ParamId, RecordId};
use assize_model::node::Comparison;
use assize_model::program::{
    Expectation, Expected, ExpectedState, FieldKind, Given, Hit, State, Subject, TestCase, TestRecord,
};
use assize_model::ty::Ty;
use assize_model::value::Value;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Fills in the tests; `lets` has the number of each `let` by its declaration.
pub fn tests(lowerer: &mut Lowerer<'_, '_>, lets: &[Option<LetId>]) {
    for ast in &lowerer.tables.tests {
        let mut pass = Pass { lowerer, lets, made: 0 };
        if let Some(test) = pass.test(ast) {
            lowerer.build.program.tests.push(test);
        }
    }
}

struct Pass<'l, 't, 'a> {
    lowerer: &'l mut Lowerer<'t, 'a>,
    lets: &'l [Option<LetId>],
    /// How many keys were made up in this test.
    made: i64,
}

/// What an expectation is about, with its type.
struct Named {
    subject: Subject,
    ty: Ty,
}

impl Pass<'_, '_, '_> {
    fn test(&mut self, ast: &ast::Test) -> Option<TestCase> {
        let mut lacking = Vec::new();
        if ast.as_of.is_none() {
            lacking.push(("as_of", "write the day on which the rules are tried: `as_of 2026-06-01`"));
        }
        if ast.given.is_empty() {
            lacking.push(("given", "write a record: `given RECORD { field: value }`"));
        }
        if ast.expect.is_empty() {
            lacking.push(("expect", "write what is to come out: `expect NAME = VALUE`"));
        }
        // What could not be read may be the clause that seems to be lacking.
        if !self.lowerer.tables.incomplete {
            for (clause, help) in &lacking {
                let message = format!("the test has no `{clause}`");
                self.lowerer.report(codes::TEST_LACKS, ast.title.span, message, format!("no `{clause}`"), *help);
            }
        }
        let params = self.params(&ast.set);
        let mut fine = lacking.is_empty();
        let mut given: Vec<Option<TestRecord>> = Vec::new();
        let mut records: Vec<Option<RecordId>> = Vec::new();
        for one in &ast.given {
            let record = self.record(&one.record);
            records.push(record);
            given.push(record.and_then(|record| self.object(record, &one.value, None)));
        }
        let mut expect = Vec::with_capacity(ast.expect.len());
        for one in &ast.expect {
            match self.expectation(one, &records) {
                Some(expectation) => expect.push(expectation),
                None => fine = false,
            }
        }
        let given = given.into_iter().collect::<Option<_>>()?;
        let (as_of, params) = (date(ast.as_of?.0)?, params?);
        fine.then(|| TestCase {
            title: ast.title.text.as_str().into(),
            as_of,
            params,
            given,
            expect,
            place: place(ast.title.span),
        })
    }

    fn params(&mut self, set: &[(Ident, Expr)]) -> Option<Vec<(ParamId, Value)>> {
        let mut out: Vec<(ParamId, Value)> = Vec::new();
        let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
        let mut fine = true;
        for (name, expr) in set {
            if let Some(&first) = seen.get(name.text.as_str()) {
                self.twice(name, first);
                fine = false;
                continue;
            }
            seen.insert(&name.text, name.span);
            match self.param(name, expr) {
                Some(param) => out.push(param),
                None => fine = false,
            }
        }
        fine.then_some(out)
    }

    fn twice(&mut self, name: &Ident, first: Span) {
        let message = format!("`{}` is given twice", name.text);
        self.lowerer.sink.push(
            Diagnostic::error(codes::TEST_TWICE, name.span, message)
                .label("again here")
                .also(first, "first here")
                .help("keep one of them"),
        );
    }

    fn param(&mut self, name: &Ident, expr: &Expr) -> Option<(ParamId, Value)> {
        let tables = self.lowerer.tables;
        let id = match tables.globals.get(name.text.as_str()) {
            Some((Global::Param(id), _)) => *id,
            Some((Global::Broken, _)) => return None,
            None if self.lowerer.sink.file_lacks => return None,
            _ => {
                let message = format!("`{}` is not a parameter", name.text);
                let diagnostic = Diagnostic::error(codes::TEST_SUBJECT, name.span, message).label("not a parameter");
                let known = tables.params.iter().map(|(ast, _)| ast.name.text.as_str());
                let near = self.lowerer.sink.closest(&name.text, known);
                self.lowerer.sink.push(match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
                    None => diagnostic.help("only parameters are set; fields are given"),
                });
                return None;
            }
        };
        let &(ast, ty) = tables.params.get(id.index())?;
        let holder = format!("parameter `{}`", name.text);
        let of = For { code: codes::TEST_VALUE, holder: &holder };
        let value = value(self.lowerer, expr, ty?, of)?;
        if let Some(limits) = &ast.within {
            // Faults of the range itself are reported with the parameter.
            let found = self.lowerer.quietly(|lowerer| within(lowerer, limits, ty?, of))?;
            if !allows(&found, &value) {
                self.lowerer.sink.push(
                    Diagnostic::error(codes::TEST_VALUE, expr.span, format!("{holder} may not take this value"))
                        .label("outside")
                        .also(limits.span, "the values it may take")
                        .help("set a value that the parameter allows"),
                );
                return None;
            }
        }
        Some((id, value))
    }

    fn record(&mut self, name: &Ident) -> Option<RecordId> {
        let tables = self.lowerer.tables;
        match tables.types.get(name.text.as_str()) {
            Some((TypeName::Record(id), _)) => Some(*id),
            Some((TypeName::Broken, _)) => None,
            Some((TypeName::List(_), declared)) => {
                self.lowerer.sink.push(not_a_record(name, *declared).help("after `given` stands a record"));
                None
            }
            None => {
                let known = tables.records.iter().map(|record| record.ast.name.text.as_str());
                unknown_type(name, "record", known, &mut self.lowerer.sink);
                None
            }
        }
    }

    /// A record as given. A key that is not given is made up, and a child gets its parent's: `parent` has the child's
    /// field for it and the parent's key.
    fn object(
        &mut self,
        record: RecordId,
        object: &ast::Object,
        parent: Option<(FieldId, Given)>,
    ) -> Option<TestRecord> {
        let tables = self.lowerer.tables;
        let names = tables.record(record)?;
        let mut fields: Vec<(FieldId, Given)> = Vec::new();
        let mut many: Vec<(FieldId, &Ident, &[ast::Object])> = Vec::new();
        let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
        let mut fine = true;
        for (name, value) in &object.entries {
            if let Some(&first) = seen.get(name.text.as_str()) {
                self.twice(name, first);
                fine = false;
                continue;
            }
            seen.insert(&name.text, name.span);
            let Some(field) = self.field(record, name) else {
                fine = false;
                continue;
            };
            let kind = self.lowerer.build.program.record(record)?.fields.get(field.index())?.kind;
            match (value, kind) {
                (ObjectValue::Children(children, _), FieldKind::Many { .. }) => many.push((field, name, children)),
                (_, FieldKind::Many { record: child, .. }) => {
                    fine = false;
                    let child = tables.record_name(child);
                    let help = format!("write them in square brackets: `{}: [ {{ … }} ]`", name.text);
                    let message = format!("`{}` are child records `{child}`", name.text);
                    self.lowerer.report(codes::TEST_VALUE, name.span, message, "not given as records", help);
                }
                (ObjectValue::Children(_, span), _) => {
                    fine = false;
                    let message = format!("field `{}` holds a value, not child records", name.text);
                    let help = "write the value itself; a set is written in braces";
                    self.lowerer.report(codes::TEST_VALUE, *span, message, "these are child records", help);
                }
                (ObjectValue::Missing(why, _), _) => {
                    fields.push((field, Given::Missing(why.map_or(Reason::Unknown, reason))));
                }
                (ObjectValue::Value(expr), kind) => match self.given(name, expr, kind) {
                    Some(given) => fields.push((field, given)),
                    None => fine = false,
                },
            }
        }
        if let Some((join, key)) = parent {
            let found = fields.iter().find(|(field, _)| *field == join).map(|(_, given)| given);
            match found {
                None => fields.push((join, key)),
                Some(given) if *given == key => {}
                Some(_) => {
                    fine = false;
                    let name = names.fields.get(join.index()).map_or("?", |field| &field.name.text);
                    let span = seen.get(name).copied().unwrap_or(object.span);
                    let message = format!("`{name}` is not the key of the record around it");
                    let help = "leave it out: it is filled in from the record around it";
                    self.lowerer.report(codes::TEST_VALUE, span, message, "another key", help);
                }
            }
        }
        let key = self.key(record, &mut fields);
        let mut children = Vec::with_capacity(many.len());
        for (field, name, objects) in many {
            let kind = self.lowerer.build.program.record(record)?.fields.get(field.index())?.kind;
            let FieldKind::Many { record: child, by } = kind else { continue };
            if matches!(key, Some(Given::Missing(_))) && !objects.is_empty() {
                fine = false;
                let message = format!("a record without a key has no child records `{}`", name.text);
                let help = "give the record a key, or leave the key out to have one made up";
                self.lowerer.report(codes::TEST_VALUE, name.span, message, "nothing to match them by", help);
                continue;
            }
            let mut out = Vec::with_capacity(objects.len());
            for object in objects {
                match self.object(child, object, key.clone().map(|key| (by, key))) {
                    Some(record) => out.push(record),
                    None => fine = false,
                }
            }
            children.push((field, out));
        }
        fine.then(|| TestRecord { record, fields, children, place: place(object.span) })
    }

    /// The key of a given record, made up when it is not given.
    fn key(&mut self, record: RecordId, fields: &mut Vec<(FieldId, Given)>) -> Option<Given> {
        let declared = self.lowerer.build.program.record(record)?;
        let key = declared.key?;
        if let Some((_, given)) = fields.iter().find(|(field, _)| *field == key) {
            return Some(given.clone());
        }
        let FieldKind::Value(ty) = declared.fields.get(key.index())?.kind else { return None };
        self.made += 1;
        let made = match ty {
            Ty::Text => Value::Text(format!("made up {}", self.made).into()),
            // Below zero, where given keys are not likely to be.
            Ty::Integer => Value::Integer(-self.made),
            _ => return None,
        };
        fields.push((key, Given::Value(made.clone())));
        Some(Given::Value(made))
    }

    fn field(&mut self, record: RecordId, name: &Ident) -> Option<FieldId> {
        let names = self.lowerer.tables.record(record)?;
        let owner = &names.ast.name.text;
        let help = match names.members.get(name.text.as_str()) {
            Some((Member::Field(field), _)) => return Some(*field),
            Some((Member::Broken, _)) => return None,
            _ if names.incomplete => return None,
            Some((Member::Decl(_) | Member::Form(_), _)) => {
                "it is worked out by the rules; `expect` it instead".to_owned()
            }
            None => format!("its fields are {}", listing(names.fields.iter().map(|field| field.name.text.as_str()))),
        };
        let message = format!("record `{owner}` has no field `{}`", name.text);
        let diagnostic = Diagnostic::error(codes::UNKNOWN_FIELD, name.span, message).label("not a field of it");
        let known = names.fields.iter().map(|field| field.name.text.as_str());
        let near = self.lowerer.sink.closest(&name.text, known);
        self.lowerer.sink.push(match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
            None => diagnostic.help(help),
        });
        None
    }

    fn given(&mut self, name: &Ident, expr: &Expr, kind: FieldKind) -> Option<Given> {
        let holder = format!("field `{}`", name.text);
        let of = For { code: codes::TEST_VALUE, holder: &holder };
        match (kind, &expr.kind) {
            (FieldKind::Range(ty), ExprKind::Range { lo, hi, lo_closed, hi_closed }) => {
                if !(*lo_closed && *hi_closed) {
                    let help = "write the ends that the value can still have: `25..34`";
                    self.lowerer.report(
                        codes::TEST_VALUE,
                        expr.span,
                        "a range in data includes its ends",
                        "an end is left out",
                        help,
                    );
                    return None;
                }
                let mut end = |end: &Option<Box<Expr>>| match end {
                    Some(end) => value(self.lowerer, end, ty, of).map(Some),
                    None => Some(None),
                };
                let (low, high) = (end(lo), end(hi));
                let (low, high) = (low?, high?);
                if let (Some(low), Some(high)) = (&low, &high)
                    && crate::optimise::compare(Comparison::Le, low, high) == Some(false)
                {
                    self.lowerer.report(
                        codes::TEST_VALUE,
                        expr.span,
                        "the range is empty",
                        "it ends before it begins",
                        "write the lower end first",
                    );
                    return None;
                }
                Some(Given::Range(low, high))
            }
            (FieldKind::Value(ty) | FieldKind::Range(ty), _) => value(self.lowerer, expr, ty, of).map(Given::Value),
            (FieldKind::Many { .. }, _) => None,
        }
    }

    fn expectation(&mut self, ast: &ast::Expectation, records: &[Option<RecordId>]) -> Option<Expectation> {
        // A part of an instrument, or an output of a table, has its name with the point in it.
        let part = ast.member.as_ref().map(|member| Ident {
            text: format!("{}.{}", ast.name.text, member.text),
            span: Span::new(ast.name.span.file, ast.name.span.start, member.span.end),
        });
        let name = part.as_ref().unwrap_or(&ast.name);
        let (given, named) = match &ast.member {
            Some(member) if !self.is_form(&ast.name) => self.output(&ast.name, member, records)?,
            _ => self.subject(name, records)?,
        };
        let record = records.get(given).copied().flatten()?;
        let empty = ast.value.is_none() && ast.state.is_none() && ast.because.is_none();
        if empty && ast.possible.is_none() && ast.missing.is_none() && !self.lowerer.tables.incomplete {
            let message = format!("nothing is expected of `{}`", name.text);
            let help = "write `= VALUE`, `is STATE`, `because …`, `possible …` or `missing …`";
            self.lowerer.report(codes::TEST_LACKS, name.span, message, "expected to be what?", help);
            return None;
        }
        let value = ast.value.as_ref().map(|expr| self.expected(name, &named, expr));
        let state = ast.state.map(|(state, span)| self.state(name, &named, state, span));
        let because = ast.because.as_ref().map(|names| self.because(name, &named, names));
        let possible = ast.possible.as_ref().map(|names| self.possible(name, &named, names));
        let missing = ast.missing.as_ref().map(|paths| self.missing(name, &named, record, paths));
        fn settled<T>(found: Option<Option<T>>) -> Option<Option<T>> {
            found.map_or(Some(None), |found| found.map(Some))
        }
        Some(Expectation {
            given,
            subject: named.subject,
            value: settled(value)?,
            state: settled(state)?,
            because: settled(because)?,
            possible: settled(possible)?,
            missing: settled(missing)?,
            place: place(ast.span),
        })
    }

    /// The given record that an expectation is about, and what of it.
    fn subject(&mut self, name: &Ident, records: &[Option<RecordId>]) -> Option<(usize, Named)> {
        let tables = self.lowerer.tables;
        let member = |record: RecordId| tables.record(record)?.members.get(name.text.as_str()).copied();
        let mut hits = records.iter().enumerate().filter_map(|(at, record)| {
            let record = (*record)?;
            Some((at, record, member(record)?))
        });
        let Some((given, record, (member, _))) = hits.next() else {
            let unsure =
                records.iter().any(|record| record.is_none_or(|r| tables.record(r).is_none_or(|n| n.incomplete)));
            let poisoned = tables.globals.get(name.text.as_str()).is_some_and(|(global, _)| *global == Global::Broken);
            if !unsure && !poisoned && !self.lowerer.sink.file_lacks {
                self.nobody(name, records);
            }
            return None;
        };
        if let Some((_, other, _)) = hits.next() {
            let (a, b) = (tables.record_name(record), tables.record_name(other));
            let message = format!("`{}` is of more than one given record", name.text);
            let label = if a == b { format!("two `{a}` are given") } else { format!("of `{a}` and of `{b}`") };
            let help = "write one test for each record";
            self.lowerer.report(codes::TEST_SUBJECT, name.span, message, label, help);
            return None;
        }
        let decl = match member {
            Member::Decl(decl) => decl,
            Member::Form(_) => {
                let message = format!("`{}` is an instrument, not a value", name.text);
                let help = format!("name a part of it: `{0}.score`, `{0}.band`, `{0}.routes`", name.text);
                self.lowerer.report(codes::TEST_SUBJECT, name.span, message, "which part of it?", help);
                return None;
            }
            Member::Broken => return None,
            Member::Field(_) => {
                let message = format!("`{}` is a field, which the test gives", name.text);
                let help = "expect a category or a `let` of the record";
                self.lowerer.report(codes::TEST_SUBJECT, name.span, message, "not worked out", help);
                return None;
            }
        };
        let root = self.lowerer.build.program.record(record)?.root;
        let ty = self.lowerer.lowered(decl, root)?.ty;
        let subject = match tables.decl(decl)?.category() {
            Some(id) => Subject::Category(id),
            None => Subject::Let(self.lets.get(decl.0).copied().flatten()?),
        };
        Some((given, Named { subject, ty }))
    }

    fn is_form(&self, name: &Ident) -> bool {
        matches!(self.lowerer.tables.globals.get(name.text.as_str()), Some((Global::Form(_), _)))
    }

    /// The given record that an expectation of a table's output is about.
    fn output(&mut self, table: &Ident, member: &Ident, records: &[Option<RecordId>]) -> Option<(usize, Named)> {
        let tables = self.lowerer.tables;
        let Some(&decl) = tables.outputs.get(&(table.text.as_str(), member.text.as_str())) else {
            let poisoned = matches!(tables.globals.get(table.text.as_str()), Some((Global::Broken, _)));
            if !tables.incomplete && !poisoned {
                let message = format!("`{}` has no output `{}`", table.text, member.text);
                let help =
                    "a table with several outputs is expected as `table.output`, one with one output by its name";
                self.lowerer.report(codes::TEST_SUBJECT, member.span, message, "not an output of it", help);
            }
            return None;
        };
        let record = tables.decl(decl)?.record?;
        let Some(given) = records.iter().position(|given| *given == Some(record)) else {
            let owner = tables.record_name(record);
            let message = format!("table `{}` belongs to `{owner}`, which is not given", table.text);
            let help = format!("give the record: `given {owner} {{ … }}`");
            self.lowerer.report(codes::TEST_SUBJECT, table.span, message, "of no given record", help);
            return None;
        };
        let root = self.lowerer.build.program.record(record)?.root;
        let ty = self.lowerer.lowered(decl, root)?.ty;
        let subject = match tables.decl(decl)?.category() {
            Some(id) => Subject::Category(id),
            None => Subject::Let(self.lets.get(decl.0).copied().flatten()?),
        };
        Some((given, Named { subject, ty }))
    }

    fn nobody(&mut self, name: &Ident, records: &[Option<RecordId>]) {
        let tables = self.lowerer.tables;
        let message = format!("no given record has a category or `let` called `{}`", name.text);
        let mut diagnostic = Diagnostic::error(codes::TEST_SUBJECT, name.span, message).label("of no given record");
        let owner = match tables.globals.get(name.text.as_str()) {
            Some((Global::Category(id), _)) => {
                tables.categories.get(id.index()).and_then(|decl| tables.decl(*decl)?.record)
            }
            _ => None,
        };
        if let Some(owner) = owner {
            diagnostic = diagnostic
                .help(format!("give the record it belongs to: `given {} {{ … }}`", tables.record_name(owner)));
        } else {
            let known = records.iter().flatten().filter_map(|record| tables.record(*record)).flat_map(|names| {
                let decls = names.members.iter().filter(|(_, (member, _))| matches!(member, Member::Decl(_)));
                decls.map(|(name, _)| *name)
            });
            let near = self.lowerer.sink.closest(&name.text, known);
            diagnostic = match near {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
                None => diagnostic.help("expect a category or a `let` of a record that is given"),
            };
        }
        self.lowerer.sink.push(diagnostic);
    }

    fn expected(&mut self, name: &Ident, named: &Named, expr: &Expr) -> Option<Expected> {
        let holder = match named.subject {
            Subject::Category(_) => format!("category `{}`", name.text),
            Subject::Let(_) => format!("`{}`", name.text),
        };
        let of = For { code: codes::TEST_VALUE, holder: &holder };
        match (&expr.kind, named.ty) {
            (ExprKind::None, Ty::Code(_)) => Some(Expected::NoCode),
            (ExprKind::None, Ty::Codes(list)) if matches!(named.subject, Subject::Category(_)) => {
                Some(Expected::Value(Value::codes(list, Vec::new())))
            }
            _ => value(self.lowerer, expr, named.ty, of).map(Expected::Value),
        }
    }

    fn state(&mut self, name: &Ident, named: &Named, state: ast::ExpectedState, span: Span) -> Option<ExpectedState> {
        use ast::ExpectedState as Written;
        let category = matches!(named.subject, Subject::Category(_));
        let wrong = |pass: &mut Self, message: String, help: &str| {
            pass.lowerer.report(codes::TEST_EXPECTATION, span, message, "never so", help);
            None
        };
        let of_category = |state| Some(ExpectedState::State(state));
        match (state, category) {
            (Written::Error, true) => of_category(State::Error),
            (Written::Error, false) => Some(ExpectedState::Error),
            (Written::Decided, true) => of_category(State::Decided),
            (Written::Provisional, true) => of_category(State::Provisional),
            (Written::Undetermined, true) => of_category(State::Undetermined),
            (Written::NotApplicable, true) => of_category(State::NotApplicable),
            (Written::NotApplicable, false) => Some(ExpectedState::Missing(Some(Reason::NotApplicable))),
            (Written::Missing(why), false) => Some(ExpectedState::Missing(why.map(reason))),
            (Written::Missing(_), true) => wrong(
                self,
                format!("category `{}` is never missing", name.text),
                "a category is `decided`, `provisional`, `undetermined`, `not_applicable` or `error`",
            ),
            (Written::Decided | Written::Provisional | Written::Undetermined, false) => wrong(
                self,
                format!("`{}` is not a category and has no such state", name.text),
                "expect its value, `is missing` or `is error`",
            ),
        }
    }

    /// The category of a clause that only categories have.
    fn category(&mut self, name: &Ident, named: &Named, clause: &str, span: Span) -> Option<CategoryId> {
        match named.subject {
            Subject::Category(id) => Some(id),
            Subject::Let(_) => {
                let message = format!("`{}` is not a category and has no `{clause}`", name.text);
                let help = "expect its value, `is missing` or `is error`";
                self.lowerer.report(codes::TEST_EXPECTATION, span, message, "only of categories", help);
                None
            }
        }
    }

    fn because(&mut self, name: &Ident, named: &Named, names: &[Ident]) -> Option<Vec<Arc<str>>> {
        let first = names.first()?.span;
        let id = self.category(name, named, "because", first)?;
        let category = self.lowerer.categories.get(id.index())?.as_ref()?;
        let criteria: Vec<Arc<str>> =
            category.criteria().map(|(_, criterion)| Arc::clone(&criterion.heading.name)).collect();
        let mut out = Vec::with_capacity(names.len());
        for wanted in names {
            if let Some(found) = criteria.iter().find(|criterion| ***criterion == *wanted.text) {
                out.push(Arc::clone(found));
                continue;
            }
            let message = format!("category `{}` has no criterion `{}`", name.text, wanted.text);
            let diagnostic =
                Diagnostic::error(codes::TEST_EXPECTATION, wanted.span, message).label("not a criterion of it");
            let known = criteria.iter().map(|criterion| &**criterion);
            let near = self.lowerer.sink.closest(&wanted.text, known.clone());
            self.lowerer.sink.push(match near {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(wanted.span, near),
                None => diagnostic.help(format!("its criteria are {}", listing(known))),
            });
        }
        (out.len() == names.len()).then_some(out)
    }

    fn possible(&mut self, name: &Ident, named: &Named, names: &[Ident]) -> Option<Vec<Code>> {
        let first = names.first()?.span;
        let id = self.category(name, named, "possible", first)?;
        let category = self.lowerer.categories.get(id.index())?.as_ref()?;
        let (list, all): (ListId, bool) = (category.list, category.hit == Hit::All);
        let codes: Vec<Option<Code>> = names
            .iter()
            .map(|wanted| match wanted.text.as_str() {
                "none" if !all => Some(Code::NONE),
                _ => literals::code(self.lowerer, list, wanted),
            })
            .collect();
        codes.into_iter().collect()
    }

    fn missing(&mut self, name: &Ident, named: &Named, record: RecordId, paths: &[Quoted]) -> Option<Vec<Arc<str>>> {
        self.category(name, named, "missing", paths.first()?.span)?;
        let mut fine = true;
        for path in paths {
            fine &= self.path(record, path);
        }
        fine.then(|| paths.iter().map(|path| path.text.as_str().into()).collect())
    }

    /// Whether a path of field names leads somewhere; reported when not.
    fn path(&mut self, record: RecordId, path: &Quoted) -> bool {
        let mut at = Some(record);
        for step in path.text.split('.') {
            let Some(record) = at else {
                let message = format!("`{}` does not lead to a field", path.text);
                let help = "write a field, or a field of child records as `charges.weapon`";
                self.lowerer.report(codes::TEST_EXPECTATION, path.span, message, "goes on after a value", help);
                return false;
            };
            let name = Ident { text: step.trim().to_owned(), span: path.span };
            let Some(field) = self.field(record, &name) else { return false };
            let kind =
                self.lowerer.build.program.record(record).and_then(|r| r.fields.get(field.index())).map(|f| f.kind);
            at = match kind {
                Some(FieldKind::Many { record, .. }) => Some(record),
                _ => None,
            };
        }
        true
    }
}
