"""Slips in the numbers of a neuron that give a run, but not the intended one: the most likely slip, in one sentence."""

from __future__ import annotations

import ast
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo.course.digits import written
from loligo.membrane import Channel, expression
from loligo.membrane.membrane import V_SCALE
from loligo.models import squid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from loligo.membrane import Membrane

LARGEST_POTENTIAL: Final = 300.0  # mV, on both sides of 0: no membrane withstands more
LEAST_POTENTIAL: Final = 0.2  # mV: a smaller value, except 0, was typed in V
LARGEST_CONDUCTANCE: Final = 1e4  # mS/cm²: three times that of a node of Ranvier
LEAST_SHARE: Final = 2e-3  # relative to the usual conductance: a smaller value, except 0, was typed in S
LEAST_CAPACITANCE, LARGEST_CAPACITANCE = 0.01, 1000.0  # µF/cm²: a value outside was typed in another unit
ABSOLUTE_SODIUM: Final = (50.0, 55.0)  # mV: E_Na in textbooks in which the resting potential is -65 mV
LEAST_ABOVE_REST: Final = -40.0  # mV: a lower E of potassium or a leak comes from such a textbook
ABSOLUTE_REST: Final = -65.0  # mV: the resting potential in these textbooks


def neuron_slip(membrane: Membrane) -> str:
    """Return a sentence on a number that is impossible, or probably in another unit or convention; else ""."""
    usual = squid()
    channels = [channel for channel in membrane.channels if isinstance(channel, Channel)]
    reversals = {channel.name: channel.E for channel in channels if isinstance(channel.E, float)}
    return (
        _volts(reversals)
        or (_absolute(reversals) if set(membrane.gates) & set(usual.gates) else "")
        or _too_far(reversals)
        or _shared(reversals)
        or _capacitance(membrane.C)
        or next((said for one in channels if (said := _conductance(one, usual.parameters))), "")
        or next((said for one in channels if (said := _open(one))), "")
        or _spike_level(membrane, reversals)
    )


def _letters(kind: str, name: str) -> str:
    """Return the name of a channel's number in the classroom file: ENa, gK, El."""
    return f"{kind}{'l' if name == 'leak' else name}"


def _volts(reversals: Mapping[str, float]) -> str:
    tiny = {name: value for name, value in reversals.items() if 0 < abs(value) < LEAST_POTENTIAL}
    if not tiny:
        return ""
    what = "A reversal potential of" if len(tiny) == 1 else "Reversal potentials of"
    named = " and ".join(f"{written(value)} mV ({_letters('E', name)})" for name, value in tiny.items())
    meant, instead = (" and ".join(written(factor * value) for value in tiny.values()) for factor in (1, 1000))
    return f"{what} {named} almost zero: potentials are in mV, so write {instead} if you meant {meant} V."


def _absolute(reversals: Mapping[str, float]) -> str:
    """Return a sentence if potentials assume a rest at -65 mV, and rates one at 0 mV."""
    found = {
        name: value
        for name, value in reversals.items()
        if (name.startswith("Na") and value in ABSOLUTE_SODIUM) or -LARGEST_POTENTIAL <= value < LEAST_ABOVE_REST
    }
    if not found:
        return ""
    named, moved = (
        ", ".join(f"{_letters('E', name)} = {written(value - shift)}" for name, value in found.items())
        for shift in (0, ABSOLUTE_REST)
    )
    return (
        f"The rates of this neuron are written for a resting potential of 0 mV, but {named} for one of -65 mV: write "
        f"{moved}, which is 65 mV more."
    )


def _too_far(reversals: Mapping[str, float]) -> str:
    for name, value in reversals.items():
        if abs(value) > LARGEST_POTENTIAL:
            return (
                f"A reversal potential of {written(value)} mV ({_letters('E', name)}) is more than any membrane can "
                "bear: potentials are in mV above rest, so write 115 for sodium and -12 for potassium."
            )
    return ""


def _shared(reversals: Mapping[str, float]) -> str:
    """Return a sentence if a sodium and a potassium channel have the same reversal potential."""
    for sodium, potassium in product(reversals, reversals):
        of_both = sodium.lower().startswith(("na", "sodium")) and potassium.lower().startswith(("k", "potassium"))
        if of_both and reversals[sodium] == reversals[potassium]:
            return (
                f"Channels {sodium!r} and {potassium!r} have the same reversal potential, {written(reversals[sodium])} "
                f"mV: write E=ENa for {sodium!r} and E=EK for {potassium!r}, with ENa = 115.0 and EK = -12.0."
            )
    return ""


def _capacitance(C: float) -> str:
    if LEAST_CAPACITANCE <= C <= LARGEST_CAPACITANCE:
        return ""
    units = {"F": 1e6, "mF": 1e3, "nF": 1e-3, "pF": 1e-6}
    meant = next(
        (f"{written(C * f)} if you meant {written(C)} {u}" for u, f in units.items() if 0.1 <= C * f <= 100), "1.0"
    )
    return f"No membrane of 1 cm² has a capacitance of {written(C)} µF: C is in µF, so write C = {meant}."


def _conductance(channel: Channel, usual: Mapping[str, Any]) -> str:
    name = _letters("g", channel.name)
    known = f"g_{channel.name}" in usual
    least = LEAST_SHARE * usual[f"g_{channel.name}"].value if known else 0.0
    if channel.g > LARGEST_CONDUCTANCE:
        factor, unit = 1e-3, "µS"
    elif 0 < channel.g < least:
        factor, unit = 1e3, "S"
    else:
        return ""
    other = channel.g * factor
    instead = f"{written(other)} if you meant {written(channel.g)} {unit}"
    if not least <= other <= LARGEST_CONDUCTANCE:
        instead = written(usual[f"g_{channel.name}"].value) if known else "a number such as 1.0"
    size = "more" if factor < 1 else "less"
    blocked = ", or 0 for a channel that is blocked" if factor > 1 else ""
    return (
        f"A conductance of {written(channel.g)} mS ({name}) is far {size} than a membrane of 1 cm² has: conductances "
        f"are in mS, so write {name} = {instead}{blocked}."
    )


def _open(channel: Channel) -> str:
    """Return a sentence if an open probability is above 1 or below 0 for some values of its gates."""
    if channel.open is None:
        return ""
    read = expression(channel.open.text)
    names = [gate.name for gate in channel.gates]
    grid = np.array(list(product((0.0, 0.25, 0.5, 0.75, 1.0), repeat=len(names)))).T
    with np.errstate(all="ignore"):
        values = np.broadcast_to(_value(read.tree, dict(zip(names, grid, strict=True))), grid.shape[1:])
    if ((values >= -1e-9) & (values <= 1 + 1e-9)).all():
        return ""
    return (
        f"open={read.text.replace(' ** ', '**')} of channel {channel.name!r} is not an open fraction, which must be "
        "between 0 and 1 for all values of the gates: write a product of powers, such as open=m**3 * h."
    )


def _value(node: ast.expr, gates: Mapping[str, NDArray[np.float64]]) -> Any:
    """Return the value of a polynomial in gates."""
    match node:
        case ast.Name(id=name):
            return gates[name]
        case ast.UnaryOp(op=op, operand=operand):
            return -_value(operand, gates) if isinstance(op, ast.USub) else _value(operand, gates)
        case ast.BinOp(left=left, op=op, right=right):
            sign = {ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Pow: np.power}[type(op)]
            return sign(np.asarray(_value(left, gates), float), _value(right, gates))
        case ast.Constant(value=value):
            return float(str(value))
    raise AssertionError(ast.dump(node))  # the arithmetic of gates produces nothing else


def _spike_level(membrane: Membrane, reversals: Mapping[str, float]) -> str:
    level = membrane.spike_level
    if membrane.v_scale != V_SCALE or len(reversals) < len(membrane.channels):
        return ""
    if 0 < abs(level) < LEAST_POTENTIAL:
        return (
            f"A spike level of {written(level)} mV is very close to the rest: potentials are in mV, so write "
            "spike_level="
            f"{written(1000 * level)} if you meant {written(level)} V."
        )
    lowest, highest = min(reversals.values()), max(reversals.values())
    if lowest < level < highest or len(set(reversals.values())) == 1:
        return ""
    middle = written(50.0 if lowest < 50 < highest else round((lowest + highest) / 2))
    return (
        f"A spike level of {written(level)} mV cannot be crossed by a spike, because v stays between the reversal "
        f"potentials ({written(lowest)} to {written(highest)} mV): write spike_level={middle}."
    )
