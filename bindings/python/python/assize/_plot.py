"""Charts of results with Altair, an optional extra: `pip install "assize[plot]"`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assize._errors import UsageError

if TYPE_CHECKING:
    from assize._results import Results

_STATES = ["decided", "provisional", "undetermined", "not_applicable", "error"]


class Plots:
    """The charts of some results."""

    __slots__ = ("_results",)

    def __init__(self, results: Results) -> None:
        self._results = results

    def category(self, name: str) -> Any:
        """How many records have each code: an `altair.Chart` with a bar a code, the highest first.

        Raises `UnknownNameError` when the results have no such category, `UsageError` where Altair is not installed.
        """
        altair = _altair()
        category = self._results.categories[name]
        values = category.summary()["values"]
        titles = {code.name: code.title for code in self._results._outline.codes[category.rule.codes].codes}
        order = [_label(code, titles.get(code)) for code in reversed(values)]
        rows = [{"code": _label(code, titles.get(code)), "records": count} for code, count in values.items()]
        return (
            altair.Chart(altair.Data(values=rows), title=_title(category.rule.title, name))
            .mark_bar()
            .encode(
                y=altair.Y("code:N", sort=order, title=None, axis=altair.Axis(labelLimit=400)),
                x=altair.X("records:Q", title="records"),
                tooltip=["code:N", "records:Q"],
            )
        )

    def states(self, name: str) -> Any:
        """How certain a category's outcomes are: an `altair.Chart` with a bar a state.

        Raises as `category`.
        """
        altair = _altair()
        category = self._results.categories[name]
        rows = [{"state": state, "records": count} for state, count in category.summary()["states"].items()]
        return (
            altair.Chart(altair.Data(values=rows), title=_title(category.rule.title, name))
            .mark_bar()
            .encode(
                y=altair.Y("state:N", sort=_STATES, title=None),
                x=altair.X("records:Q", title="records"),
                tooltip=["state:N", "records:Q"],
            )
        )

    def measure(self, name: str) -> Any:
        """The value of each row of a measure, with its interval: an `altair.LayerChart`. By period, where there are
        periods, with a line a breakdown; else with a point a breakdown.

        Raises `UnknownNameError` when the results have no such measure, `UsageError` where Altair is not installed.
        """
        altair = _altair()
        measure = self._results.measures[name]
        rows = []
        for row in measure.rows():
            if row["value"] is None:
                continue
            period = row.get("period") or {}
            rows.append(
                {
                    "by": ", ".join(_plain(value) for value in row["by"].values()) or "all",
                    "period": period.get("label") or period.get("missing") or "error",
                    "from": period.get("from"),
                    "value": float(row["value"]),
                    "lower": None if row["lower"] is None else float(row["lower"]),
                    "upper": None if row["upper"] is None else float(row["upper"]),
                }
            )
        by = ", ".join(measure.rule.by)
        value = altair.Y("value:Q", title=measure.rule.form)
        base = altair.Chart(altair.Data(values=rows), title=_title(measure.rule.title, name))
        if measure.rule.periods:
            labels = list(dict.fromkeys(row["period"] for row in sorted(rows, key=lambda row: row["from"] or "")))
            base = base.encode(x=altair.X("period:N", sort=labels, title=None))
            if measure.rule.by:
                base = base.encode(color=altair.Color("by:N", title=by))
            marks = base.mark_line(point=True).encode(y=value, tooltip=["by:N", "period:N", "value:Q"])
        else:
            base = base.encode(x=altair.X("by:N", sort=None, title=by or None))
            marks = base.mark_point(filled=True, size=60).encode(y=value, tooltip=["by:N", "value:Q"])
        whiskers = base.mark_rule(opacity=0.5).encode(y="lower:Q", y2="upper:Q")
        has_interval = any(row["lower"] is not None for row in rows)
        return altair.layer(whiskers, marks) if has_interval else altair.layer(marks)


def _altair() -> Any:
    try:
        import altair
    except ImportError as error:
        raise UsageError('altair is not installed: pip install "assize[plot]"') from error
    return altair


def _title(title: str | None, name: str) -> str:
    return title or name


def _label(code: str, title: str | None) -> str:
    return f"{code}: {title}" if title else code


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("missing") or "error")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
