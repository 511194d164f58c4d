"""Dates and parameter values, as callers give them."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Union

from assize._errors import UsageError

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")

#: A date: `datetime.date`, or its text `YYYY-MM-DD`.
DateLike = Union[datetime.date, str]
#: A value of a parameter.
ParameterValue = Union[bool, int, float, Decimal, str, datetime.date, datetime.time, datetime.timedelta, Iterable[str]]


def ymd(date: DateLike, name: str = "as_of") -> tuple[int, int, int]:
    """Year, month and day of a date."""
    if isinstance(date, str):
        # Python's own reader takes more forms with every version.
        parts = _ISO.fullmatch(date.strip())
        try:
            date = datetime.date(*map(int, parts.groups() if parts else ()))
        except (ValueError, TypeError):
            raise UsageError(f"`{name}`: `{date}` is not a date such as `2026-06-01`") from None
    if isinstance(date, datetime.datetime):
        # A moment is not a date unless it is the beginning of one.
        if date != date or date.time() != datetime.time.min or date.tzinfo is not None:
            raise UsageError(f"`{name}` is a moment, {date}, not a date; `.date()` gives its date")
    elif not isinstance(date, datetime.date):
        raise UsageError(f"`{name}` is a {type(date).__name__}, not a date such as `2026-06-01`")
    return (date.year, date.month, date.day)


def text(name: str, value: object) -> str:
    """A parameter's value as the rules would write it."""
    if isinstance(value, str):
        return is_unicode(value, f"the value of `{name}`")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        if not math.isfinite(value):
            raise UsageError(f"parameter `{name}`: {value} is not a value")
        return format(Decimal(repr(float(value))), "f")
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise UsageError(f"parameter `{name}`: {value} is not a value")
        return format(value, "f")
    if isinstance(value, datetime.timedelta):
        return duration(value)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    item = getattr(value, "item", None)
    if callable(item):
        # A scalar of numpy.
        try:
            plain = item()
        except (TypeError, ValueError):
            plain = value
        if plain is not value:
            return text(name, plain)
    if isinstance(value, Iterable) and not isinstance(value, (bytes, Mapping)):
        members = [text(name, member) for member in value]
        for member in members:
            if "," in member:
                raise UsageError(f"parameter `{name}`: a member of a set cannot have a comma: `{member}`")
        return ",".join(members)
    raise UsageError(f"parameter `{name}`: a {type(value).__name__} is not a value")


def parameters(given: Mapping[str, ParameterValue] | None) -> list[tuple[str, str]]:
    """Parameters with their values as text."""
    if given is None:
        return []
    if not isinstance(given, Mapping):
        raise UsageError(f"`parameters` is a {type(given).__name__}, not a mapping from names to values")
    return [(name_of(name, "a parameter's name"), text(str(name), value)) for name, value in given.items()]


def name_of(name: object, what: str) -> str:
    """A name, which must be text."""
    if not isinstance(name, str):
        raise UsageError(f"{what} is a {type(name).__name__}, not text")
    return is_unicode(name, what)


def duration(value: datetime.timedelta) -> str:
    """A duration in ISO 8601: of whole days a calendar one, else one by the clock."""
    micros = round(value / datetime.timedelta(microseconds=1))
    sign, micros = ("-", -micros) if micros < 0 else ("", micros)
    seconds, micros = divmod(micros, 1_000_000)
    if micros:
        return f"{sign}PT{seconds}.{micros:06d}S"
    return f"{sign}P{seconds // 86400}D" if seconds % 86400 == 0 else f"{sign}PT{seconds}S"


def is_unicode(given: str, what: str) -> str:
    """Text without halves of characters, which no file has."""
    try:
        given.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{what} is not text that UTF-8 can hold: {error.reason}") from None
    return given


def key(given: object) -> str:
    """A record's key, as text."""
    if isinstance(given, str):
        return is_unicode(given, "the key")
    return text("key", given)
