//! DMN models of decision tables as rules: unary tests and literals of FEEL. What has no counterpart is an error that
//! names it.

use roxmltree::{Document, Node};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The record that a model's inputs become.
const RECORD: &str = "Case";

/// A model, translated.
pub struct Model {
    /// The rule file.
    pub text: String,
    /// What is not quite the same.
    pub notes: Vec<String>,
}

/// Codes, each with its text.
type Codes = Vec<(String, String)>;

/// A type of the model.
#[derive(Debug, Clone, PartialEq)]
enum Type {
    Number,
    Boolean,
    Date,
    Text,
    /// Texts from a list, each with its code.
    Codes(String, Codes),
}

#[derive(Debug, Default)]
struct Maker {
    errors: Vec<String>,
    notes: Vec<String>,
    /// Inputs by their names in the model, in the order of the model.
    fields: Vec<(String, String, Type)>,
    /// Decisions by their names.
    decisions: BTreeMap<String, String>,
    /// Lists by name, with their titles.
    lists: Vec<(String, String, Codes)>,
    tables: String,
}

/// Translates a model.
pub fn translate(file: &str, xml: &str) -> Result<Model, Vec<String>> {
    let document = Document::parse(xml).map_err(|error| vec![format!("it is no XML: {error}")])?;
    let root = document.root_element();
    if root.tag_name().name() != "definitions" {
        return Err(vec![format!("its root is `{}`, not `definitions`", root.tag_name().name())]);
    }
    let mut maker = Maker::default();
    let decisions: Vec<Node<'_, '_>> = children(root, "decision").collect();
    for input in children(root, "inputData") {
        let name = input.attribute("name").unwrap_or("input");
        let ty = child(input, "variable").and_then(|variable| variable.attribute("typeRef"));
        maker.field(name, ty);
    }
    for decision in &decisions {
        let name = decision.attribute("name").unwrap_or("decision");
        maker.decisions.insert(name.to_owned(), snake(name));
    }
    for decision in &decisions {
        let name = decision.attribute("name").unwrap_or("decision");
        match child(*decision, "decisionTable") {
            Some(table) => maker.table(name, table),
            None => {
                let kind = decision.children().filter(Node::is_element).map(|node| node.tag_name().name());
                let kind = { kind }.find(|kind| {
                    !matches!(
                        *kind,
                        "variable" | "informationRequirement" | "question" | "description" | "extensionElements"
                    )
                });
                maker.errors.push(format!("decision `{name}` is no decision table but `{}`", kind.unwrap_or("empty")));
            }
        }
    }
    if decisions.is_empty() {
        maker.errors.push("it has no decisions".to_owned());
    }
    if !maker.errors.is_empty() {
        return Err(maker.errors);
    }
    Ok(Model { text: maker.text(file, root.attribute("name").unwrap_or(file)), notes: maker.notes })
}

fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> Option<Node<'a, 'i>> {
    children(node, name).next()
}

/// The text of a child's `text`.
fn text_of(node: Node<'_, '_>) -> String {
    child(node, "text").and_then(|text| text.text()).unwrap_or("").trim().to_owned()
}

/// A name of the language made of any text: `Risk category` is `risk_category`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut lower = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && lower {
                out.push('_');
            }
            lower = c.is_ascii_lowercase() || c.is_ascii_digit();
            out.push(c.to_ascii_lowercase());
        } else {
            if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
            lower = false;
        }
    }
    let out = out.trim_end_matches('_').to_owned();
    match out.chars().next() {
        None => "value".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("n{out}"),
        // Words of the language that names of models are likely to be.
        _ if WORDS.contains(&out.as_str()) => format!("{out}_value"),
        _ => out,
    }
}

const WORDS: [&str; 30] = [
    "and", "or", "not", "in", "is", "if", "then", "else", "count", "sum", "min", "max", "mean", "any", "all", "none",
    "yes", "no", "first", "of", "by", "where", "from", "to", "at", "as", "parent", "let", "top", "latest",
];

fn camel(name: &str) -> String {
    let mut out = String::new();
    for part in snake(name).split('_') {
        let mut chars = part.chars();
        out.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    out
}

/// A text in the language's quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What stands between commas outside of quotes and brackets.
fn parts(text: &str) -> Vec<&str> {
    let (mut out, mut depth, mut inside, mut from) = (Vec::new(), 0_i32, false, 0);
    for (at, c) in text.char_indices() {
        match c {
            '"' => inside = !inside,
            '(' | '[' if !inside => depth += 1,
            ')' | ']' if !inside => depth -= 1,
            ',' if !inside && depth <= 0 => {
                out.push(text.get(from..at).unwrap_or("").trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    out.push(text.get(from..).unwrap_or("").trim());
    out
}

/// The text of a FEEL string.
fn string(literal: &str) -> Option<&str> {
    literal.strip_prefix('"')?.strip_suffix('"').filter(|inner| !inner.contains('"'))
}

fn is_number(literal: &str) -> bool {
    let digits = literal.strip_prefix('-').unwrap_or(literal);
    !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.bytes().filter(|&b| b == b'.').count() <= 1
        && digits.bytes().next().is_some_and(|b| b.is_ascii_digit())
}

impl Maker {
    fn field(&mut self, name: &str, ty: Option<&str>) {
        if self.fields.iter().any(|(known, ..)| known == name) {
            return;
        }
        let ty = match ty.map(|ty| ty.rsplit(':').next().unwrap_or(ty)) {
            Some("number" | "integer" | "double" | "long") => Type::Number,
            Some("boolean") => Type::Boolean,
            Some("date") => Type::Date,
            _ => Type::Text,
        };
        self.fields.push((name.to_owned(), snake(name), ty));
    }

    /// A list of texts as codes.
    fn list(&mut self, title: &str, texts: &[String]) -> Type {
        let mut codes: Codes = Vec::new();
        for text in texts {
            let mut name = snake(text);
            while codes.iter().any(|(known, _)| *known == name) {
                name.push('_');
                name.push('x');
            }
            codes.push((name, text.clone()));
        }
        let mut name = camel(title);
        if name == RECORD {
            name.push_str("Code");
        }
        if let Some((_, _, known)) = self.lists.iter().find(|(known, ..)| *known == name) {
            if *known == codes {
                return Type::Codes(name, codes);
            }
            name.push_str("Answer");
        }
        self.lists.push((name.clone(), title.to_owned(), codes.clone()));
        Type::Codes(name, codes)
    }

    fn table(&mut self, decision: &str, table: Node<'_, '_>) {
        let mut inputs: Vec<(String, Type)> = Vec::new();
        for input in children(table, "input") {
            let Some(expression) = child(input, "inputExpression") else { continue };
            let written = text_of(expression);
            let declared = expression.attribute("typeRef");
            if let Some(name) = self.decisions.get(&written) {
                inputs.push((name.clone(), Type::Text));
                continue;
            }
            if !self.fields.iter().any(|(known, ..)| *known == written) {
                let plain = written.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-'));
                if !plain || written.is_empty() {
                    self.errors.push(format!("the input `{written}` of `{decision}` is not a plain name"));
                    continue;
                }
                self.field(&written, declared);
            }
            let values: Vec<String> = child(input, "inputValues")
                .map(|values| parts(&text_of(values)).into_iter().filter_map(string).map(str::to_owned).collect())
                .unwrap_or_default();
            let Some(at) = self.fields.iter().position(|(known, ..)| *known == written) else { continue };
            let (title, field, ty) = match self.fields.get(at) {
                Some((title, field, ty)) => (title.clone(), field.clone(), ty.clone()),
                None => continue,
            };
            let ty = match (ty, declared) {
                (Type::Text, _) if !values.is_empty() => self.list(&title, &values),
                (Type::Text, Some("number")) => Type::Number,
                (Type::Text, Some("boolean")) => Type::Boolean,
                (ty, _) => ty,
            };
            if let Some(slot) = self.fields.get_mut(at) {
                slot.2 = ty.clone();
            }
            inputs.push((field, ty));
        }
        let rules: Vec<(Vec<String>, Vec<String>)> = children(table, "rule")
            .map(|rule| {
                let cells = |name| children(rule, name).map(text_of).collect();
                (cells("inputEntry"), cells("outputEntry"))
            })
            .collect();
        let mut outputs: Vec<(String, Type, Option<String>)> = Vec::new();
        let declared: Vec<Node<'_, '_>> = children(table, "output").collect();
        for (at, output) in declared.iter().enumerate() {
            let title = match output.attribute("name") {
                Some(name) if declared.len() > 1 => name,
                _ => decision,
            };
            let cells: Vec<&str> = rules.iter().filter_map(|(_, cells)| cells.get(at).map(String::as_str)).collect();
            let default = child(*output, "defaultOutputEntry").map(text_of);
            let mut texts: Vec<String> = child(*output, "outputValues")
                .map(|values| parts(&text_of(values)).into_iter().filter_map(string).map(str::to_owned).collect())
                .unwrap_or_default();
            let all = || cells.iter().copied().chain(default.as_deref());
            let ty = if all().all(|cell| string(cell).is_some()) {
                for text in all().filter_map(string) {
                    if !texts.iter().any(|known| known == text) {
                        texts.push(text.to_owned());
                    }
                }
                self.list(title, &texts)
            } else if all().all(is_number) {
                Type::Number
            } else if all().all(|cell| matches!(cell, "true" | "false")) {
                Type::Boolean
            } else {
                let odd = all().find(|cell| string(cell).is_none() && !is_number(cell)).unwrap_or("");
                self.errors
                    .push(format!("the output `{odd}` of `{decision}` is not a text or number as the others are"));
                return;
            };
            outputs.push((snake(title), ty, default));
        }
        let policy = table.attribute("hitPolicy").unwrap_or("UNIQUE");
        let hit = match (policy, table.attribute("aggregation")) {
            ("UNIQUE", _) => "unique",
            ("ANY", _) => "any",
            ("FIRST", _) => "first",
            ("PRIORITY", _) => "priority",
            ("RULE ORDER", _) => "rule order",
            ("OUTPUT ORDER", _) => "output order",
            ("COLLECT", None) => "collect",
            ("COLLECT", Some("SUM")) => "collect sum",
            ("COLLECT", Some("MIN")) => "collect min",
            ("COLLECT", Some("MAX")) => "collect max",
            ("COLLECT", Some("COUNT")) => "collect count",
            (other, aggregation) => {
                let aggregation = aggregation.unwrap_or("");
                self.errors.push(format!("the hit policy `{other} {aggregation}` of `{decision}`"));
                return;
            }
        };
        self.write(decision, hit, &inputs, &outputs, &rules);
    }

    fn write(
        &mut self,
        decision: &str,
        hit: &str,
        inputs: &[(String, Type)],
        outputs: &[(String, Type, Option<String>)],
        rules: &[(Vec<String>, Vec<String>)],
    ) {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut head: Vec<String> = inputs.iter().map(|(name, _)| name.clone()).collect();
        head.extend(outputs.iter().map(|(name, ..)| format!("-> {name}")));
        rows.push(head);
        for (at, (tests, answers)) in rules.iter().enumerate() {
            let mut row = Vec::new();
            for (test, (_, ty)) in tests.iter().zip(inputs) {
                match tests_of(test, ty) {
                    Some(cell) => row.push(cell),
                    None => self.errors.push(format!("the test `{test}` in rule {} of `{decision}`", at + 1)),
                }
            }
            for (answer, (_, ty, _)) in answers.iter().zip(outputs) {
                match literal(answer, ty) {
                    Some(cell) => row.push(cell),
                    None => self.errors.push(format!("the output `{answer}` in rule {} of `{decision}`", at + 1)),
                }
            }
            rows.push(row);
        }
        let codes = outputs.iter().all(|(_, ty, _)| matches!(ty, Type::Codes(..)));
        let defaults: Option<Vec<String>> =
            outputs.iter().map(|(_, ty, default)| literal(default.as_ref()?, ty)).collect();
        // Where no rule matches, a model gives its default, or nothing.
        let last = match hit {
            "unique" | "any" | "first" => defaults.or_else(|| codes.then(|| vec!["none".to_owned(); outputs.len()])),
            _ => {
                if defaults.is_some() {
                    self.notes.push(format!(
                        "`{decision}`: a default beside `{hit}` has no counterpart; where no rule matches the set is empty"
                    ));
                }
                None
            }
        };
        if let Some(last) = last {
            rows.push(inputs.iter().map(|_| "-".to_owned()).chain(last).collect());
        }
        let wide = rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..wide)
            .map(|at| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0))
            .collect();
        let types: Vec<&str> = outputs
            .iter()
            .map(|(_, ty, _)| match ty {
                Type::Codes(name, _) => name.as_str(),
                Type::Boolean => "boolean",
                Type::Date => "date",
                Type::Text => "text",
                Type::Number if hit == "collect count" => "integer",
                Type::Number => "decimal",
            })
            .collect();
        let types = if hit == "collect count" { vec!["integer"] } else { types };
        let _ = writeln!(
            self.tables,
            "\ntable {} of {RECORD} -> {} {} hit {hit} {{",
            snake(decision),
            types.join(", "),
            quoted(decision)
        );
        for row in &rows {
            self.tables.push_str("  |");
            for (cell, &width) in row.iter().zip(&widths) {
                let _ = write!(self.tables, " {cell:width$} |");
            }
            self.tables.push('\n');
        }
        self.tables.push_str("}\n");
    }

    fn text(&self, file: &str, model: &str) -> String {
        let mut out = format!("# Imported from the DMN model {}.\n", file.replace('\n', " "));
        for note in &self.notes {
            let _ = writeln!(out, "# {note}");
        }
        let _ = writeln!(out, "ruleset {} version \"1\" {{ title {} }}\n", snake(model), quoted(model));
        for (name, title, codes) in &self.lists {
            let _ = writeln!(out, "codes {name} {} {{", quoted(title));
            for (code, text) in codes {
                let _ = writeln!(out, "  {code} {0} from {0}", quoted(text));
            }
            out.push_str("}\n");
        }
        let _ = writeln!(out, "\nrecord {RECORD} {{");
        for (title, field, ty) in &self.fields {
            let ty = match ty {
                Type::Number => "decimal",
                Type::Boolean => "boolean",
                Type::Date => "date",
                Type::Text => "text",
                Type::Codes(name, _) => name,
            };
            let _ = writeln!(out, "  {field} : {ty} from {}", quoted(title));
        }
        out.push_str("}\n");
        out.push_str(&self.tables);
        out
    }
}

/// A literal of a type.
fn literal(text: &str, ty: &Type) -> Option<String> {
    match ty {
        Type::Number => is_number(text).then(|| text.to_owned()),
        Type::Boolean => match text {
            "true" => Some("yes".to_owned()),
            "false" => Some("no".to_owned()),
            _ => None,
        },
        Type::Date => {
            let inner = text.strip_prefix("date(")?.strip_suffix(')')?;
            string(inner.trim()).map(str::to_owned)
        }
        Type::Text => string(text).map(quoted),
        Type::Codes(_, codes) => {
            let text = string(text)?;
            codes.iter().find(|(_, known)| known == text).map(|(code, _)| code.clone())
        }
    }
}

/// Unary tests as a cell; `None` for what has no counterpart.
fn tests_of(text: &str, ty: &Type) -> Option<String> {
    if text == "-" || text.is_empty() {
        return Some("-".to_owned());
    }
    if let Some(inner) = text.strip_prefix("not(").and_then(|rest| rest.strip_suffix(')')) {
        let inner = parts(inner).into_iter().map(|part| test(part, ty)).collect::<Option<Vec<_>>>()?;
        return Some(format!("not({})", inner.join(", ")));
    }
    let all = parts(text).into_iter().map(|part| test(part, ty)).collect::<Option<Vec<_>>>()?;
    Some(all.join(", "))
}

fn test(text: &str, ty: &Type) -> Option<String> {
    if text == "null" {
        return Some("is missing".to_owned());
    }
    for sign in ["<=", ">=", "!=", "<", ">", "="] {
        if let Some(rest) = text.strip_prefix(sign) {
            return Some(format!("{sign} {}", literal(rest.trim(), ty)?));
        }
    }
    let (open, close) = (text.chars().next()?, text.chars().last()?);
    if matches!(open, '[' | '(' | ']') && matches!(close, ']' | ')' | '[') && text.contains("..") {
        let inner = text.get(1..text.len() - 1)?;
        let (low, high) = inner.split_once("..")?;
        let open = if open == '[' { '[' } else { '(' };
        let close = if close == ']' { ']' } else { ')' };
        return Some(format!("{open}{} .. {}{close}", literal(low.trim(), ty)?, literal(high.trim(), ty)?));
    }
    literal(text, ty)
}
