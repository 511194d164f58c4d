//! Rust, one record at a time: a session is filled with each record and its children, which are found here by their
//! parent's key, or stand inside it. Nothing of the batch evaluator is used; the results object is put together here too.
//!
//! Measures are no thing of single records: they and their members are left out. So is what only an evaluation can
//! refuse: names of categories and measures, and records without data.

use super::tables::{Data, Kin, kin, text};
use super::{Answer, Door, Gives, Refusal, refused_rules, row_forms};
use crate::case::Case;
use crate::layout::pretty;
use assize::eval::outcome::{Chosen, OutcomeRow};
use assize::eval::row::{Cell, RowId};
use assize::io::{Counts, RowFault};
use assize::model::bounds::CodeSet;
use assize::model::column::Table;
use assize::model::ids::{CategoryId, FieldId, RecordId};
use assize::model::program::{CodeList, FieldKind, Program, State};
use assize::model::read;
use assize::model::ty::Ty;
use assize::model::value::Value as Known;
use assize::{Inputs, RuleSet, Session, Shown};
use serde_json::{Map, Value, json};

/// A session, record after record.
pub struct Row;

impl Door for Row {
    fn name(&self) -> &'static str {
        "row"
    }

    fn gives(&self) -> Gives {
        Gives::NoMeasures
    }

    fn answer(&self, case: &Case) -> Answer {
        let rules = match RuleSet::load([case.rules()]) {
            Ok(rules) => rules,
            Err(error) => return Answer::Refused(refused_rules(&error)),
        };
        let known = |name: &String| {
            let program = rules.program();
            let form = program.instruments.iter().any(|form| *form.heading.name == **name);
            form || program.category_named(name).is_some() || program.measure_named(name).is_some()
        };
        if !case.only.iter().chain(&case.members).all(known) {
            return Answer::Impossible("a session is asked for one category after the other, by number".to_owned());
        }
        let set = case.parameters.iter().try_fold(rules, |rules, (name, text)| rules.with_parameter(name, text));
        let rules = match set {
            Ok(rules) => rules,
            Err(error) => return Answer::Refused(Refusal::from(&error)),
        };
        let program = rules.program();
        let inputs = rules.inputs(read::date(&case.as_of).expect("a case has a date"));
        match Data::read(program, case) {
            Ok(Some(data)) => Answer::Results(pretty(&results(&rules, &inputs, case, data))),
            Ok(None) => Answer::Impossible("a session knows nothing of records without data".to_owned()),
            Err(refusal) => Answer::Refused(refusal),
        }
    }
}

/// Gives a row its children, and these theirs.
fn adopt(session: &mut Session, data: &Data, kin: &Kin, program: &Program, parent: RowId, table: &Table, row: usize) {
    let record = program.record(table.record).expect("a record");
    for (at, field) in record.fields.iter().enumerate() {
        let at = FieldId::from_index(at);
        let FieldKind::Many { record, .. } = field.kind else { continue };
        let rows = kin.get(&(table.record, at)).and_then(|kin| kin.get(&row));
        let (Some(rows), Some(children)) = (rows, data.tables.get(&record)) else { continue };
        for &row in rows {
            let child = session.child(parent, at).expect("a child");
            session.fill_fields(child, children, row).expect("a table of the program");
            adopt(session, data, kin, program, child, children, row);
        }
    }
}

/// The results object.
fn results(rules: &RuleSet, inputs: &Inputs, case: &Case, mut data: Data) -> Value {
    let program = rules.program();
    let kin = kin(program, &data);
    let mut session = rules.session(inputs);
    let mut categories = Map::new();
    for (at, category) in program.categories.iter().enumerate() {
        let name = &*category.heading.name;
        let asked = case.only.is_empty() || case.only.iter().any(|only| only == name);
        if !asked || !data.given.contains(&category.record) {
            continue;
        }
        let id = CategoryId::from_index(at);
        let mut of = of_category(program, &mut session, &data, &kin, id, case.coverage);
        if let Some(over) = program.overrides.iter().find(|over| over.category == id) {
            let table = data.tables.remove(&category.record).expect("data of it");
            let rows = of.get_mut("rows").and_then(Value::as_array_mut).expect("a row a record");
            for (row, object) in rows.iter_mut().enumerate() {
                let (mut judged, mut lacking) = (Value::Null, Vec::new());
                if !table.bad.contains(&(row as u32)) {
                    session.fill(&table, row, &[]).expect("a table of the program");
                    (judged, lacking) = row_forms::judged(program, &mut session, over, inputs.as_of());
                }
                let key = object["key"].as_str().map(str::to_owned);
                row_forms::note(program, &mut data, over, row, key.as_deref(), &lacking);
                object.as_object_mut().expect("a row").insert("override".to_owned(), judged);
            }
            data.tables.insert(category.record, table);
        }
        categories.insert(name.to_owned(), of);
    }
    let mut instruments = Map::new();
    for form in &program.instruments {
        let part = |id: Option<CategoryId>| id.and_then(|id| categories.get(&*program.category(id)?.heading.name));
        let name = &*form.heading.name;
        let parts = [part(form.band), part(form.routes)];
        let asked =
            case.only.is_empty() || parts.iter().any(Option::is_some) || case.only.iter().any(|only| only == name);
        if !asked || !data.given.contains(&form.record) {
            continue;
        }
        let of = program.record(form.record).expect("a record");
        let table = data.tables.get(&form.record).expect("data of it");
        let keys = of.key.and_then(|key| table.column(key));
        let mut rows = Vec::new();
        for row in 0..table.rows {
            let begun = session.fill(table, row, &[]).expect("a table of the program");
            adopt(&mut session, &data, &kin, program, begun, table, row);
            let key = match of.key {
                Some(_) => keys.and_then(|keys| text(None, keys, row)),
                None => Some((row + 1).to_string()),
            };
            let judged = parts[0].and_then(|band| band["rows"][row].get("override")).cloned();
            let bad = table.bad.contains(&(row as u32));
            rows.push(row_forms::instrument(program, &mut session, form, key.as_deref(), bad, judged));
        }
        instruments.insert(name.to_owned(), json!({ "of": &*of.heading.name, "rows": rows }));
    }
    let records: Map<String, Value> = data.notes.iter().map(|(&id, note)| record(program, id, note)).collect();
    let parameters: Map<String, Value> =
        program.params.iter().zip(inputs.params()).map(|(param, value)| given(program, param, value)).collect();
    let mut whole = json!({
        "ruleset": &*program.ruleset.heading.name,
        "version": &*program.ruleset.version,
        "hash": &*program.ruleset.hash,
        "engine": assize::Results::ENGINE,
        "as_of": inputs.as_of().to_string(),
        "parameters": parameters,
        "records": records,
        "categories": categories,
    });
    let object = whole.as_object_mut().expect("an object");
    if !program.instruments.is_empty() {
        object.insert("instruments".to_owned(), json!(instruments));
    }
    object.insert("measures".to_owned(), json!({}));
    object.insert("evaluations".to_owned(), json!({}));
    whole
}

fn given(program: &Program, param: &assize::model::program::Param, value: &Known) -> (String, Value) {
    let value = match value {
        Known::Boolean(value) => json!(value),
        Known::Integer(value) => json!(value),
        value => json!(Shown(program, value).to_string()),
    };
    (param.heading.name.to_string(), value)
}

fn record(program: &Program, id: RecordId, (counts, faults): &(Counts, Vec<RowFault>)) -> (String, Value) {
    let record = program.record(id).expect("a record");
    let listed = faults.iter().take(assize::io::FAULTS_KEPT);
    let errors: Vec<Value> = listed
        .map(|fault| {
            let field = fault.field.and_then(|field| record.fields.get(field.index()));
            json!({
                "row": fault.row,
                "key": fault.key,
                "field": field.map(|field| &*field.heading.name),
                "code": fault.code,
                "message": fault.message,
            })
        })
        .collect();
    (record.heading.name.to_string(), json!({ "read": counts.rows, "faults": counts.faults, "errors": errors }))
}

/// A category of every row of its record.
fn of_category(
    program: &Program,
    session: &mut Session,
    data: &Data,
    kin: &Kin,
    id: CategoryId,
    coverage: bool,
) -> Value {
    let category = program.category(id).expect("a category");
    let list = program.list(category.list).expect("a list");
    let of = program.record(category.record).expect("a record");
    let table = data.tables.get(&category.record).expect("data of it");
    let criteria = &program.decision(category.decision).expect("a decision").criteria;
    let names: Vec<&str> = category.criteria().map(|(_, criterion)| &*criterion.heading.name).collect();
    // For each criterion: for how many rows it was true, decided, and was not known.
    let mut did = vec![[0_u64; 3]; names.len()];
    let mut codes = vec![0_u64; list.codes.len()];
    let mut none = 0_u64;
    let mut states: Vec<(State, u64)> = State::ALL.iter().map(|&state| (state, 0)).collect();
    let mut rows = Vec::new();
    let keys = of.key.and_then(|key| Some((table.column(key)?, of.fields.get(key.index())?)));
    for row in 0..table.rows {
        let begun = session.fill(table, row, &[]).expect("a table of the program");
        adopt(session, data, kin, program, begun, table, row);
        let outcome = session.evaluate(id).expect("a category of the record").row();
        let key = keys.and_then(|(keys, field)| {
            let list = match field.kind {
                FieldKind::Value(Ty::Code(list)) => program.list(list),
                _ => None,
            };
            text(list, keys, row)
        });
        for (count, &node) in did.iter_mut().zip(criteria) {
            match session.value_of(node).expect("an expression of the record") {
                Cell::Boolean(true) => count[0] += 1,
                Cell::Absent(absence) if !absence.is_error() => count[2] += 1,
                _ => {}
            }
        }
        // What is true in a conflict decides nothing.
        for &at in outcome.because.iter().filter(|_| outcome.error.is_none()) {
            did[usize::from(at)][1] += 1;
        }
        match outcome.value {
            Chosen::Nothing => {}
            Chosen::One(code) => *codes.get_mut(code.index()).unwrap_or(&mut none) += 1,
            Chosen::Many(set) => set.iter().for_each(|code| *codes.get_mut(code.index()).unwrap_or(&mut none) += 1),
        }
        states.iter_mut().filter(|(state, _)| *state == outcome.state).for_each(|(_, count)| *count += 1);
        let key = key.or_else(|| of.key.is_none().then(|| (row + 1).to_string()));
        let mut object = outcome_object(program, id, &names, list, key, &outcome);
        if assize::actions(program, id).next().is_some() {
            object["responses"] = to_do(program, session, id, outcome.value);
        }
        rows.push(object);
    }
    let mut values: Map<String, Value> =
        list.codes.iter().zip(codes).map(|(code, count)| (code.heading.name.to_string(), json!(count))).collect();
    values.insert("none".to_owned(), json!(none));
    let states: Map<String, Value> =
        states.into_iter().map(|(state, count)| (state.word().to_owned(), json!(count))).collect();
    let criteria: Map<String, Value> = names
        .iter()
        .zip(did)
        .filter(|_| coverage && !rows.is_empty())
        .map(|(name, [yes, decided, unknown])| {
            ((*name).to_owned(), json!({ "true": yes, "decided_by": decided, "unknown": unknown }))
        })
        .collect();
    json!({
        "of": &*of.heading.name,
        "rows": rows,
        "summary": { "values": values, "states": states, "criteria": criteria },
    })
}

/// What is to be done about a value.
fn to_do(program: &Program, session: &mut Session, id: CategoryId, value: Chosen) -> Value {
    let has = |code| match value {
        Chosen::Nothing => false,
        Chosen::One(one) => one == code,
        Chosen::Many(set) => set.has(code),
    };
    let actions: Vec<Value> = (assize::actions(program, id).filter(|action| has(action.code)))
        .map(|action| {
            let due = action.due.map(|node| session.value_of(node).expect("an expression of the record"));
            let due = due.and_then(|due| if let Cell::Date(due) = due { Some(due.to_string()) } else { None });
            json!({ "text": &*action.text, "by": action.role.as_deref(), "due": due })
        })
        .collect();
    json!(actions)
}

fn outcome_object(
    program: &Program,
    id: CategoryId,
    names: &[&str],
    list: &CodeList,
    key: Option<String>,
    outcome: &OutcomeRow,
) -> Value {
    let record = program.category(id).expect("a category").record;
    let codes = |set: CodeSet| -> Vec<&str> { set.iter().map(|code| list.name(code)).collect() };
    let value = match outcome.value {
        Chosen::Nothing => Value::Null,
        Chosen::One(code) => json!(list.name(code)),
        Chosen::Many(set) => json!(codes(set)),
    };
    let because: Vec<&str> = outcome.because.iter().map(|&at| names[usize::from(at)]).collect();
    let missing: Vec<String> = outcome.missing.iter().map(|path| path.name(program, record)).collect();
    json!({
        "key": key,
        "value": value,
        "state": outcome.state.word(),
        "because": because,
        "possible": codes(outcome.possible),
        "missing": missing,
        "error": outcome.error.map(|absence| assize::outcome_message(program, id, absence, &outcome.because)),
    })
}
