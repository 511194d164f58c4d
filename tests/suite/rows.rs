//! The rows of data files for doors that take rows and not files.

use serde_json::{Value, json};
use std::path::Path;

/// The cells of a CSV or TSV file: its headings and its rows. Why not, of a file that is not as RFC 4180 has it: what is
/// wrong with it as a file is for those who read files.
pub fn cells(path: &Path) -> Result<(Vec<String>, Vec<Vec<String>>), String> {
    let text = std::fs::read(path).expect("a file that is there");
    let text = String::from_utf8(text).map_err(|_| "the file is not UTF-8".to_owned())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let tabs = path.extension().is_some_and(|ending| ending == "tsv");
    let delimiter = if tabs { '\t' } else { ',' };
    let mut rows: Vec<Vec<String>> = Vec::new();
    let (mut row, mut cell) = (Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    // Whether a quoted cell was closed, after which only a delimiter or a line's end can come.
    let mut closed = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if cell.is_empty() && !closed => loop {
                match chars.next() {
                    Some('"') if chars.next_if_eq(&'"').is_some() => cell.push('"'),
                    Some('"') => {
                        closed = true;
                        break;
                    }
                    Some(c) => cell.push(c),
                    None => return Err("a quote is never closed".to_owned()),
                }
            },
            '\r' if chars.peek() == Some(&'\n') => {}
            c if c == delimiter => {
                row.push(std::mem::take(&mut cell));
                closed = false;
            }
            '\n' => {
                let blank = row.is_empty() && cell.is_empty() && !closed;
                row.push(std::mem::take(&mut cell));
                closed = false;
                let row = std::mem::take(&mut row);
                if !blank {
                    rows.push(row);
                }
            }
            _ if closed => return Err("text stands after a closing quote".to_owned()),
            c => cell.push(c),
        }
    }
    if !row.is_empty() || !cell.is_empty() || closed {
        row.push(cell);
        rows.push(row);
    }
    let mut rows = rows.into_iter();
    let headings = rows.next().ok_or("the file has no headings")?;
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.iter().any(|row| row.len() != headings.len()) {
        return Err("rows have more or fewer cells than there are headings".to_owned());
    }
    Ok((headings, rows))
}

/// Each row of a file as the text of a JSON object: of JSON as it stands there, of CSV with every cell as text. Why not,
/// of a file whose rows are no objects.
pub fn objects(path: &Path) -> Result<Vec<String>, String> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("");
    if ending == "csv" || ending == "tsv" {
        let (headings, rows) = cells(path)?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<&str> = headings.iter().map(|heading| heading.trim()).collect();
        let object = |row: Vec<String>| {
            let members = names.iter().zip(row).map(|(name, cell)| format!("{}:{}", json!(name), json!(cell)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        };
        return Ok(rows.into_iter().map(object).collect());
    }
    let text = std::fs::read_to_string(path).expect("a file that is there");
    if text.trim_start().starts_with('[') {
        let rows: Vec<Box<serde_json::value::RawValue>> =
            serde_json::from_str(&text).map_err(|error| format!("not an array: {error}"))?;
        return Ok(rows.iter().map(|row| row.get().to_owned()).collect());
    }
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let value: Value =
                serde_json::from_str(line).map_err(|error| format!("a line that is not JSON: {error}"))?;
            if value.is_object() { Ok(line.to_owned()) } else { Err("a line that is not an object".to_owned()) }
        })
        .collect()
}
