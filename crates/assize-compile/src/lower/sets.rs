//! Sets and ranges, and asking texts what they hold.

use super::{Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::optimise;
use crate::resolve::find::{Found, find};
use crate::resolve::{DeclKind, Global};
use assize_lang::ast::{BinaryOp, Expr, ExprKind};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::ids::{Code, ListId, NodeId};
use assize_model::node::{Comparison, Op};
use assize_model::text::Pattern;
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::sync::Arc;

/// The ends of a range, each with whether it is included.
struct Ends {
    item: Option<Typed>,
    lo: (Typed, bool),
    hi: (Typed, bool),
}

impl Lowerer<'_, '_> {
    /// The members of a set as written, brought to one type.
    pub(crate) fn members(&mut self, items: &[Expr], cx: Cx, want: Want) -> Option<Vec<Typed>> {
        let want = match want {
            Want::Ty(Ty::Codes(list)) => Want::Ty(Ty::Code(list)),
            Want::Ty(Ty::Texts) => Want::Ty(Ty::Text),
            other => other,
        };
        let exprs: Vec<&Expr> = items.iter().collect();
        let members = self.group(&exprs, cx, want);
        self.alike(members, cx, "does not go into one set with")
    }

    /// The constant set of codes or texts that members make; `None` when they do not.
    fn constant_set(&self, members: &[Typed]) -> Option<Value> {
        let mut texts: Vec<Arc<str>> = Vec::new();
        let mut codes: Vec<Code> = Vec::new();
        let mut list: Option<ListId> = None;
        for member in members {
            match self.constant_of(member.node)? {
                Value::Text(text) => texts.push(Arc::clone(text)),
                Value::Code(of, code) => {
                    list = Some(*of);
                    codes.push(*code);
                }
                _ => return None,
            }
        }
        match list {
            Some(list) if texts.is_empty() => Some(Value::codes(list, codes)),
            None if !texts.is_empty() => Some(Value::texts(texts)),
            _ => None,
        }
    }

    /// A set that stands as a value: `{a, b}` beside `=`, `contains` or `overlaps`.
    #[inline(never)]
    pub(crate) fn set(&mut self, items: &[Expr], span: Span, cx: Cx, want: Want) -> Option<Typed> {
        if items.is_empty() {
            return match want {
                Want::Ty(Ty::Codes(list) | Ty::Code(list)) => self.constant(Value::codes(list, Vec::new()), span),
                Want::Ty(Ty::Texts | Ty::Text) => self.constant(Value::texts(Vec::new()), span),
                Want::Reported => None,
                _ => {
                    self.report(
                        codes::SET_OR_RANGE,
                        span,
                        "the set is empty",
                        "nothing says what its members would be",
                        "write its members, or compare the size of a set: `size(x) = 0`",
                    );
                    None
                }
            };
        }
        let members = self.members(items, cx, want)?;
        if let Some(value) = self.constant_set(&members) {
            return self.constant(value, span);
        }
        let moving = members.iter().find(|member| self.constant_of(member.node).is_none()).or(members.first())?;
        let (code, at, label) = match moving.ty {
            Ty::Code(_) | Ty::Text => (codes::NOT_CONSTANT, moving.span, "this is not a constant".to_owned()),
            ty => (codes::SET_OR_RANGE, span, format!("its members are of another type: {}", self.says(ty))),
        };
        self.report(
            code,
            at,
            "a set that stands by itself holds constant codes or texts",
            label,
            "write a set of other values only after `in`",
        );
        None
    }

    /// A range anywhere but after `in`.
    #[inline(never)]
    pub(crate) fn stray_range(&mut self, span: Span) -> Option<Typed> {
        self.report(codes::SET_OR_RANGE, span, "a range stands only after `in`", "not after `in`", "write `x in 1..5`");
        None
    }

    /// `x in …`.
    #[inline(never)]
    pub(crate) fn membership(&mut self, item: &Expr, within: &Expr, span: Span, cx: Cx) -> Option<Typed> {
        match &within.kind {
            ExprKind::Range { .. } => self.in_range(item, within, span, cx),
            ExprKind::Set(items) => self.in_members(item, items, within.span, span, cx),
            ExprKind::Name(name) => {
                // A constant range, or a set of what has no set type, is read where it is declared.
                if let Found::Global(Global::Constant(decl), _) = find(self.tables, self.levels(cx), &name.text)
                    && self.spans_only.get(decl.0).copied().unwrap_or(false)
                    && let Some(DeclKind::Let(ast)) = self.tables.decl(decl).map(|decl| decl.kind)
                {
                    return match &ast.value.kind {
                        ExprKind::Set(items) => self.in_members(item, items, ast.value.span, span, cx),
                        _ => self.in_range(item, &ast.value, span, cx),
                    };
                }
                self.in_set(item, within, span, cx)
            }
            _ => self.in_set(item, within, span, cx),
        }
    }

    /// `x in set`, where the set is a value.
    fn in_set(&mut self, item: &Expr, within: &Expr, span: Span, cx: Cx) -> Option<Typed> {
        let set = self.lower(within, cx, Want::Any);
        let want = match set.as_ref().map(|set| set.ty) {
            Some(Ty::Codes(list)) => Want::Ty(Ty::Code(list)),
            Some(Ty::Texts) => Want::Ty(Ty::Text),
            Some(_) => Want::Any,
            None => Want::Reported,
        };
        if let Some(set) = &set
            && want == Want::Any
        {
            let (says, quoted) = (self.says(set.ty), self.quote(set.span));
            self.report(
                codes::SET_OR_RANGE,
                set.span,
                format!("after `in` stands a set or a range, not {says}"),
                format!("this is {says}"),
                format!("compare with `=`, or write a set: `{{{quoted}}}`"),
            );
            return None;
        }
        let item = self.lower(item, cx, want);
        self.member_of(item?, set?, span, cx)
    }

    /// Whether a code or text is in a set.
    fn member_of(&mut self, item: Typed, set: Typed, span: Span, cx: Cx) -> Option<Typed> {
        let fits = match set.ty {
            Ty::Codes(list) => item.ty == Ty::Code(list),
            Ty::Texts => item.ty == Ty::Text,
            _ => false,
        };
        if !fits {
            let (a, b) = (self.says(item.ty), self.says(set.ty));
            let diagnostic = Diagnostic::error(codes::TYPES_DIFFER, item.span, format!("{a} is never in {b}"))
                .label(format!("this is {a}"))
                .also(set.span, format!("this is {b}"))
                .help("a set of texts holds texts, and a set of codes the codes of its list");
            self.sink.push(diagnostic);
            return None;
        }
        self.typed(Op::In { item: item.node, set: set.node }, Ty::Boolean, cx, span)
    }

    /// `x in {a, b}`.
    fn in_members(&mut self, item: &Expr, items: &[Expr], set_span: Span, span: Span, cx: Cx) -> Option<Typed> {
        if items.is_empty() {
            self.lower(item, cx, Want::Any);
            self.report(codes::SET_OR_RANGE, set_span, "the set is empty", "nothing is in it", "write its members");
            return None;
        }
        let exprs: Vec<&Expr> = std::iter::once(item).chain(items).collect();
        let all = self.group(&exprs, cx, Want::Any);
        let all = self.alike(all, cx, "cannot be compared with")?;
        let (item, members) = all.split_first()?;
        if let Some(value) = self.constant_set(members) {
            let set = self.constant(value, set_span)?;
            return self.member_of(item.clone(), set, span, cx);
        }
        let mut nodes: Vec<NodeId> = Vec::with_capacity(members.len());
        for member in members {
            nodes.push(self.compare_typed(Comparison::Eq, item, member, member.span, span, cx)?.node);
        }
        if let [one] = nodes.as_slice() {
            return Some(Typed { node: *one, ty: Ty::Boolean, unit: None, clockwork: None, span });
        }
        self.typed(Op::Or(nodes.into()), Ty::Boolean, cx, span)
    }

    /// The ends of a range, with the item if there is one, brought to one type that has an order.
    fn ends(&mut self, item: Option<&Expr>, range: &Expr, cx: Cx) -> Option<Ends> {
        let ExprKind::Range { lo, hi, lo_closed, hi_closed } = &range.kind else { return None };
        let (Some(lo), Some(hi)) = (lo, hi) else {
            self.report(
                codes::SET_OR_RANGE,
                range.span,
                "the range has an open end",
                "one end is not written",
                "compare with `>=` or `<=` instead",
            );
            return None;
        };
        let exprs: Vec<&Expr> = item.into_iter().chain([&**lo, &**hi]).collect();
        let all = self.group(&exprs, cx, Want::Any);
        let mut all = self.alike(all, cx, "cannot be compared with")?;
        let (hi, lo) = (all.pop()?, all.pop()?);
        self.has_order(&lo, range.span)?;
        if let (Some(a), Some(b)) = (self.constant_of(lo.node), self.constant_of(hi.node)) {
            let op = if *lo_closed && *hi_closed { Comparison::Le } else { Comparison::Lt };
            if optimise::compare(op, a, b) == Some(false) {
                self.report(
                    codes::SET_OR_RANGE,
                    range.span,
                    "the range is empty",
                    "it ends before it begins",
                    "write the lower end first",
                );
                return None;
            }
        }
        Some(Ends { item: all.pop(), lo: (lo, *lo_closed), hi: (hi, *hi_closed) })
    }

    /// Checks a range that stands by itself.
    pub(crate) fn range_members(&mut self, range: &Expr, cx: Cx) -> Option<()> {
        self.ends(None, range, cx).map(|_| ())
    }

    /// `x in a..b`.
    fn in_range(&mut self, item: &Expr, range: &Expr, span: Span, cx: Cx) -> Option<Typed> {
        let Ends { item, lo: (lo, lo_closed), hi: (hi, hi_closed) } = self.ends(Some(item), range, cx)?;
        let item = item?;
        let at_least = if lo_closed { Comparison::Ge } else { Comparison::Gt };
        let at_most = if hi_closed { Comparison::Le } else { Comparison::Lt };
        let lo = self.compare_node(at_least, item.node, lo.node, cx, span)?;
        let hi = self.compare_node(at_most, item.node, hi.node, cx, span)?;
        self.typed(Op::And([lo, hi].into()), Ty::Boolean, cx, span)
    }

    /// `a contains b`: a member of a set, or a part of a text.
    #[inline(never)]
    pub(crate) fn contains(&mut self, left: &Expr, right: &Expr, span: Span, cx: Cx) -> Option<Typed> {
        let (set, item) = if self.needs_context(left, cx) {
            let item = self.lower(right, cx, Want::Any);
            let want = match item.as_ref().map(|item| item.ty) {
                Some(Ty::Code(list)) => Want::Ty(Ty::Codes(list)),
                Some(_) => Want::Any,
                None => Want::Reported,
            };
            (self.lower(left, cx, want), item)
        } else {
            let set = self.lower(left, cx, Want::Any);
            let want = match set.as_ref().map(|set| set.ty) {
                Some(Ty::Codes(list)) => Want::Ty(Ty::Code(list)),
                Some(_) => Want::Any,
                None => Want::Reported,
            };
            let item = self.lower(right, cx, want);
            (set, item)
        };
        let (set, item) = (set?, item?);
        match set.ty {
            Ty::Text => {
                let item = self.text(item)?;
                self.typed(Op::Contains(set.node, item), Ty::Boolean, cx, span)
            }
            Ty::Codes(_) | Ty::Texts => self.member_of(item, set, span, cx),
            _ => {
                let says = self.says(set.ty);
                self.report(
                    codes::TYPES_DIFFER,
                    set.span,
                    format!("a text or a set contains something, not {says}"),
                    format!("this is {says}"),
                    "compare it with `=`, or use `in`",
                );
                None
            }
        }
    }

    /// `starts with`, `ends with`.
    #[inline(never)]
    pub(crate) fn affix(&mut self, op: BinaryOp, left: &Expr, right: &Expr, span: Span, cx: Cx) -> Option<Typed> {
        let (left, right) = (self.lower(left, cx, Want::Any), self.lower(right, cx, Want::Any));
        let (left, right) = (left.and_then(|left| self.text(left)), right.and_then(|right| self.text(right)));
        let (left, right) = (left?, right?);
        let op = if op == BinaryOp::StartsWith { Op::StartsWith(left, right) } else { Op::EndsWith(left, right) };
        self.typed(op, Ty::Boolean, cx, span)
    }

    /// An operand that must be a text.
    pub(crate) fn text(&mut self, typed: Typed) -> Option<NodeId> {
        if typed.ty == Ty::Text {
            return Some(typed.node);
        }
        let says = self.says(typed.ty);
        let help = match typed.ty {
            Ty::Code(_) => "compare a code with `=` or `in`",
            _ => "write a text in quotes, or declare the field as `text`",
        };
        let message = format!("text is expected, not {says}");
        self.report(codes::TYPES_DIFFER, typed.span, message, format!("this is {says}"), help);
        None
    }

    /// `a overlaps b`.
    #[inline(never)]
    pub(crate) fn overlaps(&mut self, left: &Expr, right: &Expr, span: Span, cx: Cx) -> Option<Typed> {
        let pair = self.group(&[left, right], cx, Want::Any);
        let pair = self.alike(pair, cx, "does not overlap")?;
        let [left, right] = pair.as_slice() else { return None };
        if !matches!(left.ty, Ty::Codes(_) | Ty::Texts) {
            let says = self.says(left.ty);
            self.report(
                codes::TYPES_DIFFER,
                left.span,
                format!("two sets overlap, not {says}"),
                format!("this is {says}"),
                "for one value use `in`",
            );
            return None;
        }
        self.typed(Op::Overlaps(left.node, right.node), Ty::Boolean, cx, span)
    }

    /// `x matches "pattern"`.
    #[inline(never)]
    pub(crate) fn matches(&mut self, left: &Expr, right: &Expr, span: Span, cx: Cx) -> Option<Typed> {
        let (left, right) = (self.lower(left, cx, Want::Any), self.lower(right, cx, Want::Any));
        let left = left.and_then(|left| self.text(left));
        let right = right?;
        let Some(Value::Text(source)) = self.constant_of(right.node) else {
            self.report(
                codes::NOT_CONSTANT,
                right.span,
                "a pattern must be a text in quotes",
                "not a constant text",
                "write the pattern itself: `matches \"^[A-Z]+$\"`",
            );
            return None;
        };
        match Pattern::new(&Arc::clone(source)) {
            Ok(pattern) => {
                let pattern = self.pattern(pattern);
                self.typed(Op::Matches { operand: left?, pattern }, Ty::Boolean, cx, span)
            }
            Err(reason) => {
                self.sink.push(
                    Diagnostic::error(codes::BAD_PATTERN, right.span, "the pattern cannot be read")
                        .label(reason)
                        .help("to match a sign such as `(` itself, write `\\\\(`"),
                );
                None
            }
        }
    }
}
