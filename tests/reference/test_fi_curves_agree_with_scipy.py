"""Frequencies of `fi_curve` are those of long runs by SciPy of formulas that another reader takes literally."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import loligo as lo
from reference.literal import DOUBLES, Literal
from reference.squid_by_hand import slope

SQUID, MORRIS_LECAR, WANG_BUZSAKI = lo.models.squid(), lo.models.morris_lecar(), lo.models.wang_buzsaki()
SADDLE_NODE = 0.160086327  # µA/cm², of Wang and Buzsáki's interneuron: `bifurcation`, tested elsewhere


def upward(level):
    """Return the event that v crosses a level upwards."""

    def crossing(_, y):
        return y[0] - level

    crossing.direction = 1.0
    return crossing


def last_rate(slopes, start, level, duration):
    """Return the inverse of the last interval between spikes [Hz]; 0 where the last spike is long ago."""
    run = solve_ivp(slopes, (0.0, duration), start, method="LSODA", rtol=1e-9, atol=1e-10, events=upward(level))
    spikes = run.t_events[0]
    if spikes.size < 2 or duration - spikes[-1] > 1.5 * (spikes[-1] - spikes[-2]):
        return 0.0
    return 1e3 / (spikes[-1] - spikes[-2])


@pytest.fixture(scope="module")
def squid_curve():
    return lo.fi_curve(SQUID, np.arange(5, 13))


@pytest.mark.parametrize("amplitude", range(5, 13))
def test_squid_after_a_step(squid_curve, amplitude):
    def slopes(_, y):
        return slope(y, amplitude)

    truth = last_rate(slopes, lo.rest(SQUID).state, SQUID.spike_level, 250.0)
    assert squid_curve.step.settled.all()
    assert squid_curve.step.steady[amplitude - 5] == pytest.approx(truth, rel=1e-6)
    if amplitude >= 7:  # the only stable cycle
        assert squid_curve.down.steady[amplitude - 5] == pytest.approx(truth, rel=1e-6)
    if amplitude >= 10:  # beyond the Hopf point at 9.78
        assert squid_curve.up.steady[amplitude - 5] == pytest.approx(truth, rel=1e-6)


def test_squid_fires_from_11_on_wherever_the_range_begins():
    found = lo.fi_curve(SQUID, [11, 12], cycles=False)
    for branch in found.branches.values():
        np.testing.assert_allclose(branch.steady, [70.7172, 72.9110], atol=1e-4)


@pytest.mark.parametrize(
    ("membrane", "amplitude", "rounded", "duration"),
    [
        (MORRIS_LECAR, 105.0, 12.31, 1000.0),
        (WANG_BUZSAKI, 0.161, 1.175, 2700.0),
        (WANG_BUZSAKI, SADDLE_NODE + 0.001, 1.230, 2700.0),
        (WANG_BUZSAKI, 0.162, 1.713, 2000.0),
        (WANG_BUZSAKI, 0.165, 2.787, 1500.0),
    ],
)
def test_slow_firing(membrane, amplitude, rounded, duration):
    literal = Literal(membrane, DOUBLES)

    def slopes(_, y):
        return literal.slope(y, amplitude)

    truth = last_rate(slopes, lo.rest(membrane).state, membrane.spike_level, duration)
    assert truth == pytest.approx(rounded, abs=6e-3)
    found = lo.fi_curve(membrane, [amplitude], cycles=False)
    for branch in found.branches.values():
        assert branch.settled.all()
        assert branch.steady[0] == pytest.approx(truth, rel=1e-5)


@pytest.mark.parametrize(("amplitude", "figure"), [(0.16010, 0.14), (0.16020, 0.41)])
def test_onset_of_the_interneuron(amplitude, figure):
    # Börgers (2017) An Introduction to Modeling Neuronal Dynamics, doi:10.1007/978-3-319-51171-9, chapter 17
    found = lo.fi_curve(WANG_BUZSAKI, [amplitude], cycles=False, longest=200_000.0)
    for branch in found.branches.values():
        assert branch.settled.all()
        assert branch.steady[0] == pytest.approx(figure, abs=0.01)


def test_a_burst_counts_over_whole_cycles():
    membrane = lo.models.stomatogastric()  # AB/PD 1
    literal = Literal(membrane, DOUBLES)
    found = lo.fi_curve(membrane, [-0.1, 0.0], cycles=False)
    for branch in found.branches.values():
        assert branch.settled.all()
        assert branch.steady[0] == 0.0  # one burst after the step, then silence
        np.testing.assert_allclose(branch.spikes_per_burst[1], 17)
        assert branch.steady[1] == pytest.approx(17 * branch.burst_frequency[1], rel=1e-9)
    begin = lo.simulate(membrane, lo.Step(0.0), 15_000, initial=lo.rest(membrane, -0.1).state, sampling=None).final
    period = 1e3 / found.up.burst_frequency[1]
    run = solve_ivp(
        lambda _, y: literal.slope(y), (0.0, period), begin, method="LSODA", rtol=1e-7, atol=1e-9,
        events=upward(membrane.spike_level),
    )  # fmt: skip
    assert run.t_events[0].size == 17
    np.testing.assert_allclose(run.y[:, -1], begin, rtol=1e-3, atol=1e-4)  # SciPy is back where the cycle began
