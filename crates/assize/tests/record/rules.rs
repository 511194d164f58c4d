//! The rules whose records are read.

use assize::RuleSet;
use assize::model::civil::Date;
use std::fmt::Write as _;

/// Every kind of field, at the record and at its children.
pub const EVERY: &str = r#"
ruleset each_kind version "1" { time zone "America/Toronto" }
ordered codes Level { low mid high missing withheld from "W" }
codes Kind { red from "R", "1"  green from "G"  blue  missing unknown from "U", "99" }
codes Seen {
  b n n2 d t t2 on clock inst du l k ks ks2 ls ts ts2 ri rd pi pd must gone kids kid_k kid_x kid_on toys detail
}
record Kid {
  id : text key
  person_id : integer
  x : integer
  on : date required
  k : Kind from "Its Kind"
  toys : many Toy by kid
}
record Person {
  id : integer key from "Person No"
  b : boolean  n : integer  d : decimal  t : text  on : date  clock : time  inst : datetime
  du : duration  l : Level  k : Kind from "The \"Kind\""
  ks : set of Kind separated by ";"  ls : set of Level  ts : set of text separated by "/"
  ri : range of integer  rd : range of decimal
  pi : range of integer from "Lo", "Hi"  pd : range of decimal from "DLo", "DHi"
  must : integer required  there : text required  nobody : integer
  MISSING
  kids : many Kid by person_id
  details : many Detail by person
}
record Detail { person : integer key  x : integer }
record Toy { nr : integer key  kid : text  w : decimal  r : range of integer from "Low", "High"  missing withheld from "none" }
category seen of Person -> Seen {
  b when is_b : b
  n when is_n : n > 3
  n2 when is_n2 : n is withheld or n = 1000
  d when is_d : d > 0.25
  t when is_t : t = "x y"
  t2 when is_t2 : t starts with "é"
  on when is_on : on < 2026-03-01
  clock when is_clock : clock > 12:00
  inst when is_inst : inst < 2026-03-01
  du when is_du : on + du > 2026-03-01
  l when is_l : l >= mid
  k when is_k : k = red
  ks when is_ks : ks contains red
  ks2 when is_ks2 : size(ks) >= 2
  ls when is_ls : ls contains high
  ts when is_ts : ts contains "x"
  ts2 when is_ts2 : size(ts) = 2
  ri when is_ri : ri > 3
  rd when is_rd : rd > 3
  pi when is_pi : pi > 3
  pd when is_pd : pd > 3
  must when is_must : must > 3
  gone when is_gone : d is not_applicable or t is not_answered
  kids when is_kids : (count kids) >= 2
  detail when is_detail : any details where detail.x > 3
  kid_k when is_kid_k : any kids where kid.k = red
  kid_x when is_kid_x : (sum x of kids) > 5
  kid_on when is_kid_on : any kids where kid.on < 2026-03-01
  toys when is_toys : any kids where (any toys where w > 1 and r > 3)
  hit all
}
category apart of Kid -> Level {
  high when much : x > 3
  mid  when toyed : any toys where w > 1
  low  when early : on < 2026-03-01
}
category leading of Person -> Level {
  high when is_high : b and n > 3
  mid  when is_mid  : any kids where kid.k = red and x > 1
  low  when is_low  : d > 0.25
}
"#;

pub const FULL_KID: &str = r#"{"id":"full","person_id":null,"x":1,"on":"2026-01-01","Its Kind":"R",
    "toys":[{"nr":99999,"kid":null,"w":1,"Low":1,"High":2}]}"#;

pub const FULL: &str = r##"{"Person No":999,"b":true,"n":1,"d":1,"t":"t","on":null,"clock":null,"inst":null,"du":null,
    "l":null,"The \"Kind\"":null,"ks":null,"ls":null,"ts":null,"ri":null,"rd":null,"Lo":null,"Hi":null,"DLo":null,"DHi":null,
    "must":1,"there":1,"nobody":1,"kids":[{"id":"full","person_id":null,"x":1,"on":"2026-01-01","Its Kind":"R",
    "toys":[{"nr":99999,"kid":null,"w":1,"Low":1,"High":2}]}],"details":[{"person":null,"x":1}]}"##;

pub fn every(missing: &str) -> RuleSet {
    let text = EVERY.replace("MISSING", missing);
    RuleSet::compile("every.assize", &text).unwrap_or_else(|error| {
        panic!(
            "{:#?}",
            error
                .diagnostics
                .iter()
                .map(|one| (
                    &one.message,
                    one.primary.as_ref().map(|label| text.get(label.span.start as usize..label.span.end as usize))
                ))
                .collect::<Vec<_>>()
        )
    })
}

/// Children that belong to several lists, and more members than a word has bits.
pub const CROSSED: &str = r#"
ruleset crossed version "1" {}
codes Seen { own other wide }
record Person {
  id : text key
  WIDE
  own : many Item by owner
  other : many Item by borrower
}
record Item { id : text key  owner : text  borrower : text  x : integer }
category seen of Person -> Seen {
  own when is_own : (sum x of own) > 3
  other when is_other : (sum x of other) > 3
  wide when is_wide : f7 or f29
  hit all
}
"#;

pub fn crossed() -> RuleSet {
    let mut wide = String::new();
    for at in 0..30 {
        write!(wide, "f{at} : boolean ").unwrap();
    }
    let text = CROSSED.replace("WIDE", &wide);
    RuleSet::compile("crossed.assize", &text).unwrap_or_else(|error| {
        panic!(
            "{:#?}",
            error
                .diagnostics
                .iter()
                .map(|one| (
                    &one.message,
                    one.primary.as_ref().map(|label| text.get(label.span.start as usize..label.span.end as usize))
                ))
                .collect::<Vec<_>>()
        )
    })
}

pub fn as_of() -> Date {
    Date::from_ymd(2026, 6, 1).unwrap()
}
