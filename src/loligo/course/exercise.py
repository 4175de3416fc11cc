"""`answer_exercise`: the five questions of the Hodgkin-Huxley exercise, each answered by simulation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from loligo._progress import Progress, Report
from loligo.course.changes import changes
from loligo.course.classroom import Examined, classroom_file, neuron_in
from loligo.course.isolation import examined_apart
from loligo.course.physiology import elsewhere, physiology
from loligo.course.ramps import SlowRamp, slow_ramp
from loligo.course.rebound import Rebound, rebound
from loligo.course.steps import MoreSodium, OneSpike, Repetitive, more_sodium, one_spike, repetitive

if TYPE_CHECKING:
    from loligo.membrane import Membrane

QUESTIONS: Final = {
    "3.1.1": "What is the lowest step current that makes at least one spike?",
    "3.1.2": "What is the lowest step current that makes the neuron fire repetitively?",
    "3.1.3": "What happens at steps of -5 and -1 µA/cm², and which gate causes the rebound spike?",
    "3.2.1": "What is the lowest current that makes a spike when it grows slowly, as a ramp?",
    "3.3.1": "What is the threshold of repetitive firing with 1.5 times the sodium conductance?",
}


@dataclass(frozen=True)
class ExerciseAnswers:
    """The answers for one neuron; every number in them was computed.

    Attributes
    ----------
    source : str
        Origin of the neuron: a file or the classroom file.
    membrane : Membrane
        The neuron.
    edited : tuple of str
        Differences of the neuron from the original, one string each.
    one_spike : OneSpike
        3.1.1
    repetitive : Repetitive
        3.1.2
    rebound : Rebound
        3.1.3
    slow_ramp : SlowRamp
        3.2.1
    more_sodium : MoreSodium
        3.3.1
    slips : tuple of str
        Likely mistakes in the neuron's file, one sentence each.
    """

    source: str
    membrane: Membrane
    edited: tuple[str, ...]
    one_spike: OneSpike
    repetitive: Repetitive
    rebound: Rebound
    slow_ramp: SlowRamp
    more_sodium: MoreSodium
    slips: tuple[str, ...] = ()

    @property
    def answers(self) -> dict[str, OneSpike | Repetitive | Rebound | SlowRamp | MoreSodium]:
        """The answers by the number of their question."""
        given = (self.one_spike, self.repetitive, self.rebound, self.slow_ramp, self.more_sodium)
        return dict(zip(QUESTIONS, given, strict=True))

    @property
    def physiology(self) -> dict[str, str]:
        """A paragraph on the physiology of each answer, by the number of its question."""
        given = (self.one_spike, self.repetitive, self.rebound, self.slow_ramp, self.more_sodium)
        return physiology(self.membrane, *given)

    @property
    def elsewhere(self) -> dict[str, str]:
        """The answers of other programs, and why they differ, by the number of the question."""
        return elsewhere(self.edited)

    def text(self) -> str:
        """Return questions and answers for a terminal."""
        neuron = "; ".join(self.edited) if self.edited else "as Hodgkin and Huxley wrote it"
        lines = [f"The neuron of {self.source}: {neuron}", *self.slips]
        for number, answer in self.answers.items():
            lines += ["", f"({number}) {QUESTIONS[number]}"]
            lines += [f"    {line}" for line in answer.text().splitlines()]
            more = (self.physiology.get(number), self.elsewhere.get(number))
            lines += [f"    {line}" for text in more if text for line in ("", *wrap(text, 110))]
        return "\n".join(lines)


def answer_exercise(file: Path | None = None, progress: Progress = None) -> ExerciseAnswers:
    """Answer the exercise.

    Parameters
    ----------
    file : Path, optional
        A student's edited classroom file, which is run; by default the original.
    progress : bool or callable, optional
        True shows a bar. A callable gets the current question and the fraction done; returning False cancels.

    Returns
    -------
    ExerciseAnswers
        If an edited neuron leaves a question without an answer, the text says why.

    Raises
    ------
    FileFormatError
        The file or its neuron does not run; the message says where and why.
    FileNotFoundError
        The file does not exist.
    """
    with Report(progress) as report:
        report("the neuron", 0.0)
        original = neuron_in(classroom_file())
        membrane, slips = Examined(original) if file is None else examined_apart(Path(file))
        report("question 3.1.1", 0.05)
        first = one_spike(membrane)
        report("question 3.1.2", 0.1)
        second = repetitive(membrane)
        report("question 3.1.3", 0.2)
        third = rebound(membrane)
        report("question 3.2.1", 0.3)
        fourth = slow_ramp(membrane, first.lowest, lambda fraction: report("question 3.2.1", 0.3 + 0.6 * fraction))
        report("question 3.3.1", 0.9)
        fifth = more_sodium(membrane, second.lowest, original)
        report("question 3.3.1", 1.0)
    source = "the classroom file" if file is None else str(file)
    return ExerciseAnswers(source, membrane, changes(original, membrane), first, second, third, fourth, fifth, slips)
