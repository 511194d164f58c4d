"""What an evaluation adds to the memory of the process, in a process of its own: at its peak, and what stays."""

import gc
import pathlib
import subprocess
import sys

import columns
import peers
import records
import rows as one_by_one

_MIB = 1 << 20


def _status(name):
    """Bytes of a line in the process's status (Linux)."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    return 0


def _growth(work):
    """What `work` made, and how far memory grew: at its peak, and after it."""
    gc.collect()
    # The peak is that since now.
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    made = work()
    return made, _status("VmHWM") - before, _status("VmRSS") - before


def measure(rows):
    """Prints a table; to be called in a process that has done nothing else."""
    assize, polars = peers.module("assize"), peers.module("polars")
    data = columns.frame(polars, records.seven(rows))
    rules = assize.compile(one_by_one.text("rule.assize"))

    def evaluate(data, reasons):
        return rules.evaluate(data, as_of=one_by_one.AS_OF, only="offender_list", reasons=reasons)

    # What is made once, and stays, is no part of it.
    warm = evaluate(data[:1000], True)
    polars.DataFrame(warm.categories["offender_list"])
    results, peak, kept = _growth(lambda: evaluate(data, False))
    made, out_peak, out_kept = _growth(lambda: polars.DataFrame(results.categories["offender_list"]))
    lines = [
        ("the input, in polars", data.estimated_size(), data.estimated_size()),
        ("value and state, evaluated", peak, kept),
        ("handed out as a frame of polars", out_peak, out_kept),
    ]
    del made, results
    results, peak, kept = _growth(lambda: evaluate(data, True))
    lines.append(("with reasons, evaluated", peak, kept))
    print("| | MiB at the peak | MiB kept | bytes a row kept |\n|---|---:|---:|---:|")
    for name, peak, kept in lines:
        print(f"| {name} | {peak / _MIB:,.1f} | {kept / _MIB:,.1f} | {kept / rows:.1f} |")


def main(rows):
    """Measures in a process of its own."""
    print(f"\n## Memory: {rows:,} rows\n", flush=True)
    here = pathlib.Path(__file__).resolve().parent
    done = subprocess.run([sys.executable, "-c", f"import memory; memory.measure({rows})"], cwd=here, check=False)
    return done.returncode == 0
