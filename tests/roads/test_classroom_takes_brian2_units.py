"""Course scripts written for Brian2 use its units with records and currents, and get the plain numbers they expect."""

import importlib.util
import os
import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import loligo as lo
from loligo import LoligoError
from loligo.course.traces import Trace
from neurodynex.hodgkin_huxley import HH

NAMES = ("length", "mass", "time", "current", "temperature", "substance", "luminosity")


@dataclass(frozen=True)
class Dimension:
    powers: tuple[int, ...]

    def get_dimension(self, name: str) -> int:
        return self.powers[NAMES.index(name)]


@dataclass(frozen=True)
class Quantity:
    """The little of a Brian2 quantity that records look at: its SI value and its dimension."""

    value: float
    dim: Dimension

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
        return np.array(self.value)


TIME, POTENTIAL, CURRENT = (
    Dimension(powers) for powers in ((0, 0, 1, 0, 0, 0, 0), (2, 1, -3, -1, 0, 0, 0), (0, 0, 0, 1, 0, 0, 0))
)
ms, mV, volt, uA = Quantity(1e-3, TIME), Quantity(1e-3, POTENTIAL), Quantity(1.0, POTENTIAL), Quantity(1e-6, CURRENT)
density = Quantity(1e-2, Dimension((-2, 0, 0, 1, 0, 0, 0)))  # 1 µA/cm²


@pytest.fixture(scope="module")
def rec() -> HH.Record:
    return HH.HH_Step(tend=60, do_plot=False)


def test_full_traces_and_slices(rec: HH.Record) -> None:
    assert type(rec.t / ms) is np.ndarray
    assert np.array_equal(rec.t / ms, rec.recording.t)
    assert np.array_equal(rec.vm[0] / mV, rec.recording.v)
    assert np.array_equal(rec.vm / volt, rec.recording.v[None, :] * 1e-3)
    assert np.array_equal(rec.I_e[0] / uA, rec.recording.applied)
    assert np.array_equal(rec.I_e[0] / density, rec.recording.applied)
    assert np.array_equal(rec.vm[0][10:20] / mV, rec.recording.v[10:20])


def test_single_numbers_and_results_of_traces(rec: HH.Record) -> None:
    v = rec.recording.v
    assert rec.vm[0][5] / mV == v[5]
    assert max(rec.vm[0]) / volt == np.max(rec.vm) / volt == v.max() * 1e-3
    assert np.mean(rec.vm[0]) / mV == v.mean()
    assert (rec.t[-1] - rec.t[0]) / ms == 60.0
    assert np.count_nonzero(rec.vm[0] > Quantity(0.05, POTENTIAL)) == np.count_nonzero(v > 50.0)
    assert isinstance(rec.vm[0].max(), float)
    assert round(rec.vm[0].max(), 1) == round(v.max(), 1)
    assert type(rec.vm * 2) is np.ndarray


def test_numbers_and_traces_are_compared_with_quantities(rec: HH.Record) -> None:
    v, peak = rec.recording.v, max(rec.vm[0])
    assert np.array_equal(rec.vm[0] > Quantity(0.05, POTENTIAL), v > 50)
    assert peak > Quantity(0.05, POTENTIAL)
    assert not peak < Quantity(0.05, POTENTIAL)
    assert rec.t[-1] >= Quantity(0.06, TIME)
    assert rec.t[-1] <= Quantity(0.06, TIME)
    assert rec.t[-1] == Quantity(0.06, TIME)
    assert rec.t[0] != Quantity(0.06, TIME)
    assert (peak - Quantity(0.05, POTENTIAL), peak + Quantity(0.05, POTENTIAL)) == (v.max() - 50, v.max() + 50)
    assert (peak > 50, peak == v.max(), hash(peak)) == (True, True, hash(v.max()))
    with pytest.raises(LoligoError, match="do not convert"):
        _ = peak > ms


def test_arguments_are_quantities_of_whole_currents_or_densities(rec: HH.Record) -> None:
    for one in (Quantity(7e-6, CURRENT), Quantity(7e-2, density.dim)):
        again = HH.HH_Step(I_amp=one, I_tstart=Quantity(20e-3, TIME), tend=Quantity(60e-3, TIME), do_plot=False)
        assert np.allclose(again.vm, rec.vm, rtol=0, atol=1e-6)  # 7e-2 * 1e2 is rounded
    with pytest.raises(LoligoError, match="I_amp must be in µA"):
        HH.HH_Step(I_amp=mV, do_plot=False)


@dataclass(frozen=True)
class Timed:
    """The little of a Brian2 `TimedArray` that the classroom file looks at."""

    values: np.ndarray
    dt: float
    dim: Dimension = CURRENT


@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
def test_a_timed_array_is_a_current_whose_last_value_stays(shape: tuple[int, ...]) -> None:
    values = np.repeat([0.0, 7e-6], [20, 2]).reshape(shape)
    timed = HH.HH_Neuron(Timed(values, 1e-3), 60)
    step = HH.HH_Neuron(HH.lo.Step(7, start=20), 60)
    assert np.allclose(timed.I_e, step.I_e, rtol=1e-15)
    assert np.allclose(timed.spikes, step.spikes, rtol=0, atol=1e-5)


@pytest.mark.parametrize("wrong", [Timed(np.zeros(9), 1e-3, POTENTIAL), Timed(np.zeros((9, 2)), 1e-3)])
def test_a_timed_array_of_something_else_is_refused(wrong: Timed) -> None:
    with pytest.raises(LoligoError, match=r"write b2\.TimedArray"):
        HH.HH_Neuron(wrong, 60)


@pytest.mark.parametrize("wrong", [lambda r: r.vm / ms, lambda r: r.t / mV, lambda r: r.I_e[0][3] / volt])
def test_a_wrong_dimension_is_refused(rec: HH.Record, wrong: object) -> None:
    with pytest.raises(LoligoError, match="do not convert"):
        wrong(rec)


def test_the_unit_survives_a_pickle(rec: HH.Record) -> None:
    again = pickle.loads(pickle.dumps(rec.vm))
    assert isinstance(again, Trace)
    assert np.array_equal(again / mV, rec.vm / mV)


def test_gates_are_plain_arrays(rec: HH.Record) -> None:
    assert {type(gate) for gate in (rec.m, rec.h, rec.n)} == {np.ndarray}


WITH_BRIAN2 = """
import brian2 as b2
from brian2 import volt
from neurodynex.hodgkin_huxley.HH import *
rec = HH_Step(do_plot=False)
v, t, i = rec.recording.v, rec.recording.t, rec.recording.applied
for plain, expected in (
    (rec.t / b2.ms, t), (rec.vm[0] / b2.mV, v), (rec.vm / volt, v[None, :] * 1e-3), (rec.I_e[0] / b2.uA, i),
    (rec.I_e[0] / b2.uamp, i), (rec.vm[0][7] / b2.mV, v[7]), (np.max(rec.t) / b2.second, 0.2),
    (rec.vm[0] > 50 * b2.mV, v > 50), (max(rec.vm[0]) > 50 * b2.mV, True), (rec.t[-1] > 100 * b2.ms, True),
    (rec.t[rec.vm[0] > 50 * b2.mV], t[v > 50]), (rec.t[-1] == 200 * b2.ms, True),
    (np.median(rec.vm) / b2.mV, np.median(v)),
):
    assert not isinstance(plain, b2.Quantity)
    assert np.array_equal(plain, expected)
norm = np.max(np.append(rec.m[0], [rec.n[0], rec.h[0]])) / b2.mV
assert np.max(rec.m[0] / norm / b2.mV) == 1.0
step = HH_Step(I_amp=7 * b2.uA, I_tstart=20 * b2.ms, I_tend=0.18 * b2.second, tend=200 * b2.ms, do_plot=False)
assert np.allclose(step.vm, rec.vm, rtol=0, atol=1e-6)
waves = HH_Sinus(I_freq=10 * b2.Hz, I_amp=7000 * b2.nA, tend=300 * b2.ms, dt=0.1 * b2.ms, do_plot=False)
assert np.allclose(waves.spikes, HH_Sinus(tend=300, do_plot=False).spikes, rtol=0, atol=1e-6)
values = np.zeros((201, 1))
values[20:180] = 7
for array in (values, values[:180, 0]):  # the last value stays
    timed = HH_Neuron(b2.TimedArray(array * b2.uA, dt=1 * b2.ms), 200 * b2.ms)
    until = t < (200.5 if array is values else 180)
    assert np.allclose(timed.I_e[0][until], i[until], rtol=1e-12)
    near = timed.spikes < (200 if array is values else 180)
    assert np.allclose(timed.spikes[near], rec.spikes, rtol=0, atol=1e-5)
for wrong in (lambda: rec.vm / b2.ms, lambda: rec.t / b2.mV, lambda: rec.t[-1] > 3 * b2.mV,
              lambda: HH_Step(I_amp=7 * b2.mV), lambda: HH_Step(tend=7 * b2.uA)):
    try:
        wrong()
    except TypeError:
        continue
    raise AssertionError("a wrong dimension was not refused")
"""


def test_with_brian2_itself() -> None:
    """Brian2 needs an older NumPy than Loligo's, so the Python of an environment of its own may be named."""
    python = os.environ.get("LOLIGO_BRIAN2_PYTHON") or sys.executable
    if python == sys.executable and importlib.util.find_spec("brian2") is None:
        pytest.skip("Brian2 is not installed: LOLIGO_BRIAN2_PYTHON names the Python of an environment that has it")
    paths = os.environ | {"PYTHONPATH": str(Path(lo.__file__).parents[1])}
    done = subprocess.run([python, "-c", WITH_BRIAN2], env=paths, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
