"""`Population`: many membranes that differ in numbers, under one stimulus."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from loligo._errors import ArgumentError
from loligo._units import number, positive
from loligo.membrane import Membrane, checked_membrane
from loligo.population.block import run_block
from loligo.population.members import Members, Sobol, grid, listed
from loligo.population.plan import MOST_STEPS, START, Plan, plan
from loligo.population.stimuli import settable
from loligo.population.traces import traces
from loligo.simulation import simulate

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from loligo.recording import Recording
    from loligo.stimulus import Stimulus

CHUNK = 65_536  # members between two looks at progress and the store: bits do not depend on it


@dataclass(frozen=True, eq=False)
class Population:
    """Membranes of one structure, each with its own numbers.

    Parameters
    ----------
    membrane : Membrane
        What all have in common.
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

    def __init__(self, membrane: Membrane, members: Members | None = None, /, **values: Any) -> None:
        object.__setattr__(self, "membrane", checked_membrane(membrane))
        object.__setattr__(self, "members", grid(values) if members is None else members)

    @classmethod
    def sobol(cls, membrane: Membrane, ranges: Mapping[str, tuple[float, float]], *, size: int, seed: int = 0) -> Self:
        """Return members that fill a box evenly: a scrambled Sobol sequence.

        Parameters
        ----------
        membrane : Membrane
        ranges : mapping of str to (float, float)
            Lowest and highest value of what varies.
        size : int
            How many; more of them begin with the same ones.
        seed : int
        """
        if not isinstance(ranges, Mapping) or not ranges:
            raise ArgumentError(f"ranges maps names to (lowest, highest); got {ranges!r}.")
        box = {}
        for name, pair in ranges.items():
            if np.ndim(pair) != 1 or len(pair) != 2:
                raise ArgumentError(f"The range of {name} is (lowest, highest); got {pair!r}.")
            box[name] = (number(pair[0], "", name), number(pair[1], "", name))
        return cls(membrane, Sobol(box, int(positive(size, "", "size")), int(number(seed, "", "seed"))))

    @classmethod
    def table(cls, membrane: Membrane, table: Any) -> Self:
        """Return the members that a pandas DataFrame (or a mapping of names to columns) lists, a row each."""
        return cls(membrane, listed(table))

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
        if not 0 <= index < self.size:
            raise ArgumentError(f"Members are counted from 0 to {self.size - 1}; got {index}.")
        return {name: float(values[0]) for name, values in self.members.columns(index, index + 1).items()}

    def run(
        self,
        stimulus: Stimulus,
        duration: float | None = None,
        *,
        features: str | Iterable[str] = ("spike_count",),
        tolerance: float = 1e-4,
        precision: str = "double",
        method: str = "auto",
        spike_times: int = 0,
        most_steps: int = MOST_STEPS,
        threads: int | None = None,
    ) -> pd.DataFrame:
        """Run every member and return a table of what came out.

        Parameters
        ----------
        stimulus : Stimulus
            Its numbers are those of members whose columns do not say otherwise.
        duration : float, optional
            [ms]; by default 60 ms longer than the stimulus.
        features : str or iterable of str
            Names from `loligo.population.FEATURES`.
        tolerance : float
            As for `loligo.simulate`; at 1e-4 spikes of the squid are right within 0.001 ms over 200 ms.
        precision : {"double", "single"}
            Single is about twice as fast; spikes are then right within some 0.001 ms.
        method : {"auto", "explicit", "rosenbrock"}
            "auto" runs explicitly, and again with the stiff-safe method the members that need it.
        spike_times : int
            How many spike times of each member to keep, in the column ``spike_times``.
        most_steps : int
            A member that needs more is stopped.
        threads : int, optional
            By default as many as there are cores. The numbers do not depend on it.

        Returns
        -------
        DataFrame
            A row a member: what varies, the features, ``status`` ("ok" or what went wrong) and ``reason``.
        """
        import pandas as pd

        planned = self.plan(
            stimulus, duration, features=features, tolerance=tolerance, precision=precision, method=method,
            spike_times=spike_times, most_steps=most_steps,
        )  # fmt: skip
        workers = cores() if threads is None else int(positive(threads, "", "threads"))
        parts = [chunk(self, planned, start, workers) for start in range(0, self.size, CHUNK)]
        return pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})

    def plan(
        self,
        stimulus: Stimulus,
        duration: float | None = None,
        *,
        features: str | Iterable[str] = ("spike_count",),
        tolerance: float = 1e-4,
        precision: str = "double",
        method: str = "auto",
        spike_times: int = 0,
        most_steps: int = MOST_STEPS,
    ) -> Plan:
        """Return the checked settings of a run, as `run` takes them."""
        planned = plan(
            self.membrane, stimulus, duration, features, tolerance=tolerance, precision=precision, method=method,
            spike_times=spike_times, most_steps=most_steps,
        )  # fmt: skip
        planned.check_names(self.members.names)
        return planned

    def replay(
        self, index: int, stimulus: Stimulus, duration: float | None = None, *, tolerance: float = 1e-6, **settings: Any
    ) -> Recording:
        """Run one member again, as a full `Recording`.

        Parameters
        ----------
        index : int
            Counted from 0.
        stimulus, duration
            As for `run`.
        tolerance, **settings
            As for `loligo.simulate`.
        """
        self.plan(stimulus, duration)
        from dataclasses import replace

        member = self.member(index)
        own = settable(stimulus) - set(self.membrane.parameters)
        numbers = {name: member[name] for name in member if name in own and name != "amplitude"}
        played = replace(stimulus, **numbers) if numbers else stimulus  # type: ignore[type-var]
        if "amplitude" in member and "amplitude" in own:
            played = played.with_amplitude(member["amplitude"])
        membrane = self.membrane.replace(**{name: member[name] for name in member if name in self.membrane.parameters})
        starts = {name.removeprefix(START): member[name] for name in member if name.startswith(START)}
        return simulate(
            membrane, played, duration, initial=starts or "rest", tolerance=tolerance, sampling=settings.pop("sampling", 0.05),
            **settings,
        )  # fmt: skip

    def traces(self, members: Any, stimulus: Stimulus, duration: float | None = None, **settings: Any) -> Any:
        """Return the traces of some members as an xarray Dataset, or write them: see `loligo.population.traces.traces`."""
        return traces(self, members, stimulus, duration, **settings)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def chunk(population: Population, planned: Plan, start: int, threads: int) -> dict[str, NDArray[Any]]:
    """Run the chunk of members that begins at ``start``; return what varies and what came out."""
    stop = min(start + CHUNK, population.size)
    columns = population.members.columns(start, stop)
    return columns | run_block(planned, columns, stop - start, threads)
