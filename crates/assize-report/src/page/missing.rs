//! What was missing: faults of the data, fields that kept categories from being settled, criteria that never fired.

use super::build::Build;
use super::disclosure::{Care, care};
use super::document::{Block, Cell, Section, Table, Text};
use assize::model::ids::FieldId;
use assize::model::program::State;
use std::collections::BTreeMap;

/// The most fields that are listed of a category.
const FIELDS: usize = 20;

/// What was missing, over all records.
pub fn section(b: &Build<'_>) -> Option<Section> {
    let mut section = Section::new(b.anchor("missing"), b.pick("What was missing", "Ce qui manquait"));
    let l = b.language;
    let mut read = Table::new(b.pick("read", "lus"), b.pick("Records read", "Dossiers lus"), 1);
    read.words(b.pick("Record", "Dossier")).numbers(b.pick("Rows read", "Lignes lues"));
    read.numbers(b.pick("Faults", "Anomalies"));
    for record in &b.results.records {
        read.rows.push(vec![Cell::Text(b.record_name(record.record)), b.count(record.read), b.count(record.faults)]);
    }
    if !read.rows.is_empty() {
        section.push(b.table(read));
    }
    if b.results.has_record_errors() {
        faults(b, &mut section);
    }
    for results in &b.results.categories {
        let Some(category) = b.program.category(results.category) else { continue };
        let plain = care(b, category.record) == Care::None;
        let mut fields: BTreeMap<String, u64> = BTreeMap::new();
        let mut open = 0_u64;
        for part in &results.parts {
            let Some(reasons) = &part.columns.reasons else { continue };
            let mut by_name = vec![0_u64; reasons.names.len()];
            for row in 0..part.columns.rows() {
                let state = part.columns.state.get(row).copied().unwrap_or(0);
                if state != State::Provisional as u8 && state != State::Undetermined as u8 {
                    continue;
                }
                open += 1;
                for &name in reasons.missing.row(row) {
                    if let Some(count) = by_name.get_mut(usize::from(name)) {
                        *count += 1;
                    }
                }
            }
            for (path, count) in reasons.names.iter().zip(by_name).filter(|(_, count)| *count > 0) {
                *fields.entry(path.name(b.program, category.record)).or_default() += count;
            }
        }
        if fields.is_empty() {
            continue;
        }
        let mut fields: Vec<(String, u64)> = fields.into_iter().collect();
        fields.sort_by(|(one, a), (other, b)| b.cmp(a).then_with(|| one.cmp(other)));
        let caption = Text::fill(
            b.pick("Fields that could still change “{}”", "Champs qui pourraient encore changer « {} »"),
            [Text::name(category.heading.shown())],
        );
        let mut table = Table::new(format!("{} missing", category.heading.name), caption, 1);
        table.words(b.pick("Field", "Champ")).numbers(b.pick("Records", "Dossiers"));
        table.numbers(b.pick("Of those not settled", "Parmi les non établis"));
        for (field, count) in fields.into_iter().take(FIELDS) {
            let (count, share) = if plain {
                let share = count as f64 / open.max(1) as f64 * 100.0;
                (b.count(count), Cell::Number(l.share(count, open), share))
            } else {
                (Cell::Empty, Cell::Empty)
            };
            table.rows.push(vec![Cell::Text(Text::code(field)), count, share]);
        }
        table.drop_empty();
        section.push(b.table(table));
    }
    never(b, &mut section);
    (!section.is_empty()).then_some(section)
}

/// Faults by record, field and kind; no cell of the data is quoted.
fn faults(b: &Build<'_>, section: &mut Section) {
    let l = b.language;
    let mut table = Table::new(b.pick("faults", "anomalies"), b.pick("Faults of the data", "Anomalies des données"), 3);
    table.words(b.pick("Record", "Dossier")).words(b.pick("Field", "Champ")).words(b.pick("Fault", "Anomalie"));
    table.numbers(b.pick("Times", "Fois")).words(b.pick("Code", "Code"));
    let (mut all, mut listed) = (0_u64, 0_u64);
    for record in &b.results.records {
        all += record.faults;
        listed += record.errors.len() as u64;
        let mut found: BTreeMap<(Option<FieldId>, &'static str), u64> = BTreeMap::new();
        for fault in &record.errors {
            *found.entry((fault.field, fault.code)).or_default() += 1;
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by(|(one, a), (other, b)| b.cmp(a).then_with(|| one.cmp(other)));
        for ((field, code), count) in found {
            let declared = b.program.record(record.record);
            let name = field.and_then(|field| Some(&*declared?.fields.get(field.index())?.heading.name));
            table.rows.push(vec![
                Cell::Text(b.record_name(record.record)),
                name.map_or(Cell::Empty, |name| Cell::Text(Text::code(name))),
                Cell::Text(l.fault(code).into()),
                b.count(count),
                Cell::Text(Text::code(code)),
            ]);
        }
    }
    section.push(b.table(table));
    if listed < all {
        let words = b.pick(
            "Of {} faults, the first {} are counted here by kind.",
            "Sur {} anomalies, les {} premières sont comptées ici par genre.",
        );
        section.push(Text::fill(words, [l.count(all).into(), l.count(listed).into()]));
    }
    section.push(Text::from(b.pick(
        "A record with a fault is in error where the faulty cell is needed, and counted elsewhere; no other record is touched.",
        "Un dossier qui a une anomalie est en erreur là où la cellule fautive est nécessaire, et compté ailleurs ; aucun autre dossier n'est touché.",
    )));
}

/// Criteria that were never true.
fn never(b: &Build<'_>, section: &mut Section) {
    let mut items = Vec::new();
    for results in &b.results.categories {
        let Some(category) = b.program.category(results.category) else { continue };
        if results.rows() == 0 || care(b, category.record) != Care::None {
            continue;
        }
        let never: Vec<Text> = category
            .criteria()
            .zip(&results.coverage)
            .filter(|(_, did)| did.is_true == 0)
            .map(|((_, criterion), _)| Text::name(criterion.heading.shown()))
            .collect();
        if !never.is_empty() {
            let words = b.pick("{}: {}", "{} : {}");
            items.push(Text::fill(words, [Text::strong(category.heading.shown()), Text::join(never, ", ")]));
        }
    }
    if !items.is_empty() {
        section.push(Text::from(b.pick(
            "Criteria that were true of no record, so that these data do not show whether they work:",
            "Critères qui n'étaient vrais d'aucun dossier ; ces données ne montrent pas s'ils fonctionnent :",
        )));
        section.push(Block::List(items));
    }
}
