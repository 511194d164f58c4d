//! What taking columns over costs: nothing a row.

use super::{Array, Bytes, FIRST, Ledger, Ty, field, of};
use assize_io::interface::Rows;
use assize_io::{Options, Reader};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, counting what this thread holds and has held at most.
struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    let _ = HELD.try_with(|held| {
        held.set(held.get() + bytes);
        let _ = MOST.try_with(|most| most.set(most.get().max(held.get())));
    });
}

// SAFETY: the system's allocator does it all.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        // SAFETY: the caller's word is passed on, here and below.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) };
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most that was held while something was done, beyond what was held before.
fn peak<T>(work: impl FnOnce() -> T) -> (T, isize) {
    let before = HELD.get();
    MOST.set(before);
    let done = work();
    (done, MOST.get() - before)
}

#[test]
fn a_million_rows_cost_what_one_costs() {
    let growth = |rows: usize| {
        let ledger = Ledger::default();
        let numbers: Vec<u8> = (0..rows as i64).flat_map(i64::to_ne_bytes).collect();
        let bits = vec![0b1011_0110; rows.div_ceil(8)];
        let columns = (0..7).map(|at| {
            let valid = (at % 3 == 0).then(|| Bytes::new(&bits));
            let (format, values) = if at < 4 { ("l", &numbers) } else { ("b", &bits) };
            Array::new(format, rows, vec![valid, Some(Bytes::new(values))]).named(&format!("c{at}"))
        });
        let array = Array::rows(columns.collect(), rows);
        drop(numbers);
        let (mut schema, mut array) = (array.schema(&ledger), array.array(&ledger));
        let ty = |at: usize| if at < 4 { Ty::Integer } else { Ty::Boolean };
        let program = of((0..7).map(|at| field(&format!("c{at}"), ty(at))).collect());
        let (read, growth) = peak(|| {
            // SAFETY: a schema and an array of it.
            let rows = unsafe { Rows::from_array(&raw mut schema, &raw mut array) }.unwrap();
            let mut reader = Reader::from_rows(rows, &program, FIRST, &Options::default()).unwrap();
            let mut read = 0;
            while let Some(batch) = reader.next_batch(1 << 16).unwrap() {
                assert!(batch.table.columns.iter().all(Option::is_some) && batch.faults.is_empty());
                read += batch.table.rows;
            }
            read
        });
        assert_eq!(read, rows);
        ledger.settle();
        growth
    };
    let (one, million) = (growth(1), growth(1_000_000));
    println!("held at most while one row is read: {one} bytes; a million: {million} bytes");
    assert!(million < one + 4_096 && million < 1 << 16, "{one} and {million} bytes");
}
