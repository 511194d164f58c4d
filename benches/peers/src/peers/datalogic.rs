//! datalogic-rs: JSONLogic compiled once, one arena reset after each record; from JSON text, and from documents parsed beforehand.

use crate::answer::{Answer, Fault};
use crate::race::{Contender, picked};
use crate::record::Record;
use datalogic_rs::bumpalo::Bump;
use datalogic_rs::{DataValue, Engine, EvalInput, Logic};

/// The engine with its compiled rule and its arena.
struct Compiled {
    engine: Engine,
    logic: Logic,
    arena: Bump,
}

impl Compiled {
    fn new() -> Result<Self, Fault> {
        let engine = Engine::new();
        let logic = engine.compile(include_str!("../../rules/rule.jsonlogic.json"))?;
        Ok(Self { engine, logic, arena: Bump::new() })
    }

    fn answer<'a>(&'a self, person: impl EvalInput<'a>) -> Result<Answer, Fault> {
        let result = self.engine.evaluate(&self.logic, person, &self.arena)?;
        Answer::named(result.as_str().ok_or("the result is not text")?)
    }
}

/// Fed by JSON text.
pub struct Text {
    compiled: Compiled,
    people: Vec<String>,
}

impl Text {
    /// Compiles the rule and writes the records out.
    pub fn new(records: &[Record]) -> Result<Self, Fault> {
        let people = records.iter().map(|record| record.to_json()).collect();
        Ok(Self { compiled: Compiled::new()?, people })
    }
}

impl Contender<Answer> for Text {
    fn name(&self) -> &'static str {
        "datalogic-rs, JSON text"
    }

    fn pass(&mut self, order: &[usize], answers: &mut [Answer]) -> Result<(), Fault> {
        for (slot, person) in answers.iter_mut().zip(picked(&self.people, order)) {
            *slot = self.compiled.answer(person.as_str())?;
            self.compiled.arena.reset();
        }
        Ok(())
    }
}

/// Fed by parsed documents, which are passed by reference.
pub struct Parsed {
    compiled: Compiled,
    people: Vec<&'static DataValue<'static>>,
}

impl Parsed {
    /// Compiles the rule and parses the records.
    pub fn new(records: &[Record]) -> Result<Self, Fault> {
        // One arena for all keeps the documents side by side; one arena each takes twice the time. It lives as long as the program.
        let arena: &'static Bump = Box::leak(Box::default());
        let parse = |record: &Record| -> Result<_, Fault> {
            let document = DataValue::from_str(arena.alloc_str(&record.to_json()), arena)?;
            Ok(&*arena.alloc(document))
        };
        let people = records.iter().map(parse).collect::<Result<_, Fault>>()?;
        Ok(Self { compiled: Compiled::new()?, people })
    }
}

impl Contender<Answer> for Parsed {
    fn name(&self) -> &'static str {
        "datalogic-rs, parsed values"
    }

    fn pass(&mut self, order: &[usize], answers: &mut [Answer]) -> Result<(), Fault> {
        for (slot, person) in answers.iter_mut().zip(picked(&self.people, order)) {
            *slot = self.compiled.answer(*person)?;
            self.compiled.arena.reset();
        }
        Ok(())
    }
}
