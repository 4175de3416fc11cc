"""The CSV of `loligo simulate` has its units in the header, and its numbers are the same floats again."""

import csv
import io
from pathlib import Path

import numpy as np
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app

LINE = ["simulate", "squid", "--step", "7", "--start", "2", "--stop", "12", "--sampling", "0.1", "--csv"]
EXPECTED = lo.simulate(lo.models.squid(), lo.Step(7, 2, 12), sampling=0.1)


def checked(text: str) -> None:
    header, *rows = csv.reader(io.StringIO(text))
    assert header == [
        *("t [ms]", "v [mV]", "m", "h", "n", "I_Na [µA/cm²]", "I_K [µA/cm²]", "I_leak [µA/cm²]"),
        *(
            "conductance_Na [mS/cm²]",
            "conductance_K [mS/cm²]",
            "conductance_leak [mS/cm²]",
            "stimulus [µA/cm²]",
        ),
    ]
    traces = [trace for trace, _ in EXPECTED.traces().values()]
    np.testing.assert_array_equal(np.array(rows, dtype=float), np.column_stack([EXPECTED.t, *traces]))


def test_in_a_file(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, [*LINE, str(tmp_path / "traces.csv")])
    assert done.exit_code == 0
    assert f"{EXPECTED.spikes[0]:.6f}" in done.stdout
    checked((tmp_path / "traces.csv").read_text(encoding="utf-8"))


def test_on_standard_output_and_nothing_else_there() -> None:
    done = CliRunner().invoke(app, [*LINE, "-"])
    assert done.exit_code == 0
    checked(done.stdout)
