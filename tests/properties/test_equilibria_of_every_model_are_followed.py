"""Every published membrane has its equilibria followed from end to end of a range, each one an equilibrium."""

import numpy as np
import pytest

import loligo as lo
from reference.every_model import EVERY_MODEL

SPAN = (-1.0, 4.0)


@pytest.mark.parametrize("name", EVERY_MODEL)
def test_branches(name):
    membrane = EVERY_MODEL[name]
    diagram = lo.bifurcation(membrane, "I", SPAN, cycles=False)
    ends = {float(value) for branch in diagram.branches for value in branch.values[[0, -1]]}
    assert ends <= set(SPAN) or diagram.notes
    for current in SPAN:
        rest = lo.rest(membrane, current=current)
        states = [branch.states[k] for branch in diagram.branches for k in (0, -1) if branch.values[k] == current]
        assert min(np.abs(state - rest.state).max() for state in states) < 1e-7
        assert len(states) == len(rest.others) + 1
    for branch in diagram.branches:
        assert (branch.stable == (branch.multipliers.real.max(axis=1) < 1e-9)).all()
    for point in diagram.points:
        assert point.residual < 1e-9
        assert np.abs(point.multipliers.real).min() < 1e-9
