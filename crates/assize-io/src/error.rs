//! Why data cannot be opened, or reading cannot go on.

use std::io;

/// Why data cannot be opened as rows of a record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file or stream cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The program has no such record.
    #[error("the rules have no such record")]
    NoSuchRecord,
    /// The options cannot be used.
    #[error("{0}")]
    Options(&'static str),
    /// There is no row of headings.
    #[error("there are no headings: the file is empty")]
    NoHeadings,
    /// The row of headings cannot be split into cells.
    #[error("the row of headings cannot be read: {0}")]
    Headings(&'static str),
    /// Text in another encoding than UTF-8.
    #[error("the text is in {0}, not UTF-8")]
    Encoding(&'static str),
    /// Several columns have a heading that a field is read from.
    #[error("{}", lines(.0, |heading| format!("several columns have the heading `{heading}`")))]
    DuplicateHeadings(Vec<String>),
    /// Fields have no column.
    #[error("{}", lines(.0, ToString::to_string))]
    MissingColumns(Vec<MissingColumn>),
    /// All headings stand in one cell, with another sign between them.
    #[error("the cells are separated by `{}`, not by `{}`; save the file with the other sign between them", shown(*.found), shown(*.wanted))]
    Delimiter {
        /// The sign between the headings.
        found: u8,
        /// The sign that was to be there.
        wanted: u8,
    },
    /// Columns are of types that their fields cannot be read from.
    #[error("{}", lines(.0, ToString::to_string))]
    WrongTypes(Vec<WrongType>),
    /// Not a whole Parquet file.
    #[error("the file is not a whole Parquet file: {0}")]
    Parquet(String),
    /// A column of a Parquet file is compressed in a way that is not read.
    #[error(
        "the column `{column}` is compressed with {codec}, which is not read: write the file with Snappy, Zstandard, gzip or no compression"
    )]
    Compression {
        /// The column's heading.
        column: String,
        /// The compression.
        codec: &'static str,
    },
    /// This build of the engine leaves Parquet out.
    #[error("this build of the engine does not read Parquet; give the rows as columns, CSV or JSON Lines")]
    NoParquet,
    /// Columns from elsewhere are not as their interface says.
    #[error(transparent)]
    Interface(#[from] crate::interface::InterfaceError),
    /// Parquet is read from its end.
    #[error("Parquet cannot be read from a stream, only from a file")]
    Stream,
}

impl OpenError {
    /// The first field that is concerned, by its name, where it is about fields.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::MissingColumns(missing) => missing.first().map(|missing| missing.field.as_str()),
            Self::WrongTypes(wrong) => wrong.first().map(|wrong| wrong.field.as_str()),
            _ => None,
        }
    }
}

/// A field that the data have no column for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no column `{heading}` for the field `{field}`{}", near(.nearest.as_deref()))]
pub struct MissingColumn {
    /// The field's name.
    pub field: String,
    /// The heading that was looked for.
    pub heading: String,
    /// A heading of the data that could have been meant.
    pub nearest: Option<String>,
}

/// A column whose type a field cannot be read from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the column `{heading}` is of type {found}, which cannot be read as {wanted} for the field `{field}`")]
pub struct WrongType {
    /// The field's name.
    pub field: String,
    /// The column's heading.
    pub heading: String,
    /// The type of the column, in Arrow's words.
    pub found: String,
    /// What the field needs, in words.
    pub wanted: &'static str,
}

/// A sign between cells, for people.
fn shown(delimiter: u8) -> String {
    if delimiter == b'\t' { "tab".to_owned() } else { char::from(delimiter).to_string() }
}

fn near(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`"))
}

fn lines<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join("\n")
}

/// Why reading cannot go on: what was read before is whole, what comes after is not known.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadFailure {
    /// The file or stream cannot be read further.
    #[error("after row {rows}: {error}")]
    Io {
        /// Rows read before.
        rows: u64,
        /// What failed.
        error: io::Error,
    },
    /// The Parquet file is damaged.
    #[error("after row {rows}: the Parquet file is damaged: {message}")]
    Parquet {
        /// Rows read before.
        rows: u64,
        /// What is wrong.
        message: String,
    },
    /// Columns from elsewhere stopped coming, or are not as their interface says.
    #[error("after row {rows}: {error}")]
    Interface {
        /// Rows taken before.
        rows: u64,
        /// What is wrong.
        error: crate::interface::InterfaceError,
    },
    /// The JSON array that the objects are in is damaged.
    #[error("after row {rows}: {message}")]
    Json {
        /// Rows read before.
        rows: u64,
        /// What is wrong.
        message: String,
    },
    /// Whoever was told of the progress stopped it.
    #[error("the reading was stopped")]
    Stopped,
    /// One table would have more rows than 32 bits count.
    #[error("there are more than {most} rows in one table")]
    TooManyRows {
        /// Rows that a table may have.
        most: u32,
    },
}

impl ReadFailure {
    /// The number of the first row that could not be read, from 1, where that is known.
    pub const fn row(&self) -> Option<u64> {
        match self {
            Self::Io { rows, .. }
            | Self::Parquet { rows, .. }
            | Self::Interface { rows, .. }
            | Self::Json { rows, .. } => Some(rows.saturating_add(1)),
            Self::Stopped | Self::TooManyRows { .. } => None,
        }
    }
}
