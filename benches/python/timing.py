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
    #: Nanoseconds a row of each round.
    times: list[float] = dataclasses.field(default_factory=list)
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
    """Times all of them in these rounds. A round is one pass of each, so that a busy moment of the machine falls on all alike, and begins
    with another one, so that none always runs after the same neighbour.

    What a pass made is let go before the next one begins, outside the time. So is Python's cyclic collector.
    """
    for contender in contenders:
        contender.run(0)
    gc.collect()
    gc.disable()
    try:
        for at in rounds:
            first = at % len(contenders)
            for contender in contenders[first:] + contenders[:first]:
                begun = time.perf_counter_ns()
                made = contender.run(at)
                contender.times.append((time.perf_counter_ns() - begun) / rows)
                del made
            gc.collect()
    finally:
        gc.enable()


def table(contenders, ours, digits=1):
    """The table in Markdown, with the ratio of best rounds to `ours`."""
    lines = ["| | ns a row, best | median | to ours |", "|---|---:|---:|---:|"]
    for contender in contenders:
        name = f"**{contender.name}**" if contender is ours else contender.name
        ratio = f"{contender.best / ours.best:.2f}" if ours and contender is not ours else ""
        lines.append(f"| {name} | {contender.best:,.{digits}f} | {contender.median:,.{digits}f} | {ratio} |")
    return "\n".join(lines)


def target(what, ratio, limit, at_most):
    """One line: whether a target is met."""
    met = ratio <= limit if at_most else ratio >= limit
    kind = "at most" if at_most else "at least"
    print(f"- {'met' if met else 'MISSED'}: {what}: {ratio:.2f}, {kind} {limit}")
