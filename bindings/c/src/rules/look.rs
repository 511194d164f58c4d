//! What rules declare: records, fields, codes, categories, measures and parameters, by id and by name.

#![expect(unsafe_code, reason = "handles and texts cross the boundary as pointers")]

use super::RulesHandle;
use super::catalogue::Catalogue;
use super::info::{
    CategoryInfo, CodeInfo, CriterionInfo, FieldInfo, ListInfo, MeasureInfo, ParameterInfo, RecordInfo, RulesInfo,
};
use crate::error::ErrorHandle;
use crate::failure::Failure;
use crate::guard::guard;
use crate::handle::{get, needed};
use crate::sized::{self, Report};
use crate::status::Status;
use crate::text::{Str, Text, text};
use std::ffi::c_char;

/// Writes what is known of something, when there is such a thing.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
unsafe fn tell<T: Report>(
    rules: *const RulesHandle,
    out: *mut T,
    error: *mut *mut ErrorHandle,
    missing: &'static str,
    find: impl FnOnce(&Catalogue, &RulesHandle) -> Option<T>,
) -> Status {
    let body = || {
        // SAFETY: as promised by the caller.
        let (rules, size) = unsafe { (get("rules", rules)?, sized::place("out", out)?) };
        let found = find(&rules.catalogue, rules).ok_or_else(|| Failure::new(Status::NotFound, missing))?;
        // SAFETY: `place` gave the size.
        unsafe { sized::write(out, size, found) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Writes the id of what has a name, when there is such a thing.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
unsafe fn find(
    rules: *const RulesHandle,
    (name, length): (*const c_char, usize),
    out: *mut u32,
    error: *mut *mut ErrorHandle,
    kind: &'static str,
    find: impl FnOnce(&RulesHandle, &str) -> Option<usize>,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let (rules, name) = unsafe { (get("rules", rules)?, text("name", name, length)?) };
        let found = find(rules, name).and_then(|id| u32::try_from(id).ok());
        let found = found.ok_or_else(|| Failure::new(Status::NotFound, format!("there is no {kind} `{name}`")))?;
        // SAFETY: not NULL and aligned.
        unsafe { out.write(found) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// Writes a text that is lent, when there is such a one.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
unsafe fn lend(
    rules: *const RulesHandle,
    out: *mut Str,
    error: *mut *mut ErrorHandle,
    missing: &'static str,
    find: impl FnOnce(&Catalogue) -> Option<Str>,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let rules = unsafe { get("rules", rules) }?;
        let found = find(&rules.catalogue).ok_or_else(|| Failure::new(Status::NotFound, missing))?;
        // SAFETY: not NULL and aligned.
        unsafe { out.write(found) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}

/// How many there are of something; none of NULL.
///
/// # Safety
/// `rules` is NULL or a live handle.
unsafe fn count(rules: *const RulesHandle, of: impl FnOnce(&Catalogue) -> usize) -> u32 {
    // SAFETY: as promised by the caller.
    let rules = unsafe { rules.as_ref() };
    rules.map_or(0, |rules| u32::try_from(of(&rules.catalogue)).unwrap_or(u32::MAX))
}

const NO_RECORD: &str = "there is no such record";
const NO_FIELD: &str = "there is no such record, or it has no such field";
const NO_LIST: &str = "there is no such code list";
const NO_CODE: &str = "there is no such code list, or it has no such code";
const NO_CATEGORY: &str = "there is no such category";
const NO_CRITERION: &str = "there is no such category, or it has no such criterion";
const NO_MEASURE: &str = "there is no such measure";
const NO_PARAMETER: &str = "there is no such parameter";

/// The header of a rule set: name, version, hash, and when it is in force.
///
/// `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_info(
    rules: *const RulesHandle,
    out: *mut RulesInfo,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { tell(rules, out, error, "there is no header", |catalogue, rules| Some(catalogue.ruleset(rules))) }
}

/// How many records there are; their ids are 0 to that, less one.
///
/// Of NULL there are none. It cannot fail. Since 0.1.
///
/// # Safety
/// `rules` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_record_count(rules: *const RulesHandle) -> u32 {
    // SAFETY: as promised by the caller.
    unsafe { count(rules, |catalogue| catalogue.records.len()) }
}

/// A record.
///
/// `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_record(
    rules: *const RulesHandle,
    record: u32,
    out: *mut RecordInfo,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { tell(rules, out, error, NO_RECORD, |catalogue, rules| catalogue.record(rules, record)) }
}

/// The id of a record by its name.
///
/// `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_find_record(
    rules: *const RulesHandle,
    name: *const c_char,
    name_length: usize,
    out: *mut u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe {
        find(rules, (name, name_length), out, error, "record", |rules, name| {
            Some(rules.rules.program().record_named(name)?.index())
        })
    }
}

/// A field of a record.
///
/// `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_field(
    rules: *const RulesHandle,
    record: u32,
    field: u32,
    out: *mut FieldInfo,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { tell(rules, out, error, NO_FIELD, |catalogue, rules| catalogue.field(rules, record, field)) }
}

/// The id of a field by its name.
///
/// `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_find_field(
    rules: *const RulesHandle,
    record: u32,
    name: *const c_char,
    name_length: usize,
    out: *mut u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe {
        find(rules, (name, name_length), out, error, "field", |rules, name| {
            Some(rules.rules.program().records.get(record as usize)?.field(name)?.index())
        })
    }
}

/// A heading by which a field is known in tables, by its number from 0.
///
/// `*out` is written, and lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_field_heading(
    rules: *const RulesHandle,
    record: u32,
    field: u32,
    index: u32,
    out: *mut Str,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { lend(rules, out, error, NO_FIELD, |catalogue| catalogue.heading(record, field, index)) }
}

/// How many code lists there are; their ids are 0 to that, less one.
///
/// Of NULL there are none. It cannot fail. Since 0.1.
///
/// # Safety
/// `rules` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_list_count(rules: *const RulesHandle) -> u32 {
    // SAFETY: as promised by the caller.
    unsafe { count(rules, |catalogue| catalogue.lists.len()) }
}

/// A code list.
///
/// `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_list(
    rules: *const RulesHandle,
    list: u32,
    out: *mut ListInfo,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { tell(rules, out, error, NO_LIST, |catalogue, rules| catalogue.list(rules, list)) }
}

/// The id of a code list by its name.
///
/// `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_find_list(
    rules: *const RulesHandle,
    name: *const c_char,
    name_length: usize,
    out: *mut u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe {
        find(rules, (name, name_length), out, error, "code list", |rules, name| {
            rules.rules.program().lists.iter().position(|list| &*list.heading.name == name)
        })
    }
}

/// A code of a list.
///
/// `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_code(
    rules: *const RulesHandle,
    list: u32,
    code: u32,
    out: *mut CodeInfo,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { tell(rules, out, error, NO_CODE, |catalogue, _| catalogue.code(list, code)) }
}

/// The id of a code by its name.
///
/// `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_find_code(
    rules: *const RulesHandle,
    list: u32,
    name: *const c_char,
    name_length: usize,
    out: *mut u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe {
        find(rules, (name, name_length), out, error, "code", |rules, name| {
            Some(rules.rules.program().lists.get(list as usize)?.code(name)?.index())
        })
    }
}

/// A text that stands for a code in data, by its number from 0.
///
/// `*out` is written, and lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_code_text(
    rules: *const RulesHandle,
    list: u32,
    code: u32,
    index: u32,
    out: *mut Str,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { lend(rules, out, error, NO_CODE, |catalogue| catalogue.code_text(list, code, index)) }
}

/// How many categories there are; their ids are 0 to that, less one.
///
/// Of NULL there are none. It cannot fail. Since 0.1.
///
/// # Safety
/// `rules` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_category_count(rules: *const RulesHandle) -> u32 {
    // SAFETY: as promised by the caller.
    unsafe { count(rules, |catalogue| catalogue.categories.len()) }
}

/// A category.
///
/// `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_category(
    rules: *const RulesHandle,
    category: u32,
    out: *mut CategoryInfo,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { tell(rules, out, error, NO_CATEGORY, |catalogue, rules| catalogue.category(rules, category)) }
}

/// The id of a category by its name.
///
/// `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_find_category(
    rules: *const RulesHandle,
    name: *const c_char,
    name_length: usize,
    out: *mut u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe {
        find(rules, (name, name_length), out, error, "category", |rules, name| {
            Some(rules.rules.program().category_named(name)?.index())
        })
    }
}

/// A criterion of a category.
///
/// `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_criterion(
    rules: *const RulesHandle,
    category: u32,
    criterion: u32,
    out: *mut CriterionInfo,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { tell(rules, out, error, NO_CRITERION, |catalogue, _| catalogue.criterion(category, criterion)) }
}

/// The id of a criterion of a category by its name.
///
/// `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_find_criterion(
    rules: *const RulesHandle,
    category: u32,
    name: *const c_char,
    name_length: usize,
    out: *mut u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe {
        find(rules, (name, name_length), out, error, "criterion", |rules, name| {
            let category = rules.rules.program().categories.get(category as usize)?;
            category.criteria().position(|(_, criterion)| &*criterion.heading.name == name)
        })
    }
}

/// How many measures there are; their ids are 0 to that, less one.
///
/// Of NULL there are none. It cannot fail. Since 0.1.
///
/// # Safety
/// `rules` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_measure_count(rules: *const RulesHandle) -> u32 {
    // SAFETY: as promised by the caller.
    unsafe { count(rules, |catalogue| catalogue.measures.len()) }
}

/// A measure.
///
/// `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_measure(
    rules: *const RulesHandle,
    measure: u32,
    out: *mut MeasureInfo,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { tell(rules, out, error, NO_MEASURE, |catalogue, rules| catalogue.measure(rules, measure)) }
}

/// The id of a measure by its name.
///
/// `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_find_measure(
    rules: *const RulesHandle,
    name: *const c_char,
    name_length: usize,
    out: *mut u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe {
        find(rules, (name, name_length), out, error, "measure", |rules, name| {
            Some(rules.rules.program().measure_named(name)?.index())
        })
    }
}

/// The name of a breakdown of a measure, by its number from 0.
///
/// `*out` is written, and lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_measure_by(
    rules: *const RulesHandle,
    measure: u32,
    index: u32,
    out: *mut Str,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { lend(rules, out, error, NO_MEASURE, |catalogue| catalogue.by(measure, index)) }
}

/// How many parameters there are; their ids are 0 to that, less one.
///
/// Of NULL there are none. It cannot fail. Since 0.1.
///
/// # Safety
/// `rules` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_parameter_count(rules: *const RulesHandle) -> u32 {
    // SAFETY: as promised by the caller.
    unsafe { count(rules, |catalogue| catalogue.parameters.len()) }
}

/// A parameter.
///
/// `*out` is written; its texts are lent until `rules` is freed. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_parameter(
    rules: *const RulesHandle,
    parameter: u32,
    out: *mut ParameterInfo,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe { tell(rules, out, error, NO_PARAMETER, |catalogue, rules| catalogue.parameter(rules, parameter)) }
}

/// The id of a parameter by its name.
///
/// `*out` is written. Errors: `ASSIZE_NOT_FOUND`; `ASSIZE_UTF8`; `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_find_parameter(
    rules: *const RulesHandle,
    name: *const c_char,
    name_length: usize,
    out: *mut u32,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: as promised by the caller.
    unsafe {
        find(rules, (name, name_length), out, error, "parameter", |rules, name| {
            Some(rules.rules.program().param_named(name)?.index())
        })
    }
}

/// Everything a rule set takes and gives, as JSON Schema (2020-12): what the command `assize schema` writes.
///
/// `*out` is the caller's, to be freed with `assize_text_free`. Errors: `ASSIZE_ARGUMENT`. Since 0.1.
///
/// # Safety
/// Pointers are NULL or point to what the parameters say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn assize_rules_schema_json(
    rules: *const RulesHandle,
    out: *mut *mut Text,
    error: *mut *mut ErrorHandle,
) -> Status {
    let body = || {
        needed("out", out)?;
        // SAFETY: as promised by the caller.
        let rules = unsafe { get("rules", rules) }?;
        let schema = assize_report::schema::schema(rules.rules.program());
        // SAFETY: not NULL and aligned.
        unsafe { out.write(Text::give(crate::text::pretty(&schema))) };
        Ok(())
    };
    // SAFETY: as promised by the caller.
    unsafe { guard(error, body) }
}
