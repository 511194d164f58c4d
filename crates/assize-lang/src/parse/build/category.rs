//! `category`.

use super::{Builder, Cursor};
use crate::ast::{Case, Category, Criterion, Expr, ExprKind, Hit, Ident, Otherwise, Override, Uses};
use crate::parse::codes;
use crate::parse::explain::{self, What};
use crate::parse::grammar::Rule;
use crate::parse::lexis::{Bracket, Kind};
use crate::parse::pieces::{self, Piece};
use crate::parse::words;
use crate::source::Span;

/// What the body of a category has said so far.
#[derive(Default)]
struct Body {
    applies: Option<Expr>,
    cases: Vec<Case>,
    otherwise: Option<(Otherwise, Span)>,
    hit: Option<(Hit, Span)>,
    over: Option<Override>,
    uses: Vec<Uses>,
}

impl<'t> Builder<'t, '_> {
    /// A category. A criterion that cannot be read stands in it as an error, so that the others are checked.
    pub(super) fn category(&mut self) -> Option<Category> {
        let (span, docs) = (self.span(), self.docs());
        let block = self.block(What::CategoryHeader, false);
        let members = block.body?;
        let header = self.make(Rule::piece_category_header, What::CategoryHeader, block.header, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::category_header)?);
            parts.pass(Rule::kw_category);
            let name = this.take_ident(&mut parts)?;
            parts.pass(Rule::kw_of);
            let record = this.take_ident(&mut parts)?;
            parts.pass(Rule::arrow);
            Some((name, record, this.take_ident(&mut parts)?, this.take_text(&mut parts)))
        });
        let (mut body, mut whole) = (Body::default(), true);
        for piece in self.members(Some(members), |begins, at, start| begins.category_member(at, start)) {
            whole &= self.category_member(&mut body, piece).is_some();
        }
        let (name, record, codes, title) = header?;
        let Body { applies, cases, otherwise, hit, over, uses } = body;
        whole.then_some(Category { name, record, codes, title, applies, cases, otherwise, hit, over, uses, docs, span })
    }

    fn category_member(&mut self, body: &mut Body, piece: Piece) -> Option<()> {
        let at = piece.start;
        let word = self.word_at(at);
        let is_case = self.word_at(at + 1) == "when" && word != "applies";
        if !is_case {
            return self.category_clause(body, piece);
        }
        let opens = self.tokens.get(at + 2).is_some_and(|token| token.kind == Kind::Open(Bracket::Curly));
        let case = if opens { self.case_block(piece) } else { self.case_line(piece) };
        body.cases.push(case?);
        Some(())
    }

    /// `applies`, `otherwise`, `hit`, `uses`, `override`, or what is none of them.
    fn category_clause(&mut self, body: &mut Body, piece: Piece) -> Option<()> {
        let span = self.span_of_piece(&piece);
        self.make(Rule::piece_category_member, What::CategoryMember, piece, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::category_member)?);
            let word = parts.next()?;
            match word.as_rule() {
                Rule::uses => {
                    let uses = this.uses(word)?;
                    body.uses.push(uses);
                }
                Rule::overriding => {
                    let over = this.overriding(word)?;
                    this.once(&mut body.over, over, "`override`", span);
                }
                Rule::kw_applies => {
                    parts.pass(Rule::kw_when);
                    let condition = this.expression(parts.one(Rule::expression)?)?;
                    this.once(&mut body.applies, condition.expr, "`applies`", span);
                }
                Rule::kw_otherwise => {
                    let otherwise = if parts.pass(Rule::kw_none) {
                        Otherwise::None
                    } else if parts.pass(Rule::kw_error) {
                        Otherwise::Error(this.take_text(&mut parts)?)
                    } else {
                        Otherwise::Code(this.take_ident(&mut parts)?)
                    };
                    this.once(&mut body.otherwise, (otherwise, span), "`otherwise`", span);
                }
                Rule::kw_hit => {
                    let policy = parts.next()?;
                    let hit = match policy.as_str() {
                        "first" => Hit::First,
                        "unique" => Hit::Unique,
                        "highest" => Hit::Highest,
                        "all" => Hit::All,
                        _ => {
                            this.unknown_word(&policy, "a hit policy", &["first", "unique", "highest", "all"]);
                            return None;
                        }
                    };
                    this.once(&mut body.hit, (hit, span), "`hit`", span);
                }
                _ => return None,
            }
            Some(())
        })
    }

    /// `CODE when condition`, `CODE when name "Title" : condition`.
    fn case_line(&mut self, piece: Piece) -> Option<Case> {
        let span = self.span_of_piece(&piece);
        let (first, last) = (piece.start, piece.end);
        let made = self.make(Rule::piece_category_member, What::Case, piece, |this, mut cursor| {
            let mut parts = Cursor::of(cursor.one(Rule::category_member)?);
            let code = this.case_code(&mut parts)?;
            let criterion = match parts.one(Rule::criterion) {
                Some(node) => this.criterion(Cursor::of(node))?,
                None => {
                    let condition = this.expression(parts.one(Rule::expression)?)?.expr;
                    Criterion { name: None, title: None, span: condition.span, condition }
                }
            };
            Some(Case { code, criteria: vec![criterion], span })
        });
        made.or_else(|| {
            let code = self.code_at(first)?;
            let begins = self.beginnings();
            let criterion = begins.criterion(first + 2).then_some(first + 2);
            Some(Case { code, criteria: vec![self.unread_criterion(criterion, last)], span })
        })
    }

    /// `CODE when { criteria }`.
    fn case_block(&mut self, piece: Piece) -> Option<Case> {
        let span = self.span_of_piece(&piece);
        let first = piece.start;
        let block = pieces::block(self.tokens, piece, &self.brackets);
        let code = self
            .make(Rule::piece_case_header, What::Case, block.header, |this, mut cursor| {
                this.case_code(&mut Cursor::of(cursor.one(Rule::case_header)?)).map(Some)
            })
            .unwrap_or_else(|| self.code_at(first));
        let body = block.body?;
        if !block.closed {
            // What belongs to these braces cannot be told; that they are open is reported.
            return None;
        }
        if body.is_empty() {
            let place = self.span_behind(body.start);
            self.error(codes::LACKING, place, "a criterion is missing in these braces");
        }
        let mut criteria = Vec::new();
        for piece in self.members(Some(body), |begins, at, _| begins.criterion(at)) {
            let named = self.beginnings().criterion(piece.start).then_some(piece.start);
            let end = piece.end;
            let made = self.make(Rule::piece_criterion, What::Criterion, piece, |this, mut cursor| {
                this.criterion(Cursor::of(cursor.one(Rule::criterion)?))
            });
            criteria.push(made.unwrap_or_else(|| self.unread_criterion(named, end)));
        }
        if let Some(token) = self.first_unreported(&block.after) {
            let message = format!("expected a code and `when`, found {}", explain::found(&self.text, token));
            let place = self.text.span_of(token);
            self.error(codes::UNEXPECTED, place, message);
            return None;
        }
        Some(Case { code: code?, criteria, span })
    }

    fn case_code(&mut self, parts: &mut Cursor<'t>) -> Option<Ident> {
        let mut header = match parts.one(Rule::case_header) {
            Some(node) => Cursor::of(node),
            None => parts.clone(),
        };
        self.take_ident(&mut header)
    }

    fn criterion(&mut self, mut parts: Cursor<'t>) -> Option<Criterion> {
        let name = self.take_ident(&mut parts)?;
        let title = self.take_text(&mut parts);
        parts.pass(Rule::colon);
        let condition = self.expression(parts.one(Rule::expression)?)?.expr;
        Some(Criterion { span: name.span.to(condition.span), name: Some(name), title, condition })
    }

    fn code_at(&self, at: usize) -> Option<Ident> {
        let word = self.word_at(at);
        let usable = !word.is_empty() && !words::is_reserved(word);
        usable.then(|| Ident { text: word.to_owned(), span: self.span_behind(at) })
    }

    /// Stands for a criterion that could not be read, under its name where that is known.
    fn unread_criterion(&self, named: Option<usize>, end: usize) -> Criterion {
        let name = named.and_then(|at| self.code_at(at));
        let last = end.checked_sub(1).map_or(self.next, |at| self.span_behind(at));
        let span = name.as_ref().map_or(last, |name| name.span.to(last));
        Criterion { name, title: None, condition: Expr { kind: ExprKind::Error, span }, span }
    }
}
