"""What is printed or saved is what is seen, with its setting: from light and dark, every panel, with B, as enlarged."""

import base64
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

import loligo as lo
from browser.links import FULL, SQUID, changed, table

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
def test_a_print_is_dark_on_white_and_names_its_setting(lab, view, theme):
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


def test_a_print_names_the_setting_of_b(lab):
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
# Planes that are of the membrane alone do not name the step.
OWN = {
    "f\N{EN DASH}I curve": "long steps from rest; the line: I = 10 µA/cm²",
    "Rates of the gates": "rates of the gates",
    "Voltage clamp": "held at 0 mV",
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
    assert OWN.get(title, "Step: amplitude 10") in " ".join(one.text or "" for one in figure.iter())
    _, rows = table(of_panel(page, title, "CSV")[1])
    assert len(rows) > 20
    numbers = np.array([[float(cell or "nan") for cell in row] for row in rows[1:]])
    assert np.isfinite(numbers).any(axis=0).all()
    assert page.complaints == []


OF_B = {
    "v": "v (B)", "gates": "h (B)", "currents": "I_Na (B)", "conductances": "g_K (B)", "stimulus": "I (B)",
    "phase": "B", "fi": "f (B)", "rates": "tau of h (B)", "clamp": "20 mV (B)", "diagram": "stable equilibria (B)",
}  # fmt: skip


KEEP = """() => {
  URL.createObjectURL = (blob) => { window.kept = blob.text(); return "#"; };
  HTMLAnchorElement.prototype.click = () => undefined;
}"""


def kept(page, title, kind):
    """Return what would be saved: a browser stops many downloads of one page."""
    page.evaluate(KEEP)
    page.get_by_label(f"Save {title}", exact=True).select_option(kind)
    return page.evaluate("window.kept").encode()


@pytest.mark.parametrize("b", ["squid&b.p.g_K=20&b.p.celsius=10", "squid_65"])
def test_b_is_in_every_figure_and_table(diagrams, b):
    page = diagrams(f"{FULL}{OVERLAY.replace('b.model=squid', f'b.model={b}')}")
    page.wait_for_function("() => loligoLab.frequencies.done && loligoLab.otherFrequencies.done")
    page.wait_for_timeout(500)  # of a curve of the clamp on its way
    for title, panel in (PANELS | {"Bifurcation diagram": "diagram"}).items():
        if panel == "diagram" and b != "squid_65":
            continue  # of one model it is one
        texts = {each.text for each in ET.fromstring(kept(page, title, "SVG")).iter() if each.tag.endswith("text")}
        assert OF_B[panel] in texts, panel
        comments, rows = table(kept(page, title, "CSV"))
        assert any(line.startswith("B: ") for line in comments)
        ghosts = [k for k, name in enumerate(rows[0]) if "(B)" in name]
        assert ghosts, panel
        for k in ghosts:
            own = rows[0].index(rows[0][k].replace(" (B)", ""))
            numbers = [(row[k], row[own]) for row in rows[1:] if row[k]]
            assert numbers, rows[0][k]
    assert page.complaints == []


def test_rates_clamp_and_frequencies_of_b_are_its_own(lab):
    other = lo.models.squid().replace(g_K=20.0, celsius=10.0)
    page = lab(f"{FULL}{OVERLAY}&b.p.g_K=20&b.p.celsius=10&clamp=0,20,60,3")
    page.wait_for_function("() => loligoLab.otherFrequencies.done")
    found = {}
    for title in ("Rates of the gates", "Voltage clamp", "f\N{EN DASH}I curve"):
        _, rows = table(of_panel(page, title, "CSV")[1])
        numbers = np.array([[float(cell or "nan") for cell in row] for row in rows[1:]])
        found |= {name: numbers[:, [0, k]] for k, name in enumerate(rows[0])}
    v, tau = found["tau of h (B) [ms]"].T
    np.testing.assert_allclose(tau, lo.rates(other, v)["h"].tau, rtol=1e-9)
    t, current = found["I at 60 mV (B) [µA/cm²]"].T
    late = (t > 10) & (t < 20)
    clamped = lo.voltage_clamp(other, lo.Step(60.0, start=2, stop=22), 28, holding=0.0, sampling=t[late])
    np.testing.assert_allclose(
        current[late], clamped.current("K") + clamped.current("Na") + clamped.current("leak"), rtol=1e-3
    )
    amplitude, frequency = found["f (B) [Hz]"].T
    spikes = lo.simulate(other, lo.Step(amplitude[20]), 1000).spikes
    assert frequency[20] == pytest.approx(1000 / np.diff(spikes)[-1], rel=2e-3)


def test_tables_name_their_setting_and_are_read_by_loligo_pandas_and_numpy(lab, tmp_path):
    page = lab(f"{CHANGED}{OVERLAY}&reset.v=5&reset=100")
    _, data = saved(page, page.get_by_role("button", name="CSV", exact=True).click)
    comments, rows = table(data)
    words = "\n".join(comments)
    for part in (
        "Squid giant axon (lo.models.squid())", "Step: amplitude 10 µA/cm²", "g_Na = 100 mS/cm²",
        "n held at 0.3 from 30 to 60 ms",
        "v = 5 mV set at 100 ms", "B: Squid giant axon. Step: amplitude 7 µA/cm²", "the whole run, 0 to 200 ms",
        "p.g_Na=100",
    ):  # fmt: skip
        assert part in words
    file = tmp_path / "traces.csv"
    file.write_bytes(data)
    sweeps = lo.read_recording(file)
    runs = page.evaluate("[loligoLab.run, loligoLab.overlayRun].map((run) => [[...run.t], [...run.y[0]]])")
    assert len(sweeps) == len(runs) == 2
    for sweep, (t, v) in zip(sweeps, runs, strict=True):
        at = np.searchsorted(sweep.t, t)
        np.testing.assert_array_equal(sweep.t[at], t)
        np.testing.assert_array_equal(sweep.v[at], v)
    frame = pd.read_csv(file, comment="#")
    assert list(frame.columns) == rows[0]
    assert all("[" in name or name.split()[0] in ("m", "h", "n") for name in frame.columns)
    numbers = np.genfromtxt(file, delimiter=",", comments="#", skip_header=len(comments) + 1)
    np.testing.assert_array_equal(numbers, frame.to_numpy())


@pytest.mark.parametrize("title", [None, "Membrane potential", "Gates", "Currents", "Stimulus", "Phase plane"])
def test_tables_of_an_enlarged_window_name_it(lab, title):
    page = lab(f"{FULL}&t=20,60.5")
    press = page.get_by_role("button", name="CSV", exact=True).click
    _, data = saved(page, press) if title is None else of_panel(page, title, "CSV")
    comments, rows = table(data)
    if title == "Phase plane":
        assert "Times: the whole run, 0 to 200 ms" in comments
        return
    assert "Times: 20 to 60.5 ms, the interval on show, of a run of 200 ms" in comments
    times = [float(row[0]) for row in rows[1:]]
    own = page.evaluate("[...loligoLab.run.t]")
    assert times == [t for t in own if 20 <= t <= 60.5]


def boxes(figure):
    """Return the labels of special points of a saved figure with their boxes, and the lines beside which they stand."""
    ns = "{http://www.w3.org/2000/svg}"
    labels = [
        (one.text, float(one.get("x")), float(one.get("y")) - 8, 5.5 * len(one.text), 9.0)
        for one in figure.iter(f"{ns}text") if one.get("font-size") == "11"
    ]  # fmt: skip
    lines = [
        np.array([pair.split(",") for pair in one.get("points").split()], float)
        for one in figure.iter(f"{ns}polyline") if float(one.get("stroke-width")) > 1
    ]  # fmt: skip
    return labels, lines


def test_labels_of_saved_diagrams_are_complete_and_beside_the_curves(diagrams):
    page = diagrams(f"{FULL}&panels=v,diagram,clamp")
    for key in page.evaluate("loligoLab.models.map((model) => model.key)"):
        if page.evaluate("loligoLab.experiment.model.key") != key:
            changed(page, lambda key=key: page.get_by_label("Model", exact=True).select_option(key))
        page.wait_for_timeout(300)
        kinds = page.evaluate("loligoLab.experiment.model.diagram.points.map((point) => point.kind)")
        for title in ("Bifurcation diagram", "Voltage clamp"):
            labels, lines = boxes(ET.fromstring(kept(page, title, "SVG")))
            if title == "Bifurcation diagram":
                assert {kind for kind in kinds if "doubling" in kind} <= {label for label, *_ in labels}, key
                assert len(labels) >= len(kinds) - 2, key
            for _, left, top, width, height in labels:
                for line in lines:
                    walked = line[:-1, None] + (line[1:] - line[:-1])[:, None] * np.linspace(0, 1, 20)[:, None]
                    x, y = walked.reshape(-1, 2).T
                    assert not ((x > left) & (x < left + width) & (y > top) & (y < top + height)).any(), (key, title)


def test_a_local_link_is_marked_and_no_note_is_stale(lab):
    page = lab(SQUID)
    page.get_by_role("button", name="Copy link").click()
    note = page.locator(".takeaway .note")
    note.wait_for()
    assert "only on this machine" in note.inner_text()
    page.get_by_role("slider", name="Injected current, slider").fill("12")
    note.wait_for(state="detached")
