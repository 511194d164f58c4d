"""Results out."""

from __future__ import annotations

import copy
import gc
import json
from typing import Any

import pytest

import assize
from conftest import AS_OF, EXPECTED, outcomes


@pytest.fixture
def results(rules: assize.RuleSet, people: list[dict[str, object]]) -> assize.Results:
    return rules.evaluate(people, as_of=AS_OF, coverage=True, members="offered")


def test_what_they_are_of(rules: assize.RuleSet, results: assize.Results) -> None:
    assert (results.ruleset, results.version, results.hash) == (rules.name, rules.version, rules.hash)
    assert list(results.categories) == ["answer"] and list(results.measures) == ["offered"]
    assert repr(results).startswith("<Results of diversion 2026.1 as of 2026-06-01: read 4 Person; 1 categories")
    assert "Diversion (answer)" in str(results)
    with pytest.raises(assize.UnknownNameError, match="there is no category `list`; there are: answer"):
        results.categories["list"]
    assert "list" not in results.categories and results.measures.get("x") is None


def test_json(results: assize.Results) -> None:
    text = results.to_json()
    assert text.endswith("}\n") and json.loads(text) == results.to_dict()
    told = results.to_dict()
    assert list(told) == [
        "ruleset",
        "version",
        "hash",
        "engine",
        "as_of",
        "parameters",
        "records",
        "categories",
        "measures",
        "evaluations",
        "members",
    ]
    assert told["engine"] == assize.__version__
    row = told["measures"]["offered"]["rows"][0]
    assert "value_exact" not in row and "value_exact" in results.to_dict(exact=True)["measures"]["offered"]["rows"][0]


@pytest.mark.parametrize("to", ["to_polars", "to_pandas", "to_arrow"])
def test_tables(results: assize.Results, to: str) -> None:
    pytest.importorskip(to.removeprefix("to_").replace("arrow", "pyarrow"))
    assert results.members is not None
    tables = [*results.categories.values(), *results.measures.values(), results.errors, results.members]
    for table in tables:
        made = getattr(table, to)()
        assert len(made) == len(table)
        # As often as one likes.
        assert len(getattr(table, to)()) == len(table)
    category = getattr(results.categories["answer"], to)()
    columns = category.column_names if to == "to_arrow" else list(category.columns)
    assert columns == ["key", "value", "state", "because", "possible", "missing", "error"]


def test_rows_of_a_table(results: assize.Results) -> None:
    rows = results.categories["answer"].to_dicts()
    assert [(row["key"], row["value"], row["state"]) for row in rows] == EXPECTED
    assert rows[2]["missing"] == ["weapon"] and rows[2]["possible"] == ["court", "diversion"]
    assert results.members is not None and results.members.measure == "offered"
    assert [row["key"] for row in results.members.to_dicts()] == ["P1", "P2", "P3", "P4"]


def test_duckdb_takes_a_table(results: assize.Results) -> None:
    duckdb = pytest.importorskip("duckdb")
    pytest.importorskip("pyarrow")
    answers = results.categories["answer"]
    assert duckdb.sql("select count(*) from answers where state = 'decided'").fetchall() == [(3,)]
    assert len(answers) == 4


def test_the_schema_of_a_table(results: assize.Results) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    schema = pyarrow.schema(results.categories["answer"])
    assert schema.field("key").type in (pyarrow.string(), pyarrow.large_string())
    assert pyarrow.types.is_dictionary(schema.field("value").type)
    assert schema == pyarrow.table(results.categories["answer"]).schema


def test_without_reasons(rules: assize.RuleSet, people: list[dict[str, object]]) -> None:
    results = rules.evaluate(people, as_of=AS_OF, reasons=False)
    assert outcomes(results, "answer") == EXPECTED
    columns = results.categories["answer"].to_polars().columns
    assert columns[:3] == ["key", "value", "state"] and "because" not in columns


def test_only_some(rules: assize.RuleSet, people: list[dict[str, object]]) -> None:
    assert list(rules.evaluate(people, as_of=AS_OF, only="answer").measures) == []
    results = rules.evaluate(people, as_of=AS_OF, only=["offered"])
    assert (list(results.categories), list(results.measures)) == ([], ["offered"])
    with pytest.raises(assize.UsageError, match="no category or measure `x`; there are: answer, offered"):
        rules.evaluate(people, as_of=AS_OF, only=["x"])
    for only in (3, [3]):
        with pytest.raises(assize.UsageError, match="`only`"):
            rules.evaluate(people, as_of=AS_OF, only=only)  # type: ignore[arg-type]
    with pytest.raises(assize.UsageError, match="no measure `x`"):
        rules.evaluate(people, as_of=AS_OF, members="x")
    assert rules.evaluate(people, as_of=AS_OF).members is None


def test_a_summary(results: assize.Results) -> None:
    summary = results.categories["answer"].summary()
    assert summary == results.to_dict()["categories"]["answer"]["summary"]
    assert summary["values"] == {"court": 2, "diversion": 2, "none": 0}
    assert summary["criteria"]["armed"] == {"true": 1, "decided_by": 1, "unknown": 1}


def test_measures(results: assize.Results) -> None:
    measure = results.measures["offered"]
    assert measure.rows() == results.to_dict(exact=True)["measures"]["offered"]["rows"]
    assert [row["by"]["division"] for row in measure.rows()] == [
        "east",
        "west",
        {"missing": "unknown"},
        {"missing": "not_collected"},
    ]


def test_tables_keep_what_they_are_of(rules: assize.RuleSet, people: list[dict[str, object]]) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    reader = pyarrow.RecordBatchReader.from_stream(rules.evaluate(people, as_of=AS_OF).categories["answer"])
    del people
    gc.collect()
    assert reader.read_all().num_rows == 4


def test_capsules_that_nobody_takes(results: assize.Results) -> None:
    for _ in range(1_000):
        results.categories["answer"].__arrow_c_stream__()
        results.categories["answer"].__arrow_c_schema__()


def test_notebooks(results: assize.Results) -> None:
    html = results._repr_html_()
    for shown in ("Shoplifting diversion", "Is offered diversion", "provisional", "not_collected", "20.65 to 100.00"):
        assert shown in html
    assert html.count("<table") == html.count("</table>")
    assert "<th" in html and 'scope="col"' in html and 'aria-hidden="true"' in html


def test_an_explanation(rules: assize.RuleSet, people: list[dict[str, object]]) -> None:
    told = rules.explain(people, as_of=AS_OF, key="P3")
    assert isinstance(told, assize.Explanations) and list(told) == ["answer"]
    assert (told["answer"].value, told["answer"].state) == (["diversion"], "provisional")
    assert told["answer"].possible == ["court", "diversion"] and told["answer"].missing == ["weapon"]
    assert "stands before court" in str(told)
    html = told._repr_html_()
    for shown in ("A weapon was carried", "What would change the answer", "loss &gt; 1000.50", "<details open>"):
        assert shown in html
    with pytest.raises(assize.UsageError, match="no record that is categorised has the key `P9`"):
        rules.explain(people, as_of=AS_OF, key="P9")
    with pytest.raises(assize.UsageError, match="no category `list`"):
        rules.explain(people, as_of=AS_OF, key="P3", category="list")
    with pytest.raises(assize.UsageError):
        rules.explain(people, as_of=AS_OF, key=object())


def test_a_key_that_is_a_number(children: assize.RuleSet) -> None:
    rows = [{"id": 7, "charges": []}]
    assert children.explain({"Person": rows}, as_of=AS_OF, key=7, category="level").key == "7"


def test_charts(results: assize.Results) -> None:
    pytest.importorskip("altair")
    for chart in (results.plot.category("answer"), results.plot.states("answer"), results.plot.measure("offered")):
        assert chart.to_dict()["$schema"].startswith("https://vega.github.io/schema/vega-lite")
    with pytest.raises(assize.UnknownNameError):
        results.plot.category("list")


def test_results_are_not_changed_from_outside(results: assize.Results) -> None:
    before = results.to_json()
    results.categories["answer"].summary()["values"]["court"] = 99
    results.to_dict().clear()
    with pytest.raises((TypeError, AttributeError)):
        results.categories["answer"] = 3  # type: ignore[index]
    assert results.to_json() == before
    told: Any = copy.copy(results.categories)
    assert list(told) == ["answer"]
