"""The page on interventions says what is there: its examples run as printed, and print what the page shows."""

import shlex

import pytest
from typer.testing import CliRunner

from loligo.cli.app import app
from roads.pages import blocks_of, check_examples

BLOCKS = blocks_of("interventions.md")
COMMANDS = [line[2:] for language, text in BLOCKS if language == "console" for line in text.splitlines()]


def test_python_examples_run_in_order_and_print_the_shown_output(capsys, monkeypatch):
    check_examples(BLOCKS, capsys, monkeypatch)


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(command):
    done = CliRunner().invoke(app, shlex.split(command)[1:])
    assert done.exit_code == 0, done.stderr


def test_the_file_of_a_population_may_hold_and_set(tmp_path):
    (toml,) = (text for language, text in BLOCKS if language == "toml")
    file = tmp_path / "held.toml"
    members = (
        '[membrane]\nmodel = "squid"\n[grid]\ng_Na = [100]\n[stimulus]\nkind = "step"\namplitude = 8\nstop = 190\n'
    )
    file.write_text(f'{members}{toml}[output]\ncsv = "{tmp_path / "held.csv"}"\n')
    done = CliRunner().invoke(app, ["population", str(file)])
    assert done.exit_code == 0, done.stderr
