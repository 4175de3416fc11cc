"""`write_report`: the answers as a page to read, and as numbers for further computation."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import loligo
from loligo._errors import ArgumentError
from loligo._files import write_whole
from loligo._units import CURRENT, MS, MV
from loligo.course.exercise import QUESTIONS
from loligo.course.page import TITLE, page
from loligo.membrane.description import described

if TYPE_CHECKING:
    from loligo.course.exercise import ExerciseAnswers

REPORT: Final = "report.html"
NUMBERS: Final = "answers.json"
FORMAT: Final = "loligo exercise 1"
MARKS: Final = {REPORT: f"<title>{TITLE}</title>", NUMBERS: f'"format": "{FORMAT}"'}  # of our own files


def write_report(answers: ExerciseAnswers, folder: Path) -> Path:
    """Write the report of an exercise.

    Parameters
    ----------
    answers : ExerciseAnswers
        Answers as `answer_exercise` returns them.
    folder : Path
        Where ``report.html`` (with its figures inside) and ``answers.json`` go; created if it does not exist.
        Both are written completely or, if interrupted, not at all.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    ArgumentError
        ``folder`` is a file.
    OSError
        The folder cannot be written.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise ArgumentError(f"The report needs a folder, and {folder} is a file: give another name.")
    html = page(answers, QUESTIONS).encode()
    numbers = json.dumps(as_numbers(answers), indent=2, ensure_ascii=False, allow_nan=False).encode()
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / NUMBERS, numbers)
    write_whole(folder / REPORT, html)
    return folder / REPORT


def as_numbers(answers: ExerciseAnswers) -> dict[str, Any]:
    """Return the answers as plain dicts, lists, strings and numbers."""
    return {
        "format": FORMAT,
        "loligo": loligo.__version__,
        "units": {"amplitude, value, silent, resolution, others": CURRENT, "v": MV, "times, spikes, durations": MS},
        "neuron": {
            "source": answers.source,
            "edited": answers.edited,
            "slips": answers.slips,
            "membrane": described(answers.membrane),
        },
        "questions": {
            number: {"question": QUESTIONS[number], "answer": answer.text(), **asdict(answer)}
            for number, answer in answers.answers.items()
        },
    }
