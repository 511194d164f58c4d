//! Checks the contenders, times them against each other, and makes the table.

use crate::answer::Fault;
use crate::plan::Plan;
use crate::random::SplitMix;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

/// One engine, its rule compiled and its records prepared.
pub trait Contender<A> {
    /// The name in the table. The one called [`OURS`] is what the ratios are to.
    fn name(&self) -> &'static str;

    /// Evaluates the records that [`picked`] gives for `order`, one answer each. This is what is timed.
    ///
    /// # Errors
    ///
    /// An evaluation that fails: with these records none should.
    fn pass(&mut self, order: &[usize], answers: &mut [A]) -> Result<(), Fault>;
}

/// The items at these places.
pub fn picked<'a, T>(items: &'a [T], order: &'a [usize]) -> impl Iterator<Item = &'a T> {
    order.iter().filter_map(|place| items.get(*place))
}

/// The name of our own row.
pub const OURS: &str = "assize";

/// Records in a timed pass: few enough that the values an engine had built beforehand stay in the processor's cache, and that even the
/// slowest pass mostly ends before the scheduler interrupts it.
const BLOCK: usize = 500;

/// The table of one race.
pub struct Table {
    /// A line for each contender, under a heading.
    pub text: String,
    /// Whether every contender answered every record as expected.
    pub same: bool,
}

/// Checks every answer of every contender, then times them.
///
/// A round is one pass of every contender over one block of the records, the next block each round: a busy moment of the machine falls on
/// all contenders alike. Each round starts with another contender, so none always runs after the same neighbour.
///
/// # Errors
///
/// Whatever a contender's pass fails with, under its name.
pub fn race<A: Copy + Default + PartialEq>(
    plan: &Plan,
    contenders: &mut [Box<dyn Contender<A> + '_>],
    expected: &[A],
) -> Result<Table, Fault> {
    let mut order: Vec<usize> = (0..expected.len()).collect();
    let mut answers = vec![A::default(); expected.len()];
    let mut rows: Vec<Row> = Vec::with_capacity(contenders.len());
    for contender in contenders.iter_mut() {
        // Nothing of an earlier contender's answers may pass for this one's.
        answers.fill(A::default());
        contender.pass(&order, &mut answers).map_err(|fault| format!("{}: {fault}", contender.name()))?;
        let difference = answers.iter().zip(expected).position(|(answer, expected)| answer != expected);
        rows.push(Row { name: contender.name(), times: Vec::with_capacity(plan.rounds), difference });
    }

    let mut random = SplitMix(plan.seed);
    let blocks = order.len().div_ceil(BLOCK);
    for round in 0..plan.rounds {
        let Some(block) = order.chunks_mut(BLOCK).nth(round % blocks) else { continue };
        let first = round % rows.len();
        for (contender, row) in rotated(contenders, first).zip(rotated(&mut rows, first)) {
            row.times.push(timed(contender.as_mut(), &mut random, block, &mut answers)?);
        }
    }
    Ok(Table { text: text(&mut rows)?, same: rows.iter().all(|row| row.difference.is_none()) })
}

/// Nanoseconds per record of one pass, the data being in the cache.
///
/// The timed pass takes the records in an order that no pass has had: a processor learns the branches of thousands of records by heart,
/// and a loop that meets them again in the same order takes a quarter of the time.
fn timed<A>(
    contender: &mut (dyn Contender<A> + '_),
    random: &mut SplitMix,
    block: &mut [usize],
    answers: &mut [A],
) -> Result<f64, Fault> {
    random.shuffle(block);
    contender.pass(block, answers)?;
    random.shuffle(block);
    let begun = Instant::now();
    contender.pass(black_box(block), black_box(answers))?;
    Ok(begun.elapsed().as_nanos() as f64 / block.len() as f64)
}

/// What one contender did: nanoseconds per record in each round, and the first record it answered otherwise than expected.
struct Row {
    name: &'static str,
    times: Vec<f64>,
    difference: Option<usize>,
}

impl Row {
    /// The best and the median round.
    fn best_and_median(&mut self) -> (f64, f64) {
        self.times.sort_by(f64::total_cmp);
        let at = |place: usize| self.times.get(place).copied().unwrap_or(f64::NAN);
        (at(0), at(self.times.len() / 2))
    }
}

/// All items, starting at `first` and going round.
fn rotated<T>(items: &mut [T], first: usize) -> impl Iterator<Item = &mut T> {
    let (before, after) = items.split_at_mut(first.min(items.len()));
    after.iter_mut().chain(before)
}

fn text(rows: &mut [Row]) -> Result<String, std::fmt::Error> {
    let times: Vec<(f64, f64)> = rows.iter_mut().map(Row::best_and_median).collect();
    let ours = rows.iter().zip(&times).find(|(row, _)| row.name == OURS).map(|(_, (_, median))| *median);
    let mut text = String::new();
    writeln!(text, "{:<34}{:>12}{:>12}{:>12}   same answers", "engine", "ns/record", "best", "to ours")?;
    for (row, (best, median)) in rows.iter().zip(&times) {
        let ratio = ours.map_or_else(|| "-".to_owned(), |ours| format!("{:.2}", median / ours));
        let same = row.difference.map_or_else(|| "yes".to_owned(), |index| format!("no, first at record {index}"));
        writeln!(text, "{:<34}{median:>12.1}{best:>12.1}{ratio:>12}   {same}", row.name)?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::{Contender, OURS, Plan, picked, race};
    use crate::answer::Fault;

    /// Answers each record with its place, but one of them otherwise.
    struct Places {
        wrong: Option<usize>,
        places: Vec<usize>,
    }

    impl Contender<usize> for Places {
        fn name(&self) -> &'static str {
            OURS
        }

        fn pass(&mut self, order: &[usize], answers: &mut [usize]) -> Result<(), Fault> {
            for (slot, place) in answers.iter_mut().zip(picked(&self.places, order)) {
                *slot = if self.wrong == Some(*place) { usize::MAX } else { *place };
            }
            Ok(())
        }
    }

    fn run(wrong: Option<usize>) -> (bool, String) {
        let expected: Vec<usize> = (0..1_234).collect();
        let right = Places { wrong: None, places: expected.clone() };
        let other = Places { wrong, places: expected.clone() };
        let plan = Plan { records: expected.len(), rounds: 7, seed: 1 };
        let table = race(&plan, &mut [Box::new(right), Box::new(other)], &expected).unwrap();
        (table.same, table.text)
    }

    #[test]
    fn one_different_answer_is_found_and_named() {
        let (same, text) = run(Some(1_233));
        assert!(!same);
        assert_eq!(text.matches("no, first at record 1233").count(), 1, "{text}");
        assert_eq!(text.matches("yes").count(), 1, "{text}");
    }

    #[test]
    fn equal_answers_are_the_same_and_timed() {
        let (same, text) = run(None);
        assert!(same);
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(!text.contains("NaN"), "{text}");
    }
}
