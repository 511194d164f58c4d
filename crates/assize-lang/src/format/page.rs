//! The text being written: lines, indentation, and comments at line ends, which are aligned when all is written.

/// The text being written.
#[derive(Default)]
pub(super) struct Page {
    out: String,
    /// Characters of the present line; 0 at its start, before its indentation.
    column: usize,
    /// The indentation of the present line, while nothing stands in it.
    indent: usize,
    line: usize,
    /// Where the next word of the line begins, if it would begin before that.
    padded: usize,
    /// Comments at line ends: where in `out`, the column, the line.
    behind: Vec<(usize, usize, usize)>,
}

/// Comments at the ends of neighbouring lines are aligned up to this column.
const ALIGNED: usize = 100;

impl Page {
    /// Ends the present line, if anything stands in it; the next begins with so many blanks.
    pub(super) fn start(&mut self, indent: usize) {
        if self.column > 0 {
            self.out.push('\n');
            self.line += 1;
            self.column = 0;
        }
        self.padded = 0;
        self.indent = indent;
    }

    /// An empty line, unless one stands there or nothing is written yet.
    pub(super) fn blank(&mut self) {
        self.start(self.indent);
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
            self.line += 1;
        }
    }

    /// Where the next character would stand.
    pub(super) fn place(&self) -> usize {
        if self.column == 0 { self.indent } else { self.column }
    }

    /// Where the next word would begin, behind a blank if `gap`.
    pub(super) fn begin(&self, gap: bool) -> usize {
        if self.column == 0 { self.indent } else { (self.column + usize::from(gap)).max(self.padded) }
    }

    pub(super) fn at_start(&self) -> bool {
        self.column == 0
    }

    /// Writes a word, behind a blank if `gap` and something stands before it in the line.
    pub(super) fn word(&mut self, word: &str, gap: bool) {
        let begin = self.begin(gap);
        self.out.extend(std::iter::repeat_n(' ', begin - self.column));
        self.column = begin;
        self.padded = 0;
        self.out.push_str(word);
        match word.rfind('\n') {
            // A word that begins a line counts as something in it even when it is empty.
            Some(at) => {
                self.line += word.bytes().filter(|b| *b == b'\n').count();
                self.column = word.get(at + 1..).unwrap_or("").chars().count().max(1);
            }
            None => self.column += word.chars().count(),
        }
    }

    /// Lets the next word of the line begin at a column, or behind it.
    pub(super) fn pad(&mut self, column: usize) {
        self.padded = column;
    }

    /// A comment at the end of the present line.
    pub(super) fn behind(&mut self, comment: &str) {
        if self.column > 0 {
            self.behind.push((self.out.len(), self.column, self.line));
            self.padded = self.column + 2;
        }
        self.word(comment, false);
    }

    /// All that is written, with a line end at its end.
    pub(super) fn finish(mut self) -> String {
        self.start(0);
        let mut aligned = String::with_capacity(self.out.len());
        let mut from = 0;
        for run in self.behind.chunk_by(|a, b| b.2 == a.2 + 1) {
            let widest =
                run.iter().map(|(_, column, _)| *column).filter(|column| *column <= ALIGNED).max().unwrap_or(0);
            for (at, column, _) in run {
                aligned.push_str(self.out.get(from..*at).unwrap_or(""));
                aligned.extend(std::iter::repeat_n(' ', widest.saturating_sub(*column)));
                from = *at;
            }
        }
        aligned.push_str(self.out.get(from..).unwrap_or(""));
        aligned
    }
}
