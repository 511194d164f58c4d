//! rhai: the script compiled and optimised once, one scope whose variables are set for each record.

use crate::answer::{Answer, Fault};
use crate::race::{Contender, picked};
use crate::record::Record;
use rhai::{AST, Engine, ImmutableString, OptimizationLevel, Scope};

/// The engine and its records.
pub struct Rhai {
    engine: Engine,
    script: AST,
    scope: Scope<'static>,
    records: Vec<Record>,
}

impl Rhai {
    /// Compiles the rule.
    pub fn new(records: &[Record]) -> Result<Self, Fault> {
        let mut engine = Engine::new();
        engine.set_optimization_level(OptimizationLevel::Full);
        let script = engine.compile(include_str!("../../rules/rule.rhai"))?;
        Ok(Self { engine, script, scope: Scope::new(), records: records.to_vec() })
    }
}

impl Contender<Answer> for Rhai {
    fn name(&self) -> &'static str {
        "rhai, reused scope"
    }

    fn pass(&mut self, order: &[usize], answers: &mut [Answer]) -> Result<(), Fault> {
        for (slot, record) in answers.iter_mut().zip(picked(&self.records, order)) {
            self.scope
                .set_value("age", record.age)
                .set_value("felon", record.felon)
                .set_value("weapon", record.weapon)
                .set_value("injury", record.injury)
                .set_value("charges", record.charges)
                .set_value("breaches", record.breaches)
                .set_value("calls", record.calls);
            let name: ImmutableString = self.engine.eval_ast_with_scope(&mut self.scope, &self.script)?;
            *slot = Answer::named(&name)?;
        }
        Ok(())
    }
}
