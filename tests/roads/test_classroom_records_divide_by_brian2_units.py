"""Course scripts written for Brian2 divide records by its units and get the plain numbers they expect."""

import importlib.util
import pickle
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest

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


def test_whole_traces_and_slices(rec: HH.Record) -> None:
    assert type(rec.t / ms) is np.ndarray
    assert np.array_equal(rec.t / ms, rec.recording.t)
    assert np.array_equal(rec.vm[0] / mV, rec.recording.v)
    assert np.array_equal(rec.vm / volt, rec.recording.v[None, :] * 1e-3)
    assert np.array_equal(rec.I_e[0] / uA, rec.recording.applied)
    assert np.array_equal(rec.I_e[0] / density, rec.recording.applied)
    assert np.array_equal(rec.vm[0][10:20] / mV, rec.recording.v[10:20])


def test_single_numbers_and_what_is_computed_of_traces(rec: HH.Record) -> None:
    v = rec.recording.v
    assert rec.vm[0][5] / mV == v[5]
    assert max(rec.vm[0]) / volt == np.max(rec.vm) / volt == v.max() * 1e-3
    assert np.mean(rec.vm[0]) / mV == v.mean()
    assert (rec.t[-1] - rec.t[0]) / ms == 60.0
    assert np.count_nonzero(rec.vm[0] > Quantity(0.05, POTENTIAL)) == np.count_nonzero(v > 50.0)
    assert isinstance(rec.vm[0].max(), float)
    assert round(rec.vm[0].max(), 1) == round(v.max(), 1)
    assert type(rec.vm * 2) is np.ndarray


@pytest.mark.parametrize("wrong", [lambda r: r.vm / ms, lambda r: r.t / mV, lambda r: r.I_e[0][3] / volt])
def test_a_wrong_dimension_is_refused(rec: HH.Record, wrong: object) -> None:
    with pytest.raises(LoligoError, match="does not measure"):
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
    (rec.vm[0] > 50 * b2.mV, v > 50), (np.median(rec.vm) / b2.mV, np.median(v)),
):
    assert not isinstance(plain, b2.Quantity)
    assert np.array_equal(plain, expected)
norm = np.max(np.append(rec.m[0], [rec.n[0], rec.h[0]])) / b2.mV
assert np.max(rec.m[0] / norm / b2.mV) == 1.0
for wrong in (lambda: rec.vm / b2.ms, lambda: rec.t / b2.mV):
    try:
        wrong()
    except TypeError:
        continue
    raise AssertionError("a wrong dimension was not refused")
"""


@pytest.mark.skipif(importlib.util.find_spec("brian2") is None, reason="Brian2 is not installed")
def test_with_brian2_itself() -> None:
    done = subprocess.run([sys.executable, "-c", WITH_BRIAN2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
