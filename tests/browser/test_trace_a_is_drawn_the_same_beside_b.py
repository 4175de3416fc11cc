"""A trace is drawn alike whether B stands beside it or not, over short and long runs; B is drawn as A is."""

import pytest

from browser.links import FEW, changed

# Of the last drawing of v, the points of A and of B, which is thinner; a curve is stroked piece by piece.
WATCH = """() => {
  const {clearRect, beginPath, moveTo, lineTo, stroke} = CanvasRenderingContext2D.prototype;
  const mine = (context) => context.canvas === document.querySelector(".panel-v canvas");
  let points = [];
  const after = (own, act) => function (...a) { if (mine(this)) act(this, ...a); return own.apply(this, a); };
  Object.assign(CanvasRenderingContext2D.prototype, {
    clearRect: after(clearRect, () => { window.drawn = {}; }),
    beginPath: after(beginPath, () => { points = []; }),
    moveTo: after(moveTo, (_, x, y) => { points.push(x, y); }),
    lineTo: after(lineTo, (_, x, y) => { points.push(x, y); }),
    stroke: after(stroke, ({lineWidth}) => {
      const which = {1.8: "a", 1.4: "b"}[lineWidth.toFixed(1)];
      if (which) (window.drawn[which] ??= []).push(...points);
    }),
  });
}"""


@pytest.mark.parametrize("duration", [200, 2000, 20_000])
def test_a_trace_is_drawn_the_same(lab, duration):
    page = lab(FEW.replace("I.stop=180", f"I.stop={duration - 20}").replace("=200", f"={duration}"))
    page.evaluate(WATCH)

    def drawn(button):
        page.evaluate("() => { window.drawn = {}; }")
        page.get_by_role("button", name=button).click()
        beside = button.startswith("Keep")
        page.wait_for_function("(beside) => window.drawn.a && !window.drawn.b === !beside", arg=beside)
        return page.evaluate("window.drawn")

    beside = drawn("Keep this as B")
    alone = drawn("Remove B")
    assert len(alone["a"]) > 400
    assert beside["b"] == beside["a"] == alone["a"]
    drawn("Keep this as B")
    changed(page, lambda: page.get_by_role("slider", name="Amplitude, slider").press("ArrowRight"))
    page.wait_for_timeout(300)
    both = page.evaluate("window.drawn")
    assert both["b"] == alone["a"]  # whatever the times of A are now
    assert both["a"] != alone["a"]


def test_every_column_has_its_extremes(lab):
    page = lab(FEW.replace("I.stop=180", "I.stop=19980").replace("=200", "=20000"))
    page.evaluate(WATCH)
    page.evaluate("() => { window.drawn = {}; }")
    page.get_by_role("button", name="Keep this as B").click()
    page.wait_for_function("() => window.drawn.a")
    lost = page.evaluate(
        """() => {
          const {t, y: [v]} = loligoLab.run;
          const points = window.drawn.a;
          const xs = points.filter((_, k) => k % 2 === 0), ys = points.filter((_, k) => k % 2 === 1);
          const [left, right] = [xs[0], xs.at(-1)];
          const extremes = (positions, values) => {
            const found = new Map();
            const add = (column, value) => {
              const [low, high] = found.get(column) ?? [Infinity, -Infinity];
              found.set(column, [Math.min(low, value), Math.max(high, value)]);
            };
            positions.forEach((x, k) => {
              add(Math.floor(x), values[k]);
              for (let at = Math.floor(positions[k - 1]) + 1; at < x; at++) // edges of columns on the way
                for (const column of [at - 1, at]) {
                  const part = (at - positions[k - 1]) / (x - positions[k - 1]);
                  add(column, values[k - 1] + part * (values[k] - values[k - 1]));
                }
            });
            return found;
          };
          const [least, most] = [Math.min(...v), Math.max(...v)], [top, bottom] = [Math.min(...ys), Math.max(...ys)];
          const own = extremes([...t].map((time) => left + ((right - left) * time) / t.at(-1)),
            [...v].map((value) => bottom + ((top - bottom) * (value - least)) / (most - least)));
          const seen = extremes(xs, ys);
          return [...own].filter(([column, [low, high]]) => {
            const [a, b] = seen.get(column) ?? [NaN, NaN];
            return !(Math.abs(a - low) < 0.5 && Math.abs(b - high) < 0.5);
          }).length / own.size;
        }"""
    )
    assert lost < 0.01  # columns whose edge rounding moves
