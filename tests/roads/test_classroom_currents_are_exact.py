"""The current of a classroom run is the formula at every sample, and zero after its end."""

import numpy as np
import pytest

from loligo import LoligoError
from neurodynex.hodgkin_huxley import HH


def test_step() -> None:
    rec = HH.HH_Step(I_tstart=10.05, I_tend=20, I_amp=-3, tend=30, do_plot=False)
    t = np.asarray(rec.t)
    assert np.array_equal(rec.I_e[0], np.where((t >= 10.05) & (t < 20), -3.0, 0.0))


def test_sinus_to_the_end() -> None:
    rec = HH.HH_Sinus(I_freq=0.02, I_offset=0.5, I_amp=2, tend=130, do_plot=False)
    assert rec.t[-1] == 130
    assert np.allclose(rec.I_e[0], 0.5 + 2 * np.sin(2 * np.pi * 0.02 * np.asarray(rec.t)), rtol=0, atol=1e-12)


def test_ramp() -> None:
    rec = HH.HH_Ramp(I_tstart=5, I_tend=25, I_amp=4, tend=40, do_plot=False)
    t = np.asarray(rec.t)
    assert np.allclose(rec.I_e[0], np.where((t >= 5) & (t < 25), 4 * (t - 5) / 20, 0.0), rtol=0, atol=1e-12)


def test_dt_sets_the_samples_and_nothing_else() -> None:
    fine, coarse = (HH.HH_Sinus(dt=dt, tend=100, do_plot=False) for dt in (0.05, 0.5))
    assert (fine.t.size, coarse.t.size) == (2001, 201)
    assert np.array_equal(fine.vm[0, ::10], coarse.vm[0])
    assert np.array_equal(fine.spikes, coarse.spikes)


def test_it_starts_at_rest_and_stays_there_without_a_current() -> None:
    rec = HH.HH_Step(I_amp=0, do_plot=False)
    assert np.ptp(rec.vm) < 1e-3
    assert rec.vm[0, 0] == pytest.approx(0.00027756626542950745, abs=1e-12)


@pytest.mark.parametrize(
    "wrong",
    [{"I_tend": 10}, {"I_tstart": -1}, {"I_amp": float("nan")}, {"I_amp": "7"}, {"tend": 0}, {"tend": float("inf")}],
)
def test_impossible_values_are_refused_with_clear_errors(wrong: dict[str, float]) -> None:
    with pytest.raises(LoligoError, match="must"):
        HH.HH_Step(**wrong, do_plot=False)


def test_a_current_that_is_no_stimulus_is_refused() -> None:
    with pytest.raises(LoligoError, match="Step, Ramp, Sine"):
        HH.HH_Neuron(7.0, 200)
