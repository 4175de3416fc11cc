"""Curves in two parameters are readable whatever was found, by Python and on the command line."""

import csv
import pickle

import numpy as np
import pytest
from matplotlib import pyplot as plt
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app

SQUID = lo.models.squid()
AROUND = {"I": (0, 200), "celsius": (0, 40)}


@pytest.fixture(scope="module")
def found():
    return lo.bifurcation_set(SQUID, ("I", "celsius"), AROUND, cycles=False)


def test_an_empty_plane():
    empty = lo.bifurcation_set(SQUID, ("I", "g_Na"), {"I": (-5, 2), "g_Na": (110, 130)}, cycles=False)
    assert (empty.curves, empty.points, empty.notes) == ((), (), ())
    assert "no bifurcation" in str(empty)
    assert len(empty.to_dataframe()) == 0
    assert empty.plot().get_ylim() == (110, 130)


def test_the_table_holds_every_point(found):
    frame = found.to_dataframe()
    assert len(frame) == sum(len(curve) for curve in found.curves)
    assert frame["residual"].max() < 1e-9
    assert frame.attrs["units"]["celsius"] == "°C"
    assert set(SQUID.variables) <= set(frame.columns)
    assert (frame["point"] == "Bautin").sum() == 1


def test_the_plot_takes_and_returns_axes(found):
    _, axes = plt.subplots()
    assert found.plot(axes) is axes
    labels = {text.get_text() for text in axes.get_legend().get_texts()}
    assert labels == {"Hopf, subcritical", "Hopf, supercritical", "Bautin"}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("constant current I [µA/cm²]", "celsius [°C]")


def test_sets_travel(found):
    other = pickle.loads(pickle.dumps(found))
    assert str(other) == str(found)
    np.testing.assert_array_equal(other.curves[0].x, found.curves[0].x)


def test_a_diagram_may_be_given_and_progress_is_reported(found):
    said = []
    diagram = lo.bifurcation(SQUID, "I", (0, 200), cycles=False)
    again = lo.bifurcation_set(
        diagram, ("I", "celsius"), AROUND, cycles=False, progress=lambda text, _: said.append(text)
    )
    np.testing.assert_array_equal(again.curves[0].x, found.curves[0].x)
    # the diagram is known, and one curve passes both points
    assert said == ["Hopf points from I = 9.77934 µA/cm², celsius = 6.3 °C"]


def test_the_current_may_be_second(found):
    around = {"celsius": (0, 40), "I": (0, 200)}
    turned = lo.bifurcation_set(SQUID, ("celsius", "I"), around, I=20.0, cycles=False)
    (point,), (expected,) = turned.points, found.points
    assert point.values[::-1] == pytest.approx(expected.values, abs=1e-7)


@pytest.mark.parametrize(
    ("names", "around", "error", "word"),
    [
        (("I", "g_na"), {}, lo.UnknownNameError, "g_Na"),
        (("I", "I"), {"I": (0, 1)}, lo.ArgumentError, "differ"),
        ("I", {"I": (0, 1)}, lo.ArgumentError, "Two parameters"),
        (None, {"I": (0, 1)}, lo.ArgumentError, "Two parameters"),
        (("I", "g_Na"), {"I": (0, 1)}, lo.ArgumentError, "g_Na"),
        (("I", "g_Na"), {"I": (0, 1), "g_Na": (0, 1)}, lo.ArgumentError, "120 is not between 0 and 1"),
        (("I", "g_Na"), {"I": (0, 1), "g_Na": (-5, 150)}, lo.ArgumentError, "zero or more|g_Na"),
        (("I", "g_Na"), {"I": (0, 1), "g_K": (0, 50)}, lo.UnknownNameError, "g_K"),
        (("I", "g_Na"), ((0, 1), (60, 240)), lo.ArgumentError, "by name"),
    ],
)
def test_wrong_ranges_are_refused(names, around, error, word):
    with pytest.raises((error, lo.ModelError), match=word):
        lo.bifurcation_set(SQUID, names, around)


def test_a_diagram_over_another_parameter_is_refused():
    diagram = lo.bifurcation(SQUID, "g_K", (30, 40), cycles=False)
    with pytest.raises(lo.ArgumentError, match="it is over g_K"):
        lo.bifurcation_set(diagram, ("I", "celsius"), AROUND)


def test_unknown_kinds_and_crossings_are_refused(found):
    with pytest.raises(lo.UnknownNameError, match="Did you mean 'Hopf'"):
        found.of_kind("Hop")
    with pytest.raises(lo.ArgumentError, match="one of x= and y="):
        found.curves[0].crossings()


def test_the_command_line(tmp_path, found):
    table, picture = tmp_path / "curves.csv", tmp_path / "plane.png"
    words = ["--and", "celsius", "--and-from", "0", "--and-to", "40", "--equilibria-only"]
    done = CliRunner().invoke(app, ["bifurcation-set", "squid", *words, "--csv", str(table), "--png", str(picture)])
    assert done.exit_code == 0, done.output
    assert str(found) in done.stdout
    assert "loligo: Hopf points from I = 9.77934" in done.stderr
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert [float(row["I"]) for row in rows] == found.curves[0].x.tolist()
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_command_line_reports_mistakes_in_one_line():
    done = CliRunner().invoke(app, ["bifurcation-set", "squid", "--and", "g_Na", "--and-from", "0", "--and-to", "1"])
    assert done.exit_code != 0
    assert "120 is not between 0 and 1" in done.stderr
    assert "Traceback" not in done.output
