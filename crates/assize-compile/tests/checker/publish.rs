//! Labels, publishing, protected fields, and effective dates.

use crate::common::{RECORDS, compile, fault, program, shown};

const RULES: &str = "ruleset t version \"1\" { effective from 2024-01-01 }
labels public < partner < secret
ordered codes Level { low high }
record Person { id : text key  age : integer  born : date secret  place : text partner  group : text protected  charges : many Charge by person }
record Charge { person : text  amount : integer secret  on : date }
";

fn leak(marked: &str, message: &str, way: &str, help: &str) {
    let found = fault("E0751", &format!("{RULES}{marked}\n"), message, help);
    let notes: Vec<&str> = found.notes.iter().map(String::as_str).collect();
    assert_eq!(notes, if way.is_empty() { vec![] } else { vec![way] });
}

const HELP: &str = "remove it from this audience, or let it be worked out from fields that this audience may have";

/// A measure that is left out for an error moves the numbers of those behind it, so that a formula may come to read
/// itself.
#[test]
fn formulas_beside_a_measure_in_error() {
    let text = format!(
        "{RECORDS}
measure a of Person {{ as count  by nosuch }}
measure b of Charge {{ as count }}
measure c of Charge {{ as count }}
measure d of Charge {{ as formula of b + c }}
measure e of Charge {{ as formula of d + f }}
measure f of Charge {{ as formula of e + b }}
publish out to public {{ d, e }}"
    );
    let compiled = compile(&text);
    assert!(compiled.program.is_none());
    let found: Vec<&str> = compiled.diagnostics.iter().map(|of| of.code.0).collect();
    assert!(found.contains(&"E0114"), "{found:?}");
}

#[test]
fn labels_flow_through_every_expression() {
    leak("publish p to public { «Person.born» }", "`Person.born` is `secret`, and is published as `public`", "", HELP);
    leak(
        "let adult of Person = (years between born and as_of) >= 18
         category level of Person -> Level { high when adult low when age > 3 }
         category list of Person -> Level { high when level = high low when age > 3 }
         publish p to partner { «list» }",
        "`list` is `secret`, and is published as `partner`",
        "it comes from there: list -> level -> adult -> Person.born",
        HELP,
    );
    leak(
        "let total of Person = sum amount of charges
         publish p to public { «Person.total» }",
        "`Person.total` is `secret`, and is published as `public`",
        "it comes from there: Person.total -> total -> Charge.amount",
        HELP,
    );
    leak(
        "category level of Person -> Level { high when any charges where place = \"x\" low when age > 3 }
         publish p to public { «level» }",
        "`level` is `partner`, and is published as `public`",
        "it comes from there: level -> Person.place",
        HELP,
    );
    leak(
        "measure many of Person { numerator age > 3 as rate per 100 by place }
         publish p to public { «many» }",
        "`many` is `partner`, and is published as `public`",
        "it comes from there: many -> Person.place",
        "remove it, or say that aggregates may be released: `release aggregates of at least 10 as public`",
    );
    leak(
        "measure many of Person { numerator age > 3 as rate per 100 by place }
         release aggregates of at least 12 as public
         publish p to public { «many» }",
        "`many` is `partner`, and is published as `public`",
        "it comes from there: many -> Person.place",
        "as an aggregate it may be released: write `suppress below 12` in the measure, or more",
    );
}

#[test]
fn what_an_audience_may_have_is_published() {
    let program = program(&format!(
        "{RULES}category level of Person -> Level {{ high when place = \"x\" low when age > 3 }}
         publish p to partner \"For partners\" {{ level, Person.place, Person.age }}
         publish q to secret {{ Person.born }}
         publish r to public {{ Person.age }}"
    ));
    assert_eq!(program.publishes.iter().map(|publish| publish.to).collect::<Vec<_>>(), [1, 2, 0]);
    assert_eq!(program.labelled.iter().map(|of| (&*of.name, of.label)).collect::<Vec<_>>(), [("level", 1)]);
}

#[test]
fn what_is_published_is_a_result() {
    fault(
        "E0112",
        &format!("{RULES}publish p to «publik» {{ Person.age }}"),
        "unknown label `publik`",
        "did you mean `public`?",
    );
    fault(
        "E0752",
        &format!("{RULES}publish p to public {{ «nothing» }}"),
        "`nothing` is not a result",
        "publish a category, a measure, or a name of a record: `Record.field`",
    );
    fault(
        "E0752",
        &format!("{RULES}publish p to public {{ Person.«agee» }}"),
        "record `Person` has no `agee`",
        "did you mean `age`?",
    );
    fault(
        "E0753",
        &format!("{RULES}release aggregates of at least «1» as public"),
        "a release says of how many records an aggregate is at least",
        "write `release aggregates of at least 10 as LABEL`",
    );
}

#[test]
fn protected_fields_that_are_declared() {
    let program = program(&format!(
        "{RULES}let g of Person = group = \"minor\"
         category level of Person -> Level {{ high when g low when age > 3 uses protected group because \"by law\" }}
         category list of Person -> Level {{ high when level = high low when age > 3 uses protected group because \"as there\" }}"
    ));
    assert_eq!(program.categories[0].uses[0].fields.len(), 1);
    assert_eq!(&*program.categories[1].uses[0].because, "as there");
    // Who reads it through another says so too.
    let found = fault(
        "E0316",
        &format!(
            "{RULES}category level of Person -> Level {{ high when group = \"x\" low when age > 3 uses protected group because \"by law\" }}
             category list of Person -> Level {{ high when «level» = high low when age > 3 }}"
        ),
        "protected field `group` decides a category",
        "use it in the `by` of a measure, where it shows differences instead of making them, or say why it decides: \
         `uses protected group because \"…\"`",
    );
    assert_eq!(found.notes, ["it is read through `level`"]);
    fault(
        "E0318",
        &format!(
            "{RULES}category level of Person -> Level {{ high when age > 5 low when age > 3 uses protected «place» because \"x\" }}"
        ),
        "`place` is said to be used, and no protected field of that name is read",
        "remove it from `uses protected`, or correct its name",
    );
}

#[test]
fn parameters_by_date() {
    let both = "parameter p : integer = 3 in 1..9 effective from 2025-06-01\nparameter p : integer = 2 effective from 2020-01-01 to 2025-05-31\nlet x of Person = age > p\n";
    let program = program(&format!("{RULES}{both}"));
    let day = |text: &str| assize_model::civil::Date::parse(text).unwrap();
    let on = |text: &str| format!("{:?}", program.params[0].on(day(text)));
    assert_eq!([on("2025-05-31"), on("2025-06-01")], ["Integer(2)", "Integer(3)"]);
    let wrong = |marked: &str, message: &str, help: &str| {
        fault("E0711", &format!("{RULES}{marked}\nlet x of Person = age > p\n"), message, help);
    };
    wrong(
        "parameter p : integer = 2 effective from 2024-01-01 to 2025-12-31\nparameter p : integer = 3 effective from «2025-06-01»",
        "`p` has two values from 2025-06-01 on",
        "let one end on the day before the other begins",
    );
    wrong(
        "parameter p : integer = 2 effective from «2024-01-01» to 2025-12-31\nparameter p : integer = 3 effective from 2026-02-01",
        "`p` has no value on 2026-01-01",
        "write it once without `effective`, for all other days: `parameter p : … = …`",
    );
    wrong(
        "parameter p : integer = 2 effective from 2025-01-01 to «2024-01-01»\nparameter p : integer = 2",
        "`p` is in force to a day before the one from which it is",
        "write the earlier day first",
    );
    let two = compile(&format!("{RULES}parameter p : integer = 2\nparameter p : integer = 3\n"));
    assert!(shown(&two).starts_with("E0103 `p` is declared twice"), "{}", shown(&two));
}
