"""No accessibility rule is broken in any view, a phone needs no sideways scroll, the keyboard reaches everything."""

import pytest

import loligo as lo
from browser.links import FEW, FULL, SQUID, changed, spikes
from loligo.lab import export

OVERLAY = "&b.model=squid&b.stimulus=step&b.I.amplitude=7&b.I.start=20&b.I.stop=180&b.duration=200"
VIEWS = {
    "beginner": SQUID,
    "full": FULL + OVERLAY,
    "exercise": FULL.replace("model=squid&", "model=squid&p.g_Na=100&") + "&tour=0",
    "wrong link": "nonsense",
}


@pytest.mark.parametrize(
    ("view", "theme", "width"),
    [
        ("beginner", "light", 360),
        ("beginner", "dark", 1440),
        ("full", "light", 1440),
        ("full", "dark", 360),
        ("exercise", "dark", 1440),
        ("exercise", "light", 360),
        ("wrong link", "light", 1440),
        ("wrong link", "dark", 360),
    ],
)
def test_axe_finds_nothing(lab, axe, view, theme, width):
    page = lab(VIEWS[view], width=width, color_scheme=theme, bypass_csp=True)
    page.add_script_tag(content=axe)
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})")
    assert [(rule["id"], [node["html"][:120] for node in rule["nodes"]][:3]) for rule in found["violations"]] == []


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_nothing_is_wider_than_the_window(lab, view):
    page = lab(view, width=1920, height=740)
    for width in (1920, 1280, 900, 768, 360, 320):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.complaints == []


def test_the_keyboard_moves_sliders_cursor_and_history(lab):
    page = lab(FEW)
    first = spikes(page)
    page.get_by_role("slider", name="Amplitude, slider").focus()
    changed(page, lambda: page.keyboard.press("ArrowRight"))
    assert page.evaluate("loligoLab.experiment.stimulus.amplitude") > 10
    changed(page, lambda: page.keyboard.press("Control+z"))
    assert spikes(page) == first
    page.get_by_role("slider", name="Time cursor on the trace").focus()
    page.keyboard.press("PageUp")
    assert page.evaluate("loligoLab.cursor") == pytest.approx(first[0], abs=0.3)
    assert "mV" in page.get_by_role("slider", name="Time cursor on the trace").get_attribute("aria-valuetext")
    page.keyboard.press("Escape")
    assert page.evaluate("loligoLab.cursor") is None


def test_the_cursor_reads_all_panels(lab):
    page = lab(FULL)
    box = page.locator(".panel-v .u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.wait_for_function("() => loligoLab.cursor !== null")
    assert page.evaluate("loligoLab.cursor") == pytest.approx(100, abs=0.5)
    for panel, count in (("v", 1), ("gates", 3), ("currents", 3), ("conductances", 3), ("stimulus", 1)):
        values = page.locator(f".panel-{panel} .readout .value").all_inner_texts()
        assert len([value for value in values if value]) == count
    assert page.locator(".panel-stimulus .readout .value").inner_text() == "10.00"


@pytest.fixture
def runaway(browser, lab_file, tmp_path):
    """Return a page with a membrane that runs away under a strong current."""
    growing = lo.Membrane(
        lo.Channel("leak", g=0.3, E=-60.0),
        lo.Current("away", "-0.001*(v + 60)**3"),
        spike_level=50.0,
        name="runaway",
    )
    context = browser.new_context()
    page = context.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(
        f"{export(tmp_path, [growing], diagrams=False).as_uri()}#model=runaway&stimulus=step&I.amplitude=1&I.start=20"
        "&I.stop=180&duration=200&view=full&panels=v,stimulus"
    )
    page.wait_for_function("() => window.loligoLab?.run")
    yield page
    context.close()


def test_a_diverging_run_is_reported(runaway):
    assert runaway.locator("#stopped").count() == 0
    changed(runaway, lambda: runaway.get_by_role("slider", name="Amplitude, slider").fill("20"))
    assert "v is no longer finite" in runaway.locator("#stopped").inner_text()
    assert runaway.evaluate("loligoLab.run.end") == "diverged"
    changed(runaway, lambda: runaway.get_by_role("slider", name="Amplitude, slider").fill("1"))
    assert runaway.locator("#stopped").count() == 0
    assert runaway.complaints == []


def test_less_motion_is_respected(lab):
    page = lab(reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.querySelector('button')).transitionDuration") in ("0s", "")


def test_the_summary_is_announced(lab):
    page = lab(FEW)
    spoken = page.locator(".spoken[role=status]")
    spoken.get_by_text("11 spikes").wait_for()
    changed(page, lambda: page.get_by_role("slider", name="Amplitude, slider").fill("1"))
    spoken.get_by_text("No spike").wait_for()


@pytest.mark.parametrize("view", [SQUID, FULL])
def test_curves_have_a_table(lab, axe, view):
    page = lab(f"{view}{OVERLAY}", bypass_csp=True)
    page.get_by_label("Save Membrane potential", exact=True).select_option("table")
    table = page.get_by_role("dialog", name="Membrane potential: numbers")
    table.get_by_role("columnheader").first.wait_for()
    heads = table.get_by_role("columnheader").all_inner_texts()
    assert "t [ms]" in heads
    assert "v [mV]" in heads
    assert "v (B) [mV]" in heads
    assert table.get_by_role("rowheader").count() > 20
    page.add_script_tag(content=axe)
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})")
    assert [rule["id"] for rule in found["violations"]] == []
    page.get_by_role("button", name="Close", exact=True).click()
    page.locator("dialog.table").wait_for(state="detached")
    for select in page.locator(".save").all():
        select.select_option("table")
        page.locator("dialog.table td").nth(5).wait_for(state="attached")
        page.get_by_role("button", name="Close", exact=True).click()
        page.locator("dialog.table").wait_for(state="detached")
    assert page.complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_leave_curves_and_sliders_visible(lab, theme, scheme):
    page = lab(f"{SQUID}&theme={theme}", forced_colors="active", color_scheme=scheme)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    ground, ink = page.evaluate(
        """() => {
          const light = (text) => text.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + Number(b), 0) / 3;
          const canvas = document.querySelector(".panel-v canvas");
          const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let [most, at] = [0, 0];
          const ground = light(getComputedStyle(document.querySelector(".panel-v")).backgroundColor);
          for (let i = 0; i < data.length; i += 4) {
            const value = (data[i] + data[i + 1] + data[i + 2]) / 3;
            if (data[i + 3] === 255 && Math.abs(value - ground) > most) [most, at] = [Math.abs(value - ground), value];
          }
          return [ground, at];
        }"""
    )
    assert abs(ground - ink) > 180
    track = page.evaluate("getComputedStyle(document.querySelector('.slider')).forcedColorAdjust")
    assert track == "none"


def test_a_page_magnified_twice_is_complete(lab):
    for view in VIEWS.values():
        page = lab(view, width=683, height=384, device_scale_factor=2)
        assert page.evaluate("document.documentElement.scrollWidth") <= 683
        assert page.evaluate("getComputedStyle(document.querySelector('.panel-v')).position") == "static"
        assert page.get_by_role("slider", name="slider").first.is_visible()


@pytest.mark.parametrize("name", ["Show the Python", "Summary"])
def test_a_dialog_is_open_before_the_next_frame(lab, name):
    """What opens in a later frame is missing from a page that is printed at once."""
    page = lab("tour=0&view=full")
    opened = (
        "async (button) => { button.click(); await null; return document.querySelectorAll('dialog[open]').length; }"
    )
    assert page.get_by_role("button", name=name).evaluate(opened) == 1
