"""Runs, thresholds, curves and answers come from workers: the thread that hears inputs evaluates no equations."""

import pytest

from browser.links import FULL, changed

COUNT = """() => {
  window.evaluated = 0;
  for (const model of loligoLab.models) {
    const {derivatives, currents} = model;
    model.derivatives = (...a) => { window.evaluated++; return derivatives(...a); };
    model.currents = (...a) => { window.evaluated++; return currents(...a); };
  }
}"""


@pytest.fixture
def page(lab):
    page = lab(f"{FULL}&tour=0")
    page.wait_for_function("() => loligoLab.frequencies.done")
    page.evaluate(COUNT)
    yield page
    assert page.evaluate("window.evaluated") == 0
    assert page.complaints == []


def test_runs_of_every_model_and_their_analyses(page):
    for key in page.evaluate("loligoLab.models.map((model) => model.key)")[1:]:
        changed(page, lambda key=key: page.get_by_label("Model", exact=True).select_option(key))
        slider = page.get_by_role("slider", name="Amplitude, slider")
        changed(page, lambda slider=slider: slider.press("ArrowRight"))
    changed(page, lambda: page.get_by_label("Model", exact=True).select_option("squid"))
    page.wait_for_function("() => loligoLab.frequencies.done")


def test_thresholds_held_gates_and_answers(page):
    page.get_by_role("button", name="For repetitive firing").click()
    page.locator("#threshold-repetitively").wait_for()
    changed(page, page.locator(".hold input[type=checkbox]").first.check)
    page.get_by_role("textbox", name="Your answer").fill("3")
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".verdict").wait_for()


def test_the_page_is_consistent_during_a_run(lab):
    page = lab(FULL)
    lines = page.evaluate(
        """async () => {
          const select = document.querySelector("select.model");
          const seen = [];
          for (const key of ["stomatogastric", "squid", "pospischil_LTS", "wang_buzsaki"]) {
            select.value = key;
            select.dispatchEvent(new Event("change", {bubbles: true}));
            for (let k = 0; k < 12; k++) {
              await new Promise(requestAnimationFrame);
              const names = [...document.querySelectorAll(".panel-gates .readout .name")].map((one) => one.textContent);
              seen.push([names.length, loligoLab.run.y.length]);
            }
          }
          return seen;
        }"""
    )
    gates = {1 + 3: 3, 13: 11, 4: 3}
    for shown, states in lines:
        assert shown == gates.get(states, shown)
