"""No digit of a bifurcation point beyond its error is printed: in words, in the table, and in CSV."""

import csv
import dataclasses
import math

import numpy as np
import pytest
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app
from loligo.dynamics.known_digits import known, known_text


@pytest.fixture(scope="module")
def diagram():
    return lo.bifurcation(lo.models.morris_lecar("snic"), "I", (30, 130))


def places(text):
    return len(text.partition(".")[2])


def test_numbers_end_where_their_error_begins():
    assert known_text(4.512867628, 2.3e-6) == "4.51287"
    assert known_text(1234.0, 20.0) == "1200"
    assert known_text(-0.123456789012345, 1e-18) == "-0.1234567890"
    assert known_text(math.inf, 0.0) == "inf"
    assert known(39.963153089, 1e-4) == 39.9632
    assert known(math.inf, 1.0) == math.inf


def test_every_error_is_a_number(diagram):
    assert len(diagram.points) == 4
    for point in diagram.points:
        assert 0 < point.error < 1e-3


def test_the_words_of_points_and_diagrams(diagram):
    lines = str(diagram).splitlines()[1:]
    for point, line in zip(diagram.points, lines, strict=True):
        value = line.removeprefix(f"  {point.kind}").split()[0]
        assert value in repr(point)
        assert 10.0 ** -places(value) >= point.error
        assert abs(float(value) - point.value) <= 10.0 ** -places(value)


def test_the_table(diagram):
    frame = diagram.to_dataframe()
    special = frame[frame["point"] != ""]
    assert special["error"].notna().all()
    assert frame[frame["point"] == ""]["error"].isna().all()
    for _, row in special.iterrows():
        assert 10.0 ** -places(repr(float(row["I"]))) >= row["error"]


def test_the_csv_of_the_command(tmp_path):
    target = tmp_path / "branches.csv"
    words = ["bifurcation", "morris_lecar", "--from", "85", "--to", "110", "--csv", str(target)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    rows = [row for row in csv.DictReader(target.read_text().splitlines()) if row["point"]]
    assert {"Hopf", "fold of cycles"} <= {row["point"] for row in rows}
    for row in rows:
        assert 10.0 ** -places(row["I"]) >= float(row["error"])


def test_periods_and_extrema_are_as_well_known_as_they_are_printed(diagram):
    (fold,) = diagram.of_kind("fold of cycles")
    assert np.isfinite([fold.period_error, fold.v_error]).all()
    assert fold.period_error < 1e-6


@pytest.fixture(scope="module")
def plane():
    around = {"I": (-50, 300), "V_3": (-10, 20)}
    return lo.bifurcation_set(lo.models.morris_lecar("snic"), tuple(around), around, cycles=False)


def test_the_words_of_special_points(plane):
    assert {point.kind for point in plane.points} == {"Bautin", "Bogdanov-Takens", "cusp"}
    for point, line in zip(plane.points, str(plane).splitlines()[1 + len(plane.curves) :], strict=True):
        *_, first, second, _, v, _ = line.split()
        assert f"({first} {second})" in repr(point)
        known = zip(
            (first.rstrip(","), second, v), (*point.values, point.v), (*point.errors, point.v_error), strict=True
        )
        for text, value, error in known:
            assert 0 < error <= 10.0 ** -places(text)
            assert abs(float(text) - value) <= 10.0 ** -places(text)


def test_few_digits_of_special_points_that_are_not_known_well(plane):
    rough = tuple(dataclasses.replace(point, errors=(3e-4, 20.0), v_error=0.3) for point in plane.points)
    for point, line in zip(
        rough, str(dataclasses.replace(plane, points=rough)).splitlines()[-len(rough) :], strict=True
    ):
        *_, first, second, _, v, _ = line.split()
        assert (places(first.rstrip(",")), places(second), places(v)) == (3, 0, 0)
        assert f"({first} {second})" in repr(point)


def test_the_table_holds_the_errors_of_special_points(plane):
    frame = plane.to_dataframe()
    for name, k in (("I_error", 0), ("V_3_error", 1)):
        assert set(frame[name].dropna()) == {point.errors[k] for point in plane.points}
        assert (frame[name].notna() == (frame["point"] != "")).all()
