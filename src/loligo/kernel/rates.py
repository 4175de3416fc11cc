"""`Membrane.rates`: the rates of every gate over an array of potentials, by the compiled code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import ArgumentError, unknown_name
from loligo._units import MV, number, numbers
from loligo.kernel.compiled import compiled

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike, NDArray

    from loligo.membrane import Membrane


@dataclass(frozen=True, eq=False)
class GateRates:
    """The rates of one gate over v.

    Attributes
    ----------
    alpha, beta : array
        [1/ms]; NaN for an instantaneous gate given by ``inf`` alone.
    inf : array
        Steady state.
    tau : array
        Time constant [ms]; 0 for an instantaneous gate.
    """

    alpha: NDArray[np.float64]
    beta: NDArray[np.float64]
    inf: NDArray[np.float64]
    tau: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rates:
    """The rates of all gates: ``rates["m"].alpha`` and so on, each of the shape of ``v``.

    Attributes
    ----------
    v : array
        [mV]
    gates : mapping of str to GateRates
    """

    v: NDArray[np.float64]
    gates: Mapping[str, GateRates]

    def __getitem__(self, gate: str) -> GateRates:
        if gate not in self.gates:
            raise unknown_name("gate of this membrane", gate, self.gates)
        return self.gates[gate]

    def __iter__(self) -> Iterator[str]:
        return iter(self.gates)

    def plot(self, figure: Figure | None = None) -> Figure:
        """Draw rates, steady states and time constants over v and return the figure."""
        from loligo.figures import rate_panels

        timed = {name: rates for name, rates in self.gates.items() if (rates.tau > 0).any()}
        order = np.argsort(self.v, axis=None)

        def over(key: str, gates: Mapping[str, GateRates]) -> dict[str, Any]:
            return {name: getattr(rates, key).ravel()[order] for name, rates in gates.items()}

        return rate_panels(
            self.v.ravel()[order],
            over("alpha", timed),
            over("beta", timed),
            over("inf", self.gates),
            over("tau", timed),
            figure,
        )


def evaluate_rates(membrane: Membrane, v: ArrayLike, others: Mapping[str, float]) -> Rates:
    """Evaluate all rates of a membrane; see `Membrane.rates`.

    Raises
    ------
    ArgumentError
        A potential that is not finite.
    UnknownNameError
        A further state that the membrane does not have.
    """
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
    table = kernel.along(kernel.rates_address, states, q, 4 * len(membrane.gates))
    columns = iter(table.T.reshape(table.shape[1], *potentials.shape))
    return Rates(potentials, {gate.name: GateRates(*(next(columns) for _ in range(4))) for gate in membrane.gates})
