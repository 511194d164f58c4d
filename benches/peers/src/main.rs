//! One categorisation in several rules engines: checks that all answer alike, then prints what a record costs in each.

mod answer;
mod library;
mod loops;
mod ours;
mod peers;
mod plan;
mod race;
mod random;
mod record;

use answer::{Answer, Fault, Verdict};
use plan::Plan;
use race::{Contender, race};
use std::io::Write as _;
use std::process::ExitCode;

/// Share of the second set's cells that are missing.
const MISSING: f64 = 0.03;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// Runs both tables; true when every engine gave the expected answer for every record.
fn run() -> Result<bool, Fault> {
    let plan = Plan::from_arguments(std::env::args().skip(1))?;
    let whole = record::whole(plan.records, plan.seed);
    let gapped = record::gapped(plan.records, plan.seed, MISSING);
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} records, {} rounds, seed {}", plan.records, plan.rounds, plan.seed)?;

    let expected: Vec<Answer> = whole.iter().map(loops::answer).collect();
    let mut contenders: Vec<Box<dyn Contender<Answer> + '_>> = vec![Box::new(loops::Whole::new(&whole))];
    contenders.push(ours::whole(&whole)?);
    contenders.extend(library::all(&whole)?);
    contenders.extend(peers::all(&whole)?);
    let first = race(&plan, &mut contenders, &expected)?;
    write!(out, "\nevery field present; value and reason\n{}", first.text)?;

    let expected: Vec<Verdict> = gapped.iter().map(loops::verdict).collect();
    let mut contenders: Vec<Box<dyn Contender<Verdict> + '_>> = vec![Box::new(loops::Gapped::new(&gapped))];
    contenders.push(ours::gapped(&gapped)?);
    let second = race(&plan, &mut contenders, &expected)?;
    write!(out, "\n{:.0} % of the cells missing; value, state and reason\n{}", MISSING * 100.0, second.text)?;

    Ok(first.same && second.same)
}
