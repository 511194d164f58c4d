//! The codes of the errors found while reading text.

use crate::diagnostic::Code;

/// File too long: a rule file has more bytes than the limit.
pub const FILE_TOO_LONG: Code = Code("E0001");
/// Nested too deep: brackets, `where`, `if` or aggregates stand inside one another more often than the limit.
pub const TOO_DEEP: Code = Code("E0002");
/// Expression too long: one expression has more operators than the limit.
pub const TOO_MANY_OPERATORS: Code = Code("E0003");
/// Too long: a name, a text or one member of a declaration is longer than the limit.
pub const TOO_LONG: Code = Code("E0004");
/// Too many errors: a file has more errors than are listed.
pub const TOO_MANY_ERRORS: Code = Code("E0005");
/// Unexpected word or sign: the text does not go on as the language asks.
pub const UNEXPECTED: Code = Code("E0010");
/// Not a declaration: text outside any declaration.
pub const NOT_A_DECLARATION: Code = Code("E0011");
/// Bracket not closed: an opening bracket without its closing one.
pub const UNCLOSED_BRACKET: Code = Code("E0012");
/// Bracket not opened: a closing bracket without its opening one.
pub const STRAY_BRACKET: Code = Code("E0013");
/// Reserved word: a word of the language is used as a name.
pub const RESERVED_WORD: Code = Code("E0014");
/// Comparisons do not chain: `a < b < c` and its like.
pub const CHAINED_COMPARISON: Code = Code("E0016");
/// Brackets needed: an operator stands where it does not bind as it reads.
pub const NEEDS_BRACKETS: Code = Code("E0017");
/// Given twice: a clause or modifier that may stand once stands again.
pub const GIVEN_TWICE: Code = Code("E0018");
/// Unknown word: one of a few words is expected and another stands there.
pub const UNKNOWN_WORD: Code = Code("E0019");
/// Text not closed: a quoted text does not end on its line.
pub const UNCLOSED_TEXT: Code = Code("E0020");
/// Bad escape: a backslash in a text is not followed by an escape of the language.
pub const BAD_ESCAPE: Code = Code("E0021");
/// Integer out of range: an integer does not fit 64 bits.
pub const INTEGER_RANGE: Code = Code("E0022");
/// Decimal too precise: a decimal has more digits than are kept.
pub const DECIMAL_DIGITS: Code = Code("E0023");
/// Malformed number: a number is written in a form the language does not have.
pub const NUMBER_FORM: Code = Code("E0024");
/// Doubtful comma: a comma between numbers of a list that may part the thousands of one.
pub const DOUBTFUL_COMMA: Code = Code("W0940");
/// No such date: a date that is not in the calendar, or not written as one.
pub const BAD_DATE: Code = Code("E0025");
/// No such time: a time of day or an offset that does not exist.
pub const BAD_TIME: Code = Code("E0026");
/// Unknown character: a character that has no meaning outside a text.
pub const UNKNOWN_CHARACTER: Code = Code("E0027");
/// Pasted characters: typographic quotes, dashes or blanks, as word processors make them.
pub const PASTED_CHARACTER: Code = Code("E0028");
/// Operator of another language: `==`, `&&`, `<>` and their like.
pub const FOREIGN_OPERATOR: Code = Code("E0029");
/// Word of another language: `true`, `null`, `elif` and their like.
pub const FOREIGN_WORD: Code = Code("E0030");
/// Single quotes: a text in single quotes.
pub const SINGLE_QUOTES: Code = Code("E0031");
/// Comment of another language: `//` or `/* */`.
pub const FOREIGN_COMMENT: Code = Code("E0032");
/// Semicolon: nothing in the language ends with one.
pub const SEMICOLON: Code = Code("E0033");
/// Something is missing: a declaration or clause lacks a part it cannot do without.
pub const LACKING: Code = Code("E0034");
/// Wrong parts: a construct has parts it does not take, or too many of them.
pub const WRONG_PARTS: Code = Code("E0035");
