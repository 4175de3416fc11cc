"""Ground: the names that a user passes to gradients and sensitivities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from loligo._errors import ArgumentError


def names_of(given: Any, argument: str = "names", *, optional: bool = False) -> tuple[str, ...]:
    """Return one string or an iterable of strings as a tuple of plain strings.

    Parameters
    ----------
    given : str or iterable of str
    argument : str
        The name of the argument, for the error message.
    optional : bool
        Whether None means no names.

    Raises
    ------
    ArgumentError
        The argument is neither a string nor an iterable of strings, or a name occurs twice.

    Examples
    --------
    >>> names_of("g_Na"), names_of(["g_Na", "g_K"]), names_of([])
    (('g_Na',), ('g_Na', 'g_K'), ())
    """
    if optional and given is None:
        return ()
    found = [given] if isinstance(given, str) else [*given] if isinstance(given, Iterable) else None
    if found is None or not all(isinstance(name, str) for name in found):
        raise ArgumentError(f"{argument} must be a name or a list of names, e.g. ['g_Na', 'g_K']; got {given!r:.80}.")
    if len(set(found)) < len(found):
        raise ArgumentError(f"{argument} must not repeat a name; got {', '.join(found)}.")
    return tuple(str(name) for name in found)
