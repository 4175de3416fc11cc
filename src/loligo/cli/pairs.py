"""Options of the form ``name=value``."""

from collections.abc import Iterable

from loligo._errors import ArgumentError


def pairs(texts: Iterable[str] | None, option: str, form: str = "NAME=VALUE") -> dict[str, str]:
    """Return the pairs of a repeatable option by name.

    Parameters
    ----------
    texts : iterable of str or None
        Such as ``["g_Na=180", "celsius=20"]``.
    option, form : str
        The name of the option and the form of its value, for the error message.

    Raises
    ------
    ArgumentError
        No ``=``, nothing on one side of it, or a name given twice.

    Examples
    --------
    >>> pairs(["g_Na=180"], "--set")
    {'g_Na': '180'}
    """
    found: dict[str, str] = {}
    for text in texts or ():
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals and value):
            raise ArgumentError(f"{option} takes {form}; got {text!r}.")
        if name in found:
            raise ArgumentError(f"{option} gives {name} twice: {found[name]} and {value}.")
        found[name] = value
    return found


def number_in(text: str, what: str, allowed: str = "a number") -> float:
    """Return a number that was typed.

    Raises
    ------
    ArgumentError
        The text is not a number.
    """
    try:
        return float(text)
    except ValueError:
        raise ArgumentError(f"{what} must be {allowed}; got {text!r}.") from None


def numbers(texts: Iterable[str] | None, option: str) -> dict[str, float]:
    """Return pairs whose values are numbers.

    Raises
    ------
    ArgumentError
        As `pairs`, or a value that is not a number.
    """
    return {name: number_in(value, f"{option} {name}") for name, value in pairs(texts, option).items()}
