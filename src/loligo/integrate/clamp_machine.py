"""The inputs and the working memory of the loop of the voltage clamp, as named values."""

from __future__ import annotations

from typing import Any, NamedTuple

from numba import types

from loligo.kernel.calling import Numbers, Pointer, Whole
from loligo.stimulus.pieces import Pieces

_f8, _i8 = types.float64, types.int64
_numbers, _matrix, _whole = _f8[::1], _f8[:, ::1], _i8[::1]
_constants = types.Array(_f8, 1, "C", readonly=True)


class Clamped(NamedTuple):
    """A compiled membrane and its state.

    Attributes
    ----------
    rhs : int
        The address of its right-hand side.
    q : array
        Its prepared parameters.
    lookups : int
        Where in ``q`` the table of rates begins, or 0.
    y : array (variables,)
        The state, changed in place except for v.
    gates : int
        Number of variables that are gates, occupancies included.
    linear, others : array of int
        The variables that depend on v alone and linearly on themselves, and the rest.
    scale : array
        The sizes in which errors of the others are measured.
    """

    rhs: int
    q: Numbers
    lookups: int
    y: Numbers
    gates: int
    linear: Whole
    others: Whole
    scale: Numbers


class Limits(NamedTuple):
    """How a clamp is followed: tolerance, how many steps are allowed, and the cell of `loligo.kernel.stops`.

    ``numbers`` are those of `loligo.integrate.quadrature.clamp_table`, ``memory`` is that of
    `loligo.integrate.clamp_program.clamp_memory`.
    """

    tolerance: float
    most_steps: int
    numbers: Numbers
    memory: Numbers
    stop: Whole


RUN = types.Tuple((_i8, _f8, _i8, _i8, _i8, _i8))(
    types.NamedTuple((_i8, _numbers, _i8, _numbers, _i8, _whole, _whole, _numbers), Clamped),
    types.NamedTuple((_numbers, _numbers, _numbers, _whole, _matrix), Pieces),
    _numbers, _matrix,
    types.NamedTuple((_f8, _i8, _constants, _numbers, _whole), Limits),
)  # fmt: skip


class Course(NamedTuple):
    """Everything that a step may need: sizes, the membrane, and pointers to memory.

    ``n`` variables, of which ``many`` are linear and ``d`` are not, which have ``s`` stages; their rates ``a`` and
    ``b`` at the nodes of a step and at its ends; the state ``x``, and what becomes of it.
    """

    n: int
    many: int
    d: int
    s: int
    rhs: int
    q: Pointer
    lookups: int
    gates: int
    linear: Any
    others: Any
    scale: Pointer
    tolerance: float
    limit: float
    x: Pointer
    work: Pointer
    a: Pointer
    b: Pointer
    new: Pointer
    known: Pointer
    old: Pointer
    moved: Pointer
    a_ends: Pointer
    b_ends: Pointer
    space: Pointer
    table: Pointer
