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
        The address of the right-hand side of the membrane.
    q : array
        The prepared parameters of the membrane.
    lookups : int
        The index in ``q`` at which the table of rates begins, or 0.
    y : array (variables,)
        The state, changed in place except for v.
    gates : int
        Number of variables that are gates, occupancies included.
    linear : array of int
        Indices of the variables whose equations are linear in the variable itself and otherwise depend only on v.
    others : array of int
        Indices of all other variables.
    scale : array
        The scales in which the errors of ``others`` are measured.
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
    """The settings of a clamp: tolerance, maximum number of steps, and the cell of `loligo.kernel.stops`.

    ``numbers`` come from `loligo.integrate.quadrature.clamp_table`, and ``memory`` from
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

    Of the ``n`` variables, ``many`` are linear; the other ``d`` are integrated by a method of ``s`` stages. ``a`` and
    ``b`` hold the opening and the speed of each linear variable at the nodes of a step, ``a_ends`` and ``b_ends`` those
    at the ends of the step. ``x`` is the state before the step.
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
