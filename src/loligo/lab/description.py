"""A membrane in the form that the page needs: text and numbers as data, equations as JavaScript."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import LoligoError
from loligo._units import CAPACITANCE, CELSIUS, CONDUCTANCE, MV
from loligo.figures.palette import distinct_colours
from loligo.kernel import compiled
from loligo.kernel.javascript import dividing, javascript, parameters_in_use
from loligo.membrane import Channel
from loligo.membrane.expression import Expression
from loligo.resting import rest, settled_along, start_at_rest
from loligo.simulation.current import recorded
from loligo.stimulus import Step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.membrane import Membrane

LONGEST_LOOK: Final = 500.0  # ms: largest duration of the run that finds the ranges to draw
POTENTIALS: Final = (-40.0, 40.0)  # mV: how far a slider can move a potential from its default
COLDEST, HOTTEST = 0.0, 40.0  # °C: range of the slider of the temperature
_DELAYED_RECTIFIERS: Final = frozenset({"K", "Kd", "Kdr", "KDR", "Kv", "KV"})


@dataclass(frozen=True)
class Shown:
    """One membrane for the page.

    Attributes
    ----------
    data : dict
        Data for JSON, as defined in ``web/src/model/model.ts``.
    functions : str
        A JavaScript expression, the object of the model's functions.
    """

    data: dict[str, Any]
    functions: str


def shown(
    membrane: Membrane,
    *,
    key: str,
    title: str,
    source: str,
    python: str,
    amplitude: tuple[float, float, float],
    duration: float,
    begin: float | None = None,
    starts: dict[str, Any] | None = None,
    diagram: dict[str, Any] | None = None,
) -> Shown:
    """Describe a membrane for the page.

    Parameters
    ----------
    membrane : Membrane
        Membrane, with the initial values of the page.
    key, title, source, python : str
        Name of the membrane in links, its title, its source, and the Python expression that creates it.
    amplitude : (float, float, float)
        The amplitude of a step worth showing, and the ends of its slider [µA/cm²].
    duration : float
        The duration of a run worth showing [ms].
    begin : float, optional
        The potential at which runs begin instead of at rest [mV].
    starts : dict, optional
        Other initial settings of the page; see `Offer.starts`.
    diagram : dict, optional
        Diagram as `loligo.lab.diagrams` returns it.

    Raises
    ------
    ModelError
        A rate is infinite at some v.
    """
    names, divisors = parameters_in_use(membrane), dividing(membrane) | _of_reversals(membrane)
    resting = _resting(membrane)
    low, high, highest = _ranges(membrane, resting, amplitude[0], duration, begin)
    data = {
        "key": key,
        "title": title,
        "source": source,
        "python": python,
        "states": _states(membrane, (low, high), highest),
        "parameters": [_parameter(membrane, name, name in divisors) for name in names],
        "channels": _channels(membrane),
        "gates": [
            {"name": gate.name, "instantaneous": gate.instantaneous, "colour": own}
            for gate, own in zip(membrane.gates, distinct_colours([g.name for g in membrane.gates]), strict=True)
        ],
        "begin": begin,
        "spikeLevel": membrane.spike_level,
        "vScale": membrane.v_scale,
        "rest": resting.tolist(),
        "voltages": [low, high],
        "amplitude": dict(zip(("value", "low", "high"), amplitude, strict=True)),
        "duration": duration,
        "starts": starts or {},
        "diagram": diagram,
    }
    return Shown(data, javascript(membrane, names))


def _resting(membrane: Membrane) -> NDArray[np.float64]:
    """Return the rest; without one, the settled state near the lowest reversal potential.

    If the rest is unstable, further states come from a run that starts there. If they have no steady value, they keep
    their initial guesses.
    """
    try:
        return np.append(rest(membrane).v, start_at_rest(membrane)[1:])
    except LoligoError:
        held: NDArray[np.float64] = settled_along(membrane, _reversals(membrane)[0])[0]
    if np.isfinite(held).all():
        return held
    kernel, q = compiled(membrane)
    start = np.zeros(held.size)
    start[0] = _reversals(membrane)[0]
    start[held.size - len(membrane.states) :] = [state.initial for state in membrane.states]
    return kernel.steady(start, q)


def _reversals(membrane: Membrane) -> tuple[float, float]:
    """Return the lowest and highest of the constant reversal potentials [mV]."""
    fixed = [c.E for c in membrane.channels if isinstance(c, Channel) and isinstance(c.E, float)]
    return (min(fixed), max(fixed)) if fixed else (membrane.spike_level - 60.0, membrane.spike_level + 60.0)


def _ranges(
    membrane: Membrane, resting: NDArray[np.float64], amplitude: float, duration: float, begin: float | None
) -> tuple[float, float, dict[str, float]]:
    """Return the range of v to draw [mV], and the largest value of each further state."""
    low, high = (float(f(resting[0], e)) for f, e in zip((min, max), _reversals(membrane), strict=True))
    highest = {state.name: state.initial for state in membrane.states}
    try:
        start = {name: float(value) for name, value in zip(membrane.variables, resting, strict=True)}
        start["v"] = start["v"] if begin is None else begin
        seen = recorded(membrane, Step(amplitude, start=5.0), min(duration, LONGEST_LOOK), initial=start)
        low, high = min(low, float(seen.v.min())), max(float(seen.v.max()), membrane.spike_level + 20.0)
        highest = {state.name: float(seen[state.name].max()) for state in membrane.states}
    except LoligoError:  # a user's membrane that diverges is drawn between its reversal potentials
        pass
    return 5.0 * math.floor((low - 8.0) / 5.0), 5.0 * math.ceil((high + 8.0) / 5.0), highest


def _states(membrane: Membrane, voltages: tuple[float, float], highest: dict[str, float]) -> list[dict[str, Any]]:
    units = {state.name: state.unit for state in membrane.states}
    occupancies = [name for scheme in membrane.schemes for name in scheme.variables]
    colours = dict(zip(occupancies, distinct_colours(occupancies), strict=True))
    found = []
    for name in membrane.variables:
        kind = "voltage" if name == "v" else "state" if name in units else "occupancy" if name in colours else "gate"
        low, high = voltages if kind == "voltage" else (0.0, 1.0)
        if kind == "state":
            low, high = 0.0, _rounded(1.2 * abs(highest[name]) or 1.0)
        unit = MV if kind == "voltage" else units.get(name, "")
        found.append({"name": name, "unit": unit, "kind": kind, "low": low, "high": high})
        found[-1] |= {"colour": colours[name]} if name in colours else {}
    return found


def _channels(membrane: Membrane) -> list[dict[str, Any]]:
    return [
        {
            "name": channel.name,
            "ohmic": isinstance(channel, Channel),
            "blocker": _blocker(channel.name) if isinstance(channel, Channel) else None,
            "conductance": f"g_{channel.name}" if isinstance(channel, Channel) else None,
            "colour": own,
        }
        for channel, own in zip(membrane.channels, distinct_colours([c.name for c in membrane.channels]), strict=True)
    ]


def _blocker(channel: str) -> str | None:
    """Return the classical blocker of a channel with this name."""
    if channel.startswith("Na"):
        return "TTX"
    return "TEA" if channel in _DELAYED_RECTIFIERS else None


def _of_reversals(membrane: Membrane) -> frozenset[str]:
    """Return the names in formulas of reversal potentials, such as concentrations, which keep their sign."""
    formulas = [c.E for c in membrane.channels if isinstance(c, Channel) and isinstance(c.E, Expression)]
    return frozenset().union(*(formula.names for formula in formulas))


def _parameter(membrane: Membrane, name: str, keeps_sign: bool) -> dict[str, Any]:
    parameter = membrane.parameters[name]
    kind = _kind(membrane, name)
    low, high = _limits("factor" if keeps_sign and kind == "constant" else kind, parameter.value, parameter.unit)
    return {
        "name": name,
        "unit": parameter.unit,
        "kind": kind,
        "value": parameter.value,
        "low": min(low, parameter.value),
        "high": max(high, parameter.value),
    }


def _kind(membrane: Membrane, name: str) -> str:
    own = {key: key[0] for channel in membrane.channels for key in channel.parameters}
    fixed = {"C": "capacitance", "celsius": "temperature"}
    return fixed.get(name) or {"g": "conductance", "E": "reversal"}.get(own.get(name, ""), "constant")


def _limits(kind: str, value: float, unit: str) -> tuple[float, float]:
    """Return the range of a slider, by the kind and unit of a parameter."""
    if kind == "temperature" or unit == CELSIUS:
        return COLDEST, HOTTEST
    if kind == "conductance" or (unit == CONDUCTANCE and value >= 0):
        return 0.0, _rounded(3.0 * value or 1.0)
    if kind == "reversal" or (unit == MV and kind != "factor"):
        return round(value + POTENTIALS[0], 9), round(value + POTENTIALS[1], 9)
    if kind == "capacitance" or unit == CAPACITANCE:
        return _rounded(0.2 * value), _rounded(5.0 * value)
    if value == 0.0:
        return -1.0, 1.0
    ends = _rounded(0.2 * value), _rounded(3.0 * value)
    return min(ends), max(ends)


def _rounded(value: float) -> float:
    """Return a value rounded to two digits, for the end of a slider."""
    return float(f"{value:.2g}")
