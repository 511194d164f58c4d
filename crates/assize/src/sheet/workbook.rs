//! Sheets of Excel workbooks as grids of texts, within limits: a small file may unpack to a very large one, or say that it
//! is one.

use super::{MAX_SHEET_BYTES, Sheet, SheetFault, fault, letters};
use calamine::{Data, DataRef, Reader, Xlsx, XlsxError};
use std::io::{self, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Most rows and columns that a sheet may span, and most cells in the rectangle of them, empty ones among them.
const MAX_ROWS: usize = 200_000;
const MAX_COLUMNS: usize = 1_000;
const MAX_CELLS: usize = 4_000_000;
/// Most bytes that all parts of a workbook come to when they are unpacked.
const MAX_UNPACKED: u64 = 256 * 1024 * 1024;
/// Fewest bytes that a shared text takes in its part.
const LEAST_TEXT: usize = "<si/>".len();

/// Reads a sheet of a workbook; `bytes` is what the file holds.
pub fn sheet(path: &Path, sheet: Option<&str>, bytes: Vec<u8>) -> Result<Sheet, SheetFault> {
    check_parts(&bytes).map_err(|error| no_book(path, error))?;
    // The library panics on some numbers that no workbook has, and one bad file must not end the process.
    catch_unwind(AssertUnwindSafe(|| read(path, sheet, bytes)))
        .unwrap_or_else(|_| Err(no_book(path, "it cannot be decoded")))
}

fn no_book(path: &Path, error: impl std::fmt::Display) -> SheetFault {
    fault(format!("`{}` is no workbook: {error}", path.display()), "save it as .xlsx, or as CSV")
}

/// Unpacks the parts once without keeping them. What cannot be unpacked here cannot be there, and is told there.
fn check_parts(bytes: &[u8]) -> Result<(), String> {
    let Ok(mut parts) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Ok(()) };
    let mut left = MAX_UNPACKED;
    for at in 0..parts.len() {
        let Ok(part) = parts.by_index(at) else { continue };
        let texts = part.name().map_or(true, |name| name.to_ascii_lowercase().ends_with("sharedstrings.xml"));
        let mut part = part.take(left + 1);
        if texts {
            let mut content = Vec::new();
            let _ = part.read_to_end(&mut content);
            if says_too_much(&content) {
                return Err("it says that it has more texts than it can hold".to_owned());
            }
        } else {
            let _ = io::copy(&mut part, &mut io::sink());
        }
        left = part.limit().checked_sub(1).ok_or_else(|| {
            format!("it unpacks to more than {} MiB, which is the limit", MAX_UNPACKED / (1024 * 1024))
        })?;
    }
    Ok(())
}

/// Whether a part with shared texts says that it has more of them than its bytes can be: the library makes room for as
/// many as are said.
fn says_too_much(content: &[u8]) -> bool {
    const WORD: &[u8] = b"uniqueCount";
    let most = content.len() / LEAST_TEXT;
    content.windows(WORD.len()).enumerate().filter(|(_, word)| *word == WORD).any(|(at, _)| {
        let behind = content.iter().skip(at + WORD.len());
        let digits = behind.skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\''));
        let mut said: usize = 0;
        for digit in digits.take_while(|byte| byte.is_ascii_digit()) {
            said = said.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
        }
        said > most
    })
}

fn read(path: &Path, sheet: Option<&str>, bytes: Vec<u8>) -> Result<Sheet, SheetFault> {
    let file = path.display();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| no_book(path, error))?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(name) if names.iter().any(|known| known == name) => name.to_owned(),
        Some(name) => {
            let known: Vec<String> = names.iter().map(|known| format!("`{known}`")).collect();
            return Err(fault(
                format!("workbook `{file}` has no sheet `{name}`"),
                format!("its sheets are {}", known.join(", ")),
            ));
        }
        None => match names.as_slice() {
            [only] => only.clone(),
            _ => {
                let known: Vec<String> = names.iter().map(|known| format!("`{known}`")).collect();
                return Err(fault(
                    format!("workbook `{file}` has several sheets"),
                    format!("say which: `sheet \"…\"`; they are {}", known.join(", ")),
                ));
            }
        },
    };
    let mut found = Found::default();
    match book.worksheet_cells_reader(&name) {
        Ok(mut cells) => {
            while let Some(cell) = cells.next_cell().map_err(|error| no_book(path, error))? {
                if matches!(cell.get_value(), DataRef::Empty) {
                    continue;
                }
                let (row, column) = cell.get_position();
                let (row, column) = (row as usize, column as usize);
                let shown = shown(cell.get_value().clone().into()).map_err(|error| {
                    let place = format!("{name}!{}{}", letters(column), row + 1);
                    fault(format!("{place} of `{file}` is an error: {error}"), "mend the formula")
                })?;
                found.add(row, column, shown).map_err(|what| {
                    fault(
                        format!("sheet `{name}` of `{file}` {what}"),
                        format!(
                            "past the limit of {MAX_ROWS} rows, {MAX_COLUMNS} columns and {MAX_CELLS} cells; delete \
                             what is empty around the table"
                        ),
                    )
                })?;
            }
        }
        // A sheet of a chart has no cells.
        Err(XlsxError::NotAWorksheet(_)) => {}
        Err(error) => return Err(no_book(path, error)),
    }
    Ok(found.sheet(format!("{file}#{name}"), name))
}

/// The text of a cell, or what its formula ended in.
fn shown(data: Data) -> Result<String, String> {
    Ok(match data {
        Data::Empty => String::new(),
        Data::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => decimal(number),
        Data::Bool(truth) => if truth { "yes" } else { "no" }.to_owned(),
        Data::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
            }
        }
        Data::DateTimeIso(text) | Data::DurationIso(text) => text,
        Data::Error(error) => return Err(error.to_string()),
    })
}

/// Cells that hold anything, in the order of the file, and what they span.
#[derive(Default)]
struct Found {
    cells: Vec<(usize, usize, String)>,
    /// First and last row and column.
    rows: Option<(usize, usize)>,
    columns: Option<(usize, usize)>,
    bytes: usize,
}

impl Found {
    fn add(&mut self, row: usize, column: usize, shown: String) -> Result<(), String> {
        let grown = |span: Option<(usize, usize)>, at: usize| {
            span.map_or((at, at), |(first, last)| (first.min(at), last.max(at)))
        };
        let (rows, columns) = (grown(self.rows, row), grown(self.columns, column));
        let (height, width) = (rows.1 - rows.0 + 1, columns.1 - columns.0 + 1);
        if rows.1 >= MAX_ROWS || width > MAX_COLUMNS || height.saturating_mul(width) > MAX_CELLS {
            return Err(format!("spans {} rows and {width} columns or more", rows.1 + 1));
        }
        if self.cells.len() >= MAX_CELLS {
            return Err("has cells that come several times".to_owned());
        }
        self.bytes = self.bytes.saturating_add(shown.len());
        if self.bytes as u64 > MAX_SHEET_BYTES {
            return Err(format!("holds more than {} MiB of text", MAX_SHEET_BYTES / (1024 * 1024)));
        }
        (self.rows, self.columns) = (Some(rows), Some(columns));
        self.cells.push((row, column, shown));
        Ok(())
    }

    /// The rectangle of the cells, each row on the line of its number.
    fn sheet(mut self, name: String, sheet: String) -> Sheet {
        let ((top, bottom), (left, right)) = (self.rows.unwrap_or((1, 0)), self.columns.unwrap_or_default());
        // Of a cell that comes twice the last counts; rows and columns need not come in order.
        self.cells.sort_by_key(|&(row, column, _)| (row, column));
        let mut cells = self.cells.into_iter().peekable();
        let mut text = if top <= bottom { "\n".repeat(top) } else { String::new() };
        let mut rows = Vec::new();
        for row in top..=bottom {
            let mut line = Vec::with_capacity(right - left + 1);
            for column in left..=right {
                let mut shown = String::new();
                while let Some((.., cell)) = cells.next_if(|&(r, c, _)| (r, c) == (row, column)) {
                    shown = cell;
                }
                if column > left {
                    text.push_str(" | ");
                }
                let start = u32::try_from(text.len()).unwrap_or(u32::MAX);
                text.push_str(&shown);
                line.push((start, u32::try_from(text.len()).unwrap_or(u32::MAX), shown));
            }
            text.push('\n');
            if line.iter().any(|(_, _, text)| !text.is_empty()) {
                rows.push(line);
            }
        }
        let plain = text.clone();
        Sheet { name, text, plain, rows, cells: Some((sheet, left)) }
    }
}

/// A number of a workbook: whole where it is, otherwise the shortest decimal that is the same number.
fn decimal(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { format!("{number}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    const KIND: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    /// A workbook whose one sheet has these rows, with these texts.
    fn book(rows: &[&str], texts: &str) -> Vec<u8> {
        let mut parts = ZipWriter::new(Cursor::new(Vec::new()));
        let mut part = |name: &str, content: &[&str]| {
            parts.start_file(name, SimpleFileOptions::default()).unwrap();
            content.iter().for_each(|content| parts.write_all(content.as_bytes()).unwrap());
        };
        let one = |name: &str, kind: &str, target: &str| {
            let to = format!("<Relationship Id=\"r1\" Type=\"{KIND}/{kind}\" Target=\"{target}\"/>");
            let head = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">";
            (name.to_owned(), format!("{head}{to}</Relationships>"))
        };
        for (name, content) in [
            one("_rels/.rels", "officeDocument", "xl/workbook.xml"),
            one("xl/_rels/workbook.xml.rels", "worksheet", "worksheets/sheet1.xml"),
            (
                "xl/workbook.xml".to_owned(),
                format!(
                    "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{KIND}\"><sheets><sheet name=\"S\" sheetId=\"1\" \
                     r:id=\"r1\"/></sheets></workbook>"
                ),
            ),
            ("xl/sharedStrings.xml".to_owned(), format!("<sst xmlns=\"{MAIN}\" {texts}</sst>")),
        ] {
            part(&name, &[&content]);
        }
        let head = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>");
        let content: Vec<&str> =
            [head.as_str()].iter().chain(rows).chain(&["</sheetData></worksheet>"]).copied().collect();
        part("xl/worksheets/sheet1.xml", &content);
        parts.finish().unwrap().into_inner()
    }

    fn said(rows: &[&str], texts: &str) -> String {
        match sheet(Path::new("a.xlsx"), None, book(rows, texts)) {
            Ok(sheet) => sheet.text,
            Err(fault) => fault.message,
        }
    }

    const HEAD: &str = "<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"D2\" t=\"s\"><v>0</v></c></row>";
    const TEXTS: &str = "uniqueCount=\"1\"><si><t>a  text</t></si>";

    #[test]
    fn cells_stand_where_they_are() {
        assert_eq!(said(&[HEAD], TEXTS), "\n1 |  | a text\n");
        let later = "<row r=\"1\"><c r=\"C1\"><v>2</v></c><c r=\"C1\"><v>3</v></c></row>";
        assert_eq!(said(&[HEAD, later], TEXTS), " | 3 | \n1 |  | a text\n");
        assert_eq!(said(&[], TEXTS), "");
    }

    #[test]
    fn a_cell_far_away_is_not_made_room_for() {
        let far = |at: &str| said(&[HEAD, &format!("<row><c r=\"{at}\"><v>1</v></c></row>")], TEXTS);
        let spans = "sheet `S` of `a.xlsx` spans";
        assert_eq!(far("XFD1048576"), format!("{spans} 1048576 rows and 16383 columns or more"));
        assert_eq!(far("ALN3"), format!("{spans} 3 rows and 1001 columns or more"));
        assert_eq!(far("Z199999"), format!("{spans} 199999 rows and 25 columns or more"));
        for at in ["ZZZZZZZZZ9", "A99999999999999", "A0"] {
            assert!(far(at).contains("spans") || far(at).contains("is no workbook"), "{at}: {}", far(at));
        }
    }

    #[test]
    fn what_is_said_of_texts_is_not_believed() {
        for many in ["uniqueCount=\"4000000000\"", "uniqueCount = '99999999999999999999'"] {
            let texts = format!("{many}><si><t>a</t></si>");
            assert!(said(&[HEAD], &texts).contains("more texts than it can hold"), "{}", said(&[HEAD], &texts));
        }
    }

    #[test]
    fn what_unpacks_to_very_much_is_refused() {
        let blanks = " ".repeat(1 << 20);
        let rows = vec![blanks.as_str(); 257];
        assert!(said(&rows, TEXTS).contains("unpacks to more than 256 MiB"), "{}", said(&rows, TEXTS));
    }

    #[test]
    fn a_long_text_that_many_cells_share_is_counted_in_each() {
        let texts = format!("uniqueCount=\"1\"><si><t>{}</t></si>", "x".repeat(1 << 20));
        let cells: Vec<String> = (1..80).map(|at| format!("<c r=\"A{at}\" t=\"s\"><v>0</v></c>")).collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        assert!(said(&cells, &texts).contains("holds more than 64 MiB of text"));
    }
}
