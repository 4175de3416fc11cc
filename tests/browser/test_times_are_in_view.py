"""On a laptop the times of the trace are seen without scrolling, in every view, with and without the exercise."""

import pytest

from browser.links import FEW, FULL, SQUID, changed

# Where the labels of the axis of time are drawn on each canvas, as positions in the window.
WATCH = """() => {
  window.times = new Map();
  const {clearRect, fillText} = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...a) {
    window.times.set(this.canvas, []);
    return clearRect.apply(this, a);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...a) {
    const {e, f} = this.getTransform();
    if (/^t \\[ms\\]$/.test(text)) window.times.get(this.canvas)?.push(y + f);
    return fillText.call(this, text, x, y, ...a);
  };
}"""


@pytest.mark.parametrize("view", [SQUID, FULL, FEW, f"{SQUID}&tour=0", f"{FULL}&tour=4"])
def test_the_axis_of_time_is_in_the_window(lab, view):
    page = lab(view, width=1366, height=768)
    assert shows_times(page)


def test_a_verdict_with_its_hint_leaves_the_axis_of_time_in_the_window(lab):
    page = lab(f"{SQUID}&tour=0", width=1366, height=768)
    for answer in ("1", "1.5"):
        page.get_by_role("textbox", name="Your answer").fill(answer)
        page.get_by_role("button", name="Check", exact=True).click()
        page.locator(".verdict", has_text="Not yet").wait_for()
    page.locator(".verdict", has_text="try the middle").wait_for()
    assert shows_times(page)


def shows_times(page):
    """Return whether the label of an axis of time is in the window."""
    page.evaluate(WATCH)
    changed(page, lambda: page.get_by_role("slider", name="slider").first.fill("12"))
    page.set_viewport_size({"width": 1366, "height": 767})
    page.set_viewport_size({"width": 1366, "height": 768})
    page.wait_for_timeout(300)
    places = page.evaluate(
        """() => [...window.times].filter(([canvas]) => canvas.isConnected).flatMap(([canvas, places]) =>
          places.map((y) => canvas.getBoundingClientRect().top + y / devicePixelRatio))"""
    )
    return any(0 < place < 768 for place in places)
