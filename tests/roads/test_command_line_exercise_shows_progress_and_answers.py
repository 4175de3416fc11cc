"""`loligo exercise` tells the course what was asked, shows how far it is, and ends with the answers."""

import io
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest
from typer.testing import CliRunner

from loligo._progress import Progress, Report
from loligo.cli.app import app


@dataclass
class Course:
    """Stands for `loligo.course`, whose own tests are elsewhere; remembers what it was asked."""

    asked: list[object] = field(default_factory=list)
    MARKS: ClassVar[dict[str, str]] = {}

    def answer_exercise(self, file: Path | None, progress: Progress = None) -> SimpleNamespace:
        self.asked.append(file)
        with Report(progress) as report:
            for part, fraction in (("steps", 0.0), ("steps", 0.3), ("ramps", 0.5), ("ramps", 1.0)):
                report(part, fraction)
        return SimpleNamespace(text=lambda: "3.1.1  2.240946 µA/cm²")

    def write_report(self, answers: SimpleNamespace, folder: Path) -> Path:
        self.asked.append(folder)
        return folder / "report.html"

    def copy_classroom_file(self, folder: Path) -> Path:
        if (folder / "HH.py").exists():
            raise FileExistsError(17, "has been edited; move it away first", "HH.py")
        (folder / "HH.py").write_text("gNa = 120.0\n")
        return folder / "HH.py"


@pytest.fixture
def course(monkeypatch: pytest.MonkeyPatch) -> Course:
    stand_in = Course()
    monkeypatch.setitem(sys.modules, "loligo.course", stand_in)
    return stand_in


def test_answers_last_and_a_line_for_each_part(course: Course) -> None:
    done = CliRunner().invoke(app, ["exercise"])
    assert done.exit_code == 0
    assert done.stderr.splitlines() == ["loligo: steps", "loligo: ramps"]
    assert done.stdout.splitlines()[0] == "3.1.1  2.240946 µA/cm²"
    assert done.stdout.splitlines()[-1].endswith(str(Path("exercise-report/report.html")))
    assert course.asked == [None, Path("exercise-report")]


def test_a_bar_on_a_terminal(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    course.answer_exercise(None, progress=True)
    assert "ramps 100%|" in screen.getvalue()
    assert "loligo:" not in screen.getvalue()


def test_a_students_file_and_another_folder(course: Course) -> None:
    assert CliRunner().invoke(app, ["exercise", "--file", "HH.py", "--output", "mine"]).exit_code == 0
    assert course.asked == [Path("HH.py"), Path("mine")]


def test_a_file_as_output_is_refused_before_any_question(course: Course, tmp_path: Path) -> None:
    (tmp_path / "HH.py").touch()
    for output in ("HH.py", "HH.py/report"):
        done = CliRunner().invoke(app, ["exercise", "--output", str(tmp_path / output)])
        assert (done.exit_code, course.asked) == (1, [])
        assert "HH.py is a file: give another name" in " ".join(done.stderr.split())


def test_copy_only_copies_and_passes_a_refusal_on(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = CliRunner().invoke(app, ["exercise", "--copy"])
    assert (first.exit_code, first.stdout, course.asked) == (0, "wrote HH.py\n", [])
    second = CliRunner().invoke(app, ["exercise", "--copy"])
    assert second.exit_code == 1
    assert second.stderr == "loligo: HH.py: has been edited; move it away first\n"
