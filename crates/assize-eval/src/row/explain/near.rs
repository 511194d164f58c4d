//! Which other outcomes are one condition away.

use super::words;
use crate::row::cell::Cell;
use crate::row::decide::Walk;
use crate::row::force::{Env, Memo};
use crate::row::plan::DecisionPlan;
use crate::row::show::{code_name, show};
use crate::row::store::Store;
use assize_model::ids::NodeId;
use assize_model::node::{Op, Tally};
use assize_model::program::Category;

/// How many conditions are listed, and how many expressions of a criterion are looked at for them.
const MOST: usize = 20;
const MOST_LOOKED_AT: usize = 10_000;

/// A criterion of another code that one condition keeps from being true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The code that it would give.
    pub code: String,
    /// The criterion.
    pub criterion: String,
    /// The condition that would have to change, as it is written.
    pub condition: String,
    /// Whether the condition would have to become true, or stop being so.
    pub wanted: bool,
    /// What is compared in it: on the left, and on the right. Of other conditions, nothing.
    pub sides: Option<(String, String)>,
}

/// The criteria that were looked at, are not true, and would be if one condition came out otherwise; none where the answer
/// would stay open or become a conflict all the same. Each condition is taken by itself: what else its values decide is
/// not followed.
pub fn near(
    env: &Env<'_>,
    memo: &Memo,
    store: &Store,
    category: &Category,
    decision: &DecisionPlan,
    walk: &Walk,
) -> Vec<Near> {
    let mut near = Vec::new();
    if !walk.would_give() {
        return near;
    }
    for (number, (case, of)) in decision.cases.iter().zip(&category.cases).enumerate() {
        // What the walk did not get to would come out only if what stopped it did not.
        if !walk.reached(number) || walk.holds(number, case.code) {
            continue;
        }
        for (criterion, at) in of.criteria.iter().zip(case.first as usize..) {
            let Some(&node) = decision.criteria.get(at) else { continue };
            if memo.get(env, node, 0) != Cell::NO {
                continue;
            }
            for (condition, wanted) in conditions(env, memo, node) {
                if near.len() >= MOST {
                    return near;
                }
                near.push(Near {
                    code: code_name(env.program, category.list, case.code),
                    criterion: criterion.heading.name.to_string(),
                    condition: words::written(env.program, condition),
                    wanted,
                    sides: sides(env, memo, store, condition),
                });
            }
        }
    }
    near
}

/// The conditions any one of which, come out otherwise, would make a false criterion true.
fn conditions(env: &Env<'_>, memo: &Memo, criterion: NodeId) -> Vec<(NodeId, bool)> {
    let mut found = Vec::new();
    let mut rest = vec![(criterion, true)];
    let mut looked = 0;
    let is = |node: NodeId, value: bool| memo.get(env, node, 0) == Cell::Boolean(value);
    while let Some((id, wanted)) = rest.pop() {
        looked += 1;
        if found.len() >= MOST || looked > MOST_LOOKED_AT {
            break;
        }
        let Some(node) = env.program.node(id) else { continue };
        // Only what is certain, and the other way, can be said to keep it.
        if !is(id, !wanted) {
            continue;
        }
        match &node.op {
            Op::Not(operand) => rest.push((*operand, !wanted)),
            Op::And(items) if wanted => rest.extend(the_only(items, |item| !is(item, true)).map(|item| (item, true))),
            Op::Or(items) if !wanted => rest.extend(the_only(items, |item| !is(item, false)).map(|item| (item, false))),
            Op::And(items) | Op::Or(items) => rest.extend(items.iter().rev().map(|&item| (item, wanted))),
            Op::Tally { kind: Tally::AtLeast, n, items } if wanted => {
                let yes = items.iter().filter(|&&item| is(item, true)).count();
                let needed = memo.get(env, *n, 0);
                if matches!(needed, Cell::Integer(n) if i64::try_from(yes).is_ok_and(|yes| n - 1 == yes)) {
                    rest.extend(items.iter().rev().filter(|&&item| is(item, false)).map(|&item| (item, true)));
                }
            }
            Op::If { condition, then, otherwise } => {
                rest.push((if is(*condition, true) { *then } else { *otherwise }, wanted));
            }
            Op::Const(_) => {}
            _ => found.push((id, wanted)),
        }
    }
    found
}

/// The one item for which something holds, when there is no other.
fn the_only(items: &[NodeId], holds: impl Fn(NodeId) -> bool) -> Option<NodeId> {
    let mut those = items.iter().copied().filter(|&item| holds(item));
    let first = those.next()?;
    // An expression can be written twice.
    those.all(|other| other == first).then_some(first)
}

fn sides(env: &Env<'_>, memo: &Memo, store: &Store, condition: NodeId) -> Option<(String, String)> {
    let Op::Compare { left, right, .. } = env.program.node(condition)?.op else { return None };
    let side = |node: NodeId| {
        let of = env.program.node(node)?;
        Some(show(memo.get(env, node, 0), of.ty, store, env.program))
    };
    Some((side(left)?, side(right)?))
}
