"""Interventions in words (plain dicts, lists, strings, numbers), for files; and back, through every check."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from loligo._errors import FileFormatError, unknown_name
from loligo.intervention.intervention import Hold, Intervention, Reset

ENTRIES: Final = {"Hold": ("variable", "value", "start", "stop"), "Reset": ("values", "at")}


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
    known = ENTRIES.get(words.get("kind", ""), ()) if isinstance(words, dict) else ()
    if not known:
        raise FileFormatError(f"an intervention is a Hold or a Reset; got {words!r}.")
    for entry in words:
        if entry not in ("kind", *known):
            raise unknown_name(f"entry of a {words['kind']}", str(entry), known)
    for entry in known:
        if entry not in words:
            raise FileFormatError(f"a {words['kind']} needs {entry}; it has {', '.join(words)}.")
    if words["kind"] == "Hold":
        return Hold(words["variable"], words["value"], words["start"], words["stop"])
    return Reset(words["values"], words["at"])
