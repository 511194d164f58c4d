"""Checks the contenders, times them against each other, and makes the table."""

import dataclasses
import gc
import statistics
import time
from collections.abc import Callable
from typing import Any


@dataclasses.dataclass
class Contender:
    """One way to do the work."""

    #: The name in the table.
    name: str
    #: What is timed. Its argument is the number of the round.
    run: Callable[[int], Any]
    #: Compares what `run` gave with what is right: None, or what differs.
    differs: Callable[[Any], str | None]
    #: Nanoseconds a row that the process was at work in each round.
    times: list[float] = dataclasses.field(default_factory=list)
    #: Nanoseconds a row that went by.
    walls: list[float] = dataclasses.field(default_factory=list)
    #: What differs, if anything does.
    difference: str | None = None

    @property
    def best(self):
        return min(self.times)

    @property
    def median(self):
        return statistics.median(self.times)


def check(contenders):
    """Compares the answers of all; true when all are right."""
    for contender in contenders:
        contender.difference = contender.differs(contender.run(0))
        print(f"  {contender.name}: {contender.difference or 'the same answers'}")
    return not any(contender.difference for contender in contenders)


def race(contenders, rows, rounds):
    """Times all of them in these rounds. A round is one pass of each, so that a busy moment of the machine falls on all
    alike, and begins with another one, so that none always runs after the same neighbour.

    What counts is the processor time of the whole process: on a busy machine a pass of 50 ms is always interrupted and
    one of 3 ms is not, and a contender that takes a second thread after all pays for it. What a pass made is let go
    before the next one begins, outside the time; Python's cyclic collector, too, works outside it.
    """
    for contender in contenders:
        contender.run(0)
    gc.collect()
    gc.disable()
    try:
        for at in rounds:
            first = at % len(contenders)
            for contender in contenders[first:] + contenders[:first]:
                wall, begun = time.perf_counter_ns(), time.process_time_ns()
                made = contender.run(at)
                contender.times.append((time.process_time_ns() - begun) / rows)
                contender.walls.append((time.perf_counter_ns() - wall) / rows)
                del made
            gc.collect()
    finally:
        gc.enable()


def again_and_again(run, rows, seconds=0.5):
    """Nanoseconds a row by the clock in samples of one pass, of two, of three, and so on, one after the other: how the Rust
    benches are timed. Between passes nothing else runs, so that what both read is as far in the processor's caches."""
    samples = []
    gc.collect()
    gc.disable()
    try:
        run(0)
        limit = time.perf_counter() + seconds
        while time.perf_counter() < limit:
            passes = len(samples) + 1
            begun = time.perf_counter_ns()
            for _ in range(passes):
                run(0)
            samples.append((time.perf_counter_ns() - begun) / passes / rows)
    finally:
        gc.enable()
    return samples


def table(contenders, ours, digits=1):
    """The table in Markdown, with the ratio of best rounds to `ours`."""
    lines = ["| | ns a row, best | median | by the clock, best | to ours |", "|---|---:|---:|---:|---:|"]
    for contender in contenders:
        name = f"**{contender.name}**" if contender is ours else contender.name
        ratio = f"{contender.best / ours.best:.2f}" if ours and contender is not ours else ""
        times = (contender.best, contender.median, min(contender.walls))
        lines.append(f"| {name} | {' | '.join(f'{time:,.{digits}f}' for time in times)} | {ratio} |")
    return "\n".join(lines)


def target(what, ratio, limit, at_most):
    """One line: whether a target is met."""
    met = ratio <= limit if at_most else ratio >= limit
    kind = "at most" if at_most else "at least"
    print(f"- {'met' if met else 'MISSED'}: {what}: {ratio:.2f}, {kind} {limit}")
