"""Oscillators whose cycles and bifurcations have closed forms, written as membranes, come out as their closed forms."""

import numpy as np
import pytest

import loligo as lo

OMEGA, GROWTH, BRAKE = 0.7, 2e-3, 1e-6


def rotor(growth, brake):
    """``dA/dt = mu A + growth A³ - brake A⁵`` in the plane of v and y, turning at OMEGA."""
    r2 = "(v*v + y*y)"
    push = f"(mu + growth*{r2} - brake*{r2}**2)"
    return lo.Membrane(
        lo.Current("turn", f"omega*y - {push}*v"),
        lo.State("y", f"omega*v + {push}*y", initial=10.0),
        constants={"mu": 0.0, "omega": OMEGA, "growth": growth, "brake": brake},
    )


@pytest.fixture(scope="module")
def subcritical():
    return lo.bifurcation(rotor(GROWTH, BRAKE), "mu", (-1.5, 0.5))


def test_hopf_point_with_its_coefficient(subcritical):
    (hopf,) = subcritical.of_kind("Hopf")
    assert hopf.value == pytest.approx(0, abs=1e-12)
    assert hopf.coefficient == pytest.approx(GROWTH, rel=1e-10)
    assert hopf.note == "subcritical"
    assert hopf.period == pytest.approx(2 * np.pi / OMEGA, rel=1e-12)


def test_fold_of_cycles(subcritical):
    (fold,) = subcritical.of_kind("fold of cycles")
    assert fold.value == pytest.approx(-(GROWTH**2) / (4 * BRAKE), rel=1e-10)
    assert fold.period == pytest.approx(2 * np.pi / OMEGA, rel=1e-10)
    amplitude = np.sqrt(GROWTH / (2 * BRAKE))
    assert (fold.v_min, fold.v_max) == pytest.approx((-amplitude, amplitude), rel=1e-4)


def test_amplitudes_and_multipliers_along_the_branch(subcritical):
    (cycles,) = (one for one in subcritical.branches if one.kind == "cycles")
    r2 = cycles.v_max**2
    assert -GROWTH * r2 + BRAKE * r2**2 == pytest.approx(cycles.values, abs=1e-4)
    slope = 2 * r2 * (GROWTH - 2 * BRAKE * r2)  # the growth rate of a difference in amplitude
    plain = (np.array(cycles.marks) == "") & (np.abs(cycles.multipliers[:, 1]) > 1e-9)
    measured = np.log(np.abs(cycles.multipliers[plain, 1])) * OMEGA / (2 * np.pi)
    assert measured == pytest.approx(slope[plain], abs=1e-3)
    assert (cycles.stable == (slope <= 0))[plain].all()


def test_a_supercritical_hopf_point():
    (hopf,) = lo.bifurcation(rotor(-GROWTH, 0.0), "mu", (-0.5, 0.5)).of_kind("Hopf")
    assert hopf.note == "supercritical"
    assert hopf.coefficient == pytest.approx(-GROWTH, rel=1e-10)


@pytest.mark.slow
def test_a_torus():
    # Langford WF (1979) Periodic and steady-state mode interactions lead to tori. SIAM J Appl Math 37:22-48,
    # doi:10.1137/0137003, in its symmetric form: cycles at z = b with r² = (c + a b - b³/3)/(1 + e b), which lose
    # their stability where a = b² + e r²; time is in ms, and lengths are in units of one.
    a, b, e, turn = 0.95, 0.7, 0.25, 0.9
    membrane = lo.Membrane(
        lo.Current("x", "turn*y - (z - b)*v"),
        lo.State("y", "turn*v + (z - b)*y", initial=0.0),
        lo.State("z", "c + a*z - z**3/3 - (v*v + y*y)*(1 + e*z)", initial=1.0),
        constants={"a": a, "b": b, "c": 0.0, "e": e, "turn": turn},
    )
    hopf = b**3 / 3 - a * b
    torus = (a - b * b) / e * (1 + e * b) + hopf
    diagram = lo.bifurcation(membrane, "c", (-0.8, 2.5))
    assert [point.value for point in diagram.of_kind("Hopf")] == [pytest.approx(hopf, abs=1e-10)]
    (found,) = diagram.of_kind("torus")
    assert found.value == pytest.approx(torus, abs=1e-8)
    assert found.period == pytest.approx(2 * np.pi / turn, rel=1e-9)
    turning = found.multipliers[np.abs(found.multipliers.imag) > 1e-3]
    assert np.abs(turning) == pytest.approx(1, abs=1e-6)
