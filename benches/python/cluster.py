"""Two Spark workers against one, on the same data: measures with children, and categories, of generated people.

    venv/bin/python benches/python/cluster.py [--people N] [--rounds N] [--passes N]

The data are written as Parquet first; a round reads, evaluates and merges. Each worker is one executor with one task slot,
and is timed twice:

- pinned: the executor with all its threads and its Python processes has one core of the machine, another for each, as a
  cluster manager gives out cores, and its JVM is told so. The driver is not pinned.
- free: nobody is held to a core. On a machine of two cores one worker then has both: its JVM reads, shuffles, compiles and
  collects garbage on one while its Python process works on the other, so that a second worker finds little to take.

A session's first rounds warm it up and are not timed. What is printed is the best round of each, the processor time of the
executors in it, and the ratios; the results of all are held to be the same bytes.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import subprocess
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
#: Rounds of a session that are not timed.
WARM_UP = 2


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


class Processes:
    """The executors of this process' cluster, and what runs below them."""

    def __init__(self) -> None:
        self.parents: dict[int, int] = {}
        commands: dict[int, bytes] = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    stat = pathlib.Path("/proc", entry, "stat").read_text()
                    commands[int(entry)] = pathlib.Path("/proc", entry, "cmdline").read_bytes()
                except OSError:
                    continue
                self.parents[int(entry)] = int(stat.rsplit(")", 1)[1].split()[1])
        self.executors = sorted(
            process
            for process, command in commands.items()
            if b"CoarseGrainedExecutorBackend" in command
            and b"java" in command.split(b"\0")[0]
            and self.below(process, os.getpid())
        )

    def below(self, process: int, above: int) -> bool:
        while process > 1:
            if process == above:
                return True
            process = self.parents.get(process, 0)
        return False

    def of(self, executor: int) -> list[int]:
        return [process for process in self.parents if self.below(process, executor)]

    def pin(self) -> None:
        """Gives each executor a core of its own. What a pinned thread starts later has that core too."""
        for core, executor in enumerate(self.executors):
            for process in self.of(executor):
                command = ["taskset", "--all-tasks", "--cpu-list", "--pid", str(core), str(process)]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def times(self) -> tuple[float, float]:
        """Seconds of processor time: of JVMs, and of Python processes."""
        tick = os.sysconf("SC_CLK_TCK")
        jvm = python = 0.0
        for executor in self.executors:
            for process in self.of(executor):
                try:
                    of = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
                except OSError:
                    continue
                seconds = (int(of[11]) + int(of[12])) / tick
                if process == executor:
                    jvm += seconds
                else:
                    python += seconds
        return jvm, python


def clock(workers: int, pinned: bool, folder: str, rounds: int) -> tuple[dict[str, float], bytes]:
    """The best round, in a process of its own."""
    import assize
    import assize.spark
    from pyspark.sql import SparkSession

    builder = (
        SparkSession.builder.master(f"local-cluster[{workers},1,2048]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.executor.memory", "1536m")
        .config("spark.python.worker.reuse", "true")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.sql.files.maxPartitionBytes", "4m")
        .config("spark.sql.warehouse.dir", folder)
        .config("spark.local.dir", folder)
    )
    if pinned:
        builder = builder.config("spark.executor.extraJavaOptions", "-XX:ActiveProcessorCount=1 -XX:+UseSerialGC")
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    limit = time.monotonic() + 60
    while len((processes := Processes()).executors) < workers:
        if time.monotonic() > limit:
            raise RuntimeError(f"there are {len(processes.executors)} executors, not {workers}")
        time.sleep(0.1)
    if pinned:
        processes.pin()
    rules = assize.compile(RULES)
    frames = {
        "Person": spark.read.parquet(f"{folder}/people.parquet"),
        "Charge": spark.read.parquet(f"{folder}/charges.parquet"),
    }
    best, data = {"wall": float("inf")}, b""
    for at in range(WARM_UP + rounds):
        before, begun = Processes().times(), time.perf_counter()
        data = bytes(assize.spark.partial(frames, rules, as_of="2026-06-01"))
        wall = time.perf_counter() - begun
        after = Processes().times()
        if at >= WARM_UP and wall < best["wall"]:
            best = {"wall": wall, "jvm": after[0] - before[0], "python": after[1] - before[1]}
    if pinned:
        # Also what was started after they were pinned.
        processes = Processes()
        for core, executor in enumerate(processes.executors):
            for process in processes.of(executor):
                if os.sched_getaffinity(process) != {core}:
                    raise RuntimeError("a process of an executor has other cores than it was given")
    spark.stop()
    return best, data


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=4, help="of each session")
    parser.add_argument("--passes", type=int, default=2, help="sessions of each kind, one of each after the other")
    parser.add_argument("--workers", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--pinned", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ["PYSPARK_PYTHON"] = sys.executable
    if asked.workers:
        best, data = clock(asked.workers, asked.pinned, asked.folder, asked.rounds)
        pathlib.Path(asked.folder, "data.bin").write_bytes(data)
        pathlib.Path(asked.folder, "best.json").write_text(json.dumps(best))
        return

    with tempfile.TemporaryDirectory() as folder:
        write(folder, asked.people)
        best: dict[tuple[bool, int], dict[str, float]] = {}
        results = set()
        for _ in range(asked.passes):
            for pinned in (True, False):
                for workers in (1, 2):
                    command = [sys.executable, __file__, f"--workers={workers}", f"--folder={folder}"]
                    command += [f"--rounds={asked.rounds}", *(["--pinned"] if pinned else [])]
                    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
                    told = json.loads(pathlib.Path(folder, "best.json").read_text())
                    known = best.get((pinned, workers))
                    if known is None or told["wall"] < known["wall"]:
                        best[pinned, workers] = told
                    results.add(pathlib.Path(folder, "data.bin").read_bytes())
        people, charges, cores = asked.people, asked.people * 4, os.cpu_count()
        print(f"{people:,} people, {charges:,} charges, {cores} cores; best of {asked.passes} x {asked.rounds}\n")
        print("| | one worker | its JVM and Python at work | two workers | theirs | two to one |")
        print("|---|---:|---:|---:|---:|---:|")
        for pinned, name in ((True, "a core for each worker"), (False, "no worker held to a core")):
            one, two = best[pinned, 1], best[pinned, 2]
            cells = []
            for of in (one, two):
                cells += [f"{of['wall']:.2f} s", f"{of['jvm']:.2f} and {of['python']:.2f} s"]
            print(f"| {name} | {' | '.join(cells)} | {one['wall'] / two['wall']:.2f} x |")
        print("\nthe same bytes" if len(results) == 1 else "\nDIFFERENT BYTES")


main()
