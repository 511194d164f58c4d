//! zen-expression: bytecode compiled once, one virtual machine, a scope built beforehand for each record.

use crate::answer::{Answer, Fault};
use crate::race::{Contender, picked};
use crate::record::Record;
use zen_expression::expression::Standard;
use zen_expression::scope::Scope;
use zen_expression::variable::Variable;
use zen_expression::vm::VM;
use zen_expression::{Expression, Isolate};

/// The engine and its records.
pub struct Zen {
    expression: Expression<Standard>,
    machine: VM,
    scopes: Vec<Scope>,
}

impl Zen {
    /// Compiles the rule and prepares the records.
    pub fn new(records: &[Record]) -> Result<Self, Fault> {
        let expression = Isolate::new().compile_standard(include_str!("../../rules/rule.zen"))?;
        let scopes = records.iter().map(|record| Ok(Scope::new(variable(record)?))).collect::<Result<_, Fault>>()?;
        Ok(Self { expression, machine: VM::new(), scopes })
    }
}

/// The record as this engine's value.
pub fn variable(record: &Record) -> Result<Variable, Fault> {
    let value: serde_json::Value = serde_json::from_str(&record.to_json())?;
    Ok(value.into())
}

impl Contender<Answer> for Zen {
    fn name(&self) -> &'static str {
        "zen-expression, prebuilt values"
    }

    fn pass(&mut self, order: &[usize], answers: &mut [Answer]) -> Result<(), Fault> {
        for (slot, scope) in answers.iter_mut().zip(picked(&self.scopes, order)) {
            let result = self.expression.evaluate_with_scope(scope, &mut self.machine)?;
            *slot = Answer::named(result.as_str().ok_or("the result is not text")?)?;
        }
        Ok(())
    }
}
