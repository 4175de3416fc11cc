"""The report holds every answer and figure in one file; an interruption leaves what was there before."""

import json
import re
from pathlib import Path

import pytest

from loligo import LoligoError
from loligo.course import ExerciseAnswers, answer_exercise, write_report


@pytest.fixture(scope="module")
def answers() -> ExerciseAnswers:
    return answer_exercise()


def test_complete(answers: ExerciseAnswers, tmp_path: Path) -> None:
    page = write_report(answers, tmp_path / "a" / "report")
    assert sorted(file.name for file in page.parent.iterdir()) == ["answers.json", "report.html"]
    html = page.read_text(encoding="utf-8")
    assert re.findall(r"<h2>\((3\.\d\.\d)\)", html) == ["3.1.1", "3.1.2", "3.1.3", "3.2.1", "3.3.1"]
    assert html.count("data:image/png;base64,") == 5
    assert re.findall(r"<figcaption>Figure (\d)", html) == ["1", "2", "3", "4", "5"]
    assert html.count('<p class="why">') == 5
    assert re.search(r'class="who">Name <span>.*Date <span>', html)
    assert "size: A4" in html
    assert not re.search(r"\de-\d", re.sub(r'"data:[^"]*"', "", html))
    assert not re.search(r'(src|href)="(?!data:)', html)
    numbers = json.loads((page.parent / "answers.json").read_text(encoding="utf-8"))
    assert numbers["questions"]["3.1.1"]["lowest"]["value"] == answers.one_spike.lowest.value
    assert numbers["questions"]["3.2.1"]["points"][0]["duration"] == 5.0
    for line in answers.rebound.text().splitlines():
        assert line in html


def test_the_same_neuron_gives_the_same_bytes(answers: ExerciseAnswers, tmp_path: Path) -> None:
    first, second = (write_report(answers, tmp_path / name) for name in "ab")
    assert first.read_bytes() == second.read_bytes()


def test_interrupted(answers: ExerciseAnswers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "report.html").write_text("old")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupt)
        with pytest.raises(KeyboardInterrupt):
            write_report(answers, tmp_path)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("report.html", "old")]


def test_a_file_is_no_folder(answers: ExerciseAnswers, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(LoligoError, match="is a file"):
        write_report(answers, tmp_path / "taken")
