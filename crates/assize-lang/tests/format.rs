//! The layout that the formatter gives: whole files, and what each comment and empty line comes to.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

use assize_lang::source::Source;

fn laid(text: &str) -> String {
    assize_lang::format(&Source::new("test", text)).unwrap()
}

/// Texts as they are written, and as they are laid out.
const FILES: [(&str, &str); 2] = [
    (include_str!("files/format/long.loose.assize"), include_str!("files/format/long.assize")),
    (include_str!("files/format/dense.loose.assize"), include_str!("files/format/dense.assize")),
];

#[test]
fn whole_files() {
    for (loose, expected) in FILES {
        let once = laid(loose);
        let differs = once.lines().zip(expected.lines()).find(|(a, b)| a != b);
        assert!(once == expected, "{differs:#?}\n{once}");
        assert_eq!(laid(expected), expected);
    }
}

#[test]
fn the_example_of_the_language_keeps_its_look() {
    let text = include_str!("files/initiative.assize");
    let once = laid(text);
    // Only the width of columns differs, and where the one long line is broken.
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(squeezed(&once), squeezed(text));
    let apart = |text: &str| text.lines().filter(|line| line.is_empty()).count();
    assert_eq!(apart(&once), apart(text));
    for line in [
        "  A when {",
        "    armed_felon \"Convicted felon, weapon used\" : felon and any charges where weapon and on < as_of",
        "    chronic     \"Chronic domestic offender\"    : dv_charges >= repeat_threshold",
        "  D when complaint    \"Named in a call\"        : any calls where aggressor_named and on < as_of",
        "record Breach { offender_id : text   on : date required }",
        "record Call   { offender_id : text   on : date required   aggressor_named : boolean }",
        "  missing unknown                      from \"U\", \"99\"  # a code in the data that means: not known",
        "  numerator any charges where offence = domestic_assault and on in (notified_on .. notified_on + 12 months]",
    ] {
        assert!(once.lines().any(|other| other == line), "{line}\n{once}");
    }
}

#[test]
fn blanks_between_words() {
    for (loose, expected) in [
        ("let x=1", "let x = 1\n"),
        ("let x = -1", "let x = -1\n"),
        ("let x of R = a-1", "let x of R = a - 1\n"),
        ("let x of R = a - - 1", "let x of R = a - -1\n"),
        ("let x of R = (-a)*-b", "let x of R = (-a) * -b\n"),
        ("let x of R = a in 1 .. 5", "let x of R = a in 1..5\n"),
        ("let x of R = a in -5 .. -3", "let x of R = a in -5..-3\n"),
        ("let x of R = a in 1.5..25%", "let x of R = a in 1.5..25%\n"),
        ("let x of R = a in [1..5)", "let x of R = a in [1 .. 5)\n"),
        ("let x of R = a in b..c", "let x of R = a in b .. c\n"),
        ("let x of R = a in 1+1..5", "let x of R = a in 1 + 1 .. 5\n"),
        ("let x of R = a in 2024-01-01..2024-12-31", "let x of R = a in 2024-01-01 .. 2024-12-31\n"),
        ("let x of R = min ( a,b )", "let x of R = min(a, b)\n"),
        ("let x of R = f ( )", "let x of R = f()\n"),
        ("let x of R = at least 2 of(a,b,)", "let x of R = at least 2 of (a, b,)\n"),
        ("let x of R = not(a)and(b)", "let x of R = not (a) and (b)\n"),
        ("let x of R = start of month ( d )", "let x of R = start of month(d)\n"),
        ("let x of R = a . b", "let x of R = a.b\n"),
        ("let x = { a,b }", "let x = {a, b}\n"),
        ("let x = { }", "let x = {}\n"),
        ("let x of R = any cs where(a)", "let x of R = any cs where (a)\n"),
        ("let x of R = years between(a)and(b)", "let x of R = years between (a) and (b)\n"),
        ("let x of R = a within(b)before(c)", "let x of R = a within (b) before (c)\n"),
        ("let x of R = one above(a)", "let x of R = one above (a)\n"),
        ("let x of R = first known of(a,-1)", "let x of R = first known of (a, -1)\n"),
        ("let x of R = (if a then b else c)", "let x of R = (if a then b else c)\n"),
        ("labels a<b", "labels a < b\n"),
        ("parameter p:integer=3 in..7", "parameter p : integer = 3 in ..7\n"),
        ("parameter p:integer=3 in 2.. \"T\"", "parameter p : integer = 3 in 2.. \"T\"\n"),
        ("codes K{}", "codes K {}\n"),
        (
            "instrument i of R { item weight weight-1 band band..-1 }",
            "instrument i of R { item weight weight -1   band band ..-1 }\n",
        ),
        ("release aggregates of at least(10)as public", "release aggregates of at least (10) as public\n"),
    ] {
        assert_eq!(laid(loose), expected, "{loose}");
    }
}

#[test]
fn comments_and_empty_lines() {
    for (loose, expected) in [
        ("", ""),
        ("\n\n \n", ""),
        ("\u{feff}let x = 1", "let x = 1\n"),
        ("#c", "#c\n"),
        ("\n\n# c  \n\n\n\n# d\nlet x = 1", "# c\n\n# d\nlet x = 1\n"),
        ("let x = 1\n\n\n\nlet y = 2\nlet z = 3", "let x = 1\n\nlet y = 2\nlet z = 3\n"),
        ("let x = 1 let y = 2", "let x = 1\nlet y = 2\n"),
        ("let x = 1 # one\n# own\n\nlet y = 2", "let x = 1  # one\n# own\n\nlet y = 2\n"),
        ("let x = 1 # one\nlet long_name = 2 # two", "let x = 1          # one\nlet long_name = 2  # two\n"),
        ("let x = 1 # one\n\nlet long_name = 2 # two", "let x = 1  # one\n\nlet long_name = 2  # two\n"),
        ("let x = # why\n1", "let x =  # why\n    1\n"),
        ("let x # a\n# b\n= 1", "let x  # a\n    # b\n    = 1\n"),
        ("codes K { a # one\n b }", "codes K {\n  a  # one\n  b\n}\n"),
        ("codes K { # k\n\n\n a\n\n\n b\n\n # end\n\n}", "codes K {  # k\n  a\n\n  b\n\n  # end\n}\n"),
        ("codes K # k\n{ a }", "codes K  # k\n{\n  a\n}\n"),
        ("codes K { a b } # k", "codes K { a   b }  # k\n"),
        ("codes K {\na b }", "codes K {\n  a\n  b\n}\n"),
        ("codes K { ## the first\n a }", "codes K {  ## the first\n  a\n}\n"),
        (
            "record R { a : text # one\n b_c : date ## two\n }",
            "record R {\n  a   : text  # one\n  b_c : date  ## two\n}\n",
        ),
        ("let x = {a, # one\n b}", "let x = {\n  a,  # one\n  b\n}\n"),
        (
            "table t of R -> K { | a | -> b | # head\n # own\n | 1 # one\n | k | }",
            "table t of R -> K {\n  | a | -> b |  # head\n  # own\n  | 1  # one\n      | k |\n}\n",
        ),
        (
            "function f() -> text = rhai {\r\n  1 // }  \n\n\n }",
            "function f() -> text = rhai {\r\n  1 // }  \n\n\n }\n",
        ),
    ] {
        let once = laid(loose);
        assert_eq!(once, expected, "{loose}");
        assert_eq!(laid(&once), once, "{loose}");
    }
}

#[test]
fn what_stands_on_one_line_stays_there_where_it_fits() {
    let short = "record R { a : text   b : date }\n";
    assert_eq!(laid(short), short);
    let fields: Vec<_> = (0..9).map(|at| format!("field_{at} : text")).collect();
    let long = format!("record R {{ {} }}", fields.join("   "));
    let expected = format!("record R {{\n  {}\n}}\n", fields.join("\n  "));
    assert_eq!(laid(&long), expected);
    assert_eq!(
        laid("category c of R -> K { A when { x : a   y : b } B when z }"),
        "category c of R -> K {\n  A when { x : a   y : b }\n  B when z\n}\n"
    );
}
