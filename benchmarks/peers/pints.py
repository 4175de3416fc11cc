"""PINTS: four parameters of a cortical neuron from five traces of v, beside `loligo.fit`.

The neuron, its bounds and the size of the cell are the example of brian2modelfitting with Hodgkin-Huxley equations
(``hh_nevergrad_runtime``): the rates of Traub and Miles (1991), conductances and the capacitance free. The traces are
made here from these equations at a tolerance of 1e-10, with 0.5 mV of noise. Loligo's fit begins at its regression
alone (``starts=0``), which is the first start of every fit of v, and ends as it does by default. Its initial states are
free, those of PINTS are the true ones.

PINTS searches by CMA-ES, its default, on logarithms of the parameters, from random points within the bounds one after
the other: the next one after 50 iterations without a change (its own rule is 200). It is stopped as soon as its misfit
is within 1 % of Loligo's. Both are favours. It computes the traces by `loligo.simulate` at a tolerance of 1e-4, and
once more by Myokit (CVODES) at 1e-6.

One process and one thread: ``build/bench/pints/bin/python -m benchmarks.peers.pints [SECONDS]``, where PINTS gets as
much processor time; needs pints, myokit with SUNDIALS, and Loligo. Documentation: https://pints.readthedocs.io
"""

from __future__ import annotations

import contextlib
import io
import sys
import time
from typing import TYPE_CHECKING

import myokit
import numpy as np
import pints

import loligo as lo

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

AREA = 2e-4
"""Of the cell, cm²: 20,000 µm²; 1 nA is 5 µA/cm²."""

V_T, START = -63.0, -65.0
TRUTH = {"g_Na": 100.0, "g_K": 30.0, "g_leak": 0.05, "C": 1.0}
"""In mS/cm² and µF/cm²: Brette and others (2007), doi:10.1007/s10827-007-0038-6, benchmark 3."""

BOUNDS = {"g_Na": (10.0, 1000.0), "g_K": (3.0, 300.0), "g_leak": (0.005, 0.5), "C": (0.1, 2.0)}
AMPLITUDES = [1e-3 * nanoampere / AREA for nanoampere in (0.1, 0.2, 0.3, 0.4, 0.5)]  # µA/cm²
ON, OFF, END, SAMPLING = 5.0, 45.0, 50.0, 0.1  # ms
TIMES = np.arange(0.0, END + SAMPLING / 2, SAMPLING)
NOISE = 0.5  # mV
ENOUGH = 1.01  # times Loligo's misfit
UNCHANGED = 50  # iterations until PINTS begins anew
MOST = 300.0  # processor time of PINTS, s

RATES = {
    "m": ("0.32*(13 - v + V_T)/(exp((13 - v + V_T)/4) - 1)", "0.28*(v - V_T - 40)/(exp((v - V_T - 40)/5) - 1)"),
    "h": ("0.128*exp((17 - v + V_T)/18)", "4/(1 + exp((40 - v + V_T)/5))"),
    "n": ("0.032*(15 - v + V_T)/(exp((15 - v + V_T)/5) - 1)", "0.5*exp((10 - v + V_T)/40)"),
}


def steady() -> dict[str, float]:
    """Return v and the gates at their steady states, where all runs begin."""
    rates = lo.rates(neuron(), START)
    return {"v": START} | {gate: float(rates[gate].inf) for gate in RATES}


def neuron() -> lo.Membrane:
    """Return Loligo's membrane."""
    m, h, n = (lo.Gate(name, alpha=alpha, beta=beta) for name, (alpha, beta) in RATES.items())
    return lo.Membrane(
        lo.Channel("Na", g=TRUTH["g_Na"], E=50.0, open=m**3 * h),
        lo.Channel("K", g=TRUTH["g_K"], E=-90.0, open=n**4),
        lo.Channel("leak", g=TRUTH["g_leak"], E=-65.0),
        C=TRUTH["C"],
        constants={"V_T": V_T},
        spike_level=-20.0,
        name="traub_miles",
    )


def by_loligo(tolerance: float) -> Callable[[NDArray, float], NDArray]:
    """Return v at the sampled times as a function of parameters and amplitude, by `loligo.simulate`."""
    membrane, begin = neuron(), steady()

    def trace(values: NDArray, amplitude: float) -> NDArray:
        changed = membrane.replace(**dict(zip(BOUNDS, values.tolist(), strict=True)))
        step = lo.Step(amplitude, start=ON, stop=OFF)
        return lo.simulate(changed, step, END, initial=begin, tolerance=tolerance, sampling=TIMES).v

    return trace


def by_myokit(tolerance: float) -> Callable[[NDArray, float], NDArray]:
    """Return the same by Myokit."""
    state = steady()
    gates = "".join(f"dot({x}) = {alpha}*(1 - {x}) - {beta}*{x}\n" for x, (alpha, beta) in RATES.items())
    model = (
        "[[model]]\n" + "".join(f"cell.{name} = {value!r}\n" for name, value in state.items())
        + "[engine]\ntime = 0 bind time\ncurrent = 0 bind pace\n[cell]\n"
        + f"V_T = {V_T}\n" + "".join(f"{name} = {value}\n" for name, value in TRUTH.items())
        + "dot(v) = (engine.current - g_Na*m^3*h*(v - 50) - g_K*n^4*(v + 90) - g_leak*(v + 65))/C\n" + gates
    )  # fmt: skip
    simulation = myokit.Simulation(myokit.parse_model(model))
    simulation.set_tolerance(tolerance, tolerance)

    def trace(values: NDArray, amplitude: float) -> NDArray:
        for name, value in zip(BOUNDS, values.tolist(), strict=True):
            simulation.set_constant(f"cell.{name}", value)
        protocol = myokit.Protocol()
        protocol.schedule(amplitude, ON, OFF - ON)
        simulation.set_protocol(protocol)
        simulation.reset()
        ran = simulation.run(END + SAMPLING, log=["cell.v"], log_times=TIMES)
        return np.asarray(ran["cell.v"])

    return trace


class SpentError(Exception):
    """The processor time is spent."""


class Misfit(pints.ErrorMeasure):
    """The root mean square of all residuals [mV]."""

    def __init__(self, trace: Callable[[NDArray, float], NDArray], measured: list[NDArray], most: float) -> None:
        """Compare with these traces, for as many seconds of processor time from the first evaluation on."""
        self._trace, self._measured, self.evaluations, self.least = trace, measured, 0, np.inf
        self._most, self._end = most, np.inf

    def n_parameters(self) -> int:
        """Return the number of parameters."""
        return len(BOUNDS)

    def __call__(self, values: NDArray) -> float:
        """Return the misfit; a run that fails has a large one."""
        if not self.evaluations:
            self._end = time.process_time() + self._most
        if time.process_time() > self._end:
            raise SpentError
        self.evaluations += 1
        try:
            squares = [
                np.mean((self._trace(np.asarray(values), amplitude) - v) ** 2)
                for amplitude, v in zip(AMPLITUDES, self._measured, strict=True)
            ]
        except (myokit.SimulationError, lo.LoligoError):
            return 1e3
        misfit = float(np.sqrt(np.mean(squares)))
        self.least = min(self.least, misfit)
        return misfit


def searched(misfit: Misfit, enough: float) -> list[float]:
    """Return the misfit that PINTS ended with from each random start, until one is low enough or time is spent."""
    low, high = np.array(list(BOUNDS.values())).T
    ends: list[float] = []
    while not ends or ends[-1] > enough:
        seed = len(ends) + 1
        np.random.seed(seed)  # noqa: NPY002 - what PINTS draws from
        start = np.exp(np.random.default_rng(seed).uniform(np.log(low), np.log(high)))
        control = pints.OptimisationController(
            misfit, start, boundaries=pints.RectangularBoundaries(low, high), method=pints.CMAES,
            transformation=pints.LogTransformation(len(BOUNDS)),
        )  # fmt: skip
        control.set_log_to_screen(False)
        control.set_threshold(enough)
        control.set_max_unchanged_iterations(UNCHANGED)
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # it reports an interruption
                ends.append(control.run()[1])
        except SpentError:
            break
    return ends


def main(most: float) -> None:
    """Fit by each in turn, and print a table."""
    exact = by_loligo(1e-10)
    random = np.random.default_rng(0)
    true = np.array(list(TRUTH.values()))
    measured = [exact(true, amplitude) + random.normal(0.0, NOISE, TIMES.size) for amplitude in AMPLITUDES]
    sweeps = [
        lo.Sweep(TIMES, v=v, stimulus=lo.Step(amplitude, start=ON, stop=OFF))
        for amplitude, v in zip(AMPLITUDES, measured, strict=True)
    ]
    short = lo.Sweep(TIMES[:200], v=measured[-1][:200], stimulus=sweeps[-1].stimulus)
    lo.fit(neuron(), short, BOUNDS, starts=0, threads=1, evaluations=1)  # compiles
    begun = time.process_time()
    fit = lo.fit(neuron(), sweeps, BOUNDS, starts=0, threads=1)
    first = time.process_time() - begun
    print("| tool | processor time, s | time / Loligo's | misfit, mV | evaluations | starts: misfit, mV |")
    print("| --- | --- | --- | --- | --- | --- |")
    print(f"| loligo | {first:.3g} | 1x | {fit.misfit:.6f} | {fit.runs[0].evaluations} | regression |", flush=True)
    models = {"PINTS, loligo": by_loligo(1e-4), "PINTS, Myokit": by_myokit(1e-6)}
    for name, trace in models.items():
        misfit = Misfit(trace, measured, most)
        misfit(true)  # compiles
        misfit = Misfit(trace, measured, most)
        begun = time.process_time()
        ends = searched(misfit, ENOUGH * fit.misfit)
        spent = time.process_time() - begun
        there = "" if misfit.least <= ENOUGH * fit.misfit else "not there, > "
        starts = ", ".join(f"{end:.4g}" for end in ends)
        print(
            f"| {name} | {spent:.3g} | {there}{spent / first:.3g}x | {misfit.least:.6f} | {misfit.evaluations} "
            f"| {starts} |",
            flush=True,
        )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else MOST)
