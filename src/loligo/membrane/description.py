"""A membrane in words (plain dicts, lists, strings, numbers), for files; and back, through every check."""

from __future__ import annotations

import ast
import math
from typing import Any, Final

from loligo._errors import FileFormatError, unknown_name
from loligo._schema import Each, Kinds, check
from loligo.membrane.channel import Channel, Current, State
from loligo.membrane.expression import Expression, expression
from loligo.membrane.gate import Gate, OpenProbability
from loligo.membrane.membrane import Membrane, Parameter

MOST_PARTS: Final = 200  # and as many gates, of the membrane and of each part
MOST_CONSTANTS: Final = 1000
_NUMBERS = ("C", "celsius", "reference_celsius", "q10", "spike_level", "v_scale", "name")
_OPTIONAL = (float, type(None))
_GATE: Final = {
    **dict.fromkeys(("alpha?", "beta?", "inf?", "tau?"), str), "instantaneous?": bool, "q10?": _OPTIONAL,
}  # fmt: skip
_PARTS: Final = {
    "channel": {"name": str, "g": float, "E": (float, str), "open": (str, type(None)), "gates?": [str]},
    "current": {"name": str, "formula": str, "gates?": [str]},
    "state": {"name": str, "derivative": str, "initial": float, "unit?": str, "minimum?": _OPTIONAL},
}
SHAPE: Final = {  # of `described`; the constructors check what the numbers and formulas mean
    "gates": Each(_GATE),
    "parts": [Kinds("kind", _PARTS)],
    "constants": Each([float, str]),
    "C": float,
    "celsius": float,
    "reference_celsius": float,
    "q10": _OPTIONAL,
    "spike_level": float,
    "v_scale?": float,
    "name": str,
}


def described(membrane: Membrane) -> dict[str, Any]:
    """Return a membrane as something JSON can hold without loss."""
    return {
        "gates": {gate.name: _gate(gate) for gate in membrane.gates},
        "parts": [_part(part) for part in membrane.parts],
        "constants": {key: [parameter.value, parameter.unit] for key, parameter in membrane.constants},
        **{key: getattr(membrane, key) for key in _NUMBERS},
    }


def membrane_from(words: Any) -> Membrane:
    """Return the membrane that `described` described.

    Raises
    ------
    FileFormatError
        A part that is missing, or is not of the type that it must be; the message names it.
    LoligoError
        Whatever the constructors refuse.
    """
    check(words, SHAPE, "membrane")
    if max(len(words["parts"]), len(words["gates"])) > MOST_PARTS:
        raise FileFormatError(f"A membrane in a file has at most {MOST_PARTS} parts, and as many gates.")
    if any(len(part.get("gates", ())) > MOST_PARTS for part in words["parts"]):
        raise FileFormatError(f"A part of a membrane in a file has at most {MOST_PARTS} gates.")
    if len(words["constants"]) > MOST_CONSTANTS:
        raise FileFormatError(f"A membrane in a file has at most {MOST_CONSTANTS:,} constants.")
    gates = {name: Gate(name, **own) for name, own in words["gates"].items()}
    constants = {key: Parameter(*pair) for key, pair in words["constants"].items()}
    parts = [_part_from(dict(part), gates) for part in words["parts"]]
    return Membrane(
        *parts, constants=constants, **{key: words[key] for key in _NUMBERS if key != "v_scale" or key in words}
    )


def _gate(gate: Gate) -> dict[str, Any]:
    texts = {key: formula.text for key, formula in gate.formulas.items()}
    return {**texts, "instantaneous": gate.instantaneous, "q10": gate.q10}


def _part(part: Channel | Current | State) -> dict[str, Any]:
    gates = [] if isinstance(part, State) else [gate.name for gate in part.gates]
    match part:
        case Channel():
            reversal = part.E.text if isinstance(part.E, Expression) else part.E
            opened = None if part.open is None else part.open.text
            return {"kind": "channel", "name": part.name, "g": part.g, "E": reversal, "open": opened, "gates": gates}
        case Current():
            return {"kind": "current", "name": part.name, "formula": part.current.text, "gates": gates}
    least = None if part.minimum == -math.inf else part.minimum  # JSON has no infinity
    own = {"name": part.name, "derivative": part.derivative.text, "initial": part.initial, "unit": part.unit}
    return {"kind": "state", **own, "minimum": least}


def _part_from(words: dict[str, Any], gates: dict[str, Gate]) -> Channel | Current | State:
    kind = words.pop("kind")
    used = [_gate_named(name, gates) for name in words.pop("gates", [])]
    match kind:
        case "channel":
            text = words.pop("open")
            return Channel(**words, open=None if text is None else _open(text, used, words["name"]))
        case "current":
            return Current(**words, gates=used)
        case "state":
            if "minimum" in words and words["minimum"] is None:
                words["minimum"] = -math.inf
            return State(**words)
    raise FileFormatError(f"A part of a membrane is a channel, a current or a state; got {kind!r}.")


def _open(text: str, gates: list[Gate], channel: str) -> OpenProbability:
    """Return a polynomial in gates, which is all that an open probability may be."""
    formula = expression(text)
    other = formula.names - {gate.name for gate in gates}
    calls = any(isinstance(node, (ast.Call, ast.IfExp, ast.Div)) for node in ast.walk(formula.tree))
    if other or calls:
        raise FileFormatError(
            f"open of the channel {channel[:40]!r} must be a product of powers of its gates, such as m**3*h; got "
            f"{text[:60]!r}."
        )
    return OpenProbability(text, gates)


def _gate_named(name: str, gates: dict[str, Gate]) -> Gate:
    if name not in gates:
        raise unknown_name("gate of this membrane", name, gates)
    return gates[name]
