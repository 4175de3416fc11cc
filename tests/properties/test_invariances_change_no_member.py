"""Features of members of a membrane in another time, amount or potential are the same in those units."""

import numpy as np
import pytest

import loligo as lo
from properties.invariances import rescaled, rescaled_potential, slower, smaller

MODELS = {
    "squid": (lo.models.squid(rest=-65.0), 10.0),
    "Connor-Stevens": (lo.models.connor_stevens(), 12.0),
    "Wang-Buzsáki": (lo.models.wang_buzsaki(), 1.0),
}
CHANGES = {  # of the membrane; of times, currents, conductances and potentials
    "time": (slower, 30.0, 1.0, 1.0, lambda v: v),
    "amount": (smaller, 1.0, 1e-3, 1e-3, lambda v: v),
    "potential": (rescaled, 1.0, 1.0, 100.0, rescaled_potential),
}
COUNTED = ["spike_count", "activity"]
TIMES, RATES = ["time_to_first_spike"], ["mean_frequency"]
POTENTIALS = ["voltage_base", "minimum_voltage", "steady_state_voltage"]
# AP_amplitude and AP_duration_half_width begin where v rises by 10 mV/ms, whatever the membrane, as eFEL defines them


def table_of(membrane, amplitude, time, conductance):
    shares = np.linspace(0.8, 1.2, 5)
    members = lo.Population.table(membrane, {"g_leak": membrane["g_leak"] * shares})
    step = lo.Step(amplitude, start=20 * time, stop=120 * time)
    features = [*COUNTED, *TIMES, *RATES, *POTENTIALS]
    return members.run(step, 150 * time, features=features, tolerance=1e-8, progress=False)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("model", MODELS)
def test_features_in_other_units(model, change):
    (membrane, amplitude), (changed, time, amount, conductance, potential) = MODELS[model], CHANGES[change]
    plain = table_of(membrane, amplitude, 1.0, 1.0)
    other = table_of(changed(membrane), amplitude * amount, time, conductance)
    assert (plain.status == "ok").all()
    assert plain.spike_count.min() >= 1
    for name in COUNTED:
        assert other[name].tolist() == plain[name].tolist()
    unit = potential(1.0) - potential(0.0)
    span = 100.0  # mV, of the span of v
    for names, factor in ((TIMES, time), (RATES, 1 / time)):
        for name in names:
            np.testing.assert_allclose(other[name], plain[name] * factor, rtol=1e-6, err_msg=name)
    for name in POTENTIALS:
        np.testing.assert_allclose(other[name], potential(plain[name]), rtol=0, atol=1e-6 * span * unit, err_msg=name)


def test_a_fast_gate_crawls_in_one_time_only_and_gives_the_same_features():
    # lanes leave explicit steps shorter than 0.02 ms for the stiff method: that takes less time and changes no answer
    gates = {
        "m": lo.Gate("m", inf="1/(1 + exp(-(v + 35)/7))", tau="0.002 + 0*v"),
        "h": lo.Gate("h", inf="1/(1 + exp((v + 60)/6))", tau="1 + 5/(1 + exp((v + 40)/10))"),
        "n": lo.Gate("n", inf="1/(1 + exp(-(v + 45)/10))", tau="3"),
    }
    membrane = lo.Membrane(
        lo.Channel("Na", g=120, E=50, open=gates["m"] ** 3 * gates["h"]),
        lo.Channel("K", g=36, E=-77, open=gates["n"] ** 4),
        lo.Channel("leak", g=0.3, E=-60),
        spike_level=-10,
    )
    plain, other = table_of(membrane, 8.0, 1.0, 1.0), table_of(slower(membrane), 8.0, 30.0, 1.0)
    assert (plain.status == "ok").all()
    assert (other.status == "ok").all()
    assert plain.spike_count.tolist() == other.spike_count.tolist()
    np.testing.assert_allclose(other.time_to_first_spike, plain.time_to_first_spike * 30, rtol=1e-6)
    np.testing.assert_allclose(other.mean_frequency, plain.mean_frequency / 30, rtol=1e-6)
