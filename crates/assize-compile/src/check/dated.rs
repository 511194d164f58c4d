//! Effective dates: one value of a parameter, and one set of rows of a look-up, for every day on which the rules are in
//! force.

use crate::codes;
use crate::convert::{date, place};
use crate::lower::Lowerer;
use assize_lang::ast;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::civil::Date;
use assize_model::program::Dated;

/// One of the declarations of a name.
#[derive(Debug, Clone, Copy)]
pub struct Declared<'a> {
    /// The name.
    pub name: &'a ast::Ident,
    /// On which days it is in force, where that is stated.
    pub effective: Option<&'a ast::Effective>,
    /// All of it.
    pub span: Span,
}

impl Declared<'_> {
    fn begins(&self) -> Span {
        self.effective.map_or(self.name.span, |of| of.from.1)
    }

    fn ends(&self) -> Span {
        self.effective.and_then(|of| of.to).map_or(self.begins(), |(_, span)| span)
    }
}

/// What a name has on each day, in words.
#[derive(Debug, Clone, Copy)]
pub struct Words<'w> {
    /// `value`.
    pub one: &'w str,
    /// `values`.
    pub two: &'w str,
    /// How it is declared for all days: `parameter p : … = …`.
    pub always: &'w str,
}

/// Of the declarations of a name with what each gives: that for days of which nothing else is said, and those for days that
/// are stated. `None` where the days leave one open or say two things, which is reported.
pub fn dated<'a, T>(
    lowerer: &mut Lowerer<'_, '_>,
    words: Words<'_>,
    declared: Vec<(Declared<'a>, T)>,
) -> Option<(Option<T>, Vec<Dated<T>>)> {
    let &(first, _) = declared.first()?;
    let name = &first.name.text;
    let mut always: Option<(Declared<'a>, T)> = None;
    let mut dated: Vec<(Date, Option<Date>, Declared<'a>, T)> = Vec::new();
    let mut fine = true;
    for (one, value) in declared {
        let Some(effective) = one.effective else {
            match &always {
                Some((first, _)) => {
                    fine = false;
                    lowerer.sink.push(crate::resolve::declare::duplicate(one.name, first.name.span));
                }
                None => always = Some((one, value)),
            }
            continue;
        };
        let from = date(effective.from.0)?;
        let to = match &effective.to {
            Some((to, _)) => Some(date(*to)?),
            None => None,
        };
        if to.is_some_and(|to| to < from) {
            fine = false;
            lowerer.report(
                codes::EFFECTIVE,
                one.ends(),
                format!("`{name}` is in force to a day before the one from which it is"),
                "before it begins",
                "write the earlier day first",
            );
            continue;
        }
        dated.push((from, to, one, value));
    }
    assize_model::order::sort_by_key(&mut dated, |(from, ..)| *from);
    // One without a last day ends where the next begins.
    for pair in dated.windows(2) {
        let [(from, to, one, _), (next, _, other, _)] = pair else { continue };
        if to.is_some_and(|to| *next <= to) || from == next {
            fine = false;
            lowerer.sink.push(
                Diagnostic::error(
                    codes::EFFECTIVE,
                    other.begins(),
                    format!("`{name}` has two {} from {next} on", words.two),
                )
                .label("begins before the other ends")
                .also(one.ends(), "in force here too")
                .help("let one end on the day before the other begins"),
            );
        }
    }
    if !fine {
        return None;
    }
    if let (None, Some(day)) = (&always, uncovered(lowerer, &dated)) {
        lowerer.report(
            codes::EFFECTIVE,
            first.begins(),
            format!("`{name}` has no {} on {day}", words.one),
            "and on other days nothing is said of it",
            format!("write it once without `effective`, for all other days: `{}`", words.always),
        );
        return None;
    }
    let dated = dated.into_iter().map(|(from, to, one, value)| Dated { from, to, value, place: place(one.span) });
    Some((always.map(|(_, value)| value), dated.collect()))
}

/// A day on which the rules are in force and nothing is said of the name.
fn uncovered<T>(lowerer: &Lowerer<'_, '_>, dated: &[(Date, Option<Date>, Declared<'_>, T)]) -> Option<Date> {
    let ruleset = &lowerer.build.program.ruleset;
    let mut day = ruleset.effective_from.unwrap_or(Date::MIN);
    let last = ruleset.effective_to.unwrap_or(Date::MAX);
    for (at, (from, to, ..)) in dated.iter().enumerate() {
        if *from > day {
            return (day <= last).then_some(day);
        }
        match to {
            Some(to) => day = day.max(to.plus_days(1).ok()?),
            None if at + 1 == dated.len() => return None,
            None => {}
        }
    }
    (day <= last).then_some(day)
}
