"""A kinetic scheme that cannot be ends in one clear sentence."""

import numpy as np
import pytest

import loligo as lo
from reference.schemes import POTASSIUM, ring, squid

PAIR = [("C", "O", "1", "2")]
H = lo.Gate("h", alpha="1", beta="2")


def scheme(states=("C", "O"), transitions=PAIR, opened="O", **own):
    return lo.Scheme("X", states, transitions, open=opened, **own)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: scheme(states=["O"], transitions=[]), "A scheme must have 2 to 50 states; 'X' has 1."),
        (lambda: scheme(states="CO"), "states of scheme 'X' must be a list of names"),
        (lambda: scheme(states={"C", "O"}), "states of scheme 'X' must be a list of names"),
        (lambda: scheme(transitions=set(PAIR)), "transitions of scheme 'X' must be a list"),
        (
            lambda: scheme(transitions=[{"C", "O", "1"}]),
            "A transition of scheme 'X' must be (from, to, rate, rate back)",
        ),
        (lambda: scheme(states=["C", "C", "O"]), "Two states of scheme 'X' are called 'C'"),
        (
            lambda: scheme(states=["C", "O 1"]),
            "The name of a state of scheme 'X' may have letters a to z, digits and _; got 'O 1'",
        ),
        (lambda: scheme(states=["C", 3]), "got 3"),
        (lambda: scheme(transitions="C O"), "transitions of scheme 'X' must be a list"),
        (lambda: scheme(transitions=["CO"]), "A transition of scheme 'X' must be (from, to, rate, rate back)"),
        (lambda: scheme(transitions=[("C", "O")]), "got ('C', 'O')"),
        (lambda: scheme(transitions=[("C", "A", "1", "2")]), "'A' is not a state of scheme 'X'"),
        (lambda: scheme(transitions=[("C", "C", "1", "2")]), "goes from C to itself"),
        (lambda: scheme(transitions=[*PAIR, ("O", "C", "1")]), "Scheme 'X' has two transitions between O and C"),
        (lambda: scheme(transitions=[("C", "O", "0", None)]), "between C and O of scheme 'X' has no rate"),
        (lambda: scheme(transitions=[("C", "O", -1.0, 1)]), "The rate C -> O of scheme 'X' is -1 per ms"),
        (lambda: scheme(transitions=[("C", "O", "1")]), "has no path from O to C, so all channels end in O"),
        (lambda: scheme(states=["C", "O", "I"]), "The state I of scheme 'X' has no transition"),
        (
            lambda: scheme(states=["C", "O", "A", "B"], transitions=[*PAIR, ("A", "B", "1", "1")]),
            "has parts without a transition between them: C, O and A, B",
        ),
        (
            lambda: scheme(states=["C", "O", "I"], transitions=[*PAIR, ("O", "I", "1")]),
            "has no path from I to C, O, so all channels end in I: give a rate back",
        ),
        (
            lambda: scheme(states=["C", "O", "I"], transitions=[*PAIR, ("I", "C", "1")]),
            "has no path from C, O to I",
        ),
        (lambda: scheme(opened="Q"), "'Q' is not a state of scheme 'X'"),
        (lambda: scheme(opened=[]), "open of scheme 'X' names no state"),
        (lambda: scheme(opened={"O": 0}), "must be above 0 and at most 1; got 0"),
        (lambda: scheme(opened={"O": 2}), "must be above 0 and at most 1; got 2"),
        (lambda: scheme(opened=3), "open of scheme 'X' must be a state such as 'O'"),
        (lambda: scheme(rates={"a": "1"}), "Nothing in scheme 'X' uses its rate 'a'"),
        (lambda: scheme(rates=["a"]), "rates of scheme 'X' must map names to formulas"),
        (lambda: scheme(rates={"v": "1"}), "cannot be called 'v'"),
        (
            lambda: scheme(transitions=[("C", "O", "a", "b")], rates={"a": "b + 1", "b": "2"}),
            "a of scheme 'X' uses b, which is not defined before it",
        ),
        (lambda: scheme(transitions=[("C", "O", "__import__('os')", "1")]), "is not a function of one argument"),
        (lambda: scheme(q10=-1), "q10 of scheme 'X'"),
        (lambda: scheme() ^ 2, "A power of gates is written with **"),
    ],
)
def test_an_impossible_scheme_is_refused(made, said):
    with pytest.raises(lo.LoligoError) as error:
        made()
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("parts", "more", "said"),
    [
        ([lo.Channel("A", g=1, E=0, open=scheme(transitions=[("C", "O", "k", 1)]))], {}, "'k' is not a name that the"),
        (
            [lo.Channel("A", g=1, E=0, open=scheme(transitions=[("C", "O", "k", 1)], rates={"k": "2"}))],
            {"constants": {"k": 2.0}},
            "'k' is a rate of scheme 'X' and something else",
        ),
        (
            [lo.Channel("A", g=1, E=0, open=scheme()), lo.Channel("B", g=1, E=0, open=scheme(q10=2))],
            {},
            "Two different schemes are called 'X'",
        ),
        (
            [lo.Channel("A", g=1, E=0, open=scheme() * lo.Gate("X_O", inf="0.5"))],
            {},
            "Two things in membrane are called 'X_O'",
        ),
        ([lo.Channel("A", g=1, E=0, open=scheme()), lo.State("X", "-X", initial=1)], {}, "are called 'X'"),
        *(
            (
                [lo.Channel("A", g=1, E=0, open=scheme(transitions=[("C", "O", name, "1")], rates={name: "2"}) * H)],
                {},
                f"{name!r} is a rate of scheme 'X' and something else in membrane",
            )
            for name in ("X_O", "X", "h", "I_A")
        ),
        ([lo.Current("A", "X_Q*v", gates=scheme())], {}, "'X_Q' is not a name that the current of 'A' can use"),
    ],
)
def test_an_impossible_membrane_is_refused(parts, more, said):
    with pytest.raises(lo.ModelError) as error:
        lo.Membrane(*parts, **more)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        ("v", "rate C -> O of scheme 'X' of membrane is -"),
        ("1/v", "rate C -> O of scheme 'X'"),
        ("log(v)", "rate C -> O of scheme 'X'"),
    ],
)
def test_rates_that_are_negative_or_infinite_somewhere(rate, said):
    membrane = lo.Membrane(lo.Channel("A", g=1, E=0, open=scheme(transitions=[("C", "O", rate, "1")])))
    with pytest.raises(lo.ModelError) as error:
        lo.rest(membrane)
    assert said in str(error.value)


def test_a_scheme_without_rates_at_some_potentials_has_no_rest_there():
    still = scheme(transitions=[("C", "O", "0 if v < 0 else v", "0 if v < 0 else 1")])
    membrane = lo.Membrane(lo.Channel("A", g=1, E=-50, open=still), lo.Channel("leak", g=1, E=-50))
    assert np.isnan(lo.rates(membrane, [-10.0, 10.0])["X"].open).tolist() == [True, False]
    with pytest.raises(lo.RestError):
        lo.rest(membrane)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"K_n1": 0.5}, "The occupancies of K sum to 1; in initial they sum to 0.5"),
        ({"K_n1": 0.7, "K_n2": 0.7}, "they sum to 1.4"),
        ({"K_n1": 1.5, "K_n2": -0.5}, "An occupancy must be between 0 and 1; got K_n1 = 1.5"),
        ({"K_n1": "rest"}, "The occupancies of K must be given together: in initial write {'K': 'rest'}"),
        ({"K": 0.5}, "K is a kinetic scheme: in initial give it a word such as 'rest'"),
        ({"K": "rest", "K_n1": 1}, "K is a kinetic scheme"),
        ({"K_n9": 1}, "'K_n9' is not a variable of squid in schemes"),
        ([0.0] + [0.2] * 11, "must be 0 or more and sum to at most 1"),
    ],
)
def test_impossible_starts_are_refused(values, said):
    with pytest.raises(lo.LoligoError) as error:
        lo.simulate(squid(), duration=1.0, initial=values)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("done", "said"),
    [
        (lo.Hold("K_n1", 0.2), "a hold of only K_n1 is not possible: write Hold('K', 'rest')"),
        ([lo.Hold(f"K_n{k}", 0.3) for k in range(5)], "they sum to 1.5"),
        ([lo.Hold(f"K_n{k}", "rest") for k in range(3)], "so they must be held together"),
        ([lo.Hold("K_n1", 1), lo.Hold("K_n1", 0.5)], "Hold('K_n1', 0.5) and Hold('K_n1', 1) contradict each other"),
        ([lo.Hold("K_n4", 1), lo.Hold("K", "rest")], "Hold('K_n4', 1) and Hold('K', 'rest') contradict each other"),
        (
            [lo.Hold("K_n4", 1), lo.Hold("K", "rest", 0.5)],
            "Hold('K_n4', 1) and Hold('K', 'rest', start=0.5) contradict",
        ),
        (
            [lo.Reset({"K_n0": 1}, at=0.5), lo.Reset({"K_n1": 1}, at=0.5)],
            "Reset({'K_n0': 1}, at=0.5) and Reset({'K_n1': 1}, at=0.5) contradict each other",
        ),
        (lo.Hold("K_n0", "rest"), "The occupancies of K sum to 1, so they must be held together"),
        (lo.Hold("K", 0.3), "The occupancies of K sum to 1, so they must be held together"),
        ([lo.Hold(f"K_n{k}", 0.5) for k in range(1, 5)], "they sum to 2"),
        (lo.Reset({"K_n4": 0.4}, at=0.5), "they sum to 0.4"),
        (lo.Reset({"K_n4": "rest"}, at=0.5), "must be given together"),
        ([lo.Hold("K", "rest"), lo.Reset({"K_n4": 1}, at=0.5)], "contradict each other"),
    ],
)
def test_impossible_interventions_are_refused(done, said):
    with pytest.raises(lo.LoligoError) as error:
        lo.simulate(squid(), duration=1.0, interventions=done)
    assert said in str(error.value)


def test_members_that_cannot_start_have_a_reason():
    table = lo.Population.table(squid(), {"initial_K_n4": [1.0, 0.4, np.nan]}).run(lo.Step(1.0), 2)
    assert table.status.tolist() == ["ok", "invalid", "invalid"]
    assert "The occupancies of K sum to 1; in columns initial_ they sum to 0.4" in table.reason[1]


def test_unknown_occupancies_name_all_that_there_are():
    rest, run = lo.rest(squid()), lo.simulate(squid(), duration=0.1)
    asked = (
        lambda name: rest[name],
        lambda name: run[name],
        lambda name: lo.simulate(squid(), duration=1.0, initial={name: 1}),
        lambda name: lo.simulate(squid(), duration=1.0, interventions=lo.Reset({name: 1}, at=0.5)),
        lambda name: lo.phase_plane(squid(), "v", name),
    )
    for ask in asked:
        with pytest.raises(lo.UnknownNameError, match=r"'K_n9' is not a variable of squid in schemes.*K_n0, K_n1"):
            ask("K_n9")
    for ask in (*asked[:2], asked[-1]):
        with pytest.raises(lo.UnknownNameError, match=r"'K' is a kinetic scheme .*: use one of its occupancies K_n0"):
            ask("K")


def test_the_occupancy_that_follows_is_no_axis():
    for arguments in ({"x": "v", "y": "K_n0"}, {"x": "v", "y": "K_n4", "others": {"K_n0": 0.3}}):
        with pytest.raises(lo.ArgumentError, match=r"K_n0 is 1 - K_n1 - K_n2 - K_n3 - K_n4, so it cannot be"):
            lo.phase_plane(squid(), **arguments)


def test_steady_occupancies_are_found_by_state_and_by_occupancy():
    inf = lo.rates(squid(), [0.0, 20.0])["K"].inf
    assert inf["K_n0"] is inf["n0"]
    assert list(inf) == ["n0", "n1", "n2", "n3", "n4"]
    with pytest.raises(lo.UnknownNameError, match=r"'Z' is not a state of scheme 'K'\. Known: n0, n1"):
        inf["Z"]
    assert "Z" not in inf
    assert "K_n4" in inf


def test_unknown_ways_name_those_that_there_are():
    with pytest.raises(lo.UnknownNameError, match=r"'C1 -> O1' is not a transition of this scheme\..*C1 -> C2"):
        lo.rates(ring(), 0.0)["R"]["C1", "O1"]
    with pytest.raises(lo.UnknownNameError, match="'m' is not a gate or scheme of this membrane"):
        lo.rates(squid(), 0.0)["m"]


def test_a_scheme_is_no_part_of_a_membrane():
    with pytest.raises(lo.ModelError, match="A membrane must be made of Channel, Current and State"):
        lo.Membrane(POTASSIUM)
