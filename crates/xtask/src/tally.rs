//! Counting what the test runner says.

/// Tests counted over several runs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
    /// Ignored.
    pub skipped: u64,
}

impl Tally {
    /// Adds the counts of every `test result:` line.
    pub fn add(&mut self, output: &str) {
        for line in output.lines().filter_map(|line| line.trim().strip_prefix("test result:")) {
            for part in line.split([';', '.']) {
                let mut words = part.split_whitespace();
                let (Some(count), Some(what)) = (words.next(), words.next()) else { continue };
                let Ok(count) = count.parse::<u64>() else { continue };
                match what {
                    "passed" => self.passed += count,
                    "failed" => self.failed += count,
                    "ignored" => self.skipped += count,
                    _ => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_every_result_line() {
        let mut tally = Tally::default();
        tally.add("running 2 tests\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n");
        tally.add("test result: FAILED. 5 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.0s");
        assert_eq!(tally, Tally { passed: 7, failed: 3, skipped: 1 });
    }
}
