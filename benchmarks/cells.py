"""Lines of Markdown tables and how figures are written in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def row(*cells: object) -> str:
    """Return one line of a Markdown table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def table(heads: Sequence[str], rows: Iterable[str]) -> list[str]:
    """Return a Markdown table as lines, with an empty line after it."""
    return [row(*heads), row(*["---"] * len(heads)), *rows, ""]


def milliseconds(seconds: float) -> str:
    """Return a duration in ms with three figures."""
    return f"{seconds * 1e3:.3g}" if seconds < 1 else f"{seconds * 1e3:.0f}"


def shown(error: float | None) -> str:
    """Return an error, or that the spikes were not even as many."""
    return "wrong count" if error is None else f"{error:.1e}"


def verdict(target: str, *, met: bool) -> str:
    """Return a target and whether it is met."""
    return f"{target}: {'met' if met else 'missed'}"


def setting(result: dict) -> str:
    """Return a setting as its method and value."""
    unit = " ms" if result["method"].endswith("time step") else ""
    return f"{result['method']} {result['value']:g}{unit}"
