//! The offender-focused domestic violence pack, and its sample data: people, charges, breaches, calls, notices and
//! screens, what victims say, and the team.

use crate::made::{after, blank, cell, days_before, flag};
use crate::plan::{self, Goal, Plan};
use crate::random::Random;
use crate::{Pack, SampleFile, Sink, TextFile};
use assize_model::civil::Date;
use std::io::{self, Write};

pub const PACK: Pack = Pack {
    name: "ofdvi",
    title: "Offender-focused domestic violence initiative: lists A to D, notices, re-offending",
    rules: &[
        TextFile { name: "rules.assize", text: include_str!("../packs/ofdvi/rules.assize") },
        TextFile { name: "lethality.assize", text: include_str!("../packs/ofdvi/lethality.assize") },
        TextFile { name: "evaluation.assize", text: include_str!("../packs/ofdvi/evaluation.assize") },
        plan::RULES,
    ],
    tables: &[],
    page: include_str!("../packs/ofdvi/README.md"),
    as_of: "2026-06-01",
    files: &[
        SampleFile { record: "Offender", file: "offenders.csv" },
        SampleFile { record: "Charge", file: "charges.csv" },
        SampleFile { record: "Breach", file: "breaches.csv" },
        SampleFile { record: "Call", file: "calls.csv" },
        SampleFile { record: "Notice", file: "notices.csv" },
        SampleFile { record: "Screening", file: "screenings.csv" },
        SampleFile { record: "Answer", file: "answers.csv" },
        SampleFile { record: "Comment", file: "comments.csv" },
        SampleFile { record: "TrainingAnswer", file: "training_answers.csv" },
        SampleFile { record: "Homicide", file: "homicides.csv" },
        SampleFile { record: "Document", file: "documents.csv" },
        SampleFile { record: "Objective", file: "objectives.csv" },
        SampleFile { record: "Action", file: "actions.csv" },
        SampleFile { record: "Progress", file: "progress.csv" },
        SampleFile { record: "Partner", file: "partners.csv" },
        SampleFile { record: "Agreement", file: "agreements.csv" },
    ],
    category: "offender_list",
    generate,
};

/// One person's history, made from the seed and the person's number alone.
struct Person {
    number: u64,
    born: Option<Date>,
    felon: Option<bool>,
    division: &'static str,
    ethnicity: &'static str,
    charges: Vec<Charge>,
    breaches: Vec<Date>,
    calls: Vec<(Date, Option<bool>)>,
    notices: Vec<(Date, &'static str)>,
    entered: Date,
    validated: Option<Date>,
    judged: Option<Judged>,
    /// Whether children were there and an animal was harmed, of each call.
    seen: Vec<(Option<bool>, Option<bool>)>,
    screen: Option<Screen>,
}

/// A list that a person set.
struct Judged {
    list: &'static str,
    because: &'static str,
    on: Date,
    until: Option<Date>,
}

struct Screen {
    on: Date,
    refused: bool,
    answers: [Option<bool>; 11],
    believes: Option<bool>,
}

struct Charge {
    on: Date,
    offence: &'static str,
    weapon: Option<bool>,
    injury: Option<bool>,
    bond_hearing: Option<Date>,
}

const PLAN: Plan = Plan {
    goals: &[
        Goal {
            title: "Fewer are charged again",
            what: "Charged again within 12 months of the first notice",
            whom: "People who were given a notice",
            measured_by: "reoffended_12m_all",
            values: Some((26, 20)),
            resources: "Two detectives, one prosecutor",
            owner: "Domestic violence unit",
            basis: "data;experts",
            reason: "Repeats are where the harm is",
            months: (20, 30),
            done: 48,
            actions: &["Notice within three days of the hearing", "Call-in every quarter", "Weekly case conference"],
        },
        Goal {
            title: "Every victim is screened",
            what: "People named in a call with a lethality screen",
            whom: "Victims, at the scene",
            measured_by: "screened",
            values: Some((40, 70)),
            resources: "Screen on the patrol tablet",
            owner: "Patrol",
            basis: "survey",
            reason: "A screen at the scene reaches the advocate the same night",
            months: (14, 12),
            done: 52,
            actions: &["Train all shifts", "Advocate's line day and night"],
        },
        Goal {
            title: "Victims are safer",
            what: "Victims who say that they are safer",
            whom: "Victims asked six months after",
            measured_by: "feels_safer",
            values: Some((48, 60)),
            resources: "Advocates; survey",
            owner: "Victim services",
            basis: "data;town_hall",
            reason: "It is what the initiative is for",
            months: (18, 24),
            done: 100,
            actions: &["Safety plan with each victim", "Call back after a week", "Animals: a place to keep them"],
        },
        Goal { title: "Raise awareness", ..NOTHING },
    ],
    partners: &[
        ("Police service", "police", "lead"),
        ("District attorney", "prosecution", "primary"),
        ("Family service <24/7> & shelter", "victim_services", "primary"),
        ("Probation office", "probation", "primary"),
        ("Child protection", "child_welfare", "support"),
        ("Humane society, animal cruelty", "animal_welfare", "ancillary"),
        ("Hospital", "health", "support"),
        ("بيت الأمان", "community", "community"),
        ("Housing authority", "housing", "ancillary"),
        ("University", "education", "adviser"),
        ("Ministers' alliance", "community", "community"),
    ],
};

/// An objective of which only the title was written down.
const NOTHING: Goal = Goal {
    title: "",
    what: "",
    whom: "",
    measured_by: "",
    values: None,
    resources: "",
    owner: "",
    basis: "",
    reason: "",
    months: (5, 8),
    done: 0,
    actions: &["Posters"],
};

/// Days that the histories reach back from the evaluation date.
const DAYS_BACK: u64 = 1_612;

impl Person {
    fn new(seed: u64, number: u64, as_of: Date) -> Self {
        let mut random = Random::of(seed, number);
        let random = &mut random;
        let born = (!random.percent(2)).then(|| days_before(as_of, 17 * 365 + random.below(48 * 365)));
        let felon = (!random.percent(4)).then(|| random.percent(12));
        let division = if random.percent(3) { "U" } else { random.pick(&["central", "east", "west"]).unwrap_or("U") };
        let ethnicity = random.pick(&["A", "B", "C", "NC"]).unwrap_or("NC");

        // Most people have one charge or none; each further charge is less likely than the one before.
        let mut charges = Vec::new();
        let mut likely = 52;
        while charges.len() < 8 && random.percent(likely) {
            // In one month there were many more.
            let back = if random.percent(4) { 300 + random.below(28) } else { 1 + random.below(DAYS_BACK) };
            let on = days_before(as_of, back);
            charges.push(Charge {
                on,
                bond_hearing: (!random.percent(5)).then(|| after(on, 1 + random.below(3))),
                offence: match random.below(100) {
                    0..70 => "domestic_assault",
                    70..82 => "13C",
                    82..90 => "BRO",
                    90..97 => "other",
                    _ => "U",
                },
                weapon: (!random.percent(3)).then(|| random.percent(14)),
                injury: (!random.percent(3)).then(|| random.percent(30)),
            });
            likely = 38;
        }
        charges.sort_by_key(|charge| charge.on);

        let mut calls = Vec::new();
        while calls.len() < 5 && random.percent(45) {
            let on = days_before(as_of, 1 + random.below(DAYS_BACK));
            calls.push((on, (!random.percent(5)).then(|| random.percent(70))));
        }
        calls.sort_unstable();

        let mut notices = Vec::new();
        if let Some(first) = charges.first() {
            if random.percent(80) {
                let wait = if random.percent(68) { 2 + random.below(4) } else { 2 + random.below(40) };
                let on = after(first.on, wait).min(days_before(as_of, 1));
                notices.push((on, if charges.len() > 2 { "B" } else { "C" }));
            }
        } else if calls.iter().any(|&(_, named)| named == Some(true)) && random.percent(60) {
            notices.push((days_before(as_of, 1 + random.below(700)), "D"));
        }
        let breaches = match notices.first() {
            Some(&(on, _)) if random.percent(9) => vec![after(on, 5 + random.below(300)).min(days_before(as_of, 1))],
            _ => Vec::new(),
        };
        let entered = match (charges.first(), calls.first()) {
            (Some(charge), Some((call, _))) => charge.on.min(*call),
            (Some(charge), None) => charge.on,
            (None, Some((call, _))) => *call,
            (None, None) => days_before(as_of, random.below(2_600)),
        };
        let validated = random.percent(30).then(|| after(entered, 300 + random.below(600))).filter(|on| *on < as_of);
        let judged = (charges.len() == 1 && random.percent(4)).then(|| Judged {
            list: "B",
            because: random.pick(&["Threats to the victim's family", "Charges in another state"]).unwrap_or(""),
            on: days_before(as_of, 20 + random.below(60)),
            until: random.percent(80).then(|| after(as_of, 30 + random.below(150))),
        });
        let seen = calls.iter().map(|_| {
            let children = (!random.percent(8)).then(|| random.percent(40));
            (children, (!random.percent(15)).then(|| random.percent(7)))
        });
        let seen = seen.collect();
        let named = calls.iter().find(|(_, named)| *named == Some(true));
        let screen = named.filter(|_| random.percent(63)).map(|&(on, _)| Screen {
            on,
            refused: random.percent(7),
            answers: std::array::from_fn(|at| {
                (!random.percent(5)).then(|| random.percent(if at < 3 { 9 } else { 28 }))
            }),
            believes: (!random.percent(6)).then(|| random.percent(12)),
        });
        Self {
            number,
            born,
            felon,
            division,
            ethnicity,
            charges,
            breaches,
            calls,
            notices,
            entered,
            validated,
            judged,
            seen,
            screen,
        }
    }

    fn id(&self) -> impl std::fmt::Display + use<> {
        let number = self.number + 1;
        std::fmt::from_fn(move |f| write!(f, "P-{number:06}"))
    }
}

fn generate(seed: u64, rows: u64, sink: &mut dyn Sink) -> io::Result<()> {
    let as_of = Date::parse(PACK.as_of).unwrap_or(Date::MIN);
    let people = || (0..rows).map(move |number| Person::new(seed, number, as_of));

    let mut file = sink.open("offenders.csv", "Offender")?;
    writeln!(
        file,
        "Person No,Date of birth,Felony conviction,Division,Ethnicity,Entered on,Validated on,List set by a person,Why,\
         By whom,Set on,Set until"
    )?;
    for person in people() {
        let (born, felon, entered, validated) =
            (blank(person.born), flag(person.felon), person.entered, blank(person.validated));
        write!(file, "{},{born},{felon},{},{}", person.id(), person.division, person.ethnicity)?;
        match &person.judged {
            Some(Judged { list, because, on, until }) => {
                let (because, until) = (cell(because), blank(*until));
                writeln!(file, ",{entered},{validated},{list},{because},Det. Sgt. Roe,{on},{until}")?;
            }
            None => writeln!(file, ",{entered},{validated},,,,,")?,
        }
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("charges.csv", "Charge")?;
    writeln!(file, "Charge No,Person No,Charged on,Offence,Weapon used,Victim injured,Bond hearing on")?;
    for person in people() {
        for (at, charge) in person.charges.iter().enumerate() {
            let (weapon, injury) = (flag(charge.weapon), flag(charge.injury));
            let (Charge { on, offence, .. }, id, hearing) = (charge, person.id(), blank(charge.bond_hearing));
            let number = person.number + 1;
            writeln!(file, "C-{number:06}-{},{id},{on},{offence},{weapon},{injury},{hearing}", at + 1)?;
        }
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("breaches.csv", "Breach")?;
    writeln!(file, "Person No,Breached on")?;
    for person in people() {
        for on in &person.breaches {
            writeln!(file, "{},{on}", person.id())?;
        }
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("calls.csv", "Call")?;
    writeln!(file, "Person No,Called on,Named as aggressor,Children present,Animal harmed or threatened")?;
    for person in people() {
        for ((on, named), (children, animal)) in person.calls.iter().zip(&person.seen) {
            writeln!(file, "{},{on},{},{},{}", person.id(), flag(*named), flag(*children), flag(*animal))?;
        }
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("notices.csv", "Notice")?;
    writeln!(file, "Person No,Given on,List at notice")?;
    for person in people() {
        for (on, list) in &person.notices {
            writeln!(file, "{},{on},{list}", person.id())?;
        }
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("screenings.csv", "Screening")?;
    writeln!(file, "Screen No,Person No,Screened on,refused,q1,q2,q3,q4,q5,q6,q7,q8,q9,q10,q11,officer_believes")?;
    for person in people() {
        let Some(Screen { on, refused, answers, believes }) = &person.screen else { continue };
        write!(file, "L-{:06},{},{on},{}", person.number + 1, person.id(), flag(Some(*refused)))?;
        for answer in answers.iter().chain([believes]) {
            write!(file, ",{}", if *refused { "NA" } else { flag(*answer) })?;
        }
        writeln!(file)?;
    }
    file.flush()?;
    drop(file);

    victims(seed, rows, sink)?;
    team(as_of, sink)?;
    plan::write(&PLAN, seed, as_of, sink)
}

/// What victims answered and told, of one case in two.
fn victims(seed: u64, rows: u64, sink: &mut dyn Sink) -> io::Result<()> {
    let asked = |number: u64| {
        let mut random = Random::of(seed ^ 0x71c7, number);
        let year = 2023 + random.below(3);
        let on = Date::parse(&format!("{year}-01-05")).map_or(Date::MIN, |first| after(first, random.below(355)));
        (random, year - 2023, on)
    };
    let asked_of = || (0..rows).filter(|number| number % 2 == 0);
    let mut file = sink.open("answers.csv", "Answer")?;
    writeln!(
        file,
        "Answer No,Asked on,I am safer than before,I was told what happens,I was left alone with it,Asked by"
    )?;
    for number in asked_of() {
        let (mut random, year, on) = asked(number);
        let mut agree = |percent: u64| match random.below(100) {
            0..6 => 9,
            share if share < 6 + percent => 4 + random.below(2),
            _ => 1 + random.below(3),
        };
        let (safer, told, alone) = (agree(50 + 5 * year), agree(44 + 2 * year), agree(30));
        let by = if number % 3 == 0 { "Advocate" } else { "Phone team" };
        writeln!(file, "V-{:06},{on},{safer},{told},{alone},{by}", number + 1)?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("comments.csv", "Comment")?;
    writeln!(file, "Comment No,Answer No,Told on,Words,Theme,Coded by")?;
    let said = [
        ("fear", "I still look behind me, every day"),
        ("fear", "He knows where <we> moved"),
        ("fear", "\"It is quiet & I wait\""),
        ("safer", "He has not come since the detective was here"),
        ("safer", "Я сплю спокойно"),
        ("informed", "They called before the hearing"),
        ("left_out", "لم يخبرني أحد بشيء"),
    ];
    for number in asked_of().filter(|number| number % 5 == 0) {
        let (_, _, on) = asked(number);
        let mut random = Random::of(seed ^ 0xc0d3, number);
        let at = usize::try_from(random.below(said.len() as u64)).unwrap_or(0);
        let (theme, words) = said.get(at).copied().unwrap_or(("fear", ""));
        // Two readers, who mostly agree.
        for (reader, coder) in ["A. Reader", "B. Reader"].iter().enumerate() {
            let other = reader == 1 && random.percent(15);
            let theme = if other { random.pick(&["safer", "informed", "left_out"]).unwrap_or(theme) } else { theme };
            let (number, words) = (number + 1, cell(words));
            writeln!(file, "M-{number:06}-{},V-{number:06},{on},{words},{theme},{coder}", reader + 1)?;
        }
    }
    file.flush()
}

/// Homicides, the team's documents, and the training that nobody was asked about.
fn team(as_of: Date, sink: &mut dyn Sink) -> io::Result<()> {
    // Planned, and not asked yet.
    let mut file = sink.open("training_answers.csv", "TrainingAnswer")?;
    writeln!(file, "Answer No,Asked on,I can use what I learnt,I know what to do at a call")?;
    file.flush()?;
    drop(file);

    let mut file = sink.open("homicides.csv", "Homicide")?;
    writeln!(file, "Case No,Died on")?;
    for (number, back) in [1_420_u64, 1_300, 1_180, 1_010, 900, 760, 610, 520, 300, 140].into_iter().enumerate() {
        writeln!(file, "H-{},{}", number + 1, days_before(as_of, back))?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("documents.csv", "Document")?;
    writeln!(file, "Document No,Document,State,Dated")?;
    let documents = [
        ("mission", "complete", Some(700)),
        ("leadership", "complete", Some(690)),
        ("training", "draft", Some(120)),
        ("referral_rules", "complete", Some(400)),
        ("confidentiality", "complete", Some(640)),
    ];
    for (number, (kind, state, back)) in documents.into_iter().enumerate() {
        let on = blank(back.map(|back| days_before(as_of, back)));
        writeln!(file, "K-{},{kind},{state},{on}", number + 1)?;
    }
    file.flush()
}
