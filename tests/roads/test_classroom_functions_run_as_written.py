"""The lines of the exercise sheet run as they stand: star import, three functions, records of plain numbers."""

import os
import subprocess
import sys
from pathlib import Path

SHEET = """
from neurodynex.hodgkin_huxley.HH import *
rec = HH_Step()
for record, samples in ((rec, 2001), (HH_Sinus(), 6001), (HH_Ramp(), 3001)):
    assert record.t.shape == (samples,)
    for trace in (record.vm, record.I_e, record.m, record.n, record.h):
        assert trace.shape == (1, samples)
    assert np.allclose(np.diff(record.t), 0.1)
assert (rec.t[0], rec.t[-1]) == (0.0, 200.0)
assert 90 < rec.vm[0].max() < 110 and np.all((rec.h > 0) & (rec.h < 1))
assert len(plt.get_fignums()) == 3
plt.figure(1)
assert [axes.get_ylabel().splitlines()[-1] for axes in plt.gcf().axes] == ["v [mV]", "gates", "[µA]"]
assert plt.gcf().get_suptitle() == "Step current of 7 µA from 20 to 180 ms"
plt.savefig("step.png")
HH_Step(do_plot=False), HH_Sinus(do_plot=False), HH_Ramp(do_plot=False)
assert len(plt.get_fignums()) == 3
plot_data(rec, "mine"), plot_data(rec)
assert len(plt.get_fignums()) == 5
"""


def test_the_sheet_runs_in_a_fresh_process_without_a_screen(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SHEET],
        cwd=tmp_path, env=environment | {"MPLBACKEND": "agg"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert (tmp_path / "step.png").stat().st_size > 10_000
