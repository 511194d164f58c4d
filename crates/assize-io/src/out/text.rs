//! Rows as CSV, TSV or JSON Lines.

use super::WriteError;
use super::column::{Indices, OutColumn, OutField, OutType, OutValues, members};
use crate::options::Format;
use std::io::Write;
use std::sync::Arc;

/// Bytes gathered before they go to the sink.
const PIECE: usize = 1 << 16;

/// How rows are written.
#[derive(Debug)]
pub(super) struct Text {
    /// The byte between cells; `None` for JSON Lines.
    delimiter: Option<u8>,
    /// For each field what stands before its value: `,"name":` in JSON.
    before: Vec<Vec<u8>>,
    /// For each field its names as they are written, and last what other indices are.
    names: Vec<Names>,
    /// What is not at the sink yet.
    out: Vec<u8>,
    /// A list in CSV, before it is quoted.
    list: Vec<u8>,
}

impl Text {
    pub(super) fn new(format: Format, fields: &[OutField]) -> Self {
        let delimiter = match format {
            Format::Csv => Some(b','),
            Format::Tsv => Some(b'\t'),
            Format::JsonLines | Format::Parquet => None,
        };
        let before = fields.iter().enumerate().map(|(at, field)| {
            let mut before = Vec::new();
            match delimiter {
                Some(byte) if at > 0 => before.push(byte),
                Some(_) => {}
                None => {
                    before.push(if at == 0 { b'{' } else { b',' });
                    json_text(&field.name, &mut before);
                    before.push(b':');
                }
            }
            before
        });
        let names = fields.iter().map(|field| {
            let write = |name: &Arc<str>| {
                let mut to = Vec::new();
                match (delimiter, &field.ty) {
                    (None, _) => json_text(name, &mut to),
                    // Of a list the whole is quoted.
                    (Some(_), OutType::ListOfDictionary { .. }) => to.extend_from_slice(name.as_bytes()),
                    (Some(delimiter), _) => cell(name.as_bytes(), delimiter, &mut to),
                }
                to
            };
            match &field.ty {
                OutType::Dictionary { names, other } | OutType::ListOfDictionary { names, other } => {
                    (names.iter().map(write).collect(), other.as_ref().map(write))
                }
                _ => (Vec::new(), None),
            }
        });
        Self { delimiter, before: before.collect(), names: names.collect(), out: Vec::new(), list: Vec::new() }
    }

    /// Writes the headings, where there are any.
    pub(super) fn headings(&mut self, fields: &[OutField]) {
        let Some(delimiter) = self.delimiter else { return };
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                self.out.push(delimiter);
            }
            cell(field.name.as_bytes(), delimiter, &mut self.out);
        }
        self.out.push(b'\n');
    }

    pub(super) fn flush(&mut self, sink: &mut impl Write) -> Result<(), WriteError> {
        sink.write_all(&self.out)?;
        self.out.clear();
        Ok(())
    }

    pub(super) fn write(
        &mut self,
        fields: &[OutField],
        columns: &[OutColumn<'_>],
        rows: usize,
        sink: &mut impl Write,
    ) -> Result<(), WriteError> {
        for row in 0..rows {
            let start = self.out.len();
            for (column, (before, names)) in columns.iter().zip(self.before.iter().zip(&self.names)) {
                self.out.extend_from_slice(before);
                let known = column.is_known(row);
                match self.delimiter {
                    Some(delimiter) => {
                        if known {
                            csv_value(column, row, names, delimiter, &mut self.out, &mut self.list)?;
                        }
                    }
                    None if known => json_value(column, row, names, &mut self.out)?,
                    None => self.out.extend_from_slice(b"null"),
                }
            }
            match self.delimiter {
                // A line with nothing on it would be no row.
                Some(_) if self.out.len() == start => self.out.extend_from_slice(b"\"\""),
                Some(_) => {}
                None if fields.is_empty() => self.out.extend_from_slice(b"{}"),
                None => self.out.push(b'}'),
            }
            self.out.push(b'\n');
            if self.out.len() >= PIECE {
                sink.write_all(&self.out)?;
                self.out.clear();
            }
        }
        self.flush(sink)
    }
}

type Names = (Vec<Vec<u8>>, Option<Vec<u8>>);

fn name_of<'a>(names: &'a Names, at: Indices<'_>, row: usize) -> Option<&'a [u8]> {
    names.0.get(at.get(row)?).or(names.1.as_ref()).map(Vec::as_slice)
}

fn csv_value(
    column: &OutColumn<'_>,
    row: usize,
    names: &Names,
    delimiter: u8,
    out: &mut Vec<u8>,
    list: &mut Vec<u8>,
) -> Result<(), WriteError> {
    match column.values {
        OutValues::Text(texts) => cell(texts.get(row).as_bytes(), delimiter, out),
        OutValues::Texts(texts) => cell(texts.get(row).map_or("", |text| text).as_bytes(), delimiter, out),
        OutValues::Dictionary(at) => out.extend_from_slice(name_of(names, at, row).unwrap_or(&[])),
        OutValues::ListOfDictionary { offsets, at } => {
            list.clear();
            let mut later = false;
            for name in members(offsets, row).filter_map(|member| name_of(names, at, member)) {
                if later {
                    list.push(b'|');
                }
                later = true;
                list.extend_from_slice(name);
            }
            cell(list, delimiter, out);
        }
        OutValues::Boolean(values) => out.extend_from_slice(if values.value(row) { b"yes" } else { b"no" }),
        OutValues::Integer(_) | OutValues::Decimal(_) | OutValues::Date(_) => plain(column, row, out)?,
    }
    Ok(())
}

fn json_value(column: &OutColumn<'_>, row: usize, names: &Names, out: &mut Vec<u8>) -> Result<(), WriteError> {
    match column.values {
        OutValues::Text(texts) => json_text(texts.get(row), out),
        OutValues::Texts(texts) => json_text(texts.get(row).map_or("", |text| text), out),
        OutValues::Dictionary(at) => out.extend_from_slice(name_of(names, at, row).unwrap_or(b"null")),
        OutValues::ListOfDictionary { offsets, at } => {
            out.push(b'[');
            let mut later = false;
            for name in members(offsets, row).filter_map(|member| name_of(names, at, member)) {
                if later {
                    out.push(b',');
                }
                later = true;
                out.extend_from_slice(name);
            }
            out.push(b']');
        }
        OutValues::Boolean(values) => out.extend_from_slice(if values.value(row) { b"true" } else { b"false" }),
        OutValues::Integer(_) => plain(column, row, out)?,
        OutValues::Decimal(_) | OutValues::Date(_) => {
            out.push(b'"');
            plain(column, row, out)?;
            out.push(b'"');
        }
    }
    Ok(())
}

/// Values whose text never needs quoting.
fn plain(column: &OutColumn<'_>, row: usize, out: &mut Vec<u8>) -> Result<(), WriteError> {
    match column.values {
        OutValues::Integer(values) => write!(out, "{}", values.get(row).copied().unwrap_or(0))?,
        OutValues::Decimal(values) => write!(out, "{}", values.get(row).copied().unwrap_or_default())?,
        OutValues::Date(values) => {
            if let Some(date) = values.get(row) {
                write!(out, "{date}")?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// A cell, in quotes where it needs them.
fn cell(text: &[u8], delimiter: u8, out: &mut Vec<u8>) {
    let special = |&byte: &u8| byte == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    // White space at the ends would be taken off; in quotes a reader at least sees that it was meant.
    let blank = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_whitespace);
    if !text.iter().any(special) && !blank(text.first()) && !blank(text.last()) && !text.is_empty() {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    for &byte in text {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

fn json_text(text: &str, out: &mut Vec<u8>) {
    let start = out.len();
    if serde_json::to_writer(&mut *out, text).is_err() {
        // Writing a text to memory does not fail; were it to, what is there must still be JSON.
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}
