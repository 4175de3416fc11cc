"""The lab's page in a real browser, against what it must reach: ``python -m benchmarks.lab lab``."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, Final

import loligo as lo
from benchmarks.chromium import browser
from benchmarks.dynamics import Reached
from benchmarks.protocol import serve
from benchmarks.tools import ROOT, NotAvailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.sync_api import Browser, Page

AXE: Final = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
SQUID: Final = "model=squid&stimulus=step&I.amplitude=10&I.start=20&I.stop=180&duration=200"
FOUR: Final = f"{SQUID}&view=full&panels=v,gates,currents,stimulus"
FULL: Final = f"{SQUID}&view=full"
OPENED, MOVES = 5, 120  # how often
MEBI: Final = 1e6

# From the event of the slider to the first task after the frame of its own run; moves fall anywhere within a frame.
MOVE: Final = """async (moves) => {
  const slider = document.querySelector("input[type=range]"), taken = [];
  for (let k = 0; k < moves; k++) {
    await new Promise((resolve) => setTimeout(resolve, 40 + 17 * ((k * 0.618) % 1)));
    const start = performance.now();
    const [low, high, before] = [Number(slider.min), Number(slider.max), loligoLab.run];
    slider.value = low + (high - low) * (0.5 + 0.3 * ((k * 0.618) % 1));
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    taken.push(await new Promise((resolve) => {
      const look = () => requestAnimationFrame(() => {
        if (loligoLab.run === before && performance.now() < start + 2000) return look();
        const after = new MessageChannel();
        after.port1.onmessage = () => resolve(performance.now() - start);
        after.port2.postMessage(null);
      });
      look();
    }));
  }
  return taken;
}"""
LARGEST: Final = "model=stomatogastric&stimulus=step&I.amplitude=1&I.start=20&I.stop=180&duration=200&view=full"
CHANGES: Final = 2000
CHANGE: Final = """async (moves) => {
  const slider = document.querySelector("input[type=range]");
  for (let k = 0; k < moves; k++) {
    slider.value = 7 + k % 20;
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}"""
THRESHOLD: Final = """() => Array.from({length: 7}, () => {
  const start = performance.now();
  loligoLab.engine.threshold(loligoLab.experiment, "once", 1e-4);
  return performance.now() - start;
})"""
SPIKES: Final = """([key, amplitude]) => {
  const model = LOLIGO.models.find((one) => one.key === key);
  const parameters = Float64Array.from(model.parameters.map((one) => one.value));
  const stimulus = {kind: "step", amplitude, start: 20, stop: 180};
  return loligoLab.engine.simulate({model, parameters, stimulus, duration: 200, frozen: new Map()}, 401).spikes;
}"""

SLOWDOWN: Final = 4
LONGEST: Final = """async (moves) => {
  const slider = document.querySelector("input[type=range]"), tasks = [0];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)));
  observer.observe({type: "longtask"});
  for (let k = 0; k < moves; k++) {
    const [low, high] = [Number(slider.min), Number(slider.max)];
    slider.value = low + (high - low) * (0.5 + 0.3 * ((k * 0.618) % 1));
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await new Promise((resolve) => setTimeout(resolve, 2000));
  observer.disconnect();
  return Math.max(...tasks);
}"""


class Visit:
    """A page of the lab, what it asked for and what it complained of."""

    def __init__(self, running: Browser, file: Path, link: str, **settings: Any) -> None:
        self.context = running.new_context(viewport={"width": 1440, "height": 900}, **settings)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.goto(f"{file.as_uri()}#{link}", wait_until="commit")
        self.page.wait_for_function("() => window.loligoLab?.run && document.querySelector('canvas')")
        self.network = [url for url in self.requests if not url.startswith(("file:", "data:", "blob:"))]


def opening(running: Browser, file: Path) -> float:
    """Return the median time from asking for the page to a drawn trace [s]."""
    taken = []
    for _ in range(OPENED):
        start = time.perf_counter()
        visit = Visit(running, file, SQUID)
        taken.append(time.perf_counter() - start)
        visit.context.close()
    return median(taken)


def grown(page: Page) -> float:
    """Return how much more the page holds after many changes than after a tenth of them [MB]."""
    session, held = page.context.new_cdp_session(page), []
    for moves in (CHANGES // 10, CHANGES):
        page.evaluate(CHANGE, moves)
        page.wait_for_timeout(1000)
        session.send("HeapProfiler.collectGarbage")
        held.append(session.send("Runtime.getHeapUsage")["usedSize"] / MEBI)
    return float(held[1] - held[0])


def waited(running: Browser, file: Path) -> dict[str, float]:
    """Return the longest task of every model while a slider moves in the full view, the processor slowed down [ms]."""
    longest = {}
    keys = Visit(running, file, SQUID).page.evaluate("LOLIGO.models.map((m) => m.key)")
    for key in keys:
        visit = Visit(running, file, f"model={key}&view=full")
        visit.page.wait_for_timeout(2000)
        visit.context.new_cdp_session(visit.page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        longest[key] = float(visit.page.evaluate(LONGEST, 20))
        visit.context.close()
    return longest


def violations(running: Browser, file: Path) -> int:
    """Count the rules of WCAG AA that axe-core finds broken, in both views and both themes."""
    if not AXE.exists():
        raise NotAvailableError("no axe-core: npm ci in web/")
    broken = 0
    for link in (SQUID, f"{FULL}&tour=0"):
        for theme in ("light", "dark"):
            visit = Visit(running, file, link, color_scheme=theme, bypass_csp=True)
            visit.page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
            rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}"
            broken += visit.page.evaluate(f"axe.run(document, {rules}).then((found) => found.violations.length)")
            visit.context.close()
    return broken


def spike_error(page: Page) -> float:
    """Return the largest difference of spike times from `lo.simulate`, all published membranes, 200 ms [ms]."""
    from loligo.lab import OFFERS

    membranes = {offer.key: offer.membrane() for offer in OFFERS}
    worst = 0.0
    for key, amplitude, begin in page.evaluate("LOLIGO.models.map((m) => [m.key, m.amplitude.value, m.begin])"):
        initial = "rest" if begin is None else {"v": begin}
        step = lo.Step(amplitude, start=20, stop=180)
        ours = lo.simulate(membranes[key], step, 200, initial=initial, tolerance=1e-9).spikes
        theirs = page.evaluate(SPIKES, [key, amplitude])
        if len(ours) != len(theirs):
            return float("inf")
        worst = max([worst, *(abs(a - b) for a, b in zip(ours, theirs, strict=True))])
    return float(worst)


def lab(_truth: Mapping, _budget: float) -> list[Reached]:
    """Measure the exported page."""
    from loligo.lab import export

    with tempfile.TemporaryDirectory() as scratch, browser() as running:
        file = export(Path(scratch))
        opened = opening(running, file)
        visit = Visit(running, file, FOUR)
        visit.page.wait_for_timeout(1500)
        moved = visit.page.evaluate(MOVE, MOVES)
        found = median(visit.page.evaluate(THRESHOLD))
        error = spike_error(visit.page)
        full = Visit(running, file, FULL)
        full.page.wait_for_timeout(1500)
        moved_full = full.page.evaluate(MOVE, MOVES)
        largest = Visit(running, file, LARGEST)
        largest.page.wait_for_timeout(1500)
        moved_largest = largest.page.evaluate(MOVE, MOVES)
        tasks = waited(running, file)
        slowest = max(tasks, key=lambda key: tasks[key])
        complaints, network = visit.complaints + full.complaints, visit.network + full.network
        return [
            Reached("from open to a drawn trace, from disk", opened, "s", 1.0),
            Reached("slider moved to frame shown, four time panels, median", median(moved), "ms", 20.0),
            Reached("the same, 95th percentile", quantiles(moved, n=20)[-1], "ms", 40.0),
            Reached("slider moved to frame shown, full view, median", median(moved_full), "ms", 20.0),
            Reached("the same, the model with most variables, 200 ms", median(moved_largest), "ms", 50.0),
            Reached(
                f"longest task at a slowdown of {SLOWDOWN}, full view, every model ({slowest})",
                tasks[slowest],
                "ms",
                100.0,
            ),
            Reached("memory that 2,000 changes add", grown(full.page), "MB", 1.0),
            Reached("threshold to 1e-4 in the page", found, "ms", 150.0),
            Reached("the exported page, everything in it", file.stat().st_size / MEBI, "MB", 1.5),
            Reached("spike times against `lo.simulate`, every shipped model", error, "ms", 1e-3),
            Reached("console errors", len(complaints), "", 0),
            Reached("network requests", len(network), "", 0),
            Reached("failed accessibility rules", violations(running, file), "", 0),
        ]


if __name__ == "__main__":
    serve("loligo", lo.__version__, {"lab": lab})
