"""A curve of cycles of one period ends, with a note, where its cycles change and no parameter does.

v' = a v - b y, y' = b v + a y has cycles where a = 0, of every amplitude and of the period 2 pi / b: those of one
period are a curve in the plane of a and b that stays at one point.
"""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

import loligo as lo
from loligo.dynamics.continuation import followed_both_ways
from loligo.dynamics.curves.homoclinic_condition import HOMOCLINICS
from loligo.dynamics.curves.parameter_plane import ParameterPlane
from loligo.dynamics.curves.special_cycle_paths import EQUILIBRIUM, PROGRESS_POINTS, SpecialBranch
from loligo.dynamics.curves.special_cycle_starts import of_cycle
from loligo.dynamics.cycles import oscillating_equilibrium

CENTRE = lo.Membrane(
    lo.Current("turning", "b*y - a*v"),
    lo.State("y", "b*v + a*y", initial=0.0),
    constants={"a": 0.0, "b": 2.0},
    v_scale=1.0,
)


def test_a_curve_of_one_period_at_one_point_of_the_plane():
    plane = ParameterPlane(CENTRE, ("a", "b"), ((-1.0, 1.0), (1.0, 3.0)), 0.0)
    centre = oscillating_equilibrium(plane, np.zeros(2), np.array([0.0, 2.0]))
    start = of_cycle(plane, HOMOCLINICS, replace(centre, loop=centre.loop.plus(centre.tangent)), 2.0)
    track = followed_both_ways(partial(SpecialBranch, plane), start)
    assert {track.beginning.kind, track.ending.kind} == {EQUILIBRIUM, ""}
    (note,) = track.notes
    assert note.startswith("A curve of homoclinic orbits stops at a = ")
    assert note.endswith(
        f"b = 2, period 3.1416 ms: over {PROGRESS_POINTS} points no parameter changes by 0.1% of its range, "
        "as in a canard."
    )
    first, last = track.points[0], track.points[-1]
    assert np.array([first.here.pair, last.here.pair]) == pytest.approx(np.array([[0.0, 2.0]] * 2), abs=1e-9)
    sizes = [np.abs(point.here.loop.starts).max() for point in (first, last)]
    assert max(sizes) > 10 * min(sizes)
    assert len(track.points) < 2 * PROGRESS_POINTS
