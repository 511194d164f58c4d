//! A whole evaluation asked for in one JSON object.
//!
//! ```json
//! {
//!   "as_of": "2026-06-01",
//!   "parameters": { "repeat_threshold": 3 },
//!   "only": ["offender_list"],
//!   "reasons": true, "coverage": false, "exact": false,
//!   "members": "reoffended_12m",
//!   "records": { "Offender": [ { "id": "P-1", "charges": [ { "on": "2026-01-02" } ] } ] }
//! }
//! ```
//!
//! `as_of` and `records` are needed, and any other may be left out or be null. The rows of a record are a list of objects,
//! which is read as a file of JSON with such a list is: children stand inside their parents or have a list of their own.

use crate::error::Error;
use crate::evaluation::{Data, Evaluation, Partial};
use crate::record::{Odd, Scan, Span, nearest, write_number};
use crate::results::Results;
use crate::ruleset::RuleSet;
use assize_io::Format;
use assize_model::read::{self, Shown};
use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

/// Bytes that a request may have.
const LONGEST: usize = 1 << 30;
/// Names that it may have in one place: parameters, records, what is asked for.
const MOST_NAMES: usize = 1 << 16;
/// The members, for messages.
const MEMBERS: [&str; 8] = ["as_of", "parameters", "only", "reasons", "coverage", "exact", "members", "records"];

/// What a request gives.
#[derive(Debug)]
pub struct Answer {
    /// The results.
    pub results: Results,
    /// Whether measures are to be shown with their value unrounded too.
    pub exact: bool,
}

/// Does what a request asks for.
///
/// # Errors
///
/// [`Error::is_usage`]: the request is no JSON object of these members, or asks for what the rules do not have; the message
/// names the member. [`Error::is_data`]: data are lacking, or cannot be read as rows. Faults of single rows are in the
/// results.
pub fn evaluate(rules: &RuleSet, request: &[u8]) -> Result<Answer, Error> {
    let (evaluation, exact) = evaluation(rules, request)?;
    Ok(Answer { results: evaluation.run()?, exact })
}

/// Counts the measures that a request asks for over its data, which are a part of the whole; see [`Partial`]. Of its
/// members, `reasons`, `coverage` and `exact` say nothing here.
///
/// # Errors
///
/// As [`evaluate`]; [`Error::is_usage`] also when it asks for a category or for members.
pub fn partial(rules: &RuleSet, request: &[u8]) -> Result<Partial, Error> {
    evaluation(rules, request)?.0.partial()
}

/// The evaluation that a request asks for, and whether measures are to be shown unrounded too.
fn evaluation(rules: &RuleSet, request: &[u8]) -> Result<(Evaluation, bool), Error> {
    if request.len() > LONGEST {
        return Err(Error::usage(format!("the request is longer than {LONGEST} bytes")));
    }
    let text = std::str::from_utf8(request)
        .map_err(|error| Error::usage(format!("the request is not UTF-8 at byte {}", error.valid_up_to() + 1)))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let asked = Reader::new(text).request()?;
    let Some(as_of) = asked.as_of else {
        return Err(Error::usage("the request has no `as_of`: the evaluation date, such as \"2026-06-01\""));
    };
    let date = read::date(&as_of).map_err(|error| Error::usage(format!("`as_of`: {}", error.message)))?;
    let mut evaluation = Evaluation::new(rules, date);
    for (name, value) in &asked.parameters {
        evaluation.set(name, value).map_err(|error| Error::usage(format!("`parameters`: {error}")))?;
    }
    if let Some(only) = &asked.only {
        evaluation.only(only).map_err(|error| Error::usage(format!("`only`: {error}")))?;
    }
    if let Some(members) = &asked.members {
        evaluation.members(members).map_err(|error| Error::usage(format!("`members`: {error}")))?;
    }
    evaluation.reasons(asked.reasons.unwrap_or(true)).coverage(asked.coverage.unwrap_or(false));
    let Some(records) = asked.records else {
        return Err(Error::usage("the request has no `records`: the rows of each record, by its name"));
    };
    // The streams outlive the request, so that they need their own text.
    let whole: Arc<str> = text.into();
    for (name, range) in records {
        let rows = Rows { text: Arc::clone(&whole), range };
        evaluation
            .data(&name, Data::Stream(Box::new(rows), Format::JsonLines))
            .map_err(|error| Error::usage(format!("`records`: {error}")))?;
    }
    Ok((evaluation, asked.exact.unwrap_or(false)))
}

/// What a request says.
#[derive(Debug, Default)]
struct Asked {
    as_of: Option<String>,
    parameters: Vec<(String, String)>,
    only: Option<Vec<String>>,
    reasons: Option<bool>,
    coverage: Option<bool>,
    exact: Option<bool>,
    members: Option<String>,
    /// Where the list of each record's rows stands.
    records: Option<Vec<(String, Range<usize>)>>,
}

/// A list of rows within the request.
struct Rows {
    text: Arc<str>,
    range: Range<usize>,
}

impl Read for Rows {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let mut rest = self.text.as_bytes().get(self.range.clone()).unwrap_or(&[]);
        let count = rest.read(to)?;
        self.range.start += count;
        Ok(count)
    }
}

struct Reader<'t> {
    scan: Scan<'t>,
    arena: String,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self { scan: Scan::new(text), arena: String::new() }
    }

    fn request(mut self) -> Result<Asked, Error> {
        let mut asked = Asked::default();
        self.scan.blanks();
        if self.scan.peek() != b'{' {
            return Err(Error::usage("the request is not a JSON object"));
        }
        self.object(&mut |reader, name| {
            if reader.is_null()? && MEMBERS.contains(&name) {
                return Ok(());
            }
            match name {
                "as_of" => asked.as_of = Some(reader.text("a date as text", name)?),
                "parameters" => asked.parameters = reader.parameters()?,
                "only" => asked.only = Some(reader.names()?),
                "reasons" => asked.reasons = Some(reader.boolean(name)?),
                "coverage" => asked.coverage = Some(reader.boolean(name)?),
                "exact" => asked.exact = Some(reader.boolean(name)?),
                "members" => asked.members = Some(reader.text("the name of a measure", name)?),
                "records" => asked.records = Some(reader.records()?),
                _ => {
                    let near = nearest(name, MEMBERS, &mut MEMBERS.len().clone());
                    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`"));
                    let list = MEMBERS.join(", ");
                    let message = format!("a request has no member {}{near}; there are: {list}", Shown(name));
                    return Err(Error::usage(message));
                }
            }
            Ok(())
        })?;
        self.scan.blanks();
        if self.scan.at < self.scan.text.len() {
            return Err(self.broken("there is text after it"));
        }
        Ok(asked)
    }

    /// Reads an object, giving each member's name to `each`, which reads its value. No name may come twice.
    fn object(&mut self, each: &mut dyn FnMut(&mut Self, &str) -> Result<(), Error>) -> Result<(), Error> {
        self.expect(b'{')?;
        self.scan.blanks();
        if self.scan.peek() == b'}' {
            self.scan.at += 1;
            return Ok(());
        }
        let mut known = rustc_hash::FxHashSet::default();
        loop {
            self.scan.blanks();
            let name = self.string()?;
            self.scan.blanks();
            self.expect(b':')?;
            self.scan.blanks();
            if !known.insert(name.clone()) {
                return Err(Error::usage(format!("the request has {} twice", Shown(&name))));
            }
            if known.len() > MOST_NAMES {
                return Err(Error::usage(format!("the request has more than {MOST_NAMES} names in one place")));
            }
            each(self, &name)?;
            self.scan.blanks();
            match self.scan.peek() {
                b',' => self.scan.at += 1,
                b'}' => break,
                _ => return Err(self.broken("a comma or the end of an object was expected")),
            }
        }
        self.scan.at += 1;
        Ok(())
    }

    fn parameters(&mut self) -> Result<Vec<(String, String)>, Error> {
        let mut out = Vec::new();
        self.is_object("parameters", "an object of names and values")?;
        self.object(&mut |reader, name| {
            let value = match reader.scan.peek() {
                b'[' => {
                    let mut members: Vec<String> = Vec::new();
                    reader.list(&mut |reader| {
                        members.push(reader.plain(name)?);
                        Ok(())
                    })?;
                    if members.iter().any(|member| member.contains(',')) {
                        let message = format!("`parameters.{name}`: a member of a set cannot have a comma in it");
                        return Err(Error::usage(message));
                    }
                    members.join(",")
                }
                _ => reader.plain(name)?,
            };
            out.push((name.to_owned(), value));
            Ok(())
        })?;
        Ok(out)
    }

    fn names(&mut self) -> Result<Vec<String>, Error> {
        if self.scan.peek() != b'[' {
            return Err(Error::usage("`only` is not a list of names"));
        }
        let mut names = Vec::new();
        self.list(&mut |reader| {
            names.push(reader.text("a name", "only")?);
            Ok(())
        })?;
        Ok(names)
    }

    fn records(&mut self) -> Result<Vec<(String, Range<usize>)>, Error> {
        let mut out = Vec::new();
        self.is_object("records", "an object of names and lists")?;
        self.object(&mut |reader, name| {
            if reader.scan.peek() != b'[' {
                return Err(Error::usage(format!("`records.{name}` is not a list of objects")));
            }
            let start = reader.scan.at;
            // What is wrong inside the list is for the reader of rows to say.
            reader.scan.pass_brackets().map_err(|_| reader.broken(&format!("`records.{name}` does not end")))?;
            out.push((name.to_owned(), start..reader.scan.at));
            Ok(())
        })?;
        Ok(out)
    }

    /// Reads a list, whose values `each` reads.
    fn list(&mut self, each: &mut dyn FnMut(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        self.expect(b'[')?;
        self.scan.blanks();
        if self.scan.peek() == b']' {
            self.scan.at += 1;
            return Ok(());
        }
        for _ in 0..MOST_NAMES {
            self.scan.blanks();
            each(self)?;
            self.scan.blanks();
            match self.scan.peek() {
                b',' => self.scan.at += 1,
                b']' => {
                    self.scan.at += 1;
                    return Ok(());
                }
                _ => return Err(self.broken("a comma or the end of a list was expected")),
            }
        }
        Err(Error::usage(format!("the request has more than {MOST_NAMES} names in one place")))
    }

    fn is_object(&self, name: &str, what: &str) -> Result<(), Error> {
        if self.scan.peek() == b'{' { Ok(()) } else { Err(Error::usage(format!("`{name}` is not {what}"))) }
    }

    fn is_null(&mut self) -> Result<bool, Error> {
        if self.scan.peek() != b'n' {
            return Ok(false);
        }
        let read = self.scan.word_of("null");
        read.map(|_| true).map_err(|Odd| self.broken("a value was expected"))
    }

    fn text(&mut self, what: &str, name: &str) -> Result<String, Error> {
        if self.scan.peek() == b'"' { self.string() } else { Err(Error::usage(format!("`{name}` is not {what}"))) }
    }

    fn boolean(&mut self, name: &str) -> Result<bool, Error> {
        let word = if self.scan.peek() == b't' { "true" } else { "false" };
        let read = self.scan.word_of(word);
        read.map(|_| word == "true").map_err(|Odd| Error::usage(format!("`{name}` is neither true nor false")))
    }

    /// A text, number or boolean, as a cell has it.
    fn plain(&mut self, name: &str) -> Result<String, Error> {
        let broken = |reader: &Self| reader.broken(&format!("`parameters.{name}` has no value that can be read"));
        Ok(match self.scan.peek() {
            b'"' => self.string()?,
            b'-' | b'0'..=b'9' => {
                let (span, exponent) = self.scan.number().map_err(|Odd| broken(self))?;
                let text = span.of(self.scan.text, "");
                let mut out = String::new();
                if exponent {
                    write_number(text, &mut out);
                } else {
                    out.push_str(text);
                }
                out
            }
            b't' | b'f' => self.boolean(name)?.to_string(),
            _ => {
                let message = format!("`parameters.{name}` is neither text, a number, true nor false");
                return Err(Error::usage(message));
            }
        })
    }

    fn string(&mut self) -> Result<String, Error> {
        self.arena.clear();
        let span: Span =
            self.scan.string(&mut self.arena).map_err(|Odd| self.broken("a text in double quotes was expected"))?;
        Ok(span.of(self.scan.text, &self.arena).to_owned())
    }

    fn expect(&mut self, byte: u8) -> Result<(), Error> {
        let sign = char::from(byte);
        self.scan.expect(byte).map_err(|Odd| self.broken(&format!("`{sign}` was expected")))
    }

    /// What is wrong with the text, and where.
    #[cold]
    fn broken(&self, what: &str) -> Error {
        let at = self.scan.at.min(self.scan.text.len());
        let before = self.scan.text.as_bytes().get(..at).unwrap_or(&[]);
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        Error::usage(format!("the request is not JSON at byte {}, in line {line}: {what}", at + 1))
    }
}
