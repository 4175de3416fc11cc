"""The page on populations says what is there: its examples run as printed, its tables are those of the code."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest

from loligo.population import FEATURES
from loligo.population.results import STATUS

PAGE = (Path(__file__).parents[2] / "docs" / "populations.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
PYTHON = [text for language, text in BLOCKS if language == "python"]
COMMANDS = [line[2:] for language, text in BLOCKS if language == "console" for line in text.splitlines()]
ROWS = re.findall(r"^\| `([^`]+)` \|(?: ([^|]*) \|| \|)", PAGE, re.MULTILINE)


def test_python_examples_run_in_order(capsys):
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    namespace = {"__name__": "page"}
    for number, text in enumerate(PYTHON):
        exec(compile(text, f"example {number + 1} of the page", "exec"), namespace)
    assert len(plt.get_fignums()) == 3
    plt.close("all")
    printed = capsys.readouterr().out
    assert "g_Na must be zero or more" in printed
    assert "<StoredRun of 144 members in memory://squid-grid: complete>" in printed
    assert len(namespace["again"]) == 144
    assert dict(namespace["traces"].sizes) == {"member": 3, "time": 2501}


def test_features_are_listed_with_their_units():
    table = [(name, unit.strip()) for name, unit in ROWS if name in FEATURES]
    assert table == [(name, feature.unit) for name, feature in FEATURES.items()]


def test_every_status_is_explained():
    assert {name for name, _ in STATUS.values()} <= {name for name, _ in ROWS}


def test_commands_run_on_the_file_that_is_shown(tmp_path):
    (toml,) = [text for language, text in BLOCKS if language == "toml"]
    (tmp_path / "squid.toml").write_text(toml, encoding="utf-8")
    commands = [shlex.split(command) for command in COMMANDS if command.startswith("loligo")]
    assert len(commands) == 3
    for _, *arguments in commands:
        done = subprocess.run(
            [sys.executable, "-m", "loligo", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "30 members" in done.stdout
    assert (tmp_path / "runs" / "squid" / "manifest.json").exists()


@pytest.mark.parametrize("link", re.findall(r"\]\((?!http)([^)]+)\)", PAGE))
def test_files_that_are_named_exist(link):
    assert (Path(__file__).parents[2] / "docs" / link).exists()
