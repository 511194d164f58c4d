//! Walks the pairs of one rule, comments left out: those are gathered elsewhere.

use pest::iterators::{Pair, Pairs};

use crate::parse::grammar::Rule;

/// What a rule has matched.
pub(crate) type Node<'i> = Pair<'i, Rule>;

/// The parts of a rule, in the order of the text.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'i> {
    pairs: Pairs<'i, Rule>,
    ahead: Option<Node<'i>>,
}

impl<'i> Cursor<'i> {
    pub(crate) fn new(pairs: Pairs<'i, Rule>) -> Self {
        let mut cursor = Self { pairs, ahead: None };
        cursor.advance();
        cursor
    }

    /// The parts of a node.
    pub(crate) fn of(node: Node<'i>) -> Self {
        Self::new(node.into_inner())
    }

    fn advance(&mut self) {
        self.ahead = self.pairs.find(|pair| pair.as_rule() != Rule::COMMENT);
    }

    /// The rule of the next part.
    pub(crate) fn peek(&self) -> Option<Rule> {
        self.ahead.as_ref().map(Pair::as_rule)
    }

    /// The next part, if it is of this rule.
    pub(crate) fn one(&mut self, rule: Rule) -> Option<Node<'i>> {
        if self.peek() == Some(rule) { self.next() } else { None }
    }

    /// Passes over the next part if it is of this rule, and says whether it was.
    pub(crate) fn pass(&mut self, rule: Rule) -> bool {
        self.one(rule).is_some()
    }
}

impl<'i> Iterator for Cursor<'i> {
    type Item = Node<'i>;

    fn next(&mut self) -> Option<Node<'i>> {
        let node = self.ahead.take();
        self.advance();
        node
    }
}
