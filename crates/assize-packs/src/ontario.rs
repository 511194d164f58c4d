//! The mobilization and engagement pack, and its sample data: use-of-force reports, neighbourhoods and their monthly
//! readings, initiatives, and what people answered.

use crate::made::{after, blank, days_before, flag, months_before};
use crate::plan::{self, Goal, Plan};
use crate::random::Random;
use crate::{Pack, SampleFile, Sink, TextFile};
use assize_model::civil::Date;
use std::io::{self, Write};

pub const PACK: Pack = Pack {
    name: "ontario",
    title: "Mobilization and engagement: zones, functions of initiatives, review of use-of-force reports",
    rules: &[
        TextFile { name: "rules.assize", text: include_str!("../packs/ontario/rules.assize") },
        TextFile { name: "force.assize", text: include_str!("../packs/ontario/force.assize") },
        TextFile { name: "evaluation.assize", text: include_str!("../packs/ontario/evaluation.assize") },
        plan::RULES,
    ],
    tables: &[TextFile { name: "zones.csv", text: include_str!("../packs/ontario/zones.csv") }],
    page: include_str!("../packs/ontario/README.md"),
    as_of: "2026-06-01",
    files: &[
        SampleFile { record: "ForceReport", file: "force_reports.csv" },
        SampleFile { record: "Meeting", file: "meetings.csv" },
        SampleFile { record: "LeaderAnswer", file: "leader_answers.csv" },
        SampleFile { record: "Neighbourhood", file: "neighbourhoods.csv" },
        SampleFile { record: "Reading", file: "readings.csv" },
        SampleFile { record: "Effort", file: "efforts.csv" },
        SampleFile { record: "Objective", file: "objectives.csv" },
        SampleFile { record: "Action", file: "actions.csv" },
        SampleFile { record: "Progress", file: "progress.csv" },
        SampleFile { record: "Partner", file: "partners.csv" },
        SampleFile { record: "Agreement", file: "agreements.csv" },
    ],
    category: "queue",
    generate,
};

const NEIGHBOURHOODS: u64 = 36;
const MONTHS: u64 = 26;
const EFFORTS: u64 = 48;
const DIVISIONS: [&str; 4] = ["north", "central", "south", "rural"];
const DAYS_BACK: u64 = 780;

const PLAN: Plan = Plan {
    goals: &[
        Goal {
            title: "Fewer neighbourhoods need mobilization",
            what: "Neighbourhoods under the line of mobilization",
            whom: "36 neighbourhoods",
            measured_by: "low_need_share",
            values: Some((45, 60)),
            resources: "Four liaison officers",
            owner: "Community mobilization",
            basis: "data;experts",
            reason: "What a community can do itself needs no police",
            months: (15, 24),
            done: 60,
            actions: &["Problem-solving in the two highest", "Situation table each week", "Tenants' association"],
        },
        Goal {
            title: "Every report is complete",
            what: "Use-of-force reports with all their parts",
            whom: "All divisions",
            measured_by: "reports_complete",
            values: Some((72, 90)),
            resources: "Form of 2024",
            owner: "Professional standards",
            basis: "survey",
            reason: "A report with gaps cannot be read",
            months: (12, 10),
            done: 35,
            actions: &["Required fields in the form", "Briefing for supervisors", "Monthly list of gaps"],
        },
        Goal {
            title: "People are asked before it is decided",
            what: "",
            whom: "People who come to meetings",
            measured_by: "felt_consulted",
            values: Some((48, 60)),
            resources: "N/A",
            owner: "Community mobilization",
            basis: "data;town_hall",
            reason: "Decisions without them are not kept",
            months: (9, 18),
            done: 45,
            actions: &["Questions sent before each meeting", "Answers put up in the library"],
        },
    ],
    partners: &[
        ("Police service", "police", "lead"),
        ("Public health", "health", "primary"),
        ("Children's aid society", "child_welfare", "primary"),
        ("City housing", "housing", "support"),
        ("Friendship centre", "indigenous", "community"),
        ("جمعية الحي", "community", "community"),
        ("Two school boards", "education", "support"),
        ("University, criminology", "education", "adviser"),
    ],
};

fn division(number: u64) -> &'static str {
    let at = usize::try_from(number).unwrap_or(0);
    DIVISIONS.get(at % DIVISIONS.len()).copied().unwrap_or("U")
}

fn generate(seed: u64, rows: u64, sink: &mut dyn Sink) -> io::Result<()> {
    let as_of = Date::parse(PACK.as_of).unwrap_or(Date::MIN);
    let mut file = sink.open("force_reports.csv", "ForceReport")?;
    writeln!(
        file,
        "Report No,Division,Happened on,Filed on,In training,Subject behaviour,Options used,Handgun drawn,\
         In the presence of the public,Firearm pointed,Firearm discharged,Weapon used on a person,\
         CEW displayed for compliance,CEW pointed,CEW discharged,Injury known to need care,Exception claimed,\
         What the officer perceived,How the officer kept assessing,Supervisor,Reviewed on"
    )?;
    for number in 0..rows {
        report(seed, number, as_of, &mut *file)?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("meetings.csv", "Meeting")?;
    writeln!(
        file,
        "Answer No,Neighbourhood No,On,We were asked before it was decided,What was agreed was done,Asked by"
    )?;
    for number in 0..rows {
        let mut random = Random::of(seed ^ 0x3ee7, number);
        // To some meetings hardly anybody comes.
        let place = if random.percent(3) { random.below(NEIGHBOURHOODS) } else { random.below(14) } + 1;
        let on = days_before(as_of, 1 + random.below(DAYS_BACK));
        let mut agree = |percent: u64| match random.below(100) {
            0..4 => 9,
            share if share < 4 + percent => 4 + random.below(2),
            _ => 1 + random.below(3),
        };
        let (consulted, done) = (agree(56), agree(44));
        let by = if number % 4 == 0 { "Liaison officer" } else { "Chair of the meeting" };
        writeln!(file, "M-{:06},N-{place},{on},{consulted},{done},{by}", number + 1)?;
    }
    file.flush()?;
    drop(file);

    // Planned, and not asked yet.
    let mut file = sink.open("leader_answers.csv", "LeaderAnswer")?;
    writeln!(file, "Answer No,Asked on,Police come to us before there is trouble,What we say changes what is done")?;
    file.flush()?;
    drop(file);
    places(seed, as_of, sink)?;
    plan::write(&PLAN, seed, as_of, sink)
}

/// A report, made from the seed and its number alone.
fn report(seed: u64, number: u64, as_of: Date, file: &mut dyn Write) -> io::Result<()> {
    let mut random = Random::of(seed, number);
    let random = &mut random;
    let on = days_before(as_of, 1 + random.below(DAYS_BACK));
    let filed = (!random.percent(3)).then(|| {
        let on = if random.percent(1) { days_before(on, 1) } else { on };
        after(on, if random.percent(84) { random.below(3) } else { 3 + random.below(12) }).min(as_of)
    });
    let training = (!random.percent(2)).then(|| random.percent(5));
    let behaviour = match random.below(100) {
        0..3 => "U",
        3..12 => "co_operative",
        12..34 => "passive",
        34..62 => "active",
        62..94 => "assaultive",
        _ => "grievous",
    };
    let violent = matches!(behaviour, "assaultive" | "grievous");
    let mut said = |percent: u64| (!random.percent(2)).then(|| random.percent(percent));
    let (drawn, public) = (said(18), said(62));
    let pointed = said(if violent { 9 } else { 2 });
    let discharged = said(u64::from(behaviour == "grievous") * 9);
    let (weapon, shown) = (said(if violent { 16 } else { 3 }), said(12));
    let (cew_pointed, cew_fired) = (said(7), said(if violent { 6 } else { 1 }));
    let care = said(if violent { 16 } else { 5 });
    // What was used is mostly among the options that are named.
    let used = weapon == Some(true) || cew_fired == Some(true);
    let mut options = vec!["communication"];
    if random.percent(60) {
        options.insert(0, "presence");
    }
    if violent || care == Some(true) {
        options.push(if random.percent(60) { "soft" } else { "hard" });
    }
    if used && !random.percent(6) {
        options.push("intermediate");
    }
    if discharged == Some(true) && !random.percent(8) {
        options.push("lethal");
    }
    if random.percent(2) {
        options.push("animal");
    }
    let options = if random.percent(2) { String::new() } else { options.join(";") };
    let exemption =
        if random.percent(2) { random.pick(&["animal_destroyed", "ceremony", "other"]).unwrap_or("") } else { "" };
    let perceived = if random.percent(4) {
        ""
    } else {
        random.pick(&["Reached for <his> belt", "Closing in, arms raised"]).unwrap_or("")
    };
    let assessed = if random.percent(6) { "" } else { "Stepped back and spoke again" };
    let supervisor =
        if random.percent(4) { "" } else { random.pick(&["Sgt. Roe", "Sgt. Côté", "Sgt. חיים"]).unwrap_or("") };
    let reviewed = filed.filter(|_| random.percent(93)).map(|filed| after(filed, 2 + random.below(31)));
    let reviewed = reviewed.filter(|day| *day < as_of);
    let place = if random.percent(2) { "U" } else { division(random.below(4)) };
    let (filed, reviewed) = (blank(filed), blank(reviewed));
    let perceived = crate::made::cell(perceived);
    write!(file, "F-{:06},{place},{on},{filed},{},{behaviour},{options}", number + 1, flag(training))?;
    for value in [drawn, public, pointed, discharged, weapon, shown, cew_pointed, cew_fired, care] {
        write!(file, ",{}", flag(value))?;
    }
    writeln!(file, ",{exemption},{perceived},{assessed},{supervisor},{reviewed}")
}

/// Neighbourhoods, their readings and initiatives.
fn places(seed: u64, as_of: Date, sink: &mut dyn Sink) -> io::Result<()> {
    let mut file = sink.open("neighbourhoods.csv", "Neighbourhood")?;
    writeln!(file, "Neighbourhood No,Neighbourhood,Division")?;
    for number in 0..NEIGHBOURHOODS {
        let name = match number {
            5 => "\"Mill Street, north\"".to_owned(),
            11 => "حي النور".to_owned(),
            _ => format!("Neighbourhood {}", number + 1),
        };
        writeln!(file, "N-{},{name},{}", number + 1, division(number))?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("readings.csv", "Reading")?;
    writeln!(file, "Neighbourhood No,Month ending,Calls for service,Residents,Capacity score")?;
    for number in 0..NEIGHBOURHOODS {
        let mut of_place = Random::of(seed ^ 0x9ace, number);
        let residents = 1_500 + of_place.below(3_000);
        // The need falls as the capacity rises, and both go their way over the months.
        let (start, slope) = (10 + of_place.below(75), of_place.below(24));
        for month in (0..MONTHS).rev() {
            let mut random = Random::of(seed ^ 0x4ead, number * MONTHS + month);
            let on = days_before(months_before(as_of, month), 1);
            let capacity = (start + slope * (MONTHS - month) / MONTHS + random.below(9)).min(100);
            let rate = (100_u64.saturating_sub(capacity)) * 42 / 100 + random.below(7);
            // In one month there were many calls everywhere.
            let rate = if month == 10 { rate + 9 } else { rate };
            let calls = residents * rate / 1_000;
            let place = number + 1;
            match (number, random.below(100)) {
                // In the last place the capacity was not asked for at first.
                (35, _) if month > 12 => writeln!(file, "N-{place},{on},{calls},{residents},NC")?,
                (_, 0..2) => writeln!(file, "N-{place},{on},,{residents},{capacity}")?,
                _ => writeln!(file, "N-{place},{on},{calls},{residents},{capacity}")?,
            }
        }
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("efforts.csv", "Effort")?;
    writeln!(
        file,
        "Initiative No,Initiative,Division,Began on,Builds the capacity of residents,Led by residents,Trains police,\
         Uses research,Plan shared with partners,Resources shared with partners,Changes how police are deployed,\
         Changes a process of the service,Enforces the law"
    )?;
    let titles = ["Situation table", "Youth & officers", "Walk <together>", "Street crime unit", "Research day"];
    for number in 0..EFFORTS {
        let mut random = Random::of(seed ^ 0xef07, number);
        let title = random.pick(&titles).unwrap_or("");
        write!(
            file,
            "E-{0},{title} {0},{1},{2}",
            number + 1,
            division(number),
            days_before(as_of, random.below(1_800))
        )?;
        for percent in [34, 14, 18, 12, 46, 22, 26, 14, 30] {
            write!(file, ",{}", flag((!random.percent(3)).then(|| random.percent(percent))))?;
        }
        writeln!(file)?;
    }
    file.flush()
}
