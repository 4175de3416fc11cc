"""What a member comes to depends on its own numbers: not on threads, tasks, chunks, order, or who runs beside it."""

import contextlib

import numpy as np
import pytest

import loligo as lo
from loligo.population import FEATURES, table
from loligo.population.blocks import block

SQUID = lo.models.squid()
STEP = lo.Step(8.0, start=5, stop=45)
SETTINGS = {"duration": 60, "features": list(FEATURES), "spike_times": 20}
MIXED = lo.Population.sobol(
    SQUID,
    {"g_Na": (60, 240), "g_K": (10, 80), "celsius": (5, 20), "amplitude": (-5, 80), "start": (0, 20), "stop": (30, 70)},
    size=300,
    seed=3,
)
COLUMNS = MIXED.members.columns(0, 300)


def members_of(table, columns=None):
    """Return the rows as bytes, whose equality is that of every bit."""
    names = [name for name in table if columns is None or name in columns]
    return [b"|".join(_bits(table[name].iloc[row]) for name in names) for row in range(len(table))]


def _bits(value):
    return value.tobytes() if hasattr(value, "tobytes") else str(value).encode()


@pytest.fixture(scope="module")
def alone():
    """Rows of members each of which is run by itself, in the order of the population."""
    table = MIXED.run(STEP, threads=1, **SETTINGS)
    assert set(table.activity) == {"silent", "transient", "tonic"}
    rows = members_of(table)
    for member in range(0, 300, 37):
        own = lo.Population.table(SQUID, {name: values[member : member + 1] for name, values in COLUMNS.items()})
        assert members_of(own.run(STEP, threads=1, **SETTINGS)) == [rows[member]]
    return rows


@pytest.mark.parametrize("largest", [7, 64, 1024])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("chunk", [50, 65_536])
def test_threads_tasks_and_chunks(monkeypatch, alone, largest, threads, chunk):
    monkeypatch.setattr(block, "SMALLEST", min(largest, block.SMALLEST))
    monkeypatch.setattr(block, "LARGEST", largest)
    monkeypatch.setattr(table, "CHUNK", chunk)
    assert members_of(MIXED.run(STEP, threads=threads, **SETTINGS)) == alone


def test_order_and_company(alone):
    random = np.random.default_rng(1)
    for chosen in (random.permutation(300), random.choice(300, 41, replace=False), random.integers(0, 300, 99)):
        some = lo.Population.table(SQUID, {name: values[chosen] for name, values in COLUMNS.items()})
        assert members_of(some.run(STEP, **SETTINGS)) == [alone[member] for member in chosen]


@pytest.mark.parametrize("settings", [{"tolerance": 1e-9}, {"precision": "single"}])
def test_finer_and_coarser(settings):
    """Between short steps not all are remembered; each lane counts its own."""
    few = {name: values[:40] for name, values in COLUMNS.items()}
    table = members_of(lo.Population.table(SQUID, few).run(STEP, **SETTINGS, **settings))
    for first in (3, 20):
        rest = lo.Population.table(SQUID, {name: values[first:] for name, values in few.items()})
        assert members_of(rest.run(STEP, **SETTINGS, **settings)) == table[first:]


# what is wrong with a member: its numbers, status, and what its reason says
WRONG = {
    "NaN": ({"g_K": np.nan}, "invalid", "g_K is nan"),
    "infinity": ({"E_leak": np.inf}, "invalid", "E_leak is inf"),
    "a negative conductance": ({"g_Na": -1.0}, "invalid", "g_Na must be zero or more; it is -1"),
    "no capacitance": ({"C": 0.0}, "invalid", "C must be greater than zero; it is 0"),
    "an amplitude of NaN": ({"amplitude": np.nan}, "invalid", "amplitude is nan"),
    "a stop before the start": ({"stop": 1.0}, "invalid", "Step must stop after it starts"),
    "a start of NaN": ({"initial_v": np.nan}, "invalid", "initial_v is nan"),
    "a gate beyond 1": ({"initial_h": 1.5}, "invalid", "initial_h must lie between 0 and 1; it is 1.5"),
    "a continuum of rests": ({"g_leak": 0.0, "g_K": 0.0, "g_Na": 0.0}, "no rest", "a continuum of equilibria"),
}


@pytest.mark.parametrize("places", [[0], [17], [5, 6, 7, 8, 30, 31], list(range(0, 32, 2))])
@pytest.mark.parametrize("what", WRONG)
def test_a_member_that_fails_fails_alone(what, places):
    numbers, status, reason = WRONG[what]
    names = {"g_Na": 120.0, "g_K": 36.0, "g_leak": 0.3, "E_leak": 10.6, "C": 1.0, "amplitude": 8.0, "stop": 45.0}
    random = np.random.default_rng(2)
    columns = {name: value * (1 + random.uniform(-0.1, 0.1, 32)) for name, value in names.items()}
    if any(name.startswith("initial") for name in numbers):
        columns |= {name: np.full(32, 0.5) for name in numbers}
    sound = lo.Population.table(SQUID, columns).run(STEP, **SETTINGS)
    assert (sound.status == "ok").all()
    assert (sound.reason == "").all()
    for name, value in numbers.items():
        columns[name] = columns[name].copy()
        columns[name][places] = value
    table = lo.Population.table(SQUID, columns).run(STEP, **SETTINGS)
    failed = np.isin(np.arange(32), places)
    assert (table.status[failed] == status).all(), table[failed].iloc[0]
    assert table.reason[failed].str.contains(reason, regex=False).all(), table.reason[failed].iloc[0]
    assert (table.spike_count[failed] == -1).all()
    assert (table.activity[failed] == "").all()
    assert table[failed][["voltage_base", "peak_voltage", "ISI_CV"]].isna().all(axis=None)
    assert all(len(times) == 0 for times in table.spike_times[failed])
    own = set(table) - set(columns)
    assert members_of(table[~failed], own) == members_of(sound[~failed], own)


def test_a_member_that_diverges_diverges_alone():
    """A current that feeds on v runs away in finite time once v is large."""
    away = lo.Current("away", "-feed*v**3")
    still = lo.Channel("still", g=0.0, E=0.0, open=lo.Gate("x", inf="0.5", tau="1"))  # the program of other tests
    membrane = lo.Membrane(lo.Channel("leak", g=0.3, E=0.0), still, away, constants={"feed": 0.0}, spike_level=10.0)
    columns = {"feed": np.zeros(40), "amplitude": np.linspace(1.0, 9.0, 40)}
    sound = lo.Population.table(membrane, columns).run(STEP, **SETTINGS)
    places = [3, 4, 21, 39]
    columns["feed"][places] = 1e-2
    table = lo.Population.table(membrane, columns).run(STEP, **SETTINGS, most_steps=100_000)
    failed = np.isin(np.arange(40), places)
    assert (table.status == np.where(failed, "diverged", "ok")).all()
    assert (table.reason[failed] == "a variable became infinite or NaN").all()
    own = set(table) - set(columns)
    assert members_of(table[~failed], own) == members_of(sound[~failed], own)
    with pytest.raises(lo.DivergenceError):
        lo.Population.table(membrane, columns).replay(3, STEP, 60)


def test_a_member_equals_its_run_alone():
    """The same numbers are refused by `simulate` where a member fails."""
    for numbers, status, _ in WRONG.values():
        member = lo.Population(SQUID, **numbers)
        with contextlib.suppress(lo.RestError, lo.DivergenceError, lo.ArgumentError, lo.UnitError):
            member.replay(0, STEP, 60)
            pytest.fail(f"{numbers} runs alone, and is {status} here")


def test_a_member_without_a_rest_among_further_states():
    gate = lo.Gate("m", inf="1/(1 + exp(-(v + 25)/8))", instantaneous=True)
    membrane = lo.Membrane(
        lo.Channel("Ca", g=0.1, E=100.0, open=gate),
        lo.Channel("K", g=0.05, E=-90.0),
        lo.Channel("leak", g=0.2, E=-65.0),
        lo.State("ca", "-0.02*I_Ca - ca/20", initial=0.1, unit="µM"),
    )
    conductances = [name for name in membrane.parameters if name.startswith("g_")]
    columns = {name: [membrane[name], 0.0] for name in conductances}
    table = lo.Population.table(membrane, columns).run(lo.Step(1.0, stop=5), 10)
    assert table.status.tolist() == ["ok", "no rest"]
    v = f"{min(part.E for part in membrane.channels if isinstance(part.E, float)) + membrane.v_scale:.4g}"
    assert table.reason[1].endswith(
        f"give an initial v instead, e.g. initial={{'v': {v}}} of a run or initial_v={v} of "
        "a population: gates start settled there, and further states at their initial values."
    )


@pytest.mark.parametrize("varied", [{"g_leak": [0.3, 0.0]}, {"amplitude": [1.0, 2.0]}])
def test_a_membrane_without_a_rest(varied):
    """What members have in common need not have a rest, where theirs have."""
    passive = SQUID.replace(g_Na=0, g_K=0, g_leak=0)
    table = lo.Population(passive, **varied).run(lo.Step(1.0, stop=5), 10)
    assert table.status.tolist() == (["ok", "no rest"] if "g_leak" in varied else ["no rest"] * 2)
    assert table.reason[1].startswith("squid has a continuum of equilibria near -200 mV")


def test_steps_that_run_out():
    table = lo.Population(SQUID, amplitude=[0.0, 8.0, 30.0]).run(lo.Step(1.0), 500, most_steps=1500)
    assert table.status.tolist() == ["ok", "work limit", "work limit"]
    assert table.reason[1] == "it needs more steps than its work limit: allow more with most_steps="
