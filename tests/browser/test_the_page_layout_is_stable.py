"""Nothing moves while a slider does, columns use their height, nothing hides in an inner scroller, touch enlarges."""

import math

import pytest

from browser.links import FEW, FULL, SQUID, changed

PLACES = """() => [...document.querySelectorAll(".panel, .group, .field .slider, .summary")].map((one) => {
  const {left, top, width} = one.getBoundingClientRect();
  return [one.className, Math.round(left), Math.round(top + scrollY), Math.round(width)].join(" ");
})"""


@pytest.mark.parametrize("width", [1366, 1920])
@pytest.mark.parametrize("view", [SQUID, FULL])
def test_nothing_moves_while_a_slider_is_dragged(lab, view, width):
    page = lab(view, width=width, height=768)
    page.wait_for_timeout(400)
    if view == FULL:
        page.get_by_role("button", name="For a spike").click()
        page.locator("#threshold-once").wait_for()
    before = page.evaluate(PLACES)
    name = "Injected current, slider" if view == SQUID else "Amplitude, slider"
    for slider, value in (
        (name, "1"),
        (name, "35"),
        ("g Na, maximal conductance, slider", "90"),
        ("g K, maximal conductance, slider", "20"),
    ):
        changed(page, lambda slider=slider, value=value: page.get_by_role("slider", name=slider).fill(value))
        page.wait_for_timeout(150)
        assert page.evaluate(PLACES) == before, slider


def test_nothing_moves_when_the_pointer_comes(lab):
    page = lab(FULL)
    changed(page, lambda: page.get_by_label("Model", exact=True).select_option("stomatogastric"))
    page.locator(".panel-phase .note", has_text="m_Na (solid) stand still at I").wait_for()
    before = page.evaluate(PLACES)
    page.locator(".panel-v .u-over").hover()
    page.wait_for_function("() => loligoLab.cursor !== null")
    assert page.evaluate(PLACES) == before


@pytest.mark.parametrize("width", [900, 1366, 1920])
def test_no_control_is_in_an_inner_scroller(lab, width):
    page = lab(FULL, width=width, height=768)
    inner = page.evaluate(
        """() => [...document.querySelectorAll(".controls, .controls *, .stage, .analyses")].filter((one) =>
          /auto|scroll/.test(getComputedStyle(one).overflowY) && one.scrollHeight > one.clientHeight + 1).length"""
    )
    assert inner == 0
    for heading in ("Hold a gate", "Compare", "Panels", "Take away"):
        assert page.get_by_text(heading, exact=True).is_visible()


def test_the_middle_column_uses_its_height(lab):
    page = lab(FEW, width=1366, height=900)
    page.wait_for_timeout(200)
    bottom = page.evaluate("document.querySelector('.stage').getBoundingClientRect().bottom")
    last = page.evaluate("document.querySelector('.panel-stimulus').getBoundingClientRect().bottom")
    assert 850 < last <= bottom + 1 < 902
    assert page.evaluate("document.querySelector('.plot-v canvas').getBoundingClientRect().height") > 450


def test_no_colour_is_there_twice_in_a_model(engine_page):
    twice = engine_page.evaluate(
        """() => loligoLab.models.flatMap((model) => [model.gates, model.channels].filter((parts) =>
          new Set(parts.map((part) => part.colour)).size < parts.length).map(() => model.key))"""
    )
    assert twice == []


def test_clamp_curves_carry_their_voltages(lab):
    page = lab(f"{FULL}&panels=clamp&clamp=0,-20,80,6")
    note = page.locator(".panel-clamp .note").inner_text()
    assert "\N{MINUS SIGN}20, 0, 20, 40, 60, 80" in note
    page.evaluate(
        """() => {
          window.texts = new Set();
          const own = CanvasRenderingContext2D.prototype.fillText;
          CanvasRenderingContext2D.prototype.fillText = function (text, ...a) {
            const mine = this.canvas === document.querySelector(".panel-clamp canvas");
            if (mine && this.textAlign === "left") window.texts.add(text);
            return own.call(this, text, ...a);
          };
        }"""
    )
    page.set_viewport_size({"width": 1300, "height": 760})
    page.wait_for_function("() => window.texts.size >= 3")
    assert page.evaluate("[...window.texts].every((text) => ['\u221220', '0', '20', '40', '60', '80'].includes(text))")


def test_undo_is_for_the_model_and_not_for_theme_and_exercise(lab):
    page = lab(FEW)
    undo = page.get_by_role("button", name="Undo")
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("button", name="Hide Stimulus").click()
    page.get_by_role("button", name="Beginner").click()
    assert undo.is_disabled()
    changed(page, lambda: page.get_by_role("slider", name="Injected current, slider").fill("12"))
    page.get_by_role("button", name="Theme").click()
    changed(page, undo.click)
    setting = page.evaluate("loligoLab.setting")
    assert setting["conditions"]["stimulus"]["amplitude"] == 10
    assert (setting["theme"], setting["view"], setting["panels"]) == ("light", "beginner", ["v"])


def test_minus_signs_are_consistent(lab):
    page = lab(f"{FULL.replace('amplitude=10', 'amplitude=-5')}&tour=2")
    assert page.get_by_label("Amplitude, in µA/cm²").input_value() == "\N{MINUS SIGN}5"
    assert page.get_by_label("E K, reversal potential, in mV").input_value() == "\N{MINUS SIGN}12"
    text = page.evaluate("document.querySelector('main').innerText")
    assert not [word for word in text.split() if word.startswith("-") and word[1:2].isdigit()]


def test_touch_enlarges(lab):
    page = lab(SQUID, width=400, height=800, has_touch=True, is_mobile=True)
    box = page.locator(".plot-v .u-over").bounding_box()
    page.touchscreen.tap(box["x"] + 0.25 * box["width"], box["y"] + 30)
    page.get_by_role("button", name="Enlarge").tap()
    start, stop = page.evaluate("loligoLab.setting.window")
    assert stop - start == pytest.approx(100)
    page.get_by_role("button", name="Enlarge").tap()
    start, stop = page.evaluate("loligoLab.setting.window")
    assert stop - start == pytest.approx(50)
    page.get_by_role("button", name="Show the whole run").tap()
    assert page.evaluate("loligoLab.setting.window") is None


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_two_lines_of_a_panel_look_alike(lab, theme):
    page = lab(f"{FULL}&theme={theme}")
    for key in page.evaluate("loligoLab.models.map((model) => model.key)")[1:]:
        changed(page, lambda key=key: page.get_by_label("Model", exact=True).select_option(key))
        for panel in ("gates", "currents", "conductances"):
            lines = page.locator(f".panel-{panel} .swatch line").evaluate_all(
                "(all) => all.map((one) => one.getAttribute('stroke'))"
            )
            colours = [[int(one[k : k + 2], 16) for k in (1, 3, 5)] for one in lines]
            for k, one in enumerate(colours):
                assert all(math.dist(one, other) > 30 for other in colours[:k]), (key, panel, lines)


def test_every_clamp_curve_of_every_model_carries_its_voltage(lab):
    page = lab(f"{FULL}&panels=v,clamp", width=1366, height=768)
    page.evaluate(
        """() => {
          window.texts = [];
          const {clearRect, fillText} = CanvasRenderingContext2D.prototype;
          const mine = (context) => context.canvas === document.querySelector(".panel-clamp canvas");
          CanvasRenderingContext2D.prototype.clearRect = function (...a) {
            if (mine(this)) window.texts = [];
            return clearRect.apply(this, a);
          };
          CanvasRenderingContext2D.prototype.fillText = function (text, ...a) {
            if (mine(this)) window.texts.push([text, this.font]);
            return fillText.call(this, text, ...a);
          };
        }"""
    )
    lost = {}
    first, *others = page.evaluate("loligoLab.models.map((model) => model.key)")
    for key in (*others, first):
        changed(page, lambda key=key: page.get_by_label("Model", exact=True).select_option(key))
        page.wait_for_timeout(700)
        note = page.locator(".panel-clamp .note").inner_text()
        levels = note.rsplit(": ", 1)[1].strip(".").split(", ")
        small = min((font for _, font in page.evaluate("window.texts")), key=lambda font: float(font.split("px")[0]))
        drawn = [text for text, font in page.evaluate("window.texts") if font == small]
        lost[key] = [level for level in levels if level not in drawn]
    assert {key: levels for key, levels in lost.items() if levels} == {}
