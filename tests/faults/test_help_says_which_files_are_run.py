"""The help of a command says which of its files are run; SECURITY.md names them, and no other is."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from loligo.cli.app import app

SECURITY = Path(__file__).parents[2] / "SECURITY.md"
RUN = {"exercise": ("--file", "It is run"), "lab": ("--model", "A .py file is run")}


@pytest.mark.parametrize("command", RUN)
def test_help_names_the_files_that_are_run(command):
    option, words = RUN[command]
    shown = " ".join(
        CliRunner(env={"COLUMNS": "400"}).invoke(app, [command, "--help"]).stdout.replace("│", " ").split()
    )
    assert words in shown
    assert "give one that you trust" in shown
    assert f"{command} {option}" in SECURITY.read_text(encoding="utf-8")


@pytest.mark.parametrize("word", ["formulas", ".json", ".npz", ".npy", ".toml", "stores", "links of the lab"])
def test_the_boundary_names_what_is_data(word):
    data = SECURITY.read_text(encoding="utf-8").partition("**Data.**")[2].partition("**Code.**")[0]
    assert word in data
