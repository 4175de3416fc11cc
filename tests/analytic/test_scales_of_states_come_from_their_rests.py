"""The error scale of a further state is its size at rest, or how far it follows v; a guess has no part in it."""

import pytest

import loligo as lo
from loligo.resting import state_scales
from loligo.simulation.engine import error_scales, scales

LEAK = lo.Channel("leak", g=0.1, E=-60)


def scale(derivative, initial, **own):
    return state_scales(lo.Membrane(LEAK, lo.State("x", derivative, initial=initial), **own))[0]


@pytest.mark.parametrize("guess", [1e-5, 0.1, 70.0])
def test_the_size_at_rest(guess):
    assert scale("3 - x + 0*v", guess) == 4.0  # the nearest power of two
    assert scale("1e-4 - x + 0*v", guess) == 2.0**-13
    assert scale("-5 - x + 0*v", guess) == 4.0


@pytest.mark.parametrize("guess", [1e-5, 0.1, 70.0])
def test_what_is_0_at_rest_follows_v(guess):
    assert scale("(v + 60)/20 - x", guess) == 0.5
    assert scale("(v + 60)/20 - x", guess, v_scale=0.1) == 2.0**-8  # of 0.005
    assert scale("-x + 0*v", guess) == 1.0


def test_states_that_never_settle_have_their_initial_value():
    assert scale("1 + 0*v", 0.0) == 1.0
    assert scale("1 + 0*v", 2.0**-10) == 2.0**-10


def test_a_clock_leaves_others_their_scales():
    clock, calcium = lo.State("clock", "1", initial=0.0), lo.State("ca", "(1e-4 - ca)/20", initial=1.0)
    assert state_scales(lo.Membrane(LEAK, clock, calcium)) == (1.0, 2.0**-13)


def test_concentrations_under_a_logarithm_keep_a_relative_error():

    membrane = lo.models.stomatogastric("LP 2")
    assert error_scales(membrane)[0][-1] < 1e-100
    assert scales(membrane)[0][-1] == 8.0
