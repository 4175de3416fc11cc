"""Ctrl-C ends a command with the line "interrupted" and status 130, also while something is compiled."""

import os
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no signal to one process alone")
# the command as a user runs it, and Ctrl-C some time after a moment that the command itself reaches
COMMAND = """
import os, signal, sys, threading, time
sys.argv[0], after, moment = "loligo", float(sys.argv.pop(1)), sys.argv.pop(1)

def press():
    time.sleep(after)
    print(time.time(), flush=True)
    os.kill(os.getpid(), signal.SIGINT)

def reached(event, arguments):
    global moment
    if event == "import" and arguments[0] == moment:
        moment = None
        threading.Thread(target=press, daemon=True).start()

sys.addaudithook(reached)
from loligo.cli import main
main()
"""
LONG = {
    "simulate": ["simulate", "squid", "--step", "7", "--duration", "1e9"],
    "population": ["population", "plan.toml"],
}
PLAN = """
membrane = {model = "squid"}
stimulus = {kind = "step", amplitude = 10}
grid.g_Na = [100, 120, 140]
run = {duration = 1e8}
output.csv = "out.csv"
"""


def pressed(words, after, moment, folder, **environment):
    """Return what a command said, and how long it went on after Ctrl-C."""
    line = [sys.executable, "-c", COMMAND, str(after), moment, *words]
    done = subprocess.run(
        line, capture_output=True, text=True, check=False, cwd=folder, env=os.environ | environment, timeout=120
    )
    ended = time.time()
    assert done.returncode == 130, done.stderr
    assert "Traceback" not in done.stderr
    lines = [text for text in done.stderr.replace("\r", "\n").splitlines() if "interrupted" in text]
    assert lines == ["loligo: interrupted"]
    return ended - float(done.stdout.split()[-1])


@pytest.mark.parametrize("moment", ["typer", "loligo.cli.app", "loligo.simulation", "loligo.integrate"])
@pytest.mark.parametrize("after", [0.0, 0.1])
def test_while_it_begins(moment, after, tmp_path):
    pressed(LONG["simulate"], after, moment, tmp_path)


BEFORE = "app = lambda **_: interrupted()"
INSIDE = """
app = typer.Typer(cls=Commands)
app.command("one")(interrupted)
app.command("other")(interrupted)
"""


@pytest.mark.parametrize("app", [BEFORE, INSIDE], ids=["before the command", "in the command"])
def test_inside_an_exec_of_text(app, tmp_path):
    # as in a dataclass or in Numba's printed functions: `python -m` would die by the signal in spite of the handler
    command = f"""
import sys, types
import typer
from loligo.cli import main
from loligo.cli.endings import Commands

def interrupted():
    exec("raise KeyboardInterrupt")

{app}
sys.modules["loligo.cli.app"] = types.SimpleNamespace(app=app)
sys.argv[1:] = ["one"]
main()
"""
    (tmp_path / "command.py").write_text(command)
    line = [sys.executable, "-m", "command"]
    done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (130, "loligo: interrupted\n")


@pytest.mark.parametrize("command", LONG)
def test_while_it_runs(command, tmp_path):
    (tmp_path / "plan.toml").write_text(PLAN)
    assert pressed(LONG[command], 6.0, "loligo.cli.app", tmp_path) < 2.0  # a second, and leaving Python
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.slow
@pytest.mark.parametrize("after", [1.0, 2.5, 4.0, 5.5, 7.0, 8.5, 10.0, 12.0])
def test_while_llvm_compiles(after, tmp_path):
    (tmp_path / "plan.toml").write_text(PLAN)
    cache = tmp_path / "cache"
    took = pressed(LONG["population"], after, "loligo.integrate", tmp_path, LOLIGO_CACHE_DIR=str(cache))
    assert took < 4.0  # three seconds, and leaving Python
    for code in cache.rglob("*.nb?"):  # what was compiled in part is not left behind
        assert str(code.relative_to(code.parents[1])) in (code.parents[1] / "record.json").read_text()
