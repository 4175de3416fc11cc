"""Kinetic schemes under a command that is constant between its edges: one matrix exponential for each piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from loligo.kernel.markov import propagators
from loligo.kernel.stops import current_stop

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.kernel import Kernel

    Array = NDArray[np.float64]

ROWS: Final = 1_000  # number of propagators that are computed at once, to limit memory


def relaxed_schemes(
    kernel: Kernel,
    q: Array,
    there: Array,
    edges: Array,
    times: Array,
    piece: NDArray[np.intp],
    here: Array,
    samples: Array,
) -> None:
    """Set the occupancies of every kinetic scheme at the edges, in ``here``, and at the times, in ``samples``.

    Parameters
    ----------
    kernel : Kernel
    q : array
        Prepared parameters.
    there : array (pieces, variables)
        States with the v of each piece; further states are not used.
    edges : array (pieces + 1,)
        [ms]
    times : array (samples,)
        Times of the samples [ms].
    piece : array of int (samples,)
        Index of the piece on which each sample lies.
    here : array (pieces + 1, variables)
        The first row is the state at the start.
    samples : array (samples, variables)
    """
    names = kernel.structure.variables
    for scheme, generator in zip(kernel.structure.schemes, kernel.generators(there, q), strict=True):
        kept = [k for k, name in enumerate(scheme.occupancies) if name != scheme.eliminated]
        columns = [names.index(scheme.occupancies[k]) for k in kept]
        found = np.zeros((len(here), len(scheme.occupancies)))
        found[0, kept] = here[0, columns]
        found[0, scheme.occupancies.index(scheme.eliminated)] = 1.0 - here[0, columns].sum()
        for first in range(0, len(generator), ROWS):
            current_stop().check()
            part = slice(first, first + ROWS)
            for k, moves in enumerate(propagators(generator[part], np.diff(edges)[part]), first):
                found[k + 1] = found[k] @ moves
        here[:, columns] = found[:, kept]
        for first in range(0, len(times), ROWS):
            current_stop().check()
            part = slice(first, first + ROWS)
            own = piece[part]
            moves = propagators(generator[own], times[part] - edges[own])
            samples[part, columns] = (found[own, None, :] @ moves)[:, 0, kept]
