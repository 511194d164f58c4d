"""The results of one evaluation."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assize import _html, _polars
from assize._errors import DataError
from assize._named import Named
from assize._outline import CategoryRule, MeasureRule, Outline
from assize._tables import Columns, Table, _module

if TYPE_CHECKING:
    import polars

    from assize import _native
    from assize._plot import Plots

#: What a record's state can be, in the order of their numbers.
_STATES = ["decided", "provisional", "undetermined", "not_applicable", "error"]
#: Rows of a measure that a notebook shows.
_ROWS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one row of the data."""

    #: The record.
    record: str
    #: The row, from 1; headings are no row.
    row: int
    #: Its key, where that could be read.
    key: str | None
    #: The field, unless it is the row as a whole.
    field: str | None
    #: The stable code, such as `D0102`.
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RecordRead:
    """What was read of a record."""

    #: Its name.
    name: str
    #: How many rows.
    read: int
    #: How many faults they have; `errors` lists them up to `errors_listed`.
    faults: int


class Category(Table):
    """How a category came out, a row a record, in the order of the data.

    As Arrow: `key` (of the key field's type; of a record without a key the number of the row, from 1), `value` and
    `state` (dictionaries), with reasons `because`, `possible` and `missing` (lists of dictionaries), and `error` (text). `value` is missing where there is none.
    """

    __slots__ = ("_codes", "_counted", "_counts", "rule")

    def __init__(self, table: _native.Table, rule: CategoryRule, outline: Outline, results: _native.Results) -> None:
        super().__init__(table)
        #: The category as the rules declare it.
        self.rule = rule
        self._codes = {code.name: code.title for code in outline.codes[rule.codes].codes}
        # Counting goes over all rows, and not everybody asks.
        self._counts = results
        self._counted: dict[str, Any] | None = None

    @property
    def _summary(self) -> dict[str, Any]:
        if self._counted is None:
            self._counted = self._counts.summary(self.rule.name)
        return self._counted

    @property
    def name(self) -> str:
        """The category's name."""
        return self.rule.name

    def to_polars(self, *, columns: Columns = None) -> polars.DataFrame:
        names = self._names(columns)
        none = [] if "none" in self._codes else ["none"]
        return _polars.frame(_module("polars"), self._table, names, {"value": [*self._codes, *none], "state": _STATES})

    to_polars.__doc__ = Table.to_polars.__doc__

    def summary(self) -> dict[str, dict[str, Any]]:
        """How many records came out how: by `values` in declared order, by `states`, and by `criteria` where coverage
        was asked for.

        >>> results.categories["answer"].summary()["values"]
        {'court': 1, 'diversion': 2, 'none': 0}
        >>> results.categories["answer"].summary()["states"]["provisional"]
        1
        """
        return {name: dict(counts) for name, counts in self._summary.items()}

    def __repr__(self) -> str:
        states = ", ".join(f"{count:,} {state}" for state, count in self._summary["states"].items() if count)
        values = ", ".join(f"{code} {count:,}" for code, count in self._summary["values"].items())
        return f"<Category {self.name}: {len(self):,} records; {values}; {states or 'none'}>"

    def _repr_html_(self) -> str:
        values, states, criteria = (self._summary[part] for part in ("values", "states", "criteria"))
        whole = sum(states.values())
        rows = [
            [
                _html.code(code),
                self._codes.get(code) or "",
                f"{count:,}",
                _percent(count, whole),
                _html.bar(count, whole),
            ]
            for code, count in reversed(values.items())
        ]
        by_state = [
            [state.replace("_", " "), f"{count:,}", _percent(count, whole), _html.bar(count, whole)]
            for state, count in states.items()
            if count
        ]
        parts: list[object] = [
            _html.element("div", _html.title(self.rule.title, self.name), f" of {self.rule.of}, {len(self):,} records"),
            _html.table(["code", "", "records", "", ""], rows, numbers=(2, 3)),
            _html.table(["state", "records", "", ""], by_state, numbers=(1, 2)),
        ]
        if criteria:
            did = [
                [_html.code(name), f"{of['true']:,}", f"{of['decided_by']:,}", f"{of['unknown']:,}"]
                for name, of in criteria.items()
            ]
            table = _html.table(["criterion", "true", "decided", "not known"], did, numbers=(1, 2, 3))
            parts.append(_html.details("Criteria", table, is_open=False))
        return _html.block(*parts)


class Measure(Table):
    """The rows of a measure: a row for each breakdown and period.

    As Arrow, a column for each breakdown, the period, the count of each stage, and `numerator`, `denominator`, `value`,
    the ends of the interval, and `state`.
    """

    __slots__ = ("_rows", "audit", "charts", "rule")

    def __init__(
        self,
        table: _native.Table,
        rule: MeasureRule,
        rows: list[dict[str, Any]],
        charts: _native.Table | None = None,
        audit: _native.Table | None = None,
    ) -> None:
        super().__init__(table)
        #: The measure as the rules declare it.
        self.rule = rule
        #: The points of its charts with their limits and flags; None unless the measure asks for a chart.
        self.charts: Table | None = Table(charts) if charts is not None else None
        #: The groups of an audit; None unless the measure is one.
        self.audit: Table | None = Table(audit) if audit is not None else None
        self._rows = rows

    @property
    def name(self) -> str:
        """The measure's name."""
        return self.rule.name

    def rows(self) -> list[dict[str, Any]]:
        """The rows as they are in `Results.to_dict`: decimals are texts.

        >>> [(row["numerator"], row["denominator"], row["value"]) for row in results.measures["offered"].rows()]
        [(2, 3, '66.7')]
        """
        return [dict(row) for row in self._rows]

    def __repr__(self) -> str:
        return f"<Measure {self.name}: {len(self):,} rows>"

    def _repr_html_(self) -> str:
        rows = self._rows[:_ROWS_SHOWN]
        divided = any(row["denominator"] is not None for row in rows)
        interval = any(row["lower"] is not None for row in rows)
        undecided = any(row["not_decided"] for row in rows)
        stages = [stage for stage in ("unknown", "error") if any(row["stages"][stage] for row in rows)]
        head: list[object] = [_html.code(by) for by in self.rule.by]
        words = len(head) + int(self.rule.periods)
        head += ["period"] * self.rule.periods + ["read", "eligible", *stages]
        head += (
            ["not decided"] * undecided + ["numerator", "denominator"] * divided + ["value"] + ["interval"] * interval
        )
        body = []
        for row in rows:
            cells: list[object] = [_breakdown(row["by"].get(by)) for by in self.rule.by]
            if self.rule.periods:
                cells.append(_breakdown(row["period"]))
            cells += [f"{row['stages'][stage]:,}" for stage in ("read", "eligible", *stages)]
            if undecided:
                cells.append(f"{row['not_decided']:,}")
            if divided:
                cells += [_shown(row["numerator"]), _shown(row["denominator"])]
            cells.append(row["value"] if row["value"] is not None else _html.small(row["state"]))
            if interval:
                cells.append(f"{row['lower']} to {row['upper']}" if row["lower"] is not None else "")
            body.append(cells)
        more = len(self._rows) - len(rows)
        return _html.block(
            _html.element("div", _html.title(self.rule.title, self.name), f" of {self.rule.of}, {self.rule.form}"),
            _html.table(head, body, numbers=range(words, len(head))),
            *([_html.small(f"and {more:,} more rows")] if more else []),
        )


class Errors(Table):
    """What is wrong with single rows, as far as it is listed: `record`, `row`, `key`, `field`, `code`, `message`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<Errors: {len(self):,} listed>"


class Members(Table):
    """Who is in a measure: every record's key, the stage it ended in, its breakdown and its period."""

    __slots__ = ("measure",)

    def __init__(self, table: _native.Table, measure: str) -> None:
        super().__init__(table)
        #: The measure's name.
        self.measure = measure

    def __repr__(self) -> str:
        return f"<Members of {self.measure}: {len(self):,} records>"


class Results:
    """What an evaluation gave. Results never change; threads may share them.

    >>> results.categories["answer"]
    <Category answer: 3 records; court 1, diversion 2, none 0; 2 decided, 1 provisional>
    >>> results.measures["offered"]
    <Measure offered: 1 rows>
    """

    __slots__ = (
        "_outline",
        "_results",
        "categories",
        "errors",
        "evaluations",
        "indicators",
        "matrix",
        "measures",
        "members",
        "records",
    )

    def __init__(self, results: _native.Results, outline: Outline) -> None:
        self._results = results
        self._outline = outline
        #: The categories that were worked out, by name.
        self.categories: Named[Category] = Named(
            "category",
            {
                name: Category(results.category_table(name), outline.categories[name], outline, results)
                for name in results.category_names
            },
        )
        names = results.measure_names
        rows = json.loads(results.measures_json(True))["measures"] if names else {}
        #: The measures that were worked out, by name.
        self.measures: Named[Measure] = Named(
            "measure",
            {
                name: Measure(
                    results.measure_table(name),
                    outline.measures[name],
                    rows[name]["rows"],
                    results.charts_table(name),
                    results.audit_table(name),
                )
                for name in names
            },
        )
        #: What was found for each indicator and how it stands, a row an indicator.
        self.indicators = Table(results.indicators_table())
        #: What evaluations come to: a row for the whole (without an objective), then one for each objective. All that is
        #: behind it, and what is required, is in :meth:`to_dict`.
        self.evaluations = Table(results.evaluations_table())
        #: The evaluation matrix: question, criterion, indicator, source, method, frequency, responsible, collected.
        self.matrix = Table(results.matrix_table())
        #: What is wrong with single rows.
        self.errors = Errors(results.errors_table())
        members, of = results.members_table(), results.members_of
        #: Who is in the measure that `members` named; None unless it did.
        self.members: Members | None = Members(members, of) if members is not None and of is not None else None
        #: What was read of each record, by name.
        self.records: Named[RecordRead] = Named(
            "record", {name: RecordRead(name, read, faults) for name, read, faults in results.records}
        )

    @property
    def as_of(self) -> datetime.date:
        """The date the evaluation was made for."""
        return self._results.as_of

    @property
    def ruleset(self) -> str:
        """The name of the rule set."""
        return self._outline.name

    @property
    def version(self) -> str:
        """The version of the rule set."""
        return self._outline.version

    @property
    def hash(self) -> str:
        """The hash of the rules' texts, `blake3:` and hexadecimal digits."""
        return self._outline.hash

    @property
    def plot(self) -> Plots:
        """Charts with Altair, which must be installed (`pip install "assize[plot]"`).

        >>> chart = results.plot.category("answer")
        """
        from assize._plot import Plots

        return Plots(self)

    def row_errors(self, most: int = 100) -> list[RowError]:
        """The first of the errors of rows, as objects.

        >>> rules.evaluate([{"id": "P9", "earlier": "two", "weapon": False}], as_of="2026-06-01").row_errors()[0].message
        '`two` is not an integer'
        """
        out: list[RowError] = []
        for record in self.records:
            found = self._results.faults(record, most - len(out))
            out += [RowError(record, *fault) for fault in found]
        return out

    def raise_for_errors(self) -> None:
        """Raises `DataError` where any record could not be read without fault; its `rows` are those of the first record
        that has any."""
        for record in self.records.values():
            if record.faults:
                found = self._results.faults(record.name, 1_000)
                row, key, field, _, message = found[0] if found else (0, None, None, "", "not listed")
                at = f"row {row}" + (f" ({key})" if key else "") + (f", `{field}`" if field else "")
                more = f"; {record.faults - 1:,} more" if record.faults > 1 else ""
                rows = tuple(dict.fromkeys(fault[0] for fault in found))
                raise DataError(f"`{record.name}`: {at}: {message}{more}", record.name, field, rows)

    def to_json(self, *, exact: bool = False) -> str:
        """The whole as JSON, byte for byte what `assize run --format json` prints (which counts what criteria did:
        evaluate with `coverage=True` for the same). With `exact`, measures also have their value unrounded."""
        return self._results.to_json(exact)

    def to_dict(self, *, exact: bool = False) -> dict[str, Any]:
        """The whole as Python's own objects, in the shape of the JSON: an object a row, so for small data.

        >>> results.to_dict()["categories"]["answer"]["rows"][2]["missing"]
        ['weapon']
        """
        told: dict[str, Any] = json.loads(self.to_json(exact=exact))
        return told

    def __repr__(self) -> str:
        read = ", ".join(f"{record.read:,} {name}" for name, record in self.records.items())
        return (
            f"<Results of {self.ruleset} {self.version} as of {self.as_of}: read {read}; "
            f"{len(self.categories)} categories, {len(self.measures)} measures, "
            f"{sum(record.faults for record in self.records.values()):,} faults>"
        )

    def __str__(self) -> str:
        return self._results.text()

    def _repr_html_(self) -> str:
        read = [[name, f"{of.read:,}", f"{of.faults:,}"] for name, of in self.records.items()]
        parts: list[object] = [
            _html.element("div", _html.element("b", self._outline.title or self.ruleset)),
            _html.element("div", _html.small(f"{self.ruleset} {self.version}, {self.hash[:19]}, as of {self.as_of}")),
            _html.table(["record", "read", "faults"], read, numbers=(1, 2)),
        ]
        faults = self.row_errors(10)
        if faults:
            head = ["record", "row", "key", "field", "", ""]
            rows = [[of.record, of.row, of.key or "", of.field or "", _html.code(of.code), of.message] for of in faults]
            parts.append(_html.details("Faults", _html.table(head, rows, numbers=(1,))))
        parts += [_html.Html(category._repr_html_()) for category in self.categories.values()]
        parts += [_html.Html(measure._repr_html_()) for measure in self.measures.values()]
        return _html.block(*parts)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""


def _shown(number: object) -> str:
    return "" if number is None else f"{number:,}" if isinstance(number, int) else str(number)


def _breakdown(value: object) -> object:
    """A breakdown's value, or a period."""
    if isinstance(value, dict):
        if "label" in value:
            return value["label"]
        return _html.small(value.get("missing") or "error")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else value
