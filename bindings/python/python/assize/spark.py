"""Rules over data frames of Spark: the engine runs in Spark's own Python workers, over Arrow batches.

Spark distributes; there is no engine of ours for that. Rules travel as texts, and each worker process compiles them
once. Nothing of this module is imported with `assize`, and it needs `pyspark` (4 or newer) and `pyarrow`.

Measures are counted by parts, and parts are merged as a tree: the result is that of one machine, byte for byte, however
the data are partitioned, and also when tasks are run again because a worker was lost.

Children are brought to their parents by one shuffle: every record that hangs together with others goes to the bucket
of its root's key, and a bucket is evaluated as a whole, in memory. `buckets` says how many there are.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Union

from assize import _values
from assize._errors import UsageError
from assize._partial import Partial, merge
from assize._values import DateLike, ParameterValue

if TYPE_CHECKING:
    from assize._outline import Field, Record
    from assize._results import Results
    from assize._rules import RuleSet

__all__ = ["categorise", "measure", "partial"]

#: A `pyspark.sql.DataFrame`.
DataFrame = Any
#: The frame of each record by its name; of rules with one record, the frame.
Frames = Union[DataFrame, Mapping[str, DataFrame]]

#: The columns of rows on their way to their bucket: the bucket, or a number that Spark sends there; which record rows are of;
#: and the rows, as a stream of Arrow.
_BUCKET, _WHICH, _ROWS = "__bucket", "__which", "__rows"
_PACKED = f"{_BUCKET} int, {_WHICH} int, {_ROWS} binary"
#: How many rows, and bytes of them, a task holds before it packs them by bucket.
_HELD, _HELD_BYTES = 1 << 18, 1 << 26
#: How many partial results a task merges.
_FAN = 16
#: The columns in which keys of a type are compared.
_CASTS = {"text": "string", "integer": "bigint", "date": "date"}


def categorise(
    df: DataFrame,
    rules: RuleSet,
    *,
    as_of: DateLike,
    category: str | Iterable[str] | None = None,
    record: str | None = None,
    children: Mapping[str, DataFrame] | None = None,
    parameters: Mapping[str, ParameterValue] | None = None,
    reasons: bool = False,
    buckets: int | None = None,
) -> DataFrame:
    """The frame with its categories: beside its own columns, for each category `NAME` and `NAME_state`, and with `reasons`
    also `NAME_because`, `NAME_possible`, `NAME_missing` and `NAME_error`. It is lazy, as frames of Spark are.

    - `record`: which record the rows are; it need not be said where the rules have one, or the category tells.
    - `category`: which categories; all of the record unless said.
    - `children`: the frames of the records that are children, and of their children, by name. Without any, rows stay in
      their partitions and in their order; with them each goes to the bucket of its key.
    - `buckets`: how many buckets; as many as Spark's setting of shuffle partitions unless said.

    Raises `UsageError` for names that are not there, a column that the frame has already, and children that cannot be
    brought to their parents. Data that lack a column raise when Spark runs.
    """
    frames = dict(children or {})
    wanted = [category] if isinstance(category, str) else None if category is None else list(category)
    for name in wanted or []:
        rules.categories[name]
    if record is None:
        of = {rules.categories[name].of for name in wanted} if wanted else set(rules.records) - set(frames)
        if len(of) != 1:
            raise UsageError(f"say which record the rows are: `record=`, one of {', '.join(rules.records)}")
        (record,) = of
    rules.records[record]
    named = [rule.name for rule in rules.categories.values() if rule.of == record]
    wanted = named if wanted is None else wanted
    if not wanted or not set(wanted) <= set(named):
        raise UsageError(f"the categories of `{record}` are: {', '.join(named) or 'none'}")
    frames[record] = df
    new = [column for name in wanted for column, _ in _columns(name, reasons)]
    for column in new:
        if column in df.columns:
            raise UsageError(f"the frame has a column `{column}` already")
    work = _Categorise(rules, record, tuple(wanted), _run(as_of, parameters), reasons)
    from pyspark.sql.types import StructField, StructType, _parse_datatype_string  # type: ignore[import-not-found, unused-ignore]

    fields = [
        StructField(column, _parse_datatype_string(kind)) for name in wanted for column, kind in _columns(name, reasons)
    ]
    schema = StructType([*df.schema.fields, *fields])
    if len(frames) == 1:
        return df.mapInArrow(work.batches, schema)
    columns = {name: _read(rules.records[name], of) for name, of in frames.items()}
    columns[record] = df.columns
    gathered, work.order = _gathered(rules, frames, columns, _buckets(df, buckets))
    return gathered.mapInArrow(work.bucket, schema)


def measure(
    dfs: Frames,
    rules: RuleSet,
    *,
    as_of: DateLike,
    parameters: Mapping[str, ParameterValue] | None = None,
    only: str | Iterable[str] | None = None,
    buckets: int | None = None,
    depth: int = 2,
) -> Results:
    """The measures over frames: `partial(...)`, finished. The result is that of `RuleSet.partial(...).finish()` over the
    same rows on one machine, byte for byte. It runs at once."""
    return partial(dfs, rules, as_of=as_of, parameters=parameters, only=only, buckets=buckets, depth=depth).finish()


def partial(
    dfs: Frames,
    rules: RuleSet,
    *,
    as_of: DateLike,
    parameters: Mapping[str, ParameterValue] | None = None,
    only: str | Iterable[str] | None = None,
    buckets: int | None = None,
    depth: int = 2,
) -> Partial:
    """Counts the measures over frames. Each partition (with several frames: each bucket) is counted where it is, and the
    partial results are merged as a tree of `depth` levels, of which the last is the driver's; 1 merges all of them there.
    Levels for which there are too few buckets are left out.

    - `dfs`: the frame of each record by its name, children among them; of rules with one record, the frame.
    - `only`: the measures to count; all unless said.

    Raises `UsageError` as `categorise` does, and when there is no measure to count.
    """
    if isinstance(dfs, Mapping):
        frames = dict(dfs)
    else:
        if len(rules.records) != 1:
            names = ", ".join(f"{name!r}: ..." for name in rules.records)
            raise UsageError(f"the rules have several records, so frames are given by name: {{{names}}}")
        frames = {next(iter(rules.records)): dfs}
    if not frames:
        raise UsageError("no frames are given")
    for name in frames:
        rules.records[name]
    if isinstance(depth, bool) or not isinstance(depth, int) or not 1 <= depth <= 8:
        raise UsageError("`depth` is not a number from 1 to 8")
    only = [only] if isinstance(only, str) else None if only is None else list(only)
    work = _Count(rules, tuple(frames), only, _run(as_of, parameters))
    # What is wrong with what is asked for is told before anything runs.
    nothing = work.count({name: df.limit(0).toArrow() for name, df in frames.items()})
    schema = "partial binary"
    columns = {name: _read(rules.records[name], df) for name, df in frames.items()}
    most = None
    if len(frames) == 1:
        ((name, df),) = frames.items()
        counted = df.select(*map(_quoted, columns[name])).mapInArrow(work.batches, schema)
    else:
        most = _buckets(next(iter(frames.values())), buckets)
        gathered, work.order = _gathered(rules, frames, columns, most)
        counted = gathered.mapInArrow(work.bucket, schema)
    for level in range(depth - 1, 0, -1):
        # Where there are no more parts than would do the merging, each would find one.
        if most is None or most > _FAN**level:
            counted = counted.repartition(_FAN**level).mapInArrow(_Merge(rules), schema)
    parts = [Partial.from_bytes(rules, bytes(row[0])) for row in counted.collect()]
    return merge([nothing, *parts])


#: The date, and the values of parameters as text.
_Run = tuple[datetime.date, dict[str, str]]


def _run(as_of: DateLike, parameters: Mapping[str, ParameterValue] | None) -> _Run:
    return datetime.date(*_values.ymd(as_of)), dict(_values.parameters(parameters))


def _columns(category: str, reasons: bool) -> list[tuple[str, str]]:
    """The new columns of a category, and their types."""
    columns = [(category, "string"), (f"{category}_state", "string")]
    if reasons:
        columns += [(f"{category}_{part}", "array<string>") for part in ("because", "possible", "missing")]
        columns.append((f"{category}_error", "string"))
    return columns


class _Work:
    """What is done in the workers. It is sent there with its rules."""

    order: tuple[str, ...] = ()

    def frames(self, batches: Iterator[Any]) -> dict[str, Any]:
        """The rows of a bucket by record, with the columns that they came with; an empty list of a record without any."""
        import pyarrow  # type: ignore[import-untyped, unused-ignore]

        found: list[list[Any]] = [[] for _ in self.order]
        for batch in batches:
            for at, rows in zip(batch.column(0).to_pylist(), batch.column(1)):
                # They stay where they are.
                found[at].extend(pyarrow.ipc.open_stream(rows.as_buffer()))
        return {name: pyarrow.Table.from_batches(of) if of else [] for name, of in zip(self.order, found)}


class _Pack:
    """Rows of a record, whose last column is their bucket, packed by bucket."""

    def __init__(self, which: int, to: list[int]) -> None:
        self.which, self.to = which, to

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        held: list[Any] = []
        count = size = 0
        for batch in batches:
            held.append(batch)
            count += batch.num_rows
            size += batch.nbytes
            if count >= _HELD or size >= _HELD_BYTES:
                yield self.packed(held)
                count = size = 0
        if count:
            yield self.packed(held)

    def packed(self, held: list[Any]) -> Any:
        import pyarrow
        import pyarrow.compute  # type: ignore[import-untyped, unused-ignore]

        table = pyarrow.Table.from_batches(held)
        held.clear()
        table = table.take(pyarrow.compute.sort_indices(table.column(table.num_columns - 1))).combine_chunks()
        (batch,) = table.to_batches()
        runs = pyarrow.compute.run_end_encode(batch.column(batch.num_columns - 1))
        rows = batch.select(list(range(batch.num_columns - 1)))
        sink = pyarrow.BufferOutputStream()
        offsets, begun = [0], 0
        for end in runs.run_ends.to_pylist():
            with pyarrow.ipc.new_stream(sink, rows.schema) as stream:
                stream.write_batch(rows.slice(begun, end - begun))
            offsets.append(sink.tell())
            begun = end
        to = [self.to[bucket] for bucket in runs.values.to_pylist()]
        places = pyarrow.array(offsets, pyarrow.int32()).buffers()[1]
        arrays = [
            pyarrow.array(to, pyarrow.int32()),
            pyarrow.array([self.which] * len(to), pyarrow.int32()),
            pyarrow.BinaryArray.from_buffers(pyarrow.binary(), len(to), [None, places, sink.getvalue()]),
        ]
        return pyarrow.RecordBatch.from_arrays(arrays, [_BUCKET, _WHICH, _ROWS])


class _Categorise(_Work):
    def __init__(self, rules: RuleSet, record: str, categories: tuple[str, ...], run: _Run, reasons: bool) -> None:
        self.rules, self.record, self.categories, self.run, self.reasons = rules, record, categories, run, reasons

    def batches(self, batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow

        for batch in batches:
            table = pyarrow.Table.from_batches([batch])
            yield from self.answered({self.record: table}).to_batches()

    def bucket(self, batches: Iterator[Any]) -> Iterator[Any]:
        frames = self.frames(batches)
        if len(frames[self.record]):
            yield from self.answered(frames).to_batches()

    def answered(self, frames: dict[str, Any]) -> Any:
        import pyarrow

        as_of, parameters = self.run
        results = self.rules.evaluate(
            frames, as_of=as_of, parameters=parameters, only=self.categories, reasons=self.reasons, errors_listed=0
        )
        out = frames[self.record]
        text = pyarrow.string()
        for name in self.categories:
            answers = pyarrow.table(results.categories[name])
            for column, kind in _columns(name, self.reasons):
                part = "value" if column == name else column[len(name) + 1 :]
                values = answers.column(part)
                if kind == "string":
                    values = values.cast(text)
                else:
                    values = pyarrow.chunked_array([_texts(chunk) for chunk in values.chunks], pyarrow.list_(text))
                out = out.append_column(column, values)
        return out


def _texts(lists: Any) -> Any:
    """Lists of texts, of lists of a dictionary's texts."""
    import pyarrow

    return pyarrow.ListArray.from_arrays(lists.offsets, lists.values.cast(pyarrow.string()))


class _Count(_Work):
    def __init__(self, rules: RuleSet, records: tuple[str, ...], only: list[str] | None, run: _Run) -> None:
        self.rules, self.records, self.only, self.run = rules, records, only, run

    def count(self, frames: dict[str, Any]) -> Partial:
        as_of, parameters = self.run
        return self.rules.partial(frames, as_of=as_of, parameters=parameters, only=self.only)

    def batches(self, batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow

        # Batch after batch, so that a partition is never in memory as a whole.
        first = next(batches, None)
        if first is not None:
            (record,) = self.records
            stream = pyarrow.RecordBatchReader.from_batches(first.schema, _chain(first, batches))
            yield _row(self.count({record: stream}))

    def bucket(self, batches: Iterator[Any]) -> Iterator[Any]:
        frames = self.frames(batches)
        if any(map(len, frames.values())):
            yield _row(self.count(frames))


class _Merge:
    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        merged: Partial | None = None
        for batch in batches:
            for data in batch.column(0):
                part = Partial.from_bytes(self.rules, data.as_py())
                merged = part if merged is None else merge([merged, part])
        if merged is not None:
            yield _row(merged)


def _chain(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def _row(partial: Partial) -> Any:
    import pyarrow

    return pyarrow.RecordBatch.from_arrays([pyarrow.array([bytes(partial)], pyarrow.binary())], ["partial"])


def _read(record: Record, df: DataFrame) -> list[str]:
    """The columns that are fields of the record, or say why values are missing; all where none is."""
    headings: set[str] = set()
    for field in record.fields.values():
        own = [heading.strip() for heading in field.headings]
        headings.update(own, (f"{name}__missing" for name in (*own[:1], field.name)))
    return [column for column in df.columns if column.strip() in headings] or list(df.columns)


def _buckets(df: DataFrame, buckets: int | None) -> int:
    """How many buckets there are."""
    if buckets is None:
        buckets = int(df.sparkSession.conf.get("spark.sql.shuffle.partitions"))
    if isinstance(buckets, bool) or not isinstance(buckets, int) or buckets < 1:
        raise UsageError("`buckets` is not a number from 1")
    return buckets


def _gathered(
    rules: RuleSet, frames: dict[str, DataFrame], columns: dict[str, list[str]], buckets: int
) -> tuple[DataFrame, tuple[str, ...]]:
    """All rows, with these columns of each record, a bucket in each partition; and the records in the order of their
    numbers. Rows are packed by bucket where they are read, so that Spark sends a few pieces instead of each row."""
    placed = _placed(rules, frames, buckets)
    to = _to(buckets)
    whole = None
    for at, name in enumerate(frames):
        df = placed[name]
        rows = df.select(*(df[_quoted(column)] for column in columns[name]), df[_BUCKET]).mapInArrow(
            _Pack(at, to), _PACKED
        )
        whole = rows if whole is None else whole.union(rows)
    assert whole is not None
    return whole.repartition(buckets, _BUCKET).select(_WHICH, _ROWS), tuple(frames)


def _to(buckets: int) -> list[int]:
    """For each bucket a number that Spark's hash sends to the partition of the same number, so that no partition has two
    buckets and another none. Were Spark to hash otherwise, they would be uneven, and the results the same."""
    found: dict[int, int] = {}
    for number in range(30 * buckets + 100):
        if found.setdefault(_murmur3(number) % buckets, number) == number and len(found) == buckets:
            break
    return [found.get(bucket, bucket) for bucket in range(buckets)]


def _murmur3(number: int) -> int:
    """Spark's hash of an integer: <https://github.com/apache/spark>, `Murmur3_x86_32.hashInt` with the seed 42."""
    mask = 0xFFFFFFFF
    k = number * 0xCC9E2D51 & mask
    k = (k << 15 | k >> 17) * 0x1B873593 & mask
    h = 42 ^ k
    h = ((h << 13 | h >> 19) & mask) * 5 + 0xE6546B64 & mask
    h ^= 4
    h = (h ^ h >> 16) * 0x85EBCA6B & mask
    h = (h ^ h >> 13) * 0xC2B2AE35 & mask
    h ^= h >> 16
    return h - (1 << 32) if h >> 31 else h


def _placed(rules: RuleSet, frames: dict[str, DataFrame], buckets: int) -> dict[str, DataFrame]:
    """The frames with their bucket. A bucket follows from what a row holds and not from where it is, so that a task
    that runs again gives the same."""
    from pyspark.sql import functions as F  # type: ignore[import-not-found, unused-ignore]

    parents: dict[str, tuple[str, Field]] = {}
    for name, record in rules.records.items():
        for field in record.fields.values():
            if field.many in frames and name in frames:
                if field.many in parents:
                    one = parents[field.many][0]
                    raise UsageError(
                        f"`{field.many}` has children of both `{one}` and `{name}`, and a row can be brought to one of them"
                    )
                parents[field.many] = (name, field)

    placed: dict[str, DataFrame] = {}

    def bucket(key: Any) -> Any:
        return F.pmod(F.xxhash64(key), F.lit(buckets)).cast("int")

    def place(name: str, under: tuple[str, ...]) -> DataFrame:
        if name in under:
            raise UsageError(f"`{name}` has itself among its children, which cannot be brought to one place")
        if name in placed:
            return placed[name]
        df = frames[name]
        if name not in parents:
            record = rules.records[name]
            if record.key is None:
                placed[name] = df.withColumn(_BUCKET, bucket(F.struct(*[df[_quoted(column)] for column in df.columns])))
            else:
                placed[name] = df.withColumn(_BUCKET, bucket(_key(df, record, record.key)))
            return placed[name]
        parent, field = parents[name]
        of = place(parent, (*under, name))
        record, above = rules.records[name], rules.records[parent]
        by = field.type.rsplit(" by ", 1)[-1]
        own = _key(df, record, by)
        if above.key is None:
            raise UsageError(f"`{parent}` has no key, so its `{name}` cannot be brought to it")
        if parent not in parents:
            # The bucket of the parent follows from its key, which the child has.
            _key(frames[parent], above, above.key)
            placed[name] = df.withColumn(_BUCKET, bucket(own))
            return placed[name]
        keys = of.select(_key(of, above, above.key).alias("__key"), F.col(_BUCKET)).dropDuplicates(["__key"])
        joined = df.withColumn("__own", own).join(keys, F.col("__own") == F.col("__key"), "left")
        # Without a parent it goes anywhere, and is told of there.
        placed[name] = joined.withColumn(_BUCKET, F.coalesce(F.col(_BUCKET), bucket(F.col("__own"))))
        return placed[name]

    for name in frames:
        place(name, ())
    return placed


def _key(df: DataFrame, record: Record, field: str) -> Any:
    """A key in a form in which equal keys are equal to Spark too."""
    from pyspark.sql import functions as F
    from pyspark.sql import types as T  # type: ignore[import-not-found, unused-ignore]

    declared = record.fields[field]
    headings = {heading.strip() for heading in declared.headings}
    found = [column for column in df.columns if column.strip() in headings]
    if len(found) != 1:
        raise UsageError(f"`{record.name}`: there is no column `{declared.headings[0]}` for the field `{field}`")
    column, kind = df[_quoted(found[0])], df.schema[found[0]].dataType
    if declared.type == "text" and isinstance(kind, (T.StringType, T.IntegralType)):
        text = column.cast("string")
        # Most keys begin and end with a letter or digit of ASCII, which is seen sooner than white space is sought.
        first = (text >= "!") & (text < "\x7f")
        return F.when(first & F.substring(text, -1, 1).between("!", "~"), text).otherwise(
            F.regexp_replace(text, r"(?U)^\s+|\s+$", "")
        )
    if declared.type == "integer" and isinstance(kind, T.IntegralType):
        return column.cast("bigint").cast("string")
    if declared.type == "date" and isinstance(kind, T.DateType):
        return column.cast("string")
    raise UsageError(
        f"`{record.name}`: rows cannot be brought together by `{field}`, of type {declared.type}, in a column of type "
        f"{kind.simpleString()}; cast it to {_CASTS.get(declared.type, 'text')}"
    )


def _quoted(column: str) -> str:
    return "`" + column.replace("`", "``") + "`"
