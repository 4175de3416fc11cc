"""A bifurcation diagram is readable whatever was found: also nothing, also a branch that could not be followed."""

import math
import pickle

import numpy as np
import pytest

import loligo as lo

SQUID = lo.models.squid()


@pytest.fixture(scope="module")
def diagram():
    return lo.bifurcation(SQUID, "I", (5, 20))


def test_an_empty_range():
    empty = lo.bifurcation(SQUID, "I", (-5, 5))
    assert empty.points == ()
    assert [branch.kind for branch in empty.branches] == ["equilibria"]
    assert empty.branches[0].stable.all()
    assert "no bifurcation" in str(empty)
    assert empty.notes == ()
    assert empty.plot().get_xlim() == (-5, 5)
    assert len(empty.to_dataframe()) == len(empty.branches[0])


def test_a_range_without_a_hopf_point_still_has_its_cycles():
    inside = lo.bifurcation(SQUID, "I", (20, 40))
    assert inside.points == ()
    (cycles,) = (branch for branch in inside.branches if branch.kind == "cycles")
    assert cycles.stable.all()
    assert sorted(cycles.values[[0, -1]]) == [20, 40]


def test_the_table_holds_every_point(diagram):
    frame = diagram.to_dataframe()
    assert len(frame) == sum(len(branch) for branch in diagram.branches)
    assert sorted(frame["point"][frame["point"] != ""].unique()) == ["Hopf", "fold of cycles", "period doubling"]
    assert frame.attrs["units"]["I"] == "µA/cm²"
    assert set(SQUID.variables) <= set(frame.columns)


def test_the_plot_takes_and_returns_axes(diagram):
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots()
    assert diagram.plot(axes) is axes
    labels = {text.get_text() for text in axes.get_legend().get_texts()}
    assert {"stable equilibrium", "unstable equilibrium", "stable cycle, extrema", "Hopf"} <= labels
    assert axes.get_xlabel() == "constant current I [µA/cm²]"
    plt.close(figure)


def test_the_text_lists_the_points(diagram):
    text = str(diagram)
    assert "Hopf" in text
    assert "9.779337995" in text
    assert "subcritical" in text
    assert repr(diagram).startswith("<Diagram of squid over I: ")


def test_diagrams_travel(diagram):
    other = pickle.loads(pickle.dumps(diagram))
    assert str(other) == str(diagram)
    np.testing.assert_array_equal(other.branches[0].states, diagram.branches[0].states)


def test_progress_is_reported():
    said = []
    lo.bifurcation(SQUID, "I", (8, 12), progress=lambda text, _: said.append(text))
    assert said[0] == "equilibria"
    assert any("Hopf point at I = 9.77934" in line for line in said)


def test_another_parameter_at_a_current():
    over = lo.bifurcation(SQUID, "g_Na", (60, 200), I=6.0, cycles=False)
    assert (over.parameter, over.unit, over.current) == ("g_Na", "mS/cm²", 6.0)
    for point in over.of_kind("Hopf"):
        pair = lo.rest(SQUID.replace(g_Na=point.value), current=6.0).eigenvalues[:2]
        assert abs(pair.real).max() < 1e-9
    assert over.of_kind("Hopf")


def test_a_branch_that_leaves_the_range_of_v_is_reported():
    leak = lo.Membrane(lo.Channel("leak", g=0.1, E=0))
    over = lo.bifurcation(leak, "I", (0, 500))
    assert over.points == ()
    assert "v leaves the range from -1000 to 1000 mV" in over.notes[0]
    assert over.branches[0].v_max.max() > 990


def test_a_branch_ends_where_a_concentration_would_be_negative():
    # ca = (50 - v)/10 at equilibrium, and v = I/g - 60
    cell = lo.Membrane(lo.Channel("leak", g=0.1, E=-60), lo.State("ca", "(50 - v)/10 - ca", initial=1.0, unit="µM"))
    over = lo.bifurcation(cell, "I", (0, 50))
    assert "ca falls below its minimum" in over.notes[0]
    assert (over.branches[0].states[:, 1] >= 0).all()
    assert over.branches[0].values.max() == pytest.approx(11, abs=1)


def test_the_current_that_varies_is_not_held_too():
    with pytest.raises(lo.ArgumentError, match="I varies from 0 to 20, so I=5 has no effect"):
        lo.bifurcation(lo.models.squid(), "I", (0, 20), I=5.0)


@pytest.mark.parametrize(
    ("arguments", "error", "word"),
    [
        (("g_Ka", (0, 1)), lo.UnknownNameError, "g_K"),
        (("I", (3, 3)), lo.ArgumentError, "from a lower to a higher value"),
        (("I", 3), lo.ArgumentError, "two values"),
        (("g_K", (-1, 3)), lo.ArgumentError, "g_K"),
        (("I", (0, math.nan)), lo.ArgumentError, "finite"),
    ],
)
def test_a_wrong_range_is_refused(arguments, error, word):
    with pytest.raises(error, match=word):
        lo.bifurcation(SQUID, *arguments)


def test_an_unknown_kind_is_refused(diagram):
    with pytest.raises(lo.UnknownNameError, match="Did you mean 'Hopf'"):
        diagram.of_kind("Hop")
