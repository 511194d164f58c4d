//! Faults of types (E02xx), and what is right.

use crate::common::{RECORDS, compile, declaration, expression, fault, program, shown};

#[test]
fn conditions() {
    expression(
        "E0201",
        "felon and «age»",
        "a condition is expected, not an integer",
        "compare it with a number: `age > 0`",
    );
    expression(
        "E0201",
        "not «kind»",
        "a condition is expected, not a code of `Kind`",
        "compare it with a code: `kind = …`",
    );
    expression(
        "E0201",
        "any of («tags», felon)",
        "a condition is expected, not a set of texts",
        "ask what it holds: `tags contains …`",
    );
    expression(
        "E0201",
        "if «name» then 1 else 2",
        "a condition is expected, not text",
        "compare it with a value: `name = …`, or ask `name is known`",
    );
    expression(
        "E0201",
        "any charges where «amount»",
        "a condition is expected, not an integer",
        "compare it with a number: `amount > 0`",
    );
    expression(
        "E0201",
        "«count charges»  or felon",
        "a condition is expected, not an integer",
        "compare it with a number: `(count charges) > 0`",
    );
}

#[test]
fn types_that_differ() {
    let date = expression(
        "E0202",
        "born < «\"2026-01-01\"»",
        "a date cannot be compared with text",
        "a date is written 2026-01-31, without quotes",
    );
    assert_eq!(date.primary.unwrap().message, "this is text");
    assert_eq!(date.secondary[0].message, "this is a date");
    let code = expression(
        "E0202",
        "kind = «\"T\"»",
        "a code of `Kind` cannot be compared with text",
        "write the code: `theft`",
    );
    assert_eq!(code.fix.unwrap().replacement, "theft");
    expression(
        "E0202",
        "kind = «\"x\"»",
        "a code of `Kind` cannot be compared with text",
        "write the name of a code, without quotes",
    );
    expression(
        "E0202",
        "felon = «\"yes\"»",
        "yes or no cannot be compared with text",
        "write `yes` or `no`, without quotes",
    );
    expression(
        "E0202",
        "age = «\"18\"»",
        "an integer cannot be compared with text",
        "a number is written without quotes",
    );
    expression(
        "E0202",
        "felon = «1»",
        "yes or no cannot be compared with an integer",
        "a condition stands by itself, or is compared with `yes` or `no`; \
         to compare a count, put it in brackets: `(count charges where weapon) >= 2`",
    );
    expression(
        "E0202",
        "kind = «zone»",
        "a code of `Kind` cannot be compared with a code of `Zone`",
        "codes of `Kind` and `Zone` are never equal; use codes of one list",
    );
    expression(
        "E0202",
        "wait < «30»",
        "a duration cannot be compared with an integer",
        "give the number a unit, such as `30 days`, or leave the unit of the other side out",
    );
    expression(
        "E0202",
        "zones = «zone»",
        "a set of codes of `Zone` cannot be compared with a code of `Zone`",
        "ask a set for a member with `contains`, and a code for its set with `in`",
    );
    expression("E0202", "age = «born»", "an integer cannot be compared with a date", "bring both to one type");
    expression(
        "E0202",
        "if felon then 1 else «\"a\"»",
        "an integer is not of one type with text",
        "a number is written without quotes",
    );
    expression(
        "E0202",
        "first known of (age, «name»)",
        "an integer is not of one type with text",
        "bring both to one type",
    );
    expression(
        "E0202",
        "name = «5»",
        "text cannot be compared with an integer",
        "a text stands in double quotes: `\"5\"`",
    );
    expression(
        "E0202",
        "born < «31/12/2020»",
        "a date cannot be compared with a decimal",
        "a date is written `2026-01-31`, and its year is `year(date)`",
    );
    expression(
        "E0202",
        "«kind» in tags",
        "a code of `Kind` is never in a set of texts",
        "a set of texts holds texts, and a set of codes the codes of its list",
    );
    expression(
        "E0202",
        "zones contains «kind»",
        "a code of `Kind` is never in a set of codes of `Zone`",
        "a set of texts holds texts, and a set of codes the codes of its list",
    );
    expression(
        "E0202",
        "«age» within 3 days before born",
        "a date is expected, not an integer",
        "use a field of type `date` or `datetime`, or `as_of`",
    );
    expression(
        "E0202",
        "born within «3» before as_of",
        "a duration is expected, not an integer",
        "say what it counts: `3 days`",
    );
    expression(
        "E0202",
        "«kind» starts with \"a\"",
        "text is expected, not a code of `Kind`",
        "compare a code with `=` or `in`",
    );
    expression(
        "E0202",
        "name contains «3»",
        "text is expected, not an integer",
        "write a text in quotes, or declare the field as `text`",
    );
    expression(
        "E0202",
        "«age» contains 3",
        "a text or a set contains something, not an integer",
        "compare it with `=`, or use `in`",
    );
    expression("E0202", "«kind» overlaps kind", "two sets overlap, not a code of `Kind`", "for one value use `in`");
    expression(
        "E0202",
        "tags overlaps «zones»",
        "a set of texts does not overlap a set of codes of `Zone`",
        "bring both to one type",
    );
    expression(
        "E0202",
        "year(«name») = 1",
        "a date is expected, not text",
        "a date is written 2026-01-31, without quotes; declare the field as `date`",
    );
}

#[test]
fn values_without_an_order() {
    let found = expression(
        "E0203",
        "kind «>=» theft",
        "the codes of `Kind` have no order",
        "declare `ordered codes Kind`, lowest first",
    );
    assert_eq!(found.secondary[1].message, "declared without an order");
    expression("E0203", "felon «>» no", "yes and no have no order", "use `and`, `or`, `not`, `=` or `!=`");
    expression(
        "E0203",
        "tags «<» tags",
        "sets have no order",
        "use `contains`, `overlaps`, `=` or `!=`, or compare the `size`",
    );
    expression(
        "E0203",
        "kind in «theft..harm»",
        "the codes of `Kind` have no order",
        "declare `ordered codes Kind`, lowest first",
    );
    expression(
        "E0203",
        "max(«kind», theft) = theft",
        "the codes of `Kind` have no order",
        "declare `ordered codes Kind`, lowest first",
    );
    expression(
        "E0203",
        "min(«name», \"a\") = \"b\"",
        "there is no least and greatest of text",
        "use numbers, dates, times or ordered codes",
    );
    expression(
        "E0203",
        "«(highest of (kind, theft))» = theft",
        "the codes of `Kind` have no order",
        "declare `ordered codes Kind`, lowest first",
    );
    expression(
        "E0203",
        "(highest of («age», 3)) = 1",
        "ordered codes are expected, not an integer",
        "`min` and `max` are for numbers and dates",
    );
    expression(
        "E0203",
        "(one above «age») = 3",
        "ordered codes are expected, not an integer",
        "for a number write `x + 1` or `x - 1`",
    );
    expression(
        "E0203",
        "(«max» charge.kind of charges) = theft",
        "the codes of `Kind` have no order",
        "declare `ordered codes Kind`, lowest first",
    );
}

#[test]
fn numbers() {
    expression(
        "E0204",
        "age + «name»",
        "a number is expected, not text",
        "declare the field as `integer` or `decimal`; texts are not added",
    );
    expression(
        "E0204",
        "«felon» * 2",
        "a number is expected, not yes or no",
        "turn it into a number: `if felon then 1 else 0`",
    );
    expression(
        "E0204",
        "1 - «kind»",
        "a number is expected, not a code of `Kind`",
        "turn it into a number: `if kind = … then … else …`",
    );
    expression("E0204", "«tags» + 1", "a number is expected, not a set of texts", "count its members: `size(tags)`");
    expression(
        "E0204",
        "- «name» = 1",
        "a number is expected, not text",
        "declare the field as `integer` or `decimal`; texts are not added",
    );
    expression(
        "E0204",
        "abs(«felon»)",
        "a number is expected, not yes or no",
        "turn it into a number: `if felon then 1 else 0`",
    );
    expression(
        "E0204",
        "wait «+» 1",
        "a duration and an integer have no such arithmetic",
        "say what the number counts, such as `30 days`",
    );
    expression(
        "E0204",
        "wait «*» 1.5",
        "a duration and a decimal have no such arithmetic",
        "a duration is multiplied by an integer, and by nothing else",
    );
    expression(
        "E0204",
        "wait «/» 2",
        "a duration and an integer have no such arithmetic",
        "a duration is multiplied by an integer, and by nothing else",
    );
    expression(
        "E0204",
        "at least «2.5» of (felon, felon)",
        "how many of the conditions must be an integer",
        "write a whole number, or a parameter that is one",
    );
}

#[test]
fn arithmetic_on_dates() {
    expression(
        "E0205",
        "as_of «-» born > 3",
        "a date is not subtracted from another",
        "say in which unit: `days between born and as_of`",
    );
    expression(
        "E0205",
        "as_of «+» born",
        "two dates cannot be added",
        "for the time between them write `days between as_of and born`",
    );
    expression(
        "E0205",
        "born «+» 30",
        "a number cannot be added: what does it count?",
        "say what it counts: `30 days`",
    );
    expression(
        "E0205",
        "born «-» age",
        "a number cannot be subtracted: what does it count?",
        "say what it counts: `age days`",
    );
    expression(
        "E0205",
        "3 days «-» born",
        "a date cannot be taken from a duration",
        "write the date first: `born - 3 days`",
    );
    expression(
        "E0205",
        "born «*» 2",
        "a date and an integer have no such arithmetic",
        "move a date with `+` or `-` and a duration, as in `+ 12 months`",
    );
    expression(
        "E0205",
        "woke «-» woke",
        "a time of day is not subtracted from another",
        "use fields of type `datetime`, whose difference is a duration",
    );
}

#[test]
fn durations() {
    let mixed = "years to days are calendar durations, hours to seconds clock durations: use one kind";
    expression("E0206", "born + (1 day + «2 hours») > as_of", "calendar and clock durations are mixed", mixed);
    expression("E0206", "2 days > «48 hours»", "calendar and clock durations are mixed", mixed);
    expression("E0206", "seen - seen > «3 days»", "calendar and clock durations are mixed", mixed);
    expression(
        "E0206",
        "born + «2 hours» > as_of",
        "a date is moved by whole days, not by the clock",
        "use days, or a field of type `datetime`",
    );
    expression(
        "E0206",
        "woke + «2 days» > woke",
        "a time of day is moved by the clock, not by the calendar",
        "use hours, minutes or seconds",
    );
    // Through constants and `let`s too.
    declaration(
        "E0206",
        "let grace = 2 hours let x of Person = born + «grace» > as_of",
        "a date is moved by whole days, not by the clock",
        "use days, or a field of type `datetime`",
    );
    // A field may hold either; the run finds out.
    program(&format!("{RECORDS}let x of Person = born + wait > as_of and wait > 3 days and wait > 3 hours\n"));
}

#[test]
fn time_zones() {
    let records = "ruleset t version \"1\"\nrecord P { at_day : date  seen : datetime }\n";
    let help = "state it in the header: `time zone \"America/Toronto\"`";
    let case = |marked: &str, message: &str| {
        fault("E0207", &format!("{records}let x of P = {marked}\n"), message, help);
    };
    case("«seen» < at_day", "the date of a date with a time depends on the time zone");
    case("seen < «2026-01-01T12:00»", "a local date and time has no meaning without a time zone");
    case("«seen» + 1 month > seen", "moving a date with a time by the calendar depends on the time zone");
    case("year(«seen») = 2026", "the date of a date with a time depends on the time zone");
    program(&format!(
        "{records}let x of P = seen < 2026-01-01T12:00Z and seen + 3 hours > seen and seen - seen > 3 hours\n"
    ));
    let zone =
        "ruleset t version \"1\" { time zone \"America/Toronto\" }\nrecord P { at_day : date  seen : datetime }\n";
    program(&format!(
        "{zone}let x of P = seen < at_day and seen < 2026-01-01T12:00 and seen + 1 month > seen and year(seen) = 2026\n"
    ));
}

#[test]
fn arguments() {
    expression("E0208", "«abs(age, 1)»", "`abs` does not take this many values", "write abs(x)");
    expression("E0208", "«lower()»", "`lower` does not take this many values", "write lower(text)");
    expression(
        "E0208",
        "size(«age»)",
        "a set or a text has a size, not an integer",
        "to count child records write `count …`",
    );
    expression(
        "E0208",
        "fiscal_year(born, «aprl») = 1",
        "the month that the fiscal year begins with is expected",
        "did you mean `april`?",
    );
    expression(
        "E0208",
        "fiscal_year(born, «4») = 1",
        "the month that the fiscal year begins with is expected",
        "write its name: `fiscal_year(date, april)`",
    );
    expression(
        "E0208",
        "round(age, «name»)",
        "the number of places is an integer",
        "write a whole number of decimal places",
    );
    expression("E0208", "round(age, «99»)", "a decimal has at most 28 places", "write a number of places from 0 to 28");
    expression("E0208", "round(age, 1, «half_upp»)", "unknown way of rounding", "did you mean `half_up`?");
    expression(
        "E0208",
        "«hours between seen and seen»",
        "whole hours, minutes and seconds are not counted between dates",
        "use years, quarters, months, weeks or days; the difference of two fields of type `datetime` is a duration",
    );
    expression(
        "E0208",
        "«start of hour(born)»",
        "a date is not in an hour, a minute or a second",
        "use years, quarters, months, weeks or days; the difference of two fields of type `datetime` is a duration",
    );
}

#[test]
fn child_records() {
    expression(
        "E0209",
        "«charges» is known",
        "`charges` are child records, not a value",
        "count them or look into them: `count charges`, `any charges where …`, `latest … of charges by …`",
    );
    expression(
        "E0209",
        "any «age» where felon",
        "`age` is a value, not child records",
        "an aggregate goes over a field declared as `many RECORD by FIELD`",
    );
    expression(
        "E0209",
        "count «charge» > 1",
        "record `Person` has no child records `charge`",
        "did you mean `charges`?",
    );
    expression(
        "E0209",
        "count «dogs» > 1",
        "record `Person` has no child records `dogs`",
        "its child records are `charges`",
    );
    declaration(
        "E0209",
        "let n of Part = count «dogs»",
        "record `Part` has no child records `dogs`",
        "declare them: `dogs : many RECORD by FIELD` in `Part`",
    );
    declaration(
        "E0209",
        "let n = count «charges»",
        "a constant reads no records",
        "give the `let` a record: `let … of RECORD = …`",
    );
    let two = "record Q { id : text key  cs : many R by q  ds : many R by q }\nrecord R { q : text  v : integer }\n";
    declaration(
        "E0209",
        &format!("{two}let n of Q = any cs where (count «ds») > v"),
        "`ds` belongs to `Q`, around this `R`",
        "work it out there: `let … of Q = … ds …`, and use that name here",
    );
    program(&format!("{RECORDS}{two}let k of Q = count ds let n of Q = any cs where k > v\n"));
}

#[test]
fn sets_and_ranges() {
    expression("E0210", "«age = 1..5»", "a range stands only after `in`", "write `x in 1..5`");
    expression("E0210", "age in «5..1»", "the range is empty", "write the lower end first");
    expression("E0210", "age in «[5 .. 5)»", "the range is empty", "write the lower end first");
    expression("E0210", "age in «{}»", "the set is empty", "write its members");
    expression(
        "E0210",
        "age in «limit»",
        "after `in` stands a set or a range, not an integer",
        "compare with `=`, or write a set: `{limit}`",
    );
    expression(
        "E0210",
        "tags = «{1, 2}»",
        "a set that stands by itself holds constant codes or texts",
        "write a set of other values only after `in`",
    );
    declaration(
        "E0210",
        "let ages = 1..5 let x of Person = «ages» = 3",
        "`ages` is a range or a set of values",
        "use it after `in`: `x in ages`",
    );
    declaration(
        "E0210",
        "let some = «{}»",
        "the set is empty",
        "write its members, or compare the size of a set: `size(x) = 0`",
    );
    declaration("E0210", "let ages = «5..1»", "the range is empty", "write the lower end first");
    program(&format!(
        "{RECORDS}let young = [0 .. 18) let odd = {{1, 3, 5}} let warm = {{north}} let words = {{\"a\", \"b\"}} let era = 2020-01-01..2026-01-01\n\
         let x of Person = age in young or age in odd or zone in warm or zones overlaps warm or name in words or tags = words\n\
         let y of Person = born in era or born in {{2020-01-01, as_of}} or height in {{1, 1.5}} or level in {{low, level}}\n"
    ));
}

#[test]
fn patterns() {
    let found = expression(
        "E0211",
        "name matches «\"(\"»",
        "the pattern cannot be read",
        "to match a sign such as `(` itself, write `\\\\(`",
    );
    assert_eq!(found.primary.unwrap().message, "unclosed group, at character 1");
    declaration(
        "E0217",
        "let x of Person = name matches «name»",
        "a pattern must be a text in quotes",
        "write the pattern itself: `matches \"^[A-Z]+$\"`",
    );
    program(&format!("{RECORDS}let p = \"^A\" let x of Person = name matches p and name matches \"b$\"\n"));
}

#[test]
fn units() {
    let help = "multiply or divide by a rate that turns one unit into the other";
    let found = expression("E0212", "cost + «height» > 1", "`CAD` and `m` are different units", help);
    assert_eq!(found.primary.unwrap().message, "in `m`");
    expression("E0212", "cost > «height»", "`CAD` and `m` are different units", help);
    expression("E0212", "cost * height > «cost»", "`CAD*m` and `CAD` are different units", help);
    expression("E0212", "max(cost, «height») > 1", "`CAD` and `m` are different units", help);
    expression("E0212", "(if felon then cost else «height») > 1", "`CAD` and `m` are different units", help);
    expression("E0212", "first known of (cost, «height») > 1", "`CAD` and `m` are different units", help);
    declaration(
        "E0212",
        "let area of Person = height * height let x of Person = area > «height»",
        "`m^2` and `m` are different units",
        help,
    );
    program(&format!(
        "{RECORDS}let x of Person = cost / height > 3 and cost + 1 > cost * 2 and cost / height * height > cost and height > age\n"
    ));
}

#[test]
fn constants_that_cannot_be_worked_out() {
    let help = "change the numbers, so that the result exists";
    expression("E0213", "age > «9223372036854775807 + 1»", "the number is too large in a constant", help);
    expression("E0213", "height > «1 / 0»", "division by zero in a constant", help);
    expression("E0213", "born + «9223372036854775807 days» > as_of", "the duration is too long", "write a shorter one");
    program(&format!("{RECORDS}let x of Person = age > 9223372036854775807 - 1 and height > 1 / 4 and age > -3\n"));
}

#[test]
fn aggregates() {
    expression("E0214", "sum «on» of charges", "`sum` does not go over such values", "use a number");
    expression("E0214", "mean «charge.kind» of charges", "`mean` does not go over such values", "use a number");
    expression("E0214", "«all charges»", "`all` of the records do what?", "say it: `all charges where …`");
    expression(
        "E0214",
        "latest amount of charges by «kind»",
        "`kind` does not say which record is latest",
        "use a date, a time, a number or an ordered code",
    );
    let many = "record Q { id : text key  cs : many R by q }\nrecord R { q : text  s : set of Zone  w : duration }\n";
    declaration(
        "E0214",
        &format!("{many}let n of Q = distinct «s» of cs"),
        "`distinct` does not go over such values",
        "use a code, a text, a number or a date",
    );
    program(&format!(
        "{RECORDS}let x of Person = (sum amount of charges) > 3 and (mean amount of charges where charge.kind = theft) > 1.5\n\
         and (latest charge.kind of charges by on) = theft and (distinct charge.kind of charges) > 1 and (max on of charges) < as_of\n\
         and any charges and (count charges where any parts where cm > 3 and amount > 2 and age > 1) > 2\n"
    ));
}

#[test]
fn no_code() {
    expression(
        "E0215",
        "kind = «none»",
        "only a category comes to `none`",
        "for a value that is not there, write `kind is missing`",
    );
    expression(
        "E0215",
        "age = «none»",
        "`none` stands for no code of a category",
        "for a value that is not there, write `x is missing`",
    );
    expression("E0215", "zones = «none»", "`none` is not a set", "compare its size: `size(x) = 0`");
    declaration("E0215", "codes «Empty» { }", "code list `Empty` has no codes", "write its codes between the braces");
    program(&format!(
        "{RECORDS}category c of Person -> Level {{ low when age > 5 high when age > 3 }}\n\
         let x of Person = c = none or c in {{low, none}} or (if felon then c else none) = none or (highest of (c, low)) != none\n"
    ));
}

#[test]
fn parameters() {
    declaration("E0216", "parameter p : integer = «\"a\"»", "parameter `p` holds an integer", "write a whole number");
    declaration("E0216", "parameter p : integer = «1.5»", "parameter `p` holds an integer", "write a whole number");
    declaration(
        "E0216",
        "parameter p : integer = «12» in 2..10",
        "the default of `p` is not one of its values",
        "change the default, or widen what follows `in`",
    );
    declaration(
        "E0216",
        "parameter p : Level = «none»",
        "parameter `p` holds a code of `Level`",
        "write the name of a code",
    );
    let code = declaration(
        "E0216",
        "parameter p : Kind = «\"T\"»",
        "parameter `p` holds a code of `Kind`",
        "write the code: `theft`",
    );
    assert_eq!(code.fix.unwrap().replacement, "theft");
    declaration(
        "E0216",
        "parameter p : Kind = theft in «theft..harm»",
        "there is no range of such values: a code of `Kind`",
        "write the values: `in {a, b}`",
    );
    declaration("E0216", "parameter p : integer = 3 in «10..2»", "the range is empty", "write the lower end first");
    declaration(
        "E0216",
        "parameter p : integer = 3 in «5»",
        "after `in` stand the values that the parameter may take",
        "write `in 2..10` or `in {a, b}`",
    );
    declaration(
        "E0216",
        "parameter p : set of Zone = {north} in «{north}»",
        "a parameter that is a set has no range of values",
        "remove `in …`",
    );
    declaration(
        "E0216",
        "parameter p : «range of integer» = 3",
        "a parameter holds one value",
        "use `integer`, `decimal`, `text`, `date`, a code list, or a set",
    );
    declaration(
        "E0107",
        "parameter p : Level = «lowest_» in low..high",
        "`lowest_` is not a code of `Level`",
        "its codes are `low` and `high`",
    );
    let program = program(&format!(
        "{RECORDS}parameter a : Level = high in low..high parameter b : set of Zone = {{north}} parameter c : date = 2026-01-01 in 2020-01-01..\n\
         parameter d : decimal = 3 in {{1, 3}} parameter e : duration = 1 year parameter f : text = \"x\"  parameter g : decimal = -25%\n\
         let x of Person = level >= a and zone in b and born < c + e and height > d and name = f and height > g\n"
    ));
    assert_eq!(program.params.len(), 8);
    assert_eq!(format!("{:?}", program.params[4].default), "Decimal(3)");
}

#[test]
fn constants_where_they_must_be() {
    expression(
        "E0217",
        "zones = {north, «zone»}",
        "a set that stands by itself holds constant codes or texts",
        "write a set of other values only after `in`",
    );
    declaration(
        "E0217",
        "measure m of Person { numerator felon as rate per «limit» }",
        "a constant number is expected",
        "write the number itself",
    );
}

#[test]
fn counts_of_conditions() {
    expression(
        "E0218",
        "at least «3» of (felon, age > 1)",
        "at least 3 of 2 conditions is never true",
        "write a number that the conditions can reach and miss",
    );
    expression(
        "E0218",
        "at least «0» of (felon, age > 1)",
        "at least 0 of 2 conditions is always true",
        "write a number that the conditions can reach and miss",
    );
    expression(
        "E0218",
        "at most «2» of (felon, age > 1)",
        "at most 2 of 2 conditions is always true",
        "write a number that the conditions can reach and miss",
    );
    expression(
        "E0218",
        "exactly «3» of (felon, age > 1)",
        "exactly 3 of 2 conditions is never true",
        "write a number that the conditions can reach and miss",
    );
    program(&format!(
        "{RECORDS}let x of Person = at least limit of (felon, age > 1) or exactly 0 of (felon, age > 2) or at most 1 of (felon, age > 3)\n"
    ));
}

#[test]
fn what_is_right() {
    for expr in [
        "age > 18 and height > 18 and height = age",
        "age / 2 > 1.5",
        "born < seen and seen > born",
        "days between born and seen > 3",
        "(years between born and as_of) >= 18",
        "start of month(born) = born",
        "fiscal_year(born, april) = 2020 and weekday(seen) = 1",
        "born within 12 months before as_of and seen within 3 hours after seen",
        "born + 2 * (1 year + 3 months) < as_of and born - 3 days > as_of",
        "- (3 days) + born < as_of",
        "wait = 3 hours",
        "score > 3 and score in 1..5",
        "abs(score) > 3 and round(score / 3, 2, half_up) > 1.5",
        "first known of (score, age, 0) > 3",
        "min(age, 3) > 1 and max(born, as_of) = as_of",
        "lower(trim(name)) = \"a\" and size(name) > 3 and size(tags) > 1",
        "name starts with \"a\" and name ends with \"b\" and name contains \"c\"",
        "tags contains \"x\" and \"x\" in tags",
        "age is known and age is missing and age is withheld",
        "if age > 3 then felon else no",
        "none of (felon, age > 3) or all of (felon) or any of (felon, felon)",
        "woke + 3 hours > 10:30",
        "seen - seen > 3 hours",
        "25% < height",
        "name < \"m\"",
    ] {
        let compiled = compile(&format!("{RECORDS}let x of Person = {expr}\n"));
        assert!(compiled.program.is_some(), "{expr}\n{}", shown(&compiled));
    }
}
