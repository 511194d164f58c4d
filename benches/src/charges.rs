//! Parents and their children in columns, and three aggregates worked out by hand in one pass.

use crate::Random;
use assize::model::civil::Date;
use assize::model::column::{Column, Table, Values};
use assize::model::ids::RecordId;

/// How the children lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// In the order of their parents, as an export by person has them.
    ByParent,
    /// In no order, as an export by date has them.
    Shuffled,
}

/// The columns; 3 % of `weapon` are missing.
#[derive(Debug, Clone)]
pub struct Children {
    pub parents: usize,
    pub person: Vec<i64>,
    pub on: Vec<i32>,
    pub weapon: Vec<u64>,
    pub weapon_known: Vec<u64>,
    pub amount: Vec<i64>,
}

/// Per parent: whether an armed charge is certain or possible, how many charges, and their amount.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    pub armed: Vec<bool>,
    pub maybe: Vec<bool>,
    pub count: Vec<i64>,
    pub amount: Vec<i64>,
}

/// The evaluation date: most of the children are before it.
pub const AS_OF: (i32, u32, u32) = (2026, 1, 1);

/// The evaluation date in days.
pub fn as_of() -> Date {
    let (year, month, day) = AS_OF;
    Date::from_ymd(year, month, day).unwrap_or(Date::MIN)
}

impl Children {
    /// `parents` parents with about `each` children each.
    pub fn new(parents: usize, each: usize, order: Order) -> Self {
        let mut random = Random(11);
        let rows = parents * each;
        let mut person: Vec<i64> = (0..rows).map(|_| random.below(parents as u64) as i64).collect();
        if order == Order::ByParent {
            person.sort_unstable();
        }
        let until = as_of().days() + 30;
        let on = (0..rows).map(|_| until - random.below(1000) as i32).collect();
        let mut bits = |percent| {
            let mut words = vec![0_u64; rows.div_ceil(64)];
            for row in 0..rows {
                if random.below(100) < percent {
                    words[row / 64] |= 1 << (row % 64);
                }
            }
            words
        };
        let weapon_known = bits(97);
        let weapon = bits(4).iter().zip(&weapon_known).map(|(yes, known)| yes & known).collect();
        let amount = (0..rows).map(|_| random.below(600) as i64).collect();
        Self { parents, person, on, weapon, weapon_known, amount }
    }

    /// The parents' table: the record `Person` of [`crate::rules::CHILDREN`].
    pub fn parent_table(&self) -> Table {
        let ids: Vec<i64> = (0..self.parents as i64).collect();
        let id = Column { values: Values::Integer(ids.into()), known: None, absent: vec![] };
        Table { record: RecordId(0), rows: self.parents, columns: vec![Some(id), None], bad: vec![] }
    }

    /// The children's table: the record `Charge`.
    pub fn child_table(&self) -> Table {
        let rows = self.person.len();
        let bits = |words: &[u64]| arrow_buffer::BooleanBuffer::new(words.to_vec().into(), 0, rows);
        let column = |values| Some(Column { values, known: None, absent: vec![] });
        Table {
            record: RecordId(1),
            rows,
            columns: vec![
                column(Values::Integer(self.person.clone().into())),
                column(Values::Date(self.on.clone().into())),
                Some(Column {
                    values: Values::Boolean(bits(&self.weapon)),
                    known: Some(bits(&self.weapon_known)),
                    absent: vec![],
                }),
                column(Values::Integer(self.amount.clone().into())),
            ],
            bad: vec![],
        }
    }

    /// One pass over the children, adding to their parents.
    pub fn by_hand(&self, out: &mut Totals) {
        out.armed.clear();
        out.armed.resize(self.parents, false);
        out.maybe.clear();
        out.maybe.resize(self.parents, false);
        out.count.clear();
        out.count.resize(self.parents, 0);
        out.amount.clear();
        out.amount.resize(self.parents, 0);
        let as_of = as_of().days();
        for row in 0..self.person.len() {
            if self.on[row] >= as_of {
                continue;
            }
            let parent = self.person[row] as usize;
            let known = self.weapon_known[row / 64] >> (row % 64) & 1 == 1;
            let weapon = self.weapon[row / 64] >> (row % 64) & 1 == 1;
            out.armed[parent] |= weapon;
            out.maybe[parent] |= !known;
            out.count[parent] += 1;
            out.amount[parent] = out.amount[parent].saturating_add(self.amount[row]);
        }
    }
}
