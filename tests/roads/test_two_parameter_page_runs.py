"""The page on two parameters says what is there: its example prints what it shows, its command runs, all is listed."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loligo.cli.app import app
from loligo.dynamics.curves.sets import POINTS

PAGE = (Path(__file__).parents[2] / "docs" / "dynamics-two-parameters.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
COUNT = re.compile(r", \d+ points$", re.MULTILINE)  # how many steps were taken may differ by rounding


def digits(text):
    """Return words and numbers to six digits."""
    found = re.findall(r"-?\d+\.\d+|[^\s,]+", COUNT.sub("", text))
    return [f"{float(word):.5g}" if re.fullmatch(r"-?\d+\.\d+", word) else word for word in found]


def test_the_example_prints_the_shown_output(capsys):
    exec(compile(BLOCKS["python"], "the example of the page", "exec"), {"__name__": "page"})
    assert digits(capsys.readouterr().out) == digits(BLOCKS["text"])


def test_every_kind_of_point_is_explained():
    rows = re.findall(r"^\| ([^|]+) \|", PAGE, re.MULTILINE)
    assert tuple(rows[1:]) == POINTS


def test_the_command_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = shlex.split(BLOCKS["console"].removeprefix("$ loligo"))
    done = CliRunner().invoke(app, [*words, "--equilibria-only"])
    assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.iterdir()} == {"plane.png", "curves.csv"}


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)]+)\)", PAGE))
def test_files_that_are_named_exist(link):
    assert (Path(__file__).parents[2] / "docs" / link).exists()
