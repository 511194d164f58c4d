//! The rule files of the benches.

/// Seven fields, four lists: the rule that the peers run as well.
pub const SEVEN: &str = r#"
ruleset seven version "1" {}
ordered codes List { D C B A }
record Person {
  age : integer   felon : boolean   weapon : boolean   injury : boolean
  charges : integer   breaches : integer   calls : integer
}
category list of Person -> List {
  applies when age >= 18
  A when {
    armed_felon : felon and weapon
    chronic     : charges >= 3
    injury      : injury and charges >= 1
  }
  B when {
    repeat_charge : charges = 2
    breach        : breaches >= 1
  }
  C when first_charge : charges = 1
  D when complaint    : calls >= 1
  otherwise none
}
"#;

/// A person with charges: the rule of the child aggregates.
pub const CHILDREN: &str = r#"
ruleset charged version "1" {}
ordered codes List { C B A }
record Person { id : integer key   charges : many Charge by person }
record Charge { person : integer   on : date   weapon : boolean   amount : integer }
category list of Person -> List {
  A when armed : any charges where weapon and on < as_of
  B when many  : (count charges where on < as_of) >= 12
  C when costly : (sum amount of charges where on < as_of) >= 4000
  otherwise none
}
"#;

/// A rate by two breakdowns and months.
pub const MEASURE: &str = r#"
ruleset rated version "1" {}
codes Division { central east west north }
ordered codes Level { D C B A }
record Person {
  division : Division   level : Level   notified : date   returned : boolean
}
measure returned of Person {
  include   notified is known
  eligible  notified + 12 months <= as_of
  numerator returned
  as        rate per 100
  by        division, level
  every     month of notified
  interval  wilson 95%
}
"#;

/// A rule file with so many criteria, each different.
pub fn criteria(count: usize) -> String {
    let mut text = String::from(
        "ruleset many version \"1\" { title \"Many criteria\" }\n\
         ordered codes Level { low middle high }\n\
         record Person {\n  age : integer\n  charges : integer\n  armed : boolean\n  on : date\n  score : decimal\n}\n\
         category level of Person -> Level \"Level\" {\n",
    );
    for at in 0..count {
        let code = ["low", "middle", "high"][at % 3];
        let condition = match at % 4 {
            0 => format!("age >= {} and charges < {}", at % 90, at),
            1 => format!("armed or on within {} months before as_of and score > {at}.5", 1 + at % 60),
            2 => format!("at least 2 of (armed, charges >= {at}, age < 30)"),
            _ => format!("not armed and score + {at} > charges"),
        };
        text.push_str(&format!("  {code} when rule_{at} \"Criterion number {at}\" : {condition}\n"));
    }
    text.push_str("  otherwise none\n}\n");
    text
}
