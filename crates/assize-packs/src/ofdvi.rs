//! The offender-focused domestic violence pack, and its sample data: people, charges, breaches, calls and notices.

use crate::made::{after, days_before, flag};
use crate::random::Random;
use crate::{Pack, SampleFile, Sink, TextFile};
use assize_model::civil::Date;
use std::io::{self, Write};

pub const PACK: Pack = Pack {
    name: "ofdvi",
    title: "Offender-focused domestic violence initiative: lists A to D, notices, re-offending",
    rules: &[TextFile { name: "rules.assize", text: include_str!("../packs/ofdvi/rules.assize") }],
    tables: &[],
    page: include_str!("../packs/ofdvi/README.md"),
    as_of: "2026-06-01",
    files: &[
        SampleFile { record: "Offender", file: "offenders.csv" },
        SampleFile { record: "Charge", file: "charges.csv" },
        SampleFile { record: "Breach", file: "breaches.csv" },
        SampleFile { record: "Call", file: "calls.csv" },
        SampleFile { record: "Notice", file: "notices.csv" },
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
}

struct Charge {
    on: Date,
    offence: &'static str,
    weapon: Option<bool>,
    injury: Option<bool>,
}

/// Days that the histories reach back from the evaluation date.
const DAYS_BACK: u64 = 4 * 365;

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
            charges.push(Charge {
                on: days_before(as_of, 1 + random.below(DAYS_BACK)),
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
                let on = after(first.on, 2 + random.below(40)).min(days_before(as_of, 1));
                notices.push((on, if charges.len() > 2 { "B" } else { "C" }));
            }
        } else if calls.iter().any(|&(_, named)| named == Some(true)) && random.percent(60) {
            notices.push((days_before(as_of, 1 + random.below(700)), "D"));
        }
        let breaches = match notices.first() {
            Some(&(on, _)) if random.percent(9) => vec![after(on, 5 + random.below(300)).min(days_before(as_of, 1))],
            _ => Vec::new(),
        };
        Self { number, born, felon, division, ethnicity, charges, breaches, calls, notices }
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
    writeln!(file, "Person No,Date of birth,Felony conviction,Division,Ethnicity")?;
    for person in people() {
        let born = person.born.map(|born| born.to_string()).unwrap_or_default();
        writeln!(file, "{},{born},{},{},{}", person.id(), flag(person.felon), person.division, person.ethnicity)?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("charges.csv", "Charge")?;
    writeln!(file, "Charge No,Person No,Charged on,Offence,Weapon used,Victim injured")?;
    for person in people() {
        for (at, charge) in person.charges.iter().enumerate() {
            let (weapon, injury) = (flag(charge.weapon), flag(charge.injury));
            let Charge { on, offence, .. } = charge;
            writeln!(file, "C-{:06}-{},{},{on},{offence},{weapon},{injury}", person.number + 1, at + 1, person.id())?;
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
    writeln!(file, "Person No,Called on,Named as aggressor")?;
    for person in people() {
        for (on, named) in &person.calls {
            writeln!(file, "{},{on},{}", person.id(), flag(*named))?;
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
    file.flush()
}
