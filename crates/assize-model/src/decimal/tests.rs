//! Decimal arithmetic against whole-number fractions of any size.

use super::*;
use num_bigint::{BigInt, Sign};
use proptest::prelude::*;

/// `top / bottom`, exactly; `bottom` is above zero.
#[derive(Clone, Debug)]
struct Fraction {
    top: BigInt,
    bottom: BigInt,
}

fn ten(n: u32) -> BigInt {
    BigInt::from(10).pow(n)
}

impl Fraction {
    fn of(value: Decimal) -> Self {
        Self { top: value.coefficient().into(), bottom: ten(value.scale().into()) }
    }

    fn same(&self, other: &Self) -> bool {
        &self.top * &other.bottom == &other.top * &self.bottom
    }

    /// Rounded half-even to a whole number, after multiplication by a power of ten.
    fn half_even(&self, scale: u32) -> BigInt {
        let top = &self.top * ten(scale);
        let negative = top.sign() == Sign::Minus;
        let magnitude = if negative { -top } else { top };
        let (quotient, rest) = (&magnitude / &self.bottom, &magnitude % &self.bottom);
        let twice: BigInt = rest * 2;
        let odd = &quotient % 2 == BigInt::from(1);
        let up = twice > self.bottom || (twice == self.bottom && odd);
        let rounded = if up { quotient + 1 } else { quotient };
        if negative { -rounded } else { rounded }
    }

    /// What a decimal must hold: as many places up to 28 as 28 digits leave.
    fn rounded(&self) -> Result<Self, Fault> {
        (0..=28)
            .rev()
            .map(|scale| (self.half_even(scale), scale))
            .find(|(top, _)| top.magnitude() < ten(28).magnitude())
            .map(|(top, scale)| Self { top, bottom: ten(scale) })
            .ok_or(Fault::Overflow)
    }
}

#[track_caller]
fn check(got: Result<Decimal, Fault>, exact: &Fraction) {
    match (got, exact.rounded()) {
        (Ok(got), Ok(want)) => {
            assert!(Fraction::of(got).same(&want), "{got} is not {want:?}");
            assert!(Decimal::new(got.coefficient(), got.scale()).is_some(), "{got} is not in range");
        }
        (got, want) => assert_eq!(got.err(), want.err(), "of {exact:?}"),
    }
}

/// Coefficients of every length, with the patterns that rounding has trouble with.
fn coefficient() -> impl Strategy<Value = i128> {
    let random = (0_u32..=28, any::<u128>()).prop_map(|(digits, bits)| (bits % power(digits)) as i128);
    let near = (0_u32..28, 1_i128..=9, -1_i128..=1).prop_map(|(n, by, off)| by * power(n) as i128 + off);
    let round = (0_u32..=28, 0_u32..=28, any::<u128>()).prop_map(|(digits, zeros, bits)| {
        let zeros = zeros.min(digits);
        (bits % power(digits - zeros) * power(zeros)) as i128
    });
    let halves = (1_u32..=28, any::<u128>()).prop_map(|(digits, bits)| {
        let value = bits % power(digits);
        (value - value % 10 + u128::from(digits > 1) * 5) as i128
    });
    let size =
        prop_oneof![3 => random, 2 => near, 1 => round, 1 => halves, 1 => Just(LIMIT_SIGNED - 1), 1 => -20_i128..20];
    (size, any::<bool>()).prop_map(|(value, negative)| if negative { -value } else { value })
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    (coefficient(), 0_u8..=28).prop_map(|(coefficient, scale)| Decimal::new(coefficient, scale).unwrap())
}

/// The same value with more zeros after the point, as far as there is room.
fn widened(value: Decimal, zeros: u8) -> Decimal {
    let scale = (value.scale() + zeros).min(MAX_SCALE);
    value.at_scale(scale).and_then(|coefficient| Decimal::new(coefficient, scale)).unwrap_or(value)
}

fn hash(value: Decimal) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

fn d(text: &str) -> Decimal {
    Decimal::parse(text).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn sums_and_differences_are_exact_then_rounded_once(a in any_decimal(), b in any_decimal()) {
        let (x, y) = (Fraction::of(a), Fraction::of(b));
        let bottom = &x.bottom * &y.bottom;
        check(a.add(b), &Fraction { top: &x.top * &y.bottom + &y.top * &x.bottom, bottom: bottom.clone() });
        check(a.sub(b), &Fraction { top: &x.top * &y.bottom - &y.top * &x.bottom, bottom });
        prop_assert_eq!(a.add(b), b.add(a));
    }

    #[test]
    fn products_are_exact_then_rounded_once(a in any_decimal(), b in any_decimal()) {
        let (x, y) = (Fraction::of(a), Fraction::of(b));
        check(a.mul(b), &Fraction { top: &x.top * &y.top, bottom: &x.bottom * &y.bottom });
    }

    #[test]
    fn quotients_are_rounded_once(a in any_decimal(), b in any_decimal()) {
        if b.is_zero() {
            prop_assert_eq!(a.div(b), Err(Fault::DivisionByZero));
        } else {
            let (x, y) = (Fraction::of(a), Fraction::of(b));
            let (top, bottom) = (&x.top * &y.bottom, &x.bottom * &y.top);
            let (top, bottom) = if b.is_negative() { (-top, -bottom) } else { (top, bottom) };
            check(a.div(b), &Fraction { top, bottom });
        }
    }

    #[test]
    fn a_product_divided_again_is_the_same(a in -1_000_000_000_i64..1_000_000_000, b in 1_i64..1_000_000_000, s in 0_u8..9, t in 0_u8..9) {
        let (a, b) = (Decimal::new(a.into(), s).unwrap(), Decimal::new(b.into(), t).unwrap());
        prop_assert_eq!(a.mul(b).unwrap().div(b), Ok(a));
    }

    #[test]
    fn how_a_number_is_held_does_not_matter(a in any_decimal(), b in any_decimal(), m in 0_u8..28, n in 0_u8..28,
        places in -30_i64..30)
    {
        let (x, y) = (widened(a, m), widened(b, n));
        prop_assert_eq!(a, x);
        prop_assert_eq!(hash(a), hash(x));
        prop_assert_eq!(hash(a), hash(a.normalized()));
        prop_assert_eq!(a.to_string(), x.to_string());
        prop_assert_eq!(a.cmp(&b), x.cmp(&y));
        prop_assert_eq!(a.add(b), x.add(y));
        prop_assert_eq!(a.sub(b), x.sub(y));
        prop_assert_eq!(a.mul(b), x.mul(y));
        prop_assert_eq!(a.div(b), x.div(y));
        prop_assert_eq!(a.to_i64(), x.to_i64());
        prop_assert_eq!(a.to_f64().to_bits(), x.to_f64().to_bits());
        for mode in Rounding::ALL {
            prop_assert_eq!(a.round(places, mode), x.round(places, mode));
        }
    }

    #[test]
    fn order_is_by_value(a in any_decimal(), b in any_decimal()) {
        let (x, y) = (Fraction::of(a), Fraction::of(b));
        prop_assert_eq!(a.cmp(&b), (&x.top * &y.bottom).cmp(&(&y.top * &x.bottom)));
        prop_assert_eq!(a == b, x.same(&y));
    }

    #[test]
    fn rounding_follows_its_mode(a in any_decimal(), places in -40_i64..40, mode in prop::sample::select(&Rounding::ALL[..])) {
        // The two neighbours, and twice the distance from the lower one in units of their distance.
        let x = Fraction::of(a);
        let (scale, unit) = if places >= 0 { (ten(places as u32), BigInt::from(1)) } else { (BigInt::from(1), ten(places.unsigned_abs() as u32)) };
        let (top, bottom) = (&x.top * &scale, &x.bottom * &unit);
        let mut floor = &top / &bottom;
        if &floor * &bottom > top {
            floor -= 1;
        }
        let twice: BigInt = (&top - &floor * &bottom) * 2;
        let even: BigInt = if &floor % 2 == BigInt::ZERO { floor.clone() } else { &floor + 1 };
        let (toward, away) = if a.is_negative() { (&floor + 1, floor.clone()) } else { (floor.clone(), &floor + 1) };
        let nearest = |tie: &BigInt| match twice.cmp(&bottom) {
            Ordering::Less => floor.clone(),
            Ordering::Equal => tie.clone(),
            Ordering::Greater => &floor + 1,
        };
        let want = match mode {
            _ if twice == BigInt::ZERO => floor.clone(),
            Rounding::HalfUp => nearest(&away),
            Rounding::HalfDown => nearest(&toward),
            Rounding::HalfEven => nearest(&even),
            Rounding::Up => away,
            Rounding::Down => toward,
            Rounding::Floor => floor.clone(),
            Rounding::Ceiling => &floor + 1,
        };
        let want = Fraction { top: want * unit, bottom: scale };
        match a.round(places, mode) {
            Ok(got) => prop_assert!(Fraction::of(got).same(&want), "{got} {want:?}"),
            Err(fault) => {
                prop_assert_eq!(fault, Fault::Overflow);
                prop_assert!(want.top.magnitude() >= ten(28).magnitude());
            }
        }
    }

    #[test]
    fn what_is_displayed_reads_back(a in any_decimal()) {
        let text = a.to_string();
        prop_assert_eq!(Decimal::parse(&text), Ok(a));
        prop_assert!(!text.contains('.') || !text.ends_with('0'), "{text}");
        prop_assert!(text != "-0" && !text.ends_with('.'));
        prop_assert_eq!(a.normalized().to_string(), text);
        prop_assert_eq!(Decimal::parse(&format!("{}e-{}", a.coefficient(), a.scale())), Ok(a));
    }

    #[test]
    fn fixed_places_are_the_rounded_value(a in any_decimal(), places in 0_u8..40) {
        let text = a.to_string_places(places, Rounding::HalfEven);
        prop_assert_eq!(Decimal::parse(&text), Ok(a.round(places.into(), Rounding::HalfEven).unwrap()));
        let fraction = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        prop_assert_eq!(fraction, usize::from(places));
        let zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'-'));
        prop_assert!(!zero || !text.starts_with('-'), "{text}");
    }

    #[test]
    fn binary_numbers_round_trip(value in any::<f64>(), small in -1e9_f64..1e9, cents in -1_000_000_000_000_i64..1_000_000_000_000) {
        for value in [value, small, cents as f64 / 100.0, cents as f64 / 8192.0, cents as f64] {
            let text = format!("{value:e}");
            let want = if value.is_finite() { Decimal::parse(&text).ok() } else { None };
            let got = Decimal::from_f64(value);
            prop_assert_eq!(got, want, "{}", text);
            if let Some(got) = got {
                prop_assert_eq!(got.to_f64(), value);
            }
        }
    }

    #[test]
    fn the_nearest_binary_number(a in any_decimal()) {
        let text = format!("{}e-{}", a.coefficient(), a.scale());
        prop_assert_eq!(a.to_f64(), text.parse::<f64>().unwrap());
    }

    #[test]
    fn reading_takes_what_a_plain_reader_takes(text in "[-+]?[0-9]{0,40}(\\.[0-9]{0,40})?([eE][-+]?[0-9]{0,2})?") {
        // The oracle: digits with the point taken out, over a power of ten.
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (&text[..], None),
        };
        let digits: String = mantissa.chars().filter(|c| *c != '.' && *c != '+').collect();
        let places = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i32);
        let exponent = exponent.map_or(Some(0), |text| text.parse::<i32>().ok());
        let want = match (digits.parse::<BigInt>(), exponent) {
            (Ok(top), Some(exponent)) if !digits.is_empty() && digits != "-" => {
                let shift = exponent - places;
                let up = ten(shift.max(0) as u32);
                Some(Fraction { top: top * up, bottom: ten((-shift).max(0) as u32) })
            }
            _ => None,
        };
        match (Decimal::parse(&text), want) {
            (Ok(got), Some(want)) => prop_assert!(Fraction::of(got).same(&want), "{text}: {got}"),
            (Err(ParseError::TooManyDigits), Some(want)) => {
                // Nothing that a decimal can hold is turned away.
                let held = want.rounded();
                prop_assert!(held.is_err() || !held.unwrap().same(&want), "{text}");
            }
            (got, want) => prop_assert!(got == Err(ParseError::NotANumber) && want.is_none(), "{text}: {got:?} {want:?}"),
        }
    }

    #[test]
    fn reading_any_text_does_not_panic(text in ".{0,60}") {
        let _ = Decimal::parse(&text);
    }
}

#[test]
fn it_takes_sixteen_bytes_and_eight_aligned() {
    assert_eq!((size_of::<Decimal>(), align_of::<Decimal>()), (16, 8));
    assert_eq!(size_of::<Result<Decimal, Fault>>(), 24);
}

#[test]
fn what_people_argue_about() {
    assert_eq!(d("0.1").add(d("0.2")), Ok(d("0.3")));
    assert_eq!(d("1").div(d("3")).unwrap().to_string(), "0.3333333333333333333333333333");
    assert_eq!(d("2").div(d("3")).unwrap().to_string(), "0.6666666666666666666666666667");
    assert_eq!(d("200").div(d("3")).unwrap().to_string(), "66.66666666666666666666666667");
    assert_eq!(d("6").div(d("3")).unwrap().to_string(), "2");
    assert_eq!(d("12").div(d("80")).unwrap().mul(d("100")).unwrap().to_string_places(1, Rounding::HalfUp), "15.0");
    // Nine full-time officers for 900,600; visits to 173 schools.
    assert_eq!(d("900600").div(d("9")).unwrap().to_string_places(2, Rounding::HalfEven), "100066.67");
    assert_eq!(d("1460").div(d("173")).unwrap().to_string_places(2, Rounding::HalfEven), "8.44");
    assert_eq!(d("31").div(d("499")).unwrap().mul(d("100")).unwrap().to_string_places(1, Rounding::HalfUp), "6.2");
}

#[test]
fn the_ends_of_the_range() {
    let nines = Decimal::MAX;
    assert_eq!(nines.to_string(), "9".repeat(28));
    assert_eq!(nines.add(Decimal::ONE), Err(Fault::Overflow));
    assert_eq!(nines.add(d("0.4")), Ok(nines));
    assert_eq!(nines.add(d("0.5")), Err(Fault::Overflow));
    assert_eq!(Decimal::MIN.sub(d("0.5")), Err(Fault::Overflow));
    assert_eq!(nines.sub(nines), Ok(Decimal::ZERO));
    assert_eq!(nines.mul(nines), Err(Fault::Overflow));
    assert_eq!(nines.div(d("0.1")), Err(Fault::Overflow));
    assert_eq!(nines.div(nines), Ok(Decimal::ONE));
    let least = Decimal::new(1, 28).unwrap();
    assert_eq!(least.to_string(), "0.0000000000000000000000000001");
    // Ties at the last place go to the even digit; nothing is rounded twice.
    assert_eq!(least.mul(d("0.5")), Ok(Decimal::ZERO));
    assert_eq!(least.mul(d("1.5")), Ok(Decimal::new(2, 28).unwrap()));
    assert_eq!(least.mul(d("2.5")), Ok(Decimal::new(2, 28).unwrap()));
    assert_eq!(least.mul(d("2.5000000001")), Ok(Decimal::new(3, 28).unwrap()));
    assert_eq!(least.mul(d("0.5000000001")), Ok(least));
    assert_eq!(least.div(nines), Ok(Decimal::ZERO));
    assert_eq!(least.div(d("2")), Ok(Decimal::ZERO));
    assert_eq!(Decimal::from_i64(i64::MIN).to_i64(), Some(i64::MIN));
    assert_eq!(Decimal::from_i64(i64::MAX).add(Decimal::ONE).unwrap().to_i64(), None);
    assert_eq!(Decimal::new(10_i128.pow(28), 0), None);
    assert_eq!(Decimal::new(1, 29), None);
    assert_eq!(d("-0.0"), Decimal::ZERO);
    assert_eq!(format!("{:?} {}", d("-0.0"), Decimal::ZERO.neg()), "0 0");
}

#[test]
fn rounding_modes() {
    let cases = [
        ("2.5", 0, ["3", "2", "2", "3", "2", "2", "3"]),
        ("-2.5", 0, ["-3", "-2", "-2", "-3", "-2", "-3", "-2"]),
        ("3.5", 0, ["4", "4", "3", "4", "3", "3", "4"]),
        ("2.51", 0, ["3", "3", "3", "3", "2", "2", "3"]),
        ("-0.04", 1, ["0", "0", "0", "-0.1", "0", "-0.1", "0"]),
        ("1250", -2, ["1300", "1200", "1200", "1300", "1200", "1200", "1300"]),
        ("1.25", 5, ["1.25"; 7]),
    ];
    for (value, places, want) in cases {
        for (mode, want) in Rounding::ALL.into_iter().zip(want) {
            assert_eq!(d(value).round(places, mode).unwrap().to_string(), want, "{value} to {places} {mode:?}");
            assert_eq!(Rounding::from_word(mode.word()), Some(mode));
        }
    }
    assert_eq!(Decimal::ONE.round(-28, Rounding::Up), Err(Fault::Overflow));
    assert_eq!(Decimal::ONE.round(-27, Rounding::Up).unwrap().to_string(), format!("1{}", "0".repeat(27)));
    assert_eq!(Decimal::ONE.round(i64::MIN, Rounding::HalfEven), Ok(Decimal::ZERO));
    assert_eq!(Decimal::ONE.round(i64::MIN, Rounding::Up), Err(Fault::Overflow));
    assert_eq!(Decimal::ONE.round(i64::MAX, Rounding::Up), Ok(Decimal::ONE));
    assert_eq!(Decimal::ZERO.round(i64::MIN, Rounding::Up), Ok(Decimal::ZERO));
}

#[test]
fn texts_that_are_and_are_not_numbers() {
    for (text, want) in [
        ("12", "12"),
        ("+12.50", "12.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("1.5E-3", "0.0015"),
        ("0e999999999999999999999", "0"),
        ("00000000000000000000000000000000000001", "1"),
        ("1.0000000000000000000000000000000000000", "1"),
        ("9999999999999999999999999999", "9999999999999999999999999999"),
        ("0.0000000000000000000000000001", "0.0000000000000000000000000001"),
    ] {
        assert_eq!(Decimal::parse(text).map(|d| d.to_string()).as_deref(), Ok(want), "{text}");
    }
    for text in
        ["", ".", "-", "+.", "e5", "1e", "1e+", "1,000", " 1", "1 ", "1.2.3", "--1", "0x1", "NaN", "inf", "１", "1_000"]
    {
        assert_eq!(Decimal::parse(text), Err(ParseError::NotANumber), "{text}");
    }
    for text in [
        "10000000000000000000000000000",
        "1.00000000000000000000000000001",
        "1e28",
        "1e-29",
        "1e999999999999999999999",
        "0.10000000000000000000000000001",
    ] {
        assert_eq!(Decimal::parse(text), Err(ParseError::TooManyDigits), "{text}");
    }
}

#[test]
fn binary_numbers() {
    for (value, want) in [(0.1, "0.1"), (-0.0, "0"), (1e15, "1000000000000000"), (0.1 + 0.2, "0.30000000000000004")] {
        assert_eq!(Decimal::from_f64(value).unwrap().to_string(), want);
    }
    for value in [f64::NAN, f64::INFINITY, 1e28, 1e-29, f64::MAX, f64::MIN_POSITIVE] {
        assert_eq!(Decimal::from_f64(value), None);
    }
}

#[test]
fn digits_are_counted_right() {
    let mut n = i256::ONE;
    for bits in 0..255 {
        for value in [n, n.wrapping_sub(i256::ONE), n.wrapping_add(i256::ONE)] {
            let want = if value == i256::ZERO { 0 } else { value.to_string().len() as u32 };
            assert_eq!(wide_digits(value), want, "near 2^{bits}");
        }
        n = n.wrapping_add(n);
    }
    for n in 0..=76 {
        assert_eq!((wide_digits(wide_power(n)), wide_digits(wide_power(n).wrapping_sub(i256::ONE))), (n + 1, n));
    }
}

#[test]
fn words_with_a_width() {
    assert_eq!(
        format!("[{:>6}] [{:<6}] [{:+}] [{:06}]", d("1.5"), d("-1.50"), d("2"), d("-1.5")),
        "[   1.5] [-1.5  ] [+2] [-001.5]"
    );
    assert_eq!(d("1234.5").to_string_places(0, Rounding::HalfEven), "1234");
    assert_eq!(d("-0.04").to_string_places(1, Rounding::HalfEven), "0.0");
    assert_eq!(d("7").to_string_places(3, Rounding::HalfEven), "7.000");
    assert_eq!(d("7.25").to_string_places(3, Rounding::HalfEven), "7.250");
}
