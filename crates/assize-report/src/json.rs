//! Results as JSON: one object, the same through every door. Rows are written one after the other, so that the text is
//! never held as a tree.

use crate::json_audit::GroupJson;
use crate::json_evaluation;
use crate::json_series::{ChangeJson, ChartJson, TargetJson};
use assize::eval::outcome::{Chosen, OutcomeRow};
use assize::measures::{
    AuditGroup, BreakdownValue, MeasureRow, MeasureTable, Number, PeriodOfRow, Plotted, RowState, Stages,
};
use assize::model::absence::Absence;
use assize::model::form::Instrument;
use assize::model::ids::{CategoryId, Code};
use assize::model::measure::{Approximation, Measure};
use assize::model::program::{Category, CodeList, Program, State};
use assize::model::value::Value;
use assize::{
    Answer, CategoryResults, InstrumentResults, InstrumentRow, Judged, Member, RecordResults, Results, Shown,
};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::json;
use std::io::{self, Write};

/// Writes results as JSON, with a line end. With `exact`, measures also have their value unrounded.
///
/// # Errors
///
/// Whatever the sink reports.
pub fn write(results: &Results, exact: bool, sink: impl Write) -> io::Result<()> {
    let mut sink = sink;
    serde_json::to_writer_pretty(&mut sink, &Whole { results, exact }).map_err(io::Error::from)?;
    sink.write_all(b"\n")
}

struct Whole<'a> {
    results: &'a Results,
    exact: bool,
}

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Results { program, as_of, params, records, categories, instruments, measures, members, .. } = self.results;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("ruleset", &*program.ruleset.heading.name)?;
        map.serialize_entry("version", &*program.ruleset.version)?;
        map.serialize_entry("hash", &*program.ruleset.hash)?;
        map.serialize_entry("engine", Results::ENGINE)?;
        map.serialize_entry("as_of", &as_of.to_string())?;
        map.serialize_entry("parameters", &Parameters(program, params))?;
        let records: Map<_> =
            Map(records.iter().map(|record| (name_of(program, record), Record(program, record))).collect());
        map.serialize_entry("records", &records)?;
        let categories = Map(categories
            .iter()
            .filter_map(|results| {
                let category = program.category(results.category)?;
                let list = program.list(category.list)?;
                Some((&*category.heading.name, CategoryJson { whole: self.results, program, category, list, results }))
            })
            .collect());
        map.serialize_entry("categories", &categories)?;
        if !program.instruments.is_empty() {
            let of = instruments.iter().filter_map(|of| {
                let instrument = program.instruments.get(of.instrument)?;
                Some((&*instrument.heading.name, InstrumentJson { results: self.results, instrument, of }))
            });
            map.serialize_entry("instruments", &Map(of.collect()))?;
        }
        let measures = Map(measures
            .iter()
            .filter_map(|(id, table)| {
                let measure = program.measure(*id)?;
                let of = program.record(measure.record).map_or("", |record| &record.heading.name);
                let limit = self.exact;
                Some((&*measure.heading.name, MeasureJson { program, measure, of, table, exact: limit }))
            })
            .collect());
        map.serialize_entry("measures", &measures)?;
        if !program.indicators.is_empty() {
            map.serialize_entry("indicators", &json_evaluation::indicators(self.results))?;
        }
        map.serialize_entry("evaluations", &json_evaluation::evaluations(self.results))?;
        if let Some(members) = members {
            let measure = program.measure(members.measure);
            let by: Vec<&str> =
                measure.map(|measure| measure.by.iter().map(|by| &*by.name).collect()).unwrap_or_default();
            let rows = Seq(&members.rows, |row: &Member| MemberJson { program, by: by.clone(), row: row.clone() });
            map.serialize_entry("members", &Map(vec![(measure.map_or("", |measure| &measure.heading.name), rows)]))?;
        }
        map.end()
    }
}

fn name_of<'a>(program: &'a Program, record: &RecordResults) -> &'a str {
    program.record(record.record).map_or("", |record| &record.heading.name)
}

/// An object with its members in order.
pub(crate) struct Map<'a, T>(pub(crate) Vec<(&'a str, T)>);

impl<T: Serialize> Serialize for Map<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// An array of what each item is shown as.
pub(crate) struct Seq<'a, T, F>(pub(crate) &'a [T], pub(crate) F);

impl<T, U: Serialize, F: Fn(&T) -> U> Serialize for Seq<'_, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0.len()))?;
        for item in self.0 {
            seq.serialize_element(&(self.1)(item))?;
        }
        seq.end()
    }
}

struct Parameters<'a>(&'a Program, &'a [Value]);

impl Serialize for Parameters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.1.len()))?;
        for (param, value) in self.0.params.iter().zip(self.1) {
            let name = &*param.heading.name;
            match value {
                Value::Boolean(value) => map.serialize_entry(name, value)?,
                Value::Integer(value) => map.serialize_entry(name, value)?,
                value => map.serialize_entry(name, &Shown(self.0, value).to_string())?,
            }
        }
        map.end()
    }
}

struct Record<'a>(&'a Program, &'a RecordResults);

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(program, record) = self;
        let declared = program.record(record.record);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("read", &record.read)?;
        map.serialize_entry("faults", &record.faults)?;
        let errors = Seq(&record.errors, |fault: &assize::io::RowFault| {
            let field =
                fault.field.and_then(|field| Some(declared?.fields.get(field.index())?.heading.name.to_string()));
            json!({
                "row": fault.row, "key": fault.key, "field": field, "code": fault.code, "message": fault.message,
            })
        });
        map.serialize_entry("errors", &errors)?;
        map.end()
    }
}

struct CategoryJson<'a> {
    whole: &'a Results,
    program: &'a Program,
    category: &'a Category,
    list: &'a CodeList,
    results: &'a CategoryResults,
}

impl Serialize for CategoryJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let of = self.program.record(self.category.record).map_or("", |record| &record.heading.name);
        map.serialize_entry("of", of)?;
        map.serialize_entry("rows", &Outcomes(self))?;
        map.serialize_entry("summary", &SummaryJson(self))?;
        map.end()
    }
}

struct Outcomes<'a>(&'a CategoryJson<'a>);

impl Serialize for Outcomes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.0.results.rows()))?;
        let CategoryJson { whole, program, results, .. } = self.0;
        let responds = assize::actions(program, results.category).next().is_some();
        let declared = program.overrides.iter().any(|over| over.category == results.category);
        for (number, part) in results.parts.iter().enumerate() {
            for at in 0..part.columns.rows() {
                let (key, row) = (part.key(program, at), part.columns.outcome_row(at));
                let answers: Vec<Answer<'_>> =
                    part.answers(program, at, row.value).into_iter().map(|(_, answer)| answer).collect();
                let answers = responds.then_some(answers.as_slice());
                let judged = declared.then(|| whole.judged(results.category, number, at));
                seq.serialize_element(&OutcomeJson { key: key.as_deref(), row: &row, of: self.0, answers, judged })?;
            }
        }
        seq.end()
    }
}

struct OutcomeJson<'a> {
    key: Option<&'a str>,
    row: &'a OutcomeRow,
    of: &'a CategoryJson<'a>,
    /// What is to be done about it, of a category with responses.
    answers: Option<&'a [Answer<'a>]>,
    /// Of a category beside which people judge: what was judged.
    judged: Option<Option<&'a Judged>>,
}

impl Serialize for OutcomeJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let CategoryJson { program, category, list, .. } = self.of;
        let program: &Program = program;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("key", &self.key)?;
        let names =
            |codes: assize::model::bounds::CodeSet| -> Vec<&str> { codes.iter().map(|code| list.name(code)).collect() };
        match self.row.value {
            Chosen::Nothing => map.serialize_entry("value", &None::<&str>)?,
            Chosen::One(code) => map.serialize_entry("value", list.name(code))?,
            Chosen::Many(codes) => map.serialize_entry("value", &names(codes))?,
        }
        map.serialize_entry("state", self.row.state.word())?;
        map.serialize_entry("because", &criteria(category, &self.row.because))?;
        map.serialize_entry("possible", &names(self.row.possible))?;
        let missing: Vec<String> = self.row.missing.iter().map(|path| path.name(program, category.record)).collect();
        map.serialize_entry("missing", &missing)?;
        map.serialize_entry(
            "error",
            &self.row.error.map(|absence| error(program, self.of.results.category, absence, &self.row.because)),
        )?;
        if let Some(answers) = self.answers {
            map.serialize_entry("responses", &Seq(answers, answer))?;
        }
        if let Some(judged) = self.judged {
            map.serialize_entry("override", &judged.map(|judged| judgement(list, judged)))?;
        }
        map.end()
    }
}

/// Something to be done, as an object.
pub fn answer(answer: &Answer<'_>) -> AnswerJson {
    AnswerJson(answer.text.to_owned(), answer.role.map(str::to_owned), answer.due.map(|due| due.to_string()))
}

/// See [`answer`].
#[derive(Debug)]
pub struct AnswerJson(String, Option<String>, Option<String>);

impl Serialize for AnswerJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(text, role, due) = self;
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("text", text)?;
        map.serialize_entry("by", role)?;
        map.serialize_entry("due", due)?;
        map.end()
    }
}

fn criteria<'a>(category: &'a Category, because: &[u16]) -> Vec<&'a str> {
    because
        .iter()
        .filter_map(|&at| category.criteria().nth(usize::from(at)))
        .map(|(_, criterion)| &*criterion.heading.name)
        .collect()
}

/// What went wrong, and where in the rules.
pub fn error(program: &Program, category: CategoryId, absence: Absence, because: &[u16]) -> String {
    assize::outcome_message(program, category, absence, because)
}

/// A person's own judgement.
pub fn judgement(list: &CodeList, judged: &Judged) -> serde_json::Value {
    json!({
        "value": list.name(judged.value),
        "because": &*judged.because,
        "by": &*judged.by,
        "on": judged.on.map(|on| on.to_string()),
        "until": judged.until.map(|until| until.to_string()),
        "in_force": judged.in_force,
    })
}

struct InstrumentJson<'a> {
    results: &'a Results,
    instrument: &'a Instrument,
    of: &'a InstrumentResults,
}

impl Serialize for InstrumentJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let of = self.results.program.record(self.instrument.record).map_or("", |record| &record.heading.name);
        map.serialize_entry("of", of)?;
        map.serialize_entry("rows", &InstrumentRows(self))?;
        map.end()
    }
}

struct InstrumentRows<'a>(&'a InstrumentJson<'a>);

impl Serialize for InstrumentRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let InstrumentJson { results, instrument, of } = self.0;
        let mut seq = serializer.serialize_seq(Some(of.rows()))?;
        for row in of.each(results) {
            seq.serialize_element(&InstrumentRowJson { results, instrument, row, contributions: of.contributions })?;
        }
        seq.end()
    }
}

struct InstrumentRowJson<'a> {
    results: &'a Results,
    instrument: &'a Instrument,
    row: InstrumentRow,
    contributions: bool,
}

fn number(value: &Option<Value>) -> serde_json::Value {
    match value {
        Some(Value::Integer(value)) => (*value).into(),
        Some(Value::Decimal(value)) => value.to_string().into(),
        _ => serde_json::Value::Null,
    }
}

impl Serialize for InstrumentRowJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { results, instrument, row, contributions } = self;
        let program = &results.program;
        let list = |category: Option<CategoryId>| program.list(program.category(category?)?.list);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("key", &row.key)?;
        if instrument.score.is_some() {
            let numbers = [&row.score, &row.lowest, &row.highest, &row.answered];
            for (name, value) in assize::NUMBERS.iter().zip(numbers) {
                map.serialize_entry(name, &number(value))?;
            }
        }
        if let (Some(category), Some(list)) = (instrument.band, list(instrument.band)) {
            let value = match row.band.as_ref().map(|band| band.value) {
                Some(Chosen::One(code)) => Some(list.name(code)),
                _ => None,
            };
            map.serialize_entry("band", &value)?;
            map.serialize_entry("state", &row.band.as_ref().map(|band| band.state.word()))?;
            let possible: Vec<&str> = row.possible.iter().map(|code| list.name(code)).collect();
            map.serialize_entry("possible", &possible)?;
            let wrong = row.band.as_ref().and_then(|band| Some(error(program, category, band.error?, &band.because)));
            map.serialize_entry("error", &wrong)?;
            if program.overrides.iter().any(|over| over.category == category) {
                map.serialize_entry("override", &row.judged.as_ref().map(|judged| judgement(list, judged)))?;
            }
        }
        if let Some(list) = list(instrument.routes) {
            let routes = row.routes.as_ref();
            let names = |codes: assize::model::bounds::CodeSet| -> Vec<&str> {
                codes.iter().filter(|code| *code != Code::NONE).map(|code| list.name(code)).collect()
            };
            let fired = match routes.map(|routes| routes.value) {
                Some(Chosen::Many(codes)) => names(codes),
                _ => Vec::new(),
            };
            map.serialize_entry("routes", &fired)?;
            map.serialize_entry("possible_routes", &routes.map(|routes| names(routes.possible)).unwrap_or_default())?;
        }
        if *contributions && instrument.score.is_some() {
            let items = instrument.items.iter().filter(|item| item.contribution.is_some());
            let added = items.zip(&row.contributions).map(|(item, value)| (&*item.heading.name, number(value)));
            map.serialize_entry("contributions", &Map(added.collect()))?;
        }
        map.end()
    }
}

struct SummaryJson<'a>(&'a CategoryJson<'a>);

impl Serialize for SummaryJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let CategoryJson { program, category, list, results, .. } = self.0;
        let summary = results.summary(program);
        let mut map = serializer.serialize_map(None)?;
        let values = summary.values.iter().map(|&(code, count): &(Code, u64)| (list.name(code), count)).collect();
        map.serialize_entry("values", &Map(values))?;
        let states = State::ALL.iter().zip(summary.states).map(|(state, count)| (state.word(), count)).collect();
        map.serialize_entry("states", &Map(states))?;
        let criteria = category.criteria().zip(&results.coverage).map(|((_, criterion), count)| {
            let counts = vec![("true", count.is_true), ("decided_by", count.decided_by), ("unknown", count.unknown)];
            (&*criterion.heading.name, Map(counts))
        });
        map.serialize_entry("criteria", &Map(criteria.collect()))?;
        map.end()
    }
}

struct MeasureJson<'a> {
    program: &'a Program,
    measure: &'a Measure,
    of: &'a str,
    table: &'a MeasureTable,
    exact: bool,
}

impl Serialize for MeasureJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("of", self.of)?;
        if let Some(approximation) = self.measure.form.approximation(self.program) {
            map.serialize_entry("approximate", &approximation_json(self.program, &approximation))?;
        }
        let rows = Seq(&self.table.rows, |row: &MeasureRow| RowJson {
            program: self.program,
            measure: self.measure,
            row: row.clone(),
            exact: self.exact,
        });
        map.serialize_entry("rows", &rows)?;
        if assize::measures::asked_chart(self.measure).is_some() {
            let chart = |chart: &Plotted| ChartJson { program: self.program, table: self.table, chart: chart.clone() };
            map.serialize_entry("charts", &Seq(&self.table.charts, chart))?;
        }
        if let Some(groups) = assize::measures::audit(self.program, self.measure, self.table) {
            let group = |group: &AuditGroup| GroupJson { program: self.program, group: group.clone() };
            map.serialize_entry("audit", &Seq(&groups, group))?;
        }
        map.end()
    }
}

/// How far values may be from the exact ones.
pub(crate) fn approximation_json(program: &Program, approximation: &Approximation) -> serde_json::Value {
    match approximation {
        Approximation::Within(share) => json!({ "within": share.to_string() }),
        Approximation::StandardError(share, exact) => {
            json!({ "standard_error": share.to_string(), "exact_up_to": exact })
        }
        Approximation::Of(measures) => {
            let names = measures.iter().filter_map(|&id| Some(&*program.measure(id)?.heading.name));
            json!({ "of": names.collect::<Vec<_>>() })
        }
    }
}

/// A row of a measure.
pub(crate) struct RowJson<'a> {
    pub(crate) program: &'a Program,
    pub(crate) measure: &'a Measure,
    pub(crate) row: MeasureRow,
    pub(crate) exact: bool,
}

/// A breakdown's value: its text, or `{"missing": reason}`, or `{"error": true}`.
pub(crate) struct ByJson<'a>(pub(crate) &'a Program, pub(crate) &'a BreakdownValue);

impl Serialize for ByJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.1 {
            BreakdownValue::Missing(reason) => Map(vec![("missing", reason.word())]).serialize(serializer),
            BreakdownValue::Error => Map(vec![("error", true)]).serialize(serializer),
            BreakdownValue::Boolean(value) => value.serialize(serializer),
            BreakdownValue::Integer(value) => value.serialize(serializer),
            value => value.shown(self.0).serialize(serializer),
        }
    }
}

pub(crate) struct PeriodJson<'a>(pub(crate) &'a PeriodOfRow);

impl Serialize for PeriodJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            PeriodOfRow::Span { from, to, label } => {
                Map(vec![("label", label.clone()), ("from", from.to_string()), ("to", to.to_string())])
                    .serialize(serializer)
            }
            PeriodOfRow::Missing(reason) => Map(vec![("missing", reason.word())]).serialize(serializer),
            PeriodOfRow::Error => Map(vec![("error", true)]).serialize(serializer),
        }
    }
}

struct NumberJson(Number);

impl Serialize for NumberJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Number::Integer(value) => value.serialize(serializer),
            Number::Decimal(value) => value.to_string().serialize(serializer),
        }
    }
}

impl Serialize for RowJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { program, measure, row, exact } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(
            "by",
            &Map(row.by.iter().map(|(name, value)| (&**name, ByJson(program, value))).collect()),
        )?;
        if let Some(period) = &row.period {
            map.serialize_entry("period", &PeriodJson(period))?;
        }
        let stages = row.stages.shown().map(|counts| Map(Stages::NAMES.into_iter().zip(counts).collect()));
        map.serialize_entry("stages", &stages)?;
        map.serialize_entry("numerator", &row.numerator.map(NumberJson))?;
        map.serialize_entry("denominator", &row.denominator.map(NumberJson))?;
        map.serialize_entry("value", &row.value)?;
        if *exact {
            map.serialize_entry("value_exact", &row.value_exact.map(|value| value.to_string()))?;
        }
        map.serialize_entry("lower", &row.interval.as_ref().map(|interval| &interval.lower_shown))?;
        map.serialize_entry("upper", &row.interval.as_ref().map(|interval| &interval.upper_shown))?;
        if let Some(bounds) = &row.bounds {
            map.serialize_entry("at_least", &bounds.lo.map(|end| end.to_string()))?;
            map.serialize_entry("at_most", &bounds.hi.map(|end| end.to_string()))?;
        }
        map.serialize_entry("state", row.state.word())?;
        if let RowState::Withheld(why) = row.state {
            map.serialize_entry("withheld", why.word())?;
        }
        map.serialize_entry("not_decided", &Some(row.not_decided).filter(|_| !row.stages.hidden))?;
        if measure.compare.is_some() {
            map.serialize_entry("change", &row.change.as_ref().map(|change| ChangeJson { change, exact: *exact }))?;
        }
        if measure.target.is_some() {
            map.serialize_entry("target", &row.target.as_ref().map(TargetJson))?;
        }
        map.end()
    }
}

struct MemberJson<'a> {
    program: &'a Program,
    by: Vec<&'a str>,
    row: Member,
}

impl Serialize for MemberJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("key", &self.row.key)?;
        map.serialize_entry("stage", self.row.stage.word())?;
        let by = self.by.iter().zip(&self.row.by).map(|(name, value)| (*name, ByJson(self.program, value))).collect();
        map.serialize_entry("by", &Map(by))?;
        if let Some(period) = &self.row.period {
            map.serialize_entry("period", &PeriodJson(period))?;
        }
        map.end()
    }
}
