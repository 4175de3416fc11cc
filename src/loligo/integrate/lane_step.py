"""The source of a step for many neurons at once: where their rows lie, and the stages of `explicit5`, vectorised."""

from __future__ import annotations

from typing import Final

import numpy as np

from loligo.integrate import lane_stiff, tsit5

LANES: Final = {"double": 32, "single": 64}  # in flight: four registers, so that while one waits others compute
REGISTER: Final = {"double": 8, "single": 16}  # lanes of one instruction
STAGES: Final = 6
NUMBERS: Final = 8  # of a spike's record, three to spare: a line of the cache, so that no two threads write to one
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
    "TOP",
    "HALF_TIME",
    "BEGIN_TIME",
    "BEGIN",
    "GAIN",
    "FORGOT",
    "EVENTS",
    "ENDINGS",
    "CRAWLING",
)
SCALARS: Final = ("H", "STEP", "LAST", "LOG", "ERROR", "STIFFNESS", "SUSPICIOUS", "FLAG", "WAIT", "ARMED", "REARM")


def rows_source(variables: int, states: int, precision: str, *, stiff: bool) -> str:
    """Return the source of the number W of lanes, and of the offset of every row of both blocks, parameters last.

    Parameters
    ----------
    variables, states : int
        Numbers of rows of the state, and of those that are further states.
    precision : {"double", "single"}
    stiff : bool
        Whether the step is that of `lane_stiff`.
    """
    nodes = lane_stiff.NODES if stiff else tuple(float(c) for c in tsit5.TIMES[0, 1:])
    heights = dict.fromkeys(("Y", "NEW", "STAGE", *(f"K{j}" for j in range(7)), "SCALE"), variables)
    heights |= {"DRIVE": len(nodes) + 1} | dict.fromkeys(SCALARS, 1)
    heights |= {**(lane_stiff.ROWS if stiff else {"RATE": 1}), "PARAMETERS": 0}  # as many as a membrane has
    lines, at = (
        [
            f"F = np.float{64 if precision == 'double' else 32}",
            f"W, REGISTER = {LANES[precision]}, {REGISTER[precision]}",
        ],
        0,
    )
    for name, height in heights.items():
        lines.append(f"{name} = np.int64({at} * W)")
        at += height
    lines += [f"{name} = np.int64({row} * W)" for row, name in enumerate(CLOCK)]
    rise, fall = ("K2", "K3") if stiff else ("K0", "K6")
    lines += [f"RISE, FALL = {rise}, {fall}"]  # slopes of v at the ends of a step
    relative = dict.fromkeys(range(variables - states, variables), 1.0)
    lines += [f"CLOCK = {len(CLOCK)}", f"NUMBERS = {NUMBERS}"]
    return "\n".join(
        [
            *lines,
            f"N = {variables}",
            f"FIRST_STATE = {variables - states}",
            f"RELATIVE = {relative}",
            f"NODES = {nodes}",
        ]
    )


def step_source(variables: int) -> str:
    """Return the source of ``watch_stiffness``, ``mean_v`` and ``shape_v``, and of ``all_attempt`` and ``dense_v``.

    The first three are traced, the others compiled. ``shape_v`` gives the three inner control points of v on a step, as
    the Bernstein polynomials have them.

    The sums of the stages are traced, and the membrane's slopes called: one after the other for all lanes, so that the
    code of a step is short and a processor finds other lanes' work beside what it waits for.
    """
    n = variables
    lines, calls = [], []
    for j in range(1, STAGES + 1):
        state = "STAGE" if j < STAGES else "NEW"
        lines += [f"def stage_{j}(work, clock, tolerance, unused):", "    h = work[STEP]"]
        lines += _stage(n, tsit5.A[j], state)
        lines += ["", "", f"all_stage_{j} = over_lanes(stage_{j}, W, W)", "", ""]
        calls += [f"    all_stage_{j}(work, clock, tolerance, unused)"]
        rows = f"shifted(work, DRIVE + {j} * W), shifted(work, {state}), shifted(work, K{j})"
        calls += [f"    called(slopes, (work, {rows}))"]
    lines += ["def measure_error(work, clock, tolerance, unused):", "    h = work[STEP]", "    error = 0.0"]
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
    lines += ["    work[ERROR] = error * tolerance", "", ""]
    lines += ["all_measure_error = over_lanes(measure_error, W, W)", "", ""]
    lines += ["@njit(**INLINED)", "def all_attempt(slopes, stages, work, clock, tolerance, unused):", *calls]
    lines += ["    all_measure_error(work, clock, tolerance, unused)", "", "", *rates]
    lines += ["    work[STIFFNESS] = h * h * rise - run * 3.0625"]
    weights = np.array([tsit5.DENSE[p] / (p + 2) for p in range(4)]).sum(axis=0)
    lines += ["", "", "def mean_v(work):"]
    lines += [f"    return work[Y] + work[STEP] * ({_combined(weights, 'work[K{j}]')})"]
    lines += ["", "", "def shape_v(work):", "    h, v0, v1 = work[STEP], work[Y], work[NEW]"]
    lines += [f"    last = {_combined(tsit5.DENSE[3], 'work[K{j}]')}", "    begin, end = h * work[K0], h * work[K6]"]
    lines += ["    middle = (v0 + v1) * 0.5 + (begin - end + h * last) * (1 / 6)"]
    lines += ["    return begin * 0.25 + v0, middle, v1 - end * 0.25"]
    lines += ["", "", "@njit(**INLINED)", "def dense_v(work, lane):", "    h = float(work[STEP + lane])"]
    lines += [f"    k{j} = h * float(work[K{j} + lane])" for j in range(7)]
    lines += [f"    d{p} = {_combined(tsit5.DENSE[p], 'k{j}')}" for p in range(4)]
    return "\n".join([*lines, "    return float(work[Y + lane]), d0, d1, d2, d3"])


def _stage(n: int, weights: np.ndarray, state: str) -> list[str]:
    return [
        f"    work[{state} + {i} * W] = h * ({_combined(weights, f'work[K{{j}} + {i} * W]')}) + work[Y + {i} * W]"
        for i in range(n)
    ]


def _combined(weights: np.ndarray, term: str) -> str:
    """Print a weighted sum, the first two terms apart so that two chains of additions run side by side."""
    used = [(float(w), j) for j, w in enumerate(weights) if w != 0]
    parts = [f"{w!r} * {term.replace('{j}', str(j))}" for w, j in used]
    if len(parts) < 4:
        return " + ".join(parts)
    half = len(parts) // 2
    return f"({' + '.join(parts[:half])}) + ({' + '.join(parts[half:])})"
