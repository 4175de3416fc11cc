"""How compiled code calls a membrane: by the address of a function on pointers to doubles.

Integrators are compiled once per number of variables, membranes once per structure; an address passes
from one to the other, so that neither is compiled again for the sake of the other.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

FAST = {"contract", "nsz", "arcp"}  # NaN and infinity keep their meaning

_POINTER = types.CPointer(types.float64)
RHS = types.void(types.float64, _POINTER, _POINTER, _POINTER)  # stimulus, y, q, dy/dt
STATE_FUNCTION = JACOBIAN = types.void(_POINTER, _POINTER, _POINTER)  # y, q, out
PREPARE = types.void(_POINTER, _POINTER)  # parameters, q


def _row(context: Any, builder: Any, array_type: Any, array: Any, row: Any) -> Any:
    """Return the pointer to a row of a C-contiguous matrix."""
    matrix = context.make_array(array_type)(context, builder, array)
    width = builder.extract_value(matrix.shape, 1)
    return builder.gep(matrix.data, [builder.mul(row, width)])


@intrinsic
def call_rhs(typing: Any, address: Any, stimulus: Any, work: Any, state: Any, q: Any, out: Any) -> Any:
    """Call the right-hand side at ``address``: ``work[out] = dy/dt`` at ``y = work[state]``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        function_at, current, matrix, y, prepared, slope = arguments
        double = ir.DoubleType()
        pointer = double.as_pointer()
        function = ir.FunctionType(ir.VoidType(), [double, pointer, pointer, pointer])
        rows = [_row(context, builder, signature.args[2], matrix, index) for index in (y, slope)]
        constants = context.make_array(signature.args[4])(context, builder, prepared).data
        target = builder.inttoptr(function_at, function.as_pointer())
        builder.call(target, [current, rows[0], constants, rows[1]])
        return context.get_dummy_value()

    return types.void(types.int64, types.float64, work, types.int64, q, types.int64), generate


@intrinsic
def call_state_function(typing: Any, address: Any, work: Any, state: Any, q: Any, out: Any) -> Any:
    """Call a function of the state at ``address``; its result starts at row ``out`` of ``work``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        function_at, matrix, y, prepared, first = arguments
        pointer = ir.DoubleType().as_pointer()
        function = ir.FunctionType(ir.VoidType(), [pointer, pointer, pointer])
        rows = [_row(context, builder, signature.args[1], matrix, index) for index in (y, first)]
        constants = context.make_array(signature.args[3])(context, builder, prepared).data
        builder.call(builder.inttoptr(function_at, function.as_pointer()), [rows[0], constants, rows[1]])
        return context.get_dummy_value()

    return types.void(types.int64, work, types.int64, q, types.int64), generate
