//! Counting what the test runners say.

/// Tests counted over several runs.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
    /// Ignored or skipped.
    pub skipped: u64,
}

impl Tally {
    /// Adds the counts of every `test result:` line of cargo.
    pub fn add(&mut self, output: &str) {
        for line in output.lines().filter_map(|line| line.trim().strip_prefix("test result:")) {
            self.counts(line);
        }
    }

    /// Adds the counts of pytest's last line.
    pub fn add_python(&mut self, output: &str) {
        let last = output.lines().rev().map(|line| line.trim_matches(['=', ' ']));
        if let Some(line) = last.into_iter().find(|line| line.contains(" in ") && line.ends_with('s')) {
            self.counts(line);
        }
    }

    fn counts(&mut self, line: &str) {
        for part in line.split([';', '.', ',']) {
            let mut words = part.split_whitespace();
            let (Some(count), Some(what)) = (words.next(), words.next()) else { continue };
            let Ok(count) = count.parse::<u64>() else { continue };
            match what {
                "passed" => self.passed += count,
                "failed" | "error" | "errors" => self.failed += count,
                "ignored" | "skipped" | "xfailed" => self.skipped += count,
                _ => {}
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

    #[test]
    fn adds_what_pytest_says_last() {
        let mut tally = Tally::default();
        tally.add_python("tests/test_a.py ....\nFAILED tests/test_a.py::test_b - 1 failed in it\n");
        assert_eq!(tally, Tally::default());
        tally.add_python("....\n============ 1 failed, 112 passed, 2 skipped, 3 warnings in 4.21s ============\n");
        assert_eq!(tally, Tally { passed: 112, failed: 1, skipped: 2 });
        tally.add_python("3 passed, 1 error in 0.10s\n");
        assert_eq!(tally, Tally { passed: 115, failed: 2, skipped: 2 });
    }
}
