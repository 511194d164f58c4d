//! Columns as they grow.

use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder, Buffer};
use assize_model::absence::{Absence, Fault, Reason};
use assize_model::civil::Duration;
use assize_model::column::{Column, Offsets, TextColumn, Values};
use assize_model::decimal::{Decimal, MAX_DIGITS};
use assize_model::ids::NodeId;
use assize_model::value::Value;

/// What stands for a cell that could not be read; whoever reads it puts their own node in.
pub(crate) const UNREADABLE: Absence = Absence::error(Fault::Data, NodeId(0));

/// The rows of a column that have no value.
#[derive(Debug, Default)]
pub(crate) struct Gaps {
    rows: Vec<u32>,
    /// Those of them that are not plainly unknown.
    absent: Vec<(u32, Absence)>,
}

impl Gaps {
    #[inline]
    pub(crate) fn unknown(&mut self, row: u32) {
        self.rows.push(row);
    }

    pub(crate) fn missing(&mut self, row: u32, reason: Reason) {
        self.absent_for(row, Absence::missing(reason));
    }

    pub(crate) fn unreadable(&mut self, row: u32) {
        self.absent_for(row, UNREADABLE);
    }

    pub(crate) fn absent_for(&mut self, row: u32, absence: Absence) {
        self.rows.push(row);
        if absence != Absence::UNKNOWN {
            self.absent.push((row, absence));
        }
    }

    /// The rows with a value as a bitmap, and why the others have none.
    pub(crate) fn finish(self, len: usize) -> (Option<BooleanBuffer>, Vec<(u32, Absence)>) {
        if self.rows.is_empty() {
            return (None, self.absent);
        }
        let mut bits = vec![0xff_u8; len.div_ceil(8)];
        for row in self.rows {
            if let Some(byte) = bits.get_mut(row as usize / 8) {
                *byte &= !(1 << (row % 8));
            }
        }
        (Some(BooleanBuffer::new(Buffer::from_vec(bits), 0, len)), self.absent)
    }
}

/// Decimals brought to one scale as they come.
#[derive(Debug, Default)]
pub(crate) struct Decimals {
    coefficients: Vec<i128>,
    scale: u8,
    /// The size of the largest coefficient.
    most: u128,
}

const LIMIT: u128 = 10_u128.pow(MAX_DIGITS);
/// The size of the largest coefficient that a column may have.
pub(crate) const MAX_COEFFICIENT: u128 = LIMIT - 1;

impl Decimals {
    /// Whether it could be held: at one scale, none may have more than 28 digits.
    #[inline]
    pub(crate) fn push(&mut self, value: Decimal) -> bool {
        if value.scale() != self.scale {
            return self.push_apart(value);
        }
        self.most = self.most.max(value.coefficient().unsigned_abs());
        self.coefficients.push(value.coefficient());
        true
    }

    #[cold]
    fn push_apart(&mut self, value: Decimal) -> bool {
        let value = if value.scale() > self.scale { value.normalized() } else { value };
        if value.scale() > self.scale {
            let Some(factor) = 10_u128.checked_pow(u32::from(value.scale() - self.scale)) else { return false };
            if self.most.checked_mul(factor).is_none_or(|most| most >= LIMIT) {
                return false;
            }
            // Below the limit, as was just seen, so this neither overflows nor changes sign.
            for coefficient in &mut self.coefficients {
                *coefficient = coefficient.saturating_mul(factor as i128);
            }
            self.most *= factor;
            self.scale = value.scale();
        }
        match value.at_scale(self.scale) {
            Some(coefficient) if coefficient.unsigned_abs() < LIMIT => {
                self.most = self.most.max(coefficient.unsigned_abs());
                self.coefficients.push(coefficient);
                true
            }
            _ => false,
        }
    }

    pub(crate) fn push_nothing(&mut self) {
        self.coefficients.push(0);
    }
}

/// Texts end to end.
#[derive(Debug)]
pub(crate) struct TextBuild {
    offsets: Vec<i64>,
    bytes: Vec<u8>,
}

impl TextBuild {
    fn new() -> Self {
        Self { offsets: vec![0], bytes: Vec::new() }
    }

    #[inline]
    pub(crate) fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.offsets.push(self.bytes.len() as i64);
    }

    fn finish(self) -> TextColumn {
        // Made of whole texts, so that this always holds.
        TextColumn::new(Offsets::Large(self.offsets.into()), self.bytes.into())
            .unwrap_or_else(|| TextColumn::from_texts([]))
    }
}

/// The values of a column as they grow.
#[derive(Debug)]
pub(crate) enum Build {
    Boolean(BooleanBufferBuilder),
    Integer(Vec<i64>),
    Decimal(Decimals),
    Text(TextBuild),
    Date(Vec<i32>),
    Time(Vec<i64>),
    DateTime(Vec<i64>),
    Duration(Vec<Duration>),
    Code(Vec<u16>),
    Set(Vec<Option<Value>>),
    IntegerRange(Vec<(Option<i64>, Option<i64>)>),
    DecimalRange(Vec<(Option<Decimal>, Option<Decimal>)>),
    /// Only looked at, not kept.
    Nothing(usize),
}

impl Build {
    /// Adds rows without a value.
    pub(crate) fn push_nothing(&mut self, rows: usize) {
        match self {
            Self::Boolean(to) => to.append_n(rows, false),
            Self::Integer(to) | Self::Time(to) | Self::DateTime(to) => to.resize(to.len() + rows, 0),
            Self::Decimal(to) => (0..rows).for_each(|_| to.push_nothing()),
            Self::Text(to) => (0..rows).for_each(|_| to.push("")),
            Self::Date(to) => to.resize(to.len() + rows, 0),
            Self::Duration(to) => to.resize(to.len() + rows, Duration::micros(0)),
            Self::Code(to) => to.resize(to.len() + rows, 0),
            Self::Set(to) => to.resize(to.len() + rows, None),
            Self::IntegerRange(to) => to.resize(to.len() + rows, (None, None)),
            Self::DecimalRange(to) => to.resize(to.len() + rows, (None, None)),
            Self::Nothing(count) => *count += rows,
        }
    }
}

/// A column as it grows.
#[derive(Debug)]
pub(crate) struct ColumnBuild {
    pub(crate) values: Build,
    pub(crate) gaps: Gaps,
}

impl ColumnBuild {
    pub(crate) fn new(kind: &crate::plan::Kind) -> Self {
        use crate::plan::Kind;
        let values = match kind {
            Kind::Boolean => Build::Boolean(BooleanBufferBuilder::new(0)),
            Kind::Integer => Build::Integer(Vec::new()),
            Kind::Decimal => Build::Decimal(Decimals::default()),
            Kind::Text => Build::Text(TextBuild::new()),
            Kind::Date => Build::Date(Vec::new()),
            Kind::Time => Build::Time(Vec::new()),
            Kind::DateTime(_) => Build::DateTime(Vec::new()),
            Kind::Duration => Build::Duration(Vec::new()),
            Kind::Code(_) => Build::Code(Vec::new()),
            Kind::Codes(..) | Kind::Texts(_) => Build::Set(Vec::new()),
            Kind::IntegerRange | Kind::IntegerPair => Build::IntegerRange(Vec::new()),
            Kind::DecimalRange | Kind::DecimalPair => Build::DecimalRange(Vec::new()),
            Kind::Present => Build::Nothing(0),
        };
        Self { values, gaps: Gaps::default() }
    }

    /// The column; `None` of one that was only looked at.
    pub(crate) fn finish(self) -> Option<Column> {
        let values = match self.values {
            Build::Boolean(mut bits) => Values::Boolean(bits.finish()),
            Build::Integer(values) => Values::Integer(values.into()),
            Build::Decimal(values) => Values::Decimal { coefficients: values.coefficients.into(), scale: values.scale },
            Build::Text(texts) => Values::Text(texts.finish()),
            Build::Date(values) => Values::Date(values.into()),
            Build::Time(values) => Values::Time(values.into()),
            Build::DateTime(values) => Values::DateTime(values.into()),
            Build::Duration(values) => Values::Duration(values),
            Build::Code(values) => Values::Code(values.into()),
            Build::Set(values) => Values::Set(values),
            Build::IntegerRange(values) => Values::IntegerRange(values),
            Build::DecimalRange(values) => Values::DecimalRange(values),
            Build::Nothing(_) => return None,
        };
        let mut column = Column { values, known: None, absent: Vec::new() };
        (column.known, column.absent) = self.gaps.finish(column.len());
        Some(column)
    }
}
