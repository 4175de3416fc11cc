"""Kinetic schemes are frozen values that travel: equality, repr, pickles, files, Python, LaTeX, numbers, pictures."""

import copy
import json
import pickle

import matplotlib.pyplot as plt
import numpy as np
import pytest

import loligo as lo
from loligo.lab.python_source import python_of
from loligo.membrane.description import described, membrane_from
from reference.schemes import POTASSIUM, RING, SODIUM, ring, squid

TWO = lo.Scheme(
    "S", ["C", "O1", "O2"], [("C", "O1", 1, "2*exp(v/25)"), ("O1", "O2", 0.5, "k")], open={"O1": 1, "O2": 0.5}, q10=2.5
)
H = lo.Gate("h", alpha="0.07*exp(-v/20)", beta="1")
MIXED = lo.Membrane(
    lo.Channel("A", g=1, E=0, open=TWO**2 * H - 0.5 * TWO),
    lo.Channel("B", g=1, E=-70, open=TWO),
    lo.Channel("D", g=1, E=-70, open=RING * H),
    lo.Current("p", "S_C*v", gates=[TWO, H]),
    lo.State("x", "-x + S_C", initial=0.5),
    constants={"k": (0.3, "1/ms")},
    celsius=16.0, reference_celsius=6.0, q10=1.5,
)  # fmt: skip
MEMBRANES = {"squid": squid(), "ring": ring(), "mixed": MIXED}


@pytest.mark.parametrize("scheme", [POTASSIUM, SODIUM, RING, TWO], ids=lambda scheme: scheme.name)
def test_a_scheme_is_its_repr(scheme):
    assert eval(repr(scheme), {"Scheme": lo.Scheme}) == scheme
    assert pickle.loads(pickle.dumps(scheme)) == copy.deepcopy(scheme) == scheme
    assert hash(scheme) == hash(copy.deepcopy(scheme))
    assert scheme != lo.Scheme("Z", ["C", "O"], [("C", "O", 1, 1)], open="O")
    with pytest.raises(AttributeError):
        scheme.name = "other"


@pytest.mark.parametrize("key", MEMBRANES)
def test_a_membrane_travels(key):
    membrane = MEMBRANES[key]
    assert membrane_from(json.loads(json.dumps(described(membrane)))) == membrane
    assert pickle.loads(pickle.dumps(membrane)) == membrane
    assert eval(python_of(membrane), {"lo": lo}) == membrane


def test_files_hold_polynomials_in_occupancies_and_nothing_else():
    words = described(ring())
    words["parts"][0]["open"] = "R_C1*R_O1"
    membrane = membrane_from(words)
    assert eval(python_of(membrane), {"lo": lo}) == membrane
    for text in ("R_Q", "exp(R_C1)", "1/R_C1", "k*R_C1"):
        words["parts"][0]["open"] = text
        with pytest.raises(lo.LoligoError):
            membrane_from(words)
    words["parts"][0]["open"], words["parts"][0]["schemes"] = "1", ["Q"]
    with pytest.raises(lo.UnknownNameError, match="'Q' is not a kinetic scheme of this membrane"):
        membrane_from(words)
    for wrong in (
        {"states": 3},
        {"transitions": [["C1"]]},
        {"transitions": [[1, 2, 3]]},
        {"open": {}},
        {"rates": [["a"]]},
    ):
        words = described(ring())
        words["schemes"]["R"] |= wrong
        with pytest.raises(lo.LoligoError):
            membrane_from(words)


def test_a_recording_of_a_scheme_is_kept(tmp_path):
    run = lo.simulate(squid(), lo.Step(10), 5, interventions=[lo.Reset({"K_n4": 1}, at=1), lo.Hold("Na", "now", 2, 3)])
    run.save(tmp_path / "run.npz")
    again = lo.load(tmp_path / "run.npz")
    assert again.membrane == run.membrane
    assert again.settings == run.settings
    assert np.array_equal(again["K_n0"], run["K_n0"])
    assert {"K_n0", "K_n1", "Na_m0h0"} <= set(again.to_dataframe().columns)


def test_its_own_q10_is_a_parameter():
    assert MIXED["q10_S"] == 2.5
    assert MIXED.replace(q10_S=3.0).schemes[0].q10 == 3.0
    assert MIXED.replace(q10_S=3.0).replace(q10_S=2.5) == MIXED
    assert lo.rates(MIXED, 0.0)["S"]["C", "O1"] == pytest.approx(2.5)
    assert lo.rates(MIXED.replace(q10_S=1.0), 0.0)["S"]["C", "O1"] == pytest.approx(1.0)
    assert lo.rates(MIXED, 0.0)["R"]["O1", "I"] == pytest.approx(0.5 * 1.5)


def test_rates_have_the_shape_of_v():
    v = np.linspace(-80, 60, 6).reshape(2, 3)
    rates = lo.rates(squid(), v)
    assert list(rates) == ["Na", "K"]
    own = rates["K"]
    assert own["n0", "n1"].shape == own.inf["n4"].shape == own.open.shape == (2, 3)
    assert own.tau.shape == (2, 3, 4)
    alpha, beta = (lo.rates(lo.models.squid(), v)["n"].alpha, lo.rates(lo.models.squid(), v)["n"].beta)
    assert np.abs(own["n0", "n1"] / (4 * alpha) - 1).max() < 1e-13
    assert np.abs(own["n4", "n3"] / (4 * beta) - 1).max() < 1e-13
    assert np.abs(own.tau[..., 0] * (alpha + beta) - 1).max() < 1e-9
    rates.plot()


def test_latex_shows_arrows_and_rates():
    text = squid()._repr_latex_()
    assert r"K_{\mathrm{n0}} &\underset{1\, \beta}{\overset{4\, \alpha}{\rightleftharpoons}} K_{\mathrm{n1}}" in text
    assert r"\alpha &= " in text
    assert r"\overset{0.5}{\rightarrow}" in RING._repr_latex_()


def test_a_picture_has_every_state_and_rate():
    axes = RING.plot()
    drawn = [text.get_text() for text in axes.texts]
    assert {"C1", "C2", "O1", "O2\n0.25", "I", "2*a", "0.4", "k", "0.7"} <= set(drawn)
    assert len(axes.patches) == 5
    centres = np.array([patch.center for patch in axes.patches])
    apart = np.linalg.norm(centres[:, None] - centres, axis=2)[np.triu_indices(5, 1)]
    assert apart.min() > 0.5
    own = plt.figure().subplots()
    assert POTASSIUM.plot(ax=own) is own
    line = np.array([patch.center for patch in own.patches])
    assert np.ptp(line[:, 1]) < 1e-4
    assert np.diff(line[:, 0]) == pytest.approx([1.0] * 4, abs=1e-3)


def test_arithmetic_is_that_of_gates():
    assert (TWO * H).text == "(S_O1 + 0.5*S_O2)*(h)"
    assert (0.5 * TWO + 1).schemes == (TWO,)
    assert (H * TWO).gates == (H,)
    open_ = lo.rates(MIXED, -20.0)["S"].open
    rest = lo.rest(MIXED)
    run = lo.voltage_clamp(MIXED, lo.Step(0), 1, holding=-20.0, initial="settled", sampling=[0.0])
    assert run.conductance("B")[0] == pytest.approx(float(open_), rel=1e-12)
    assert run.conductance("A")[0] == pytest.approx(float(open_**2 * run["h"][0] - 0.5 * open_), rel=1e-12)
    assert rest["S_C"] + rest["S_O1"] + rest["S_O2"] == pytest.approx(1.0, abs=1e-15)
