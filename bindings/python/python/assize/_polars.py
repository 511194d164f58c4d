"""Categories as frames of polars: values and states as Enums, in the order that the rules declare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assize._errors import UsageError

if TYPE_CHECKING:
    import polars

    from assize import _native


def frame(pl: Any, table: _native.Table, columns: list[str], enums: Mapping[str, list[str]]) -> polars.DataFrame:
    """A frame with these columns, of which those in `enums` are Enums of these names."""
    coded = [name for name in columns if name in enums]
    made = _coded(pl, table, coded, enums)
    if made is None:
        names = columns_of(pl, table.select(columns))
        # Of a category with sets of codes, `value` stays what it is.
        single = [name for name in coded if not isinstance(names.schema[name], pl.List)]
        return names.with_columns(pl.col(name).cast(pl.String).cast(pl.Enum(enums[name])) for name in single)
    others = [name for name in columns if name not in enums]
    if others:
        made |= {column.name: column for column in columns_of(pl, table.select(others))}
    whole: polars.DataFrame = pl.DataFrame([made[name] for name in columns])
    return whole


def columns_of(pl: Any, table: _native.Table) -> polars.DataFrame:
    """The columns as they are."""
    made: polars.DataFrame | None
    try:
        made = pl.DataFrame(table)
    except TypeError:
        made = None
    if made is not None and len(made) == len(table):
        return made
    # The first versions do not take the protocol, and some take only the first batch of dictionaries.
    try:
        import pyarrow  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise UsageError(
            "this version of polars takes results through pyarrow, which is not installed: pip install pyarrow"
        ) from error
    through: polars.DataFrame = pl.from_arrow(pyarrow.table(table))
    return through


def _coded(pl: Any, table: _native.Table, names: list[str], enums: Mapping[str, list[str]]) -> dict[str, Any] | None:
    """Columns made of bare numbers, which takes polars a third of the time that dictionaries take it. None where there
    are no such numbers, or where polars is one that does not make Enums of them."""
    codes = table.codes()
    if codes is None:
        return None
    wanted = [part for name in names for part in (["value", "known"] if name == "value" else [name])]
    made: dict[str, Any] = {}
    try:
        numbers = pl.DataFrame(codes.select(wanted))
        for name in names:
            enum = pl.Enum(enums[name])
            made[name] = numbers[name].cat.to(enum)
            if name == "value" and not (known := numbers["known"]).all():
                made[name] = made[name].zip_with(known, pl.Series(name, [None], dtype=enum))
    except Exception:
        # What older ones lack has no one exception, and what newer ones may change is not promised.
        return None
    return made
