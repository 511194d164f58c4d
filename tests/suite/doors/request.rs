//! Rust, a whole evaluation asked for in one JSON object: the request is made of the case, with its data inside.

use super::{Answer, Door, Refusal, refused_rules};
use crate::case::Case;
use crate::rows;
use assize::RuleSet;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// `assize::request::evaluate`.
pub struct Request;

impl Door for Request {
    fn name(&self) -> &'static str {
        "request"
    }

    fn sees_files(&self) -> bool {
        false
    }

    fn answer(&self, case: &Case) -> Answer {
        let rules = match RuleSet::load([case.rules()]) {
            Ok(rules) => rules,
            Err(error) => return Answer::Refused(refused_rules(&error)),
        };
        let request = match request(case) {
            Ok(request) => request,
            Err(why) => return Answer::Impossible(why),
        };
        match assize::request::evaluate(&rules, request.as_bytes()) {
            Ok(answer) => {
                let mut out = Vec::new();
                assize_report::json::write(&answer.results, answer.exact, &mut out).expect("memory takes everything");
                Answer::Results(String::from_utf8(out).expect("JSON is UTF-8"))
            }
            Err(error) => Answer::Refused(plain(Refusal::from(&error))),
        }
    }
}

/// A refusal without the member of the request that it names first.
pub fn plain(refusal: Refusal) -> Refusal {
    let members = ["`parameters`: ", "`only`: ", "`members`: ", "`records`: "];
    let message = members.iter().find_map(|member| refusal.message.strip_prefix(member)).map(str::to_owned);
    Refusal { message: message.unwrap_or(refusal.message), ..refusal }
}

/// The request of a case; why there can be none.
pub fn request(case: &Case) -> Result<String, String> {
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
