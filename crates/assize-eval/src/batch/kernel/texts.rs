//! Questions about texts.

#![expect(clippy::indexing_slicing, reason = "bitmaps have the words of a chunk")]

use super::{Arg, Left, Work};
use crate::batch::bits;
use crate::batch::cell::Cell;
use crate::batch::reg::{Data, Reg, Texts};
use assize_model::text::Pattern;

/// Asks `f` of every known row.
fn ask(work: &Work<'_>, args: &[Arg<'_>], f: impl Fn(usize) -> bool, out: &mut Reg) -> Left {
    let left = work.strict(args, out);
    let (yes, known) = out.yes_mut();
    for at in 0..work.words() {
        yes[at] = bits::ones_of(known[at]).fold(0, |word, bit| word | u64::from(f(at * 64 + bit)) << bit);
    }
    left
}

fn texts<'a>(arg: Arg<'a>) -> Option<&'a Texts> {
    match arg.data()? {
        Data::Text(texts) => Some(texts),
        _ => None,
    }
}

/// A question about a text and another.
pub(super) fn test(
    work: &Work<'_>,
    left: Arg<'_>,
    right: Arg<'_>,
    f: impl Fn(&str, &str) -> bool,
    out: &mut Reg,
) -> Option<Left> {
    let whole = texts(left)?;
    match right {
        Arg::One(Cell::Text(part)) => Some(ask(work, &[left, right], |lane| f(whole.get(lane), part), out)),
        Arg::One(_) => None,
        Arg::Lanes(_) => {
            let part = texts(right)?;
            Some(ask(work, &[left, right], |lane| f(whole.get(lane), part.get(lane)), out))
        }
    }
}

/// Whether a pattern matches.
pub(super) fn matches(work: &Work<'_>, operand: Arg<'_>, pattern: Option<&Pattern>, out: &mut Reg) -> Option<Left> {
    let (text, pattern) = (texts(operand)?, pattern?);
    Some(ask(work, &[operand], |lane| pattern.is_match(text.get(lane)), out))
}
