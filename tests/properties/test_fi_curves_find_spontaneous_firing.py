"""`fi_curve` sees a membrane fire although its rest is an equilibrium, where a run that starts exactly there stays."""

import numpy as np
import pytest

import loligo as lo

DURATION = 2000.0  # ms


def rate(membrane, amplitude):
    """Return the rate at the end of a long run that starts away from the rest [Hz]."""
    start = lo.rest(membrane, amplitude).state + np.where(np.arange(len(membrane.variables)) == 0, 5.0, 0.0)
    spikes = lo.simulate(membrane, lo.Step(amplitude), DURATION, initial=start, sampling=None).spikes
    return 1e3 / np.diff(spikes)[-1]


@pytest.mark.parametrize(
    "changes",
    [{"g_Na": 240.0}, {"g_K": 10.0}, {"E_leak": 50.0}],
    ids=["sodium", "potassium", "leak"],
)
def test_squid(changes):
    membrane = lo.models.squid().replace(**changes)
    assert not lo.rest(membrane).stable
    found = lo.fi_curve(membrane, [0.0, 1.0], cycles=False)
    truth = [rate(membrane, 0.0), rate(membrane, 1.0)]
    for branch in found.branches.values():
        assert branch.settled.all()
        np.testing.assert_allclose(branch.steady, truth, rtol=1e-5)


def test_an_equilibrium_without_any_rounding_is_left():
    # FitzHugh's equations about their symmetric equilibrium, where every slope is exactly 0
    membrane = lo.Membrane(
        lo.Current("cubic", "v**3/3 - v"), lo.Current("recovery", "w"), lo.State("w", "0.1*(v - 0.5*w)", initial=0.0),
        C=1.0, spike_level=0.5, v_scale=1.0, name="FitzHugh",
    )  # fmt: skip
    start = lo.rest(membrane).state
    assert not start.any()
    with pytest.warns(lo.UnstableRestWarning):
        assert lo.simulate(membrane, lo.Step(0.0), DURATION, initial=start, sampling=None).spikes.size == 0
    found = lo.fi_curve(membrane, [0.0], cycles=False)
    for branch in found.branches.values():
        assert branch.settled[0]
        assert branch.steady[0] == pytest.approx(rate(membrane, 0.0), rel=1e-5)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_pacemakers(number):
    # Prinz, Bucher & Marder (2004), doi:10.1038/nn1352, table 2: the AB/PD models burst by themselves.
    found = lo.fi_curve(lo.models.stomatogastric(f"AB/PD {number}"), [0.0], cycles=False)
    assert found.step.spikes_per_burst[0] >= 2
    assert found.step.settled[0]
