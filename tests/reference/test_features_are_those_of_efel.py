"""Features of members, computed as they run, are what eFEL makes of their traces.

eFEL reads a trace sampled every H ms, so its times are wrong by H at most, the begin of a spike by what v rises in that
time, and intervals by 2 H. Where eFEL gives one number a spike, its mean is compared; where it gives none, NaN.
"""

import warnings

import numpy as np
import pytest

import loligo as lo
from loligo.population import FEATURES

efel = pytest.importorskip("efel")

H = 0.002  # ms
NAMES = [name for name in FEATURES if name != "activity"]  # which eFEL does not have
SQUID, RS = lo.models.squid(rest=-65), lo.models.pospischil("RS")
LONG = lo.Step(1.0, start=20, stop=120)

# what: membrane, stimulus, duration, what varies
POPULATIONS = {
    "squid: rebound, silent, one spike, repetitive, block": (SQUID, LONG, 150, {"amplitude": [-5, 0, 2.5, 7, 20, 150]}),
    "squid: a start above the level, and beside it": (SQUID, LONG, 150, {"amplitude": [0, 7], "initial_v": [-40, 40]}),
    "squid: from 0 to the end": (SQUID, lo.Step(8.0), 60, {"amplitude": [0, 8]}),
    "squid: after a base that swings": (SQUID, lo.Step(9.0, start=3, stop=30), 45, {"initial_v": [-70, -62]}),
    "squid: waves": (SQUID, lo.Sine(9.0, frequency=0.05, start=10, stop=95), 110, {"g_Na": [110, 130]}),
    "RS: adapting": (RS, lo.Step(1.0, start=20, stop=220), 250, {"amplitude": [1, 2, 5, 10]}),
    "RS: cut off": (RS, lo.Step(5.0, start=20), 90, {"amplitude": [3, 5]}),
}


@pytest.mark.parametrize("what", POPULATIONS)
def test_members(what):
    membrane, stimulus, duration, varied = POPULATIONS[what]
    population = lo.Population(membrane, **varied)
    table = population.run(stimulus, duration, features=NAMES, spike_times=200, tolerance=1e-8)
    assert (table.status == "ok").all()
    for member in range(population.size):
        compare(population, member, stimulus, duration, table.loc[member])


@pytest.mark.parametrize("moment", ["before the peak", "after the peak"])
def test_a_last_spike_that_does_not_come_down(moment):
    first, second = lo.simulate(SQUID, lo.Step(8.0), 40, tolerance=1e-10).spikes[:2]
    end = second + {"before the peak": 0.1, "after the peak": 0.6}[moment]
    population, stimulus = lo.Population(SQUID, amplitude=[8.0, 8.01]), lo.Step(8.0)
    table = population.run(stimulus, end, features=NAMES, tolerance=1e-8)
    trace, found = by_efel(population, 0, stimulus, end)
    assert trace.v[-1] > SQUID.spike_level
    assert (trace.v.argmax() == trace.t.size - 1 or trace.v[-1] < trace.v[-2]) == (moment == "after the peak")
    assert (table.spike_count[0], found["spike_count"]) == (2, 1)  # a crossing is a spike here, and not there
    compare(population, 0, stimulus, end, table.loc[0].drop("spike_count"))
    assert np.isnan(table.ISI_CV[0])
    assert table.time_to_first_spike[0] == pytest.approx(first, abs=1.0)


@pytest.mark.parametrize("edge", ["start", "stop"])
def test_spikes_that_peak_around_an_edge_of_the_stimulus(edge):
    """The spike is set off by where v begins, and the stimulus is nothing."""
    start = {"initial_v": [-40.0]}
    peak = lo.Population(SQUID, **start).run(lo.Step(0.0, 0, 20), 20, features="time_to_first_spike", tolerance=1e-8)
    peak = float(peak.time_to_first_spike[0])
    for shift, inside in ((-5 * H, edge == "start"), (5 * H, edge == "stop")):
        edges = (peak + shift, 15.0) if edge == "start" else (0.1, peak + shift)
        population, stimulus = lo.Population(SQUID, **start), lo.Step(0.0, *edges)
        table = population.run(stimulus, 20, features=NAMES, tolerance=1e-8)
        assert (table.mean_frequency[0] > 0) == inside
        # where the begin lies on the other side eFEL has none, and the base of an upstroke is coarse in samples
        beside = ["AP_amplitude", "AP_duration_half_width", "voltage_base"]
        compare(population, 0, stimulus, 20, table.loc[0].drop(beside))


def test_a_stimulus_that_begins_after_the_end_has_no_window():
    """eFEL refuses it."""
    row = lo.Population(SQUID, initial_v=[-40.0]).run(lo.Step(9.0, start=50), 40, features=NAMES).loc[0]
    assert np.isnan([row[name] for name in ("minimum_voltage", "voltage_base", "steady_state_voltage")]).all()
    assert (row.spike_count, row.mean_frequency) == (1, 0)
    assert -50 < row.time_to_first_spike < -48


@pytest.mark.parametrize("tolerance", [1e-4, 1e-10])
def test_no_tolerance_loses_a_feature(tolerance):
    """Widths are found however short the steps are on the way up."""
    settings = {"duration": 150, "features": NAMES}
    population = lo.Population(SQUID, amplitude=[7.0, 20.0], celsius=[6.3, 3.0])
    finest = population.run(LONG, tolerance=1e-9, **settings)
    table = population.run(LONG, tolerance=tolerance, **settings)
    for name in NAMES:
        np.testing.assert_allclose(table[name], finest[name], rtol=1e-3, atol=1e-3, err_msg=name)


@pytest.mark.parametrize("dt", [0.1, 0.002])
def test_no_edges_lose_a_feature(dt):
    """A step is the same stimulus in pieces of any length, each of which ends a step of the integrator."""
    pieces = lo.Samples((7.0,) * (round(100 / dt) + 1), dt=dt, start=20)
    settings = {"duration": 150, "features": NAMES, "tolerance": 1e-6}
    one, many = (lo.Population(SQUID, celsius=[6.3, 3.0]).run(each, **settings) for each in (7.0 * LONG, pieces))
    for name in NAMES:
        np.testing.assert_allclose(many[name], one[name], rtol=1e-5, atol=1e-5, err_msg=name)


@pytest.mark.parametrize(
    ("name", "amplitude", "numbers"),
    [
        ("morris_lecar", 196.346, {"C": 18.718, "g_Ca": 2.393, "g_K": 12.268, "g_leak": 1.857}),
        ("morris_lecar", 123.512, {"C": 10.191, "g_Ca": 6.354, "g_K": 10.659, "g_leak": 1.395}),
        ("squid", 11.663, {"C": 0.759, "g_Na": 178.404, "g_K": 63.14, "g_leak": 0.579}),
    ],
)
def test_a_rise_that_is_slow_for_a_moment_begins_the_spike_behind_it(name, amplitude, numbers):
    """As v rises, dv/dt falls below 10 mV/ms and back within one step; or it only nearly does."""
    population = lo.Population(lo.models.named(name).replace(**numbers), amplitude=[amplitude])
    stimulus = lo.Step(1.0, start=5, stop=150)
    trace = population.replay(0, stimulus, 160, tolerance=1e-9, sampling=H)
    rise = np.diff(trace.v) / H
    begins = np.flatnonzero((rise[:-1] < 10) & (rise[1:] >= 10)) + 1
    peaks = np.flatnonzero((rise[:-1] > 0) & (rise[1:] <= 0)) + 1
    peaks = peaks[trace.v[peaks] > trace.membrane.spike_level]
    expected = trace.v[peaks] - trace.v[begins[np.searchsorted(begins, peaks) - 1]]
    for tolerance in (1e-4, 1e-8):
        found = population.run(stimulus, 160, features=["AP_amplitude"], tolerance=tolerance)
        assert found.AP_amplitude[0] == pytest.approx(expected.mean(), abs=0.15)


@pytest.mark.parametrize("tolerance", [1e-4, 1e-8])
def test_peaks_at_edges_of_the_stimulus(tolerance):
    """A passive membrane rises until the step stops: the closed form gives its peak, and when it is half as high."""
    g, rest, drive = 0.3, -65.0, np.array([60.0, 100.0, 200.0])
    membrane = lo.Membrane(lo.Channel("leak", g=g, E=rest), spike_level=-20)
    table = lo.Population(membrane, amplitude=drive).run(lo.Step(1.0, 10, 11), 30, features=NAMES, tolerance=tolerance)
    height = drive / g * (1 - np.exp(-g))
    up = -np.log(1 - 0.5 * g * height / drive) / g
    np.testing.assert_allclose(table.peak_voltage, rest + height, rtol=0, atol=10 * tolerance)
    np.testing.assert_allclose(table.AP_amplitude, height, rtol=0, atol=10 * tolerance)
    np.testing.assert_allclose(table.AP_duration_half_width, 1 - up + np.log(2) / g, rtol=0, atol=10 * tolerance)
    np.testing.assert_allclose(table.time_to_first_spike, 1.0, rtol=0, atol=1e-12)


def test_a_plateau_that_the_stop_cuts_off():
    population = lo.Population(lo.models.morris_lecar(), g_Ca=[4.35115], initial_v=[-57.3469])
    stimulus = lo.Step(169.3, start=56.0386, stop=135.8334)
    table = population.run(stimulus, 200, features=NAMES, tolerance=1e-8)
    beside = ["AP_duration_half_width", "AP_amplitude"]  # of samples 2 µs apart, where v begins to rise by a jump
    compare(population, 0, stimulus, 200, table.loc[0].drop(beside))
    assert table.spike_count[0] == 2


def test_every_method_measures_what_waves_do():
    wave, varied = lo.Sine(90.0, frequency=0.07, start=3, stop=60), {"initial_v": [-65.0], "phase": [0.0, 2.0]}
    settings = {"duration": 80, "features": NAMES, "tolerance": 1e-6, "most_steps": 10**6}  # at -350 mV it is stiff
    found = [lo.Population(SQUID, **varied).run(wave, method=each, **settings) for each in ("explicit", "rosenbrock")]
    for name in NAMES:
        np.testing.assert_allclose(found[0][name], found[1][name], rtol=1e-3, atol=1e-3, err_msg=name)


def compare(population, member, stimulus, duration, row):
    trace, found = by_efel(population, member, stimulus, duration)
    stop = min(stimulus.stop, duration)
    if trace.spikes.min(initial=stop) < stimulus.start - 1:  # eFEL pairs begins and peaks by their number
        row = row.drop("AP_duration_half_width", errors="ignore")
    if stop == duration:  # eFEL takes the last sample, or nothing, as rounding will have it
        assert np.isnan(row.steady_state_voltage)
        row = row.drop("steady_state_voltage")
    at = np.flatnonzero((trace.t >= stimulus.start) & (trace.t <= stop))
    at = at[trace.v[at].argmin()]
    shortest = min(np.diff(trace.spikes).min(initial=np.inf), 1e3)
    count = max(((trace.spikes >= stimulus.start) & (trace.spikes <= stop)).sum(), 1)
    within = {
        "spike_count": 0,
        "time_to_first_spike": H,
        "mean_frequency": found["mean_frequency"] ** 2 * H / (1e3 * count),  # H of the time to the last spike
        "ISI_CV": 2 * H / shortest,
        "adaptation_index": 2 * H / shortest,
        "peak_voltage": 1000 * H**2,  # mV: half of what v curves by at a peak, within half an interval
        "AP_amplitude": 20 * H,  # 10 mV/ms, and more while v bends upwards, for the interval in which it begins
        "AP_duration_half_width": 2 * H,
        "minimum_voltage": 1000 * H**2 + np.abs(np.diff(trace.v[max(at - 2, 0) : at + 3])).max(),  # an edge may be cut
        "voltage_base": 5 * H,  # a sum of samples for an integral: the ends count fully
        "steady_state_voltage": 5 * H,
    }
    for name in NAMES:
        if name in row:
            message = f"{name} of {population.member(member)}"
            error = 1e-12 + np.nan_to_num(within[name])
            np.testing.assert_allclose(row[name], found[name], rtol=0, atol=error, err_msg=message)


def by_efel(population, member, stimulus, duration):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of eFEL, where there is nothing to divide by
        trace = population.replay(member, stimulus, duration, tolerance=1e-8, sampling=H)
        efel.reset()
        efel.set_setting("Threshold", trace.membrane.spike_level)
        efel.set_setting("interp_step", H)
        given = {"T": trace.t, "V": trace.v, "stim_start": [stimulus.start], "stim_end": [min(stimulus.stop, duration)]}
        values = efel.get_feature_values([given], NAMES, raise_warnings=False)[0]
    return trace, {
        n: np.nan if value is None or not len(value) else float(np.mean(value)) for n, value in values.items()
    }
