//! Looking at the folder: what has changed is loaded, what does not check leaves the last good one in force.

use super::force::{Candidate, Settled, settle};
use super::report::{Clash, Reload, Standing, StoreFault, StoreFaultCause, Version};
use super::texts::{self, Family, Texts};
use super::{Held, View};
use crate::error::{CompileError, LoadError};
use crate::ruleset::RuleSet;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How often a file that is being written is read before that is a fault.
const TRIES: usize = 3;

/// What the folder held when it was last looked at, and what is in force.
#[derive(Debug, Default)]
pub struct Disk {
    texts: Texts,
    entries: BTreeMap<PathBuf, Entry>,
    in_force: BTreeMap<PathBuf, InForce>,
    refused: BTreeMap<PathBuf, (RuleSet, Clash, bool)>,
    /// Why the folder could not be read, when it could not.
    folder: Option<(PathBuf, Arc<io::Error>)>,
}

/// A file and what came of loading it.
#[derive(Debug, Clone)]
struct Entry {
    /// The texts that were loaded; `None` where they changed all the while.
    family: Option<Family>,
    newest: Result<RuleSet, Arc<LoadError>>,
}

#[derive(Debug, Clone)]
struct InForce {
    rules: RuleSet,
    /// The file and what it imports.
    files: Arc<BTreeSet<PathBuf>>,
}

/// Whether both were made from the same texts.
fn same(a: &RuleSet, b: &RuleSet) -> bool {
    a.program().ruleset.hash == b.program().ruleset.hash
}

impl Disk {
    /// Looks at the folder, after what is known. A panic or an error leaves this as it is.
    ///
    /// # Errors
    ///
    /// The folder cannot be read.
    pub fn look(&self, folder: &Path) -> io::Result<(Self, Reload)> {
        let listed = texts::list(folder)?;
        let mut texts = Texts::after(&self.texts);
        let mut entries = BTreeMap::new();
        for path in texts.roots(&listed) {
            let entry = self.entry(&path, &mut texts);
            entries.insert(path, entry);
        }
        // A file that is now imported stays what it was until one that imports it checks.
        for path in listed.iter().filter(|path| self.in_force.contains_key(*path)) {
            if entries.contains_key(path) {
                continue;
            }
            let place = path.canonicalize().unwrap_or_else(|_| path.clone());
            let taken = entries.values().any(|entry: &Entry| {
                let family = entry.family.as_ref().filter(|_| entry.newest.is_ok());
                family.is_some_and(|family| family.files.iter().any(|file| file.path == place))
            });
            if !taken {
                let entry = self.entry(path, &mut texts);
                entries.insert(path.clone(), entry);
            }
        }
        // What a file imported before it broke is no rule set of its own meanwhile.
        let kept =
            entries.iter().filter(|(_, entry)| entry.newest.is_err()).filter_map(|(path, _)| self.in_force.get(path));
        let used: BTreeSet<PathBuf> = assize_model::order::set(kept.flat_map(|kept| kept.files.iter().cloned()));
        entries.retain(|path, entry| {
            entry.newest.is_ok()
                || self.in_force.contains_key(path)
                || !used.contains(&path.canonicalize().unwrap_or_else(|_| path.clone()))
        });
        texts.settle();
        let disk = self.settled(texts, entries);
        let reload = disk.compared(self);
        Ok((disk, reload))
    }

    /// A file: as it was when it holds what it held, else loaded.
    fn entry(&self, path: &Path, texts: &mut Texts) -> Entry {
        let family = texts.family(path);
        match self.entries.get(path) {
            Some(entry) if entry.family.as_ref().is_some_and(|known| known.same(&family)) => {
                Entry { family: Some(family), newest: entry.newest.clone() }
            }
            _ => load(path, family, texts),
        }
    }

    /// Decides what is in force.
    fn settled(&self, texts: Texts, entries: BTreeMap<PathBuf, Entry>) -> Self {
        let old: BTreeMap<PathBuf, RuleSet> =
            self.in_force.iter().map(|(path, held)| (path.clone(), held.rules.clone())).collect();
        let mut candidates = BTreeMap::new();
        for (path, entry) in &entries {
            let before = old.get(path);
            let rules = entry.newest.as_ref().ok().or(before);
            if let Some(rules) = rules {
                let incumbent = before.is_some_and(|before| same(before, rules));
                candidates.insert(path.clone(), Candidate { rules: rules.clone(), incumbent });
            }
        }
        let Settled { chosen, refused } = settle(candidates, &old);
        let in_force = chosen.into_iter().map(|(path, rules)| {
            let files = match self.in_force.get(&path).filter(|held| same(&held.rules, &rules)) {
                Some(held) => Arc::clone(&held.files),
                None => {
                    let family = entries.get(&path).and_then(|entry| entry.family.as_ref());
                    let files = family.into_iter().flat_map(|family| &family.files);
                    Arc::new(files.map(|file| file.path.clone()).collect())
                }
            };
            (path, InForce { rules, files })
        });
        let in_force = in_force.collect();
        Self { texts, entries, in_force, refused, folder: None }
    }

    /// What is different from before.
    fn compared(&self, before: &Self) -> Reload {
        let failed = self.faults();
        let faulty: BTreeSet<&Path> = assize_model::order::set(failed.iter().map(|fault| fault.path.as_path()));
        let mut reload = Reload::default();
        for (path, held) in self.in_force.iter().filter(|(path, _)| !faulty.contains(path.as_path())) {
            let is_old = before.in_force.get(path).is_some_and(|old| same(&old.rules, &held.rules));
            // One that did not check and now holds again what is in force has nothing new.
            let list = if is_old { &mut reload.unchanged } else { &mut reload.loaded };
            list.push(path.clone());
        }
        reload.removed = before.entries.keys().filter(|path| !self.entries.contains_key(*path)).cloned().collect();
        reload.failed = failed;
        reload
    }

    /// The folder could not be read: everything stays.
    pub fn lose_folder(&mut self, folder: &Path, error: io::Error) {
        self.folder = Some((folder.to_owned(), Arc::new(error)));
    }

    /// The files of which something is in force and nothing is wrong.
    pub fn files(&self) -> Vec<PathBuf> {
        let faulty: BTreeSet<PathBuf> = assize_model::order::set(self.faults().into_iter().map(|fault| fault.path));
        self.in_force.keys().filter(|path| !faulty.contains(*path)).cloned().collect()
    }

    fn faults(&self) -> Vec<StoreFault> {
        let mut faults = Vec::new();
        if let Some((path, error)) = &self.folder {
            let cause = StoreFaultCause::Folder(Arc::clone(error));
            faults.push(StoreFault { path: path.clone(), cause, kept: !self.in_force.is_empty() });
        }
        for (path, entry) in &self.entries {
            let cause = match (&entry.newest, self.refused.get(path)) {
                (Err(error), _) => StoreFaultCause::Load(Arc::clone(error)),
                (Ok(_), Some((_, clash, _))) => StoreFaultCause::Clash(clash.clone()),
                (Ok(_), None) => continue,
            };
            faults.push(StoreFault { path: path.clone(), cause, kept: self.in_force.contains_key(path) });
        }
        faults
    }

    /// What readers see.
    pub fn view(&self) -> View {
        let faults = self.faults();
        let faulty: BTreeSet<&Path> = assize_model::order::set(faults.iter().map(|fault| fault.path.as_path()));
        let mut view = View::default();
        let mut add = |version: Version, rules| {
            view.versions.entry(Arc::clone(&version.name)).or_default().push(Held { version, rules });
        };
        for (path, InForce { rules, .. }) in &self.in_force {
            let standing = if faulty.contains(path.as_path()) { Standing::Kept } else { Standing::Current };
            add(Version::new(rules, path, standing), Ok(rules.clone()));
        }
        for (path, (rules, clash, neither)) in &self.refused {
            if *neither {
                add(Version::new(rules, path, Standing::Clash), Err(clash.clone()));
            }
        }
        for versions in view.versions.values_mut() {
            assize_model::order::sort_by(versions, |a, b| {
                let key = |held: &Held| (held.version.effective_from, held.version.path.clone());
                key(a).cmp(&key(b))
            });
        }
        view.faults = faults;
        view
    }
}

/// Loads a file. What is loaded is held against what was read: a file that is written meanwhile is read again.
fn load(path: &Path, mut family: Family, texts: &mut Texts) -> Entry {
    let unread = |path: &Path, message: &str| {
        Err(Arc::new(LoadError::Read { path: path.to_owned(), error: io::Error::other(message.to_owned()) }))
    };
    let mut last = None;
    for _ in 0..TRIES {
        if let Some((path, why)) = family.waits() {
            let newest = unread(path, &why.message);
            return Entry { family: Some(family), newest };
        }
        let loaded = RuleSet::load([path]);
        let sources = match &loaded {
            Ok(rules) => Some(rules.sources()),
            Err(LoadError::Compile(CompileError { sources, .. })) => Some(sources),
            Err(LoadError::Read { .. }) => None,
        };
        let is_same = match sources {
            // Behind the rule files come those with rows of tables.
            Some(sources) => family.is_of(sources.iter().take(family.files.len()).map(|source| source.text())),
            None => !family.is_readable(),
        };
        if is_same {
            return Entry { family: Some(family), newest: loaded.map_err(Arc::new) };
        }
        last = Some(loaded);
        texts.forget(&family);
        family = texts.family(path);
    }
    let newest = match last {
        Some(Err(error)) => Err(Arc::new(error)),
        _ => unread(path, "it is being written; reload once that is done"),
    };
    Entry { family: None, newest }
}
