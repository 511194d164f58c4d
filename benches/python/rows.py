"""One record at a time: a dict in, an answer out."""

import json
import pathlib

import peers
import records
import timing

RULES = pathlib.Path(__file__).resolve().parent.parent / "peers" / "rules"
AS_OF = "2026-01-01"
SEED = 2026
#: Records in a timed pass: few enough that what they are made of stays in the processor's cache.
BLOCK = 500


def text(name):
    """The rule, as one of the engines writes it."""
    return (RULES / name).read_text(encoding="utf-8")


def answer(person):
    """The rule by hand: the first criterion that is true, which names the list too; or why there is none."""
    if person["age"] < 18:
        return "not_applicable"
    if person["felon"] and person["weapon"]:
        return "armed_felon"
    charges = person["charges"]
    if charges >= 3:
        return "chronic"
    if person["injury"] and charges >= 1:
        return "injury"
    if charges == 2:
        return "repeat_charge"
    if person["breaches"] >= 1:
        return "breach"
    if charges == 1:
        return "first_charge"
    if person["calls"] >= 1:
        return "complaint"
    return "none"


def _both(a, b):
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def _any(*truths):
    if any(truths):
        return True
    return None if None in truths else False


def verdict(person):
    """The rule by hand in three-valued logic: the list, and how firm it is."""
    age, charges, breaches, calls = (person[field] for field in ("age", "charges", "breaches", "calls"))
    if age is None:
        return None, "undetermined"
    if age < 18:
        return None, "not_applicable"
    some, several, one, two = (
        (None,) * 4 if charges is None else (charges >= 1, charges >= 3, charges == 1, charges == 2)
    )
    lists = (
        ("A", _any(_both(person["felon"], person["weapon"]), several, _both(person["injury"], some))),
        ("B", _any(two, None if breaches is None else breaches >= 1)),
        ("C", one),
        ("D", None if calls is None else calls >= 1),
    )
    unknown = False
    for name, truth in lists:
        if truth:
            return name, "provisional" if unknown else "decided"
        unknown = unknown or truth is None
    return (None, "undetermined") if unknown else ("none", "decided")


class _Race:
    """Contenders over the same records, each checked against the same answers."""

    def __init__(self, people, expected):
        self._people = people
        self._expected = expected
        self.contenders = []
        self.checking = True

    def add(self, name, run, read=lambda made: made):
        """`run` makes answers of dicts; `read`, outside the time, says them as the expected ones are said."""

        def differs(made):
            for at, (got, right) in enumerate(zip(map(read, made), self._expected, strict=True)):
                if got != right:
                    return f"record {at} is {got}, not {right}: {self._people[at]}"
            return None

        def timed(at):
            if self.checking:
                return run(self._people)
            # Whole blocks only: what a round took is divided by their size.
            blocks = max(len(self._people) // BLOCK, 1)
            return run(self._people[at % blocks * BLOCK :][:BLOCK])

        self.contenders.append(timing.Contender(name, timed, differs))
        return self.contenders[-1]


def _session():
    assize = peers.module("assize")
    return assize and assize.compile(text("rule.assize")).session(as_of=AS_OF)


def _all_outcomes(session):
    def run(people):
        made = []
        for person in people:
            outcome = session.evaluate("Person", person, "offender_list")
            made.append((outcome.value, outcome.state, outcome.because))
        return made

    return run


def _criterion(made):
    value, state, because = made
    return because[0] if because else value or state


def whole(people):
    """The race with every field present. Returns the contenders and ours."""
    race = _Race(people, [answer(person) for person in people])
    ours = None
    if session := _session():
        evaluate, value_of = session.evaluate, session.value
        ours = race.add("assize: value, state and reasons", _all_outcomes(session), _criterion)
        alone = [
            race.add(
                "assize: value", lambda people: [value_of("Person", person, "offender_list") for person in people]
            ),
            race.add(
                "assize: value, of an outcome",
                lambda people: [evaluate("Person", person, "offender_list").value for person in people],
            ),
        ]
        # The list alone does not say which criterion it was.
        lists = {"armed_felon": "A", "chronic": "A", "injury": "A", "repeat_charge": "B", "breach": "B"}
        lists |= {"first_charge": "C", "complaint": "D", "none": "none", "not_applicable": None}
        right = [lists[answer(person)] for person in people]
        for value in alone:
            value.differs = lambda made: None if made == right else "the lists differ"
    if datalogic := peers.module("datalogic_py"):
        engine = datalogic.Engine()
        rule, datalogic_session = engine.compile(json.loads(text("rule.jsonlogic.json"))), engine.session()
        race.add("datalogic-py, rule", lambda people: [rule.evaluate(person) for person in people])
        race.add(
            "datalogic-py, session",
            lambda people: [datalogic_session.evaluate(rule, person) for person in people],
        )
    if zen := peers.module("zen"):
        expression = zen.compile_expression(text("rule.zen"))
        race.add("zen-engine, expression", lambda people: [expression.evaluate(person) for person in people])
        decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(text("rule.table.json")))
        race.add(
            "zen-engine, decision table",
            lambda people: [decision.evaluate(person)["result"]["criterion"] for person in people],
        )
    if cel := peers.module("cel"):
        program = cel.compile(text("rule.cel"))
        race.add("common-expression-language", lambda people: [program.execute(person) for person in people])
    if rule_engine := peers.module("rule_engine"):
        # Its expressions are on one line.
        matched = rule_engine.Rule(" ".join(text("rule.zen").split()))
        race.add("rule-engine", lambda people: [matched.evaluate(person) for person in people])
    if json_logic := peers.module("json_logic"):
        logic = json.loads(text("rule.jsonlogic.json"))
        race.add("json-logic-qubit", lambda people: [json_logic.jsonLogic(logic, person) for person in people])
    if celpy := peers.module("celpy"):
        environment = celpy.Environment()
        runner, to_cel = environment.program(environment.compile(text("rule.cel"))), celpy.json_to_cel
        race.add(
            "cel-python",
            lambda people: [
                runner.evaluate({field: to_cel(value) for field, value in person.items()}) for person in people
            ],
            str,
        )
    race.add("by hand, in Python", lambda people: [answer(person) for person in people])
    return race, ours


def gapped(people):
    """The race with fields missing. Peers mean something else by a missing value, so that only a function by hand is
    beside ours."""
    race = _Race(people, [verdict(person) for person in people])
    ours = None
    if session := _session():
        ours = race.add("assize: value, state and reasons", _all_outcomes(session), lambda made: made[:2])
    race.add("by hand in three-valued logic, in Python", lambda people: [verdict(person) for person in people])
    return race, ours


def check(rows):
    """True when all answer alike."""
    print(f"one record at a time, {rows:,} records")
    same = True
    for make, build in ((whole, records.whole), (gapped, records.gapped)):
        race, _ = make(build(rows, SEED))
        same &= timing.check(race.contenders)
    return same


def main(rows, rounds):
    """Checks, times and prints. True when all answer alike."""
    print(f"\n## One record at a time: {rows:,} dicts, {rounds} rounds of {BLOCK}\n")
    same = True
    for title, make, build in (
        ("every field present", whole, records.whole),
        ("3 % of the fields None", gapped, records.gapped),
    ):
        race, ours = make(build(rows, SEED))
        print(f"### {title}\n")
        same &= timing.check(race.contenders)
        race.checking = False
        timing.race(race.contenders, min(BLOCK, rows), range(rounds))
        print(f"\n{timing.table(race.contenders, ours, digits=0)}\n")
        others = [each for each in race.contenders if not each.name.startswith(("assize", "by hand"))]
        if ours and others:
            fastest = min(others, key=lambda each: each.best)
            for each in race.contenders:
                if each.name.startswith("assize"):
                    timing.target(f"{each.name}, to {fastest.name}", each.best / fastest.best, 0.5, at_most=True)
            print()
    return same
