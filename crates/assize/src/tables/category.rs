//! A category's outcomes as columns.

use super::Typing;
use crate::fault::outcome_message;
use crate::responses::actions;
use crate::results::{CategoryResults, Part, Results};
use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder, Buffer};
use assize_eval::batch::Reasons;
use assize_io::out::{Indices, OutColumn, OutField, OutType, OutValues};
use assize_model::bounds::CodeSet;
use assize_model::civil::Date;
use assize_model::column::{Column, TextColumn, Values};
use assize_model::ids::CategoryId;
use assize_model::program::{Category, FieldKind, Hit, Program, State};
use assize_model::ty::Ty;
use std::sync::Arc;

type Names = Arc<[Arc<str>]>;

fn field(name: &str, ty: OutType) -> OutField {
    OutField { name: name.into(), ty }
}

/// The columns of a category.
pub fn fields(results: &Results, of: &CategoryResults, typing: Typing) -> Vec<OutField> {
    let program = &results.program;
    let Some(category) = program.category(of.category) else { return Vec::new() };
    let names = codes(program, category);
    let none = Some(Arc::from("none"));
    let states: Names = State::ALL.iter().map(|state| state.word().into()).collect();
    let criteria: Names = category.criteria().map(|(_, criterion)| Arc::clone(&criterion.heading.name)).collect();
    let value = if category.hit == Hit::All {
        OutType::ListOfDictionary { names: Arc::clone(&names), other: none.clone() }
    } else {
        OutType::Dictionary { names: Arc::clone(&names), other: none.clone() }
    };
    let mut fields = vec![
        field("key", key_type(program, category, typing)),
        field("value", value),
        field("state", OutType::Dictionary { names: states, other: None }),
    ];
    if of.reasons {
        // Every batch names the same fields in the same order: they come from one plan.
        let missing: Names = of
            .parts
            .first()
            .and_then(|part| part.columns.reasons.as_ref())
            .map(|reasons| reasons.names.iter().map(|path| path.name(program, category.record).into()).collect())
            .unwrap_or_default();
        fields.push(field("because", OutType::ListOfDictionary { names: criteria, other: None }));
        fields.push(field("possible", OutType::ListOfDictionary { names, other: none }));
        fields.push(field("missing", OutType::ListOfDictionary { names: missing, other: None }));
    }
    fields.push(field("error", OutType::Text));
    let (texts, roles) = responses(program, of.category);
    if !texts.is_empty() {
        fields.push(field("response", OutType::ListOfDictionary { names: texts, other: None }));
        fields.push(field("responsible", OutType::ListOfDictionary { names: roles, other: None }));
        fields.push(field("due", OutType::Date));
    }
    if is_judged(results, of) {
        for name in ["override", "override_because", "override_by", "override_on", "override_until"] {
            fields.push(field(name, OutType::Text));
        }
        fields.push(field("override_in_force", OutType::Boolean));
    }
    fields
}

/// The texts of a category's responses, by the number of each action, and the roles, each once.
fn responses(program: &Program, id: CategoryId) -> (Names, Names) {
    let texts = actions(program, id).map(|action| Arc::clone(&action.text)).collect();
    let mut roles: Vec<Arc<str>> = Vec::new();
    for role in actions(program, id).filter_map(|action| action.role.as_ref()) {
        if !roles.contains(role) {
            roles.push(Arc::clone(role));
        }
    }
    (texts, roles.into())
}

/// What is to be done about the rows of a part: lists of texts and of roles, and the first day on which any is due.
#[derive(Default)]
struct ToDo {
    texts: (Vec<i32>, Vec<u16>),
    roles: (Vec<i32>, Vec<u16>),
    due: Vec<Date>,
    is_due: Vec<bool>,
}

impl ToDo {
    fn new(program: &Program, part: &Part) -> Self {
        let mut to_do = Self { texts: (vec![0], Vec::new()), roles: (vec![0], Vec::new()), ..Self::default() };
        let (_, roles) = responses(program, part.columns.category);
        let number = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        let end = |ids: &Vec<u16>| i32::try_from(ids.len()).unwrap_or(i32::MAX);
        for row in 0..part.columns.rows() {
            let mut due = None;
            for (at, answer) in part.answers(program, row, part.columns.outcome_row(row).value) {
                to_do.texts.1.push(number(at));
                let role = answer.role.and_then(|role| roles.iter().position(|known| &**known == role));
                let role = role.map(number).filter(|role| {
                    let from = to_do.roles.0.last().map_or(0, |&from| usize::try_from(from).unwrap_or(0));
                    !to_do.roles.1.get(from..).unwrap_or(&[]).contains(role)
                });
                to_do.roles.1.extend(role);
                due = match (due, answer.due) {
                    (Some(before), Some(due)) => Some(std::cmp::min::<Date>(before, due)),
                    (before, due) => before.or(due),
                };
            }
            to_do.texts.0.push(end(&to_do.texts.1));
            to_do.roles.0.push(end(&to_do.roles.1));
            to_do.due.push(due.unwrap_or(Date::MIN));
            to_do.is_due.push(due.is_some());
        }
        to_do
    }
}

/// Whether people judge beside the category.
fn is_judged(results: &Results, of: &CategoryResults) -> bool {
    results.program.overrides.iter().any(|over| over.category == of.category)
}

fn codes(program: &Program, category: &Category) -> Names {
    let list = program.list(category.list);
    list.map(|list| list.codes.iter().map(|code| Arc::clone(&code.heading.name)).collect()).unwrap_or_default()
}

/// The type of the keys of a category's record.
fn key_kind(program: &Program, category: &Category) -> Option<FieldKind> {
    let record = program.record(category.record)?;
    Some(record.fields.get(record.key?.index())?.kind)
}

fn key_type(program: &Program, category: &Category, typing: Typing) -> OutType {
    if typing == Typing::Texts {
        return OutType::Text;
    }
    match key_kind(program, category) {
        None | Some(FieldKind::Value(Ty::Integer)) => OutType::Integer,
        Some(FieldKind::Value(Ty::Date)) => OutType::Date,
        Some(FieldKind::Value(Ty::Boolean)) => OutType::Boolean,
        Some(_) => OutType::Text,
    }
}

/// Keys, as they are written.
enum Keys {
    Column(Column),
    Dates(Vec<Date>, Option<BooleanBuffer>),
    Texts(Vec<Arc<str>>, Option<BooleanBuffer>),
    Numbers(Vec<i64>),
}

impl Keys {
    fn new(program: &Program, category: &Category, part: &Part, typing: Typing) -> Self {
        let rows = part.columns.rows();
        let from = part.first;
        let known = match &part.keys {
            Some(keys) => keys.known.as_ref().map(|known| known.slice(from, rows)),
            None => Some(BooleanBuffer::new_unset(rows)),
        };
        let texts = || {
            let text = |row| part.key(program, row).unwrap_or_default().into();
            Self::Texts((0..rows).map(text).collect(), known.clone())
        };
        if typing == Typing::Texts {
            return texts();
        }
        let (Some(kind), Some(keys)) = (key_kind(program, category), &part.keys) else {
            let first = i64::try_from(part.first_row + from as u64).unwrap_or(i64::MAX);
            return match key_kind(program, category) {
                None => Self::Numbers((0..rows).map(|row| first.saturating_add(row as i64)).collect()),
                Some(_) => texts(),
            };
        };
        let held = |values| Self::Column(Column { values, known: known.clone(), absent: Vec::new() });
        match (kind, &keys.values) {
            (FieldKind::Value(Ty::Integer), Values::Integer(values)) => held(Values::Integer(values.slice(from, rows))),
            (FieldKind::Value(Ty::Boolean), Values::Boolean(values)) => held(Values::Boolean(values.slice(from, rows))),
            (FieldKind::Value(Ty::Date), Values::Date(values)) => {
                Self::Dates(values.slice(from, rows).iter().map(|&days| Date::clamped(days)).collect(), known.clone())
            }
            (FieldKind::Value(Ty::Text), Values::Text(values)) => held(Values::Text(values.slice(from..from + rows))),
            _ => texts(),
        }
    }

    fn column(&self) -> OutColumn<'_> {
        match self {
            Self::Column(Column { values, known, .. }) => {
                let values = match values {
                    Values::Integer(values) => OutValues::Integer(values),
                    Values::Boolean(values) => OutValues::Boolean(values),
                    Values::Text(values) => OutValues::Text(values),
                    _ => OutValues::Texts(&[]),
                };
                OutColumn { values, known: known.as_ref() }
            }
            Self::Dates(values, known) => OutColumn { values: OutValues::Date(values), known: known.as_ref() },
            Self::Texts(values, known) => OutColumn { values: OutValues::Texts(values), known: known.as_ref() },
            Self::Numbers(values) => OutColumn::all(OutValues::Integer(values)),
        }
    }
}

/// Which rows have a value, by their states.
pub fn known(states: &[u8]) -> BooleanBuffer {
    const VALUED: u8 = State::Provisional as u8;
    let (blocks, rest) = states.as_chunks::<64>();
    let mut words: Vec<u64> = Vec::with_capacity(blocks.len() + 1);
    for block in blocks {
        // Eight bytes of 0 or 1 as eight bits, the first byte in the lowest.
        let bytes = block.map(|state| u8::from(state <= VALUED));
        let eights = bytes.as_chunks::<8>().0.iter().enumerate();
        let gathered = |of: [u8; 8]| u64::from_le_bytes(of).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        words.push(eights.fold(0, |word, (at, &eight)| word | gathered(eight) << (8 * at)));
    }
    if !rest.is_empty() {
        let bit = |(at, &state): (usize, &u8)| u64::from(state <= VALUED) << at;
        words.push(rest.iter().enumerate().map(bit).fold(0, |word, bit| word | bit));
    }
    BooleanBuffer::new(Buffer::from_vec(words), 0, states.len())
}

/// Hands out the columns of a part, which are those of [`fields`]; of these only some, where they are named by their
/// places, in that order.
pub fn with_columns<R>(
    results: &Results,
    of: &CategoryResults,
    number: usize,
    part: &Part,
    typing: Typing,
    some: Option<&[usize]>,
    f: impl FnOnce(&[OutColumn<'_>], usize) -> R,
) -> R {
    let program = &results.program;
    let columns = &part.columns;
    let rows = columns.rows();
    let wants = |at: usize| some.is_none_or(|some| some.contains(&at));
    let keys = match program.category(of.category) {
        Some(category) if wants(0) => Keys::new(program, category, part, typing),
        _ => Keys::Texts(Vec::new(), None),
    };
    let all_known = columns.state.iter().all(|&state| state <= State::Provisional as u8);
    let has_value = (wants(1) && !all_known).then(|| known(&columns.state));
    let last = if columns.reasons.is_some() { 6 } else { 3 };
    // Errors are few, and ascend by row.
    let told: Vec<(usize, String)> = columns
        .errors
        .iter()
        .filter(|_| wants(last))
        .map(|&(row, absence)| {
            let because = columns.reasons.as_ref().map_or(&[][..], |reasons| reasons.because.row(row as usize));
            (row as usize, outcome_message(program, columns.category, absence, because))
        })
        .filter(|(row, _)| *row < rows)
        .collect();
    let errors = wants(last).then(|| {
        let mut there = BooleanBufferBuilder::new(rows);
        there.append_n(rows, false);
        told.iter().for_each(|(row, _)| there.set_bit(*row, true));
        (TextColumn::sparse(rows, told.iter().map(|(row, error)| (*row, error.as_str()))), there.finish())
    });
    let (mut offsets, mut members) = (vec![0_i32], Vec::new());
    if columns.many && wants(1) {
        for &set in &columns.values {
            members.extend(CodeSet(set).iter().map(|code| u8::try_from(code.0).unwrap_or(u8::MAX)));
            offsets.push(i32::try_from(members.len()).unwrap_or(i32::MAX));
        }
    }
    let value = if columns.many {
        OutValues::ListOfDictionary { offsets: &offsets, at: Indices::U8(&members) }
    } else {
        OutValues::Dictionary(Indices::U8(&columns.value))
    };
    let mut out = vec![
        keys.column(),
        OutColumn { values: value, known: has_value.as_ref() },
        OutColumn::all(OutValues::Dictionary(Indices::U8(&columns.state))),
    ];
    if let Some(Reasons { because, possible, missing, .. }) = &columns.reasons {
        let list = |offsets, at| OutColumn::all(OutValues::ListOfDictionary { offsets, at });
        out.push(list(&because.offsets, Indices::U16(&because.ids)));
        out.push(list(&possible.offsets, Indices::U8(&possible.ids)));
        out.push(list(&missing.offsets, Indices::U16(&missing.ids)));
    }
    out.push(match &errors {
        Some((errors, there)) => OutColumn::some(OutValues::Text(errors), there),
        // It keeps the place of those behind it.
        None => OutColumn::all(OutValues::Texts(&[])),
    });
    let to_do = (!part.dues.is_empty()).then(|| ToDo::new(program, part));
    let is_due = to_do.as_ref().map(|to_do| to_do.is_due.iter().copied().collect::<BooleanBuffer>());
    if let (Some(to_do), Some(is_due)) = (&to_do, &is_due) {
        out.push(OutColumn::all(OutValues::ListOfDictionary {
            offsets: &to_do.texts.0,
            at: Indices::U16(&to_do.texts.1),
        }));
        out.push(OutColumn::all(OutValues::ListOfDictionary {
            offsets: &to_do.roles.0,
            at: Indices::U16(&to_do.roles.1),
        }));
        out.push(OutColumn::some(OutValues::Date(&to_do.due), is_due));
    }
    let hand = |out: &[OutColumn<'_>]| match some {
        Some(some) => f(&super::chosen(out, Some(some)), rows),
        None => f(out, rows),
    };
    if !is_judged(results, of) {
        return hand(&out);
    }
    let judged = results.overrides.iter().find(|judged| judged.category == of.category);
    let judged = judged.and_then(|judged| judged.parts.get(number)).map_or(&[][..], Vec::as_slice);
    let list = program.category(of.category).and_then(|category| program.list(category.list));
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let texts: [Vec<(usize, String)>; 5] = [
        judged.iter().map(|(row, of)| (*row, list.map_or("?", |list| list.name(of.value)).to_owned())).collect(),
        judged.iter().map(|(row, of)| (*row, of.because.to_string())).collect(),
        judged.iter().map(|(row, of)| (*row, of.by.to_string())).collect(),
        judged.iter().filter_map(|(row, of)| Some((*row, day(of.on)?))).collect(),
        judged.iter().filter_map(|(row, of)| Some((*row, day(of.until)?))).collect(),
    ];
    let there = |rows_of: &mut dyn Iterator<Item = usize>| {
        let mut known = BooleanBufferBuilder::new(rows);
        known.append_n(rows, false);
        rows_of.filter(|row| *row < rows).for_each(|row| known.set_bit(row, true));
        known.finish()
    };
    let columns = texts.map(|texts| {
        let known = there(&mut texts.iter().map(|(row, _)| *row));
        (TextColumn::sparse(rows, texts.iter().map(|(row, text)| (*row, text.as_str()))), known)
    });
    let known = there(&mut judged.iter().map(|(row, _)| *row));
    let in_force = there(&mut judged.iter().filter(|(_, of)| of.in_force).map(|(row, _)| *row));
    out.extend(columns.iter().map(|(text, known)| OutColumn::some(OutValues::Text(text), known)));
    out.push(OutColumn::some(OutValues::Boolean(&in_force), &known));
    hand(&out)
}
