"""A membrane as the Python expression that creates it; each gate is defined where it first occurs."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from loligo.membrane import Channel, Current, Scheme, State
from loligo.membrane.channel import is_concentration
from loligo.membrane.expression import Expression
from loligo.membrane.membrane import V_SCALE

if TYPE_CHECKING:
    from loligo.membrane import Gate, Membrane, OpenProbability

_NAME = re.compile(r"(?<![\w.])[A-Za-z]\w*")  # not the exponent of 1e-05


def python_of(membrane: Membrane) -> str:
    """Return a Python expression that creates an equal membrane, after ``import loligo as lo``.

    Examples
    --------
    >>> import loligo as lo
    >>> leak = lo.Membrane(lo.Channel("leak", g=0.3, E=-54.4), C=2.0, name="leak")
    >>> eval(python_of(leak), {"lo": lo}) == leak
    True
    """
    known: set[str] = set()
    parts = [_part(part, known) for part in membrane.parts]
    constants = {name: (p.value, p.unit) if p.unit else p.value for name, p in membrane.constants}
    own = [f"C={membrane.C!r}", f"celsius={membrane.celsius!r}", f"reference_celsius={membrane.reference_celsius!r}"]
    own += [f"q10={membrane.q10!r}"] + ([f"constants={constants!r}"] if constants else [])
    own += [f"spike_level={membrane.spike_level!r}"]
    own += [] if membrane.v_scale == V_SCALE else [f"v_scale={membrane.v_scale!r}"]
    own += [f"name={membrane.name!r}"]
    return "lo.Membrane(\n    " + ",\n    ".join([*parts, *own]) + ",\n)"


def _part(part: Channel | Current | State, known: set[str]) -> str:
    match part:
        case Channel():
            reversal = part.E.text if isinstance(part.E, Expression) else part.E
            opened = "" if part.open is None else f", open={_open(part.open, known)}"
            return f"lo.Channel({part.name!r}, g={part.g!r}, E={reversal!r}{opened})"
        case Current():
            gates = ", ".join(_particle(one, known) for some in (part.gates, part.schemes) for one in some)
            return f"lo.Current({part.name!r}, {part.current.text!r}{f', gates=[{gates}]' if gates else ''})"
    unit = f", unit={part.unit!r}" if part.unit else ""
    usual = 0.0 if is_concentration(part.unit) else -math.inf
    least = "" if part.minimum == usual else f", minimum={part.minimum!r}".replace("-inf", 'float("-inf")')
    return f"lo.State({part.name!r}, {part.derivative.text!r}, initial={part.initial!r}{unit}{least})"


def _open(opened: OpenProbability, known: set[str]) -> str:
    """Return an open probability as arithmetic of gates and schemes, if it was made that way, or else by its text."""
    text, occupancies = opened.text, {name for scheme in opened.schemes for name in scheme.occupancies}
    of: dict[str, Gate | Scheme] = {gate.name: gate for gate in opened.gates}
    for k, scheme in enumerate(opened.schemes):
        own, mark = scheme.open.text, f"scheme{k}_"
        text = mark if text == own else text.replace(f"({own})", f"({mark})")
        of[mark] = scheme
    if occupancies & set(_NAME.findall(text)):
        gates, schemes = (", ".join(_particle(one, known) for one in some) for some in (opened.gates, opened.schemes))
        return f"lo.membrane.OpenProbability({opened.text!r}, [{gates}], [{schemes}])"
    return _NAME.sub(lambda found: _particle(of[found[0]], known) if found[0] in of else found[0], text)


def _particle(one: Gate | Scheme, known: set[str]) -> str:
    return _scheme(one, known) if isinstance(one, Scheme) else _gate(one, known)


def _scheme(scheme: Scheme, known: set[str]) -> str:
    """Return a scheme's definition where it first occurs, then only its name."""
    name = f"scheme_{scheme.name}"
    if name in known:
        return name
    known.add(name)
    return f"({name} := lo.{scheme!r})"


def _gate(gate: Gate, known: set[str]) -> str:
    """Return a gate's definition where it first occurs, then only its name."""
    name = f"gate_{gate.name}"  # a gate may be called `lo`, or like a builtin
    if gate.name in known:
        return name
    known.add(gate.name)
    formulas = ", ".join(f"{key}={formula.text!r}" for key, formula in gate.formulas.items())
    more = ", instantaneous=True" if gate.instantaneous and set(gate.formulas) != {"inf"} else ""
    more += "" if gate.q10 is None else f", q10={gate.q10!r}"
    return f"({name} := lo.Gate({gate.name!r}, {formulas}{more}))"
