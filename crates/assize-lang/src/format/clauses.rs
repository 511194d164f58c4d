//! Blocks of clauses: the words that begin them stand in a column, what they say in another.

use super::Formatter;
use super::blocks::{BETWEEN, Member};
use super::columns::{Group, Row};
use super::lines::HANG;
use super::spacing::Part;

impl<'t> Formatter<'t> {
    /// `ruleset`, `measure`, `audit`, `indicator`, `evaluation`.
    pub(super) fn clause_block(&mut self, part: Part<'t>) {
        let Some(braces) = self.braces(part) else { return self.line(part, 0) };
        let members = self.members(part, braces);
        let nested = members
            .iter()
            .any(|member| self.words.word(member.start) == "rubric" || self.words.word(member.start + 1) == "profile");
        if !nested && self.one_line(part, braces, &members) {
            return;
        }
        self.open(part, braces, 0);
        let rows = members.into_iter().map(|member| Row { cuts: self.clause(&member), member }).collect();
        for Group { rows, places } in self.groups(part, rows) {
            for row in &rows {
                self.clause_row(part, row, &places);
            }
        }
        self.close(braces, 0);
    }

    /// The first word and the rest.
    fn clause(&self, member: &Member) -> Vec<usize> {
        // What begins with several words is not in columns.
        let whole = matches!(self.words.word(member.start), "higher" | "lower" | "dates" | "time");
        if whole { vec![member.start] } else { vec![member.start, member.start + 1] }
    }

    fn clause_row(&mut self, part: Part<'t>, row: &Row, places: &[usize]) {
        let member = row.member.clone();
        let inner = self.part_of(part, &member);
        let word = self.words.word(member.start);
        // `source "…"  collected yearly  owner "…"` can share a line.
        if matches!(word, "collected" | "owner") {
            let width = self.words.width(inner, member.start, member.end) + 2;
            if self.joins(&member, width) {
                self.page.pad(self.page.place() + 2);
                self.led = Some(member.start);
                return self.put_all(inner, member.start, member.end, 2 + HANG);
            }
        }
        self.lead(member.start, 2);
        let content = 2 + places.get(1).copied().unwrap_or(0);
        match word {
            "rubric" => self.rubric(inner, content),
            "overall" if self.words.word(member.start + 1) == "profile" => self.profile(inner, content),
            _ => self.row(part, row, places, 2, None),
        }
    }

    /// `rubric strong : …   otherwise weak`, on one line or with a line for each level.
    fn rubric(&mut self, part: Part<'t>, content: usize) {
        self.put(part, part.start, content);
        let levels = self.criteria(part.start + 1..part.end);
        self.levels(part, levels, content);
    }

    /// `overall profile { … }`.
    fn profile(&mut self, part: Part<'t>, content: usize) {
        let Some(braces) = self.braces(part) else { return self.line(part, 2) };
        self.put(part, part.start, content);
        self.page.pad(content);
        self.put_all(part, part.start + 1, braces.open + 1, content);
        self.fresh = true;
        let levels = self.criteria(braces.open + 1..braces.close);
        for group in self.level_groups(part, levels) {
            for row in &group.rows {
                self.lead(row.member.start, 4);
                self.row(part, row, &group.places, 4, Some(4 + HANG));
            }
        }
        self.close(braces, 2);
    }

    fn levels(&mut self, part: Part<'t>, levels: Vec<Member>, content: usize) {
        let widths = levels.iter().map(|level| self.words.width(part, level.start, level.end));
        let inner = widths.sum::<usize>() + BETWEEN * levels.len().saturating_sub(1);
        if self.on_one_line(part.start, part.end) && content + inner <= 120 {
            for (count, level) in levels.iter().enumerate() {
                self.page.pad(if count == 0 { content } else { self.page.place() + BETWEEN });
                let part = self.part_of(part, level);
                self.put_all(part, level.start, level.end, content);
            }
            return;
        }
        for (count, group) in self.level_groups(part, levels).into_iter().enumerate() {
            for (row_count, row) in group.rows.iter().enumerate() {
                let first = count == 0 && row_count == 0;
                let remarked = !self.words.around(row.member.start).before.is_empty();
                if first && !remarked && !self.page.at_start() {
                    self.page.pad(content);
                    self.led = Some(row.member.start);
                } else {
                    self.lead(row.member.start, content);
                }
                self.row(part, row, &group.places, content, Some(content + HANG));
            }
        }
    }

    fn level_groups(&self, part: Part<'t>, levels: Vec<Member>) -> Vec<Group> {
        let rows = levels.into_iter().map(|level| Row { cuts: self.criterion_cuts(&level), member: level }).collect();
        self.groups(part, rows)
    }
}
