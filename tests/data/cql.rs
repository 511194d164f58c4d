//! The published CQL tests of three-valued logic, of what to do about null, and of conditionals: every case that has a
//! counterpart here is written as a rule and must come to the stated output; the others are listed on a page, with why.

#![expect(clippy::panic, reason = "a test may stop at a broken assumption")]

use crate::shared;
use assize_compile::compile_sources;
use assize_eval::row::Plan;
use assize_eval::row::testing::run_tests;
use assize_lang::source::{Source, SourceMap};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

const FILES: [&str; 3] =
    ["CqlLogicalOperatorsTest.xml", "CqlNullologicalOperatorsTest.xml", "CqlConditionalOperatorsTest.xml"];

/// One published case.
struct Case {
    name: String,
    expression: String,
    output: String,
}

// ---- the XML of the cases ------------------------------------------------------------------------------------------

/// The cases of a file: `<test name="…">` with its `<expression>` and its `<output>`. These files have no CDATA, and
/// nothing else of XML matters here.
fn cases(xml: &str) -> Vec<Case> {
    let mut rest = xml;
    let mut cases = Vec::new();
    while let Some((_, from)) = rest.split_once("<test ") {
        let (test, after) = from.split_once("</test>").expect("the end of a case");
        let name = test.split_once("name=\"").and_then(|(_, name)| name.split_once('"')).expect("a name").0;
        cases.push(Case {
            name: name.to_owned(),
            expression: element(test, "expression"),
            output: element(test, "output"),
        });
        rest = after;
    }
    cases
}

/// What stands between the tags of an element, with white space made even.
fn element(xml: &str, tag: &str) -> String {
    let (_, from) = xml.split_once(&format!("<{tag}>")).expect(tag);
    let (text, _) = from.split_once(&format!("</{tag}>")).expect(tag);
    let text = text.replace("&gt;", ">").replace("&lt;", "<").replace("&apos;", "'").replace("&quot;", "\"");
    text.replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}

// ---- CQL expressions -----------------------------------------------------------------------------------------------

#[derive(Debug, Clone)]
enum Cql {
    Null,
    /// A literal as rules write it, with its type.
    Literal(&'static str, String),
    List(Vec<Self>),
    Not(Box<Self>),
    /// A word or sign between two operands.
    Binary(String, Box<Self>, Box<Self>),
    Call(String, Vec<Self>),
    /// Conditions with what they give, and what is given otherwise. The first part is compared with each condition.
    Choice(Option<Box<Self>>, Vec<(Self, Self)>, Box<Self>),
}

struct Reader {
    tokens: Vec<String>,
    at: usize,
}

impl Reader {
    fn of(text: &str) -> Self {
        let mut tokens = Vec::new();
        let mut chars = text.chars().peekable();
        while let Some(first) = chars.next() {
            if first.is_whitespace() {
                continue;
            }
            let mut token = String::from(first);
            let more: fn(char) -> bool = match first {
                '\'' => |c| c != '\'',
                '@' => |c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '.'),
                c if c.is_ascii_alphanumeric() => |c| c.is_ascii_alphanumeric() || c == '.',
                _ => |_| false,
            };
            while let Some(next) = chars.next_if(|&next| more(next)) {
                token.push(next);
            }
            if first == '\'' {
                token.extend(chars.next());
            }
            tokens.push(token);
        }
        Self { tokens, at: 0 }
    }

    fn peek(&self) -> &str {
        self.tokens.get(self.at).map_or("", String::as_str)
    }

    fn next(&mut self) -> String {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned().unwrap_or_default()
    }

    fn pass(&mut self, token: &str) -> bool {
        let is = self.peek() == token;
        self.at += usize::from(is);
        is
    }

    fn expect(&mut self, token: &str) {
        assert!(self.pass(token), "expected {token}, found {}", self.peek());
    }

    fn whole(mut self) -> Cql {
        let read = self.expression(0);
        assert_eq!(self.peek(), "", "the expression goes on");
        read
    }

    /// From the loosest to the tightest.
    fn expression(&mut self, level: usize) -> Cql {
        const LEVELS: [&[&str]; 5] = [&["implies"], &["or", "xor"], &["and"], &["=", "~", ">", "<"], &["+", "-"]];
        let Some(signs) = LEVELS.get(level) else { return self.operand() };
        let mut left = self.expression(level + 1);
        while signs.contains(&self.peek()) {
            let sign = self.next();
            let right = self.expression(level + 1);
            left = Cql::Binary(sign, Box::new(left), Box::new(right));
        }
        left
    }

    fn operand(&mut self) -> Cql {
        let token = self.next();
        match token.as_str() {
            "not" => Cql::Not(Box::new(self.operand())),
            "null" => Cql::Null,
            "true" => Cql::Literal("boolean", "yes".to_owned()),
            "false" => Cql::Literal("boolean", "no".to_owned()),
            "{" => Cql::List(self.until("}")),
            "if" => {
                let condition = self.expression(0);
                self.expect("then");
                let then = self.expression(0);
                self.expect("else");
                Cql::Choice(None, vec![(condition, then)], Box::new(self.expression(0)))
            }
            "case" => {
                let selector = (self.peek() != "when").then(|| Box::new(self.expression(0)));
                let mut cases = Vec::new();
                while self.pass("when") {
                    let condition = self.expression(0);
                    self.expect("then");
                    cases.push((condition, self.expression(0)));
                }
                self.expect("else");
                let otherwise = Box::new(self.expression(0));
                self.expect("end");
                Cql::Choice(selector, cases, otherwise)
            }
            // A date and time given to the day is a date here.
            "DateTime" => {
                self.expect("(");
                let parts: Vec<String> = self
                    .until(")")
                    .iter()
                    .map(|part| match part {
                        Cql::Literal("integer", number) => format!("{number:0>2}"),
                        other => panic!("{other:?} in a date"),
                    })
                    .collect();
                assert_eq!(parts.len(), 3, "a date to the day");
                Cql::Literal("date", parts.join("-"))
            }
            text if text.starts_with('\'') => Cql::Literal("text", text.replace('\'', "\"")),
            number if number.bytes().all(|byte| byte.is_ascii_digit()) => Cql::Literal("integer", token),
            other => match other.strip_prefix("@T") {
                Some(time) => Cql::Literal("time", time.to_owned()),
                // A date to the day, written as the beginning of a date and time.
                None => match other.strip_prefix('@').and_then(|date| date.strip_suffix('T')) {
                    Some(date) => Cql::Literal("date", date.to_owned()),
                    None => {
                        self.expect("(");
                        Cql::Call(token, self.until(")"))
                    }
                },
            },
        }
    }

    fn until(&mut self, end: &str) -> Vec<Cql> {
        let mut items = Vec::new();
        while !self.pass(end) {
            items.push(self.expression(0));
            self.pass(",");
        }
        items
    }
}

// ---- translation ---------------------------------------------------------------------------------------------------

/// Whether literals are written in the rule, where the checker works them out, or given as fields.
#[derive(Clone, Copy, PartialEq)]
enum Literals {
    Written,
    Given,
}

struct Translation {
    literals: Literals,
    /// The fields given, by their value: name and type.
    given: BTreeMap<String, (String, &'static str)>,
}

/// Why a case has no counterpart.
type Without = &'static str;

const LIST: Without = "the values stand in one list";
const EQUIVALENCE: Without = "`~`";
const NULL_CONDITION: Without = "a condition is null";

impl Translation {
    /// An expression as a rule; `wanted` is the type that null has in this place.
    fn rule(&mut self, cql: &Cql, wanted: &'static str) -> Result<String, Without> {
        Ok(match cql {
            Cql::Null => format!("no_{wanted}"),
            Cql::Literal(ty, value) => self.value(ty, value),
            Cql::List(items) => {
                let texts: Vec<String> = items
                    .iter()
                    .filter_map(|item| match item {
                        Cql::Literal("text", text) => Some(text.clone()),
                        _ => None,
                    })
                    .collect();
                if texts.len() != items.len() || texts.is_empty() {
                    return Err(LIST);
                }
                self.value("texts", &format!("{{{}}}", texts.join(", ")))
            }
            Cql::Not(operand) => format!("(not {})", self.rule(operand, "boolean")?),
            Cql::Binary(sign, left, right) => {
                let logical = matches!(sign.as_str(), "and" | "or" | "xor" | "implies");
                let ty = if logical { "boolean" } else { kind(left).or_else(|| kind(right)).unwrap_or("integer") };
                if sign == "~" {
                    return Err(EQUIVALENCE);
                }
                let (left, right) = (self.rule(left, ty)?, self.rule(right, ty)?);
                match sign.as_str() {
                    "implies" => format!("((not {left}) or {right})"),
                    "xor" => format!("(exactly 1 of ({left}, {right}))"),
                    _ => format!("({left} {sign} {right})"),
                }
            }
            Cql::Call(name, args) => self.call(name, args)?,
            Cql::Choice(selector, cases, otherwise) => {
                let ty = cases.iter().find_map(|(_, then)| kind(then)).or_else(|| kind(otherwise)).unwrap_or(wanted);
                let mut text = String::from("(");
                for (condition, then) in cases {
                    let condition = match selector {
                        Some(selector) => Cql::Binary("=".to_owned(), selector.clone(), Box::new(condition.clone())),
                        None => condition.clone(),
                    };
                    let test = self.rule(&condition, "boolean")?;
                    if is_null(&condition) {
                        return Err(NULL_CONDITION);
                    }
                    let _ = write!(text, "if {test} then {} else ", self.rule(then, ty)?);
                }
                format!("{text}{})", self.rule(otherwise, ty)?)
            }
        })
    }

    fn call(&mut self, name: &str, args: &[Cql]) -> Result<String, Without> {
        let ty = args.iter().find_map(kind).unwrap_or("boolean");
        if name == "Coalesce" && args.len() == 1 {
            return Err(LIST);
        }
        let values: Vec<String> = args.iter().map(|arg| self.rule(arg, ty)).collect::<Result<_, _>>()?;
        let joined = values.join(", ");
        Ok(match name {
            "Coalesce" => format!("(first known of ({joined}))"),
            "IsNull" => format!("({joined} is missing)"),
            "IsTrue" => format!("(first known of ({joined}, no))"),
            "IsFalse" => format!("(first known of (not {joined}, no))"),
            _ => panic!("the function {name} is not known here"),
        })
    }

    fn value(&mut self, ty: &'static str, value: &str) -> String {
        if self.literals == Literals::Written {
            return value.to_owned();
        }
        let name = format!("given_{}", self.given.len() + 1);
        self.given.entry(value.to_owned()).or_insert((name, ty)).0.clone()
    }
}

/// The type of a value, where it does not take its surroundings to tell.
fn kind(cql: &Cql) -> Option<&'static str> {
    match cql {
        Cql::Null => None,
        Cql::Literal(ty, _) => Some(ty),
        Cql::List(_) => Some("texts"),
        Cql::Not(_) => Some("boolean"),
        Cql::Binary(sign, left, right) => match sign.as_str() {
            "+" | "-" => kind(left).or_else(|| kind(right)),
            _ => Some("boolean"),
        },
        Cql::Call(name, args) if name == "Coalesce" => args.iter().find_map(kind),
        Cql::Call(..) => Some("boolean"),
        Cql::Choice(_, cases, otherwise) => cases.iter().find_map(|(_, then)| kind(then)).or_else(|| kind(otherwise)),
    }
}

/// Whether a comparison has null on a side, and so is null.
fn is_null(cql: &Cql) -> bool {
    match cql {
        Cql::Null => true,
        Cql::Binary(_, left, right) => matches!(**left, Cql::Null) || matches!(**right, Cql::Null),
        _ => false,
    }
}

/// The rules of all cases that have a counterpart, with a test for each, and the others with the reason.
fn rules(cases: &[Case], literals: Literals) -> (String, Vec<(&Case, Without)>, usize) {
    let mut translation = Translation { literals, given: BTreeMap::new() };
    let (mut lets, mut without, mut found) = (String::new(), Vec::new(), Vec::new());
    for (number, case) in cases.iter().enumerate() {
        let cql = Reader::of(&case.expression).whole();
        match translation.rule(&cql, "boolean") {
            Ok(rule) => {
                let _ = writeln!(lets, "let case_{number} of Given \"{}\" = {rule}", case.name);
                found.push((number, case));
            }
            Err(why) => without.push((case, why)),
        }
    }
    let types = ["boolean", "integer", "text", "date", "time"].map(|ty| (ty, ty));
    let mut text = "ruleset cql version \"1\" {}\nrecord Given {\n  id : text key\n".to_owned();
    for (name, ty) in types.into_iter().chain([("texts", "set of text")]) {
        let _ = writeln!(text, "  no_{name} : {ty}");
    }
    for (name, ty) in translation.given.values() {
        let ty = if *ty == "texts" { "set of text" } else { ty };
        let _ = writeln!(text, "  {name} : {ty}");
    }
    text.push_str("}\n");
    text.push_str(&lets);
    let given: String = translation.given.iter().map(|(value, (name, _))| format!(", {name}: {value}")).collect();
    for (number, case) in &found {
        let expected = match Reader::of(&case.output).whole() {
            Cql::Null => "is missing".to_owned(),
            Cql::Literal(_, value) => format!("= {value}"),
            Cql::List(items) => {
                let items = items.iter().map(|item| match item {
                    Cql::Literal(_, value) => value.as_str(),
                    other => panic!("{other:?} in a list that is an output"),
                });
                format!("= {{{}}}", items.collect::<Vec<_>>().join(", "))
            }
            other => panic!("{other:?} is an output"),
        };
        let (name, number) = (&case.name, number);
        let _ = writeln!(
            text,
            "test \"{name}\" {{ as_of 2026-01-01 given Given {{ id: \"1\"{given} }} expect case_{number} {expected} }}"
        );
    }
    (text, without, found.len())
}

/// All cases, where the data are there.
fn published() -> Option<Vec<Case>> {
    let folder = shared("cql")?;
    let files = FILES.map(|name| std::fs::read_to_string(folder.join(name)).expect(name));
    Some(files.iter().flat_map(|xml| cases(xml)).collect())
}

#[test]
fn every_case_with_a_counterpart_gives_the_stated_output() {
    let Some(cases) = published() else { return };
    assert_eq!(cases.len(), 70, "the published cases");
    for literals in [Literals::Written, Literals::Given] {
        let mut failed = Vec::new();
        let (text, _, count) = rules(&cases, literals);
        let mut sources = SourceMap::default();
        sources.add(Source::new("cql.assize", text.as_str()));
        let compiled = compile_sources(sources);
        let shown = assize_report::diagnostics::to_lines(&compiled.diagnostics, &compiled.sources);
        let program = compiled.program.unwrap_or_else(|| panic!("{shown}\n{text}"));
        assert_eq!(program.tests.len(), count);
        let plan = Arc::new(Plan::new(Arc::clone(&program)).expect("a program that the evaluator takes"));
        for test in run_tests(&plan).tests {
            for failure in test.failures {
                failed.push(format!("{}: expected {}, found {}", test.title, failure.expected, failure.actual));
            }
        }
        assert!(failed.is_empty(), "{}\n{text}", failed.join("\n"));
    }
}

/// The page lists each case without a counterpart, and no other.
#[test]
fn the_cases_without_a_counterpart_are_listed() {
    let Some(cases) = published() else { return };
    let (_, without, _) = rules(&cases, Literals::Written);
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/cql.md");
    let page = std::fs::read_to_string(page).expect("the page of the cases");
    let mut listed: Vec<(String, String, String)> = Vec::new();
    for line in page.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let [_, name, expression, why, _] = cells.as_slice()
            && cases.iter().any(|case| case.name == *name)
        {
            let why = why.split(':').next().unwrap_or_default();
            listed.push(((*name).to_owned(), expression.replace('`', ""), why.to_owned()));
        }
    }
    let plain = |text: &str| text.replace('`', "");
    let mut wanted: Vec<(String, String, String)> =
        without.iter().map(|(case, why)| (case.name.clone(), plain(&case.expression), (*why).to_owned())).collect();
    wanted.sort();
    listed.sort();
    assert_eq!(listed, wanted);
    let total = format!("{} cases, of which {} have a counterpart", cases.len(), cases.len() - without.len());
    assert!(page.contains(&total), "the page does not say: {total}");
}
