//! Loose values: each means what it means as a member of an object.

use crate::rules::{as_of, every};
use assize::io::RowFault;
use assize::model::absence::Reason;
use assize::model::civil::{Date, DateTime, Duration, Time};
use assize::model::decimal::Decimal;
use assize::model::ids::{FieldId, RecordId};
use assize::record::{Form, Given, key};
use assize::{RuleSet, Session};

/// What a session holds of a person, in words: every field of the record.
fn held(session: &Session, rules: &RuleSet) -> Vec<String> {
    let (program, row) = (rules.program(), session.row().unwrap());
    let fields = program.record(row.record()).unwrap().fields.len();
    let show = |at| match session.cell_at(row, FieldId::from_index(at)) {
        Ok(Some(cell)) => {
            let ty = match program.record(row.record()).unwrap().fields[at].kind {
                assize::model::program::FieldKind::Value(ty) | assize::model::program::FieldKind::Range(ty) => ty,
                assize::model::program::FieldKind::Many { .. } => return String::new(),
            };
            assize::eval::row::show(cell, ty, session.store(), program)
        }
        other => format!("{other:?}"),
    };
    (0..fields).map(show).collect()
}

#[test]
fn a_loose_value_means_what_the_member_means() {
    let missing = "missing not_applicable from \"N/A\", \"-7\"";
    for rules in [every(""), every(missing)] {
        let program = rules.program();
        let person = program.record_named("Person").unwrap();
        let fields = &program.record(person).unwrap().fields;
        let mut form = Form::new(rules.plan());
        let mut session = rules.session(&rules.inputs(as_of()));
        let decimal = |text| Given::Decimal(Decimal::parse(text).unwrap());
        let two = [Given::Text("R"), Given::Integer(1)];
        let unknown = [Given::Text("R"), Given::Missing(None)];
        let nested = [Given::List(&two)];
        let unit = [Given::Text("a\u{1f}b")];
        let date = Date::from_ymd(2026, 2, 28).unwrap();
        let cases: Vec<(Given<'_>, &str)> = vec![
            (Given::Missing(None), "null"),
            (Given::Float(f64::NAN), "null"),
            (Given::Boolean(true), "true"),
            (Given::Boolean(false), "false"),
            (Given::Integer(1), "1"),
            (Given::Integer(-7), "-7"),
            (Given::Integer(i64::MIN), "-9223372036854775808"),
            (Given::Float(12.0), "12"),
            (Given::Float(0.1), "0.1"),
            (Given::Float(-7.0), "-7"),
            (Given::Float(1e21), "1e21"),
            (Given::Number("1e3"), "1e3"),
            (Given::Number("0.30"), "0.30"),
            (Given::Number("1E400"), "1E400"),
            (decimal("0.30"), "0.3"),
            (Given::Text("R"), "\"R\""),
            (Given::Text(" x y "), "\" x y \""),
            (Given::Text(""), "\"\""),
            (Given::Text("N/A"), "\"N/A\""),
            (Given::Text("25-34"), "\"25-34\""),
            (Given::Text("R;G"), "\"R;G\""),
            (Given::Text("bleu"), "\"bleu\""),
            (Given::Date(date), "\"2026-02-28\""),
            (Given::Time(Time::from_hms(9, 5, 0, 0).unwrap()), "\"09:05\""),
            (Given::DateTime(DateTime::from_micros(1_772_000_000_000_000).unwrap()), "\"2026-02-25T06:13:20Z\""),
            (Given::Duration(Duration::months(2)), "\"2 months\""),
            (Given::List(&two), "[\"R\",1]"),
            (Given::List(&[]), "[]"),
            (Given::List(&unknown), "[\"R\",null]"),
            (Given::List(&nested), "[[1]]"),
            (Given::List(&unit), "[\"a\\u001fb\"]"),
            (Given::Other, "{}"),
        ];
        for (at, field) in fields.iter().enumerate() {
            let many = matches!(field.kind, assize::model::program::FieldKind::Many { .. });
            // A pair of members is given as a range.
            if many || field.from.len() == 2 {
                continue;
            }
            let name = serde_json::Value::from(&**field.from.first().unwrap_or(&field.heading.name)).to_string();
            for &(given, json) in &cases {
                let object = format!("{{{name}:{json}}}");
                let mut expected = Vec::new();
                form.json(&mut session, person, object.as_bytes(), &mut expected).unwrap();
                let from_json = held(&session, &rules);
                // Of a member alone the others that must be there are lacking.
                expected.retain(|fault| fault.field == Some(FieldId::from_index(at)));
                let row = session.begin(person).unwrap();
                let mut faults = Vec::new();
                form.set(&mut session, row, FieldId::from_index(at), given, &mut faults).unwrap();
                let (mut set, mut read) = (held(&session, &rules), from_json);
                if &*field.heading.name != "id" {
                    // A key that is not there cannot be read, and a value that is not set yet is only missing.
                    set[0].clear();
                    read[0].clear();
                }
                assert_eq!(set, read, "{given:?} for {name}");
                let told = |faults: &[RowFault]| -> Vec<_> {
                    faults.iter().map(|fault| (fault.row, fault.code, fault.message.clone())).collect()
                };
                assert_eq!(told(&faults), told(&expected), "{given:?} for {name}");
            }
        }
    }
}

#[test]
fn a_reason_a_range_and_what_cannot_be_set() {
    let rules = every("");
    let program = rules.program();
    let person = program.record_named("Person").unwrap();
    let field = |name| program.record(person).unwrap().field(name).unwrap();
    let mut form = Form::new(rules.plan());
    let mut session = rules.session(&rules.inputs(as_of()));
    let mut faults = Vec::new();
    let row = session.begin(person).unwrap();
    let mut set = |session: &mut Session, name, given| form.set(session, row, field(name), given, &mut faults);
    let shown = |session: &Session, name| held(session, &rules)[field(name).index()].clone();
    set(&mut session, "n", Given::Missing(Some(Reason::Withheld))).unwrap();
    assert_eq!(shown(&session, "n"), "withheld");
    let (low, high, none) = (Given::Integer(4), Given::Text("9"), Given::Missing(None));
    for name in ["pi", "ri", "pd", "rd"] {
        set(&mut session, name, Given::Range(&low, &high)).unwrap();
        assert_eq!(shown(&session, name), "between 4 and 9", "{name}");
        set(&mut session, name, Given::Range(&low, &none)).unwrap();
        assert_eq!(shown(&session, name), "at least 4", "{name}");
        set(&mut session, name, Given::Text("4-9")).unwrap();
        assert_eq!(shown(&session, name), "between 4 and 9", "{name}");
        set(&mut session, name, Given::Range(&none, &none)).unwrap();
        assert_eq!(shown(&session, name), "unknown", "{name}");
    }
    set(&mut session, "pi", Given::Range(&high, &low)).unwrap();
    set(&mut session, "n", Given::Range(&low, &high)).unwrap();
    set(&mut session, "must", Given::Missing(None)).unwrap();
    set(&mut session, "id", Given::Integer(17)).unwrap();
    set(&mut session, "on", Given::Text("soon")).unwrap();
    set(&mut session, "nobody", Given::Text("not even a number")).unwrap();
    let many = set(&mut session, "kids", Given::Integer(1)).unwrap_err();
    assert!(many.is_usage() && many.to_string().contains("kids"), "{many}");
    let told: Vec<_> = faults.iter().map(|fault| (fault.code, fault.key.as_deref(), fault.message.as_str())).collect();
    assert_eq!(
        told,
        [
            ("D0112", None, "`9 to 4` is not a range: its lower end is above its upper end"),
            ("D0127", None, "a list cannot be read as an integer"),
            ("D0121", None, "`must` is required and is absent"),
            ("D0102", Some("17"), "`soon` is not a date"),
        ]
    );
    faults.clear();
    // A value that is mended is no fault any more.
    for (name, given) in [("pi", low), ("n", low), ("must", low), ("there", low), ("on", Given::Text("2026-01-01"))] {
        form.set(&mut session, row, field(name), given, &mut faults).unwrap();
    }
    assert!(faults.is_empty());
    let leading = program.category_named("leading").unwrap();
    assert_eq!(session.evaluate(leading).unwrap().state().word(), "undetermined");
    let mut text = String::new();
    assert!(key(&session, row, &mut text) && text == "17");

    let stale = row;
    session.begin(person).unwrap();
    assert!(form.set(&mut session, stale, field("n"), low, &mut faults).unwrap_err().is_usage());
    let row = session.row().unwrap();
    assert!(form.set(&mut session, row, FieldId(99), low, &mut faults).unwrap_err().is_usage());
    assert!(!key(&session, row, &mut text));
    let other = every("");
    assert!(Form::new(other.plan()).json(&mut session, person, b"{}", &mut faults).unwrap_err().is_usage());
    assert!(form.json(&mut session, RecordId(99), b"{}", &mut faults).unwrap_err().is_usage());
}
