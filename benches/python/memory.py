"""What an evaluation adds to the memory of the process, each in a process of its own: at its peak, and what stays."""

import gc
import json
import pathlib
import subprocess
import sys

import timing

_MIB = 1 << 20
#: What an evaluation may take beside its results, however many rows there are: memory of batches, and of allocators.
_CONSTANT = 8


def _status(name):
    """Bytes of a line in the process's status (Linux)."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"the process's status does not say `{name}`")


def _growth(work):
    """What `work` made, and how many bytes memory grew: at its peak, and after it."""
    gc.collect()
    # The peak is that since now.
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    made = work()
    return made, _status("VmHWM") - before, _status("VmRSS") - before


def measure(rows, reasons):
    """Prints bytes as JSON; in a process that has done nothing else, whose allocators have nothing to give again."""
    import assize
    import columns
    import polars
    import records
    import rows as one_by_one

    data = columns.frame(polars, records.seven(rows))
    rules = assize.compile(one_by_one.text("rule.assize"))

    def evaluate(data):
        return rules.evaluate(data, as_of=one_by_one.AS_OF, only="offender_list", reasons=reasons)

    def out(results):
        return results.categories["offender_list"].to_polars(columns=None if reasons else ["value", "state"])

    # What is made once, and stays, is no part of it.
    out(evaluate(data[:1000]))
    results, *evaluated = _growth(lambda: evaluate(data))
    _made, *handed_out = _growth(lambda: out(results))
    print(json.dumps({"input": [data.estimated_size()] * 2, "evaluated": evaluated, "out": handed_out}))


def main(rows):
    """Measures and prints."""
    print(f"\n## Memory: {rows:,} rows\n")
    print("| | MiB at the peak | MiB kept | bytes a row kept |\n|---|---:|---:|---:|")
    here = pathlib.Path(__file__).resolve().parent
    for reasons in (False, True):
        command = [sys.executable, "-c", f"import memory; memory.measure({rows}, {reasons})"]
        told = json.loads(subprocess.run(command, cwd=here, check=True, stdout=subprocess.PIPE).stdout)
        what = "with reasons" if reasons else "value and state"
        names = {"input": "the input, in polars", "evaluated": f"{what}, evaluated"}
        names["out"] = f"{what}, handed out as a frame of polars"
        for key, (peak, kept) in told.items():
            if key != "input" or not reasons:
                print(f"| {names[key]} | {peak / _MIB:,.1f} | {kept / _MIB:,.1f} | {kept / rows:.1f} |")
        if not reasons:
            # A byte for the value and one for the state.
            beyond = (told["evaluated"][0] - 2 * rows) / _MIB
    print()
    timing.target("value and state, evaluated: MiB at the peak beyond the results", beyond, _CONSTANT, at_most=True)
    return True
