"""How functions of programs are compiled: those that Python or an address calls, and those that only they call.

In a module that is read as it stands an entry is a plain function, so that importing it compiles nothing. In a program
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
# an entrance from Python for each part takes a fifth of the time of compiling; what is not said is the caller's
_PART: Final = _SETTINGS | {"pipeline_class": Part, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def inlined(function: Function) -> Function:
    """Compile a function that only compiled code calls; whether it is put in line is left to LLVM."""
    made: Function = njit(**_PART, forceinline=False)(function)
    return made


def part(function: Function) -> Function:
    """Compile a part of a loop that has a name and nothing else of its own: it always stands in line."""
    made: Function = njit(**_PART, forceinline=True)(function)
    return made


def entry(_signature: Any, **_options: Any) -> Callable[[Function], Function]:
    """Mark the function by which Python enters a program; see `compiled_entry`."""
    return _as_it_is


def entry_by_address(_signature: Any) -> Callable[[Function], Function]:
    """Mark a function of a program that others call by its address; see `compiled_by_address`."""
    return _as_it_is


def compiled_entry(signature: Any, *, cache: bool, **options: Any) -> Callable[[Function], Function]:
    """Compile a function for Python, and keep its machine code beside the source.

    Numba's dispatcher looks at the types of all arguments at each call, for some 10 µs where they are tuples. There is
    one signature, so the machine code is called, which refuses another type as well.
    """

    def compiled(function: Function) -> Function:
        made: Function = njit(signature, cache=cache, **(_WHOLE | options))(function).get_overload(signature)
        return made

    return compiled


def compiled_by_address(signature: Any, *, cache: bool) -> Callable[[Function], Function]:
    """Compile a function with the calling convention of C, and keep its machine code beside the source."""
    made: Callable[[Function], Function] = cfunc(signature, cache=cache, **_WHOLE)
    return made


def _as_it_is(function: Function) -> Function:
    return function
