"""An equilibrium that `rest` found may be given where a run or a clamp starts."""

import numpy as np
import pytest

import loligo as lo


@pytest.mark.parametrize("model", ["squid", "connor_stevens", "stomatogastric"])
def test_runs_and_clamps_start_there(model):
    membrane = lo.models.stomatogastric("LP 4") if model == "stomatogastric" else lo.models.named(model)
    rest = lo.rest(membrane, -0.5)
    run = lo.simulate(membrane, lo.Step(-0.5), 1.0, initial=rest)
    np.testing.assert_array_equal(run.states[0], rest.state)
    clamp = lo.voltage_clamp(membrane, lo.Step(10.0, start=0.5), 1.0, holding=rest.v, initial=rest)
    np.testing.assert_array_equal(clamp.states[0], rest.state)


def test_thresholds_start_there():
    squid = lo.models.squid()
    pulse = lo.Step(1.0, stop=1)
    found = lo.threshold(squid, pulse, initial=lo.rest(squid), resolution=1e-3)
    assert found.value == lo.threshold(squid, pulse, resolution=1e-3).value


def test_a_rest_of_other_variables_is_refused():
    squid, other = lo.models.squid(), lo.models.morris_lecar()
    words = "The rest has v, w, but .* has v, m, h, n"
    for start in (lo.simulate, lo.voltage_clamp):
        with pytest.raises(lo.ArgumentError, match=words):
            start(squid, lo.Step(1.0), 1.0, initial=lo.rest(other))
