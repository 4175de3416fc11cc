"""Optional libraries, imported on use; the error for a missing one names the extra that installs it."""

import importlib
from types import ModuleType

from loligo._errors import MissingPackageError


def optional(name: str, extra: str) -> ModuleType:
    """Return a module of an optional library.

    Parameters
    ----------
    name : str
        Name of the package, for example ``"pandas"`` or ``"neo.io"``.
    extra : str
        The extra of loligo that installs it.

    Raises
    ------
    MissingPackageError
        The library is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        library = name.partition(".")[0]
        raise MissingPackageError(f"This needs {library}: pip install 'loligo[{extra}]' installs it.") from error
