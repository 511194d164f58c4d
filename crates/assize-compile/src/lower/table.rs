//! Decision tables: each row is a condition; an output is a category of its rows, or the value that they choose.

use super::{Cx, Lowerer, Typed, Want};
use crate::check::table::Checked;
use crate::codes;
use crate::convert::{heading, place};
use crate::resolve::find::{Found, find};
use crate::resolve::{Global, Output};
use crate::units::stated;
use assize_lang::ast::{self, BinaryOp, CellKind, CellTest, CellTestKind, Expr, ExprKind, TableColumn, TableHit};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::bounds::CodeSet;
use assize_model::ids::{CategoryId, Code, ListId, NodeId, ScopeId};
use assize_model::node::{Choice, Op};
use assize_model::program::{Case, Category, Criterion, Decision, Hit, Otherwise};
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::rc::Rc;
use std::sync::Arc;

/// The conditions of a table's rows, `None` where something in one is reported.
pub type Conditions = Rc<[Option<NodeId>]>;

/// How many rows a table may have: the evaluators number criteria with 16 bits.
const MAX_ROWS: usize = 65_000;

/// The name of an output: the table's own when it is the only one.
pub fn output_name(table: &ast::Table, output: usize) -> String {
    match outputs(table).nth(output) {
        Some((_, name)) if table.outputs.len() > 1 => format!("{}.{}", table.name.text, name.text),
        _ => table.name.text.clone(),
    }
}

/// The output columns, each with its place among all columns.
fn outputs(table: &ast::Table) -> impl Iterator<Item = (usize, &ast::Ident)> {
    table.columns.iter().enumerate().filter_map(|(at, column)| match column {
        TableColumn::Output(name) => Some((at, name)),
        TableColumn::Input(_) => None,
    })
}

/// The policy; `unique` when none is written.
pub fn policy(table: &ast::Table) -> TableHit {
    table.hit.map_or(TableHit::Unique, |(hit, _)| hit)
}

/// Whether a row tests nothing.
pub fn is_any(table: &ast::Table, row: &ast::TableRow) -> bool {
    let cells = row.cells.iter().zip(&table.columns);
    { cells }.all(|(cell, column)| matches!(column, TableColumn::Output(_)) || cell.kind == CellKind::Any)
}

/// The row that gives what no other row does: the last, where it tests nothing and the policy lets one row count.
pub fn default_row(table: &ast::Table) -> Option<usize> {
    let last = table.rows.len().checked_sub(1)?;
    let single = matches!(policy(table), TableHit::Unique | TableHit::Any);
    (single && is_any(table, table.rows.get(last)?)).then_some(last)
}

impl<'a> Lowerer<'_, 'a> {
    /// Lowers an output of a table in a scope.
    pub(crate) fn table(&mut self, ast: &'a ast::Table, at: usize, output: Output, scope: ScopeId) -> Option<Typed> {
        let (column, _) = outputs(ast).nth(at)?;
        let order = self.row_order(ast, at)?;
        let conditions = self.conditions_of(ast, scope);
        let typed = match output {
            Output::Category(id, list) => {
                self.table_category(ast, (at, column), (id, list), &order, &conditions, scope)
            }
            Output::Value(ty) => self.table_value(ast, (at, column), ty, &order, &conditions, scope),
        };
        // Were it asked for under several records, it is checked once.
        let own = self.build.program.scope(scope).is_some_and(|scope| scope.parent.is_none());
        if own && !self.checked.iter().any(|checked| checked.table.span == ast.span) {
            self.checked.push(Checked { table: ast, conditions, order });
        }
        typed
    }

    /// The rows in the order in which they count; `None` when the policy does not take the outputs.
    fn row_order(&mut self, ast: &ast::Table, at: usize) -> Option<Vec<usize>> {
        let mut rows: Vec<usize> = (0..ast.rows.len()).collect();
        let name = &ast.name;
        if rows.is_empty() || rows.len() > MAX_ROWS {
            if at == 0 && !self.tables.incomplete {
                let (label, help) = if rows.is_empty() {
                    ("no rows".to_owned(), "write a row for each answer: `| >= 7 | enforcement |`")
                } else {
                    (
                        format!("{} rows, past the limit of {MAX_ROWS}", rows.len()),
                        "split the table by one of its inputs",
                    )
                };
                let message = if rows.is_empty() { "has no rows" } else { "has too many rows" };
                self.report(codes::TABLE_ROWS, name.span, format!("table `{}` {message}", name.text), label, help);
            }
            return None;
        }
        let policy = policy(ast);
        let span = ast.hit.map_or(name.span, |(_, span)| span);
        let lists: Vec<(usize, Option<ListId>)> = outputs(ast)
            .zip(&ast.outputs)
            .map(|((column, _), ty)| {
                let list = match &ty.ty.kind {
                    ast::TypeKind::Codes(list) => match self.tables.types.get(list.text.as_str()) {
                        Some((crate::resolve::TypeName::List(list), _)) => Some(*list),
                        _ => None,
                    },
                    _ => None,
                };
                (column, list)
            })
            .collect();
        if matches!(policy, TableHit::Priority | TableHit::OutputOrder) {
            if lists.iter().any(|(_, list)| list.is_none()) {
                if at == 0 {
                    self.report(
                        codes::TABLE_POLICY,
                        span,
                        format!("the outputs of `{}` have no order", name.text),
                        "goes by the order of the outputs",
                        "let every output be of a code list, whose codes are in order",
                    );
                }
                return None;
            }
            let keys: Vec<Vec<Code>> = ast.rows.iter().map(|row| self.codes_of(row, &lists)).collect();
            assize_model::order::sort_by_key(&mut rows, |&row| keys.get(row).cloned());
        }
        if let TableHit::RuleOrder | TableHit::OutputOrder | TableHit::Collect(None) = policy
            && lists.iter().any(|(_, list)| list.is_none())
        {
            if at == 0 {
                self.report(
                    codes::TABLE_POLICY,
                    span,
                    format!("`{}` would answer with several values", name.text),
                    "gives every row that matches",
                    "let every output be of a code list, or write `collect` with `sum`, `min`, `max` or `count`",
                );
            }
            return None;
        }
        if let TableHit::Collect(Some(_)) = policy
            && lists.len() > 1
        {
            if at == 0 {
                self.report(
                    codes::TABLE_POLICY,
                    span,
                    format!("table `{}` has several outputs to collect", name.text),
                    "gives one number",
                    "write a table for each number",
                );
            }
            return None;
        }
        Some(rows)
    }

    /// The codes of a row's outputs; what is wrong with them is said with each output.
    fn codes_of(&mut self, row: &ast::TableRow, lists: &[(usize, Option<ListId>)]) -> Vec<Code> {
        let cell = |column: usize| row.cells.get(column).map(|cell| &cell.kind);
        let code = |&(column, list): &(usize, Option<ListId>)| match cell(column) {
            Some(CellKind::Output(Expr { kind: ExprKind::Name(name), .. })) => {
                let names = list.and_then(|list| self.tables.list(list));
                names.and_then(|names| names.codes.get(name.text.as_str()).copied()).unwrap_or(Code::NONE)
            }
            _ => Code::NONE,
        };
        lists.iter().map(code).collect()
    }

    /// The conditions of the rows in a scope, lowered once for all outputs.
    fn conditions_of(&mut self, ast: &'a ast::Table, scope: ScopeId) -> Conditions {
        if let Some(known) = self.table_rows.get(&(ast.span, scope)) {
            return Rc::clone(known);
        }
        let cx = Cx::record(scope);
        let columns: Vec<Option<(&'a Expr, Ty)>> = ast
            .columns
            .iter()
            .map(|column| match column {
                TableColumn::Input(expr) => self.lower(expr, cx, Want::Any).map(|typed| (expr, typed.ty)),
                TableColumn::Output(_) => None,
            })
            .collect();
        let mut out = Vec::with_capacity(ast.rows.len());
        for row in &ast.rows {
            let mut tests = Vec::with_capacity(columns.len());
            let mut fine = true;
            for ((cell, column), kind) in row.cells.iter().zip(&columns).zip(&ast.columns) {
                if matches!(kind, TableColumn::Output(_)) || cell.kind == CellKind::Any {
                    continue;
                }
                let test = match (&cell.kind, column) {
                    (CellKind::Tests(tests), Some((expr, ty))) => self.cell(expr, *ty, tests, cell.span, cx),
                    _ => None,
                };
                match test {
                    Some(test) => tests.push(test),
                    None => fine = false,
                }
            }
            let condition = match tests.as_slice() {
                _ if !fine => None,
                [] => self.constant(Value::Boolean(true), row.span).map(|typed| typed.node),
                [one] => Some(*one),
                _ => self.node(Op::And(tests.into()), Ty::Boolean, cx, row.span),
            };
            out.push(condition);
        }
        let out: Conditions = out.into();
        self.table_rows.insert((ast.span, scope), Rc::clone(&out));
        out
    }

    /// The condition of a cell: any of its tests.
    fn cell(&mut self, column: &Expr, ty: Ty, tests: &[CellTest], span: Span, cx: Cx) -> Option<NodeId> {
        // Plain values together are a set.
        let values: Option<Vec<Expr>> = tests
            .iter()
            .map(|test| match &test.kind {
                CellTestKind::Value(value) if !self.stands_for_many(value, ty, cx) => Some(value.clone()),
                _ => None,
            })
            .collect();
        if let Some(values) = values.filter(|values| values.len() > 1) {
            let within = Expr { kind: ExprKind::Set(values), span };
            let kind = ExprKind::In { item: Box::new(column.clone()), within: Box::new(within) };
            return self.condition(&Expr { kind, span }, cx);
        }
        let mut nodes = Vec::with_capacity(tests.len());
        let mut fine = true;
        for test in tests {
            match self.cell_test(column, ty, test, cx) {
                Some(node) => nodes.push(node),
                None => fine = false,
            }
        }
        match nodes.as_slice() {
            _ if !fine => None,
            [one] => Some(*one),
            _ => self.node(Op::Or(nodes.into()), Ty::Boolean, cx, span),
        }
    }

    /// Whether a value in a cell is a range or a set.
    fn stands_for_many(&self, value: &Expr, ty: Ty, cx: Cx) -> bool {
        match &value.kind {
            ExprKind::Range { .. } | ExprKind::Set(_) => true,
            ExprKind::Name(name) => match find(self.tables, self.levels(cx), &name.text) {
                Found::Global(Global::Constant(decl), _) => {
                    let set = self.lowered(decl, assize_model::node::RUN).map(|typed| typed.ty);
                    let set = matches!(set, Some(Ty::Codes(_) | Ty::Texts)) && !matches!(ty, Ty::Codes(_) | Ty::Texts);
                    set || self.spans_only.get(decl.0).copied().unwrap_or(false)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn cell_test(&mut self, column: &Expr, ty: Ty, test: &CellTest, cx: Cx) -> Option<NodeId> {
        let span = test.span;
        let left = || Box::new(column.clone());
        let compare = |op: BinaryOp, op_span: Span, value: &Expr| ExprKind::Binary {
            op,
            op_span,
            left: left(),
            right: Box::new(value.clone()),
        };
        let kind = match &test.kind {
            CellTestKind::Compare { op, op_span, value } => compare(*op, *op_span, value),
            CellTestKind::Is(test) => ExprKind::Is { operand: left(), test: *test },
            CellTestKind::Value(value) => match &value.kind {
                ExprKind::Range { lo: Some(lo), hi: None, lo_closed, .. } => {
                    compare(if *lo_closed { BinaryOp::Ge } else { BinaryOp::Gt }, span, lo)
                }
                ExprKind::Range { lo: None, hi: Some(hi), hi_closed, .. } => {
                    compare(if *hi_closed { BinaryOp::Le } else { BinaryOp::Lt }, span, hi)
                }
                _ if self.stands_for_many(value, ty, cx) => {
                    ExprKind::In { item: left(), within: Box::new(value.clone()) }
                }
                _ => compare(BinaryOp::Eq, span, value),
            },
            CellTestKind::Not(tests) => {
                let inner = self.cell(column, ty, tests, span, cx)?;
                return self.node(Op::Not(inner), Ty::Boolean, cx, span);
            }
        };
        self.condition(&Expr { kind, span }, cx)
    }

    /// The code of an output cell: `None` where it is reported, and no code for `none`.
    fn output_code(&mut self, cell: &ast::Cell, list: ListId) -> Option<Code> {
        let CellKind::Output(expr) = &cell.kind else { return None };
        match &expr.kind {
            ExprKind::None => Some(Code::NONE),
            ExprKind::Name(name) => {
                let names = self.tables.list(list)?;
                let code = names.codes.get(name.text.as_str()).copied();
                if code.is_none() && !names.incomplete {
                    self.unknown_code(list, name, None);
                }
                code
            }
            _ => {
                let name = self.tables.list_name(list);
                let message = format!("a code of `{name}` is expected");
                let help = "write the name of the code that the row gives, without quotes";
                self.report(codes::TABLE_CELL, expr.span, message, "not a code", help);
                None
            }
        }
    }

    fn table_category(
        &mut self,
        ast: &'a ast::Table,
        (at, column): (usize, usize),
        (id, list): (CategoryId, ListId),
        order: &[usize],
        conditions: &Conditions,
        scope: ScopeId,
    ) -> Option<Typed> {
        self.use_list(list);
        let count = self.build.program.list(list).map_or(0, |list| list.codes.len());
        if count > CodeSet::CAPACITY {
            let name = self.tables.list_name(list);
            self.report(
                codes::TOO_MANY_CODES,
                ast.outputs.get(at).map_or(ast.name.span, |output| output.span),
                format!("code list `{name}` is too long to be chosen from"),
                format!("{count} codes, past the limit of {}", CodeSet::CAPACITY),
                "let the table choose from a shorter list, or give a text",
            );
            return None;
        }
        let policy = policy(ast);
        let hit = match policy {
            TableHit::First | TableHit::Priority => Hit::First,
            TableHit::Unique | TableHit::Any => Hit::Unique,
            TableHit::RuleOrder | TableHit::OutputOrder | TableHit::Collect(_) => Hit::All,
        };
        let last = ast.rows.len() - 1;
        let default = default_row(ast);
        let mut otherwise = match hit {
            Hit::All => Otherwise::None,
            _ => Otherwise::Error(format!("no row of `{}` matches", ast.name.text).into()),
        };
        let mut fine = true;
        let mut rows: Vec<(usize, Code)> = Vec::with_capacity(order.len());
        for &row in order {
            let Some(cells) = ast.rows.get(row) else { continue };
            let Some(cell) = cells.cells.get(column) else { continue };
            let Some(code) = self.output_code(cell, list) else {
                fine = false;
                continue;
            };
            if Some(row) == default {
                otherwise = if code == Code::NONE { Otherwise::None } else { Otherwise::Code(code) };
            } else if code != Code::NONE {
                rows.push((row, code));
            } else if policy == TableHit::First && row == last && is_any(ast, cells) {
                otherwise = Otherwise::None;
            } else {
                fine = false;
                self.report(
                    codes::TABLE_CELL,
                    cell.span,
                    "only the last row gives `none`, when it tests nothing",
                    "no code here",
                    "leave the row out, or give a code of its own",
                );
            }
        }
        let mut cases: Vec<(Case, Vec<NodeId>)> = Vec::new();
        for (row, code) in rows {
            let Some(node) = conditions.get(row).copied().flatten() else {
                fine = false;
                continue;
            };
            let span = ast.rows.get(row).map_or(ast.span, |row| row.span);
            let name: Arc<str> = format!("row_{}", row + 1).into();
            let criterion = Criterion {
                heading: assize_model::program::Heading { name, title: None, docs: None },
                place: place(span),
            };
            let found = match policy {
                // Two rows that match contradict each other, even when they give the same.
                TableHit::Unique => None,
                TableHit::First | TableHit::Priority => cases.last_mut().filter(|(case, _)| case.code == code),
                _ => cases.iter_mut().find(|(case, _)| case.code == code),
            };
            match found {
                Some((case, nodes)) => {
                    case.criteria.push(criterion);
                    nodes.push(node);
                }
                None => cases.push((Case { code, criteria: vec![criterion] }, vec![node])),
            }
        }
        if !fine || cases.is_empty() {
            if fine {
                let name = &ast.name;
                let message = format!("table `{}` has no row with a test", name.text);
                self.report(codes::TABLE_ROWS, name.span, message, "nothing to decide", "write a row for each answer");
            }
            return None;
        }
        let criteria: Box<[NodeId]> = cases.iter().flat_map(|(_, nodes)| nodes).copied().collect();
        let decision = self.build.decision(Decision { category: id, scope, applies: None, criteria });
        let cx = Cx::record(scope);
        if self.categories.get(id.index()).is_some_and(Option::is_none) {
            let category = Category {
                heading: heading(&output_name(ast, at), ast.title.as_ref(), &ast.docs),
                record: self.build.program.scope(scope)?.record?,
                list,
                hit,
                otherwise,
                cases: cases.into_iter().map(|(case, _)| case).collect(),
                uses: Vec::new(),
                decision,
                place: place(ast.name.span),
            };
            if let Some(slot) = self.categories.get_mut(id.index()) {
                *slot = Some(category);
            }
        }
        let ty = if hit == Hit::All { Ty::Codes(list) } else { Ty::Code(list) };
        self.typed(Op::Outcome(decision), ty, cx, ast.name.span)
    }

    fn table_value(
        &mut self,
        ast: &'a ast::Table,
        (at, column): (usize, usize),
        ty: Ty,
        order: &[usize],
        conditions: &Conditions,
        scope: ScopeId,
    ) -> Option<Typed> {
        let choice = match policy(ast) {
            TableHit::First => Choice::First,
            TableHit::Any => Choice::Any,
            TableHit::Collect(Some(ast::Collected::Sum)) => Choice::Sum,
            TableHit::Collect(Some(ast::Collected::Min)) => Choice::Min,
            TableHit::Collect(Some(ast::Collected::Max)) => Choice::Max,
            TableHit::Collect(Some(ast::Collected::Count)) => Choice::Count,
            _ => Choice::Unique,
        };
        let counts = choice == Choice::Count;
        let written = ast.outputs.get(at)?;
        if counts && ty != Ty::Integer {
            let help = "write `-> integer`";
            self.report(codes::TABLE_OUTPUT, written.span, "a count is an integer", "not an integer", help);
            return None;
        }
        let unit = written.unit.as_ref().and_then(|unit| stated(&unit.text.as_str().into()));
        let cx = Cx::record(scope);
        let default = default_row(ast);
        let (mut rows, mut otherwise, mut fine) = (Vec::with_capacity(order.len()), None, true);
        for &row in order {
            let Some(cell) = ast.rows.get(row).and_then(|row| row.cells.get(column)) else { continue };
            let value = self.output_value(cell, ty, &unit, counts, cx);
            match (value, conditions.get(row).copied().flatten()) {
                (Some(value), _) if Some(row) == default => otherwise = Some(value),
                (Some(value), Some(condition)) => rows.push((condition, value)),
                _ => fine = false,
            }
        }
        if !fine {
            return None;
        }
        let op = Op::Choose { choice, rows: rows.into(), otherwise };
        let node = self.node(op, ty, cx, ast.name.span)?;
        Some(Typed { node, ty, unit, clockwork: None, span: ast.name.span })
    }

    fn output_value(
        &mut self,
        cell: &ast::Cell,
        ty: Ty,
        unit: &crate::units::Unit,
        counts: bool,
        cx: Cx,
    ) -> Option<NodeId> {
        let CellKind::Output(expr) = &cell.kind else { return None };
        let typed = if counts {
            self.lower(expr, cx, Want::Any)?
        } else {
            let typed = self.lower(expr, cx, Want::Ty(ty))?;
            if ty == Ty::Decimal { self.decimal(typed, cx)? } else { typed }
        };
        if !counts && typed.ty != ty {
            let (wanted, says) = (self.says(ty), self.says(typed.ty));
            self.sink.push(
                Diagnostic::error(
                    codes::TABLE_CELL,
                    cell.span,
                    format!("{wanted} is expected in this column, not {says}"),
                )
                .label(format!("this is {says}"))
                .help("write a value of the column's type, or change the type behind `->`"),
            );
            return None;
        }
        if typed.unit.is_some() && unit.is_some() {
            let stated = Typed { unit: unit.clone(), ..typed.clone() };
            self.one_unit(&[stated, typed.clone()])?;
        }
        Some(typed.node)
    }
}
