"""The lowest amplitude that makes a membrane fire, with its error."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import ArgumentError, DivergenceError, ThresholdError
from loligo._units import CURRENT, MS, positive
from loligo.analysis.criteria import spike_test
from loligo.resting import settles
from loligo.simulation import simulate
from loligo.simulation.current import checked_parts, checked_tolerance, default_duration, initial_state
from loligo.simulation.engine import Runner, Window
from loligo.simulation.noise_spacing import warn_of_wide_spacing
from loligo.stimulus import Pieces

if TYPE_CHECKING:
    from loligo.membrane import Membrane
    from loligo.stimulus import Stimulus

FIRST_RUNG, LAST_RUNG = 0.5, 2.0**14  # amplitudes tried, each twice the one before
NUDGE = 0.1  # mV: the disturbance that shows whether an unstable rest leads to firing
EARLY_CUT = 0.65  # where a bracket is cut when a run ends at its spike: one that fires costs a fifth of a silent one
BEYOND = 64.0  # times the first amplitude that fires: how far the search for further crossings goes


@dataclass(frozen=True)
class Threshold:
    """The answer of `threshold`.

    Attributes
    ----------
    value : float
        The lowest amplitude found to fire: signed, [µA/cm²]; a factor for a sum or recorded samples.
    bracket : (float, float)
        The largest amplitude found silent and ``value``, in order of magnitude; the threshold lies between.
    resolution : float
        The bracket is no wider.
    runs : int
        Simulations that it took.
    tolerance : float
        Of each simulation.
    monotone : bool
        Whether every larger amplitude that was tried fires too.
    others : tuple of float
        Further amplitudes, beyond ``value``, at which firing ends or begins again.
    unit : str
        Of all amplitudes here.
    """

    value: float
    bracket: tuple[float, float]
    resolution: float
    runs: int
    tolerance: float
    monotone: bool
    others: tuple[float, ...]
    unit: str

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        digits = max(0, math.ceil(-math.log10(self.resolution)))
        more = "" if self.monotone else f"; firing changes again at {', '.join(f'{x:.{digits}f}' for x in self.others)}"
        return f"{self.value:.{digits}f} {self.unit}, error below {self.resolution:g} ({self.runs} runs){more}".replace(
            "  ", " "
        )


def threshold(
    membrane: Membrane,
    stimulus: Stimulus,
    *,
    fires: str | int | Callable[..., Any] = "once",
    duration: float | None = None,
    resolution: float = 1e-6,
    tolerance: float | None = None,
    initial: Any = "rest",
    method: str = "auto",
) -> Threshold:
    """Find the threshold nearest zero, on the side of the stimulus' own amplitude.

    Amplitudes are doubled until the membrane fires, then the bracket is cut until it is narrow. The search goes on
    to 64 times the first amplitude that fires, so that firing that stops again is noticed.

    Parameters
    ----------
    membrane : Membrane
        What is stimulated.
    stimulus : Stimulus
        Its amplitude is varied, all else (an offset, a mean) is kept; of a sum or of samples, a factor. Only the
        sign of the amplitude given here matters.
    fires : "once", "repetitively", int or callable
        At least one spike; still firing at the end of the stimulus (three spikes inside it, and after the last a
        gap shorter than 1.5 of the last interval); that many spikes; or a function of the `Recording`.
    duration : float, optional
        [ms]; by default 60 ms longer than the stimulus.
    resolution : float
        Width of the bracket.
    tolerance : float, optional
        Of each simulation; by default a tenth of the resolution, at most 1e-4; its error in a
        threshold is about a hundredth of itself.
    initial, method
        As for `simulate`.

    Returns
    -------
    Threshold

    Raises
    ------
    ThresholdError
        The membrane fires without a stimulus, or does not fire up to 16384 µA/cm².
    ArgumentError
        A stimulus without an end and no duration, a resolution that is not positive.

    Examples
    --------
    >>> import loligo as lo
    >>> round(threshold(lo.models.squid(), lo.Step(1.0, start=20, stop=180)).value, 5)
    2.24095
    """
    checked_parts(membrane, stimulus)
    end = default_duration(stimulus) if duration is None else positive(duration, MS, "duration")
    resolution = positive(resolution, "" if stimulus.amplitude_is_factor else CURRENT, "resolution")
    if tolerance is None:
        tolerance = min(1e-4, max(1e-12, resolution / 10))
    search = _Search(
        membrane, stimulus, fires, end, checked_tolerance(tolerance), initial_state(membrane, initial), method
    )
    warn_of_wide_spacing(membrane, stimulus, stacklevel=3)
    sign = _sign(stimulus)
    if isinstance(initial, str):
        search.know_rest()
    if search(0.0) or (isinstance(initial, str) and search.leaves_rest()):
        raise ThresholdError(f"{membrane.name} fires as asked even at amplitude 0, so there is no threshold to find.")
    silent, firing = search.bracket(sign)
    beyond = search.beyond(firing)
    low, high = search.narrowed(silent, firing, resolution)
    others = tuple(max(search.narrowed(a, b, resolution), key=abs) for a, b in beyond)
    unit = "" if stimulus.amplitude_is_factor else CURRENT
    return Threshold(high, (low, high), resolution, search.runs, tolerance, not others, others, unit)


class _Search:
    """Whether the membrane fires at an amplitude, counting the runs it takes to know."""

    def __init__(
        self,
        membrane: Membrane,
        stimulus: Stimulus,
        fires: Any,
        end: float,
        tolerance: float,
        state: Any,
        method: str,
    ) -> None:
        self._test, self._enough = spike_test(fires)
        self._whole = fires
        self._membrane, self._stimulus, self._end = membrane, stimulus, end
        self._settings = {"tolerance": tolerance, "method": method}
        self._runner = Runner(membrane, method=method, tolerance=tolerance)
        self._pieces = _varied(stimulus, end)
        self._windows = [Window(0.0, end)]
        self._state = state
        self._answers: dict[float, bool] = {}
        self.runs = 0

    def __call__(self, amplitude: float) -> bool:
        if amplitude not in self._answers:
            self._answers[amplitude] = self._fires(amplitude)
        return self._answers[amplitude]

    def _fires(self, amplitude: float) -> bool:
        self.runs += 1
        if self._test is None:
            stimulus = self._stimulus.with_amplitude(amplitude)
            recording = simulate(self._membrane, stimulus, self._end, initial=self._state, **self._settings)  # type: ignore[arg-type]
            return bool(self._whole(recording))
        outcome = self._runner(self._pieces(amplitude), self._state, self._windows, enough=self._enough)
        return self._test(outcome.spikes, self._stimulus, self._end)

    def know_rest(self) -> None:
        """Spare the run at amplitude 0 where it is known to be silent: at a stable rest, without any current."""
        pieces = self._pieces(0.0)
        currents = pieces.constant, pieces.slope, pieces.waves[:, 0]
        if self._test is not None and not any(c.any() for c in currents) and settles(self._membrane):
            self._answers[0.0] = False

    def leaves_rest(self) -> bool:
        """Tell whether the membrane fires without a stimulus once its rest, if that is not stable, is disturbed."""
        if settles(self._membrane):
            return False
        undisturbed = self._state
        self._state = undisturbed + np.where(np.arange(undisturbed.size) == 0, NUDGE, 0.0)
        fires = self._fires(0.0)
        self._state = undisturbed
        return fires

    def narrowed(self, a: float, b: float, resolution: float) -> tuple[float, float]:
        """Narrow a bracket, keeping the answer known at ``b`` at its second end."""
        if resolution < 4e-16 * abs(b):
            raise ArgumentError(f"resolution {resolution:g} is finer than the numbers near {b:g} are.")
        at_b = self(b)
        share = EARLY_CUT if self._enough else 0.5
        cut = share if at_b else 1.0 - share
        while abs(b - a) > resolution:
            between = a + cut * (b - a)
            if self(between) == at_b:
                b = between
            else:
                a = between
        return a, b

    def bracket(self, sign: float) -> tuple[float, float]:
        """Return the first two amplitudes of the ladder between which firing begins."""
        silent, rung = 0.0, FIRST_RUNG
        while rung <= LAST_RUNG:
            try:
                fires = self(sign * rung)
            except DivergenceError as error:
                raise ThresholdError(
                    f"{self._membrane.name} does not fire as asked up to {silent:g}, and {sign * rung:g} is more than "
                    f"it can be run with: {error}"
                ) from error
            if fires:
                return silent, sign * rung
            silent, rung = sign * rung, 2 * rung
        raise ThresholdError(
            f"{self._membrane.name} does not fire as asked at any amplitude tried between {sign * FIRST_RUNG:g} and "
            f"{sign * LAST_RUNG:g}: try the other sign, a longer stimulus, or another criterion (fires=)."
        )

    def beyond(self, firing: float) -> list[tuple[float, float]]:
        """Return the pairs of amplitudes beyond ``firing`` between which the answer changes."""
        found = []
        with contextlib.suppress(DivergenceError):  # what can no longer be run is where the search ends
            for a, b in pairwise(firing * 2.0**k for k in range(1 + int(math.log2(BEYOND)))):
                if self(a) != self(b):
                    found.append((a, b))
        return found


def _varied(stimulus: Stimulus, end: float) -> Callable[[float], Pieces]:
    """Return the normal form of a stimulus as a function of its amplitude.

    Line and waves are linear in the amplitude, so two of them give all; a stimulus of which that is not true is
    asked anew each time.
    """
    zero, one = (stimulus.with_amplitude(a).joined(end) for a in (0.0, 1.0))
    fixed = [(zero.edges, one.edges), (zero.offsets, one.offsets), (zero.waves[:, 1:], one.waves[:, 1:])]
    if not all(np.array_equal(a, b) for a, b in fixed):
        return lambda amplitude: stimulus.with_amplitude(amplitude).joined(end)
    edges, offsets = zero.edges, zero.offsets
    constant, slope, waves = one.constant - zero.constant, one.slope - zero.slope, one.waves - zero.waves
    if not slope.any() and not waves.any():  # steps and pulses: most of what is asked
        return lambda a: Pieces(edges, zero.constant + a * constant, zero.slope, offsets, zero.waves)
    return lambda a: Pieces(
        edges, zero.constant + a * constant, zero.slope + a * slope, offsets, zero.waves + a * waves
    )


def _sign(stimulus: Stimulus) -> float:
    own = getattr(stimulus, "factor" if stimulus.amplitude_is_factor else "amplitude", 1.0)
    return math.copysign(1.0, own)
