//! Generated programs on generated records: the instructions agree with working out on demand, and what comes out for a
//! record with gaps covers what comes out once the gaps are filled.

use super::generate::writer;
use super::rules::fill;
use crate::outcome::{Chosen, OutcomeRow};
use crate::row::missing::path;
use crate::row::session::Session;
use assize_model::ids::CategoryId;
use assize_model::program::State;

/// The outcome worked out on demand.
fn on_demand(session: &mut Session, category: CategoryId) -> OutcomeRow {
    let decision = session.program().categories[category.index()].decision;
    let plan = std::sync::Arc::clone(session.plan());
    let plan = &plan.decisions[decision.index()];
    let (env, memo, store, search) = session.parts();
    let walk = memo.force_walk(&env, store, decision, 0);
    let because = walk
        .reasons(&plan.cases)
        .filter(|&at| {
            let found = || memo.get(&env, plan.criteria[at], 0) == crate::row::Cell::YES;
            walk.found(at).unwrap_or_else(found)
        })
        .map(|at| at as u16);
    let places = if walk.is_open() { search.decision(&env, memo, store, decision) } else { &[] };
    OutcomeRow {
        value: walk.value(),
        state: walk.state,
        because: because.collect(),
        possible: walk.possible,
        missing: places.iter().map(|&(scope, field)| path(env.program, scope, field)).collect(),
        error: walk.error,
    }
}

#[test]
fn instructions_agree_with_working_out_on_demand() {
    let mut states = [0; 5];
    for seed in 1..400 {
        let mut writer = writer(seed, true);
        let (rules, _, categories) = writer.program();
        let mut session = rules.session();
        for _ in 0..12 {
            let (gaps, full) = writer.record();
            for given in [gaps, full] {
                fill(&mut session, "R", &given);
                // In any order: what one works out the others find.
                let first = writer.random.below(4) as usize;
                for at in 0..4 {
                    let category = categories[(at + first) % 4];
                    let fast = session.evaluate(category).unwrap().row();
                    let slow = on_demand(&mut session, category);
                    assert_eq!(fast, slow, "program {seed}, category {category:?} of {given}");
                    states[fast.state as usize] += 1;
                    if fast.state == State::Decided && !matches!(fast.value, Chosen::Many(_)) {
                        assert_eq!(fast.possible.len(), 1);
                    }
                    let lists = fast.missing.len();
                    assert!(lists == 0 || matches!(fast.state, State::Provisional | State::Undetermined));
                }
            }
        }
    }
    // All of it was tried, and often.
    assert!(states.iter().all(|&count| count > 100), "{states:?}");
}

#[test]
fn what_is_possible_covers_what_comes_out_once_gaps_are_filled() {
    let (mut open, mut narrowed) = (0, 0);
    for seed in 1..400 {
        let mut writer = writer(seed, false);
        let (rules, _, categories) = writer.program();
        let mut session = rules.session();
        for _ in 0..12 {
            let (gaps, full) = writer.record();
            for &category in &categories {
                fill(&mut session, "R", &gaps);
                let before = session.evaluate(category).unwrap().row();
                fill(&mut session, "R", &full);
                let after = session.evaluate(category).unwrap().row();
                let context = || format!("program {seed}, category {category:?} of {gaps}, then {full}");
                match (before.state, after.state) {
                    // An error may be what the gap decided about, and the other way round.
                    (State::Error, _) | (_, State::Error) => {}
                    (State::Decided, _) => {
                        assert_eq!((before.value, before.state), (after.value, after.state), "{}", context());
                        // A criterion beside a true one may turn out true as well.
                        assert!(
                            before.because.iter().all(|at| after.because.contains(at)),
                            "{}: {before:?}, then {after:?}",
                            context()
                        );
                    }
                    (State::NotApplicable, _) => assert_eq!(after.state, before.state, "{}", context()),
                    (_, State::NotApplicable) => assert_eq!(before.state, State::Undetermined, "{}", context()),
                    _ => {
                        assert_eq!(before.possible.union(after.possible), before.possible, "{}", context());
                        assert!(!before.missing.is_empty() || before.possible == after.possible, "{}", context());
                        open += 1;
                        narrowed += u32::from(before.possible != after.possible);
                    }
                }
            }
        }
    }
    assert!(open > 1000 && narrowed > 1000, "{open}, {narrowed}");
}
