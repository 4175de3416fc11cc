"""Every Python example and every command of the README runs as printed."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest

README = Path(__file__).parents[2] / "README.md"
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
PYTHON = [text for language, text in BLOCKS if language == "python"]
COMMANDS = [line[2:] for language, text in BLOCKS if language == "console" for line in text.splitlines()]


def test_python_examples_run_in_order(capsys):
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    namespace = {"__name__": "readme"}
    for number, text in enumerate(PYTHON):
        exec(compile(text, f"README example {number + 1}", "exec"), namespace)
    plt.close("all")
    printed = capsys.readouterr().out
    assert "m held: 1 spikes\nh held: 1 spikes\nn held: 0 spikes" in printed
    assert "2.240946 µA/cm², error below 1e-06" in printed
    assert "firing changes again at 89.8976" in printed


@pytest.mark.parametrize("command", COMMANDS)
def test_command_runs(command, tmp_path):
    program, *arguments = shlex.split(command)
    assert program == "loligo"
    done = subprocess.run(
        [sys.executable, "-m", "loligo", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_the_light_route_comes_first_with_its_duration():
    start = README.read_text(encoding="utf-8").split("## Start")[1].split("## The exercise")[0]
    assert start.index("-m pip install .\n") < start.index("make demo") < start.index("[test]")
    assert "about a minute" in start
    assert "progress bar" in start


def test_set_up_is_two_commands():
    commands = {line for language, text in BLOCKS if not language for line in text.splitlines()}
    assert {"make demo", "make test"} <= commands
