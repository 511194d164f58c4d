"""Frames of polars made of results."""

from __future__ import annotations

from typing import Any

import pytest

import assize
from assize import _polars
from conftest import AS_OF, CHILDREN, EXPECTED

polars = pytest.importorskip("polars")

COLUMNS = ["key", "value", "state", "because", "possible", "missing", "error"]
STATES = ["decided", "provisional", "undetermined", "not_applicable", "error"]


@pytest.fixture
def results(rules: assize.RuleSet, people: list[dict[str, object]]) -> assize.Results:
    # One has no value for want of everything, one cannot be read.
    bad: list[dict[str, object]] = [{"Person No": "P5"}, {"Person No": "P6", "Weapon": "perhaps"}]
    return rules.evaluate(people + bad, as_of=AS_OF)


@pytest.fixture(params=["of numbers", "of dictionaries"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How Enums are made: a polars that does not make them of numbers makes them of dictionaries."""
    if request.param == "of dictionaries":
        monkeypatch.setattr(_polars, "_coded", lambda *_: None)
    return str(request.param)


def test_all_columns(results: assize.Results, way: str) -> None:
    frame = results.categories["answer"].to_polars()
    assert frame.columns == results.categories["answer"].columns == COLUMNS
    rows = results.to_dict()["categories"]["answer"]["rows"]
    assert frame.select("key", "value", "state", "error").rows() == [
        (row["key"], row["value"], row["state"], row["error"]) for row in rows
    ]
    assert [row[:3] for row in frame.rows()][:4] == EXPECTED
    assert frame["value"].to_list()[4:] == [None, None]


def test_enums_are_in_the_order_of_the_rules(results: assize.Results, way: str) -> None:
    frame = results.categories["answer"].to_polars(columns=["state", "value"])
    assert frame.schema == {"state": polars.Enum(STATES), "value": polars.Enum(["court", "diversion", "none"])}
    assert frame.filter(polars.col("value") > "court")["value"].to_list() == ["diversion", "diversion"]


def test_some_columns(results: assize.Results, way: str) -> None:
    table = results.categories["answer"]
    whole = table.to_polars()
    for columns in (["value"], ["state"], ["error", "value"], ["because", "key"], COLUMNS[::-1], iter(["value"])):
        names = columns if isinstance(columns, list) else ["value"]
        made = table.to_polars(columns=columns)
        assert made.equals(whole.select(names))
    assert table.to_polars(columns="value").equals(whole.select("value"))


def test_columns_of_other_tables(results: assize.Results) -> None:
    assert results.measures["offered"].to_polars(columns="numerator").columns == ["numerator"]
    assert results.errors.to_polars(columns=["field", "row"]).rows() == [("weapon", 6)]
    with pytest.raises(assize.UsageError, match="the table has no column `value`; there are: record, row"):
        results.errors.to_polars(columns="value")


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ("valu", "the table has no column `valu`; there are: "),
        (["value", "value"], "`columns` names a column twice"),
        ([1], "a name in `columns` is a int, not text"),
        (1, "`columns` is a int, not names"),
        ([], "`columns` names no column"),
    ],
)
def test_columns_that_are_not_there(results: assize.Results, columns: Any, message: str) -> None:
    table = results.categories["answer"]
    for give in (table.to_polars, table.to_arrow, results.errors.to_polars):
        with pytest.raises(assize.UsageError, match=message):
            give(columns=columns)


def test_arrow_and_pandas(results: assize.Results) -> None:
    pytest.importorskip("pyarrow")
    pytest.importorskip("pandas")
    table = results.categories["answer"]
    whole = table.to_arrow()
    for columns in (["state", "value"], ["missing"], ["error", "key"]):
        assert table.to_arrow(columns=columns).equals(whole.select(columns))
    assert list(table.to_pandas(columns=["value", "key"]).columns) == ["value", "key"]


def test_values_that_are_sets(way: str) -> None:
    rules = assize.compile(
        """ruleset sets version "1" {} codes Letter { a b c } record P { n : integer }
        category letters of P -> Letter { hit all  a when over_1 : n > 1  b when over_2 : n > 2  otherwise none }"""
    )
    frame = rules.evaluate([{"n": 0}, {"n": 2}, {"n": 3}, {}], as_of=AS_OF).categories["letters"].to_polars()
    assert frame["value"].to_list() == [[], ["a"], ["a", "b"], None]
    assert frame.schema["state"] == polars.Enum(STATES)


def test_every_value_there(way: str) -> None:
    rules = assize.compile(CHILDREN)
    results = rules.evaluate({"Person": [{"id": 1, "charges": []}]}, as_of=AS_OF)
    frame = results.categories["level"].to_polars(columns=["value", "state"])
    assert frame.rows() == [("none", "decided")]


def test_many_batches(way: str) -> None:
    """Batches are 65,536 rows; every eighth value is missing, and the others go round."""
    if not hasattr(polars.DataFrame, "__arrow_c_stream__"):
        pytest.skip("the first versions of polars do not hand frames over")
    count = 200_003
    rules = assize.compile(
        """ruleset big version "1" {} ordered codes Size { small middle large } record P { n : integer }
        category size of P -> Size { large when n = 6  middle when n > 3  small when n > 0  otherwise none }"""
    )
    numbers = polars.Series("n", [None if row % 8 == 7 else row % 8 for row in range(count)], dtype=polars.Int64)
    results = rules.evaluate(numbers.to_frame(), as_of=AS_OF, reasons=False)
    frame = results.categories["size"].to_polars()
    expected = ["none", "small", "small", "small", "middle", "middle", "large", None]
    assert frame["value"].to_list() == [expected[row % 8] for row in range(count)]
    assert frame["key"].to_list() == list(range(1, count + 1))
    assert set(frame["state"].to_list()) == {"decided", "undetermined"}
    assert frame.schema["value"] == polars.Enum(["small", "middle", "large", "none"])
