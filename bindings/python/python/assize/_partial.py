"""Partial results: measures counted over parts of the data, on one machine or many, and put together."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from assize import _native
from assize._errors import UsageError
from assize._results import RecordRead, Results

if TYPE_CHECKING:
    from assize._rules import RuleSet


class Partial:
    """What was counted of the measures over a part of the data; `RuleSet.partial` makes it. It never changes.

    `merge` puts parts together: in any order, in any tree and however the data were split, the bytes and the tables are
    those of all the data at once, medians, percentiles and distinct counts among them. As bytes or pickled it travels to
    another process with the same version of the package.

    It has the counts as they are, before small ones are withheld or any are rounded: it is not for publication.

    Its size is that of the measures' tables: for each row a few bytes for each breakdown and each stage, 33 for each sum.
    Only `distinct`, `median` and `percentile` have all different values of each row beside it, unless the rules ask for
    them as `approximate`.

    >>> partial = rules.partial(people, as_of="2026-06-01")
    >>> partial
    <Partial of diversion 2026.1 as of 2026-06-01: read 3 Person>
    >>> partial.finish().measures["offered"].rows() == results.measures["offered"].rows()
    True
    """

    __slots__ = ("_partial", "_rules")

    def __init__(self, partial: _native.Partial, rules: RuleSet) -> None:
        self._partial = partial
        self._rules = rules

    @staticmethod
    def from_bytes(rules: RuleSet, data: bytes) -> Partial:
        """The partial results that `bytes(partial)` gave, of the same rules. Their parameters are those of the run,
        whatever `rules` starts from.

        Raises `UsageError` when the bytes are of other rules or another version, not complete, or damaged.

        >>> data = bytes(rules.partial(people, as_of="2026-06-01"))
        >>> assize.Partial.from_bytes(rules, data)
        <Partial of diversion 2026.1 as of 2026-06-01: read 3 Person>
        >>> assize.Partial.from_bytes(rules, data[:-1])
        Traceback (most recent call last):
            ...
        assize._errors.UsageError: the partial results are not complete
        """
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise UsageError(f"a {type(data).__name__} is not bytes")
        return Partial(_native.Partial.from_bytes(rules._rules, bytes(data)), rules)

    def finish(self) -> Results:
        """The results of what was counted: the measures, as an evaluation of the same data gives them. They have no
        categories, and faults of rows are counted and not listed."""
        return Results(self._partial.finish(), self._rules.outline)

    @property
    def rules(self) -> RuleSet:
        """The rules."""
        return self._rules

    @property
    def as_of(self) -> datetime.date:
        """The date the evaluation was made for."""
        return self._partial.as_of

    @property
    def parameters(self) -> dict[str, str]:
        """The values of the parameters, as text."""
        return dict(self._partial.parameters)

    @property
    def records(self) -> dict[str, RecordRead]:
        """What was read of each record, by name."""
        return {name: RecordRead(name, read, faults) for name, read, faults in self._partial.records}

    def __bytes__(self) -> bytes:
        return self._partial.to_bytes()

    def __eq__(self, other: object) -> bool:
        return bytes(self) == bytes(other) if isinstance(other, Partial) else NotImplemented

    def __hash__(self) -> int:
        return hash(bytes(self))

    def __reduce__(self) -> tuple[object, ...]:
        return Partial.from_bytes, (self._rules, bytes(self))

    def __repr__(self) -> str:
        read = ", ".join(f"{record.read:,} {name}" for name, record in self.records.items())
        return f"<Partial of {self._rules.name} {self._rules.version} as of {self.as_of}: read {read or 'nothing'}>"


def merge(parts: Iterable[Partial]) -> Partial:
    """The partial results of all parts.

    Raises `UsageError` when there are none, or they are of different rules, dates, parameters or measures.

    >>> assize.merge([rules.partial(people[:2], as_of="2026-06-01"), rules.partial(people[2:], as_of="2026-06-01")])
    <Partial of diversion 2026.1 as of 2026-06-01: read 3 Person>
    >>> assize.merge([rules.partial(people, as_of="2026-06-01"), rules.partial(people, as_of="2026-06-02")])
    Traceback (most recent call last):
        ...
    assize._errors.UsageError: the partial results are of different runs: `as_of`: 2026-06-01 and 2026-06-02
    """
    parts = list(parts)
    for part in parts:
        if not isinstance(part, Partial):
            raise UsageError(f"a {type(part).__name__} is not partial results")
    merged = _native.Partial.merge([part._partial for part in parts])
    return Partial(merged, parts[0]._rules)
