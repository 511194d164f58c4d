//! What expressions come to: each operator on known, bounded, missing and erroneous operands.

use super::rules::{self, Rules, fill};
use super::{fast, value};

const FIELDS: &str = "t:boolean f:boolean u:boolean w:boolean na:boolean bad:boolean \
    i:integer j:integer iu:integer ina:integer ibad:integer big:integer low:integer r:range(integer) \
    q:range(decimal) open:range(integer) up:range(integer) \
    d:decimal e:decimal dz:decimal du:decimal dbig:decimal \
    s:text su:text on:date end:date onu:date tm:time at:datetime dur:duration durc:duration \
    A:Level B:Level ul:Level nal:Level badl:Level set:set-Level texts:texts setu:set-Level c:Level";

const RECORD: &str = "t=yes f=no u=?  w=?withheld na=?not_applicable bad=! \
    i=7 j=-2 iu=? ina=?not_applicable ibad=! big=9223372036854775807 low=-9223372036854775808 r=3..8 \
    q=0.5..1.25 open=.. up=5.. \
    d=1.50 e=0.25 dz=0 du=?not_answered dbig=9999999999999999999999999999 \
    s='  Straße ÀB ' su=? on=2024-01-31 end=2026-05-30 onu=? tm=22:30 at=2026-03-01T23:30:00Z \
    dur='1 month' durc='45 minutes' A=a B=c ul=? nal=?not_applicable badl=! set=a,c texts=x,yy setu=? c=b";

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let mut rules = Rules::new();
    rules.list("Level", "a b c d");
    let record = rules.record("R", FIELDS);
    let nodes: Vec<_> = cases.iter().map(|(expr, _)| rules.expr(record, expr)).collect();
    let asked = fast(&mut rules, record, &nodes);
    let mut session = rules.session();
    fill(&mut session, "R", RECORD);
    // Its categories would be in error otherwise, before they read anything.
    session.set_fault(false);
    let mut wrong = Vec::new();
    for ((&(expr, expected), node), category) in cases.iter().zip(nodes).zip(asked) {
        let actual = value(&mut session, node, category);
        if actual != expected {
            wrong.push(format!("{expr}: expected {expected}, is {actual}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn logic_is_kleene_and_errors_travel() {
    check(&[
        ("(not t)", "no"),
        ("(not u)", "unknown"),
        ("(not w)", "withheld"),
        ("(not bad)", "error Data"),
        ("(and t f)", "no"),
        ("(and u f)", "no"),
        ("(and bad f)", "no"),
        ("(and f bad)", "no"),
        ("(and u w)", "unknown"),
        ("(and w u)", "withheld"),
        ("(and u bad)", "error Data"),
        ("(and t u t)", "unknown"),
        ("(and t t t)", "yes"),
        ("(or u t)", "yes"),
        ("(or bad t)", "yes"),
        ("(or f bad)", "error Data"),
        ("(or u bad)", "error Data"),
        ("(or f w u)", "withheld"),
        ("(or f f f)", "no"),
    ]);
}

#[test]
fn tallies() {
    check(&[
        ("(atleast 2 t f t)", "yes"),
        ("(atleast 2 t u f)", "unknown"),
        ("(atleast 2 t w u)", "withheld"),
        ("(atleast 2 f u f)", "no"),
        ("(atleast 1 t bad)", "yes"),
        ("(atleast 2 t bad)", "error Data"),
        ("(atleast 2 t u bad)", "error Data"),
        ("(atleast 3 t bad)", "no"),
        ("(atmost 1 t f u)", "unknown"),
        ("(atmost 2 t f u)", "yes"),
        ("(atmost 0 t u)", "no"),
        ("(atmost 0 bad f)", "error Data"),
        ("(exactly 1 t f)", "yes"),
        ("(exactly 2 t f)", "no"),
        ("(exactly 1 t u)", "unknown"),
        ("(exactly 0 t u)", "no"),
        ("(exactly 3 t u)", "no"),
        ("(atleast iu t t)", "unknown"),
        ("(atleast ina u t)", "not_applicable"),
        ("(atleast ibad t t)", "error Data"),
        ("(atleast iu bad)", "error Data"),
        ("(atleast r t t)", "unknown"),
        ("(atleast -1 f f)", "yes"),
    ]);
}

#[test]
fn comparisons_and_bounds() {
    check(&[
        ("(= i 7)", "yes"),
        ("(!= i 7)", "no"),
        ("(< j i)", "yes"),
        ("(= d 1.5)", "yes"),
        ("(>= e d)", "no"),
        ("(= t f)", "no"),
        ("(!= t f)", "yes"),
        ("(< on end)", "yes"),
        ("(< tm @23:00)", "yes"),
        ("(= at @2026-03-01T23:30:00Z)", "yes"),
        ("(< s 'z')", "yes"),
        ("(= set {Level.a Level.c})", "yes"),
        ("(!= texts {'x'})", "yes"),
        ("(< dur dur)", "no"),
        ("(= dur durc)", "error MixedDurations"),
        ("(< dur ~P31D)", "error MixedDurations"),
        ("(= iu ina)", "unknown"),
        ("(= ina iu)", "not_applicable"),
        ("(= iu ibad)", "error Data"),
        ("(>= r 3)", "yes"),
        ("(>= r 4)", "unknown"),
        ("(> r 8)", "no"),
        ("(= r 9)", "no"),
        ("(= r 5)", "unknown"),
        ("(!= r 2)", "yes"),
        ("(< r iu)", "unknown"),
        ("(< r ina)", "not_applicable"),
        ("(< up 5)", "no"),
        ("(> up 4)", "yes"),
        ("(= open 4)", "unknown"),
        ("(< q 1.3)", "yes"),
        ("(< q 1.25)", "unknown"),
        ("(< A B)", "yes"),
        ("(> A Level.none)", "no"),
        ("(<= A Level.none)", "no"),
        ("(!= A Level.none)", "yes"),
        ("(= Level.none Level.none)", "yes"),
        ("(>= (highest ul c) c)", "yes"),
        ("(> (highest ul c) c)", "unknown"),
        ("(= (highest ul c) A)", "no"),
    ]);
}

#[test]
fn membership_and_sets() {
    check(&[
        ("(in A set)", "yes"),
        ("(in c set)", "no"),
        ("(in Level.none set)", "no"),
        ("(in ul set)", "unknown"),
        ("(in A setu)", "unknown"),
        ("(in nal setu)", "not_applicable"),
        ("(in badl setu)", "error Data"),
        ("(in ul {})", "unknown"),
        ("(in (highest ul B) {Level.c Level.d})", "yes"),
        ("(in (highest ul B) {Level.c})", "unknown"),
        ("(in (highest ul B) {Level.a})", "no"),
        ("(in 'x' texts)", "yes"),
        ("(in 'y' texts)", "no"),
        ("(contains set A)", "yes"),
        ("(contains texts 'yy')", "yes"),
        ("(overlaps set {Level.c Level.d})", "yes"),
        ("(overlaps set {Level.b Level.d})", "no"),
        ("(overlaps texts {'a' 'yy'})", "yes"),
        ("(overlaps texts {'a'})", "no"),
        ("(overlaps set setu)", "unknown"),
        ("(size set)", "2"),
        ("(size texts)", "2"),
        ("(size 'Straße')", "6"),
        ("(size setu)", "unknown"),
    ]);
}

#[test]
fn known_and_missing() {
    check(&[
        ("(known t)", "yes"),
        ("(known u)", "no"),
        ("(known bad)", "error Data"),
        ("(known r)", "no"),
        ("(missing r)", "yes"),
        ("(missing t)", "no"),
        ("(missing w)", "yes"),
        ("(missing bad)", "error Data"),
        ("(unknown u)", "yes"),
        ("(unknown w)", "no"),
        ("(unknown r)", "yes"),
        ("(withheld r)", "no"),
        ("(withheld w)", "yes"),
        ("(withheld t)", "no"),
        ("(withheld bad)", "error Data"),
        ("(not_applicable na)", "yes"),
        ("(known open)", "no"),
        ("(unknown open)", "yes"),
    ]);
}

#[test]
fn arithmetic() {
    check(&[
        ("(+ i j)", "5"),
        ("(+ big 1)", "error Overflow"),
        ("(- low 1)", "error Overflow"),
        ("(* big 2)", "error Overflow"),
        ("(neg low)", "error Overflow"),
        ("(abs low)", "error Overflow"),
        ("(abs j)", "2"),
        ("(neg i)", "-7"),
        ("(+ d e)", "1.75"),
        ("(* d e)", "0.375"),
        ("(/ d e)", "6"),
        ("(/ d dz)", "error DivisionByZero"),
        ("(/ du dz)", "not_answered"),
        ("(+ dbig 1.0)", "error Overflow"),
        ("(neg d)", "-1.5"),
        ("(abs (neg d))", "1.5"),
        ("(+ 0.1 0.2)", "0.3"),
        ("(+ iu ibad)", "error Data"),
        ("(+ iu ina)", "unknown"),
        ("(+ ina iu)", "not_applicable"),
        ("(+ r 1)", "[4, 9]"),
        ("(- r r)", "[-5, 5]"),
        ("(* r j)", "[-16, -6]"),
        ("(neg r)", "[-8, -3]"),
        ("(abs (- r 5))", "[0, 3]"),
        ("(+ up big)", "[.., ..]"),
        ("(+ r big)", "[.., ..]"),
        ("(* r 0)", "0"),
        ("(+ up 1)", "[6, ..]"),
        ("(+ r iu)", "unknown"),
        ("(decimal r)", "[3, 8]"),
        ("(/ (decimal r) 2.0)", "[1.5, 4]"),
        ("(/ 1.0 (- (decimal r) 5.0))", "[.., ..]"),
        ("(/ q 0.0)", "[.., ..]"),
        ("(+ q e)", "[0.75, 1.5]"),
        ("(round d 0 half_up)", "2"),
        ("(round q 0 half_up)", "1"),
        ("(round q 1 down)", "[0.5, 1.2]"),
        ("(round d iu half_up)", "unknown"),
        ("(round d r half_up)", "[.., ..]"),
        ("(decimal i)", "7"),
        ("(decimal iu)", "unknown"),
        ("(+ dur ~P1D)", "1 month 1 day"),
        ("(+ dur durc)", "error MixedDurations"),
        ("(* dur 3)", "3 months"),
        ("(* dur r)", "unknown"),
        ("(* durc big)", "error Overflow"),
        ("(neg durc)", "-45 minutes"),
        ("(- at @2026-03-01T22:30:00Z)", "1 hour"),
    ]);
}

#[test]
fn least_and_greatest() {
    check(&[
        ("(least i j)", "-2"),
        ("(greatest i j r)", "[7, 8]"),
        ("(least i r)", "[3, 7]"),
        ("(greatest i up)", "[7, ..]"),
        ("(greatest j up)", "[5, ..]"),
        ("(least i iu ibad)", "error Data"),
        ("(least i iu ina)", "unknown"),
        ("(greatest d e)", "1.5"),
        ("(greatest e q)", "[0.5, 1.25]"),
        ("(least on end)", "2024-01-31"),
        ("(greatest tm @23:00)", "23:00"),
        ("(greatest A B)", "c"),
        ("(greatest A Level.none)", "a"),
        ("(greatest ul A)", "unknown"),
        ("(greatest (highest ul B) c)", "{c, d}"),
        ("(least (highest ul B) c)", "b"),
        ("(greatest onu on)", "unknown"),
    ]);
}

#[test]
fn choices() {
    check(&[
        ("(if t 1 2)", "1"),
        ("(if f 1 2)", "2"),
        ("(if u 1 1)", "unknown"),
        ("(if w 1 1)", "withheld"),
        ("(if bad 1 1)", "error Data"),
        ("(if t i ibad)", "7"),
        ("(if f i ibad)", "error Data"),
        ("(first iu i)", "7"),
        ("(first iu ibad i)", "error Data"),
        ("(first i ibad)", "7"),
        ("(first r i)", "[3, 8]"),
        ("(first open i)", "7"),
        ("(first iu ina)", "not_applicable"),
        ("(first ina iu)", "unknown"),
        ("(highest A B)", "c"),
        ("(lowest A B)", "a"),
        ("(highest nal A)", "a"),
        ("(highest nal nal)", "not_applicable"),
        ("(highest nal Level.none)", "none"),
        ("(highest Level.none A)", "a"),
        ("(lowest Level.none A)", "a"),
        ("(highest ul A)", "{a, b, c, d}"),
        ("(highest ul B)", "{c, d}"),
        ("(lowest ul B)", "{a, b, c}"),
        ("(lowest ul A)", "a"),
        ("(highest ul nal)", "{a, b, c, d}"),
        ("(highest badl ul)", "error Data"),
        ("(highest (highest ul B) A)", "{c, d}"),
        ("(up A)", "b"),
        ("(up Level.d)", "d"),
        ("(down A)", "a"),
        ("(up Level.none)", "none"),
        ("(up ul)", "unknown"),
        ("(up (highest ul B))", "d"),
        ("(down (highest ul B))", "{b, c}"),
    ]);
}

#[test]
fn texts() {
    check(&[
        ("(lower s)", "'  straße àb '"),
        ("(lower 'AbC')", "'abc'"),
        ("(lower 'ΑΣ')", "'ας'"),
        ("(trim s)", "'Straße ÀB'"),
        ("(trim (lower s))", "'straße àb'"),
        ("(lower (trim s))", "'straße àb'"),
        ("(trim '   ')", "''"),
        ("(lower su)", "unknown"),
        ("(starts (trim s) 'Str')", "yes"),
        ("(ends (trim s) 'str')", "no"),
        ("(contains s 'aß')", "yes"),
        ("(contains s su)", "unknown"),
        ("(matches s '\\bÀ')", "yes"),
        ("(matches s '^S')", "no"),
        ("(matches su '^S')", "unknown"),
        ("(size (trim s))", "9"),
    ]);
}

#[test]
fn dates() {
    check(&[
        ("(shift on dur)", "2024-02-29"),
        ("(back on dur)", "2023-12-31"),
        ("(shift on durc)", "error MixedDurations"),
        ("(shift onu durc)", "unknown"),
        ("(shift @9999-12-31 ~P1D)", "error DateRange"),
        ("(shift tm durc)", "23:15"),
        ("(shift tm ~PT90M)", "error DateRange"),
        ("(shift at durc)", "2026-03-02T00:15:00Z"),
        ("(civil at)", "2026-03-01"),
        ("(civil (shift at durc))", "2026-03-02"),
        ("(between years on end)", "2"),
        ("(between months end on)", "-27"),
        ("(between days on onu)", "unknown"),
        ("(fiscal 4 on)", "2023"),
        ("(startof months on)", "2024-01-01"),
        ("(startof weeks on)", "2024-01-29"),
        ("(year on)", "2024"),
        ("(month on)", "1"),
        ("(day on)", "31"),
        ("(weekday on)", "3"),
        ("(day onu)", "unknown"),
        ("(between days on as_of)", "852"),
    ]);
}

#[test]
fn strict_dates_fail_where_a_month_is_short() {
    let mut rules = Rules::new();
    rules.builder.program.ruleset.dates_strict = true;
    let record = rules.record("R", "on:date");
    let (month, day) = (rules.expr(record, "(shift on ~P1M)"), rules.expr(record, "(shift on ~P30D)"));
    let mut session = rules.session();
    fill(&mut session, "R", "on=2023-01-31");
    assert_eq!(rules::value(&mut session, month), "error AmbiguousDate");
    assert_eq!(rules::value(&mut session, day), "2023-03-02");
}

#[test]
fn the_zone_decides_a_civil_date() {
    let mut rules = Rules::new();
    rules.builder.program.ruleset.zone = assize_model::civil::Zone::get("America/Vancouver");
    assert!(rules.builder.program.ruleset.zone.is_some());
    let record = rules.record("R", "at:datetime");
    let (civil, shifted) = (rules.expr(record, "(civil at)"), rules.expr(record, "(shift at ~P1M)"));
    let mut session = rules.session();
    fill(&mut session, "R", "at=2026-03-01T03:30:00Z");
    assert_eq!(rules::value(&mut session, civil), "2026-02-28");
    // The time of day is kept over the change of clocks.
    assert_eq!(rules::value(&mut session, shifted), "2026-03-29T02:30:00Z");
}

#[test]
fn errors_name_the_node_they_arose_in() {
    let mut rules = Rules::new();
    let record = rules.record("R", "a:integer b:integer");
    let (sum, twice) = (rules.expr(record, "(+ a b)"), rules.expr(record, "(* (+ a b) 2)"));
    let field = rules.expr(record, "b");
    let mut session = rules.session();
    fill(&mut session, "R", "a=9223372036854775807 b=1");
    let of = |cell: crate::row::Cell| cell.absence().unwrap().fault().unwrap().1;
    assert_eq!(of(session.value_of(sum).unwrap()), sum);
    assert_eq!(of(session.value_of(twice).unwrap()), sum);
    fill(&mut session, "R", "a=1 b=!");
    assert_eq!(of(session.value_of(twice).unwrap()), field);
}

#[test]
fn parameters_constants_and_the_date_are_bound_once() {
    let mut rules = Rules::new();
    let record = rules.record("R", "a:integer");
    rules.param("n", assize_model::value::Value::Integer(3));
    rules.param("word", assize_model::value::Value::Text("Abc".into()));
    let (plus, word, day) = (
        rules.expr(record, "(+ a (* $n 2))"),
        rules.expr(record, "(lower $word)"),
        rules.expr(record, "(shift as_of ~P1D)"),
    );
    let program = rules.program();
    let mut session = rules::session(&program);
    fill(&mut session, "R", "a=1");
    assert_eq!(rules::value(&mut session, plus), "7");
    assert_eq!(rules::value(&mut session, word), "'abc'");
    assert_eq!(rules::value(&mut session, day), "2026-06-02");
    let mut inputs = crate::row::Inputs::new(&program, rules::as_of());
    inputs.set(&program, assize_model::ids::ParamId(0), assize_model::value::Value::Integer(10)).unwrap();
    session.bind(&inputs);
    fill(&mut session, "R", "a=1");
    assert_eq!(rules::value(&mut session, plus), "21");
    assert_eq!(rules::value(&mut session, word), "'abc'");
}
