"""A threshold's error holds for every shape of stimulus: runs at a tolerance of 1e-12 find the same."""

import pytest

import loligo as lo

WANG_BUZSAKI = lo.models.wang_buzsaki().replace(E_leak=-66.0)
CASES = {
    "short ramp, Wang-Buzsáki": (WANG_BUZSAKI, lo.Ramp(1.0, start=5, stop=5.01), 1e-4),
    "short ramp, squid": (lo.models.squid(), lo.Ramp(1.0, start=5, stop=5.1), 1e-3),
    "half sine, squid": (lo.models.squid(), lo.Sine(1.0, frequency=50.0, start=5, stop=5.01), 1e-3),
    "half sine, Morris-Lecar": (lo.models.morris_lecar(), lo.Sine(1.0, frequency=0.5, start=5, stop=6), 1e-5),
    "short step, Connor-Stevens": (lo.models.connor_stevens(), lo.Step(1.0, start=5, stop=5.02), 1e-4),
    "pulses, squid": (lo.models.squid(), lo.Pulses(1.0, onsets=(5, 7), width=0.02), 1e-4),
    "samples, squid": (lo.models.squid(), lo.Samples([0.0, 100.0, -100.0, 0.0], dt=0.02, start=5), 1e-5),
}


@pytest.mark.parametrize("case", CASES)
def test_the_error_holds(case):
    membrane, stimulus, resolution = CASES[case]
    exact = lo.threshold(membrane, stimulus, duration=46, resolution=resolution / 100, tolerance=1e-12).value
    found = lo.threshold(membrane, stimulus, duration=46, resolution=resolution)
    assert abs(found.value - exact) < 1.02 * resolution
    assert found.error == resolution


@pytest.mark.parametrize("case", list(CASES)[:4])
def test_a_loose_tolerance_is_answered_with_a_larger_error(case):
    membrane, stimulus, resolution = CASES[case]
    resolution /= 10
    exact = lo.threshold(membrane, stimulus, duration=46, resolution=resolution / 100, tolerance=1e-12).value
    loose = lo.threshold(membrane, stimulus, duration=46, resolution=resolution, tolerance=1e-3)
    assert loose.tolerance == 1e-3
    assert loose.error > resolution  # runs as loose as these cannot keep it
    assert abs(loose.value - exact) < 1.1 * loose.error
    assert f"error below {loose.error:.2g}" in str(loose)
