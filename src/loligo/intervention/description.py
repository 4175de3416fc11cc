"""Interventions as plain dicts, lists, strings and numbers, for files; and back, with all checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from loligo._schema import Each, Kinds, check
from loligo.intervention.intervention import Hold, Intervention, Reset

_VALUE: Final = (float, str)  # a number, or "rest" or "now"
_KINDS: Final = {
    "Hold": {"variable": str, "value": _VALUE, "start": float, "stop": (float, type(None))},
    "Reset": {"values": Each(_VALUE), "at": float},
}
SHAPE: Final = [Kinds("kind", _KINDS)]


def described_interventions(interventions: Iterable[Intervention]) -> list[dict[str, Any]]:
    """Return interventions in a form that JSON can store without loss."""
    return [_described(one) for one in interventions]


def interventions_from(words: Any) -> tuple[Intervention, ...]:
    """Return the interventions that `described_interventions` described.

    Raises
    ------
    FileFormatError
        The kind is unknown, or an entry is missing; the message names it.
    LoligoError
        A value is invalid.
    """
    check(words, SHAPE, "interventions")
    return tuple(_from(one) for one in words)


def _described(one: Intervention) -> dict[str, Any]:
    if isinstance(one, Hold):
        return {"kind": "Hold", "variable": one.variable, "value": one.value, "start": one.start, "stop": one.stop}
    return {"kind": "Reset", "values": dict(one.values), "at": one.at}


def _from(words: dict[str, Any]) -> Intervention:
    own = {key: value for key, value in words.items() if key != "kind"}
    return Hold(**own) if words["kind"] == "Hold" else Reset(**own)
