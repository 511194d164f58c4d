"""Why a record is in a category."""

from __future__ import annotations

import copy
import json
from typing import Any

from assize import _html
from assize._named import Named

_SIGNS = {"yes": "✓", "no": "✗", "not known": "?", "error": "!", "not reached": "·"}


class Explanation:
    """The explanation of one outcome: what decided it, what was read, what is missing, what would change it.

    >>> told = rules.explain(people, as_of="2026-06-01", key="P3", category="answer")
    >>> told.value, told.state, told.because, told.missing
    (['diversion'], 'provisional', ['few'], ['weapon'])
    >>> print(told)  # doctest: +ELLIPSIS
    Diversion (answer) of Person P3
      diversion, Is offered diversion
      provisional: something that is not known could still change it
    ...
    """

    __slots__ = ("_told", "text")

    def __init__(self, text: str, told: str) -> None:
        self._told: dict[str, Any] = json.loads(told)
        #: It for people, as `assize explain` prints it.
        self.text = text

    @property
    def category(self) -> str:
        """The category's name."""
        return str(self._told["category"])

    @property
    def record(self) -> str:
        """The record's name."""
        return str(self._told["record"])

    @property
    def key(self) -> str:
        """The key of the row."""
        return str(self._told["key"])

    @property
    def value(self) -> list[str]:
        """The codes of the value: one, or those of `hit all`; empty without a value."""
        return list(self._told["value"])

    @property
    def state(self) -> str:
        """`decided`, `provisional`, `undetermined`, `not_applicable` or `error`."""
        return str(self._told["state"])

    @property
    def because(self) -> list[str]:
        """The criteria that gave the value."""
        return list(self._told["because"])

    @property
    def possible(self) -> list[str]:
        """The codes it could still be."""
        return list(self._told["possible"])

    @property
    def missing(self) -> list[str]:
        """The missing inputs that could decide it, in the order in which the rules read them."""
        return list(self._told["missing"])

    def to_dict(self) -> dict[str, Any]:
        """All of it, in the shape of `assize explain --format json`."""
        return copy.deepcopy(self._told)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return _tree(self._told)


class Explanations(Named[Explanation]):
    """The explanations of one record, by category."""

    __slots__ = ()

    def __init__(self, of: dict[str, Explanation]) -> None:
        super().__init__("category", of)

    def __str__(self) -> str:
        return "\n".join(told.text for told in self.values())

    def __repr__(self) -> str:
        return str(self)


def _tree(told: dict[str, Any]) -> str:
    head = _html.join([_html.title(told["title"], told["category"]), f" of {told['record']} ", _html.code(told["key"])])
    titles = {case["code"]: case["title"] for case in told["cases"]}
    value = ", ".join(f"{code} {titles.get(code) or ''}".strip() for code in told["value"]) or "no value"
    parts: list[object] = [
        _html.element("div", head),
        _html.element("div", _html.element("b", value), " ", _html.small(told["state"].replace("_", " "))),
    ]
    if told["error"]:
        parts.append(_html.element("div", told["error"]["message"], " ", _html.small(told["error"]["place"])))
    if told["otherwise"] is not None:
        parts.append(_html.element("div", "because nothing else was true: ", _html.code(told["otherwise"])))
    if told["state"] in ("provisional", "undetermined"):
        parts.append(_html.element("div", f"possible: {', '.join(told['possible'])}"))
        parts.append(_html.element("div", f"missing: {', '.join(told['missing'])}"))
    asked: list[object] = []
    if told["applies"]:
        asked.append(_criterion(told["applies"], None, False))
    for case in told["cases"]:
        for criterion in case["criteria"]:
            asked.append(_criterion(criterion, case["code"], criterion["name"] in told["because"]))
    parts.append(_html.details("What was asked", *asked))
    if told["open"]:
        rows = [
            [_html.code(open_["field"]), ", ".join(of["code"] or "whether it applies" for of in open_["stands_before"])]
            for open_ in told["open"]
        ]
        parts.append(_html.details("What is missing", _html.table(["field", "stands before"], rows)))
    if told["would_change"]:
        rows = []
        for near in told["would_change"]:
            sides = f"it is {near['sides'][0]} against {near['sides'][1]}" if near["sides"] else ""
            wanted = "needs" if near["wanted"] else "must not have"
            rows.append(
                [_html.code(near["code"]), _html.code(near["criterion"]), wanted, _html.code(near["condition"]), sides]
            )
        parts.append(
            _html.details("What would change the answer", _html.table(["to", "by", "", "", ""], rows), is_open=False)
        )
    foot = f"{told['ruleset']} {told['version']}, {told['hash'][:19]}, as of {told['as_of']}"
    parts.append(_html.element("div", _html.small(foot)))
    return _html.block(*parts)


def _criterion(criterion: dict[str, Any], code: str | None, decided: bool) -> _html.Html:
    truth = criterion["truth"]
    name = _html.title(criterion["title"], criterion["name"])
    shown = [f"{_SIGNS.get(truth, '')} ", _html.element("b", name) if decided else name, " ", _html.small(truth)]
    if code:
        shown.insert(1, _html.join([_html.code(code), " "]))
    if truth == "not reached":
        return _html.element("div", *shown, style="opacity:0.6")
    rows: list[list[object]] = [[_html.code(let["name"]), let["value"]] for let in criterion["lets"]]
    for read in criterion["reads"]:
        value = read["value"]
        if read["children"]:
            counted = len(read["children"]["counted"])
            value = f"{value} ({counted} of {read['children']['total']} count)"
        rows.append([_html.code(read["name"]), value])
    why = [_html.element("div", criterion["why"])] if criterion["why"] else []
    text = _html.element("div", _html.code(" ".join(criterion["text"].split())), " ", _html.small(criterion["place"]))
    inner = [text, *why, *([_html.table(["read", "value"], rows)] if rows else [])]
    return _html.details(_html.join(shown), *inner, is_open=decided or truth in ("not known", "error"))
