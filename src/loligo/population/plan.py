"""The plan of a run: checked once, applied to all blocks of members, and stored as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, Final, TypedDict, TypeVar

from loligo._errors import ArgumentError, unknown_name
from loligo._units import COUNTABLE, MS, positive, whole
from loligo.intervention.description import described_interventions
from loligo.membrane.description import described
from loligo.population.features import features_named
from loligo.population.sensitivities import check_derivable, checked_sensitivities, gradient_column
from loligo.population.stimulus_numbers import settable
from loligo.population.units import START
from loligo.simulation.current import checked_parts, checked_tolerance, default_duration
from loligo.simulation.schedule import check_schedule, checked_interventions
from loligo.stimulus.description import described_stimulus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from loligo.intervention import Intervention
    from loligo.membrane import Membrane
    from loligo.population.features.feature import Feature
    from loligo.stimulus import Stimulus

    Function = TypeVar("Function", bound=Callable[..., object])

METHODS: Final = ("auto", "explicit", "rosenbrock")
PRECISIONS: Final = ("double", "single")
FINEST: Final = {"double": 1e-10, "single": 1e-5}  # smallest tolerance that each precision can keep
OUTCOME: Final = ("spike_times", "status", "reason")  # columns of a table besides the features


class Settings(TypedDict, total=False):
    """The settings, besides stimulus and duration, that determine the numbers of a run; `plan` has their defaults."""

    features: str | Iterable[str]
    tolerance: float
    precision: str
    method: str
    spike_times: int
    most_steps: int | None
    interventions: Any
    sensitivities: Any


@dataclass(frozen=True)
class Plan:
    """One run of a population, apart from its members.

    Attributes
    ----------
    membrane : Membrane
    stimulus : Stimulus
    duration : float
        [ms]
    features : tuple of str
    tolerance : float
    precision : {"double", "single"}
    method : {"auto", "explicit", "rosenbrock"}
    spike_times : int
        Number of spike times kept for each member.
    most_steps : int or None
        None is the work limit of `loligo.population.blocks.work_limit`.
    interventions : tuple of Hold and Reset
    sensitivities : tuple of str
        Names of the numbers with respect to which spike times are differentiated.
    """

    membrane: Membrane
    stimulus: Stimulus
    duration: float
    features: tuple[str, ...]
    tolerance: float
    precision: str
    method: str
    spike_times: int
    most_steps: int | None
    interventions: tuple[Intervention, ...] = ()
    sensitivities: tuple[str, ...] = ()

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The membrane's parameters, in the kernel's order."""
        return tuple(self.membrane.parameters)

    @cached_property
    def computed(self) -> tuple[Feature, ...]:
        """The requested features."""
        return features_named(self.features)

    @property
    def shapes(self) -> bool:
        """Whether more than the number of spikes must be recorded."""
        return self.spike_times > 0 or any(feature.compute for feature in self.computed)

    def check_names(self, names: Iterable[str]) -> None:
        """Reject a column that cannot vary, or that is also a column of results.

        Raises
        ------
        UnknownNameError, ArgumentError
        """
        check_names(self.membrane, self.stimulus, names)
        for name in names:
            if name in (*self.features, *OUTCOME, *map(gradient_column, self.sensitivities)):
                raise ArgumentError(
                    f"{name} is both a parameter that varies and a column of results: rename the parameter."
                )

    def described(self) -> dict[str, Any]:
        """Return a description of the plan that JSON can represent."""
        values = ("membrane", "stimulus", "interventions", "sensitivities")
        plain = {key: value for key, value in asdict_shallow(self).items() if key not in values}
        done = {"interventions": described_interventions(self.interventions)} if self.interventions else {}
        return {
            "membrane": described(self.membrane),
            "stimulus": described_stimulus(self.stimulus, units=False),  # a current, in whichever unit it was given
            **plain,
            "features": list(self.features),
            **done,
        }


def check_names(membrane: Membrane, stimulus: Stimulus, names: Iterable[str]) -> None:
    """Reject a name that is neither a parameter, nor a number of the stimulus, nor an initial value.

    Raises
    ------
    UnknownNameError
    ArgumentError
        Two names refer to the same number.
    """
    variables = (*membrane.variables, *(scheme.eliminated for scheme in membrane.schemes))
    known = {*membrane.parameters, *settable(stimulus), *(f"{START}{variable}" for variable in variables)}
    names = list(names)
    if stimulus.amplitude_is_factor and {"amplitude", "factor"} <= {*names} - {*membrane.parameters}:
        raise ArgumentError("amplitude and factor scale this stimulus in the same way: vary one of them.")
    for name in names:
        if name not in known:
            what = f"parameter of {membrane.name}, number of {type(stimulus).__name__}, or initial value"
            raise unknown_name(what, name, known)


def asdict_shallow(plan: Plan) -> dict[str, Any]:
    """Return the fields of a plan, not recursively."""
    return {name: getattr(plan, name) for name in plan.__dataclass_fields__}


def plan(
    membrane: Membrane,
    stimulus: Stimulus,
    duration: float | None = None,
    *,
    features: str | Iterable[str] = ("spike_count",),
    tolerance: float = 1e-4,
    precision: str = "double",
    method: str = "auto",
    spike_times: int = 0,
    most_steps: int | None = None,
    interventions: Any = (),
    sensitivities: Any = (),
) -> Plan:
    """Return a plan with checked settings; `Population.run` explains each.

    Raises
    ------
    LoligoError
        Raised for an invalid setting; the message names it.
    """
    checked_parts(membrane, stimulus)
    for value, allowed, what in ((precision, PRECISIONS, "precision"), (method, METHODS, "method of a population")):
        if value not in allowed:
            raise unknown_name(what, value, allowed)
    tolerance = checked_tolerance(tolerance)
    if tolerance < FINEST[precision]:
        finest = FINEST[precision]
        raise ArgumentError(f"In {precision} precision tolerance must be {finest:g} or more; got {tolerance:g}.")
    end = default_duration(stimulus) if duration is None else positive(duration, MS, "duration")
    done = checked_interventions(membrane, interventions)
    check_schedule(membrane, done, end)
    times = whole(spike_times, "spike_times", least=0)
    directions = checked_sensitivities(membrane, stimulus, sensitivities)
    if directions:
        check_derivable(membrane, precision, times, done)
    return Plan(
        membrane,
        stimulus,
        end,
        tuple(feature.name for feature in features_named(features)),
        tolerance,
        precision,
        method,
        times,
        None if most_steps is None else whole(most_steps, "most_steps", most=COUNTABLE),
        done,
        directions,
    )


SETTINGS: Final = {
    name: each for name, each in signature(plan).parameters.items() if each.kind is Parameter.KEYWORD_ONLY
}


def takes_settings(function: Function) -> Function:
    """Show the keywords of `Settings`, with their defaults, in the signature of a function that takes them."""
    own = signature(function)
    parameters = [each for each in own.parameters.values() if each.kind is not Parameter.VAR_KEYWORD]
    first = [each for each in parameters if each.kind is not Parameter.KEYWORD_ONLY]
    spelled = [*first, *SETTINGS.values(), *parameters[len(first) :]]
    function.__signature__ = own.replace(parameters=spelled)  # type: ignore[attr-defined]
    return function
