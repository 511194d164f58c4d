//! Finds the end of a text in Rhai that stands in braces. Braces in its texts, characters and comments do not count.

/// What is open at a place of the script.
#[derive(Clone, Copy)]
enum Open {
    Brace,
    /// A text in back-ticks, which may hold expressions in `${…}`.
    Template,
}

/// How long the script is that begins with the `{` at `at`, its closing brace included; `None` when it is not closed.
/// Linear in what is read, without recursion.
pub(crate) fn length(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let peek = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let mut open = Vec::new();
    let mut place = at;
    while place < bytes.len() {
        let first = peek(place);
        if matches!(open.last(), Some(Open::Template)) {
            place += match (first, peek(place + 1), peek(place + 2)) {
                (b'`', ..) => {
                    open.pop();
                    1
                }
                (b'\\', b'$', b'{') => 3,
                (b'$', b'{', _) => {
                    open.push(Open::Brace);
                    2
                }
                _ => 1,
            };
            continue;
        }
        place += match first {
            b'{' => {
                open.push(Open::Brace);
                1
            }
            b'}' => {
                open.pop();
                if open.is_empty() {
                    return Some(place + 1 - at);
                }
                1
            }
            b'`' => {
                open.push(Open::Template);
                1
            }
            b'"' | b'\'' => quoted(bytes, place),
            b'#' => raw(bytes, place),
            b'/' if peek(place + 1) == b'/' => find(bytes, place, b'\n'),
            b'/' if peek(place + 1) == b'*' => note(bytes, place),
            _ => 1,
        };
    }
    None
}

/// From `at` to the next such byte, or to the end.
fn find(bytes: &[u8], at: usize, wanted: u8) -> usize {
    let rest = bytes.get(at..).unwrap_or(&[]);
    rest.iter().position(|byte| *byte == wanted).unwrap_or(rest.len())
}

/// A text or character in quotes, to its closing quote or to the end of its line. A line may go on behind a backslash.
fn quoted(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or(&[]);
    let mut quote = None;
    let mut place = 0;
    while let Some(&byte) = rest.get(place) {
        match (byte, quote) {
            (b'\n', _) => return place,
            (b'\\', Some(_)) => place += 1,
            (_, None) => quote = Some(byte),
            (_, Some(closing)) if closing == byte => return place + 1,
            _ => {}
        }
        place += 1;
    }
    rest.len()
}

/// `#"…"#` with any number of `#`, or the signs alone when no text follows them or it does not end.
fn raw(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or(&[]);
    let signs = rest.iter().take_while(|byte| **byte == b'#').count();
    if rest.get(signs) != Some(&b'"') {
        return signs;
    }
    let mut place = signs + 1;
    while let Some(&byte) = rest.get(place) {
        place += 1;
        if byte == b'"' {
            let closing = rest.iter().skip(place).take(signs).take_while(|byte| **byte == b'#').count();
            if closing == signs {
                return place + signs;
            }
            place += closing;
        }
    }
    rest.len()
}

/// `/* … */`, which may hold others.
fn note(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or(&[]);
    let mut depth = 0_usize;
    let mut place = 0;
    while let Some(&byte) = rest.get(place) {
        let next = rest.get(place + 1).copied().unwrap_or(0);
        match (byte, next) {
            (b'/', b'*') => {
                depth += 1;
                place += 2;
            }
            (b'*', b'/') => {
                depth = depth.saturating_sub(1);
                place += 2;
                if depth == 0 {
                    return place;
                }
            }
            _ => place += 1,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> Option<&str> {
        length(text, 0).map(|length| &text[..length])
    }

    #[test]
    fn braces_in_texts_and_comments_do_not_count() {
        for body in [
            "{}",
            "{ if on.month in [12, 1, 2] { \"winter\" } else { \"other\" } }",
            "{ \"}\" }",
            "{ \"a\\\"}\" }",
            "{ \"a\"\"}\" }",
            "{ '}' }",
            "{ '\\'' + '}' }",
            "{ `}` }",
            "{ `a ${ #{ b: \"}\" }.b } }` }",
            "{ `\\${ }` }",
            "{ `a ${ `b ${ c } }` } }` }",
            "{ // }\n }",
            "{ /* } /* } */ } */ }",
            "{ #\"}\"# }",
            "{ ##\"}\"# } \"## }",
            "{ #{ a: 1 } }",
            "{ \"a \\\n }\" }",
            "{ \"é}ü\" }",
        ] {
            assert_eq!(script(&format!("{body} rest }}")), Some(body), "{body}");
        }
    }

    #[test]
    fn what_is_not_closed() {
        for text in ["{", "{ \"}", "{ `}", "{ /* }", "{ // }", "{ {}", "{ #\"}\"", "{ ` ${ } ", "{ '", "{ \\"] {
            assert_eq!(script(text), None, "{text}");
        }
        // A quote that is not closed ends with its line, as Rhai has it.
        assert_eq!(script("{ \"a\n }"), Some("{ \"a\n }"));
    }
}
