"""The Python that the lab shows for a membrane makes an equal membrane."""

import pytest

import loligo as lo
from loligo.lab import OFFERS
from loligo.lab.python_source import python_of

MEMBRANES = {offer.key: offer for offer in OFFERS}
ODD = lo.Membrane(
    lo.Channel("lo", g=1, E=0, open=lo.Gate("lo2", inf="1/(1 + exp(-v))")),
    lo.Channel("both", g=2, E=1, open=2 * lo.Gate("x", alpha="1", beta="2", instantaneous=True) ** 2 - 0.5),
    lo.Current("pump", "0.1*v if v > 0 else 0"),
    lo.Current("other", "y*v", gates=lo.Gate("y", inf="0.5", tau="3", q10=2.0)),
    lo.State("ca", "-I_pump - ca/5", initial=0.2, unit="µM"),
    constants={"tau": (5.0, "ms"), "k": 1e-7}, celsius=20.5, reference_celsius=18, q10=1.5, name="it's \"odd\" \\n",
)  # fmt: skip


@pytest.mark.parametrize("key", MEMBRANES)
def test_published_membranes(key):
    offer = MEMBRANES[key]
    assert eval(offer.python, {"lo": lo}) == offer.membrane()
    assert eval(python_of(offer.membrane()), {"lo": lo}) == offer.membrane()


def test_an_odd_membrane():
    assert eval(python_of(ODD), {"lo": lo}) == ODD


@pytest.mark.parametrize("gate", ["e", "E", "e1", "lo", "x"])
def test_a_gate_that_is_called_like_a_part_of_a_number(gate):
    own = lo.Gate(gate, inf="0.5", tau="3")
    membrane = lo.Membrane(lo.Channel("A", g=1, E=0, open=1e-05 * own**2 + 2.5e20 * own + 1e3), name=gate)
    assert eval(python_of(membrane), {"lo": lo}) == membrane
