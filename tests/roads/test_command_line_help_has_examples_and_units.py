"""Every command's help has examples that run as they stand, and every number's help has its unit."""

import importlib
import re
import shlex

import pytest
import typer
from typer.testing import CliRunner

from loligo.cli.app import app

COMMANDS = typer.main.get_command(app).commands
UNIT = {"MS": "ms", "KHZ": "kHz", "CURRENT": "µA/cm²", "AMPLITUDE": "µA/cm²", "RAD": "rad"}
SIMULATED = ["simulate", "threshold", "models"]  # the exercise and the doctor have tests of their own


def examples(command: str) -> list[str]:
    text = importlib.import_module(f"loligo.cli.{command.replace('-', '_')}").EXAMPLES
    return [line.strip() for line in text.splitlines() if line.strip().startswith("loligo ")]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_ends_with_examples(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0
    for example in examples(command):
        assert example.split() == [word for word in example.split() if word in shown.stdout.split()]
    assert examples(command)


@pytest.mark.parametrize("line", [line for command in SIMULATED for line in examples(command)])
def test_examples_run(line: str, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, shlex.split(line)[1:])
    assert (done.exit_code, done.stdout != "") == (0, True)


@pytest.mark.parametrize("command", COMMANDS)
def test_units_in_brackets_are_shown(command: str) -> None:
    """Brackets would be taken for markup if they were not escaped."""
    own = COMMANDS[command]
    texts = [own.help or "", own.epilog or "", *(option.help or "" for option in own.params)]
    shown = CliRunner().invoke(app, [command, "--help"]).stdout
    inside = re.findall(r"\\?(\[[^][\\]+\])", "\n".join(texts))
    assert [word for word in inside if word not in shown] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_options_name_their_units(command: str) -> None:
    without = [
        option.name
        for option in COMMANDS[command].params
        if option.metavar in UNIT and UNIT[option.metavar] not in option.help
    ]
    assert without == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_a_help(command: str) -> None:
    assert [option.name for option in COMMANDS[command].params if not option.help] == []
