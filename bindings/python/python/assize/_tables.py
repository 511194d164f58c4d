"""Tables of results: columns for other packages, never an object a row unless it is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Union

from assize import _polars, _values
from assize._errors import UsageError

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped, unused-ignore]
    import polars
    import pyarrow  # type: ignore[import-untyped, unused-ignore]

    from assize import _native


#: The names of some columns; None for all.
Columns = Union[str, Iterable[str], None]


class Table:
    """A table of results. It speaks the Arrow PyCapsule protocol, so whatever takes Arrow takes it as it is:
    `polars.DataFrame(table)`, `pyarrow.table(table)`, `duckdb.sql("from answers")` of a variable `answers`.

    Its batches are made when they are asked for, and it may be asked any number of times.
    """

    __slots__ = ("_table",)

    def __init__(self, table: _native.Table) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    def __bool__(self) -> bool:
        # A table is there even where it has no rows.
        return True

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A stream of record batches, in a capsule."""
        return self._table.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        """The names and types of the columns, in a capsule."""
        return self._table.__arrow_c_schema__()

    @property
    def columns(self) -> list[str]:
        """The names of the columns.

        >>> results.categories["answer"].columns
        ['key', 'value', 'state', 'because', 'possible', 'missing', 'error']
        """
        return self._table.columns

    def to_polars(self, *, columns: Columns = None) -> polars.DataFrame:
        """As a frame of polars, a row a record in the order of the data; with `columns`, of these alone, so that only they
        are made.

        A category's `value` and `state` are Enums in the order that the rules declare, by which they sort and compare.

        Raises `UsageError` for a column that is not there, and where polars is not installed.

        >>> answers = results.categories["answer"].to_polars(columns=["value", "state"])
        >>> answers.rows()
        [('diversion', 'decided'), ('court', 'decided'), ('diversion', 'provisional')]
        """
        table = self._some(columns)
        return _polars.columns_of(_module("polars"), table)

    def to_arrow(self, *, columns: Columns = None) -> pyarrow.Table:
        """As a table of pyarrow; with `columns`, of these alone. Raises `UsageError` for a column that is not there, and
        where pyarrow is not installed."""
        table = self._some(columns)
        return _module("pyarrow").table(table)

    def to_pandas(self, *, columns: Columns = None) -> pandas.DataFrame:
        """As a frame of pandas: `value` and `state` as categoricals; with `columns`, of these alone. It is made through
        pyarrow, and raises `UsageError` where that or pandas is not installed, and for a column that is not there."""
        _module("pandas")
        frame: pandas.DataFrame = self.to_arrow(columns=columns).to_pandas()
        return frame

    def _some(self, columns: Columns) -> _native.Table:
        return self._table if columns is None else self._table.select(self._names(columns))

    def _names(self, columns: Columns) -> list[str]:
        if columns is None:
            return self.columns
        if isinstance(columns, str):
            return [columns]
        if not isinstance(columns, Iterable):
            raise UsageError(f"`columns` is a {type(columns).__name__}, not names")
        names = [_values.name_of(name, "a name in `columns`") for name in columns]
        if not names:
            raise UsageError("`columns` names no column")
        if len(set(names)) < len(names):
            raise UsageError("`columns` names a column twice")
        return names

    def to_dicts(self) -> list[dict[str, Any]]:
        """As a list with a dict a row: for small tables. Raises `UsageError` where neither pyarrow nor polars is
        installed."""
        try:
            rows: list[dict[str, Any]] = _module("pyarrow").table(self).to_pylist()
        except UsageError:
            rows = self.to_polars().to_dicts()
        return rows


def _module(name: str) -> Any:
    try:
        return __import__(name)
    except ImportError as error:
        raise UsageError(f"{name} is not installed: pip install {name}") from error
