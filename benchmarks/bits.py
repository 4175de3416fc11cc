"""The bits of answers on all shipped models: ``python -m benchmarks.bits after.npz [--before before.npz]``.

Runs, voltage clamps, populations, stores, thresholds and diagrams are computed and kept. Beside each name stands a
digest of its numbers, and where they are compared with those of another checkout the largest difference.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import loligo as lo
from loligo.lab.offers import OFFERS
from loligo.population.features import FEATURES

Arrays = dict[str, np.ndarray]
STIMULI = {
    "step": lambda size: lo.Step(size, start=10, stop=60),
    "waves": lambda size: (
        lo.Sine(0.5 * size, frequency=0.03, start=5, stop=70) + lo.Ramp(0.5 * size, start=20, stop=60)
    ),
}


JUMPS = lo.Membrane(
    lo.Current("region", "g_0*(v + 60) if v < -50 else 0.2*(v + 58)"),
    lo.Current("pulse", "-(9 if x < 30 else 0) if x > 10 else 0"),
    lo.State("x", "1", initial=0.0),
    spike_level=-45.0,
    constants={"g_0": 0.1},
)  # whose formulas jump


def offers() -> dict[str, tuple[lo.Membrane, float]]:
    """Return every shipped model with an amplitude at which it is worth showing, and one with jumps."""
    return {offer.key: (offer.membrane(), offer.amplitude[0]) for offer in OFFERS} | {"jumps": (JUMPS, 1.0)}


def run(membrane: lo.Membrane, stimulus: lo.Stimulus, method: str, tolerance: float) -> Arrays:
    """Return a recording's samples and spikes."""
    recording = lo.simulate(membrane, stimulus, 80, method=method, tolerance=tolerance, sampling=0.5)
    return {
        "samples": np.column_stack([recording[name] for name in membrane.variables]),
        "spikes": recording.spikes,
    }


def clamp(membrane: lo.Membrane) -> Arrays:
    """Return the current of a clamp with a step and a ramp."""
    command = lo.Step(40.0, start=5, stop=15) + lo.Ramp(3.0, start=20, stop=30)
    recording = lo.voltage_clamp(membrane, command, 40, sampling=0.5)
    return {"current": recording.ionic_current}


def members(membrane: lo.Membrane, stimulus: lo.Stimulus, **settings: Any) -> Arrays:
    """Return the table of 70 members whose conductances and amplitudes differ."""
    varied = next(name for name in membrane.parameters if name.startswith("g_"))
    value = membrane.parameters[varied].value
    columns = {varied: value * np.linspace(0.7, 1.4, 70)}
    if isinstance(stimulus, lo.Step):
        columns["amplitude"] = stimulus.amplitude * np.linspace(0.2, 1.5, 70)
    population = lo.Population.table(membrane, columns)
    with tempfile.TemporaryDirectory() as folder:
        table = population.run(
            stimulus, 80, progress=False, threads=1, store=f"{folder}/store", **settings
        ).to_dataframe()
    return {
        name: np.array([float(x) if not isinstance(x, str) else hash_of(x) for x in column])
        for name, column in table.items()
        if column.dtype != object or isinstance(column.iloc[0], str)
    }


def hash_of(text: str) -> float:
    """Return a number for a word."""
    return float(int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big"))


def threshold(membrane: lo.Membrane) -> Arrays:
    """Return the threshold of a step."""
    found = lo.threshold(membrane, lo.Step(1.0, start=20, stop=80))
    return {"threshold": np.array([found.value])}


def diagram(membrane: lo.Membrane) -> Arrays:
    """Return the points of a bifurcation diagram in the current."""
    found = lo.bifurcation(membrane, "I", (0, 40))
    return {"points": np.array([point.value for point in found.points])}


def jobs() -> dict[str, Callable[[], Arrays]]:
    """Return what is computed, by name."""
    found: dict[str, Callable[[], Arrays]] = {}
    for key, (membrane, size) in offers().items():
        for method, tolerance in (("explicit", 1e-7), ("explicit5", 1e-4), ("rosenbrock", 1e-4), ("auto", 1e-6)):
            for name, stimulus in STIMULI.items():
                found[f"{key}: {name}, {method}"] = partial(run, membrane, stimulus(size), method, tolerance)
        found[f"{key}: clamp"] = partial(clamp, membrane)
        found[f"{key}: threshold"] = partial(threshold, membrane)
        every = {"features": list(FEATURES), "spike_times": 8}
        for label, settings in {
            "counts": {"features": ["spike_count"]},
            "features": every,
            "counts, stiff": {"features": ["spike_count"], "method": "rosenbrock"},
            "features, stiff": {**every, "method": "rosenbrock"},
            "features, single": {**every, "precision": "single", "tolerance": 1e-3},
            "features, held": {**every, "interventions": [lo.Reset({"v": "rest"}, at=30)]},
        }.items():
            for name, stimulus in STIMULI.items():
                if name == "step" or label in ("features", "features, stiff"):
                    found[f"{key}: members, {name}, {label}"] = partial(members, membrane, stimulus(size), **settings)
    for key in ("squid", "connor_stevens"):
        found[f"{key}: diagram"] = partial(diagram, lo.models.MODELS[key]())
    return found


def computed(name: str, job: Callable[[], Arrays]) -> Arrays:
    """Return the arrays of a job, or the sentence in which it ends."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            arrays = job()
    except lo.LoligoError as error:
        arrays = {"error": np.array([hash_of(str(error))])}
    return {f"{name} | {key}": np.asarray(values, dtype=float) for key, values in arrays.items()}


def difference(before: np.ndarray | None, after: np.ndarray) -> str:
    """Return how two arrays differ, in words."""
    if before is None:
        return "is new"
    if before.shape != after.shape:
        return f"shapes differ: {before.shape} and {after.shape}"
    if before.tobytes() == after.tobytes():
        return ""
    largest = np.nanmax(np.abs(before - after), initial=0.0)
    return f"differs by {largest:.2g}{'' if (np.isnan(before) == np.isnan(after)).all() else ', and where it is NaN'}"


def main() -> None:
    """Compute, keep and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="where the numbers are kept (.npz)")
    parser.add_argument("--before", type=Path, help="of another checkout")
    parser.add_argument("--only", default="", help="names that contain this")
    asked = parser.parse_args()
    before = dict(np.load(asked.before)) if asked.before else {}
    found: Arrays = {}
    for name, job in jobs().items():
        if asked.only not in name:
            continue
        arrays = computed(name, job)
        found |= arrays
        for key, values in arrays.items():
            said = difference(before.get(key), values) if asked.before else ""
            if said or not asked.before:
                print(f"{hashlib.sha256(values.tobytes()).hexdigest()[:12]}  {key}  {said}", flush=True)
    np.savez_compressed(asked.file, **found)
    same = sum(not difference(before.get(key), values) for key, values in found.items()) if asked.before else 0
    print(f"{len(found)} arrays" + (f", {same} with the same bits" if asked.before else ""))


if __name__ == "__main__":
    main()
