//! Indicators and evaluations in the words of the language: for comparisons, explanations and reports.

use crate::evaluation::{
    Condition, Evaluation, Evidence, Indicator, Judged, LogicEntry, Objective, Overall, PossessedClause, Possession,
    Quantity, Required, Requirement, Rubric, score,
};
use crate::ids::{Code, ListId, MeasureId};
use crate::node::Comparison;
use crate::program::Program;

const fn sign(is: Comparison) -> &'static str {
    match is {
        Comparison::Eq => "=",
        Comparison::Ne => "!=",
        Comparison::Lt => "<",
        Comparison::Le => "<=",
        Comparison::Gt => ">",
        Comparison::Ge => ">=",
    }
}

fn measure(program: &Program, id: MeasureId) -> &str {
    program.measure(id).map_or("?", |measure| &*measure.heading.name)
}

/// Where conditions stand: the list that codes are of, and the objectives that a profile names.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// The rules.
    pub program: &'a Program,
    /// The codes of ratings or themes.
    pub codes: Option<ListId>,
    /// The evaluation whose profile it is.
    pub evaluation: Option<&'a Evaluation>,
}

impl<'a> Around<'a> {
    /// Of an indicator's rubric.
    pub fn indicator(program: &'a Program, indicator: &Indicator) -> Self {
        let codes = match &indicator.evidence {
            Evidence::Ratings(ratings) => Some(ratings.scale),
            Evidence::Themes(themes) => Some(themes.themes),
            Evidence::Measure(_) | Evidence::Documents { .. } => None,
        };
        Self { program, codes, evaluation: None }
    }

    /// Of an evaluation's profile.
    pub const fn evaluation(program: &'a Program, evaluation: &'a Evaluation) -> Self {
        Self { program, codes: None, evaluation: Some(evaluation) }
    }

    fn code(&self, code: Code) -> &'a str {
        self.codes.and_then(|list| self.program.list(list)).map_or("?", |list| list.name(code))
    }

    fn standing(&self, of: Judged) -> (&'a str, Vec<&'a str>) {
        let levels = |id| self.program.indicator(id).map(|of| of.levels(self.program)).unwrap_or_default();
        match of {
            Judged::Indicator(id) => (self.program.indicator(id).map_or("?", |of| &*of.heading.name), levels(id)),
            Judged::Objective(at) => {
                let objective = self.evaluation.and_then(|evaluation| evaluation.objectives.get(at));
                let first =
                    objective.and_then(|of| of.indicators.iter().map(|id| levels(*id)).find(|of| !of.is_empty()));
                (objective.map_or("?", |of| &*of.heading.name), first.unwrap_or_default())
            }
        }
    }
}

impl Quantity {
    /// In the words of the language.
    pub fn shown(&self, around: Around<'_>) -> String {
        match self {
            Self::Value => "value".to_owned(),
            Self::Lower => "lower".to_owned(),
            Self::Upper => "upper".to_owned(),
            Self::Numerator => "numerator".to_owned(),
            Self::Denominator => "denominator".to_owned(),
            Self::Count => "total".to_owned(),
            Self::CountOf(code) => format!("number({})", around.code(*code)),
            Self::Share(code) => format!("share({})", around.code(*code)),
            Self::Top(codes) => format!("top {codes}"),
            Self::Coverage => "coverage".to_owned(),
            Self::ObjectivesAt(level) => format!("number({level})"),
        }
    }

    const fn is_share(&self) -> bool {
        matches!(self, Self::Share(_) | Self::Top(_) | Self::Coverage)
    }
}

impl Condition {
    /// In the words of the language.
    pub fn shown(&self, around: Around<'_>) -> String {
        let all = |of: &[Self], word: &str| {
            let each: Vec<String> = of
                .iter()
                .map(|of| match of {
                    Self::All(_) | Self::Any(_) => format!("({})", of.shown(around)),
                    _ => of.shown(around),
                })
                .collect();
            each.join(word)
        };
        match self {
            Self::All(of) => all(of, " and "),
            Self::Any(of) => all(of, " or "),
            Self::Not(of) => format!("not ({})", of.shown(around)),
            Self::Number { of, is, than } => {
                let than = match than {
                    crate::measure::Amount::Fixed(share) if of.is_share() => crate::measure::percent(*share),
                    than => than.shown(around.program),
                };
                format!("{} {} {than}", of.shown(around), sign(*is))
            }
            Self::Median { is, than } => format!("median {} {}", sign(*is), around.code(*than)),
            Self::Level { of, is, than } => {
                let (name, levels) = around.standing(*of);
                let count = levels.len();
                let level = (0..count).find(|rank| score(*rank, count) == *than).and_then(|rank| levels.get(rank));
                format!("{name} {} {}", sign(*is), level.unwrap_or(&"?"))
            }
        }
    }
}

impl Rubric {
    /// In the words of the language.
    pub fn shown(&self, around: Around<'_>) -> String {
        let mut out = String::new();
        for level in &self.levels {
            out.push_str(&format!("{} : {}  ", level.heading.name, level.condition.shown(around)));
        }
        out.push_str("otherwise ");
        out.push_str(&self.otherwise.name);
        out
    }

    /// The condition of a level by its rank; none of the last, which holds otherwise.
    pub fn condition(&self, rank: usize, around: Around<'_>) -> Option<String> {
        self.levels.get(rank).map(|level| level.condition.shown(around))
    }
}

impl Evidence {
    /// In the words of the language, without the condition of its records.
    pub fn shown(&self, program: &Program) -> String {
        let record = |id| program.record(id).map_or("?", |record| &*record.heading.name);
        let list = |id: ListId| program.list(id).map_or("?", |list| &*list.heading.name);
        match self {
            Self::Measure(id) => format!("measure {}", measure(program, *id)),
            Self::Documents { record: of, .. } => format!("documents {}", record(*of)),
            Self::Themes(themes) => {
                let mut out = format!("themes {} coded {}", record(themes.record), themes.coded);
                if let Some(text) = &themes.text {
                    out.push_str(&format!(" text {}", text.name));
                }
                if let Some(agreement) = &themes.agreement {
                    out.push_str(&format!(" subject {} rated_by {}", agreement.subject, agreement.rated_by));
                }
                out
            }
            Self::Ratings(ratings) => {
                let items: Vec<String> = ratings
                    .items
                    .iter()
                    .map(|item| if item.reversed { format!("{} reversed", item.name) } else { item.name.to_string() })
                    .collect();
                let mut out = format!(
                    "ratings {} scale {} items {}",
                    record(ratings.record),
                    list(ratings.scale),
                    items.join(", ")
                );
                if let Some(least) = ratings.answered {
                    out.push_str(&format!(" answered at least {least}"));
                }
                if let Some(agreement) = &ratings.agreement {
                    out.push_str(&format!(" subject {} rated_by {}", agreement.subject, agreement.rated_by));
                }
                out
            }
        }
    }
}

impl Indicator {
    /// What is stated of it, each clause by its word, in the words of the language; `None` where it is not.
    pub fn stated(&self, program: &Program) -> [(&'static str, Option<String>); 11] {
        let text = |of: &Option<std::sync::Arc<str>>| of.as_deref().map(str::to_owned);
        let facets: Vec<String> =
            self.facets.iter().map(|facet| format!("{} {}", facet.kind().word(), facet.word())).collect();
        let better = self.higher_is_better.map(|higher| if higher { "higher" } else { "lower" }.to_owned());
        [
            ("from", Some(self.evidence.shown(program))),
            ("rubric", self.rubric.as_ref().map(|rubric| rubric.shown(Around::indicator(program, self)))),
            ("target", self.target.as_ref().map(|target| target.shown(program))),
            ("baseline", self.baseline.as_ref().map(|of| of.shown())),
            ("is better", better),
            ("facets", (!facets.is_empty()).then(|| facets.join(", "))),
            ("source", text(&self.source)),
            ("collected", self.collected.map(|of| of.word().to_owned())),
            ("owner", text(&self.owner)),
            ("method", text(&self.method)),
            ("unit", text(&self.unit)),
        ]
    }
}

impl Requirement {
    /// In the words of the language.
    pub fn shown(&self) -> String {
        let of = match self.of {
            Required::EveryObjective => "every objective has ",
            Required::EveryIndicator => "every indicator has ",
            Required::Evaluation => "",
        };
        let has = match &self.has {
            Possession::Clause(clause) => match clause {
                PossessedClause::Target => "a target".to_owned(),
                PossessedClause::Baseline => "a baseline".to_owned(),
                PossessedClause::Source => "a source".to_owned(),
                PossessedClause::Owner => "an owner".to_owned(),
                PossessedClause::Method => "a method".to_owned(),
                PossessedClause::Rubric => "a rubric".to_owned(),
            },
            Possession::Indicators { at_least, of } => {
                let kinds: Vec<String> =
                    of.iter().map(|facet| format!("{} {}", facet.kind().word(), facet.word())).collect();
                let count =
                    if *at_least == 1 { "an indicator".to_owned() } else { format!("at least {at_least} indicators") };
                if kinds.is_empty() { count } else { format!("{count} of {}", kinds.join(" and ")) }
            }
        };
        format!("{of}{has}")
    }
}

impl Objective {
    /// In the words of the language, but for its texts.
    pub fn shown(&self, program: &Program) -> String {
        let names: Vec<&str> =
            self.indicators.iter().map(|id| program.indicator(*id).map_or("?", |of| &*of.heading.name)).collect();
        format!("weight {} {{ {} }}", self.weight.shown(program), names.join(", "))
    }
}

impl Evaluation {
    /// What is stated of it, each clause by its word or its objective's name, in the words of the language.
    pub fn stated(&self, program: &Program) -> Vec<(String, String)> {
        let mut out = Vec::new();
        let mut add = |part: &str, text: String| {
            if !text.is_empty() {
                out.push((part.to_owned(), text));
            }
        };
        if let Some((from, to)) = self.period {
            add("period", format!("{from} .. {to}"));
        }
        add("forms", self.forms.iter().map(|form| form.word()).collect::<Vec<_>>().join(", "));
        let logic = self.logic.iter().map(|(stage, entry)| {
            let entry = match entry {
                LogicEntry::Text(text) => format!("\"{text}\""),
                LogicEntry::Indicator(id) => program.indicator(*id).map_or("?", |of| &*of.heading.name).to_owned(),
                LogicEntry::Measure(id) => measure(program, *id).to_owned(),
            };
            format!("{} {entry}", stage.word())
        });
        add("logic model", logic.collect::<Vec<_>>().join(", "));
        for objective in &self.objectives {
            add(&format!("objective {}", objective.heading.name), objective.shown(program));
        }
        add(
            "overall",
            match &self.overall {
                Overall::Profile(rubric) => {
                    format!("profile {{ {} }}", rubric.shown(Around::evaluation(program, self)))
                }
                other => other.word().to_owned(),
            },
        );
        add("requires", self.requires.iter().map(Requirement::shown).collect::<Vec<_>>().join("; "));
        out
    }
}
