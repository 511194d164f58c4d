//! A file with twenty different mistakes: twenty are reported, each at its place.

use crate::common::{compile, shown};
use assize_lang::diagnostic::Severity;

/// Each line with a mistake ends in its code; the place is marked.
const FILE: &str = "\
ruleset twenty version \"1\" { effective from 2024-01-01 }
labels public < secret
parameter limit : integer = «30» in 2..10                                       # E0216
parameter rate : integer = 2 effective from 2024-01-01 to 2025-12-31
parameter rate : integer = 3 effective from «2025-06-01»                         # E0711
ordered codes Level { low high }
codes Zone { north south «north» }                                               # E0104
record Person {
  id : text key
  born : date secret
  age : integer
  cost : decimal in CAD
  weight : decimal in kg
  name : text
  felon : boolean
  race : text protected
  zone : Zon                                                                     # E0105
  charges : many Charge by person
}
record Charge { person : text  on : date  off : date  kind : Zone }
let a of Person = «agee» > 3                                                     # E0106
let b of Person = age > «\"three\"»                                              # E0202
let c of Person = cost + «weight» > 3                                            # E0212
let d of Person = «charges» > 3                                                  # E0209
let e of Person = «age» and felon                                                # E0201
let «f» of Person = g + 1                                                        # E0110
let g of Person = f + 1
let h of Person = born «+» 3                                                     # E0205
category i of Person -> Level { low when x : age >= 3 high when y : «age >= 5» }   # E0315
category j of Person -> Level { low when x : «age > 3 and age < 2» high when felon }   # E0313
category k of Person -> Level { low when x : age = 3 high when x2 : «race» = \"r\" } # E0316
category l of Person -> Level { low when age = 3 «middle» when felon }           # E0107
category m of Person -> Level { low when age = 3 high when (years between born and as_of) > 3 }
progression n of Person for m { start at low raise 1 at each «Charge» }          # E0741
response to m { low : \"Letter\" high : \"Visit\" within «3 hours» }             # E0743
publish o to public { «m» }                                                      # E0751
measure p of Person { «as rate per 100» }                                        # E0402
test \"q\" { as_of 2026-01-01 given Person { age: «\"x\"» } expect m = low }     # E0502
";

#[test]
fn twenty_mistakes_are_twenty_errors() {
    let wanted: Vec<(u32, &str)> =
        (1..).zip(FILE.lines()).filter_map(|(line, text)| Some((line, text.rsplit_once("# ")?.1.trim()))).collect();
    assert_eq!(wanted.len(), 20);
    let mut codes: Vec<&str> = wanted.iter().map(|(_, code)| *code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 20, "twenty different ones");
    let compiled = compile(&FILE.replace(['«', '»'], ""));
    let source = compiled.sources.iter().next().unwrap();
    let found: Vec<(u32, &str)> = (compiled.diagnostics.iter())
        .filter(|found| found.severity == Severity::Error)
        .map(|found| (source.line_column(found.primary.as_ref().unwrap().span.start).line, found.code.0))
        .collect();
    assert_eq!(found, wanted, "{}", shown(&compiled));
    // And at the very place, where one is marked.
    for (line, text) in (1..).zip(FILE.lines()) {
        let (Some(start), Some(end)) = (text.find('«'), text.find('»')) else { continue };
        let marked = &text[start + '«'.len_utf8()..end];
        let at = compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error).any(|found| {
            let span = found.primary.as_ref().unwrap().span;
            let place = source.line_column(span.start);
            place.line == line && place.column as usize == start + 1 && source.slice(span) == marked
        });
        assert!(at, "line {line}: `{marked}`\n{}", shown(&compiled));
    }
}
