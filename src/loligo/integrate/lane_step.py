"""The source of a step for many neurons at once: where their rows lie, and the stages of `explicit5`, vectorised."""

from __future__ import annotations

from typing import Final

import numpy as np

from loligo.integrate import lane_stiff, tsit5

WIDTH: Final = {"double": 8, "single": 16}  # lanes of one instruction; twice as many are in flight
STAGES: Final = 6
CLOCK: Final = (
    "SINCE",
    "LENGTH",
    "NOW",
    "CONSTANT",
    "SLOPE",
    "NEXT",
    "MEAN",
    "INSIDE",
    "LOWEST",
    "TRIES",
    "MOST",
    "EVENTS",
    "ENDINGS",
    "CRAWLING",
)
SCALARS: Final = ("H", "STEP", "LAST", "LOG", "ERROR", "STIFFNESS", "SUSPICIOUS", "FLAG", "WAIT")


def rows_source(variables: int, states: int, prepared: int, precision: str, *, stiff: bool) -> str:
    """Return the source of the width W, of the offset of every row of both blocks, and of the number of rows.

    Parameters
    ----------
    variables, states, prepared : int
        Numbers of rows of the state, of those that are further states, and of the prepared parameters.
    precision : {"double", "single"}
    stiff : bool
        Whether the step is that of `lane_stiff`.
    """
    nodes = lane_stiff.NODES if stiff else tuple(float(c) for c in tsit5.TIMES[0, 1:])
    heights = dict.fromkeys(("Y", "NEW", "STAGE", *(f"K{j}" for j in range(7)), "SCALE"), variables)
    heights |= {"PARAMETERS": prepared, "DRIVE": len(nodes) + 1} | dict.fromkeys(SCALARS, 1)
    heights |= lane_stiff.ROWS if stiff else {"RATE": 1}
    lines, at = (
        [
            f"F = np.float{64 if precision == 'double' else 32}",
            f"WIDTH, W = {WIDTH[precision]}, {2 * WIDTH[precision]}",
        ],
        0,
    )
    for name, height in heights.items():
        lines.append(f"{name} = np.int64({at} * W)")
        at += height
    lines += [f"{name} = np.int64({row} * W)" for row, name in enumerate(CLOCK)]
    relative = dict.fromkeys(range(variables - states, variables), 1.0)
    lines += [f"PAST = np.int64({len(CLOCK)} * W)"]
    return "\n".join(
        [
            *lines,
            f"ROWS = {at}",
            f"FIRST_STATE = {variables - states}",
            f"RELATIVE = {relative}",
            f"NODES = {nodes}",
        ]
    )


def step_source(variables: int) -> str:
    """Return the source of ``attempt``, ``watch_stiffness`` and ``mean_v``, traced, and of ``dense_v``, compiled."""
    n = variables
    lines = ["def attempt(work, clock, tolerance, unused):", "    h = work[STEP]"]
    for j in range(1, STAGES):
        lines += _stage(n, tsit5.A[j], "STAGE", j)
    lines += _stage(n, tsit5.A[-1], "NEW", STAGES)
    lines += ["    error = 0.0"]
    rates = ["def watch_stiffness(work, clock, unused, unused_too):"]
    rates += ["    h = work[STEP]", "    rise = 0.0", "    run = 1e-30"]
    for i in range(n):
        slopes = _combined(tsit5.ERROR[0], f"work[K{{j}} + {i} * W]")
        lines += [
            f"    part = h * ({slopes}) * scale_of({i}, work)",
            "    error = part * part + error",
        ]
        rates += [
            f"    part = work[K6 + {i} * W] - work[K5 + {i} * W]",
            "    rise = part * part + rise",
            f"    part = work[NEW + {i} * W] - work[STAGE + {i} * W]",
            "    run = part * part + run",
        ]
    lines += ["    work[ERROR] = error * tolerance", "", "", *rates]
    lines += ["    work[STIFFNESS] = h * h * rise - run * 3.0625"]
    weights = np.array([tsit5.DENSE[p] / (p + 2) for p in range(4)]).sum(axis=0)
    lines += ["", "", "def mean_v(work):"]
    lines += [f"    return work[Y] + work[STEP] * ({_combined(weights, 'work[K{j}]')})"]
    lines += ["", "", "@njit(**INLINED)", "def dense_v(work, lane):", "    h = float(work[STEP + lane])"]
    lines += [f"    k{j} = h * float(work[K{j} + lane])" for j in range(7)]
    lines += [f"    d{p} = {_combined(tsit5.DENSE[p], 'k{j}')}" for p in range(4)]
    return "\n".join([*lines, "    return float(work[Y + lane]), d0, d1, d2, d3"])


def _stage(n: int, weights: np.ndarray, state: str, into: int) -> list[str]:
    lines = [
        f"    work[{state} + {i} * W] = h * ({_combined(weights, f'work[K{{j}} + {i} * W]')}) + work[Y + {i} * W]"
        for i in range(n)
    ]
    return [*lines, f"    slopes(work[DRIVE + {into} * W], work, {state}, K{into})"]


def _combined(weights: np.ndarray, term: str) -> str:
    """Print a weighted sum, the first two terms apart so that two chains of additions run side by side."""
    used = [(float(w), j) for j, w in enumerate(weights) if w != 0]
    parts = [f"{w!r} * {term.replace('{j}', str(j))}" for w, j in used]
    if len(parts) < 4:
        return " + ".join(parts)
    half = len(parts) // 2
    return f"({' + '.join(parts[:half])}) + ({' + '.join(parts[half:])})"
