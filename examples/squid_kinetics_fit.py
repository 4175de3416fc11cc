"""Every constant of the squid's gates, its conductances, potentials and capacitance from 300 ms of noisy v.

Run it from the repository: ``python examples/squid_kinetics_fit.py`` (two minutes on a quiet core).

Model: Hodgkin AL, Huxley AF (1952) J Physiol 117:500-544, doi:10.1113/jphysiol.1952.sp004764. The fitted v is simulated
under an Ornstein-Uhlenbeck current, with 1 mV of noise. The fit starts from a regression alone. The fitted membrane
then predicts v under new currents from the same process.
"""

import numpy as np

import loligo as lo

CONSTANTS = {
    "a_m": (0.1, "1/(ms mV)"), "V_m": (25, "mV"), "k_m": (10, "mV"), "b_m": (4, "1/ms"), "l_m": (18, "mV"),
    "a_h": (0.07, "1/ms"), "k_h": (20, "mV"), "b_h": (1, "1/ms"), "V_h": (30, "mV"), "l_h": (10, "mV"),
    "a_n": (0.01, "1/(ms mV)"), "V_n": (10, "mV"), "k_n": (10, "mV"), "b_n": (0.125, "1/ms"), "l_n": (80, "mV"),
}  # fmt: skip
M = lo.Gate("m", alpha="a_m*(V_m - v)/(exp((V_m - v)/k_m) - 1)", beta="b_m*exp(-v/l_m)")
H = lo.Gate("h", alpha="a_h*exp(-v/k_h)", beta="b_h/(exp((V_h - v)/l_h) + 1)")
N = lo.Gate("n", alpha="a_n*(V_n - v)/(exp((V_n - v)/k_n) - 1)", beta="b_n*exp(-v/l_n)")
AXON = lo.Membrane(
    lo.Channel("Na", g=120, E=115, open=M**3 * H), lo.Channel("K", g=36, E=-12, open=N**4),
    lo.Channel("leak", g=0.3, E=10.6), constants=CONSTANTS, spike_level=50, name="squid",
)  # fmt: skip
DURATION = 300.0  # ms


def bounds() -> dict[str, tuple[float, float]]:
    """Return bounds: 15 mV around potentials, a factor of 2 for slopes and of 3 for conductances, C and rates."""
    found = {}
    for name in ("g_Na", "g_K", "g_leak", "C", "E_Na", "E_K", "E_leak", *CONSTANTS):
        x, factor = AXON[name], 2 if name[0] in "kl" else 3
        found[name] = (x - 15, x + 15) if name[0] in "EV" else (x / factor, x * factor)
    return found


def simulated(membrane: lo.Membrane, seed: int) -> lo.Recording:
    """Return a run under one realisation of the current."""
    current = lo.Noise(5.0, tau=3.0, seed=seed, mean=8.0, stop=DURATION)
    return lo.simulate(membrane, current, DURATION, sampling=0.1)


def fitted(seed: int = 1) -> lo.Fit:
    """Return the fit from the regression."""
    made = simulated(AXON, seed)
    noise = np.random.default_rng(seed).normal(0, 1.0, made.t.size)
    sweep = lo.Sweep(made.t, v=made.v + noise, stimulus=made.stimulus)
    return lo.fit(AXON, sweep, bounds(), starts=0, noise=1.0)


def errors(membrane: lo.Membrane) -> list[float]:
    """Return the root mean square error of v under each of ten new realisations of the current [mV]."""
    runs = ((simulated(membrane, seed), simulated(AXON, seed)) for seed in range(101, 111))
    return [float(np.sqrt(np.mean((own.v - true.v) ** 2))) for own, true in runs]


if __name__ == "__main__":
    found = fitted()
    print(found)
    print("new draws, rms of v [mV]:", *(f"{error:.2f}" for error in errors(found.membrane)))
