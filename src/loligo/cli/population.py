"""``loligo population``: many membranes at once, described by a small file."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from loligo._errors import ArgumentError, ClusterError
from loligo.cli.endings import say, wrote
from loligo.cli.population_file import PopulationFile, read_population
from loligo.cli.population_output import columns_of, written

if TYPE_CHECKING:
    from loligo.population import Estimate

EXAMPLES: Final = """Examples:

  loligo population squid.toml --dry-run

  loligo population squid.toml

  loligo population squid.toml --resume --scheduler tcp://head:8786

where squid.toml says, in ms, mV, µA/cm², mS/cm², µF/cm², °C:

  membrane = {model = "squid", celsius = 18.5}

  grid.g_Na = {start = 60, stop = 240, count = 200}

  grid.amplitude = [0, 5, 10]

  stimulus = {kind = "step", amplitude = 1, start = 10, stop = 510}

  run = {duration = 600, features = ["spike_count", "activity"]}

  output.store = "runs/squid/"

A sample instead of a grid, and files instead of a store:

  sobol = {size = 1000000, seed = 1, ranges = {g_Na = [60, 240]}}

  output = {csv = "squid.csv", parquet = "squid.parquet"}
"""
LARGE: Final = 20_000  # members: for larger populations the command first estimates what the run will take
SCHEDULER_WAIT_S: Final = 10.0  # s: how long the command waits for a scheduler


def population(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.toml",
            help="A file that describes the membrane, the members, the stimulus, the run and the output.",
        ),
    ],
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue the existing store: run the members that it lacks.")
    ] = False,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Run on the dask cluster with this scheduler.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only estimate the time, memory and disk space that it will take.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a CSV or Parquet file that exists already.")] = False,
) -> None:
    """Run a population of membranes; amplitudes in µA/cm², times in ms.

    Paths in the file are relative to the current folder. A store is written shard by shard, and --resume continues a
    run that was stopped; with more values on an axis or a larger sample only the new members are run. A csv or parquet
    file with the columns of this table is then replaced, any other only with --force.
    """
    asked = read_population(file)
    with _client(scheduler) as client:
        if dry_run:
            typer.echo(str(_estimate(asked, client)))
            return
        goes_on = _check_store(asked, resume)
        ours = columns_of(asked) if goes_on else frozenset()
        with written(asked.csv, asked.parquet, force=force, ours=ours) as write:
            if asked.population.size >= LARGE and not resume:
                say(str(_estimate(asked, client)))
            count = write(_tables(asked, client))
    typer.echo(_in_words(asked, count))
    for target in (asked.store, asked.csv, asked.parquet):
        if target is not None:
            wrote(target)


def _check_store(asked: PopulationFile, resume: bool) -> bool:
    """Refuse to resume without --resume; return whether there is a store to resume.

    Raises
    ------
    ArgumentError
    """
    from loligo.population.store.stored_run import holds_something

    if asked.store is None:
        if resume:
            raise ArgumentError("--resume continues a store: name one in [output].")
        return False
    there = holds_something(asked.store)
    if there and not resume:
        raise ArgumentError(f"{asked.store} is not empty: continue with --resume, or name another store.")
    if resume and not there:
        say(f"{asked.store} is empty: starting a new run")
    return there


def _estimate(asked: PopulationFile, client: Any) -> "Estimate":
    threads = asked.resources.get("threads")
    return asked.population.estimate(asked.stimulus, threads=threads, client=client, **asked.settings)


def _tables(asked: PopulationFile, client: Any) -> Iterator[Any]:
    """Run, and return the resulting tables."""
    everything: dict[str, Any] = asked.settings | asked.resources
    try:
        run: Any = asked.population.run(asked.stimulus, store=asked.store, client=client, **everything)
    except KeyboardInterrupt:
        if asked.store is not None:
            say(f"finished members are kept in {asked.store}: continue with --resume")
        raise
    return iter([run]) if asked.store is None else run.shards()


def _in_words(asked: PopulationFile, count: Counter[str]) -> str:
    total = sum(count.values())
    states = ", ".join(f"{number:,} {status}" for status, number in count.most_common())
    return f"{asked.population.membrane.name}: {total:,} {'member' if total == 1 else 'members'}: {states}"


@contextmanager
def _client(address: str | None) -> Iterator[Any]:
    """Yield a client of the scheduler, or None.

    Raises
    ------
    ClusterError
        No scheduler answers at this address.
    """
    if address is None:
        yield None
        return
    from loligo._optional import optional

    distributed = optional("distributed", "population")
    address = address if "://" in address else f"tcp://{address}"
    try:
        distributed.comm.get_address_host_port(address, strict=True)  # else closing the client hangs
        client = distributed.Client(address, timeout=SCHEDULER_WAIT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"No dask scheduler answers at --scheduler {address}: {error}") from error
    with client:
        yield client
