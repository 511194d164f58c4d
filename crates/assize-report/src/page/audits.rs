//! Audits: what a category foretold against what came out, by group.

use super::build::Build;
use super::document::{Block, Cell, Ranged, Section, Table, Text};
use super::measures::{number, value};
use assize::measures::{AuditGroup, MeasureTable, SHARES, audit};
use assize::model::measure::Measure;
use std::collections::BTreeMap;

/// The section, and where each audit stands in the page.
pub struct Audits {
    pub section: Option<Section>,
    pub anchors: BTreeMap<String, String>,
}

/// The audits.
pub fn section(b: &Build<'_>) -> Audits {
    let mut anchors = BTreeMap::new();
    let mut section = Section::new(b.anchor("audits"), b.pick("Audits", "Audits"));
    for (measure, table) in b.measures(true) {
        let anchor = b.anchor(&format!("a-{}", measure.heading.name));
        anchors.insert(measure.heading.name.to_string(), anchor.clone());
        section.parts.extend(one(b, measure, table, anchor));
    }
    if section.parts.is_empty() {
        return Audits { section: None, anchors };
    }
    section.push(Text::from(b.pick(
        "An audit holds what a category foretold against what came out, in each group. Where groups differ in how often the outcome comes, not all of these shares can be the same at once; a difference is a question to be answered, not yet a fault.",
        "Un audit compare ce qu'une catégorie annonçait à ce qui est arrivé, dans chaque groupe. Là où les groupes diffèrent par la fréquence du résultat, toutes ces parts ne peuvent être égales à la fois ; une différence est une question à éclaircir, pas encore une faute.",
    )));
    Audits { section: Some(section), anchors }
}

/// What a share is called.
fn share_name<'a>(b: &Build<'a>, name: &'a str) -> &'a str {
    match name {
        "prevalence" => b.pick("Outcome came", "Résultat survenu"),
        "selection_rate" => b.pick("Foretold", "Annoncé"),
        "fpr" => b.pick("False positives (of those without)", "Faux positifs (parmi ceux sans)"),
        "fnr" => b.pick("False negatives (of those with)", "Faux négatifs (parmi ceux avec)"),
        "ppv" => b.pick("Right when foretold", "Juste quand annoncé"),
        "npv" => b.pick("Right when not foretold", "Juste quand non annoncé"),
        other => other,
    }
}

fn one(b: &Build<'_>, measure: &Measure, result: &MeasureTable, anchor: String) -> Option<Section> {
    let l = b.language;
    let stated = measure.audit.as_ref()?;
    let groups = audit(b.program, measure, result)?;
    let mut section = Section::new(anchor, Text::name(measure.heading.shown()));
    section.blocks.extend(measure.heading.docs.as_deref().map(|docs| Block::Text(Text::name(docs))));
    let codes = stated.positive.iter().map(|code| Text::name(b.code(stated.list, *code)));
    let words = b.pick(
        "Foretold means one of: {}. Shares in percent, with the interval {}.",
        "« Annoncé » signifie l'un de : {}. Parts en pour cent, avec l'intervalle {}.",
    );
    section.push(Text::fill(words, [Text::join(codes, ", "), l.interval(stated.interval).into()]));
    let name = &measure.heading.name;
    let mut table = Table::new(format!("{name} groups"), Text::name(measure.heading.shown()), 1);
    table.words(b.pick("Group", "Groupe")).words(b.pick("Period", "Période")).numbers("n");
    for share in SHARES {
        table.numbers(share_name(b, share));
    }
    table.numbers(b.pick("Area under the curve", "Aire sous la courbe"));
    table.numbers(b.pick("Not decided", "Non établis")).numbers(b.pick("Outcome not known", "Résultat inconnu"));
    let mut calibration = Table::new(
        format!("{name} calibration"),
        b.pick("How often the outcome came, of each code", "Fréquence du résultat pour chaque code"),
        3,
    );
    calibration.words(b.pick("Group", "Groupe")).words(b.pick("Period", "Période")).words(b.pick("Code", "Code"));
    calibration.numbers("n").numbers(b.pick("Outcome came", "Résultat survenu"));
    for group in &groups {
        let head = group_name(b, group);
        let period =
            || Cell::from(Text::from(group.period.as_ref().map(|period| l.period(period)).unwrap_or_default()));
        let mut cells = vec![Cell::Text(Text::name(&*head)), period()];
        if group.withheld {
            cells.push(Cell::Absent(b.pick("withheld", "non publié").to_owned()));
            cells.resize(table.columns.len(), Cell::Empty);
            table.rows.push(cells);
            continue;
        }
        let share = |share: &assize::measures::Share| match share.shown() {
            (Some(value), low, high) => Cell::Ranged(Ranged {
                value: Some((l.number(&value), share.value.unwrap_or(f64::NAN) * 100.0)),
                ends: low
                    .zip(high)
                    .zip(share.ends)
                    .map(|((low, high), ends)| (l.between(&low, &high), ends.0 * 100.0, ends.1 * 100.0)),
            }),
            _ => Cell::Absent(b.pick("not defined", "non défini").to_owned()),
        };
        cells.push(b.count(group.n));
        cells.extend(group.shares.iter().map(share));
        cells.push(group.auc.map_or(Cell::Empty, |auc| Cell::Number(l.float(auc, 3), auc)));
        cells.push(b.count(group.not_decided));
        cells.push(b.count(group.censored));
        table.rows.push(cells);
        for (code, of) in &group.calibration {
            let cells =
                [Cell::Text(Text::name(&*head)), period(), Cell::Text(Text::name(b.by_value(code))), b.count(of.under)];
            calibration.rows.push(cells.into_iter().chain([share(of)]).collect());
        }
    }
    drop_period(&mut table, 1);
    calibration.heads = if drop_period(&mut calibration, 1) { 2 } else { 3 };
    section.push(b.table(table));
    if !calibration.rows.is_empty() {
        section.push(b.table(calibration));
    }
    section.push(Block::Folded(
        b.pick("The counts behind it", "Les nombres à l'appui").into(),
        vec![b.table(cells(b, measure, result))],
    ));
    b.quote(&mut section, measure.place);
    Some(section)
}

fn group_name(b: &Build<'_>, group: &AuditGroup) -> String {
    if group.by.is_empty() {
        return b.pick("All groups", "Tous les groupes").to_owned();
    }
    b.by_values(&group.by)
}

/// Leaves out a column of periods where there are none; whether it did.
fn drop_period(table: &mut Table, at: usize) -> bool {
    let empty = table.rows.iter().all(|row| row.get(at).is_none_or(|cell| *cell == Cell::Empty));
    if empty {
        table.columns.remove(at);
        for row in &mut table.rows {
            if at < row.len() {
                row.remove(at);
            }
        }
    }
    empty
}

/// The counts that an audit is made of.
fn cells(b: &Build<'_>, measure: &Measure, result: &MeasureTable) -> Table {
    let mut table = Table::new(
        &*measure.heading.name,
        b.pick("Records by group, code and outcome", "Dossiers par groupe, code et résultat"),
        measure.by.len(),
    );
    for by in &measure.by {
        table.words(b.by_name(measure, by));
    }
    table.words(b.pick("Period", "Période")).numbers(b.pick("Records", "Dossiers"));
    for row in &result.rows {
        let mut cells: Vec<Cell> = row.by.iter().map(|(_, value)| Cell::Text(Text::name(b.by_value(value)))).collect();
        cells.push(Cell::from(Text::from(
            row.period.as_ref().map(|period| b.language.period(period)).unwrap_or_default(),
        )));
        cells.push(match value(b, row) {
            Cell::Empty => number(b, row.numerator),
            cell => cell,
        });
        table.rows.push(cells);
    }
    table.drop_empty();
    table
}
