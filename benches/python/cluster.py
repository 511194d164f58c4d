"""Two Spark workers against one, on the same data: measures with children, and categories, of generated people.

    venv/bin/python benches/python/cluster.py [--people N] [--rounds N]

The data are written as Parquet first; a round reads, evaluates and merges. Each cluster has executors of one core. What is
printed is the best round of each, and their ratio; the results of both are held to be the same bytes.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys
import tempfile
import time

RULES = """
ruleset bench version "1"
ordered codes Level { low middle high }
codes Kind { a b c d }
record Person { id : text key  born : date  seen : date  score : decimal  armed : boolean  charges : many Charge by person }
record Charge { person : text  on : date  kind : Kind  cost : decimal }
category level of Person -> Level {
  high   when armed : armed
  middle when many  : (count charges where on < as_of) >= 3
  low    when any_charge : any charges where kind in {a, b}
}
measure levels of Person { numerator level >= middle  as rate per 100  by level  every month of seen  interval wilson 95% }
measure again of Person { numerator any charges where on in (seen .. seen + 12 months]  as rate per 100  every quarter of seen }
measure scores of Person { as median of score  by level }
measure costs of Charge { as sum of cost  by kind  every year of on }
"""


def write(folder: str, people: int) -> None:
    import duckdb

    db = duckdb.connect()
    db.execute(
        f"""copy (select 'P' || i as id, date '1970-01-01' + (i * 7919 % 14000)::integer as born,
        date '2023-01-01' + (i * 104729 % 1000)::integer as seen, (i * 31 % 10000) / 100.0 as score,
        case when i % 7 = 0 then null else i % 5 = 0 end as armed from range({people}) t(i))
        to '{folder}/people.parquet' (format parquet, row_group_size 50000)"""
    )
    db.execute(
        f"""copy (select 'P' || (i * 48271 % {people}) as person, date '2023-01-01' + (i * 1299709 % 1400)::integer as on,
        substr('abcd', (i % 4 + 1)::integer, 1) as kind, cast((i * 17 % 100000) / 100.0 as decimal(12, 2)) as cost
        from range({people * 4}) t(i)) to '{folder}/charges.parquet' (format parquet, row_group_size 50000)"""
    )


def clock(workers: int, folder: str, rounds: int) -> tuple[float, bytes]:
    """The best round, in a process of its own."""
    import assize
    import assize.spark
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master(f"local-cluster[{workers},1,2048]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.memory", "1536m")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.sql.files.maxPartitionBytes", "4m")
        .config("spark.sql.warehouse.dir", folder)
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    rules = assize.compile(RULES)
    frames = {
        "Person": spark.read.parquet(f"{folder}/people.parquet"),
        "Charge": spark.read.parquet(f"{folder}/charges.parquet"),
    }
    best, data = float("inf"), b""
    for _ in range(rounds):
        begun = time.perf_counter()
        data = bytes(assize.spark.partial(frames, rules, as_of="2026-06-01"))
        best = min(best, time.perf_counter() - begun)
    spark.stop()
    return best, data


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--folder")
    asked = parser.parse_args()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    if asked.workers:
        best, data = clock(asked.workers, asked.folder, asked.rounds)
        pathlib.Path(asked.folder, f"{asked.workers}.bin").write_bytes(data)
        pathlib.Path(asked.folder, f"{asked.workers}.time").write_text(str(best))
        return
    import subprocess

    with tempfile.TemporaryDirectory() as folder:
        write(folder, asked.people)
        times = {}
        for workers in (1, 2):
            command = [
                sys.executable,
                __file__,
                f"--workers={workers}",
                f"--folder={folder}",
                f"--rounds={asked.rounds}",
            ]
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            times[workers] = float(pathlib.Path(folder, f"{workers}.time").read_text())
        same = pathlib.Path(folder, "1.bin").read_bytes() == pathlib.Path(folder, "2.bin").read_bytes()
        print(f"{asked.people:,} people, {asked.people * 4:,} charges, best of {asked.rounds}")
        print(f"one worker {times[1]:.2f} s, two workers {times[2]:.2f} s: {times[1] / times[2]:.2f} x")
        print("the same bytes" if same else "DIFFERENT BYTES")


main()
