"""What counts as a spike is written at its line, and a threshold says what there is below it and what makes it."""

import pytest

import loligo as lo
from browser.links import FEW, changed

SQUID_AXON = lo.models.squid()
STEP = lo.Step(1.0, start=20, stop=180)
LABELS = """() => {
  window.texts = [];
  const own = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...a) {
    if (this.canvas === document.querySelector(".panel-v canvas")) window.texts.push(text);
    return own.call(this, text, ...a);
  };
}"""


def found(page, button):
    page.get_by_role("button", name=button, exact=True).click()
    page.locator(".answer .note").first.wait_for()
    return page.locator(".answer").inner_text()


@pytest.mark.parametrize("key", ["squid", "connor_stevens"])
def test_the_dotted_line_is_labelled(lab, key):
    page = lab(FEW)
    page.get_by_label("Model", exact=True).select_option("wang_buzsaki")
    page.evaluate(LABELS)
    changed(page, lambda: page.get_by_label("Model", exact=True).select_option(key))
    page.wait_for_function("() => window.texts.includes('spike level')")


def test_a_membrane_that_is_only_pushed_over_the_level_makes_no_spike(lab):
    page = lab(FEW.replace("squid&", "squid&p.g_Na=0&"))
    said = found(page, "For a spike")
    reference = lo.threshold(SQUID_AXON.replace(g_Na=0), STEP, duration=200)
    assert reference.passive
    assert said.startswith(f"{reference.value:.4f}")
    assert "only pushed over the spike level" in said
    assert "makes a spike" not in said
    page.get_by_role("button", name="TTX").click()
    said = found(page, "For a spike")
    assert "makes a spike" in said
    assert "pushed" not in said


def test_firing_that_does_not_last_is_not_called_silent(lab):
    page = lab(FEW)
    said = found(page, "For repetitive firing")
    low = lo.threshold(SQUID_AXON, STEP, duration=200, fires="repetitively", resolution=1e-4).bracket[0]
    count = lo.simulate(SQUID_AXON, STEP.with_amplitude(low), 200).spikes.size
    assert count > 1
    assert f"{count} spikes, not lasting, at" in said
    assert "Silent" not in said


@pytest.mark.parametrize("interval", [8, 20])
def test_of_paired_pulses_the_second_is_varied(lab, interval):
    link = (
        f"model=squid&stimulus=pair&I.amplitude=30&I.second=5&I.start=20&I.width=1&I.interval={interval}&duration=100"
    )
    page = lab(f"{link}&view=full&panels=v,stimulus")
    found(page, "Of the second pulse")
    value = float(page.locator("#threshold-once").inner_text())

    def spikes(second):
        pulses = [lo.Pulses(30.0, onsets=(20,), width=1), lo.Pulses(second, onsets=(20 + interval,), width=1)]
        return lo.simulate(SQUID_AXON, pulses[0] + pulses[1], 100).spikes.size

    assert spikes(value + 1e-3) == spikes(value - 1e-3) + 1 == 2
    changed(page, page.get_by_role("button", name="Show it").click)
    assert page.evaluate("loligoLab.experiment.stimulus.amplitude") == 30
    assert page.evaluate("loligoLab.run.spikes.length") == 2


def test_an_amplitude_that_cannot_be_run_is_rounded_and_has_a_minus_sign(lab):
    page = lab(FEW.replace("amplitude=10", "amplitude=-10"))
    page.get_by_role("button", name="For repetitive firing").click()
    answer = page.locator(".answer", has_text="does not fire")
    answer.wait_for(timeout=60000)
    numbers = [word.strip(",.") for word in answer.inner_text().split() if any(map(str.isdigit, word))]
    assert numbers
    assert all(word.startswith("\N{MINUS SIGN}") or word == "µA/cm²" for word in numbers)
    assert all(len(word) < 9 for word in numbers)
