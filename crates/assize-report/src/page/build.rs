//! What the builders of sections share: the results, the names of things, anchors, and limits of size.

use super::document::{Anchors, Block, Cell, Document, Section, Table, Text};
use super::words::Language;
use super::{audits, categories, disclosure, evaluations, glance, indicators, measures, method, missing};
use assize::Results;
use assize::measures::{BreakdownValue, MeasureTable};
use assize::model::ids::{Code, ListId, RecordId};
use assize::model::measure::{Breakdown, Measure};
use assize::model::program::{FieldKind, Heading, Place, Program};
use assize::model::ty::Ty;
use std::cell::{Cell as Counter, RefCell};

/// How much of the results a report shows, so that it stays readable whatever the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows of one table.
    pub rows: usize,
    /// Rows of all tables; a table beyond them still has its first few.
    pub all_rows: usize,
    /// Charts of one measure.
    pub charts: usize,
    /// Charts of all measures.
    pub all_charts: usize,
    /// The most columns that values of one breakdown or period are laid out in; none where rows are to be worked with.
    pub across: usize,
}

impl Limits {
    /// Those of a page.
    pub const PAGE: Self = Self { rows: 400, all_rows: 5_000, charts: 12, all_charts: 120, across: 8 };
    /// Those of a workbook, which has no charts but their tables.
    pub const SHEETS: Self = Self { rows: 200_000, all_rows: 1_000_000, charts: 400, all_charts: 2_000, across: 0 };
    /// Rows of a table for which there is no room left.
    pub const FEW: usize = 12;
}

/// What the builders share.
pub struct Build<'a> {
    pub results: &'a Results,
    pub program: &'a Program,
    pub language: Language,
    pub limits: Limits,
    anchors: RefCell<Anchors>,
    rows_left: Counter<usize>,
    charts_left: Counter<usize>,
}

/// The report on some results.
pub fn document(results: &Results, limits: Limits) -> Document {
    let program = &*results.program;
    let language = Language::of(program.ruleset.language.as_deref());
    let b = Build {
        results,
        program,
        language,
        limits,
        anchors: RefCell::default(),
        rows_left: Counter::new(limits.all_rows),
        charts_left: Counter::new(limits.all_charts),
    };
    // Anchors first of what others point to.
    let measures = measures::section(&b);
    let audits = audits::section(&b);
    let categories = categories::section(&b);
    let missing = missing::section(&b);
    let disclosure = disclosure::section(&b);
    let method = method::section(&b);
    let indicators = indicators::section(&b);
    let evaluations = evaluations::section(&b, &indicators);
    let glance = glance::section(&b, &measures, &audits, &evaluations);
    let sections = [
        Some(glance),
        evaluations.section,
        indicators.section,
        measures.section,
        categories,
        audits.section,
        missing,
        Some(disclosure),
        Some(method),
    ];
    Document {
        language,
        as_of: results.as_of,
        title: Text::name(program.ruleset.heading.shown()),
        under: under(&b),
        sections: sections.into_iter().flatten().filter(|section| !section.is_empty()).collect(),
    }
}

/// What stands under the title: whose rules, and as of when.
fn under(b: &Build<'_>) -> Vec<Text> {
    let ruleset = &b.program.ruleset;
    let mut out = Vec::new();
    out.extend(ruleset.authority.as_deref().map(Text::name));
    out.push(Text::fill(b.pick("As of {}", "Au {}"), [Text::strong(b.language.date(b.results.as_of))]));
    out.push(Text::fill(
        b.pick("Rules {}, version {}", "Règles {}, version {}"),
        [Text::code(&*ruleset.heading.name), Text::name(&*ruleset.version)],
    ));
    out
}

impl<'a> Build<'a> {
    /// The one of two, by the language.
    pub fn pick(&self, english: &'a str, french: &'a str) -> &'a str {
        self.language.pick(english, french)
    }

    /// A new anchor.
    pub fn anchor(&self, word: &str) -> String {
        self.anchors.borrow_mut().of(word)
    }

    /// Whether there is room for one more chart; then it is taken.
    pub fn takes_chart(&self) -> bool {
        let left = self.charts_left.get();
        self.charts_left.set(left.saturating_sub(1));
        left > 0
    }

    /// A table with as many of its rows as there is room for; folded away when it is long.
    pub fn table(&self, table: Table) -> Block {
        self.table_of(table, 36)
    }

    /// The same, folded away when it has more rows than these.
    pub fn table_of(&self, table: Table, most: usize) -> Block {
        let rows = table.rows.len();
        let block = self.open_table(table);
        let Block::Table(table) = &block else { return block };
        if rows <= most {
            return block;
        }
        let words = self.pick("{} ({} rows)", "{} ({} lignes)");
        let summary = Text::fill(words, [table.caption.clone(), self.language.count(rows as u64).into()]);
        Block::Folded(summary, vec![block])
    }

    /// A table with as many of its rows as there is room for.
    pub fn open_table(&self, table: Table) -> Block {
        Block::Table(self.cut(table))
    }

    /// A table without the rows that there is no room for.
    pub fn cut(&self, mut table: Table) -> Table {
        let rows = table.rows.len();
        let most = self.limits.rows.min(self.rows_left.get()).max(Limits::FEW);
        if rows > most {
            table.left_out = rows - most;
            table.rows.truncate(most);
        }
        self.rows_left.set(self.rows_left.get().saturating_sub(table.rows.len()));
        table
    }

    /// A code, with its title.
    pub fn code(&self, list: ListId, code: Code) -> String {
        let Some(list) = self.program.list(list) else { return "?".to_owned() };
        if code == Code::NONE {
            return self.pick("none", "aucun").to_owned();
        }
        match list.codes.get(code.index()) {
            Some(info) => titled(&info.heading),
            None => "?".to_owned(),
        }
    }

    /// The value of a breakdown.
    pub fn by_value(&self, value: &BreakdownValue) -> String {
        match value {
            BreakdownValue::Code(list, code) => self.code(*list, *code),
            BreakdownValue::Boolean(true) => self.pick("yes", "oui").to_owned(),
            BreakdownValue::Boolean(false) => self.pick("no", "non").to_owned(),
            BreakdownValue::Integer(value) => self.language.number(&value.to_string()),
            BreakdownValue::Decimal(value) => self.language.decimal(*value),
            BreakdownValue::NoCode => self.pick("none", "aucun").to_owned(),
            BreakdownValue::Missing(reason) => format!("({})", self.language.reason(*reason)),
            BreakdownValue::Error => format!("({})", self.pick("in error", "en erreur")),
            BreakdownValue::Text(_)
            | BreakdownValue::Date(_)
            | BreakdownValue::Time(_)
            | BreakdownValue::DateTime(_) => value.shown(self.program).into_owned(),
        }
    }

    /// The values of several breakdowns.
    pub fn by_values<'v, T: 'v>(&self, by: impl IntoIterator<Item = &'v (T, BreakdownValue)>) -> String {
        by.into_iter().map(|(_, value)| self.by_value(value)).collect::<Vec<_>>().join(" · ")
    }

    /// What a breakdown is called.
    pub fn by_name(&self, measure: &Measure, by: &Breakdown) -> Text {
        if let Some(category) = by.category.and_then(|id| self.program.category(id)) {
            return Text::name(category.heading.shown());
        }
        self.field_name(measure.record, &by.name)
    }

    /// What a field or `let` of a record is called: its title, or that of its codes, or its name.
    pub fn field_name(&self, record: RecordId, name: &str) -> Text {
        let title = |heading: &Heading| heading.title.as_deref().map(str::to_owned);
        let of_let = self.program.lets.iter().find(|of| of.record == Some(record) && &*of.heading.name == name);
        if let Some(title) = of_let.and_then(|of| title(&of.heading)) {
            return Text::name(title);
        }
        let field = self.program.record(record).and_then(|record| record.fields.get(record.field(name)?.index()));
        let list = match field.map(|field| field.kind) {
            Some(FieldKind::Value(Ty::Code(list))) => self.program.list(list),
            _ => None,
        };
        let found = field.and_then(|field| title(&field.heading)).or_else(|| title(&list?.heading));
        Text::name(found.unwrap_or_else(|| readable(name)))
    }

    /// What a record is called.
    pub fn record_name(&self, record: RecordId) -> Text {
        Text::name(self.program.record(record).map_or("?", |record| record.heading.shown()))
    }

    /// Whether a measure's rows have nothing but what is counted: no interval, target or comparison.
    pub fn is_plain(&self, measure: &Measure) -> bool {
        measure.interval.is_none() && measure.target.is_none() && measure.compare.is_none()
    }

    /// Adds what the rules say: the declaration at a place, folded away.
    pub fn quote(&self, section: &mut Section, place: Place) {
        let source = self.program.sources.get(place.file.index());
        let quoted = source.map_or("", |source| declaration(&source.text, place.start as usize));
        if !quoted.is_empty() {
            let summary = self.pick("As the rules state it", "Ce que disent les règles");
            section.push(Block::Folded(summary.into(), vec![Block::Rules(quoted.to_owned())]));
        }
    }

    /// A count in a cell.
    pub fn count(&self, count: u64) -> Cell {
        Cell::Number(self.language.count(count), count as f64)
    }

    /// A count in a cell, unless it is none.
    pub fn some(&self, count: u64) -> Cell {
        if count == 0 { Cell::Empty } else { self.count(count) }
    }

    /// The measures with their tables, audits apart.
    pub fn measures(&self, audits: bool) -> impl Iterator<Item = (&'a Measure, &'a MeasureTable)> {
        let (program, results) = (self.program, self.results);
        results.measures.iter().filter_map(move |(id, table)| {
            let measure = program.measure(*id)?;
            (measure.audit.is_some() == audits).then_some((measure, table))
        })
    }
}

/// The text of a declaration that has a byte in it: from the beginning of its line to the brace that closes it, or to the
/// end of the line where none is opened.
fn declaration(text: &str, at: usize) -> &str {
    let Some(before) = text.get(..at) else { return "" };
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let (mut depth, mut in_text, mut in_comment) = (0_usize, false, false);
    let rest = text.get(start..).unwrap_or("");
    for (offset, letter) in rest.char_indices() {
        let end = offset + letter.len_utf8();
        match letter {
            '\n' if depth == 0 && start + offset > at => return rest.get(..offset).unwrap_or("").trim_end(),
            '\n' => (in_comment, in_text) = (false, false),
            _ if in_comment => {}
            '"' => in_text = !in_text,
            _ if in_text => {}
            '#' => in_comment = true,
            '{' => depth += 1,
            '}' if depth <= 1 => return rest.get(..end).unwrap_or(""),
            '}' => depth -= 1,
            _ => {}
        }
    }
    rest.trim_end()
}

/// The name of a code and its title together where the name is a sign, `B: second charge`; else the title, or the name.
pub fn titled(heading: &Heading) -> String {
    match &heading.title {
        Some(title)
            if heading.name.chars().count() <= 3
                && !heading.name.contains(char::is_lowercase)
                && !title.to_lowercase().starts_with(&heading.name.to_lowercase()) =>
        {
            format!("{}: {title}", heading.name)
        }
        Some(title) => title.to_string(),
        None => readable(&heading.name),
    }
}

/// The name of a level with what it means, `Strong: most feel safe`; what it means alone beside French, as names are English
/// more often than not.
pub fn level_name(b: &Build<'_>, heading: &Heading) -> String {
    match &heading.title {
        Some(title) if b.language == Language::French => title.to_string(),
        Some(title) => format!("{}: {title}", readable(&heading.name)),
        None => readable(&heading.name),
    }
}

/// A name in the rules as words.
pub fn readable(name: &str) -> String {
    measures::capital(&name.replace('_', " "))
}

/// A section out of parts; nothing out of none.
pub fn of_parts(b: &Build<'_>, id: &str, title: &str, parts: Vec<Section>) -> Option<Section> {
    if parts.is_empty() {
        return None;
    }
    let mut section = Section::new(b.anchor(id), title);
    section.parts = parts;
    Some(section)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_quoted_whole() {
        let text = "let x = 1\nmeasure m of P \"a } b\" {  # }\n  as count { x }\n}\nlet z of P = 3\n";
        let measure = text.find("m of").unwrap();
        assert_eq!(declaration(text, measure), "measure m of P \"a } b\" {  # }\n  as count { x }\n}");
        assert_eq!(declaration(text, text.find("z of").unwrap()), "let z of P = 3");
        assert_eq!(declaration(text, 4), "let x = 1");
        assert_eq!(declaration("measure m {", 8), "measure m {");
        assert_eq!(declaration("é", 1), "");
        assert_eq!(declaration("x", 9), "");
    }
}
