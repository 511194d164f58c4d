//! Plain text tables: columns as wide as their widest cell, numbers to the right.

use std::fmt::Write as _;

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table of text.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    heads: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
}

impl Grid {
    /// A table with these headings.
    pub fn new<'a>(heads: impl IntoIterator<Item = (&'a str, Align)>) -> Self {
        Self { heads: heads.into_iter().map(|(head, align)| (head.to_owned(), align)).collect(), rows: Vec::new() }
    }

    /// Adds a row; cells beyond the headings are not shown. What would move a terminal's cursor is written out.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(written_out).collect());
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table, each line after `indent`.
    pub fn render(&self, indent: &str) -> String {
        let mut widths: Vec<usize> = self.heads.iter().map(|(head, _)| width(head)).collect();
        for row in &self.rows {
            for (widest, cell) in widths.iter_mut().zip(row) {
                *widest = (*widest).max(width(cell));
            }
        }
        let mut out = String::new();
        let heads: Vec<&str> = self.heads.iter().map(|(head, _)| head.as_str()).collect();
        self.line(&mut out, indent, &widths, &heads);
        let rules: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
        let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
        self.line(&mut out, indent, &widths, &rules);
        for row in &self.rows {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            self.line(&mut out, indent, &widths, &cells);
        }
        out
    }

    fn line(&self, out: &mut String, indent: &str, widths: &[usize], cells: &[&str]) {
        let mut line = String::from(indent);
        for (at, ((_, align), &wide)) in self.heads.iter().zip(widths).enumerate() {
            let cell = cells.get(at).copied().unwrap_or("");
            let pad = " ".repeat(wide.saturating_sub(width(cell)));
            let gap = if at == 0 { "" } else { "  " };
            let _ = match align {
                Align::Left => write!(line, "{gap}{cell}{pad}"),
                Align::Right => write!(line, "{gap}{pad}{cell}"),
            };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// A text without control characters, nor marks that turn the direction of the text around it: each as its number.
fn written_out(text: String) -> String {
    let moves = |of: char| of.is_control() || matches!(of, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.contains(moves) {
        return text;
    }
    text.chars().fold(String::new(), |mut out, of| {
        if moves(of) {
            out.extend(of.escape_default());
        } else {
            out.push(of);
        }
        out
    })
}

/// Characters; near enough to columns for the scripts that rules are written in.
fn width(text: &str) -> usize {
    text.chars().count()
}

/// A count with its thousands apart: `12,345`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_moves_the_cursor() {
        let mut grid = Grid::new([("name", Align::Left), ("people", Align::Right)]);
        grid.row(["\u{1b}[31mred\nforged  99\u{202e}".to_owned(), count(1)]);
        let lines = grid.render("");
        assert_eq!(lines.lines().nth(2), Some("\\u{1b}[31mred\\nforged  99\\u{202e}       1"));
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut grid = Grid::new([("list", Align::Left), ("people", Align::Right)]);
        grid.row(["A".to_owned(), count(12)]);
        grid.row(["none".to_owned(), count(1_234_567)]);
        assert_eq!(grid.render("  "), "  list     people\n  ----  ---------\n  A            12\n  none  1,234,567\n");
    }
}
