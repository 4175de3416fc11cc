"""Every member of a population keeps its conserved sums: rests, spikes, features and traces are those of `simulate`."""

import numpy as np
import pytest

import loligo as lo
from reference.conserving import PAIRS

STEP = lo.Step(12.0, start=5, stop=60)
COLUMNS = {  # what is varied; coefficients of the sum depend on the share
    "squid of two states": {"g_Na": [60.0, 110.0, 120.0, 140.0]},
    "sodium of three states": {"gNa": [12.0, 20.0, 24.0, 30.0]},
    "calcium in two compartments": {"share": [0.1, 0.25, 0.5, 1.0], "g_K": [34.0, 36.0, 38.0, 30.0]},
}
OWN_STARTS = {  # starting values with sums of their own: 0.8, 1, 1.1
    "squid of two states": {"c": [0.3, 0.6, 0.9], "o": [0.5, 0.4, 0.2]},
    "sodium of three states": {"I": [0.2, 0.3, 0.5], "O": [0.1, 0.0, 0.1], "Cl": [0.5, 0.7, 0.5]},
    "calcium in two compartments": {"ca": [0.3, 0.5, 0.7], "store": [2.0, 2.0, 1.6]},
}
SUMS = [0.8, 1.0, 1.1]
FEATURES = ["spike_count", "minimum_voltage"]
RUNS = [*((name, "explicit") for name in PAIRS), ("squid of two states", "rosenbrock")]  # each compiles a program


def population_of(name):
    columns = {key: np.array(values) for key, values in COLUMNS[name].items()}
    return lo.Population.table(PAIRS[name].whole, columns)


def agrees(table, k, run):
    """Assert that a member has the spikes and the lowest v of a run of `simulate`."""
    assert table.spike_count[k] == run.spikes.size
    np.testing.assert_allclose(table.spike_times[k], run.spikes, rtol=0, atol=2e-5)
    stimulated = run.v[(run.t >= STEP.start) & (run.t <= STEP.stop)]
    assert table.minimum_voltage[k] == pytest.approx(stimulated.min(), abs=1e-2)  # samples pass it by


@pytest.mark.filterwarnings("ignore::loligo.UnstableRestWarning")
@pytest.mark.parametrize(("name", "method"), RUNS)
def test_members_are_the_reduced_membrane(name, method):
    table = population_of(name).run(STEP, 80, features=FEATURES, spike_times=50, tolerance=1e-7, method=method)
    assert (table.status == "ok").all()
    assert table.spike_count.max() > 2
    for k in range(len(table)):
        own = {key: values[k] for key, values in COLUMNS[name].items()}
        agrees(table, k, lo.simulate(PAIRS[name].reduced.replace(**own), STEP, 80, tolerance=1e-9))


@pytest.mark.filterwarnings("ignore::loligo.UnstableRestWarning")
@pytest.mark.parametrize("name", PAIRS)
def test_members_start_at_their_rests_and_stay_on_their_level_sets(name):
    pair, population = PAIRS[name], population_of(name)
    traces = population.traces(range(population.size), STEP, duration=80, sampling=0.5)
    for k in range(population.size):
        own = {key: values[k] for key, values in COLUMNS[name].items()}
        home = lo.rest(pair.whole.replace(**own))
        names = [state.name for state in pair.whole.states]
        assert [float(traces[one][k, 0]) for one in names] == [home[one] for one in names]
        run = lo.simulate(pair.whole.replace(**own), STEP, 80, sampling=0.5)
        np.testing.assert_array_equal(traces.v.values[k], run.v)
        share = {"share": own["share"]} if "share" in own else {}
        total = pair.total({one: traces[one].values[k] for one in names} | share)
        np.testing.assert_allclose(total, pair.total({one: home[one] for one in names} | share), rtol=1e-10)
        initial = {state.name: state.initial for state in pair.whole.states}
        np.testing.assert_allclose(total, pair.total(initial | share), rtol=1e-10)


@pytest.mark.parametrize(("name", "method"), RUNS)
def test_members_with_starts_of_their_own_keep_the_sums_of_these(name, method):
    pair, starts = PAIRS[name], OWN_STARTS[name]
    columns = {f"initial_{one}": np.array(values) for one, values in starts.items()} | {"initial_v": np.zeros(3)}
    population = lo.Population.table(pair.whole, columns)
    table = population.run(STEP, 80, features=FEATURES, spike_times=50, tolerance=1e-7, method=method)
    traces = population.traces(range(3), STEP, duration=80, sampling=0.5)
    assert (table.status == "ok").all()
    for k in range(3):
        initial = {one: values[k] for one, values in starts.items()} | {"v": 0.0}
        agrees(table, k, lo.simulate(pair.whole, STEP, 80, initial=initial, tolerance=1e-9))
        total = pair.total({one: traces[one].values[k] for one in starts})
        np.testing.assert_allclose(total, SUMS[k], rtol=1e-10)
