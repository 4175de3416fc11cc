"""Traces of chosen members, which run again one by one into an xarray Dataset or a Zarr group."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from loligo._errors import ArgumentError, LoligoError, StoreError, TimeLimitError, UnitError
from loligo._files import made_beside
from loligo._optional import optional
from loligo._quantities import magnitude
from loligo._units import MS, MV
from loligo.population.units import units_of
from loligo.simulation.current import checked_tolerance, sample_times

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from loligo.membrane import Membrane
    from loligo.population.members import Members
    from loligo.population.plan import Plan
    from loligo.recording import Recording
    from loligo.stimulus import Stimulus

MOST_BYTES: Final = 2**31  # size of the largest Dataset in memory [bytes]; a larger one must be written to a file
CHUNK: Final = 2**17  # number of samples of one member that are compressed together
AXES: Final = ("member", "time")
FAILED: Final = "failed"  # name of the attribute that lists the members without traces, and the reasons


class _Replayable(Protocol):
    """The part of `loligo.Population` that traces use."""

    @property
    def membrane(self) -> Membrane: ...
    @property
    def members(self) -> Members: ...
    @property
    def size(self) -> int: ...
    def member(self, index: int) -> dict[str, float]: ...
    def plan(self, stimulus: Stimulus, duration: float | None, *, interventions: Any) -> Plan: ...
    def replay(self, index: int, stimulus: Stimulus, duration: float, **settings: Any) -> Recording: ...


def traces(
    population: _Replayable,
    members: Any,
    stimulus: Stimulus,
    duration: float | None = None,
    *,
    sampling: float | ArrayLike = 0.05,
    tolerance: float = 1e-6,
    interventions: Any = (),
    path: str | os.PathLike[str] | None = None,
) -> Any:
    """Return the traces of some members of a population.

    Parameters
    ----------
    population : Population
    members : int, sequence of int (chosen,), or array of bool (population.size,)
        Indices of members, counted from 0, or a Boolean mask.
    stimulus, duration
        As for `Population.run`.
    sampling : float or array_like
        Interval of the traces, or the times themselves, increasing [ms].
    tolerance, interventions
        As for `loligo.simulate`.
    path : path or URL, optional
        Where to write a Zarr group (format 2), one member at a time, so that memory use does not grow with their
        number. A folder is written completely or not at all. Existing files are never overwritten.

    Returns
    -------
    xarray Dataset
        Dimensions ``member`` and ``time`` [ms]; the potential ``v`` [mV], the gates and the further states; the values
        that vary among members as coordinates; units in ``attrs``. With ``path``, the written group, read lazily.
        The traces of a failed member are NaN; the Dataset's attribute ``failed``, in JSON, gives the reason.

    Raises
    ------
    ArgumentError
        An index does not exist or is given twice; the traces need too much memory; the path already exists; or a
        parameter has the name of an axis.
    UnitError
        The members are not whole numbers.
    StoreError
        The ``path`` cannot be written.
    MissingPackageError
        xarray, or for a ``path`` zarr, is not installed.

    Examples
    --------
    >>> import loligo as lo
    >>> population = lo.Population(lo.models.squid(), g_Na=[100.0, 120.0, 140.0])
    >>> traces = population.traces([0, 2], lo.Step(10.0, stop=20), duration=30)
    >>> dict(traces.sizes), traces.g_Na.values.tolist(), traces.v.attrs["units"]
    ({'member': 2, 'time': 601}, [100.0, 140.0], 'mV')
    """
    xarray = optional("xarray", "population")
    chosen = _chosen(members, population.size)
    planned = population.plan(stimulus, duration, interventions=interventions)
    tolerance = checked_tolerance(tolerance)
    if sampling is None:
        raise ArgumentError("Traces need times: sampling= is an interval, or the times themselves [ms].")
    times = sample_times(sampling, planned.duration)
    if not times.size:
        raise ArgumentError("sampling= is empty: give an interval, or at least one time [ms].")
    names = _names(population.membrane)
    for name in AXES:
        if name in names or name in population.members.names:
            raise ArgumentError(f"{name} is the name of an axis of traces: rename that part of the membrane.")
    settings: dict[str, Any] = {"sampling": times, "tolerance": tolerance, "interventions": planned.interventions}
    attributes = {"membrane": population.membrane.name, "stimulus": repr(stimulus), "tolerance": tolerance}

    def rows() -> Iterator[tuple[dict[str, NDArray[np.float64]], str]]:
        for member in chosen.tolist():
            try:
                recording = population.replay(member, stimulus, planned.duration, **settings)
            except LoligoError as error:
                yield {name: np.full(times.size, np.nan) for name in names}, str(error)
            else:
                yield {name: recording[name] for name in names}, ""

    coordinates = _coordinates(population, stimulus, chosen)
    if path is not None:
        return _written(path, rows, names, times, coordinates, attributes, xarray)
    size = 8 * len(names) * len(chosen) * times.size
    if size > MOST_BYTES:
        raise ArgumentError(
            f"These traces take {size / 2**30:.1f} GiB: write them to a file with path=, or choose fewer members or a "
            "longer sampling interval."
        )
    arrays = {name: np.empty((len(chosen), times.size)) for name in names}
    failed = {}
    for k, (row, reason) in enumerate(rows()):
        for name in names:
            arrays[name][k] = row[name]
        if reason:
            failed[str(chosen[k])] = reason
    return xarray.Dataset(
        {name: (AXES, arrays[name], _units(unit)) for name, unit in names.items()},
        coords={"time": ("time", times, _units(MS))}
        | {name: ("member", values, _units(unit)) for name, (values, unit) in coordinates.items()},
        attrs=attributes | ({FAILED: json.dumps(failed)} if failed else {}),
    )


def _chosen(members: Any, size: int) -> NDArray[np.int64]:
    """Return the indices of the chosen members."""
    array = np.atleast_1d(np.asarray(magnitude(members, "", "members")))
    if array.dtype == bool:
        if array.shape != (size,):
            raise ArgumentError(f"A mask of members must have shape ({size},); got shape {array.shape}.")
        array = np.flatnonzero(array)
    if array.ndim != 1 or not array.size:
        raise ArgumentError("members= must be a 1-D array of at least one member's number.")
    if array.dtype.kind not in "iu":
        raise UnitError(f"Members are whole numbers counted from 0; got {members!r}.")
    wrong = array[(array < 0) | (array >= size)]
    if wrong.size:
        raise ArgumentError(f"Members are counted from 0 to {size - 1}; got {wrong[0]}.")
    values, counts = np.unique(array, return_counts=True)
    if (counts > 1).any():
        raise ArgumentError(f"Member {values[counts > 1][0]} occurs twice.")
    return array.astype(np.int64)


def _names(membrane: Membrane) -> dict[str, str]:
    """Return the variables whose traces are kept, with their units."""
    units = {"v": MV} | {state.name: state.unit for state in membrane.states}
    every = (*membrane.variables, *(gate.name for gate in membrane.gates))
    return {name: units.get(name, "") for name in every}


def _coordinates(
    population: _Replayable, stimulus: Stimulus, chosen: NDArray[np.int64]
) -> dict[str, tuple[NDArray[Any], str]]:
    rows = [population.member(int(member)) for member in chosen]
    found: dict[str, tuple[NDArray[Any], str]] = {"member": (chosen, "")}
    units = units_of(population.membrane, stimulus, population.members.names)
    return found | {name: (np.array([row[name] for row in rows]), unit) for name, unit in units.items()}


def _units(unit: str) -> dict[str, str]:
    return {"units": unit} if unit else {}


def _written(
    path: str | os.PathLike[str],
    rows: Callable[[], Iterator[tuple[dict[str, NDArray[np.float64]], str]]],
    names: dict[str, str],
    times: NDArray[np.float64],
    coordinates: dict[str, tuple[NDArray[Any], str]],
    attributes: dict[str, Any],
    xarray: Any,
) -> Any:
    """Write a Zarr group that xarray can read, one member at a time, and open it."""
    zarr = optional("zarr", "population")
    count = len(coordinates["member"][0])
    with _whole_folder(path) as place:
        group = zarr.open_group(place, mode="w-", zarr_format=2, attributes=attributes)

        def array(
            name: str, shape: tuple[int, ...], chunks: tuple[int, ...], kind: Any, dims: list[str], unit: str
        ) -> Any:
            about = {"_ARRAY_DIMENSIONS": dims} | _units(unit)
            return group.create_array(name, shape=shape, chunks=chunks, dtype=kind, fill_value=None, attributes=about)

        array("time", times.shape, times.shape, "f8", ["time"], MS)[:] = times
        for name, (values, unit) in coordinates.items():
            array(name, (count,), (count,), values.dtype.str[1:], ["member"], unit)[:] = values
        shape, chunks = (count, times.size), (1, min(times.size, CHUNK))
        arrays = {name: array(name, shape, chunks, "f8", [*AXES], unit) for name, unit in names.items()}
        failed = {}
        for k, (row, reason) in enumerate(rows()):
            for name in names:
                arrays[name][k] = row[name]
            if reason:
                failed[str(coordinates["member"][0][k])] = reason
        group.attrs["coordinates"] = " ".join(name for name in coordinates if name != "member")
        if failed:
            group.attrs[FAILED] = json.dumps(failed)
        zarr.consolidate_metadata(group.store, zarr_format=2)
    return xarray.open_zarr(os.fspath(path), chunks=None)[list(names)]  # in their own order


@contextmanager
def _whole_folder(path: str | os.PathLike[str]) -> Iterator[str]:
    """Yield a temporary folder that is moved to its final place when all is written; a URL is written in place."""
    if not isinstance(path, (str, os.PathLike)) or not os.fspath(path):
        raise ArgumentError(f"path must be a folder or a URL, such as 'traces.zarr'; got {path!r}.")
    text = os.fspath(path)
    taken = ArgumentError(f"{text} already exists: choose another path, or remove it first.")
    if "://" in text:
        from zarr.errors import ContainsArrayError, ContainsGroupError

        try:
            yield text
        except (ContainsArrayError, ContainsGroupError, FileExistsError) as error:
            raise taken from error
        return
    target = Path(text)
    if target.exists():
        raise taken
    try:
        unfinished = made_beside(target.absolute(), remove=_remove_tree)
    except OSError as error:
        raise StoreError(f"The traces {text} cannot be written: {error.strerror}.") from error
    try:
        yield str(unfinished / target.name)
        (unfinished / target.name).rename(target)
    except TimeLimitError:
        raise
    except OSError as error:
        raise StoreError(f"The traces {text} cannot be written: {error.strerror or error}.") from error
    finally:
        _remove_tree(unfinished)


def _remove_tree(folder: Path) -> None:
    """Remove a folder and its content; links are not followed."""
    shutil.rmtree(folder, ignore_errors=True)
