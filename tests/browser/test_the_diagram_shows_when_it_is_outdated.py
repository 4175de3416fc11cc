"""The diagram says when it is not of the present membrane; its labels touch neither a curve nor each other."""

from pathlib import Path

import pytest

from browser.links import SQUID, changed
from loligo.lab import OFFERS

DIAGRAM = f"{SQUID}&view=full&panels=v,diagram"
WATCH = (Path(__file__).parent / "labels_watch.js").read_text(encoding="utf-8")


def crosses(box, segment):
    """Whether a segment comes into a box (left, top, width, height): it is walked along."""
    left, top, width, height = box
    a, b, c, d = segment
    steps = int(max(abs(c - a), abs(d - b))) + 1
    points = ((a + (c - a) * k / steps, b + (d - b) * k / steps) for k in range(steps + 1))
    return any(left < x < left + width and top < y < top + height for x, y in points)


def overlap(one, other):
    return all(
        abs(2 * (a - b) + c - d) < c + d for a, b, c, d in zip(one[:2], other[:2], one[2:], other[2:], strict=True)
    )


@pytest.mark.parametrize("width", [1366, 900, 360])
def test_labels_touch_neither_curves_nor_each_other(diagrams, width):
    page = diagrams(DIAGRAM, width=width)
    page.evaluate(WATCH)
    labelled = 0
    for offer in reversed(OFFERS):
        changed(page, lambda key=offer.key: page.get_by_label("Model", exact=True).select_option(key))
        page.wait_for_timeout(300)
        drawn = page.evaluate("window.drawn")
        boxes = [label[1:] for label in drawn["labels"]]
        labelled += len(boxes)
        assert drawn["patches"] == 0, offer.key
        assert not any(crosses(box, segment) for box in boxes for segment in drawn["segments"]), offer.key
        assert not any(overlap(one, two) for k, one in enumerate(boxes) for two in boxes[:k]), offer.key
    assert labelled > 12


def test_every_special_point_is_named_in_words(diagrams):
    page = diagrams(DIAGRAM)
    page.get_by_text("Special points").click()
    points = page.evaluate("loligoLab.experiment.model.diagram.points.map((point) => point.kind)")
    assert [text.split(":")[0] for text in page.locator(".points li").all_inner_texts()] == points


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("p.g_Na=100", "g Na changed"),
        ("p.celsius=10", "temperature changed"),
        ("frozen.n=0.3", "n held"),
        ("frozen.n=0.3&during.n=stimulus", "n held"),
    ],
)
def test_the_diagram_of_another_membrane_is_marked(diagrams, change, said):
    for own in (DIAGRAM, DIAGRAM.replace("squid&", "squid&reset.v=5&reset=50&")):  # which changes no equilibrium
        assert diagrams(own).locator(".panel-diagram .other").count() == 0
    page = diagrams(DIAGRAM.replace("squid&", f"squid&{change}&"))
    text = page.locator(".panel-diagram .other").inner_text()
    assert "Not for the present membrane" in text
    assert said in text
