//! Instruments: what their items add up to, and the conditions of their routes.

use super::{Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::optimise::constant;
use crate::resolve::forms::{Form, Part};
use crate::resolve::{DeclKind, Member};
use assize_lang::ast::{Expr, Ident, Item, MissingPolicy};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::absence::Reason;
use assize_model::decimal::{Decimal, Rounding};
use assize_model::ids::{Code, ListId, NodeId, ScopeId};
use assize_model::node::{AggregateKind, Comparison, DatePart, Op};
use assize_model::program::Program;
use assize_model::score::{ScoreRule, ScoreTerm};
use assize_model::ty::Ty;
use assize_model::value::Value;
use rustc_hash::FxHashMap;

/// What an instrument comes to in a scope.
#[derive(Debug, Clone)]
pub struct Bundle {
    pub applies: Option<NodeId>,
    pub items: Vec<ItemNodes>,
    pub rule: ScoreRule,
    pub score: NodeId,
    /// The score whether or not the instrument applies.
    pub bare: NodeId,
    /// Its ends, likewise.
    pub ends: (NodeId, NodeId),
    pub lowest: NodeId,
    pub highest: NodeId,
    pub answered: NodeId,
    pub ty: Ty,
}

/// The nodes of an item.
#[derive(Debug, Clone)]
pub struct ItemNodes {
    pub answer: NodeId,
    pub weight: Option<NodeId>,
    pub unless: Option<NodeId>,
    pub contribution: Option<NodeId>,
    /// How the score reads it, when it is scored.
    pub term: Option<ScoreTerm>,
}

/// An item's answer, and what kind of answer it is.
struct Answered {
    node: NodeId,
    kind: Kind,
    span: Span,
}

#[derive(Clone, Copy)]
enum Kind {
    Condition,
    Code(ListId, usize),
    /// An integer with what is known of its ends.
    Integer(Option<i64>, Option<i64>),
}

/// What missing answers do, lowered.
struct Policy {
    rule: ScoreRule,
    stand_in: Option<Typed>,
}

impl<'a> Lowerer<'_, 'a> {
    /// Lowers a part of an instrument.
    pub(crate) fn form_part(
        &mut self,
        form: &'a Form,
        number: usize,
        part: Part,
        name: &'a Ident,
        scope: ScopeId,
    ) -> Option<Typed> {
        let cx = Cx::record(scope);
        let span = name.span;
        let typed = |node: NodeId, ty: Ty| Some(Typed { node, ty, unit: None, clockwork: None, span });
        match part {
            Part::Score => {
                let bundle = self.bundle(form, scope)?;
                let (score, ty) = (bundle.score, bundle.ty);
                self.forms.insert((number, scope), bundle);
                typed(score, ty)
            }
            Part::Bare | Part::Lowest | Part::Highest | Part::Answered => {
                let score = self.tables.decls.iter().zip(&self.protected).find_map(|(decl, read)| match decl.kind {
                    DeclKind::Part(_, of, Part::Score, _) if of == number => Some(read),
                    _ => None,
                });
                self.guard.read.extend(score.into_iter().flatten());
                let bundle = self.forms.get(&(number, scope))?;
                match part {
                    Part::Bare => typed(bundle.bare, bundle.ty),
                    Part::Lowest => typed(bundle.lowest, bundle.ty),
                    Part::Highest => typed(bundle.highest, bundle.ty),
                    _ => typed(bundle.answered, Ty::Integer),
                }
            }
            Part::Route(at) => {
                let route = form.ast.routes.get(at)?;
                let applies = form.ast.applies.as_ref().map(|applies| self.condition(applies, cx));
                let condition = self.condition(&route.condition, cx)?;
                let node = self.applicable(
                    applies.map_or(Some(None), |node| node.map(Some))?,
                    condition,
                    Ty::Boolean,
                    cx,
                    span,
                )?;
                typed(node, Ty::Boolean)
            }
        }
    }

    /// A value where the instrument applies.
    fn applicable(&mut self, applies: Option<NodeId>, value: NodeId, ty: Ty, cx: Cx, span: Span) -> Option<NodeId> {
        match applies {
            Some(condition) => self.node(Op::Where { condition, value }, ty, cx, span),
            None => Some(value),
        }
    }

    fn bundle(&mut self, form: &'a Form, scope: ScopeId) -> Option<Bundle> {
        let (ast, cx) = (&form.ast, Cx::record(scope));
        let span = ast.name.span;
        let mut fine = self.no_item_twice(form);
        let applies = match &ast.applies {
            Some(applies) => {
                let node = self.condition(applies, cx);
                fine &= node.is_some();
                node
            }
            None => None,
        };
        let policy = self.policy(form);
        let mut weights: Vec<Option<Typed>> = Vec::new();
        let mut answers: Vec<Option<Answered>> = Vec::new();
        let mut unless: Vec<Option<NodeId>> = Vec::new();
        for (item, answer) in ast.items.iter().zip(&form.answers) {
            let weight = match &item.weight {
                Some(weight) => self.number(weight, Cx::CONSTANT),
                None => self.constant(Value::Integer(1), item.name.span),
            };
            fine &= weight.is_some();
            weights.push(weight);
            let answer = self.answer(form, item, answer, cx);
            fine &= answer.is_some();
            answers.push(answer);
            let condition = match &item.unless {
                Some(unless) => {
                    let span = unless.span;
                    let condition = self.condition(unless, cx).and_then(|unless| self.exception(unless, cx, span));
                    fine &= condition.is_some();
                    condition
                }
                None => None,
            };
            unless.push(condition);
        }
        let policy = policy?;
        let bounded = matches!(policy.rule, ScoreRule::Open | ScoreRule::NotAbove(_));
        for (item, answer) in ast.items.iter().zip(&answers) {
            if let (true, None, Some(Answered { kind: Kind::Integer(lo, hi), span, .. })) =
                (bounded, item.unscored, answer)
                && (lo.is_none() || hi.is_none())
            {
                let (lo, hi) = (lo.unwrap_or(0), hi.unwrap_or(10));
                let name = &item.name.text;
                self.report(
                    codes::ITEM_RANGE,
                    *span,
                    format!("nothing says between which numbers item `{name}` lies"),
                    "a missing answer would leave the score without bounds",
                    format!(
                        "score a `let` with ends: `let {name}_scored of {} = min(max({name}, {lo}), {hi})`",
                        ast.record.text
                    ),
                );
                fine = false;
            }
        }
        if !fine {
            return None;
        }
        let scored = || ast.items.iter().zip(&weights).filter(|(item, _)| item.unscored.is_none());
        let decimal = scored().any(|(_, weight)| weight.as_ref().is_some_and(|weight| weight.ty == Ty::Decimal))
            || policy.stand_in.as_ref().is_some_and(|value| value.ty == Ty::Decimal)
            || matches!(policy.rule, ScoreRule::Prorate { rounding: None, .. });
        let ty = if decimal { Ty::Decimal } else { Ty::Integer };
        let stand_in = match policy.stand_in {
            Some(value) if decimal => Some(self.decimal(value, Cx::CONSTANT)?.node),
            Some(value) => Some(value.node),
            None => None,
        };
        let mut items = Vec::with_capacity(ast.items.len());
        for (((item, weight), answer), unless) in ast.items.iter().zip(weights).zip(answers).zip(unless) {
            let (weight, answer) = (weight?, answer?);
            if item.unscored.is_some() {
                items.push(ItemNodes { answer: answer.node, weight: None, unless, contribution: None, term: None });
                continue;
            }
            let weight = if decimal { self.decimal(weight, Cx::CONSTANT)?.node } else { weight.node };
            let (term, contribution) = self.term(&answer, weight, unless, stand_in, ty, cx)?;
            items.push(ItemNodes {
                answer: answer.node,
                weight: Some(weight),
                unless,
                contribution: Some(contribution),
                term: Some(term),
            });
        }
        let terms: Box<[ScoreTerm]> = items.iter().filter_map(|item| item.term.clone()).collect();
        let of = |this: &mut Self, rule: ScoreRule, ty: Ty| {
            this.node(Op::Score { rule, terms: terms.clone() }, ty, cx, span)
        };
        let open = of(self, ScoreRule::Open, ty)?;
        let bare = if policy.rule == ScoreRule::Open { open } else { of(self, policy.rule, ty)? };
        let answered = of(self, ScoreRule::Answered, Ty::Integer)?;
        let least = self.node(Op::End { operand: open, high: false }, ty, cx, span)?;
        let most = self.node(Op::End { operand: open, high: true }, ty, cx, span)?;
        Some(Bundle {
            applies,
            items,
            rule: policy.rule,
            score: self.applicable(applies, bare, ty, cx, span)?,
            bare,
            ends: (least, most),
            lowest: self.applicable(applies, least, ty, cx, span)?,
            highest: self.applicable(applies, most, ty, cx, span)?,
            answered: self.applicable(applies, answered, Ty::Integer, cx, span)?,
            ty,
        })
    }

    fn no_item_twice(&mut self, form: &Form) -> bool {
        let mut seen: FxHashMap<&str, Span> = FxHashMap::default();
        let mut fine = true;
        for item in &form.ast.items {
            let Some(first) = seen.insert(&item.name.text, item.name.span) else { continue };
            fine = false;
            self.sink.push(
                Diagnostic::error(
                    codes::ITEM_TWICE,
                    item.name.span,
                    format!("item `{}` of `{}` stands twice", item.name.text, form.ast.name.text),
                )
                .label("again here")
                .also(first, "first here")
                .help("keep one of them; an answer counts once"),
            );
        }
        fine
    }

    /// What is said of missing answers; nothing said leaves the score open.
    fn policy(&mut self, form: &Form) -> Option<Policy> {
        let of = |rule| Some(Policy { rule, stand_in: None });
        match &form.ast.missing {
            None | Some((MissingPolicy::LeavesOpen, _)) => of(ScoreRule::Open),
            Some((MissingPolicy::CountsAs(value), _)) => {
                let stand_in = self.number(value, Cx::CONSTANT)?;
                Some(Policy { rule: ScoreRule::CountsAs, stand_in: Some(stand_in) })
            }
            Some((MissingPolicy::NotScoredAbove(limit), _)) => {
                let limit = self.limit(limit)?;
                of(ScoreRule::NotAbove(limit))
            }
            Some((MissingPolicy::Prorate { up_to, rounding }, _)) => {
                let up_to = self.limit(up_to)?;
                let rounding = rounding.map(|(rounding, _)| mode(rounding));
                of(ScoreRule::Prorate { up_to, rounding })
            }
        }
    }

    /// How many answers may be missing.
    fn limit(&mut self, expr: &Expr) -> Option<NodeId> {
        let typed = self.lower(expr, Cx::CONSTANT, Want::Any)?;
        let negative = matches!(self.constant_of(typed.node), Some(Value::Integer(..0)));
        if typed.ty == Ty::Integer && !negative {
            return Some(typed.node);
        }
        let says = if negative { "a number below zero".to_owned() } else { self.says(typed.ty) };
        self.report(
            codes::FORM_NUMBER,
            expr.span,
            "how many answers may be missing is a whole number, from 0",
            format!("this is {says}"),
            "write a number of items, such as 5, or an integer parameter",
        );
        None
    }

    /// An item's answer, of a kind that can be scored.
    fn answer(&mut self, form: &Form, item: &Item, expr: &Expr, cx: Cx) -> Option<Answered> {
        let record = self.levels(cx).next()?;
        let names = self.tables.record(record)?;
        let name = &item.name;
        match names.members.get(name.text.as_str()) {
            Some((Member::Field(_) | Member::Decl(_), _)) => {}
            Some((Member::Broken, _)) => return None,
            Some((Member::Form(_), _)) => {
                self.lower(expr, cx, Want::Any);
                return None;
            }
            None => {
                if !names.incomplete {
                    let owner = &names.ast.name.text;
                    let message = format!("record `{owner}` has no `{}`", name.text);
                    let diagnostic =
                        Diagnostic::error(codes::UNKNOWN_FIELD, name.span, message).label("not a name of it");
                    let near = self.sink.closest(&name.text, names.members.keys().copied());
                    self.sink.push(match near {
                        Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
                        None => diagnostic.help(format!(
                            "an item is a field, a `let` or a category of `{owner}`; its wording stands behind it in quotes"
                        )),
                    });
                }
                return None;
            }
        }
        let typed = self.lower(expr, cx, Want::Any)?;
        let kind = match typed.ty {
            Ty::Boolean => Kind::Condition,
            Ty::Code(list) if self.is_ordered(list) => {
                Kind::Code(list, self.build.program.list(list).map_or(0, |list| list.codes.len()))
            }
            Ty::Integer => {
                let (lo, hi) = ends(&self.build.program, typed.node, 0);
                Kind::Integer(lo, hi)
            }
            _ if item.unscored.is_some() => Kind::Condition,
            ty => {
                let says = self.says(ty);
                let help = match ty {
                    Ty::Code(list) => format!(
                        "declare `ordered codes {}`, lowest first: they count 0, 1, 2 …",
                        self.tables.list_name(list)
                    ),
                    Ty::Decimal => format!(
                        "make it whole in a `let`: `round({})` is a decimal still; compare it, and score the condition",
                        name.text
                    ),
                    _ => format!("score a condition: `let … of {} = {} = …`", form.ast.record.text, name.text),
                };
                self.report(
                    codes::ITEM_KIND,
                    name.span,
                    format!("item `{}` is {says}, which cannot be scored", name.text),
                    "neither yes or no, nor an ordered code, nor an integer",
                    help,
                );
                return None;
            }
        };
        Some(Answered { node: typed.node, kind, span: name.span })
    }

    /// A condition that is false where it does not apply: what does not apply excepts nothing.
    fn exception(&mut self, condition: NodeId, cx: Cx, span: Span) -> Option<NodeId> {
        let not_applicable = self.node(Op::IsReason(condition, Reason::NotApplicable), Ty::Boolean, cx, span)?;
        let applicable = self.node(Op::Not(not_applicable), Ty::Boolean, cx, span)?;
        self.node(Op::And([condition, applicable].into()), Ty::Boolean, cx, span)
    }

    /// How the score reads an item, and what the item adds.
    fn term(
        &mut self,
        answer: &Answered,
        weight: NodeId,
        unless: Option<NodeId>,
        stand_in: Option<NodeId>,
        ty: Ty,
        cx: Cx,
    ) -> Option<(ScoreTerm, NodeId)> {
        let span = answer.span;
        let zero = self.whole(0, ty, span)?;
        let stand_in = match stand_in {
            Some(value) => Some(self.node(Op::Mul(value, weight), ty, Cx::CONSTANT, span)?),
            None => None,
        };
        if let Kind::Condition = answer.kind {
            let counts = match unless {
                Some(unless) => {
                    let not = self.node(Op::Not(unless), Ty::Boolean, cx, span)?;
                    self.node(Op::And([answer.node, not].into()), Ty::Boolean, cx, span)?
                }
                None => answer.node,
            };
            let low = self.extreme_of(zero, weight, true, ty, span)?;
            let high = self.extreme_of(zero, weight, false, ty, span)?;
            let term = ScoreTerm { answer: counts, weight: Some(weight), low: Some(low), high: Some(high), stand_in };
            let added = self.node(Op::If { condition: counts, then: weight, otherwise: zero }, ty, cx, span)?;
            return Some((term, added));
        }
        let (added, low, high) = match answer.kind {
            Kind::Code(list, count) => {
                let mut added = zero;
                for at in (1..count).rev() {
                    let code = self.constant(Value::Code(list, Code(u16::try_from(at).ok()?)), span)?.node;
                    let is = self.compare_node(Comparison::Eq, answer.node, code, cx, span)?;
                    let then = self.weighted(i64::try_from(at).ok()?, weight, ty, span)?;
                    added = self.node(Op::If { condition: is, then, otherwise: added }, ty, cx, span)?;
                }
                let most = self.weighted(i64::try_from(count.saturating_sub(1)).ok()?, weight, ty, span)?;
                let low = self.extreme_of(zero, most, true, ty, span)?;
                (added, Some(low), Some(self.extreme_of(zero, most, false, ty, span)?))
            }
            Kind::Integer(lo, hi) => {
                let number = Typed { node: answer.node, ty: Ty::Integer, unit: None, clockwork: None, span };
                let number = if ty == Ty::Decimal { self.decimal(number, cx)?.node } else { answer.node };
                let added = if is_one(&self.build.program, weight) {
                    number
                } else {
                    self.node(Op::Mul(number, weight), ty, cx, span)?
                };
                let mut end = |end: Option<i64>| match end {
                    Some(end) => self.weighted(end, weight, ty, span).map(Some),
                    None => Some(None),
                };
                let (a, b) = (end(lo)?, end(hi)?);
                match (a, b) {
                    (Some(a), Some(b)) => {
                        let low = self.extreme_of(a, b, true, ty, span)?;
                        (added, Some(low), Some(self.extreme_of(a, b, false, ty, span)?))
                    }
                    // One end alone is the lower or the upper by the weight's sign.
                    _ => match self.sign(weight) {
                        Some(true) => (added, a, b),
                        Some(false) => (added, b, a),
                        None => (added, None, None),
                    },
                }
            }
            Kind::Condition => return None,
        };
        let Some(unless) = unless else {
            return Some((ScoreTerm { answer: added, weight: None, low, high, stand_in }, added));
        };
        // An answer that does not apply counts for nothing whether or not the other condition is known.
        let asked = self.node(Op::If { condition: unless, then: zero, otherwise: added }, ty, cx, span)?;
        let is_not = self.node(Op::IsReason(answer.node, Reason::NotApplicable), Ty::Boolean, cx, span)?;
        let added = self.node(Op::If { condition: is_not, then: added, otherwise: asked }, ty, cx, span)?;
        let low = match low {
            Some(low) => Some(self.extreme_of(zero, low, true, ty, span)?),
            None => None,
        };
        let high = match high {
            Some(high) => Some(self.extreme_of(zero, high, false, ty, span)?),
            None => None,
        };
        Some((ScoreTerm { answer: added, weight: None, low, high, stand_in }, added))
    }

    /// A whole number of a score's type.
    fn whole(&mut self, value: i64, ty: Ty, span: Span) -> Option<NodeId> {
        let value = if ty == Ty::Decimal { Value::Decimal(Decimal::from_i64(value)) } else { Value::Integer(value) };
        Some(self.constant(value, span)?.node)
    }

    fn weighted(&mut self, by: i64, weight: NodeId, ty: Ty, span: Span) -> Option<NodeId> {
        let by = self.whole(by, ty, span)?;
        self.node(Op::Mul(by, weight), ty, Cx::CONSTANT, span)
    }

    /// The least or the greatest of two numbers that are constant for a run.
    fn extreme_of(&mut self, a: NodeId, b: NodeId, least: bool, ty: Ty, span: Span) -> Option<NodeId> {
        if let (Some(x), Some(y)) = (self.constant_of(a), self.constant_of(b)) {
            let a_is_less = crate::optimise::compare(Comparison::Le, x, y)?;
            return Some(if a_is_less == least { a } else { b });
        }
        let op = if least { Op::Min([a, b].into()) } else { Op::Max([a, b].into()) };
        self.node(op, ty, Cx::CONSTANT, span)
    }

    /// Whether a constant weight is positive.
    fn sign(&self, weight: NodeId) -> Option<bool> {
        match self.constant_of(weight)? {
            Value::Integer(value) => Some(*value >= 0),
            Value::Decimal(value) => Some(*value >= Decimal::ZERO),
            _ => None,
        }
    }
}

fn is_one(program: &Program, node: NodeId) -> bool {
    matches!(constant(program, node), Some(Value::Integer(1)))
}

const fn mode(rounding: assize_lang::ast::Rounding) -> Rounding {
    use assize_lang::ast::Rounding as Written;
    match rounding {
        Written::HalfUp => Rounding::HalfUp,
        Written::HalfEven => Rounding::HalfEven,
        Written::HalfDown => Rounding::HalfDown,
        Written::Up => Rounding::Up,
        Written::Down => Rounding::Down,
        Written::Floor => Rounding::Floor,
        Written::Ceiling => Rounding::Ceiling,
    }
}

/// Between which ends an integer lies whenever it is known, as far as its expression says.
pub fn ends(program: &Program, id: NodeId, depth: usize) -> (Option<i64>, Option<i64>) {
    const DEEP: usize = 32;
    let Some(node) = program.node(id) else { return (None, None) };
    if depth > DEEP || node.ty != Ty::Integer {
        return (None, None);
    }
    let of = |id: NodeId| ends(program, id, depth + 1);
    let least = |a: Option<i64>, b: Option<i64>| a.zip(b).map(|(a, b)| a.min(b));
    let most = |a: Option<i64>, b: Option<i64>| a.zip(b).map(|(a, b)| a.max(b));
    // Of several, one of which it is.
    let one_of = |ids: &[NodeId]| {
        let all = ids.iter().map(|id| of(*id));
        all.reduce(|(lo, hi), (low, high)| (least(lo, low), most(hi, high))).unwrap_or((None, None))
    };
    let either = |a: Option<i64>, b: Option<i64>, pick: fn(i64, i64) -> i64| match (a, b) {
        (Some(a), Some(b)) => Some(pick(a, b)),
        (a, b) => a.or(b),
    };
    match &node.op {
        Op::Const(Value::Integer(value)) => (Some(*value), Some(*value)),
        Op::Min(items) => {
            let all = items.iter().map(|id| of(*id));
            all.reduce(|(lo, hi), (low, high)| (least(lo, low), either(hi, high, i64::min))).unwrap_or((None, None))
        }
        Op::Max(items) => {
            let all = items.iter().map(|id| of(*id));
            all.reduce(|(lo, hi), (low, high)| (either(lo, low, i64::max), most(hi, high))).unwrap_or((None, None))
        }
        Op::If { then, otherwise, .. } => one_of(&[*then, *otherwise]),
        Op::FirstKnown(items) => one_of(items),
        Op::Parent(operand) | Op::Where { value: operand, .. } | Op::End { operand, .. } => of(*operand),
        Op::Add(a, b) => {
            let ((a, b), (c, d)) = (of(*a), of(*b));
            (a.zip(c).and_then(|(a, c)| a.checked_add(c)), b.zip(d).and_then(|(b, d)| b.checked_add(d)))
        }
        Op::Size(_) => (Some(0), None),
        Op::Aggregate { kind: AggregateKind::Count | AggregateKind::Distinct, .. } => (Some(0), None),
        Op::Part { part, .. } => match part {
            DatePart::Month => (Some(1), Some(12)),
            DatePart::Day => (Some(1), Some(31)),
            DatePart::Weekday => (Some(1), Some(7)),
            DatePart::Year => (Some(1), Some(9999)),
        },
        Op::Score { rule: ScoreRule::Answered, terms } => (Some(0), i64::try_from(terms.len()).ok()),
        _ => (None, None),
    }
}
