//! A category's values and states as bare numbers, for those who have the names by themselves.

use super::category::known;
use crate::results::Part;
use assize_io::out::{Indices, OutColumn, OutField, OutType, OutValues};
use assize_model::ids::CategoryId;
use assize_model::program::{Hit, Program};

/// How many codes the list of a category has; `None` where its values are sets.
fn count(program: &Program, id: CategoryId) -> Option<u8> {
    let category = program.category(id).filter(|category| category.hit != Hit::All)?;
    u8::try_from(program.list(category.list)?.codes.len()).ok()
}

/// The columns; `None` where values are sets.
pub fn fields(program: &Program, id: CategoryId) -> Option<Vec<OutField>> {
    let most = count(program, id)?;
    let field = |name: &str, ty| OutField { name: name.into(), ty };
    Some(vec![
        field("value", OutType::Number { most }),
        field("known", OutType::Boolean),
        field("state", OutType::Number { most: u8::MAX }),
    ])
}

/// Hands out the columns of a part, which are those of [`fields`].
pub fn with_columns<R>(part: &Part, f: impl FnOnce(&[OutColumn<'_>], usize) -> R) -> R {
    let columns = &part.columns;
    let known = known(&columns.state);
    let out = [
        OutColumn::all(OutValues::Dictionary(Indices::U8(&columns.value))),
        OutColumn::all(OutValues::Boolean(&known)),
        OutColumn::all(OutValues::Dictionary(Indices::U8(&columns.state))),
    ];
    f(&out, columns.rows())
}
