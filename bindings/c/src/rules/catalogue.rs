//! The texts of rules that are lent to C, made once a rule set.

use super::RulesHandle;
use super::info::{
    CategoryInfo, CodeInfo, CriterionInfo, FieldInfo, ListInfo, MeasureInfo, ParameterInfo, RecordInfo, RulesInfo,
};
use super::pool::{Pool, Span};
use crate::diagnostics::DiagnosticList;
use crate::session::NONE;
use crate::status::{Hit, Type};
use crate::text::Str;
use assize::model::ids::{CategoryId, Code, ListId};
use assize::model::measure::{MeasureForm, Precision};
use assize::model::program::{self, FieldKind, Heading, Program};
use assize::model::ty::Ty;
use assize::{RuleSet, Shown};

/// The texts of a rule set.
#[derive(Debug)]
pub struct Catalogue {
    pool: Pool,
    ruleset: Ruleset,
    /// The records.
    pub records: Vec<Record>,
    /// The code lists.
    pub lists: Vec<List>,
    /// The categories.
    pub categories: Vec<Category>,
    /// The measures.
    pub measures: Vec<Measure>,
    /// The parameters.
    pub parameters: Vec<Parameter>,
    /// What is likely not meant.
    pub warnings: DiagnosticList,
    none: Span,
}

#[derive(Debug)]
struct Ruleset {
    heading: Names,
    version: Span,
    hash: Span,
    authority: Option<Span>,
    source: Option<Span>,
}

#[derive(Debug, Clone, Copy)]
struct Names {
    name: Span,
    title: Option<Span>,
    docs: Option<Span>,
}

/// A record's texts.
#[derive(Debug)]
pub struct Record {
    heading: Names,
    fields: Vec<Field>,
}

#[derive(Debug)]
struct Field {
    heading: Names,
    unit: Option<Span>,
    label: Option<Span>,
    separator: Option<Span>,
    headings: Vec<Span>,
}

/// A code list's texts.
#[derive(Debug)]
pub struct List {
    heading: Names,
    codes: Vec<ListedCode>,
}

#[derive(Debug)]
struct ListedCode {
    heading: Names,
    texts: Vec<Span>,
}

/// A category's texts.
#[derive(Debug)]
pub struct Category {
    heading: Names,
    criteria: Vec<Criterion>,
}

#[derive(Debug)]
struct Criterion {
    heading: Names,
    text: Span,
    file: Span,
    line: u32,
    code: Code,
}

/// A measure's texts.
#[derive(Debug)]
pub struct Measure {
    heading: Names,
    by: Vec<Span>,
}

/// A parameter's texts.
#[derive(Debug)]
pub struct Parameter {
    heading: Names,
    value: Span,
    default: Span,
}

impl Catalogue {
    /// The texts of a rule set.
    pub fn new(rules: &RuleSet) -> Self {
        let program = rules.program();
        let mut pool = Pool::default();
        let of = &mut pool;
        let header = &program.ruleset;
        let ruleset = Ruleset {
            heading: names(of, &header.heading),
            version: of.put(&header.version),
            hash: of.put(&header.hash),
            authority: of.put_some(header.authority.as_deref()),
            source: of.put_some(header.source.as_deref()),
        };
        let records = program.records.iter().map(|record| record_of(of, program, record)).collect();
        let lists = program.lists.iter().map(|list| list_of(of, list)).collect();
        let categories = program.categories.iter().map(|category| category_of(of, program, category)).collect();
        let measures = program.declared_measures().iter().map(|measure| Measure {
            heading: names(of, &measure.heading),
            by: measure.by.iter().map(|by| of.put(&by.name)).collect(),
        });
        let measures = measures.collect();
        let parameters = program.params.iter().zip(rules.parameters()).map(|(param, value)| Parameter {
            heading: names(of, &param.heading),
            value: of.put(&Shown(program, value).to_string()),
            default: of.put(&Shown(program, &param.default).to_string()),
        });
        let parameters = parameters.collect();
        let none = of.put("none");
        let warnings = DiagnosticList::new(rules.warnings().to_vec(), rules.sources().clone());
        Self { pool, ruleset, records, lists, categories, measures, parameters, warnings, none }
    }

    fn text(&self, span: Span) -> Str {
        self.pool.lend(span)
    }

    fn some(&self, span: Option<Span>) -> Str {
        span.map_or(Str::NONE, |span| self.text(span))
    }

    /// The header.
    pub fn ruleset(&self, rules: &RulesHandle) -> RulesInfo {
        let header = &rules.rules.program().ruleset;
        RulesInfo {
            struct_size: size_of::<RulesInfo>(),
            name: self.text(self.ruleset.heading.name),
            title: self.some(self.ruleset.heading.title),
            version: self.text(self.ruleset.version),
            hash: self.text(self.ruleset.hash),
            authority: self.some(self.ruleset.authority),
            source: self.some(self.ruleset.source),
            effective_from: header.effective_from.into(),
            effective_to: header.effective_to.into(),
        }
    }

    /// A record.
    pub fn record(&self, rules: &RulesHandle, id: u32) -> Option<RecordInfo> {
        let of = self.records.get(id as usize)?;
        let declared = rules.rules.program().records.get(id as usize)?;
        Some(RecordInfo {
            struct_size: size_of::<RecordInfo>(),
            name: self.text(of.heading.name),
            title: self.some(of.heading.title),
            docs: self.some(of.heading.docs),
            field_count: count(of.fields.len()),
            key: declared.key.map_or(NONE, |key| key.0),
        })
    }

    /// A field of a record.
    pub fn field(&self, rules: &RulesHandle, record: u32, id: u32) -> Option<FieldInfo> {
        let of = self.records.get(record as usize)?.fields.get(id as usize)?;
        let record = rules.rules.program().records.get(record as usize)?;
        let field = record.fields.get(id as usize)?;
        let (child, child_by) = match field.kind {
            FieldKind::Many { record, by } => (record.0, by.0),
            _ => (NONE, NONE),
        };
        let (field_type, list) = kind(field.kind);
        Some(FieldInfo {
            struct_size: size_of::<FieldInfo>(),
            name: self.text(of.heading.name),
            title: self.some(of.heading.title),
            docs: self.some(of.heading.docs),
            unit: self.some(of.unit),
            label: self.some(of.label),
            separator: self.some(of.separator),
            field_type,
            list,
            child,
            child_by,
            heading_count: count(of.headings.len()),
            key: record.key.is_some_and(|key| key.0 == id),
            required: field.required,
            optional: field.optional,
            is_protected: field.protected,
            read: field.read,
        })
    }

    /// A heading of a field.
    pub fn heading(&self, record: u32, field: u32, at: u32) -> Option<Str> {
        let field = self.records.get(record as usize)?.fields.get(field as usize)?;
        field.headings.get(at as usize).map(|&span| self.text(span))
    }

    /// The name of a field.
    pub fn field_name(&self, record: usize, field: usize) -> &str {
        let field = self.records.get(record).and_then(|record| record.fields.get(field));
        field.map_or("?", |field| self.pool.text(field.heading.name))
    }

    /// A code list.
    pub fn list(&self, rules: &RulesHandle, id: u32) -> Option<ListInfo> {
        let of = self.lists.get(id as usize)?;
        Some(ListInfo {
            struct_size: size_of::<ListInfo>(),
            name: self.text(of.heading.name),
            title: self.some(of.heading.title),
            docs: self.some(of.heading.docs),
            code_count: count(of.codes.len()),
            ordered: rules.rules.program().lists.get(id as usize)?.ordered,
        })
    }

    /// A code of a list.
    pub fn code(&self, list: u32, id: u32) -> Option<CodeInfo> {
        let of = self.lists.get(list as usize)?.codes.get(id as usize)?;
        Some(CodeInfo {
            struct_size: size_of::<CodeInfo>(),
            name: self.text(of.heading.name),
            title: self.some(of.heading.title),
            docs: self.some(of.heading.docs),
            text_count: count(of.texts.len()),
        })
    }

    /// The name of a code of a list, or `none`.
    pub fn code_name(&self, list: ListId, code: Code) -> Str {
        if code == Code::NONE {
            return self.text(self.none);
        }
        let of = self.lists.get(list.index()).and_then(|list| list.codes.get(code.index()));
        of.map_or(Str::NONE, |of| self.text(of.heading.name))
    }

    /// A text that stands for a code.
    pub fn code_text(&self, list: u32, code: u32, at: u32) -> Option<Str> {
        let code = self.lists.get(list as usize)?.codes.get(code as usize)?;
        code.texts.get(at as usize).map(|&span| self.text(span))
    }

    /// A category.
    pub fn category(&self, rules: &RulesHandle, id: u32) -> Option<CategoryInfo> {
        let of = self.categories.get(id as usize)?;
        let declared = rules.rules.program().categories.get(id as usize)?;
        Some(CategoryInfo {
            struct_size: size_of::<CategoryInfo>(),
            name: self.text(of.heading.name),
            title: self.some(of.heading.title),
            docs: self.some(of.heading.docs),
            record: declared.record.0,
            list: declared.list.0,
            hit: match declared.hit {
                program::Hit::First => Hit::First,
                program::Hit::Unique => Hit::Unique,
                program::Hit::Highest => Hit::Highest,
                program::Hit::All => Hit::All,
            },
            criterion_count: count(of.criteria.len()),
        })
    }

    /// A criterion of a category.
    pub fn criterion(&self, category: u32, id: u32) -> Option<CriterionInfo> {
        let of = self.categories.get(category as usize)?.criteria.get(id as usize)?;
        Some(CriterionInfo {
            struct_size: size_of::<CriterionInfo>(),
            name: self.text(of.heading.name),
            title: self.some(of.heading.title),
            docs: self.some(of.heading.docs),
            text: self.text(of.text),
            file: self.text(of.file),
            line: of.line,
            code: u32::from(of.code.0),
        })
    }

    /// The name of a criterion.
    pub fn criterion_name(&self, category: CategoryId, id: u16) -> Str {
        let of = self.categories.get(category.index()).and_then(|of| of.criteria.get(usize::from(id)));
        of.map_or(Str::NONE, |of| self.text(of.heading.name))
    }

    /// A measure.
    pub fn measure(&self, rules: &RulesHandle, id: u32) -> Option<MeasureInfo> {
        let of = self.measures.get(id as usize)?;
        let declared = rules.rules.program().measures.get(id as usize)?;
        Some(MeasureInfo {
            struct_size: size_of::<MeasureInfo>(),
            name: self.text(of.heading.name),
            title: self.some(of.heading.title),
            docs: self.some(of.heading.docs),
            form: Str::fixed(match declared.form {
                MeasureForm::Count => "count\0",
                MeasureForm::Distinct { precision: Precision::Exact, .. } => "distinct\0",
                MeasureForm::Distinct { precision: Precision::Approximate, .. } => "approximate distinct\0",
                MeasureForm::Rate { .. } => "rate\0",
                MeasureForm::Ratio => "ratio\0",
                MeasureForm::Sum(_) => "sum\0",
                MeasureForm::Mean(_) => "mean\0",
                MeasureForm::Quantile { precision: Precision::Exact, .. } => "percentile\0",
                MeasureForm::Quantile { precision: Precision::Approximate, .. } => "approximate percentile\0",
                MeasureForm::Standardised(_) => "standardised rate\0",
                MeasureForm::Formula(_) => "formula\0",
            }),
            record: declared.record.0,
            by_count: count(of.by.len()),
            has_periods: declared.every.is_some(),
        })
    }

    /// The name of a breakdown of a measure.
    pub fn by(&self, measure: u32, at: u32) -> Option<Str> {
        self.measures.get(measure as usize)?.by.get(at as usize).map(|&span| self.text(span))
    }

    /// A parameter.
    pub fn parameter(&self, rules: &RulesHandle, id: u32) -> Option<ParameterInfo> {
        let of = self.parameters.get(id as usize)?;
        let declared = rules.rules.program().params.get(id as usize)?;
        let (parameter_type, list) = kind(FieldKind::Value(declared.ty));
        Some(ParameterInfo {
            struct_size: size_of::<ParameterInfo>(),
            name: self.text(of.heading.name),
            title: self.some(of.heading.title),
            docs: self.some(of.heading.docs),
            value: self.text(of.value),
            default_value: self.text(of.default),
            parameter_type,
            list,
        })
    }
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

/// A type, and the list of its codes.
fn kind(kind: FieldKind) -> (Type, u32) {
    match kind {
        FieldKind::Many { .. } => (Type::Many, NONE),
        FieldKind::Range(Ty::Integer) => (Type::IntegerRange, NONE),
        FieldKind::Range(_) => (Type::DecimalRange, NONE),
        FieldKind::Value(ty) => match ty {
            Ty::Boolean => (Type::Boolean, NONE),
            Ty::Integer => (Type::Integer, NONE),
            Ty::Decimal => (Type::Decimal, NONE),
            Ty::Text => (Type::Text, NONE),
            Ty::Date => (Type::Date, NONE),
            Ty::Time => (Type::Time, NONE),
            Ty::DateTime => (Type::Datetime, NONE),
            Ty::Duration => (Type::Duration, NONE),
            Ty::Code(list) => (Type::Code, list.0),
            Ty::Codes(list) => (Type::Codes, list.0),
            Ty::Texts => (Type::Texts, NONE),
        },
    }
}

fn names(pool: &mut Pool, heading: &Heading) -> Names {
    Names {
        name: pool.put(&heading.name),
        title: pool.put_some(heading.title.as_deref()),
        docs: pool.put_some(heading.docs.as_deref()),
    }
}

fn record_of(pool: &mut Pool, program: &Program, record: &program::Record) -> Record {
    let fields = record.fields.iter().map(|field| Field {
        heading: names(pool, &field.heading),
        unit: pool.put_some(field.unit.as_deref()),
        label: pool.put_some(field.label.and_then(|label| Some(&**program.labels.get(label as usize)?))),
        separator: pool.put_some(field.separator.as_deref()),
        headings: field.from.iter().map(|heading| pool.put(heading)).collect(),
    });
    Record { fields: fields.collect(), heading: names(pool, &record.heading) }
}

fn list_of(pool: &mut Pool, list: &program::CodeList) -> List {
    let codes = list.codes.iter().map(|code| ListedCode {
        heading: names(pool, &code.heading),
        texts: code.from.iter().map(|text| pool.put(text)).collect(),
    });
    List { codes: codes.collect(), heading: names(pool, &list.heading) }
}

fn category_of(pool: &mut Pool, program: &Program, category: &program::Category) -> Category {
    let conditions = program.decision(category.decision).map_or(&[][..], |decision| &decision.criteria);
    let criteria = category.criteria().enumerate().map(|(at, (case, criterion))| {
        let place = criterion.place;
        let source = program.sources.get(place.file.index());
        let before = source.and_then(|source| source.text.get(..place.start as usize)).unwrap_or("");
        let condition = conditions.get(at).and_then(|&node| program.node(node));
        let condition = condition.map(|node| program.text_of(node.place)).filter(|text| !text.is_empty());
        let condition = condition.unwrap_or_else(|| program.text_of(place));
        Criterion {
            heading: names(pool, &criterion.heading),
            text: pool.put(&condition.split_whitespace().collect::<Vec<_>>().join(" ")),
            file: pool.put(source.map_or("", |source| &source.name)),
            line: count(before.matches('\n').count() + 1),
            code: case.code,
        }
    });
    Category { criteria: criteria.collect(), heading: names(pool, &category.heading) }
}
