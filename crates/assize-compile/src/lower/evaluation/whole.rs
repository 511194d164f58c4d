//! One evaluation: its objectives, and what the whole comes to.

use super::rubric::{Asked, Scales};
use super::{facet, once};
use crate::codes;
use crate::convert::{heading, place};
use crate::lower::Lowerer;
use crate::resolve::Global;
use assize_lang::ast::{self, EvaluationClauseKind};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::decimal::Decimal;
use assize_model::evaluation::{Evaluation, Facet, Judged, LogicEntry, Objective, Overall, Requirement};
use assize_model::ids::IndicatorId;
use assize_model::measure::Amount;

impl Lowerer<'_, '_> {
    /// Lowers every evaluation, behind the indicators.
    pub fn evaluations(&mut self) {
        let tables = self.tables;
        for ast in &tables.evaluations {
            let evaluation = self.evaluation(ast);
            self.build.program.evaluations.extend(evaluation);
        }
    }

    fn evaluation(&mut self, ast: &ast::Evaluation) -> Option<Evaluation> {
        let mut forms: Option<(&[(ast::Facet, Span)], Span)> = None;
        let mut period = None;
        let mut overall = None;
        let mut logic: Vec<(Facet, LogicEntry)> = Vec::new();
        let mut objectives: Vec<Objective> = Vec::new();
        let mut sound = true;
        let mut required: Vec<(&ast::Requirement, Span)> = Vec::new();
        for clause in &ast.clauses {
            let span = clause.span;
            match &clause.kind {
                EvaluationClauseKind::Forms(words) => once(self, &mut forms, "forms", words.as_slice(), span),
                EvaluationClauseKind::Period(expr) => once(self, &mut period, "period", expr, span),
                EvaluationClauseKind::Overall(of) => once(self, &mut overall, "overall", of, span),
                EvaluationClauseKind::Requires(of) => required.push((of, span)),
                EvaluationClauseKind::Logic { stage, entries } => {
                    for entry in entries {
                        match self.logic(entry) {
                            Some(entry) => logic.push((facet(ast::Facet::Stage(*stage)), entry)),
                            None => sound = false,
                        }
                    }
                }
                EvaluationClauseKind::Objective(of) => {
                    if let Some(first) = objectives.iter().find(|old| *old.heading.name == *of.name.text) {
                        let (place, name) = (first.place, &of.name.text);
                        self.sink.push(
                            Diagnostic::error(
                                codes::OBJECTIVE,
                                of.name.span,
                                format!("objective `{name}` stands twice"),
                            )
                            .label("again here")
                            .also(
                                Span::new(assize_lang::source::FileId(place.file.0), place.start, place.end),
                                "first here",
                            )
                            .help("give one of them another name"),
                        );
                        sound = false;
                        continue;
                    }
                    match self.objective(of) {
                        Some(objective) => objectives.push(objective),
                        None => sound = false,
                    }
                }
            }
        }
        let period = match period {
            Some((expr, _)) => Some(self.days(expr)?),
            None => None,
        };
        let mut words: Vec<Facet> = Vec::new();
        for (word, span) in forms.map(|(words, _)| words).unwrap_or_default() {
            let word = facet(*word);
            if words.contains(&word) {
                self.report(
                    codes::EVALUATION_CLAUSE,
                    *span,
                    format!("`{}` is written twice", word.word()),
                    "again here",
                    "keep one of them",
                );
            } else {
                words.push(word);
            }
        }
        let whole = sound && self.build.program.indicators.len() == self.tables.indicators.len();
        if !whole {
            return None;
        }
        let overall = match overall {
            None => Overall::NotAsked,
            Some((ast::Overall::Minimum, _)) => Overall::Minimum,
            Some((ast::Overall::WeightedMean, _)) => Overall::WeightedMean,
            Some((ast::Overall::Profile(rubric), span)) => {
                let scales = self.scales(&objectives);
                Overall::Profile(self.rubric(rubric, span, Asked::Whole(&scales))?)
            }
        };
        let requires: Option<Vec<Requirement>> =
            required.iter().map(|(of, span)| self.requirement(of, *span)).collect();
        let evaluation = Evaluation {
            heading: heading(&ast.name.text, ast.title.as_ref(), &ast.docs),
            forms: words,
            period,
            logic,
            objectives,
            overall,
            requires: requires?,
            place: place(ast.name.span),
        };
        self.unmet(&evaluation, &required);
        Some(evaluation)
    }

    fn logic(&mut self, entry: &ast::LogicEntry) -> Option<LogicEntry> {
        match entry {
            ast::LogicEntry::Text(text) => Some(LogicEntry::Text(text.text.as_str().into())),
            ast::LogicEntry::Name(name) => match self.tables.globals.get(name.text.as_str()) {
                Some(&(Global::Measure(id), _)) => Some(LogicEntry::Measure(id)),
                _ => self.indicator_named(name).map(LogicEntry::Indicator),
            },
        }
    }

    fn objective(&mut self, ast: &ast::Objective) -> Option<Objective> {
        let mut indicators: Vec<IndicatorId> = Vec::with_capacity(ast.indicators.len());
        let mut sound = true;
        for name in &ast.indicators {
            let Some(id) = self.indicator_named(name) else {
                sound = false;
                continue;
            };
            if indicators.contains(&id) {
                self.report(
                    codes::OBJECTIVE,
                    name.span,
                    format!("`{}` stands twice in objective `{}`", name.text, ast.name.text),
                    "again here",
                    "name each indicator once",
                );
                sound = false;
            } else {
                indicators.push(id);
            }
        }
        let weight = match &ast.weight {
            None => Amount::Fixed(Decimal::ONE),
            Some(expr) => {
                let weight = self.amount(expr)?;
                if let Amount::Fixed(value) = weight
                    && value.is_negative()
                {
                    self.report(
                        codes::OBJECTIVE,
                        expr.span,
                        "a weight is not negative",
                        "below zero",
                        "write 0 where an objective has no part in the whole",
                    );
                    return None;
                }
                weight
            }
        };
        if ast.indicators.is_empty() {
            let name = &ast.name.text;
            let message = format!("objective `{name}` has no indicator");
            self.sink.push(
                Diagnostic::warning(codes::NO_INDICATORS, ast.name.span, message)
                    .label("nothing says how it stands")
                    .help("name indicators between the braces; until then it is not known, and so is the whole"),
            );
        }
        let text = |text: &Option<ast::Quoted>| text.as_ref().map(|text| text.text.as_str().into());
        sound.then(|| Objective {
            heading: heading(&ast.name.text, ast.title.as_ref(), &[]),
            weight,
            question: text(&ast.question),
            criterion: text(&ast.criterion),
            indicators,
            place: place(ast.name.span),
        })
    }

    /// What a profile may compare with levels.
    fn scales(&self, objectives: &[Objective]) -> Scales {
        let program = &self.build.program;
        let levels = |id: &IndicatorId| -> Vec<String> {
            program
                .indicator(*id)
                .map(|of| of.levels(program).into_iter().map(str::to_owned).collect())
                .unwrap_or_default()
        };
        let mut of: Vec<(String, Judged, Vec<String>)> = Vec::new();
        for (at, objective) in objectives.iter().enumerate() {
            let mut scales = objective.indicators.iter().map(levels).filter(|levels| !levels.is_empty());
            let first = scales.next().unwrap_or_default();
            let same = scales.all(|levels| levels == first);
            let shared = if same { first } else { Vec::new() };
            of.push((objective.heading.name.to_string(), Judged::Objective(at), shared));
        }
        for id in objectives.iter().flat_map(|objective| &objective.indicators) {
            if let Some(indicator) = program.indicator(*id) {
                of.push((indicator.heading.name.to_string(), Judged::Indicator(*id), levels(id)));
            }
        }
        Scales { of }
    }
}
