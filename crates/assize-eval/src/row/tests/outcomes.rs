//! Outcomes of categories: value, state, reasons, what is possible, what is missing.

use super::rules::{Rules, fill, outcome, value};
use assize_model::ids::{CategoryId, RecordId};
use assize_model::program::Hit;

const FIELDS: &str = "p:boolean q:boolean r:boolean s:boolean t:boolean n:integer m:integer ap:boolean";

/// Records against the outcomes they have in one category.
#[track_caller]
fn check(hit: Hit, applies: &str, cases: &str, otherwise: &str, expected: &[(&str, &str)]) {
    let mut rules = Rules::new();
    rules.list("Level", "a b c d");
    let record = rules.record("R", FIELDS);
    let category = rules.category(record, "level", "Level", hit, applies, cases, otherwise);
    let mut session = rules.session();
    let mut wrong = Vec::new();
    for &(given, expected) in expected {
        fill(&mut session, "R", given);
        let actual = outcome(&mut session, category);
        if actual != expected {
            wrong.push(format!("{given}: expected {expected}, is {actual}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const CASES: &str = "a: one = p; two = q
    b: three = r
    c: four = s";

#[test]
fn the_first_true_case_decides() {
    check(
        Hit::First,
        "",
        CASES,
        "none",
        &[
            ("p=yes q=yes r=yes s=no", "a decided because one two"),
            ("p=no q=yes r=? s=?", "a decided because two"),
            ("p=? q=yes r=no s=no", "a decided because two"),
            ("p=? q=no r=yes s=no", "b provisional because three possible a b missing p"),
            ("p=? q=? r=yes s=?", "b provisional because three possible a b missing p q"),
            ("p=? q=no r=? s=yes", "c provisional because four possible a b c missing p r"),
            ("p=no q=no r=no s=no", "none decided"),
            ("p=no q=no r=? s=no", "- undetermined possible b none missing r"),
            ("", "- undetermined possible a b c none missing p q r s"),
        ],
    );
}

#[test]
fn errors_stop_the_walk_where_they_are_reached() {
    let overflow = "a: one = p
        b: two = (> (+ n 1) 3); three = q
        c: four = r";
    let big = "n=9223372036854775807";
    check(
        Hit::First,
        "",
        overflow,
        "none",
        &[
            (&format!("p=yes q=no r=no {big}"), "a decided because one"),
            (&format!("p=no q=yes r=no {big}"), "b decided because three"),
            (&format!("p=no q=no r=yes {big}"), "- error Overflow"),
            (&format!("p=? q=? r=yes {big}"), "- error Overflow"),
            ("p=no q=no r=yes n=1", "c decided because four"),
        ],
    );
    check(
        Hit::Unique,
        "",
        overflow,
        "none",
        &[(&format!("p=yes q=no r=no {big}"), "- error Overflow"), ("p=yes q=no r=no n=1", "a decided because one")],
    );
    check(
        Hit::All,
        "",
        overflow,
        "none",
        &[(&format!("p=yes q=no r=no {big}"), "- error Overflow"), ("p=yes q=no r=no n=1", "<a> decided because one")],
    );
}

#[test]
fn a_record_at_fault_is_in_error_whatever_it_says() {
    check(Hit::First, "", CASES, "none", &[("p=yes q=! r=no s=no", "- error Data"), ("p=yes t=!", "- error Data")]);
}

#[test]
fn otherwise_gives_a_code_nothing_or_an_error() {
    check(
        Hit::First,
        "",
        "a: one = p\nb: two = q",
        "d",
        &[
            ("p=no q=no", "d decided"),
            ("p=no q=?", "- undetermined possible b d missing q"),
            ("p=? q=yes", "b provisional because two possible a b missing p"),
        ],
    );
    check(
        Hit::First,
        "",
        "a: one = p\nb: two = q",
        "error",
        &[("p=no q=no", "- error Stated"), ("p=no q=?", "- undetermined possible b missing q")],
    );
    // The same code again: whatever comes out, it is that.
    check(
        Hit::First,
        "",
        "a: one = p\nb: two = q\na: three = r",
        "a",
        &[("p=? q=no r=yes", "a decided because three"), ("p=? q=no r=no", "- undetermined possible a missing p")],
    );
}

#[test]
fn whether_it_applies() {
    check(
        Hit::First,
        "ap",
        "a: one = p\nb: two = q",
        "none",
        &[
            ("ap=yes p=yes q=no", "a decided because one"),
            ("ap=no p=yes q=no", "- not_applicable"),
            ("ap=no p=! q=no", "- error Data"),
            ("ap=? p=yes q=no", "- undetermined possible a missing ap"),
            ("ap=? p=? q=yes", "- undetermined possible a b missing ap p"),
            ("ap=? p=no q=no", "- undetermined possible none missing ap"),
        ],
    );
    check(
        Hit::First,
        "(> (+ n 1) 3)",
        "a: one = p\nb: two = (> (* n n) 9)",
        "error",
        &[
            ("n=9223372036854775807 p=yes", "- error Overflow"),
            ("n=? p=yes", "- undetermined possible a missing n"),
            ("n=5 p=no", "b decided because two"),
            ("n=3 p=no", "- error Stated"),
            ("n=2 p=no", "- not_applicable"),
        ],
    );
    // What goes wrong for certain does so whether or not it applies.
    check(
        Hit::First,
        "ap",
        "a: one = (> (+ n 1) 3)",
        "error",
        &[("ap=? n=9223372036854775807", "- error Overflow"), ("ap=? n=1", "- error Stated")],
    );
}

#[test]
fn only_one_may_be_true() {
    check(
        Hit::Unique,
        "",
        CASES,
        "none",
        &[
            ("p=yes q=yes r=no s=no", "a decided because one two"),
            ("p=yes q=? r=no s=no", "a decided because one"),
            ("p=no q=no r=yes s=?", "b provisional because three possible b missing s"),
            ("p=? q=no r=yes s=?", "b provisional because three possible b missing p s"),
            ("p=yes q=no r=yes s=no", "- error because one three Conflict"),
            ("p=yes q=no r=yes s=?", "- error because one three Conflict"),
            ("p=no q=no r=no s=no", "none decided"),
            ("p=no q=? r=no s=?", "- undetermined possible a c none missing q s"),
        ],
    );
    check(
        Hit::Unique,
        "ap",
        CASES,
        "none",
        &[
            ("ap=? p=yes q=no r=yes s=no", "- error because one three Conflict"),
            ("ap=? p=yes q=no r=no s=?", "- undetermined possible a missing ap s"),
        ],
    );
}

#[test]
fn all_that_are_true() {
    check(
        Hit::All,
        "",
        CASES,
        "none",
        &[
            ("p=yes q=no r=yes s=no", "<a b> decided because one three"),
            ("p=yes q=? r=yes s=no", "<a b> decided because one three"),
            ("p=yes q=yes r=? s=no", "<a> provisional because one two possible a b missing r"),
            ("p=no q=no r=? s=?", "- undetermined possible b c none missing r s"),
            ("p=no q=no r=no s=no", "<> decided"),
        ],
    );
    check(
        Hit::All,
        "",
        CASES,
        "d",
        &[
            ("p=no q=no r=no s=no", "<d> decided"),
            ("p=no q=no r=? s=no", "- undetermined possible b d missing r"),
            ("p=no q=no r=? s=yes", "<c> provisional because four possible b c missing r"),
        ],
    );
}

#[test]
fn the_highest_is_walked_from_the_top() {
    check(
        Hit::Highest,
        "",
        "d: top = p\nb: middle = q\na: low = r",
        "none",
        &[
            ("p=no q=yes r=yes", "b decided because middle"),
            ("p=? q=yes r=yes", "b provisional because middle possible b d missing p"),
            ("p=no q=no r=?", "- undetermined possible a none missing r"),
        ],
    );
}

/// Whether an expression that is unknown lists these.
#[track_caller]
fn missing(fields: &str, expr: &str, cases: &[(&str, &str)]) {
    let mut rules = Rules::new();
    rules.list("Level", "a b c");
    rules.record("Toy", "x:integer y:boolean");
    rules.record("Kid", "w:boolean v:boolean n:integer on:date toys:many(Toy) r:range(integer)");
    let record = rules.record("R", &format!("kids:many(Kid) {fields}"));
    let category = rules.category(record, "level", "Level", Hit::First, "", &format!("a: one = {expr}"), "none");
    let mut session = rules.session();
    for &(given, expected) in cases {
        fill(&mut session, "R", given);
        let row = session.evaluate(category).unwrap().row();
        let names: Vec<String> = row.missing.iter().map(|path| path.name(session.program(), record)).collect();
        assert_eq!(names.join(" "), expected, "{given}");
    }
}

#[test]
fn missing_inputs_in_reading_order_each_once() {
    missing(
        "p:boolean q:boolean r:boolean n:integer m:integer",
        "(and (or p q) (or r p) (> (+ n m) 3))",
        &[
            ("p=? q=? r=? n=1 m=?", "p q r m"),
            ("p=yes q=? r=? n=? m=?", "n m"),
            ("p=no q=? r=yes n=5 m=5", "q"),
            ("p=no q=no r=? n=? m=?", ""),
        ],
    );
}

#[test]
fn only_the_branch_taken_is_read() {
    missing(
        "p:boolean q:boolean r:boolean",
        "(and (if p q r) (= 1 1))",
        &[("p=? q=? r=?", "p"), ("p=yes q=? r=?", "q"), ("p=no q=? r=?", "r"), ("p=no q=? r=yes", "")],
    );
    missing(
        "n:integer m:integer o:range(integer)",
        "(> (first n o m) 5)",
        &[("n=? o=3..9 m=?", "n o"), ("n=? o=? m=?", "n o m"), ("n=? o=4 m=?", ""), ("n=? o=.. m=6", "")],
    );
}

#[test]
fn bounds_and_errors() {
    missing("o:range(integer) p:boolean", "(and p (> o 5))", &[("o=3..9 p=yes", "o"), ("o=3..9 p=?", "p o")]);
    // The value of another child than the latest is in error: nothing is listed for that.
    missing(
        "p:boolean",
        "(> (latest n on kids w) 3)",
        &[("kids[w=yes n=! on=2026-01-01] kids[w=? n=? on=2026-02-01]", "kids.w kids.n")],
    );
}

#[test]
fn missing_inputs_of_children() {
    missing(
        "p:boolean",
        "(>= (count kids (and w v)) 2)",
        &[
            // Reading order goes before the order of the children.
            ("kids[w=yes v=?] kids[w=? v=yes]", "kids.w kids.v"),
            ("kids[w=yes v=?] kids[w=no v=?] kids[w=yes v=yes]", "kids.v"),
            ("kids[w=? v=no] kids[w=yes v=?] kids[w=yes v=yes]", "kids.v"),
        ],
    );
    missing(
        "limit:integer",
        "(> (sum n kids (and w (< n ^limit))) 3)",
        &[
            ("limit=? kids[w=yes n=4]", "limit"),
            ("limit=5 kids[w=? n=4]", "kids.w"),
            ("limit=5 kids[w=yes n=?]", "kids.n"),
            ("limit=? kids[w=? n=?] kids[w=no n=?]", "kids.w kids.n limit"),
        ],
    );
    missing(
        "p:boolean",
        "(> (max n kids w) 3)",
        &[
            ("", "kids"),
            ("kids[w=no n=9]", "kids"),
            ("kids[w=yes n=?]", "kids.n"),
            ("kids[w=? n=4] kids[w=no n=?]", "kids.w"),
            ("kids[w=? n=2] kids[w=yes n=?not_applicable]", "kids.w kids.n"),
        ],
    );
    missing("p:boolean", "(> (max r kids) 3)", &[("kids[r=2..5]", "kids.r"), ("kids[r=2..5] kids[r=7..9]", "")]);
    missing(
        "p:boolean",
        "(and (> (sum (count toys (> x ^n)) kids w) 2) (known p))",
        &[
            ("p=yes kids[w=? n=1 toys[x=?] toys[x=2]] kids[w=yes n=? toys[x=1]]", "kids.w kids.toys.x kids.n"),
            ("p=yes kids[w=yes n=1 toys[x=5] toys[x=5] toys[x=?]]", "kids.toys.x"),
        ],
    );
    missing(
        "p:boolean",
        "(> (max (max x toys) kids) 3)",
        &[("kids[] kids[toys[x=?]]", "kids.toys kids.toys.x"), ("kids[n=1]", "kids.toys"), ("", "kids")],
    );
}

fn two(first: &str, second: &str) -> (Rules, RecordId, CategoryId) {
    let mut rules = Rules::new();
    rules.list("Level", "a b c d");
    let record = rules.record("R", FIELDS);
    rules.category(record, "level", "Level", Hit::First, "ap", first, "none");
    let other = rules.category(record, "other", "Level", Hit::First, "", second, "none");
    (rules, record, other)
}

#[test]
fn one_category_reads_another() {
    let (rules, _, category) =
        two("c: one = p\nb: two = q", "d: high = (>= level Level.b)\na: known = (known level)\nb: rest = r");
    let mut session = rules.session();
    for (given, expected) in [
        ("ap=yes p=yes q=no r=no", "d decided because high"),
        ("ap=yes p=no q=no r=no", "a decided because known"),
        // Between c and b, either way high.
        ("ap=yes p=? q=yes r=no", "d decided because high"),
        // Between c and no code.
        ("ap=yes p=? q=no r=yes", "b provisional because rest possible b d missing p"),
        ("ap=? p=yes q=no r=yes", "b provisional because rest possible b d missing ap"),
        ("ap=? p=? q=no r=yes", "b provisional because rest possible b d missing ap p"),
        // Not applicable is missing, and no field can change it.
        ("ap=no p=yes q=no r=yes", "b provisional because rest possible b d"),
    ] {
        fill(&mut session, "R", given);
        assert_eq!(outcome(&mut session, category), expected, "{given}");
    }
}

#[test]
fn known_asks_for_the_state_of_a_category() {
    let mut rules = Rules::new();
    rules.list("Level", "a b c d");
    rules.record("Kid", "x:boolean");
    let record = rules.record("R", &format!("{FIELDS} kids:many(Kid)"));
    rules.category(record, "level", "Level", Hit::Unique, "ap", "a: one = p\nb: two = q", "none");
    let exprs = ["level", "(known level)", "(missing level)", "(unknown level)", "(not_applicable level)"];
    let mut nodes: Vec<_> = exprs.iter().map(|expr| rules.expr(record, expr)).collect();
    nodes.push(rules.expr(record, "(all kids (and x (known ^level)))"));
    let mut session = rules.session();
    for (given, expected) in [
        ("ap=yes p=yes q=no", "a yes no no no yes"),
        // One code is possible, and still it could come to a conflict.
        ("ap=yes p=yes q=?", "a no yes yes no no"),
        ("ap=yes p=? q=?", "{a, b, none} no yes yes no no"),
        ("ap=yes p=no q=no", "none yes no no no yes"),
        ("ap=no", "not_applicable no yes no yes no"),
        ("ap=? p=yes q=no", "unknown no yes yes no no"),
        (
            "ap=yes p=yes q=yes",
            "error Conflict error Conflict error Conflict error Conflict error Conflict error Conflict",
        ),
    ] {
        fill(&mut session, "R", &format!("{given} kids[x=yes]"));
        let actual: Vec<String> = nodes.iter().map(|&node| value(&mut session, node)).collect();
        assert_eq!(actual.join(" "), expected, "{given}");
    }
}

#[test]
fn a_set_of_codes_as_an_operand() {
    let mut rules = Rules::new();
    rules.list("Level", "a b c d");
    let record = rules.record("R", FIELDS);
    rules.category(record, "levels", "Level", Hit::All, "", "a: one = p\nc: two = q", "none");
    let node = rules.expr(record, "(contains levels Level.c)");
    let size = rules.expr(record, "(size levels)");
    let mut session = rules.session();
    for (given, expected) in
        [("p=yes q=yes", "yes 2"), ("p=yes q=no", "no 1"), ("p=no q=no", "no 0"), ("p=? q=yes", "unknown unknown")]
    {
        fill(&mut session, "R", given);
        assert_eq!(format!("{} {}", value(&mut session, node), value(&mut session, size)), expected, "{given}");
    }
}

#[test]
fn a_category_of_children_within_their_parent() {
    let mut rules = Rules::new();
    rules.list("Level", "a b c d");
    let kid = rules.record("Kid", "w:boolean v:boolean! n:integer");
    let record = rules.record("R", &format!("{FIELDS} kids:many(Kid)"));
    rules.category(kid, "grade", "Level", Hit::First, "", "c: one = w\nb: two = (> n 2)", "a");
    rules.within(record, "kids", "grade", "grade");
    let category = rules.category(
        record,
        "level",
        "Level",
        Hit::First,
        "",
        "d: many = (>= (count kids (>= grade Level.b)) 2)\nc: top = (= (max grade kids) Level.c)",
        "none",
    );
    let own = CategoryId(0);
    let mut session = rules.session();
    for (given, expected) in [
        ("kids[w=yes v=yes] kids[w=no v=yes n=3]", "d decided because many"),
        ("kids[w=yes v=yes] kids[w=no v=yes n=1]", "c decided because top"),
        ("kids[w=yes v=yes] kids[w=? v=yes n=3]", "d decided because many"),
        ("kids[w=yes v=yes] kids[w=? v=yes n=1]", "c provisional because top possible c d missing kids.w"),
        ("kids[w=? v=yes n=?]", "- undetermined possible c none missing kids.w kids.n"),
        // What makes the child itself faulty does not make its grade so here.
        ("kids[w=yes v=!] kids[w=no v=! n=3]", "d decided because many"),
        ("kids[w=! v=yes] kids[w=no v=yes n=3]", "- error Data"),
    ] {
        fill(&mut session, "R", given);
        assert_eq!(outcome(&mut session, category), expected, "{given}");
    }
    // By itself it is.
    fill(&mut session, "Kid", "w=yes v=!");
    assert_eq!(outcome(&mut session, own), "- error Data");
    fill(&mut session, "Kid", "w=yes");
    assert_eq!(outcome(&mut session, own), "- error Data");
    fill(&mut session, "Kid", "w=yes v=no");
    assert_eq!(outcome(&mut session, own), "c decided because one");
}

#[test]
fn a_record_can_change_after_it_was_evaluated() {
    let mut rules = Rules::new();
    rules.list("Level", "a b c d");
    let record = rules.record("R", "p:boolean s:text");
    let category = rules.category(
        record,
        "level",
        "Level",
        Hit::First,
        "",
        "a: one = (= (lower s) 'x')\nb: two = (and p (= (trim (lower s)) 'yes'))",
        "none",
    );
    let (p, s) = (assize_model::ids::FieldId(0), assize_model::ids::FieldId(1));
    let mut session = rules.session();
    session.begin(record).unwrap();
    session.set_boolean(p, true).unwrap();
    for _ in 0..3 {
        session.set_text(s, " YES ").unwrap();
        assert_eq!(outcome(&mut session, category), "b decided because two");
        session.set_text(s, "X").unwrap();
        assert_eq!(outcome(&mut session, category), "a decided because one");
        session.set_boolean(p, false).unwrap();
        session.set_text(s, "yes").unwrap();
        assert_eq!(outcome(&mut session, category), "none decided");
        session.set_boolean(p, true).unwrap();
        assert_eq!(outcome(&mut session, category), "b decided because two");
    }
}
