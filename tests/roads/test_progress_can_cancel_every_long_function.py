"""Every public function that takes ``progress=`` takes the same values, and a callable can cancel it."""

import inspect
import math

import numpy as np
import pytest

import loligo as lo
from loligo import course, lab

SQUID = lo.models.squid()
CLAMP = lo.voltage_clamp(SQUID, lo.Step(60.0), 2.0, holding=-65.0)
SWEEP = lo.Sweep(CLAMP.t, current=CLAMP.ionic_current, command=lo.Step(60.0), holding=-65.0)
CALLS = {
    "bifurcation": lambda **more: lo.bifurcation(SQUID, "I", (0, 5), cycles=False, **more),
    "bifurcation_set": lambda **more: lo.bifurcation_set(
        SQUID, ("I", "celsius"), {"I": (0, 5), "celsius": (0, 40)}, cycles=False, **more
    ),
    "fi_curve": lambda **more: lo.fi_curve(SQUID, [1.0], **more),
    "fit": lambda **more: lo.fit(SQUID, SWEEP, {"g_Na": (100, 140)}, starts=2, **more),
    "refractoriness": lambda **more: lo.refractoriness(SQUID, [20.0], width=0.5, **more),
    "strength_duration": lambda **more: lo.strength_duration(SQUID, [1.0, 2.0], resolution=1e-2, **more),
    "Population.run": lambda **more: lo.Population(SQUID, g_Na=[110, 120]).run(lo.Step(10.0), 5.0, **more),
    "answer_exercise": course.answer_exercise,
    "page": lambda **more: lab.page("squid", diagrams=False, **more),
    "script": lambda **more: lab.script("squid", diagrams=False, **more),
    "export": lambda **more: lab.export("unused", "squid", diagrams=False, **more),
    "serve": lambda **more: lab.serve("squid", diagrams=False, **more),
}


def takes_progress(room):
    """Return the public functions, and methods of public classes, of a room that take progress=."""
    found = set()
    for name in room.__all__:
        thing = getattr(room, name)
        methods = inspect.getmembers(thing, inspect.isfunction) if inspect.isclass(thing) else []
        callables = {name: thing} if inspect.isfunction(thing) else {f"{name}.{key}": one for key, one in methods}
        found |= {key for key, one in callables.items() if "progress" in inspect.signature(one).parameters}
    return found


def test_every_public_function_that_takes_progress_is_called_here():
    assert takes_progress(lo) | takes_progress(course) | takes_progress(lab) == set(CALLS)


@pytest.fixture(autouse=True)
def page_is_built(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for module in ("assembly", "server"):
        monkeypatch.setattr(f"loligo.lab.{module}.built_page", lambda: "", raising=False)


@pytest.mark.parametrize("name", CALLS)
def test_a_callable_that_returns_false_cancels(name):
    calls = []

    def cancel(text, fraction):
        calls.append((text, fraction))
        return False

    with pytest.raises(lo.CancelledError, match="Cancelled by progress= during: "):
        CALLS[name](progress=cancel)
    ((text, fraction),) = calls
    assert isinstance(text, str)
    assert isinstance(fraction, float)
    assert math.isnan(fraction) or 0 <= fraction <= 1


class Unusual(Exception):  # noqa: N818
    pass


ERRORS = [Unusual, ZeroDivisionError, ValueError, np.linalg.LinAlgError, lo.ArgumentError]


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("name", CALLS)
def test_an_error_of_a_callable_reaches_the_caller(name, error):
    def fail(*_):
        raise error("of the callable")

    with pytest.raises(error, match="of the callable"):
        CALLS[name](progress=fail)


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_inside_a_search_that_may_fail_reaches_the_caller(error):
    """An f-I curve does without a bifurcation diagram that cannot be computed."""

    def fail(text, _):
        if text == "equilibria":
            raise error("of the callable")

    with pytest.raises(error, match="of the callable"):
        CALLS["fi_curve"](progress=fail)


@pytest.mark.parametrize("name", CALLS)
def test_anything_else_is_refused(name):
    with pytest.raises(lo.ArgumentError, match=r"progress= must be True, False, .* got 'yes'"):
        CALLS[name](progress="yes")


def test_true_writes_a_line_for_each_part_to_a_log_and_other_values_write_nothing(capsys):
    for progress in (True, False, None):
        CALLS["bifurcation"](progress=progress)
    assert capsys.readouterr().err == "loligo: equilibria\n"
