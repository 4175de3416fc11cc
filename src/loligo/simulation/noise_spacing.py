"""Checking before a run that the knots of a noise are close enough for its variance."""

from __future__ import annotations

import math
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from loligo._errors import NoiseSpacingWarning, RestError
from loligo.kernel import compiled
from loligo.resting import rest
from loligo.stimulus import Noise, Sum

if TYPE_CHECKING:
    from loligo.membrane import Membrane
    from loligo.stimulus import Stimulus

KNOTS_IN_TAU: Final = 2
KNOTS_IN_TAU_M: Final = 20


def warn_of_wide_spacing(membrane: Membrane, stimulus: Stimulus, stacklevel: int) -> None:
    """Warn if the given dt of a noise is above half of its tau or a twentieth of the membrane's time constant."""
    terms = stimulus.terms if isinstance(stimulus, Sum) else (stimulus,)
    given = [term for term in terms if isinstance(term, Noise) and term.dt is not None]
    tau_m = time_constant(membrane) if given else math.inf
    for noise in given:
        limits = {
            f"tau/{KNOTS_IN_TAU}": noise.tau / KNOTS_IN_TAU,
            f"1/{KNOTS_IN_TAU_M} of the time constant of {membrane.name} at rest": tau_m / KNOTS_IN_TAU_M,
        }
        what = min(limits, key=lambda name: limits[name])
        if noise.spacing > limits[what]:
            warnings.warn(
                f"Noise with dt={noise.spacing:g} ms and tau={noise.tau:g} ms: dt is above {what}, {limits[what]:.3g} "
                "ms, so the variance of v may differ from that of the exact process (see the documentation of Noise). "
                f"Choose a dt of at most {min(limits.values()):.3g} ms.",
                NoiseSpacingWarning,
                stacklevel=stacklevel,
            )
            return


def time_constant(membrane: Membrane) -> float:
    """Return the time constant of v at rest with gates held, C/g [ms]; infinite if there is no rest."""
    slope = 0.0
    with suppress(RestError):
        kernel, q = compiled(membrane)
        slope = abs(float(kernel.jacobian(rest(membrane).state, q)[0, 0]))
    return 1 / slope if slope else math.inf
