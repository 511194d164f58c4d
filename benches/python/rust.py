"""The Rust batch over the same rows, as the crate's own bench times it."""

import json
import os
import pathlib
import statistics
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Batch:
    """The bench, built once, so that what it times is not built anew in the middle of a race."""

    def __init__(self, rows):
        self._rows = rows
        command = ["cargo", "bench", "-q", "-p", "assize-benches", "--bench", "columns", "--no-run"]
        built = subprocess.run(
            [*command, "--message-format=json"], cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        made = [json.loads(line) for line in built.stdout.splitlines()]
        programs = [each["executable"] for each in made if each.get("executable")]
        if len(programs) != 1:
            raise RuntimeError(f"cargo built {len(programs)} benches, not one")
        self._program = programs[0]
        self.times = []

    def run(self):
        """Times value and state for half a second: samples of one pass over the rows, of two, of three, and so on."""
        with tempfile.TemporaryDirectory() as home:
            # The name ends there: that of ten times as many rows begins with the same digits.
            arguments = ["--bench", f"columns/value and state/{self._rows}$"]
            arguments += ["--warm-up-time", "0.3", "--measurement-time", "0.5"]
            subprocess.run(
                [self._program, *arguments],
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "CRITERION_HOME": home},
            )
            sample = pathlib.Path(home) / "columns" / "value and state" / str(self._rows) / "new" / "sample.json"
            if not sample.exists():
                raise RuntimeError(f"the bench has no run of {self._rows:,} rows, but of 100,000, 1 and 10 million")
            told = json.loads(sample.read_text())
        self.times += [time / passes / self._rows for time, passes in zip(told["times"], told["iters"], strict=True)]

    @property
    def best(self):
        """Nanoseconds a row in the best sample."""
        return min(self.times)

    @property
    def median(self):
        """Nanoseconds a row in the median sample."""
        return statistics.median(self.times)
