//! Keys that come twice, over all batches of a record.

use crate::fault::Sink;
use crate::plan::RecordPlan;
use crate::table::key_text;
use assize_model::column::{Column, Table, Values};
use assize_model::ids::FieldId;
use assize_model::read::{DUPLICATE_KEY, Shown};
use hashbrown::HashTable;

/// The keys seen so far.
///
/// It takes 16 bytes a row, and 9 bytes a distinct key for finding it, each up to double while it grows. Numbers,
/// dates and texts of up to 15 bytes are held as they are; of longer texts 120 bits of their BLAKE3 hash, so that nobody
/// can make two of them look the same.
#[derive(Debug, Default)]
pub struct KeyCheck {
    /// By row.
    keys: Vec<u128>,
    /// Rows with a key that came for the first time.
    rows: HashTable<u64>,
}

impl KeyCheck {
    /// No keys yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Enters the keys of a batch, whose rows follow those of the batch before; tells of each that is there already.
    pub(crate) fn check(&mut self, table: &Table, key: FieldId, plan: &RecordPlan, sink: &mut Sink) {
        let column = table.column(key);
        self.keys.reserve(table.rows);
        for row in 0..table.rows {
            let packed = column.filter(|column| column.is_known(row)).and_then(|column| packed(column, row));
            let at = self.keys.len() as u64;
            self.keys.push(packed.unwrap_or(0));
            let Some(packed) = packed else { continue };
            let Self { keys, rows } = self;
            let key_of = |at: &u64| keys.get(*at as usize).copied().unwrap_or(0);
            match rows.entry(spread(packed), |at| key_of(at) == packed, |at| spread(key_of(at))) {
                hashbrown::hash_table::Entry::Vacant(entry) => {
                    entry.insert(at);
                }
                hashbrown::hash_table::Entry::Occupied(entry) => {
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

/// A key in 128 bits, different for different keys of one column.
fn packed(column: &Column, row: usize) -> Option<u128> {
    let bits = |value: i64| u128::from(value.cast_unsigned());
    Some(match &column.values {
        Values::Text(texts) => packed_text(texts.get(row).as_bytes()),
        Values::Integer(values) | Values::Time(values) | Values::DateTime(values) => bits(*values.get(row)?),
        Values::Date(values) => bits(i64::from(*values.get(row)?)),
        Values::Code(values) => u128::from(*values.get(row)?),
        // One scale for the batch, not for all: as text, in which equal values are equal.
        Values::Decimal { coefficients, scale } => {
            let value = assize_model::decimal::Decimal::new(*coefficients.get(row)?, *scale)?;
            packed_text(value.normalized().to_string().as_bytes())
        }
        Values::Boolean(values) => u128::from(row < values.len() && values.value(row)),
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
