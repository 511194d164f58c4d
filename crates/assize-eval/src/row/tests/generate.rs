//! Generated programs and records.

use super::rules::Rules;
use assize_model::ids::{CategoryId, RecordId};
use assize_model::program::Hit;

/// A repeatable source of numbers.
pub struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 33) % n
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }
}

/// Whose expression.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Root,
    Kid,
    Toy,
}

pub struct Writer {
    pub random: Random,
    /// Whether everything may be written, or only what never comes out otherwise once a gap is filled.
    free: bool,
    booleans: Vec<String>,
    integers: Vec<String>,
    codes: Vec<String>,
    /// Written before in a scope of children, to be written again.
    again: Vec<(Of, String)>,
}

impl Writer {
    fn boolean(&mut self, of: Of, depth: u32) -> String {
        if depth > 0 && self.random.below(4) == 0 {
            let before: Vec<String> =
                self.again.iter().filter(|(o, _)| *o == of).map(|(_, text)| text.clone()).collect();
            if !before.is_empty() {
                return before[self.random.below(before.len() as u64) as usize].clone();
            }
        }
        let text = self.new_boolean(of, depth);
        if of != Of::Root && self.again.len() < 40 {
            self.again.push((of, text.clone()));
        }
        text
    }

    fn new_boolean(&mut self, of: Of, depth: u32) -> String {
        if depth == 0 {
            return match of {
                Of::Root => match self.booleans.len() as u64 {
                    0 => self.random.pick(&["p", "q", "r"]).into(),
                    lets => match self.random.below(3 + lets) {
                        n if n < lets => self.booleans[n as usize].clone(),
                        _ => self.random.pick(&["p", "q", "r"]).into(),
                    },
                },
                Of::Kid => match self.random.below(8) {
                    0 if !self.booleans.is_empty() => format!("^{}", self.booleans[0]),
                    _ => self.random.pick(&["w", "v", "w", "^p"]).into(),
                },
                Of::Toy => self.random.pick(&["y", "y", "^w", "^^q"]).into(),
            };
        }
        let next = depth - 1;
        match self.random.below(14) {
            0 | 1 => {
                let word = self.random.pick(&["and", "or"]);
                let items: Vec<String> = (0..2 + self.random.below(3)).map(|_| self.boolean(of, next)).collect();
                format!("({word} {})", items.join(" "))
            }
            2 => format!("(not {})", self.boolean(of, next)),
            3 => {
                let word = self.random.pick(&["atleast", "atmost", "exactly"]);
                let items: Vec<String> = (0..3).map(|_| self.boolean(of, next)).collect();
                format!("({word} {} {})", self.random.below(4), items.join(" "))
            }
            4..=6 => {
                let word = self.random.pick(&["=", "!=", "<", "<=", ">", ">="]);
                format!("({word} {} {})", self.integer(of, next), self.integer(of, next))
            }
            7 => format!("(if {} {} {})", self.boolean(of, next), self.boolean(of, next), self.boolean(of, next)),
            8 | 9 if of != Of::Toy => {
                let (many, inner) = if of == Of::Root { ("kids", Of::Kid) } else { ("toys", Of::Toy) };
                format!("({} {many} {})", self.random.pick(&["any", "all"]), self.boolean(inner, next))
            }
            10 if of == Of::Root && !self.codes.is_empty() => {
                let word = self.random.pick(&["=", "!=", "<", ">="]);
                format!("({word} {} {})", self.code(), self.random.pick(&["Level.a", "Level.b", "Level.none"]))
            }
            11 if self.free => {
                let word = self.random.pick(&["known", "missing", "unknown", "not_applicable"]);
                if of == Of::Root && !self.codes.is_empty() && self.random.below(2) == 0 {
                    return format!("({word} {})", self.code());
                }
                format!("({word} {})", self.integer(of, next))
            }
            12 if self.free => format!("(first {} {})", self.boolean(of, next), self.boolean(of, next)),
            _ => self.boolean(of, next),
        }
    }

    fn code(&mut self) -> String {
        let one = self.codes[self.random.below(self.codes.len() as u64) as usize].clone();
        if !self.free {
            return one;
        }
        match self.random.below(4) {
            0 => format!("(highest {one} l)"),
            1 => format!("(up {one})"),
            _ => one,
        }
    }

    fn integer(&mut self, of: Of, depth: u32) -> String {
        if depth == 0 || self.random.below(5) == 0 {
            return match of {
                Of::Root => match self.random.below(6) {
                    0 => self.random.below(4).to_string(),
                    1 if !self.integers.is_empty() => {
                        self.integers[self.random.below(self.integers.len() as u64) as usize].clone()
                    }
                    _ => self.random.pick(&["n", "m", "o"]).into(),
                },
                Of::Kid => match self.random.below(6) {
                    0 if !self.integers.is_empty() => {
                        format!("^{}", self.integers[self.random.below(self.integers.len() as u64) as usize])
                    }
                    _ => self.random.pick(&["k", "k", "1", "^n"]).into(),
                },
                Of::Toy => match self.random.below(6) {
                    0 if !self.integers.is_empty() => format!("^^{}", self.integers[0]),
                    _ => self.random.pick(&["x", "x", "2", "^k", "^^m"]).into(),
                },
            };
        }
        let next = depth - 1;
        match self.random.below(10) {
            0 | 1 => {
                let word = self.random.pick(&["+", "-", "*"]);
                format!("({word} {} {})", self.integer(of, next), self.integer(of, next))
            }
            2 => format!(
                "({} {} {})",
                self.random.pick(&["least", "greatest"]),
                self.integer(of, next),
                self.integer(of, next)
            ),
            3 => format!("(if {} {} {})", self.boolean(of, next), self.integer(of, next), self.integer(of, next)),
            4 if self.free => format!("(first {} {})", self.integer(of, next), self.integer(of, next)),
            5 => format!("(abs {})", self.integer(of, next)),
            6..=8 if of != Of::Toy => {
                let (many, inner) = if of == Of::Root { ("kids", Of::Kid) } else { ("toys", Of::Toy) };
                let filter = if self.random.below(4) == 0 { String::new() } else { self.boolean(inner, next) };
                match self.random.below(5) {
                    0 | 1 => format!("(count {many} {filter})"),
                    2 => format!("(sum {} {many} {filter})", self.integer(inner, next)),
                    // Of no children there is none, however many gaps are filled.
                    3 if self.free => {
                        let word = self.random.pick(&["min", "max"]);
                        format!("({word} {} {many} {filter})", self.integer(inner, next))
                    }
                    4 if self.free => {
                        let word = self.random.pick(&["latest", "earliest"]);
                        format!("({word} {} {} {many} {filter})", self.integer(inner, next), self.integer(inner, 0))
                    }
                    _ => format!("(distinct {} {many} {filter})", self.integer(inner, next)),
                }
            }
            _ => self.integer(of, next),
        }
    }

    pub fn program(&mut self) -> (Rules, RecordId, Vec<CategoryId>) {
        let mut rules = Rules::new();
        rules.list("Level", "a b c");
        rules.record("Toy", "x:integer y:boolean");
        rules.record("Kid", "w:boolean v:boolean k:integer toys:many(Toy)");
        let record = rules
            .record("R", "p:boolean q:boolean r:boolean n:integer m:integer o:range(integer) l:Level kids:many(Kid)");
        let mut categories = Vec::new();
        for at in 0..4 {
            let text = self.boolean(Of::Root, 3);
            rules.let_(record, &format!("bool_{at}"), &text);
            self.booleans.push(format!("bool_{at}"));
            let text = self.integer(Of::Root, 3);
            rules.let_(record, &format!("int_{at}"), &text);
            self.integers.push(format!("int_{at}"));
            let hit = match self.random.below(4) {
                0 => Hit::All,
                // As an operand it is taken for its code, even where a gap could turn it into a conflict.
                1 if self.free => Hit::Unique,
                _ => Hit::First,
            };
            let applies = if self.random.below(3) == 0 { self.boolean(Of::Root, 1) } else { String::new() };
            let cases: Vec<String> = ["a", "b", "c"]
                .iter()
                .map(|code| {
                    let criteria: Vec<String> = (0..1 + self.random.below(2))
                        .map(|n| format!("{code}{n} $ {}", self.boolean(Of::Root, 3)))
                        .collect();
                    format!("{code}: {}", criteria.join(" ; "))
                })
                .collect();
            let otherwise = self.random.pick(&["none", "a", "none"]);
            let name = format!("cat_{at}");
            categories.push(rules.category(record, &name, "Level", hit, &applies, &cases.join("\n"), otherwise));
            if hit != Hit::All {
                self.codes.push(name);
            }
        }
        (rules, record, categories)
    }

    /// A record, and the same with its gaps filled in.
    pub fn record(&mut self) -> (String, String) {
        let (mut gaps, mut full) = (String::new(), String::new());
        let mut both = |gaps: &mut String, text: &str, gap: &str, random: &mut Random| {
            full.push_str(text);
            gaps.push_str(if random.below(3) == 0 { gap } else { text });
        };
        let boolean = |random: &mut Random, name: &str| format!("{name}={} ", random.pick(&["yes", "no"]));
        let integer = |random: &mut Random, name: &str| format!("{name}={} ", random.below(7) as i64 - 2);
        for name in ["p", "q", "r"] {
            let text = boolean(&mut self.random, name);
            both(&mut gaps, &text, "", &mut self.random);
        }
        for name in ["n", "m"] {
            let text = integer(&mut self.random, name);
            both(&mut gaps, &text, "", &mut self.random);
        }
        let o = self.random.below(7) as i64 - 2;
        let below = self.random.below(3) as i64;
        let range = [format!("o={}..{} ", o - below, o + 1), format!("o={o}.. "), format!("o=..{o} "), String::new()];
        let range = &range[self.random.below(4) as usize];
        both(&mut gaps, &format!("o={o} "), range, &mut self.random);
        for _ in 0..self.random.below(4) {
            both(&mut gaps, "kids[", "kids[", &mut self.random);
            for name in ["w", "v"] {
                let text = boolean(&mut self.random, name);
                both(&mut gaps, &text, "", &mut self.random);
            }
            let text = integer(&mut self.random, "k");
            both(&mut gaps, &text, "", &mut self.random);
            for _ in 0..self.random.below(3) {
                both(&mut gaps, "toys[", "toys[", &mut self.random);
                let text = integer(&mut self.random, "x");
                both(&mut gaps, &text, "", &mut self.random);
                let text = boolean(&mut self.random, "y");
                both(&mut gaps, &text, "", &mut self.random);
                both(&mut gaps, "] ", "] ", &mut self.random);
            }
            both(&mut gaps, "] ", "] ", &mut self.random);
        }
        (gaps, full)
    }
}

/// A writer of one program and records for it.
pub fn writer(seed: u64, free: bool) -> Writer {
    Writer {
        random: Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
        free,
        booleans: Vec::new(),
        integers: Vec::new(),
        codes: Vec::new(),
        again: Vec::new(),
    }
}
