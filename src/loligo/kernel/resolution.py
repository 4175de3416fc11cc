"""While something is compiled, the types of each operator and each built-in function are resolved once.

For every use of an operator or function, Numba tries some ten rules until one matches, though the match depends only on
the types of the arguments. These attempts take a sixth of the time of compiling.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from numba.core.types.functions import BaseFunction

RESOLVES: Final = "get_call_type"  # name of the method with which Numba resolves a call; Numba does not document it


@contextmanager
def resolved_once() -> Iterator[None]:
    """Let Numba remember, during the block, what it has found for a function and the types of its arguments.

    With a version of Numba that resolves functions otherwise, compilation is as usual.
    """
    resolve = getattr(BaseFunction, RESOLVES, None)
    if resolve is None:
        yield
        return
    found: dict[Any, Any] = {}

    def remembered(self: Any, context: Any, args: Any, kws: Any) -> Any:
        key = (id(self), id(context), args, tuple(kws.items()))
        if key not in found:
            found[key] = resolve(self, context, args, kws), self, context  # kept: an id is that of a living object
        return found[key][0]

    setattr(BaseFunction, RESOLVES, remembered)
    try:
        yield
    finally:
        setattr(BaseFunction, RESOLVES, resolve)
