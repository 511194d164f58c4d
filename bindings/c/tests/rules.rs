//! Rule sets: loaded, compiled, looked into, shared and freed.

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

#[test]
fn the_library_says_which_it_is() {
    assert_eq!(string(assize_version()), env!("CARGO_PKG_VERSION"));
    assert_eq!(assize_abi_version(), 0);
    let header = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/include/assize.h")).unwrap();
    let parts: Vec<&str> = env!("CARGO_PKG_VERSION").split('.').collect();
    for (name, value) in ["MAJOR", "MINOR", "PATCH"].iter().zip(&parts) {
        assert!(header.contains(&format!("#define ASSIZE_VERSION_{name} {value}\n")), "{name}");
    }
    assert!(header.contains(&format!("#define ASSIZE_VERSION \"{}\"\n", env!("CARGO_PKG_VERSION"))));
    assert!(header.contains(&format!("#define ASSIZE_ABI_VERSION {}\n", assize_abi_version())));
    assert!(header.contains("#define ASSIZE_NONE UINT32_C(0xFFFFFFFF)") && NONE == u32::MAX);
    assert!(header.contains("#define ASSIZE_NO_CODE UINT32_C(0xFFFF)") && NO_CODE == 0xFFFF);
    let build = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/build.rs")).unwrap();
    assert!(build.contains(&format!("-soname,libassize.so.{}\"", assize_abi_version())));
}

#[test]
fn enumerations_have_words() {
    assert_eq!(string(assize_status_name(Status::NotFound as u32)), "not found");
    assert_eq!(string(assize_status_name(99)), "unknown");
    let states: Vec<String> = (0..6).map(|state| string(assize_state_name(state))).collect();
    assert_eq!(states, ["decided", "provisional", "undetermined", "not_applicable", "error", ""]);
    let reasons: Vec<String> = (0..7).map(|reason| string(assize_reason_name(reason))).collect();
    assert_eq!(reasons, ["", "unknown", "not_answered", "not_applicable", "not_collected", "withheld", ""]);
    for known in assize::model::absence::Reason::ALL {
        assert_eq!(string(assize_reason_name(known as u32)), known.word());
    }
    for known in assize::model::program::State::ALL {
        assert_eq!(string(assize_state_name(known as u32)), known.word());
    }
    assert_eq!(string(assize_type_name(Type::Many as u32)), "many");
    assert_eq!(string(assize_type_name(99)), "");
}

#[test]
fn dates() {
    // SAFETY: pointers to what they say.
    unsafe {
        let mut days = 7;
        ok(|error| assize_date_to_days(CivilDate { year: 1970, month: 1, day: 2 }, &mut days, error));
        assert_eq!(days, 1);
        let wrong = CivilDate { year: 2026, month: 2, day: 29 };
        fails(Status::Range, |error| assize_date_to_days(wrong, &mut days, error));
        assert_eq!(days, 1, "an output was touched by a failure");
        let mut date = CivilDate::NONE;
        ok(|error| assize_date_from_days(20605, &mut date, error));
        assert_eq!(date, CivilDate { year: 2026, month: 6, day: 1 });
        fails(Status::Range, |error| assize_date_from_days(i32::MAX, &mut date, error));
        fails(Status::Argument, |error| assize_date_from_days(0, ptr::null_mut(), error));
        assert_eq!(date.year, 2026);
    }
}

#[test]
fn frees_take_null_and_getters_say_nothing_of_it() {
    // SAFETY: NULL everywhere.
    unsafe {
        assize_text_free(ptr::null_mut());
        assize_error_free(ptr::null_mut());
        assize_rules_free(ptr::null_mut());
        assize_session_free(ptr::null_mut());
        assize_evaluation_free(ptr::null_mut());
        assize_results_free(ptr::null_mut());
        assize_store_free(ptr::null_mut());
        assert!(assize_text_str(ptr::null()).data.is_null());
        assert_eq!(assize_error_status(ptr::null()), Status::Ok);
        assert!(assize_error_message(ptr::null()).data.is_null());
        assert!(assize_error_diagnostics(ptr::null()).is_null());
        assert_eq!(assize_error_offset(ptr::null()), usize::MAX);
        assert_eq!(assize_diagnostics_count(ptr::null()), 0);
        assert_eq!(assize_diagnostics_error_count(ptr::null()), 0);
        assert!(assize_rules_warnings(ptr::null()).is_null());
        assert_eq!(assize_rules_record_count(ptr::null()), 0);
        assert_eq!(assize_session_fault_count(ptr::null_mut()), 0);
        assert!(!assize_results_has_record_errors(ptr::null()));
        assert_eq!(assize_store_fault_count(ptr::null()), 0);
    }
}

#[test]
fn texts_that_cannot_be_are_refused_before_they_are_read() {
    let mut out = ptr::null_mut();
    let name = p("x");
    // SAFETY: the lengths that lie are refused before anything is read.
    unsafe {
        let said =
            fails(Status::Argument, |error| assize_rules_compile(ptr::null(), 1, name.0, name.1, &mut out, error));
        assert_eq!(said, "`name` is NULL, and its length is not 0");
        for length in [usize::MAX, isize::MAX as usize + 1] {
            fails(Status::Argument, |error| assize_rules_compile(name.0, name.1, name.0, length, &mut out, error));
            fails(Status::Argument, |error| assize_rules_load(name.0, length, &mut out, error));
        }
        let text = b"ruleset \xff";
        let source = text.as_ptr().cast();
        let said =
            fails(Status::Utf8, |error| assize_rules_compile(name.0, name.1, source, text.len(), &mut out, error));
        assert_eq!(said, "`source` is not UTF-8 text from byte 8 on");
        let mut error = ptr::null_mut();
        assize_rules_compile(name.0, name.1, source, text.len(), &mut out, &mut error);
        assert_eq!(assize_error_offset(error), 8);
        assize_error_free(error);
        let said = fails(Status::Argument, |error| {
            assize_rules_compile(name.0, name.1, name.0, name.1, ptr::null_mut(), error)
        });
        assert_eq!(said, "`out` is NULL");
        assert!(out.is_null());
        // NULL with length 0 is the empty text, which is no rule set.
        fails(Status::Rules, |error| assize_rules_compile(ptr::null(), 0, ptr::null(), 0, &mut out, error));
        assert!(out.is_null());
    }
}

#[test]
fn diagnostics_have_their_place_and_their_words() {
    let text =
        "ruleset x version \"1\" {}\nrecord P { a : integer }\ncategory c of P -> Nowhere {\n  otherwise none\n}\n";
    let (name, source) = (p("x.assize"), p(text));
    let mut out = ptr::null_mut();
    let mut error = ptr::null_mut();
    // SAFETY: pointers to what they say.
    unsafe {
        let status = assize_rules_compile(name.0, name.1, source.0, source.1, &mut out, &mut error);
        assert_eq!(status, Status::Rules);
        assert!(out.is_null());
        let list = assize_error_diagnostics(error);
        assert!(!list.is_null());
        let count = assize_diagnostics_count(list);
        assert!(count >= 1);
        assert!(assize_diagnostics_error_count(list) >= 1);
        let mut diagnostic = blank::<Diagnostic>();
        ok(|error| assize_diagnostics_get(list, 0, &mut diagnostic, error));
        assert_eq!(diagnostic.severity, Severity::Error);
        assert!(string(diagnostic.code).starts_with('E'));
        assert!(!string(diagnostic.message).is_empty());
        assert_eq!(string(diagnostic.file), "x.assize");
        assert_eq!((diagnostic.line, diagnostic.column), (3, 20));
        assert_eq!((diagnostic.end_line, diagnostic.end_column), (3, 27));
        assert!(message(error).contains(&string(diagnostic.message)));
        fails(Status::NotFound, |error| assize_diagnostics_get(list, count, &mut diagnostic, error));
        fails(Status::Argument, |error| assize_diagnostics_get(ptr::null(), 0, &mut diagnostic, error));
        fails(Status::Argument, |error| assize_diagnostics_get(list, 0, ptr::null_mut(), error));
        let mut rendered = ptr::null_mut();
        ok(|error| assize_diagnostics_text(list, &mut rendered, error));
        let rendered = taken(rendered);
        assert!(rendered.contains("Nowhere") && rendered.contains("x.assize:3:20"), "{rendered}");
        assert!(!rendered.contains('\u{1b}'));
        let mut json = ptr::null_mut();
        ok(|error| assize_diagnostics_json(list, &mut json, error));
        let json: serde_json::Value = serde_json::from_str(&taken(json)).unwrap();
        assert_eq!(json[0]["at"]["line"], 3);
        assize_error_free(error);
    }
}

#[test]
fn loading_from_disk() {
    let folder = std::env::temp_dir().join(format!("assize-c-rules-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("sample.assize");
    std::fs::write(&path, RULES).unwrap();
    let path = path.to_str().unwrap().to_owned();
    let gone = folder.join("gone.assize").to_str().unwrap().to_owned();
    let mut out = ptr::null_mut();
    // SAFETY: pointers to what they say.
    unsafe {
        let at = p(&path);
        ok(|error| assize_rules_load(at.0, at.1, &mut out, error));
        assert_eq!(assize_rules_record_count(out), 2);
        assize_rules_free(out);
        let paths = [s(&path)];
        ok(|error| assize_rules_load_files(paths.as_ptr(), 1, &mut out, error));
        assize_rules_free(out);
        out = ptr::null_mut();
        let at = p(&gone);
        let said = fails(Status::Io, |error| assize_rules_load(at.0, at.1, &mut out, error));
        assert!(said.contains("gone.assize"), "{said}");
        let paths = [s(&path), s(&gone)];
        fails(Status::Io, |error| assize_rules_load_files(paths.as_ptr(), 2, &mut out, error));
        fails(Status::Argument, |error| assize_rules_load_files(paths.as_ptr(), 0, &mut out, error));
        fails(Status::Argument, |error| assize_rules_load_files(ptr::null(), 2, &mut out, error));
        fails(Status::Argument, |error| assize_rules_load_files(paths.as_ptr(), usize::MAX / 8, &mut out, error));
        assert!(out.is_null());
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn texts_import_each_other_by_name() {
    let first = "import \"lists.assize\"\nruleset x version \"1\" {}\nrecord P { a : boolean }\ncategory c of P -> L { up when a : a otherwise none }\n";
    let second = "codes L { up down }\n";
    let files =
        [SourceText { name: s("x.assize"), text: s(first) }, SourceText { name: s("lists.assize"), text: s(second) }];
    let mut out = ptr::null_mut();
    // SAFETY: pointers to what they say.
    unsafe {
        ok(|error| assize_rules_compile_files(files.as_ptr(), 2, &mut out, error));
        assert_eq!(assize_rules_list_count(out), 1);
        assize_rules_free(out);
        out = ptr::null_mut();
        fails(Status::Rules, |error| assize_rules_compile_files(files.as_ptr(), 1, &mut out, error));
        fails(Status::Argument, |error| assize_rules_compile_files(files.as_ptr(), 0, &mut out, error));
        fails(Status::Argument, |error| assize_rules_compile_files(ptr::null(), 1, &mut out, error));
        let bad = [SourceText { name: s("x"), text: Str { data: ptr::null(), length: 3 } }];
        fails(Status::Argument, |error| assize_rules_compile_files(bad.as_ptr(), 1, &mut out, error));
        assert!(out.is_null());
    }
}

#[test]
fn everything_declared_can_be_looked_up() {
    let rules = compile(RULES);
    // SAFETY: pointers to what they say.
    unsafe {
        let mut info = blank::<RulesInfo>();
        ok(|error| assize_rules_info(rules, &mut info, error));
        assert_eq!(string(info.name), "sample");
        assert_eq!(string(info.title), "A sample");
        assert_eq!(string(info.version), "3");
        assert_eq!(string(info.authority), "Nobody");
        assert_eq!(string(info.source), "Made up");
        assert!(string(info.hash).starts_with("blake3:"));
        assert_eq!(info.effective_from, CivilDate { year: 2020, month: 1, day: 1 });
        assert_eq!(info.effective_to, CivilDate { year: 2030, month: 12, day: 31 });
        assert_eq!(info.struct_size, size_of::<RulesInfo>());

        assert_eq!(assize_rules_record_count(rules), 2);
        let offender = find(rules, assize_rules_find_record, "Offender");
        let charge = find(rules, assize_rules_find_record, "Charge");
        let mut record = blank::<RecordInfo>();
        ok(|error| assize_rules_record(rules, offender, &mut record, error));
        assert_eq!((string(record.name), string(record.title)), ("Offender".into(), "A person".into()));
        assert!(record.docs.data.is_null());
        assert_eq!((record.field_count, record.key), (15, 0));
        let said = fails(Status::NotFound, |error| assize_rules_record(rules, 2, &mut record, error));
        assert_eq!(said, "there is no such record");

        let mut types = Vec::new();
        let mut of = blank::<FieldInfo>();
        for id in 0..record.field_count {
            ok(|error| assize_rules_field(rules, offender, id, &mut of, error));
            assert_eq!(field(rules, offender, &string(of.name)), id);
            types.push(of.field_type);
        }
        assert_eq!(
            types,
            [
                Type::Text,
                Type::Integer,
                Type::Boolean,
                Type::Decimal,
                Type::Date,
                Type::Time,
                Type::Datetime,
                Type::Duration,
                Type::Code,
                Type::Codes,
                Type::Texts,
                Type::IntegerRange,
                Type::DecimalRange,
                Type::Many,
                Type::Text,
            ]
        );
        let look = |name: &str| {
            let mut of = blank::<FieldInfo>();
            let id = field(rules, offender, name);
            ok(|error| assize_rules_field(rules, offender, id, &mut of, error));
            of
        };
        let id = look("id");
        assert!(id.key && !id.optional && !id.is_protected);
        assert_eq!(string(id.label), "secret");
        let felon = look("felon");
        assert_eq!((felon.list, felon.child, felon.child_by, felon.heading_count), (NONE, NONE, NONE, 1));
        assert!(felon.read && !felon.key);
        let headings = (0..1).map(|at| {
            let mut heading = Str::NONE;
            let felon = field(rules, offender, "felon");
            ok(|error| assize_rules_field_heading(rules, offender, felon, at, &mut heading, error));
            string(heading)
        });
        assert!(headings.eq(["Felon"]));
        let height = look("height");
        assert_eq!((string(height.unit), height.label.data.is_null()), ("m".into(), true));
        let colours = look("colours");
        assert_eq!(string(colours.separator), "|");
        assert_eq!(colours.list, find(rules, assize_rules_find_list, "Colour"));
        let charges = look("charges");
        assert_eq!((charges.child, charges.child_by), (charge, field(rules, charge, "offender")));
        let note = look("note");
        assert!(note.optional && note.is_protected && !note.read);

        let grade = find(rules, assize_rules_find_list, "Grade");
        let mut list = blank::<ListInfo>();
        ok(|error| assize_rules_list(rules, grade, &mut list, error));
        assert!(list.ordered);
        assert_eq!((string(list.title), string(list.docs)), ("Grades".into(), "How grave it is.".into()));
        assert_eq!(list.code_count, 3);
        let mut code = blank::<CodeInfo>();
        ok(|error| assize_rules_code(rules, grade, 0, &mut code, error));
        assert_eq!((string(code.name), string(code.title), code.text_count), ("nothing".into(), "Nothing".into(), 2));
        let mut text = Str::NONE;
        ok(|error| assize_rules_code_text(rules, grade, 0, 1, &mut text, error));
        assert_eq!(string(text), "zero");
        fails(Status::NotFound, |error| assize_rules_code_text(rules, grade, 0, 2, &mut text, error));
        fails(Status::NotFound, |error| assize_rules_code(rules, grade, 3, &mut code, error));
        let (mut id, much) = (NONE, p("much"));
        ok(|error| assize_rules_find_code(rules, grade, much.0, much.1, &mut id, error));
        assert_eq!(id, 2);
        let mulch = p("mulch");
        let said =
            fails(Status::NotFound, |error| assize_rules_find_code(rules, grade, mulch.0, mulch.1, &mut id, error));
        assert_eq!(said, "there is no code `mulch`");
        assert_eq!(id, 2);

        assert_eq!(assize_rules_category_count(rules), 5);
        let tier = find(rules, assize_rules_find_category, "tier");
        let shades = find(rules, assize_rules_find_category, "shades");
        let mut category = blank::<CategoryInfo>();
        ok(|error| assize_rules_category(rules, tier, &mut category, error));
        assert_eq!((category.record, category.list, category.hit), (offender, grade, Hit::First));
        assert_eq!((string(category.title), category.criterion_count), ("The tier".into(), 4));
        let mut criterion = blank::<CriterionInfo>();
        ok(|error| assize_rules_criterion(rules, tier, 0, &mut criterion, error));
        assert_eq!((string(criterion.name), string(criterion.title)), ("tall".into(), "Tall and armed".into()));
        assert!(string(criterion.text).contains("any charges where weapon"));
        assert_eq!((string(criterion.file), criterion.code), ("sample.assize".into(), 2));
        let line = RULES.lines().position(|line| line.contains("Tall and armed")).unwrap() + 1;
        assert_eq!(criterion.line as usize, line);
        fails(Status::NotFound, |error| assize_rules_criterion(rules, tier, 4, &mut criterion, error));
        let (mut id, name) = (NONE, p("charged"));
        ok(|error| assize_rules_find_criterion(rules, tier, name.0, name.1, &mut id, error));
        assert_eq!(id, 2);
        fails(Status::NotFound, |error| assize_rules_find_criterion(rules, tier, name.0, 3, &mut id, error));
        fails(Status::NotFound, |error| assize_rules_find_criterion(rules, 99, name.0, name.1, &mut id, error));
        ok(|error| assize_rules_category(rules, shades, &mut category, error));
        assert_eq!(category.hit, Hit::All);

        assert_eq!(assize_rules_measure_count(rules), 1);
        let measure = find(rules, assize_rules_find_measure, "offenders");
        let mut of = blank::<MeasureInfo>();
        ok(|error| assize_rules_measure(rules, measure, &mut of, error));
        assert_eq!((of.record, of.by_count, of.has_periods, string(of.form)), (offender, 1, false, "rate".into()));
        let mut by = Str::NONE;
        ok(|error| assize_rules_measure_by(rules, measure, 0, &mut by, error));
        assert_eq!(string(by), "tier");
        fails(Status::NotFound, |error| assize_rules_measure_by(rules, measure, 1, &mut by, error));

        assert_eq!(assize_rules_parameter_count(rules), 1);
        let least = find(rules, assize_rules_find_parameter, "least");
        let mut parameter = blank::<ParameterInfo>();
        ok(|error| assize_rules_parameter(rules, least, &mut parameter, error));
        assert_eq!(parameter.parameter_type, Type::Integer);
        assert_eq!((string(parameter.value), string(parameter.default_value)), ("2".into(), "2".into()));

        let mut diagnostic = blank::<Diagnostic>();
        let warnings = assize_rules_warnings(rules);
        assert_eq!((assize_diagnostics_count(warnings), assize_diagnostics_error_count(warnings)), (14, 0));
        ok(|error| assize_diagnostics_get(warnings, 0, &mut diagnostic, error));
        assert_eq!(diagnostic.severity, Severity::Warning);

        let mut json = ptr::null_mut();
        ok(|error| assize_rules_schema_json(rules, &mut json, error));
        let schema: serde_json::Value = serde_json::from_str(&taken(json)).unwrap();
        assert_eq!(schema["ruleset"], "sample");
        ok(|error| assize_rules_test_json(rules, &mut json, error));
        let tests: serde_json::Value = serde_json::from_str(&taken(json)).unwrap();
        assert_eq!(tests["passed"], true);
        assert_eq!(tests["tests"][0]["title"], "a felon");
        assize_rules_free(rules);
    }
}

#[test]
fn parameters_make_another_rule_set() {
    let rules = compile(RULES);
    let (name, value) = (p("least"), p("5"));
    let mut other = ptr::null_mut();
    let show = |rules: *const RulesHandle| {
        let mut parameter = blank::<ParameterInfo>();
        // SAFETY: pointers to what they say.
        ok(|error| unsafe { assize_rules_parameter(rules, 0, &mut parameter, error) });
        (string(parameter.value), string(parameter.default_value))
    };
    // SAFETY: pointers to what they say.
    unsafe {
        ok(|error| assize_rules_with_parameter(rules, name.0, name.1, value.0, value.1, &mut other, error));
        assert_eq!(show(rules), ("2".into(), "2".into()));
        assize_rules_free(rules);
        assert_eq!(show(other), ("5".into(), "2".into()));
        let mut none = ptr::null_mut();
        for (wrong, status) in [("10", Status::Range), ("five", Status::Range)] {
            let wrong = p(wrong);
            fails(status, |error| {
                assize_rules_with_parameter(other, name.0, name.1, wrong.0, wrong.1, &mut none, error)
            });
        }
        let most = p("most");
        fails(Status::NotFound, |error| {
            assize_rules_with_parameter(other, most.0, most.1, value.0, value.1, &mut none, error)
        });
        assert!(none.is_null());
        let mut clone = ptr::null_mut();
        ok(|error| assize_rules_clone(other, &mut clone, error));
        assize_rules_free(other);
        assert_eq!(show(clone), ("5".into(), "2".into()));
        fails(Status::Argument, |error| assize_rules_clone(ptr::null(), &mut clone, error));
        fails(Status::Argument, |error| assize_rules_clone(clone, ptr::null_mut(), error));
        assize_rules_free(clone);
    }
}

#[test]
fn structs_of_results_may_be_longer_and_not_shorter() {
    #[repr(C)]
    struct Longer {
        info: RecordInfo,
        more: [u64; 4],
    }
    let rules = compile(RULES);
    let mut longer = Longer { info: blank(), more: [7; 4] };
    longer.info.struct_size = size_of::<Longer>();
    // SAFETY: pointers to what they say.
    unsafe {
        ok(|error| assize_rules_record(rules, 0, &raw mut longer.info, error));
        assert_eq!(longer.info.struct_size, size_of::<Longer>());
        assert_eq!(string(longer.info.name), "Charge");
        assert_eq!(longer.more, [7; 4], "what a later version would write was written");
        for wrong in [0, 8, size_of::<RecordInfo>() - 1, usize::MAX] {
            let mut info = blank::<RecordInfo>();
            info.struct_size = wrong;
            fails(Status::Argument, |error| assize_rules_record(rules, 0, &mut info, error));
            assert!(info.name.data.is_null());
        }
        fails(Status::Argument, |error| assize_rules_record(rules, 0, ptr::null_mut(), error));
        let odd = (&raw mut longer).cast::<u8>().add(1).cast::<RecordInfo>();
        fails(Status::Argument, |error| assize_rules_record(rules, 0, odd, error));
        assize_rules_free(rules);
    }
}

#[test]
fn threads_share_a_rule_set() {
    struct Shared(*const RulesHandle);
    // SAFETY: the contract: any number of threads may use a rule set at the same time.
    unsafe impl Sync for Shared {}
    let shared = Shared(compile(RULES));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let shared = &shared;
            scope.spawn(move || {
                for _ in 0..50 {
                    let mut clone = ptr::null_mut();
                    // SAFETY: pointers to what they say.
                    ok(|error| unsafe { assize_rules_clone(shared.0, &mut clone, error) });
                    let session = session(clone);
                    // SAFETY: freed once each.
                    unsafe {
                        assize_rules_free(clone);
                        ok(|error| assize_session_begin(session, 1, error));
                        evaluate(session, find(shared.0, assize_rules_find_category, "tier"));
                        assize_session_free(session);
                    }
                }
            });
        }
    });
    // SAFETY: freed once.
    unsafe { assize_rules_free(shared.0.cast_mut()) };
}
