//! One record from JSON or from loose values means what a file of one record means.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test: what is not as it should be ends it"
)]

use assize::eval::outcome::OutcomeRow;
use assize::io::{Format, RowFault};
use assize::model::absence::Reason;
use assize::model::civil::{Date, DateTime, Duration, Time};
use assize::model::decimal::Decimal;
use assize::model::ids::{CategoryId, FieldId, RecordId};
use assize::record::{Form, Given, key};
use assize::{Data, Evaluation, RuleSet, Session};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Cursor;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "an allocator that counts has to be one")]
// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, below: usize) -> usize {
        (self.next() % below as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn of<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

/// Every kind of field, at the record and at its children.
const EVERY: &str = r#"
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

const FULL_KID: &str = r#"{"id":"full","person_id":null,"x":1,"on":"2026-01-01","Its Kind":"R",
    "toys":[{"nr":99999,"kid":null,"w":1,"Low":1,"High":2}]}"#;

const FULL: &str = r##"{"Person No":999,"b":true,"n":1,"d":1,"t":"t","on":null,"clock":null,"inst":null,"du":null,
    "l":null,"The \"Kind\"":null,"ks":null,"ls":null,"ts":null,"ri":null,"rd":null,"Lo":null,"Hi":null,"DLo":null,"DHi":null,
    "must":1,"there":1,"nobody":1,"kids":[{"id":"full","person_id":null,"x":1,"on":"2026-01-01","Its Kind":"R",
    "toys":[{"nr":99999,"kid":null,"w":1,"Low":1,"High":2}]}],"details":[{"person":null,"x":1}]}"##;

fn every(missing: &str) -> RuleSet {
    let text = EVERY.replace("MISSING", missing);
    RuleSet::compile("every.assize", &text).unwrap_or_else(|error| panic!("{:#?}", error.diagnostics.iter().map(|one| (&one.message, one.primary.as_ref().map(|label| text.get(label.span.start as usize..label.span.end as usize)))).collect::<Vec<_>>()))
}

/// Children that belong to several lists, and more members than a word has bits.
const CROSSED: &str = r#"
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

fn crossed() -> RuleSet {
    let mut wide = String::new();
    for at in 0..30 {
        write!(wide, "f{at} : boolean ").unwrap();
    }
    let text = CROSSED.replace("WIDE", &wide);
    RuleSet::compile("crossed.assize", &text).unwrap_or_else(|error| panic!("{:#?}", error.diagnostics.iter().map(|one| (&one.message, one.primary.as_ref().map(|label| text.get(label.span.start as usize..label.span.end as usize)))).collect::<Vec<_>>()))
}

fn as_of() -> Date {
    Date::from_ymd(2026, 6, 1).unwrap()
}

type Faults = BTreeMap<RecordId, Vec<(u64, Option<String>, Option<FieldId>, &'static str, String)>>;

fn by_record(faults: &[RowFault]) -> Faults {
    let mut out = Faults::new();
    for RowFault { record, row, key, field, code, message } in faults {
        out.entry(*record).or_default().push((*row, key.clone(), *field, code, message.clone()));
    }
    out
}

/// What a file of the one object gives: the outcome of each category, and the faults. Behind it stands another that has
/// every member, since none may be lacking in a file.
fn from_file(rules: &RuleSet, record: &str, json: &[u8], full: &str) -> (Vec<OutcomeRow>, Faults) {
    let program = rules.program();
    let mut evaluation = Evaluation::new(rules, as_of());
    let text = [json, b"\n", full.replace('\n', " ").as_bytes()].concat();
    evaluation.data(record, Data::Stream(Box::new(Cursor::new(text)), Format::JsonLines)).unwrap();
    let results = evaluation.run().unwrap();
    let outcomes = results.categories.iter().map(|category| {
        let rows: Vec<_> = category.outcomes(program).collect();
        assert_eq!(rows.len(), 2);
        rows[0].1.clone()
    });
    let faults: Vec<RowFault> = results.records.iter().flat_map(|record| record.errors.clone()).collect();
    (outcomes.collect(), by_record(&faults))
}

/// What a session makes of it; `Err` beside it with what was said of the text as a whole.
fn from_session(
    form: &mut Form,
    session: &mut Session,
    record: &str,
    json: &[u8],
) -> (Vec<OutcomeRow>, Faults, Option<String>) {
    let program = std::sync::Arc::clone(session.plan().program());
    let record = program.record_named(record).unwrap();
    let mut faults = Vec::new();
    let told = form.json(session, record, json, &mut faults).err().map(|error| {
        assert!(error.is_data(), "{error}");
        error.to_string()
    });
    let categories = (0..program.categories.len()).map(CategoryId::from_index);
    let of = categories.filter(|&id| program.category(id).unwrap().record == record);
    (of.map(|id| session.evaluate(id).unwrap().row()).collect(), by_record(&faults), told)
}

/// A value for a field of a kind, mostly one that it takes.
fn value(random: &mut Random, kind: &str) -> String {
    if random.chance(9) {
        let odd = [
            "null", "\"\"", "\" \"", "true", "0", "-7", "\"N/A\"", "\"-7\"", "[]", "{}", "[1]", "{\"a\":[{}]}", "\"?\"",
            "1e3", "1E400", "0.5", "\"\\u00e9\"", "99", "[null]", "[[1]]", "\"none\"", "12.0", "-0", "\"a\\u001fb\"",
            "\"2026-02-30\"", "\"\u{2003}x\u{a0}\"", "[\"a\\u001fb\"]", "18446744073709551616", "\"U\"", "\"W\"",
        ];
        return random.of(&odd).to_owned();
    }
    let of: &[&str] = match kind {
        "boolean" => &["true", "false", "\"yes\"", "\"N\"", "1", "0", "\"T\"", "null"],
        "integer" => &["1", "4", "-3", "\"5\"", "1e3", "12.0", "9223372036854775807", "\" 7 \"", "0", "null", "100000"],
        "decimal" => &["0.25", "0.26", "\"0.3\"", "1e-2", "-3", "123456.789", "null", "2.5E1"],
        "text" => &["\"x y\"", "\"\\u00e9t\\u00e9\"", "\"éa\"", "\"\\\"q\\\"\"", "7", "true", "\" x y \"", "\"a\\nb\"",
            "\"\\ud83d\\ude00\"", "\"a long text that goes on for more than sixteen bytes\""],
        "date" => &["\"2026-02-28\"", "\"2026-03-01\"", "\"2026-03-01T00:00:00\"", "\"2026-13-01\"", "null"],
        "time" => &["\"11:59\"", "\"14:30:05\"", "\"9:05\"", "null"],
        "datetime" => &["\"2026-02-28T14:30:00\"", "\"2026-03-01T02:30:00Z\"", "\"2026-02-28\"", "null"],
        "duration" => &["\"2 months\"", "\"P2Y\"", "\"45 minutes\"", "\"soon\"", "null"],
        "Level" => &["\"low\"", "\"mid\"", "\"high\"", "\"W\"", "\"hihg\"", "null"],
        "Kind" => &["\"R\"", "1", "\"G\"", "\"blue\"", "99", "\"U\"", "\"bleu\"", "null"],
        "Kinds" => &["\"R\"", "\"R;G\"", "[\"R\",\"blue\",1]", "[]", "\"R; ;R\"", "\"R;U\"", "[\"U\"]", "[\"gren\"]", "null"],
        "Levels" => &["\"low\"", "[\"high\",\"low\"]", "\"low|high\"", "[\"W\"]", "null"],
        "texts" => &["\"x/y\"", "[\"x\",\"y\",\"x\"]", "[\" x \",2]", "\"x\"", "[\"x/y\"]", "[]", "[\"\\n\"]", "null"],
        "range" => &["\"1-2\"", "\"4-9\"", "\">3\"", "\">=65\"", "\"<2\"", "5", "\"9-4\"", "\"2.5-3\"", "null", "\"5+\""],
        _ => &["1", "\"1\"", "\"2\"", "null", "\"01\""],
    };
    random.of(of).to_owned()
}

/// An object with members in any order.
struct Object<'r> {
    random: &'r mut Random,
    members: Vec<(String, String)>,
}

impl<'r> Object<'r> {
    fn new(random: &'r mut Random) -> Self {
        Self { random, members: Vec::new() }
    }

    fn add(&mut self, name: &str, value: String) {
        self.members.push((name.to_owned(), value));
    }

    fn maybe(&mut self, names: &[(&str, &str)], percent: usize) {
        for (name, kind) in names {
            if self.random.chance(percent) {
                let value = value(self.random, kind);
                self.add(name, value);
            }
            if self.random.chance(2) {
                let reasons = ["\"withheld\"", "\"not_answered\"", "\"\"", "null", "\"nobody\"", "[1]", "7", "{}"];
                let reason = self.random.of(&reasons).to_owned();
                self.add(&format!("{name}__missing"), reason);
            }
        }
    }

    fn text(mut self) -> String {
        let (random, members) = (&mut *self.random, &mut self.members);
        if random.chance(10) {
            members.push(("stranger".into(), "{\"a\":[1,{\"b\":\"\\u0041\"},null],\"c\":-1.5e-3}".into()));
        }
        if random.chance(2) && !members.is_empty() {
            let again = members[random.below(members.len())].clone();
            members.push(again);
        }
        if random.chance(30) {
            for at in (1..members.len()).rev() {
                members.swap(at, random.below(at + 1));
            }
        }
        let blank = |random: &mut Random| if random.chance(12) { random.of(&[" ", "\t", "  ", "\r"]) } else { "" };
        let mut out = String::from("{");
        for (at, (name, value)) in members.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let name = if random.chance(3) {
                name.replacen('a', "\\u0061", 1).replacen('s', "\\u0073", 1)
            } else if random.chance(3) {
                format!(" {name} ")
            } else {
                name.clone()
            };
            let blanks: Vec<&str> = (0..4).map(|_| blank(random)).collect();
            write!(out, "{}{comma}{}\"{name}\"{}:{}{value}", blanks[0], blanks[1], blanks[2], blanks[3]).unwrap();
        }
        out + blank(random) + "}"
    }
}

fn detail(random: &mut Random, person: &str) -> String {
    let mut detail = Object::new(random);
    if detail.random.chance(20) {
        let named = if detail.random.chance(80) { person.to_owned() } else { value(detail.random, "key") };
        detail.add("person", named);
    }
    detail.maybe(&[("x", "integer")], 80);
    detail.text()
}

fn toy(random: &mut Random, kid: &str) -> String {
    let no = [format!("{}", random.below(1_000)), "1.0".into(), "1".into(), "\"1e0\"".into(), "null".into()];
    let no = no[if random.chance(85) { 0 } else { random.below(5) }].clone();
    let mut toy = Object::new(random);
    toy.add("nr", no);
    if toy.random.chance(15) {
        let named = if toy.random.chance(85) { kid.to_owned() } else { "\"zz\"".to_owned() };
        toy.add("kid", named);
    }
    toy.maybe(&[("w", "decimal"), ("Low", "integer"), ("High", "integer")], 80);
    toy.text()
}

fn kid(random: &mut Random, person: &str, count: usize) -> String {
    let id = format!("\"k{}\"", if random.chance(4) { random.below(count + 1) } else { count });
    let toys: Vec<String> = (0..random.below(3)).map(|_| toy(random, &id)).collect();
    let mut kid = Object::new(random);
    if kid.random.chance(97) {
        kid.add("id", id);
    }
    if kid.random.chance(30) {
        let named = if kid.random.chance(93) { person.to_owned() } else { "2".to_owned() };
        kid.add("person_id", named);
    }
    if kid.random.chance(95) {
        let on = if kid.random.chance(95) { "\"2026-02-28\"".to_owned() } else { value(kid.random, "date") };
        kid.add("on", on);
    }
    kid.maybe(&[("x", "integer"), ("Its Kind", "Kind")], 80);
    if !toys.is_empty() || kid.random.chance(10) {
        let list = format!("[{}]", toys.join(","));
        kid.add("toys", list);
    }
    kid.text()
}

fn person(random: &mut Random) -> String {
    let id = random.of(&["1", "17", "\"3\"", "1e2", "\" 5 \""]).to_owned();
    let kids: Vec<String> = (0..random.below(4)).map(|count| kid(random, &id, count)).collect();
    let several = 1 + usize::from(random.chance(10));
    let details: Vec<String> = (0..random.below(2) * several).map(|_| detail(random, &id)).collect();
    let mut person = Object::new(random);
    if person.random.chance(98) {
        person.add("Person No", id);
    }
    if person.random.chance(98) {
        person.add("must", "5".into());
    }
    if person.random.chance(97) {
        let there = person.random.of(&["\"here\"", "[1]", "{}", "7", "\"\""]).to_owned();
        let empty = there == "\"\"" && person.random.chance(20);
        person.add("there", if there == "\"\"" && !empty { "1".into() } else { there });
    }
    let wild = if person.random.chance(50) { 25 } else { 90 };
    let fields = [
        ("b", "boolean"), ("n", "integer"), ("d", "decimal"), ("t", "text"), ("on", "date"), ("clock", "time"),
        ("inst", "datetime"), ("du", "duration"), ("l", "Level"), ("The \\\"Kind\\\"", "Kind"), ("ks", "Kinds"),
        ("ls", "Levels"), ("ts", "texts"), ("ri", "range"), ("rd", "range"), ("Lo", "integer"), ("Hi", "integer"),
        ("DLo", "decimal"), ("DHi", "decimal"), ("nobody", "integer"),
    ];
    // Most values are good, so that most records are.
    for field in fields {
        if person.random.chance(wild) {
            for _ in 0..20 {
                let before = person.members.len();
                person.maybe(&[field], 100);
                let (_, value) = &person.members[before];
                let bad = ["{", "[[", "\"?", "soon", "\"2026-13", "\"2026-02-30", "9-4", "hihg", "bleu", "gren", "400"];
                if !bad.iter().any(|bad| value.contains(bad)) || person.random.chance(5) {
                    break;
                }
                person.members.truncate(before);
            }
        }
    }
    match person.random.below(30) {
        0 => person.add("kids", "null".into()),
        1 => person.add("kids", "{}".into()),
        2 => person.add("kids", "[1]".into()),
        3 => {}
        _ => person.add("kids", format!("[{}]", kids.join(" , "))),
    }
    if !details.is_empty() {
        person.add("details", format!("[{}]", details.join(",")));
    }
    person.text()
}

/// Damages a text: a byte is lost, doubled, or another.
fn damage(random: &mut Random, text: &str) -> Vec<u8> {
    const BYTES: &[u8] = b"\"\\{}[],:0\x01 \xffetu9-.\x00";
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(2) {
        if bytes.is_empty() {
            return bytes;
        }
        let at = random.below(bytes.len());
        match random.below(5) {
            0 => _ = bytes.remove(at),
            1 => bytes.insert(at, bytes[at]),
            2 => bytes[at] = BYTES[random.below(BYTES.len())],
            3 => bytes.truncate(at),
            _ => bytes.insert(at, BYTES[random.below(9)]),
        }
    }
    // A file of JSON Lines takes a line's end for the end of the object.
    bytes.retain(|&byte| byte != b'\n');
    bytes
}

fn agree(rules: &RuleSet, form: &mut Form, session: &mut Session, (record, full): (&str, &str), json: &[u8]) -> bool {
    let shown = String::from_utf8_lossy(json);
    let (outcomes, faults, told) = from_session(form, session, record, json);
    // Of nothing a file has no row, and a list is a file's list of objects.
    if json.trim_ascii().is_empty() || json.trim_ascii().starts_with(b"[") {
        assert!(told.is_some());
        return true;
    }
    let (expected, listed) = from_file(rules, record, json, full);
    assert_eq!(faults, listed, "{shown}");
    assert_eq!(outcomes, expected, "{shown}");
    if let Some(told) = told {
        assert!(faults.values().flatten().any(|(row, _, field, _, message)| {
            (*row, *field) == (1, None) && *message == told
        }));
    }
    faults.is_empty()
}

#[test]
fn an_object_means_what_a_file_of_it_means() {
    for (at, missing) in ["", "missing not_applicable from \"N/A\", \"-7\""].into_iter().enumerate() {
        let rules = every(missing);
        let mut form = Form::new(rules.plan());
        let mut session = rules.session(&rules.inputs(as_of()));
        let (people, kids) = (("Person", FULL), ("Kid", FULL_KID));
        let mut random = Random(at as u64 + 1);
        let (mut clean, mut damaged) = (0, 0);
        for _ in 0..2_500 {
            let text = person(&mut random);
            clean += usize::from(agree(&rules, &mut form, &mut session, people, text.as_bytes()));
            if random.chance(40) {
                let bytes = damage(&mut random, &text);
                damaged += usize::from(!agree(&rules, &mut form, &mut session, people, &bytes));
            }
            if random.chance(10) {
                let text = kid(&mut random, "1", 3);
                agree(&rules, &mut form, &mut session, kids, text.as_bytes());
            }
        }
        assert!(clean > 300 && damaged > 600, "{clean} clean, {damaged} damaged");
    }
}

/// An object of the crossed rules: boolean fields, and children that can be anybody's.
fn crossed_person(random: &mut Random) -> String {
    let items = |random: &mut Random| {
        let item = |random: &mut Random| {
            let id = random.below(9);
            let mut item = Object::new(random);
            item.add("id", format!("\"i{id}\""));
            item.maybe(&[("owner", "key"), ("borrower", "key")], 15);
            item.maybe(&[("x", "integer")], 80);
            item.text()
        };
        let items: Vec<String> = (0..random.below(3)).map(|_| item(random)).collect();
        format!("[{}]", items.join(","))
    };
    let (own, other) = (items(random), items(random));
    let (plain, id) = (random.chance(50), random.below(3));
    let mut person = Object::new(random);
    person.add("id", format!("\"{id}\""));
    for at in 0..30 {
        person.maybe(&[(&format!("f{at}"), "boolean")], 60);
    }
    if !plain {
        person.add("own", own);
        person.add("other", other);
    }
    person.text()
}

#[test]
fn children_that_can_be_anybodys_belong_where_their_keys_say() {
    let rules = crossed();
    let mut wide = String::new();
    for at in 0..30 {
        write!(wide, "\"f{at}\":null,").unwrap();
    }
    let item = "{\"id\":\"full\",\"owner\":null,\"borrower\":null,\"x\":1}";
    let full = format!("{{{wide}\"id\":\"full\",\"own\":[{item}],\"other\":[]}}");
    let mut form = Form::new(rules.plan());
    let mut session = rules.session(&rules.inputs(as_of()));
    let mut random = Random(11);
    let mut clean = 0;
    for _ in 0..1_000 {
        let text = crossed_person(&mut random);
        clean += usize::from(agree(&rules, &mut form, &mut session, ("Person", &full), text.as_bytes()));
    }
    assert!(clean > 200, "{clean}");
}

/// What a session holds of a person, in words: every field of the record.
fn held(session: &Session, rules: &RuleSet) -> Vec<String> {
    let (program, row) = (rules.program(), session.row().unwrap());
    let fields = program.record(row.record()).unwrap().fields.len();
    let show = |at| match session.cell_at(row, FieldId::from_index(at)) {
        Ok(Some(cell)) => {
            let ty = match program.record(row.record()).unwrap().fields[at].kind {
                assize::model::program::FieldKind::Value(ty) | assize::model::program::FieldKind::Range(ty) => ty,
                assize::model::program::FieldKind::Many { .. } => return String::new(),
            };
            assize::eval::row::show(cell, ty, session.store(), program)
        }
        other => format!("{other:?}"),
    };
    (0..fields).map(show).collect()
}

#[test]
fn a_loose_value_means_what_the_member_means() {
    let missing = "missing not_applicable from \"N/A\", \"-7\"";
    for rules in [every(""), every(missing)] {
        let program = rules.program();
        let person = program.record_named("Person").unwrap();
        let fields = &program.record(person).unwrap().fields;
        let mut form = Form::new(rules.plan());
        let mut session = rules.session(&rules.inputs(as_of()));
        let decimal = |text| Given::Decimal(Decimal::parse(text).unwrap());
        let two = [Given::Text("R"), Given::Integer(1)];
        let unknown = [Given::Text("R"), Given::Missing(None)];
        let nested = [Given::List(&two)];
        let unit = [Given::Text("a\u{1f}b")];
        let date = Date::from_ymd(2026, 2, 28).unwrap();
        let cases: Vec<(Given<'_>, &str)> = vec![
            (Given::Missing(None), "null"),
            (Given::Float(f64::NAN), "null"),
            (Given::Boolean(true), "true"),
            (Given::Boolean(false), "false"),
            (Given::Integer(1), "1"),
            (Given::Integer(-7), "-7"),
            (Given::Integer(i64::MIN), "-9223372036854775808"),
            (Given::Float(12.0), "12"),
            (Given::Float(0.1), "0.1"),
            (Given::Float(-7.0), "-7"),
            (Given::Float(1e21), "1e21"),
            (Given::Number("1e3"), "1e3"),
            (Given::Number("0.30"), "0.30"),
            (Given::Number("1E400"), "1E400"),
            (decimal("0.30"), "0.3"),
            (Given::Text("R"), "\"R\""),
            (Given::Text(" x y "), "\" x y \""),
            (Given::Text(""), "\"\""),
            (Given::Text("N/A"), "\"N/A\""),
            (Given::Text("25-34"), "\"25-34\""),
            (Given::Text("R;G"), "\"R;G\""),
            (Given::Text("bleu"), "\"bleu\""),
            (Given::Date(date), "\"2026-02-28\""),
            (Given::Time(Time::from_hms(9, 5, 0, 0).unwrap()), "\"09:05\""),
            (Given::DateTime(DateTime::from_micros(1_772_000_000_000_000).unwrap()), "\"2026-02-25T06:13:20Z\""),
            (Given::Duration(Duration::months(2)), "\"2 months\""),
            (Given::List(&two), "[\"R\",1]"),
            (Given::List(&[]), "[]"),
            (Given::List(&unknown), "[\"R\",null]"),
            (Given::List(&nested), "[[1]]"),
            (Given::List(&unit), "[\"a\\u001fb\"]"),
            (Given::Other, "{}"),
        ];
        for (at, field) in fields.iter().enumerate() {
            let many = matches!(field.kind, assize::model::program::FieldKind::Many { .. });
            // A pair of members is given as a range.
            if many || field.from.len() == 2 {
                continue;
            }
            let name = serde_json::Value::from(&**field.from.first().unwrap_or(&field.heading.name)).to_string();
            for &(given, json) in &cases {
                let object = format!("{{{name}:{json}}}");
                let mut expected = Vec::new();
                form.json(&mut session, person, object.as_bytes(), &mut expected).unwrap();
                let from_json = held(&session, &rules);
                // Of a member alone the others that must be there are lacking.
                expected.retain(|fault| fault.field == Some(FieldId::from_index(at)));
                let row = session.begin(person).unwrap();
                let mut faults = Vec::new();
                form.set(&mut session, row, FieldId::from_index(at), given, &mut faults).unwrap();
                let (mut set, mut read) = (held(&session, &rules), from_json);
                if &*field.heading.name != "id" {
                    // A key that is not there cannot be read, and a value that is not set yet is only missing.
                    set[0].clear();
                    read[0].clear();
                }
                assert_eq!(set, read, "{given:?} for {name}");
                let told = |faults: &[RowFault]| -> Vec<_> {
                    faults.iter().map(|fault| (fault.row, fault.code, fault.message.clone())).collect()
                };
                assert_eq!(told(&faults), told(&expected), "{given:?} for {name}");
            }
        }
    }
}

#[test]
fn a_reason_a_range_and_what_cannot_be_set() {
    let rules = every("");
    let program = rules.program();
    let person = program.record_named("Person").unwrap();
    let field = |name| program.record(person).unwrap().field(name).unwrap();
    let mut form = Form::new(rules.plan());
    let mut session = rules.session(&rules.inputs(as_of()));
    let mut faults = Vec::new();
    let row = session.begin(person).unwrap();
    let mut set = |session: &mut Session, name, given| form.set(session, row, field(name), given, &mut faults);
    let shown = |session: &Session, name| held(session, &rules)[field(name).index()].clone();
    set(&mut session, "n", Given::Missing(Some(Reason::Withheld))).unwrap();
    assert_eq!(shown(&session, "n"), "withheld");
    let (low, high, none) = (Given::Integer(4), Given::Text("9"), Given::Missing(None));
    for name in ["pi", "ri", "pd", "rd"] {
        set(&mut session, name, Given::Range(&low, &high)).unwrap();
        assert_eq!(shown(&session, name), "between 4 and 9", "{name}");
        set(&mut session, name, Given::Range(&low, &none)).unwrap();
        assert_eq!(shown(&session, name), "at least 4", "{name}");
        set(&mut session, name, Given::Text("4-9")).unwrap();
        assert_eq!(shown(&session, name), "between 4 and 9", "{name}");
        set(&mut session, name, Given::Range(&none, &none)).unwrap();
        assert_eq!(shown(&session, name), "unknown", "{name}");
    }
    set(&mut session, "pi", Given::Range(&high, &low)).unwrap();
    set(&mut session, "n", Given::Range(&low, &high)).unwrap();
    set(&mut session, "must", Given::Missing(None)).unwrap();
    set(&mut session, "id", Given::Integer(17)).unwrap();
    set(&mut session, "on", Given::Text("soon")).unwrap();
    set(&mut session, "nobody", Given::Text("not even a number")).unwrap();
    let many = set(&mut session, "kids", Given::Integer(1)).unwrap_err();
    assert!(many.is_usage() && many.to_string().contains("kids"), "{many}");
    let told: Vec<_> = faults.iter().map(|fault| (fault.code, fault.key.as_deref(), fault.message.as_str())).collect();
    assert_eq!(
        told,
        [
            ("D0112", None, "`9 to 4` is not a range: its lower end is above its upper end"),
            ("D0127", None, "a list cannot be read as an integer"),
            ("D0121", None, "`must` is required and is absent"),
            ("D0102", Some("17"), "`soon` is not a date"),
        ]
    );
    faults.clear();
    // A value that is mended is no fault any more.
    for (name, given) in [("pi", low), ("n", low), ("must", low), ("there", low), ("on", Given::Text("2026-01-01"))] {
        form.set(&mut session, row, field(name), given, &mut faults).unwrap();
    }
    assert!(faults.is_empty());
    let leading = program.category_named("leading").unwrap();
    assert_eq!(session.evaluate(leading).unwrap().state().word(), "undetermined");
    let mut text = String::new();
    assert!(key(&session, row, &mut text) && text == "17");

    let stale = row;
    session.begin(person).unwrap();
    assert!(form.set(&mut session, stale, field("n"), low, &mut faults).unwrap_err().is_usage());
    let row = session.row().unwrap();
    assert!(form.set(&mut session, row, FieldId(99), low, &mut faults).unwrap_err().is_usage());
    assert!(!key(&session, row, &mut text));
    let other = every("");
    assert!(Form::new(other.plan()).json(&mut session, person, b"{}", &mut faults).unwrap_err().is_usage());
    assert!(form.json(&mut session, RecordId(99), b"{}", &mut faults).unwrap_err().is_usage());
}

#[test]
fn texts_that_are_no_object_and_objects_at_the_limits() {
    let rules = every("");
    let person = rules.program().record_named("Person").unwrap();
    let leading = rules.program().category_named("leading").unwrap();
    let mut session = rules.session(&rules.inputs(as_of()));
    let mut form = Form::new(rules.plan());
    let mut read = |json: &[u8]| {
        let mut faults = Vec::new();
        let read = form.json(&mut session, person, json, &mut faults).map(|_| ()).map_err(|error| error.to_string());
        let state = session.evaluate(leading).unwrap().state().word();
        (read, faults.into_iter().map(|fault| (fault.code, fault.message)).collect::<Vec<_>>(), state)
    };
    let good = "\"Person No\":1,\"must\":1,\"there\":1";
    for (json, what) in [
        (&b""[..], "not a JSON object: there is no text"),
        (b" \n ", "not a JSON object: there is no text"),
        (b"{", "not a JSON object: EOF while parsing an object at character 1"),
        (b"[]", "not a JSON object: invalid type: sequence, expected an object"),
        (b"{\"n\":1,}", "not a JSON object: trailing comma at character 8"),
        (b"{\"n\":1\n,\n\"t\":\"a\nb\"}", "not a JSON object: control character (\\u0000-\\u001F) found while parsing a string at character 15"),
        (b"{\"t\":\"\xff\"}", "the text is not UTF-8"),
        (b"{} {}", "not a JSON object: trailing characters at character 4"),
        (b"\xff\xfe{\0}\0", "the text is in UTF-16, not UTF-8"),
    ] {
        let (told, faults, state) = read(json);
        let shown = String::from_utf8_lossy(json);
        assert_eq!(told, Err(what.to_owned()), "{shown}");
        assert_eq!((faults.len(), state), (1, "error"), "{shown}");
        assert_eq!(faults[0].1, what, "{shown}");
    }
    // A mark of the byte order, and lines, make no difference.
    let lines = format!("\u{feff}{{\n{good},\n\"t\" : \"x\"\n}}\n");
    assert_eq!(read(lines.as_bytes()), (Ok(()), vec![], "undetermined"));
    let twice = format!("{{\n{good},\n\"t\":1,\"t\":2}}");
    let (told, faults, state) = read(twice.as_bytes());
    assert_eq!((told, faults[0].0, state), (Ok(()), "D0134", "error"));

    // What nothing reads may be as deep as it likes.
    let deep = format!("{{\"x\":{}{},{good}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(read(deep.as_bytes()), (Ok(()), vec![], "undetermined"));
    let deep = format!("{{\"x\":{},{good}}}", "[{\"a\":".repeat(100_000));
    assert!(read(deep.as_bytes()).0.is_err());
    // Long objects of all lengths around what the reader of files looks through at once.
    for length in [(250 << 10)..(250 << 10) + 1, (255 << 10)..(257 << 10)] {
        for length in length.step_by(97) {
            let long = format!("{{{good},\"n\":1,\"n\":1,\"y\":\"{}\"}}", "z".repeat(length));
            let (told, faults, _) = read(long.as_bytes());
            assert_eq!((told, faults.len(), faults[0].0), (Ok(()), 1, "D0134"), "{length}");
        }
    }
    let long = |length: usize| format!("{{{good},\"t\":\"{}\"}}", "z".repeat(length));
    assert_eq!(read(long(1_000_000).as_bytes()).1, vec![]);
    let (told, faults, _) = read(long((1 << 20) + 1).as_bytes());
    assert_eq!((told, faults[0].0), (Ok(()), "D0128"));
    let (told, faults, state) = read(long(17 << 20).as_bytes());
    assert_eq!((faults[0].0, faults.len(), state), ("D0128", 1, "error"));
    assert_eq!(told.unwrap_err(), "the object is longer than 16777216 bytes");
}

#[test]
fn nothing_is_allocated_for_what_can_be_read() {
    let rules = every("missing not_applicable from \"N/A\"");
    let program = rules.program();
    let (person, leading) = (program.record_named("Person").unwrap(), program.category_named("leading").unwrap());
    let seen = program.category_named("seen").unwrap();
    let mut form = Form::new(rules.plan());
    let mut session = rules.session(&rules.inputs(as_of()));
    let mut faults = Vec::new();
    let object = |n: usize| {
        let kids: Vec<String> = (0..n % 4)
            .map(|kid| format!("{{\"id\":\"k{kid}\",\"on\":\"2026-02-28\",\"x\":{n},\"toys\":[{{\"nr\":{kid},\"w\":1.5,\"Low\":1}}]}}"))
            .collect();
        let reason = if n % 5 == 0 { "\"n\":null,\"n__missing\":\"withheld\"," } else { "\"n\":7," };
        format!(
            "{{\"Person No\": {n}, \"must\": 1, \"there\": \"yes\", \"t\": \"caf\\u00e9 {n}\", {reason} \"d\": 1e-1,
            \"ks\": [\"R\", 1], \"ts\": \"b/a\", \"Lo\": 1, \"on\": \"2026-02-28\", \"du\": \"P2Y\", \"l\": \"mid\",
            \"The \\\"Kind\\\"\": \"U\", \"stranger\": {{\"a\": [1, 2]}}, \"kids\": [{}]}}",
            kids.join(",")
        )
    };
    let objects: Vec<String> = (0..40).map(object).collect();
    let tags = [Given::Text("b"), Given::Text("a"), Given::Integer(3)];
    let field = |name| program.record(person).unwrap().field(name).unwrap();
    let given = [
        (field("n"), Given::Float(3.0)),
        (field("d"), Given::Number("1e-2")),
        (field("t"), Given::Text(" text ")),
        (field("ts"), Given::List(&tags)),
        (field("on"), Given::Date(as_of())),
        (field("l"), Given::Missing(Some(Reason::NotAnswered))),
    ];
    let mut sum = 0;
    let mut round = |allowed: bool| {
        let before = ALLOCATIONS.get();
        for object in &objects {
            let row = form.json(&mut session, person, object.as_bytes(), &mut faults).unwrap();
            for category in [leading, seen] {
                let mut outcome = session.evaluate(category).unwrap();
                sum += outcome.because().count() + outcome.missing_places().len();
            }
            for &(field, given) in &given {
                form.set(&mut session, row, field, given, &mut faults).unwrap();
            }
        }
        assert!(allowed || ALLOCATIONS.get() == before, "{} allocations", ALLOCATIONS.get() - before);
    };
    round(true);
    round(true);
    round(false);
    assert!(faults.is_empty(), "{faults:?}");
    assert!(sum > 100);
    // It is seen that allocations are counted.
    let before = ALLOCATIONS.get();
    form.json(&mut session, person, b"{\"n\":\"x\"}", &mut faults).unwrap();
    assert!(ALLOCATIONS.get() > before);
}
