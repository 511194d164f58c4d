//! Levels and their conditions: what a rubric of each kind of evidence, and a profile, may ask.

use crate::check::literals;
use crate::codes;
use crate::convert::{heading, place};
use crate::lower::Lowerer;
use assize_lang::ast::{self, BinaryOp, Expr, ExprKind, Ident};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::decimal::Decimal;
use assize_model::evaluation::{Condition, Judged, Level, Quantity, Rubric, score};
use assize_model::ids::{Code, ListId};
use assize_model::measure::Amount;
use assize_model::node::Comparison;
use std::sync::Arc;

/// What a level is asked of.
#[derive(Clone, Copy)]
pub(super) enum Asked<'e> {
    /// A measure's row.
    Measure,
    /// Ratings on this scale.
    Ratings(ListId),
    /// Themes of this list.
    Themes(ListId),
    /// A count of documents.
    Documents,
    /// The objectives of an evaluation, and their indicators.
    Whole(&'e Scales),
}

/// What stands in an evaluation, by name, with the levels that it may stand at, the best first. What is of several
/// scales has none.
pub(super) struct Scales {
    pub of: Vec<(String, Judged, Vec<String>)>,
}

/// The one side of a comparison that is asked of.
enum Side {
    Number(Quantity),
    Median(ListId),
    Standing(Judged, Vec<String>),
}

const fn comparison(op: BinaryOp) -> Option<Comparison> {
    Some(match op {
        BinaryOp::Eq => Comparison::Eq,
        BinaryOp::Ne => Comparison::Ne,
        BinaryOp::Lt => Comparison::Lt,
        BinaryOp::Le => Comparison::Le,
        BinaryOp::Gt => Comparison::Gt,
        BinaryOp::Ge => Comparison::Ge,
        _ => return None,
    })
}

impl Asked<'_> {
    /// What may be asked, for a message.
    const fn words(&self) -> &'static str {
        match self {
            Self::Measure => "of a measure a level asks of `value`, `lower`, `upper`, `numerator` or `denominator`",
            Self::Ratings(_) => {
                "of ratings a level asks of `top 2`, `share(code)`, `median`, `total` or `number(code)`"
            }
            Self::Themes(_) => "of themes a level asks of `share(theme)`, `total` or `number(theme)`",
            Self::Documents => "of documents a level asks of `total`",
            Self::Whole(_) => {
                "a profile asks of objectives and indicators (`aware >= adequate`), of `coverage` and of `number(level)`"
            }
        }
    }
}

impl Lowerer<'_, '_> {
    /// Lowers levels; `None` when something about them is reported.
    pub(super) fn rubric(&mut self, ast: &ast::Rubric, span: Span, asked: Asked<'_>) -> Option<Rubric> {
        let mut levels = Vec::with_capacity(ast.levels.len());
        let mut sound = true;
        let names: Vec<&Ident> =
            ast.levels.iter().map(|level| &level.name).chain(ast.otherwise.iter().map(|(name, _)| name)).collect();
        for (at, name) in names.iter().enumerate() {
            if let Some(first) = names.iter().take(at).find(|other| other.text == name.text) {
                sound = false;
                self.sink.push(
                    Diagnostic::error(codes::LEVELS, name.span, format!("level `{}` is written twice", name.text))
                        .label("again here")
                        .also(first.span, "first here")
                        .help("give one of them another name, or join their conditions with `or`"),
                );
            }
        }
        for level in &ast.levels {
            match self.level_condition(&level.condition, asked) {
                Some(condition) => levels.push(Level {
                    heading: heading(&level.name.text, level.title.as_ref(), &[]),
                    condition,
                    place: place(level.span),
                }),
                None => sound = false,
            }
        }
        let Some((name, title)) = &ast.otherwise else {
            self.report(
                codes::LEVELS,
                span,
                "no level is left for when none of these holds",
                "no `otherwise`",
                "end with `otherwise LEVEL`",
            );
            return None;
        };
        let otherwise = heading(&name.text, title.as_ref(), &[]);
        sound.then_some(Rubric { levels, otherwise })
    }

    fn level_condition(&mut self, expr: &Expr, asked: Asked<'_>) -> Option<Condition> {
        match &expr.kind {
            ExprKind::Error => None,
            ExprKind::Not(of) => self.level_condition(of, asked).map(|of| Condition::Not(Box::new(of))),
            ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), left, right, .. } => {
                let (left, right) = (self.level_condition(left, asked), self.level_condition(right, asked));
                let both = vec![left?, right?];
                Some(if *op == BinaryOp::And { Condition::All(both) } else { Condition::Any(both) })
            }
            ExprKind::Binary { op, left, right, .. } if let Some(is) = comparison(*op) => {
                // What is asked of may stand on either side.
                if let Some(side) = self.side(left, asked)? {
                    return self.level_compared(side, is, right);
                }
                if let Some(side) = self.side(right, asked)? {
                    return self.level_compared(side, is.mirrored(), left);
                }
                self.not_asked(left.span, asked);
                None
            }
            ExprKind::In { item, within } if let ExprKind::Range { lo, hi, lo_closed, hi_closed } = &within.kind => {
                let ends = [
                    (lo, if *lo_closed { Comparison::Ge } else { Comparison::Gt }),
                    (hi, if *hi_closed { Comparison::Le } else { Comparison::Lt }),
                ];
                let mut all = Vec::with_capacity(2);
                for (end, is) in ends {
                    if let Some(end) = end {
                        let Some(side) = self.side(item, asked)? else {
                            self.not_asked(item.span, asked);
                            return None;
                        };
                        all.push(self.level_compared(side, is, end)?);
                    }
                }
                Some(Condition::All(all))
            }
            _ => {
                let help = format!("compare it: `{} >= …`", self.quote(expr.span));
                self.report(
                    codes::RUBRIC,
                    expr.span,
                    "the condition of a level compares what was found with a number, a code or a level",
                    "no comparison",
                    help,
                );
                None
            }
        }
    }

    fn not_asked(&mut self, span: Span, asked: Asked<'_>) {
        let quoted = self.quote(span);
        let diagnostic = Diagnostic::error(codes::RUBRIC, span, format!("`{quoted}` is not asked of here"))
            .label("not known here")
            .help(asked.words());
        let near = match asked {
            Asked::Whole(scales) => {
                self.sink.closest(&quoted, scales.of.iter().map(|(name, ..)| name.as_str())).map(str::to_owned)
            }
            _ => None,
        };
        self.sink.push(match near {
            Some(near) => diagnostic.note(format!("did you mean `{near}`?")).fix(span, near),
            None => diagnostic,
        });
    }

    /// What an expression asks of: the inner `None` when it is nothing that can be asked of, the outer when that is
    /// reported.
    #[expect(clippy::option_option, reason = "reported, and not asked of, are different answers")]
    fn side(&mut self, expr: &Expr, asked: Asked<'_>) -> Option<Option<Side>> {
        let number = |quantity| Some(Some(Side::Number(quantity)));
        match &expr.kind {
            ExprKind::Error => None,
            ExprKind::Top(count) => {
                let Asked::Ratings(scale) = asked else {
                    self.not_asked(expr.span, asked);
                    return None;
                };
                let codes = self.build.program.list(scale).map_or(0, |list| list.codes.len());
                if self.tables.list(scale).is_some_and(|list| list.incomplete) {
                    return None;
                }
                let top = usize::try_from(*count).ok().filter(|count| (1..codes).contains(count));
                let Some(top) = top.and_then(|top| u32::try_from(top).ok()) else {
                    let most = codes.saturating_sub(1);
                    self.report(
                        codes::RUBRIC,
                        expr.span,
                        format!("the highest of {codes} codes are 1 to {most}"),
                        "not such a number",
                        "write `top 2`",
                    );
                    return None;
                };
                number(Quantity::Top(top))
            }
            ExprKind::Name(name) => {
                let quantity = match (name.text.as_str(), asked) {
                    ("value", Asked::Measure) => Quantity::Value,
                    ("lower", Asked::Measure) => Quantity::Lower,
                    ("upper", Asked::Measure) => Quantity::Upper,
                    ("numerator", Asked::Measure) => Quantity::Numerator,
                    ("denominator", Asked::Measure) => Quantity::Denominator,
                    ("total", Asked::Ratings(_) | Asked::Themes(_) | Asked::Documents) => Quantity::Count,
                    ("median", Asked::Ratings(scale)) => return Some(Some(Side::Median(scale))),
                    ("coverage", Asked::Whole(_)) => Quantity::Coverage,
                    (name, Asked::Whole(scales)) => {
                        let found = scales.of.iter().find(|(of, ..)| of == name);
                        return Some(found.map(|(_, of, levels)| Side::Standing(*of, levels.clone())));
                    }
                    _ => return Some(None),
                };
                number(quantity)
            }
            ExprKind::Call { name, args } => {
                let list = match asked {
                    Asked::Ratings(list) | Asked::Themes(list) => Some(list),
                    _ => None,
                };
                let [arg] = args.as_slice() else {
                    self.not_asked(expr.span, asked);
                    return None;
                };
                let ExprKind::Name(of) = &arg.kind else {
                    self.not_asked(arg.span, asked);
                    return None;
                };
                match (name.text.as_str(), list, asked) {
                    ("share", Some(list), _) => number(Quantity::Share(literals::code(self, list, of)?)),
                    ("number", Some(list), _) => number(Quantity::CountOf(literals::code(self, list, of)?)),
                    ("number", None, Asked::Whole(scales)) => {
                        let known = scales.of.iter().flat_map(|(_, _, levels)| levels);
                        if known.clone().any(|level| *level == of.text) {
                            return number(Quantity::ObjectivesAt(Arc::from(of.text.as_str())));
                        }
                        let near = self.sink.closest(&of.text, known.map(String::as_str));
                        let message = format!("no objective has a level `{}`", of.text);
                        let diagnostic = Diagnostic::error(codes::RUBRIC, of.span, message).label("not a level of any");
                        self.sink.push(match near {
                            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(of.span, near),
                            None => {
                                diagnostic.help("name a level of the indicators' rubrics, or `met`, `near`, `missed`")
                            }
                        });
                        None
                    }
                    _ => {
                        self.not_asked(expr.span, asked);
                        None
                    }
                }
            }
            _ => Some(None),
        }
    }

    fn level_compared(&mut self, side: Side, is: Comparison, with: &Expr) -> Option<Condition> {
        match side {
            Side::Median(scale) => {
                let ExprKind::Name(name) = &with.kind else {
                    self.report(
                        codes::RUBRIC,
                        with.span,
                        "a median of ratings is a code, and compares with one",
                        "not the name of a code",
                        "write `median >= CODE`; an average of ordinals has no meaning by itself",
                    );
                    return None;
                };
                let than: Code = literals::code(self, scale, name)?;
                Some(Condition::Median { is, than })
            }
            Side::Standing(of, levels) => {
                let rank = match &with.kind {
                    ExprKind::Name(name) => levels.iter().position(|level| *level == name.text),
                    _ => None,
                };
                let Some(rank) = rank else {
                    let quoted = self.quote(with.span);
                    let help = if levels.is_empty() {
                        "its indicators have levels of different names: compare the indicators".to_owned()
                    } else {
                        format!("its levels are {}", crate::suggest::listing(levels.iter().map(String::as_str)))
                    };
                    self.report(
                        codes::RUBRIC,
                        with.span,
                        format!("`{quoted}` is not a level of this"),
                        "not one of its levels",
                        help,
                    );
                    return None;
                };
                // A higher score is better, whatever number the level has.
                Some(Condition::Level { of, is, than: score(rank, levels.len()) })
            }
            Side::Number(of) => {
                let than = self.amount(with)?;
                let share = matches!(of, Quantity::Share(_) | Quantity::Top(_) | Quantity::Coverage);
                if let Amount::Fixed(value) = than
                    && share
                    && (value > Decimal::ONE || value.is_negative())
                {
                    let quoted = self.quote(with.span);
                    let help = format!("a share lies between 0% and 100%: write `{quoted}%`");
                    self.report(codes::RUBRIC, with.span, "no share is so great", "not a share", help);
                    return None;
                }
                Some(Condition::Number { of, is, than })
            }
        }
    }
}
