"""Pausing the garbage collector: every collection visits the many live objects of Numba and Matplotlib."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def collector_held() -> Iterator[None]:
    """Pause the garbage collector during the block, and restore its state afterwards."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
