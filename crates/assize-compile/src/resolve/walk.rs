//! The parts of an expression, in the order of the text.

use assize_lang::ast::{Expr, ExprKind, TallyKind};

/// Calls `f` with each direct part of an expression. The value and the filter of an aggregate are read from other
/// records and are not among them.
pub fn parts<'e>(expr: &'e Expr, mut f: impl FnMut(&'e Expr)) {
    match &expr.kind {
        ExprKind::Boolean(_)
        | ExprKind::Integer(_)
        | ExprKind::Decimal { .. }
        | ExprKind::Text(_)
        | ExprKind::Date(_)
        | ExprKind::Time(_)
        | ExprKind::DateTime { .. }
        | ExprKind::Duration(_)
        | ExprKind::None
        | ExprKind::AsOf
        | ExprKind::Name(_)
        | ExprKind::Path { .. }
        | ExprKind::Aggregate(_)
        | ExprKind::Top(_)
        | ExprKind::Error => {}
        ExprKind::Set(items) | ExprKind::FirstKnown(items) | ExprKind::Extreme { items, .. } => {
            items.iter().for_each(f);
        }
        ExprKind::Call { args, .. } => args.iter().for_each(f),
        ExprKind::Range { lo, hi, .. } => lo.iter().chain(hi).for_each(|end| f(end)),
        ExprKind::Not(part)
        | ExprKind::Negate(part)
        | ExprKind::Is { operand: part, .. }
        | ExprKind::StartOf { operand: part, .. }
        | ExprKind::Member { of: part, .. }
        | ExprKind::Step { operand: part, .. } => f(part),
        ExprKind::Binary { left: a, right: b, .. }
        | ExprKind::In { item: a, within: b }
        | ExprKind::Between { from: a, to: b, .. } => {
            f(a);
            f(b);
        }
        ExprKind::Within { item: a, amount: b, anchor: c, .. }
        | ExprKind::If { condition: a, then: b, otherwise: c } => {
            f(a);
            f(b);
            f(c);
        }
        ExprKind::Tally { kind, items } => {
            if let TallyKind::AtLeast(n) | TallyKind::AtMost(n) | TallyKind::Exactly(n) = kind {
                f(n);
            }
            items.iter().for_each(f);
        }
    }
}
