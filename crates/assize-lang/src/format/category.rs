//! Categories and instruments.

use super::Formatter;
use super::blocks::{BETWEEN, Braces, Member};
use super::columns::{Group, Row};
use super::lines::HANG;
use super::spacing::Part;
use crate::parse::lexis::Kind;

/// The colons of a category are aligned when none stands further in than this.
const COLON: usize = 72;

/// The members of groups of rows.
fn members_of(groups: &[Group]) -> Vec<Member> {
    groups.iter().flat_map(|group| &group.rows).map(|row| row.member.clone()).collect()
}

/// A member of a category.
enum Entry {
    /// `applies`, `otherwise` and the like, and cases without a name.
    Line(Member),
    /// `CODE when name "Title" : condition`, several in a row.
    Named(Group),
    /// `CODE when { … }`.
    Block(Member, Braces, Vec<Group>),
}

impl<'t> Formatter<'t> {
    /// Where the name, the title and the rest of a criterion begin.
    pub(super) fn criterion_cuts(&self, member: &Member) -> Vec<usize> {
        self.named_cuts(member, member.start)
    }

    /// As `criterion_cuts`, where the name stands at `name`; without a colon the whole is one cell.
    fn named_cuts(&self, member: &Member, name: usize) -> Vec<usize> {
        let title = name + 1;
        let colon = if self.words.kind(title) == Some(Kind::Text) { title + 1 } else { title };
        if colon < member.end && self.is_colon(colon) { vec![member.start, title, colon] } else { vec![member.start] }
    }

    pub(super) fn category(&mut self, part: Part<'t>) {
        let Some(braces) = self.braces(part) else { return self.line(part, 0) };
        let members = self.members(part, braces);
        let nested = members.iter().any(|member| self.case_braces(part, member).is_some());
        if !nested && self.one_line(part, braces, &members) {
            return;
        }
        self.open(part, braces, 0);
        let mut entries = self.entries(part, members);
        self.align_colons(part, &mut entries);
        for entry in &entries {
            match entry {
                Entry::Line(member) => {
                    self.lead(member.start, 2);
                    let part = self.part_of(part, member);
                    self.line(part, 2);
                }
                Entry::Named(group) => {
                    for row in &group.rows {
                        self.lead(row.member.start, 2);
                        self.row(part, row, &group.places, 2, Some(2 + HANG));
                    }
                }
                Entry::Block(member, braces, groups) => {
                    self.lead(member.start, 2);
                    let part = self.part_of(part, member);
                    self.case_block(part, *braces, groups);
                }
            }
        }
        self.close(braces, 0);
    }

    /// The braces of `CODE when { … }`.
    fn case_braces(&self, part: Part<'t>, member: &Member) -> Option<Braces> {
        let is_case = self.words.word(member.start + 1) == "when" && self.words.word(member.start) != "applies";
        let open = member.start + 2;
        (is_case && self.opens_brace(open)).then(|| self.braces(self.part_of(part, member))).flatten()
    }

    fn entries(&self, part: Part<'t>, members: Vec<Member>) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut rows: Vec<Row> = Vec::new();
        for member in members {
            if let Some(braces) = self.case_braces(part, &member) {
                entries.extend(self.groups(part, std::mem::take(&mut rows)).into_iter().map(Entry::Named));
                let criteria = self.criteria(braces.open + 1..braces.close);
                let criteria = criteria.into_iter().map(|member| Row { cuts: self.criterion_cuts(&member), member });
                let groups = self.groups(part, criteria.collect());
                entries.push(Entry::Block(member, braces, groups));
                continue;
            }
            let is_case = self.words.word(member.start + 1) == "when" && self.words.word(member.start) != "applies";
            let cuts = if is_case { self.named_cuts(&member, member.start + 2) } else { Vec::new() };
            if cuts.len() > 1 {
                rows.push(Row { member, cuts });
                continue;
            }
            entries.extend(self.groups(part, std::mem::take(&mut rows)).into_iter().map(Entry::Named));
            entries.push(Entry::Line(member));
        }
        entries.extend(self.groups(part, rows).into_iter().map(Entry::Named));
        entries
    }

    /// Puts the colons of all criteria into one column, where none of them is too far in.
    fn align_colons(&self, part: Part<'t>, entries: &mut [Entry]) {
        let mut groups: Vec<(usize, &mut Group)> = Vec::new();
        for entry in entries {
            match entry {
                Entry::Line(_) => {}
                Entry::Named(group) => groups.push((2, group)),
                Entry::Block(member, braces, blocks) => {
                    let criteria = members_of(blocks);
                    if !self.stays_on_line(self.part_of(part, member), *braces, &criteria, 2) {
                        groups.extend(blocks.iter_mut().map(|group| (4, group)));
                    }
                }
            }
        }
        let places = groups.iter().filter_map(|(indent, group)| Some(indent + group.places.get(2)?));
        let Some(colon) = places.max().filter(|colon| *colon <= COLON) else { return };
        for (indent, group) in groups {
            if let Some(place) = group.places.get_mut(2) {
                *place = colon - indent;
            }
        }
    }

    fn case_block(&mut self, part: Part<'t>, braces: Braces, groups: &[Group]) {
        if self.one_line(part, braces, &members_of(groups)) {
            return;
        }
        self.open(part, braces, 2);
        for group in groups {
            for row in &group.rows {
                self.lead(row.member.start, 4);
                self.row(part, row, &group.places, 4, Some(4 + HANG));
            }
        }
        self.close(braces, 2);
    }

    pub(super) fn instrument(&mut self, part: Part<'t>) {
        let Some(braces) = self.braces(part) else { return self.line(part, 0) };
        let members = self.members(part, braces);
        if self.one_line(part, braces, &members) {
            return;
        }
        self.open(part, braces, 0);
        let mut routes: Vec<Row> = Vec::new();
        for (count, member) in members.iter().enumerate() {
            if self.words.word(member.start) == "route" {
                routes.push(Row { cuts: self.route_cuts(member), member: member.clone() });
                continue;
            }
            self.routes(part, std::mem::take(&mut routes));
            let inner = self.part_of(part, member);
            // `band low ..7   band high 8..` can share a line.
            let before = count.checked_sub(1).and_then(|at| members.get(at));
            let both = before.is_some_and(|before| self.words.word(before.start) == "band")
                && self.words.word(member.start) == "band";
            let width = self.words.width(inner, member.start, member.end) + BETWEEN;
            if both && self.joins(member, width) {
                self.page.pad(self.page.place() + BETWEEN);
                self.led = Some(member.start);
                self.put_all(inner, member.start, member.end, 2 + HANG);
                continue;
            }
            self.lead(member.start, 2);
            self.line(inner, 2);
        }
        self.routes(part, routes);
        self.close(braces, 0);
    }

    /// `route`, its name and title, and its condition; the colons are aligned.
    fn route_cuts(&self, member: &Member) -> Vec<usize> {
        let cuts = self.named_cuts(member, member.start + 1);
        match cuts.as_slice() {
            [start, title, colon] => vec![*start, *title, *colon],
            _ => cuts,
        }
    }

    fn routes(&mut self, part: Part<'t>, routes: Vec<Row>) {
        for group in self.groups(part, routes) {
            for row in &group.rows {
                self.lead(row.member.start, 2);
                self.row(part, row, &group.places, 2, Some(2 + HANG));
            }
        }
    }
}
