//! The last outcome of a session, and what its getters lend: made when first asked for, in lists that are used again.

use super::outcome::{NO_CODE, NONE, OutcomeInfo};
use super::state::State;
use crate::failure::Failure;
use crate::status::{self, Status};
use crate::text::{Str, Terminated};
use assize::eval::outcome::Chosen;
use assize::eval::row::{Outcome, RowError, RowId, Session};
use assize::model::absence::Absence;
use assize::model::bounds::CodeSet;
use assize::model::ids::{CategoryId, Code, FieldId, ListId, ScopeId};
use assize::model::program::{self, Program};
use assize::record;
use assize_report::outcome::Writer;
use std::collections::BTreeMap;

/// The last outcome.
#[derive(Debug)]
pub struct Last {
    category: CategoryId,
    /// Whether the record is as it was evaluated.
    fresh: bool,
    /// Whether the lists are of the outcome, and whether the names of missing fields are.
    listed: bool,
    searched: bool,
    /// The lists.
    pub lists: Lists,
    missing: Vec<Str>,
    /// The names of fields that were missing so far.
    names: BTreeMap<(ScopeId, FieldId), Terminated>,
    /// What went wrong so far, in words, once for each place that it went wrong in.
    errors: BTreeMap<(CategoryId, Absence), Terminated>,
    /// What writes outcomes as JSON, by category, and the last one written.
    writers: Vec<Option<Writer>>,
    json: Vec<u8>,
    /// The record's own key.
    key: String,
}

/// What the last outcome has several of.
#[derive(Debug, Default)]
pub struct Lists {
    pub values: Vec<Str>,
    pub because: Vec<Str>,
    pub because_ids: Vec<u32>,
    pub possible: Vec<Str>,
    pub possible_ids: Vec<u32>,
    chosen: Option<Code>,
    error: Option<Absence>,
}

impl Default for Last {
    fn default() -> Self {
        Self {
            category: CategoryId(0),
            fresh: false,
            listed: false,
            searched: false,
            lists: Lists::default(),
            missing: Vec::new(),
            names: BTreeMap::new(),
            errors: BTreeMap::new(),
            writers: Vec::new(),
            json: Vec::new(),
            key: String::new(),
        }
    }
}

impl Last {
    /// The record changes.
    #[inline]
    pub fn forget(&mut self) {
        self.fresh = false;
    }
}

/// The key that the record was given, as results have it: of records without a key the number, and none where it is
/// absent.
fn own_key<'a>(session: &Session, row: RowId, key: &'a mut String) -> Option<&'a str> {
    key.clear();
    if record::key(session, row, key) {
        return Some(key);
    }
    let has_key = session.program().record(row.record()).is_some_and(|record| record.key.is_some());
    (!has_key).then_some("1")
}

#[cold]
fn unevaluated() -> Failure {
    Failure::new(Status::Order, "nothing was evaluated since the record changed")
}

/// The number of a code, as C has it.
fn number(code: Code) -> u32 {
    if code == Code::NONE { NO_CODE } else { u32::from(code.0) }
}

impl State {
    /// Evaluates a category.
    #[inline]
    pub fn evaluate(&mut self, category: CategoryId) -> Result<OutcomeInfo, Failure> {
        let outcome = match self.session.evaluate(category) {
            Ok(outcome) => outcome,
            Err(error) => return Err(self.refusal(category, error)),
        };
        let value = match outcome.chosen() {
            Chosen::Nothing => NONE,
            Chosen::One(code) => number(code),
            Chosen::Many(codes) => codes.iter().next().map_or(NO_CODE, number),
        };
        let found = OutcomeInfo {
            struct_size: size_of::<OutcomeInfo>(),
            state: match outcome.state() {
                program::State::Decided => status::State::Decided,
                program::State::Provisional => status::State::Provisional,
                program::State::Undetermined => status::State::Undetermined,
                program::State::NotApplicable => status::State::NotApplicable,
                program::State::Error => status::State::Error,
            },
            value,
            reason: outcome.because().next().map_or(NONE, u32::from),
        };
        self.last.category = category;
        self.last.fresh = true;
        self.last.listed = false;
        self.last.searched = false;
        Ok(found)
    }

    #[cold]
    fn refusal(&self, category: CategoryId, error: RowError) -> Failure {
        if self.rules.rules.program().category(category).is_none() {
            return Failure::new(Status::NotFound, "there is no such category");
        }
        match error {
            RowError::OtherRecord if self.record.is_none() => Failure::new(Status::Order, "no record was begun"),
            RowError::OtherRecord => Failure::new(Status::Type, "the category is of another record"),
            error => error.into(),
        }
    }

    /// Evaluates a category, and gives its outcome as JSON.
    pub fn outcome_json(&mut self, category: CategoryId, key: &str) -> Result<Str, Failure> {
        self.evaluate(category)?;
        let row = self.session.row()?;
        let Last { writers, json, key: own, .. } = &mut self.last;
        json.clear();
        let program = self.rules.rules.program();
        if writers.is_empty() {
            writers.resize_with(program.categories.len(), || None);
        }
        let writer = writers.get_mut(category.index()).ok_or(RowError::OtherRecord)?;
        let writer = match writer {
            Some(writer) => writer,
            none => none.insert(Writer::new(program, category).ok_or(RowError::OtherRecord)?),
        };
        let key = if key.is_empty() { own_key(&self.session, row, own) } else { Some(key) };
        writer.write(&mut self.session.evaluate(category)?, key, json)?;
        json.push(0);
        Ok(Str { data: json.as_ptr().cast(), length: json.len() - 1 })
    }

    /// What stands for the record where the caller gives no key.
    pub fn own_key(&mut self) -> Result<Option<&str>, Failure> {
        let row = self.row(0)?;
        Ok(own_key(&self.session, row, &mut self.last.key))
    }

    /// The last outcome anew: the record is as it was evaluated, so it comes out the same.
    fn outcome(&mut self) -> Result<Outcome<'_>, Failure> {
        if !self.last.fresh {
            return Err(unevaluated());
        }
        Ok(self.session.evaluate(self.last.category)?)
    }

    /// What the last outcome has several of.
    pub fn lists(&mut self) -> Result<&Lists, Failure> {
        if self.last.fresh && self.last.listed {
            return Ok(&self.last.lists);
        }
        let category = self.last.category;
        let mut lists = std::mem::take(&mut self.last.lists);
        let filled = self.outcome().map(|outcome| lists.ids(&outcome));
        self.last.lists = lists;
        let many = filled?;
        let program = self.rules.rules.program();
        let list = program.category(category).ok_or(RowError::OtherRecord)?.list;
        let Lists { values, because, because_ids, possible, possible_ids, chosen, .. } = &mut self.last.lists;
        let catalogue = &self.rules.catalogue;
        let code = |&id: &u32| {
            let code = if id == NO_CODE { Code::NONE } else { Code(u16::try_from(id).unwrap_or(u16::MAX)) };
            catalogue.code_name(list, code)
        };
        values.clear();
        match many {
            Some(codes) => values.extend(codes.iter().map(|code| catalogue.code_name(list, code))),
            None => values.extend(chosen.map(|code| catalogue.code_name(list, code))),
        }
        because.clear();
        because.extend(because_ids.iter().map(|&id| {
            let id = u16::try_from(id).unwrap_or(u16::MAX);
            catalogue.criterion_name(category, id)
        }));
        possible.clear();
        possible.extend(possible_ids.iter().map(code));
        self.last.listed = true;
        Ok(&self.last.lists)
    }

    /// The name of the value.
    pub fn value_name(&mut self) -> Result<Str, Failure> {
        let lists = self.lists()?;
        let of_none = lists.values.is_empty() && lists.chosen.is_some();
        match lists.values.first() {
            Some(name) => Ok(*name),
            // Of `hit all`, the empty set.
            None if of_none => Ok(self.rules.catalogue.code_name(ListId(0), Code::NONE)),
            None => Ok(Str::NONE),
        }
    }

    /// What went wrong.
    pub fn outcome_error(&mut self) -> Result<Str, Failure> {
        let error = self.lists()?.error;
        let Some(absence) = error else { return Ok(Str::NONE) };
        let category = self.last.category;
        let program = self.rules.rules.program();
        let words = || Terminated::new(assize::fault_message(program, category, absence));
        Ok(self.last.errors.entry((category, absence)).or_insert_with(words).lend())
    }

    /// The names of the missing fields.
    pub fn missing(&mut self) -> Result<&[Str], Failure> {
        if self.last.fresh && self.last.searched {
            return Ok(&self.last.missing);
        }
        if !self.last.fresh {
            return Err(unevaluated());
        }
        let program = self.rules.rules.program();
        let Last { category, names, missing, .. } = &mut self.last;
        missing.clear();
        let mut outcome = self.session.evaluate(*category)?;
        missing.extend(outcome.missing_places().iter().map(|&(scope, field)| {
            let name = names.entry((scope, field)).or_insert_with(|| Terminated::new(name(program, scope, field)));
            name.lend()
        }));
        self.last.searched = true;
        Ok(&self.last.missing)
    }
}

impl Lists {
    /// Takes the ids of an outcome; gives the codes of `hit all`, whose names are not among the ids.
    fn ids(&mut self, outcome: &Outcome<'_>) -> Option<CodeSet> {
        let chosen = outcome.chosen();
        self.chosen = match chosen {
            Chosen::Nothing => None,
            Chosen::One(code) => Some(code),
            Chosen::Many(_) => Some(Code::NONE),
        };
        self.error = outcome.error();
        self.because_ids.clear();
        self.because_ids.extend(outcome.because().map(u32::from));
        self.possible_ids.clear();
        self.possible_ids.extend(outcome.possible().iter().map(number));
        match chosen {
            Chosen::Many(codes) => Some(codes),
            _ => None,
        }
    }
}

/// The name of a field from the record that is categorised: `charges.weapon`.
fn name(program: &Program, mut scope: ScopeId, field: FieldId) -> String {
    let of = |scope: ScopeId, field: FieldId| {
        let record = program.record(program.scope(scope)?.record?)?;
        Some(&*record.fields.get(field.index())?.heading.name)
    };
    let mut names = vec![of(scope, field).unwrap_or("?")];
    while let Some((parent, many)) = program.scope(scope).and_then(|scope| scope.parent) {
        names.push(of(parent, many).unwrap_or("?"));
        scope = parent;
    }
    names.reverse();
    names.join(".")
}
