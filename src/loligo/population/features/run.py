"""The loop over members that computes all features from the records of their spikes, compiled once."""

from __future__ import annotations

import numpy as np
from numba import types

from loligo.kernel.calling import Matrix, Numbers, Whole, block, taken
from loligo.kernel.entries import entry
from loligo.lanes.record import SPIKE, TOTALS
from loligo.population.features.computation import set_features
from loligo.population.features.observed import Observed

TOGETHER = 64  # number of members that a thread processes at a time


@entry(
    types.void(
        types.int64[::1], types.float64[:, :, ::1], types.int64[::1], types.float64[:, ::1], types.float64[:, ::1],
        types.float64[:, ::1],
    ),
    fastmath=False, nogil=True,
)  # fmt: skip
def run(queue: Whole, records: Numbers, spikes: Whole, totals: Matrix, marks: Matrix, values: Matrix) -> None:
    """Fill a row of values for each feature from the records of `loligo.lanes.loop`.

    ``queue`` contains the number of the next group of members; all running threads share it.
    """
    kept, members = records.shape[0], spikes.shape[0]
    train = np.empty((len(SPIKE), kept))
    next_group = block(queue)
    first = TOGETHER * taken(next_group)
    while first < members:
        for m in range(first, min(first + TOGETHER, members)):
            n = min(spikes[m], kept)
            for k in range(n):
                for number in range(len(SPIKE)):
                    train[number, k] = records[k, m, number]
            observed = Observed(
                train[SPIKE.crossing, :n], train[SPIKE.peak_time, :n], train[SPIKE.peak, :n], train[SPIKE.begin, :n],
                train[SPIKE.width, :n], totals[m, TOTALS.minimum], totals[m, TOTALS.base], totals[m, TOTALS.steady],
                marks[m, 1], marks[m, 2],
            )  # fmt: skip
            set_features(observed, values, m)
        first = TOGETHER * taken(next_group)
