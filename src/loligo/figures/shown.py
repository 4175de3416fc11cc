"""Figures of pyplot's, each shown once: in a window, by a server, in a notebook. Imported when the first is made."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.registry import BackendFilter, backend_registry
from matplotlib.figure import Figure


class PyplotFigure(Figure):
    """A figure that is shown once where it is also the value of a notebook cell's last line.

    Back ends with windows or widgets show it themselves. The inline back end would show it as the value and again at
    the end of the cell, so pyplot lets it go when a notebook takes it as a value.
    """

    def _ipython_display_(self) -> None:
        if plt.fignum_exists(getattr(self, "number", -1)) and back_end_shows():
            if type(self.canvas) is not FigureCanvasAgg:
                return
            plt.close(self)
        raise NotImplementedError  # IPython then asks for the picture

    def _repr_png_(self) -> bytes:
        picture = BytesIO()
        self.savefig(picture, format="png")
        return picture.getvalue()


def new_figure(size: tuple[float, float]) -> Figure:
    """Return a new figure of pyplot's, of a width and height in inches."""
    return plt.figure(figsize=size, layout="constrained", FigureClass=PyplotFigure)


def show() -> None:
    """Show pyplot's figures where the back end can show any; elsewhere (Agg, PDF, ...) do nothing and do not warn."""
    if back_end_shows():
        plt.show()


def back_end_shows() -> bool:
    """Tell whether `plt.show` shows figures: all back ends do, except those of matplotlib that only write files."""
    registry: Any = backend_registry
    silent = registry.list_builtin(BackendFilter.NON_INTERACTIVE)
    return str(mpl.get_backend()).lower() not in silent
