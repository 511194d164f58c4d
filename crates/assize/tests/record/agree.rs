//! An object read by itself and a file of it: the same outcomes, the same faults.

use crate::objects::{Object, damage, kid, person};
use crate::random::Random;
use crate::rules::{FULL, FULL_KID, as_of, crossed, every};
use assize::eval::outcome::OutcomeRow;
use assize::io::{Format, RowFault};
use assize::model::ids::{CategoryId, FieldId, RecordId};
use assize::record::Form;
use assize::{Data, Evaluation, RuleSet, Session};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Cursor;

type Faults = BTreeMap<RecordId, Vec<(u64, Option<String>, Option<FieldId>, &'static str, String)>>;

fn by_record(faults: &[RowFault]) -> Faults {
    let mut out = Faults::new();
    for RowFault { record, row, key, field, code, message } in faults {
        out.entry(*record).or_default().push((*row, key.clone(), *field, code, message.clone()));
    }
    out
}

/// What a file of the one object gives: the outcome of each category, and the faults. Behind it stands another that has
/// every member, since none may be lacking in a file.
fn from_file(rules: &RuleSet, record: &str, json: &[u8], full: &str) -> (Vec<OutcomeRow>, Faults) {
    let program = rules.program();
    let mut evaluation = Evaluation::new(rules, as_of());
    let text = [json, b"\n", full.replace('\n', " ").as_bytes()].concat();
    evaluation.data(record, Data::Stream(Box::new(Cursor::new(text)), Format::JsonLines)).unwrap();
    let results = evaluation.run().unwrap();
    let outcomes = results.categories.iter().map(|category| {
        let rows: Vec<_> = category.outcomes(program).collect();
        assert_eq!(rows.len(), 2);
        rows[0].1.clone()
    });
    let faults: Vec<RowFault> = results.records.iter().flat_map(|record| record.errors.clone()).collect();
    (outcomes.collect(), by_record(&faults))
}

/// What a session makes of it; `Err` beside it with what was said of the text as a whole.
fn from_session(
    form: &mut Form,
    session: &mut Session,
    record: &str,
    json: &[u8],
) -> (Vec<OutcomeRow>, Faults, Option<String>) {
    let program = std::sync::Arc::clone(session.plan().program());
    let record = program.record_named(record).unwrap();
    let mut faults = Vec::new();
    let told = form.json(session, record, json, &mut faults).err().map(|error| {
        assert!(error.is_data(), "{error}");
        error.to_string()
    });
    let categories = (0..program.categories.len()).map(CategoryId::from_index);
    let of = categories.filter(|&id| program.category(id).unwrap().record == record);
    (of.map(|id| session.evaluate(id).unwrap().row()).collect(), by_record(&faults), told)
}

fn agree(rules: &RuleSet, form: &mut Form, session: &mut Session, (record, full): (&str, &str), json: &[u8]) -> bool {
    let shown = String::from_utf8_lossy(json);
    let (outcomes, faults, told) = from_session(form, session, record, json);
    // Of nothing a file has no row, and a list is a file's list of objects.
    if json.trim_ascii().is_empty() || json.trim_ascii().starts_with(b"[") {
        assert!(told.is_some());
        return true;
    }
    let (expected, listed) = from_file(rules, record, json, full);
    assert_eq!(faults, listed, "{shown}");
    assert_eq!(outcomes, expected, "{shown}");
    if let Some(told) = told {
        assert!(
            faults
                .values()
                .flatten()
                .any(|(row, _, field, _, message)| { (*row, *field) == (1, None) && *message == told })
        );
    }
    faults.is_empty()
}

#[test]
fn an_object_means_what_a_file_of_it_means() {
    for (at, missing) in ["", "missing not_applicable from \"N/A\", \"-7\""].into_iter().enumerate() {
        let rules = every(missing);
        let mut form = Form::new(rules.plan());
        let mut session = rules.session(&rules.inputs(as_of()));
        let (people, kids) = (("Person", FULL), ("Kid", FULL_KID));
        let mut random = Random(at as u64 + 1);
        let (mut clean, mut damaged) = (0, 0);
        for _ in 0..2_500 {
            let text = person(&mut random);
            clean += usize::from(agree(&rules, &mut form, &mut session, people, text.as_bytes()));
            if random.chance(40) {
                let bytes = damage(&mut random, &text);
                damaged += usize::from(!agree(&rules, &mut form, &mut session, people, &bytes));
            }
            if random.chance(10) {
                let text = kid(&mut random, "1", 3);
                agree(&rules, &mut form, &mut session, kids, text.as_bytes());
            }
        }
        assert!(clean > 300 && damaged > 600, "{clean} clean, {damaged} damaged");
    }
}

/// An object of the crossed rules: boolean fields, and children that can be anybody's.
fn crossed_person(random: &mut Random) -> String {
    let items = |random: &mut Random| {
        let item = |random: &mut Random| {
            let id = random.below(9);
            let mut item = Object::new(random);
            item.add("id", format!("\"i{id}\""));
            item.maybe(&[("owner", "key"), ("borrower", "key")], 15);
            item.maybe(&[("x", "integer")], 80);
            item.text()
        };
        let items: Vec<String> = (0..random.below(3)).map(|_| item(random)).collect();
        format!("[{}]", items.join(","))
    };
    let (own, other) = (items(random), items(random));
    let (plain, id) = (random.chance(50), random.below(3));
    let mut person = Object::new(random);
    person.add("id", format!("\"{id}\""));
    for at in 0..30 {
        person.maybe(&[(&format!("f{at}"), "boolean")], 60);
    }
    if !plain {
        person.add("own", own);
        person.add("other", other);
    }
    person.text()
}

#[test]
fn children_that_can_be_anybodys_belong_where_their_keys_say() {
    let rules = crossed();
    let mut wide = String::new();
    for at in 0..30 {
        write!(wide, "\"f{at}\":null,").unwrap();
    }
    let item = "{\"id\":\"full\",\"owner\":null,\"borrower\":null,\"x\":1}";
    let full = format!("{{{wide}\"id\":\"full\",\"own\":[{item}],\"other\":[]}}");
    let mut form = Form::new(rules.plan());
    let mut session = rules.session(&rules.inputs(as_of()));
    let mut random = Random(11);
    let mut clean = 0;
    for _ in 0..1_000 {
        let text = crossed_person(&mut random);
        clean += usize::from(agree(&rules, &mut form, &mut session, ("Person", &full), text.as_bytes()));
    }
    assert!(clean > 200, "{clean}");
}
