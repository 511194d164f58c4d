//! Members in aligned columns: names, titles, and what they say.

use super::Formatter;
use super::blocks::Member;
use super::spacing::Part;

/// Columns are aligned up to this far from where their rows begin; a longer row has its next column close behind it.
const ALIGNED: usize = 56;

/// A member cut into cells; those that it does not have are empty. The last is as long as it needs to be.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) member: Member,
    /// Where each cell begins; one past the last word at the end.
    pub(super) cuts: Vec<usize>,
}

impl Row {
    fn cell(&self, at: usize) -> Member {
        let from = self.cuts.get(at).copied().unwrap_or(self.member.end);
        let to = self.cuts.get(at + 1).copied().unwrap_or(self.member.end);
        from..to
    }

    fn cells(&self) -> usize {
        self.cuts.len()
    }
}

/// Rows without an empty line between them, and where their columns begin, counted from the start of the rows.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) rows: Vec<Row>,
    pub(super) places: Vec<usize>,
}

impl<'t> Formatter<'t> {
    /// Rows in groups, with their columns placed.
    pub(super) fn groups(&self, part: Part<'t>, rows: Vec<Row>) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for row in rows {
            let around = self.words.around(row.member.start);
            let apart = around.blank || around.before.iter().any(|remark| remark.blank);
            match groups.last_mut() {
                Some(last) if !apart => last.rows.push(row),
                _ => groups.push(Group { rows: vec![row], places: Vec::new() }),
            }
        }
        for group in &mut groups {
            let columns = group.rows.iter().map(Row::cells).max().unwrap_or(0);
            group.places = vec![0; columns];
            for column in 1..columns {
                let ends = group.rows.iter().filter(|row| !row.cell(column).is_empty());
                let ends = ends.filter_map(|row| self.end_before(part, row, column, &group.places));
                // The column of what stands in the data is set off a little more.
                let from = matches!(part.keyword, "record" | "codes" | "ordered") && column > 1;
                let blanks = if from { 2 } else { 1 };
                let place = ends.filter(|end| *end <= ALIGNED).max().map_or(0, |end| end + blanks);
                if let Some(slot) = group.places.get_mut(column) {
                    *slot = place;
                }
            }
        }
        groups
    }

    /// Where a row has come to before a column, counted from its start; `None` when comments stand in between.
    fn end_before(&self, part: Part<'t>, row: &Row, column: usize, places: &[usize]) -> Option<usize> {
        let part = self.part_of(part, &row.member);
        let mut end = 0;
        for at in 0..column {
            let cell = row.cell(at);
            if cell.is_empty() {
                continue;
            }
            let begin = if at == 0 { 0 } else { places.get(at).copied().unwrap_or(0).max(end + 1) };
            end = begin + self.words.width(part, cell.start, cell.end);
        }
        let cut = row.cuts.get(column).copied().unwrap_or(row.member.end);
        let quiet = self.is_quiet(row.member.start, cut + 1);
        quiet.then_some(end)
    }

    /// Writes a row; the page stands where it begins. Its last cell goes on at `hang`, or at its column where that is
    /// `None`.
    pub(super) fn row(&mut self, part: Part<'t>, row: &Row, places: &[usize], indent: usize, hang: Option<usize>) {
        let part = self.part_of(part, &row.member);
        let wrapped = hang.unwrap_or(indent + super::lines::HANG);
        for at in 0..row.cells() {
            let cell = row.cell(at);
            if cell.is_empty() {
                continue;
            }
            let place = indent + places.get(at).copied().unwrap_or(0);
            if at > 0 && !self.page.at_start() {
                self.page.pad(place);
                // A title cannot be broken: it stands close where its column would take it past the margin.
                if cell.len() == 1 && !self.fits(part, cell.start, cell.end, 0) {
                    self.page.pad(0);
                }
            }
            let last = (at + 1..row.cells()).all(|later| row.cell(later).is_empty());
            if last && at > 0 && self.is_colon(cell.start) {
                self.put(part, cell.start, wrapped);
                self.value(part, cell.start + 1, cell.end, indent, hang.unwrap_or(wrapped));
            } else if last && at > 0 {
                let hang = hang.unwrap_or(if place > indent { place } else { wrapped });
                match self.words.word(part.start) {
                    // Several things side by side, no list and no condition.
                    "from" | "chart" | "target" | "signals" | "as" => self.fill(part, cell.start, cell.end, hang, 0),
                    _ => self.flow(part, cell.start, cell.end, indent, hang, 0),
                }
            } else if last {
                self.flow(part, cell.start, cell.end, indent, wrapped, 0);
            } else {
                self.put_all(part, cell.start, cell.end, wrapped);
            }
        }
    }
}
