//! Values that need the rules to be read: codes by name, sets, cells and JSON.

#![expect(unsafe_code, reason = "texts cross the boundary as pointers")]

use super::state::State;
use crate::failure::Failure;
use crate::status::Status;
use crate::text::{Str, text};
use assize::eval::row::RowError;
use assize::model::ids::{Code, FieldId, RecordId};
use assize::model::program::FieldKind;
use assize::model::ty::Ty;
use assize::record::Given;

/// Sets of so many members are sorted without allocating.
const FEW: usize = 64;

impl State {
    /// Sets a code by its name.
    pub fn set_code_name(&mut self, row: u32, field: FieldId, name: &str) -> Result<(), Failure> {
        let FieldKind::Value(Ty::Code(list)) = self.kind(row, field)? else { return Err(RowError::Type.into()) };
        let declared = self.rules.rules.program().list(list);
        let code = declared.and_then(|list| list.code(name)).ok_or_else(|| {
            let list = declared.map_or("?", |list| &list.heading.name);
            Failure::new(Status::NotFound, format!("the list `{list}` has no code `{name}`"))
        })?;
        self.set(row, |session, row| session.set_code_at(row, field, code))
    }

    /// Sets a set of codes.
    pub fn set_codes(&mut self, row: u32, field: FieldId, codes: &[u32]) -> Result<(), Failure> {
        sorted(Code(0), codes.len(), |members| {
            for (member, &code) in members.iter_mut().zip(codes) {
                *member = Code(u16::try_from(code).map_err(|_| RowError::NoCode)?);
            }
            let members = ascending(members);
            self.set(row, |session, row| session.set_codes_at(row, field, members))
        })
    }

    /// Sets a set of texts.
    ///
    /// # Safety
    /// The texts are as they say.
    pub unsafe fn set_texts(&mut self, row: u32, field: FieldId, texts: &[Str]) -> Result<(), Failure> {
        sorted("", texts.len(), |members| {
            for (member, given) in members.iter_mut().zip(texts) {
                // SAFETY: as promised by the caller.
                *member = unsafe { text("texts", given.data, given.length) }?;
            }
            let members = ascending(members);
            self.set(row, |session, row| session.set_texts_at(row, field, members.iter().copied()))
        })
    }

    /// Sets a field as a cell of a table does.
    pub fn set_cell(&mut self, row: u32, field: FieldId, cell: &str) -> Result<(), Failure> {
        if matches!(self.kind(row, field)?, FieldKind::Many { .. }) {
            return Err(RowError::Type.into());
        }
        let row = self.row(row)?;
        self.last.forget();
        let (form, session, faults) = self.form();
        let (set, fault) = faults.find(|faults| form.set(session, row, field, Given::Text(cell), faults));
        set?;
        fault.map_or(Ok(()), |fault| Err(unreadable(&fault.message)))
    }

    /// Begins a record and fills it in from a JSON object.
    pub fn set_json(&mut self, record: u32, json: &[u8]) -> Result<(), Failure> {
        let record = RecordId(record);
        self.rules.rules.program().record(record).ok_or(RowError::NoRecord)?;
        self.was_begun(record);
        let (form, session, faults) = self.form();
        let (row, fault) = faults.find(|faults| form.json(session, record, json, faults));
        if let Err(error) = row {
            // What is not a JSON object is a record that could not be read.
            session.set_fault(true);
            return Err(error.into());
        }
        fault.map_or(Ok(()), |fault| Err(unreadable(&fault.message)))
    }
}

#[cold]
fn unreadable(message: &str) -> Failure {
    Failure::new(Status::Data, message.to_owned())
}

/// Does something with a list of so many members, which is on the stack where they are few.
fn sorted<T: Copy, R>(blank: T, count: usize, body: impl FnOnce(&mut [T]) -> R) -> R {
    let mut few = [blank; FEW];
    match few.get_mut(..count) {
        Some(members) => body(members),
        None => body(&mut vec![blank; count]),
    }
}

/// The members in ascending order, each once.
fn ascending<T: Ord + Copy>(members: &mut [T]) -> &[T] {
    members.sort_unstable();
    let mut kept = 0_usize;
    for at in 0..members.len() {
        let member = members.get(at).copied();
        if at == 0 || member > kept.checked_sub(1).and_then(|last| members.get(last)).copied() {
            if let (Some(place), Some(member)) = (members.get_mut(kept), member) {
                *place = member;
            }
            kept += 1;
        }
    }
    members.get(..kept).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_put_in_order_and_kept_once() {
        assert!(ascending::<u32>(&mut []).is_empty());
        assert_eq!(ascending(&mut [3]), &[3]);
        assert_eq!(ascending(&mut [3, 1, 3, 2, 1, 1]), &[1, 2, 3]);
        assert_eq!(ascending(&mut ["b", "a", "b"]), &["a", "b"]);
        let many: Vec<u32> = (0..200).rev().chain(0..200).collect();
        let found = sorted(0, many.len(), |members| {
            members.copy_from_slice(&many);
            ascending(members).to_vec()
        });
        assert!(found.into_iter().eq(0..200));
    }
}
