"""The page on dynamics says what is there: its examples run as printed, and print what the page shows."""

import re
import shlex
from pathlib import Path

import matplotlib as mpl
import pytest
from typer.testing import CliRunner

from loligo.cli.app import app
from loligo.dynamics.planes.reduction import WORDS

PAGE = (Path(__file__).parents[2] / "docs" / "dynamics.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
PYTHON = [text for language, text in BLOCKS if language == "python"]
SHOWN = [text for language, text in BLOCKS if language == "text"]
COMMANDS = [line[2:] for language, text in BLOCKS if language == "console" for line in text.splitlines()]


def test_python_examples_run_in_order(capsys):
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    namespace = {"__name__": "page"}
    for number, text in enumerate(PYTHON):
        exec(compile(text, f"example {number + 1} of the page", "exec"), namespace)
    assert len(plt.get_fignums()) == 5
    printed = capsys.readouterr().out
    assert len(SHOWN) == 2
    for text in SHOWN:
        assert text in printed
    assert "the squid can rest or fire from 6.5 to " in printed
    assert "chronaxie 1.65429 ms" in printed
    assert "['stable node', 'saddle', 'stable node']" in printed


def test_the_words_of_others_are_listed():
    assert set(re.findall(r'^\| `"([^"]+)"` \|', PAGE, re.MULTILINE)) == set(WORDS)


@pytest.mark.parametrize("command", [one for one in COMMANDS if "bifurcation" not in one])
def test_commands_run(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, shlex.split(command)[1:])
    assert done.exit_code == 0, done.output
    assert list(tmp_path.glob("*.png"))


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)]+)\)", PAGE))
def test_files_that_are_named_exist(link):
    assert (Path(__file__).parents[2] / "docs" / link).exists()
