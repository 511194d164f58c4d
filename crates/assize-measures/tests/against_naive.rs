//! Random measures over random records, held to a count made record by record.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod common;

use assize_measures::{MeasureTable, Stage};
use assize_model::period::Period;
use common::Case;
use proptest::prelude::*;

fn without_intervals(mut table: MeasureTable) -> MeasureTable {
    for row in &mut table.rows {
        row.interval = None;
    }
    table
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn counting_by_words_is_counting_by_records(
        seed in any::<u64>(),
        rows in prop_oneof![0_usize..4, 60_usize..70, 0_usize..300],
        size in prop_oneof![Just(64_usize), Just(128), Just(1024), 1_usize..100],
    ) {
        let case = Case::random(seed, rows);
        let table = without_intervals(case.state(0, rows, size).finish(&case.program));
        prop_assert_eq!(&table, &case.naive(), "{:#?}", case.measure());
    }

    #[test]
    fn each_record_ends_where_the_naive_ladder_says(seed in any::<u64>(), rows in 0_usize..200) {
        let case = Case::random(seed, rows);
        let (plan, wanted) = case.plan();
        let mut stages = Vec::new();
        case.chunk(&wanted, 0, rows, |chunk| {
            plan.stages(chunk, &mut stages).unwrap();
            for row in 0..rows {
                prop_assert_eq!(plan.breakdown(&case.program, chunk, row), case.key(row), "row {}", row);
            }
            Ok(())
        })?;
        let wanted: Vec<Stage> = (0..rows).map(|row| case.end(row).stage).collect();
        prop_assert_eq!(stages, wanted);
    }

    #[test]
    fn the_stages_of_a_row_add_up(seed in any::<u64>(), rows in 0_usize..300) {
        let mut case = Case::random(seed, rows);
        // In windows that roll a record is counted several times.
        if let Some((period, _)) = &mut case.program.measures[0].every
            && period.window() > 1
        {
            *period = Period::Month;
        }
        let (plan, wanted) = case.plan();
        let mut stages = Vec::new();
        case.chunk(&wanted, 0, rows, |chunk| plan.stages(chunk, &mut stages)).unwrap();
        let table = case.state(0, rows, 64).finish(&case.program);
        let total = |count: fn(&assize_measures::Stages) -> u64| table.rows.iter().map(|row| count(&row.stages)).sum::<u64>();
        let ended = |stage: Stage| stages.iter().filter(|&&ended| ended == stage).count() as u64;
        prop_assert_eq!(total(|stages| stages.read), rows as u64);
        prop_assert_eq!(total(|stages| stages.error), ended(Stage::Error));
        prop_assert_eq!(total(|stages| stages.exclude), ended(Stage::Excluded));
        prop_assert_eq!(total(|stages| stages.numerator), ended(Stage::Numerator));
        prop_assert_eq!(total(|stages| stages.except), ended(Stage::Except));
        for row in &table.rows {
            prop_assert!(row.stages.include <= row.stages.read && row.stages.eligible <= row.stages.include);
        }
    }
}
