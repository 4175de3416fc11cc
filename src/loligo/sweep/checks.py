"""Checks of the arguments of a sweep, with their error messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._errors import ArgumentError, UnitError
from loligo._units import MS, MV, numbers, positive
from loligo.stimulus import Stimulus

if TYPE_CHECKING:
    from numpy.typing import NDArray

TRACES: Final = ("t", "v", "current")


def check_protocol(clamped: bool, stimulus: Any, command: Any, holding: Any) -> None:
    """Reject an argument that is not a protocol, or is a protocol of the other clamp."""
    for name, given in (("stimulus", stimulus), ("command", command)):
        if given is not None and not isinstance(given, Stimulus):
            raise UnitError(f"{name} must be a Step, Ramp, Samples, ... or a sum of them; got {given!r}.")
    if clamped and stimulus is not None:
        raise ArgumentError("For a voltage clamp give command=, in mV from the holding potential.")
    if not clamped and (command is not None or holding is not None):
        raise ArgumentError("For a current clamp, give stimulus=; command= and holding= are used only with current=.")
    if stimulus is not None and stimulus.unit == MV:
        raise UnitError(f"The stimulus of a current clamp must be a current; this {type(stimulus).__name__} is in mV.")
    if command is not None and command.unit not in ("", MV):
        raise UnitError(f"A command must be in mV; this {type(command).__name__} was given in {command.unit}.")
    if command is not None and holding is None:
        raise ArgumentError("A command is a displacement from the holding potential: give holding= in mV.")


def checked_times(t: Any) -> NDArray[np.float64]:
    """Return times [ms] that increase from 0 or later, read-only."""
    times = numbers(t, MS, "t")
    if times.ndim != 1 or times.size < 2:
        raise ArgumentError(
            f"t must be a one-dimensional array of at least two times in ms; got an array of shape {times.shape}."
        )
    _check_finite(times, "t", "")
    late = np.flatnonzero(np.diff(times) <= 0)
    if late.size:
        k = int(late[0])
        raise ArgumentError(
            f"Times must increase; t[{k + 1}] = {times[k + 1]:.9g} ms follows t[{k}] = {times[k]:.9g} ms."
        )
    if times[0] < 0:
        raise ArgumentError(f"t begins at {times[0]:g} ms; a run begins at 0, so subtract t[0] and shift the protocol.")
    times.flags.writeable = False
    return times


def checked_trace(values: NDArray[np.float64], times: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """Return finite values, one for each time, read-only."""
    if values.shape != times.shape:
        raise ArgumentError(f"{name} must have one value for each of the {times.size} times; got {values.shape}.")
    _check_finite(values, name, times)
    values.flags.writeable = False
    return values


def _check_finite(values: NDArray[np.float64], name: str, times: Any) -> None:
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        k = int(bad[0])
        at = f" at {times[k]:.9g} ms" if len(times) else ""
        raise ArgumentError(
            f"{name}[{k}] is {values[k]}{at} ({bad.size} such value{'s' * (bad.size > 1)} in all): leave these samples "
            "out, both times and values; t may be uneven."
        )


def checked_resistance(value: Any) -> float | None:
    """Return a series resistance [MΩ], or None."""
    return None if value is None else positive(value, "MΩ", "series_resistance", zero=True)


def checked_windows(exclude: Any) -> tuple[tuple[float, float], ...]:
    """Return windows of time [ms], each of a start and a later stop."""
    if not isinstance(exclude, Iterable):
        raise ArgumentError(f"exclude must be a list of windows such as [(250.1, 255.1)]; got {exclude!r}.")
    windows = []
    for k, window in enumerate(exclude):
        pair = numbers(window, MS, f"exclude[{k}]")
        if pair.shape != (2,) or not pair[0] < pair[1]:
            raise ArgumentError(
                f"exclude[{k}] must be a start and a later stop in ms, e.g. (250.1, 255.1); got {window!r}."
            )
        windows.append((float(pair[0]), float(pair[1])))
    return tuple(windows)


def absent(said: str, given: str) -> ArgumentError:
    """Return the error for a missing protocol, with advice."""
    return ArgumentError(f"{said}: its protocol is absent. Give it with sweep.replace({given}).")


def same(own: dict[str, Any], others: dict[str, Any]) -> bool:
    """Return whether two sweeps have the same arguments, with samples equal to the last bit."""
    return own.keys() == others.keys() and all(
        np.array_equal(value, others[name]) if name in TRACES else value == others[name] for name, value in own.items()
    )
