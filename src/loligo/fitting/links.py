"""The varied values of a fit, and the parameters of each sweep that follow from them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, ExpressionError, FitError, unknown_name
from loligo._units import ABSOLUTE_ZERO, CELSIUS, number
from loligo.fitting.formula_values import Valued, valued
from loligo.membrane.expression import Expression, expression

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

    Vector = NDArray[np.float64]

IN_A_SWEEP: Final = re.compile(r"([A-Za-z]\w*)\s*\[\s*(\d+)\s*\]", re.ASCII)


def base(name: str) -> str:
    """Return the parameter in a name such as ``E_leak[2]``, its value in sweep 2."""
    return name.partition("[")[0]


def in_sweep(name: str, sweep: int) -> str:
    """Return the name of the value of a parameter in one sweep."""
    return f"{name}[{sweep}]"


def formula_of(text: Any, advice: str) -> Expression:
    """Return a formula of parameters.

    Parameters
    ----------
    text : str
    advice : str
        What to write instead of the value of one sweep; ``{name}`` and ``{sweep}`` are replaced.

    Raises
    ------
    ExpressionError
        The text is not a formula, or contains the value of one sweep, such as ``E_leak[1]``.
    """
    if isinstance(text, str) and (found := IN_A_SWEEP.search(text)):
        name, sweep = found.groups()
        raise ExpressionError(f"A formula cannot contain {name}[{sweep}]: {advice.format(name=name, sweep=sweep)}.")
    return expression(text)


@dataclass(frozen=True, eq=False)
class Links:
    """The map from the varied values of a fit to the parameters of the membrane in each sweep.

    Attributes
    ----------
    membrane : Membrane
    sweeps : int
        Number of sweeps.
    names : tuple of str
        The varied values: parameters, or ``E_leak[0]``, ``E_leak[1]``, ... if each sweep has its own value.
    ties : dict of str to Expression
        Formulas of the parameters that follow from others.
    numbers : tuple of int
        The number of each sweep in names such as ``E_leak[2]``; by default 0, 1, ...
    absent : frozenset of str
        Varied parameters that this membrane does not have, such as those of the electrode under current clamp.
    """

    membrane: Membrane
    sweeps: int
    names: tuple[str, ...]
    ties: dict[str, Expression]
    numbers: tuple[int, ...] = ()
    absent: frozenset[str] = frozenset()

    def among(self, numbers: Sequence[int], membrane: Membrane, absent: frozenset[str] = frozenset()) -> Links:
        """Return the same map for some of the sweeps, and for a membrane without some of the parameters."""
        return replace(self, membrane=membrane, sweeps=len(numbers), numbers=tuple(numbers), absent=absent)

    @cached_property
    def inner(self) -> tuple[str, ...]:
        """The parameters of the membrane that change: varied ones, then tied ones."""
        every = (*dict.fromkeys(base(name) for name in self.names), *self.ties)
        return tuple(name for name in every if name not in self.absent)

    @property
    def plain(self) -> bool:
        """Whether the parameters are the varied values themselves."""
        return self.names == self.inner

    @cached_property
    def _places(self) -> list[dict[str, int]]:
        """For each sweep, the index of the value of each varied parameter."""
        own = [base(name) for name in self.names]
        return [
            {one: self.names.index(in_sweep(one, k) if in_sweep(one, k) in self.names else one) for one in own}
            for k in self.numbers or range(self.sweeps)
        ]

    def meaning(self, values: Vector, sweep: int) -> dict[str, Valued]:
        """Return every parameter of the membrane in a sweep, with its derivatives with respect to the varied values."""
        unit, none = np.eye(len(self.names)), np.zeros(len(self.names))
        found = {name: Valued(parameter.value, none) for name, parameter in self.membrane.parameters.items()}
        found |= {name: Valued(float(values[k]), unit[k]) for name, k in self._places[sweep].items()}
        tied = {name: valued(formula.tree, found) for name, formula in self.ties.items()}
        return found | tied

    def at(self, values: Vector, sweep: int) -> tuple[Vector, Vector]:
        """Return `inner` in a sweep, and its derivatives with respect to the varied values, shape (inner, names).

        They are NaN if a formula has no value, or a value that the membrane refuses.
        """
        found = self.meaning(values, sweep)
        inner = np.array([found[name].value for name in self.inner])
        for k, name in enumerate(self.inner):
            if name in self.ties and _required(self.membrane, name, inner[k]):
                inner[k] = np.nan
        return inner, np.array([found[name].slopes for name in self.inner])

    def derived(self, values: Vector, text: Any, sweep: int, *, chosen: bool) -> Valued:
        """Return the value of a formula in a sweep, which must be given if a parameter differs between sweeps.

        Raises
        ------
        ExpressionError, UnknownNameError, ArgumentError
        """
        read = formula_of(text, "write {name}, and choose the sweep by derived(..., sweep={sweep})")
        meaning = self.meaning(values, sweep)
        for name in sorted(read.names):
            if name not in meaning:
                raise unknown_name(f"parameter of {self.membrane.name}", name, meaning)
            if name in self.of_sweeps and self.sweeps > 1 and not chosen:
                raise ArgumentError(
                    f"{name} has its own value in each of the {self.sweeps} sweeps: choose one by "
                    "derived(..., sweep=k), with k counted from 0."
                )
        return valued(read.tree, meaning)

    def check_ties(self, points: Vector) -> None:
        """Refuse formulas that have no allowed value at any of the given points, shape (points, names).

        Raises
        ------
        FitError
        """
        for name in self.ties:
            found = [self.meaning(values, 0)[name].value for values in points]
            required = [_required(self.membrane, name, value) for value in found]
            if all(required):
                there = ", ".join(f"{one} = {value:.6g}" for one, value in zip(self.names, points[0], strict=True))
                raise FitError(
                    f"{name} is tied to {self.ties[name].text}, which is {found[0]:.6g} at {there}, but {required[0]} "
                    "is required: change the formula or the bounds."
                )

    def membrane_at(self, values: Vector, sweep: int) -> Membrane:
        """Return the membrane of a sweep."""
        inner, _ = self.at(values, sweep)
        return self.membrane.replace(**dict(zip(self.inner, inner.tolist(), strict=True)))

    @cached_property
    def of_sweeps(self) -> frozenset[str]:
        """The parameters that differ between sweeps: those with one value for each, and those tied to them."""
        own = {base(name) for name in self.names if name != base(name)}
        return frozenset(own | {name for name, formula in self.ties.items() if formula.names & own})

    def tied(self, values: Vector) -> dict[str, Valued]:
        """Return the tied values with their derivatives, one for each sweep if it differs between sweeps."""
        found: dict[str, Valued] = {}
        for name in self.ties:
            if name in self.of_sweeps:
                found |= {in_sweep(name, k): self.meaning(values, k)[name] for k in range(self.sweeps)}
            else:
                found[name] = self.meaning(values, 0)[name]
        return found

    def linear(self, names: Sequence[str]) -> list[str]:
        """Return the varied values of parameters in which a function is linear, if no formula depends on them."""
        used = {name for formula in self.ties.values() for name in formula.names}
        return [name for name in self.names if base(name) in names and base(name) not in used]


def ties_of(membrane: Membrane, varied: Sequence[str], given: Any) -> dict[str, Expression]:
    """Return the formulas of tied parameters given to `loligo.fit`.

    Raises
    ------
    ArgumentError, UnknownNameError, ExpressionError
        A tied name is not a parameter, is also varied, or occurs in another formula.
    """
    if given is not None and not isinstance(given, Mapping):
        raise ArgumentError(f"tied must map parameters to formulas, e.g. {{'g_leak': 'g_K / 120'}}; got {given!r:.80}.")
    found: dict[str, Expression] = {}
    for name, text in (given or {}).items():
        if name not in membrane.parameters:
            raise unknown_name(f"parameter of {membrane.name} (tied)", name, membrane.parameters)
        if name in varied:
            raise ArgumentError(f"{name} is both varied within bounds and tied by a formula: remove one of the two.")
        if isinstance(text, str):
            found[name] = formula_of(text, "write {name}, which stands for the value of the sweep at hand")
        else:
            found[name] = expression(repr(number(text, membrane.parameters[name].unit, f"the value of {name}")))
    for name, formula in found.items():
        if not formula.names:
            membrane.replace(**{name: valued(formula.tree, {}).value})  # refuses, say, a conductance below 0
        for used in sorted(formula.names):
            if used not in membrane.parameters:
                what = f"parameter of {membrane.name} (in the formula of {name})"
                raise unknown_name(what, used, membrane.parameters)
            if used in found:
                raise ArgumentError(
                    f"The formula of {name} contains {used}, which is also tied: write the formula of {used} instead."
                )
    return found


def _required(membrane: Membrane, name: str, value: float) -> str:
    """Return the requirement of a membrane that a value of a parameter violates; "" if the value is allowed."""
    if not np.isfinite(value):
        return "a finite number"
    if name in {"C", "series_resistance"} or name.startswith("q10"):
        return "" if value > 0.0 else "a value above 0"
    if membrane.parameters[name].unit == CELSIUS:
        return "" if value >= ABSOLUTE_ZERO else f"a temperature of {ABSOLUTE_ZERO} °C or more"
    return "" if value >= 0.0 or not name.startswith("g_") else "a conductance of 0 or more"
