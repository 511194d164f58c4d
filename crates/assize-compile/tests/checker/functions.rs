//! Functions: heads, bodies, calls.

use crate::common::{RECORDS, declaration, fault, program};
use assize_model::program::Program;

/// A declaration of a function that is called, with a body.
fn with(body: &str) -> String {
    format!("function f(a : integer, b : text) -> integer = rhai {{{body}}}\nlet x of Person = f(age, name)")
}

#[test]
fn bodies_are_read_where_they_stand() {
    let help = "a body is statements of Rhai, the last of which is what the function gives";
    declaration(
        "E0701",
        &with("\n  let n = a + size(b);\n  n + «wrong»\n"),
        "the body of `f` is not Rhai: undefined variable: wrong",
        help,
    );
    declaration(
        "E0701",
        &with(" a + b.len() «)» "),
        "the body of `f` is not Rhai: expecting `;` to terminate this statement",
        help,
    );
    let empty = with("  ").replacen("function f", "function «f»", 1);
    declaration("E0701", &empty, "function `f` is empty", "write in its braces what it gives");
}

#[test]
fn heads() {
    let call = "let x of Person = f(age)";
    declaration(
        "E0103",
        "function «round»(a : integer) -> integer = rhai { a }",
        "`round` is a function of the language",
        "give the function another name",
    );
    declaration(
        "E0103",
        "function «limit»(a : integer) -> integer = rhai { a }",
        "`limit` is declared twice",
        "give one of them another name",
    );
    declaration(
        "E0104",
        "function f(a : integer, «a» : text) -> integer = rhai { a }\nlet x of Person = f(age, name)",
        "parameter `a` stands twice in `f`",
        "remove one parameter, or give it another name",
    );
    declaration(
        "E0702",
        &format!("function f(a : integer) -> «many Charge by person» = rhai {{ a }}\n{call}"),
        "a function gives one value",
        "use a type such as `integer`, `text` or `date`, a code list, or a set",
    );
    declaration(
        "E0703",
        &format!("function f(«with» : integer) -> integer = rhai {{ 1 }}\n{call}"),
        "`with` is a word of Rhai",
        "give the parameter another name, in the body too",
    );
}

#[test]
fn calls() {
    let f = "function f(a : decimal in CAD, b : Kind, c : date) -> decimal in CAD = rhai { a + b.len() + c.day }\n";
    let of = |call: &str| format!("{f}let x of Person = {call}");
    let made: Program = program(&format!("{RECORDS}{}", of("f(cost, theft, seen) + cost")));
    assert!(format!("{}", assize_model::dump::dump(&made)).contains("call f "));
    declaration("E0208", &of("«f(cost, theft)»"), "`f` does not take this many values", "write f(a, b, c)");
    declaration(
        "E0208",
        &of("f(«name», theft, born)"),
        "`a` of `f` is a decimal, not text",
        "give a decimal, or declare the parameter otherwise",
    );
    declaration("E0107", &of("f(cost, «theff», born)"), "`theff` is not a code of `Kind`", "did you mean `theft`?");
    declaration(
        "E0212",
        &of("f(«height», theft, born)"),
        "`CAD` and `m` are different units",
        "multiply or divide by a rate that turns one unit into the other",
    );
    declaration("E0115", &of("f(cost, theft, born) + «f»"), "`f` is a function", "call it: `f(…)`");
    declaration(
        "E0113",
        "let x of Person = «seazon»(born)\nfunction season(a : date) -> text = rhai { `${a}` }\nlet y of Person = season(born)",
        "unknown function `seazon`",
        "did you mean `season`?",
    );
}

#[test]
fn what_is_not_used() {
    let of = |text: &str| format!("ruleset t version \"1\"\nrecord Person {{ age : integer }}\n{text}");
    fault(
        "W0911",
        &of("function «f»(a : integer) -> integer = rhai { a }\nlet x of Person = age"),
        "function `f` is never called",
        "call it, or remove it",
    );
    fault(
        "W0912",
        &of("function f(a : integer, «b» : integer) -> integer = rhai { a }\nlet x of Person = f(age, age)"),
        "parameter `b` of `f` is never read",
        "use it, or remove it",
    );
}

#[test]
fn a_function_calls_no_other_and_not_itself() {
    let help = "give it what the other one gives, as an argument";
    declaration("E0704", &with(" «f»(a, b) "), "function `f` calls itself", help);
    let other = "function g(a : integer) -> integer = rhai { a }\nlet y of Person = g(age)\n";
    let text = format!("{other}{}", with(" b.len() + «g» (a) /* f(a) */ "));
    declaration("E0704", &text, "function `f` calls `g`", help);
}
