//! Generated decision tables, small ones and ones that are large enough for an index.

use crate::random::Random;
use crate::rules::Kind;

/// A column that may stand in a table: what it is and its type.
pub type Column = (String, Kind);

/// A table of the parent with its name, from columns that can be read; each row has a test that the checker cannot see
/// through, so that it finds no holes and no contradictions.
pub fn table(random: &mut Random, name: &str, columns: &[Column]) -> String {
    let fitting: Vec<&Column> =
        columns.iter().filter(|(_, kind)| !matches!(kind, Kind::Span | Kind::Colors | Kind::Texts)).collect();
    let count = 1 + random.below(4);
    let inputs: Vec<&Column> = (0..count).map(|_| fitting[random.below(fitting.len())]).collect();
    let policy = random.pick(&[
        "first",
        "first",
        "unique",
        "any",
        "priority",
        "collect",
        "rule order",
        "output order",
        "collect sum",
        "collect min",
        "collect max",
        "collect count",
    ]);
    let outputs: Vec<&str> = match policy {
        "collect count" => vec!["integer"],
        "collect sum" | "collect min" | "collect max" => vec![random.pick(&["integer", "decimal"])],
        "first" | "unique" | "any" => {
            let all = ["Level", "Level", "integer", "decimal", "text", "date", "boolean"];
            (0..1 + random.below(2)).map(|_| random.pick(&all)).collect()
        }
        _ => (0..1 + random.below(2)).map(|_| "Level").collect(),
    };
    let mut out = format!("table {name} of Parent -> {} hit {policy} {{\n  |", outputs.join(", "));
    for (column, _) in &inputs {
        out.push_str(&format!(" {column} |"));
    }
    out.push_str(" a_i2 |");
    for at in 0..outputs.len() {
        out.push_str(&format!(" -> o{at} |"));
    }
    out.push('\n');
    let rows = match random.below(10) {
        0..3 => 1 + random.below(8),
        9 => 65 + random.below(80),
        _ => 17 + random.below(30),
    };
    for _ in 0..rows {
        out.push_str("  |");
        for (_, kind) in &inputs {
            out.push_str(&format!(" {} |", cell(random, *kind)));
        }
        let hidden = random.pick(&[">= p_int", "< p_int", "p_int", ">= p_int - 2, 7", "!= p_int", "not(< p_int)"]);
        out.push_str(&format!(" {hidden} |"));
        for output in &outputs {
            out.push_str(&format!(" {} |", value(random, output)));
        }
        out.push('\n');
    }
    if matches!(policy, "first" | "unique" | "any") && random.chance(60) {
        out.push_str("  |");
        out.push_str(&" - |".repeat(inputs.len() + 1));
        for output in &outputs {
            out.push_str(&format!(" {} |", value(random, output)));
        }
        out.push('\n');
    }
    out.push_str("}\n");
    out
}

fn constant(random: &mut Random, kind: Kind) -> &'static str {
    random.pick(match kind {
        Kind::Bool => &["yes", "no"],
        Kind::Int => &["-3", "0", "1", "2", "3", "7", "12"],
        Kind::Dec => &["0.0", "0.1", "0.2", "1.50", "25%", "3"],
        Kind::Text => &["\"\"", "\"a\"", "\"B\"", "\"abc\""],
        Kind::Date => &["2024-02-29", "2023-01-31", "2024-12-31", "2024-06-01"],
        Kind::Time => &["00:00", "10:30", "23:59:59"],
        Kind::Instant => &["2024-03-10T06:30Z", "2024-02-29T23:30:00Z"],
        Kind::Level => &["low", "mid", "high", "top"],
        Kind::Color => &["red", "green", "blue"],
        _ => &["yes"],
    })
}

fn cell(random: &mut Random, kind: Kind) -> String {
    match random.below(12) {
        0..3 => "-".to_owned(),
        3 => random.pick(&["is missing", "is known", "is withheld", "is unknown", "not(is withheld)"]).to_owned(),
        4 => {
            let inner = test(random, kind);
            format!("not({inner})")
        }
        5..7 => {
            let (a, b) = (test(random, kind), test(random, kind));
            format!("{a}, {b}")
        }
        _ => test(random, kind),
    }
}

fn test(random: &mut Random, kind: Kind) -> String {
    let ordered = !matches!(kind, Kind::Bool | Kind::Color);
    match random.below(8) {
        0..3 if ordered => format!("{} {}", random.pick(&["<", "<=", ">", ">="]), constant(random, kind)),
        3 if matches!(kind, Kind::Text) => format!("starts with {}", constant(random, kind)),
        3 if kind == Kind::Int => random.pick(&["-3..2", "(0 .. 7)", "[1 .. 3)", "3..12"]).to_owned(),
        3 if kind == Kind::Dec => random.pick(&["0.0..0.2", "(0.1 .. 3]"]).to_owned(),
        3 if kind == Kind::Date => random.pick(&["2023-01-31..2024-06-01", "2024-02-29..2024-12-31"]).to_owned(),
        4 => format!("!= {}", constant(random, kind)),
        _ => constant(random, kind).to_owned(),
    }
}

fn value(random: &mut Random, output: &str) -> String {
    random
        .pick(match output {
            "Level" => &["low", "mid", "high", "top"],
            "integer" => &["0", "1", "-4", "9223372036854775807", "a_i1", "a_i1 * 2", "a_ri"],
            "decimal" => &["0.5", "-1.25", "10", "a_d1", "a_d1 / 3", "a_rd"],
            "text" => &["\"x\"", "\"y\"", "a_t1"],
            "date" => &["2024-01-01", "a_on", "a_on + 1 month"],
            _ => &["yes", "no", "a_b1"],
        })
        .to_owned()
}
