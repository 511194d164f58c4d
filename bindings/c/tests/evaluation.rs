//! Evaluations over tables, and their results.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at a broken assumption, also where it calls another function"
)]
#![expect(unsafe_code, reason = "the contract is one of pointers")]

mod common;

use assize::io::interface::{ArrowArray, ArrowArrayStream, ArrowSchema};
use assize_c::*;
use common::*;
use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

const OFFENDERS: &str = "id,age,Felon,height,born,seen_at,seen,stay,colour,colours,aliases,calls,weight\n\
    a,40,yes,1.7,1990-01-01,10:00,2026-01-01T00:00Z,2 days,red,red|blue,Red,340+,1-2\n\
    b,0,no,1.7,1990-01-01,10:00,2026-01-01T00:00Z,2 days,blue,,,5,1-2\n\
    c,old,no,1.7,1990-01-01,10:00,2026-01-01T00:00Z,2 days,blue,,,5,1-2\n";
const CHARGES: &str = "id,offender,weapon,grade\n1,a,yes,0\n2,b,?,1\n3,b,no,2\n";

fn options() -> EvaluationOptions {
    EvaluationOptions {
        struct_size: size_of::<EvaluationOptions>(),
        as_of: AS_OF,
        no_reasons: 0,
        coverage: 0,
        errors_listed: 0,
        threads: 0,
    }
}

fn made(rules: *const RulesHandle) -> *mut EvaluationHandle {
    let mut evaluation = ptr::null_mut();
    // SAFETY: pointers to what they say.
    ok(|error| unsafe { assize_evaluation_new(rules, &options(), &mut evaluation, error) });
    evaluation
}

fn csv(evaluation: *mut EvaluationHandle, record: u32, content: &str) {
    let (format, content) = (p("csv"), p(content));
    // SAFETY: pointers to what they say.
    ok(|error| unsafe {
        assize_evaluation_data_bytes(evaluation, record, format.0, format.1, content.0, content.1, error)
    });
}

fn run(evaluation: *mut EvaluationHandle) -> *mut ResultsHandle {
    let mut results = ptr::null_mut();
    // SAFETY: pointers to what they say.
    ok(|error| unsafe { assize_evaluation_run(evaluation, &mut results, error) });
    results
}

fn json(results: *const ResultsHandle) -> serde_json::Value {
    let mut text = ptr::null_mut();
    // SAFETY: pointers to what they say.
    ok(|error| unsafe { assize_results_json(results, 0, &mut text, error) });
    serde_json::from_str(&taken(text)).unwrap()
}

/// Offender and Charge.
fn records(rules: *const RulesHandle) -> (u32, u32) {
    (find(rules, assize_rules_find_record, "Offender"), find(rules, assize_rules_find_record, "Charge"))
}

#[test]
fn tables_in_and_results_out() {
    let rules = compile(RULES);
    let (offender, charge) = records(rules);
    let evaluation = made(rules);
    csv(evaluation, offender, OFFENDERS);
    csv(evaluation, charge, CHARGES);
    let measure = p("offenders");
    // SAFETY: pointers to what they say.
    unsafe {
        ok(|error| assize_evaluation_members(evaluation, measure.0, measure.1, error));
        assize_rules_free(rules);
        let results = run(evaluation);
        assize_evaluation_free(evaluation);
        assert!(assize_results_has_record_errors(results));
        let (mut rows, mut faults) = (9, 9);
        ok(|error| assize_results_read(results, offender, &mut rows, &mut faults, error));
        assert_eq!((rows, faults), (3, 1));
        ok(|error| assize_results_read(results, charge, &mut rows, &mut faults, error));
        assert_eq!((rows, faults), (3, 0));
        fails(Status::NotFound, |error| assize_results_read(results, 7, &mut rows, &mut faults, error));
        fails(Status::Argument, |error| assize_results_read(results, 0, ptr::null_mut(), &mut faults, error));
        fails(Status::Argument, |error| assize_results_json(results, 0, ptr::null_mut(), error));
        fails(Status::Argument, |error| assize_results_json(ptr::null(), 0, &mut ptr::null_mut(), error));
        let json = json(results);
        let rows = &json["categories"]["tier"]["rows"];
        assert_eq!((&rows[0]["key"], &rows[0]["value"]), (&"a".into(), &"much".into()));
        assert_eq!(rows[1]["because"][0], "charged");
        assert_eq!(rows[2]["state"], "error");
        assert_eq!(json["records"]["Offender"]["errors"][0]["message"], "`old` is not an integer");
        assert_eq!(json["members"]["offenders"][0]["key"], "a");

        let mut stream = ArrowArrayStream::released();
        ok(|error| assize_results_members_stream(results, &mut stream, error));
        assert_eq!(drained(stream), ["key", "stage", "tier", "tier__missing"]);
        let mut stream = ArrowArrayStream::released();
        ok(|error| assize_results_errors_stream(results, &mut stream, error));
        assert_eq!(drained(stream), ["record", "row", "key", "field", "code", "message"]);
        let mut stream = ArrowArrayStream::released();
        ok(|error| assize_results_measure_stream(results, 0, &mut stream, error));
        assert_eq!(drained(stream)[0], "tier");
        let mut stream = ArrowArrayStream::released();
        // The measure is no audit.
        fails(Status::NotFound, |error| assize_results_audit_stream(results, 0, &mut stream, error));
        // The measure asks for no chart.
        fails(Status::NotFound, |error| assize_results_charts_stream(results, 0, &mut stream, error));
        assert!(stream.release.is_none());
        let mut stream = ArrowArrayStream::released();
        ok(|error| assize_results_category_stream(results, 0, &mut stream, error));
        // The stream keeps the results.
        assize_results_free(results);
        assert_eq!(drained(stream), ["key", "value", "state", "because", "possible", "missing", "error"]);
    }
}

#[test]
fn audits_as_columns_by_several_threads() {
    let rules = compile(
        "ruleset r version \"1\" {}\nordered codes Tier { low high }\nrecord P { id : text key  points : integer  \
         again : boolean }\ncategory tier of P -> Tier { high when much : points >= 7  otherwise low }\n\
         audit fair of tier against again { positive at least high  expected low 10%, high 50% }\n",
    );
    let mut evaluation = ptr::null_mut();
    let options = EvaluationOptions { threads: 3, ..options() };
    // SAFETY: pointers to what they say.
    unsafe {
        ok(|error| assize_evaluation_new(rules, &options, &mut evaluation, error));
        csv(evaluation, 0, "id,points,again\n1,9,yes\n2,9,no\n3,1,no\n");
        let results = run(evaluation);
        let json = json(results);
        assert_eq!(json["measures"]["fair"]["audit"][0]["expected_over_observed"]["value"], "1.1000");
        let mut stream = ArrowArrayStream::released();
        ok(|error| assize_results_audit_stream(results, 0, &mut stream, error));
        assize_results_free(results);
        let names = drained(stream);
        assert_eq!(names[..4], ["all", "state", "n", "true_positive"]);
        assert!(names.iter().any(|name| name == "fnr_upper"), "{names:?}");
        let last =
            ["observed", "expected_over_observed", "expected_over_observed_lower", "expected_over_observed_upper"];
        assert_eq!(names[names.len() - 4..], last);
        assize_evaluation_free(evaluation);
        assize_rules_free(rules);
    }
}

#[test]
fn indicators_and_evaluations_as_columns() {
    let rules = compile(
        "ruleset r version \"1\" {}\nrecord P { id : text key  done : boolean }\n\
         measure m of P { numerator done  as rate per 100  target at least 50 }\n\
         indicator some { source \"log\"  from measure m }\n\
         evaluation e { objective o weight 2 question \"Why?\" { some }  overall minimum }\n",
    );
    let mut evaluation = ptr::null_mut();
    // SAFETY: pointers to what they say.
    unsafe {
        ok(|error| assize_evaluation_new(rules, &options(), &mut evaluation, error));
        csv(evaluation, 0, "id,done\n1,yes\n2,no\n");
        let results = run(evaluation);
        let json = json(results);
        assert_eq!(json["indicators"]["some"]["level"], "met");
        assert_eq!(json["evaluations"]["e"]["overall"]["score"], "100.0");
        type Stream =
            unsafe extern "C" fn(*const ResultsHandle, *mut ArrowArrayStream, *mut *mut ErrorHandle) -> Status;
        let streams: [(Stream, &[&str]); 3] = [
            (assize_results_indicators_stream, &["indicator", "title", "evidence", "data"]),
            (assize_results_evaluations_stream, &["evaluation", "objective", "title", "weight", "level"]),
            (assize_results_matrix_stream, &["evaluation", "objective", "question", "criterion", "indicator"]),
        ];
        for (stream, first) in streams {
            let mut out = ArrowArrayStream::released();
            ok(|error| stream(results, &mut out, error));
            let names = drained(out);
            assert_eq!(names[..first.len()], *first);
            let mut untouched = ArrowArrayStream::released();
            fails(Status::Argument, |error| stream(ptr::null(), &mut untouched, error));
        }
        assize_results_free(results);
        assize_evaluation_free(evaluation);
        assize_rules_free(rules);
    }
}

/// The names of a stream's columns; every batch is taken and released.
unsafe fn drained(mut stream: ArrowArrayStream) -> Vec<String> {
    // SAFETY: a stream of the library, used as the interface says.
    unsafe {
        let mut schema = ArrowSchema::released();
        assert_eq!(stream.get_schema.unwrap()(&mut stream, &mut schema), 0);
        let names = (0..schema.n_children as usize).map(|at| {
            let child = *schema.children.add(at);
            CStr::from_ptr((*child).name).to_str().unwrap().to_owned()
        });
        let names = names.collect();
        loop {
            let mut array = ArrowArray::released();
            assert_eq!(stream.get_next.unwrap()(&mut stream, &mut array), 0);
            let Some(release) = array.release else { break };
            assert_eq!(array.n_children, schema.n_children);
            release(&mut array);
        }
        schema.release.unwrap()(&mut schema);
        stream.release.unwrap()(&mut stream);
        names
    }
}

#[test]
fn without_reasons_and_only_what_is_asked() {
    let rules = compile(RULES);
    let (offender, charge) = records(rules);
    let mut evaluation = ptr::null_mut();
    let options = EvaluationOptions { no_reasons: 1, errors_listed: 1, ..options() };
    // SAFETY: pointers to what they say.
    unsafe {
        ok(|error| assize_evaluation_new(rules, &options, &mut evaluation, error));
        let (shades, nothing) = (p("shades"), p("nothing"));
        ok(|error| assize_evaluation_only(evaluation, shades.0, shades.1, error));
        let said = fails(Status::NotFound, |error| assize_evaluation_only(evaluation, nothing.0, nothing.1, error));
        assert!(said.contains("`nothing`"), "{said}");
        fails(Status::NotFound, |error| assize_evaluation_members(evaluation, nothing.0, nothing.1, error));
        let (least, value) = (p("least"), p("3"));
        ok(|error| assize_evaluation_set_parameter(evaluation, least.0, least.1, value.0, value.1, error));
        fails(Status::NotFound, |error| {
            assize_evaluation_set_parameter(evaluation, nothing.0, nothing.1, value.0, value.1, error)
        });
        let wrong = p("0");
        fails(Status::Range, |error| {
            assize_evaluation_set_parameter(evaluation, least.0, least.1, wrong.0, wrong.1, error)
        });
        csv(evaluation, offender, OFFENDERS);
        csv(evaluation, charge, CHARGES);
        let results = run(evaluation);
        let json = json(results);
        assert_eq!(json["categories"].as_object().unwrap().keys().collect::<Vec<_>>(), ["shades"]);
        assert_eq!(json["parameters"]["least"], 3);
        let mut stream = ArrowArrayStream::released();
        fails(Status::NotFound, |error| assize_results_category_stream(results, 0, &mut stream, error));
        fails(Status::NotFound, |error| assize_results_measure_stream(results, 0, &mut stream, error));
        fails(Status::NotFound, |error| assize_results_members_stream(results, &mut stream, error));
        fails(Status::NotFound, |error| assize_results_category_stream(results, 99, &mut stream, error));
        fails(Status::Argument, |error| assize_results_category_stream(results, 1, ptr::null_mut(), error));
        assert!(stream.release.is_none());
        let shades = find(rules, assize_rules_find_category, "shades");
        ok(|error| assize_results_category_stream(results, shades, &mut stream, error));
        assert_eq!(drained(stream), ["key", "value", "state", "error"]);
        assize_results_free(results);
        assize_evaluation_free(evaluation);
        assize_rules_free(rules);
    }
}

#[test]
fn an_evaluation_runs_once() {
    let rules = compile(RULES);
    let (offender, charge) = records(rules);
    let evaluation = made(rules);
    let mut none = ptr::null_mut();
    let (gone, format) = (p("gone.csv"), p("csv"));
    // SAFETY: pointers to what they say.
    unsafe {
        csv(evaluation, offender, OFFENDERS);
        let said =
            fails(Status::Order, |error| assize_evaluation_data_path(evaluation, offender, gone.0, gone.1, error));
        assert_eq!(said, "the data of `Offender` are given twice");
        fails(Status::Argument, |error| assize_evaluation_run(evaluation, ptr::null_mut(), error));
        // Charges are needed, and were not given. That was the one run.
        assert_eq!(assize_evaluation_run(evaluation, &mut none, ptr::null_mut()), Status::Data);
        fails(Status::Order, |error| assize_evaluation_run(evaluation, &mut none, error));
        assert!(none.is_null());
        fails(Status::Order, |error| assize_evaluation_data_path(evaluation, charge, gone.0, gone.1, error));
        fails(Status::Order, |error| {
            assize_evaluation_data_bytes(evaluation, charge, format.0, format.1, gone.0, gone.1, error)
        });
        fails(Status::Order, |error| assize_evaluation_only(evaluation, gone.0, gone.1, error));
        fails(Status::Order, |error| assize_evaluation_members(evaluation, gone.0, gone.1, error));
        fails(Status::Order, |error| assize_evaluation_progress(evaluation, Some(go_on), ptr::null_mut(), error));
        assize_evaluation_free(evaluation);

        let evaluation = made(rules);
        fails(Status::NotFound, |error| assize_evaluation_data_path(evaluation, 9, gone.0, gone.1, error));
        let excel = p("xlsx");
        fails(Status::NotFound, |error| {
            assize_evaluation_data_bytes(evaluation, charge, excel.0, excel.1, gone.0, gone.1, error)
        });
        fails(Status::Argument, |error| assize_evaluation_data_path(evaluation, charge, ptr::null(), 2, error));
        ok(|error| assize_evaluation_data_path(evaluation, charge, gone.0, gone.1, error));
        csv(evaluation, offender, OFFENDERS);
        let mut error = ptr::null_mut();
        assert_eq!(assize_evaluation_run(evaluation, &mut none, &mut error), Status::Data);
        assert!(message(error).contains("gone.csv"), "{}", message(error));
        assize_error_free(error);
        assize_evaluation_free(evaluation);

        // Freed without a run.
        let evaluation = made(rules);
        csv(evaluation, offender, OFFENDERS);
        assize_evaluation_free(evaluation);
        let nobody = ptr::null_mut();
        fails(Status::Argument, |error| assize_evaluation_run(nobody, &mut none, error));
        fails(Status::Argument, |error| assize_evaluation_only(nobody, gone.0, gone.1, error));
        fails(Status::Argument, |error| assize_evaluation_data_stream(nobody, 0, ptr::null_mut(), error));
        fails(Status::Argument, |error| assize_evaluation_new(ptr::null(), &options(), &mut ptr::null_mut(), error));
        let mut short = options();
        short.struct_size = 12;
        fails(Status::Argument, |error| assize_evaluation_new(rules, &short, &mut ptr::null_mut(), error));
        // Up to the date, which is all that has no default.
        short.struct_size = std::mem::offset_of!(EvaluationOptions, no_reasons);
        short.no_reasons = -1;
        let mut out = ptr::null_mut();
        ok(|error| assize_evaluation_new(rules, &short, &mut out, error));
        assize_evaluation_free(out);
        assize_rules_free(rules);
    }
}

unsafe extern "C" fn go_on(_: *mut c_void, _: u64) -> i32 {
    0
}

unsafe extern "C" fn count_and_stop(context: *mut c_void, rows: u64) -> i32 {
    // SAFETY: what was given with the function.
    unsafe { *context.cast::<u64>() += rows };
    1
}

/// Tries what must not be tried: the evaluation is being run.
unsafe extern "C" fn use_it(context: *mut c_void, _: u64) -> i32 {
    let evaluation = context.cast::<EvaluationHandle>();
    let name = p("tier");
    fails(Status::Busy, |error| {
        // SAFETY: a live handle, used by its own thread.
        unsafe { assize_evaluation_only(evaluation, name.0, name.1, error) }
    });
    0
}

#[test]
fn progress_is_told_and_may_stop_the_run() {
    let rules = compile(RULES);
    let (offender, charge) = records(rules);
    // SAFETY: pointers to what they say.
    unsafe {
        let evaluation = made(rules);
        csv(evaluation, offender, OFFENDERS);
        csv(evaluation, charge, CHARGES);
        let mut rows = 0_u64;
        ok(|error| assize_evaluation_progress(evaluation, Some(count_and_stop), (&raw mut rows).cast(), error));
        fails(Status::Argument, |error| assize_evaluation_progress(evaluation, None, ptr::null_mut(), error));
        let mut none = ptr::null_mut();
        assert_eq!(assize_evaluation_run(evaluation, &mut none, ptr::null_mut()), Status::Stopped);
        assert!(none.is_null() && rows > 0);
        assize_evaluation_free(evaluation);

        let evaluation = made(rules);
        csv(evaluation, offender, OFFENDERS);
        csv(evaluation, charge, CHARGES);
        ok(|error| assize_evaluation_progress(evaluation, Some(use_it), evaluation.cast(), error));
        assize_results_free(run(evaluation));
        assize_evaluation_free(evaluation);
        assize_rules_free(rules);
    }
}

#[test]
fn one_record_of_a_table_is_explained() {
    let rules = compile(RULES);
    let (offender, charge) = records(rules);
    let set_up = || {
        let evaluation = made(rules);
        csv(evaluation, offender, OFFENDERS);
        csv(evaluation, charge, CHARGES);
        evaluation
    };
    let (key, category, nobody) = (p("b"), p("tier"), p("zz"));
    let mut text = ptr::null_mut();
    // SAFETY: pointers to what they say.
    unsafe {
        let evaluation = set_up();
        ok(|error| assize_evaluation_explain_text(evaluation, key.0, key.1, category.0, category.1, &mut text, error));
        assert!(taken(text).starts_with("The tier (tier) of Offender b"));
        fails(Status::Order, |error| {
            assize_evaluation_explain_text(evaluation, key.0, key.1, ptr::null(), 0, &mut text, error)
        });
        assize_evaluation_free(evaluation);
        let evaluation = set_up();
        ok(|error| assize_evaluation_explain_json(evaluation, key.0, key.1, ptr::null(), 0, &mut text, error));
        let told: serde_json::Value = serde_json::from_str(&taken(text)).unwrap();
        assert_eq!(told.as_array().unwrap().len(), 4);
        assize_evaluation_free(evaluation);
        let evaluation = set_up();
        text = ptr::null_mut();
        let status =
            assize_evaluation_explain_json(evaluation, nobody.0, nobody.1, ptr::null(), 0, &mut text, ptr::null_mut());
        assert_eq!(status, Status::NotFound);
        assert!(text.is_null());
        assize_evaluation_free(evaluation);
        assize_rules_free(rules);
    }
}

#[test]
fn one_call_with_json() {
    let rules = compile(
        "ruleset x version \"1\" {}\nparameter least : integer = 2 in 1..9\ncodes L { much some }\n\
         record Charge { id : text key  offender : text }\n\
         record Offender { id : text key  age : integer  felon : boolean  charges : many Charge by offender }\n\
         category tier of Offender -> L { much when convicted : felon or age > 90\n\
         some when charged : (count charges) >= least  otherwise none }\n",
    );
    let mut text = ptr::null_mut();
    let ask = |request: &str, text: &mut *mut Text, error| {
        let request = p(request);
        // SAFETY: pointers to what they say.
        unsafe { assize_evaluate_json(rules, request.0, request.1, text, error) }
    };
    let request = r#"{"as_of": "2026-06-01", "parameters": {"least": 1}, "only": ["tier"], "records": {"Offender": [
        {"id": "a", "felon": true}, {"id": "b", "felon": false, "age": 3, "charges": [{"id": "1"}]}, {"id": "c", "age": "old"}]}}"#;
    ok(|error| ask(request, &mut text, error));
    let json: serde_json::Value = serde_json::from_str(&taken(text)).unwrap();
    let rows = &json["categories"]["tier"]["rows"];
    assert_eq!((&rows[0]["value"], &rows[1]["value"]), (&"much".into(), &"some".into()));
    assert_eq!(rows[2]["state"], "error");
    assert_eq!(json["parameters"]["least"], 1);
    text = ptr::null_mut();
    for wrong in [
        "",
        "[]",
        "{}",
        r#"{"as_of": "2026-02-30", "records": {"Offender": []}}"#,
        r#"{"as_of": "2026-06-01", "only": ["nothing"], "records": {"Offender": []}}"#,
        r#"{"as_of": "2026-06-01", "records": {"Nobody": []}}"#,
        r#"{"as_of": "2026-06-01", "as_off": 1, "records": {"Offender": []}}"#,
    ] {
        fails(Status::Argument, |error| ask(wrong, &mut text, error));
    }
    // SAFETY: pointers to what they say.
    unsafe {
        let bad = b"{\"\xff";
        fails(Status::Utf8, |error| assize_evaluate_json(rules, bad.as_ptr().cast(), 3, &mut text, error));
        fails(Status::Argument, |error| assize_evaluate_json(ptr::null(), bad.as_ptr().cast(), 1, &mut text, error));
        fails(Status::Argument, |error| assize_evaluate_json(rules, ptr::null(), 1, &mut text, error));
        let good = p(request);
        fails(Status::Argument, |error| assize_evaluate_json(rules, good.0, good.1, ptr::null_mut(), error));
        assert!(text.is_null());
        assize_rules_free(rules);
    }
}

/// How many arrays and schemas were released.
static RELEASED: AtomicU32 = AtomicU32::new(0);

unsafe extern "C" fn release_schema(schema: *mut ArrowSchema) {
    RELEASED.fetch_add(1, Ordering::Relaxed);
    // SAFETY: the interface: a live schema, whose children are ours.
    unsafe {
        for at in 0..(*schema).n_children as usize {
            let child = *(*schema).children.add(at);
            if let Some(release) = (*child).release {
                release(child);
            }
            drop(Box::from_raw(child));
        }
        if (*schema).n_children > 0 {
            let count = (*schema).n_children as usize;
            drop(Vec::from_raw_parts((*schema).children, count, count));
        }
        drop(CString::from_raw((*schema).name.cast_mut()));
        (*schema).release = None;
    }
}

unsafe extern "C" fn release_array(array: *mut ArrowArray) {
    RELEASED.fetch_add(1, Ordering::Relaxed);
    // SAFETY: the interface: a live array, whose children and buffers are ours.
    unsafe {
        for at in 0..(*array).n_children as usize {
            let child = *(*array).children.add(at);
            if let Some(release) = (*child).release {
                release(child);
            }
            drop(Box::from_raw(child));
        }
        if (*array).n_children > 0 {
            let count = (*array).n_children as usize;
            drop(Vec::from_raw_parts((*array).children, count, count));
        }
        let count = (*array).n_buffers as usize;
        drop(Vec::from_raw_parts((*array).buffers, count, count));
        (*array).release = None;
    }
}

fn schema(format: &'static CStr, name: &str, children: Vec<ArrowSchema>) -> ArrowSchema {
    let mut schema = ArrowSchema::released();
    let mut children: Vec<*mut ArrowSchema> =
        children.into_iter().map(|child| Box::into_raw(Box::new(child))).collect();
    children.shrink_to_fit();
    schema.format = format.as_ptr();
    schema.name = CString::new(name).unwrap().into_raw().cast_const().cast::<c_char>();
    schema.flags = 2;
    schema.n_children = children.len() as i64;
    if !children.is_empty() {
        schema.children = Box::leak(children.into_boxed_slice()).as_mut_ptr();
    }
    schema.release = Some(release_schema);
    schema
}

fn array(length: i64, buffers: Vec<*const c_void>, children: Vec<ArrowArray>) -> ArrowArray {
    let mut array = ArrowArray::released();
    let children: Vec<*mut ArrowArray> = children.into_iter().map(|child| Box::into_raw(Box::new(child))).collect();
    array.length = length;
    array.n_buffers = buffers.len() as i64;
    array.buffers = Box::leak(buffers.into_boxed_slice()).as_mut_ptr();
    array.n_children = children.len() as i64;
    if !children.is_empty() {
        array.children = Box::leak(children.into_boxed_slice()).as_mut_ptr();
    }
    array.release = Some(release_array);
    array
}

const PEOPLE: &str = "ruleset x version \"1\" {}\ncodes L { yes_it_is }\nrecord P { age : integer }\n\
    category c of P -> L { yes_it_is when adult : age >= 18 otherwise none }\n";

static AGES: [i64; 3] = [17, 18, 40];

#[test]
fn an_arrow_array_in_and_released_once() {
    let rules = compile(PEOPLE);
    let columns = || {
        let schema = schema(c"+s", "", vec![schema(c"l", "age", vec![])]);
        let ages = array(3, vec![ptr::null(), AGES.as_ptr().cast()], vec![]);
        (schema, array(3, vec![ptr::null()], vec![ages]))
    };
    // SAFETY: schema and array keep to the interface; pointers to what they say.
    unsafe {
        let evaluation = made(rules);
        let (mut schema_in, mut array_in) = columns();
        ok(|error| assize_evaluation_data_array(evaluation, 0, &mut schema_in, &mut array_in, error));
        assert!(schema_in.release.is_none() && array_in.release.is_none());
        let results = run(evaluation);
        let json = json(results);
        let values: Vec<_> =
            json["categories"]["c"]["rows"].as_array().unwrap().iter().map(|row| row["value"].clone()).collect();
        assert_eq!(values, ["none", "yes_it_is", "yes_it_is"]);
        assize_results_free(results);
        assize_evaluation_free(evaluation);
        assert_eq!(RELEASED.swap(0, Ordering::Relaxed), 4);

        // Released before: said so, and nothing done.
        let evaluation = made(rules);
        let said = fails(Status::Argument, |error| {
            assize_evaluation_data_array(evaluation, 0, &mut schema_in, &mut array_in, error)
        });
        assert!(said.contains("released"), "{said}");
        fails(Status::Argument, |error| {
            assize_evaluation_data_array(evaluation, 0, ptr::null_mut(), &mut array_in, error)
        });
        let mut stream = ArrowArrayStream::released();
        fails(Status::Argument, |error| assize_evaluation_data_stream(evaluation, 0, &mut stream, error));
        fails(Status::Argument, |error| assize_evaluation_data_stream(evaluation, 0, ptr::null_mut(), error));

        // Taken over also where it cannot be used: of no such record, and of the wrong type.
        let (mut schema_in, mut array_in) = columns();
        let status = assize_evaluation_data_array(evaluation, 9, &mut schema_in, &mut array_in, ptr::null_mut());
        assert_eq!(status, Status::NotFound);
        assert!(schema_in.release.is_none() && array_in.release.is_none());
        assert_eq!(RELEASED.swap(0, Ordering::Relaxed), 4);
        let mut schema_in = schema(c"l", "age", vec![]);
        let mut array_in = array(3, vec![ptr::null(), AGES.as_ptr().cast()], vec![]);
        let status = assize_evaluation_data_array(evaluation, 0, &mut schema_in, &mut array_in, ptr::null_mut());
        assert_eq!(status, Status::Data);
        assert!(schema_in.release.is_none() && array_in.release.is_none());
        assert_eq!(RELEASED.swap(0, Ordering::Relaxed), 2);

        // Given and never run.
        let (mut schema_in, mut array_in) = columns();
        ok(|error| assize_evaluation_data_array(evaluation, 0, &mut schema_in, &mut array_in, error));
        assize_evaluation_free(evaluation);
        assert_eq!(RELEASED.swap(0, Ordering::Relaxed), 4);
        assize_rules_free(rules);
    }
}

#[test]
fn a_stream_out_is_a_stream_in() {
    let rules = compile(RULES);
    let (offender, charge) = records(rules);
    let evaluation = made(rules);
    csv(evaluation, offender, OFFENDERS);
    csv(evaluation, charge, CHARGES);
    let results = run(evaluation);
    let second = "ruleset y version \"1\" {}\ncodes L { fine }\nrecord R { key : text key  state : text }\n\
        category c of R -> L { fine when decided : state = \"decided\" otherwise none }\n";
    let second = compile(second);
    let mut stream = ArrowArrayStream::released();
    // SAFETY: pointers to what they say.
    unsafe {
        let tier = find(rules, assize_rules_find_category, "tier");
        ok(|error| assize_results_category_stream(results, tier, &mut stream, error));
        assize_results_free(results);
        assize_evaluation_free(evaluation);
        assize_rules_free(rules);
        let evaluation = made(second);
        ok(|error| assize_evaluation_data_stream(evaluation, 0, &mut stream, error));
        assert!(stream.release.is_none());
        let results = run(evaluation);
        let json = json(results);
        let rows = &json["categories"]["c"]["rows"];
        assert_eq!((&rows[0]["key"], &rows[0]["value"]), (&"a".into(), &"fine".into()));
        assert_eq!((&rows[2]["key"], &rows[2]["value"]), (&"c".into(), &"none".into()));
        assize_results_free(results);
        assize_evaluation_free(evaluation);
        assize_rules_free(second);
    }
}
