//! Results to files, and back through other readers.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may fail as the tests themselves may"
)]

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_buffer::BooleanBuffer;
use assize_io::Format;
use assize_io::out::{Indices, OutColumn, OutField, OutType, OutValues, WriteError, Writer, record_batch, schema};
use assize_model::civil::Date;
use assize_model::column::TextColumn;
use assize_model::decimal::Decimal;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;
use std::sync::Arc;

fn names(names: &[&str]) -> Arc<[Arc<str>]> {
    names.iter().map(|&name| name.into()).collect()
}

fn fields() -> Vec<OutField> {
    let field = |name: &str, ty| OutField { name: name.into(), ty };
    let none: Option<Arc<str>> = Some("none".into());
    vec![
        field("key", OutType::Text),
        field("value", OutType::Dictionary { names: names(&["A", "B, or \"b\""]), other: None }),
        field("possible", OutType::ListOfDictionary { names: names(&["A", "B"]), other: none }),
        field("count", OutType::Integer),
        field("rate", OutType::Decimal { scale: 2 }),
        field("met", OutType::Boolean),
        field("on", OutType::Date),
    ]
}

/// Three rows, the last of them without anything but an empty list.
fn write(format: Format, times: usize) -> Vec<u8> {
    let key = TextColumn::from_texts(["=1+1", "é\n\"x\" ", ""]);
    let known = BooleanBuffer::from(vec![true, true, false]);
    let rate = [Decimal::parse("12.5").unwrap(), Decimal::parse("-0.07").unwrap(), Decimal::ZERO];
    let met = BooleanBuffer::from(vec![true, false, false]);
    let on = [Date::parse("2026-06-01").unwrap(), Date::MIN, Date::MAX];
    let columns = [
        OutColumn::some(OutValues::Text(&key), &known),
        OutColumn::all(OutValues::Dictionary(Indices::U8(&[0, 1, 255]))),
        OutColumn::all(OutValues::ListOfDictionary { offsets: &[0, 2, 3, 3], at: Indices::U16(&[1, 0, 9]) }),
        OutColumn::some(OutValues::Integer(&[i64::MIN, 7, 8]), &known),
        OutColumn::some(OutValues::Decimal(&rate), &known),
        OutColumn::some(OutValues::Boolean(&met), &known),
        OutColumn::some(OutValues::Date(&on), &known),
    ];
    let mut writer = Writer::new(Vec::new(), format, fields()).unwrap();
    for _ in 0..times {
        writer.write_batch(&columns, 3).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn csv() {
    let text = String::from_utf8(write(Format::Csv, 1)).unwrap();
    assert_eq!(
        text,
        "key,value,possible,count,rate,met,on\n\
         =1+1,A,B|A,-9223372036854775808,12.5,yes,2026-06-01\n\
         \"é\n\"\"x\"\" \",\"B, or \"\"b\"\"\",none,7,-0.07,no,0001-01-01\n\
         ,,\"\",,,,\n"
    );
    let tabs = String::from_utf8(write(Format::Tsv, 1)).unwrap();
    assert!(tabs.starts_with("key\tvalue\tpossible") && tabs.contains("\t\"B, or \"\"b\"\"\"\t"));
}

#[test]
fn json_lines() {
    let text = String::from_utf8(write(Format::JsonLines, 1)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines,
        [
            r#"{"key":"=1+1","value":"A","possible":["B","A"],"count":-9223372036854775808,"rate":"12.5","met":true,"on":"2026-06-01"}"#,
            r#"{"key":"é\n\"x\" ","value":"B, or \"b\"","possible":["none"],"count":7,"rate":"-0.07","met":false,"on":"0001-01-01"}"#,
            r#"{"key":null,"value":null,"possible":[],"count":null,"rate":null,"met":null,"on":null}"#,
        ]
    );
}

#[test]
fn parquet() {
    let bytes = bytes::Bytes::from(write(Format::Parquet, 2));
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap();
    assert_eq!(builder.schema().fields(), schema(&fields()).fields());
    let batches: Vec<RecordBatch> = builder.build().unwrap().map(Result::unwrap).collect();
    let rows = arrow_select::concat::concat_batches(&batches[0].schema(), &batches).unwrap();
    assert_eq!(rows.num_rows(), 6);
    let key = rows.column(0).as_string::<i64>();
    assert_eq!((key.value(3), key.is_null(5)), ("=1+1", true));
    let value = rows.column(1).as_dictionary::<arrow_array::types::Int8Type>();
    let value = value.downcast_dict::<arrow_array::StringArray>().unwrap();
    assert_eq!(value.into_iter().collect::<Vec<_>>()[..3], [Some("A"), Some("B, or \"b\""), None]);
    let possible = rows.column(2).as_list::<i32>().value(0);
    let possible = possible.as_dictionary::<arrow_array::types::Int8Type>();
    let possible = possible.downcast_dict::<arrow_array::StringArray>().unwrap();
    assert_eq!(possible.into_iter().collect::<Vec<_>>(), [Some("B"), Some("A")]);
    assert_eq!(rows.column(2).as_list::<i32>().value(2).len(), 0);
    let rate = rows.column(4).as_primitive::<arrow_array::types::Decimal128Type>();
    assert_eq!((rate.value(0), rate.value(1), rate.is_null(2)), (1_250, -7, true));
}

#[test]
fn the_same_rows_give_the_same_bytes() {
    for format in [Format::Csv, Format::Tsv, Format::JsonLines, Format::Parquet] {
        assert_eq!(write(format, 3), write(format, 3));
    }
}

#[test]
fn columns_that_are_not_as_announced() {
    let count = vec![OutField { name: "n".into(), ty: OutType::Integer }];
    let rate = vec![OutField { name: "r".into(), ty: OutType::Decimal { scale: 1 } }];
    let list = vec![OutField { name: "l".into(), ty: OutType::ListOfDictionary { names: names(&["A"]), other: None } }];
    let shape = |fields: &[OutField], values, rows| {
        matches!(record_batch(fields, &[OutColumn::all(values)], rows), Err(WriteError::Shape(_)))
    };
    assert!(shape(&count, OutValues::Integer(&[1, 2]), 3));
    let texts = ["a".into()];
    assert!(shape(&count, OutValues::Texts(&texts), 1));
    assert!(shape(&list, OutValues::ListOfDictionary { offsets: &[0, 2], at: Indices::U8(&[0]) }, 1));
    assert!(shape(&list, OutValues::ListOfDictionary { offsets: &[0, 1, 0], at: Indices::U8(&[0]) }, 2));
    assert!(shape(&list, OutValues::ListOfDictionary { offsets: &[], at: Indices::U8(&[0]) }, 0));
    assert!(record_batch(&count, &[], 0).is_err());
    let value = [Decimal::parse("0.25").unwrap()];
    let error = record_batch(&rate, &[OutColumn::all(OutValues::Decimal(&value))], 1).unwrap_err();
    assert_eq!(error.to_string(), "0.25 does not fit in the column `r` of 1 places");
    let mut writer = Writer::new(Vec::new(), Format::Csv, count).unwrap();
    assert!(writer.write_batch(&[OutColumn::all(OutValues::Integer(&[1]))], 2).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Any texts come back through another CSV reader and another JSON reader.
    #[test]
    fn texts_come_back(rows in proptest::collection::vec((any::<String>(), any::<String>()), 1..20)) {
        let text = |name: &str| OutField { name: name.into(), ty: OutType::Text };
        let columns: Vec<TextColumn> =
            vec![TextColumn::from_texts(rows.iter().map(|row| &*row.0)), TextColumn::from_texts(rows.iter().map(|row| &*row.1))];
        for fields in [vec![text("a"), text("b,\"")], vec![text("a")]] {
            let shown: Vec<OutColumn<'_>> =
                columns.iter().take(fields.len()).map(|column| OutColumn::all(OutValues::Text(column))).collect();
            let write = |format| {
                let mut writer = Writer::new(Vec::new(), format, fields.clone()).unwrap();
                writer.write_batch(&shown, rows.len()).unwrap();
                writer.finish().unwrap()
            };
            let csv = write(Format::Csv);
            let mut reader = csv::Reader::from_reader(csv.as_slice());
            prop_assert_eq!(reader.headers().unwrap().get(0), Some("a"));
            let back: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            prop_assert_eq!(back.len(), rows.len());
            let lines = String::from_utf8(write(Format::JsonLines)).unwrap();
            for ((back, line), row) in back.iter().zip(lines.lines()).zip(&rows) {
                prop_assert_eq!(&back[0], &row.0);
                let object: serde_json::Value = serde_json::from_str(line).unwrap();
                prop_assert_eq!(object["a"].as_str(), Some(row.0.as_str()));
                if fields.len() == 2 {
                    prop_assert_eq!(&back[1], &row.1);
                    prop_assert_eq!(object["b,\""].as_str(), Some(row.1.as_str()));
                }
            }
        }
    }
}
