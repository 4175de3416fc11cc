"""A minimal model of a cortical neuron, fitted to two recorded spikes in an ABF file, with errors.

Run it from the repository: ``python examples/cortical_ramp_fit.py`` writes ``docs/pictures/fitting_cortical.png``.

Membrane: the regular-spiking neuron of Pospischil M and others (2008), doi:10.1007/s00422-008-0263-8, for a whole cell:
conductances in µS, capacitance in nF, currents in nA. Recording: examples/data/README.md.
"""

from pathlib import Path

import numpy as np

import loligo as lo

ROOT = Path(__file__).parents[1]
AREA = 0.1  # µS of the cell per mS/cm², for an area of 1e-4 cm²
FITTED = (320.0, 480.0)  # ms
EVERY = 4  # samples: 0.2 ms
BOUNDS = {
    "g_Na": (0.5, 30), "g_Kd": (0.05, 10), "g_M": (1e-4, 0.1), "g_leak": (1e-4, 0.02), "E_leak": (-60, 0),
    "E_Na": (30, 75), "E_Kd": (-80, -48), "V_T": (-48, -25), "C": (0.02, 0.2), "celsius": (20, 38),
}  # fmt: skip


def membrane() -> lo.Membrane:
    """Return the membrane of the paper for a cell of 1e-4 cm²."""
    cell = lo.models.pospischil("RS")
    return cell.replace(**{name: AREA * cell[name] for name in ("g_Na", "g_Kd", "g_M", "g_leak", "C")})


def recording(window: tuple[float, float]) -> lo.Sweep:
    """Return a part of the second sweep, the ramp, with every fourth sample."""
    _, ramp = lo.read_recording(ROOT / "examples" / "data" / "17o05027_ic_ramp.abf", per="cell")
    own = np.flatnonzero((ramp.t >= window[0]) & (ramp.t < window[1]))[::EVERY]
    return lo.Sweep(ramp.t[own], v=ramp.v[own], per="cell", stimulus=ramp.stimulus, name="17o05027")


def main() -> None:
    """Fit, print the result, and draw the figure."""
    found = lo.fit(membrane(), recording(FITTED), BOUNDS, starts=2, seed=1)
    print(found)
    print([(round(run.misfit, 3), run.evaluations, round(run.seconds)) for run in found.runs])
    found.plot().savefig(ROOT / "docs" / "pictures" / "fitting_cortical.png", dpi=90)


if __name__ == "__main__":
    main()
