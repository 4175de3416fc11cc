"""`plt.show` is called where a figure can be shown, and nowhere else: nothing blocks, nothing warns."""

import matplotlib.pyplot as plt
import pytest

from neurodynex.hodgkin_huxley import HH


@pytest.mark.parametrize(("framework", "calls"), [(None, 0), ("qt", 1)])
def test_show(framework: str | None, calls: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.gcf()))
    plt.switch_backend("agg")
    monkeypatch.setattr("matplotlib.backends.backend_agg.FigureCanvasAgg.required_interactive_framework", framework)
    rec = HH.HH_Step(tend=30, do_plot=False)
    HH.plot_data(rec, "a run")
    assert len(shown) == calls
    plt.close("all")
