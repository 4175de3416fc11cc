"""`answer_exercise(file)` answers for the neuron in a student's file, and finds the line of a mistake."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from loligo import LoligoError
from loligo.course import ExerciseAnswers, answer_exercise, classroom_file, copy_classroom_file, write_report
from loligo.course.classroom import neuron_in
from loligo.course.firing import Lowest
from loligo.course.isolation import examined_apart, neuron_of
from loligo.course.ramps import RampPoint, SlowRamp
from loligo.course.rebound import Rebound
from loligo.course.steps import MoreSodium, OneSpike, Repetitive


def edited(folder: Path, old: str, new: str) -> Path:
    file = copy_classroom_file(folder)
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))
    return file


def test_a_file_with_more_sodium_answers_the_last_question(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    file = edited(tmp_path, "gNa = 120.0", "gNa = 180.0")
    modules, path = set(sys.modules), list(sys.path)
    changed = answer_exercise(file, lambda part, fraction: told.append((part, fraction)))
    assert changed.edited == ("g_Na 120 mS/cm² -> 180 mS/cm²",)
    original = answer_exercise()
    assert changed.repetitive.lowest.value == original.more_sodium.changed.value
    # the edited file is compared as it is: with itself at the conductance of the original
    assert changed.more_sodium.conductances == (120.0, 180.0)
    assert changed.more_sodium.changed.value == changed.repetitive.lowest.value
    assert changed.more_sodium.original.value == original.repetitive.lowest.value
    assert "g_Na 120 mS/cm² -> 180 mS/cm²" in changed.text()
    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert "HH" not in sys.modules
    assert not {name for name in set(sys.modules) - modules if name.startswith("HH")}
    assert (sys.path, list(tmp_path.iterdir())) == (path, [file])


def test_the_file_may_import_its_neighbours_and_plot(tmp_path: Path) -> None:
    file = edited(tmp_path, "gNa = 120.0", "gNa = my_numbers.SODIUM")
    (tmp_path / "my_numbers.py").write_text("SODIUM = 60.0\n")
    file.write_text("import my_numbers\n" + file.read_text())
    assert answer_exercise(file).membrane["g_Na"] == 60.0
    assert "my_numbers" not in sys.modules


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("gK = 36.0", "gK = 36.0.0", "HH.py, line 52: SyntaxError: invalid syntax"),
        ("gK = 36.0", "gK = 36.0 / 0", "HH.py, line 52: ZeroDivisionError"),
        ("4 * exp(-v / 18)", "4 * exp(-V / 18)", "Did you mean 'v'"),
        ("gl = 0.3", "gl = -0.3", "HH.py, line 72: g of channel 'leak'"),
        ("def HH_Neuron", "def HH_Nueron", "no function HH_Neuron"),
        (
            "    return Record(lo.simulate(membrane, curr, simtime, sampling=dt))",
            "    return 3",
            "must return a Record",
        ),
        ("gNa = 120.0", "raise SystemExit(1)", "SystemExit"),
    ],
)
def test_mistakes(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = edited(tmp_path, old, new)
    with pytest.raises(LoligoError) as caught:
        answer_exercise(file)
    assert said in str(caught.value)
    assert "HH" not in sys.modules


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "from neurodynex.hodgkin_huxley.HH import *\nHH_Step(I_amp=7, do_plot=False)\n",
            "only imports the classroom file",
        ),
        ("import os\nos._exit(3)\n", "ended Python (status 3) before its neuron was read"),
        ("import sys\nsys.exit()\n", "HH.py, line 2: SystemExit"),
        ("import sys\nsys.exit(3)\n", "exit() and sys.exit() end Python here, so take them out"),
        ("exit()\n", "exit() and sys.exit() end Python here, so take them out"),
        ("answer = input('amplitude? ')\n", "HH.py, line 1: EOFError"),
        ("answer = input('amplitude? ')\n", "write the value instead of it"),
        ("x = 3\ngK = = 36\n", "HH.py, line 2: SyntaxError: invalid syntax: gK = = 36"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n", "crashed Python (SIGSEGV)"),
        ("print('hello')\n" * 9, "no function HH_Neuron"),
    ],
)
def test_files_that_do_something_else(tmp_path: Path, text: str, said: str, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "HH.py"
    file.write_text(text)
    with pytest.raises(LoligoError) as caught:
        answer_exercise(file)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_file_that_never_ends(tmp_path: Path) -> None:
    file = tmp_path / "HH.py"
    file.write_text("while True:\n    pass\n")
    with pytest.raises(LoligoError, match=r"HH.py did not end within 2 s: is there an endless loop\?"):
        neuron_of(file, limit=2.0)


def test_a_thread_does_not_keep_the_answer(tmp_path: Path) -> None:
    file = copy_classroom_file(tmp_path)
    thread = "import threading, time\nthreading.Thread(target=time.sleep, args=(100,)).start()\n"
    file.write_text(f"{file.read_text()}\n{thread}")
    assert neuron_of(file, limit=50.0).name == "HH neuron"


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups")
@pytest.mark.parametrize("ends", ["", "while True: pass\n"])
def test_processes_of_the_file_end_with_it(tmp_path: Path, ends: str) -> None:
    file = tmp_path / "HH.py"
    child = "import subprocess\nchild = subprocess.Popen(['sleep', '777'])\nopen('{}', 'w').write(str(child.pid))\n"
    file.write_text(child.format(tmp_path / "pid") + ends)
    with pytest.raises(LoligoError):
        neuron_of(file, limit=3.0)
    status = Path("/proc", (tmp_path / "pid").read_text(), "stat")
    for _ in range(100):  # a busy machine takes a moment to end what was killed
        if not status.exists() or status.read_text().split()[2] == "Z":
            break
        time.sleep(0.05)
    else:
        pytest.fail("a process of the file goes on")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("membrane, curr, simtime,", "membrane, 2 * curr, simtime,", "different current"),
        (
            "membrane, curr, simtime,",
            "membrane, curr + lo.Step(10, start=0, stop=1e6), simtime,",
            "different current",
        ),
        (
            "membrane, curr, simtime,",
            "membrane, curr + lo.Step(10, start=50, stop=60), simtime,",
            "different current",
        ),
        ("membrane, curr, simtime,", "membrane, lo.Step(7, start=20, stop=180), simtime,", "different current"),
        ("membrane, curr, simtime,", "membrane, curr, 300,", "different time"),
        ("sampling=dt)", 'sampling=dt, interventions=lo.Hold("n", "rest"))', "holds or resets"),
        ("sampling=dt)", 'sampling=dt, initial={"v": 20})', "does not start at rest"),
        ("gNa = 120.0", "gNa = 120.0 if simtime < 2.5 else 180.0", "different neuron"),
    ],
)
def test_a_neuron_that_is_not_run_from_rest_by_its_current_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    file = edited(tmp_path, old, new)
    with pytest.raises(LoligoError, match="cannot be answered") as caught:
        neuron_in(file)
    assert said in str(caught.value)
    assert "return Record(lo.simulate(membrane, curr, simtime, sampling=dt))" in str(caught.value)


def test_a_last_line_that_changes_no_run_is_taken(tmp_path: Path) -> None:
    new = 'sampling=None, tolerance=1e-5, initial="rest", method="rosenbrock")'
    assert neuron_in(edited(tmp_path, "sampling=dt)", new)) == neuron_in(classroom_file())


def test_slips_are_reported_with_the_answers(tmp_path: Path) -> None:
    file = edited(tmp_path, "gNa = 120.0", "gNa = 120.0\n    g_Na = 180.0")
    found = examined_apart(file)
    assert found.membrane == neuron_in(classroom_file())
    assert len(found.slips) == 1
    assert found.slips[0].startswith("g_Na = 180 has no effect")
    assert examined_apart(classroom_file()).slips == ()
    answers = replace(_answers(), slips=found.slips)
    assert answers.text().splitlines()[1] == found.slips[0]
    assert found.slips[0] in write_report(answers, tmp_path / "report").read_text()


def _answers() -> ExerciseAnswers:
    silent = Lowest(None, reason="not asked")
    return ExerciseAnswers(
        "HH.py", neuron_in(classroom_file()), (), OneSpike((), None, silent, None), Repetitive(silent),
        Rebound((), reason="not asked"), SlowRamp(silent, RampPoint(240.0, silent, None, None, None), silent, ()),
        MoreSodium(None, silent, silent, silent),
    )  # fmt: skip


def test_a_file_may_print_and_plot(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = copy_classroom_file(tmp_path)
    file.write_text(f"{file.read_text()}\nprint('hello')\nHH_Step()\nplt.show()\n")
    assert neuron_of(file) == neuron_in(file)
    assert capfd.readouterr().err == ""


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(LoligoError, match=r"is a folder: give the file in it, .*HH\.py"):
        answer_exercise(tmp_path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--copy"):
        answer_exercise(tmp_path / "HH.py")
