//! Instruments put together: whether their bands cover every score that can be reached, and what results need of them.

use super::overrides::overriding;
use crate::codes;
use crate::convert::{heading, place};
use crate::lower::form::Bundle;
use crate::lower::{Cx, Lowerer, Want};
use crate::resolve::forms::{Ends, Form, ends, is_scored};
use crate::resolve::{DeclKind, Global};
use assize_lang::ast;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::decimal::{Decimal, Rounding};
use assize_model::form::{Band, Instrument, Item, Score};
use assize_model::ids::{CategoryId, NodeId, RecordId};
use assize_model::node::Op;
use assize_model::program::{Hit, Program};
use assize_model::score::ScoreRule;
use assize_model::value::Value;

/// Puts every instrument together, and takes overrides in.
pub fn forms(lowerer: &mut Lowerer<'_, '_>) {
    for (number, &(form, record)) in lowerer.tables.forms.iter().enumerate() {
        unused_uses(lowerer, form, number);
        if let Some(instrument) = instrument(lowerer, form, number, record) {
            lowerer.build.program.instruments.push(instrument);
        }
    }
    let tables = lowerer.tables;
    for decl in &tables.decls {
        if let (DeclKind::Category(ast, id, list), Some(record)) = (decl.kind, decl.record)
            && let Some(over) = &ast.over
        {
            let many = ast.hit.is_some_and(|(hit, _)| hit == ast::Hit::All);
            overriding(lowerer, id, record, list, many, over);
        }
    }
}

/// Reports protected fields that an instrument says it uses, and that no part of it reads.
fn unused_uses(lowerer: &mut Lowerer<'_, '_>, form: &Form, number: usize) {
    if form.ast.uses.is_empty() {
        return;
    }
    let own = |ast: &ast::Category| {
        form.band.iter().chain(&form.routes).any(|category| std::ptr::eq::<ast::Category>(category, ast))
    };
    let mut read = Vec::new();
    for (decl, fields) in lowerer.tables.decls.iter().zip(&lowerer.protected) {
        match decl.kind {
            DeclKind::Part(_, of, ..) if of == number => read.extend(fields),
            DeclKind::Category(ast, ..) if own(ast) => read.extend(fields),
            _ => {}
        }
    }
    lowerer.unused_uses(&form.ast.uses, &read);
}

fn instrument(lowerer: &mut Lowerer<'_, '_>, form: &Form, number: usize, record: RecordId) -> Option<Instrument> {
    let ast = &form.ast;
    let mut fine = lacks_nothing(lowerer, form);
    let root = lowerer.build.program.record(record)?.root;
    let bundle = lowerer.forms.get(&(number, root)).cloned();
    let bands = if is_scored(ast) { bands(lowerer, form, bundle.as_ref()) } else { Some(Vec::new()) };
    fine &= bands.is_some();
    let category = |part: &str| -> Option<CategoryId> {
        let name = format!("{}.{part}", ast.name.text);
        match lowerer.tables.globals.get(name.as_str()) {
            Some((Global::Category(id), _)) => Some(*id),
            _ => None,
        }
    };
    let (band, routes) = (category("band"), category("routes"));
    if let Some(over) = &ast.over {
        fine &= override_of(lowerer, form, record, band, over).is_some();
    }
    let mut items = Vec::new();
    let mut score = None;
    let mut applies = None;
    if let Some(bundle) = &bundle {
        applies = bundle.applies;
        score = Some(Score {
            rule: bundle.rule,
            score: bundle.score,
            lowest: bundle.lowest,
            highest: bundle.highest,
            ends: bundle.ends,
            answered: bundle.answered,
        });
        for (item, nodes) in ast.items.iter().zip(&bundle.items) {
            items.push(Item {
                heading: heading(&item.name.text, item.title.as_ref(), &item.docs),
                answer: nodes.answer,
                weight: nodes.weight,
                unless: nodes.unless,
                contribution: nodes.contribution,
                place: place(item.span),
            });
        }
    } else if is_scored(ast) {
        // What is wrong is reported where it was lowered.
        return None;
    } else {
        for (item, answer) in ast.items.iter().zip(&form.answers) {
            let typed = lowerer.lower(answer, Cx::record(root), Want::Any)?;
            items.push(Item {
                heading: heading(&item.name.text, item.title.as_ref(), &item.docs),
                answer: typed.node,
                weight: None,
                unless: None,
                contribution: None,
                place: place(item.span),
            });
        }
    }
    fine.then_some(())?;
    Some(Instrument {
        heading: heading(&ast.name.text, ast.title.as_ref(), &ast.docs),
        record,
        applies,
        items,
        score,
        band,
        bands: bands?,
        routes,
        place: place(ast.name.span),
    })
}

fn lacks_nothing(lowerer: &mut Lowerer<'_, '_>, form: &Form) -> bool {
    let ast = &form.ast;
    if lowerer.tables.incomplete {
        return true;
    }
    let (message, label, help) = if ast.items.is_empty() && ast.routes.is_empty() {
        ("has neither items nor routes", "nothing decides it", "write an `item` for each question that counts")
    } else if !is_scored(ast) && !ast.bands.is_empty() {
        ("has bands and no item that is scored", "what would be in a band?", "score its items: `item NAME weight 1`")
    } else if !is_scored(ast) && ast.missing.is_some() {
        ("has no item that is scored", "what would missing answers do?", "remove the clause `missing`")
    } else {
        return true;
    };
    lowerer.report(codes::FORM_LACKS, ast.name.span, format!("instrument `{}` {message}", ast.name.text), label, help);
    false
}

/// A band with its ends, as they are for the parameters' defaults.
struct Reach<'a> {
    ast: &'a ast::Band,
    low: Option<Decimal>,
    high: Option<Decimal>,
}

/// The bands, proven to cover every score that can be reached, each once.
fn bands(lowerer: &mut Lowerer<'_, '_>, form: &Form, bundle: Option<&Bundle>) -> Option<Vec<Band>> {
    let mut out = Vec::new();
    let mut reaches: Vec<Reach<'_>> = Vec::new();
    let mut fine = true;
    let list = match &form.ast.codes {
        Some(codes) => codes.text.clone(),
        None => format!("{}.band", form.ast.name.text),
    };
    for band in &form.ast.bands {
        let (low, high) = match ends(&band.range) {
            Ends::One(value) => (Some(value), Some(value)),
            Ends::Range(low, high) => (low, high),
        };
        let mut end = |expr: Option<&ast::Expr>| -> Option<(Option<NodeId>, Option<Decimal>)> {
            let Some(expr) = expr else { return Some((None, None)) };
            // The band's own category has reported what is wrong with it.
            let typed = lowerer.quietly(|lowerer| lowerer.lower(expr, Cx::CONSTANT, Want::Any))?;
            if !typed.ty.is_number() {
                return None;
            }
            Some((Some(typed.node), point(&lowerer.build.program, typed.node, 0)))
        };
        let (low, high) = (end(low), end(high));
        let (Some((low_node, low)), Some((high_node, high))) = (low, high) else {
            fine = false;
            let message = format!("the ends of band `{}` are not numbers", band.name.text);
            lowerer.report(
                codes::BAND,
                band.range.span,
                message,
                "not constant numbers",
                "write numbers or parameters: `8..13`, `..7`, `18..`",
            );
            continue;
        };
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            fine = false;
            let message = format!("band `{}` ends before it begins", band.name.text);
            lowerer.report(codes::BAND, band.range.span, message, "no score is in it", "write the lower end first");
            continue;
        }
        if let Some(code) = code_of(lowerer, &list, &band.name.text) {
            out.push(Band { code, low: low_node, high: high_node });
        }
        reaches.push(Reach { ast: band, low, high });
    }
    let bundle = bundle?;
    if fine && !reaches.is_empty() {
        fine = covered(lowerer, form, bundle, &reaches);
    }
    fine.then_some(out)
}

fn code_of(lowerer: &Lowerer<'_, '_>, list: &str, name: &str) -> Option<assize_model::ids::Code> {
    let list = lowerer.tables.lists.iter().find(|names| names.ast.name.text == list)?;
    list.codes.get(name).copied()
}

/// Whether bands, as their ends are by default, cover every score that can be reached, once.
fn covered(lowerer: &mut Lowerer<'_, '_>, form: &Form, bundle: &Bundle, reaches: &[Reach<'_>]) -> bool {
    let program = &lowerer.build.program;
    let (least, most) = range(program, bundle);
    let step = step(program, bundle);
    let name = &form.ast.name.text;
    let shown = |end: Option<Decimal>| end.map_or_else(|| "any number".to_owned(), |end| end.normalized().to_string());
    let reachable = match (least, most) {
        (None, None) => "any score can be reached".to_owned(),
        (Some(least), None) => format!("scores from {} up can be reached", shown(Some(least))),
        (None, Some(most)) => format!("scores up to {} can be reached", shown(Some(most))),
        (Some(least), Some(most)) => {
            format!("scores from {} to {} can be reached", shown(Some(least)), shown(Some(most)))
        }
    };
    let mut fine = true;
    let mut found: Vec<Diagnostic> = Vec::new();
    // In ascending order: where each begins, an open end first.
    let mut order: Vec<&Reach<'_>> = reaches.iter().collect();
    assize_model::order::sort_by_key(&mut order, |reach| (reach.low, reach.high.is_none(), reach.high));
    if form.ast.codes.is_none()
        && let Some(pair) = reaches
            .windows(2)
            .find(|pair| matches!(pair, [a, b] if (a.low, a.high.is_none()) > (b.low, b.high.is_none())))
        && let [above, below] = pair
    {
        fine = false;
        found.push(
            Diagnostic::error(
                codes::BAND,
                below.ast.name.span,
                format!("band `{}` stands after a higher one", below.ast.name.text),
            )
            .label("lower than the one before")
            .also(above.ast.name.span, "this one is higher")
            .help("write the bands from the lowest to the highest: their order is that of their codes"),
        );
    }
    for reach in &order {
        let under = matches!((reach.high, least), (Some(high), Some(least)) if high < least);
        let over = matches!((reach.low, most), (Some(low), Some(most)) if low > most);
        if under || over {
            fine = false;
            found.push(
                Diagnostic::error(
                    codes::BAND_UNREACHABLE,
                    reach.ast.range.span,
                    format!("no score of `{name}` can reach band `{}`", reach.ast.name.text),
                )
                .label("never reached")
                .note(reachable.clone())
                .help("remove the band, or look again at its ends and at the weights of the items"),
            );
        }
    }
    let next = |end: Decimal| step.map_or(Some(end), |step| beside(end, step, true));
    // The lowest score that is in no band so far; `None` when all above are.
    let mut from: Option<Option<Decimal>> = Some(least);
    for pair in order.windows(2) {
        let [below, above] = pair else { continue };
        let overlaps = match (below.high, above.low) {
            (Some(high), Some(low)) => low <= high,
            _ => true,
        };
        if overlaps {
            fine = false;
            let at = above.low.or(below.low).or(above.high).or(below.high);
            found.push(
                Diagnostic::error(
                    codes::BAND_OVERLAP,
                    above.ast.range.span,
                    format!(
                        "a score of {} is in band `{}` and in band `{}`",
                        shown(at),
                        below.ast.name.text,
                        above.ast.name.text
                    ),
                )
                .label("begins where the other has not ended")
                .also(below.ast.range.span, "the other band")
                .help(match (below.high, step) {
                    (Some(high), Some(_)) => format!("begin it one step higher: `{}`", shown(next(high))),
                    _ => "let one of them end before the other begins".to_owned(),
                }),
            );
        }
    }
    for reach in &order {
        let Some(start) = from else { break };
        // A gap before this band?
        let gap = match (start, reach.low) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(start), Some(low)) => {
                let reachable = most.is_none_or(|most| start <= most);
                reachable && start < low
            }
        };
        if gap {
            fine = false;
            let last = reach.low.and_then(|low| step.map_or(Some(low), |step| beside(low, step, false)));
            found.push(gap_at(form, reach.ast.range.span, start, last, &reachable, step.is_some()));
        }
        from = reach.high.map(|high| match (start, next(high)) {
            (Some(start), Some(next)) => Some(start.max(next)),
            (None, next) => next,
            (start, None) => start,
        });
    }
    if let Some(start) = from {
        let open = match (start, most) {
            (_, None) => true,
            (Some(start), Some(most)) => start < most || (start == most && step.is_some()),
            (None, Some(_)) => true,
        };
        if open && let Some(last) = order.last() {
            fine = false;
            found.push(gap_at(form, last.ast.range.span, start, most, &reachable, step.is_some()));
        }
    }
    found.into_iter().for_each(|diagnostic| lowerer.sink.push(diagnostic));
    fine
}

fn gap_at(
    form: &Form,
    span: Span,
    from: Option<Decimal>,
    to: Option<Decimal>,
    reachable: &str,
    whole: bool,
) -> Diagnostic {
    let name = &form.ast.name.text;
    let show = |end: Decimal| end.normalized().to_string();
    let message = match (from, to) {
        (Some(from), Some(to)) if from == to => format!("a score of {} of `{name}` is in no band", show(from)),
        (Some(from), Some(to)) if whole => {
            format!("scores from {} to {} of `{name}` are in no band", show(from), show(to))
        }
        (Some(from), Some(to)) => format!("scores between {} and {} of `{name}` are in no band", show(from), show(to)),
        (Some(from), None) => format!("scores from {} of `{name}` are in no band", show(from)),
        (None, Some(to)) => format!("scores up to {} of `{name}` are in no band", show(to)),
        (None, None) => format!("no score of `{name}` is in a band"),
    };
    let help = if whole {
        "widen this band, or write a band for them; `..7` and `18..` have no other end"
    } else {
        "let the bands meet, or make the score whole: `rounding half_up`"
    };
    Diagnostic::error(codes::BAND_GAP, span, message).label("beside this band").note(reachable.to_owned()).help(help)
}

/// The scores that can be reached, by the parameters' defaults; `None` where there is no end.
fn range(program: &Program, bundle: &Bundle) -> (Option<Decimal>, Option<Decimal>) {
    let mut ends: Vec<(Option<Decimal>, Option<Decimal>)> = Vec::new();
    for term in bundle.items.iter().filter_map(|item| item.term.as_ref()) {
        let at = |node: Option<NodeId>| node.and_then(|node| point(program, node, 0));
        let (mut low, mut high) = (at(term.low), at(term.high));
        if let Some(stand_in) = at(term.stand_in) {
            low = low.map(|low| low.min(stand_in));
            high = high.map(|high| high.max(stand_in));
        }
        ends.push((low, high));
    }
    let sum =
        |values: Vec<Option<Decimal>>| values.into_iter().try_fold(Decimal::ZERO, |sum, value| sum.add(value?).ok());
    let (mut least, mut most) =
        (sum(ends.iter().map(|end| end.0).collect()), sum(ends.iter().map(|end| end.1).collect()));
    // Scaled up, the answers that are there may come to more than all together.
    if let ScoreRule::Prorate { up_to, rounding } = bundle.rule {
        let all = ends.len();
        let up_to =
            point(program, up_to, 0).and_then(Decimal::to_i64).and_then(|n| usize::try_from(n).ok()).unwrap_or(all);
        let scaled = |some: Vec<Decimal>| {
            let count = i64::try_from(some.len()).ok()?;
            let total = some.into_iter().try_fold(Decimal::ZERO, |sum, value| sum.add(value).ok())?;
            assize_model::score::Scored::scaled(total, i64::try_from(all).ok()?, count, rounding).ok()
        };
        let lows: Option<Vec<Decimal>> = ends.iter().map(|end| end.0).collect();
        let highs: Option<Vec<Decimal>> = ends.iter().map(|end| end.1).collect();
        if let (Some(mut lows), Some(mut highs)) = (lows, highs) {
            assize_model::order::sort(&mut lows);
            assize_model::order::sort_by_key(&mut highs, |high| std::cmp::Reverse(*high));
            for missing in 1..=up_to.min(all.saturating_sub(1)) {
                let take = |values: &[Decimal]| scaled(values.iter().take(all - missing).copied().collect());
                least = least.and_then(|least| Some(least.min(take(&lows)?)));
                most = most.and_then(|most| Some(most.max(take(&highs)?)));
            }
        }
    }
    (least, most)
}

/// A number of which all scores are multiples, and one as well, by the parameters' defaults; `None` where there is none.
fn step(program: &Program, bundle: &Bundle) -> Option<Decimal> {
    if matches!(bundle.rule, ScoreRule::Prorate { rounding: None, .. }) {
        return None;
    }
    let mut values = vec![Decimal::from_i64(1)];
    for item in &bundle.items {
        let stand_in = item.term.as_ref().and_then(|term| term.stand_in);
        for node in [item.weight, stand_in].into_iter().flatten() {
            values.push(point(program, node, 0)?.normalized());
        }
    }
    let places = values.iter().map(|value| value.scale()).max()?;
    let mut common = 0_i128;
    for value in values {
        let (mut a, mut b) = (common, value.at_scale(places)?.checked_abs()?);
        while b != 0 {
            (a, b) = (b, a.checked_rem(b)?);
        }
        common = a;
    }
    Decimal::new(common, places)
}

/// The next multiple of a step above a number, or below it.
fn beside(end: Decimal, step: Decimal, above: bool) -> Option<Decimal> {
    let mode = if above { Rounding::Floor } else { Rounding::Ceiling };
    let steps = end.div(step).ok()?.round(0, mode).ok()?;
    let one = Decimal::from_i64(1);
    let steps = if above { steps.add(one) } else { steps.sub(one) };
    steps.ok()?.mul(step).ok()
}

/// What a number of the run is by the parameters' defaults.
fn point(program: &Program, id: NodeId, depth: usize) -> Option<Decimal> {
    const DEEP: usize = 64;
    if depth > DEEP {
        return None;
    }
    let of = |id: NodeId| point(program, id, depth + 1);
    let number = |value: &Value| match value {
        Value::Integer(value) => Some(Decimal::from_i64(*value)),
        Value::Decimal(value) => Some(*value),
        _ => None,
    };
    match &program.node(id)?.op {
        Op::Const(value) => number(value),
        Op::Param(param) => number(&program.param(*param)?.default),
        Op::ToDecimal(a) => of(*a),
        Op::Negate(a) => Some(of(*a)?.neg()),
        Op::Abs(a) => of(*a).map(|value| value.max(value.neg())),
        Op::Add(a, b) => of(*a)?.add(of(*b)?).ok(),
        Op::Sub(a, b) => of(*a)?.sub(of(*b)?).ok(),
        Op::Mul(a, b) => of(*a)?.mul(of(*b)?).ok(),
        Op::Div(a, b) => of(*a)?.div(of(*b)?).ok(),
        Op::Min(items) => items.iter().map(|item| of(*item)).collect::<Option<Vec<_>>>()?.into_iter().min(),
        Op::Max(items) => items.iter().map(|item| of(*item)).collect::<Option<Vec<_>>>()?.into_iter().max(),
        _ => None,
    }
}

fn override_of(
    lowerer: &mut Lowerer<'_, '_>,
    form: &Form,
    record: RecordId,
    band: Option<CategoryId>,
    over: &ast::Override,
) -> Option<()> {
    let Some(band) = band else {
        lowerer.report(
            codes::OVERRIDE,
            over.span,
            format!("instrument `{}` has no band that a person could rate otherwise", form.ast.name.text),
            "beside what?",
            "write its bands, or override a category",
        );
        return None;
    };
    if form.ast.codes.is_none() {
        lowerer.report(
            codes::OVERRIDE,
            over.span,
            format!("no field can hold a band of `{}`", form.ast.name.text),
            "its bands are a list of its own",
            format!(
                "declare the bands as `ordered codes`, and write `instrument {} of {} -> CODES`",
                form.ast.name.text, form.ast.record.text
            ),
        );
        return None;
    }
    let category = lowerer.categories.get(band.index())?.as_ref()?;
    let (list, many) = (category.list, category.hit == Hit::All);
    overriding(lowerer, band, record, list, many, over)
}
