//! Aggregates over children, certain and uncertain.

use super::rules::{self, Rules, fill};
use super::{fast, value};

const CHILD: &str = "w:boolean n:integer d:decimal on:date l:Level s:text r:range(integer) \
    bad:boolean nbad:integer";

/// Expressions against children: each group of children with what each expression comes to there.
#[track_caller]
fn check(children: &str, cases: &[(&str, &str)]) {
    let mut rules = Rules::new();
    rules.list("Level", "a b c d");
    rules.record("Child", CHILD);
    let record = rules.record("R", "kids:many(Child) limit:integer");
    let nodes: Vec<_> = cases.iter().map(|(expr, _)| rules.expr(record, expr)).collect();
    let asked = fast(&mut rules, record, &nodes);
    let mut session = rules.session();
    // Twice: what is used again must have been put back.
    for round in 0..2 {
        fill(&mut session, "R", &format!("limit=5 {children}"));
        let mut wrong = Vec::new();
        for ((&(expr, expected), &node), &category) in cases.iter().zip(&nodes).zip(&asked) {
            let actual = value(&mut session, node, category);
            if actual != expected {
                wrong.push(format!("{expr}: expected {expected}, is {actual} in round {round}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn of_no_children() {
    check(
        "",
        &[
            ("(count kids)", "0"),
            ("(count kids w)", "0"),
            ("(any kids)", "no"),
            ("(any kids w)", "no"),
            ("(all kids w)", "yes"),
            ("(sum n kids)", "0"),
            ("(sum d kids w)", "0"),
            ("(min n kids)", "not_applicable"),
            ("(max on kids)", "not_applicable"),
            ("(mean n kids)", "not_applicable"),
            ("(latest n on kids)", "not_applicable"),
            ("(distinct s kids)", "0"),
        ],
    );
}

#[test]
fn of_certain_children() {
    check(
        "kids[w=yes n=4 d=1.5 on=2026-01-02 l=b s='x' r=1..2] kids[w=no n=-2 d=0.25 on=2026-01-03 l=d s='y' r=5] \
         kids[w=yes n=7 d=2 on=2026-01-01 l=a s='x' r=2..2]",
        &[
            ("(count kids)", "3"),
            ("(count kids w)", "2"),
            ("(any kids w)", "yes"),
            ("(all kids w)", "no"),
            ("(all kids (< n 10))", "yes"),
            ("(sum n kids)", "9"),
            ("(sum n kids w)", "11"),
            ("(sum d kids)", "3.75"),
            ("(sum r kids)", "[8, 9]"),
            ("(min n kids)", "-2"),
            ("(max n kids)", "7"),
            ("(max d kids)", "2"),
            ("(max on kids w)", "2026-01-02"),
            ("(min on kids)", "2026-01-01"),
            ("(max l kids w)", "b"),
            ("(min l kids)", "a"),
            ("(max r kids)", "5"),
            ("(max r kids w)", "2"),
            ("(min r kids w)", "[1, 2]"),
            ("(mean n kids)", "3"),
            ("(mean d kids w)", "1.75"),
            ("(mean n kids w)", "5.5"),
            ("(mean r kids)", "unknown"),
            ("(latest n on kids)", "-2"),
            ("(latest n on kids w)", "4"),
            ("(earliest s on kids)", "'x'"),
            ("(distinct s kids)", "2"),
            ("(distinct l kids w)", "2"),
            ("(count kids (> n ^limit))", "1"),
            ("(any kids (= s 'y'))", "yes"),
        ],
    );
}

#[test]
fn with_an_uncertain_filter() {
    check(
        "kids[w=yes n=4 d=1.5 on=2026-01-02 l=b s='x' r=4] kids[w=? n=6 d=0.25 on=2026-01-03 l=c s='y' r=5..6] \
         kids[w=?withheld n=-3 d=-1 on=2026-01-01 l=a s='x' r=-9..1]",
        &[
            ("(count kids w)", "[1, 3]"),
            ("(any kids w)", "yes"),
            ("(any kids (and w (> n 5)))", "unknown"),
            ("(any kids (and w (< n 0)))", "withheld"),
            ("(all kids w)", "unknown"),
            ("(all kids (and w (= n 4)))", "no"),
            ("(sum n kids w)", "[1, 10]"),
            ("(sum d kids w)", "[0.5, 1.75]"),
            ("(sum r kids w)", "[-5, 11]"),
            ("(max n kids w)", "[4, 6]"),
            ("(min n kids w)", "[-3, 4]"),
            ("(max d kids w)", "1.5"),
            ("(min d kids w)", "[-1, 1.5]"),
            ("(max r kids w)", "[4, 6]"),
            ("(min r kids w)", "[-9, 4]"),
            ("(max on kids w)", "unknown"),
            ("(max on kids (and w (!= l Level.c)))", "2026-01-02"),
            ("(max l kids w)", "{b, c}"),
            ("(min l kids w)", "{a, b}"),
            ("(mean n kids w)", "unknown"),
            ("(latest n on kids w)", "unknown"),
            ("(latest n on kids (and w (!= l Level.c)))", "4"),
            ("(earliest n on kids (and w (!= l Level.a)))", "4"),
            ("(distinct s kids w)", "[1, 2]"),
            ("(>= (count kids w) 1)", "yes"),
            ("(>= (count kids w) 4)", "no"),
            ("(>= (count kids w) 2)", "unknown"),
        ],
    );
}

#[test]
fn with_only_uncertain_children() {
    check(
        "kids[w=? n=6 on=2026-01-03 l=c s='y'] kids[w=no n=1]",
        &[
            ("(count kids w)", "[0, 1]"),
            ("(any kids w)", "unknown"),
            ("(max n kids w)", "unknown"),
            ("(max l kids w)", "unknown"),
            ("(max on kids w)", "unknown"),
            ("(mean n kids w)", "unknown"),
            ("(latest n on kids w)", "unknown"),
            ("(sum n kids w)", "[0, 6]"),
            ("(distinct s kids w)", "[0, 1]"),
            ("(max n kids (and w (> n 7)))", "not_applicable"),
        ],
    );
}

#[test]
fn with_missing_values() {
    check(
        "kids[w=yes n=4 on=2026-01-02 l=b] kids[w=yes n=?withheld d=? on=? s='x'] kids[w=? n=?not_answered l=c]",
        &[
            ("(sum n kids)", "withheld"),
            ("(sum n kids w)", "withheld"),
            ("(sum n kids (and w (missing n)))", "withheld"),
            ("(sum n kids (and w (missing s)))", "not_answered"),
            ("(max n kids (and w (missing s)))", "not_answered"),
            ("(max n kids)", "withheld"),
            ("(mean n kids)", "withheld"),
            ("(mean n kids (and w (missing s)))", "unknown"),
            ("(latest n on kids)", "unknown"),
            ("(distinct n kids)", "[1, 3]"),
            ("(distinct n kids w)", "[1, 3]"),
            ("(distinct d kids)", "[1, 3]"),
            ("(count kids (> n 1))", "[1, 3]"),
        ],
    );
}

#[test]
fn latest_takes_the_last_of_equals_and_earliest_the_first() {
    let kids = "kids[n=1 on=2026-01-02 w=yes] kids[n=2 on=2026-01-02 w=yes] kids[n=3 on=2025-01-02 w=yes]";
    check(
        kids,
        &[
            ("(latest n on kids)", "2"),
            ("(earliest n on kids)", "3"),
            ("(earliest n on kids (> n 0))", "3"),
            ("(earliest n on kids (< n 3))", "1"),
        ],
    );
    // One that may count ties with the best that does: it matters where it would be taken.
    check(
        "kids[n=1 on=2026-01-02 w=yes] kids[n=2 on=2026-01-02 w=?]",
        &[("(latest n on kids w)", "unknown"), ("(earliest n on kids w)", "1")],
    );
    check(
        "kids[n=1 on=2026-01-02 w=?] kids[n=2 on=2026-01-02 w=yes]",
        &[("(latest n on kids w)", "2"), ("(earliest n on kids w)", "unknown")],
    );
    // The value of the chosen one is the result, whatever it is; the others' do not matter.
    check(
        "kids[n=1 on=2026-01-03 nbad=?withheld] kids[n=2 on=2026-01-02 nbad=!]",
        &[("(latest nbad on kids)", "withheld"), ("(earliest nbad on kids)", "error Data")],
    );
    // A missing order: of one that counts it is the result's, of one that may it leaves the result unknown.
    check(
        "kids[n=1 on=2026-01-03 w=yes] kids[n=2 on=?withheld w=yes]",
        &[("(latest n on kids)", "withheld"), ("(latest n on kids (= n 1))", "1")],
    );
    check("kids[n=1 on=2026-01-03 w=yes] kids[n=2 on=?withheld w=?]", &[("(latest n on kids w)", "unknown")]);
}

#[test]
fn errors_of_children() {
    check(
        "kids[w=yes n=1 nbad=3] kids[w=? n=2 bad=! nbad=!] kids[w=no n=3 nbad=!]",
        &[
            ("(count kids bad)", "error Data"),
            ("(count kids (and w (> nbad 1)))", "error Data"),
            ("(any kids (and w (> nbad 1)))", "yes"),
            ("(any kids (and (not w) (> nbad 1)))", "error Data"),
            ("(all kids (or w (> nbad 1)))", "error Data"),
            ("(all kids (and (> n 1) (> nbad 1)))", "no"),
            ("(sum nbad kids (= n 1))", "3"),
            ("(sum nbad kids w)", "error Data"),
            ("(max nbad kids (= n 1))", "3"),
            ("(mean nbad kids w)", "error Data"),
            ("(distinct nbad kids w)", "error Data"),
            ("(latest n nbad kids w)", "error Data"),
            ("(sum nbad kids (not w))", "error Data"),
        ],
    );
    check(
        "kids[n=9223372036854775807 d=9999999999999999999999999999] kids[n=1 d=1 w=?]",
        &[
            ("(sum n kids)", "error Overflow"),
            ("(sum n kids (or (> n 1) w))", "[9223372036854775807, ..]"),
            ("(sum d kids)", "error Overflow"),
            ("(sum (neg n) kids)", "-9223372036854775808"),
            ("(sum (+ n 1) kids)", "error Overflow"),
            ("(mean n kids)", "4611686018427387904"),
        ],
    );
    // In the order of the children, an error of the filter before one of the value.
    check("kids[n=1 nbad=!] kids[n=2 bad=!]", &[("(sum nbad kids (or (= n 1) bad))", "error Data")]);
}

#[test]
fn bounds_of_values() {
    check(
        "kids[r=3..5 w=yes] kids[r=4.. w=yes] kids[r=..2 w=?]",
        &[
            ("(sum r kids w)", "[.., ..]"),
            ("(sum r kids (known n))", "0"),
            ("(max r kids)", "[4, ..]"),
            ("(min r kids)", "[.., 2]"),
            ("(max r kids w)", "[4, ..]"),
            ("(min r kids w)", "[.., 5]"),
            ("(distinct r kids)", "[1, 3]"),
        ],
    );
}

#[test]
fn required_and_unread_fields_of_children() {
    let mut rules = Rules::new();
    rules.record("Child", "on:date! note:text");
    let record = rules.record("R", "kids:many(Child) others:many(Child)");
    let late = rules.expr(record, "(any kids (> on @2026-01-01))");
    let mut session = rules.session();
    fill(&mut session, "R", "kids[on=2026-02-01] others[on=2026-02-01]");
    assert_eq!(rules::value(&mut session, late), "yes");
    fill(&mut session, "R", "kids[note='x']");
    assert_eq!(rules::value(&mut session, late), "error Data");
    fill(&mut session, "R", "kids[note='x' on=?]");
    assert_eq!(rules::value(&mut session, late), "error Data");
}

#[test]
fn aggregates_within_aggregates() {
    let mut rules = Rules::new();
    rules.record("Grandchild", "x:integer");
    rules.record("Child", "n:integer toys:many(Grandchild)");
    let record = rules.record("R", "kids:many(Child) limit:integer");
    let cases = [
        ("(sum (sum x toys) kids)", "21"),
        ("(count kids (any toys (> x ^n)))", "2"),
        ("(max (count toys) kids)", "3"),
        ("(count kids (>= (count toys) ^limit))", "2"),
        ("(sum (count toys (> x ^^limit)) kids)", "4"),
        ("(count kids (> (sum x toys) ^limit))", "3"),
        // What a child reads of its parent goes over the same children.
        ("(count kids (< n (max n kids)))", "2"),
    ];
    let mut nodes = Vec::new();
    for (expr, _) in cases {
        // `^` before a list reads a whole expression of the parent.
        let expr = expr.replace("(max n kids)", "^top");
        rules.let_(record, "top", "(max n kids)");
        nodes.push(rules.expr(record, &expr));
    }
    let asked = fast(&mut rules, record, &nodes);
    let mut session = rules.session();
    fill(
        &mut session,
        "R",
        "limit=2 kids[n=1 toys[x=1] toys[x=2] toys[x=3]] kids[n=5 toys[x=4] toys[x=5]] kids[n=2 toys[x=6]]",
    );
    for (((expr, expected), node), category) in cases.iter().zip(nodes).zip(asked) {
        assert_eq!(&value(&mut session, node, category), expected, "{expr}");
    }
}
