//! Units of numbers: they are checked while compiling and leave no trace in the program.

use std::sync::Arc;

/// A product of powers of stated units, by name: of none where they cancel out, as in a share. `None` where a number states
/// no unit and takes on any.
pub type Unit = Option<Arc<[(Arc<str>, i32)]>>;

/// The most names a unit is made of; past that it is no longer followed, so that long chains of products stay linear.
const MAX_NAMES: usize = 16;

/// The unit of a field.
pub fn stated(name: &Arc<str>) -> Unit {
    Some(Arc::from([(Arc::clone(name), 1)]))
}

/// The unit of a product, or of a quotient when `power` is -1.
pub fn times(left: &Unit, right: &Unit, power: i32) -> Unit {
    if left.is_none() && right.is_none() {
        return None;
    }
    let mut out: Vec<(Arc<str>, i32)> = left.as_deref().unwrap_or_default().to_vec();
    for (name, exponent) in right.as_deref().unwrap_or_default() {
        let exponent = exponent.saturating_mul(power);
        match out.binary_search_by(|(other, _)| other.cmp(name)) {
            Ok(at) => {
                if let Some(slot) = out.get_mut(at) {
                    slot.1 = slot.1.saturating_add(exponent);
                }
            }
            Err(at) => out.insert(at, (Arc::clone(name), exponent)),
        }
    }
    out.retain(|(_, exponent)| *exponent != 0);
    (out.len() <= MAX_NAMES).then(|| out.into())
}

/// The unit in words: `CAD*visit/month`.
pub fn shown(unit: &[(Arc<str>, i32)]) -> String {
    if unit.is_empty() {
        return "no unit".to_owned();
    }
    let mut out = String::new();
    for (sign, positive) in [('*', true), ('/', false)] {
        for (name, exponent) in unit.iter().filter(|(_, exponent)| (*exponent > 0) == positive) {
            match (out.is_empty(), positive) {
                (true, true) => {}
                (true, false) => out.push_str("1/"),
                (false, _) => out.push(sign),
            }
            out.push_str(name);
            if exponent.unsigned_abs() > 1 {
                out.push_str(&format!("^{}", exponent.unsigned_abs()));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_and_quotients() {
        let (cad, visit) = (stated(&"CAD".into()), stated(&"visit".into()));
        let show = |unit: &Unit| unit.as_deref().map(shown);
        assert_eq!(show(&times(&cad, &visit, -1)).as_deref(), Some("CAD/visit"));
        assert_eq!(show(&times(&visit, &cad, 1)).as_deref(), Some("CAD*visit"));
        assert_eq!(show(&times(&cad, &cad, 1)).as_deref(), Some("CAD^2"));
        assert_eq!(show(&times(&cad, &cad, -1)).as_deref(), Some("no unit"));
        assert_eq!(times(&None, &None, 1), None);
        assert_eq!(show(&times(&None, &cad, -1)).as_deref(), Some("1/CAD"));
        assert_eq!(times(&times(&cad, &visit, 1), &visit, -1), cad);
    }
}
