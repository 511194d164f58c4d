//! Data too large to keep: made from a recipe and a seed, the same in every language that has these few lines.

use serde_json::{Map, Value};
use std::fmt::Write as _;
use std::path::Path;

/// How the files of a case are made.
#[derive(Debug)]
pub struct Recipe {
    seed: u64,
    tables: Vec<Made>,
}

/// One CSV file.
#[derive(Debug)]
struct Made {
    record: String,
    rows: u64,
    columns: Vec<(String, Cells)>,
}

/// The cells of a column.
#[derive(Debug)]
enum Cells {
    /// One of these, at random.
    OneOf(Vec<String>),
    /// The row's number, from 1, behind a text.
    Row { prefix: String },
    /// A number from 1 to `upto` at random, behind a text.
    Number { prefix: String, upto: u64 },
}

impl Recipe {
    /// From `case.json`: a seed, and for each record `rows` and `columns`. The cells of a column are one of a list of
    /// texts, or `{"row": "P-"}`, or `{"number": "P-", "upto": 100}`.
    pub fn new(case: &str, told: &Map<String, Value>) -> Self {
        let number = |value: Option<&Value>| value.and_then(Value::as_u64).unwrap_or_else(|| wrong(case));
        let text = |value: &Value| value.as_str().unwrap_or_else(|| wrong(case)).to_owned();
        let cells = |value: &Value| match (value, value.get("row"), value.get("number")) {
            (Value::Array(texts), ..) if !texts.is_empty() => Cells::OneOf(texts.iter().map(text).collect()),
            (_, Some(prefix), None) => Cells::Row { prefix: text(prefix) },
            (_, None, Some(prefix)) => Cells::Number { prefix: text(prefix), upto: number(value.get("upto")).max(1) },
            _ => wrong(case),
        };
        let table = |(record, told): (&String, &Value)| {
            let columns = told.get("columns").and_then(Value::as_object);
            let columns = columns.into_iter().flatten().map(|(name, value)| (name.clone(), cells(value)));
            Made { record: record.clone(), rows: number(told.get("rows")), columns: columns.collect() }
        };
        let tables = told.iter().filter(|(key, _)| *key != "seed").map(table).collect();
        Self { seed: number(told.get("seed")), tables }
    }

    /// Records and their files.
    pub fn files(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.tables.iter().map(|table| (table.record.clone(), format!("{}.csv", table.record)))
    }

    /// Each record's file, its cells in the order of rows and in each row of columns.
    fn made(&self) -> Vec<(String, String)> {
        let mut random = Random(self.seed);
        let mut all = Vec::new();
        for (table, (_, file)) in self.tables.iter().zip(self.files()) {
            let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
            let mut text = names.join(",");
            text.push('\n');
            for row in 1..=table.rows {
                for (at, (_, cells)) in table.columns.iter().enumerate() {
                    text.push_str(if at > 0 { "," } else { "" });
                    let _ = match cells {
                        Cells::OneOf(texts) => {
                            let at = usize::try_from(random.below(texts.len() as u64)).unwrap_or(0);
                            write!(text, "{}", texts.get(at).map_or("", String::as_str))
                        }
                        Cells::Row { prefix } => write!(text, "{prefix}{row}"),
                        Cells::Number { prefix, upto } => write!(text, "{prefix}{}", random.below(*upto) + 1),
                    };
                }
                text.push('\n');
            }
            all.push((file, text));
        }
        all
    }
}

fn wrong(case: &str) -> ! {
    panic!("{case}: `generate` is not as it should be")
}

/// SplitMix64, of which the upper 31 bits count.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 33) % end
    }
}

/// Makes the folder of a case, with a copy of its rules; gives its path with a `/` at the end.
pub fn folder(case: &str, home: &Path, recipe: &Recipe) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("suite").join(case);
    std::fs::create_dir_all(&folder).expect("a folder for what is made");
    std::fs::copy(home.join("rules.assize"), folder.join("rules.assize")).expect("the rules");
    for (file, text) in recipe.made() {
        std::fs::write(folder.join(file), text).expect("a file that can be written");
    }
    format!("{}/", folder.display())
}
