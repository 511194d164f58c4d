//! The community program officers' pack, and its sample data: referrals and what came of them, visits to schools, monthly
//! reports, assessments and incidents.

use crate::made::{after, blank, cell, days_before, flag, months_before};
use crate::plan::{self, Goal, Plan};
use crate::random::Random;
use crate::{Pack, SampleFile, Sink, TextFile};
use assize_model::civil::Date;
use std::io::{self, Write};

pub const PACK: Pack = Pack {
    name: "newbrunswick",
    title: "Community program officers: schools, referrals and follow-through, by fiscal year",
    rules: &[
        TextFile { name: "rules.assize", text: include_str!("../packs/newbrunswick/rules.assize") },
        TextFile { name: "evaluation.assize", text: include_str!("../packs/newbrunswick/evaluation.assize") },
        plan::RULES,
    ],
    tables: &[],
    page: include_str!("../packs/newbrunswick/README.md"),
    as_of: "2026-06-01",
    files: &[
        SampleFile { record: "Referral", file: "referrals.csv" },
        SampleFile { record: "Service", file: "services.csv" },
        SampleFile { record: "Assessment", file: "assessments.csv" },
        SampleFile { record: "Incident", file: "incidents.csv" },
        SampleFile { record: "StaffAnswer", file: "staff_answers.csv" },
        SampleFile { record: "CourtAnswer", file: "court_answers.csv" },
        SampleFile { record: "Officer", file: "officers.csv" },
        SampleFile { record: "School", file: "schools.csv" },
        SampleFile { record: "Visit", file: "visits.csv" },
        SampleFile { record: "Report", file: "reports.csv" },
        SampleFile { record: "ThreatAssessment", file: "threat_assessments.csv" },
        SampleFile { record: "Objective", file: "objectives.csv" },
        SampleFile { record: "Action", file: "actions.csv" },
        SampleFile { record: "Progress", file: "progress.csv" },
        SampleFile { record: "Partner", file: "partners.csv" },
        SampleFile { record: "Agreement", file: "agreements.csv" },
    ],
    category: "follow_through",
    generate,
};

const OFFICERS: u64 = 9;
const SCHOOLS: u64 = 200;
/// Schools that officers go to.
const VISITED: u64 = 176;
const VISITS: u64 = 4_400;
const THREATS: u64 = 64;
/// Months of reports, three fiscal years and what has gone by of the fourth.
const MONTHS: u64 = 38;
const DAYS_BACK: u64 = 1_157;
const DISTRICTS: [&str; 4] = ["northeast", "northwest", "southeast", "west"];

const PLAN: Plan = Plan {
    goals: &[
        Goal {
            title: "Every school is known",
            what: "Schools reached at least once in a fiscal year",
            whom: "Schools of the four districts",
            measured_by: "schools_reached_all",
            values: Some((70, 90)),
            resources: "Nine officers",
            owner: "Community programs",
            basis: "data;experts",
            reason: "Schools that are not visited call late",
            months: (14, 24),
            done: 72,
            actions: &[
                "List the schools without a visit",
                "Agree on a day a month with each principal",
                "Visit the rest",
            ],
        },
        Goal {
            title: "Referrals are followed through",
            what: "Referrals after which a service began",
            whom: "People referred and accepted",
            measured_by: "followed_through",
            values: Some((45, 60)),
            resources: "Two officers; mental health intake line",
            owner: "Community programs",
            basis: "survey",
            reason: "A referral without a service changes nothing",
            months: (10, 18),
            done: 55,
            actions: &[
                "Weekly list of people not reached",
                "Direct line to mental health intake",
                "Ask judges for a phone number",
            ],
        },
        Goal {
            title: "Risk is assessed in writing",
            what: "Assessments with rating, rater, day and reason",
            whom: "Adults referred by the courts",
            measured_by: "N/A",
            values: None,
            resources: "",
            owner: "Training",
            basis: "data;town_hall",
            reason: "Courts ask for it",
            months: (6, 12),
            done: 0,
            actions: &["Form with required fields", "Half a day of training"],
        },
    ],
    partners: &[
        ("Provincial police", "police", "lead"),
        ("Crown prosecutors", "prosecution", "primary"),
        ("Addiction and mental health services", "health", "primary"),
        ("School districts", "education", "support"),
        ("Probation", "probation", "support"),
        ("Conseil communautaire, \"Les Amis\"", "indigenous", "community"),
        ("Victim services", "victim_services", "primary"),
    ],
};

fn district(number: u64) -> &'static str {
    let at = usize::try_from(number).unwrap_or(0);
    DISTRICTS.get(at % DISTRICTS.len()).copied().unwrap_or("U")
}

/// A referral and what came of it, made from the seed and its number alone.
struct Referral {
    number: u64,
    source: &'static str,
    age_group: &'static str,
    offender: Option<bool>,
    received: Date,
    accepted: Option<bool>,
    contacted: Option<Date>,
    service: Option<(&'static str, Date, Option<Date>, &'static str)>,
    assessment: Option<Assessed>,
}

struct Assessed {
    on: Option<Date>,
    rating: &'static str,
    rated_by: &'static str,
    reason: &'static str,
    reviewed: Option<Date>,
}

impl Referral {
    fn new(seed: u64, number: u64, as_of: Date) -> Self {
        let mut random = Random::of(seed, number);
        let random = &mut random;
        let source = match random.below(100) {
            0..44 => "police",
            44..60 => "crown",
            60..70 => "judge",
            70..88 => "school",
            88..97 => "family",
            _ => "U",
        };
        let age_group = match (source, random.below(100)) {
            (_, 0..3) => "NC",
            ("school", 3..97) => "youth",
            ("judge", 3..96) => "adult",
            (_, 3..52) => "youth",
            _ => "adult",
        };
        let offender = (!random.percent(3)).then(|| source != "family" && random.percent(55));
        let received = days_before(as_of, 1 + random.below(DAYS_BACK));
        let accepted = (!random.percent(3)).then(|| random.percent(90));
        let then = after(received, random.below(18));
        let contacted = (accepted == Some(true) && random.percent(86) && then < as_of).then_some(then);
        let service = contacted.filter(|_| random.percent(66)).and_then(|contacted| {
            let begun = after(contacted, 4 + random.below(80));
            let kinds = ["mental_health", "mental_health", "addiction", "school_help", "restorative", "safety_plan"];
            let kind = random.pick(&kinds).unwrap_or("mental_health");
            let ended = after(begun, 40 + random.below(200));
            let ended = (ended < as_of).then_some(ended);
            let ending = match (ended, random.below(100)) {
                (None, _) => "N/A",
                (_, 0..5) => "",
                (_, 5..62) => "finished",
                (_, 62..88) => "broken",
                _ => "refused",
            };
            (begun < as_of).then_some((kind, begun, ended, ending))
        });
        let assessment = (contacted.is_some() && random.percent(45)).then(|| {
            let on = after(received, 10 + random.below(20));
            let rating = match random.below(100) {
                0..4 => "",
                4..50 => "low",
                50..84 => "moderate",
                _ => "high",
            };
            Assessed {
                on: (!random.percent(3)).then_some(on),
                rating,
                rated_by: if random.percent(4) {
                    ""
                } else {
                    random.pick(&["R. Roy", "M. Ward", "ד. לוי"]).unwrap_or("")
                },
                reason: if random.percent(6) { "" } else { "Interview and file" },
                reviewed: (rating == "high" && random.percent(80)).then(|| after(on, 3)),
            }
        });
        Self { number, source, age_group, offender, received, accepted, contacted, service, assessment }
    }
}

fn generate(seed: u64, rows: u64, sink: &mut dyn Sink) -> io::Result<()> {
    let as_of = Date::parse(PACK.as_of).unwrap_or(Date::MIN);
    let referrals = || (0..rows).map(move |number| Referral::new(seed, number, as_of));

    let mut file = sink.open("referrals.csv", "Referral")?;
    writeln!(file, "Referral No,Officer No,Referred by,Age group,Has offended,Received on,Accepted,First contact")?;
    for one in referrals() {
        let Referral { number, source, age_group, received, .. } = one;
        let (offender, accepted, contacted) = (flag(one.offender), flag(one.accepted), blank(one.contacted));
        let officer = number % OFFICERS + 1;
        writeln!(
            file,
            "R-{:06},CPO-{officer},{source},{age_group},{offender},{received},{accepted},{contacted}",
            number + 1
        )?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("services.csv", "Service")?;
    writeln!(file, "Referral No,Service,Begun on,Ended on,Ending")?;
    for one in referrals() {
        if let Some((kind, begun, ended, ending)) = one.service {
            writeln!(file, "R-{:06},{kind},{begun},{},{ending}", one.number + 1, blank(ended))?;
        }
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("assessments.csv", "Assessment")?;
    writeln!(file, "Assessment No,Referral No,Assessed on,Rating,Rated by,Reason,Reviewed on")?;
    for one in referrals() {
        if let Some(Assessed { on, rating, rated_by, reason, reviewed }) = one.assessment {
            let number = one.number + 1;
            let (on, reviewed) = (blank(on), blank(reviewed));
            writeln!(file, "RA-{number:06},R-{number:06},{on},{rating},{rated_by},{reason},{reviewed}")?;
        }
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("incidents.csv", "Incident")?;
    writeln!(file, "Incident No,District,Happened on,Kind")?;
    for number in 0..rows {
        let mut random = Random::of(seed ^ 0x14c1, number);
        // In one autumn month there are many more.
        let back = if random.percent(6) { 215 + random.below(25) } else { 1 + random.below(DAYS_BACK) };
        let kind = match random.below(100) {
            0..40 => "mischief",
            40..65 => "assault",
            65..80 => "drugs",
            80..97 => "online",
            _ => "U",
        };
        let district = if random.percent(2) { "U" } else { district(random.below(4)) };
        writeln!(file, "I-{:06},{district},{},{kind}", number + 1, days_before(as_of, back))?;
    }
    file.flush()?;
    drop(file);

    staff(seed, rows, as_of, sink)?;
    programme(seed, as_of, sink)?;
    plan::write(&PLAN, seed, as_of, sink)
}

/// What people at schools answered; courts are to be asked, and were not yet.
fn staff(seed: u64, rows: u64, as_of: Date, sink: &mut dyn Sink) -> io::Result<()> {
    let mut file = sink.open("staff_answers.csv", "StaffAnswer")?;
    writeln!(
        file,
        "Answer No,School No,Asked on,The visits are of use,We can reach our officer,Visits were cancelled,Words,Theme"
    )?;
    let said = [
        ("useful", "Pupils ask for <the officer>"),
        ("useful", "\"Best hour of the month\""),
        ("seldom", "Once a term, that is all"),
        ("seldom", "We waited since March, and again in May"),
        ("online", "Sextortion & group chats"),
        ("language", "مرحبا قالها للتلاميذ"),
    ];
    for number in (0..rows).filter(|number| number % 3 == 0) {
        let mut random = Random::of(seed ^ 0x57af, number);
        let on = days_before(as_of, 1 + random.below(DAYS_BACK));
        // Most answers come from few schools.
        let school = if random.percent(12) { random.below(SCHOOLS) } else { random.below(30) } + 1;
        let mut agree = |percent: u64| match random.below(100) {
            0..5 => 9,
            share if share < 5 + percent => 4 + random.below(2),
            _ => 1 + random.below(3),
        };
        let (of_use, reach, missed) = (agree(78), agree(66), agree(24));
        let at = usize::try_from(random.below(said.len() as u64)).unwrap_or(0);
        let (theme, words) = said.get(at).copied().unwrap_or(("useful", ""));
        let (theme, words) = if random.percent(40) { (theme, cell(words).to_string()) } else { ("", String::new()) };
        writeln!(file, "A-{:06},S-{school:03},{on},{of_use},{reach},{missed},{words},{theme}", number + 1)?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("court_answers.csv", "CourtAnswer")?;
    writeln!(file, "Answer No,Asked on,We are told what came of a referral")?;
    file.flush()
}

/// Officers, schools, visits, reports and threat assessments, of which a programme has as many as it has.
fn programme(seed: u64, as_of: Date, sink: &mut dyn Sink) -> io::Result<()> {
    let mut file = sink.open("officers.csv", "Officer")?;
    writeln!(file, "Officer No,Kind,District")?;
    for number in 0..OFFICERS {
        let kind = match number {
            0..3 => "cpo",
            3..8 => "cpoi",
            _ => "municipal",
        };
        writeln!(file, "CPO-{},{kind},{}", number + 1, district(number))?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("schools.csv", "School")?;
    writeln!(file, "School No,School,District")?;
    for number in 0..SCHOOLS {
        let name = match number {
            7 => "École Soleil <levant> & Cie".to_owned(),
            19 => "מוסד הרצל, ב׳".to_owned(),
            _ => format!("School {}", number + 1),
        };
        writeln!(file, "S-{:03},{},{}", number + 1, cell(&name), district(number / 50))?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("visits.csv", "Visit")?;
    writeln!(file, "Visit No,Officer No,School No,Visited on,Topic")?;
    for number in 0..VISITS {
        let mut random = Random::of(seed ^ 0x7157, number);
        let on = days_before(as_of, 1 + random.below(DAYS_BACK));
        // In July and August schools are closed.
        let on = if matches!(on.month(), 7 | 8) { days_before(on, 63) } else { on };
        let topic = match random.below(100) {
            0..25 => "drugs",
            25..48 => "internet_safety",
            48..66 => "sextortion",
            66..88 => "anti_bullying",
            88..97 => "other",
            _ => "U",
        };
        let school = random.below(VISITED) + 1;
        writeln!(file, "V-{:05},CPO-{},S-{school:03},{on},{topic}", number + 1, school % OFFICERS + 1)?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("reports.csv", "Report")?;
    writeln!(file, "Officer No,Month ending,Engagement activities,Committee meetings")?;
    for month in 0..MONTHS {
        for officer in 0..OFFICERS {
            let mut random = Random::of(seed ^ 0x4e90, month * OFFICERS + officer);
            let on = days_before(months_before(as_of, month), 1);
            let (activities, meetings) = (2 + random.below(3), 3 + random.below(3));
            // Until a while ago some said "more than", and one was not asked at first.
            let more = if month > 4 && random.percent(30) { "+" } else { "" };
            if month > 30 && officer == 8 {
                writeln!(file, "CPO-{},{on},{activities}{more},NC", officer + 1)?;
            } else {
                writeln!(file, "CPO-{},{on},{activities}{more},{meetings}", officer + 1)?;
            }
        }
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("threat_assessments.csv", "ThreatAssessment")?;
    writeln!(file, "Assessment No,School No,Assessed on,Rating")?;
    for number in 0..THREATS {
        let mut random = Random::of(seed ^ 0x7417, number);
        let on = days_before(as_of, 1 + random.below(DAYS_BACK));
        let rating = random.pick(&["low", "low", "moderate", "high"]).unwrap_or("");
        writeln!(file, "VT-{:03},S-{:03},{on},{rating}", number + 1, random.below(SCHOOLS) + 1)?;
    }
    file.flush()
}
