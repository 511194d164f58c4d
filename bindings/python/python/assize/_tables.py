"""Tables of results: columns for other packages, never an object a row unless it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assize._errors import UsageError

if TYPE_CHECKING:
    import pandas  # type: ignore[import-untyped, unused-ignore]
    import polars
    import pyarrow  # type: ignore[import-untyped, unused-ignore]

    from assize import _native


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

    def to_polars(self) -> polars.DataFrame:
        """As a frame of polars, a row a record.

        Raises `UsageError` where polars is not installed.

        >>> results.categories["answer"].to_polars().columns
        ['key', 'value', 'state', 'because', 'possible', 'missing', 'error']
        """
        frame: polars.DataFrame = _module("polars").DataFrame(self)
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """As a table of pyarrow. Raises `UsageError` where pyarrow is not installed."""
        return _module("pyarrow").table(self)

    def to_pandas(self) -> pandas.DataFrame:
        """As a frame of pandas: `value` and `state` as categoricals. It is made through pyarrow, and raises
        `UsageError` where that or pandas is not installed."""
        _module("pandas")
        frame: pandas.DataFrame = self.to_arrow().to_pandas()
        return frame

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
