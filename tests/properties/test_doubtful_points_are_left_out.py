"""What does not pass the one gate to the points of a diagram is no answer: it becomes a note."""

from dataclasses import replace

import numpy as np
import pytest

import loligo as lo
from loligo.dynamics.system import System
from loligo.dynamics.verification import doubt

SQUID = lo.models.squid()


@pytest.fixture(scope="module")
def hopf():
    return lo.bifurcation(SQUID, "I", (5, 15), cycles=False).points[0]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, ""),
        ({"error": float("nan")}, "error"),
        ({"error": float("inf")}, "error"),
        ({"value": float("nan")}, "finite"),
        ({"residual": 1e-3}, "residual"),
        ({"state": np.array([5.0, 1.2, 0.3, 0.4])}, "gate"),
        ({"value": 20.0}, "range"),
    ],
)
def test_a_point_is_checked(hopf, change, word):
    said = doubt(System(SQUID, "I", (5.0, 15.0), 0.0), replace(hopf, **change))
    assert word in said
    assert bool(said) == bool(word)
    assert not said or said.startswith("A Hopf near I = ")


def test_a_pool_below_its_minimum(hopf):
    pool = lo.Membrane(
        lo.Channel("leak", g=0.1, E=-60), lo.State("ca", "(0.1 - ca)/50 - 0.01*I_leak", initial=0.1, unit="µM")
    )
    system = System(pool, "I", (5.0, 15.0), 0.0)
    assert "minimum" in doubt(system, replace(hopf, state=np.array([-60.0, -0.1])))
    assert doubt(system, replace(hopf, state=np.array([-60.0, 0.1]))) == ""


def test_errors_contain_the_exact_value():
    # a saddle-node and a Hopf point in closed form, at a potential and a current that are no round numbers
    cubic = lo.Membrane(lo.Current("cubic", "(v - 33.3)*((v - 33.3)**2/30 - 2.9)"))
    lower, upper = lo.bifurcation(cubic, "I", (-40, 40)).of_kind("saddle-node")
    turn = np.sqrt(2.9 * 30 / 3)
    exact = turn * (2.9 - turn**2 / 30)
    assert abs(upper.value - exact) <= upper.error < 1e-9
    assert abs(lower.value + exact) <= lower.error < 1e-9
