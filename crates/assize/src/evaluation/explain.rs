//! Explaining one record of the data.

use super::data::{Reading, name, needs, unread};
use super::{BATCH_ROWS, Evaluation, categories_of};
use crate::children::{Family, Nest};
use crate::error::Error;
use crate::fill::fill;
use crate::results::key;
use assize_eval::row::RowError;
use assize_eval::row::explain::{Explanation, explain};
use assize_io::Options;
use assize_model::civil::Date;
use assize_model::column::Table;
use assize_model::ids::CategoryId;
use assize_model::program::Program;
use assize_model::read;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// Why one record is in a category, and by which rules.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The rules.
    pub program: Arc<Program>,
    /// The evaluation date.
    pub as_of: Date,
    /// The record's key.
    pub key: String,
    /// What decided, what was read, what is missing, and what would change it.
    pub explanation: Explanation,
}

impl Evaluation {
    /// Explains the categories of one record, known by its key; of a record without a key, by its row number. Without a
    /// category's name, every category of every record that has such a key.
    ///
    /// # Errors
    ///
    /// As [`Evaluation::run`]; [`Error::is_usage`] when there is no such category, or no record of that key.
    pub fn explain(mut self, key_text: &str, category: Option<&str>) -> Result<Vec<Explained>, Error> {
        let rules = self.rules.clone();
        let program = rules.program();
        if let Some(name) = category {
            let id = program.category_named(name);
            let id = id.ok_or_else(|| {
                let all = categories_of(program).join(", ");
                Error::usage(format!("the rules have no category `{name}`; there are: {all}"))
            })?;
            self.only = Some((BTreeSet::from([id]), BTreeSet::new()));
        }
        let mut work = self.plan(program)?;
        work.retain(|_, job| !job.counting.shown.is_empty());
        let options = Options { faults_kept: self.errors_listed, ..Options::default() };
        let mut records = BTreeMap::new();
        let mut family = Family::default();
        let needed = needs(program, &work);
        let reading = Reading::new(program, &options, &self.data);
        let mut progress = self.progress.take();
        let mut go_on = || progress.as_mut().map_or(ControlFlow::Continue(()), |progress| progress(0));
        reading.load(&needed, &mut self.data, &mut family, &mut records, &mut go_on)?;
        for (record, job) in &work {
            family.join(program, *record, &job.branches)?;
        }
        let as_of = self.inputs.as_of();
        let mut session = rules.session(&self.inputs);
        let mut out = Vec::new();
        for (record, job) in &work {
            let categories: Vec<CategoryId> = job.plan.categories().map(|(id, _)| id).collect();
            let mut tell = |table: &Table, row: usize, family: &Family, nest: &mut Nest| {
                family.prepare(program, nest, &job.branches)?;
                family.with_links(program, &job.branches, table, nest, row..row + 1, |links| {
                    fill(&mut session, table, row, links)?;
                    for &id in &categories {
                        let explanation = explain(&mut session, id)?;
                        out.push(Explained {
                            program: Arc::clone(program),
                            as_of,
                            key: key_text.to_owned(),
                            explanation,
                        });
                    }
                    Ok::<(), RowError>(())
                })
            };
            let key_at = |table: &Table, first_row: u64| {
                let keys = program.record(*record).and_then(|record| table.column(record.key?));
                (0..table.rows)
                    .find(|&row| key(program, Some(*record), keys, first_row, row).as_deref() == Some(key_text))
            };
            let told = if let Some(table) = family.table(*record).cloned() {
                let mut nest = Nest::default();
                family.swap_nest(*record, &mut nest);
                let told = key_at(&table, 1).map(|row| tell(&table, row, &family, &mut nest));
                family.swap_nest(*record, &mut nest);
                told
            } else if let Some(data) = self.data.remove(record) {
                let mut reader = reading.open(*record, Some(&job.branches), data)?;
                let fail = |error| unread(name(program, *record), &error);
                let mut told = None;
                while let Some(batch) = reader.next_batch(BATCH_ROWS).map_err(fail)? {
                    if go_on().is_break() {
                        return Err(Error::stopped());
                    }
                    let Some(row) = key_at(&batch.table, batch.first_row) else { continue };
                    reading.once(&needed, *record, &batch.children)?;
                    let mut nest = Nest::new(batch.table.rows, batch.children);
                    told = Some(tell(&batch.table, row, &mut family, &mut nest));
                    break;
                }
                told
            } else {
                None
            };
            if let Some(told) = told {
                told?.map_err(|error| Error::data(error.to_string()))?;
            }
        }
        if out.is_empty() {
            return Err(Error::usage(format!("no record that is categorised has the key {}", read::Shown(key_text))));
        }
        Ok(out)
    }
}
