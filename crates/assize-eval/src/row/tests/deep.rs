//! Deep and wide programs: no stack to overflow, and plans no larger than the program.

use super::rules::{Rules, fill, outcome, value};
use assize_model::ids::{NodeId, RecordId, ScopeId};
use assize_model::node::{AggregateKind, Comparison, Op};
use assize_model::program::Hit;
use assize_model::ty::Ty;
use assize_model::value::Value;

const DEPTH: usize = 100_000;

fn start(fields: &str) -> (Rules, RecordId, ScopeId) {
    let mut rules = Rules::new();
    rules.list("Level", "a b c");
    let record = rules.record("R", fields);
    let scope = rules.root(record);
    (rules, record, scope)
}

#[test]
fn a_long_chain_of_sums() {
    let (mut rules, record, scope) = start("n:integer");
    let mut node = rules.expr(record, "n");
    let one = rules.expr(record, "1");
    for _ in 0..DEPTH {
        node = rules.node(Op::Add(node, one), Ty::Integer, scope);
    }
    rules.name(record, "sum", node);
    let category = rules.category(record, "level", "Level", Hit::First, "", "a: one = (> sum 100004)", "none");
    let mut session = rules.session();
    fill(&mut session, "R", "n=5");
    assert_eq!(outcome(&mut session, category), "a decided because one");
    assert_eq!(value(&mut session, node), "100005");
    fill(&mut session, "R", "");
    assert_eq!(outcome(&mut session, category), "- undetermined possible a none missing n");
    let explained = crate::row::explain::explain(&mut session, category).unwrap();
    assert!(explained.cases[0].criteria[0].more);
}

#[test]
fn a_long_chain_of_conditions_that_are_jumped_over() {
    let (mut rules, record, scope) = start("p:boolean q:boolean s:text");
    let mut node = rules.expr(record, "(matches s 'x')");
    let (p, q) = (rules.expr(record, "p"), rules.expr(record, "q"));
    for at in 0..DEPTH {
        let items = Box::new([if at % 3 == 0 { q } else { p }, node]);
        node = match at % 3 {
            0 => rules.node(Op::Or(items), Ty::Boolean, scope),
            1 => rules.node(Op::And(items), Ty::Boolean, scope),
            _ => rules.node(Op::If { condition: p, then: node, otherwise: q }, Ty::Boolean, scope),
        };
    }
    rules.name(record, "deep", node);
    let category =
        rules.category(record, "level", "Level", Hit::First, "", "a: one = deep\nb: two = (not deep)", "none");
    let mut session = rules.session();
    for (given, expected) in [
        ("p=yes q=yes s='y'", "a decided because one"),
        ("p=yes q=no s='y'", "b decided because two"),
        ("p=yes q=no s='x'", "a decided because one"),
        ("p=yes q=no", "- undetermined possible a b none missing s"),
        ("p=? q=no", "- undetermined possible a b none missing p"),
    ] {
        fill(&mut session, "R", given);
        assert_eq!(outcome(&mut session, category), expected, "{given}");
    }
}

#[test]
fn a_long_chain_of_categories() {
    let (mut rules, record, _) = start("p:boolean q:boolean");
    let mut category = rules.category(record, "c0", "Level", Hit::First, "", "a: one = p\nb: two = q", "none");
    for at in 1..5000 {
        let cases = format!("a: one = (= c{0} Level.a)\nb: two = (and q (= c{0} Level.b))", at - 1);
        category = rules.category(record, &format!("c{at}"), "Level", Hit::First, "", &cases, "none");
    }
    let mut session = rules.session();
    assert!(session.plan().code.len() < 5000 * 20);
    for (given, expected) in [
        ("p=yes q=no", "a decided because one"),
        ("p=no q=yes", "b decided because two"),
        ("p=? q=yes", "- undetermined possible a b none missing p"),
        ("p=? q=no", "- undetermined possible a none missing p"),
    ] {
        fill(&mut session, "R", given);
        assert_eq!(outcome(&mut session, category), expected, "{given}");
    }
}

#[test]
fn a_long_chain_within_children_and_back() {
    let mut rules = Rules::new();
    rules.list("Level", "a b c");
    let kid = rules.record("Kid", "k:integer");
    let record = rules.record("R", "n:integer kids:many(Kid)");
    let root = rules.root(record);
    let by = assize_model::ids::FieldId(1);
    let inner = rules.builder.child(root, by, kid);
    let k = rules.node(Op::Field(assize_model::ids::FieldId(0)), Ty::Integer, inner);
    let mut node = rules.expr(record, "n");
    // Each goes over the children, who read the one before.
    for _ in 0..300 {
        let outer = rules.node(Op::Parent(node), Ty::Integer, inner);
        let filter = rules.node(Op::Compare { op: Comparison::Le, left: k, right: outer }, Ty::Boolean, inner);
        let aggregate =
            Op::Aggregate { kind: AggregateKind::Count, scope: inner, value: None, order: None, filter: Some(filter) };
        node = rules.node(aggregate, Ty::Integer, root);
    }
    rules.name(record, "last", node);
    let category = rules.category(record, "level", "Level", Hit::First, "", "a: one = (= last 2)", "none");
    let mut session = rules.session();
    fill(&mut session, "R", "n=9 kids[k=1] kids[k=2] kids[k=7]");
    // Three are at most 9, two of them at most 3, and so on: two.
    assert_eq!(outcome(&mut session, category), "a decided because one");
    assert_eq!(value(&mut session, node), "2");
}

#[test]
fn shared_expressions_of_children_that_read_aggregates_over_the_same_children() {
    let mut rules = Rules::new();
    rules.list("Level", "a b c");
    rules.record("Kid", "k:integer w:boolean");
    let record = rules.record("R", "n:integer kids:many(Kid)");
    rules.let_(record, "top", "(max k kids w)");
    // Two aggregates share a condition that reads the first; it is found before the children go by.
    rules.let_(record, "near", "(count kids (and w (>= k (- ^top 1))))");
    rules.let_(record, "far", "(sum k kids (not (and w (>= k (- ^top 1)))))");
    let category = rules.category(
        record,
        "level",
        "Level",
        Hit::All,
        "",
        "a: one = (= near 2)\nb: two = (= far 6)\nc: three = (> top n)",
        "none",
    );
    let mut session = rules.session();
    fill(&mut session, "R", "n=4 kids[k=5 w=yes] kids[k=6 w=no] kids[k=4 w=yes]");
    assert_eq!(outcome(&mut session, category), "<a b c> decided because one two three");
}

#[test]
fn what_is_too_far_to_be_found_before_is_worked_out_aside() {
    let mut rules = Rules::new();
    rules.list("Level", "a b c");
    let kid = rules.record("Kid", "k:integer w:boolean");
    let record = rules.record("R", "n:integer kids:many(Kid)");
    let root = rules.root(record);
    let inner = rules.builder.child(root, assize_model::ids::FieldId(1), kid);
    rules.let_(record, "top", "(max k kids w)");
    rules.category(record, "grade", "Level", Hit::First, "", "b: big = (> (count kids w) 1)", "a");
    // More between the children and what they read of their parent than is looked through.
    let top = rules.expr(record, "top");
    let grade = rules.expr(record, "grade");
    let (top, grade) = (
        rules.node(Op::Parent(top), Ty::Integer, inner),
        rules.node(Op::Parent(grade), Ty::Code(assize_model::ids::ListId(0)), inner),
    );
    let mut node = top;
    for at in 0..6000 {
        let by = rules.node(Op::Const(Value::Integer(if at % 2 == 0 { 1 } else { -1 })), Ty::Integer, inner);
        node = rules.node(Op::Add(node, by), Ty::Integer, inner);
    }
    let k = rules.node(Op::Field(assize_model::ids::FieldId(0)), Ty::Integer, inner);
    let filter = rules.node(Op::Compare { op: Comparison::Eq, left: k, right: node }, Ty::Boolean, inner);
    let known = rules.node(Op::IsKnown(grade), Ty::Boolean, inner);
    let filter = rules.node(Op::And(Box::new([known, filter])), Ty::Boolean, inner);
    let count = |rules: &mut Rules, kind: AggregateKind, value: Option<NodeId>| {
        rules.node(Op::Aggregate { kind, scope: inner, value, order: None, filter: Some(filter) }, Ty::Integer, root)
    };
    let (count, sum) = (count(&mut rules, AggregateKind::Count, None), count(&mut rules, AggregateKind::Sum, Some(k)));
    rules.name(record, "count", count);
    rules.name(record, "sum", sum);
    let category =
        rules.category(record, "level", "Level", Hit::All, "", "a: one = (= count 2)\nb: two = (= sum 10)", "none");
    let mut session = rules.session();
    for _ in 0..2 {
        fill(&mut session, "R", "kids[k=5 w=yes] kids[k=6 w=no] kids[k=5 w=yes]");
        assert_eq!(outcome(&mut session, category), "<a b> decided because one two");
        // The grade is not known.
        fill(&mut session, "R", "kids[k=5 w=yes] kids[k=6 w=no] kids[k=5 w=?]");
        assert_eq!(outcome(&mut session, category), "<> decided");
        fill(&mut session, "R", "kids[k=5 w=yes] kids[k=6 w=?] kids[k=5 w=yes]");
        assert_eq!(outcome(&mut session, category), "- undetermined possible a b none missing kids.w");
    }
}
