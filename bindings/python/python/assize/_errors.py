"""The exceptions of the package: whatever goes wrong in it is an `Error`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assize._diagnostics import Diagnostics


class Error(Exception):
    """Whatever goes wrong in this package."""


class CompileError(Error):
    """Rules that do not check.

    `diagnostics` has everything that is wrong with them, in the order of the text, warnings among it; as text the
    exception shows each with its source line underlined.

    >>> try:
    ...     assize.compile('ruleset r version "1" {} record P { age : integer } let b of P = agee + 1')
    ... except assize.CompileError as error:
    ...     print(error.diagnostics[0].code, error.diagnostics[0].message, "|", error.diagnostics[0].help)
    E0106 unknown name `agee` | did you mean `age`?
    """

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__(diagnostics)
        self.diagnostics: Diagnostics = diagnostics

    def __str__(self) -> str:
        return "\n" + self.diagnostics.text

    def _repr_html_(self) -> str:
        return self.diagnostics._repr_html_()


class ReadError(Error, OSError):
    """A rule file that cannot be read. `filename` and `errno` are those of an `OSError`."""

    def __init__(self, errno: int | None, message: str, filename: str) -> None:
        super().__init__(errno, message, filename)
        self.message = message

    def __str__(self) -> str:
        return self.message


class DataError(Error):
    """Data that cannot be used: not there, not readable, or without a column that the rules read.

    What is wrong with single rows does not raise this: it is in the results, see `Results.errors`, unless
    `Results.raise_for_errors` is asked for it.
    """

    def __init__(
        self,
        message: str,
        record: str | None = None,
        field: str | None = None,
        rows: tuple[int, ...] = (),
    ) -> None:
        super().__init__(message, record, field, rows)
        self.message = message
        #: The record whose data it is, where it is of one.
        self.record = record
        #: The first of its fields that is concerned, where any is.
        self.field = field
        #: The numbers of the rows that are concerned, from 1, where it is about rows.
        self.rows = rows

    def __str__(self) -> str:
        return self.message


class EvaluationError(Error):
    """An evaluation that could not be done, through no fault of rules, data or caller."""


class UsageError(Error, ValueError):
    """Something that was asked for is not there or cannot be: an unknown name, a parameter out of its range, an
    argument of another type. It is a `ValueError` too."""


class UnknownNameError(UsageError, KeyError):
    """A name that is not there, in one of the mappings of the package. It is a `KeyError` too."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""
