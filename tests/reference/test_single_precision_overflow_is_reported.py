"""Numbers that single precision does not have, 1e-38 to 1e38, either do not come up on the way, or are said."""

import numpy as np
import pytest

import loligo as lo

LEAK = lo.Channel("leak", g=0.3, E=-65)


def calcium(ca):
    return lo.State("ca", f"({ca} - ca)/100", initial=ca)


STILL = lo.State("still", "-still", initial=0.0)


def half_of_it(ca, power):
    return f"4*ca**{power}/(ca**{power} + {ca}**{power})"


def gated(inf, reversal):
    return lo.Channel("X", g=0.1, E=reversal, open=lo.Gate("x", inf=inf, tau="2"))


# of each a factor, or a product of two numbers that are divided by, is beyond; where a part has no state or gate one
# that is not divided by and changes nothing stands beside it, so that all run in two programs
PARTS = {
    "concentrations in nM": (lo.Current("c", f"{half_of_it(5e4, 4)} + {half_of_it(5e4, 5)}"), calcium(5e4)),
    "concentrations in mM": (lo.Current("c", f"{half_of_it(5e-6, 4)} + {half_of_it(5e-6, 5)}"), calcium(5e-6)),
    "a gate that closes steeply": (gated("1/(1 + exp((v + 60)/0.65))", 50), STILL),
    "a gate that opens steeply": (gated("1/(1 + exp(-(v + 60)/0.5))", -90), STILL),
    "a gate of calcium in nM": (gated("1/(1 + exp(-(ca - K)/10))", -90), calcium(1300.0)),
    "a steep corner": (lo.Current("c", "0.025*log(1 + exp(-v/0.5)) + 1/(1 + exp(v/9))"), STILL),
}


@pytest.mark.parametrize("what", PARTS)
def test_members_rest_where_the_membrane_does(what):
    membrane = lo.Membrane(LEAK, *PARTS[what], constants={"K": 1000.0})
    stimulus = lo.Step(0.0, start=40, stop=41)
    table = lo.Population(membrane).run(stimulus, 60, precision="single", features=["voltage_base"])
    assert table.status[0] == "ok"
    np.testing.assert_allclose(table.voltage_base[0], lo.rest(membrane).v, rtol=0, atol=1e-2)


def test_overflow_in_single_precision_is_reported():
    current = lo.Current("c", "0.1*(v + 90)*ca**n/(ca**n + K**n)")
    constants = {"n": 13.0, "K": 1000.0}  # 1e39 in all
    membrane = lo.Membrane(LEAK, current, calcium(1300.0), constants=constants)
    table = lo.Population(membrane, n=[13.0, 4.0]).run(lo.Step(0.0, stop=1), 2, precision="single")
    assert table.status.tolist() == ["invalid", "ok"]
    assert table.reason[0] == "its parameters overflow single precision: use precision='double'"
