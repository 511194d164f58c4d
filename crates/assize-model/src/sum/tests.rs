//! Sums against whole numbers of any size, in any order and split in any way.

use super::*;
use num_bigint::BigInt;
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
enum Term {
    Integer(i64),
    Decimal(Decimal),
}

impl Term {
    fn add_to(self, sum: &mut ExactSum) {
        match self {
            Self::Integer(value) => sum.add_integer(value),
            Self::Decimal(value) => sum.add_decimal(value),
        }
    }

    /// In units of 10^-28.
    fn exact(self) -> BigInt {
        match self {
            Self::Integer(value) => BigInt::from(value) * BigInt::from(10).pow(28),
            Self::Decimal(value) => {
                BigInt::from(value.coefficient()) * BigInt::from(10).pow(u32::from(28 - value.scale()))
            }
        }
    }
}

fn term() -> impl Strategy<Value = Term> {
    let limit = 10_i128.pow(28) - 1;
    let decimal = |(coefficient, scale)| Term::Decimal(Decimal::new(coefficient, scale).unwrap());
    prop_oneof![
        any::<i64>().prop_map(Term::Integer),
        (-1000_i64..1000).prop_map(Term::Integer),
        (-100_000_i128..100_000, Just(2_u8)).prop_map(decimal),
        (-limit..=limit, 0_u8..=28).prop_map(decimal),
        (prop::sample::select(&[-1_i128, 1, 5, -5][..]), 20_u8..=28).prop_map(decimal),
        (prop::sample::select(vec![limit, -limit]), 0_u8..=1).prop_map(decimal),
    ]
}

fn sum(terms: &[Term]) -> ExactSum {
    let mut sum = ExactSum::ZERO;
    terms.iter().for_each(|term| term.add_to(&mut sum));
    sum
}

/// `top / bottom / 10^28` rounded half-even to what a decimal holds, by trying every number of places.
fn rounded(top: &BigInt, bottom: u64) -> Result<Decimal, Fault> {
    for scale in (0..=28_u8).rev() {
        let by = BigInt::from(bottom) * BigInt::from(10).pow(u32::from(28 - scale));
        let magnitude = BigInt::from(top.magnitude().clone());
        let (quotient, rest) = (&magnitude / &by, &magnitude % &by);
        let twice: BigInt = rest * 2;
        let up = twice > by || (twice == by && &quotient % 2 != BigInt::ZERO);
        let quotient: BigInt = quotient + u8::from(up);
        let small = i128::try_from(quotient).ok().and_then(|coefficient| Decimal::new(coefficient, scale));
        if let Some(value) = small {
            return Ok(if top.sign() == num_bigint::Sign::Minus { value.neg() } else { value });
        }
    }
    Err(Fault::Overflow)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_sum_is_exact_in_any_order_and_split(
        (terms, shuffled) in prop::collection::vec(term(), 0..40).prop_flat_map(|terms| (Just(terms.clone()), Just(terms).prop_shuffle())),
        cut in 0_usize..40,
        count in prop_oneof![1_u64..1000, any::<u64>()],
    ) {
        let exact: BigInt = terms.iter().map(|term| term.exact()).sum();
        let whole = sum(&terms);
        let (left, right) = shuffled.split_at(cut.min(shuffled.len()));
        let mut parts = sum(right);
        parts.merge(&sum(left));
        let stored = ExactSum::from_bytes(&parts.to_bytes()).unwrap();
        prop_assert_eq!(whole.to_bytes(), parts.to_bytes());
        for got in [whole, parts, stored] {
            prop_assert_eq!(got, whole);
            prop_assert_eq!(got.to_decimal(), rounded(&exact, 1));
            if count == 0 {
                prop_assert_eq!(got.mean(count), Err(Fault::DivisionByZero));
            } else {
                prop_assert_eq!(got.mean(count), rounded(&exact, count));
            }
            let unit = BigInt::from(10).pow(28);
            let integer = match i64::try_from(&exact / &unit) {
                _ if &exact % &unit != BigInt::ZERO => Err(Fault::Argument),
                Ok(value) => Ok(value),
                Err(_) => Err(Fault::Overflow),
            };
            prop_assert_eq!(got.to_integer(), integer);
        }
        // Taking every term back leaves nothing.
        let mut back = parts;
        for term in &terms {
            match *term {
                Term::Integer(value) => back.add_decimal(Decimal::from_i64(value).neg()),
                Term::Decimal(value) => back.add_decimal(value.neg()),
            }
        }
        prop_assert_eq!(back, ExactSum::ZERO);
    }

    #[test]
    fn any_bytes_are_a_sum_or_none(bytes in prop::collection::vec(any::<u8>(), 0..40), more in prop::collection::vec(any::<u8>(), 33)) {
        for bytes in [bytes, more] {
            if let Some(mut sum) = ExactSum::from_bytes(&bytes) {
                prop_assert_eq!(&sum.to_bytes()[..], &bytes[..]);
                let _ = (sum.to_integer(), sum.to_decimal(), sum.mean(3));
                let other = sum;
                sum.merge(&other);
                let _ = sum.to_decimal();
            }
        }
    }
}

#[test]
fn sums_past_every_width_come_back() {
    // Past 128 bits of a single scale, and back.
    let big = Decimal::MAX;
    let mut sum = ExactSum::ZERO;
    for _ in 0..100 {
        sum.add_decimal(big);
    }
    let mut many = sum;
    for _ in 0..30 {
        let other = many;
        many.merge(&other);
    }
    assert_eq!(many.to_decimal(), Err(Fault::Overflow));
    assert_eq!(many.mean(100 << 30), Ok(big));
    assert_eq!(many.to_integer(), Err(Fault::Overflow));
    assert_eq!(ExactSum::from_bytes(&many.to_bytes()), Some(many));
    // Past 256 bits it says so, and stays so.
    for _ in 0..60 {
        let other = many;
        many.merge(&other);
    }
    assert_eq!(many.to_decimal(), Err(Fault::Overflow));
    assert_eq!(many.mean(u64::MAX), Err(Fault::Overflow));
    many.add_integer(1);
    assert_eq!(many.to_integer(), Err(Fault::Overflow));
    assert_eq!(ExactSum::from_bytes(&many.to_bytes()), Some(many));
    let mut sum = ExactSum::ZERO;
    sum.merge(&many);
    assert_eq!(sum.to_decimal(), Err(Fault::Overflow));
}

#[test]
fn integers_reach_the_ends() {
    let mut sum = ExactSum::ZERO;
    sum.add_integer(i64::MAX);
    assert_eq!(sum.to_integer(), Ok(i64::MAX));
    sum.add_integer(1);
    assert_eq!(sum.to_integer(), Err(Fault::Overflow));
    assert_eq!(sum.to_decimal().unwrap().to_string(), "9223372036854775808");
    sum.add_integer(-1);
    assert_eq!(sum.to_integer(), Ok(i64::MAX));
    sum.add_decimal(Decimal::parse("0.5").unwrap());
    assert_eq!(sum.to_integer(), Err(Fault::Argument));
    assert_eq!(ExactSum::ZERO.mean(0), Err(Fault::DivisionByZero));
    assert_eq!(ExactSum::ZERO.to_integer(), Ok(0));
    // Charges a month from January to April: a published mean.
    let mut sum = ExactSum::ZERO;
    [95, 100, 90, 92].into_iter().for_each(|n| sum.add_integer(n));
    assert_eq!(sum.mean(4).unwrap().to_string(), "94.25");
}
