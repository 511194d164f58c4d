"""The Rust batch over the same rows, as `cargo bench` times it."""

import json
import pathlib
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def batch(rows):
    """Nanoseconds a row of value and state: the best sample and the median one."""
    bench = f"columns/value and state/{rows}"
    quick = ["--warm-up-time", "0.5", "--measurement-time", "2"]
    command = ["cargo", "bench", "-q", "-p", "assize-benches", "--bench", "columns", "--"]
    # The name ends there: a tenth as many rows begin with the same digits.
    subprocess.run([*command, f"{bench}$", *quick], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    metadata = subprocess.run(
        ["cargo", "metadata", "--no-deps", "--format-version", "1"], cwd=ROOT, check=True, capture_output=True
    )
    target = pathlib.Path(json.loads(metadata.stdout)["target_directory"])
    sample = json.loads((target / "criterion/columns/value and state" / str(rows) / "new/sample.json").read_text())
    times = [time / iterations / rows for time, iterations in zip(sample["times"], sample["iters"], strict=True)]
    return min(times), statistics.median(times)
