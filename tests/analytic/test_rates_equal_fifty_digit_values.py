"""Every rate of every shipped model is finite and exact over [-200, 200] mV, its 0/0 holes included."""

import mpmath
import numpy as np
import pytest

import loligo as lo
from reference.every_model import EVERY_MODEL
from reference.literal import DIGITS_50, DOUBLES, Literal

GATES = [(model, gate.name) for model, membrane in EVERY_MODEL.items() for gate in membrane.gates]
KINDS = ("alpha", "beta", "inf", "tau")


def states_of(membrane):
    return {state.name: mpmath.mpf(state.initial) for state in membrane.states}


def literally(literal, gate, v):
    """Return the four rates at v; in a hole, those a 1e-30 mV beside it."""
    names = states_of(literal.membrane)
    try:
        return literal.rates(gate, names | {"v": mpmath.mpf(v)})
    except ZeroDivisionError:
        return literal.rates(gate, names | {"v": mpmath.mpf(v) + mpmath.mpf("1e-30")})


def holes_of(membrane, gate, grid):
    """Return the potentials of a grid at which the text says 0/0."""
    literal, found = Literal(membrane, DOUBLES), []
    states = {state.name: state.initial for state in membrane.states}
    for v in grid:
        try:
            literal.rates(gate, states | {"v": float(v)})
        except ZeroDivisionError:
            found.append(v)
    return found


@pytest.mark.parametrize(("model", "name"), GATES)
def test_rates_are_those_of_the_text(model, name):
    membrane = EVERY_MODEL[model]
    gate = next(gate for gate in membrane.gates if gate.name == name)
    with mpmath.workdps(60):
        literal = Literal(membrane, DIGITS_50)
        grid = np.round(np.arange(-200, 200.05, 0.1), 1)
        holes = holes_of(membrane, gate, grid)
        near = [hole + sign * 10.0**k for hole in holes for sign in (-1, 1) for k in range(-13, 1)]
        places = np.unique(np.concatenate([grid[::20], grid[3::70], holes, near]))
        expected = [literally(literal, gate, v) for v in places.tolist()]
        rates = lo.rates(membrane, places)[name]
        for index, kind in enumerate(KINDS):
            found = getattr(rates, kind)
            for v, four, number in zip(places, expected, found.tolist(), strict=True):
                if four[index] is None:
                    assert np.isnan(number)
                    continue
                assert np.isfinite(number), f"{kind} at {v!r}"
                assert abs(mpmath.mpf(number) - four[index]) <= 1e-12 * abs(four[index]), f"{kind} at {v!r}"


def test_the_squid_has_holes_to_fill():
    # the test above would prove nothing of holes if there were none
    squid = EVERY_MODEL["squid"]
    m, _, n = squid.gates
    assert holes_of(squid, m, [24.9, 25.0, 25.1]) == [25.0]
    assert holes_of(squid, n, [9.9, 10.0, 10.1]) == [10.0]


def test_rates_in_the_holes_are_the_limits():
    rates = lo.rates(EVERY_MODEL["squid"], [25.0, 10.0])
    assert rates["m"].alpha[0] == 1.0
    assert rates["n"].alpha[1] == 0.1
