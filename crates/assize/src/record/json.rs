//! One JSON object to a session's record, in one pass: each member goes into its field as it is met.
//!
//! What is out of the ordinary — text that is not JSON, a member that comes twice, children that name another parent —
//! is given up here, and the record is read as a file would be.

use super::decode::{self, COMPARISONS, Cell, Got, Sets, Sink, UNIT};
use super::plan::{FieldPlan, Kind, ManyPlan, MemberPlan, RecordPlan, What};
use super::scan::{self, Odd, Scan, Span, write_number};
use assize_eval::row::{RowError, RowId, Session};
use assize_io::{FAULTS_KEPT, Options, RowFault};
use assize_model::ids::RecordId;
use assize_model::program::{FieldKind, Program};
use assize_model::read;
use assize_model::text::trim;
use assize_model::ty::Ty;

/// Records that may stand inside one another.
const DEEPEST: u32 = 32;
/// Bytes of keys that children take over from their parents, at most.
const KEYS_TAKEN_OVER: usize = 64 << 20;
/// Records after which reasons beside values are no longer expected, when none came.
const HOLDS: u8 = 8;

/// Why reading stopped.
#[derive(Debug)]
pub enum Stop {
    /// The reader of files is to say what it is.
    Odd,
    /// A reason is stated beside a value: cells are to be held until the object ends.
    Hold,
    /// The session does not take it.
    Row(RowError),
}

impl From<Odd> for Stop {
    fn from(_: Odd) -> Self {
        Self::Odd
    }
}

impl From<RowError> for Stop {
    #[cold]
    fn from(error: RowError) -> Self {
        Self::Row(error)
    }
}

/// What stands where the quick way through an object stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// A name.
    Name,
    /// The value of the expected member.
    Value,
    /// Nothing any more.
    Ends,
}

/// The shape of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    List,
    Object,
}

/// A value that was passed over.
#[derive(Debug, Clone, Copy)]
struct Token {
    shape: Shape,
    span: Span,
}

impl Token {
    const NOTHING: Self = Self { shape: Shape::Text, span: Span { start: 0, end: 0, arena: false } };
}

/// What was read of a record's rows.
#[derive(Debug, Clone, Default)]
struct Level {
    rows: u64,
    faults: usize,
    /// Numbers of the rows' keys; and whether each was above the one before.
    keys: Vec<u64>,
    unordered: bool,
    /// The member that an object began with last.
    first: usize,
}

/// Lists that are used again for every record.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// Texts with escapes, and the members of lists.
    arena: String,
    held: Vec<Token>,
    /// Which slots past the first 64 have their value.
    seen: Vec<u64>,
    /// Lists of children that stand before the key of their parent: which, and where.
    lists: Vec<(usize, usize)>,
    /// Of each member of each record, which one came after it last.
    next: Vec<usize>,
    levels: Vec<Level>,
    pub sets: Sets,
    budget: usize,
    taken_over: usize,
    /// For how many records more reasons beside values are expected.
    holds: u8,
}

impl Scratch {
    pub fn new(plans: &[RecordPlan]) -> Self {
        let next = plans.iter().flat_map(|plan| (1..=plan.members.len()).map(|at| at % plan.members.len()));
        Self { next: next.collect(), levels: vec![Level::default(); plans.len()], ..Self::default() }
    }

    pub fn expects_reasons(&self) -> bool {
        self.holds > 0
    }
}

/// What is known of the parent that a row stands in.
#[derive(Clone, Copy)]
struct Parent<'r> {
    many: &'r ManyPlan,
    key: Span,
}

/// An object that is being read.
struct Frame<'r> {
    plan: &'r RecordPlan,
    record: RecordId,
    row: RowId,
    number: u64,
    parent: Option<Parent<'r>>,
    depth: u32,
    /// Where its own part of each list begins.
    held: usize,
    wide: usize,
    lists: usize,
    faults: usize,
    /// Which slots have their value, of the first 64.
    seen: u64,
    musts: usize,
    key: Option<Span>,
    key_got: Got,
    by_given: bool,
    children: bool,
}

impl Frame<'_> {
    /// Notes that a slot has its value; it may not have two.
    #[inline]
    fn take(&mut self, slot: usize, wide: &mut [u64]) -> Result<(), Stop> {
        let word = if slot < 64 { &mut self.seen } else { wide.get_mut(self.wide + slot / 64 - 1).ok_or(Stop::Odd)? };
        let bit = 1 << (slot % 64);
        if *word & bit != 0 {
            return Err(Stop::Odd);
        }
        *word |= bit;
        Ok(())
    }

    fn has(&self, slot: usize, wide: &[u64]) -> bool {
        let word = if slot < 64 { Some(&self.seen) } else { wide.get(self.wide + slot / 64 - 1) };
        word.is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }
}

/// A record being read.
pub struct Reading<'r> {
    pub plans: &'r [RecordPlan],
    pub options: &'r Options,
    pub session: &'r mut Session,
    pub scan: Scan<'r>,
    pub scratch: &'r mut Scratch,
    pub faults: &'r mut Vec<RowFault>,
    /// Whether cells are held until their object ends, for the reasons that may come after them.
    pub hold: bool,
}

impl<'r> Reading<'r> {
    /// Reads the whole text into a row that was just begun.
    pub fn root(&mut self, record: RecordId, row: RowId) -> Result<(), Stop> {
        let plan = self.plans.get(record.index()).ok_or(Stop::Odd)?;
        let from = self.faults.len();
        self.reset(record, plan);
        self.scan.blanks();
        self.object(plan, record, row, None, 1)?;
        self.scan.blanks();
        if self.scan.at != self.scan.text.len() {
            return Err(Stop::Odd);
        }
        for &below in &plan.below {
            self.no_key_twice(below)?;
        }
        if self.faults.len() > from {
            self.order_faults(record, plan, from)?;
        }
        self.scratch.holds = if self.hold { self.scratch.holds.saturating_sub(1) } else { 0 };
        Ok(())
    }

    #[inline]
    fn reset(&mut self, record: RecordId, plan: &RecordPlan) {
        let scratch = &mut *self.scratch;
        scratch.arena.clear();
        scratch.held.clear();
        scratch.seen.clear();
        scratch.lists.clear();
        scratch.budget = COMPARISONS;
        scratch.taken_over = 0;
        if let Some(level) = scratch.levels.get_mut(record.index()) {
            level.rows = 1;
            level.faults = 0;
        }
        for below in &plan.below {
            if let Some(level) = scratch.levels.get_mut(below.index()) {
                level.rows = 0;
                level.faults = 0;
                level.keys.clear();
                level.unordered = false;
            }
        }
    }

    /// Faults in the order in which files give them: the record's own, then those of each record inside it.
    #[cold]
    fn order_faults(&mut self, record: RecordId, plan: &RecordPlan, from: usize) -> Result<(), Stop> {
        let many = |record: &RecordId| self.scratch.levels.get(record.index()).is_some_and(|l| l.faults > FAULTS_KEPT);
        if many(&record) || plan.below.iter().any(many) {
            return Err(Stop::Odd);
        }
        let faults = self.faults.get_mut(from..).unwrap_or(&mut []);
        faults.sort_by_key(|fault| (fault.record != record, fault.record, fault.row, fault.field));
        Ok(())
    }

    /// Sees that no two rows of a record have, or could have, the same key.
    fn no_key_twice(&mut self, record: RecordId) -> Result<(), Stop> {
        let Some(level) = self.scratch.levels.get_mut(record.index()) else { return Ok(()) };
        if !level.unordered {
            return Ok(());
        }
        level.keys.sort_unstable();
        if level.keys.is_sorted_by(|a, b| a < b) { Ok(()) } else { Err(Stop::Odd) }
    }

    fn object(
        &mut self,
        plan: &'r RecordPlan,
        record: RecordId,
        row: RowId,
        parent: Option<Parent<'r>>,
        depth: u32,
    ) -> Result<(), Stop> {
        self.scan.expect(b'{')?;
        let mut frame = Frame {
            plan,
            record,
            row,
            number: self.scratch.levels.get(record.index()).map_or(1, |level| level.rows),
            parent,
            depth,
            held: self.scratch.held.len(),
            wide: self.scratch.seen.len(),
            lists: self.scratch.lists.len(),
            faults: self.faults.len(),
            seen: 0,
            musts: 0,
            key: None,
            key_got: Got::Nothing,
            by_given: false,
            children: false,
        };
        let keeps = self.hold || !plan.pairs.is_empty();
        if keeps {
            self.scratch.held.resize(frame.held + plan.slots, Token::NOTHING);
        }
        if plan.slots > 64 {
            self.scratch.seen.resize(frame.wide + (plan.slots - 1) / 64, 0);
        }
        self.members(&mut frame)?;
        // A record of plain fields that are all there ends here.
        let waits = keeps
            || frame.musts != plan.musts
            || parent.is_some()
            || frame.key.is_some()
            || self.scratch.lists.len() > frame.lists
            || self.faults.len() > frame.faults;
        if waits {
            self.finish(&mut frame)?;
        }
        self.scratch.held.truncate(frame.held);
        self.scratch.seen.truncate(frame.wide);
        Ok(())
    }

    /// Goes through the members, up to the end of the object.
    #[inline]
    fn members(&mut self, frame: &mut Frame<'r>) -> Result<(), Stop> {
        let plan = frame.plan;
        self.scan.blanks();
        if self.scan.peek() == b'}' {
            self.scan.at += 1;
            return Ok(());
        }
        let mut expected = self.scratch.levels.get(frame.record.index()).map_or(0, |level| level.first);
        let mut before = None;
        loop {
            // Where cells are held, none is read before the object ends.
            let step = if self.hold { Step::Name } else { self.quick(frame, &mut expected, &mut before)? };
            let found = match step {
                Step::Ends => return Ok(()),
                Step::Value => plan.members.get(expected).map(|member| (expected, member)),
                Step::Name => self.name(frame, before)?,
            };
            self.scan.blanks();
            match found {
                None => self.scan.pass_value()?,
                Some((at, member)) => {
                    before = Some(at);
                    expected = self.scratch.next.get(plan.first_member + at).copied().unwrap_or(0);
                    self.member(frame, member)?;
                }
            }
            if self.scan.ends()? {
                return Ok(());
            }
        }
    }

    /// Goes through members as long as they are plain ones of the record; says what stands where it stops.
    #[inline]
    fn quick(&mut self, frame: &mut Frame<'r>, expected: &mut usize, before: &mut Option<usize>) -> Result<Step, Stop> {
        let plan = frame.plan;
        let bytes = self.scan.bytes();
        let blanks = |mut at: usize| {
            while let Some(byte @ ..=b' ') = bytes.get(at)
                && matches!(byte, b' ' | b'\n' | b'\t' | b'\r')
            {
                at += 1;
            }
            at
        };
        let written = |at: usize| plan.members.get(at).map(|member| &member.written);
        let mut fields = self.session.fields_at(frame.row)?;
        let (mut seen, mut musts, mut at) = (frame.seen, frame.musts, self.scan.at);
        let step = loop {
            let mut member = plan.members.get(*expected);
            let mut end = member.and_then(|member| member.written.stands(bytes, at));
            if end.is_none() {
                let Some((found, to)) = plan.finder.find(bytes, at, written) else { break Step::Name };
                expect_after(self.scratch, frame.record, plan, *before, found);
                *expected = found;
                (member, end) = (plan.members.get(found), Some(to));
            }
            let (Some(member), Some(end)) = (member, end) else { break Step::Name };
            let value = blanks(end);
            let end = match member.what {
                What::Boolean(field) if let Some((value, end)) = scan::boolean(bytes, value) => {
                    fields.set_boolean(field, value)?;
                    end
                }
                What::Integer(field) if let Some((value, end)) = scan::integer(bytes, value) => {
                    fields.set_integer(field, value)?;
                    end
                }
                What::Boolean(_) | What::Integer(_)
                    if !member.must
                        && let Some(end) = scan::null(bytes, value) =>
                {
                    end
                }
                _ => {
                    at = value;
                    break Step::Value;
                }
            };
            let bit = 1_u64.wrapping_shl(member.slot as u32);
            if seen & bit != 0 {
                return Err(Stop::Odd);
            }
            seen |= bit;
            musts += usize::from(member.must);
            *before = Some(*expected);
            *expected = self.scratch.next.get(plan.first_member + *expected).copied().unwrap_or(0);
            let byte = bytes.get(end);
            at = end + 1;
            if byte == Some(&b',') {
                at = blanks(at);
            } else if byte == Some(&b'}') {
                break Step::Ends;
            } else {
                self.scan.at = end;
                let ends = self.scan.ends()?;
                at = self.scan.at;
                if ends {
                    break Step::Ends;
                }
            }
        };
        (frame.seen, frame.musts, self.scan.at) = (seen, musts, at);
        Ok(step)
    }

    /// Reads a member's name, however it is written, and expects it after the one before from now on.
    #[inline(never)]
    fn name(&mut self, frame: &Frame<'r>, before: Option<usize>) -> Result<Option<(usize, &'r MemberPlan)>, Stop> {
        let plan = frame.plan;
        let arena = self.scratch.arena.len();
        self.scan.blanks();
        let span = self.scan.string(&mut self.scratch.arena)?;
        self.scan.blanks();
        self.scan.expect(b':')?;
        let at = plan.names.place(trim(span.of(self.scan.text, &self.scratch.arena)));
        self.scratch.arena.truncate(arena);
        let Some(at) = at else { return Ok(None) };
        expect_after(self.scratch, frame.record, plan, before, at);
        Ok(plan.members.get(at).map(|member| (at, member)))
    }

    /// Reads a member that takes more than the shortest way.
    #[inline(never)]
    fn member(&mut self, frame: &mut Frame<'r>, member: &MemberPlan) -> Result<(), Stop> {
        match member.what {
            What::Many(at) => self.list_of_children(frame, member.slot, at),
            What::Boolean(_) | What::Integer(_) | What::Cell(_) => {
                frame.take(member.slot, &mut self.scratch.seen)?;
                frame.musts += usize::from(member.must);
                let index = member.slot / 3;
                let field = frame.plan.fields.get(index).ok_or(Stop::Odd)?;
                let token = self.token()?;
                if let Some(parent) = frame.parent.filter(|parent| parent.many.by == index)
                    && !self.names_its_parent(parent, token)?
                {
                    return Ok(());
                }
                frame.by_given |= frame.parent.is_some_and(|parent| parent.many.by == index);
                if field.key {
                    frame.key = Some(self.trimmed(token));
                }
                if !self.hold && !field.kind.is_pair() {
                    return self.decode(frame, index, field, token, None);
                }
                self.keep(frame, member.slot, token)
            }
            What::Upper(_) => {
                frame.take(member.slot, &mut self.scratch.seen)?;
                let token = self.token()?;
                self.keep(frame, member.slot, token)
            }
            What::Beside(_) => {
                frame.take(member.slot, &mut self.scratch.seen)?;
                let token = self.token()?;
                let span = self.trimmed(token);
                if token.shape != Shape::Text || span.start == span.end {
                    return Ok(());
                }
                if !self.hold {
                    self.scratch.holds = HOLDS;
                    return Err(Stop::Hold);
                }
                self.scratch.holds = HOLDS;
                self.keep(frame, member.slot, token)
            }
        }
    }

    fn keep(&mut self, frame: &Frame<'r>, slot: usize, token: Token) -> Result<(), Stop> {
        *self.scratch.held.get_mut(frame.held + slot).ok_or(Stop::Odd)? = token;
        Ok(())
    }

    fn held(&self, frame: &Frame<'r>, slot: usize) -> Token {
        self.scratch.held.get(frame.held + slot).copied().unwrap_or(Token::NOTHING)
    }

    /// A token's text without white space at the ends.
    fn trimmed(&self, token: Token) -> Span {
        let text = token.span.of(self.scan.text, &self.scratch.arena);
        let trimmed = trim(text);
        let start = token.span.start + (trimmed.as_ptr().addr() - text.as_ptr().addr());
        Span { start, end: start + trimmed.len(), arena: token.span.arena }
    }

    /// Whether a cell that names the parent has anything in it; it may name no other.
    fn names_its_parent(&self, parent: Parent<'r>, token: Token) -> Result<bool, Stop> {
        let own = self.trimmed(token);
        let text = |span: Span| span.of(self.scan.text, &self.scratch.arena);
        if token.shape == Shape::Object || own.start == own.end {
            return Ok(false);
        }
        if text(own) == text(parent.key) { Ok(true) } else { Err(Stop::Odd) }
    }

    /// Reads a token into a field.
    fn decode(
        &mut self,
        frame: &mut Frame<'r>,
        index: usize,
        field: &FieldPlan,
        token: Token,
        beside: Option<Token>,
    ) -> Result<(), Stop> {
        let Scratch { arena, sets, levels, budget, .. } = &mut *self.scratch;
        let text = token.span.of(self.scan.text, arena);
        let cell = match token.shape {
            Shape::Text => Cell::Text(text),
            Shape::List => Cell::List(text),
            Shape::Object => Cell::Object,
        };
        let beside = beside.filter(|beside| beside.shape == Shape::Text);
        let beside = beside.map(|beside| beside.span.of(self.scan.text, arena));
        let level = levels.get_mut(frame.record.index()).ok_or(Stop::Odd)?;
        let (record, row) = (frame.record, frame.number);
        let mut sink = Sink { faults: self.faults, record, row, count: &mut level.faults, budget };
        let got = decode::cell(self.session, frame.row, field, cell, beside, sets, &mut sink)?;
        if field.key {
            frame.key_got = got;
        }
        // A child that does not name its parent belongs to none.
        if frame.parent.is_some_and(|parent| parent.many.by == index) && got == Got::Nothing {
            return Err(Stop::Odd);
        }
        Ok(())
    }

    fn decode_pair(
        &mut self,
        frame: &Frame<'r>,
        field: &FieldPlan,
        (low, high): (Token, Token),
        beside: Option<Token>,
    ) -> Result<(), Stop> {
        let Scratch { arena, levels, budget, .. } = &mut *self.scratch;
        let cell = |token: Token| match token.shape {
            Shape::Text => Cell::Text(token.span.of(self.scan.text, arena)),
            Shape::List => Cell::List(""),
            Shape::Object => Cell::Object,
        };
        let beside = beside.filter(|beside| beside.shape == Shape::Text);
        let beside = beside.map(|beside| beside.span.of(self.scan.text, arena));
        let level = levels.get_mut(frame.record.index()).ok_or(Stop::Odd)?;
        let (record, row) = (frame.record, frame.number);
        let mut sink = Sink { faults: self.faults, record, row, count: &mut level.faults, budget };
        decode::pair(self.session, frame.row, field, (cell(low), cell(high)), beside, &mut sink)?;
        Ok(())
    }

    /// Passes over a value, and says what a cell has of it.
    fn token(&mut self) -> Result<Token, Stop> {
        let from = self.scan.at;
        let text = |span| Token { shape: Shape::Text, span };
        let token = match self.scan.peek() {
            b'"' => text(self.scan.string(&mut self.scratch.arena)?),
            b'-' | b'0'..=b'9' => {
                let (span, exponent) = self.scan.number()?;
                text(if exponent { self.written(span) } else { span })
            }
            b't' => text(self.scan.word_of("true")?),
            b'f' => text(self.scan.word_of("false")?),
            b'n' => {
                self.scan.word_of("null")?;
                Token::NOTHING
            }
            b'[' => self.list()?,
            b'{' => {
                self.scan.pass_value()?;
                Token { shape: Shape::Object, span: Span::default() }
            }
            _ => return Err(Stop::Odd),
        };
        if self.scan.at - from > self.options.longest_cell { Err(Stop::Odd) } else { Ok(token) }
    }

    /// A number with an exponent, written out.
    fn written(&mut self, span: Span) -> Span {
        let arena = &mut self.scratch.arena;
        let start = arena.len();
        write_number(self.scan.text.get(span.start..span.end).unwrap_or(""), arena);
        Span { start, end: arena.len(), arena: true }
    }

    /// A list of plain values, as a set's cell has them.
    fn list(&mut self) -> Result<Token, Stop> {
        let start = self.scratch.arena.len();
        let (mut plain, mut known) = (true, true);
        self.scan.expect(b'[')?;
        self.scan.blanks();
        if self.scan.peek() == b']' {
            self.scan.at += 1;
            return Ok(Token { shape: Shape::List, span: Span { start, end: start, arena: true } });
        }
        loop {
            self.scan.blanks();
            match self.scan.peek() {
                b'[' | b'{' => {
                    self.scan.pass_value()?;
                    plain = false;
                }
                b'n' => {
                    self.scan.word_of("null")?;
                    known = false;
                }
                _ => {
                    let token = self.token()?;
                    let arena = &mut self.scratch.arena;
                    if !token.span.arena {
                        arena.push_str(token.span.of(self.scan.text, ""));
                    }
                    let member = arena.len() - (token.span.end - token.span.start);
                    plain &= !arena.get(member..).unwrap_or("").contains(UNIT);
                    arena.push_str(UNIT);
                }
            }
            self.scan.blanks();
            match self.scan.peek() {
                b',' => self.scan.at += 1,
                b']' => break,
                _ => return Err(Stop::Odd),
            }
        }
        self.scan.at += 1;
        let span = Span { start, end: self.scratch.arena.len(), arena: true };
        Ok(match (known, plain) {
            // A member that is not known leaves the set unknown.
            (false, _) => Token::NOTHING,
            (true, true) => Token { shape: Shape::List, span },
            (true, false) => Token { shape: Shape::Object, span: Span::default() },
        })
    }

    /// Comes to a list of children: reads it, when the key of their parent is known by now.
    fn list_of_children(&mut self, frame: &mut Frame<'r>, slot: usize, at: usize) -> Result<(), Stop> {
        if self.scan.peek() == b'n' && !frame.has(slot, &self.scratch.seen) {
            self.scan.word_of("null")?;
            return Ok(());
        }
        frame.take(slot, &mut self.scratch.seen)?;
        if frame.depth >= DEEPEST || self.scan.peek() != b'[' {
            return Err(Stop::Odd);
        }
        match frame.key {
            Some(key) => self.children(frame, at, key),
            None => {
                self.scratch.lists.push((at, self.scan.at));
                Ok(self.scan.pass_value()?)
            }
        }
    }

    fn children(&mut self, frame: &mut Frame<'r>, at: usize, key: Span) -> Result<(), Stop> {
        let many = frame.plan.many.get(at).ok_or(Stop::Odd)?;
        let plan = self.plans.get(many.record.index()).ok_or(Stop::Odd)?;
        self.scan.expect(b'[')?;
        self.scan.blanks();
        if self.scan.peek() == b']' {
            self.scan.at += 1;
            return Ok(());
        }
        if !frame.plan.straight {
            return Err(Stop::Odd);
        }
        frame.children = true;
        loop {
            self.scan.blanks();
            let row = self.session.child(frame.row, many.id)?;
            if let Some(level) = self.scratch.levels.get_mut(many.record.index()) {
                level.rows += 1;
            }
            self.object(plan, many.record, row, Some(Parent { many, key }), frame.depth + 1)?;
            self.scan.blanks();
            match self.scan.peek() {
                b',' => self.scan.at += 1,
                b']' => break,
                _ => return Err(Stop::Odd),
            }
        }
        self.scan.at += 1;
        Ok(())
    }

    /// What waits for the end of an object.
    #[inline(never)]
    fn finish(&mut self, frame: &mut Frame<'r>) -> Result<(), Stop> {
        let plan = frame.plan;
        if let Some(parent) = frame.parent.filter(|_| !frame.by_given) {
            self.take_over(frame, parent)?;
        }
        if self.hold {
            for (index, field) in plan.fields.iter().enumerate() {
                let slots = 3 * index;
                let beside = Some(self.held(frame, slots + 2));
                let cell = self.held(frame, slots);
                if field.kind.is_pair() {
                    let upper = self.held(frame, slots + 1);
                    self.decode_pair(frame, field, (cell, upper), beside)?;
                } else if frame.has(slots, &self.scratch.seen) || frame.has(slots + 2, &self.scratch.seen) {
                    self.decode(frame, index, field, cell, beside)?;
                } else if field.required || field.key {
                    self.absent(frame, field)?;
                }
            }
        } else {
            for &index in &plan.pairs {
                let Some(field) = plan.fields.get(index) else { continue };
                let cells = (self.held(frame, 3 * index), self.held(frame, 3 * index + 1));
                self.decode_pair(frame, field, cells, None)?;
            }
            if frame.musts != plan.musts {
                for (index, field) in plan.fields.iter().enumerate() {
                    let must = (field.required || field.key) && !field.kind.is_pair();
                    if must && !frame.has(3 * index, &self.scratch.seen) {
                        self.absent(frame, field)?;
                    }
                }
            }
        }
        for at in frame.lists..self.scratch.lists.len() {
            let Some(&(many, from)) = self.scratch.lists.get(at) else { continue };
            let here = std::mem::replace(&mut self.scan.at, from);
            // Without a key there is nothing for children to belong to.
            self.children(frame, many, frame.key.unwrap_or_default())?;
            self.scan.at = here;
        }
        self.scratch.lists.truncate(frame.lists);
        match frame.key_got {
            Got::Value(key) if frame.parent.is_some() => self.note_key(frame.record, key),
            Got::Nothing if frame.children => return Err(Stop::Odd),
            _ => {}
        }
        if self.faults.len() > frame.faults {
            self.name_faults(frame);
        }
        Ok(())
    }

    fn absent(&mut self, frame: &Frame<'r>, field: &FieldPlan) -> Result<(), Stop> {
        let Scratch { levels, budget, .. } = &mut *self.scratch;
        let level = levels.get_mut(frame.record.index()).ok_or(Stop::Odd)?;
        let (record, row) = (frame.record, frame.number);
        let mut sink = Sink { faults: self.faults, record, row, count: &mut level.faults, budget };
        decode::absent(self.session, frame.row, field, &mut sink)?;
        Ok(())
    }

    /// A child that does not name its parent belongs to the one that it stands in.
    fn take_over(&mut self, frame: &mut Frame<'r>, parent: Parent<'r>) -> Result<(), Stop> {
        let (index, key) = (parent.many.by, parent.key);
        self.scratch.taken_over += key.end - key.start;
        let field = frame.plan.fields.get(index).ok_or(Stop::Odd)?;
        if self.scratch.taken_over > KEYS_TAKEN_OVER || key.start == key.end || field.kind.is_pair() {
            return Err(Stop::Odd);
        }
        if !frame.has(3 * index, &self.scratch.seen) {
            frame.take(3 * index, &mut self.scratch.seen)?;
            frame.musts += usize::from(field.required || field.key);
        }
        let token = Token { shape: Shape::Text, span: key };
        if field.key {
            frame.key = Some(key);
        }
        if self.hold {
            return self.keep(frame, 3 * index, token);
        }
        if parent.many.unread { Ok(()) } else { self.decode(frame, index, field, token, None) }
    }

    fn note_key(&mut self, record: RecordId, key: u64) {
        let Some(level) = self.scratch.levels.get_mut(record.index()) else { return };
        level.unordered |= level.keys.last().is_some_and(|&last| last >= key);
        level.keys.push(key);
    }

    /// Enters the row's key into its faults.
    #[cold]
    fn name_faults(&mut self, frame: &Frame<'r>) {
        let key = match (frame.key, frame.key_got) {
            (Some(span), Got::Value(_)) => {
                let text = span.of(self.scan.text, &self.scratch.arena);
                let field = frame.plan.key.and_then(|key| frame.plan.fields.get(key));
                field.and_then(|field| key_text(self.session.program(), frame.record, field, text))
            }
            _ => None,
        };
        for fault in self.faults.iter_mut().skip(frame.faults) {
            if fault.record == frame.record && fault.row == frame.number {
                fault.key.clone_from(&key);
            }
        }
    }
}

/// Expects a member after another, or first, from now on.
fn expect_after(scratch: &mut Scratch, record: RecordId, plan: &RecordPlan, before: Option<usize>, found: usize) {
    let place = match before {
        Some(before) => scratch.next.get_mut(plan.first_member + before),
        None => scratch.levels.get_mut(record.index()).map(|level| &mut level.first),
    };
    if let Some(place) = place {
        *place = found;
    }
}

/// A key as text, from the text that it was read from.
fn key_text(program: &Program, record: RecordId, field: &FieldPlan, text: &str) -> Option<String> {
    Some(match &field.kind {
        Kind::Boolean => if read::boolean(text).ok()? { "yes" } else { "no" }.to_owned(),
        Kind::Integer => read::integer(text).ok()?.to_string(),
        Kind::Decimal => read::decimal(text).ok()?.to_string(),
        Kind::Text => text.to_owned(),
        Kind::Date => read::date(text).ok()?.to_string(),
        Kind::Time => read::time(text).ok()?.to_string(),
        Kind::DateTime(zone) => read::datetime(text, zone.as_ref()).ok()?.to_string(),
        Kind::Duration => read::duration(text).ok()?.to_string(),
        Kind::Code(texts) => {
            let super::plan::CodeText::Code(code) = texts.get(text)? else { return None };
            let FieldKind::Value(Ty::Code(list)) = program.record(record)?.fields.get(field.id.index())?.kind else {
                return None;
            };
            program.list(list)?.name(code).to_owned()
        }
        Kind::Codes(..)
        | Kind::Texts(_)
        | Kind::IntegerRange
        | Kind::DecimalRange
        | Kind::IntegerPair
        | Kind::DecimalPair
        | Kind::Present => return None,
    })
}
