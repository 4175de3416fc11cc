"""The acetylcholine receptor of Colquhoun and Hawkes has the occupancies, rates of relaxation and bursts they print.

Rates: Colquhoun D, Hawkes AG (1982) On the stochastic properties of bursts of single ion channel openings and of
clusters of bursts. Phil Trans R Soc Lond B 300:1-59, doi:10.1098/rstb.1982.0156, with agonist at 100 nM. Occupancies
and eigenvalues of the same example: Colquhoun D, Hawkes AG (1995) A Q-matrix cookbook. In: Single-Channel Recording,
2nd ed., Plenum, 589-633, doi:10.1007/978-1-4419-1229-9_20. The further digits of the eigenvalues are those of HJCFIT.
"""

import numpy as np
import pytest

import loligo as lo

RECEPTOR = lo.Scheme(
    "nAChR",
    states=["AR_open", "A2R_open", "A2R", "AR", "R"],
    transitions=[  # [1/ms]; xA is in M
        ("AR_open", "AR", 3.0, 0.015), ("A2R_open", "A2R", 0.5, 15.0), ("AR_open", "A2R_open", "5e5*xA", 2e-3 / 3),
        ("AR", "A2R", "5e5*xA", 4.0), ("R", "AR", "1e5*xA", 2.0),
    ],
    open=["AR_open", "A2R_open"],
)  # fmt: skip
MEMBRANE = lo.Membrane(
    lo.Channel("ACh", g=1, E=0, open=RECEPTOR), lo.Channel("leak", g=1, E=-70), constants={"xA": (1e-7, "M")}
)
OCCUPANCIES = {"AR_open": 2.483e-5, "A2R_open": 1.862e-3, "A2R": 6.207e-5, "AR": 4.965e-3, "R": 0.9931}
EIGENVALUES = [101.8179048, 2022.1192695, 3093.52723698, 19408.2022554]  # [1/s]


def test_occupancies():
    rates = lo.rates(MEMBRANE, -70.0)["nAChR"]
    for state, printed in OCCUPANCIES.items():
        assert rates.inf[state] == pytest.approx(printed, rel=5e-4), state
    assert rates.open == pytest.approx(2.483e-5 + 1.862e-3, rel=5e-4)


def test_rates_of_relaxation():
    assert 1e3 / lo.rates(MEMBRANE, -70.0)["nAChR"].tau == pytest.approx(EIGENVALUES, rel=1e-9)


def test_a_jump_of_the_agonist_relaxes_with_them():
    """All channels shut and without agonist: the approach is a sum of the four exponentials, at last of the slowest."""
    times = np.array([0.0, 0.02, 0.1, 0.3, 1.0, 3.0, 40.0, 50.0])
    run = lo.voltage_clamp(MEMBRANE, lo.Step(0), 50, holding=-70, initial={"nAChR_R": 1}, sampling=times)
    steady = lo.rates(MEMBRANE, -70.0)["nAChR"].open
    away = run["nAChR_AR_open"] + run["nAChR_A2R_open"] - steady
    assert np.log(away[-2] / away[-1]) / 10 == pytest.approx(EIGENVALUES[0] / 1e3, rel=1e-8)
    modes = np.exp(-np.outer(times, EIGENVALUES) / 1e3)
    fitted, *_ = np.linalg.lstsq(modes, away, rcond=None)
    assert np.abs(modes @ fitted - away).max() < 1e-12


def test_bursts():
    """3.82 openings and 7.33 ms a burst: openings apart by sojourns in the shut states with agonist bound."""
    rates = lo.rates(MEMBRANE, -70.0)["nAChR"]
    q = np.zeros((5, 5))
    for (a, b), rate in rates.ways.items():
        q[RECEPTOR.states.index(a), RECEPTOR.states.index(b)] = rate
    q -= np.diag(q.sum(axis=1))
    opened, gap, shut = slice(0, 2), slice(2, 4), slice(4, 5)
    to_gap = np.linalg.solve(-q[opened, opened], q[opened, gap])
    to_open = np.linalg.solve(-q[gap, gap], q[gap, opened])
    first = np.array([rates.inf["R"]]) @ (q[shut, gap] @ to_open + q[shut, opened])
    first /= first.sum()
    openings = first @ np.linalg.inv(np.eye(2) - to_gap @ to_open)
    assert openings.sum() == pytest.approx(3.82, abs=0.005)
    open_time = openings @ np.linalg.solve(-q[opened, opened], np.ones(2))
    again = openings @ to_gap  # gaps that end in an opening, and the last, which ends in R, weighted by that
    inside = np.linalg.solve(-q[gap, gap], np.linalg.solve(-q[gap, gap], q[gap, opened])).sum(axis=1)
    assert open_time + again @ inside == pytest.approx(7.33, abs=0.005)
