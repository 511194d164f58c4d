//! Files with the rows of tables and look-ups, as grids of texts: CSV, and sheets of Excel workbooks.

#[cfg(feature = "excel")]
mod workbook;

#[cfg(feature = "excel")]
use self::workbook::sheet as workbook_sheet;
use assize_lang::ast::{Grid, GridCell};
use assize_lang::source::{FileId, Span};
use std::path::Path;

/// Largest file of a table or look-up that is opened, in bytes.
pub const MAX_SHEET_BYTES: u64 = 64 * 1024 * 1024;

/// A file as a source, and its cells.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// What it is called: the path, and the sheet behind `#`.
    pub name: String,
    /// The source's text: of CSV the file's, of a sheet its rows, each on the line of its number.
    pub text: String,
    /// The same, with quotes that stand for one quote made a blank and a quote.
    pub plain: String,
    /// Rows that have any text, with the bytes of each cell and its text.
    rows: Vec<Vec<(u32, u32, String)>>,
    /// Of a sheet: its name, and the number of its first column.
    cells: Option<(String, usize)>,
}

/// Why a file cannot be used.
#[derive(Debug, Clone, Default)]
pub struct SheetFault {
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

fn fault(message: impl Into<String>, help: impl Into<String>) -> SheetFault {
    SheetFault { message: message.into(), help: help.into() }
}

impl Sheet {
    /// Reads the file of a table; `bytes` is what it holds.
    pub fn read(path: &Path, sheet: Option<&str>, bytes: Vec<u8>) -> Result<Self, SheetFault> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        let workbook = bytes.starts_with(b"PK\x03\x04") || matches!(ending.as_str(), "xlsx" | "xlsm");
        if workbook {
            return workbook_sheet(path, sheet, bytes);
        }
        if let Some(sheet) = sheet {
            return Err(fault(
                format!("`{}` is no workbook, and has no sheet `{sheet}`", path.display()),
                "leave `sheet` out, or name a workbook",
            ));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let upto = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(upto).filter(|&&byte| byte == b'\n').count() + 1;
            fault(format!("line {line} of `{}` is not UTF-8 text", path.display()), "save the file as UTF-8")
        })?;
        let delimiter = if matches!(ending.as_str(), "tsv" | "tab") { b'\t' } else { b',' };
        csv(path.display().to_string(), text, delimiter)
    }

    /// Whether it is of a workbook, whose text does not stand for it.
    pub fn of_workbook(&self) -> bool {
        self.cells.is_some()
    }

    /// The cells, with their places in a source of this number.
    pub fn grid(&self, file: FileId) -> Result<Grid, SheetFault> {
        let mut rows = self.rows.iter();
        let Some(first) = rows.next() else {
            return Err(fault(format!("`{}` is empty", self.name), "write the headings into its first row"));
        };
        let cell = |(start, end, text): &(u32, u32, String)| GridCell {
            text: text.clone(),
            span: Span::new(file, *start, *end),
        };
        let wide = first.iter().rposition(|(_, _, text)| !text.is_empty()).map_or(0, |last| last + 1);
        let headings: Vec<GridCell> = first.iter().take(wide).map(cell).collect();
        let mut out = Vec::with_capacity(self.rows.len());
        for row in rows {
            if let Some((start, ..)) = row.iter().skip(wide).find(|(_, _, text)| !text.is_empty()) {
                let place = self.place(*start).unwrap_or_else(|| format!("line {}", self.line(*start)));
                return Err(fault(
                    format!("{place} of `{}` stands in a column without a heading", self.name),
                    "give the column a heading, or empty the cell",
                ));
            }
            let (start, end) = (row.first().map_or(0, |&(start, ..)| start), row.last().map_or(0, |&(_, end, _)| end));
            // A workbook does not say where a row of empty cells ends.
            if !self.of_workbook() && row.len() < wide {
                let (line, name, cells) = (self.line(start), &self.name, row.len());
                let s = if cells == 1 { "" } else { "s" };
                return Err(fault(
                    format!("line {line} of `{name}` has {cells} cell{s}, and the file has {wide} headings"),
                    "was the file cut short? a cell that is empty has its delimiter all the same",
                ));
            }
            let mut cells: Vec<GridCell> = row.iter().take(wide).map(cell).collect();
            cells.resize(wide, GridCell { text: String::new(), span: Span::new(file, end, end) });
            out.push(cells);
        }
        Ok(Grid { headings, rows: out })
    }

    /// The cell of a workbook at a byte: `Zones!B7`.
    pub fn place(&self, byte: u32) -> Option<String> {
        let (sheet, first) = self.cells.as_ref()?;
        let line = self.line(byte);
        let start = self.text.get(..byte as usize)?.rfind('\n').map_or(0, |at| at + 1);
        let row = self.rows.iter().find(|row| row.first().is_some_and(|(begin, ..)| *begin as usize == start))?;
        let column = row.iter().rposition(|(begin, ..)| *begin <= byte)?;
        Some(format!("{sheet}!{}{line}", letters(first + column)))
    }

    fn line(&self, byte: u32) -> usize {
        self.text.as_bytes().iter().take(byte as usize).filter(|&&byte| byte == b'\n').count() + 1
    }
}

/// The letters of a column of a sheet, from 0.
fn letters(mut column: usize) -> String {
    let mut out = Vec::new();
    loop {
        out.push(char::from(b'A' + (column % 26) as u8));
        match column / 26 {
            0 => break,
            rest => column = rest - 1,
        }
    }
    out.iter().rev().collect()
}

/// Splits CSV. A cell in quotes may hold delimiters and line ends, and two quotes stand for one.
fn csv(name: String, text: String, delimiter: u8) -> Result<Sheet, SheetFault> {
    let bytes = text.as_bytes();
    let mut plain = bytes.to_vec();
    let mut rows = Vec::new();
    let mut row: Vec<(u32, u32, String)> = Vec::new();
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let byte = |at: usize| bytes.get(at).copied();
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    loop {
        // One cell.
        let start = at;
        let quoted = byte(at) == Some(b'"');
        let (from, to);
        if quoted {
            at += 1;
            from = at;
            let mut opening = true;
            loop {
                match (byte(at), byte(at + 1)) {
                    (None, _) => {
                        let line = bytes.iter().take(start).filter(|&&byte| byte == b'\n').count() + 1;
                        return Err(fault(
                            format!("a quote in line {line} of `{name}` is never closed"),
                            "close it, or write two quotes for one within a cell",
                        ));
                    }
                    (Some(b'"'), Some(b'"')) => {
                        // The text within keeps its length and its blanks: the other blank stands outside of it.
                        let blank = if opening { at } else { at + 1 };
                        if let Some(slot) = plain.get_mut(blank) {
                            *slot = b' ';
                        }
                        opening = !opening;
                        at += 2;
                    }
                    (Some(b'"'), _) => break,
                    _ => at += 1,
                }
            }
            to = at;
            at += 1;
            while matches!(byte(at), Some(b' ')) {
                at += 1;
            }
            if !matches!(byte(at), None | Some(b'\n' | b'\r')) && byte(at) != Some(delimiter) {
                let line = bytes.iter().take(at).filter(|&&byte| byte == b'\n').count() + 1;
                return Err(fault(
                    format!("there is text behind a closing quote in line {line} of `{name}`"),
                    "write two quotes for one within a cell",
                ));
            }
        } else {
            from = at;
            while !matches!(byte(at), None | Some(b'\n' | b'\r')) && byte(at) != Some(delimiter) {
                at += 1;
            }
            to = at;
        }
        let raw = text.get(from..to).unwrap_or("");
        let (lead, tail) = (raw.len() - raw.trim_start().len(), raw.len() - raw.trim_end().len());
        let (from, to) = if lead == raw.len() { (from, from) } else { (from + lead, to - tail) };
        let within = text.get(from..to).unwrap_or("");
        row.push((number(from), number(to), if quoted { within.replace("\"\"", "\"") } else { within.to_owned() }));
        if byte(at) == Some(delimiter) && byte(at).is_some() {
            at += 1;
            continue;
        }
        if row.iter().any(|(_, _, text)| !text.is_empty()) {
            rows.push(std::mem::take(&mut row));
        }
        row.clear();
        if byte(at) == Some(b'\r') {
            at += 1;
        }
        if byte(at) == Some(b'\n') {
            at += 1;
        }
        if byte(at).is_none() {
            break;
        }
    }
    let plain = String::from_utf8(plain).unwrap_or_else(|_| text.clone());
    Ok(Sheet { name, text, plain, rows, cells: None })
}

#[cfg(not(feature = "excel"))]
fn workbook_sheet(path: &Path, _: Option<&str>, _: Vec<u8>) -> Result<Sheet, SheetFault> {
    Err(fault(format!("`{}` is a workbook, which this build does not read", path.display()), "save the sheet as CSV"))
}
