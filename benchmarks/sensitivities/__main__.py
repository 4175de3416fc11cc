"""All tools in one run: ``python -m benchmarks.sensitivities [TOOL ...]`` prints a table."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from benchmarks.sensitivities.protocol import ENOUGH
from benchmarks.tools import OURS, ROOT, NotAvailableError, checked, interpreter

TOOLS = (OURS, "heyoka", "myokit", "jaxley", "diffrax")
ROUNDS = 2


def asked(tool: str, duration: float) -> dict:
    """Let a tool measure its settings in a process of its own."""
    name = f"benchmarks.sensitivities.{'ours' if tool == OURS else tool}"
    environment = os.environ | {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false", "OMP_NUM_THREADS": "1"}
    command = [str(interpreter(tool, ROOT / "build" / "bench")), "-m", name, f"{duration:g}"]
    return json.loads(checked(command, 1800, environment).splitlines()[-1])


def main(tools: list[str]) -> None:
    """Print of each tool and method the settings, and the time as a multiple of Loligo's at the same error."""
    Path("build/bench").mkdir(parents=True, exist_ok=True)
    checked([sys.executable, "-m", "benchmarks.sensitivities.ours", "truth"], 600)
    for duration in (100.0, 200.0):
        print(
            f"\n{duration:g} ms\n\n| tool | setting | error | time, ms | plain, ms | with / plain | time / Loligo's |"
        )
        print("| --- | --- | --- | --- | --- | --- | --- |")
        first = None
        for tool in tools:
            try:
                answers = [asked(tool, duration) for _ in range(ROUNDS)]
            except NotAvailableError as error:
                print(f"| {tool} | {error} | | | | | |", flush=True)
                continue
            for rows in zip(*(answer["results"] for answer in answers), strict=True):
                row = rows[0]
                seconds, plain = (min(each[key] for each in rows) for key in ("seconds", "plain"))
                right = row["error"] <= ENOUGH
                if tool == OURS and right:
                    first = seconds
                ratio = f"{seconds / first:.3g}x" if right and first else ""
                print(
                    f"| {tool} {answers[0]['version']} | {row['method']} {row['value']:g} | {row['error']:.1e} "
                    f"| {1e3 * seconds:.3g} | {1e3 * plain:.3g} | {seconds / plain:.2f} | {ratio} |",
                    flush=True,
                )


if __name__ == "__main__":
    main(sys.argv[1:] or list(TOOLS))
