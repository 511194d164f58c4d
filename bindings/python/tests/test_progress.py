"""Progress, interrupts, and other threads."""

from __future__ import annotations

import _thread
import pathlib
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

import assize
from conftest import AS_OF

ROWS = 1_000_000
RULES = """
ruleset big version "1" {}
codes Yes { yes_ }
record P { a : integer  b : integer }
category c of P -> Yes { yes_ when x : a + b > 10 }
"""


@pytest.fixture(autouse=True)
def _interrupts() -> Iterator[None]:
    """A process that a shell starts in the background ignores them, and so would all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def rules() -> assize.RuleSet:
    return assize.compile(RULES)


@pytest.fixture(scope="module")
def frame() -> Any:
    polars = pytest.importorskip("polars")
    return polars.DataFrame({"a": range(ROWS), "b": range(ROWS)})


def test_a_function_is_told(rules: assize.RuleSet, frame: Any) -> None:
    told: list[int] = []
    rules.evaluate(frame, as_of=AS_OF, progress=told.append)
    assert told == sorted(told) and len(told) > 3 and told[-1] == ROWS


def test_a_bar_is_told(rules: assize.RuleSet, frame: Any) -> None:
    class Bar:
        done = 0

        def update(self, n: int) -> None:
            self.done += n

    bar = Bar()
    rules.evaluate(frame, as_of=AS_OF, progress=bar)
    assert bar.done == ROWS


def test_tqdm(rules: assize.RuleSet, frame: Any, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("tqdm")
    rules.evaluate(frame, as_of=AS_OF, progress=True)
    assert "1.00M/1.00M" in capfd.readouterr().err


def test_what_is_no_progress(rules: assize.RuleSet, frame: Any) -> None:
    with pytest.raises(assize.UsageError, match="`progress` is a int"):
        rules.evaluate(frame, as_of=AS_OF, progress=3)  # type: ignore[arg-type]


def test_what_a_bar_raises_stops_it(rules: assize.RuleSet, frame: Any) -> None:
    class Enough(Exception):
        pass

    def tell(done: int) -> None:
        raise Enough(done)

    with pytest.raises(Enough):
        rules.evaluate(frame, as_of=AS_OF, progress=tell)
    assert len(rules.evaluate(frame, as_of=AS_OF).categories["c"]) == ROWS


@pytest.mark.parametrize("how", ["signal", "main"])
def test_ctrl_c(rules: assize.RuleSet, frame: Any, how: str) -> None:
    started = threading.Event()
    told: list[int] = []

    def interrupt() -> None:
        started.wait()
        if how == "signal":
            signal.raise_signal(signal.SIGINT)
        else:
            _thread.interrupt_main()

    def tell(done: int) -> None:
        told.append(done)
        started.set()
        # The other thread runs only because the lock is not held for good.
        time.sleep(0.05)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        rules.evaluate(frame, as_of=AS_OF, progress=tell)
        # Whatever did not come between two batches comes now.
        time.sleep(1)
    thread.join()
    assert told and told[-1] < ROWS
    # Nothing is left half done.
    assert rules.evaluate(frame, as_of=AS_OF).categories["c"].summary()["values"]["yes_"] == ROWS - 6


def test_other_threads_run_meanwhile(rules: assize.RuleSet, frame: Any) -> None:
    found: list[int] = []

    def work() -> None:
        found.append(rules.evaluate(frame, as_of=AS_OF).categories["c"].summary()["values"]["yes_"])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [ROWS - 6] * 4


def test_columns_that_are_made_while_they_are_read(rules: assize.RuleSet) -> None:
    # Made by Python, which needs the lock that the evaluation has let go of.
    pyarrow = pytest.importorskip("pyarrow")
    schema = pyarrow.schema([("a", pyarrow.int64()), ("b", pyarrow.int64())])
    batches = (pyarrow.RecordBatch.from_pydict({"a": [at], "b": [at]}, schema=schema) for at in range(100))
    reader = pyarrow.RecordBatchReader.from_batches(schema, batches)
    assert rules.evaluate(reader, as_of=AS_OF).categories["c"].summary()["values"]["yes_"] == 94


@pytest.fixture(scope="module")
def charges(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("children") / "charges.csv"
    with path.open("w") as file:
        file.write("person,on\n")
        file.writelines(f"{at % 5},2026-01-01\n" for at in range(ROWS))
    return path


FAMILY = """
ruleset family version "1" {}
codes Yes { yes_ }
record Person { id : integer key  charges : many Charge by person }
record Charge { person : integer required  on : date }
category any_ of Person -> Yes { yes_ when charged : any charges where on < as_of }
"""


@pytest.mark.parametrize("explains", [False, True])
def test_ctrl_c_while_children_are_read(charges: pathlib.Path, explains: bool) -> None:
    """Children are read whole before anything is worked out; an interrupt that comes then is not kept until the end."""
    rules = assize.compile(FAMILY)
    data = {"Person": [{"id": at} for at in range(5)], "Charge": charges}
    before = time.perf_counter()
    assert rules.evaluate(data, as_of=AS_OF).categories["any_"].summary()["values"]["yes_"] == 5
    whole = time.perf_counter() - before
    threading.Timer(whole / 10, signal.raise_signal, [signal.SIGINT]).start()
    before = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        if explains:
            rules.explain(data, as_of=AS_OF, key="1")
        else:
            rules.evaluate(data, as_of=AS_OF)
        # Had it come to the end, the interrupt would be raised here.
        time.sleep(1)
    assert time.perf_counter() - before < whole * 0.8


def test_what_a_function_raises_while_children_are_read_stops_it(charges: pathlib.Path) -> None:
    class Enough(Exception):
        pass

    told: list[int] = []

    def tell(done: int) -> None:
        told.append(done)
        raise Enough

    with pytest.raises(Enough):
        data = {"Person": [{"id": 1}], "Charge": charges}
        assize.compile(FAMILY).evaluate(data, as_of=AS_OF, progress=tell)
    assert told == [0]
