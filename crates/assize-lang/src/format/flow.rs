//! Writes words one after the other, and finds where to break a line that is too long: where the text binds loosest.

use super::Formatter;
use super::spacing::Part;
use crate::parse::lexis::{Bracket, Kind};

/// Lines are broken so as not to be longer.
const WIDTH: usize = 120;

/// Lists of items with at most so many words fill their lines; others have one item a line.
const SMALL_ITEM: usize = 3;

/// How loosely the words around a place bind, loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seam {
    /// What an objective asks, and by which criterion.
    Asked,
    Comma,
    Else,
    Then,
    Or,
    And,
    Where,
    Comparison,
    Sum,
    Product,
}

/// Where a run of words can be broken.
struct Seams {
    seam: Seam,
    /// A new line would begin with each of these.
    at: Vec<usize>,
}

impl<'t> Formatter<'t> {
    /// Whether the words `from..to` fit into the present line, with so many characters behind them.
    pub(super) fn fits(&self, part: Part<'t>, from: usize, to: usize, tail: usize) -> bool {
        let begin = self.page.begin(self.words.gap(part, from));
        self.is_quiet(from, to) && begin + self.words.width(part, from, to) + tail <= WIDTH
    }

    /// Whether no comments stand between the words `from..to`.
    pub(super) fn is_quiet(&self, from: usize, to: usize) -> bool {
        (from..to).all(|at| {
            let around = self.words.around(at);
            (at == from || around.before.is_empty()) && (at + 1 == to || around.behind.is_none())
        })
    }

    /// Writes one word with the comments around it. A comment ends the line; the next begins at `hang`.
    pub(super) fn put(&mut self, part: Part<'t>, at: usize, hang: usize) {
        let gap = self.words.gap(part, at);
        self.put_with(at, gap, hang);
    }

    fn put_with(&mut self, at: usize, gap: bool, hang: usize) {
        if !self.words.around(at).before.is_empty() {
            self.begin(at, hang);
        }
        self.page.word(self.words.of(at), gap);
        if let Some(comment) = self.words.around(at).behind {
            self.page.behind(comment);
            self.page.start(hang);
        }
    }

    /// Begins a line for a word, with the comments that stand before it unless they are written.
    fn begin(&mut self, at: usize, indent: usize) {
        if self.led == Some(at) {
            return;
        }
        self.page.start(indent);
        for remark in self.words.around(at).before.clone() {
            self.page.word(remark.text, false);
            self.page.start(indent);
        }
        self.led = Some(at);
    }

    /// Writes words without breaking the line, other than at comments.
    pub(super) fn put_all(&mut self, part: Part<'t>, from: usize, to: usize, hang: usize) {
        for at in from..to {
            self.put(part, at, hang);
        }
    }

    /// Writes the words `from..to`, broken where they do not fit. The present line is indented by `base`; the lines that
    /// continue it, by `hang`. So many characters must have room behind the last word.
    pub(super) fn flow(&mut self, part: Part<'t>, from: usize, to: usize, base: usize, hang: usize, tail: usize) {
        if from + 1 >= to || self.fits(part, from, to, tail) {
            return self.put_all(part, from, to, hang);
        }
        let seams = self.seams(part, from, to);
        let bracket = self.widest_bracket(part, from, to);
        match (seams, bracket) {
            (Some(Seams { seam: Seam::Comma, at }), _) => self.list(part, (from, to), &at, (base, hang), tail),
            // What binds tighter than a bracket is broken only when there is none.
            (Some(Seams { seam, .. }), Some(bracket)) if seam >= Seam::Comparison => {
                self.bracket(part, (from, to), bracket, base, hang, tail);
            }
            (Some(Seams { at, .. }), _) => {
                let mut start = from;
                for (count, end) in at.iter().copied().chain([to]).enumerate() {
                    if count > 0 {
                        self.begin(start, hang);
                    }
                    let (base, hang) = if count > 0 { (hang, hang + 2) } else { (base, hang + 2) };
                    self.flow(part, start, end, base, hang, if end == to { tail } else { 0 });
                    start = end;
                }
            }
            (None, Some(bracket)) => self.bracket(part, (from, to), bracket, base, hang, tail),
            (None, None) => self.fill(part, from, to, hang, tail),
        }
    }

    /// Writes what is said behind a colon or `=`. What cannot be broken well stands on a line of its own where it fits.
    pub(super) fn value(&mut self, part: Part<'t>, from: usize, to: usize, base: usize, hang: usize) {
        let seams = self.seams(part, from, to).map_or(Seam::Product, |seams| seams.seam);
        let fits_below = self.is_quiet(from, to) && hang + self.words.width(part, from, to) <= WIDTH;
        if seams >= Seam::Where && fits_below && !self.page.at_start() && !self.fits(part, from, to, 0) {
            self.begin(from, hang);
            return self.put_all(part, from, to, hang);
        }
        self.flow(part, from, to, base, hang, 0);
    }

    /// Writes the words `from..to`, with as many on each line as fit. So many characters must have room behind the last.
    pub(super) fn fill(&mut self, part: Part<'t>, from: usize, to: usize, hang: usize, tail: usize) {
        let mut at = from;
        while at < to {
            // Words without a blank between them stay together.
            let end = (at + 1..to).find(|next| self.words.gap(part, *next)).unwrap_or(to);
            let room = if end == to { tail } else { 0 };
            let begin = self.page.begin(self.words.gap(part, at));
            let width = self.words.width(part, at, end) + room;
            if at > from && !self.page.at_start() && begin + width > WIDTH {
                self.begin(at, hang);
            }
            self.put_all(part, at, end, hang);
            at = end;
        }
    }

    /// Items with commas between them: small ones fill the lines, others have a line each.
    fn list(
        &mut self,
        part: Part<'t>,
        (from, to): (usize, usize),
        seams: &[usize],
        (base, hang): (usize, usize),
        tail: usize,
    ) {
        let ends = || seams.iter().copied().chain([to]);
        let starts = || [from].into_iter().chain(seams.iter().copied());
        let fill = self.is_small_list(from, to, seams);
        let mut alone = false;
        for (count, (start, end)) in starts().zip(ends()).enumerate() {
            let room = if end == to { tail } else { 0 };
            // Child records have lines of their own.
            let children = self.words.kind(start + 1) == Some(Kind::Colon)
                && self.words.kind(start + 2) == Some(Kind::Open(Bracket::Square));
            let whole = !children && self.fits(part, start, end, room);
            if count > 0 && (!fill || alone || !whole || self.page.at_start()) {
                self.begin(start, hang);
            }
            let (base, inner) = if count > 0 && self.page.at_start() { (hang, hang + 2) } else { (base, hang + 2) };
            alone = children || !self.fits(part, start, end, room);
            self.flow(part, start, end, base, inner, room);
        }
    }

    /// Whether the items of a list fill their lines: they are short, or fields with their values.
    fn is_small_list(&self, from: usize, to: usize, seams: &[usize]) -> bool {
        let starts = [from].into_iter().chain(seams.iter().copied());
        let ends = seams.iter().copied().chain([to]);
        let entry = |start: usize| self.words.kind(start + 1) == Some(Kind::Colon);
        starts.zip(ends).all(|(start, end)| entry(start) || end - start <= SMALL_ITEM + 1)
    }

    /// Breaks inside a bracket: what it holds stands on lines of its own.
    fn bracket(
        &mut self,
        part: Part<'t>,
        (from, to): (usize, usize),
        (open, close): (usize, usize),
        base: usize,
        hang: usize,
        tail: usize,
    ) {
        self.put_all(part, from, open + 1, hang);
        self.begin(open + 1, base + 2);
        match self.seams(part, open + 1, close) {
            // Conditions side by side are read one by one.
            Some(Seams { seam: Seam::Comma, at }) if !self.is_small_list(open + 1, close, &at) => {
                self.list(part, (open + 1, close), &at, (base + 2, base + 2), 0);
            }
            _ => self.flow(part, open + 1, close, base + 2, base + 2, 0),
        }
        self.page.start(base);
        self.put(part, close, base);
        if close + 1 < to {
            self.flow(part, close + 1, to, base, hang, tail);
        }
    }

    /// The widest pair of brackets that are in no other ones and hold something.
    fn widest_bracket(&self, part: Part<'t>, from: usize, to: usize) -> Option<(usize, usize)> {
        let mut open = Vec::new();
        let mut widest: Option<(usize, usize, usize)> = None;
        for at in from..to {
            match self.words.kind(at) {
                Some(Kind::Open(_)) => open.push(at),
                Some(Kind::Close(_)) => {
                    let begin = open.pop()?;
                    if open.is_empty() && begin + 1 < at {
                        let width = self.words.width(part, begin, at);
                        if widest.is_none_or(|(_, _, other)| width > other) {
                            widest = Some((begin, at, width));
                        }
                    }
                }
                _ => {}
            }
        }
        widest.map(|(open, close, _)| (open, close))
    }

    /// The loosest seams of the words that stand in no brackets.
    fn seams(&self, part: Part<'t>, from: usize, to: usize) -> Option<Seams> {
        let mut found: Vec<(Seam, usize)> = Vec::new();
        let (mut depth, mut bounded, mut condition) = (0_usize, 0_usize, false);
        for at in from..to {
            let seam = match self.words.kind(at) {
                Some(Kind::Open(_)) => {
                    depth += 1;
                    continue;
                }
                Some(Kind::Close(_)) => {
                    depth = depth.saturating_sub(1);
                    continue;
                }
                _ if depth > 0 => continue,
                Some(Kind::Comma) => Some((Seam::Comma, at + 1)),
                Some(Kind::Equals | Kind::Operator) => match self.words.of(at) {
                    "+" => Some((Seam::Sum, at)),
                    "*" | "/" => Some((Seam::Product, at)),
                    _ => Some((Seam::Comparison, at)),
                },
                Some(Kind::Minus) if self.words.gap(part, at + 1) => Some((Seam::Sum, at)),
                Some(Kind::Word) => match self.words.of(at) {
                    "else" if self.words.word(at.wrapping_sub(1)) != "else" => Some((Seam::Else, at)),
                    "then" => Some((Seam::Then, at)),
                    "or" => Some((Seam::Or, at)),
                    "and" if bounded > 0 => {
                        bounded -= 1;
                        None
                    }
                    "and" => Some((Seam::And, at)),
                    "between" => {
                        bounded += 1;
                        None
                    }
                    "where" => Some((Seam::Where, at + 1)),
                    "question" | "criterion"
                        if self.words.word(part.start) == "objective"
                            && self.words.kind(at + 1) == Some(Kind::Text) =>
                    {
                        Some((Seam::Asked, at))
                    }
                    "in" | "is" | "within" | "contains" | "matches" | "overlaps" | "starts" | "ends" => {
                        Some((Seam::Comparison, at))
                    }
                    _ => None,
                },
                _ => None,
            };
            let Some((seam, place)) = seam.filter(|(_, place)| *place > from && *place < to) else { continue };
            // A condition behind `where` reaches to the end of its brackets, or to a comma.
            if condition && seam != Seam::Comma {
                continue;
            }
            condition |= seam == Seam::Where;
            found.push((seam, place));
        }
        let seam = found.iter().map(|(seam, _)| *seam).min()?;
        let mut at: Vec<usize> = found.iter().filter(|(other, _)| *other == seam).map(|(_, at)| *at).collect();
        // A comparison has two sides, whatever it is made of.
        if seam == Seam::Comparison || seam == Seam::Where {
            at.truncate(1);
        }
        Some(Seams { seam, at })
    }

    /// Whether a brace opens at a place.
    pub(super) fn opens_brace(&self, at: usize) -> bool {
        self.words.kind(at) == Some(Kind::Open(Bracket::Curly))
    }
}
