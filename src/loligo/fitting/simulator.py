"""A membrane as a function from parameters to features, for programs that infer parameters from many simulations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from loligo._errors import ArgumentError, unknown_name
from loligo._units import numbers
from loligo.membrane import Membrane, checked_membrane
from loligo.population import Population
from loligo.population.plan import SETTINGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from loligo.stimulus import Stimulus


@dataclass(frozen=True, eq=False)
class Simulator:
    """A function from values of parameters, shape (n, p), to features, shape (n, k); see `simulator`.

    Attributes
    ----------
    membrane : Membrane
    stimulus : Stimulus
    vary : tuple of str
        The names of the columns of the argument.
    features : tuple of str
        The names of the columns of the result.
    """

    membrane: Membrane
    stimulus: Stimulus
    vary: tuple[str, ...]
    features: tuple[str, ...]
    settings: dict[str, Any] = field(repr=False)

    def __call__(self, theta: Any) -> NDArray[np.float64]:
        """Run a member for each row and return its features; one row may be a vector.

        Parameters
        ----------
        theta : array_like (n, p) or (p,)
            Values in the order of ``vary``, each in its unit.

        Returns
        -------
        array (n, k) or (k,)
            Features; NaN where a member failed or has no value.

        Raises
        ------
        ArgumentError
            ``theta`` has another shape.
        """
        values = np.asarray(numbers(theta, "", "theta"), dtype=float)
        rows = np.atleast_2d(values)
        if values.ndim not in {1, 2} or rows.shape[1] != len(self.vary):
            raise ArgumentError(
                f"theta must have a column for each of {', '.join(self.vary)}: shape (n, {len(self.vary)}); "
                f"got {values.shape}."
            )
        if not len(rows):
            return np.empty((0, len(self.features)))
        columns = dict(zip(self.vary, np.ascontiguousarray(rows.T), strict=True))
        table: Any = Population.table(self.membrane, columns).run(
            self.stimulus, features=self.features, progress=False, **self.settings
        )
        found = np.array([table[name] for name in self.features], dtype=float).T
        found[np.asarray(table["status"] != "ok")] = np.nan
        return found if values.ndim == 2 else found[0]


def simulator(
    membrane: Membrane, stimulus: Stimulus, *, vary: Iterable[str], features: Iterable[str], **settings: Any
) -> Simulator:
    """Return a function from parameters (n, p) to features (n, k), which runs n membranes at once.

    It takes and returns NumPy arrays, for use with toolboxes for simulation-based inference (sbi, pyABC, ...).

    Parameters
    ----------
    membrane : Membrane
    stimulus : Stimulus
    vary : iterable of str
        Parameters of the membrane, numbers of the stimulus, ``initial_v`` and so on: the columns of the argument.
    features : iterable of str
        Names of numeric features from `loligo.population.FEATURES`: the columns of the result.
    **settings
        Settings of `Population.run`: ``duration``, ``tolerance``, ``threads``, ...

    Returns
    -------
    Simulator

    Raises
    ------
    ArgumentError
        There is no varied parameter or no feature.
    UnknownNameError
        An unknown parameter, number of the stimulus, feature, or setting.

    Examples
    --------
    >>> import numpy as np, loligo as lo
    >>> run = simulator(lo.models.squid(), lo.Step(10.0, stop=200), vary=["g_Na", "g_K"], features=["spike_count"])
    >>> run(np.array([[120.0, 36.0], [120.0, 80.0], [-1.0, 36.0]]))[:, 0]
    array([14.,  1., nan])
    """
    varied = _names(vary, "vary")
    wanted = _names(features, "features")
    if "activity" in wanted:
        raise ArgumentError("activity is a word, but a simulator returns numbers: leave it out.")
    allowed = {*_RESOURCES, "duration", *SETTINGS} - {"features", "sensitivities"}
    for name in settings:
        if name not in allowed:
            raise unknown_name("setting of a simulator", name, allowed)
    checked_membrane(membrane)
    probe = Population.table(membrane, {name: [0.0] for name in varied})
    probe.plan(stimulus, features=wanted, **{k: v for k, v in settings.items() if k not in _RESOURCES})
    return Simulator(membrane, stimulus, varied, wanted, dict(settings))


_RESOURCES = ("threads", "client", "worker_timeout")


def _names(given: Any, what: str) -> tuple[str, ...]:
    names = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, Iterable) else ()
    if not names or not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise ArgumentError(f"{what} must be one or more different names; got {given!r:.80}.")
    return names
