"""All tools in one run: ``python -m benchmarks.features [TOOL ...]`` prints a table."""

from __future__ import annotations

import json
import os
import sys

from benchmarks.cells import row, shown, table
from benchmarks.features.protocol import ENOUGH, NAMES
from benchmarks.tools import OURS, ROOT, NotAvailableError, checked, interpreter

TOOLS = (OURS, "brian2", "neuron", "jaxley", "myokit", OURS)
"""Loligo first and last, so that a slow hour of the machine shows."""

TARGET = 5.0
ONE_THREAD = {
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def asked(tool: str, *words: str) -> str:
    """Let a tool measure its settings in a process of its own; return the last line it printed."""
    name = f"benchmarks.features.{'ours' if tool == OURS else tool}"
    command = [str(interpreter(tool, ROOT / "build" / "bench")), "-m", name, *words]
    printed = checked(command, 3600, os.environ | ONE_THREAD).splitlines()
    return printed[-1] if printed else ""


def microseconds(result: dict) -> float:
    """Return the processor time of an axon with its features [µs]."""
    return 1e6 * (result["seconds"] + result["features"]) / result["members"]


def main(tools: list[str]) -> None:
    """Print the settings of each tool, and the time of an axon as a multiple of Loligo's."""
    asked(OURS, "truth")
    rows, samples, first = [], [], None
    for tool in tools:
        try:
            answer = json.loads(asked(tool))
        except NotAvailableError as error:
            rows.append(row(tool, error, *[""] * 7))
            continue
        for found in answer["results"]:
            right = found["error"] is not None and found["error"] <= ENOUGH
            cost = microseconds(found)
            if tool == OURS and first is None:
                first = cost
            ratio = f"{cost / first:.3g}x" if right and first else ""
            met = (
                "" if tool == OURS or not ratio else f">= {TARGET:g}x: {'met' if cost >= TARGET * first else 'missed'}"
            )
            name, members = f"{tool} {answer['version']}", f"{found['members']:,}"
            rows.append(
                row(
                    name,
                    f"{found['method']} {found['value']:g}",
                    shown(found["error"]),
                    f"{found['wrong']}",
                    members,
                    f"{found['seconds']:.3g}",
                    f"{found['features']:.2g}" if found["features"] else "within",
                    f"{cost:.4g}",
                    ratio,
                    met,
                )
            )
            samples.append(row(name, f"{found['value']:g}", *(f"{one:.5g}" for one in found["sample"])))
    heads = ("tool", "setting", "error, ms", "wrong counts", "axons", "runs, s", "features, s", "µs an axon")
    print("\n".join(table((*heads, "time / Loligo's", "target"), rows)))
    print("\n".join(table(("at 10 µA/cm²", "setting", *NAMES), samples)))


if __name__ == "__main__":
    main(sys.argv[1:] or list(TOOLS))
