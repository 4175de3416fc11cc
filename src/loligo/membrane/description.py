"""A membrane as plain dicts, lists, strings and numbers, for files; and back, with all checks."""

from __future__ import annotations

import ast
import math
from typing import Any, Final

from loligo._errors import FileFormatError, unknown_name
from loligo._schema import Each, Kinds, check
from loligo.membrane.channel import Channel, Current, State
from loligo.membrane.expression import Expression, expression
from loligo.membrane.gating import Gate, OpenProbability, Part, Scheme
from loligo.membrane.membrane import Membrane, Parameter

MOST_PARTS: Final = 200  # largest number of parts; also that of gates and of schemes, in a membrane and in a part
MOST_CONSTANTS: Final = 1000
_NUMBERS = ("C", "celsius", "reference_celsius", "q10", "spike_level", "v_scale", "name")
_OPTIONAL = (float, type(None))
_GATE: Final = {
    **dict.fromkeys(("alpha?", "beta?", "inf?", "tau?"), str), "instantaneous?": bool, "q10?": _OPTIONAL,
}  # fmt: skip
_RATE: Final = (str, type(None))
_SCHEME: Final = {
    "states": [str], "transitions": [[_RATE]], "open": Each(float), "rates?": [[str, str]], "q10?": _OPTIONAL,
}  # fmt: skip
_PARTS: Final = {
    "channel": {
        "name": str,
        "g": float,
        "E": (float, str),
        "open": (str, type(None)),
        "gates?": [str],
        "schemes?": [str],
    },
    "current": {"name": str, "formula": str, "gates?": [str], "schemes?": [str]},
    "state": {"name": str, "derivative": str, "initial": float, "unit?": str, "minimum?": _OPTIONAL},
}
SHAPE: Final = {  # of `described`; the constructors check the meaning of numbers and formulas
    "gates": Each(_GATE),
    "schemes?": Each(_SCHEME),
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
    """Return a membrane in a form that JSON can store without loss."""
    return {
        "gates": {gate.name: _gate(gate) for gate in membrane.gates},
        **({"schemes": {scheme.name: _scheme(scheme) for scheme in membrane.schemes}} if membrane.schemes else {}),
        "parts": [_part(part) for part in membrane.parts],
        "constants": {key: [parameter.value, parameter.unit] for key, parameter in membrane.constants},
        **{key: getattr(membrane, key) for key in _NUMBERS},
    }


def membrane_from(words: Any) -> Membrane:
    """Return the membrane of a description from `described`.

    Raises
    ------
    FileFormatError
        A part is missing or has the wrong type; the message names it.
    LoligoError
        A constructor rejects the values.
    """
    check(words, SHAPE, "membrane")
    listed = words.get("schemes", {})
    if max(len(words["parts"]), len(words["gates"]), len(listed)) > MOST_PARTS:
        raise FileFormatError(f"A membrane in a file has at most {MOST_PARTS} parts, and as many gates and schemes.")
    if any(len(part.get(kind, ())) > MOST_PARTS for part in words["parts"] for kind in ("gates", "schemes")):
        raise FileFormatError(f"A part of a membrane in a file has at most {MOST_PARTS} gates, and as many schemes.")
    if len(words["constants"]) > MOST_CONSTANTS:
        raise FileFormatError(f"A membrane in a file has at most {MOST_CONSTANTS:,} constants.")
    gates = {name: Gate(name, **own) for name, own in words["gates"].items()}
    schemes = {name: _scheme_from(name, dict(own)) for name, own in listed.items()}
    constants = {key: Parameter(*pair) for key, pair in words["constants"].items()}
    parts = [_part_from(dict(part), gates, schemes) for part in words["parts"]]
    return Membrane(
        *parts, constants=constants, **{key: words[key] for key in _NUMBERS if key != "v_scale" or key in words}
    )


def _gate(gate: Gate) -> dict[str, Any]:
    texts = {key: formula.text for key, formula in gate.formulas.items()}
    return {**texts, "instantaneous": gate.instantaneous, "q10": gate.q10}


def _scheme(scheme: Scheme) -> dict[str, Any]:
    return {
        "states": list(scheme.states),
        "transitions": [list(one) for one in scheme.plain_transitions],
        "open": dict(scheme.weights),
        "rates": [[key, rate.text] for key, rate in scheme.rates],
        "q10": scheme.q10,
    }


def _scheme_from(name: str, words: dict[str, Any]) -> Scheme:
    return Scheme(name, **(words | {"rates": dict(words.pop("rates", []))}))


def _part(part: Channel | Current | State) -> dict[str, Any]:
    own: dict[str, Any] = {}
    if not isinstance(part, State):
        own["gates"] = [gate.name for gate in part.gates]
        own |= {"schemes": [scheme.name for scheme in part.schemes]} if part.schemes else {}
    match part:
        case Channel():
            reversal = part.E.text if isinstance(part.E, Expression) else part.E
            opened = None if part.open is None else part.open.text
            return {"kind": "channel", "name": part.name, "g": part.g, "E": reversal, "open": opened, **own}
        case Current():
            return {"kind": "current", "name": part.name, "formula": part.current.text, **own}
    least = None if part.minimum == -math.inf else part.minimum  # JSON has no infinity
    own |= {"name": part.name, "derivative": part.derivative.text, "initial": part.initial, "unit": part.unit}
    return {"kind": "state", **own, "minimum": least}


def _part_from(words: dict[str, Any], gates: dict[str, Gate], schemes: dict[str, Scheme]) -> Channel | Current | State:
    kind = words.pop("kind")
    used = [_named("gate", name, gates) for name in words.pop("gates", [])]
    chosen = [_named("kinetic scheme", name, schemes) for name in words.pop("schemes", [])]
    match kind:
        case "channel":
            text = words.pop("open")
            return Channel(**words, open=None if text is None else _open(text, used, chosen, words["name"]))
        case "current":
            return Current(**words, gates=[*used, *chosen])
        case "state":
            if "minimum" in words and words["minimum"] is None:
                words["minimum"] = -math.inf
            return State(**words)
    raise FileFormatError(f"A part of a membrane must be a channel, a current or a state; got {kind!r}.")


def _open(text: str, gates: list[Gate], schemes: list[Scheme], channel: str) -> OpenProbability:
    """Return an open probability, which must be a polynomial in gates and occupancies."""
    formula = expression(text)
    other = formula.names - {gate.name for gate in gates} - {name for scheme in schemes for name in scheme.occupancies}
    calls = any(isinstance(node, (ast.Call, ast.IfExp, ast.Div)) for node in ast.walk(formula.tree))
    if other or calls:
        raise FileFormatError(
            f"open of the channel {channel[:40]!r} must be a product of powers of its gates, such as m**3*h; got "
            f"{text[:60]!r}."
        )
    return OpenProbability(text, gates, schemes)


def _named(kind: str, name: str, parts: dict[str, Part]) -> Part:
    if name not in parts:
        raise unknown_name(f"{kind} of this membrane", name, parts)
    return parts[name]
