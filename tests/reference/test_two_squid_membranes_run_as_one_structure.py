"""Two squid membranes, joined by a gap junction and a graded synapse, are one structure that runs as any other.

It has two potentials, each with spikes of its own. SciPy integrates equations that are written out once more.
"""

import dataclasses

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import loligo as lo
from loligo import lanes
from loligo.integrate import METHODS, program
from loligo.integrate.machine import Machine, Sampling, Settings, State
from loligo.kernel import kernel_of_structure, structure_of
from loligo.kernel.stops import current_stop
from loligo.kernel.structure import ChannelStructure, GateStructure, PotentialStructure, Structure
from loligo.lanes import NUMBERS, SPIKE, TOTALS, Members, Results
from loligo.lanes import Settings as LaneSettings
from loligo.lanes.programs import Kind, program_of_structure
from loligo.population.blocks.stimuli import shapes_of
from reference import squid_by_hand

CELLS = ("1", "2")
OWN = lo.models.squid()
VALUES = {name: parameter.value for name, parameter in OWN.parameters.items()}
JOINED = {"C_2": 1.3, "g_Na_2": 110.0, "g_gap": 0.02, "g_syn": 0.4, "E_syn": 60.0}
VALUES |= JOINED
LEVELS = np.array([50.0, 40.0])
DURATION = 32.0
EACH_MS = np.arange(1.0, DURATION)
STIMULUS = lo.Step(12.0, start=5.0, stop=25.0) + lo.Sine(2.0, frequency=0.04)


def of_cell(text, cell):
    """Return a formula of the squid with the gates, and the sodium conductance, of one of the cells."""
    for gate in "mhn":
        text = text.replace(f"{gate} **", f"{gate}_{cell} **").replace(f"* {gate})", f"* {gate}_{cell})")
    return text.replace("g_Na", "g_Na_2") if cell == "2" else text


def two_squids():
    """Return the structure: the first cell has the stimulus, the synapse leads from it to the second."""
    squid, gates, channels = structure_of(OWN), [], []
    for cell in CELLS:
        own = {"potential": f"v_{cell}"}
        gates += [dataclasses.replace(gate, name=f"{gate.name}_{cell}", **own) for gate in squid.gates]
        channels += [
            ChannelStructure(f"{c.name}_{cell}", of_cell(c.conductance, cell), of_cell(c.current, cell), **own)
            for c in squid.channels
        ]
    synapse = GateStructure("s", (("inf", "1/(1 + exp((40 - v)/10))"), ("tau", "2")), False, "q10", "v_1")
    return Structure(
        gates=(*gates, synapse),
        channels=(
            *channels,
            ChannelStructure("gap_1", "g_gap", "g_gap*(v - v_2)", "v_1"),
            ChannelStructure("gap_2", "g_gap", "g_gap*(v - v_1)", "v_2"),
            ChannelStructure("syn", "g_syn*s", "g_syn*s*(v - E_syn)", "v_2"),
        ),
        states=(),
        parameters=tuple(VALUES),
        potentials=(PotentialStructure("v_1"), PotentialStructure("v_2", "C_2", stimulated=False)),
    )


STRUCTURE = two_squids()
PLACES = [STRUCTURE.variables.index(name) for name in ("v_1", "m_1", "h_1", "n_1", "v_2", "m_2", "h_2", "n_2", "s")]
REST = np.zeros(len(PLACES))
REST[PLACES[1:4]] = REST[PLACES[5:8]] = 0.0529, 0.5961, 0.3177


def by_hand(t, y):
    """Return dy/dt for y = (v, m, h, n of each cell, s)."""
    one, two, s = y[:4], y[4:8], y[8]
    gap = VALUES["g_gap"] * (one[0] - two[0])
    into = VALUES["g_syn"] * s * (VALUES["E_syn"] - two[0])
    first = squid_by_hand.slope(one, current=STIMULUS(t) - gap)
    second = squid_by_hand.slope(two, current=gap + into, g_Na=VALUES["g_Na_2"], C=VALUES["C_2"])
    return np.array([*first, *second, (1 / (1 + np.exp((40 - one[0]) / 10)) - s) / 2])


def crosses(row, level):
    """Return the event of SciPy where a variable crosses a level upwards."""
    event = lambda _t, y: y[row] - level  # noqa: E731
    event.direction = 1
    return event


@pytest.fixture(scope="module")
def reference():
    """Return the state every millisecond, and spikes of both cells, of SciPy's method of order 8."""
    y, states, spikes = REST[PLACES], [], ([], [])
    for begin, end in ((0.0, 5.0), (5.0, 25.0), (25.0, DURATION)):
        found = solve_ivp(
            lambda t, y, a=begin, b=end: by_hand(min(max(t, a + 1e-12), b - 1e-12), y), (begin, end), y, "DOP853",
            rtol=1e-9, atol=1e-10, t_eval=np.arange(begin, end) + 1.0,
            events=[crosses(0, LEVELS[0]), crosses(4, LEVELS[1])],
        )  # fmt: skip
        y = found.y[:, -1]
        states.append(found.y)
        for own, times in zip(spikes, found.t_events, strict=True):
            own.extend(times)
    return np.hstack(states)[:, :-1], spikes


@pytest.fixture(scope="module")
def kernel():
    return kernel_of_structure(STRUCTURE, VALUES, "two squid membranes")


def run(kernel, name, tolerance, times=EACH_MS, **changed):
    """Return samples, and spikes of both cells, of the loop of one neuron."""
    method, n = METHODS[name], len(PLACES)
    q = kernel.prepared_from(np.array(list((VALUES | changed).values())))
    q = q if method.implicit else kernel.with_table(q)
    assert method.implicit or q[-1] != 0.0  # rates of both cells are looked up
    loop = program(method, n, potentials=2)
    samples = np.empty((times.size, n))
    scales = STRUCTURE.absolute_scales(10.0, 0.1, [])
    jacobian = kernel.jacobian_address if method.implicit else 0
    status, _, _, spikes, whose, count, *_ = loop(
        Machine(kernel.rhs_address, jacobian, q, kernel.switches, method.table),
        State(REST.copy(), np.ones(n), scales, np.zeros(n)),
        STIMULUS.joined(DURATION),
        Sampling(times, samples, LEVELS, 0),
        Settings(tolerance, 10**6, 0, current_stop().cell),
    )
    assert status == 0
    return samples[:, PLACES].T, [spikes[:count][whose[:count] == k] for k in range(2)]


@pytest.mark.parametrize(("name", "tolerance"), [("explicit", 1e-8), ("explicit5", 1e-7), ("rosenbrock", 1e-7)])
def test_one_by_one_they_agree_with_scipy(name, tolerance, kernel, reference):
    samples, spikes = run(kernel, name, tolerance)
    states, of_scipy = reference
    assert len(of_scipy[0]) > 1 < len(of_scipy[1])
    for k in range(2):
        assert spikes[k] == pytest.approx(of_scipy[k], abs=1e-4)
    assert samples == pytest.approx(states, abs=3e-3)


SYNAPSES = (0.4, 0.2, 0.0)


@pytest.fixture(scope="module", params=[False, True], ids=["explicit", "stiff"])
def in_lanes(request):
    """Return the records of spikes of each cell of members whose synapses differ, the first as in ``VALUES``."""
    members, n, kept = len(SYNAPSES), len(PLACES), 8
    program = program_of_structure(STRUCTURE, VALUES, Kind(stiff=request.param), "two squid membranes")
    parameters = np.tile(list(VALUES.values()), (members, 1))
    parameters[:, list(VALUES).index("g_syn")] = SYNAPSES
    shapes = shapes_of(STIMULUS, {}, members, DURATION)
    counts = np.zeros(members, np.int64), np.zeros(2 * members, np.int64), np.zeros(members, np.int64)
    results = Results(
        *counts,
        np.full((2 * members, len(TOTALS)), np.nan),
        np.full((kept, 2 * members, NUMBERS), np.nan),
        np.empty((kept, members, 0)),
    )
    scales = STRUCTURE.absolute_scales(10.0, 0.1, [])
    lanes.run(
        program,
        Members(
            np.zeros(1, np.int64), parameters, REST[np.newaxis], False, shapes.amplitude, shapes.which, np.empty((0, n))
        ),
        shapes.stimuli,
        LaneSettings(LEVELS, 1e-6, scales, 10**6, True, 64, False),
        results,
    )
    assert (results.status == 0).all()
    return [[results.records[: results.spikes[k], k] for k in (2 * m, 2 * m + 1)] for m in range(members)]


def test_in_lanes_both_cells_have_the_spikes_of_scipy(in_lanes, reference):
    _, of_scipy = reference
    for records, spikes in zip(in_lanes[0], of_scipy, strict=True):
        assert records[:, SPIKE.crossing] == pytest.approx(spikes, abs=2e-3)


def test_in_lanes_they_are_those_of_the_loop_of_one_neuron(in_lanes, kernel):
    fine = np.arange(0.0, DURATION, 0.005)
    for records, g_syn in zip(in_lanes, SYNAPSES, strict=True):
        samples, spikes = run(kernel, "explicit", 1e-8, fine, g_syn=g_syn)
        for cell in range(2):
            own, v = records[cell], samples[4 * cell]
            assert own[:, SPIKE.crossing] == pytest.approx(spikes[cell], abs=2e-3)
            for record in own:
                after = (fine >= record[SPIKE.crossing]) & (fine < record[SPIKE.crossing] + 3.0)
                assert record[SPIKE.peak] == pytest.approx(v[after].max(), abs=0.02)
                assert fine[after][v[after].argmax()] == pytest.approx(record[SPIKE.peak_time], abs=0.02)
    assert len(in_lanes[2][1]) < len(in_lanes[0][1])  # without the synapse the second cell is not driven


def test_without_junctions_each_is_a_squid(kernel):
    alone = VALUES | {"g_gap": 0.0, "g_syn": 0.0}
    kernel_q = kernel.prepared_from(np.array(list(alone.values())))
    y = np.random.default_rng(1).uniform(0.1, 0.9, len(PLACES))
    slope = kernel.rhs(7.0, y, kernel_q)[PLACES]
    assert slope[:4] == pytest.approx(squid_by_hand.slope(y[PLACES[:4]], current=7.0))
    assert slope[4:8] == pytest.approx(squid_by_hand.slope(y[PLACES[4:8]], g_Na=VALUES["g_Na_2"], C=VALUES["C_2"]))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"potentials": (PotentialStructure("v"), PotentialStructure("v_2"))}, "none may be v"),
        ({"potentials": (PotentialStructure("v_1"), PotentialStructure("v_1"))}, "must have their own names"),
        ({"potentials": (PotentialStructure("v_1"),)}, "at the potential v_2"),
    ],
)
def test_parts_at_a_potential_that_there_is_not_are_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(STRUCTURE, **changed)
