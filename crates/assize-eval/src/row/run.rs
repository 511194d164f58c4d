//! The machine: registers, and the loop that runs a plan's instructions over them.

#![expect(
    clippy::indexing_slicing,
    reason = "registers, lists, units, aggregates and decisions are numbered by the plan, which sizes these lists; \
              checked reads would put a branch into every instruction"
)]

use super::aggregate::{Counted, Flow, Gather};
use super::cell::Cell;
use super::decide::{Step, Walk};
use super::force::{Env, Memo};
use super::ops;
use super::plan::{Arithmetic, Instr, NOTHING, Plan, Register};
use super::rows::Rows;
use super::store::{Mark, Store};
use super::sweep::sweep;
use super::table;
use crate::index::Index;
use assize_model::absence::{Absence, Fault};
use assize_model::civil::Date;
use assize_model::grid::Place;
use assize_model::ids::{DecisionId, NodeId, ScopeId};
use assize_model::node::{Op, RUN};
use assize_model::program::Program;

/// Everything that changes while records are evaluated.
#[derive(Debug, Clone)]
pub struct Machine {
    pub registers: Vec<Cell>,
    pub work: Work,
}

/// What a machine works with beside its registers, which stand apart so that the loop can hold on to them.
#[derive(Debug, Clone)]
pub struct Work {
    pub store: Store,
    pub rows: Vec<Rows>,
    pub walks: Vec<Walk>,
    gathers: Vec<Gather>,
    /// Of each gather, the child it is at, and whether that child counts.
    at: Vec<(u32, Counted)>,
    /// Of each scope, the row that its registers hold, and a number that no other row has had.
    current: Vec<(u32, u64)>,
    /// Of each unit, the number of the row it last ran for.
    ran: Vec<u64>,
    clock: u64,
    /// The number of the record.
    pub epoch: u64,
    returns: Vec<u32>,
    pub memo: Memo,
    /// What the operands of the present table come to.
    places: Vec<Place>,
    /// The rows of the present table that may match, with their values.
    left: Vec<(Cell, NodeId)>,
    /// Whether the record's own data have a fault.
    pub bad: bool,
}

impl Machine {
    /// A machine for a plan, with nothing in it.
    pub fn new(plan: &Plan) -> Self {
        let work = Work {
            store: Store::default(),
            rows: vec![Rows::default(); plan.scopes.len()],
            walks: vec![Walk::default(); plan.decisions.len()],
            gathers: plan.aggregates.iter().map(|plan| Gather::new(plan.kind, plan.ty, plan.node)).collect(),
            at: vec![(NOTHING, Counted::No); plan.aggregates.len()],
            current: vec![(NOTHING, 0); plan.scopes.len()],
            ran: vec![0; plan.units.len()],
            clock: 1,
            epoch: 1,
            // No unit runs within itself, so that they never wait for more than all of them.
            returns: Vec::with_capacity(plan.units.len()),
            memo: Memo::new(plan),
            places: Vec::new(),
            left: Vec::new(),
            bad: false,
        };
        Self { registers: vec![Cell::UNKNOWN; plan.registers], work }
    }

    /// Runs a unit, and those that it needs.
    #[inline]
    pub fn run(&mut self, plan: &Plan, unit: u32) {
        self.work.run(&mut self.registers, plan, unit);
    }

    /// Works out what does not depend on a record, once parameters and the evaluation date are in their registers.
    pub fn run_constants(
        &mut self,
        program: &Program,
        plan: &Plan,
        known: &dyn Fn(&mut Store, NodeId) -> Option<Cell>,
    ) {
        let Self { registers, work } = self;
        for (at, node) in program.nodes.iter().enumerate() {
            if node.scope != RUN {
                continue;
            }
            let id = NodeId::from_index(at);
            match known(&mut work.store, id) {
                Some(cell) => registers[plan.register[at] as usize] = cell,
                None => work.apply(registers, program, plan, id),
            }
        }
    }

    /// Empties the registers of a record's fields, for a new record.
    pub fn blank(&mut self, plan: &Plan, root: ScopeId) {
        let Some(scope) = plan.scopes.get(root.index()) else { return };
        let start = scope.fields as usize;
        if let Some(fields) = self.registers.get_mut(start..start + scope.blank.len()) {
            for (field, &absence) in fields.iter_mut().zip(&scope.blank) {
                *field = Cell::Absent(absence);
            }
        }
    }
}

impl Work {
    /// Forgets what was worked out of the record in a scope: its data are, or may be, different.
    #[inline]
    pub fn renew(&mut self, root: ScopeId, fields: Mark) {
        self.store.release(fields);
        self.clock += 1;
        self.epoch = self.clock;
        if let Some(current) = self.current.get_mut(root.index()) {
            *current = (0, self.clock);
        }
    }

    /// Runs a unit, and those that it needs.
    pub fn run(&mut self, registers: &mut [Cell], plan: &Plan, unit: u32) {
        let program = &**plan.program();
        let Some(start) = self.enter(plan, unit) else { return };
        let mut pc = start as usize;
        self.returns.clear();
        let code = &*plan.code;
        loop {
            let instr = &code[pc];
            pc += 1;
            match *instr {
                // Cells are looked at where they are and written at once: a copy of a cell just written would wait for
                // its parts to come together.
                Instr::Compare { op, left, right, out } => {
                    let answer = match (&registers[left as usize], &registers[right as usize]) {
                        (Cell::Integer(a), Cell::Integer(b)) => ops::is(op, a.cmp(b)),
                        (Cell::Date(a), Cell::Date(b)) => ops::is(op, a.cmp(b)),
                        (&left, &right) => {
                            registers[out as usize] = ops::compare(&self.store, NodeId(0), op, left, right);
                            continue;
                        }
                    };
                    registers[out as usize] = Cell::Boolean(answer);
                }
                Instr::And { left, right, out } => match (&registers[left as usize], &registers[right as usize]) {
                    (&Cell::Boolean(left), &Cell::Boolean(right)) => {
                        registers[out as usize] = Cell::Boolean(left & right);
                    }
                    (&left, &right) => {
                        registers[out as usize] = ops::all_of([left, right].into_iter());
                    }
                },
                Instr::Or { left, right, out } => match (&registers[left as usize], &registers[right as usize]) {
                    (&Cell::Boolean(left), &Cell::Boolean(right)) => {
                        registers[out as usize] = Cell::Boolean(left | right);
                    }
                    (&left, &right) => {
                        registers[out as usize] = ops::any_of([left, right].into_iter());
                    }
                },
                Instr::Single { decision, code, operand, end } => {
                    let truth = &registers[operand as usize];
                    if self.walks[decision.index()].case(code, truth) == Step::Stop {
                        pc = end as usize;
                    }
                }
                Instr::Case { decision, case, end } => {
                    let plan = &plan.decisions[decision.index()];
                    let case = plan.cases[case as usize];
                    let criteria = &plan.registers[case.first as usize..(case.first + case.len) as usize];
                    let truth = ops::any_of(criteria.iter().map(|&register| registers[register as usize]));
                    if self.walks[decision.index()].case(case.code, &truth) == Step::Stop {
                        pc = end as usize;
                    }
                }
                Instr::Sweep { decision, from, to, end } => {
                    let plan = &plan.decisions[decision.index()];
                    let walk = &mut self.walks[decision.index()];
                    if sweep(walk, plan, from, to, &self.store, registers) == Step::Stop {
                        pc = end as usize;
                    }
                }
                Instr::Table { decision, end } => {
                    if self.table(registers, plan, decision) == Step::Stop {
                        pc = end as usize;
                    }
                }
                Instr::Choose { choose } => self.choose(registers, program, plan, choose),
                Instr::Applies { decision, operand, end } => {
                    let applies = &registers[operand as usize];
                    if self.walks[decision.index()].applies(applies) == Step::Stop {
                        pc = end as usize;
                    }
                }
                Instr::Elapsed { unit, from, to, out } => match (&registers[from as usize], &registers[to as usize]) {
                    (&Cell::Date(from), &Cell::Date(to)) => {
                        registers[out as usize] = Cell::Integer(Date::units_between(unit, from, to));
                    }
                    (&from, &to) => {
                        registers[out as usize] = ops::units_between(NodeId(0), unit, from, to);
                    }
                },
                Instr::Arithmetic { kind, left, right, node } => {
                    let result = match (&registers[left as usize], &registers[right as usize]) {
                        (&Cell::Integer(left), &Cell::Integer(right)) => match kind {
                            Arithmetic::Add => left.checked_add(right),
                            Arithmetic::Sub => left.checked_sub(right),
                            Arithmetic::Mul => left.checked_mul(right),
                        },
                        _ => None,
                    };
                    match result {
                        Some(result) => {
                            registers[plan.register[node.index()] as usize] = Cell::Integer(result);
                        }
                        None => self.apply(registers, program, plan, node),
                    }
                }
                Instr::Member { item, set, node } => match (&registers[item as usize], &registers[set as usize]) {
                    (&Cell::Code(code), &Cell::Codes(set)) => {
                        let has = self.store.codes(set).binary_search(&code).is_ok();
                        registers[plan.register[node.index()] as usize] = Cell::Boolean(has);
                    }
                    _ => self.apply(registers, program, plan, node),
                },
                Instr::Apply(id) => self.apply(registers, program, plan, id),
                Instr::Not { operand, out } => match registers[operand as usize] {
                    Cell::Boolean(value) => registers[out as usize] = Cell::Boolean(!value),
                    absent => registers[out as usize] = absent,
                },
                Instr::All { from, len, out } => {
                    let items = &plan.lists[from as usize..(from + len) as usize];
                    registers[out as usize] = ops::all_of(items.iter().map(|&register| registers[register as usize]));
                }
                Instr::Any { from, len, out } => {
                    let items = &plan.lists[from as usize..(from + len) as usize];
                    registers[out as usize] = ops::any_of(items.iter().map(|&register| registers[register as usize]));
                }
                Instr::Skip { when, operand, out, to } => {
                    if matches!(registers[operand as usize], Cell::Boolean(value) if value == when) {
                        registers[out as usize] = Cell::Boolean(when);
                        pc = to as usize;
                    }
                }
                Instr::Branch { condition, out, otherwise, end } => match registers[condition as usize] {
                    Cell::Boolean(true) => {}
                    Cell::Boolean(false) => pc = otherwise as usize,
                    absent => {
                        registers[out as usize] = absent;
                        pc = end as usize;
                    }
                },
                Instr::Copy { from, out } => registers[out as usize] = registers[from as usize],
                Instr::Take { operand, out, to } => {
                    let cell = registers[operand as usize];
                    if !matches!(cell, Cell::Absent(absence) if !absence.is_error()) {
                        registers[out as usize] = cell;
                        pc = to as usize;
                    }
                }
                Instr::Jump(to) => pc = to as usize,
                Instr::Call(unit) => {
                    if let Some(start) = self.enter(plan, unit) {
                        self.returns.push(u32::try_from(pc).unwrap_or(NOTHING));
                        pc = start as usize;
                    }
                }
                Instr::Aside(node) => self.apart(registers, program, plan, node),
                Instr::Enclosing { node, unit } => self.aside(registers, program, plan, node, unit),
                Instr::Return => match self.returns.pop() {
                    Some(back) => pc = back as usize,
                    None => return,
                },
                Instr::Begin { decision, end } => {
                    let plan = &plan.decisions[decision.index()];
                    let walk = &mut self.walks[decision.index()];
                    walk.begin(plan.hit);
                    if plan.of_root && self.bad {
                        walk.fail(Absence::error(Fault::Data, plan.node));
                        pc = end as usize;
                    }
                }
                Instr::Finish { decision } => {
                    let plan = &plan.decisions[decision.index()];
                    self.walks[decision.index()].finish(&plan.otherwise, plan.node);
                }
                Instr::Settle { decision } => {
                    let out = plan.decisions[decision.index()].out;
                    registers[out as usize] = self.walks[decision.index()].cell(&mut self.store);
                }
                Instr::Known { node: id, decision } => {
                    let Some(node) = program.node(id) else { continue };
                    let walk = &self.walks[decision.index()];
                    let cell = walk.cell(&mut self.store);
                    let cell = ops::known(&node.op, cell, Some(walk.state));
                    registers[plan.register[id.index()] as usize] = cell;
                }
                Instr::Gather { aggregate, end } => {
                    if !self.gather(registers, plan, aggregate) {
                        pc = end as usize;
                    }
                }
                Instr::FilterNext { aggregate, body } => {
                    let filter = read(registers, plan.aggregates[aggregate as usize].filter);
                    let (_, flow) = self.gathers[aggregate as usize].filter(filter);
                    if flow == Flow::More && self.advance(registers, plan, aggregate) {
                        pc = body as usize;
                    }
                }
                Instr::Filter { aggregate, next, end } => {
                    let filter = read(registers, plan.aggregates[aggregate as usize].filter);
                    let (counted, flow) = self.gathers[aggregate as usize].filter(filter);
                    self.at[aggregate as usize].1 = counted;
                    if flow == Flow::Settled {
                        pc = end as usize;
                    } else if counted == Counted::No {
                        pc = next as usize;
                    }
                }
                Instr::Value { aggregate, end } => {
                    let of = &plan.aggregates[aggregate as usize];
                    let (value, order) = (read(registers, of.value), read(registers, of.order));
                    let counted = self.at[aggregate as usize].1;
                    let gather = &mut self.gathers[aggregate as usize];
                    if gather.take(&mut self.store, counted, value, order) == Flow::Settled {
                        pc = end as usize;
                    }
                }
                Instr::Next { aggregate, body } => {
                    if self.advance(registers, plan, aggregate) {
                        pc = body as usize;
                    }
                }
                Instr::Gathered { aggregate } => self.gathered(registers, plan, aggregate),
            }
        }
    }

    /// Works out a node by its operator.
    #[inline(never)]
    fn apply(&mut self, registers: &mut [Cell], program: &Program, plan: &Plan, id: NodeId) {
        let Some(node) = program.node(id) else { return };
        let get = |node: NodeId| registers[plan.register[node.index()] as usize];
        let cell = ops::apply(program, &mut self.store, id, node, &get);
        registers[plan.register[id.index()] as usize] = cell;
    }

    /// Walks a table by its index.
    #[inline(never)]
    fn table(&mut self, registers: &[Cell], plan: &Plan, decision: DecisionId) -> Step {
        let of = &plan.decisions[decision.index()];
        let Some(index) = &of.index else { return Step::On };
        self.places(registers, plan, index);
        table::walk(&mut self.walks[decision.index()], of, index, &self.places)
    }

    /// What the operands of an index come to.
    fn places(&mut self, registers: &[Cell], plan: &Plan, index: &Index) {
        self.places.clear();
        for operand in &index.grid().operands {
            let cell = registers[plan.register[operand.node.index()] as usize];
            self.places.push(table::place(&operand.cuts, cell, &self.store));
        }
    }

    /// Works out the value of a table by its index.
    #[inline(never)]
    fn choose(&mut self, registers: &mut [Cell], program: &Program, plan: &Plan, choose: u32) {
        let of = &plan.chooses[choose as usize];
        let Some(node) = program.node(of.node) else { return };
        self.places(registers, plan, &of.index);
        let get = |node: NodeId| registers[plan.register[node.index()] as usize];
        let cell = table::choose(&mut self.store, (of.node, node), &of.index, &self.places, &mut self.left, &get);
        registers[plan.register[of.node.index()] as usize] = cell;
    }

    /// Where a unit starts, unless it has run for the row that its scope is at.
    #[inline]
    fn enter(&mut self, plan: &Plan, unit: u32) -> Option<u32> {
        let of = *plan.units.get(unit as usize)?;
        let (_, clock) = self.current[of.scope.index()];
        let ran = &mut self.ran[unit as usize];
        if *ran == clock {
            return None;
        }
        *ran = clock;
        Some(of.start)
    }

    /// Begins an aggregate; whether there is a child.
    #[inline(never)]
    fn gather(&mut self, registers: &mut [Cell], plan: &Plan, aggregate: u32) -> bool {
        let of = plan.aggregates[aggregate as usize];
        let scope = &plan.scopes[of.scope.index()];
        self.gathers[aggregate as usize].begin();
        let (parent, _) = self.current[of.parent.index()];
        let first = self.rows[of.parent.index()].first(&plan.scopes[of.parent.index()], parent, scope.slot);
        self.load(registers, plan, aggregate, first)
    }

    /// Goes to the next child; whether there is one.
    #[inline(never)]
    fn advance(&mut self, registers: &mut [Cell], plan: &Plan, aggregate: u32) -> bool {
        let scope = plan.aggregates[aggregate as usize].scope;
        let next = self.rows[scope.index()].next(self.at[aggregate as usize].0);
        self.load(registers, plan, aggregate, next)
    }

    #[inline]
    fn load(&mut self, registers: &mut [Cell], plan: &Plan, aggregate: u32, row: u32) -> bool {
        if row == NOTHING {
            return false;
        }
        let scope = plan.aggregates[aggregate as usize].scope;
        let of = &plan.scopes[scope.index()];
        let cells = self.rows[scope.index()].row(row, of.blank.len());
        let start = of.fields as usize;
        registers[start..start + cells.len()].copy_from_slice(cells);
        self.at[aggregate as usize].0 = row;
        self.clock += 1;
        self.current[scope.index()] = (row, self.clock);
        true
    }

    /// Ends an aggregate.
    #[inline(never)]
    fn gathered(&mut self, registers: &mut [Cell], plan: &Plan, aggregate: u32) {
        let of = &plan.aggregates[aggregate as usize];
        registers[of.out as usize] = self.gathers[aggregate as usize].finish(&mut self.store);
    }

    /// Works out, aside and on demand, what goes over children of several kinds.
    #[inline(never)]
    fn apart(&mut self, registers: &mut [Cell], program: &Program, plan: &Plan, node: NodeId) {
        let Some(of) = program.node(node) else { return };
        let (row, _) = self.current[of.scope.index()];
        self.memo.begin(self.epoch);
        let env = Env { program, plan, registers, rows: &self.rows, bad: self.bad };
        registers[plan.register[node.index()] as usize] = self.memo.force(&env, &mut self.store, node, row);
    }

    /// Works out, aside, what a child reads of an enclosing scope and was not worked out before the children went by:
    /// its unit may go over the same children, whose registers are in use.
    #[cold]
    fn aside(&mut self, registers: &mut [Cell], program: &Program, plan: &Plan, node: NodeId, unit: u32) {
        let Some(of) = program.node(node) else { return };
        let (row, clock) = self.current[of.scope.index()];
        if self.ran.get(unit as usize).is_none_or(|&ran| ran == clock) {
            return;
        }
        self.memo.begin(self.epoch);
        let env = Env { program, plan, registers, rows: &self.rows, bad: self.bad };
        let cell = self.memo.force(&env, &mut self.store, node, row);
        if let Op::Outcome(decision) = of.op {
            self.memo.walk(&env, &self.store, decision, row, &mut self.walks[decision.index()]);
            self.ran[plan.decisions[decision.index()].unit as usize] = clock;
        }
        self.ran[unit as usize] = clock;
        registers[plan.register[node.index()] as usize] = cell;
    }
}

/// A register; where there is none, `yes`: an aggregate without a filter takes every child.
#[inline]
fn read(registers: &[Cell], register: Register) -> Cell {
    if register == NOTHING { Cell::YES } else { registers[register as usize] }
}
