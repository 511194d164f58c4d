//! Declarations without a block.

use super::Formatter;
use super::columns::Row;
use super::spacing::Part;
use crate::parse::lexis::Kind;

/// How much further in the lines begin that continue one.
pub(super) const HANG: usize = 4;

impl<'t> Formatter<'t> {
    /// `let NAME of R "Title" = …`: the value begins on the line of the name.
    pub(super) fn let_declaration(&mut self, part: Part<'t>) {
        let equals = (part.start..part.end).find(|at| self.words.kind(*at) == Some(Kind::Equals));
        let value = equals.map_or(part.start, |at| at + 1);
        self.put_all(part, part.start, value, HANG);
        self.value(part, value, part.end, 0, HANG);
    }

    /// `parameter …`, several in a row with their titles in a column.
    pub(super) fn parameters(&mut self, parts: &[(Part<'t>, Option<usize>)]) {
        let row = |(part, title): &(Part<'t>, Option<usize>)| Row {
            member: part.start..part.end,
            cuts: [Some(part.start), *title].into_iter().flatten().collect(),
        };
        let Some((part, _)) = parts.first() else { return };
        for group in self.groups(*part, parts.iter().map(row).collect()) {
            for row in &group.rows {
                self.lead(row.member.start, 0);
                let part = self.part_of(*part, &row.member);
                if self.fits(part, part.start, part.end, 0) || !self.is_quiet(part.start, part.end) {
                    self.row(part, row, &group.places, 0, Some(HANG));
                } else {
                    self.fill(part, part.start, part.end, HANG, 0);
                }
            }
        }
        self.page.start(0);
    }

    /// A function; its body stays as it is.
    pub(super) fn function(&mut self, part: Part<'t>) {
        let body = part.end.saturating_sub(1);
        self.fill(part, part.start, body, HANG, " {".len());
        self.put(part, body, 0);
    }
}
