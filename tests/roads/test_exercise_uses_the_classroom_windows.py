"""The exercise stimulates in the windows that `HH_Step` and `HH_Ramp` have as defaults, and gets what they get."""

import inspect

from loligo.course import answer_exercise
from loligo.course.protocol import RAMP, RAMP_DURATION, STEP, STEP_DURATION
from neurodynex.hodgkin_huxley import HH


def defaults(function: object) -> dict[str, float]:
    return {name: parameter.default for name, parameter in inspect.signature(function).parameters.items()}


def test_windows() -> None:
    step, ramp = defaults(HH.HH_Step), defaults(HH.HH_Ramp)
    assert (STEP.start, STEP.stop, STEP_DURATION) == (step["I_tstart"], step["I_tend"], step["tend"])
    assert (RAMP.start, RAMP.stop, RAMP_DURATION) == (ramp["I_tstart"], ramp["I_tend"], ramp["tend"])


def test_a_student_finds_the_same_by_hand() -> None:
    answers = answer_exercise()
    for trial in answers.one_spike.trials:
        assert HH.HH_Step(I_amp=trial.amplitude, do_plot=False).spikes.size == trial.spikes
    for response in answers.rebound.responses:
        assert HH.HH_Step(I_amp=response.amplitude, do_plot=False).spikes.size == len(response.spikes)
    lowest = answers.slow_ramp.ramp.lowest.value
    assert HH.HH_Ramp(I_amp=lowest - 1e-3, do_plot=False).spikes.size == 0
    assert HH.HH_Ramp(I_amp=lowest + 1e-3, do_plot=False).spikes.size == 1
