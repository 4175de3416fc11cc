"""The exercise sheet in a real IPython kernel: figures are shown once, autoreload reads an edited file."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from loligo.course import copy_classroom_file

nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")
nbformat = pytest.importorskip("nbformat")

pytestmark = pytest.mark.filterwarnings("ignore")  # those of the notebook client are not ours

SHEET = [
    ("from neurodynex.hodgkin_huxley.HH import *", 0),
    ("HH_Step()", 1),
    ("rec = HH_Step(I_amp=5, tend=100)", 1),
    (
        "HH_Sinus(I_freq=0.01, I_offset=0.5, I_amp=7, tend=300)\nHH_Ramp(I_tstart=30, I_tend=270, I_amp=20, tend=300);",
        2,
    ),
    ("rec.plot()", 1),
    ("rec.recording.plot()", 1),
    ("figure = rec.plot()", 1),
    ("figure", 1),  # closed by the inline back end: the notebook shows its picture
    ("lo.simulate(lo.models.squid(), lo.Step(7), 20).plot()", 1),
    ("lo.fi_curve(lo.models.squid(), [5, 10]).plot().figure", 1),
    ("rec.plot(); rec.plot()", 2),
    ("HH_Step(do_plot=False)", 0),
    ("plt.plot(rec.t, rec.vm[0]); plt.show()", 1),
]
EDIT = """
import os
from pathlib import Path
text = Path("HH.py").read_text()
Path("HH.py").write_text(text.replace("gNa = 120.0", "gNa = 180.0"))
os.utime("HH.py")
"""
EDITED = [
    "%load_ext autoreload\n%autoreload 2\nimport HH\nfrom HH import HH_Step",
    "print(HH_Step(I_amp=1, do_plot=False).spikes.size, HH.HH_Step(I_amp=1, do_plot=False).spikes.size)",
    EDIT,
    "print(HH_Step(I_amp=1, do_plot=False).spikes.size > 5, HH.HH_Step(I_amp=1, do_plot=False).spikes.size > 5)",
]


def executed(cells: list[str], folder: Path, backend: str | None = None) -> list[Any]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "here", "display_name": "here"}
    kernels = folder / "kernels" / "here"
    kernels.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    environment = {"MPLBACKEND": backend} if backend else {}
    spec = {"argv": command, "display_name": "here", "language": "python", "env": environment}
    (kernels / "kernel.json").write_text(json.dumps(spec))
    client = nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}})
    client.execute()
    return list(notebook.cells)


def pictures(cell: Any) -> int:
    return sum("image/png" in output.get("data", {}) for output in cell.outputs)


@pytest.fixture(autouse=True)
def _kernels_of_this_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.delenv("MPLBACKEND", raising=False)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    assert "LOLIGO_CACHE_DIR" in os.environ


def test_each_cell_shows_its_figures_once(tmp_path: Path) -> None:
    cells = executed([cell for cell, _ in SHEET], tmp_path)
    assert [(cell.source, pictures(cell)) for cell in cells] == SHEET
    assert "Step current of 7 µA from 20 to 180 ms" in cells[1].outputs[-1]["data"]["text/plain"]


def test_without_a_back_end_for_notebooks_a_value_is_shown_once(tmp_path: Path) -> None:
    cells = executed([SHEET[0][0], "HH_Step(tend=40).plot()", "rec = HH_Step(tend=40)"], tmp_path, backend="agg")
    assert [pictures(cell) for cell in cells] == [0, 1, 0]


def test_autoreload_reads_an_edited_file(tmp_path: Path) -> None:
    copy_classroom_file(tmp_path)
    cells = executed(EDITED, tmp_path)
    printed = [
        "".join(output.get("text", "") for output in cell.outputs if output.get("name") == "stdout") for cell in cells
    ]
    assert printed == ["", "0 0\n", "", "True True\n"]
