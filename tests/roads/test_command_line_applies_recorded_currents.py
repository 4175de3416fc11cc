"""`--samples` reads a recorded current with or without times, and refuses what it cannot play exactly."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app

VALUES = [0.0, 8.0, 9.0, 3.0]


def played(folder: Path, samples: str, *options: str) -> lo.Stimulus:
    saved = folder / "run.npz"
    line = ["simulate", "squid", "--samples", samples, *options, "--save", str(saved), "--force"]
    done = CliRunner().invoke(app, line)
    assert done.exit_code == 0, done.stderr
    return lo.load(saved).stimulus


@pytest.mark.parametrize(
    "text",
    [
        "0\n8\n9\n3\n",
        "current\n0\n8\n9\n3",
        "# pA over area\n0\n\n8 # peak\n9\n3\n",
    ],
)
def test_one_column(tmp_path: Path, text: str) -> None:
    (tmp_path / "current.txt").write_text(text)
    path = str(tmp_path / "current.txt")
    assert played(tmp_path, path, "--dt", "2") == lo.Samples(VALUES, dt=2)
    assert played(tmp_path, f"{path},factor=2,start=5", "--dt", "2", "--between", "hold") == lo.Samples(
        VALUES, dt=2, start=5, between="hold", factor=2
    )


@pytest.mark.parametrize(
    "text",
    [
        "1,0\n3,8\n5,9\n7,3\n",
        "t [ms];I [µA/cm²]\n1;0\n3;8\n5;9\n7;3\n",
        "1 0\n3\t8\n5   9\n7 3",
        "t [ms],stimulus [µA/cm²],v [mV]\n1,0,4\n3,8,4\n5,9,4\n7,3,4",
    ],
)
def test_a_column_of_times(tmp_path: Path, text: str) -> None:
    (tmp_path / "current.csv").write_text(text, encoding="utf-8")
    assert played(tmp_path, str(tmp_path / "current.csv")) == lo.Samples(VALUES, dt=2, start=1)


def test_numpy_files(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.array(VALUES))
    np.save(tmp_path / "two.npy", np.column_stack([[1, 3, 5, 7], VALUES]))
    assert played(tmp_path, str(tmp_path / "one.npy"), "--dt", "2") == lo.Samples(VALUES, dt=2)
    assert played(tmp_path, str(tmp_path / "two.npy")) == lo.Samples(VALUES, dt=2, start=1)


def test_the_stimulus_of_a_csv_of_ours(tmp_path: Path) -> None:
    table = tmp_path / "traces.csv"
    line = [
        "simulate",
        "squid",
        "--ramp",
        "9",
        "--stop",
        "10",
        "--duration",
        "12",
        "--sampling",
        "0.5",
        "--csv",
    ]
    CliRunner().invoke(app, [*line, str(table)])
    again = played(tmp_path, str(table))
    ramp = lo.Ramp(9, stop=10)
    times = np.arange(0, 12.1, 0.5)
    np.testing.assert_array_equal(np.asarray(again(times[:-1])), np.asarray(ramp(times[:-1])))


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("0\n8\n", [], "has no times: give the interval of its values with --dt, in ms"),
        ("0,1\n1,2\n3,1\n", [], "not at equal intervals: 1 ms does not fit"),
        ("0,1\n0,2\n", [], "at least two times that increase"),
        ("0,1\n1,2\n", ["--dt", "1"], "leave --dt out"),
        ("0\n8\nnine\n", ["--dt", "1"], "Line 3 of"),
        ("0,1\n8\n", [], "Line 2 of"),
        ("0,1,2\n1,1,2\n", [], "has 3 columns"),
        ("current\n", ["--dt", "1"], "holds no numbers"),
        ("", ["--dt", "1"], "holds no numbers"),
        ("0\nnan\n", ["--dt", "1"], "Value 1 of the recorded stimulus is nan"),
        ("7\n", ["--dt", "1"], "at least two values"),
    ],
)
def test_invalid_samples_are_refused(tmp_path: Path, text: str, options: list[str], message: str) -> None:
    (tmp_path / "current.txt").write_text(text)
    done = CliRunner().invoke(app, ["simulate", "squid", "--samples", str(tmp_path / "current.txt"), *options])
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert message in done.stderr


@pytest.mark.parametrize("name", ["current.npy", "current.csv"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG\xff\xfe\x00")
    done = CliRunner().invoke(app, ["simulate", "squid", "--samples", str(tmp_path / name)])
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert f"{name} is not a " in done.stderr
