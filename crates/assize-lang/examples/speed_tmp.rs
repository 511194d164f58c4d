use assize_lang::source::*;
use std::time::Instant;
fn file(n: usize) -> String {
    let mut s = String::from("record P { a : integer b : integer on : date cs : many C by p }\ncategory c of P -> K {\n  A when {\n");
    for i in 0..n {
        s += &format!("    crit_{i} \"Criterion number {i}\" : (a + {i} >= b * 2 and on < as_of) or any cs where weapon and on in (start_on .. start_on + 12 months]\n");
    }
    s += "  }\n  otherwise none\n}\n";
    s
}
fn main() {
    for n in [100, 1000, 10_000, 100_000] {
        let t = file(n);
        let len = t.len();
        let source = Source::new("x", t);
        let reps = (100_000 / n).clamp(1, 20);
        let mut best = f64::MAX;
        for _ in 0..reps {
            let t0 = Instant::now();
            let r = assize_lang::parse(FileId(0), &source);
            let e = t0.elapsed().as_secs_f64() * 1e3;
            assert!(r.1.is_empty(), "{:?}", r.1);
            best = best.min(e);
            drop(r);
        }
        println!("{n} criteria, {len} bytes: {best:.2} ms, {:.1} MB/s", len as f64 / best / 1e3);
    }
}
