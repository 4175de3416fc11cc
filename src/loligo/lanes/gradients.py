"""The derivatives of a spike time, the time at which v crosses the spike level."""

from __future__ import annotations

from loligo.kernel.entries import inlined
from loligo.lanes.dimension import DIRECTIONS
from loligo.lanes.explicit import dense_derivative, dense_v
from loligo.lanes.machine import Course
from loligo.lanes.record import NUMBERS
from loligo.lanes.roots import height, slope_at
from loligo.lanes.rows import NOW, STEP, lane_of


@inlined
def record_gradient(c: Course, place: int, record: int, at: float) -> None:
    """Record the derivatives of a spike time, -(dv/dp) / (dv/dt), while the lane is on the step of the crossing."""
    lane = lane_of(place)
    step = float(c.work[STEP + lane])
    theta = (at - c.clock[NOW + lane]) / step
    rise = slope_at(dense_v(c.work, place), theta) / step
    for d in range(DIRECTIONS):
        moved = height(dense_derivative(c.work, lane, d), theta)
        c.gradients[DIRECTIONS * (record // NUMBERS) + d] = -moved / rise
