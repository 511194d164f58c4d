//! What the tests of the reader share: reading, and a compact form of expressions that shows what binds to what.
#![allow(dead_code, clippy::panic, clippy::unwrap_used, reason = "each test file uses a part, and is a test")]

use assize_lang::ast::*;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::{FileId, Source};

pub fn read(text: &str) -> (File, Vec<Diagnostic>) {
    assize_lang::parse(FileId(0), &Source::new("test", text))
}

/// The declarations of a text without a fault.
#[track_caller]
pub fn decls(text: &str) -> Vec<Decl> {
    let (file, diagnostics) = read(text);
    assert_eq!(diagnostics, [], "{text}");
    file.decls
}

/// The only declaration of a text without a fault.
#[track_caller]
pub fn decl(text: &str) -> Decl {
    let mut decls = decls(text);
    assert_eq!(decls.len(), 1, "{text}");
    decls.remove(0)
}

/// The compact form of an expression.
#[track_caller]
pub fn expr(text: &str) -> String {
    match decl(&format!("let x of R = {text}")) {
        Decl::Let(declared) => show(&declared.value),
        other => panic!("{other:?}"),
    }
}

pub fn show(expr: &Expr) -> String {
    let all = |items: &[Expr]| items.iter().map(show).collect::<Vec<_>>().join(" ");
    let end = |end: &Option<Box<Expr>>| end.as_ref().map_or("-".to_owned(), |e| show(e));
    match &expr.kind {
        ExprKind::Boolean(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        ExprKind::Integer(value) => value.to_string(),
        ExprKind::Decimal { coefficient, scale } => format!("{coefficient}e-{scale}"),
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Date(date) => show_date(*date),
        ExprKind::Time(micros) => format!("{micros}us"),
        ExprKind::DateTime { date, micros, offset } => format!("{} {micros}us {offset:?}", show_date(*date)),
        ExprKind::Duration(amount) => format!("{}{:?}", amount.count, amount.unit),
        ExprKind::None => "none".to_owned(),
        ExprKind::AsOf => "as_of".to_owned(),
        ExprKind::Name(name) => name.text.clone(),
        ExprKind::Path { scope, name } => format!("{}.{}", scope.text, name.text),
        ExprKind::Member { of, name } => format!("{}.{}", show(of), name.text),
        ExprKind::Top(count) => format!("top{count}"),
        ExprKind::Set(items) => format!("{{{}}}", all(items)),
        ExprKind::Range { lo, hi, lo_closed, hi_closed } => {
            let (open, close) = (if *lo_closed { '[' } else { '(' }, if *hi_closed { ']' } else { ')' });
            format!("{open}{} .. {}{close}", end(lo), end(hi))
        }
        ExprKind::Not(inner) => format!("(not {})", show(inner)),
        ExprKind::Negate(inner) => format!("(neg {})", show(inner)),
        ExprKind::Binary { op, left, right, .. } => format!("({op:?} {} {})", show(left), show(right)),
        ExprKind::In { item, within } => format!("(in {} {})", show(item), show(within)),
        ExprKind::Within { item, amount, direction, anchor } => {
            format!("(within {} {} {direction:?} {})", show(item), show(amount), show(anchor))
        }
        ExprKind::Is { operand, test } => format!("(is {} {test:?})", show(operand)),
        ExprKind::If { condition, then, otherwise } => {
            format!("(if {} {} {})", show(condition), show(then), show(otherwise))
        }
        ExprKind::Tally { kind, items } => {
            let kind = match kind {
                TallyKind::Any => "any".to_owned(),
                TallyKind::All => "all".to_owned(),
                TallyKind::None => "none".to_owned(),
                TallyKind::AtLeast(n) => format!(">={}", show(n)),
                TallyKind::AtMost(n) => format!("<={}", show(n)),
                TallyKind::Exactly(n) => format!("={}", show(n)),
            };
            format!("(tally {kind} {})", all(items))
        }
        ExprKind::FirstKnown(items) => format!("(first-known {})", all(items)),
        ExprKind::Extreme { highest, items } => {
            format!("({} {})", if *highest { "highest" } else { "lowest" }, all(items))
        }
        ExprKind::Call { name, args } => format!("{}({})", name.text, all(args)),
        ExprKind::Between { unit, from, to } => format!("(between {unit:?} {} {})", show(from), show(to)),
        ExprKind::StartOf { unit, operand } => format!("(start-of {unit:?} {})", show(operand)),
        ExprKind::Step { up, operand } => format!("({} {})", if *up { "above" } else { "below" }, show(operand)),
        ExprKind::Aggregate(aggregate) => {
            let Aggregate { kind, value, many, by, filter, .. } = &**aggregate;
            let mut text = format!("({kind:?}");
            if let Some(value) = value {
                text += &format!(" {}", show(value));
            }
            text += &format!(" of {}", many.text);
            if let Some(by) = by {
                text += &format!(" by {}", by.text);
            }
            if let Some(filter) = filter {
                text += &format!(" where {}", show(filter));
            }
            text + ")"
        }
        ExprKind::Error => "ERROR".to_owned(),
    }
}

pub fn show_date(date: CivilDate) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

pub fn texts(names: &[Ident]) -> Vec<&str> {
    names.iter().map(|name| name.text.as_str()).collect()
}

pub fn quoted(texts: &[Quoted]) -> Vec<&str> {
    texts.iter().map(|quoted| quoted.text.as_str()).collect()
}
