"""The compiled program of the voltage clamp, one for all membranes, and the memory that it works in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loligo.integrate.quadrature import KRONROD, STAGES
from loligo.kernel import cached_modules

_PARTS: Final = ("clamp_loop", "linear_gate", "radau", "elimination", "drive", "quadrature", "status")


@lru_cache(maxsize=1)
def clamp_program() -> Callable[..., Any]:
    """Return the compiled ``run`` of `loligo.integrate.clamp_loop`."""
    texts = [(Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8") for name in _PARTS]
    key = f"clamp|{hashlib.sha256(''.join(texts).encode()).hexdigest()}"
    folder = cached_modules(key, lambda: {"program": texts[0]}, "the voltage clamp")
    run: Callable[..., Any] = folder.module("program").run
    return run


def clamp_memory(variables: int, linear: int, others: int) -> NDArray[np.float64]:
    """Return memory for ``run``: rows of variables, of rates at nodes, and the matrix of the larger system."""
    rows = 3 * variables + 4 * KRONROD * linear + variables * (STAGES + 2) + 2 * others
    gate = KRONROD * (KRONROD + 3 + linear)
    slopes = STAGES * others
    radau = slopes * slopes + 4 * slopes + 3 * others + others * others
    return np.zeros(int(rows + max(gate, radau)))
