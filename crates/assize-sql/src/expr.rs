//! Expressions.

use crate::children;
use crate::dialect::Dialect;
use crate::relation::Writer;
use crate::value::{Outcome, Sql, code_name};
use crate::{Not, Written, category};
use assize_model::civil::Unit;
use assize_model::ids::{Code, ListId, NodeId, ScopeId};
use assize_model::node::{AggregateKind, Comparison, DatePart, Op, Tally};
use assize_model::program::{FieldKind, Hit, Otherwise};
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::collections::BTreeSet;

/// Expressions of a scope, over a relation with an alias.
pub struct Scoped<'w, 'p> {
    pub writer: &'w mut Writer<'p>,
    pub scope: ScopeId,
    pub alias: String,
    /// Where the parent's fields can be read: its scope, and the alias of its source.
    pub parent: Option<(ScopeId, String)>,
}

impl Scoped<'_, '_> {
    fn dialect(&self) -> Dialect {
        self.writer.run.dialect
    }

    /// A condition.
    pub fn condition(&mut self, id: NodeId) -> Written<String> {
        match self.expr(id)? {
            Sql::Plain(text) => Ok(text),
            _ => Err(self.not(id, "a condition that is none in SQL")),
        }
    }

    /// A value that is known or not, and never between bounds.
    pub fn exact(&mut self, id: NodeId) -> Written<String> {
        match self.expr(id)? {
            Sql::Plain(text) => Ok(text),
            Sql::Number { lo, hi } if lo == hi => Ok(lo),
            Sql::Code(code) => match self.ty(id)? {
                Ty::Code(list) => Ok(self.dialect().text(&code_name(self.writer.run.program, list, code))),
                _ => Err(self.not(id, "a code of no list")),
            },
            _ => Err(self.not(id, "a value that may be between bounds, or the outcome of a category, here")),
        }
    }

    fn ty(&self, id: NodeId) -> Written<Ty> {
        self.writer.run.program.node(id).map(|node| node.ty).ok_or_else(|| Not::because("an expression is not there"))
    }

    /// A refusal at an expression.
    fn not(&self, id: NodeId, what: &str) -> Not {
        let not = Not::because(what);
        match self.writer.run.program.node(id) {
            Some(node) => not.at(node.place),
            None => not,
        }
    }

    fn number(&mut self, id: NodeId) -> Written<(String, String)> {
        match self.expr(id)? {
            Sql::Number { lo, hi } => Ok((lo, hi)),
            _ => Err(self.not(id, "a number that is none in SQL")),
        }
    }

    fn list_of(&mut self, ids: &[NodeId]) -> Written<Vec<String>> {
        ids.iter().map(|&id| self.condition(id)).collect()
    }

    /// An expression.
    pub fn expr(&mut self, id: NodeId) -> Written<Sql> {
        self.writer.enter()?;
        let sql = self.operation(id)?;
        self.writer.leave(&sql)?;
        Ok(sql)
    }

    fn operation(&mut self, id: NodeId) -> Written<Sql> {
        let (program, dialect) = (self.writer.run.program, self.dialect());
        let node = program.node(id).ok_or_else(|| Not::because("an expression is not there"))?;
        let refuse = |what: &str| Err(Not::because(what).at(node.place));
        let plain = |text: String| Ok(Sql::Plain(text));
        match &node.op {
            Op::Const(value) => match Sql::constant(dialect, value) {
                Some(sql) => Ok(sql),
                None => refuse("a time, an instant or a span by the clock"),
            },
            Op::NoCode => Ok(Sql::Code(Code::NONE)),
            Op::Param(param) => {
                let value = self.writer.run.params.get(param.index());
                match value.and_then(|value| Sql::constant(dialect, value)) {
                    Some(sql) => Ok(sql),
                    None => refuse("a parameter of a time, an instant or a span by the clock"),
                }
            }
            Op::AsOf => plain(dialect.date(self.writer.run.as_of)),
            Op::Field(field) => {
                let record = self.writer.record(self.scope)?;
                let declared = program.record(record).and_then(|record| record.fields.get(field.index()));
                let declared = declared.ok_or_else(|| Not::because("a field is not there"))?;
                let FieldKind::Value(ty) = declared.kind else {
                    return refuse("a field of a range, or of children, as a value");
                };
                self.writer.reads(record, *field);
                let text = format!("{}.{}", self.alias, dialect.name(&declared.heading.name));
                if ty.is_number() { Ok(Sql::number(text)) } else { plain(text) }
            }
            Op::Parent(of) => {
                let Some((scope, alias)) = self.parent.clone() else {
                    return refuse("a child that reads its parent within another count or a category of its own");
                };
                let mut parent = Scoped { writer: self.writer, scope, alias, parent: None };
                if parent.reads_layers(*of) {
                    return refuse("a child that reads a count or a category of its parent");
                }
                parent.expr(*of)
            }
            Op::Not(a) => plain(format!("(NOT {})", self.condition(*a)?)),
            Op::And(items) => plain(format!("({})", self.list_of(items)?.join(" AND "))),
            Op::Or(items) => plain(format!("({})", self.list_of(items)?.join(" OR "))),
            Op::Tally { kind, n, items } => {
                let (n, items) = (self.exact(*n)?, self.list_of(items)?);
                let sum = |one: &dyn Fn(&String) -> String| items.iter().map(one).collect::<Vec<_>>().join(" + ");
                let yes = format!("({})", sum(&|item| format!("CASE WHEN {item} THEN 1 ELSE 0 END")));
                let open = format!("({})", sum(&|item| format!("CASE WHEN {item} IS NULL THEN 1 ELSE 0 END")));
                plain(match kind {
                    Tally::AtLeast => {
                        format!("(CASE WHEN {yes} >= {n} THEN TRUE WHEN {yes} + {open} < {n} THEN FALSE END)")
                    }
                    Tally::AtMost => {
                        format!("(CASE WHEN {yes} + {open} <= {n} THEN TRUE WHEN {yes} > {n} THEN FALSE END)")
                    }
                    Tally::Exactly => format!(
                        "(CASE WHEN {yes} > {n} OR {yes} + {open} < {n} THEN FALSE WHEN {open} = 0 THEN TRUE END)"
                    ),
                })
            }
            Op::Compare { op, left, right } => self.compare(id, *op, *left, *right),
            Op::In { item, set } => self.member(id, *item, *set),
            Op::IsKnown(of) => Ok(Sql::Plain(self.known(*of)?)),
            Op::IsMissing(of) => Ok(Sql::Plain(format!("(NOT {})", self.known(*of)?))),
            Op::IsReason(..) => refuse("the reason for which a value is missing"),
            Op::Negate(a) => {
                let (lo, hi) = self.number(*a)?;
                Ok(Sql::Number { lo: format!("(-{hi})"), hi: format!("(-{lo})") })
            }
            Op::Add(a, b) if node.ty.is_number() => {
                let (a, b) = (self.number(*a)?, self.number(*b)?);
                Ok(Sql::Number { lo: format!("({} + {})", a.0, b.0), hi: format!("({} + {})", a.1, b.1) })
            }
            Op::Sub(a, b) if node.ty.is_number() => {
                let (a, b) = (self.number(*a)?, self.number(*b)?);
                Ok(Sql::Number { lo: format!("({} - {})", a.0, b.1), hi: format!("({} - {})", a.1, b.0) })
            }
            Op::Mul(a, b) if node.ty.is_number() => {
                Ok(Sql::number(format!("({} * {})", self.exact(*a)?, self.exact(*b)?)))
            }
            Op::Add(..) | Op::Sub(..) | Op::Mul(..) => refuse("arithmetic with spans of time or instants"),
            Op::Div(..) => refuse("a quotient, which may end in an error"),
            Op::Abs(a) => Ok(Sql::number(format!("ABS({})", self.exact(*a)?))),
            Op::ToDecimal(a) => {
                let (lo, hi) = self.number(*a)?;
                Ok(Sql::Number { lo, hi })
            }
            Op::Min(items) | Op::Max(items) if node.ty.is_number() || node.ty == Ty::Date => {
                let word = if matches!(node.op, Op::Min(_)) { "LEAST" } else { "GREATEST" };
                let items: Vec<String> = items.iter().map(|&item| self.exact(item)).collect::<Written<_>>()?;
                // The databases leave out what is not known.
                let open: Vec<String> = items.iter().map(|item| format!("{item} IS NULL")).collect();
                let text = format!("(CASE WHEN {} THEN NULL ELSE {word}({}) END)", open.join(" OR "), items.join(", "));
                if node.ty.is_number() { Ok(Sql::number(text)) } else { plain(text) }
            }
            Op::Min(_) | Op::Max(_) => refuse("the least or greatest of what is neither number nor date"),
            Op::If { condition, then, otherwise } => {
                let condition = self.condition(*condition)?;
                let case = |one: &str, other: &str| {
                    format!("(CASE WHEN {condition} THEN {one} WHEN NOT {condition} THEN {other} END)")
                };
                if node.ty.is_number() {
                    let (then, otherwise) = (self.number(*then)?, self.number(*otherwise)?);
                    return Ok(Sql::Number { lo: case(&then.0, &otherwise.0), hi: case(&then.1, &otherwise.1) });
                }
                plain(case(&self.exact(*then)?, &self.exact(*otherwise)?))
            }
            Op::Where { condition, value } => {
                let (condition, value) = (self.condition(*condition)?, self.exact(*value)?);
                let text = format!("(CASE WHEN {condition} THEN {value} END)");
                if node.ty.is_number() { Ok(Sql::number(text)) } else { plain(text) }
            }
            Op::FirstKnown(items) => {
                let items: Vec<String> = items.iter().map(|&item| self.exact(item)).collect::<Written<_>>()?;
                let text = format!("COALESCE({})", items.join(", "));
                if node.ty.is_number() { Ok(Sql::number(text)) } else { plain(text) }
            }
            Op::StartsWith(a, b) => plain(dialect.starts_with(&self.exact(*a)?, &self.exact(*b)?)),
            Op::EndsWith(a, b) => {
                let (a, b) = (self.exact(*a)?, self.exact(*b)?);
                plain(format!("(RIGHT({a}, LENGTH({b})) = {b})"))
            }
            Op::Contains(a, b) if self.ty(*a)? == Ty::Text => {
                plain(dialect.contains(&self.exact(*a)?, &self.exact(*b)?))
            }
            Op::Size(a) if self.ty(*a)? == Ty::Text => Ok(Sql::number(format!("LENGTH({})", self.exact(*a)?))),
            Op::Shift { operand, by, back } => {
                if node.ty != Ty::Date {
                    return refuse("a time or an instant that is moved");
                }
                let date = self.exact(*operand)?;
                let Sql::Span { months, days } = self.expr(*by)? else {
                    return refuse("a span of time that does not stand in the rules");
                };
                if program.ruleset.dates_strict && months != 0 {
                    return refuse("a date moved by months under `dates strict`, where it may end in an error");
                }
                let sign = if *back { -1 } else { 1 };
                plain(dialect.shifted(&date, months.saturating_mul(sign), days.saturating_mul(sign)))
            }
            Op::UnitsBetween { unit, from, to } => {
                let (from, to) = (self.exact(*from)?, self.exact(*to)?);
                Ok(Sql::number(self.units(*unit, &from, &to)))
            }
            Op::FiscalYear { operand, from } => {
                let date = self.exact(*operand)?;
                Ok(Sql::number(fiscal_year(dialect, &date, *from)))
            }
            Op::StartOf { operand, unit } => plain(dialect.start_of(*unit, &self.exact(*operand)?)),
            Op::Part { operand, part } => {
                let date = self.exact(*operand)?;
                Ok(Sql::number(match part {
                    DatePart::Year => dialect.part("YEAR", &date),
                    DatePart::Month => dialect.part("MONTH", &date),
                    DatePart::Day => dialect.part("DAY", &date),
                    DatePart::Weekday => dialect.weekday(&date),
                }))
            }
            Op::Aggregate { kind, .. } => {
                let (lo, hi) = children::columns(id);
                let of = |name: &str| format!("{}.{}", self.alias, dialect.name(name));
                match kind {
                    // `yes` 2, not known 1, `no` 0.
                    AggregateKind::Any | AggregateKind::All => {
                        plain(format!("(CASE {} WHEN 2 THEN TRUE WHEN 0 THEN FALSE END)", of(&lo)))
                    }
                    kind if children::is_number(*kind, node.ty) => Ok(Sql::Number { lo: of(&lo), hi: of(&hi) }),
                    _ => plain(of(&lo)),
                }
            }
            Op::Outcome(decision) => {
                let of = program.decision(*decision).and_then(|decision| program.category(decision.category));
                let of = of.ok_or_else(|| Not::because("a category is not there"))?;
                if of.hit == Hit::Unique || matches!(of.otherwise, Otherwise::Error(_)) {
                    return refuse("a category that may end in an error, and is read by another expression");
                }
                let (codes, alias) = (category::codes(of), self.alias.clone());
                Ok(Sql::Outcome(Outcome { decision: *decision, alias, codes }))
            }
            Op::CivilDate(_) => refuse("the civil date of an instant"),
            Op::Round { .. } => refuse("rounding"),
            Op::Highest(_) | Op::Lowest(_) | Op::Step { .. } => refuse("`highest`, `lowest` and steps of codes"),
            Op::Lower(_) | Op::Trim(_) => refuse("`lower` and `trim`, in which databases differ"),
            Op::Contains(..) | Op::Size(_) | Op::Overlaps(..) => refuse("a set in the data"),
            Op::Matches { .. } => refuse("`matches`: databases have other patterns"),
            Op::Choose { .. } => refuse("a decision table that gives values"),
            Op::Lookup { .. } => refuse("a look-up"),
            Op::Call { .. } => refuse("a function"),
            Op::Score { .. } => refuse("an instrument's score"),
            Op::End { .. } => refuse("the ends of a range"),
            Op::Progress(_) => refuse("a progression"),
        }
    }

    /// Whether an expression reads what stands in no table.
    fn reads_layers(&self, id: NodeId) -> bool {
        let program = self.writer.run.program;
        let (mut todo, mut seen) = (vec![id], BTreeSet::new());
        while let Some(id) = todo.pop() {
            let Some(node) = program.node(id).filter(|_| seen.insert(id)) else { continue };
            if matches!(node.op, Op::Aggregate { .. } | Op::Outcome(_)) {
                return true;
            }
            node.op.operands(|operand| todo.push(operand));
        }
        false
    }

    fn known(&mut self, id: NodeId) -> Written<String> {
        let dialect = self.dialect();
        Ok(match self.expr(id)? {
            Sql::Plain(text) => format!("({text} IS NOT NULL)"),
            Sql::Number { lo, hi } if lo == hi => format!("({lo} IS NOT NULL)"),
            Sql::Number { lo, hi } => format!("COALESCE({lo} = {hi}, FALSE)"),
            Sql::Outcome(outcome) => format!("({} = 'decided')", outcome.column(dialect, "state")),
            Sql::Set(_) | Sql::Span { .. } | Sql::Code(_) => "TRUE".to_owned(),
        })
    }

    fn member(&mut self, id: NodeId, item: NodeId, set: NodeId) -> Written<Sql> {
        let (program, dialect) = (self.writer.run.program, self.dialect());
        let Sql::Set(members) = self.expr(set)? else {
            return Err(self.not(id, "a set that does not stand in the rules"));
        };
        if let Sql::Outcome(outcome) = self.expr(item)? {
            let has = |code: Code| members.iter().any(|member| matches!(member, Value::Code(_, of) if *of == code));
            return Ok(Sql::Plain(outcome.all_of(dialect, has)));
        }
        let item = self.exact(item)?;
        let texts: Vec<String> = members
            .iter()
            .map(|member| match member {
                Value::Code(list, code) => dialect.text(&code_name(program, *list, *code)),
                Value::Text(text) => dialect.text(text),
                _ => "NULL".to_owned(),
            })
            .collect();
        if texts.is_empty() {
            return Ok(Sql::Plain(format!("(CASE WHEN {item} IS NOT NULL THEN FALSE END)")));
        }
        Ok(Sql::Plain(format!("({item} IN ({}))", texts.join(", "))))
    }

    fn compare(&mut self, id: NodeId, op: Comparison, left: NodeId, right: NodeId) -> Written<Sql> {
        let dialect = self.dialect();
        let ty = self.ty(left)?;
        let (one, other) = (self.expr(left)?, self.expr(right)?);
        let (op, one, other) = match (&one, &other) {
            // What stands in the rules on the right.
            (Sql::Code(_), _) => (op.mirrored(), other, one),
            _ => (op, one, other),
        };
        let sign = sign(op);
        Ok(Sql::Plain(match (one, other) {
            (Sql::Number { lo: a, hi: b }, Sql::Number { lo: c, hi: d }) => {
                if a == b && c == d {
                    format!("({a} {sign} {c})")
                } else {
                    bounded(op, (&a, &b), (&c, &d))
                }
            }
            (Sql::Outcome(outcome), Sql::Code(code)) => outcome.all_of(dialect, |other| holds(op, other, code)),
            (Sql::Code(a), Sql::Code(b)) => if holds(op, a, b) { "TRUE" } else { "FALSE" }.to_owned(),
            (Sql::Plain(text), Sql::Code(code)) => {
                let Ty::Code(list) = ty else { return Err(self.not(id, "a code of no list")) };
                let name = dialect.text(&code_name(self.writer.run.program, list, code));
                match op {
                    Comparison::Eq | Comparison::Ne => format!("({text} {sign} {name})"),
                    _ if code == Code::NONE => format!("(CASE WHEN {text} IS NOT NULL THEN FALSE END)"),
                    _ => format!("({} {sign} {})", self.rank(list, &text), code.index()),
                }
            }
            (Sql::Plain(a), Sql::Plain(b)) => match (ty, op) {
                (_, Comparison::Eq | Comparison::Ne) => format!("({a} {sign} {b})"),
                (Ty::Text, _) => format!("({} {sign} {})", dialect.by_number(&a), dialect.by_number(&b)),
                (Ty::Code(list), _) => format!("({} {sign} {})", self.rank(list, &a), self.rank(list, &b)),
                _ => format!("({a} {sign} {b})"),
            },
            _ => {
                return Err(
                    self.not(id, "a comparison of an outcome with what does not stand in the rules, or of sets")
                );
            }
        }))
    }

    /// The place of a code in its list.
    fn rank(&self, list: ListId, text: &str) -> String {
        let dialect = self.dialect();
        let codes = self.writer.run.program.list(list).map_or(&[][..], |list| &list.codes);
        let cases: String = codes
            .iter()
            .enumerate()
            .map(|(at, code)| format!(" WHEN {} THEN {at}", dialect.text(&code.heading.name)))
            .collect();
        format!("(CASE {text}{cases} END)")
    }

    fn units(&self, unit: Unit, from: &str, to: &str) -> String {
        let dialect = self.dialect();
        // Toward zero.
        let whole = |of: String, by: u8| format!("CAST(({of} - MOD({of}, {by})) / {by} AS INTEGER)");
        let months = || {
            let part = |part: &str, date: &str| dialect.part(part, date);
            let count = |from: &str, to: &str| {
                format!(
                    "(({} - {}) * 12 + {} - {} - CASE WHEN {} < {} AND {to} < {} THEN 1 ELSE 0 END)",
                    part("YEAR", to),
                    part("YEAR", from),
                    part("MONTH", to),
                    part("MONTH", from),
                    part("DAY", to),
                    part("DAY", from),
                    dialect.last_day(to)
                )
            };
            format!("(CASE WHEN {to} < {from} THEN -{} ELSE {} END)", count(to, from), count(from, to))
        };
        match unit {
            Unit::Days => dialect.days_between(from, to),
            Unit::Weeks => whole(dialect.days_between(from, to), 7),
            Unit::Months => months(),
            Unit::Quarters => whole(months(), 3),
            Unit::Years => whole(months(), 12),
        }
    }
}

/// The calendar year in which a date's fiscal year begins.
pub fn fiscal_year(dialect: Dialect, date: &str, from: u8) -> String {
    let (year, month) = (dialect.part("YEAR", date), dialect.part("MONTH", date));
    format!("({year} - CASE WHEN {month} < {from} THEN 1 ELSE 0 END)")
}

const fn sign(op: Comparison) -> &'static str {
    match op {
        Comparison::Eq => "=",
        Comparison::Ne => "<>",
        Comparison::Lt => "<",
        Comparison::Le => "<=",
        Comparison::Gt => ">",
        Comparison::Ge => ">=",
    }
}

/// Codes compared by their order; no code has no place in it.
fn holds(op: Comparison, one: Code, other: Code) -> bool {
    match op {
        Comparison::Eq => return one == other,
        Comparison::Ne => return one != other,
        _ if one == Code::NONE || other == Code::NONE => return false,
        _ => {}
    }
    let (one, other) = (one.index(), other.index());
    match op {
        Comparison::Lt => one < other,
        Comparison::Le => one <= other,
        Comparison::Gt => one > other,
        _ => one >= other,
    }
}

/// A comparison of numbers between bounds: it holds, or does not, where all that they could be says so.
fn bounded(op: Comparison, (a, b): (&str, &str), (c, d): (&str, &str)) -> String {
    let case = |yes: String, no: String| format!("(CASE WHEN {yes} THEN TRUE WHEN {no} THEN FALSE END)");
    let (same, apart) = (format!("{a} = {b} AND {c} = {d} AND {a} = {c}"), format!("{b} < {c} OR {a} > {d}"));
    match op {
        Comparison::Lt => case(format!("{b} < {c}"), format!("{a} >= {d}")),
        Comparison::Le => case(format!("{b} <= {c}"), format!("{a} > {d}")),
        Comparison::Gt => case(format!("{a} > {d}"), format!("{b} <= {c}")),
        Comparison::Ge => case(format!("{a} >= {d}"), format!("{b} < {c}")),
        Comparison::Eq => case(same, apart),
        Comparison::Ne => case(apart, same),
    }
}
