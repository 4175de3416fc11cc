"""DataFrames with units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from loligo._optional import optional

if TYPE_CHECKING:
    import pandas as pd


def dataframe(columns: Mapping[str, Any], units: Mapping[str, str]) -> pd.DataFrame:
    """Return a table whose units are in ``.attrs["units"]``.

    Raises
    ------
    MissingPackageError
        pandas is not installed.
    """
    frame: pd.DataFrame = optional("pandas", "tables").DataFrame(dict(columns))
    frame.attrs["units"] = dict(units)
    return frame
