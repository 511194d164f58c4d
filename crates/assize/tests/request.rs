//! A whole evaluation asked for in one JSON object.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test: what is not as it should be ends it"
)]

use assize::RuleSet;
use assize::model::program::State;
use assize::request::{Answer, evaluate};

const RULES: &str = r#"
ruleset asked version "1" {}
parameter threshold : integer = 2 in 1..10
parameter watched : set of Kind = {theft}
codes Kind { theft damage }
ordered codes List { low high }
record Person { id : text key  armed : boolean  charges : many Charge by person }
record Charge { person : text  kind : Kind  on : date }
category list of Person -> List {
  high when many : (count charges where on < as_of) >= threshold
  low  when kinds : any charges where watched contains kind
}
measure any_charge of Person { numerator any charges where on < as_of  as rate per 100 }
"#;

fn rules() -> RuleSet {
    RuleSet::compile("asked.assize", RULES).unwrap_or_else(|error| panic!("{:#?}", error.diagnostics))
}

fn ask(request: &str) -> Result<Answer, String> {
    let rules = rules();
    evaluate(&rules, request.as_bytes()).map_err(|error| {
        let kind = if error.is_usage() { "usage" } else { "data" };
        assert!(error.is_usage() != error.is_data());
        format!("{kind}: {error}")
    })
}

fn states(answer: &Answer) -> Vec<(Option<String>, State)> {
    let program = &answer.results.program;
    answer.results.categories[0].outcomes(program).map(|(key, row)| (key, row.state)).collect()
}

const NESTED: &str = r#"{"as_of":"2026-06-01","records":{"Person":[
  {"id":"1","armed":null,"charges":[{"kind":"theft","on":"2026-01-01"},{"kind":"damage","on":"2026-02-01","person":null}]},
  {"id":"2","charges":[]}, {"id":"3","armed":1,"charges":[{"kind":"theft","on":"soon"}]} ]}}"#;

#[test]
fn children_stand_inside_their_parents_or_apart() {
    let nested = ask(NESTED).unwrap();
    assert!(!nested.exact);
    let apart = ask(
        r#"{"records":{"Charge":[{"person":"1","kind":"theft","on":"2026-01-01"},{"person":"1","kind":"damage","on":"2026-02-01"},
        {"person":"3","kind":"theft","on":"soon"}],"Person":[{"id":"1","armed":null},{"id":"2"},{"id":"3"}]},
        "exact":true,"members":null,"as_of":"2026-06-01"}"#,
    )
    .unwrap();
    assert!(apart.exact);
    let expected = [("1", State::Decided), ("2", State::Decided), ("3", State::Provisional)];
    let seen = |answer| states(answer).into_iter().map(|(key, state)| (key, state.word())).collect::<Vec<_>>();
    assert_eq!(seen(&nested), seen(&apart));
    assert_eq!(states(&nested).len(), expected.len());
    let faults = |answer: &Answer| -> Vec<String> {
        answer.results.records.iter().flat_map(|record| &record.errors).map(|fault| fault.message.clone()).collect()
    };
    assert_eq!(faults(&nested), ["`soon` is not a date"]);
    assert_eq!(faults(&apart), ["`soon` is not a date"]);
    assert!(nested.results.members.is_none());
    assert_eq!(nested.results.measures.len(), 1);
}

#[test]
fn parameters_and_what_is_asked_for() {
    let with = |more: &str| ask(&NESTED.replacen('{', &format!("{{{more},"), 1));
    let list = |answer: &Answer| {
        let program = &answer.results.program;
        let rows: Vec<_> =
            answer.results.categories[0].outcomes(program).map(|(_, row)| format!("{:?}", row.value)).collect();
        rows[0].clone()
    };
    let plain = list(&with("\"reasons\":true").unwrap());
    assert_ne!(plain, list(&with("\"parameters\":{\"threshold\":3}").unwrap()));
    assert_eq!(plain, list(&with("\"parameters\":{\"threshold\":\"2\"}").unwrap()));
    assert_eq!(plain, list(&with("\"parameters\":{\"threshold\":0.2e1,\"watched\":[\"damage\",\"theft\"]}").unwrap()));
    let only = with("\"only\":[\"any_charge\"],\"coverage\":true").unwrap();
    assert_eq!((only.results.categories.len(), only.results.measures.len()), (0, 1));
    let covered = with("\"coverage\":true,\"only\":[\"list\"]").unwrap();
    assert_eq!(covered.results.categories[0].coverage.len(), 2);
    assert_eq!(with("\"members\":\"any_charge\"").unwrap().results.members.unwrap().rows.len(), 3);
}

#[test]
fn what_is_wrong_is_named() {
    let with = |more: &str| ask(&NESTED.replacen('{', &format!("{{{more},"), 1)).map(|_| ()).unwrap_err();
    for (more, message) in [
        (
            "\"asof\":1",
            "usage: a request has no member `asof`; did you mean `as_of`; there are: as_of, parameters, only, \
            reasons, coverage, exact, members, records",
        ),
        (
            "\"asof\":null",
            "usage: a request has no member `asof`; did you mean `as_of`; there are: as_of, parameters, only, \
            reasons, coverage, exact, members, records",
        ),
        ("\"exact\":1", "usage: `exact` is neither true nor false"),
        ("\"exact\":\"true\"", "usage: `exact` is neither true nor false"),
        ("\"exact\":true,\"exact\":true", "usage: the request has `exact` twice"),
        ("\"only\":\"list\"", "usage: `only` is not a list of names"),
        ("\"only\":[1]", "usage: `only` is not a name"),
        (
            "\"only\":[\"lists\"]",
            "usage: `only`: the rules have no category or measure `lists`; there are: list, any_charge",
        ),
        ("\"members\":\"list\"", "usage: `members`: the rules have no measure `list`; there are: any_charge"),
        ("\"members\":1", "usage: `members` is not the name of a measure"),
        ("\"parameters\":[]", "usage: `parameters` is not an object of names and values"),
        (
            "\"parameters\":{\"threshold\":null}",
            "usage: `parameters.threshold` is neither text, a number, true nor false",
        ),
        ("\"parameters\":{\"threshold\":11}", "usage: `parameters`: parameter `threshold`: 11 is not within 1..10"),
        (
            "\"parameters\":{\"watched\":[\"a,b\"]}",
            "usage: `parameters.watched`: a member of a set cannot have a comma in it",
        ),
        (
            "\"parameters\":{\"treshold\":3}",
            "usage: `parameters`: there is no parameter `treshold`; there are: threshold, watched",
        ),
        ("\"parameters\":{\"threshold\":3,\"threshold\":3}", "usage: the request has `threshold` twice"),
        (
            "\"only\":[\"list\" \"x\"]",
            "usage: the request is not JSON at byte 17, in line 1: a comma or the end of a list was expected",
        ),
    ] {
        assert_eq!(with(more), message, "{more}");
    }
    for (request, message) in [
        ("", "usage: the request is not a JSON object"),
        ("[]", "usage: the request is not a JSON object"),
        ("{}", "usage: the request has no `as_of`: the evaluation date, such as \"2026-06-01\""),
        ("{\"as_of\":20260601}", "usage: `as_of` is not a date as text"),
        ("{\"as_of\":\"2026-13-01\"}", "usage: `as_of`: `2026-13-01` is not a date; a year has twelve months"),
        ("{\"as_of\":\"2026-06-01\"}", "usage: the request has no `records`: the rows of each record, by its name"),
        ("{\"as_of\":\"2026-06-01\",\"records\":[]}", "usage: `records` is not an object of names and lists"),
        ("{\"as_of\":\"2026-06-01\",\"records\":{\"Person\":{}}}", "usage: `records.Person` is not a list of objects"),
        (
            "{\"as_of\":\"2026-06-01\",\"records\":{\"Persons\":[]}}",
            "usage: `records`: the rules have no record `Persons`; there are: Person, Charge",
        ),
        (
            "{\"as_of\":\"2026-06-01\",\"records\":{\"Person\":[{\"}]",
            "usage: the request is not JSON at byte 48, in line 1: \
            `records.Person` does not end",
        ),
        ("{\n\"as_of\"}", "usage: the request is not JSON at byte 10, in line 2: `:` was expected"),
        (
            "{\"as_of\":\"2026-06-01\"} x",
            "usage: the request is not JSON at byte 24, in line 1: there is text after it",
        ),
    ] {
        assert_eq!(ask(request).map(|_| ()), Err(message.to_owned()), "{request}");
    }
    let lacking = "{\"as_of\":\"2026-06-01\",\"records\":{\"Person\":[{\"ids\":\"1\"}]}}";
    let lacking = ask(lacking).map(|_| ()).unwrap_err();
    assert!(lacking.starts_with("data: `Person`: there is no column `id` for the field `id`"), "{lacking}");
    let rules = rules();
    let error = evaluate(&rules, b"{\"as_of\":\"\xff\"}").unwrap_err();
    assert_eq!(error.to_string(), "the request is not UTF-8 at byte 11");
    // An element that is broken costs only itself.
    let broken = NESTED.replace("{\"id\":\"2\",\"charges\":[]}", "{\"id\":\"2\",,}");
    assert_eq!(ask(&broken).unwrap().results.records.iter().map(|record| record.faults).sum::<u64>(), 2);
    // No rows are no reason not to answer.
    let none = ask("{\"as_of\":\"2026-06-01\",\"records\":{\"Person\":[]}}").unwrap();
    assert_eq!(none.results.records[0].read, 0);
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below as u64) as usize
    }
}

#[test]
fn no_bytes_are_too_much() {
    const PARTS: [&[u8]; 20] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b"\\",
        b",",
        b":",
        b"null",
        b"true",
        b"1e9",
        b"-",
        b"\\ud800",
        b"\xff",
        b"\"as_of\"",
        b"\"records\"",
        b"\"2026-06-01\"",
        b"[[[[[[[[",
        b"{\"Person\":[",
        b"\0",
    ];
    let rules = rules();
    let mut random = Random(1);
    let whole = NESTED.replacen(
        '{',
        "{\"parameters\":{\"threshold\":3,\"watched\":[\"theft\"]},\"only\":[\"list\"],\"exact\":false,",
        1,
    );
    let (mut answered, mut refused) = (0, 0);
    for _ in 0..6_000 {
        let mut bytes = whole.clone().into_bytes();
        for _ in 0..=random.below(3) {
            let at = random.below(bytes.len());
            let end = (at + random.below(12)).min(bytes.len());
            match random.below(4) {
                0 => drop(bytes.drain(at..end)),
                1 => {
                    let part = PARTS[random.below(PARTS.len())];
                    drop(bytes.splice(at..end, part.iter().copied()));
                }
                2 => bytes.truncate(at + 1),
                _ => bytes[at] = random.below(256) as u8,
            }
            if bytes.is_empty() {
                break;
            }
        }
        match evaluate(&rules, &bytes) {
            Ok(_) => answered += 1,
            Err(error) => {
                assert!(!error.to_string().is_empty() && (error.is_usage() || error.is_data()));
                refused += 1;
            }
        }
    }
    assert!(answered > 500 && refused > 500, "{answered} answered, {refused} refused");
    let deep = format!("{{\"as_of\":\"2026-06-01\",\"records\":{{\"Person\":{}", "[".repeat(1 << 20));
    assert!(evaluate(&rules, deep.as_bytes()).is_err());
    let deep = format!("{deep}{}}}}}", "]".repeat(1 << 20));
    assert!(evaluate(&rules, deep.as_bytes()).is_ok_and(|answer| answer.results.has_record_errors()));
}
