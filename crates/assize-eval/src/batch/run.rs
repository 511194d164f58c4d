//! Running a plan over batches.

use super::bits::{self, CHUNK, WORDS};
use super::cell::Cell;
use super::kernel::Arg;
use super::machine::{Constants, Machine, Memory, constants};
use super::missing::Search;
use super::output::{CategoryColumns, Writers};
use super::plan::{Detail, Plan};
use super::reg::Reg;
use super::table::{BatchError, Frame, Inputs, sources};
use assize_model::absence::Absence;
use assize_model::ids::ParamId;
use assize_model::lane::{Chunk, Lane, LaneAbsent, LaneSpread, LaneValues};
use assize_model::program::Program;
use assize_model::ty::Ty;
use assize_model::value::Value;

/// A plan with its inputs, ready for any number of batches. It keeps its memory from one batch to the next; for
/// several threads make one each, or clone it.
#[derive(Debug, Clone)]
pub struct Run<'p> {
    program: &'p Program,
    plan: &'p Plan,
    constants: Constants,
    /// By expression asked for: its value, when it is the same in every row.
    same: Vec<Option<Same>>,
    /// By category asked for.
    writers: Vec<Writers>,
    memory: Memory,
    search: Search,
    /// Columns of an earlier batch whose memory can be used again, the first category's last.
    spare: Vec<CategoryColumns>,
}

/// What is the same in every row, as it is handed out.
#[derive(Debug, Clone)]
struct Same {
    value: Option<Value>,
    absence: Absence,
}

impl<'p> Run<'p> {
    /// A run of a plan.
    ///
    /// # Errors
    ///
    /// [`BatchError::OtherProgram`] when the plan was made for another program; [`BatchError::Parameter`].
    pub fn new(program: &'p Program, plan: &'p Plan, inputs: &Inputs) -> Result<Self, BatchError> {
        if plan.arena != program.nodes.len() {
            return Err(BatchError::OtherProgram);
        }
        for (at, param) in program.params.iter().enumerate() {
            if inputs.params.get(at).map(Value::ty) != Some(param.ty) {
                return Err(BatchError::Parameter(ParamId::from_index(at)));
            }
        }
        let constants = constants(program, plan, inputs.as_of, &inputs.params);
        let same = plan.lanes.iter().map(|&slot| {
            let cell = constants.cells.get(slot as usize)?.as_ref()?;
            let ty = plan.steps.get(slot as usize)?.ty;
            Some(Same { value: to_value(cell, ty), absence: cell.absence().unwrap_or(Absence::UNKNOWN) })
        });
        let same = same.collect();
        let writers = plan.categories.iter().map(|category| {
            let decision = plan.decisions.get(category.decision as usize).ok_or(BatchError::OtherProgram)?;
            Ok(Writers::new(decision, category.detail))
        });
        let writers = writers.collect::<Result<_, _>>()?;
        Ok(Self {
            program,
            plan,
            constants,
            same,
            writers,
            memory: Memory::default(),
            search: Search::default(),
            spare: Vec::new(),
        })
    }

    /// The plan.
    pub fn plan(&self) -> &'p Plan {
        self.plan
    }

    /// Takes back the columns of an earlier batch, whose memory the next batch then uses. Columns of another run, or
    /// none, do no harm: the next batch takes new memory.
    pub fn reuse(&mut self, columns: Vec<CategoryColumns>) {
        self.spare = columns;
        self.spare.reverse();
    }

    /// Works out a batch: the categories asked for, as columns.
    ///
    /// # Errors
    ///
    /// [`BatchError`], when the tables are not what the program reads.
    pub fn batch(&mut self, frame: &Frame<'_>) -> Result<Vec<CategoryColumns>, BatchError> {
        self.batch_with(frame, &mut |_| {})
    }

    /// Works out a batch, and hands out each chunk of its rows, in order, with the expressions and categories that were
    /// asked for.
    ///
    /// # Errors
    ///
    /// As [`Run::batch`].
    pub fn batch_with(
        &mut self,
        frame: &Frame<'_>,
        sink: &mut dyn FnMut(&Chunk<'_>),
    ) -> Result<Vec<CategoryColumns>, BatchError> {
        let plan = self.plan;
        let sources = sources(self.program, plan, frame)?;
        let mut machine = Machine::new(self.program, plan, &self.constants, sources, &mut self.memory);
        let rows = frame.rows.len();
        let mut columns: Vec<CategoryColumns> = Vec::with_capacity(plan.categories.len());
        for (at, category) in plan.categories.iter().enumerate() {
            if let Some(decision) = plan.decisions.get(category.decision as usize) {
                let old = self.spare.pop().and_then(|old| old.again(category, decision));
                columns.push(old.unwrap_or_else(|| CategoryColumns::new(plan, at, category, decision, rows)));
            }
        }
        let mut done = 0;
        while done < rows {
            let len = (rows - done).min(CHUNK);
            machine.chunk(frame.rows.start + done, len);
            for ((category, columns), writers) in plan.categories.iter().zip(&mut columns).zip(&self.writers) {
                machine.walk(category.decision);
                let Some(decision) = plan.decisions.get(category.decision as usize) else { continue };
                if let Some(walk) = machine.memory.walks.get(category.decision as usize) {
                    columns.push(decision, walk, len);
                }
                if category.detail == Detail::Reasons {
                    let because = because(&machine, category.decision, len);
                    let missing = self.search.category(&mut machine, category.decision, &category.ids);
                    if let Some(walk) = machine.memory.walks.get(category.decision as usize) {
                        columns.push_reasons(writers, len, &because, &walk.possible_rows(decision), &missing)?;
                    }
                }
            }
            for &slot in &plan.lanes {
                machine.demand(slot);
            }
            hand_out(&machine, &self.same, &columns, done, len, sink);
            done += len;
        }
        // The tables are not kept alive until the next batch.
        self.memory.regs.iter_mut().for_each(Reg::release);
        Ok(columns)
    }
}

/// The criteria, each with the rows of whose chosen case it is a true one, or of whose conflict.
fn because(machine: &Machine<'_>, decision: u32, len: usize) -> Vec<(u16, [u64; WORDS])> {
    let Some(planned) = machine.plan.decisions.get(decision as usize) else { return Vec::new() };
    let Some(walk) = machine.memory.walks.get(decision as usize) else { return Vec::new() };
    if planned.table.is_some() {
        return super::rows::because(walk);
    }
    let mut because = Vec::with_capacity(planned.criteria.len());
    for (case, of) in planned.cases.iter().enumerate() {
        let hits: [u64; WORDS] =
            std::array::from_fn(
                |at| if at < bits::words(len) { walk.hits(case, at) | walk.conflicts(case, at) } else { 0 },
            );
        // A criterion of a case that no row has may not have been worked out.
        let any = bits::any(&hits);
        for criterion in of.from..of.to {
            let mut rows = hits;
            match planned.criteria.get(criterion as usize).filter(|_| any).map(|&slot| machine.arg(slot)) {
                Some(Arg::Lanes(reg)) => rows.iter_mut().zip(reg.yes()).for_each(|(rows, yes)| *rows &= yes),
                Some(Arg::One(Cell::Boolean(true))) => {}
                Some(Arg::One(_)) | None => rows = [0; WORDS],
            }
            because.push((u16::try_from(criterion).unwrap_or(u16::MAX), rows));
        }
    }
    because
}

fn hand_out(
    machine: &Machine<'_>,
    same: &[Option<Same>],
    columns: &[CategoryColumns],
    done: usize,
    len: usize,
    sink: &mut dyn FnMut(&Chunk<'_>),
) {
    let plan = machine.plan;
    let (mut full, mut bad) = ([0; WORDS], [0; WORDS]);
    bits::fill(&mut full, len);
    for row in machine.bad() {
        bits::set(&mut bad, row);
    }
    let words = bits::words(len);
    let none = [0; WORDS];
    let (full, none) = (full.get(..words).unwrap_or(&[]), none.get(..words).unwrap_or(&[]));
    let lanes: Vec<Lane<'_>> = plan
        .lanes
        .iter()
        .zip(same)
        .map(|(&slot, same)| match same {
            Some(same) => Lane {
                known: if same.value.is_some() { full } else { none },
                values: LaneValues::Same(same.value.as_ref()),
                absent: LaneAbsent::Same(same.absence),
                spread: LaneSpread::None,
            },
            None => machine.memory.regs.get(slot as usize).map_or(
                Lane {
                    known: none,
                    values: LaneValues::Same(None),
                    absent: LaneAbsent::Same(Absence::UNKNOWN),
                    spread: LaneSpread::None,
                },
                |reg: &Reg| reg.lane(len),
            ),
        })
        .collect();
    let outcomes: Vec<_> = columns.iter().map(|columns| columns.lane(done, len)).collect();
    let from = match machine.window(0).rows {
        super::load::Rows::Run(from) => from,
        super::load::Rows::List(_) => done,
    };
    sink(&Chunk { from, rows: len, bad: bad.get(..words).unwrap_or(&[]), lanes: &lanes, outcomes: &outcomes });
}

/// A known cell of the run as a value.
fn to_value(cell: &Cell<'static>, ty: Ty) -> Option<Value> {
    Some(match (cell, ty) {
        (Cell::Boolean(value), _) => Value::Boolean(*value),
        (Cell::Integer(value), _) => Value::Integer(*value),
        (Cell::Decimal(value), _) => Value::Decimal(*value),
        (Cell::Text(value), _) => Value::Text(value.as_ref().into()),
        (Cell::Date(value), _) => Value::Date(*value),
        (Cell::Time(value), _) => Value::Time(*value),
        (Cell::DateTime(value), _) => Value::DateTime(*value),
        (Cell::Duration(value), _) => Value::Duration(*value),
        (Cell::Code(value), Ty::Code(list)) => Value::Code(list, *value),
        (Cell::Codes(value), Ty::Codes(list)) => Value::Codes(list, value.clone()),
        (Cell::Texts(value), _) => Value::Texts(value.clone()),
        _ => return None,
    })
}
