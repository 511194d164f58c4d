//! Objects made at random: mostly good ones, some odd, some wrong.

use crate::random::Random;
use std::fmt::Write as _;

/// A value for a field of a kind, mostly one that it takes.
pub fn value(random: &mut Random, kind: &str) -> String {
    if random.chance(9) {
        let odd = [
            "null",
            "\"\"",
            "\" \"",
            "true",
            "0",
            "-7",
            "\"N/A\"",
            "\"-7\"",
            "[]",
            "{}",
            "[1]",
            "{\"a\":[{}]}",
            "\"?\"",
            "1e3",
            "1E400",
            "0.5",
            "\"\\u00e9\"",
            "99",
            "[null]",
            "[[1]]",
            "\"none\"",
            "12.0",
            "-0",
            "\"a\\u001fb\"",
            "\"2026-02-30\"",
            "\"\u{2003}x\u{a0}\"",
            "[\"a\\u001fb\"]",
            "18446744073709551616",
            "\"U\"",
            "\"W\"",
        ];
        return random.of(&odd).to_owned();
    }
    let of: &[&str] = match kind {
        "boolean" => &["true", "false", "\"yes\"", "\"N\"", "1", "0", "\"T\"", "null"],
        "integer" => &["1", "4", "-3", "\"5\"", "1e3", "12.0", "9223372036854775807", "\" 7 \"", "0", "null", "100000"],
        "decimal" => &["0.25", "0.26", "\"0.3\"", "1e-2", "-3", "123456.789", "null", "2.5E1"],
        "text" => &[
            "\"x y\"",
            "\"\\u00e9t\\u00e9\"",
            "\"éa\"",
            "\"\\\"q\\\"\"",
            "7",
            "true",
            "\" x y \"",
            "\"a\\nb\"",
            "\"\\ud83d\\ude00\"",
            "\"a long text that goes on for more than sixteen bytes\"",
        ],
        "date" => &["\"2026-02-28\"", "\"2026-03-01\"", "\"2026-03-01T00:00:00\"", "\"2026-13-01\"", "null"],
        "time" => &["\"11:59\"", "\"14:30:05\"", "\"9:05\"", "null"],
        "datetime" => &["\"2026-02-28T14:30:00\"", "\"2026-03-01T02:30:00Z\"", "\"2026-02-28\"", "null"],
        "duration" => &["\"2 months\"", "\"P2Y\"", "\"45 minutes\"", "\"soon\"", "null"],
        "Level" => &["\"low\"", "\"mid\"", "\"high\"", "\"W\"", "\"hihg\"", "null"],
        "Kind" => &["\"R\"", "1", "\"G\"", "\"blue\"", "99", "\"U\"", "\"bleu\"", "null"],
        "Kinds" => {
            &["\"R\"", "\"R;G\"", "[\"R\",\"blue\",1]", "[]", "\"R; ;R\"", "\"R;U\"", "[\"U\"]", "[\"gren\"]", "null"]
        }
        "Levels" => &["\"low\"", "[\"high\",\"low\"]", "\"low|high\"", "[\"W\"]", "null"],
        "texts" => &["\"x/y\"", "[\"x\",\"y\",\"x\"]", "[\" x \",2]", "\"x\"", "[\"x/y\"]", "[]", "[\"\\n\"]", "null"],
        "range" => {
            &["\"1-2\"", "\"4-9\"", "\">3\"", "\">=65\"", "\"<2\"", "5", "\"9-4\"", "\"2.5-3\"", "null", "\"5+\""]
        }
        _ => &["1", "\"1\"", "\"2\"", "null", "\"01\""],
    };
    random.of(of).to_owned()
}

/// An object with members in any order.
pub struct Object<'r> {
    random: &'r mut Random,
    members: Vec<(String, String)>,
}

impl<'r> Object<'r> {
    pub fn new(random: &'r mut Random) -> Self {
        Self { random, members: Vec::new() }
    }

    pub fn add(&mut self, name: &str, value: String) {
        self.members.push((name.to_owned(), value));
    }

    pub fn maybe(&mut self, names: &[(&str, &str)], percent: usize) {
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

    pub fn text(mut self) -> String {
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

pub fn detail(random: &mut Random, person: &str) -> String {
    let mut detail = Object::new(random);
    if detail.random.chance(20) {
        let named = if detail.random.chance(80) { person.to_owned() } else { value(detail.random, "key") };
        detail.add("person", named);
    }
    detail.maybe(&[("x", "integer")], 80);
    detail.text()
}

pub fn toy(random: &mut Random, kid: &str) -> String {
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

pub fn kid(random: &mut Random, person: &str, count: usize) -> String {
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

pub fn person(random: &mut Random) -> String {
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
        ("b", "boolean"),
        ("n", "integer"),
        ("d", "decimal"),
        ("t", "text"),
        ("on", "date"),
        ("clock", "time"),
        ("inst", "datetime"),
        ("du", "duration"),
        ("l", "Level"),
        ("The \\\"Kind\\\"", "Kind"),
        ("ks", "Kinds"),
        ("ls", "Levels"),
        ("ts", "texts"),
        ("ri", "range"),
        ("rd", "range"),
        ("Lo", "integer"),
        ("Hi", "integer"),
        ("DLo", "decimal"),
        ("DHi", "decimal"),
        ("nobody", "integer"),
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
pub fn damage(random: &mut Random, text: &str) -> Vec<u8> {
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
