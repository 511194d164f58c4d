//! cel: the program parsed once, one context, its variables resolved from values built beforehand.

use crate::answer::{Answer, Fault};
use crate::race::{Contender, picked};
use crate::record::Record;
use cel::common::types::{CelBool, CelInt, CelString};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::{Context, Env, Program, Value};
use std::sync::Arc;

/// The engine and its records.
pub struct Cel {
    env: Arc<Env>,
    program: Program,
    people: Vec<Person>,
}

/// A record in this engine's values, looked up by name without a map.
struct Person {
    age: CelInt,
    felon: CelBool,
    weapon: CelBool,
    injury: CelBool,
    charges: CelInt,
    breaches: CelInt,
    calls: CelInt,
}

impl VariableResolver for Person {
    fn resolve<'b>(&'b self, variable: &str) -> Option<CowVal<'b, 'b>> {
        let value: &dyn Val = match variable {
            "age" => &self.age,
            "felon" => &self.felon,
            "weapon" => &self.weapon,
            "injury" => &self.injury,
            "charges" => &self.charges,
            "breaches" => &self.breaches,
            "calls" => &self.calls,
            _ => return None,
        };
        Some(CowVal::Borrowed(value))
    }
}

impl Cel {
    /// Compiles the rule and prepares the records.
    pub fn new(records: &[Record]) -> Result<Self, Fault> {
        let env = Arc::new(Env::stdlib());
        let program = env.compile(include_str!("../../rules/rule.cel"))?;
        let person = |record: &Record| Person {
            age: record.age.into(),
            felon: record.felon.into(),
            weapon: record.weapon.into(),
            injury: record.injury.into(),
            charges: record.charges.into(),
            breaches: record.breaches.into(),
            calls: record.calls.into(),
        };
        Ok(Self { env, program, people: records.iter().map(person).collect() })
    }
}

impl Contender<Answer> for Cel {
    fn name(&self) -> &'static str {
        "cel"
    }

    fn pass(&mut self, order: &[usize], answers: &mut [Answer]) -> Result<(), Fault> {
        let mut context = Context::with_env(Arc::clone(&self.env));
        for (slot, person) in answers.iter_mut().zip(picked(&self.people, order)) {
            context.set_variable_resolver(person);
            let result = Value::resolve_val(self.program.expression(), &context)?;
            let name = result.downcast_ref::<CelString>().ok_or("the result is not text")?;
            *slot = Answer::named(name.inner())?;
        }
        Ok(())
    }
}
