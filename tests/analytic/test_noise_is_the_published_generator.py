"""Noise is SplitMix64, Box-Muller and the exact Ornstein-Uhlenbeck step: here once more in plain Python integers."""

import math

import numpy as np
import pytest

import loligo as lo
from loligo.stimulus.noise import normal_numbers, uniform_numbers

MASK = 2**64 - 1


def splitmix64(seed):
    """Yield the 64-bit numbers of Steele, Lea & Flood (2014), figure 17, doi:10.1145/2660193.2660195."""
    state = seed & MASK
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def normals(seed):
    """Yield standard normal numbers by Box and Muller, the cosine first."""
    numbers = splitmix64(seed)
    while True:
        first, second = (((next(numbers) >> 11) + 1) / 2**53 for _ in range(2))
        radius = math.sqrt(-2 * math.log(first))
        yield radius * math.cos(2 * math.pi * second)
        yield radius * math.sin(2 * math.pi * second)


def knots(noise, count):
    source, keep = normals(noise.seed), math.exp(-noise.spacing / noise.tau)
    x = next(source)
    values = [x]
    for _ in range(count - 1):
        x = keep * x + math.sqrt(1 - keep * keep) * next(source)
        values.append(x)
    return noise.mean + noise.amplitude * np.array(values)


def test_the_plain_generator_is_splitmix64():
    # the numbers that the reference implementation (S. Vigna, prng.di.unimi.it/splitmix64.c) prints for this seed
    source = splitmix64(1234567)
    assert [next(source) for _ in range(5)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@pytest.mark.parametrize("seed", [0, 1, 1234567, 2**63 + 5, 2**64 - 1])
def test_uniform_numbers(seed):
    source = splitmix64(seed)
    expected = [((next(source) >> 11) + 1) / 2**53 for _ in range(1000)]
    np.testing.assert_array_equal(uniform_numbers(seed, 1000), expected)
    assert 0 < min(expected) < max(expected) <= 1


@pytest.mark.parametrize("count", [1, 2, 7, 1000])
def test_normal_numbers(count):
    source = normals(42)
    np.testing.assert_allclose(normal_numbers(42, count), [next(source) for _ in range(count)], rtol=1e-13)


@pytest.mark.parametrize(
    "noise",
    [
        lo.Noise(2.0, tau=5.0, seed=7, stop=50),
        lo.Noise(0.3, tau=0.4, seed=2**64 - 1, mean=-3, dt=0.1, start=7, stop=19.95),
    ],
)
def test_knots_and_lines_between_them(noise):
    times = np.arange(noise.start, noise.stop + noise.spacing, noise.spacing)
    expected = knots(noise, times.size)
    inside = np.linspace(noise.start, np.nextafter(noise.stop, 0), 2001)
    np.testing.assert_allclose(noise(inside), np.interp(inside, times, expected), rtol=0, atol=1e-11)
    np.testing.assert_allclose(noise.knots(), expected[: noise.knots().size], rtol=1e-12)


def test_it_has_the_moments_it_says():
    noise = lo.Noise(2.0, tau=5.0, seed=3, mean=1.5, dt=0.5, stop=200_000)
    x = noise.knots()
    independent = x.size * noise.spacing / (2 * noise.tau)  # effective samples of an Ornstein-Uhlenbeck process
    assert x.mean() == pytest.approx(1.5, abs=5 * 2.0 / math.sqrt(independent))
    assert x.std() == pytest.approx(2.0, rel=5 / math.sqrt(2 * independent))
    for lag in (1, 10, 30):
        correlation = np.corrcoef(x[:-lag], x[lag:])[0, 1]
        assert correlation == pytest.approx(math.exp(-lag * noise.spacing / noise.tau), abs=5 / math.sqrt(independent))
    z = normal_numbers(3, 400_000)
    assert (z**3).mean() == pytest.approx(0, abs=5 * math.sqrt(15 / z.size))
    assert (z**4).mean() == pytest.approx(3, abs=5 * math.sqrt(96 / z.size))


def test_seeds_differ_and_repeat():
    currents = [lo.Noise(1.0, seed=seed, stop=100)(np.arange(0.0, 100)) for seed in (0, 1, 2, 0)]
    np.testing.assert_array_equal(currents[0], currents[3])
    for a, b in ((0, 1), (1, 2), (0, 2)):
        assert abs(np.corrcoef(currents[a], currents[b])[0, 1]) < 0.5


def test_a_longer_noise_begins_with_the_shorter():
    short, long = (lo.Noise(1.0, seed=9, stop=stop) for stop in (20, 50))
    times = np.linspace(0, 19.9, 200)
    np.testing.assert_array_equal(short(times), long(times))


@pytest.mark.parametrize("seed", [1, np.int64(1), np.uint8(1)])
def test_an_integer_of_any_type_is_a_seed(seed):
    assert lo.Noise(1.0, seed=seed, stop=10)(3.3) == lo.Noise(1.0, seed=1, stop=10)(3.3)


@pytest.mark.parametrize("seed", [-1, 1.0, 1.5, "a", None, math.nan])
def test_anything_else_is_refused(seed):
    with pytest.raises(lo.LoligoError, match="seed of Noise must be a whole number"):
        lo.Noise(1.0, seed=seed, stop=10)
