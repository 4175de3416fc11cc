"""A student's first line in a fresh process: ``python -m benchmarks.fresh FILE.png``."""

from __future__ import annotations

import sys

import matplotlib.pyplot as plt

from neurodynex.hodgkin_huxley.HH import HH_Step


def main(path: str) -> None:
    """Run the classroom's step with its figure and save the figure."""
    HH_Step(do_plot=True)
    plt.gcf().savefig(path)


if __name__ == "__main__":
    main(sys.argv[1])
