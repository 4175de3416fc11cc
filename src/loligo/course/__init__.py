"""The classroom: the exercise, its report, the file that students edit. Names load on first use."""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loligo.course.calls import checked, reload
    from loligo.course.classroom import classroom_file, copy_classroom_file
    from loligo.course.diagnosis import doctor
    from loligo.course.exercise import ExerciseAnswers, answer_exercise
    from loligo.course.record import Record
    from loligo.course.report import MARKS, write_report
    from loligo.course.surroundings import Finding

_ROOM_OF = {
    "MARKS": "report",
    "ExerciseAnswers": "exercise",
    "Finding": "surroundings",
    "Record": "record",
    "answer_exercise": "exercise",
    "checked": "calls",
    "classroom_file": "classroom",
    "copy_classroom_file": "classroom",
    "doctor": "diagnosis",
    "reload": "calls",
    "write_report": "report",
}

__all__ = [
    "MARKS",
    "ExerciseAnswers",
    "Finding",
    "Record",
    "answer_exercise",
    "checked",
    "classroom_file",
    "copy_classroom_file",
    "doctor",
    "reload",
    "write_report",
]


def __getattr__(name: str) -> object:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'loligo.course' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"loligo.course.{_ROOM_OF[name]}"), name)
    globals()[name] = value
    return value
