//! What is too long or too deep to be read; each limit is named in the message of the error it leads to.

/// Bytes of one file.
pub const FILE_BYTES: usize = 16 * 1024 * 1024;

/// Brackets, `where`, `if` and aggregates inside one another. Reading recurses this deep at most.
pub const NESTING: usize = 64;

/// Operators of one expression between two brackets or commas.
pub const OPERATORS: usize = 500;

/// Height of the tree of one expression. Passes over the tree, and freeing it, recurse this deep at most.
pub const EXPRESSION_DEPTH: usize = 500;

/// Words and signs of one member: a field, a criterion, a clause, or a declaration without a block.
pub const MEMBER_TOKENS: usize = 200_000;

/// Bytes of one name.
pub const NAME_BYTES: usize = 100;

/// Bytes of one quoted text, and of the body of one function.
pub const TEXT_BYTES: usize = 64 * 1024;

/// Digits of a decimal, leading zeros aside; the places after the point are limited to as many.
pub const DECIMAL_DIGITS: usize = 28;

/// Errors listed for one file; the rest are counted.
pub const LISTED_ERRORS: usize = 1_000;
