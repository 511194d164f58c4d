//! What is said about wrong text: the code, the place, the words, and the mend.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod common;

use assize_lang::ast::*;
use assize_lang::diagnostic::Diagnostic;
use common::{read, show, texts};

/// The diagnostics of a text, each as `CODE line:column «text» message`.
fn said(text: &str) -> Vec<String> {
    let source = assize_lang::source::Source::new("test", text);
    read(text)
        .1
        .iter()
        .map(|d| {
            let span = d.primary.as_ref().unwrap().span;
            let place = source.line_column(span.start);
            format!("{} {}:{} «{}» {}", d.code.0, place.line, place.column, source.slice(span), d.message)
        })
        .collect()
}

/// The only diagnostic of `let x of R = …`, without its place.
#[track_caller]
fn of_value(value: &str) -> Diagnostic {
    let (_, mut diagnostics) = read(&format!("let x of R = {value}"));
    assert_eq!(diagnostics.len(), 1, "{value}: {diagnostics:?}");
    diagnostics.remove(0)
}

#[test]
fn how_a_category_chooses_stands_inside_its_braces() {
    let (_, diagnostics) = read("category list of Person -> Level hit highest { A when armed : weapon }");
    let [said] = diagnostics.as_slice() else { panic!("{diagnostics:?}") };
    assert_eq!(said.message, "how a category chooses stands inside its braces");
    assert_eq!(said.help.as_deref(), Some("write `{ hit highest` and the criteria behind it"));
}

#[test]
fn a_misspelt_word_before_a_number_is_no_name_before_a_title() {
    let of = |criterion: &str| read(&format!("category list of R -> L {{ high when {criterion} }}")).1;
    let diagnostics = of("exacttly 2 of (a, b)");
    assert!(diagnostics[0].fix.is_none(), "{diagnostics:?}");
    assert_eq!(diagnostics[0].message, "expected a text in quotes or `:` after `exacttly`, found `2`");
    let diagnostics = of("since 2020 : a");
    assert_eq!(diagnostics[0].fix.as_ref().unwrap().replacement, "\"2020\"");
    assert_eq!(of("n > 5,000")[0].message, "`,` cannot stand within a number");
}

/// The text after the mends of all diagnostics.
fn mended(text: &str) -> String {
    let mut fixes: Vec<_> = read(text).1.into_iter().filter_map(|d| d.fix).collect();
    fixes.sort_by_key(|fix| std::cmp::Reverse(fix.span.start));
    let mut mended = text.to_owned();
    for fix in fixes {
        mended.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.replacement);
    }
    mended
}

#[test]
fn what_other_languages_write_is_mended() {
    for (wrong, right) in [
        ("a == b", "a = b"),
        ("a === b", "a = b"),
        ("a > 12,5", "a > 12.5"),
        ("a && b || c", "a and b or c"),
        ("a&&b", "a and b"),
        ("!a and b", "not a and b"),
        ("a <> b", "a != b"),
        ("a !== b", "a != b"),
        ("a =< b", "a <= b"),
        ("true or false", "yes or no"),
        ("a AND b OR c", "a and b OR c"),
        ("a = 'it'", "a = \"it\""),
        ("a = 'say \"x\"'", "a = \"say \\\"x\\\"\""),
        ("a = “smart”", "a = \"smart\""),
        ("a = ‘smart’", "a = \"smart\""),
        ("a – b", "a - b"),
        ("a ≥ b", "a >= b"),
        ("a ≠ b", "a != b"),
        ("a\u{a0}and b", "a and b"),
        ("a // why", "a # why"),
        ("a;", "a"),
        ("1_000_000", "1000000"),
        (".5", "0.5"),
        ("12months", "12 months"),
        ("a < b < c", "a < b and b < c"),
        ("0 <= x + 1 < 10", "0 <= x + 1 and x + 1 < 10"),
        ("a is not known", "a is missing"),
        ("a is not missing", "a is known"),
        ("a is knwon", "a is known"),
        ("if a then b elif c then d else e", "if a then b else if c then d else e"),
        ("a in 1...5", "a in 1..5"),
        ("a in 1..=5", "a in 1..5"),
        ("a + b)", "a + b"),
    ] {
        let text = format!("let x of R = {wrong}");
        let (_, diagnostics) = read(&text);
        assert!(!diagnostics.is_empty(), "{wrong}");
        assert_eq!(mended(&text), format!("let x of R = {right}"), "{wrong}");
        if !right.contains("OR") {
            assert_eq!(read(&mended(&text)).1, [], "{wrong}");
        }
    }
}

#[test]
fn what_cannot_be_mended_is_explained() {
    for (value, code, message, help) in [
        ("null", "E0030", "`null` is not a word", "is missing"),
        ("a /* b */ + c", "E0032", "`/*` does not begin a comment", "end with the line"),
        ("x not in {a}", "E0029", "`not in` is not an operator", "not x in"),
        ("a ** 2", "E0029", "`**` is not an operator", ""),
        ("a => b", "E0029", "`=>` is not an operator", "`->`"),
        ("a like \"b%\"", "E0029", "`like` is not an operator", "starts with"),
        ("a + if b then c else d", "E0017", "`if` needs brackets", "(if"),
        ("a = not b", "E0017", "`not` needs brackets", "(not"),
        ("a + not b", "E0017", "`not` needs brackets", "(not"),
        ("- not b", "E0017", "`not` needs brackets", "(not"),
        ("a in b = c", "E0016", "comparisons do not chain", "brackets"),
        ("a is known is known", "E0016", "comparisons do not chain", "brackets"),
        ("a = b within c before d", "E0016", "comparisons do not chain", ""),
        ("x between 1 and 5", "E0019", "expected a unit of time, found `x`", "x in 1..5"),
        ("moths between a and b", "E0019", "expected a unit of time, found `moths`", "`months`"),
        ("start of moon(d)", "E0019", "expected a unit of time, found `moon`", ""),
        ("end of month(d)", "E0019", "`end` cannot stand before `of`", "start of month"),
        ("start of month(d, e)", "E0035", "`start of` takes one date", ""),
        ("min(a, b) of cs", "E0035", "`min … of` takes one value", "one value"),
        ("x is 3", "E0010", "expected what `is` can test, found `3`", "compared with `=`"),
        ("x is y", "E0019", "expected what `is` can test, found `y`", "compared with `=`"),
        ("12 fortnights", "E0010", "`fortnights` cannot stand here after `12`", "`weeks`"),
        ("1.5 months", "E0024", "a length of time has a whole number of units", "smaller units"),
        ("2026-02-30", "E0025", "`2026-02-30` is not a date", "this month has 28 days"),
        ("2026-13-01", "E0025", "`2026-13-01` is not a date", "months go from"),
        ("2026-00-01", "E0025", "`2026-00-01` is not a date", "months go from"),
        ("2026-01-00", "E0025", "`2026-01-00` is not a date", "31 days"),
        ("2026-1-2", "E0025", "`2026-1-2` is not written as a date", "two digits"),
        ("24:00", "E0026", "`24:00` is not a time of day", "23:59"),
        ("10:60", "E0026", "`10:60` is not a time of day", ""),
        ("2026-01-02T25:00", "E0026", "`25:00` is not a time of day", ""),
        ("2026-01-02T10:00+24:00", "E0026", "`+24:00` is not an offset", ""),
        ("9223372036854775808", "E0022", "9223372036854775807", ""),
        ("-9223372036854775809", "E0022", "-9223372036854775808", ""),
        ("12345678901234567890123456789.0", "E0023", "more than 28 digits", ""),
        ("0.00000000000000000000000000001", "E0023", "more than 28 digits", ""),
        ("1e5", "E0024", "`1e5` is not a number", ""),
        ("0x1F", "E0024", "`0x1F` is not a number", ""),
        ("\"a\\q\"", "E0021", "`\\q` is not an escape", "\\n"),
        ("\"\\u{110000}\"", "E0021", "not the number of a character", ""),
        ("\"\\u{d800}\"", "E0021", "not the number of a character", ""),
        ("\"\\u{+1}\"", "E0021", "not the number of a character", ""),
        ("\"\\u41\"", "E0021", "not the number of a character", ""),
        ("\"abc", "E0020", "not closed before the end of its line", "close it"),
        ("\"abc”", "E0020", "not closed before the end of its line", "typographic"),
        ("né", "E0027", "`né` cannot be a name", "letters a to z"),
        ("_a", "E0027", "`_a` cannot be a name", ""),
        ("a @ b", "E0027", "`@` has no meaning here", ""),
        ("a \u{1} b", "E0027", "the character U+0001 has no meaning here", ""),
        ("a\u{200b}+ b", "E0028", "U+200B", "blank"),
        ("(a + b", "E0012", "`(` is not closed", ""),
        ("[1 .. 5", "E0012", "`[` is not closed", ""),
        ("{a", "E0012", "`{` is not closed", ""),
        ("a +", "E0010", "expected a value after `+`", ""),
        ("", "E0010", "expected a value after `=`", ""),
        ("a b", "E0010", "`b` cannot stand here after `a`", ""),
        ("a and by", "E0010", "expected a value after `and`, found `by`", ""),
        ("a and applies", "E0010", "expected a value after `and`, found `applies`", ""),
        ("if a then b", "E0010", "expected `else` after `b`", ""),
        ("if a b", "E0010", "expected `then` after `a`, found `b`", ""),
        ("[1 5]", "E0010", "expected `..` after `1`, found `5`", ""),
        ("any of a", "E0010", "expected `(` after `of`, found `a`", ""),
        ("at least 2 (a)", "E0010", "expected `of` after `2`, found `(`", ""),
        ("first of (a)", "E0010", "expected `known` after `first`, found `of`", ""),
        ("sum a cs", "E0010", "expected `of` after `a`, found `cs`", ""),
        ("latest a of cs where b", "E0010", "expected `by` after `cs`, found `where`", ""),
        ("x within 2 days of y", "E0010", "expected `after` or `before` after `days`, found `of`", ""),
        ("x starts \"a\"", "E0010", "", ""),
        ("n > 5,000", "E0024", "`,` cannot stand within a number", "`5000` has no separators"),
        ("n in [2 .. 5,000)", "E0024", "`,` cannot stand within a number", "`5000` has no separators"),
        ("n > 5,500", "E0010", "`,` cannot stand within a number", "`5500` has no separators"),
        ("n > 007", "E0024", "`007` begins with a zero", "write the number without it"),
        ("n > 5,5", "E0010", "`,` cannot stand within a number", "with a point"),
        ("5 \"Title\"", "E0010", "a title cannot stand behind the value", "before `=`"),
    ] {
        let said = of_value(value);
        assert_eq!(said.code.0, code, "{value}: {said:?}");
        assert!(said.message.contains(message), "{value}: {}", said.message);
        assert!(said.help.as_deref().unwrap_or("").contains(help), "{value}: {said:?}");
        let (message, help) = (&said.message, said.help.as_deref().unwrap_or(""));
        assert!(!message.ends_with('.') && !message.contains(" you") && !help.ends_with('.'), "{message} / {help}");
    }
}

#[test]
fn places() {
    assert_eq!(
        said(
            "let a of R = 1 +\n\nlet b of R = x and (y or\nlet c of R = 2026-02-30\nlet d of R = \"é\\q\"\nlet e of R = \"é\" = \"open\n"
        ),
        [
            "E0010 1:16 «+» expected a value after `+`",
            "E0012 3:20 «(» `(` is not closed",
            "E0025 4:14 «2026-02-30» `2026-02-30` is not a date",
            "E0021 5:16 «\\q» `\\q` is not an escape",
            "E0020 6:20 «\"» this text is not closed before the end of its line",
        ]
    );
    assert_eq!(said("\u{feff}let x = ;")[0], "E0033 1:10 «;» `;` has no meaning here");
    assert_eq!(said("let x = 1\r\n\r\nlet y = ;\r\n")[0], "E0033 3:9 «;» `;` has no meaning here");
}

#[test]
fn reserved_words_as_names() {
    let said = said(
        "let count of R = 1\nrecord R { first : text }\ncodes K { none \"None\" }\nparameter by : integer = 1\n\
         category measure of R -> K { k when a }",
    );
    assert_eq!(
        said,
        [
            "E0014 1:5 «count» `count` is a word of the language and cannot be a name",
            "E0014 2:12 «first» `first` is a word of the language and cannot be a name",
            "E0014 3:11 «none» `none` is a word of the language and cannot be a name",
            "E0014 4:11 «by» `by` is a word of the language and cannot be a name",
            "E0014 5:10 «measure» `measure` is a word of the language and cannot be a name",
        ]
    );
    let (_, diagnostics) = read("record R { first : text }");
    assert!(diagnostics[0].help.as_ref().unwrap().contains("from \"first\""));
}

#[test]
fn one_pass_reports_all() {
    let text = "\
rule a of b { }
record R {
  a : integr key key
  b text
  c : string from 1
  first : date
}
category c of R -> K {
  applies if x
  A when {
    a \"T\" x = 1
    b : x = = 2
    c : fine
    d : (x
    e :
  }
  C when x and
  otherwise
  hit frist
}
measure m of R {
  inclde x
  numerator y and
  as medain of z
  every day of d
}
test \"t\" {
  as_of 2026-02-30
  given R { a 1 }
  expect x is decidd
}
";
    assert_eq!(
        said(text),
        [
            "E0011 1:1 «rule» expected a declaration, found `rule`",
            "E0018 3:18 «key» `key` is given twice",
            "E0019 4:5 «text» `text` is a type and cannot describe a field",
            "E0010 5:19 «1» expected a text in quotes, found `1`",
            "E0014 6:3 «first» `first` is a word of the language and cannot be a name",
            "E0010 9:11 «if» expected `when` after `applies`, found `if`",
            "E0010 11:11 «x» expected `:` after the title, found `x`",
            "E0010 12:13 «=» expected a value after `=`, found `=`",
            "E0012 14:9 «(» `(` is not closed",
            "E0010 15:7 «:» expected a value after `:`",
            "E0010 17:12 «and» expected a value after `and`",
            "E0010 18:3 «otherwise» expected a name, `error` or `none` after `otherwise`",
            "E0019 19:7 «frist» expected a hit policy, found `frist`",
            "E0010 22:3 «inclde» expected a clause of a measure, found `inclde`",
            "E0010 23:15 «and» expected a value after `and`",
            "E0010 24:6 «medain» expected `count`, `distinct`, `rate per`, `ratio`, `sum of`, `mean of`, `median of`, `percentile`, `approximate`, `standardised` or `formula of` after `as`, found `medain`",
            "E0019 25:9 «day» expected a period, found `day`",
            "E0025 28:9 «2026-02-30» `2026-02-30` is not a date",
            "E0010 29:15 «1» expected `:` after `a`, found `1`",
            "E0019 30:15 «decidd» expected a state, found `decidd`",
        ]
    );
}

#[test]
fn what_is_read_survives_what_is_not() {
    let (file, diagnostics) = read(
        "let a of R = 1 +\nlet b of R = 2\nrecord R { a : : }\nparameter p : integer = \ncategory c of R -> K {\n  A when { x : a +\n y : b }\n  \
         B when z \"Z\" : (a\n  otherwise none\n}\nlet = 3\ncodes K { a from 1 b \"B\" }\nmeasure m of R { include a + as count }",
    );
    assert_eq!(diagnostics.len(), 8, "{diagnostics:?}");
    let names: Vec<_> = file
        .decls
        .iter()
        .map(|decl| match decl {
            Decl::Let(d) => format!("let {} {}", d.name.text, show(&d.value)),
            Decl::Category(d) => {
                let criteria = d.cases.iter().flat_map(|case| &case.criteria);
                let shown: Vec<_> = criteria
                    .map(|c| format!("{} {}", c.name.as_ref().map_or("-", |n| &n.text), show(&c.condition)))
                    .collect();
                format!("category {} {shown:?} {}", d.name.text, d.otherwise.is_some())
            }
            Decl::Codes(d) => {
                format!("codes {:?}", texts(&d.codes.iter().map(|code| code.name.clone()).collect::<Vec<_>>()))
            }
            Decl::Measure(d) => format!("measure {} {}", d.name.text, d.clauses.len()),
            Decl::Broken(d) => format!("broken {} {}", d.keyword, d.name.as_ref().map_or("-", |n| &n.text)),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(
        names,
        [
            "let a ERROR",
            "let b 2",
            "broken record R",
            "broken parameter p",
            "category c [\"x ERROR\", \"y b\", \"z ERROR\"] true",
            "broken let -",
            "codes [\"a\", \"b\"]",
            "measure m 2",
        ]
    );
}

#[test]
fn brackets_without_partners() {
    // The indentation tells which brace was forgotten.
    let text = "category c of R -> K {\n  A when {\n    x : a\n  B when {\n    y : b\n  }\n  otherwise none\n}\nlet z of R = 1\n";
    let (file, diagnostics) = read(text);
    assert_eq!(said(text), ["E0012 2:10 «{» `{` is not closed"]);
    assert_eq!(diagnostics[0].secondary[0].message, "`}` is missing before this");
    assert!(matches!(file.decls[1], Decl::Let(_)));
    let text = "record R {\n  a : text\n\nrecord S {\n  b : text\n}\n";
    assert_eq!(said(text), ["E0012 1:10 «{» `{` is not closed"]);
    let (file, diagnostics) = read(text);
    assert_eq!(file.decls.len(), 2);
    let at = diagnostics[0].secondary[0].span.start as usize;
    assert!(text[at..].starts_with("record S"));
    assert_eq!(said("record R { a : text }\n}\nlet x = 1"), ["E0013 2:1 «}» `}` closes nothing"]);
}

#[test]
fn clauses_given_twice() {
    assert_eq!(
        said(
            "ruleset r version \"1\" { title \"a\" title \"b\" }\ncategory c of R -> K { hit first A when a hit all otherwise none otherwise A }\n\
              record R { a : text \"T\" \"U\" secret secret in A in B }\ntest \"t\" { as_of 2026-01-01 as_of 2026-01-02 expect a = b because c because d }"
        ),
        [
            "E0018 1:35 «title \"b\"» `title` is given twice",
            "E0018 2:43 «hit all» `hit` is given twice",
            "E0018 2:66 «otherwise A» `otherwise` is given twice",
            "E0018 3:25 «\"U\"» the title is given twice",
            "E0018 3:36 «secret» `secret` is given twice",
            "E0018 3:48 «in B» the unit is given twice",
            "E0018 4:29 «as_of 2026-01-02» `as_of` is given twice",
            "E0018 4:69 «because d» `because` is given twice",
        ]
    );
}

#[test]
fn types() {
    assert_eq!(
        said(
            "record R { a : string b : many Charge c : set d : set of date e : range of text f : list of K g : many C of d h : int }"
        ),
        [
            "E0019 1:16 «string» expected a type, found `string`",
            "E0034 1:27 «many» `many` lacks the record and the field that leads back",
            "E0034 1:43 «set» `set` lacks what it is of",
            "E0019 1:58 «date» a set of `date` does not exist",
            "E0019 1:76 «text» a range of `text` does not exist",
            "E0019 1:85 «list» expected `set` or `range` before `of`, found `list`",
            "E0010 1:106 «of» the field that leads back stands behind `by`",
            "E0019 1:115 «int» expected a type, found `int`",
        ]
    );
}

#[test]
fn the_limits_of_a_name_and_the_end_of_a_file() {
    assert_eq!(said("record"), ["E0010 1:1 «record» expected a name after `record`"]);
    assert_eq!(said("record R"), ["E0010 1:9 «» expected `{` after the header of the record"]);
    assert_eq!(said("category c of R ->"), ["E0010 1:17 «->» expected a name after `->`"]);
    assert_eq!(said("let"), ["E0010 1:1 «let» expected a name after `let`"]);
    assert_eq!(
        said("ruleset r version \"1\" \"T\" {}"),
        ["E0010 1:23 «\"T\"» the title of a ruleset stands inside its braces"]
    );
    assert_eq!(said("Categroy c of R -> K {}")[0], "E0011 1:1 «Categroy» expected a declaration, found `Categroy`");
    assert_eq!(mended("categroy c of R -> K { A when x }"), "category c of R -> K { A when x }");
    assert_eq!(said("category c of R -> K { A when { } }"), ["E0034 1:33 «}» a criterion is missing in these braces"]);
    assert_eq!(said("test \"t\" { expect a }"), ["E0034 1:12 «expect a» nothing is expected of this name"]);
}

#[test]
fn decisions_with_mistakes() {
    let text = "\
instrument screen of Screening {
  item q1 wieght 1
  missing prorate 5
  missing prorate up to 5 rounding halfup
  band low
  band 8..13
  route r any of (a)
  override from x by y
  uses race because \"x\"
}
table zone of N -> Zone hit uniqe {
  | a | b | -> zone |
  | 1 | x |
  | 1 |  | x |
  | > | 2 | x |
  | 1 || x |
  | 1 | 2 | - |
  | 1 | 2 | > 3 |
  | 1 | 2 | x
  | 3 | 4 | y |
}
table two of N -> Zone, Other { | a | -> zone | }
table three of N -> Zone { | -> zone | a | }
table four of N -> Zone { }
table five of N -> Zone
table six of N -> Zone from \"a.xlsx\" { | a | -> b | }
lookup v (offence, offence) from \"w.csv\" valid year -> decimal
lookup w (offence, offence) from \"w.csv\" -> decimal
function f(a : date) -> text = { a }
function g(a : date or unknown) -> text = rhai { a }
function h(a : date) -> text = rhai
progression p of R for c {
  start D
  raise 1 at Charge
  hold at least 90 days hold at least 1 days
}
response to c { A \"text\" by x }
publish x for partner { a }
release aggregates of 10 as public
measure m of R {
  as percentile of x
  suppress 5
  target 20
  interval wislon 95%
  signals shewart
  signals runs 8 runs 9
  chart xrm
  compare last year
  baseline
}
audit a of c against x by race { positive B numerator y }
indicator i {
  data qualitativ
  collected sometimes
  from rating Answer
  rubric strong top 2 >= 70%
}
evaluation e {
  forms summative, internl
  objective b \"T\" { x y }
  overall mean
  requires every objective has a foo
  requires every objective has an indicator of outcome
}
let x of R = a | b
let y of R = top 2.5 > 1
";
    let expected = EXPECTED.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>();
    assert_eq!(said(text), expected);
}

const EXPECTED: &str = r#"
    E0010 2:11 «wieght» expected a text in quotes, `unless`, `unscored` or `weight` after `q1`, found `wieght`
    E0010 3:19 «5» expected `up` after `prorate`, found `5`
    E0019 4:36 «halfup» expected a way to round, found `halfup`
    E0010 5:8 «low» expected a range or a text in quotes after `low`
    E0010 6:8 «8» expected a name after `band`, found `8`
    E0010 7:11 «any» expected a text in quotes or `:` after `r`, found `any`
    E0010 8:19 «by» expected `because` after `x`, found `by`
    E0010 9:8 «race» expected `protected` after `uses`, found `race`
    E0019 11:29 «uniqe» expected a hit policy, found `uniqe`
    E0035 13:3 «| 1 | x |» a row of 2 cells in a table of 3 columns
    E0034 14:7 «|  |» a cell is empty
    E0010 15:7 «|» expected a value after `>`, found `|`
    E0034 16:7 «||» a cell is empty
    E0034 17:13 «-» an output column needs a value in each row
    E0035 18:13 «> 3» an output column holds one value in each row
    E0034 19:13 «x» `|` is missing at the end of this row
    E0035 22:33 «| a | -> zone |» the table declares 2 results and has 1 output columns
    E0035 23:40 «a» an input column behind an output column
    E0034 24:27 «}» the first row is missing in these braces
    E0034 25:1 «table five of N -> Zone» the table has no rows
    E0035 26:38 «{» a table has its rows here or in a file
    E0010 27:48 «year» expected `by` or `from` after `valid`, found `year`
    E0018 28:20 «offence» `offence` is given twice
    E0010 29:32 «{» expected `rhai` after `=`, found `{`
    E0010 30:24 «unknown» expected `missing` after `or`, found `unknown`
    E0010 32:1 «progression» expected `{` after the header of the function
    E0010 33:9 «D» expected `at` after `start`, found `D`
    E0010 34:14 «Charge» expected `each` after `at`, found `Charge`
    E0018 35:25 «hold at least 1 days» `hold` is given twice
    E0010 37:19 «"text"» expected `:` after `A`, found a text
    E0010 38:11 «for» expected `to` after `x`, found `for`
    E0010 39:23 «10» expected `at` after `of`, found `10`
    E0010 41:17 «of» expected a value after `percentile`, found `of`
    E0010 42:12 «5» expected `below` after `suppress`, found `5`
    E0010 43:10 «20» expected `at least`, `at most` or `between` after `target`, found `20`
    E0019 44:12 «wislon» expected a kind of interval, found `wislon`
    E0010 45:11 «shewart» expected `shewhart`, `runs`, `trends`, `near_limit` or `crossings` after `signals`, found `shewart`
    E0018 46:18 «runs 9» `runs` is given twice
    E0019 47:9 «xrm» expected a kind of chart, found `xrm`
    E0010 48:11 «last» expected `baseline` or `same` after `compare`, found `last`
    E0010 49:3 «baseline» expected a range after `baseline`
    E0010 51:43 «B» expected `at` after `positive`, found `B`
    E0019 51:45 «numerator» an audit has no `numerator`
    E0019 53:8 «qualitativ» expected a word for `data`, found `qualitativ`
    E0019 54:13 «sometimes» expected how often, found `sometimes`
    E0010 55:8 «rating» expected `measure`, `ratings`, `themes` or `documents` after `from`, found `rating`
    E0010 56:17 «top» expected a text in quotes or `:` after `strong`, found `top`
    E0019 59:20 «internl» expected a form of evaluation, found `internl`
    E0010 60:23 «y» expected `,` or `}` after `x`, found `y`
    E0010 61:11 «mean» expected `minimum`, `profile` or `weighted` after `overall`, found `mean`
    E0019 62:34 «foo» expected what an indicator can have, found `foo`
    E0010 63:48 «outcome» expected `data`, `purpose`, `about`, `conducted` or `stage` after `of`, found `outcome`
    E0029 65:16 «|» `|` is not an operator of this language
    E0024 66:14 «top 2.5» a whole number of codes stands behind `top`
"#;

#[test]
fn functions_without_an_end() {
    // A body that is not closed ends before the next declaration.
    let text = "function f() -> text = rhai {\n  if a { \"x\" }\nlet y of R = 1\nfunction g() -> text = rhai { 1 }\n";
    assert_eq!(said(text), ["E0012 1:29 «{» `{` is not closed"]);
    let (file, _) = read(text);
    let keywords: Vec<_> =
        file.decls.iter().map(|decl| format!("{} {:?}", decl.keyword(), matches!(decl, Decl::Broken(_)))).collect();
    assert_eq!(keywords, ["function true", "let false", "function false"]);
    assert_eq!(said("function f() -> text = rhai { 1 } }")[0], "E0013 1:35 «}» `}` closes nothing");
}

#[test]
fn one_mistake_is_one_error() {
    for (text, expected) in [
        ("let a of P = age > 18 and < 65", "E0010 1:27 «<» expected a value after `and`, found `<`"),
        ("let a of P = p.age > 18 or >= 65", "E0010 1:28 «>=» expected a value after `or`, found `>=`"),
        ("let a of P = s in (a, b)", "E0010 1:19 «(a, b)» a set stands in braces"),
        ("let a of P = x and s in (a, f(b, c)) or y", "E0010 1:25 «(a, f(b, c))» a set stands in braces"),
        ("test \"t\" { given Person {age = 20} }", "E0010 1:30 «=» expected `:` after `age`, found `=`"),
        ("record R \"T {\n  a : text\n}\n", "E0020 1:10 «\"» this text is not closed before the end of its line"),
        ("record R \"T { a : text }\nlet x = 1", "E0020 1:10 «\"» this text is not closed before the end of its line"),
        (
            "category c of P -> K {\n  A when x \"T : (y\n}",
            "E0020 2:12 «\"» this text is not closed before the end of its line",
        ),
    ] {
        assert_eq!(said(text), [expected], "{text}");
    }
    for (wrong, right) in [
        ("let a of P = age > 18 and < 65", "let a of P = age > 18 and age < 65"),
        ("let a of P = p.age > 18 or >= 65", "let a of P = p.age > 18 or p.age >= 65"),
        ("let a of P = s in (a, b)", "let a of P = s in {a, b}"),
        ("test \"t\" { given P { a = 2 } expect b = 1 }", "test \"t\" { given P { a : 2 } expect b = 1 }"),
        ("measure m of R { as medain of x }", "measure m of R { as median of x }"),
    ] {
        assert_eq!(mended(wrong), right);
        assert_eq!(read(right).1, []);
    }
    // What stands to the left is not guessed.
    assert_eq!(mended("let a of P = f(x) > 18 and < 65"), "let a of P = f(x) > 18 and < 65");
}

#[test]
fn what_cannot_be_read_is_an_error_in_the_tree() {
    let (file, _) = read("let a of P = 18 <= age < 65\nlet b of P = a is known is known");
    let shown: Vec<_> = file
        .decls
        .iter()
        .map(|decl| match decl {
            Decl::Let(decl) => show(&decl.value),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(shown, ["(Lt ERROR 65)", "(is ERROR Known)"]);
    let (file, _) = read("record R { a : set b : many of C c : many C d : range }");
    let Decl::Record(record) = &file.decls[0] else { panic!() };
    assert!(record.fields.iter().all(|field| field.ty.kind == TypeKind::Error && field.labels.is_empty()));
}

#[test]
fn a_mend_is_of_all_that_was_meant() {
    for (wrong, right) in [
        ("x > 1.000,50", "x > 1000.50"),
        ("x > 1,5", "x > 1.5"),
        ("round(x; 2)", "round(x, 2)"),
        ("(round(x; y)) > 2;", "(round(x, y)) > 2"),
        ("a is true", "a = yes"),
        ("a is false and b", "a = no and b"),
        ("x is null", "x is missing"),
        ("this = true", "this = yes"),
    ] {
        let text = mended(&format!("let x of R = {wrong}"));
        assert_eq!(text, format!("let x of R = {right}"));
        assert!(read(&text).1.is_empty(), "{text}: {:?}", read(&text).1);
    }
    assert!(of_value("x > 1.5,5").fix.is_none());
    assert_eq!(mended("record R { a : text; b : text }"), "record R { a : text b : text }");
}
