"""Partial results: counted by parts, pickled, merged, finished."""

from __future__ import annotations

import itertools
import pathlib
import pickle
import random
import re
import subprocess
import sys

import pytest

import assize

from conftest import AS_OF

Row = dict[str, object]


def test_any_split_and_order_gives_the_same_bytes(rules: assize.RuleSet, people: list[Row]) -> None:
    whole = rules.partial(people, as_of=AS_OF)
    expected = rules.evaluate(people, as_of=AS_OF)
    parts = [rules.partial([person], as_of=AS_OF) for person in people]
    for order in itertools.permutations(parts):
        merged = assize.merge([assize.merge(order[:2]), assize.merge(order[2:])])
        assert bytes(merged) == bytes(whole)
        assert merged == whole and hash(merged) == hash(whole)
    assert whole.finish().measures["offered"].rows() == expected.measures["offered"].rows()
    assert whole.finish().categories == {}
    assert whole.records["Person"].read == 4


def test_children_go_with_their_parents(children: assize.RuleSet) -> None:
    chance = random.Random(3)
    people = [{"id": number} for number in range(50)]
    charges = [
        {"person": chance.randrange(50), "on": f"2026-0{chance.randint(1, 9)}-01", "offence": chance.choice("TAO")}
        for _ in range(200)
    ]

    def part(of: int) -> assize.Partial:
        mine = {"Person": people[of::3], "Charge": [row for row in charges if row["person"] % 3 == of]}  # type: ignore[operator]
        return children.partial(mine, as_of=AS_OF)

    whole = children.partial({"Person": people, "Charge": charges}, as_of=AS_OF)
    assert assize.merge(part(of) for of in (2, 0, 1)) == whole
    assert whole.records["Charge"].read == 200


def test_they_travel(rules: assize.RuleSet, people: list[Row]) -> None:
    partial = rules.with_parameters({"most_offences": 1}).partial(people, as_of=AS_OF)
    again = pickle.loads(pickle.dumps(partial))
    assert again == partial and again.parameters == {"most_offences": "1"}
    # A rule set is compiled once, however often it comes.
    assert again.rules is pickle.loads(pickle.dumps(partial)).rules
    assert again.rules.parameters["most_offences"].value == "1"
    # In another process.
    code = "import pickle, sys; p = pickle.load(sys.stdin.buffer); sys.stdout.buffer.write(bytes(p))"
    out = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(partial), capture_output=True, check=True)
    assert out.stdout == bytes(partial)


def test_rules_with_tables_in_files_travel(tmp_path: pathlib.Path) -> None:
    (tmp_path / "fees.csv").write_text("kind,fee\na,1.50\nb,2\n")
    (tmp_path / "kinds.assize").write_text("codes Kind { a b }\n")
    (tmp_path / "fees.assize").write_text(
        'import "kinds.assize"\nruleset fees version "1" {}\nrecord R { id : text key  kind : Kind }\n'
        'lookup fee (kind : Kind) from "fees.csv" -> decimal\nmeasure total of R { as sum of fee(kind) }\n'
    )
    rules = assize.load(tmp_path / "fees.assize")
    data = pickle.dumps(rules)
    for file in tmp_path.iterdir():
        file.unlink()
    there = pickle.loads(data)
    assert there.hash == rules.hash
    rows = [{"id": "1", "kind": "a"}, {"id": "2", "kind": "b"}]
    assert there.evaluate(rows, as_of=AS_OF).measures["total"].rows()[0]["value"] == "3.50"
    assert bytes(there.partial(rows, as_of=AS_OF)) == bytes(rules.partial(rows, as_of=AS_OF))


def test_what_does_not_belong_together_is_refused(rules: assize.RuleSet, people: list[Row]) -> None:
    partial = rules.partial(people, as_of=AS_OF)
    other = rules.partial(people, as_of=AS_OF, parameters={"most_offences": 0})
    with pytest.raises(assize.UsageError, match="parameter `most_offences`: 2 and 0"):
        assize.merge([partial, other])
    with pytest.raises(assize.UsageError, match="there are no partial results"):
        assize.merge([])
    with pytest.raises(assize.UsageError, match="a bytes is not partial results"):
        assize.merge([bytes(partial)])  # type: ignore[list-item]
    with pytest.raises(assize.UsageError, match="`answer` is a category"):
        rules.partial(people, as_of=AS_OF, only="answer")
    with pytest.raises(assize.UsageError, match="a str is not bytes"):
        assize.Partial.from_bytes(rules, "text")  # type: ignore[arg-type]
    for data, wrong in ((b"", "no partial results"), (bytes(partial)[:50], "not complete")):
        with pytest.raises(assize.UsageError, match=wrong):
            assize.Partial.from_bytes(rules, data)
    with pytest.raises(assize.UsageError, match="are of `tiny 1 "):
        tiny = assize.compile('ruleset tiny version "1" {} record R { id : text key } measure n of R { as count }')
        assize.Partial.from_bytes(rules, bytes(tiny.partial([{"id": "1"}], as_of=AS_OF)))


MANY = pathlib.Path(__file__).parent.parent / "many.md"


@pytest.mark.parametrize("name", ["DuckDB", "Dask"])
def test_the_page_of_patterns(name: str) -> None:
    pytest.importorskip("duckdb" if name == "DuckDB" else "dask.dataframe", reason=f"{name} is not installed")
    text = MANY.read_text(encoding="utf-8")
    sections = {part.split("\n", 1)[0]: part for part in text.split("\n## ")}
    globs: dict[str, object] = {}
    for section in ("Rules", name):
        (block,) = re.findall(r"```python\n(.*?)```", sections[section], flags=re.DOTALL)
        exec(compile(block, str(MANY), "exec"), globs)


def test_what_is_approximate_is_bounded_and_says_so() -> None:
    pytest.importorskip("pyarrow")
    rules = assize.compile(
        """
        ruleset near version "1"
        record Call { id : text key  caller : text  seconds : integer }
        measure callers of Call { as approximate distinct caller }
        measure middle of Call { as approximate median of seconds }
        measure of_both of Call { as formula of callers / middle }
        """
    )
    calls = [{"id": str(n), "caller": f"c{n % 4000}", "seconds": 1000 + n} for n in range(8000)]
    whole = rules.partial(calls, as_of=AS_OF)
    assert len(bytes(whole)) < 25_000
    halves = [rules.partial(calls[at::2], as_of=AS_OF) for at in (1, 0)]
    assert bytes(assize.merge(halves)) == bytes(whole)
    results = whole.finish()
    (callers,), (middle,) = results.measures["callers"].rows(), results.measures["middle"].rows()
    assert abs(int(callers["value"]) - 4000) < 4000 * 0.04
    assert abs(float(middle["value"]) - 4999.5) <= 4999.5 * 0.005
    said = [results.measures[name].to_arrow().column("approximate").to_pylist() for name in rules.measures]
    assert said == [["standard error 0.81%"], ["within 0.5%"], ["of callers, middle"]]
    forms = [rules.measures[name].form for name in ("callers", "middle")]
    assert forms == ["approximate distinct", "approximate percentile 50"]
    few = rules.evaluate(calls[:100], as_of=AS_OF).measures["callers"]
    assert (few.rows()[0]["value"], few.to_arrow().column("approximate").to_pylist()) == ("100", [None])
