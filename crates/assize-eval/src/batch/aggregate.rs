//! Aggregates over children: a window of families at a time, whole families on slices, and child by child those in
//! which something is not known or that go over several windows.

#![expect(clippy::indexing_slicing, reason = "registers hold the lanes of a window, and segments lie within it")]

use super::bits::{self, WORDS, full};
use super::cell::Cell;
use super::family::{Segment, Window};
use super::kernel::Arg;
use super::reg::{Data, Lanes, Reg};
use super::scalar::{better, join};
use assize_model::absence::{Absence, Fault};
use assize_model::bounds::{Bounds, CodeSet, Number, choose_code};
use assize_model::civil::{Date, DateTime, Time};
use assize_model::decimal::Decimal;
use assize_model::ids::{Code, NodeId};
use assize_model::node::AggregateKind;
use assize_model::sum::ExactSum;
use assize_model::ty::Ty;
use assize_model::value::Value;
use rustc_hash::FxHashSet;
use std::cmp::Ordering;
use std::sync::Arc;

/// One aggregate, being worked out for a chunk of parents.
pub(super) struct Aggregate {
    pub(super) kind: AggregateKind,
    pub(super) node: NodeId,
    pub(super) ty: Ty,
    pub(super) out: Reg,
    /// The family that is worked on child by child.
    family: Family,
    scratch: Vec<i64>,
    /// Families that are left when those have been worked out that can be at once.
    later: Vec<Segment>,
}

/// The operands of an aggregate in a window.
#[derive(Clone, Copy)]
pub(super) struct Operands<'a> {
    pub(super) filter: Option<Arg<'a>>,
    pub(super) value: Option<Arg<'a>>,
    pub(super) order: Option<Arg<'a>>,
}

impl Aggregate {
    /// Begins a chunk of `parents` parents, with what each comes to that has no children.
    pub(super) fn new(kind: AggregateKind, node: NodeId, ty: Ty, mut out: Reg, parents: usize) -> Self {
        out.reset();
        out.writable(ty);
        let empty = Family::default().finish(kind, node, ty);
        match empty {
            Cell::Absent(absence) => {
                for parent in 0..parents {
                    out.put_absence(parent, absence);
                }
            }
            Cell::Integer(_) => out.integers()[..parents].fill(0),
            Cell::Decimal(zero) => out.decimals()[..parents].fill(zero),
            // No child is in, or every child is.
            Cell::Boolean(true) => bits::fill(out.yes_mut().0, parents),
            _ => {}
        }
        if empty.absence().is_none() {
            bits::fill(&mut out.known, parents);
        }
        Self { kind, node, ty, out, family: Family::default(), scratch: Vec::new(), later: Vec::new() }
    }

    /// Takes in a window.
    pub(super) fn take(&mut self, window: &Window, operands: Operands<'_>) {
        let words = bits::words(window.len);
        // Children that are in, that may be in, and with which whole families cannot be worked out on slices.
        let (mut yes, mut maybe, mut odd) = ([0; WORDS], [0; WORDS], [0; WORDS]);
        for at in 0..words {
            let rows = full(window.len, at);
            let (holds, known) = match operands.filter {
                None | Some(Arg::One(Cell::Boolean(true))) => (rows, rows),
                Some(Arg::One(Cell::Boolean(false))) => (0, rows),
                Some(Arg::One(_)) => (0, 0),
                Some(Arg::Lanes(reg)) => (reg.yes()[at], reg.known[at]),
            };
            yes[at] = holds;
            maybe[at] = rows & !known;
        }
        // Why a filter is not known matters to all of them where it is an error, and to conditions always.
        let reasons = match operands.filter {
            None | Some(Arg::One(Cell::Boolean(_))) => false,
            Some(Arg::One(_)) => true,
            Some(Arg::Lanes(reg)) => !reg.absent.is_empty(),
        };
        match self.kind {
            AggregateKind::Count | AggregateKind::Any | AggregateKind::All => {
                if reasons {
                    odd = maybe;
                }
            }
            _ => {
                for at in 0..words {
                    odd[at] = maybe[at];
                    for arg in [operands.value, operands.order].into_iter().flatten() {
                        // The value of `latest` may be anything: it is taken as it is.
                        let as_is = matches!(self.kind, AggregateKind::Latest | AggregateKind::Earliest)
                            && operands.order.is_some_and(|order| !same(order, arg));
                        if !as_is {
                            odd[at] |= yes[at] & !known_word(arg, at);
                        }
                    }
                }
            }
        }
        let rows = Rows { yes: &yes, maybe: &maybe, odd: bits::any(&odd[..words]).then_some(&odd), operands };
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") && is_x86_feature_detected!("bmi2") {
            #[expect(unsafe_code, reason = "counting and masking bits takes half the time with these, measured")]
            // SAFETY: the processor has these features; the function has no other condition.
            unsafe {
                self.segments_fast(window, &rows);
            }
            return;
        }
        self.segments(window, &rows);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,popcnt,bmi1,bmi2,lzcnt")]
    fn segments_fast(&mut self, window: &Window, rows: &Rows<'_>) {
        self.segments(window, rows);
    }

    /// Takes in the families of a window.
    #[inline(always)]
    fn segments(&mut self, window: &Window, rows: &Rows<'_>) {
        let mut later = std::mem::take(&mut self.later);
        later.clear();
        let odd = rows.odd.map(Ranks::new);
        let plain = |segment: &Segment| {
            segment.is_whole() && odd.as_ref().is_none_or(|odd| odd.between(segment.from, segment.to) == 0)
        };
        let summed = self.kind == AggregateKind::Sum && self.prefix_sums(window.len, rows);
        match self.kind {
            AggregateKind::Count | AggregateKind::Any | AggregateKind::All => {
                let (yes, maybe) = (Ranks::new(rows.yes), Ranks::new(rows.maybe));
                for &segment in &window.segments {
                    if !plain(&segment) {
                        later.push(segment);
                        continue;
                    }
                    let least = yes.between(segment.from, segment.to);
                    let more = maybe.between(segment.from, segment.to);
                    self.put_count(segment, least, more);
                }
            }
            AggregateKind::Sum if summed => {
                for &segment in &window.segments {
                    let sums = self.scratch.get(segment.to as usize).zip(self.scratch.get(segment.from as usize));
                    let sum = sums.map_or(0, |(to, from)| to.wrapping_sub(*from));
                    if !plain(&segment) || self.put_sum(segment.parent as usize, sum, rows).is_none() {
                        later.push(segment);
                    }
                }
            }
            _ => {
                for &segment in &window.segments {
                    if !plain(&segment) || self.whole(segment, rows).is_none() {
                        later.push(segment);
                    }
                }
            }
        }
        for &segment in &later {
            self.one_by_one(segment, rows);
        }
        self.later = later;
    }

    /// A family of which so many children are in, and so many more may be.
    #[inline(always)]
    fn put_count(&mut self, segment: Segment, least: u32, more: u32) {
        let parent = segment.parent as usize;
        let (at, bit) = (parent / 64, 1_u64 << (parent % 64));
        match (self.kind, &mut self.out.data) {
            (AggregateKind::Count, _) if more > 0 => {
                let bounds = Bounds::new(i64::from(least), i64::from(least) + i64::from(more));
                self.out.put(parent, self.ty, Cell::Integers(bounds));
            }
            (AggregateKind::Count, Data::Integer(Lanes::Own(values))) => values[parent] = i64::from(least),
            // What was written for no children is: known, and `no` for any, `yes` for all.
            (AggregateKind::Any, Data::Boolean(yes)) => {
                yes[at] |= if least > 0 { bit } else { 0 };
                self.out.known[at] &= !if least == 0 && more > 0 { bit } else { 0 };
            }
            (AggregateKind::All, Data::Boolean(yes)) => {
                let all = segment.to - segment.from;
                yes[at] &= !if least < all { bit } else { 0 };
                self.out.known[at] &= !if least < all && least + more == all { bit } else { 0 };
            }
            _ => {}
        }
    }

    /// The sums of the numbers that are in, up to each child; false where the numbers are too large for that, or of
    /// another type.
    #[inline(always)]
    fn prefix_sums(&mut self, len: usize, rows: &Rows<'_>) -> bool {
        let scratch = &mut self.scratch;
        match (rows.operands.value.and_then(|value| value.data()), self.ty) {
            (Some(Data::Integer(values)), Ty::Integer) => {
                let values = &values.get()[..len];
                // Sums of a chunk of numbers this size fit.
                let size = values.iter().fold(0, |size, value| size | (value ^ (value >> 63)));
                if size >> 48 != 0 {
                    return false;
                }
                prefix(values.iter().copied(), rows.yes, scratch);
            }
            (Some(Data::Scaled(values, _)), Ty::Decimal) => {
                let values = &values.get()[..len];
                let size = values.iter().fold(0, |size, value| size | (value ^ (value >> 127)));
                if size >> 48 != 0 {
                    return false;
                }
                prefix(values.iter().map(|&value| value as i64), rows.yes, scratch);
            }
            _ => return false,
        }
        true
    }

    #[inline(always)]
    fn put_sum(&mut self, parent: usize, sum: i64, rows: &Rows<'_>) -> Option<()> {
        match (&mut self.out.data, rows.operands.value?.data()?) {
            (Data::Integer(Lanes::Own(values)), _) => *values.get_mut(parent)? = sum,
            (Data::Decimal(values), Data::Scaled(_, scale)) => {
                *values.get_mut(parent)? = Decimal::new(i128::from(sum), *scale)?;
            }
            _ => return None,
        }
        Some(())
    }

    /// The children of a segment one by one, and what they come to where the family ends.
    #[inline(never)]
    fn one_by_one(&mut self, segment: Segment, rows: &Rows<'_>) {
        if segment.first {
            self.family = Family::default();
        }
        self.slow(segment, rows.yes, rows.maybe, rows.operands);
        if segment.last {
            let family = std::mem::take(&mut self.family);
            let cell = family.finish(self.kind, self.node, self.ty);
            self.out.put(segment.parent as usize, self.ty, cell);
        }
    }

    /// A whole family in which everything is known that counts. `None` for what is worked out child by child.
    fn whole(&mut self, segment: Segment, rows: &Rows<'_>) -> Option<()> {
        let (from, to) = (segment.from as usize, segment.to as usize);
        let parent = segment.parent as usize;
        let (yes, operands) = (rows.yes, rows.operands);
        let lanes = || lanes_in(yes, from, to);
        if !bits::any_in(yes, from, to) {
            // What was written for no children stays.
            return Some(());
        }
        match self.kind {
            AggregateKind::Count | AggregateKind::Any | AggregateKind::All => return None,
            AggregateKind::Sum => match (operands.value?, self.ty) {
                (Arg::Lanes(Reg { data: Data::Integer(values), .. }), Ty::Integer) => {
                    let values = values.get();
                    let sum = lanes().fold(0_i128, |sum, lane| sum + i128::from(values[lane]));
                    self.put_integer(parent, i64::try_from(sum).ok()?)?;
                }
                (Arg::Lanes(Reg { data: Data::Scaled(values, scale), .. }), Ty::Decimal) => {
                    let values = values.get();
                    let sum = lanes().fold(0_i128, |sum, lane| sum.wrapping_add(values[lane]));
                    let sum = Decimal::new(sum, *scale)?;
                    self.put_decimal(parent, sum)?;
                }
                (Arg::Lanes(Reg { data: Data::Decimal(values), .. }), Ty::Decimal) => {
                    let mut sum = ExactSum::ZERO;
                    lanes().for_each(|lane| sum.add_decimal(values[lane]));
                    self.put_decimal(parent, sum.to_decimal().ok()?)?;
                }
                _ => return None,
            },
            AggregateKind::Mean => {
                let mut sum = ExactSum::ZERO;
                let count = bits::count(yes, from, to);
                match operands.value? {
                    Arg::Lanes(Reg { data: Data::Integer(values), .. }) => {
                        let values = values.get();
                        lanes().for_each(|lane| sum.add_integer(values[lane]));
                    }
                    Arg::Lanes(Reg { data: Data::Scaled(values, scale), .. }) => {
                        let values = values.get();
                        for lane in lanes() {
                            sum.add_decimal(Decimal::new(values[lane], *scale)?);
                        }
                    }
                    Arg::Lanes(Reg { data: Data::Decimal(values), .. }) => {
                        lanes().for_each(|lane| sum.add_decimal(values[lane]));
                    }
                    _ => return None,
                }
                self.put_decimal(parent, sum.mean(u64::from(count)).ok()?)?;
            }
            AggregateKind::Min | AggregateKind::Max => self.extreme(parent, lanes(), operands.value?)?,
            AggregateKind::Latest | AggregateKind::Earliest => {
                let latest = self.kind == AggregateKind::Latest;
                let best = match operands.order? {
                    Arg::Lanes(Reg { data: Data::Date(keys), .. }) => best(lanes(), keys.get(), latest),
                    Arg::Lanes(Reg {
                        data: Data::Integer(keys) | Data::DateTime(keys) | Data::Time(keys), ..
                    }) => best(lanes(), keys.get(), latest),
                    _ => return None,
                };
                if let Some(lane) = best {
                    self.out.put(parent, self.ty, operands.value?.cell(lane));
                }
            }
            AggregateKind::Distinct => {
                self.scratch.clear();
                match operands.value? {
                    Arg::Lanes(Reg { data: Data::Integer(v) | Data::DateTime(v) | Data::Time(v), .. }) => {
                        let values = v.get();
                        self.scratch.extend(lanes().map(|lane| values[lane]));
                    }
                    Arg::Lanes(Reg { data: Data::Date(values), .. }) => {
                        let values = values.get();
                        self.scratch.extend(lanes().map(|lane| i64::from(values[lane])));
                    }
                    Arg::Lanes(Reg { data: Data::Code(values), .. }) => {
                        let values = values.get();
                        self.scratch.extend(lanes().map(|lane| i64::from(values[lane])));
                    }
                    Arg::Lanes(Reg { data: Data::Text(texts), .. }) => {
                        let mut values: Vec<&str> = lanes().map(|lane| texts.get(lane)).collect();
                        values.sort_unstable();
                        values.dedup();
                        return self.put_integer(parent, i64::try_from(values.len()).ok()?);
                    }
                    _ => return None,
                }
                self.scratch.sort_unstable();
                self.scratch.dedup();
                let count = i64::try_from(self.scratch.len()).ok()?;
                self.put_integer(parent, count)?;
            }
        }
        Some(())
    }

    fn extreme(&mut self, parent: usize, lanes: impl Iterator<Item = usize>, value: Arg<'_>) -> Option<()> {
        let greatest = self.kind == AggregateKind::Max;
        let Arg::Lanes(reg) = value else { return None };
        macro_rules! pick {
            ($values:expr) => {{
                let values = $values;
                let values = lanes.map(|lane| values[lane]);
                if greatest { values.max() } else { values.min() }
            }};
        }
        let cell = match &reg.data {
            Data::Integer(values) => Cell::Integer(pick!(values.get())?),
            Data::Date(values) => Cell::Date(Date::clamped(pick!(values.get())?)),
            Data::DateTime(values) => Cell::DateTime(DateTime::clamped(pick!(values.get())?)),
            Data::Time(values) => Cell::Time(Time::clamped(pick!(values.get())?)),
            Data::Decimal(values) => Cell::Decimal(pick!(values)?),
            Data::Scaled(values, scale) => Cell::Decimal(Decimal::new(pick!(values.get())?, *scale)?),
            Data::Code(values) => {
                let values = values.get();
                let codes = lanes.map(|lane| Code(values[lane]));
                Cell::Code(codes.reduce(|a, b| choose_code(a, b, greatest))?)
            }
            _ => return None,
        };
        self.out.put(parent, self.ty, cell);
        Some(())
    }

    fn put_integer(&mut self, parent: usize, value: i64) -> Option<()> {
        *self.out.integers().get_mut(parent)? = value;
        bits::set(&mut self.out.known, parent);
        Some(())
    }

    fn put_decimal(&mut self, parent: usize, value: Decimal) -> Option<()> {
        *self.out.decimals().get_mut(parent)? = value;
        bits::set(&mut self.out.known, parent);
        Some(())
    }

    /// The children of a segment, one by one.
    fn slow(&mut self, segment: Segment, yes: &[u64; WORDS], maybe: &[u64; WORDS], operands: Operands<'_>) {
        for lane in segment.range() {
            let filter = if bits::get(yes, lane) {
                Filter::Yes
            } else if bits::get(maybe, lane) {
                let absence = operands.filter.and_then(|filter| filter.cell(lane).absence());
                Filter::Maybe(absence.unwrap_or(Absence::UNKNOWN))
            } else {
                Filter::No
            };
            let value = || operands.value.map_or(Cell::UNKNOWN, |value| value.cell(lane));
            let order = || operands.order.map_or(Cell::UNKNOWN, |order| order.cell(lane));
            self.family.take(self.kind, self.node, filter, value, order);
        }
    }
}

/// How many bits are set before each place of a bitmap.
struct Ranks<'a> {
    bits: &'a [u64; WORDS],
    before: [u32; WORDS + 1],
}

impl<'a> Ranks<'a> {
    #[inline(always)]
    fn new(bits: &'a [u64; WORDS]) -> Self {
        let mut before = [0; WORDS + 1];
        let mut total = 0;
        for (before, word) in before[1..].iter_mut().zip(bits) {
            total += word.count_ones();
            *before = total;
        }
        Self { bits, before }
    }

    #[inline(always)]
    fn at(&self, place: u32) -> u32 {
        let (at, bit) = (place as usize / 64, place % 64);
        let word = self.bits.get(at).copied().unwrap_or(0);
        self.before[at] + (word & !(!0 << bit)).count_ones()
    }

    /// How many are set from one place to before another.
    #[inline(always)]
    fn between(&self, from: u32, to: u32) -> u32 {
        self.at(to) - self.at(from)
    }
}

/// Sums of the numbers whose bits are set: before the first, up to the first, and so on.
#[inline(always)]
fn prefix(values: impl ExactSizeIterator<Item = i64>, bits: &[u64; WORDS], out: &mut Vec<i64>) {
    out.clear();
    out.resize(values.len() + 1, 0);
    let mut sum = 0_i64;
    for ((at, value), out) in values.enumerate().zip(&mut out[1..]) {
        let mask = ((bits[at / 64] >> (at % 64)) & 1) as i64;
        sum = sum.wrapping_add(value & mask.wrapping_neg());
        *out = sum;
    }
}

/// The children of a window.
struct Rows<'a> {
    /// Those that are in, and those that may be.
    yes: &'a [u64; WORDS],
    maybe: &'a [u64; WORDS],
    /// Those with which a family is worked out child by child; `None` when there are none.
    odd: Option<&'a [u64; WORDS]>,
    operands: Operands<'a>,
}

/// Whether two operands are the same register.
fn same(a: Arg<'_>, b: Arg<'_>) -> bool {
    match (a, b) {
        (Arg::Lanes(a), Arg::Lanes(b)) => std::ptr::eq(a, b),
        (Arg::One(a), Arg::One(b)) => std::ptr::eq(a, b),
        _ => false,
    }
}

fn known_word(arg: Arg<'_>, at: usize) -> u64 {
    match arg {
        Arg::Lanes(reg) => reg.known[at],
        Arg::One(cell) if cell.absence().is_some() || cell.is_between() => 0,
        Arg::One(_) => !0,
    }
}

/// The set bits of a range of lanes.
#[inline]
fn lanes_in(bits: &[u64; WORDS], from: usize, to: usize) -> impl Iterator<Item = usize> {
    (from..to).step_by(64).flat_map(move |start| {
        let word = bits::window(bits, start, (to - start).min(64));
        bits::ones_of(word).map(move |bit| start + bit)
    })
}

/// The lane with the greatest key, of several the last; or with the least, of several the first.
#[inline]
fn best<T: Ord + Copy>(lanes: impl Iterator<Item = usize>, keys: &[T], latest: bool) -> Option<usize> {
    let mut best: Option<(T, usize)> = None;
    for lane in lanes {
        let key = keys[lane];
        if best.is_none_or(|(before, _)| if latest { key >= before } else { key < before }) {
            best = Some((key, lane));
        }
    }
    best.map(|(_, lane)| lane)
}

/// Whether a child is in.
#[derive(Clone, Copy)]
enum Filter {
    Yes,
    No,
    Maybe(Absence),
}

/// A family, child by child.
#[derive(Default)]
struct Family {
    /// How many children there were before.
    place: u64,
    /// How many are in, and how many may be.
    yes: u64,
    maybe: u64,
    /// The first error, and the first missing value.
    error: Option<Absence>,
    missing: Option<Absence>,
    /// For `any` and `all`: whether a child decided, and what the others were absent for.
    decided: bool,
    absent: Option<Absence>,
    /// For sums: the ends, and which are open; for means the lower.
    sum: Option<Box<Sum>>,
    /// For `min` and `max`: over those that are in, and over those that may be.
    sure: Option<Cell<'static>>,
    perhaps: Option<Cell<'static>>,
    /// Codes that may be in, as far as a set holds them, and whether there were others.
    perhaps_codes: CodeSet,
    many_codes: bool,
    /// For `latest` and `earliest`.
    best: Option<(Cell<'static>, u64, Cell<'static>)>,
    rival: Option<(Cell<'static>, u64)>,
    unplaced: bool,
    /// For `distinct`: values of those in, and of those that may be; and how many of each have none.
    values: [FxHashSet<Value>; 2],
    without: [u64; 2],
}

#[derive(Default)]
struct Sum {
    lo: ExactSum,
    hi: ExactSum,
    open_lo: bool,
    open_hi: bool,
    between: bool,
}

impl Family {
    fn take<'a>(
        &mut self,
        kind: AggregateKind,
        node: NodeId,
        filter: Filter,
        value: impl Fn() -> Cell<'a>,
        order: impl Fn() -> Cell<'a>,
    ) {
        let place = self.place;
        self.place += 1;
        if let AggregateKind::Any | AggregateKind::All = kind {
            match filter {
                Filter::Yes => self.decided |= kind == AggregateKind::Any,
                Filter::No => self.decided |= kind == AggregateKind::All,
                Filter::Maybe(absence) => self.absent = join(self.absent, Some(absence)),
            }
            return;
        }
        let sure = match filter {
            Filter::No => return,
            Filter::Maybe(absence) if absence.is_error() => {
                self.error = self.error.or(Some(absence));
                return;
            }
            Filter::Maybe(_) => false,
            Filter::Yes => true,
        };
        *(if sure { &mut self.yes } else { &mut self.maybe }) += 1;
        match kind {
            AggregateKind::Count | AggregateKind::Any | AggregateKind::All => {}
            AggregateKind::Latest | AggregateKind::Earliest => {
                let latest = kind == AggregateKind::Latest;
                match order() {
                    Cell::Absent(absence) if absence.is_error() => self.error = self.error.or(Some(absence)),
                    Cell::Absent(absence) if sure => self.missing = self.missing.or(Some(absence)),
                    key if key.is_between() && sure => self.missing = self.missing.or(Some(Absence::UNKNOWN)),
                    key if key.absence().is_some() || key.is_between() => self.unplaced = true,
                    key if sure => {
                        let key = key.owned();
                        if self.best.as_ref().is_none_or(|(best, ..)| beats(&key, best, latest, true)) {
                            self.best = Some((key, place, value().owned()));
                        }
                    }
                    key => {
                        let key = key.owned();
                        if self.rival.as_ref().is_none_or(|(best, _)| beats(&key, best, latest, true)) {
                            self.rival = Some((key, place));
                        }
                    }
                }
            }
            _ => {
                let value = value();
                if let Some(absence) = value.absence().filter(|absence| absence.is_error()) {
                    self.error = self.error.or(Some(absence));
                    return;
                }
                self.take_value(kind, node, sure, value);
            }
        }
    }

    /// A value that is not an error, of a child that is in or may be.
    fn take_value(&mut self, kind: AggregateKind, node: NodeId, sure: bool, value: Cell<'_>) {
        match kind {
            AggregateKind::Distinct => {
                let at = usize::from(!sure);
                match to_value(value) {
                    Some(value) => {
                        self.values[at].insert(value);
                    }
                    None => self.without[at] += 1,
                }
            }
            AggregateKind::Mean => match value {
                _ if !sure => {}
                Cell::Absent(absence) => self.missing = self.missing.or(Some(absence)),
                Cell::Integer(value) => self.sum.get_or_insert_default().lo.add_integer(value),
                Cell::Decimal(value) => self.sum.get_or_insert_default().lo.add_decimal(value),
                _ => self.sum.get_or_insert_default().between = true,
            },
            AggregateKind::Sum => {
                if let Some(absence) = value.absence() {
                    self.missing = self.missing.or(Some(absence));
                    return;
                }
                let sum = self.sum.get_or_insert_default();
                if let Some(bounds) = value.integer_bounds() {
                    sum.add(bounds, sure, 0, |sum, value| sum.add_integer(value));
                } else if let Some(bounds) = value.decimal_bounds() {
                    sum.add(bounds, sure, Decimal::ZERO, |sum, value| sum.add_decimal(value));
                }
            }
            _ => {
                if let Some(absence) = value.absence() {
                    self.missing = self.missing.or(Some(absence));
                } else if sure {
                    let greatest = kind == AggregateKind::Max;
                    let value = value.owned();
                    self.sure = Some(match self.sure.take() {
                        Some(best) => better(node, best, value, greatest),
                        None => value,
                    });
                } else {
                    self.perhaps(kind == AggregateKind::Max, node, value.owned());
                }
            }
        }
    }

    /// Of values that may be in, what can matter: of numbers the farthest bound, of codes each once.
    fn perhaps(&mut self, greatest: bool, node: NodeId, value: Cell<'static>) {
        if let Some(codes) = value.code_set() {
            self.perhaps_codes = self.perhaps_codes.union(codes);
            self.many_codes |= is_large(&value);
        }
        self.perhaps = Some(match self.perhaps.take() {
            Some(best) => better(node, best, value, greatest),
            None => value,
        });
    }

    fn finish(self, kind: AggregateKind, node: NodeId, ty: Ty) -> Cell<'static> {
        if let AggregateKind::Any | AggregateKind::All = kind {
            let decisive = kind == AggregateKind::Any;
            return match self.absent {
                _ if self.decided => Cell::Boolean(decisive),
                Some(absence) => Cell::Absent(absence),
                None => Cell::Boolean(!decisive),
            };
        }
        if let Some(absence) = self.error.or(self.missing) {
            return Cell::Absent(absence);
        }
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let error = |fault: Fault| Cell::Absent(Absence::error(fault, node));
        match kind {
            AggregateKind::Count => Cell::integers(Bounds::new(whole(self.yes), whole(self.yes + self.maybe))),
            AggregateKind::Distinct => {
                let [sure, perhaps] = &self.values;
                let all = sure.len() + perhaps.iter().filter(|value| !sure.contains(value)).count();
                let [without, maybe_without] = self.without;
                let least = (sure.len() as u64).max(u64::from(without > 0));
                Cell::integers(Bounds::new(whole(least), whole(all as u64 + without + maybe_without)))
            }
            AggregateKind::Sum => {
                let sum = self.sum.unwrap_or_default();
                match ty {
                    Ty::Decimal => sum.finish(ExactSum::to_decimal).map_or_else(error, |bounds| match bounds {
                        Ok(value) => Cell::Decimal(value),
                        Err(bounds) => Cell::decimals(bounds),
                    }),
                    _ => sum.finish(ExactSum::to_integer).map_or_else(error, |bounds| match bounds {
                        Ok(value) => Cell::Integer(value),
                        Err(bounds) => Cell::integers(bounds),
                    }),
                }
            }
            _ if self.yes + self.maybe == 0 => Cell::Absent(Absence::NOT_APPLICABLE),
            AggregateKind::Mean => {
                let sum = self.sum.unwrap_or_default();
                if self.maybe > 0 || sum.between {
                    return Cell::UNKNOWN;
                }
                sum.lo.mean(self.yes).map_or_else(error, Cell::Decimal)
            }
            AggregateKind::Latest | AggregateKind::Earliest => {
                let latest = kind == AggregateKind::Latest;
                let Some((key, place, value)) = self.best.filter(|_| !self.unplaced) else { return Cell::UNKNOWN };
                let beaten = self.rival.is_some_and(|(rival, at)| beats(&rival, &key, latest, at > place));
                if beaten { Cell::UNKNOWN } else { value }
            }
            _ => self.finish_extreme(kind == AggregateKind::Max, node),
        }
    }

    fn finish_extreme(self, greatest: bool, node: NodeId) -> Cell<'static> {
        let Some(sure) = self.sure else { return Cell::UNKNOWN };
        let Some(rival) = self.perhaps else { return sure };
        if let Some(codes) = sure.code_set()
            && !self.many_codes
            && !is_large(&sure)
        {
            return Cell::either(codes.union(codes.choose(self.perhaps_codes, greatest)));
        }
        let over = better(node, sure.clone(), rival, greatest);
        // The near end is that of what is in; the far end also that of what may be.
        if let (Some(near), Some(far)) = (sure.integer_bounds(), over.integer_bounds()) {
            return Cell::integers(ends(near, far, greatest));
        }
        if let (Some(near), Some(far)) = (sure.decimal_bounds(), over.decimal_bounds()) {
            return Cell::decimals(ends(near, far, greatest));
        }
        if over == sure { sure } else { Cell::UNKNOWN }
    }
}

fn ends<T>(near: Bounds<T>, far: Bounds<T>, greatest: bool) -> Bounds<T> {
    if greatest { Bounds { lo: near.lo, hi: far.hi } } else { Bounds { lo: far.lo, hi: near.hi } }
}

/// Whether a code is one that no set of codes holds.
fn is_large(cell: &Cell<'_>) -> bool {
    matches!(cell, Cell::Code(code) if *code != Code::NONE && code.index() >= CodeSet::CAPACITY)
}

/// Whether a key goes before the best so far; `tie` says whether an equal one comes later in the order of the children.
fn beats(key: &Cell<'_>, best: &Cell<'_>, latest: bool, tie: bool) -> bool {
    let order = match (key, best) {
        (Cell::Date(a), Cell::Date(b)) => a.cmp(b),
        (Cell::DateTime(a), Cell::DateTime(b)) => a.cmp(b),
        (Cell::Time(a), Cell::Time(b)) => a.cmp(b),
        (Cell::Integer(a), Cell::Integer(b)) => a.cmp(b),
        (Cell::Decimal(a), Cell::Decimal(b)) => a.cmp(b),
        (Cell::Code(a), Cell::Code(b)) => a.cmp(b),
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        (Cell::Boolean(a), Cell::Boolean(b)) => a.cmp(b),
        _ => Ordering::Equal,
    };
    match order {
        Ordering::Greater => latest,
        Ordering::Less => !latest,
        Ordering::Equal => latest == tie,
    }
}

impl Sum {
    fn add<T: Number>(&mut self, bounds: Bounds<T>, sure: bool, zero: T, add: impl Fn(&mut ExactSum, T)) {
        let lo = if sure { bounds.lo } else { bounds.lo.map(|lo| lo.min(zero)) };
        let hi = if sure { bounds.hi } else { bounds.hi.map(|hi| hi.max(zero)) };
        // What adds nothing either way leaves the sum exact.
        self.between |= lo.is_none() || lo != hi;
        match lo {
            Some(lo) => add(&mut self.lo, lo),
            None => self.open_lo = true,
        }
        match hi {
            Some(hi) => add(&mut self.hi, hi),
            None => self.open_hi = true,
        }
    }

    /// The sum, or its bounds.
    #[expect(clippy::type_complexity, reason = "an exact sum fails, bounds are left open instead")]
    fn finish<T: Copy>(&self, of: impl Fn(&ExactSum) -> Result<T, Fault>) -> Result<Result<T, Bounds<T>>, Fault> {
        if !self.between {
            return of(&self.lo).map(Ok);
        }
        let lo = if self.open_lo { None } else { of(&self.lo).ok() };
        let hi = if self.open_hi { None } else { of(&self.hi).ok() };
        Ok(Err(Bounds { lo, hi }))
    }
}

/// A known cell as a value that can be looked up in a set. Codes need no list there: all are of one.
fn to_value(cell: Cell<'_>) -> Option<Value> {
    let list = assize_model::ids::ListId(0);
    Some(match cell {
        Cell::Boolean(value) => Value::Boolean(value),
        Cell::Integer(value) => Value::Integer(value),
        Cell::Decimal(value) => Value::Decimal(value),
        Cell::Text(value) => Value::Text(Arc::from(&*value)),
        Cell::Date(value) => Value::Date(value),
        Cell::Time(value) => Value::Time(value),
        Cell::DateTime(value) => Value::DateTime(value),
        Cell::Duration(value) => Value::Duration(value),
        Cell::Code(value) => Value::Code(list, value),
        Cell::Codes(value) => Value::Codes(list, value),
        Cell::Texts(value) => Value::Texts(value),
        Cell::Absent(_) | Cell::Integers(_) | Cell::Decimals(_) | Cell::Either(_) => return None,
    })
}
