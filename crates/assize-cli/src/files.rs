//! Results as files: one a category, one a measure, one of what is wrong with rows.

use arrow_buffer::BooleanBuffer;
use assize::eval::batch::Lists;
use assize::io::Format;
use assize::io::out::{Indices, OutColumn, OutField, OutType, OutValues, WriteError, Writer};
use assize::measures::{BreakdownValue, MeasureTable, PeriodOfRow};
use assize::model::decimal::Decimal;
use assize::model::program::{Category, Measure, Program, State};
use assize::{CategoryResults, Part, Results};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Writes everything into a folder, which is made when it is not there.
pub fn write(results: &Results, format: Format, folder: &Path) -> Result<(), String> {
    let ending = match format {
        Format::Csv => "csv",
        Format::Tsv => "tsv",
        Format::JsonLines => "jsonl",
        Format::Parquet => "parquet",
    };
    let fail = |name: &str, error: &dyn std::fmt::Display| format!("cannot write `{name}`: {error}");
    std::fs::create_dir_all(folder).map_err(|error| fail(&folder.display().to_string(), &error))?;
    let file = |name: &str| {
        let name = format!("{name}.{ending}");
        File::create(folder.join(&name)).map_err(|error| fail(&name, &error))
    };
    let program = &*results.program;
    for category in &results.categories {
        if let Some(declared) = program.category(category.category) {
            let name = &declared.heading.name;
            category_file(program, declared, category, format, file(name)?).map_err(|error| fail(name, &error))?;
        }
    }
    for (id, table) in &results.measures {
        if let Some(measure) = program.measure(*id) {
            let name = &measure.heading.name;
            measure_file(program, measure, table, format, file(name)?).map_err(|error| fail(name, &error))?;
        }
    }
    if results.has_record_errors() {
        error_file(results, format, file("errors")?).map_err(|error| fail("errors", &error))?;
    }
    Ok(())
}

fn field(name: &str, ty: OutType) -> OutField {
    OutField { name: name.into(), ty }
}

fn category_file(
    program: &Program,
    category: &Category,
    results: &CategoryResults,
    format: Format,
    file: File,
) -> Result<(), WriteError> {
    let list = program.list(category.list);
    let codes: Arc<[Arc<str>]> =
        list.map(|list| list.codes.iter().map(|code| Arc::clone(&code.heading.name)).collect()).unwrap_or_default();
    let none = Some(Arc::from("none"));
    let states: Arc<[Arc<str>]> = State::ALL.iter().map(|state| state.word().into()).collect();
    let criteria: Arc<[Arc<str>]> =
        category.criteria().map(|(_, criterion)| Arc::clone(&criterion.heading.name)).collect();
    // Every batch names the same fields in the same order: they come from one plan.
    let missing: Arc<[Arc<str>]> = results
        .parts
        .first()
        .and_then(|part| part.columns.reasons.as_ref())
        .map(|reasons| reasons.names.iter().map(|path| path.name(program, category.record).into()).collect())
        .unwrap_or_default();
    let many = results.parts.first().is_some_and(|part| part.columns.many);
    let value = if many {
        OutType::ListOfDictionary { names: Arc::clone(&codes), other: none.clone() }
    } else {
        OutType::Dictionary { names: Arc::clone(&codes), other: none.clone() }
    };
    let fields = vec![
        field("key", OutType::Text),
        field("value", value),
        field("state", OutType::Dictionary { names: states, other: None }),
        field("because", OutType::ListOfDictionary { names: criteria, other: None }),
        field("possible", OutType::ListOfDictionary { names: codes, other: none }),
        field("missing", OutType::ListOfDictionary { names: missing, other: None }),
        field("error", OutType::Text),
    ];
    let mut writer = Writer::new(file, format, fields)?;
    for part in &results.parts {
        write_part(program, part, &mut writer)?;
    }
    writer.finish().map(|_| ())
}

fn write_part(program: &Program, part: &Part, writer: &mut Writer<File>) -> Result<(), WriteError> {
    let columns = &part.columns;
    let rows = columns.rows();
    let keys: Vec<Arc<str>> = (0..rows).map(|row| part.key(program, row).into()).collect();
    let has_value: BooleanBuffer = columns.state.iter().map(|&state| state <= State::Provisional as u8).collect();
    let mut errors: Vec<Arc<str>> = vec![Arc::from(""); rows];
    let mut in_error = vec![false; rows];
    for &(row, absence) in &columns.errors {
        let row = row as usize;
        if let (Some(error), Some(is)) = (errors.get_mut(row), in_error.get_mut(row)) {
            *error = assize::fault_message(program, columns.category, absence).into();
            *is = true;
        }
    }
    let in_error: BooleanBuffer = in_error.into_iter().collect();
    let (mut offsets, mut members) = (vec![0_i32], Vec::new());
    if columns.many {
        for &set in &columns.values {
            let codes = assize::model::bounds::CodeSet(set);
            members.extend(codes.iter().map(|code| u8::try_from(code.0).unwrap_or(u8::MAX)));
            offsets.push(i32::try_from(members.len()).unwrap_or(i32::MAX));
        }
    }
    let value = if columns.many {
        OutValues::ListOfDictionary { offsets: &offsets, at: Indices::U8(&members) }
    } else {
        OutValues::Dictionary(Indices::U8(&columns.value))
    };
    let none = vec![0_i32; rows + 1];
    let list16 = |lists: Option<&'_ Lists<u16>>| match lists {
        Some(lists) => (lists.offsets.clone(), lists.ids.clone()),
        None => (none.clone(), Vec::new()),
    };
    let reasons = columns.reasons.as_ref();
    let because = list16(reasons.map(|reasons| &reasons.because));
    let missing = list16(reasons.map(|reasons| &reasons.missing));
    let possible = match reasons {
        Some(reasons) => (reasons.possible.offsets.as_slice(), reasons.possible.ids.as_slice()),
        None => (none.as_slice(), [].as_slice()),
    };
    writer.write_batch(
        &[
            OutColumn::all(OutValues::Texts(&keys)),
            OutColumn::some(value, &has_value),
            OutColumn::all(OutValues::Dictionary(Indices::U8(&columns.state))),
            OutColumn::all(OutValues::ListOfDictionary { offsets: &because.0, at: Indices::U16(&because.1) }),
            OutColumn::all(OutValues::ListOfDictionary { offsets: possible.0, at: Indices::U8(possible.1) }),
            OutColumn::all(OutValues::ListOfDictionary { offsets: &missing.0, at: Indices::U16(&missing.1) }),
            OutColumn::some(OutValues::Texts(&errors), &in_error),
        ],
        rows,
    )
}

/// A column of texts, some of them missing.
struct Texts {
    name: String,
    cells: Vec<Option<String>>,
}

/// Writes columns of texts.
fn write_texts(format: Format, file: File, columns: Vec<Texts>, rows: usize) -> Result<(), WriteError> {
    let fields = columns.iter().map(|column| field(&column.name, OutType::Text)).collect();
    let mut writer = Writer::new(file, format, fields)?;
    let cells: Vec<(Vec<Arc<str>>, BooleanBuffer)> = columns
        .into_iter()
        .map(|column| {
            let known = column.cells.iter().map(Option::is_some).collect();
            (column.cells.into_iter().map(|cell| cell.unwrap_or_default().into()).collect(), known)
        })
        .collect();
    let shown: Vec<OutColumn<'_>> =
        cells.iter().map(|(cells, known)| OutColumn::some(OutValues::Texts(cells), known)).collect();
    writer.write_batch(&shown, rows)?;
    writer.finish().map(|_| ())
}

/// Numbers are written as their exact text, as in the JSON form.
fn measure_file(
    program: &Program,
    measure: &Measure,
    table: &MeasureTable,
    format: Format,
    file: File,
) -> Result<(), WriteError> {
    let mut columns: Vec<Texts> = Vec::new();
    for (at, by) in measure.by.iter().enumerate() {
        let cell = |value: &BreakdownValue| match value {
            BreakdownValue::Missing(_) | BreakdownValue::Error => None,
            value => Some(value.shown(program).into_owned()),
        };
        let why = |value: &BreakdownValue| match value {
            BreakdownValue::Missing(_) | BreakdownValue::Error => Some(value.shown(program).into_owned()),
            _ => None,
        };
        let values = || table.rows.iter().map(move |row| row.by.get(at).map(|(_, value)| value));
        let cells = values().map(|value| value.and_then(cell)).collect();
        columns.push(Texts { name: by.name.to_string(), cells });
        let reasons: Vec<Option<String>> = values().map(|value| value.and_then(why)).collect();
        if reasons.iter().any(Option::is_some) {
            columns.push(Texts { name: format!("{}__missing", by.name), cells: reasons });
        }
    }
    if measure.every.is_some() {
        let part = |show: fn(&PeriodOfRow) -> Option<String>| {
            table.rows.iter().map(|row| row.period.as_ref().and_then(show)).collect()
        };
        columns.push(Texts { name: "period".to_owned(), cells: part(label) });
        columns.push(Texts { name: "from".to_owned(), cells: part(|period| days(period).map(|(from, _)| from)) });
        columns.push(Texts { name: "to".to_owned(), cells: part(|period| days(period).map(|(_, to)| to)) });
    }
    let mut add = |name: &str, cells: Vec<Option<String>>| columns.push(Texts { name: name.to_owned(), cells });
    let names: Vec<&str> =
        assize_report::json::stages(&assize::measures::Stages::default()).into_iter().map(|(name, _)| name).collect();
    for (at, name) in names.into_iter().enumerate() {
        let counts = table
            .rows
            .iter()
            .map(|row| assize_report::json::stages(&row.stages).get(at).map(|(_, count)| count.to_string()));
        add(&format!("stage_{name}"), counts.collect());
    }
    let rows = &table.rows;
    add("numerator", rows.iter().map(|row| row.numerator.map(|number| number.to_string())).collect());
    add("denominator", rows.iter().map(|row| row.denominator.map(|number| number.to_string())).collect());
    add("value", rows.iter().map(|row| row.value.clone()).collect());
    add("value_exact", rows.iter().map(|row| row.value_exact.map(|value: Decimal| value.to_string())).collect());
    add("lower", rows.iter().map(|row| row.interval.as_ref().map(|ends| ends.lower_shown.clone())).collect());
    add("upper", rows.iter().map(|row| row.interval.as_ref().map(|ends| ends.upper_shown.clone())).collect());
    add("state", rows.iter().map(|row| Some(row.state.word().to_owned())).collect());
    add("not_decided", rows.iter().map(|row| Some(row.not_decided.to_string())).collect());
    write_texts(format, file, columns, rows.len())
}

fn label(period: &PeriodOfRow) -> Option<String> {
    match period {
        PeriodOfRow::Span { label, .. } => Some(label.clone()),
        PeriodOfRow::Missing(_) | PeriodOfRow::Error => None,
    }
}

fn days(period: &PeriodOfRow) -> Option<(String, String)> {
    match period {
        PeriodOfRow::Span { from, to, .. } => Some((from.to_string(), to.to_string())),
        PeriodOfRow::Missing(_) | PeriodOfRow::Error => None,
    }
}

fn error_file(results: &Results, format: Format, file: File) -> Result<(), WriteError> {
    let program = &results.program;
    let faults: Vec<_> = results.records.iter().flat_map(|record| &record.errors).collect();
    let record = |id| program.record(id);
    let columns = vec![
        Texts {
            name: "record".to_owned(),
            cells: faults.iter().map(|fault| record(fault.record).map(|of| of.heading.name.to_string())).collect(),
        },
        Texts { name: "row".to_owned(), cells: faults.iter().map(|fault| Some(fault.row.to_string())).collect() },
        Texts { name: "key".to_owned(), cells: faults.iter().map(|fault| fault.key.clone()).collect() },
        Texts {
            name: "field".to_owned(),
            cells: faults
                .iter()
                .map(|fault| {
                    let field = record(fault.record)?.fields.get(fault.field?.index())?;
                    Some(field.heading.name.to_string())
                })
                .collect(),
        },
        Texts { name: "code".to_owned(), cells: faults.iter().map(|fault| Some(fault.code.to_owned())).collect() },
        Texts { name: "message".to_owned(), cells: faults.iter().map(|fault| Some(fault.message.clone())).collect() },
    ];
    write_texts(format, file, columns, faults.len())
}
