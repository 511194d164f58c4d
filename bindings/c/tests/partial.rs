//! Partial results: counted by parts, by way of bytes, merged and finished; and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at a broken assumption, also where it calls another function"
)]
#![expect(unsafe_code, reason = "the contract is one of pointers")]

mod common;

use assize_c::*;
use common::*;
use std::ptr;

const TEXT: &str = "ruleset x version \"1\" {}\nparameter least : integer = 2 in 1..9\ncodes L { much some }\n\
    record Charge { id : text key  offender : text }\n\
    record Offender { id : text key  age : integer  charges : many Charge by offender }\n\
    category tier of Offender -> L { much when charged : (count charges) >= least  otherwise some }\n\
    measure old of Offender { as median of age  by tier }\n\
    measure tiers of Offender { numerator tier = much  as rate per 100 }\n";

fn counted(rules: *const RulesHandle, request: &str) -> *mut PartialHandle {
    let (request, mut out) = (p(request), ptr::null_mut());
    // SAFETY: pointers to what they say.
    ok(|error| unsafe { assize_partial_json(rules, request.0, request.1, &mut out, error) });
    out
}

fn request(records: &str) -> String {
    format!(r#"{{"as_of": "2026-06-01", "records": {{"Offender": [{records}]}}}}"#)
}

/// The bytes, copied.
fn bytes(partial: *const PartialHandle) -> Vec<u8> {
    let (mut data, mut length) = (ptr::null(), 0);
    // SAFETY: pointers to what they say; the bytes are lent until the handle is freed.
    unsafe {
        ok(|error| assize_partial_bytes(partial, &mut data, &mut length, error));
        std::slice::from_raw_parts(data.cast::<u8>(), length).to_vec()
    }
}

fn measures(results: *mut ResultsHandle) -> serde_json::Value {
    let mut text = ptr::null_mut();
    // SAFETY: pointers to what they say.
    unsafe {
        ok(|error| assize_results_json(results, 1, &mut text, error));
        assize_results_free(results);
    }
    let json: serde_json::Value = serde_json::from_str(&taken(text)).unwrap();
    json["measures"].clone()
}

#[test]
fn parts_give_the_whole() {
    let rules = compile(TEXT);
    let one = r#"{"id": "a", "age": 20, "charges": [{"id": "1"}, {"id": "2"}]}, {"id": "b", "age": 31}"#;
    let other = r#"{"id": "c", "age": 44, "charges": [{"id": "3"}]}"#;
    let whole = counted(rules, &request(&format!("{one}, {other}")));
    let parts = [counted(rules, &request(one)), counted(rules, &request(other))];
    // SAFETY: pointers to what they say.
    unsafe {
        // One of them by way of its bytes.
        let (data, mut read) = (bytes(parts[1]), ptr::null_mut());
        ok(|error| assize_partial_read(rules, data.as_ptr().cast(), data.len(), &mut read, error));
        let list = [read.cast_const(), parts[0].cast_const()];
        let mut merged = ptr::null_mut();
        ok(|error| assize_partial_merge(list.as_ptr(), 2, &mut merged, error));
        assert_eq!(bytes(merged), bytes(whole));
        let mut results = ptr::null_mut();
        ok(|error| assize_partial_finish(merged, &mut results, error));
        let found = measures(results);
        let mut text = ptr::null_mut();
        let asked = request(&format!("{one}, {other}"));
        let asked = p(&asked);
        ok(|error| assize_evaluate_json(rules, asked.0, asked.1, &mut text, error));
        let json: serde_json::Value = serde_json::from_str(&taken(text)).unwrap();
        assert_eq!(found["old"]["rows"][0]["value"], json["measures"]["old"]["rows"][0]["value"]);
        assert_eq!(found["tiers"]["rows"][0]["value"], "33.3");

        let mut none = ptr::null_mut();
        fails(Status::Argument, |error| assize_partial_merge(list.as_ptr(), 0, &mut none, error));
        fails(Status::Argument, |error| assize_partial_merge([ptr::null()].as_ptr(), 1, &mut none, error));
        fails(Status::Argument, |error| assize_partial_merge(ptr::null(), 2, &mut none, error));
        fails(Status::Data, |error| assize_partial_read(rules, data.as_ptr().cast(), 40, &mut none, error));
        fails(Status::Data, |error| assize_partial_read(rules, ptr::null(), 0, &mut none, error));
        let later = request(one).replace("2026-06-01", "2026-06-02");
        let later = counted(rules, &later);
        let mixed = [later.cast_const(), parts[0].cast_const()];
        fails(Status::Argument, |error| assize_partial_merge(mixed.as_ptr(), 2, &mut none, error));
        let others = compile(&TEXT.replace("\"1\"", "\"2\""));
        fails(Status::Argument, |error| {
            assize_partial_read(others, data.as_ptr().cast(), data.len(), &mut none, error)
        });
        let category = request(one).replace("\"records\"", "\"only\": [\"tier\"], \"records\"");
        let category = p(&category);
        fails(Status::Argument, |error| assize_partial_json(rules, category.0, category.1, &mut none, error));
        assert!(none.is_null());
        for partial in [whole, parts[0], parts[1], read, merged, later, ptr::null_mut()] {
            assize_partial_free(partial);
        }
        for rules in [rules, others] {
            assize_rules_free(rules);
        }
    }
}

#[test]
fn an_evaluation_is_counted_once() {
    let rules = compile("ruleset x version \"1\" {}\nrecord R { a : integer }\nmeasure n of R { as sum of a }\n");
    let options = EvaluationOptions {
        struct_size: size_of::<EvaluationOptions>(),
        as_of: AS_OF,
        no_reasons: 0,
        coverage: 0,
        errors_listed: 0,
        threads: 0,
    };
    // SAFETY: pointers to what they say.
    unsafe {
        let (mut evaluation, mut partial) = (ptr::null_mut(), ptr::null_mut());
        ok(|error| assize_evaluation_new(rules, &options, &mut evaluation, error));
        let (format, content) = (p("csv"), p("a\n1\n2\n"));
        ok(|error| assize_evaluation_data_bytes(evaluation, 0, format.0, format.1, content.0, content.1, error));
        ok(|error| assize_evaluation_partial(evaluation, &mut partial, error));
        let mut again = ptr::null_mut();
        fails(Status::Order, |error| assize_evaluation_partial(evaluation, &mut again, error));
        let mut results = ptr::null_mut();
        ok(|error| assize_partial_finish(partial, &mut results, error));
        assert_eq!(measures(results)["n"]["rows"][0]["value"], "3");
        assize_evaluation_free(evaluation);
        assize_partial_free(partial);
        assize_rules_free(rules);
    }
}
