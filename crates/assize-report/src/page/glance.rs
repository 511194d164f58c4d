//! At a glance: what stands out, and a scorecard of every measure with its status and how sure it is.

use super::audits::Audits;
use super::build::Build;
use super::disclosure::{Care, care};
use super::document::{Block, Cell, Count, Mark, Section, Table, Text};
use super::evaluations::Evaluations;
use super::measures::{Measures, capital, change, interval, last_rows, mark, status, value, withheld};
use assize::measures::{MeasureRow, MeasureTable, PeriodOfRow, RowState, TargetWord};
use assize::model::measure::Measure;
use assize::model::program::State;

/// The most that is listed of what stands out, of one kind.
const MOST: usize = 8;
/// The most values of a line drawn small.
const SPARK: usize = 36;

/// The section that comes first.
pub fn section(b: &Build<'_>, measures: &Measures, audits: &Audits, evaluations: &Evaluations) -> Section {
    let mut section = Section::new(b.anchor("glance"), b.pick("At a glance", "En bref"));
    let rows: Vec<(&Measure, &MeasureTable, Vec<&MeasureRow>)> =
        b.measures(false).map(|(measure, table)| (measure, table, last_rows(b, table))).collect();
    tally(b, &mut section, &rows);
    let mut items = evaluations.first.clone();
    items.extend(stands_out(b, measures, &rows));
    if !items.is_empty() {
        section.push(Block::List(items));
    }
    let card = scorecard(b, measures, &rows);
    if !card.rows.is_empty() {
        section.push(b.open_table(card));
    }
    if let (Some(audits), false) = (&audits.section, audits.anchors.is_empty()) {
        let words = b.pick("Audits of categories: {}.", "Audits de catégories : {}.");
        let links = audits.parts.iter().map(|part| Text::link(&*part.id, part.title.plain()));
        section.push(Text::fill(words, [Text::join(links, ", ")]));
    }
    if section.is_empty() {
        section.push(Text::from(b.pick("The rules state no measure.", "Les règles ne contiennent aucune mesure.")));
    }
    section
}

/// The statuses of rows that are held to a target.
fn statuses<'r>(rows: impl IntoIterator<Item = &'r &'r MeasureRow>) -> [usize; 4] {
    let mut out = [0_usize; 4];
    for target in rows.into_iter().filter_map(|row| row.target.as_ref()) {
        let at = match target.status {
            TargetWord::Met => 0,
            TargetWord::Near => 1,
            TargetWord::Missed => 2,
            TargetWord::NotKnown => 3,
        };
        if let Some(count) = out.get_mut(at) {
            *count += 1;
        }
    }
    out
}

const WORDS: [TargetWord; 4] = [TargetWord::Met, TargetWord::Near, TargetWord::Missed, TargetWord::NotKnown];

/// Targets met, near, missed and not known, in large figures.
fn tally(b: &Build<'_>, section: &mut Section, rows: &[(&Measure, &MeasureTable, Vec<&MeasureRow>)]) {
    let mut all = [0_usize; 4];
    for (.., last) in rows {
        for (total, count) in all.iter_mut().zip(statuses(last)) {
            *total += count;
        }
    }
    if all.iter().all(|&count| count == 0) {
        return;
    }
    let words = |word| match word {
        TargetWord::Met => b.pick("targets met", "cibles atteintes"),
        TargetWord::Near => b.pick("near their target", "proches de leur cible"),
        TargetWord::Missed => b.pick("targets missed", "cibles non atteintes"),
        TargetWord::NotKnown => b.pick("not known", "inconnus"),
    };
    let counts = WORDS.into_iter().zip(all).map(|(word, count)| Count {
        mark: Some(mark(word)),
        figure: b.language.count(count as u64),
        of: words(word).into(),
    });
    section.push(Block::Tally(counts.collect()));
}

/// What a reader should know first.
fn stands_out(b: &Build<'_>, measures: &Measures, rows: &[(&Measure, &MeasureTable, Vec<&MeasureRow>)]) -> Vec<Text> {
    let l = b.language;
    let mut out = Vec::new();
    let link = |measure: &Measure| {
        let anchor = measures.anchors.get(&*measure.heading.name).cloned().unwrap_or_default();
        Text::link(anchor, measure.heading.shown())
    };
    let limited = |items: Vec<Text>| {
        let more = items.len().saturating_sub(MOST);
        let mut text = Text::join(items.into_iter().take(MOST), "; ");
        if more > 0 {
            let words = b.pick("; and {} more", " ; et {} autres");
            text = text.and(Text::fill(words, [l.count(more as u64).into()]));
        }
        text
    };
    let mut missed = Vec::new();
    for (measure, _, last) in rows {
        let rows =
            last.iter().filter(|row| row.target.as_ref().is_some_and(|target| target.status == TargetWord::Missed));
        let each: Vec<Text> = rows
            .map(|row| {
                let shown = row.value.as_deref().map(|value| l.number(value)).unwrap_or_default();
                let of = b.by_values(&row.by);
                if of.is_empty() { Text::from(shown) } else { Text::name(of).and(format!(" {shown}")) }
            })
            .collect();
        if !each.is_empty() {
            missed.push(link(measure).and(" (").and(limited(each)).and(")"));
        }
    }
    if !missed.is_empty() {
        out.push(Text::strong(b.pick("Target missed: ", "Cible non atteinte : ")).and(limited(missed)).and("."));
    }
    let signals: Vec<Text> =
        measures.signals.iter().map(|(name, what)| name.clone().and(" – ").and(what.clone())).collect();
    if !signals.is_empty() {
        out.push(Text::strong(b.pick("Flagged lately: ", "Signalé récemment : ")).and(limited(signals)).and("."));
    }
    for results in &b.results.categories {
        let Some(category) = b.program.category(results.category) else { continue };
        if care(b, category.record) != Care::None {
            continue;
        }
        let mut states = [0_u64; State::ALL.len()];
        for state in results.parts.iter().flat_map(|part| &part.columns.state) {
            if let Some(count) = states.get_mut(usize::from(*state)) {
                *count += 1;
            }
        }
        let all: u64 = states.iter().sum();
        let [_, provisional, undetermined, _, error] = states;
        let open = provisional + undetermined + error;
        if open > 0 && all > 0 {
            let words = b.pick("{}: {} of {} not settled ({}): {}.", "{} : {} sur {} sans résultat établi ({}) : {}.");
            let parts = [(State::Provisional, provisional), (State::Undetermined, undetermined), (State::Error, error)];
            let parts: Vec<String> = parts
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(state, count)| format!("{} {}", l.state(state), l.count(count)))
                .collect();
            let open_shown = l.many(open, ("record", "dossier"), ("records", "dossiers"));
            let with = [open_shown, l.count(all), l.share(open, all), parts.join(", ")].map(Text::from);
            out.push(Text::fill(words, [Text::strong(category.heading.shown())].into_iter().chain(with)));
        }
    }
    let hidden: usize = rows.iter().map(|(_, table, _)| withheld(table)).sum();
    if hidden > 0 {
        let words =
            b.pick("{} withheld, as the rules ask: see {}.", "{} non publiées, comme le veulent les règles : voir {}.");
        let count = l.many(hidden as u64, ("row is", "ligne"), ("rows are", "lignes"));
        let name = b.pick("what is not published", "ce qui n'est pas publié");
        out.push(Text::fill(words, [count.into(), Text::link("disclosure", name)]));
    }
    let faults: u64 = b.results.records.iter().map(|record| record.faults).sum();
    if faults > 0 {
        let read: u64 = b.results.records.iter().map(|record| record.read).sum();
        let words = b.pick("{} in the data of {} rows: see {}.", "{} dans les données de {} lignes : voir {}.");
        let count = l.many(faults, ("fault", "anomalie"), ("faults", "anomalies"));
        let name = b.pick("what was missing", "ce qui manquait");
        out.push(Text::fill(words, [count.into(), l.count(read).into(), Text::link("missing", name)]));
    }
    out
}

/// Every measure with its last value, its status and how sure it is.
fn scorecard(b: &Build<'_>, measures: &Measures, rows: &[(&Measure, &MeasureTable, Vec<&MeasureRow>)]) -> Table {
    let l = b.language;
    let mut table = Table::new(b.pick("scorecard", "tableau de bord"), b.pick("Scorecard", "Tableau de bord"), 1);
    table.words(b.pick("Measure", "Mesure")).words(b.pick("Period", "Période"));
    table.numbers(b.pick("Value", "Valeur")).words(b.pick("What it is", "Nature"));
    table.words(b.pick("Target", "Cible")).words(b.pick("Interval", "Intervalle"));
    table.words(b.pick("Change", "Variation")).numbers(b.pick("Not known", "Inconnus"));
    table.words(b.pick("Over time", "Dans le temps"));
    // Those with a target first.
    let (held, others): (Vec<_>, Vec<_>) = rows.iter().partition(|(measure, ..)| measure.target.is_some());
    for (measure, result, last) in held.into_iter().chain(others) {
        let anchor = measures.anchors.get(&*measure.heading.name).cloned().unwrap_or_default();
        let single = measure.by.is_empty();
        let row = last.first().filter(|_| single);
        let period = last.first().and_then(|row| row.period.as_ref());
        let shown = match (row, last.is_empty()) {
            (Some(row), _) => value(b, row),
            (None, true) => Cell::Absent(b.pick("no rows", "aucune ligne").to_owned()),
            (None, false) => Cell::Text(l.many(last.len() as u64, ("group", "groupe"), ("groups", "groupes")).into()),
        };
        let target = match row {
            Some(row) => row.target.as_ref().map_or(Cell::Empty, |target| status(b, target)),
            None => of_several(b, last),
        };
        let unknown: u64 =
            last.iter().filter(|row| !row.stages.hidden).map(|row| row.stages.unknown + row.not_decided).sum();
        table.rows.push(vec![
            Cell::Text(Text::link(anchor, measure.heading.shown())),
            Cell::from(Text::from(period.map(|period| l.period(period)).unwrap_or_default())),
            shown,
            Cell::Text(capital(&l.short_form(b.program, measure)).into()),
            target,
            row.map_or(Cell::Empty, |row| interval(b, row)),
            row.and_then(|row| row.change.as_ref()).map_or(Cell::Empty, |of| {
                let (with, words) = change(b, of);
                let with = if with.is_empty() { String::new() } else { format!(" ({with})") };
                Cell::from(Text::from(format!("{words}{with}")))
            }),
            b.some(unknown),
            if single { spark(b, result) } else { Cell::Empty },
        ]);
    }
    table.drop_empty();
    table
}

/// The statuses of a measure's several rows.
fn of_several(b: &Build<'_>, last: &[&MeasureRow]) -> Cell {
    let counts = statuses(last);
    let parts: Vec<String> = WORDS
        .into_iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{count} {}", b.language.target(word)))
        .collect();
    // The sign of the worst.
    let [met, near, missed, not_known] = counts.map(|count| count > 0);
    let sign = match (missed, not_known, near, met) {
        (true, ..) => Mark::Bad,
        (_, true, ..) => Mark::Open,
        (_, _, true, _) => Mark::Near,
        (.., true) => Mark::Good,
        _ => return Cell::Empty,
    };
    Cell::Status(sign, parts.join(", "))
}

/// The values of a measure over time, drawn small.
fn spark(b: &Build<'_>, table: &MeasureTable) -> Cell {
    let over = |row: &&MeasureRow| matches!(row.period, Some(PeriodOfRow::Span { to, .. }) if to <= b.results.as_of);
    let rows: Vec<&MeasureRow> = table.rows.iter().filter(over).collect();
    let rows = rows.get(rows.len().saturating_sub(SPARK)..).unwrap_or(&[]);
    let values: Vec<Option<f64>> = rows
        .iter()
        .map(|row| row.value_exact.filter(|_| row.state == RowState::Known).map(|value| value.to_f64()))
        .collect();
    if values.iter().flatten().count() < 3 {
        return Cell::Empty;
    }
    let label = |row: Option<&&MeasureRow>| {
        row.and_then(|row| row.period.as_ref()).map(|period| b.language.period(period)).unwrap_or_default()
    };
    let told = format!("{} {} {}", label(rows.first()), b.pick("to", "à"), label(rows.last()));
    Cell::Spark(values, told)
}
