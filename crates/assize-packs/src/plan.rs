//! Sample data of a plan (`shared/plan.assize`): objectives, actions, reports of progress, partners and agreements. A plan
//! has as many of them as it has, whatever the number of people.

use crate::made::{after, cell, days_before, months_before};
use crate::random::Random;
use crate::{Sink, TextFile};
use assize_model::civil::Date;
use std::io::{self, Write};

/// The rules that go with it, as a pack imports them.
pub const RULES: TextFile = TextFile { name: "plan.assize", text: include_str!("../packs/shared/plan.assize") };

/// What a pack's plan is about.
pub struct Plan {
    pub goals: &'static [Goal],
    /// Names, sectors and roles.
    pub partners: &'static [(&'static str, &'static str, &'static str)],
}

/// An objective. A part may be left blank, or said not to apply (`N/A`).
pub struct Goal {
    pub title: &'static str,
    pub what: &'static str,
    pub whom: &'static str,
    pub measured_by: &'static str,
    /// From where to where; `None` is left blank.
    pub values: Option<(i64, i64)>,
    pub resources: &'static str,
    pub owner: &'static str,
    /// What it was chosen from, separated by `;`.
    pub basis: &'static str,
    pub reason: &'static str,
    /// Months before the evaluation date when it was agreed, and for how many months it was.
    pub months: (u64, u64),
    /// Percent of the way that is done at the evaluation date.
    pub done: u64,
    pub actions: &'static [&'static str],
}

/// How the actions stand, one after the other.
const COURSES: usize = 8;

/// Roles of those who act.
const ROLES: [&str; 5] = ["lead", "primary", "support", "ancillary", "community"];

/// Writes the five files of a plan.
pub fn write(plan: &Plan, seed: u64, as_of: Date, sink: &mut dyn Sink) -> io::Result<()> {
    objectives(plan, as_of, sink)?;
    actions(plan, seed, as_of, sink)?;
    progress(plan, seed, as_of, sink)?;
    partners(plan, seed, as_of, sink)
}

fn span(goal: &Goal, as_of: Date) -> (Date, Date) {
    let (back, long) = goal.months;
    let agreed = months_before(as_of, back);
    (agreed, after(agreed, long * 365 / 12))
}

fn objectives(plan: &Plan, as_of: Date, sink: &mut dyn Sink) -> io::Result<()> {
    let mut file = sink.open("objectives.csv", "Objective")?;
    writeln!(
        file,
        "Objective No,Objective,What is to change,For whom,Measured by,Starting value,Target value,Resources,Owner,\
         Chosen from,Why it matters,Agreed on,Due on"
    )?;
    for (at, goal) in plan.goals.iter().enumerate() {
        let (agreed, due) = span(goal, as_of);
        let (title, what, whom, by) = (cell(goal.title), cell(goal.what), cell(goal.whom), cell(goal.measured_by));
        let values = goal.values.map_or_else(|| ",".to_owned(), |(from, to)| format!("{from},{to}"));
        let (resources, owner, basis, reason) =
            (cell(goal.resources), cell(goal.owner), cell(goal.basis), cell(goal.reason));
        writeln!(
            file,
            "O-{},{title},{what},{whom},{by},{values},{resources},{owner},{basis},{reason},{agreed},{due}",
            at + 1
        )?;
    }
    file.flush()
}

fn actions(plan: &Plan, seed: u64, as_of: Date, sink: &mut dyn Sink) -> io::Result<()> {
    let mut file = sink.open("actions.csv", "Action")?;
    writeln!(
        file,
        "Action No,Objective No,Action,Owner,Role,Begins on,Due on,Done on,Cancelled on,Percent done,Blocked by"
    )?;
    let all = plan.goals.iter().enumerate();
    let all = all.flat_map(|(goal, one)| one.actions.iter().map(move |title| (goal, one.owner, *title)));
    for (number, (goal, owner, title)) in all.enumerate() {
        let mut random = Random::of(seed ^ 0xac71, number as u64);
        let begins = days_before(as_of, 90 + random.below(300));
        let late = random.below(40);
        let (mut due, mut done, mut cancelled) = (after(as_of, 60 + random.below(200)).to_string(), String::new(), "");
        let (mut percent, mut blocked) = (60 + random.below(20), "");
        let mut begins_on = begins.to_string();
        match number % COURSES {
            0 | 5 => {
                let day = days_before(as_of, 30 + late);
                due = day.to_string();
                // One in two a few days after its day.
                done =
                    if random.percent(50) { after(day, 1 + random.below(20)) } else { days_before(day, 3) }.to_string();
                percent = 100;
            }
            1 => due = days_before(as_of, 5 + late).to_string(),
            2 => {
                due = after(as_of, 10 + random.below(15)).to_string();
                percent = 30;
            }
            3 => blocked = "No agreement on sharing yet",
            4 => {
                begins_on = after(as_of, 20 + late).to_string();
                percent = 0;
            }
            6 if number > COURSES => due.clear(),
            7 if number > COURSES => cancelled = "2026-01-15",
            _ => percent = 90,
        }
        let role = ROLES.get(number % ROLES.len()).copied().unwrap_or("lead");
        let title = cell(title);
        let (number, goal) = (number + 1, goal + 1);
        let owner = if goal == 2 && number % 3 == 0 { "".into() } else { cell(owner).to_string() };
        writeln!(
            file,
            "A-{number},O-{goal},{title},{owner},{role},{begins_on},{due},{done},{cancelled},{percent},{blocked}"
        )?;
    }
    file.flush()
}

fn progress(plan: &Plan, seed: u64, as_of: Date, sink: &mut dyn Sink) -> io::Result<()> {
    let mut file = sink.open("progress.csv", "Progress")?;
    writeln!(file, "Objective No,Reported on,Value,Percent of the way")?;
    for (at, goal) in plan.goals.iter().enumerate() {
        let mut random = Random::of(seed ^ 0x9406, at as u64);
        let (Some((from, to)), (agreed, _)) = (goal.values, span(goal, as_of)) else { continue };
        // A report each quarter, and on an objective that stands still none of late.
        let quarters = (goal.months.0 / 3).max(1);
        let told = if goal.done == 0 { quarters / 2 } else { quarters };
        for quarter in 1..=told {
            let on = after(agreed, quarter * 91).min(days_before(as_of, 3));
            let percent = (goal.done * quarter / quarters + random.below(5)).min(100);
            let value = from * 100 + (to - from) * i64::try_from(percent).unwrap_or(0);
            // What is said is rounder than what is so.
            let said = percent.next_multiple_of(5);
            if quarter == 2 && at % 3 == 2 {
                writeln!(file, "O-{},{on},NC,{said}", at + 1)?;
            } else {
                let sign = if value < 0 { "-" } else { "" };
                let (whole, part) = (value.abs() / 100, value.abs() % 100);
                writeln!(file, "O-{},{on},{sign}{whole}.{part:02},{said}", at + 1)?;
            }
        }
    }
    file.flush()
}

fn partners(plan: &Plan, seed: u64, as_of: Date, sink: &mut dyn Sink) -> io::Result<()> {
    let joined = |at: usize| days_before(as_of, 200 + Random::of(seed ^ 0x9a47, at as u64).below(1500));
    let mut file = sink.open("partners.csv", "Partner")?;
    writeln!(file, "Partner No,Partner,Sector,Role,Joined on,Left on")?;
    for (at, &(name, sector, role)) in plan.partners.iter().enumerate() {
        let left = if at % 11 == 10 { days_before(as_of, 90).to_string() } else { String::new() };
        writeln!(file, "T-{},{},{sector},{role},{},{left}", at + 1, cell(name), joined(at))?;
    }
    file.flush()?;
    drop(file);

    let mut file = sink.open("agreements.csv", "Agreement")?;
    writeln!(file, "Agreement No,Partner No,Kind,Signed on,Expires on")?;
    for (at, &(_, _, role)) in plan.partners.iter().enumerate() {
        let (signed, number) = (joined(at), at + 1);
        // One of them never signed; of the others one has lapsed, one is near its end, and one has none on paper.
        let expires = match at % 9 {
            4 => continue,
            2 => days_before(as_of, 20).to_string(),
            5 => after(as_of, 35).to_string(),
            6 => "N/A".to_owned(),
            7 => String::new(),
            _ => after(as_of, 200 + 30 * at as u64).to_string(),
        };
        writeln!(file, "G-{number},T-{number},confidentiality,{signed},{expires}")?;
        if role == "primary" {
            writeln!(file, "G-{number}-2,T-{number},protocol,{signed},N/A")?;
        }
    }
    file.flush()
}
