"""A sum of stimuli is the sum of their values, in any order, times its factor."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import loligo as lo
from properties.strategies import numbers, shapes, stimuli

TIMES = np.linspace(-1, 60, 977)


@given(terms=st.lists(shapes(), min_size=1, max_size=4), factor=numbers(-3, 3))
def test_values_add(terms, factor):
    total = factor * sum(terms[1:], start=terms[0])
    expected = factor * np.sum([term(TIMES) for term in terms], axis=0)
    np.testing.assert_allclose(total(TIMES), expected, rtol=0, atol=1e-9)


@given(a=stimuli(), b=stimuli())
def test_order_does_not_matter(a, b):
    np.testing.assert_allclose((a + b)(TIMES), (b + a)(TIMES), rtol=0, atol=1e-10)
    assert (a + b).stop == (b + a).stop == max(a.stop, b.stop)
    assert (a + b).start == min(a.start, b.start)
    np.testing.assert_array_equal((a + b).discontinuities(60), (b + a).discontinuities(60))


@given(a=stimuli(), factor=numbers(-3, 3))
def test_factors(a, factor):
    np.testing.assert_allclose((factor * a)(TIMES), factor * a(TIMES), rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal((a * factor)(TIMES), (factor * a)(TIMES))
    np.testing.assert_array_equal((-a)(TIMES), (-1 * a)(TIMES))


@given(terms=st.lists(shapes(), min_size=2, max_size=4))
def test_sums_of_sums_are_flat(terms):
    nested = (2.0 * lo.Sum(tuple(terms))) + terms[0]
    assert not any(isinstance(term, lo.Sum) for term in nested.terms)
    expected = 2 * np.sum([term(TIMES) for term in terms], axis=0) + terms[0](TIMES)
    np.testing.assert_allclose(nested(TIMES), expected, rtol=0, atol=1e-9)


@given(stimulus=shapes(), amplitude=numbers(-10, 10))
def test_another_amplitude_leaves_the_rest_alone(stimulus, amplitude):
    other = stimulus.with_amplitude(amplitude)
    assert (other.start, other.stop, type(other)) == (stimulus.start, stimulus.stop, type(stimulus))
    name = "factor" if stimulus.amplitude_is_factor else "amplitude"
    assert getattr(other, name) == amplitude
    if isinstance(stimulus, (lo.Sine, lo.Noise)):  # what is added to the wave stays
        rest = "offset" if isinstance(stimulus, lo.Sine) else "mean"
        assert getattr(other, rest) == getattr(stimulus, rest)
