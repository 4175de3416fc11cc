"""Each model begins with what it is offered for, runs last up to 20 s, and bursts are summarised as bursts."""

import numpy as np
import pytest

import loligo as lo
from browser.links import FEW, changed
from loligo.lab import OFFERS


@pytest.fixture
def begun(lab):
    """Return a function that chooses a model and returns its spikes and the summary."""
    page = lab(FEW)

    def choose(key):
        other = "wang_buzsaki" if key != "wang_buzsaki" else "squid"
        changed(page, lambda: page.get_by_label("Model", exact=True).select_option(other))
        changed(page, lambda: page.get_by_label("Model", exact=True).select_option(key))
        assert page.locator(".message, .beyond-run, .field.changed").count() == 0
        return np.array(page.evaluate("[...loligoLab.run.spikes]")), page.locator("#spikes").inner_text()

    return choose


def test_the_bistable_one_rests_and_fires_under_one_current(begun):
    spikes, _ = begun("morris_lecar_homoclinic")
    assert not ((spikes > 100) & (spikes < 300)).any()
    inside = spikes[(spikes > 300) & (spikes < 900)]
    assert inside.size > 10
    assert inside[-1] > 850


def test_the_pacemaker_needs_no_stimulus(begun):
    spikes, said = begun("stomatogastric")
    assert spikes.size > 10
    assert "bursts of" in said
    assert "one every" in said


def test_the_bursting_one_bursts(begun):
    spikes, said = begun("pospischil_IB")
    assert spikes.size > 10
    assert said.startswith(("A burst of", "2 bursts of"))


@pytest.mark.parametrize("key", [offer.key for offer in OFFERS])
def test_every_model_fires_as_it_begins(begun, key):
    spikes, said = begun(key)
    assert spikes.size > 1
    assert said


def test_a_run_of_20_seconds_is_that_of_loligo(lab):
    page = lab(
        FEW.replace("I.stop=180", "I.stop=19000").replace("amplitude=10", "amplitude=7").replace("=200", "=20000")
    )
    assert page.locator(".message").count() == 0
    spikes = np.array(page.evaluate("[...loligoLab.run.spikes]"))
    reference = lo.simulate(lo.models.squid(), lo.Step(7.0, start=20, stop=19000), 20_000).spikes
    assert reference.size > 1000
    assert spikes.size == reference.size
    peaks = page.evaluate("[...loligoLab.run.y[0]].filter((v, i, all) => v > 80 && v >= all[i - 1] && v > all[i + 1])")
    assert len(peaks) == reference.size
    assert np.ptp(peaks[10:]) < 2
