//! Real data with published answers. The files stand beside the project in a checkout; where they are not, each test
//! says so and passes.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may stop at a broken assumption, and says when it is skipped"
)]

mod cql;
mod csi;
mod iowa;
mod iowa_table;
mod series;

use std::path::{Path, PathBuf};

/// The folder of shared data, when it is there.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: there is no {}", path.display());
    None
}

/// A rule file of this folder.
pub fn rules(name: &str) -> assize::RuleSet {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name);
    assize::RuleSet::load([path]).expect("the rules check")
}
