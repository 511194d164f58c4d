"""Two rule sets over the same data."""

from __future__ import annotations

import json
from typing import Any

from assize import _html


class Comparison:
    """Who moves where between two rule sets, and what that does to the measures.

    >>> change = rules.compare(rules, people, as_of="2026-06-01")
    >>> change.to_dict()["categories"]["answer"]["moved"]
    0
    """

    __slots__ = ("_told", "text")

    def __init__(self, text: str, told: str) -> None:
        self._told = told
        #: It for people.
        self.text = text

    def to_json(self) -> str:
        """All of it as JSON."""
        return self._told

    def to_dict(self) -> dict[str, Any]:
        """All of it as Python's own objects."""
        told: dict[str, Any] = json.loads(self._told)
        return told

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return _html.block(_html.pre(self.text))
