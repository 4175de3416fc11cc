"""Executing the source of a compiled module, beside which Numba finds or stores its machine code."""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numba

from loligo._collector import collector_held
from loligo.kernel.resolution import resolved_once
from loligo.kernel.stops import interrupts_kept


def imported(entry: Path, name: str, source: bytes) -> ModuleType:
    """Execute the source of a module; Numba finds its machine code beside the source file."""
    spec = importlib.util.spec_from_file_location(f"loligo_{name}_{entry.name}", entry / f"{name}.py")
    if spec is None:
        raise ImportError(f"cannot import {name} from {entry}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # Numba finds the globals of cached code through this
    try:
        with _code_beside_source():
            exec(compile(source, str(entry / f"{name}.py"), "exec"), module.__dict__)  # noqa: S102  # written by us
    except BaseException:
        del sys.modules[spec.name]
        raise
    return module


@contextlib.contextmanager
def _code_beside_source() -> Iterator[None]:
    """Make Numba look for machine code only in this folder, whatever its settings are."""
    settings = {"CACHE_DIR": "", "CACHE_LOCATOR_CLASSES": "InTreeCacheLocator"}
    before = {name: getattr(numba.config, name) for name in settings if hasattr(numba.config, name)}
    for name in before:
        setattr(numba.config, name, settings[name])
    try:
        yield
    except RuntimeError as error:
        if "cannot cache" in str(error):
            raise OSError(errno.EACCES, "Permission denied") from error
        raise
    finally:
        for name, value in before.items():
            setattr(numba.config, name, value)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Pause the garbage collector while Numba compiles: visiting its many live objects would add a seventh to the time.

    Types are resolved once (`resolution`). Ctrl-C still works.
    """
    with collector_held(), interrupts_kept(), resolved_once():
        yield
