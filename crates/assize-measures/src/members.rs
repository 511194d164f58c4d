//! Who is in a number: the stage in which each record ended, and its breakdown.

use crate::axis::Axis;
use crate::ladder::{Ladder, transpose};
use crate::plan::{MeasurePlan, Source, WrongChunk};
use crate::stage::{Stage, stage_of_class};
use crate::table::PeriodOfRow;
use crate::value::BreakdownValue;
use assize_model::absence::Absence;
use assize_model::civil::Date;
use assize_model::ids::Code;
use assize_model::lane::{Chunk, LaneValue};
use assize_model::program::{Program, State};
use std::sync::Arc;

impl MeasurePlan {
    /// The stage in which each record of a chunk ended.
    ///
    /// # Errors
    ///
    /// [`WrongChunk`], when the chunk is not of what the plan asked for.
    pub fn stages(&self, chunk: &Chunk<'_>, out: &mut Vec<Stage>) -> Result<(), WrongChunk> {
        self.check(chunk)?;
        out.clear();
        let ladder = Ladder::new(self, chunk);
        for at in 0..ladder.words() {
            let mut planes = [0; 8];
            for (to, from) in planes.iter_mut().zip(ladder.word(at).planes) {
                *to = from;
            }
            let rows = chunk.rows.saturating_sub(at * 64).min(64);
            out.extend(transpose(&planes).into_iter().take(rows).map(stage_of_class));
        }
        Ok(())
    }

    /// The breakdown of one record of a chunk: a value for each of the measure's `by`, and its period.
    pub fn breakdown(
        &self,
        program: &Program,
        chunk: &Chunk<'_>,
        row: usize,
    ) -> (Vec<BreakdownValue>, Option<PeriodOfRow>) {
        let by = self.strata().start;
        let values =
            self.axes.iter().take(by).map(|(source, axis)| breakdown_value(*source, axis, chunk, row)).collect();
        let period = self.axes.get(self.strata().end).map(|(source, _)| match day(*source, chunk, row) {
            Ok(date) => {
                program.measure(self.id).and_then(|measure| measure.every).map_or(PeriodOfRow::Error, |(period, _)| {
                    let index = period.index(date);
                    let (from, to) = period.span(index);
                    PeriodOfRow::Span { from, to, label: period.label(index) }
                })
            }
            Err(absence) => absence.reason().map_or(PeriodOfRow::Error, PeriodOfRow::Missing),
        });
        (values, period)
    }
}

fn day(source: Source, chunk: &Chunk<'_>, row: usize) -> Result<Date, Absence> {
    let Source::Lane(at) = source else { return Err(Absence::UNKNOWN) };
    let lane = chunk.lanes.get(at).ok_or(Absence::UNKNOWN)?;
    match lane.value(row)? {
        LaneValue::Date(date) => Ok(date),
        _ => Err(Absence::UNKNOWN),
    }
}

fn absent(absence: Absence) -> BreakdownValue {
    absence.reason().map_or(BreakdownValue::Error, BreakdownValue::Missing)
}

fn breakdown_value(source: Source, axis: &Axis, chunk: &Chunk<'_>, row: usize) -> BreakdownValue {
    let code = |code: Code| match axis {
        Axis::Codes { list, count } if u32::from(code.0) < *count => BreakdownValue::Code(*list, code),
        _ if code == Code::NONE => BreakdownValue::NoCode,
        _ => BreakdownValue::Error,
    };
    match source {
        Source::Decided(at)
            if chunk.outcomes.get(at).is_some_and(|outcome| outcome.state(row) == State::Provisional) =>
        {
            absent(Absence::UNKNOWN)
        }
        Source::Outcome(at) | Source::Decided(at) => {
            let Some(outcome) = chunk.outcomes.get(at) else { return BreakdownValue::Error };
            match outcome.state(row) {
                State::Decided | State::Provisional => code(outcome.code(row)),
                State::Undetermined => absent(Absence::UNKNOWN),
                State::NotApplicable => absent(Absence::NOT_APPLICABLE),
                State::Error => BreakdownValue::Error,
            }
        }
        Source::Lane(at) => {
            let Some(lane) = chunk.lanes.get(at) else { return BreakdownValue::Error };
            match lane.value(row) {
                Ok(LaneValue::Boolean(value)) => BreakdownValue::Boolean(value),
                Ok(LaneValue::Integer(value)) => BreakdownValue::Integer(value),
                Ok(LaneValue::Decimal(value)) => BreakdownValue::Decimal(value),
                Ok(LaneValue::Text(text)) => BreakdownValue::Text(Arc::from(text)),
                Ok(LaneValue::Date(date)) => BreakdownValue::Date(date),
                Ok(LaneValue::Time(time)) => BreakdownValue::Time(time),
                Ok(LaneValue::DateTime(at)) => BreakdownValue::DateTime(at),
                Ok(LaneValue::Code(value)) => code(value),
                Ok(LaneValue::Duration(_) | LaneValue::Set(_)) => BreakdownValue::Error,
                Err(absence) => absent(absence),
            }
        }
    }
}
