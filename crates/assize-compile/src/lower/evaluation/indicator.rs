//! One indicator.

use super::rubric::Asked;
use super::{facet, once};
use crate::codes;
use crate::convert::{heading, place};
use crate::lower::{Cx, Lowerer};
use crate::resolve::evidence::Counted;
use crate::resolve::{Global, Member, TypeName};
use assize_lang::ast::{self, ExprKind, Ident, IndicatorClauseKind};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::evaluation::{Agreement, Carried, Evidence, Facet, Frequency, Indicator, RatedItem, Ratings, Themes};
use assize_model::ids::{IndicatorId, ListId, MeasureId, RecordId};
use assize_model::measure::{MeasureForm, TargetBound};
use assize_model::node::Op;
use assize_model::program::FieldKind;
use assize_model::ty::Ty;
use std::sync::Arc;

/// The clauses, each with its span.
#[derive(Default)]
struct Clauses<'e> {
    facets: Vec<Facet>,
    source: Option<(&'e ast::Quoted, Span)>,
    owner: Option<(&'e ast::Quoted, Span)>,
    method: Option<(&'e ast::Quoted, Span)>,
    collected: Option<(ast::Frequency, Span)>,
    unit: Option<(&'e Ident, Span)>,
    from: Option<(&'e ast::Evidence, Span)>,
    better: Option<(bool, Span)>,
    baseline: Option<(&'e ast::Baseline, Span)>,
    target: Option<(&'e ast::Target, Span)>,
    rubric: Option<(&'e ast::Rubric, Span)>,
}

const fn frequency(of: ast::Frequency) -> Frequency {
    match of {
        ast::Frequency::Once => Frequency::Once,
        ast::Frequency::Continuously => Frequency::Continuously,
        ast::Frequency::Daily => Frequency::Daily,
        ast::Frequency::Weekly => Frequency::Weekly,
        ast::Frequency::Monthly => Frequency::Monthly,
        ast::Frequency::Quarterly => Frequency::Quarterly,
        ast::Frequency::Yearly => Frequency::Yearly,
    }
}

fn text(of: Option<(&ast::Quoted, Span)>) -> Option<Arc<str>> {
    of.map(|(text, _)| text.text.as_str().into())
}

impl Lowerer<'_, '_> {
    /// Lowers every indicator, when all measures are there.
    pub fn indicators(&mut self) {
        let tables = self.tables;
        let whole = self.build.program.measures.len() == tables.measures.len();
        for (at, (counted, ids)) in tables.indicators.iter().enumerate() {
            for id in ids.iter().filter(|_| whole) {
                if let Some(measure) = self.build.program.measures.get_mut(id.index()) {
                    measure.evidence = Some(IndicatorId::from_index(at));
                }
            }
            let indicator = self.indicator(counted, ids, whole);
            self.build.program.indicators.extend(indicator);
        }
    }

    fn indicator(&mut self, counted: &Counted<'_>, ids: &[MeasureId], whole: bool) -> Option<Indicator> {
        let ast = counted.ast;
        let clauses = self.indicator_clauses(ast);
        let Some((from, from_span)) = clauses.from else {
            if !self.tables.incomplete {
                self.report(
                    codes::INDICATOR_LACKS,
                    ast.name.span,
                    format!("indicator `{}` does not say what it is from", ast.name.text),
                    "no `from`",
                    "write `from measure NAME`, `from ratings RECORD scale CODES`, `from themes RECORD coded FIELD` or \
                     `from documents RECORD`",
                );
            }
            return None;
        };
        let evidence = self.evidence(from, counted, ids, whole);
        let is_measure = matches!(from, ast::Evidence::Measure(_));
        if let Some((_, span)) = clauses.target.filter(|_| !is_measure) {
            self.report(
                codes::EVALUATION_CLAUSE,
                span,
                "a target is a number that a measure is to reach, and this evidence is no measure",
                "not of a measure",
                "write a `rubric`, whose levels may ask of shares and counts",
            );
            return None;
        }
        if let Some((_, span)) = clauses.baseline.filter(|_| !is_measure) {
            self.report(
                codes::EVALUATION_CLAUSE,
                span,
                "a baseline is a period of a measure, and this evidence has none",
                "not of a measure",
                "remove it, or let the indicator be from a measure with `every`",
            );
            return None;
        }
        let target = match clauses.target {
            Some((target, _)) => Some(self.target(target)?),
            None => None,
        };
        let baseline = match clauses.baseline {
            Some((baseline, _)) => Some(self.baseline(baseline)?),
            None => None,
        };
        let evidence = evidence?;
        if let (Some((higher, _)), Some(target), Some((_, span))) = (clauses.better, &target, clauses.target) {
            let (wrong, asks) = match target.bound {
                TargetBound::AtLeast(_) => (!higher, "at least"),
                TargetBound::AtMost(_) => (higher, "at most"),
                TargetBound::Between(..) => (false, "between"),
            };
            if wrong {
                let way = if higher { "higher" } else { "lower" };
                self.sink.push(
                    Diagnostic::warning(
                        codes::OTHER_WAY,
                        span,
                        format!("{way} is better, and the target asks for `{asks}`"),
                    )
                    .label("asks for what is worse")
                    .help("turn one of the two round"),
                );
            }
        }
        let asked = match &evidence {
            Evidence::Measure(_) => Asked::Measure,
            Evidence::Ratings(ratings) => Asked::Ratings(ratings.scale),
            Evidence::Themes(themes) => Asked::Themes(themes.themes),
            Evidence::Documents { .. } => Asked::Documents,
        };
        let rubric = match clauses.rubric {
            Some((rubric, span)) => Some(self.rubric(rubric, span, asked)?),
            None => None,
        };
        let indicator = Indicator {
            heading: heading(&ast.name.text, ast.title.as_ref(), &ast.docs),
            facets: clauses.facets,
            source: text(clauses.source),
            collected: clauses.collected.map(|(of, _)| frequency(of)),
            owner: text(clauses.owner),
            method: text(clauses.method),
            unit: clauses.unit.map(|(unit, _)| unit.text.as_str().into()),
            higher_is_better: clauses.better.map(|(higher, _)| higher),
            evidence,
            baseline,
            target,
            rubric,
            place: place(ast.name.span),
        };
        if whole && indicator.levels(&self.build.program).is_empty() {
            let of = &indicator.heading.name;
            self.sink.push(
                Diagnostic::warning(codes::NOT_JUDGED, from_span, format!("nothing judges indicator `{of}`"))
                    .label("neither a target nor a rubric")
                    .help("write `target at least …`, or a `rubric`; else it is shown and has no part in a judgement"),
            );
        }
        Some(indicator)
    }

    fn indicator_clauses<'e>(&mut self, ast: &'e ast::Indicator) -> Clauses<'e> {
        let mut out = Clauses::default();
        let mut stated: Vec<(&'static str, Span)> = Vec::new();
        for clause in &ast.clauses {
            let span = clause.span;
            match &clause.kind {
                IndicatorClauseKind::Facet(words) => {
                    let mut words = words.iter().map(|(word, span)| (facet(*word), *span)).peekable();
                    if let Some((first, _)) = words.peek() {
                        let word = first.kind().word();
                        let mut slot = stated.iter().find(|(old, _)| *old == word).map(|(_, span)| ((), *span));
                        once(self, &mut slot, word, (), span);
                        stated.push((word, span));
                    }
                    for (word, span) in words {
                        if out.facets.contains(&word) {
                            self.report(
                                codes::EVALUATION_CLAUSE,
                                span,
                                format!("`{}` is written twice", word.word()),
                                "again here",
                                "keep one of them",
                            );
                        } else {
                            out.facets.push(word);
                        }
                    }
                }
                IndicatorClauseKind::Source(text) => once(self, &mut out.source, "source", text, span),
                IndicatorClauseKind::Owner(text) => once(self, &mut out.owner, "owner", text, span),
                IndicatorClauseKind::Method(text) => once(self, &mut out.method, "method", text, span),
                IndicatorClauseKind::Collected(of) => once(self, &mut out.collected, "collected", *of, span),
                IndicatorClauseKind::Unit(unit) => once(self, &mut out.unit, "unit", unit, span),
                IndicatorClauseKind::From(from) => once(self, &mut out.from, "from", from, span),
                IndicatorClauseKind::Better { higher } => {
                    once(self, &mut out.better, "is better", *higher, span);
                }
                IndicatorClauseKind::Baseline(of) => once(self, &mut out.baseline, "baseline", of, span),
                IndicatorClauseKind::Target(of) => once(self, &mut out.target, "target", of, span),
                IndicatorClauseKind::Rubric(of) => once(self, &mut out.rubric, "rubric", of, span),
            }
        }
        out
    }

    fn evidence(
        &mut self,
        from: &ast::Evidence,
        counted: &Counted<'_>,
        ids: &[MeasureId],
        whole: bool,
    ) -> Option<Evidence> {
        match from {
            ast::Evidence::Measure(name) => self.measured(name, whole).map(Evidence::Measure),
            ast::Evidence::Documents { record, .. } => {
                let record = self.record_named(record)?;
                Some(Evidence::Documents { record, counted: *ids.first().filter(|_| whole)? })
            }
            ast::Evidence::Themes(themes) => self.coded_themes(themes, ids, whole).map(Evidence::Themes),
            ast::Evidence::Ratings(ratings) => self.rated(ratings, counted, ids, whole).map(Evidence::Ratings),
        }
    }

    fn record_named(&self, name: &Ident) -> Option<RecordId> {
        match self.tables.types.get(name.text.as_str()) {
            Some((TypeName::Record(id), _)) => Some(*id),
            _ => None,
        }
    }

    fn measured(&mut self, name: &Ident, whole: bool) -> Option<MeasureId> {
        let id = match self.tables.globals.get(name.text.as_str()).map(|(global, _)| *global) {
            Some(Global::Measure(id)) => id,
            Some(Global::Broken) => return None,
            None if self.tables.incomplete || self.sink.file_lacks => return None,
            _ => {
                let known = self.tables.measures.iter().map(|(of, _)| of.name.text.as_str());
                let near = self.sink.closest(&name.text, known.filter(|name| !name.contains('.')));
                let diagnostic =
                    Diagnostic::error(codes::EVIDENCE, name.span, format!("`{}` is not a measure", name.text))
                        .label("a measure is expected");
                self.sink.push(match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
                    None => diagnostic.help("declare it: `measure NAME of RECORD { … }`"),
                });
                return None;
            }
        };
        let measure = self.build.program.measure(id).filter(|_| whole)?;
        let audit = measure.audit.is_some();
        let broken_down = match &measure.form {
            MeasureForm::Formula(formula) => {
                let mut parts = Vec::new();
                formula.measures(&mut parts);
                parts.iter().any(|part| self.build.program.measure(*part).is_some_and(|of| !of.by.is_empty()))
            }
            _ => !measure.by.is_empty(),
        };
        if audit || broken_down {
            let (message, help) = if audit {
                ("an audit is many numbers", "let the indicator be from a measure of its own")
            } else {
                (
                    "an indicator is one number, and the measure has a row for each breakdown",
                    "declare a measure without `by`, or one with an `include` for each group",
                )
            };
            self.report(codes::EVIDENCE, name.span, message, "many rows", help);
            return None;
        }
        Some(id)
    }

    /// An ordered list, or any: of the field that a measure is first broken down by.
    fn coded(&mut self, id: MeasureId, name: &Ident, scale: Option<ListId>) -> Option<ListId> {
        let by = self.build.program.measure(id)?.by.first()?.node;
        let ty = self.build.program.node(by)?.ty;
        let found = match ty {
            Ty::Code(list) => Some(list),
            _ => None,
        };
        if found.is_some() && scale.is_none_or(|scale| found == Some(scale)) {
            return found;
        }
        let says = self.says(ty);
        let wanted = match scale {
            Some(scale) => format!("a rating on the scale `{}`", self.tables.list_name(scale)),
            None => "a theme: a code of a list".to_owned(),
        };
        self.report(
            codes::EVIDENCE,
            name.span,
            format!("`{}` does not hold {wanted}", name.text),
            format!("this is {says}"),
            "name a field of that list; several themes of one text are several rows",
        );
        None
    }

    fn coded_themes(&mut self, themes: &ast::Themes, ids: &[MeasureId], whole: bool) -> Option<Themes> {
        let record = self.record_named(&themes.record)?;
        let agreement = self.agreement(themes.subject.as_ref(), themes.rated_by.as_ref());
        let text = match &themes.text {
            Some(name) => Some(self.carried(record, name)?),
            None => None,
        };
        let counted = *ids.first().filter(|_| whole)?;
        let list = self.coded(counted, &themes.coded, None)?;
        let coded = themes.coded.text.as_str().into();
        Some(Themes { record, themes: list, coded, text, agreement: agreement?, counted })
    }

    /// A field of text that is carried along.
    fn carried(&mut self, record: RecordId, name: &Ident) -> Option<Carried> {
        let names = self.tables.record(record)?;
        let found = match names.members.get(name.text.as_str()) {
            Some((Member::Broken, _)) => return None,
            Some(&(Member::Field(field), _)) => {
                let kind = self.build.program.record(record)?.fields.get(field.index())?.kind;
                matches!(kind, FieldKind::Value(Ty::Text)).then_some(field)
            }
            _ if names.incomplete => return None,
            _ => None,
        };
        let Some(field) = found else {
            let owner = &names.ast.name.text;
            let message = format!("`{}` is not a field of text of `{owner}`", name.text);
            let near = self.sink.closest(&name.text, names.members.keys().copied());
            let diagnostic = Diagnostic::error(codes::EVIDENCE, name.span, message).label("the text is expected");
            self.sink.push(match near {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
                None => diagnostic.help("name the field that holds the text, which is carried and never computed on"),
            });
            return None;
        };
        self.read(record, field);
        let scope = self.build.program.record(record)?.root;
        let node = self.node(Op::Field(field), Ty::Text, Cx::record(scope), name.span)?;
        Some(Carried { name: name.text.as_str().into(), node })
    }

    /// What was rated, and by whom: both, or it cannot be said who agrees. The outer `None` when that is reported.
    fn agreement(&mut self, subject: Option<&Ident>, rated_by: Option<&Ident>) -> Option<Option<Agreement>> {
        let name = |name: &Ident| Arc::from(name.text.as_str());
        match (subject, rated_by) {
            (Some(subject), Some(rated_by)) => {
                Some(Some(Agreement { subject: name(subject), rated_by: name(rated_by) }))
            }
            (None, None) => Some(None),
            (Some(subject), None) => {
                self.lacks_partner(subject.span, "what was rated is known, and not by whom", "rated_by FIELD");
                None
            }
            (None, Some(rated_by)) => {
                self.lacks_partner(rated_by.span, "it is known who rated, and not what", "subject FIELD");
                None
            }
        }
    }

    fn lacks_partner(&mut self, span: Span, message: &str, lacking: &str) {
        self.report(
            codes::EVIDENCE,
            span,
            message,
            "agreement needs both",
            format!("write `{lacking}` as well, or remove this: only who rated the same can agree"),
        );
    }

    fn rated(
        &mut self,
        ratings: &ast::Ratings,
        counted: &Counted<'_>,
        ids: &[MeasureId],
        whole: bool,
    ) -> Option<Ratings> {
        let record = self.record_named(&ratings.record)?;
        let agreement = self.agreement(ratings.subject.as_ref(), ratings.rated_by.as_ref());
        let scale = match self.tables.types.get(ratings.scale.text.as_str()) {
            Some((TypeName::List(id), _)) => *id,
            Some((TypeName::Broken, _)) => return None,
            None if self.tables.incomplete || self.sink.file_lacks => return None,
            _ => {
                let known = self.tables.lists.iter().map(|list| list.ast.name.text.as_str());
                let near = self.sink.closest(&ratings.scale.text, known);
                let message = format!("`{}` is not a code list", ratings.scale.text);
                let diagnostic =
                    Diagnostic::error(codes::EVIDENCE, ratings.scale.span, message).label("the scale is expected");
                self.sink.push(match near {
                    Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(ratings.scale.span, near),
                    None => diagnostic.help("declare it, lowest first: `ordered codes NAME { … }`"),
                });
                return None;
            }
        };
        if !self.is_ordered(scale) {
            let name = &ratings.scale.text;
            self.report(
                codes::EVIDENCE,
                ratings.scale.span,
                format!("the codes of `{name}` have no order"),
                "a scale has one",
                "declare it as `ordered codes`, lowest first",
            );
            return None;
        }
        if counted.items.is_empty() {
            let (record, scale) = (&ratings.record.text, &ratings.scale.text);
            self.report(
                codes::EVIDENCE,
                ratings.scale.span,
                format!("`{record}` has no field with a rating on `{scale}`"),
                "nothing is rated",
                "name the fields: `items q1, q2 reversed`",
            );
            return None;
        }
        let answered = match &ratings.answered {
            None => None,
            Some(least) => {
                let count = match least.kind {
                    ExprKind::Integer(count) => usize::try_from(count).ok(),
                    _ => None,
                };
                let count = count.filter(|count| (1..=counted.items.len()).contains(count));
                if count.is_none() {
                    let items = counted.items.len();
                    self.report(
                        codes::EVIDENCE,
                        least.span,
                        format!("a record answers at least a number of its items, from 1 to {items}"),
                        "not such a number",
                        "write `answered at least 1`, or leave it out",
                    );
                }
                Some(u32::try_from(count?).ok()?)
            }
        };
        let agreement = agreement?;
        if !whole {
            return None;
        }
        let mut items = Vec::with_capacity(ids.len());
        for (item, &id) in counted.items.iter().zip(ids) {
            self.coded(id, &item.name, Some(scale))?;
            let (name, reversed) = (item.name.text.as_str().into(), item.reversed.is_some());
            items.push(RatedItem { name, reversed, counted: id });
        }
        Some(Ratings { record, scale, items, answered, agreement })
    }
}
