//! What a piece of a declaration is: its name in messages, and the words that begin it.

use super::grammar::Rule;

/// What a piece is, for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Import,
    Labels,
    Parameter,
    Let,
    Lookup,
    Publish,
    Release,
    RulesetHeader,
    RulesetClause,
    CodesHeader,
    Code,
    RecordHeader,
    Field,
    CategoryHeader,
    CategoryMember,
    Case,
    Criterion,
    InstrumentHeader,
    InstrumentClause,
    TableHeader,
    Columns,
    Row,
    Cell,
    FunctionHeader,
    ProgressionHeader,
    ProgressionClause,
    ResponseHeader,
    Action,
    MeasureHeader,
    MeasureClause,
    AuditHeader,
    AuditClause,
    IndicatorHeader,
    IndicatorClause,
    EvaluationHeader,
    EvaluationClause,
    TestHeader,
    TestClause,
}

impl What {
    /// The piece itself.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Import => "the `import`",
            Self::Labels => "the labels",
            Self::Parameter => "the parameter",
            Self::Let => "the `let`",
            Self::Lookup => "the look-up",
            Self::Publish => "the publication",
            Self::Release => "the release",
            Self::RulesetHeader => "the header of the ruleset",
            Self::RulesetClause => "the clause of the ruleset",
            Self::CodesHeader => "the header of the codes",
            Self::Code => "the code",
            Self::RecordHeader => "the header of the record",
            Self::Field => "the field",
            Self::CategoryHeader => "the header of the category",
            Self::CategoryMember => "the clause of the category",
            Self::Case => "the case",
            Self::Criterion => "the criterion",
            Self::InstrumentHeader => "the header of the instrument",
            Self::InstrumentClause => "the clause of the instrument",
            Self::TableHeader => "the header of the table",
            Self::Columns => "the heading",
            Self::Row => "the row",
            Self::Cell => "the cell",
            Self::FunctionHeader => "the header of the function",
            Self::ProgressionHeader => "the header of the progression",
            Self::ProgressionClause => "the clause of the progression",
            Self::ResponseHeader => "the header of the response",
            Self::Action => "the line of the response",
            Self::MeasureHeader => "the header of the measure",
            Self::MeasureClause => "the clause of the measure",
            Self::AuditHeader => "the header of the audit",
            Self::AuditClause => "the clause of the audit",
            Self::IndicatorHeader => "the header of the indicator",
            Self::IndicatorClause => "the clause of the indicator",
            Self::EvaluationHeader => "the header of the evaluation",
            Self::EvaluationClause => "the clause of the evaluation",
            Self::TestHeader => "the header of the test",
            Self::TestClause => "the clause of the test",
        }
    }

    /// The declaration of a header.
    pub(crate) fn block(self) -> &'static str {
        match self {
            Self::RulesetHeader => "the ruleset",
            Self::CodesHeader => "the list of codes",
            Self::RecordHeader => "the record",
            Self::CategoryHeader => "the category",
            Self::InstrumentHeader => "the instrument",
            Self::TableHeader => "the table",
            Self::FunctionHeader => "the function",
            Self::ProgressionHeader => "the progression",
            Self::ResponseHeader => "the response",
            Self::MeasureHeader => "the measure",
            Self::AuditHeader => "the audit",
            Self::IndicatorHeader => "the indicator",
            Self::EvaluationHeader => "the evaluation",
            Self::Publish => "the publication",
            _ => "the test",
        }
    }

    /// The words that begin such a piece.
    pub(crate) fn beginnings(self) -> &'static [&'static str] {
        match self {
            Self::RulesetClause => &["title", "authority", "source", "language", "effective", "dates", "time"],
            Self::CategoryMember => &["applies", "otherwise", "hit", "uses", "override"],
            Self::InstrumentClause => &["applies", "item", "missing", "band", "route", "uses", "override"],
            Self::ProgressionClause => &["start", "raise", "lower", "hold", "uses"],
            Self::MeasureClause => &[
                "include",
                "exclude",
                "eligible",
                "numerator",
                "except",
                "denominator",
                "value",
                "as",
                "by",
                "every",
                "interval",
                "unknown",
                "suppress",
                "round",
                "target",
                "baseline",
                "compare",
                "signals",
                "chart",
            ],
            Self::AuditClause => &[
                "positive", "expected", "include", "exclude", "eligible", "every", "interval", "unknown", "suppress",
                "round",
            ],
            Self::IndicatorClause => &[
                "data",
                "purpose",
                "about",
                "conducted",
                "stage",
                "source",
                "collected",
                "owner",
                "method",
                "unit",
                "from",
                "baseline",
                "target",
                "rubric",
            ],
            Self::EvaluationClause => {
                &["forms", "period", "inputs", "activities", "outputs", "outcomes", "objective", "overall", "requires"]
            }
            Self::TestClause => &["as_of", "set", "given", "expect"],
            _ => &[],
        }
    }

    /// What such a piece is called where one is expected, when it is a clause of a block.
    pub(crate) fn clause(self) -> Option<&'static str> {
        Some(match self {
            Self::RulesetClause => "a clause of a ruleset",
            Self::InstrumentClause => "a clause of an instrument",
            Self::ProgressionClause => "`start at`, `raise`, `lower`, `hold at least` or `uses protected`",
            Self::MeasureClause => "a clause of a measure",
            Self::AuditClause => "a clause of an audit",
            Self::IndicatorClause => "a clause of an indicator",
            Self::EvaluationClause => "a clause of an evaluation",
            _ => return None,
        })
    }

    pub(crate) fn is_header(self) -> bool {
        matches!(
            self,
            Self::RulesetHeader
                | Self::CodesHeader
                | Self::RecordHeader
                | Self::CategoryHeader
                | Self::InstrumentHeader
                | Self::TableHeader
                | Self::FunctionHeader
                | Self::ProgressionHeader
                | Self::ResponseHeader
                | Self::MeasureHeader
                | Self::AuditHeader
                | Self::IndicatorHeader
                | Self::EvaluationHeader
                | Self::TestHeader
        )
    }

    /// The rule that a header is read by.
    pub(crate) fn header_rule(self) -> Rule {
        match self {
            Self::CodesHeader => Rule::piece_codes_header,
            Self::RecordHeader => Rule::piece_record_header,
            Self::CategoryHeader => Rule::piece_category_header,
            Self::InstrumentHeader => Rule::piece_instrument_header,
            Self::TableHeader => Rule::piece_table_header,
            Self::FunctionHeader => Rule::piece_function_header,
            Self::ProgressionHeader => Rule::piece_progression_header,
            Self::ResponseHeader => Rule::piece_response_header,
            Self::MeasureHeader => Rule::piece_measure_header,
            Self::AuditHeader => Rule::piece_audit_header,
            Self::IndicatorHeader => Rule::piece_indicator_header,
            Self::EvaluationHeader => Rule::piece_evaluation_header,
            Self::TestHeader => Rule::piece_test_header,
            _ => Rule::piece_ruleset_header,
        }
    }
}
