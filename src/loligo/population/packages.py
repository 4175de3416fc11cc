"""Libraries that only populations need: imported when they are used, named when they are missing."""

from __future__ import annotations

import importlib
from typing import Any

from loligo._errors import MissingPackageError


def needed(name: str) -> Any:
    """Return a module of an optional library.

    Raises
    ------
    MissingPackageError
        It is not installed; says how to install it.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        library = name.partition(".")[0]
        raise MissingPackageError(f"This needs {library}: pip install 'loligo[population]' installs it.") from error
