"""A map of a million squid axons: which are silent, which fire only at first, and which keep firing.

Every member of the population has its own sodium and potassium conductance. All get the same step of current, and the
colours show how they fire. Circles show the same borders, found in another way: `loligo.threshold` finds the single
axons whose threshold of one spike (or of lasting firing) is the amplitude of the step.

    python examples/squid_activity_map.py                       # 1000 x 1000 members
    python examples/squid_activity_map.py --members 1600        # a quick look
    python examples/squid_activity_map.py --store map-store     # can be interrupted, and resumes where it stopped
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

import loligo as lo
from loligo.population import feature_map

STEP = lo.Step(6.0, start=10, stop=510)  # µA/cm², ms
DURATION = 600.0  # ms
G_NA, G_K = (40.0, 240.0), (5.0, 80.0)  # mS/cm²: the squid has 120 and 36
ROWS = 9  # lines of constant g_K along which the borders are searched for
FEATURES = ("activity", "spike_count", "mean_frequency")
SQUID = lo.models.squid()


@dataclass(frozen=True)
class Border:
    """The start of firing along a line of constant g_K, according to the map and to `loligo.threshold`.

    Attributes
    ----------
    kind : str
        The criterion of `loligo.threshold`: ``"once"`` or ``"repetitively"``.
    g_K : float
        [mS/cm²]
    below, above : float
        g_Na of the neighbours on the map between which firing begins [mS/cm²].
    threshold_below, threshold_above : float
        The threshold of these two axons [µA/cm²].
    """

    kind: str
    g_K: float
    below: float
    above: float
    threshold_below: float
    threshold_above: float

    @property
    def agrees(self) -> bool:
        """Whether the step is below the threshold of one neighbour and above that of the other."""
        return self.threshold_above <= STEP.amplitude < self.threshold_below

    @property
    def g_Na(self) -> float:
        """The g_Na between them at which the threshold equals the step's amplitude [mS/cm²]."""
        share = (self.threshold_below - STEP.amplitude) / (self.threshold_below - self.threshold_above)
        return self.below + share * (self.above - self.below)


def activity_table(members: int, store: Path | None = None) -> pd.DataFrame:
    """Return the table of a square grid of about this many members; with a store, a run can be resumed."""
    side = max(2, round(math.sqrt(members)))
    population = lo.Population(SQUID, g_K=np.linspace(*G_K, side), g_Na=np.linspace(*G_NA, side))
    print(population.estimate(STEP, DURATION, features=FEATURES), flush=True)
    if store is None:
        return population.run(STEP, DURATION, features=FEATURES)
    return population.run(STEP, DURATION, features=FEATURES, store=store).to_dataframe()


def borders(table: pd.DataFrame, rows: int = ROWS) -> list[Border]:
    """Return the borders along some lines of constant g_K, each with the thresholds on both sides."""
    lines = np.unique(table["g_K"])
    chosen = lines[np.unique(np.linspace(0, len(lines) - 1, rows + 2).round().astype(int)[1:-1])]
    pairs = [pair for g_K in chosen for pair in _neighbours(table[table["g_K"] == g_K], g_K)]
    return [
        Border(kind, g_K, below, above, _threshold(kind, g_K, below), _threshold(kind, g_K, above))
        for kind, g_K, below, above in tqdm(pairs, desc="thresholds", unit="border", file=sys.stderr)
    ]


def _neighbours(line: pd.DataFrame, g_K: float) -> list[tuple[str, float, float, float]]:
    """Return the first two neighbours on a line between which axons begin to fire, and to keep firing."""
    line = line.sort_values("g_Na")
    g_Na, activity = line["g_Na"].to_numpy(), line["activity"].to_numpy()
    fires, goes_on = activity != "silent", np.isin(activity, ("tonic", "bursting", "irregular"))
    found = []
    for kind, so in (("once", fires), ("repetitively", goes_on)):
        at = np.flatnonzero(~so[:-1] & so[1:])
        found += [(kind, float(g_K), float(g_Na[k]), float(g_Na[k + 1])) for k in at[:1]]
    return found


def _threshold(kind: str, g_K: float, g_Na: float) -> float:
    axon = SQUID.replace(g_Na=g_Na, g_K=g_K)
    return lo.threshold(axon, STEP, fires=kind, duration=DURATION, resolution=1e-5).value


def draw(table: pd.DataFrame, found: list[Border], path: Path) -> None:
    """Draw the map, the borders that `loligo.threshold` finds, and the squid's own place."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8.2, 5.4), layout="constrained")
    feature_map(table, "g_Na", "g_K", "activity", axes)
    key = axes.get_legend()
    for kind, marker, label in (("once", "o", "threshold of a spike"), ("repetitively", "s", "of firing that lasts")):
        own = [border for border in found if border.kind == kind]
        axes.plot(
            [border.g_Na for border in own], [border.g_K for border in own], marker, color="white", markersize=6,
            markeredgecolor="black", label=label,
        )  # fmt: skip
    axes.plot(
        SQUID["g_Na"], SQUID["g_K"], "*", color="white", markersize=13, markeredgecolor="black", label="the squid axon"
    )
    axes.add_artist(key)
    axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(1.0, 0.0), handlelength=1.0)
    axes.set_title(
        f"{len(table):,} squid axons under {STEP.amplitude:g} µA/cm² for {STEP.stop - STEP.start:g} ms", loc="left"
    )
    figure.savefig(path, dpi=160)
    plt.close(figure)


def main(arguments: list[str] | None = None) -> int:
    """Make the map and compare its borders with those of `loligo.threshold`; return 1 if any differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--members", type=int, default=1_000_000, help="approximate number of members (default: %(default)s)"
    )
    parser.add_argument("--output", type=Path, default=Path("squid-activity-map.png"), help="the figure")
    parser.add_argument("--store", type=Path, help="a folder that keeps finished members")
    parser.add_argument("--table", type=Path, help="keep the table too, as .csv or .parquet")
    options = parser.parse_args(arguments)
    lo.Population(SQUID, amplitude=[0.0]).run(STEP, 1.0, features=FEATURES)  # compiles, the first time
    began = time.perf_counter()
    table = activity_table(options.members, options.store)
    taken = time.perf_counter() - began
    print(f"{len(table):,} members in {taken:.0f} s; {(table.status != 'ok').sum()} failed")
    print(table.activity.value_counts().to_string())
    if options.table is not None:
        table.to_parquet(options.table) if options.table.suffix == ".parquet" else table.to_csv(
            options.table, index=False
        )
    found = borders(table)
    print(f"\n{'begins':>12}  {'g_K':>6}  {'g_Na: map':>18}  {'threshold':>9}")
    for border in found:
        between = f"{border.below:.2f} to {border.above:.2f}"
        verdict = "" if border.agrees else "  DISAGREES"
        print(f"{border.kind:>12}  {border.g_K:6.2f}  {between:>18}  {border.g_Na:9.2f}{verdict}")
    draw(table, found, options.output)
    print(f"\n{options.output}")
    return 0 if all(border.agrees for border in found) else 1


if __name__ == "__main__":
    raise SystemExit(main())
