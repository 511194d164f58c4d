//! Rule sets of a folder: several versions by effective date, looked at again on request.

mod force;
mod look;
mod report;
mod texts;

use crate::ruleset::RuleSet;
use assize_model::civil::Date;
use look::Disk;
pub use report::{Clash, Reload, Standing, StoreError, StoreFault, StoreFaultCause, Version};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The rule sets of a folder.
///
/// Every file of the folder whose name ends in `.assize` is a rule set, or one version of it, except files that another
/// of them imports. Folders within it are not looked into, and names that begin with a dot are passed over.
///
/// A store is cheap to clone, and clones are one store. Threads share it: whoever has asked for rules keeps them for as
/// long as they like, and nobody waits for a reload but another who reloads.
///
/// # Which version is in force
///
/// Versions of one rule set have one name. Of those whose `effective from .. to` holds the day, the one that begins
/// last is in force; a version without `effective` is in force on every day that no other claims. Days that no version
/// claims have none. No two files may hold the same version, nor versions that begin on the same day, as two without
/// `effective` do, nor may one begin before the last day that another states: what was in force before stays, and what is new is refused with a fault that names both. When
/// neither was there before, neither is in force; but of files that hold the same, word for word, the first by name is.
///
/// # What a reload does
///
/// [`Store::reload`] reads every file, and what it imports, and compares with what it held. What has changed is checked.
/// Rules that do not check, or cannot be read, are a fault ([`Store::faults`]), and what the file held before stays in
/// force. A file that is not there any more is dropped. When the folder itself cannot be read, everything stays.
///
/// A file that is written while it is read is read again. One that is left half written is a fault for as long as the
/// half does not check, which a half mostly does not; to be certain, write elsewhere and move the file into place.
///
/// ```
/// use assize::{Store, model::civil::Date};
///
/// let folder = std::env::temp_dir().join(format!("assize-store-{}", std::process::id()));
/// std::fs::create_dir_all(&folder)?;
/// let rules = |version: &str, from: &str, least: u32| format!(r#"
///     ruleset list version "{version}" {{ effective from {from} }}
///     codes List {{ on }}
///     record Person {{ charges : integer }}
///     category list of Person -> List {{ on when charged : charges >= {least} }}
/// "#);
/// std::fs::write(folder.join("list-1.assize"), rules("1", "2024-01-01", 1))?;
///
/// let store = Store::open(&folder)?;
/// let day = Date::from_ymd(2026, 6, 1).unwrap();
/// let old = store.rules(None, day)?;
/// assert_eq!(&*old.program().ruleset.version, "1");
///
/// std::fs::write(folder.join("list-2.assize"), rules("2", "2026-01-01", 3))?;
/// std::fs::write(folder.join("list-3.assize"), "ruleset list version")?;      // half written
/// let reload = store.reload();
/// assert_eq!((reload.loaded.len(), reload.unchanged.len(), reload.failed.len()), (1, 1, 1));
/// assert!(store.faults()[0].to_string().contains("list-3.assize"));
///
/// assert_eq!(&*store.rules(Some("list"), day)?.program().ruleset.version, "2");
/// assert_eq!(&*old.program().ruleset.version, "1");                           // whoever has it keeps it
/// let before = Date::from_ymd(2025, 6, 1).unwrap();
/// assert_eq!(&*store.rules(Some("list"), before)?.program().ruleset.version, "1");
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    /// What was last read; held for as long as a reload takes. It is replaced whole, so that a panic leaves the old.
    disk: Mutex<Disk>,
    /// What readers see; held only to fetch or replace it.
    view: RwLock<Arc<View>>,
}

/// What is in force, as readers see it.
#[derive(Debug, Default)]
struct View {
    /// By name, and of one name by first day.
    versions: BTreeMap<Arc<str>, Vec<Held>>,
    faults: Vec<StoreFault>,
}

#[derive(Debug)]
struct Held {
    version: Version,
    /// The rules; or why they are not in force.
    rules: Result<RuleSet, Clash>,
}

impl Store {
    /// Opens a folder and loads its files. Files that do not check do not keep it from opening: see [`Store::faults`].
    /// A relative path is taken from the current folder, once.
    ///
    /// # Errors
    ///
    /// [`StoreError::Folder`]: the folder cannot be read.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let folder = folder.into();
        let fail = |path: &Path, error| StoreError::Folder { path: path.to_owned(), error };
        let folder = std::path::absolute(&folder).map_err(|error| fail(&folder, error))?;
        let (disk, _) = Disk::default().look(&folder).map_err(|error| fail(&folder, error))?;
        let view = RwLock::new(Arc::new(disk.view()));
        Ok(Self { inner: Arc::new(Inner { folder, disk: Mutex::new(disk), view }) })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// Looks at the folder again. Reloads that are asked for at the same time are done one after the other.
    pub fn reload(&self) -> Reload {
        let mut disk = self.inner.disk.lock().unwrap_or_else(PoisonError::into_inner);
        let (view, reload) = match disk.look(&self.inner.folder) {
            Ok((found, reload)) => {
                *disk = found;
                (disk.view(), reload)
            }
            Err(error) => {
                disk.lose_folder(&self.inner.folder, error);
                let view = disk.view();
                let reload = Reload { unchanged: disk.files(), failed: view.faults.clone(), ..Reload::default() };
                (view, reload)
            }
        };
        // Still holding the disk: views are put up in the order in which the folder was read.
        *self.inner.view.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(view);
        reload
    }

    /// The rules in force on a day. The name may be left out where there is only one rule set.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoName`], [`StoreError::Unknown`], [`StoreError::NotInForce`] or [`StoreError::Clash`].
    pub fn rules(&self, name: Option<&str>, as_of: Date) -> Result<RuleSet, StoreError> {
        let view = self.view();
        let names = || view.versions.keys().cloned().collect::<Vec<_>>();
        let found = match name {
            Some(name) => view.versions.get_key_value(name).ok_or_else(|| StoreError::Unknown {
                name: name.to_owned(),
                nearest: nearest(name, view.versions.keys()).cloned(),
                names: names(),
                faults: view.faults.len(),
            }),
            None => match (view.versions.first_key_value(), view.versions.len()) {
                (Some(only), 1) => Ok(only),
                _ => Err(StoreError::NoName {
                    path: self.inner.folder.clone(),
                    names: names(),
                    faults: view.faults.len(),
                }),
            },
        };
        let (name, versions) = found?;
        // They are sorted by their first day: the last that holds the day began last.
        match versions.iter().rev().find(|held| held.version.covers(as_of)) {
            Some(Held { rules: Ok(rules), .. }) => Ok(rules.clone()),
            Some(Held { rules: Err(clash), .. }) => Err(StoreError::Clash { as_of, clash: Box::new(clash.clone()) }),
            None => Err(StoreError::NotInForce {
                name: Arc::clone(name),
                as_of,
                versions: versions.iter().map(|held| held.version.clone()).collect(),
            }),
        }
    }

    /// The versions that there are: by name, and of one name by first day. Files that never checked have none.
    pub fn versions(&self) -> Vec<Version> {
        self.view().versions.values().flatten().map(|held| held.version.clone()).collect()
    }

    /// The files whose newest content is not in force, and why.
    pub fn faults(&self) -> Vec<StoreFault> {
        self.view().faults.clone()
    }

    fn view(&self) -> Arc<View> {
        Arc::clone(&self.inner.view.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The name that was meant, when one is near enough.
fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a Arc<str>>) -> Option<&'a Arc<str>> {
    /// Longer names are not compared: the time it takes grows with the square.
    const LONGEST: usize = 64;
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    let near = names.filter_map(|candidate| {
        let other = candidate.chars().count();
        if length.max(other) > LONGEST {
            return None;
        }
        let distance = strsim::osa_distance(&wanted, &candidate.to_lowercase());
        (distance <= 1 + length / 4 && distance < length).then_some((distance, candidate))
    });
    near.min().map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_nearly_right() {
        let names: Vec<Arc<str>> = ["offender_list", "victim_list", "x"].map(Arc::from).to_vec();
        let near = |name| nearest(name, names.iter()).map(|name| &**name);
        assert_eq!(near("ofender_list"), Some("offender_list"));
        assert_eq!(near("Victim_List"), Some("victim_list"));
        assert_eq!(near("charges"), None);
        assert_eq!(near("y"), None);
        assert_eq!(near(""), None);
    }

    #[test]
    fn a_panic_of_a_thread_that_held_the_store_does_not_stop_the_others() {
        let store = Store::open(env!("CARGO_MANIFEST_DIR")).unwrap();
        let broken = store.clone();
        let thread = std::thread::spawn(move || {
            let _disk = broken.inner.disk.lock().unwrap();
            let _view = broken.inner.view.write().unwrap();
            panic!("meant to");
        });
        assert!(thread.join().is_err());
        assert!(store.inner.disk.is_poisoned());
        assert!(store.reload().failed.is_empty());
        assert!(store.versions().is_empty());
    }
}
