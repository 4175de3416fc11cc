"""Holding the garbage collector, which looks through the many live objects of Numba and Matplotlib whenever it runs."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def collector_held() -> Iterator[None]:
    """Hold the garbage collector in the block, and let it go on as it did."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
