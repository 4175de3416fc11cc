"""The table of a population: one row per member, with the units of its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from loligo._optional import optional
from loligo.population.units import units_of
from loligo.population.workers.pieces import run_pieces, whole_piece
from loligo.population.workers.progress import Progress
from loligo.population.workers.workers import workers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from loligo.membrane import Membrane
    from loligo.population.members import Members
    from loligo.population.plan import Plan
    from loligo.population.workers.pieces import Piece
    from loligo.population.workers.resources import Resources
    from loligo.stimulus import Stimulus

CHUNK: Final = 65_536  # number of members that are created at a time; the results do not depend on this number


def run_in_memory(members: Members, plan: Plan, resources: Resources) -> pd.DataFrame:
    """Run all members and return their table.

    Parameters
    ----------
    members : Members
    plan : Plan
    resources : Resources
    """
    optional("pandas", "population")
    with workers(plan, members.size, resources) as crew, Progress(members.size, resources.progress) as shown:
        parts = [part for _, part in run_pieces(_pieces(members), crew, shown)]
    # each part is freed when its column has been joined; the table uses the joined columns without a copy
    columns = {name: np.concatenate([part.pop(name) for part in parts]) for name in list(parts[0])}
    return table_of(columns, plan.membrane, plan.stimulus, members.index, copy=False)


def table_of(
    columns: Mapping[str, NDArray[Any]], membrane: Membrane, stimulus: Stimulus, index: Any, *, copy: bool = True
) -> pd.DataFrame:
    """Return columns as a DataFrame whose units are in ``attrs["units"]``."""
    table: pd.DataFrame = optional("pandas", "population").DataFrame(columns, index=index, copy=copy)
    table.attrs["units"] = units_of(membrane, stimulus, table)
    return table


def _pieces(members: Members) -> Iterator[Piece]:
    for start in range(0, members.size, CHUNK):
        stop = min(start + CHUNK, members.size)
        yield whole_piece(start // CHUNK, members.columns(start, stop), stop - start)
