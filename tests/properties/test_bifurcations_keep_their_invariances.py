"""What a change of numbers cannot do to a bifurcation diagram: rules without any stored number."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loligo as lo

SQUID = lo.models.squid()
SPAN = (5.0, 30.0)


def values(diagram, *kinds):
    return [point.value for kind in kinds for point in diagram.of_kind(kind)]


@pytest.fixture(scope="module")
def plain():
    return lo.bifurcation(SQUID, "I", SPAN)


@pytest.fixture(scope="module")
def equilibria():
    return lo.bifurcation(SQUID, "I", (0, 200), cycles=False)


@settings(max_examples=4)
@given(E_leak=st.floats(-5, 25))
def test_the_leak_moves_hopf_points_by_its_current(equilibria, E_leak):
    # E_leak enters only through I + g_leak E_leak
    shift = 0.3 * (10.6 - E_leak)
    moved = lo.bifurcation(SQUID.replace(E_leak=E_leak), "I", (shift, 200 + shift), cycles=False)
    assert values(moved, "Hopf") == pytest.approx([x + shift for x in values(equilibria, "Hopf")], abs=1e-9)


def test_the_leak_moves_all_bifurcations_by_its_current(plain):
    shift = 0.3 * (10.6 - 3.0)
    moved = lo.bifurcation(SQUID.replace(E_leak=3.0), "I", (SPAN[0] + shift, SPAN[1] + shift))
    kinds = ("Hopf", "fold of cycles", "period doubling")
    assert len(values(plain, *kinds)) >= 6
    assert values(moved, *kinds) == pytest.approx([x + shift for x in values(plain, *kinds)], abs=1e-8)


def test_slower_rates_with_more_capacitance_only_stretch_time(plain):
    phi = 3.0  # rates x phi with C / phi: all that happens, happens phi times as fast
    fast = lo.bifurcation(SQUID.replace(celsius=16.3, C=1 / phi), "I", SPAN)
    assert [point.kind for point in fast.points] == [point.kind for point in plain.points]
    for one, other in zip(fast.points, plain.points, strict=True):
        assert one.value == pytest.approx(other.value, abs=1e-8)
        assert one.period == pytest.approx(other.period / phi, rel=1e-6)


def test_a_shift_of_voltage_moves_no_current(equilibria):
    shifted = lo.bifurcation(lo.models.squid(rest=-65.0), "I", (0, 200), cycles=False)
    for one, other in zip(shifted.points, equilibria.points, strict=True):
        assert one.value == pytest.approx(other.value, abs=1e-9)
        assert one.v + 65 == pytest.approx(other.v, abs=1e-9)
        assert (one.kind, one.note) == (other.kind, other.note)
        assert one.coefficient == pytest.approx(other.coefficient, rel=1e-9)


def test_temperature_alone_moves_no_equilibrium():
    (branch,) = lo.bifurcation(SQUID, "celsius", (0, 30), I=15.0, cycles=False).branches
    np.testing.assert_allclose(branch.states, branch.states[:1] * np.ones((len(branch), 1)), rtol=0, atol=1e-10)
    assert branch.stable.any()  # though its stability changes
    assert not branch.stable.all()


def test_cycles_are_born_with_the_amplitude_that_the_coefficient_says(plain):
    # near a Hopf point A² = -(d growth/dI)(I - I_H)/l
    (hopf,) = plain.of_kind("Hopf")
    low, high = (lo.rest(SQUID, current=hopf.value + step).eigenvalues[0].real for step in (-1e-4, 1e-4))
    branch = plain.branches[1]
    assert branch.marks[0] == "Hopf"
    amplitude = (branch.v_max[1] - branch.v_min[1]) / 2
    expected = -(high - low) / 2e-4 * (branch.values[1] - hopf.value) / hopf.coefficient
    assert amplitude**2 == pytest.approx(expected, rel=0.02)


def test_a_stable_cycle_fires_at_the_interval_that_is_measured(plain):
    cycles = next(one for one in plain.branches if one.kind == "cycles")
    stable = np.flatnonzero(cycles.stable & (np.array(cycles.marks) == "") & (cycles.v_max > 60) & (cycles.values > 7))
    for k in stable[:: max(1, len(stable) // 4)]:
        run = lo.simulate(
            SQUID, lo.Step(cycles.values[k]), 300, initial=cycles.states[k], sampling=None, tolerance=1e-11
        )
        assert np.diff(run.spikes) == pytest.approx(cycles.periods[k], rel=1e-6)
