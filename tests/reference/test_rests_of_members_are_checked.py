"""A member starts at a verified rest: one that lanes do not find or that is none is looked for by `loligo.rest`.

Lanes look at whole tenths of the scale of v from -20 to 20 scales.
"""

import numpy as np
import pytest

import loligo as lo

BEGIN = {"features": ["minimum_voltage"], "progress": False}


def begins(membrane, **columns):
    """Return where members are after a thousandth of a millisecond, and the table."""
    table = lo.Population.table(membrane, columns).run(lo.Step(0.0, start=0, stop=1e-3), 2e-3, **BEGIN)
    return table.minimum_voltage.to_numpy(), table


@pytest.mark.parametrize("method", ["explicit", "rosenbrock"])
def test_rests_beyond_the_range_of_lanes(method):
    membrane = lo.Membrane(lo.Channel("leak", g=0.3, E=-60.0))
    E = np.array([-700.0, -210.0, -60.0, 201.0, 900.0])
    table = lo.Population.table(membrane, {"E_leak": E}).run(lo.Step(0.0, stop=1), 2, method=method, **BEGIN)
    assert (table.status == "ok").all()
    np.testing.assert_allclose(table.minimum_voltage, E, rtol=1e-9)


def test_a_jump_through_zero_is_no_rest():
    # dv/dt is 1 below -55 mV and -1 above it; with a leak strong enough there is a rest beside the jump
    gate = lo.Channel("X", g=0.0, E=0.0, open=lo.Gate("x", inf="0.5", tau="1"))  # as in other tests of lanes that jump
    membrane = lo.Membrane(lo.Current("jump", "1 if v > -55 else -1"), lo.Channel("leak", g=0.0, E=-55.2), gate)
    _, table = begins(membrane, g_leak=np.array([0.0, 0.1, 10.0]))
    assert table.status.tolist() == ["no rest", "no rest", "ok"]
    assert table.reason[0].startswith("No equilibrium of membrane was found between -10000 and 10000 mV")
    assert table.minimum_voltage[2] == pytest.approx(-55.1, abs=1e-6)


@pytest.mark.parametrize("unit", [0.01, 100.0])
def test_lanes_follow_the_scale_of_v(unit):
    cubic = f"0.01*({unit!r})*((v/({unit!r}))+60)*((v/({unit!r}))+shift)*((v/({unit!r}))-30)"
    membrane = lo.Membrane(lo.Current("cubic", cubic), constants={"shift": 20.5}, v_scale=10 * unit, spike_level=0.0)
    starts, _ = begins(membrane, shift=np.array([20.5, 59.5, -29.9]))
    np.testing.assert_allclose(starts, -60.0 * unit, rtol=0, atol=1e-6 * unit)


def test_a_fold_that_lanes_cannot_judge():
    # near a fold dv/dt changes as little as it is: the rest is found again, and is the same
    membrane = lo.models.wang_buzsaki()
    low, high = -64.0, -60.0
    while high - low > 1e-11:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if lo.rest(membrane.replace(E_leak=middle)).others else (low, middle)
    E = low - np.array([1e-4, 1e-7, 1e-10])
    starts, table = begins(membrane, E_leak=E)
    assert (table.status == "ok").all()
    expected = [lo.rest(membrane.replace(E_leak=float(one))).v for one in E]
    np.testing.assert_allclose(starts, expected, rtol=0, atol=1e-5)
