use super::*;

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// Four codes; event 0 raises by one, event 1 lowers by one, event 2 only begins times again.
fn rules(start: u16, waits: &[(bool, Duration, &[u16])], hold: Option<Duration>) -> Rules {
    rules_by([1, 1], start, waits, hold)
}

/// The same by other numbers of codes.
fn rules_by(
    [raised, lowered]: [i64; 2],
    start: u16,
    waits: &[(bool, Duration, &[u16])],
    hold: Option<Duration>,
) -> Rules {
    let each = |up, event| Move { up, steps: NodeId(if up { 1 } else { 2 }), when: When::Each(event) };
    let mut moves = vec![each(true, 0), each(false, 1)];
    for (at, (up, _, events)) in waits.iter().enumerate() {
        let after = NodeId(u32::try_from(at).unwrap() + 10);
        moves.push(Move { up: *up, steps: NodeId(1), when: When::Without { after, events: (*events).into() } });
    }
    let event = Event { scope: ScopeId(1), date: NodeId(0), filter: None };
    let progress = Progress {
        start: Code(start),
        codes: 4,
        as_of: NodeId(0),
        hold: hold.map(|_| NodeId(9)),
        events: vec![event; 3].into(),
        moves: moves.into(),
    };
    let time = |node: NodeId| Ok(if node.0 == 9 { hold.unwrap() } else { waits[node.index() - 10].1 });
    let steps = |node: NodeId| Ok(if node.0 == 2 { lowered } else { raised });
    progress.rules(day("2026-01-01"), steps, time, |fault| fault).unwrap()
}

fn at(date: &str, event: u16, perhaps: bool) -> Happening {
    Happening::new(day(date), event, perhaps)
}

fn codes(set: CodeSet) -> Vec<u16> {
    set.iter().map(|code| code.0).collect()
}

#[test]
fn events_keep_their_order() {
    let sorted =
        [at("0001-01-01", 1, true), at("1969-12-31", 0, false), at("1970-01-01", 0, true), at("1970-01-01", 1, false)];
    assert!(sorted.is_sorted());
    assert_eq!(sorted.map(|one| (one.day(), one.event(), one.perhaps()))[1], (-1, 0, false));
}

#[test]
fn levels_stop_at_the_ends_and_time_lowers_again_and_again() {
    let two_years: &[(bool, Duration, &[u16])] = &[(false, Duration::months(24), &[0, 2])];
    let rules = rules(0, two_years, None);
    let fold = |events: &[Happening]| codes(rules.fold(events, false).unwrap());
    assert_eq!(fold(&[]), [0]);
    assert_eq!(fold(&[at("2025-01-01", 1, false)]), [0]);
    assert_eq!(fold(&[at("2025-01-01", 0, false); 9]), [3]);
    // Two years after the last, and two more.
    let three = ["2020-01-01", "2020-02-01", "2020-03-01"].map(|date| at(date, 0, false));
    assert_eq!(fold(&three), [1]);
    assert_eq!(fold(&[&three[..], &[at("2022-03-01", 2, false)]].concat()), [1]);
    assert_eq!(fold(&[&three[..], &[at("2022-02-28", 2, false)]].concat()), [2]);
    let history = rules.history(&three);
    let shown: Vec<(String, u16, u16, Why)> =
        history.iter().map(|(line, _)| (line.date.to_string(), line.from.0, line.to.0, line.why)).collect();
    assert_eq!(shown.last().unwrap(), &("2024-03-01".to_owned(), 2, 1, Why::Time(2)));
    assert_eq!(history.iter().map(|(_, event)| *event).collect::<Vec<_>>(), [Some(0), Some(1), Some(2), None, None]);
}

#[test]
fn a_hold_keeps_and_then_does_what_waited() {
    let rules = rules(0, &[], Some(Duration::days(30)));
    let events = [at("2025-12-01", 0, false), at("2025-12-02", 0, false), at("2025-12-03", 0, false)];
    assert_eq!(codes(rules.fold(&events, false).unwrap()), [3]);
    let whys: Vec<Why> = rules.history(&events).iter().map(|(line, _)| line.why).collect();
    let until = day("2025-12-31");
    assert_eq!(whys, [Why::Event(0), Why::Held(0, until), Why::Held(0, until), Why::HoldOver]);
    let late = [at("2025-12-10", 0, false), at("2025-12-11", 0, false)];
    assert_eq!(codes(rules.fold(&late, false).unwrap()), [1]);
}

#[test]
fn what_waited_adds_up_in_full() {
    // Raised by 7 and lowered by 6 while the list has four codes.
    let events = [("2025-12-01", 1), ("2025-12-02", 0), ("2025-12-03", 1), ("2025-12-04", 1), ("2025-12-05", 1)];
    let events: Vec<Happening> = events.iter().map(|&(date, event)| at(date, event, false)).collect();
    let of = |steps| codes(rules_by(steps, 3, &[], Some(Duration::days(30))).fold(&events, false).unwrap());
    assert_eq!(of([7, 2]), [2]);
    assert_eq!(of([i64::MAX, 1]), [3]);
}

#[test]
fn moves_back_and_forth_without_end_are_an_error() {
    let both: &[(bool, Duration, &[u16])] = &[(false, Duration::days(1), &[0]), (true, Duration::days(1), &[0])];
    let rules = rules(1, both, None);
    assert_eq!(rules.fold(&[at("0001-01-01", 0, false)], false), Err(Fault::Argument));
    assert!(rules.fold(&[at("2025-12-01", 0, false)], false).is_ok());
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }
}

#[test]
fn what_is_possible_is_what_each_choice_of_doubtful_events_gives() {
    let mut random = Random(5);
    let lists: [&[u16]; 3] = [&[0], &[0, 2], &[1, 2]];
    for _ in 0..3_000 {
        let mut waits: Vec<(bool, Duration, &[u16])> = Vec::new();
        for _ in 0..random.below(3) {
            let time = [Duration::months(1), Duration::days(45), Duration::months(13)][random.below(3) as usize];
            waits.push((random.below(3) == 0, time, lists[random.below(3) as usize]));
        }
        let hold = [None, Some(Duration::days(20)), Some(Duration::months(2))][random.below(3) as usize];
        let rules = rules(random.below(4) as u16, &waits, hold);
        let mut events: Vec<Happening> = (0..random.below(7))
            .map(|_| {
                let date = Date::from_days(day("2025-01-01").days() + random.below(300) as i32).unwrap();
                Happening::new(date, random.below(3) as u16, random.below(3) == 0)
            })
            .collect();
        events.sort_unstable();
        let doubtful: Vec<usize> = (0..events.len()).filter(|&event| events[event].perhaps()).collect();
        let mut wanted = CodeSet::EMPTY;
        for choice in 0_u32..1 << doubtful.len() {
            let certain: Vec<Happening> = (events.iter().enumerate())
                .filter(|(at, _)| doubtful.iter().position(|of| of == at).is_none_or(|bit| choice >> bit & 1 == 1))
                .map(|(_, &event)| Happening(event.0 & !1))
                .collect();
            wanted = wanted.union(rules.fold(&certain, false).unwrap());
            // The lines end where the fold does.
            let last = rules.history(&certain).last().map(|(line, _)| line.to);
            assert!(last.is_none_or(|last| rules.fold(&certain, false).unwrap() == CodeSet::of(last)));
        }
        assert_eq!(rules.fold(&events, false).unwrap(), wanted);
        assert_eq!(wanted.union(rules.reachable), rules.reachable);
    }
}
