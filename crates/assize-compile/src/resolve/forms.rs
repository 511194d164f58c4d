//! Instruments, taken apart: each has parts that stand for themselves (its score, a condition for each route), a list
//! and a category of its bands, and a list and a category of its routes. Parts are named behind a point: `screen.score`.

use assize_lang::ast::{
    self, BinaryOp, Case, Category, Code, Codes, Criterion, Expr, ExprKind, Ident, Instrument, MissingPolicy,
};
use assize_lang::source::Span;

/// A part of an instrument that has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the items add up to.
    Score,
    /// The same whether or not the instrument applies, which its own category asks by itself. No rule can name it.
    Bare,
    /// The least that it could still be.
    Lowest,
    /// The most.
    Highest,
    /// How many scored items have an answer.
    Answered,
    /// Whether a route's condition is true.
    Route(usize),
}

/// An instrument and what it is taken apart into.
#[derive(Debug)]
pub struct Form {
    /// As it is written.
    pub ast: Instrument,
    /// Its parts, with their names.
    pub parts: Vec<(Part, Ident)>,
    /// What its score reads.
    pub reads: Vec<Expr>,
    /// Each item's answer, as an expression.
    pub answers: Vec<Expr>,
    /// The path to its score.
    pub score: [Expr; 1],
    /// The lists of its bands, when no other is named, and of its routes.
    pub lists: Vec<Codes>,
    /// The category of its bands.
    pub band: Option<Category>,
    /// The category of its routes.
    pub routes: Option<Category>,
}

impl Form {
    /// The title of a part.
    pub fn title_of(&self, part: Part) -> Option<&ast::Quoted> {
        match part {
            Part::Route(at) => self.ast.routes.get(at)?.title.as_ref(),
            _ => None,
        }
    }
}

/// What no rule can write as a name.
const BARE: &str = "score*";

/// The names that an instrument gives its own parts.
pub const PARTS: [&str; 6] = ["score", "lowest", "highest", "answered", "band", "routes"];

/// Every instrument of the files.
pub fn forms(files: &[ast::File]) -> Vec<Form> {
    let decls = files.iter().flat_map(|file| &file.decls);
    decls
        .filter_map(|decl| match decl {
            ast::Decl::Instrument(instrument) => Some(form(instrument)),
            _ => None,
        })
        .collect()
}

fn form(ast: &Instrument) -> Form {
    let name = |part: &str, span: Span| Ident { text: format!("{}.{part}", ast.name.text), span };
    let path = |part: &str, span: Span| Expr {
        kind: ExprKind::Path {
            scope: Ident { text: ast.name.text.clone(), span },
            name: Ident { text: part.into(), span },
        },
        span,
    };
    let own = ast.name.span;
    let mut parts = Vec::new();
    if is_scored(ast) {
        for (part, word) in [
            (Part::Score, "score"),
            (Part::Bare, BARE),
            (Part::Lowest, "lowest"),
            (Part::Highest, "highest"),
            (Part::Answered, "answered"),
        ] {
            parts.push((part, name(word, own)));
        }
    }
    for (at, route) in ast.routes.iter().enumerate() {
        parts.push((Part::Route(at), name(&route.name.text, route.name.span)));
    }
    let answers: Vec<Expr> =
        ast.items.iter().map(|item| Expr { kind: ExprKind::Name(item.name.clone()), span: item.name.span }).collect();
    let mut reads = answers.clone();
    reads.extend(ast.items.iter().flat_map(|item| item.weight.iter().chain(&item.unless)).cloned());
    reads.extend(ast.applies.clone());
    if let Some((
        MissingPolicy::Prorate { up_to: expr, .. }
        | MissingPolicy::CountsAs(expr)
        | MissingPolicy::NotScoredAbove(expr),
        _,
    )) = &ast.missing
    {
        reads.push(expr.clone());
    }
    let mut lists = Vec::new();
    let band = (!ast.bands.is_empty() && is_scored(ast)).then(|| {
        let list = ast.codes.clone().unwrap_or_else(|| {
            let codes = ast.bands.iter().map(|band| code(&band.name, band.title.as_ref(), band.span)).collect();
            lists.push(list(name("band", own), true, ast, codes));
            name("band", own)
        });
        // Of bands of one name the list reports the second.
        let own_list = ast.codes.is_none();
        let first = |at: usize, name: &str| !ast.bands.iter().take(at).any(|band| band.name.text == name);
        let bands = ast.bands.iter().enumerate().filter(|(at, band)| !own_list || first(*at, &band.name.text));
        let cases = bands.map(|(_, band)| {
            let condition = within(&path(BARE, band.range.span), &band.range);
            let criterion = Criterion { name: None, title: band.title.clone(), condition, span: band.span };
            Case { code: band.name.clone(), criteria: vec![criterion], span: band.span }
        });
        let outside = ast::Quoted { text: "the score is in no band".into(), span: own };
        Category {
            cases: cases.collect(),
            otherwise: Some((ast::Otherwise::Error(outside), own)),
            hit: Some((ast::Hit::Unique, own)),
            ..category(name("band", own), list, ast)
        }
    });
    let routes = (!ast.routes.is_empty()).then(|| {
        let first = |at: usize, name: &str| !ast.routes.iter().take(at).any(|route| route.name.text == name);
        let routes = ast.routes.iter().enumerate().filter(|(at, route)| first(*at, &route.name.text));
        let codes = routes.map(|(_, route)| code(&route.name, route.title.as_ref(), route.span)).collect();
        lists.push(list(name("routes", own), false, ast, codes));
        let cases = ast.routes.iter().map(|route| {
            let condition = route.condition.clone();
            let criterion = Criterion { name: None, title: route.title.clone(), condition, span: route.span };
            Case { code: route.name.clone(), criteria: vec![criterion], span: route.span }
        });
        Category {
            cases: cases.collect(),
            otherwise: Some((ast::Otherwise::None, own)),
            hit: Some((ast::Hit::All, own)),
            ..category(name("routes", own), name("routes", own), ast)
        }
    });
    Form { ast: ast.clone(), parts, reads, answers, score: [path("score", own)], lists, band, routes }
}

/// Whether any item is scored.
pub fn is_scored(ast: &Instrument) -> bool {
    ast.items.iter().any(|item| item.unscored.is_none())
}

fn code(name: &Ident, title: Option<&ast::Quoted>, span: Span) -> Code {
    Code { name: name.clone(), title: title.cloned(), from: Vec::new(), span }
}

fn list(name: Ident, ordered: bool, ast: &Instrument, codes: Vec<Code>) -> Codes {
    Codes { name, ordered, title: ast.title.clone(), codes, missing: Vec::new(), docs: Vec::new(), span: ast.span }
}

fn category(name: Ident, codes: Ident, ast: &Instrument) -> Category {
    Category {
        name,
        record: ast.record.clone(),
        codes,
        title: ast.title.clone(),
        applies: ast.applies.clone(),
        cases: Vec::new(),
        otherwise: None,
        hit: None,
        over: None,
        uses: ast.uses.clone(),
        docs: Vec::new(),
        span: ast.span,
    }
}

/// The condition that a score lies in a band.
fn within(score: &Expr, range: &Expr) -> Expr {
    let span = range.span;
    let binary = |op: BinaryOp, left: Expr, right: Expr| Expr {
        kind: ExprKind::Binary { op, op_span: span, left: Box::new(left), right: Box::new(right) },
        span,
    };
    match ends(range) {
        Ends::One(value) => binary(BinaryOp::Eq, score.clone(), value.clone()),
        Ends::Range(Some(lo), Some(hi)) => binary(
            BinaryOp::And,
            binary(BinaryOp::Ge, score.clone(), lo.clone()),
            binary(BinaryOp::Le, score.clone(), hi.clone()),
        ),
        Ends::Range(Some(lo), None) => binary(BinaryOp::Ge, score.clone(), lo.clone()),
        Ends::Range(None, Some(hi)) => binary(BinaryOp::Le, score.clone(), hi.clone()),
        // The reader has reported it.
        Ends::Range(None, None) => Expr { kind: ExprKind::Error, span },
    }
}

/// The ends of a band.
#[derive(Debug, Clone, Copy)]
pub enum Ends<'a> {
    /// One score.
    One(&'a Expr),
    /// From one to another, both included.
    Range(Option<&'a Expr>, Option<&'a Expr>),
}

/// The ends of a band as it is written.
pub fn ends(range: &Expr) -> Ends<'_> {
    match &range.kind {
        ExprKind::Range { lo, hi, .. } => Ends::Range(lo.as_deref(), hi.as_deref()),
        _ => Ends::One(range),
    }
}
