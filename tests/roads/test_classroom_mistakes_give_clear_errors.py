"""Mistakes of students each end in one sentence that says what to type, below few lines of their own files."""

import re
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import loligo as lo
from loligo.course import classroom_file

BETA, ALPHA = "4 * exp(-v / 18)", "0.1 * (25 - v) / (exp((25 - v) / 10) - 1)"
RUN, RETURN = "HH_Step(do_plot=False)", "    return Record(lo.simulate(membrane, curr, simtime, sampling=dt))"
MOST_FRAMES = 6  # this file, what is typed, the check of the call, HH_Step, HH_Neuron, and a constructor of loligo's

POTENTIALS = "ENa = 115.0\n    EK = -12.0\n    El = 10.6"

FORMULAS = {  # what stands in place of beta of m: what to write
    "4 * exp(-v / 18)^2": "write '4 * exp(-v / 18)**2'",
    "4exp(-v / 18)": "write '4*exp(-v / 18)'",
    "4(exp(-v / 18))": "write '4*(exp(-v / 18))'",
    "0.1(25 - v)": "write '0.1*(25 - v)'",
    "(25 - v)0.1": "write '(25 - v)*0.1'",
    "2v": "write '2*v'",
    "v(25)": "write 'v*(25)'",
    "4 * np.exp(-v / 18)": "write '4 * exp(-v / 18)'",
    "4 * math.exp(-v / 18)": "write '4 * exp(-v / 18)'",
    "4 * exp[-v / 18]": "write '4 * exp(-v / 18)'",
    "4 * exp{-v / 18}": "write '4 * exp(-v / 18)'",
    "4 * exp(-v / 18": "write '4 * exp(-v / 18)'",
    "4 * exp(-v / 18))": "write '4 * exp(-v / 18)'",
    "0,1 * exp(-v / 18)": "write '0.1 * exp(-v / 18)'",
    "4 * Exp(-v / 18)": "write '4 * exp(-v / 18)'",
    "4 * e**(-v / 18)": "Write exp(x) for e**x.",
    "4 * e^(-v / 18)": "write '4 * exp(-v / 18)'",
    "4 * exp(-V / 18)": "Write v for the potential.",
    "4 * exp(-vm / 18)": "Write v for the potential.",
    "4 × exp(−v ÷ 18)": "write '4 * exp(-v / 18)'",
    "4 * exp(-v² / 18)": "write '4 * exp(-v**2 / 18)'",
    "beta = 4 * exp(-v / 18)": "write '4 * exp(-v / 18)'",
    "4 * exp(-v / 18);": "write '4 * exp(-v / 18)'",
    "4 * exp(-v / 18) / ms": "Write numbers without units",
    "4 * exp(-v / (18 * mV))": "Write numbers without units",
    "4 * ln(2) * exp(-v / 18)": "write '4 * log(2) * exp(-v / 18)'",
    "|v|": "write 'abs(v)'",
    "pow(v, 2)": "write '(v)**( 2)'",
    "": "write one such as",
    "4 * * v": "write one such as",
    "4 * e^-v/18": "write '4 * exp(-v/18)'",
    "4e^-v": "write '4*exp(-v)'",
    "4 * exp(-v / 18 ms)": "write '4 * exp(-v / 18)'",
    "4 * exp[-V / 18 mV] / ms": "write '4 * exp(-v / 18)'",
    "4 exp -v/18": "write '4*exp(-v/18)'",
    "0.1(25 - V)": "write '0.1*(25 - v)'",
    "4 * exp -v / 18": "Write exp(...), with its argument in brackets.",
    "4 * exp(-v / (18 * mvolt))": "Write numbers without units",
}
EDITS = {  # an edit of HH_Neuron: what to write
    (f'"{ALPHA}"', '"0.1 * (25 - v) / (exp(25 - v / 10) - 1)"'): "write exp((25 - v) / 10)",
    (f'"{ALPHA}"', ALPHA): "write formulas in quotes",
    ("open=m**3 * h", "open=m^3 * h"): "A power of gates is written with **",
    ("open=n**4", "open=n^4"): "A power of gates is written with **",
    ("open=n**4", 'open="n**4"'): "product of gates such as m**3 * h",
    ("gNa = 120.0", "gNa = 120,5"): "Write 120.5, with a decimal point.",
    ("gNa = 120.0", "gNa = 120.0,"): "Write 120.0, without the trailing comma.",
    ("open=m**3 * h", "open=(m**3, h)"): "got a tuple: write * between gates, not a comma.",
    ("gNa = 120.0", 'gNa = "120"'): "Write 120 without quotes.",
    ("gNa = 120.0", "gNa = -120.0"): "must be zero or more in mS/cm²",
    ("C = 1.0", "C = 0"): "must be greater than zero in µF/cm²",
    ("g=gNa", "g=gna"): "write gNa.",
    ("g=gK", "g=gPotassium"): "write gPotassium = ... above.",
    ('lo.Channel("Na"', 'lo.channel("Na"'): "write lo.Channel",
    ("g=gNa, E=ENa, open=m**3 * h", "gNa, ENa, m**3 * h"): 'write lo.Channel("Na", g=gNa, E=ENa, open=m**3 * h).',
    ("g=gNa, E=ENa,", "g=gNa,"): 'write lo.Channel("Na", g=gNa, E=ENa, open=m**3 * h).',
    (', beta="4 * exp(-v / 18)"', ""): "takes alpha and beta",
    ("gNa = 120.0", "gNa = 1.5 * gNa"): "gNa = 1.5 * 120.0",
    ("gK = 36.0", "gK: 36.0"): "gK = 36.0",
    ("gNa = 120.0", "gNa = 120.0 * mS"): "write numbers without units, such as gNa = 120.0",
    ("C = 1.0", "C = 1.0 * uF_per_cm2"): "write numbers without units",
    (RETURN, "    return Record(membrane)"): "write Record(lo.simulate(membrane, curr, simtime, sampling=dt)).",
    ("g=gK, E=EK", "g=gK(2), E=EK"): "write * between factors",
    (RETURN, "    lo.simulate(membrane, curr, simtime, sampling=dt)"): "write return Record(lo.simulate(",
}
CALLS = {
    "HH_Step(I_amp='7')": "Write 7 without quotes.",
    "HH_Step(I_amp='7,5 uA')": "Write 7.5 without quotes.",
    "HH_Step(I_amp=(7, 5))": "Write 7.5, with a decimal point.",
    "HH_Step(I_amp=[7])": "Write 7, without brackets.",
    "HH_Step(I_amp=np.array([7.]))": "Write 7.0, without brackets.",
    "HH_Step(I_amp=None)": "must be a single number in µA",
    "HH_Step(I_amp=float('nan'))": "must be a finite number in µA; got",
    "HH_Step(amp=7)": "write I_amp= instead.",
    "HH_Step(i_amp=7)": "write I_amp= instead.",
    "HH_Step(duration=100)": "write tend= instead.",
    "HH_Sinus(frequency=0.01)": "write I_freq= instead.",
    "HH_Step(colour='red')": "write one of I_tstart, I_tend, I_amp",
    "HH_Step(20, 180, 7, 200, True, 0.1, 5)": "Write HH_Step(I_tstart",
    "HH_Step(do_plot='False')": "write do_plot=False.",
    "HH_Step(I_tstart=200)": "must",
    "HH_Step(tend=0)": "tend must be greater than zero in ms",
    "HH_Step(dt=0)": "dt must be greater than zero in ms",
    "HH_Step(I_amp=-7000)": "write -7 if you meant -7000 nA.",
    "HH_Neuron(7, 200)": "write HH_Neuron(lo.Step(7, start=20, stop=180), 200).",
    "HH_Neuron(np.zeros(9), 200)": "write HH_Neuron(lo.Step(7, start=20, stop=180), 200).",
    "HH_Neuron(lo.Step, 200)": "write HH_Neuron(lo.Step(7, start=20, stop=180), 200).",
    "HH_Neuron(lo.Step(7))": "Write HH_Neuron(curr",
    "lo.step(7)": "write lo.Step",
    "reload(lo)": "importlib.reload(HH)",
    "HH_Step(tend=1e9)": "write a tend below 1,000,000, or a longer dt.",
    "HH_Neuron(lo.Step(7), 1e9)": "write a simtime below 1,000,000, or a longer dt.",
    "HH_Step(I_tstart=180, I_tend=20)": "write HH_Step(I_tstart=20, I_tend=180).",
    "HH_Ramp(I_tstart=300)": "write an I_tend above 300.",
    "HH_Step(I_tstart=-20)": "write a positive I_tstart.",
    "HH_Sinus(I_freq=0)": "I_freq must be greater than zero in kHz",
    "HH_Neuron(lo.Step(7), 0)": "simtime must be greater than zero in ms",
    "plot_data(3)": "then plot_data(rec).",
    f"plot_data({RUN}.vm)": "then plot_data(rec).",
    f"plot_data({RUN}.recording)": "then plot_data(rec).",
    f"plot_data({RUN}, title=3)": "write plot_data(rec, title='3').",
    f"{RUN}.V": "write rec.v.",
    f"{RUN}.spike": "write rec.spikes.",
    f"{RUN}.current": "write rec.I_e.",
    f"{RUN}.colour": "write one of rec.t, ",
    f"len({RUN})": "write rec.t for the times",
    f"list({RUN})": "write rec.t for the times",
    f"{RUN}[0]": "write rec.t for the times",
    f"{RUN}['V']": "Did you mean 'v'?",
    f"{RUN}.recording.current('na')": "Did you mean 'Na'?",
}
WARNINGS = {
    "HH_Step(3, do_plot=False)": "write HH_Step(I_amp=3)",
    "HH_Ramp(20, do_plot=False)": "write HH_Ramp(I_amp=20)",
    "HH_Step(7, 200, do_plot=False)": "write HH_Step(I_amp=7, tend=200)",
    "HH_Step(7, 20, do_plot=False)": "write HH_Step(I_amp=7, I_tstart=20)",
    "HH_Sinus(0.01, 7, do_plot=False)": "write HH_Sinus(I_freq=0.01, I_amp=7)",
    "HH_Sinus(7, tend=50, do_plot=False)": "write 0.007 if you meant 7 Hz. For an amplitude of 7 µA write I_amp=7.",
    "HH_Sinus(I_freq=0.0001, do_plot=False)": "or tend=10000.",
    "HH_Ramp(I_tend=500, do_plot=False)": "I_tend=500, tend=500)",
    "HH_Step(0.02, 0.18, tend=0.2, do_plot=False)": "write 200 if you meant 0.2 s.",
    "HH_Step(dt=20, do_plot=False)": "of 10 spikes fall between samples: write dt=0.1.",
    "HH_Step(dt=5, do_plot=False)": "of 10 spikes fall between samples: write dt=0.1.",
    "HH_Step(dt=1000, do_plot=False)": "10 of 10 spikes fall between samples: write dt=0.1.",
    "HH_Neuron(lo.Step(7), 200, 5)": "write dt=0.1.",
    "HH_Step(tend=10, do_plot=False)": "give a tend above 20.",
    "HH_Ramp(tend=20, do_plot=False)": "give a tend above 30.",
    "HH_Step(I_amp=7000, do_plot=False)": "write 7 if you meant 7000 nA.",
    "HH_Step(I_amp=-2000, do_plot=False)": "write -2 if you meant -2000 nA.",
    "HH_Step(I_amp=7e-6, do_plot=False)": "write 7 if you meant 0.000007 A.",
    "HH_Sinus(I_freq=10, tend=50, do_plot=False)": "write 0.01 if you meant 10 Hz.",
}
SILENT = {  # an edit that runs: what the warning says
    ("gNa = 120.0", "gNa = 120.0\n    g_Na = 180"): "write gNa = 180 in its place.",
    ("gl = 0.3", "gl = 0.3\n    gL = 0.5"): "write gl = 0.5 in its place.",
    ("ENa = 115.0", "ENa = 115.0\n    ena = 50"): "write ENa = 50 in its place.",
    ("@checked\ndef HH_Neuron", "gNa = 180\n\n@checked\ndef HH_Neuron"): "write gNa = 180 in its place.",
    ("ENa = 115.0", "ENa = 0.115"): "write 115 if you meant 0.115 V.",
    (POTENTIALS, POTENTIALS.replace("115.0", "0.115").replace("-12.0", "-12e-3")): "write 115 and -12 if you meant",
    ("ENa = 115.0", "ENa = 50.0"): "write ENa = 115, which is 65 mV more.",
    ("EK = -12.0", "EK = -77.0"): "write EK = -12, which is 65 mV more.",
    (POTENTIALS, "ENa = 50.0\n    EK = -77.0\n    El = -54.4"): "write ENa = 115, EK = -12, El = 10.6, which",
    ("C = 1.0", "C = 1e-6"): "write C = 1 if you meant 0.000001 F.",
    ("gNa = 120.0", "gNa = 120.0e-3"): "write gNa = 120 if you meant 0.12 S",
    ("gK = 36.0", "gK = 36e3"): "write gK = 36 if you meant 36000 µS",
    ("gl = 0.3", "gl = 0.3e-3"): "write gl = 0.3 if you meant 0.0003 S",
    ("gNa = 120.0", "gNa = 1e9"): "write gNa = 120.",
    ("spike_level=50.0", "spike_level=0.05"): "write spike_level=50 if you meant 0.05 V.",
    ("spike_level=50.0", "spike_level=500"): "write spike_level=50.",
    ("open=m**3 * h", "open=m**-3 * h"): "open=m**(-3) * h of channel 'Na' is not an open fraction",
    ("open=m**3 * h", "open=m**3 + h"): "open=m**3 + h of channel 'Na' is not an open fraction",
    ("open=m**3 * h", "open=m*3 * h"): "open=m * 3 * h of channel 'Na' is not an open fraction",
    ("E=EK", "E=ENa"): "E=EK for 'K'",
    ("ENa = 115.0", "ENa = 11500"): "more than any membrane can bear",
    ('"1 / (exp((30 - v) / 10) + 1)"', '"1 / (exp(30 - v / 10) + 1)"'): "write exp((30 - v) / 10)",
}


@pytest.fixture
def typed(tmp_path: Path) -> Callable[..., Any]:
    """Return a function that runs a line after the star import of an edited classroom file."""

    def run(line: str, old: str = "", new: str = "") -> Any:
        text = classroom_file().read_text(encoding="utf-8")
        assert old in text, old
        file = tmp_path / "HH.py"
        module = ModuleType("HH")
        exec(compile(text.replace(old, new, 1) if old else text, file, "exec"), module.__dict__)
        return exec(compile(line, "<typed>", "exec"), dict(module.__dict__))

    return run


def sentence_of(typed: Callable[..., Any], line: str, edit: tuple[str, str] = ("", "")) -> str:
    with pytest.raises((lo.LoligoError, AttributeError)) as caught:
        typed(line, *edit)
    shown = traceback.TracebackException.from_exception(caught.value)
    frames = [frame for frame in shown.stack if frame.name not in {"sentence_of", "run"} or frame.filename != __file__]
    assert len(frames) <= MOST_FRAMES, shown.stack
    assert shown.__cause__ is None
    assert shown.__suppress_context__ or shown.__context__ is None
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def warning_of(typed: Callable[..., Any], line: str, edit: tuple[str, str] = ("", "")) -> str:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        typed(line, *edit)
    assert [(one.category, one.filename) for one in caught] == [(lo.LikelyMistakeWarning, "<typed>")]
    return str(caught[0].message)


@pytest.mark.parametrize(("formula", "instead"), FORMULAS.items())
def test_formulas_in_another_notation(typed: Callable[..., Any], formula: str, instead: str) -> None:
    assert instead in sentence_of(typed, RUN, (BETA, formula))


@pytest.mark.parametrize("formula", [formula for formula, instead in FORMULAS.items() if "write '" in instead])
def test_the_suggested_corrections_are_accepted(formula: str) -> None:
    with pytest.raises(lo.LoligoError) as refused:
        lo.Gate("m", alpha="1", beta=formula)
    better = re.search(r"write '(.*)' \(", str(refused.value))
    assert better
    gate = lo.Gate("m", alpha="1", beta=better[1])
    assert lo.Membrane(lo.Channel("Na", g=1, E=50, open=gate)).gates == (gate,)


@pytest.mark.parametrize(("edit", "instead"), EDITS.items())
def test_edits_of_the_file(typed: Callable[..., Any], edit: tuple[str, str], instead: str) -> None:
    assert instead in sentence_of(typed, RUN, edit)


@pytest.mark.parametrize(("line", "instead"), CALLS.items())
def test_calls(typed: Callable[..., Any], line: str, instead: str) -> None:
    assert instead in sentence_of(typed, line)


@pytest.mark.parametrize(("line", "instead"), WARNINGS.items())
def test_calls_that_run_and_mean_something_else(typed: Callable[..., Any], line: str, instead: str) -> None:
    assert instead in warning_of(typed, line)


@pytest.mark.parametrize(("edit", "instead"), SILENT.items())
def test_edits_that_run_and_change_nothing(typed: Callable[..., Any], edit: tuple[str, str], instead: str) -> None:
    assert instead in warning_of(typed, RUN, edit)


def test_there_are_sixty_and_more() -> None:
    assert sum(map(len, (FORMULAS, EDITS, CALLS, WARNINGS, SILENT))) >= 60


def test_spontaneous_firing_is_reported_once(typed: Callable[..., Any]) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        typed("assert HH_Step(I_amp=0, do_plot=False).spikes.size > 5", "gK = 36.0", "gK = 5.0")
    assert [one.category for one in caught] == [lo.UnstableRestWarning]
    assert "it fires spontaneously" in str(caught[0].message)


@pytest.mark.parametrize(
    "edit",
    [
        ("gNa = 120.0", "gNa = 60.0\n    g_Na = 2 * gNa\n    gNa = g_Na"),
        ("gNa = 120.0", "gNa = 120.0\n    g_Na = 120.0"),
        ('"0.125 * exp(-v / 80)"', '"exp(-2.08 - v / 80)"'),
        (POTENTIALS, "ENa = 90.0\n    EK = -20.0\n    El = 0.0"),
        ("gNa = 120.0", "gNa = 0.0"),
        ("C = 1.0", "C = 10.0"),
        ("spike_level=50.0", "spike_level=0.0"),
        ("open=m**3 * h", "open=0.5 * m**3 * h"),
        ("lo.Channel(", 'lo.Channel("KA", g=1, E=EK, open=n**3),\n        lo.Channel('),
    ],
)
def test_correct_input_gives_no_warning(typed: Callable[..., Any], edit: tuple[str, str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        typed(RUN.replace("HH_Step(", "HH_Step(I_tstart=20, "), *edit)
        typed("HH_Step(20, 180, do_plot=False), HH_Step(dt=0.2, do_plot=False), HH_Step(dt=5, I_amp=1, do_plot=False)")
        typed("HH_Sinus(0.01, 0.5, do_plot=False), HH_Step(I_tend=500, tend=100, do_plot=False)")
        typed("HH_Step(20, 180, 7, do_plot=False), HH_Step(tend=100, do_plot=False), HH_Step(I_amp=0, do_plot=False)")
        typed(
            "HH_Neuron(lo.Pulses(900, onsets=(5,), width=0.01), 20), HH_Neuron(lo.Noise(2, tau=2, seed=1, stop=20), 20)"
        )


def test_records_answer_by_name(typed: Callable[..., Any]) -> None:
    typed(
        "rec = HH_Step(tend=60, dt=0.5, do_plot=False)\n"
        "assert rec.t.size == 121 and rec.vm.shape == (1, 121)\n"
        "for trace in (rec['v'], rec.v, rec['vm']): assert np.array_equal(trace, rec.vm[0])\n"
        "assert np.array_equal(rec['m'], rec.m[0]) and np.array_equal(rec['I_e'], rec.I_e[0])\n"
        "assert np.array_equal(rec.spikes, rec.recording.spikes) and np.array_equal(rec['spikes'], rec.spikes)\n"
        "assert 'Step current of 7 µA from 20 to 180 ms' in repr(rec) and rec.plot().get_suptitle() == rec.title\n"
        "assert 'Sinusoidal current of 7 µA around 0.5 µA at 0.01 kHz' in repr(HH_Sinus(tend=50, do_plot=False))\n"
        "assert 'Ramp current up to 20 µA from 30 to 270 ms' in repr(HH_Ramp(tend=50, do_plot=False))\n"
        "assert HH_Step(I_amp=0, tend=30, do_plot=False).title == 'No current'\n"
        "assert rec.plot().axes[-1].get_ylabel() == 'stimulus\\n[µA]'\n"
        "plot_data(rec)\n"
        "assert plt.gcf().axes[-1].get_ylabel() == 'stimulus\\n[µA]'\n"
        "assert rec.plot('mine').get_suptitle() == 'mine'\n"
    )
