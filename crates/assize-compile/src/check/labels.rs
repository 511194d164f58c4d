//! Labels: how secret each result is, by the fields it is made from, and whether an audience may have it.
//!
//! Every expression has the highest label of what it reads, through `let`s, categories, child records, parents and
//! functions; parameters and constants have the lowest. A measure has the highest label of its clauses; as an aggregate
//! it may be released under a lower one, when it suppresses small counts.

use crate::codes;
use crate::convert::{heading, place};
use crate::lower::Lowerer;
use crate::resolve::{DeclId, Global, Member, TypeName};
use crate::suggest::listing;
use assize_lang::ast::{self, ExprKind};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::form::Override;
use assize_model::ids::{CategoryId, DecisionId, FieldId, MeasureId, NodeId, RecordId, ScopeId};
use assize_model::measure::{Amount, Measure, MeasureForm};
use assize_model::node::Op;
use assize_model::program::{Category, FieldKind, Labelled, Program, Publish, Release};
use assize_model::ty::Ty;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The label of every node, and the operand that it comes from.
struct Flow {
    label: Vec<u32>,
    from: Vec<Option<NodeId>>,
}

impl Flow {
    fn new(program: &Program) -> Self {
        let mut flow =
            Self { label: Vec::with_capacity(program.nodes.len()), from: Vec::with_capacity(program.nodes.len()) };
        // Operands come before their users.
        for node in &program.nodes {
            let mut label = match node.op {
                Op::Field(field) => field_label(program, node.scope, field),
                _ => 0,
            };
            let mut from = None;
            let mut read = |operand: NodeId| {
                let of = flow.label.get(operand.index()).copied().unwrap_or(0);
                if of > label {
                    (label, from) = (of, Some(operand));
                }
            };
            match node.op {
                Op::Outcome(decision) => reads(program, decision, &mut read),
                ref op => op.operands(&mut read),
            }
            // Which children there are is known by the field that leads to them, and by that of theirs that leads back.
            let mut children = |scope: ScopeId| {
                if let Some((record, field)) = leading(program, scope) {
                    let of = label_of(program, record, field);
                    if of > label {
                        (label, from) = (of, None);
                    }
                }
            };
            match &node.op {
                Op::Aggregate { scope, .. } => children(*scope),
                Op::Progress(progress) => progress.events.iter().for_each(|event| children(event.scope)),
                _ => {}
            }
            flow.label.push(label);
            flow.from.push(from);
        }
        flow
    }

    fn label(&self, node: NodeId) -> u32 {
        self.label.get(node.index()).copied().unwrap_or(0)
    }
}

/// What an outcome reads.
fn reads(program: &Program, decision: DecisionId, f: &mut impl FnMut(NodeId)) {
    if let Some(decision) = program.decision(decision) {
        decision.applies.iter().chain(&decision.criteria).copied().for_each(f);
    }
}

fn field_label(program: &Program, scope: ScopeId, field: FieldId) -> u32 {
    let record = program.scope(scope).and_then(|scope| scope.record);
    record.map_or(0, |record| label_of(program, record, field))
}

fn label_of(program: &Program, record: RecordId, field: FieldId) -> u32 {
    program.record(record).and_then(|record| record.fields.get(field.index())?.label).unwrap_or(0)
}

/// The field by which the children of a scope are known: the one that leads to them or the one of theirs that leads back,
/// whichever has the higher label.
fn leading(program: &Program, scope: ScopeId) -> Option<(RecordId, FieldId)> {
    let (parent, many) = program.scope(scope)?.parent?;
    let parent = program.scope(parent)?.record?;
    let FieldKind::Many { record, by } = program.record(parent)?.fields.get(many.index())?.kind else {
        return Some((parent, many));
    };
    let back = label_of(program, record, by) > label_of(program, parent, many);
    Some(if back { (record, by) } else { (parent, many) })
}

/// Something with a label.
#[derive(Clone, Copy)]
enum Subject {
    Node(NodeId),
    Category(CategoryId),
    Measure(MeasureId),
    Field(RecordId, FieldId),
}

/// Works out the labels of all results, and checks what is published.
pub fn labels(lowerer: &mut Lowerer<'_, '_>) {
    let releases: Vec<Release> = {
        let asts = lowerer.tables.releases.clone();
        asts.iter().filter_map(|ast| release(lowerer, ast)).collect()
    };
    lowerer.build.program.releases = releases;
    let flow = Flow::new(&lowerer.build.program);
    let check = Check { flow };
    for ast in lowerer.tables.publishes.clone() {
        check.publish(lowerer, ast);
    }
    check.note(lowerer);
}

fn label_named(lowerer: &mut Lowerer<'_, '_>, name: &ast::Ident) -> Option<u32> {
    let labels = &lowerer.build.program.labels;
    let found = labels.iter().position(|label| **label == *name.text);
    if let Some(found) = found {
        return u32::try_from(found).ok();
    }
    let labels: Vec<String> = labels.iter().map(|label| label.to_string()).collect();
    let near = lowerer.sink.closest(&name.text, labels.iter().map(String::as_str)).map(str::to_owned);
    let diagnostic = Diagnostic::error(codes::UNKNOWN_LABEL, name.span, format!("unknown label `{}`", name.text))
        .label("not a label of this file");
    lowerer.sink.push(match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
        None if labels.is_empty() => {
            diagnostic.help(format!("declare labels, lowest first: `labels public < {}`", name.text))
        }
        None => diagnostic.help(format!("the labels are {}", listing(labels.iter().map(String::as_str)))),
    });
    None
}

fn release(lowerer: &mut Lowerer<'_, '_>, ast: &ast::Release) -> Option<Release> {
    let label = label_named(lowerer, &ast.label);
    let at_least = match ast.at_least.kind {
        ExprKind::Integer(count) if count >= 2 => u64::try_from(count).ok(),
        _ => {
            lowerer.report(
                codes::RELEASE,
                ast.at_least.span,
                "a release says of how many records an aggregate is at least",
                "not a number of 2 or more",
                "write `release aggregates of at least 10 as LABEL`",
            );
            None
        }
    };
    Some(Release { at_least: at_least?, label: label?, place: place(ast.span) })
}

struct Check {
    flow: Flow,
}

impl Check {
    fn publish(&self, lowerer: &mut Lowerer<'_, '_>, ast: &ast::Publish) {
        let audience = label_named(lowerer, &ast.to);
        let mut items = Vec::new();
        let mut seen: FxHashMap<String, Span> = FxHashMap::default();
        for item in &ast.items {
            let written = match &item.member {
                Some(member) => format!("{}.{}", item.name.text, member.text),
                None => item.name.text.clone(),
            };
            if let Some(&first) = seen.get(&written) {
                lowerer.sink.push(
                    Diagnostic::error(codes::PUBLISHED, item.span, format!("`{written}` is published twice"))
                        .label("again here")
                        .also(first, "first here")
                        .help("remove one of them"),
                );
                continue;
            }
            seen.insert(written.clone(), item.span);
            let Some(subject) = subject(lowerer, item, &written) else { continue };
            if let Some(audience) = audience {
                self.leak(lowerer, item, &written, subject, (audience, ast.to.span));
            }
            items.push(written.as_str().into());
        }
        let Some(to) = audience else { return };
        let publish = Publish {
            heading: heading(&ast.name.text, ast.title.as_ref(), &ast.docs),
            to,
            items,
            place: place(ast.name.span),
        };
        lowerer.build.program.publishes.push(publish);
    }

    /// The nodes that a result is made of.
    fn nodes(program: &Program, categories: &[Option<Category>], subject: Subject) -> Vec<NodeId> {
        match subject {
            Subject::Field(..) => Vec::new(),
            Subject::Node(node) => vec![node],
            Subject::Category(id) => {
                let mut nodes = Vec::new();
                if let Some(category) = categories.get(id.index()).and_then(Option::as_ref) {
                    reads(program, category.decision, &mut |node| nodes.push(node));
                }
                // A person's judgement stands in the same row, beside what was worked out.
                nodes.extend(program.overrides.iter().filter(|of| of.category == id).flat_map(Override::nodes));
                nodes
            }
            // What a formula reads shows in it.
            Subject::Measure(id) => counted(program, id)
                .into_iter()
                .flat_map(|measure| {
                    let stages = [
                        measure.include,
                        measure.exclude,
                        measure.eligible,
                        measure.numerator,
                        measure.except,
                        measure.denominator,
                        measure.every.as_ref().map(|(_, node)| *node),
                    ];
                    let by = measure.by.iter().map(|by| by.node);
                    let strata = measure.form.strata().iter().map(|by| by.node);
                    stages.into_iter().chain([measure.form.of()]).flatten().chain(by).chain(strata).collect::<Vec<_>>()
                })
                .collect(),
        }
    }

    /// The label of a result, and the node that it comes from.
    fn of(&self, program: &Program, categories: &[Option<Category>], subject: Subject) -> (u32, Option<NodeId>) {
        if let Subject::Field(record, field) = subject {
            let label = program.record(record).and_then(|record| record.fields.get(field.index())?.label);
            return (label.unwrap_or(0), None);
        }
        let mut found = (0, None);
        for node in Self::nodes(program, categories, subject) {
            let label = self.flow.label(node);
            if label > found.0 {
                found = (label, Some(node));
            }
        }
        found
    }

    /// Reports a result whose label is above its audience's.
    fn leak(
        &self,
        lowerer: &mut Lowerer<'_, '_>,
        item: &ast::Published,
        written: &str,
        subject: Subject,
        (audience, audience_span): (u32, Span),
    ) {
        let program = &lowerer.build.program;
        let (label, node) = self.of(program, &lowerer.categories, subject);
        if label <= audience {
            return;
        }
        let (mut released, mut names) = (None, None);
        if let Subject::Measure(id) = subject {
            let suppressed = suppression(program, id);
            released = program.releases.iter().filter(|release| release.label <= audience).min_by_key(|of| of.at_least);
            if let (Some(suppressed), Some(release)) = (suppressed, released)
                && suppressed >= release.at_least
            {
                let Some(named) = self.shown_by(program, id, audience) else { return };
                names = Some(named);
            }
        }
        let name = |label: u32| program.labels.get(label as usize).map_or("?", |label| &**label).to_owned();
        let (is, may) = (name(label), name(audience));
        let origin = match (subject, node) {
            (Subject::Field(record, field), _) => Some((record, field)),
            (_, Some(node)) => self.origin(program, node),
            _ => None,
        };
        let mut diagnostic =
            Diagnostic::error(codes::LEAK, item.span, format!("`{written}` is `{is}`, and is published as `{may}`"))
                .label("too secret for this audience")
                .also(audience_span, format!("this audience may have up to `{may}`"));
        if let Some((record, field)) = origin
            && let Some(names) = lowerer.tables.record(record)
            && let Some(ast) = names.fields.get(field.index())
        {
            let span = ast.labels.first().map_or(ast.name.span, |label| label.span);
            diagnostic = diagnostic.also(span, format!("`{}` of `{}` is `{is}`", ast.name.text, names.ast.name.text));
            if let Some(node) = node {
                let mut way = vec![written.to_owned()];
                way.extend(self.way(program, &lowerer.categories, node));
                way.push(format!("{}.{}", names.ast.name.text, ast.name.text));
                way.dedup();
                diagnostic = diagnostic.note(format!("it comes from there: {}", way.join(" -> ")));
            }
        }
        let help = match (subject, released, names) {
            (Subject::Measure(_), Some(_), Some(name)) => format!(
                "its rows show each `{name}`, also where their counts are withheld: break it down by codes, or not by `{name}`"
            ),
            (Subject::Measure(_), Some(release), _) => format!(
                "as an aggregate it may be released: write `suppress below {}` in the measure, or more",
                release.at_least
            ),
            (Subject::Measure(_), None, _) => {
                format!(
                    "remove it, or say that aggregates may be released: `release aggregates of at least 10 as {may}`"
                )
            }
            _ => "remove it from this audience, or let it be worked out from fields that this audience may have"
                .to_owned(),
        };
        lowerer.sink.push(diagnostic.help(help));
    }

    /// A breakdown whose values the rows of a measure show, and an audience may not have: of texts, numbers and dates,
    /// which only the data have. Codes stand in the rules, for all to read.
    fn shown_by<'p>(&self, program: &'p Program, id: MeasureId, audience: u32) -> Option<&'p str> {
        let secret = |node: NodeId| {
            let listed = program.node(node).is_some_and(|node| matches!(node.ty, Ty::Boolean | Ty::Code(_)));
            !listed && self.flow.label(node) > audience
        };
        let mut by = counted(program, id).into_iter().flat_map(|measure| &measure.by);
        by.find(|by| secret(by.node)).map(|by| &*by.name)
    }

    /// The field that a node's label comes from.
    fn origin(&self, program: &Program, mut node: NodeId) -> Option<(RecordId, FieldId)> {
        while let Some(from) = self.flow.from.get(node.index()).copied().flatten() {
            node = from;
        }
        let of = program.node(node)?;
        let (scope, field) = match of.op {
            Op::Field(field) => (of.scope, field),
            Op::Aggregate { scope, .. } => return leading(program, scope),
            Op::Progress(ref progress) => {
                let leading = progress.events.iter().filter_map(|event| leading(program, event.scope));
                return leading.max_by_key(|&(record, field)| label_of(program, record, field));
            }
            _ => return None,
        };
        Some((program.scope(scope)?.record?, field))
    }

    /// The names on the way from a node to the field that its label comes from.
    fn way(&self, program: &Program, categories: &[Option<Category>], node: NodeId) -> Vec<String> {
        let mut names = Vec::new();
        let mut at = Some(node);
        while let Some(node) = at {
            let of = program.lets.iter().find(|of| of.node == node).map(|of| &of.heading);
            let of = of.or_else(|| match program.node(node)?.op {
                Op::Outcome(decision) => {
                    let category = program.decision(decision)?.category;
                    Some(&categories.get(category.index())?.as_ref()?.heading)
                }
                _ => None,
            });
            if let Some(heading) = of {
                names.push(heading.name.to_string());
            }
            at = self.flow.from.get(node.index()).copied().flatten();
        }
        names
    }

    /// Keeps the label of each result, for the schema.
    fn note(&self, lowerer: &mut Lowerer<'_, '_>) {
        let program = &lowerer.build.program;
        if program.labels.is_empty() {
            return;
        }
        let mut labelled = Vec::new();
        for category in lowerer.categories.iter().flatten() {
            let mut label = 0;
            reads(program, category.decision, &mut |node| label = label.max(self.flow.label(node)));
            labelled.push(Labelled { name: Arc::clone(&category.heading.name), label });
        }
        for (at, measure) in program.measures.iter().enumerate() {
            let (label, _) = self.of(program, &lowerer.categories, Subject::Measure(MeasureId::from_index(at)));
            labelled.push(Labelled { name: Arc::clone(&measure.heading.name), label });
        }
        for of in &program.lets {
            labelled.push(Labelled { name: Arc::clone(&of.heading.name), label: self.flow.label(of.node) });
        }
        lowerer.build.program.labelled = labelled;
    }
}

/// A measure, or of a formula itself and all measures that it is worked out of, through other formulas too. Formulas that
/// read each other in a circle, which is reported, are gone through once.
fn counted(program: &Program, id: MeasureId) -> Vec<&Measure> {
    let (mut seen, mut todo, mut out) = (BTreeSet::from([id]), vec![id], Vec::new());
    while let Some(measure) = todo.pop().and_then(|id| program.measure(id)) {
        out.push(measure);
        if let MeasureForm::Formula(formula) = &measure.form {
            let mut parts = Vec::new();
            formula.measures(&mut parts);
            todo.extend(parts.into_iter().filter(|part| seen.insert(*part) && program.measure(*part).is_some()));
        }
    }
    out
}

/// Below how many a measure suppresses counts: a formula as the measures do that it is worked out of. What a parameter
/// says is not known here.
fn suppression(program: &Program, id: MeasureId) -> Option<u64> {
    let stated = |measure: &Measure| match measure.suppress {
        Some(Amount::Fixed(below)) => u64::try_from(below.to_i64()?).ok(),
        _ => None,
    };
    // The greatest number of all that count the same records holds for each of them; a formula counts none itself.
    let below = counted(program, id).into_iter().filter_map(Measure::among);
    below.map(|among| among.members(program).filter_map(|(_, other)| stated(other)).max()).min().flatten()
}

/// A declaration as what is published.
fn result(lowerer: &Lowerer<'_, '_>, decl: DeclId) -> Option<Subject> {
    let found = lowerer.tables.decl(decl)?;
    if let Some(id) = found.category() {
        return Some(Subject::Category(id));
    }
    let root = lowerer.build.program.record(found.record?)?.root;
    lowerer.lowered(decl, root).map(|typed| Subject::Node(typed.node))
}

/// What a published name stands for.
fn subject(lowerer: &mut Lowerer<'_, '_>, item: &ast::Published, written: &str) -> Option<Subject> {
    let tables = lowerer.tables;
    if let Some((global, _)) = tables.globals.get(written) {
        match *global {
            Global::Broken => return None,
            Global::Category(id) => return Some(Subject::Category(id)),
            // What was left out for an error has no number in the program.
            Global::Measure(id) => {
                let whole = lowerer.build.program.measures.len() == tables.measures.len();
                return whole.then_some(Subject::Measure(id));
            }
            // The only output of a table, when it is a value.
            Global::Table(record) => {
                if let Some(&(Member::Decl(decl), _)) = tables.record(record)?.members.get(written) {
                    return result(lowerer, decl);
                }
            }
            Global::Param(_)
            | Global::Constant(_)
            | Global::Lookup(_)
            | Global::Form(_)
            | Global::Function(_)
            | Global::Indicator(_)
            | Global::Evaluation => {}
        }
    }
    if let Some(member) = &item.member {
        if let Some(&decl) = tables.outputs.get(&(item.name.text.as_str(), member.text.as_str())) {
            return result(lowerer, decl);
        }
        if let Some(&(Global::Form(number), _)) = tables.globals.get(item.name.text.as_str())
            && let Some(&(_, record)) = tables.forms.get(number)
            && let Some(&(Member::Decl(decl), _)) = tables.record(record)?.members.get(written)
        {
            return result(lowerer, decl);
        }
    }
    if let Some(member) = &item.member {
        match tables.types.get(item.name.text.as_str()) {
            Some((TypeName::Broken, _)) => return None,
            Some(&(TypeName::Record(record), _)) => {
                let names = tables.record(record)?;
                match names.members.get(member.text.as_str()) {
                    Some((Member::Broken, _)) => return None,
                    Some(&(Member::Field(field), _)) => return Some(Subject::Field(record, field)),
                    Some(&(Member::Decl(decl), _)) => return result(lowerer, decl),
                    Some((Member::Form(_), _)) => {}
                    None if names.incomplete => return None,
                    None => {
                        let message = format!("record `{}` has no `{}`", names.ast.name.text, member.text);
                        let near = lowerer.sink.closest(&member.text, names.members.keys().copied());
                        let diagnostic =
                            Diagnostic::error(codes::PUBLISHED, member.span, message).label("not a name of it");
                        lowerer.sink.push(match near {
                            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(member.span, near),
                            None => diagnostic.help("name one of its fields, `let`s or categories"),
                        });
                        return None;
                    }
                }
            }
            _ => {}
        }
        if matches!(tables.globals.get(item.name.text.as_str()), Some((Global::Broken, _))) {
            return None;
        }
    }
    if tables.incomplete || lowerer.sink.file_lacks {
        return None;
    }
    let (part, output);
    let name = item.name.text.as_str();
    let (label, help) = match tables.globals.get(name) {
        Some((Global::Param(_), _)) => ("a parameter", "parameters are in every result already"),
        Some((Global::Form(_), _)) => {
            part = format!("publish a part of it: `{name}.band`");
            ("an instrument", part.as_str())
        }
        Some((Global::Table(_), _)) => {
            let first = tables.outputs.iter().filter(|((table, _), _)| *table == name).min_by_key(|(_, decl)| decl.0);
            output = format!("publish an output of it: `{name}.{}`", first.map_or("…", |((_, of), _)| *of));
            ("a table with several outputs", output.as_str())
        }
        Some((Global::Lookup(_), _)) => ("a look-up", "publish a `let` that looks something up"),
        Some((Global::Function(_), _)) => ("a function", "publish a `let` that calls it"),
        Some((Global::Indicator(_), _)) => ("an indicator", "publish the measure that it is from"),
        Some((Global::Evaluation, _)) => ("an evaluation", "publish the measures that it rests on"),
        Some((Global::Constant(_), _)) => ("a constant", "publish a result, or a field: `Record.field`"),
        _ => ("nothing by this name", "publish a category, a measure, or a name of a record: `Record.field`"),
    };
    let known = tables.globals.iter().filter(|(_, (of, _))| matches!(of, Global::Category(_) | Global::Measure(_)));
    let near = lowerer.sink.closest(&item.name.text, known.map(|(name, _)| *name));
    let diagnostic =
        Diagnostic::error(codes::PUBLISHED, item.span, format!("`{written}` is not a result")).label(label);
    lowerer.sink.push(match near {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(item.name.span, near),
        None => diagnostic.help(help),
    });
    None
}
