"""What many neurons are computed with (exponentials, logarithms, holes, inverses) is right, in both precisions."""

import mpmath
import numpy as np
import pytest
from numba import njit

from loligo.kernel.calling import aligned, block
from loligo.lanes import vectors
from loligo.lanes.memory import over_lanes

LANES = 16
DIGITS = {np.float64: 4e-16, np.float32: 2.4e-7}  # two units in the last place


def lane_by_lane(trace, *columns, kind=np.float64):
    """Evaluate a traced function of some vectors on columns of numbers."""
    width = len(columns)

    def of_rows(work, clock, unused, unused_too):
        work[width * LANES] = trace(*(work[k * LANES] for k in range(width)))

    all_lanes = over_lanes(of_rows, LANES, 8)

    @njit
    def run(columns):
        memory = np.empty(columns.size + LANES, columns.dtype)
        work = aligned(block(memory))
        for k in range(columns.size):
            work[k] = columns[k]
        all_lanes(work, work, columns[0], columns[0])
        for k in range(columns.size):
            columns[k] = work[k]
        return memory[0]  # the memory lives as long as its pointer is used

    results = []
    for start in range(0, len(columns[0]), LANES):
        memory = np.ones((width + 1, LANES), kind)
        taken = min(LANES, len(columns[0]) - start)
        for row, column in zip(memory, columns, strict=False):
            row[:taken] = column[start : start + taken]
        flat = memory.ravel()
        run(flat)
        results.append(flat[width * LANES :][:taken].copy())
    return np.concatenate(results)


def exact(function, *columns):
    with mpmath.workdps(40):
        return np.array([float(function(*map(mpmath.mpf, map(float, row)))) for row in zip(*columns, strict=True)])


@pytest.mark.parametrize("kind", DIGITS)
def test_exponential(kind):
    limit = 700 if kind is np.float64 else 85
    x = np.concatenate([np.linspace(-limit, limit, 401), [0.0, 1e-12, -1e-12, 0.34657, 0.34658]]).astype(kind)
    np.testing.assert_allclose(lane_by_lane(vectors.exp, x, kind=kind), exact(mpmath.exp, x), rtol=DIGITS[kind])


def test_exponential_beyond_its_range_stays_finite_and_nan_stays_nan():
    low, high, nothing = lane_by_lane(vectors.exp, np.array([-1e9, 1e9, np.nan]))
    assert 0 <= low < 1e-300
    assert 1e300 < high < np.inf
    assert np.isnan(nothing)


@pytest.mark.parametrize("kind", DIGITS)
def test_logarithm(kind):
    x = np.concatenate([np.geomspace(1e-30, 1e30, 301), [1.0, 0.999, 1.001, 1.414, 1.415, 2.0]]).astype(kind)
    found = lane_by_lane(vectors.log, x, kind=kind)
    np.testing.assert_allclose(found, exact(mpmath.log, x), rtol=2 * DIGITS[kind], atol=DIGITS[kind])


def test_logarithm_where_there_is_none():
    zero, negative, nothing, endless = lane_by_lane(vectors.log, np.array([0.0, -1.0, np.nan, np.inf]))
    assert zero == -np.inf
    assert np.isnan(negative)
    assert np.isnan(nothing)
    assert endless == np.inf


def test_a_constant_that_keeps_from_zero_is_not_rounded_to_it():
    (kept,) = lane_by_lane(lambda x: x / (x + 1e-300), np.zeros(1), kind=np.float32)
    assert kept == 0.0


@pytest.mark.parametrize("exponent", [2, 3, 9, 17, 0.5, -1 / 3, 2.7])
def test_powers(exponent):
    x = np.geomspace(1e-3, 1e3, 64)
    found = lane_by_lane(lambda v: vectors.power(v, exponent), x)
    np.testing.assert_allclose(found, exact(lambda v: v**exponent, x), rtol=2e-14)
    if exponent in (3, 9):
        assert (lane_by_lane(lambda v: vectors.power(v, exponent), -x) == -found).all()


@pytest.mark.parametrize("kind", DIGITS)
@pytest.mark.parametrize(("name", "order"), [("exprelr0", 0), ("exprelr1", 1)])
def test_the_hole_of_rates(name, order, kind):
    x = np.concatenate(
        [np.linspace(-30, 30, 121), 10.0 ** np.arange(-12, 0), -(10.0 ** np.arange(-12, 0)), [0.0]]
    ).astype(kind)

    def trace(v):
        d = vectors.exp(v) - 1.0
        return getattr(vectors, name)(v, d, 1.0 / vectors.guarded(d))

    def function(v):
        value = mpmath.mpf(1) if v == 0 else v / mpmath.expm1(v)
        if order == 0:
            return value
        return mpmath.mpf(-0.5) if v == 0 else value * (1 - v - value) / v

    found, wanted = lane_by_lane(trace, x, kind=kind), exact(function, x)
    digit, blunt, worst = (4e-16, 1e-14, 6e-8) if kind is np.float64 else (4e-7, 2e-7, 1e-3)
    # as many digits are lost as exp(x) - 1 loses, and beside 0 at most half of them, for 0/0 to become 1
    bound = np.minimum(4 * digit + 2 * blunt + (digit + blunt) / (np.abs(x) + 1e-30), worst)
    if order == 1:  # for Jacobians
        bound = 1e-10 if kind is np.float64 else 1e-3
    nothing = 1e-12 if kind is np.float64 else 4e-5  # what is as small as that is not resolved
    assert (np.abs(found - wanted) <= bound * np.abs(wanted) + nothing).all()
    assert (found[x == 0] == (1.0 if order == 0 else -0.5)).all()


@pytest.mark.parametrize("kind", DIGITS)
def test_the_hole_of_rates_far_from_rest_beside_other_inverses(kind):
    far = 700.0 if kind is np.float64 else 85.0
    x = np.concatenate([np.linspace(-far, far, 57), [-20.0, 20.0]]).astype(kind)

    def trace(v):
        d = vectors.exp(v) - 1.0
        over, *_ = vectors.inverses(vectors.guarded(d), 1.0 + vectors.exp(v), v.constant(3.0))
        return vectors.exprelr0(v, d, over)

    found = lane_by_lane(trace, x, kind=kind)
    wanted = exact(lambda v: mpmath.mpf(1) if v == 0 else v / mpmath.expm1(v), x)
    np.testing.assert_allclose(found, wanted, rtol=3e-6, atol=1e-4 if kind is np.float32 else 1e-40)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7])
def test_inverses_by_one_division(count):
    columns = [np.geomspace(1e-60 * 7**k, 1e60, 48) * (-1) ** k for k in range(count)]
    for k in range(count):
        found = lane_by_lane(lambda *values, k=k: vectors.inverses(*values)[k], *columns)
        np.testing.assert_allclose(found, 1 / columns[k], rtol=1e-15)


def test_rough_logarithm_and_its_inverse():
    x = np.geomspace(1e-20, 1e20, 200)
    np.testing.assert_allclose(
        lane_by_lane(lambda v: vectors.rough_log2(v).as_kind("double"), x), np.log2(x), atol=0.09
    )
    y = np.linspace(-3, 3, 50)
    found = lane_by_lane(lambda v: vectors.rough_exp2(v.as_kind("float")).as_kind("double"), y)
    np.testing.assert_allclose(np.log2(found), y, atol=0.09)
