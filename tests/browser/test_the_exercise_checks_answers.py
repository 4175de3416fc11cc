"""The guided tour sets up each question, takes the answer that loligo computes, and knows the usual mistakes."""

import math

import pytest

import loligo as lo
from browser.links import FEW, changed
from loligo.course.rebound import rebound
from loligo.lab import OFFERS

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
        (1, lambda: lo.threshold(SQUID, STEP, duration=200, fires="repetitively").value, "2.241", "does not continue"),
        (2, lambda: lo.simulate(SQUID, STEP.with_amplitude(-5), 200).spikes.size, "0", "after the step ends"),
        (3, lambda: lo.simulate(SQUID, STEP.with_amplitude(-5), 200, sampling=[0, 180])["h"][1], "0.596", "at rest"),
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
    digits = 10 ** (3 - math.floor(math.log10(right())))
    answer = math.ceil(right() * digits) / digits  # upwards: what is rounded down does not fire
    assert answered(page, f"{answer:.4g}").startswith("Right.")
    assert page.complaints == []


def test_a_preset_is_set_up_and_can_be_undone(lab):
    page = lab(f"{FEW}&tour=2")
    changed(page, page.get_by_role("button", name="Set it up").click)
    assert page.evaluate("loligoLab.experiment.stimulus.amplitude") == -5
    changed(page, page.get_by_role("button", name="Undo").click)
    assert page.evaluate("loligoLab.experiment.stimulus.amplitude") == 10


def chosen(page, *names):
    """Tick these answers and no others; return what the page says of it."""
    for box in page.locator(".answering input[type=checkbox]").all():
        box.set_checked(box.evaluate("(one) => one.parentElement.textContent.trim()") in names)
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".verdict").wait_for()
    return page.locator(".verdict").inner_text()


def test_the_cause_of_the_rebound_agrees_with_the_report(lab):
    page = lab(f"{FEW.replace('amplitude=10', 'amplitude=-5')}&tour=4")
    found = rebound(SQUID)
    strong = found.responses[0]
    by = next(one.by for one in found.map if one.amplitude == strong.amplitude)
    for gate in "mhn":
        assert gate in page.locator(".tour > p").first.inner_text()
    assert "h held, the spike still comes" in chosen(page, "h")
    assert "still comes" in chosen(page, "m", "n")
    assert "Try every gate" in chosen(page, "none of them")
    said = chosen(page, *by).replace("\N{MINUS SIGN}", "-")
    assert said.startswith("Right.")
    assert strong.conclusion().partition("). ")[2] in said
    assert ", ".join(f"{one.amplitude:g}: {one.text()}" for one in found.map) in said


@pytest.mark.parametrize(
    ("question", "threshold"),
    [
        (0, lambda: lo.threshold(SQUID, STEP, duration=200)),
        (1, lambda: lo.threshold(SQUID, STEP, duration=200, fires="repetitively")),
        (5, lambda: lo.threshold(SQUID, RAMP, duration=300)),
    ],
)
def test_an_amplitude_that_is_silent_is_not_the_lowest_that_fires(lab, question, threshold):
    page = lab(f"{FEW}&tour={question}")
    value = threshold().value
    assert answered(page, f"{math.floor(10 * value) / 10:.1f}").startswith("Not yet. At this amplitude it ")
    assert answered(page, f"{math.ceil(100 * value) / 100:.2f}").startswith("Right.")


def conditions(page):
    return page.evaluate("loligoLab.setting.conditions")


def test_each_question_has_its_own_setting_and_the_first_comes_back(lab):
    page = lab(FEW.replace("amplitude=10", "amplitude=8").replace("squid&", "squid&p.celsius=10&"))
    before = conditions(page)
    page.get_by_role("button", name="Exercise").click()
    first = conditions(page)
    assert first["stimulus"]["amplitude"] == 1
    assert first["parameters"] == {"celsius": 10}
    for _ in range(6):
        page.get_by_role("button", name="Next", exact=True).click()
    assert conditions(page)["parameters"] == {"celsius": 10, "g_Na": 180}
    page.get_by_role("button", name="Next", exact=True).click()
    assert conditions(page)["parameters"] == {"celsius": 10}
    changed(page, lambda: page.get_by_role("slider", name="Amplitude, slider").fill("14"))
    page.get_by_role("button", name="Previous", exact=True).click()
    assert conditions(page)["parameters"]["g_Na"] == 180
    page.get_by_role("button", name="Next", exact=True).click()
    assert conditions(page)["stimulus"]["amplitude"] == 14
    page.get_by_role("button", name="Close the exercise").click()
    assert conditions(page) == before


def test_answers_survive_a_reload_and_are_printed_in_a_summary(lab):
    page = lab(f"{FEW}&tour=0")
    assert answered(page, "2.25").startswith("Right.")
    page.reload()
    page.wait_for_function("() => window.loligoLab?.run")
    assert page.get_by_role("textbox", name="Your answer").input_value() == "2.25"
    assert page.locator(".verdict").inner_text().startswith("Right.")
    page.get_by_role("button", name="Summary").click()
    report = page.locator("dialog.report")
    assert "1 of 8 questions are answered, 7 not tried." in report.inner_text()
    assert "Answered: 2.25 µA/cm², at the first try." in report.inner_text()
    page.emulate_media(media="print")
    assert report.get_by_text("Answered: 2.25").is_visible()
    assert page.locator("header.top").is_hidden()
    assert page.locator(".stage").is_hidden()


def test_a_question_keeps_its_setting_when_the_model_is_chosen_or_reset(lab):
    page = lab(f"{FEW}&tour=2")
    page.get_by_label("Model", exact=True).select_option("pospischil")
    page.wait_for_function("() => loligoLab.experiment.model.key === 'pospischil'")
    asked = page.evaluate("loligoLab.experiment.stimulus.amplitude")
    assert asked < 0  # the rebound
    changed(page, lambda: page.get_by_role("slider", name="Amplitude, slider").fill("2"))
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function("(asked) => loligoLab.experiment.stimulus.amplitude === asked", arg=asked)


def test_a_verdict_is_of_the_membrane_that_was_checked(lab):
    page = lab(f"{FEW}&tour=0")
    assert answered(page, "2.25").startswith("Right.")
    for value, said in (("100", ""), ("120", "Right.")):
        field = page.get_by_label("g Na, maximal conductance, in mS/cm²", exact=True)
        field.fill(value)
        field.press("Enter")
        page.wait_for_function("(value) => loligoLab.experiment.parameters.includes(value)", arg=float(value))
        assert page.locator(".verdict").inner_text().startswith(said)
        assert (said == "") == (page.locator(".verdict").inner_text() == "")


def test_a_second_wrong_answer_gets_a_second_hint(lab):
    page = lab(f"{FEW}&tour=0")
    first = answered(page, "1")
    second = answered(page, "5")
    assert "middle" not in first
    assert "middle" in second


def test_every_model_has_an_answer_or_a_reason(lab):
    page = lab(f"{FEW}&tour=0")
    page.get_by_label("Model", exact=True).select_option("stomatogastric")
    assert "has no answer" in answered(page, "1")
    page.locator(".answering").get_by_label("there is none").check()
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".verdict.right").wait_for()
    assert "fires even at amplitude 0" in page.locator(".verdict").inner_text()


def test_the_summary_counts_no_wrong_and_no_unchecked_answer(lab):
    page = lab(f"{FEW}&tour=0")
    for text in ("two", "1", "5", "9"):
        answered(page, text)
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("textbox", name="Your answer").fill("6")
    page.get_by_role("button", name="Next", exact=True).click()
    answered(page, "0")
    assert answered(page, "1").startswith("Right.")
    page.get_by_role("button", name="Summary").click()
    said = page.locator("dialog.report").inner_text()
    assert "1 of 8 questions are answered, 1 tried without success, 1 not checked, 5 not tried." in said
    assert "Not answered. 3 wrong tries, and the hint. Last tried: 9 µA/cm²." in said
    assert "Not answered: 6 µA/cm² was not checked." in said
    assert "Answered: 1 spike, at the 2nd try." in said


@pytest.mark.parametrize("key", [offer.key for offer in OFFERS])
def test_the_rebound_question_can_be_answered_on_every_membrane(lab, key):
    page = lab(FEW)
    page.get_by_label("Model", exact=True).select_option(key)
    page.get_by_role("button", name="Exercise").click()
    titles = ("After a negative step", "Which gate does it?")
    while page.locator("#tour-title").inner_text() != titles[0]:
        page.get_by_role("button", name="Next", exact=True).click()
    page.wait_for_function("() => loligoLab.run && loligoLab.experiment.stimulus.amplitude < 0")
    count, alone, after = page.evaluate(
        """() => {
          const run = (of) => loligoLab.engine.simulate(of, 2).spikes;
          const of = loligoLab.experiment;
          const spikes = run(of);
          return [spikes.length, run({...of, stimulus: {...of.stimulus, amplitude: 0}}).length,
                  spikes.filter((t) => t > of.stimulus.stop).length];
        }"""
    )
    said = answered(page, str(count))
    assert said.startswith("Right.")
    assert ("rebound spike" in said) == (after > 0 and alone == 0)
    if not page.evaluate("loligoLab.experiment.model.states.some((s) => s.kind === 'gate' && s.name.startsWith('h'))"):
        return
    while page.locator("#tour-title").inner_text() != titles[1]:
        page.get_by_role("button", name="Next", exact=True).click()
    assert "there is no rebound" in page.locator(".tour > p").first.inner_text()
    page.locator(".answering").get_by_label("there is no rebound").check()
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".verdict.right, .verdict.notyet").wait_for()
    assert (page.locator(".verdict.right").count() == 1) == (after == 0 or alone > 0)


def test_an_answer_is_repeated_as_it_was_given(lab):
    page = lab(f"{FEW}&tour=0")
    assert "Enter a number, in µA/cm²" in answered(page, "68 Hz")
    assert "Not yet" in answered(page, "5,5 µA/cm²")
    page.get_by_role("button", name="Summary").click()
    assert "Last tried: 5,5 µA/cm²." in page.locator("dialog.report").inner_text()
