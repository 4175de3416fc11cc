"""A run says where the given knots of a noise are too far apart for its tau or for the membrane; the default never."""

import warnings

import pytest

import loligo as lo
from loligo.stimulus.description import described_stimulus, stimulus_from

LEAK = lo.Membrane(lo.Channel("leak", g=0.1, E=-60), C=1.0, name="passive")  # 10 ms: up to dt = 0.5 ms
WIDE = "dt is above"


def run(stimulus, membrane=LEAK):
    return lo.simulate(membrane, stimulus, 5, sampling=None)


@pytest.mark.parametrize(
    ("noise", "sentence"),
    [
        (lo.Noise(1.0, tau=0.8, dt=0.41, stop=4), r"dt=0.41 ms and tau=0.8 ms: dt is above tau/2, 0.4 ms"),
        (lo.Noise(1.0, tau=9, dt=0.51, stop=4), r"dt is above 1/20 of the time constant of passive at rest, 0.5 ms"),
        (lo.Step(1.0) + lo.Noise(1.0, stop=4) - lo.Noise(1.0, dt=2, stop=4), r"dt=2 ms and tau=5 ms"),
    ],
)
def test_a_given_spacing_that_is_too_long_warns(noise, sentence):
    with pytest.warns(lo.NoiseSpacingWarning, match=sentence) as seen:
        run(noise)
    assert [one.filename for one in seen] == [__file__]


@pytest.mark.parametrize(
    "noise",
    [
        lo.Noise(1.0, tau=0.8, dt=0.39, stop=4),
        lo.Noise(1.0, tau=9, dt=0.49, stop=4),
        lo.Noise(1.0, tau=0.01, stop=0.5),
        lo.Noise(1.0, tau=1000, stop=4),
    ],
)
def test_others_do_not(noise):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run(noise)


def test_time_k_times_slower_warns_k_times_later():
    for k in (0.01, 1.0, 100.0):
        slowed = LEAK.replace(C=k)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            lo.simulate(slowed, lo.Noise(1.0, tau=9 * k, dt=0.49 * k, stop=k), k, sampling=None)
        with pytest.warns(lo.NoiseSpacingWarning, match=WIDE):
            lo.simulate(slowed, lo.Noise(1.0, tau=9 * k, dt=0.51 * k, stop=k), k, sampling=None)


def test_a_membrane_without_rest_is_run():
    drifts = lo.Membrane(lo.Current("pump", "1.0"), C=1.0, name="drifts")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lo.simulate(drifts, lo.Noise(1.0, dt=2.0, stop=4), 5, initial={"v": -60.0}, sampling=None)


def test_thresholds_warn():
    with pytest.warns(lo.NoiseSpacingWarning, match=WIDE):
        lo.threshold(lo.models.squid(), lo.Noise(1.0, seed=3, dt=1.0, stop=20), resolution=1.0)


def test_populations_warn_once():
    with pytest.warns(lo.NoiseSpacingWarning, match=WIDE) as seen:
        lo.Population(LEAK, g_leak=[0.1, 0.2]).plan(lo.Noise(1.0, dt=1.0, stop=4))
    assert len(seen) == 1
    for columns in ({"dt": [0.1, 0.45, 0.2]}, {"tau": [9.0, 0.5], "dt": [0.3]}):
        with pytest.warns(lo.NoiseSpacingWarning, match=r"above tau/2"):
            lo.Population(LEAK, **columns).plan(lo.Noise(1.0, tau=0.8, stop=4))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lo.Population(LEAK, tau=[0.01, 9.0]).plan(lo.Noise(1.0, stop=4))


@pytest.mark.parametrize("dt", [None, 0.5])
def test_files_keep_a_spacing_or_its_absence(dt, tmp_path):
    noise = lo.Noise(2.0, tau=3.0, seed=4, dt=dt, stop=4)
    assert stimulus_from(described_stimulus(noise)) == noise
    recording = run(noise)
    recording.save(tmp_path / "run.npz")
    assert lo.load(tmp_path / "run.npz").stimulus == noise
