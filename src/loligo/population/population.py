"""`Population`: many membranes that differ in numbers, under one stimulus."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Self, Unpack

import numpy as np

from loligo._errors import ArgumentError, RestError
from loligo._progress import Progress
from loligo._units import whole
from loligo.intervention import refuse_others
from loligo.membrane import Membrane, checked_membrane
from loligo.population.estimate import Estimate, estimate
from loligo.population.members import Members, grid, listed, sampled
from loligo.population.plan import SETTINGS, Plan, Settings, plan, takes_settings
from loligo.population.stimulus_numbers import settable, widest_spacing, with_numbers
from loligo.population.store import StoredRun, run_stored
from loligo.population.table import run_in_memory
from loligo.population.traces import traces as traces_of
from loligo.population.units import START, unit_of
from loligo.population.workers.cluster import threads_of
from loligo.population.workers.resources import WORKER_TIMEOUT, checked_resources, checked_threads
from loligo.simulation import simulate
from loligo.simulation.current import warn_of_unstable_rest
from loligo.simulation.noise_spacing import warn_of_wide_spacing

if TYPE_CHECKING:
    import os

    import pandas as pd

    from loligo.recording import Recording
    from loligo.stimulus import Stimulus


@dataclass(frozen=True, eq=False)
class Population:
    """Membranes of one structure, each with its own numbers.

    Parameters
    ----------
    membrane : Membrane
        The membrane that all members share.
    members : DataFrame or mapping of names to columns, optional
        One row per member, as for `Population.table`; replaces ``values``.
    **values : float or array_like (n,)
        The values that vary, by name: parameters of the membrane, ``amplitude`` and other numbers of the stimulus, or
        ``initial_v`` and so on for initial values. The members are all combinations; the last name varies fastest.

    Examples
    --------
    >>> import loligo as lo
    >>> grid = Population(lo.models.squid(), g_Na=[100.0, 120.0, 140.0], amplitude=[0.0, 5.0])
    >>> grid.size, grid.member(3)
    (6, {'g_Na': 120.0, 'amplitude': 5.0})
    """

    membrane: Membrane
    members: Members

    def __init__(self, membrane: Membrane, members: Any = None, /, **values: Any) -> None:
        if members is not None and (values or not (isinstance(members, Members) or hasattr(members, "items"))):
            raise ArgumentError(
                f"Give the values that vary by name, e.g. g_Na=[100, 120], or as one table of members; got {members!r}."
            )
        unit = partial(unit_of, checked_membrane(membrane))
        if members is not None and not isinstance(members, Members):
            members = listed(members, unit)
        object.__setattr__(self, "membrane", membrane)
        object.__setattr__(self, "members", grid(values, unit) if members is None else members)

    @classmethod
    def sobol(cls, membrane: Membrane, ranges: Any = None, *, size: int, seed: int = 0, **values: Any) -> Self:
        """Return members that fill a box evenly, from a scrambled Sobol sequence.

        Parameters
        ----------
        membrane : Membrane
        ranges : mapping of str to (float, float), optional
            Lowest and highest value of each name; replaces ``values``.
        size : int
            Number of members; a larger sample begins with the same members.
        seed : int
        **values : (float, float)
            Lowest and highest value of each parameter that varies, by name.

        Examples
        --------
        >>> import loligo as lo
        >>> sample = Population.sobol(lo.models.squid(), size=128, seed=1, g_Na=(60, 240), amplitude=(0, 10))
        >>> sample
        <Population of 128 squid: g_Na, amplitude>
        """
        if ranges is not None and values:
            raise ArgumentError(
                f"Give ranges by name, e.g. g_Na=(60, 240), or as one mapping of names; got {ranges!r} and "
                f"{', '.join(values)}."
            )
        unit = partial(unit_of, checked_membrane(membrane))
        return cls(membrane, sampled(values or ranges, size, seed, unit))

    @classmethod
    def table(cls, membrane: Membrane, table: Any) -> Self:
        """Return the members listed in a pandas DataFrame (or a mapping of names to columns), one row per member.

        The table of a run has the index of the DataFrame.
        """
        return cls(membrane, listed(table, partial(unit_of, checked_membrane(membrane))))

    @property
    def size(self) -> int:
        """The number of members."""
        return self.members.size

    def __len__(self) -> int:
        return self.size

    def __repr__(self) -> str:
        return f"<Population of {self.size:,} {self.membrane.name}: {', '.join(self.members.names) or 'all alike'}>"

    def member(self, index: int) -> dict[str, float]:
        """Return the numbers of one member by name."""
        if isinstance(index, bool) or not isinstance(index, (int, np.integer)) or not 0 <= index < self.size:
            raise ArgumentError(f"Members are counted from 0 to {self.size - 1}; got {index!r}.")
        return {name: float(values[0]) for name, values in self.members.columns(index, index + 1).items()}

    @takes_settings
    def run(
        self,
        stimulus: Stimulus,
        duration: float | None = None,
        *,
        threads: int | None = None,
        store: str | os.PathLike[str] | None = None,
        shard_size: int | None = None,
        client: Any = None,
        worker_timeout: float = WORKER_TIMEOUT,
        progress: Progress = None,
        **settings: Unpack[Settings],
    ) -> pd.DataFrame | StoredRun:
        """Run every member and return a table of the results.

        Parameters
        ----------
        stimulus : Stimulus
            The stimulus; columns of the members replace its numbers.
        duration : float, optional
            [ms]; by default 60 ms longer than the stimulus, even if members have their own stops.
        features : str or iterable of str
            Names from `loligo.population.FEATURES`.
        tolerance : float
            As for `loligo.simulate`; at 1e-4 all spikes of most squid axons are within 0.001 ms over 200 ms.
        precision : {"double", "single"}
            Single is about twice as fast; all spikes of most squid axons are then within 0.006 ms.
        method : {"auto", "explicit", "rosenbrock"}
            "auto" uses the explicit method, and then the implicit method for members that need it.
        spike_times : int
            Number of spike times to keep for each member, in the column ``spike_times``.
        most_steps : int, optional
            A member that needs more is stopped with the status "work limit". The default is several times what
            continuous spiking needs (see `loligo.population.blocks.work_limit`); it does not depend on the other
            members.
        interventions : Hold, Reset, or several of them
            Variables to hold or set in every member's run, as for `loligo.simulate`; "rest" is the member's own.
        sensitivities : iterable of str
            Numbers with respect to which the kept ``spike_times`` are differentiated: parameters of the membrane,
            "initial_v" and so on, and the "amplitude" of the stimulus. Each adds a column such as
            ``spike_gradient_g_Na`` with the derivative of every kept spike time [ms per unit].
        threads : int, optional
            Number of threads, by default the number of cores. The numbers do not depend on it.
        store : str or path, optional
            A folder, or any URL that fsspec opens (``memory://``, ``s3://``). Members are written there as they
            finish, so memory use stays constant. A killed run resumes where it stopped; a grid with more values, a
            larger sample or a longer table runs only the new members.
        shard_size : int, optional
            Number of members per file of the store, the most that a killed run loses; by default 65,536, or the size
            with which the store was started.
        client : distributed.Client, optional
            Runs the members on the workers of a dask cluster.
        worker_timeout : float
            How long to wait for a cluster without any worker before the run ends [s].
        progress : bool or callable, optional
            Whether to show a bar with members per second, time left and failures; by default if the run takes longer
            than a second. A callable gets ``"members"`` and the fraction done; returning False cancels.

        Returns
        -------
        DataFrame or StoredRun
            One row per member: the values that vary, the features, ``status`` ("ok" or the kind of failure) and
            ``reason`` (also if a member began beside an unstable rest), with the units of columns in
            ``attrs["units"]``. With a store, the result is instead an object that reads this table from the store.

        Raises
        ------
        LoligoError
            Raised for an invalid setting; the message names it.
        StoreError
            The store belongs to other settings, cannot be written, or is full; finished members are kept.
        ClusterError
            The cluster failed, its client was closed, or no worker joined within ``worker_timeout``.
        MissingPackageError
            A library of the extra ``[population]`` is not installed.
        """
        refuse_others(Population.run, {name: given for name, given in settings.items() if name not in SETTINGS})
        planned = self.plan(stimulus, duration, **settings)
        size = None if shard_size is None else whole(shard_size, "shard_size")
        resources = checked_resources(threads, client, worker_timeout, progress)
        if planned.sensitivities and (store is not None or client is not None):
            raise ArgumentError(
                "sensitivities= of a population come as a table in memory: leave out store= and client=."
            )
        if store is not None:
            return run_stored(self.members, planned, store, size, resources)
        return run_in_memory(self.members, planned, resources)

    @takes_settings
    def estimate(
        self,
        stimulus: Stimulus,
        duration: float | None = None,
        *,
        threads: int | None = None,
        client: Any = None,
        **settings: Unpack[Settings],
    ) -> Estimate:
        """Estimate the cost of a run from a few of its members.

        Parameters
        ----------
        stimulus, duration, **settings
            As for `run`.
        threads, client
            As for `run`; the workers of a cluster are assumed to be as fast as this machine.

        Returns
        -------
        Estimate
            Members, seconds, memory and disk space; can be printed.
        """
        planned = self.plan(stimulus, duration, **settings)
        return estimate(self.members, planned, checked_threads(threads) if client is None else threads_of(client))

    @takes_settings
    def plan(self, stimulus: Stimulus, duration: float | None = None, **settings: Unpack[Settings]) -> Plan:
        """Return the checked settings of a run; the arguments are those of `run`."""
        planned = plan(self.membrane, stimulus, duration, **settings)
        planned.check_names(self.members.names)
        warn_of_wide_spacing(self.membrane, widest_spacing(stimulus, self.members, planned.parameters), stacklevel=4)
        if not any(name.startswith(START) for name in self.members.names):
            with suppress(RestError):  # the status of each member will report the error
                warn_of_unstable_rest(self.membrane, "initial_v={v} of a Population", stacklevel=4)
        return planned

    def replay(
        self, index: int, stimulus: Stimulus, duration: float | None = None, *, tolerance: float = 1e-6, **settings: Any
    ) -> Recording:
        """Run one member again, as a full `Recording`.

        Parameters
        ----------
        index : int
            Index of the member, counted from 0.
        stimulus, duration
            As for `run`.
        tolerance, **settings
            As for `loligo.simulate`; `interventions` too.
        """
        if "initial" in settings:
            raise ArgumentError("replay takes no initial=: columns such as initial_v give a member's initial values.")
        planned = self.plan(stimulus, duration)
        member = self.member(index)
        own = settable(stimulus) - set(self.membrane.parameters)
        played = with_numbers(stimulus, {name: member[name] for name in member if name in own})
        membrane = self.membrane.replace(**{name: member[name] for name in member if name in self.membrane.parameters})
        starts = {name.removeprefix(START): member[name] for name in member if name.startswith(START)}
        return simulate(
            membrane, played, planned.duration, initial=starts or "rest", tolerance=tolerance, **settings
        )  # fmt: skip

    traces = traces_of
