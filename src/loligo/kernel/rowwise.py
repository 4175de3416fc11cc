"""Sums of rows in vector registers, for a number of columns known at compile time."""

from __future__ import annotations

from typing import Any, Final

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from loligo.kernel.calling import FAST

WIDTHS: Final = (8, 4, 2, 1)  # allowed numbers of columns of an accumulator, in decreasing order
_WORD = ir.IntType(64)


def add_rows(columns: int, widest: int = WIDTHS[0]) -> Any:
    """Return ``f(weights, begin, count, rows, scale, y, out)``: ``out = y + scale sum_j weights[j] rows[j]``.

    The sum is over j = 0 and from ``begin`` to ``count - 1``. All arguments other than numbers are pointers; a row has
    ``columns`` numbers. An accumulator has at most ``widest`` columns: 1 is faster if rows have just been written one
    number at a time, since a processor cannot forward narrow stores to a wider load.

    A product may be fused with the addition that follows. If both terms were products, the compiler could fuse either,
    and two compilations of the same source might differ in the last bit; so the first product is rounded separately.
    """

    @intrinsic
    def added(_typing: Any, weights: Any, begin: Any, count: Any, rows: Any, scale: Any, y: Any, out: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            _weights, begin, count, *_ = arguments
            taken = [context.cast(builder, x, signature.args[k], types.int64) for k, x in ((1, begin), (2, count))]
            chunks = _chunks(columns, widest)
            _add(builder, chunks, arguments[0], *taken, *arguments[3:])
            return context.get_dummy_value()

        return types.void(weights, begin, count, rows, scale, y, out), generate

    return added


def _chunks(columns: int, widest: int) -> list[tuple[int, int]]:
    """Return the first column and the number of columns of each accumulator."""
    chunks, first = [], 0
    for width in WIDTHS:
        while columns - first >= width <= widest:
            chunks.append((first, width))
            first += width
    return chunks


def _add(
    builder: Any,
    chunks: list[tuple[int, int]],
    weights: Any,
    begin: Any,
    count: Any,
    rows: Any,
    scale: Any,
    y: Any,
    out: Any,
) -> None:
    columns = sum(width for _, width in chunks)
    first_weight = builder.load(weights)
    sums = []
    for at, width in chunks:
        product = builder.fmul(
            _splat(builder, first_weight, width), _loaded(builder, rows, at, width), flags=_flags(contract=False)
        )
        place = cgutils.alloca_once(builder, product.type)
        builder.store(product, place)
        sums.append(place)
    with cgutils.for_range_slice(builder, begin, count, ir.Constant(_WORD, 1), _WORD) as (j, _):
        weight = builder.load(builder.gep(weights, [j]))
        row = builder.gep(rows, [builder.mul(j, ir.Constant(_WORD, columns))])
        for (at, width), place in zip(chunks, sums, strict=True):
            product = builder.fmul(_splat(builder, weight, width), _loaded(builder, row, at, width), flags=_flags())
            builder.store(builder.fadd(builder.load(place), product, flags=_flags()), place)
    for (at, width), place in zip(chunks, sums, strict=True):
        product = builder.fmul(_splat(builder, scale, width), builder.load(place), flags=_flags())
        total = builder.fadd(_loaded(builder, y, at, width), product, flags=_flags())
        builder.store(total, _pointer(builder, out, at, total.type), align=8)


def _flags(*, contract: bool = True) -> tuple[str, ...]:
    return tuple(sorted(FAST if contract else FAST - {"contract"}))


def _splat(builder: Any, number: Any, width: int) -> Any:
    if width == 1:
        return number
    nothing, zero = ir.Constant(ir.VectorType(number.type, width), ir.Undefined), ir.Constant(ir.IntType(32), 0)
    mask = ir.Constant(ir.VectorType(ir.IntType(32), width), [0] * width)
    return builder.shuffle_vector(builder.insert_element(nothing, number, zero), nothing, mask)


def _pointer(builder: Any, block: Any, at: int, kind: Any) -> Any:
    return builder.bitcast(builder.gep(block, [ir.Constant(_WORD, at)]), kind.as_pointer())


def _loaded(builder: Any, block: Any, at: int, width: int) -> Any:
    kind = ir.DoubleType() if width == 1 else ir.VectorType(ir.DoubleType(), width)
    return builder.load(_pointer(builder, block, at, kind), align=8)
