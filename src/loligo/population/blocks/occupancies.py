"""Initial occupancies of kinetic schemes: columns for some occupancies become columns for all variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import LoligoError
from loligo.membrane.occupancies import in_variables
from loligo.population.units import START

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from loligo.membrane import Membrane


def with_whole_schemes(
    membrane: Membrane, columns: Mapping[str, NDArray[np.float64]], reasons: NDArray[Any]
) -> Mapping[str, NDArray[np.float64]]:
    """Return columns in which every kinetic scheme that they mention has a column for each of its variables.

    The rules are those of `loligo.membrane.occupancies.in_variables`; a member that breaks one gets its reason.
    """
    found = dict(columns)
    for scheme in membrane.schemes:
        given = {name: found.pop(f"{START}{name}") for name in scheme.occupancies if f"{START}{name}" in found}
        if not given:
            continue
        whole = np.full((len(reasons), len(scheme.variables)), np.nan)
        for member, row in enumerate(zip(*given.values(), strict=True)):
            if reasons[member]:
                continue
            try:
                values = in_variables(membrane, dict(zip(given, map(float, row), strict=True)), "columns initial_")
            except LoligoError as error:
                reasons[member] = str(error)
                continue
            whole[member] = [values[name] for name in scheme.variables]
        found |= {f"{START}{name}": column for name, column in zip(scheme.variables, whole.T, strict=True)}
    return found
