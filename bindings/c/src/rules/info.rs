//! What rules declare, as structs for the caller.

use crate::civil::CivilDate;
use crate::sized::Report;
use crate::status::{Hit, Type};
use crate::text::Str;

/// The header of a rule set.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct RulesInfo {
    /// Set by the caller: `sizeof(assize_ruleset_info)`.
    pub struct_size: usize,
    /// Its name.
    pub name: Str,
    /// Its title; no text where none is stated.
    pub title: Str,
    /// Its version.
    pub version: Str,
    /// `blake3:` and the hash of the sources, in hexadecimal.
    pub hash: Str,
    /// Who answers for it; no text where none is stated.
    pub authority: Str,
    /// Where it is published; no text where none is stated.
    pub source: Str,
    /// The first day it is in force; all zero where none is stated.
    pub effective_from: CivilDate,
    /// The last day it is in force; all zero where none is stated.
    pub effective_to: CivilDate,
}

/// A record.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct RecordInfo {
    /// Set by the caller: `sizeof(assize_record_info)`.
    pub struct_size: usize,
    /// Its name.
    pub name: Str,
    /// Its title; no text where none is stated.
    pub title: Str,
    /// Its documentation comment; no text where there is none.
    pub docs: Str,
    /// How many fields it has; their ids are 0 to that, less one.
    pub field_count: u32,
    /// The field that is its key, or `ASSIZE_NONE`.
    pub key: u32,
}

/// A field of a record.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct FieldInfo {
    /// Set by the caller: `sizeof(assize_field_info)`.
    pub struct_size: usize,
    /// Its name.
    pub name: Str,
    /// Its title; no text where none is stated.
    pub title: Str,
    /// Its documentation comment; no text where there is none.
    pub docs: Str,
    /// Its unit; no text where none is stated.
    pub unit: Str,
    /// Its label; no text where none is stated.
    pub label: Str,
    /// How the members of a set are separated in one cell; no text where none is stated.
    pub separator: Str,
    /// What it holds.
    pub field_type: Type,
    /// The list of its codes, of a code or codes; else `ASSIZE_NONE`.
    pub list: u32,
    /// The record of its children, of `ASSIZE_TYPE_MANY`; else `ASSIZE_NONE`.
    pub child: u32,
    /// The field of the children that names this record's key, of `ASSIZE_TYPE_MANY`; else `ASSIZE_NONE`.
    pub child_by: u32,
    /// How many headings it is known by in tables; see `assize_rules_field_heading`.
    pub heading_count: u32,
    /// Whether it is the record's key.
    pub key: bool,
    /// Whether a record without it is at fault.
    pub required: bool,
    /// Whether tables may lack its column.
    pub optional: bool,
    /// Whether results must not show it.
    pub is_protected: bool,
    /// Whether any rule reads it: a host need not fill the others.
    pub read: bool,
}

/// A code list.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ListInfo {
    /// Set by the caller: `sizeof(assize_list_info)`.
    pub struct_size: usize,
    /// Its name.
    pub name: Str,
    /// Its title; no text where none is stated.
    pub title: Str,
    /// Its documentation comment; no text where there is none.
    pub docs: Str,
    /// How many codes it has; their ids are 0 to that, less one.
    pub code_count: u32,
    /// Whether its codes ascend.
    pub ordered: bool,
}

/// A code of a list.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct CodeInfo {
    /// Set by the caller: `sizeof(assize_code_info)`.
    pub struct_size: usize,
    /// Its name.
    pub name: Str,
    /// Its title; no text where none is stated.
    pub title: Str,
    /// Its documentation comment; no text where there is none.
    pub docs: Str,
    /// How many texts stand for it in data; see `assize_rules_code_text`.
    pub text_count: u32,
}

/// A category.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct CategoryInfo {
    /// Set by the caller: `sizeof(assize_category_info)`.
    pub struct_size: usize,
    /// Its name.
    pub name: Str,
    /// Its title; no text where none is stated.
    pub title: Str,
    /// Its documentation comment; no text where there is none.
    pub docs: Str,
    /// The record it is of.
    pub record: u32,
    /// The list its value is of.
    pub list: u32,
    /// How it chooses.
    pub hit: Hit,
    /// How many criteria it has; their ids are 0 to that, less one, in the order in which they are gone through.
    pub criterion_count: u32,
}

/// A criterion of a category.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct CriterionInfo {
    /// Set by the caller: `sizeof(assize_criterion_info)`.
    pub struct_size: usize,
    /// Its name.
    pub name: Str,
    /// Its title; no text where none is stated.
    pub title: Str,
    /// Its documentation comment; no text where there is none.
    pub docs: Str,
    /// How its condition is written, its white space made single spaces.
    pub text: Str,
    /// The name of its file.
    pub file: Str,
    /// The line it begins on, from 1.
    pub line: u32,
    /// The code that it gives, in the list of the category.
    pub code: u32,
}

/// A measure.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct MeasureInfo {
    /// Set by the caller: `sizeof(assize_measure_info)`.
    pub struct_size: usize,
    /// Its name.
    pub name: Str,
    /// Its title; no text where none is stated.
    pub title: Str,
    /// Its documentation comment; no text where there is none.
    pub docs: Str,
    /// What it reports: `count`, `distinct`, `rate`, `ratio`, `sum`, `mean`, `percentile`, `approximate distinct`,
    /// `approximate percentile`, `standardised rate`, `formula`.
    pub form: Str,
    /// The record it is of.
    pub record: u32,
    /// How many breakdowns it has; see `assize_rules_measure_by`.
    pub by_count: u32,
    /// Whether it is reported for each of several periods.
    pub has_periods: bool,
}

/// A parameter.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct ParameterInfo {
    /// Set by the caller: `sizeof(assize_parameter_info)`.
    pub struct_size: usize,
    /// Its name.
    pub name: Str,
    /// Its title; no text where none is stated.
    pub title: Str,
    /// Its documentation comment; no text where there is none.
    pub docs: Str,
    /// The value it has: that of `assize_rules_with_parameter`, or else the one in the rules.
    pub value: Str,
    /// The value it has in the rules.
    pub default_value: Str,
    /// What it holds.
    pub parameter_type: Type,
    /// The list of its codes, of a code or codes; else `ASSIZE_NONE`.
    pub list: u32,
}

macro_rules! reports {
    ($($of:ty),* $(,)?) => {$(
        // SAFETY: `repr(C)`, its size first.
        unsafe impl Report for $of {
            const FIRST: usize = size_of::<Self>();
        }
    )*};
}

reports!(RulesInfo, RecordInfo, FieldInfo, ListInfo, CodeInfo, CategoryInfo, CriterionInfo, MeasureInfo, ParameterInfo,);
