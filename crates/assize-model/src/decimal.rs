//! Exact base-ten numbers: 28 significant digits, every result rounded once, half-even.

use crate::absence::Fault;
use arrow_buffer::i256;
use std::cmp::Ordering;
use std::fmt::{self, Write as _};
use std::hash::{Hash, Hasher};

/// Significant digits a decimal holds, and the most digits its integer part can have.
pub const MAX_DIGITS: u32 = 28;
/// Decimal places a decimal holds at most.
pub const MAX_SCALE: u8 = 28;

const SCALE_BITS: u32 = 5;
const SCALE_MASK: i128 = (1 << SCALE_BITS) - 1;
/// One past the largest coefficient.
const LIMIT: u128 = 10_u128.pow(MAX_DIGITS);
const LIMIT_SIGNED: i128 = 10_i128.pow(MAX_DIGITS);

/// An exact base-ten number: an integer coefficient below 10^28 in size over a power of ten of at most 28.
///
/// Equality, order and hash are by value (`1.0 == 1.00`), and no operation's result depends on how its arguments
/// are represented. The alignment is 8, so that a value beside a tag takes 24 bytes.
#[derive(Clone, Copy)]
#[repr(Rust, packed(8))]
pub struct Decimal(i128);

/// How [`Decimal::round`] chooses between the two nearest values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rounding {
    /// To the nearest; a tie goes away from zero.
    HalfUp,
    /// To the nearest; a tie goes to the even digit.
    HalfEven,
    /// To the nearest; a tie goes toward zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Toward zero.
    Down,
    /// Toward the smaller number.
    Floor,
    /// Toward the larger number.
    Ceiling,
}

impl Rounding {
    /// All ways of rounding.
    pub const ALL: [Self; 7] =
        [Self::HalfUp, Self::HalfEven, Self::HalfDown, Self::Up, Self::Down, Self::Floor, Self::Ceiling];

    /// The word of the language.
    pub const fn word(self) -> &'static str {
        match self {
            Self::HalfUp => "half_up",
            Self::HalfEven => "half_even",
            Self::HalfDown => "half_down",
            Self::Up => "up",
            Self::Down => "down",
            Self::Floor => "floor",
            Self::Ceiling => "ceiling",
        }
    }

    /// The rounding of a word of the language.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.word() == word)
    }
}

/// Why a text is not a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Not digits with an optional sign, fraction and exponent.
    #[error("not a number")]
    NotANumber,
    /// A number, with more digits or decimal places than 28.
    #[error("more than 28 digits")]
    TooManyDigits,
}

/// What a rounding leaves off, against half of the last digit kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tail {
    Zero,
    Less,
    Half,
    More,
}

impl Tail {
    /// Of a remainder and its divisor; `rest < whole`.
    fn of(rest: u128, whole: u128) -> Self {
        if rest == 0 {
            return Self::Zero;
        }
        // `whole - rest` instead of `2 * rest`, which could pass 128 bits.
        match rest.cmp(&(whole - rest)) {
            Ordering::Less => Self::Less,
            Ordering::Equal => Self::Half,
            Ordering::Greater => Self::More,
        }
    }

    /// This, with another tail below it.
    fn above(self, below: Self) -> Self {
        match (self, below) {
            (_, Self::Zero) => self,
            (Self::Zero, _) => Self::Less,
            (Self::Half, _) => Self::More,
            _ => self,
        }
    }
}

const POWERS: [u128; 39] = {
    let mut powers = [1; 39];
    let mut n = 1;
    while n < powers.len() {
        #[expect(clippy::indexing_slicing, reason = "a constant: checked when compiled")]
        {
            powers[n] = powers[n - 1] * 10;
        }
        n += 1;
    }
    powers
};

const WIDE_POWERS: [i256; 77] = {
    let mut powers = [i256::ONE; 77];
    let mut n = 1;
    while n < powers.len() {
        #[expect(clippy::indexing_slicing, reason = "a constant: checked when compiled")]
        {
            powers[n] = powers[n - 1].wrapping_mul(i256::from_i128(10));
        }
        n += 1;
    }
    powers
};

/// 10^n; for n past 38, what no coefficient reaches.
#[inline]
fn power(n: u32) -> u128 {
    POWERS.get(n as usize).copied().unwrap_or(u128::MAX)
}

/// 10^n; for n past 76, what no sum reaches.
pub(crate) fn wide_power(n: u32) -> i256 {
    WIDE_POWERS.get(n as usize).copied().unwrap_or(i256::MAX)
}

/// How many digits a number has; zero has none.
fn digits(n: u128) -> u32 {
    n.checked_ilog10().map_or(0, |log| log + 1)
}

/// How many digits a number that is not negative has.
fn wide_digits(n: i256) -> u32 {
    // 1233/4096 is a little below log10(2): short by at most one.
    let bits = 256 - n.leading_zeros();
    let least = (bits * 1233) >> 12;
    if n >= wide_power(least) { least + 1 } else { least }
}

/// `value` without its trailing decimal zeros.
fn strip(mut value: u128, mut scale: u32) -> (u128, u32) {
    for step in [16, 8, 4, 2, 1] {
        // A multiple of 10^n is one of 2^n: most numbers are settled without a division.
        if scale >= step && value.trailing_zeros() >= step {
            let by = power(step);
            if value.is_multiple_of(by) {
                value /= by;
                scale -= step;
            }
        }
    }
    (value, scale)
}

#[inline]
const fn in_range(coefficient: i128) -> bool {
    -LIMIT_SIGNED < coefficient && coefficient < LIMIT_SIGNED
}

#[inline]
const fn pack(coefficient: i128, scale: u32) -> Decimal {
    Decimal((coefficient << SCALE_BITS) | scale as i128)
}

fn signed(negative: bool, magnitude: u128, scale: u32) -> Decimal {
    let magnitude = magnitude as i128;
    pack(if negative { -magnitude } else { magnitude }, scale)
}

/// A quotient below 10^28 and what was left off, rounded half-even.
fn finish(negative: bool, quotient: u128, tail: Tail, scale: u32) -> Result<Decimal, Fault> {
    let up = tail == Tail::More || (tail == Tail::Half && quotient & 1 == 1);
    let rounded = quotient + u128::from(up);
    if rounded < LIMIT {
        return Ok(signed(negative, rounded, scale));
    }
    // All nines, rounded up: a power of ten, so a digit can go.
    if scale == 0 { Err(Fault::Overflow) } else { Ok(signed(negative, rounded / 10, scale - 1)) }
}

/// `±(magnitude + tail) / 10^scale`, rounded once to what a decimal holds.
fn fit(negative: bool, magnitude: u128, tail: Tail, scale: u32) -> Result<Decimal, Fault> {
    let drop = digits(magnitude).saturating_sub(MAX_DIGITS).max(scale.saturating_sub(MAX_DIGITS));
    if drop == 0 {
        return finish(negative, magnitude, tail, scale);
    }
    if drop > scale {
        return Err(Fault::Overflow);
    }
    let by = power(drop);
    finish(negative, magnitude / by, Tail::of(magnitude % by, by).above(tail), scale - drop)
}

/// [`fit`] for a wide magnitude that is not negative.
pub(crate) fn fit_wide(negative: bool, magnitude: i256, tail: Tail, scale: u32) -> Result<Decimal, Fault> {
    if let Some(small) = magnitude.to_i128() {
        return fit(negative, small.unsigned_abs(), tail, scale);
    }
    // Past 128 bits there are at least 39 digits, so this is more than nothing.
    let drop = wide_digits(magnitude).saturating_sub(MAX_DIGITS).max(scale.saturating_sub(MAX_DIGITS));
    if drop > scale {
        return Err(Fault::Overflow);
    }
    let by = wide_power(drop);
    let Some((quotient, rest)) = magnitude.checked_div_rem(by) else {
        return Err(Fault::Overflow);
    };
    let (quotient, _) = quotient.to_parts();
    finish(negative, quotient, wide_tail(rest, by).above(tail), scale - drop)
}

/// [`Tail::of`] for wide numbers.
pub(crate) fn wide_tail(rest: i256, whole: i256) -> Tail {
    if rest == i256::ZERO {
        return Tail::Zero;
    }
    match rest.cmp(&whole.wrapping_sub(rest)) {
        Ordering::Less => Tail::Less,
        Ordering::Equal => Tail::Half,
        Ordering::Greater => Tail::More,
    }
}

#[expect(clippy::should_implement_trait, reason = "these can fail, as the operators of the traits cannot")]
impl Decimal {
    /// 0.
    pub const ZERO: Self = pack(0, 0);
    /// 1.
    pub const ONE: Self = pack(1, 0);
    /// The largest value, 28 nines.
    pub const MAX: Self = pack(LIMIT_SIGNED - 1, 0);
    /// The smallest value.
    pub const MIN: Self = pack(1 - LIMIT_SIGNED, 0);

    /// `coefficient / 10^scale`, when the coefficient has at most 28 digits and the scale is at most 28.
    #[inline]
    pub const fn new(coefficient: i128, scale: u8) -> Option<Self> {
        if in_range(coefficient) && scale <= MAX_SCALE { Some(pack(coefficient, scale as u32)) } else { None }
    }

    /// An integer; every 64-bit integer fits.
    #[inline]
    pub const fn from_i64(value: i64) -> Self {
        pack(value as i128, 0)
    }

    /// The digits as one integer: the value times `10^scale`.
    #[inline]
    pub const fn coefficient(self) -> i128 {
        self.0 >> SCALE_BITS
    }

    /// How many of the digits are decimal places, zeros included.
    #[inline]
    pub const fn scale(self) -> u8 {
        (self.0 & SCALE_MASK) as u8
    }

    #[inline]
    const fn places(self) -> u32 {
        (self.0 & SCALE_MASK) as u32
    }

    #[inline]
    const fn magnitude(self) -> u128 {
        self.coefficient().unsigned_abs()
    }

    /// Whether this is 0.
    #[inline]
    pub const fn is_zero(self) -> bool {
        self.coefficient() == 0
    }

    /// Whether this is below 0.
    #[inline]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The coefficient that this value has at another scale (at most 28), when that is a whole number in 128 bits.
    pub fn at_scale(self, scale: u8) -> Option<i128> {
        if scale > MAX_SCALE {
            return None;
        }
        let (to, from) = (u32::from(scale), self.places());
        if to >= from {
            return self.coefficient().checked_mul(power(to - from) as i128);
        }
        let by = power(from - to) as i128;
        (self.coefficient() % by == 0).then(|| self.coefficient() / by)
    }

    /// The sum.
    ///
    /// # Errors
    /// [`Fault::Overflow`] when the integer part needs more than 28 digits.
    #[inline]
    pub fn add(self, other: Self) -> Result<Self, Fault> {
        if (self.0 ^ other.0) & SCALE_MASK == 0 {
            let sum = self.coefficient().wrapping_add(other.coefficient());
            if in_range(sum) {
                return Ok(pack(sum, self.places()));
            }
        }
        add_apart(self, other)
    }

    /// The difference.
    ///
    /// # Errors
    /// As [`Decimal::add`].
    #[inline]
    pub fn sub(self, other: Self) -> Result<Self, Fault> {
        self.add(other.neg())
    }

    /// The product, rounded half-even to 28 digits and 28 places.
    ///
    /// # Errors
    /// [`Fault::Overflow`] when the integer part needs more than 28 digits.
    #[inline]
    pub fn mul(self, other: Self) -> Result<Self, Fault> {
        let scale = self.places() + other.places();
        if let (Ok(a), Ok(b)) = (i64::try_from(self.coefficient()), i64::try_from(other.coefficient())) {
            let product = i128::from(a) * i128::from(b);
            if scale <= MAX_DIGITS && in_range(product) {
                return Ok(pack(product, scale));
            }
        }
        mul_wide(self, other)
    }

    /// The quotient, rounded half-even to 28 digits and 28 places.
    ///
    /// # Errors
    /// [`Fault::DivisionByZero`]; [`Fault::Overflow`] when the integer part needs more than 28 digits.
    pub fn div(self, other: Self) -> Result<Self, Fault> {
        if other.is_zero() {
            return Err(Fault::DivisionByZero);
        }
        if self.is_zero() {
            return Ok(Self::ZERO);
        }
        let negative = self.is_negative() != other.is_negative();
        let (a, b) = (self.magnitude(), other.magnitude());
        let (from, to) = (self.places(), other.places());
        if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b))
            && from >= to
            && a % b == 0
        {
            return Ok(signed(negative, u128::from(a / b), from - to));
        }
        // Widen the dividend until the quotient has 28 or 29 digits, or 28 places.
        let widen = (MAX_DIGITS + to - from).min(MAX_DIGITS + digits(b) - digits(a));
        let (quotient, tail) = if digits(a) + widen <= 38 {
            let a = a * power(widen);
            (a / b, Tail::of(a % b, b))
        } else {
            let (a, b) = (i256::from_i128(a as i128), i256::from_i128(b as i128));
            let Some((quotient, rest)) = a.wrapping_mul(wide_power(widen)).checked_div_rem(b) else {
                return Err(Fault::DivisionByZero);
            };
            (quotient.to_parts().0, wide_tail(rest, b))
        };
        // Fewer places than none: the quotient has 28 digits, and zeros after them.
        let scale = (widen + from).checked_sub(to).ok_or(Fault::Overflow)?;
        // What comes out even has no trail of zeros, so that later sums stay fast.
        let (quotient, scale) = if tail == Tail::Zero { strip(quotient, scale) } else { (quotient, scale) };
        fit(negative, quotient, tail, scale)
    }

    /// The value with the other sign.
    #[inline]
    #[must_use]
    pub const fn neg(self) -> Self {
        pack(-self.coefficient(), self.places())
    }

    /// The value without its sign.
    #[inline]
    #[must_use]
    pub const fn abs(self) -> Self {
        pack(self.coefficient().abs(), self.places())
    }

    /// Rounded to a number of decimal places; fewer than none rounds to tens, hundreds and so on. A value that has
    /// no more places than that is left alone.
    ///
    /// # Errors
    /// [`Fault::Overflow`] when rounding away from zero passes 28 digits.
    pub fn round(self, places: i64, mode: Rounding) -> Result<Self, Fault> {
        let drop = i64::from(self.scale()).saturating_sub(places);
        if drop <= 0 {
            return Ok(self);
        }
        if self.is_zero() {
            return Ok(Self::ZERO);
        }
        let (magnitude, negative) = (self.magnitude(), self.is_negative());
        let drop = u32::try_from(drop).unwrap_or(u32::MAX);
        let (quotient, tail) = if drop > MAX_DIGITS {
            (0, Tail::Less)
        } else {
            (magnitude / power(drop), Tail::of(magnitude % power(drop), power(drop)))
        };
        let away = match mode {
            _ if tail == Tail::Zero => false,
            Rounding::HalfUp => tail != Tail::Less,
            Rounding::HalfDown => tail == Tail::More,
            Rounding::HalfEven => tail == Tail::More || (tail == Tail::Half && quotient & 1 == 1),
            Rounding::Up => true,
            Rounding::Down => false,
            Rounding::Floor => negative,
            Rounding::Ceiling => !negative,
        };
        let quotient = quotient + u128::from(away);
        if let Ok(places) = u32::try_from(places) {
            // `drop > 0`, so `places` is below the scale.
            return Ok(signed(negative, quotient, places));
        }
        if quotient == 0 {
            return Ok(Self::ZERO);
        }
        let zeros = u32::try_from(places.unsigned_abs()).unwrap_or(u32::MAX);
        match quotient.checked_mul(power(zeros)) {
            Some(value) if value < LIMIT => Ok(signed(negative, value, 0)),
            _ => Err(Fault::Overflow),
        }
    }

    /// The integer, when the value is whole and in 64 bits.
    pub fn to_i64(self) -> Option<i64> {
        if self.scale() == 0 {
            return i64::try_from(self.coefficient()).ok();
        }
        i64::try_from(self.at_scale(0)?).ok()
    }

    /// The decimal that the shortest form of a binary number says, as `0.1`. None for what is not a number, or needs
    /// more than 28 digits or places: reading never rounds.
    pub fn from_f64(value: f64) -> Option<Self> {
        // Two decimals of at most 15 digits are never the same binary number: one that comes back is the shortest.
        for (scale, factor) in [(0, 1.0), (2, 1e2), (4, 1e4)] {
            let whole = (value * factor).round();
            if whole.abs() < 1e15 && whole / factor == value {
                return Some(pack(i128::from(whole as i64), scale));
            }
        }
        let mut text = Text::new();
        write!(text, "{value:e}").ok()?;
        Self::parse(text.as_str()).ok()
    }

    /// The nearest binary number.
    pub fn to_f64(self) -> f64 {
        let scale = self.places();
        let coefficient = self.coefficient();
        // A number and a power of ten that binary holds exactly: one correctly rounded division.
        if coefficient.unsigned_abs() < 1 << 53 && scale <= 22 {
            return coefficient as f64 / power(scale) as f64;
        }
        let mut text = Text::new();
        match write!(text, "{coefficient}e-{scale}") {
            Ok(()) => text.as_str().parse().unwrap_or(0.0),
            Err(fmt::Error) => 0.0,
        }
    }

    /// A decimal from text: an optional sign, digits with at most one point among or beside them, and an optional
    /// exponent (`1e3`). No separators of thousands, no space.
    ///
    /// # Errors
    /// [`ParseError`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        Self::parse_bytes(text.as_bytes())
    }

    /// [`Decimal::parse`] of bytes.
    ///
    /// # Errors
    /// [`ParseError`].
    pub fn parse_bytes(text: &[u8]) -> Result<Self, ParseError> {
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        if let Some((value, scale)) = short(text) {
            return Ok(signed(negative, u128::from(value), scale));
        }
        long(negative, text)
    }

    /// The same value without trailing decimal zeros.
    #[must_use]
    pub fn normalized(self) -> Self {
        let (magnitude, scale) = strip(self.magnitude(), self.places());
        signed(self.is_negative(), magnitude, scale)
    }

    /// The value with exactly so many decimal places, rounded; zero never has a sign.
    pub fn to_string_places(self, places: u8, mode: Rounding) -> String {
        // Keeping places only ever shortens the digits, so this cannot overflow.
        let rounded = self.round(i64::from(places), mode).unwrap_or(self);
        let by = power(rounded.places());
        let sign = if rounded.is_negative() { "-" } else { "" };
        let (whole, fraction) = (rounded.magnitude() / by, rounded.magnitude() % by);
        if places == 0 {
            return format!("{sign}{whole}");
        }
        let (written, wanted) = (rounded.places() as usize, usize::from(places));
        if written == 0 {
            return format!("{sign}{whole}.{:0<wanted$}", "");
        }
        format!("{sign}{whole}.{fraction:0written$}{:0<rest$}", "", rest = wanted.saturating_sub(written))
    }
}

/// Digits with at most one point, few enough for 64 bits; the common case.
#[inline]
fn short(text: &[u8]) -> Option<(u64, u32)> {
    if text.len() > 18 {
        return None;
    }
    let mut value = 0;
    let mut point = None;
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => value = value * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let places = point.map_or(0, |at| text.len() - at - 1);
    // A point alone is no number.
    if text.len() <= usize::from(point.is_some()) { None } else { Some((value, places as u32)) }
}

/// Any number of digits, with an exponent.
#[cold]
fn long(negative: bool, text: &[u8]) -> Result<Decimal, ParseError> {
    let mut value = 0_u128;
    // Digits in `value`, and zeros after them that only count if another digit follows.
    let (mut kept, mut zeros) = (0_u64, 0_u64);
    let mut too_many = false;
    let (mut seen, mut point, mut places) = (false, false, 0_i64);
    let mut rest = text.iter();
    let mut exponent = 0_i64;
    while let Some(&byte) = rest.next() {
        match byte {
            b'0'..=b'9' => {
                seen = true;
                places += i64::from(point);
                if byte == b'0' {
                    zeros += u64::from(value != 0);
                } else {
                    kept = kept.saturating_add(zeros + 1);
                    if kept > u64::from(MAX_DIGITS) {
                        too_many = true;
                    } else {
                        value = value * power(zeros as u32 + 1) + u128::from(byte - b'0');
                    }
                    zeros = 0;
                }
            }
            b'.' if !point => point = true,
            b'e' | b'E' if seen => {
                exponent = exponent_of(rest.as_slice()).ok_or(ParseError::NotANumber)?;
                break;
            }
            _ => return Err(ParseError::NotANumber),
        }
    }
    if !seen {
        return Err(ParseError::NotANumber);
    }
    if too_many {
        return Err(ParseError::TooManyDigits);
    }
    if value == 0 {
        return Ok(Decimal::ZERO);
    }
    let shift = exponent.saturating_sub(places).saturating_add(i64::try_from(zeros).unwrap_or(i64::MAX));
    if shift >= 0 {
        let most = i64::from(MAX_DIGITS - kept as u32);
        if shift > most {
            return Err(ParseError::TooManyDigits);
        }
        return Ok(signed(negative, value * power(shift as u32), 0));
    }
    if shift < -i64::from(MAX_DIGITS) {
        return Err(ParseError::TooManyDigits);
    }
    Ok(signed(negative, value, shift.unsigned_abs() as u32))
}

/// The exponent after its `e`; past 64 bits it stays at the end of the range.
fn exponent_of(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits.iter().fold(0_i64, |n, digit| n.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    Some(if negative { -size } else { size })
}

fn add_apart(a: Decimal, b: Decimal) -> Result<Decimal, Fault> {
    let (coarse, fine) = if a.places() <= b.places() { (a, b) } else { (b, a) };
    let apart = fine.places() - coarse.places();
    // 28 digits and 10 zeros are below 10^38, and 128 bits hold a little more than that.
    if apart <= 10 {
        let sum = coarse.coefficient() * power(apart) as i128 + fine.coefficient();
        if in_range(sum) {
            return Ok(pack(sum, fine.places()));
        }
        return fit(sum < 0, sum.unsigned_abs(), Tail::Zero, fine.places());
    }
    let sum = i256::from_i128(coarse.coefficient())
        .wrapping_mul(wide_power(apart))
        .wrapping_add(i256::from_i128(fine.coefficient()));
    fit_wide(sum.is_negative(), sum.wrapping_abs(), Tail::Zero, fine.places())
}

fn mul_wide(a: Decimal, b: Decimal) -> Result<Decimal, Fault> {
    let scale = a.places() + b.places();
    let negative = a.is_negative() != b.is_negative();
    match a.magnitude().checked_mul(b.magnitude()) {
        Some(product) => fit(negative, product, Tail::Zero, scale),
        None => {
            let product = i256::from_i128(a.coefficient()).wrapping_mul(i256::from_i128(b.coefficient()));
            fit_wide(negative, product.wrapping_abs(), Tail::Zero, scale)
        }
    }
}

fn cmp_apart(a: Decimal, b: Decimal) -> Ordering {
    if a.places() > b.places() {
        return cmp_apart(b, a).reverse();
    }
    let apart = b.places() - a.places();
    let by = power(apart) as i128;
    // As in `add_apart`: up to here the product is within 128 bits.
    if apart <= 10 {
        return (a.coefficient() * by).cmp(&b.coefficient());
    }
    let (whole, rest) = (b.coefficient().div_euclid(by), b.coefficient().rem_euclid(by));
    a.coefficient().cmp(&whole).then(if rest > 0 { Ordering::Less } else { Ordering::Equal })
}

impl PartialEq for Decimal {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (self.0, other.0);
        // The scale is in the low bits: with equal ones, the packed numbers are in the order of the coefficients.
        if (a ^ b) & SCALE_MASK == 0 { a.cmp(&b) } else { cmp_apart(*self, *other) }
    }
}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let bits = self.normalized().0;
        state.write_u64(bits as u64);
        state.write_u64((bits >> 64) as u64);
    }
}

impl Default for Decimal {
    fn default() -> Self {
        Self::ZERO
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self::from_i64(value)
    }
}

impl std::str::FromStr for Decimal {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

/// The canonical form: no exponent, no trailing zeros after the point, no `-0`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (magnitude, scale) = strip(self.magnitude(), self.places());
        let mut text = Text::new();
        if scale == 0 {
            write!(text, "{magnitude}")?;
        } else {
            let by = power(scale);
            write!(text, "{}.{:0width$}", magnitude / by, magnitude % by, width = scale as usize)?;
        }
        f.pad_integral(!self.is_negative(), "", text.as_str())
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A short text that needs no allocation: the longest form here is 34 bytes.
struct Text {
    bytes: [u8; 64],
    len: usize,
}

impl Text {
    const fn new() -> Self {
        Self { bytes: [0; 64], len: 0 }
    }

    fn as_str(&self) -> &str {
        self.bytes.get(..self.len).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
