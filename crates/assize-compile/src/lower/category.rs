//! Categories: their cases in the order of the walk, and the conditions in each scope where they are used.

use super::{Cx, Lowerer, Typed};
use crate::check::reach::{Hidden, Reach};
use crate::codes;
use crate::convert::{heading, place};
use crate::optimise::{Same, truth};
use crate::suggest::listing;
use assize_lang::ast;
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::bounds::CodeSet;
use assize_model::ids::{CategoryId, Code, ListId, NodeId, ScopeId};
use assize_model::node::Op;
use assize_model::program::{Case, Category, Criterion, Decision, Hit, Otherwise};
use assize_model::ty::Ty;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// A category's cases in the order of the walk.
#[derive(Debug, Clone)]
pub struct Shape<'a> {
    cases: Rc<[ShapeCase<'a>]>,
    /// Whether nothing about it is wrong.
    sound: bool,
}

#[derive(Debug)]
struct ShapeCase<'a> {
    code: Code,
    criteria: Vec<(String, &'a ast::Criterion)>,
}

const fn hit(hit: ast::Hit) -> Hit {
    match hit {
        ast::Hit::First => Hit::First,
        ast::Hit::Unique => Hit::Unique,
        ast::Hit::Highest => Hit::Highest,
        ast::Hit::All => Hit::All,
    }
}

impl<'a> Lowerer<'_, 'a> {
    /// Lowers a category in a scope; the first time, the category itself is made and checked.
    pub(crate) fn category(
        &mut self,
        ast: &'a ast::Category,
        id: CategoryId,
        list: ListId,
        scope: ScopeId,
    ) -> Option<Typed> {
        let known = self.shapes.get(id.index()).cloned().flatten();
        let first = known.is_none();
        let policy = ast.hit.map_or(Hit::First, |(policy, _)| hit(policy));
        let shape = match known {
            Some(shape) => shape,
            None => {
                let shape = self.shape(ast, list, policy);
                if let Some(slot) = self.shapes.get_mut(id.index()) {
                    *slot = Some(shape.clone());
                }
                shape
            }
        };
        let cx = Cx::record(scope);
        let applies = ast.applies.as_ref().map(|applies| (self.condition(applies, cx), applies.span));
        let mut conditions: Vec<Option<NodeId>> = Vec::new();
        for (_, criterion) in shape.cases.iter().flat_map(|case| &case.criteria) {
            conditions.push(self.condition(&criterion.condition, cx));
        }
        if first
            && let Some((Some(node), span)) = applies
            && truth(&self.build.program, node) == Some(false)
        {
            self.report(
                codes::CONSTANT_CONDITION,
                span,
                format!("category `{}` never applies", ast.name.text),
                "never true",
                "write the condition under which it does",
            );
            return None;
        }
        // Bands are held against the scores that can be reached, which says more.
        let bands = ast.name.text.ends_with(".band");
        let reachable = !first
            || self.walk(ast, &shape, &conditions, policy)
                && (!shape.sound || bands || self.reached(ast, &shape, &conditions, policy));
        if first && let Some((Some(node), span)) = applies {
            self.applies_at_all(ast, node, span)?;
        }
        let otherwise = self.otherwise(ast, list);
        if !shape.sound || !reachable {
            return None;
        }
        let applies = match applies {
            Some((node, _)) => Some(node?),
            None => None,
        };
        let criteria: Box<[NodeId]> = conditions.into_iter().collect::<Option<_>>()?;
        let otherwise = otherwise?;
        let decision = self.build.decision(Decision { category: id, scope, applies, criteria });
        if first {
            let category = Category {
                heading: heading(&ast.name.text, ast.title.as_ref(), &ast.docs),
                record: self.build.program.scope(scope)?.record?,
                list,
                hit: policy,
                otherwise,
                cases: shape.cases.iter().map(|case| self.build_case(case, list)).collect(),
                uses: self.used_protected(&ast.uses),
                decision,
                place: place(ast.name.span),
            };
            if let Some(slot) = self.categories.get_mut(id.index()) {
                *slot = Some(category);
            }
        }
        let ty = if policy == Hit::All { Ty::Codes(list) } else { Ty::Code(list) };
        self.typed(Op::Outcome(decision), ty, cx, ast.name.span)
    }

    fn build_case(&self, case: &ShapeCase<'_>, list: ListId) -> Case {
        let info = self.build.program.list(list).and_then(|list| list.codes.get(case.code.index()));
        let criteria = case.criteria.iter().map(|(name, ast)| {
            let mut heading = heading(name, ast.title.as_ref(), &[]);
            if ast.name.is_none() && heading.title.is_none() {
                heading.title = info.and_then(|info| info.heading.title.clone());
            }
            Criterion { heading, place: place(ast.span) }
        });
        Case { code: case.code, criteria: criteria.collect() }
    }

    /// The cases in the order of the walk, checked by themselves.
    fn shape(&mut self, ast: &'a ast::Category, list: ListId, policy: Hit) -> Shape<'a> {
        let mut sound = true;
        self.use_list(list);
        let count = self.build.program.list(list).map_or(0, |list| list.codes.len());
        if count > CodeSet::CAPACITY {
            sound = false;
            let name = self.tables.list_name(list);
            self.report(
                codes::TOO_MANY_CODES,
                ast.codes.span,
                format!("code list `{name}` is too long to be chosen from"),
                format!("{count} codes, past the limit of {}", CodeSet::CAPACITY),
                "let the category choose from a shorter list",
            );
        }
        if policy == Hit::Highest && !self.is_ordered(list) {
            sound = false;
            let name = self.tables.list_name(list);
            self.report(
                codes::HIGHEST_UNORDERED,
                ast.hit.map_or(ast.name.span, |(_, span)| span),
                format!("the codes of `{name}` have no order, and so no highest"),
                "asks for an order",
                format!("declare `ordered codes {name}`, lowest first"),
            );
        }
        if ast.cases.iter().all(|case| case.criteria.is_empty()) && !self.tables.incomplete {
            sound = false;
            self.report(
                codes::NO_CRITERIA,
                ast.name.span,
                format!("category `{}` has no criteria", ast.name.text),
                "nothing decides it",
                "write `CODE when CONDITION` for each code",
            );
        }
        let mut names: FxHashMap<&str, Span> = FxHashMap::default();
        let mut cases: Vec<ShapeCase<'a>> = Vec::new();
        let mut at: FxHashMap<Code, usize> = FxHashMap::default();
        for case in &ast.cases {
            let code = self.tables.list(list).and_then(|list| list.codes.get(case.code.text.as_str())).copied();
            if code.is_none() {
                sound = false;
                if !self.tables.list(list).is_some_and(|list| list.incomplete) {
                    self.unknown_code(list, &case.code, None);
                }
            }
            // Conditions under a code that is not there are looked at too.
            let code = code.unwrap_or(Code::NONE);
            let mut criteria = Vec::with_capacity(case.criteria.len());
            for criterion in &case.criteria {
                let name = criterion.name.as_ref().unwrap_or(&case.code);
                if criterion.name.is_none() && case.criteria.len() > 1 {
                    sound = false;
                    if self.tables.incomplete {
                        // Its name may be what could not be read.
                        continue;
                    }
                    self.report(
                        codes::UNNAMED_CRITERION,
                        criterion.condition.span,
                        format!("a criterion of `{}` has no name", case.code.text),
                        "one of several, and without a name",
                        "write its name before it: `name \"Title\" : condition`",
                    );
                    continue;
                }
                match names.get(name.text.as_str()) {
                    Some(&earlier) => {
                        sound = false;
                        self.sink.push(
                            Diagnostic::error(
                                codes::DUPLICATE_CRITERION,
                                name.span,
                                format!("two criteria of `{}` are called `{}`", ast.name.text, name.text),
                            )
                            .label("again here")
                            .also(earlier, "first here")
                            .help("name each criterion: its name is the reason that results give"),
                        );
                    }
                    None => {
                        names.insert(&name.text, name.span);
                    }
                }
                criteria.push((name.text.clone(), criterion));
            }
            // Under `first` a code that stands between two cases of one code keeps them apart.
            let merge = match policy {
                Hit::First => {
                    cases.len().checked_sub(1).filter(|&last| cases.get(last).is_some_and(|c| c.code == code))
                }
                Hit::Unique | Hit::Highest | Hit::All => at.get(&code).copied(),
            };
            match merge.and_then(|at| cases.get_mut(at)) {
                Some(earlier) => earlier.criteria.extend(criteria),
                None => {
                    at.insert(code, cases.len());
                    cases.push(ShapeCase { code, criteria });
                }
            }
        }
        if policy == Hit::Highest {
            assize_model::order::sort_by_key(&mut cases, |case| std::cmp::Reverse(case.code));
        }
        Shape { cases: cases.into(), sound }
    }

    fn otherwise(&mut self, ast: &ast::Category, list: ListId) -> Option<Otherwise> {
        match &ast.otherwise {
            None | Some((ast::Otherwise::None, _)) => Some(Otherwise::None),
            Some((ast::Otherwise::Error(text), _)) => Some(Otherwise::Error(text.text.as_str().into())),
            Some((ast::Otherwise::Code(name), _)) => {
                let names = self.tables.list(list)?;
                let code = names.codes.get(name.text.as_str()).copied();
                if code.is_none() && !names.incomplete {
                    self.unknown_code(list, name, None);
                }
                code.map(Otherwise::Code)
            }
        }
    }

    /// Reports a category that never applies, by the values that its condition asks for, and one that always does.
    fn applies_at_all(&mut self, ast: &ast::Category, node: NodeId, span: Span) -> Option<()> {
        let reach = Reach::new(&self.build.program, &self.categories);
        if reach.is_never(node) {
            self.report(
                codes::CONSTANT_CONDITION,
                span,
                format!("category `{}` never applies", ast.name.text),
                "never true",
                "write the condition under which it does",
            );
            return None;
        }
        if truth(&self.build.program, node).is_none() && reach.is_always(node) {
            self.always(span, format!("category `{}` applies always", ast.name.text));
        }
        Some(())
    }

    fn always(&mut self, span: Span, message: String) {
        self.sink.push(
            Diagnostic::warning(codes::ALWAYS_TRUE, span, message)
                .label("true for every record")
                .help("remove the condition, or write the one that is meant"),
        );
    }

    /// Reports the criteria that can never decide, by the values that they and others ask for. Says whether all can.
    fn reached(&mut self, ast: &ast::Category, shape: &Shape<'_>, conditions: &[Option<NodeId>], policy: Hit) -> bool {
        let criteria = shape.cases.iter().enumerate();
        let criteria: Vec<(usize, &str, Span)> = criteria
            .flat_map(|(at, case)| case.criteria.iter().map(move |(name, ast)| (at, name.as_str(), ast.condition.span)))
            .collect();
        let numbered: Vec<(usize, Option<NodeId>)> =
            criteria.iter().zip(conditions).map(|((case, ..), node)| (*case, *node)).collect();
        let reach = Reach::new(&self.build.program, &self.categories);
        let mut hidden = reach.hidden(&numbered, policy == Hit::Unique);
        if policy == Hit::All {
            hidden.retain(|(_, hidden)| *hidden == Hidden::Never);
        }
        let always: Vec<usize> = (numbered.iter().enumerate())
            .filter(|(_, (_, node))| {
                node.is_some_and(|node| truth(&self.build.program, node).is_none() && reach.is_always(node))
            })
            .map(|(at, _)| at)
            .collect();
        let fine = hidden.is_empty();
        for (at, hidden) in hidden {
            let Some(&(_, name, span)) = criteria.get(at) else { continue };
            let Hidden::Behind(others) = hidden else {
                self.report(
                    codes::CONSTANT_CONDITION,
                    span,
                    format!("criterion `{name}` can never be true"),
                    "its conditions exclude each other",
                    "remove it, or write the condition that is meant",
                );
                continue;
            };
            let others: Vec<(&str, Span)> =
                others.iter().filter_map(|&other| criteria.get(other)).map(|&(_, name, span)| (name, span)).collect();
            let names = listing(others.iter().map(|(name, _)| *name));
            let unique = policy == Hit::Unique;
            let message = match (unique, others.len()) {
                (true, _) => format!("criterion `{name}` is only true together with {names}"),
                _ => format!("criterion `{name}` is never reached"),
            };
            let label = if unique { "always a conflict" } else { "never counts" };
            let mut diagnostic = Diagnostic::error(codes::UNREACHABLE, span, message).label(label);
            for (other, other_span) in &others {
                let told = if others.len() == 1 {
                    format!("whenever `{name}` is true, so is `{other}`")
                } else {
                    format!("`{other}` takes some of it")
                };
                diagnostic = diagnostic.also(*other_span, told);
            }
            self.sink.push(diagnostic.help(if unique {
                "write conditions of which only one can be true".to_owned()
            } else {
                format!("move it before {names}, or write the condition that is meant")
            }));
        }
        if fine {
            for at in always {
                if let Some(&(_, name, span)) = criteria.get(at) {
                    self.always(span, format!("criterion `{name}` of `{}` is always true", ast.name.text));
                }
            }
        }
        fine
    }

    /// Walks the criteria and reports those that can never count. Says whether all can.
    fn walk(&mut self, ast: &ast::Category, shape: &Shape<'_>, conditions: &[Option<NodeId>], policy: Hit) -> bool {
        let criteria = shape.cases.iter().enumerate();
        let criteria = criteria.flat_map(|(at, case)| case.criteria.iter().map(move |criterion| (at, criterion)));
        let mut seen: FxHashMap<NodeId, (usize, &str, Span)> = FxHashMap::default();
        let mut same = Same::default();
        let mut always: Option<(usize, &str, Span)> = None;
        let mut fine = true;
        let stops = matches!(policy, Hit::First | Hit::Highest);
        for ((at, (name, criterion)), node) in criteria.zip(conditions) {
            let Some(node) = *node else { continue };
            let span = criterion.condition.span;
            let known = truth(&self.build.program, node);
            if known == Some(false) {
                fine = false;
                self.report(
                    codes::CONSTANT_CONDITION,
                    span,
                    format!("criterion `{name}` can never be true"),
                    "never true",
                    "remove it, or write the condition that is meant",
                );
                continue;
            }
            if let Some((case, earlier, earlier_span)) = always
                && (stops || case == at)
            {
                fine = false;
                self.sink.push(
                    Diagnostic::error(codes::UNREACHABLE, span, format!("criterion `{name}` is never reached"))
                        .label("never counts")
                        .also(earlier_span, format!("`{earlier}` is always true"))
                        .help(format!("move it before `{earlier}`, or remove it")),
                );
                continue;
            }
            if known == Some(true) {
                always = always.or(Some((at, name, span)));
                continue;
            }
            let node = same.first(&self.build.program, node);
            match seen.get(&node) {
                Some(&(case, earlier, earlier_span)) if policy != Hit::All || case == at => {
                    fine = false;
                    let why = if policy == Hit::Unique && case != at {
                        "both are always true together, which `hit unique` forbids"
                    } else {
                        "the same condition, further down"
                    };
                    self.sink.push(
                        Diagnostic::error(
                            codes::REPEATED_CONDITION,
                            span,
                            format!("criterion `{name}` has the condition of `{earlier}`"),
                        )
                        .label(why)
                        .also(earlier_span, "first here")
                        .help("remove it, or write the condition that is meant"),
                    );
                }
                Some(_) => {}
                None => {
                    seen.insert(node, (at, name, span));
                }
            }
        }
        if let (Some((_, earlier, earlier_span)), Some((_, span))) = (always, &ast.otherwise) {
            fine = false;
            self.sink.push(
                Diagnostic::error(codes::UNREACHABLE, *span, "`otherwise` is never reached")
                    .label("never counts")
                    .also(earlier_span, format!("`{earlier}` is always true"))
                    .help("remove one of them"),
            );
        }
        fine
    }
}
