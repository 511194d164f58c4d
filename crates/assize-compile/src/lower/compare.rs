//! Comparisons, and bringing values of different types together.

use super::{Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::units::shown;
use assize_lang::ast::{BinaryOp, Expr, ExprKind};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::ids::ListId;
use assize_model::node::{Comparison, Op};
use assize_model::ty::Ty;
use assize_model::value::Value;

/// The comparison of an operator.
const fn comparison(op: BinaryOp) -> Comparison {
    match op {
        BinaryOp::Ne => Comparison::Ne,
        BinaryOp::Lt => Comparison::Lt,
        BinaryOp::Le => Comparison::Le,
        BinaryOp::Gt => Comparison::Gt,
        BinaryOp::Ge => Comparison::Ge,
        _ => Comparison::Eq,
    }
}

impl Lowerer<'_, '_> {
    /// Lowers expressions that should have one type; those that need context get it from the others.
    pub(crate) fn group(&mut self, exprs: &[&Expr], cx: Cx, want: Want) -> Vec<Option<Typed>> {
        let mut out: Vec<Option<Typed>> = vec![None; exprs.len()];
        let needy: Vec<bool> = exprs.iter().map(|expr| self.needs_context(expr, cx)).collect();
        let mut context = want;
        for ((slot, expr), needy) in out.iter_mut().zip(exprs).zip(&needy) {
            if !*needy {
                *slot = self.lower(expr, cx, want);
                match (&*slot, context) {
                    (Some(typed), Want::Any | Want::Reported) => context = Want::Ty(typed.ty),
                    (None, Want::Any) => context = Want::Reported,
                    _ => {}
                }
            }
        }
        if context == Want::Any
            && let Some(list) = self.common_list(exprs, cx)
        {
            context = Want::Ty(Ty::Code(list));
        }
        for ((slot, expr), needy) in out.iter_mut().zip(exprs).zip(needy) {
            if needy {
                *slot = self.lower(expr, cx, context);
                // The first code that is found tells the list of those after it.
                match (&*slot, context) {
                    (Some(typed), Want::Any) => context = Want::Ty(typed.ty),
                    (None, Want::Any) => context = Want::Reported,
                    _ => {}
                }
            }
        }
        out
    }

    /// Brings values to one type: integers that meet decimals, and instants that meet dates, are converted. `joins` is
    /// the phrase between the two types in the error: "cannot be compared with".
    pub(crate) fn alike(&mut self, items: Vec<Option<Typed>>, cx: Cx, joins: &str) -> Option<Vec<Typed>> {
        let mut items: Vec<Typed> = items.into_iter().collect::<Option<_>>()?;
        let has = |items: &[Typed], ty: Ty| items.iter().any(|item| item.ty == ty);
        if has(&items, Ty::Integer) && has(&items, Ty::Decimal) {
            items = items.into_iter().map(|item| self.decimal(item, cx)).collect::<Option<_>>()?;
        }
        if has(&items, Ty::Date) && has(&items, Ty::DateTime) {
            items = items.into_iter().map(|item| self.civil_date(item, cx)).collect::<Option<_>>()?;
        }
        let first = items.first()?.clone();
        for item in &items {
            if item.ty != first.ty {
                self.types_differ(&first, item, joins);
                return None;
            }
            if let (Some(a), Some(b)) = (first.clockwork, item.clockwork)
                && a != b
            {
                self.mixed_durations(first.span, item.span);
                return None;
            }
        }
        self.one_unit(&items)?;
        Some(items)
    }

    /// Refuses numbers of different stated units.
    pub(crate) fn one_unit(&mut self, items: &[Typed]) -> Option<()> {
        let mut first: Option<&Typed> = None;
        for item in items {
            let Some(unit) = &item.unit else { continue };
            let Some(before) = first else {
                first = Some(item);
                continue;
            };
            let stated = before.unit.as_deref().unwrap_or_default();
            if stated != &**unit {
                let (a, b) = (shown(stated), shown(unit));
                let diagnostic =
                    Diagnostic::error(codes::UNITS_DIFFER, item.span, format!("`{a}` and `{b}` are different units"))
                        .label(format!("in `{b}`"))
                        .also(before.span, format!("in `{a}`"))
                        .help("multiply or divide by a rate that turns one unit into the other");
                self.sink.push(diagnostic);
                return None;
            }
        }
        Some(())
    }

    pub(crate) fn mixed_durations(&mut self, first: Span, second: Span) {
        self.sink.push(
            Diagnostic::error(codes::MIXED_DURATIONS, second, "calendar and clock durations are mixed")
                .label("the other kind")
                .also(first, "one kind")
                .help("years to days are calendar durations, hours to seconds clock durations: use one kind"),
        );
    }

    #[inline(never)]
    fn types_differ(&mut self, first: &Typed, item: &Typed, joins: &str) {
        let (a, b) = (self.says(first.ty), self.says(item.ty));
        let mut diagnostic = Diagnostic::error(codes::TYPES_DIFFER, item.span, format!("{a} {joins} {b}"))
            .label(format!("this is {b}"))
            .also(first.span, format!("this is {a}"));
        let pair = |ty: Ty| match (first.ty == ty, item.ty == ty) {
            (true, _) => Some((first, item)),
            (_, true) => Some((item, first)),
            _ => None,
        };
        let list = |ty: Ty| match ty {
            Ty::Code(list) | Ty::Codes(list) => Some(list),
            _ => None,
        };
        diagnostic = if let (Ty::Codes(x), Ty::Code(y)) | (Ty::Code(x), Ty::Codes(y)) = (first.ty, item.ty)
            && x == y
        {
            diagnostic.help("ask a set for a member with `contains`, and a code for its set with `in`")
        } else if let Some((text, other)) = pair(Ty::Text) {
            match (list(other.ty), other.ty) {
                (Some(list), _) => match self.code_of_text(list, text) {
                    Some(code) => diagnostic.help(format!("write the code: `{code}`")).fix(text.span, code),
                    None => diagnostic.help("write the name of a code, without quotes"),
                },
                (None, Ty::Date) => diagnostic.help("a date is written 2026-01-31, without quotes"),
                (None, Ty::Boolean) => diagnostic.help("write `yes` or `no`, without quotes"),
                (None, Ty::Integer | Ty::Decimal) if self.constant_of(text.node).is_some() => {
                    diagnostic.help("a number is written without quotes")
                }
                (None, Ty::Integer | Ty::Decimal) if self.constant_of(other.node).is_some() => {
                    diagnostic.help("a text stands in double quotes: `\"5\"`")
                }
                (None, Ty::Integer | Ty::Decimal) => diagnostic.help("bring both to one type"),
                _ => diagnostic.help("compare values of one type"),
            }
        } else if pair(Ty::Boolean).is_some() {
            diagnostic.help(
                "a condition stands by itself, or is compared with `yes` or `no`; \
                 to compare a count, put it in brackets: `(count charges where weapon) >= 2`",
            )
        } else if let (Some(x), Some(y)) = (list(first.ty), list(item.ty)) {
            let (x, y) = (self.tables.list_name(x), self.tables.list_name(y));
            diagnostic.help(format!("codes of `{x}` and `{y}` are never equal; use codes of one list"))
        } else if let Some((_, other)) = pair(Ty::Duration)
            && other.ty.is_number()
        {
            diagnostic.help("give the number a unit, such as `30 days`, or leave the unit of the other side out")
        } else if let Some((_, other)) = pair(Ty::Date)
            && other.ty.is_number()
            && self.constant_of(other.node).is_some()
        {
            diagnostic.help("a date is written `2026-01-31`, and its year is `year(date)`")
        } else {
            diagnostic.help("bring both to one type")
        };
        self.sink.push(diagnostic);
    }

    /// The code that a text in quotes was meant for.
    fn code_of_text(&self, list: ListId, text: &Typed) -> Option<String> {
        let Some(Value::Text(text)) = self.constant_of(text.node) else { return None };
        let list = self.build.program.list(list)?;
        let found = list.codes.iter().find(|code| {
            *code.heading.name == **text
                || code.heading.title.as_ref().is_some_and(|title| title == text)
                || code.from.contains(text)
        });
        found.map(|code| code.heading.name.to_string())
    }

    /// `=`, `!=`, `<`, `<=`, `>`, `>=`.
    #[inline(never)]
    pub(crate) fn comparison(
        &mut self,
        op: BinaryOp,
        op_span: Span,
        left: &Expr,
        right: &Expr,
        span: Span,
        cx: Cx,
    ) -> Option<Typed> {
        let items = self.group(&[left, right], cx, Want::Any);
        let items = self.alike(items, cx, "cannot be compared with")?;
        let (names, [left, right]) = ((&left.kind, &right.kind), items.as_slice()) else { return None };
        if left.node == right.node
            && let (ExprKind::Name(_), ExprKind::Name(name)) = names
            && let Ty::Code(list) = left.ty
            && self.build.program.list(list).is_some_and(|list| list.code(&name.text).is_some())
        {
            self.report(
                codes::AMBIGUOUS_NAME,
                name.span,
                format!("`{}` is compared with itself: it is also the name of a code", name.text),
                "not the code",
                "give the code or what is compared another name",
            );
            return None;
        }
        self.compare_typed(comparison(op), left, right, op_span, span, cx)
    }

    /// A comparison of two values of one type.
    pub(crate) fn compare_typed(
        &mut self,
        op: Comparison,
        left: &Typed,
        right: &Typed,
        op_span: Span,
        span: Span,
        cx: Cx,
    ) -> Option<Typed> {
        if !matches!(op, Comparison::Eq | Comparison::Ne) {
            self.has_order(left, op_span)?;
        }
        self.may_be_no_code(left, right)?;
        self.may_be_no_code(right, left)?;
        let node = self.compare_node(op, left.node, right.node, cx, span)?;
        Some(Typed { node, ty: Ty::Boolean, unit: None, clockwork: None, span })
    }

    /// Refuses values that have no order; `span` is where an order is asked for.
    pub(crate) fn has_order(&mut self, typed: &Typed, span: Span) -> Option<()> {
        let says = self.says(typed.ty);
        match typed.ty {
            Ty::Integer | Ty::Decimal | Ty::Text | Ty::Date | Ty::Time | Ty::DateTime | Ty::Duration => Some(()),
            Ty::Code(list) if self.is_ordered(list) => Some(()),
            Ty::Code(list) => {
                let name = self.tables.list_name(list);
                let mut diagnostic =
                    Diagnostic::error(codes::NO_ORDER, span, format!("the codes of `{name}` have no order"))
                        .label("asks for an order")
                        .also(typed.span, format!("this is {says}"))
                        .help(format!("declare `ordered codes {name}`, lowest first"));
                if let Some(names) = self.tables.list(list) {
                    diagnostic = diagnostic.also(names.ast.name.span, "declared without an order");
                }
                self.sink.push(diagnostic);
                None
            }
            Ty::Boolean | Ty::Codes(_) | Ty::Texts => {
                let help = match typed.ty {
                    Ty::Boolean => "use `and`, `or`, `not`, `=` or `!=`",
                    _ => "use `contains`, `overlaps`, `=` or `!=`, or compare the `size`",
                };
                let plural = if typed.ty == Ty::Boolean { "yes and no have no order" } else { "sets have no order" };
                self.sink.push(
                    Diagnostic::error(codes::NO_ORDER, span, plural)
                        .label("asks for an order")
                        .also(typed.span, format!("this is {says}"))
                        .help(help),
                );
                None
            }
        }
    }

    /// Refuses to compare `none` with what is always a code when it is known.
    fn may_be_no_code(&mut self, none: &Typed, other: &Typed) -> Option<()> {
        let op = |typed: &Typed| self.build.program.node(typed.node).map(|node| &node.op);
        if !matches!(op(none), Some(Op::NoCode)) {
            return Some(());
        }
        let mut at = other.node;
        while let Some(Op::Parent(outer)) = self.build.program.node(at).map(|node| &node.op) {
            at = *outer;
        }
        if !matches!(self.build.program.node(at).map(|node| &node.op), Some(Op::Field(_) | Op::Param(_) | Op::Const(_)))
        {
            return Some(());
        }
        let quoted = self.quote(other.span);
        self.sink.push(
            Diagnostic::error(codes::NO_CODE, none.span, "only a category comes to `none`")
                .label("never equal")
                .also(other.span, "this is always a code when it is known")
                .help(format!("for a value that is not there, write `{quoted} is missing`")),
        );
        None
    }
}
