//! Relations: a record's table with what has been worked out beside it, layer by layer.

use crate::expr::Scoped;
use crate::source;
use crate::value::Sql;
use crate::{For, Not, Written, category, children};
use assize_model::ids::{DecisionId, FieldId, NodeId, RecordId, ScopeId};
use assize_model::node::Op;
use std::collections::{BTreeMap, BTreeSet};

/// Writes the common table expressions of one query.
pub struct Writer<'p> {
    pub run: For<'p>,
    /// Each with its name, in order.
    layers: Vec<(String, String)>,
    /// The fields that are read of each record, by the name of its relation.
    fields: BTreeMap<RecordId, BTreeSet<FieldId>>,
    depth: usize,
    /// How deep the expression lies that is being written, and how much has been written of all.
    nested: usize,
    size: usize,
}

/// How deep children are followed.
const DEEPEST: usize = 16;

/// How deep expressions lie within one another; databases read no deeper ones.
const DEEPEST_EXPRESSION: usize = 1_000;

/// How many bytes of expressions one query is made of. What is named once stands in SQL wherever it is used.
const LONGEST: usize = 64 << 20;

impl<'p> Writer<'p> {
    pub fn new(run: For<'p>) -> Self {
        Self { run, layers: Vec::new(), fields: BTreeMap::new(), depth: 0, nested: 0, size: 0 }
    }

    /// Takes a field to be read.
    pub fn reads(&mut self, record: RecordId, field: FieldId) {
        self.fields.entry(record).or_default().insert(field);
    }

    /// Goes one deeper into an expression.
    pub fn enter(&mut self) -> Written<()> {
        self.nested += 1;
        if self.nested > DEEPEST_EXPRESSION {
            return Err(Not::because(format!("an expression more than {DEEPEST_EXPRESSION} deep")));
        }
        Ok(())
    }

    /// Comes back out of it with what it was written as.
    pub fn leave(&mut self, sql: &Sql) -> Written<()> {
        self.nested -= 1;
        self.size = self.size.saturating_add(sql.size());
        if self.size > LONGEST {
            return Err(Not::because(format!("expressions that would be longer than {} MiB", LONGEST >> 20)));
        }
        Ok(())
    }

    /// Adds a layer; its name.
    pub fn layer(&mut self, what: &str, select: String) -> String {
        let name = format!("{what}_{}", self.layers.len() + 1);
        self.layers.push((name.clone(), select));
        name
    }

    /// The name of a record's source.
    pub fn source(&mut self, record: RecordId) -> Written<String> {
        self.fields.entry(record).or_default();
        Ok(format!("source_{}", record.index()))
    }

    /// The record of a scope.
    pub fn record(&self, scope: ScopeId) -> Written<RecordId> {
        let record = self.run.program.scope(scope).and_then(|scope| scope.record);
        record.ok_or_else(|| Not::because("it is of no record"))
    }

    /// The key of a record, which is read.
    pub fn key(&mut self, record: RecordId) -> Written<String> {
        let program = self.run.program;
        let declared = program.record(record).ok_or_else(|| Not::because("a record is not there"))?;
        let name = &declared.heading.name;
        let key = declared.key.ok_or_else(|| Not::because(format!("`{name}` has no key, by which rows are known")))?;
        self.reads(record, key);
        Ok(declared.fields.get(key.index()).map_or("?", |field| &field.heading.name).to_string())
    }

    /// The relation of a scope with the aggregates and categories that expressions and categories read.
    pub fn relation(&mut self, scope: ScopeId, nodes: &[NodeId], decisions: &[DecisionId]) -> Written<String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Not::because("children are counted too deep within children"));
        }
        let record = self.record(scope)?;
        let mut found = Found { scope, aggregates: Vec::new(), decisions: Vec::new(), seen: BTreeSet::new() };
        for &node in nodes {
            found.node(self, node)?;
        }
        for &decision in decisions {
            found.decision(self, decision)?;
        }
        let mut name = self.source(record)?;
        for aggregate in found.aggregates {
            name = children::layer(self, scope, &name, aggregate)?;
        }
        for decision in found.decisions {
            name = category::layers(self, scope, &name, decision)?;
        }
        self.depth -= 1;
        Ok(name)
    }

    /// Expressions of a scope over a relation with this alias.
    pub fn scoped<'w>(&'w mut self, scope: ScopeId, alias: &str) -> Scoped<'w, 'p> {
        Scoped { writer: self, scope, alias: alias.to_owned(), parent: None }
    }

    /// The whole query.
    pub fn query(mut self, select: &str) -> Written<String> {
        let fields = std::mem::take(&mut self.fields);
        let mut parts = Vec::new();
        for (record, fields) in fields {
            let fields: Vec<FieldId> = fields.into_iter().collect();
            let text = source::relation(&self, record, &fields)?;
            parts.push(format!("source_{} AS (\n  {text}\n)", record.index()));
        }
        parts.extend(self.layers.iter().map(|(name, select)| format!("{name} AS (\n  {select}\n)")));
        Ok(format!("WITH {}\n{select}", parts.join(",\n")))
    }
}

/// The aggregates and categories that expressions of a scope read, those first that others read.
struct Found {
    scope: ScopeId,
    aggregates: Vec<NodeId>,
    decisions: Vec<DecisionId>,
    seen: BTreeSet<NodeId>,
}

impl Found {
    fn node(&mut self, writer: &Writer<'_>, id: NodeId) -> Written<()> {
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            let Some(node) = writer.run.program.node(id) else { continue };
            if node.scope != self.scope || !self.seen.insert(id) {
                continue;
            }
            match &node.op {
                Op::Aggregate { .. } => self.aggregates.push(id),
                Op::Outcome(decision) => self.decision(writer, *decision)?,
                Op::Parent(_) => {}
                op => op.operands(|operand| todo.push(operand)),
            }
        }
        Ok(())
    }

    fn decision(&mut self, writer: &Writer<'_>, id: DecisionId) -> Written<()> {
        if self.decisions.contains(&id) {
            return Ok(());
        }
        let decision = writer.run.program.decision(id).ok_or_else(|| Not::because("a category is not there"))?;
        for &node in decision.applies.iter().chain(&*decision.criteria) {
            self.node(writer, node)?;
        }
        if !self.decisions.contains(&id) {
            self.decisions.push(id);
        }
        Ok(())
    }
}
