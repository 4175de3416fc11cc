"""Tables by columns as DataFrames with units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from loligo._errors import MissingPackageError

if TYPE_CHECKING:
    import pandas as pd


def dataframe(columns: Mapping[str, Any], units: Mapping[str, str]) -> pd.DataFrame:
    """Return a table whose units are in ``.attrs["units"]``.

    Raises
    ------
    MissingPackageError
        pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingPackageError("This table needs pandas: pip install 'loligo[tables]' installs it.") from error
    frame = pd.DataFrame(dict(columns))
    frame.attrs["units"] = dict(units)
    return frame
