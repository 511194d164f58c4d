//! Nothing that a file can hold overflows the stack, hangs or takes memory without bound: each limit is an error that
//! names it. All of it runs on a small stack.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use assize_lang::diagnostic::Diagnostic;
use assize_lang::parse::limits;
use assize_lang::source::{FileId, Source};

const SMALL_STACK: usize = 2 * 1024 * 1024;

/// Reads on a small stack; the tree is dropped there too.
fn read(text: impl Into<String>) -> Vec<Diagnostic> {
    let text = text.into();
    let thread = std::thread::Builder::new().stack_size(SMALL_STACK).spawn(move || {
        let (file, diagnostics) = assize_lang::parse(FileId(0), &Source::new("test", text));
        let copy = file.clone();
        assert_eq!(file, copy);
        drop(file);
        drop(copy);
        diagnostics
    });
    thread.unwrap().join().unwrap()
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|d| d.code.0).collect()
}

#[track_caller]
fn one(text: impl Into<String>, code: &str, limit: usize) {
    let diagnostics = read(text);
    assert_eq!(codes(&diagnostics), [code], "{:?}", diagnostics.first());
    assert!(diagnostics[0].message.contains(&limit.to_string()), "{}", diagnostics[0].message);
}

const MEGABYTE: usize = 1024 * 1024;

#[test]
fn a_megabyte_of_what_nests() {
    for unit in ["(", "[", "{", "(a, ", "f(", "any of (", "{a: [", "(a .. (", "min(", "at least 1 of ("] {
        one(format!("let x = {}", unit.repeat(MEGABYTE / unit.len())), "E0002", limits::NESTING);
    }
    for unit in [
        "not ",
        "- ",
        "if ",
        "if a then ",
        "if a then b else count c where ",
        "sum ",
        "sum a + ",
        "latest ",
        "min ",
        "any a where ",
        "count a where b and ",
        "all a where not ",
        "sum a of b where ",
        "where ",
        "sum highest of (a, b) + ",
        "sum start of month(a) + ",
    ] {
        one(format!("let x = {}", unit.repeat(MEGABYTE / unit.len())), "E0002", limits::NESTING);
    }
    one(format!("test \"t\" {{ given R {} }}", "{ a: [".repeat(100_000)), "E0002", limits::NESTING);
    for (start, unit) in [
        ("table t of R -> K { | a | -> b | | ", "not("),
        ("table t of R -> K { | a | -> b | | ", "- "),
        ("table t of R -> K { | ", "not "),
        ("instrument i of R { item a weight ", "("),
        ("instrument i of R { route a : ", "any of ("),
        ("progression p of R for c { lower 1 after 1 days without ", "(a where "),
        ("audit a of c against ", "any x where "),
        ("indicator i { rubric a : ", "if "),
        ("evaluation e { overall profile { a : ", "("),
        ("measure m of R { as formula of ", "("),
        ("lookup l ", "("),
        ("publish p to q ", "{"),
        ("release aggregates of at least ", "-"),
    ] {
        let diagnostics = read(format!("{start}{}", unit.repeat(MEGABYTE / unit.len())));
        // The brace of the block is not closed either.
        assert!(codes(&diagnostics).contains(&"E0002") && diagnostics.len() <= 2, "{start}: {diagnostics:?}");
    }
    one(format!("category c of R -> K {{ A when {{ x : {} }} }}", "not ".repeat(100_000)), "E0002", limits::NESTING);
}

#[test]
fn closed_nesting_up_to_the_limit() {
    for (open, inner, close) in [
        ("(", "a", ")"),
        ("any of (", "a", ")"),
        ("(not ", "a", ")"),
        ("(1 + ", "a", ")"),
        ("(a and b or ", "a", ")"),
        ("f(", "a", ")"),
        ("(any cs where ", "a", ")"),
    ] {
        let per_level = if open.contains("where") { 2 } else { 1 };
        let most = limits::NESTING / per_level;
        let at = |depth: usize| format!("let x of R = {}{inner}{}", open.repeat(depth), close.repeat(depth));
        assert_eq!(read(at(most)), [], "{open}");
        one(at(most + 1), "E0002", limits::NESTING);
        one(at(100_000), "E0002", limits::NESTING);
    }
    let ifs = |depth: usize| format!("let x of R = {}a{}", "if c then ".repeat(depth), " else b".repeat(depth));
    assert_eq!(read(ifs(limits::NESTING)), []);
    one(ifs(limits::NESTING + 1), "E0002", limits::NESTING);
    let wheres = |depth: usize| format!("let x of R = {}a", "any cs where ".repeat(depth));
    assert_eq!(read(wheres(limits::NESTING)), []);
    one(wheres(limits::NESTING + 1), "E0002", limits::NESTING);
    let sums = |depth: usize| format!("let x of R = {}a{}", "sum ".repeat(depth), " of cs".repeat(depth));
    assert_eq!(read(sums(limits::NESTING)), []);
    one(sums(limits::NESTING + 1), "E0002", limits::NESTING);
    let mixed = format!("let x of R = {}a{}", "(sum if c then ".repeat(21), " else b of cs where q)".repeat(21));
    assert_eq!(read(mixed), []);
}

#[test]
fn conditions_side_by_side_do_not_nest() {
    for unit in [
        "(count cs where a) >= 1",
        "years between a and b >= 1",
        "min(a, b) = 1",
        "not a",
        "a is known",
        "(if a then b else c)",
        "at least 2 of (a, b, c)",
        "(sum a of cs) = 1",
        "x in [1 .. 2)",
        "highest of (a, b) = c",
    ] {
        let many = vec![unit; 100].join(" and ");
        assert_eq!(read(format!("let x of R = {many}")), [], "{unit}");
    }
    let chain = format!("let x of R = {} c", "if a then b else ".repeat(300));
    assert_eq!(read(chain), []);
    let many = vec!["sum a of cs"; 100].join(" + ");
    assert_eq!(read(format!("let x of R = {many}")), []);
}

#[test]
fn long_chains_are_bounded() {
    for (operand, operator) in
        [("1", " + "), ("a", " and "), ("a", " or "), ("a", " * "), ("a", " = "), ("a", " in "), ("a", " - ")]
    {
        let chain = |count: usize| format!("let x of R = {}", vec![operand; count].join(operator));
        one(chain(100_000), "E0003", limits::OPERATORS);
        if operator != " = " && operator != " in " {
            assert_eq!(read(chain(limits::OPERATORS)), [], "{operator}");
        }
    }
    // Within each bracket few operators, and yet a deep tree: the left-most leaf lies under all of them.
    let deep = format!("let x of R = {}1{}", "(".repeat(60), " + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1)".repeat(60));
    one(deep, "E0003", limits::EXPRESSION_DEPTH);
    let arms = format!("let x of R = {} c", "if a then b else ".repeat(100_000));
    one(arms, "E0004", limits::MEMBER_TOKENS);
    let arms = format!("let x of R = {} c", "if a then b else ".repeat(10_000));
    let diagnostics = read(arms);
    assert!(diagnostics.iter().all(|d| d.code.0 == "E0003"), "{diagnostics:?}");
    assert!(!diagnostics.is_empty());
}

#[test]
fn tables_and_functions() {
    let rows = "| 1 | a |\n".repeat(50_000);
    assert_eq!(read(format!("table t of R -> K {{\n| n | -> k |\n{rows}}}")), []);
    let cells = "| 1 ".repeat(90_000);
    assert_eq!(read(format!("table t of R -> K {{ {} | -> k | {cells} | x | }}", "| n".repeat(90_000))), []);
    let body = |length: usize| format!("function f() -> text = rhai {{{}}}", "x".repeat(length));
    assert_eq!(read(body(limits::TEXT_BYTES - 2)), []);
    one(body(MEGABYTE), "E0004", limits::TEXT_BYTES);
    // Braces of a function are not nested by the reader.
    let deep = format!("function f() -> text = rhai {{{}{}}}", "{".repeat(10_000), "}".repeat(10_000));
    assert_eq!(read(deep), []);
    let path = format!("let x of R = a{}", ".b".repeat(50_000));
    let diagnostics = read(path);
    assert!(diagnostics.iter().all(|d| d.code.0 == "E0003") && !diagnostics.is_empty());
}

/// Laying out is bounded as reading is.
#[test]
fn long_texts_are_laid_out() {
    let list = format!("let x = {{{}}}\n", vec!["a"; 90_000].join(", "));
    let rows = "| 1 | a |\n".repeat(20_000);
    let children = vec!["{ id: \"1\", on: 2026-01-01 }"; 10_000].join(", ");
    let criteria: String = (0..20_000).map(|at| format!("c{at} \"T\" : a and b or c\n")).collect();
    let nested = format!("let y of R = {}a{}\n", "(not ".repeat(60), " and a long name or another)".repeat(60));
    let nested = nested.replace("a long name", "x");
    for text in [
        list,
        format!("table t of R -> K {{\n| n | -> k |\n{rows}}}\n"),
        format!("test \"t\" {{ given R {{ cs: [{children}] }} expect a = b }}\n"),
        format!("category c of R -> K {{ A when {{ {criteria} }} }}\n"),
        nested,
        "# comment\n\n\n".repeat(50_000),
        "let a = 1 # why\n".repeat(50_000),
        format!("let x of R = {}", vec!["(x within (1 days) before (y))"; 400].join(" or ")),
    ] {
        let thread = std::thread::Builder::new().stack_size(SMALL_STACK).spawn(move || {
            let once = assize_lang::format(&Source::new("test", text.as_str())).unwrap();
            assert!(once != text || text.starts_with("let a"));
            assert_eq!(assize_lang::format(&Source::new("test", once.as_str())).unwrap(), once);
        });
        thread.unwrap().join().unwrap();
    }
}

#[test]
fn long_lists_are_read() {
    let list = format!("let x = {{{}}}", vec!["a"; 90_000].join(", "));
    assert_eq!(read(list), []);
    one(format!("let x = {{{}}}", vec!["a"; 900_000].join(", ")), "E0004", limits::MEMBER_TOKENS);
    let children = vec!["{ id: \"1\" }"; 10_000].join(", ");
    assert_eq!(read(format!("test \"t\" {{ given R {{ cs: [{children}] }} expect a = b }}")), []);
}

#[test]
fn lengths() {
    let name = |length: usize| format!("let {} = 1", "a".repeat(length));
    assert_eq!(read(name(limits::NAME_BYTES)), []);
    one(name(limits::NAME_BYTES + 1), "E0004", limits::NAME_BYTES);
    one(name(MEGABYTE), "E0004", limits::NAME_BYTES);
    let text = |length: usize| format!("let x = \"{}\"", "a".repeat(length));
    assert_eq!(read(text(limits::TEXT_BYTES - 2)), []);
    one(text(MEGABYTE), "E0004", limits::TEXT_BYTES);
    one(format!("let x = {}", "9".repeat(MEGABYTE)), "E0022", usize::try_from(i64::MAX).unwrap());
    one(format!("let x = 0.{}", "9".repeat(MEGABYTE)), "E0023", limits::DECIMAL_DIGITS);
    one(" ".repeat(limits::FILE_BYTES + 1), "E0001", limits::FILE_BYTES);
    assert_eq!(read(" ".repeat(limits::FILE_BYTES)), []);
}

#[test]
fn many_errors_are_cut_off() {
    for text in [
        "let x = (\n".repeat(50_000),
        ";".repeat(500_000),
        format!("let x = {}", ")".repeat(500_000)),
        format!("let x = {}", "}".repeat(500_000)),
        format!("category c of R -> K {{ A when {{ {} }} }}", "a : \n".repeat(200_000)),
        format!("codes K {{ {} }}", "a from\n".repeat(200_000)),
        format!("record R {{ {} }}", "a : 1\n".repeat(200_000)),
        "x\nlet ".repeat(200_000),
        "“".repeat(100_000),
        format!("let x = {}", "\"\n".repeat(100_000)),
    ] {
        let diagnostics = read(text);
        assert!(diagnostics.len() <= limits::LISTED_ERRORS + 1, "{}", diagnostics.len());
        assert!(!diagnostics.is_empty());
        if diagnostics.len() > limits::LISTED_ERRORS {
            assert_eq!(diagnostics.last().unwrap().code.0, "E0005");
        }
    }
}

/// Shapes that a search for a partner, an indent or a line end could make quadratic: megabytes of each would then take
/// an hour.
#[test]
fn no_shape_takes_quadratic_time() {
    let shapes: &[(&str, &str)] = &[
        ("let x of R = ", "(a .. b) "),
        ("let x = ", "{ "),
        ("let x = ", "a . "),
        ("category c of R -> K { ", "A when { x : a } "),
        ("category c of R -> K { ", "A when "),
        ("category c of R -> K { A when { ", "x \"t\" : a and (b or c)\n"),
        ("record R { ", "a : text key\n"),
        ("record R { ", "a : text key "),
        ("record R { ", "a "),
        ("codes R { ", "a \"b\" "),
        ("measure m of R { ", "include a "),
        ("measure m of R { ", "latest "),
        ("", "## doc\n"),
        ("", "## doc\nlet x = 1 "),
        ("", "let x = \"a\\n\" "),
        ("", "let x = } "),
        ("", "} "),
        ("", "\u{a0}"),
        ("", "/*"),
        ("", "'"),
        ("", "“"),
        ("", "„"),
        ("", "‚"),
        ("", "é"),
        ("", "1-"),
        ("", "2026-1-"),
        ("", "\"\\"),
        ("test \"t\" { ", "given R { a: 1 } "),
        ("test \"t\" { given R { ", "a: 1, "),
        ("", "function f() -> text = rhai { "),
        ("", "= rhai {"),
        ("", "= rhai { \"\n"),
        ("", "= rhai { `${ "),
        ("", "= rhai { /* "),
        ("", "= rhai { #\" "),
        ("", "function f() -> text = rhai { 1 } "),
        ("table t of R -> K { | a | -> b ", "| 1 | x |\n"),
        ("table t of R -> K { | a | -> b ", "| 1 | x | "),
        ("table t of R -> K { | a | -> b ", "| "),
        ("table t of R -> K { | a | -> b ", "||"),
        ("table t of R -> K { ", "not(a), "),
        ("instrument i of R { ", "item a weight 1 "),
        ("instrument i of R { ", "band a ..3 "),
        ("instrument i of R { ", "band "),
        ("progression p of R for c { ", "raise 1 at each c "),
        ("response to c { ", "A : \"x\" "),
        ("audit a of c against ", "{ } "),
        ("audit a of c against x { ", "positive at least B "),
        ("indicator i { ", "data qualitative "),
        ("indicator i { rubric ", "a : b "),
        ("evaluation e { ", "objective a { b } "),
        ("evaluation e { ", "requires an indicator "),
        ("measure m of R { ", "target at most 20 by "),
        ("measure m of R { ", "signals runs "),
        ("publish p to q { ", "a.b, "),
        ("lookup l (", "a, "),
        ("let x = ", "a.b.c.d.e.f"),
        ("let x = ", "a > 1 and < "),
        ("let x = a in (", "(a, "),
        ("let x = a in (", "b, "),
    ];
    for (start, unit) in shapes {
        let text = format!("{start}{}", unit.repeat(MEGABYTE / unit.len()));
        let length = text.len();
        let diagnostics = read(text);
        for diagnostic in &diagnostics {
            assert!(diagnostic.primary.as_ref().unwrap().span.end as usize <= length);
        }
        assert!(diagnostics.len() <= limits::LISTED_ERRORS + 1);
    }
}
