"""A range without a Hopf point still has its cycles: one spike long, with the interval that a run measures."""

import numpy as np
import pytest

import loligo as lo


# spikes so steep that a line between two samples of one is millivolts from the solution
@pytest.mark.parametrize(("kind", "span", "current"), [("RS", (2.4, 5.0), 5.0), ("FS", (4.0, 12.0), 12.0)])
def test_settled_cycles_are_single_and_have_the_measured_period(kind, span, current):
    cell = lo.models.pospischil(kind)
    diagram = lo.bifurcation(cell, "I", span)
    assert diagram.notes == ()
    (cycles,) = (branch for branch in diagram.branches if branch.kind == "cycles")
    assert cycles.stable.all()
    assert (cycles.values.min(), cycles.values.max()) == pytest.approx(span)
    run = lo.simulate(cell, lo.Step(current), 3000, initial={"v": -40.0}, sampling=None, tolerance=1e-9)
    period = cycles.periods[np.argmax(cycles.values)]
    assert period == pytest.approx(np.diff(run.spikes)[-1], rel=1e-6)
