"""What is wrong with rules, or likely not meant."""

from __future__ import annotations

from dataclasses import dataclass

from assize import _html


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong with a rule text."""

    #: Its stable code, such as `E0106`; the language reference has a page for it.
    code: str
    #: `error`: the rules do not load. `warning`: they do.
    severity: str
    #: What is wrong, in one line.
    message: str
    #: The file, by the name it was given; None where there is no text to point into.
    file: str | None
    #: The line, from 1.
    line: int | None
    #: The column, from 1, in characters.
    column: int | None
    #: Where it ends: a line, from 1.
    end_line: int | None
    #: Where it ends: one past the last column.
    end_column: int | None
    #: What to do about it.
    help: str | None
    #: Further facts.
    notes: tuple[str, ...]
    #: All of it for people, the source line underlined.
    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return _html.block(_html.pre(self.text))


class Diagnostics(tuple[Diagnostic, ...]):
    """Diagnostics in the order of the text.

    >>> rules.warnings
    (no diagnostics)
    """

    __slots__ = ()

    @property
    def text(self) -> str:
        """All of them for people."""
        return "\n\n".join(diagnostic.text for diagnostic in self)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text or "(no diagnostics)"

    def _repr_html_(self) -> str:
        if not self:
            return _html.block(_html.small("no diagnostics"))
        return _html.block(*(_html.pre(diagnostic.text) for diagnostic in self))
