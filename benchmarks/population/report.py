"""The section on populations: what each tool computes in a second, and by how much ours is to be faster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.cells import row, setting, shown, table, verdict
from benchmarks.population.protocol import (
    BESIDE,
    CLAMP,
    DOUBLE,
    JOB,
    MANY,
    MEMBERS,
    ONE_THREAD,
    SINGLE,
    SIZES,
    STORED,
    STORED_MANY,
    size_of,
)
from benchmarks.protocol import ALLOWED_ERROR
from benchmarks.tools import OURS, PEERS, command

TITLE = "A population: 4,096 axons for 200 ms"
QUESTION = """
    4,096 squid membranes at exact rest, each with a constant current from t = 0, 0 to 20 µA/cm² in equal steps; 200 ms,
    spikes counted, on all cores. A setting is right when the 14 spikes of an axon at 10 µA/cm² are within 0.01 ms of
    the truth, and so at every finer setting; the coarsest right one of each method is timed, compiled and warm: the
    median and the fastest of repeated runs, the better of two rounds. Speed is simulated time of all axons by time
    passed, from the median, in s/s. Wrong counts are members with another number of spikes than the true one, of
    43,491 in all; they are reported but not required, except where stated. A slow tool runs fewer, evenly chosen
    members, and its speed is per member. Loligo's time is a whole `Population.run`, to the table; its settings of as
    many axons run in turn, since they are compared with one another."""

GENERAL = ("brian2", "jaxley", "brainpy", "neuron", "diffrax")
GENERAL_TARGET = 18.0
HEYOKA_TARGET = 3.5
C_TARGET = 1.8
C_TOLERANCE = 1e-4
SINGLE_TARGET = 1.8
THREADS_TARGET = 1.8
STORE_TARGET = 25.0

Answers = Mapping[str, dict]


def speed(result: dict) -> float:
    """Return simulated neuron-seconds per second."""
    return result["members"] * CLAMP.duration * 1e-3 / result["seconds"]


def right(results: Sequence[dict]) -> list[dict]:
    """Return the settings that were timed and are right."""
    return [
        result
        for result in results
        if result["seconds"] and result["error"] is not None and result["error"] <= ALLOWED_ERROR[JOB]
    ]


def best(answers: Answers, tools: Sequence[str], word: str = "") -> tuple[str, dict] | None:
    """Return the fastest right setting of some tools, and whose it is; its method's name has ``word`` in it."""
    found = [
        (tool, result)
        for tool in tools
        for result in right(answers.get(tool, {}).get("results", []))
        if word in result["method"] and (tool != OURS or result["method"] in {DOUBLE, SINGLE})
    ]
    return max(found, key=lambda pair: speed(pair[1]), default=None)


def own(answers: Answers, method: str, tolerance: float) -> dict | None:
    """Return one of our own timed settings."""
    for result in answers.get(OURS, {}).get("results", []):
        if (result["method"], result["value"]) == (method, tolerance) and result["seconds"]:
            return result
    return None


def members(result: dict) -> str:
    """Return how many axons ran, and whether they stand for more."""
    return f"{result['members']:,}" + (" (scaled)" if result["members"] < MEMBERS else "")


def wrong(result: dict) -> str:
    """Return how many members have a wrong count."""
    return "" if result["wrong"] is None else str(result["wrong"])


def seconds(duration: float | None) -> str:
    """Return a duration in s with three figures, or nothing."""
    return "" if duration is None else f"{duration:.3g}"


def tool_row(answers: Answers, tool: str) -> str:
    """Return the line of one tool's fastest right setting."""
    answer, repeat = answers[tool], f"`{command(tool, JOB)}`"
    if "reason" in answer:
        return row(tool, f"not available: {answer['reason']}", *[""] * 6, repeat)
    name = f"{tool} {answer['version']}"
    chosen = best(answers, [tool], "double" if tool == OURS else "")
    if chosen is None:
        return row(name, "never right", *[""] * 6, repeat)
    result, ours = chosen[1], best(answers, [OURS], "double")
    ratio = f"{speed(ours[1]) / speed(result):.3g}x" if ours else ""
    timed = f"{seconds(result['seconds'])} ({seconds(result['fastest'])})"
    figures = (shown(result["error"]), members(result), wrong(result), timed, f"{speed(result):.0f}", ratio)
    return row(name, setting(result), *figures, repeat)


def ratio_row(name: str, pair: tuple[dict | None, dict | None], target: float = 0.0, *, exact: bool = False) -> str:
    """Return the line of one ratio of speeds; ``exact`` asks for all counts of the first to be right."""
    fast, slow = pair
    if fast is None or slow is None:
        return row(name, "not available", "")
    ratio = speed(fast) / speed(slow)
    met = ratio >= target and not (exact and fast["wrong"])
    counts = " with all counts right" if exact else ""
    return row(name, f"{ratio:.3g}x", verdict(f">= {target:g}x{counts}", met=met) if target else "")


def ratio_rows(answers: Answers) -> Iterator[str]:
    """Yield the lines of what is to be so many times as fast as something else."""
    ours = best(answers, [OURS], "double")
    mine = ours[1] if ours else None
    single = best(answers, [OURS], "single")
    for kind, taken, word, target in (
        ("double", mine, "", GENERAL_TARGET),
        ("double", mine, "double", 0.0),
        ("single", single[1] if single else None, "", 0.0),
    ):
        fastest = best(answers, GENERAL, word)
        alike = f" in {word} precision" if word else ""
        whose = f" ({fastest[0]}, {setting(fastest[1])})" if fastest else ""
        yield ratio_row(
            f"{kind} precision / best of {', '.join(GENERAL)}{alike}{whose}",
            (taken, fastest[1] if fastest else None),
            target,
        )
    heyoka, loop = best(answers, ["heyoka"]), best(answers, ["c"])
    yield ratio_row("double precision / heyoka", (mine, heyoka[1] if heyoka else None), HEYOKA_TARGET)
    exact = own(answers, DOUBLE, C_TOLERANCE)
    name = f"double precision, tolerance {C_TOLERANCE:g} / loop in C"
    yield ratio_row(name, (exact, loop[1] if loop else None), C_TARGET, exact=True)
    pair = own(answers, SINGLE, BESIDE), own(answers, DOUBLE, BESIDE)
    yield ratio_row(f"single / double precision, tolerance {BESIDE:g}", pair, SINGLE_TARGET)
    pair = own(answers, DOUBLE, BESIDE), own(answers, ONE_THREAD, BESIDE)
    yield ratio_row("all threads / one", pair, THREADS_TARGET)


def cost_rows(answers: Answers) -> Iterator[str]:
    """Yield the lines of what our own extras and sizes cost."""
    plain = own(answers, DOUBLE, BESIDE)
    of_many = own(answers, size_of(MANY), BESIDE)
    for bare, stored in ((plain, own(answers, STORED, BESIDE)), (of_many, own(answers, STORED_MANY, BESIDE))):
        if bare and stored:
            extra = (stored["seconds"] / bare["seconds"] - 1) * 100
            name = f"all features and a store, on top, {stored['members']:,} axons"
            yield row(name, f"{extra:.3g} %", verdict(f"<= {STORE_TARGET:g} %", met=extra <= STORE_TARGET))
    for result in (plain, *(own(answers, size_of(size), BESIDE) for size in SIZES)):
        if result:
            cost = result["seconds"] / result["members"] * 1e6
            yield row(f"time of a member, of {result['members']:,}", f"{cost:.3g} µs", "")


def tried_rows(answers: Answers) -> Iterator[str]:
    """Yield a line for every setting of every tool."""
    for tool, answer in answers.items():
        for result in answer.get("results", []):
            timed = (members(result), wrong(result)) if result["seconds"] else ("", "")
            times = seconds(result["seconds"]), seconds(result["fastest"])
            rate = f"{speed(result):.0f}" if result["seconds"] else ""
            count = result["repeats"] or ""
            yield row(tool, setting(result), shown(result["error"]), *timed, *times, rate, count)


def population(answers: Answers) -> list[str]:
    """Return the tables of the section."""
    heads = ("tool", "setting", "error, ms", "axons", "wrong counts", "time, s: median (fastest)", "speed, s/s")
    order = [tool for tool in (OURS, *PEERS) if tool in answers]
    rows = [tool_row(answers, tool) for tool in order]
    tried = (
        "tool",
        "setting",
        "error, ms",
        "axons",
        "wrong counts",
        "median, s",
        "fastest, s",
        "speed, s/s",
        "repeats",
    )
    return [
        *table((*heads, "Loligo's speed / its", "command"), rows),
        *table(("speed, and cost", "measured", "target"), [*ratio_rows(answers), *cost_rows(answers)]),
        "Every setting that was tried, by the same commands; without a time where it was not the one to be timed:",
        "",
        *table(tried, tried_rows(answers)),
    ]
