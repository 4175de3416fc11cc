"""How compiled code calls a membrane: by the address of a function on pointers to doubles.

Integrators, those of many neurons too, are compiled once per number of variables, membranes once per structure; an
address passes from one to the other, so that neither is compiled again for the sake of the other.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

FAST = {"contract", "nsz", "arcp"}  # NaN and infinity keep their meaning
# helpers are only ever called by compiled code; to compile an entrance from Python for each takes a fifth of the time
INLINED = {"error_model": "numpy", "fastmath": FAST, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

_POINTER = types.CPointer(types.float64)
RHS = types.void(types.float64, _POINTER, _POINTER, _POINTER)  # stimulus, y, q, dy/dt
STATE_FUNCTION = JACOBIAN = types.void(_POINTER, _POINTER, _POINTER)  # y, q, out
PREPARE = types.void(_POINTER, _POINTER)  # parameters, q


@intrinsic
def pointer_to(typing: Any, array: Any) -> Any:
    """Return the pointer to the first number of an array; indexing it checks and wraps nothing."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, arguments[0]).data

    return _POINTER(array), generate


@intrinsic
def kept_apart(typing: Any) -> Any:
    """Compile the function in which this stands by itself: what is rare does not swell the loop that calls it."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def taken(typing: Any, queue: Any) -> Any:
    """Return the first number of an array of whole numbers and add one to it: no two threads get the same."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.atomic_rmw("add", place, ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(queue), generate


TURNS: Final = 64  # looks, of 256 steps each: of a small membrane some 10 ms


@intrinsic
def signalled(typing: Any, cell: Any) -> Any:
    """Run Python's handlers of signals that have arrived, and let other threads of Python have their turn now and then.

    A thread that waits for Python's lock asks for it when it has not been let go for 5 ms. So it is let go each
    `TURNS`-th time alone, which is more seldom: where it comes more often, others wake too late and never ask.

    Returns whether one of them raised an exception; its type, value and traceback are then kept in ``cell[1:4]``, for
    `loligo.kernel.stops`. Only for code that holds Python's lock. Takes some 100 ns where nothing happened.
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
    """Return the place of the lowest bit that is set, counted from 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), generate


@intrinsic
def call_rhs(typing: Any, address: Any, stimulus: Any, work: Any, state: Any, q: Any, out: Any) -> Any:
    """Call the right-hand side at ``address``: from the state at ``work[state]``, the slope to ``work[out]``."""

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
    """Call a function of the state at ``address``: from ``work[state]``, its result to ``work[out]`` and on."""

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
    """Call the function at ``address``, which returns nothing, with a tuple of pointers and numbers."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        given = cgutils.unpack_tuple(builder, arguments[1])
        function = ir.FunctionType(ir.VoidType(), [value.type for value in given])
        builder.call(builder.inttoptr(arguments[0], function.as_pointer()), given)
        return context.get_dummy_value()

    return types.void(types.int64, arguments), generate
