"""Nine parameters of a hERG channel from one recording under a sinusoidal voltage clamp, with their errors.

Run it from the repository: ``python examples/herg_clamp_fit.py`` writes ``docs/pictures/fitting.png``.

Model and protocol: Beattie KA and others (2018) Sinusoidal voltage protocols for rapid characterisation of ion channel
kinetics. J Physiol 596:1813-1828, doi:10.1113/JP275733. Bounds: Clerx M and others (2019) Four ways to fit an ion
channel model. Biophys J 117:2420-2437, doi:10.1016/j.bpj.2019.08.001. Recording: examples/data/README.md.
"""

import math
from pathlib import Path

import numpy as np

import loligo as lo

ROOT = Path(__file__).parents[1]
LEVELS = {
    250.1: -40,
    300.1: 40,
    500.1: 120,
    1500.1: -160,
    2000.1: 40,
    3000.1: 50,
    6500.1: -90,
    7000.1: 40,
}  # mV, added to the holding potential
SINES = [(54, 0.007), (26, 0.037), (10, 0.19)]  # mV, rad/ms
E_K = 8314 * (273.15 + 21.4) / 96485 * math.log(4 / 130)  # mV

CHANNEL = lo.Membrane(
    lo.Channel(
        "Kr", g=0.2, E=E_K,
        open=lo.Gate("a", alpha="p1*exp(p2*v)", beta="p3*exp(-p4*v)")
        * lo.Gate("r", alpha="p7*exp(-p8*v)", beta="p5*exp(p6*v)"),
    ),
    constants={"p1": 1e-3, "p2": 0.1, "p3": 1e-3, "p4": 0.1, "p5": 0.1, "p6": 0.1, "p7": 0.1, "p8": 0.1},
    name="hERG",
)  # fmt: skip
BOUNDS = {f"p{k}": (1e-7, 1e3) if k % 2 else (1e-7, 0.4) for k in range(1, 9)} | {"g_Kr": (0.0612, 0.612)}


def command() -> lo.Stimulus:
    """Return the command, from a holding potential of -80 mV."""
    steps = [lo.Step(height, start=start) for start, height in LEVELS.items()]
    waves = [
        lo.Sine(height, frequency=omega / (2 * math.pi), phase=500 * omega, start=3000.1, stop=6500.1)
        for height, omega in SINES
    ]
    return sum([*steps, *waves], lo.Step(0.0))


def recording() -> lo.Sweep:
    """Return the sweep; the 5 ms after every step are left out."""
    with np.load(ROOT / "examples" / "data" / "herg_sine_wave_cell_5.npz") as file:
        t, current = file["t"], file["i"]
    windows = [(start, start + 5) for start in LEVELS]
    return lo.Sweep(t, current=current, per="cell", command=command(), holding=-80, exclude=windows, name="cell 5")


def main() -> None:
    """Fit, print the result, and draw the figure."""
    found = lo.fit(CHANNEL, recording(), BOUNDS, starts=30, seed=1)
    print(found)
    for name, (low, high) in found.intervals(0.95, profiles=True).items():
        print(f"{name:<5} {low:.4g} to {high:.4g} {found.unit(name)}")
    found.plot().savefig(ROOT / "docs" / "pictures" / "fitting.png", dpi=110)


if __name__ == "__main__":
    main()
