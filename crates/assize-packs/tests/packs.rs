//! Every pack checks without a warning, passes its own tests, and runs on its sample data.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it breaks")]

mod common;

use assize::model::program::State;
use assize_packs::PACKS;
use common::{compiled, run, sample};

#[test]
fn every_pack_passes_its_own_tests_and_tests_every_criterion() {
    for pack in PACKS {
        let rules = compiled(pack);
        let warned: Vec<&str> = rules.warnings().iter().map(|warning| warning.message.as_str()).collect();
        assert!(warned.is_empty(), "{}: {warned:?}", pack.name);
        let report = rules.test();
        assert!(!report.tests.is_empty());
        for test in &report.tests {
            assert!(test.failures.is_empty(), "{}: {:?}", test.title, test.failures);
        }
        for criterion in &report.coverage {
            assert!(criterion.decisive > 0, "{}: no test is decided by `{}`", pack.name, criterion.name);
        }
    }
}

#[test]
fn sample_data_are_made_again_from_their_seed() {
    for pack in PACKS {
        assert_eq!(sample(pack, 7, 300), sample(pack, 7, 300));
        assert_ne!(sample(pack, 7, 300), sample(pack, 8, 300));
        // A larger set begins with the smaller one.
        let (small, large) = (sample(pack, 7, 100), sample(pack, 7, 300));
        for (record, bytes) in &small.0 {
            assert!(large.0[record].starts_with(bytes));
        }
        for file in pack.files {
            assert!(small.0.contains_key(file.record), "{} has no rows", file.record);
        }
    }
}

#[test]
fn every_pack_runs_on_its_sample_data() {
    for pack in PACKS {
        let results = run(pack, 1, 2_000);
        assert!(!results.has_record_errors());
        let id = results.program.category_named(pack.category).unwrap();
        let category = results.categories.iter().find(|category| category.category == id).unwrap();
        let summary = category.summary(&results.program);
        assert_eq!(summary.states.iter().sum::<u64>(), 2_000);
        // The sample has something of everything, errors apart.
        for state in [State::Decided, State::Provisional, State::Undetermined, State::NotApplicable] {
            assert!(summary.states[state as usize] > 0, "{}: nothing is {}", pack.name, state.word());
        }
        let (_, codes) = summary.values.split_last().unwrap();
        assert!(codes.iter().all(|(_, count)| *count > 0), "{}: {:?}", pack.name, summary.values);
        for (_, table) in &results.measures {
            assert!(!table.rows.is_empty(), "{} has no rows", table.name);
        }
    }
}

#[test]
fn the_samples_have_findings_of_every_kind() {
    let (mut met, mut near, mut missed, mut withheld, mut flagged, mut contradictions) = (0, 0, 0, 0, 0, 0);
    for pack in PACKS {
        let results = run(pack, 1, 1_000);
        assert!(!results.evaluations.is_empty(), "{} has no evaluation", pack.name);
        let mut open = 0;
        for evaluation in &results.evaluations {
            let (known, all) = evaluation.coverage();
            assert!(known > 0 && all >= 2);
            open += all - known;
            contradictions +=
                evaluation.objectives.iter().filter(|objective| objective.contradiction.is_some()).count();
            assert!(evaluation.requirements.iter().all(|requirement| requirement.met.word() != "not_met"));
        }
        assert!(open > 0, "{}: everything was collected", pack.name);
        for (_, table) in &results.measures {
            for row in &table.rows {
                let status = row.target.as_ref().map(|target| target.status.word());
                met += usize::from(status == Some("met"));
                near += usize::from(status == Some("near"));
                missed += usize::from(status == Some("missed"));
                withheld += usize::from(row.state.word() == "withheld");
            }
            let points = table.charts.iter().flat_map(|chart| &chart.points);
            flagged += points.filter(|point| !point.flags.is_empty()).count();
        }
    }
    for (what, count) in [
        ("met", met),
        ("near", near),
        ("missed", missed),
        ("withheld", withheld),
        ("flagged", flagged),
        ("contradictions", contradictions),
    ] {
        assert!(count >= 3, "{what}: {count}");
    }
}
