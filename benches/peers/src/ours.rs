//! Our own row: the rule file compiled once, every record typed through one reused session.

use crate::answer::{Answer, Fault, State, Verdict};
use crate::race::{Contender, OURS, picked};
use crate::record::{Gapped, Record};
use assize::model::civil::Date;
use assize::model::ids::{CategoryId, FieldId, RecordId};
use assize::model::program;
use assize::{Inputs, RuleSet};

/// The rule every engine here is given, as a rule file.
pub const RULE: &str = include_str!("../rules/rule.assize");

/// The answers of the criteria, in the order of the rule file.
pub const CRITERIA: [Answer; 7] = [
    Answer::ArmedFelon,
    Answer::Chronic,
    Answer::Injury,
    Answer::RepeatCharge,
    Answer::Breach,
    Answer::FirstCharge,
    Answer::Complaint,
];

/// The session: the only part that touches the crate `assize`.
struct Session {
    session: assize::Session,
    person: RecordId,
    list: CategoryId,
    /// The fields in the order of [`Gapped`].
    fields: [FieldId; 7],
}

impl Session {
    /// Compiles [`RULE`], opens a session, and looks up the ids of the seven fields and of the category.
    fn new() -> Result<Self, Fault> {
        let rules = RuleSet::compile("rule.assize", RULE)?;
        let program = rules.program();
        let as_of = Date::from_ymd(2026, 1, 1).ok_or("no such date")?;
        let person = program.record_named("Person").ok_or("no such record")?;
        let list = program.category_named("offender_list").ok_or("no such category")?;
        let record = program.record(person).ok_or("no such record")?;
        let mut fields = [FieldId(0); 7];
        for (id, name) in
            fields.iter_mut().zip(["age", "felon", "weapon", "injury", "charges", "breaches", "calls"])
        {
            *id = record.field(name).ok_or("no such field")?;
        }
        Ok(Self { session: rules.session(&Inputs::new(program, as_of)), person, list, fields })
    }

    /// Sets the seven fields, a gap as missing, evaluates, and gives the state and the first reason back.
    #[inline]
    fn verdict(&mut self, person: &Gapped) -> Result<Verdict, Fault> {
        let Self { session, fields: [age, felon, weapon, injury, charges, breaches, calls], .. } = self;
        session.begin(self.person)?;
        for (field, value) in
            [(*age, person.age), (*charges, person.charges), (*breaches, person.breaches), (*calls, person.calls)]
        {
            if let Some(value) = value {
                session.set_integer(field, value)?;
            }
        }
        for (field, value) in [(*felon, person.felon), (*weapon, person.weapon), (*injury, person.injury)] {
            if let Some(value) = value {
                session.set_boolean(field, value)?;
            }
        }
        let outcome = session.evaluate(self.list)?;
        let reason = outcome.because().next().and_then(|at| CRITERIA.get(usize::from(at)).copied());
        Ok(match outcome.state() {
            program::State::Decided => Verdict { answer: reason.unwrap_or(Answer::None), state: State::Decided },
            program::State::Provisional => {
                Verdict { answer: reason.unwrap_or(Answer::None), state: State::Provisional }
            }
            program::State::Undetermined => Verdict { answer: Answer::None, state: State::Undetermined },
            program::State::NotApplicable => Verdict { answer: Answer::NotApplicable, state: State::Decided },
            program::State::Error => return Err("a record is in error".into()),
        })
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
