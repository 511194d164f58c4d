//! Charts as SVG that stands in a page: lines, shapes and patterns first, colours by the page's style.

use super::document::{Bars, Chart, Funnel, Picture, Ranges, Series, SeriesPoint, Standing};
use super::html::escape;
use super::words::Language;
use std::fmt::Write as _;

/// About as wide as a letter of the charts' text.
const LETTER: f64 = 6.9;

/// A chart as SVG, with its text alternative; and whether its scale begins elsewhere than at zero.
pub fn chart(chart: &Chart, language: Language, small: bool) -> (String, bool) {
    let (width, height) = if small { (430.0, 230.0) } else { (720.0, 290.0) };
    let mut c = Canvas { out: String::with_capacity(8 * 1024), language, width, height, high_foot: false };
    match &chart.picture {
        Picture::Series(series) => c.series(series),
        Picture::Funnel(funnel) => c.funnel(funnel),
        Picture::Bars(bars) => c.bars(bars, &chart.id),
        Picture::Ranges(ranges) => c.ranges(ranges),
    }
    let id = escape(&chart.id);
    let svg = format!(
        "<svg class=\"chart\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\" viewBox=\"0 0 {} {}\" width=\"{}\" height=\"{}\">\
         <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>{}</svg>",
        c.width,
        c.height,
        c.width,
        c.height,
        escape(&chart.title.plain()),
        escape(&chart.told),
        c.out
    );
    (svg, c.high_foot)
}

/// A line of values drawn small; what it says stands beside it.
pub fn spark(values: &[Option<f64>]) -> String {
    let known = || values.iter().flatten().copied().filter(|value| value.is_finite());
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let (width, height) = (96.0, 22.0);
    let x = |at: usize| 3.0 + (width - 6.0) * at as f64 / (values.len().max(2) - 1) as f64;
    let y = |value: f64| if high > low { 3.0 + (height - 6.0) * (high - value) / (high - low) } else { height / 2.0 };
    let mut path = String::new();
    let mut open = false;
    for (at, value) in values.iter().enumerate() {
        match value.filter(|value| value.is_finite()) {
            Some(value) => {
                let _ = write!(path, "{}{:.1} {:.1}", if open { 'L' } else { 'M' }, x(at), y(value));
                open = true;
            }
            None => open = false,
        }
    }
    let last = values.iter().enumerate().rev().find_map(|(at, value)| Some((at, (*value)?)));
    let dot =
        last.map(|(at, value)| format!("<circle class=\"dot\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.5\"/>", x(at), y(value)));
    format!(
        "<svg class=\"spark\" aria-hidden=\"true\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\
         <path class=\"line\" d=\"{path}\"/>{}</svg>",
        dot.unwrap_or_default()
    )
}

/// A scale from values to a length.
#[derive(Debug, Clone, Copy)]
struct Scale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    step: f64,
}

impl Scale {
    /// A scale that takes in all values, with round steps. From nought, where all values are above and not far from it.
    fn new(values: impl Iterator<Item = f64>, from: f64, to: f64, steps: f64, from_nought: bool) -> Self {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|value| value.is_finite() && value.abs() < 1e300) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if low >= 0.0 && (from_nought || high - low > 0.3 * high) {
            low = 0.0;
        }
        if low == 0.0 && high == 0.0 {
            return Self { low, high: 1.0, from, to, step: 1.0 };
        }
        if high - low <= 1e-9 * high.abs().max(1e-300) {
            (low, high) = if low >= 0.0 { (0.0, high * 1.2) } else { (low * 1.2, 0.0) };
        }
        let step = round_step((high - low) / steps);
        let low = (low / step).floor() * step;
        let high = (high / step).ceil() * step;
        Self { low, high, from, to, step }
    }

    fn at(&self, value: f64) -> f64 {
        let value = value.clamp(self.low - (self.high - self.low), self.high + (self.high - self.low));
        self.from + (self.to - self.from) * (value - self.low) / (self.high - self.low)
    }

    /// The round values, and the places that tell them apart.
    fn ticks(&self) -> (Vec<f64>, usize) {
        let count = ((self.high - self.low) / self.step + 0.5) as usize;
        let ticks = (0..=count.min(40)).map(|at| self.low + self.step * at as f64).collect();
        let mut places = 0;
        let mut step = self.step;
        while places < 8 && (step - nearest(step)).abs() > 1e-6 * step {
            step *= 10.0;
            places += 1;
        }
        (ticks, places)
    }
}

/// To the nearest whole number.
fn nearest(value: f64) -> f64 {
    (value + 0.5).floor()
}

/// 1, 2 or 5 times a power of ten, at least as great.
fn round_step(least: f64) -> f64 {
    if !(least.is_finite() && least > 0.0) {
        return 1.0;
    }
    let mut power = 1.0;
    let mut tries = 0;
    while power > least && tries < 400 {
        power /= 10.0;
        tries += 1;
    }
    while power * 10.0 <= least && tries < 400 {
        power *= 10.0;
        tries += 1;
    }
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|step| *step >= least).unwrap_or(power * 10.0)
}

/// A text cut to so many letters.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(most.saturating_sub(1)).collect();
    out.push('…');
    out
}

struct Canvas {
    out: String,
    language: Language,
    width: f64,
    height: f64,
    /// Whether the scale begins above zero, or ends below it.
    high_foot: bool,
}

impl Canvas {
    fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let _ = write!(
            self.out,
            "<line class=\"{class}\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\"/>",
            from.0, from.1, to.0, to.1
        );
    }

    fn text(&mut self, class: &str, at: (f64, f64), anchor: &str, text: &str) {
        let _ = write!(
            self.out,
            "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            at.0,
            at.1,
            escape(text)
        );
    }

    fn path(&mut self, class: &str, points: &[(f64, f64)]) {
        if points.len() < 2 {
            return;
        }
        let _ = write!(self.out, "<path class=\"{class}\" d=\"");
        for (at, (x, y)) in points.iter().enumerate() {
            let _ = write!(self.out, "{}{x:.1} {y:.1}", if at == 0 { 'M' } else { 'L' });
        }
        self.out.push_str("\"/>");
    }

    /// Lines across at round values, with their numbers, and what they are of.
    fn levels(&mut self, y: &Scale, left: f64, right: f64, unit: &str) {
        self.high_foot = y.low > 0.0 || y.high < 0.0;
        let (ticks, places) = y.ticks();
        for tick in ticks {
            self.line("grid", (left, y.at(tick)), (right, y.at(tick)));
            let shown = self.language.float(tick, places);
            self.text("tick", (left - 6.0, y.at(tick) + 4.0), "end", &shown);
        }
        self.text("unit", (left - 40.0, 14.0), "start", unit);
    }

    /// How much room the numbers beside a scale take.
    fn room(&self, y: &Scale) -> f64 {
        let (ticks, places) = y.ticks();
        let longest = ticks.iter().map(|tick| self.language.float(*tick, places).chars().count()).max().unwrap_or(1);
        (longest as f64 * LETTER + 16.0).max(46.0)
    }

    /// A point, by its shape.
    fn point(&mut self, standing: Standing, x: f64, y: f64) {
        let _ = match standing {
            Standing::Usual => write!(self.out, "<circle class=\"dot\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>"),
            Standing::Aside | Standing::Unfinished | Standing::Nothing => {
                write!(self.out, "<circle class=\"aside\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.4\"/>")
            }
            Standing::High => write!(
                self.out,
                "<path class=\"flag\" d=\"M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z\"/>",
                x,
                y - 6.0,
                x + 5.6,
                y + 4.2,
                x - 5.6,
                y + 4.2
            ),
            Standing::Low => write!(
                self.out,
                "<path class=\"flag\" d=\"M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z\"/>",
                x,
                y + 6.0,
                x + 5.6,
                y - 4.2,
                x - 5.6,
                y - 4.2
            ),
            Standing::Withheld => write!(
                self.out,
                "<path class=\"cross\" d=\"M{:.1} {:.1}L{:.1} {:.1}M{:.1} {:.1}L{:.1} {:.1}\"/>",
                x - 3.5,
                y - 3.5,
                x + 3.5,
                y + 3.5,
                x - 3.5,
                y + 3.5,
                x + 3.5,
                y - 3.5
            ),
        };
    }

    fn series(&mut self, s: &Series) {
        let (top, bottom) = (26.0, self.height - 28.0);
        let values = s.points.iter().flat_map(|point| {
            let ends = point.ends.into_iter().chain(point.limits.last().copied());
            let ends = ends.flat_map(|(low, high)| [low, high]);
            [point.value, point.centre].into_iter().flatten().chain(ends)
        });
        let values = values.chain(s.beside.into_iter().flat_map(|(low, high)| [low, high]));
        let y = Scale::new(values.chain(s.guides.iter().map(|(value, _)| *value)), bottom, top, 5.0, false);
        let left = self.room(&y);
        // Room for what the lines are called.
        let names = s.centre.iter().chain(&s.levels).map(|name| name.chars().count() + 8);
        let names = names.chain(s.guides.iter().map(|(_, name)| name.chars().count())).max().unwrap_or(2);
        let right = self.width - (names as f64 * LETTER + 10.0).clamp(24.0, 170.0);
        self.levels(&y, left, right, &s.unit);
        let count = s.points.len();
        let gap = (right - left) / count.max(1) as f64;
        let x = |at: usize| left + gap * (at as f64 + 0.5);
        self.periods(s, &x, gap, bottom, right);
        for &at in s.breaks.iter().filter(|&&at| at < count) {
            self.line("break", (x(at) - gap / 2.0, top), (x(at) - gap / 2.0, bottom));
        }
        // The stretches with one centre.
        let mut firsts: Vec<usize> = [0].into_iter().chain(s.breaks.iter().copied()).filter(|&at| at < count).collect();
        firsts.sort_unstable();
        firsts.dedup();
        let stretches: Vec<(usize, usize)> = firsts
            .iter()
            .enumerate()
            .map(|(number, &first)| (first, firsts.get(number + 1).copied().unwrap_or(count)))
            .collect();
        let mut names: Vec<(f64, String)> = Vec::new();
        for &(first, end) in &stretches {
            let part = s.points.get(first..end).unwrap_or(&[]);
            let steps = |of: &dyn Fn(&SeriesPoint) -> Option<f64>| -> Vec<(f64, f64)> {
                let at = part.iter().enumerate().filter_map(|(at, point)| Some((first + at, of(point)?)));
                at.flat_map(|(at, value)| [(x(at) - gap / 2.0, y.at(value)), (x(at) + gap / 2.0, y.at(value))])
                    .collect()
            };
            for level in 0..s.levels.len() {
                let class = if level + 1 == s.levels.len() { "limit" } else { "limit inner" };
                for upper in [false, true] {
                    let of = |point: &SeriesPoint| {
                        let (low, high) = *point.limits.get(level)?;
                        Some(if upper { high } else { low })
                    };
                    let path = steps(&of);
                    if let (true, Some((_, at)), Some(name)) = (end == count, path.last(), s.levels.get(level)) {
                        names.push((*at, name.clone()));
                    }
                    self.path(class, &path);
                }
            }
            let path = steps(&|point: &SeriesPoint| point.centre);
            if let (true, Some((_, at)), Some(name)) = (end == count, path.last(), &s.centre) {
                let value = part.iter().rev().find_map(|point| point.centre);
                let places = y.ticks().1 + 1;
                let value = value.map(|value| format!(" {}", self.language.float(value, places))).unwrap_or_default();
                names.push((*at, format!("{name}{value}")));
            }
            self.path("centre", &path);
        }
        for (value, name) in &s.guides {
            self.line("guide", (left, y.at(*value)), (right, y.at(*value)));
            names.push((y.at(*value), name.clone()));
        }
        self.names(names, right + 6.0, top, bottom);
        self.values(s, &x, &y, bottom);
    }

    /// The names of periods below, as many as there is room for, the last always.
    fn periods(&mut self, s: &Series, x: &dyn Fn(usize) -> f64, gap: f64, bottom: f64, right: f64) {
        let count = s.labels.len();
        let longest = s.labels.iter().map(|label| label.chars().count()).max().unwrap_or(1).min(18);
        let need = longest as f64 * LETTER + 14.0;
        let every = ((need / gap).ceil() as usize).max(1);
        for (at, label) in s.labels.iter().enumerate() {
            if (count - 1 - at).is_multiple_of(every) {
                self.line("tickmark", (x(at), bottom), (x(at), bottom + 4.0));
                // The outermost must not run out of the picture.
                let half = need / 2.0;
                let (at, anchor) = if x(at) - half < 0.0 { (2.0, "start") } else { (x(at).min(right), "middle") };
                self.text("tick", (at, bottom + 18.0), anchor, &cut(label, 18));
            }
        }
    }

    /// The names of lines at their right ends, one below the other where they are close.
    fn names(&mut self, mut names: Vec<(f64, String)>, x: f64, top: f64, bottom: f64) {
        names.sort_by(|one, other| one.0.total_cmp(&other.0));
        let gap = 13.0;
        let mut last = f64::NEG_INFINITY;
        for (at, _) in &mut names {
            *at = at.max(last + gap).max(top);
            last = *at;
        }
        let over = (last - bottom).max(0.0);
        for (at, name) in names {
            self.text("name", (x, at - over + 4.0), "start", &cut(&name, 28));
        }
    }

    /// The line of values and its points.
    fn values(&mut self, s: &Series, x: &dyn Fn(usize) -> f64, y: &Scale, bottom: f64) {
        for (at, point) in s.points.iter().enumerate() {
            if let Some((low, high)) = point.ends {
                self.line("whisker", (x(at), y.at(low)), (x(at), y.at(high)));
            }
        }
        let mut run: Vec<(f64, f64)> = Vec::new();
        for (at, point) in s.points.iter().enumerate() {
            match point.value {
                // What is counted of a period that is not over is no fall.
                Some(value) if point.standing == Standing::Unfinished => {
                    let here = (x(at), y.at(value));
                    let from = run.last().copied();
                    self.path("line", &run);
                    run.clear();
                    self.path("line begun", &from.into_iter().chain([here]).collect::<Vec<_>>());
                    run.push(here);
                }
                Some(value) => run.push((x(at), y.at(value))),
                None => {
                    self.path("line", &run);
                    run.clear();
                }
            }
        }
        self.path("line", &run);
        for (at, point) in s.points.iter().enumerate() {
            match (point.value, point.standing) {
                (Some(value), standing) => self.point(standing, x(at), y.at(value)),
                (None, Standing::Withheld) => self.point(Standing::Withheld, x(at), bottom - 7.0),
                (None, _) => {}
            }
        }
        // The number of a run stands at its first point, that of points by themselves at each.
        for (at, point) in s.points.iter().enumerate() {
            if let (Some(value), false) = (point.value, point.numbers.is_empty()) {
                let above = point.standing == Standing::High;
                let at_y = y.at(value) + if above { -10.0 } else { 18.0 };
                let numbers: Vec<String> = point.numbers.iter().map(ToString::to_string).collect();
                self.text("number", (x(at), at_y), "middle", &numbers.join(","));
            }
        }
    }

    fn funnel(&mut self, f: &Funnel) {
        self.height = 360.0;
        let (top, bottom) = (26.0, self.height - 48.0);
        let mut points: Vec<_> = f.points.iter().collect();
        points.sort_by(|one, other| one.under.total_cmp(&other.under));
        let values = points.iter().flat_map(|point| {
            let inner = point.limits.first().into_iter().flat_map(|(low, high)| [*low, *high]);
            [Some(point.value), point.centre].into_iter().flatten().chain(inner)
        });
        let y = Scale::new(values, bottom, top, 5.0, true);
        let left = self.room(&y);
        let names =
            f.levels.iter().map(|name| name.chars().count()).chain([f.centre.chars().count() + 8]).max().unwrap_or(4);
        let right = self.width - (names as f64 * LETTER + 14.0).clamp(24.0, 150.0);
        self.levels(&y, left, right, &f.unit);
        let x = Scale::new(points.iter().map(|point| point.under), left, right, 6.0, true);
        let (ticks, places) = x.ticks();
        for tick in ticks {
            let shown = self.language.float(tick, places);
            self.line("tickmark", (x.at(tick), bottom), (x.at(tick), bottom + 4.0));
            self.text("tick", (x.at(tick), bottom + 18.0), "middle", &shown);
        }
        self.text("unit", ((left + right) / 2.0, self.height - 8.0), "middle", &f.under);
        // Limits narrow as one over the root of what is divided by: between two points they are drawn so.
        let with: Vec<_> =
            points.iter().filter(|point| point.limits.len() == f.levels.len() && point.under > 0.0).collect();
        let mut names: Vec<(f64, String)> = Vec::new();
        for level in 0..f.levels.len() {
            for upper in [false, true] {
                let of = |limits: &[(f64, f64)]| limits.get(level).map(|(low, high)| if upper { *high } else { *low });
                let mut path: Vec<(f64, f64)> = Vec::new();
                for pair in with.windows(2) {
                    let [one, other] = pair else { continue };
                    let (Some(a), Some(b)) = (of(&one.limits), of(&other.limits)) else { continue };
                    let (u, v) = (1.0 / one.under.sqrt(), 1.0 / other.under.sqrt());
                    for step in 0..=6 {
                        let under = one.under + (other.under - one.under) * f64::from(step) / 6.0;
                        let share = if u > v { (u - 1.0 / under.sqrt()) / (u - v) } else { f64::from(step) / 6.0 };
                        let value = a + (b - a) * share;
                        path.push((x.at(under), y.at(value).clamp(top - 6.0, bottom)));
                    }
                }
                if let (Some((_, at)), Some(name)) = (path.last(), f.levels.get(level)) {
                    names.push((*at, name.clone()));
                }
                self.path(if level + 1 == f.levels.len() { "limit" } else { "limit inner" }, &path);
            }
        }
        if let Some(centre) = points.iter().find_map(|point| point.centre) {
            self.line("centre", (left, y.at(centre)), (right, y.at(centre)));
            let value = self.language.float(centre, y.ticks().1 + 1);
            names.push((y.at(centre), format!("{} {value}", f.centre)));
        }
        self.names(names, right + 6.0, top, bottom);
        for point in &points {
            self.point(point.standing, x.at(point.under), y.at(point.value));
        }
        let few = points.len() <= 12;
        for point in &points {
            let (px, py) = (x.at(point.under), y.at(point.value));
            let number = point.number.map(|number| number.to_string());
            let label = match (few, number) {
                (true, Some(number)) => format!("{number} {}", cut(&point.label, 22)),
                (true, None) => cut(&point.label, 22),
                (false, Some(number)) => number,
                (false, None) => continue,
            };
            let class = if point.number.is_some() { "number" } else { "name" };
            if px > (left + right) / 2.0 {
                self.text(class, (px - 8.0, py + 4.0), "end", &label);
            } else {
                self.text(class, (px + 8.0, py + 4.0), "start", &label);
            }
        }
    }

    fn bars(&mut self, bars: &Bars, id: &str) {
        let pitch = 26.0;
        self.height = bars.bars.len() as f64 * pitch + 8.0;
        let letters = bars.bars.iter().map(|bar| bar.label.chars().count()).max().unwrap_or(1).min(40);
        let left = letters as f64 * LETTER + 14.0;
        let shown = bars.bars.iter().map(|bar| bar.shown.chars().count()).max().unwrap_or(1);
        let right = self.width - (shown as f64 * LETTER + 14.0);
        let id = escape(id);
        let _ = write!(
            self.out,
            "<defs><pattern id=\"{id}-p1\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <rect class=\"back\" width=\"6\" height=\"6\"/><rect class=\"hatch\" width=\"3\" height=\"6\"/></pattern>\
             <pattern id=\"{id}-p2\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
             <rect class=\"back\" width=\"6\" height=\"6\"/><circle class=\"dots\" cx=\"3\" cy=\"3\" r=\"1.3\"/></pattern></defs>"
        );
        let most = bars.bars.iter().map(|bar| bar.parts.iter().sum::<f64>()).fold(0.0, f64::max);
        for (at, bar) in bars.bars.iter().enumerate() {
            let y = at as f64 * pitch + 4.0;
            self.text("name", (left - 8.0, y + 14.0), "end", &cut(&bar.label, 40));
            let mut x = left;
            for (part, value) in bar.parts.iter().enumerate() {
                let width = if most > 0.0 { (right - left) * value / most } else { 0.0 };
                if width > 0.0 {
                    let fill = match part {
                        0 => "class=\"bar\"".to_owned(),
                        1 => format!("class=\"bar edge\" fill=\"url(#{id}-p1)\""),
                        _ => format!("class=\"bar edge\" fill=\"url(#{id}-p2)\""),
                    };
                    let _ =
                        write!(self.out, "<rect {fill} x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"18\"/>");
                }
                x += width;
            }
            self.line("axis", (left, y - 4.0), (left, y + pitch - 4.0));
            self.text("tick", (x + 6.0, y + 14.0), "start", &bar.shown);
        }
    }

    fn ranges(&mut self, r: &Ranges) {
        let pitch = 24.0;
        let head = if r.guides.is_empty() { 20.0 } else { 36.0 };
        self.height = r.lines.len() as f64 * pitch + head + 28.0;
        let letters = r.lines.iter().map(|line| line.label.chars().count()).max().unwrap_or(1).min(40);
        let left = (letters as f64 * LETTER + 16.0).max(60.0);
        let shown = r.lines.iter().map(|line| line.shown.chars().count()).max().unwrap_or(1);
        let right = self.width - (shown as f64 * LETTER + 18.0);
        let values = r
            .lines
            .iter()
            .flat_map(|line| line.value.into_iter().chain(line.ends.into_iter().flat_map(|(low, high)| [low, high])));
        let x = Scale::new(values.chain(r.guides.iter().map(|(value, _)| *value)), left, right, 6.0, true);
        let bottom = head + r.lines.len() as f64 * pitch;
        let (ticks, places) = x.ticks();
        for tick in ticks {
            let text = self.language.float(tick, places);
            self.line("grid", (x.at(tick), head - 2.0), (x.at(tick), bottom));
            self.text("tick", (x.at(tick), bottom + 18.0), "middle", &text);
        }
        self.text("unit", (left, 12.0), "start", &r.unit);
        for (value, name) in &r.guides {
            self.line("guide", (x.at(*value), head - 4.0), (x.at(*value), bottom));
            let middle = x.at(*value) > (left + right) / 2.0;
            self.text("name", (x.at(*value), head - 8.0), if middle { "end" } else { "start" }, name);
        }
        for (at, line) in r.lines.iter().enumerate() {
            let y = head + pitch * (at as f64 + 0.5);
            self.text("name", (left - 8.0, y + 4.0), "end", &cut(&line.label, 40));
            self.line("row", (left, y), (right, y));
            if let Some((low, high)) = line.ends {
                self.line("whisker", (x.at(low), y), (x.at(high), y));
                for end in [low, high] {
                    self.line("whisker", (x.at(end), y - 4.0), (x.at(end), y + 4.0));
                }
            }
            match line.value {
                Some(value) => {
                    let _ = write!(
                        self.out,
                        "<circle class=\"dot big\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"4.5\"/>",
                        x.at(value)
                    );
                }
                None => self.point(Standing::Withheld, left + 8.0, y),
            }
            self.text("tick", (right + 10.0, y + 4.0), "start", &line.shown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_round_and_take_in_everything() {
        for (values, low, high) in [
            (vec![3.0, 97.0], 0.0, 100.0),
            (vec![95.0, 97.0], 95.0, 97.0),
            (vec![0.0, 0.0], 0.0, 1.0),
            (vec![-5.0, 5.0], -6.0, 6.0),
            (vec![], 0.0, 1.0),
            (vec![f64::NAN, f64::INFINITY, 2.0], 0.0, 2.0),
        ] {
            let scale = Scale::new(values.iter().copied(), 0.0, 100.0, 5.0, false);
            assert!(scale.low <= low && scale.high >= high, "{values:?} {scale:?}");
            assert!(scale.step > 0.0 && scale.ticks().0.len() <= 41);
            assert!(scale.at(1e308).is_finite() && scale.at(-1e308).is_finite());
        }
        assert_eq!([0.03, 0.7, 1.0, 3.0, 70.0].map(round_step), [0.05, 1.0, 1.0, 5.0, 100.0].map(|step| step));
        assert_eq!(round_step(f64::NAN), 1.0);
    }

    #[test]
    fn long_texts_are_cut_between_letters() {
        assert_eq!(cut("éééé", 4), "éééé");
        assert_eq!(cut("ééééé", 4), "ééé…");
    }
}
