//! Values as written in parameters and tests, against the type they must have.

use crate::lower::Lowerer;
use crate::lower::expr::{Literal, literal};
use crate::suggest::closest;
use assize_lang::ast::{BinaryOp, Expr, ExprKind, Ident};
use assize_lang::diagnostic::{Code, Diagnostic};
use assize_model::decimal::Decimal;
use assize_model::ids::ListId;
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::sync::Arc;

/// What a value is for: the code of the error, and who holds it ("field `on`").
#[derive(Clone, Copy)]
pub struct For<'e> {
    /// The code.
    pub code: Code,
    /// The holder.
    pub holder: &'e str,
}

/// The value of a literal that must have a type; `None` when it is reported that it does not.
pub fn value(lowerer: &mut Lowerer<'_, '_>, expr: &Expr, ty: Ty, of: For<'_>) -> Option<Value> {
    let found = match (&expr.kind, ty) {
        (ExprKind::Error, _) => return None,
        (ExprKind::Name(name), Ty::Code(list)) => {
            return code(lowerer, list, name).map(|code| Value::Code(list, code));
        }
        (ExprKind::Set(items), Ty::Codes(list)) => {
            let mut codes = Vec::with_capacity(items.len());
            for item in items {
                let Value::Code(_, code) = value(lowerer, item, Ty::Code(list), of)? else { return None };
                codes.push(code);
            }
            return Some(Value::codes(list, codes));
        }
        (ExprKind::Set(items), Ty::Texts) => {
            let mut texts: Vec<Arc<str>> = Vec::with_capacity(items.len());
            for item in items {
                let Value::Text(text) = value(lowerer, item, Ty::Text, of)? else { return None };
                texts.push(text);
            }
            return Some(Value::texts(texts));
        }
        _ => plain(lowerer, expr)?,
    };
    match (found, ty) {
        (Some(Value::Integer(number)), Ty::Decimal) => Some(Value::Decimal(Decimal::from_i64(number))),
        (Some(value), _) if value.ty() == ty => Some(value),
        (found, _) => {
            mismatch(lowerer, expr, found.as_ref(), ty, of);
            None
        }
    }
}

/// The value of a literal by itself: the outer `None` when something is reported, the inner when it is no literal.
#[expect(clippy::option_option, reason = "reported, and not a literal, are different answers")]
fn plain(lowerer: &mut Lowerer<'_, '_>, expr: &Expr) -> Option<Option<Value>> {
    match &expr.kind {
        ExprKind::Negate(operand) => {
            let value = plain(lowerer, operand)?;
            Some(match value {
                Some(Value::Integer(number)) => number.checked_neg().map(Value::Integer),
                Some(Value::Decimal(number)) => Some(Value::Decimal(number.neg())),
                Some(Value::Duration(duration)) => duration.neg().ok().map(Value::Duration),
                _ => None,
            })
        }
        // Several amounts of a duration are a sum.
        ExprKind::Binary { op: BinaryOp::Add, left, right, .. } => {
            match (plain(lowerer, left)?, plain(lowerer, right)?) {
                (Some(Value::Duration(a)), Some(Value::Duration(b))) => Some(a.add(b).ok().map(Value::Duration)),
                _ => Some(None),
            }
        }
        kind => match literal(kind, lowerer.build.program.ruleset.zone.as_ref()) {
            Literal::Value(value) => Some(Some(value)),
            Literal::NotAValue => Some(None),
            Literal::NoZone => {
                lowerer.no_zone(expr.span, "a local date and time has no meaning without a time zone");
                None
            }
            Literal::TooLong => Some(None),
        },
    }
}

/// The code of a name.
pub fn code(lowerer: &mut Lowerer<'_, '_>, list: ListId, name: &Ident) -> Option<assize_model::ids::Code> {
    let names = lowerer.tables.list(list)?;
    let code = names.codes.get(name.text.as_str()).copied();
    if code.is_none() && !names.incomplete {
        lowerer.unknown_code(list, name, None);
    }
    code
}

fn mismatch(lowerer: &mut Lowerer<'_, '_>, expr: &Expr, found: Option<&Value>, ty: Ty, of: For<'_>) {
    let wanted = lowerer.says(ty);
    let is = match (&expr.kind, found) {
        (_, Some(value)) => lowerer.says(value.ty()),
        (ExprKind::Name(_), _) => "a name".into(),
        (ExprKind::Set(_), _) => "a set".into(),
        (ExprKind::Range { .. }, _) => "a range".into(),
        (ExprKind::None, _) => "`none`".into(),
        _ => "not a value as it is written in data".into(),
    };
    let mut diagnostic =
        Diagnostic::error(of.code, expr.span, format!("{} holds {wanted}", of.holder)).label(format!("this is {is}"));
    diagnostic = match (ty, &expr.kind, found) {
        (Ty::Code(list), _, Some(Value::Text(text))) => {
            let list = lowerer.build.program.list(list);
            let meant = list.and_then(|list| {
                let fits = list.codes.iter().find(|code| code.from.contains(text) || code.heading.name == *text);
                fits.map(|code| code.heading.name.to_string())
            });
            match meant {
                Some(code) => diagnostic.help(format!("write the code: `{code}`")).fix(expr.span, code),
                None => diagnostic.help("write the name of a code, without quotes"),
            }
        }
        (Ty::Text, ExprKind::Name(name), _) => {
            diagnostic.help("write a text in quotes").fix(expr.span, format!("\"{}\"", name.text))
        }
        (Ty::Boolean, ExprKind::Name(name), _) => match closest(&name.text, ["yes", "no"]) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(expr.span, near),
            None => diagnostic.help("write `yes` or `no`"),
        },
        _ => diagnostic.help(match ty {
            Ty::Boolean => "write `yes` or `no`",
            Ty::Integer => "write a whole number",
            Ty::Decimal => "write a number",
            Ty::Text => "write a text in quotes",
            Ty::Date => "write a date such as 2026-01-31",
            Ty::Time => "write a time such as 14:30",
            Ty::DateTime => "write a date with a time such as 2026-01-31T14:30",
            Ty::Duration => "write a duration such as 12 months",
            Ty::Code(_) => "write the name of a code",
            Ty::Codes(_) => "write a set of codes: {a, b}",
            Ty::Texts => "write a set of texts: {\"a\", \"b\"}",
        }),
    };
    lowerer.sink.push(diagnostic);
}
