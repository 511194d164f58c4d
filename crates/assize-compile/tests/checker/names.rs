//! Faults of names (E01xx): each with its place, its words and its mend.

use crate::common::{RECORDS, compile, declaration, expression, fault, program, shown};

#[test]
fn a_category_is_not_compared_with_itself_for_its_code() {
    declaration(
        "E0108",
        "codes Answer {{ smart dull }}\ncategory smart of Person -> Answer {{ smart when a : felon  otherwise dull }}\n\
         let is_smart of Person = smart = «smart»"
            .replace("{{", "{")
            .replace("}}", "}")
            .as_str(),
        "`smart` is compared with itself: it is also the name of a code",
        "give the code or what is compared another name",
    );
}

#[test]
fn no_ruleset() {
    fault(
        "E0101",
        "«»record P { a : integer }\nlet x of P = a",
        "no `ruleset` is declared",
        "begin the file with `ruleset NAME version \"1\" { … }`",
    );
}

#[test]
fn two_rulesets() {
    fault(
        "E0102",
        "ruleset a version \"1\"\nruleset «b» version \"2\"",
        "a second `ruleset` is declared",
        "keep one header for all the files that are read together",
    );
}

#[test]
fn names_declared_twice() {
    let help = "give one of them another name";
    for (text, name) in [
        ("record P { a : integer } record «P» { b : integer }", "P"),
        ("codes P { a } record «P» { b : integer }", "P"),
        ("parameter p : integer = 1 let «p» = 2", "p"),
        ("record P { a : integer } let «a» of P = 1", "a"),
        ("record P { a : integer } let b of P = a let «b» of P = 1", "b"),
        ("record P { a : integer } parameter b : integer = 1 let «b» of P = a", "b"),
        (
            "record P { a : integer } measure m of P { as count } category «m» of P -> L { k when a > 1 } codes L { k }",
            "m",
        ),
        ("labels a < b «labels c < d»", "labels"),
    ] {
        let text = format!("ruleset t version \"1\"\n{text}");
        let help = if name == "labels" { "write all labels in one line, lowest first" } else { help };
        // The order of the text decides which is the second.
        let found = fault("E0103", &text, &format!("`{name}` is declared twice"), help);
        assert_eq!(found.secondary.len(), 1);
        assert_eq!(found.secondary[0].message, "first declared here");
    }
}

#[test]
fn lets_of_two_records_may_share_a_name() {
    program("ruleset t version \"1\"\nrecord P { a : integer } record Q { a : integer } let b of P = a let b of Q = a");
}

#[test]
fn members_declared_twice() {
    let text = |body: &str| format!("ruleset t version \"1\"\n{body}");
    let help = |what: &str| format!("remove one {what}, or give it another name");
    fault(
        "E0104",
        &text("record P { a : integer «a» : text } let x of P = a"),
        "field `a` stands twice in `P`",
        &help("field"),
    );
    fault("E0104", &text("codes L { a b «a» }"), "code `a` stands twice in `L`", &help("code"));
    fault("E0104", &text("labels a < b < «a»"), "label `a` stands twice in `labels`", &help("label"));
}

#[test]
fn unknown_types() {
    let near = declaration("E0105", "let x of «Persn» = 1", "unknown record `Persn`", "did you mean `Person`?");
    assert_eq!(near.fix.unwrap().replacement, "Person");
    declaration("E0105", "measure m of «Dog» { as count }", "unknown record `Dog`", "declare it: `record Dog { … }`");
    declaration(
        "E0105",
        "category c of Person -> «Levl» { low when felon }",
        "unknown code list `Levl`",
        "did you mean `Level`?",
    );
    declaration(
        "E0105",
        "record Q { a : «intger» } let y of Q = a",
        "unknown type `intger`",
        "did you mean `integer`?",
    );
    declaration(
        "E0105",
        "record Q { a : set of «Stain» } let y of Q = a",
        "unknown type `Stain`",
        "declare it: `codes Stain { … }`",
    );
    declaration(
        "E0105",
        "record Q { a : text key  b : many «Quay» by a }",
        "unknown record `Quay`",
        "declare it: `record Quay { … }`",
    );
    declaration(
        "E0105",
        "test \"t\" { as_of 2026-01-01 given «Perso» { age: 1 } expect x = 1 }",
        "unknown record `Perso`",
        "did you mean `Person`?",
    );
}

#[test]
fn unknown_names() {
    let near = expression("E0106", "«agee» > 1", "unknown name `agee`", "did you mean `age`?");
    assert_eq!(near.fix.unwrap().replacement, "age");
    expression(
        "E0106",
        "«zebra» > 1",
        "unknown name `zebra`",
        "a name here is a field, `let` or category of `Person`, a parameter, a constant or a code",
    );
    declaration(
        "E0106",
        "let k = «zebra» + 1",
        "unknown name `zebra`",
        "a constant reads parameters, other constants and codes",
    );
    let other = expression(
        "E0106",
        "«amount» > 1",
        "unknown name `amount`",
        "a name here is a field, `let` or category of `Person`, a parameter, a constant or a code",
    );
    assert_eq!(other.secondary[0].message, "`amount` belongs to record `Charge`");
    expression(
        "E0106",
        "any charges where «person_».on < as_of",
        "`person_` is not a record that is read here",
        "before the point stands `charge`, `person` and `parent`",
    );
    expression("E0106", "«parent».age > 1", "there is no record around this one", "before the point stands `person`");
}

#[test]
fn names_of_words_do_not_count() {
    // Months and ways of rounding are words of their functions.
    program(&format!("{}let april of Person = fiscal_year(born, april)\n", RECORDS));
    program(&format!("{}let half_up of Person = round(height, 1, half_up)\n", RECORDS));
}

#[test]
fn unknown_codes() {
    let near = expression("E0107", "kind = «thft»", "`thft` is not a code of `Kind`", "did you mean `theft`?");
    assert_eq!(near.secondary[0].message, "the list is declared here");
    expression(
        "E0107",
        "kind in {theft, «mischief»}",
        "`mischief` is not a code of `Kind`",
        "its codes are `theft` and `harm`",
    );
    expression(
        "E0107",
        "zones contains «theft»",
        "`theft` is not a code of `Zone`",
        "its codes are `north` and `south`",
    );
    declaration(
        "E0107",
        "category c of Person -> Level { «lo» when felon }",
        "`lo` is not a code of `Level`",
        "did you mean `low`?",
    );
    declaration(
        "E0107",
        "category c of Person -> Level { low when felon otherwise «hih» }",
        "`hih` is not a code of `Level`",
        "did you mean `high`?",
    );
}

#[test]
fn codes_come_from_context() {
    for expr in [
        "kind = theft",
        "theft = kind",
        "kind in {theft, harm}",
        "first known of (kind, harm) = theft",
        "(if felon then theft else kind) = harm",
        "(if felon then theft else harm) = kind",
        "level in low..high",
        "level >= low",
        "highest of (level, low) = high",
        "one above level = high",
        "zones contains north",
        "zones = {north, south}",
        "zones overlaps {north}",
        "{north, south} contains zone",
        "{north, south} overlaps zones",
        "any charges where charge.kind = theft and charge.kind in {theft}",
        "min(level, high) = low",
        "size({north}) = 1",
        "kind in {}",
    ] {
        let compiled = compile(&format!("{}let x of Person = {expr}\n", RECORDS));
        let fine = expr != "kind in {}";
        assert_eq!(compiled.program.is_some(), fine, "{expr}\n{}", shown(&compiled));
    }
}

#[test]
fn a_code_without_context_is_of_the_only_list_that_has_it() {
    program(&format!("{}let violent = {{theft, harm}}\nlet x of Person = kind in violent\n", RECORDS));
    program(&format!("{}let x of Person = if felon then theft else harm\nlet y of Person = x = theft\n", RECORDS));
}

#[test]
fn a_code_may_have_the_name_of_a_value() {
    let list = "codes Sort { felon theft }\nrecord Q { sort : Sort  felon : boolean }\n";
    program(&format!("{}{list}let x of Q = sort = felon and felon\n", RECORDS));
    // Even that of the `let` which asks for it.
    program(&format!("{}{list}let theft of Q = sort = theft\n", RECORDS));
    let text = format!("{}{list}let theft of Q = «theft» > 1\n", RECORDS);
    fault("E0110", &text, "`theft` depends on itself", "give it a name that is not a code's");
}

#[test]
fn ambiguous_names() {
    expression(
        "E0108",
        "any charges where «kind» = theft",
        "`kind` is a name of `Charge` and of `Person`",
        "write `charge.kind` or `parent.kind`",
    );
    program(&format!(
        "{}let x of Person = any charges where charge.kind = parent.kind and charge.kind = person.kind\n",
        RECORDS
    ));
    let found = fault(
        "E0108",
        "ruleset t version \"1\"\nparameter a : integer = 1\nrecord P { a : integer }\nlet x of P = «a» > 1",
        "`a` is both a field of `P` and a parameter",
        "give a parameter another name",
    );
    assert_eq!(found.secondary[0].message, "a parameter of this name");
}

#[test]
fn ambiguous_codes() {
    fault(
        "E0109",
        "ruleset t version \"1\"\ncodes L { a b } codes M { a c } record P { f : boolean l : L m : M } let x of P = if f then «a» else a",
        "`a` is a code of `L` and `M`",
        "compare it with a field or category of the list that is meant",
    );
}

#[test]
fn circles() {
    let help = "work one of them out from fields instead";
    let found =
        declaration("E0110", "let «a» of Person = b + 1 let b of Person = a + 1", "`let` `a` depends on itself", help);
    assert_eq!(found.notes, ["the circle goes through `a` and `b`"]);
    declaration("E0110", "let «a» of Person = a + 1", "`let` `a` depends on itself", help);
    declaration("E0110", "let «a» = b let b = a", "constant `a` depends on itself", help);
    declaration(
        "E0110",
        "category «c» of Person -> Level { low when felon and c = high }",
        "category `c` depends on itself",
        help,
    );
    // Through child records too.
    fault(
        "E0110",
        "ruleset t version \"1\"\nrecord P { id : text key  up : text  kids : many P by up }\nlet «a» of P = any kids where p.a",
        "`let` `a` depends on itself",
        help,
    );
    // What uses a circle is not reported again; and two circles are two errors.
    let text = format!(
        "{}let a of Person = b let b of Person = a let c of Person = a > 1 let d of Person = e let e of Person = d",
        RECORDS
    );
    let compiled = compile(&text);
    assert_eq!(compiled.diagnostics.len(), 2, "{}", shown(&compiled));
}

#[test]
fn imports() {
    fault(
        "E0111",
        "ruleset t version \"1\"\nimport «\"bands.assize\"»",
        "file `bands.assize` is not there",
        "a path is read from the folder of the file that imports it",
    );
    // What it may have declared is not reported as unknown.
    fault(
        "E0111",
        "ruleset t version \"1\"\nimport «\"bands.assize\"»\nrecord P { a : integer  l : Band }\nlet x of P = a > limit and l = low\n\
         category c of P -> Band { low when a > 1 }\nmeasure m of Q { as count }",
        "file `bands.assize` is not there",
        "a path is read from the folder of the file that imports it",
    );
    let mut sources = assize_lang::source::SourceMap::default();
    sources.add(assize_lang::source::Source::new(
        "rules/main.assize",
        "ruleset t version \"1\"\nimport \"../lists/l.assize\"\nrecord P { a : L }\nlet x of P = a = k",
    ));
    sources.add(assize_lang::source::Source::new("lists/l.assize", "codes L { k }"));
    let compiled = assize_compile::compile_sources(sources);
    assert!(compiled.program.is_some(), "{}", shown(&compiled));
}

#[test]
fn unknown_words_on_a_field() {
    declaration(
        "E0112",
        "record Q { a : text «publik» } let y of Q = a",
        "unknown word `publik` after the type",
        "did you mean `public`?",
    );
    declaration(
        "E0112",
        "record Q { a : text «hidden» } let y of Q = a",
        "unknown word `hidden` after the type",
        "declare it: `labels public < hidden`",
    );
    declaration(
        "E0112",
        "record Q { a : text «requird» } let y of Q = a",
        "unknown word `requird` after the type",
        "did you mean `required`?",
    );
    declaration(
        "E0112",
        "record Q { a : text public «secret» } let y of Q = a",
        "`a` has two labels",
        "keep the higher one",
    );
}

#[test]
fn unknown_functions() {
    expression("E0113", "«rond»(age)", "unknown function `rond`", "did you mean `round`?");
    let help = "the evaluation date is `as_of`; nothing else tells the time";
    expression("E0113", "born < «today»()", "unknown function `today`", help);
    expression("E0113", "born < «TODAY»()", "unknown function `TODAY`", help);
    let help = "how many characters a text has is `size(text)`";
    expression("E0113", "«len»(name) > 3", "unknown function `len`", help);
    let help = "what is missing is asked with `x is missing`, and replaced with `first known of (x, y)`";
    expression("E0113", "«coalesce»(age, 0)", "unknown function `coalesce`", help);
    let help = "time between dates is `years between a and b`, and so with `months` and `days`";
    expression("E0113", "«age»(born) >= 18", "unknown function `age`", help);
    expression(
        "E0113",
        "«median»(age)",
        "unknown function `median`",
        "the functions are `abs`, `min`, `max`, `round`, `lower`, `trim`, `size`, `fiscal_year`, `year`, `month`, `day`, `weekday`",
    );
}

#[test]
fn unknown_fields() {
    expression("E0114", "any charges where charge.«onn» < as_of", "record `Charge` has no `onn`", "did you mean `on`?");
    expression(
        "E0114",
        "latest amount of charges by «amont»",
        "record `Charge` has no field `amont`",
        "did you mean `amount`?",
    );
    expression(
        "E0114",
        "latest amount of charges by «zebra»",
        "record `Charge` has no field `zebra`",
        "after `by` stands a field of `Charge`",
    );
    declaration(
        "E0114",
        "record Q { a : text key  b : many Charge by «pers» }",
        "record `Charge` has no field `pers`",
        "after `by` stands the field of the child that holds this record's key",
    );
    declaration(
        "E0114",
        "measure m of Person { as count by «zon» }",
        "record `Person` has no `zon`",
        "did you mean `zone`?",
    );
    declaration(
        "E0114",
        "let y of Person = age test \"t\" { as_of 2026-01-01 given Person { «agee»: 1 } expect y = 1 }",
        "record `Person` has no field `agee`",
        "did you mean `age`?",
    );
}

#[test]
fn names_of_the_wrong_kind() {
    declaration(
        "E0115",
        "let x of «Kind» = 1",
        "`Kind` is a code list, not a record",
        "name the record that this is worked out for",
    );
    declaration(
        "E0115",
        "category c of Person -> «Charge» { low when felon }",
        "`Charge` is a record, not a code list",
        "after `->` stands the code list that the category chooses from",
    );
    declaration(
        "E0115",
        "record Q { a : «Charge» } let y of Q = a",
        "`Charge` is a record, not a type of value",
        "child records are written `many Charge by FIELD`",
    );
    declaration(
        "E0115",
        "measure m of Person { as count } let x of Person = «m» > 1",
        "`m` is a measure",
        "put what both need into a `let`, and use that",
    );
    declaration(
        "E0115",
        "category c of Charge -> Level { low when amount > 2 high when amount > 1 } let x of Person = «c» = low",
        "category `c` belongs to `Charge`, not to `Person`",
        "read it where a `Charge` is at hand, such as within an aggregate over them",
    );
    program(&format!(
        "{}category c of Charge -> Level {{ low when amount > 2 high when amount > 1 }} let x of Person = any charges where c = low",
        RECORDS
    ));
}

#[test]
fn headers() {
    fault(
        "E0116",
        "ruleset t version \"1\" { effective from 2026-01-01 to «2025-12-31» }",
        "the rules end before they begin",
        "write the earlier date after `effective from`",
    );
    fault(
        "E0116",
        "ruleset t version \"1\" { time zone «\"Toronto\"» }",
        "unknown time zone `Toronto`",
        "write a name such as \"America/Toronto\" or \"UTC\"",
    );
}

#[test]
fn what_could_not_be_read_is_not_reported_again() {
    // One fault of reading each; what it hides is not looked for.
    for text in [
        "record Q { a : : integer  b : integer }\nlet x of Q = a > 1 and b > 1\nlet y of Q = c",
        "codes L { a b from }\nrecord Q { l : L }\nlet x of Q = l = c",
        "let a of Person = = 3\nlet b of Person = a + 1\nmeasure m of Person { as count by a, zone }",
        "recrod Q { a : integer }\nlet x of Q = a > 1",
        "category c of Person -> Level { low when ) }\nlet x of Person = c = high\ntest \"t\" { as_of 2026-01-01 given Person { age: 1 } expect c = low }",
    ] {
        let compiled = compile(&format!("{}{text}\n", RECORDS));
        assert!(compiled.program.is_none());
        assert!(!compiled.diagnostics.is_empty());
        assert!(compiled.diagnostics.iter().all(|d| d.code.0.starts_with("E00")), "{text}\n{}", shown(&compiled));
    }
}

#[test]
fn all_faults_are_found_together() {
    let text = format!(
        "{}let a of Person = agee > 1 or nam = \"x\"\nlet b of Person = age + name\nlet c of Person = a and b > 1\n\
         category k of Person -> Level {{ lo when felon  high when age }}\nmeasure m of Persn {{ as count }}\n",
        RECORDS
    );
    let compiled = compile(&text);
    let codes: Vec<&str> = compiled.diagnostics.iter().map(|d| d.code.0).collect();
    assert_eq!(codes, ["E0106", "E0106", "E0204", "E0107", "E0201", "E0105"], "{}", shown(&compiled));
}

#[test]
fn a_clock_that_is_not_there_and_a_field_without_its_record() {
    let clock = "the evaluation date is `as_of`; nothing else tells the time";
    expression("E0106", "born < «today»", "unknown name `today`", clock);
    let record = "to read a record, say of which: `let … of Person = …`";
    declaration("E0106", "let old = «age» > 40", "unknown name `age`", record);
}
