"""Loading machine code from the cache without the modules that only compilation needs.

Before Numba loads a function from a file, it imports all of Numba's implementations, including `scipy.linalg`. These
imports would take half of the time of a first run. Compilation performs them anyway, so nothing is missing if the file
does not match.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from llvmlite import binding
from numba.core import caching, environment
from numba.core.runtime import _nrt_python

_ONE_AT_A_TIME = threading.RLock()
_KNOWN = hasattr(caching.Cache, "_load_overload") and hasattr(environment, "_rebuild_env")
_KNOWN = _KNOWN and hasattr(_nrt_python, "c_helpers")


@contextmanager
def loading_alone() -> Iterator[None]:
    """Let Numba load functions from files without importing its implementations, if this version supports that."""
    if not _KNOWN:
        yield
        return
    with _ONE_AT_A_TIME:  # restored by the code that replaced it
        before = caching.Cache.load_overload, environment._rebuild_env
        caching.Cache.load_overload, environment._rebuild_env = _load, _environment
        try:
            yield
        finally:
            caching.Cache.load_overload, environment._rebuild_env = before


def _load(self: Any, signature: Any, context: Any) -> Any:
    """Load a function like `numba.core.caching.Cache.load_overload`, without the objects for linking."""
    for (
        name,
        address,
    ) in _nrt_python.c_helpers.items():  # as in rtsys.initialize, which also compiles what compilation needs
        binding.add_symbol(name if name.startswith("_") else f"NRT_{name}", address)
    with self._guard_against_spurious_io_errors():
        return self._load_overload(signature, context)
    return None


def _environment(module: str, constants: list[Any], name: str) -> Any:
    """Return the environment of a loaded function; compiled code reads no globals of Numba's modules."""
    kind: Any = environment.Environment
    if name in kind._memo:
        return kind._memo[name]
    absent = module.startswith("numba.") and module not in sys.modules
    made = kind({"__name__": module} if absent else importlib.import_module(module).__dict__)
    made.consts[:] = constants
    made.env_name = name
    kind._memo[name] = made
    return made
