//! `function`.

use super::{Builder, Cursor, Node};
use crate::ast::{Function, FunctionParameter, Script};
use crate::parse::codes;
use crate::parse::explain::What;
use crate::parse::grammar::Rule;
use crate::parse::lexis::{Fault, Kind};

impl<'t> Builder<'t, '_> {
    /// A function; its body is kept as it stands.
    pub(super) fn function(&mut self) -> Option<Function> {
        let (span, docs) = (self.span(), self.docs());
        let is_body = |kind| matches!(kind, Kind::Script | Kind::Fault(Fault::UnclosedScript));
        let at = self.tokens.iter().position(|token| is_body(token.kind));
        let header = 0..at.unwrap_or(self.tokens.len());
        let before = self.report.count();
        let made = self.make(Rule::piece_function_header, What::FunctionHeader, header, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::function_header)?);
            parts.pass(Rule::kw_function);
            let name = this.take_ident(&mut parts)?;
            parts.pass(Rule::open_paren);
            let parameters = this.parameters(&mut parts)?;
            parts.pass(Rule::close_paren);
            parts.pass(Rule::arrow);
            let result = this.outcome(parts.one(Rule::outcome)?)?;
            Some((name, parameters, result, this.take_text(&mut parts)))
        });
        let Some(at) = at else {
            if self.report.count() == before {
                self.error(codes::UNEXPECTED, self.next, "expected `{` after the header of the function");
            }
            return None;
        };
        self.nothing_after(What::FunctionHeader, &(at + 1..self.tokens.len()));
        let body = self.tokens.get(at).filter(|token| token.kind == Kind::Script)?;
        let (start, end) = (body.start + 1, body.end - 1);
        let body = Script { text: self.text.slice(start, end).to_owned(), span: self.text.span(start, end) };
        let (name, parameters, result, title) = made?;
        Some(Function { name, parameters, result, title, body, docs, span })
    }

    fn parameters(&mut self, parts: &mut Cursor<'t>) -> Option<Vec<FunctionParameter>> {
        let mut parameters = Vec::new();
        while let Some(node) = parts.one(Rule::function_parameter) {
            parameters.push(self.function_parameter(node)?);
            parts.pass(Rule::comma);
        }
        Some(parameters)
    }

    fn function_parameter(&mut self, node: Node<'t>) -> Option<FunctionParameter> {
        let span = self.span_of(&node);
        let mut parts = Cursor::of(node);
        let name = self.take_ident(&mut parts)?;
        parts.pass(Rule::colon);
        let ty = self.outcome(parts.one(Rule::outcome)?)?;
        let or = parts.one(Rule::kw_or).map(|node| self.span_of(&node));
        let missing = parts.one(Rule::kw_missing).map(|node| self.span_of(&node));
        let or_missing = or.zip(missing).map(|(or, missing)| or.to(missing));
        Some(FunctionParameter { name, ty, or_missing, span })
    }
}
