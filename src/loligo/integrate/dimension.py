"""The number of state variables, as the programs of this room see it.

Programs (`rows`, then `explicit` or `rosenbrock`, then `loop`) are compiled once for each number of variables,
because loops of known length become straight vector code. `loligo.integrate.programs` puts `dimension_source` in the
place of this module's names; what stands here is the plain form for any length, for reading.
"""

from __future__ import annotations

from typing import Any

N = 4
SWITCHING = True  # whether the membrane has switches
UNROLLED = 16


def weighted(table: Any, row: Any, work: Any, first: Any, begin: int, count: int, h: float, y: Any, out: Any) -> None:
    """Set row ``out`` to row ``y`` plus h times ``count`` rows from ``first`` on, weighted by a row of the table.

    The weights between the first and number ``begin`` are 0 and left out.
    """
    for i in range(N):
        parts = (table[row, j] * work[first + N * j + i] for j in (0, *range(begin, count)))
        work[out + i] = work[y + i] + h * sum(parts)


def dimension_source(n: int, *, switching: bool) -> str:
    """Return the source that defines ``N``, ``SWITCHING`` and ``weighted`` for ``n`` variables."""
    lines = ["for i in range(N):", "    a = table[row, 0] * work[first + i]", "    for j in range(begin, count):"]
    lines += ["        a += table[row, j] * work[first + N * j + i]", "    work[out + i] = work[y + i] + h * a"]
    if n <= UNROLLED:  # one accumulator a variable: side by side in vector registers
        lines = ["w = table[row, 0]", *(f"a{i} = w * work[first + {i}]" for i in range(n))]
        lines += ["for j in range(begin, count):", "    w = table[row, j]"]
        lines += [f"    a{i} += w * work[first + N * j + {i}]" for i in range(n)]
        lines += [f"work[out + {i}] = work[y + {i}] + h * a{i}" for i in range(n)]
    body = "\n    ".join(lines)
    head = "@njit(**INLINED)\ndef weighted(table, row, work, first, begin, count, h, y, out):"
    return f"N = {n}\nSWITCHING = {switching}\n\n\n{head}\n    {body}\n"
