"""Curves, axis and caption of the phase plane change together, whatever changes them."""

from pathlib import Path

import pytest

from browser.links import SQUID

PHASE = f"{SQUID}&view=full&panels=v,phase"
WATCH = (Path(__file__).parent / "phase_watch.js").read_text(encoding="utf-8")


@pytest.fixture
def watched(lab):
    page = lab(PHASE)
    page.wait_for_timeout(400)
    page.evaluate(WATCH)
    # drawn once with the watch on
    page.get_by_role("slider", name="Amplitude, slider").fill("11")
    page.wait_for_function("() => window.seen.at(-1).dashed.length > 0")
    page.wait_for_timeout(300)
    page.evaluate("() => { window.before = window.seen.at(-1).dashed; window.seen = []; }")
    return page


@pytest.mark.parametrize(
    "act",
    [
        lambda page: page.get_by_label("Vertical axis of the phase plane").select_option("h"),
        lambda page: page.get_by_label("Horizontal axis of the phase plane").select_option("n"),
        lambda page: page.get_by_label("Model", exact=True).select_option("connor_stevens"),
    ],
    ids=["vertical", "horizontal", "model"],
)
def test_curves_axis_and_caption_change_together(watched, act):
    act(watched)
    watched.wait_for_function(
        "() => window.seen.at(-1).dashed.length > 0 && window.seen.at(-1).dashed.join() !== window.before.join()"
    )
    watched.wait_for_timeout(300)
    for frame in watched.evaluate("window.seen"):
        if frame["labels"]:
            assert frame["labels"][:2] == frame["caption"] == frame["choices"]
    changed = [frame for frame in watched.evaluate("window.seen") if frame["labels"] and frame["labels"] != ["v", "n"]]
    before = watched.evaluate("window.before")
    assert all(not set(frame["dashed"]) & set(before) for frame in changed)
    assert watched.complaints == []
