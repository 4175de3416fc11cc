"""The squid's fast plane (v and m, with h and n at rest) has a rest, a saddle that is its threshold, and a plateau.

FitzHugh R (1960) Thresholds and plateaus in the Hodgkin-Huxley nerve equations. J Gen Physiol 43:867-896,
doi:10.1085/jgp.43.5.867, finds these three points; their values follow from dv/dt = 0 with m at its steady state.
"""

import numpy as np
import pytest
from scipy.optimize import brentq

import loligo as lo
from reference.squid_by_hand import rates
from reference.squid_facts import REST

SQUID = lo.models.squid()


@pytest.fixture(scope="module")
def plane():
    return lo.phase_plane(SQUID, "v", "m")  # against m all others are slow


def ionic(v):
    alpha, beta = rates(np.array([v]))[0]
    m = float(alpha[0] / (alpha[0] + beta[0]))
    sodium = 120 * m**3 * REST["h"] * (v - 115)
    return sodium + 36 * REST["n"] ** 4 * (v + 12) + 0.3 * (v - 10.6)


def test_three_points(plane):
    expected = [brentq(ionic, *bracket, xtol=1e-13) for bracket in ((-3, 1), (1, 20), (80, 115))]
    assert [point.x for point in plane.equilibria] == pytest.approx(expected, abs=1e-9)
    assert [point.kind for point in plane.equilibria] == ["stable node", "saddle", "stable node"]
    assert plane.others == {name: pytest.approx(REST[name], rel=1e-12) for name in "hn"}


def test_the_saddle_parts_silence_from_the_plateau(plane):
    rest, saddle, plateau = plane.equilibria
    for side, end in ((-1, rest), (1, plateau)):
        path = plane.with_trajectories((saddle.x + side * 0.5, saddle.y), duration=60).trajectories[0]
        assert (path.x[-1], path.y[-1]) == pytest.approx((end.x, end.y), abs=1e-3)
