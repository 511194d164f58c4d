//! Conditions: `and`, `or`, `not`, `is`, and counts of conditions.

use super::{Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::convert::reason;
use assize_lang::ast::{BinaryOp, Expr, ExprKind, KnownTest, TallyKind};
use assize_lang::source::Span;
use assize_model::ids::NodeId;
use assize_model::node::{Op, Tally};
use assize_model::ty::Ty;
use assize_model::value::Value;

impl Lowerer<'_, '_> {
    /// An expression that must come to yes or no.
    pub(crate) fn condition(&mut self, expr: &Expr, cx: Cx) -> Option<NodeId> {
        let typed = self.lower(expr, cx, Want::Any)?;
        if typed.ty == Ty::Boolean {
            return Some(typed.node);
        }
        self.not_a_condition(&typed);
        None
    }

    #[inline(never)]
    fn not_a_condition(&mut self, typed: &Typed) {
        let quoted = self.quote(typed.span);
        let says = self.says(typed.ty);
        let help = match typed.ty {
            Ty::Integer | Ty::Decimal if quoted.contains(' ') && !quoted.starts_with('(') => {
                format!("compare it with a number: `({quoted}) > 0`")
            }
            Ty::Integer | Ty::Decimal => format!("compare it with a number: `{quoted} > 0`"),
            Ty::Code(_) => format!("compare it with a code: `{quoted} = …`"),
            Ty::Codes(_) | Ty::Texts => format!("ask what it holds: `{quoted} contains …`"),
            _ => format!("compare it with a value: `{quoted} = …`, or ask `{quoted} is known`"),
        };
        self.report(
            codes::NOT_A_CONDITION,
            typed.span,
            format!("a condition is expected, not {says}"),
            format!("this is {says}"),
            help,
        );
    }

    /// Conditions; all of them are looked at even when one is wrong.
    fn conditions<'e>(&mut self, items: impl IntoIterator<Item = &'e Expr>, cx: Cx) -> Option<Vec<NodeId>> {
        let lowered: Vec<Option<NodeId>> = items.into_iter().map(|item| self.condition(item, cx)).collect();
        lowered.into_iter().collect()
    }

    /// A chain of `and`, or of `or`, as one node.
    #[inline(never)]
    pub(crate) fn junction(&mut self, expr: &Expr, op: BinaryOp, cx: Cx) -> Option<Typed> {
        let mut items = Vec::new();
        let mut at = expr;
        while let ExprKind::Binary { op: other, left, right, .. } = &at.kind
            && *other == op
        {
            items.push(&**right);
            at = left;
        }
        items.push(at);
        let items = self.conditions(items.into_iter().rev(), cx)?;
        let op = if op == BinaryOp::And { Op::And(items.into()) } else { Op::Or(items.into()) };
        self.typed(op, Ty::Boolean, cx, expr.span)
    }

    #[inline(never)]
    pub(crate) fn not(&mut self, operand: &Expr, span: Span, cx: Cx) -> Option<Typed> {
        let operand = self.condition(operand, cx)?;
        self.typed(Op::Not(operand), Ty::Boolean, cx, span)
    }

    #[inline(never)]
    pub(crate) fn is(&mut self, operand: &Expr, test: KnownTest, span: Span, cx: Cx) -> Option<Typed> {
        let operand = self.lower(operand, cx, Want::Any)?.node;
        let op = match test {
            KnownTest::Known => Op::IsKnown(operand),
            KnownTest::Missing => Op::IsMissing(operand),
            KnownTest::Reason(why) => Op::IsReason(operand, reason(why)),
        };
        self.typed(op, Ty::Boolean, cx, span)
    }

    /// `any of (…)`, `at least 4 of (…)`.
    #[inline(never)]
    pub(crate) fn tally(&mut self, kind: &TallyKind, items: &[Expr], span: Span, cx: Cx) -> Option<Typed> {
        let counted = match kind {
            TallyKind::AtLeast(n) => Some((Tally::AtLeast, self.count(n, cx))),
            TallyKind::AtMost(n) => Some((Tally::AtMost, self.count(n, cx))),
            TallyKind::Exactly(n) => Some((Tally::Exactly, self.count(n, cx))),
            TallyKind::Any | TallyKind::All | TallyKind::None => None,
        };
        let items = self.conditions(items, cx)?;
        if let Some((kind, n)) = counted {
            let (n, n_span) = n?;
            self.reachable(kind, n, items.len(), n_span)?;
            return self.typed(Op::Tally { kind, n, items: items.into() }, Ty::Boolean, cx, span);
        }
        let joined = match (kind, items.as_slice()) {
            (_, [one]) => *one,
            (TallyKind::All, _) => self.node(Op::And(items.into()), Ty::Boolean, cx, span)?,
            _ => self.node(Op::Or(items.into()), Ty::Boolean, cx, span)?,
        };
        let node = if *kind == TallyKind::None { self.node(Op::Not(joined), Ty::Boolean, cx, span)? } else { joined };
        Some(Typed { node, ty: Ty::Boolean, unit: None, clockwork: None, span })
    }

    fn count(&mut self, n: &Expr, cx: Cx) -> Option<(NodeId, Span)> {
        let typed = self.lower(n, cx, Want::Any)?;
        if typed.ty == Ty::Integer {
            return Some((typed.node, typed.span));
        }
        let says = self.says(typed.ty);
        self.report(
            codes::NOT_A_NUMBER,
            typed.span,
            "how many of the conditions must be an integer",
            format!("this is {says}"),
            "write a whole number, or a parameter that is one",
        );
        None
    }

    /// Refuses a constant count that the conditions always or never reach.
    fn reachable(&mut self, kind: Tally, n: NodeId, items: usize, span: Span) -> Option<()> {
        let Some(Value::Integer(n)) = self.constant_of(n) else { return Some(()) };
        let (n, len) = (*n, i64::try_from(items).unwrap_or(i64::MAX));
        let answer = match kind {
            Tally::AtLeast if n <= 0 => "always",
            Tally::AtLeast if n > len => "never",
            Tally::AtMost if n < 0 => "never",
            Tally::AtMost if n >= len => "always",
            Tally::Exactly if n < 0 || n > len => "never",
            _ => return Some(()),
        };
        let word = match kind {
            Tally::AtLeast => "at least",
            Tally::AtMost => "at most",
            Tally::Exactly => "exactly",
        };
        let plural = if items == 1 { "condition" } else { "conditions" };
        self.report(
            codes::DECIDED_COUNT,
            span,
            format!("{word} {n} of {items} {plural} is {answer} true"),
            format!("of {items} {plural}"),
            format!("write a number that the {plural} can reach and miss"),
        );
        None
    }
}
