"""Occupancies of kinetic schemes given by a user: their names, and checks of their sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from loligo._errors import ArgumentError, UnknownNameError, unknown_name
from loligo._units import number

if TYPE_CHECKING:
    from loligo.membrane.gating import Scheme
    from loligo.membrane.membrane import Membrane

SUM_SLACK: Final = 1e-6  # by how much the sum of given occupancies may differ from 1; they are then rescaled


def in_variables(membrane: Membrane, values: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Return values in which each named kinetic scheme is given by all its variables.

    Occupancies of a scheme are given together. If all but one are named, that one is 1 minus their sum; otherwise those
    that are not named are 0. The name of a scheme with a word ("rest", "now") stands for all its occupancies.

    Parameters
    ----------
    membrane : Membrane
    values : mapping of str to (float or str)
        Values by name of a variable, an occupancy or a scheme; other names are not changed.
    what : str
        The argument in which they were given, for messages.

    Raises
    ------
    ArgumentError
        An occupancy outside [0, 1], occupancies whose sum is not 1, a word for only some of them, a number for a
        scheme.
    UnitError
        An occupancy that is not a number.
    """
    found = dict(values)
    for scheme in membrane.schemes:
        own = {name: found.pop(name) for name in scheme.occupancies if name in found}
        if scheme.name in found:
            word = found.pop(scheme.name)
            if own or not isinstance(word, str):
                raise ArgumentError(
                    f"{scheme.name} is a kinetic scheme: in {what} give it a word such as 'rest', or give values to "
                    f"its occupancies {', '.join(scheme.occupancies)}."
                )
            own = dict.fromkeys(scheme.variables, word)
        if own:
            found |= _whole(scheme, own, what)
    return found


def _whole(scheme: Scheme, given: dict[str, Any], what: str) -> dict[str, Any]:
    """Return the values of all variables of a scheme, from those of some of its occupancies."""
    words = {value for value in given.values() if isinstance(value, str)}
    if words:
        if len(words) == 1 and given.keys() == set(scheme.variables) and len(set(given.values())) == 1:
            return given
        raise ArgumentError(
            f"The occupancies of {scheme.name} must be given together: in {what} write "
            f"{{{scheme.name!r}: {min(words)!r}}}."
        )
    shares = {name: number(value, "", f"{name} in {what}") for name, value in given.items()}
    for name, share in shares.items():
        if not -SUM_SLACK <= share <= 1 + SUM_SLACK:
            raise ArgumentError(f"An occupancy must be between 0 and 1; got {name} = {share:g} in {what}.")
    total = sum(shares.values())
    missing = [name for name in scheme.occupancies if name not in shares]
    if len(missing) == 1:
        shares[missing[0]] = max(1.0 - total, 0.0)
    if abs(sum(shares.values()) - 1.0) > SUM_SLACK:
        left = f", or give {', '.join(missing)}, too, which are 0 otherwise" if missing else ""
        raise ArgumentError(
            f"The occupancies of {scheme.name} sum to 1; in {what} they sum to {total:.6g}. Change them{left}."
        )
    total = sum(shares.values())
    return {name: shares.get(name, 0.0) / total for name in scheme.variables}


def unknown_variable(membrane: Membrane, name: str, where: str = "", known: Iterable[str] = ()) -> UnknownNameError:
    """Return the error for a name that is not a variable of a membrane; occupancies are known names.

    Parameters
    ----------
    membrane : Membrane
    name : str
        The given name.
    where : str
        Where, for the message.
    known : iterable of str
        Further names that may have been meant.
    """
    own = [scheme.eliminated for scheme in membrane.schemes]
    for scheme in membrane.schemes:
        if name == scheme.name:
            return UnknownNameError(
                f"{name!r} is a kinetic scheme of {membrane.name}{where}: take one of its occupancies "
                f"{', '.join(scheme.occupancies)}."
            )
    return unknown_name(f"variable of {membrane.name}{where}", name, [*membrane.variables, *own, *known])


def check_independent(membrane: Membrane, name: str, what: str) -> None:
    """Refuse the occupancy that is 1 minus the others where an independent variable is needed.

    Raises
    ------
    ArgumentError
        The message names the others.
    """
    for scheme in membrane.schemes:
        if name == scheme.eliminated:
            raise ArgumentError(
                f"{name} is 1 - {' - '.join(scheme.variables)}, so it cannot be {what}: take "
                f"{'one of ' * (len(scheme.variables) > 1)}{', '.join(scheme.variables)}."
            )


def left_over_of(membrane: Membrane, name: str) -> list[int]:
    """Return the indices of the variables whose sum, subtracted from 1, is this occupancy; empty for other names."""
    names = membrane.variables
    return [
        names.index(other) for scheme in membrane.schemes if scheme.eliminated == name for other in scheme.variables
    ]
