"""Interventions in words (plain dicts, lists, strings, numbers), for files; and back, through every check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from loligo._errors import FileFormatError
from loligo.intervention.intervention import Hold, Intervention, Reset


def described_interventions(interventions: Iterable[Intervention]) -> list[dict[str, Any]]:
    """Return interventions as something JSON can hold without loss."""
    return [_described(one) for one in interventions]


def interventions_from(words: Any) -> tuple[Intervention, ...]:
    """Return the interventions that `described_interventions` described.

    Raises
    ------
    FileFormatError
        A kind that does not exist, or without its entries.
    LoligoError
        A value that makes no sense.
    """
    if not isinstance(words, list):
        raise FileFormatError(f"interventions are a list; got {words!r}.")
    return tuple(_from(one) for one in words)


def _described(one: Intervention) -> dict[str, Any]:
    if isinstance(one, Hold):
        return {"kind": "Hold", "variable": one.variable, "value": one.value, "start": one.start, "stop": one.stop}
    return {"kind": "Reset", "values": dict(one.values), "at": one.at}


def _from(words: Any) -> Intervention:
    match words:
        case {"kind": "Hold", "variable": variable, "value": value, "start": start, "stop": stop, **rest} if not rest:
            return Hold(variable, value, start, stop)
        case {"kind": "Reset", "values": dict() as values, "at": at, **rest} if not rest:
            return Reset(values, at)
    raise FileFormatError(f"{words!r} is no intervention: a Hold or a Reset.")
