//! First pass: every declaration gets its number and its name a place in a table.

use super::audits::Audited;
use super::evidence::Counted;
use super::forms::{Form, PARTS, Part};
use super::functions::FunctionNames;
use super::types::Written;
use super::{Decl, DeclId, DeclKind, Derived, Global, ListNames, Member, Output, RecordNames, Tables, TypeName};
use crate::codes;
use crate::sink::Sink;
use crate::suggest::snake;
use assize_lang::ast::{self, Ident};
use assize_lang::diagnostic::{Diagnostic, Severity};
use assize_lang::source::{SourceMap, Span};
use assize_model::ids::{CategoryId, FieldId, FunctionId, IndicatorId, ListId, LookupId, MeasureId, ParamId, RecordId};
use assize_model::ty::Ty;
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// Declares everything.
pub fn declare<'a>(
    files: &'a [ast::File],
    Derived { forms, audits, evidence }: Derived<'a>,
    sources: &'a SourceMap,
    earlier: &[Diagnostic],
    sink: &mut Sink,
) -> Tables<'a> {
    let mut pass = Pass { tables: Tables::default(), unread: Unread::new(earlier), sink };
    let stray = Unread::of(earlier, |diagnostic| diagnostic.code == assize_lang::parse::codes::NOT_A_DECLARATION);
    let decls = || files.iter().flat_map(|file| &file.decls);
    pass.tables.incomplete = earlier.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    for decl in decls() {
        match decl {
            ast::Decl::Record(record) => pass.record(record),
            ast::Decl::Codes(codes) => pass.codes(codes),
            ast::Decl::Broken(broken) => pass.broken(broken),
            _ => {}
        }
    }
    for list in forms.iter().flat_map(|form| &form.lists) {
        pass.codes(list);
    }
    for span in stray.0 {
        pass.not_declared(sources, span);
    }
    // Members need their records, which may be declared further down.
    let mut forms = forms.iter();
    for decl in decls() {
        match decl {
            ast::Decl::Parameter(parameter) => pass.parameter(parameter),
            ast::Decl::Let(decl) => pass.let_(decl),
            ast::Decl::Category(category) => pass.category(category),
            ast::Decl::Table(table) => pass.table(table),
            ast::Decl::Lookup(lookup) => pass.lookup(lookup),
            ast::Decl::Measure(measure) => pass.measure(measure),
            ast::Decl::Function(function) => pass.function(function),
            // There is one for each, in the same order.
            ast::Decl::Instrument(_) => {
                if let Some(form) = forms.next() {
                    pass.form(form);
                }
            }
            ast::Decl::Test(test) => pass.tables.tests.push(test),
            ast::Decl::Response(response) => pass.tables.responses.push(response),
            ast::Decl::Publish(publish) => pass.tables.publishes.push(publish),
            ast::Decl::Release(release) => pass.tables.releases.push(release),
            ast::Decl::Evaluation(evaluation) => pass.evaluation(evaluation),
            _ => {}
        }
    }
    // A progression has the codes of a category, which may be declared further down.
    for decl in decls() {
        if let ast::Decl::Progression(progression) = decl {
            pass.progression(progression);
        }
    }
    // An audit is of one of them.
    for audited in audits {
        pass.audit(audited);
    }
    for counted in evidence {
        pass.indicator(counted);
    }
    pass.tables
}

/// The places of errors found while reading, ascending.
struct Unread(Vec<Span>);

impl Unread {
    fn new(earlier: &[Diagnostic]) -> Self {
        Self::of(earlier, |diagnostic| diagnostic.severity == Severity::Error)
    }

    fn of(earlier: &[Diagnostic], wanted: impl Fn(&Diagnostic) -> bool) -> Self {
        let mut spans: Vec<Span> = earlier
            .iter()
            .filter(|diagnostic| wanted(diagnostic))
            .filter_map(|diagnostic| diagnostic.primary.as_ref())
            .map(|label| label.span)
            .collect();
        assize_model::order::sort(&mut spans);
        Self(spans)
    }

    fn within(&self, span: Span) -> bool {
        let from = self.0.partition_point(|at| (at.file, at.start) < (span.file, span.start));
        self.0.get(from).is_some_and(|at| at.file == span.file && at.start <= span.end)
    }
}

struct Pass<'a, 's> {
    tables: Tables<'a>,
    unread: Unread,
    sink: &'s mut Sink,
}

/// The error of a name that is taken.
pub fn duplicate(name: &Ident, first: Span) -> Diagnostic {
    Diagnostic::error(codes::DUPLICATE_NAME, name.span, format!("`{}` is declared twice", name.text))
        .label("declared again here")
        .also(first, "first declared here")
        .help("give one of them another name")
}

impl<'a> Pass<'a, '_> {
    fn type_name(&mut self, name: &'a Ident, what: TypeName) -> bool {
        match self.tables.types.entry(&name.text) {
            Entry::Vacant(entry) => {
                entry.insert((what, name.span));
                true
            }
            Entry::Occupied(entry) => {
                self.sink.push(duplicate(name, entry.get().1));
                false
            }
        }
    }

    fn record(&mut self, record: &'a ast::Record) {
        if !self.type_name(&record.name, TypeName::Record(RecordId::from_index(self.tables.records.len()))) {
            return;
        }
        let mut fields = Vec::with_capacity(record.fields.len());
        let mut members = FxHashMap::default();
        for field in &record.fields {
            match members.entry(field.name.text.as_str()) {
                Entry::Vacant(entry) => {
                    entry.insert((Member::Field(FieldId::from_index(fields.len())), field.name.span));
                    fields.push(field);
                }
                Entry::Occupied(entry) => {
                    let (_, first): &(Member, Span) = entry.get();
                    self.sink.push(member_twice(&field.name, *first, "field", &record.name.text));
                }
            }
        }
        let incomplete = self.unread.within(record.span);
        self.tables.records.push(RecordNames { ast: record, fields, members, incomplete });
    }

    fn codes(&mut self, codes: &'a ast::Codes) {
        let id = ListId::from_index(self.tables.lists.len());
        if !self.type_name(&codes.name, TypeName::List(id)) {
            return;
        }
        let incomplete = self.unread.within(codes.span);
        self.tables.lists.push(ListNames { ast: codes, codes: FxHashMap::default(), incomplete });
    }

    fn broken(&mut self, broken: &'a ast::Broken) {
        self.tables.incomplete = true;
        let Some(name) = &broken.name else { return };
        let (types, globals) = match broken.keyword.as_str() {
            "record" | "codes" | "ordered" => (true, false),
            "parameter" | "let" | "category" | "measure" | "audit" | "function" | "instrument" | "table" | "lookup"
            | "progression" | "indicator" | "evaluation" | "publish" => (false, true),
            "ruleset" | "import" | "labels" | "test" | "response" | "release" => (false, false),
            // A misspelt keyword: it could have been anything.
            _ => (true, true),
        };
        if types {
            self.tables.types.entry(&name.text).or_insert((TypeName::Broken, name.span));
        }
        if globals {
            self.tables.globals.entry(&name.text).or_insert((Global::Broken, name.span));
        }
    }

    /// A word that begins no declaration, such as a misspelt keyword: what follows it on its line may have been the
    /// name of a declaration.
    fn not_declared(&mut self, sources: &'a SourceMap, span: Span) {
        let rest = sources.get(span.file).and_then(|source| source.text().get(span.end as usize..)).unwrap_or("");
        let line = rest.lines().next().unwrap_or("");
        let mut words = line.split_whitespace();
        let word = words.next().filter(|word| *word != "codes").or_else(|| words.next()).unwrap_or("");
        let end = word.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(word.len());
        let name = word.get(..end).unwrap_or("");
        if !name.is_empty() {
            self.tables.types.entry(name).or_insert((TypeName::Broken, span));
            self.tables.globals.entry(name).or_insert((Global::Broken, span));
        }
    }

    /// Takes a global name in; says whether it was free.
    fn global(&mut self, name: &'a Ident, what: Global) -> bool {
        match self.tables.globals.entry(&name.text) {
            Entry::Vacant(entry) => {
                entry.insert((what, name.span));
                true
            }
            Entry::Occupied(mut entry) => {
                let (old, first) = *entry.get();
                if old == Global::Broken {
                    entry.insert((what, name.span));
                    return true;
                }
                self.sink.push(duplicate(name, first));
                false
            }
        }
    }

    fn parameter(&mut self, parameter: &'a ast::Parameter) {
        // Several declarations of one parameter are its values for different days.
        if let Some(&(Global::Param(id), _)) = self.tables.globals.get(parameter.name.text.as_str())
            && let Some((first, _)) = self.tables.params.get(id.index())
            && (first.effective.is_some() || parameter.effective.is_some())
            && let Some(dated) = self.tables.dated.get_mut(id.index())
        {
            dated.push(parameter);
            return;
        }
        if self.global(&parameter.name, Global::Param(ParamId::from_index(self.tables.params.len()))) {
            self.tables.params.push((parameter, None));
            self.tables.dated.push(Vec::new());
        }
    }

    fn next(&self) -> DeclId {
        DeclId(self.tables.decls.len())
    }

    fn let_(&mut self, decl: &'a ast::Let) {
        let kind = DeclKind::Let(decl);
        let Some(record) = &decl.record else {
            if self.global(&decl.name, Global::Constant(self.next())) {
                self.tables.decls.push(Decl { kind, record: None });
            }
            return;
        };
        let Some(record) = self.record_of(record) else {
            self.poison(&decl.name);
            return;
        };
        if let Some(&(other, first)) = self.tables.globals.get(decl.name.text.as_str())
            && other != Global::Broken
        {
            self.sink.push(duplicate(&decl.name, first));
            return;
        }
        if self.member(record, &decl.name, Member::Decl(self.next())) {
            self.tables.decls.push(Decl { kind, record: Some(record) });
        }
    }

    /// Takes a record's `let` or category in; says whether its name was free.
    fn member(&mut self, record: RecordId, name: &'a Ident, what: Member) -> bool {
        let Some(names) = self.tables.records.get_mut(record.index()) else { return false };
        match names.members.entry(&name.text) {
            Entry::Vacant(entry) => {
                entry.insert((what, name.span));
                true
            }
            Entry::Occupied(entry) => {
                self.sink.push(duplicate(name, entry.get().1));
                false
            }
        }
    }

    /// Keeps the uses of a declaration that cannot be placed from being reported too.
    fn poison(&mut self, name: &'a Ident) {
        self.tables.globals.entry(&name.text).or_insert((Global::Broken, name.span));
    }

    fn category(&mut self, category: &'a ast::Category) {
        let record = self.record_of(&category.record);
        let list = self.list_of(&category.codes);
        let (Some(record), Some(list)) = (record, list) else {
            self.poison(&category.name);
            return;
        };
        let id = CategoryId::from_index(self.tables.categories.len());
        let next = self.next();
        // Globally too: results, `by` and tests name a category without its record.
        if self.global(&category.name, Global::Category(id)) && self.member(record, &category.name, Member::Decl(next))
        {
            self.tables.categories.push(next);
            self.tables.decls.push(Decl { kind: DeclKind::Category(category, id, list), record: Some(record) });
        }
    }

    fn function(&mut self, function: &'a ast::Function) {
        if crate::lower::calls::is_built_in(&function.name.text) {
            self.sink.push(
                Diagnostic::error(
                    codes::DUPLICATE_NAME,
                    function.name.span,
                    format!("`{}` is a function of the language", function.name.text),
                )
                .label("taken")
                .help("give the function another name"),
            );
            return;
        }
        let id = FunctionId::from_index(self.tables.functions.len());
        if self.global(&function.name, Global::Function(id)) {
            self.tables.functions.push(FunctionNames { ast: function, signature: None });
        }
    }

    fn form(&mut self, form: &'a Form) {
        let ast = &form.ast;
        let Some(record) = self.record_of(&ast.record) else {
            self.poison(&ast.name);
            return;
        };
        let owner = snake(self.tables.record_name(record));
        if owner == ast.name.text {
            let message = format!("instrument `{owner}` has the name that its record has before a point");
            self.sink.push(
                Diagnostic::error(codes::AMBIGUOUS_NAME, ast.name.span, message)
                    .label("which of them would it be?")
                    .help("give the instrument another name"),
            );
            self.poison(&ast.name);
            return;
        }
        let number = self.tables.forms.len();
        if !self.global(&ast.name, Global::Form(number)) || !self.member(record, &ast.name, Member::Form(number)) {
            return;
        }
        self.tables.forms.push((form, record));
        let mut sound = true;
        for (part, name) in &form.parts {
            let word = name.text.rsplit('.').next().unwrap_or("");
            if matches!(part, Part::Route(_)) && PARTS.contains(&word) {
                let message = format!("a route is not called `{word}`, which is a part of every instrument");
                self.sink.push(
                    Diagnostic::error(codes::DUPLICATE_MEMBER, name.span, message)
                        .label("taken")
                        .help("give the route another name"),
                );
                sound = false;
                continue;
            }
            if self.member(record, name, Member::Decl(self.next())) {
                self.tables.decls.push(Decl { kind: DeclKind::Part(form, number, *part, name), record: Some(record) });
            } else {
                sound = false;
            }
        }
        form.band.iter().for_each(|category| self.category(category));
        match &form.routes {
            Some(routes) if sound => self.category(routes),
            Some(routes) => {
                self.member(record, &routes.name, Member::Broken);
            }
            None => {}
        }
    }

    fn lookup(&mut self, lookup: &'a ast::Lookup) {
        // Several declarations of one look-up are its rows for different days.
        if let Some(&(Global::Lookup(id), _)) = self.tables.globals.get(lookup.name.text.as_str())
            && let Some(first) = self.tables.lookups.get(id.index())
            && (first.effective.is_some() || lookup.effective.is_some())
            && let Some(editions) = self.tables.editions.get_mut(id.index())
        {
            editions.push(lookup);
            return;
        }
        if self.global(&lookup.name, Global::Lookup(LookupId::from_index(self.tables.lookups.len()))) {
            self.tables.lookups.push(lookup);
            self.tables.editions.push(Vec::new());
        }
    }

    /// A table: its output goes by its name, several by their own behind it.
    fn table(&mut self, table: &'a ast::Table) {
        if let Some(from) = table.from.as_ref().filter(|_| table.columns.is_empty()) {
            self.poison(&table.name);
            if !self.tables.incomplete {
                self.sink.push(not_read(from));
            }
            return;
        }
        let record = self.record_of(&table.record);
        let mut outputs = Vec::with_capacity(table.outputs.len());
        for output in &table.outputs {
            outputs.push(self.output(table, output));
        }
        let (Some(record), Some(outputs)) = (record, outputs.into_iter().collect::<Option<Vec<_>>>()) else {
            self.poison(&table.name);
            return;
        };
        let single = outputs.len() == 1;
        for (at, output) in outputs.into_iter().enumerate() {
            let next = self.next();
            let category = match output {
                Ok(list) => Output::Category(CategoryId::from_index(self.tables.categories.len()), list),
                Err(ty) => Output::Value(ty),
            };
            if single {
                let fresh = match category {
                    Output::Category(id, _) => self.global(&table.name, Global::Category(id)),
                    Output::Value(_) => self.global(&table.name, Global::Table(record)),
                };
                if !fresh || !self.member(record, &table.name, Member::Decl(next)) {
                    return;
                }
            } else {
                if at == 0 && !self.global(&table.name, Global::Table(record)) {
                    return;
                }
                let names = table.columns.iter().filter_map(|column| match column {
                    ast::TableColumn::Output(name) => Some(name),
                    ast::TableColumn::Input(_) => None,
                });
                // Without its rows the table is refused as a whole.
                let Some(name) = { names }.nth(at) else { return };
                if let Entry::Vacant(entry) = self.tables.outputs.entry((&table.name.text, &name.text)) {
                    entry.insert(next);
                } else {
                    self.sink.push(duplicate(name, table.name.span));
                    return;
                }
            }
            if let Output::Category(..) = category {
                self.tables.categories.push(next);
            }
            self.tables.decls.push(Decl { kind: DeclKind::Table(table, at, category), record: Some(record) });
        }
    }

    /// The list of an output that is a category, or its type.
    fn output(&mut self, table: &ast::Table, output: &ast::ResultType) -> Option<Result<ListId, Ty>> {
        let one_number = matches!(table.hit, Some((ast::TableHit::Collect(Some(_)), _)));
        match super::types::resolve(&self.tables, &output.ty, self.sink)? {
            Written::Value(Ty::Code(list)) if !one_number => Some(Ok(list)),
            Written::Value(ty @ (Ty::Integer | Ty::Decimal)) => Some(Err(ty)),
            Written::Value(ty @ (Ty::Boolean | Ty::Text | Ty::Date | Ty::Time | Ty::DateTime | Ty::Duration))
                if !one_number =>
            {
                Some(Err(ty))
            }
            _ => {
                let (message, help) = if one_number {
                    (
                        "`collect` with a sum, a least, a greatest or a count gives a number",
                        "write `-> integer` or `-> decimal`",
                    )
                } else {
                    (
                        "a table answers with one code or one value",
                        "write a code list, `integer`, `decimal`, `text`, `boolean` or a date",
                    )
                };
                self.sink
                    .push(Diagnostic::error(codes::TABLE_OUTPUT, output.span, message).label("not this").help(help));
                None
            }
        }
    }

    fn progression(&mut self, progression: &'a ast::Progression) {
        let record = self.record_of(&progression.record);
        let (Some(record), Some(between)) = (record, self.category_for(&progression.category, record)) else {
            self.poison(&progression.name);
            return;
        };
        let Some(list) = self.tables.category_list(between) else { return };
        let id = CategoryId::from_index(self.tables.categories.len());
        let next = self.next();
        if self.global(&progression.name, Global::Category(id))
            && self.member(record, &progression.name, Member::Decl(next))
        {
            self.tables.categories.push(next);
            let kind = DeclKind::Progression(progression, id, list, between);
            self.tables.decls.push(Decl { kind, record: Some(record) });
        }
    }

    /// The category of a record that a progression is for.
    fn category_for(&mut self, name: &'a Ident, record: Option<RecordId>) -> Option<CategoryId> {
        let (message, label, declared) = match self.tables.globals.get(name.text.as_str()) {
            Some((Global::Broken, _)) => return None,
            Some(&(Global::Category(id), declared)) => {
                let of = self.tables.categories.get(id.index()).and_then(|decl| self.tables.decl(*decl)?.record);
                if of == record {
                    return Some(id);
                }
                let (of, record) = (self.tables.record_name(of?), self.tables.record_name(record?));
                let message = format!("category `{}` belongs to `{of}`, not to `{record}`", name.text);
                (message, "of another record", Some(declared))
            }
            Some(&(_, declared)) => {
                (format!("`{}` is not a category", name.text), "a category is expected", Some(declared))
            }
            None if self.tables.incomplete || self.sink.file_lacks => return None,
            None => (format!("there is no category `{}`", name.text), "not declared", None),
        };
        let diagnostic = Diagnostic::error(codes::WRONG_KIND, name.span, message).label(label);
        let known = self.tables.globals.iter().filter(|(_, (global, _))| matches!(global, Global::Category(_)));
        let near = self.sink.closest(&name.text, known.map(|(name, _)| *name));
        let diagnostic = match (declared, near) {
            (Some(declared), _) => diagnostic.also(declared, "declared here"),
            (None, Some(near)) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
            (None, None) => diagnostic,
        };
        self.sink.push(if diagnostic.help.is_some() {
            diagnostic
        } else {
            diagnostic.help("name a category of the same record, between whose codes it moves")
        });
        None
    }

    fn measure(&mut self, measure: &'a ast::Measure) {
        let Some(record) = self.record_of(&measure.record) else {
            self.poison(&measure.name);
            return;
        };
        let id = MeasureId::from_index(self.tables.measures.len());
        if self.global(&measure.name, Global::Measure(id)) {
            self.tables.measures.push((measure, record));
        }
    }

    /// An audit is a measure of its category's record.
    fn audit(&mut self, audited: &'a Audited<'a>) {
        let name = &audited.ast.of;
        let record = match self.tables.globals.get(name.text.as_str()) {
            Some(&(Global::Category(id), _)) => {
                self.tables.categories.get(id.index()).and_then(|decl| self.tables.decl(*decl)?.record)
            }
            Some(&(Global::Form(at), _)) => self.tables.forms.get(at).map(|(_, record)| *record),
            Some((Global::Broken, _)) => None,
            None if self.tables.incomplete || self.sink.file_lacks => None,
            _ => {
                let known = self.tables.globals.iter().filter(|(_, (global, _))| matches!(global, Global::Category(_)));
                let near = self.sink.closest(&name.text, known.map(|(name, _)| *name));
                let message = format!("`{}` is not a category", name.text);
                let diagnostic =
                    Diagnostic::error(codes::WRONG_KIND, name.span, message).label("a category is expected");
                self.sink.push(match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
                    None => diagnostic.help("an audit is of a category, or of an instrument with bands"),
                });
                None
            }
        };
        let Some(record) = record else {
            self.poison(&audited.ast.name);
            return;
        };
        let id = MeasureId::from_index(self.tables.measures.len());
        if self.global(&audited.ast.name, Global::Measure(id)) {
            self.tables.measures.push((&audited.measure, record));
            self.tables.audits.push((audited.ast, &audited.measure));
        }
    }

    fn indicator(&mut self, counted: &'a Counted<'a>) {
        let id = IndicatorId::from_index(self.tables.indicators.len());
        if !self.global(&counted.ast.name, Global::Indicator(id)) {
            return;
        }
        let mut ids = Vec::with_capacity(counted.measures.len());
        // One record for all of them, reported once.
        if let Some(record) = counted.measures.first().and_then(|measure| self.record_of(&measure.record)) {
            for measure in &counted.measures {
                ids.push(MeasureId::from_index(self.tables.measures.len()));
                self.tables.measures.push((measure, record));
            }
        }
        self.tables.indicators.push((counted, ids));
    }

    fn evaluation(&mut self, evaluation: &'a ast::Evaluation) {
        if self.global(&evaluation.name, Global::Evaluation) {
            self.tables.evaluations.push(evaluation);
        }
    }

    fn record_of(&mut self, name: &Ident) -> Option<RecordId> {
        match self.tables.types.get(name.text.as_str()) {
            Some((TypeName::Record(id), _)) => Some(*id),
            Some((TypeName::Broken, _)) => None,
            Some((TypeName::List(_), declared)) => {
                self.sink.push(not_a_record(name, *declared));
                None
            }
            None => {
                let known = self.tables.records.iter().map(|record| record.ast.name.text.as_str());
                unknown_type(name, "record", known, self.sink);
                None
            }
        }
    }

    fn list_of(&mut self, name: &Ident) -> Option<ListId> {
        match self.tables.types.get(name.text.as_str()) {
            Some((TypeName::List(id), _)) => Some(*id),
            Some((TypeName::Broken, _)) => None,
            Some((TypeName::Record(_), declared)) => {
                let message = format!("`{}` is a record, not a code list", name.text);
                self.sink.push(
                    Diagnostic::error(codes::WRONG_KIND, name.span, message)
                        .label("a code list is expected")
                        .also(*declared, "declared here")
                        .help("after `->` stands the code list that the category chooses from"),
                );
                None
            }
            None => {
                let known = self.tables.lists.iter().map(|list| list.ast.name.text.as_str());
                unknown_type(name, "code list", known, self.sink);
                None
            }
        }
    }
}

/// A file of rows that nobody has read.
pub fn not_read(from: &ast::TableSource) -> Diagnostic {
    let message = format!("`{}` is a file, and these rules are a text without a folder", from.file.text);
    Diagnostic::error(codes::TABLE_SOURCE, from.span, message)
        .label("not read")
        .help("load the rules from their file, or write the rows between braces")
}

/// A code list where a record belongs.
pub fn not_a_record(name: &Ident, declared: Span) -> Diagnostic {
    Diagnostic::error(codes::WRONG_KIND, name.span, format!("`{}` is a code list, not a record", name.text))
        .label("a record is expected")
        .also(declared, "declared here")
        .help("name the record that this is worked out for")
}

/// Reports a record or code list that is not declared.
pub fn unknown_type<'n>(name: &Ident, what: &str, known: impl Iterator<Item = &'n str>, sink: &mut Sink) {
    if sink.file_lacks {
        return;
    }
    let diagnostic = Diagnostic::error(codes::UNKNOWN_TYPE, name.span, format!("unknown {what} `{}`", name.text))
        .label("not declared");
    let near = sink.closest(&name.text, known);
    sink.push(match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
        None => {
            let keyword = if what == "record" { "record" } else { "codes" };
            diagnostic.help(format!("declare it: `{keyword} {} {{ … }}`", name.text))
        }
    });
}

/// A field or code whose name is taken within its record or list.
pub fn member_twice(name: &Ident, first: Span, what: &str, owner: &str) -> Diagnostic {
    let message = format!("{what} `{}` stands twice in `{owner}`", name.text);
    Diagnostic::error(codes::DUPLICATE_MEMBER, name.span, message)
        .label("again here")
        .also(first, "first here")
        .help(format!("remove one {what}, or give it another name"))
}
