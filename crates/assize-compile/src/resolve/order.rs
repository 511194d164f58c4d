//! Which declarations an expression uses, and an order in which each comes after those it uses.

use super::find::{EventOf, Found, event_of, find};
use super::forms::Part;
use super::walk::parts;
use super::{DeclId, DeclKind, Global, Member, Tables};
use crate::codes;
use crate::sink::Sink;
use crate::suggest::{listing, snake};
use assize_lang::ast::{self, Event, Expr, ExprKind, Ident, Occasion, Progression, TypeKind};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::ids::{FieldId, RecordId};
use rustc_hash::FxHashSet;

/// A use of a declaration.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Use {
    /// What is used.
    pub decl: DeclId,
    /// The `many` fields from where the expression stands to where the declaration is worked out.
    pub steps: Box<[FieldId]>,
}

/// Every declaration that an expression uses, each once, with where it is used first.
pub fn uses(tables: &Tables<'_>, record: Option<RecordId>, exprs: &[&Expr]) -> Vec<(Use, Span)> {
    uses_of(tables, None, record, exprs)
}

fn uses_of(tables: &Tables<'_>, own: Option<DeclId>, record: Option<RecordId>, exprs: &[&Expr]) -> Vec<(Use, Span)> {
    let levels = record.into_iter().collect();
    let mut walk = Walk { tables, own, levels, steps: Vec::new(), out: Vec::new(), seen: FxHashSet::default() };
    for expr in exprs {
        walk.expr(expr);
    }
    if let Some(DeclKind::Progression(progression, ..)) = own.and_then(|own| tables.decl(own)).map(|decl| decl.kind) {
        walk.progression(progression);
    }
    walk.out
}

/// The expressions of a declaration.
pub fn exprs<'a>(kind: DeclKind<'a>) -> Vec<&'a Expr> {
    match kind {
        DeclKind::Let(decl) => vec![&decl.value],
        DeclKind::Category(category, ..) => {
            let criteria = category.cases.iter().flat_map(|case| &case.criteria).map(|criterion| &criterion.condition);
            category.applies.iter().chain(criteria).collect()
        }
        DeclKind::Part(form, _, Part::Score, _) => form.reads.iter().collect(),
        DeclKind::Part(form, _, Part::Route(at), _) => {
            form.ast.applies.iter().chain(form.ast.routes.get(at).map(|route| &route.condition)).collect()
        }
        DeclKind::Part(form, ..) => form.score.iter().collect(),
        DeclKind::Table(table, output, _) => table_exprs(table, output),
        DeclKind::Progression(progression, ..) => {
            let whens = progression.moves.iter().filter_map(|one| match &one.when {
                Occasion::Without { after, .. } => Some(after),
                Occasion::Each(_) => None,
            });
            let steps = progression.moves.iter().map(|one| &one.steps);
            steps.chain(whens).chain(progression.hold.iter().map(|(hold, _)| hold)).collect()
        }
    }
}

/// What an output of a table is worked out from: headings and cells.
fn table_exprs(table: &ast::Table, output: usize) -> Vec<&Expr> {
    let mut out = Vec::new();
    let mut outputs = 0;
    let mut wanted = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        match column {
            ast::TableColumn::Input(expr) => {
                out.push(expr);
                wanted.push(true);
            }
            ast::TableColumn::Output(_) => {
                wanted.push(outputs == output);
                outputs += 1;
            }
        }
    }
    for row in &table.rows {
        for (cell, wanted) in row.cells.iter().zip(&wanted) {
            match &cell.kind {
                ast::CellKind::Tests(tests) => test_exprs(tests, &mut out),
                ast::CellKind::Output(expr) if *wanted => out.push(expr),
                _ => {}
            }
        }
    }
    out
}

/// The expressions of tests; `not` within `not` is as deep as the reader lets it be.
fn test_exprs<'a>(tests: &'a [ast::CellTest], out: &mut Vec<&'a Expr>) {
    for test in tests {
        match &test.kind {
            ast::CellTestKind::Compare { value, .. } | ast::CellTestKind::Value(value) => out.push(value),
            ast::CellTestKind::Not(tests) => test_exprs(tests, out),
            ast::CellTestKind::Is(_) => {}
        }
    }
}

struct Walk<'t, 'a> {
    tables: &'t Tables<'a>,
    /// The declaration whose expressions these are.
    own: Option<DeclId>,
    /// The records around, outermost first.
    levels: Vec<RecordId>,
    /// The `many` fields between them.
    steps: Vec<FieldId>,
    out: Vec<(Use, Span)>,
    seen: FxHashSet<Use>,
}

impl Walk<'_, '_> {
    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => match find(self.tables, self.levels.iter().rev().copied(), &name.text) {
                Found::Member { level, member: Member::Decl(decl), .. } => self.used(decl, level, name.span),
                Found::Global(Global::Constant(decl), _) => self.note(Use { decl, steps: Box::default() }, name.span),
                _ => {}
            },
            ExprKind::Path { scope, name }
                if let Some((level, _, member)) =
                    part_named(self.tables, self.levels.iter().rev().copied(), &scope.text, &name.text) =>
            {
                if let Some(Member::Decl(decl)) = member {
                    self.used(decl, level, name.span);
                }
            }
            ExprKind::Path { scope, name } => {
                if let Some(level) = level_named(self.tables, self.levels.iter().rev().copied(), &scope.text)
                    && let Some(&record) = self.levels.iter().rev().nth(level)
                    && let Some((Member::Decl(decl), _)) =
                        self.tables.record(record).and_then(|names| names.members.get(name.text.as_str()))
                {
                    self.used(*decl, level, name.span);
                } else if let Some((decl, level)) =
                    output_named(self.tables, self.levels.iter().rev().copied(), scope, name)
                {
                    self.used(decl, level, name.span);
                }
            }
            ExprKind::Member { of, name } => match &of.kind {
                ExprKind::Path { scope: word, name: table } => {
                    let levels = || self.levels.iter().rev().copied();
                    if let Some((level, member)) = member_named(self.tables, levels(), of, name) {
                        if let Member::Decl(decl) = member {
                            self.used(decl, level, name.span);
                        }
                    } else if let Some(from) = level_named(self.tables, levels(), &word.text)
                        && let Some((decl, level)) = output_named(self.tables, levels().skip(from), table, name)
                    {
                        self.used(decl, from + level, name.span);
                    }
                }
                _ => self.expr(of),
            },
            ExprKind::Aggregate(aggregate) => {
                let Some((field, record)) = self.many(&aggregate.many) else { return };
                self.levels.push(record);
                self.steps.push(field);
                for part in aggregate.value.iter().chain(&aggregate.filter) {
                    self.expr(part);
                }
                self.levels.pop();
                self.steps.pop();
            }
            // What follows is a word of the function, not a name.
            ExprKind::Call { name, args } if matches!(name.text.as_str(), "fiscal_year" | "round") => {
                let values = if name.text == "round" { 2 } else { 1 };
                args.iter().take(values).for_each(|arg| self.expr(arg));
            }
            _ => parts(expr, |part| self.expr(part)),
        }
    }

    /// The events of a progression: their dates and conditions are read from the children.
    fn progression(&mut self, progression: &Progression) {
        for one in &progression.moves {
            match &one.when {
                Occasion::Each(event) => self.event(event),
                Occasion::Without { events, .. } => events.iter().for_each(|event| self.event(event)),
            }
        }
    }

    fn event(&mut self, event: &Event) {
        let Some(&record) = self.levels.last() else { return };
        let EventOf::One(field, child) = event_of(self.tables, record, &event.of.text) else { return };
        self.levels.push(child);
        self.steps.push(field);
        if let Some(by) = &event.by
            && let Some((Member::Decl(decl), _)) =
                self.tables.record(child).and_then(|names| names.members.get(by.text.as_str()))
        {
            self.used(*decl, 0, by.span);
        }
        if let Some(filter) = &event.filter {
            self.expr(filter);
        }
        self.levels.pop();
        self.steps.pop();
    }

    fn many(&self, name: &Ident) -> Option<(FieldId, RecordId)> {
        let names = self.tables.record(*self.levels.last()?)?;
        let (Member::Field(field), _) = names.members.get(name.text.as_str())? else { return None };
        let TypeKind::Many { record, .. } = &names.fields.get(field.index())?.ty.kind else { return None };
        match self.tables.types.get(record.text.as_str())? {
            (super::TypeName::Record(record), _) => Some((*field, *record)),
            _ => None,
        }
    }

    fn used(&mut self, decl: DeclId, level: usize, span: Span) {
        let depth = self.steps.len().saturating_sub(level);
        let steps = self.steps.get(..depth).unwrap_or_default().into();
        self.note(Use { decl, steps }, span);
    }

    fn note(&mut self, used: Use, span: Span) {
        // `let theft of Charge = offence = theft`: its own name is the code, or else lowering says what is wrong.
        if Some(used.decl) == self.own
            && let Some(decl) = self.tables.decl(used.decl)
            && self.tables.codes.contains_key(decl.name().text.as_str())
        {
            return;
        }
        if !self.seen.contains(&used) {
            self.seen.insert(used.clone());
            self.out.push((used, span));
        }
    }
}

/// What a part of an instrument stands for: the level and the record of the instrument, and the part when it has it.
/// Nothing when the word before the point is no instrument.
pub fn part_named(
    tables: &Tables<'_>,
    levels: impl Iterator<Item = RecordId>,
    form: &str,
    part: &str,
) -> Option<(usize, RecordId, Option<Member>)> {
    levels.enumerate().find_map(|(level, record)| {
        let members = &tables.record(record)?.members;
        let (Member::Form(_), _) = members.get(form)? else { return None };
        Some((level, record, members.get(format!("{form}.{part}").as_str()).map(|(member, _)| *member)))
    })
}

/// What `parent.screen.score` stands for.
pub fn member_named(
    tables: &Tables<'_>,
    levels: impl Iterator<Item = RecordId> + Clone,
    of: &Expr,
    name: &Ident,
) -> Option<(usize, Member)> {
    let ExprKind::Path { scope, name: form } = &of.kind else { return None };
    let level = level_named(tables, levels.clone(), &scope.text)?;
    let record = levels.clone().nth(level)?;
    let members = &tables.record(record)?.members;
    let (Member::Form(_), _) = members.get(form.text.as_str())? else { return None };
    members.get(format!("{}.{}", form.text, name.text).as_str()).map(|(member, _)| (level, *member))
}

/// The output of a table with several, `placed.zone`, and how many levels out its record is.
pub fn output_named(
    tables: &Tables<'_>,
    mut levels: impl Iterator<Item = RecordId>,
    table: &Ident,
    name: &Ident,
) -> Option<(DeclId, usize)> {
    let decl = *tables.outputs.get(&(table.text.as_str(), name.text.as_str()))?;
    let record = tables.decl(decl)?.record?;
    Some((decl, levels.position(|level| level == record)?))
}

/// The level that a word before a point stands for: `parent`, or a record's name in small letters.
pub fn level_named(tables: &Tables<'_>, levels: impl Iterator<Item = RecordId>, word: &str) -> Option<usize> {
    let mut levels = levels.enumerate();
    if word == "parent" {
        return levels.nth(1).map(|(level, _)| level);
    }
    levels.find(|(_, record)| snake(tables.record_name(*record)) == word).map(|(level, _)| level)
}

/// The uses of every declaration, and an order in which each declaration comes after those it uses.
pub struct Order {
    /// By [`DeclId`].
    pub uses: Vec<Vec<Use>>,
    /// Every declaration that is in no circle.
    pub order: Vec<DeclId>,
    /// By [`DeclId`]: whether it is part of a circle, which is reported.
    pub circular: Vec<bool>,
}

/// Orders all declarations; circles are reported. Chains of any length are walked without recursion.
pub fn order(tables: &Tables<'_>, sink: &mut Sink) -> Order {
    let found: Vec<Vec<(Use, Span)>> = (tables.decls.iter().enumerate())
        .map(|(at, decl)| uses_of(tables, Some(DeclId(at)), decl.record, &exprs(decl.kind)))
        .collect();
    let count = found.len();
    let mut state = vec![Visit::New; count];
    let mut order = Vec::with_capacity(count);
    let mut circular = vec![false; count];
    let mut trail: Vec<(DeclId, usize)> = Vec::new();
    for start in 0..count {
        if state.get(start) != Some(&Visit::New) {
            continue;
        }
        set(&mut state, DeclId(start), Visit::Open);
        trail.push((DeclId(start), 0));
        while let Some((decl, next)) = trail.last_mut() {
            let decl = *decl;
            let Some((used, span)) = found.get(decl.0).and_then(|uses| uses.get(*next)) else {
                set(&mut state, decl, Visit::Done);
                order.push(decl);
                trail.pop();
                continue;
            };
            *next += 1;
            match state.get(used.decl.0) {
                Some(Visit::New) => {
                    set(&mut state, used.decl, Visit::Open);
                    trail.push((used.decl, 0));
                }
                Some(Visit::Open) => {
                    let from = trail.iter().position(|(open, _)| *open == used.decl).unwrap_or(0);
                    let circle: Vec<DeclId> = trail.iter().skip(from).map(|(open, _)| *open).collect();
                    report(tables, &circle, *span, &mut circular, sink);
                }
                _ => {}
            }
        }
    }
    let uses = found.into_iter().map(|uses| uses.into_iter().map(|(used, _)| used).collect()).collect();
    Order { uses, order, circular }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    New,
    Open,
    Done,
}

fn set(state: &mut [Visit], decl: DeclId, visit: Visit) {
    if let Some(slot) = state.get_mut(decl.0) {
        *slot = visit;
    }
}

/// Reports a circle, unless it closes over declarations that are all reported already.
fn report(tables: &Tables<'_>, circle: &[DeclId], closing: Span, circular: &mut [bool], sink: &mut Sink) {
    let mut fresh = false;
    for decl in circle {
        if let Some(slot) = circular.get_mut(decl.0) {
            fresh |= !*slot;
            *slot = true;
        }
    }
    if !fresh {
        return;
    }
    let decls = || circle.iter().filter_map(|decl| tables.decl(*decl));
    let Some(first) = decls().next() else { return };
    let name = first.name();
    let message = format!("{} `{}` depends on itself", first.word(), name.text);
    let mut diagnostic = Diagnostic::error(codes::CYCLE, name.span, message).label("worked out from itself");
    if circle.len() > 1 {
        diagnostic = diagnostic
            .note(format!("the circle goes through {}", listing(decls().map(|decl| decl.name().text.as_str()))))
            .also(closing, format!("here it comes back to `{}`", name.text));
    } else {
        diagnostic = diagnostic.also(closing, "used here");
    }
    sink.push(diagnostic.help("work one of them out from fields instead"));
}
