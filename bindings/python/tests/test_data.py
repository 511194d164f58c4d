"""Data in: every way in gives the same, and what is wrong with them is told."""

from __future__ import annotations

import csv
import datetime
import json
import pathlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

import assize
from conftest import AS_OF, EXPECTED, outcomes

Row = dict[str, object]


def polars(rows: list[Row]) -> Any:
    return pytest.importorskip("polars").DataFrame(rows, infer_schema_length=None)


def polars_lazy(rows: list[Row]) -> Any:
    return polars(rows).lazy()


def pyarrow_table(rows: list[Row]) -> Any:
    return pytest.importorskip("pyarrow").Table.from_pylist(rows)


def pyarrow_batch(rows: list[Row]) -> Any:
    return pytest.importorskip("pyarrow").RecordBatch.from_pylist(rows)


def pyarrow_reader(rows: list[Row]) -> Any:
    return pyarrow_table(rows).to_reader(max_chunksize=2)


def pandas(rows: list[Row]) -> Any:
    return pytest.importorskip("pandas").DataFrame(rows)


def duckdb(rows: list[Row]) -> Any:
    there = pytest.importorskip("duckdb").connect()
    table = pyarrow_table(rows)
    there.register("people", table)
    return there.sql("from people")


def dicts(rows: list[Row]) -> Any:
    return rows


def generated(rows: list[Row]) -> Any:
    return (row for row in rows)


WAYS: list[Callable[[list[Row]], Any]] = [
    polars,
    polars_lazy,
    pyarrow_table,
    pyarrow_batch,
    pyarrow_reader,
    pandas,
    duckdb,
    dicts,
    generated,
]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_in_gives_the_same(rules: assize.RuleSet, people: list[Row], way: Callable[[list[Row]], Any]) -> None:
    assert outcomes(rules.evaluate({"Person": way(people)}, as_of=AS_OF), "answer") == EXPECTED
    assert outcomes(rules.evaluate(way(people), as_of=AS_OF), "answer") == EXPECTED


@pytest.mark.parametrize("way", [polars, pyarrow_table, pandas, duckdb])
def test_typed_columns(rules: assize.RuleSet, people: list[Row], way: Callable[[list[Row]], Any]) -> None:
    typed = [
        {**row, "Born": datetime.date.fromisoformat(str(row["Born"])), "Loss": Decimal(str(row["Loss"] or 0))}
        for row in people
    ]
    assert outcomes(rules.evaluate(way(typed), as_of=AS_OF), "answer") == EXPECTED


def test_files(rules: assize.RuleSet, people: list[Row], tmp_path: pathlib.Path) -> None:
    lines = tmp_path / "people.jsonl"
    lines.write_text("".join(json.dumps(row) + "\n" for row in people), encoding="utf-8")
    table = tmp_path / "people.csv"
    with table.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(people[0]))
        writer.writeheader()
        writer.writerows(people)
    columns = tmp_path / "people.parquet"
    pytest.importorskip("polars").DataFrame(people, infer_schema_length=None).write_parquet(columns)
    for path in (lines, str(table), columns):
        assert outcomes(rules.evaluate(path, as_of=AS_OF), "answer") == EXPECTED


def test_children_in_tables_of_their_own(children: assize.RuleSet) -> None:
    polars = pytest.importorskip("polars")
    people = polars.DataFrame({"id": [1, 2, 3], "tags": [["a"], None, []]})
    charges = polars.DataFrame(
        {"person": [1, 1, 2, 9], "on": [datetime.date(2026, 1, 1)] * 4, "offence": ["A", "A", "T", "T"]}
    )
    results = children.evaluate({"Person": people, "Charge": charges}, as_of=AS_OF)
    assert outcomes(results, "level") == [
        ("1", "high", "decided"),
        ("2", "low", "provisional"),
        ("3", "none", "decided"),
    ]
    # A charge of nobody is told, and costs nobody else anything.
    (orphan,) = results.row_errors()
    assert (orphan.record, orphan.row, orphan.code) == ("Charge", 4, "D0124")
    # As rows of dicts, the children may stand inside.
    rows = [{"id": 1, "charges": [{"on": "2026-01-01", "offence": "A"}] * 2}, {"id": 3, "charges": []}]
    inside = children.evaluate({"Person": rows}, as_of=AS_OF)
    assert outcomes(inside, "level") == [("1", "high", "decided"), ("3", "none", "decided")]


def test_rows_of_dicts(rules: assize.RuleSet) -> None:
    rows = [
        {
            "Person No": 1,
            "Born": datetime.date(2000, 1, 1),
            "Earlier offences": 1,
            "Weapon": False,
            "Loss": Decimal("0.10"),
        },
        {
            "Person No": "2",
            "Born": datetime.datetime(2000, 1, 1),
            "Earlier offences": 1.0,
            "Weapon": "no",
            "Loss": float("nan"),
        },
        {"Person No": "3", "Born": None, "Earlier offences": None, "Weapon": None},
    ]
    results = rules.evaluate(rows, as_of=AS_OF)
    assert outcomes(results, "answer") == [
        ("1", "diversion", "decided"),
        ("2", "diversion", "provisional"),
        ("3", None, "undetermined"),
    ]
    assert results.row_errors() == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (3, "`Person`: row 2 is a int, not a dict"),
        ({"Person No": object()}, "`Person`: row 2 cannot be read: a object is not a value that data have"),
        ({"Person No": b"x"}, "`Person`: row 2 cannot be read: a bytes is not a value that data have"),
    ],
)
def test_rows_that_are_no_rows(rules: assize.RuleSet, people: list[Row], row: Any, message: str) -> None:
    with pytest.raises(assize.DataError) as caught:
        rules.evaluate([people[0], row], as_of=AS_OF)
    assert (str(caught.value), caught.value.record, caught.value.rows) == (message, "Person", (2,))


def test_rows_that_hold_themselves(children: assize.RuleSet) -> None:
    row: dict[str, Any] = {"id": 1}
    row["charges"] = [row]
    with pytest.raises(assize.DataError, match="row 1 cannot be read"):
        children.evaluate({"Person": [row]}, as_of=AS_OF)


def test_a_row_in_error_costs_the_others_nothing(rules: assize.RuleSet, people: list[Row]) -> None:
    people[1]["Born"] = "31/02/2000"
    people[2]["Earlier offences"] = "1O"
    results = rules.evaluate(people, as_of=AS_OF)
    assert [state for _, _, state in outcomes(results, "answer")] == ["decided", "error", "error", "decided"]
    first, second = results.row_errors()
    assert first == assize.RowError("Person", 2, "P2", "born", "D0102", first.message) and "31/02/2000" in first.message
    assert (second.row, second.field, second.code) == (3, "earlier", "D0103")
    assert results.records["Person"] == assize.RecordRead("Person", 4, 2)
    assert len(results.errors) == 2
    with pytest.raises(assize.DataError, match=r"`Person`: row 2 \(P2\), `born`: .*; 1 more") as caught:
        results.raise_for_errors()
    assert (caught.value.record, caught.value.field, caught.value.rows) == ("Person", "born", (2, 3))
    rules.evaluate(people[:1], as_of=AS_OF).raise_for_errors()
    assert len(rules.evaluate(people, as_of=AS_OF, errors_listed=1).errors) == 1


def test_several_threads(rules: assize.RuleSet, people: list[Row]) -> None:
    # More rows than are worked out at a time, so that every thread has some.
    frame = pytest.importorskip("polars").DataFrame([{**people[at % 4], "Person No": f"P{at}"} for at in range(150_000)])
    one = rules.evaluate({"Person": frame}, as_of=AS_OF)
    told: list[int] = []
    two = rules.evaluate({"Person": frame}, as_of=AS_OF, threads=2, progress=told.append)
    assert json.dumps(two.to_dict()) == json.dumps(one.to_dict())
    assert told == sorted(told) and told[-1] == 150_000
    parts = [rules.partial({"Person": frame}, as_of=AS_OF, threads=threads) for threads in (1, 2)]
    assert bytes(parts[0]) == bytes(parts[1])
    with pytest.raises(assize.UsageError, match="`threads` is -1, not a number of threads"):
        rules.evaluate({"Person": frame}, as_of=AS_OF, threads=-1)


def test_a_wrong_column(rules: assize.RuleSet, people: list[Row]) -> None:
    frame = pytest.importorskip("polars").DataFrame(people)
    with pytest.raises(assize.DataError) as caught:
        rules.evaluate({"Person": frame.rename({"Weapon": "Weapn"})}, as_of=AS_OF)
    assert str(caught.value) == "`Person`: there is no column `Weapon` for the field `weapon`; did you mean `Weapn`"
    assert (caught.value.record, caught.value.field) == ("Person", "weapon")
    with pytest.raises(assize.DataError) as caught:
        rules.evaluate({"Person": frame.with_columns(Born=1.5)}, as_of=AS_OF)
    assert str(caught.value) == (
        "`Person`: the column `Born` is of type Float64, which cannot be read as a date for the field `born`"
    )
    assert (caught.value.record, caught.value.field) == ("Person", "born")
    nested = pytest.importorskip("pyarrow").table(
        {"Weapon": [{"a": 1}], **{name: ["1"] for name in people[0] if name != "Weapon"}}
    )
    with pytest.raises(assize.DataError, match="the column `Weapon` is of type"):
        rules.evaluate({"Person": nested}, as_of=AS_OF)


def test_rows_that_stop(rules: assize.RuleSet, people: list[Row], tmp_path: pathlib.Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_text("[" + json.dumps(people[0]) + ",\n" + json.dumps(people[1]))
    with pytest.raises(assize.DataError) as caught:
        rules.evaluate(path, as_of=AS_OF)
    assert (caught.value.record, caught.value.field, caught.value.rows) == ("Person", None, (3,))
    assert "after row 2" in str(caught.value)


def test_the_same_heading_twice(rules: assize.RuleSet, people: list[Row]) -> None:
    table = pyarrow_table(people)
    twice = table.append_column("Weapon", table["Weapon"])
    with pytest.raises(assize.DataError, match="several columns have the heading `Weapon`"):
        rules.evaluate(twice, as_of=AS_OF)


def test_data_that_are_not_there(rules: assize.RuleSet, children: assize.RuleSet, tmp_path: pathlib.Path) -> None:
    with pytest.raises(assize.DataError, match=r"`Person` from `.*none\.csv`: No such file") as caught:
        rules.evaluate(tmp_path / "none.csv", as_of=AS_OF)
    assert caught.value.record == "Person"
    with pytest.raises(assize.UsageError, match="the ending does not tell the format"):
        rules.evaluate(tmp_path / "none.doc", as_of=AS_OF)
    with pytest.raises(
        assize.DataError, match="`Person.charges` reads `Charge`, for which no data are given"
    ) as caught:
        children.evaluate({"Person": polars([{"id": 1}])}, as_of=AS_OF)
    assert (caught.value.record, caught.value.field) == ("Person", "charges")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(assize.DataError, match="there are no headings"):
        rules.evaluate(tmp_path / "empty.csv", as_of=AS_OF)


class Claims:
    """An object that says it speaks Arrow."""

    def __init__(self, give: Callable[[], object]) -> None:
        self.give = give

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.give()


class ClaimsArray(Claims):
    """An object that says it speaks Arrow, in one batch."""

    __arrow_c_stream__ = None  # type: ignore[assignment]

    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return self.give()


def used_up() -> object:
    capsule = pyarrow_table([{"Weapon": True}]).__arrow_c_stream__()
    pytest.importorskip("pyarrow").RecordBatchReader._import_from_c_capsule(capsule)
    return capsule


def fails() -> object:
    raise OSError("the disk is gone")


def fails_late() -> object:
    pyarrow = pytest.importorskip("pyarrow")
    schema = pyarrow.schema([(name, pyarrow.string()) for name in ("Person No", "Born", "Earlier offences", "Weapon")])

    def batches() -> Any:
        yield pyarrow.RecordBatch.from_pydict({name: ["1"] for name in schema.names}, schema=schema)
        raise OSError("the disk is gone")

    return pyarrow.RecordBatchReader.from_batches(schema, batches()).__arrow_c_stream__()


def not_columns() -> object:
    return pytest.importorskip("pyarrow").chunked_array([[1, 2]]).__arrow_c_stream__()


@pytest.mark.parametrize(
    ("give", "message"),
    [
        (lambda: 3, "did not give a capsule of the name `arrow_array_stream`"),
        (lambda: None, "did not give a capsule"),
        (
            lambda: pyarrow_batch([{"a": 1}]).__arrow_c_array__()[0],
            "did not give a capsule of the name `arrow_array_stream`",
        ),
        (used_up, "released, or handed to another owner, before"),
        (fails, "the disk is gone"),
        (fails_late, "the disk is gone"),
        (not_columns, "`Person`: "),
    ],
)
def test_streams_that_are_not_what_they_say(rules: assize.RuleSet, give: Callable[[], object], message: str) -> None:
    with pytest.raises(assize.Error) as caught:
        rules.evaluate({"Person": Claims(give)}, as_of=AS_OF)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "give",
    [
        lambda: 3,
        lambda: (1, 2),
        lambda: (1,),
        lambda: tuple(reversed(pyarrow_batch([{"a": 1}]).__arrow_c_array__())),
        lambda: pytest.importorskip("pyarrow").array([1, 2]).__arrow_c_array__(),
    ],
)
def test_arrays_that_are_not_what_they_say(rules: assize.RuleSet, give: Callable[[], object]) -> None:
    with pytest.raises(assize.Error):
        rules.evaluate({"Person": ClaimsArray(give)}, as_of=AS_OF)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (3, "a builtins.int is not rows"),
        (None, "a builtins.NoneType is not rows"),
        (b"id,born", "a builtins.bytes is not rows"),
        ({"Persons": []}, "the rules have no record `Persons`; there are: Person"),
        ({3: []}, "the rules have no record `3`"),
        ({"Person": 3}, "`Person`: a builtins.int is not rows"),
        ({"Person": {"id": [1]}}, "`Person`: a builtins.dict is not rows"),
        ({}, "no data are given"),
    ],
)
def test_what_is_no_data(rules: assize.RuleSet, data: Any, message: str) -> None:
    for attempt in (
        lambda: rules.evaluate(data, as_of=AS_OF),
        lambda: rules.explain(data, as_of=AS_OF, key="1"),
        lambda: rules.compare(rules, data, as_of=AS_OF),
    ):
        with pytest.raises(assize.UsageError) as caught:
            attempt()
        assert message in str(caught.value)


def test_which_record_data_are_of_is_said(children: assize.RuleSet) -> None:
    with pytest.raises(assize.UsageError, match=r"by name: \{'Person': \.\.\., 'Charge': \.\.\.\}"):
        children.evaluate([{"id": 1}], as_of=AS_OF)


@pytest.mark.parametrize("as_of", ["2026-06-01", datetime.date(2026, 6, 1), datetime.datetime(2026, 6, 1)])
def test_the_date(rules: assize.RuleSet, people: list[Row], as_of: Any) -> None:
    assert rules.evaluate(people, as_of=as_of).as_of == datetime.date(2026, 6, 1)


@pytest.mark.parametrize("as_of", ["today", "2026-02-30", 5, None, datetime.datetime(2026, 6, 1, 1)])
def test_what_is_no_date(rules: assize.RuleSet, people: list[Row], as_of: Any) -> None:
    with pytest.raises(assize.UsageError, match="`as_of`"):
        rules.evaluate(people, as_of=as_of)
