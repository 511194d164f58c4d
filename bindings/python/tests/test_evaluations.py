"""Indicators and evaluations as tables, and as what `to_dict` has."""

from __future__ import annotations

import assize

RULES = """
ruleset t version "1"
ordered codes Scale { low middle high }
record Answer { id : text key  safe : Scale }
record Visit { id : text key  done : boolean }
measure done of Visit { numerator done  as rate per 100  target at least 60 }
indicator visits { data quantitative  source "Diary"  from measure done }
indicator felt { data qualitative  from ratings Answer scale Scale  rubric good : top 1 >= 50%  otherwise bad }
evaluation year "The year" {
  objective there weight 2 question "Are they there?" { visits }
  objective liked { felt }
  overall weighted mean
}
"""


def evaluated() -> assize.Results:
    rules = assize.compile(RULES)
    visits = [{"id": str(at), "done": at < 3} for at in range(4)]
    answers = [{"id": "1", "safe": "high"}, {"id": "2", "safe": "low"}, {"id": "3", "safe": None}]
    return rules.evaluate({"Visit": visits, "Answer": answers}, as_of="2026-01-01")


def test_indicators_and_evaluations_are_tables() -> None:
    results = evaluated()
    rows = results.indicators.to_arrow().to_pylist()
    assert [(row["indicator"], row["level"], row["target"]) for row in rows] == [
        ("visits", "met", "met"),
        ("felt", "good", None),
    ]
    whole, there, liked = results.evaluations.to_arrow().to_pylist()
    assert (whole["evaluation"], whole["objective"], whole["known"], whole["indicators"]) == ("year", None, 2, 2)
    assert (there["objective"], str(there["weight"])) == ("there", "2")
    assert liked["level"] is None
    asked = results.matrix.to_arrow().to_pylist()
    assert [(row["question"], row["source"], row["collected"]) for row in asked] == [
        ("Are they there?", "Diary", "yes"),
        (None, None, "yes"),
    ]


def test_to_dict_has_what_is_behind_them() -> None:
    whole = evaluated().to_dict()
    assert whole["indicators"]["felt"]["finding"]["distribution"] == {"low": 1, "middle": 0, "high": 1}
    assert whole["evaluations"]["year"]["overall"]["score"] == "100.0"
    # What counts evidence is no measure of its own.
    assert list(whole["measures"]) == ["done"]


def test_what_counts_evidence_is_not_among_the_measures() -> None:
    rules = assize.compile(RULES)
    assert list(rules.measures) == ["done"]
    results = evaluated()
    assert list(results.measures) == ["done"]


def test_rules_without_any_have_empty_tables() -> None:
    rules = assize.compile('ruleset t version "1"\nrecord P { id : text key }\nmeasure m of P { as count }')
    results = rules.evaluate([{"id": "1"}], as_of="2026-01-01")
    assert len(results.indicators) == len(results.evaluations) == len(results.matrix) == 0
