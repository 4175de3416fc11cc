"""What `loligo simulate` is asked for is what the library is given: the recordings are equal, bit for bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app

SQUID = lo.models.squid()
SHORT_STEP = lo.Step(10.0, stop=5)
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "step": ("--step 7 --start 20 --stop 40", {"stimulus": lo.Step(7, start=20, stop=40)}),
    "ramp": ("--ramp 20 --start 3 --stop 27", {"stimulus": lo.Ramp(20, start=3, stop=27)}),
    "sine": (
        "--sine 7 --frequency 0.02 --offset 0.5 --phase 1 --stop 30",
        {"stimulus": lo.Sine(7, frequency=0.02, offset=0.5, phase=1, stop=30)},
    ),
    "pulses": ("--pulses 10 --onsets 10,25 --width 2", {"stimulus": lo.Pulses(10, onsets=(10, 25), width=2)}),
    "train": ("--pulses 10 --onsets 10:31:7", {"stimulus": lo.Pulses(10, onsets=(10, 17, 24))}),
    "chirp": (
        "--chirp 3 --first 0 --last 0.2 --stop 30",
        {"stimulus": lo.Chirp(3, first=0, last=0.2, stop=30)},
    ),
    "noise": (
        "--noise 5 --tau 3 --seed 4 --mean 1 --dt 0.05 --stop 30",
        {"stimulus": lo.Noise(5, tau=3, seed=4, mean=1, dt=0.05, stop=30)},
    ),
    "sum": (
        "--step 7,start=20 --step -2,start=5,stop=9 --sine 2,frequency=0.05 --stop 30",
        {"stimulus": lo.Step(7, 20, 30) + lo.Step(-2, 5, 9) + lo.Sine(2, frequency=0.05, stop=30)},
    ),
    "own onsets": (
        "--pulses 10,onsets=10,25,width=2 --width 1",
        {"stimulus": lo.Pulses(10, onsets=(10, 25), width=2)},
    ),
    "nothing": ("--duration 20 --initial v=7", {"duration": 20, "initial": {"v": 7}}),
    "parameters": (
        "--step 10 --stop 5 --set g_Na=180 --set celsius=16.3",
        {"membrane": SQUID.replace(g_Na=180, celsius=16.3), "stimulus": SHORT_STEP},
    ),
    "absolute": (
        "--step 10 --stop 5 --set rest=-65",
        {"membrane": lo.models.squid(rest=-65), "stimulus": SHORT_STEP},
    ),
    "settings": (
        "--step 10 --stop 5 --duration 30 --tolerance 1e-9 --method rosenbrock --sampling 0.5",
        {"stimulus": SHORT_STEP, "duration": 30, "tolerance": 1e-9, "method": "rosenbrock", "sampling": 0.5},
    ),
    "hold": (
        "--step -5 --start 5 --stop 40 --hold n=rest@4:40 --hold h=0.6@:20 --hold h=now@30:",
        {
            "stimulus": lo.Step(-5, 5, 40),
            "interventions": [lo.Hold("n", "rest", 4, 40), lo.Hold("h", 0.6, stop=20), lo.Hold("h", "now", 30)],
        },
    ),
    "reset": (
        "--step -5 --start 5 --stop 40 --reset n=rest@40 --reset v=-8@45",
        {"stimulus": lo.Step(-5, 5, 40), "interventions": [lo.Reset({"n": "rest"}, 40), lo.Reset({"v": -8}, 45)]},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_saved_recording_is_the_librarys(case: str, tmp_path: Path) -> None:
    line, asked = CASES[case]
    done = CliRunner().invoke(app, ["simulate", "squid", *line.split(), "--save", str(tmp_path / "run.npz")])
    assert done.exit_code == 0, done.stderr
    found, expected = lo.load(tmp_path / "run.npz"), lo.simulate(**({"membrane": SQUID} | asked))
    assert (found.membrane, found.stimulus, found.settings) == (
        expected.membrane,
        expected.stimulus,
        expected.settings,
    )
    for name in ("t", "states", "spikes", "final"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))


def test_printed_spikes_are_the_librarys_to_the_digits_shown() -> None:
    line = "simulate squid --step 10 --duration 100 --tolerance 1e-9"
    rows = CliRunner().invoke(app, line.split()).stdout.splitlines()[2:]
    expected = lo.simulate(SQUID, lo.Step(10), 100, tolerance=1e-9).spikes
    assert [row.split()[1] for row in rows] == [f"{spike:.9f}" for spike in expected]
    assert [row.split()[2] for row in rows[1:]] == [f"{gap:.9f}" for gap in np.diff(expected)]


def test_a_run_continues_from_the_end_of_a_saved_one(tmp_path: Path) -> None:
    first, second = str(tmp_path / "first.npz"), str(tmp_path / "second.npz")
    CliRunner().invoke(app, ["simulate", "squid", "--step", "10", "--duration", "20", "--save", first])
    line = ["simulate", "squid", "--step", "10", "--duration", "20", "--initial", first, "--save", second]
    assert CliRunner().invoke(app, line).exit_code == 0
    before = lo.simulate(SQUID, lo.Step(10), 20)
    after = lo.simulate(SQUID, lo.Step(10), 20, initial=before)
    np.testing.assert_array_equal(lo.load(second).spikes, after.spikes)


def test_a_variant_of_a_model_is_chosen_by_its_name() -> None:
    shown = CliRunner().invoke(app, ["models", "pospischil", "--set", "kind=FS"]).stdout
    assert "M" not in next(line for line in shown.splitlines() if line.startswith("channels"))
