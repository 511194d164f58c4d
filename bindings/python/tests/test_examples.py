"""The examples run."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

EXAMPLES = pathlib.Path(__file__).parent.parent / "examples"


def test_polars_in_and_out(tmp_path: pathlib.Path) -> None:
    pytest.importorskip("polars")
    pytest.importorskip("altair")
    command = [sys.executable, str(EXAMPLES / "polars_in_and_out.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "provisional" in done.stdout and "Few earlier offences" in done.stdout
    chart = (tmp_path / "offered.html").read_text(encoding="utf-8")
    assert "vega" in chart and "Offered diversion" in chart
    assert (tmp_path / "answers.csv").read_text().count("\n") == 241
