//! Everything in which databases differ.

use assize_model::civil::{Date, Unit};
use assize_model::decimal::Decimal;

/// A database's SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "names of databases")]
pub enum Dialect {
    DuckDb,
    Postgres,
    Spark,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DuckDb, Self::Postgres, Self::Spark];

    /// Its name on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DuckDb => "duckdb",
            Self::Postgres => "postgres",
            Self::Spark => "spark",
        }
    }

    /// A name, quoted.
    pub(crate) fn name(self, name: &str) -> String {
        match self {
            Self::DuckDb | Self::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
            Self::Spark => format!("`{}`", name.replace('`', "``")),
        }
    }

    /// A text.
    pub(crate) fn text(self, text: &str) -> String {
        let text = text.replace('\'', "''");
        match self {
            Self::DuckDb | Self::Postgres => format!("'{text}'"),
            // A backslash escapes in Spark's literals.
            Self::Spark => format!("'{}'", text.replace('\\', "\\\\").replace("''", "\\'")),
        }
    }

    /// The type of texts.
    pub(crate) const fn text_type(self) -> &'static str {
        match self {
            Self::DuckDb | Self::Postgres => "VARCHAR",
            Self::Spark => "STRING",
        }
    }

    /// Texts in the order of their characters' numbers, and not in that of a country.
    pub(crate) fn by_number(self, text: &str) -> String {
        match self {
            Self::Postgres => format!("({text} COLLATE \"C\")"),
            Self::DuckDb | Self::Spark => text.to_owned(),
        }
    }

    /// A date.
    pub(crate) fn date(self, date: Date) -> String {
        format!("DATE '{date}'")
    }

    /// A date moved by months, to the end of a month that is too short, and then by days.
    pub(crate) fn shifted(self, date: &str, months: i32, days: i32) -> String {
        let mut out = date.to_owned();
        if months != 0 {
            out = match self {
                Self::DuckDb => format!("CAST({out} + INTERVAL ({months}) MONTH AS DATE)"),
                Self::Postgres => format!("CAST({out} + INTERVAL '{months} months' AS DATE)"),
                Self::Spark => format!("add_months({out}, {months})"),
            };
        }
        if days != 0 {
            out = match self {
                Self::DuckDb | Self::Postgres => format!("({out} + ({days}))"),
                Self::Spark => format!("date_add({out}, {days})"),
            };
        }
        out
    }

    /// Days from one date to another.
    pub(crate) fn days_between(self, from: &str, to: &str) -> String {
        match self {
            Self::DuckDb => format!("date_diff('day', {from}, {to})"),
            Self::Postgres => format!("({to} - {from})"),
            Self::Spark => format!("datediff({to}, {from})"),
        }
    }

    /// The year, the month or the day of a date.
    pub(crate) fn part(self, part: &str, date: &str) -> String {
        format!("CAST(EXTRACT({part} FROM {date}) AS INTEGER)")
    }

    /// The day of the week, from Monday, which is 1.
    pub(crate) fn weekday(self, date: &str) -> String {
        match self {
            Self::DuckDb | Self::Postgres => self.part("ISODOW", date),
            Self::Spark => format!("(weekday({date}) + 1)"),
        }
    }

    /// The last day of a date's month.
    pub(crate) fn last_day(self, date: &str) -> String {
        match self {
            Self::DuckDb | Self::Spark => format!("last_day({date})"),
            Self::Postgres => {
                format!("CAST(date_trunc('month', {date}) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)")
            }
        }
    }

    /// The first day of what a date is in.
    pub(crate) fn start_of(self, unit: Unit, date: &str) -> String {
        let unit = match unit {
            Unit::Years => "year",
            Unit::Quarters => "quarter",
            Unit::Months => "month",
            Unit::Weeks => "week",
            Unit::Days => return date.to_owned(),
        };
        format!("CAST(date_trunc('{unit}', {date}) AS DATE)")
    }

    /// The first day of a month.
    pub(crate) fn first_of(self, year: &str, month: u8) -> String {
        format!("make_date({year}, {month}, 1)")
    }

    /// A quotient that is no whole number where the operands are.
    pub(crate) fn quotient(self, one: &str, other: &str) -> String {
        match self {
            Self::Postgres => format!("CAST({one} AS NUMERIC) / NULLIF({other}, 0)"),
            Self::DuckDb | Self::Spark => format!("CAST({one} AS DOUBLE) / NULLIF({other}, 0)"),
        }
    }

    /// A number with about 15 digits.
    pub(crate) fn double(self, text: &str) -> String {
        match self {
            Self::DuckDb | Self::Spark => format!("CAST({text} AS DOUBLE)"),
            Self::Postgres => format!("CAST({text} AS DOUBLE PRECISION)"),
        }
    }

    /// Whether two are the same, or both `NULL`.
    pub(crate) fn same(self, one: &str, other: &str) -> String {
        match self {
            Self::DuckDb | Self::Postgres => format!("{one} IS NOT DISTINCT FROM {other}"),
            Self::Spark => format!("{one} <=> {other}"),
        }
    }

    /// The value that so great a share of the values do not exceed, between the two nearest (method 7 of Hyndman and Fan);
    /// `NULL`s do not count.
    pub(crate) fn quantile(self, values: &str, share: Decimal) -> String {
        let (values, share) = (self.double(values), share.normalized());
        match self {
            Self::DuckDb => format!("quantile_cont({values}, {share})"),
            Self::Postgres => format!("percentile_cont({share}) WITHIN GROUP (ORDER BY {values})"),
            Self::Spark => format!("percentile({values}, {share})"),
        }
    }

    /// Whether a text begins with another.
    pub(crate) fn starts_with(self, text: &str, with: &str) -> String {
        match self {
            Self::DuckDb | Self::Postgres => format!("starts_with({text}, {with})"),
            Self::Spark => format!("startswith({text}, {with})"),
        }
    }

    /// Whether a text has another within.
    pub(crate) fn contains(self, text: &str, with: &str) -> String {
        match self {
            Self::DuckDb | Self::Postgres => format!("(strpos({text}, {with}) > 0)"),
            Self::Spark => format!("(instr({text}, {with}) > 0)"),
        }
    }
}
