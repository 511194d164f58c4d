"""Spark: a real cluster of two workers, in processes of their own, of which one is killed in mid-run."""

from __future__ import annotations

import os
import pathlib
import pickle
import random
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

import assize
from conftest import AS_OF, CHILDREN, RULES

pytest.importorskip("pyspark", minversion="4.0", reason="pyspark is not installed: `cargo xtask spark` installs it")
if shutil.which("java") is None:
    pytest.skip("there is no Java, which Spark runs on: `cargo xtask spark` installs it", allow_module_level=True)

import assize.spark
from pyspark.sql import DataFrame, SparkSession

DEEP = """
ruleset deep version "1" {}
ordered codes Level { low high }
record Person { id : text key  charges : many Charge by person }
record Charge { id : integer key  person : text  on : date  kind : text  counts : many Count by charge }
record Count { charge : integer  weight : decimal }
record Office { name : text key  staff : integer }
category level of Person -> Level {
  high when any_heavy : any charges where (sum weight of counts) > 3
  low  when any_charge : any charges where on <= as_of
}
measure levels of Person { numerator level = high  as rate per 100  by level  interval wilson 95% }
measure kinds of Charge { as distinct kind  every quarter of on }
measure weights of Charge { as median of (sum weight of counts)  by kind }
measure staff of Office { as percentile 90 of staff }
measure each of Office { as formula of staff / 2 }
"""


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .appName("assize")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.memory", "512m")
        .config("spark.sql.shuffle.partitions", "6")
        .config("spark.local.dir", str(tmp_path_factory.mktemp("spark")))
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def people(count: int, seed: int = 1) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    return [
        {
            "Person No": f"P{at}",
            "Born": chance.choice(["2000-01-01", "1980-04-04", None, "2005-12-31"]),
            "Earlier offences": chance.choice([0, 1, 2, 3, None]),
            "Weapon": chance.choice([True, False, None]),
            "Loss": chance.choice(["12.50", "2000", None, "much"]),
            "Division": chance.choice(["E", "W", "NC", None]),
        }
        for at in range(count)
    ]


PERSON = "`Person No` string, Born string, `Earlier offences` int, Weapon boolean, Loss string, Division string"


def frame(spark: SparkSession, rows: list[dict[str, Any]], schema: str, partitions: int) -> DataFrame:
    names = [part.split(" ")[0] for part in schema.split(", ")] if "`" not in schema else list(rows[0])
    return spark.createDataFrame([tuple(row[name] for name in names) for row in rows], schema).repartition(partitions)


def test_rows_keep_their_place_and_get_their_categories(spark: SparkSession) -> None:
    rules = assize.compile(RULES)
    rows = people(500)
    df = frame(spark, rows, PERSON, 4)
    out = assize.spark.categorise(df, rules, as_of=AS_OF, reasons=True)
    assert out.columns == [
        *df.columns,
        *(f"answer{end}" for end in ("", "_state", "_because", "_possible", "_missing", "_error")),
    ]
    found = {row["Person No"]: row for row in out.collect()}
    expected = rules.evaluate(rows, as_of=AS_OF).to_dict()["categories"]["answer"]["rows"]
    assert len(found) == len(expected) == 500
    for row in expected:
        of = found[row["key"]]
        assert (of["answer"], of["answer_state"], of["answer_error"]) == (row["value"], row["state"], row["error"])
        lists = [list(of[f"answer_{part}"] or []) for part in ("because", "possible", "missing")]
        assert lists == [row["because"], row["possible"], row["missing"]]
    assert sum(row["state"] == "error" for row in expected) > 0


def test_measures_are_those_of_one_machine(spark: SparkSession) -> None:
    rules = assize.compile(RULES)
    rows = people(2_000)
    alone = rules.partial(rows, as_of=AS_OF, parameters={"most_offences": 1})
    for partitions, depth in ((1, 1), (3, 2), (40, 3)):
        df = frame(spark, rows, PERSON, partitions)
        parameters = {"most_offences": 1}
        counted = assize.spark.partial(df, rules, as_of=AS_OF, parameters=parameters, depth=depth)
        assert bytes(counted) == bytes(alone)
        results = assize.spark.measure(df, rules, as_of=AS_OF, parameters=parameters, depth=depth)
        assert results.to_json(exact=True) == alone.finish().to_json(exact=True)
    nobody = assize.spark.partial(df.limit(0), rules, as_of=AS_OF)
    assert bytes(nobody) == bytes(rules.partial([], as_of=AS_OF))


def deep(count: int) -> dict[str, list[dict[str, Any]]]:
    chance = random.Random(9)
    persons = [{"id": f"P{at}"} for at in range(count)]
    dates = ["2025-01-05", "2025-06-30", "2026-05-31", "2026-12-31", None]
    charges = [
        # Some are of nobody that there is.
        {
            "id": at,
            "person": f"P{chance.randrange(count + 3)}",
            "on": chance.choice(dates),
            "kind": chance.choice("abcd"),
        }
        for at in range(3 * count)
    ]
    counts = [
        {"charge": chance.randrange(3 * count + 5), "weight": chance.choice(["0.5", "1.25", "3", None])}
        for _ in range(5 * count)
    ]
    offices = [{"name": f"O{at}", "staff": at * 7 % 31} for at in range(40)]
    return {"Person": persons, "Charge": charges, "Count": counts, "Office": offices}


def frames(spark: SparkSession, data: dict[str, list[dict[str, Any]]]) -> dict[str, DataFrame]:
    schemas = {
        "Person": "id string",
        "Charge": "id bigint, person string, on string, kind string",
        "Count": "charge bigint, weight string",
        "Office": "name string, staff int",
    }
    return {name: frame(spark, rows, schemas[name], 3) for name, rows in data.items()}


def test_children_come_to_their_parents(spark: SparkSession) -> None:
    rules = assize.compile(DEEP)
    data = deep(300)
    dfs = frames(spark, data)
    alone = rules.partial(data, as_of=AS_OF)
    for buckets in (1, 7):
        counted = assize.spark.partial(dfs, rules, as_of=AS_OF, buckets=buckets)
        assert bytes(counted) == bytes(alone)
    assert counted.records["Charge"].faults == alone.records["Charge"].faults > 0

    family = {name: dfs[name] for name in ("Charge", "Count")}
    out = assize.spark.categorise(dfs["Person"], rules, as_of=AS_OF, category="level", children=family)
    found = {row["id"]: (row["level"], row["level_state"]) for row in out.collect()}
    results = rules.evaluate(data, as_of=AS_OF).to_dict()["categories"]["level"]["rows"]
    # A row without a code says `none` here as there.
    assert found == {row["key"]: (row["value"], row["state"]) for row in results}


def test_rows_are_packed_by_bucket_and_come_out_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    import pyarrow

    monkeypatch.setattr(assize.spark, "_HELD", 500)
    chance = random.Random(3)
    rows = [
        {"text": chance.choice(["", "é", "long" * 30, None]), "n": at, "b": chance.randrange(5)} for at in range(2_300)
    ]
    schema = pyarrow.schema([("text", pyarrow.string()), ("n", pyarrow.int64()), ("b", pyarrow.int32())])
    batches = pyarrow.Table.from_pylist(rows, schema).to_batches(max_chunksize=130)
    packed = list(assize.spark._Pack(1, assize.spark._to(5))(iter(batches)))
    assert len(packed) == 5 and all(batch.num_rows == 5 for batch in packed)
    work = assize.spark._Work()
    work.order = ("Other", "Person")
    seen = []
    for bucket, to in enumerate(assize.spark._to(5)):
        sent = [batch.filter(pyarrow.compute.equal(batch.column(0), to)).select([1, 2]) for batch in packed]
        frames = work.frames(iter(sent))
        assert frames["Other"] == [] and frames["Person"].schema == schema.remove(2)
        found = frames["Person"].to_pylist()
        assert found == [{"text": row["text"], "n": row["n"]} for row in rows if row["b"] == bucket]
        seen += found
    assert len(seen) == len(rows)


def test_every_bucket_has_a_partition(spark: SparkSession) -> None:
    from pyspark.sql import functions as F

    for buckets in (1, 7, 200):
        to = assize.spark._to(buckets)
        df = spark.createDataFrame([(number,) for number in to], "number int")
        hashed = df.select("number", F.pmod(F.hash("number"), F.lit(buckets)).alias("at")).collect()
        assert {row["number"]: row["at"] for row in hashed} == {number: at for at, number in enumerate(to)}


def test_columns_that_no_field_has_do_not_travel(spark: SparkSession) -> None:
    rules = assize.compile(DEEP)
    data = deep(50)
    dfs = frames(spark, data)
    alone = bytes(rules.partial(data, as_of=AS_OF))
    wide = {name: df.selectExpr("*", "repeat('x', 100) as `no field's`") for name, df in dfs.items()}
    assert bytes(assize.spark.partial(wide, rules, as_of=AS_OF)) == alone
    for name, df in wide.items():
        assert assize.spark._read(rules.records[name], df) == dfs[name].columns
    reasoned = dfs["Count"].selectExpr("*", "'why' as weight__missing", "'x' as weight__else")
    assert assize.spark._read(rules.records["Count"], reasoned) == ["charge", "weight", "weight__missing"]


def test_a_worker_is_killed_in_mid_run(spark: SparkSession, tmp_path: pathlib.Path) -> None:
    rules = assize.compile(RULES)
    rows = people(6_000, seed=4)
    alone = rules.partial(rows, as_of=AS_OF).finish().to_json(exact=True)
    begun = str(tmp_path)

    # Local, so that it travels with its code.
    def slowly(batches: Iterator[Any]) -> Iterator[Any]:
        import os
        import time
        import uuid

        for batch in batches:
            open(os.path.join(begun, uuid.uuid4().hex), "w").close()
            time.sleep(0.7)
            yield batch

    df = frame(spark, rows, PERSON, 12)
    df = df.mapInArrow(slowly, df.schema)
    killed: list[int] = []

    def kill() -> None:
        limit = time.monotonic() + 60
        while len(os.listdir(begun)) < 4 and time.monotonic() < limit:
            time.sleep(0.02)
        victim = min(executors(), default=None)
        if victim is not None:
            os.kill(victim, signal.SIGKILL)
            killed.append(victim)

    before = set(executors())
    assert len(before) == 2
    killer = threading.Thread(target=kill)
    killer.start()
    results = assize.spark.measure(df, rules, as_of=AS_OF)
    killer.join()
    assert results.to_json(exact=True) == alone
    assert killed and killed[0] in before and killed[0] not in executors()
    # What it had done or was about to do was done again by others.
    assert len(os.listdir(begun)) > 12


def executors() -> list[int]:
    """The executors of this process' own cluster: processes below it."""
    parents, commands = {}, {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = pathlib.Path("/proc", entry, "stat").read_text()
                commands[int(entry)] = pathlib.Path("/proc", entry, "cmdline").read_bytes()
            except OSError:
                continue
            parents[int(entry)] = int(stat.rsplit(")", 1)[1].split()[1])

    def below(process: int) -> bool:
        while process > 1:
            if process == os.getpid():
                return True
            process = parents.get(process, 0)
        return False

    name = b"CoarseGrainedExecutorBackend"
    return [
        process
        for process, command in commands.items()
        if name in command and b"java" in command.split(b"\0")[0] and below(process)
    ]


def test_what_cannot_be_is_told_before_anything_runs(spark: SparkSession) -> None:
    rules, lists = assize.compile(RULES), assize.compile(CHILDREN)
    df = frame(spark, people(3), PERSON, 1)
    with pytest.raises(assize.UsageError, match="no category `nothing`|`nothing`"):
        assize.spark.categorise(df, rules, as_of=AS_OF, category="nothing")
    with pytest.raises(assize.UsageError, match="column `answer` already"):
        assize.spark.categorise(df.withColumnRenamed("Loss", "answer"), rules, as_of=AS_OF)
    with pytest.raises(assize.UsageError, match="`answer` is a category"):
        assize.spark.measure(df, rules, as_of=AS_OF, only="answer")
    with pytest.raises(assize.UsageError, match="frames are given by name"):
        assize.spark.measure(df, lists, as_of=AS_OF)
    with pytest.raises(assize.DataError, match="no column `Weapon`"):
        assize.spark.measure(df.drop("Weapon"), rules, as_of=AS_OF)
    persons = spark.createDataFrame([("1",)], "id string")
    charges = spark.createDataFrame([(1, None, "T", None)], "person int, on date, offence string, cost string")
    with pytest.raises(
        assize.UsageError,
        match="`Person`: rows cannot be brought together by `id`, of type integer, in a column of type string; cast it to bigint",
    ):
        assize.spark.measure({"Person": persons, "Charge": charges}, lists, as_of=AS_OF)
    assert pickle.loads(pickle.dumps(rules)).hash == rules.hash
