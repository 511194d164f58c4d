//! What the checker says can never decide never does: generated categories, of which those that are refused for a
//! criterion that is never reached or never true are worked out all the same, condition by condition.

use crate::data::{self, Shape};
use crate::fill::Tables;
use crate::random::Random;
use crate::rules::HEADER;
use assize_compile::{Compiled, compile_sources};
use assize_eval::row::{Cell, Inputs, Session};
use assize_lang::diagnostic::Severity;
use assize_lang::source::{Source, SourceMap};
use assize_model::civil::Date;
use assize_model::ids::RecordId;
use std::sync::Arc;

const CODES: [&str; 4] = ["low", "mid", "high", "top"];

fn compile(text: &str) -> Compiled {
    let mut sources = SourceMap::default();
    sources.add(Source::new("generated.assize", text));
    compile_sources(sources)
}

/// A condition of few expressions and few constants, so that conditions often hang together.
fn condition(random: &mut Random, depth: usize) -> String {
    if depth > 0 && random.chance(55) {
        let d = depth - 1;
        return match random.below(6) {
            0 | 1 => format!("({} and {})", condition(random, d), condition(random, d)),
            2 | 3 => format!("({} or {})", condition(random, d), condition(random, d)),
            4 => format!("(not {})", condition(random, d)),
            _ => format!(
                "({} ({}, {}))",
                random.pick(&["any of", "all of", "none of", "at least 1 of", "at most 0 of"]),
                condition(random, d),
                condition(random, d)
            ),
        };
    }
    let op = random.pick(&["=", "!=", "<", "<=", ">", ">="]);
    let number = random.pick(&["0", "1", "2", "3", "4"]);
    match random.below(14) {
        0..3 => format!("a_i1 {op} {number}"),
        3 => format!("a_ri {op} {number}"),
        4 => format!("(count kids where c_b1) {op} {number}"),
        5 => format!("(count kids) {op} {number}"),
        6 => format!("a_l1 {op} {}", random.pick(&["low", "mid", "top"])),
        7 => format!("base {} {}", random.pick(&["=", "!=", ">="]), random.pick(&["low", "high", "top"])),
        8 => format!("a_k1 in {}", random.pick(&["{red, blue}", "{green}", "{red}"])),
        9 => format!("a_t1 {} {}", random.pick(&["=", "!="]), random.pick(&["\"a\"", "\"B\""])),
        10 => format!("{} is {}", random.pick(&["a_i1", "a_ri", "a_l1", "base"]), random.pick(&["known", "missing"])),
        11 => format!("a_on {op} {}", random.pick(&["2024-02-29", "2023-02-28", "2024-01-31"])),
        12 => format!("(if a_b1 then a_i1 {op} {number} else a_b2)"),
        _ => random.pick(&["a_b1", "a_b2"]).to_owned(),
    }
}

/// Criteria with their codes, and the policy.
struct Generated {
    criteria: Vec<(usize, String)>,
    hit: &'static str,
}

impl Generated {
    fn new(random: &mut Random) -> Self {
        let count = 2 + random.below(4);
        let criteria = (0..count).map(|_| (random.below(CODES.len()), condition(random, 2))).collect();
        Self { criteria, hit: random.pick(&["first", "first", "highest", "unique"]) }
    }

    const fn base() -> &'static str {
        "category base of Parent -> Level { low when bl : a_b3  high when bh : a_i2 > 2 }\n"
    }

    fn category(&self) -> String {
        let cases = self.criteria.iter().enumerate();
        let cases: Vec<String> =
            cases.map(|(at, (code, condition))| format!("  {} when r{at} : {condition}\n", CODES[*code])).collect();
        format!("{}category c of Parent -> Level {{\n{}  hit {}\n}}\n", Self::base(), cases.concat(), self.hit)
    }

    fn lets(&self) -> String {
        let lets = self.criteria.iter().enumerate();
        let lets: Vec<String> =
            lets.map(|(at, (_, condition))| format!("let r{at} of Parent = {condition}\n")).collect();
        format!("{}{}", Self::base(), lets.concat())
    }

    /// The criteria in cases, in the order of the walk.
    fn cases(&self) -> Vec<Vec<usize>> {
        let mut cases: Vec<(usize, Vec<usize>)> = Vec::new();
        for (at, &(code, _)) in self.criteria.iter().enumerate() {
            let merged = match self.hit {
                "first" => cases.last_mut().filter(|(last, _)| *last == code),
                _ => cases.iter_mut().find(|(other, _)| *other == code),
            };
            match merged {
                Some((_, criteria)) => criteria.push(at),
                None => cases.push((code, vec![at])),
            }
        }
        if self.hit == "highest" {
            cases.sort_by_key(|(code, _)| std::cmp::Reverse(*code));
        }
        cases.into_iter().map(|(_, criteria)| criteria).collect()
    }

    /// The criteria that decide, by what each comes to: `Some` when it is known, an error otherwise than missing.
    fn decide(&self, truths: &[Truth]) -> Vec<usize> {
        let mut chosen = Vec::new();
        let mut several = false;
        for case in self.cases() {
            let trues: Vec<usize> = case.iter().copied().filter(|&at| truths[at] == Truth::Yes).collect();
            if trues.is_empty() {
                if case.iter().any(|&at| truths[at] == Truth::Error) {
                    return Vec::new();
                }
                continue;
            }
            if self.hit != "unique" {
                return trues;
            }
            several |= !chosen.is_empty();
            chosen = trues;
        }
        if several { Vec::new() } else { chosen }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    Missing,
    Error,
}

/// What generated rules begin with, but for the look-up, whose file these tests do not have.
fn header() -> String {
    let lines = HEADER.lines().filter(|line| !line.starts_with("lookup "));
    lines.fold(String::new(), |text, line| text + line + "\n").replace("DATES", "")
}

/// How many criteria of a seed were reported, and are found never to decide.
fn check(seed: u64) -> usize {
    let mut random = Random::new(seed ^ 0x7eac);
    let generated = Generated::new(&mut random);
    let header = header();
    let compiled = compile(&format!("{header}{}", generated.category()));
    let reported: Vec<usize> = (compiled.diagnostics.iter())
        .filter(|found| found.severity == Severity::Error && ["E0313", "E0315"].contains(&found.code.0))
        .filter_map(|found| found.message.split('`').nth(1)?.strip_prefix('r')?.parse().ok())
        .collect();
    if reported.is_empty() {
        return 0;
    }
    let Some(program) = compile(&format!("{header}{}", generated.lets())).program else { return 0 };
    let rows = 80;
    let shape = Shape { rows, missing: random.one(&[0, 10, 30]), unreadable: random.one(&[0, 0, 15]) };
    let tables = [
        data::table(&mut random, &program, RecordId(0), shape, 0),
        data::table(&mut random, &program, RecordId(1), Shape { rows: 120, ..shape }, rows),
        data::table(&mut random, &program, RecordId(2), Shape { rows: 10, ..shape }, 120),
    ];
    let plan = Arc::new(assize_eval::row::Plan::new(Arc::clone(&program)).expect("a plan"));
    let as_of = Date::from_ymd(2024, 2, 29).expect("a date");
    let mut session = Session::new(plan, &Inputs::new(&program, as_of));
    let filler = Tables { program: &program, tables: &tables };
    for row in 0..rows {
        filler.fill(&mut session, RecordId(0), row);
        let truths: Vec<Truth> = (program.lets.iter())
            .map(|of| match session.value_of(of.node).expect("a condition of the record") {
                Cell::Boolean(true) => Truth::Yes,
                Cell::Boolean(false) => Truth::No,
                Cell::Absent(absence) if absence.is_error() => Truth::Error,
                _ => Truth::Missing,
            })
            .collect();
        let decided = generated.decide(&truths);
        for &at in &reported {
            assert!(
                !decided.contains(&at),
                "seed {seed}: `r{at}` is reported and decides row {row}: {truths:?}\n{}",
                generated.category()
            );
        }
    }
    reported.len()
}

#[test]
fn what_is_said_never_to_decide_never_does() {
    if let Some(seed) = std::env::var_os("ASSIZE_SEED").and_then(|seed| seed.to_str()?.parse().ok()) {
        println!("{} reported", check(seed));
        return;
    }
    let programs: u64 =
        std::env::var_os("ASSIZE_PROGRAMS").and_then(|programs| programs.to_str()?.parse().ok()).unwrap_or(10_000);
    let reported: usize = (0..programs).map(check).sum();
    println!("{programs} categories, {reported} criteria reported, none of them decides");
    assert!(reported > usize::try_from(programs).expect("few") / 50, "{reported} of {programs}");
}
