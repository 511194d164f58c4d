//! Decision tables: cells in aligned columns, a row a line.

use super::Formatter;
use super::blocks::Member;
use super::lines::HANG;
use super::spacing::Part;
use crate::parse::lexis::Kind;

impl<'t> Formatter<'t> {
    pub(super) fn table(&mut self, part: Part<'t>) {
        let Some(braces) = self.braces(part) else { return self.line(part, 0) };
        self.open(part, braces, 0);
        let rows = self.members(part, braces);
        let widths = self.widths(part, &rows);
        for row in &rows {
            self.lead(row.start, 2);
            let inner = self.part_of(part, row);
            self.table_row(inner, &widths);
        }
        self.close(braces, 0);
    }

    /// The cells of a row, by the places of their bars.
    fn cells(&self, row: &Member) -> Vec<Member> {
        let mut depth = 0_usize;
        let mut bars = Vec::new();
        for at in row.clone() {
            match self.words.kind(at) {
                Some(Kind::Open(_)) => depth += 1,
                Some(Kind::Close(_)) => depth = depth.saturating_sub(1),
                Some(Kind::Bar) if depth == 0 => bars.push(at),
                _ => {}
            }
        }
        bars.iter().zip(bars.iter().skip(1)).map(|(bar, next)| bar + 1..*next).collect()
    }

    /// The widest cell of each column, of the rows without comments in them.
    fn widths(&self, part: Part<'t>, rows: &[Member]) -> Vec<usize> {
        let mut widths: Vec<usize> = Vec::new();
        for row in rows.iter().filter(|row| self.is_quiet(row.start, row.end)) {
            let inner = self.part_of(part, row);
            for (at, cell) in self.cells(row).into_iter().enumerate() {
                let width = self.words.width(inner, cell.start, cell.end);
                match widths.get_mut(at) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
        widths
    }

    fn table_row(&mut self, part: Part<'t>, widths: &[usize]) {
        if !self.is_quiet(part.start, part.end) {
            return self.put_all(part, part.start, part.end, 2 + HANG);
        }
        let row = part.start..part.end;
        for (at, cell) in self.cells(&row).into_iter().enumerate() {
            self.put(part, cell.start.saturating_sub(1), 2);
            let from = self.page.place() + 1;
            self.put_all(part, cell.start, cell.end, 2);
            self.page.pad(from + widths.get(at).copied().unwrap_or(0) + 1);
        }
        self.put(part, part.end.saturating_sub(1), 2);
    }
}
