//! Registers: what one expression comes to in each row of a chunk.

#![expect(clippy::indexing_slicing, reason = "lanes are numbered below the chunk's rows, which every buffer holds")]

use super::bits::{self, CHUNK, WORDS};
use super::cell::Cell;
use super::scalar::codes_of;
use arrow_buffer::ScalarBuffer;
use assize_model::absence::Absence;
use assize_model::bounds::{Bounds, CodeSet};
use assize_model::civil::{Date, DateTime, Duration, Time};
use assize_model::column::TextColumn;
use assize_model::decimal::Decimal;
use assize_model::ids::Code;
use assize_model::lane::{Lane, LaneAbsent, LaneSpread, LaneTexts, LaneValues};
use assize_model::ty::Ty;
use assize_model::value::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// Values of a chunk, its own or borrowed from a column. At least as many as the chunk has rows.
#[derive(Debug, Clone)]
pub(super) enum Lanes<T: arrow_buffer::ArrowNativeType> {
    Own(Vec<T>),
    Shared(ScalarBuffer<T>),
}

impl<T: arrow_buffer::ArrowNativeType> Lanes<T> {
    #[inline]
    pub(super) fn get(&self) -> &[T] {
        match self {
            Self::Own(values) => values,
            Self::Shared(values) => values,
        }
    }
}

/// Texts of a chunk.
#[derive(Debug, Clone)]
pub(super) enum Texts {
    /// Consecutive rows of a column.
    Run { column: TextColumn, from: usize },
    /// Chosen rows of a column.
    List { column: TextColumn, rows: Vec<u32> },
    /// Texts of the chunk's own, end to end in the order they were made.
    Parts { text: String, spans: Vec<(u32, u32)> },
}

impl Texts {
    #[inline]
    pub(super) fn get(&self, lane: usize) -> &str {
        match self {
            Self::Run { column, from } => column.get(from + lane),
            Self::List { column, rows } => column.get(rows[lane] as usize),
            Self::Parts { text, spans } => {
                let (from, to) = spans[lane];
                text.get(from as usize..to as usize).unwrap_or("")
            }
        }
    }

    fn put(&mut self, lane: usize, value: &str) {
        if let Self::Parts { text, spans } = self {
            let from = u32::try_from(text.len());
            let to = u32::try_from(text.len() + value.len());
            // A chunk's texts past 4 GB: texts that long are left out of it, as no column holds them.
            if let (Ok(from), Ok(to)) = (from, to) {
                text.push_str(value);
                spans[lane] = (from, to);
            }
        }
    }
}

/// The values of a register.
#[derive(Debug, Clone, Default)]
pub(super) enum Data {
    #[default]
    Empty,
    /// The rows that are `yes`: never one that is not known.
    Boolean(Vec<u64>),
    Integer(Lanes<i64>),
    Decimal(Vec<Decimal>),
    /// Decimals of one scale.
    Scaled(Lanes<i128>, u8),
    Text(Texts),
    Date(Lanes<i32>),
    Time(Lanes<i64>),
    DateTime(Lanes<i64>),
    Duration(Vec<Duration>),
    Code(Lanes<u16>),
    Set(Vec<Option<Value>>),
}

/// What is known of values between bounds; entries of other rows have no meaning.
#[derive(Debug, Clone, Default)]
pub(super) enum Spread {
    #[default]
    None,
    Integers(Vec<Bounds<i64>>),
    Decimals(Vec<Bounds<Decimal>>),
    Codes(Vec<CodeSet>),
}

/// A register.
#[derive(Debug, Clone, Default)]
pub(super) struct Reg {
    /// Rows with a value.
    pub(super) known: Vec<u64>,
    /// The values; what stands in a row that is not known has no meaning.
    pub(super) data: Data,
    /// Rows between bounds: none of them known. Empty when there are none.
    pub(super) between: Vec<u64>,
    /// The bounds.
    pub(super) spread: Spread,
    /// Why rows are absent, as [`Absence::bits`], zero for plainly unknown. Empty when all are plainly unknown.
    pub(super) absent: Vec<u32>,
    /// Of an outcome: rows with one possible code that are not decided all the same. Empty when there are none.
    pub(super) undecided: Vec<u64>,
}

macro_rules! own {
    ($($(#[$doc:meta])* $name:ident: $variant:ident($t:ty) = $zero:expr;)*) => {$(
        $(#[$doc])*
        pub(super) fn $name(&mut self) -> &mut [$t] {
            if !matches!(self.data, Data::$variant(Lanes::Own(_))) {
                self.data = Data::$variant(Lanes::Own(vec![$zero; CHUNK]));
            }
            match &mut self.data {
                Data::$variant(Lanes::Own(values)) => values,
                _ => &mut [],
            }
        }
    )*};
}

impl Reg {
    /// Makes the register ready for a chunk's results: nothing known, everything absent as unknown.
    pub(super) fn reset(&mut self) {
        self.known.clear();
        self.known.resize(WORDS, 0);
        self.between.clear();
        self.absent.clear();
        self.undecided.clear();
    }

    /// Lets go of what is borrowed from columns.
    pub(super) fn release(&mut self) {
        let borrowed = matches!(
            &self.data,
            Data::Integer(Lanes::Shared(_))
                | Data::Time(Lanes::Shared(_))
                | Data::DateTime(Lanes::Shared(_))
                | Data::Date(Lanes::Shared(_))
                | Data::Code(Lanes::Shared(_))
                | Data::Scaled(Lanes::Shared(_), _)
                | Data::Text(Texts::Run { .. } | Texts::List { .. })
        );
        if borrowed {
            self.data = Data::Empty;
        }
    }

    /// The words of `yes` for writing, all zero.
    pub(super) fn yes_mut(&mut self) -> (&mut [u64], &mut [u64]) {
        match &mut self.data {
            Data::Boolean(yes) => yes.fill(0),
            data => *data = Data::Boolean(vec![0; WORDS]),
        }
        match &mut self.data {
            Data::Boolean(yes) => (yes, &mut self.known),
            _ => (&mut [], &mut self.known),
        }
    }

    /// The words of `yes` and of `known` as they are, of a boolean.
    pub(super) fn words_mut(&mut self) -> (&mut [u64], &mut [u64]) {
        match &mut self.data {
            Data::Boolean(yes) => (yes, &mut self.known),
            _ => (&mut [], &mut []),
        }
    }

    own! {
        /// Integers for writing.
        integers: Integer(i64) = 0;
        /// Dates for writing.
        dates: Date(i32) = 0;
        /// Times for writing.
        times: Time(i64) = 0;
        /// Instants for writing.
        instants: DateTime(i64) = 0;
        /// Codes for writing.
        codes: Code(u16) = 0;
    }

    /// Coefficients of one scale for writing.
    pub(super) fn scaled(&mut self, scale: u8) -> &mut [i128] {
        match &mut self.data {
            Data::Scaled(Lanes::Own(_), old) => *old = scale,
            data => *data = Data::Scaled(Lanes::Own(vec![0; CHUNK]), scale),
        }
        match &mut self.data {
            Data::Scaled(Lanes::Own(values), _) => values,
            _ => &mut [],
        }
    }

    /// Decimals for writing.
    pub(super) fn decimals(&mut self) -> &mut [Decimal] {
        if !matches!(self.data, Data::Decimal(_)) {
            self.data = Data::Decimal(vec![Decimal::ZERO; CHUNK]);
        }
        match &mut self.data {
            Data::Decimal(values) => values,
            _ => &mut [],
        }
    }

    /// Makes the values writable, of a type, so that [`Reg::put`] can be used.
    pub(super) fn writable(&mut self, ty: Ty) {
        match ty {
            Ty::Boolean => {
                self.yes_mut();
            }
            Ty::Integer => {
                self.integers();
            }
            Ty::Decimal => {
                self.decimals();
            }
            Ty::Date => {
                self.dates();
            }
            Ty::Time => {
                self.times();
            }
            Ty::DateTime => {
                self.instants();
            }
            Ty::Code(_) => {
                self.codes();
            }
            Ty::Text => match &mut self.data {
                Data::Text(Texts::Parts { text, spans }) => {
                    text.clear();
                    spans.fill((0, 0));
                }
                data => *data = Data::Text(Texts::Parts { text: String::new(), spans: vec![(0, 0); CHUNK] }),
            },
            Ty::Duration => {
                if !matches!(self.data, Data::Duration(_)) {
                    self.data = Data::Duration(vec![Duration::days(0); CHUNK]);
                }
            }
            Ty::Codes(_) | Ty::Texts => {
                if !matches!(self.data, Data::Set(_)) {
                    self.data = Data::Set(vec![None; CHUNK]);
                }
            }
        }
    }

    /// Writes what one row comes to. The values must be writable ([`Reg::writable`]) and of the cell's type.
    pub(super) fn put(&mut self, lane: usize, ty: Ty, cell: Cell) {
        bits::clear(&mut self.known, lane);
        if !self.between.is_empty() {
            bits::clear(&mut self.between, lane);
        }
        if let Data::Boolean(yes) = &mut self.data {
            bits::clear(yes, lane);
        }
        match (cell, &mut self.data) {
            (Cell::Absent(absence), _) => return self.put_absence(lane, absence),
            (Cell::Integers(bounds), _) => {
                if !matches!(self.spread, Spread::Integers(_)) {
                    self.spread = Spread::Integers(vec![Bounds::OPEN; CHUNK]);
                }
                if let Spread::Integers(all) = &mut self.spread {
                    all[lane] = bounds;
                }
                return self.put_between(lane);
            }
            (Cell::Decimals(bounds), _) => {
                if !matches!(self.spread, Spread::Decimals(_)) {
                    self.spread = Spread::Decimals(vec![Bounds::OPEN; CHUNK]);
                }
                if let Spread::Decimals(all) = &mut self.spread {
                    all[lane] = bounds;
                }
                return self.put_between(lane);
            }
            (Cell::Either(codes), _) => {
                if !matches!(self.spread, Spread::Codes(_)) {
                    self.spread = Spread::Codes(vec![CodeSet::EMPTY; CHUNK]);
                }
                if let Spread::Codes(all) = &mut self.spread {
                    all[lane] = codes;
                }
                return self.put_between(lane);
            }
            (Cell::Boolean(value), Data::Boolean(yes)) => {
                if value {
                    bits::set(yes, lane);
                }
            }
            (Cell::Integer(value), Data::Integer(Lanes::Own(values))) => values[lane] = value,
            (Cell::Decimal(value), Data::Decimal(values)) => values[lane] = value,
            (Cell::Decimal(value), Data::Scaled(Lanes::Own(values), scale)) => match value.at_scale(*scale) {
                Some(coefficient) if Decimal::new(coefficient, *scale).is_some() => values[lane] = coefficient,
                _ => {
                    // Not of that scale: from now on each has its own.
                    let one = |&coefficient: &i128| Decimal::new(coefficient, *scale).unwrap_or(Decimal::ZERO);
                    let mut values: Vec<Decimal> = values.iter().map(one).collect();
                    values[lane] = value;
                    self.data = Data::Decimal(values);
                }
            },
            (Cell::Date(value), Data::Date(Lanes::Own(values))) => values[lane] = value.days(),
            (Cell::Time(value), Data::Time(Lanes::Own(values))) => values[lane] = value.micros(),
            (Cell::DateTime(value), Data::DateTime(Lanes::Own(values))) => values[lane] = value.micros(),
            (Cell::Duration(value), Data::Duration(values)) => values[lane] = value,
            (Cell::Code(value), Data::Code(Lanes::Own(values))) => values[lane] = value.0,
            (Cell::Text(value), Data::Text(texts)) => texts.put(lane, &value),
            (Cell::Codes(value), Data::Set(values)) => {
                if let Ty::Codes(list) = ty {
                    values[lane] = Some(Value::Codes(list, value));
                }
            }
            (Cell::Texts(value), Data::Set(values)) => values[lane] = Some(Value::Texts(value)),
            // A value of another type than the node's: only of a program that was never verified.
            _ => return,
        }
        bits::set(&mut self.known, lane);
    }

    fn put_between(&mut self, lane: usize) {
        if self.between.is_empty() {
            self.between.resize(WORDS, 0);
        }
        bits::set(&mut self.between, lane);
        if let Some(bits) = self.absent.get_mut(lane) {
            *bits = 0;
        }
    }

    /// Makes a row that is neither known nor between absent for this reason.
    pub(super) fn put_absence(&mut self, lane: usize, absence: Absence) {
        if absence != Absence::UNKNOWN && self.absent.is_empty() {
            self.absent.resize(CHUNK, 0);
        }
        if let Some(bits) = self.absent.get_mut(lane) {
            *bits = if absence == Absence::UNKNOWN { 0 } else { absence.bits() };
        }
    }

    /// Why a row has no value; only of meaning where it is neither known nor between.
    #[inline]
    pub(super) fn absence(&self, lane: usize) -> Absence {
        self.absent.get(lane).and_then(|&bits| Absence::from_bits(bits)).unwrap_or(Absence::UNKNOWN)
    }

    /// Whether a row lies between bounds.
    #[inline]
    pub(super) fn is_between(&self, lane: usize) -> bool {
        !self.between.is_empty() && bits::get(&self.between, lane)
    }

    /// The words of rows between bounds; zero past what is kept.
    #[inline]
    pub(super) fn between_word(&self, at: usize) -> u64 {
        self.between.get(at).copied().unwrap_or(0)
    }

    /// The words of `yes`, of a boolean.
    #[inline]
    pub(super) fn yes(&self) -> &[u64] {
        match &self.data {
            Data::Boolean(yes) => yes,
            _ => &[0; WORDS],
        }
    }

    /// Of the rows of a word that are absent, those in error.
    pub(super) fn error_word(&self, at: usize, of: u64) -> u64 {
        if self.absent.is_empty() {
            return 0;
        }
        let absent = of & !self.known[at] & !self.between_word(at);
        bits::ones_of(absent)
            .filter(|bit| self.absence(at * 64 + bit).is_error())
            .fold(0, |errors, bit| errors | 1 << bit)
    }

    /// What a row comes to.
    pub(super) fn cell(&self, lane: usize) -> Cell<'_> {
        if !bits::get(&self.known, lane) {
            if self.is_between(lane) {
                return match &self.spread {
                    Spread::Integers(all) => Cell::Integers(all[lane]),
                    Spread::Decimals(all) => Cell::Decimals(all[lane]),
                    Spread::Codes(all) => Cell::Either(all[lane]),
                    Spread::None => Cell::UNKNOWN,
                };
            }
            return Cell::Absent(self.absence(lane));
        }
        match &self.data {
            Data::Empty => Cell::UNKNOWN,
            Data::Boolean(yes) => Cell::Boolean(bits::get(yes, lane)),
            Data::Integer(values) => Cell::Integer(values.get()[lane]),
            Data::Decimal(values) => Cell::Decimal(values[lane]),
            Data::Scaled(values, scale) => {
                Decimal::new(values.get()[lane], *scale).map_or(Cell::UNKNOWN, Cell::Decimal)
            }
            Data::Text(texts) => Cell::Text(Cow::Borrowed(texts.get(lane))),
            Data::Date(values) => Cell::Date(Date::clamped(values.get()[lane])),
            Data::Time(values) => Cell::Time(Time::clamped(values.get()[lane])),
            Data::DateTime(values) => Cell::DateTime(DateTime::clamped(values.get()[lane])),
            Data::Duration(values) => Cell::Duration(values[lane]),
            Data::Code(values) => Cell::Code(Code(values.get()[lane])),
            Data::Set(values) => match &values[lane] {
                Some(Value::Codes(_, codes)) => Cell::Codes(Arc::clone(codes)),
                Some(Value::Texts(texts)) => Cell::Texts(Arc::clone(texts)),
                _ => Cell::UNKNOWN,
            },
        }
    }

    /// The register of rows `0..rows`, as it is handed out.
    pub(super) fn lane(&self, rows: usize) -> Lane<'_> {
        let words = bits::words(rows);
        let values = match &self.data {
            Data::Empty => LaneValues::Same(None),
            Data::Boolean(yes) => LaneValues::Boolean(&yes[..words]),
            Data::Integer(values) => LaneValues::Integer(&values.get()[..rows]),
            Data::Decimal(values) => LaneValues::Decimal(&values[..rows]),
            Data::Scaled(values, scale) => LaneValues::Scaled { coefficients: &values.get()[..rows], scale: *scale },
            Data::Text(Texts::Run { column, from }) => LaneValues::Text(LaneTexts::Column { column, from: *from }),
            // Only children are lists of rows, and no expression of theirs is handed out.
            Data::Text(Texts::List { .. }) => LaneValues::Same(None),
            Data::Text(Texts::Parts { text, spans }) => {
                LaneValues::Text(LaneTexts::Parts { text, spans: &spans[..rows] })
            }
            Data::Date(values) => LaneValues::Date(&values.get()[..rows]),
            Data::Time(values) => LaneValues::Time(&values.get()[..rows]),
            Data::DateTime(values) => LaneValues::DateTime(&values.get()[..rows]),
            Data::Duration(values) => LaneValues::Duration(&values[..rows]),
            Data::Code(values) => LaneValues::Code(&values.get()[..rows]),
            Data::Set(values) => LaneValues::Set(&values[..rows]),
        };
        let absent = if self.absent.is_empty() {
            LaneAbsent::Same(Absence::UNKNOWN)
        } else {
            LaneAbsent::Each(&self.absent[..rows])
        };
        let spread = match &self.spread {
            _ if self.between.is_empty() => LaneSpread::None,
            Spread::Integers(ends) => LaneSpread::Integers(&self.between[..words], &ends[..rows]),
            Spread::Decimals(ends) => LaneSpread::Decimals(&self.between[..words], &ends[..rows]),
            Spread::None | Spread::Codes(_) => LaneSpread::None,
        };
        Lane { known: &self.known[..words], values, absent, spread }
    }

    /// Sets of a category's codes, of rows that are known.
    pub(super) fn put_set(&mut self, lane: usize, ty: Ty, codes: CodeSet) {
        self.put(lane, ty, Cell::Codes(codes_of(codes)));
    }
}
