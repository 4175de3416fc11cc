"""`a + b`, `a - b`, `-a`, `2*a`, `a/2` and `sum([...])` mean what they mean for numbers; anything else is refused."""

import numpy as np
import pytest

import loligo as lo

A, B, C = lo.Step(4.0, 1, 9), lo.Sine(3.0, frequency=0.2, stop=8), lo.Noise(1.0, tau=2, seed=1, mean=1, stop=7)
TIMES = np.linspace(-1, 10, 333)

MEANT = {
    "a + b": (A + B, A(TIMES) + B(TIMES)),
    "a - b": (A - B, A(TIMES) - B(TIMES)),
    "a - b - c": (A - B - C, A(TIMES) - B(TIMES) - C(TIMES)),
    "a - (b + c)": (A - (B + C), A(TIMES) - B(TIMES) - C(TIMES)),
    "2 a": (2 * A, 2 * A(TIMES)),
    "a 2": (B * 2, 2 * B(TIMES)),
    "a / 4": ((A + C) / 4, (A(TIMES) + C(TIMES)) / 4),
    "-a": (-(A + B), -A(TIMES) - B(TIMES)),
    "sum": (sum([A, B, C]), A(TIMES) + B(TIMES) + C(TIMES)),
    "sum of a generator": (sum(k * A for k in range(1, 4)), 6 * A(TIMES)),
    "numbers of numpy": (np.float64(2) * A + np.int64(3) * B, 2 * A(TIMES) + 3 * B(TIMES)),
}


@pytest.mark.parametrize("what", MEANT)
def test_values(what):
    stimulus, expected = MEANT[what]
    assert isinstance(stimulus, lo.Stimulus)
    np.testing.assert_allclose(stimulus(TIMES), expected, rtol=0, atol=1e-13)


def test_a_sum_of_one_is_that_one():
    assert sum([A]) is A


@pytest.mark.parametrize(
    "wrong",
    [lambda: A + 1, lambda: 1 + A, lambda: A - 1, lambda: 1 - A, lambda: True + A, lambda: sum([A], start=5),
     lambda: A * B, lambda: A / B, lambda: 1 / A, lambda: A + "b"],
)  # fmt: skip
def test_meaningless_operations_are_type_errors(wrong):
    with pytest.raises(TypeError):
        wrong()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (lambda: A / 0, "cannot be divided by 0"),
        (lambda: A / float("nan"), "divisor of a stimulus must be a finite number"),
        (lambda: A * float("inf"), "factor of a stimulus must be a finite number"),
        (lambda: A * "2", "factor of a stimulus must be a number"),
        (lambda: A * [1, 2], "factor of a stimulus must be a single number"),
        (lambda: lo.Sum(A), "made of one or more stimuli"),
        (lambda: lo.Sum([]), "made of one or more stimuli"),
        (lambda: lo.Sum([A, 1]), "made of one or more stimuli"),
        (lambda: lo.simulate(lo.models.squid(), sum([]), 5), "stimulus must be a Step"),
    ],
)
def test_wrong_numbers_give_clear_errors(wrong, sentence):
    with pytest.raises(lo.LoligoError, match=sentence):
        wrong()


def test_a_factor_may_be_a_dimensionless_quantity():
    pint = pytest.importorskip("pint")
    quantity = pint.UnitRegistry().Quantity
    assert A * quantity(50, "percent") == lo.Step(2.0, 1, 9)
    assert A / quantity(2, "") == lo.Step(2.0, 1, 9)
    for wrong in (lambda: A * quantity(2, "mV"), lambda: A / quantity(2, "ms")):
        with pytest.raises(lo.UnitError):
            wrong()


def test_a_misspelt_attribute_of_a_sum_is_an_error():
    with pytest.raises(AttributeError, match="no attribute 'term'"):
        _ = (A + B).term
