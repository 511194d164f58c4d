//! Generated rule files: typed random expressions over three records, parent, child and grandchild, with every
//! operator of the language, printed as text so that the parser and the checker take part.

use crate::random::Random;
use crate::tables;

/// The declarations that every generated file begins with.
pub const HEADER: &str = r#"ruleset generated version "1" { title "Generated" DATES time zone "America/Toronto" }
parameter p_int : integer = 2 in -10..10 "An integer"
parameter p_dec : decimal = 1.5 "A decimal"
parameter p_date : date = 2024-02-29 "A date"
parameter p_flag : boolean = yes "A flag"
parameter p_span : duration = 3 months "A span"
ordered codes Level "Level" { low "Low" mid "Mid" high "High" top "Top" }
function f_int(n : integer, m : integer or missing) -> integer = rhai { if m == () { n } else { n - m % 5 } }
function f_dec(d : decimal) -> decimal = rhai { if d > 100 { throw "large" } d * 2 }
function f_bool(t : text or missing, on : date) -> boolean = rhai { t == () || on.month > t.len() }
function f_level(l : Level or missing, n : integer) -> Level = rhai {
  if l == () { return "low"; }
  if n == 7 { "none at all" } else if n > 1 { "top" } else { l }
}
lookup look (kind : Kind, since : integer) from "look.csv" valid by since -> integer
codes Kind "Kind" { red "Red" green "Green" blue "Blue" missing withheld from "W" }
record Parent "Parent" {
  id : text key
  a_b1 : boolean  a_b2 : boolean  a_b3 : boolean
  a_i1 : integer  a_i2 : integer  a_d1 : decimal  a_d2 : decimal
  a_t1 : text  a_t2 : text  a_on : date  a_off : date  a_tm : time  a_dt : datetime  a_du : duration
  a_l1 : Level  a_l2 : Level  a_k1 : Kind  a_ks : set of Kind  a_ts : set of text
  a_ri : range of integer  a_rd : range of decimal
  kids : many Child by parent_id
  others : many Child by other_id
}
record Child "Child" {
  id : text key
  parent_id : text  other_id : text
  c_b1 : boolean  c_b2 : boolean  c_i1 : integer  c_i2 : integer  c_d1 : decimal  c_t1 : text
  c_on : date  c_off : date  c_dt : datetime  c_l1 : Level  c_k1 : Kind  c_ks : set of Kind  c_ri : range of integer
  parts : many Part by child_id
}
record Part "Part" {
  child_id : text
  e_b1 : boolean  e_i1 : integer  e_d1 : decimal  e_on : date  e_l1 : Level
}
"#;

/// The types that expressions are generated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Bool,
    Int,
    Dec,
    Text,
    Date,
    Time,
    Instant,
    Span,
    Level,
    Color,
    Colors,
    Texts,
}

/// Which record's fields are in reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Parent,
    Child,
    Part,
}

/// A generated rule file.
pub struct Rules {
    pub text: String,
}

struct Names {
    /// Lets of the parent so far, with their types.
    lets: Vec<(String, Kind)>,
    /// Lets of the child so far.
    child_lets: Vec<(String, Kind)>,
    /// Categories of the parent so far; all give a level, the flag says `hit all`.
    categories: Vec<(String, bool)>,
    child_categories: Vec<String>,
}

/// A rule file of a seed.
pub fn rules(random: &mut Random) -> Rules {
    let strict = random.chance(15);
    let mut text = HEADER.replace("DATES", if strict { "dates strict" } else { "" });
    let mut names =
        Names { lets: Vec::new(), child_lets: Vec::new(), categories: Vec::new(), child_categories: Vec::new() };
    for at in 0..random.below(3) {
        let kind = any_kind(random);
        let value = Gen { random, names: &names, within: Within::Child, root: Within::Child }.expr(kind, 3);
        text.push_str(&format!("let cl_{at} of Child = {value}\n"));
        names.child_lets.push((format!("cl_{at}"), kind));
    }
    if random.chance(40) {
        text.push_str(&category(random, &names, Within::Child, "ccat"));
        names.child_categories.push("ccat".to_owned());
        if random.chance(50) {
            text.push_str(&progression(random, &names, Within::Child, "cprog", "ccat"));
            names.child_categories.push("cprog".to_owned());
        }
    }
    if random.chance(50) {
        let (written, kind) = instrument(random, &names);
        text.push_str(&written);
        for part in ["score", "lowest", "highest"] {
            names.lets.push((format!("form.{part}"), kind));
        }
        names.lets.push(("form.answered".to_owned(), Kind::Int));
        names.lets.push(("form.away".to_owned(), Kind::Bool));
    }
    for at in 0..1 + random.below(4) {
        let kind = any_kind(random);
        let value = Gen { random, names: &names, within: Within::Parent, root: Within::Parent }.expr(kind, 4);
        text.push_str(&format!("let l_{at} of Parent = {value}\n"));
        names.lets.push((format!("l_{at}"), kind));
        if random.chance(60) {
            let name = format!("cat_{at}");
            let written = category(random, &names, Within::Parent, &name);
            names.categories.push((name.clone(), written.contains("hit all")));
            text.push_str(&written);
            if random.chance(40) {
                let moved = format!("prog_{at}");
                text.push_str(&progression(random, &names, Within::Parent, &moved, &name));
                names.categories.push((moved, false));
            }
        }
    }
    if random.chance(40) {
        let mut columns: Vec<tables::Column> = [
            ("a_b1", Kind::Bool),
            ("a_i1", Kind::Int),
            ("a_ri", Kind::Int),
            ("a_d1", Kind::Dec),
            ("a_rd", Kind::Dec),
            ("a_t1", Kind::Text),
            ("a_on", Kind::Date),
            ("a_tm", Kind::Time),
            ("a_dt", Kind::Instant),
            ("a_l1", Kind::Level),
            ("a_k1", Kind::Color),
            ("a_i1 + a_i2", Kind::Int),
            ("count kids where c_b1", Kind::Int),
            ("years between a_on and as_of", Kind::Int),
        ]
        .map(|(name, kind)| (name.to_owned(), kind))
        .into();
        columns.extend(names.lets.iter().cloned());
        let single = names.categories.iter().filter(|(_, many)| !many);
        columns.extend(single.map(|(name, _)| (name.clone(), Kind::Level)));
        for at in 0..1 + random.below(2) {
            text.push_str(&tables::table(random, &format!("table_{at}"), &columns));
        }
    }
    if names.categories.is_empty() {
        text.push_str(&category(random, &names, Within::Parent, "cat_last"));
    }
    Rules { text }
}

fn any_kind(random: &mut Random) -> Kind {
    use Kind::*;
    random.one(&[
        Bool, Bool, Bool, Int, Int, Int, Dec, Dec, Text, Date, Date, Time, Instant, Span, Level, Level, Color, Colors,
        Texts,
    ])
}

fn category(random: &mut Random, names: &Names, within: Within, name: &str) -> String {
    let record = if within == Within::Parent { "Parent" } else { "Child" };
    let mut out = format!("category {name} of {record} -> Level \"C\" {{\n");
    if random.chance(30) {
        let condition = Gen { random, names, within, root: within }.condition(2);
        out.push_str(&format!("  applies when {condition}\n"));
    }
    let mut criterion = 0;
    for _ in 0..1 + random.below(4) {
        let code = random.pick(&["low", "mid", "high", "top"]);
        out.push_str(&format!("  {code} when {{\n"));
        for _ in 0..1 + random.below(3) {
            let condition = Gen { random, names, within, root: within }.condition(3);
            out.push_str(&format!("    r{criterion} \"R\" : {condition}\n"));
            criterion += 1;
        }
        out.push_str("  }\n");
    }
    out.push_str(match random.below(4) {
        0 => "  otherwise low\n",
        1 => "  otherwise error \"none of the criteria\"\n",
        _ => "  otherwise none\n",
    });
    out.push_str(random.pick(&["", "  hit first\n", "  hit unique\n", "  hit highest\n", "  hit all\n"]));
    out.push_str("}\n");
    out
}

/// An instrument of the parent, and the kind of its score.
fn instrument(random: &mut Random, names: &Names) -> (String, Kind) {
    let scored = "let i_scored of Parent = min(max(a_i1, -2), 9)\n";
    let mut out = format!("{scored}instrument form of Parent \"F\" {{\n");
    let mut kind = Kind::Int;
    if random.chance(25) {
        let within = Within::Parent;
        let condition = Gen { random, names, within, root: within }.condition(2);
        out.push_str(&format!("  applies when {condition}\n"));
    }
    for item in ["a_b1", "a_b2", "a_b3", "a_l1", "i_scored"] {
        if item != "a_b1" && random.chance(25) {
            continue;
        }
        let weight = random.pick(&["", " weight 2", " weight -3", " weight p_int", " weight 1.5", " unscored"]);
        if weight == " weight 1.5" {
            kind = Kind::Dec;
        }
        let weight = if item == "a_b1" && weight == " unscored" { "" } else { weight };
        out.push_str(&format!("  item {item}{weight}"));
        if random.chance(30) {
            let within = Within::Parent;
            out.push_str(&format!(" unless {}", Gen { random, names, within, root: within }.condition(2)));
        }
        out.push('\n');
    }
    let policy = random.pick(&[
        "",
        "missing leaves the score open",
        "missing counts as 0",
        "missing counts as 1",
        "missing prorate up to 2 rounding half_up",
        "missing prorate up to 3",
        "missing not scored above 1",
        "missing not scored above 2",
    ]);
    if policy == "missing prorate up to 3" {
        kind = Kind::Dec;
    }
    let within = Within::Parent;
    let route = Gen { random, names, within, root: within }.condition(2);
    let bands = if kind == Kind::Int { "  band few ..1  band some 2..4  band many 5..\n" } else { "" };
    // Not every band can be reached by every choice of items: such rules do not check, and are left out.
    let bands = if random.chance(60) { bands } else { "" };
    out.push_str(&format!("  {policy}\n{bands}  route away : {route}\n  route far : form.score > 3\n}}\n"));
    (out, kind)
}

/// A progression for a category that is there.
fn progression(random: &mut Random, names: &Names, within: Within, name: &str, category: &str) -> String {
    let record = if within == Within::Parent { "Parent" } else { "Child" };
    let start = random.pick(&["mid", "mid", "high"]);
    let mut out = format!("progression {name} of {record} for {category} \"P\" {{\n  start at {start}\n");
    let event = |random: &mut Random| {
        let (of, date, inner) = match within {
            Within::Parent => {
                let of = random.pick(&["kids", "others", "kids"]);
                (of, random.pick(&["c_on", "c_on", "c_off", "c_dt"]), Within::Child)
            }
            _ => ("parts", "e_on", Within::Part),
        };
        let filter = Gen { random, names, within, root: within }.filter(inner, 2);
        format!("{of} by {date} {filter}")
    };
    for _ in 0..1 + random.below(3) {
        let way = random.pick(&["raise", "raise", "lower"]);
        let steps = random.pick(&["1", "1", "2", "p_int"]);
        out.push_str(&format!("  {way} {steps} at each {}\n", event(random)));
    }
    for _ in 0..random.below(3) {
        let way = random.pick(&["lower", "lower", "raise"]);
        let time = random.pick(&["1 month", "12 months", "30 days", "p_span"]);
        let events: Vec<String> = (0..1 + random.below(2)).map(|_| event(random)).collect();
        out.push_str(&format!("  {way} 1 after {time} without ({})\n", events.join(", ")));
    }
    if random.chance(30) {
        out.push_str(&format!("  hold at least {}\n", random.pick(&["90 days", "2 months", "p_span"])));
    }
    out.push_str("}\n");
    out
}

struct Gen<'a> {
    random: &'a mut Random,
    names: &'a Names,
    within: Within,
    /// The record that the expression is of, whose names children can read too.
    root: Within,
}

impl Gen<'_> {
    /// A condition that is not constant, which the checker would refuse.
    fn condition(&mut self, depth: usize) -> String {
        let field = self.field(Kind::Bool);
        let rest = self.expr(Kind::Bool, depth);
        match self.random.below(5) {
            0 => format!("{field} and {rest}"),
            1 => format!("{field} or {rest}"),
            _ => {
                let i = self.field(Kind::Int);
                let op = self.comparison();
                let n = self.expr(Kind::Int, depth - 1);
                match self.random.below(3) {
                    0 => format!("{i} {op} {n}"),
                    1 => format!("({i} {op} {n}) and {rest}"),
                    _ => rest,
                }
            }
        }
    }

    fn comparison(&mut self) -> &'static str {
        self.random.pick(&["=", "!=", "<", "<=", ">", ">="])
    }

    fn field(&mut self, kind: Kind) -> String {
        use Kind::*;
        let own: &[&str] = match (self.within, kind) {
            (Within::Parent, Bool) => &["a_b1", "a_b2", "a_b3"],
            (Within::Parent, Int) => &["a_i1", "a_i2", "a_i1", "a_i2", "a_ri"],
            (Within::Parent, Dec) => &["a_d1", "a_d2", "a_d1", "a_rd"],
            (Within::Parent, Text) => &["a_t1", "a_t2"],
            (Within::Parent, Date) => &["a_on", "a_off"],
            (Within::Parent, Time) => &["a_tm"],
            (Within::Parent, Instant) => &["a_dt"],
            (Within::Parent, Span) => &["a_du"],
            (Within::Parent, Level) => &["a_l1", "a_l2"],
            (Within::Parent, Color) => &["a_k1"],
            (Within::Parent, Colors) => &["a_ks"],
            (Within::Parent, Texts) => &["a_ts"],
            (Within::Child, Bool) => &["c_b1", "c_b2"],
            (Within::Child, Int) => &["c_i1", "c_i2", "c_ri"],
            (Within::Child, Dec) => &["c_d1"],
            (Within::Child, Text) => &["c_t1"],
            (Within::Child, Date) => &["c_on", "c_off"],
            (Within::Child, Instant) => &["c_dt"],
            (Within::Child, Level) => &["c_l1"],
            (Within::Child, Color) => &["c_k1"],
            (Within::Child, Colors) => &["c_ks"],
            (Within::Part, Bool) => &["e_b1"],
            (Within::Part, Int) => &["e_i1"],
            (Within::Part, Dec) => &["e_d1"],
            (Within::Part, Date) => &["e_on"],
            (Within::Part, Level) => &["e_l1"],
            _ => &[],
        };
        if own.is_empty() { self.constant(kind) } else { self.random.pick(own).to_owned() }
    }

    fn constant(&mut self, kind: Kind) -> String {
        use Kind::*;
        self.random
            .pick(match kind {
                Bool => &["yes", "no", "p_flag"],
                Int => &["0", "1", "2", "3", "7", "12", "9223372036854775807", "p_int", "p_int"],
                Dec => &["0.0", "0.1", "0.2", "1.50", "25%", "99999999999999999999.5", "p_dec"],
                Text => &["\"\"", "\"a\"", "\"B\"", "\" ab \"", "\"é\"", "\"abc\""],
                Date => &["2024-02-29", "2023-01-31", "2024-12-31", "9999-12-31", "as_of", "p_date"],
                Time => &["00:00", "10:30", "23:59:59"],
                Instant => &["2024-03-10T06:30Z", "2024-02-29T23:30:00Z", "2023-11-05T05:30:00Z"],
                Span => &["1 month", "12 months", "2 years", "30 days", "45 minutes", "26 hours", "p_span"],
                Level => &["low", "mid", "high", "top"],
                Color => &["red", "green", "blue"],
                Colors => &["{red, blue}", "{green}"],
                Texts => &["{\"a\", \"b\"}", "{\"abc\"}"],
            })
            .to_owned()
    }

    /// A name in reach of a type: a field, a `let`, or from a child the parent's field.
    fn name(&mut self, kind: Kind) -> String {
        let lets = match self.within {
            Within::Parent => &self.names.lets,
            Within::Child => &self.names.child_lets,
            Within::Part => return self.field(kind),
        };
        let fitting: Vec<&str> = lets.iter().filter(|(_, of)| *of == kind).map(|(name, _)| name.as_str()).collect();
        if !fitting.is_empty() && self.random.chance(35) {
            return self.random.pick(&fitting).to_owned();
        }
        self.field(kind)
    }

    fn leaf(&mut self, kind: Kind) -> String {
        if self.random.chance(70) { self.name(kind) } else { self.constant(kind) }
    }

    fn list(&mut self, kind: Kind, depth: usize) -> String {
        let items: Vec<String> = (0..2 + self.random.below(3)).map(|_| self.expr(kind, depth - 1)).collect();
        items.join(", ")
    }

    /// An expression of a type, at most so deep; everything but a leaf stands in parentheses.
    fn expr(&mut self, kind: Kind, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(kind);
        }
        let d = depth - 1;
        // What every type has.
        match self.random.below(100) {
            0..12 => return self.leaf(kind),
            12..17 => {
                let (c, a, b) = (self.expr(Kind::Bool, d), self.expr(kind, d), self.expr(kind, d));
                return format!("(if {c} then {a} else {b})");
            }
            17..22 => return format!("(first known of ({}))", self.list(kind, depth)),
            _ => {}
        }
        match kind {
            Kind::Bool => self.boolean(depth),
            Kind::Int => self.integer(depth),
            Kind::Dec => self.decimal(depth),
            Kind::Text => match self.random.below(3) {
                0 => format!("lower({})", self.expr(Kind::Text, d)),
                1 => format!("trim({})", self.expr(Kind::Text, d)),
                _ => self.leaf(Kind::Text),
            },
            Kind::Date => self.date(depth),
            Kind::Time => match self.random.below(2) {
                0 => format!("({} + {})", self.expr(Kind::Time, d), self.random.pick(&["45 minutes", "2 hours"])),
                _ => self.leaf(Kind::Time),
            },
            Kind::Instant => match self.random.below(4) {
                0 => format!("({} + {})", self.expr(Kind::Instant, d), self.random.pick(&["45 minutes", "26 hours"])),
                1 => format!("({} - {})", self.expr(Kind::Instant, d), self.random.pick(&["1 month", "3 days"])),
                2 => format!("max({})", self.list(Kind::Instant, depth)),
                _ => self.leaf(Kind::Instant),
            },
            Kind::Span => match self.random.below(3) {
                0 => format!("({} * {})", self.expr(Kind::Span, d), self.expr(Kind::Int, d)),
                1 => format!("({} + {})", self.field(Kind::Span), self.random.pick(&["1 month", "5 days"])),
                _ => self.leaf(Kind::Span),
            },
            Kind::Level => self.level(depth),
            Kind::Color => self.leaf(Kind::Color),
            Kind::Colors => self.leaf(Kind::Colors),
            Kind::Texts => self.leaf(Kind::Texts),
        }
    }

    fn boolean(&mut self, depth: usize) -> String {
        let d = depth - 1;
        if self.random.chance(3) {
            return format!("f_bool({}, {})", self.expr(Kind::Text, d), self.expr(Kind::Date, d));
        }
        match self.random.below(30) {
            0..3 => format!("({} and {})", self.expr(Kind::Bool, d), self.expr(Kind::Bool, d)),
            3..6 => format!("({} or {})", self.expr(Kind::Bool, d), self.expr(Kind::Bool, d)),
            6 => format!("(not {})", self.expr(Kind::Bool, d)),
            7 => {
                let how =
                    self.random.pick(&["any of", "all of", "none of", "at least 2 of", "at most 1 of", "exactly 1 of"]);
                format!("({how} ({}))", self.list(Kind::Bool, depth))
            }
            8 => format!("(at least p_int of ({}))", self.list(Kind::Bool, depth)),
            9..12 => format!("({} {} {})", self.expr(Kind::Int, d), self.comparison(), self.expr(Kind::Int, d)),
            12 => format!("({} {} {})", self.expr(Kind::Dec, d), self.comparison(), self.expr(Kind::Dec, d)),
            13 => format!("({} {} {})", self.expr(Kind::Int, d), self.comparison(), self.expr(Kind::Dec, d)),
            14 => format!("({} {} {})", self.expr(Kind::Date, d), self.comparison(), self.expr(Kind::Date, d)),
            15 => format!("({} {} {})", self.name(Kind::Level), self.comparison(), self.expr(Kind::Level, d)),
            16 => {
                let kind = self.random.one(&[Kind::Text, Kind::Color, Kind::Colors, Kind::Texts, Kind::Bool]);
                let op = self.random.pick(&["=", "!="]);
                format!("({} {op} {})", self.name(kind), self.expr(kind, d))
            }
            17 => {
                let kind = self.random.one(&[Kind::Time, Kind::Instant, Kind::Span, Kind::Text]);
                format!("({} {} {})", self.name(kind), self.comparison(), self.expr(kind, d))
            }
            18 => {
                let kind = any_kind(self.random);
                let test =
                    self.random.pick(&["known", "missing", "unknown", "not_answered", "not_applicable", "withheld"]);
                let operand = self.expr(kind, d);
                format!("({operand} is {test})")
            }
            19 => match self.random.below(4) {
                0 => format!("({} in {{red, blue}})", self.name(Kind::Color)),
                1 => format!("({} in {{mid, top}})", self.expr(Kind::Level, d)),
                2 => format!("({} in {{\"a\", \"abc\"}})", self.expr(Kind::Text, d)),
                _ => format!("({} in {{1, 2, 7}})", self.expr(Kind::Int, d)),
            },
            20 => {
                let (lo, hi) = (self.expr(Kind::Int, d), self.expr(Kind::Int, d));
                let (open, close) = (self.random.pick(&["[", "("]), self.random.pick(&["]", ")"]));
                format!("({} in {open}{lo} .. {hi}{close})", self.expr(Kind::Int, d))
            }
            21 => {
                let amount = self.random.pick(&["12 months", "30 days", "p_span"]);
                let side = self.random.pick(&["before", "after"]);
                format!("({} within {amount} {side} {})", self.name(Kind::Date), self.expr(Kind::Date, d))
            }
            22 => {
                let op = self.random.pick(&["starts with", "ends with", "contains"]);
                format!("({} {op} {})", self.expr(Kind::Text, d), self.expr(Kind::Text, d))
            }
            23 => format!("({} matches \"^[ab]+\")", self.expr(Kind::Text, d)),
            24 => match self.random.below(3) {
                0 => format!("({} contains {})", self.name(Kind::Colors), self.expr(Kind::Color, d)),
                1 => format!("({} overlaps {})", self.name(Kind::Colors), self.expr(Kind::Colors, d)),
                _ => format!("({} contains {})", self.name(Kind::Texts), self.expr(Kind::Text, d)),
            },
            25 => self.of_category(d),
            26 => format!("({} < {})", self.expr(Kind::Date, d), self.expr(Kind::Instant, d)),
            _ => self.child_condition(depth),
        }
    }

    fn of_category(&mut self, d: usize) -> String {
        let categories: Vec<(String, bool)> = match self.within {
            Within::Parent => self.names.categories.clone(),
            Within::Child => self.names.child_categories.iter().map(|name| (name.clone(), false)).collect(),
            Within::Part => Vec::new(),
        };
        if categories.is_empty() {
            return self.leaf(Kind::Bool);
        }
        let at = self.random.below(categories.len());
        let (name, set) = &categories[at];
        if *set {
            return match self.random.below(2) {
                0 => format!("({name} contains {})", self.expr(Kind::Level, d)),
                _ => format!("({name} is known)"),
            };
        }
        match self.random.below(4) {
            0 => format!("({name} is known)"),
            1 => format!("({name} in {{low, high}})"),
            2 => format!("({name} = none)"),
            _ => format!("({name} {} {})", self.comparison(), self.expr(Kind::Level, d)),
        }
    }

    /// The `many` field and the scope of its children, where there is one.
    fn children(&mut self) -> Option<(&'static str, Within)> {
        match self.within {
            Within::Parent => Some((self.random.pick(&["kids", "others"]), Within::Child)),
            Within::Child => Some(("parts", Within::Part)),
            Within::Part => None,
        }
    }

    fn inside(&mut self, within: Within, kind: Kind, depth: usize) -> String {
        Gen { random: self.random, names: self.names, within, root: self.root }.expr(kind, depth)
    }

    /// A `where`, which may read the parent.
    fn filter(&mut self, within: Within, depth: usize) -> String {
        if self.random.chance(15) {
            return String::new();
        }
        let condition = self.inside(within, Kind::Bool, depth);
        if self.random.chance(30) {
            let own = self.inside(within, Kind::Int, 0);
            let field = self.field(Kind::Int);
            // From a grandchild, the record's own names are two scopes away.
            let mut outer = vec![format!("parent.{field}"), field];
            if self.root == Within::Parent {
                outer.push("a_i1".to_owned());
                let lets = self.names.lets.iter().filter(|(_, kind)| *kind == Kind::Int);
                outer.extend(lets.map(|(name, _)| name.clone()));
            }
            let at = self.random.below(outer.len());
            return format!(" where {condition} or {own} < {}", outer[at]);
        }
        format!(" where {condition}")
    }

    fn child_condition(&mut self, depth: usize) -> String {
        let Some((many, within)) = self.children() else { return self.leaf(Kind::Bool) };
        let filter = self.filter(within, depth - 1);
        match self.random.below(4) {
            0 => format!("(any {many}{filter})"),
            1 => format!("(all {many}{})", if filter.is_empty() { " where yes".to_owned() } else { filter }),
            _ => format!(
                "((count {many}{filter}) {} {})",
                self.comparison(),
                self.random.pick(&["0", "1", "2", "p_int"])
            ),
        }
    }

    fn aggregate(&mut self, kind: Kind, depth: usize) -> Option<String> {
        let (many, within) = self.children()?;
        let filter = self.filter(within, depth - 1);
        let value = self.inside(within, kind, depth.saturating_sub(2));
        let order = match within {
            Within::Child => self.random.pick(&["c_on", "c_off", "c_i1"]),
            _ => self.random.pick(&["e_on", "e_i1"]),
        };
        Some(match self.random.below(5) {
            0 => format!("(latest ({value}) of {many} by {order}{filter})"),
            1 => format!("(earliest ({value}) of {many} by {order}{filter})"),
            2 | 3 if matches!(kind, Kind::Int | Kind::Dec) => format!("(sum ({value}) of {many}{filter})"),
            2 => format!("(min ({value}) of {many}{filter})"),
            _ => format!("(max ({value}) of {many}{filter})"),
        })
    }

    fn integer(&mut self, depth: usize) -> String {
        let d = depth - 1;
        if self.random.chance(5) {
            return format!("f_int({}, {})", self.expr(Kind::Int, d), self.expr(Kind::Int, d));
        }
        match self.random.below(17) {
            16 => format!("look({}, {})", self.expr(Kind::Color, d), self.expr(Kind::Int, d)),
            0..2 => format!("({} + {})", self.expr(Kind::Int, d), self.expr(Kind::Int, d)),
            2 => format!("({} - {})", self.expr(Kind::Int, d), self.expr(Kind::Int, d)),
            3 => format!("({} * {})", self.expr(Kind::Int, d), self.expr(Kind::Int, d)),
            4 => format!("(-{})", self.name(Kind::Int)),
            5 => format!("abs({})", self.expr(Kind::Int, d)),
            6 => format!("{}({})", self.random.pick(&["min", "max"]), self.list(Kind::Int, depth)),
            7 => {
                let unit = self.random.pick(&["years", "months", "days"]);
                format!("({unit} between {} and {})", self.expr(Kind::Date, d), self.expr(Kind::Date, d))
            }
            8 => format!("fiscal_year({}, april)", self.expr(Kind::Date, d)),
            9 => format!("{}({})", self.random.pick(&["year", "month", "day", "weekday"]), self.expr(Kind::Date, d)),
            10 => format!("size({})", self.expr(Kind::Text, d)),
            11 => format!("size({})", self.name(Kind::Colors)),
            12 => match self.children() {
                Some((many, within)) => {
                    let filter = self.filter(within, d);
                    if self.random.chance(50) {
                        format!("(count {many}{filter})")
                    } else {
                        let kind = self.random.one(&[Kind::Int, Kind::Date, Kind::Level, Kind::Bool, Kind::Dec]);
                        let value = self.inside(within, kind, d.saturating_sub(1));
                        format!("(distinct ({value}) of {many}{filter})")
                    }
                }
                None => self.leaf(Kind::Int),
            },
            _ => self.aggregate(Kind::Int, depth).unwrap_or_else(|| self.leaf(Kind::Int)),
        }
    }

    fn decimal(&mut self, depth: usize) -> String {
        let d = depth - 1;
        if self.random.chance(5) {
            let kind = self.random.one(&[Kind::Int, Kind::Dec]);
            return format!("f_dec({})", self.expr(kind, d));
        }
        match self.random.below(12) {
            0 => format!("({} + {})", self.expr(Kind::Dec, d), self.expr(Kind::Dec, d)),
            1 => format!("({} - {})", self.expr(Kind::Dec, d), self.expr(Kind::Int, d)),
            2 => format!("({} * {})", self.expr(Kind::Dec, d), self.expr(Kind::Dec, d)),
            3 => format!("({} / {})", self.expr(Kind::Int, d), self.expr(Kind::Int, d)),
            4 => format!("({} / {})", self.expr(Kind::Dec, d), self.expr(Kind::Dec, d)),
            5 => {
                let mode = self.random.pick(&["half_up", "half_even", "half_down", "up", "down", "floor", "ceiling"]);
                format!("round({}, {}, {mode})", self.expr(Kind::Dec, d), self.random.pick(&["0", "1", "2", "p_int"]))
            }
            6 => format!("abs({})", self.expr(Kind::Dec, d)),
            7 => format!("{}({})", self.random.pick(&["min", "max"]), self.list(Kind::Dec, depth)),
            8 => match self.children() {
                Some((many, within)) => {
                    let filter = self.filter(within, d);
                    let kind = self.random.one(&[Kind::Int, Kind::Dec]);
                    let value = self.inside(within, kind, d.saturating_sub(1));
                    format!("(mean ({value}) of {many}{filter})")
                }
                None => self.leaf(Kind::Dec),
            },
            _ => self.aggregate(Kind::Dec, depth).unwrap_or_else(|| self.leaf(Kind::Dec)),
        }
    }

    fn date(&mut self, depth: usize) -> String {
        let d = depth - 1;
        match self.random.below(8) {
            0 => format!(
                "({} + {})",
                self.expr(Kind::Date, d),
                self.random.pick(&["1 month", "12 months", "30 days", "p_span"])
            ),
            1 => format!(
                "({} - {})",
                self.expr(Kind::Date, d),
                self.random.pick(&["1 month", "1 year", "1 day", "9000 years"])
            ),
            2 => format!("start of {}({})", self.random.pick(&["month", "year", "quarter"]), self.expr(Kind::Date, d)),
            3 => format!("{}({})", self.random.pick(&["min", "max"]), self.list(Kind::Date, depth)),
            4 | 5 => self.aggregate(Kind::Date, depth).unwrap_or_else(|| self.leaf(Kind::Date)),
            _ => self.leaf(Kind::Date),
        }
    }

    fn level(&mut self, depth: usize) -> String {
        let d = depth - 1;
        if self.random.chance(8) {
            return format!("f_level({}, {})", self.expr(Kind::Level, d), self.expr(Kind::Int, d));
        }
        match self.random.below(8) {
            0 => format!("({} of ({}))", self.random.pick(&["highest", "lowest"]), self.level_list(d)),
            1 => format!("(one above {})", self.level_name(d)),
            2 => format!("(one below {})", self.level_name(d)),
            3 | 4 => self.aggregate(Kind::Level, depth).unwrap_or_else(|| self.leaf(Kind::Level)),
            _ => self.level_name(d),
        }
    }

    fn level_list(&mut self, d: usize) -> String {
        let first = self.level_name(d);
        let rest: Vec<String> = (0..1 + self.random.below(2)).map(|_| self.expr(Kind::Level, d)).collect();
        format!("{first}, {}", rest.join(", "))
    }

    /// A level that is not a bare code name, whose list nothing around it would tell.
    fn level_name(&mut self, d: usize) -> String {
        let single: Vec<String> = match self.within {
            Within::Parent => {
                self.names.categories.iter().filter(|(_, set)| !set).map(|(name, _)| name.clone()).collect()
            }
            Within::Child => self.names.child_categories.clone(),
            Within::Part => Vec::new(),
        };
        if !single.is_empty() && self.random.chance(40) {
            let at = self.random.below(single.len());
            return single[at].clone();
        }
        if d > 0 && self.random.chance(20) {
            return format!("(first known of ({}, {}))", self.field(Kind::Level), self.expr(Kind::Level, d - 1));
        }
        self.field(Kind::Level)
    }
}
