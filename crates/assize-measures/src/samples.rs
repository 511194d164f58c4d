//! All values of each group, for exact quantiles.

use crate::bytes::{Reader, Short as TooShort, Writer};
use crate::digits::{Short, Tally, nearest, power};
use assize_model::absence::Fault;
use assize_model::decimal::{Decimal, MAX_SCALE, Rounding};
use assize_model::measure::Precision;
use std::collections::BTreeMap;

/// How many values of a group are held one by one before they are counted by value.
const FRESH: usize = 1 << 16;
/// As many where values are rounded, and come again soon.
const FRESH_ROUNDED: usize = 1 << 10;

/// The values of every group, of one unit: 8 bytes each until a group has 65,536 of them, and 16 bytes for each
/// different value after that where values come again. Rounded ones are counted in a [`Tally`] after 1,024: 4 KB for each
/// power of ten that occurs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Samples {
    /// Values are whole numbers of 10^-`scale`.
    scale: u8,
    /// Whether they keep three significant digits only.
    rounded: bool,
    groups: Vec<Group>,
}

#[derive(Debug, Clone, Default)]
struct Group {
    /// Ascending, each with how often it came.
    runs: Vec<(i64, u64)>,
    /// As they came, not rounded yet: many are rounded and counted at once, while what they are counted in is in the caches.
    fresh: Vec<i64>,
    /// How many fresh ones are counted by value next.
    full: usize,
    /// Rounded ones, once there were many; what it does not hold is among the runs.
    tally: Tally,
    /// Those that 64 bits do not hold at the scale.
    wide: BTreeMap<Decimal, u64>,
}

impl Group {
    #[inline]
    fn push(&mut self, value: i64, rounded: bool) {
        if self.fresh.len() >= if rounded { FRESH_ROUNDED } else { self.full.max(FRESH) } {
            self.settle(rounded);
        }
        self.fresh.push(value);
    }

    /// The fresh values, as they count.
    fn fresh(&self, rounded: bool) -> impl Iterator<Item = i64> {
        self.fresh.iter().map(move |&value| if rounded { Short::nearest(value).value() } else { value })
    }

    #[inline]
    fn count_short(&mut self, value: Short, times: u64) {
        let too_often = self.tally.add(value, times);
        if too_often > 0 {
            self.runs = merged(&self.runs, &[(value.value(), too_often)]);
        }
    }

    /// Counts the fresh values by value.
    #[cold]
    fn settle(&mut self, rounded: bool) {
        let mut fresh = std::mem::take(&mut self.fresh);
        if rounded {
            fresh.drain(..).for_each(|value| self.count_short(Short::nearest(value), 1));
            self.fresh = fresh;
            return;
        }
        fresh.sort_unstable();
        let taken = fresh.len();
        let before = self.runs.len();
        let mut runs: Vec<(i64, u64)> = Vec::new();
        for value in fresh {
            push_run(&mut runs, value, 1);
        }
        self.runs = merged(&self.runs, &runs);
        // Where hardly any came again, the next time is put off, so that each value is moved a few times only.
        let new = self.runs.len() - before;
        if new > taken / 2 && taken >= FRESH {
            self.full = taken.saturating_mul(2);
        }
    }

    fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.fresh.is_empty() && self.tally.is_empty() && self.wide.is_empty()
    }

    /// All values that 64 bits hold, ascending, each with how often it came.
    fn counted(&self, rounded: bool) -> Vec<(i64, u64)> {
        let mut fresh: Vec<i64> = self.fresh(rounded).collect();
        fresh.sort_unstable();
        let mut runs = Vec::new();
        for value in fresh {
            push_run(&mut runs, value, 1);
        }
        let runs = merged(&self.runs, &runs);
        if self.tally.is_empty() { runs } else { merged(&runs, &self.tally.runs().collect::<Vec<_>>()) }
    }

    fn count(&self) -> u64 {
        let runs = self.runs.iter().map(|(_, count)| *count).chain(self.wide.values().copied());
        runs.fold(self.fresh.len() as u64, u64::saturating_add).saturating_add(self.tally.count())
    }
}

fn push_run(runs: &mut Vec<(i64, u64)>, value: i64, count: u64) {
    match runs.last_mut() {
        Some((last, times)) if *last == value => *times = times.saturating_add(count),
        _ => runs.push((value, count)),
    }
}

/// Both, ascending.
fn merged(a: &[(i64, u64)], b: &[(i64, u64)]) -> Vec<(i64, u64)> {
    let mut out = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let Some(&&(value, count)) = match (a.peek(), b.peek()) {
        (Some(x), Some(y)) if x.0 <= y.0 => a.peek(),
        (Some(_), None) => a.peek(),
        _ => b.peek(),
    } {
        push_run(&mut out, value, count);
        if a.peek().is_some_and(|x| x.0 == value) && b.peek().is_none_or(|y| value <= y.0) {
            a.next();
        } else {
            b.next();
        }
    }
    out
}

impl Samples {
    /// None yet, to be kept so precisely.
    pub(crate) fn new(precision: Precision) -> Self {
        Self { rounded: precision == Precision::Approximate, ..Self::default() }
    }

    /// Room for groups that have none yet.
    pub(crate) fn resize(&mut self, groups: usize) {
        self.groups.resize_with(groups, Group::default);
    }

    /// Makes the scale at least so great; what no longer fits in 64 bits goes among the wide.
    fn rescale(&mut self, scale: u8) {
        if scale <= self.scale {
            return;
        }
        let (old, unit, rounded) = (self.scale, power(scale - self.scale), self.rounded);
        self.scale = scale;
        for group in &mut self.groups {
            let up = |value: i64| unit.and_then(|unit| value.checked_mul(unit));
            let mut wide = |value: i64, count: u64| {
                if let Some(value) = Decimal::new(i128::from(value), old) {
                    add(group.wide.entry(value.normalized()).or_default(), count);
                }
            };
            group.runs.retain_mut(|(value, count)| match up(*value) {
                Some(greater) => {
                    *value = greater;
                    true
                }
                None => {
                    wide(*value, *count);
                    false
                }
            });
            group.fresh.retain_mut(|value| {
                // The nearest may be less, and fit where the value does not.
                let near = if rounded { Short::nearest(*value).value() } else { *value };
                match up(*value).or_else(|| up(near)) {
                    Some(greater) => {
                        *value = greater;
                        true
                    }
                    None => {
                        wide(near, 1);
                        false
                    }
                }
            });
            let mut greater = Vec::new();
            for (value, count) in std::mem::take(&mut group.tally).runs() {
                match up(value) {
                    Some(value) => greater.push((value, count)),
                    None => wide(value, count),
                }
            }
            greater.into_iter().for_each(|(value, count)| group.count_short(Short::nearest(value), count));
        }
    }

    /// The values of rows, integers of 10^-`scale`, each to its group.
    #[inline]
    pub(crate) fn extend(&mut self, scale: u8, values: impl Iterator<Item = (usize, i128)>) {
        self.rescale(scale);
        let unit = power(self.scale - scale);
        let narrow =
            |value: i128| i64::try_from(value).ok().zip(unit).and_then(|(value, unit)| value.checked_mul(unit));
        for (group, value) in values {
            let Some(group) = self.groups.get_mut(group) else { continue };
            match narrow(value) {
                Some(value) => group.push(value, self.rounded),
                None => {
                    let value = if self.rounded { nearest(value) } else { value };
                    // The nearest may be less.
                    match (narrow(value), Decimal::new(value, scale)) {
                        (Some(value), _) => group.push(value, self.rounded),
                        (None, Some(value)) => add(group.wide.entry(value.normalized()).or_default(), 1),
                        (None, None) => {}
                    }
                }
            }
        }
    }

    /// One value.
    pub(crate) fn push(&mut self, group: usize, value: Decimal) {
        self.extend(value.scale(), std::iter::once((group, value.coefficient())));
    }

    /// Adds the values of a group of another state to one of this.
    pub(crate) fn merge_group(&mut self, to: usize, other: &Self, from: usize) {
        self.rescale(other.scale);
        let unit = power(self.scale - other.scale);
        let (Some(to), Some(from)) = (self.groups.get_mut(to), other.groups.get(from)) else { return };
        for (value, count) in &from.wide {
            add(to.wide.entry(*value).or_default(), *count);
        }
        let mut runs = Vec::with_capacity(from.runs.len());
        let narrow = from.fresh(other.rounded).map(|value| (value, 1));
        let narrow = from.runs.iter().copied().chain(narrow).chain(from.tally.runs());
        for (value, count) in narrow {
            match unit.and_then(|unit| value.checked_mul(unit)) {
                Some(value) if count == 1 => to.push(value, self.rounded),
                Some(value) if !to.tally.is_empty() => to.count_short(Short::nearest(value), count),
                Some(value) => runs.push((value, count)),
                None => {
                    if let Some(value) = Decimal::new(i128::from(value), other.scale) {
                        add(to.wide.entry(value.normalized()).or_default(), count);
                    }
                }
            }
        }
        to.runs = merged(&to.runs, &runs);
    }

    /// The value that a share (0 to 1) of a group's values do not exceed, between the two nearest by where it falls
    /// (method 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages, 1996); none of no values.
    pub(crate) fn quantile(&self, group: usize, share: Decimal) -> Result<Option<Decimal>, Fault> {
        let Some(group) = self.groups.get(group).filter(|group| !group.is_empty()) else { return Ok(None) };
        let last = i64::try_from(group.count() - 1).map_err(|_| Fault::Overflow)?;
        let place = Decimal::from_i64(last).mul(share)?;
        let whole = place.round(0, Rounding::Floor)?;
        let below = whole.to_i64().and_then(|below| u64::try_from(below).ok()).ok_or(Fault::Overflow)?;
        let part = place.sub(whole)?;
        let (low, high) = self.at(group, below).ok_or(Fault::Overflow)?;
        if part.is_zero() {
            return Ok(Some(low));
        }
        low.add(part.mul(high.sub(low)?)?).map(Some)
    }

    /// The value of a rank, from 0, and that of the next; of the last, itself again.
    fn at(&self, group: &Group, rank: u64) -> Option<(Decimal, Decimal)> {
        let decimal = |value: i64| Decimal::new(i128::from(value), self.scale).map(Decimal::normalized);
        if group.runs.is_empty() && group.tally.is_empty() && group.wide.is_empty() {
            let mut values: Vec<i64> = group.fresh(self.rounded).collect();
            let (_, low, above) = values.select_nth_unstable(usize::try_from(rank).ok()?);
            let low = *low;
            return Some((decimal(low)?, decimal(above.iter().min().copied().unwrap_or(low))?));
        }
        let mut all: Vec<(Decimal, u64)> = group
            .counted(self.rounded)
            .into_iter()
            .filter_map(|(value, count)| Some((decimal(value)?, count)))
            .collect();
        if !group.wide.is_empty() {
            all.extend(group.wide.iter().map(|(value, count)| (*value, *count)));
            all.sort_unstable();
        }
        let mut left = rank;
        for (at, (value, count)) in all.iter().enumerate() {
            if left < *count {
                let next = if left + 1 < *count { *value } else { all.get(at + 1).map_or(*value, |(next, _)| *next) };
                return Some((*value, next));
            }
            left -= count;
        }
        None
    }

    /// The least scale at which every value is whole: the same however they came.
    fn least_scale(&self) -> u8 {
        let digits = |mut value: i64| {
            let mut scale = self.scale;
            while scale > 0 && value % 10 == 0 {
                value /= 10;
                scale -= 1;
            }
            scale
        };
        let mut least = 0;
        for group in &self.groups {
            let tally = group.tally.runs().map(|(value, _)| value);
            for value in group.runs.iter().map(|(value, _)| *value).chain(group.fresh(self.rounded)).chain(tally) {
                if least == self.scale {
                    return least;
                }
                least = least.max(digits(value));
            }
            least = group.wide.keys().fold(least, |least, value| least.max(value.normalized().scale()));
        }
        least
    }

    /// Writes the unit, which holds for all groups.
    pub(crate) fn write_scale(&self, out: &mut Writer) -> u8 {
        let scale = self.least_scale();
        out.byte(scale);
        scale
    }

    /// Writes the values of a group at a scale that holds them all, ascending: those that 64 bits hold as differences,
    /// then the others.
    pub(crate) fn write(&self, group: usize, scale: u8, out: &mut Writer) {
        let mut narrow: Vec<(i64, u64)> = Vec::new();
        let mut wide: BTreeMap<Decimal, u64> = BTreeMap::new();
        if let Some(group) = self.groups.get(group) {
            let mut put = |value: Decimal, count: u64| {
                let up = power(scale.saturating_sub(value.scale()));
                let at = up.and_then(|up| i64::try_from(value.coefficient()).ok()?.checked_mul(up));
                match at {
                    Some(value) => narrow.push((value, count)),
                    None => add(wide.entry(value).or_default(), count),
                }
            };
            for (value, count) in group.counted(self.rounded) {
                if let Some(value) = Decimal::new(i128::from(value), self.scale) {
                    put(value.normalized(), count);
                }
            }
            group.wide.iter().for_each(|(value, count)| put(*value, *count));
            // A value can have been held in both ways, at different scales.
            narrow.sort_unstable();
            narrow.dedup_by(|(value, count), (kept, times)| {
                let same = value == kept;
                if same {
                    add(times, *count);
                }
                same
            });
        }
        out.length(narrow.len());
        let mut last = None;
        for (value, count) in narrow {
            match last {
                None => out.signed(value),
                Some(last) => out.number(value.wrapping_sub(last) as u64),
            }
            last = Some(value);
            out.number(count);
        }
        out.length(wide.len());
        for (value, count) in wide {
            out.byte(value.scale());
            out.raw(&value.coefficient().to_le_bytes());
            out.number(count);
        }
    }

    /// Reads the unit.
    pub(crate) fn read_scale(&mut self, from: &mut Reader<'_>) -> Result<(), TooShort> {
        self.scale = from.byte()?;
        if self.scale > MAX_SCALE { Err(TooShort::Malformed) } else { Ok(()) }
    }

    /// Reads the values of a group, of which there must be so many.
    pub(crate) fn read(&mut self, group: usize, count: u64, from: &mut Reader<'_>) -> Result<(), TooShort> {
        let group = self.groups.get_mut(group).ok_or(TooShort::Malformed)?;
        let mut last: Option<i64> = None;
        for _ in 0..from.length()? {
            let value = match last {
                None => {
                    let folded = from.number()?;
                    (folded >> 1) as i64 ^ -((folded & 1) as i64)
                }
                Some(last) => last.checked_add_unsigned(from.number()?).ok_or(TooShort::Malformed)?,
            };
            last = Some(value);
            if self.rounded && Short::nearest(value).value() != value {
                return Err(TooShort::Malformed);
            }
            group.runs.push((value, from.number()?));
        }
        for _ in 0..from.length()? {
            let scale = from.byte()?;
            let coefficient = from.raw(16)?.try_into().map_err(|_| TooShort::Malformed)?;
            let value = Decimal::new(i128::from_le_bytes(coefficient), scale).ok_or(TooShort::Malformed)?;
            if self.rounded && nearest(value.coefficient()) != value.coefficient() {
                return Err(TooShort::Malformed);
            }
            group.wide.insert(value, from.number()?);
        }
        if group.count() == count { Ok(()) } else { Err(TooShort::Malformed) }
    }
}

fn add(to: &mut u64, count: u64) {
    *to = to.saturating_add(count);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dec(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    fn of(texts: &[&str]) -> Samples {
        let mut out = Samples::default();
        out.resize(1);
        texts.iter().for_each(|text| out.push(0, dec(text)));
        out
    }

    fn bytes(samples: &Samples) -> Vec<u8> {
        let mut out = Writer::default();
        let scale = samples.write_scale(&mut out);
        samples.write(0, scale, &mut out);
        out.into_bytes()
    }

    fn at(samples: &Samples, share: &str) -> String {
        samples.quantile(0, dec(share)).unwrap().unwrap().to_string()
    }

    /// The place of a value does not change when all are rounded, so the error is that of one value.
    #[test]
    fn an_approximate_quantile_is_within_half_a_percent() {
        let mut state = 7_u64;
        for spread in [10, 2_000, 900_000, 1 << 40] {
            let (mut exact, mut near) = (Samples::default(), Samples::new(Precision::Approximate));
            exact.resize(1);
            near.resize(1);
            for _ in 0..20_000 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let value = Decimal::new(i128::from(state >> 20) % spread, 2).unwrap();
                exact.push(0, value);
                near.push(0, value);
            }
            for share in ["0", "0.01", "0.25", "0.5", "0.9", "0.999", "1"] {
                let of = |samples: &Samples| samples.quantile(0, dec(share)).unwrap().unwrap();
                let (exact, near) = (of(&exact), of(&near));
                let off = exact.sub(near).unwrap().abs().mul(Decimal::from_i64(200)).unwrap();
                assert!(off <= exact, "{share} of {spread}: {exact} and {near}");
                assert!(spread > 1000 || exact == near, "values of three digits are kept");
            }
            assert!(bytes(&near).len() < 25_000);
        }
    }

    /// Whether values are still held one by one or counted, and at whatever scale, shows nowhere.
    #[test]
    fn many_rounded_values_in_any_order_and_split() {
        let mut state = 11_u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for round in 0..12 {
            let scales = [1, 3, 20][round % 3];
            let digits = [5, 9, 27][round / 3 % 3];
            let values: Vec<Decimal> = (0..4_000)
                .map(|_| {
                    let size = (0..1 + random(digits)).fold(0_i128, |size, _| size * 10 + i128::from(random(10)));
                    let sign = if random(3) == 0 { -1 } else { 1 };
                    Decimal::new(sign * size, random(scales) as u8).unwrap()
                })
                .collect();
            let near =
                |value: &Decimal| Decimal::new(nearest(value.coefficient()), value.scale()).unwrap().normalized();
            let mut sorted: Vec<Decimal> = values.iter().map(near).collect();
            sorted.sort_unstable();
            let mut whole = None;
            for split in [4_000, 2_500, 1_024, 700] {
                let mut parts: Vec<Samples> = values
                    .chunks(split)
                    .map(|part| {
                        let mut samples = Samples::new(Precision::Approximate);
                        samples.resize(1);
                        part.iter().for_each(|value| samples.push(0, *value));
                        samples
                    })
                    .collect();
                while parts.len() > 1 {
                    let one = parts.swap_remove(random(parts.len() as u64) as usize);
                    let at = random(parts.len() as u64) as usize;
                    parts[at].merge_group(0, &one, 0);
                }
                let (samples, written) = (&parts[0], bytes(&parts[0]));
                let whole = whole.get_or_insert_with(|| written.clone());
                assert!(*whole == written, "round {round}, in parts of {split}");
                assert_eq!(samples.groups[0].count(), 4_000);
                for rank in [0, 1, 999, 2_000, 3_998] {
                    let (low, high) = samples.at(&samples.groups[0], rank).unwrap();
                    assert_eq!((low, high), (sorted[rank as usize], sorted[rank as usize + 1]));
                }
                let mut back = Samples::new(Precision::Approximate);
                back.resize(1);
                let mut reader = Reader::new(&written);
                back.read_scale(&mut reader).unwrap();
                back.read(0, 4_000, &mut reader).unwrap();
                assert!(bytes(&back) == written, "round {round}, in parts of {split}");
            }
        }
    }

    #[test]
    fn rounded_values_are_read_as_they_were_written() {
        let mut near = Samples::new(Precision::Approximate);
        near.resize(1);
        ["1234.5", "-98765", "0.00012345", "9999999999999999999999999999"].iter().for_each(|t| near.push(0, dec(t)));
        let mut back = Samples::new(Precision::Approximate);
        back.resize(1);
        let written = bytes(&near);
        let mut reader = Reader::new(&written);
        back.read_scale(&mut reader).unwrap();
        back.read(0, 4, &mut reader).unwrap();
        assert_eq!(bytes(&back), written);
        // Values that are not rounded are not an approximate measure's.
        let exact = bytes(&of(&["1234.5"]));
        let mut reader = Reader::new(&exact);
        let mut back = Samples::new(Precision::Approximate);
        back.resize(1);
        back.read_scale(&mut reader).unwrap();
        assert!(back.read(0, 1, &mut reader).is_err());
    }

    #[test]
    fn quantiles_as_numpy_has_them() {
        let four = of(&["4", "1", "3", "2"]);
        assert_eq!((at(&four, "0"), at(&four, "0.5"), at(&four, "1")), ("1".into(), "2.5".into(), "4".into()));
        assert_eq!((at(&four, "0.25"), at(&four, "0.9")), ("1.75".into(), "3.7".into()));
        assert_eq!(at(&of(&["7"]), "0.9"), "7");
        assert_eq!(at(&of(&["-1.5", "2", "2", "2.25"]), "0.5"), "2");
        assert_eq!(Samples::default().quantile(0, dec("0.5")), Ok(None));
    }

    #[test]
    fn values_of_every_size_and_scale() {
        let wide = of(&["99999999999999999999", "0.00001", "3", "-99999999999999999999", "1e0".trim_end_matches("e0")]);
        assert_eq!(at(&wide, "0.5"), "1");
        assert_eq!((at(&wide, "0"), at(&wide, "1")), ("-99999999999999999999".into(), "99999999999999999999".into()));
    }

    #[test]
    fn neither_order_nor_split_nor_settling_shows_in_the_bytes() {
        let texts = ["1.50", "9223372036854775807", "-2", "1.5", "0.001", "100000000000000000000", "1.5", "0", "-2"];
        let whole = bytes(&of(&texts));
        for split in 0..=texts.len() {
            let (a, b) = texts.split_at(split);
            let mut ab = of(a);
            ab.merge_group(0, &of(b), 0);
            let mut ba = of(b);
            ba.merge_group(0, &of(a), 0);
            ba.groups[0].settle(false);
            assert_eq!((bytes(&ab), bytes(&ba)), (whole.clone(), whole.clone()));
        }
        let mut read = Samples::default();
        read.resize(1);
        let mut reader = Reader::new(&whole);
        read.read_scale(&mut reader).unwrap();
        read.read(0, 9, &mut reader).unwrap();
        assert_eq!(bytes(&read), whole);
        assert_eq!(at(&read, "0.5"), "1.5");
        let mut reader = Reader::new(&whole);
        read.read_scale(&mut reader).unwrap();
        assert!(read.read(0, 8, &mut reader).is_err(), "as many values as records were counted");
    }

    #[test]
    fn many_values_are_counted_by_value() {
        let mut samples = Samples::default();
        samples.resize(1);
        samples.extend(0, (0..1_000_000).map(|at| (0, at % 10)));
        assert!(samples.groups[0].runs.len() == 10 && samples.groups[0].fresh.len() <= FRESH);
        assert_eq!(at(&samples, "0.5"), "4.5");
        assert_eq!(at(&samples, "0.95"), "9");
    }
}
