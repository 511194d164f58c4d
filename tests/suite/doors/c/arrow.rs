//! C, columns: the rows of a case as Arrow arrays and streams, of texts or of the types that their fields have.

use super::library::{Date, EvaluationOptions, Owned, api, call, ptr};
use super::{Answer, Door, Refusal, id, rules};
use crate::case::Case;
use crate::doors::tables::Data;
use crate::rows;
use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, to_ffi};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, RecordBatchIterator,
    StringArray, StructArray, Time64MicrosecondArray, TimestampMicrosecondArray,
};
use arrow_schema::{DataType, Field, Schema};
use assize::RuleSet;
use assize::model::absence::Absence;
use assize::model::column::{Column, Values};
use assize::model::ids::{FieldId, RecordId};
use assize::model::program::{FieldKind, Program};
use std::sync::Arc;

/// What the columns hold, and how they are handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// Texts, in one struct array.
    Texts,
    /// Values of the fields' own types where every cell of the column has one or is plainly missing, else texts; in a
    /// stream of several batches.
    Typed,
}

/// `assize_evaluation_data_array` and `assize_evaluation_data_stream`.
pub struct Arrow(pub Columns);

impl Door for Arrow {
    fn name(&self) -> &'static str {
        match self.0 {
            Columns::Texts => "c-arrow-texts",
            Columns::Typed => "c-arrow-typed",
        }
    }

    fn sees_files(&self) -> bool {
        false
    }

    fn answer(&self, case: &Case) -> Answer {
        let rules = match rules(case) {
            Ok(rules) => rules,
            Err(refusal) => return refusal.into(),
        };
        let Ok(known) = RuleSet::load([case.rules()]) else {
            return Answer::Impossible("rules that C takes".to_owned());
        };
        let batches = match batches(case, known.program(), self.0) {
            Ok(batches) => batches,
            Err(why) => return Answer::Impossible(why),
        };
        match self.run(case, &rules, batches) {
            Ok(text) => Answer::Results(text),
            Err(refusal) => refusal.into(),
        }
    }
}

impl Arrow {
    fn run(&self, case: &Case, rules: &Owned, batches: Vec<(String, RecordBatch)>) -> Result<String, Refusal> {
        let api = api();
        let options = EvaluationOptions {
            struct_size: size_of::<EvaluationOptions>(),
            as_of: Date::of(&case.as_of),
            no_reasons: 0,
            coverage: i32::from(case.coverage),
            errors_listed: 0,
            threads: 2,
        };
        // SAFETY: every handle is of the kind that each function takes, and what is pointed at is there for as long as
        // each call lasts; arrays and streams are moved into the library, which marks them as released.
        unsafe {
            let evaluation = Owned::made(api.assize_evaluation_free, |out, errors| {
                (api.assize_evaluation_new)(rules.handle, &raw const options, out, errors)
            })?;
            let handle = evaluation.handle;
            for (name, value) in &case.parameters {
                let ((name, name_length), (value, length)) = (ptr(name), ptr(value));
                call(|errors| (api.assize_evaluation_set_parameter)(handle, name, name_length, value, length, errors))?;
            }
            for (name, batch) in batches {
                let (name, length) = ptr(&name);
                let record = id(|out, errors| (api.assize_rules_find_record)(rules.handle, name, length, out, errors))?;
                match self.0 {
                    Columns::Texts => {
                        let (mut array, mut schema) = exported(&batch);
                        call(|errors| {
                            let (schema, array) = (&raw mut schema, &raw mut array);
                            (api.assize_evaluation_data_array)(handle, record, schema, array, errors)
                        })?;
                        assert!(array.is_released(), "the array was to be taken over");
                    }
                    Columns::Typed => {
                        let mut stream = stream(&batch);
                        call(|errors| {
                            let stream = (&raw mut stream).cast();
                            (api.assize_evaluation_data_stream)(handle, record, stream, errors)
                        })?;
                        assert!(stream.release().is_none(), "the stream was to be taken over");
                    }
                }
            }
            for name in &case.only {
                let (name, length) = ptr(name);
                call(|errors| (api.assize_evaluation_only)(handle, name, length, errors))?;
            }
            if let Some(measure) = &case.members {
                let (name, length) = ptr(measure);
                call(|errors| (api.assize_evaluation_members)(handle, name, length, errors))?;
            }
            let results =
                Owned::made(api.assize_results_free, |out, errors| (api.assize_evaluation_run)(handle, out, errors))?;
            // The results stand on their own.
            drop(evaluation);
            let exact = i32::from(case.exact);
            let text = Owned::made(api.assize_text_free, |out, errors| {
                (api.assize_results_json)(results.handle, exact, out, errors)
            })?;
            drop(results);
            Ok((api.assize_text_str)(text.handle).text())
        }
    }
}

fn exported(batch: &RecordBatch) -> (FFI_ArrowArray, FFI_ArrowSchema) {
    let array = StructArray::from(batch.clone());
    to_ffi(&array.to_data()).expect("an array that can be exported")
}

/// A third of the rows at a time, so that batches end where nobody expects it.
fn stream(batch: &RecordBatch) -> FFI_ArrowArrayStream {
    let rows = batch.num_rows();
    let part = rows / 3 + 1;
    let parts: Vec<_> = (0..rows).step_by(part).map(|from| Ok(batch.slice(from, part.min(rows - from)))).collect();
    FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new(parts, batch.schema())))
}

/// The rows of each record as columns; why there are none.
fn batches(case: &Case, program: &Program, columns: Columns) -> Result<Vec<(String, RecordBatch)>, String> {
    let tables = match columns {
        Columns::Typed => Data::read(program, case).ok().flatten(),
        Columns::Texts => None,
    };
    let mut batches = Vec::new();
    for (name, file) in &case.data {
        let path = case.file(file);
        if !path.extension().is_some_and(|ending| ending == "csv" || ending == "tsv") {
            return Err("rows inside of JSON are not columns".to_owned());
        }
        let (headings, rows) = rows::cells(&path)?;
        let record = program.record_named(name);
        let table = record.and_then(|record| tables.as_ref()?.tables.get(&record));
        let mut fields = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::new();
        for (at, heading) in headings.iter().enumerate() {
            let texts = || -> ArrayRef {
                let cell = |row: &Vec<String>| Some(row[at].clone()).filter(|cell| !cell.is_empty());
                Arc::new(rows.iter().map(cell).collect::<StringArray>())
            };
            let beside = headings.iter().any(|other| other.trim() == format!("{}__missing", heading.trim()));
            let own = record.zip(table).and_then(|(record, table)| {
                let field = field_of(program, record, heading)?;
                typed(table.column(field)?, table.rows)
            });
            let array = own.filter(|_| !beside).unwrap_or_else(texts);
            fields.push(Field::new(heading, array.data_type().clone(), true));
            arrays.push(array);
        }
        let schema = Arc::new(Schema::new(fields));
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let batch = RecordBatch::try_new_with_options(schema, arrays, &options).expect("columns of one length");
        batches.push((name.clone(), batch));
    }
    Ok(batches)
}

/// The field that is read from a heading alone.
fn field_of(program: &Program, record: RecordId, heading: &str) -> Option<FieldId> {
    let fields = &program.record(record)?.fields;
    let at = fields.iter().position(|field| {
        let pair = matches!(field.kind, FieldKind::Range(_)) && field.from.len() > 1;
        !pair && field.from.first().unwrap_or(&field.heading.name).trim() == heading.trim()
    });
    at.map(FieldId::from_index)
}

/// A column as an array of its own type; `None` where some cell is missing for a reason or could not be read, and of
/// types that Arrow has no plain array for.
fn typed(column: &Column, rows: usize) -> Option<ArrayRef> {
    let plain = (0..rows).all(|row| column.is_known(row) || column.absence(row) == Absence::UNKNOWN);
    if !plain {
        return None;
    }
    let known = |row: usize| column.is_known(row).then_some(row);
    let all = || (0..rows).map(known);
    Some(match &column.values {
        Values::Boolean(values) => {
            Arc::new(all().map(|row| row.map(|row| values.value(row))).collect::<BooleanArray>())
        }
        Values::Integer(values) => Arc::new(all().map(|row| row.map(|row| values[row])).collect::<Int64Array>()),
        Values::Decimal { coefficients, scale } => {
            let array = all().map(|row| row.map(|row| coefficients[row])).collect::<Decimal128Array>();
            let scale = i8::try_from(*scale).ok()?;
            Arc::new(array.with_precision_and_scale(38, scale).ok()?)
        }
        Values::Text(values) => {
            Arc::new(all().map(|row| row.map(|row| values.get(row).to_owned())).collect::<StringArray>())
        }
        Values::Date(values) => Arc::new(all().map(|row| row.map(|row| values[row])).collect::<Date32Array>()),
        Values::Time(values) => {
            Arc::new(all().map(|row| row.map(|row| values[row])).collect::<Time64MicrosecondArray>())
        }
        Values::DateTime(values) => {
            let array = all().map(|row| row.map(|row| values[row])).collect::<TimestampMicrosecondArray>();
            let array = array.with_timezone("UTC");
            assert!(matches!(array.data_type(), DataType::Timestamp(..)));
            Arc::new(array)
        }
        _ => return None,
    })
}
