"""The memory of lanes: rows of one number per lane, and functions of vectors compiled for all lanes of a block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from loligo.lanes.vectors import Vector


class Rows:
    """The rows of a block of memory at the lanes that are being traced: ``rows[ROW]`` reads and writes them."""

    def __init__(self, builder: Any, pointer: Any, lane: Any, width: int) -> None:
        self._builder, self._pointer, self._lane, self._width = builder, pointer, lane, width

    def _at(self, row: int) -> Any:
        where = self._builder.add(self._lane, ir.Constant(ir.IntType(64), int(row)))
        element = self._builder.gep(self._pointer, [where])
        vector = ir.VectorType(self._pointer.type.pointee, self._width)
        return self._builder.bitcast(element, vector.as_pointer())

    @property
    def _line(self) -> int:
        """Bytes to which a vector of these rows is aligned."""
        return min(64, self._width * (8 if isinstance(self._pointer.type.pointee, ir.DoubleType) else 4))

    def __getitem__(self, row: int) -> Vector:
        return Vector(self._builder, self._builder.load(self._at(row), align=self._line))

    def __setitem__(self, row: int, value: Vector) -> None:
        self._builder.store(value.value, self._at(row), align=self._line)

    def after(self, row: int) -> Rows:
        """Return the rows from a given one on."""
        where = self._builder.gep(self._pointer, [ir.Constant(ir.IntType(64), int(row))])
        return Rows(self._builder, where, self._lane, self._width)

    def hidden(self) -> Rows:
        """Return the same rows through a pointer that LLVM does not recognise.

        A vector that is replaced in some lanes is then stored whole. LLVM would store only the lanes that change,
        which takes some 20 cycles on AMD processors before Zen 3.
        """
        kind = self._pointer.type
        where = self._builder.asm(ir.FunctionType(kind, [kind]), "", "=r,0", [self._pointer], side_effect=False)
        return Rows(self._builder, where, self._lane, self._width)

    def add_truths(self, row: int, condition: Vector) -> None:
        """Add 2**k for every lane k in which a condition is true to the first numbers of a row, one per 32 lanes.

        A number represents the bits of 32 lanes exactly, so at most 32 of them may be traced together.
        """
        if self._width > 32:
            raise ValueError(f"A word of flags has 32 lanes; got {self._width}.")
        builder, word = self._builder, ir.IntType(64)
        bits = builder.zext(builder.bitcast(condition.value, ir.IntType(self._width)), word)
        whole = builder.shl(bits, builder.and_(self._lane, ir.Constant(word, 31)))
        where = builder.add(builder.lshr(self._lane, ir.Constant(word, 5)), ir.Constant(word, int(row)))
        place = builder.gep(self._pointer, [where])
        number = builder.uitofp(whole, self._pointer.type.pointee)
        builder.store(builder.fadd(builder.load(place), number), place)


def over_lanes(trace: Callable[..., None], lanes: int, width: int) -> Any:
    """Return ``f(work, clock, a, b)`` for compiled code, which applies ``trace`` to all lanes.

    Parameters
    ----------
    trace : callable
        Function of the four arguments: `Rows` for a block of memory, which must be `aligned`, and for a number a
        `Vector` with that value in every lane.
    lanes : int
        Number of lanes in all.
    width : int
        Number of lanes traced together, a divisor of ``lanes``: as many as a register of 512 bits holds, or several
        times that many, whose instructions are then interleaved.
    """

    @intrinsic  # type: ignore[untyped-decorator]  # Numba has no types
    def all_lanes(_typing: Any, work: Any, clock: Any, a: Any, b: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            _align_stack(builder)

            def seen(value: Any) -> Rows | Vector:
                if isinstance(value.type, ir.PointerType):
                    return Rows(builder, value, lane, width)
                return _splat(builder, value, width)

            with cgutils.for_range(builder, ir.Constant(ir.IntType(64), lanes // width)) as loop:
                lane = builder.mul(loop.index, ir.Constant(ir.IntType(64), width))
                trace(*(seen(value) for value in arguments))
            return context.get_dummy_value()

        return types.void(work, clock, a, b), generate

    return all_lanes


def _align_stack(builder: Any) -> None:
    """Align the values that a function spills from registers with cache lines, so that none straddles two."""
    line = cgutils.alloca_once(builder, ir.VectorType(ir.DoubleType(), 8))
    line.align = 64
    builder.asm(ir.FunctionType(ir.VoidType(), [line.type]), "", "r", [line], side_effect=True)  # so that LLVM keeps it


def _splat(builder: Any, number: Any, width: int) -> Vector:
    vector = ir.VectorType(number.type, width)
    zero = ir.Constant(ir.IntType(32), 0)
    first = builder.insert_element(ir.Constant(vector, ir.Undefined), number, zero)
    mask = ir.Constant(ir.VectorType(ir.IntType(32), width), [0] * width)
    return Vector(builder, builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), mask))
