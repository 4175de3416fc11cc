"""The exercise sheet, line by line in IPython in a terminal: it answers, and autoreload reads an edited file."""

import os
import subprocess
import sys

import pytest

from loligo.course import copy_classroom_file

pytest.importorskip("IPython")

TYPED = r"""
%load_ext autoreload
%autoreload 2
import HH
from HH import *
HH_Step()
rec = HH_Step(I_amp=-5)
print("figures", len(plt.get_fignums()), "spikes", rec.spikes.size)
plt.close("all")
HH_Sinus(I_freq=0.01, I_offset=0.5, I_amp=7, tend=300)
HH_Ramp(I_tstart=30, I_tend=270, I_amp=20, tend=300);
print("figures", len(plt.get_fignums()))
print("lowest", [I for I in (2.2, 2.3) if max(HH_Step(I_amp=I, do_plot=False).vm[0]) > 50])
print("now", HH_Step(I_amp=1, do_plot=False).spikes.size, HH.HH_Step(I_amp=1, do_plot=False).spikes.size)
from pathlib import Path
_ = Path("HH.py").write_text(Path("HH.py").read_text().replace("gNa = 120.0", "gNa = 180.0"))
os.utime("HH.py")
print("edited", HH_Step(I_amp=1, do_plot=False).spikes.size > 5, HH.HH_Step(I_amp=1, do_plot=False).spikes.size > 5)
reload(HH)
HH_Step(I_ampl=3)
""".replace("os.utime", "import os; os.utime")


def test_the_sheet_line_by_line(tmp_path):
    copy_classroom_file(tmp_path)
    own = {"IPYTHONDIR": str(tmp_path / "ipython"), "MPLBACKEND": "agg", "PYTHONWARNINGS": "ignore"}
    line = [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--no-confirm-exit", "--colors=NoColor"]
    done = subprocess.run(
        line, input=TYPED, capture_output=True, text=True, check=False, cwd=tmp_path, env=os.environ | own, timeout=300
    )
    said = done.stdout
    for expected in (
        "Step current of 7 µA from 20 to 180 ms", "figures 2 spikes 1", "figures 2", "lowest [2.3]", "now 0 0",
        "edited True True", "importlib.reload(HH)", "I_amp",
    ):  # fmt: skip
        assert expected in said, (expected, said, done.stderr)
    assert said.count("Traceback") == 2  # of the two mistakes, in a few frames
