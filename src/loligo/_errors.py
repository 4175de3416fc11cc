"""Ground: the errors and warnings of loligo; each error is also the built-in that a Python user would catch.

All errors except `TimeLimitError` and `CancelledError` derive from `LoligoError`. Code that catches `LoligoError` and
goes on therefore still stops at a time limit or when the user cancels.
"""

from __future__ import annotations

import math
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


LONGEST_MESSAGE = 2000  # characters: a message may quote a file, whose content may be long


class LoligoError(Exception):
    """Base class of all errors that loligo raises on purpose, except `TimeLimitError` and `CancelledError`."""

    def __str__(self) -> str:
        text = super().__str__()
        return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]} ..."


class ModelError(LoligoError, ValueError):
    """An impossible membrane, channel or gate: a wrong name, a negative conductance, a missing rate."""


class ExpressionError(ModelError):
    """A formula that is not in the notation that loligo reads (see `loligo.membrane.expression`)."""


class UnknownNameError(LoligoError, ValueError, KeyError):
    """A name that the membrane, recording or registry does not have."""

    def __str__(self) -> str:
        return LoligoError.__str__(LoligoError(*self.args[:1]))


class UnitError(LoligoError, TypeError):
    """A quantity whose unit has the wrong dimension, or a value that is not a number."""


class ArgumentError(LoligoError, ValueError):
    """An argument with an invalid value: an empty duration, a negative tolerance, a NaN."""


class StimulusError(ArgumentError):
    """A stimulus that cannot be applied."""


class RestError(LoligoError, RuntimeError):
    """Raised if a membrane has no equilibrium, none was found, or there is a continuum; the message says which."""


class DivergenceError(LoligoError, ArithmeticError):
    """Raised if a variable of a run becomes infinite or NaN.

    Attributes
    ----------
    time : float
        When the run stopped [ms].
    variable : str
        The first state variable that was not finite.
    """

    def __init__(self, message: str, *, time: float = math.nan, variable: str = "") -> None:
        super().__init__(message)
        self.time = time
        self.variable = variable


class StepLimitError(LoligoError, RuntimeError):
    """Raised if a run needs more steps than allowed."""


class TimeLimitError(TimeoutError):
    """Raised when the limit of `loligo.time_limit` has passed.

    `TimeLimitError` is not a `LoligoError`, because a time limit says nothing about the run itself: code that treats a
    failed run as a result (a failed member, the end of a curve) does not catch this error.
    """


class CancelledError(Exception):
    """Raised when a callable given as ``progress=`` has returned False, which cancels the work.

    Like `TimeLimitError`, `CancelledError` is not a `LoligoError`: code that treats a failed run as a result does not
    catch this error.
    """


class ThresholdError(LoligoError, ValueError):
    """Raised if no amplitude in the searched range makes the membrane fire as required."""


class FitError(LoligoError, RuntimeError):
    """Raised if no values within the bounds reproduce the measurements, or if a profile found a better fit.

    Attributes
    ----------
    values : dict of str to float
        The values of the better fit, from which to restart; empty if there is none.
    """

    def __init__(self, message: str, *, values: dict[str, float] | None = None) -> None:
        super().__init__(message)
        self.values = values or {}


class FileFormatError(LoligoError, ValueError):
    """A file whose format or content is invalid."""


class StoreError(LoligoError, OSError):
    """A store of a population that cannot be used: it belongs to other settings, is damaged, full or read-only."""


class ClusterError(LoligoError, RuntimeError):
    """Raised if a cluster fails during a run."""


class LabError(LoligoError, RuntimeError):
    """Raised if the page of the lab cannot be made or shown on this machine."""


class MissingPackageError(LoligoError, ImportError):
    """Raised if an optional library is needed but not installed."""


class NoiseSpacingWarning(UserWarning):
    """Issued if the dt of a noise stimulus is too long, so that the variance at the membrane is wrong."""


class StoreWarning(UserWarning):
    """Issued if a store is resumed with different library versions."""


class UnstableRestWarning(UserWarning):
    """Issued if a run starts at an unstable rest, which the membrane leaves spontaneously (a pacemaker)."""


class LikelyMistakeWarning(UserWarning):
    """Issued if a classroom run is probably not as intended: a current in the wrong unit, a line without effect."""


def unknown_name(kind: str, got: str, allowed: Iterable[str]) -> UnknownNameError:
    """Return the error for an unknown name, with the closest match when there is one.

    Parameters
    ----------
    kind : str
        What the name should have been, e.g. ``"parameter of the squid axon"``.
    got : str
        The name that was given.
    allowed : iterable of str
        The names that exist.
    """
    names = sorted(allowed)
    close = [n for n in names if n.lower() == str(got).lower()] or get_close_matches(str(got), names, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    known = f" Known: {', '.join(names)}." if names else " There are none."
    article = "an" if kind[:1] in "aeiou" else "a"
    return UnknownNameError(f"{got!r} is not {article} {kind}.{hint}{known}")
