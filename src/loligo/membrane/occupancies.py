"""Occupancies of kinetic schemes that a user gives: their names, and checks of their sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from loligo._errors import ArgumentError, UnknownNameError, unknown_name
from loligo._units import number

if TYPE_CHECKING:
    from loligo.membrane.gating import Scheme
    from loligo.membrane.membrane import Membrane

SUM_SLACK: Final = 1e-6  # allowed deviation from 1 of the sum of given occupancies; they are then rescaled


def in_variables(membrane: Membrane, values: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Return values in which every kinetic scheme that they mention has a value for each of its variables.

    Occupancies of a scheme are given together. If only one is missing, it is 1 minus the sum of the others; if more are
    missing, they are 0. The name of a scheme with a word ("rest", "now") stands for all its occupancies.

    Parameters
    ----------
    membrane : Membrane
    values : mapping of str to (float or str)
        Values keyed by variable, occupancy or scheme; other names are left unchanged.
    what : str
        The argument that contains them, for messages.

    Raises
    ------
    ArgumentError
        An occupancy is outside [0, 1], the sum of occupancies is not 1, only some of them are words, or a scheme has a
        number.
    UnitError
        An occupancy is not a number.
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
        left = f", or also give {', '.join(missing)}, which are 0 otherwise" if missing else ""
        raise ArgumentError(
            f"The occupancies of {scheme.name} sum to 1; in {what} they sum to {total:.6g}. Change them{left}."
        )
    total = sum(shares.values())
    return {name: shares.get(name, 0.0) / total for name in scheme.variables}


def unknown_variable(membrane: Membrane, name: str, where: str = "", known: Iterable[str] = ()) -> UnknownNameError:
    """Return the error for a name that is not a variable of a membrane; it also knows occupancies.

    Parameters
    ----------
    membrane : Membrane
    name : str
        The given name.
    where : str
        Where, for the message.
    known : iterable of str
        Other names that the user may have meant.
    """
    own = [scheme.eliminated for scheme in membrane.schemes]
    for scheme in membrane.schemes:
        if name == scheme.name:
            return UnknownNameError(
                f"{name!r} is a kinetic scheme of {membrane.name}{where}: use one of its occupancies "
                f"{', '.join(scheme.occupancies)}."
            )
    return unknown_name(f"variable of {membrane.name}{where}", name, [*membrane.variables, *own, *known])


def check_independent(membrane: Membrane, name: str, what: str) -> None:
    """Reject the occupancy that is 1 minus the others where an independent variable is needed.

    Raises
    ------
    ArgumentError
        The message names the others.
    """
    for scheme in membrane.schemes:
        if name == scheme.eliminated:
            raise ArgumentError(
                f"{name} is 1 - {' - '.join(scheme.variables)}, so it cannot be {what}: use "
                f"{'one of ' * (len(scheme.variables) > 1)}{', '.join(scheme.variables)}."
            )


def left_over_of(membrane: Membrane, name: str) -> list[int]:
    """Return the indices of the variables whose sum, subtracted from 1, is this occupancy; empty for other names."""
    names = membrane.variables
    return [
        names.index(other) for scheme in membrane.schemes if scheme.eliminated == name for other in scheme.variables
    ]
