"""Pieces of HTML for notebooks. Whatever comes from rules or data is escaped here and nowhere else."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

_CELL = "padding:2px 10px 2px 0;text-align:{align};vertical-align:top;border:0"
_BAR = "display:inline-block;height:0.8em;background:currentColor;opacity:0.45;vertical-align:middle"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def escape(text: object) -> Html:
    """Text as HTML; HTML as it is."""
    return text if isinstance(text, Html) else Html(html.escape(str(text), quote=True))


def join(pieces: Iterable[object]) -> Html:
    """Pieces one after the other."""
    return Html("".join(escape(piece) for piece in pieces))


def element(tag: str, *children: object, style: str = "", **attributes: str) -> Html:
    """An element. Tags, styles and names of attributes are the package's own; values and children are escaped."""
    given = {"style": style, **attributes} if style else attributes
    shown = "".join(f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"' for name, value in given.items())
    return Html(f"<{tag}{shown}>{join(children)}</{tag}>")


def small(text: object) -> Html:
    """What stands behind something else."""
    return element("span", text, style="opacity:0.7")


def code(text: object) -> Html:
    """A name of the rules."""
    return element("code", text)


def block(*children: object) -> Html:
    """What a notebook shows for one object."""
    return element("div", *children, style="font-size:0.95em;line-height:1.4", class_="assize")


def bar(part: int, whole: int) -> Html:
    """A bar as long as the part is of the whole; the number stands beside it, so a reader of text needs no bar."""
    share = 100.0 * part / whole if whole else 0.0
    inner = element("span", style=f"{_BAR};width:{share:.1f}%", aria_hidden="true")
    return element("span", inner, style="display:inline-block;width:10em")


def table(head: Sequence[object], rows: Iterable[Sequence[object]], *, numbers: Iterable[int] = ()) -> Html:
    """A table. `numbers` are the columns that stand to the right."""
    right = set(numbers)
    style = [_CELL.format(align="right" if at in right else "left") for at in range(len(head))]
    heads = [element("th", text, style=style[at], scope="col") for at, text in enumerate(head)]
    body = [element("tr", *(element("td", cell, style=style[at]) for at, cell in enumerate(row))) for row in rows]
    return element(
        "table",
        element("thead", element("tr", *heads)),
        element("tbody", *body),
        style="border-collapse:collapse;margin:4px 0 8px 0",
    )


def details(summary: object, *children: object, is_open: bool = True) -> Html:
    """Something that can be folded away."""
    inner = join(
        [element("summary", summary, style="cursor:pointer"), element("div", *children, style="margin-left:1.2em")]
    )
    return Html(f"<details open>{inner}</details>" if is_open else f"<details>{inner}</details>")


def pre(text: object) -> Html:
    """Text as it stands."""
    return element("pre", text, style="line-height:1.25;margin:4px 0")


def title(shown: str | None, name: str) -> Html:
    """A title with its name, or the name alone."""
    return join([shown, " ", small(code(name))]) if shown else code(name)
