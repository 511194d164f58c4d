"""Frames of pandas, as they are found in the wild."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import Any

import pytest

import assize
from conftest import AS_OF, EXPECTED, outcomes

pandas = pytest.importorskip("pandas")
pytest.importorskip("pyarrow")


@pytest.fixture
def frame(people: list[dict[str, object]]) -> Any:
    return pandas.DataFrame(people)


def answers(rules: assize.RuleSet, frame: Any) -> list[tuple[str, str | None, str]]:
    results = rules.evaluate({"Person": frame}, as_of=AS_OF)
    assert results.row_errors() == []
    return outcomes(results, "answer")


def test_integers_as_floats(rules: assize.RuleSet, frame: Any) -> None:
    frame["Earlier offences"] = [0.0, 2.0, 1.0, float("nan")]
    assert frame["Earlier offences"].dtype == "float64"
    assert answers(rules, frame) == [*EXPECTED[:3], ("P4", "court", "decided")]
    frame["Earlier offences"] = frame["Earlier offences"].astype("float32")
    assert answers(rules, frame)[:3] == EXPECTED[:3]
    frame["Earlier offences"] = frame["Earlier offences"].astype("Int64")
    assert answers(rules, frame)[:3] == EXPECTED[:3]


def test_half_an_offence_is_told(rules: assize.RuleSet, frame: Any) -> None:
    frame["Earlier offences"] = [0.5, 2.0, 1.0, float("nan")]
    results = rules.evaluate(frame, as_of=AS_OF)
    assert [(of.row, of.code) for of in results.row_errors()] == [(1, "D0103")]


def test_decimals_as_floats(rules: assize.RuleSet, frame: Any) -> None:
    # 1000.50 as a binary number is that decimal: its shortest form.
    frame["Loss"] = [None, 1000.50, 0.1, 1000.51]
    assert [value for _, value, _ in answers(rules, frame)] == ["court", "diversion", "diversion", "court"]


def test_texts_of_objects(rules: assize.RuleSet, frame: Any) -> None:
    for column in ("Person No", "Born", "Loss", "Division"):
        frame[column] = frame[column].astype(object)
    frame.loc[3, "Division"] = float("nan")
    assert answers(rules, frame) == EXPECTED


def test_booleans_of_objects(rules: assize.RuleSet, frame: Any) -> None:
    for values in ([True, False, None, False], [True, False, float("nan"), False], ["yes", "no", None, "no"]):
        frame["Weapon"] = pandas.Series(values, dtype=object)
        assert answers(rules, frame) == EXPECTED
    frame["Weapon"] = pandas.array([True, False, None, False], dtype="boolean")
    assert answers(rules, frame) == EXPECTED
    frame["Weapon"] = [1.0, 0.0, float("nan"), 0.0]
    assert answers(rules, frame) == EXPECTED


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_moments_as_dates(rules: assize.RuleSet, frame: Any, unit: str) -> None:
    frame["Born"] = pandas.to_datetime(frame["Born"]).astype(f"datetime64[{unit}]")
    assert answers(rules, frame) == EXPECTED
    frame.loc[0, "Born"] = pandas.NaT
    assert answers(rules, frame) == EXPECTED


def test_a_moment_that_is_no_date_is_told(rules: assize.RuleSet, frame: Any) -> None:
    frame["Born"] = pandas.to_datetime(frame["Born"])
    frame.loc[0, "Born"] = pandas.Timestamp("2000-01-01 12:00")
    results = rules.evaluate(frame, as_of=AS_OF)
    assert [(of.row, of.field, of.code) for of in results.row_errors()] == [(1, "born", "D0102")]


def test_categoricals(rules: assize.RuleSet, frame: Any) -> None:
    frame["Division"] = frame["Division"].astype("category")
    frame["Earlier offences"] = frame["Earlier offences"].astype("category")
    assert answers(rules, frame) == EXPECTED


def test_types_of_arrow(rules: assize.RuleSet, frame: Any) -> None:
    assert answers(rules, frame.convert_dtypes(dtype_backend="pyarrow")) == EXPECTED


def test_columns_of_several_kinds(rules: assize.RuleSet, frame: Any) -> None:
    frame["Earlier offences"] = pandas.Series([0, "2", 1.0, None], dtype=object)
    frame["Division"] = pandas.Series(["E", "W", "NC", 5.5], dtype=object)
    results = rules.evaluate(frame, as_of=AS_OF)
    assert [(of.row, of.field, of.code) for of in results.row_errors()] == [(4, "division", "D0120")]
    assert outcomes(results, "answer")[:3] == EXPECTED[:3]


def test_columns_the_rules_do_not_read_do_not_matter(rules: assize.RuleSet, frame: Any) -> None:
    frame["anything"] = pandas.Series([object(), 1, "x", None], dtype=object)
    frame[("a", "b")] = 1
    assert answers(rules, frame) == EXPECTED


def test_the_index_as_the_key(rules: assize.RuleSet, frame: Any) -> None:
    named = frame.set_index("Person No")
    assert answers(rules, named) == EXPECTED
    assert answers(rules, named.rename_axis(None)) == EXPECTED
    # A level of several.
    assert answers(rules, frame.assign(wave=1).set_index(["wave", "Person No"])) == EXPECTED
    # An index under the name of a column that is there is not the column.
    assert answers(rules, frame.set_index("Person No", drop=False)) == EXPECTED
    # A range that has the key's name is one too.
    assert [key for key, _, _ in answers(rules, frame.drop(columns="Person No").rename_axis("Person No"))] == list(
        "0123"
    )
    # An index that is no key is left behind.
    assert answers(rules, frame.set_axis([9, 8, 7, 6])) == EXPECTED


@pytest.mark.parametrize("name", [None, "Person Nr"])
def test_the_default_index_is_no_key(rules: assize.RuleSet, frame: Any, name: str | None) -> None:
    frame = frame.drop(columns="Person No")
    with pytest.raises(assize.DataError, match="there is no column `Person No` for the field `id`"):
        rules.evaluate(frame if name is None else frame.rename_axis(name), as_of=AS_OF)


def test_an_index_of_nearly_that_name_is_told(rules: assize.RuleSet, frame: Any) -> None:
    with pytest.raises(assize.DataError, match="did you mean `Person Nr`"):
        rules.evaluate(frame.rename(columns={"Person No": "Person Nr"}).set_index("Person Nr"), as_of=AS_OF)


def test_headings_with_white_space(rules: assize.RuleSet, frame: Any) -> None:
    assert answers(rules, frame.rename(columns={"Weapon": " Weapon "})) == EXPECTED


def test_a_heading_twice(rules: assize.RuleSet, frame: Any) -> None:
    twice = pandas.concat([frame, frame[["Weapon"]]], axis=1)
    with pytest.raises(assize.DataError, match="Weapon"):
        rules.evaluate(twice, as_of=AS_OF)


def test_an_empty_frame(rules: assize.RuleSet, frame: Any) -> None:
    assert answers(rules, frame.iloc[:0]) == []


def test_results_as_a_frame(rules: assize.RuleSet, frame: Any) -> None:
    results = rules.evaluate(frame, as_of=AS_OF)
    found = results.categories["answer"].to_pandas()
    assert list(found.columns) == ["key", "value", "state", "because", "possible", "missing", "error"]
    assert isinstance(found["value"].dtype, pandas.CategoricalDtype)
    joined = frame.merge(found, left_on="Person No", right_on="key")
    assert list(joined["value"]) == ["court", "diversion", "diversion", "court"]
    assert len(results.measures["offered"].to_pandas()) == 4


def test_without_pyarrow_it_says_what_to_install() -> None:
    # In an interpreter of its own, in which nothing has imported pyarrow.
    program = textwrap.dedent("""
        import sys
        sys.modules["pyarrow"] = None
        import pandas, assize
        rules = assize.compile('ruleset r version "1" {} codes Y { y } record P { a : integer } category c of P -> Y { y when a > 1 }')
        try:
            rules.evaluate(pandas.DataFrame({"a": [1]}), as_of="2026-06-01")
        except assize.UsageError as error:
            print(error)
        try:
            rules.evaluate([{"a": 1}], as_of="2026-06-01").categories["c"].to_pandas()
        except assize.UsageError as error:
            print(error)
    """)
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert out == [
        "`P`: pandas hands frames over through pyarrow, which is not installed: pip install pyarrow",
        "pyarrow is not installed: pip install pyarrow",
    ]


SETS = """
ruleset sets version "1" {}
codes Need { housing work }
codes Answer { yes_it_has no_it_has_not }
record Person { id : text key  needs : set of Need  notes : set of text }
category answer of Person -> Answer {
  yes_it_has when both : needs contains housing and notes contains "b"
  otherwise no_it_has_not
}
"""


def test_sets_as_columns_of_lists() -> None:
    numpy = pytest.importorskip("numpy")
    rules = assize.compile(SETS)
    for made in (list, tuple, set, numpy.array):
        column = [made(["housing", "work"]), None, made(["work"])]
        notes = [made(["a", "b"]), made(["b"]), made(["b"])]
        frame = pandas.DataFrame({"id": ["1", "2", "3"], "needs": column, "notes": notes})
        results = rules.evaluate(frame, as_of=AS_OF)
        assert results.row_errors() == []
        assert outcomes(results, "answer") == [
            ("1", "yes_it_has", "decided"),
            ("2", None, "undetermined"),
            ("3", "no_it_has_not", "decided"),
        ]


def test_a_column_of_lists_and_texts_is_told() -> None:
    frame = pandas.DataFrame({"id": ["1", "2"], "needs": [["housing"], "work"], "notes": ["a", "b"]})
    with pytest.raises(assize.DataError, match="the column `needs` holds lists, and in row 2 none") as told:
        assize.compile(SETS).evaluate(frame, as_of=AS_OF)
    assert (told.value.record, told.value.rows) == ("Person", (2,))


def test_a_column_with_nothing_in_it(rules: assize.RuleSet, frame: Any) -> None:
    # What `read_csv` makes of an empty column, whatever stands in its field elsewhere.
    frame["Division"] = float("nan")
    frame["Born"] = float("nan")
    results = rules.evaluate(frame, as_of=AS_OF)
    assert results.row_errors() == []


def test_a_frame_of_no_rows_and_no_types(rules: assize.RuleSet, frame: Any) -> None:
    empty = pandas.DataFrame({name: [] for name in frame.columns})
    assert outcomes(rules.evaluate(empty, as_of=AS_OF), "answer") == []


def test_the_frame_stays_as_it_is(rules: assize.RuleSet, frame: Any) -> None:
    frame["Loss"] = [1, "2", None, 0.5]
    frame["Division"] = float("nan")
    before = frame.copy(deep=True)
    rules.evaluate(frame, as_of=AS_OF)
    pandas.testing.assert_frame_equal(frame, before)
