//! The SQL in real databases, DuckDB, PostgreSQL and Spark, over generated data with missing values: row by row what the engine
//! says. Each is skipped with a message where it is not installed; `cargo xtask sql` installs
//! the first two, `cargo xtask spark` the last.
//!
//! `ASSIZE_DUCKDB_PYTHON` names a Python that has `duckdb`; else it is `python3`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too, is told by the environment where databases are, and says why \
              it is skipped"
)]

mod postgres;

use assize::io::Format;
use assize::measures::{BreakdownValue, MeasureRow, Number, PeriodOfRow};
use assize::model::civil::Date;
use assize::model::ids::{CategoryId, MeasureId};
use assize::model::measure::MeasureForm;
use assize::{Data, Evaluation, Results, RuleSet};
use assize_sql::{Dialect, For};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::process::{Command, Stdio};

const RULES: &str = include_str!("rules.assize");

/// Columns with their type in SQL.
const PERSON: [(&str, &str); 9] = [
    ("Person No", "VARCHAR"),
    ("sex", "VARCHAR"),
    ("grade", "VARCHAR"),
    ("born", "DATE"),
    ("seen", "DATE"),
    ("armed", "BOOLEAN"),
    ("earlier", "INTEGER"),
    ("loss", "DECIMAL(18, 4)"),
    ("place", "VARCHAR"),
];
const CHARGE: [(&str, &str); 6] = [
    ("person", "VARCHAR"),
    ("date", "DATE"),
    ("kind", "VARCHAR"),
    ("weapon", "BOOLEAN"),
    ("cost", "DECIMAL(18, 4)"),
    ("no", "INTEGER"),
];
const COUNT: [(&str, &str); 2] = [("charge", "INTEGER"), ("weight", "INTEGER")];

struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }

    /// One of these; nothing at times.
    fn cell(&mut self, values: &[&str]) -> String {
        if self.below(5) == 0 { String::new() } else { values[self.below(values.len())].to_owned() }
    }
}

/// Cells as CSV has them; an empty one is `NULL`.
struct Table {
    name: &'static str,
    columns: &'static [(&'static str, &'static str)],
    rows: Vec<Vec<String>>,
}

impl Table {
    fn csv(&self) -> String {
        let head: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let rows: String = self.rows.iter().map(|row| format!("{}\n", row.join(","))).collect();
        format!("{}\n{rows}", head.join(","))
    }

    fn sql(&self) -> Vec<String> {
        let columns: Vec<String> = self.columns.iter().map(|(name, ty)| format!("\"{name}\" {ty}")).collect();
        let mut out = vec![format!("CREATE TABLE \"{}\" ({})", self.name, columns.join(", "))];
        for rows in self.rows.chunks(500) {
            let rows: Vec<String> = rows
                .iter()
                .map(|row| {
                    let cells = row.iter().zip(self.columns).map(|(cell, (_, ty))| match (cell.as_str(), *ty) {
                        ("", _) => "NULL".to_owned(),
                        ("yes", "BOOLEAN") => "TRUE".to_owned(),
                        ("no", "BOOLEAN") => "FALSE".to_owned(),
                        (cell, "VARCHAR") => format!("'{}'", cell.replace('\'', "''")),
                        (cell, "DATE") => format!("DATE '{cell}'"),
                        (cell, _) => cell.to_owned(),
                    });
                    format!("({})", cells.collect::<Vec<_>>().join(", "))
                })
                .collect();
            out.push(format!("INSERT INTO \"{}\" VALUES {}", self.name, rows.join(", ")));
        }
        out
    }
}

const DATES: [&str; 9] = [
    "2024-02-29",
    "2023-02-28",
    "1990-12-31",
    "2025-03-31",
    "2025-04-30",
    "2026-05-31",
    "2026-06-01",
    "2026-06-02",
    "2008-06-01",
];

fn tables(seed: u64, people: usize) -> Vec<Table> {
    let rng = &mut Rng(seed * 977 + 3);
    let mut persons = Vec::new();
    let mut charges = Vec::new();
    let mut counts = Vec::new();
    for at in 0..people {
        persons.push(vec![
            format!("P{at}"),
            // `X` is no code of the list, and such a row cannot be read.
            if rng.below(40) == 0 { "X".to_owned() } else { rng.cell(&["F", "m", "M", "U"]) },
            rng.cell(&["low", "middle", "high"]),
            rng.cell(&DATES),
            rng.cell(&DATES),
            rng.cell(&["yes", "no"]),
            rng.cell(&["0", "1", "2", "3", "-4"]),
            rng.cell(&["0", "1.5", "12.25", "1000.5", "-3.125"]),
            rng.cell(&["north", "North", "Zürich", "o'Hara"]),
        ]);
        for _ in 0..rng.below(4) {
            let no = charges.len();
            charges.push(vec![
                format!("P{at}"),
                rng.cell(&DATES),
                rng.cell(&["theft", "arson", "?"]),
                rng.cell(&["yes", "no"]),
                rng.cell(&["1", "2.5", "-1", "100"]),
                no.to_string(),
            ]);
            for _ in 0..rng.below(3) {
                counts.push(vec![no.to_string(), rng.cell(&["1", "2", "5"])]);
            }
        }
    }
    vec![
        Table { name: "Person", columns: &PERSON, rows: persons },
        Table { name: "Charge", columns: &CHARGE, rows: charges },
        Table { name: "Count", columns: &COUNT, rows: counts },
    ]
}

fn as_of() -> Date {
    Date::from_ymd(2026, 6, 1).unwrap()
}

fn engine(rules: &RuleSet, tables: &[Table]) -> Results {
    let mut evaluation = Evaluation::new(rules, as_of());
    for table in tables {
        let csv = Data::Stream(Box::new(Cursor::new(table.csv())), Format::Csv);
        evaluation.data(table.name, csv).unwrap();
    }
    evaluation.run().unwrap()
}

fn rules() -> RuleSet {
    let rules = RuleSet::compile("rules.assize", RULES).unwrap_or_else(|error| panic!("{error}"));
    rules.with_parameter("most", "1").unwrap()
}

/// A row of an answer: values as text.
type Row = BTreeMap<String, Option<String>>;
/// Asks a database that has the tables.
type Ask<'a> = dyn Fn(&[Table], &[String]) -> Vec<Vec<Row>> + 'a;

fn row(of: &Value) -> Row {
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    of.as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

/// Every category and measure of the rules, in the database as in the engine.
fn hold(dialect: Dialect, ask: &Ask<'_>) {
    hold_over(dialect, &[(1, 400), (2, 0), (3, 1), (4, 400), (6, 900), (7, 30)], ask);
}

fn hold_over(dialect: Dialect, data: &[(u64, usize)], ask: &Ask<'_>) {
    let rules = rules();
    let program = rules.program();
    let inputs = rules.inputs(as_of());
    let run = For { program, dialect, as_of: as_of(), params: inputs.params() };
    let categories: Vec<CategoryId> = (0..program.categories.len()).map(CategoryId::from_index).collect();
    let measures: Vec<MeasureId> = (0..program.measures.len()).map(MeasureId::from_index).collect();
    let mut queries: Vec<String> = Vec::new();
    for &id in &categories {
        queries.push(assize_sql::category(run, id).unwrap_or_else(|error| panic!("{error}")));
    }
    for &id in &measures {
        queries.push(assize_sql::measure(run, id).unwrap_or_else(|error| panic!("{error}")));
    }
    for &(seed, people) in data {
        let tables = tables(seed, people);
        let results = engine(&rules, &tables);
        let answers = ask(&tables, &queries);
        assert_eq!(answers.len(), queries.len());
        for (&id, answer) in categories.iter().zip(&answers) {
            compare_category(&results, id, answer);
        }
        for (&id, answer) in measures.iter().zip(&answers[categories.len()..]) {
            compare_measure(&results, id, answer);
        }
    }
}

fn compare_category(results: &Results, id: CategoryId, answer: &[Row]) {
    let program = &results.program;
    let declared = program.category(id).unwrap();
    let list = program.list(declared.list).unwrap();
    let category = results.category(id).unwrap();
    let found: BTreeMap<&str, &Row> = answer.iter().map(|row| (row["key"].as_deref().unwrap(), row)).collect();
    assert_eq!(found.len(), category.rows());
    let mut states = [0; 5];
    for (key, outcome) in category.outcomes(program) {
        let key = key.unwrap_or_default();
        let value = match outcome.value {
            assize::eval::outcome::Chosen::One(code) => Some(list.name(code)),
            _ => None,
        };
        states[outcome.state as usize] += 1;
        let row = found[key.as_str()];
        let name = &declared.heading.name;
        assert_eq!(row["state"].as_deref(), Some(outcome.state.word()), "`{name}` of {key}");
        assert_eq!(row["value"].as_deref(), value, "`{name}` of {key}");
    }
    if category.rows() > 100 {
        assert!(states[0] > 0 && states[4] > 0, "the data try `{}` too little: {states:?}", declared.heading.name);
    }
}

fn compare_measure(results: &Results, id: MeasureId, answer: &[Row]) {
    let program = &results.program;
    let name = &program.measure(id).unwrap().heading.name;
    let mut found: BTreeMap<Vec<String>, &Row> = BTreeMap::new();
    let measure = program.measure(id).unwrap();
    let formula = matches!(measure.form, MeasureForm::Formula(_));
    for row in answer {
        let mut key = Vec::new();
        for by in &measure.by {
            let missing = row[&format!("{}__missing", by.name)].as_deref();
            key.push(match (row[&*by.name].as_deref(), missing) {
                (Some("True" | "true"), None) => "yes".to_owned(),
                (Some("False" | "false"), None) => "no".to_owned(),
                (Some(value), None) => value.to_owned(),
                (None, Some(missing)) => format!("missing {missing}"),
                other => panic!("`{name}`: a breakdown of {other:?}"),
            });
        }
        if measure.every.is_some() {
            key.push(row["period_from"].as_deref().map_or("none", |date| &date[..10]).to_owned());
        }
        assert!(found.insert(key.clone(), row).is_none(), "`{name}` has {key:?} twice");
    }
    let number = |row: &Row, column: &str| row[column].as_deref().map(|text| text.parse::<f64>().unwrap());
    // Rows that are apart by the reason of a missing value are one in SQL.
    let mut expected: BTreeMap<Vec<String>, Vec<&MeasureRow>> = BTreeMap::new();
    for row in &results.measure(id).unwrap().rows {
        // Of a formula a row without a value may be of a period in which nothing was counted.
        let nothing = if formula { row.value_exact.is_none() } else { row.stages.read == 0 };
        if nothing && !(measure.by.is_empty() && measure.every.is_none()) {
            continue;
        }
        let mut key = Vec::new();
        for ((_, value), by) in row.by.iter().zip(&measure.by) {
            key.push(match value {
                BreakdownValue::Missing(reason) if by.category.is_some() => format!("missing {}", reason.word()),
                BreakdownValue::Error if by.category.is_some() => "missing error".to_owned(),
                BreakdownValue::Missing(_) | BreakdownValue::Error => "missing missing".to_owned(),
                value => value.shown(program).to_string(),
            });
        }
        match &row.period {
            Some(PeriodOfRow::Span { from, .. }) => key.push(from.to_string()),
            Some(_) => key.push("none".to_owned()),
            None => {}
        }
        expected.entry(key).or_default().push(row);
    }
    // Rows that the engine has without a value have none in SQL either, or are not there.
    found.retain(|key, row| !formula || expected.contains_key(key) || number(row, "value").is_some());
    let mut alone = 0;
    for (key, rows) in &expected {
        let other = found.get(key).unwrap_or_else(|| panic!("`{name}` has no row {key:?}; {:?}", found.keys()));
        let columns = ["read", "include", "exclude", "eligible", "unknown", "in_numerator", "except", "error"];
        for (at, column) in columns.into_iter().enumerate().filter(|_| !formula) {
            let count: u64 = rows.iter().map(|row| row.stages.counts()[at]).sum();
            assert_eq!(number(other, column), Some(count as f64), "`{name}` {key:?}: {column}");
        }
        let [row] = rows.as_slice() else { continue };
        alone += 1;
        let close = |column: &str, expected: Option<f64>| {
            let (one, other) = (number(other, column), expected);
            let same = match (one, other) {
                (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * other.abs().max(1.0),
                (one, other) => one == other,
            };
            assert!(same, "`{name}` {key:?}: {column}: {one:?} and {other:?}");
        };
        let shown = |number: Option<Number>| {
            number.map(|number| match number {
                Number::Integer(value) => value as f64,
                Number::Decimal(value) => value.to_string().parse().unwrap(),
            })
        };
        if other.contains_key("denominator") {
            close("numerator", shown(row.numerator));
            close("denominator", shown(row.denominator));
        }
        close("value", row.value_exact.map(|value| value.to_string().parse().unwrap()));
    }
    assert_eq!(expected.len(), found.len(), "`{name}` has rows that the engine has not");
    assert!(alone > 0 || found.is_empty(), "no value of `{name}` was compared");
}

#[test]
fn duckdb_says_what_the_engine_says() {
    let python = std::env::var("ASSIZE_DUCKDB_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python).args(["-c", "import duckdb"]).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        eprintln!("skipped: `{python}` has no `duckdb`; `cargo xtask sql` installs it");
        return;
    }
    const SCRIPT: &str = "import duckdb, json, sys\n\
        asked = json.load(sys.stdin)\n\
        db = duckdb.connect()\n\
        for text in asked['setup']: db.execute(text)\n\
        out = []\n\
        for text in asked['queries']:\n\
        \x20   done = db.execute(text)\n\
        \x20   names = [column[0] for column in done.description]\n\
        \x20   rows = [[None if v is None else str(v) for v in row] for row in done.fetchall()]\n\
        \x20   out.append([dict(zip(names, row)) for row in rows])\n\
        json.dump(out, sys.stdout)\n";
    hold(Dialect::DuckDb, &|tables, queries| {
        let setup: Vec<String> = tables.iter().flat_map(Table::sql).collect();
        let mut child =
            Command::new(&python).args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let asked = json!({ "setup": setup, "queries": queries }).to_string();
        child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "DuckDB refuses the SQL");
        let answers: Vec<Vec<Value>> = serde_json::from_slice(&output.stdout).unwrap();
        answers.iter().map(|rows| rows.iter().map(row).collect()).collect()
    });
}

#[test]
fn spark_says_what_the_engine_says() {
    let Ok(python) = std::env::var("ASSIZE_SPARK_PYTHON") else {
        eprintln!("skipped: `ASSIZE_SPARK_PYTHON` names no Python with `pyspark`; `cargo xtask spark` does");
        return;
    };
    const SCRIPT: &str = "import json, sys\n\
        from pyspark.sql import SparkSession\n\
        asked = json.load(sys.stdin)\n\
        spark = SparkSession.builder.master('local[1]').config('spark.ui.enabled', 'false')\\\n\
        \x20   .config('spark.sql.shuffle.partitions', '2').getOrCreate()\n\
        spark.sparkContext.setLogLevel('OFF')\n\
        for table in asked['tables']:\n\
        \x20   rows = spark.createDataFrame(table['rows'], ', '.join(f'`{name}` string' for name, _ in table['columns']))\n\
        \x20   read = [f'CAST(`{name}` AS {kind}) AS `{name}`' for name, kind in table['columns']]\n\
        \x20   rows.selectExpr(*read).coalesce(1).createOrReplaceTempView(table['name'])\n\
        out = []\n\
        for text in asked['queries']:\n\
        \x20   rows = [row.asDict() for row in spark.sql(text).collect()]\n\
        \x20   out.append([{name: None if v is None else str(v) for name, v in row.items()} for row in rows])\n\
        json.dump(out, open(asked['out'], 'w'))\n";
    let out = std::env::temp_dir().join(format!("assize-spark-sql-{}.json", std::process::id()));
    hold_over(Dialect::Spark, &[(5, 120)], &|tables, queries| {
        let tables: Vec<Value> = tables
            .iter()
            .map(|table| {
                let columns: Vec<(&str, &str)> = table
                    .columns
                    .iter()
                    .map(|&(name, ty)| (name, if ty == "VARCHAR" { "STRING" } else { ty }))
                    .collect();
                let cell = |cell: &String| match cell.as_str() {
                    "" => Value::Null,
                    "yes" => "true".into(),
                    "no" => "false".into(),
                    text => text.into(),
                };
                let rows: Vec<Vec<Value>> = table.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
                json!({ "name": table.name, "columns": columns, "rows": rows })
            })
            .collect();
        let asked = json!({ "tables": tables, "queries": queries, "out": out });
        let mut child = Command::new(&python).args(["-c", SCRIPT]).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "Spark refuses the SQL");
        let answers: Vec<Vec<Value>> = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
        let _ = std::fs::remove_file(&out);
        answers.iter().map(|rows| rows.iter().map(row).collect()).collect()
    });
}

#[test]
fn postgres_says_what_the_engine_says() {
    let server = match postgres::Server::start() {
        Ok(server) => server,
        Err(why) => {
            eprintln!("skipped: {why}; `cargo xtask sql` installs it");
            return;
        }
    };
    hold(Dialect::Postgres, &|tables, queries| {
        let setup: Vec<String> = tables.iter().flat_map(Table::sql).collect();
        server.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        server.run(&setup.join(";\n"));
        let ask = |query: &String| -> Vec<Row> {
            let text = server.run(&format!("SELECT COALESCE(json_agg(row_to_json(q)), '[]') FROM ({query}) q"));
            let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
            rows.iter().map(row).collect()
        };
        queries.iter().map(ask).collect()
    });
}

#[test]
fn what_cannot_be_said_is_refused_by_name() {
    let text = "ruleset r version \"1\"\ncodes L { a b }\n\
        record P { id : text key  n : integer  d : decimal  s : set of L separated by \"|\"  t : text  cs : many C by p }\n\
        record C { p : text  on : date  v : decimal  t : text }\n\
        category many of P -> L { a when n > 1  b when n > 2  hit all }\n\
        category divided of P -> L { a when half : d / 2 > 1 }\n\
        category matched of P -> L { a when t matches \"^x\" }\n\
        category late of P -> L { a when (latest v of cs by on) > 1 }\n\
        category why of P -> L { a when n is withheld }\n\
        measure middle of P { as approximate median of n }\n\
        measure held of P { as count  by t }\n\
        measure held_back of P { as count  by t  suppress below 5 }\n\
        measure other of C { as count  by t }\n\
        measure mixed of P { as formula of held / other  by t }\n\
        measure over of P { as formula of held_back * 2  by t }\n";
    let rules = match RuleSet::compile("r.assize", text) {
        Ok(rules) => rules,
        Err(error) => panic!("{error}"),
    };
    let program = rules.program();
    let inputs = rules.inputs(as_of());
    for dialect in Dialect::ALL {
        let run = For { program, dialect, as_of: as_of(), params: inputs.params() };
        let category = |name| assize_sql::category(run, program.category_named(name).unwrap()).unwrap_err().to_string();
        assert_eq!(
            category("many"),
            "category `many` cannot be written as SQL: `many` gives a set of codes (`hit all`)"
        );
        assert!(category("divided").ends_with("a quotient, which may end in an error"));
        assert!(category("matched").ends_with("`matches`: databases have other patterns"));
        assert!(category("late").ends_with("`latest` over children"));
        assert!(category("why").ends_with("the reason for which a value is missing"));
        let measure = |name| assize_sql::measure(run, program.measure_named(name).unwrap());
        assert!(measure("middle").unwrap_err().to_string().ends_with("it is approximate"));
        assert_eq!(
            measure("over").unwrap_err().to_string(),
            "measure `over` cannot be written as SQL: measure `held_back`: small cells of it are withheld (`suppress`)"
        );
        assert!(measure("mixed").unwrap_err().to_string().ends_with("of different records"));
        assert!(measure("held").is_ok());
    }
}
