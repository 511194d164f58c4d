//! What a store says of itself: its versions, what a reload did, and what is wrong.

use crate::error::{CompileError, LoadError};
use crate::ruleset::RuleSet;
use assize_model::civil::Date;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most names or versions that a message lists.
const LISTED: usize = 20;

/// A version of a rule set in a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The name of the rule set.
    pub name: Arc<str>,
    /// Its version, as the file states it.
    pub version: Arc<str>,
    /// `blake3:` and the hash of its texts.
    pub hash: Arc<str>,
    /// The first day it is in force; none where it states none, and is in force on every earlier day.
    pub effective_from: Option<Date>,
    /// The last day it is in force; none where it states none.
    pub effective_to: Option<Date>,
    /// The file.
    pub path: PathBuf,
    /// How it stands.
    pub standing: Standing,
}

/// How a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is what the file holds.
    Current,
    /// The file now holds something that cannot be taken; this is what it held before.
    Kept,
    /// It is what the file holds, and another file holds the same version or one of the same first day: of the days
    /// on which either would be in force, neither is.
    Clash,
}

impl Standing {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Kept => "kept",
            Self::Clash => "clash",
        }
    }
}

impl Version {
    pub(super) fn new(rules: &RuleSet, path: &Path, standing: Standing) -> Self {
        let ruleset = &rules.program().ruleset;
        Self {
            name: Arc::clone(&ruleset.heading.name),
            version: Arc::clone(&ruleset.version),
            hash: Arc::clone(&ruleset.hash),
            effective_from: ruleset.effective_from,
            effective_to: ruleset.effective_to,
            path: path.to_owned(),
            standing,
        }
    }

    /// Whether a day is one of those for which it is made.
    pub fn covers(&self, day: Date) -> bool {
        self.effective_from.is_none_or(|from| from <= day) && self.effective_to.is_none_or(|to| day <= to)
    }
}

/// The version with its days: `2 (2025-01-01 to 2025-12-31)`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ", self.version)?;
        match (self.effective_from, self.effective_to) {
            (None, None) => f.write_str("(always)"),
            (Some(from), None) => write!(f, "(from {from})"),
            (None, Some(to)) => write!(f, "(to {to})"),
            (Some(from), Some(to)) => write!(f, "({from} to {to})"),
        }
    }
}

/// What a reload did. A file is in one of `loaded`, `unchanged` and `failed`.
#[derive(Debug, Clone, Default)]
pub struct Reload {
    /// Files of which something new is in force.
    pub loaded: Vec<PathBuf>,
    /// Files that hold what they held.
    pub unchanged: Vec<PathBuf>,
    /// Files that are not there any more, or that are now imported by another: nothing of theirs is in force.
    pub removed: Vec<PathBuf>,
    /// Whatever is wrong now, whether it was before or not.
    pub failed: Vec<StoreFault>,
}

/// A file of a store whose content is not in force.
#[derive(Debug, Clone)]
pub struct StoreFault {
    /// The file; the folder, where that cannot be read.
    pub path: PathBuf,
    /// What is wrong.
    pub cause: StoreFaultCause,
    /// Whether something is in force all the same: what the file, or the folder, held before.
    pub kept: bool,
}

/// Why a file's content is not in force.
#[derive(Debug, Clone)]
pub enum StoreFaultCause {
    /// It cannot be read, or does not check.
    Load(Arc<LoadError>),
    /// It says that it is in force when another file's is.
    Clash(Clash),
    /// The folder cannot be read. Everything that was loaded is in force still.
    Folder(Arc<io::Error>),
}

/// Two versions that cannot both be in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// The version that is refused.
    pub version: Version,
    /// The version that it clashes with; of several, the first by path.
    pub with: Version,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version: Version { name, version, effective_from, hash, .. }, with } = self;
        let path = with.path.display();
        if *hash == with.hash {
            write!(f, "version `{version}` of `{name}` is in `{path}` too, word for word")
        } else if *version == with.version {
            write!(f, "version `{version}` of `{name}` is in `{path}` too, and is not the same there")
        } else {
            let other = &with.version;
            match effective_from {
                Some(_) if *effective_from != with.effective_from => {
                    write!(f, "version {} of `{name}` overlaps version {with} of `{path}`", self.version)
                }
                Some(day) => {
                    write!(f, "version `{version}` of `{name}` begins on {day}, as version `{other}` of `{path}` does")
                }
                None => write!(
                    f,
                    "version `{version}` of `{name}` has no `effective from`, nor has version `{other}` of `{path}`"
                ),
            }
        }
    }
}

impl StoreFault {
    /// Everything that is wrong with the rules, where that is what is wrong.
    pub fn diagnostics(&self) -> Option<&CompileError> {
        match &self.cause {
            StoreFaultCause::Load(error) => match &**error {
                LoadError::Compile(error) => Some(error),
                LoadError::Read { .. } => None,
            },
            StoreFaultCause::Clash(_) | StoreFaultCause::Folder(_) => None,
        }
    }
}

impl fmt::Display for StoreFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            StoreFaultCause::Load(error) => match &**error {
                LoadError::Compile(error) => write!(f, "`{}` does not check: {error}", self.path.display()),
                error => error.fmt(f),
            },
            StoreFaultCause::Clash(clash) => write!(f, "`{}`: {clash}", self.path.display()),
            StoreFaultCause::Folder(error) => write!(f, "cannot read the folder `{}`: {error}", self.path.display()),
        }
    }
}

/// A store that could not be opened, or that has not what it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder cannot be read.
    #[error("cannot read the folder `{}`: {error}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// No name was given, and the folder has not just one rule set.
    #[error("{}", no_name(path, names, *faults))]
    NoName {
        /// The folder.
        path: PathBuf,
        /// The rule sets that there are.
        names: Vec<Arc<str>>,
        /// How many files have faults.
        faults: usize,
    },
    /// There is no rule set of the name.
    #[error("{}", unknown(name, nearest.as_deref(), names, *faults))]
    Unknown {
        /// The name.
        name: String,
        /// The name that may have been meant.
        nearest: Option<Arc<str>>,
        /// The rule sets that there are.
        names: Vec<Arc<str>>,
        /// How many files have faults.
        faults: usize,
    },
    /// No version is in force on the day.
    #[error("no version of `{name}` is in force on {as_of}; there are: {}", listed(versions, ToString::to_string))]
    NotInForce {
        /// The rule set.
        name: Arc<str>,
        /// The day.
        as_of: Date,
        /// The versions that there are.
        versions: Vec<Version>,
    },
    /// Two versions claim the day.
    #[error("which version of `{name}` is in force on {as_of} cannot be told: {clash}", name = clash.version.name)]
    Clash {
        /// The day.
        as_of: Date,
        /// The versions.
        clash: Box<Clash>,
    },
}

impl StoreError {
    /// Whether the folder cannot be read. Otherwise the store has not what was asked for.
    pub fn is_folder(&self) -> bool {
        matches!(self, Self::Folder { .. })
    }
}

fn listed<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    let mut shown: Vec<String> = items.iter().take(LISTED).map(show).collect();
    if items.len() > LISTED {
        shown.push(format!("{} more", items.len() - LISTED));
    }
    shown.join(", ")
}

fn there_are(names: &[Arc<str>], faults: usize) -> String {
    let faulty = match faults {
        0 => String::new(),
        1 => ", and 1 file has faults".to_owned(),
        more => format!(", and {more} files have faults"),
    };
    if names.is_empty() {
        format!("there are none{faulty}")
    } else {
        format!("there are: {}{faulty}", listed(names, |name| format!("`{name}`")))
    }
}

fn no_name(path: &Path, names: &[Arc<str>], faults: usize) -> String {
    let path = path.display();
    match names {
        [] => format!("the folder `{path}` has no rule sets: {}", there_are(names, faults)),
        _ => format!("the folder `{path}` has several rule sets, and none is named; {}", there_are(names, faults)),
    }
}

fn unknown(name: &str, nearest: Option<&str>, names: &[Arc<str>], faults: usize) -> String {
    let meant = nearest.map(|nearest| format!("; `{nearest}` may be meant")).unwrap_or_default();
    format!("there is no rule set `{name}`{meant}; {}", there_are(names, faults))
}
