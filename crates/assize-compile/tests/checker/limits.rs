//! Long chains, deep expressions and large files take no stack, and the limits are named.

use crate::common::{compile, on_a_small_stack, program, shown};
use std::fmt::Write;

const HEAD: &str = "ruleset t version \"1\"\nrecord P { id : text key  a : integer  f : boolean  kids : many C by p }\n\
                    record C { p : text  n : integer }\n";

#[test]
fn a_chain_of_a_hundred_thousand_lets() {
    let mut text = HEAD.to_owned();
    // Each uses the next, so that no order of the text helps; and all of it once more for the children.
    for n in 0..100_000 {
        let _ = writeln!(text, "let l{n} of C = l{} + 1", n + 1);
    }
    text.push_str("let l100000 of C = n\nlet total of P = sum l0 of kids\nlet used of P = a > 0 and f\n");
    let program = program(&text);
    assert_eq!(program.lets.len(), 100_003);
}

#[test]
fn a_circle_of_a_hundred_thousand_lets() {
    let mut text = HEAD.to_owned();
    for n in 0..100_000 {
        let _ = writeln!(text, "let l{n} of P = l{} + 1", (n + 1) % 100_000);
    }
    let compiled = compile(&text);
    let [found] = compiled.diagnostics.as_slice() else { panic!("{}", shown(&compiled)) };
    assert_eq!(found.code.0, "E0110");
    assert_eq!(found.message, "`let` `l0` depends on itself");
    assert_eq!(found.notes, ["the circle goes through `l0`, `l1`, `l2`, `l3`, `l4`, `l5`, `l6`, `l7` and 99992 more"]);
}

#[test]
fn deep_expressions() {
    on_a_small_stack(|| {
        let deep = [
            "not ".repeat(60) + "f",
            "(".repeat(60) + "f" + ")".repeat(60).as_str(),
            "any of (".repeat(60) + "f" + ")".repeat(60).as_str(),
            "if f then 1 else ".repeat(60) + "2",
            "a + (".repeat(60) + "a" + ")".repeat(60).as_str(),
            "- ".repeat(60) + "a",
            "abs(".repeat(60) + "a" + ")".repeat(60).as_str(),
            "if f then ".repeat(60) + "1" + " else 2".repeat(60).as_str(),
            "(f or f and ".repeat(60) + "f" + ")".repeat(60).as_str(),
        ];
        for expr in deep {
            program(&format!("{HEAD}let k of P = count kids\nlet x of P = {expr}\n"));
        }
    });
}

#[test]
fn long_chains_of_one_operator() {
    let sum = vec!["a"; 400].join(" + ");
    let all = vec!["f"; 400].join(" or ");
    program(&format!("{HEAD}let k of P = sum n of kids\nlet s of P = {sum}\nlet o of P = {all}\n"));
}

#[test]
fn records_nest_to_a_limit() {
    let records = "ruleset t version \"1\"\nrecord P { id : text key  up : text  kids : many P by up }\n";
    let nested = |levels: usize| "any kids where ".repeat(levels - 1) + "any kids";
    program(&format!("{records}let x of P = {}\n", nested(8)));
    let text = format!("{records}let x of P = {}\n", nested(9));
    let compiled = compile(&text);
    let [found] = compiled.diagnostics.as_slice() else { panic!("{}", shown(&compiled)) };
    assert_eq!((found.code.0, found.message.as_str()), ("E0603", "child records are nested too deep"));
    assert!(found.primary.as_ref().unwrap().message.contains("limit of 8 levels"));

    // The same through `let`s, each of which looks one level down.
    let mut text = format!("{records}let l0 of P = any kids\n");
    for n in 1..9 {
        let _ = writeln!(text, "let l{n} of P = any kids where p.l{}", n - 1);
    }
    let compiled = compile(&text);
    let [found] = compiled.diagnostics.as_slice() else { panic!("{}", shown(&compiled)) };
    assert_eq!((found.code.0, found.message.as_str()), ("E0603", "`l8` reads child records nested too deep"));
}

#[test]
fn ways_down_are_bounded() {
    // Each level goes down by four fields: four to the eighth ways.
    let mut text = String::from("ruleset t version \"1\"\nrecord P { id : text key  up : text\n");
    for n in 0..4 {
        let _ = writeln!(text, "  k{n} : many P by up");
    }
    text.push_str("}\nlet l0 of P = any k0\n");
    for n in 1..8 {
        let _ = write!(text, "let l{n} of P = any k0 where p.l{}", n - 1);
        for k in 1..4 {
            let _ = write!(text, " or (any k{k} where p.l{})", n - 1);
        }
        text.push('\n');
    }
    let compiled = compile(&text);
    assert_eq!(compiled.diagnostics.first().map(|d| d.code.0), Some("E0603"), "{}", shown(&compiled));
}

#[test]
fn a_long_code_list() {
    let mut text = String::from("ruleset t version \"1\"\ncodes L {\n");
    for n in 0..65_535 {
        let _ = writeln!(text, "  c{n}");
    }
    text.push_str("}\nrecord P { a : L }\nlet x of P = a = c0\n");
    let compiled = compile(&text);
    let [found] = compiled.diagnostics.as_slice() else { panic!("{}", shown(&compiled)) };
    assert_eq!((found.code.0, found.message.as_str()), ("E0601", "the code list is too long"));
    assert_eq!(found.primary.as_ref().unwrap().message, "one past the limit of 65534 codes");
}

#[test]
fn a_category_chooses_from_a_short_list() {
    let list = |codes: usize| {
        let codes: String = (0..codes).map(|n| format!("c{n} ")).collect();
        format!(
            "ruleset t version \"1\"\ncodes L {{ {codes}}}\nrecord P {{ a : L }}\ncategory k of P -> L {{ c0 when a = c1 }}\n"
        )
    };
    program(&list(127));
    let compiled = compile(&list(128));
    let [found] = compiled.diagnostics.as_slice() else { panic!("{}", shown(&compiled)) };
    assert_eq!((found.code.0, found.message.as_str()), ("E0601", "code list `L` is too long to be chosen from"));
    assert_eq!(found.help.as_deref(), Some("let the category choose from a shorter list"));
}

#[test]
fn many_errors_are_counted() {
    let mut text = HEAD.to_owned();
    for n in 0..30_000 {
        let _ = writeln!(text, "let l{n} of P = aa{n}x > 0");
    }
    let compiled = compile(&text);
    assert_eq!(compiled.diagnostics.len(), 1_001);
    let found = &compiled.diagnostics[0];
    assert_eq!((found.code.0, found.primary.is_none()), ("E0604", true));
    assert_eq!(found.message, "29000 more errors are not listed, past the limit of 1000");
    assert_eq!(found.help.as_deref(), Some("mend those that are listed, and check the rules again"));
}
