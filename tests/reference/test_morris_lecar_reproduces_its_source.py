"""The fibre of Morris and Lecar changes stability at the currents that Rinzel and Ermentrout found."""

import numpy as np
import pytest

import loligo as lo


def spikes_of(membrane, amplitude, duration=3000, **options):
    return lo.simulate(membrane, lo.Step(amplitude), duration=duration, sampling=None, **options).spikes


@pytest.mark.parametrize(("current", "stable"), [(93.85, True), (93.87, False), (212.0, False), (212.03, True)])
def test_class_ii_rest_is_unstable_between_hopf_bifurcations(current, stable):
    # Quoted for the first regime of Rinzel & Ermentrout (1998): 93.86 and 212 µA/cm². SciPy, where the trace
    # of the Jacobian vanishes: 93.857618 and 212.018816.
    rest = lo.rest(lo.models.morris_lecar("hopf"), current=current)
    assert rest.stable is stable
    assert np.abs(rest.eigenvalues.imag).min() > 0.05  # an oscillation, not a saddle


@pytest.mark.parametrize(("current", "count"), [(39.96, 0), (39.97, 2)])
def test_class_i_begins_to_fire_where_rest_and_saddle_meet(current, count):
    # Quoted for the second regime of Rinzel & Ermentrout (1998): 39.96 µA/cm². SciPy, the fold of the steady
    # current: 39.963153.
    assert len(spikes_of(lo.models.morris_lecar("snic"), current, 6000)) == count


def test_class_i_fires_arbitrarily_slowly_and_class_ii_does_not():
    slow = np.diff(spikes_of(lo.models.morris_lecar("snic"), 39.97, 6000))
    assert 1000 / slow[-1] < 1
    onset = [spikes_of(lo.models.morris_lecar("hopf"), current) for current in (86, 88, 90, 92, 94)]
    rates = [1000 / np.diff(spikes)[-1] for spikes in onset if len(spikes) > 3]
    assert rates
    assert min(rates) > 8


def test_the_third_set_fires_and_rests_at_the_same_current():
    # Rinzel & Ermentrout (1998), third regime.
    fibre = lo.models.morris_lecar("homoclinic")
    assert lo.rest(fibre, current=37).stable
    assert len(spikes_of(fibre, 37, 1000, initial={"v": 0.0, "w": 0.1})) > 10
    assert len(spikes_of(fibre, 37, 1000, initial=lo.rest(fibre, current=37).state)) == 0


def test_the_parameters_of_1981_oscillate_with_the_period_of_the_neuroml_model():
    # Morris & Lecar (1981), figure 6, as OpenSourceBrain/MorrisLecarModel has it: spikes of .test.mep from
    # the second on (53.53, ..., 204.4 ms), by forward Euler in steps of 0.005 ms, crossings at 20 mV.
    numbers = {"g_Ca": 4, "E_Ca": 100, "E_K": -70, "E_leak": -50, "V_1": 0, "V_2": 15, "V_3": 10, "V_4": 10}
    fibre = lo.models.morris_lecar().replace(**numbers, phi=0.1, spike_level=20)
    start = {"v": -50.0, "w": 0.5 * (1 + np.tanh(-6.0))}
    spikes = spikes_of(fibre, 65, 220, initial=start)
    assert len(spikes) == 7
    assert np.diff(spikes)[1:].mean() == pytest.approx((204.4 - 53.53) / 5, abs=0.015)
