//! Movement by the events among a record's children: which events there are, and where they have led.

use super::cell::Cell;
use super::force::{Env, Memo};
use assize_model::absence::{Absence, Fault};
use assize_model::ids::NodeId;
use assize_model::movement::{Happening, Progress, Rules};

/// The events of a record, in the order in which they count.
#[derive(Debug, Default)]
pub struct Events {
    /// With the number of the child among those of its record.
    pub happenings: Vec<(Happening, usize)>,
    /// Those that may count and have no date: of which kind, and which child.
    pub undated: Vec<(u16, usize)>,
}

/// The numbers that a progression goes by.
pub fn rules(memo: &Memo, env: &Env<'_>, id: NodeId, progress: &Progress) -> Result<Rules, Absence> {
    let wrong = |fault: Fault| Absence::error(fault, id);
    let cell = |node: NodeId| memo.get(env, node, 0);
    let absent = |cell: Cell| cell.absence().unwrap_or(wrong(Fault::Argument));
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

/// The events of a row, whose dates and conditions have been worked out.
pub fn events(memo: &Memo, env: &Env<'_>, progress: &Progress, rules: &Rules, row: u32) -> Result<Events, Absence> {
    let mut events = Events::default();
    for (event, kind) in (0_u16..).zip(&progress.events) {
        for (number, child) in env.children(kind.scope, row).enumerate() {
            let perhaps = match kind.filter.map_or(Cell::YES, |filter| memo.get(env, filter, child)) {
                Cell::Boolean(true) => false,
                Cell::Absent(absence) if absence.is_error() => return Err(absence),
                Cell::Absent(_) => true,
                _ => continue,
            };
            match memo.get(env, kind.date, child) {
                Cell::Date(date) if date.days() > rules.as_of() => {}
                Cell::Date(date) => events.happenings.push((Happening::new(date, event, perhaps), number)),
                Cell::Absent(absence) if absence.is_error() => return Err(absence),
                _ => events.undated.push((event, number)),
            }
        }
    }
    events.happenings.sort_by_key(|&(happening, _)| happening);
    Ok(events)
}

/// What a progression comes to on a row.
pub fn progress(memo: &Memo, env: &Env<'_>, id: NodeId, progress: &Progress, row: u32) -> Cell {
    let codes = || -> Result<_, Absence> {
        let rules = rules(memo, env, id, progress)?;
        let events = events(memo, env, progress, &rules, row)?;
        let happenings: Vec<Happening> = events.happenings.iter().map(|&(happening, _)| happening).collect();
        rules.fold(&happenings, !events.undated.is_empty()).map_err(|fault| Absence::error(fault, id))
    };
    match codes() {
        Ok(codes) => Cell::codes(codes),
        Err(absence) => Cell::Absent(absence),
    }
}
