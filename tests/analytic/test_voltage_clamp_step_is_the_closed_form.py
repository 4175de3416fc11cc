"""Under a step of potential each gate relaxes exponentially, and the currents are those of its closed form."""

import numpy as np
import pytest

import loligo as lo
from reference.squid_by_hand import rates

SQUID = lo.models.squid()
TIMES = np.linspace(0, 30, 601)


def relaxed(t, v_before, v_after):
    """Return m, h, n at t ms after a jump from where they had settled."""
    before = [a / (a + b) for a, b in rates(v_before)]
    return [
        a / (a + b) + (x - a / (a + b)) * np.exp(-(a + b) * t) for (a, b), x in zip(rates(v_after), before, strict=True)
    ]


@pytest.mark.parametrize("displacement", [-30.0, 20.0, 56.0, 115.0, 150.0])
def test_currents_after_a_step(displacement):
    command = lo.Step(displacement, start=5)
    recording = lo.voltage_clamp(SQUID, command, 30, holding=0.0, sampling=TIMES)
    after = TIMES >= 5
    m, h, n = relaxed(TIMES[after] - 5, 0.0, displacement)
    for name, expected in (
        ("Na", 120 * m**3 * h * (displacement - 115)),
        ("K", 36 * n**4 * (displacement + 12)),
        ("leak", 0.3 * (displacement - 10.6) + 0 * n),
    ):
        found = recording.current(name)[after]
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13 * np.abs(expected).max())
    np.testing.assert_array_equal(recording.v, np.where(after, displacement, 0.0))


def test_a_second_step_begins_where_the_first_ended():
    command = lo.Step(40.0, start=5, stop=8)
    recording = lo.voltage_clamp(SQUID, command, 30, holding=0.0, sampling=TIMES)
    during, after = (TIMES >= 5) & (TIMES < 8), TIMES >= 8
    at_end = relaxed(3.0, 0.0, 40.0)
    for name, first, (a, b), x in zip("mhn", relaxed(TIMES - 5, 0.0, 40.0), rates(0.0), at_end, strict=True):
        np.testing.assert_allclose(recording[name][during], first[during], rtol=1e-12)
        back = a / (a + b) + (x - a / (a + b)) * np.exp(-(a + b) * (TIMES[after] - 8))
        np.testing.assert_allclose(recording[name][after], back, rtol=1e-12)


def test_a_sample_at_the_edge_is_that_just_after_it():
    recording = lo.voltage_clamp(SQUID, lo.Step(56.0, start=5), 10, holding=0.0, sampling=[np.nextafter(5, 0), 5.0])
    before, after = recording.current("leak")
    assert before == pytest.approx(0.3 * -10.6)
    assert after == pytest.approx(0.3 * (56 - 10.6))


def test_the_instantaneous_current_at_an_edge_is_ohmic():
    # gates have no time to move: the conductances just before and just after are one
    recording = lo.voltage_clamp(SQUID, lo.Step(56.0, start=5), 10, holding=-10.0, sampling=[np.nextafter(5, 0), 5.0])
    for name in SQUID.channels:
        before, after = recording.conductance(name.name)
        assert after == pytest.approx(before, rel=1e-12)


def test_the_membrane_is_settled_before_the_command():
    recording = lo.voltage_clamp(SQUID, lo.Step(56.0, start=5), 10, holding=7.0, sampling=[0.0, 4.9])
    for name, (a, b) in zip("mhn", rates(7.0), strict=True):
        np.testing.assert_allclose(recording[name], a / (a + b), rtol=1e-13)


def test_rest_is_held_by_default():
    recording = lo.voltage_clamp(SQUID, lo.Step(56.0, start=5), 10, sampling=[0.0])
    assert recording.v[0] == lo.rest(SQUID).v
    assert abs(recording.ionic_current[0]) < 1e-12
