//! How data are to be read.

use crate::fault::FAULTS_KEPT;

/// The kinds of files that rows come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// Tab-separated values, quoted as in CSV.
    Tsv,
    /// A JSON object a line, or one JSON array of objects.
    JsonLines,
    /// Parquet.
    Parquet,
}

impl Format {
    /// The format that the ending of a file's name says, in any case: `csv`, `tsv` or `tab`, `jsonl`, `ndjson` or
    /// `json`, `parquet`.
    pub fn of_path(path: &std::path::Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match ending.as_str() {
            "csv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "jsonl" | "ndjson" | "json" => Self::JsonLines,
            "parquet" => Self::Parquet,
            _ => return None,
        })
    }
}

/// How data are to be read.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many faults of rows are kept; all are counted.
    pub faults_kept: usize,
    /// Whether keys that come twice are looked for. For that all keys are held in memory: 16 bytes a row and, unless
    /// they ascend, 9 bytes a distinct key, each up to double while they grow.
    pub unique_keys: bool,
    /// The byte between cells of CSV, when it is not the format's.
    pub delimiter: Option<u8>,
    /// Bytes that a cell may have; at most 1 GiB.
    pub longest_cell: usize,
    /// Bytes that a row may have; at most 1 GiB.
    pub longest_row: usize,
    /// Bytes of input after which a batch ends before it has all the rows it may have.
    pub batch_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            faults_kept: FAULTS_KEPT,
            unique_keys: true,
            delimiter: None,
            longest_cell: 1 << 20,
            longest_row: 16 << 20,
            batch_bytes: 256 << 20,
        }
    }
}
