//! Instruments and overrides.

use crate::common::{RECORDS, declaration, program};

const FORM: &str = "record Form { id : text key  a : boolean  b : boolean  n : integer  t : text  k : Kind  l : Level  d : decimal }\n";

/// A fault of an instrument of `Form`, given by what stands in its braces.
fn form(code: &str, inside: &str, message: &str, help: &str) {
    declaration(code, &format!("{FORM}instrument s of Form {{ {inside} }}"), message, help);
}

#[test]
fn items() {
    form("E0801", "item «t»", "item `t` is text, which cannot be scored", "score a condition: `let … of Form = t = …`");
    form(
        "E0801",
        "item «k»",
        "item `k` is a code of `Kind`, which cannot be scored",
        "declare `ordered codes Kind`, lowest first: they count 0, 1, 2 …",
    );
    form("E0802", "item a item «a»", "item `a` of `s` stands twice", "keep one of them; an answer counts once");
    form(
        "E0803",
        "item «n»",
        "nothing says between which numbers item `n` lies",
        "score a `let` with ends: `let n_scored of Form = min(max(n, 0), 10)`",
    );
    form(
        "E0804",
        "item a missing not scored above «\"x\"»",
        "how many answers may be missing is a whole number, from 0",
        "write a number of items, such as 5, or an integer parameter",
    );
    form(
        "E0114",
        "item «aa»",
        "record `Form` has no `aa`",
        "an item is a field, a `let` or a category of `Form`; its wording stands behind it in quotes",
    );
    form(
        "E0204",
        "item a weight «\"x\"»",
        "a number is expected, not text",
        "declare the field as `integer` or `decimal`; texts are not added",
    );
    form("E0201", "item a unless «n»", "a condition is expected, not an integer", "compare it with a number: `n > 0`");
}

#[test]
fn what_an_instrument_has() {
    declaration(
        "E0805",
        &format!("{FORM}instrument «s» of Form {{ }}"),
        "instrument `s` has neither items nor routes",
        "write an `item` for each question that counts",
    );
    declaration(
        "E0805",
        &format!("{FORM}instrument «s» of Form {{ item a unscored band x 0 }}"),
        "instrument `s` has bands and no item that is scored",
        "score its items: `item NAME weight 1`",
    );
    declaration(
        "E0108",
        &format!("{FORM}instrument «form» of Form {{ item a }}"),
        "instrument `form` has the name that its record has before a point",
        "give the instrument another name",
    );
    form(
        "E0104",
        "item a route «band» : a",
        "a route is not called `band`, which is a part of every instrument",
        "give the route another name",
    );
    form("E0103", "item a route x : a route «x» : b", "`s.x` is declared twice", "give one of them another name");
}

#[test]
fn bands() {
    let gap = "widen this band, or write a band for them; `..7` and `18..` have no other end";
    form("E0808", "item a item b band low 0 band high «2..»", "a score of 1 of `s` is in no band", gap);
    form("E0808", "item a item b band low «..1»", "a score of 2 of `s` is in no band", gap);
    form("E0808", "item a item b weight -2 band low «0..1»", "scores from -2 to -1 of `s` are in no band", gap);
    form(
        "E0808",
        "item a item b missing prorate up to 1 band low ..0 band high «1..»",
        "scores between 0 and 1 of `s` are in no band",
        "let the bands meet, or make the score whole: `rounding half_up`",
    );
    form(
        "E0807",
        "item a item b band low ..1 band high «1..»",
        "a score of 1 is in band `low` and in band `high`",
        "begin it one step higher: `2`",
    );
    form(
        "E0809",
        "item a item b band low ..2 band high «3..»",
        "no score of `s` can reach band `high`",
        "remove the band, or look again at its ends and at the weights of the items",
    );
    form(
        "E0806",
        "item a item b band low «2..1» band high 0..",
        "band `low` ends before it begins",
        "write the lower end first",
    );
    form(
        "E0806",
        "item a item b band high 1.. band «low» ..0",
        "band `low` stands after a higher one",
        "write the bands from the lowest to the highest: their order is that of their codes",
    );
    // Scaled up, one answered item of weight 4 counts for two.
    program(&format!(
        "{RECORDS}{FORM}instrument s of Form {{ item a weight 4 item b missing prorate up to 1 rounding up band low ..5 band high 6..8 }}"
    ));
    // Halves are the least by which these scores differ.
    program(&format!(
        "{RECORDS}{FORM}instrument s of Form {{ item a weight 1.5 item b band low ..1 band high 1.5.. }}"
    ));
    // Ends that are parameters are checked by their defaults.
    program(&format!(
        "{RECORDS}{FORM}instrument s of Form {{ item a weight limit item b band low ..limit - 1 band high limit.. }}"
    ));
    declaration(
        "E0107",
        &format!("{FORM}instrument s of Form -> Level {{ item a band low 0 band «hight» 1 }}"),
        "`hight` is not a code of `Level`",
        "did you mean `high`?",
    );
}

#[test]
fn parts() {
    let of = |rest: &str| format!("{FORM}instrument s of Form {{ item a band low 0 band high 1 route r : b }}\n{rest}");
    program(&format!(
        "{RECORDS}{}",
        of(
            "let x of Form = s.score + s.lowest + s.highest + s.answered > 1 and s.band = high and s.r and s.routes contains r"
        )
    ));
    declaration(
        "E0115",
        &of("let x of Form = «s» > 1"),
        "`s` is an instrument, not a value",
        "name a part of it: `s.band`",
    );
    declaration("E0114", &of("let x of Form = s.«scor» > 1"), "instrument `s` has no `scor`", "did you mean `score`?");
    declaration(
        "E0106",
        &of("let x of Person = «s».score > 1"),
        "`s` is not a record that is read here",
        "before the point stands `person`",
    );
    declaration(
        "E0110",
        &format!("{FORM}instrument «s» of Form {{ item x }}\nlet x of Form = s.score > 1"),
        "part `s.score` depends on itself",
        "work one of them out from fields instead",
    );
    declaration(
        "E0503",
        &of("test \"t\" { as_of 2026-01-01 given Form { a: yes } expect «s» = high }"),
        "`s` is an instrument, not a value",
        "name a part of it: `s.score`, `s.band`, `s.routes`",
    );
}

#[test]
fn overrides() {
    let of = |clause: &str| format!("{FORM}category c of Form -> Level {{ high when a otherwise low {clause} }}");
    program(&format!("{RECORDS}{}", of("override from l because t by t")));
    declaration(
        "E0810",
        &of("override from «t» because t by t"),
        "field `t` does not hold a code of `Level`",
        "declare it as a code of `Level`",
    );
    declaration(
        "E0810",
        &of("override from l because t by «x»"),
        "record `Form` has no field `x`",
        "declare the field that a person's judgement is kept in",
    );
    declaration(
        "E0810",
        &of("override from l because t by t until «t»"),
        "field `t` does not hold a date",
        "declare it as a date",
    );
    form(
        "E0810",
        "item a band low 0 band high 1 «override from l because t by t»",
        "no field can hold a band of `s`",
        "declare the bands as `ordered codes`, and write `instrument s of Form -> CODES`",
    );
}
