//! The text form of a program's arena, for tests and for people who look into the engine.

use crate::ids::NodeId;
use crate::node::{Op, RUN};
use crate::program::Program;
use std::fmt::{self, Display, Write};

/// Shows the arena, one node a line: `%7 = Compare(Ge, %5, %6) : Integer @offender`.
pub fn dump(program: &Program) -> impl Display + '_ {
    Dump(program)
}

struct Dump<'p>(&'p Program);

impl Display for Dump<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, node) in self.0.nodes.iter().enumerate() {
            let mut operands = String::new();
            node.op.operands(|NodeId(operand)| {
                let _ = write!(operands, " %{operand}");
            });
            let detail = match &node.op {
                Op::Field(field) => {
                    let record = self.0.scope(node.scope).and_then(|scope| self.0.record(scope.record?));
                    let field = record.and_then(|record| record.fields.get(field.index()));
                    format!("field {}", field.map_or("?", |field| &field.heading.name))
                }
                Op::Param(param) => format!("parameter {}", self.0.param(*param).map_or("?", |p| &p.heading.name)),
                Op::Outcome(decision) => {
                    let decision = self.0.decision(*decision);
                    let category = decision.and_then(|decision| self.0.category(decision.category));
                    format!("outcome {}", category.map_or("?", |category| &category.heading.name))
                }
                Op::Call { function, .. } => {
                    let function = self.0.functions.get(*function);
                    format!("call {}", function.map_or("?", |function| &function.heading.name))
                }
                Op::Aggregate { kind, scope, .. } => format!("{kind:?} in scope {}", scope.0),
                Op::Progress(progress) => {
                    let scopes: Vec<String> = progress.events.iter().map(|event| event.scope.0.to_string()).collect();
                    format!("progress from {} over scopes {}", progress.start.0, scopes.join(" "))
                }
                op => {
                    let debug = format!("{op:?}");
                    debug.split(['(', ' ', '{']).next().unwrap_or("").to_owned()
                        + match op {
                            Op::Compare { op, .. } => format!(" {op:?}"),
                            Op::Const(value) => format!(" {value:?}"),
                            _ => String::new(),
                        }
                        .as_str()
                }
            };
            let scope = if node.scope == RUN { String::new() } else { format!(" @{}", node.scope.0) };
            let inexact = if node.inexact { " inexact" } else { "" };
            writeln!(f, "%{at} = {detail}{operands} : {:?}{scope}{inexact}", node.ty)?;
        }
        Ok(())
    }
}
