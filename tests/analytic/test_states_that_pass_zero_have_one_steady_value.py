"""A further state whose settled value passes zero settles in one way there, so that all equilibria are known."""

import numpy as np
import pytest

import loligo as lo
from loligo import Channel, Current, Membrane, State

FITZHUGH_NAGUMO = Membrane(  # zero at v = -0.7
    Current("cubic", "v**3/3 - v + w"), State("w", "0.08*(v + 0.7 - 0.8*w)", initial=-0.6), v_scale=0.1
)
HINDMARSH_ROSE = Membrane(  # z is zero at v = -1.6, y at ±5**-0.5
    Current("fast", "v**3 - 3*v**2 - y + z"),
    State("y", "1 - 5*v**2 - y", initial=-12),
    State("z", "0.006*(4*(v + 1.6) - z)", initial=0),
    v_scale=0.1,
)
SLOW_CURRENT = Membrane(  # zero at -42.7 mV
    Channel("leak", g=0.3, E=-60), Current("slow", "u"), State("u", "(0.1*(v + 42.7) - u)/70", initial=3)
)
TWO_STATES = Membrane(  # both zero at -29.3 mV, each through the other
    Channel("leak", g=0.5, E=-50),
    Current("slow", "0.2*a"),
    State("a", "(0.3*(v + 29.3) + 0.5*b - a)/20", initial=1),
    State("b", "(0.7*(v + 29.3) - 0.4*a - b)/90", initial=-1),
)


@pytest.mark.parametrize("membrane", [FITZHUGH_NAGUMO, HINDMARSH_ROSE, SLOW_CURRENT, TWO_STATES])
def test_rest_is_complete(membrane):
    rest = lo.rest(membrane)
    assert rest.complete
    assert rest.others == ()


@pytest.mark.parametrize(("membrane", "cubic"), [(FITZHUGH_NAGUMO, [1 / 3, 0, 0.25, 0.875])])
def test_rest_is_the_root_of_the_cubic(membrane, cubic):
    # w = (v + 0.7)/0.8, so v**3/3 + v/4 + 0.875 = 0
    roots = np.roots(cubic)
    real = roots[np.abs(roots.imag) < 1e-12].real
    assert real.size == 1
    assert lo.rest(membrane).v == pytest.approx(real[0], rel=1e-12)
