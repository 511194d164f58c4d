"""What a rule set declares: records, fields, code lists, categories, measures, parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assize import _html
from assize._named import Named


@dataclass(frozen=True, slots=True)
class Code:
    """A code of a list."""

    name: str
    title: str | None


@dataclass(frozen=True, slots=True)
class CodeList:
    """A code list."""

    name: str
    title: str | None
    #: Whether the codes have an order; they are then given lowest first.
    ordered: bool
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record."""

    name: str
    title: str | None
    #: In the words of the rules: `integer`, `set of Offence`, `many Charge by offender_id`.
    type: str
    #: Of a `many` field: the record its children are of.
    many: str | None
    #: The column headings it is read from: one, or two of a range in a pair of columns.
    headings: tuple[str, ...]
    #: Whether a value must be there in every row.
    required: bool
    #: Whether the column may be absent.
    optional: bool
    protected: bool
    #: Whether any rule reads it.
    read: bool
    label: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """A record: what a row of the data is."""

    name: str
    title: str | None
    #: The name of the field that is the key.
    key: str | None
    fields: Named[Field]

    def _repr_html_(self) -> str:
        return _html.block(record_html(self))


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of a category."""

    name: str
    title: str | None
    #: The code it gives.
    code: str


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """A category, as the rules declare it."""

    name: str
    title: str | None
    #: The record it is of.
    of: str
    #: The name of its code list.
    codes: str
    #: `first`, `unique`, `highest` or `all`.
    hit: str
    #: What it gives when no criterion is true: a code, `none`, or `error: ...`.
    otherwise: str
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class MeasureRule:
    """A measure, as the rules declare it."""

    name: str
    title: str | None
    #: The record it is of.
    of: str
    #: `count`, `rate per 100`, `mean`, ...
    form: str
    #: What it is broken down by.
    by: tuple[str, ...]
    #: Whether it is reported by period.
    periods: bool
    #: The confidence level of its interval, such as `0.95`.
    interval: str | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the rules. Values are texts, as the rules write them."""

    name: str
    title: str | None
    type: str
    default: str
    #: What it is set to; the default unless the rules were loaded with another.
    value: str
    #: The values it may take.
    within: str | None


@dataclass(frozen=True, slots=True)
class Outline:
    """All that a rule set declares."""

    name: str
    title: str | None
    version: str
    hash: str
    authority: str | None
    source: str | None
    effective_from: str | None
    effective_to: str | None
    parameters: Named[Parameter]
    codes: Named[CodeList]
    records: Named[Record]
    categories: Named[CategoryRule]
    measures: Named[MeasureRule]


def outline(told: dict[str, Any]) -> Outline:
    """The outline from the extension's JSON."""

    def named(kind: str, things: list[Any]) -> Named[Any]:
        return Named(kind, {thing.name: thing for thing in things})

    def record(of: dict[str, Any]) -> Record:
        fields = [Field(**{**field, "headings": tuple(field["headings"])}) for field in of["fields"]]
        return Record(name=of["name"], title=of["title"], key=of["key"], fields=named("field", fields))

    def codes(of: dict[str, Any]) -> CodeList:
        return CodeList(**{**of, "codes": tuple(Code(**code) for code in of["codes"])})

    def category(of: dict[str, Any]) -> CategoryRule:
        return CategoryRule(**{**of, "criteria": tuple(Criterion(**criterion) for criterion in of["criteria"])})

    def measure(of: dict[str, Any]) -> MeasureRule:
        return MeasureRule(**{**of, "by": tuple(of["by"])})

    parts: dict[str, Any] = {
        "parameters": named("parameter", [Parameter(**parameter) for parameter in told["parameters"]]),
        "codes": named("code list", [codes(of) for of in told["codes"]]),
        "records": named("record", [record(of) for of in told["records"]]),
        "categories": named("category", [category(of) for of in told["categories"]]),
        "measures": named("measure", [measure(of) for of in told["measures"]]),
    }
    return Outline(**{**told, **parts})


def record_html(record: Record) -> _html.Html:
    """A record with its fields."""
    rows = []
    for field in record.fields.values():
        said = {
            "key": field.name == record.key,
            "required": field.required,
            "optional": field.optional,
            "protected": field.protected,
            f"in {field.unit}": field.unit is not None,
            field.label or "": field.label is not None,
        }
        also = [word for word, holds in said.items() if holds]
        headings = "" if field.headings == (field.name,) else ", ".join(field.headings)
        rows.append([_html.code(field.name), field.type, headings, ", ".join(also), field.title or ""])
    head = ["field", "type", "heading in the data", "", ""]
    return _html.details(_html.title(record.title, record.name), _html.table(head, rows))


def outline_html(of: Outline) -> str:
    """The whole outline."""
    facts = [f"version {of.version}", of.hash[:19], of.authority, of.source]
    if of.effective_from or of.effective_to:
        facts.append(f"in force {of.effective_from or '...'} to {of.effective_to or '...'}")
    parts: list[object] = [
        _html.element("div", _html.element("b", of.title or of.name), " ", _html.small(_html.code(of.name))),
        _html.element("div", _html.small(" · ".join(filter(None, facts)))),
    ]
    if of.parameters:
        head = ["parameter", "value", "default", "may be", ""]
        rows = [
            [_html.code(p.name), p.value, p.default, p.within or p.type, p.title or ""] for p in of.parameters.values()
        ]
        parts.append(_html.details("Parameters", _html.table(head, rows)))
    parts.append(_html.details("Records", *(record_html(record) for record in of.records.values())))
    if of.categories:
        parts.append(_html.details("Categories", *(category_html(of, category) for category in of.categories.values())))
    if of.measures:
        head = ["measure", "of", "as", "by", ""]
        rows = [[_html.code(m.name), m.of, m.form, ", ".join(m.by), m.title or ""] for m in of.measures.values()]
        parts.append(_html.details("Measures", _html.table(head, rows)))
    return _html.block(*parts)


def category_html(of: Outline, category: CategoryRule) -> _html.Html:
    """A category with its criteria, in the order in which they are asked."""
    codes = {code.name: code.title for code in of.codes[category.codes].codes} if category.codes in of.codes else {}
    rows: list[list[object]] = []
    for criterion in category.criteria:
        code = _html.join([_html.code(criterion.code), " ", codes.get(criterion.code) or ""])
        rows.append([code, criterion.title or "", _html.small(_html.code(criterion.name))])
    rows.append([_html.code(category.otherwise), "otherwise", ""])
    shown = _html.join([_html.title(category.title, category.name), f" of {category.of}"])
    return _html.details(shown, _html.table(["code", "when", "criterion"], rows))
