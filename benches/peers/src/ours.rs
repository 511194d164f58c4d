//! Our own row: the rule file compiled once, every record typed through one reused session.

use crate::answer::{Answer, Fault, State, Verdict};
use crate::race::{Contender, OURS, picked};
use crate::record::{Gapped, Record};

/// The rule every engine here is given, as a rule file.
const RULE: &str = include_str!("../rules/rule.assize");

/// The session: the only part that touches the crate `assize`.
struct Session;

impl Session {
    /// Compiles [`RULE`], opens a session, and looks up the ids of the seven fields and of the category.
    fn new() -> Result<Self, Fault> {
        compile_error!("the session is not connected yet: `Session::new` and `Session::verdict` are the two places")
    }

    /// Sets the seven fields, a gap as missing, evaluates, and gives the state and the first reason back.
    #[inline]
    fn verdict(&mut self, person: &Gapped) -> Result<Verdict, Fault> {
        compile_error!("the session is not connected yet: `Session::new` and `Session::verdict` are the two places")
    }
}

/// The session over records of one kind.
struct Ours<'a, R> {
    session: Session,
    records: &'a [R],
}

/// Over records with every field present.
pub fn whole(records: &[Record]) -> Result<Box<dyn Contender<Answer> + '_>, Fault> {
    Ok(Box::new(Ours { session: Session::new()?, records }))
}

/// Over records with gaps.
pub fn gapped(records: &[Gapped]) -> Result<Box<dyn Contender<Verdict> + '_>, Fault> {
    Ok(Box::new(Ours { session: Session::new()?, records }))
}

impl Contender<Answer> for Ours<'_, Record> {
    fn name(&self) -> &'static str {
        OURS
    }

    fn pass(&mut self, order: &[usize], answers: &mut [Answer]) -> Result<(), Fault> {
        for (slot, record) in answers.iter_mut().zip(picked(self.records, order)) {
            let verdict = self.session.verdict(&Gapped::from(record))?;
            if verdict.state != State::Decided {
                return Err("a record without gaps is not decided".into());
            }
            *slot = verdict.answer;
        }
        Ok(())
    }
}

impl Contender<Verdict> for Ours<'_, Gapped> {
    fn name(&self) -> &'static str {
        OURS
    }

    fn pass(&mut self, order: &[usize], verdicts: &mut [Verdict]) -> Result<(), Fault> {
        for (slot, record) in verdicts.iter_mut().zip(picked(self.records, order)) {
            *slot = self.session.verdict(record)?;
        }
        Ok(())
    }
}
