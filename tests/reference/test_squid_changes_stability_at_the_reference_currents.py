"""At the Hopf currents of the reference a pair of eigenvalues crosses the imaginary axis, with its frequency."""

import pytest

import loligo as lo
from reference.squid_facts import HOPF

SQUID = lo.models.squid()


@pytest.mark.parametrize(("current", "v", "omega"), HOPF)
def test_eigenvalues(current, v, omega):
    rest = lo.rest(SQUID, current=current)
    assert rest.v == pytest.approx(v, abs=1e-10)
    pair = rest.eigenvalues[:2]
    assert abs(pair.real).max() < 1e-10
    assert sorted(pair.imag) == pytest.approx([-omega, omega], abs=1e-10)


@pytest.mark.parametrize(("current", "sign"), [(HOPF[0][0], 1), (HOPF[1][0], -1)])
def test_stability_on_either_side(current, sign):
    assert lo.rest(SQUID, current=current - 1e-3 * sign).stable
    assert not lo.rest(SQUID, current=current + 1e-3 * sign).stable


@pytest.mark.parametrize("E_leak", [-5.0, 10.613, 20.0])
def test_the_leak_shifts_the_current(E_leak):
    # E_leak enters only through I + g_leak E_leak
    shifted = HOPF[0][0] + 0.3 * (10.6 - E_leak)
    rest = lo.rest(SQUID.replace(E_leak=E_leak), current=shifted)
    assert rest.v == pytest.approx(HOPF[0][1], abs=1e-10)
    assert abs(rest.eigenvalues[:2].real).max() < 1e-10
