//! Results as files: one a category, one an instrument, one a measure, of indicators and evaluations, and of what is wrong with rows.

use assize::Results;
use assize::io::Format;
use assize::tables::{self, Which};
use std::fs::File;
use std::path::Path;

/// Writes everything into a folder, which is made when it is not there.
pub fn write(results: &Results, format: Format, folder: &Path) -> Result<(), String> {
    let ending = match format {
        Format::Csv => "csv",
        Format::Tsv => "tsv",
        Format::JsonLines => "jsonl",
        Format::Parquet => "parquet",
    };
    let fail = |name: &str, error: &dyn std::fmt::Display| format!("cannot write `{name}`: {error}");
    std::fs::create_dir_all(folder).map_err(|error| fail(&folder.display().to_string(), &error))?;
    let file = |name: &str| {
        let name = format!("{name}.{ending}");
        File::create(folder.join(&name)).map_err(|error| fail(&name, &error))
    };
    let program = &*results.program;
    let mut tables: Vec<(String, Which)> = Vec::new();
    for category in &results.categories {
        let declared = program.category(category.category);
        tables.extend(declared.map(|declared| (declared.heading.name.to_string(), Which::Category(category.category))));
    }
    for of in &results.instruments {
        let declared = program.instruments.get(of.instrument);
        tables.extend(declared.map(|declared| (declared.heading.name.to_string(), Which::Instrument(of.instrument))));
    }
    for (id, _) in &results.measures {
        let Some(measure) = program.measure(*id) else { continue };
        tables.push((measure.heading.name.to_string(), Which::Measure(*id)));
        // No measure has a point in its name.
        if tables::rows(results, Which::Charts(*id)).is_some() {
            tables.push((format!("{}.charts", measure.heading.name), Which::Charts(*id)));
        }
        if tables::rows(results, Which::Audit(*id)).is_some() {
            tables.push((format!("{}.audit", measure.heading.name), Which::Audit(*id)));
        }
    }
    if !results.indicators.is_empty() {
        tables.push(("indicators".to_owned(), Which::Indicators));
    }
    if !results.evaluations.is_empty() {
        tables.push(("evaluations".to_owned(), Which::Evaluations));
        tables.push(("evaluations.matrix".to_owned(), Which::Matrix));
    }
    if results.has_record_errors() {
        tables.push(("errors".to_owned(), Which::Errors));
    }
    for (name, which) in tables {
        tables::write(results, which, format, file(&name)?).map_err(|error| fail(&name, &error))?;
    }
    Ok(())
}
