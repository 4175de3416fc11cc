"""The sodium channel of the squid axon as a kinetic scheme: its graph, its open probability, and a spike.

Run it from the repository: ``python examples/squid_sodium_scheme.py`` writes ``docs/pictures/schemes.png``.

Scheme and rates: Vandenberg CA, Bezanilla F (1991) A sodium channel gating model based on single channel, macroscopic
ionic, and gating currents in the squid giant axon. Biophys J 60:1511-1533 (PMC1260209); at 5 °C, kT/e = 24 mV.
Recording: examples/data/README.md.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import loligo as lo

ROOT = Path(__file__).parents[1]

SODIUM = lo.Scheme(
    "Na",
    states=["C1", "C2", "C3", "C4", "C5", "O", "I4", "I5", "I"],
    transitions=[
        ("C1", "C2", "y", "z"), ("C2", "C3", "y", "z"), ("C3", "C4", "y", "z"),
        ("C4", "C5", "a", "b"), ("C5", "O", "c", "d"),
        ("I4", "I5", "a", "b"), ("I5", "I", "c", "d"),
        ("C4", "I4", "g", "j"), ("O", "I", "f", "i"),
    ],
    open="O",
    rates={
        "y": "16.609*exp(1.5*0.22*v/24)", "z": "0.971*exp(-1.5*0.78*v/24)",
        "a": "5.75*exp(0.42*0.99*v/24)", "b": "4.325*exp(-0.42*0.01*v/24)",
        "c": "15.669*exp(1.91*0.75*v/24)", "d": "1.361*exp(-1.91*0.25*v/24)",
        "f": "0.432*exp(0.91*0.001*v/24)", "g": "0.77*exp(0.91*0.001*v/24)",
        "i": "0.004*exp(-0.91*0.999*v/24)",
        "j": "g*i/f",  # detailed balance: neither way round the loop is preferred
    },
)  # fmt: skip


def membrane(celsius: float = 5.0) -> lo.Membrane:
    """Return a squid membrane with this sodium channel and the potassium channel and leak of Hodgkin and Huxley."""
    squid = lo.models.squid(rest=-65)
    potassium, leak = squid.parts[1:]
    return lo.Membrane(
        lo.Channel("Na", g=60, E=55, open=SODIUM), potassium, leak,
        C=1, celsius=celsius, reference_celsius=5, q10=3, spike_level=-20, name="squid with a sodium scheme",
    )  # fmt: skip


def draw(path: Path) -> None:
    """Write the figure."""
    figure, axes = plt.subplot_mosaic(
        [["graph", "graph"], ["clamp", "spike"]], figsize=(9.6, 6.4), layout="constrained"
    )
    SODIUM.plot(ax=axes["graph"])
    for v in (-40, -20, 0, 20, 40):
        run = lo.voltage_clamp(membrane(), lo.Step(v + 100, start=0.5, stop=6), 6, holding=-100, sampling=0.01)
        axes["clamp"].plot(run.t, run["Na_O"], label=f"{v} mV")
    axes["clamp"].set(xlabel="t [ms]", ylabel="open probability", title="steps from -100 mV, 5 °C")
    axes["clamp"].legend(frameon=False)
    (axon,) = lo.read_recording(ROOT / "examples/data/sgamp_a1t18_excerpt.txt", columns=["t [ms]", "v [mV]"])
    near = np.abs(axon.t - 1003) < 4
    axes["spike"].plot(axon.t[near] - 1001.16, axon.v[near], "k.-", label="squid axon a1t18")
    for own, name in ((membrane(14.0), "scheme"), (lo.models.squid(rest=-65).replace(celsius=14.0), "m³h")):
        run = lo.simulate(own, lo.Step(60, start=5, stop=6), 12, sampling=0.01)
        axes["spike"].plot(run.t - run.t[run.v.argmax()], run.v, label=f"{name}, 14 °C")
    axes["spike"].set(xlabel="t from the peak [ms]", ylabel="v [mV]", xlim=(-1.5, 5))
    axes["spike"].legend(frameon=False)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    draw(ROOT / "docs" / "pictures" / "schemes.png")
