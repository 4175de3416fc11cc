"""Question 3.1.3: the rebound after a negative step, and the gate that causes it, found by experiment."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from loligo._errors import DivergenceError, LoligoError
from loligo._units import CURRENT, MS, MV
from loligo.course.digits import decimal
from loligo.course.firing import alone
from loligo.course.protocol import STEP, STEP_DURATION, TOLERANCE
from loligo.intervention import Hold, Reset
from loligo.resting import rest
from loligo.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loligo.intervention import Intervention
    from loligo.membrane import Membrane
    from loligo.recording import Recording

AMPLITUDES: Final = (-5.0, -1.0)  # amplitudes of the hyperpolarising steps of the exercise [µA/cm²]
# times the amplitude from which on a step is followed by a spike: for the squid -2.8, -3, ... -20 µA/cm²
MAP: Final = tuple(x / 2.784 for x in (2.8, 3.0, 3.2, 3.5, 4.0, 5.0, 6.0, 7.0, 10.0, 20.0))
WEAKEST, STRONGEST = 2.0**-6, 2.0**6  # µA/cm²: sizes of the steps among which the onset is searched for
HALVINGS: Final = 22

DURING: Final = "held at rest during the step"
AT_END: Final = "reset to rest at its end"
ALWAYS: Final = "held at rest all the time"
ONLY: Final = "all other gates reset at its end"
EXPERIMENTS: Final = (DURING, AT_END, ALWAYS, ONLY)


@dataclass(frozen=True)
class Experiment:
    """One run with a manipulated gate: the gate, its manipulation, and the spikes after the step [ms]."""

    gate: str
    what: str
    spikes: tuple[float, ...]


@dataclass(frozen=True)
class Response:
    """The response to a negative step.

    Attributes
    ----------
    amplitude : float
        [µA/cm²]
    v_at_end : float
        Potential at the end of the step [mV].
    v_highest : float
        Highest potential after the step [mV].
    gates : tuple of (name, float, float)
        Each gate at rest and at the end of the step.
    spikes : tuple of float
        Spike times after the step [ms].
    experiments : tuple of Experiment
        All of `EXPERIMENTS`, for each gate.
    no_gate : tuple of float
        Spikes when all gates are reset to rest at the end of the step, so that only v has changed [ms].
    """

    amplitude: float
    v_at_end: float
    v_highest: float
    gates: tuple[tuple[str, float, float], ...]
    spikes: tuple[float, ...]
    experiments: tuple[Experiment, ...]
    no_gate: tuple[float, ...] = ()

    def spikes_when(self, gate: str, what: str) -> tuple[float, ...]:
        """Return the spikes of one experiment [ms]."""
        return next(e.spikes for e in self.experiments if (e.gate, e.what) == (gate, what))

    @property
    def names(self) -> tuple[str, ...]:
        """The gates."""
        return tuple(name for name, *_ in self.gates)

    @property
    def causes(self) -> tuple[str, ...]:
        """The gates whose change is necessary: however it is prevented, there is no rebound spike."""
        if not self.spikes:
            return ()
        return tuple(g for g in self.names if not self.spikes_when(g, DURING) and not self.spikes_when(g, AT_END))

    @property
    def enough(self) -> tuple[str, ...]:
        """The gates whose change is sufficient for the rebound spike."""
        return tuple(g for g in self.names if self.spikes and self.spikes_when(g, ONLY))

    def text(self) -> str:
        """Return the answer for this amplitude as text."""
        start = f"{self.amplitude:g} {CURRENT}: v is at {decimal(self.v_at_end, 2)} {MV} when the step ends"
        if not self.spikes:
            return f"{start}, rises to {decimal(self.v_highest, 2)} {MV} after it and makes no spike."
        more = f" and {len(self.spikes) - 1} more" if len(self.spikes) > 1 else ""
        delay = self.spikes[0] - STEP.stop
        return f"{start}; a rebound spike follows after {delay:.2f} {MS}{more}. {self.conclusion()}"

    def conclusion(self) -> str:
        """Return the conclusion of the experiments about the cause, as text."""
        change = ", ".join(f"{name} {before:.3f} to {after:.3f}" for name, before, after in self.gates)
        if self.no_gate:
            return (
                f"By then the gates have moved ({change}), but none of these changes is needed: with all gates "
                f"{AT_END} there is still a spike, {self.no_gate[0] - STEP.stop:.2f} {MS} after it. The return of v "
                f"from so far below rest is enough.{self._needed()}"
            )
        kept = [name for name in self.names if self.spikes_when(name, DURING) and self.spikes_when(name, AT_END)]
        mixed = [name for name in self.names if name not in kept and name not in self.causes]
        if self.causes:
            text = f"At this amplitude the cause is {' and '.join(self.causes)}: "
            text += f"when it is {DURING}, or {AT_END}, the spike is gone"
            text += f"; when {' or '.join(kept)} is, it stays." if kept else "."
        else:
            text = "No single gate is the cause"
            text += f": when {' or '.join(kept)} is {DURING}, or {AT_END}, the spike comes." if kept else "."
        if mixed:
            text += f" For {' and '.join(mixed)} it depends on which of the two is done."
        if self.enough:
            text += f" Changing {' or '.join(self.enough)} alone is enough."
        return f"By then the gates have moved ({change}). {text}"

    def _needed(self) -> str:
        """Return a sentence on the gates that abolish the spike nevertheless."""
        if not self.causes:
            return ""
        return f" Yet it is gone when {' or '.join(self.causes)} alone is {DURING}, or {AT_END}."


@dataclass(frozen=True)
class Abolished:
    """The effect of holding gates at rest during a step of one amplitude on the rebound spike after the step.

    Attributes
    ----------
    amplitude : float
        [µA/cm²]
    spike : bool
        Whether a spike follows the step if no gate is held.
    by : tuple of str
        The gates that abolish the spike when held alone.
    """

    amplitude: float
    spike: bool
    by: tuple[str, ...]

    def text(self) -> str:
        """Return the gates in a few words."""
        if not self.spike:
            return "no rebound"
        if not self.by:
            return "none alone"
        return self.by[0] if len(self.by) == 1 else f"{', '.join(self.by[:-1])} or {self.by[-1]}"


@dataclass(frozen=True)
class Rebound:
    """Answer 3.1.3.

    Attributes
    ----------
    map : tuple of Abolished
        Results for steps from weak to strong.
    responses : tuple of Response
        Responses to -5 and -1 µA/cm².
    weakest : (float, float) or None
        Two amplitudes between which rebound spikes begin [µA/cm²].
    reason : str
        Why there is no answer.
    strongest : float
        The strongest step tried that is not followed by a spike [µA/cm²].
    """

    responses: tuple[Response, ...]
    weakest: tuple[float, float] | None = None
    reason: str = ""
    map: tuple[Abolished, ...] = ()
    strongest: float = 0.0

    def text(self) -> str:
        """Return the answer as text."""
        if self.reason:
            return self.reason
        lines = [response.text() for response in self.responses]
        if self.weakest:
            lines.append(f"The rebound spike begins at {self.weakest[1]:.4f} {CURRENT}.")
        elif self.responses:
            lines.append(f"No step that was tried, down to {self.strongest:g} {CURRENT}, is followed by a spike.")
        if self.map:
            lines.append(self._mapped())
        return "\n".join(lines)

    def _mapped(self) -> str:
        """Return a sentence on the gates that abolish the spike, from weak steps to strong ones."""
        said = {one.text() for one in self.map}
        if len(said) > 1:
            listed = ", ".join(f"{one.amplitude:g}: {one.text()}" for one in self.map)
            return f"Which gate, held at rest during the step, abolishes it depends on the step ({CURRENT}): {listed}."
        which = f"{self.map[0].text()} abolishes" if self.map[0].by else "no single gate abolishes"
        first, last = self.map[0].amplitude, self.map[-1].amplitude
        return f"At steps from {first:g} to {last:g} {CURRENT}, holding it at rest during the step, {which} the spike."


def rebound(membrane: Membrane) -> Rebound:
    """Answer 3.1.3 by runs in which gates are held or reset."""
    try:
        if why := alone(membrane):
            return Rebound((), reason=f"{why.rstrip('.')}, so no spike is a rebound.")
        responses = tuple(_response(membrane, amplitude) for amplitude in AMPLITUDES)
        silent, firing = _beginning(membrane)
        mapped = _map(membrane, firing) if firing is not None else ()
    except LoligoError as error:
        return Rebound((), reason=str(error))
    begins = None if firing is None else (silent, firing)
    return Rebound(responses, begins, map=mapped, strongest=silent)


def _map(membrane: Membrane, begins: float) -> tuple[Abolished, ...]:
    """Hold gates during steps of increasing strength, from the weakest that is followed by a spike."""
    rounded = [float(f"{times * begins:.3g}") for times in MAP]
    found = []
    with suppress(DivergenceError):  # stronger steps would diverge, too
        for amplitude in rounded:
            found += [_abolished(membrane, amplitude)] if amplitude <= begins else []
    return tuple(one for one in found if one.spike)


def counterfactual(membrane: Membrane, amplitude: float, gate: str, what: str, sampling: Any = None) -> Recording:
    """Run one of `EXPERIMENTS` on a gate."""
    gates = _timed_gates(membrane)
    others = {g: "rest" for g in gates if g != gate}
    done: dict[str, list[Intervention]] = {
        DURING: [Hold(gate, "rest", STEP.start, STEP.stop)],
        AT_END: [Reset({gate: "rest"}, STEP.stop)],
        ALWAYS: [Hold(gate, "rest")],
        ONLY: [Reset(others, STEP.stop)] if others else [],
    }
    return response_to(membrane, amplitude, sampling, done[what])


def response_to(
    membrane: Membrane, amplitude: float, sampling: Any = None, done: Sequence[Intervention] = ()
) -> Recording:
    """Run a step of an amplitude [µA/cm²], with manipulated gates if given."""
    stimulus = STEP.with_amplitude(amplitude)
    settings: dict[str, Any] = {"sampling": sampling, "tolerance": TOLERANCE, "interventions": done}
    return simulate(membrane, stimulus, STEP_DURATION, **settings)


def _abolished(membrane: Membrane, amplitude: float) -> Abolished:
    """Hold one gate after another at rest during a step."""
    if not _after(response_to(membrane, amplitude)):
        return Abolished(amplitude, spike=False, by=())
    gates = _timed_gates(membrane)
    by = tuple(gate for gate in gates if not _after(counterfactual(membrane, amplitude, gate, DURING)))
    return Abolished(amplitude, spike=True, by=by)


def _response(membrane: Membrane, amplitude: float) -> Response:
    recording = response_to(membrane, amplitude, 0.05)
    end = int(recording.t.searchsorted(STEP.stop))
    gates, resting = _timed_gates(membrane), rest(membrane)
    at_rest = [Reset(dict.fromkeys(gates, "rest"), STEP.stop)] if gates else []
    experiments = tuple(
        Experiment(gate, what, _after(counterfactual(membrane, amplitude, gate, what)))
        for what in (EXPERIMENTS if _after(recording) else ())  # without a spike there is nothing to abolish
        for gate in gates
    )
    return Response(
        amplitude,
        float(recording.v[end]),
        float(recording.v[end:].max()),
        tuple((gate, resting[gate], float(recording[gate][end])) for gate in gates),
        _after(recording),
        experiments,
        _after(response_to(membrane, amplitude, done=at_rest)) if gates and _after(recording) else (),
    )


def _beginning(membrane: Membrane) -> tuple[float, float | None]:
    """Return two amplitudes between which rebound spikes begin, by doubling and then bisection.

    The second is None if no step is followed by a spike, or if the next stronger one makes the run diverge.
    """
    silent, firing = 0.0, -WEAKEST
    try:
        while not _after(response_to(membrane, firing)):
            silent, firing = firing, 2 * firing
            if firing < -STRONGEST:
                return silent, None
    except DivergenceError:
        return silent, None
    for _ in range(HALVINGS):
        middle = (silent + firing) / 2
        silent, firing = (silent, middle) if _after(response_to(membrane, middle)) else (middle, firing)
    return silent, firing


def _after(recording: Recording) -> tuple[float, ...]:
    return tuple(float(spike) for spike in recording.spikes if spike >= STEP.stop)


def _timed_gates(membrane: Membrane) -> tuple[str, ...]:
    return tuple(gate.name for gate in membrane.gates if not gate.instantaneous)
