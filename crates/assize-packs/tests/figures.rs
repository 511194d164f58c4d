//! Every figure that the programmes' documents state, and what is computed of them, comes out of rows that add up to it,
//! through the packs' own measures.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it breaks")]

mod common;

use assize::measures::RowState;
use assize_packs::pack;
use common::{compiled, row, run_on, table, value};
use std::fmt::Write as _;

fn offenders(rows: u64) -> String {
    let mut text =
        "Person No,Date of birth,Felony conviction,Division,Entered on,Validated on,List set by a person,Why,\
                    By whom,Set on,Set until\n"
            .to_owned();
    for number in 0..rows {
        writeln!(text, "P{number},1980-01-01,no,central,2012-01-01,,,,,,").unwrap();
    }
    text
}

const CHARGES: &str = "Charge No,Person No,Charged on,Offence,Weapon used,Victim injured,Bond hearing on\n";

#[test]
fn thirty_one_of_499_notified_were_charged_again_within_half_a_year() {
    let mut notices = "Person No,Given on,List at notice\n".to_owned();
    let mut charges = CHARGES.to_owned();
    for number in 0..499 {
        writeln!(notices, "P{number},2012-04-01,C").unwrap();
        if number < 31 {
            writeln!(charges, "C{number},P{number},2012-09-30,domestic_assault,no,no,").unwrap();
        }
    }
    // One day after the window is not within it.
    writeln!(charges, "late,P400,2012-10-02,domestic_assault,no,no,").unwrap();
    let given = [("Offender", offenders(499)), ("Charge", charges), ("Notice", notices)];
    let results = run_on("ofdvi", "2013-01-01", &["reoffended_6m"], &given);
    let found = row(&results, "reoffended_6m", "C");
    assert_eq!(found.value.as_deref(), Some("6.2"));
    let interval = found.interval.as_ref().unwrap();
    assert_eq!((&*interval.lower_shown, &*interval.upper_shown), ("4.41", "8.68"));
}

#[test]
fn windows_are_never_mixed_and_those_not_followed_for_the_whole_window_do_not_count() {
    // 1,024 notified: of 600 on list D 12 % were charged again at 6 months and 16 % at a year, of 400 on list C 11 % and
    // 15 %; 24 were notified in the last month.
    let mut notices = "Person No,Given on,List at notice\n".to_owned();
    let mut charges = CHARGES.to_owned();
    for number in 0..1_024 {
        let (list, on, soon, later) = match number {
            0..600 => ("D", "2012-11-01", number < 72, number < 96),
            600..1_000 => ("C", "2012-11-01", number < 644, number < 660),
            _ => ("C", "2014-04-01", true, true),
        };
        writeln!(notices, "P{number},{on},{list}").unwrap();
        let again = match (soon, later, number < 1_000) {
            (true, _, true) => "2013-03-01",
            (_, true, true) => "2013-09-01",
            (true, _, false) => "2014-04-20",
            _ => continue,
        };
        writeln!(charges, "C{number},P{number},{again},domestic_assault,no,no,").unwrap();
    }
    let given = [("Offender", offenders(1_024)), ("Charge", charges), ("Notice", notices)];
    let results = run_on("ofdvi", "2014-04-30", &["reoffended_6m", "reoffended_12m"], &given);
    assert_eq!(value(&results, "reoffended_6m", "D"), "12.0");
    assert_eq!(value(&results, "reoffended_12m", "D 2012-13"), "16.0");
    assert_eq!(value(&results, "reoffended_6m", "C"), "11.0");
    assert_eq!(value(&results, "reoffended_12m", "C 2012-13"), "15.0");
    let read: u64 = table(&results, "reoffended_6m").rows.iter().map(|row| row.stages.read).sum();
    assert_eq!(read, 1_024);
}

#[test]
fn fourteen_of_a_hundred_after_three_years() {
    let mut notices = "Person No,Given on,List at notice\n".to_owned();
    let mut charges = CHARGES.to_owned();
    for number in 0..1_200 {
        writeln!(notices, "P{number},2012-01-01,C").unwrap();
        if number < 168 {
            writeln!(charges, "C{number},P{number},2014-12-31,threat,no,no,").unwrap();
        }
    }
    let given = [("Offender", offenders(1_200)), ("Charge", charges), ("Notice", notices)];
    let results = run_on("ofdvi", "2015-06-01", &["reoffended_36m"], &given);
    assert_eq!(value(&results, "reoffended_36m", "C"), "14.0");
}

#[test]
fn arrests_a_month_from_january_to_april_are_held_against_like_months() {
    let mut charges = CHARGES.to_owned();
    // 95, 94.25 and 83.5 a month are 380, 377 and 334 in four; May does not count.
    for (year, all) in [(2012, 380), (2013, 377), (2014, 334)] {
        for number in 0..all {
            let month = number % 4 + 1;
            writeln!(charges, "C{year}-{number},P0,{year}-{month:02}-15,domestic_assault,no,no,").unwrap();
        }
        writeln!(charges, "M{year},P0,{year}-05-15,domestic_assault,no,no,").unwrap();
    }
    let only = ["dv_charges_january_to_april", "dv_charges_each_month"];
    let given = [("Offender", offenders(1)), ("Charge", charges)];
    let results = run_on("ofdvi", "2015-01-01", &only, &given);
    for (year, each) in [("2012", "95.00"), ("2013", "94.25"), ("2014", "83.50")] {
        assert_eq!(value(&results, "dv_charges_each_month", year), each);
    }
    assert_eq!(value(&results, "dv_charges_january_to_april", "2014"), "334");
}

#[test]
fn nine_officers_cost_900_600_cad_in_2013() {
    let mut costs = "No d'agent,Année se terminant le,Montant en CAD\n".to_owned();
    for number in 0..9 {
        // Not all cost the same.
        writeln!(costs, "A{number},2013-12-31,{}", if number < 8 { 100_000 } else { 100_600 }).unwrap();
        writeln!(costs, "A{number},2014-12-31,110000").unwrap();
    }
    let results =
        run_on("montreal", "2014-06-01", &["total_cost", "officers_paid", "cost_per_officer"], &[("Cost", costs)]);
    assert_eq!(value(&results, "total_cost", "2013"), "900600.00");
    assert_eq!(value(&results, "officers_paid", "2013"), "9");
    assert_eq!(value(&results, "cost_per_officer", "2013"), "100066.67");
    let title = results.program.measures.iter().find(|measure| &*measure.heading.name == "cost_per_officer").unwrap();
    assert!(title.heading.title.as_deref().unwrap().contains("CAD de l'année"));
}

#[test]
fn nine_stations_in_a_pilot_and_two_phases() {
    let mut stations = "No de poste,Poste,Phase\n".to_owned();
    let mut officers = "No d'agent,No de poste,En fonction depuis,Départ\n".to_owned();
    for number in 1..=9 {
        let phase = ["pilot", "phase_one", "phase_two"][usize::from(number > 1) + usize::from(number > 5)];
        writeln!(stations, "{number},Poste {number},{phase}").unwrap();
        writeln!(officers, "A{number},{number},2007-09-01,").unwrap();
    }
    let only = ["stations", "stations_by_phase", "officers_in_place", "stations_served"];
    let given = [("Station", stations), ("Officer", officers)];
    let results = run_on("montreal", "2013-12-31", &only, &given);
    for (measure, words, wanted) in [
        ("stations", "", "9"),
        ("stations_by_phase", "pilot", "1"),
        ("stations_by_phase", "phase_one", "4"),
        ("stations_by_phase", "phase_two", "4"),
        ("officers_in_place", "", "9"),
        ("stations_served", "", "9"),
    ] {
        assert_eq!(value(&results, measure, words), wanted, "{measure}");
    }
    // Before it began there was nobody.
    let officers = "No d'agent,No de poste,En fonction depuis,Départ\nA1,1,2007-09-01,\n".to_owned();
    let results = run_on("montreal", "2006-12-31", &["officers_in_place"], &[("Officer", officers)]);
    assert_eq!(value(&results, "officers_in_place", ""), "0");
}

#[test]
fn the_record_that_is_said_to_be_evaluated_and_has_nothing_to_say_is_found() {
    let pack = pack("montreal").unwrap();
    let sample = String::from_utf8(common::sample(pack, 3, 1).0["Initiative"].clone()).unwrap();
    let (heading, own) = sample.split_once('\n').unwrap();
    // The record as it stands, the same with both cells empty, and one in which both are filled in.
    let blank = own.replace(",N/A,N/A,", ",,,").replace("F-00001", "blank");
    let filled = own.replace(",N/A,N/A,", ",Better,Calls,").replace("F-00001", "filled");
    assert_ne!((blank.as_str(), filled.as_str()), (own, own));
    let only = ["completeness", "findings", "fields_na", "fields_blank"];
    let rows = format!("{heading}\n{own}{blank}{filled}");
    let results = run_on("montreal", pack.as_of, &only, &[("Initiative", rows)]);
    let of = |name: &str| {
        let id = results.program.category_named(name).unwrap();
        let criteria = results.program.categories[id.index()].criteria();
        let names: Vec<&str> = criteria.map(|(_, criterion)| &*criterion.heading.name).collect();
        let category = results.category(id).unwrap();
        let rows = category.outcomes(&results.program);
        let said = |at: &u16| names[usize::from(*at)].to_owned();
        rows.map(|(_, row)| row.because.iter().map(said).collect::<Vec<_>>()).collect::<Vec<_>>()
    };
    assert_eq!(of("completeness"), [vec!["said_na", "left_empty"], vec!["left_empty"], vec![]]);
    assert_eq!(of("findings"), [vec!["outcomes_na", "data_na"], vec!["outcomes_blank", "data_blank"], vec![]]);
    assert_eq!(of("fields_na")[0], ["summary_of_outcomes_na", "performance_data_na"]);
    assert_eq!(of("fields_blank")[1], ["summary_of_outcomes_blank", "performance_data_blank"]);
    assert!(of("fields_na")[1].is_empty() && of("fields_blank")[0].is_empty());
}

#[test]
fn the_index_record_has_every_field_of_the_index() {
    let rules = compiled(pack("montreal").unwrap());
    let list = rules.program().lists.iter().find(|list| &*list.heading.name == "IndexField").unwrap();
    assert_eq!(list.codes.len(), 24);
    assert_eq!(rules.program().ruleset.language.as_deref(), Some("fr"));
}

#[test]
fn a_fiscal_year_of_visits_activities_and_meetings() {
    let mut visits = "Visit No,Officer No,School No,Visited on,Topic\n".to_owned();
    let mut schools = "School No,School,District\n".to_owned();
    let mut officers = "Officer No,Kind,District\n".to_owned();
    let mut reports = "Officer No,Month ending,Engagement activities,Committee meetings\n".to_owned();
    for number in 0..173 {
        writeln!(schools, "S{number},School {number},west").unwrap();
    }
    for number in 0..1_460 {
        // From the first day of April to the last of March.
        let on = ["2022-04-01", "2022-10-17", "2023-03-31"][number % 3];
        writeln!(visits, "V{number},O{},S{},{on},drugs", number % 9, number % 173).unwrap();
    }
    writeln!(visits, "before,O1,S1,2022-03-31,drugs\nafter,O1,S1,2023-04-01,drugs").unwrap();
    for number in 0..9 {
        let kind = ["cpo", "cpoi", "municipal"][usize::from(number > 2) + usize::from(number > 7)];
        writeln!(officers, "O{number},{kind},west").unwrap();
    }
    // Two of the reports say "more than".
    for (officer, activities, meetings) in [(0, "200+", "300+"), (1, "100", "100"), (2, "40", "80")] {
        writeln!(reports, "O{officer},2022-12-31,{activities},{meetings}").unwrap();
    }
    let only = [
        "school_visits",
        "schools_visited",
        "visits_per_school",
        "engagement_activities",
        "committee_meetings",
        "officers",
        "officers_by_kind",
    ];
    let given = [("Visit", visits), ("School", schools), ("Officer", officers), ("Report", reports)];
    let results = run_on("newbrunswick", "2023-06-01", &only, &given);
    assert_eq!(value(&results, "school_visits", "2022-23"), "1460");
    assert_eq!(value(&results, "schools_visited", "2022-23"), "173");
    assert_eq!(value(&results, "visits_per_school", "2022-23"), "8.44");
    assert_eq!(value(&results, "officers", ""), "9");
    assert_eq!(value(&results, "officers_by_kind", "cpoi west"), "5");
    assert_eq!(value(&results, "officers_by_kind", "municipal west"), "1");
    // "Over 340" and "more than 480" stay lower bounds.
    for (measure, least) in [("engagement_activities", "340"), ("committee_meetings", "480")] {
        let found = row(&results, measure, "2022-23");
        assert_eq!((found.state, found.value.as_deref()), (RowState::Bounded, None), "{measure}");
        let bounds = found.bounds.unwrap();
        assert_eq!(bounds.lo.unwrap().to_string(), least);
        assert!(bounds.hi.is_none());
    }
}

#[test]
fn officers_are_placed_nine_six_six_and_six_in_schools_beside_a_unit_of_six() {
    let mut officers = "Officer No,Division,Type,Left on\n".to_owned();
    let mut number = 0;
    for (division, kind, count) in [
        ("central", "foot", 5),
        ("central", "flexible", 4),
        ("east", "foot", 6),
        ("west", "flexible", 6),
        ("central", "school_response", 2),
        ("east", "school_response", 2),
        ("west", "school_response", 2),
        ("prevention", "program", 5),
        ("prevention", "school_liaison", 1),
    ] {
        for _ in 0..count {
            number += 1;
            writeln!(officers, "O{number},{division},{kind},").unwrap();
        }
    }
    writeln!(officers, "gone,east,foot,2020-01-01").unwrap();
    let only = ["response_officers", "school_officers", "prevention_unit", "officers_placed_all"];
    let results = run_on("halifax", "2026-06-01", &only, &[("Officer", officers)]);
    for (measure, words, wanted) in [
        ("response_officers", "central", "9"),
        ("response_officers", "east", "6"),
        ("response_officers", "west", "6"),
        ("school_officers", "", "6"),
        ("prevention_unit", "program", "5"),
        ("prevention_unit", "school_liaison", "1"),
        ("officers_placed_all", "", "33"),
    ] {
        assert_eq!(value(&results, measure, words), wanted, "{measure} {words}");
    }
}

#[test]
fn four_zones_have_their_front_line_actions_and_there_are_five_functions() {
    let rules = compiled(pack("ontario").unwrap());
    let program = rules.program();
    let codes = |name: &str| {
        let list = program.lists.iter().find(|list| &*list.heading.name == name).unwrap();
        list.codes.iter().map(|code| code.heading.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(codes("Zone"), ["safety", "engagement", "mobilization", "enforcement"]);
    assert_eq!(codes("PolicingFunction").len(), 5);
    assert_eq!(codes("Behaviour"), ["co_operative", "passive", "active", "assaultive", "grievous"]);
    for option in ["presence", "communication", "soft", "hard", "intermediate", "lethal"] {
        assert!(codes("ForceOption").iter().any(|code| code == option));
    }
    let zone = program.category_named("working_zone").unwrap();
    let actions: Vec<u16> = assize::actions(program, zone).map(|action| action.code.0).collect();
    let of = |code: u16| actions.iter().filter(|at| **at == code).count();
    assert_eq!((of(3), of(2), of(1), of(0)), (4, 3, 4, 3));
}

#[test]
fn reports_on_force_are_queued_for_a_person_and_nothing_says_that_force_was_right() {
    let pack = pack("ontario").unwrap();
    let rules = compiled(pack);
    let program = rules.program();
    let queue = program.category_named("queue").unwrap();
    let list = program.categories[queue.index()].list;
    let names: Vec<&str> = program.list(list).unwrap().codes.iter().map(|code| &*code.heading.name).collect();
    assert_eq!(names, ["senior", "clarify", "review", "on_file"]);
    // No name, title or text of a result speaks of it.
    let words = ["justif", "reasonable", "excessive", "lawful", "appropriate"];
    let headings = program.lists.iter().flat_map(|list| {
        let own = list.codes.iter().map(|code| &code.heading);
        own.chain([&list.heading])
    });
    let headings = headings
        .chain(program.categories.iter().map(|category| &category.heading))
        .chain(program.categories.iter().flat_map(|category| category.criteria().map(|(_, one)| &one.heading)))
        .chain(program.measures.iter().map(|measure| &measure.heading));
    for heading in headings {
        let text = format!("{} {}", heading.name, heading.title.as_deref().unwrap_or("")).to_lowercase();
        assert!(words.iter().all(|word| !text.contains(word)), "{text}");
    }
    for action in (0..program.categories.len()).flat_map(|at| {
        let id = assize::model::ids::CategoryId::from_index(at);
        assize::actions(program, id).map(|action| action.text.to_lowercase()).collect::<Vec<_>>()
    }) {
        assert!(words.iter().all(|word| !action.contains(word)), "{action}");
    }
}
