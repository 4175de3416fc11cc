"""Interventions in words (plain dicts, lists, strings, numbers), for files; and back, through every check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from loligo._schema import Each, Kinds, check
from loligo.intervention.intervention import Hold, Intervention, Reset

_VALUE: Final = (float, str)  # "rest" or "now"
_KINDS: Final = {
    "Hold": {"variable": str, "value": _VALUE, "start": float, "stop": (float, type(None))},
    "Reset": {"values": Each(_VALUE), "at": float},
}
SHAPE: Final = [Kinds("kind", _KINDS)]


def described_interventions(interventions: Iterable[Intervention]) -> list[dict[str, Any]]:
    """Return interventions as something JSON can hold without loss."""
    return [_described(one) for one in interventions]


def interventions_from(words: Any) -> tuple[Intervention, ...]:
    """Return the interventions that `described_interventions` described.

    Raises
    ------
    FileFormatError
        A kind that does not exist, or without its entries; the message names it.
    LoligoError
        An invalid value.
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
