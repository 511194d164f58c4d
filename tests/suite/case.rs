//! A case: rules, data, and what is asked of them.

use crate::generate::{self, Recipe};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// One folder of the suite.
#[derive(Debug)]
pub struct Case {
    /// The folder's name.
    pub name: String,
    /// Where `case.json` and what is expected stand.
    pub home: PathBuf,
    /// Where the rules and the data stand: the same folder, unless the data are generated. It ends in `/`, so that it
    /// can be taken out of messages.
    pub folder: String,
    /// The evaluation date, as text.
    pub as_of: String,
    /// Parameters that are set, as the command takes them.
    pub parameters: Vec<(String, String)>,
    /// The categories and measures asked for; all when there are none.
    pub only: Vec<String>,
    /// Whether measures are given unrounded as well.
    pub exact: bool,
    /// Whether it is counted what each criterion does.
    pub coverage: bool,
    /// The measure whose members are listed.
    pub members: Option<String>,
    /// Records and the files of their rows, within the folder.
    pub data: Vec<(String, String)>,
    /// How the data are made, when they are.
    pub recipe: Option<Recipe>,
}

/// Everything that may stand in `case.json`.
const KNOWN: &[&str] = &["title", "as_of", "parameters", "only", "exact", "coverage", "members", "data", "generate"];

impl Case {
    fn read(name: &str) -> Self {
        let home = suite().join(name);
        let text = std::fs::read_to_string(home.join("case.json")).unwrap_or_else(|error| panic!("{name}: {error}"));
        let told: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: case.json: {error}"));
        let told = told.as_object().unwrap_or_else(|| panic!("{name}: case.json is not an object"));
        if let Some(other) = told.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            panic!("{name}: case.json has `{other}`, which means nothing");
        }
        assert!(told.get("title").and_then(Value::as_str).is_some(), "{name}: case.json has no title");
        let object = |key: &str| told.get(key).and_then(Value::as_object);
        let recipe = object("generate").map(|told| Recipe::new(name, told));
        let folder = match &recipe {
            None => format!("suite/{name}/"),
            Some(recipe) => generate::folder(name, &home, recipe),
        };
        let given: Vec<(String, String)> = match (&recipe, object("data")) {
            (Some(recipe), None) => recipe.files().collect(),
            (None, Some(data)) => data.iter().map(|(record, file)| (record.clone(), shown(file))).collect(),
            _ => panic!("{name}: case.json must have either `data` or `generate`"),
        };
        let texts = |key: &str| match told.get(key) {
            Some(Value::Array(texts)) => texts.iter().map(shown).collect(),
            _ => Vec::new(),
        };
        let flag = |key: &str, default: bool| told.get(key).and_then(Value::as_bool).unwrap_or(default);
        Self {
            as_of: told.get("as_of").map_or_else(|| panic!("{name}: case.json has no as_of"), shown),
            parameters: object("parameters")
                .map(|all| all.iter().map(|(name, value)| (name.clone(), shown(value))).collect())
                .unwrap_or_default(),
            only: texts("only"),
            exact: flag("exact", false),
            coverage: flag("coverage", true),
            members: told.get("members").map(shown),
            data: given,
            recipe,
            name: name.to_owned(),
            home,
            folder,
        }
    }

    /// The rule file.
    pub fn rules(&self) -> PathBuf {
        PathBuf::from(format!("{}rules.assize", self.folder))
    }

    /// A data file.
    pub fn file(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("{}{name}", self.folder))
    }

    /// A message without the folder that this door saw the files in.
    pub fn without_folder(&self, text: &str) -> String {
        text.replace(&self.folder, "")
    }
}

/// A value of `case.json` as the command would be given it.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The folder of the suite.
pub fn suite() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("suite")
}

/// The cases, in the order of their names.
pub fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| {
        let folders = std::fs::read_dir(suite()).expect("the folder of the suite");
        let mut names: Vec<String> = folders
            .filter_map(|entry| {
                let entry = entry.expect("an entry");
                let is_case = entry.path().join("case.json").exists();
                is_case.then(|| entry.file_name().into_string().expect("a name in UTF-8"))
            })
            .collect();
        names.sort();
        if let Ok(part) = std::env::var("ASSIZE_CASE") {
            names.retain(|name| name.contains(&part));
        }
        assert!(!names.is_empty(), "there is no such case");
        let cases: Vec<Case> = names.iter().map(|name| Case::read(name)).collect();
        if std::env::var_os("ASSIZE_BLESS").is_some() {
            cases.iter().for_each(crate::check::bless);
        }
        cases
    })
}
