//! The abstract syntax tree: what a rule file says, before anything is known about what its names mean.
//!
//! Every node carries the [`Span`] it was read from. Names are unresolved; numbers and dates are already values, since
//! their form does not depend on a declaration. Comments are kept beside the declarations, with their spans.

mod evaluation;
mod function;
mod instrument;
mod measure;
mod movement;
mod publish;
mod table;

pub use evaluation::*;
pub use function::*;
pub use instrument::*;
pub use measure::*;
pub use movement::*;
pub use publish::*;
pub use table::*;

use crate::source::{FileId, Span};

/// One rule file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Which source this was read from.
    pub id: FileId,
    /// The declarations, in the order of the text.
    pub decls: Vec<Decl>,
    /// Every comment, in the order of the text.
    pub comments: Vec<Comment>,
}

/// A comment, without its `#` and the blank after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// The words of the comment.
    pub text: String,
    /// `##`: a documentation comment, which travels with the declaration that follows it.
    pub documentation: bool,
    /// Where it stands, its `#` included.
    pub span: Span,
}

/// A name as written, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ident {
    /// The name.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A quoted text with its escapes resolved, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// The text between the quotes.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A declaration.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is described by the type it holds")]
pub enum Decl {
    Ruleset(Ruleset),
    Import(Import),
    Labels(Labels),
    Parameter(Parameter),
    Codes(Codes),
    Record(Record),
    Let(Let),
    Category(Category),
    Instrument(Instrument),
    Table(Table),
    Lookup(Lookup),
    Function(Function),
    Progression(Progression),
    Response(Response),
    Measure(Measure),
    Audit(Audit),
    Indicator(Indicator),
    Evaluation(Evaluation),
    Publish(Publish),
    Release(Release),
    Test(Test),
    Broken(Broken),
}

impl Decl {
    /// The word it begins with; of `ordered codes` the second.
    pub fn keyword(&self) -> &str {
        match self {
            Self::Ruleset(_) => "ruleset",
            Self::Import(_) => "import",
            Self::Labels(_) => "labels",
            Self::Parameter(_) => "parameter",
            Self::Codes(_) => "codes",
            Self::Record(_) => "record",
            Self::Let(_) => "let",
            Self::Category(_) => "category",
            Self::Instrument(_) => "instrument",
            Self::Table(_) => "table",
            Self::Lookup(_) => "lookup",
            Self::Function(_) => "function",
            Self::Progression(_) => "progression",
            Self::Response(_) => "response",
            Self::Measure(_) => "measure",
            Self::Audit(_) => "audit",
            Self::Indicator(_) => "indicator",
            Self::Evaluation(_) => "evaluation",
            Self::Publish(_) => "publish",
            Self::Release(_) => "release",
            Self::Test(_) => "test",
            Self::Broken(decl) => &decl.keyword,
        }
    }

    /// The name it declares, when it has one.
    pub fn name(&self) -> Option<&Ident> {
        Some(match self {
            Self::Ruleset(decl) => &decl.name,
            Self::Parameter(decl) => &decl.name,
            Self::Codes(decl) => &decl.name,
            Self::Record(decl) => &decl.name,
            Self::Let(decl) => &decl.name,
            Self::Category(decl) => &decl.name,
            Self::Instrument(decl) => &decl.name,
            Self::Table(decl) => &decl.name,
            Self::Lookup(decl) => &decl.name,
            Self::Function(decl) => &decl.name,
            Self::Progression(decl) => &decl.name,
            Self::Measure(decl) => &decl.name,
            Self::Audit(decl) => &decl.name,
            Self::Indicator(decl) => &decl.name,
            Self::Evaluation(decl) => &decl.name,
            Self::Publish(decl) => &decl.name,
            Self::Broken(decl) => return decl.name.as_ref(),
            Self::Import(_) | Self::Labels(_) | Self::Response(_) | Self::Release(_) | Self::Test(_) => return None,
        })
    }

    /// The whole of it, from its first word.
    pub fn span(&self) -> Span {
        match self {
            Self::Ruleset(decl) => decl.span,
            Self::Import(decl) => decl.span,
            Self::Labels(decl) => decl.span,
            Self::Parameter(decl) => decl.span,
            Self::Codes(decl) => decl.span,
            Self::Record(decl) => decl.span,
            Self::Let(decl) => decl.span,
            Self::Category(decl) => decl.span,
            Self::Instrument(decl) => decl.span,
            Self::Table(decl) => decl.span,
            Self::Lookup(decl) => decl.span,
            Self::Function(decl) => decl.span,
            Self::Progression(decl) => decl.span,
            Self::Response(decl) => decl.span,
            Self::Measure(decl) => decl.span,
            Self::Audit(decl) => decl.span,
            Self::Indicator(decl) => decl.span,
            Self::Evaluation(decl) => decl.span,
            Self::Publish(decl) => decl.span,
            Self::Release(decl) => decl.span,
            Self::Test(decl) => decl.span,
            Self::Broken(decl) => decl.span,
        }
    }
}

/// A declaration that could not be read; its error is already reported. Its name, when one was found, counts as
/// declared so that its uses are not reported as well.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// The word the declaration began with.
    pub keyword: String,
    /// Its name, when one could be made out.
    pub name: Option<Ident>,
    /// What was passed over.
    pub span: Span,
}

/// `ruleset NAME version "…" { … }`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields are the clauses of the language page")]
pub struct Ruleset {
    pub name: Ident,
    pub version: Quoted,
    pub title: Option<Quoted>,
    pub authority: Option<Quoted>,
    pub source: Option<Quoted>,
    pub language: Option<Quoted>,
    pub effective: Option<Effective>,
    /// `dates strict`: an ambiguous month end is an error instead of the month's last day.
    pub dates_strict: Option<Span>,
    /// `time zone "America/Toronto"`: the zone of local times in the data.
    pub zone: Option<Quoted>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// `effective from D [to D]`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "named by the language page")]
pub struct Effective {
    pub from: (CivilDate, Span),
    pub to: Option<(CivilDate, Span)>,
}

/// A date as written; the reader has checked that the day exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct CivilDate {
    pub year: i16,
    pub month: u8,
    pub day: u8,
}

/// `import "bands.assize"`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Import {
    pub path: Quoted,
    pub span: Span,
}

/// `labels public < partner < …`, lowest first.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Labels {
    pub names: Vec<Ident>,
    pub span: Span,
}

/// `parameter NAME : TYPE = DEFAULT [in RANGE] "Title" [effective from D [to D]]`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Parameter {
    pub name: Ident,
    pub ty: TypeExpr,
    pub default: Expr,
    /// What values it may take: a range or a set, as written after `in`.
    pub within: Option<Expr>,
    pub title: Option<Quoted>,
    pub effective: Option<Effective>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// `codes NAME "Title" { … }` or `ordered codes …`, lowest first.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Codes {
    pub name: Ident,
    pub ordered: bool,
    pub title: Option<Quoted>,
    pub codes: Vec<Code>,
    pub missing: Vec<MissingFrom>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// One code: `breach_of_order "Breach of order" from "BRO"`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Code {
    pub name: Ident,
    pub title: Option<Quoted>,
    /// The texts that stand for it in data; when there are none, its own name does.
    pub from: Vec<Quoted>,
    pub span: Span,
}

/// `missing REASON from "U", "99"`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct MissingFrom {
    pub reason: (Reason, Span),
    pub from: Vec<Quoted>,
    pub span: Span,
}

/// Why a value is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Reason {
    Unknown,
    NotAnswered,
    NotApplicable,
    NotCollected,
    Withheld,
}

/// `record NAME "Title" { … }`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Record {
    pub name: Ident,
    pub title: Option<Quoted>,
    pub fields: Vec<Field>,
    pub missing: Vec<MissingFrom>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// One field of a record: `born : date confidential from "Birth date" "Date of birth"`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Field {
    pub name: Ident,
    pub ty: TypeExpr,
    pub title: Option<Quoted>,
    pub key: Option<Span>,
    pub required: Option<Span>,
    pub optional: Option<Span>,
    pub protected: Option<Span>,
    /// Any other word after the type: a label, to be resolved.
    pub labels: Vec<Ident>,
    /// The heading in the data, when it differs from the name; a range may name two: its lower and upper ends.
    pub from: Vec<Quoted>,
    /// `in CAD`: the unit of a numeric field.
    pub unit: Option<Ident>,
    /// `separated by "|"`: how a set is written in one cell.
    pub separator: Option<Quoted>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct TypeExpr {
    pub kind: TypeKind,
    pub span: Span,
}

/// The kinds of [`TypeExpr`].
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum TypeKind {
    Boolean,
    Integer,
    Decimal,
    Text,
    Date,
    Time,
    DateTime,
    Duration,
    /// A code list by its name.
    Codes(Ident),
    SetOfText,
    SetOf(Ident),
    RangeOfInteger,
    RangeOfDecimal,
    /// `many Charge by offender_id`.
    Many {
        record: Ident,
        by: Ident,
    },
    /// Something that could not be read and is already reported.
    Error,
}

/// `let NAME [of RECORD] = EXPR`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Let {
    pub name: Ident,
    pub record: Option<Ident>,
    pub title: Option<Quoted>,
    pub value: Expr,
    pub docs: Vec<String>,
    pub span: Span,
}

/// `category NAME of RECORD -> CODES "Title" { … }`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields are the clauses of the language page")]
pub struct Category {
    pub name: Ident,
    pub record: Ident,
    pub codes: Ident,
    pub title: Option<Quoted>,
    pub applies: Option<Expr>,
    pub cases: Vec<Case>,
    pub otherwise: Option<(Otherwise, Span)>,
    pub hit: Option<(Hit, Span)>,
    /// A person's own judgement beside the computed code.
    pub over: Option<Override>,
    pub uses: Vec<Uses>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// `CODE when { criteria }` or `CODE when [name "Title" :] condition`: any of the criteria gives the code.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Case {
    pub code: Ident,
    pub criteria: Vec<Criterion>,
    pub span: Span,
}

/// `name "Title" : condition`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Criterion {
    /// The reason code; a lone criterion may go unnamed and takes its code's name.
    pub name: Option<Ident>,
    pub title: Option<Quoted>,
    pub condition: Expr,
    pub span: Span,
}

/// What a category gives when no criterion is true.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Otherwise {
    None,
    Code(Ident),
    Error(Quoted),
}

/// How a category chooses among true criteria.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Hit {
    First,
    Unique,
    Highest,
    All,
}

/// `measure NAME of RECORD "Title" { … }`: its clauses, in the order of the text.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Measure {
    pub name: Ident,
    pub record: Ident,
    pub title: Option<Quoted>,
    pub clauses: Vec<MeasureClause>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// One clause of a measure, with the span of the whole clause.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct MeasureClause {
    pub kind: MeasureClauseKind,
    pub span: Span,
}

/// The kinds of [`MeasureClause`].
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum MeasureClauseKind {
    Include(Expr),
    Exclude(Expr),
    Eligible(Expr),
    Numerator(Expr),
    Except(Expr),
    Denominator(Expr),
    Value(Expr),
    As(MeasureForm),
    By(Vec<Ident>),
    Every {
        period: Period,
        of: Expr,
    },
    Interval {
        method: IntervalMethod,
        level: Expr,
    },
    /// What to do with a record of which a stage is not known.
    Unknown(UnknownPolicy),
    /// `suppress below 5`: smaller cells are withheld.
    Suppress {
        below: Expr,
    },
    Round(RoundTo),
    Target(Target),
    Baseline(Baseline),
    Compare(Comparison),
    Signals(Vec<Signal>),
    Chart(Chart),
}

/// What a measure reports.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum MeasureForm {
    Count,
    Distinct {
        precision: Precision,
        of: Expr,
    },
    /// `rate per 100`.
    Rate {
        per: Expr,
    },
    /// Sum of the numerator over sum of the denominator.
    Ratio,
    Sum(Expr),
    Mean(Expr),
    Median {
        precision: Precision,
        of: Expr,
    },
    /// `percentile 90 of E`.
    Percentile {
        precision: Precision,
        rank: Expr,
        of: Expr,
    },
    Standardised(Standardised),
    /// An expression over other measures.
    Formula(Expr),
}

/// The periods of `every`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Period {
    Month,
    Quarter,
    Year,
    /// `fiscal year from april`; the month, 1 to 12.
    FiscalYear {
        from: u8,
    },
    /// `rolling 12 months`.
    Rolling(Amount),
}

/// The interval of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum IntervalMethod {
    Wilson,
    Byar,
    Exact,
    T,
}

/// `unknown counted apart` (the default), `unknown counts as no`, `unknown counts as yes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum UnknownPolicy {
    Apart,
    No,
    Yes,
}

/// `test "title" { … }`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Test {
    pub title: Quoted,
    pub as_of: Option<(CivilDate, Span)>,
    /// `set repeat_threshold = 4`.
    pub set: Vec<(Ident, Expr)>,
    pub given: Vec<Given>,
    pub expect: Vec<Expectation>,
    pub docs: Vec<String>,
    pub span: Span,
}

/// `given Offender { … }`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Given {
    pub record: Ident,
    pub value: Object,
    pub span: Span,
}

/// `{ field: literal, … }` in a test.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Object {
    pub entries: Vec<(Ident, ObjectValue)>,
    pub span: Span,
}

/// A field's value in a test.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectValue {
    /// A literal: number, text, date, code name, `{a, b}` for a set, `340..` or `25..34` for a range of values.
    Value(Expr),
    /// `missing`, or `missing not_answered`.
    Missing(Option<Reason>, Span),
    /// `[ {…}, {…} ]`: child records.
    Children(Vec<Object>, Span),
}

/// `expect NAME[.MEMBER] = VALUE | is STATE [because …] [possible …] [missing …]`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Expectation {
    /// A category, an instrument, a table, a progression or a `let` of the given record.
    pub name: Ident,
    /// A part of the result, as in `screen.score`.
    pub member: Option<Ident>,
    /// `= VALUE`: a literal, a code name, `none`, or a set.
    pub value: Option<Expr>,
    /// `is STATE`.
    pub state: Option<(ExpectedState, Span)>,
    pub because: Option<Vec<Ident>>,
    pub possible: Option<Vec<Ident>>,
    /// Field names, a child's as `charges.weapon`.
    pub missing: Option<Vec<Quoted>>,
    pub span: Span,
}

/// What `expect NAME is …` can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum ExpectedState {
    Decided,
    Provisional,
    Undetermined,
    NotApplicable,
    Error,
    Missing(Option<Reason>),
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

/// A number of a calendar or clock unit: `12 months`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Amount {
    pub count: i64,
    pub unit: TimeUnit,
}

/// Units of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum TimeUnit {
    Years,
    Quarters,
    Months,
    Weeks,
    Days,
    Hours,
    Minutes,
    Seconds,
}

/// The kinds of [`Expr`].
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum ExprKind {
    Boolean(bool),
    Integer(i64),
    /// Exact base ten: `coefficient / 10^scale`; a percentage is already divided by 100.
    Decimal {
        coefficient: i128,
        scale: u8,
    },
    Text(String),
    Date(CivilDate),
    /// Microseconds since midnight.
    Time(i64),
    /// Civil date, microseconds since midnight, and the offset from UTC in seconds when one is written.
    DateTime {
        date: CivilDate,
        micros: i64,
        offset: Option<i32>,
    },
    /// `12 months`; several amounts are several literals added together.
    Duration(Amount),
    /// `none`: no code.
    None,
    /// `as_of`.
    AsOf,
    Name(Ident),
    /// `charge.on`, `parent.on`, `screen.score`.
    Path {
        scope: Ident,
        name: Ident,
    },
    /// A part of what a longer path names: `parent.screen.score` is `score` of the path `parent.screen`.
    Member {
        of: Box<Expr>,
        name: Ident,
    },
    /// `top 2`, in a rubric: the share of ratings in the best so many codes.
    Top(i64),
    /// `{a, b}`.
    Set(Vec<Expr>),
    /// `1..5`, `[a .. b)`; an open end is `None` (only in test data and in a parameter's `in`).
    Range {
        lo: Option<Box<Expr>>,
        hi: Option<Box<Expr>>,
        lo_closed: bool,
        hi_closed: bool,
    },
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary {
        op: BinaryOp,
        op_span: Span,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `x in SET-OR-RANGE`.
    In {
        item: Box<Expr>,
        within: Box<Expr>,
    },
    /// `x within 12 months before d`.
    Within {
        item: Box<Expr>,
        amount: Box<Expr>,
        direction: Direction,
        anchor: Box<Expr>,
    },
    /// `x is known`, `x is missing`, `x is withheld`.
    Is {
        operand: Box<Expr>,
        test: KnownTest,
    },
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    /// `at least 4 of (…)`, `any of (…)`.
    Tally {
        kind: TallyKind,
        items: Vec<Expr>,
    },
    /// `first known of (…)`.
    FirstKnown(Vec<Expr>),
    /// `highest of (…)`, `lowest of (…)`.
    Extreme {
        highest: bool,
        items: Vec<Expr>,
    },
    /// `min(…)`, `round(…)`, `fiscal_year(…)`: a built-in by its name.
    Call {
        name: Ident,
        args: Vec<Expr>,
    },
    /// `years between a and b`.
    Between {
        unit: TimeUnit,
        from: Box<Expr>,
        to: Box<Expr>,
    },
    /// `start of month(d)`.
    StartOf {
        unit: TimeUnit,
        operand: Box<Expr>,
    },
    /// `one above x`, `one below x`.
    Step {
        up: bool,
        operand: Box<Expr>,
    },
    Aggregate(Box<Aggregate>),
    /// Something that could not be read and is already reported.
    Error,
}

/// `count charges where …`, `latest score of tests by on where …`.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Aggregate {
    pub kind: AggregateKind,
    pub kind_span: Span,
    /// `E of`, for the kinds that take one.
    pub value: Option<Expr>,
    /// The `many` field.
    pub many: Ident,
    /// `by D`, for `latest` and `earliest`: a field of the child.
    pub by: Option<Ident>,
    pub filter: Option<Expr>,
}

/// The kinds of [`Aggregate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum AggregateKind {
    Count,
    Any,
    All,
    Sum,
    Min,
    Max,
    Mean,
    Latest,
    Earliest,
    Distinct,
}

/// Binary operators that take two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum BinaryOp {
    Or,
    And,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Add,
    Sub,
    Mul,
    Div,
    StartsWith,
    EndsWith,
    Contains,
    Matches,
    Overlaps,
}

/// The direction of `within`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Direction {
    Before,
    After,
}

/// The tests of `is`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum KnownTest {
    Known,
    Missing,
    Reason(Reason),
}

/// How many of a list must be true.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum TallyKind {
    Any,
    All,
    None,
    AtLeast(Box<Expr>),
    AtMost(Box<Expr>),
    Exactly(Box<Expr>),
}
