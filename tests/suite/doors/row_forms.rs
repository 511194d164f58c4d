//! Instruments and judgements of single records, put together from a session alone.

use super::tables::Data;
use assize::eval::outcome::{Chosen, OutcomeRow};
use assize::eval::row::Cell;
use assize::model::absence::Absence;
use assize::model::bounds::CodeSet;
use assize::model::civil::Date;
use assize::model::decimal::Decimal;
use assize::model::form::{Instrument, Override};
use assize::model::ids::{CategoryId, Code, NodeId};
use assize::model::node::Op;
use assize::model::program::{CodeList, Program};
use assize::{Session, io::RowFault};
use serde_json::{Map, Value, json};

/// What a cell is as a number.
fn number(session: &mut Session, node: NodeId) -> Option<Decimal> {
    match session.value_of(node).expect("an expression of the record") {
        Cell::Integer(value) => Some(Decimal::from_i64(value)),
        Cell::Decimal(value) => Some(value),
        _ => None,
    }
}

fn shown(session: &mut Session, node: NodeId) -> Value {
    match session.value_of(node).expect("an expression of the record") {
        Cell::Integer(value) => json!(value),
        Cell::Decimal(value) => json!(value.to_string()),
        _ => Value::Null,
    }
}

/// An instrument of the record that the session holds.
pub fn instrument(
    program: &Program,
    session: &mut Session,
    of: &Instrument,
    key: Option<&str>,
    bad: bool,
    judged: Option<Value>,
) -> Value {
    let list = |category: Option<CategoryId>| program.list(program.category(category?)?.list);
    let names = |list: &CodeList, codes: CodeSet| -> Vec<String> {
        codes.iter().filter(|code| *code != Code::NONE).map(|code| list.name(code).to_owned()).collect()
    };
    let mut out = Map::new();
    out.insert("key".to_owned(), json!(key));
    let show = |session: &mut Session, node: NodeId| if bad { Value::Null } else { shown(session, node) };
    if let Some(score) = of.score {
        for (name, node) in
            [("score", score.score), ("lowest", score.lowest), ("highest", score.highest), ("answered", score.answered)]
        {
            let value = show(session, node);
            out.insert(name.to_owned(), value);
        }
    }
    if let (Some(band), Some(list), Some(score)) = (of.band, list(of.band), of.score) {
        let outcome = session.evaluate(band).expect("a category of the record").row();
        let value = match outcome.value {
            Chosen::One(code) => json!(list.name(code)),
            _ => Value::Null,
        };
        out.insert("band".to_owned(), value);
        out.insert("state".to_owned(), json!(outcome.state.word()));
        let left_out = |session: &mut Session| match session.value_of(score.lowest).expect("an expression") {
            Cell::Absent(absence) => absence.is_error() || absence == Absence::NOT_APPLICABLE,
            _ => false,
        };
        let mut possible = CodeSet::EMPTY;
        if !bad && !left_out(session) {
            let (low, high) = (number(session, score.ends.0), number(session, score.ends.1));
            for band in &of.bands {
                let from = band.low.and_then(|node| number(session, node));
                let to = band.high.and_then(|node| number(session, node));
                let under = high.zip(from).is_some_and(|(high, from)| high < from);
                let over = low.zip(to).is_some_and(|(low, to)| low > to);
                if !under && !over {
                    possible = possible.with(band.code);
                }
            }
        }
        out.insert("possible".to_owned(), json!(names(list, possible)));
        out.insert(
            "error".to_owned(),
            json!(outcome.error.map(|absence| assize::fault_message(program, band, absence))),
        );
        if let Some(judged) = judged {
            out.insert("override".to_owned(), judged);
        }
    }
    if let (Some(routes), Some(list)) = (of.routes, list(of.routes)) {
        let outcome: OutcomeRow = session.evaluate(routes).expect("a category of the record").row();
        let fired = match outcome.value {
            Chosen::Many(codes) => names(list, codes),
            _ => Vec::new(),
        };
        out.insert("routes".to_owned(), json!(fired));
        out.insert("possible_routes".to_owned(), json!(names(list, outcome.possible)));
    }
    if of.score.is_some() {
        let items = of.items.iter().filter_map(|item| Some((item, item.contribution?)));
        let added: Map<String, Value> =
            items.map(|(item, node)| (item.heading.name.to_string(), show(session, node))).collect();
        out.insert("contributions".to_owned(), json!(added));
    }
    json!(out)
}

/// What a person judged beside a category of the record that the session holds: the judgement, or what it lacks.
pub fn judged(program: &Program, session: &mut Session, of: &Override, as_of: Date) -> (Value, Vec<NodeId>) {
    let mut text = |node: NodeId| match session.value_of(node).expect("a field of the record") {
        Cell::Text(span) => Some(session.store().text(span).to_owned()).filter(|text| !text.trim().is_empty()),
        Cell::Date(date) => Some(date.to_string()),
        _ => None,
    };
    let (because, by) = (text(of.because), text(of.by));
    let (on, until) = (of.on.and_then(&mut text), of.until.and_then(&mut text));
    let lacking: Vec<NodeId> = of.required().filter(|&node| text(node).is_none()).collect();
    let Cell::Code(code) = session.value_of(of.from).expect("a field of the record") else {
        return (Value::Null, Vec::new());
    };
    if !lacking.is_empty() {
        return (Value::Null, lacking);
    }
    let list = program.category(of.category).and_then(|category| program.list(category.list)).expect("a list");
    let in_force = until.as_ref().is_none_or(|until| as_of.to_string() <= *until);
    let judged = json!({
        "value": list.name(code), "because": because, "by": by, "on": on, "until": until, "in_force": in_force,
    });
    (judged, Vec::new())
}

/// Takes note of what a judgement lacks, as a fault of its record.
pub fn note(program: &Program, data: &mut Data, of: &Override, row: usize, key: Option<&str>, lacking: &[NodeId]) {
    let category = program.category(of.category).expect("a category");
    let record = program.record(category.record).expect("a record");
    let (counts, faults) = data.notes.get_mut(&category.record).expect("data of it");
    for &node in lacking {
        let Some(Op::Field(field)) = program.node(node).map(|node| &node.op) else { continue };
        counts.faults += 1;
        faults.push(RowFault {
            record: category.record,
            row: row as u64 + 1,
            key: key.map(str::to_owned),
            field: Some(*field),
            code: "D0137",
            message: format!(
                "a judgement beside `{}` without `{}` is not taken",
                category.heading.name,
                record.fields[field.index()].heading.name
            ),
        });
    }
}
