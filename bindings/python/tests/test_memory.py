"""Nothing is leaked, and columns are not copied."""

from __future__ import annotations

import gc
import pathlib
import subprocess
import sys
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

import assize
from conftest import AS_OF

STATUS = pathlib.Path("/proc/self/status")


def resident() -> int:
    """Bytes in memory now."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def grows(work: Callable[[], object], rounds: int) -> int:
    """How many bytes more there are after doing something again and again, once it was done often enough."""
    for _ in range(rounds):
        work()
    gc.collect()
    before = resident()
    for _ in range(rounds):
        work()
    gc.collect()
    return resident() - before


needs_proc = pytest.mark.skipif(not STATUS.exists(), reason="memory is read from /proc")


@needs_proc
def test_evaluations_leak_nothing(rules: assize.RuleSet, people: list[dict[str, object]]) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.concat([polars.DataFrame(people)] * 500)

    def work() -> None:
        results = rules.evaluate(frame, as_of=AS_OF, coverage=True, members="offered")
        results.categories["answer"].to_polars()
        results.categories["answer"].__arrow_c_stream__()
        results.measures["offered"].rows()
        results.to_json()

    assert grows(work, 60) < 4 << 20


@needs_proc
def test_exceptions_leak_nothing(rules: assize.RuleSet, people: list[dict[str, object]]) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.concat([polars.DataFrame(people).rename({"Weapon": "Weapn"})] * 500)

    def stop(done: int) -> None:
        raise ZeroDivisionError

    def work() -> None:
        for attempt in (
            lambda: rules.evaluate(frame, as_of=AS_OF),
            lambda: rules.evaluate(people, as_of=AS_OF, progress=stop),
            lambda: assize.compile("ruleset"),
            lambda: rules.evaluate({"Person": frame, "Nobody": frame}, as_of=AS_OF),
        ):
            with pytest.raises((assize.Error, ZeroDivisionError)):
                attempt()

    assert grows(work, 200) < 4 << 20


@needs_proc
def test_sessions_leak_nothing(children: assize.RuleSet) -> None:
    session = children.session(as_of=AS_OF)
    charges = [{"on": "2026-01-01", "offence": "A", "cost": 1.5}] * 20

    def work() -> None:
        for at in range(100):
            outcome = session.evaluate("Person", {"id": at, "tags": ["a", "b"], "charges": charges})
            assert outcome.because and outcome.possible
            session.evaluate("Person", {"id": "x", "charges": 3}).faults

    assert grows(work, 100) < 2 << 20


@needs_proc
def test_columns_are_not_copied() -> None:
    # In a process of its own: the peak of this one is past.
    pytest.importorskip("polars")
    program = textwrap.dedent("""
        import resource, sys, polars, assize
        ROWS = 4_000_000
        rules = assize.compile('''
            ruleset big version "1" {}
            codes Yes { yes_ }
            record P { a : integer  b : integer  c : decimal  t : text }
            category k of P -> Yes { yes_ when x : a + b > 10 and c > 0 and t != "none" }
        ''')
        def frame(rows):
            return polars.select(
                a=polars.int_range(rows), b=polars.int_range(rows), c=polars.int_range(rows),
                t=polars.lit("a text that is not short enough to stand in its view").repeat_by(1).list.first(),
            )
        peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        rules.evaluate(frame(1000), as_of="2026-06-01", reasons=False)
        data = frame(ROWS)
        before = peak()
        results = rules.evaluate(data, as_of="2026-06-01", reasons=False)
        print(peak() - before, data.estimated_size(), len(results.categories["k"]))
    """)
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    grown, size, rows = (int(number) for number in out)
    # A byte each for value and state, what it takes to find keys that come twice, and a constant.
    assert rows == 4_000_000 and size > 100 << 20
    assert grown < rows * 4 + (40 << 20), f"{grown:,} bytes for columns of {size:,}"


def test_a_rule_set_is_let_go_of() -> None:
    import weakref

    rules: Any = assize.compile('ruleset r version "1" {}')
    gone = weakref.ref(rules)
    rules.outline
    del rules
    gc.collect()
    assert gone() is None
