"""Every stimulus takes its later value at an edge and its earlier one just before, and names its edges exactly."""

import math

import numpy as np
import pytest

import loligo as lo
from loligo.stimulus.description import STIMULI


def before(t):
    return math.nextafter(t, -math.inf)


# stimulus, where it is zero before and after, and (time, value just before, value there) at each edge
AT_EDGES = {
    "Step": (lo.Step(7.0, start=20.1, stop=180.3), [(20.1, 0.0, 7.0), (180.3, 7.0, 0.0)]),
    "Ramp": (lo.Ramp(20.0, start=30.1, stop=270.3), [(30.1, 0.0, 0.0), (270.3, 20.0, 0.0)]),
    "Sine": (
        lo.Sine(7.0, frequency=0.01, offset=0.5, phase=0.3, start=3.3, stop=53.3),
        [(3.3, 0.0, 0.5 + 7 * math.sin(0.3)), (53.3, 0.5 + 7 * math.sin(0.3 + math.pi), 0.0)],
    ),
    "Chirp": (
        # phase at the end: 2 pi times the mean frequency times the duration
        lo.Chirp(2.0, first=0.01, last=0.05, start=10.1, stop=110.1),
        [(10.1, 0.0, 0.0), (110.1, 2 * math.sin(2 * math.pi * 0.03 * 100), 0.0)],
    ),
    "Pulses": (
        lo.Pulses(5.0, onsets=(1.1, 1.6, 30.3), width=1),
        [(1.1, 0, 5), (1.6, 5, 10), (2.1, 10, 5), (2.6, 5, 0), (30.3, 0, 5), (31.3, 5, 0)],
    ),
    "Samples": (
        lo.Samples([2.0, 4.0, -1.0], dt=0.5, start=3.0),
        [(3.0, 0.0, 2.0), (3.5, 4.0, 4.0), (4.0, -1.0, 0.0)],
    ),
    "Samples held": (
        lo.Samples([2.0, 4.0, -1.0], dt=0.5, start=3.0, between="hold"),
        [(3.0, 0.0, 2.0), (3.5, 2.0, 4.0), (4.0, 4.0, -1.0), (4.5, -1.0, 0.0)],
    ),
    "Noise": (
        noise := lo.Noise(3.0, seed=4, dt=0.5, start=2.0, stop=3.5),
        [(2.0 + 0.5 * k, x if k else 0.0, x if k < 3 else 0.0) for k, x in enumerate(noise.knots().tolist())],
    ),
    "Sum": (
        lo.Step(1.0, 5, 10) + 2 * lo.Ramp(4.0, 5, 9),
        [(5.0, 0.0, 1.0), (9.0, 9.0, 1.0), (10.0, 1.0, 0.0)],
    ),
}


def test_every_kind_of_stimulus_is_tested_here():
    assert {name.split()[0] for name in AT_EDGES} == set(STIMULI)


@pytest.mark.parametrize("name", AT_EDGES)
def test_values_at_edges(name):
    stimulus, edges = AT_EDGES[name]
    for time, earlier, later in edges:
        assert stimulus(before(time)) == pytest.approx(earlier, abs=1e-12)
        assert stimulus(time) == pytest.approx(later, abs=1e-12)


@pytest.mark.parametrize("name", AT_EDGES)
def test_edges_are_named(name):
    stimulus, edges = AT_EDGES[name]
    np.testing.assert_allclose(stimulus.discontinuities(1000), [time for time, *_ in edges], rtol=0, atol=1e-13)


@pytest.mark.parametrize("name", AT_EDGES)
def test_zero_outside(name):
    stimulus, edges = AT_EDGES[name]
    outside = np.array([-math.inf, -1.0, 0.0, before(edges[0][0]), edges[-1][0], edges[-1][0] + 1e6])
    np.testing.assert_array_equal(stimulus(outside), 0.0)
    assert stimulus.start == pytest.approx(edges[0][0] if name != "Sum" else 5.0)
    assert stimulus.stop == pytest.approx(edges[-1][0])


@pytest.mark.parametrize("name", AT_EDGES)
def test_shapes_follow_the_times(name):
    stimulus, _edges = AT_EDGES[name]
    times = np.linspace(-5, 300, 24).reshape(2, 3, 4)
    table = stimulus(times)
    assert table.shape == times.shape
    for index in np.ndindex(times.shape):
        one = stimulus(float(times[index]))
        assert isinstance(one, float)
        assert one == table[index]
    assert stimulus([]).shape == (0,)


def test_pulses_that_touch_do_not_overlap():
    # 0.1 + 0.1 + 0.1 is not 0.3 in binary; a pulse that ends where the next begins must not add to it
    train = lo.Pulses(5.0, onsets=(0.1, 0.2, 0.3), width=0.1)
    np.testing.assert_array_equal(train(np.linspace(0.1, 0.39, 3001)), 5.0)
    assert train(0.3) == 5.0


def test_a_stimulus_without_an_end_continues():
    assert lo.Step(7.0, start=20).stop == math.inf
    assert lo.Step(7.0, start=20)(1e9) == 7.0
    assert lo.Sine(7.0, frequency=0.25, start=20)(21.0) == pytest.approx(7.0)
    np.testing.assert_array_equal(lo.Step(7.0, start=20).discontinuities(100), [20.0])
