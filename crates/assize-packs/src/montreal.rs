//! The civilian community officers' pack, and its sample data: an index of initiatives, stations and officers, what they
//! cost, documents about the place, and what residents say.

use crate::made::{after, blank, cell, days_before, flag};
use crate::random::Random;
use crate::{Pack, SampleFile, Sink, TextFile};
use assize_model::civil::Date;
use std::io::{self, Write};

pub const PACK: Pack = Pack {
    name: "montreal",
    title: "Civilian community officers: the index record, portraits, cost, completeness (in French)",
    rules: &[
        TextFile { name: "rules.assize", text: include_str!("../packs/montreal/rules.assize") },
        TextFile { name: "index.assize", text: include_str!("../packs/montreal/index.assize") },
        TextFile { name: "evaluation.assize", text: include_str!("../packs/montreal/evaluation.assize") },
    ],
    tables: &[],
    page: include_str!("../packs/montreal/README.md"),
    as_of: "2026-06-01",
    files: &[
        SampleFile { record: "Initiative", file: "initiatives.csv" },
        SampleFile { record: "Answer", file: "answers.csv" },
        SampleFile { record: "Comment", file: "comments.csv" },
        SampleFile { record: "PartnerAnswer", file: "partner_answers.csv" },
        SampleFile { record: "Station", file: "stations.csv" },
        SampleFile { record: "Officer", file: "officers.csv" },
        SampleFile { record: "Cost", file: "costs.csv" },
        SampleFile { record: "Document", file: "documents.csv" },
        SampleFile { record: "Review", file: "reviews.csv" },
    ],
    category: "completeness",
    generate,
};

/// The fields of the index record by their headings, with what made-up records have in them. Dates, sets and conditions
/// are made apart.
const FIELDS: [(&str, &[&str]); 24] = [
    ("Province ou territoire", &["Québec", "Ontario", "Nouveau-Brunswick", "Nouvelle-Écosse", "Manitoba", "Yukon"]),
    ("Ville ou région", &["Rive-Sud", "Nord", "Vallée", "Centre, et environs"]),
    ("Description", &["Présence à pied", "Comité d'intervention", "Équipe mixte avec <travail social>"]),
    ("Objectifs principaux", &["Rapprocher", "Prévenir", "Orienter vers les services"]),
    ("Section responsable", &["Relations communautaires", "Prévention"]),
    ("Personne-ressource", &["A. Tremblay", "ל. כהן", "M. \"Jo\" Roy"]),
    ("Partenaires", &["Écoles; CLSC", "Ville", "Organismes & citoyens"]),
    ("Niveau de participation", &["consultative", "co_operative", "consultative;co_operative"]),
    ("En place depuis", &[]),
    ("Raison d'être", &["Connaître le milieu", "Réduire les appels répétés"]),
    ("Ressources", &["Deux agents", "Un demi-poste"]),
    ("Méthode", &["Portraits et rencontres", "Analyse de problèmes"]),
    ("Résultats principaux", &["Plus de partenaires", "Moins d'appels"]),
    ("Stratégie de communication", &["Bulletin", "Assemblées"]),
    ("Messages clés", &["On vous connaît", "Ensemble"]),
    ("Formes d'évaluation", &["summative;internal;quantitative;qualitative", "formative;internal", "external"]),
    ("Évaluation terminée", &[]),
    ("Sommaire des résultats", &["Satisfaction en hausse", "Effet modeste"]),
    ("Sommaire des données de rendement", &["Appels par mois", "Sondage de 2024"]),
    ("Piliers", &["new_models", "efficiency", "new_models;justice"]),
    ("Autres détails", &["Voir le rapport", "Aucun"]),
    ("Commentaires", &["Fiche relue", "À suivre"]),
    ("Date d'inscription", &[]),
    ("Date de modification", &[]),
];

/// The record of the initiative itself: everything is said, and of an evaluation that is completed two things are not.
const OWN: &str = "Québec,Montréal,Agents sociocommunautaires civils dans les postes de quartier,\
    Faire connaître le milieu aux policiers,Relations communautaires,Section responsable,Organismes du quartier,\
    consultative;co_operative,2007-09-01,Connaissance du milieu,Neuf civils à temps plein,Portraits et consultations,\
    Meilleure connaissance du milieu,Rencontres,Un civil dans chaque poste,summative;internal;quantitative;qualitative,\
    yes,N/A,N/A,new_models,Un projet pilote puis deux phases,Neuf postes,2013-11-01,2025-02-01";

const STATIONS: u64 = 9;
const KINDS: [&str; 9] = [
    "socio_economic",
    "crime",
    "services",
    "crime_domestic",
    "crime_youth",
    "best_practices",
    "dysfunction",
    "opinion_survey",
    "consultation",
];
/// Yearly cost of an officer, and so many more for each place in the list of officers.
const COSTS: [(&str, u64); 3] = [("2023-12-31", 111_200), ("2024-12-31", 116_900), ("2025-12-31", 122_800)];

fn initiative(seed: u64, number: u64, as_of: Date, file: &mut dyn Write) -> io::Result<()> {
    write!(file, "F-{:05}", number + 1)?;
    if number == 0 {
        return writeln!(file, ",{OWN}");
    }
    let mut random = Random::of(seed, number);
    let evaluated = (!random.percent(6)).then(|| random.percent(55));
    let entered = days_before(as_of, 40 + random.below(1_400));
    let modified = random.percent(70).then(|| after(entered, random.below(700)).min(days_before(as_of, 1)));
    for (heading, texts) in FIELDS {
        let random = &mut random;
        write!(file, ",")?;
        match heading {
            "En place depuis" => match random.below(100) {
                0..4 => {}
                4..9 => write!(file, "{}", after(as_of, 20 + random.below(300)))?,
                _ => write!(file, "{}", days_before(as_of, 60 + random.below(5_000)))?,
            },
            "Évaluation terminée" => write!(file, "{}", flag(evaluated))?,
            "Date d'inscription" => write!(file, "{entered}")?,
            "Date de modification" => write!(file, "{}", blank(modified))?,
            // Of what was not evaluated there is nothing to say; of what was, one in four says nothing either.
            "Sommaire des résultats" | "Sommaire des données de rendement" => {
                let said = evaluated == Some(true) && random.percent(74);
                match (said, random.below(100)) {
                    (true, _) => write!(file, "{}", cell(random.pick(texts).unwrap_or("")))?,
                    (_, 0..60) => write!(file, "N/A")?,
                    (_, 60..68) => write!(file, "NR")?,
                    _ => {}
                }
            }
            _ => match random.below(100) {
                0..7 => {}
                7..11 => write!(file, "S/O")?,
                _ => write!(file, "{}", cell(random.pick(texts).unwrap_or("")))?,
            },
        }
    }
    writeln!(file)
}

fn generate(seed: u64, rows: u64, sink: &mut dyn Sink) -> io::Result<()> {
    let as_of = Date::parse(PACK.as_of).unwrap_or(Date::MIN);
    let mut file = sink.open("initiatives.csv", "Initiative")?;
    write!(file, "No de fiche")?;
    for (heading, _) in FIELDS {
        write!(file, ",{heading}")?;
    }
    writeln!(file)?;
    for number in 0..rows {
        initiative(seed, number, as_of, &mut *file)?;
    }
    file.flush()?;
    drop(file);
    survey(seed, rows, sink)?;
    programme(seed, as_of, sink)
}

/// What residents answer and say, in three years.
fn survey(seed: u64, rows: u64, sink: &mut dyn Sink) -> io::Result<()> {
    let asked = |number: u64| {
        let mut random = Random::of(seed ^ 0x50d4, number);
        let year = 2023 + random.below(3);
        let on = Date::parse(&format!("{year}-01-05")).map_or(Date::MIN, |first| after(first, random.below(358)));
        (random, year - 2023, on)
    };
    let mut file = sink.open("answers.csv", "Answer")?;
    writeln!(
        file,
        "No de réponse,No de poste,Date,Connaît l'agent,Je me sens en sécurité,On m'écoute,J'évite certains lieux,Sondeur"
    )?;
    for number in 0..rows {
        let (mut random, year, on) = asked(number);
        let station = random.below(STATIONS) + 1;
        let knows = (!random.percent(5)).then(|| random.percent(26 + 4 * year));
        let mut agree = |percent: u64| match random.below(100) {
            0..4 => 9,
            share if share < 4 + percent * 96 / 100 => 3 + random.below(2),
            _ => 1 + random.below(2),
        };
        // At one station fewer feel safe; in the summer of 2024 fewer felt heard.
        let safe = agree(if station == 4 { 55 } else { 75 + 2 * year });
        let heard =
            agree(if (on.year(), on.month()) >= (2024, 7) && (on.year(), on.month()) < (2024, 10) { 38 } else { 62 });
        let avoids = agree(28);
        let pollster = if number % 2 == 0 { "Téléphone" } else { "Porte-à-porte" };
        let (number, knows) = (number + 1, flag(knows));
        writeln!(file, "R-{number:06},P-{station},{on},{knows},{safe},{heard},{avoids},{pollster}")?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("comments.csv", "Comment")?;
    writeln!(file, "No de commentaire,No de réponse,Date,Mots,Thème,Codé par")?;
    let said = [
        ("fear", "J'évite le parc le soir"),
        ("fear", "La station est vide, et sombre"),
        ("fear", "J'ai peur pour ma fille"),
        ("known", "L'agente <connaît> nos noms"),
        ("heard", "\"Enfin quelqu'un qui écoute\""),
        ("welcome", "On m'a répondu dans ma langue: شكرا"),
        ("nothing", "Rien n'a changé & rien ne changera"),
    ];
    for number in (0..rows).filter(|number| number % 6 == 0) {
        let (_, _, on) = asked(number);
        let mut random = Random::of(seed ^ 0xc0de, number);
        let at = usize::try_from(random.below(said.len() as u64)).unwrap_or(0);
        let (theme, words) = said.get(at).copied().unwrap_or(("nothing", ""));
        for (reader, coder) in ["Lectrice A", "Lecteur B"].iter().enumerate() {
            let other = reader == 1 && random.percent(14);
            let theme = if other { random.pick(&["heard", "nothing", "known"]).unwrap_or(theme) } else { theme };
            let number = number + 1;
            writeln!(file, "C-{number:06}-{},R-{number:06},{on},{},{theme},{coder}", reader + 1, cell(words))?;
        }
    }
    file.flush()?;
    drop(file);

    // Planned, and not asked yet.
    let mut file = sink.open("partner_answers.csv", "PartnerAnswer")?;
    writeln!(file, "No de réponse,Date,On nous écoute,Les portraits nous servent")?;
    file.flush()
}

/// Stations, officers, costs, documents and reviews, of which an initiative has as many as it has.
fn programme(seed: u64, as_of: Date, sink: &mut dyn Sink) -> io::Result<()> {
    let mut file = sink.open("stations.csv", "Station")?;
    writeln!(file, "No de poste,Poste,Phase")?;
    for number in 1..=STATIONS {
        let phase = match number {
            1 => "pilot",
            2..=5 => "phase_one",
            _ => "phase_two",
        };
        writeln!(file, "P-{number},Poste {number},{phase}")?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("officers.csv", "Officer")?;
    writeln!(file, "No d'agent,No de poste,En fonction depuis,Départ")?;
    for number in 1..=STATIONS {
        let since = days_before(as_of, 1_300 + Random::of(seed ^ 0x0ff1, number).below(2_000));
        writeln!(file, "A-{number},P-{number},{since},")?;
    }
    writeln!(file, "A-{},P-3,{},{}", STATIONS + 1, days_before(as_of, 4_000), days_before(as_of, 1_400))?;
    file.flush()?;
    drop(file);

    let mut file = sink.open("costs.csv", "Cost")?;
    writeln!(file, "No d'agent,Année se terminant le,Montant en CAD")?;
    for (on, amount) in COSTS {
        for number in 1..=STATIONS {
            writeln!(file, "A-{number},{on},{}.00", amount + 130 * number)?;
        }
    }
    file.flush()?;
    drop(file);

    // Of the first kinds most are in place; of the last few are, and consultations were hardly begun.
    let documents = || {
        (1..=STATIONS).flat_map(move |station| {
            KINDS.iter().enumerate().map(move |(at, kind)| {
                let number = (station - 1) * KINDS.len() as u64 + at as u64;
                let mut random = Random::of(seed ^ 0xd0c5, number);
                let likely = 92 - 9 * at as u64;
                let state = match random.below(100) {
                    share if share < likely => "complete",
                    share if share < likely + (100 - likely) / 2 => "draft",
                    _ => "absent",
                };
                let on = days_before(as_of, 30 + random.below(1_150));
                let on = match (state, random.below(100)) {
                    ("absent", _) => "S/O".to_owned(),
                    (_, 0..4) => String::new(),
                    _ => on.to_string(),
                };
                (number + 1, station, *kind, state, on)
            })
        })
    };
    let mut file = sink.open("documents.csv", "Document")?;
    writeln!(file, "No de document,No de poste,Document,État,Daté du")?;
    for (number, station, kind, state, on) in documents() {
        writeln!(file, "D-{number},P-{station},{kind},{state},{on}")?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("reviews.csv", "Review")?;
    writeln!(file, "No de document,Lu le,Lecteur,Qualité")?;
    for (number, _, _, _, _) in documents().filter(|(_, _, _, state, _)| *state == "complete") {
        let mut random = Random::of(seed ^ 0x4ead, number);
        let on = Date::parse("2025-02-01").map_or(as_of, |first| after(first, random.below(200)));
        let first = random.below(4);
        // The second reader mostly sees the same, or one step beside it.
        let second = if random.percent(72) { first } else { (first + random.below(2)).saturating_sub(random.below(2)) };
        for (reader, quality) in [("Lectrice A", first), ("Lecteur B", second)] {
            let quality = match quality {
                _ if random.percent(3) => "9",
                0 => "poor",
                1 => "fair",
                2 => "good",
                _ => "fine",
            };
            writeln!(file, "D-{number},{on},{reader},{quality}")?;
        }
    }
    file.flush()
}
