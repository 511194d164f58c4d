//! Blocks: a header, braces, and members.

use std::ops::Range;

use super::Formatter;
use super::spacing::Part;
use crate::parse::lexis::Kind;
use crate::parse::pieces::{self, Beginnings};

/// The words of a member.
pub(super) type Member = Range<usize>;

/// What stands between members on one line.
pub(super) const BETWEEN: usize = 3;

/// How wide a line may become for a block to stay on it.
const LINE: usize = 120;

/// The braces of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Braces {
    pub(super) open: usize,
    pub(super) close: usize,
}

impl<'t> Formatter<'t> {
    /// The block of a declaration or member: its last words.
    pub(super) fn braces(&self, part: Part<'t>) -> Option<Braces> {
        let close = part.end.checked_sub(1)?;
        let open = (part.start..part.end)
            .rev()
            .find(|at| self.opens_brace(*at) && self.brackets.close_of(*at) == Some(close))?;
        Some(Braces { open, close })
    }

    /// The members of a block.
    pub(super) fn members(&self, part: Part<'t>, braces: Braces) -> Vec<Member> {
        let begins = Beginnings { text: &self.text, tokens: &self.words.tokens };
        let within = braces.open + 1..braces.close;
        let mut open = usize::from(matches!(self.words.word(within.start), "latest" | "earliest"));
        pieces::cut(&self.words.tokens, within, true, |at, start| match part.keyword {
            "ruleset" => begins.ruleset_clause(at, start),
            "codes" | "ordered" => begins.code(at),
            "record" => begins.field(at),
            "category" => begins.category_member(at, start),
            "instrument" => begins.instrument_clause(at, start),
            "table" => begins.row(at),
            "progression" => begins.progression_clause(at, start),
            "response" => begins.action(at),
            "measure" => begins.measure_clause(at, start, &mut open),
            "audit" => begins.audit_clause(at, start),
            "indicator" => begins.indicator_clause(at, start),
            "evaluation" => begins.evaluation_clause(at, start),
            "test" => begins.test_clause(at, start),
            _ => false,
        })
    }

    /// The criteria of a case, or the levels of a rubric.
    pub(super) fn criteria(&self, within: Range<usize>) -> Vec<Member> {
        let begins = Beginnings { text: &self.text, tokens: &self.words.tokens };
        pieces::cut(&self.words.tokens, within, true, |at, _| {
            begins.criterion(at) || self.words.word(at) == "otherwise"
        })
    }

    /// A member as a part of its declaration.
    pub(super) fn part_of(&self, part: Part<'t>, member: &Member) -> Part<'t> {
        Part { keyword: part.keyword, start: member.start, end: member.end }
    }

    /// Whether the words `from..to` stand on one line, without comments between them.
    pub(super) fn on_one_line(&self, from: usize, to: usize) -> bool {
        let joined = (from + 1..to).all(|at| !self.words.around(at).newline);
        joined && self.is_quiet(from, to)
    }

    /// Whether a block that begins at `indent` stands on one line and fits into it.
    pub(super) fn stays_on_line(&self, part: Part<'t>, braces: Braces, members: &[Member], indent: usize) -> bool {
        if !self.on_one_line(braces.open, braces.close + 1) || !self.is_quiet(part.start, part.end) {
            return false;
        }
        let header = self.words.width(part, part.start, braces.open);
        let width = |member: &Member| self.words.width(self.part_of(part, member), member.start, member.end);
        let inner = members.iter().map(width).sum::<usize>() + BETWEEN * members.len().saturating_sub(1);
        let around = if members.is_empty() { " {}".len() } else { " {  }".len() };
        indent + header + inner + around <= LINE
    }

    /// How many of these declarations, the first among them, are records on a line each, line after line; their braces
    /// are aligned.
    pub(super) fn line_run(&mut self, parts: &[Part<'t>]) -> usize {
        self.brace = None;
        let mut widest = 0;
        let mut run: Vec<(Part<'t>, Braces, Vec<Member>)> = Vec::new();
        for part in parts {
            let around = self.words.around(part.start);
            let apart = !run.is_empty() && (around.blank || !around.before.is_empty());
            let braces = self.braces(*part).filter(|_| part.keyword == "record" && !apart);
            let Some(braces) = braces else { break };
            let members = self.members(*part, braces);
            if !self.stays_on_line(*part, braces, &members, 0) {
                break;
            }
            widest = widest.max(self.words.width(*part, part.start, braces.open));
            run.push((*part, braces, members));
        }
        let all_fit = run.iter().all(|(part, braces, members)| {
            let more = widest - self.words.width(*part, part.start, braces.open);
            self.stays_on_line(*part, *braces, members, more)
        });
        if all_fit && run.len() > 1 {
            self.brace = Some(widest + 1);
        }
        run.len().max(1)
    }

    /// Writes a block on one line if it stands on one and fits; says whether it did.
    pub(super) fn one_line(&mut self, part: Part<'t>, braces: Braces, members: &[Member]) -> bool {
        if !self.stays_on_line(part, braces, members, self.page.place()) {
            return false;
        }
        self.put_all(part, part.start, braces.open, 0);
        self.page.pad(self.brace.unwrap_or(0));
        self.page.word("{", true);
        for (count, member) in members.iter().enumerate() {
            self.page.pad(self.page.place() + if count == 0 { 1 } else { BETWEEN });
            let part = self.part_of(part, member);
            self.put_all(part, member.start, member.end, 0);
        }
        self.page.word("}", !members.is_empty());
        self.behind(braces.close);
        true
    }

    /// Writes the header of a block and its opening brace.
    pub(super) fn open(&mut self, part: Part<'t>, braces: Braces, indent: usize) {
        self.fill(part, part.start, braces.open, indent + super::lines::HANG, " {".len());
        self.brace(braces.open, indent);
        self.fresh = true;
    }

    fn brace(&mut self, at: usize, indent: usize) {
        for remark in self.words.around(at).before.clone() {
            self.remark(remark.text, false, indent);
        }
        if self.page.at_start() {
            self.page.start(indent);
        }
        self.page.word(self.words.of(at), true);
        self.behind(at);
    }

    /// The comment at the end of the line of a word that is written.
    pub(super) fn behind(&mut self, at: usize) {
        if let Some(comment) = self.words.around(at).behind {
            self.page.behind(comment);
        }
    }

    /// Writes the closing brace of a block, and the comments before it.
    pub(super) fn close(&mut self, braces: Braces, indent: usize) {
        for remark in self.words.around(braces.close).before.clone() {
            self.remark(remark.text, remark.blank, indent + 2);
        }
        self.page.start(indent);
        self.page.word("}", false);
        self.behind(braces.close);
        self.fresh = false;
    }

    /// Whether the next member begins on the line of the last one, and so many characters have room in it.
    pub(super) fn joins(&self, member: &Member, width: usize) -> bool {
        let around = self.words.around(member.start);
        let apart = around.newline || !around.before.is_empty() || self.page.at_start();
        !apart && self.is_quiet(member.start, member.end) && self.page.place() + width <= LINE
    }

    /// A block whose members have a line each.
    pub(super) fn plain_block(&mut self, part: Part<'t>) {
        let Some(braces) = self.braces(part) else { return self.line(part, 0) };
        let members = self.members(part, braces);
        if self.one_line(part, braces, &members) {
            return;
        }
        self.open(part, braces, 0);
        for member in &members {
            self.lead(member.start, 2);
            let part = self.part_of(part, member);
            self.line(part, 2);
        }
        self.close(braces, 0);
    }

    /// A member on a line, or on several where one is too short.
    pub(super) fn line(&mut self, part: Part<'t>, indent: usize) {
        let hang = indent + super::lines::HANG;
        match self.words.word(part.start) {
            "uses" | "override" | "missing" | "expect" => self.fill(part, part.start, part.end, hang, 0),
            _ => self.flow(part, part.start, part.end, indent, hang, 0),
        }
    }

    /// Whether a colon stands at a place.
    pub(super) fn is_colon(&self, at: usize) -> bool {
        self.words.kind(at) == Some(Kind::Colon)
    }
}
