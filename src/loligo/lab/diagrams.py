"""Bifurcation diagrams over the current for the page: computed once, then stored next to compiled code.

A built wheel contains those of the published membranes (``static/diagrams.json``). All others are computed when they
are first needed, within a time limit: if limit cycles take longer, the page shows only equilibria.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import time
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from loligo._errors import LoligoError
from loligo._files import write_whole
from loligo._progress import Progress, Report
from loligo.dynamics import bifurcation
from loligo.dynamics.known_digits import known
from loligo.kernel import cache_folder, structure_of
from loligo.kernel.folders import cache_root

if TYPE_CHECKING:
    from loligo.dynamics import Diagram
    from loligo.membrane import Membrane

SHIPPED: Final = Path(__file__).parent / "static" / "diagrams.json"
CYCLES_LIMIT_S: Final = 30.0  # s: time limit for the limit cycles of one membrane
MOST_POINTS: Final = 200  # largest number of points of one branch
_FORMAT: Final = 2  # version of stored diagrams; increase it to recompute all of them


class _TooLong(Exception):  # noqa: N818
    """The time limit has passed; raised by the progress callable, since the analysis can be ended only there."""


def diagram(
    membrane: Membrane,
    span: tuple[float, float],
    *,
    progress: Progress = None,
    patience: float = CYCLES_LIMIT_S,
) -> dict[str, Any] | None:
    """Return the bifurcation diagram of a membrane over the current, in the form that the page needs.

    Parameters
    ----------
    membrane : Membrane
        Membrane, with the initial values of the page.
    span : (float, float)
        Range of the current [µA/cm²].
    progress : bool or callable, optional
        As for `loligo.bifurcation`, if the diagram must be computed.
    patience : float
        Time limit for following limit cycles [s]; 0 for equilibria alone.

    Returns
    -------
    dict or None
        ``equilibria``, ``cycles`` and ``points``: see ``Diagram`` in ``web/src/model/model.ts``. None for a membrane
        whose equilibria cannot be followed.
    """
    key = diagram_key(membrane, span)
    kept = _shipped().get(key) or (_read(_file(key)) if cache_root().trusted else None)
    if kept is not None:
        return kept or None
    made = _computed(membrane, span, progress, patience)
    if cache_root().trusted:
        with contextlib.suppress(OSError):  # a cache that cannot be written only costs time
            _file(key).parent.mkdir(parents=True, exist_ok=True)
            write_whole(_file(key), json.dumps(made or {}).encode())
    return made


def diagram_key(membrane: Membrane, span: tuple[float, float]) -> str:
    """Return a key for the diagram of these equations with these values."""
    from loligo._version import __version__

    values = [membrane.parameters[name].value for name in membrane.parameters]
    words = [_FORMAT, __version__, structure_of(membrane).digest, values, list(span)]
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()[:20]


def _file(key: str) -> Path:
    return cache_folder() / "lab" / f"{key}.json"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    whole = isinstance(read, dict) and (not read or set(read) == {"equilibria", "cycles", "points"})
    return read if whole else None


@lru_cache(maxsize=1)
def _shipped() -> dict[str, Any]:
    try:
        read = json.loads(SHIPPED.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _computed(
    membrane: Membrane, span: tuple[float, float], progress: Progress, patience: float
) -> dict[str, Any] | None:
    end = time.monotonic() + patience
    if patience > 0:
        with contextlib.suppress(_TooLong, LoligoError, ArithmeticError), Report(progress) as report:

            def reported(text: str, fraction: float) -> None:
                report(text, fraction)
                if time.monotonic() > end:
                    raise _TooLong

            return _arrays(bifurcation(membrane, "I", span, progress=reported))
    with contextlib.suppress(LoligoError, ArithmeticError):
        return _arrays(bifurcation(membrane, "I", span, cycles=False))
    return None


def _arrays(found: Diagram) -> dict[str, Any]:
    equilibria, cycles = [], []
    for branch in found.branches:
        kept = _kept(branch.stable.tolist(), branch.marks)
        finite = [k for k in kept if math.isfinite(branch.v_min[k]) and math.isfinite(branch.v_max[k])]
        if branch.kind == "cycles":
            finite = [k for k in finite if math.isfinite(branch.periods[k])]
        columns: dict[str, Any] = {
            "I": _short(branch.values[finite]),
            "low": _short(branch.v_min[finite]),
            "high": _short(branch.v_max[finite]),
            "stable": branch.stable[finite].tolist(),
        }
        if branch.kind == "cycles":
            cycles.append({**columns, "period": _short(branch.periods[finite])})
        else:
            equilibria.append(columns)
    values = [_digits(known(point.value, point.error), 8) for point in found.points]
    points = [
        {"kind": point.kind, "value": value, "v": _digits(point.v_max, 6)}
        for point, value in zip(found.points, values, strict=True)
    ]
    return {"equilibria": equilibria, "cycles": cycles, "points": points}


def _kept(stable: list[bool], marks: tuple[str, ...]) -> list[int]:
    """Return the indices of points to draw: not too many, with special points and both sides of stability changes."""
    count = len(stable)
    stride = max(1, math.ceil(count / MOST_POINTS))
    special = {k for k in range(count) if marks[k]} | {0, count - 1}
    special |= {j for k in range(1, count) if stable[k] != stable[k - 1] for j in (k - 1, k)}
    return [k for k in range(count) if k % stride == 0 or k in special]


def _short(values: Iterable[float]) -> list[float]:
    return [_digits(float(value), 5) for value in values]


def _digits(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")
