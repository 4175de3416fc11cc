"""How a program's functions are compiled: entries, called from Python or by address, and functions that entries call.

In an ordinary module an entry is a plain function, so that importing it compiles nothing. In a program
(`loligo.kernel.programs`) the marks `entry` and `entry_by_address` are `compiled_entry` and `compiled_by_address`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

from numba import cfunc, njit

from loligo.kernel.calling import FAST
from loligo.kernel.linking import Part, Whole

Function = TypeVar("Function", bound=Callable[..., Any])
_SETTINGS: Final = {"error_model": "numpy", "fastmath": FAST}
_WHOLE: Final = _SETTINGS | {"pipeline_class": Whole}
# Python wrappers of the parts would take a fifth of the compilation time; other settings are the caller's
_PART: Final = _SETTINGS | {"pipeline_class": Part, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def inlined(function: Function) -> Function:
    """Compile a function that only compiled code calls; LLVM decides whether it is inlined."""
    made: Function = njit(**_PART, forceinline=False)(function)
    return made


def part(function: Function) -> Function:
    """Compile a named part of a loop, which is always inlined."""
    made: Function = njit(**_PART, forceinline=True)(function)
    return made


def entry(_signature: Any, **_options: Any) -> Callable[[Function], Function]:
    """Mark the function through which Python enters a program; see `compiled_entry`."""
    return _as_it_is


def entry_by_address(_signature: Any) -> Callable[[Function], Function]:
    """Mark a function of a program that others call by its address; see `compiled_by_address`."""
    return _as_it_is


def compiled_entry(signature: Any, *, cache: bool, **options: Any) -> Callable[[Function], Function]:
    """Compile a function that Python calls, and store its machine code beside the source.

    Numba's dispatcher checks the types of all arguments at each call, which takes about 10 µs for tuples. There is only
    one signature, so the machine code is called directly; it refuses other types as well.
    """

    def compiled(function: Function) -> Function:
        settings = _WHOLE | {"no_cfunc_wrapper": True} | options
        made: Function = njit(signature, cache=cache, **settings)(function).get_overload(signature)
        return made

    return compiled


def compiled_by_address(signature: Any, *, cache: bool) -> Callable[[Function], Function]:
    """Compile a function with the C calling convention, and store its machine code beside the source."""
    made: Callable[[Function], Function] = cfunc(signature, cache=cache, **_WHOLE)
    return made


def _as_it_is(function: Function) -> Function:
    return function
