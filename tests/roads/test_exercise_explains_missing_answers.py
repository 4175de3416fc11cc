"""An edited neuron that never fires, or fires alone, gets sentences instead of numbers, and a report."""

import json
from pathlib import Path

import pytest

from loligo.course import ExerciseAnswers, answer_exercise, copy_classroom_file, write_report


def of(folder: Path, *edits: tuple[str, str]) -> ExerciseAnswers:
    file = copy_classroom_file(folder)
    text = file.read_text()
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    file.write_text(text)
    answers = answer_exercise(file)
    page = write_report(answers, folder / "report").read_text()
    assert page.count("<h2>(3.") == 5
    json.loads((folder / "report" / "answers.json").read_text())
    return answers


def test_blocked_sodium(tmp_path: Path) -> None:
    answers = of(tmp_path, ("gNa = 120.0", "gNa = 0"))
    assert "own current never turns inward" in answers.one_spike.text()
    assert answers.one_spike.lowest.value is answers.slow_ramp.ramp.lowest.value is None
    assert "makes it fire repetitively" in answers.repetitive.text()
    assert "makes no spike" in answers.rebound.text()
    assert "g_Na = 0 mS/cm²" in answers.more_sodium.text()


def test_one_spike_and_no_more(tmp_path: Path) -> None:
    answers = of(tmp_path, ("gNa = 120.0", "gNa = 60.0"))
    assert answers.one_spike.lowest.value == pytest.approx(5.358294, abs=1e-5)
    assert answers.repetitive.text() == "No amplitude that was tried, up to 512 µA/cm², makes it fire repetitively."


@pytest.mark.parametrize("g_Na", ["240", "300"])  # a rest that is not stable, with the run balanced on it or not
def test_fires_alone(tmp_path: Path, g_Na: str) -> None:
    answers = of(tmp_path, ("gNa = 120.0", f"gNa = {g_Na}"))
    for answer in answers.answers.values():
        assert "fires without any stimulus" in answer.text()


def test_rests_above_the_spike_level(tmp_path: Path) -> None:
    answers = of(tmp_path, ("gK = 36.0", "gK = 0"))
    assert "above the spike level of 50 mV" in answers.one_spike.text()


def test_no_single_gate(tmp_path: Path) -> None:
    answers = of(tmp_path, ("gNa = 120.0", "gNa = 200.0"))
    assert answers.rebound.responses[0].spikes
    assert answers.rebound.responses[0].causes == ()
    assert "No single gate is the cause" in answers.rebound.text()
    assert "With g_Na = 200 mS/cm²: 0.469" in answers.more_sodium.text()
