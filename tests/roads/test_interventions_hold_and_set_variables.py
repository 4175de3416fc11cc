"""A held variable keeps its value in its window and nowhere else; one that is set goes on; nothing else jumps."""

import json
import sys

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import loligo as lo
from loligo.integrate import METHODS
from loligo.intervention import checked
from loligo.simulation.schedule import checked_interventions, windows
from reference.squid_by_hand import slope
from reference.squid_facts import REST

SQUID = lo.models.squid()
BREAK = lo.Step(-5.0, start=20, stop=60)  # the squid answers its end with a rebound spike
EXACT = {"duration": 90, "tolerance": 1e-10, "sampling": 0.05}
BEGIN = np.array(list(REST.values()))


def by_scipy(state, windows, times):
    """Integrate (start, stop, current, held or set variables) one after the other; return the states at the times.

    A held variable is a number, or None for what it is; the fifth entry, if there is one, is set first.
    """
    rows = []
    for start, stop, current, held, *put in windows:
        free = np.array([name not in held for name in REST])
        new = {**(put[0] if put else {}), **{name: value for name, value in held.items() if value is not None}}
        state = np.array([new.get(name, x) for name, x in zip(REST, state, strict=True)])
        own = times[(times >= start) & (times < stop)]
        run = solve_ivp(
            lambda t, y, current=current, free=free: free * slope(y, current),
            (start, stop),
            state,
            method="DOP853",
            t_eval=np.append(own, stop),
            rtol=1e-11,
            atol=1e-12,
        ).y.T
        rows.append(run[:-1])
        state = run[-1]
    return np.concatenate(rows)


def check_against_scipy(run, windows):
    expected = by_scipy(BEGIN, windows, run.t)
    # at a window's first instant the recording still shows what was before it
    instants = ~np.isin(run.t, [start for start, *_ in windows if start]) & (run.t < windows[-1][1])
    np.testing.assert_allclose(run.states[instants], expected[instants[: len(expected)]], rtol=0, atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("held", [{"h": REST["h"]}, {"n": REST["n"]}, {"m": 0.1, "n": 0.5}, {"v": -10.0}, {"h": None}])
def test_a_window_agrees_with_scipy(held, method):
    holds = [lo.Hold(name, "now" if value is None else value, 20, 60) for name, value in held.items()]
    run = lo.simulate(SQUID, BREAK, interventions=holds, method=method, **EXACT)
    check_against_scipy(run, [(0, 20, 0.0, {}), (20, 60, -5.0, held), (60, 90, 0.0, {})])


def test_windows_may_overlap_and_lie_outside_the_stimulus():
    done = [lo.Hold("n", 0.45, 33.3, 66.6), lo.Hold("h", "now", 50, 70), lo.Reset({"v": 4, "m": "rest"}, at=75)]
    run = lo.simulate(SQUID, BREAK, interventions=done, **EXACT)
    n, h = {"n": 0.45}, {"h": None}
    windows = [(0, 20, 0, {}), (20, 33.3, -5, {}), (33.3, 50, -5, n), (50, 60, -5, n | h), (60, 66.6, 0, n | h)]
    check_against_scipy(run, [*windows, (66.6, 70, 0, h), (70, 75, 0, {}), (75, 90, 0, {}, {"v": 4, "m": REST["m"]})])
    assert np.ptp(run["n"][(run.t > 33.3) & (run.t <= 66.6)]) == 0
    assert np.ptp(run["h"][(run.t >= 50) & (run.t <= 70)]) == 0


@pytest.mark.parametrize("amplitude", [-2.8, -3.2, -3.5, -5.0, -6.0, -7.0, -10.0, -20.0])
@pytest.mark.parametrize("gate", "mhn")
def test_the_rebound_is_scipys_whichever_gate_is_held(gate, amplitude):
    step = lo.Step(amplitude, 20, 180)
    run = lo.simulate(SQUID, step, 240, interventions=lo.Hold(gate, "rest", 20, 180), sampling=0.5, tolerance=1e-9)
    windows = [(0, 20, 0, {}), (20, 180, amplitude, {gate: REST[gate]}), (180, 240, 0, {})]
    expected = by_scipy(BEGIN, windows, run.t)[:, 0]
    assert (run.spikes.size > 0) == (expected.max() > SQUID.spike_level)
    np.testing.assert_allclose(run.v[:-1], expected, rtol=0, atol=2e-3)  # a spike of 1 mV in 3 µs


def test_which_gates_abolish_the_rebound():
    def abolish(amplitude):
        step = lo.Step(amplitude, 20, 180)
        runs = {g: lo.simulate(SQUID, step, 240, interventions=lo.Hold(g, "rest", 20, 180)) for g in "mhn"}
        return "".join(gate for gate, run in runs.items() if not run.spikes.size)

    assert lo.simulate(SQUID, lo.Step(-2.8, 20, 180), 240).spikes.size
    assert {a: abolish(a) for a in (-2.8, -3.2, -3.5, -5.0, -7.0)} == {
        -2.8: "mhn", -3.2: "mhn", -3.5: "mn", -5.0: "n", -7.0: "",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["squid", "wang_buzsaki", "connor_stevens"])
def test_a_hold_of_v_is_a_voltage_clamp(name):
    membrane = getattr(lo.models, name)()
    rest, by = lo.rest(membrane), 40.0
    held = lo.simulate(
        membrane, None, 30, interventions=lo.Hold("v", rest.v + by, 5, 25), sampling=0.1, tolerance=1e-10
    )
    clamped = lo.voltage_clamp(membrane, lo.Step(by, 5, 25), 30, sampling=0.1)
    inside = (held.t > 5) & (held.t < 24.99)  # at an edge one shows what was before, the other what comes
    np.testing.assert_allclose(held.states[inside], clamped.states[inside], rtol=0, atol=1e-6)
    for current in held.currents:
        np.testing.assert_allclose(
            held.current(current)[inside], clamped.current(current)[inside], rtol=1e-6, atol=1e-5
        )


def test_held_all_the_time_by_default():
    run = lo.simulate(SQUID, lo.Step(10.0), 50, interventions=[lo.Hold("h", 0.4), lo.Hold("v", 3.0)])
    np.testing.assert_array_equal(run["h"], 0.4)
    np.testing.assert_array_equal(run.v, 3.0)
    assert run.final[[0, 2]].tolist() == [3.0, 0.4]
    assert np.ptp(run["n"]) > 0.01  # the others go on
    assert run.settings.interventions == (lo.Hold("h", 0.4), lo.Hold("v", 3.0))


def test_a_window_may_end_after_the_run():
    short, long = (lo.simulate(SQUID, None, 20, interventions=lo.Hold("n", 0.5, 5, stop)) for stop in (None, 1e6))
    np.testing.assert_array_equal(short.states, long.states)


def test_held_at_rest():
    run = lo.simulate(SQUID, lo.Step(10.0), 50, interventions=[lo.Hold("h", "rest"), lo.Hold("n", "rest")])
    np.testing.assert_array_equal(run["h"], lo.rest(SQUID)["h"])
    np.testing.assert_array_equal(run["n"], lo.rest(SQUID)["n"])


def test_a_window_holds_from_its_start_to_its_stop():
    run = lo.simulate(SQUID, lo.Step(10.0), 30, interventions=lo.Hold("n", 0.5, 10, 20), sampling=0.5)
    inside = (run.t > 10) & (run.t <= 20)
    np.testing.assert_array_equal(run["n"][inside], 0.5)
    assert (run["n"][~inside] != 0.5).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_reset_agrees_with_scipy(method):
    run = lo.simulate(SQUID, BREAK, interventions=lo.Reset({"n": "rest", "h": 0.3}, at=60), method=method, **EXACT)
    put = {"n": REST["n"], "h": 0.3}
    check_against_scipy(run, [(0, 20, 0, {}), (20, 60, -5, {}), (60, 90, 0, {}, put)])


def test_a_reset_at_zero_is_an_initial_state():
    reset = lo.simulate(SQUID, lo.Step(3.0), 30, interventions=lo.Reset({"h": 0.2}, at=0))
    begun = lo.simulate(SQUID, lo.Step(3.0), 30, initial={"h": 0.2})
    np.testing.assert_array_equal(reset.states, begun.states)
    assert reset["h"][0] == 0.2


def test_a_reset_that_changes_nothing_changes_nothing():
    exact = {"tolerance": 1e-11, "sampling": 0.5}
    plain = lo.simulate(SQUID, lo.Step(10.0), 40, **exact)
    there = dict(zip("vmhn", plain.states[plain.t == 20.0][0], strict=True))
    reset = lo.simulate(SQUID, lo.Step(10.0), 40, interventions=lo.Reset(there, at=20), **exact)
    np.testing.assert_allclose(reset.states, plain.states, rtol=0, atol=1e-6)


def test_further_states_can_be_held():
    membrane = lo.models.pospischil("LTS")
    run = lo.simulate(membrane, lo.Step(3.0, 5, 30), 40, interventions=lo.Hold("ca", "rest"), sampling=1.0)
    np.testing.assert_array_equal(run["ca"], lo.rest(membrane)["ca"])


def scheme():
    """Return a leak and a channel whose two occupancies are states."""
    return lo.Membrane(
        lo.Channel("leak", g=0.3, E=-60.0),
        lo.Current("K", "g*o*(v + 80)"),
        lo.State("c", derivative="0.2*o - 0.1*exp((v + 50)/20)*c", initial=0.75),
        lo.State("o", derivative="0.1*exp((v + 50)/20)*c - 0.2*o", initial=0.25),
        constants={"g": 1.0},
        name="two states",
    )


def test_occupancies_are_held_together():
    membrane = scheme()
    run = lo.simulate(membrane, lo.Step(5.0, 5), 60, interventions=[lo.Hold(x, "now", 10, 30) for x in "co"])
    inside = (run.t >= 10) & (run.t <= 30)
    assert np.ptp(run["o"][inside]) == 0
    assert np.ptp(run["o"]) > 0.01
    np.testing.assert_allclose(run["c"] + run["o"], 1, rtol=0, atol=1e-9)
    set_to = lo.simulate(membrane, None, 60, interventions=lo.Reset({"c": 0.1, "o": 0.9}, at=10))
    np.testing.assert_allclose(set_to["c"] + set_to["o"], 1, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("done", "reason"),
    [
        ([lo.Hold("o", "now")], r"o.*= 1 never changes in two states, but would if only o were held.*with c"),
        ([lo.Reset({"c": 0.5}, at=3)], "but would if only c were set: do the same with o"),
        ([lo.Reset({"c": 0.5, "o": 0.6}, at=3)], "but is 1.1 for the values"),
        ([lo.Hold("c", "now"), lo.Hold("o", 0.5)], "so c, o must be held all at numbers, or all alike"),
    ],
)
def test_breaking_a_conserved_sum_is_refused_with_a_reason(done, reason):
    with pytest.raises(lo.ArgumentError, match=reason):
        lo.simulate(scheme(), None, 20, interventions=done)


def test_values_can_be_compared_and_printed():
    hold, reset = lo.Hold("n", "rest", start=20, stop=180), lo.Reset({"v": -60, "h": "rest"}, at=200)
    assert repr(hold) == "Hold('n', 'rest', start=20, stop=180)"
    assert repr(reset) == "Reset({'h': 'rest', 'v': -60}, at=200)"
    assert eval(repr(hold), {"Hold": lo.Hold}) == hold
    assert eval(repr(reset), {"Reset": lo.Reset}) == reset
    assert len({hold, lo.Hold("n", "rest", 20.0, 180.0), reset, lo.Reset({"h": "rest", "v": -60.0}, 200)}) == 2
    with pytest.raises(AttributeError):
        hold.start = 3


def test_recordings_written_before_are_read(tmp_path):
    done = [lo.Hold("n", 0.3, 5, 20), lo.Reset({"h": 0.4, "v": 2.0}, 10), lo.Reset({"h": 0.5}, 15)]
    run = lo.simulate(SQUID, lo.Step(3.0), 30, interventions=done)
    run.save(tmp_path / "new.npz")
    with np.load(tmp_path / "new.npz") as file:
        content = dict(file)
    about = json.loads(str(content["about"]))
    about["format"] = "loligo recording 1"
    del about["settings"]["interventions"]
    about["settings"] |= {
        "frozen": [["n", 0.3, 5.0, 20.0]],
        "reset": [["h", 0.4, 10.0], ["v", 2.0, 10.0], ["h", 0.5, 15.0]],
    }
    np.savez(tmp_path / "old.npz", **content | {"about": np.array(json.dumps(about))})
    old = lo.load(tmp_path / "old.npz")
    assert old.settings == run.settings
    np.testing.assert_array_equal(old.states, run.states)


@pytest.mark.parametrize(
    "words", [{"kind": "Held"}, {"kind": "Hold", "variable": "n"}, 3, {"kind": "Reset", "values": [], "at": 3}]
)
def test_a_file_with_other_interventions_is_refused(words, tmp_path):
    lo.simulate(SQUID, None, 3, interventions=lo.Hold("n", 0.3)).save(tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as file:
        content = dict(file)
    about = json.loads(str(content["about"]))
    about["settings"]["interventions"] = [words]
    np.savez(tmp_path / "a.npz", **content | {"about": np.array(json.dumps(about))})
    with pytest.raises(lo.FileFormatError, match="is not a recording"):
        lo.load(tmp_path / "a.npz")


def test_figures_shade_the_windows_and_mark_the_resets():
    done = [lo.Hold("n", "rest", 5, 20), lo.Reset({"v": 2.0}, 25)]
    figure = lo.simulate(SQUID, lo.Step(3.0), 30, interventions=done).plot()
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["n held at rest", "v set to 2 mV"]
    spans = figure.axes[0].patches
    assert [(p.get_x(), p.get_x() + p.get_width()) for p in spans] == [(5.0, 20.0)]


def test_figures_of_many_windows_keep_their_room():
    done = [lo.Hold("n", "now", k, k + 0.5) for k in range(80)] + [lo.Hold("m", k / 90, k, k + 0.5) for k in range(80)]
    figure = lo.simulate(SQUID, None, 90, interventions=done, sampling=np.arange(10, 40, 0.1)).plot()
    texts = figure.axes[0].texts
    assert len(texts) == 6
    assert len({text.get_text() for text in texts}) == 6
    assert min(text.xy[0] for text in texts) == 10.0
    assert len(figure.axes[0].patches) == 60  # those that are seen


@pytest.mark.parametrize(
    ("start", "stop"), [(180.00001, 180.00004), (1234567.8, 1234567.9), (5e-324, 1e-9), (0.1 + 0.2, 7)]
)
def test_the_shown_interventions_are_complete(start, stop):
    hold, reset = lo.Hold("n", 0.1 + 0.2, start, stop), lo.Reset({"v": -60.123456789}, at=start)
    assert eval(repr(hold), {"Hold": lo.Hold}) == hold
    assert eval(repr(reset), {"Reset": lo.Reset}) == reset


def test_the_order_in_which_they_are_given_does_not_matter():
    done = [lo.Hold("n", 0.3, 5, 20), lo.Reset({"h": 0.4}, 10), lo.Reset({"v": 3.0}, 10), lo.Hold("m", "now", 5)]
    one, other = (lo.simulate(SQUID, None, 30, interventions=given) for given in (done, done[::-1]))
    assert one.settings == other.settings
    np.testing.assert_array_equal(one.states, other.states)


def test_thousands_of_windows_are_scanned_once():
    done = checked([lo.Hold("n", "now", 2 * k, 2 * k + 1) for k in range(20_000)])
    counted = sys.getallocatedblocks()
    parts = windows(SQUID, checked_interventions(SQUID, done), 40_000.0, lo.rest(SQUID).state)
    assert len(parts) == 40_000
    assert sys.getallocatedblocks() - counted < 2e6  # in proportion to the windows


@pytest.mark.parametrize("done", [lo.Hold("ca", -1.0), lo.Reset({"ca": -1.0}, 3)])
def test_a_state_below_its_minimum_is_refused(done):
    leak = lo.Channel("leak", g=0.2, E=-65.0)
    membrane = lo.Membrane(leak, lo.State("ca", "-0.02*I_leak - ca/20", initial=0.1, minimum=0.0))
    with pytest.raises(lo.ArgumentError, match="ca must not be below 0; got ca = -1"):
        lo.simulate(membrane, None, 20, interventions=done)
    with pytest.raises(lo.ArgumentError, match="ca must not be below 0; got ca = -1 in initial"):
        lo.simulate(membrane, None, 20, initial={"ca": -1.0})
    (reason,) = lo.Population(membrane, initial_ca=[-1.0]).run(lo.Step(1.0, stop=3), 5).reason
    assert reason == "initial_ca is never below 0; it is -1"


@pytest.mark.parametrize(
    ("call", "instead"),
    [
        (lambda: lo.Hold(n=0.3), "write Hold('n', 0.3)."),
        (lambda: lo.Hold(n=0.3, start=20), "write Hold('n', 0.3, start=20)."),
        (lambda: lo.Hold({"n": 0.3}), "write Hold('n', 0.3)."),
        (lambda: lo.Hold("n"), "write Hold('n', 'rest')."),
        (lambda: lo.Hold("n", 0.3, until=180), "write Hold('n', 0.3)."),
        (lo.Hold, "write Hold('n', 'rest')."),
        (lambda: lo.Reset(v=-60, at=3), "write Reset({'v': -60}, at=3)."),
        (lambda: lo.Reset("v", -60, at=3), "write Reset({'v': -60}, at=3)."),
        (lambda: lo.Reset("v", -60), "write Reset({'v': -60}, at=200)."),
        (lambda: lo.Reset({"n": 0.3}), "write Reset({'n': 0.3}, at=200)."),
        (lo.Reset, "write Reset({'v': -60}, at=200)."),
        (lambda: lo.simulate(SQUID, freeze="n"), "write interventions=Hold('n', 'rest')."),
        (lambda: lo.simulate(SQUID, hold={"n": 0.3}), "write interventions=Hold('n', 0.3)."),
        (lambda: lo.simulate(SQUID, reset={"v": -60}), "write interventions=Reset({'v': -60}, at=200)."),
        (lambda: lo.simulate(SQUID, intervention=lo.Hold("n", "rest")), "write interventions= instead."),
        (lambda: lo.simulate(SQUID, colour="red"), "write one of membrane, stimulus, duration"),
        (lambda: lo.threshold(SQUID, lo.Step(1, stop=5), freeze="n"), "write interventions=Hold('n', 'rest')."),
        (lambda: lo.fi_curve(SQUID, [1, 2], freeze="n"), "write interventions=Hold('n', 'rest')."),
        (lambda: lo.strength_duration(SQUID, [1, 2], freeze="n"), "write interventions=Hold('n', 'rest')."),
        (lambda: lo.refractoriness(SQUID, [1, 2], freeze="n"), "write interventions=Hold('n', 'rest')."),
    ],
)
def test_other_spellings_are_corrected_in_the_error(call, instead):
    with pytest.raises(lo.UnitError) as refused:
        call()
    assert instead in str(refused.value)


@pytest.mark.parametrize("at", [0.0, 45.0, 80.0, 89.999])
def test_labels_of_interventions_end_before_the_figure_does(at):
    run = lo.simulate(SQUID, BREAK, interventions=lo.Reset({"v": 12.25}, at=at), **EXACT)
    figure = run.plot()
    figure.canvas.draw()
    (label,) = (text for text in figure.axes[0].texts if "set to" in text.get_text())
    extent, axes = label.get_window_extent(), figure.axes[0].get_window_extent()
    assert axes.x0 <= extent.x0
    assert extent.x1 <= axes.x1


def test_none_is_not_an_intervention():
    runs = [lo.simulate(SQUID, BREAK, interventions=done, **EXACT) for done in (None, ())]
    assert runs[0].settings.interventions == ()
    assert np.array_equal(runs[0].v, runs[1].v)


@pytest.mark.parametrize("done", [lo.Hold("v", 1e6), lo.Reset({"v": -1e6}, at=5)])
def test_a_potential_that_no_membrane_can_bear_is_refused(done):
    with pytest.raises(lo.ArgumentError, match=r"v = -?1e\+06 mV is out of range: .* within 100000 mV of 0"):
        lo.simulate(SQUID, BREAK, interventions=done)
