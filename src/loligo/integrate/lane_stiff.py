"""The source of a step of Rodas5P for many neurons at once, traced on vectors of lanes.

The stages need the membrane's Jacobian and are compiled with the membrane; what comes before and after is compiled once
for a number of variables.

The matrix of a step is ``1/(h gamma) - J``. Only entries that are not zero by structure are computed with: gates know v
but not one another, so elimination that takes v last costs a few operations for each variable, not their cube. There is
no pivoting: where a pivot vanishes the step's error is not a number, and the step is tried again with another length.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from loligo.integrate import rodas5p

GAMMA: Final = 0.21193756319429014
STAGES: Final = 8
ROWS: Final = {"RATE": 1, "PARTS": STAGES}  # the stimulus' own slope; the stages' part of v, for the dense output
CHECKED: Final = (0.42,)  # places of a step at which the dense output is checked
CHECK_WEIGHT: Final = 1.2  # of the error found there, against that of the end
NODES: Final = (*(float(c) for c in rodas5p.TIMES[1:]), *CHECKED)
STIFF: Final = 20.0  # step times rate of a variable: below, the error of the end bounds that of the dense output


def stages_source(variables: int) -> str:
    """Return the source of the ``stages`` of a step, which are traced: to the new state, and the error in the rows K1.

    The dense output of a stiff variable that decays, or follows what drives it, may be some 10^4 times further off than
    the ends of the step. So where a variable is stiff, the defect of the dense output is taken inside the step: what
    the equations and the polynomial differ by there, times the inverse of the step's matrix, is the error in the rows
    K4.

    Parameters
    ----------
    variables : int
        Rows of the state.
    """
    n = variables
    lines = [_ELIMINATION, "", "", "def stages(work, unused, unused_too, unused_as_well):"]
    lines += ["    h = greatest(work[STEP], 1e-30)", "    per_h = 1.0 / h", f"    shift = per_h * {1 / GAMMA!r}"]
    lines += ["    entries = jacobian(work, work.after(Y))", "    factors = factorised(entries, shift)"]
    lines += ["    work[K6] = work[DRIVE] + 1.0", "    slopes(work, work.after(K6), work.after(Y), work.after(K1))"]
    lines += [f"    in_time = [(work[K1 + i * W] - work[K0 + i * W]) * work[RATE] * h for i in range({n})]"]
    lines += ["    parts = []"]
    for stage in range(STAGES):
        if stage == 0:
            lines += [f"    right = [work[K0 + i * W] for i in range({n})]"]
        else:
            state = _combined(rodas5p.A[stage, :stage], "parts[{j}][i]")
            lines += [f"    for i in range({n}):", f"        work[STAGE + i * W] = {state} + work[Y + i * W]"]
            lines += [f"    slopes(work, work.after(DRIVE + {stage} * W), work.after(STAGE), work.after(K1))"]
            coupling = _combined(rodas5p.C[stage, :stage], "parts[{j}][i]")
            lines += [f"    right = [({coupling}) * per_h + work[K1 + i * W] for i in range({n})]"]
        weight = float(rodas5p.TIME_SLOPES[stage])
        if weight:
            lines += [f"    right = [in_time[i] * {weight!r} + right[i] for i in range({n})]"]
        lines += ["    parts.append(solved(factors, right))", f"    work[PARTS + {stage} * W] = parts[{stage}][0]"]
    lines += [f"    for i in range({n}):"]
    lines += [f"        work[NEW + i * W] = work[STAGE + i * W] + parts[{STAGES - 1}][i]"]
    lines += [f"        work[K1 + i * W] = parts[{STAGES - 1}][i]", "        work[K4 + i * W] = h.constant(0.0)"]
    lines += ["    stiff = h < 0.0", "    for i, row in enumerate(entries):", "        if row[i] is not None:"]
    lines += [f"            stiff = stiff | (abs(row[i]) * h > {STIFF!r})", "    with where_any(stiff):"]
    for k, place in enumerate(CHECKED):
        lines += ["        fall = []", f"        for i in range({n}):"]
        lines += [f"            c{p} = {_combined(rodas5p.DENSE[p], 'parts[{j}][i]')}" for p in range(3)]
        lines += ["            change = work[NEW + i * W] - work[Y + i * W]"]
        value = f"((c2 * {place!r} + c1) * {place!r} + c0) * {1 - place!r} + change"
        lines += [f"            work[STAGE + i * W] = ({value}) * {place!r} + work[Y + i * W]"]
        weights = (1 - 2 * place, 2 * place - 3 * place**2, 3 * place**2 - 4 * place**3)
        slope = " + ".join(f"c{p} * {weight!r}" for p, weight in enumerate(weights))
        lines += [f"            fall.append(({slope} + change) * per_h)"]
        lines += [f"        slopes(work, work.after(DRIVE + {STAGES + k} * W), work.after(STAGE), work.after(K5))"]
        lines += [f"        right = [work[K5 + i * W] - fall[i] for i in range({n})]"]
        lines += ["        for i, value in enumerate(solved(factors, right)):"]
        worst = "value" if k == 0 else "greatest(abs(value), abs(work[K4 + i * W]))"
        lines += [f"            work[K4 + i * W] = select(stiff, {worst}, 0.0)"]
    return "\n".join(lines)


def stiff_source(variables: int) -> str:
    """Return the source of ``mean_v`` and ``shape_v``, traced, and of ``all_attempt`` and ``dense_v``, compiled.

    Parameters
    ----------
    variables : int
        Rows of the state.
    """
    lines = [
        "def measure_error(work, clock, tolerance, unused):",
        "    error = 0.0",
        f"    for i in range({variables}):",
    ]
    lines += ["        scale = scale_of(i, work)", "        part = work[K1 + i * W] * scale"]
    lines += ["        error = part * part + error", f"        part = work[K4 + i * W] * scale * {CHECK_WEIGHT!r}"]
    lines += ["        error = part * part + error", "    work[ERROR] = error * tolerance"]
    lines += [f"    c{p} = {_combined(rodas5p.DENSE[p], 'work[PARTS + {j} * W]')}" for p in range(3)]
    lines += ["    work[FALL] = (work[NEW] - work[Y] - c0 - c1 - c2) / greatest(work[STEP], 1e-30)"]
    lines += ["", "", "all_measure_error = over_lanes(measure_error, W, REGISTER)", "", ""]
    lines += ["@njit(**INLINED)", "def all_attempt(slopes, stages, work, clock, tolerance, unused):"]
    lines += ["    called(stages, (work, work, work, work))"]
    lines += [
        f"    called(slopes, (work, shifted(work, DRIVE + {STAGES - 1} * W), shifted(work, NEW), shifted(work, K6)))"
    ]
    lines += ["    all_measure_error(work, clock, tolerance, unused)"]
    lines += ["", "", "def watch_stiffness(work, clock, unused, unused_too):"]
    lines += ["    work[STIFFNESS] = work[STEP].constant(-1.0)"]
    lines += ["", "", "def mean_v(work):"]
    lines += [f"    c{p} = {_combined(rodas5p.DENSE[p], 'work[PARTS + {j} * W]')}" for p in range(3)]
    lines += ["    return (work[Y] + work[NEW]) * 0.5 + c0 * (1 / 6) + c1 * (1 / 12) + c2 * (1 / 20)"]
    lines += ["", "", "def shape_v(work):", "    v0, v1 = work[Y], work[NEW]", "    change = v1 - v0"]
    lines += [f"    c{p} = {_combined(rodas5p.DENSE[p], 'work[PARTS + {j} * W]')}" for p in range(3)]
    lines += ["    middle = (change + c0) * 0.5 + (c1 - c0) * (1 / 6) + v0"]
    lines += ["    return (change + c0) * 0.25 + v0, middle, v1 - (change - c0 - c1 - c2) * 0.25"]
    lines += [
        "",
        "",
        "@njit(**INLINED)",
        "def dense_v(work, lane):",
        "    v0, v1 = float(work[Y + lane]), float(work[NEW + lane])",
    ]
    lines += [f"    c{p} = {_combined(rodas5p.DENSE[p], 'float(work[PARTS + {j} * W + lane])')}" for p in range(3)]
    return "\n".join([*lines, "    return v0, v1 - v0 + c0, c1 - c0, c2 - c1, -c2"])


def _combined(weights: np.ndarray, term: str) -> str:
    return " + ".join(f"{float(w)!r} * {term.replace('{j}', str(j))}" for j, w in enumerate(weights) if w != 0)


_ELIMINATION = '''def factorised(jacobian, shift):
    """Eliminate, the last variable first and v last; return multipliers, the rows that are left, and inverse pivots."""
    n = len(jacobian)
    # an entry that is not finite, such as that of a root at 0 where a step ended, is left out
    rows = [[None if entry is None else select(abs(entry) < 3e38, -entry, 0.0) for entry in row] for row in jacobian]
    for i in range(n):
        rows[i][i] = shift if rows[i][i] is None else rows[i][i] + shift
    inverse, multipliers = [None] * n, []
    for k in range(n - 1, -1, -1):
        inverse[k] = 1.0 / rows[k][k]
        for i in range(k):
            if rows[i][k] is None:
                continue
            factor = rows[i][k] * inverse[k]
            multipliers.append((i, k, factor))
            for j in range(k):
                if rows[k][j] is not None:
                    change = factor * rows[k][j]
                    rows[i][j] = -change if rows[i][j] is None else rows[i][j] - change
    return rows, inverse, multipliers


def solved(factors, right):
    """Solve for one right-hand side."""
    rows, inverse, multipliers = factors
    right = list(right)
    for i, k, factor in multipliers:
        right[i] = right[i] - factor * right[k]
    solution = [None] * len(rows)
    for i in range(len(rows)):
        value = right[i]
        for j in range(i):
            if rows[i][j] is not None:
                value = value - rows[i][j] * solution[j]
        solution[i] = value * inverse[i]
    return solution'''
