"""A time limit ends whatever is worked at, also in many short runs, and nothing takes it for a result."""

import time
from types import SimpleNamespace

import numpy as np
import pytest

import loligo as lo
from loligo.analysis.criteria import told_by
from loligo.kernel.cache import Folder
from loligo.kernel.stops import current_stop
from loligo.population.workers.cluster import _clearly, _waited_for

SQUID = lo.models.squid()
STEP = lo.Step(10.0)
PAIR = lo.Population(SQUID, g_Na=[100.0, 120.0])
SHORT = {
    "simulate": lambda: lo.simulate(SQUID, STEP, 1.0),
    "an exact clamp": lambda: lo.voltage_clamp(SQUID, lo.Step(56.0, start=1, stop=2), 3.0, holding=-65.0),
    "a clamp": lambda: lo.voltage_clamp(SQUID, lo.Sine(30.0, frequency=0.05), 3.0, holding=-65.0),
    "population": lambda: PAIR.run(STEP, 1.0),
    "population of one thread": lambda: PAIR.run(STEP, 1.0, threads=1),
    "strength duration": lambda: lo.strength_duration(SQUID, [0.5, 1.0]),
    "fi curve": lambda: lo.fi_curve(SQUID, [10.0]),
    "bifurcation": lambda: lo.bifurcation(SQUID, cycles=False),
    "rest": lambda: lo.rest(SQUID.replace(g_K=36.123)),
    "phase plane": lambda: lo.phase_plane(SQUID, y="n"),
}


@pytest.fixture
def passed():
    """Return a function that does something after a time limit has passed."""

    def after_the_limit(work):
        with lo.time_limit(60) as stop:
            stop.ask(60)
            work()

    return after_the_limit


@pytest.mark.parametrize("name", SHORT)
def test_nothing_begins_after_the_limit(name, passed):
    if name != "rest":  # which would be remembered
        SHORT[name]()
    with pytest.raises(lo.TimeLimitError, match="The limit of 60 s has passed"):
        passed(SHORT[name])


def test_branches_are_left_in_the_middle():
    lo.bifurcation(SQUID, cycles=False)
    begun = time.monotonic()
    with pytest.raises(lo.TimeLimitError), lo.time_limit(0.2):
        lo.bifurcation(SQUID, "I", (0, 200))
    assert time.monotonic() - begun < 1.2


@pytest.mark.parametrize("place", [None, "traces.zarr"])
def test_traces_are_not_filled_with_nan(place, tmp_path):
    lo.simulate(SQUID, STEP, 1.0)
    path = place and tmp_path / place
    with pytest.raises(lo.TimeLimitError), lo.time_limit(0.3):
        PAIR.traces([0, 1], STEP, 1e6, sampling=100.0, path=path)
    assert not list(tmp_path.iterdir())


def test_a_member_is_not_blamed(passed):
    kinetic = lo.Population(SQUID, g_Na=np.linspace(100, 130, 3))
    with pytest.raises(lo.TimeLimitError):
        passed(lambda: kinetic.run(STEP, 1.0, interventions=[lo.Hold("n", "rest")]))


def test_a_cluster_is_left():
    class Future:
        status = "pending"

        def result(self, timeout):
            current_stop().ask(60)
            raise TimeoutError

    client = SimpleNamespace(status="running", nthreads=lambda: {"worker": 1})
    with pytest.raises(lo.TimeLimitError), lo.time_limit(60), _clearly(client):
        _waited_for(Future(), client, 1.0)


def test_a_function_of_the_user_is_not_blamed(passed):
    with pytest.raises(lo.TimeLimitError):
        passed(lambda: told_by(lambda _: SHORT["simulate"](), None, 1.0))


def test_a_cache_is_not_given_up(passed, tmp_path, monkeypatch):
    def failed(*_):
        raise lo.TimeLimitError("The limit has passed")

    folder = Folder("a time limit", lambda: {"module": ""}, "a test")
    for step in ("_loaded", "_made"):
        monkeypatch.setattr(folder, step, failed)
        with pytest.raises(lo.TimeLimitError):
            folder.module("module")


def test_no_error_of_a_run_is_one_of_time():
    # whatever goes on after a LoligoError, in this library or in a script, ends when time is up
    assert not issubclass(lo.TimeLimitError, lo.LoligoError)
    assert issubclass(lo.TimeLimitError, TimeoutError)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 1e10, None, "5", [1.0]])
def test_a_limit_is_a_number_of_seconds(seconds):
    with pytest.raises((lo.ArgumentError, lo.UnitError), match="seconds"), lo.time_limit(seconds):
        pytest.fail("the block was entered")
