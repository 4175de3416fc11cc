"""Labels of holds and resets stand above all traces, of A and of B, on the page and in saved figures."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from browser.links import FULL, SQUID

AT_SPIKES = (
    "&frozen.h=0.5&during.h=64,100&reset.v=20&reset=120&reset2.n=rest&reset2=150&reset3.m=0&reset3=152&reset4.h=0&reset4=199"
    "&b.model=squid&b.p.g_K=30&b.stimulus=step&b.I.amplitude=8&b.I.start=20&b.I.stop=180&b.duration=200"
)
DONE = ["h held", "h set", "m set", "n set", "v set"]
LABELS = """() => {
  window.boxes = new Map();
  const own = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...a) {
    if (/ (held|set)$/.test(text)) window.boxes.set(text, [this, x, y, this.measureText(text).width]);
    return own.call(this, text, x, y, ...a);
  };
}"""
# How many pixels of each label's box are as dark as a trace, which labels are not.
CROSSED = """() => [...window.boxes].map(([text, [context, x, y, width]]) => {
  const height = 10 * devicePixelRatio;
  const {data} = context.getImageData(x, y - height / 2, width, height);
  const ink = getComputedStyle(document.body).color.match(/\\d+/g).map(Number);
  const near = (i) => data[i + 3] > 128 && [0, 1, 2].every((k) => Math.abs(data[i + k] - ink[k]) < 60);
  return [text, Array.from({length: data.length / 4}, (_, i) => 4 * i).filter(near).length];
})"""


@pytest.mark.parametrize("view", [SQUID, f"{FULL}&panels=v", f"{FULL}&t=60,160"])
def test_no_trace_crosses_a_label_on_the_page(lab, view):
    page = lab(f"{view}{AT_SPIKES}", width=1366, height=768)
    page.evaluate(LABELS)
    page.set_viewport_size({"width": 1100, "height": 700})
    page.wait_for_timeout(500)
    crossed = dict(page.evaluate(CROSSED))
    assert sorted(crossed) == [what for what in DONE if "&t=" not in view or what != "h set"]
    assert set(crossed.values()) == {0}


def test_no_trace_crosses_a_label_in_a_figure(lab):
    page = lab(f"{SQUID}{AT_SPIKES}")
    with page.expect_download() as download:
        page.get_by_label("Save Membrane potential", exact=True).select_option("SVG")
    figure = ET.fromstring(download.value.path().read_bytes())
    texts = [one for one in figure.iter() if one.tag.endswith("text") and one.text in DONE]
    assert sorted(one.text for one in texts) == DONE
    points = [
        np.array([pair.split(",") for pair in one.get("points").split()], float)
        for one in figure.iter()
        if one.tag.endswith("polyline") and len(one.get("points").split()) > 5
    ]
    highest = min(line[:, 1].min() for line in points)
    boxes = [(float(one.get("x")), float(one.get("y")) - 9, 6 * len(one.text)) for one in texts]
    for k, (left, top, width) in enumerate(boxes):
        assert top + 11 < highest
        for other, above, wide in boxes[:k]:
            assert left > other + wide or other > left + width or abs(top - above) > 11
