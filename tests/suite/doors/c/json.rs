//! C, a whole evaluation in one call: the request is made of the case, with its data inside.

use super::library::{Owned, api, ptr};
use super::{Answer, Door, rules};
use crate::case::Case;
use crate::doors::request::{plain, request};

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
            Err(refusal) => plain(refusal).into(),
        }
    }
}
