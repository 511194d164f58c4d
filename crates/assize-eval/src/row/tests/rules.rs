//! Small programs for tests, written as nested lists: `(and felon (>= (count charges weapon) 2))`. Whoever includes this
//! file says what `engine` is: the crate, from within or from without.

#![allow(dead_code, reason = "each test file uses a part of it")]

use super::engine::outcome::{Chosen, OutcomeRow};
use super::engine::row::{Cell, Inputs, Plan, RowId, Session};
use assize_model::absence::Reason;
use assize_model::build::Builder;
use assize_model::civil::{Date, DateTime, Duration, Time, Unit};
use assize_model::decimal::{Decimal, Rounding};
use assize_model::ids::{CategoryId, Code, FieldId, ListId, NodeId, ParamId, RecordId, ScopeId};
use assize_model::node::{AggregateKind, Comparison, DatePart, Op, Tally};
use assize_model::program::{
    Case, Category, CodeInfo, CodeList, Criterion, Decision, Field, FieldKind, Heading, Hit, Let, Otherwise, Param,
    Place, Program, Record, State,
};
use assize_model::text::Pattern;
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

pub fn heading(name: &str) -> Heading {
    Heading { name: name.into(), title: None, docs: None }
}

/// A program in the making.
#[derive(Default)]
pub struct Rules {
    pub builder: Builder,
    lets: BTreeMap<(String, ScopeId), NodeId>,
}

/// A token or a list of them.
#[derive(Debug, Clone)]
enum Form {
    Atom(String),
    List(Vec<Form>),
    Set(Vec<Form>),
}

fn read(text: &str) -> Form {
    let mut stack = vec![(Vec::new(), false)];
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '(' | '{' => stack.push((Vec::new(), c == '{')),
            ')' | '}' => {
                let (items, set) = stack.pop().unwrap();
                stack.last_mut().unwrap().0.push(if set { Form::Set(items) } else { Form::List(items) });
            }
            '\'' => {
                let text: String = std::iter::from_fn(|| rest.next().filter(|&c| c != '\'')).collect();
                stack.last_mut().unwrap().0.push(Form::Atom(format!("'{text}")));
            }
            c if c.is_whitespace() => {}
            c => {
                let mut atom = c.to_string();
                while let Some(&c) = rest.peek() {
                    if c.is_whitespace() || "(){}".contains(c) {
                        break;
                    }
                    atom.push(c);
                    rest.next();
                }
                stack.last_mut().unwrap().0.push(Form::Atom(atom));
            }
        }
    }
    assert_eq!(stack.len(), 1, "unbalanced: {text}");
    let forms = stack.pop().unwrap().0;
    assert_eq!(forms.len(), 1, "not one expression: {text}");
    forms.into_iter().next().unwrap()
}

impl Rules {
    pub fn new() -> Self {
        Self { builder: Builder::new(), lets: BTreeMap::new() }
    }

    pub fn list(&mut self, name: &str, codes: &str) -> ListId {
        let codes = codes.split_whitespace().map(|code| CodeInfo { heading: heading(code), from: vec![code.into()] });
        self.builder.program.lists.push(CodeList {
            heading: heading(name),
            ordered: true,
            codes: codes.collect(),
            missing: Vec::new(),
            place: Place::NOWHERE,
        });
        ListId::from_index(self.builder.program.lists.len() - 1)
    }

    /// `felon:boolean charges:many(Charge) dose:range(integer) on:date! list:Level`; `!` for required.
    pub fn record(&mut self, name: &str, fields: &str) -> RecordId {
        let id = RecordId::from_index(self.builder.program.records.len());
        let root = self.builder.root(id);
        let fields = fields.split_whitespace().map(|field| {
            let (name, ty) = field.split_once(':').unwrap();
            let (ty, required) = ty.strip_suffix('!').map_or((ty, false), |ty| (ty, true));
            let kind = if let Some(child) = ty.strip_prefix("many(").and_then(|ty| ty.strip_suffix(')')) {
                FieldKind::Many { record: self.builder.program.record_named(child).unwrap(), by: FieldId(0) }
            } else if let Some(ty) = ty.strip_prefix("range(").and_then(|ty| ty.strip_suffix(')')) {
                FieldKind::Range(self.ty(ty))
            } else {
                FieldKind::Value(self.ty(ty))
            };
            Field {
                heading: heading(name),
                kind,
                required,
                optional: false,
                protected: false,
                label: None,
                unit: None,
                from: vec![name.into()],
                separator: None,
                read: true,
                place: Place::NOWHERE,
            }
        });
        let fields = fields.collect();
        self.builder.program.records.push(Record {
            heading: heading(name),
            fields,
            key: None,
            missing: Vec::new(),
            root,
            place: Place::NOWHERE,
        });
        id
    }

    fn ty(&self, name: &str) -> Ty {
        match name {
            "boolean" => Ty::Boolean,
            "integer" => Ty::Integer,
            "decimal" => Ty::Decimal,
            "text" => Ty::Text,
            "date" => Ty::Date,
            "time" => Ty::Time,
            "datetime" => Ty::DateTime,
            "duration" => Ty::Duration,
            "texts" => Ty::Texts,
            name => match name.strip_prefix("set-") {
                Some(list) => Ty::Codes(self.list_named(list)),
                None => Ty::Code(self.list_named(name)),
            },
        }
    }

    fn list_named(&self, name: &str) -> ListId {
        let at = self.builder.program.lists.iter().position(|list| &*list.heading.name == name);
        ListId::from_index(at.unwrap_or_else(|| panic!("no list {name}")))
    }

    pub fn param(&mut self, name: &str, default: Value) -> ParamId {
        self.builder.program.params.push(Param {
            heading: heading(name),
            ty: default.ty(),
            default,
            dated: Vec::new(),
            within: None,
            place: Place::NOWHERE,
        });
        ParamId::from_index(self.builder.program.params.len() - 1)
    }

    pub fn node(&mut self, op: Op, ty: Ty, scope: ScopeId) -> NodeId {
        self.builder.node(op, ty, scope, Place::NOWHERE).unwrap()
    }

    pub fn root(&self, record: RecordId) -> ScopeId {
        self.builder.program.records[record.index()].root
    }

    /// An expression of a record.
    pub fn expr(&mut self, record: RecordId, text: &str) -> NodeId {
        let scope = self.root(record);
        self.form(&read(text), scope)
    }

    /// Names an expression in a record and, as `name`, wherever that record is gone over from another.
    pub fn let_(&mut self, record: RecordId, name: &str, text: &str) -> NodeId {
        let node = self.expr(record, text);
        self.lets.insert((name.into(), self.root(record)), node);
        self.builder.program.lets.push(Let {
            heading: heading(name),
            record: Some(record),
            node,
            place: Place::NOWHERE,
        });
        node
    }

    /// Gives an expression a name, for expressions of the same record.
    pub fn name(&mut self, record: RecordId, name: &str, node: NodeId) {
        self.lets.insert((name.into(), self.root(record)), node);
    }

    /// A category: cases as `A: name = (expr); other = (expr)`, one a line, in the order of the walk.
    #[expect(clippy::too_many_arguments, reason = "they are the clauses of the language")]
    pub fn category(
        &mut self,
        record: RecordId,
        name: &str,
        list: &str,
        hit: Hit,
        applies: &str,
        cases: &str,
        otherwise: &str,
    ) -> CategoryId {
        let list = self.list_named(list);
        let codes = self.builder.program.lists[list.index()].clone();
        let id = CategoryId::from_index(self.builder.program.categories.len());
        let (mut made, mut criteria) = (Vec::new(), Vec::new());
        for line in cases.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (code, rest) = line.split_once(':').unwrap();
            let mut case = Case { code: codes.code(code).unwrap(), criteria: Vec::new() };
            for one in rest.split(';') {
                // `$` where the expression itself may begin with an equals sign.
                let (name, expr) = one.split_once(" $ ").or_else(|| one.split_once('=')).unwrap();
                criteria.push(self.expr(record, expr));
                case.criteria.push(Criterion { heading: heading(name.trim()), place: Place::NOWHERE });
            }
            made.push(case);
        }
        let applies = (!applies.is_empty()).then(|| self.expr(record, applies));
        let scope = self.root(record);
        let decision =
            self.builder.decision(Decision { category: id, scope, applies, criteria: criteria.into_boxed_slice() });
        let otherwise = match otherwise {
            "none" => Otherwise::None,
            "error" => Otherwise::Error("stated".into()),
            code => Otherwise::Code(codes.code(code).unwrap()),
        };
        self.builder.program.categories.push(Category {
            heading: heading(name),
            record,
            list,
            hit,
            otherwise,
            cases: made,
            uses: Vec::new(),
            decision,
            place: Place::NOWHERE,
        });
        let ty = if hit == Hit::All { Ty::Codes(list) } else { Ty::Code(list) };
        let node = self.node(Op::Outcome(decision), ty, scope);
        self.lets.insert((name.into(), scope), node);
        id
    }

    /// A category of a child record, worked out on the children of another by a `many` field, under a name there.
    pub fn within(&mut self, record: RecordId, many: &str, category: &str, name: &str) {
        let outer = self.root(record);
        let by = self.builder.program.records[record.index()].field(many).unwrap();
        let id = self.builder.program.category_named(category).unwrap();
        let of = self.builder.program.categories[id.index()].clone();
        let inner = self.builder.child(outer, by, of.record);
        let decision = self.builder.program.decisions[of.decision.index()].clone();
        let applies = decision.applies.map(|node| self.moved(node, inner));
        let criteria = decision.criteria.iter().map(|&node| self.moved(node, inner)).collect();
        let decision = self.builder.decision(Decision { category: id, scope: inner, applies, criteria });
        let ty = if of.hit == Hit::All { Ty::Codes(of.list) } else { Ty::Code(of.list) };
        let node = self.node(Op::Outcome(decision), ty, inner);
        self.lets.insert((name.into(), inner), node);
    }

    /// A node of a record's own scope, in a scope of children. Of comparisons, fields and logic only.
    fn moved(&mut self, node: NodeId, scope: ScopeId) -> NodeId {
        let of = self.builder.program.nodes[node.index()].clone();
        let mut move_ = |node: NodeId| self.moved(node, scope);
        let op = match of.op {
            Op::Compare { op, left, right } => Op::Compare { op, left: move_(left), right: move_(right) },
            Op::And(items) => Op::And(items.iter().map(|&item| move_(item)).collect()),
            Op::Or(items) => Op::Or(items.iter().map(|&item| move_(item)).collect()),
            op => op,
        };
        self.node(op, of.ty, scope)
    }

    fn type_of(&self, node: NodeId) -> Ty {
        self.builder.program.nodes[node.index()].ty
    }

    fn record_of(&self, scope: ScopeId) -> RecordId {
        self.builder.program.scopes[scope.index()].record.unwrap()
    }

    fn form(&mut self, form: &Form, scope: ScopeId) -> NodeId {
        match form {
            Form::Atom(atom) => self.atom(atom, scope),
            Form::Set(items) => {
                let nodes: Vec<Value> = items
                    .iter()
                    .map(|item| {
                        let node = self.form(item, scope);
                        match &self.builder.program.nodes[node.index()].op {
                            Op::Const(value) => value.clone(),
                            op => panic!("{op:?} in a set"),
                        }
                    })
                    .collect();
                let value = match nodes.first() {
                    Some(Value::Code(list, _)) => {
                        let codes = nodes.iter().map(|value| match value {
                            Value::Code(_, code) => *code,
                            _ => panic!("mixed set"),
                        });
                        Value::codes(*list, codes.collect())
                    }
                    _ => Value::texts(
                        nodes
                            .iter()
                            .map(|value| match value {
                                Value::Text(text) => Arc::clone(text),
                                _ => panic!("mixed set"),
                            })
                            .collect(),
                    ),
                };
                let ty = value.ty();
                self.node(Op::Const(value), ty, scope)
            }
            Form::List(items) => {
                let Form::Atom(head) = &items[0] else { panic!("no operator") };
                let head = head.clone();
                self.apply(&head, &items[1..], scope)
            }
        }
    }

    fn constant(&mut self, value: Value, scope: ScopeId) -> NodeId {
        let ty = value.ty();
        self.node(Op::Const(value), ty, scope)
    }

    fn atom(&mut self, atom: &str, scope: ScopeId) -> NodeId {
        if let Some(text) = atom.strip_prefix('\'') {
            return self.constant(Value::Text(text.into()), scope);
        }
        if let Some(date) = atom.strip_prefix('@') {
            let value = match date {
                date if date.contains('T') => Value::DateTime(DateTime::parse(date).unwrap()),
                date if date.contains(':') => Value::Time(Time::parse(date).unwrap()),
                date => Value::Date(Date::parse(date).unwrap()),
            };
            return self.constant(value, scope);
        }
        if let Some(duration) = atom.strip_prefix('~') {
            return self.constant(Value::Duration(Duration::parse(duration).unwrap()), scope);
        }
        if let Some(param) = atom.strip_prefix('$') {
            let id = self.builder.program.param_named(param).unwrap();
            let ty = self.builder.program.params[id.index()].ty;
            return self.node(Op::Param(id), ty, scope);
        }
        if let Some(outer) = atom.strip_prefix('^') {
            let (parent, _) = self.builder.program.scopes[scope.index()].parent.unwrap();
            let node = self.atom(outer, parent);
            let ty = self.type_of(node);
            return self.node(Op::Parent(node), ty, scope);
        }
        match atom {
            "yes" => return self.constant(Value::Boolean(true), scope),
            "no" => return self.constant(Value::Boolean(false), scope),
            "as_of" => return self.node(Op::AsOf, Ty::Date, scope),
            _ => {}
        }
        if atom.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            return if atom.contains('.') {
                self.constant(Value::Decimal(Decimal::parse(atom).unwrap()), scope)
            } else {
                self.constant(Value::Integer(atom.parse().unwrap()), scope)
            };
        }
        if let Some((list, code)) = atom.split_once('.') {
            let list = self.list_named(list);
            if code == "none" {
                return self.node(Op::NoCode, Ty::Code(list), scope);
            }
            let code = self.builder.program.lists[list.index()].code(code).unwrap();
            return self.constant(Value::Code(list, code), scope);
        }
        if let Some(&node) = self.lets.get(&(atom.into(), scope)) {
            return node;
        }
        let record = self.record_of(scope);
        let field = self.builder.program.records[record.index()].field(atom);
        let field = field.unwrap_or_else(|| panic!("nothing is called {atom}"));
        let ty = match self.builder.program.records[record.index()].fields[field.index()].kind {
            FieldKind::Value(ty) | FieldKind::Range(ty) => ty,
            FieldKind::Many { .. } => panic!("{atom} is many"),
        };
        self.node(Op::Field(field), ty, scope)
    }

    fn apply(&mut self, head: &str, items: &[Form], scope: ScopeId) -> NodeId {
        if let Some(node) = self.aggregate(head, items, scope) {
            return node;
        }
        // Forms that take a word.
        let word = |at: usize| match &items[at] {
            Form::Atom(word) => word.clone(),
            _ => panic!("a word for {head}"),
        };
        match head {
            "matches" => {
                let operand = self.form(&items[0], scope);
                let pattern = self.builder.pattern(Pattern::new(word(1).trim_start_matches('\'')).unwrap());
                return self.node(Op::Matches { operand, pattern }, Ty::Boolean, scope);
            }
            "round" => {
                let (operand, places) = (self.form(&items[0], scope), self.form(&items[1], scope));
                let mode = Rounding::from_word(&word(2)).unwrap();
                return self.node(Op::Round { operand, places, mode }, Ty::Decimal, scope);
            }
            "between" => {
                let unit = Unit::from_word(&word(0)).unwrap();
                let (from, to) = (self.form(&items[1], scope), self.form(&items[2], scope));
                return self.node(Op::UnitsBetween { unit, from, to }, Ty::Integer, scope);
            }
            "startof" => {
                let unit = Unit::from_word(&word(0)).unwrap();
                let operand = self.form(&items[1], scope);
                return self.node(Op::StartOf { operand, unit }, Ty::Date, scope);
            }
            "fiscal" => {
                let operand = self.form(&items[1], scope);
                return self.node(Op::FiscalYear { operand, from: word(0).parse().unwrap() }, Ty::Integer, scope);
            }
            _ => {}
        }
        let nodes: Vec<NodeId> = items.iter().map(|item| self.form(item, scope)).collect();
        let ty = nodes.first().map_or(Ty::Boolean, |&node| self.type_of(node));
        let a = nodes[0];
        let b = nodes.get(1).copied().unwrap_or(a);
        let all = || nodes.clone().into_boxed_slice();
        let compare = |op| Op::Compare { op, left: a, right: b };
        let tally = |kind| Op::Tally { kind, n: a, items: nodes[1..].to_vec().into_boxed_slice() };
        let (op, ty) = match head {
            "not" => (Op::Not(a), Ty::Boolean),
            "and" => (Op::And(all()), Ty::Boolean),
            "or" => (Op::Or(all()), Ty::Boolean),
            "atleast" => (tally(Tally::AtLeast), Ty::Boolean),
            "atmost" => (tally(Tally::AtMost), Ty::Boolean),
            "exactly" => (tally(Tally::Exactly), Ty::Boolean),
            "=" => (compare(Comparison::Eq), Ty::Boolean),
            "!=" => (compare(Comparison::Ne), Ty::Boolean),
            "<" => (compare(Comparison::Lt), Ty::Boolean),
            "<=" => (compare(Comparison::Le), Ty::Boolean),
            ">" => (compare(Comparison::Gt), Ty::Boolean),
            ">=" => (compare(Comparison::Ge), Ty::Boolean),
            "in" => (Op::In { item: a, set: b }, Ty::Boolean),
            "known" => (Op::IsKnown(a), Ty::Boolean),
            "missing" => (Op::IsMissing(a), Ty::Boolean),
            "unknown" => (Op::IsReason(a, Reason::Unknown), Ty::Boolean),
            "withheld" => (Op::IsReason(a, Reason::Withheld), Ty::Boolean),
            "not_applicable" => (Op::IsReason(a, Reason::NotApplicable), Ty::Boolean),
            "neg" => (Op::Negate(a), ty),
            "+" => (Op::Add(a, b), ty),
            "-" if matches!(ty, Ty::DateTime | Ty::Date) => (Op::Sub(a, b), Ty::Duration),
            "-" => (Op::Sub(a, b), ty),
            "*" => (Op::Mul(a, b), ty),
            "/" => (Op::Div(a, b), ty),
            "abs" => (Op::Abs(a), ty),
            "least" => (Op::Min(all()), ty),
            "greatest" => (Op::Max(all()), ty),
            "decimal" => (Op::ToDecimal(a), Ty::Decimal),
            "civil" => (Op::CivilDate(a), Ty::Date),
            "if" => (Op::If { condition: a, then: b, otherwise: nodes[2] }, self.type_of(b)),
            "first" => (Op::FirstKnown(all()), ty),
            "highest" => (Op::Highest(all()), ty),
            "lowest" => (Op::Lowest(all()), ty),
            "up" => (Op::Step { operand: a, up: true }, ty),
            "down" => (Op::Step { operand: a, up: false }, ty),
            "lower" => (Op::Lower(a), Ty::Text),
            "trim" => (Op::Trim(a), Ty::Text),
            "starts" => (Op::StartsWith(a, b), Ty::Boolean),
            "ends" => (Op::EndsWith(a, b), Ty::Boolean),
            "contains" => (Op::Contains(a, b), Ty::Boolean),
            "overlaps" => (Op::Overlaps(a, b), Ty::Boolean),
            "size" => (Op::Size(a), Ty::Integer),
            "shift" => (Op::Shift { operand: a, by: b, back: false }, ty),
            "back" => (Op::Shift { operand: a, by: b, back: true }, ty),
            "year" => (Op::Part { operand: a, part: DatePart::Year }, Ty::Integer),
            "month" => (Op::Part { operand: a, part: DatePart::Month }, Ty::Integer),
            "day" => (Op::Part { operand: a, part: DatePart::Day }, Ty::Integer),
            "weekday" => (Op::Part { operand: a, part: DatePart::Weekday }, Ty::Integer),
            head => panic!("no operator {head}"),
        };
        self.node(op, ty, scope)
    }

    /// `(count many filter?)`, `(sum E many filter?)`, `(latest E D many filter?)`.
    fn aggregate(&mut self, head: &str, items: &[Form], scope: ScopeId) -> Option<NodeId> {
        let (kind, operands) = match head {
            "count" => (AggregateKind::Count, 0),
            "any" => (AggregateKind::Any, 0),
            "all" => (AggregateKind::All, 0),
            "sum" => (AggregateKind::Sum, 1),
            "min" => (AggregateKind::Min, 1),
            "max" => (AggregateKind::Max, 1),
            "mean" => (AggregateKind::Mean, 1),
            "distinct" => (AggregateKind::Distinct, 1),
            "latest" => (AggregateKind::Latest, 2),
            "earliest" => (AggregateKind::Earliest, 2),
            _ => return None,
        };
        let Form::Atom(many) = &items[operands] else { panic!("whose children?") };
        let record = self.record_of(scope);
        let field = self.builder.program.records[record.index()].field(many).unwrap();
        let FieldKind::Many { record: child, .. } =
            self.builder.program.records[record.index()].fields[field.index()].kind
        else {
            panic!("{many} is one")
        };
        let inner = self.builder.child(scope, field, child);
        let value = (operands > 0).then(|| self.form(&items[0], inner));
        let order = (operands > 1).then(|| self.form(&items[1], inner));
        let filter = items.get(operands + 1).map(|filter| self.form(filter, inner));
        let ty = match kind {
            AggregateKind::Any | AggregateKind::All => Ty::Boolean,
            AggregateKind::Count | AggregateKind::Distinct => Ty::Integer,
            AggregateKind::Mean => Ty::Decimal,
            _ => self.type_of(value.unwrap()),
        };
        Some(self.node(Op::Aggregate { kind, scope: inner, value, order, filter }, ty, scope))
    }

    pub fn program(self) -> Arc<Program> {
        Arc::new(self.builder.program)
    }

    pub fn session(self) -> Session {
        session(&self.program())
    }
}

pub fn as_of() -> Date {
    Date::parse("2026-06-01").unwrap()
}

pub fn session(program: &Arc<Program>) -> Session {
    let plan = Arc::new(Plan::new(Arc::clone(program)).unwrap());
    Session::new(plan, &Inputs::new(program, as_of()))
}

/// Fills in a record: `felon=yes charges=2 on=?` where `?` is unknown, `?withheld` another reason, `!` unreadable, and
/// a range is `3..5`, `..5`, `3..`. Children are `charges[weapon=yes on=2026-01-01]`, nested as they come.
pub fn fill(session: &mut Session, record: &str, text: &str) {
    let id = session.program().record_named(record).unwrap();
    let row = session.begin(id).unwrap();
    fill_row(session, id, row, text);
}

fn fill_row(session: &mut Session, record: RecordId, row: RowId, text: &str) {
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find(['=', '[']).unwrap();
        let name = rest[..end].trim();
        let program = session.program();
        let field = program.record(record).unwrap().field(name).unwrap_or_else(|| panic!("no field {name}"));
        let kind = program.record(record).unwrap().fields[field.index()].kind;
        if rest.as_bytes()[end] == b'[' {
            let mut depth = 0;
            let close = rest
                .char_indices()
                .find(|&(at, c)| {
                    depth += i32::from(c == '[') - i32::from(c == ']');
                    at >= end && depth == 0
                })
                .unwrap()
                .0;
            let FieldKind::Many { record: child, .. } = kind else { panic!("{name} is one") };
            let at = session.child(row, field).unwrap();
            fill_row(session, child, at, &rest[end + 1..close]);
            rest = rest[close + 1..].trim_start();
            continue;
        }
        let (value, after) = if rest[end + 1..].starts_with('\'') {
            let close = rest[end + 2..].find('\'').unwrap() + end + 2;
            (&rest[end + 2..close], &rest[close + 1..])
        } else {
            let stop = rest[end + 1..].find(' ').map_or(rest.len(), |at| at + end + 1);
            (&rest[end + 1..stop], &rest[stop..])
        };
        put(session, row, field, kind, value);
        rest = after.trim_start();
    }
}

fn put(session: &mut Session, row: RowId, field: FieldId, kind: FieldKind, value: &str) {
    if let Some(reason) = value.strip_prefix('?') {
        let reason = if reason.is_empty() { Reason::Unknown } else { Reason::from_word(reason).unwrap() };
        return session.set_missing_at(row, field, reason).unwrap();
    }
    if value == "!" {
        return session.set_unreadable_at(row, field).unwrap();
    }
    if let (FieldKind::Range(ty), Some((lo, hi))) = (kind, value.split_once("..")) {
        if ty == Ty::Integer {
            let end = |text: &str| (!text.is_empty()).then(|| text.parse::<i64>().unwrap());
            session.set_integer_range_at(row, field, end(lo), end(hi)).unwrap();
        } else {
            let end = |text: &str| (!text.is_empty()).then(|| Decimal::parse(text).unwrap());
            session.set_decimal_range_at(row, field, end(lo), end(hi)).unwrap();
        }
        return;
    }
    let (FieldKind::Value(ty) | FieldKind::Range(ty)) = kind else { panic!("many") };
    let value = parse(session.program(), ty, value);
    session.set_value_at(row, field, &value).unwrap();
}

pub fn parse(program: &Program, ty: Ty, value: &str) -> Value {
    match ty {
        Ty::Boolean => Value::Boolean(value == "yes"),
        Ty::Integer => Value::Integer(value.parse().unwrap()),
        Ty::Decimal => Value::Decimal(Decimal::parse(value).unwrap()),
        Ty::Text => Value::Text(value.into()),
        Ty::Date => Value::Date(Date::parse(value).unwrap()),
        Ty::Time => Value::Time(Time::parse(value).unwrap()),
        Ty::DateTime => Value::DateTime(DateTime::parse(value).unwrap()),
        Ty::Duration => Value::Duration(Duration::parse(value).unwrap()),
        Ty::Code(list) => Value::Code(list, program.lists[list.index()].code(value).unwrap()),
        Ty::Codes(list) => {
            let codes = value.split(',').filter(|code| !code.is_empty());
            Value::codes(list, codes.map(|code| program.lists[list.index()].code(code).unwrap()).collect())
        }
        Ty::Texts => Value::texts(value.split(',').filter(|text| !text.is_empty()).map(Arc::from).collect()),
    }
}

/// A cell in words: `yes`, `3`, `[2, 5]`, `{A, none}`, `unknown`, `error Overflow`.
pub fn shown(session: &Session, cell: Cell, ty: Ty) -> String {
    match cell {
        Cell::Absent(absence) => match (absence.reason(), absence.fault()) {
            (Some(reason), _) => reason.word().into(),
            (_, Some((fault, _))) => format!("error {fault:?}"),
            _ => "?".into(),
        },
        Cell::Code(_) | Cell::OneOf(_) => {
            let Ty::Code(list) = ty else { panic!("a code of type {ty:?}") };
            let list = &session.program().lists[list.index()];
            let set = cell.code_set().unwrap();
            let names: Vec<&str> = set.iter().map(|code| list.name(code)).collect();
            if names.len() == 1 { names[0].into() } else { format!("{{{}}}", names.join(", ")) }
        }
        Cell::Between { .. } => {
            let bounds = cell.integer_bounds().unwrap();
            format!("[{}, {}]", end(bounds.lo), end(bounds.hi))
        }
        Cell::DecimalBetween(_) => {
            let bounds = session.store().decimal_bounds(cell).unwrap();
            format!("[{}, {}]", end(bounds.lo), end(bounds.hi))
        }
        cell => match session.value(cell, ty).unwrap() {
            Value::Boolean(value) => if value { "yes" } else { "no" }.into(),
            Value::Integer(value) => value.to_string(),
            Value::Decimal(value) => value.to_string(),
            Value::Text(value) => format!("'{value}'"),
            Value::Date(value) => value.to_string(),
            Value::Time(value) => value.to_string(),
            Value::DateTime(value) => value.to_string(),
            Value::Duration(value) => value.to_string(),
            Value::Codes(list, codes) => {
                let list = &session.program().lists[list.index()];
                codes.iter().map(|&code| list.name(code)).collect::<Vec<_>>().join("|")
            }
            Value::Texts(texts) => texts.join("|"),
            Value::Code(..) => String::new(),
        },
    }
}

fn end<T: ToString>(end: Option<T>) -> String {
    end.map_or("..".into(), |end| end.to_string())
}

/// What an expression comes to, in words.
pub fn value(session: &mut Session, node: NodeId) -> String {
    let cell = session.value_of(node).unwrap();
    let ty = session.program().nodes[node.index()].ty;
    shown(session, cell, ty)
}

/// An outcome in words: `B provisional [repeat] {A, B} missing felon`.
pub fn outcome(session: &mut Session, category: CategoryId) -> String {
    let row = session.evaluate(category).unwrap().row();
    words(session.program(), category, &row)
}

pub fn words(program: &Program, category: CategoryId, row: &OutcomeRow) -> String {
    let of = &program.categories[category.index()];
    let list = &program.lists[of.list.index()];
    let names = |codes: &mut dyn Iterator<Item = Code>| codes.map(|code| list.name(code)).collect::<Vec<_>>().join(" ");
    let value = match row.value {
        Chosen::Nothing => "-".into(),
        Chosen::One(code) => list.name(code).to_string(),
        Chosen::Many(set) => format!("<{}>", names(&mut set.iter())),
    };
    let mut out = format!("{value} {}", row.state.word());
    if !row.because.is_empty() {
        let criteria: Vec<&str> = of.criteria().map(|(_, criterion)| &*criterion.heading.name).collect();
        let because: Vec<&str> = row.because.iter().map(|&at| criteria[usize::from(at)]).collect();
        out.push_str(&format!(" because {}", because.join(" ")));
    }
    if row.state != State::Decided && !row.possible.is_empty() {
        out.push_str(&format!(" possible {}", names(&mut row.possible.iter())));
    }
    if !row.missing.is_empty() {
        let missing: Vec<String> = row.missing.iter().map(|path| path.name(program, of.record)).collect();
        out.push_str(&format!(" missing {}", missing.join(" ")));
    }
    if let Some(error) = row.error {
        out.push_str(&format!(" {:?}", error.fault().unwrap().0));
    }
    out
}
