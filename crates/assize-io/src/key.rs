//! Keys that come twice, over all batches of a record.

use crate::fault::Sink;
use crate::plan::RecordPlan;
use crate::table::key_text;
use assize_model::column::{Column, Table, Values};
use assize_model::ids::FieldId;
use assize_model::read::{DUPLICATE_KEY, Shown};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

/// The keys seen so far.
///
/// It takes 16 bytes a row and, unless keys come in ascending order, 9 bytes a distinct key for finding it; each up to
/// double while it grows. Numbers, dates and texts of up to 15 bytes are held as they are; of longer texts 120 bits of
/// their BLAKE3 hash, so that nobody can make two of them look the same.
#[derive(Debug, Default)]
pub(crate) struct KeyCheck {
    /// By row; [`NONE`] for a row without a key.
    keys: Vec<u128>,
    /// The last key, while each was greater than all before: none can then have come twice.
    last: u128,
    /// Rows with a key that came for the first time; once keys did not ascend.
    rows: Option<HashTable<u64>>,
}

/// What stands for no key.
const NONE: u128 = 0;

impl KeyCheck {
    /// No keys yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Enters the keys of a batch, whose rows follow those of the batch before; tells of each that is there already.
    pub(crate) fn check(&mut self, table: &Table, key: FieldId, plan: &RecordPlan, sink: &mut Sink) {
        let Some(column) = table.column(key) else {
            self.keys.resize(self.keys.len() + table.rows, NONE);
            return;
        };
        self.keys.reserve(table.rows);
        for row in 0..table.rows {
            let packed = if column.is_known(row) { packed(column, row).unwrap_or(NONE) } else { NONE };
            let at = self.keys.len();
            self.keys.push(packed);
            if packed == NONE {
                continue;
            }
            let Self { keys, last, rows } = self;
            let rows = match rows {
                None if packed > *last => {
                    *last = packed;
                    continue;
                }
                None => rows.insert(all_found(keys, at)),
                Some(rows) => rows,
            };
            let key_of = |at: &u64| keys.get(*at as usize).copied().unwrap_or(NONE);
            match rows.entry(spread(packed), |at| key_of(at) == packed, |at| spread(key_of(at))) {
                Entry::Vacant(entry) => {
                    entry.insert(at as u64);
                }
                Entry::Occupied(entry) => {
                    let first = *entry.get() + 1;
                    let row = u32::try_from(row).unwrap_or(u32::MAX);
                    sink.add(row, || {
                        let text = key_text(table, key, row, plan).unwrap_or_default();
                        (DUPLICATE_KEY, format!("the key {} is already that of row {first}", Shown(&text)))
                    });
                }
            }
        }
    }
}

/// The rows of the keys before one, none of which came twice.
fn all_found(keys: &[u128], before: usize) -> HashTable<u64> {
    let mut rows = HashTable::with_capacity(before + 1);
    let key_of = |at: &u64| keys.get(*at as usize).copied().unwrap_or(NONE);
    for (at, &key) in keys.iter().take(before).enumerate().filter(|&(_, &key)| key != NONE) {
        rows.insert_unique(spread(key), at as u64, |at| spread(key_of(at)));
    }
    rows
}

/// A key in 128 bits, different for different keys of one column and never [`NONE`].
fn packed(column: &Column, row: usize) -> Option<u128> {
    // The bit above 64 keeps them apart from no key; with the sign turned they are in order.
    let bits = |value: i64| 1 << 64 | u128::from(value.cast_unsigned() ^ 1 << 63);
    Some(match &column.values {
        Values::Text(texts) => packed_text(texts.get(row).as_bytes()),
        Values::Integer(values) | Values::Time(values) | Values::DateTime(values) => bits(*values.get(row)?),
        Values::Date(values) => bits(i64::from(*values.get(row)?)),
        Values::Code(values) => bits(i64::from(*values.get(row)?)),
        // One scale for the batch, not for all: as text, in which equal values are equal.
        Values::Decimal { coefficients, scale } => {
            let value = assize_model::decimal::Decimal::new(*coefficients.get(row)?, *scale)?;
            packed_text(value.normalized().to_string().as_bytes())
        }
        Values::Boolean(values) => bits(i64::from(row < values.len() && values.value(row))),
        Values::Duration(values) => packed_text(values.get(row)?.to_string().as_bytes()),
        Values::Set(_) | Values::IntegerRange(_) | Values::DecimalRange(_) => return None,
    })
}

/// The length in the highest byte, 255 for a hash.
fn packed_text(text: &[u8]) -> u128 {
    let mut bytes = [0_u8; 16];
    let [length, rest @ ..] = &mut bytes;
    match rest.get_mut(..text.len()) {
        Some(place) => {
            place.copy_from_slice(text);
            *length = text.len() as u8;
        }
        None => {
            let hash = blake3::hash(text);
            for (to, from) in rest.iter_mut().zip(hash.as_bytes()) {
                *to = *from;
            }
            *length = u8::MAX;
        }
    }
    u128::from_be_bytes(bytes)
}

/// A hash for finding, of which collisions only cost time.
fn spread(key: u128) -> u64 {
    let factor = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835_u128;
    let product = (key ^ (key >> 64)).wrapping_mul(factor);
    let folded = (product >> 64) as u64 ^ product as u64;
    folded.wrapping_mul(0xd6e8_feb8_6659_fd93) ^ (folded >> 32)
}
