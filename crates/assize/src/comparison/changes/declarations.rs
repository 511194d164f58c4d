//! Each kind of declaration, compared part by part.

use super::canon::{Canon, Reads, field_name, record_name, signature, ty};
use super::text;
use super::{Change, ChangeKind, DeclarationKind as Kind, Detail};
use crate::show::Shown;
use assize_model::absence::Reason;
use assize_model::evaluation::{Evaluation, Indicator};
use assize_model::function::Function;
use assize_model::ids::{FieldId, NodeId, RecordId, ScopeId};
use assize_model::measure::{Measure, UnknownPolicy};
use assize_model::node::{Node, Op};
use assize_model::period::Period;
use assize_model::program::{
    Action, Category, CodeList, Criterion, Dated, Field, FieldKind, Heading, Hit, Let, Otherwise, Param, Program,
    Record, Ruleset, UsesProtected, Within,
};
use assize_model::ty::Ty;
use assize_model::value::Value;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// The changes, and the categories and measures that they reach.
pub fn compare(old: &Program, new: &Program) -> (Vec<Change>, Vec<(Kind, Arc<str>)>) {
    let mut canon = Canon::default();
    let numbers = (canon.number(old), canon.number(new));
    let mut both = Both { old, new, old_numbers: numbers.0, new_numbers: numbers.1, list: Vec::new() };
    both.header();
    both.params();
    both.lists();
    both.records();
    both.functions();
    both.lets();
    both.categories();
    both.measures();
    both.indicators();
    both.evaluations();
    let affected = both.affected();
    (both.list, affected)
}

struct Both<'a> {
    old: &'a Program,
    new: &'a Program,
    old_numbers: Vec<u32>,
    new_numbers: Vec<u32>,
    list: Vec<Change>,
}

/// The parts of one declaration that are different.
#[derive(Default)]
struct Parts {
    details: Vec<Detail>,
    through: bool,
}

impl Parts {
    fn add(&mut self, part: &str, meaning: bool, old: Option<String>, new: Option<String>) {
        self.details.push(Detail { part: part.to_owned(), old, new, meaning });
    }

    /// A part that has a text.
    fn texts(&mut self, part: &str, meaning: bool, old: Option<String>, new: Option<String>) {
        if old != new {
            self.add(part, meaning, old, new);
        }
    }

    fn flag(&mut self, part: &str, old: bool, new: bool) {
        let word = |is| Some(if is { "yes" } else { "no" }.to_owned());
        self.texts(part, true, word(old), word(new));
    }

    fn wording(&mut self, old: &Heading, new: &Heading) {
        let text = |text: &Option<Arc<str>>| text.as_deref().map(ToOwned::to_owned);
        self.texts("title", false, text(&old.title), text(&new.title));
        self.texts("documentation", false, text(&old.docs), text(&new.docs));
    }
}

/// Items by name, those of the newer rules first.
fn pairs<'a, T>(old: &'a [T], new: &'a [T], name: impl Fn(&'a T) -> &'a str) -> Vec<(Option<&'a T>, Option<&'a T>)> {
    let by_name: FxHashMap<&str, &T> = old.iter().map(|item| (name(item), item)).collect();
    let mut pairs: Vec<_> = new.iter().map(|item| (by_name.get(name(item)).copied(), Some(item))).collect();
    let kept: FxHashSet<&str> = new.iter().map(&name).collect();
    pairs.extend(old.iter().filter(|item| !kept.contains(name(item))).map(|item| (Some(item), None)));
    pairs
}

/// Whether what both have is in the same order.
fn same_order<'a>(old: &[&'a str], new: &[&'a str]) -> bool {
    let (in_old, in_new): (FxHashSet<&str>, FxHashSet<&str>) =
        (old.iter().copied().collect(), new.iter().copied().collect());
    let old = old.iter().filter(|name| in_new.contains(**name));
    old.eq(new.iter().filter(|name| in_old.contains(**name)))
}

fn missing(texts: &[(Arc<str>, Reason)]) -> Option<String> {
    let mut texts: Vec<String> = texts.iter().map(|(text, reason)| format!("\"{text}\" = {reason}")).collect();
    assize_model::order::sort(&mut texts);
    (!texts.is_empty()).then(|| texts.join(", "))
}

fn quoted(texts: &[Arc<str>]) -> Option<String> {
    let texts: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

impl<'a> Both<'a> {
    /// Takes a declaration in that both have, when anything of it is different.
    fn changed(&mut self, kind: Kind, name: impl Into<String>, parts: Parts) {
        if !parts.details.is_empty() {
            let meaning = parts.details.iter().any(|detail| detail.meaning);
            let through = parts.through && meaning;
            let what = ChangeKind::Changed;
            self.list.push(Change { kind, name: name.into(), what, meaning, through, details: parts.details });
        }
    }

    /// Takes a declaration in that only one has.
    fn only(&mut self, kind: Kind, name: impl Into<String>, is_new: bool, meaning: bool) {
        let what = if is_new { ChangeKind::Added } else { ChangeKind::Removed };
        self.list.push(Change { kind, name: name.into(), what, meaning, through: false, details: Vec::new() });
    }

    fn same(&self, old: NodeId, new: NodeId) -> bool {
        self.old_numbers.get(old.index()) == self.new_numbers.get(new.index())
    }

    /// A clause that is an expression.
    fn clause(&self, parts: &mut Parts, part: &str, old: Option<NodeId>, new: Option<NodeId>) {
        let same = match (old, new) {
            (Some(old), Some(new)) => self.same(old, new),
            (None, None) => true,
            _ => false,
        };
        if !same {
            let text = |program: &Program, id: Option<NodeId>| {
                id.and_then(|id| program.node(id)).map(|node| text::of(program, node.place))
            };
            let (old, new) = (text(self.old, old), text(self.new, new));
            parts.through |= old == new;
            parts.add(part, true, old, new);
        }
    }

    /// A named expression.
    fn named(
        &self,
        parts: &mut Parts,
        part: &str,
        (old, old_text): (NodeId, String),
        (new, new_text): (NodeId, String),
    ) {
        let same = self.same(old, new);
        if !same || old_text != new_text {
            parts.through |= !same && old_text == new_text;
            parts.add(part, !same, Some(old_text), Some(new_text));
        }
    }

    fn header(&mut self) {
        let (old, new): (&Ruleset, &Ruleset) = (&self.old.ruleset, &self.new.ruleset);
        let mut parts = Parts::default();
        let text = |text: &Option<Arc<str>>| text.as_deref().map(ToOwned::to_owned);
        let name = |ruleset: &Ruleset| Some(ruleset.heading.name.to_string());
        parts.texts("name", false, name(old), name(new));
        let date = |date: Option<assize_model::civil::Date>| date.map(|date| date.to_string());
        parts.texts("effective from", true, date(old.effective_from), date(new.effective_from));
        parts.texts("effective to", true, date(old.effective_to), date(new.effective_to));
        parts.flag("dates strict", old.dates_strict, new.dates_strict);
        let zone = |ruleset: &Ruleset| ruleset.zone.as_ref().map(|zone| zone.name().to_owned());
        parts.texts("time zone", true, zone(old), zone(new));
        parts.wording(&old.heading, &new.heading);
        parts.texts("authority", false, text(&old.authority), text(&new.authority));
        parts.texts("source", false, text(&old.source), text(&new.source));
        parts.texts("language", false, text(&old.language), text(&new.language));
        self.changed(Kind::RuleSet, new.heading.name.to_string(), parts);
        let labels = |program: &Program| (!program.labels.is_empty()).then(|| program.labels.join(" < "));
        let mut parts = Parts::default();
        parts.texts("order", true, labels(self.old), labels(self.new));
        self.changed(Kind::Labels, "labels", parts);
    }

    fn params(&mut self) {
        for pair in pairs(&self.old.params, &self.new.params, |param: &Param| &param.heading.name) {
            let (old, new) = match pair {
                (Some(old), Some(new)) => (old, new),
                (old, new) => {
                    let Some(param) = new.or(old) else { continue };
                    self.only(Kind::Parameter, &*param.heading.name, new.is_some(), true);
                    continue;
                }
            };
            let mut parts = Parts::default();
            let value = |program: &Program, value: &Value| Some(Shown(program, value).to_string());
            parts.texts("type", true, Some(ty(self.old, old.ty)), Some(ty(self.new, new.ty)));
            parts.texts("default", true, value(self.old, &old.default), value(self.new, &new.default));
            let dated = |program: &Program, param: &Param| {
                let one = |dated: &Dated| {
                    let to = dated.to.map(|to| format!(" to {to}")).unwrap_or_default();
                    format!("{} from {}{to}", Shown(program, &dated.value), dated.from)
                };
                let all: Vec<String> = param.dated.iter().map(one).collect();
                (!all.is_empty()).then(|| all.join(", "))
            };
            parts.texts("values by date", true, dated(self.old, old), dated(self.new, new));
            parts.texts("in", true, within(self.old, &old.within), within(self.new, &new.within));
            parts.wording(&old.heading, &new.heading);
            self.changed(Kind::Parameter, &*new.heading.name, parts);
        }
    }

    fn lists(&mut self) {
        for pair in pairs(&self.old.lists, &self.new.lists, |list: &CodeList| &list.heading.name) {
            let (old, new) = match pair {
                (Some(old), Some(new)) => (old, new),
                (old, new) => {
                    let Some(list) = new.or(old) else { continue };
                    self.only(Kind::Codes, &*list.heading.name, new.is_some(), true);
                    continue;
                }
            };
            let mut parts = Parts::default();
            parts.flag("ordered", old.ordered, new.ordered);
            for pair in pairs(&old.codes, &new.codes, |code| &*code.heading.name) {
                match pair {
                    (Some(old), Some(new)) => {
                        let name = &new.heading.name;
                        parts.texts(&format!("`{name}` from"), true, quoted(&old.from), quoted(&new.from));
                        let mut words = Parts::default();
                        words.wording(&old.heading, &new.heading);
                        for detail in words.details {
                            parts.add(&format!("`{name}` {}", detail.part), false, detail.old, detail.new);
                        }
                    }
                    (old, new) => {
                        let name = |code: Option<&assize_model::program::CodeInfo>| {
                            code.map(|code| code.heading.name.to_string())
                        };
                        parts.add("code", true, name(old), name(new));
                    }
                }
            }
            let names = |list: &'a CodeList| list.codes.iter().map(|code| &*code.heading.name).collect::<Vec<_>>();
            let (old_names, new_names) = (names(old), names(new));
            if !same_order(&old_names, &new_names) {
                let is_meant = old.ordered || new.ordered;
                let sign = if is_meant { " < " } else { ", " };
                parts.add("order", is_meant, Some(old_names.join(sign)), Some(new_names.join(sign)));
            }
            parts.texts("missing", true, missing(&old.missing), missing(&new.missing));
            parts.wording(&old.heading, &new.heading);
            self.changed(Kind::Codes, &*new.heading.name, parts);
        }
    }

    fn records(&mut self) {
        for pair in pairs(&self.old.records, &self.new.records, |record: &Record| &record.heading.name) {
            let (old, new) = match pair {
                (Some(old), Some(new)) => (old, new),
                (old, new) => {
                    let Some(record) = new.or(old) else { continue };
                    self.only(Kind::Record, &*record.heading.name, new.is_some(), true);
                    continue;
                }
            };
            let record = &*new.heading.name;
            let mut parts = Parts::default();
            let key = |record: &Record| {
                record.key.and_then(|key| record.fields.get(key.index())).map(|field| field.heading.name.to_string())
            };
            parts.texts("key", true, key(old), key(new));
            parts.texts("missing", true, missing(&old.missing), missing(&new.missing));
            parts.wording(&old.heading, &new.heading);
            self.changed(Kind::Record, record, parts);
            for pair in pairs(&old.fields, &new.fields, |field: &Field| &field.heading.name) {
                let (old, new) = match pair {
                    (Some(old), Some(new)) => (old, new),
                    (old, new) => {
                        let Some(field) = new.or(old) else { continue };
                        self.only(Kind::Field, format!("{record}.{}", field.heading.name), new.is_some(), true);
                        continue;
                    }
                };
                let parts = field(self.old, old, self.new, new);
                self.changed(Kind::Field, format!("{record}.{}", new.heading.name), parts);
            }
        }
    }

    fn functions(&mut self) {
        let (old, new) = (self.old.functions.list(), self.new.functions.list());
        for pair in pairs(old, new, |function: &Function| &function.heading.name) {
            match pair {
                (Some(old), Some(new)) => {
                    let mut parts = Parts::default();
                    let signatures = (signature(self.old, old), signature(self.new, new));
                    parts.texts("signature", true, Some(signatures.0), Some(signatures.1));
                    parts.texts("body", true, Some(old.body.to_string()), Some(new.body.to_string()));
                    parts.wording(&old.heading, &new.heading);
                    self.changed(Kind::Function, &*new.heading.name, parts);
                }
                // What calls it is what it means.
                (old, new) => {
                    let Some(function) = new.or(old) else { continue };
                    self.only(Kind::Function, &*function.heading.name, new.is_some(), false);
                }
            }
        }
    }

    fn lets(&mut self) {
        // A `let` of a record and one of another may have one name.
        let full = |program: &'a Program| {
            let name = |of: &'a Let| match of.record {
                Some(record) => format!("{}.{}", record_name(program, record), of.heading.name),
                None => of.heading.name.to_string(),
            };
            program.lets.iter().map(|of| (name(of), of)).collect::<Vec<_>>()
        };
        let (old_lets, new_lets) = (full(self.old), full(self.new));
        for pair in pairs(&old_lets, &new_lets, |(name, _)| name.as_str()) {
            match pair {
                (Some((_, old)), Some((name, new))) => {
                    let mut parts = Parts::default();
                    let old_text = text::body(self.old, old.place, &old.heading, '=');
                    let new_text = text::body(self.new, new.place, &new.heading, '=');
                    self.named(&mut parts, "value", (old.node, old_text), (new.node, new_text));
                    parts.wording(&old.heading, &new.heading);
                    self.changed(Kind::Let, name, parts);
                }
                // What uses it is what it means.
                (old, new) => {
                    let Some((name, _)) = new.or(old) else { continue };
                    self.only(Kind::Let, name, new.is_some(), false);
                }
            }
        }
    }

    fn categories(&mut self) {
        for pair in pairs(&self.old.categories, &self.new.categories, |category: &Category| &category.heading.name) {
            let (old, new) = match pair {
                (Some(old), Some(new)) => (old, new),
                (old, new) => {
                    let Some(category) = new.or(old) else { continue };
                    self.only(Kind::Category, &*category.heading.name, new.is_some(), true);
                    continue;
                }
            };
            let name = &*new.heading.name;
            let mut parts = Parts::default();
            let record = |program, category: &Category| Some(record_name(program, category.record).to_owned());
            parts.texts("of", true, record(self.old, old), record(self.new, new));
            let list = |program: &Program, category: &Category| {
                program.list(category.list).map(|list| list.heading.name.to_string())
            };
            parts.texts("codes", true, list(self.old, old), list(self.new, new));
            parts.texts("hit", true, Some(hit(old.hit)), Some(hit(new.hit)));
            let decisions = (self.old.decision(old.decision), self.new.decision(new.decision));
            let applies = (decisions.0.and_then(|of| of.applies), decisions.1.and_then(|of| of.applies));
            self.clause(&mut parts, "applies when", applies.0, applies.1);
            parts.texts("otherwise", true, otherwise(self.old, old), otherwise(self.new, new));
            let order = |category: &'a Category| {
                category.criteria().map(|(_, criterion)| &*criterion.heading.name).collect::<Vec<_>>()
            };
            let (old_order, new_order) = (order(old), order(new));
            if !same_order(&old_order, &new_order) {
                let is_meant = old.hit == Hit::First || new.hit == Hit::First;
                let shown = |order: Vec<&str>| Some(order.join(", "));
                parts.add("order of criteria", is_meant, shown(old_order), shown(new_order));
            }
            parts.texts("responses", true, responses(self.old, old), responses(self.new, new));
            parts.texts("uses protected", true, uses(self.old, old), uses(self.new, new));
            parts.wording(&old.heading, &new.heading);
            self.changed(Kind::Category, name, parts);
            self.criteria(name, old, new);
        }
    }

    fn criteria(&mut self, category: &str, old: &'a Category, new: &'a Category) {
        let all = |program: &'a Program, category: &'a Category| {
            let nodes = program.decision(category.decision).map(|of| &*of.criteria).unwrap_or_default();
            let code = |code| program.list(category.list).map_or("?", |list| list.name(code));
            let criteria = category.criteria().zip(nodes);
            criteria.map(|((case, criterion), node)| (criterion, code(case.code), *node)).collect::<Vec<_>>()
        };
        let (old_all, new_all) = (all(self.old, old), all(self.new, new));
        let name = |of: &'a Criterion| &*of.heading.name;
        for pair in pairs(&old_all, &new_all, |(criterion, _, _)| name(criterion)) {
            match pair {
                (Some((old, old_code, old_node)), Some((new, new_code, new_node))) => {
                    let mut parts = Parts::default();
                    parts.texts("gives", true, Some((*old_code).to_owned()), Some((*new_code).to_owned()));
                    let old_text = text::body(self.old, old.place, &old.heading, ':');
                    let new_text = text::body(self.new, new.place, &new.heading, ':');
                    self.named(&mut parts, "condition", (*old_node, old_text), (*new_node, new_text));
                    parts.wording(&old.heading, &new.heading);
                    self.changed(Kind::Criterion, format!("{category}.{}", new.heading.name), parts);
                }
                (old, new) => {
                    let Some((criterion, _, _)) = new.or(old) else { continue };
                    self.only(Kind::Criterion, format!("{category}.{}", criterion.heading.name), new.is_some(), true);
                }
            }
        }
    }

    fn measures(&mut self) {
        for pair in pairs(&self.old.measures, &self.new.measures, |measure: &Measure| &measure.heading.name) {
            let (old, new) = match pair {
                (Some(old), Some(new)) => (old, new),
                (old, new) => {
                    let Some(measure) = new.or(old) else { continue };
                    self.only(Kind::Measure, &*measure.heading.name, new.is_some(), true);
                    continue;
                }
            };
            let mut parts = Parts::default();
            let record = |program, measure: &Measure| Some(record_name(program, measure.record).to_owned());
            parts.texts("of", true, record(self.old, old), record(self.new, new));
            let clauses = [
                ("include", old.include, new.include),
                ("exclude", old.exclude, new.exclude),
                ("eligible", old.eligible, new.eligible),
                ("numerator", old.numerator, new.numerator),
                ("except", old.except, new.except),
                ("denominator", old.denominator, new.denominator),
            ];
            for (part, old, new) in clauses {
                self.clause(&mut parts, part, old, new);
            }
            parts.texts("as", true, Some(old.form.shown(self.old)), Some(new.form.shown(self.new)));
            self.clause(&mut parts, "value", old.form.of(), new.form.of());
            self.breakdown(&mut parts, old, new);
            let every = |measure: &Measure| measure.every.map(|(every, _)| period(every));
            parts.texts("every", true, every(old), every(new));
            self.clause(&mut parts, "period of", old.every.map(|(_, node)| node), new.every.map(|(_, node)| node));
            for ((clause, old), (_, new)) in old.stated(self.old).into_iter().zip(new.stated(self.new)) {
                parts.texts(clause, true, old, new);
            }
            parts.texts("unknown", true, Some(unknown(old.unknown)), Some(unknown(new.unknown)));
            parts.wording(&old.heading, &new.heading);
            self.changed(Kind::Measure, &*new.heading.name, parts);
        }
    }

    fn indicators(&mut self) {
        for pair in pairs(&self.old.indicators, &self.new.indicators, |of: &Indicator| &of.heading.name) {
            let (Some(old), Some(new)) = pair else {
                if let Some(of) = pair.0.or(pair.1) {
                    self.only(Kind::Indicator, &*of.heading.name, pair.1.is_some(), true);
                }
                continue;
            };
            let mut parts = Parts::default();
            for ((clause, old), (_, new)) in old.stated(self.old).into_iter().zip(new.stated(self.new)) {
                // By these somebody else is asked, or something else is shown, and nothing else comes out.
                let meaning = !matches!(clause, "source" | "collected" | "owner" | "method" | "unit");
                parts.texts(clause, meaning, old, new);
            }
            parts.wording(&old.heading, &new.heading);
            self.changed(Kind::Indicator, &*new.heading.name, parts);
        }
    }

    fn evaluations(&mut self) {
        for pair in pairs(&self.old.evaluations, &self.new.evaluations, |of: &Evaluation| &of.heading.name) {
            let (Some(old), Some(new)) = pair else {
                if let Some(of) = pair.0.or(pair.1) {
                    self.only(Kind::Evaluation, &*of.heading.name, pair.1.is_some(), true);
                }
                continue;
            };
            let mut parts = Parts::default();
            let (before, now) = (old.stated(self.old), new.stated(self.new));
            let find = |all: &[(String, String)], part: &str| {
                all.iter().find(|(of, _)| of == part).map(|(_, text)| text.clone())
            };
            for (part, text) in &now {
                parts.texts(part, true, find(&before, part), Some(text.clone()));
            }
            for (part, text) in before.iter().filter(|(part, _)| find(&now, part).is_none()) {
                parts.texts(part, true, Some(text.clone()), None);
            }
            parts.wording(&old.heading, &new.heading);
            self.changed(Kind::Evaluation, &*new.heading.name, parts);
        }
    }

    fn breakdown(&self, parts: &mut Parts, old: &Measure, new: &Measure) {
        let names = |measure: &Measure| {
            let names: Vec<&str> = measure.by.iter().map(|by| &*by.name).collect();
            (!names.is_empty()).then(|| names.join(", "))
        };
        parts.texts("by", true, names(old), names(new));
        for new in &new.by {
            if let Some(old) = old.by.iter().find(|old| old.name == new.name) {
                self.clause(parts, &format!("by `{}`", new.name), Some(old.node), Some(new.node));
            }
        }
    }

    /// The categories and measures that read a parameter, code list, field or category that changed in meaning.
    fn affected(&self) -> Vec<(Kind, Arc<str>)> {
        let changed = || self.list.iter().filter(|change| change.meaning && change.what == ChangeKind::Changed);
        let of = |kind: Kind| changed().filter(move |change| change.kind == kind);
        let names = |kind: Kind| of(kind).map(|change| change.name.as_str()).collect::<FxHashSet<&str>>();
        let (params, lists, records) = (names(Kind::Parameter), names(Kind::Codes), names(Kind::Record));
        let mut fields: FxHashSet<(&str, &str)> =
            of(Kind::Field).filter_map(|change| change.name.split_once('.')).collect();
        // Criteria that are added or removed change their category.
        let mut categories = names(Kind::Category);
        let criteria = self.list.iter().filter(|change| change.kind == Kind::Criterion && change.meaning);
        categories.extend(criteria.filter_map(|change| Some(change.name.split_once('.')?.0)));
        let measures = names(Kind::Measure);
        let added: FxHashSet<(Kind, &str)> = self
            .list
            .iter()
            .filter(|change| change.what == ChangeKind::Added)
            .map(|change| (change.kind, change.name.as_str()))
            .collect();
        // How dates are read, or that days are of another zone, is a change of every field with such values.
        let header = of(Kind::RuleSet)
            .flat_map(|change| &change.details)
            .any(|detail| detail.meaning && (detail.part == "time zone" || detail.part == "dates strict"));
        let new = self.new;
        if header {
            for record in &new.records {
                let timed = |field: &&Field| {
                    matches!(field.kind, FieldKind::Value(Ty::Date | Ty::Time | Ty::DateTime | Ty::Duration))
                };
                fields.extend(
                    record.fields.iter().filter(timed).map(|field| (&*record.heading.name, &*field.heading.name)),
                );
            }
        }
        let is_listed = |ty: Ty| match ty {
            Ty::Code(list) | Ty::Codes(list) => new.list(list).is_some_and(|list| lists.contains(&*list.heading.name)),
            _ => false,
        };
        let comes = |scope: ScopeId, record: RecordId| {
            let field = new.scope(scope).and_then(|child| child.parent).map(|(_, field)| field);
            let name = field.map_or("?", |field| field_name(new, record, field.index()));
            fields.contains(&(record_name(new, record), name)) || records.contains(record_name(new, record))
        };
        let many = |node: &Node, record: RecordId| match &node.op {
            Op::Aggregate { scope, .. } => comes(*scope, record),
            Op::Progress(progress) => progress.events.iter().any(|event| comes(event.scope, record)),
            _ => false,
        };
        let reads = Reads::new(new, |node| {
            let record = new.scope(node.scope).and_then(|scope| scope.record);
            let here = match node.op {
                Op::Param(param) => new.param(param).is_some_and(|param| params.contains(&*param.heading.name)),
                Op::Field(field) => record.is_some_and(|record| {
                    fields.contains(&(record_name(new, record), field_name(new, record, field.index())))
                        || records.contains(record_name(new, record))
                }),
                Op::Outcome(decision) => {
                    let category = new.decision(decision).and_then(|decision| new.category(decision.category));
                    category.is_some_and(|category| categories.contains(&*category.heading.name))
                }
                _ => false,
            };
            here || is_listed(node.ty) || record.is_some_and(|record| many(node, record))
        });
        let mut affected = Vec::new();
        for category in &new.categories {
            let name = &category.heading.name;
            let own = categories.contains(&**name) || added.contains(&(Kind::Category, &**name));
            if !own && (reads.decision(category.decision) || is_listed(Ty::Code(category.list))) {
                affected.push((Kind::Category, Arc::clone(name)));
            }
        }
        for measure in &new.measures {
            let name = &measure.heading.name;
            let own = measures.contains(&**name) || added.contains(&(Kind::Measure, &**name));
            let value = measure.form.of();
            let clauses = [measure.include, measure.exclude, measure.eligible, measure.numerator, measure.except];
            let more = [measure.denominator, value, measure.every.map(|(_, node)| node)];
            let nodes = clauses.into_iter().chain(more).flatten().chain(measure.by.iter().map(|by| by.node));
            if !own && nodes.into_iter().any(|node| reads.is(node)) {
                affected.push((Kind::Measure, Arc::clone(name)));
            }
        }
        affected
    }
}

fn field(old_program: &Program, old: &Field, new_program: &Program, new: &Field) -> Parts {
    let mut parts = Parts::default();
    let kind = |program: &Program, field: &Field| {
        Some(match field.kind {
            FieldKind::Value(of) => ty(program, of),
            FieldKind::Range(of) => format!("range of {}", ty(program, of)),
            FieldKind::Many { record, by } => {
                format!("many {} by {}", record_name(program, record), field_name(program, record, by.index()))
            }
        })
    };
    parts.texts("type", true, kind(old_program, old), kind(new_program, new));
    parts.flag("required", old.required, new.required);
    parts.flag("optional", old.optional, new.optional);
    parts.flag("protected", old.protected, new.protected);
    let label = |program: &Program, field: &Field| {
        field.label.and_then(|label| program.labels.get(label as usize)).map(ToString::to_string)
    };
    parts.texts("label", true, label(old_program, old), label(new_program, new));
    let text = |text: &Option<Arc<str>>| text.as_deref().map(ToOwned::to_owned);
    parts.texts("unit", true, text(&old.unit), text(&new.unit));
    parts.texts("from", true, quoted(&old.from), quoted(&new.from));
    parts.texts("separated by", true, text(&old.separator), text(&new.separator));
    parts.wording(&old.heading, &new.heading);
    parts
}

fn within(program: &Program, within: &Option<Within>) -> Option<String> {
    let shown = |value: &Value| Shown(program, value).to_string();
    Some(match within.as_ref()? {
        Within::Set(values) => format!("{{{}}}", values.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Within::Range { lo, hi } => {
            let end = |end: &Option<(Value, bool)>| end.as_ref().map(|(value, _)| shown(value)).unwrap_or_default();
            let open = |end: &Option<(Value, bool)>| end.as_ref().is_some_and(|(_, closed)| !closed);
            let (from, to) = (if open(lo) { "(" } else { "" }, if open(hi) { ")" } else { "" });
            format!("{from}{}..{}{to}", end(lo), end(hi))
        }
    })
}

fn hit(hit: Hit) -> String {
    match hit {
        Hit::First => "first",
        Hit::Unique => "unique",
        Hit::Highest => "highest",
        Hit::All => "all",
    }
    .to_owned()
}

/// What is done about a category's codes, as it is written.
fn responses(program: &Program, category: &Category) -> Option<String> {
    let is_it = |id| program.category(id).is_some_and(|of| of.heading.name == category.heading.name);
    let of = program.responses.iter().find(|response| is_it(response.category))?;
    let written = |action: &Action| program.text_of(action.place).split_whitespace().collect::<Vec<_>>().join(" ");
    Some(of.actions.iter().map(written).collect::<Vec<_>>().join("; "))
}

/// The protected fields that a category says it uses, and why.
fn uses(program: &Program, category: &Category) -> Option<String> {
    let name = |&(record, field): &(RecordId, FieldId)| field_name(program, record, field.index()).to_owned();
    let one = |uses: &UsesProtected| {
        let fields: Vec<String> = uses.fields.iter().map(name).collect();
        format!("{} because {}", fields.join(", "), uses.because)
    };
    (!category.uses.is_empty()).then(|| category.uses.iter().map(one).collect::<Vec<_>>().join("; "))
}

fn otherwise(program: &Program, category: &Category) -> Option<String> {
    Some(match &category.otherwise {
        Otherwise::None => "none".to_owned(),
        Otherwise::Code(code) => program.list(category.list).map_or("?", |list| list.name(*code)).to_owned(),
        Otherwise::Error(text) => format!("error \"{text}\""),
    })
}

fn period(period: Period) -> String {
    match period {
        Period::Month => "month".to_owned(),
        Period::Quarter => "quarter".to_owned(),
        Period::Year => "year".to_owned(),
        Period::FiscalYear { from } => format!("fiscal_year from month {from}"),
        Period::Rolling { months } => format!("rolling {months} months"),
    }
}

fn unknown(policy: UnknownPolicy) -> String {
    match policy {
        UnknownPolicy::Apart => "apart",
        UnknownPolicy::No => "as no",
        UnknownPolicy::Yes => "as yes",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use assize_model::function::{FunctionParam, Functions};
    use assize_model::program::Place;

    fn with(body: &str, missing: bool) -> Program {
        let function = Function {
            heading: Heading { name: "twice".into(), ..Heading::default() },
            params: vec![FunctionParam { name: "n".into(), ty: Ty::Integer, missing }],
            returns: Ty::Integer,
            returns_missing: missing,
            body: body.into(),
            place: Place::NOWHERE,
        };
        Program { functions: Functions::new(vec![function], &[], None).unwrap(), ..Program::default() }
    }

    #[test]
    fn functions_are_compared_by_signature_and_body() {
        let told = |old: &Program, new: &Program| {
            let (list, _) = compare(old, new);
            let details = |change: &Change| change.details.iter().map(|of| of.part.clone()).collect::<Vec<_>>();
            list.iter().map(|of| (of.kind, of.what, of.meaning, details(of))).collect::<Vec<_>>()
        };
        let old = with("n * 2", false);
        assert_eq!(told(&old, &with("n * 2", false)), []);
        let changed = |part: &str| vec![(Kind::Function, ChangeKind::Changed, true, vec![part.to_owned()])];
        assert_eq!(told(&old, &with("n + n", false)), changed("body"));
        assert_eq!(told(&old, &with("n * 2", true)), changed("signature"));
        let only = |what| vec![(Kind::Function, what, false, Vec::new())];
        assert_eq!(told(&Program::default(), &old), only(ChangeKind::Added));
        assert_eq!(told(&old, &Program::default()), only(ChangeKind::Removed));
        assert_eq!(
            signature(&old, &with("n", true).functions.list()[0]),
            "twice(n : integer or missing) -> integer or missing"
        );
    }
}
