//! What the command takes.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Categorise records, measure performance, and say why: rules in one readable file.
#[derive(Debug, Parser)]
#[command(name = "assize", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// Whether to use colour
    #[arg(long, global = true, value_enum, default_value_t = When::Auto)]
    pub color: When,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report every problem of the rules in one pass
    Check(Check),
    /// Categorise and measure the records of files
    Run(Run),
    /// Write a report that people read: a page, text to be pasted, or a workbook
    Report(Report),
    /// Put together what was counted of parts of the data, and show the measures
    Merge(Merge),
    /// Show for one record what decided, what was read, what was missing, and what would change the answer
    Explain(Explain),
    /// Run the `test` blocks of the rules
    Test(Test),
    /// Show the input records and the outputs as JSON Schema
    Schema(Schema),
    /// Write categories and most measures as SQL, so that they can be worked out again without the engine
    Sql(Sql),
    /// Compare two versions of rules: what they declare, and with data who moves where and what the measures do
    Compare(Compare),
    /// Lay rule files out as the language page does
    Fmt(Fmt),
    /// Translate rules of another kind into a rule file on standard output
    #[command(subcommand)]
    Import(Import),
    /// List the rule packs that ship, one a line
    Packs,
    /// Run a rule pack on sample data made for it
    Demo(Demo),
    /// Write an editable copy of a rule pack: rules, tables, its page and sample data
    New(New),
}

#[derive(Debug, Subcommand)]
pub enum Import {
    /// The decision tables of a DMN model
    Dmn {
        /// The model
        file: PathBuf,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// With the source line underlined
    Text,
    /// One line each: file:line:column
    Lines,
    Json,
}

#[derive(Debug, Args)]
pub struct Check {
    /// Rule files
    #[arg(required = true)]
    pub rules: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub format: CheckFormat,
}

/// Where the records come from, and what they are evaluated with.
#[derive(Debug, Args)]
pub struct Inputs {
    /// A record's data: a CSV, TSV, JSON Lines or Parquet file, or `-` for CSV on standard input
    #[arg(long = "data", value_name = "RECORD=FILE", required = true)]
    pub data: Vec<String>,
    /// The evaluation date, YYYY-MM-DD; the rules never look at the clock
    #[arg(long, value_name = "DATE")]
    pub as_of: String,
    /// A parameter's value, instead of its default
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RunFormat {
    /// Summaries and measures for people
    Table,
    /// Everything, as one object
    Json,
    /// One file a category and one a measure, in --out
    Csv,
    /// The same as JSON Lines, in --out
    Jsonl,
    /// The same as Parquet, in --out
    Parquet,
}

#[derive(Debug, Args)]
pub struct Run {
    /// Rule files
    #[arg(required = true)]
    pub rules: Vec<PathBuf>,
    #[command(flatten)]
    pub inputs: Inputs,
    /// Only these categories and measures
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub only: Vec<String>,
    #[arg(long, value_enum, default_value_t = RunFormat::Table)]
    pub format: RunFormat,
    /// The folder to write files into
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Give measures unrounded as well
    #[arg(long)]
    pub exact: bool,
    /// List for this measure every record with the stage it ended in
    #[arg(long, value_name = "MEASURE")]
    pub members: Option<String>,
    /// How many faulty cells to list; all are counted
    #[arg(long, value_name = "COUNT", default_value_t = 1000)]
    pub list_errors: usize,
    /// How many threads work, 1 to 256; the results are the same
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: u16,
    /// Count the measures only, of data that are a part of the whole, and write what was counted into this file; see
    /// `assize merge`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["out", "members", "exact", "format"])]
    pub partial: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// One page that needs nothing beside itself, to be read, sent and printed
    Html,
    /// Markdown, to be pasted
    Md,
    /// An Excel workbook, a sheet a table
    Xlsx,
}

#[derive(Debug, Args)]
pub struct Report {
    /// Rule files
    #[arg(required = true)]
    pub rules: Vec<PathBuf>,
    #[command(flatten)]
    pub inputs: Inputs,
    /// Only these categories and measures
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub only: Vec<String>,
    /// The file to write; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// When not given, by the ending of the file: .html, .md or .xlsx
    #[arg(long, value_enum)]
    pub format: Option<ReportFormat>,
}

#[derive(Debug, Args)]
pub struct Merge {
    /// Rule files
    #[arg(required = true)]
    pub rules: Vec<PathBuf>,
    /// What was counted of a part: a file that `assize run --partial` or `assize merge --partial` wrote
    #[arg(long = "part", value_name = "FILE", required = true)]
    pub parts: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = RunFormat::Table)]
    pub format: RunFormat,
    /// The folder to write files into
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Give measures unrounded as well
    #[arg(long)]
    pub exact: bool,
    /// Write what was counted of all parts into this file, to be merged further, and show nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["out", "exact", "format"])]
    pub partial: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Explain {
    /// Rule files
    #[arg(required = true)]
    pub rules: Vec<PathBuf>,
    #[command(flatten)]
    pub inputs: Inputs,
    /// The key of the record; of a record without a key, its row number
    #[arg(long, required_unless_present = "evaluation")]
    pub key: Option<String>,
    /// The category; all of the record when not given
    #[arg(long)]
    pub category: Option<String>,
    /// Instead of a record an evaluation: from what it comes to down to the counts
    #[arg(long, value_name = "NAME", conflicts_with_all = ["key", "category", "format"])]
    pub evaluation: Option<String>,
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub format: ExplainFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub struct Test {
    /// Rule files
    #[arg(required = true)]
    pub rules: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub format: ExplainFormat,
}

#[derive(Debug, Args)]
pub struct Schema {
    /// Rule files
    #[arg(required = true)]
    pub rules: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SqlDialect {
    Duckdb,
    Postgres,
    Spark,
}

#[derive(Debug, Args)]
pub struct Sql {
    /// Rule files
    #[arg(required = true)]
    pub rules: Vec<PathBuf>,
    #[arg(long, value_enum)]
    pub dialect: SqlDialect,
    /// The evaluation date, YYYY-MM-DD, which stands in the SQL
    #[arg(long, value_name = "DATE")]
    pub as_of: String,
    /// A parameter's value, instead of its default, which stands in the SQL
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// This category
    #[arg(long, value_name = "NAME")]
    pub category: Vec<String>,
    /// This measure
    #[arg(long, value_name = "NAME")]
    pub measure: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Compare {
    /// The older rules
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The newer rules
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// A record's data: a CSV, TSV, JSON Lines or Parquet file; without any, only the rules are compared
    #[arg(long = "data", value_name = "RECORD=FILE")]
    pub data: Vec<String>,
    /// The evaluation date, YYYY-MM-DD; the rules never look at the clock
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// A parameter's value, instead of its default, in the rules that have it
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// How many keys to show of each move
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    pub examples: usize,
    /// Show in text what stayed, and changes of wording, too; JSON always has them
    #[arg(long)]
    pub all: bool,
    #[arg(long, value_enum, default_value_t = CompareFormat::Text)]
    pub format: CompareFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompareFormat {
    /// Tables for people
    Text,
    /// Everything, as one object
    Json,
}

#[derive(Debug, Args)]
pub struct Fmt {
    /// Rule files, changed in place; one that does not read is left as it is
    #[arg(required_unless_present = "stdin")]
    pub rules: Vec<PathBuf>,
    /// Change nothing; list what would change, and exit with status 1 if anything would
    #[arg(long)]
    pub check: bool,
    /// Read from standard input, and write to standard output
    #[arg(long, conflicts_with = "rules")]
    pub stdin: bool,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// The pack; see `assize packs`
    #[arg(default_value = "ofdvi")]
    pub pack: String,
    /// Rows of the pack's main record, at most 1,000,000
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(..=1_000_000))]
    pub rows: u64,
    /// The same seed gives the same data
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Write a report as well: a page, Markdown or a workbook, by the ending of the file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct New {
    /// The pack; see `assize packs`
    pub pack: String,
    /// The folder to write into: one that is not there yet, or is empty
    pub dir: PathBuf,
    /// Rows of the pack's main record in the sample data, at most 1,000,000
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(..=1_000_000))]
    pub rows: u64,
    /// The same seed gives the same data
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}
