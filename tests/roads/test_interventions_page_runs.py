"""The page on interventions says what is there: its examples run as printed, and print what the page shows."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from loligo.cli.app import app

PAGE = (Path(__file__).parents[2] / "docs" / "interventions.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
COMMANDS = [line[2:] for language, text in BLOCKS if language == "console" for line in text.splitlines()]


def test_python_examples_run_in_order_and_print_what_is_shown(capsys):
    namespace = {"__name__": "page"}
    for number, (language, text) in enumerate(BLOCKS):
        if language == "python":
            exec(compile(text, f"example {number + 1} of the page", "exec"), namespace)
    printed = capsys.readouterr().out
    assert printed == "".join(text for language, text in BLOCKS if language == "text")


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
