//! The rows of look-ups: read from the cells of their files, and held against each other.

use super::dated::{Declared, Words, dated};
use crate::codes;
use crate::convert::{heading, place};
use crate::lower::Lowerer;
use crate::suggest::listing;
use assize_lang::ast::{self, Grid, GridCell, Validity as Valid};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::absence::Reason;
use assize_model::civil::Date;
use assize_model::ids::LookupId;
use assize_model::lookup::{Lookup, LookupRow, Rows, Validity};
use assize_model::read;
use assize_model::ty::Ty;
use assize_model::value::Value;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// How many faulty cells of one look-up are listed.
const LISTED: usize = 20;

/// Reads every look-up.
pub fn lookups(lowerer: &mut Lowerer<'_, '_>) {
    for at in 0..lowerer.tables.lookups.len() {
        let id = LookupId::from_index(at);
        let Some(&ast) = lowerer.tables.lookups.get(at) else { continue };
        let Some(types) = lowerer.look_up_types(id) else { continue };
        let keys = ast.keys.iter().zip(&types.keys);
        // A key that nobody says the type of, and that nobody calls with, is a text.
        let keys = keys.map(|(key, ty)| (key.name.text.as_str().into(), ty.map_or(Ty::Text, |(ty, _)| ty)));
        let keys: Vec<(Arc<str>, Ty)> = keys.collect();
        let Some(ty) = types.result else { continue };
        let more = lowerer.tables.editions.get(at).cloned().unwrap_or_default();
        let mut editions = Vec::with_capacity(1 + more.len());
        let mut holds = Some(Validity::Always);
        for one in std::iter::once(ast).chain(more) {
            let Some(grid) = &one.content else { continue };
            let found = Reader { lowerer, ast: one, faults: 0 }.rows(grid, &keys, ty);
            holds = holds.and(found.as_ref().map(|(validity, _)| *validity));
            let declared = Declared { name: &one.name, effective: one.effective.as_ref(), span: one.span };
            editions.extend(found.map(|(_, rows)| (declared, rows)));
        }
        let always = format!("lookup {} (…) from \"…\" -> …", ast.name.text);
        let words = Words { one: "rows", two: "sets of rows", always: &always };
        let Some(validity) = holds else { continue };
        let Some((always, dated)) = dated(lowerer, words, editions) else { continue };
        // Where days are stated of all, there is no day of which nothing else is said.
        let always = always.unwrap_or_default();
        let heading = heading(&ast.name.text, ast.title.as_ref(), &ast.docs);
        lowerer.build.program.lookups.push(Lookup {
            heading,
            keys,
            ty,
            validity,
            always,
            dated,
            place: place(ast.name.span),
        });
    }
}

struct Reader<'l, 't, 'a> {
    lowerer: &'l mut Lowerer<'t, 'a>,
    ast: &'a ast::Lookup,
    faults: usize,
}

impl Reader<'_, '_, '_> {
    /// The rows of its file, and how they hold.
    fn rows(mut self, grid: &Grid, keys: &[(Arc<str>, Ty)], ty: Ty) -> Option<(Validity, Rows)> {
        let ast = self.ast;
        let mut key_columns = Vec::with_capacity(keys.len());
        for key in &ast.keys {
            let wanted = key.from.as_ref().map_or(key.name.text.as_str(), |from| from.text.as_str());
            key_columns.push(self.column(grid, wanted, key.span));
        }
        let wanted = ast.column.as_ref().map_or(ast.name.text.as_str(), |column| column.text.as_str());
        let value_column = self.column(grid, wanted, ast.column.as_ref().map_or(ast.name.span, |column| column.span));
        let mut dates = (None, None);
        let validity = match &ast.valid {
            None => Validity::Always,
            Some((Valid::By(name), span)) => {
                let at = ast.keys.iter().position(|key| key.name.text == name.text)?;
                let ty = keys.get(at)?.1;
                let ordered = match ty {
                    Ty::Integer | Ty::Date => true,
                    Ty::Code(list) => self.lowerer.is_ordered(list),
                    _ => false,
                };
                if !ordered {
                    let says = self.lowerer.says(ty);
                    self.lowerer.report(
                        codes::LOOKUP_COLUMN,
                        *span,
                        format!("rows cannot hold by `{}`", name.text),
                        format!("this is {says}"),
                        "a row holds from one value of an integer, a date or an ordered code on",
                    );
                    return None;
                }
                Validity::By(at)
            }
            Some((Valid::Between { from, to }, _)) => {
                dates.0 = Some(self.column(grid, &from.text, from.span));
                dates.1 = to.as_ref().map(|to| self.column(grid, &to.text, to.span));
                Validity::Between
            }
        };
        let key_columns = key_columns.into_iter().collect::<Option<Vec<_>>>()?;
        let value_column = value_column?;
        let from = dates.0.map_or(Some(None), |at| at.map(Some))?;
        let to = dates.1.map_or(Some(None), |at| at.map(Some))?;
        let mut rows = Vec::with_capacity(grid.rows.len());
        for cells in &grid.rows {
            let mut row_keys = Vec::with_capacity(keys.len());
            for (&column, (name, ty)) in key_columns.iter().zip(keys) {
                let cell = cells.get(column)?;
                match self.cell(cell, *ty) {
                    Some(Ok(value)) => row_keys.push(value),
                    Some(Err(_)) => self.fault(cell, format!("key `{name}` is missing"), "give each row all its keys"),
                    None => {}
                }
            }
            let value = self.cell(cells.get(value_column)?, ty);
            let mut day = |column: Option<usize>| match column.and_then(|column| cells.get(column)) {
                Some(cell) if !cell.text.is_empty() => match self.cell(cell, Ty::Date)? {
                    Ok(Value::Date(date)) => Some(Some(date)),
                    _ => None,
                },
                _ => Some(None),
            };
            let (from, to) = (day(from), day(to));
            let first = cells.first().map_or(ast.span, |cell| cell.span);
            let span = cells.last().map_or(first, |last| first.to(last.span));
            if let (Some(value), Some(from), Some(to), true) = (value, from, to, row_keys.len() == keys.len()) {
                if let (Some(from), Some(to)) = (from, to)
                    && to < from
                {
                    let cell = GridCell { text: String::new(), span };
                    self.fault(&cell, "the row ends before it begins".to_owned(), "write the first day first");
                }
                rows.push((LookupRow { keys: row_keys.into(), from, to, value, place: place(span) }, span));
            }
        }
        self.contradict(&rows, validity);
        if self.faults > LISTED {
            let message = format!("{} more faults in the rows of `{}`", self.faults - LISTED, ast.name.text);
            self.lowerer.report(
                codes::LOOKUP_CELL,
                ast.from.span,
                message,
                "in this file",
                "mend those that are listed",
            );
        }
        if self.faults > 0 {
            return None;
        }
        let rows = rows.into_iter().map(|(row, _)| row).collect();
        Some((validity, Rows::new(validity, rows)))
    }

    /// The column of a heading.
    fn column(&mut self, grid: &Grid, wanted: &str, span: Span) -> Option<usize> {
        let mut found = grid.headings.iter().enumerate().filter(|(_, heading)| heading.text == wanted);
        let (at, first) = match found.next() {
            Some(found) => found,
            None => {
                let names: Vec<&str> = grid.headings.iter().map(|heading| heading.text.as_str()).collect();
                let file = &self.ast.from.file.text;
                let diagnostic =
                    Diagnostic::error(codes::LOOKUP_COLUMN, span, format!("`{file}` has no column `{wanted}`"))
                        .label("no heading of this name");
                let near = self.lowerer.sink.closest(wanted, names.iter().copied());
                self.lowerer.sink.push(match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`? write `from \"{near}\"` behind it")),
                    None => diagnostic.help(format!("its headings are {}", listing(names))),
                });
                return None;
            }
        };
        if let Some((_, again)) = found.next() {
            self.lowerer.sink.push(
                Diagnostic::error(codes::LOOKUP_COLUMN, again.span, format!("two columns are headed `{wanted}`"))
                    .label("again here")
                    .also(first.span, "first here")
                    .help("give one of them another heading"),
            );
            return None;
        }
        Some(at)
    }

    fn fault(&mut self, cell: &GridCell, message: String, help: &str) {
        self.faults += 1;
        if self.faults <= LISTED {
            self.lowerer.report(codes::LOOKUP_CELL, cell.span, message, "in this row", help);
        }
    }

    /// What a cell holds, or why it holds nothing; `None` when it cannot be read, which is reported.
    fn cell(&mut self, cell: &GridCell, ty: Ty) -> Option<Result<Value, Reason>> {
        let text = cell.text.as_str();
        if text.is_empty() {
            return Some(Err(Reason::Unknown));
        }
        let zone = self.lowerer.build.program.ruleset.zone.clone();
        let value = match ty {
            Ty::Boolean => read::boolean(text).map(Value::Boolean),
            Ty::Integer => read::integer(text).map(Value::Integer),
            Ty::Decimal => read::decimal(text).map(Value::Decimal),
            Ty::Text => Ok(Value::Text(text.into())),
            Ty::Date => read::date(text).map(Value::Date),
            Ty::Time => read::time(text).map(Value::Time),
            Ty::DateTime => read::datetime(text, zone.as_ref()).map(Value::DateTime),
            Ty::Duration => read::duration(text).map(Value::Duration),
            Ty::Code(list) => {
                self.lowerer.use_list(list);
                let of = self.lowerer.build.program.list(list)?;
                if let Some((_, reason)) = of.missing.iter().find(|(from, _)| **from == *text) {
                    return Some(Err(*reason));
                }
                let found = of.codes.iter().position(|code| code.from.iter().any(|from| **from == *text));
                let code = found.and_then(|at| u16::try_from(at).ok()).map(assize_model::ids::Code);
                let Some(code) = code else {
                    let name = self.lowerer.tables.list_name(list);
                    let known: Vec<String> =
                        of.codes.iter().flat_map(|code| &code.from).map(ToString::to_string).collect();
                    let near = self.lowerer.sink.closest(text, known.iter().map(String::as_str)).map(str::to_owned);
                    let help = match near {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("its texts are {}", listing(known.iter().map(String::as_str))),
                    };
                    self.fault(cell, format!("{} stands for no code of `{name}`", read::Shown(text)), &help);
                    return None;
                };
                Ok(Value::Code(list, code))
            }
            Ty::Codes(_) | Ty::Texts => return None,
        };
        match value {
            Ok(value) => Some(Ok(value)),
            Err(error) => {
                self.fault(cell, error.message.clone(), "write it as the column's type is read in data");
                None
            }
        }
    }

    /// Reports rows with the same keys that hold at the same time.
    fn contradict(&mut self, rows: &[(LookupRow, Span)], validity: Validity) {
        let mut by_keys: FxHashMap<&[Value], Vec<usize>> = FxHashMap::default();
        let mut clashes: Vec<(usize, usize)> = Vec::new();
        for (at, (row, _)) in rows.iter().enumerate() {
            let others = by_keys.entry(&row.keys).or_default();
            if validity != Validity::Between {
                clashes.extend(others.first().map(|&other| (other, at)));
            }
            others.push(at);
        }
        if validity == Validity::Between {
            let begin = |at: usize| rows.get(at).map(|(row, _)| row.from.map_or(i32::MIN, Date::days));
            let end = |at: usize| rows.get(at).and_then(|(row, _)| row.to).map_or(i32::MAX, Date::days);
            for group in by_keys.values_mut() {
                assize_model::order::sort_by_key(group, |&at| begin(at));
                let mut last: Option<usize> = None;
                for &at in group.iter() {
                    if let Some(before) = last
                        && begin(at).is_some_and(|from| from <= end(before))
                    {
                        clashes.push((before, at));
                    }
                    last = last.filter(|&before| end(before) >= end(at)).or(Some(at));
                }
            }
        }
        assize_model::order::sort_by_key(&mut clashes, |&(first, second)| (second, first));
        for (first, second) in clashes {
            let (Some((_, first)), Some((_, second))) = (rows.get(first), rows.get(second)) else { continue };
            self.faults += 1;
            if self.faults > LISTED {
                continue;
            }
            let name = &self.ast.name.text;
            let (message, help) = if validity == Validity::Between {
                (
                    format!("two rows of `{name}` with the same keys hold on the same day"),
                    "let one end before the other begins",
                )
            } else {
                (
                    format!("two rows of `{name}` have the same keys"),
                    "remove one of them, or add the key that tells them apart",
                )
            };
            self.lowerer.sink.push(
                Diagnostic::error(codes::LOOKUP_ROWS, *second, message)
                    .label("again here")
                    .also(*first, "first here")
                    .help(help),
            );
        }
    }
}
