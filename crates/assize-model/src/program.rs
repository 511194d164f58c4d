//! The typed program: everything a rule file declares, checked and resolved. It is immutable and shared.

use crate::absence::Reason;
use crate::civil::{Date, Zone};
use crate::evaluation::{Evaluation, Indicator};
use crate::form::{Instrument, Override};
use crate::function::Functions;
use crate::ids::{
    CategoryId, Code, DecisionId, EvaluationId, FieldId, FileId, IndicatorId, LetId, ListId, MeasureId, NodeId,
    ParamId, RecordId, ScopeId,
};
use crate::lookup::Lookup;
use crate::measure::Measure;
use crate::node::{Node, Scope};
use crate::text::Pattern;
use crate::ty::Ty;
use crate::value::Value;
use std::sync::Arc;

/// A run of bytes of a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Place {
    /// Of what no text gives.
    pub const NOWHERE: Self = Self { file: FileId(u32::MAX), start: 0, end: 0 };
}

/// A source file the program was made from, kept so that an explanation can quote it.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// Its name, as it was given.
    pub name: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

/// A name with its title.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heading {
    /// The name in the rules.
    pub name: Arc<str>,
    /// The title for people, when one is stated.
    pub title: Option<Arc<str>>,
    /// The documentation comment, its lines joined.
    pub docs: Option<Arc<str>>,
}

impl Heading {
    /// The title, or else the name.
    pub fn shown(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

/// A checked program.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "each list holds what its element type describes")]
pub struct Program {
    pub ruleset: Ruleset,
    pub sources: Vec<SourceText>,
    /// Labels, lowest first.
    pub labels: Vec<Arc<str>>,
    pub params: Vec<Param>,
    pub lists: Vec<CodeList>,
    pub records: Vec<Record>,
    pub functions: Functions,
    pub lookups: Vec<Lookup>,
    pub lets: Vec<Let>,
    pub categories: Vec<Category>,
    pub instruments: Vec<Instrument>,
    pub overrides: Vec<Override>,
    pub progressions: Vec<Progression>,
    pub responses: Vec<Response>,
    pub publishes: Vec<Publish>,
    pub releases: Vec<Release>,
    /// Of categories, measures and `let`s: the highest label of what they are made from. Empty without labels.
    pub labelled: Vec<Labelled>,
    /// Those of the rules, then those that count the evidence of indicators.
    pub measures: Vec<Measure>,
    pub indicators: Vec<Indicator>,
    pub evaluations: Vec<Evaluation>,
    pub tests: Vec<TestCase>,
    pub patterns: Vec<Pattern>,
    pub scopes: Vec<Scope>,
    pub nodes: Vec<Node>,
    pub decisions: Vec<Decision>,
}

/// The ruleset's header.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "fields are the clauses of the language")]
pub struct Ruleset {
    pub heading: Heading,
    pub version: Arc<str>,
    pub authority: Option<Arc<str>>,
    pub source: Option<Arc<str>>,
    pub language: Option<Arc<str>>,
    pub effective_from: Option<Date>,
    pub effective_to: Option<Date>,
    pub dates_strict: bool,
    pub zone: Option<Zone>,
    /// `blake3:` and the hash of the sources' texts in order, in hexadecimal.
    pub hash: Arc<str>,
}

/// A parameter.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Param {
    pub heading: Heading,
    pub ty: Ty,
    /// The value on days for which no other is stated.
    pub default: Value,
    /// Values from one day on, ascending, each to the day before the next, or to the last day that is stated.
    pub dated: Vec<Dated>,
    pub within: Option<Within>,
    pub place: Place,
}

/// What a parameter or look-up is on some days.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Dated<T = Value> {
    pub from: Date,
    /// The last day, when it is stated.
    pub to: Option<Date>,
    pub value: T,
    pub place: Place,
}

impl<T> Dated<T> {
    /// What is stated of a day, of several that ascend and end before the next begins.
    pub fn on(all: &[Self], day: Date) -> Option<&T> {
        let last = all.iter().rev().find(|dated| dated.from <= day)?;
        last.to.is_none_or(|to| day <= to).then_some(&last.value)
    }
}

impl Param {
    /// The value on a day, unless another is given.
    pub fn on(&self, day: Date) -> &Value {
        Dated::on(&self.dated, day).unwrap_or(&self.default)
    }
}

/// The values a parameter may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Within {
    /// Between two ends; `true` where the end itself is allowed.
    Range {
        /// The lower end.
        lo: Option<(Value, bool)>,
        /// The upper end.
        hi: Option<(Value, bool)>,
    },
    /// One of these.
    Set(Vec<Value>),
}

/// A code list.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct CodeList {
    pub heading: Heading,
    pub ordered: bool,
    /// In declared order, which for an ordered list is lowest first.
    pub codes: Vec<CodeInfo>,
    /// Texts in the data that mean: missing, for this reason.
    pub missing: Vec<(Arc<str>, Reason)>,
    pub place: Place,
}

impl CodeList {
    /// The name of a code; `none` for no code.
    pub fn name(&self, code: Code) -> &str {
        if code == Code::NONE { "none" } else { self.codes.get(code.index()).map_or("?", |info| &info.heading.name) }
    }

    /// The code of a name.
    pub fn code(&self, name: &str) -> Option<Code> {
        let at = self.codes.iter().position(|info| &*info.heading.name == name)?;
        u16::try_from(at).ok().map(Code)
    }
}

/// One code of a list.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct CodeInfo {
    pub heading: Heading,
    /// The texts that stand for it in data: those of `from`, or else its own name.
    pub from: Vec<Arc<str>>,
}

/// A record.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Record {
    pub heading: Heading,
    pub fields: Vec<Field>,
    pub key: Option<FieldId>,
    /// Texts in the data that mean, in any field of the record: missing, for this reason.
    pub missing: Vec<(Arc<str>, Reason)>,
    /// The scope in which the record stands by itself.
    pub root: ScopeId,
    pub place: Place,
}

impl Record {
    /// The field of a name.
    pub fn field(&self, name: &str) -> Option<FieldId> {
        self.fields.iter().position(|field| &*field.heading.name == name).map(FieldId::from_index)
    }
}

/// A field of a record.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Field {
    pub heading: Heading,
    pub kind: FieldKind,
    pub required: bool,
    pub optional: bool,
    pub protected: bool,
    /// Its label, as an index into [`Program::labels`].
    pub label: Option<u32>,
    pub unit: Option<Arc<str>>,
    /// The headings in the data: of `from`, or else its own name. A range may have two: its lower and upper ends.
    pub from: Vec<Arc<str>>,
    /// How the members of a set are separated within one cell.
    pub separator: Option<Arc<str>>,
    /// Whether any expression or key reads it; a field that is not read need not be in the data.
    pub read: bool,
    pub place: Place,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A value of a type.
    Value(Ty),
    /// A number known only to lie within a range; `Integer` or `Decimal`.
    Range(Ty),
    /// The child records whose field `by` equals this record's key.
    Many {
        /// The child record.
        record: RecordId,
        /// Its field.
        by: FieldId,
    },
}

/// A `let`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Let {
    pub heading: Heading,
    /// The record it belongs to; `None` for a constant.
    pub record: Option<RecordId>,
    /// Its expression, in the record's own scope or the run's.
    pub node: NodeId,
    pub place: Place,
}

/// How a category chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Hit {
    First,
    Unique,
    Highest,
    All,
}

/// What a category gives when no criterion is true.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Otherwise {
    None,
    Code(Code),
    Error(Arc<str>),
}

/// A category.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Category {
    pub heading: Heading,
    pub record: RecordId,
    pub list: ListId,
    pub hit: Hit,
    pub otherwise: Otherwise,
    /// In the order of the walk: as written for `first`, `unique` and `all`; from the highest code down for `highest`.
    /// Cases of one code are one case, except under `first` when another code stands between them, and under `unique`
    /// when they are rows of a table, of which no two may match.
    pub cases: Vec<Case>,
    /// The protected fields it reads, and why.
    pub uses: Vec<UsesProtected>,
    /// The category worked out on the record itself.
    pub decision: DecisionId,
    pub place: Place,
}

impl Category {
    /// Every criterion with its case, in the order of the walk; a decision's `criteria` are in the same order.
    pub fn criteria(&self) -> impl Iterator<Item = (&Case, &Criterion)> {
        self.cases.iter().flat_map(|case| case.criteria.iter().map(move |criterion| (case, criterion)))
    }
}

/// The criteria that give one code: any of them does.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Case {
    pub code: Code,
    pub criteria: Vec<Criterion>,
}

/// A named criterion.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Criterion {
    pub heading: Heading,
    pub place: Place,
}

/// Protected fields that a declaration says it uses, and reads.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct UsesProtected {
    pub fields: Vec<(RecordId, FieldId)>,
    /// The reason that it gives.
    pub because: Arc<str>,
}

/// A progression: a category whose code comes of moves. Its category has a criterion a code, which asks whether the
/// moves have led there.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Progression {
    pub heading: Heading,
    /// The category that it is itself.
    pub category: CategoryId,
    /// The category between whose codes it moves.
    pub between: CategoryId,
    /// Its [`crate::node::Op::Progress`], on the record itself.
    pub node: NodeId,
    /// How its moves are written, in their order.
    pub moves: Vec<Place>,
    /// How its events are written, in their order.
    pub events: Vec<Place>,
    pub place: Place,
}

/// A result's label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Of which category, measure or `let`.
    pub name: Arc<str>,
    /// As an index into [`Program::labels`].
    pub label: u32,
}

/// What an audience gets.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Publish {
    pub heading: Heading,
    /// The audience's label, as an index into [`Program::labels`].
    pub to: u32,
    /// What it gets: results, and names of records as `Record.name`.
    pub items: Vec<Arc<str>>,
    pub place: Place,
}

/// Under which label aggregates may be released.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Release {
    /// Of how many records each number is at least.
    pub at_least: u64,
    /// As an index into [`Program::labels`].
    pub label: u32,
    pub place: Place,
}

/// What is done about the codes of a category.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Response {
    pub heading: Heading,
    pub category: CategoryId,
    /// In the order of the text; a code may have several.
    pub actions: Vec<Action>,
    pub place: Place,
}

/// One thing to be done.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Action {
    /// The code, or [`Code::NONE`].
    pub code: Code,
    pub text: Arc<str>,
    /// The role that is responsible.
    pub role: Option<Arc<str>>,
    /// When it is due; a date of the record's own scope or of the run's.
    pub due: Option<NodeId>,
    pub place: Place,
}

/// A category worked out in one scope.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Decision {
    pub category: CategoryId,
    pub scope: ScopeId,
    pub applies: Option<NodeId>,
    /// The conditions, in the order of [`Category::criteria`].
    pub criteria: Box<[NodeId]>,
}

/// A `test` block.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct TestCase {
    pub title: Arc<str>,
    pub as_of: Date,
    pub params: Vec<(ParamId, Value)>,
    pub given: Vec<TestRecord>,
    /// Expectations, each of the index of a given record.
    pub expect: Vec<Expectation>,
    pub place: Place,
}

/// A record in a test.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct TestRecord {
    pub record: RecordId,
    pub fields: Vec<(FieldId, Given)>,
    pub children: Vec<(FieldId, Vec<TestRecord>)>,
    pub place: Place,
}

/// What a record is given for a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A value.
    Value(Value),
    /// A number within a range; an end may be open.
    Range(Option<Value>, Option<Value>),
    /// Nothing, for a reason.
    Missing(Reason),
}

/// What a test expects of a category or a `let`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "fields say what they are")]
pub struct Expectation {
    pub given: usize,
    pub subject: Subject,
    /// The value: for a category a code, [`Expected::NoCode`] or codes.
    pub value: Option<Expected>,
    pub state: Option<ExpectedState>,
    pub because: Option<Vec<Arc<str>>>,
    pub possible: Option<Vec<Code>>,
    pub missing: Option<Vec<Arc<str>>>,
    pub place: Place,
}

/// What an expectation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Subject {
    Category(CategoryId),
    Let(LetId),
}

/// A value a test expects.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Expected {
    Value(Value),
    NoCode,
}

/// A state a test expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum ExpectedState {
    State(State),
    Missing(Option<Reason>),
    Error,
}

/// How certain the outcome of a category is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum State {
    /// Nothing unknown could change it.
    Decided = 0,
    /// There is a value, and something unknown could still change it.
    Provisional = 1,
    /// Nothing is true, and something is unknown.
    Undetermined = 2,
    /// The category does not apply.
    NotApplicable = 3,
    /// It could not be worked out.
    Error = 4,
}

impl State {
    /// All states, in the order of their numbers.
    pub const ALL: [Self; 5] = [Self::Decided, Self::Provisional, Self::Undetermined, Self::NotApplicable, Self::Error];

    /// The word of the language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Decided => "decided",
            Self::Provisional => "provisional",
            Self::Undetermined => "undetermined",
            Self::NotApplicable => "not_applicable",
            Self::Error => "error",
        }
    }
}

macro_rules! look_up {
    ($($(#[$doc:meta])* $fn:ident($id:ty) -> $list:ident : $of:ty;)*) => {
        impl Program {$(
            $(#[$doc])*
            pub fn $fn(&self, id: $id) -> Option<&$of> {
                self.$list.get(id.index())
            }
        )*}
    };
}

look_up! {
    /// A node.
    node(NodeId) -> nodes: Node;
    /// A scope.
    scope(ScopeId) -> scopes: Scope;
    /// A record.
    record(RecordId) -> records: Record;
    /// A code list.
    list(ListId) -> lists: CodeList;
    /// A category.
    category(CategoryId) -> categories: Category;
    /// A decision.
    decision(DecisionId) -> decisions: Decision;
    /// A measure.
    measure(MeasureId) -> measures: Measure;
    /// An indicator.
    indicator(IndicatorId) -> indicators: Indicator;
    /// An evaluation.
    evaluation(EvaluationId) -> evaluations: Evaluation;
    /// A `let`.
    let_(LetId) -> lets: Let;
    /// A parameter.
    param(ParamId) -> params: Param;
}

impl Program {
    /// The record of a name.
    pub fn record_named(&self, name: &str) -> Option<RecordId> {
        self.records.iter().position(|record| &*record.heading.name == name).map(RecordId::from_index)
    }

    /// The category of a name.
    pub fn category_named(&self, name: &str) -> Option<CategoryId> {
        self.categories.iter().position(|category| &*category.heading.name == name).map(CategoryId::from_index)
    }

    /// The measure of a name.
    pub fn measure_named(&self, name: &str) -> Option<MeasureId> {
        self.measures.iter().position(|measure| &*measure.heading.name == name).map(MeasureId::from_index)
    }

    /// The parameter of a name.
    pub fn param_named(&self, name: &str) -> Option<ParamId> {
        self.params.iter().position(|param| &*param.heading.name == name).map(ParamId::from_index)
    }

    /// The place of a fault's node: of the node, or of the line of a function that the number past the nodes names.
    pub fn fault_place(&self, node: NodeId) -> Place {
        if let Some(node) = self.node(node) {
            return node.place;
        }
        let number = node.index().checked_sub(self.nodes.len()).and_then(|number| u32::try_from(number).ok());
        number.and_then(|number| self.line(number)).unwrap_or(Place::NOWHERE)
    }

    /// The place of a line of a function, without the white space around it.
    fn line(&self, number: u32) -> Option<Place> {
        let (function, line) = self.functions.line_at(number)?;
        let function = self.functions.get(function)?;
        let text = self.text_of(function.place);
        let line = text.split('\n').nth(line.checked_sub(1)? as usize)?;
        let inside = line.trim();
        // Both are parts of the function's text.
        let start = inside.as_ptr() as usize - text.as_ptr() as usize;
        let start = function.place.start + u32::try_from(start).ok()?;
        let end = start + u32::try_from(inside.len()).ok()?;
        Some(Place { file: function.place.file, start, end })
    }

    /// The text of a place.
    pub fn text_of(&self, place: Place) -> &str {
        self.sources
            .get(place.file.index())
            .and_then(|source| source.text.get(place.start as usize..place.end as usize))
            .unwrap_or("")
    }
}
