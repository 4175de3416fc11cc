"""Whatever constants, gates, channels and states are called, the membrane is the same, to the bit."""

import keyword

import pytest

import loligo as lo
from loligo.membrane.names import RESERVED

PLAIN = [f"k{k}" for k in range(15)]
ODD = {
    "common subexpressions": ["c_0", "c_1", "c_2", "c_3", "c_4"],
    "prepared parameters": ["q_0", "q_1", "q_2", "q_3", "q_4"],
    "exponentials": ["e_0_v_1", "e_1_v_2", "e_0_v_4", "e0_v_1", "e_0"],
    "arguments": ["y", "q", "p", "out", "work"],
    "prefixed": ["y_v", "q_C", "p_0", "y_x", "q_q_0"],
    "lookups": ["d_0", "d_1", "opening_x", "speed_x", "table"],
    "sympy's": ["I", "E", "S", "N", "pi"],
    "more of sympy's": ["oo", "zoo", "Q", "O", "beta"],
    "python's": ["print", "range", "self", "math", "float"],
    "numba's": ["cfunc", "FAST", "njit", "exprelr0", "rhs"],
    "textbook's": ["alpha", "gamma", "inf", "tau", "nan"],
}
VALUES = (2.5, 7.0, 3.25, 0.5, 4.0, *5 * (2.0,), *5 * (0.5,))  # powers of two: products round alike in any order


def membrane(names, gate="x", channel="A", state="s"):
    a, b, c, d, e = (f"({x}*{y}*{z})" for x, y, z in zip(names[:5], names[5:10], names[10:], strict=True))
    x = lo.Gate(gate, inf=f"1/(1 + exp(-(v - {a})/{b}))", tau=f"{c}*exp(-{d}*{e}/9) + {e}*exp(-(v + {a})/{b}/9)/9")
    return lo.Membrane(
        lo.Channel(channel, g=1, E=f"{d} + {e}*{c}", open=x**2),
        lo.Channel("leak", g=1, E=-60),
        lo.State(state, f"({a} - {state})/{c} + exp(-v/{b})*{d}/99 + {e}*I_{channel}/999", initial=1.0),
        q10=3.0,
        celsius=20.0,
        reference_celsius=6.3,
        constants=dict(zip(names, VALUES, strict=True)),
    )


def bits(membrane):
    run = lo.simulate(membrane, lo.Step(30.0), 20, sampling=1.0)
    rates = next(iter(lo.rates(membrane, [-40.0, 3.0, 77.0]).gates.values()))
    return [array.tobytes() for array in (run.states, run.ionic_current, rates.inf, rates.tau)]


@pytest.fixture(scope="module")
def plain():
    return bits(membrane(PLAIN))


@pytest.mark.parametrize("kinds", [list(ODD)[k : k + 3] for k in range(0, len(ODD), 3)], ids=", ".join)
def test_constants(kinds, plain):
    names = [name for kind in kinds for name in ODD[kind]]  # all in one membrane: compiled for three kinds at once
    assert bits(membrane([*names, *PLAIN[len(names) :]])) == plain


@pytest.mark.parametrize(
    ("gate", "channel", "state"), [("c_0", "q_0", "c_1"), ("stimulus_", "q", "y"), ("e_0_v_1", "x", "p")]
)
def test_gates_channels_and_states(gate, channel, state, plain):
    assert bits(membrane(PLAIN, gate, channel, state)) == plain


@pytest.mark.parametrize(
    "name", ["", " ", "1a", "a b", "a-b", "_a", "ä", "α", "a\n", *sorted(RESERVED), *keyword.kwlist]
)
def test_names_that_cannot_be_are_refused_when_the_part_is_made(name):
    for make in (
        lambda: lo.Gate(name, inf="0.5"),
        lambda: lo.Channel(name, g=1, E=1),
        lambda: lo.Current(name, "v"),
        lambda: lo.State(name, "-v", initial=1),
        lambda: lo.Membrane(lo.Channel("leak", g=1, E=1), constants={name: 1.0}),
    ):
        with pytest.raises(lo.ModelError, match=r"called|name of a"):
            make()


def test_two_things_of_one_name_are_refused():
    x = lo.Gate("x", inf="0.5", tau="1")
    other = lo.Gate("x", inf="0.4", tau="1")
    leak = lo.Channel("leak", g=1, E=1)
    for parts, constants in (
        ([leak, lo.Channel("leak", g=2, E=3)], {}),
        ([lo.Channel("A", g=1, E=1, open=x), lo.Channel("B", g=1, E=1, open=other)], {}),
        ([leak, lo.State("x", "1", initial=1), lo.Channel("A", g=1, E=1, open=x)], {}),
        ([leak, lo.State("g_leak", "1", initial=1)], {}),
        ([leak], {"E_leak": 3.0}),
        ([leak, lo.State("I_leak", "1", initial=1)], {}),
        ([lo.Channel("A", g=1, E=1, open=x)], {"x": 1.0}),
    ):
        with pytest.raises(lo.ModelError, match="are called"):
            lo.Membrane(*parts, constants=constants)
    with pytest.raises(lo.ModelError, match="are called 'x'"):
        x * other
