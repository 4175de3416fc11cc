"""`rates`: the rates of gates and kinetic schemes at an array of potentials, computed by the compiled code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import ArgumentError, unknown_name
from loligo._units import MV, number, numbers
from loligo.kernel.compiled import compiled
from loligo.kernel.markov import steady_occupancies, time_constants
from loligo.membrane import checked_membrane

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

    from loligo.membrane import Membrane, Scheme


@dataclass(frozen=True, eq=False)
class GateRates:
    """The rates of one gate over v.

    Attributes
    ----------
    alpha, beta : array
        Opening rate and closing rate, respectively [1/ms]; NaN for an instantaneous gate given by ``inf`` alone.
    inf : array
        Steady state.
    tau : array
        Time constant [ms]; 0 for an instantaneous gate.
    """

    alpha: NDArray[np.float64]
    beta: NDArray[np.float64]
    inf: NDArray[np.float64]
    tau: NDArray[np.float64]


class ByState(Mapping[str, "NDArray[np.float64]"]):
    """Values keyed by the states of a kinetic scheme, or by their occupancies: ``O`` or ``Na_O``."""

    def __init__(self, scheme: str, values: Mapping[str, NDArray[np.float64]]) -> None:
        self._scheme, self._values = scheme, dict(values)

    def __getitem__(self, state: str) -> NDArray[np.float64]:
        own = str(state).removeprefix(f"{self._scheme}_")
        for name in (state, own):
            if name in self._values:
                return self._values[name]
        raise unknown_name(f"state of scheme {self._scheme!r}", str(state), self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)


@dataclass(frozen=True, eq=False)
class SchemeRates:
    """The rates of one kinetic scheme over v: ``rates["C1", "O"]`` [1/ms] has the same shape as v.

    Attributes
    ----------
    ways : mapping of (str, str) to array
        The rate from one state to another [1/ms].
    inf : mapping of str to array
        The steady occupancy of each state, keyed by the name of the state or of the occupancy.
    open : array
        The steady open probability.
    tau : array (..., states - 1)
        The time constants, the longest first [ms]; without detailed balance, those of the decay of oscillations.
    """

    ways: Mapping[tuple[str, str], NDArray[np.float64]]
    inf: Mapping[str, NDArray[np.float64]]
    open: NDArray[np.float64]
    tau: NDArray[np.float64]

    def __getitem__(self, way: tuple[str, str]) -> NDArray[np.float64]:
        if way not in self.ways:
            known = (" -> ".join(own) for own in self.ways)
            raise unknown_name("transition of this scheme", " -> ".join(map(str, way)), known)
        return self.ways[way]


@dataclass(frozen=True, eq=False)
class Rates:
    """The rates of all gates and kinetic schemes: ``rates["m"].alpha`` and so on, with the shape of ``v``.

    Attributes
    ----------
    v : array
        [mV]
    gates : mapping of str to GateRates
    schemes : mapping of str to SchemeRates
    """

    v: NDArray[np.float64]
    gates: Mapping[str, GateRates]
    schemes: Mapping[str, SchemeRates] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        every = {**self.gates, **self.schemes}
        if name not in every:
            raise unknown_name(
                "gate or scheme of this membrane" if self.schemes else "gate of this membrane", name, every
            )
        return every[name]

    def __iter__(self) -> Iterator[str]:
        return iter([*self.gates, *self.schemes])

    def plot(self, panels: Any = None, *, figure: Figure | None = None) -> Figure:
        """Draw rates, steady states and time constants over v and return the figure.

        For a kinetic scheme, the steady open probability and the longest time constant are drawn.

        Parameters
        ----------
        panels : sequence of matplotlib Axes, optional
            Three axes to draw on: for rates, steady states and time constants.
        figure : matplotlib Figure, optional
            An empty figure, in place of ``panels``; by default a new pyplot figure.

        Returns
        -------
        matplotlib Figure

        Raises
        ------
        ValueError
            ``panels`` has a different number of axes.
        """
        from loligo.figures import rate_panels

        timed = {name: rates for name, rates in self.gates.items() if (rates.tau > 0).any()}
        order = np.argsort(self.v, axis=None)

        def over(key: str, gates: Mapping[str, GateRates]) -> dict[str, Any]:
            return {name: getattr(rates, key).ravel()[order] for name, rates in gates.items()}

        return rate_panels(
            self.v.ravel()[order],
            over("alpha", timed),
            over("beta", timed),
            over("inf", self.gates) | {name: own.open.ravel()[order] for name, own in self.schemes.items()},
            over("tau", timed) | {name: own.tau[..., 0].ravel()[order] for name, own in self.schemes.items()},
            panels,
            figure,
        )


def rates(membrane: Membrane, /, v: ArrayLike, **others: float) -> Rates:
    """Evaluate the rates of every gate and kinetic scheme of a membrane over an array of potentials.

    Parameters
    ----------
    membrane : Membrane
    v : array_like, any shape
        Membrane potential [mV].
    **others : float
        Values of further states that rates depend on (default: their initial value).

    Returns
    -------
    Rates
        For a gate ``rates["m"].alpha`` [1/ms], ``.beta``, ``.inf``, ``.tau`` [ms], each with the shape of ``v``. For a
        kinetic scheme ``rates["Na"]["C1", "O"]`` [1/ms], ``.inf["O"]``, ``.open`` and ``.tau`` [ms]: the rate of a
        transition, the steady occupancy of a state, the steady open probability, and the time constants along the last
        axis. ``rates.plot()`` draws them.

    Raises
    ------
    ArgumentError
        A potential is not finite.
    UnitError
        The membrane is not a Membrane, or v is in another unit.
    UnknownNameError
        The membrane does not have a further state of that name.

    Examples
    --------
    >>> import loligo as lo
    >>> lo.rates(lo.models.squid(), [0.0, 25.0])["n"].tau.round(3).tolist()
    [5.459, 3.515]
    """
    checked_membrane(membrane)
    potentials = numbers(v, MV, "v")
    if not np.isfinite(potentials).all():
        raise ArgumentError("v must be finite [mV].")
    names = membrane.variables
    y = np.zeros(len(names))
    for state in membrane.states:
        y[names.index(state.name)] = state.initial
    for name, value in others.items():
        if name not in {state.name for state in membrane.states}:
            raise unknown_name(f"further state of {membrane.name}", name, (state.name for state in membrane.states))
        y[names.index(name)] = number(value, "", name)
    states = np.tile(y, (potentials.size, 1))
    states[:, 0] = potentials.ravel()
    kernel, q = compiled(membrane)
    table = kernel.along(kernel.rates_address, states, q, kernel.structure.rates)
    columns = iter(table.T.reshape(table.shape[1], *potentials.shape))
    gates = {gate.name: GateRates(*(next(columns) for _ in range(4))) for gate in membrane.gates}
    generators = kernel.generators(states, q)
    schemes = {
        scheme.name: _scheme_rates(scheme, generator, potentials.shape)
        for scheme, generator in zip(membrane.schemes, generators, strict=True)
    }
    return Rates(potentials, gates, schemes)


def _scheme_rates(scheme: Scheme, generator: NDArray[np.float64], shape: tuple[int, ...]) -> SchemeRates:
    place = {state: k for k, state in enumerate(scheme.states)}
    occupancies = dict(zip(scheme.states, steady_occupancies(generator).T.reshape(-1, *shape), strict=True))
    return SchemeRates(
        {(a, b): generator[:, place[a], place[b]].reshape(shape) for a, b, _ in scheme.ways},
        ByState(scheme.name, occupancies),
        np.sum([weight * occupancies[state] for state, weight in scheme.weights], axis=0),
        time_constants(generator).reshape(*shape, -1),
    )
