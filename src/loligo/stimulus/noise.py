"""Noise that can be reproduced in any language: an Ornstein-Uhlenbeck process on a grid of knots."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from loligo._errors import StimulusError
from loligo._units import MS, labelled, positive
from loligo.stimulus.pieces import Piece, Pieces
from loligo.stimulus.samples import between_knots
from loligo.stimulus.stimulus import UNITS
from loligo.stimulus.waveforms import Waveform

MOST_KNOTS = 10_000_000
KNOTS_IN_TAU = 20


@dataclass(frozen=True)
class Noise(Waveform):
    """A seeded Ornstein-Uhlenbeck current, exact at its knots and linear between them.

    ``x[k+1] = x[k] exp(-dt/tau) + amplitude sqrt(1 - exp(-2 dt/tau)) xi[k]``, started in its stationary
    distribution. The normal numbers xi come from SplitMix64 (Steele, Lea & Flood 2014,
    doi:10.1145/2660193.2660195) and the Box-Muller transform, so that any language can reproduce them.

    The lines between the knots change the variance a little. For v of a passive membrane (resistance R, time constant
    tau_m), the ratio of the variance to ``R² amplitude² tau / (tau + tau_m)``, its value for a process that is exact at
    all times, is between 0.983 and 1.001 with the default spacing, for any tau and tau_m. With a given dt, the ratio
    is, as a mean over time and with x = dt/tau and y = dt/tau_m, ``1 + tau_m/tau`` times

        (2 + e^-x)/3 - 2 (1 - e^-x)/y² + 2 sinh(x) (1 - e^-y)/y³
            + 4 sinh²(x/2) (2 sinh²(x/2) coth((x + y)/2) - sinh(x))/y³

    which is near ``1 - x/3`` if tau_m is short and ``1 + x²/12`` if it is long: with dt = tau/2 the variance is at most
    13.2 % too small or 2.1 % too large. A run warns if a given dt is above tau/2 or tau_m/20 (tau_m is the membrane's
    C/g at rest); below both, the variance is within 2.1 %.

    Parameters
    ----------
    amplitude : float
        Standard deviation [µA/cm²].
    tau : float
        Correlation time [ms].
    seed : int
        The same seed gives the same current.
    mean : float
        Mean [µA/cm²]; it does not change with the amplitude.
    dt : float, optional
        Interval of the knots [ms]; by default tau/20. There are at most 10,000,000.
    start, stop : float
        Times between which the current is on [ms]; ``stop`` is required.

    Raises
    ------
    StimulusError
        ``stop`` is missing, there are too many knots, or the seed is not a whole number.
    ArgumentError, UnitError
        A number is not finite, or tau or dt is not positive.

    Examples
    --------
    >>> a, b = (Noise(2.0, tau=5.0, seed=1, stop=100.0) for _ in range(2))
    >>> a(33.3) == b(33.3)
    True
    """

    tau: float = 5.0
    seed: int = 0
    mean: float = 0.0
    dt: float | None = None
    start: float = 0.0
    stop: float = math.inf

    def __post_init__(self) -> None:
        super().__post_init__()
        self._set(
            tau=positive(self.tau, MS, "tau of Noise"),
            mean=labelled(self.mean, UNITS, "mean of Noise"),
            dt=None if self.dt is None else positive(self.dt, MS, "dt of Noise"),
        )
        if isinstance(self.seed, bool) or not isinstance(self.seed, (int, np.integer)) or self.seed < 0:
            raise StimulusError(f"The seed of Noise must be a whole number, 0 or more; got {self.seed!r}.")
        self._set(seed=int(self.seed))
        self._window()
        if math.isinf(self.stop):
            raise StimulusError("Noise needs a stop=, because its values are drawn once, up to that time.")
        if self.stop - self.start > MOST_KNOTS * self.spacing:
            whose = f"tau/{KNOTS_IN_TAU} = {self.spacing:g} ms" if self.dt is None else f"dt={self.spacing:g} ms"
            enough = 1.005 * (self.stop - self.start) / MOST_KNOTS
            raise StimulusError(
                f"Noise has at most {MOST_KNOTS:,} knots, and a knot every {whose} from {self.start:g} to "
                f"{self.stop:g} ms is more: choose dt={enough:.3g} ms or longer, or an earlier stop."
            )

    @property
    def spacing(self) -> float:
        """Interval of the knots [ms]: ``dt`` if given, otherwise tau/20."""
        return self.tau / KNOTS_IN_TAU if self.dt is None else self.dt

    def scaled(self, factor: float) -> Noise:
        """Return the whole current, mean included, times a factor."""
        rest = (self.tau, self.seed, self.mean * factor, self.dt, self.start, self.stop)
        return Noise(self.amplitude * factor, *rest)

    def knots(self) -> NDArray[np.float64]:
        """Return the values at ``start + k dt`` up to or just beyond ``stop`` [µA/cm²]."""
        count = math.ceil((self.stop - self.start) / self.spacing - 1e-9) + 1
        xi = normal_numbers(self.seed, count)
        keep = math.exp(-self.spacing / self.tau)
        xi[1:] *= math.sqrt(-math.expm1(-2 * self.spacing / self.tau))
        values = np.fromiter(accumulate(xi.tolist(), lambda x, fresh: x * keep + fresh), float, count)
        return self.mean + self.amplitude * values

    def joined(self, end: float) -> Pieces:
        """Return the arrays of the normal form on ``[0, end]``; the last knot interval is cut at ``stop``."""
        return between_knots(self.knots(), self.spacing, self.start, self.stop, end)

    def pieces(self, end: float) -> list[Piece]:
        """Return the pieces on ``[0, end]``."""
        return self.joined(end).listed()


def uniform_numbers(seed: int, count: int) -> NDArray[np.float64]:
    """Return ``count`` numbers of SplitMix64 in (0, 1]: the upper 53 bits plus one, divided by 2**53."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed & (2**64 - 1)) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return ((z >> np.uint64(11)).astype(float) + 1.0) / 2.0**53


def normal_numbers(seed: int, count: int) -> NDArray[np.float64]:
    """Return ``count`` standard normal numbers by Box-Muller, the cosine before the sine of each pair."""
    u = uniform_numbers(seed, 2 * ((count + 1) // 2)).reshape(-1, 2)
    radius, angle = np.sqrt(-2 * np.log(u[:, 0])), math.tau * u[:, 1]
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle))).ravel()[:count]
