//! Records, code lists, responses and publications.

use super::Formatter;
use super::blocks::Member;
use super::columns::Row;
use super::lines::HANG;
use super::spacing::Part;
use crate::parse::lexis::Kind;

impl<'t> Formatter<'t> {
    /// A block whose members are rows.
    fn row_block(&mut self, part: Part<'t>, cut: impl Fn(&Self, &Member) -> Vec<usize>) {
        let Some(braces) = self.braces(part) else { return self.line(part, 0) };
        let members = self.members(part, braces);
        if self.one_line(part, braces, &members) {
            return;
        }
        self.open(part, braces, 0);
        let rows = members.into_iter().map(|member| Row { cuts: cut(self, &member), member }).collect();
        for group in self.groups(part, rows) {
            for row in &group.rows {
                self.lead(row.member.start, 2);
                self.row(part, row, &group.places, 2, Some(2 + HANG));
            }
        }
        self.close(braces, 0);
    }

    /// `name : type … from "…"`.
    pub(super) fn record(&mut self, part: Part<'t>) {
        self.row_block(part, |this, member| {
            if !this.is_colon(member.start + 1) {
                return vec![member.start];
            }
            let from = (member.start + 3..member.end).find(|at| this.words.word(*at) == "from");
            vec![member.start, member.start + 1, from.unwrap_or(member.end)]
        });
    }

    /// `name "Title" from "…"`, `missing REASON from "…"`.
    pub(super) fn codes(&mut self, part: Part<'t>) {
        self.row_block(part, |this, member| {
            let named = if this.words.word(member.start) == "missing" { 2 } else { 1 };
            let title = member.start + named;
            let from = if this.words.kind(title) == Some(Kind::Text) && title < member.end { title + 1 } else { title };
            vec![member.start, title, from.min(member.end)]
        });
    }

    /// `CODE : "Text" by role within time`.
    pub(super) fn response(&mut self, part: Part<'t>) {
        self.row_block(part, |this, member| {
            let find = |from: usize, word: &str| (from..member.end).find(|at| this.words.word(*at) == word);
            let by = find(member.start + 3, "by").unwrap_or(usize::MAX);
            let within = find(member.start + 3, "within").unwrap_or(member.end);
            vec![member.start, member.start + 1, by.min(within), within]
        });
    }

    /// `publish NAME to LABEL { a, b }`.
    pub(super) fn publish(&mut self, part: Part<'t>) {
        let Some(braces) = self.braces(part) else { return self.line(part, 0) };
        let joined = self.on_one_line(braces.open, braces.close + 1);
        if joined && self.fits(part, part.start, part.end, 0) {
            return self.put_all(part, part.start, part.end, HANG);
        }
        self.open(part, braces, 0);
        if braces.open + 1 < braces.close {
            self.lead(braces.open + 1, 2);
            let inner = Part { start: braces.open + 1, end: braces.close, ..part };
            self.flow(inner, inner.start, inner.end, 2, 2, 0);
        }
        self.close(braces, 0);
    }
}
