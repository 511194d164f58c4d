//! Categories as counts: how many records came out how, and how sure; what criteria did; where moves have led.

use super::build::{Build, of_parts};
use super::disclosure::{Care, care, protect};
use super::document::{Bar, Bars, Block, Cell, Chart, Picture, Section, Table, Text};
use assize::model::ids::{CategoryId, Code};
use assize::model::program::{Category, CodeList, Hit, Progression, State};
use assize::{CategoryResults, Coverage};

/// The counts of a category: of each code in its order, no code last, and of each state.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Counts {
    /// By code: decided, and provisional.
    codes: Vec<(Code, [u64; 2])>,
    states: [u64; State::ALL.len()],
}

impl Counts {
    fn all(&self) -> u64 {
        self.states.iter().sum()
    }
}

/// All categories that were worked out.
pub fn section(b: &Build<'_>) -> Option<Section> {
    let parts = b.results.categories.iter().filter_map(|results| one(b, results)).collect();
    of_parts(b, "categories", b.pick("Categories", "Catégories"), parts)
}

fn one(b: &Build<'_>, results: &CategoryResults) -> Option<Section> {
    let category = b.program.category(results.category)?;
    let list = b.program.list(category.list)?;
    let mut section =
        Section::new(b.anchor(&format!("k-{}", category.heading.name)), Text::name(category.heading.shown()));
    section.blocks.extend(category.heading.docs.as_deref().map(|docs| Block::Text(Text::name(docs))));
    let words = b.pick("Records: {}, {} of them.", "Dossiers : {}, au nombre de {}.");
    let counts = count(results, list);
    section.push(Text::fill(words, [b.record_name(category.record), Text::strong(b.language.count(counts.all()))]));
    let care = care(b, category.record);
    match &care {
        Care::Hidden(measure) => {
            let words = b.pick(
                "How many records each code has is not shown here: “{}” withholds small numbers of the same records, and they could be worked out with these.",
                "Le nombre de dossiers de chaque code n'est pas donné ici : « {} » ne publie pas les petits nombres des mêmes dossiers, et ceux-ci permettraient de les retrouver.",
            );
            section.push(Block::Note(Text::fill(words, [Text::name(&**measure)])));
        }
        Care::AtLeast(least) => distribution(b, &mut section, category, list, &counts, Some(*least)),
        Care::None => distribution(b, &mut section, category, list, &counts, None),
    }
    if !results.coverage.is_empty() {
        criteria(b, &mut section, category, list, &results.coverage, counts.all(), &care);
    }
    if let Some(progression) = b.program.progressions.iter().find(|of| of.category == results.category) {
        movement(b, &mut section, progression, results, list, &care);
    }
    b.quote(&mut section, category.place);
    Some(section)
}

fn count(results: &CategoryResults, list: &CodeList) -> Counts {
    let codes = list.codes.len();
    let mut by_code = vec![[0_u64; 2]; codes + 1];
    let mut states = [0_u64; State::ALL.len()];
    for part in &results.parts {
        let columns = &part.columns;
        for row in 0..columns.rows() {
            let state = columns.state.get(row).copied().unwrap_or(State::Error as u8);
            if let Some(count) = states.get_mut(usize::from(state)) {
                *count += 1;
            }
            if state > State::Provisional as u8 {
                continue;
            }
            let mut bump = |code: usize| {
                if let Some(count) =
                    by_code.get_mut(code.min(codes)).and_then(|counts| counts.get_mut(usize::from(state)))
                {
                    *count += 1;
                }
            };
            if columns.many {
                let set = columns.values.get(row).copied().unwrap_or(0);
                for code in assize::model::bounds::CodeSet(set).iter() {
                    bump(code.index());
                }
            } else {
                bump(columns.value.get(row).map_or(codes, |&value| usize::from(value)));
            }
        }
    }
    let code = |at: usize| if at == codes { Code::NONE } else { u16::try_from(at).map_or(Code::NONE, Code) };
    Counts { codes: by_code.into_iter().enumerate().map(|(at, counts)| (code(at), counts)).collect(), states }
}

/// The distribution as bars and as a table; with `least`, nothing of fewer records than that, nor what would give it away.
fn distribution(
    b: &Build<'_>,
    section: &mut Section,
    category: &Category,
    list: &CodeList,
    counts: &Counts,
    least: Option<u64>,
) {
    let l = b.language;
    let all = counts.all();
    if all == 0 {
        return;
    }
    let many = category.hit == Hit::All;
    // From the highest code down, as a reader looks for it; no code after them.
    let mut lines: Vec<(String, [u64; 2], bool)> = Vec::new();
    let (none, codes): (Vec<_>, Vec<_>) = counts.codes.iter().partition(|(code, _)| *code == Code::NONE);
    let ordered: Vec<_> = if list.ordered { codes.into_iter().rev().collect() } else { codes };
    for &(code, [decided, provisional]) in ordered.into_iter().chain(none) {
        if code == Code::NONE && decided + provisional == 0 {
            continue;
        }
        lines.push((b.code(category.list, code), [decided, provisional], true));
    }
    let rest: Vec<State> =
        State::ALL.into_iter().filter(|state| !matches!(state, State::Decided | State::Provisional)).collect();
    for state in &rest {
        let count = counts.states.get(*state as usize).copied().unwrap_or(0);
        if count > 0 {
            lines.push((format!("({})", l.state(*state)), [count, 0], false));
        }
    }
    let totals: Vec<u64> = lines.iter().map(|(_, [decided, provisional], _)| decided + provisional).collect();
    let shown: Vec<bool> = match least {
        // Codes of several overlap: then each is looked at with the rest of all records.
        Some(least) if many => {
            totals.iter().map(|&count| count == 0 || (count >= least && all - count.min(all) >= least)).collect()
        }
        Some(least) => protect(&totals, least),
        None => vec![true; totals.len()],
    };
    let covered = shown.iter().any(|shown| !shown);
    let split = least.is_none();
    let mut table = Table::new(&*category.heading.name, Text::name(category.heading.shown()), 1);
    table.words(b.pick("Outcome", "Résultat")).numbers(b.pick("Records", "Dossiers")).numbers(b.pick("Share", "Part"));
    table.numbers(b.pick("of which provisional", "dont provisoires"));
    let mut bars = Vec::new();
    for ((label, [decided, provisional], is_code), shown) in lines.iter().zip(&shown) {
        let total = decided + provisional;
        let withheld = || Cell::Absent(b.pick("withheld", "non publié").to_owned());
        let share = l.share(total, all);
        let cells = if *shown {
            let percent = total as f64 / all as f64 * 100.0;
            let provisional = if split && *is_code { b.some(*provisional) } else { Cell::Empty };
            vec![Cell::Text(Text::name(&**label)), b.count(total), Cell::Number(share.clone(), percent), provisional]
        } else {
            vec![Cell::Text(Text::name(&**label)), withheld(), withheld(), Cell::Empty]
        };
        table.rows.push(cells);
        let parts = match (shown, is_code, split) {
            (false, ..) => vec![0.0, 0.0, 0.0],
            (true, true, true) => vec![*decided as f64, *provisional as f64, 0.0],
            (true, true, false) => vec![total as f64, 0.0, 0.0],
            (true, false, _) => vec![0.0, 0.0, total as f64],
        };
        let told =
            if *shown { format!("{} ({share})", l.count(total)) } else { b.pick("withheld", "non publié").to_owned() };
        bars.push(Bar { label: label.clone(), parts, shown: told });
    }
    table.drop_empty();
    let told: Vec<String> = bars.iter().map(|bar| format!("{}: {}", bar.label, bar.shown)).collect();
    let states = if split {
        vec![
            l.state(State::Decided).to_owned(),
            l.state(State::Provisional).to_owned(),
            b.pick("no code", "sans code").to_owned(),
        ]
    } else {
        vec![
            b.pick("a code, or none by the rules", "un code, ou aucun selon les règles").to_owned(),
            String::new(),
            b.pick("no code", "sans code").to_owned(),
        ]
    };
    let chart = Chart {
        id: b.anchor(&format!("c-{}", category.heading.name)),
        title: Text::name(category.heading.shown()).and(b.pick(": records by outcome", " : dossiers par résultat")),
        told: told.join("; "),
        picture: Picture::Bars(Bars { parts: states, bars }),
        flagged: Vec::new(),
        remarks: Vec::new(),
        table: None,
    };
    section.push(Block::Charts(vec![chart])).push(b.table(table));
    if many {
        section.push(Text::from(
            b.pick("A record may have several of these codes.", "Un dossier peut avoir plusieurs de ces codes."),
        ));
    }
    if covered {
        let words = b.pick(
            "Counts below {} are withheld, and others with them, so that none can be worked out.",
            "Les nombres inférieurs à {} ne sont pas publiés, et d'autres avec eux, pour qu'on ne puisse en retrouver aucun.",
        );
        section.push(Text::fill(words, [l.count(least.unwrap_or(0)).into()]));
    }
    if split {
        let states = State::ALL.iter().zip(counts.states).filter(|(_, count)| *count > 0);
        let texts = states.map(|(state, count)| {
            Text::from(format!("{} {} ({})", l.count(count), l.state(*state), l.share(count, all)))
        });
        section.push(Text::from(b.pick("How sure: ", "Certitude : ")).and(Text::join(texts, ", ")).and("."));
    }
}

/// What each criterion did; under care for small counts, only whether it ever did anything much.
fn criteria(
    b: &Build<'_>,
    section: &mut Section,
    category: &Category,
    list: &CodeList,
    coverage: &[Coverage],
    all: u64,
    care: &Care,
) {
    let plain = matches!(care, Care::None);
    let caption = Text::fill(
        b.pick("What the criteria of “{}” did", "Ce qu'ont donné les critères de « {} »"),
        [Text::name(category.heading.shown())],
    );
    let mut table = Table::new(format!("{} criteria", category.heading.name), caption, 1);
    table.words(b.pick("Criterion", "Critère")).words(b.pick("Code", "Code"));
    table
        .numbers(b.pick("True", "Vrai"))
        .numbers(b.pick("Decided", "A tranché"))
        .numbers(b.pick("Not known", "Inconnu"));
    table.words(b.pick("Remarks", "Remarques"));
    for ((case, criterion), did) in category.criteria().zip(coverage) {
        let remark = if !plain || all == 0 {
            ""
        } else if did.is_true == 0 && did.unknown == 0 {
            b.pick("never true", "jamais vrai")
        } else if did.is_true == 0 {
            b.pick("never true, sometimes not known", "jamais vrai, parfois inconnu")
        } else if did.is_true == all {
            b.pick("always true", "toujours vrai")
        } else if did.decided_by == 0 {
            b.pick("true, and never decided", "vrai, sans jamais trancher")
        } else {
            ""
        };
        let count = |count: u64| if plain { b.count(count) } else { Cell::Empty };
        table.rows.push(vec![
            Cell::Text(Text::name(criterion.heading.shown())),
            Cell::Text(Text::name(list.name(case.code))),
            count(did.is_true),
            count(did.decided_by),
            count(did.unknown),
            Cell::from(Text::from(remark)),
        ]);
    }
    table.drop_empty();
    if plain {
        section.push(b.table(table));
    }
}

/// Where moves have led, against where the category stands that they move along.
fn movement(
    b: &Build<'_>,
    section: &mut Section,
    progression: &Progression,
    results: &CategoryResults,
    list: &CodeList,
    care: &Care,
) {
    let moves = progression.moves.iter().map(|place| Text::code(b.program.text_of(*place)));
    let lead = Text::from(b.pick("It moves by: ", "Elle évolue par : "));
    section.push(lead.and(Text::join(moves, "; ")).and("."));
    let (Care::None, Some(other)) = (care, b.results.category(progression.between)) else { return };
    let Some(counts) = cross(results, other, list.codes.len()) else { return };
    let name = |id: CategoryId| b.program.category(id).map_or("?", |category| category.heading.shown()).to_owned();
    let caption = Text::fill(
        b.pick(
            "Movement: where “{}” puts records (rows), and where their moves have led (columns)",
            "Évolution : où « {} » place les dossiers (lignes), et où leurs mouvements les ont menés (colonnes)",
        ),
        [Text::name(name(progression.between))],
    );
    let mut table = Table::new(format!("{} movement", progression.heading.name), caption, 1);
    table.words(Text::name(name(progression.between)));
    let codes: Vec<Code> = (0..list.codes.len()).filter_map(|at| u16::try_from(at).ok().map(Code)).collect();
    for code in codes.iter().rev() {
        table.numbers(Text::name(list.name(*code)));
    }
    table.numbers(b.pick("No code", "Sans code"));
    let last = list.codes.len();
    for from in (0..last).rev().chain([last]) {
        let label = match codes.get(from) {
            Some(code) => Text::name(list.name(*code)),
            None => Text::from(b.pick("No code", "Sans code")),
        };
        let mut cells = vec![Cell::Text(label)];
        cells.extend(
            (0..last)
                .rev()
                .chain([last])
                .map(|to| b.some(counts.get(from).and_then(|row| row.get(to)).copied().unwrap_or(0))),
        );
        table.rows.push(cells);
    }
    section.push(b.table(table));
}

/// Records by the code in one category and in another, no code last; nothing where they are not of the same rows.
fn cross(to: &CategoryResults, from: &CategoryResults, codes: usize) -> Option<Vec<Vec<u64>>> {
    let mut out = vec![vec![0_u64; codes + 1]; codes + 1];
    if to.parts.len() != from.parts.len() {
        return None;
    }
    for (to, from) in to.parts.iter().zip(&from.parts) {
        if to.columns.rows() != from.columns.rows() || to.columns.many || from.columns.many {
            return None;
        }
        let code = |columns: &assize::eval::batch::CategoryColumns, row: usize| {
            let settled = columns.state.get(row).is_some_and(|&state| state <= State::Provisional as u8);
            let value = columns.value.get(row).filter(|_| settled);
            value.map_or(codes, |&value| usize::from(value).min(codes))
        };
        for row in 0..to.columns.rows() {
            let (from, to) = (code(&from.columns, row), code(&to.columns, row));
            if let Some(count) = out.get_mut(from).and_then(|row| row.get_mut(to)) {
                *count += 1;
            }
        }
    }
    Some(out)
}
