//! What is to be read of a record, worked out once from the program.

use crate::texts::Texts;
use assize_model::absence::Reason;
use assize_model::civil::Zone;
use assize_model::ids::{Code, FieldId, ListId, RecordId};
use assize_model::program::{Field, FieldKind, Program, Record};
use assize_model::read;
use assize_model::ty::Ty;
use std::sync::Arc;

/// What a text stands for in a field of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeText {
    Code(Code),
    Missing(Reason),
}

/// How a field's cells are read.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Boolean,
    Integer,
    Decimal,
    Text,
    Date,
    Time,
    DateTime(Option<Zone>),
    Duration,
    Code(Texts<CodeText>),
    Codes(ListId, Texts<CodeText>, Option<Arc<str>>),
    Texts(Option<Arc<str>>),
    IntegerRange,
    DecimalRange,
    IntegerPair,
    DecimalPair,
    /// Nothing reads it, but it must not be absent.
    Present,
}

impl Kind {
    /// Whether two texts that are not the same stand for the same value.
    pub(crate) fn same(&self, a: &str, b: &str) -> bool {
        fn equal<T: PartialEq>(a: Result<T, read::ReadError>, b: Result<T, read::ReadError>) -> bool {
            matches!((a, b), (Ok(a), Ok(b)) if a == b)
        }
        match self {
            Self::Boolean => equal(read::boolean(a), read::boolean(b)),
            Self::Integer => equal(read::integer(a), read::integer(b)),
            Self::Decimal => equal(read::decimal(a), read::decimal(b)),
            Self::Date => equal(read::date(a), read::date(b)),
            Self::Time => equal(read::time(a), read::time(b)),
            Self::DateTime(zone) => equal(read::datetime(a, zone.as_ref()), read::datetime(b, zone.as_ref())),
            Self::Duration => equal(read::duration(a), read::duration(b)),
            Self::Code(texts) => texts.get(a).is_some_and(|code| texts.get(b) == Some(code)),
            _ => a == b,
        }
    }

    /// What messages call it, after "for": `a date`.
    pub(crate) const fn words(&self) -> &'static str {
        match self {
            Self::Boolean => "a boolean",
            Self::Integer => "an integer",
            Self::Decimal => "a decimal",
            Self::Text => "a text",
            Self::Date => "a date",
            Self::Time => "a time",
            Self::DateTime(_) => "a date and time",
            Self::Duration => "a duration",
            Self::Code(_) => "a code",
            Self::Codes(..) => "a set of codes",
            Self::Texts(_) => "a set of texts",
            Self::IntegerRange | Self::IntegerPair => "a range of integers",
            Self::DecimalRange | Self::DecimalPair => "a range of decimals",
            Self::Present => "any value",
        }
    }
}

/// One field to read.
#[derive(Debug, Clone)]
pub(crate) struct FieldPlan {
    pub(crate) field: FieldId,
    pub(crate) name: Arc<str>,
    /// One heading; two of a range from a pair of columns.
    pub(crate) headings: Vec<Arc<str>>,
    pub(crate) kind: Kind,
    /// Texts that mean: missing. Of codes they are in the kind.
    pub(crate) reasons: Texts<Reason>,
    pub(crate) required: bool,
    /// Whether the data may lack it.
    pub(crate) optional: bool,
    pub(crate) key: bool,
}

/// Children that may stand inside a record.
#[derive(Debug, Clone)]
pub(crate) struct ManyPlan {
    pub(crate) field: FieldId,
    pub(crate) heading: Arc<str>,
    pub(crate) record: RecordId,
    /// The children's field that names the parent.
    pub(crate) by: FieldId,
}

/// One record to read.
#[derive(Debug, Clone)]
pub(crate) struct RecordPlan {
    pub(crate) record: RecordId,
    /// How many fields the record declares.
    pub(crate) width: usize,
    pub(crate) fields: Vec<FieldPlan>,
    pub(crate) many: Vec<ManyPlan>,
    pub(crate) key: Option<FieldId>,
    /// The codes' names of the key's list, when its key is a code.
    pub(crate) key_codes: Vec<Arc<str>>,
}

impl RecordPlan {
    /// Of a record; `by` is a field to be read as a parent's key, with the key's type. `None` for a record that the
    /// program does not have.
    pub(crate) fn new(program: &Program, id: RecordId, by: Option<(FieldId, Ty)>) -> Option<Self> {
        let record = program.record(id)?;
        let mut fields = Vec::new();
        let mut many = Vec::new();
        for (at, field) in record.fields.iter().enumerate() {
            let at = FieldId::from_index(at);
            let heading = || field.from.first().unwrap_or(&field.heading.name).clone();
            if let FieldKind::Many { record, by } = field.kind {
                many.push(ManyPlan { field: at, heading: heading(), record, by });
                continue;
            }
            let key = record.key == Some(at);
            let joins = by.filter(|&(field, _)| field == at).map(|(_, ty)| ty);
            let wanted = field.read || key || joins.is_some() || names_parent(program, id, at);
            if !wanted && !field.required {
                continue;
            }
            let kind = if wanted { kind(program, record, field, joins) } else { Kind::Present };
            let headings = match kind {
                Kind::IntegerPair | Kind::DecimalPair => field.from.iter().take(2).cloned().collect(),
                _ => vec![heading()],
            };
            fields.push(FieldPlan {
                field: at,
                name: field.heading.name.clone(),
                headings,
                reasons: match kind {
                    Kind::Code(_) | Kind::Codes(..) => Texts::new([]),
                    _ => Texts::new(record.missing.iter().map(|(text, reason)| (&**text, *reason))),
                },
                kind,
                required: field.required,
                optional: field.optional,
                key,
            });
        }
        let key_list = record.key.and_then(|key| match record.fields.get(key.index())?.kind {
            FieldKind::Value(Ty::Code(list)) => program.list(list),
            _ => None,
        });
        Some(Self {
            record: id,
            width: record.fields.len(),
            fields,
            many,
            key: record.key,
            key_codes: key_list
                .map_or_else(Vec::new, |list| list.codes.iter().map(|code| code.heading.name.clone()).collect()),
        })
    }
}

/// Whether some record has children by this field.
fn names_parent(program: &Program, id: RecordId, field: FieldId) -> bool {
    let fields = program.records.iter().flat_map(|record| &record.fields);
    fields.into_iter().any(|other| matches!(other.kind, FieldKind::Many { record, by } if record == id && by == field))
}

fn kind(program: &Program, record: &Record, field: &Field, joins: Option<Ty>) -> Kind {
    let ty = match field.kind {
        FieldKind::Range(ty) => {
            return match (ty, field.from.len()) {
                (Ty::Integer, 2..) => Kind::IntegerPair,
                (Ty::Integer, _) => Kind::IntegerRange,
                (_, 2..) => Kind::DecimalPair,
                (_, _) => Kind::DecimalRange,
            };
        }
        FieldKind::Value(ty) => joins.unwrap_or(ty),
        // The caller sees to these.
        FieldKind::Many { .. } => return Kind::Present,
    };
    match ty {
        Ty::Boolean => Kind::Boolean,
        Ty::Integer => Kind::Integer,
        Ty::Decimal => Kind::Decimal,
        Ty::Text => Kind::Text,
        Ty::Date => Kind::Date,
        Ty::Time => Kind::Time,
        Ty::DateTime => Kind::DateTime(program.ruleset.zone.clone()),
        Ty::Duration => Kind::Duration,
        Ty::Code(list) => Kind::Code(code_texts(program, list, record)),
        Ty::Codes(list) => Kind::Codes(list, code_texts(program, list, record), field.separator.clone()),
        Ty::Texts => Kind::Texts(field.separator.clone()),
    }
}

/// The texts of a list, then those of the record that mean missing: where one is both, the list's meaning holds.
fn code_texts(program: &Program, list: ListId, record: &Record) -> Texts<CodeText> {
    let Some(list) = program.list(list) else { return Texts::new([]) };
    let codes = list.codes.iter().enumerate().flat_map(|(at, info)| {
        let code = Code(u16::try_from(at).unwrap_or(u16::MAX));
        let name = if info.from.is_empty() { Some(&info.heading.name) } else { None };
        info.from.iter().chain(name).map(move |text| (&**text, CodeText::Code(code)))
    });
    let reasons = list.missing.iter().chain(&record.missing);
    Texts::new(codes.chain(reasons.map(|(text, reason)| (&**text, CodeText::Missing(*reason)))))
}
