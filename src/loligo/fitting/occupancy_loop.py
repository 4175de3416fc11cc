"""The compiled part of fits of kinetic schemes: states that are linear in one another, propagated by matrices.

With v constant ``dy/dt = M y + b``; with a 1 appended to y, a step is ``y <- E y``, ``dy/dp <- E dy/dp + (dE/dp) y``.
"""

from __future__ import annotations

from typing import Any, Final

from numba import types

from loligo.kernel.calling import call_state_function, pointer_to
from loligo.kernel.entries import entry

_numbers, _whole, _table = types.float64[::1], types.int64[::1], types.float64[:, ::1]
_FIRST: Final = 1  # first row of the memory after that of v


@entry(types.void(types.int64, _numbers, _numbers, types.int64, _table, _numbers), nogil=True)
def rows_at(address: Any, q: Any, potentials: Any, states: Any, rows: Any, memory: Any) -> None:
    """Fill a row for each potential with the results of a function of v."""
    work, constants = pointer_to(memory), pointer_to(q)
    for k in range(potentials.size):
        work[0] = potentials[k]
        call_state_function(address, work, 0, constants, _FIRST + states)
        for j in range(rows.shape[1]):
            rows[k, j] = work[_FIRST + states + j]


@entry(
    types.void(
        types.int64, _numbers, types.float64[:, :, ::1], types.float64[:, :, :, ::1], _whole, _numbers, _whole,
        _numbers, _table, _numbers, _table, _numbers,
    ),
    nogil=True,
)  # fmt: skip
def follow(
    address: Any, q: Any, moves: Any, slopes: Any, which: Any, potentials: Any, sampled: Any, y: Any, s: Any,
    modelled: Any, jacobian: Any, memory: Any,
) -> None:  # fmt: skip
    """Propagate the states, and compute the current and its derivatives at the samples.

    Parameters
    ----------
    address : int
        Address of ``current``: the current, its derivatives with respect to each state, then each parameter.
    q : array
        Prepared parameters.
    moves : array (kinds, n + 1, n + 1)
        The matrix of each kind of step.
    slopes : array (kinds, parameters, n + 1, n + 1)
        The derivatives of these matrices.
    which : array (steps,)
        The kind of each step.
    potentials : array (steps,)
        v at the end of each step [mV].
    sampled : array (steps,)
        The row to fill after each step, or -1.
    y : array (n + 1,)
        The initial state; updated.
    s : array (parameters, n + 1)
        The derivatives of the initial state; updated.
    modelled : array (samples,)
        Filled with the current.
    jacobian : array (samples, parameters)
        Filled with the derivatives of the current.
    memory : array
    """
    size, varied = y.size, s.shape[0]
    states = size - 1
    work, constants = pointer_to(memory), pointer_to(q)
    out = _FIRST + states
    next_y, next_s = y.copy(), s.copy()
    for k in range(which.size):
        kind = which[k]
        for i in range(states):
            total = 0.0
            for j in range(size):
                total += moves[kind, i, j] * y[j]
            next_y[i] = total
            for p in range(varied):
                total = 0.0
                for j in range(size):
                    total += moves[kind, i, j] * s[p, j] + slopes[kind, p, i, j] * y[j]
                next_s[p, i] = total
        for i in range(states):
            y[i] = next_y[i]
            for p in range(varied):
                s[p, i] = next_s[p, i]
        row = sampled[k]
        if row >= 0:
            work[0] = potentials[k]
            for i in range(states):
                work[_FIRST + i] = y[i]
            call_state_function(address, work, 0, constants, out)
            modelled[row] = work[out]
            for p in range(varied):
                total = work[out + 1 + states + p]
                for i in range(states):
                    total += work[out + 1 + i] * s[p, i]
                jacobian[row, p] = total
