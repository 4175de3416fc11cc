"""The f-I curve that is drawn over a diagram is that of `fi_curve`, and lies on the frequencies of stable cycles."""

import numpy as np
import pytest
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app

SQUID = lo.models.squid()


@pytest.fixture(scope="module")
def diagram():
    return lo.bifurcation(SQUID, "I", (10, 14))


@pytest.fixture(scope="module")
def curve():
    return lo.fi_curve(SQUID, np.linspace(10, 14, 9))


def test_measured_and_followed_frequencies_agree(diagram, curve):
    (cycles,) = [branch for branch in diagram.branches if branch.kind == "cycles" and branch.stable.all()]
    order = np.argsort(cycles.values)
    followed = np.interp(curve.down.amplitude, cycles.values[order], 1e3 / cycles.periods[order])
    np.testing.assert_allclose(curve.down.own, followed, rtol=1e-4)


def test_the_panel_is_above_the_diagram(diagram, curve):
    axes = diagram.plot(fi=curve)
    axes.figure.canvas.draw()
    (panel,) = [one for one in axes.figure.axes if one is not axes]
    assert panel.get_position().y0 > axes.get_position().y1
    assert panel.get_xlim() == axes.get_xlim() == (10, 14)
    assert panel.get_ylabel() == "frequency [Hz]"
    lines = {line.get_label(): line for line in panel.get_lines()}
    assert {"measured, up", "measured, down", "stable cycle, 1/period"} <= set(lines)
    drawn = lines["measured, up"].get_xydata()
    np.testing.assert_array_equal(drawn[~np.isnan(drawn[:, 0])].T, [curve.up.amplitude, curve.up.own])
    followed = lines["stable cycle, 1/period"].get_xydata()
    assert np.interp(12.0, *followed[np.argsort(followed[:, 0])].T) == pytest.approx(curve.down.own[4], rel=1e-3)


def test_axes_that_are_given_are_shared_out(diagram, curve):
    from matplotlib import pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, layout="constrained")
    assert diagram.plot(left, fi=curve) is left
    assert diagram.plot(right) is right
    assert len(figure.axes) == 3


def test_it_is_measured_on_request(diagram):
    curve = diagram.measured()
    assert (curve.up.amplitude[0], curve.up.amplitude[-1]) == (10, 14)
    assert curve.up.steady[-1] > 70


def test_incompatible_options_are_refused(diagram, curve):
    with pytest.raises(lo.ArgumentError, match="with the same parameters"):
        diagram.plot(fi=lo.fi_curve(SQUID.replace(g_Na=121), [10, 12]))
    with pytest.raises(lo.ArgumentError, match="FICurve"):
        diagram.plot(fi=[1, 2])
    with pytest.raises(lo.ArgumentError, match="diagram over I"):
        lo.bifurcation(SQUID, "g_Na", (100, 140), cycles=False).plot(fi=curve)


def test_the_command_draws_both(tmp_path):
    words = ["bifurcation", "squid", "--from", "0", "--to", "12", "--equilibria-only", "--fi"]
    done = CliRunner().invoke(app, [*words, "--png", str(tmp_path / "both.png"), "--csv", str(tmp_path / "both.csv")])
    assert done.exit_code == 0, done.output
    assert "9.779337995" in done.stdout
    assert "going down, it fires continuously from 6.27 to 12" in done.stdout
    assert (tmp_path / "both.png").stat().st_size > 10_000
    done = CliRunner().invoke(app, ["bifurcation", "squid", "--over", "g_K", "--fi"])
    assert done.exit_code == 1
    assert "--over I" in done.stderr
