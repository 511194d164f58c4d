//! Faults of indicators and evaluations (E0425 to E0431, W0935 to W0938), and what they compile to.

use crate::common::{RECORDS, compile, declaration, one, program, shown};
use assize_model::evaluation::{Condition, Evidence, Overall, Quantity};
use assize_model::measure::MeasureForm;

/// An indicator from ratings on `level` with this rubric.
fn rubric(marked: &str, message: &str, help: &str) {
    let text = format!("indicator felt {{ from ratings Person scale Level items level  rubric {marked} }}");
    declaration("E0428", &text, message, help);
}

#[test]
fn evidence_that_cannot_be() {
    let cases = [
        ("from measure «nothing»", "`nothing` is not a measure", "declare it: `measure NAME of RECORD { … }`"),
        (
            "from ratings Person scale «Kind» items kind",
            "the codes of `Kind` have no order",
            "declare it as `ordered codes`, lowest first",
        ),
        (
            "from ratings Person scale Level items «kind»",
            "`kind` does not hold a rating on the scale `Level`",
            "name a field of that list; several themes of one text are several rows",
        ),
        (
            "from ratings Charge scale «Level»",
            "`Charge` has no field with a rating on `Level`",
            "name the fields: `items q1, q2 reversed`",
        ),
        (
            "from ratings Person scale Level items level answered at least «2»",
            "a record answers at least a number of its items, from 1 to 1",
            "write `answered at least 1`, or leave it out",
        ),
        (
            "from ratings Person scale Level items level rated_by «name»",
            "it is known who rated, and not what",
            "write `subject FIELD` as well, or remove this: only who rated the same can agree",
        ),
        (
            "from ratings Person scale Level items level subject «name»",
            "what was rated is known, and not by whom",
            "write `rated_by FIELD` as well, or remove this: only who rated the same can agree",
        ),
        (
            "from themes Person coded «age»",
            "`age` does not hold a theme: a code of a list",
            "name a field of that list; several themes of one text are several rows",
        ),
        (
            "from themes Person coded kind text «age»",
            "`age` is not a field of text of `Person`",
            "name the field that holds the text, which is carried and never computed on",
        ),
    ];
    for (clauses, message, help) in cases {
        declaration("E0425", &format!("indicator felt {{ {clauses} }}"), message, help);
    }
    declaration(
        "E0425",
        "measure m of Person { as count by zone }\nindicator felt { from measure «m» }",
        "an indicator is one number, and the measure has a row for each breakdown",
        "declare a measure without `by`, or one with an `include` for each group",
    );
    let near = "measure visits of Person { as count }\nindicator felt { from measure «visit» }";
    let found = declaration("E0425", near, "`visit` is not a measure", "did you mean `visits`?");
    assert_eq!(found.fix.unwrap().replacement, "visits");
}

#[test]
fn an_indicator_says_what_it_is_from() {
    declaration(
        "E0426",
        "indicator «felt» { data qualitative }",
        "indicator `felt` does not say what it is from",
        "write `from measure NAME`, `from ratings RECORD scale CODES`, `from themes RECORD coded FIELD` or \
         `from documents RECORD`",
    );
}

#[test]
fn clauses_that_cannot_be() {
    let twice = [
        ("data qualitative «data quantitative»", "data"),
        ("source \"a\" «source \"b\"»", "source"),
        ("collected yearly «collected daily»", "collected"),
    ];
    for (clauses, word) in twice {
        declaration(
            "E0427",
            &format!("indicator felt {{ from documents Person  rubric good : total >= 3  otherwise bad  {clauses} }}"),
            &format!("`{word}` is written twice"),
            "keep one of them",
        );
    }
    declaration(
        "E0427",
        "indicator felt { from documents Person  «target at least 3» }",
        "a target is a number that a measure is to reach, and this evidence is no measure",
        "write a `rubric`, whose levels may ask of shares and counts",
    );
    declaration(
        "E0427",
        "indicator felt { from documents Person  «baseline 2020» }",
        "a baseline is a period of a measure, and this evidence has none",
        "remove it, or let the indicator be from a measure with `every`",
    );
    let twice = "evaluation e { «overall minimum» }".replace('«', "overall minimum «");
    declaration("E0427", &twice, "`overall` is written twice", "keep one of them");
}

#[test]
fn conditions_of_levels() {
    let asked = "of ratings a level asks of `top 2`, `share(code)`, `median`, `total` or `number(code)`";
    rubric("good : «value» >= 3  otherwise bad", "`value` is not asked of here", asked);
    rubric("good : «age» >= 3  otherwise bad", "`age` is not asked of here", asked);
    rubric("good : «top 5» >= 50%  otherwise bad", "the highest of 2 codes are 1 to 1", "write `top 2`");
    rubric(
        "good : top 1 >= «50»  otherwise bad",
        "no share is so great",
        "a share lies between 0% and 100%: write `50%`",
    );
    rubric(
        "good : median >= «2»  otherwise bad",
        "a median of ratings is a code, and compares with one",
        "write `median >= CODE`; an average of ordinals has no meaning by itself",
    );
    rubric(
        "good : «share(high)»  otherwise bad",
        "the condition of a level compares what was found with a number, a code or a level",
        "compare it: `share(high) >= …`",
    );
    declaration(
        "E0428",
        "let stray of Person = «top 2» > 3",
        "`top` is the share of the highest codes in many ratings",
        "write it in the rubric of an indicator `from ratings`",
    );
    declaration(
        "E0107",
        "indicator felt { from ratings Person scale Level items level  rubric good : share(«hihg») >= 50%  otherwise bad }",
        "`hihg` is not a code of `Level`",
        "did you mean `high`?",
    );
}

#[test]
fn profiles_compare_with_levels() {
    let of = |overall: &str| {
        format!(
            "measure m of Person {{ as count }}\nindicator some {{ from measure m  target at least 3 }}\n\
             evaluation e {{ objective there {{ some }}  overall profile {{ good : {overall}  otherwise bad }} }}"
        )
    };
    declaration(
        "E0428",
        &of("there = «great»"),
        "`great` is not a level of this",
        "its levels are `met`, `near` and `missed`",
    );
    declaration("E0428", &of("number(«mett») >= 1"), "no objective has a level `mett`", "did you mean `met`?");
    let asked =
        "a profile asks of objectives and indicators (`aware >= adequate`), of `coverage` and of `number(level)`";
    declaration("E0428", &of("«value» >= 1"), "`value` is not asked of here", asked);
}

#[test]
fn levels_are_told_apart() {
    let text = "indicator felt { from documents Person  rubric good : total >= 3  «good» : total >= 1  otherwise bad }";
    declaration(
        "E0429",
        text,
        "level `good` is written twice",
        "give one of them another name, or join their conditions with `or`",
    );
    declaration(
        "E0429",
        "indicator felt { from documents Person  «rubric good : total >= 3» }",
        "no level is left for when none of these holds",
        "end with `otherwise LEVEL`",
    );
}

#[test]
fn objectives_that_cannot_be() {
    const SOME: &str = "measure m of Person { as count }\nindicator some { from measure m  target at least 3 }\n";
    let of = |objectives: &str| format!("{SOME}evaluation e {{ {objectives}  overall minimum }}");
    declaration("E0430", &of("objective a { «sme» }"), "`sme` is not an indicator", "did you mean `some`?");
    declaration(
        "E0430",
        &of("objective a { «m» }"),
        "`m` is not an indicator",
        "declare one of it: `indicator NAME { from measure m }`",
    );
    declaration(
        "E0430",
        &of("objective a { some, «some» }"),
        "`some` stands twice in objective `a`",
        "name each indicator once",
    );
    declaration(
        "E0430",
        &of("objective a { some } objective «a» { some }"),
        "objective `a` stands twice",
        "give one of them another name",
    );
    declaration(
        "E0430",
        &of("objective a weight «-1» { some }"),
        "a weight is not negative",
        "write 0 where an objective has no part in the whole",
    );
    declaration(
        "E0431",
        &of("objective a { some } «requires every indicator has at least 2 indicators»"),
        "an indicator is one, and has no others",
        "write `requires every objective has at least 2 indicators`",
    );
}

#[test]
fn warnings() {
    let text = format!(
        "{RECORDS}
measure m of Person {{ as count }}
indicator bare {{ from measure m }}
indicator odd {{ lower is better  from measure m  target at least 3 }}
evaluation e {{
  objective a {{ odd }}
  objective b {{ }}
  overall minimum
  requires every indicator has a source
}}"
    );
    let compiled = compile(&text);
    assert!(compiled.program.is_some(), "{}", shown(&compiled));
    let found: Vec<String> = ["W0935", "W0936", "W0937", "W0938"]
        .iter()
        .filter_map(|code| compiled.diagnostics.iter().find(|of| of.code.0 == *code))
        .map(|of| one(&compiled, of).lines().next().unwrap_or("").to_owned())
        .collect();
    assert_eq!(
        found,
        [
            "W0935 nothing judges indicator `bare`",
            "W0936 objective `b` has no indicator",
            "W0937 evaluation `e` does not meet what it requires",
            "W0938 lower is better, and the target asks for `at least`",
        ]
    );
}

#[test]
fn what_counts_evidence_is_behind_all_measures() {
    let program = program(&format!(
        "{RECORDS}
indicator felt {{
  data qualitative
  from ratings Person scale Level answered at least 1 subject zone rated_by name where felon
  rubric good : top 1 >= 50% and not (total < 10)  otherwise bad
}}
measure m of Person {{ as count }}
evaluation e {{
  period 2024 .. 2025
  requires every objective has an indicator
  requires at least 1 indicators
  objective a weight limit {{ felt }}
}}
"
    ));
    let names: Vec<&str> = program.measures.iter().map(|measure| &*measure.heading.name).collect();
    assert_eq!(names, ["m", "felt.level"]);
    let [_, counted] = program.measures.as_slice() else { panic!() };
    assert_eq!(counted.form, MeasureForm::Count);
    assert!(counted.include.is_some() && counted.eligible.is_some());
    let by: Vec<&str> = counted.by.iter().map(|by| &*by.name).collect();
    assert_eq!(by, ["level", "zone", "name"]);
    let indicator = &program.indicators[0];
    assert_eq!(counted.evidence, program.indicator_named("felt"));
    let Evidence::Ratings(ratings) = &indicator.evidence else { panic!() };
    assert_eq!((ratings.items.len(), ratings.answered), (1, Some(1)));
    let Condition::All(both) = &indicator.rubric.as_ref().unwrap().levels[0].condition else { panic!() };
    assert!(matches!(both[0], Condition::Number { of: Quantity::Top(1), .. }));
    let evaluation = &program.evaluations[0];
    assert_eq!((&evaluation.overall, evaluation.requires.len()), (&Overall::NotAsked, 2));
    let (from, to) = evaluation.period.unwrap();
    assert_eq!((from.to_string(), to.to_string()), ("2024-01-01".to_owned(), "2025-12-31".to_owned()));
}
