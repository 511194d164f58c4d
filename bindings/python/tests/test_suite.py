"""The conformance suite of the project, through Python: every case gives what it gives through every other door.

The cases are folders in `tests/suite` of the project; `README.md` there says what they hold, and `skips.json` what a
door is spared, and why.
"""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import assize

SUITE = Path(__file__).parents[3] / "tests" / "suite"
CASES = sorted(path.parent.name for path in SUITE.glob("*/case.json"))
SKIPS = {
    (skip["door"], case): skip["reason"]
    for skip in json.loads((SUITE / "skips.json").read_text())
    for case in skip["cases"]
}


class Impossible(Exception):
    """A case that cannot be put to a door."""


def below(state: list[int], end: int) -> int:
    """SplitMix64, of which the upper 31 bits count."""
    mask = (1 << 64) - 1
    state[0] = mixed = (state[0] + 0x9E3779B97F4A7C15) & mask
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & mask
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
    return ((mixed ^ (mixed >> 31)) >> 33) % end


def generated(recipe: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The CSV files of a recipe, the same as the suite of Rust makes: a record's name and its text."""
    state = [recipe["seed"]]
    for record, table in recipe.items():
        if record == "seed":
            continue
        lines = [",".join(table["columns"])]
        for row in range(1, table["rows"] + 1):
            cells = []
            for told in table["columns"].values():
                if isinstance(told, list):
                    cells.append(told[below(state, len(told))])
                elif "row" in told:
                    cells.append(f"{told['row']}{row}")
                else:
                    cells.append(f"{told['number']}{below(state, told['upto']) + 1}")
            lines.append(",".join(cells))
        yield record, "\n".join(lines) + "\n"


class Case:
    """A case, in a folder that its messages do not name."""

    def __init__(self, name: str, folder: Path) -> None:
        self.home = SUITE / name
        self.told: dict[str, Any] = json.loads((self.home / "case.json").read_text())
        self.folder = self.home
        self.data: dict[str, str] = self.told.get("data", {})
        self.recipe = self.told.get("generate")
        if self.recipe:
            self.folder = folder
            (folder / "rules.assize").write_text((self.home / "rules.assize").read_text())
            for record, text in generated(self.recipe):
                (folder / f"{record}.csv").write_text(text)
                self.data[record] = f"{record}.csv"

    def expected(self, door: str) -> str:
        """What is expected: results, or who is at fault and the message."""
        results = self.home / "expected.json"
        if results.exists():
            return results.read_text()
        refused = (self.home / "expected-error.txt").read_text()
        if refused.startswith("rules\n"):
            # An exception shows each diagnostic; how many there are is for the command to count.
            refused = refused.rstrip("\n").rpartition("\n\n")[0] + "\n"
        if door != "python":
            # Rows that are handed over have no file that could be named.
            for file in self.data.values():
                refused = refused.replace(f" from `{file}`", "")
        return refused

    def answer(self, rows: Callable[[Path], Any]) -> str:
        """What the package says, given the rows of each file by a function."""
        asked = {key: self.told[key] for key in ("only", "members") if key in self.told}
        try:
            rules = assize.load("rules.assize")
            data = {record: rows(Path(file)) for record, file in self.data.items()}
            results = rules.evaluate(
                data,
                as_of=self.told["as_of"],
                parameters=self.told.get("parameters"),
                coverage=self.told.get("coverage", True),
                **asked,
            )
        except assize.CompileError as error:
            return f"rules\n{error.diagnostics.text.rstrip()}\n"
        except (assize.DataError, assize.ReadError) as error:
            return f"data\n{error}\n"
        except assize.UsageError as error:
            return f"use\n{error}\n"
        return self.comparable(results.to_json(exact=self.told.get("exact", False)))

    def comparable(self, text: str) -> str:
        """Results as they are compared: of generated data, long lists as their count and a checksum."""
        if not self.recipe:
            return text
        whole = json.loads(text)
        for part, of in (("categories", "rows"), ("records", "errors")):
            for entry in whole[part].values():
                rows = entry[of]
                compact = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
                entry[of] = {"count": len(rows), "crc32": f"{zlib.crc32(compact.encode()):08x}"}
        return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def cells(path: Path) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of a file of cells that has nothing wrong with it as a file."""
    if path.suffix not in (".csv", ".tsv"):
        raise Impossible("rows inside of JSON are not columns")
    text = path.read_bytes().decode("utf-8-sig")
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if path.suffix == ".tsv" else ",", strict=True)
        rows = [row for row in read if row]
    except csv.Error as error:
        raise Impossible(str(error)) from error
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise Impossible("the file has no headings, or rows of another length")
    if len(set(rows[0])) != len(rows[0]):
        raise Impossible("a frame has no two columns of one name")
    return rows[0], rows[1:]


def columns(path: Path) -> dict[str, list[str | None]]:
    """A file of cells as columns of texts."""
    headings, rows = cells(path)
    return {heading: [row[at] or None for row in rows] for at, heading in enumerate(headings)}


def polars_frame(path: Path) -> object:
    polars = pytest.importorskip("polars")
    return polars.DataFrame(columns(path), schema={heading: polars.String for heading in columns(path)})


def pyarrow_table(path: Path) -> object:
    pyarrow = pytest.importorskip("pyarrow")
    texts = {heading: pyarrow.array(of, pyarrow.large_string()) for heading, of in columns(path).items()}
    return pyarrow.table(texts)


def pandas_frame(path: Path) -> object:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    return pandas.DataFrame(columns(path), dtype=object)


def dicts(path: Path) -> object:
    """Rows as dicts: of JSON what Python makes of it, of cells texts."""
    if path.suffix in (".csv", ".tsv"):
        headings, rows = cells(path)
        return [dict(zip(headings, row, strict=True)) for row in rows]
    text = path.read_text()
    try:
        rows = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.split("\n") if line]
    except json.JSONDecodeError as error:
        raise Impossible(str(error)) from error
    if not all(isinstance(row, dict) for row in rows):
        raise Impossible("a row is not an object")
    return rows


DOORS: dict[str, Callable[[Path], Any]] = {
    "python": str,
    "python-polars": polars_frame,
    "python-pyarrow": pyarrow_table,
    "python-pandas": pandas_frame,
    "python-dicts": dicts,
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", CASES)
def test_case(name: str, door: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case(name, tmp_path)
    monkeypatch.chdir(case.folder)
    expected = case.expected(door)
    reason = SKIPS.get((door, name))
    try:
        answer = case.answer(DOORS[door])
    except Impossible as error:
        assert reason is not None, f"not to be had through {door}: {error}"
        pytest.skip(reason)
    if reason is not None:
        assert answer != expected, f"`{name}` passes through {door}, and need not be skipped"
        pytest.skip(reason)
    assert answer.splitlines() == expected.splitlines()
    assert answer == expected


#: What an outcome has, beside the key that a session does not give it.
PARTS = ("value", "state", "because", "possible", "missing", "error")


@pytest.mark.parametrize("name", CASES)
def test_records_one_at_a_time(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each record as a dict gives the outcomes that it has among all: records of files of their own, and those with
    their children inside."""
    case = json.loads((SUITE / name / "case.json").read_text())
    expected = SUITE / name / "expected.json"
    if "generate" in case or len(case["data"]) > 1 or not expected.exists():
        pytest.skip("not one file of records that are evaluated")
    monkeypatch.chdir(SUITE / name)
    whole = json.loads(expected.read_text())
    [(record, file)] = case["data"].items()
    try:
        rows = dicts(Path(file))
    except Impossible:
        pytest.skip("rows that are broken as rows")
    session = assize.load("rules.assize").session(as_of=case["as_of"], parameters=case.get("parameters"))
    # That a key came before, and that a record has no key, is told from the others.
    apart = {error["row"] for error in whole["records"][record]["errors"] if error["code"] in ("D0122", "D0123")}
    categories = {category: of["rows"] for category, of in whole["categories"].items() if of["of"] == record}
    for at, row in enumerate(rows):
        if at + 1 in apart:
            continue
        outcomes = session.evaluate_all(record, row)
        for category, wanted in categories.items():
            outcome = outcomes[category]
            given = {part: getattr(outcome, part) for part in PARTS}
            given = {part: list(of) if isinstance(of, tuple) else of for part, of in given.items()}
            assert given == {part: wanted[at][part] for part in PARTS}


def test_every_skip_is_of_a_case() -> None:
    own = [(door, name) for door, name in SKIPS if door.startswith("python")]
    assert [(door, name) for door, name in own if door not in DOORS or name not in CASES] == []
