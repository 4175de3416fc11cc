"""`rest` tells equilibria apart down to 1e-4 of the scale of v, and pairs that have just met, in any unit of v."""

import numpy as np
import pytest

import loligo as lo


def cubic(roots, v_scale, rising=False):
    """Return a membrane whose current is the product of the distances of v from its roots."""
    factors = "*".join(f"((v - ({root!r}))/{v_scale!r})" for root in roots)
    return lo.Membrane(lo.Current("cubic", f"{'-' if rising else ''}{factors}"), v_scale=v_scale, spike_level=v_scale)


def found(rest):
    return sorted([rest.v, *(other.v for other in rest.others)])


def test_fitzhugh_in_units_of_one():
    for v_scale in (10.0, 0.1):  # whether or not the scale is told
        membrane = lo.Membrane(
            lo.Current("cubic", "w - v*(v - 0.25)*(1 - v)"),
            lo.State("w", "0.01*(v - 20*w)", initial=0.0),
            spike_level=0.5,
            v_scale=v_scale,
        )
        rest = lo.rest(membrane, 0.01)
        roots = np.sort(np.roots([-1, 1.25, -0.3, 0.01]).real)
        np.testing.assert_allclose(found(rest), roots, rtol=1e-10)
        assert (rest.v, rest.stable, rest.complete) == (pytest.approx(roots[0]), True, True)
        assert [other.stable for other in rest.others] == [False, True]


@pytest.mark.parametrize("v_scale", [0.01, 1.0, 10.0, 1000.0])
@pytest.mark.parametrize("gap", [1e-1, 1e-2, 1e-3, 1e-4])
@pytest.mark.parametrize("place", [0.0, -5.03, 1.0 / 3.0, 7.9999])
def test_three_in_a_row(v_scale, gap, place):
    roots = v_scale * (place + gap * np.array([-1.0, 0.0, 1.3]))
    rest = lo.rest(cubic(roots.tolist(), v_scale))
    np.testing.assert_allclose(found(rest), roots, rtol=0, atol=1e-9 * v_scale)
    assert rest.v == min(found(rest))  # the outer two are stable
    assert [other.stable for other in rest.others] == [False, True]
    assert lo.rest(cubic(roots.tolist(), v_scale, rising=True)).v == pytest.approx(roots[1], abs=1e-9 * v_scale)


@pytest.mark.parametrize("gap", [1e-1, 1e-2, 1e-3, 1e-4])
@pytest.mark.parametrize("place", [-6.2, 0.05, 3.14])
def test_a_pair_beside_a_third(gap, place):
    roots = [10.0 * (place - gap / 2), 10.0 * (place + gap / 2), 95.0]
    rest = lo.rest(cubic(roots, 10.0))
    np.testing.assert_allclose(found(rest), roots, rtol=0, atol=1e-9)


@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-6, 1e-8])
def test_a_pair_near_a_fold(distance):
    # dv/dt = ((v + 60)/10)² - distance, and without a rest beyond the fold
    def fold(shift):
        return lo.Membrane(lo.Current("fold", f"{shift!r} - ((v + 60)/10)**2"))

    half = 10.0 * np.sqrt(distance)
    np.testing.assert_allclose(found(lo.rest(fold(distance))), [-60 - half, -60 + half], rtol=0, atol=1e-9)
    with pytest.raises(lo.RestError):
        lo.rest(fold(-distance))


def test_five_of_a_steep_window():
    # an inward window current a quarter of a millivolt wide, beside two shallow ones
    m = lo.Gate("m", inf="1/(1 + exp(-(v + 50.1)/0.05))")
    h = lo.Gate("h", inf="1/(1 + exp((v + 49.9)/0.05))")
    membrane = lo.Membrane(lo.Channel("leak", g=0.1, E=-55), lo.Channel("window", g=0.2, E=60, open=m * h))
    rest = lo.rest(membrane)
    grid = np.linspace(-56, -45, 1_100_001)

    def balance(v):
        inner = 1 / (1 + np.exp(-(v + 50.1) / 0.05)) / (1 + np.exp((v + 49.9) / 0.05))
        return 0.1 * (v + 55) + 0.2 * inner * (v - 60)

    values = balance(grid)
    changes = grid[:-1][np.diff(np.sign(values)) != 0]
    assert changes.size == 3
    np.testing.assert_allclose(found(rest), changes, rtol=0, atol=2e-5)
