//! What is read of a table: columns by the fields' names, texts as codes, and whether a row can be read.

use crate::relation::Writer;
use crate::{Not, Written};
use assize_model::ids::{FieldId, RecordId};
use assize_model::program::{Field, FieldKind, Record};
use assize_model::ty::Ty;

/// The column that says that a row cannot be read.
pub const BAD: &str = "__bad";

/// A text as it is read: without blanks at its ends, and nothing where it is empty or stands for a missing value.
fn text(writer: &Writer<'_>, record: &Record, field: &Field, column: &str, more: &[&str]) -> String {
    let dialect = writer.run.dialect;
    let read = format!("NULLIF(TRIM(CAST({column} AS {})), '')", dialect.text_type());
    let of_list = more.iter().copied();
    let missing: Vec<String> =
        record.missing.iter().map(|(text, _)| &**text).chain(of_list).map(|text| dialect.text(text)).collect();
    let _ = field;
    if missing.is_empty() {
        return read;
    }
    format!("(CASE WHEN {read} IN ({}) THEN NULL ELSE {read} END)", missing.join(", "))
}

/// The expression of a field, and when it cannot be read.
fn field(writer: &Writer<'_>, record: &Record, field: &Field) -> Written<(String, Option<String>)> {
    let dialect = writer.run.dialect;
    let refuse = |what: &str| {
        let (of, name) = (&record.heading.name, &field.heading.name);
        Not::because(format!("the field `{of}.{name}` is {what}")).at(field.place)
    };
    let heading = field.from.first().unwrap_or(&field.heading.name);
    let column = format!("t.{}", dialect.name(heading));
    let FieldKind::Value(ty) = field.kind else { return Err(refuse("a range, or children")) };
    Ok(match ty {
        Ty::Boolean | Ty::Integer | Ty::Decimal | Ty::Date => (column, None),
        Ty::Text => (text(writer, record, field, &column, &[]), None),
        Ty::Code(list) => {
            let list = writer.run.program.list(list).ok_or_else(|| refuse("of a list that is not there"))?;
            let missing: Vec<&str> = list.missing.iter().map(|(text, _)| &**text).collect();
            let read = text(writer, record, field, &column, &missing);
            let mut cases = String::new();
            for code in &list.codes {
                let name = std::slice::from_ref(&code.heading.name);
                let from = if code.from.is_empty() { name } else { &code.from };
                let from: Vec<String> = from.iter().map(|text| dialect.text(text)).collect();
                cases.push_str(&format!(
                    " WHEN {read} IN ({}) THEN {}",
                    from.join(", "),
                    dialect.text(&code.heading.name)
                ));
            }
            let value = format!("(CASE{cases} END)");
            let bad = format!("({read} IS NOT NULL AND {value} IS NULL)");
            (value, Some(bad))
        }
        Ty::Time | Ty::DateTime | Ty::Duration => return Err(refuse("a time, an instant or a span of time")),
        Ty::Codes(_) | Ty::Texts => return Err(refuse("a set")),
    })
}

/// The relation of a record's table with the fields that are read.
pub fn relation(writer: &Writer<'_>, id: RecordId, fields: &[FieldId]) -> Written<String> {
    let dialect = writer.run.dialect;
    let record = writer.run.program.record(id).ok_or_else(|| Not::because("a record is not there"))?;
    let mut columns = Vec::new();
    let mut bad = Vec::new();
    for (at, declared) in record.fields.iter().enumerate() {
        let used = fields.contains(&FieldId::from_index(at));
        let read = declared.read || record.key == Some(FieldId::from_index(at));
        if !used && !read {
            continue;
        }
        let written = match field(writer, record, declared) {
            Ok(written) => written,
            Err(not) if used => return Err(not),
            // What is read elsewhere only matters here where it cannot be read.
            Err(_) => continue,
        };
        bad.extend(written.1);
        if declared.required {
            bad.push(format!("({} IS NULL)", written.0));
        }
        if used {
            columns.push(format!("{} AS {}", written.0, dialect.name(&declared.heading.name)));
        }
    }
    let bad = if bad.is_empty() { "FALSE".to_owned() } else { format!("({})", bad.join(" OR ")) };
    columns.push(format!("{bad} AS {}", dialect.name(BAD)));
    Ok(format!("SELECT {} FROM {} t", columns.join(",\n    "), dialect.name(&record.heading.name)))
}
