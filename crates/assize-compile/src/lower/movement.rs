//! Progressions: a category with a criterion for each code that its moves can reach.

use super::{Clockwork, Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::convert::{heading, place};
use crate::resolve::Member;
use crate::resolve::find::{EventOf, event_of};
use crate::suggest::listing;
use assize_lang::ast::{self, Expr, Ident, Occasion};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::bounds::CodeSet;
use assize_model::ids::{CategoryId, Code, FieldId, ListId, NodeId, RecordId, ScopeId};
use assize_model::movement::{Event, MOST_EVENTS, MOST_WAITS, Move, Progress, When};
use assize_model::node::{Comparison, Op};
use assize_model::program::{Case, Category, Criterion, Decision, FieldKind, Heading, Hit, Otherwise, Progression};
use assize_model::ty::Ty;
use assize_model::value::Value;

/// The events of a progression, each kind once.
#[derive(Default)]
struct Events {
    kinds: Vec<Event>,
    spans: Vec<Span>,
}

impl Events {
    /// The number of a kind of event that makes a move; each such clause has its own, so that the events of one day
    /// count in the order of the clauses.
    fn own(&mut self, event: Event, span: Span) -> u16 {
        self.kinds.push(event);
        self.spans.push(span);
        u16::try_from(self.kinds.len() - 1).unwrap_or(u16::MAX)
    }

    /// The number of a kind of event that only begins a time again.
    fn any(&mut self, event: Event, span: Span) -> u16 {
        match self.kinds.iter().position(|known| *known == event) {
            Some(at) => u16::try_from(at).unwrap_or(u16::MAX),
            None => self.own(event, span),
        }
    }
}

impl<'a> Lowerer<'_, 'a> {
    /// Lowers a progression in a scope; the first time, its category is made.
    pub(crate) fn progression(
        &mut self,
        ast: &'a ast::Progression,
        (id, between): (CategoryId, CategoryId),
        list: ListId,
        scope: ScopeId,
    ) -> Option<Typed> {
        let first = self.categories.get(id.index()).is_none_or(Option::is_none);
        self.use_list(list);
        let cx = Cx::record(scope);
        let start = self.start(ast, list);
        let hold = ast.hold.as_ref().map(|(hold, _)| self.time(hold, true));
        let mut events = Events::default();
        let mut moves: Vec<Option<Move>> = Vec::new();
        // Events that make moves are numbered first, in the order of the clauses.
        let mut each = Vec::new();
        for one in &ast.moves {
            each.push(match &one.when {
                Occasion::Each(event) => self.event(event, cx).map(|made| events.own(made, event.span)),
                Occasion::Without { .. } => None,
            });
        }
        for (one, each) in ast.moves.iter().zip(each) {
            let steps = self.steps(&one.steps);
            let when = match &one.when {
                Occasion::Each(_) => each.map(When::Each),
                Occasion::Without { after, events: of } => {
                    let after = self.time(after, false);
                    let of: Vec<Option<u16>> =
                        of.iter().map(|event| Some(events.any(self.event(event, cx)?, event.span))).collect();
                    let of: Option<Box<[u16]>> = of.into_iter().collect();
                    after.zip(of).map(|(after, events)| When::Without { after, events })
                }
            };
            moves.push(steps.zip(when).map(|(steps, when)| Move { up: one.up, steps, when }));
        }
        if !self.fits(ast, list, events.kinds.len()) {
            return None;
        }
        let hold = match hold {
            Some(hold) => Some(hold?),
            None => None,
        };
        let (start, moves) = (start?, moves.into_iter().collect::<Option<Box<[Move]>>>()?);
        let as_of = self.node(Op::AsOf, Ty::Date, Cx::CONSTANT, ast.name.span)?;
        let count = self.build.program.list(list).map_or(0, |list| list.codes.len());
        let progress = Progress {
            start,
            codes: u16::try_from(count).unwrap_or(0),
            as_of,
            hold,
            events: events.kinds.into(),
            moves,
        };
        let reachable = progress.reachable();
        if reachable.len() < 2 {
            let name = self.code_name(list, start);
            let (span, way) = match progress.moves.first() {
                Some(Move { up: true, .. }) => (ast.moves.first().map(|one| one.span), "last"),
                _ => (ast.moves.first().map(|one| one.span), "first"),
            };
            self.report(
                codes::PROGRESSION,
                span.unwrap_or(ast.name.span),
                format!("progression `{}` never moves", ast.name.text),
                format!("`{name}`, where it begins, is the {way} code already"),
                "begin at another code, or move the other way",
            );
            return None;
        }
        let ty = Ty::Code(list);
        let moved = self.node(Op::Progress(Box::new(progress)), ty, cx, ast.name.span)?;
        let mut criteria = Vec::new();
        for code in reachable.iter() {
            let right = self.node(Op::Const(Value::Code(list, code)), ty, Cx::CONSTANT, ast.name.span)?;
            let op = Op::Compare { op: Comparison::Eq, left: moved, right };
            criteria.push(self.node(op, Ty::Boolean, cx, ast.name.span)?);
        }
        let decision = self.build.decision(Decision { category: id, scope, applies: None, criteria: criteria.into() });
        if first {
            let cases = reachable.iter().map(|code| self.rung(list, code, ast.name.span)).collect();
            let heading = heading(&ast.name.text, ast.title.as_ref(), &ast.docs);
            let category = Category {
                heading: heading.clone(),
                record: self.build.program.scope(scope)?.record?,
                list,
                hit: Hit::First,
                // One of the codes is always reached.
                otherwise: Otherwise::Error("no code is reached".into()),
                cases,
                uses: self.used_protected(&ast.uses),
                decision,
                place: place(ast.name.span),
            };
            if let Some(slot) = self.categories.get_mut(id.index()) {
                *slot = Some(category);
            }
            self.build.program.progressions.push(Progression {
                heading,
                category: id,
                between,
                node: moved,
                moves: ast.moves.iter().map(|one| place(one.span)).collect(),
                events: events.spans.iter().map(|span| place(*span)).collect(),
                place: place(ast.name.span),
            });
        }
        self.typed(Op::Outcome(decision), ty, cx, ast.name.span)
    }

    fn code_name(&self, list: ListId, code: Code) -> String {
        self.build.program.list(list).map_or_else(String::new, |list| list.name(code).to_owned())
    }

    /// The case of a code that can be reached.
    fn rung(&self, list: ListId, code: Code, span: Span) -> Case {
        let info = self.build.program.list(list).and_then(|list| list.codes.get(code.index()));
        let heading = info.map_or_else(Heading::default, |info| Heading { docs: None, ..info.heading.clone() });
        Case { code, criteria: vec![Criterion { heading, place: place(span) }] }
    }

    /// What does not depend on the scope: the list, and how much there is.
    fn fits(&mut self, ast: &ast::Progression, list: ListId, events: usize) -> bool {
        let name = self.tables.list_name(list);
        if !self.is_ordered(list) {
            self.report(
                codes::PROGRESSION,
                ast.category.span,
                format!("the codes of `{name}` have no order to move along"),
                format!("chooses from `{name}`"),
                format!("declare `ordered codes {name}`, lowest first"),
            );
            return false;
        }
        if self.build.program.list(list).is_some_and(|list| list.codes.len() > CodeSet::CAPACITY) {
            // Reported of the category.
            return false;
        }
        if ast.moves.is_empty() {
            if !self.tables.incomplete {
                self.report(
                    codes::PROGRESSION,
                    ast.name.span,
                    format!("progression `{}` has no moves", ast.name.text),
                    "nothing moves it",
                    "write `raise 1 at each EVENT` or `lower 1 after 24 months without EVENT`",
                );
            }
            return false;
        }
        let waits = ast.moves.iter().filter(|one| matches!(one.when, Occasion::Without { .. })).count();
        if events > MOST_EVENTS || waits > MOST_WAITS {
            self.report(
                codes::PROGRESSION,
                ast.name.span,
                format!("progression `{}` has too many clauses", ast.name.text),
                format!("past the limit of {MOST_EVENTS} kinds of event, and of {MOST_WAITS} moves after a time"),
                "say in one condition what several clauses say",
            );
            return false;
        }
        true
    }

    fn start(&mut self, ast: &ast::Progression, list: ListId) -> Option<Code> {
        let Some((name, _)) = &ast.start else {
            if !self.tables.incomplete {
                self.report(
                    codes::PROGRESSION,
                    ast.name.span,
                    format!("progression `{}` does not say where it begins", ast.name.text),
                    "no `start`",
                    "write `start at CODE`",
                );
            }
            return None;
        };
        let names = self.tables.list(list)?;
        let code = names.codes.get(name.text.as_str()).copied();
        if code.is_none() && !names.incomplete {
            self.unknown_code(list, name, None);
        }
        code
    }

    /// By how many codes: an integer, the same for every record.
    fn steps(&mut self, expr: &Expr) -> Option<NodeId> {
        let typed = self.lower(expr, Cx::CONSTANT, Want::Ty(Ty::Integer))?;
        let positive = match self.constant_of(typed.node) {
            Some(Value::Integer(steps)) => *steps >= 1,
            _ => true,
        };
        if typed.ty != Ty::Integer || !positive {
            let label = if positive { format!("this is {}", self.says(typed.ty)) } else { "moves nothing".to_owned() };
            self.report(
                codes::PROGRESSION,
                expr.span,
                "a move goes by a whole number of codes",
                label,
                "write a number of 1 or more, or a parameter",
            );
            return None;
        }
        Some(typed.node)
    }

    /// How long: a calendar duration, the same for every record.
    fn time(&mut self, expr: &Expr, none: bool) -> Option<NodeId> {
        let typed = self.lower(expr, Cx::CONSTANT, Want::Ty(Ty::Duration))?;
        let longer = match self.constant_of(typed.node) {
            Some(Value::Duration(time)) => {
                use assize_model::civil::Duration;
                matches!(*time, Duration::Calendar { months, days }
                    if months >= 0 && days >= 0 && (none || months > 0 || days > 0))
            }
            _ => true,
        };
        if typed.ty != Ty::Duration || typed.clockwork == Some(Clockwork::Clock) || !longer {
            let label = if typed.ty == Ty::Duration {
                "not such a time".to_owned()
            } else {
                format!("this is {}", self.says(typed.ty))
            };
            self.report(
                codes::PROGRESSION,
                expr.span,
                "a time by the calendar is expected, longer than none",
                label,
                "write it in days, weeks, months or years: `24 months`",
            );
            return None;
        }
        Some(typed.node)
    }

    /// One kind of event.
    fn event(&mut self, event: &ast::Event, cx: Cx) -> Option<Event> {
        let record = self.levels(cx).next()?;
        let (field, child) = self.events_of(&event.of, record)?;
        self.read(record, field);
        let Some(scope) = self.child_scope(cx.scope, field) else {
            if let Some(asked) = self.asked {
                self.too_deep(asked);
            }
            return None;
        };
        let inner = Cx { scope, levels: cx.levels + 1 };
        let date = self.event_date(event, child, inner);
        let filter = event.filter.as_ref().map(|filter| self.condition(filter, inner));
        let filter = match filter {
            Some(filter) => Some(filter?),
            None => None,
        };
        Some(Event { scope, date: date?, filter })
    }

    /// The child records that an event is among.
    fn events_of(&mut self, of: &Ident, record: RecordId) -> Option<(FieldId, RecordId)> {
        let names = self.tables.record(record)?;
        let owner = &names.ast.name.text;
        match event_of(self.tables, record, &of.text) {
            EventOf::One(field, child) => return Some((field, child)),
            EventOf::Broken => {}
            EventOf::Several(fields) => {
                let fields: Vec<&str> = fields
                    .iter()
                    .filter_map(|field| Some(names.fields.get(field.index())?.name.text.as_str()))
                    .collect();
                self.report(
                    codes::EVENT,
                    of.span,
                    format!("`{owner}` has `{}` by more than one field", of.text),
                    "which of them?",
                    format!("name the field: {}", listing(fields.iter().copied())),
                );
            }
            EventOf::Nothing => {
                if names.incomplete {
                    return None;
                }
                let children = names.fields.iter().filter_map(|field| match &field.ty.kind {
                    ast::TypeKind::Many { record, .. } => Some([record.text.as_str(), field.name.text.as_str()]),
                    _ => None,
                });
                let children: Vec<&str> = children.flatten().collect();
                let message = format!("record `{owner}` has no child records `{}`", of.text);
                let diagnostic = Diagnostic::error(codes::EVENT, of.span, message).label("not declared as `many`");
                let near = self.sink.closest(&of.text, children.iter().copied());
                self.sink.push(match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(of.span, near),
                    None => diagnostic.help(format!("declare them in `{owner}`: `events : many {} by FIELD`", of.text)),
                });
            }
        }
        None
    }

    /// When an event was: the field that is named, or the only date that the child has.
    fn event_date(&mut self, event: &ast::Event, child: RecordId, inner: Cx) -> Option<NodeId> {
        let names = self.tables.record(child)?;
        let owner = &names.ast.name.text;
        let record = self.build.program.record(child)?;
        let dated = |field: usize| {
            matches!(record.fields.get(field).map(|field| field.kind), Some(FieldKind::Value(Ty::Date | Ty::DateTime)))
        };
        let dates: Vec<usize> = (0..names.fields.len()).filter(|&field| dated(field)).collect();
        let help = || {
            let dates: Vec<&str> =
                dates.iter().filter_map(|&at| Some(names.fields.get(at)?.name.text.as_str())).collect();
            if dates.is_empty() {
                format!("give `{owner}` a field of type date")
            } else {
                format!("its dates are {}", listing(dates.iter().copied()))
            }
        };
        let typed = match &event.by {
            Some(by) => match names.members.get(by.text.as_str()) {
                Some(&(member, _)) => self.member(member, 0, child, by, by.span, inner)?,
                None => {
                    if !names.incomplete {
                        let message = format!("record `{owner}` has no `{}`", by.text);
                        self.report(codes::EVENT, by.span, message, "not a name of it", help());
                    }
                    return None;
                }
            },
            None => match dates.as_slice() {
                &[field] => {
                    let name = &names.fields.get(field)?.name;
                    let field = FieldId::from_index(field);
                    self.member(Member::Field(field), 0, child, name, event.of.span, inner)?
                }
                _ => {
                    if !names.incomplete {
                        let (message, label) = if dates.is_empty() {
                            (format!("an event is dated, and `{owner}` has no date"), "when was it?")
                        } else {
                            (format!("`{owner}` has several dates"), "which of them is the event's?")
                        };
                        let help = format!("{}; name one: `{} by …`", help(), event.of.text);
                        self.report(codes::EVENT, event.of.span, message, label, help);
                    }
                    return None;
                }
            },
        };
        if !matches!(typed.ty, Ty::Date | Ty::DateTime) {
            let says = self.says(typed.ty);
            self.report(codes::EVENT, typed.span, "an event is dated", format!("this is {says}"), help());
            return None;
        }
        if typed.ty == Ty::DateTime {
            return self.civil_date(typed, inner).map(|typed| typed.node);
        }
        Some(typed.node)
    }
}
