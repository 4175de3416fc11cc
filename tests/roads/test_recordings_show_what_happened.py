"""A recording gives its traces as arrays, tables and figures, and says in one line what it is."""

import numpy as np
import pytest
from matplotlib import pyplot as plt

import loligo as lo
from loligo.figures import time_panels
from reference.squid_by_hand import rates

SQUID = lo.models.squid()
RUN = lo.simulate(SQUID, lo.Step(10.0, 5, 45), 60)
CLAMP = lo.voltage_clamp(SQUID, lo.Step(60.0, 2, 8), 10, holding=-3.0)
CALCIUM = lo.simulate(lo.models.pospischil("LTS"), lo.Step(3.0, 5, 25), 30, sampling=0.1)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_traces_are_arrays_on_one_axis():
    assert RUN.t.shape == RUN.v.shape == RUN["m"].shape == RUN.current("K").shape == RUN.applied.shape == (1201,)
    np.testing.assert_array_equal(RUN.v, RUN["v"])
    np.testing.assert_array_equal(RUN.states, np.column_stack([RUN[name] for name in SQUID.variables]))
    np.testing.assert_allclose(RUN.t, np.arange(1201) * 0.05, rtol=1e-14)
    assert list(RUN.gates) == ["m", "h", "n"]
    assert list(RUN.currents) == list(RUN.conductances) == ["Na", "K", "leak"]


def test_currents_are_those_of_the_equations():
    v, m, h, n = RUN.states.T
    for name, g, E in (("Na", 120 * m**3 * h, 115), ("K", 36 * n**4, -12), ("leak", 0.3 + 0 * v, 10.6)):
        np.testing.assert_allclose(RUN.conductance(name), g, rtol=1e-12)
        np.testing.assert_allclose(RUN.current(name), g * (v - E), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(RUN.ionic_current, sum(RUN.current(name) for name in RUN.currents), rtol=1e-12)


def test_charge_is_conserved():
    # C dv/dt is what the stimulus brings less what the channels carry away
    fine = lo.simulate(SQUID, lo.Step(10.0, 5, 45), 60, tolerance=1e-10, sampling=0.01)
    net = fine.applied - fine.ionic_current
    slope = np.gradient(fine.v, fine.t)
    smooth = (np.abs(fine.t - 5) > 0.05) & (np.abs(fine.t - 45) > 0.05)
    np.testing.assert_allclose(slope[smooth][1:-1], net[smooth][1:-1], rtol=0, atol=1.0)  # of up to 400 µA/cm²


def test_instantaneous_gates_are_traces_too():
    s = 1 / (1 + np.exp(-(CALCIUM.v + 2 + 57) / 6.2))
    np.testing.assert_allclose(CALCIUM["s"], s, rtol=1e-12)
    assert "s" in CALCIUM.gates


def test_spikes_are_not_those_of_the_samples():
    fine, coarse, none = (
        lo.simulate(SQUID, lo.Step(10.0, 5, 45), 60, sampling=sampling).spikes for sampling in (0.01, 7.0, None)
    )
    assert fine.tobytes() == coarse.tobytes() == none.tobytes()
    np.testing.assert_allclose(np.interp(RUN.spikes, RUN.t, RUN.v), SQUID.spike_level, atol=0.5)


def test_membrane_stimulus_and_settings_are_kept():
    assert RUN.membrane == SQUID
    assert RUN.stimulus == lo.Step(10.0, 5, 45)
    assert (RUN.settings.duration, RUN.settings.tolerance) == (60.0, 1e-6)
    assert RUN.settings.steps > 50
    assert CLAMP.settings.holding == -3.0
    again = lo.simulate(RUN.membrane, RUN.stimulus, RUN.settings.duration, tolerance=RUN.settings.tolerance)
    np.testing.assert_array_equal(again.states, RUN.states)


ARRAYS = {
    "t": lambda run: run.t,
    "v": lambda run: run.v,
    "gate": lambda run: run["m"],
    "spikes": lambda run: run.spikes,
    "final": lambda run: run.final,
    "current": lambda run: run.current("Na"),
    "conductance": lambda run: run.conductance("Na"),
    "applied": lambda run: run.applied,
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_are_read_only(name):
    array = ARRAYS[name](RUN)
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 0.0


def test_an_initial_array_is_not_made_read_only():
    start = np.array([10.0, 0.05, 0.6, 0.3])
    lo.simulate(SQUID, duration=1, initial=start)
    start[0] = 5.0
    times = np.array([0.0, 0.5])
    lo.simulate(SQUID, duration=1, sampling=times)
    times[0] = 0.1


def test_dataframe():
    frame = RUN.to_dataframe()
    assert frame.index.name == "t"
    np.testing.assert_array_equal(frame.index, RUN.t)
    assert list(frame.columns) == [
        *("v", "m", "h", "n", "I_Na", "I_K", "I_leak"),
        *("conductance_Na", "conductance_K", "conductance_leak", "stimulus"),
    ]
    for name in ("v", "m", "h", "n"):
        np.testing.assert_array_equal(frame[name], RUN[name])
    np.testing.assert_array_equal(frame["I_K"], RUN.current("K"))
    np.testing.assert_array_equal(frame["conductance_Na"], RUN.conductance("Na"))
    np.testing.assert_array_equal(frame["stimulus"], RUN.applied)
    units = frame.attrs["units"]
    assert set(units) == {"t", *frame.columns}
    assert [units[name] for name in ("t", "v", "m", "I_Na", "conductance_K", "stimulus")] == [
        *("ms", "mV", "", "µA/cm²", "mS/cm²", "µA/cm²")
    ]
    assert "stimulus" not in CLAMP.to_dataframe()
    assert CALCIUM.to_dataframe().attrs["units"]["ca"] == "mM"


def test_xarray():
    data = RUN.to_xarray()
    np.testing.assert_array_equal(data["t"], RUN.t)
    np.testing.assert_array_equal(data["spikes"], RUN.spikes)
    np.testing.assert_array_equal(data["v"].sel(t=30.0, method="nearest"), RUN.v[600])
    assert data["v"].dims == ("t",)
    assert [data[name].attrs["units"] for name in ("t", "v", "I_Na", "conductance_K")] == [
        "ms",
        "mV",
        "µA/cm²",
        "mS/cm²",
    ]
    assert data.attrs["membrane"] == "squid"


def lines_of(figure):
    return {line.get_label(): line for axes in figure.axes for line in axes.get_lines()}


def test_plot():
    figure = RUN.plot()
    lines = lines_of(figure)
    for name, trace in {"v": RUN.v, **RUN.gates, **RUN.currents, "stimulus": RUN.applied}.items():
        np.testing.assert_array_equal(lines[name].get_ydata(), trace)
        np.testing.assert_array_equal(lines[name].get_xdata(), RUN.t)
    labels = [axes.get_ylabel() for axes in figure.axes]
    assert labels == ["v [mV]", "gates", "currents\n[µA/cm²]", "stimulus\n[µA/cm²]"]
    assert figure.axes[-1].get_xlabel() == "t [ms]"
    assert figure.axes[0].get_xlim() == (0.0, 60.0)
    assert figure.get_suptitle() == "squid"
    marks = [line for line in figure.axes[0].get_lines() if line.get_marker() == "v"]
    np.testing.assert_array_equal(marks[0].get_xdata(), RUN.spikes)


def test_plot_of_a_clamp_and_of_calcium():
    figure = CLAMP.plot()
    assert "stimulus" not in lines_of(figure)
    assert figure.get_suptitle() == "squid, voltage clamp"
    assert "ca\n[mM]" in [axes.get_ylabel() for axes in CALCIUM.plot().axes]


def test_plot_into_a_figure_of_ones_own():
    own = plt.figure()
    assert RUN.plot(own) is own
    assert len(own.axes) == 4


@pytest.mark.parametrize("sampling", [[5.0], [0.0, 60.0], 100.0])
def test_plot_of_few_samples(sampling):
    run = lo.simulate(SQUID, lo.Step(10.0, 5, 45), 60, sampling=sampling)
    run.plot().canvas.draw()


def test_plot_without_samples_is_refused_with_a_reason():
    with pytest.raises(lo.ArgumentError, match="no traces"):
        lo.simulate(SQUID, lo.Step(10.0, 5, 45), sampling=None).plot()


def test_panels_need_no_recording():
    t = np.linspace(0, 1, 5)
    assert len(time_panels(t, t**2).axes) == 1
    assert len(time_panels(t, t**2, gates={"x": t}, currents={"I": t}, further={"ca": (t, "")}).axes) == 4


def test_rates_plot():
    v = np.linspace(-50, 100, 31)
    figure = lo.rates(SQUID, v).plot()
    lines = lines_of(figure)
    (alpha, beta), *_ = rates(v)
    np.testing.assert_allclose(lines["alpha m"].get_ydata(), alpha, rtol=1e-12)
    np.testing.assert_allclose(lines["tau m"].get_ydata(), 1 / (alpha + beta), rtol=1e-12)
    assert [axes.get_ylabel() for axes in figure.axes] == ["rate [1/ms]", "steady state", "time constant [ms]"]
    instantaneous = lines_of(lo.rates(lo.models.morris_lecar(), v).plot())
    assert "m inf" in instantaneous
    assert "alpha m" not in instantaneous


def test_rates_keep_the_shape_of_v():
    for shape in ((), (0,), (1,), (2, 3), (0, 4)):
        rates = lo.rates(SQUID, np.zeros(shape))
        for kind in ("alpha", "beta", "inf", "tau"):
            assert getattr(rates["m"], kind).shape == shape
    assert list(lo.rates(SQUID, 0.0)) == ["m", "h", "n"]


def test_repr():
    text = repr(RUN)
    assert text.startswith(f"<Recording of squid: 60 ms, spikes at {RUN.spikes[0]:.3f}, ")
    assert "1201 samples of v, m, h, n" in text
    assert "tolerance 1e-06>" in text
    assert "\n" not in text
    assert "no spike" in repr(lo.simulate(SQUID, duration=1))
    assert "(5 in all)" in repr(lo.simulate(SQUID, lo.Step(10.0), 70))
    assert repr(SQUID) == "<Membrane squid: Na, K, leak; variables v, m, h, n; 6.3 °C>"
    assert repr(lo.rest(SQUID)).startswith("<Rest of squid at 0 µA/cm²: v = 0.000277566, m = 0.0529342")
    assert repr(lo.Step(7.0, 1, 2)) == "Step(amplitude=7.0, start=1.0, stop=2.0)"
