"""A phase plane is a value that travels, a table and a picture, and tells what it cannot take."""

import csv
import pickle

import numpy as np
import pytest
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app

SQUID = lo.models.squid()


@pytest.fixture(scope="module")
def plane():
    run = lo.simulate(SQUID, lo.Step(10.0), 30)
    return lo.phase_plane(SQUID, "v", "n", I=10.0, cells=60, trajectories=[(0.0, 0.35), run], duration=40)


def test_trajectories_are_solutions_and_projections(plane):
    own, projection = plane.trajectories
    assert (own.source, projection.source) == ("plane", "recording")
    assert (own.x[0], own.y[0], own.t[-1]) == (0.0, 0.35, 40)
    finer = plane.with_trajectories((0.0, 0.35), duration=40, tolerance=1e-10).trajectories[-1]
    _, one, other = np.intersect1d(own.t, finer.t, return_indices=True)
    assert one.size > 900
    assert np.abs(own.x[one] - finer.x[other]).max() < 0.1  # mV, on an upstroke of 400 mV/ms
    assert own.x.max() > 90  # it fires, as the whole membrane does
    assert projection.x.max() > 90
    np.testing.assert_array_equal(projection.t, lo.simulate(SQUID, lo.Step(10.0), 30).t)


def test_a_recording_may_stand_alone(plane):
    run = lo.simulate(SQUID, lo.Step(10.0), 30)
    (projection,) = lo.phase_plane(SQUID, "v", "n", I=10.0, cells=10, trajectories=run).trajectories
    np.testing.assert_array_equal(projection.x, plane.trajectories[1].x)


def test_a_membrane_of_two_variables_is_its_own_plane():
    lecar = lo.models.morris_lecar()
    run = lo.simulate(lecar, lo.Step(90.0), 150, initial={"v": -20.0, "w": 0.1}, sampling=1.0, tolerance=1e-10)
    plane = lo.phase_plane(lecar, I=90.0, cells=20)
    path = plane.with_trajectories((-20.0, 0.1), duration=150, tolerance=1e-10).trajectories[0]
    for own, whole in ((path.x, run.v), (path.y, run["w"])):
        np.testing.assert_allclose(np.interp(run.t, path.t, own), whole, atol=0.01 * np.ptp(whole))
    assert plane.others == {}


def test_trajectories_cross_nullclines_level_and_upright(plane):
    # where v has a peak the path lies on the v nullcline
    path = plane.with_trajectories((0.0, 0.35), duration=10, tolerance=1e-10).trajectories[-1]
    k = int(np.argmax(path.x))
    curve = np.concatenate(plane.nullcline("v").curves)
    assert np.hypot((curve[:, 0] - path.x[k]) / 140, curve[:, 1] - path.y[k]).min() < 0.02


def test_the_table_holds_every_point(plane):
    frame = plane.to_dataframe()
    assert list(frame) == ["what", "number", "t", "v", "n"]
    assert set(frame["what"]) == {
        "nullcline of v", "nullcline of n", "fold", "equilibrium", "trajectory", "recording",
    }  # fmt: skip
    assert len(frame[frame["what"] == "nullcline of v"]) == len(plane.nullcline("v"))
    assert frame.attrs["units"] == {"t": "ms", "v": "mV", "n": ""}


def test_the_plot_takes_and_returns_axes(plane):
    from matplotlib import pyplot as plt

    _, axes = plt.subplots()
    assert plane.plot(axes) is axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("v [mV]", "n [1]")
    labels = {text.get_text() for text in axes.get_legend().get_texts()}
    assert labels == {"trajectory", "whole membrane", "dv/dt = 0", "dn/dt = 0", "unstable focus"}


def test_planes_travel(plane):
    other = pickle.loads(pickle.dumps(plane))
    assert str(other) == str(plane)
    assert "h: 0.781395 - 0.937695 n" in str(plane)
    assert "1 equilibria" in repr(plane)


def test_a_plane_without_equilibria_is_readable():
    empty = lo.phase_plane(SQUID, "v", "n", v=(60, 70), n=(0.0, 0.1), cells=10)
    assert empty.equilibria == ()
    assert "no equilibrium" in str(empty)
    assert len(empty.to_dataframe()) == 0
    assert empty.residual == 0.0
    assert empty.plot().get_xlim() == (60, 70)


def test_slow_planes_keep_v_where_it_is():
    plane = lo.phase_plane(SQUID, "h", "n", others={"v": 20.0}, cells=20)
    (point,) = plane.equilibria
    rates = lo.rates(SQUID, 20.0)
    assert (point.x, point.y) == pytest.approx((rates["h"].inf, rates["n"].inf))
    assert plane.others["m"] == "steady"


def test_a_further_state_may_be_an_axis():
    neuron = lo.models.stomatogastric("LP 2")
    plane = lo.phase_plane(neuron, "v", "ca", others="steady", cells=30)
    assert plane.units == ("mV", "µM")
    assert plane.residual < 1e-9
    assert plane.plot().get_ylabel() == "ca [µM]"


@pytest.mark.parametrize(
    ("arguments", "error", "word"),
    [
        ({}, lo.ArgumentError, "one of m, h, n"),
        ({"y": "k"}, lo.UnknownNameError, "variable of squid"),
        ({"y": "v"}, lo.ArgumentError, "two variables"),
        ({"y": "n", "others": "stedy"}, lo.UnknownNameError, "Did you mean 'steady'"),
        ({"y": "n", "others": 3}, lo.ArgumentError, "mapping"),
        ({"y": "n", "others": {"n": 0.3}}, lo.UnknownNameError, "on no axis"),
        ({"y": "n", "others": {"h": (1, 2, 3)}}, lo.ArgumentError, "two numbers"),
        ({"y": "n", "others": {"h": "slow"}}, lo.UnknownNameError, "way to treat h"),
        ({"x": "m", "y": "n"}, lo.ArgumentError, "needs v"),
        ({"y": "n", "v": (1, 0)}, lo.ArgumentError, "from a lower to a higher value"),
        ({"y": "n", "v": 3}, lo.ArgumentError, "two values"),
        ({"y": "n", "m": (0, 1)}, lo.UnknownNameError, "axis"),
        ({"y": "n", "cells": 3}, lo.ArgumentError, "10 or more"),
        ({"y": "n", "trajectories": [3]}, lo.ArgumentError, "must be a start"),
    ],
)
def test_impossible_values_are_refused(arguments, error, word):
    with pytest.raises(error, match=word):
        lo.phase_plane(SQUID, **arguments)


def test_arrays_without_a_buffer_are_refused(plane):
    with pytest.raises(lo.ArgumentError, match="no traces to draw in the plane"):
        plane.with_trajectories(lo.simulate(SQUID, lo.Step(1.0), 5, sampling=None))
    with pytest.raises(lo.UnknownNameError, match="variable of this plane"):
        plane.nullcline("m")
    with pytest.raises(lo.ArgumentError, match="one variable"):
        lo.phase_plane(lo.Membrane(lo.Channel("leak", g=0.1, E=0)))


def test_the_command_prints_what_the_library_finds(tmp_path):
    table, picture = tmp_path / "plane.csv", tmp_path / "plane.png"
    words = ["phase-plane", "squid", "--y", "n", "--at", "10", "--through", "0,0.35", "--range", "v=-20:120"]
    done = CliRunner().invoke(app, [*words, "--csv", str(table), "--png", str(picture)])
    assert done.exit_code == 0, done.output
    assert "unstable focus at v = 5.42796" in done.stdout
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert {"nullcline of v", "trajectory"} < {row["what"] for row in rows}
    assert picture.read_bytes().startswith(b"\x89PNG")
    done = CliRunner().invoke(app, ["phase-plane", "squid", "--y", "n", "--others", "h=0.4,m=steady"])
    assert "h: held at 0.4" in done.stdout
    for wrong, sentence in (
        (["--y", "n", "--through", "3"], "two numbers"),
        (["--y", "n", "--range", "v=a:b"], "must be a number"),
        ([], "one of m, h, n"),
    ):
        done = CliRunner().invoke(app, ["phase-plane", "squid", *wrong])
        assert done.exit_code == 1
        assert sentence in done.stderr
