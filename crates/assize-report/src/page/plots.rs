//! Charts of a measure: those that it asks for, and plain ones of what it has over time or with intervals.

use super::build::Build;
use super::document::{
    Bar, Bars, Cell, Chart, Funnel, FunnelPoint, Picture, Range, Ranges, Series, SeriesPoint, Standing, Table, Text,
};
use super::measures::{across, capital, number, rows, target_text};
use assize::measures::{Flag, LeftOut, MeasureRow, MeasureTable, PeriodOfRow, Plotted, Point, RowState, chart_levels};
use assize::model::measure::{ChartKind, Measure};
use std::collections::BTreeMap;

/// The most points that a chart over time draws; of more, the last.
const POINTS: usize = 240;
/// The most lines that values with intervals are drawn as.
const LINES: usize = 40;
/// How many of the last points are looked at for what stands out.
const RECENT: usize = 3;
/// The most entries of a chart's list of what is flagged.
const FLAGGED: usize = 24;

/// The charts of a measure.
pub struct Plots {
    pub list: Vec<Plot>,
    /// How many there was no room for.
    pub left_out: usize,
}

/// A chart, and what stands out in it.
pub struct Plot {
    pub chart: Chart,
    /// The breakdowns that it is of.
    pub of: String,
    /// What is flagged in its last points.
    pub recent: Vec<Text>,
}

impl Plots {
    pub fn iter(&self) -> impl Iterator<Item = &Plot> {
        self.list.iter()
    }
}

/// The charts of a measure.
pub fn charts(b: &Build<'_>, measure: &Measure, table: &MeasureTable) -> Plots {
    let list = if !table.charts.is_empty() {
        plotted(b, measure, table)
    } else if measure.every.is_some() {
        trends(b, measure, table)
    } else if measure.by.len() > 1 && across(b, measure, table).is_some() {
        // Counts by two things are read in a table of both.
        Vec::new()
    } else {
        ranges(b, measure, table).into_iter().collect()
    };
    let all = list.len();
    let mut chosen: Vec<usize> = (0..all).collect();
    if all > b.limits.charts {
        // Those with something to say first.
        chosen.sort_by_key(|&at| list.get(at).is_none_or(|plot| plot.chart.flagged.is_empty()));
        chosen.truncate(b.limits.charts);
    }
    let mut at = 0;
    let mut list: Vec<Plot> = list
        .into_iter()
        .filter(|_| {
            at += 1;
            chosen.contains(&(at - 1)) && b.takes_chart()
        })
        .collect();
    share_scale(&mut list);
    Plots { left_out: all - list.len(), list }
}

/// Charts side by side get one scale, unless some of them would be flat on it.
fn share_scale(list: &mut [Plot]) {
    let extent = |plot: &Plot| match &plot.chart.picture {
        Picture::Series(series) => {
            let values = || series.points.iter().filter_map(|point| point.value);
            Some((values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max)))
        }
        _ => None,
    };
    let extents: Vec<(f64, f64)> = list.iter().filter_map(extent).collect();
    let (least, most) = (
        extents.iter().map(|(_, high)| *high).fold(f64::INFINITY, f64::min),
        extents.iter().map(|(_, high)| *high).fold(f64::NEG_INFINITY, f64::max),
    );
    if extents.len() < 2 || !(least > 0.0 && most <= 4.0 * least) {
        return;
    }
    let low = extents.iter().map(|(low, _)| *low).fold(f64::INFINITY, f64::min);
    for plot in list {
        if let Picture::Series(series) = &mut plot.chart.picture {
            series.beside = Some((low, most));
        }
    }
}

fn plotted(b: &Build<'_>, measure: &Measure, table: &MeasureTable) -> Vec<Plot> {
    table
        .charts
        .iter()
        .filter(|chart| chart.points.iter().any(|point| point.value.is_some()))
        .map(|chart| match chart.kind {
            ChartKind::Funnel => funnel(b, measure, table, chart),
            _ => over_time(b, measure, table, Some(chart), &chart.points),
        })
        .collect()
}

/// Plain charts over time, one for each breakdown.
fn trends(b: &Build<'_>, measure: &Measure, table: &MeasureTable) -> Vec<Plot> {
    let mut series: BTreeMap<Vec<_>, Vec<Point>> = BTreeMap::new();
    let mut order: Vec<Vec<_>> = Vec::new();
    for (at, row) in table.rows.iter().enumerate() {
        if !matches!(row.period, Some(PeriodOfRow::Span { .. })) {
            continue;
        }
        let by: Vec<_> = row.by.iter().map(|(_, value)| value.clone()).collect();
        let known = row.value_exact.filter(|_| row.state == RowState::Known);
        let left_out = match row.state {
            RowState::Known => None,
            RowState::Withheld(_) => Some(LeftOut::Withheld),
            _ => Some(LeftOut::NoValue),
        };
        let point = Point {
            row: at,
            value: known.map(|value| value.to_f64()),
            centre: None,
            limits: Vec::new(),
            left_out: left_out.or_else(|| ends_after(b, row).then_some(LeftOut::NotOver)),
            flags: Vec::new(),
        };
        if !series.contains_key(&by) {
            order.push(by.clone());
        }
        series.entry(by).or_default().push(point);
    }
    // A few points are read faster in a table.
    let least = if order.len() > 1 { 5 } else { 3 };
    let over = |point: &&Point| point.value.is_some() && point.left_out.is_none();
    order
        .iter()
        .filter_map(|by| series.get(by))
        .filter(|points| points.iter().filter(over).count() >= least)
        .map(|points| over_time(b, measure, table, None, points))
        .collect()
}

fn ends_after(b: &Build<'_>, row: &MeasureRow) -> bool {
    matches!(row.period, Some(PeriodOfRow::Span { to, .. }) if to > b.results.as_of)
}

fn of_point<'t>(table: &'t MeasureTable, point: &Point) -> Option<&'t MeasureRow> {
    table.rows.get(point.row)
}

fn label(b: &Build<'_>, row: Option<&MeasureRow>) -> String {
    row.and_then(|row| row.period.as_ref()).map(|period| b.language.period(period)).unwrap_or_default()
}

fn ends(row: Option<&MeasureRow>) -> Option<(f64, f64)> {
    row.and_then(|row| row.interval.as_ref()).map(|ends| (ends.lower, ends.upper))
}

fn shown(b: &Build<'_>, row: Option<&MeasureRow>) -> String {
    row.and_then(|row| row.value.as_deref()).map(|value| b.language.number(value)).unwrap_or_default()
}

fn standing(point: &Point) -> Standing {
    match (point.left_out, point.flags.first()) {
        (Some(LeftOut::Withheld), _) => Standing::Withheld,
        (Some(LeftOut::NoValue), _) => Standing::Nothing,
        (_, Some(flag)) => {
            if flag.up {
                Standing::High
            } else {
                Standing::Low
            }
        }
        (Some(LeftOut::NotOver), None) => Standing::Unfinished,
        (Some(LeftOut::Without | LeftOut::Frozen | LeftOut::NoPlace), None) => Standing::Aside,
        (None, None) => Standing::Usual,
    }
}

/// The targets of a measure, as lines.
fn guides(b: &Build<'_>, table: &MeasureTable) -> Vec<(f64, String)> {
    let Some(target) = table.rows.iter().find_map(|row| row.target.as_ref()) else { return Vec::new() };
    let words = b.pick("target", "cible");
    [(target.at_least, "≥"), (target.at_most, "≤")]
        .into_iter()
        .filter_map(|(bound, sign)| {
            bound.map(|bound| (bound.to_f64(), format!("{words} {sign} {}", b.language.decimal(bound))))
        })
        .collect()
}

/// Runs of points with the same flag, each with its points.
fn flagged(points: &[Point]) -> Vec<(Flag, Vec<usize>)> {
    let mut out: Vec<(Flag, Vec<usize>)> = Vec::new();
    for (at, point) in points.iter().enumerate() {
        for flag in &point.flags {
            // Points that stand by themselves are listed together, runs each.
            let follows = |run: &[usize]| flag.points == 1 || run.last() == Some(&(at.wrapping_sub(1)));
            match out.iter_mut().rev().find(|(of, run)| of == flag && follows(run)) {
                Some((_, run)) => run.push(at),
                None => out.push((*flag, vec![at])),
            }
        }
    }
    out.sort_by_key(|(_, run)| run.first().copied());
    out
}

fn over_time(b: &Build<'_>, measure: &Measure, table: &MeasureTable, chart: Option<&Plotted>, all: &[Point]) -> Plot {
    let l = b.language;
    let skipped = all.len().saturating_sub(POINTS);
    let points = all.get(skipped..).unwrap_or(all);
    let first = points.first().and_then(|point| of_point(table, point));
    let by = chart.map(|chart| &chart.by).or_else(|| first.map(|row| &row.by));
    let of = by.map(|by| b.by_values(by)).unwrap_or_default();
    let labels: Vec<String> = points.iter().map(|point| label(b, of_point(table, point))).collect();
    let levels = chart.map(|_| chart_levels(measure)).unwrap_or_default();

    let mut numbers_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut told_flags = Vec::new();
    let mut recent = Vec::new();
    let counted = points.iter().rposition(|point| point.value.is_some() && point.left_out != Some(LeftOut::NotOver));
    let runs = flagged(points);
    let more = runs.len().saturating_sub(FLAGGED);
    // Of too many, the last: what is over is over.
    for (at, (flag, run)) in runs.into_iter().skip(more).enumerate() {
        let name = |at: &usize| labels.get(*at).map_or("", String::as_str);
        let single = flag.points == 1;
        let when = match (run.as_slice(), single) {
            ([first, .., last], false) => format!("{} {} {}", name(first), b.pick("to", "à"), name(last)),
            (points, _) => points.iter().map(name).collect::<Vec<_>>().join(", "),
        };
        let words = |when: &str| Text::from(format!("{when}{} {}", b.pick(":", " :"), l.flag(flag)));
        let late = |at: &&usize| counted.is_some_and(|counted| **at + RECENT > counted);
        let lately: Vec<&str> = run.iter().filter(late).map(name).collect();
        if !lately.is_empty() {
            recent.push(words(&if single { lately.join(", ") } else { when.clone() }));
        }
        let words = words(&when);
        for point in run.into_iter().take(if single { usize::MAX } else { 1 }) {
            numbers_of.entry(point).or_default().push(at + 1);
        }
        told_flags.push(words);
    }

    let unit = capital(&l.short_form(b.program, measure));
    let picture = Picture::Series(Series {
        unit: unit.clone(),
        labels: labels.clone(),
        points: points
            .iter()
            .enumerate()
            .map(|(at, point)| SeriesPoint {
                value: point.value,
                standing: standing(point),
                centre: point.centre,
                limits: levels
                    .iter()
                    .filter_map(|level| point.limits.iter().find(|limit| limit.level == *level))
                    .map(|limit| (limit.lower, limit.upper))
                    .collect(),
                ends: if chart.is_none() { ends(of_point(table, point)) } else { None },
                numbers: numbers_of.get(&at).cloned().unwrap_or_default(),
            })
            .collect(),
        beside: None,
        centre: chart.map(|chart| l.centre(chart.kind).to_owned()),
        levels: levels.iter().map(|level| l.level(level)).collect(),
        guides: guides(b, table),
        breaks: chart
            .map(|chart| {
                chart.phases.iter().filter_map(|phase| phase.first.checked_sub(skipped)).filter(|&at| at > 0).collect()
            })
            .unwrap_or_default(),
    });

    let name = measure.heading.shown();
    let mut title = if of.is_empty() { Text::name(name) } else { Text::name(&*of) };
    if let Some(chart) = chart {
        title = title.and(", ").and(l.chart(chart.kind));
    }
    let mut remarks = Vec::new();
    if more > 0 {
        let words = b.pick("{} earlier flags are not listed.", "{} signalements plus anciens ne sont pas énumérés.");
        remarks.push(Text::fill(words, [l.count(more as u64).into()]));
    }
    if skipped > 0 {
        let words = b.pick("The last {} periods are drawn.", "Les {} dernières périodes sont tracées.");
        remarks.push(Text::fill(words, [l.count(POINTS as u64).into()]));
    }
    for phase in chart.into_iter().flat_map(|chart| &chart.phases).filter(|phase| phase.signal) {
        let runs = phase.runs;
        let count = |count: usize| Text::from(l.count(count as u64));
        let words = b.pick(
            "Of {} points, the longest run is {} (usual: at most {}), and {} cross the centre (usual: at least {}).",
            "Sur {} points, la plus longue suite est de {} (habituel : au plus {}) ; {} traversent le centre (habituel : au moins {}).",
        );
        remarks.push(Text::fill(
            words,
            [runs.useful, runs.longest, runs.longest_usual, runs.crossings, runs.crossings_usual].map(count),
        ));
    }
    let behind = chart.map(|_| behind(b, measure, table, points, &levels, &of));
    let told = told(b, table, points, &labels, &unit, &told_flags);
    let id = b.anchor(&format!("c-{}", measure.heading.name));
    let chart = Chart { id, title, told, picture, flagged: told_flags, remarks, table: behind };
    Plot { chart, of, recent }
}

/// What can be seen in a chart over time, in words.
fn told(
    b: &Build<'_>,
    table: &MeasureTable,
    points: &[Point],
    labels: &[String],
    unit: &str,
    flags: &[Text],
) -> String {
    let known: Vec<(f64, usize)> =
        points.iter().enumerate().filter_map(|(at, point)| point.value.map(|value| (value, at))).collect();
    let name = |at: usize| labels.get(at).map_or("", String::as_str);
    let value = |at: usize| shown(b, points.get(at).and_then(|point| of_point(table, point)));
    let at = |(_, at): &(f64, usize)| format!("{} ({})", value(*at), name(*at));
    let by_value = |one: &&(f64, usize), other: &&(f64, usize)| one.0.total_cmp(&other.0);
    let mut out = format!("{unit}. ");
    if let (Some(first), Some(last), Some(least), Some(most)) =
        (known.first(), known.last(), known.iter().min_by(by_value), known.iter().max_by(by_value))
    {
        let with = [
            labels.first().map_or("", String::as_str).to_owned(),
            labels.last().map_or("", String::as_str).to_owned(),
            at(first),
            at(last),
            at(least),
            at(most),
        ];
        let words = b.pick(
            "From {} to {}: first {}, last {}, lowest {}, highest {}.",
            "De {} à {} : première valeur {}, dernière {}, la plus basse {}, la plus haute {}.",
        );
        out.push_str(&Text::fill(words, with.map(Text::from)).plain());
    } else {
        out.push_str(b.pick("No value is known.", "Aucune valeur n'est connue."));
    }
    if !flags.is_empty() {
        let flags: Vec<String> = flags.iter().map(Text::plain).collect();
        out.push_str(b.pick(" Flagged: ", " Signalé : "));
        out.push_str(&flags.join("; "));
        out.push('.');
    }
    out
}

/// The table behind a chart of limits.
fn behind(
    b: &Build<'_>,
    measure: &Measure,
    table: &MeasureTable,
    points: &[Point],
    levels: &[String],
    of: &str,
) -> Table {
    let l = b.language;
    let places = usize::from(table.places) + 1;
    let sheet = if of.is_empty() {
        format!("{} limits", measure.heading.name)
    } else {
        format!("{} {of}", measure.heading.name)
    };
    let mut out = Table::new(sheet, b.pick("The numbers behind the chart", "Les nombres du graphique"), 1);
    out.words(b.pick("Period", "Période"));
    out.numbers(capital(&l.short_form(b.program, measure))).numbers(b.pick("Centre", "Centre"));
    for level in levels {
        let level = l.level(level);
        out.numbers(format!("{level}, {}", b.pick("lower", "inférieure")));
        out.numbers(format!("{level}, {}", b.pick("upper", "supérieure")));
    }
    out.words(b.pick("Remarks", "Remarques"));
    for point in points {
        let row = of_point(table, point);
        let mut cells = vec![Cell::Text(label(b, row).into()), value_of(b, point, row)];
        cells.push(point.centre.map_or(Cell::Empty, |centre| Cell::Number(l.float(centre, places), centre)));
        cells.extend(ends_of(b, point, levels, places));
        cells.push(remarks_of(b, point));
        out.rows.push(cells);
    }
    out.drop_empty();
    out
}

fn value_of(b: &Build<'_>, point: &Point, row: Option<&MeasureRow>) -> Cell {
    match (point.value, row) {
        (Some(value), _) => Cell::Number(shown(b, row), value),
        (None, Some(row)) if row.state != RowState::Known => Cell::Absent(b.language.row_state(row.state).to_owned()),
        _ => Cell::Empty,
    }
}

/// The lower and the upper end of each level's limits at a point.
fn ends_of(b: &Build<'_>, point: &Point, levels: &[String], places: usize) -> Vec<Cell> {
    let limits = levels.iter().map(|level| point.limits.iter().find(|limit| limit.level == *level));
    let ends = limits.flat_map(|limit| [limit.map(|limit| limit.lower), limit.map(|limit| limit.upper)]);
    ends.map(|end| end.map_or(Cell::Empty, |end| Cell::Number(b.language.float(end, places), end))).collect()
}

fn remarks_of(b: &Build<'_>, point: &Point) -> Cell {
    let mut remarks: Vec<String> = point.flags.iter().map(|flag| b.language.flag(*flag)).collect();
    let left_out = point.left_out.filter(|why| !matches!(why, LeftOut::NoValue | LeftOut::Withheld));
    remarks.extend(left_out.map(|why| format!("({})", b.language.left_out(why))));
    Cell::from(Text::from(remarks.join("; ")))
}

fn funnel(b: &Build<'_>, measure: &Measure, table: &MeasureTable, chart: &Plotted) -> Plot {
    let l = b.language;
    let places = usize::from(table.places) + 1;
    let levels = chart_levels(measure);
    let unit = capital(&l.short_form(b.program, measure));
    let mut points = Vec::new();
    let mut flags = Vec::new();
    let mut recent = Vec::new();
    let mut behind = Table::new(
        format!("{} funnel", measure.heading.name),
        b.pick("The numbers behind the chart", "Les nombres du graphique"),
        measure.by.len(),
    );
    for by in &measure.by {
        behind.words(b.by_name(measure, by));
    }
    if measure.every.is_some() {
        behind.words(b.pick("Period", "Période"));
    }
    let under_words = b.pick("Denominator", "Dénominateur");
    behind.numbers(under_words).numbers(unit.clone());
    for level in &levels {
        let level = l.level(level);
        behind.numbers(format!("{level}, {}", b.pick("lower", "inférieure")));
        behind.numbers(format!("{level}, {}", b.pick("upper", "supérieure")));
    }
    behind.words(b.pick("Remarks", "Remarques"));
    for point in &chart.points {
        let Some(row) = of_point(table, point) else { continue };
        let name = b.by_values(&row.by);
        let name = match &row.period {
            Some(period) => format!("{name} · {}", l.period(period)),
            None => name,
        };
        let mut listed = None;
        if let Some(flag) = point.flags.first() {
            let words = Text::name(&*name).and(format!("{} {}", b.pick(":", " :"), l.flag(*flag)));
            flags.push(words.clone());
            recent.push(words);
            listed = Some(flags.len());
        }
        let under = row.denominator.map(|under| under.to_decimal().to_f64());
        if let (Some(value), Some(under)) = (point.value, under) {
            points.push(FunnelPoint {
                label: name,
                under,
                value,
                standing: standing(point),
                centre: point.centre,
                limits: levels
                    .iter()
                    .filter_map(|level| point.limits.iter().find(|limit| limit.level == *level))
                    .map(|limit| (limit.lower, limit.upper))
                    .collect(),
                number: listed,
            });
        }
        let mut cells: Vec<Cell> = row.by.iter().map(|(_, value)| Cell::Text(Text::name(b.by_value(value)))).collect();
        if measure.every.is_some() {
            cells.push(Cell::Text(label(b, Some(row)).into()));
        }
        cells.push(number(b, row.denominator));
        cells.push(value_of(b, point, Some(row)));
        cells.extend(ends_of(b, point, &levels, places));
        cells.push(remarks_of(b, point));
        behind.rows.push(cells);
    }
    behind.drop_empty();
    let mut remarks = Vec::new();
    if let Some(of) = &chart.overdispersion {
        let words = if of.widened() {
            b.pick(
                "The points lie farther apart than chance would have them (dispersion {}, usual at most {}), so the limits are widened by {}.",
                "Les points sont plus dispersés que ne le veut le hasard (dispersion {}, habituel au plus {}) ; les limites sont élargies de {}.",
            )
        } else {
            b.pick(
                "The points lie no farther apart than chance would have them (dispersion {}, usual at most {}).",
                "Les points ne sont pas plus dispersés que ne le veut le hasard (dispersion {}, habituel au plus {}).",
            )
        };
        let with = [l.float(of.phi, 2), l.float(of.phi_usual, 2), l.float(of.tau, places)];
        remarks.push(Text::fill(words, with.map(Text::from)));
    }
    let centre = points.iter().find_map(|point| point.centre);
    let words = b.pick(
        "{} places against what they are divided by; overall {}; {} outside the limits.",
        "{} lieux selon leur dénominateur ; ensemble {} ; {} hors des limites.",
    );
    let with = [
        l.count(points.len() as u64),
        centre.map_or_else(|| b.pick("not known", "inconnu").to_owned(), |centre| l.float(centre, places)),
        l.count(flags.len() as u64),
    ];
    let mut told = format!("{unit}. {}", Text::fill(words, with.map(Text::from)).plain());
    for flag in flags.iter().take(FLAGGED) {
        told.push(' ');
        told.push_str(&flag.plain());
        told.push('.');
    }
    let title = Text::name(measure.heading.shown()).and(", ").and(l.chart(ChartKind::Funnel));
    let picture = Picture::Funnel(Funnel {
        unit,
        under: under_words.to_owned(),
        points,
        centre: l.centre(ChartKind::Funnel).to_owned(),
        levels: levels.iter().map(|level| l.level(level)).collect(),
    });
    let id = b.anchor(&format!("c-{}", measure.heading.name));
    let chart = Chart { id, title, told, picture, flagged: flags, remarks, table: Some(behind) };
    Plot { chart, of: String::new(), recent }
}

/// Values with their intervals, of a measure that is broken down and has no periods.
fn ranges(b: &Build<'_>, measure: &Measure, table: &MeasureTable) -> Option<Plot> {
    let known = table.rows.iter().filter(|row| row.state == RowState::Known).count();
    if measure.by.is_empty() || known < 2 || table.rows.len() > LINES {
        return None;
    }
    let l = b.language;
    let unit = capital(&l.short_form(b.program, measure));
    let lines: Vec<Range> = table
        .rows
        .iter()
        .map(|row| {
            let value = row.value_exact.filter(|_| row.state == RowState::Known).map(|value| value.to_f64());
            let shown = match row.state {
                RowState::Known => shown(b, Some(row)),
                state => l.row_state(state).to_owned(),
            };
            Range { label: b.by_values(&row.by), value, ends: ends(Some(row)), shown }
        })
        .collect();
    let mut told = format!("{unit}. ");
    let by_value = |one: &&Range, other: &&Range| {
        let of = |range: &Range| range.value.unwrap_or(f64::NAN);
        of(one).total_cmp(&of(other))
    };
    let with_value = || lines.iter().filter(|line| line.value.is_some());
    if let (Some(least), Some(most)) = (with_value().min_by(by_value), with_value().max_by(by_value)) {
        let words = b.pick(
            "{} lines; lowest {} ({}), highest {} ({}).",
            "{} lignes ; la plus basse {} ({}), la plus haute {} ({}).",
        );
        let with = [
            l.count(lines.len() as u64),
            least.label.clone(),
            least.shown.clone(),
            most.label.clone(),
            most.shown.clone(),
        ];
        told.push_str(&Text::fill(words, with.map(Text::from)).plain());
    }
    let plain = b.is_plain(measure)
        && lines.iter().all(|line| line.ends.is_none() && line.value.is_none_or(|value| value >= 0.0));
    let picture = if plain {
        let bar = |line: Range| Bar { parts: vec![line.value.unwrap_or(0.0)], label: line.label, shown: line.shown };
        Picture::Bars(Bars { parts: vec![String::new()], bars: lines.into_iter().map(bar).collect() })
    } else {
        Picture::Ranges(Ranges { unit: unit.clone(), lines, guides: guides(b, table) })
    };
    let id = b.anchor(&format!("c-{}", measure.heading.name));
    let by: Vec<Text> = measure.by.iter().map(|by| b.by_name(measure, by)).collect();
    let mut title = Text::from(format!("{unit}, {}", b.pick("by ", "selon "))).and(Text::join(by, ", "));
    if let Some(target) = table.rows.iter().find_map(|row| row.target.as_ref()) {
        title = title.and(format!(" ({}{} {})", b.pick("target", "cible"), b.pick(":", " :"), target_text(b, target)));
    }
    let behind = plain.then(|| b.cut(rows(b, measure, table)));
    let chart = Chart { id, title, told, picture, flagged: Vec::new(), remarks: Vec::new(), table: behind };
    Some(Plot { chart, of: String::new(), recent: Vec::new() })
}
