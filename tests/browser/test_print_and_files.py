"""What is printed or saved is what is seen, with its setting: from light and dark, every panel, with B, as enlarged."""

import base64
import csv
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from browser.links import FULL, SQUID

OVERLAY = "&b.model=squid&b.stimulus=step&b.I.amplitude=7&b.I.start=20&b.I.stop=180&b.duration=200"
CHANGED = FULL.replace("squid&", "squid&p.g_Na=100&frozen.n=0.3&during.n=30,60&")


def saved(page, act):
    with page.expect_download() as download:
        act()
    return download.value.suggested_filename, download.value.path().read_bytes()


def of_panel(page, title, kind):
    page.locator("h1").click()  # as a person has pressed something: else a browser stops many downloads
    return saved(page, lambda: page.get_by_label(f"Save {title}", exact=True).select_option(kind))


# The shares of white pixels, of dark ones, and of those as dark as letters, in a picture.
SHARES = """async (png) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), {width: image.width, height: image.height});
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const {data} = context.getImageData(0, 0, canvas.width, canvas.height);
  let [white, dark, letters] = [0, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    const light = (data[i] + data[i + 1] + data[i + 2]) / 3;
    if (light > 240) white++;
    if (light < 90) dark++;
    if (light < 140) letters++;
  }
  return [white, dark, letters].map((count) => count / (data.length / 4));
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", [SQUID, CHANGED])
def test_a_print_is_dark_on_white_and_says_its_setting(lab, view, theme):
    page = lab(f"{view}&theme={theme}")
    page.emulate_media(media="print")
    for gone in ("header.top", ".controls", ".hide", ".save"):
        assert all(not each.is_visible() for each in page.locator(gone).all()), gone
    words = page.locator(".printed").inner_text()
    assert "Squid giant axon" in words
    assert "Step: amplitude 10 µA/cm², start 20 ms, stop 180 ms; run of 200 ms" in words
    if view == CHANGED:
        assert "g_Na = 100 mS/cm²" in words
        assert "n held at 0.3 from 30 to 60 ms" in words
    shares = page.evaluate(SHARES, base64.b64encode(page.screenshot()).decode())
    assert shares[0] > 0.85
    assert 0.001 < shares[1] < 0.1  # letters and curves
    box = page.locator(".plot-v").bounding_box()
    numbers = page.screenshot(clip={**box, "width": 45})  # of the axis: without grid and curves
    assert page.evaluate(SHARES, base64.b64encode(numbers).decode())[2] > 0.005
    assert page.pdf().startswith(b"%PDF")
    assert page.complaints == []


def test_a_print_says_the_setting_of_b(lab):
    page = lab(f"{SQUID}{OVERLAY}")
    page.emulate_media(media="print")
    assert "B: Squid giant axon. Step: amplitude 7 µA/cm²" in page.locator(".printed").inner_text()


def test_figures_carry_the_setting_and_honour_the_zoom(lab):
    page = lab(f"{CHANGED}{OVERLAY}&t=20,60")
    _, data = saved(page, page.get_by_role("button", name="SVG", exact=True).click)
    texts = [element.text for element in ET.fromstring(data).iter() if element.tag.endswith("text")]
    whole = " ".join(texts)
    for part in (
        "Step: amplitude 10 µA/cm²",
        "g_Na = 100 mS/cm²",
        "n held at 0.3 from 30 to 60 ms",
        "B: Squid giant axon",
    ):
        assert part in whole
    assert "amplitude 7 µA/cm²" in whole
    assert "60" in texts
    assert "200" not in texts
    times = [element for element in ET.fromstring(data).iter() if element.tag.endswith("polyline")]
    xs = [float(pair.split(",")[0]) for one in times for pair in one.get("points").split()]
    assert min(xs) >= 76
    assert max(xs) <= 780


PANELS = {
    "Membrane potential": "v",
    "Gates": "gates",
    "Currents": "currents",
    "Conductances": "conductances",
    "Stimulus": "stimulus",
    "Phase plane": "phase",
    "f\N{EN DASH}I curve": "fi",
    "Rates of the gates": "rates",
    "Voltage clamp": "clamp",
}


@pytest.mark.parametrize("title", PANELS)
def test_every_panel_can_be_saved_in_every_format(lab, title):
    page = lab(f"{FULL}{OVERLAY}")
    page.wait_for_function("() => loligoLab.frequencies.done")
    assert page.locator(".save").count() == len(PANELS)
    name, data = of_panel(page, title, "PNG")
    assert name == f"loligo-squid-{PANELS[title]}.png"
    assert data.startswith(b"\x89PNG")
    figure = ET.fromstring(of_panel(page, title, "SVG")[1])
    lines = [one for one in figure.iter() if one.tag.endswith("polyline") and len(one.get("points").split()) > 5]
    assert len(lines) >= 1
    assert "Step: amplitude 10" in " ".join(one.text or "" for one in figure.iter())
    rows = list(csv.reader(of_panel(page, title, "CSV")[1].decode().splitlines()))
    assert len(rows) > 20
    table = np.array([[float(cell or "nan") for cell in row] for row in rows[1:]])
    assert np.isfinite(table).any(axis=0).all()
    assert page.complaints == []


def test_b_is_in_tables(lab):
    page = lab(f"{FULL}{OVERLAY}")
    _, data = saved(page, page.get_by_role("button", name="CSV", exact=True).click)
    rows = list(csv.reader(data.decode().splitlines()))
    at = rows[0].index("v of B [mV]")
    column = [float(row[at]) for row in rows[1:] if row[at]]
    assert column == page.evaluate("[...loligoLab.overlayRun.y[0]]")
    head = of_panel(page, "Membrane potential", "CSV")[1].decode().splitlines()[0]
    assert "v (B) [mV]" in head


def test_a_link_to_this_machine_says_so_and_no_note_is_stale(lab):
    page = lab(SQUID)
    page.get_by_role("button", name="Copy link").click()
    note = page.locator(".takeaway .note")
    note.wait_for()
    assert "on this machine only" in note.inner_text()
    page.get_by_role("slider", name="Injected current, slider").fill("12")
    note.wait_for(state="detached")
