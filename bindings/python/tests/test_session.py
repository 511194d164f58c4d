"""One record at a time."""

from __future__ import annotations

import collections
import datetime
import threading
from decimal import Decimal
from typing import Any

import pytest

import assize
from conftest import AS_OF, outcomes

TYPES = """
ruleset types version "1" { time zone "Europe/Berlin" }
codes Yes { yes_ "Yes" }
codes Kind { small from "S"  large from "L"  missing withheld from "X" }
record P {
  i : integer optional  d : decimal optional  b : boolean optional  t : text optional  on : date optional
  hour : time optional  when_ : datetime optional  long : duration optional  k : Kind optional
  ks : set of Kind optional separated by "|"  ts : set of text optional separated by "|"  r : range of integer optional
  pair : range of decimal optional from "lo", "hi"
  missing not_collected from "NC", "99"
}
category is_i of P -> Yes { yes_ when i = 7 }
category is_d of P -> Yes { yes_ when d = 0.1 }
category is_b of P -> Yes { yes_ when b }
category is_t of P -> Yes { yes_ when t = "é" }
category is_on of P -> Yes { yes_ when on = 2026-02-28 }
category is_hour of P -> Yes { yes_ when hour = 12:30 }
category is_when_ of P -> Yes { yes_ when when_ < as_of }
category is_long of P -> Yes { yes_ when long > 45 minutes }
category is_k of P -> Yes { yes_ when k = large }
category is_ks of P -> Yes { yes_ when ks contains large }
category is_ts of P -> Yes { yes_ when ts contains "a" }
category is_r of P -> Yes { yes_ when r >= 5 }
category is_pair of P -> Yes { yes_ when pair > 1 }
"""


@pytest.fixture(scope="module", params=["as they are", "looked at as texts too"])
def types(request: pytest.FixtureRequest) -> assize.RuleSet:
    """Where a text means that there is no value, numbers and dates are looked at as texts, and else as they are."""
    if request.param == "as they are":
        return assize.compile(TYPES.replace('missing not_collected from "NC", "99"', ""))
    return assize.compile(TYPES)


def test_an_outcome(rules: assize.RuleSet) -> None:
    session = rules.session(as_of=datetime.date(2026, 6, 1))
    outcome = session.evaluate("Person", {"Person No": "P", "Born": datetime.date(2000, 1, 1), "Earlier offences": 1})
    assert isinstance(outcome, assize.Outcome)
    assert (outcome.value, outcome.state) == ("diversion", "provisional")
    assert outcome.because == ("few",) and outcome.possible == ("court", "diversion")
    assert outcome.missing == ("weapon", "loss") and outcome.error is None and outcome.faults == []
    assert repr(outcome) == ("Outcome(answer: 'diversion', provisional, because=('few',), missing=('weapon', 'loss'))")
    # An outcome stays what it is when the session goes on.
    session.evaluate("Person", {"Weapon": True})
    assert outcome.missing == ("weapon", "loss") and outcome.because == ("few",)


def test_a_value_alone(rules: assize.RuleSet, people: list[dict[str, object]]) -> None:
    session = rules.session(as_of=AS_OF)
    for person in [*people, {}, {"Weapon": "perhaps"}]:
        assert session.value("Person", person) == session.evaluate("Person", person, "answer").value
        assert session.value("Person", person, "answer") == session.evaluate("Person", person).value
    with pytest.raises(assize.UsageError, match="the rules have no record `Persn`; there are: Person"):
        session.value("Persn", {})
    with pytest.raises(assize.UsageError, match="the record has no category `anser`; there are: answer"):
        session.value("Person", {}, "anser")
    with pytest.raises(assize.UsageError, match="a list is not a dict"):
        session.value("Person", [])  # type: ignore[arg-type]


def test_keys_of_dicts(rules: assize.RuleSet) -> None:
    """In any order, as texts that were made at run time, beside keys of others, as names of fields, and with white space
    around them as headings may have it."""
    session = rules.session(as_of=AS_OF)
    headings = {"Person No": "P", "Born": "2000-01-01", "Earlier offences": 1, "Weapon": False, "Loss": "12.5"}
    expected = ("diversion", "decided", ("few",))

    def outcome(person: dict[Any, Any]) -> tuple[object, ...]:
        made = session.evaluate("Person", person)
        assert session.value("Person", person) == made.value
        return (made.value, made.state, made.because)

    assert outcome(headings) == expected
    assert outcome(dict(reversed(headings.items()))) == expected
    assert outcome({"".join([*key]): value for key, value in headings.items()}) == expected
    assert outcome({1: 2, "Else": object(), **headings, None: "x", "\ud800": 1, b"Weapon": True}) == expected
    names = {"id": "P", "born": "2000-01-01", "earlier": 1, "weapon": False, "loss": "12.5"}
    assert outcome(names) == expected
    assert outcome({**headings, "weapon": True}) == expected
    assert outcome({f" {key}\t": value for key, value in headings.items()}) == expected
    assert outcome({f" {key}": value for key, value in names.items()}) == expected
    twice = session.evaluate("Person", {**headings, " Weapon": True})
    assert (twice.value, twice.state) == (None, "error")
    assert [(field, said) for field, _, said in twice.faults] == [(None, "the object has `Weapon` twice")]


def test_faults_are_in_the_order_of_the_fields(rules: assize.RuleSet) -> None:
    faults = rules.session(as_of=AS_OF).evaluate("Person", {"Weapon": "w", "Loss": "l", "Born": "b"}).faults
    assert [field for field, _, _ in faults] == ["born", "weapon", "loss"]


def test_numbers_at_the_edges() -> None:
    rules = assize.compile(
        """ruleset edges version "1" {} codes Yes { yes_ } record P { i : integer  d : decimal }
        category is_i of P -> Yes { yes_ when high : i > 9223372036854775806  yes_ when low : i < -9223372036854775807 }
        category is_d of P -> Yes { yes_ when d = 0.1 }"""
    )
    session = rules.session(as_of=AS_OF)
    for number in (2**63 - 1, -(2**63), float(2**52)):
        assert session.evaluate("P", {"i": number}, "is_i").state == "decided"
    assert session.value("P", {"i": 2**63 - 1}, "is_i") == session.value("P", {"i": -(2**63)}, "is_i") == "yes_"
    for number in (2**63, -(2**63) - 1, 10**30, 1.5, True):
        assert session.evaluate("P", {"i": number}, "is_i").state == "error"
    assert session.value("P", {"d": 0.1}, "is_d") == "yes_"
    for number in (float("inf"), 1e40):
        assert session.evaluate("P", {"d": number}, "is_d").state == "error"
    assert session.evaluate("P", {"d": float("nan")}, "is_d").state == "undetermined"


def test_a_dict_that_changes_while_it_is_read(rules: assize.RuleSet) -> None:
    """A value that empties the dict it stands in, while a session walks over it."""

    class Empties(Decimal):
        def __str__(self) -> str:
            person.clear()
            return super().__str__()

    session = rules.session(as_of=AS_OF)
    for _ in range(50):
        person: dict[str, Any] = {"Loss": Empties("1"), **{"x" * at: [at] for at in range(50)}, "Weapon": True}
        assert session.evaluate("Person", person).state in ("decided", "undetermined", "provisional")
        assert person == {}


def test_many_criteria() -> None:
    """More than there are bits, and several reasons at once."""
    cases = "\n".join(f"  c{at} : n > {at}" for at in range(80))
    rules = assize.compile(
        f"""ruleset many version "1" {{}} codes Yes {{ yes_ }} record P {{ n : integer }}
        category more of P -> Yes {{ yes_ when {{ {cases} }} }}"""
    )
    session = rules.session(as_of=AS_OF)
    for number in (0, 1, 2, 3, 63, 64, 65, 80, 3):
        expected = tuple(f"c{at}" for at in range(80) if number > at)
        assert session.evaluate("P", {"n": number}).because == expected


def test_a_session_agrees_with_an_evaluation(rules: assize.RuleSet, people: list[dict[str, object]]) -> None:
    session = rules.session(as_of=AS_OF)
    rows = rules.evaluate(people, as_of=AS_OF).to_dict()["categories"]["answer"]["rows"]
    for given, row in zip(people, rows, strict=True):
        outcome = session.evaluate("Person", given)
        found = (outcome.value, outcome.state, list(outcome.because), list(outcome.possible), list(outcome.missing))
        assert found == (row["value"], row["state"], row["because"], row["possible"], row["missing"])


@pytest.mark.parametrize(
    ("field", "yes", "no"),
    [
        ("i", [7, "7", " 7 ", 7.0, Decimal(7)], [8, "8", -1, 2**63 - 1]),
        ("d", [0.1, "0.1", "0.10", Decimal("0.1")], [0, 1, "1", 0.2, Decimal("0.2"), 10**18]),
        ("b", [True, "yes", "Y", 1, "1", "true"], [False, "no", 0, "f"]),
        ("t", ["é", " é "], ["e", 1, "\0"]),
        ("on", [datetime.date(2026, 2, 28), "2026-02-28"], [datetime.date(1, 1, 1), datetime.date(9999, 12, 31)]),
        ("hour", [datetime.time(12, 30), "12:30"], [datetime.time(0, 0), datetime.time(23, 59, 59, 999999)]),
        (
            "when_",
            [
                datetime.datetime(2026, 5, 31),
                datetime.datetime(2026, 5, 31, tzinfo=datetime.timezone.utc),
                "2026-05-31T10:00",
            ],
            [datetime.datetime(2027, 1, 1, 1, 1, 1, 5)],
        ),
        ("long", [datetime.timedelta(hours=1), "PT46M", "1 hour"], [datetime.timedelta(minutes=45), "44 minutes"]),
        ("k", ["L", " L "], ["S"]),
        ("ks", [["L", "S"], ("L",), {"L"}, "S|L", frozenset({"L"})], [[], ["S"], "S"]),
        ("ts", [["a", "b"], "a|b"], [["b"], []]),
        ("r", [5, "5+", "6-9", ">=5"], [4, "<5", "1-4"]),
    ],
)
def test_values_of_each_type(types: assize.RuleSet, field: str, yes: list[Any], no: list[Any]) -> None:
    session = types.session(as_of=AS_OF)
    for value in yes:
        outcome = session.evaluate("P", {field: value}, f"is_{field}")
        assert (outcome.value, outcome.faults) == ("yes_", []), value
    for value in no:
        outcome = session.evaluate("P", {field: value}, f"is_{field}")
        assert (outcome.value, outcome.state, outcome.faults) == ("none", "decided", []), value


def test_a_range_in_two_values(types: assize.RuleSet) -> None:
    session = types.session(as_of=AS_OF)
    assert session.evaluate("P", {"lo": Decimal("1.5"), "hi": 2}, "is_pair").value == "yes_"
    assert session.evaluate("P", {"lo": 0.5, "hi": "1.0"}, "is_pair").value == "none"
    assert session.evaluate("P", {"lo": 0.5}, "is_pair").state == "undetermined"
    assert session.evaluate("P", {"lo": 3, "hi": 2}, "is_pair").faults[0][1] == "D0112"


@pytest.mark.parametrize("value", [None, float("nan"), Decimal("nan"), "", "  "])
def test_what_is_missing(types: assize.RuleSet, value: object) -> None:
    session = types.session(as_of=AS_OF)
    for field in ("i", "d", "b", "t", "on", "hour", "when_", "long", "k", "ks", "ts", "r"):
        outcome = session.evaluate("P", {field: value}, f"is_{field}")
        assert (outcome.state, outcome.missing, outcome.faults) == ("undetermined", (field,), []), field


def test_reasons_for_what_is_missing() -> None:
    text = """
    ruleset r version "1" {}
    codes Yes { yes_ }
    record P { a : integer from "A no"  missing not_collected from "NC", "99" }
    category c of P -> Yes { yes_ when a is not_collected }
    """
    session = assize.compile(text).session(as_of=AS_OF)
    for given in (
        {"A no": "NC"},
        {"A no": 99},
        {"A no__missing": "not_collected"},
        {"a__missing": "not_collected"},
        {"A no": None, "A no__missing": "not_collected"},
        {"a": 99},
    ):
        assert session.evaluate("P", given).value == "yes_", given
    assert session.evaluate("P", {"A no": 98}).value == "none"
    assert session.evaluate("P", {"A no": 98, "A no__missing": "not_collected"}).state == "error"
    assert session.evaluate("P", {"A no__missing": "lost"}).faults[0][0] == "a"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("i", "x", "D0103"),
        ("i", 1.5, "D0103"),
        ("i", 2**63, "D0104"),
        ("i", -(2**70), "D0104"),
        ("i", True, None),
        ("d", float("inf"), "D0105"),
        ("d", Decimal("inf"), "D0105"),
        ("d", Decimal("1e40"), "D0106"),
        ("d", 10**30, "D0106"),
        ("b", 2, "D0101"),
        ("b", "perhaps", "D0101"),
        ("on", "31/02/2026", "D0102"),
        ("on", 5, "D0102"),
        ("k", "XL", "D0120"),
        ("t", {"a": 1}, "D0127"),
        ("i", [1], "D0127"),
        ("t", object(), "D0127"),
        ("t", b"x", "D0127"),
        ("t", "\ud800", "D0126"),
        ("ks", ["L", "Q"], "D0120"),
        ("ks", [None], None),
        ("r", "9-1", "D0112"),
    ],
)
def test_values_that_cannot_be_read(types: assize.RuleSet, field: str, value: object, code: str | None) -> None:
    outcome = types.session(as_of=AS_OF).evaluate("P", {field: value}, f"is_{field}")
    if code is not None:
        assert (outcome.state, outcome.value) == ("error", None), outcome
        assert [(of, found) for of, found, _ in outcome.faults] == [(field, code)]
        assert outcome.error


def test_children(children: assize.RuleSet) -> None:
    session = children.session(as_of=AS_OF)
    charges = [{"on": datetime.date(2026, 1, 1), "offence": "A"}, {"on": "2026-02-01", "offence": "A"}]
    outcome = session.evaluate("Person", {"id": 1, "charges": charges})
    assert (outcome.value, outcome.because) == ("high", ("assaults",))
    assert session.evaluate("Person", {"id": 1, "charges": charges[:1]}).state == "provisional"
    assert (
        session.evaluate("Person", {"id": 1, "charges": tuple({**of, "cost": 1} for of in charges[:1])}).value == "low"
    )
    assert session.evaluate("Person", {"id": 1, "charges": None}).value == "none"
    assert session.evaluate("Person", {"id": 1}).value == "none"
    assert session.evaluate("Person", {"id": 1, "charges": [{"offence": "A"}]}).faults[0][:2] == ("Charge.on", "D0121")
    for wrong in (3, "x", {"on": 1}, [3], [None], ["x"]):
        assert session.evaluate("Person", {"id": 1, "charges": wrong}).faults, wrong


def test_children_that_hold_themselves() -> None:
    text = """
    ruleset r version "1" {}
    codes Yes { yes_ }
    record P { id : integer key  inside : integer optional  parts : many P by inside }
    category c of P -> Yes { yes_ when any parts where p.inside = 1 }
    """
    session = assize.compile(text).session(as_of=AS_OF)
    assert session.evaluate("P", {"id": 1, "parts": [{"id": 2, "parts": [{"id": 3}]}]}).value == "yes_"
    turning: dict[str, Any] = {"id": 1}
    turning["parts"] = [turning]
    with pytest.raises(assize.UsageError):
        session.evaluate("P", turning)
    assert session.evaluate("P", {"id": 1, "parts": [{"id": 2}]}).value == "yes_"


def test_mappings_of_other_kinds(rules: assize.RuleSet) -> None:
    session = rules.session(as_of=AS_OF)
    expected = session.evaluate("Person", {"Weapon": True}).value
    for given in (
        collections.OrderedDict({"Weapon": True}),
        collections.UserDict({"Weapon": True}),
        collections.defaultdict(int, {"Weapon": True}),
    ):
        assert session.evaluate("Person", given).value == expected


def test_scalars_of_numpy_and_pandas(types: assize.RuleSet) -> None:
    numpy, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    session = types.session(as_of=AS_OF)
    for field, value in (
        ("i", numpy.int64(7)),
        ("i", numpy.float64(7)),
        ("d", numpy.float64(0.1)),
        ("b", numpy.bool_(True)),
        ("t", numpy.str_("é")),
        ("i", numpy.int8(7)),
        ("on", pandas.Timestamp("2026-02-28")),
    ):
        assert session.evaluate("P", {field: value}, f"is_{field}").value == "yes_", value
    for field, value in (("i", pandas.NA), ("on", pandas.NaT), ("d", numpy.float64("nan")), ("when_", pandas.NaT)):
        assert session.evaluate("P", {field: value}, f"is_{field}").state == "undetermined", value


def test_what_a_session_cannot_do(rules: assize.RuleSet, types: assize.RuleSet) -> None:
    session = rules.session(as_of=AS_OF)
    attempts: list[tuple[str, Any]] = [
        ("the rules have no record `Persons`; there are: Person", lambda: session.evaluate("Persons", {})),
        ("the record's name is not text", lambda: session.evaluate(3, {})),  # type: ignore[arg-type]
        ("the record has no category `list`; there are: answer", lambda: session.evaluate("Person", {}, "list")),
        ("the category's name is not text", lambda: session.evaluate("Person", {}, 3)),  # type: ignore[arg-type]
        ("a list is not a dict", lambda: session.evaluate("Person", [])),  # type: ignore[arg-type]
        ("which category is not said; there are: is_i, is_d", lambda: types.session(as_of=AS_OF).evaluate("P", {})),
        ("`as_of`: `soon` is not a date", lambda: rules.session(as_of="soon")),
        ("`as_of` is a moment", lambda: rules.session(as_of=datetime.datetime(2026, 6, 1, 12))),
        ("`as_of` is a int", lambda: rules.session(as_of=2026)),  # type: ignore[arg-type]
    ]
    for message, attempt in attempts:
        with pytest.raises(assize.UsageError) as caught:
            attempt()
        assert message in str(caught.value)


def test_all_categories_at_once(types: assize.RuleSet) -> None:
    outcomes = types.session(as_of=AS_OF).evaluate_all("P", {"i": 7, "b": False})
    assert list(outcomes) == [category for category in types.categories]
    assert (outcomes["is_i"].value, outcomes["is_b"].value, outcomes["is_d"].state) == ("yes_", "none", "undetermined")


def test_an_explanation(rules: assize.RuleSet, people: list[dict[str, object]]) -> None:
    told = rules.session(as_of=AS_OF).explain("Person", people[2])
    same = rules.explain(people, as_of=AS_OF, key="P3", category="answer")
    assert told.to_dict() == same.to_dict() and str(told) == str(same)
    assert (told.record, told.key, told.category) == ("Person", "P3", "answer")
    assert "<details" in told._repr_html_() and "weapon" in told._repr_html_()


def test_a_session_in_use_says_so(rules: assize.RuleSet) -> None:
    session = rules.session(as_of=AS_OF)
    said = []

    class Nosy:
        def __index__(self) -> int:
            try:
                session.evaluate("Person", {})
            except assize.UsageError as error:
                said.append(str(error))
            return 1

    session.evaluate("Person", {"Earlier offences": Nosy()})
    assert not said or "in use" in said[0]
    assert session.evaluate("Person", {"Weapon": True}).value == "court"


def test_threads_with_a_session_each(rules: assize.RuleSet) -> None:
    wrong: list[object] = []

    def work(weapon: bool) -> None:
        session = rules.session(as_of=AS_OF)
        for _ in range(2_000):
            value = session.evaluate(
                "Person", {"Weapon": weapon, "Loss": 1, "Earlier offences": 0, "Born": "2000-01-01"}
            ).value
            if value != ("court" if weapon else "diversion"):
                wrong.append(value)

    threads = [threading.Thread(target=work, args=(at % 2 == 0,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_an_exception_of_a_value_is_not_swallowed(rules: assize.RuleSet) -> None:
    class Broken(dict):  # type: ignore[type-arg]
        def __getitem__(self, name: object) -> object:
            raise KeyboardInterrupt

    # The dict's own method is not asked: what it holds is.
    assert rules.session(as_of=AS_OF).evaluate("Person", Broken({"Weapon": True})).value == "court"


def test_outcomes_of_lists(children: assize.RuleSet) -> None:
    rows = [{"id": 1, "charges": [{"person": 1, "on": "2026-01-01", "offence": "A", "cost": Decimal("100.01")}]}]
    assert outcomes(children.evaluate({"Person": rows}, as_of=AS_OF), "level") == [("1", "high", "decided")]
