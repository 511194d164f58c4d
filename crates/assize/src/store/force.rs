//! Which of the versions that check can be in force together.

use super::report::{Clash, Standing, Version};
use crate::ruleset::RuleSet;
use assize_model::civil::Date;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a file would have in force.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The rules.
    pub rules: RuleSet,
    /// Whether they are in force already.
    pub incumbent: bool,
}

/// What comes of the candidates.
#[derive(Debug, Default)]
pub struct Settled {
    /// What is in force, by file.
    pub chosen: BTreeMap<PathBuf, RuleSet>,
    /// What is not, since it clashes; `true` where the file has nothing else in force and neither has the other.
    pub refused: BTreeMap<PathBuf, (RuleSet, Clash, bool)>,
}

/// What no two versions of one rule set may share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Version(Arc<str>),
    From(Option<Date>),
}

/// Files that share a mark.
type Group<'a> = Vec<(&'a Path, &'a Candidate)>;

/// Chooses. What is in force already stays; of what is new, a version that clashes with one in force is refused, and so
/// are all that clash with each other, except that of files that hold the same the first is taken. A file whose new
/// content is refused keeps its old one.
pub fn settle(mut candidates: BTreeMap<PathBuf, Candidate>, in_force: &BTreeMap<PathBuf, RuleSet>) -> Settled {
    let mut settled = Settled::default();
    // Every round refuses something, and nothing twice: what was in force before never clashes with its like.
    loop {
        let mut refused = refuse(&candidates, true);
        let among_new = refused.is_empty();
        if among_new {
            refused = refuse(&candidates, false);
        }
        if refused.is_empty() {
            break;
        }
        for (path, (clash, neither)) in refused {
            let Some(Candidate { rules, .. }) = candidates.remove(&path) else { continue };
            let old = in_force.get(&path);
            if let Some(old) = old {
                candidates.insert(path.clone(), Candidate { rules: old.clone(), incumbent: true });
            }
            settled.refused.insert(path, (rules, clash, neither && old.is_none()));
        }
    }
    settled.chosen = candidates.into_iter().map(|(path, candidate)| (path, candidate.rules)).collect();
    settled
}

/// Pairs of versions of which one begins before the last day that the other states. A version without a last day ends
/// where the next begins.
fn overlapping(candidates: &BTreeMap<PathBuf, Candidate>) -> Vec<Group<'_>> {
    type Dated<'a> = Vec<(Date, Option<Date>, &'a Path, &'a Candidate)>;
    let mut dated: BTreeMap<&str, Dated<'_>> = BTreeMap::new();
    for (path, candidate) in candidates {
        let ruleset = &candidate.rules.program().ruleset;
        if let Some(from) = ruleset.effective_from {
            dated.entry(&ruleset.heading.name).or_default().push((from, ruleset.effective_to, path, candidate));
        }
    }
    let mut pairs = Vec::new();
    for versions in dated.values_mut() {
        assize_model::order::sort_by_key(versions, |&(from, _, path, _)| (from, path));
        for (at, &(from, to, path, candidate)) in versions.iter().enumerate() {
            let Some(to) = to else { continue };
            let later = versions.iter().skip(at + 1).take_while(|(other, ..)| *other <= to);
            // Those that begin on one day are known to clash already.
            for &(_, _, other_path, other) in later.filter(|(other, ..)| *other > from) {
                pairs.push(vec![(path, candidate), (other_path, other)]);
            }
        }
    }
    pairs
}

/// The new candidates that clash: with one in force, or else with each other.
fn refuse(candidates: &BTreeMap<PathBuf, Candidate>, with_incumbents: bool) -> BTreeMap<PathBuf, (Clash, bool)> {
    let mut marked: BTreeMap<(Arc<str>, Mark), Group<'_>> = BTreeMap::new();
    for (path, candidate) in candidates {
        let ruleset = &candidate.rules.program().ruleset;
        for mark in [Mark::Version(Arc::clone(&ruleset.version)), Mark::From(ruleset.effective_from)] {
            marked.entry((Arc::clone(&ruleset.heading.name), mark)).or_default().push((path, candidate));
        }
    }
    let hash = |candidate: &Candidate| Arc::clone(&candidate.rules.program().ruleset.hash);
    let mut refused = BTreeMap::new();
    let groups = marked.into_values().filter(|group| group.len() > 1);
    for group in groups.chain(overlapping(candidates)) {
        let incumbent = group.iter().find(|(_, candidate)| candidate.incumbent).copied();
        let first =
            group.first().copied().filter(|(_, first)| group.iter().all(|(_, other)| hash(other) == hash(first)));
        let winner = if with_incumbents { incumbent } else { first };
        if with_incumbents && winner.is_none() {
            continue;
        }
        for &(path, candidate) in &group {
            if candidate.incumbent || winner.is_some_and(|(winner, _)| winner == path) {
                continue;
            }
            let other = winner.or_else(|| group.iter().copied().find(|(other, _)| *other != path));
            let Some((other_path, other)) = other else { continue };
            let version = Version::new(&candidate.rules, path, Standing::Clash);
            let standing = if winner.is_some() { Standing::Current } else { Standing::Clash };
            let clash = Clash { version, with: Version::new(&other.rules, other_path, standing) };
            refused.entry(path.to_owned()).or_insert((clash, winner.is_none()));
        }
    }
    refused
}
