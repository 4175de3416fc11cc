"""Whatever is wrong with a typed number, it is not taken, the reason is said, and the field shows what runs."""

import pytest

from browser.links import FEW, SQUID, changed

PULSES = "model=squid&stimulus=pulses&I.amplitude=20&I.start=10&I.width=2&I.period=20&I.count=5&duration=200"
NOISE = "model=squid&stimulus=noise&I.amplitude=5&I.mean=6&I.tau=5&I.seed=1&I.start=0&I.stop=2000&duration=2000"
HELD = SQUID.replace("squid&", "squid&frozen.n=0.3&during.n=30,60&")
RESET = SQUID.replace("squid&", "squid&reset.v=3&reset=50&")
WRONG = [
    (SQUID, "g Na, maximal conductance, in mS/cm²", "1e9", "Enter a value from 0 to 360"),
    (SQUID, "g Na, maximal conductance, in mS/cm²", "", "Enter a number"),
    (SQUID, "E K, reversal potential, in mV", "12 apples", "Enter a number"),
    (SQUID, "Amplitude, in µA/cm²", "1e6", "Enter a value from"),
    (SQUID, "Duration of the run, in ms", "0", "Enter a value from"),
    (SQUID, "Start, in ms", "180", "must stop after it starts"),
    (SQUID, "Start, in ms", "190", "must stop after it starts"),
    (SQUID, "Stop, in ms", "10", "must stop after it starts"),
    (SQUID, "Stop, in ms", "-3", "Enter a value from"),
    (PULSES, "Width, in ms", "30", "would overlap"),
    (PULSES, "Period, in ms", "1", "would overlap"),
    (PULSES, "Pulses", "2.5", "whole number"),
    (NOISE, "Correlation time, in ms", "0.1", "changes too often"),
    (SQUID, "Start, in ms", "300", "Enter a value from 0 to 200"),
    (SQUID, "Stop, in ms", "201", "Enter a value from 0.1 to 200"),
    (SQUID.replace("squid&", "squid&frozen.n=0.3&"), "n held at", "2", "Enter a value from 0 to 1"),
    (HELD, "n held from, in ms", "60", "a hold must stop after it starts"),
    (HELD, "n held from, in ms", "80", "a hold must stop after it starts"),
    (HELD, "n held to, in ms", "30", "a hold must stop after it starts"),
    (HELD, "n held to, in ms", "250", "Enter a value from 0.1 to 200"),
    (HELD, "n held from, in ms", "-5", "Enter a value from 0 to 200"),
    (RESET, "Time of the reset, in ms", "201", "Enter a value from 0 to 200"),
    (RESET, "Time of the reset, in ms", "soon", "Enter a number"),
    (RESET, "v reset to, in mV", "1e4", "Enter a value from"),
]


@pytest.mark.parametrize(("link", "label", "text", "reason"), WRONG)
def test_it_is_refused_with_a_reason(lab, link, label, text, reason):
    page = lab(f"{link}&view=full&panels=v,stimulus")
    field = page.get_by_label(label, exact=True)
    before = (page.evaluate("loligoLab.setting.conditions"), field.input_value())
    for key in ("Enter", "Tab", "Enter"):  # in any way, and again
        field.fill(text)
        field.press(key)
        alert = page.get_by_role("alert").inner_text()
        assert reason in alert
        assert f"\u201c{text}\u201d was not accepted" in alert
        assert f"The value is still {before[1].replace('-', chr(0x2212))}." in alert
        assert (page.evaluate("loligoLab.setting.conditions"), field.input_value()) == before


def test_right_times_of_a_hold_are_taken_and_sliders_push_each_other(lab):
    page = lab(f"{HELD}&view=full&panels=v,stimulus")
    held = "loligoLab.setting.conditions.during.n"
    changed(page, lambda: (page.get_by_label("n held to, in ms").fill("50,5"), page.keyboard.press("Enter")))
    assert page.evaluate(held) == [30, 50.5]
    changed(page, lambda: page.get_by_role("slider", name="n held from, slider").fill("120"))
    assert page.evaluate(held) == [120, 120.1]
    changed(page, lambda: page.get_by_role("slider", name="n held to, slider").fill("0.1"))
    assert page.evaluate(held) == [0, 0.1]


def test_a_refusal_is_gone_after_the_next_change(lab):
    page = lab(f"{SQUID}&view=full&panels=v,stimulus")
    for label, text in (("Stop, in ms", "-3"), ("g Na, maximal conductance, in mS/cm²", "1e9")):
        field = page.get_by_label(label, exact=True)
        field.fill(text)
        field.press("Enter")
    assert page.locator(".wrong").count() == 2
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function("() => document.querySelectorAll('.wrong').length === 0")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("duration=200", "duration=100"), "The stimulus lasts until 180 ms, but the run ends at 100 ms."),
        (("duration=200", "duration=20"), "The stimulus starts at 20 ms, after the run has ended (20 ms)."),
        (("squid&", "squid&frozen.n=0.3&during.n=150,250&"), "The hold of n lasts until 250 ms"),
        (("squid&", "squid&reset.v=3&reset=300&"), "The reset at 300 ms comes after the run has ended"),
    ],
)
@pytest.mark.parametrize("view", [SQUID, FEW])
def test_the_stimulus_is_checked_against_the_run(lab, view, change, said):
    assert lab(view).locator(".beyond-run").count() == 0
    page = lab(view.replace(*change))
    assert said in page.locator(".beyond-run").all_inner_texts()[0]


def test_a_run_that_becomes_too_short_is_reported(lab):
    page = lab(FEW)
    changed(page, lambda: page.get_by_role("slider", name="Duration of the run, slider").fill("90"))
    assert "but the run ends at 90 ms" in page.locator(".beyond-run").inner_text()


@pytest.mark.parametrize(
    ("link", "label", "key", "reason"),
    [
        (NOISE.replace("=2000", "=20000"), "Correlation time", "Home", "changes too often"),
        (
            NOISE.replace("tau=5", "tau=1").replace("duration=2000", "duration=20000"),
            "Stop",
            "End",
            "changes too often",
        ),
        (
            NOISE.replace("tau=5", "tau=1").replace("stop=2000", "stop=20000"),
            "Duration of the run",
            "20000",
            "too often",
        ),  # typed
    ],
)
def test_fields_and_sliders_refuse_the_same_values(lab, link, label, key, reason):
    page = lab(f"{link}&view=full&panels=v,stimulus")
    assert page.locator(".message").count() == 0
    before = page.evaluate("loligoLab.setting.conditions")
    if key.isdigit():
        page.get_by_label(f"{label}, in ms", exact=True).fill(key)
        page.keyboard.press("Enter")
    else:
        page.get_by_role("slider", name=f"{label}, slider").press(key)
    alert = page.get_by_role("alert").inner_text()
    assert reason in alert
    assert "was not accepted" in alert
    assert page.evaluate("loligoLab.setting.conditions") == before
    slider = page.get_by_role("slider", name=f"{label}, slider")
    field = page.get_by_label(f"{label}, in ms", exact=True)
    assert abs(float(slider.input_value()) - float(field.input_value())) <= float(slider.get_attribute("step"))


def test_noise_begins_with_no_more_changes_than_a_run_may_have(lab):
    page = lab(
        SQUID.replace("duration=200", "duration=20000").replace("stop=180", "stop=18000") + "&view=full&panels=v"
    )
    changed(page, lambda: page.get_by_label("Kind of stimulus").select_option("noise"))
    assert page.evaluate("loligoLab.run.end") == "finished"
