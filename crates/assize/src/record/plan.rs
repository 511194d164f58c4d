//! What is read of each record, worked out once from the program.

use super::scan::{Finder, Written};
use super::words::Words;
use assize_model::absence::Reason;
use assize_model::civil::Zone;
use assize_model::ids::{Code, FieldId, ListId, RecordId};
use assize_model::node::Op;
use assize_model::program::{Field, FieldKind, Program, Record};
use assize_model::text::trim;
use assize_model::ty::Ty;
use std::sync::Arc;

/// What the name of a member with reasons ends in.
const MISSING: &str = "__missing";

/// What a text stands for in a field of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeText {
    Code(Code),
    Missing(Reason),
}

/// How a field's cells are read.
#[derive(Debug, Clone)]
pub enum Kind {
    Boolean,
    Integer,
    Decimal,
    Text,
    Date,
    Time,
    DateTime(Option<Zone>),
    Duration,
    Code(Arc<Words<CodeText>>),
    Codes(Arc<Words<CodeText>>, Option<Arc<str>>),
    Texts(Option<Arc<str>>),
    IntegerRange,
    DecimalRange,
    IntegerPair,
    DecimalPair,
    /// Nothing reads it, but it must not be absent.
    Present,
}

impl Kind {
    /// What messages call it, after "as": `a date`.
    pub const fn words(&self) -> &'static str {
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

    /// Whether it is a range that is read from one member.
    pub const fn is_range(&self) -> bool {
        matches!(self, Self::IntegerRange | Self::DecimalRange)
    }

    /// Whether the field is read from a pair of members.
    pub const fn is_pair(&self) -> bool {
        matches!(self, Self::IntegerPair | Self::DecimalPair)
    }
}

/// One field to read.
#[derive(Debug, Clone)]
pub struct FieldPlan {
    pub id: FieldId,
    pub name: Arc<str>,
    pub kind: Kind,
    /// Texts that mean: missing. Of codes they are in the kind.
    pub reasons: Words<Reason>,
    pub required: bool,
    pub key: bool,
}

/// Children that may stand inside a record.
#[derive(Debug, Clone)]
pub struct ManyPlan {
    pub id: FieldId,
    pub record: RecordId,
    /// The children's field that names the parent, as an index into their fields.
    pub by: usize,
    /// Whether that field need not be set where the parent's key is taken over: nothing reads it, and it means the same
    /// there as here.
    pub unread: bool,
}

/// What a member of an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A truth value, or a whole number, of a field that is read without further ado; of the first 64 slots only.
    Boolean(FieldId),
    Integer(FieldId),
    /// The cell of a field, the second cell of a pair, and the reason beside it: by index into the fields.
    Cell(usize),
    Upper(usize),
    Beside(usize),
    /// Children, by index into the `many` fields.
    Many(usize),
}

/// A member by its name.
#[derive(Debug, Clone)]
pub struct MemberPlan {
    /// The name in quotes with a colon, as it mostly stands in the text; empty where it would have to be escaped.
    pub written: Written,
    pub what: What,
    /// Which of the record's cells and lists of children it is: several names can be of one.
    pub slot: usize,
    /// Whether it is the cell of a field that must be there.
    pub must: bool,
}

/// One record to read.
#[derive(Debug, Clone)]
pub struct RecordPlan {
    pub fields: Vec<FieldPlan>,
    pub many: Vec<ManyPlan>,
    pub members: Vec<MemberPlan>,
    /// The members' names; and the way to most of them.
    pub names: Words<usize>,
    pub finder: Finder,
    /// Where this record's members begin among those of all records.
    pub first_member: usize,
    /// By field of the record, the index into `fields`; `None` for one that nothing reads.
    pub of_field: Vec<Option<usize>>,
    /// How many slots there are: three a field, and one a `many` field.
    pub slots: usize,
    /// How many fields must be there.
    pub musts: usize,
    /// The fields that are read from a pair of members.
    pub pairs: Vec<usize>,
    pub key: Option<usize>,
    /// The records that can stand inside, and inside those.
    pub below: Vec<RecordId>,
    /// Whether each of them can stand in one place only, so that children belong to what they stand in and to nothing
    /// else. Otherwise a record is read as a file is, and joined by its keys.
    pub straight: bool,
}

/// Everything that is read of a program's records.
pub fn records(program: &Program) -> Vec<RecordPlan> {
    let mut lists: Vec<(ListId, usize, Arc<Words<CodeText>>)> = Vec::new();
    let mut out: Vec<RecordPlan> = Vec::new();
    let mut first_member = 0;
    for at in 0..program.records.len() {
        let plan = record(program, RecordId::from_index(at), first_member, &mut lists);
        first_member += plan.members.len();
        out.push(plan);
    }
    link(program, &mut out);
    let below: Vec<(Vec<RecordId>, bool)> = (0..out.len()).map(|at| below(&out, RecordId::from_index(at))).collect();
    for (plan, (below, straight)) in out.iter_mut().zip(below) {
        plan.below = below;
        plan.straight &= straight;
    }
    out
}

fn record(
    program: &Program,
    id: RecordId,
    first_member: usize,
    lists: &mut Vec<(ListId, usize, Arc<Words<CodeText>>)>,
) -> RecordPlan {
    let none: &[Field] = &[];
    let record = program.record(id);
    let declared = record.map_or(none, |record| &record.fields);
    let mut plan = RecordPlan {
        fields: Vec::new(),
        many: Vec::new(),
        members: Vec::new(),
        names: Words::new([]),
        finder: Finder::new([].iter()),
        first_member,
        of_field: vec![None; declared.len()],
        slots: 0,
        musts: 0,
        pairs: Vec::new(),
        key: None,
        below: Vec::new(),
        straight: true,
    };
    let Some(record) = record else { return plan };
    let mut names: Vec<(String, What, usize)> = Vec::new();
    let mut lists_of_children = Vec::new();
    for (at, field) in declared.iter().enumerate() {
        let at = FieldId::from_index(at);
        let heading = || field.from.first().unwrap_or(&field.heading.name).to_string();
        if let FieldKind::Many { record, by } = field.kind {
            lists_of_children.push((heading(), plan.many.len()));
            plan.many.push(ManyPlan { id: at, record, by: by.index(), unread: false });
            continue;
        }
        let key = record.key == Some(at);
        let names_parent = names_parent(program, id, at);
        let wanted = field.read || key || names_parent;
        if !wanted && !field.required {
            continue;
        }
        let kind = if wanted { kind(program, id, record, field, lists) } else { Kind::Present };
        let index = plan.fields.len();
        let reasons = match kind {
            Kind::Code(_) | Kind::Codes(..) => Words::new([]),
            _ => Words::new(record.missing.iter().map(|(text, reason)| (&**text, *reason))),
        };
        let quick = reasons.is_empty() && !key && !names_parent && 3 * index < 64;
        let cell = match kind {
            Kind::Boolean if quick => What::Boolean(at),
            Kind::Integer if quick => What::Integer(at),
            _ => What::Cell(index),
        };
        let slot = 3 * index;
        names.push((heading(), cell, slot));
        if kind.is_pair()
            && let Some(upper) = field.from.get(1)
        {
            names.push((upper.to_string(), What::Upper(index), slot + 1));
        }
        names.push((format!("{}{MISSING}", trim(&heading())), What::Beside(index), slot + 2));
        names.push((format!("{}{MISSING}", field.heading.name), What::Beside(index), slot + 2));
        if kind.is_pair() {
            plan.pairs.push(index);
        }
        if key {
            plan.key = Some(index);
        }
        plan.musts += usize::from((field.required || key) && !kind.is_pair());
        if let Some(place) = plan.of_field.get_mut(at.index()) {
            *place = Some(index);
        }
        plan.fields.push(FieldPlan {
            id: at,
            name: field.heading.name.clone(),
            kind,
            reasons,
            required: field.required,
            key,
        });
    }
    plan.slots = 3 * plan.fields.len() + plan.many.len();
    let first_list = 3 * plan.fields.len();
    names.extend(lists_of_children.into_iter().map(|(name, at)| (name, What::Many(at), first_list + at)));
    plan.names = Words::new(names.iter().enumerate().map(|(at, (name, ..))| (name.as_str(), at)));
    let of_name: Vec<(String, usize)> = plan.names.entries().map(|(name, at)| (name.to_owned(), at)).collect();
    // A field whose name is taken by another can never be given: the reader of files says so.
    let own = |what: What| !matches!(what, What::Beside(_));
    let kept = of_name.iter().filter(|&&(_, at)| names.get(at).is_some_and(|&(_, what, _)| own(what))).count();
    plan.straight = kept == names.iter().filter(|&&(_, what, _)| own(what)).count();
    for (name, at) in &of_name {
        let Some(&(_, what, slot)) = names.get(*at) else { continue };
        plan.members.push(member(name, what, slot, &plan.fields));
    }
    plan.names = Words::new(of_name.iter().enumerate().map(|(at, (name, _))| (name.as_str(), at)));
    plan.finder = Finder::new(plan.members.iter().map(|member| &member.written));
    plan
}

fn member(name: &str, what: What, slot: usize, fields: &[FieldPlan]) -> MemberPlan {
    let plain = !name.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\');
    let written: Vec<u8> = if plain { format!("\"{name}\":").into_bytes() } else { Vec::new() };
    let of = match what {
        What::Boolean(_) | What::Integer(_) | What::Cell(_) => fields.get(slot / 3),
        _ => None,
    };
    let must = of.is_some_and(|field| (field.required || field.key) && !field.kind.is_pair());
    MemberPlan { written: Written::new(&written), what, slot, must }
}

/// Whether some record has children by this field.
fn names_parent(program: &Program, id: RecordId, field: FieldId) -> bool {
    let mut fields = program.records.iter().flat_map(|record| &record.fields);
    fields.any(|other| matches!(other.kind, FieldKind::Many { record, by } if record == id && by == field))
}

fn kind(
    program: &Program,
    id: RecordId,
    record: &Record,
    field: &Field,
    lists: &mut Vec<(ListId, usize, Arc<Words<CodeText>>)>,
) -> Kind {
    let ty = match field.kind {
        FieldKind::Range(ty) => {
            return match (ty, field.from.len()) {
                (Ty::Integer, 2..) => Kind::IntegerPair,
                (Ty::Integer, _) => Kind::IntegerRange,
                (_, 2..) => Kind::DecimalPair,
                (_, _) => Kind::DecimalRange,
            };
        }
        FieldKind::Value(ty) => ty,
        // The caller sees to these.
        FieldKind::Many { .. } => return Kind::Present,
    };
    // A list that several fields of a record have is held once.
    let mut texts = |list: ListId| {
        let known = lists.iter().find(|(other, of, _)| *other == list && *of == id.index());
        known.map(|(.., texts)| Arc::clone(texts)).unwrap_or_else(|| {
            let texts = Arc::new(code_texts(program, list, record));
            lists.push((list, id.index(), Arc::clone(&texts)));
            texts
        })
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
        Ty::Code(list) => Kind::Code(texts(list)),
        Ty::Codes(list) => Kind::Codes(texts(list), field.separator.clone()),
        Ty::Texts => Kind::Texts(field.separator.clone()),
    }
}

/// The texts of a list, then those of the record that mean missing: where one is both, the list's meaning holds.
fn code_texts(program: &Program, list: ListId, record: &Record) -> Words<CodeText> {
    let Some(list) = program.list(list) else { return Words::new([]) };
    let codes = list.codes.iter().enumerate().flat_map(|(at, info)| {
        let code = Code(u16::try_from(at).unwrap_or(u16::MAX));
        let name = if info.from.is_empty() { Some(&info.heading.name) } else { None };
        info.from.iter().chain(name).map(move |text| (&**text, CodeText::Code(code)))
    });
    let reasons = list.missing.iter().chain(&record.missing);
    Words::new(codes.chain(reasons.map(|(text, reason)| (&**text, CodeText::Missing(*reason)))))
}

/// Finds the children's fields that name their parents, now that all records are there.
fn link(program: &Program, plans: &mut [RecordPlan]) {
    let read: Vec<Vec<bool>> = plans
        .iter()
        .enumerate()
        .map(|(at, plan)| {
            let mut read = vec![false; plan.of_field.len()];
            for node in &program.nodes {
                let of = program.scope(node.scope).and_then(|scope| scope.record);
                if let (Op::Field(field), true) = (&node.op, of == Some(RecordId::from_index(at)))
                    && let Some(read) = read.get_mut(field.index())
                {
                    *read = true;
                }
            }
            read
        })
        .collect();
    let by: Vec<Vec<Option<(usize, bool)>>> = plans
        .iter()
        .map(|plan| {
            let of = |many: &ManyPlan| {
                let child = plans.get(many.record.index())?;
                let index = (*child.of_field.get(many.by)?)?;
                let missing = program.record(many.record).is_none_or(|record| !record.missing.is_empty());
                let read = read.get(many.record.index())?.get(many.by).copied()?;
                Some((index, !read && !missing && child.key != Some(index)))
            };
            plan.many.iter().map(of).collect()
        })
        .collect();
    for (plan, by) in plans.iter_mut().zip(by) {
        plan.straight &= plan.many.is_empty() || plan.key.is_some();
        for (many, by) in plan.many.iter_mut().zip(by) {
            match by {
                Some((by, unread)) => (many.by, many.unread) = (by, unread),
                None => plan.straight = false,
            }
        }
    }
}

/// The records that can stand inside one, each once, and whether each can stand in one place only.
fn below(plans: &[RecordPlan], root: RecordId) -> (Vec<RecordId>, bool) {
    let mut found: Vec<RecordId> = Vec::new();
    let mut straight = plans.get(root.index()).is_some_and(|plan| plan.straight);
    let mut open = vec![root];
    while let Some(record) = open.pop() {
        let Some(plan) = plans.get(record.index()) else { continue };
        straight &= plan.straight;
        for many in &plan.many {
            if many.record == root || found.contains(&many.record) {
                straight = false;
            } else {
                found.push(many.record);
                open.push(many.record);
            }
        }
    }
    found.sort_unstable();
    (found, straight)
}
