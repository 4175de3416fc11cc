"""Rest, thresholds, steady frequency and clamp currents that the page finds are those that loligo finds."""

import numpy as np
import pytest

import loligo as lo
from loligo.lab import OFFERS

KEYS = {offer.key: offer for offer in OFFERS}
SILENT = [offer.key for offer in OFFERS if offer.begin is None]
RESOLUTION = 1e-4
EXPERIMENT = """
  const model = LOLIGO.models.find((one) => one.key === key);
  const parameters = Float64Array.from(model.parameters.map((one) => (changes ?? {})[one.name] ?? one.value));
  const stimulus = {kind: "step", amplitude: sign ?? 1, start: 20, stop: 180};
  const experiment = {model, parameters, stimulus, duration: 240, frozen: new Map()};
"""


@pytest.fixture
def ask(engine_page):
    """Return a function that evaluates an expression in ``experiment`` and its parts."""

    def evaluate(expression, key, changes=None, sign=None):
        return engine_page.evaluate(
            f"([key, changes, sign]) => {{ {EXPERIMENT} return {expression}; }}", [key, changes, sign]
        )

    return evaluate


@pytest.mark.parametrize("key", KEYS)
def test_rests(key, ask):
    offer = KEYS[key]
    state = ask("[...loligoLab.engine.rest(model, parameters, new Map())]", key)
    assert np.allclose(state, lo.rest(offer.membrane()).state, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("factor", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("key", ["squid", "pospischil_LTS", "connor_stevens", "morris_lecar_snic"])
def test_rests_with_other_conductances(key, factor, ask):
    membrane = KEYS[key].membrane()
    for name in [name for name in membrane.parameters if name.startswith("g_") and name != "g_leak"]:
        changed = membrane.replace(**{name: factor * membrane[name]})
        state = ask("[...loligoLab.engine.rest(model, parameters, new Map())]", key, {name: factor * membrane[name]})
        assert np.allclose(state, lo.rest(changed).state, rtol=1e-7, atol=1e-9), name


def bracket_of(found):
    assert isinstance(found, dict), found
    assert abs(found["high"] - found["low"]) <= RESOLUTION
    assert found["value"] == pytest.approx((found["low"] + found["high"]) / 2)
    return found


@pytest.mark.parametrize("key", SILENT)
def test_thresholds(key, ask):
    membrane = KEYS[key].membrane()
    reference = lo.threshold(membrane, lo.Step(1.0, start=20, stop=180), duration=240).value
    found = bracket_of(ask(f"loligoLab.engine.threshold(experiment, 'once', {RESOLUTION})", key))
    assert abs(found["value"] - reference) < RESOLUTION


def test_the_threshold_of_repetitive_firing(ask):
    stimulus = lo.Step(1.0, start=20, stop=180)
    reference = lo.threshold(lo.models.squid(), stimulus, fires="repetitively", duration=240).value
    found = bracket_of(ask(f"loligoLab.engine.threshold(experiment, 'repetitively', {RESOLUTION})", "squid"))
    assert abs(found["value"] - reference) < RESOLUTION


def test_lasting_firing_in_a_window_between_two_doublings_is_found(engine_page):
    key, stop, duration = "morris_lecar_homoclinic", 800, 1000
    of = f"({EXPERIMENT.replace('stop: 180', f'stop: {stop}').replace('duration: 240', f'duration: {duration}')} "
    script = (
        f"([key, changes, sign]) => {{ {of[1:]} return loligoLab.engine.threshold(experiment, 'repetitively', 1e-4); }}"
    )
    found = bracket_of(engine_page.evaluate(script, [key, None, None]))
    membrane, stimulus = KEYS[key].membrane(), lo.Step(1.0, start=20, stop=stop)
    reference = lo.threshold(membrane, stimulus, fires="repetitively", duration=duration).value
    assert found["value"] < reference + RESOLUTION

    def lasts(amplitude):
        spikes = lo.simulate(membrane, stimulus.with_amplitude(amplitude), duration).spikes
        inside = spikes[(spikes >= 20) & (spikes <= stop)]
        return inside.size >= 3 and stop - inside[-1] < 1.5 * (inside[-1] - inside[-2])

    assert not lasts(found["low"] - RESOLUTION)
    assert lasts(found["high"] + RESOLUTION)


def test_the_threshold_of_a_rebound(ask):
    reference = lo.threshold(lo.models.squid(), lo.Step(-1.0, start=20, stop=180), duration=240).value
    found = bracket_of(ask(f"loligoLab.engine.threshold(experiment, 'once', {RESOLUTION})", "squid", sign=-1))
    assert reference < -1
    assert abs(found["value"] - reference) < RESOLUTION


def test_a_missing_threshold_is_reported(ask):
    assert "does not fire" in ask("loligoLab.engine.threshold(experiment, 'repetitively')", "squid", {"g_Na": 0})


def test_a_spontaneously_firing_membrane_has_no_threshold(ask):
    said = ask("loligoLab.engine.threshold(experiment, 'once')", "squid", {"E_K": 0.0, "E_leak": 18.0})
    fires = lo.simulate(lo.models.squid().replace(E_K=0.0, E_leak=18.0), duration=200, initial={"v": 10.0}).spikes.size
    assert fires > 5
    assert "even at amplitude 0" in said


def test_steady_frequencies(ask):
    amplitudes = [0.0, 8.0, 20.0, 60.0, 170.0]
    page = ask(f"{amplitudes}.map((I) => loligoLab.engine.frequency(experiment, I))", "squid")
    for amplitude, frequency in zip(amplitudes, page, strict=True):
        spikes = lo.simulate(lo.models.squid(), lo.Step(amplitude), duration=1000).spikes
        steady = 1000 / np.diff(spikes)[-1] if spikes.size > 5 else 0.0
        assert frequency == pytest.approx(steady, rel=2e-3)


def test_clamp_currents(ask):
    family = ask(
        "loligoLab.engine.clamp(experiment, 0, [-20, 40, 90], 20, 180, 300).map((one) => "
        "[one.level, [...one.t], one.currents.map((column) => [...column]), [...one.total]])",
        "squid",
    )
    for level, t, currents, total in family:
        command = lo.Step(float(level), start=20, stop=180)
        inside = [k for k, time in enumerate(t) if 20 < time <= 179.9]
        reference = lo.voltage_clamp(lo.models.squid(), command, 240, sampling=np.array(t)[inside])
        for column, name in zip(currents, ("Na", "K", "leak"), strict=True):
            difference = np.array(column)[inside] - reference.current(name)
            assert np.abs(difference).max() < 1e-3 * max(1.0, np.abs(reference.current(name)).max()), name
        assert np.allclose(total, np.sum(currents, axis=0))
