"""`loligo threshold` prints the library's answer with its bracket, in words and as JSON."""

import json

import pytest
from typer.testing import CliRunner

import loligo as lo
from loligo.cli.app import app

SQUID = lo.models.squid()
STEP = "threshold squid --step 1 --start 20 --stop 180 --duration 200"
LONG_STEP = 2.240945854  # µA/cm²: hh1952.json, two independent integrators


def answer(line: str) -> dict[str, object]:
    done = CliRunner().invoke(app, [*line.split(), "--json"])
    assert done.exit_code == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_value_and_bracket_hold_the_reference() -> None:
    found = answer(STEP)
    low, high = found["bracket"]
    assert low < LONG_STEP <= high == found["value"]
    assert high - low <= found["resolution"] == 1e-6
    assert (found["monotone"], found["others"], found["unit"]) == (True, [], "µA/cm²")


def test_json_is_the_librarys_answer() -> None:
    expected = lo.threshold(
        SQUID.replace(g_Na=180), lo.Step(1, 20, 180), fires="repetitively", duration=200, resolution=1e-3
    )
    found = answer(f"{STEP} --fires repetitively --set g_Na=180 --resolution 1e-3")
    setting = ("membrane", "stimulus", "interventions", "asked")
    shown = {name: value for name, value in vars(expected).items() if name not in setting}
    assert found == shown | {"bracket": list(expected.bracket), "others": list(expected.others)}


def test_the_text_names_further_changes_of_firing() -> None:
    done = CliRunner().invoke(app, f"{STEP} --fires repetitively --resolution 1e-2".split())
    found = answer(f"{STEP} --fires repetitively --resolution 1e-2")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["threshold", f"{found['value']:.3f}", "µA/cm²"]
    assert lines[1] == ["bracket", f"{found['bracket'][0]:.3f}", "to", f"{found['bracket'][1]:.3f}", "µA/cm²"]
    assert lines[2] == ["runs", str(found["runs"])]
    assert lines[3] == ["monotone", "no"]
    assert lines[4] == ["changes", "again", "at", f"{found['others'][0]:.3f}", "µA/cm²"]


@pytest.mark.parametrize("count", [1, 4])
def test_a_number_of_spikes(count: int) -> None:
    expected = lo.threshold(SQUID, lo.Step(1, 20, 180), fires=count, duration=200, resolution=1e-2)
    assert answer(f"{STEP} --fires {count} --resolution 1e-2")["value"] == expected.value


def test_a_negative_amplitude_looks_for_the_anode_break() -> None:
    found = answer("threshold squid --step -1 --start 20 --stop 180 --resolution 1e-3")
    assert found["value"] == lo.threshold(SQUID, lo.Step(-1, 20, 180), resolution=1e-3).value < 0


def test_the_threshold_of_a_sum_is_a_factor() -> None:
    line = "threshold squid --step 2,start=20 --sine 1 --stop 180 --resolution 1e-3"
    expected = lo.threshold(SQUID, lo.Step(2, 20, 180) + lo.Sine(1, stop=180), resolution=1e-3)
    assert answer(line)["value"] == expected.value
    assert f"{expected.value:.4f} times the stimulus" in CliRunner().invoke(app, line.split()).stdout
