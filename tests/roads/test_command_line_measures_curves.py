"""``loligo fi``, ``strength-duration`` and ``bifurcation`` say what the library finds, and write files whole."""

import csv

import numpy as np
import pytest
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app

SQUID = lo.models.squid()


def told(*words):
    return CliRunner().invoke(app, list(words))


def test_frequencies(tmp_path):
    table, picture = tmp_path / "fi.csv", tmp_path / "fi.png"
    done = told("fi", "squid", "--from", "6", "--to", "12", "--count", "4", "--csv", str(table), "--png", str(picture))
    assert done.exit_code == 0, done.output
    assert "going up, it fires continuously from 10 to 12 µA/cm²" in done.stdout
    assert "going down, it fires continuously from 8 to 12 µA/cm²" in done.stdout
    assert "after a step from rest, it fires continuously from 8 to 12 µA/cm²" in done.stdout
    assert "up: raised from the stable rest at 0 µA/cm²" in done.stdout
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    curve = lo.fi_curve(SQUID, [6, 8, 10, 12])
    assert [float(row["steady"]) for row in rows] == [*curve.up.steady, *curve.down.steady, *curve.step.steady]
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_frequencies_without_the_bifurcation_diagram():
    words = ("fi", "squid", "--from", "8", "--to", "20", "--count", "2", "--no-cycles", "--longest", "40")
    done = told(*words)
    assert "not searched" in done.stdout
    assert "after a step from rest, it has not settled at 8, 20 µA/cm²" in done.stdout


def test_frequencies_of_silent_membranes():
    done = told("fi", "squid", "--from", "0", "--to", "1", "--count", "2")
    assert "does not fire continuously" in done.stdout


def test_strengths(tmp_path):
    table = tmp_path / "strength.csv"
    done = told("strength-duration", "squid", "--from", "0.1", "--to", "10", "--count", "3", "--csv", str(table))
    assert done.exit_code == 0, done.output
    curve = lo.strength_duration(SQUID, [0.1, 1.0, 10.0])
    assert f"{curve.rheobase:.6f} µA/cm²" in done.stdout
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    np.testing.assert_allclose([float(row["threshold"]) for row in rows], curve.thresholds, rtol=1e-12)


def test_refractoriness(tmp_path):
    table, picture = tmp_path / "second.csv", tmp_path / "second.png"
    words = ["refractoriness", "squid", "--from", "2", "--to", "18", "--count", "3", "--width", "0.5"]
    done = told(*words, "--csv", str(table), "--png", str(picture))
    assert done.exit_code == 0, done.output
    found = lo.refractoriness(SQUID, [2.0, 10.0, 18.0], width=0.5)
    assert f"{found.single:.4f} µA/cm² for 0.5 ms" in done.stdout
    assert "none" in done.stdout
    assert f"absolute refractory period  {found.absolute:.3f} ms" in done.stdout
    assert f"relative refractory period  {found.relative:.3f} ms" in done.stdout
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    np.testing.assert_allclose([float(row["threshold"]) for row in rows], found.thresholds, rtol=1e-12)
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_long_measurements_report_progress():
    said = []
    lo.fi_curve(SQUID, [1.0, 2.0], cycles=False, progress=lambda part, share: said.append((part, round(6 * share, 9))))
    assert said == [
        *(("f-I curve, up", k) for k in (0, 1)),
        *(("f-I curve, step", k) for k in (2, 3)),
        ("f-I curve, cycles of the bifurcation diagram", 4),
        *(("f-I curve, down", k) for k in (4, 5)),
    ]
    for measure, values in ((lo.strength_duration, [1.0, 2.0]), (lo.refractoriness, [5.0, 9.0])):
        shares = []
        measure(SQUID, values, resolution=1e-2, progress=lambda _, share, shares=shares: shares.append(share))
        assert shares == [0.0, 0.5]


def test_bifurcations(tmp_path):
    table, picture = tmp_path / "branches.csv", tmp_path / "diagram.png"
    done = told("bifurcation", "squid", "--equilibria-only", "--csv", str(table), "--png", str(picture))
    assert done.exit_code == 0, done.output
    assert "9.779337995" in done.stdout
    assert "subcritical" in done.stdout
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    assert {row["point"] for row in rows} == {"", "Hopf"}
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["fi", "squid", "--count", "1"], "--count must be from 2 to 100,000; got 1"),
        (["fi", "squid", "--count", "1000000000"], "--count must be from 2 to 100,000; got 1,000,000,000"),
        (["fi", "squid", "--from", "3", "--to", "1"], "--from must be less than --to"),
        (["fi", "sqiud"], "Did you mean 'squid'"),
        (["fi", "squid", "--longest", "0"], "longest must be greater than zero"),
        (["bifurcation", "squid", "--over", "g_na"], "Did you mean 'g_Na'"),
        (["bifurcation", "squid", "--from", "5", "--to", "5"], "range"),
        (["strength-duration", "squid", "--from", "0"], "--from must be greater than zero"),
        (["strength-duration", "squid", "--png", "a.jpg"], "--png writes a PNG picture"),
        (["strength-duration", "squid", "--csv", "no/such/folder.csv"], "there is no folder"),
    ],
)
def test_wrong_input_is_one_line(words, sentence):
    done = told(*words)
    assert done.exit_code != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.output
