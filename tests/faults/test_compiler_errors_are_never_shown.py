"""Formulas at the limits compile and run, or end in a `LoligoError`: never in an error of Numba or LLVM."""

import os

import numba.core.errors
import pytest

import loligo as lo
from loligo.kernel.cache import Folder

ODD = [
    "(2*v)**64",
    "exp(exp(5 + 0*v))",
    "1e300*(v - v + 1)",
    "1.5**(0*v + 64)",
    "0.3**(0*v + 64)*v",
    "3**(v - v + 40)*v",
    "exp(-1e4 + 0*v)*v",
    "v*" + "9" * 300,
    "v/" + "9" * 300,
    "1e-300*v",
    "1e-400*v",
    "1e-300*v*1e-300",
    "sin(1e300*v)",
    "tanh(1e300*v)",
    "exp(1e300*v)",
    "cosh(v**9)",
    "abs(v)**0.5",
    "(v**2 + 1)**v",
    "2**(2**v)",
    "10**(10**v)",
    "v if v < v else 2",
    "1 if abs(v) < 0*v else v",
]
SOME = ODD if os.environ.get("LOLIGO_SLOW_TESTS") == "all" else ODD[::4]


@pytest.mark.parametrize("text", SOME)
def test_at_the_limits(text):
    try:
        membrane = lo.Membrane(lo.Current("c", text), lo.Channel("leak", g=0.3, E=-54.0))
        lo.simulate(membrane, lo.Step(1.0, stop=0.1), duration=0.1, initial={"v": -60.0})
    except lo.LoligoError as error:
        assert len(str(error)) > 40


def test_an_error_of_numba_becomes_a_clear_error(monkeypatch):
    def refuse(_self, _name):
        raise numba.core.errors.TypingError("cannot cast complex128\nto float64")

    monkeypatch.setattr(Folder, "module", refuse)
    membrane = lo.Membrane(lo.Current("never_seen_before", "0.123*v"))
    with pytest.raises(lo.ModelError, match=r"cannot be compiled .cannot cast complex128 to float64.*simpler form"):
        lo.simulate(membrane, lo.Step(1.0, stop=1.0), duration=1.0, initial={"v": -60.0})
