"""Where the rows of each record come from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from typing import Any, Protocol, Union

from assize import _lines, _pandas
from assize._errors import UsageError
from assize._outline import Outline, Record


class ArrowStream(Protocol):
    """Columns by the Arrow PyCapsule protocol, batch after batch: a frame of polars or pandas, a table of pyarrow, a
    relation of DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object: ...


class ArrowArray(Protocol):
    """Columns by the Arrow PyCapsule protocol, in one batch: a record batch of pyarrow."""

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]: ...


#: The rows of one record: columns, a list of dicts, or the path of a file (csv, tsv, jsonl, parquet).
Rows = Union[ArrowStream, ArrowArray, Sequence[Mapping[str, Any]], str, "os.PathLike[str]"]
#: The rows of every record, by the record's name; of rules with a single record, its rows.
Data = Union[Mapping[str, Rows], Rows]

#: A record, how its rows come, and what they come from.
Source = tuple[str, str, object]


def sources(outline: Outline, data: object) -> list[Source]:
    """What the extension takes."""
    if isinstance(data, Mapping) and not _is_columns(data):
        return [source(outline, name, rows) for name, rows in data.items()]
    records = list(outline.records)
    if len(records) != 1:
        names = ", ".join(f"{name!r}: ..." for name in records)
        raise UsageError(f"the rules have several records, so data are given by name: {{{names}}}")
    return [source(outline, records[0], data)]


def source(outline: Outline, name: object, rows: object) -> Source:
    """What the extension takes for one record."""
    if not isinstance(name, str) or name not in outline.records:
        raise UsageError(f"the rules have no record `{name}`; there are: {', '.join(outline.records)}")
    if isinstance(rows, (str, os.PathLike)):
        path = os.fspath(rows)
        if not isinstance(path, str):
            raise UsageError(f"`{name}`: the path is bytes, not text")
        return (name, "file", path)
    if _pandas.is_frame(rows):
        return (name, "stream", _PandasStream(rows, outline.records[name]))
    if _is_lazy(rows):
        rows = rows.collect()  # type: ignore[attr-defined, unused-ignore]
    if hasattr(rows, "__arrow_c_stream__"):
        return (name, "stream", rows)
    if hasattr(rows, "__arrow_c_array__"):
        return (name, "array", rows)
    if isinstance(rows, Iterable) and not isinstance(rows, (bytes, bytearray, memoryview, Mapping)):
        return (name, "lines", _lines.lines(name, rows))
    raise UsageError(
        f"`{name}`: a {type(rows).__module__}.{type(rows).__qualname__} is not rows: they are columns with "
        "`__arrow_c_stream__` (polars, pandas, pyarrow, DuckDB), a list of dicts, or a path"
    )


def for_two(data: object) -> object:
    """Data that are read twice: rows that come one by one are kept."""
    if isinstance(data, Mapping) and not _is_columns(data):
        return {name: for_two(rows) for name, rows in data.items()}
    if not isinstance(data, Iterator):
        return data
    if _is_columns(data):
        raise UsageError(
            f"a {type(data).__name__} can be read once, and a comparison reads data twice: read it whole first"
        )
    return list(data)


def count(outline: Outline, given: list[Source]) -> int | None:
    """How many records will be worked out, where that can be told beforehand."""
    asked = {category.of for category in outline.categories.values()}
    asked |= {measure.of for measure in outline.measures.values()}
    total = 0
    for name, kind, rows in given:
        if name in asked:
            if kind == "lines" and isinstance(rows, bytes):
                total += rows.count(b"\n")
            elif kind != "file" and isinstance(rows, Sized):
                total += len(rows)
            else:
                return None
    return total


class _PandasStream:
    """A frame of pandas, made ready when it is asked for."""

    def __init__(self, frame: Any, record: Record) -> None:
        self._frame = frame
        self._record = record

    def __len__(self) -> int:
        return len(self._frame)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        try:
            import pyarrow  # type: ignore[import-untyped, unused-ignore]  # noqa: F401
        except ImportError as error:
            raise UsageError(
                f"`{self._record.name}`: pandas hands frames over through pyarrow, which is not installed: "
                "pip install pyarrow"
            ) from error
        return _pandas.ready(self._frame, self._record).__arrow_c_stream__()


def _is_columns(data: object) -> bool:
    return hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__") or _pandas.is_frame(data)


def _is_lazy(rows: object) -> bool:
    """A query of polars that has not run yet."""
    return type(rows).__name__ == "LazyFrame" and type(rows).__module__.split(".")[0] == "polars"
