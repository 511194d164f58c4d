//! Comparisons for a terminal: what changed first, and what stayed when it is asked for.

use crate::grid::{Align, Grid, count};
use assize::comparison::{
    Cell, Change, Changes, ComparedCategory, ComparedJudgement, ComparedMeasure, ComparedRecord, ComparedRow,
    ComparedSide, Comparison, Detail, MeasuredSide, Outcome, OutcomeValue, ReasonMove, RuleSetName, Unmatched,
};
use assize::measures::{BreakdownValue, Number, PeriodOfRow, RowState};
use std::cmp::Reverse;
use std::fmt::Write as _;

/// Most rows of a table that are shown.
const ROWS_SHOWN: usize = 50;
/// Most reasons of one move that are shown.
const REASONS_SHOWN: usize = 5;
/// Most values of a category on either side for which the matrix is shown.
const MATRIX_SHOWN: usize = 12;
/// Most characters of a part of a declaration that are shown.
const PART_SHOWN: usize = 120;

/// The whole of a comparison. With `all`, what stayed is shown too.
pub fn to_text(comparison: &Comparison, all: bool) -> String {
    let mut out = heading(&comparison.old.rules, &comparison.new.rules, Some((&comparison.old, &comparison.new)));
    out.push('\n');
    out.push_str(&changes(&comparison.changes, all));
    if !comparison.records.is_empty() {
        out.push('\n');
    }
    for record in &comparison.records {
        out.push_str(&read(record));
    }
    for category in &comparison.categories {
        out.push('\n');
        out.push_str(&category_text(category, all));
    }
    out.push_str(&others("category", "categories", &comparison.other_categories));
    for measure in &comparison.measures {
        out.push('\n');
        out.push_str(&measure_text(measure, all));
    }
    out.push_str(&others("measure", "measures", &comparison.other_measures));
    out.push_str(&judgements(&comparison.judgements, all));
    out
}

/// How what is judged stands by either; what stands as it did only with `all`.
fn judgements(judged: &[ComparedJudgement], all: bool) -> String {
    if judged.is_empty() {
        return String::new();
    }
    let shown: Vec<&ComparedJudgement> = judged.iter().filter(|of| all || of.is_changed()).collect();
    if shown.is_empty() {
        return "\nindicators and evaluations stand as they did\n".to_owned();
    }
    let mut grid = Grid::new([("judged", Align::Left), ("", Align::Left), ("old", Align::Left), ("new", Align::Left)]);
    for of in shown {
        let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "(none)".to_owned());
        grid.row([of.kind.word().to_owned(), of.name.to_string(), side(&of.old), side(&of.new)]);
    }
    format!("\n{}", grid.render(""))
}

/// What the rules declare differently. With `all`, wording too; otherwise it is only counted.
pub fn changes_to_text(changes: &Changes, all: bool) -> String {
    let mut out = heading(&changes.old, &changes.new, None);
    out.push('\n');
    out.push_str(&self::changes(changes, all));
    out
}

fn heading(old: &RuleSetName, new: &RuleSetName, sides: Option<(&ComparedSide, &ComparedSide)>) -> String {
    let mut out = format!("{}\n", new.title.as_deref().unwrap_or(&new.name));
    let sides = (sides.map(|(old, _)| old), sides.map(|(_, new)| new));
    for (word, rules, side) in [("old", old, sides.0), ("new", new, sides.1)] {
        let hash: String = rules.hash.chars().take("blake3:".len() + 12).collect();
        let _ = write!(out, "{word}: {} {}, {hash}", rules.name, rules.version);
        if let Some(side) = side {
            let _ = write!(out, ", as of {}", side.as_of);
        }
        out.push('\n');
    }
    if let (Some(old), Some(new)) = sides {
        let differs = new.params.iter().filter_map(|(name, value)| {
            let (_, before) = old.params.iter().find(|(other, _)| other == name)?;
            (before != value).then(|| format!("{name} {before} -> {value}"))
        });
        let differs: Vec<String> = differs.collect();
        if !differs.is_empty() {
            let _ = writeln!(out, "parameters: {}", differs.join(", "));
        }
    }
    out
}

fn number_of(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

fn changes(changes: &Changes, all: bool) -> String {
    if changes.is_same_text() {
        return "the rules are the same, word for word\n".to_owned();
    }
    let (meaning, wording): (Vec<&Change>, Vec<&Change>) = changes.list.iter().partition(|change| change.meaning);
    let mut out = String::new();
    if meaning.is_empty() {
        out.push_str("the rules mean the same");
        out.push_str(if wording.is_empty() { "; only layout or comments differ\n" } else { "\n" });
    } else {
        out.push_str("changes of meaning\n");
        out.push_str(&declarations(&meaning));
    }
    if !changes.affected.is_empty() {
        let names: Vec<String> =
            changes.affected.iter().map(|(kind, name)| format!("{} {name}", kind.word())).collect();
        let _ = writeln!(out, "  not changed themselves, and read what is: {}", names.join(", "));
    }
    if !wording.is_empty() {
        if all {
            out.push_str("\nchanges of wording\n");
            out.push_str(&declarations(&wording));
        } else {
            let _ = writeln!(out, "{} of wording", number_of(wording.len() as u64, "change", "changes"));
        }
    }
    out
}

fn declarations(list: &[&Change]) -> String {
    let mut grid = Grid::new([("", Align::Left), ("", Align::Left), ("", Align::Left), ("", Align::Left)]);
    let mut rows: Vec<[String; 4]> = Vec::new();
    for change in list {
        let head = [change.what.word().to_owned(), change.kind.word().to_owned(), change.name.clone()];
        // What is wording in a change of meaning is left to the JSON.
        let details = change.details.iter().filter(|detail| detail.meaning == change.meaning);
        let mut details: Vec<String> = details.map(|detail| detail_text(detail, change.through)).collect();
        if details.is_empty() {
            details.push(String::new());
        }
        for (at, detail) in details.into_iter().enumerate() {
            let [what, kind, name] = if at == 0 { head.clone() } else { Default::default() };
            rows.push([what, kind, name, detail]);
        }
    }
    for row in rows {
        grid.row(row);
    }
    // Without headings: the first two lines are those and their rule.
    grid.render("  ").split_inclusive('\n').skip(2).collect()
}

fn detail_text(detail: &Detail, through: bool) -> String {
    let Detail { part, old, new, .. } = detail;
    let cut = |text: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match text.char_indices().nth(PART_SHOWN) {
            Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(&text)),
            None => text,
        }
    };
    match (old, new) {
        (Some(old), Some(new)) if old == new && through => {
            format!("{part}: {}, which reads something that changed", cut(new))
        }
        (Some(old), Some(new)) => format!("{part}: {} -> {}", cut(old), cut(new)),
        (None, Some(new)) => format!("{part}: now {}", cut(new)),
        (Some(old), None) => format!("{part}: no more {}", cut(old)),
        (None, None) => part.clone(),
    }
}

fn read(record: &ComparedRecord) -> String {
    let name = &record.name;
    let side = |(read, faults): (u64, u64)| match faults {
        0 => count(read),
        faults => format!("{} with {}", count(read), number_of(faults, "fault", "faults")),
    };
    match (record.old, record.new) {
        (Some(old), Some(new)) if old == new => {
            let faults = if old.1 == 0 { String::new() } else { format!(", {}", number_of(old.1, "fault", "faults")) };
            format!("read {} {name}{faults}\n", count(old.0))
        }
        (old, new) => {
            let shown = |of: Option<(u64, u64)>| of.map_or_else(|| "none".to_owned(), side);
            format!("read {name}: {} by the old rules, {} by the new\n", shown(old), shown(new))
        }
    }
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { String::new() } else { format!("{:.1} %", part as f64 * 100.0 / whole as f64) }
}

fn category_text(category: &ComparedCategory, all: bool) -> String {
    let title = category.title.as_deref().unwrap_or(&category.name);
    let mut out = format!("{title} ({})\n", category.name);
    let records = number_of(category.rows, "record", "records");
    let moved = category.moved;
    let _ = match (moved, category.state_changed) {
        (0, 0) if category.rows < 2 => writeln!(out, "  {records}{}", if category.rows == 1 { " stayed" } else { "" }),
        (0, 0) => writeln!(out, "  all {records} stayed"),
        (moved, 0) => writeln!(out, "  {} of {records} moved ({})", count(moved), percent(moved, category.rows)),
        (moved, state) => writeln!(
            out,
            "  {} of {records} moved ({}), and {} changed only in state",
            count(moved),
            percent(moved, category.rows),
            count(state)
        ),
    };
    if let Some(others) = category.same_for_other_reasons.filter(|&others| others > 0) {
        let _ = writeln!(out, "  {} stayed for other reasons", number_of(others, "record", "records"));
    }
    for (only, side) in [(category.only_old, "old"), (category.only_new, "new")] {
        if only > 0 {
            let _ = writeln!(out, "  {} only the {side} rules have", number_of(only, "record", "records"));
        }
    }
    if moved + category.state_changed > 0 {
        if let Some(matrix) = matrix(category) {
            let _ = writeln!(out, "\n{matrix}");
        } else {
            out.push('\n');
        }
        out.push_str(&moves(category));
    }
    if !category.codes.is_empty() && (all || category.codes.iter().any(|code| code.lost + code.gained > 0)) {
        let heads = [("code", Align::Left), ("kept", Align::Right), ("lost", Align::Right), ("gained", Align::Right)];
        let mut grid = Grid::new(heads);
        for of in category.codes.iter().filter(|of| all || of.lost + of.gained > 0) {
            grid.row([of.code.to_string(), count(of.kept), count(of.lost), count(of.gained)]);
        }
        let _ = write!(out, "\n{}", grid.render("  "));
    }
    if all {
        let mut grid = Grid::new([("stayed", Align::Left), ("records", Align::Right), ("", Align::Right)]);
        let stayed: Vec<&Cell> = category.cells.iter().filter(|cell| !cell.is_changed()).collect();
        for cell in stayed.iter().take(ROWS_SHOWN) {
            grid.row([cell.new.to_string(), count(cell.count), percent(cell.count, category.rows)]);
        }
        if !grid.is_empty() {
            let _ = write!(out, "\n{}", grid.render("  "));
            out.push_str(&more(stayed.len(), "outcome", "outcomes"));
        }
    }
    out
}

fn more(listed: usize, one: &str, many: &str) -> String {
    match listed.saturating_sub(ROWS_SHOWN) {
        0 => String::new(),
        rest => format!("  and {} more {}\n", count(rest as u64), if rest == 1 { one } else { many }),
    }
}

/// The matrix of values: old ones down, new ones across; states with a value are drawn together.
fn matrix(category: &ComparedCategory) -> Option<String> {
    if category.unlisted != [0; 3] {
        return None;
    }
    let name = |outcome: &Outcome| match &outcome.value {
        OutcomeValue::Nothing => outcome.state.word().to_owned(),
        OutcomeValue::NoCode => "none".to_owned(),
        OutcomeValue::Code(name) => name.to_string(),
        OutcomeValue::Codes(names) => format!("{{{}}}", names.join(", ")),
    };
    let mut rows: Vec<String> = Vec::new();
    let mut columns: Vec<String> = Vec::new();
    for cell in &category.cells {
        for (names, name) in [(&mut rows, name(&cell.old)), (&mut columns, name(&cell.new))] {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        if rows.len() > MATRIX_SHOWN || columns.len() > MATRIX_SHOWN {
            return None;
        }
    }
    // New values in the order of the old ones, so that what stayed is on the diagonal.
    assize::model::order::sort_by_key(&mut columns, |name| {
        rows.iter().position(|row| row == name).unwrap_or(usize::MAX)
    });
    let heads = std::iter::once(("old \\ new", Align::Left));
    let mut grid = Grid::new(heads.chain(columns.iter().map(|name| (name.as_str(), Align::Right))));
    for row in &rows {
        let cells = columns.iter().map(|column| {
            let cells = category.cells.iter().filter(|cell| name(&cell.old) == *row && name(&cell.new) == *column);
            match cells.map(|cell| cell.count).sum() {
                0 => ".".to_owned(),
                number => count(number),
            }
        });
        grid.row(std::iter::once(row.clone()).chain(cells));
    }
    Some(grid.render("  "))
}

/// The moves, the largest first, each with its reasons.
fn moves(category: &ComparedCategory) -> String {
    let mut cells: Vec<&Cell> = category.cells.iter().filter(|cell| cell.is_changed()).collect();
    assize::model::order::sort_by_key(&mut cells, |cell| Reverse(cell.count));
    let heads = [
        ("old", Align::Left),
        ("new", Align::Left),
        ("records", Align::Right),
        ("", Align::Right),
        ("because", Align::Left),
        ("such as", Align::Left),
    ];
    let mut grid = Grid::new(heads);
    for cell in cells.iter().take(ROWS_SHOWN) {
        let keys = cell.keys.join(", ");
        let head = |keys| {
            [
                cell.old.to_string(),
                cell.new.to_string(),
                count(cell.count),
                percent(cell.count, category.rows),
                String::new(),
                keys,
            ]
        };
        let mut reasons: Vec<(u64, String)> =
            cell.reasons.iter().take(REASONS_SHOWN).map(|reason| (reason.count, reason_text(reason))).collect();
        let shown: u64 = reasons.iter().map(|(count, _)| count).sum();
        let rest = cell.reasons.iter().map(|reason| reason.count).sum::<u64>() + cell.reasons_unlisted - shown;
        if rest > 0 {
            reasons.push((rest, "other reasons".to_owned()));
        }
        match reasons.as_slice() {
            [] => grid.row(head(keys)),
            [(_, reason)] => {
                let mut row = head(keys);
                if let Some(slot) = row.get_mut(4) {
                    slot.clone_from(reason);
                }
                grid.row(row);
            }
            several => {
                grid.row(head(keys));
                for (number, reason) in several {
                    let number = count(*number);
                    grid.row([String::new(), String::new(), number, String::new(), reason.clone()]);
                }
            }
        }
    }
    let mut out = grid.render("  ");
    out.push_str(&more(cells.len(), "move", "moves"));
    let [value, state, _] = category.unlisted;
    if value + state > 0 {
        let _ = writeln!(
            out,
            "  and {} in moves of which there are too many",
            number_of(value + state, "record", "records")
        );
    }
    out
}

/// `often -> some`; `often` where the criteria are the same.
fn reason_text(reason: &ReasonMove) -> String {
    let shown = |names: &[std::sync::Arc<str>]| if names.is_empty() { "-".to_owned() } else { names.join(" + ") };
    if reason.old == reason.new {
        shown(&reason.old)
    } else {
        format!("{} -> {}", shown(&reason.old), shown(&reason.new))
    }
}

/// What only one side has.
fn others(one: &str, many: &str, unmatched: &Unmatched) -> String {
    let mut out = String::new();
    for (names, side) in [(&unmatched.only_old, "old"), (&unmatched.only_new, "new")] {
        if !names.is_empty() {
            let word = if names.len() == 1 { one } else { many };
            let _ = writeln!(out, "\nonly in the {side} results: {word} {}", names.join(", "));
        }
    }
    for (name, old, new) in &unmatched.unlike {
        let _ = writeln!(out, "\n{one} {name} is of {old} in the old rules and of {new} in the new: not compared");
    }
    out
}

fn measure_text(measure: &ComparedMeasure, all: bool) -> String {
    let title = measure.title.as_deref().unwrap_or(&measure.name);
    let mut out = format!("{title} ({})\n", measure.name);
    if let Some(by) = &measure.breakdowns {
        let shown =
            |names: &[std::sync::Arc<str>]| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        let _ = writeln!(out, "  broken down by {} before, and by {} now", shown(&by.old), shown(&by.new));
    }
    if !measure.same_form {
        out.push_str("  not the same kind of number before and now\n");
    }
    let rows: Vec<&ComparedRow> = measure.rows.iter().filter(|row| all || row.is_changed()).collect();
    let stayed = measure.rows.len() - measure.changed();
    if !rows.is_empty() {
        out.push_str(&measure_rows(&rows));
        out.push_str(&more(rows.len(), "row", "rows"));
    }
    if !all && stayed > 0 {
        let _ = match measure.rows.len() {
            1 => writeln!(out, "  the same{}", only_value(measure)),
            _ => writeln!(out, "  {} the same", number_of(stayed as u64, "row is", "rows are")),
        };
    }
    out
}

/// The value of a measure with a single row.
fn only_value(measure: &ComparedMeasure) -> String {
    let value = measure.rows.first().and_then(|row| row.new.as_ref()).and_then(|side| side.value.clone());
    value.map(|value| format!(": {value}")).unwrap_or_default()
}

fn measure_rows(rows: &[&ComparedRow]) -> String {
    let sides = |row: &&ComparedRow| [row.old.clone(), row.new.clone()];
    let divided = rows.iter().flat_map(sides).flatten().any(|side| side.denominator.is_some());
    let mut names: Vec<std::sync::Arc<str>> = Vec::new();
    for (name, _) in rows.iter().flat_map(|row| &row.by) {
        if !names.contains(name) {
            names.push(std::sync::Arc::clone(name));
        }
    }
    let periods = rows.iter().any(|row| row.period.is_some());
    let mut heads: Vec<(&str, Align)> = names.iter().map(|name| (&**name, Align::Left)).collect();
    if periods {
        heads.push(("period", Align::Left));
    }
    for (of, value) in [("old of", "old"), ("new of", "new")] {
        if divided {
            heads.push((of, Align::Right));
        }
        heads.push((value, Align::Right));
    }
    heads.push(("difference", Align::Right));
    let mut grid = Grid::new(heads);
    for row in rows.iter().take(ROWS_SHOWN) {
        let by = |name: &std::sync::Arc<str>| row.by.iter().find(|(of, _)| of == name).map(|(_, value)| by_text(value));
        let mut cells: Vec<String> = names.iter().map(|name| by(name).unwrap_or_default()).collect();
        if periods {
            cells.push(row.period.as_ref().map(period_text).unwrap_or_default());
        }
        for side in [&row.old, &row.new] {
            if divided {
                let number = |number: Option<Number>| number.map(|number| number.to_string()).unwrap_or_default();
                let of = side.as_ref().map(|side| format!("{}/{}", number(side.numerator), number(side.denominator)));
                cells.push(of.unwrap_or_default());
            }
            cells.push(side.as_ref().map_or_else(|| "-".to_owned(), value_text));
        }
        cells.push(row.difference.clone().unwrap_or_default());
        grid.row(cells);
    }
    grid.render("  ")
}

fn value_text(side: &MeasuredSide) -> String {
    match (&side.state, &side.value) {
        (RowState::Known, Some(value)) => value.clone(),
        (state, _) => state.word().to_owned(),
    }
}

fn by_text(value: &BreakdownValue) -> String {
    match value {
        BreakdownValue::Missing(reason) => format!("({reason})"),
        BreakdownValue::Error => "(error)".to_owned(),
        value => by_name(value),
    }
}

/// A breakdown's value as text; codes are texts in a comparison.
pub fn by_name(value: &BreakdownValue) -> String {
    value.shown(&assize::model::program::Program::default()).into_owned()
}

fn period_text(period: &PeriodOfRow) -> String {
    match period {
        PeriodOfRow::Span { label, .. } => label.clone(),
        PeriodOfRow::Missing(reason) => format!("({reason})"),
        PeriodOfRow::Error => "(error)".to_owned(),
    }
}
