//! The text of a declaration without its layout: what is shown of it, and whether it is written as it was.

use assize_model::program::{Heading, Place, Program};

/// A text with its comments left out and its white space drawn together; texts in quotes stay as they are.
fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                out.push(c);
                while let Some(c) = chars.next() {
                    out.push(c);
                    match c {
                        '\\' => out.extend(chars.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '#' => {
                // To the end of the line, which is white space.
                chars.by_ref().find(|&c| c == '\n');
                space(&mut out);
            }
            c if c.is_whitespace() => space(&mut out),
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn space(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// The text of an expression.
pub fn of(program: &Program, place: Place) -> String {
    squeeze(program.text_of(place))
}

/// The text of a named condition or `let` after its name and title.
pub fn body(program: &Program, place: Place, heading: &Heading, sign: char) -> String {
    let text = of(program, place);
    let mut rest = text.as_str();
    if sign == '=' {
        // `let NAME of RECORD "Title" =`: the first sign outside quotes.
        let mut quoted = false;
        let at = rest.find(|c| {
            quoted ^= c == '"';
            c == sign && !quoted
        });
        return at.and_then(|at| rest.get(at + 1..)).unwrap_or(rest).trim_start().to_owned();
    }
    rest = rest.strip_prefix(&*heading.name).unwrap_or(rest).trim_start();
    if let Some(title) = &heading.title {
        rest = rest.strip_prefix(&format!("\"{title}\"")).unwrap_or(rest).trim_start();
    }
    match rest.strip_prefix(sign) {
        Some(rest) => rest.trim_start().to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_and_comments_do_not_count() {
        assert_eq!(squeeze("a  and\n\t# why\n b"), "a and b");
        assert_eq!(squeeze("\"a  # b\\\"  \" # c"), "\"a  # b\\\"  \"");
        assert_eq!(squeeze("# only"), "");
        assert_eq!(squeeze("\"open"), "\"open");
    }
}
