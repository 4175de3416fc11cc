"""The compiled program of the voltage clamp, one for all membranes, and its working memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loligo.integrate.quadrature import KRONROD, STAGES
from loligo.kernel.programs import instantiate


@lru_cache(maxsize=1)
def clamp_program() -> Callable[..., Any]:
    """Return the compiled ``run`` of `loligo.integrate.clamp_loop`."""
    run: Callable[..., Any] = instantiate("loligo.integrate.clamp_loop", {}, "the voltage clamp").run
    return run


def clamp_memory(variables: int, linear: int, others: int) -> NDArray[np.float64]:
    """Return memory for ``run``: rows of variables, of rates at nodes, and the matrix of the larger system."""
    rows = 3 * variables + 4 * KRONROD * linear + variables * (STAGES + 2) + 2 * others
    gate = KRONROD * (KRONROD + 3 + linear)
    slopes = STAGES * others
    radau = slopes * slopes + 4 * slopes + 3 * others + others * others
    return np.zeros(int(rows + max(gate, radau)))
