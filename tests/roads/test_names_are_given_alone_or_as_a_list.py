"""Gradients and sensitivities take a name or several; no names give nothing, and all else is refused alike."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

import loligo as lo
from loligo._names import names_of
from loligo.analysis.threshold import Threshold
from loligo.dynamics.branch import Point
from loligo.population.sensitivities import checked_sensitivities
from loligo.simulation.sensitivities import asked

SQUID, STEP = lo.models.squid(), lo.Step(10.0)
REST = lo.rest(SQUID)
POINT = Point(
    "Hopf", 9.8, 0.0, 0.0, REST.state, np.nan, np.nan, 10.0, np.empty(0), membrane=SQUID, parameter="I", span=(0, 20)
)  # fmt: skip
THRESHOLD = Threshold(
    2.0, (1.9, 2.0), 0.1, 9, 1e-6, True, (), "µA/cm²", membrane=SQUID, stimulus=STEP, asked=("once", "rest", "auto")
)  # fmt: skip
WRONG = [None, True, 5, [["g_Na"]], [None], ["g_Na", 1], b"g_Na"]
RUN = lo.simulate(SQUID, STEP, 1.0)


@pytest.mark.parametrize("given", ["a", ["a"], {"a"}, {"a": 1}, ("a",), np.array(["a"]), pd.Index(["a"]), iter(["a"])])
def test_a_name_may_be_given_in_any_container(given):
    (name,) = names_of(given)
    assert type(name) is str
    assert name == "a"


@pytest.mark.parametrize("given", [*WRONG, ["g_Na", "g_Na"]])
def test_all_readers_refuse_alike(given):
    readers = {
        "names": [REST.gradient, POINT.gradient, POINT.period_gradient, THRESHOLD.gradient],
        "sensitivities": [partial(asked, SQUID, STEP), partial(checked_sensitivities, SQUID, STEP)],
    }
    said = "must not repeat a name" if given == ["g_Na", "g_Na"] else "must be a name or a list of names"
    for argument, calls in readers.items():
        for call in calls:
            if given is None and argument == "sensitivities":
                continue
            with pytest.raises(lo.ArgumentError, match=f"{argument} {said}"):
                call(given)


def test_no_names_give_nothing():
    assert REST.gradient([]) == POINT.gradient([]) == POINT.period_gradient([]) == THRESHOLD.gradient([]) == {}
    for none in (None, [], ()):
        assert asked(SQUID, STEP, none).names == checked_sensitivities(SQUID, STEP, none) == ()
        assert lo.simulate(SQUID, STEP, 1.0, sensitivities=none).v.tolist() == RUN.v.tolist()


def test_columns_of_arrays_have_no_range():
    table = pd.DataFrame({"status": ["ok"], "spike_times": [np.array([1.0])]})
    with pytest.raises(lo.ArgumentError, match="spike_times contains an array"):
        lo.accept(table, {"spike_times": (0, 1)})
