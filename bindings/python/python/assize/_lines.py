"""Rows given as Python dicts: written once as JSON Lines, in memory, and read as a file of them would be."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from assize._errors import DataError


def lines(record: str, rows: Iterable[object]) -> bytes:
    """A line a row.

    Dates and times are written in ISO 8601, decimals as text, durations by the clock; None, NaN, `NaT` and `NA` are
    missing; sets and tuples are lists; scalars of numpy are what they hold. Children are lists of dicts within a row.
    """
    out = bytearray()
    for at, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise DataError(f"`{record}`: row {at} is a {type(row).__name__}, not a dict", record, None, (at,))
        try:
            try:
                line = json.dumps(row, default=_plain, allow_nan=False)
            except (ValueError, TypeError):
                # A float that is no number, a key that is no text, or a mapping that is no dict: looked at one by one.
                line = json.dumps(_whole(row, 0), default=_plain, allow_nan=False)
        except (ValueError, TypeError, RecursionError) as error:
            raise DataError(f"`{record}`: row {at} cannot be read: {error}", record, None, (at,)) from error
        out += line.encode("ascii")
        out += b"\n"
    return bytes(out)


def _plain(value: Any) -> Any:
    """What JSON has for a value that it does not know."""
    if isinstance(value, Decimal):
        return format(value, "f") if value.is_finite() else None
    if isinstance(value, datetime.timedelta):
        return None if _is_not_a_value(value) else _clock(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return None if _is_not_a_value(value) else value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    if isinstance(value, Mapping):
        return dict(value)
    if _is_not_a_value(value):
        return None
    item = getattr(value, "item", None)
    if callable(item):
        plain = item()
        if type(plain) is not type(value):
            return plain
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"a {type(value).__name__} is not a value that data have")


def _is_not_a_value(value: object) -> bool:
    """`NaT`, `NA` and the like: they do not equal themselves, or cannot tell."""
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"


def _whole(value: Any, depth: int) -> Any:
    """The same without floats that are no numbers."""
    if depth > 100:
        raise ValueError("rows stand too deep inside one another")
    if isinstance(value, float):
        return value if math.isfinite(value) else (None if math.isnan(value) else str(value))
    if isinstance(value, Mapping):
        return {str(key): _whole(member, depth + 1) for key, member in value.items()}
    if isinstance(value, (list, tuple)):
        return [_whole(member, depth + 1) for member in value]
    return value


def _clock(value: datetime.timedelta) -> str:
    """A duration by the clock, as Arrow's durations are."""
    micros = round(value / datetime.timedelta(microseconds=1))
    sign, micros = ("-", -micros) if micros < 0 else ("", micros)
    seconds, micros = divmod(micros, 1_000_000)
    return f"{sign}PT{seconds}.{micros:06d}S" if micros else f"{sign}PT{seconds}S"
