"""The lowest amplitude that makes a membrane fire, with its error."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Never

from loligo._errors import ArgumentError, ThresholdError
from loligo._names import names_of
from loligo._units import CURRENT, MS, positive
from loligo.analysis.criteria import NOTES, PUSHED
from loligo.analysis.lasting_firing import Lasting, lasting_current
from loligo.analysis.scales import scales_at_rest
from loligo.analysis.search import Search
from loligo.analysis.threshold_gradient import threshold_gradient
from loligo.intervention import edges_of, refuse_others
from loligo.simulation.current import checked_parts, checked_tolerance, initial_state, warn_of_start
from loligo.simulation.noise_spacing import warn_of_wide_spacing
from loligo.simulation.schedule import checked_interventions

if TYPE_CHECKING:
    from loligo.intervention import Intervention
    from loligo.membrane import Membrane
    from loligo.stimulus import Stimulus

LOOSEST, TIGHTEST = 1e-4, 1e-12  # range in which the tolerance of the runs is chosen, if none is given
LEAST_TOLERANCE: Final = 1e-13  # smallest tolerance that runs accept
# tolerance of the runs: this, times the resolution, divided by the scale of the current
TOLERANCE_PER_RESOLUTION: Final = 0.7
CHECK_FACTOR: Final = 10.0  # the tolerance of the search is divided by this for the runs that check a bracket
MOST_DOUBLINGS: Final = 6  # largest number of waiting times after the stimulus, each twice the previous one


@dataclass(frozen=True)
class Threshold:
    """The result of `threshold`.

    Attributes
    ----------
    value : float
        The lowest amplitude found to fire: signed, [µA/cm²]; a factor for a sum or recorded samples.
    bracket : (float, float)
        The largest amplitude found to be silent, and ``value``; the threshold lies between them.
    resolution : float
        The largest allowed width of the bracket.
    runs : int
        Number of simulations.
    tolerance : float
        Tolerance of each simulation.
    monotone : bool
        Whether every larger amplitude that was tried fires too.
    others : tuple of float
        Further amplitudes, beyond ``value``, at which firing ends or begins again.
    unit : str
        Unit of all amplitudes here.
    error : float
        Bound on the error of ``value``: the resolution, if runs with a tighter tolerance confirm both ends of the
        bracket; otherwise the resolution plus how far these runs move the bracket.
    duration : float
        Duration of each simulation [ms].
    passive : bool
        Whether v is only pushed over the spike level: its peak follows the amplitude as in a passive membrane.
    settled : bool or None
        Whether the silent end of the bracket stays silent when the run waits twice as long after the stimulus; None if
        the duration was given.
    note : str
        A remark on what the criterion depends on.
    membrane, stimulus, interventions, asked
        The arguments of the search; ``asked`` contains fires, initial and method.
    """

    value: float
    bracket: tuple[float, float]
    resolution: float
    runs: int
    tolerance: float
    monotone: bool
    others: tuple[float, ...]
    unit: str
    error: float = math.nan
    duration: float = math.nan
    passive: bool = False
    settled: bool | None = None
    note: str = ""
    membrane: Membrane | None = field(default=None, repr=False, compare=False)
    stimulus: Stimulus | None = field(default=None, repr=False, compare=False)
    interventions: tuple[Intervention, ...] = field(default=(), repr=False, compare=False)
    asked: tuple[Any, Any, str] = field(default=(None, "rest", "auto"), repr=False, compare=False)

    def __post_init__(self) -> None:
        if math.isnan(self.error):
            object.__setattr__(self, "error", self.resolution)

    @cached_property
    def _lasting(self) -> Lasting:
        return lasting_current(self.membrane, self.stimulus, self.value, self.interventions)

    @property
    def lasting(self) -> float | None:
        """The constant current nearest zero from which firing lasts forever [µA/cm²], from the bifurcation diagram.

        It is computed on first access, which takes seconds. If it is None, `lasting_note` says why.
        """
        return self._lasting.current

    @property
    def lasting_note(self) -> str:
        """A sentence on what happens at `lasting`, or why it is None."""
        return self._lasting.note

    def gradient(self, names: Iterable[str]) -> dict[str, float]:
        """Return the derivatives of the threshold with respect to parameters.

        Parameters
        ----------
        names : iterable of str
            As for ``simulate(..., sensitivities=[...])``, without the amplitude.

        Returns
        -------
        dict of str to float
            d ``value`` / dp for each name.

        Raises
        ------
        ArgumentError
            The threshold was not found with ``fires="once"``, or a name is "amplitude".
        ThresholdError
            The two ends of the bracket disagree.

        Examples
        --------
        >>> import loligo as lo
        >>> found = threshold(lo.models.squid(), lo.Step(1.0, start=5, stop=6))
        >>> round(found.gradient(["E_leak"])["E_leak"], 5)
        -0.1885
        """
        fires, initial, method = self.asked
        given = names_of(names)
        if fires != "once" or self.membrane is None or self.stimulus is None or "amplitude" in given:
            raise ArgumentError(f"Derivatives need fires='once' and names other than amplitude; got fires={fires!r}.")
        return threshold_gradient(
            self.membrane, self.stimulus, self.bracket, self.duration, given, initial=initial, method=method,
            interventions=self.interventions,
        )  # fmt: skip

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        digits = max(0, math.ceil(-math.log10(self.error)))
        more = "" if self.monotone else f"; firing changes again at {', '.join(f'{x:.{digits}f}' for x in self.others)}"
        pushed = f"; {PUSHED}" if self.passive else ""
        early = "; longer runs find later spikes" if self.settled is False else ""
        value = f"{self.value:.{digits}f} {self.unit}".rstrip()
        return f"{value}, error below {self.error:.2g} ({self.runs} runs){more}{pushed}{early}"


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
    interventions: Any = (),
    **unknown: Never,
) -> Threshold:
    """Find the threshold nearest zero, on the side of the stimulus' own amplitude.

    The amplitude is doubled until the membrane fires. Then the bracket is cut until it is narrow, and checked by runs
    with a tighter tolerance. If an amplitude comes nearer to firing than its neighbours, the search looks for a window
    of firing around it. It also looks between two amplitudes if one misses a spike because a peak is too low, and the
    other because v does not fall far enough before it. The search continues to 64 times the first amplitude that
    elicits a spike, so that it notices if firing stops again.

    Parameters
    ----------
    membrane : Membrane
        The membrane to stimulate.
    stimulus : Stimulus
        Its amplitude is varied, and everything else (an offset, a mean) is kept; for a sum or samples, a factor is
        varied. Only the sign of the amplitude given here matters.
    fires : "once", "repetitively", int or callable
        What counts as firing: at least one spike; firing until the end of the stimulus (three spikes inside it, and
        after the last one a gap shorter than 1.5 times the last interval); a number of spikes; or a function of the
        `Recording` that returns True or False.
    duration : float, optional
        Length of each run [ms]; by default the length of the stimulus plus 8 times the slowest time constant at rest;
        the latter is doubled if a spike comes later.
    resolution : float
        Largest width of the bracket.
    tolerance : float, optional
        Tolerance of each simulation; by default it is chosen for this membrane and stimulus, so that it moves the
        threshold by about a hundredth of the resolution.
    initial, method, interventions
        As for `simulate`.

    Returns
    -------
    Threshold

    Raises
    ------
    ThresholdError
        The membrane fires without a stimulus, or does not fire at any amplitude up to 4096 times the one that moves v
        by ``v_scale``.
    ArgumentError
        The stimulus has no end and ``duration`` is not given; the resolution is not positive; or a function ``fires``
        raises an error or returns neither True nor False.

    Warns
    -----
    UnstableRestWarning
        As for `simulate`.

    Examples
    --------
    >>> import loligo as lo
    >>> round(threshold(lo.models.squid(), lo.Step(1.0, start=20, stop=180)).value, 5)
    2.24095
    """
    refuse_others(threshold, unknown)
    given, _, done = _settings(membrane, stimulus, duration, interventions)
    state = initial_state(membrane, initial)
    warn_of_wide_spacing(membrane, stimulus, stacklevel=3)
    silent = stimulus.with_amplitude(0.0), stimulus.stop if given is None else given
    warn_of_start(membrane, initial, state, silent, disturbed=bool(done), stacklevel=4)
    return sought(
        membrane, stimulus, fires=fires, duration=duration, resolution=resolution, tolerance=tolerance,
        initial=initial, method=method, interventions=done,
    )  # fmt: skip


def _settings(
    membrane: Membrane, stimulus: Stimulus, duration: float | None, interventions: Any
) -> tuple[float | None, float, tuple[Intervention, ...]]:
    """Return the given duration, the time when stimulus and interventions are over, and the checked interventions."""
    checked_parts(membrane, stimulus)
    given = None if duration is None else positive(duration, MS, "duration")
    if given is None and math.isinf(stimulus.stop):
        raise ArgumentError("This stimulus has no end, so duration= is needed [ms].")
    done = checked_interventions(membrane, interventions)
    return given, max([stimulus.stop, *edges_of(done)]), done


def sought(
    membrane: Membrane,
    stimulus: Stimulus,
    *,
    fires: str | int | Callable[..., Any] = "once",
    duration: float | None = None,
    resolution: float = 1e-6,
    tolerance: float | None = None,
    initial: Any = "rest",
    method: str = "auto",
    interventions: Any = (),
) -> Threshold:
    """Find a threshold as `threshold` does, but without warnings, for use by other analyses."""
    given, over, done = _settings(membrane, stimulus, duration, interventions)
    resolution = positive(resolution, "" if stimulus.amplitude_is_factor else CURRENT, "resolution")
    allowed = None if tolerance is None else checked_tolerance(tolerance)
    state = initial_state(membrane, initial)
    wait = scales_at_rest(membrane).wait
    runs, settled = 0, None if given else False
    for _ in range(1 if given else MOST_DOUBLINGS):
        end = over + wait if given is None else given
        search = Search(membrane, stimulus, fires, end, allowed or LOOSEST, state, method, done)
        if allowed is None:
            search = search.again(tolerance=_needed(search, resolution))
        found = _found(search, resolution, isinstance(initial, str), _sign(stimulus))
        late = None if given or not search.counts_spikes else over + 2 * wait
        answer = _checked(search, *found, resolution, late, fixed=allowed is not None)
        settled = answer.settled
        if settled is not False:
            break
        runs += answer.search.runs
        wait *= 2
    low, high, others = answer.low, answer.high, answer.others
    passive = answer.search.is_passive(high, resolution)
    return Threshold(
        value=high,
        bracket=(low, high),
        resolution=resolution,
        runs=runs + (0 if settled is False else answer.search.runs),
        tolerance=answer.search.tolerance,
        monotone=not others,
        others=others,
        unit="" if stimulus.amplitude_is_factor else CURRENT,
        error=answer.error,
        duration=answer.search.end,
        passive=passive,
        settled=settled,
        note=NOTES.get(fires, "") if isinstance(fires, str) else "",
        membrane=membrane,
        stimulus=stimulus,
        interventions=done,
        asked=(fires, initial, method),
    )


@dataclass(frozen=True, eq=False)
class _Answer:
    """A bracket confirmed by runs with a tighter tolerance, or how far they move it."""

    search: Search
    low: float
    high: float
    others: tuple[float, ...]
    error: float
    settled: bool | None


def _found(search: Search, resolution: float, from_rest: bool, sign: float) -> tuple[float, float, tuple[float, ...]]:
    """Return the bracket of one search, and further amplitudes at which firing begins or ceases.

    Raises
    ------
    ThresholdError
        The membrane fires at amplitude 0, or at no amplitude.
    """
    if from_rest:
        search.know_rest()
    if search(0.0) or (from_rest and search.leaves_rest()):
        raise ThresholdError(f"{search.name} fires as required even at amplitude 0, so there is no threshold to find.")
    silent, firing = search.bracket(sign)
    beyond = search.beyond(firing)
    low, high = search.narrowed(silent, firing, resolution)
    return low, high, tuple(max(search.narrowed(a, b, resolution), key=abs) for a, b in beyond)


def _checked(
    search: Search,
    low: float,
    high: float,
    others: tuple[float, ...],
    resolution: float,
    late: float | None,
    *,
    fixed: bool,
) -> _Answer:
    """Check both ends of a bracket with runs of a tighter tolerance, and change to that tolerance if they differ.

    If runs may end too early, the silent end is also checked with runs until ``late`` [ms].
    """
    # one run that is both longer and tighter suffices: an amplitude that is silent in it is silent in shorter runs, too
    if late is not None and search.tolerance > 2 * LEAST_TOLERANCE:
        other = search.again(tolerance=_tighter(search, resolution), end=late)
        agrees = not other(low) and other(high)
        search.runs += other.runs
        if agrees:
            return _Answer(search, low, high, others, resolution, settled=True)
    answer = _agreed(search, low, high, others, resolution, fixed=fixed)
    if late is None:
        return answer
    longer = answer.search.again(tolerance=answer.search.tolerance, end=late)
    settled = not longer(answer.low)
    answer.search.runs += longer.runs
    return replace(answer, settled=settled)


def _agreed(
    search: Search, low: float, high: float, others: tuple[float, ...], resolution: float, *, fixed: bool
) -> _Answer:
    """Return a bracket that tighter runs of the same duration confirm, or by how much they disagree."""
    while True:
        # no tighter tolerance is allowed, so a looser one shows how much the tolerance matters
        exact = search.tolerance < 2 * LEAST_TOLERANCE
        other = search.again(tolerance=search.tolerance * CHECK_FACTOR if exact else _tighter(search, resolution))
        if not other(low) and other(high):
            search.runs += other.runs
            return _Answer(search, low, high, others, resolution, None)
        a, b = other.narrowed(*other.widened(low, high, resolution), resolution)
        other.runs += search.runs
        if fixed or exact:
            search.runs = other.runs
            return _Answer(search, low, high, others, abs(b - high) + resolution, None)
        search, low, high = other, a, b


def _needed(search: Search, resolution: float) -> float:
    """Return the tolerance that moves a threshold by about a hundredth of the resolution."""
    return min(LOOSEST, max(TIGHTEST, TOLERANCE_PER_RESOLUTION * resolution / search.scale))


def _tighter(search: Search, resolution: float) -> float:
    return max(LEAST_TOLERANCE, min(search.tolerance / CHECK_FACTOR, _needed(search, resolution)))


def _sign(stimulus: Stimulus) -> float:
    own = getattr(stimulus, "factor" if stimulus.amplitude_is_factor else "amplitude", 1.0)
    return math.copysign(1.0, own)
