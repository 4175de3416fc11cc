"""A first `HH_Step()` against bare imports, in alternated fresh processes: ``python -m benchmarks.start [PAIRS]``.

With ``first`` behind the number it is the first process ever, with an empty cache, to the saved figure.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

IMPORTS = "import numpy, matplotlib.pyplot, numba"
FIRST = "from neurodynex.hodgkin_huxley.HH import *; HH_Step()"
FIGURE = "import sys; from benchmarks.fresh import main; main(sys.argv[1])"


def processor_time(line: str, *arguments: str, **settings: str) -> float:
    """Return the processor time of a fresh process that runs a line [s], whatever else the machine does."""
    environment = os.environ | {"MPLBACKEND": "agg", "PYTHONDONTWRITEBYTECODE": ""} | settings
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", line, *arguments], environment)
    _, status, used = os.wait4(pid, 0)
    if status:
        sys.exit(f"failed: {line}")
    return used.ru_utime + used.ru_stime


def first_ever() -> float:
    """Return the processor time from an empty cache to a saved figure [s]."""
    with tempfile.TemporaryDirectory() as empty:
        return processor_time(FIGURE, str(Path(empty) / "figure.png"), LOLIGO_CACHE_DIR=empty)


def main(pairs: int, *, ever: bool) -> None:
    """Print both medians, and the median of the ratios."""
    processor_time(IMPORTS), processor_time(FIRST)  # warm, or at least all modules as bytecode
    times = [(processor_time(IMPORTS), first_ever() if ever else processor_time(FIRST)) for _ in range(pairs)]
    ratios = sorted(first / bare for bare, first in times)
    bare, first = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"imports {bare:.3f} s, first HH_Step() {first:.3f} s, ratio {statistics.median(ratios):.3f}", end=" ")
    print(f"({ratios[pairs // 4]:.3f} to {ratios[-1 - pairs // 4]:.3f}), {pairs} pairs")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, ever="first" in sys.argv)
