//! Movement by events: of each family the events that count, in their order, folded to the codes they lead to.

#![expect(clippy::indexing_slicing, reason = "registers hold the lanes of a window, and segments lie within it")]

use super::bits::{self, WORDS};
use super::cell::Cell;
use super::kernel::Arg;
use super::machine::Machine;
use super::plan::{PlanEvent, PlanProgress};
use super::reg::Data;
use super::window::{Feeder, Segment, Window};
use assize_model::absence::{Absence, Fault};
use assize_model::ids::NodeId;
use assize_model::movement::{Happening, Progress, Rules};
use assize_model::node::Op;

/// The events of a chunk of parents.
struct Found {
    happenings: Vec<Happening>,
    /// Of each parent, where its events are among them, one run a pass.
    runs: Vec<(u32, u32, u32)>,
    /// Parents with an event of which it is not known when it was.
    undated: [u64; WORDS],
    /// By parent and kind of event, the first error.
    errors: Vec<(u32, u16, Absence)>,
}

impl Machine<'_> {
    /// Works out a progression for the window of its scope.
    pub(super) fn progress(&mut self, index: u32) {
        let plan = self.plan;
        let planned = &plan.progressions[index as usize];
        let step = &plan.steps[planned.slot as usize];
        let parents = self.window(step.scope).len;
        let mut out = std::mem::take(&mut self.memory.regs[planned.slot as usize]);
        out.reset();
        out.writable(step.ty);
        let op = self.program.node(step.node).map(|node| &node.op);
        if let Some(Op::Progress(progress)) = op {
            match self.rules(step.node, progress) {
                Ok(rules) => {
                    let found = self.find(planned, step.scope, &rules);
                    let mut put = |parent: usize, cell: Cell<'static>| out.put(parent, step.ty, cell);
                    settle(&rules, step.node, parents, found, &mut put);
                }
                Err(absence) => {
                    for parent in 0..parents {
                        out.put_absence(parent, absence);
                    }
                }
            }
        }
        self.memory.regs[planned.slot as usize] = out;
    }

    /// The numbers that a progression goes by.
    fn rules(&self, id: NodeId, progress: &Progress) -> Result<Rules, Absence> {
        let wrong = |fault: Fault| Absence::error(fault, id);
        let cell = |node: NodeId| self.plan.slot(node).map_or(Cell::UNKNOWN, |slot| self.arg(slot).cell(0));
        let absent = |cell: Cell<'_>| cell.absence().unwrap_or(wrong(Fault::Argument));
        let as_of = match cell(progress.as_of) {
            Cell::Date(date) => date,
            other => return Err(absent(other)),
        };
        let steps = |node: NodeId| match cell(node) {
            Cell::Integer(steps) => Ok(steps),
            other => Err(absent(other)),
        };
        let time = |node: NodeId| match cell(node) {
            Cell::Duration(time) => Ok(time),
            other => Err(absent(other)),
        };
        progress.rules(as_of, steps, time, wrong)
    }

    /// Goes over the children for the events of each parent.
    fn find(&mut self, planned: &PlanProgress, scope: u32, rules: &Rules) -> Found {
        let mut found = Found { happenings: Vec::new(), runs: Vec::new(), undated: [0; WORDS], errors: Vec::new() };
        for (child, events) in &planned.passes {
            let Some(link) = self.sources[*child as usize].link else { continue };
            let mut feeder = Feeder::new(None, self.window(scope), link);
            while self.next_window(*child, scope, &mut feeder) {
                for event in events {
                    for slot in event.filter.into_iter().chain([event.date]) {
                        self.demand(slot);
                    }
                }
                let window = self.window(*child);
                let kinds: Vec<Kind<'_>> = events.iter().map(|event| self.kind(event, window)).collect();
                for &segment in &window.segments {
                    found.take(segment, &kinds, rules.as_of());
                }
            }
        }
        found
    }

    /// One kind of event in a window of children.
    fn kind(&self, event: &PlanEvent, window: &Window) -> Kind<'_> {
        let filter = event.filter.map(|filter| self.arg(filter));
        let date = self.arg(event.date);
        let mut kind =
            Kind { number: event.number, filter, date, days: None, yes: [0; WORDS], odd: [0; WORDS], all: true };
        if let Arg::Lanes(reg) = date
            && let Data::Date(days) = &reg.data
        {
            kind.days = Some(days.get());
        }
        for at in 0..bits::words(window.len) {
            let full = bits::full(window.len, at);
            let (yes, known) = match filter {
                None | Some(Arg::One(Cell::Boolean(true))) => (full, full),
                Some(Arg::One(Cell::Boolean(false))) => (0, full),
                Some(Arg::One(_)) => (0, 0),
                Some(Arg::Lanes(reg)) => (reg.yes()[at], reg.known[at]),
            };
            let dated = match date {
                Arg::Lanes(reg) if kind.days.is_some() => reg.known[at],
                _ => 0,
            };
            kind.yes[at] = yes & dated;
            kind.odd[at] = full & (!known | yes & !dated);
            kind.all &= kind.yes[at] == full;
        }
        kind
    }
}

/// One kind of event in a window of children.
struct Kind<'a> {
    number: u16,
    filter: Option<Arg<'a>>,
    date: Arg<'a>,
    /// The days of the dates.
    days: Option<&'a [i32]>,
    /// Children that count and have a date, and those of which one or the other is not known.
    yes: [u64; WORDS],
    odd: [u64; WORDS],
    /// Whether every child counts and has a date.
    all: bool,
}

impl Found {
    /// Takes in the children of a parent.
    #[inline]
    fn take(&mut self, segment: Segment, kinds: &[Kind<'_>], as_of: i32) {
        let start = self.happenings.len();
        let (from, to) = (segment.from as usize, segment.to as usize);
        for kind in kinds {
            let Some(days) = kind.days else {
                self.odd(segment, kind, as_of);
                continue;
            };
            if kind.all {
                for &day in &days[from..to] {
                    if day <= as_of {
                        self.happenings.push(Happening::on(day, kind.number, false));
                    }
                }
                continue;
            }
            let mut at = from;
            while at < to {
                let len = (to - at).min(64);
                for bit in bits::ones_of(bits::window(&kind.yes, at, len)) {
                    let day = days[at + bit];
                    if day <= as_of {
                        self.happenings.push(Happening::on(day, kind.number, false));
                    }
                }
                at += len;
            }
            if bits::any_in(&kind.odd, from, to) {
                self.odd(segment, kind, as_of);
            }
        }
        let (start, end) = (start as u32, self.happenings.len() as u32);
        match self.runs.last_mut() {
            // A family that goes over several windows, or nothing that counts between two of its events.
            Some((parent, _, last)) if *parent == segment.parent && *last == start => *last = end,
            _ if start == end => {}
            _ => self.runs.push((segment.parent, start, end)),
        }
    }

    /// Children of which it is not known whether they count, or when they were.
    #[cold]
    fn odd(&mut self, segment: Segment, kind: &Kind<'_>, as_of: i32) {
        for lane in segment.range() {
            if !bits::get(&kind.odd, lane) {
                continue;
            }
            let perhaps = match kind.filter.map(|filter| filter.cell(lane)) {
                None | Some(Cell::Boolean(true)) => false,
                Some(Cell::Boolean(false)) => continue,
                Some(Cell::Absent(absence)) if absence.is_error() => {
                    self.errors.push((segment.parent, kind.number, absence));
                    continue;
                }
                Some(_) => true,
            };
            match kind.date.cell(lane) {
                Cell::Date(date) if date.days() > as_of => {}
                Cell::Date(date) => self.happenings.push(Happening::new(date, kind.number, perhaps)),
                Cell::Absent(absence) if absence.is_error() => self.errors.push((segment.parent, kind.number, absence)),
                _ => bits::set(&mut self.undated, segment.parent as usize),
            }
        }
    }
}

/// Folds the events of every parent.
fn settle(rules: &Rules, id: NodeId, parents: usize, mut found: Found, put: &mut impl FnMut(usize, Cell<'static>)) {
    // Runs of one pass are in the order of the parents; those of several are brought together.
    let several = found.runs.windows(2).any(|pair| pair[0].0 >= pair[1].0);
    if several {
        found.runs.sort_by_key(|&(parent, ..)| parent);
    }
    let mut scratch: Vec<Happening> = Vec::new();
    let mut at = 0;
    for parent in 0..parents {
        let first = at;
        while found.runs.get(at).is_some_and(|&(of, ..)| of as usize == parent) {
            at += 1;
        }
        let happenings: &mut [Happening] = match &found.runs[first..at] {
            [] => &mut [],
            [(_, from, to)] => &mut found.happenings[*from as usize..*to as usize],
            runs => {
                scratch.clear();
                for &(_, from, to) in runs {
                    scratch.extend_from_slice(&found.happenings[from as usize..to as usize]);
                }
                &mut scratch
            }
        };
        if !happenings.is_sorted() {
            happenings.sort_unstable();
        }
        put(
            parent,
            match rules.fold(happenings, bits::get(&found.undated, parent)) {
                Ok(codes) => Cell::either(codes),
                Err(fault) => Cell::Absent(Absence::error(fault, id)),
            },
        );
    }
    // Of several errors the one of the first kind, and of one kind the first child's.
    found.errors.sort_by_key(|&(parent, number, _)| (parent, number));
    found.errors.dedup_by_key(|&mut (parent, ..)| parent);
    for (parent, _, absence) in found.errors {
        put(parent as usize, Cell::Absent(absence));
    }
}
