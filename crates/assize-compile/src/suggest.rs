//! "did you mean": the name most like one that is not there.

/// The candidate most like `name`, when one is like enough to be meant.
pub fn closest<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    let far = 1 + length / 5;
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate == name || candidate.chars().count().abs_diff(length) > far {
            continue;
        }
        let distance = strsim::osa_distance(&wanted, &candidate.to_lowercase());
        // A name of one or two letters is like every other: only its case may differ, or one letter lack.
        let near = match length {
            0 | 1 => distance == 0,
            2 => distance == 0 || (distance == 1 && candidate.to_lowercase().starts_with(&wanted)),
            _ => distance <= far,
        };
        let better = match best {
            Some((least, earlier)) => (distance, candidate) < (least, earlier),
            None => true,
        };
        if near && better {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Names for a message: "`a`, `b` and `c`", cut off after a few.
pub fn listing<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    const SHOWN: usize = 8;
    let mut names = names.into_iter();
    let mut shown: Vec<String> = names.by_ref().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let rest = names.count();
    if rest > 0 {
        shown.push(format!("{rest} more"));
    }
    match shown.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
    }
}

/// The name of a record as it stands before a field, `BreachOfOrder` as `breach_of_order`.
pub fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut lower_before = false;
    for c in name.chars() {
        if c.is_uppercase() && lower_before {
            out.push('_');
        }
        lower_before = c.is_lowercase() || c.is_ascii_digit();
        out.extend(c.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name() {
        assert_eq!(closest("divison", ["division", "region"]), Some("division"));
        assert_eq!(closest("offense", ["offence", "off"]), Some("offence"));
        assert_eq!(closest("b", ["B", "c"]), Some("B"));
        assert_eq!(closest("zebra", ["division"]), None);
        assert_eq!(closest("ab", ["ac"]), None);
        assert_eq!(closest("lo", ["low", "high"]), Some("low"));
    }

    #[test]
    fn listings() {
        assert_eq!(listing(["a"]), "`a`");
        assert_eq!(listing(["a", "b", "c"]), "`a`, `b` and `c`");
        let many: Vec<String> = (0..10).map(|n| n.to_string()).collect();
        assert!(listing(many.iter().map(String::as_str)).ends_with("`7` and 2 more"));
    }

    #[test]
    fn record_names_in_paths() {
        assert_eq!(snake("Charge"), "charge");
        assert_eq!(snake("BreachOfOrder"), "breach_of_order");
        assert_eq!(snake("HTTPCall"), "httpcall");
    }
}
