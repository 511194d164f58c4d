//! A folder of rule files, reloaded while it is in use.

use crate::civil::{self, Ymd};
use crate::diagnostics;
use crate::errors::{exception, guarded, usage};
use crate::rules::Rules;
use assize::{StoreError, StoreFault};
use pyo3::prelude::*;
use std::path::{Path, PathBuf};

/// A version: name, version, hash, first day, last day, path, and how it stands.
type Version = (String, String, String, Option<String>, Option<String>, String, &'static str);
/// A fault: the path, why, the diagnostics, and whether something is in force all the same.
type Fault<'py> = (String, String, Bound<'py, PyAny>, bool);
/// A reload: the paths that were loaded, are unchanged, are gone; and the faults.
type Reload<'py> = (Vec<String>, Vec<String>, Vec<String>, Vec<Fault<'py>>);

/// The rule sets of a folder. Threads share it.
#[pyclass(frozen, module = "assize._native")]
pub struct Store {
    store: assize::Store,
}

#[pymethods]
impl Store {
    #[new]
    fn new(py: Python<'_>, folder: String) -> PyResult<Self> {
        guarded(|| {
            let store = py.detach(|| assize::Store::open(folder));
            store.map(|store| Self { store }).map_err(|error| failed(&error))
        })
    }

    /// Looks at the folder again.
    fn reload<'py>(&self, py: Python<'py>) -> PyResult<Reload<'py>> {
        guarded(|| {
            let reload = py.detach(|| self.store.reload());
            let paths = |paths: &[PathBuf]| paths.iter().map(|path| shown(path)).collect();
            let failed = faults(py, &reload.failed)?;
            Ok((paths(&reload.loaded), paths(&reload.unchanged), paths(&reload.removed), failed))
        })
    }

    /// The rules in force on a day.
    fn rules(&self, name: Option<&str>, as_of: Ymd) -> PyResult<Rules> {
        guarded(|| self.store.rules(name, civil::date(as_of)?).map(Rules::new).map_err(|error| failed(&error)))
    }

    /// The versions there are.
    fn versions(&self) -> PyResult<Vec<Version>> {
        guarded(|| {
            let versions = self.store.versions().into_iter().map(|version| {
                let day = |day: Option<assize::model::civil::Date>| day.map(|day| day.to_string());
                (
                    version.name.to_string(),
                    version.version.to_string(),
                    version.hash.to_string(),
                    day(version.effective_from),
                    day(version.effective_to),
                    shown(&version.path),
                    version.standing.word(),
                )
            });
            Ok(versions.collect())
        })
    }

    /// The files whose newest content is not in force.
    fn faults<'py>(&self, py: Python<'py>) -> PyResult<Vec<Fault<'py>>> {
        guarded(|| faults(py, &self.store.faults()))
    }
}

fn faults<'py>(py: Python<'py>, faults: &[StoreFault]) -> PyResult<Vec<Fault<'py>>> {
    let told = |fault: &StoreFault| {
        let list = match fault.diagnostics() {
            Some(error) => diagnostics::list(py, &error.diagnostics, &error.sources)?,
            None => diagnostics::list(py, &[], &assize::lang::source::SourceMap::default())?,
        };
        Ok((shown(&fault.path), fault.to_string(), list, fault.kept))
    };
    faults.iter().map(told).collect()
}

fn failed(error: &StoreError) -> PyErr {
    let message = error.to_string();
    match error {
        StoreError::Folder { path, error } => {
            exception::ReadError::new_err((error.raw_os_error(), message, shown(path)))
        }
        _ => usage(message),
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
