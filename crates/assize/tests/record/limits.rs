//! Texts that are no object, and objects as long and as deep as they may be.

use crate::rules::{as_of, every};
use assize::record::Form;

#[test]
fn texts_that_are_no_object_and_objects_at_the_limits() {
    let rules = every("");
    let person = rules.program().record_named("Person").unwrap();
    let leading = rules.program().category_named("leading").unwrap();
    let mut session = rules.session(&rules.inputs(as_of()));
    let mut form = Form::new(rules.plan());
    let mut read = |json: &[u8]| {
        let mut faults = Vec::new();
        let read = form.json(&mut session, person, json, &mut faults).map(|_| ()).map_err(|error| error.to_string());
        let state = session.evaluate(leading).unwrap().state().word();
        (read, faults.into_iter().map(|fault| (fault.code, fault.message)).collect::<Vec<_>>(), state)
    };
    let good = "\"Person No\":1,\"must\":1,\"there\":1";
    for (json, what) in [
        (&b""[..], "not a JSON object: there is no text"),
        (b" \n ", "not a JSON object: there is no text"),
        (b"{", "not a JSON object: EOF while parsing an object at character 1"),
        (b"[]", "not a JSON object: invalid type: sequence, expected an object"),
        (b"{\"n\":1,}", "not a JSON object: trailing comma at character 8"),
        (
            b"{\"n\":1\n,\n\"t\":\"a\nb\"}",
            "not a JSON object: control character (\\u0000-\\u001F) found while parsing a string at character 15",
        ),
        (b"{\"t\":\"\xff\"}", "the text is not UTF-8"),
        (b"{} {}", "not a JSON object: trailing characters at character 4"),
        (b"\xff\xfe{\0}\0", "the text is in UTF-16, not UTF-8"),
    ] {
        let (told, faults, state) = read(json);
        let shown = String::from_utf8_lossy(json);
        assert_eq!(told, Err(what.to_owned()), "{shown}");
        assert_eq!((faults.len(), state), (1, "error"), "{shown}");
        assert_eq!(faults[0].1, what, "{shown}");
    }
    // A mark of the byte order, and lines, make no difference.
    let lines = format!("\u{feff}{{\n{good},\n\"t\" : \"x\"\n}}\n");
    assert_eq!(read(lines.as_bytes()), (Ok(()), vec![], "undetermined"));
    let twice = format!("{{\n{good},\n\"t\":1,\"t\":2}}");
    let (told, faults, state) = read(twice.as_bytes());
    assert_eq!((told, faults[0].0, state), (Ok(()), "D0134", "error"));

    // What nothing reads may be as deep as it likes.
    let deep = format!("{{\"x\":{}{},{good}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(read(deep.as_bytes()), (Ok(()), vec![], "undetermined"));
    let deep = format!("{{\"x\":{},{good}}}", "[{\"a\":".repeat(100_000));
    assert!(read(deep.as_bytes()).0.is_err());
    // Long objects of all lengths around what the reader of files looks through at once.
    for length in [(250 << 10)..(250 << 10) + 1, (255 << 10)..(257 << 10)] {
        for length in length.step_by(97) {
            let long = format!("{{{good},\"n\":1,\"n\":1,\"y\":\"{}\"}}", "z".repeat(length));
            let (told, faults, _) = read(long.as_bytes());
            assert_eq!((told, faults.len(), faults[0].0), (Ok(()), 1, "D0134"), "{length}");
        }
    }
    let long = |length: usize| format!("{{{good},\"t\":\"{}\"}}", "z".repeat(length));
    assert_eq!(read(long(1_000_000).as_bytes()).1, vec![]);
    let (told, faults, _) = read(long((1 << 20) + 1).as_bytes());
    assert_eq!((told, faults[0].0), (Ok(()), "D0128"));
    let (told, faults, state) = read(long(17 << 20).as_bytes());
    assert_eq!((faults[0].0, faults.len(), state), ("D0128", 1, "error"));
    assert_eq!(told.unwrap_err(), "the object is longer than 16777216 bytes");
}
