"""A random membrane with one to three further states has a rest with a small residual, inside its domain, or none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import loligo as lo
from reference.literal import DOUBLES, Literal

GATE = lo.Gate("m", inf="1/(1 + exp(-(v + 40)/slope))", tau="2 + 0*v")
CA = lo.Channel("Ca", g=0.05, E=100.0, open=GATE)
LEAK = lo.Channel("leak", g=0.1, E=-65.0)
BUFFERED = lo.Channel("K", g=0.2, E=-90.0, open=lo.Gate("q", inf="abs(x)/(abs(x) + half)"))
LAWS = {  # of each state, in its place in a chain; compiled once for each choice
    "decay": "-k*I_Ca - {x}/tau",
    "pump": "-k*I_Ca - pump*{x}**2/({x}**2 + half**2)",
    "release": "leaks + pump*{x}**4/({x}**4 + half**4) - {x}/tau",
    "follow": "({before} - {x})/tau",
    "fall": "(tanh((v + 50)/10) - {x})/(10*tau)",
}
NAMES = ("x", "y", "z")
logs = st.floats(-3.0, 3.0)
CHOICES = [("decay",), ("pump",), ("release",), ("pump", "follow"), ("release", "fall"), ("pump", "follow", "release")]


def membrane_of(chosen, numbers, guesses, domain):
    states = []
    for k, law in enumerate(chosen):
        text = LAWS[law].format(x=NAMES[k], before=NAMES[k - 1] if k else "v")
        signed = domain and law in ("decay", "pump", "release")
        states.append(lo.State(NAMES[k], text, initial=guesses[k], minimum=0.0 if signed else None))
    return lo.Membrane(CA, LEAK, BUFFERED, *states, constants=numbers)


@settings(max_examples=40)
@given(
    chosen=st.sampled_from(CHOICES),
    numbers=st.fixed_dictionaries(
        {
            "k": logs.map(lambda x: 0.01 * 10**x),
            "pump": logs.map(lambda x: 0.1 * 10**x),
            "half": logs.map(lambda x: 10**x),
            "tau": logs.map(lambda x: 100 * 10**x),
            "leaks": logs.map(lambda x: 0.01 * 10**x),
            "slope": st.floats(0.5, 10.0),
        }
    ),
    guesses=st.lists(logs.map(lambda x: 10**x), min_size=3, max_size=3),
    domain=st.booleans(),
)
def test_the_residual_is_small(chosen, numbers, guesses, domain):
    membrane = membrane_of(chosen, numbers, guesses, domain)
    try:
        rest = lo.rest(membrane)
    except lo.RestError:
        return
    literal = Literal(membrane, DOUBLES)
    for one in (rest, *rest.others):
        assert np.isfinite(one.state).all()
        assert 0 <= one["m"] <= 1
        for state in membrane.states:
            assert one[state.name] >= state.minimum
        # a displacement of each variable by 1e-7 of its size changes more than what is left
        slopes = np.abs(literal.slope(one.state.tolist()))
        changes = np.zeros(slopes.size)
        for k, size in enumerate(one.state):
            beside = one.state.copy()
            beside[k] += 1e-7 * max(abs(size), 10.0 if k == 0 else 1e-300)
            changes += np.abs(np.array(literal.slope(beside.tolist())) - literal.slope(one.state.tolist()))
        assert (slopes <= changes + 1e-16).all()


@pytest.mark.parametrize("chosen", CHOICES)
def test_the_guess_changes_nothing(chosen):
    numbers = {"k": 0.02, "pump": 0.05, "half": 0.3, "tau": 150.0, "leaks": 0.002, "slope": 6.0}
    every = []
    for guess in (1e-4, 0.02, 1.0, 300.0):
        rest = lo.rest(membrane_of(chosen, numbers, [guess, guess / 2, 3 * guess], domain=True))
        every.append([rest.state, *(other.state for other in rest.others)])
    assert len({len(one) for one in every}) == 1
    for other in every[1:]:
        np.testing.assert_allclose(other, every[0], rtol=1e-8, atol=1e-10)
