"""pyplot figures, each shown once: in a window, by a server, or in a notebook. Imported when the first one is made."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.registry import BackendFilter, backend_registry
from matplotlib.figure import Figure


class PyplotFigure(Figure):
    """A figure that is shown only once even if it is the value of the last line of a notebook cell.

    Back ends with windows or widgets show it themselves. The inline back end would show it as the value and again at
    the end of the cell, so it is removed from pyplot when a notebook displays it as a value.
    """

    def _ipython_display_(self) -> None:
        if plt.fignum_exists(getattr(self, "number", -1)) and back_end_shows():
            if type(self.canvas) is not FigureCanvasAgg:
                return
            plt.close(self)
        raise NotImplementedError  # IPython calls this to display it

    def _repr_png_(self) -> bytes:
        picture = BytesIO()
        self.savefig(picture, format="png")
        return picture.getvalue()


def new_figure(size: tuple[float, float]) -> Figure:
    """Return a new pyplot figure of a width and height in inches."""
    return plt.figure(figsize=size, layout="constrained", FigureClass=PyplotFigure)


def show() -> None:
    """Show pyplot figures if the back end can; otherwise (Agg, PDF, ...) do nothing, without a warning."""
    if back_end_shows():
        plt.show()


def back_end_shows() -> bool:
    """Return whether `plt.show` shows figures: all back ends do, except matplotlib's own that only write files."""
    registry: Any = backend_registry
    silent = registry.list_builtin(BackendFilter.NON_INTERACTIVE)
    return str(mpl.get_backend()).lower() not in silent
