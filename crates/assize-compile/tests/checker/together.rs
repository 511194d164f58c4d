//! Declarations of one kind read by those of another: tables, instruments, progressions, responses and publishing.

use crate::common::{fault, program};

const RULES: &str = "ruleset t version \"1\"
labels public < secret
ordered codes Level { low high }
record Person { id : text key  age : integer  armed : boolean secret  group : boolean protected  charges : many Charge by person }
record Charge { person : text  on : date  weight : integer }
table placed of Person -> Level { | age | -> level | | < 18 | low | | >= 18 | high | }
table both of Person -> Level, integer {
  | age | -> level | -> points |
  | < 18 | low | 1 |
  | >= 18 | high | 2 |
}
instrument screen of Person { item armed  band low 0  band high 1.. }
";

#[test]
fn each_reads_the_others() {
    let program = program(&format!(
        "{RULES}progression moved of Person for placed {{ start at low  raise 1 at each charges by on }}
         response to placed {{ low : \"Letter\" high : \"Visit\" }}
         response to both.level {{ low : \"Letter\" high : \"Visit\" }}
         response to screen.band {{ low : \"Letter\" high : \"Visit\" }}
         response to moved {{ low : \"Letter\" high : \"Visit\" }}
         table worse of Person -> Level {{
           | moved | both.points + screen.score | -> level |
           | high  | -                          | high     |
           | low   | < 2                        | low      |
           | low   | >= 2                       | high     |
         }}
         let heavy of Person = count charges where parent.both.points + parent.screen.score > weight
         let many of Person = heavy + (count charges where both.points > 1 and screen.score > 0) > 0
         measure often of Person {{ numerator many as rate per 100 by placed, screen, moved }}
         publish some to secret {{ placed, both.level, both.points, screen.band, screen.score, moved, worse, Person.many }}
         publish less to public {{ placed, both.level, both.points, moved }}
         test \"both\" {{
           as_of 2026-01-01
           given Person {{ age: 20, armed: yes, group: missing, charges: [] }}
           expect placed = high
           expect both.points = 2
           expect both.level = high
           expect screen.score = 1
           expect screen.band = high
           expect moved = low
         }}"
    ));
    let names: Vec<(&str, u32)> = program.labelled.iter().map(|of| (&*of.name, of.label)).collect();
    for (name, label) in
        [("placed", 0), ("both.level", 0), ("both.points", 0), ("screen.band", 1), ("screen.score", 1), ("worse", 1)]
    {
        assert!(names.contains(&(name, label)), "{name} in {names:?}");
    }
    assert_eq!(program.responses.len(), 4);
}

#[test]
fn labels_flow_through_instruments_and_tables() {
    fault(
        "E0751",
        &format!("{RULES}publish p to public {{ «screen.score» }}"),
        "`screen.score` is `secret`, and is published as `public`",
        "remove it from this audience, or let it be worked out from fields that this audience may have",
    );
    fault(
        "E0752",
        &format!("{RULES}publish p to secret {{ «screen» }}"),
        "`screen` is not a result",
        "publish a part of it: `screen.band`",
    );
    fault(
        "E0752",
        &format!("{RULES}publish p to secret {{ «both» }}"),
        "`both` is not a result",
        "publish an output of it: `both.level`",
    );
}

#[test]
fn a_judgement_has_the_label_of_its_fields() {
    let of = |label: &str| {
        format!(
            "ruleset t version \"1\"
             labels public < secret
             ordered codes Level {{ low high }}
             record Person {{ id : text key  age : integer  rated : Level  why : text {label}  who : text }}
             category level of Person -> Level {{ high when age > 3 otherwise low override from rated because why by who }}
             publish p to public {{ «level» }}"
        )
    };
    program(&of("").replace(['«', '»'], ""));
    fault(
        "E0751",
        &of("secret"),
        "`level` is `secret`, and is published as `public`",
        "remove it from this audience, or let it be worked out from fields that this audience may have",
    );
}

#[test]
fn an_instrument_says_which_protected_fields_it_uses() {
    let of = |uses: &str| {
        format!(
            "{RULES}instrument form of Person {{ item group  item armed  band low ..0  band high 1.. \
             route away : armed {uses} }}
             category last of Person -> Level {{ high when form.highest > 1 low when age > 3 {uses} }}"
        )
    };
    program(&of("uses protected group because \"it is the law\""));
    fault(
        "E0318",
        &format!(
            "{RULES}instrument form of Person {{ item armed  band low ..0  band high 1.. \
             uses protected «group» because \"it is the law\" }}"
        ),
        "`group` is said to be used, and no protected field of that name is read",
        "remove it from `uses protected`, or correct its name",
    );
}
