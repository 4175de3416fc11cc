"""Without a single run: dv/dt regressed on the currents of gates that a noisy v drives comes near what made it."""

import numpy as np
import pytest

import loligo as lo
from loligo.fitting.bounds import box_of
from loligo.fitting.current_clamp import CurrentClamped
from loligo.fitting.driven import DrivenCurrents
from loligo.fitting.problem import Problem
from loligo.fitting.regression import DrivenSlopes, regressed

NOISE = 1.0  # mV
LINEAR = ("g_Na", "g_K", "g_leak", "E_Na", "E_K", "E_leak", "C")


def gate(name, sign):
    return lo.Gate(name, inf=f"1/(1 + exp({sign}(v - V_{name})/k_{name}))", tau=f"0.1 + t_{name}/cosh((v + 40)/40)")


def random_membrane(random):
    """Return a membrane with an inward and an outward channel and a leak, all of whose numbers are random."""
    m, h, n = gate("m", "-"), gate("h", ""), gate("n", "-")
    constants = {"V_m": (-38, -30), "k_m": (6, 9), "t_m": (0.3, 0.6), "V_h": (-60, -50), "k_h": (6, 9), "t_h": (3, 9),
                 "V_n": (-45, -35), "k_n": (8, 14), "t_n": (3, 9)}  # fmt: skip
    ranges = {"g_Na": (40, 90), "g_K": (8, 30), "g_leak": (0.1, 0.5), "C": (1, 2), "E_Na": (40, 70),
              "E_K": (-95, -75), "E_leak": (-65, -50)} | constants  # fmt: skip
    return lo.Membrane(
        lo.Channel("Na", g=1, E=0, open=m**3 * h), lo.Channel("K", g=1, E=0, open=n**4), lo.Channel("leak", g=1, E=0),
        constants=dict.fromkeys(constants, 1.0), name="random",
    ).replace(**{name: random.uniform(*ends) for name, ends in ranges.items()})  # fmt: skip


def bounds_somewhere(membrane, random):
    """Return bounds, a factor of 9 or 30 mV apart, that contain the truth anywhere."""
    found = {}
    for name in LINEAR:
        x, place = membrane[name], random.uniform()
        ends = (x - 30 * place, x + 30 * (1 - place)) if name[0] == "E" else (x / 9**place, x * 9 ** (1 - place))
        found[name] = ends
    return found


def begun(membrane, random, seed):
    """Return a box, and 200 ms of noisy v under a noisy current, ready for a regression."""
    stimulus = lo.Noise(8.0, tau=3.0, seed=seed, mean=8.0, stop=200.0)
    made = lo.simulate(membrane, stimulus, 200, sampling=0.05, initial={"v": -60.0})
    sweep = lo.Sweep(made.t, v=made.v + random.normal(0, NOISE, made.t.size), stimulus=stimulus)
    box = box_of(membrane, bounds_somewhere(membrane, random), ())
    return box, CurrentClamped(membrane, [sweep], LINEAR), made


def test_conductances_potentials_and_capacitances_of_random_membranes_are_near():
    random, firing = np.random.default_rng(1), 0
    for seed in range(6):
        membrane = random_membrane(random)
        box, clamped, made = begun(membrane, random, seed)
        found = dict(zip(LINEAR, box.values(regressed(clamped, box, np.array([NOISE]), ())), strict=True))
        firing += len(made.spikes) > 5
        for name, factor in (("g_Na", 1.6), ("g_K", 1.6), ("C", 1.6), ("g_leak", 2.5)):
            assert 1 / factor < found[name] / membrane[name] < factor, name
        for name, shift in (("E_Na", 1.0), ("E_K", 2.0)):
            assert found[name] == pytest.approx(membrane[name], abs=shift), name
    assert firing > 4


def test_derivatives_are_exact():
    random = np.random.default_rng(2)
    box, clamped, _ = begun(random_membrane(random), random, 9)
    problem = Problem(DrivenSlopes(clamped, np.array([NOISE])), box, np.array([NOISE]))
    point, way = random.uniform(0.2, 0.8, len(LINEAR)), random.normal(size=len(LINEAR))
    ends = [problem.quadratic(point + side * 1e-6 * way).cost for side in (1, -1)]
    assert (ends[0] - ends[1]) / 2e-6 == pytest.approx(2.0 * problem.quadratic(point).gradient @ way, rel=1e-6)


def test_currents_of_any_membrane_are_those_of_gates_of_v():
    random = np.random.default_rng(3)
    membrane = random_membrane(random)
    _, clamped, _ = begun(membrane, random, 10)
    values = np.array([membrane[name] for name in LINEAR])
    exact, slopes = DrivenSlopes(clamped, np.array([NOISE])).currents.clamped.of_sweep(0, values)
    current, moved = DrivenCurrents(membrane, clamped.grids, LINEAR).of_sweep(0, values)
    assert current == pytest.approx(exact, abs=1e-4 * np.abs(exact).max())
    assert moved == pytest.approx(slopes, abs=1e-4 * np.abs(slopes).max())
