//! A report as a workbook: a sheet a table, numbers as numbers, everything else as text.

use super::document::{Block, Cell, Document, Section, Table};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::collections::BTreeSet;
use std::fmt;

/// A workbook that cannot be written.
#[derive(Debug)]
pub struct SheetError(XlsxError);

impl fmt::Display for SheetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the workbook cannot be written: {}", self.0)
    }
}

impl std::error::Error for SheetError {}

impl From<XlsxError> for SheetError {
    fn from(error: XlsxError) -> Self {
        Self(error)
    }
}

/// The most letters that a cell takes.
const CELL: usize = 32_000;
/// The most letters in the name of a sheet.
const NAME: usize = 31;

/// The workbook's bytes. Its first sheet has the report's texts, each other one a table.
///
/// # Errors
///
/// [`SheetError`]: the writer refuses something.
pub fn to_xlsx(document: &Document) -> Result<Vec<u8>, SheetError> {
    let words = (document.language.pick("lower", "inférieur"), document.language.pick("upper", "supérieur"));
    let mut book = Book { workbook: Workbook::new(), names: BTreeSet::new(), words };
    book.workbook.set_properties(&properties(document));
    let mut lines = vec![(0, document.title.plain())];
    lines.extend(document.under.iter().map(|line| (2, line.plain())));
    for section in &document.sections {
        texts(section, 1, &mut lines);
    }
    book.cover(document.language.pick("Report", "Rapport"), &lines)?;
    for section in &document.sections {
        book.section(section)?;
    }
    Ok(book.workbook.save_to_buffer()?)
}

/// The day of the workbook is the evaluation date: the same results give the same bytes on every day.
fn properties(document: &Document) -> DocProperties {
    let properties = DocProperties::new().set_title(first(&document.title.plain(), 200)).set_author("Assize");
    let date = document.as_of;
    let (year, month, day) = (u16::try_from(date.year()), u8::try_from(date.month()), u8::try_from(date.day()));
    let made = match (year, month, day) {
        (Ok(year), Ok(month), Ok(day)) => ExcelDateTime::from_ymd(year, month, day),
        _ => ExcelDateTime::from_ymd(1900, 1, 1),
    };
    // Excel knows no day before 1900; any that is always the same will do.
    match made.or_else(|_| ExcelDateTime::from_ymd(1900, 1, 1)) {
        Ok(made) => properties.set_creation_datetime(&made),
        Err(_) => properties,
    }
}

/// The texts of a section, each with its rank: a title, a heading, or a line.
fn texts(section: &Section, rank: u8, out: &mut Vec<(u8, String)>) {
    out.push((rank.min(2), section.title.plain()));
    for block in &section.blocks {
        of_block(block, out);
    }
    for part in &section.parts {
        texts(part, rank, out);
    }
}

fn of_block(block: &Block, out: &mut Vec<(u8, String)>) {
    match block {
        Block::Text(text) | Block::Note(text) => out.push((2, text.plain())),
        Block::List(items) => out.extend(items.iter().map(|item| (2, format!("• {}", item.plain())))),
        Block::Facts(facts) => {
            out.extend(facts.iter().map(|(name, what)| (2, format!("{}: {}", name.plain(), what.plain()))))
        }
        Block::Table(_) => {}
        Block::Charts(charts) => {
            for chart in charts {
                out.push((2, format!("{}. {}", chart.title.plain(), chart.told)));
                out.extend(chart.remarks.iter().map(|remark| (2, remark.plain())));
            }
        }
        Block::Folded(summary, blocks) => {
            // The rules' own text would be cut into cells.
            if !blocks.iter().all(|block| matches!(block, Block::Table(_) | Block::Rules(_))) {
                out.push((2, summary.plain()));
            }
            for block in blocks {
                of_block(block, out);
            }
        }
        Block::Rules(_) => {}
        Block::Tally(counts) => {
            out.extend(counts.iter().map(|count| (2, format!("{} {}", count.figure, count.of.plain()))))
        }
    }
}

struct Book {
    workbook: Workbook,
    names: BTreeSet<String>,
    /// What the ends of an interval are called.
    words: (&'static str, &'static str),
}

impl Book {
    fn cover(&mut self, name: &str, lines: &[(u8, String)]) -> Result<(), SheetError> {
        let name = self.name(name);
        let sheet = self.workbook.add_worksheet();
        sheet.set_name(&name)?.set_column_width(0, 110)?;
        let (title, heading, line) =
            (Format::new().set_bold().set_font_size(16), Format::new().set_bold(), Format::new().set_text_wrap());
        for ((rank, text), row) in lines.iter().zip(0_u32..) {
            let format = match rank {
                0 => &title,
                1 => &heading,
                _ => &line,
            };
            write(sheet, row, 0, text, format)?;
        }
        Ok(())
    }

    fn section(&mut self, section: &Section) -> Result<(), SheetError> {
        for block in &section.blocks {
            self.block(block)?;
        }
        for part in &section.parts {
            self.section(part)?;
        }
        Ok(())
    }

    fn block(&mut self, block: &Block) -> Result<(), SheetError> {
        match block {
            Block::Table(table) => self.table(table),
            Block::Charts(charts) => {
                charts.iter().filter_map(|chart| chart.table.as_ref()).try_for_each(|table| self.table(table))
            }
            Block::Folded(_, blocks) => blocks.iter().try_for_each(|block| self.block(block)),
            Block::Text(_) | Block::Note(_) | Block::List(_) | Block::Facts(_) | Block::Rules(_) | Block::Tally(_) => {
                Ok(())
            }
        }
    }

    fn table(&mut self, table: &Table) -> Result<(), SheetError> {
        let table = &table.undrawn();
        let name = self.name(&table.sheet);
        let sheet = self.workbook.add_worksheet();
        sheet.set_name(&name)?;
        let (bold, plain) = (Format::new().set_bold().set_text_wrap(), Format::new());
        write(sheet, 0, 0, &table.caption.plain(), &Format::new().set_bold().set_font_size(13))?;
        let words = self.words;
        let mut at = 0_u16;
        let mut first_number = None;
        let mut widths: Vec<u16> = Vec::new();
        for (number, column) in table.columns.iter().enumerate() {
            if number == table.heads {
                first_number = Some(at);
            }
            let head = column.head.plain();
            let heads = match spread(table, number) {
                (_, false) => vec![head],
                (false, true) => vec![format!("{head}, {}", words.0), format!("{head}, {}", words.1)],
                (true, true) => vec![head.clone(), format!("{head}, {}", words.0), format!("{head}, {}", words.1)],
            };
            widths.push(u16::try_from(heads.len()).unwrap_or(1));
            for head in heads {
                write(sheet, 1, at, &head, &bold)?;
                sheet.set_column_width(at, if column.numbers { 14 } else { 24 })?;
                at = at.saturating_add(1);
            }
        }
        sheet.set_freeze_panes(2, first_number.unwrap_or(0))?;
        for (row, at) in table.rows.iter().zip(2_u32..) {
            let mut column = 0_u16;
            for (cell, width) in row.iter().zip(&widths) {
                cell_at(sheet, at, column, *width, cell, &plain)?;
                column = column.saturating_add(*width);
            }
        }
        Ok(())
    }

    /// A name that a sheet may have, and no other has.
    fn name(&mut self, wanted: &str) -> String {
        let mut name: String = wanted
            .chars()
            .map(|letter| {
                if matches!(letter, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') || letter.is_control() {
                    ' '
                } else {
                    letter
                }
            })
            .collect();
        name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() || name.eq_ignore_ascii_case("history") {
            name.push_str(" sheet");
        }
        let name = name.trim().to_owned();
        let mut number = 1;
        loop {
            let end = if number == 1 { String::new() } else { format!(" ({number})") };
            let tried = format!("{}{end}", first(&name, NAME - end.len()).trim_end());
            if self.names.insert(tried.to_lowercase()) {
                return tried;
            }
            number += 1;
        }
    }
}

/// The first letters, as Excel counts them: in halves of UTF-16.
fn first(text: &str, most: usize) -> &str {
    let mut length = 0;
    let end = text.char_indices().find(|(_, letter)| {
        length += letter.len_utf16();
        length > most
    });
    end.map_or(text, |(at, _)| text.get(..at).unwrap_or(text))
}

/// Whether a column has numbers beside their intervals, and whether it has intervals.
fn spread(table: &Table, at: usize) -> (bool, bool) {
    let ranged = || {
        table.rows.iter().filter_map(|row| row.get(at)).filter_map(|cell| match cell {
            Cell::Ranged(ranged) => Some(ranged),
            _ => None,
        })
    };
    (ranged().any(|ranged| ranged.value.is_some()), ranged().any(|ranged| ranged.ends.is_some()))
}

/// A cell, over as many columns as its own has.
fn cell_at(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    width: u16,
    cell: &Cell,
    plain: &Format,
) -> Result<(), SheetError> {
    match cell {
        Cell::Empty => Ok(()),
        Cell::Number(shown, value) => number(sheet, row, column, shown, *value, plain),
        Cell::Ranged(ranged) => {
            if let Some((shown, value)) = &ranged.value {
                number(sheet, row, column, shown, *value, plain)?;
            }
            if let Some((shown, low, high)) = &ranged.ends {
                let first = column + u16::from(width == 3);
                number(sheet, row, first, shown, *low, plain)?;
                number(sheet, row, first + 1, shown, *high, plain)?;
            }
            Ok(())
        }
        Cell::Text(text) => write(sheet, row, column, &text.plain(), plain),
        Cell::Absent(words) | Cell::Status(_, words) | Cell::Spark(_, words) => write(sheet, row, column, words, plain),
    }
}

/// A number as a number; one that a sheet cannot hold as it is shown.
fn number(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    shown: &str,
    value: f64,
    plain: &Format,
) -> Result<(), SheetError> {
    if !value.is_finite() {
        return write(sheet, row, column, shown, plain);
    }
    sheet.write_number(row, column, value)?;
    Ok(())
}

/// A text as text: never a formula, a link or a number, whatever it looks like.
fn write(sheet: &mut Worksheet, row: u32, column: u16, text: &str, format: &Format) -> Result<(), SheetError> {
    let text: String = text.chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
    sheet.write_string_with_format(row, column, first(&text, CELL), format)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_valid_and_each_its_own() {
        let mut book = Book { workbook: Workbook::new(), names: BTreeSet::new(), words: ("", "") };
        let long = "a very long name of a measure that has more than enough letters";
        let names: Vec<String> =
            ["a/b:c", "A B C", "", "History", long, long, "'quoted'", "مقياس"].map(|name| book.name(name)).into();
        assert_eq!(
            names,
            [
                "a b c",
                "A B C (2)",
                "sheet",
                "History sheet",
                "a very long name of a measure t",
                "a very long name of a measu (2)",
                "quoted",
                "مقياس"
            ]
        );
        assert!(names.iter().all(|name| name.encode_utf16().count() <= NAME));
    }
}
