"""A file is saved once what it shows is of the present setting, and names what of the setting it shows."""

import xml.etree.ElementTree as ET

import pytest

from browser.links import FULL, SQUID, changed, table

B = "&b.model=squid&b.p.g_K=30&b.stimulus=step&b.I.amplitude=7&b.I.start=20&b.I.stop=180&b.duration=200"
DONE = FULL.replace("squid&", "squid&p.g_Na=100&frozen.n=0.3&during.n=30,60&reset.v=20&reset=120&")
LONG = "model=stomatogastric&stimulus=step&I.amplitude=0&I.start=400&I.stop=3600&duration=4000&view=full&panels=v"


def kept(page, title, kind):
    with page.expect_download() as download:
        page.get_by_label(f"Save {title}", exact=True).select_option(kind)
    return download.value.path().read_bytes()


def test_a_file_requested_during_a_run_contains_that_run(lab):
    page = lab(LONG)
    with page.expect_download() as download:
        page.evaluate(
            """() => {
              const field = [...document.querySelectorAll("input.number")].find((one) =>
                /^Duration/.test(one.ariaLabel));
              field.value = "20000";
              field.dispatchEvent(new Event("change", {bubbles: true}));
              [...document.querySelectorAll(".takeaway button")].find((one) => one.textContent === "CSV").click();
            }"""
        )
    comments, rows = table(download.value.path().read_bytes())
    assert "run of 20000 ms" in comments[1]
    assert float(rows[-1][0]) == 20000


@pytest.mark.parametrize("title", ["Phase plane", "f\N{EN DASH}I curve", "Rates of the gates", "Voltage clamp"])
def test_a_plane_requested_after_a_change_shows_that_change(lab, title):
    page = lab(f"{FULL}{B}")
    page.get_by_label("Temperature", exact=False).first.wait_for()
    page.get_by_role("slider", name="g K, maximal conductance, slider").fill("20")
    early = kept(page, title, "CSV")
    page.wait_for_function("() => loligoLab.frequencies.done && loligoLab.otherFrequencies.done")
    page.wait_for_timeout(1000)
    page.locator("h1").click()
    assert kept(page, title, "CSV") == early
    assert "# g_K = 20 mS/cm²" in early.decode()


@pytest.mark.parametrize(
    ("title", "said", "ofRun"),
    [
        ("Phase plane", "Nullclines at I = 10 µA/cm²", True),
        ("f\N{EN DASH}I curve", "Steady rate of long steps from rest", False),
        ("Rates of the gates", "Steady states, time constants and rates of the gates", False),
        ("Voltage clamp", "held at 0 mV, stepped at 2 ms to the voltage of each curve, back at 22 ms", False),
    ],
)
def test_a_plane_names_the_settings_it_shows(lab, title, said, ofRun):
    page = lab(f"{DONE}{B}")
    comments, _ = table(kept(page, title, "CSV"))
    figure = ET.fromstring((page.locator("h1").click(), kept(page, title, "SVG"))[1])
    for words in (
        " ".join(comments[:-1]),
        " ".join(one.text or "" for one in figure.iter() if one.tag.endswith("text")),
    ):
        assert said in words
        assert "g_Na = 100 mS/cm²" in words
        assert ("Step: amplitude" in words) == ofRun
        assert ("n held at 0.3" in words) == ofRun
        assert ("v = 20 mV set at 120 ms" in words) == ofRun
        assert "B: g_K = 30 mS/cm²" in words or "B: Squid giant axon. g_K = 30 mS/cm²" in words


def test_every_line_of_b_is_called_so(lab):
    page = lab(f"{SQUID}{B}")
    comments, _ = table(kept(page, "Membrane potential", "CSV"))
    assert [line for line in comments if "g_K" in line and not line.startswith(("B: ", "All digits"))] == []
    changed(page, lambda: page.get_by_role("slider", name="Injected current, slider").fill("12"))
