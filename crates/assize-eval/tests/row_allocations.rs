//! Once a session has seen records of the usual size, filling one in and evaluating it allocates nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test: what is not as it should be ends it"
)]

/// The crate, from without.
mod engine {
    pub use assize_eval::{outcome, row};
}
#[path = "../src/row/tests/rules.rs"]
mod rules;

use assize_eval::row::Session;
use assize_model::civil::{Date, Duration};
use assize_model::decimal::Decimal;
use assize_model::ids::{CategoryId, Code, FieldId, RecordId};
use assize_model::program::Hit;
use assize_model::value::Value;
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

struct Given {
    record: RecordId,
    tags: Value,
    levels: Value,
    categories: Vec<CategoryId>,
}

/// One record: every kind of field, children and theirs, with gaps that move from one to the next.
fn one(session: &mut Session, given: &Given, n: i64, evaluate: bool) -> usize {
    let field = FieldId;
    let row = session.begin(given.record).unwrap();
    session.set_boolean(field(0), n % 2 == 0).unwrap();
    if n % 3 != 0 {
        session.set_integer(field(1), n % 7).unwrap();
    }
    session.set_decimal(field(2), Decimal::new(i128::from(n), 2).unwrap()).unwrap();
    session.set_text(field(3), if n % 5 == 0 { " Word " } else { "ΩÀ" }).unwrap();
    session.set_date(field(4), Date::from_days(10_000 + n as i32).unwrap()).unwrap();
    session.set_duration(field(5), Duration::days(n as i32)).unwrap();
    session.set_code(field(6), Code((n % 4) as u16)).unwrap();
    session.set_set(field(7), &given.levels).unwrap();
    session.set_set(field(8), &given.tags).unwrap();
    session.set_integer_range(field(9), Some(n % 5), None).unwrap();
    session.set_decimal_range(field(10), Some(Decimal::ONE), Some(Decimal::from_i64(2 + n % 3))).unwrap();
    for kid in 0..5 {
        let row = session.child(row, field(11)).unwrap();
        if (n + kid) % 4 != 0 {
            session.set_boolean_at(row, field(0), kid % 2 == 0).unwrap();
        }
        session.set_integer_at(row, field(1), kid).unwrap();
        session.set_text_at(row, field(2), "kid").unwrap();
        session.set_date_at(row, field(3), Date::from_days(9_000 + kid as i32).unwrap()).unwrap();
        for toy in 0..3 {
            let row = session.child(row, field(4)).unwrap();
            session.set_integer_at(row, field(0), toy * kid).unwrap();
        }
    }
    let mut sum = 0;
    if evaluate {
        for &category in &given.categories {
            let outcome = session.evaluate(category).unwrap();
            sum += outcome.state() as usize + outcome.because().count() + outcome.possible().len() as usize;
            sum += usize::from(outcome.value().is_some()) + usize::from(outcome.error().is_some());
        }
    }
    sum
}

#[test]
fn nothing_is_allocated_once_warm() {
    let mut rules = rules::Rules::new();
    rules.list("Level", "a b c d");
    rules.record("Toy", "x:integer");
    rules.record("Kid", "w:boolean k:integer s:text on:date toys:many(Toy)");
    let record = rules.record(
        "R",
        "p:boolean n:integer d:decimal s:text on:date dur:duration l:Level levels:set-Level tags:texts \
         r:range(integer) q:range(decimal) kids:many(Kid)",
    );
    rules.let_(record, "top", "(max k kids w)");
    let first = rules.category(
        record,
        "first",
        "Level",
        Hit::First,
        "(known on)",
        "a: one = (and p (> n 3)); two = (= (trim (lower s)) 'word')
         b: three = (in l levels); four = (contains tags 'tag')
         c: five = (> (* q d) 2.5); six = (< (shift on dur) as_of)
         d: seven = (> r 3); eight = (matches s '^W')",
        "none",
    );
    let second = rules.category(
        record,
        "second",
        "Level",
        Hit::All,
        "",
        "a: many = (>= (count kids (and w (< k ^top))) 2); sum = (> (sum (sum x toys) kids w) 9)
         b: latest = (= (latest s on kids w) 'kid'); distinct = (> (distinct s kids w) 1)
         c: mean = (> (mean k kids) 1.5); extreme = (> (max (decimal k) kids w) q)
         d: other = (>= first Level.b); nested = (any kids (any toys (> x ^^n)))",
        "none",
    );
    let mut session = rules.session();
    let program = session.program();
    let kinds = &program.records[record.index()].fields;
    let given = Given {
        record,
        tags: rules::parse(program, assize_model::ty::Ty::Texts, "tag,other"),
        levels: match kinds[7].kind {
            assize_model::program::FieldKind::Value(ty) => rules::parse(program, ty, "b,c"),
            _ => panic!("a set"),
        },
        categories: vec![first, second],
    };
    let mut sum = 0;
    for n in 0..200 {
        sum += one(&mut session, &given, n, true);
    }
    let before = ALLOCATIONS.with(Cell::get);
    for n in 0..400 {
        sum += one(&mut session, &given, n, true);
    }
    let after = ALLOCATIONS.with(Cell::get);
    assert!(sum > 1000, "{sum}");
    assert_eq!(after - before, 0, "allocations for 400 records");
    // What is missing is listed anew each time, and so it is seen that allocations are counted: the list, and for each
    // field its path.
    one(&mut session, &given, 6, false);
    session.evaluate(first).unwrap().missing();
    let before = ALLOCATIONS.with(Cell::get);
    let missing = session.evaluate(first).unwrap().missing();
    let after = ALLOCATIONS.with(Cell::get);
    assert!(!missing.is_empty());
    assert!((1..=1 + missing.len() as u64).contains(&(after - before)), "{}", after - before);
}
