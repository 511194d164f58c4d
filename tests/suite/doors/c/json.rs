//! C, a whole evaluation in one call: the request is made of the case, with its data inside.

use super::library::{Owned, api, ptr};
use super::{Answer, Door, rules};
use crate::case::Case;
use crate::rows;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// `assize_evaluate_json`.
pub struct Json;

impl Door for Json {
    fn name(&self) -> &'static str {
        "c-json"
    }

    fn sees_files(&self) -> bool {
        false
    }

    fn answer(&self, case: &Case) -> Answer {
        let rules = match rules(case) {
            Ok(rules) => rules,
            Err(refusal) => return refusal.into(),
        };
        let request = match request(case) {
            Ok(request) => request,
            Err(why) => return Answer::Impossible(why),
        };
        let api = api();
        let (text, length) = ptr(&request);
        // SAFETY: the handle is a rule set, and the request is there for as long as the call lasts.
        let results = Owned::made(api.assize_text_free, |out, errors| unsafe {
            (api.assize_evaluate_json)(rules.handle, text, length, out, errors)
        });
        match results {
            // SAFETY: the text is the library's, and is freed by the handle.
            Ok(text) => Answer::Results(unsafe { (api.assize_text_str)(text.handle).text() }),
            Err(refusal) => refusal.into(),
        }
    }
}

/// The request of a case; why there can be none.
fn request(case: &Case) -> Result<String, String> {
    let mut head = json!({ "as_of": case.as_of, "coverage": case.coverage, "exact": case.exact });
    if let Some(head) = head.as_object_mut() {
        if !case.parameters.is_empty() {
            let all = case.parameters.iter().map(|(name, value)| (name.clone(), json!(value)));
            head.insert("parameters".to_owned(), Value::Object(all.collect()));
        }
        if !case.only.is_empty() {
            head.insert("only".to_owned(), json!(case.only));
        }
        if let Some(members) = &case.members {
            head.insert("members".to_owned(), json!(members));
        }
    }
    let mut text = head.to_string();
    // The rows are put in as they are written: numbers keep their digits, and members that come twice stay twice.
    text.pop();
    text.push_str(",\"records\":{");
    for (at, (record, file)) in case.data.iter().enumerate() {
        let objects = rows::objects(&case.file(file))?;
        let _ = write!(text, "{}{}:[{}]", if at > 0 { "," } else { "" }, json!(record), objects.join(","));
    }
    text.push_str("}}");
    Ok(text)
}
