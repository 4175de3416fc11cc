"""Where the table of a population goes besides its store: CSV and Parquet, written piece by piece."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loligo._files import all_or_nothing
from loligo.cli.outputs import checked_targets

if TYPE_CHECKING:
    import pandas as pd

Write = Callable[["pd.DataFrame"], None]


@contextmanager
def written(
    csv: Path | None, parquet: Path | None, *, force: bool
) -> Iterator[Callable[[Iterable["pd.DataFrame"]], Counter[str]]]:
    """Give a function that writes tables to files and counts their statuses; the files are whole or as they were.

    Parameters
    ----------
    csv, parquet : Path or None
    force : bool
        Whether files that exist are replaced.

    Raises
    ------
    OSError
        A file that cannot be written; found out before anything is run.
    """
    wanted = [(target, make) for target, make in ((csv, _csv), (parquet, _parquet)) if target is not None]
    with all_or_nothing(checked_targets([target for target, _ in wanted], force=force)) as unfinished:

        def write(tables: Iterable["pd.DataFrame"]) -> Counter[str]:
            count: Counter[str] = Counter()
            with ExitStack() as stack:
                writers = [make(path, stack) for (_, make), path in zip(wanted, unfinished, strict=True)]
                for table in tables:
                    _each(writers, table)
                    count.update(table["status"])
            return count

        yield write


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
    from loligo.population.packages import needed

    arrow, parquet = needed("pyarrow"), needed("pyarrow.parquet")
    opened: list[Any] = []

    def write(table: "pd.DataFrame") -> None:
        rows = arrow.Table.from_pandas(table, preserve_index=False, nthreads=1).replace_schema_metadata(None)
        if not opened:
            opened.append(stack.enter_context(parquet.ParquetWriter(path, rows.schema)))
        opened[0].write_table(rows.cast(opened[0].schema))

    return write
