//! The model of a report: sections of texts, tables and charts, which every format is written from.

use super::words::Language;
use assize::model::civil::Date;
use std::fmt::Write as _;

/// A whole report.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The language of its own words.
    pub language: Language,
    /// The evaluation date.
    pub as_of: Date,
    /// Its title.
    pub title: Text,
    /// What stands under the title.
    pub under: Vec<Text>,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// A section.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Its anchor: letters, digits, `-` and `_`, unlike every other in the document.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// What stands in it, before its parts.
    pub blocks: Vec<Block>,
    /// Its parts.
    pub parts: Vec<Section>,
}

impl Section {
    /// An empty section.
    pub fn new(id: impl Into<String>, title: impl Into<Text>) -> Self {
        Self { id: id.into(), title: title.into(), blocks: Vec::new(), parts: Vec::new() }
    }

    /// Adds a block.
    pub fn push(&mut self, block: impl Into<Block>) -> &mut Self {
        self.blocks.push(block.into());
        self
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.parts.is_empty()
    }
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A paragraph.
    Text(Text),
    /// A remark that a reader must not pass over.
    Note(Text),
    /// A list.
    List(Vec<Text>),
    /// Names with what goes with them.
    Facts(Vec<(Text, Text)>),
    /// A table.
    Table(Table),
    /// Charts that belong together.
    Charts(Vec<Chart>),
    /// What is folded away until it is asked for.
    Folded(Text, Vec<Block>),
    /// Lines of a rule file.
    Rules(String),
    /// How many came out how, in large figures.
    Tally(Vec<Count>),
}

impl From<Text> for Block {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<Table> for Block {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}

/// A large figure with what it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// Its sign, when it is of a status.
    pub mark: Option<Mark>,
    /// The figure.
    pub figure: String,
    /// What it counts.
    pub of: Text,
}

/// A text, of the document's own words and of what rules and data say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text(pub Vec<Piece>);

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The document's own words.
    Words(String),
    /// What rules or data say: it may be in another script.
    Name(String),
    /// A name in the rules, or code.
    Code(String),
    /// Words that weigh more.
    Strong(String),
    /// What rules or data say, with the anchor of the section about it.
    Link {
        /// The anchor.
        to: String,
        /// The words.
        name: String,
    },
}

impl Piece {
    /// The words alone.
    pub fn plain(&self) -> &str {
        match self {
            Self::Words(text) | Self::Name(text) | Self::Code(text) | Self::Strong(text) => text,
            Self::Link { name, .. } => name,
        }
    }
}

impl Text {
    /// What rules or data say.
    pub fn name(name: impl Into<String>) -> Self {
        Self(vec![Piece::Name(name.into())])
    }

    /// A name in the rules.
    pub fn code(code: impl Into<String>) -> Self {
        Self(vec![Piece::Code(code.into())])
    }

    /// Words that weigh more.
    pub fn strong(words: impl Into<String>) -> Self {
        Self(vec![Piece::Strong(words.into())])
    }

    /// What rules or data say, with the anchor of the section about it.
    pub fn link(to: impl Into<String>, name: impl Into<String>) -> Self {
        Self(vec![Piece::Link { to: to.into(), name: name.into() }])
    }

    /// The text with another after it.
    #[must_use]
    pub fn and(mut self, more: impl Into<Self>) -> Self {
        self.0.extend(more.into().0);
        self
    }

    /// The words, with each `{}` filled by the next of the texts.
    pub fn fill(words: &str, with: impl IntoIterator<Item = Self>) -> Self {
        let mut out = Vec::new();
        let mut with = with.into_iter();
        for (at, part) in words.split("{}").enumerate() {
            if at > 0 {
                out.extend(with.next().unwrap_or_default().0);
            }
            if !part.is_empty() {
                out.push(Piece::Words(part.to_owned()));
            }
        }
        Self(out)
    }

    /// Texts with something between.
    pub fn join(texts: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut out = Vec::new();
        for (at, text) in texts.into_iter().enumerate() {
            if at > 0 {
                out.push(Piece::Words(between.to_owned()));
            }
            out.extend(text.0);
        }
        Self(out)
    }

    /// Whether there are no words.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|piece| piece.plain().is_empty())
    }

    /// The words alone.
    pub fn plain(&self) -> String {
        self.0.iter().map(Piece::plain).collect()
    }
}

impl From<&str> for Text {
    fn from(words: &str) -> Self {
        Self(vec![Piece::Words(words.to_owned())])
    }
}

impl From<String> for Text {
    fn from(words: String) -> Self {
        Self(vec![Piece::Words(words)])
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What a sheet of it is called.
    pub sheet: String,
    /// What it shows.
    pub caption: Text,
    /// Its columns.
    pub columns: Vec<Column>,
    /// How many columns, from the first, name the row.
    pub heads: usize,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
    /// How many further rows are left out for want of room.
    pub left_out: usize,
}

impl Table {
    /// A table without rows.
    pub fn new(sheet: impl Into<String>, caption: impl Into<Text>, heads: usize) -> Self {
        let (sheet, caption) = (sheet.into(), caption.into());
        Self { sheet, caption, columns: Vec::new(), heads, rows: Vec::new(), left_out: 0 }
    }

    /// Adds a column of words.
    pub fn words(&mut self, head: impl Into<Text>) -> &mut Self {
        self.columns.push(Column { head: head.into(), numbers: false });
        self
    }

    /// Adds a column of numbers.
    pub fn numbers(&mut self, head: impl Into<Text>) -> &mut Self {
        self.columns.push(Column { head: head.into(), numbers: true });
        self
    }

    /// The same without lines drawn small, for what cannot draw.
    #[must_use]
    pub fn undrawn(&self) -> Self {
        let mut out = self.clone();
        for row in &mut out.rows {
            for cell in row {
                if matches!(cell, Cell::Spark(..)) {
                    *cell = Cell::Empty;
                }
            }
        }
        out.drop_empty();
        out
    }

    /// Leaves out columns after the heads in which no row has anything.
    pub fn drop_empty(&mut self) {
        if self.rows.is_empty() {
            return;
        }
        for at in (self.heads..self.columns.len()).rev() {
            if self.rows.iter().all(|row| row.get(at).is_none_or(|cell| *cell == Cell::Empty)) {
                self.columns.remove(at);
                for row in &mut self.rows {
                    if at < row.len() {
                        row.remove(at);
                    }
                }
            }
        }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its heading.
    pub head: Text,
    /// Whether it is of numbers.
    pub numbers: bool,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Text(Text),
    /// A number as it is shown, and as it is.
    Number(String, f64),
    /// A number with its interval, or an interval alone.
    Ranged(Ranged),
    /// Why there is no number.
    Absent(String),
    /// A status with its sign.
    Status(Mark, String),
    /// A line of values, drawn small, with what it says in words.
    Spark(Vec<Option<f64>>, String),
}

/// A number with its interval, as it is shown and as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranged {
    /// The number.
    pub value: Option<(String, f64)>,
    /// The ends.
    pub ends: Option<(String, f64, f64)>,
}

impl From<Text> for Cell {
    fn from(text: Text) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

/// The sign of a status; never a colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As it should be.
    Good,
    /// Nearly so.
    Near,
    /// Not so.
    Bad,
    /// Nobody can say.
    Open,
    /// Neither good nor bad.
    Plain,
}

impl Mark {
    /// The sign.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Near => "≈",
            Self::Bad => "✗",
            Self::Open => "?",
            Self::Plain => "•",
        }
    }

    /// Its class in a page.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Near => "near",
            Self::Bad => "bad",
            Self::Open => "open",
            Self::Plain => "plain",
        }
    }
}

/// A chart, with all that it shows in words and in a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Its anchor.
    pub id: String,
    /// Its title.
    pub title: Text,
    /// What can be seen in it, in words.
    pub told: String,
    /// The picture.
    pub picture: Picture,
    /// What is flagged, and why; the numbers of the list stand in the picture.
    pub flagged: Vec<Text>,
    /// What else is to be known of it.
    pub remarks: Vec<Text>,
    /// The table behind it, where no table beside it has the same.
    pub table: Option<Table>,
}

/// What a chart draws.
#[derive(Debug, Clone, PartialEq)]
pub enum Picture {
    /// Values over time.
    Series(Series),
    /// Values against what they are divided by.
    Funnel(Funnel),
    /// Counts as bars, from the left.
    Bars(Bars),
    /// Values with their intervals, one below the other.
    Ranges(Ranges),
}

/// How a point stands in a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Like the others.
    Usual,
    /// Flagged, and above.
    High,
    /// Flagged, and below.
    Low,
    /// The limits do not take it in.
    Aside,
    /// Its period is not over.
    Unfinished,
    /// It is not published.
    Withheld,
    /// It has no value.
    Nothing,
}

/// Values over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What the values are.
    pub unit: String,
    /// What each period is called.
    pub labels: Vec<String>,
    /// The points, one a period.
    pub points: Vec<SeriesPoint>,
    /// What the centre line is.
    pub centre: Option<String>,
    /// What the limits are, the innermost first.
    pub levels: Vec<String>,
    /// Targets.
    pub guides: Vec<(f64, String)>,
    /// The points at which a new centre begins, but for the first.
    pub breaks: Vec<usize>,
    /// What its scale takes in beside its own values, so that charts side by side can be compared.
    pub beside: Option<(f64, f64)>,
}

/// A value over time.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesPoint {
    /// The value.
    pub value: Option<f64>,
    /// How it stands.
    pub standing: Standing,
    /// The centre there.
    pub centre: Option<f64>,
    /// The limits there.
    pub limits: Vec<(f64, f64)>,
    /// The ends of its interval.
    pub ends: Option<(f64, f64)>,
    /// The numbers in the list of what is flagged that begin with it.
    pub numbers: Vec<usize>,
}

/// Values against what they are divided by.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// What the values are.
    pub unit: String,
    /// What they are divided by.
    pub under: String,
    /// The points.
    pub points: Vec<FunnelPoint>,
    /// What the centre line is.
    pub centre: String,
    /// What the limits are, the innermost first.
    pub levels: Vec<String>,
}

/// A point of a funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelPoint {
    /// What it is of.
    pub label: String,
    /// What the value is divided by.
    pub under: f64,
    /// The value.
    pub value: f64,
    /// How it stands.
    pub standing: Standing,
    /// The centre there.
    pub centre: Option<f64>,
    /// The limits there.
    pub limits: Vec<(f64, f64)>,
    /// The number of what flags it.
    pub number: Option<usize>,
}

/// Counts as bars.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// What the parts of bars are: the first solid, the others in patterns.
    pub parts: Vec<String>,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// A bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it is of.
    pub label: String,
    /// The length of each part.
    pub parts: Vec<f64>,
    /// What stands after it.
    pub shown: String,
}

/// Values with their intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranges {
    /// What the values are.
    pub unit: String,
    /// The lines.
    pub lines: Vec<Range>,
    /// Targets.
    pub guides: Vec<(f64, String)>,
}

/// A value with its interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// What it is of.
    pub label: String,
    /// The value.
    pub value: Option<f64>,
    /// The ends.
    pub ends: Option<(f64, f64)>,
    /// What stands after it.
    pub shown: String,
}

/// Gives out anchors, each once.
#[derive(Debug, Default)]
pub struct Anchors(std::collections::BTreeMap<String, usize>);

impl Anchors {
    /// An anchor out of a word.
    pub fn of(&mut self, word: &str) -> String {
        let mut out: String = word
            .chars()
            .map(|letter| if letter.is_ascii_alphanumeric() || letter == '_' { letter } else { '-' })
            .take(64)
            .collect();
        if !out.starts_with(|first: char| first.is_ascii_alphabetic()) {
            out.insert(0, 's');
        }
        let used = self.0.entry(out.clone()).or_default();
        *used += 1;
        if *used > 1 {
            // A point cannot come from a word.
            let _ = write!(out, ".{used}");
        }
        out
    }
}
