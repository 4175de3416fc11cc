"""Where there is no rest, as with a clock, a run begins at the v that is given, with states at their initial values."""

import numpy as np
import pytest

import loligo as lo


def clocked(gates):
    return lo.Membrane(
        lo.Channel("leak", g=0.5, E=-60.0),
        lo.Channel("K", g=0.1, E=-80.0, open=gates),
        lo.Current("pulse", "-(20 if clock > 8 else 0)"),
        lo.State("clock", "1", initial=3.0),
    )


N = "1/(1 + exp(-(v + 50)/5))"
# as many variables as membranes of other tests with formulas that jump, for which programs and lanes are compiled
CLOCKED = clocked(lo.Gate("n", inf=N, tau="4") * lo.Gate("h", inf="0.75", tau="9"))
IN_LANES = clocked(lo.Gate("n", inf=N, instantaneous=True))


def test_a_run():
    run = lo.simulate(CLOCKED, None, 10, initial={"v": -65.0})
    assert run.states[0].tolist() == [-65.0, 1 / (1 + np.exp(3.0)), 0.75, 3.0]
    assert run.v[run.t < 5].max() < -60 < run.v[-1]


def test_without_v_the_message_asks_for_it():
    with pytest.raises(lo.RestError, match="give an initial v instead"):
        lo.simulate(CLOCKED, None, 10)


@pytest.mark.parametrize("varied", [{}, {"g_leak": [0.5]}])
def test_members(varied):
    run = lo.simulate(IN_LANES, None, 10, initial={"v": -65.0}, sampling=None)
    table = lo.Population(IN_LANES, initial_v=[-65.0], **varied).run(
        lo.Step(0.0, start=1, stop=9.9), 10, features=["steady_state_voltage", "spike_count"], progress=False
    )
    assert table.status[0] == "ok"
    assert run.spikes.size == table.spike_count[0]
    assert np.isfinite(table.steady_state_voltage[0])
    without = lo.Population(IN_LANES, C=[1.0]).run(lo.Step(0.0), 10, progress=False)
    assert without.status[0] == "no rest"
    assert "initial_v=-70" in without.reason[0]  # a scale of v above the lowest reversal potential
