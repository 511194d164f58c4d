"""Things by name, in the order of the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from assize import _html
from assize._errors import UnknownNameError

T = TypeVar("T")


class Named(Mapping[str, T], Generic[T]):
    """A mapping that never changes. A name that is not there is an `UnknownNameError`, which says what there is.

    >>> rules.categories["answr"]
    Traceback (most recent call last):
        ...
    assize._errors.UnknownNameError: there is no category `answr`; there are: answer
    """

    __slots__ = ("_kind", "_of")

    def __init__(self, kind: str, of: dict[str, T]) -> None:
        self._kind = kind
        self._of = of

    def __getitem__(self, name: str) -> T:
        try:
            return self._of[name]
        except (KeyError, TypeError):
            there = f"there are: {', '.join(self._of)}" if self._of else "there are none"
            raise UnknownNameError(f"there is no {self._kind} `{name}`; {there}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._of

    def __repr__(self) -> str:
        return f"{{{', '.join(f'{name!r}: {value!r}' for name, value in self._of.items())}}}"

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._of)

    def _repr_html_(self) -> str:
        shown = []
        for name, value in self._of.items():
            show = getattr(value, "_repr_html_", None)
            shown.append(_html.Html(show()) if show else _html.element("div", repr(value)))
        return _html.block(*shown) if shown else _html.block(_html.small(f"no {self._kind}"))
