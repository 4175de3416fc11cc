"""A figure is shown once wherever figures are shown, and nowhere else: nothing blocks, nothing warns."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import loligo as lo
from loligo.course import copy_classroom_file
from neurodynex.hodgkin_huxley import HH

# a back end as other programs bring them: it shows what pyplot manages, and says how many figures that were
BACK_END = """
from matplotlib._pylab_helpers import Gcf
from matplotlib.backends.backend_agg import FigureCanvasAgg as FigureCanvas, FigureManagerBase as FigureManager
class Canvas(FigureCanvas):
    pass
FigureCanvas = Canvas
shown = []
def show(*, block=None):
    shown.extend(manager.canvas.figure.get_suptitle() for manager in Gcf.get_all_fig_managers())
    Gcf.destroy_all()
"""
SCRIPT = """
import front_end
from HH import *
HH_Step(tend=30)
HH_Ramp(tend=40)
plot_data(HH_Step(do_plot=False), "mine")
print(len(front_end.shown), front_end.shown[-1])
"""
SERVED = """
from matplotlib.backends import backend_webagg
served = []
backend_webagg.WebAggApplication.start = classmethod(lambda cls: served.append(sorted(Gcf.figs)))
from matplotlib._pylab_helpers import Gcf
from neurodynex.hodgkin_huxley.HH import *
HH_Step(tend=30)
print(served)
"""


def run(arguments: list[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a copy of the classroom file, and a program's own back end."""
    copy_classroom_file(tmp_path)
    (tmp_path / "front_end.py").write_text(BACK_END)
    return tmp_path


@pytest.mark.parametrize("back_end", ["agg", "pdf", "svg", "ps"])
def test_back_ends_that_only_write_files_show_nothing(back_end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.gcf()))
    plt.switch_backend(back_end)
    HH.HH_Step(tend=30)
    assert shown == []
    assert len(plt.get_fignums()) == 1
    plt.close("all")
    plt.switch_backend("agg")


def test_back_ends_of_other_programs_show_each_figure_once(folder: Path) -> None:
    (folder / "script.py").write_text(SCRIPT)
    assert run(["script.py"], folder, MPLBACKEND="module://front_end") == "3 mine\n"


def test_the_file_itself_runs_a_step_and_shows_it(folder: Path) -> None:
    with (folder / "front_end.py").open("a") as file:
        file.write("def show(*, block=None):\n    print([m.canvas.figure.get_suptitle() for m in Gcf.figs.values()])\n")
    said = run(["HH.py"], folder, MPLBACKEND="module://front_end", PYTHONIOENCODING="utf-8")
    assert said == "['Step current of 7 µA from 20 to 180 ms']\n"


def test_the_file_itself_ends_quietly_without_a_screen(folder: Path) -> None:
    assert run(["HH.py"], folder, MPLBACKEND="agg") == ""


def test_webagg_serves_it(tmp_path: Path) -> None:
    pytest.importorskip("tornado")
    said = run(["-c", SERVED], tmp_path, MPLBACKEND="webagg", MATPLOTLIBRC=_quiet(tmp_path))
    assert said.endswith("[[1]]\n")


def test_a_notebook_takes_a_figure_as_a_value_only_where_nobody_else_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = lo.simulate(lo.models.squid(), lo.Step(7.0), 20).plot()
    with pytest.raises(NotImplementedError):  # IPython asks for the picture
        figure._ipython_display_()
    assert figure._repr_png_().startswith(b"\x89PNG")
    monkeypatch.setattr("matplotlib.get_backend", lambda: "module://inline")
    with pytest.raises(NotImplementedError):
        figure._ipython_display_()
    assert plt.get_fignums() == []  # so that the end of the cell shows nothing


def test_a_notebook_leaves_a_figure_in_a_window_to_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = HH.HH_Step(tend=30, do_plot=False).plot()
    monkeypatch.setattr("matplotlib.get_backend", lambda: "qtagg")
    figure.canvas.__class__ = type("Window", (type(figure.canvas),), {})
    assert figure._ipython_display_() is None
    assert plt.get_fignums() == [1]


def test_all_pyplot_figures_are_created_in_one_place() -> None:
    package = Path(lo.__file__).parent
    texts = {file.name: file.read_text(encoding="utf-8") for file in package.rglob("*.py")}
    makers = [name for name, text in texts.items() if "plt.figure(" in text or "plt.subplots(" in text]
    assert makers == ["shown.py"]


def _quiet(folder: Path) -> str:
    """Return a file of matplotlib's settings that opens no browser."""
    (folder / "matplotlibrc").write_text("webagg.open_in_browser: False\nwebagg.port: 0\n")
    return str(folder / "matplotlibrc")
