//! How much to run, from the command line.

use crate::answer::Fault;

/// How much to run.
pub struct Plan {
    /// Records in each set.
    pub records: usize,
    /// Timed passes of each contender.
    pub rounds: usize,
    /// Seed of the generator.
    pub seed: u64,
}

impl Plan {
    /// Reads `[records] [rounds] [seed]`, all optional.
    ///
    /// # Errors
    ///
    /// An argument that is not a whole number, is zero where a count is wanted, or is one too many.
    pub fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Self, Fault> {
        let mut number = |name: &str, default: u64, lowest: u64| -> Result<u64, Fault> {
            let Some(text) = arguments.next() else { return Ok(default) };
            let parsed = text.parse().ok().filter(|number| *number >= lowest);
            parsed.ok_or_else(|| format!("{name}: `{text}` is not a whole number from {lowest} up").into())
        };
        let records = usize::try_from(number("records", 10_000, 1)?)?;
        let rounds = usize::try_from(number("rounds", 200, 1)?)?;
        let seed = number("seed", 2026, 0)?;
        match arguments.next() {
            None => Ok(Self { records, rounds, seed }),
            Some(extra) => Err(format!("`{extra}`: only `records`, `rounds` and `seed` are taken").into()),
        }
    }
}
