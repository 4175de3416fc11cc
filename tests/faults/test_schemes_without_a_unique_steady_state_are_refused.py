"""A scheme whose rates are 0 by value has no one steady state: that is told, and harms no other member."""

import numpy as np
import pytest

import loligo as lo


def membrane(transitions, states, k=1.0):
    scheme = lo.Scheme("S", states=states, transitions=transitions, open=states[-1])
    leak = lo.Channel("L", g=0.3, E=-60)
    return lo.Membrane(lo.Channel("X", g=1, E=50, open=scheme), leak, C=1, constants={"k": k}, name="cell")


KINDS = {
    "two states": membrane([("A", "O", "k*exp(v/20)", "k*0.2*exp(-v/20)")], ["A", "O"]),
    "two parts": membrane([("A", "B", "1", "2"), ("B", "C", "k", "k"), ("C", "O", "3", "1")], ["A", "B", "C", "O"]),
    "a way in from nowhere": membrane([("A", "B", "k", "2*k"), ("B", "O", "k*exp(v/20)", "k")], ["A", "B", "O"]),
}


@pytest.fixture(params=KINDS)
def one(request):
    return KINDS[request.param]


@pytest.mark.slow
def test_a_population_continues(one):
    table = lo.Population(one, k=[1.0, 0.0, 2.0]).run(lo.Step(1, start=1, stop=5), duration=10, progress=False)
    assert table["status"].tolist() == ["ok", "no rest", "ok"]
    assert "scheme 'S' has no unique steady state" in table["reason"].iloc[1]
    alone = lo.Population(one, k=[1.0, 2.0]).run(lo.Step(1, start=1, stop=5), duration=10, progress=False)
    assert table["spike_count"].iloc[[0, 2]].tolist() == alone["spike_count"].tolist()


@pytest.mark.parametrize(
    "ask",
    [
        lo.rest,
        lambda m: lo.simulate(m, lo.Step(1), 5),
        lambda m: lo.threshold(m, lo.Step(1.0, stop=10)),
        lambda m: lo.voltage_clamp(m, lo.Step(10, stop=5), 10, holding=-60),
    ],
)
def test_it_is_reported_by_name(one, ask):
    with pytest.raises(lo.RestError, match="scheme 'S' has no unique steady state"):
        ask(one.replace(k=0.0))


def test_a_diagram_over_the_rate_continues(one):
    assert lo.bifurcation(one, "k", (0.0, 1.0)) is not None


def test_a_run_from_given_occupancies_is_right():
    stood = KINDS["two states"].replace(k=0.0)
    run = lo.simulate(stood, duration=20, initial={"v": -60, "S_O": 0.25}, sampling=1.0)
    np.testing.assert_allclose(run["S_O"], 0.25, rtol=1e-12)
    total, target = 0.3 + 0.25, (0.3 * -60 + 0.25 * 50) / 0.55
    np.testing.assert_allclose(run.v, target + (-60 - target) * np.exp(-total * run.t), atol=1e-4)


def test_wrong_names_and_open_states_give_clear_errors():
    def scheme(states, open_):
        return lo.Scheme("S", states=states, transitions=[(states[0], states[1], 1, 1)], open=open_)

    assert scheme(["C", "1_2"], "C").occupancies == ("S_C", "S_1_2")
    for wrong in ("é", "", "a b", "Ω", 3):
        with pytest.raises(lo.ModelError, match="letters a to z, digits and _"):
            scheme(["C", wrong], "C")
    for wrong in ([["O"]], 3, [None]):
        with pytest.raises(lo.LoligoError, match="open of scheme"):
            scheme(["C", "O"], wrong)
