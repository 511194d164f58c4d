//! The splitter against the `csv` crate, at every place where a buffer can end.

use super::*;
use proptest::prelude::*;

/// Gives few bytes at a time, so that every place of the input becomes a buffer's end.
struct Dribble<'a>(&'a [u8], usize);

impl Read for Dribble<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(to.len()).min(self.0.len());
        to[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

type Split = Vec<Result<Vec<Vec<u8>>, Problem>>;

fn split(input: &[u8], columns: usize, block: usize, most: usize, limits: (usize, usize)) -> Split {
    let limits = Limits { delimiter: b',', cell: limits.0, row: limits.1, block };
    let mut splitter = Splitter::new(Dribble(input, 7), limits);
    splitter.select((0..columns).collect(), columns);
    let mut found = Vec::new();
    while splitter.next(most).unwrap() {
        let rows = splitter.rows();
        assert!(rows.len <= most && rows.len > 0);
        let mut problems = rows.problems.iter().peekable();
        for row in 0..rows.len {
            if let Some(&&(_, problem)) = problems.peek().filter(|(at, _)| *at as usize == row) {
                problems.next();
                assert!((0..columns).all(|slot| rows.column(slot).nth(row).unwrap().is_broken()));
                found.push(Err(problem));
            } else {
                let cell = |slot| rows.column(slot).nth(row).unwrap().of(splitter.buffer()).to_vec();
                found.push(Ok((0..columns).map(cell).collect()));
            }
        }
        assert!(problems.next().is_none());
    }
    found
}

fn peer(input: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
    reader.byte_records().map(|row| row.unwrap().iter().map(<[u8]>::to_vec).collect()).collect()
}

const NO_LIMIT: (usize, usize) = (1 << 20, 1 << 20);

fn compare(input: &[u8], columns: usize, block: usize, most: usize) {
    let ours = split(input, columns, block, most, NO_LIMIT);
    let theirs = peer(input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input));
    for (at, theirs) in theirs.iter().enumerate() {
        match ours.get(at) {
            // Where they take all that is left for one cell, ours goes on at the next line.
            Some(Err(Problem::Unclosed)) => return,
            Some(Err(Problem::Cells(found))) => assert_eq!(*found, theirs.len(), "row {at} of {input:?}"),
            Some(Err(Problem::Stray)) => {
                assert!(theirs.len() == columns && input.contains(&b'"'), "row {at} of {input:?}");
            }
            Some(Ok(cells)) => assert_eq!(cells, theirs, "row {at} of {input:?}"),
            other => panic!("row {at} of {input:?}: {other:?}, theirs {theirs:?}"),
        }
    }
    assert_eq!(ours.len(), theirs.len(), "{input:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn as_the_csv_crate_on_random_bytes(
        input in proptest::collection::vec(prop_oneof![
            5 => proptest::sample::select(b"ab\n\r,,\",\"\"".to_vec()),
            1 => any::<u8>(),
        ], 0..200),
        columns in 1_usize..5,
        block in prop_oneof![Just(1_usize), 2_usize..100, Just(1000)],
        most in 1_usize..10,
    ) {
        prop_assume!(!input.starts_with(b"\xef\xbb\xbf"));
        compare(&input, columns, block, most);
    }

    #[test]
    fn what_is_quoted_comes_back(
        rows in proptest::collection::vec(proptest::collection::vec("[a\"\n\r,é☃ ]{0,90}", 3), 1..20),
        ends in proptest::sample::select(vec!["\n", "\r\n", "\r"]),
        block in 1_usize..300,
    ) {
        let quote = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let text: String = rows.iter().map(|row| row.iter().map(quote).collect::<Vec<_>>().join(",") + ends).collect();
        let bytes = |row: &Vec<String>| Ok(row.iter().map(|cell| cell.as_bytes().to_vec()).collect());
        let wanted: Split = rows.iter().map(bytes).collect();
        prop_assert_eq!(split(text.as_bytes(), 3, block, 5, NO_LIMIT), wanted);
    }

    #[test]
    fn limits_hold_and_nothing_hangs(
        input in proptest::collection::vec(proptest::sample::select(b"abcdefgh\n,\"".to_vec()), 0..400),
        cell in 1_usize..20,
        row in 1_usize..60,
        block in 1_usize..40,
    ) {
        for cells in split(&input, 2, block, 4, (cell, row)).into_iter().flatten() {
            prop_assert!(cells.iter().all(|one| one.len() <= cell));
        }
    }
}

fn cells(row: &[&str]) -> Result<Vec<Vec<u8>>, Problem> {
    Ok(row.iter().map(|cell| cell.as_bytes().to_vec()).collect())
}

#[test]
fn a_quote_that_is_never_closed_costs_its_own_row() {
    let input = b"a,b\nc,\"d\ne,f\ng,h\n";
    let wanted = vec![cells(&["a", "b"]), Err(Problem::Unclosed), cells(&["e", "f"]), cells(&["g", "h"])];
    for block in [1, 3, 8, 1000] {
        assert_eq!(split(input, 2, block, 100, NO_LIMIT), wanted);
    }
    assert_eq!(split(b"a,\"", 2, 10, 9, NO_LIMIT), [Err(Problem::Unclosed)]);
}

#[test]
fn a_cell_past_the_limit_costs_its_own_row() {
    let long = "x".repeat(5_000);
    let input = format!("a,b\n{long},c\nd,e\n\"{long}\",f\ng,h\n\"{long}\n\",i\nj,k\n");
    let found = split(input.as_bytes(), 2, 64, 100, (1_000, 100_000));
    // The quoted cell with a line end is given up at that line, and what is left of it is a row of its own.
    let wanted = [
        cells(&["a", "b"]),
        Err(Problem::LongCell),
        cells(&["d", "e"]),
        Err(Problem::LongCell),
        cells(&["g", "h"]),
        Err(Problem::LongCell),
        Err(Problem::Unclosed),
        cells(&["j", "k"]),
    ];
    assert_eq!(found.len(), wanted.len());
    assert_eq!(found[..6], wanted[..6]);
    assert_eq!(found[7], wanted[7]);
}

#[test]
fn a_row_past_the_limit_is_left_out_without_being_held() {
    let mut input = b"a,b\n".to_vec();
    input.extend(std::iter::repeat_n(b'x', 3_000_000));
    input.extend(b",c\nd,e\n");
    let limits = Limits { delimiter: b',', cell: 1 << 20, row: 100_000, block: 1_000 };
    let mut splitter = Splitter::new(input.as_slice(), limits);
    splitter.select(vec![0, 1], 2);
    let mut found = Vec::new();
    while splitter.next(10).unwrap() {
        found.extend(splitter.rows().problems.iter().map(|&(_, problem)| problem));
        assert!(splitter.buffer().len() < 500_000);
    }
    assert_eq!(found, [Problem::LongRow]);
    assert_eq!(split(&input, 2, 1_000, 10, (1 << 20, 100_000)).len(), 3);
}
