"""The Python package beside other tools that do the same work.

    python -m venv venv
    venv/bin/pip install -r benches/python/requirements.txt ./bindings/python
    venv/bin/python benches/python/race.py                   # columns, one record at a time, memory, measures
    venv/bin/python benches/python/race.py columns --rust    # with the Rust batch before and after, by cargo bench
    venv/bin/python benches/python/race.py rows --rows 20000
    venv/bin/python benches/python/race.py --check           # only compares the answers, of 20,000 records

Every contender has the rule of `benches/peers/rules` (seven fields, four lists) and the records of the Rust benches.
Before anything is timed, the answers of each are compared with those of a function written by hand, record by record:
one difference, and the exit status is 1. A package that is not installed is left out, and said to be.

Columns: a million rows in a frame of polars, 3 % of the values missing, one thread each. `polars in, polars out` is
the whole of the work: rows taken over, evaluated, and a frame with value and state as Enums made of the outcome; the
ratios are to that. `Arrow out` stops at the Arrow table, which is also what DuckDB gives. Polars and DuckDB write
the value alone, or value and state, by `when/then` and `CASE` over three-valued logic, as texts, as Enums, and as
bare numbers that somebody else must know the meaning of; ours has its names in a dictionary. DuckDB reads a table of
its own, which is no slower than a frame of polars, and gives Arrow. Pandas is there for interest.

One record at a time: a dict goes in, an answer comes out; each rule is compiled beforehand, where that can be done.
Each peer answers with the name of the first true criterion; ours with the value alone, or with value, state and all
reasons. What a peer asks
to be done to the dict is within the time. Missing values mean something else to each peer, so the second table has
only a function written by hand beside ours. regorus has no package to install, and cel-python runs its interpreter,
because its compiler does not take this rule.

A round is one pass of each contender, and begins with another one each time. What counts is processor time, which
other programs on the machine disturb least, of all threads; the best round by the clock stands beside it. Ratios are
of the best rounds. The Rust bench goes by the clock, one pass after the other, so `--rust` times our evaluation in that way
too, and wants a machine that does little else: in a race the frame is out of the processor's caches after each neighbour,
which the Rust bench never has. Below each table stands which of the project's targets are met.
"""

import argparse
import os
import pathlib
import sys

# Before polars is loaded.
os.environ["POLARS_MAX_THREADS"] = "1"
for _library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import columns  # noqa: E402
import measures  # noqa: E402
import memory  # noqa: E402
import peers  # noqa: E402
import rows as one_by_one  # noqa: E402
import rust  # noqa: E402

CHECKED = 20_000


def _number(text):
    number = int(text.replace("_", "").replace(",", ""))
    if number < 1:
        raise argparse.ArgumentTypeError("it is at least 1")
    return number


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("races", nargs="*", metavar="columns|rows|memory|measures", help="all, unless told")
    parser.add_argument("--rows", type=_number, help="a million in columns, 10,000 one by one, 10 million for memory and measures")
    parser.add_argument("--rounds", type=_number, help="passes of each: 25 of columns, 200 one at a time")
    parser.add_argument("--rust", action="store_true", help="time the Rust batch as well")
    parser.add_argument("--check", action="store_true", help="compare the answers and time nothing")
    asked = parser.parse_args()
    races = asked.races or ["columns", "rows", "memory", "measures"]
    if unknown := set(races) - {"columns", "rows", "memory", "measures"}:
        parser.error(f"there is no race `{sorted(unknown)[0]}`")
    if not peers.module("polars"):
        parser.error("polars is not installed: pip install -r benches/python/requirements.txt")
    print(f"Python {sys.version.split()[0]}; {peers.versions()}")
    same = True
    if asked.check:
        if not peers.module("assize"):
            parser.error("there is nothing to check: pip install ./bindings/python")
        same &= "columns" not in races or columns.check(asked.rows or CHECKED)
        same &= "rows" not in races or one_by_one.check(asked.rows or CHECKED)
        return 0 if same else 1
    if "columns" in races:
        count = asked.rows or 1_000_000
        batch = rust.Batch(count) if asked.rust else None
        same &= columns.main(count, asked.rounds or 25, batch)
    if "rows" in races:
        same &= one_by_one.main(asked.rows or 10_000, asked.rounds or 200)
    if "memory" in races and peers.module("assize"):
        same &= memory.main(asked.rows or 10_000_000)
    if "measures" in races and peers.module("assize"):
        same &= measures.main(list(measures.RULES), asked.rows or 10_000_000, asked.rounds or 3)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
