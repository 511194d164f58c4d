//! The page about reading data: its tables of cells, its blocks of data and its list of errors, each read and compared.

use crate::blocks::{at, check};
use crate::pages::{Block, Page, Section, page};
use crate::report;
use assize_io::{Batch, Format, OpenError, Options, Reader};
use assize_lang::diagnostic::Severity;
use assize_model::civil::{Date, DateTime, Time};
use assize_model::column::{Column, Values};
use assize_model::decimal::Decimal;
use assize_model::ids::RecordId;
use assize_model::program::Program;
use assize_model::value::Value;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::Cursor;
use std::sync::Arc;

const PAGE: &str = "data.md";
/// What the table of cells says that its rules have.
const LISTS: &str = "codes Offence { theft from \"TH\", \"Theft\"  other  missing unknown from \"U\", \"99\" }\n";

fn program(text: &str) -> Arc<Program> {
    let compiled = check(text);
    let errors = compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
    assert_eq!(errors, 0, "{text}: {:?}", compiled.diagnostics);
    compiled.program.expect("a program")
}

/// Rules with one field of a type, all of it read.
fn of_field(ty: &str) -> Arc<Program> {
    let record = format!("record R {{ id : text key  x : {ty}  missing not_applicable from \"N/A\" }}\n");
    program(&format!("{LISTS}{record}let known of R = x is known\n"))
}

fn read(program: &Program, format: Format, bytes: &[u8]) -> Result<Vec<Batch>, OpenError> {
    let stream = Box::new(Cursor::new(bytes.to_vec()));
    let mut reader = Reader::from_stream(stream, format, program, RecordId(0), &Options::default())?;
    let mut batches = Vec::new();
    while let Some(batch) = reader.next_batch(1_000).expect("data that can be read to its end") {
        batches.push(batch);
    }
    Ok(batches)
}

/// The codes of all faults, those of children among them, sorted.
fn faults(batches: &[Batch]) -> Vec<&'static str> {
    let all = batches.iter().flat_map(|batch| {
        let children = batch.children.batches.iter().flat_map(|child| &child.faults);
        batch.faults.iter().chain(children)
    });
    let mut codes: Vec<&str> = all.map(|fault| fault.code).collect();
    codes.sort_unstable();
    codes
}

/// The rows of the tables of a section that have so many cells, the first of them as `wanted`; headings are left out.
fn rows(section: &Section, width: usize) -> Vec<Vec<String>> {
    let lines = section.prose.lines().filter_map(|line| line.strip_prefix('|')?.strip_suffix('|'));
    let cells = lines.map(|line| {
        // A bar inside of a cell is written with a backslash.
        let line = line.replace("\\|", "\u{1}");
        line.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect::<Vec<_>>()
    });
    cells.filter(|row| row.len() == width && !row.iter().any(|cell| cell.starts_with("---"))).collect()
}

/// The texts between back-ticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn section<'p>(page: &'p Page, heading: &str) -> &'p Section {
    page.sections.iter().find(|section| section.heading == heading).expect(heading)
}

fn csv_cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[test]
fn cells_come_to_what_the_table_says() {
    let page = page(PAGE);
    let mut found = Vec::new();
    let table = rows(section(&page, "Cells"), 3);
    assert!(table.len() > 20, "only {} rows", table.len());
    for row in table.iter().skip(1) {
        let [ty, cells, value] = row.as_slice() else { continue };
        let ty = quoted(ty).concat();
        let program = of_field(&ty);
        for cell in quoted(cells) {
            let text = format!("id,x\n1,{}\n", csv_cell(cell));
            let batches = read(&program, Format::Csv, text.as_bytes()).expect("columns");
            let column = batches.first().and_then(|batch| batch.table.columns.get(1)?.as_ref()).expect("a column");
            let shown = shown(&program, column);
            if shown != *value || !faults(&batches).is_empty() {
                found.push(format!("`{cell}` as {ty}: {shown} {:?}, and the page has {value}", faults(&batches)));
            }
        }
    }
    report(found);
}

/// The first value of a column, as the rules would write it.
fn shown(program: &Program, column: &Column) -> String {
    if !column.is_known(0) {
        return match column.absence(0).reason() {
            Some(reason) => format!("missing {reason}"),
            None => "an error".to_owned(),
        };
    }
    fn ends<T: Display>(low: &Option<T>, high: &Option<T>) -> String {
        let end = |end: &Option<T>| end.as_ref().map_or_else(String::new, ToString::to_string);
        format!("{}..{}", end(low), end(high))
    }
    let name = |list, code| program.list(list).map_or("?", |list| list.name(code)).to_owned();
    match &column.values {
        Values::Boolean(values) => if values.value(0) { "yes" } else { "no" }.to_owned(),
        Values::Integer(values) => values[0].to_string(),
        Values::Decimal { coefficients, scale } => {
            Decimal::new(coefficients[0], *scale).expect("a decimal").normalized().to_string()
        }
        Values::Text(values) => values.get(0).to_owned(),
        Values::Date(values) => Date::from_days(values[0]).expect("a date").to_string(),
        Values::Time(values) => Time::from_micros(values[0]).expect("a time").to_string(),
        Values::DateTime(values) => DateTime::from_micros(values[0]).expect("an instant").to_string(),
        Values::Duration(values) => values[0].to_string(),
        Values::Code(values) => name(assize_model::ids::ListId(0), assize_model::ids::Code(values[0])),
        Values::IntegerRange(values) => ends(&values[0].0, &values[0].1),
        Values::DecimalRange(values) => ends(&values[0].0, &values[0].1),
        Values::Set(values) => match &values[0] {
            Some(Value::Codes(list, codes)) => {
                format!("{{{}}}", codes.iter().map(|code| name(*list, *code)).collect::<Vec<_>>().join(", "))
            }
            Some(Value::Texts(texts)) => format!("{{{}}}", texts.join(", ")),
            other => format!("{other:?}"),
        },
    }
}

#[test]
fn cells_that_cannot_be_read_give_their_code() {
    let page = page(PAGE);
    let mut found = Vec::new();
    let table = rows(section(&page, "Errors of cells"), 5);
    assert!(table.len() > 10, "only {} rows", table.len());
    for row in table.iter().skip(1) {
        let [code, _, ty, cell, _] = row.as_slice() else { continue };
        let program = of_field(&quoted(ty).concat());
        let text = format!("id,x\n1,{}\n", csv_cell(&quoted(cell).concat()));
        let batches = read(&program, Format::Csv, text.as_bytes()).expect("columns");
        if faults(&batches) != [code.as_str()] {
            found.push(format!("{cell} as {ty}: {:?}, and the page has {code}", faults(&batches)));
        }
    }
    report(found);
}

#[test]
fn blocks_of_data_read_as_they_say() {
    let page = page(PAGE);
    let mut found = Vec::new();
    let mut rules: Option<Arc<Program>> = None;
    let blocks: Vec<&Block> = page.blocks().collect();
    for (at_block, block) in blocks.iter().enumerate() {
        let format = match block.kind() {
            "assize" => {
                rules = Some(program(&block.text));
                continue;
            }
            "csv" => Format::Csv,
            "jsonl" => Format::JsonLines,
            _ => continue,
        };
        let rules = rules.as_ref().expect("rules above the data");
        let read = read(rules, format, block.text.as_bytes());
        let wanted: Vec<&str> = block.rest().iter().map(String::as_str).collect();
        let fault = match (&read, wanted.as_slice()) {
            (Err(error), ["refused"]) => {
                let said = blocks.get(at_block + 1).filter(|next| next.kind() == "text" && next.follows);
                let same = said.is_some_and(|said| said.text.trim_end() == error.to_string());
                (!same).then(|| format!("it is refused with: {error}"))
            }
            (Err(error), _) => Some(format!("it is refused: {error}")),
            (Ok(batches), codes) => (faults(batches) != codes).then(|| format!("it has {:?}", faults(batches))),
        };
        found.extend(fault.map(|fault| format!("{}: {fault}", at(&page, block))));
    }
    report(found);
}

#[test]
fn every_error_of_data_is_listed_with_its_meaning() {
    let page = page(PAGE);
    let mut listed: BTreeMap<String, String> = BTreeMap::new();
    for section in &page.sections {
        for row in [3, 5].into_iter().flat_map(|width| rows(section, width)) {
            let [code, meaning, ..] = row.as_slice() else { continue };
            if code.starts_with("D0") {
                assert!(listed.insert(code.clone(), meaning.clone()).is_none(), "{code} is listed twice");
            }
        }
    }
    let known = assize_model::read::CODES.iter().chain(assize_io::codes::CODES);
    let known: BTreeMap<String, String> =
        known.map(|(code, meaning)| ((*code).to_owned(), (*meaning).to_owned())).collect();
    assert_eq!(listed, known);
}

/// The errors that no block of text can show.
#[test]
fn text_that_is_not_utf8_and_cells_that_are_too_long() {
    let program = of_field("text");
    let mut bytes = b"id,x\n1,caf\xe9\n2,fine\n3,".to_vec();
    bytes.extend(std::iter::repeat_n(b'x', (1 << 20) + 1));
    bytes.extend(b"\n4,fine\n");
    let batches = read(&program, Format::Csv, &bytes).expect("columns");
    assert_eq!(faults(&batches), ["D0126", "D0128"]);
    assert_eq!(batches.iter().map(|batch| batch.table.rows).sum::<usize>(), 4);
    assert_eq!(Options::default().longest_cell, 1 << 20);
    assert_eq!(Options::default().longest_row, 16 << 20);
    assert_eq!(assize_io::FAULTS_KEPT, 1_000);
}

#[test]
fn a_child_without_its_parent_is_reported() {
    let text = "ruleset example version \"1\" {}\n\
        record Person { id : text key  charges : many Charge by person }\n\
        record Charge { person : text  weapon : boolean }\n\
        codes Answer { armed other }\n\
        category answer of Person -> Answer { armed when any charges where weapon  otherwise other }\n";
    let rules = assize::RuleSet::compile("example.assize", text).expect("rules that check");
    let as_of = Date::from_ymd(2026, 1, 1).expect("a date");
    let mut evaluation = assize::Evaluation::new(&rules, as_of);
    let stream = |text: &'static str| assize::Data::Stream(Box::new(Cursor::new(text)), Format::Csv);
    evaluation.data("Person", stream("id\nP-1\n")).expect("a record");
    evaluation.data("Charge", stream("person,weapon\nP-1,yes\nP-2,yes\n")).expect("a record");
    let results = evaluation.run().expect("results");
    let codes: Vec<(&str, u64)> =
        results.records.iter().flat_map(|record| &record.errors).map(|error| (error.code, error.row)).collect();
    assert_eq!(codes, [("D0124", 2)]);
}
