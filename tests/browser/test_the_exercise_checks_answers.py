"""The guided tour sets up each question, takes the answer that loligo computes, and knows the usual mistakes."""

import pytest

import loligo as lo
from browser.links import FEW, changed

SQUID = lo.models.squid()
STEP, RAMP = lo.Step(1.0, start=20, stop=180), lo.Ramp(1.0, start=30, stop=270)


def answered(page, text):
    """Give an answer; return what the page says of it."""
    page.get_by_role("textbox", name="Your answer").fill(text)
    page.get_by_role("button", name="Check", exact=True).click()
    verdict = page.locator(".verdict")
    verdict.wait_for()
    return verdict.inner_text()


@pytest.mark.parametrize(
    ("question", "right", "mistake", "hint"),
    [
        (0, lambda: lo.threshold(SQUID, STEP, duration=200).value, "-2.241", "sign"),
        (1, lambda: lo.threshold(SQUID, STEP, duration=200, fires="repetitively").value, "2.241", "does not go on"),
        (2, lambda: lo.simulate(SQUID, STEP.with_amplitude(-5), 200).spikes.size, "0", "after the step has ended"),
        (3, lambda: lo.simulate(SQUID, STEP.with_amplitude(-5), 200, sampling=[0, 180])["h"][1], "0.596", "at rest"),
        (
            4,
            lambda: lo.simulate(SQUID, STEP.with_amplitude(-5), 200, interventions=lo.Hold("h", "rest")).spikes.size,
            "7",
            "Count",
        ),
        (5, lambda: lo.threshold(SQUID, RAMP, duration=300).value, "2.241", "of a step"),
        (
            6,
            lambda: lo.threshold(SQUID.replace(g_Na=180), STEP, duration=200, fires="repetitively").value,
            "6.2",
            "unchanged",
        ),
        (7, lambda: 1000 / 14.638324788661684, "14.64", "interval"),
    ],
)
def test_the_right_answer_is_right_and_a_mistake_gets_its_hint(lab, question, right, mistake, hint):
    page = lab(f"{FEW}&tour={question}")
    assert hint in answered(page, mistake)
    assert answered(page, f"{right():.4g}").startswith("Right.")
    assert page.complaints == []


def test_a_preset_is_set_up_and_can_be_undone(lab):
    page = lab(f"{FEW}&tour=2")
    changed(page, page.get_by_role("button", name="Set it up").click)
    assert page.evaluate("loligoLab.experiment.stimulus.amplitude") == -5
    changed(page, page.get_by_role("button", name="Undo").click)
    assert page.evaluate("loligoLab.experiment.stimulus.amplitude") == 10


def test_every_model_has_an_answer_or_says_why_not(lab):
    page = lab(f"{FEW}&tour=0")
    page.get_by_label("Model", exact=True).select_option("stomatogastric")
    assert "has no answer" in answered(page, "1")
