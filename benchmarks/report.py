"""The table: from the raw numbers of one run to ``docs/benchmarks.md``."""

from __future__ import annotations

from itertools import groupby
from statistics import median
from textwrap import wrap
from typing import TYPE_CHECKING

from benchmarks.cells import milliseconds, row, setting, shown, table, verdict
from benchmarks.population.report import QUESTION, TITLE, population
from benchmarks.protocol import ALLOWED_ERROR
from benchmarks.tools import OURS, PEERS, command

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLES = {
    "simulate": "One run: 500 ms of firing at 10 µA/cm²",
    "threshold": "Threshold of a long step",
    "population": TITLE,
    "fresh": "A fresh process",
    "accuracy": "Accuracy",
    "memory": "Memory",
    "dynamics": "Dynamics",
    "fits": "Fits under voltage clamp",
    "lab": "The lab in a browser",
}
QUESTIONS = {
    "simulate": """
        The squid membrane at exact rest, 10 µA/cm² from t = 0: 35 spikes (upward crossings of 50 mV). The
        error of a setting is the largest |spike time - truth|; the truth is DOP853 at 1e-13 with Brent's
        method on its dense output, computed in the same run. Each tool is shown at its fastest setting
        whose error is at most 1e-3 ms and stays so at every finer setting. The time is the median of
        repeated runs in a running process, already compiled; resetting the state and locating spikes on a
        recorded trace are not counted. Loligo's time is a whole `lo.simulate`; all
        tools take two rounds in turn and the faster counts.""",
    "threshold": """
        The lowest amplitude of a step from 20 to 180 ms that makes a spike within 240 ms, to 1e-3 µA/cm².
        The other tools halve [0, 10] 14 times, each at its fastest setting that finds 2.240946 within 1e-3
        and does so at every finer setting; only the runs are counted. Loligo's time is a whole
        `lo.threshold`: about a third of it verifies the answer: runs with a tighter tolerance
        at both ends of the bracket, a longer wait for a late spike, and whether v is only pushed.""",
    "population": QUESTION,
    "fresh": """
        From the start of Python to a saved figure: `HH_Step(do_plot=True)` against a script that only
        imports numba and matplotlib, calls one function from numba's cache and draws the same three panels;
        in turn, with warm caches. The first process has an empty cache folder (`LOLIGO_CACHE_DIR`).""",
    "accuracy": """
        Worst spike-time errors over 100 ms against figures with 12 or more digits (`benchmarks/truth.py`),
        and the threshold of the step above. How far random runs were off, and what the step control costs, each with
        its command, is described in [tolerance.md](tolerance.md).""",
    "memory": """
        Resident memory before and after 1,000 `lo.simulate` of 100 ms in a row, after a warm-up of 100.""",
    "dynamics": """
        The squid's bifurcations over the constant current against figures of independent methods (integration in
        quadruple precision, AUTO-07p), the leak rule (another reversal potential of the leak moves every
        bifurcation by the leak's own current, whatever the membrane), and how long it takes: medians of three
        rounds in a running process, already compiled.

        `fi_curve` measures three branches and the bifurcation diagram under them, at the default tolerance of 1e-6.
        An earlier version, which ran each current for 500 ms at a tolerance of 1e-4, up and down, took 0.8 s, but
        reported slow firing, bursts and runs from an unstable rest as silent. The diagram takes about 2 s of this.
        Without it (`cycles=False`) a branch takes 1.2 to 1.5 times as long as one of fixed runs at the same tolerance:
        a run is evaluated again for the states after each cycle.""",
    "fits": """
        Nine parameters of a hERG channel from 79,600 samples under a sinusoidal command (Beattie and others 2018),
        bounds as wide as 1e-7 to 1000 per ms: three sets of 30 starts, each start on one thread. Errors are root mean
        squares over the range of the current; the lowest known value is 7.302375e-3 (cell 1: 7.527107e-3).
        Clerx and others (2019) publish 201 s and 10,573 evaluations a run, 79 % of runs within 1 % of the best, on
        another machine.""",
    "lab": """
        The page of `loligo lab --export`, opened as a file in headless Chromium without a graphics card. The time of a
        slider runs from its event to the first task after the frame was painted: 200 ms of the squid simulated, and v,
        gates, currents and stimulus drawn with 2,000 points each; waiting for the frame is part of it. Spike times are
        compared under a step of each model's own amplitude from 20 to 180 of 200 ms. The longest task is that of 20
        moves of the first slider in the full view, with Chromium's processor slowed down. Accessibility: axe-core,
        rules of WCAG 2.1 A and AA, both views in both themes.""",
}
UNITS = {"simulate": "ms", "threshold": "µA/cm²"}
WIDTH = 118
WARM_TARGET = 1.3
FIRST_TARGET = 8.0
FLAT = 1.0
"""Growth of resident memory that still counts as flat, MiB over 1,000 runs."""


def chosen(job: str, results: Sequence[dict]) -> dict | None:
    """Return the fastest setting that is right, as are all finer ones of its method, or None."""
    right = []
    for _, method in groupby(results, key=lambda result: result["method"]):
        for result in reversed(list(method)):
            if result["error"] is None or result["error"] > ALLOWED_ERROR[job]:
                break
            right.append(result)
    return min(right, key=lambda result: result["seconds"], default=None)


def best_row(job: str, tool: str, answer: dict, ours: dict | None) -> str:
    """Return the line of one tool in a comparison, or of one method of it."""
    repeat = f"`{command(tool, job)}`"
    if "reason" in answer:
        return row(tool, f"not available: {answer['reason']}", "", "", "", "", repeat)
    name = f"{tool} {answer['version']}"
    best = chosen(job, answer["results"])
    if best is None:
        counted = [result for result in answer["results"] if result["error"] is not None]
        closest = min(counted or answer["results"], key=lambda result: result["error"] or 0.0)
        found = f"never right; closest: {setting(closest)}"
        return row(name, found, shown(closest["error"]), milliseconds(closest["seconds"]), "", "", repeat)
    ratio = best["seconds"] / ours["seconds"] if ours else None
    wanted = PEERS[tool].targets.get(job) if tool in PEERS else None
    target = verdict(f">= {wanted:g}x", met=ratio >= wanted) if ratio and wanted else ""
    times = f"{ratio:.3g}x" if ratio else ""
    return row(name, setting(best), shown(best["error"]), milliseconds(best["seconds"]), times, target, repeat)


def best_rows(job: str, answers: dict[str, dict]) -> list[str]:
    """Return one line for every other tool and one for every method of ours, all against our fastest."""
    ours = chosen(job, answers.get(OURS, {}).get("results", []))
    rows = []
    for tool, answer in answers.items():
        split = [answer]
        if tool == OURS and "results" in answer:
            methods = groupby(answer["results"], key=lambda result: result["method"])
            split = [answer | {"results": list(results)} for _, results in methods]
        rows += [best_row(job, tool, part, ours) for part in split]
    return rows


def opening(job: str) -> list[str]:
    """Return the title and the question of one section."""
    return [
        f"## {TITLES[job]}",
        "",
        *wrap(" ".join(QUESTIONS[job].split()), WIDTH, break_on_hyphens=False),
        "",
    ]


def comparison(job: str, answers: dict[str, dict]) -> list[str]:
    """Return the section of a job done by all tools: who is right how fast, then every setting tried."""
    error = f"error, {UNITS[job]}"
    heads = ("tool", "setting", error, "time, ms", "time / Loligo's", "target", "command")
    tried = [
        (tool, setting(r), shown(r["error"]), milliseconds(r["seconds"]), r["repeats"])
        for tool, answer in answers.items()
        for r in answer.get("results", [])
    ]
    return [
        *opening(job),
        *table(heads, best_rows(job, answers)),
        "Every setting that was tried, by the same commands:",
        "",
        *table(("tool", "setting", error, "time, ms", "repeats"), [row(*cells) for cells in tried]),
    ]


def fresh(answer: dict) -> list[str]:
    """Return the section on whole processes."""
    ours, least = answer["fresh"], answer["baseline"]
    ratio = median(a / b for a, b in zip(ours, least, strict=True))
    first = max(answer["first"])
    warm = verdict(f"<= {WARM_TARGET}", met=ratio <= WARM_TARGET)
    cold = verdict(f"<= {FIRST_TARGET:g} s", met=first <= FIRST_TARGET)
    one = "python -m benchmarks.fresh FILE.png"
    rows = [
        row("warm", f"{median(ours):.2f} s", "", f"`{one}`"),
        row("warm, the baseline", f"{median(least):.2f} s", "", "`python -m benchmarks.baseline FILE.png`"),
        row(f"ratio, median of {len(ours)} pairs", f"{ratio:.2f}", warm, "`python -m benchmarks --jobs fresh`"),
        row(
            f"first, slowest of {len(answer['first'])}",
            f"{first:.2f} s",
            cold,
            f"`LOLIGO_CACHE_DIR=$(mktemp -d) {one}`",
        ),
    ]
    return table(("process", "measured", "target", "command"), rows)


def own(job: str, answer: dict) -> list[str]:
    """Return the table of a job that only Loligo does."""
    rows = []
    for figure in answer["results"]:
        value = "wrong count" if figure["value"] is None else f"{figure['value']:.3g} {figure['unit']}"
        target = verdict(f"flat (<= {FLAT:g} MiB)", met=figure["value"] <= FLAT) if job == "memory" else ""
        if "most" in figure:
            target = verdict(f"<= {figure['most']:g} {figure['unit']}".strip(), met=figure["value"] <= figure["most"])
        rows.append(row(figure["name"], value.strip(), target, f"`{command(OURS, job)}`"))
    return table(("figure", "measured", "target", "command"), rows)


def alone(job: str, answer: dict) -> list[str]:
    """Return the section of a job that has no peers."""
    if "reason" in answer:
        return [*opening(job), f"Not available: {answer['reason']}", ""]
    return [*opening(job), *(fresh(answer) if job == "fresh" else own(job, answer))]


def markdown(results: dict) -> str:
    """Return the whole page."""
    known = results["machine"] | results["versions"]
    where = ", ".join(f"{name} {value}" for name, value in known.items())
    about = f"""Written by one run of `python -m benchmarks` (`make bench`) on {results["date"]}, every
        tool in its own environment on the same machine: {where}. Commands run in the project's root."""
    lines = ["# Benchmarks", "", *wrap(" ".join(about.split()), WIDTH), ""]
    for job, answers in results["jobs"].items():
        if job == "population":
            lines += [*opening(job), *population(answers)]
        else:
            lines += comparison(job, answers) if job in UNITS else alone(job, answers[OURS])
    return "\n".join(lines).rstrip() + "\n"
