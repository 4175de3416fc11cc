"""The membrane of Hodgkin and Huxley, fitted to two spikes of a squid giant axon, with errors.

Run it from the repository: ``python examples/squid_spike_fit.py`` writes ``docs/pictures/fitting_squid.png``.

The axon rests at -41 mV, fires in response to 5 µA/cm² for 1 ms, and then fires again by itself. Besides the parameters
of the paper one more is fitted: ``shift``, a shift of the potentials of all rates, such as external calcium causes
(Frankenhaeuser B, Hodgkin AL (1957) J Physiol 137:218-244, doi:10.1113/jphysiol.1957.sp005808). Recording:
examples/data/README.md.
"""

import math
from pathlib import Path

import numpy as np

import loligo as lo

ROOT = Path(__file__).parents[1]
U = "(v + 65 - shift)"  # the paper's displacement from rest
AXON = lo.Membrane(
    lo.Channel(
        "Na", g=120, E=50,
        open=lo.Gate("m", alpha=f"0.1*(25 - {U})/(exp((25 - {U})/10) - 1)", beta=f"4*exp(-{U}/18)") ** 3
        * lo.Gate("h", alpha=f"0.07*exp(-{U}/20)", beta=f"1/(exp((30 - {U})/10) + 1)"),
    ),
    lo.Channel(
        "K", g=36, E=-77,
        open=lo.Gate("n", alpha=f"0.01*(10 - {U})/(exp((10 - {U})/10) - 1)", beta=f"0.125*exp(-{U}/80)") ** 4,
    ),
    lo.Channel("leak", g=0.3, E=-54.4),
    constants={"shift": (0.0, "mV")}, celsius=6.3, reference_celsius=6.3, q10=3.0, spike_level=-15, name="squid",
)  # fmt: skip
MOVED = {"shift": (-5, 30), "celsius": (2, 30), "E_leak": (-80, 60)}  # the constants of the paper in other conditions
BOUNDS = MOVED | {"g_Na": (20, 600), "g_K": (3, 180), "g_leak": (0.01, 3), "E_Na": (20, 90), "E_K": (-90, -50)}
NORMAL_95 = 1.96  # standard errors


def recording() -> lo.Sweep:
    """Return the sweep."""
    path = ROOT / "examples" / "data" / "sgamp_a1t18_excerpt.txt"
    (axon,) = lo.read_recording(path, columns=["t [ms]", "v [mV]"])
    return axon.replace(stimulus=lo.Step(5.0, start=1000.016, stop=1001.016), name="a1t18")


def misfit_of_the_paper(axon: lo.Sweep) -> float:
    """Return the root mean square of the residuals of the paper's membrane, from its rest at -65 mV [mV]."""
    run = lo.simulate(AXON, lo.Step(5.0, start=1000.016, stop=1001.016), sampling=axon.t, duration=float(axon.t[-1]))
    return math.sqrt(np.mean((run.v - axon.v) ** 2))


def main() -> None:
    """Fit, print the result, and draw the figure."""
    axon = recording()
    moved = lo.fit(AXON, axon, MOVED, starts=3, seed=1)
    found = lo.fit(AXON, axon, BOUNDS, starts=6, seed=1)
    print(found)
    for name, bound in found.bounds.items():
        error = NORMAL_95 * found.robust_errors[name]
        low, high = np.clip(found.values[name] + np.array([-error, error]), bound.low, bound.high)
        print(f"{name:<7} {low:.4g} to {high:.4g} {found.unit(name)}")
    for what, misfit in (
        ("the constants of the paper", misfit_of_the_paper(axon)),
        ("these with another shift, temperature and leak reversal", moved.misfit),
    ):
        print(f"{misfit:.1f} mV with {what}: {misfit / found.misfit:.1f} times as much")
    found.plot().savefig(ROOT / "docs" / "pictures" / "fitting_squid.png", dpi=90)


if __name__ == "__main__":
    main()
