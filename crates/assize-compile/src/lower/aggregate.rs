//! Aggregates over child records.

use super::{Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::resolve::find::{Found, find};
use crate::resolve::{Member, value_type};
use crate::suggest::listing;
use assize_lang::ast::{Aggregate, AggregateKind as Kind, Ident};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::ids::{FieldId, NodeId, RecordId};
use assize_model::node::{AggregateKind, Op};
use assize_model::program::FieldKind;
use assize_model::ty::Ty;

const fn kind(kind: Kind) -> AggregateKind {
    match kind {
        Kind::Count => AggregateKind::Count,
        Kind::Any => AggregateKind::Any,
        Kind::All => AggregateKind::All,
        Kind::Sum => AggregateKind::Sum,
        Kind::Min => AggregateKind::Min,
        Kind::Max => AggregateKind::Max,
        Kind::Mean => AggregateKind::Mean,
        Kind::Latest => AggregateKind::Latest,
        Kind::Earliest => AggregateKind::Earliest,
        Kind::Distinct => AggregateKind::Distinct,
    }
}

impl Lowerer<'_, '_> {
    #[inline(never)]
    pub(crate) fn aggregate(&mut self, aggregate: &Aggregate, span: Span, cx: Cx) -> Option<Typed> {
        let (field, child) = self.many(&aggregate.many, cx)?;
        let Some(scope) = self.child_scope(cx.scope, field) else {
            if cx.levels <= super::MAX_LEVELS
                && let Some(asked) = self.asked
            {
                // Not deep by itself, but for what uses it.
                self.too_deep(asked);
                return None;
            }
            self.report(
                codes::TOO_DEEP,
                span,
                "child records are nested too deep",
                format!("past the limit of {} levels", super::MAX_LEVELS),
                "let each record work out what its parents need of it, fewer levels down",
            );
            return None;
        };
        let inner = Cx { scope, levels: cx.levels + 1 };
        let filter = aggregate.filter.as_ref().map(|filter| self.condition(filter, inner));
        let value = aggregate.value.as_ref().map(|value| self.lower(value, inner, Want::Any));
        let order = aggregate.by.as_ref().map(|by| self.order_of(by, child, inner));
        // Each part is looked at before any is found wrong.
        let filter = match filter {
            Some(filter) => Some(filter?),
            None => None,
        };
        let value = match value {
            Some(value) => Some(self.value_of(aggregate.kind, value?, aggregate.kind_span, inner)?),
            None => None,
        };
        let order = match order {
            Some(order) => Some(order?),
            None => None,
        };
        if aggregate.kind == Kind::All && filter.is_none() {
            let many = &aggregate.many.text;
            self.report(
                codes::AGGREGATE,
                span,
                "`all` of the records do what?",
                "no `where` follows",
                format!("say it: `all {many} where …`"),
            );
            return None;
        }
        let (ty, unit) = match (aggregate.kind, &value) {
            (Kind::Any | Kind::All, _) => (Ty::Boolean, None),
            (Kind::Count | Kind::Distinct, _) | (_, None) => (Ty::Integer, None),
            (Kind::Mean, Some(value)) => (Ty::Decimal, value.unit.clone()),
            (_, Some(value)) => (value.ty, value.unit.clone()),
        };
        let clockwork = value.as_ref().and_then(|value| value.clockwork);
        let value = value.map(|value| value.node);
        let op = Op::Aggregate { kind: kind(aggregate.kind), scope, value, order, filter };
        Some(Typed { unit, clockwork, ..self.typed(op, ty, cx, span)? })
    }

    /// The child records that an aggregate goes over.
    fn many(&mut self, name: &Ident, cx: Cx) -> Option<(FieldId, RecordId)> {
        let Some(record) = self.levels(cx).next() else {
            self.report(
                codes::NOT_CHILDREN,
                name.span,
                "a constant reads no records",
                "not known here",
                "give the `let` a record: `let … of RECORD = …`",
            );
            return None;
        };
        let names = self.tables.record(record)?;
        let owner = &names.ast.name.text;
        match names.members.get(name.text.as_str()) {
            Some((Member::Broken, _)) => return None,
            Some(&(Member::Field(field), _)) => {
                let kind = self.build.program.record(record)?.fields.get(field.index())?.kind;
                if let FieldKind::Many { record: child, .. } = kind {
                    self.read(record, field);
                    return Some((field, child));
                }
                self.not_many(name, value_type(kind), names.fields.get(field.index()).map(|field| field.name.span));
                return None;
            }
            Some(&(Member::Decl(_) | Member::Form(_), declared)) => {
                self.not_many(name, None, Some(declared));
                return None;
            }
            None => {}
        }
        if names.incomplete {
            return None;
        }
        if let Found::Member { level, record: outer, .. } = find(self.tables, self.levels(cx), &name.text)
            && level > 0
        {
            let outer = self.tables.record_name(outer);
            let message = format!("`{}` belongs to `{outer}`, around this `{owner}`", name.text);
            let help = format!("work it out there: `let … of {outer} = … {} …`, and use that name here", name.text);
            self.report(codes::NOT_CHILDREN, name.span, message, "not child records of this record", help);
            return None;
        }
        let message = format!("record `{owner}` has no child records `{}`", name.text);
        let diagnostic = Diagnostic::error(codes::NOT_CHILDREN, name.span, message).label("not declared as `many`");
        let children: Vec<&str> = (names.fields.iter())
            .filter(|field| matches!(field.ty.kind, assize_lang::ast::TypeKind::Many { .. }))
            .map(|field| field.name.text.as_str())
            .collect();
        let near = self.sink.closest(&name.text, children.iter().copied());
        self.sink.push(match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
            None if children.is_empty() => {
                diagnostic.help(format!("declare them: `{} : many RECORD by FIELD` in `{owner}`", name.text))
            }
            None => diagnostic.help(format!("its child records are {}", listing(children))),
        });
        None
    }

    fn not_many(&mut self, name: &Ident, ty: Option<Ty>, declared: Option<Span>) {
        let label = ty.map_or_else(|| "not child records".to_owned(), |ty| format!("this is {}", self.says(ty)));
        let mut diagnostic =
            Diagnostic::error(codes::NOT_CHILDREN, name.span, format!("`{}` is a value, not child records", name.text))
                .label(label)
                .help("an aggregate goes over a field declared as `many RECORD by FIELD`");
        if let Some(declared) = declared {
            diagnostic = diagnostic.also(declared, "declared here");
        }
        self.sink.push(diagnostic);
    }

    /// The field that the latest or earliest child is found by.
    fn order_of(&mut self, by: &Ident, child: RecordId, inner: Cx) -> Option<NodeId> {
        let names = self.tables.record(child)?;
        let owner = &names.ast.name.text;
        let field = match names.members.get(by.text.as_str()) {
            Some((Member::Broken, _)) => return None,
            Some(&(Member::Field(field), _)) => field,
            _ if names.incomplete => return None,
            _ => {
                let message = format!("record `{owner}` has no field `{}`", by.text);
                let diagnostic = Diagnostic::error(codes::UNKNOWN_FIELD, by.span, message).label("not a field of it");
                let fields = names.fields.iter().map(|field| field.name.text.as_str());
                let near = self.sink.closest(&by.text, fields);
                self.sink.push(match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(by.span, near),
                    None => diagnostic.help(format!("after `by` stands a field of `{owner}`")),
                });
                return None;
            }
        };
        let kind = self.build.program.record(child)?.fields.get(field.index())?.kind;
        let usable = match kind {
            FieldKind::Value(Ty::Integer | Ty::Decimal | Ty::Date | Ty::Time | Ty::DateTime) => true,
            FieldKind::Value(Ty::Code(list)) => self.is_ordered(list),
            _ => false,
        };
        if !usable {
            let label = match kind {
                FieldKind::Range(_) => "a range of values".to_owned(),
                _ => value_type(kind)
                    .map_or_else(|| "child records".to_owned(), |ty| format!("this is {}", self.says(ty))),
            };
            self.report(
                codes::AGGREGATE,
                by.span,
                format!("`{}` does not say which record is latest", by.text),
                label,
                "use a date, a time, a number or an ordered code",
            );
            return None;
        }
        self.read(child, field);
        let ty = value_type(kind)?;
        self.node(Op::Field(field), ty, inner, by.span)
    }

    /// Checks the value of an aggregate, and brings it to the type that the aggregate works on.
    fn value_of(&mut self, kind: Kind, value: Typed, kind_span: Span, inner: Cx) -> Option<Typed> {
        let (fits, help) = match kind {
            Kind::Sum | Kind::Mean => (value.ty.is_number(), "use a number"),
            Kind::Min | Kind::Max => {
                self.can_be_least(&value, kind_span)?;
                (true, "")
            }
            Kind::Distinct => {
                (!matches!(value.ty, Ty::Codes(_) | Ty::Texts | Ty::Duration), "use a code, a text, a number or a date")
            }
            _ => (true, ""),
        };
        if !fits {
            let word = match kind {
                Kind::Sum => "sum",
                Kind::Mean => "mean",
                _ => "distinct",
            };
            let (says, message) = (self.says(value.ty), format!("`{word}` does not go over such values"));
            self.report(codes::AGGREGATE, value.span, message, format!("this is {says}"), help);
            return None;
        }
        if kind == Kind::Mean { self.decimal(value, inner) } else { Some(value) }
    }
}
