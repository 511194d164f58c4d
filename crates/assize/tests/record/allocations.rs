//! Once records of the usual size were seen, reading one allocates nothing.

use crate::rules::{as_of, every};
use assize::model::absence::Reason;
use assize::record::{Form, Given};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "an allocator that counts has to be one")]
// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn nothing_is_allocated_for_what_can_be_read() {
    let rules = every("missing not_applicable from \"N/A\"");
    let program = rules.program();
    let (person, leading) = (program.record_named("Person").unwrap(), program.category_named("leading").unwrap());
    let seen = program.category_named("seen").unwrap();
    let mut form = Form::new(rules.plan());
    let mut session = rules.session(&rules.inputs(as_of()));
    let mut faults = Vec::new();
    let object = |n: usize| {
        let kids: Vec<String> = (0..n % 4)
            .map(|kid| format!("{{\"id\":\"k{kid}\",\"on\":\"2026-02-28\",\"x\":{n},\"toys\":[{{\"nr\":{kid},\"w\":1.5,\"Low\":1}}]}}"))
            .collect();
        let reason = if n.is_multiple_of(5) { "\"n\":null,\"n__missing\":\"withheld\"," } else { "\"n\":7," };
        format!(
            "{{\"Person No\": {n}, \"must\": 1, \"there\": \"yes\", \"t\": \"caf\\u00e9 {n}\", {reason} \"d\": 1e-1,
            \"ks\": [\"R\", 1], \"ts\": \"b/a\", \"Lo\": 1, \"on\": \"2026-02-28\", \"du\": \"P2Y\", \"l\": \"mid\",
            \"The \\\"Kind\\\"\": \"U\", \"stranger\": {{\"a\": [1, 2]}}, \"kids\": [{}]}}",
            kids.join(",")
        )
    };
    let objects: Vec<String> = (0..40).map(object).collect();
    let tags = [Given::Text("b"), Given::Text("a"), Given::Integer(3)];
    let field = |name| program.record(person).unwrap().field(name).unwrap();
    let given = [
        (field("n"), Given::Float(3.0)),
        (field("d"), Given::Number("1e-2")),
        (field("t"), Given::Text(" text ")),
        (field("ts"), Given::List(&tags)),
        (field("on"), Given::Date(as_of())),
        (field("l"), Given::Missing(Some(Reason::NotAnswered))),
    ];
    let mut sum = 0;
    let mut round = |allowed: bool| {
        let before = ALLOCATIONS.get();
        for object in &objects {
            let row = form.json(&mut session, person, object.as_bytes(), &mut faults).unwrap();
            for category in [leading, seen] {
                let mut outcome = session.evaluate(category).unwrap();
                sum += outcome.because().count() + outcome.missing_places().len();
            }
            for &(field, given) in &given {
                form.set(&mut session, row, field, given, &mut faults).unwrap();
            }
        }
        assert!(allowed || ALLOCATIONS.get() == before, "{} allocations", ALLOCATIONS.get() - before);
    };
    round(true);
    round(true);
    round(false);
    assert!(faults.is_empty(), "{faults:?}");
    assert!(sum > 100);
    // It is seen that allocations are counted.
    let before = ALLOCATIONS.get();
    form.json(&mut session, person, b"{\"n\":\"x\"}", &mut faults).unwrap();
    assert!(ALLOCATIONS.get() > before);
}
