//! The community response officers' pack, and its sample data: posts and officers, issues and contacts, incidents, calls
//! and a yearly survey.

use crate::made::{after, blank, days_before};
use crate::plan::{self, Goal, Plan};
use crate::random::Random;
use crate::{Pack, SampleFile, Sink, TextFile};
use assize_model::civil::Date;
use std::io::{self, Write};

pub const PACK: Pack = Pack {
    name: "halifax",
    title: "Community response officers: placement, workload, strategies, three goals with targets",
    rules: &[
        TextFile { name: "rules.assize", text: include_str!("../packs/halifax/rules.assize") },
        TextFile { name: "evaluation.assize", text: include_str!("../packs/halifax/evaluation.assize") },
        plan::RULES,
    ],
    tables: &[],
    page: include_str!("../packs/halifax/README.md"),
    as_of: "2026-06-01",
    files: &[
        SampleFile { record: "Issue", file: "issues.csv" },
        SampleFile { record: "Contact", file: "contacts.csv" },
        SampleFile { record: "Answer", file: "answers.csv" },
        SampleFile { record: "Comment", file: "comments.csv" },
        SampleFile { record: "PartnerAnswer", file: "partner_answers.csv" },
        SampleFile { record: "Call", file: "calls.csv" },
        SampleFile { record: "Post", file: "posts.csv" },
        SampleFile { record: "Officer", file: "officers.csv" },
        SampleFile { record: "Area", file: "areas.csv" },
        SampleFile { record: "Incident", file: "incidents.csv" },
        SampleFile { record: "YouthInitiative", file: "youth_initiatives.csv" },
        SampleFile { record: "Objective", file: "objectives.csv" },
        SampleFile { record: "Action", file: "actions.csv" },
        SampleFile { record: "Progress", file: "progress.csv" },
        SampleFile { record: "Partner", file: "partners.csv" },
        SampleFile { record: "Agreement", file: "agreements.csv" },
    ],
    category: "issue_state",
    generate,
};

/// Who is placed where: division, type, how many officers, how many posts.
const PLACED: [(&str, &str, u64, u64); 11] = [
    ("central", "foot", 5, 6),
    ("central", "flexible", 4, 4),
    ("east", "foot", 3, 4),
    ("east", "flexible", 3, 3),
    ("west", "foot", 3, 3),
    ("west", "flexible", 3, 3),
    ("central", "school_response", 2, 2),
    ("east", "school_response", 2, 2),
    ("west", "school_response", 2, 2),
    ("prevention", "program", 5, 5),
    ("prevention", "school_liaison", 1, 1),
];
/// Officers who take issues, and where they are: those above, in order.
const RESPONSE: u64 = 27;
/// Violent incidents of four years, the last of them not over.
const VIOLENT: [(&str, u64, u64); 4] =
    [("2023-01-01", 365, 430), ("2024-01-01", 366, 405), ("2025-01-01", 365, 392), ("2026-01-01", 150, 150)];
const DAYS_BACK: u64 = 3 * 365;

const PLAN: Plan = Plan {
    goals: &[
        Goal {
            title: "Less violence",
            what: "Violent incidents for 1,000 residents and year",
            whom: "Residents of the patrolled areas",
            measured_by: "violence_rate",
            values: Some((10, 9)),
            resources: "21 response officers",
            owner: "Operations",
            basis: "data;experts",
            reason: "Reduce violence is the first goal",
            months: (17, 24),
            done: 68,
            actions: &["Map of places and hours", "Foot patrol in the six places", "Meeting with licensed premises"],
        },
        Goal {
            title: "Residents feel safe after dark",
            what: "Share of residents who agree",
            whom: "Residents aged 15 and over",
            measured_by: "safe_after_dark",
            values: Some((58, 65)),
            resources: "Survey of each autumn",
            owner: "Community response",
            basis: "survey",
            reason: "",
            months: (18, 30),
            done: 70,
            actions: &["Lights on the paths to the ferry", "Walks with residents after dark"],
        },
        Goal {
            title: "A better quality of life",
            what: "Calls about the quality of life",
            whom: "",
            measured_by: "quality_calls",
            values: Some((400, 300)),
            resources: "Crime prevention unit",
            owner: "Crime prevention",
            basis: "data;town_hall",
            reason: "Improve the quality of life is the third goal",
            months: (16, 12),
            done: 20,
            actions: &["By-law officers on Friday nights", "Youth drop-in until ten", "Clean-up days"],
        },
        Goal {
            title: "Every issue has a strategy",
            what: "Issues with a strategy in time",
            whom: "Issues that residents raised",
            measured_by: "issues_with_strategy",
            values: Some((60, 75)),
            resources: "Half a day a week for each officer",
            owner: "Community response",
            basis: "town_hall;survey",
            reason: "An issue without a strategy comes back",
            months: (12, 10),
            done: 100,
            actions: &["Form of one page", "Review each month"],
        },
    ],
    partners: &[
        ("Regional police", "police", "lead"),
        ("Municipal parks and recreation", "municipal", "primary"),
        ("Regional centre for education", "education", "primary"),
        ("Nova Youth Centre, North End", "community", "community"),
        ("مركز الجالية العربية", "community", "community"),
        ("Housing authority", "housing", "support"),
        ("Mi'kmaw friendship centre", "indigenous", "community"),
        ("Health authority", "health", "support"),
    ],
};

/// The place of an officer, by number.
fn place(officer: u64) -> (&'static str, &'static str) {
    let mut first = 0;
    for (division, kind, officers, _) in PLACED {
        first += officers;
        if officer < first {
            return (division, kind);
        }
    }
    ("U", "foot")
}

/// An issue, made from the seed and its number alone.
struct Issue {
    number: u64,
    officer: u64,
    kind: &'static str,
    raised: Date,
    same_as: Option<u64>,
    strategy: Option<(Date, &'static str)>,
    closed: Option<(Date, &'static str)>,
    contacts: Vec<(Date, u64)>,
}

impl Issue {
    fn new(seed: u64, number: u64, as_of: Date) -> Self {
        let mut random = Random::of(seed, number);
        let random = &mut random;
        let officer = random.below(RESPONSE);
        let kinds = ["violence", "disorder", "disorder", "drugs", "traffic", "youth", "youth", "property", "U"];
        let kind = random.pick(&kinds).unwrap_or("U");
        let raised = days_before(as_of, random.below(DAYS_BACK));
        let same_as = (number > 20 && random.percent(4)).then(|| random.below(number) + 1);
        // One officer hardly ever writes a strategy down, and in the east fewer do.
        let likely = match (officer, place(officer).0) {
            (11, _) => 30,
            (_, "east") => 66,
            _ => 80,
        };
        let strategy = random.percent(likely).then(|| after(raised, 2 + random.below(38)));
        let approaches = ["early_intervention", "prevention", "prevention", "partnership", "enforcement", "U"];
        let strategy = strategy.filter(|on| *on < as_of).map(|on| (on, random.pick(&approaches).unwrap_or("U")));
        let closed = random.percent(82).then(|| after(raised, 20 + random.below(160)));
        let closed = closed.filter(|on| *on < as_of).map(|on| {
            let outcome = match random.below(100) {
                0..4 => "",
                4..8 => "NC",
                8..48 => "solved",
                48..76 => "improved",
                _ => "unchanged",
            };
            (on, outcome)
        });
        let mut contacts = Vec::new();
        let mut on = after(raised, random.below(9));
        while contacts.len() < 4 && random.percent(72) && on < as_of {
            let another = random.percent(9);
            contacts.push((on, if another { (officer + 1) % RESPONSE } else { officer }));
            on = after(on, 3 + random.below(20));
        }
        Self { number, officer, kind, raised, same_as, strategy, closed, contacts }
    }
}

fn generate(seed: u64, rows: u64, sink: &mut dyn Sink) -> io::Result<()> {
    let as_of = Date::parse(PACK.as_of).unwrap_or(Date::MIN);
    let issues = || (0..rows).map(move |number| Issue::new(seed, number, as_of));

    let mut file = sink.open("issues.csv", "Issue")?;
    writeln!(file, "Issue No,Division,Kind,Officer No,Raised on,Same as issue,Strategy on,Approach,Closed on,Outcome")?;
    for Issue { number, officer, kind, raised, same_as, strategy, closed, .. } in issues() {
        let same = blank(same_as.map(|other| std::fmt::from_fn(move |f| write!(f, "I-{other:06}"))));
        let (planned, approach) = strategy.unzip();
        let (closed, outcome) = closed.unzip();
        let (planned, approach, closed, outcome) = (blank(planned), blank(approach), blank(closed), blank(outcome));
        let division = place(officer).0;
        let (number, officer) = (number + 1, officer + 1);
        writeln!(
            file,
            "I-{number:06},{division},{kind},CRO-{officer},{raised},{same},{planned},{approach},{closed},{outcome}"
        )?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("contacts.csv", "Contact")?;
    writeln!(file, "Issue No,Officer No,On")?;
    for issue in issues() {
        for (on, officer) in issue.contacts {
            writeln!(file, "I-{:06},CRO-{},{on}", issue.number + 1, officer + 1)?;
        }
    }
    file.flush()?;
    drop(file);

    survey(seed, rows, sink)?;

    let mut file = sink.open("calls.csv", "Call")?;
    writeln!(file, "Call No,Division,Called on,Kind")?;
    for number in 0..rows {
        let mut random = Random::of(seed ^ 0xca11, number);
        // Of late there are more.
        let back = 1 + if random.percent(22) { random.below(240) } else { random.below(DAYS_BACK) };
        let division = random.pick(&["central", "central", "east", "west"]).unwrap_or("U");
        let kind = random.pick(&["noise", "noise", "disorder", "vandalism", "unwanted", "U"]).unwrap_or("U");
        writeln!(file, "Q-{:06},{division},{},{kind}", number + 1, days_before(as_of, back))?;
    }
    file.flush()?;
    drop(file);

    programme(seed, as_of, sink)?;
    plan::write(&PLAN, seed, as_of, sink)
}

/// What residents answer and tell, in the autumns of three years.
fn survey(seed: u64, rows: u64, sink: &mut dyn Sink) -> io::Result<()> {
    let asked = |number: u64| {
        let mut random = Random::of(seed ^ 0x5e12, number);
        let year = 2023 + random.below(3);
        let on = Date::parse(&format!("{year}-10-01")).map_or(Date::MIN, |first| after(first, random.below(45)));
        (random, year, on)
    };
    let mut file = sink.open("answers.csv", "Answer")?;
    writeln!(
        file,
        "Answer No,Division,Asked on,Age,I feel safe by day,I feel safe after dark,I avoid places near my home,\
         It is good to live here,Asked by"
    )?;
    for number in 0..rows {
        let (mut random, year, on) = asked(number);
        let division = random.pick(&["central", "central", "central", "east", "east", "west"]).unwrap_or("U");
        let age = match random.below(100) {
            0..20 => "young",
            20..76 => "middle",
            76..96 => {
                if division == "west" {
                    "middle"
                } else {
                    "older"
                }
            }
            96..98 => "older",
            _ => "9",
        };
        // Agreement of so many in a hundred, 1 to 5 as the form has it, 9 for no answer.
        let mut agree = |percent: u64| match random.below(100) {
            0..4 => 9,
            share if share < 4 + percent => 4 + random.below(2),
            _ => 1 + random.below(3),
        };
        let later = (year - 2023) * 3;
        let (day, night, avoid, livable) = (agree(82), agree(58 + later), agree(24), agree(66 + later / 2));
        writeln!(
            file,
            "N-{:06},{division},{on},{age},{day},{night},{avoid},{livable},{}",
            number + 1,
            if number % 3 == 0 { "Street team" } else { "Phone team" }
        )?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("comments.csv", "Comment")?;
    writeln!(file, "Comment No,Answer No,Told on,Words,Theme,Coded by")?;
    let said = [
        ("fear", "I do not go to the bus stop after dark"),
        ("fear", "The path by the water is dark"),
        ("fear", "My daughter <is afraid> on the way home"),
        ("visible", "I see the same officer each week"),
        ("visible", "\"She knows our names\""),
        ("youth", "Nothing for the young after six"),
        ("noise", "Noise & fights on Fridays"),
        ("trust", "אני סומך עליהם"),
    ];
    for number in (0..rows).filter(|number| number % 7 == 0) {
        let (_, _, on) = asked(number);
        let mut random = Random::of(seed ^ 0xc033, number);
        let at = usize::try_from(random.below(said.len() as u64)).unwrap_or(0);
        let (theme, words) = said.get(at).copied().unwrap_or(("trust", ""));
        // Two readers, who mostly agree.
        for (reader, coder) in ["A. Reader", "B. Reader"].iter().enumerate() {
            let other = reader == 1 && random.percent(16);
            let theme = if other { random.pick(&["visible", "noise", "youth"]).unwrap_or(theme) } else { theme };
            let words = crate::made::cell(words);
            let number = number + 1;
            writeln!(file, "M-{number:06}-{},N-{number:06},{on},{words},{theme},{coder}", reader + 1)?;
        }
    }
    file.flush()?;
    drop(file);

    // Planned, and not asked yet.
    let mut file = sink.open("partner_answers.csv", "PartnerAnswer")?;
    writeln!(file, "Answer No,Asked on,We are heard,What we share is used")?;
    file.flush()
}

/// Posts, officers, areas, incidents and initiatives, of which there are as many as there are.
fn programme(seed: u64, as_of: Date, sink: &mut dyn Sink) -> io::Result<()> {
    let mut file = sink.open("posts.csv", "Post")?;
    writeln!(file, "Post No,Division,Type,Officer No,Filled on")?;
    let (mut post, mut officer) = (0, 0);
    for (division, kind, officers, posts) in PLACED {
        for at in 0..posts {
            post += 1;
            if at < officers {
                officer += 1;
                let on = days_before(as_of, 100 + Random::of(seed ^ 0x9057, post).below(1400));
                writeln!(file, "P-{post},{division},{kind},CRO-{officer},{on}")?;
            } else {
                writeln!(file, "P-{post},{division},{kind},,")?;
            }
        }
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("officers.csv", "Officer")?;
    writeln!(file, "Officer No,Division,Type,Left on")?;
    let all: u64 = PLACED.iter().map(|(_, _, officers, _)| officers).sum();
    for officer in 0..all {
        let (division, kind) = place(officer);
        writeln!(file, "CRO-{},{division},{kind},", officer + 1)?;
    }
    writeln!(file, "CRO-{},east,foot,{}", all + 1, days_before(as_of, 70))?;
    file.flush()?;
    drop(file);

    let mut file = sink.open("areas.csv", "Area")?;
    writeln!(file, "Division,Residents\ncentral,19000\neast,12500\nwest,11500")?;
    file.flush()?;
    drop(file);

    let mut file = sink.open("incidents.csv", "Incident")?;
    writeln!(file, "Incident No,Division,Happened on")?;
    let mut number = 0;
    for (first, days, incidents) in VIOLENT {
        let first = Date::parse(first).unwrap_or(as_of);
        for at in 0..incidents {
            let mut random = Random::of(seed ^ 0x1c1d, number);
            // The August of 2025 stands out.
            let day =
                if days == 365 && incidents < 400 && at < 34 { 212 + random.below(31) } else { random.below(days) };
            let division = random.pick(&["central", "central", "east", "west"]).unwrap_or("U");
            number += 1;
            writeln!(file, "V-{number:05},{division},{}", after(first, day))?;
        }
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("youth_initiatives.csv", "YouthInitiative")?;
    writeln!(file, "Initiative No,Division,On,Young people")?;
    for number in 0..60 {
        let mut random = Random::of(seed ^ 0x704b, number);
        let on = days_before(as_of, 1 + random.below(DAYS_BACK));
        let people = 5 + random.below(40);
        let people = match random.below(10) {
            0 => format!("{people}+"),
            1 => format!("{people}-{}", people + 15),
            _ => people.to_string(),
        };
        let division = random.pick(&["central", "east", "west"]).unwrap_or("U");
        writeln!(file, "Y-{:03},{division},{on},{people}", number + 1)?;
    }
    file.flush()
}
