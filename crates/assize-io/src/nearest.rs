//! Did you mean: the nearest of some texts.

/// Longer texts are not compared: the time it takes grows with the square.
const LONGEST: usize = 64;

/// The text nearest to what was found, if one is near enough to have been meant; of several, the first. Compares at
/// most as many as the budget has left.
pub(crate) fn nearest<'a>(
    found: &str,
    texts: impl IntoIterator<Item = &'a str>,
    budget: &mut usize,
) -> Option<&'a str> {
    let length = found.chars().count();
    if length > LONGEST || length == 0 {
        return None;
    }
    let lower = found.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for text in texts {
        *budget = budget.checked_sub(1)?;
        let other = text.chars().count();
        let most = (length.max(other) / 3).max(1);
        if other > LONGEST || other.abs_diff(length) > most {
            continue;
        }
        let distance = strsim::osa_distance(&lower, &text.to_lowercase());
        if distance <= most && distance < length && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, text));
        }
    }
    best.map(|(_, text)| text)
}
