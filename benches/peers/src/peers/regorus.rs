//! regorus: the policy loaded once, an input built beforehand for each record; by its interpreter, and as bytecode by its virtual machine.

use crate::answer::{Answer, Fault};
use crate::race::{Contender, picked};
use crate::record::Record;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{Engine, PolicyModule, Value, compile_policy_with_entrypoint};

const POLICY: &str = include_str!("../../rules/rule.rego");
const ENTRY_POINT: &str = "data.peers.criterion";

fn inputs(records: &[Record]) -> Result<Vec<Value>, Fault> {
    records.iter().map(|record| Ok(Value::from_json_str(&record.to_json())?)).collect()
}

fn answer(result: &Value) -> Result<Answer, Fault> {
    Answer::named(result.as_string()?)
}

/// One reused engine, which prepares the policy at the first evaluation and interprets it.
pub struct Interpreter {
    engine: Engine,
    inputs: Vec<Value>,
}

impl Interpreter {
    /// Loads the policy and prepares the records.
    pub fn new(records: &[Record]) -> Result<Self, Fault> {
        let mut engine = Engine::new();
        engine.add_policy("rule.rego".into(), POLICY.into())?;
        Ok(Self { engine, inputs: inputs(records)? })
    }
}

impl Contender<Answer> for Interpreter {
    fn name(&self) -> &'static str {
        "regorus, interpreter"
    }

    fn pass(&mut self, order: &[usize], answers: &mut [Answer]) -> Result<(), Fault> {
        for (slot, input) in answers.iter_mut().zip(picked(&self.inputs, order)) {
            self.engine.set_input(input.clone());
            *slot = answer(&self.engine.eval_rule(ENTRY_POINT.to_owned())?)?;
        }
        Ok(())
    }
}

/// The policy as bytecode on one reused virtual machine.
pub struct Machine {
    machine: RegoVM,
    inputs: Vec<Value>,
}

impl Machine {
    /// Compiles the policy and prepares the records.
    pub fn new(records: &[Record]) -> Result<Self, Fault> {
        let module = PolicyModule { id: "rule.rego".into(), content: POLICY.into() };
        let policy = compile_policy_with_entrypoint(Value::new_object(), &[module], ENTRY_POINT.into())?;
        let program = Compiler::compile_from_policy(&policy, &[ENTRY_POINT])?;
        let mut machine = RegoVM::new();
        machine.load_program(program);
        machine.set_data(Value::new_object())?;
        Ok(Self { machine, inputs: inputs(records)? })
    }
}

impl Contender<Answer> for Machine {
    fn name(&self) -> &'static str {
        "regorus, virtual machine"
    }

    fn pass(&mut self, order: &[usize], answers: &mut [Answer]) -> Result<(), Fault> {
        for (slot, input) in answers.iter_mut().zip(picked(&self.inputs, order)) {
            self.machine.set_input(input.clone());
            *slot = answer(&self.machine.execute_entry_point_by_index(0)?)?;
        }
        Ok(())
    }
}
