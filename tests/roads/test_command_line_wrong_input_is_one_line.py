"""A wrong value ends with one line on stderr that says what is wrong, a status, and no traceback."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from loligo.cli.app import app

STEP = "simulate squid --step 7 --stop 5"
WRONG = {
    "simulate sqiud --step 7 --stop 5": "Did you mean 'squid'?",
    f"{STEP} --set g_na=180": "Did you mean 'g_Na'?",
    f"{STEP} --set g_Na=-1": "must be zero or more in mS/cm²; got -1",
    f"{STEP} --set g_Na=much": "--set g_Na must be a number; got 'much'",
    f"{STEP} --set g_Na": "--set takes NAME=VALUE; got 'g_Na'",
    f"{STEP} --set g_Na=1 --set g_Na=2": "--set gives g_Na twice",
    f"{STEP} --set C=0": "capacitance C must be greater than zero in µF/cm²",
    f"{STEP} --duration 0": "duration must be greater than zero in ms; got 0",
    f"{STEP} --duration nan": "duration must be a finite number in ms",
    f"{STEP} --tolerance 1": "tolerance must be between 1e-13 and 1e-2",
    f"{STEP} --method euler": "Known: explicit, explicit5, rosenbrock",
    f"{STEP} --sampling 0 --csv out.csv": "sampling must be greater than zero in ms",
    f"{STEP} --sampling 1e-12 --csv out.csv": "choose a longer interval",
    f"{STEP} --initial w=1": "'w' is not a variable of squid",
    f"{STEP} --initial nothing.npz": "got 'nothing.npz'",
    f"{STEP} --hold h=open": "--hold h must be a number or 'rest' or 'now'; got 'open'",
    f"{STEP} --hold h=1@9:8": "A hold must stop after it starts; h is held from 9 to 8 ms.",
    f"{STEP} --hold h=1@9": "--hold takes NAME=VALUE@START:STOP; 'h=1@9' has no colon after START.",
    f"{STEP} --hold h=1 --reset h=0.5@3": "Hold('h', 1) and Reset({'h': 0.5}, at=3) contradict each other",
    f"{STEP} --reset h=1": "--reset takes NAME=VALUE@TIME; 'h=1' has no time.",
    f"{STEP} --reset h=now@3": "--reset h must be a number or 'rest'; got 'now'",
    f"{STEP} --frequency 1": "--frequency is not a setting of the given stimulus (--step)",
    f"{STEP} --start 9": "Step must stop after it starts: start 9 ms, stop 5 ms",
    f"{STEP} --csv nowhere/out.csv": "nowhere/out.csv: there is no folder 'nowhere'",
    f"{STEP} --csv .": "is a folder",
    f"{STEP} --csv /dev/null": "not a regular file",
    f"{STEP} --save -": "only --csv writes to standard output",
    f"{STEP} --csv out --save out": "Two outputs are the same file",
    f"{STEP} --png out.svg": "call it 'out.png'",
    "simulate squid --step 7": "--duration or --stop is needed, in ms",
    "simulate squid": "There is no stimulus, so --duration is needed",
    "simulate squid --step strong --stop 5": "amplitude of --step must be a number; got 'strong'",
    "simulate squid --step inf --stop 5": "must be a finite number in µA/cm²",
    "simulate squid --step 7,end=5": "'end' is not a setting of --step. Known: start, stop",
    "simulate squid --ramp 7": "Ramp needs a stop",
    "simulate squid --noise 7 --stop 5 --tau 0": "tau of Noise must be greater than zero in ms",
    "simulate squid --pulses 7 --onsets 5:1:1": "--onsets takes from:until:every in ms",
    "simulate squid --pulses 7 --onsets soon": "each of --onsets must be a number; got 'soon'",
    "simulate squid --samples nothing.txt": "nothing.txt: No such file",
    "simulate squid --samples .": "Is a directory",
    "simulate squid --duration long": "Invalid value for '--duration'",
    "simulate squid --lasting 5": "No such option: --lasting",
    "simulate squid --freeze n=rest": "To hold a variable write --hold n=rest@20:180.",
    "fi squid --frozen n=rest": "To hold a variable write --hold n=rest@20:180.",
    "simulate squid --put v=3": "To set a variable write --reset v=-60@200.",
    "bifurcation squid --freeze n=rest": "No such option: --freeze",
    "simulate": "Missing argument 'MODEL'",
    "simulte": "Did you mean 'simulate'?",
    "threshold squid": "needs a stimulus",
    "threshold squid --step 1": "--duration or --stop is needed",
    "threshold squid --step 1 --stop 9 --fires often": "Known: once, repetitively",
    "threshold squid --step 1 --stop 9 --fires 0": "must be 1 or more; got 0",
    "threshold squid --step 1 --stop 9 --resolution 0": "resolution must be greater than zero",
    "threshold squid --step 1 --stop 9 --fires 500": "does not fire as required at any of the",
    "models sqiud": "Did you mean 'squid'?",
    "models --latex": "--latex needs a MODEL, for example: loligo models squid --latex",
    "models --set rest=-65": "--set needs a MODEL, for example: loligo models squid --set g_Na=100",
    "exercise --copy --file HH.py": "give only one of the two",
}


@pytest.mark.parametrize("line", WRONG)
def test_one_line_and_a_status(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, line.split())
    assert done.exit_code in (1, 2)
    assert done.stdout == ""
    assert done.stderr.startswith("loligo: ")
    assert WRONG[line] in done.stderr
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", ["simulate", "threshold", "fi", "bifurcation", "phase-plane", "refractoriness", "strength-duration"]
)
def test_an_unknown_model_is_reported_first(command: str) -> None:
    done = CliRunner().invoke(app, [command, "squidd"])
    assert "'squidd' is not a model" in done.stderr


@pytest.mark.parametrize("line", ["simulate squid --lasting 5", "simulte", "simulate"])
def test_wrong_usage_points_to_help(line: str) -> None:
    done = CliRunner().invoke(app, line.split())
    assert done.exit_code == 2
    assert done.stderr.endswith(" --help\n")
