//! The evidence of indicators as the measures that count it: ratings by code, and where it is known by what was rated
//! and by whom; themes likewise; documents. Their names are the indicator's and the item's with a point between.

use assize_lang::ast::{self, Evidence, Expr, ExprKind, Ident, IndicatorClauseKind, MeasureClause, MeasureClauseKind};
use assize_lang::ast::{KnownTest, TallyKind, TypeKind};

/// An indicator, and what counts its evidence.
#[derive(Debug)]
pub struct Counted<'a> {
    /// As it is written.
    pub ast: &'a ast::Indicator,
    /// Of ratings one for each item, of themes and documents one; of a measure, and of what says nothing, none.
    pub measures: Vec<ast::Measure>,
    /// The items of ratings, in the order of the measures.
    pub items: Vec<ast::RatedItem>,
}

fn evidence(ast: &ast::Indicator) -> Option<&Evidence> {
    ast.clauses.iter().find_map(|clause| match &clause.kind {
        IndicatorClauseKind::From(evidence) => Some(evidence),
        _ => None,
    })
}

/// The indicators of all files.
pub fn counted(files: &[ast::File]) -> Vec<Counted<'_>> {
    let decls = || files.iter().flat_map(|file| &file.decls);
    decls()
        .filter_map(|decl| match decl {
            ast::Decl::Indicator(ast) => {
                let items = items(ast, decls());
                Some(Counted { ast, measures: measures(ast, &items), items })
            }
            _ => None,
        })
        .collect()
}

/// The items that are rated: those that are named, or else the record's fields of the scale.
fn items<'a>(ast: &ast::Indicator, decls: impl Iterator<Item = &'a ast::Decl>) -> Vec<ast::RatedItem> {
    let Some(Evidence::Ratings(ratings)) = evidence(ast) else { return Vec::new() };
    if !ratings.items.is_empty() {
        return ratings.items.clone();
    }
    let records = decls.filter_map(|decl| match decl {
        ast::Decl::Record(record) if record.name.text == ratings.record.text => Some(record),
        _ => None,
    });
    let fields = records.flat_map(|record| &record.fields);
    let rated = fields.filter(|field| matches!(&field.ty.kind, TypeKind::Codes(of) if of.text == ratings.scale.text));
    let item = |name: &Ident| ast::RatedItem {
        // Reported, if it is, where the scale is named.
        name: Ident { text: name.text.clone(), span: ratings.scale.span },
        reversed: None,
    };
    rated.map(|field| item(&field.name)).collect()
}

fn measures(ast: &ast::Indicator, items: &[ast::RatedItem]) -> Vec<ast::Measure> {
    let measure = |part: &Ident, record: &Ident, clauses: Vec<MeasureClauseKind>| {
        let at = |kind| MeasureClause { kind, span: part.span };
        ast::Measure {
            name: Ident { text: format!("{}.{}", ast.name.text, part.text), span: part.span },
            record: record.clone(),
            title: None,
            clauses: clauses.into_iter().map(at).collect(),
            docs: Vec::new(),
            span: ast.span,
        }
    };
    let include = |filter: &Option<Expr>| filter.clone().map(MeasureClauseKind::Include);
    let by = |code: &Ident, subject: &Option<Ident>, rated_by: &Option<Ident>| {
        // Both, or else nobody can say who agrees with whom.
        let raters = subject.clone().zip(rated_by.clone()).map(|(subject, rated_by)| [subject, rated_by]);
        let names = [code.clone()].into_iter().chain(raters.into_iter().flatten()).collect();
        MeasureClauseKind::By(names)
    };
    let count = || MeasureClauseKind::As(ast::MeasureForm::Count);
    match evidence(ast) {
        None | Some(Evidence::Measure(_)) => Vec::new(),
        Some(Evidence::Documents { record, filter }) => {
            let part = Ident { text: "documents".to_owned(), span: record.span };
            vec![measure(&part, record, include(filter).into_iter().chain([count()]).collect())]
        }
        Some(Evidence::Themes(themes)) => {
            let clauses = include(&themes.filter)
                .into_iter()
                .chain([by(&themes.coded, &themes.subject, &themes.rated_by), count()])
                .collect();
            vec![measure(&themes.coded, &themes.record, clauses)]
        }
        Some(Evidence::Ratings(ratings)) => {
            let enough = enough(ratings, items).map(MeasureClauseKind::Eligible);
            items
                .iter()
                .map(|item| {
                    let clauses = include(&ratings.filter)
                        .into_iter()
                        .chain(enough.clone())
                        .chain([by(&item.name, &ratings.subject, &ratings.rated_by), count()])
                        .collect();
                    measure(&item.name, &ratings.record, clauses)
                })
                .collect()
        }
    }
}

/// The condition that enough items are answered; none where that says nothing, or cannot be.
fn enough(ratings: &ast::Ratings, items: &[ast::RatedItem]) -> Option<Expr> {
    let least = ratings.answered.as_ref()?;
    let ExprKind::Integer(count) = least.kind else { return None };
    if count < 1 || usize::try_from(count).is_ok_and(|count| count > items.len()) {
        return None;
    }
    let known = items.iter().map(|item| Expr {
        kind: ExprKind::Is {
            operand: Box::new(Expr { kind: ExprKind::Name(item.name.clone()), span: item.name.span }),
            test: KnownTest::Known,
        },
        span: item.name.span,
    });
    let kind = ExprKind::Tally { kind: TallyKind::AtLeast(Box::new(least.clone())), items: known.collect() };
    Some(Expr { kind, span: least.span })
}
