"""The compiled program that computes all features, member by member."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from loligo.kernel.programs import instantiate


@lru_cache(maxsize=1)
def feature_program() -> Callable[..., None]:
    """Return ``run`` of `loligo.population.features.run`, compiled once for all features.

    The function writes a feature to row ``ROWS[name]`` of the values (`loligo.population.features.computation`).
    """
    run: Callable[..., None] = instantiate("loligo.population.features.run", {}, "features of spikes").run
    return run
