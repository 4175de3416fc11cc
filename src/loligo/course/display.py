"""`doctor`: whether figures can be shown."""

from __future__ import annotations

import os

from loligo.course.surroundings import Finding


def screen() -> Finding:
    """Report which back end draws figures, and whether it shows them."""
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    from loligo.figures.shown import back_end_shows

    chosen = mpl.rcParamsOrig.get("backend") if isinstance(mpl.rcParamsOrig.get("backend"), str) else None
    chosen = os.environ.get("MPLBACKEND") or chosen
    save = "save them: HH_Step(), then plt.savefig('step.png')"
    try:
        plt.switch_backend(mpl.get_backend())
    except ImportError as error:
        return Finding(
            ok=False,
            message=f"figures cannot be drawn: {' '.join(str(error).split())}",
            advice="Set the environment variable MPLBACKEND to TkAgg, or to Agg and " + save + ".",
        )
    name = mpl.get_backend()
    if back_end_shows():
        return Finding(ok=True, message=f"figures are shown by matplotlib's back end {name}")
    if chosen:
        return Finding(ok=True, message=f"figures are not shown, because the back end {name} is chosen; {save}")
    return Finding(
        ok=False,
        message=f"figures are not shown: there is no screen, or no toolkit for windows (back end {name})",
        advice="Install tkinter (python3-tk), or run a notebook (Jupyter), or " + save + ".",
    )
