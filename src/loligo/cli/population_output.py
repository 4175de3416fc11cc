"""The table of a population as CSV and Parquet files, written piece by piece."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loligo._files import all_or_nothing
from loligo.cli.outputs import check_free, checked_targets

if TYPE_CHECKING:
    import pandas as pd

    from loligo.cli.population_file import PopulationFile

LONGEST_LINE: Final = 100_000  # largest number of bytes read for the names of columns
Write = Callable[["pd.DataFrame"], None]


@contextmanager
def written(
    csv: Path | None, parquet: Path | None, *, force: bool, ours: frozenset[str] = frozenset()
) -> Iterator[Callable[[Iterable["pd.DataFrame"]], Counter[str]]]:
    """Yield a function that writes tables to files and counts statuses; files are completed or left as they were.

    Parameters
    ----------
    csv, parquet : Path or None
    force : bool
        Whether to replace existing files.
    ours : frozenset of str, optional
        The columns of a table that may be replaced anyway, because an earlier part of the run wrote it.

    Raises
    ------
    OSError
        A file cannot be written; raised before anything is run.
    """
    wanted = [(target, make) for target, make in ((csv, _csv), (parquet, _parquet)) if target is not None]
    targets = checked_targets([target for target, _ in wanted], force=True)
    for target in targets:
        check_free(target, force=force or (bool(ours) and _columns_in(target) == ours))
    with all_or_nothing(targets) as unfinished:

        def write(tables: Iterable["pd.DataFrame"]) -> Counter[str]:
            count: Counter[str] = Counter()
            with ExitStack() as stack:
                writers = [make(path, stack) for (_, make), path in zip(wanted, unfinished, strict=True)]
                for table in tables:
                    _each(writers, table)
                    count.update(table["status"])
            return count

        yield write


def columns_of(asked: "PopulationFile") -> frozenset[str]:
    """Return the columns of the table that a run produces."""
    plan = asked.population.plan(asked.stimulus, **asked.settings)
    times = ["spike_times"] if plan.spike_times else []
    return frozenset([*asked.population.members.names, *plan.features, *times, "status", "reason"])


def _columns_in(target: Path) -> frozenset[str]:
    """Return the columns of a table in a file; none if it is not a table."""
    if not target.is_file():
        return frozenset()
    with target.open("rb") as file:
        first = file.readline(LONGEST_LINE)
    if not first.startswith(b"PAR1"):
        return frozenset(first.decode(errors="replace").rstrip("\r\n").split(","))
    from loligo._optional import optional

    try:
        return frozenset(optional("pyarrow.parquet", "population").read_schema(target).names)
    except (optional("pyarrow", "population").ArrowException, OSError):
        return frozenset()


def _each(writers: Sequence[Write], table: "pd.DataFrame") -> None:
    for write in writers:
        write(table)


def _csv(path: Path, stack: ExitStack) -> Write:
    file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))

    def write(table: "pd.DataFrame") -> None:
        if "spike_times" in table:
            table = table.assign(spike_times=[" ".join(map(repr, row.tolist())) for row in table["spike_times"]])
        table.to_csv(file, index=False, header=file.tell() == 0, lineterminator="\n")

    return write


def _parquet(path: Path, stack: ExitStack) -> Write:
    from loligo._optional import optional

    arrow, parquet = optional("pyarrow", "population"), optional("pyarrow.parquet", "population")
    opened: list[Any] = []

    def write(table: "pd.DataFrame") -> None:
        rows = arrow.Table.from_pandas(table, preserve_index=False, nthreads=1).replace_schema_metadata(None)
        if not opened:
            opened.append(stack.enter_context(parquet.ParquetWriter(path, rows.schema)))
        opened[0].write_table(rows.cast(opened[0].schema))

    return write
