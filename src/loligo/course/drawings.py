"""The figures of the exercise, drawn from runs of the neuron at the amplitudes that were found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, LogLocator, NullLocator

from loligo.course.digits import apart, plain
from loligo.course.protocol import RAMP, STEP, STEP_DURATION, TOLERANCE
from loligo.course.ramps import RampPoint, SlowRamp, ramp_of
from loligo.course.rebound import EXPERIMENTS, Rebound, counterfactual, response_to
from loligo.figures import colour
from loligo.figures.palette import BLACK, GREY, SKY, VERMILION
from loligo.simulation import simulate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from loligo.course.exercise import ExerciseAnswers
    from loligo.course.firing import Lowest
    from loligo.course.steps import MoreSodium, OneSpike, Repetitive
    from loligo.membrane import Membrane
    from loligo.recording import Recording

V_LABEL: Final = "v [mV]"
T_LABEL: Final = "t [ms]"
I_LABEL: Final = "I [µA/cm²]"
WIDTH: Final = 8.0  # width of a figure [inches]
SHOWN_MS: Final = 20.0  # ms shown before and after the end of the ramp and the spike


def draw(answers: ExerciseAnswers) -> dict[str, tuple[Figure, str]]:
    """Return figure and caption for each question with a figure, by the number of the question."""
    membrane = answers.membrane
    drawn: dict[str, tuple[Figure, str] | None] = {
        "3.1.1": _one_spike(membrane, answers.one_spike),
        "3.1.2": _repetitive(membrane, answers.repetitive, answers.one_spike),
        "3.1.3": _rebound(membrane, answers.rebound),
        "3.2.1": _slow_ramp(membrane, answers.slow_ramp),
        "3.3.1": _more_sodium(membrane, answers.more_sodium),
    }
    return {number: figure for number, figure in drawn.items() if figure}


def _one_spike(membrane: Membrane, answer: OneSpike) -> tuple[Figure, str] | None:
    found = answer.lowest
    if found.value is None or found.silent is None:
        return None
    figure, (top, bottom) = _panels(2, 3.6, height_ratios=(3, 1))
    for amplitude, own, label in (
        (found.silent, GREY, "just below"),
        (found.value, BLACK, "lowest that fires"),
    ):
        recording = _step(membrane, amplitude)
        digits = apart([found.silent, found.value])
        top.plot(recording.t, recording.v, color=own, label=f"{amplitude:.{digits}f} µA/cm², {label}")
    _stimulus(bottom, recording)
    _level(top, membrane)
    top.legend(frameon=False, loc="upper right")
    top.set_ylabel(V_LABEL)
    difference = abs(found.value - found.silent)
    return figure, f"Two steps, {plain(difference, 2)} µA/cm² apart. Dotted: the level whose crossing is a spike."


def _repetitive(membrane: Membrane, answer: Repetitive, once: OneSpike) -> tuple[Figure, str] | None:
    found = answer.lowest
    if found.value is None or found.silent is None:
        return None
    rows = [(found.silent, "just below"), (found.value, "lowest that fires repetitively")]
    if once.lowest.value is not None and found.value - once.lowest.value > found.resolution:
        rows.insert(0, (once.lowest.value, "lowest amplitude that makes a spike"))
    digits = apart([amplitude for amplitude, _ in rows])
    figure, panels = _panels(len(rows) + 1, 1.1 + 1.25 * len(rows), height_ratios=(*[2] * len(rows), 1))
    for axes, (amplitude, label) in zip(panels, rows, strict=False):
        recording = _step(membrane, amplitude)
        axes.plot(recording.t, recording.v, color=BLACK)
        axes.set_title(f"{amplitude:.{digits}f} µA/cm²: {label}", fontsize="medium", loc="left")
        axes.set_ylabel(V_LABEL)
    _stimulus(panels[-1], recording)
    return figure, "Below and at the threshold of repetitive firing."


def _rebound(membrane: Membrane, answer: Rebound) -> tuple[Figure, str] | None:
    if not answer.responses:
        return None
    strong = answer.responses[0]
    gates = strong.names
    figure = Figure(figsize=(WIDTH, 8.6), layout="constrained")
    halves: Any = figure.subfigures(2, 1, height_ratios=(4, 5))
    upper, lower = halves
    v, fractions, current = upper.subplots(3, 1, sharex=True, height_ratios=(3, 3, 1.2))
    for response, own in zip(answer.responses, (BLACK, SKY), strict=True):
        recording = response_to(membrane, response.amplitude, 0.05)
        label = f"{response.amplitude:g} µA/cm²"
        v.plot(recording.t, recording.v, color=own, label=label)
        v.set_xlim(0, STEP_DURATION)
        current.plot(recording.t, recording.applied, color=own)
        if response is strong:
            for index, gate in enumerate(gates):
                fractions.plot(recording.t, recording[gate], color=colour(gate, index), label=f"{gate} at {label}")
    for axes, label in ((v, V_LABEL), (fractions, "open fraction"), (current, I_LABEL)):
        _finish(axes, label)
    for axes in (v, fractions):
        axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    current.set_xlabel(T_LABEL)
    _experiments(lower, membrane, strong.amplitude, gates)
    return figure, (
        f"Top: both steps. Bottom: the end of the {strong.amplitude:g} µA/cm² step again, with one gate at a "
        "time manipulated (dotted: the unchanged run)."
    )


def _experiments(where: Any, membrane: Membrane, amplitude: float, gates: tuple[str, ...]) -> None:
    """Draw small multiples: an experiment in each row, a gate in each column."""
    grid = where.subplots(len(EXPERIMENTS), len(gates), sharex=True, sharey=True, squeeze=False)
    plain = response_to(membrane, amplitude, 0.05)
    for row, what in zip(grid, EXPERIMENTS, strict=True):
        for index, (axes, gate) in enumerate(zip(row, gates, strict=True)):
            recording = counterfactual(membrane, amplitude, gate, what, 0.05)
            axes.plot(plain.t, plain.v, color=GREY, linestyle=":", linewidth=1)
            axes.plot(recording.t, recording.v, color=colour(gate, index))
            axes.set_title(f"{gate}: {what}", fontsize="small", loc="left")
            _finish(axes, V_LABEL if index == 0 else "")
    grid[0, 0].set_xlim(STEP.stop - 10, STEP_DURATION)
    for axes in grid[-1]:
        axes.set_xlabel(T_LABEL)


def _slow_ramp(membrane: Membrane, answer: SlowRamp) -> tuple[Figure, str] | None:
    points = [p for p in answer.points if p.lowest.value is not None]
    if not points:
        return None
    point = answer.ramp if answer.ramp.lowest.value is not None else points[-1]
    figure = Figure(figsize=(WIDTH, 6.0), layout="constrained")
    halves: Any = figure.subfigures(2, 1, height_ratios=(5, 4))
    upper, lower = halves
    ramp, duration = ramp_of(point.duration)
    (v, near), (current, current_near) = upper.subplots(
        2, 2, sharex="col", sharey="row", height_ratios=(3, 1.2), width_ratios=(3, 2)
    )
    weaker = answer.lower if point is answer.ramp else None
    below = (point.lowest.silent, "just below") if weaker is None else (weaker[1], f"stays below {weaker[0]:g} mV")
    curves: list[tuple[float | None, str, str, str]] = [
        (point.lowest.value, BLACK, "-", "lowest that fires"),
        (below[0], SKY, "--", below[1]),
        (answer.during.value if point is answer.ramp else None, VERMILION, "-", "fires before the end"),
    ]
    drawn = [amplitude for amplitude, *_ in curves if amplitude is not None]
    digits = apart(drawn)
    for amplitude, own, line, label in curves:
        if amplitude is None:
            continue
        recording = _run(membrane, ramp.with_amplitude(amplitude), duration)
        for axes in (v, near):
            axes.plot(recording.t, recording.v, line, color=own, label=f"{amplitude:.{digits}f} µA/cm²,\n{label}")
    for axes in (v, near):
        _level(axes, membrane)
        _finish(axes)
    for axes in (current, current_near):
        _stimulus(axes, recording)
    current_near.set_ylabel("")
    moments = (ramp.stop, ramp.stop + (point.spike or 0.0))
    near.set_xlim(min(moments) - SHOWN_MS, min(max(moments) + SHOWN_MS, duration))
    v.set_ylabel(V_LABEL)
    lines, labels = v.get_legend_handles_labels()
    upper.legend(lines, labels, loc="outside upper left", ncols=3, frameon=False, fontsize="small")
    _durations(lower, answer, points)
    return figure, (
        f"Top: the ramp of {point.duration:g} ms at threshold; right, near its end. Bottom: the amplitude "
        "and the slope at which ramps of several durations first make a spike."
    )


def _durations(where: Any, answer: SlowRamp, points: list[RampPoint]) -> None:
    """Draw the threshold amplitude and slope over the duration of the ramp."""
    left, right = where.subplots(1, 2)
    durations = [point.duration for point in points]
    left.plot(durations, [point.lowest.value for point in points], marker="o", color=BLACK, label="ramp")
    if answer.step.value is not None:
        left.axhline(answer.step.value, color=SKY, label=f"step: {answer.step.value:.3f}")
    left.set_ylim(bottom=0)
    left.legend(frameon=False)
    slopes = [point.slope for point in points if point.slope is not None]
    right.plot(durations, slopes, marker="o", color=BLACK)
    right.set_yscale("log")
    right.set_ylim(min(slopes) / 1.5, max(slopes) * 1.5)
    right.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    right.yaxis.set_major_formatter("{x:g}")
    right.yaxis.set_minor_locator(NullLocator())
    for axes, label in (
        (left, "amplitude at threshold\n[µA/cm²]"),
        (right, "slope at threshold\n[µA/cm²/ms]"),
    ):
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_locator(FixedLocator([d for d in durations if d != RAMP.stop - RAMP.start]))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.set_xlabel("duration of the ramp [ms]")
        _finish(axes, label)


def _more_sodium(membrane: Membrane, answer: MoreSodium) -> tuple[Figure, str] | None:
    if answer.conductances is None or answer.changed.value is None:
        return None
    figure, panels = _panels(3, 4.2, height_ratios=(2, 2, 1))
    amplitude = _between(answer.original, answer.changed)
    for axes, conductance in zip(panels, answer.conductances, strict=False):
        recording = _step(membrane.replace(**{answer.name: conductance}), amplitude)
        axes.plot(recording.t, recording.v, color=BLACK if conductance == answer.conductances[0] else colour("Na"))
        axes.set_title(f"{answer.name} = {conductance:g} mS/cm²", fontsize="medium", loc="left")
        axes.set_ylabel(V_LABEL)
    _stimulus(panels[-1], recording)
    return figure, f"The same step of {amplitude:g} µA/cm² with both sodium conductances."


def _between(original: Lowest, changed: Lowest) -> float:
    """Return a round amplitude between the thresholds of the two neurons, if they differ."""
    ends = [x.value for x in (original, changed) if x.value is not None]
    return float(f"{sum(ends) / len(ends):.2g}") if len(ends) > 1 else float(f"{1.2 * ends[0]:.2g}")


def _step(membrane: Membrane, amplitude: float) -> Recording:
    return _run(membrane, STEP.with_amplitude(amplitude), STEP_DURATION)


def _run(membrane: Membrane, stimulus: Any, duration: float) -> Recording:
    return simulate(membrane, stimulus, duration, sampling=0.05, tolerance=TOLERANCE)


def _panels(count: int, height: float, height_ratios: tuple[float, ...]) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    panels = list(figure.subplots(count, 1, sharex=True, height_ratios=height_ratios))
    for axes in panels:
        _finish(axes)
    figure.align_ylabels(panels)
    return figure, panels


def _stimulus(axes: Axes, recording: Recording) -> None:
    axes.plot(recording.t, recording.applied, color=colour("stimulus"))
    axes.set_xlim(recording.t[0], recording.t[-1])
    axes.set_xlabel(T_LABEL)
    _finish(axes, I_LABEL)


def _level(axes: Axes, membrane: Membrane) -> None:
    axes.axhline(membrane.spike_level, color=GREY, linestyle=":", linewidth=0.8)


def _finish(axes: Axes, label: str = "") -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(y=0.08)
    if label:
        axes.set_ylabel(label)
