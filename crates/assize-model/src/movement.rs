//! Movement of a record up and down the ordered codes of a list, by dated events and by time without events.
//!
//! The record begins at a code. Its events up to the evaluation date are taken oldest first; those of one day in the
//! order in which the declaration names them, so that the order of the data makes no difference. A move that would go
//! past the first or last code ends there. Time is looked at before the events of a day: a move that is due on the day
//! of an event comes first.
//!
//! A move after a time without events counts that time from the last of those events or the last change of code,
//! whichever is later; before there is either, no time passes. `hold` keeps a code for at least so long: moves that come
//! earlier wait, and what they add up to is done when the time is over. Month ends clamp.

use crate::absence::Fault;
use crate::bounds::CodeSet;
use crate::civil::{Date, Duration};
use crate::ids::{Code, NodeId, ScopeId};

/// How many events a progression can name, and how many of its moves can follow a time without events.
pub const MOST_EVENTS: usize = 64;
/// See [`MOST_EVENTS`].
pub const MOST_WAITS: usize = 4;
/// How many histories are followed where it is not known which events count; past that, every code that can be reached
/// is possible.
const MOST_HISTORIES: usize = 64;
/// By how many codes one move goes at most: past the end of any list, and few enough that those that wait add up.
const MOST_STEPS: i64 = 1 << 16;
/// How many moves after a time may follow one another without an event between them.
const MOST_IN_A_ROW: u32 = 100_000;

/// A progression, as an operation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Progress {
    /// The code it begins at.
    pub start: Code,
    /// How many codes the list has.
    pub codes: u16,
    /// The evaluation date.
    pub as_of: NodeId,
    /// How long a code is kept at least; a duration of the run.
    pub hold: Option<NodeId>,
    /// In the order in which the events of one day count.
    pub events: Box<[Event]>,
    /// In the order of the text.
    pub moves: Box<[Move]>,
}

/// Dated children that count as events.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Event {
    /// The scope of the children.
    pub scope: ScopeId,
    /// When; a date of that scope.
    pub date: NodeId,
    /// Which of them count; a condition of that scope.
    pub filter: Option<NodeId>,
}

/// A move.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Move {
    /// Towards the last code.
    pub up: bool,
    /// By how many codes; an integer of the run.
    pub steps: NodeId,
    /// On what.
    pub when: When,
}

/// What makes a move.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum When {
    /// Each event, by its number.
    Each(u16),
    /// A time without events.
    Without {
        /// How long; a duration of the run.
        after: NodeId,
        /// Which events, by their numbers.
        events: Box<[u16]>,
    },
}

impl Progress {
    /// Calls `f` with each operand, in reading order: of each kind of event its condition and its date, then numbers
    /// and durations.
    pub fn operands(&self, mut f: impl FnMut(NodeId)) {
        for event in &self.events {
            event.filter.into_iter().for_each(&mut f);
            f(event.date);
        }
        for each in &self.moves {
            f(each.steps);
            if let When::Without { after, .. } = each.when {
                f(after);
            }
        }
        self.hold.into_iter().for_each(&mut f);
        f(self.as_of);
    }

    /// Every code that its moves can reach.
    pub fn reachable(&self) -> CodeSet {
        let goes = |up: bool| self.moves.iter().any(|each| each.up == up);
        let first = if goes(false) { 0 } else { self.start.0 };
        let last = if goes(true) { self.codes.saturating_sub(1) } else { self.start.0 };
        (first..=last.max(first)).fold(CodeSet::EMPTY, |set, code| set.with(Code(code)))
    }

    /// The numbers and durations that it goes by, from what its operands of the run come to.
    ///
    /// # Errors
    /// Of `get`; of `fault`: [`Fault::Argument`] for moves by fewer than no codes and for times that are not longer
    /// than none, [`Fault::MixedDurations`] for times by the clock.
    pub fn rules<E>(
        &self,
        as_of: Date,
        mut steps: impl FnMut(NodeId) -> Result<i64, E>,
        mut time: impl FnMut(NodeId) -> Result<Duration, E>,
        fault: impl Fn(Fault) -> E,
    ) -> Result<Rules, E> {
        let mut rules = Rules {
            start: i32::from(self.start.0),
            top: i32::from(self.codes) - 1,
            as_of: as_of.days(),
            hold: None,
            each: vec![Vec::new(); self.events.len()],
            delta: vec![0; self.events.len()],
            resets: vec![0; self.events.len()],
            waits: Vec::new(),
            reachable: self.reachable(),
        };
        for (number, one) in self.moves.iter().enumerate() {
            let by = steps(one.steps)?;
            let by = if by < 0 { return Err(fault(Fault::Argument)) } else { by.min(MOST_STEPS) };
            let by = i32::try_from(by).unwrap_or(i32::MAX) * if one.up { 1 } else { -1 };
            match &one.when {
                When::Each(event) => {
                    if let Some(slot) = rules.delta.get_mut(usize::from(*event)) {
                        *slot = slot.saturating_add(by);
                    }
                    if let Some(slot) = rules.each.get_mut(usize::from(*event)) {
                        slot.push(number);
                    }
                }
                When::Without { after, events } => {
                    let wait = rules.waits.len();
                    if wait >= MOST_WAITS {
                        return Err(fault(Fault::Argument));
                    }
                    rules.waits.push(Wait { after: Time::of(time(*after)?).map_err(&fault)?, by, number });
                    for event in events {
                        if let Some(slot) = rules.resets.get_mut(usize::from(*event)) {
                            *slot |= 1 << wait;
                        }
                    }
                }
            }
        }
        if let Some(hold) = self.hold {
            rules.hold = match time(hold)? {
                Duration::Calendar { months: 0, days: 0 } => None,
                hold => Some(Time::of(hold).map_err(&fault)?),
            };
        }
        Ok(rules)
    }
}

/// A progression with its numbers.
#[derive(Debug, Clone)]
pub struct Rules {
    start: i32,
    top: i32,
    as_of: i32,
    hold: Option<Time>,
    /// By event: the moves it makes, what they come to, and a bit for each wait that it begins again.
    each: Vec<Vec<usize>>,
    delta: Vec<i32>,
    resets: Vec<u8>,
    waits: Vec<Wait>,
    reachable: CodeSet,
}

#[derive(Debug, Clone, Copy)]
struct Wait {
    after: Time,
    by: i32,
    /// The move.
    number: usize,
}

/// A calendar duration longer than none.
#[derive(Debug, Clone, Copy)]
struct Time {
    months: i32,
    days: i32,
    /// It takes no fewer days than this, wherever it begins.
    least: i32,
}

/// No day: before all that there are.
const NEVER: i32 = i32::MIN;

impl Time {
    fn of(duration: Duration) -> Result<Self, Fault> {
        match duration {
            Duration::Calendar { months, days } if months >= 0 && days >= 0 && (months > 0 || days > 0) => {
                Ok(Self { months, days, least: months.saturating_mul(28).saturating_add(days) })
            }
            Duration::Calendar { .. } => Err(Fault::Argument),
            Duration::Clock { .. } => Err(Fault::MixedDurations),
        }
    }

    /// The day on which it is over; past all that there are, where there is no such day.
    fn after(self, day: i32) -> i32 {
        let shifted = if self.months == 0 {
            day.checked_add(self.days)
        } else {
            let by = Duration::Calendar { months: self.months, days: self.days };
            Date::from_days(day).and_then(|day| day.shift(by, false, false).ok()).map(Date::days)
        };
        shifted.unwrap_or(i32::MAX)
    }

    /// Whether it is over on a day.
    #[inline]
    fn over(self, from: i32, day: i32) -> bool {
        i64::from(day) - i64::from(from) >= i64::from(self.least) && self.after(from) <= day
    }
}

/// An event that happened or may have, as a number that orders events: by date, then by their order in the
/// declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Happening(u64);

impl Happening {
    /// An event of a kind on a day; `perhaps` when it is not known whether it counts.
    #[inline]
    pub fn new(date: Date, event: u16, perhaps: bool) -> Self {
        Self::on(date.days(), event, perhaps)
    }

    /// As [`Happening::new`], by the number of the day.
    #[inline]
    pub fn on(day: i32, event: u16, perhaps: bool) -> Self {
        let day = u64::from(day.cast_unsigned() ^ 0x8000_0000);
        Self(day << 32 | u64::from(event) << 8 | u64::from(perhaps))
    }

    #[inline]
    const fn day(self) -> i32 {
        ((self.0 >> 32) as u32 ^ 0x8000_0000).cast_signed()
    }

    #[inline]
    const fn event(self) -> usize {
        (self.0 >> 8 & 0xffff) as usize
    }

    #[inline]
    const fn perhaps(self) -> bool {
        self.0 & 1 == 1
    }
}

/// Where a history has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stand {
    level: i32,
    /// When the code last changed.
    changed: i32,
    /// What waits for the end of the hold.
    waiting: i32,
    /// Of each wait, its last event.
    last: [i32; MOST_WAITS],
}

/// One line of a history: what happened, and where it led.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub date: Date,
    /// The code before.
    pub from: Code,
    /// The code after; the same where nothing moved.
    pub to: Code,
    /// Why.
    pub why: Why,
}

/// Why a code changed, or did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// An event, by its number, made a move.
    Event(u16),
    /// An event would have moved it past the end of the list.
    AtEnd(u16),
    /// An event within the time for which the code is held; its move waits until then.
    Held(u16, Date),
    /// The hold was over, and what had waited was done.
    HoldOver,
    /// A time without events had passed: the move of this number.
    Time(u16),
    /// It is not known whether this event counts; the lines that follow leave it out.
    Perhaps(u16),
}

impl Rules {
    /// The day up to which events count.
    pub fn as_of(&self) -> i32 {
        self.as_of
    }

    const fn begin(&self) -> Stand {
        Stand { level: self.start, changed: NEVER, waiting: 0, last: [NEVER; MOST_WAITS] }
    }

    /// The codes that a record can have come to. `happenings` are sorted and not after the evaluation date; `undated`
    /// says that there is an event of which it is not known when it was.
    ///
    /// # Errors
    /// [`Fault::Argument`], when moves after a time go back and forth without end.
    #[inline]
    pub fn fold(&self, happenings: &[Happening], undated: bool) -> Result<CodeSet, Fault> {
        if undated {
            return Ok(self.reachable);
        }
        let mut stand = self.begin();
        for (at, &happening) in happenings.iter().enumerate() {
            if happening.perhaps() {
                return self.fan(stand, happenings.get(at..).unwrap_or(&[]));
            }
            self.advance(&mut stand, happening.day(), &mut |_, _, _, _| {})?;
            self.take(&mut stand, happening);
        }
        self.advance(&mut stand, self.as_of, &mut |_, _, _, _| {})?;
        Ok(CodeSet::of(code(stand.level)))
    }

    /// As [`Rules::fold`], with a history for each way in which it may have gone.
    #[cold]
    fn fan(&self, stand: Stand, happenings: &[Happening]) -> Result<CodeSet, Fault> {
        let mut stands = vec![stand];
        for &happening in happenings {
            for at in 0..stands.len() {
                let Some(stand) = stands.get_mut(at) else { break };
                self.advance(stand, happening.day(), &mut |_, _, _, _| {})?;
                let before = *stand;
                self.take(stand, happening);
                if happening.perhaps() && before != *stand {
                    stands.push(before);
                }
            }
            stands.sort_unstable_by_key(|stand| (stand.level, stand.changed, stand.waiting, stand.last));
            stands.dedup();
            if stands.len() > MOST_HISTORIES {
                return Ok(self.reachable);
            }
        }
        let mut codes = CodeSet::EMPTY;
        for stand in &mut stands {
            self.advance(stand, self.as_of, &mut |_, _, _, _| {})?;
            codes = codes.with(code(stand.level));
        }
        Ok(codes)
    }

    /// The lines of a history, with the number of the happening that each is of. Events of which it is not known
    /// whether they count are noted and left out.
    pub fn history(&self, happenings: &[Happening]) -> Vec<(Line, Option<usize>)> {
        let mut lines = Vec::new();
        let mut stand = self.begin();
        for (at, &happening) in happenings.iter().enumerate() {
            let mut note = |day: i32, from: i32, to: i32, why: Why| lines.push((line(day, from, to, why), None));
            if self.advance(&mut stand, happening.day(), &mut note).is_err() {
                return lines;
            }
            let event = u16::try_from(happening.event()).unwrap_or(u16::MAX);
            let before = stand;
            if happening.perhaps() {
                lines.push((line(happening.day(), before.level, before.level, Why::Perhaps(event)), Some(at)));
                continue;
            }
            self.take(&mut stand, happening);
            if self.delta.get(happening.event()).is_none_or(|&delta| delta == 0) {
                continue;
            }
            let why = if stand.waiting != before.waiting {
                let until = self.hold.map_or(happening.day(), |hold| hold.after(before.changed));
                Why::Held(event, Date::clamped(until))
            } else if stand.level == before.level {
                Why::AtEnd(event)
            } else {
                Why::Event(event)
            };
            lines.push((line(happening.day(), before.level, stand.level, why), Some(at)));
        }
        let mut note = |day: i32, from: i32, to: i32, why: Why| lines.push((line(day, from, to, why), None));
        // A fault is the result's own.
        let _ = self.advance(&mut stand, self.as_of, &mut note);
        lines
    }

    /// The moves that an event makes, by their numbers.
    pub fn moves_of(&self, event: u16) -> &[usize] {
        self.each.get(usize::from(event)).map_or(&[], Vec::as_slice)
    }

    /// Lets time pass up to a day, that day included.
    #[inline]
    fn advance(&self, stand: &mut Stand, day: i32, note: &mut impl FnMut(i32, i32, i32, Why)) -> Result<(), Fault> {
        if stand.waiting == 0 && !self.is_due(stand, day) {
            return Ok(());
        }
        self.pass(stand, day, note)
    }

    /// Whether any wait may be over by a day.
    #[inline]
    fn is_due(&self, stand: &Stand, day: i32) -> bool {
        self.waits.iter().zip(&stand.last).any(|(wait, &last)| {
            let base = last.max(stand.changed);
            base != NEVER && day.saturating_sub(base) >= wait.after.least
        })
    }

    fn pass(&self, stand: &mut Stand, day: i32, note: &mut impl FnMut(i32, i32, i32, Why)) -> Result<(), Fault> {
        for _ in 0..MOST_IN_A_ROW {
            let held = match self.hold {
                Some(hold) if stand.changed != NEVER => hold.after(stand.changed),
                _ => NEVER,
            };
            // What is due first; what waited goes before what is due on the day on which the hold is over.
            let mut next = (stand.waiting != 0).then_some((held, stand.waiting, Why::HoldOver));
            for (wait, &last) in self.waits.iter().zip(&stand.last) {
                let base = last.max(stand.changed);
                if base == NEVER || self.moved(stand.level, wait.by) == stand.level {
                    continue;
                }
                let due = wait.after.after(base).max(held);
                if next.is_none_or(|(before, ..)| due < before) {
                    next = Some((due, wait.by, Why::Time(u16::try_from(wait.number).unwrap_or(u16::MAX))));
                }
            }
            let Some((due, by, why)) = next.filter(|&(due, ..)| due <= day) else { return Ok(()) };
            stand.waiting = 0;
            let level = self.moved(stand.level, by);
            note(due, stand.level, level, why);
            if level != stand.level {
                stand.level = level;
                stand.changed = due;
            }
        }
        Err(Fault::Argument)
    }

    /// Takes an event in, once time has passed up to it.
    #[inline]
    fn take(&self, stand: &mut Stand, happening: Happening) {
        let event = happening.event();
        let (Some(&delta), Some(&resets)) = (self.delta.get(event), self.resets.get(event)) else { return };
        let day = happening.day();
        if resets != 0 {
            for (wait, last) in stand.last.iter_mut().enumerate() {
                if resets >> wait & 1 == 1 {
                    *last = day;
                }
            }
        }
        if delta == 0 {
            return;
        }
        if let Some(hold) = self.hold
            && stand.changed != NEVER
            && !hold.over(stand.changed, day)
        {
            stand.waiting = stand.waiting.saturating_add(delta);
            return;
        }
        let level = self.moved(stand.level, delta);
        if level != stand.level {
            stand.level = level;
            stand.changed = day;
        }
    }

    #[inline]
    fn moved(&self, level: i32, by: i32) -> i32 {
        level.saturating_add(by).clamp(0, self.top.max(0))
    }
}

fn code(level: i32) -> Code {
    Code(u16::try_from(level).unwrap_or(0))
}

fn line(day: i32, from: i32, to: i32, why: Why) -> Line {
    Line { date: Date::clamped(day), from: code(from), to: code(to), why }
}

#[cfg(test)]
mod tests;
