//! Agreement between raters: published values to the places that were published, and generated ratings held to the
//! definitions worked out pair by pair.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking, in its helpers too")]

use assize_measures::agreement::{Agreement, Metric, NoAgreement, Ratings, Weights, cohen, fleiss, krippendorff};
use proptest::prelude::*;

/// Two raters by the table of what both gave.
fn of_table<const K: usize>(table: [[usize; K]; K]) -> Ratings {
    let mut units = Vec::new();
    for (one, row) in table.iter().enumerate() {
        for (other, &count) in row.iter().enumerate() {
            units.extend(std::iter::repeat_n(vec![(0, one as u16), (1, other as u16)], count));
        }
    }
    Ratings::new(K, units).unwrap()
}

/// Units by how many ratings each category got, from raters without a name.
fn of_counts<const K: usize>(rows: &[[usize; K]]) -> Ratings {
    let unit = |row: &[usize; K]| -> Vec<(u32, u16)> {
        let given = row.iter().enumerate().flat_map(|(code, &count)| std::iter::repeat_n(code as u16, count));
        (0_u32..).zip(given).collect()
    };
    Ratings::new(K, rows.iter().map(unit).collect()).unwrap()
}

/// Raters by rows, units by columns; a point is a rating that is not there, codes count from 1.
fn of_rows(rows: &[&str]) -> Ratings {
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.split(' ').collect()).collect();
    let unit = |at: usize| {
        let given = rows.iter().enumerate().filter(|(_, row)| row[at] != ".");
        given.map(|(rater, row)| (rater as u32, row[at].parse::<u16>().unwrap() - 1)).collect()
    };
    Ratings::new(5, (0..rows[0].len()).map(unit).collect()).unwrap()
}

fn shown(agreement: Agreement, places: usize) -> String {
    format!("{:.places$}", agreement.value.unwrap())
}

#[test]
fn cohens_kappas_are_the_published_ones() {
    // Cohen (1960), table 1: two psychologists' diagnoses of 200 patients, from its proportions; kappa .492.
    let diagnoses = of_table([[88, 10, 2], [14, 40, 6], [18, 10, 12]]);
    assert_eq!(shown(cohen(&diagnoses, Weights::Plain), 3), "0.492");
    // Mammograms read by two radiologists, Boyd et al. (1982), in the Stata Base Reference Manual, `kappa`: 0.4728,
    // with the weights `w` 0.5684 and with `w2` 0.6714.
    let mammograms = of_table([[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]]);
    assert_eq!(shown(cohen(&mammograms, Weights::Plain), 4), "0.4728");
    assert_eq!(shown(cohen(&mammograms, Weights::Linear), 4), "0.5684");
    assert_eq!(shown(cohen(&mammograms, Weights::Quadratic), 4), "0.6714");
    // Wives' and husbands' answers, Hout, Duncan and Sobel (1987), in R's `vcd::Kappa(SexualFun)`: 0.1293 and, with
    // weights by equal spacing, 0.2374.
    let answers = of_table([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]);
    assert_eq!(shown(cohen(&answers, Weights::Plain), 4), "0.1293");
    assert_eq!(shown(cohen(&answers, Weights::Linear), 4), "0.2374");
}

#[test]
fn fleiss_kappas_are_the_published_ones() {
    // Fleiss (1971), table 1: 30 psychiatric patients, six diagnoses of each among five; kappa .430.
    let patients = of_counts(&[
        [0, 0, 0, 6, 0],
        [0, 3, 0, 0, 3],
        [0, 1, 4, 0, 1],
        [0, 0, 0, 0, 6],
        [0, 3, 0, 3, 0],
        [2, 0, 4, 0, 0],
        [0, 0, 4, 0, 2],
        [2, 0, 3, 1, 0],
        [2, 0, 0, 4, 0],
        [0, 0, 0, 0, 6],
        [1, 0, 0, 5, 0],
        [1, 1, 0, 4, 0],
        [0, 3, 3, 0, 0],
        [1, 0, 0, 5, 0],
        [0, 2, 0, 3, 1],
        [0, 0, 5, 0, 1],
        [3, 0, 0, 1, 2],
        [5, 1, 0, 0, 0],
        [0, 2, 0, 4, 0],
        [1, 0, 2, 0, 3],
        [0, 0, 0, 0, 6],
        [0, 1, 0, 5, 0],
        [0, 2, 0, 1, 3],
        [2, 0, 0, 4, 0],
        [1, 0, 0, 4, 1],
        [0, 5, 0, 1, 0],
        [4, 0, 0, 0, 2],
        [0, 2, 0, 4, 0],
        [1, 0, 5, 0, 0],
        [0, 0, 0, 0, 6],
    ]);
    let agreement = fleiss(&patients);
    assert_eq!(shown(agreement, 4), "0.4302");
    assert_eq!((agreement.units, agreement.ratings, agreement.left_out), (30, 180, 0));
    // The worked example of Wikipedia's article on Fleiss' kappa: 0.210.
    let subjects = of_counts(&[
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]);
    assert_eq!(shown(fleiss(&subjects), 3), "0.210");
}

#[test]
fn krippendorffs_alphas_are_the_published_ones() {
    // Krippendorff (2011), sections C and D: four observers, twelve units, ratings missing; .743, .815 and .849, here
    // to one place more.
    let observers = of_rows(&[
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    ]);
    let nominal = krippendorff(&observers, Metric::Nominal);
    assert_eq!(shown(nominal, 4), "0.7434");
    assert_eq!((nominal.units, nominal.ratings, nominal.left_out), (11, 40, 1));
    assert_eq!(shown(krippendorff(&observers, Metric::Ordinal), 4), "0.8154");
    assert_eq!(shown(krippendorff(&observers, Metric::Interval), 4), "0.8491");
    // The same paper, section A, two observers and two codes: .095; section B, two observers and five codes: .692.
    assert_eq!(
        shown(krippendorff(&of_rows(&["1 2 1 1 1 1 1 1 2 1", "2 2 2 1 1 2 1 1 1 1"]), Metric::Nominal), 3),
        "0.095"
    );
    assert_eq!(
        shown(krippendorff(&of_rows(&["1 1 2 2 4 3 3 3 5 4 4 1", "2 1 2 2 2 3 3 3 5 4 4 4"]), Metric::Nominal), 3),
        "0.692"
    );
    // The worked example of Wikipedia's article on Krippendorff's alpha: 0.691 and, by intervals, 0.811.
    let coders =
        of_rows(&[". . . . . 3 4 1 2 1 1 3 3 . 3", "1 . 2 1 3 3 4 3 . . . . . . .", ". . 2 1 3 4 4 . 2 1 1 3 3 . 4"]);
    assert_eq!(shown(krippendorff(&coders, Metric::Nominal), 3), "0.691");
    assert_eq!(shown(krippendorff(&coders, Metric::Interval), 3), "0.811");
}

#[test]
fn what_is_undefined_says_why() {
    let ratings = |units: Vec<Vec<(u32, u16)>>| Ratings::new(3, units).unwrap();
    let why = |ratings: &Ratings| {
        let cohens = cohen(ratings, Weights::Plain).value.err();
        (cohens, fleiss(ratings).value.err(), krippendorff(ratings, Metric::Ordinal).value.err())
    };
    let all = |reason| (Some(reason), Some(reason), Some(reason));
    assert_eq!(why(&ratings(vec![])), all(NoAgreement::NoRatings));
    assert_eq!(why(&ratings(vec![vec![], vec![]])), all(NoAgreement::NoRatings));
    assert_eq!(why(&ratings(vec![vec![(4, 0)], vec![(4, 1)]])), all(NoAgreement::OneRater));
    assert_eq!(why(&ratings(vec![vec![(4, 0)], vec![(5, 1)]])), all(NoAgreement::NothingRatedTwice));
    assert_eq!(why(&ratings(vec![vec![(4, 1), (5, 1)], vec![(4, 1), (5, 1)]])), all(NoAgreement::NoVariation));
    let uneven = ratings(vec![vec![(1, 0), (2, 1), (3, 1)], vec![(1, 0), (2, 2)]]);
    assert_eq!(why(&uneven), (Some(NoAgreement::NotTwoRaters), Some(NoAgreement::UnequalRatings), None));
    // What is left of uneven ratings is not looked at for variation: its raters are too many.
    let three = ratings(vec![vec![(1, 0), (2, 0), (3, 0)]]);
    assert_eq!(
        why(&three),
        (Some(NoAgreement::NotTwoRaters), Some(NoAgreement::NoVariation), Some(NoAgreement::NoVariation))
    );
    // Two raters who never agree, each always the same, are no better than chance: 0, which is defined.
    let apart = ratings(vec![vec![(1, 0), (2, 1)], vec![(1, 0), (2, 1)]]);
    assert_eq!(cohen(&apart, Weights::Quadratic).value, Ok(0.0));
}

#[test]
fn many_categories_and_many_raters_cost_no_square_of_them() {
    // Pairs of categories would be four thousand million, and pairs of raters half of that.
    let units = vec![(0..60_000).map(|rater| (rater, rater as u16)).collect(), vec![(0, 65_535), (1, 0)]];
    let ratings = Ratings::new(65_536, units).unwrap();
    for metric in [Metric::Nominal, Metric::Ordinal, Metric::Interval] {
        assert!(krippendorff(&ratings, metric).value.unwrap() < 0.1);
    }
    let two = Ratings::new(65_536, vec![vec![(0, 65_535), (1, 0)], vec![(0, 0), (1, 65_535)]]).unwrap();
    for weights in [Weights::Plain, Weights::Linear, Weights::Quadratic] {
        assert_eq!(cohen(&two, weights).value, Ok(-1.0));
    }
}

/// The definition with proportions: `(pₒ − pₑ) / (1 − pₑ)` by weights of agreement.
fn naive_cohen(units: &[Vec<(u32, u16)>], categories: usize, power: i32) -> f64 {
    let both: Vec<(u16, u16)> =
        units.iter().filter(|unit| unit.len() == 2).map(|unit| (unit[0].1, unit[1].1)).collect();
    let weight = |one: usize, other: usize| match power {
        0 => f64::from(u8::from(one == other)),
        _ => 1.0 - (one.abs_diff(other) as f64 / (categories - 1) as f64).powi(power),
    };
    let share =
        |is: &dyn Fn(&(u16, u16)) -> bool| both.iter().filter(|pair| is(pair)).count() as f64 / both.len() as f64;
    let (mut observed, mut expected) = (0.0, 0.0);
    for one in 0..categories {
        for other in 0..categories {
            let (a, b) = (one as u16, other as u16);
            observed += weight(one, other) * share(&|pair| *pair == (a, b));
            expected += weight(one, other) * share(&|pair| pair.0 == a) * share(&|pair| pair.1 == b);
        }
    }
    (observed - expected) / (1.0 - expected)
}

fn naive_fleiss(units: &[Vec<(u32, u16)>], categories: usize) -> f64 {
    let each = units[0].len() as f64;
    let count =
        |unit: &[(u32, u16)], code: usize| unit.iter().filter(|rating| usize::from(rating.1) == code).count() as f64;
    let agreed = |unit: &Vec<(u32, u16)>| {
        let squares: f64 = (0..categories).map(|code| count(unit, code).powi(2)).sum();
        (squares - each) / (each * (each - 1.0))
    };
    let observed = units.iter().map(agreed).sum::<f64>() / units.len() as f64;
    let share = |code| units.iter().map(|unit| count(unit, code)).sum::<f64>() / (each * units.len() as f64);
    let expected: f64 = (0..categories).map(|code| share(code).powi(2)).sum();
    (observed - expected) / (1.0 - expected)
}

/// The definition by a matrix of coincidences.
fn naive_alpha(units: &[Vec<(u32, u16)>], categories: usize, metric: Metric) -> f64 {
    let mut matrix = vec![vec![0.0; categories]; categories];
    for unit in units.iter().filter(|unit| unit.len() >= 2) {
        for (at, one) in unit.iter().enumerate() {
            for (other_at, other) in unit.iter().enumerate() {
                if at != other_at {
                    matrix[usize::from(one.1)][usize::from(other.1)] += 1.0 / (unit.len() - 1) as f64;
                }
            }
        }
    }
    let totals: Vec<f64> = matrix.iter().map(|row| row.iter().sum()).collect();
    let all: f64 = totals.iter().sum();
    let apart = |one: usize, other: usize| -> f64 {
        let (low, high) = (one.min(other), one.max(other));
        match metric {
            Metric::Nominal => f64::from(u8::from(one != other)),
            Metric::Interval => ((high - low) as f64).powi(2),
            Metric::Ordinal => (totals[low..=high].iter().sum::<f64>() - (totals[low] + totals[high]) / 2.0).powi(2),
        }
    };
    let (mut observed, mut expected) = (0.0, 0.0);
    for one in 0..categories {
        for other in 0..categories {
            observed += matrix[one][other] * apart(one, other) / all;
            expected += totals[one] * totals[other] * apart(one, other) / (all * (all - 1.0));
        }
    }
    1.0 - observed / expected
}

/// Units rated by some of `raters`, each with a category or without.
fn units(raters: usize, categories: u16) -> impl Strategy<Value = Vec<Vec<(u32, u16)>>> {
    let rating = proptest::option::weighted(0.8, 0..categories);
    let unit = proptest::collection::vec(rating, raters)
        .prop_map(|given| (0_u32..).zip(given).filter_map(|(rater, code)| Some((rater, code?))).collect::<Vec<_>>());
    proptest::collection::vec(unit, 0..30)
}

fn close(got: Agreement, wanted: f64) -> bool {
    match got.value {
        Ok(value) => (value - wanted).abs() < 1e-9,
        // Nothing to divide by: the definition has no number either, or what rounding makes of it.
        Err(_) => !wanted.is_finite() || wanted.abs() > 1e9 || wanted == 0.0 || wanted == 1.0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn two_raters_are_counted_as_the_definition_says((categories, units) in (2_u16..6).prop_flat_map(|k| (Just(k), units(2, k)))) {
        let ratings = Ratings::new(usize::from(categories), units.clone()).unwrap();
        for (weights, power) in [(Weights::Plain, 0), (Weights::Linear, 1), (Weights::Quadratic, 2)] {
            let (got, wanted) = (cohen(&ratings, weights), naive_cohen(&units, usize::from(categories), power));
            prop_assert!(close(got, wanted), "{weights:?}: {got:?} is not {wanted}");
            let both = units.iter().filter(|unit| unit.len() == 2).count() as u64;
            prop_assert_eq!((got.units, got.ratings, got.left_out), (both, 2 * both, units.len() as u64 - both));
        }
    }

    #[test]
    fn equal_numbers_of_ratings_are_counted_as_the_definition_says(
        (categories, units) in (2_u16..6, 2_usize..7).prop_flat_map(|(k, n)| {
            let unit = proptest::collection::vec(0..k, n).prop_map(|given| (0_u32..).zip(given).collect::<Vec<_>>());
            (Just(k), proptest::collection::vec(unit, 1..20))
        }),
    ) {
        let ratings = Ratings::new(usize::from(categories), units.clone()).unwrap();
        let (got, wanted) = (fleiss(&ratings), naive_fleiss(&units, usize::from(categories)));
        prop_assert!(close(got, wanted), "{got:?} is not {wanted}");
    }

    #[test]
    fn any_raters_are_counted_as_the_definition_says(
        (categories, units) in (2_u16..6, 1_usize..6).prop_flat_map(|(k, n)| (Just(k), units(n, k))),
    ) {
        let ratings = Ratings::new(usize::from(categories), units.clone()).unwrap();
        for metric in [Metric::Nominal, Metric::Ordinal, Metric::Interval] {
            let (got, wanted) = (krippendorff(&ratings, metric), naive_alpha(&units, usize::from(categories), metric));
            prop_assert!(close(got, wanted), "{metric:?}: {got:?} is not {wanted}");
        }
    }

    #[test]
    fn the_order_of_units_and_of_raters_changes_no_bit(
        (units, mixed) in (2_u16..6, 1_usize..6).prop_flat_map(|(k, n)| units(n, k)).prop_flat_map(|units| {
            let shuffled = Just(units.clone()).prop_shuffle();
            (Just(units), shuffled)
        }),
    ) {
        let given = Ratings::new(6, units).unwrap();
        // Other names for the raters too, so that they come in the opposite order.
        let turned = mixed.iter().map(|unit| unit.iter().map(|&(rater, code)| (u32::MAX - rater, code)).collect());
        let mixed = Ratings::new(6, turned.collect()).unwrap();
        let all = |ratings: &Ratings| {
            let of = |agreement: Agreement| (agreement.value.map(f64::to_bits), agreement.units, agreement.ratings);
            [
                of(cohen(ratings, Weights::Plain)),
                of(cohen(ratings, Weights::Linear)),
                of(cohen(ratings, Weights::Quadratic)),
                of(fleiss(ratings)),
                of(krippendorff(ratings, Metric::Nominal)),
                of(krippendorff(ratings, Metric::Ordinal)),
                of(krippendorff(ratings, Metric::Interval)),
            ]
        };
        prop_assert_eq!(all(&given), all(&mixed));
    }
}
