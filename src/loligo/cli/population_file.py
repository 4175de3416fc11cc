"""A population described by a TOML file with tables for membrane, grid or sample, stimulus, run and output."""

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from math import isfinite
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loligo._bounded import MOST_MEGABYTES_OF_PLAN, bounded, check_path, plan_in
from loligo._errors import ArgumentError, FileFormatError, LoligoError, unknown_name
from loligo._units import whole
from loligo.cli.membrane_options import changed_model

if TYPE_CHECKING:
    from loligo.population import Population
    from loligo.stimulus import Stimulus

TABLES: Final = ("membrane", "grid", "sobol", "stimulus", "hold", "reset", "run", "output")
SETTINGS: Final[tuple[str, ...]] = (
    "duration",
    "features",
    "tolerance",
    "precision",
    "method",
    "spike_times",
    "most_steps",
)
RESOURCES: Final[tuple[str, ...]] = ("threads", "shard_size")
OUTPUTS: Final = ("store", "csv", "parquet")
MOST_VALUES: Final = 10**8  # largest number of values of an axis
RANGE: Final = ("start", "stop", "count")


@dataclass(frozen=True)
class PopulationFile:
    """The contents of a population's file.

    Attributes
    ----------
    population : Population
    stimulus : Stimulus
    settings : dict
        Arguments of `loligo.Population.run` that affect the results.
    resources : dict
        Arguments of `loligo.Population.run` that do not affect the results.
    store : str or None
    csv, parquet : Path or None
    """

    population: "Population"
    stimulus: "Stimulus"
    settings: dict[str, Any]
    resources: dict[str, Any]
    store: str | None
    csv: Path | None
    parquet: Path | None


def read_population(path: Path) -> PopulationFile:
    """Read and check a file.

    Raises
    ------
    FileFormatError
        The file is not TOML, or is invalid; the message names the table.
    OSError
        The file cannot be read.
    """
    content = bounded(path, MOST_MEGABYTES_OF_PLAN, "")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileFormatError(f"{path} is not TOML that loligo can read: {error}") from error
    words = plan_in(text, str(path))
    with _saying(path, "a population"):
        _known("table", words, TABLES)
        for name in ("membrane", "stimulus"):
            if name not in words:
                raise FileFormatError(f"[{name}] is missing.")
        if ("grid" in words) == ("sobol" in words):
            raise FileFormatError("describe the members in exactly one table: [grid] or [sobol].")
    with _saying(path, "[membrane]"):
        membrane = _membrane(_table(words["membrane"]))
    kind = "grid" if "grid" in words else "sobol"
    with _saying(path, f"[{kind}]"):
        population = (_grid if kind == "grid" else _sobol)(membrane, _table(words[kind]))
    with _saying(path, "[stimulus]"):
        stimulus = _stimulus(words["stimulus"])
    with _saying(path, f"[{kind}]"):
        from loligo.population.plan import check_names

        check_names(membrane, stimulus, population.members.names)
    with _saying(path, "[[hold]] and [[reset]]"):
        interventions = _interventions(words.get("hold", []), words.get("reset", []))
    with _saying(path, "[run]"):
        run = dict(_known("setting", _table(words.get("run", {})), (*SETTINGS, *RESOURCES)))
        settings = {name: run[name] for name in SETTINGS if name in run}
        settings |= {"interventions": interventions} if interventions else {}
        _check_features(settings.get("features", "spike_count"))
        population.plan(stimulus, **settings)
        from loligo.population.workers.resources import MOST_THREADS

        most = {"threads": MOST_THREADS}
        resources = {name: whole(run[name], name, most=most.get(name)) for name in RESOURCES if name in run}
    with _saying(path, "[output]"):
        outputs = _outputs(_table(words.get("output", {})), path)
    return PopulationFile(population, stimulus, settings, resources, **outputs)


@contextmanager
def _saying(path: Path, where: str) -> Iterator[None]:
    """Add to an error the part of the file in which it occurred."""
    try:
        yield
    except OverflowError as error:
        raise FileFormatError(f"{path}, {where}: a number is too large: {error}") from error
    except LoligoError as error:
        raise FileFormatError(f"{path}, {where}: {error}") from error


def _table(words: Any) -> Mapping[str, Any]:
    if not isinstance(words, dict):
        raise FileFormatError(f"a table of names and values is needed; got {words!r}.")
    return words


def _known(kind: str, words: Mapping[str, Any], allowed: tuple[str, ...]) -> Mapping[str, Any]:
    for name in words:
        if name not in allowed:
            raise unknown_name(kind, name, allowed)
    return words


def _interventions(holds: Any, resets: Any) -> list[Any]:
    """Return the holds and resets in lists of tables."""
    from loligo.intervention.description import interventions_from

    for listed in (holds, resets):
        if not isinstance(listed, list):
            raise FileFormatError("holds and resets must be lists of tables that begin with [[hold]] or [[reset]].")
    times = {"start": 0.0, "stop": None}
    tables = [{"kind": "Hold", **times, **_table(one)} for one in holds]
    return [*interventions_from([*tables, *({"kind": "Reset", **_table(one)} for one in resets)])]


def _membrane(words: Mapping[str, Any]) -> Any:
    changes = dict(words)
    model = changes.pop("model", None)
    if not isinstance(model, str):
        raise ArgumentError("model must be the name of a published membrane; `loligo models` lists them.")
    for name, value in changes.items():
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ArgumentError(f"{name} must be a number; got {value!r}.")
    return changed_model(model, [f"{name}={value}" for name, value in changes.items()])


def _grid(membrane: Any, words: Mapping[str, Any]) -> "Population":
    from loligo.population import Population

    return Population(membrane, **{name: _values(name, given) for name, given in words.items()})


def _values(name: str, given: Any) -> Any:
    """Return the values of an axis: a number, a list of numbers, or equal steps between two numbers."""
    if not isinstance(given, dict):
        return given
    import numpy as np

    if set(given) != set(RANGE):
        raise ArgumentError(f"{name} takes numbers, or {{start = 60, stop = 240, count = 200}}; got {given!r}.")
    start, stop, count = (given[key] for key in RANGE)
    if type(count) is not int or count < 1:
        raise ArgumentError(f"The count of {name} must be a whole number, 1 or more; got {count!r}.")
    if count > MOST_VALUES:
        raise ArgumentError(f"The count of {name} must be {MOST_VALUES:,} or less; got {count:,}.")
    for key, value in (("start", start), ("stop", stop)):
        if type(value) not in (int, float) or not isfinite(value):
            raise ArgumentError(f"The {key} of {name} must be a finite number; got {value!r}.")
    return np.linspace(start, stop, count)


def _sobol(membrane: Any, words: Mapping[str, Any]) -> "Population":
    from loligo.population import Population

    _known("setting of [sobol]", words, ("size", "seed", "ranges"))
    for name in ("size", "ranges"):
        if name not in words:
            raise ArgumentError(f"{name} is missing.")
    return Population.sobol(membrane, _table(words["ranges"]), size=words["size"], seed=words.get("seed", 0))


def _stimulus(words: Any) -> "Stimulus":
    """Return a stimulus, or the sum of several."""
    several = words if isinstance(words, list) and words else [words]
    return reduce(add, [_one_stimulus(_table(each)) for each in several])


def _one_stimulus(words: Mapping[str, Any]) -> "Stimulus":
    from loligo.stimulus.description import STIMULI

    kinds = {name.lower(): maker for name, maker in STIMULI.items() if name != "Sum"}
    own = dict(words)
    kind = own.pop("kind", None)
    if not isinstance(kind, str) or kind not in kinds:
        raise unknown_name("kind of stimulus", kind, kinds)
    takes = dict(inspect.signature(kinds[kind]).parameters)
    file = own.pop("file", None) if kind == "samples" else None
    if file is not None:
        from loligo.cli.samples_file import LIMIT, read_samples

        _known(f"setting of a {kind} stimulus", own, (*sorted(set(takes) - {"values"}), LIMIT))
        own = read_samples(Path(str(file)), own)
    _known(f"setting of a {kind} stimulus", own, tuple(takes))
    for name, parameter in takes.items():
        if parameter.default is parameter.empty and name not in own:
            raise ArgumentError(f"a {kind} stimulus needs {'a file' if name == 'values' else name}.")
    made: Stimulus = kinds[kind](**own)
    return made


def _check_features(features: Any) -> None:
    names = features if isinstance(features, list) else [features]
    if not all(isinstance(name, str) for name in names):
        raise ArgumentError(f'features must be a list of names such as ["spike_count"]; got {features!r}.')


def _outputs(words: Mapping[str, Any], read: Path) -> dict[str, Any]:
    _known("setting of [output]", words, OUTPUTS)
    for name, value in words.items():
        if not isinstance(value, str) or not value:
            what = "folder" if name == "store" else "file"
            raise ArgumentError(f"{name} must be the name of a {what}; got {value!r}.")
        check_path(Path(value))
    if not words:
        raise ArgumentError("name at least one output for the table: store, csv or parquet.")
    files = {name: Path(words[name]) if name in words else None for name in ("csv", "parquet")}
    for name, file in files.items():
        if file is not None and file.resolve() == read.resolve():
            raise ArgumentError(f"{name} would overwrite this file: choose another name.")
    if "store" in words and Path(words["store"]) in files.values():
        raise ArgumentError(f"the store and a file cannot both be {words['store']}.")
    return {"store": words.get("store"), **files}
