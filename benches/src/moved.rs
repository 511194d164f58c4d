//! People with dated events, in the order of people and dates; and the fold that moves each person, by hand.

use crate::Random;
use crate::charges::as_of;
use assize::model::civil::Date;
use assize::model::column::{Column, Table, Values};
use assize::model::ids::RecordId;

/// The rules that the fold is of.
pub const RULES: &str = r#"ruleset moved version "1" {}
ordered codes Level { d c b a }
record Person { id : integer key   charges : many Charge by person }
record Charge { person : integer   on : date   weapon : boolean }
category standing of Person -> Level { a when any charges where weapon  otherwise d }
progression conduct of Person for standing {
  start at d
  raise 1 at each Charge where weapon
  lower 1 after 12 months without Charge
  hold at least 30 days
}
"#;

/// The columns.
#[derive(Debug, Clone)]
pub struct Events {
    pub people: usize,
    pub person: Vec<i64>,
    pub on: Vec<i32>,
    pub weapon: Vec<u64>,
}

/// Where a person stands, while the events go by.
#[derive(Debug, Clone, Copy)]
struct Stand {
    level: u8,
    changed: i32,
    waiting: i32,
    last: i32,
}

const NEVER: i32 = i32::MIN;
const HOLD: i32 = 30;

fn year_after(day: i32) -> i32 {
    Date::from_days(day).and_then(|day| day.plus_months(12, false).ok()).map_or(i32::MAX, Date::days)
}

impl Stand {
    const START: Self = Self { level: 0, changed: NEVER, waiting: 0, last: NEVER };

    fn moved(&mut self, by: i32, day: i32) {
        let level = (i32::from(self.level) + by).clamp(0, 3) as u8;
        if level != self.level {
            self.level = level;
            self.changed = day;
        }
    }

    /// Time passes up to a day.
    #[inline]
    fn pass(&mut self, day: i32) {
        loop {
            let base = self.last.max(self.changed);
            let held = if self.changed == NEVER { NEVER } else { self.changed + HOLD };
            let lowered = if base == NEVER || self.level == 0 || day - base < 336 {
                i32::MAX
            } else {
                year_after(base).max(held)
            };
            if self.waiting != 0 && held <= lowered {
                if held > day {
                    return;
                }
                let by = std::mem::take(&mut self.waiting);
                self.moved(by, held);
            } else if lowered <= day {
                self.moved(-1, lowered);
            } else {
                return;
            }
        }
    }
}

impl Events {
    /// So many people with about `each` events each over ten years, in the order of people and dates.
    pub fn new(people: usize, each: usize) -> Self {
        let mut random = Random(23);
        let rows = people * each;
        let until = as_of().days() + 30;
        let mut events: Vec<(i64, i32)> =
            (0..rows).map(|_| (random.below(people as u64) as i64, until - random.below(3650) as i32)).collect();
        events.sort_unstable();
        let mut weapon = vec![0_u64; rows.div_ceil(64)];
        for row in 0..rows {
            if random.below(100) < 30 {
                weapon[row / 64] |= 1 << (row % 64);
            }
        }
        let (person, on) = events.into_iter().unzip();
        Self { people, person, on, weapon }
    }

    /// The people's table.
    pub fn people_table(&self) -> Table {
        let ids: Vec<i64> = (0..self.people as i64).collect();
        let id = Column { values: Values::Integer(ids.into()), known: None, absent: vec![] };
        Table { record: RecordId(0), rows: self.people, columns: vec![Some(id), None], bad: vec![] }
    }

    /// The events' table.
    pub fn events_table(&self) -> Table {
        let rows = self.person.len();
        let column = |values| Some(Column { values, known: None, absent: vec![] });
        Table {
            record: RecordId(1),
            rows,
            columns: vec![
                column(Values::Integer(self.person.clone().into())),
                column(Values::Date(self.on.clone().into())),
                column(Values::Boolean(arrow_buffer::BooleanBuffer::new(self.weapon.clone().into(), 0, rows))),
            ],
            bad: vec![],
        }
    }

    /// One pass over the events.
    pub fn by_hand(&self, levels: &mut Vec<u8>) {
        levels.clear();
        levels.resize(self.people, 0);
        let as_of = as_of().days();
        let mut row = 0;
        for (person, level) in levels.iter_mut().enumerate() {
            let mut stand = Stand::START;
            while row < self.person.len() && self.person[row] as usize == person {
                let day = self.on[row];
                if day <= as_of {
                    stand.pass(day);
                    stand.last = day;
                    if self.weapon[row / 64] >> (row % 64) & 1 == 1 {
                        if stand.changed != NEVER && day < stand.changed + HOLD {
                            stand.waiting += 1;
                        } else {
                            stand.moved(1, day);
                        }
                    }
                }
                row += 1;
            }
            stand.pass(as_of);
            *level = stand.level;
        }
    }
}
