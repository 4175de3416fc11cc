"""No panel strokes more than a few points at once, as the cost grows with their square, nor points that add nothing."""

import pytest

from browser.links import FULL, changed

MOST = 40  # points of a stroke
WATCH = """() => {
  window.strokes = {};
  const panelOf = (context) => context.canvas.closest?.(".panel")?.className;
  const {beginPath, moveTo, lineTo, stroke} = CanvasRenderingContext2D.prototype;
  let points = [];
  const point = (own) => function (x, y) { points.push([x, y]); return own.call(this, x, y); };
  for (const name of ["moveTo", "lineTo"]) {
    CanvasRenderingContext2D.prototype[name] = point({moveTo, lineTo}[name]);
    const ofPath = Path2D.prototype[name];
    Path2D.prototype[name] = function (x, y) { (this.points ??= []).push([x, y]); return ofPath.call(this, x, y); };
  }
  CanvasRenderingContext2D.prototype.beginPath = function () { points = []; return beginPath.call(this); };
  CanvasRenderingContext2D.prototype.stroke = function (...path) {
    const panel = panelOf(this);
    if (panel) (window.strokes[panel] ??= []).push(path[0]?.points ?? points);
    return stroke.apply(this, path);
  };
}"""
LONGEST = "() => Object.entries(strokes).map(([panel, all]) => [panel, Math.max(...all.map((one) => one.length))])"
# Points of the trace of v that lie on the line from the one before to the one after.
NEEDLESS = """() => strokes["panel panel-v"].flatMap((one) => one.slice(1, -1).filter(([x, y], k) => {
  const [[a, b], [c, d]] = [one[k], one[k + 2]];
  return Math.abs((c - a) * (y - b) - (d - b) * (x - a)) < 1e-3 * Math.hypot(c - a, d - b) && (x - a) * (c - x) >= 0;
})).length"""


@pytest.mark.parametrize("stretch", ["", "&duration=20000", "&t=500,700"])
def test_no_stroke_of_a_model_with_many_gates_has_many_points(lab, stretch):
    page = lab(f"model=stomatogastric&view=full{stretch}")
    page.evaluate(WATCH)
    few_points(page, lambda: page.get_by_label("g Na, maximal conductance, slider").press("ArrowRight"))


def test_no_stroke_of_any_model_has_many_points(lab):
    page = lab(FULL)
    page.evaluate(WATCH)
    for key in page.evaluate("loligoLab.models.map((model) => model.key)")[1:]:
        few_points(page, lambda key=key: page.get_by_label("Model", exact=True).select_option(key))


def few_points(page, act):
    page.evaluate("() => { window.strokes = {}; }")
    changed(page, act)
    page.wait_for_function("() => Object.keys(strokes).length >= 7")
    page.wait_for_timeout(300)
    longest = dict(page.evaluate(LONGEST))
    assert {panel: most for panel, most in longest.items() if most > MOST} == {}


def test_no_point_is_drawn_on_the_line_between_its_neighbours(lab):
    page = lab(FULL)
    page.evaluate(WATCH)
    changed(page, lambda: page.get_by_label("Amplitude, slider").press("ArrowRight"))
    assert page.evaluate("""() => strokes["panel panel-v"].flat().length""") > 200
    assert page.evaluate(NEEDLESS) < 5
