"""Labels are whole and cross no curve, columns are about as long as each other, and printed pages are full."""

import re

import pytest

from browser.contexts import contexts_of
from browser.links import FULL, SQUID, changed
from loligo.lab import OFFERS, export

# Of every canvas, the labels that reach over an edge; and how much of a curve is under the label of the dotted line.
WATCH = """() => {
  Object.assign(window, {drawn: 0, cut: new Set(), level: []});
  const own = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...a) {
    const [{a: turned, e}, {width}] = [this.getTransform(), this.measureText(text)];
    const left = x + e - ({center: width / 2, right: width, end: width}[this.textAlign] ?? 0);
    window.drawn++;
    if (turned > 0.5 && text !== "" && (left < 0 || left + width > this.canvas.width)) window.cut.add(text);
    if (/spike level/.test(text)) {
      const height = 12 * devicePixelRatio;
      const {data} = this.getImageData(left, y - height / 2, width, height);
      const ink = getComputedStyle(document.body).color.match(/\\d+/g).map(Number);
      const near = (i) => data[i + 3] > 128 && [0, 1, 2].every((k) => Math.abs(data[i + k] - ink[k]) < 60);
      window.level.push([text, Array.from({length: data.length / 4}, (_, i) => 4 * i).filter(near).length]);
    }
    return own.call(this, text, x, y, ...a);
  };
}"""


def watched(page, act):
    """Do something to the page after which all of it is drawn anew, and wait until nothing more is drawn."""
    page.evaluate(WATCH)
    changed(page, act)
    last = -1
    while (now := page.evaluate("window.drawn")) != last or now == 0:
        last = now
        page.wait_for_timeout(400)


@pytest.mark.parametrize("width", [360, 1366, 1920])
@pytest.mark.parametrize(
    "change", [("", ""), ("duration=200", "duration=20000"), ("duration=200", "duration=200&t=0,123.456")]
)
def test_no_label_of_an_axis_is_cut_off(lab, change, width):
    page = lab(FULL.replace(*change), width=width, height=768)
    watched(page, lambda: page.get_by_label("E Na, reversal potential, slider").press("ArrowUp"))
    assert page.evaluate("[...window.cut]") == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_label_of_the_spike_level_crosses_no_curve(lab, theme):
    page = lab(f"{FULL}&panels=v&theme={theme}", width=1366, height=768)
    page.evaluate(WATCH)
    for key in (*(offer.key for offer in OFFERS[1:]), OFFERS[0].key):
        page.evaluate("() => { window.level = []; }")
        changed(page, lambda key=key: page.get_by_label("Model", exact=True).select_option(key))
        page.wait_for_function("() => window.level.length > 0")
        page.wait_for_timeout(200)
        text, under = page.evaluate("window.level.at(-1)")
        assert "spike level" in text
        assert under == 0, key


# Labels of the trace as left, top, right, bottom, and the places of the broken lines of resets.
MARKED = """() => {
  Object.assign(window, {labels: [], resets: []});
  const {fillText: text, moveTo: move, setLineDash: dash} = CanvasRenderingContext2D.prototype;
  let broken = false;
  const mine = (context) => context.canvas === document.querySelector(".plot-v canvas");
  CanvasRenderingContext2D.prototype.fillText = function (what, x, y, ...a) {
    const size = parseFloat(this.font);
    const box = [x, y - size / 2, x + this.measureText(what).width, y + size / 2];
    if (mine(this) && /spike level|held$|set$/.test(what)) window.labels.push([what, ...box]);
    return text.call(this, what, x, y, ...a);
  };
  CanvasRenderingContext2D.prototype.setLineDash = function (parts) {
    broken = parts.length === 2 && parts[0] === 4 * devicePixelRatio && parts[1] === 3 * devicePixelRatio;
    return dash.call(this, parts);
  };
  CanvasRenderingContext2D.prototype.moveTo = function (x, y) {
    if (mine(this) && broken) window.resets.push(x);
    return move.call(this, x, y);
  };
}"""


@pytest.mark.parametrize("times", [(10, 60, 110, 190), (150, 155, 160, 185), (179, 180, 181, 198)])
def test_labels_of_holds_and_resets_and_of_the_spike_level_keep_clear_of_each_other(lab, times):
    done = "".join(f"&reset{k or ''}.v=rest&reset{k or ''}={t}" for k, t in zip(("", 2, 3, 4), times, strict=True))
    page = lab(f"{FULL}{done}&frozen.n=rest&during.n=120,150&panels=v", width=1366, height=768)
    page.evaluate(MARKED)
    page.set_viewport_size({"width": 1300, "height": 760})
    page.wait_for_function("() => window.labels.some(([what]) => /spike level/.test(what))")
    labels, resets = page.evaluate("[window.labels, window.resets]")
    last = next(k for k in reversed(range(len(labels))) if "spike level" in labels[k][0])
    labels, resets = labels[last - 5 : last + 1], resets[-4:]
    assert sorted(what for what, *_ in labels if "spike level" not in what) == ["n held", *["v set"] * 4]
    for k, (_, left, top, right, bottom) in enumerate(labels):
        for _, *other in labels[:k]:
            assert left > other[2] or other[0] > right or top > other[3] or other[1] > bottom
    _, left, _, right, _ = labels[-1]
    assert not [x for x in resets if left < x < right]


@pytest.mark.parametrize("key", ["squid", "morris_lecar", "stomatogastric"])
def test_the_middle_column_is_about_as_long_as_the_controls(lab, key):
    page = lab(FULL, width=1366, height=768)
    page.get_by_label("Model", exact=True).select_option(key)
    page.wait_for_function("(key) => loligoLab.experiment.model.key === key", arg=key)
    page.wait_for_function(  # what the model's first run shows arrives when it is ready
        """() => {
          const [controls, middle] = [".controls", ".panel-rates"].map((each) => {
            const one = document.querySelector(each);
            return (one.matches(".panel") ? one : one.lastElementChild).getBoundingClientRect().bottom + scrollY;
          });
          return 0.75 * controls < middle && middle < 1.25 * controls;
        }"""
    )
    left = page.evaluate("document.querySelector('.panel-rates').getBoundingClientRect().left")
    assert left == page.evaluate("document.querySelector('.panel-v').getBoundingClientRect().left")


@pytest.fixture(scope="module")
def whole_page(browser, tmp_path_factory):
    """Return a function that opens the squid's page with its diagram."""
    file = export(tmp_path_factory.mktemp("whole"), "squid")
    with contexts_of(browser) as new:

        def opened(fragment, **viewport):
            page = new(viewport=viewport).new_page()
            page.goto(f"{file.as_uri()}#{fragment}")
            page.wait_for_function("() => window.loligoLab?.run")
            return page

        yield opened


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1366, 1920])
@pytest.mark.parametrize(("view", "pages"), [(SQUID, 1), (FULL, 2)])
def test_a_print_has_full_pages_and_nothing_to_press(whole_page, view, pages, theme, width):
    page = whole_page(f"{view}&theme={theme}", width=width, height=768)
    page.wait_for_timeout(300)
    for paper in ("A4", "Letter"):
        assert pages_of(page.pdf(format=paper)) == pages
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 690, "height": 1000})
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    for control in page.locator("button, input, select, summary").all():
        assert not control.is_visible()
    rows = page.evaluate(
        """() => [...document.querySelectorAll(".panel")].map((panel) => {
          const [{left, right}, boxes] = [panel.getBoundingClientRect(),
            [...panel.querySelectorAll("canvas")].map((canvas) => canvas.getBoundingClientRect())];
          const [first, last] = [Math.min(...boxes.map((b) => b.left)), Math.max(...boxes.map((b) => b.right))];
          return {left, right, first, last, overlap: boxes.some((b) => b.width > right - left)};
        }).filter(({first}) => Number.isFinite(first))"""
    )
    assert len(rows) == (2 if view == SQUID else 10)
    for row in rows:
        assert row["first"] - row["left"] < 12
        assert 0 <= row["right"] - row["last"] < 12
        assert not row["overlap"]
    assert max(row["right"] for row in rows) <= 688  # of A4 with margins of 14 mm
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")


@pytest.mark.parametrize("more", ["&tour=2", "&panels=v,gates", "&panels=v,gates&tour=2"])
@pytest.mark.parametrize("view", [SQUID, FULL])
def test_plots_on_paper_are_inside_their_panels(whole_page, view, more):
    page = whole_page(f"{view}{more}", width=1366, height=768)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 690, "height": 1000})
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    outside = page.evaluate(
        """() => [...document.querySelectorAll(".panel:not(.tour)")].flatMap((panel) => {
          const {left, right} = panel.getBoundingClientRect();
          return [...panel.querySelectorAll("canvas")].map((canvas) => canvas.getBoundingClientRect())
            .filter((box) => box.left < left || box.right > right).map((box) => [panel.className, box.right - right]);
        })"""
    )
    assert outside == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", [SQUID, FULL])
def test_the_summary_of_the_exercise_prints_alone_on_one_page(whole_page, view, theme):
    page = whole_page(f"{view}&tour=0&theme={theme}", width=1366, height=768)
    page.get_by_role("button", name="Summary").click()
    for paper in ("A4", "Letter"):
        assert pages_of(page.pdf(format=paper)) == 1
    page.emulate_media(media="print")
    for one in page.locator(".panel, .lab button, .foot").all():
        assert one.evaluate("(one) => one.matches('.tour')") or not one.is_visible()


@pytest.mark.parametrize("width", [360, 800, 1366])
@pytest.mark.parametrize("view", [SQUID, f"{FULL}&tour=4"])
def test_headings_are_neither_broken_nor_covered(lab, view, width):
    page = lab(view, width=width, height=768)
    found = page.evaluate(
        """() => {
          const box = (one) => one.getBoundingClientRect();
          const tall = [...document.querySelectorAll("button")].filter((one) => box(one).height > 40);
          const over = [...document.querySelectorAll(".panel > header")].flatMap((head) => {
            const parts = [...head.querySelectorAll("h2, button, select, li")].filter((one) => box(one).width > 0);
            return parts.flatMap((a, i) => parts.slice(i + 1).filter((b) => {
              const [p, q] = [box(a), box(b)];
              return p.left + 1 < q.right && q.left + 1 < p.right && p.top + 1 < q.bottom && q.top + 1 < p.bottom;
            }).map((b) => `${a.textContent} / ${b.textContent}`));
          });
          return [...tall.map((one) => one.textContent), ...over];
        }"""
    )
    assert found == []
