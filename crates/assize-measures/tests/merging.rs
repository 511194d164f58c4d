//! States merge exactly: any split, any order, the same bytes; and bytes that are not a state are refused.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use assize_measures::{MeasurePlan, MeasureState, Measures, MergeError, STATE_VERSION, StateError, Wanted};
use assize_model::decimal::Decimal;
use assize_model::ids::MeasureId;
use assize_model::measure::{Measure, MeasureForm, Precision, UnknownPolicy};
use common::{Case, Rng};
use proptest::prelude::*;
use std::sync::Arc;

/// A checksum as the form has it, so that what is forged gets past it.
fn sealed(mut body: Vec<u8>) -> Vec<u8> {
    let length = (body.len() + 8) as u64;
    body[6..14].copy_from_slice(&length.to_le_bytes());
    let sum = body
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    body.extend_from_slice(&sum.to_le_bytes());
    body
}

/// Changes one thing about a measure, which may or may not be of what it counts.
fn vary(measure: &mut Measure, rng: &mut Rng) {
    match rng.below(9) {
        0 => measure.include = None,
        1 => measure.exclude = measure.include,
        2 => measure.eligible = None,
        3 => measure.numerator = None,
        4 => measure.except = None,
        5 => measure.unknown = rng.pick(&[UnknownPolicy::Apart, UnknownPolicy::No, UnknownPolicy::Yes]),
        6 => {
            measure.by.pop();
        }
        7 => measure.every = None,
        _ => {
            measure.form = match measure.form.clone() {
                MeasureForm::Sum(of) => MeasureForm::Mean(of),
                MeasureForm::Mean(of) if measure.interval.is_none() => MeasureForm::Sum(of),
                MeasureForm::Quantile { of, precision, .. } => {
                    let share = Decimal::parse(rng.pick(&["0.1", "0.75"])).unwrap();
                    let precision = rng.pick(&[precision, Precision::Exact, Precision::Approximate]);
                    MeasureForm::Quantile { of, precision, share }
                }
                MeasureForm::Distinct { of, .. } => MeasureForm::Distinct { of, precision: Precision::Exact },
                other => other,
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_split_and_any_order_give_the_same_bytes(seed in any::<u64>(), rows in 0_usize..300, parts in 1_usize..8) {
        let case = Case::random(seed, rows);
        let rng = &mut Rng::new(seed);
        let whole = case.state(0, rows, 1024).to_bytes();

        let mut ends: Vec<usize> = (1..parts).map(|_| rng.below(rows as u64 + 1) as usize).chain([0, rows]).collect();
        ends.sort_unstable();
        let mut states: Vec<MeasureState> =
            ends.windows(2).map(|ends| case.state(ends[0], ends[1], 1 + rng.below(100) as usize)).collect();
        // As a random tree, each branch at times by way of its bytes.
        while states.len() > 1 {
            let mut one = states.swap_remove(rng.below(states.len() as u64) as usize);
            let other = states.swap_remove(rng.below(states.len() as u64) as usize);
            one.merge(&other).unwrap();
            if rng.chance(50) {
                one = MeasureState::from_bytes(case.plan().0, &one.to_bytes()).unwrap();
            }
            states.push(one);
        }
        prop_assert_eq!(&states[0].to_bytes(), &whole);
        prop_assert_eq!(states[0].finish(&case.program), case.state(0, rows, 64).finish(&case.program));
    }

    #[test]
    fn counting_goes_on_after_bytes(seed in any::<u64>(), rows in 1_usize..200) {
        let case = Case::random(seed, rows);
        let (plan, wanted) = case.plan();
        let half = rows / 2;
        let mut state = MeasureState::from_bytes(plan, &case.state(0, half, 64).to_bytes()).unwrap();
        case.chunk(&wanted, half, rows, |chunk| state.update(chunk)).unwrap();
        prop_assert_eq!(state.to_bytes(), case.state(0, rows, 1024).to_bytes());
    }

    /// Measures that have much in common, up to what they count, are counted together as each is by itself.
    #[test]
    fn together_as_alone(seed in any::<u64>(), rows in 0_usize..200, size in 1_usize..100) {
        let mut case = Case::random(seed, rows);
        let rng = &mut Rng::new(seed);
        for _ in 0..rng.below(6) {
            let mut other = case.program.measures[rng.below(case.program.measures.len() as u64) as usize].clone();
            for _ in 0..rng.below(3) {
                vary(&mut other, rng);
            }
            case.program.measures.push(other);
        }
        let mut wanted = Wanted::default();
        let measures = 0..case.program.measures.len() as u32;
        let plans: Vec<MeasurePlan> =
            measures.map(|at| MeasurePlan::new(&case.program, MeasureId(at), "", &mut wanted).unwrap()).collect();
        let mut together = Measures::new(plans.iter().cloned());
        let mut alone: Vec<MeasureState> = plans.into_iter().map(|plan| MeasureState::new(Arc::new(plan))).collect();
        for from in (0..rows).step_by(size) {
            case.chunk(&wanted, from, (from + size).min(rows), |chunk| {
                together.update(chunk).unwrap();
                alone.iter_mut().for_each(|state| state.update(chunk).unwrap());
            });
        }
        for (mut state, alone) in together.into_states().into_iter().zip(alone) {
            prop_assert_eq!(state.to_bytes(), alone.to_bytes());
            prop_assert_eq!(state.finish(&case.program), alone.finish(&case.program));
            // What states share is no longer shared where one goes on.
            state.merge(&alone).unwrap();
            let mut twice = alone.clone();
            twice.merge(&alone).unwrap();
            prop_assert_eq!(state.to_bytes(), twice.to_bytes());
        }
    }

    #[test]
    fn merging_nothing_changes_nothing(seed in any::<u64>(), rows in 0_usize..100) {
        let case = Case::random(seed, rows);
        let state = case.state(0, rows, 64);
        let mut left = state.clone();
        left.merge(&case.state(0, 0, 64)).unwrap();
        let mut right = case.state(0, 0, 64);
        right.merge(&state).unwrap();
        prop_assert_eq!(left.to_bytes(), state.to_bytes());
        prop_assert_eq!(right.to_bytes(), state.to_bytes());
    }

    #[test]
    fn any_other_bytes_are_refused(seed in any::<u64>(), rows in 0_usize..60, flips in 1_usize..4) {
        let case = Case::random(seed, rows);
        let rng = &mut Rng::new(seed);
        let bytes = case.state(0, rows, 64).to_bytes();
        let (plan, _) = case.plan();
        let read = |bytes: &[u8]| MeasureState::from_bytes(Arc::clone(&plan), bytes);
        for cut in 0..bytes.len() {
            let error = read(&bytes[..cut]).unwrap_err();
            let wanted = if cut == 0 { StateError::NotAState } else { StateError::Truncated };
            prop_assert_eq!(error, wanted, "cut at {}", cut);
        }
        let mut longer = bytes.clone();
        longer.push(0);
        prop_assert_eq!(read(&longer).unwrap_err(), StateError::Damaged);

        // Damage that the checksum does not see: what is still read is a state, and its only form.
        let mut forged = bytes[..bytes.len() - 8].to_vec();
        for _ in 0..flips {
            let at = 14 + rng.below(forged.len() as u64 - 14) as usize;
            match rng.below(3) {
                0 => forged[at] = rng.next() as u8,
                1 => forged.insert(at, rng.next() as u8),
                _ if forged.len() > 15 => {
                    forged.remove(at);
                }
                _ => {}
            }
        }
        let forged = sealed(forged);
        if let Ok(state) = read(&forged) {
            prop_assert_eq!(state.to_bytes(), forged);
            // Whatever it says, it merges and shows without a panic.
            let mut merged = case.state(0, rows, 64);
            merged.merge(&state).unwrap();
            merged.finish(&case.program);
        }
    }

    #[test]
    fn noise_is_refused(noise in proptest::collection::vec(any::<u8>(), 0..200), head in any::<bool>()) {
        let case = Case::random(3, 10);
        let mut bytes = if head { b"ASZM\x01\x00\0\0\0\0\0\0\0\0".to_vec() } else { Vec::new() };
        bytes.extend_from_slice(&noise);
        let bytes = if head { sealed(bytes) } else { bytes };
        prop_assert!(MeasureState::from_bytes(case.plan().0, &bytes).is_err());
    }
}

#[test]
fn a_state_of_something_else_is_refused() {
    let case = Case::random(11, 50);
    let bytes = case.state(0, 50, 64).to_bytes();
    let read = |case: &Case, run: &str, bytes: &[u8]| {
        let plan = MeasurePlan::new(&case.program, MeasureId(0), run, &mut Wanted::default()).unwrap();
        let error = MeasureState::from_bytes(Arc::new(plan.clone()), bytes).unwrap_err();
        let merged = MeasureState::new(Arc::new(plan)).merge(&Case::random(11, 50).state(0, 50, 64));
        (error, merged.unwrap_err())
    };

    let mut other = Case::random(11, 50);
    other.program.ruleset.hash = "blake3:01".into();
    let wanted = MergeError::OtherRules;
    assert_eq!(read(&other, "as of 2026-06-01", &bytes), (StateError::Other(wanted), wanted));

    let mut other = Case::random(11, 50);
    other.program.measures[0].heading.name = "another".into();
    let wanted = MergeError::OtherMeasure;
    assert_eq!(read(&other, "as of 2026-06-01", &bytes), (StateError::Other(wanted), wanted));

    let wanted = MergeError::OtherRun;
    assert_eq!(read(&case, "as of 2026-06-02", &bytes), (StateError::Other(wanted), wanted));

    let mut versioned = bytes.clone();
    versioned[4] += 1;
    let found = STATE_VERSION + 1;
    let error = MeasureState::from_bytes(case.plan().0, &versioned).unwrap_err();
    assert_eq!(error, StateError::Version { found });
    assert_eq!(error.to_string(), "the partial result is of version 3, and this engine reads version 2");

    let error = MeasureState::from_bytes(case.plan().0, b"PAR1 and more of another file").unwrap_err();
    assert_eq!(error, StateError::NotAState);

    let mut damaged = bytes;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    assert_eq!(MeasureState::from_bytes(case.plan().0, &damaged).unwrap_err(), StateError::Damaged);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_period_counted_in_two_shows_in_no_row(seed in any::<u64>(), rows in 1_usize..200, day in 18_500_i32..19_900) {
        let mut case = Case::random(seed, rows);
        prop_assume!(case.measure().every.is_some());
        case.program.measures[0].compare = Some(assize_model::measure::Comparison::SamePeriodLastYear);
        let as_of = assize_model::civil::Date::from_days(day).unwrap();
        let (plan, _) = case.plan();
        let cut = Arc::new(MeasurePlan::clone(&plan).as_of(&case.program, as_of));
        let whole = case.state_of(plan, 0, rows);
        let apart = case.state_of(Arc::clone(&cut), 0, rows);
        prop_assert_eq!(apart.finish(&case.program), whole.finish(&case.program));
        // It merges and is written as any other.
        let mut parts = case.state_of(Arc::clone(&cut), rows / 2, rows);
        parts.merge(&case.state_of(Arc::clone(&cut), 0, rows / 2)).unwrap();
        prop_assert_eq!(parts.to_bytes(), apart.to_bytes());
        let read = MeasureState::from_bytes(cut, &apart.to_bytes()).unwrap();
        prop_assert_eq!(read.finish(&case.program), apart.finish(&case.program));
    }
}
