"""What the extension is asked to work out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from assize._data import Source


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of an evaluation, as the extension takes them."""

    #: The rows of each record.
    sources: list[Source]
    #: Year, month and day.
    as_of: tuple[int, int, int]
    #: Values of parameters, as text.
    parameters: list[tuple[str, str]] = field(default_factory=list)
    only: list[str] | None = None
    reasons: bool = True
    coverage: bool = False
    members: str | None = None
    errors_listed: int = 1_000
    #: How many threads work.
    threads: int = 1
    #: Is told how many records were worked out so far.
    tell: Callable[[int], object] | None = None
