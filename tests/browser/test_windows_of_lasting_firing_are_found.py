"""No window of lasting firing of 0.3 % or more lies below the threshold that the page finds, also in edited neurons."""

import numpy as np
import pytest

import loligo as lo
from loligo.lab import OFFERS

MEMBRANES = {offer.key: offer.membrane() for offer in OFFERS}
START, STOP, DURATION = 50.0, 450.0, 500.0
THRESHOLD = """([key, changes]) => {
  const model = LOLIGO.models.find((one) => one.key === key);
  const parameters = Float64Array.from(model.parameters.map((one) => changes[one.name] ?? one.value));
  const stimulus = {kind: "step", amplitude: 1, start: 50, stop: 450};
  const experiment = {model, parameters, stimulus, duration: 500, frozen: new Map()};
  return loligoLab.engine.threshold(experiment, "repetitively", 1e-4);
}"""
EDITED = [
    ("pospischil", {}), ("pospischil", {"g_M": 0.5}), ("pospischil", {"g_M": 1.5}), ("pospischil", {"g_Na": 0.9}),
    ("pospischil", {"g_Kd": 1.3}), ("pospischil", {"celsius": 38}), ("pospischil_IB", {}),
    ("pospischil_LTS", {"g_M": 1.4}), ("squid", {"g_K": 0.8}), ("connor_stevens", {"g_A": 1.3}),
]  # fmt: skip


def lasts(membrane, amplitude):
    spikes = lo.simulate(membrane, lo.Step(amplitude, start=START, stop=STOP), DURATION, tolerance=1e-5).spikes
    inside = spikes[(spikes >= START) & (spikes <= STOP)]
    return inside.size >= 3 and STOP - inside[-1] < 1.5 * (inside[-1] - inside[-2])


@pytest.mark.parametrize(("key", "factors"), EDITED, ids=str)
def test_nothing_lasts_below(engine_page, key, factors):
    membrane = MEMBRANES[key]
    changes = {
        name: factor if name == "celsius" else factor * membrane[name] for name, factor in factors.items()
    }  # fmt: skip
    membrane = membrane.replace(**changes)
    found = engine_page.evaluate(THRESHOLD, [key, changes])
    assert found["high"] - found["low"] <= 1e-4
    assert not found["passive"]
    assert lasts(membrane, found["high"] + 1e-4)
    assert not lasts(membrane, found["low"] - 1e-4)
    once = lo.threshold(membrane, lo.Step(1.0, start=START, stop=STOP), duration=DURATION, resolution=1e-3).value
    tried = np.geomspace(once, found["low"] - 1e-4, max(2, round(np.log(found["low"] / once) / 0.0015)))
    lasting = [lasts(membrane, amplitude) for amplitude in tried]
    wide = [k for k in range(len(tried) - 1) if lasting[k] and lasting[k + 1]]
    assert wide == [], tried[wide]


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("kind", ["step", "sine", "pulses"])
def test_a_pacemaker_has_no_threshold(engine_page, kind, sign):
    said = engine_page.evaluate(
        """([kind, sign]) => {
          const model = LOLIGO.models.find((one) => one.key === "stomatogastric");
          const parameters = Float64Array.from(model.parameters.map((one) => one.value));
          const stimulus = {kind, amplitude: sign, start: 400, stop: 3600, frequency: 20, width: 1,
            period: 20, count: 8};
          return ["once", "repetitively"].map((fires) =>
            loligoLab.engine.threshold({model, parameters, stimulus, duration: 4000, frozen: new Map()}, fires, 1e-4));
        }""",
        [kind, sign],
    )
    assert "even at amplitude 0" in said[0]
    assert said[1] == "It fires in bursts even at amplitude 0, so there is no threshold to find."


def test_silent_membranes_do_not_fire_repetitively(lab):
    sine = "model=squid&p.g_Na=0&stimulus=sine&I.amplitude=10&I.frequency=20&I.start=20&I.stop=480&duration=500"
    page = lab(f"{sine}&view=full&panels=v,stimulus")
    for button in ("For a spike", "For repetitive firing"):
        page.get_by_role("button", name=button, exact=True).click()
        page.locator(".answer .big").wait_for()
        said = page.locator(".answer").inner_text()
        assert "only pushed over the spike level" in said
        assert "fire repetitively" not in said
