"""How compiled code calls a membrane: through the address of a function that takes pointers to doubles.

Integrators, including those of many neurons, are compiled once per number of variables, and membranes once per
structure. Integrators call membranes through an address, so neither is recompiled when the other changes.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

FAST = {"contract", "nsz", "arcp"}  # flags of LLVM that allow faster arithmetic but preserve NaN and infinity

Numbers = NDArray[np.float64]  # arrays of one dimension, of two dimensions, and of integers
Matrix = NDArray[np.float64]
Whole = NDArray[np.int64]


class Pointer(Protocol):
    """A block of numbers in compiled code, without bounds checks or negative indices."""

    def __getitem__(self, place: Any) -> float: ...
    def __setitem__(self, place: Any, value: Any) -> None: ...


class Notes(Protocol):
    """A block of integers in compiled code."""

    def __getitem__(self, place: Any) -> int: ...
    def __setitem__(self, place: Any, value: Any) -> None: ...


_POINTER = types.CPointer(types.float64)
RHS = types.void(types.float64, _POINTER, _POINTER, _POINTER)  # arguments: stimulus, y, q, dy/dt
STATE_FUNCTION = JACOBIAN = types.void(_POINTER, _POINTER, _POINTER)  # arguments: y, q, out
PREPARE = types.void(_POINTER, _POINTER)  # arguments: parameters, q


def whole_numbers(first: int, last: int) -> Any:
    """Return NumPy integers; for Python's own literals Numba would compile a function again for each value."""
    return np.arange(first, last)


@intrinsic
def pointer_to(typing: Any, array: Any) -> Any:
    """Return the pointer to the first number of an array, without bounds checks or negative indices."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return _POINTER(array), generate


@intrinsic
def kept_apart(typing: Any) -> Any:
    """Prevent inlining of the function that calls this, so that rarely used code does not enlarge a loop."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def taken(typing: Any, queue: Any) -> Any:
    """Return the first integer of a block and increment it atomically: no two threads get the same value."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.atomic_rmw("add", arguments[0], ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(queue), generate


TURNS: Final = 64  # checks (one in 256 steps) between two releases of the GIL: about 10 ms for a small membrane


@intrinsic
def signalled(typing: Any, cell: Any) -> Any:
    """Run Python's handlers of pending signals, and let other Python threads run now and then.

    A thread that waits for Python's lock (the GIL) requests it only after 5 ms without a release. Every `TURNS`-th call
    releases the lock, which is less often than that: with more frequent releases, waiting threads would wake up too
    late each time and never request it.

    Returns whether a handler raised an exception; its type, value and traceback are then stored in ``cell[1:4]``, for
    `loligo.kernel.stops`. The caller must hold Python's lock. Takes about 100 ns if nothing has happened.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole, pointer = ir.IntType(32), ir.IntType(8).as_pointer()
        place = context.make_array(signature.args[0])(context, builder, arguments[0]).data

        def python(name: str, result: Any, *given: Any) -> Any:
            function = ir.FunctionType(result, [value.type for value in given])
            return builder.call(cgutils.get_or_insert_function(builder.module, function, name), given)

        counter = cgutils.gep_inbounds(builder, place, 4)
        count = builder.add(builder.load(counter), ir.Constant(ir.IntType(64), 1))
        builder.store(count, counter)
        turn = builder.icmp_signed(
            "==", builder.urem(count, ir.Constant(ir.IntType(64), TURNS)), ir.Constant(ir.IntType(64), 0)
        )
        with builder.if_then(turn, likely=False):
            python("PyEval_RestoreThread", ir.VoidType(), python("PyEval_SaveThread", pointer))
        raised = builder.icmp_signed("!=", python("PyErr_CheckSignals", whole), ir.Constant(whole, 0))
        with builder.if_then(raised, likely=False):
            places = [cgutils.gep_inbounds(builder, place, k) for k in (1, 2, 3)]
            kept = [builder.bitcast(at, pointer.as_pointer()) for at in places]
            python("PyErr_Fetch", ir.VoidType(), *kept)
        return raised

    return types.boolean(cell), generate


@intrinsic
def lowest_bit(typing: Any, bits: Any) -> Any:
    """Return the index of the lowest bit that is set."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), generate


@intrinsic
def call_rhs(typing: Any, address: Any, stimulus: Any, work: Any, state: Any, q: Any, out: Any) -> Any:
    """Call the right-hand side at ``address``: it reads the state at ``work[state]`` and writes to ``work[out]``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        function_at, current, base, y, prepared, slope = arguments
        double = ir.DoubleType()
        pointer = double.as_pointer()
        function = ir.FunctionType(ir.VoidType(), [double, pointer, pointer, pointer])
        target = builder.inttoptr(function_at, function.as_pointer())
        builder.call(target, [current, builder.gep(base, [y]), prepared, builder.gep(base, [slope])])
        return context.get_dummy_value()

    return types.void(types.int64, types.float64, _POINTER, types.int64, _POINTER, types.int64), generate


@intrinsic
def call_state_function(typing: Any, address: Any, work: Any, state: Any, q: Any, out: Any) -> Any:
    """Call the function at ``address`` on the state in ``work[state]``; its result starts at ``work[out]``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        function_at, base, y, prepared, result = arguments
        pointer = ir.DoubleType().as_pointer()
        function = ir.FunctionType(ir.VoidType(), [pointer, pointer, pointer])
        target = builder.inttoptr(function_at, function.as_pointer())
        builder.call(target, [builder.gep(base, [y]), prepared, builder.gep(base, [result])])
        return context.get_dummy_value()

    return types.void(types.int64, _POINTER, types.int64, _POINTER, types.int64), generate


@intrinsic
def called(typing: Any, address: Any, arguments: Any) -> Any:
    """Call the function at ``address``, which has no return value, with a tuple of pointers and numbers."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        given = cgutils.unpack_tuple(builder, arguments[1])
        function = ir.FunctionType(ir.VoidType(), [value.type for value in given])
        builder.call(builder.inttoptr(arguments[0], function.as_pointer()), given)
        return context.get_dummy_value()

    return types.void(types.int64, arguments), generate


@intrinsic
def block(typing: Any, array: Any) -> Any:
    """Return the pointer to the first number of an array of any type, without bounds checks or negative indices."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return types.CPointer(array.dtype)(array), generate


@intrinsic
def shifted(typing: Any, pointer: Any, offset: Any) -> Any:
    """Return a pointer to the number ``offset`` places after the one that ``pointer`` points to."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, offset), generate


@intrinsic
def as_notes(typing: Any, pointer: Any) -> Any:
    """Return a pointer to the same block of numbers as integers, which are 0 where the numbers are."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(64).as_pointer())

    return types.CPointer(types.int64)(pointer), generate


@intrinsic
def aligned(typing: Any, pointer: Any) -> Any:
    """Return the pointer to the first number of a block that is aligned with a cache line (64 bytes)."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        word = ir.IntType(64)
        address = builder.add(builder.ptrtoint(arguments[0], word), ir.Constant(word, 63))
        return builder.inttoptr(builder.and_(address, ir.Constant(word, -64)), arguments[0].type)

    return pointer(pointer), generate
