"""A folder of rule files, reloaded while it is in use."""

from __future__ import annotations

import os
from dataclasses import dataclass

from assize import _native, _values
from assize._diagnostics import Diagnostics
from assize._errors import UsageError
from assize._rules import RuleSet
from assize._values import DateLike


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a rule set that a store has."""

    name: str
    version: str
    hash: str
    #: The first day it is in force, as text; None where it always was.
    effective_from: str | None
    #: The last day it is in force, as text; None where it still is.
    effective_to: str | None
    path: str
    #: `current`: it is what the file holds. `kept`: the file now holds something that cannot be taken, and this is what
    #: it held before. `clash`: another file claims the same days, so that it is not in force.
    standing: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule file whose newest content does not load. What it held when it last did is still in use."""

    path: str
    #: Why, in one line.
    message: str
    #: What is wrong with it, where it could be read.
    diagnostics: Diagnostics
    #: Whether what the file held before is in force.
    kept: bool


@dataclass(frozen=True, slots=True)
class Reload:
    """What a reload found: the paths of files, and what is wrong."""

    #: Of which something new is in force.
    loaded: tuple[str, ...]
    #: That hold what they held.
    unchanged: tuple[str, ...]
    #: That are not there any more.
    removed: tuple[str, ...]
    #: Whatever is wrong now, whether it was before or not.
    failed: tuple[Fault, ...]


class Store:
    """The rule files of a folder, several versions by the dates they are in force. Threads may share it.

    A rule set that was taken from it stays what it is. `reload` looks at the folder again: a new file is checked first,
    and when it does not check, the last good one stays in use and `faults` says why.

    Raises `ReadError` when the folder cannot be read.

    >>> store = assize.Store("rules")  # doctest: +SKIP
    >>> store.rules("diversion", as_of="2026-06-01").version  # doctest: +SKIP
    '2026.1'
    """

    __slots__ = ("_store",)

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        if not isinstance(folder, (str, os.PathLike)):
            raise UsageError(f"a {type(folder).__name__} is not the path of a folder")
        path = _values.name_of(os.fspath(folder), "the path of the folder")
        self._store = _native.Store(path)

    def reload(self) -> Reload:
        """Looks at the folder again."""
        loaded, unchanged, removed, failed = self._store.reload()
        return Reload(tuple(loaded), tuple(unchanged), tuple(removed), tuple(Fault(*fault) for fault in failed))

    def rules(self, name: str | None = None, *, as_of: DateLike) -> RuleSet:
        """The version in force on a date, of a rule set; of the only one, without a name.

        Raises `UsageError` when there is none, or several without a name.
        """
        if name is not None:
            _values.name_of(name, "`name`")
        return RuleSet(self._store.rules(name, _values.ymd(as_of)))

    @property
    def versions(self) -> tuple[Version, ...]:
        """What there is, by name and by date."""
        return tuple(Version(*version) for version in self._store.versions())

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The files whose newest content does not load."""
        return tuple(Fault(*fault) for fault in self._store.faults())

    def __repr__(self) -> str:
        return f"<Store: {len(self.versions)} versions, {len(self.faults)} faults>"
