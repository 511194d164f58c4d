//! The measures: what each is, its charts, its rows and how it is counted.

use super::build::{Build, of_parts};
use super::document::{Block, Cell, Mark, Picture, Ranged, Section, Table, Text};
use super::plots;
use assize::measures::{Change, MeasureRow, MeasureTable, Number, PeriodOfRow, RowState, TargetStatus, TargetWord};
use assize::model::measure::{Comparison, Measure, MeasureForm, UnknownPolicy};
use std::collections::BTreeMap;

/// The section, and where each measure stands in the page.
pub struct Measures {
    pub section: Option<Section>,
    /// By the measure's name: its anchor.
    pub anchors: BTreeMap<String, String>,
    /// What charts flag: the measure, its anchor, and what is flagged in its last points.
    pub signals: Vec<(Text, Text)>,
}

/// The measures that are no audits.
pub fn section(b: &Build<'_>) -> Measures {
    let mut anchors = BTreeMap::new();
    let mut signals = Vec::new();
    let mut parts = Vec::new();
    for (measure, table) in b.measures(false) {
        let anchor = b.anchor(&format!("m-{}", measure.heading.name));
        anchors.insert(measure.heading.name.to_string(), anchor.clone());
        parts.push(one(b, measure, table, anchor, &mut signals));
    }
    Measures { section: of_parts(b, "measures", b.pick("Measures", "Mesures"), parts), anchors, signals }
}

fn one(
    b: &Build<'_>,
    measure: &Measure,
    table: &MeasureTable,
    anchor: String,
    signals: &mut Vec<(Text, Text)>,
) -> Section {
    let mut section = Section::new(anchor.clone(), Text::name(measure.heading.shown()));
    section.blocks.extend(measure.heading.docs.as_deref().map(|docs| Block::Text(Text::name(docs))));
    section.push(what(b, measure, table));
    let charts = plots::charts(b, measure, table);
    for chart in charts.iter().filter(|chart| !chart.recent.is_empty()) {
        let name = Text::link(anchor.clone(), measure.heading.shown());
        let name = if chart.of.is_empty() { name } else { name.and(", ").and(Text::name(&*chart.of)) };
        signals.push((name, Text::join(chart.recent.iter().cloned(), "; ")));
    }
    let left_out = charts.left_out;
    // A chart of plain counts has the rows behind it.
    let shown = measure.every.is_none() && charts.iter().any(|plot| matches!(plot.chart.picture, Picture::Bars(_)));
    let charts: Vec<_> = charts.list.into_iter().map(|chart| chart.chart).collect();
    let charted = !charts.is_empty();
    if charted {
        section.push(Block::Charts(charts));
    }
    if left_out > 0 {
        let words = b.pick("{} further charts are left out.", "{} autres graphiques ne sont pas montrés.");
        section.push(Text::fill(words, [b.language.count(left_out as u64).into()]));
    }
    let rows = across(b, measure, table).unwrap_or_else(|| rows(b, measure, table));
    if rows.rows.is_empty() {
        section.push(Text::from(b.pick("No rows.", "Aucune ligne.")));
    } else if !shown {
        section.push(b.table_of(rows, if charted { 16 } else { 36 }));
    }
    section.blocks.extend(meanings(b, table).map(Block::List));
    b.quote(&mut section, measure.place);
    section
}

/// In one sentence: what the value is, of whom, by what, over which periods.
pub fn what(b: &Build<'_>, measure: &Measure, table: &MeasureTable) -> Text {
    let l = b.language;
    let form = capital(&l.form(b.program, measure));
    let mut out = Text::from(form);
    if !measure.by.is_empty() {
        let by = measure.by.iter().map(|by| b.by_name(measure, by));
        out = out.and(b.pick(", by ", ", selon ")).and(Text::join(by, ", "));
    }
    if let Some((period, _)) = measure.every {
        out = out.and(", ").and(l.every(period));
    }
    let words = b.pick(". Counted among: {}.", ". Compté parmi : {}.");
    out = out.and(Text::fill(words, [b.record_name(measure.record)]));
    if let Some(approximation) = measure.form.approximation(b.program) {
        out = out.and(" ").and(l.approximation(b.program, &approximation));
    }
    if let Some(interval) = measure.interval {
        out = out.and(b.pick(" Interval: ", " Intervalle : ")).and(l.interval(interval)).and(".");
    }
    match measure.unknown {
        UnknownPolicy::Apart => {}
        UnknownPolicy::No => {
            out =
                out.and(b.pick(" What is not known counts as “no”.", " Ce qui n'est pas connu compte comme « non »."));
        }
        UnknownPolicy::Yes => {
            out =
                out.and(b.pick(" What is not known counts as “yes”.", " Ce qui n'est pas connu compte comme « oui »."));
        }
    }
    let target = table.rows.iter().find_map(|row| row.target.as_ref());
    if let Some(target) = target {
        out = out.and(b.pick(" Target: ", " Cible : ")).and(target_text(b, target)).and(".");
    }
    out
}

/// The first letter a capital.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What a target asks for, and by when.
pub fn target_text(b: &Build<'_>, target: &TargetStatus) -> String {
    let l = b.language;
    let bound = match (target.at_least, target.at_most) {
        (Some(least), Some(most)) => {
            format!("{} {} {} {}", b.pick("between", "entre"), l.decimal(least), b.pick("and", "et"), l.decimal(most))
        }
        (Some(least), None) => format!("{} {}", b.pick("at least", "au moins"), l.decimal(least)),
        (None, Some(most)) => format!("{} {}", b.pick("at most", "au plus"), l.decimal(most)),
        (None, None) => b.pick("not known", "inconnue").to_owned(),
    };
    match target.by {
        Some(day) => format!("{bound} {} {}", b.pick("by", "d'ici le"), l.date(day)),
        None => bound,
    }
}

/// A number in a cell.
pub fn number(b: &Build<'_>, number: Option<Number>) -> Cell {
    match number {
        Some(number) => Cell::Number(b.language.number(&number.to_string()), number.to_decimal().to_f64()),
        None => Cell::Empty,
    }
}

/// The value of a row in a cell.
pub fn value(b: &Build<'_>, row: &MeasureRow) -> Cell {
    let l = b.language;
    match (row.state, &row.value, row.value_exact) {
        (RowState::Known, Some(shown), exact) => {
            Cell::Number(l.number(shown), exact.map_or(f64::NAN, |exact| exact.to_f64()))
        }
        (RowState::Bounded, ..) => {
            let ends = row.bounds.map(|bounds| (bounds.lo, bounds.hi));
            let words = match ends {
                Some((Some(low), Some(high))) => {
                    l.between(&low.normalized().to_string(), &high.normalized().to_string())
                }
                Some((Some(low), None)) => format!("{} {}", b.pick("at least", "au moins"), l.decimal(low)),
                Some((None, Some(high))) => format!("{} {}", b.pick("at most", "au plus"), l.decimal(high)),
                _ => b.pick("not known", "inconnu").to_owned(),
            };
            Cell::Text(words.into())
        }
        (RowState::Known, None, _) => Cell::Empty,
        (state, ..) => Cell::Absent(l.row_state(state).to_owned()),
    }
}

/// The interval of a row in a cell.
pub fn interval(b: &Build<'_>, row: &MeasureRow) -> Cell {
    row.interval.as_ref().map_or(Cell::Empty, |ends| {
        let shown = b.language.between(&ends.lower_shown, &ends.upper_shown);
        Cell::Ranged(Ranged { value: None, ends: Some((shown, ends.lower, ends.upper)) })
    })
}

/// How a row stands to its target.
pub fn status(b: &Build<'_>, target: &TargetStatus) -> Cell {
    let l = b.language;
    let mut words = l.target(target.status).to_owned();
    if let Some(why) = target.because {
        words = format!("{words} ({})", l.no_status(why));
    } else if let Some(expected) = target.expected_shown() {
        words = format!("{words} ({} {})", b.pick("path", "trajectoire"), l.number(&expected));
    }
    Cell::Status(mark(target.status), words)
}

/// The sign of a target's status.
pub const fn mark(word: TargetWord) -> Mark {
    match word {
        TargetWord::Met => Mark::Good,
        TargetWord::Near => Mark::Near,
        TargetWord::Missed => Mark::Bad,
        TargetWord::NotKnown => Mark::Open,
    }
}

/// With what a row is compared, and how it stands to it.
pub fn change(b: &Build<'_>, change: &Change) -> (String, String) {
    let l = b.language;
    let mut with = l.label(&change.with);
    if let Some(day) = change.up_to {
        with = format!("{with} {} {day}", b.pick("to", "au"));
    }
    let signed = |digits: String| {
        let sign = if digits.starts_with('-') { "" } else { "+" };
        format!("{sign}{}", l.percent(&digits))
    };
    let words = match (change.percent_shown(), change.because) {
        (Some(percent), _) => {
            let ends = change.interval.as_ref();
            let ends = ends.map(|ends| format!(" ({})", l.between(&ends.lower_shown, &ends.upper_shown)));
            format!("{}{}", signed(percent), ends.unwrap_or_default())
        }
        (None, Some(why)) => l.no_change(why).to_owned(),
        (None, None) => String::new(),
    };
    (with, words)
}

/// What the period of a row is called, and whether it is not over.
fn period_of(b: &Build<'_>, row: &MeasureRow) -> String {
    let period = row.period.as_ref().map(|period| b.language.period(period)).unwrap_or_default();
    let begun = matches!(row.period, Some(PeriodOfRow::Span { to, .. }) if to > b.results.as_of);
    let open = if begun { b.pick(" (not over)", " (non terminée)") } else { "" };
    format!("{period}{open}")
}

/// The rows of a measure of plain counts and sums with the last breakdown, or the periods, laid out across.
pub fn across(b: &Build<'_>, measure: &Measure, table: &MeasureTable) -> Option<Table> {
    let last = measure.by.len().checked_sub(1)?;
    let (heads, timed) = match measure.every {
        Some(_) => (measure.by.len(), true),
        None => (last, false),
    };
    let plain = |row: &MeasureRow| {
        let left_out = row.stages.unknown + row.not_decided + row.stages.error;
        row.denominator.is_none() && (row.stages.hidden || left_out == 0)
    };
    if heads == 0 || !b.is_plain(measure) || !table.rows.iter().all(plain) {
        return None;
    }
    let head_of =
        |row: &MeasureRow| -> Vec<String> { row.by.iter().take(heads).map(|(_, value)| b.by_value(value)).collect() };
    let column_of = |row: &MeasureRow| {
        if timed { period_of(b, row) } else { row.by.get(last).map(|(_, value)| b.by_value(value)).unwrap_or_default() }
    };
    let (mut columns, mut lines): (Vec<String>, Vec<Vec<String>>) = (Vec::new(), Vec::new());
    for row in &table.rows {
        let (column, line) = (column_of(row), head_of(row));
        if !columns.contains(&column) {
            columns.push(column);
        }
        if lines.last() != Some(&line) {
            lines.push(line);
        }
        if columns.len() > b.limits.across {
            return None;
        }
    }
    if timed {
        // Rows are sorted by breakdown first, so that an early period may be met late.
        columns.sort();
    }
    if columns.len() < 2 || lines.len() < 2 {
        return None;
    }
    let mut out = Table::new(&*measure.heading.name, Text::name(measure.heading.shown()), heads);
    for by in measure.by.iter().take(heads) {
        out.words(b.by_name(measure, by));
    }
    for column in &columns {
        out.numbers(Text::name(&**column));
    }
    let mut rows = table.rows.iter().peekable();
    for line in lines {
        let mut cells: Vec<Cell> = line.iter().map(|name| Cell::Text(Text::name(&**name))).collect();
        cells.resize(heads + columns.len(), Cell::Empty);
        while let Some(row) = rows.next_if(|row| head_of(row) == line) {
            let at = columns.iter().position(|column| *column == column_of(row));
            if let Some(cell) = at.and_then(|at| cells.get_mut(heads + at)) {
                *cell = value(b, row);
            }
        }
        out.rows.push(cells);
    }
    Some(out)
}

/// The rows of a measure.
pub fn rows(b: &Build<'_>, measure: &Measure, table: &MeasureTable) -> Table {
    let heads = measure.by.len() + usize::from(measure.every.is_some());
    let mut out = Table::new(&*measure.heading.name, Text::name(measure.heading.shown()), heads);
    for by in &measure.by {
        out.words(b.by_name(measure, by));
    }
    if measure.every.is_some() {
        out.words(b.pick("Period", "Période"));
    }
    let any = |test: fn(&MeasureRow) -> bool| table.rows.iter().any(test);
    let divided = any(|row| row.denominator.is_some());
    // Where nobody was left out, the columns say what others say.
    let counted = |row: &MeasureRow| match (row.denominator, &measure.form) {
        (Some(Number::Integer(count)), _) => u64::try_from(count).ok(),
        (None, MeasureForm::Count) => Some(row.stages.eligible),
        _ => None,
    };
    let said = |row: &MeasureRow| {
        row.stages.hidden || (row.stages.read == row.stages.eligible && counted(row) == Some(row.stages.read))
    };
    let laddered = !table.rows.iter().all(said);
    if divided {
        let (over, under) = if matches!(measure.form, MeasureForm::Mean(_)) {
            (b.pick("Sum", "Somme"), b.pick("Values", "Valeurs"))
        } else {
            (b.pick("Numerator", "Numérateur"), b.pick("Denominator", "Dénominateur"))
        };
        out.numbers(over).numbers(under);
    }
    out.numbers(capital(&b.language.short_form(b.program, measure)));
    if let Some(interval) = measure.interval {
        out.words(format!("{} {}", b.pick("Interval", "Intervalle"), b.language.interval(interval)));
    }
    if let Some(comparison) = &measure.compare {
        out.words(match comparison {
            Comparison::SamePeriodLastYear => b.pick("Compared with", "Comparé à"),
            Comparison::Baseline(_) => b.pick("Compared with the baseline", "Comparé à la valeur de départ"),
        });
        out.words(b.pick("Change", "Variation"));
    }
    if measure.target.is_some() {
        out.words(b.pick("Target", "Cible"));
    }
    if laddered {
        out.numbers(b.pick("Read", "Lus")).numbers(b.pick("Eligible", "Admissibles"));
    }
    out.numbers(b.pick("Not known", "Inconnus"));
    out.numbers(b.pick("Not decided", "Non établis"));
    out.numbers(b.pick("In error", "En erreur"));
    for row in &table.rows {
        let mut cells: Vec<Cell> = row.by.iter().map(|(_, value)| Cell::Text(Text::name(b.by_value(value)))).collect();
        if measure.every.is_some() {
            cells.push(Cell::Text(period_of(b, row).into()));
        }
        if divided {
            cells.extend([number(b, row.numerator), number(b, row.denominator)]);
        }
        cells.push(value(b, row));
        if measure.interval.is_some() {
            cells.push(interval(b, row));
        }
        if measure.compare.is_some() {
            let (with, words) = row.change.as_ref().map(|of| change(b, of)).unwrap_or_default();
            cells.extend([Cell::from(Text::from(with)), Cell::from(Text::from(words))]);
        }
        if measure.target.is_some() {
            cells.push(row.target.as_ref().map_or(Cell::Empty, |target| status(b, target)));
        }
        let shown = |count: u64, cell: fn(&Build<'_>, u64) -> Cell| {
            if row.stages.hidden { Cell::Empty } else { cell(b, count) }
        };
        if laddered {
            cells.push(shown(row.stages.read, |b, count| b.count(count)));
            cells.push(shown(row.stages.eligible, |b, count| b.count(count)));
        }
        for count in [row.stages.unknown, row.not_decided, row.stages.error] {
            cells.push(shown(count, |b, count| b.some(count)));
        }
        out.rows.push(cells);
    }
    out.drop_empty();
    out
}

/// What the states of the rows mean, of those that occur.
fn meanings(b: &Build<'_>, table: &MeasureTable) -> Option<Vec<Text>> {
    let mut found: Vec<&str> = Vec::new();
    for row in &table.rows {
        let meant = b.language.row_state_meant(row.state);
        if !meant.is_empty() && !found.contains(&meant) {
            found.push(meant);
        }
    }
    (!found.is_empty()).then(|| found.into_iter().map(Text::from).collect())
}

/// The rows of the last period that is over, or of the last there is; all rows of a measure without periods.
pub fn last_rows<'t>(b: &Build<'_>, table: &'t MeasureTable) -> Vec<&'t MeasureRow> {
    let end = |row: &MeasureRow| match row.period {
        Some(PeriodOfRow::Span { from, to, .. }) => Some((to, from)),
        _ => None,
    };
    let spans = || table.rows.iter().filter_map(end);
    let last = spans().filter(|(to, _)| *to <= b.results.as_of).max().or_else(|| spans().max());
    match last {
        Some(last) => table.rows.iter().filter(|row| end(row) == Some(last)).collect(),
        None => table.rows.iter().collect(),
    }
}

/// Whether a measure has rows that are withheld, and how many.
pub fn withheld(table: &MeasureTable) -> usize {
    table.rows.iter().filter(|row| matches!(row.state, RowState::Withheld(_))).count()
}
