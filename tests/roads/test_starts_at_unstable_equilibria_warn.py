"""A start that was given and is exactly an unstable equilibrium is kept, and said to be one."""

import re
import warnings

import numpy as np
import pytest

import loligo as lo

FIRING = {
    "squid": lo.models.squid().replace(g_Na=240.0),
    "morris_lecar": lo.models.morris_lecar().replace(E_leak=-10.0),
    "AB/PD 2": lo.models.stomatogastric("AB/PD 2"),
}
WORDS = r"The given initial state is an unstable equilibrium of .* at 0 µA/cm².* give v = .* mV in initial"


def starts(membrane):
    rest = lo.rest(membrane)
    return {
        "v alone": {"v": rest.v},
        "every variable": {name: rest[name] for name in membrane.variables},
        "an array": rest.state,
        "the rest": rest,
    }


@pytest.mark.parametrize("name", FIRING)
def test_runs_warn_and_begin_at_the_given_state(name):
    membrane = FIRING[name]
    rest = lo.rest(membrane)
    assert not rest.stable
    for given in starts(membrane).values():
        with pytest.warns(lo.UnstableRestWarning, match=WORDS) as caught:
            run = lo.simulate(membrane, None, 2.0, initial=given)
        np.testing.assert_array_equal(run.states[0], rest.state)
        assert caught[0].filename == __file__
    beside = float(re.search(r"give v = (\S+) mV", str(caught[0].message))[1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = lo.simulate(membrane, None, 2000, initial={"v": beside}, sampling=None)
    assert run.spikes.size > 10


def test_an_equilibrium_under_a_current_is_one_too():
    squid = lo.models.squid()
    held = lo.rest(squid, 10.0)
    assert not held.stable
    with pytest.warns(lo.UnstableRestWarning, match="at 10 µA/cm²"):
        lo.simulate(squid, lo.Step(10.0), 5.0, initial=held)


def test_states_that_change_do_not_warn():
    firing, squid = FIRING["squid"], lo.models.squid()
    rest = lo.rest(firing)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lo.simulate(firing, lo.Step(5.0), 5.0, initial=rest)
        lo.simulate(firing, lo.Ramp(5.0, stop=5.0), 5.0, initial=rest)
        lo.simulate(firing, None, 5.0, initial=rest, interventions=lo.Reset({"v": 5.0}, at=1.0))
        lo.simulate(firing, None, 5.0, initial={"v": rest.v + 0.01})
        lo.simulate(squid, None, 1e5, initial=lo.rest(squid), sampling=None)


def test_a_threshold_from_there_is_warned_about():
    firing = FIRING["squid"]
    with pytest.warns(lo.UnstableRestWarning, match=WORDS):
        lo.threshold(firing, lo.Step(1.0, stop=1), initial=lo.rest(firing), duration=3, resolution=0.1)


@pytest.mark.parametrize("name", FIRING)
def test_members_that_stay_there_are_marked(name):
    membrane = FIRING[name]
    rest = lo.rest(membrane)
    alone = {"initial_v": [rest.v, rest.v + 1.0]}
    full = {f"initial_{variable}": [rest[variable]] * 2 for variable in membrane.variables} | alone
    for columns in (alone, full, alone | {"C": [membrane["C"]] * 2}):
        population = lo.Population.table(membrane, columns)
        table = population.run(lo.Step(0.0), 20, features=["spike_count"], progress=False)
        assert table.spike_count[0] == 0
        assert table.status.tolist() == ["ok", "ok"]
        assert "stayed at the unstable equilibrium given as its initial state" in table.reason[0]
        assert table.reason[1] == ""
    stable = lo.Population(lo.models.squid(), initial_v=[lo.rest(lo.models.squid()).v])
    assert (stable.run(lo.Step(0.0), 20, features=["spike_count"], progress=False).reason == "").all()
