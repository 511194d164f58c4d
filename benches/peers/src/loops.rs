//! The limit: the rule written by hand over a struct, and again in three-valued logic. Both also say what is right.

use crate::answer::{Answer, Fault, State, Verdict};
use crate::race::{Contender, picked};
use crate::record;

/// The rule over a record with every field present.
#[inline]
pub fn answer(person: &record::Record) -> Answer {
    if person.age < 18 {
        Answer::NotApplicable
    } else if person.felon && person.weapon {
        Answer::ArmedFelon
    } else if person.charges >= 3 {
        Answer::Chronic
    } else if person.injury && person.charges >= 1 {
        Answer::Injury
    } else if person.charges == 2 {
        Answer::RepeatCharge
    } else if person.breaches >= 1 {
        Answer::Breach
    } else if person.charges == 1 {
        Answer::FirstCharge
    } else if person.calls >= 1 {
        Answer::Complaint
    } else {
        Answer::None
    }
}

/// The rule over a record with gaps: lists are tried in order, one that is unknown makes what follows provisional.
#[inline]
pub fn verdict(person: &record::Gapped) -> Verdict {
    match person.age {
        None => return Verdict { answer: Answer::None, state: State::Undetermined },
        Some(age) if age < 18 => return Verdict { answer: Answer::NotApplicable, state: State::Decided },
        Some(_) => {}
    }
    let charges = |test: fn(i64) -> bool| person.charges.map(test);
    let mut unknown = false;
    // A list is true when any criterion is, else unknown when any criterion is.
    let mut first_true = |criteria: &[(Answer, Option<bool>)]| {
        let found = criteria.iter().find(|(_, truth)| *truth == Some(true));
        if let Some((answer, _)) = found {
            let state = if unknown { State::Provisional } else { State::Decided };
            return Some(Verdict { answer: *answer, state });
        }
        unknown |= criteria.iter().any(|(_, truth)| truth.is_none());
        None
    };
    first_true(&[
        (Answer::ArmedFelon, both(person.felon, person.weapon)),
        (Answer::Chronic, charges(|n| n >= 3)),
        (Answer::Injury, both(person.injury, charges(|n| n >= 1))),
    ])
    .or_else(|| {
        first_true(&[(Answer::RepeatCharge, charges(|n| n == 2)), (Answer::Breach, person.breaches.map(|n| n >= 1))])
    })
    .or_else(|| first_true(&[(Answer::FirstCharge, charges(|n| n == 1))]))
    .or_else(|| first_true(&[(Answer::Complaint, person.calls.map(|n| n >= 1))]))
    .unwrap_or(Verdict { answer: Answer::None, state: if unknown { State::Undetermined } else { State::Decided } })
}

/// Kleene's `and`.
#[inline]
fn both(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// [`answer`] as a contender.
pub struct Whole<'a>(&'a [record::Record]);

impl<'a> Whole<'a> {
    /// Over these records.
    pub fn new(records: &'a [record::Record]) -> Self {
        Self(records)
    }
}

impl Contender<Answer> for Whole<'_> {
    fn name(&self) -> &'static str {
        "hand-written loop"
    }

    fn pass(&mut self, order: &[usize], answers: &mut [Answer]) -> Result<(), Fault> {
        for (slot, record) in answers.iter_mut().zip(picked(self.0, order)) {
            *slot = answer(record);
        }
        Ok(())
    }
}

/// [`verdict`] as a contender.
pub struct Gapped<'a>(&'a [record::Gapped]);

impl<'a> Gapped<'a> {
    /// Over these records.
    pub fn new(records: &'a [record::Gapped]) -> Self {
        Self(records)
    }
}

impl Contender<Verdict> for Gapped<'_> {
    fn name(&self) -> &'static str {
        "hand-written loop, three-valued"
    }

    fn pass(&mut self, order: &[usize], verdicts: &mut [Verdict]) -> Result<(), Fault> {
        for (slot, record) in verdicts.iter_mut().zip(picked(self.0, order)) {
            *slot = verdict(record);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{answer, verdict};
    use crate::answer::{Answer, State, Verdict};
    use crate::record::{self, Gapped, Record};

    const COUNT: usize = 20_000;

    fn list(answer: Answer) -> &'static str {
        match answer {
            Answer::NotApplicable => "not_applicable",
            Answer::None => "none",
            Answer::ArmedFelon | Answer::Chronic | Answer::Injury => "A",
            Answer::RepeatCharge | Answer::Breach => "B",
            Answer::FirstCharge => "C",
            Answer::Complaint => "D",
        }
    }

    /// Every way to fill the gaps, with values on both sides of each threshold.
    fn completions(person: &Gapped) -> Vec<Record> {
        let booleans = |known: Option<bool>| known.map_or_else(|| vec![false, true], |value| vec![value]);
        let counts = |known: Option<i64>| known.map_or_else(|| (0..=3).collect(), |value| vec![value]);
        let mut people = Vec::new();
        for age in person.age.map_or_else(|| vec![17, 18], |value| vec![value]) {
            for felon in booleans(person.felon) {
                for weapon in booleans(person.weapon) {
                    for injury in booleans(person.injury) {
                        for charges in counts(person.charges) {
                            for breaches in counts(person.breaches) {
                                for calls in counts(person.calls) {
                                    people.push(Record { age, felon, weapon, injury, charges, breaches, calls });
                                }
                            }
                        }
                    }
                }
            }
        }
        people
    }

    #[test]
    fn with_every_field_present_both_loops_agree() {
        for record in record::whole(COUNT, 1) {
            let expected = Verdict { answer: answer(&record), state: State::Decided };
            assert_eq!(verdict(&Gapped::from(&record)), expected, "{record:?}");
        }
    }

    #[test]
    fn a_decided_list_is_the_list_of_every_completion() {
        for person in record::gapped(COUNT, 2, 0.2) {
            let got = verdict(&person);
            let lists = completions(&person).iter().map(|record| list(answer(record))).collect::<Vec<_>>();
            match got.state {
                State::Decided => assert!(lists.iter().all(|each| *each == list(got.answer)), "{person:?}: {lists:?}"),
                State::Provisional => assert!(lists.contains(&list(got.answer)), "{person:?}: {lists:?}"),
                State::Undetermined => assert!(lists.len() > 1, "{person:?}: {lists:?}"),
            }
        }
    }

    #[test]
    fn every_answer_is_common() {
        let records = record::whole(COUNT, 3);
        let all = [
            Answer::NotApplicable,
            Answer::None,
            Answer::ArmedFelon,
            Answer::Chronic,
            Answer::Injury,
            Answer::RepeatCharge,
            Answer::Breach,
            Answer::FirstCharge,
            Answer::Complaint,
        ];
        for wanted in all {
            let share = records.iter().filter(|record| answer(record) == wanted).count() * 100 / COUNT;
            assert!((2..=30).contains(&share), "{wanted:?}: {share} %");
        }
    }
}
