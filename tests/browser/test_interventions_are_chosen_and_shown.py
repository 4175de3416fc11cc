"""Holds at rest and several resets are chosen as lo.Hold and lo.Reset take them, and are seen in every time panel."""

import numpy as np
import pytest

import loligo as lo
from browser.links import FEW, FULL, changed, trace

HELD = FEW.replace("squid&", "squid&frozen.n=0.3&during.n=30,60&reset.v=5&reset=100&reset2.h=0.2&reset2=150&")
WATCH = """() => {
  window.shaded = {};
  const {prototype} = CanvasRenderingContext2D;
  const own = prototype.fillRect;
  prototype.fillRect = function (x, y, width, height) {
    const panel = this.canvas.closest(".panel")?.className;
    if (panel) (window.shaded[panel] ??= []).push([x, width, this.canvas.width]);
    return own.call(this, x, y, width, height);
  };
}"""


def test_a_hold_at_rest_follows_the_membrane(lab):
    page = lab(FEW)
    changed(page, page.locator(".hold input[type=checkbox]").nth(2).check)
    changed(page, lambda: page.get_by_label("To what n is held").select_option("rest"))
    assert page.get_by_label("n held at", exact=True).count() == 0
    field = page.get_by_label("g K, maximal conductance, in mS/cm²", exact=True)
    for conductance in (20.0, 45.0):
        field.fill(str(conductance))
        changed(page, lambda: field.press("Enter"))
        (held,) = set(page.evaluate("[...loligoLab.run.y[3]]"))
        assert held == pytest.approx(lo.rest(lo.models.squid().replace(g_K=conductance))["n"], rel=1e-9)
    assert 'lo.Hold("n", "rest")' in page.evaluate("loligoLab.python")
    changed(page, lambda: page.get_by_label("To what n is held").select_option("number"))
    assert page.get_by_label("n held at", exact=True).count() == 1


def test_there_are_resets_at_several_times(lab):
    page = lab(FEW)
    changed(page, page.get_by_label("Reset v", exact=True).check)
    page.get_by_role("button", name="Reset at another time").click()
    changed(page, page.get_by_label("Reset v, reset 2", exact=True).check)
    for label, text in (("v reset to, reset 2, in mV", "-30"), ("Time of the reset, reset 2, in ms", "60")):
        field = page.get_by_label(label, exact=True)
        changed(page, lambda field=field, text=text: (field.fill(text), field.press("Enter")))
    resets = page.evaluate("loligoLab.setting.conditions.resets")
    assert [reset["at"] for reset in resets] == ["stimulus", 60]
    assert resets[1]["values"] == {"v": -30}
    reference = lo.simulate(
        lo.models.squid(), lo.Step(10.0, start=20, stop=180), 200,
        interventions=[lo.Reset({"v": resets[0]["values"]["v"]}, at=180), lo.Reset({"v": -30}, at=60)],
    )  # fmt: skip
    np.testing.assert_allclose(page.evaluate("[...loligoLab.run.spikes]"), reference.spikes, atol=1e-3)
    before = trace(page)
    changed(page, page.get_by_label("Reset v, reset 2", exact=True).click)
    assert trace(page) != before
    assert page.get_by_label("Reset v, reset 2", exact=True).count() == 0


def test_windows_of_holds_are_shaded_in_every_time_panel(lab):
    page = lab(HELD.replace("panels=v,stimulus", "panels=v,gates,currents,stimulus"))
    page.evaluate(WATCH)
    changed(page, lambda: page.get_by_role("slider", name="Amplitude, slider").press("ArrowRight"))
    page.wait_for_function("() => Object.keys(window.shaded).length === 4")
    for panel, rectangles in page.evaluate("window.shaded").items():
        x, width, whole = rectangles[-1]
        box = page.evaluate(
            """(panel) => {
              const over = document.getElementsByClassName(panel)[0].querySelector(".u-over").getBoundingClientRect();
              const canvas = document.getElementsByClassName(panel)[0].querySelector("canvas").getBoundingClientRect();
              return [over.left - canvas.left, over.width, canvas.width];
            }""",
            panel,
        )
        scale = whole / box[2]
        assert x == pytest.approx(scale * (box[0] + 0.15 * box[1]), abs=1.5), panel
        assert width == pytest.approx(scale * 0.15 * box[1], abs=1.5), panel


def test_nothing_is_shaded_where_nothing_is_done(lab):
    page = lab(FULL.replace("squid&", "squid&frozen.n=0.3&"))  # for the whole run
    page.evaluate(WATCH)
    changed(page, lambda: page.get_by_role("slider", name="Amplitude, slider").press("ArrowRight"))
    page.wait_for_timeout(300)
    assert page.evaluate("window.shaded") == {}
