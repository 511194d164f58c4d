"""Frames of pandas, as they are found in the wild, made ready to be handed over as Arrow."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from assize._errors import DataError, UsageError
from assize._outline import Record

#: What the heading of a column of reasons ends in.
_MISSING = "__missing"


def is_frame(data: object) -> bool:
    """Whether it is a frame of pandas, without importing pandas."""
    return any(
        base.__name__ == "DataFrame" and base.__module__.split(".")[0] == "pandas" for base in type(data).__mro__
    )


def ready(frame: Any, record: Record) -> Any:
    """The columns that the record's fields are read from.

    - A level of the index whose name is such a heading is a column.
    - An index without a name, other than the default one, is the key, when no column has the key's heading.
    - A column of objects that are all lists, tuples, sets or arrays is one of lists.
    - A column of objects that are not all of one kind is read cell by cell, as the texts of a CSV file are.
    - A column of floats without a value is what pandas makes of a column with nothing in it, whatever its field.
    """
    if not hasattr(frame, "__arrow_c_stream__"):
        raise UsageError("this version of pandas does not hand frames over as Arrow: install pandas 2.2 or later")
    wanted = _headings(record)
    key = record.fields[record.key].headings[0].strip() if record.key else None
    frame = _without_index(frame, key)
    names = [str(column).strip() for column in frame.columns]
    needed = [
        heading.strip()
        for field in record.fields.values()
        if not field.optional and field.many is None and (field.read or field.required or field.name == record.key)
        for heading in field.headings
    ]
    if not set(needed) <= set(names):
        # Every heading goes along, so that the one that was meant can be told; rows are not needed for that.
        return frame.iloc[:0]
    kept = [name in wanted for name in names]
    if not all(kept):
        frame = frame.loc[:, kept]
    frame = frame.copy(deep=False)
    for at, name in enumerate(frame.columns):
        values = frame.iloc[:, at]
        if values.dtype == object:
            if _is_mixed(values):
                frame.isetitem(at, _of_several_kinds(values, record.name, str(name)))
        elif values.dtype.kind == "f" and not values.notna().any():
            frame.isetitem(at, values.astype(object).map(lambda _: None))
    return frame


def _headings(record: Record) -> set[str]:
    wanted: set[str] = set()
    for field in record.fields.values():
        if field.many is None:
            wanted.update(heading.strip() for heading in field.headings)
            wanted.update(f"{heading.strip()}{_MISSING}" for heading in (field.headings[0], field.name))
    return wanted


def _without_index(frame: Any, key: str | None) -> Any:
    """The frame with what its index says as columns."""
    index = frame.index
    columns = {str(column).strip() for column in frame.columns}
    is_default = type(index).__name__ == "RangeIndex"
    named = [level for level in index.names if level is not None]
    if index.nlevels == 1 and not named and not is_default and key is not None and key not in columns:
        return frame.rename_axis(key).reset_index()
    taken = [level for level in named if str(level).strip() not in columns]
    if not taken:
        return frame if is_default else frame.reset_index(drop=True)
    dropped = [at for at, level in enumerate(index.names) if level not in taken]
    if dropped:
        frame = frame.reset_index(level=dropped, drop=True)
    return frame.reset_index()


def _is_mixed(values: Any) -> bool:
    """Whether a column of objects has values of several kinds, which Arrow has no column for."""
    from pandas.api.types import infer_dtype  # type: ignore[import-untyped, unused-ignore]

    kind = infer_dtype(values, skipna=True)
    return kind in {"mixed", "mixed-integer", "mixed-integer-float", "complex", "period", "interval"}


def _of_several_kinds(values: Any, record: str, column: str) -> Any:
    """A column of lists as such, and any other as cells of text."""
    lists = values.map(_is_list)
    if not lists.any():
        return values.map(_cell)
    if lists.eq(values.notna()).all():
        return values.map(lambda value: list(value) if _is_list(value) else None)
    at = int((lists.ne(values.notna())).to_numpy().argmax()) + 1
    raise DataError(
        f"`{record}`: the column `{column}` holds lists, and in row {at} none: make every value a list, or every value "
        "a text",
        record,
        None,
        (at,),
    )


def _is_list(value: Any) -> bool:
    """Whether it is several values: a list, or what `to_pandas()` of Arrow gives for one."""
    return isinstance(value, (list, tuple, set, frozenset)) or type(value).__name__ == "ndarray"


def _cell(value: Any) -> Any:
    """A value as a cell of text; missing stays missing."""
    from pandas import isna  # type: ignore[import-untyped, unused-ignore]

    if isinstance(value, str):
        return value
    if isna(value):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time.min else value.isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)
