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
        A row a member, as `Population.table` takes it; in place of ``values``.
    **values : float or array_like (n,)
        What varies, by name: parameters of the membrane, ``amplitude`` and other numbers of the stimulus, or
        ``initial_v`` and so on for where a variable starts. The members are all combinations; the last name varies
        fastest.

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
                f"What varies is given by name, e.g. g_Na=[100, 120], or as one table of members; got {members!r}."
            )
        unit = partial(unit_of, checked_membrane(membrane))
        if members is not None and not isinstance(members, Members):
            members = listed(members, unit)
        object.__setattr__(self, "membrane", membrane)
        object.__setattr__(self, "members", grid(values, unit) if members is None else members)

    @classmethod
    def sobol(cls, membrane: Membrane, ranges: Any = None, *, size: int, seed: int = 0, **values: Any) -> Self:
        """Return members that fill a box evenly: a scrambled Sobol sequence.

        Parameters
        ----------
        membrane : Membrane
        ranges : mapping of str to (float, float), optional
            Lowest and highest value of what varies, in place of ``values``.
        size : int
            Number of members; a larger sample begins with the same members.
        seed : int
        **values : (float, float)
            Lowest and highest value of what varies, by name.

        Examples
        --------
        >>> import loligo as lo
        >>> sample = Population.sobol(lo.models.squid(), size=128, seed=1, g_Na=(60, 240), amplitude=(0, 10))
        >>> sample
        <Population of 128 squid: g_Na, amplitude>
        """
        if ranges is not None and values:
            raise ArgumentError(
                f"Ranges are given by name, e.g. g_Na=(60, 240), or as one mapping of names; got {ranges!r} and "
                f"{', '.join(values)}."
            )
        unit = partial(unit_of, checked_membrane(membrane))
        return cls(membrane, sampled(values or ranges, size, seed, unit))

    @classmethod
    def table(cls, membrane: Membrane, table: Any) -> Self:
        """Return the members that a pandas DataFrame (or a mapping of names to columns) lists, a row each.

        The table of a run has the index of the DataFrame.
        """
        return cls(membrane, listed(table, partial(unit_of, checked_membrane(membrane))))

    @property
    def size(self) -> int:
        """How many members there are."""
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
        """Run every member and return a table of what came out.

        Parameters
        ----------
        stimulus : Stimulus
            The stimulus; columns of the members replace its numbers.
        duration : float, optional
            [ms]; by default 60 ms longer than the stimulus, whatever stops members have of their own.
        features : str or iterable of str
            Names from `loligo.population.FEATURES`.
        tolerance : float
            As for `loligo.simulate`; at 1e-4 most squid axons have all spikes right within 0.001 ms over 200 ms.
        precision : {"double", "single"}
            Single is about twice as fast; most squid axons then have all spikes right within 0.006 ms.
        method : {"auto", "explicit", "rosenbrock"}
            "auto" runs explicitly, and again with the implicit method the members that need it.
        spike_times : int
            Number of spike times to keep for each member, in the column ``spike_times``.
        most_steps : int, optional
            A member that needs more is stopped with the status "work limit". By default several times as many as
            spike after spike needs (see `loligo.population.blocks.work_limit`), whichever members run at the same time.
        interventions : Hold, Reset, or several of them
            What is held or set in every member's run, as for `loligo.simulate`; "rest" is the member's own.
        sensitivities : iterable of str
            Numbers with respect to which the kept ``spike_times`` are differentiated: parameters of the membrane,
            "initial_v" and so on, and the "amplitude" of the stimulus. For each there is a column such as
            ``spike_gradient_g_Na``, rows of as many derivatives as spike times, at the member's own numbers
            [ms per unit].
        threads : int, optional
            Number of threads, by default the number of cores. The numbers do not depend on it.
        store : str or path, optional
            A folder, or any URL that fsspec opens (``memory://``, ``s3://``). Members are written there as they are
            finished, so that memory stays flat; a run that was killed goes on where it stopped; a grid with more
            values, a larger sample or a longer table runs only what is not there yet.
        shard_size : int, optional
            Number of members per file of the store, which is what a killed run may lose; by default 65,536, or the
            size with which the store was started.
        client : distributed.Client, optional
            Runs the members on the workers of a dask cluster.
        worker_timeout : float
            How long a cluster without any worker is waited for before the run ends [s].
        progress : bool or callable, optional
            Whether to show a bar with members per second, time left and failures; by default if the run takes longer
            than a second. A callable gets ``"members"`` and the fraction done; returning False cancels.

        Returns
        -------
        DataFrame or StoredRun
            A row a member: what varies, the features, ``status`` ("ok" or what went wrong) and ``reason`` (also where a
            member began next to an unstable rest), with the
            units of its columns in ``attrs["units"]``; with a store what reads them from there.

        Raises
        ------
        LoligoError
            Raised for an invalid setting; the message names it.
        StoreError
            A store that belongs to other settings, cannot be written, or is full; what is finished is kept.
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
            As for `plan`: what decides the numbers of a run.
        threads, client
            As for `run`; workers of a cluster are assumed to be as fast as this machine.

        Returns
        -------
        Estimate
            Members, seconds, memory and disk space; printing it shows them.
        """
        planned = self.plan(stimulus, duration, **settings)
        return estimate(self.members, planned, checked_threads(threads) if client is None else threads_of(client))

    @takes_settings
    def plan(self, stimulus: Stimulus, duration: float | None = None, **settings: Unpack[Settings]) -> Plan:
        """Return the checked settings of a run, as `run` takes them."""
        planned = plan(self.membrane, stimulus, duration, **settings)
        planned.check_names(self.members.names)
        warn_of_wide_spacing(self.membrane, widest_spacing(stimulus, self.members, planned.parameters), stacklevel=4)
        if not any(name.startswith(START) for name in self.members.names):
            with suppress(RestError):  # its members' status will say so
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
            raise ArgumentError("replay takes no initial=: a member starts where its columns such as initial_v say.")
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
