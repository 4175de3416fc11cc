"""Whatever draws several panels draws them on axes that are given, in an empty figure, or in a new one of pyplot's."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import loligo as lo
from loligo.figures import fit_panels, profile_panels
from loligo.population import pairs

SQUID = lo.models.squid()
LINE = np.linspace(0.0, 1.0, 5)
TABLE = pd.DataFrame({"a": LINE, "b": LINE**2, "kind": ["x", "y", "x", "y", "x"]})
SWEEP = lo.Sweep(np.arange(50) * 0.1, v=np.sin(np.arange(50)), stimulus=lo.Step(1.0))


def fitted(panels=None, *, figure=None):
    return fit_panels(
        [("one", LINE, LINE, LINE**2)], correlations=[LINE], places={"g": (0.5, 0.4, 0.6)}, bounds={"g": (0.0, 1.0)},
        unit="nA", panels=panels, figure=figure,
    )  # fmt: skip


def profiled(panels=None, *, figure=None):
    return profile_panels(LINE, LINE**2, "g", {"h": LINE}, (0.1, 0.2), panels, figure)


@pytest.fixture(scope="module")
def drawn():
    recording = lo.simulate(SQUID, lo.Step(10.0, start=1, stop=5), 10)
    return {
        "recording": (recording.plot, 4),
        "sweep": (SWEEP.plot, 2),
        "rates": (lo.rates(SQUID, np.linspace(-80, 20, 7)).plot, 3),
        "pairs": (lambda panels=None, **where: pairs(TABLE, ["a", "b"], "kind", panels, **where), 4),
        "fit": (fitted, 4),
        "profile": (profiled, 2),
    }


@pytest.fixture(params=["recording", "sweep", "rates", "pairs", "fit", "profile"])
def plot(request, drawn):
    yield drawn[request.param]
    plt.close("all")


def marks(axes):
    """Return what is drawn on axes, as numbers."""
    return [line.get_xydata().tolist() for line in axes.lines], len(axes.collections), len(axes.patches)


def test_axes_are_drawn_on(plot):
    draw, count = plot
    figure, panels = plt.subplots(count)
    figure.suptitle("mine")
    assert draw(panels=panels) is figure
    assert figure.axes == list(panels)
    assert figure.get_suptitle() == "mine"
    assert sum(axes.has_data() for axes in panels) >= count - 1  # a corner of `pairs` has the key


def test_axes_show_what_a_new_figure_shows(plot):
    draw, count = plot
    new = draw()
    _, panels = plt.subplots(1, count)
    draw(panels)
    there = [axes for axes in panels if axes.has_data()]
    assert [marks(axes) for axes in there] == [marks(axes) for axes in new.axes if axes.has_data()]


@pytest.mark.parametrize("word", ["panels", "figure"])
def test_an_empty_figure_is_filled(plot, word):
    draw, _ = plot
    own = Figure()
    assert draw(**{word: own}) is own
    assert own.axes


def test_another_number_of_axes_is_refused(plot):
    draw, count = plot
    _, panels = plt.subplots(count + 1)
    with pytest.raises(ValueError, match=f"panels= must be {count} axes, one for each panel, or an empty"):
        draw(panels=panels)
    with pytest.raises(ValueError, match="panels= must be"):
        draw(panels=["here"] * count)
