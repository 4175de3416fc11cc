"""Tests in a real browser: the system's Chromium, driven by Playwright, with the page of `loligo lab --export`.

Where Chromium, Playwright, the built page or axe-core is missing these tests are skipped and say why; with
``LOLIGO_BROWSER_TESTS=required`` they fail instead.
"""

import os
import shutil
from pathlib import Path

import pytest

from browser.contexts import contexts_of

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def missing(what):
    """Skip the test, or fail it where browser tests are required."""
    if os.environ.get("LOLIGO_BROWSER_TESTS") == "required":
        pytest.fail(f"LOLIGO_BROWSER_TESTS=required, but {what}", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session")
def axe():
    """Return the source of axe-core, which looks for broken rules of accessibility."""
    file = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
    if not file.exists():
        missing("axe-core is not installed: npm ci in web/")
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def browser():
    """Return the running Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright is not installed: pip install playwright")
    if CHROMIUM is None:
        missing("there is no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def lab_file(tmp_path_factory):
    """Return the exported page with every published membrane, without diagrams that would have to be computed."""
    from loligo.lab import export
    from loligo.lab.document import BUILT

    if not Path(BUILT).exists():
        missing("the lab's page has not been built: make web")
    return export(tmp_path_factory.mktemp("lab"), diagrams=False)


@pytest.fixture(scope="session")
def engine_page(browser, lab_file):
    """Return a page of the lab that tests ask for numbers; nobody touches its controls."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(lab_file.as_uri())
    page.wait_for_function("window.loligoLab !== undefined")
    yield page
    context.close()


@pytest.fixture(scope="session")
def simulated(engine_page):
    """Return a function that runs the page's engine on a membrane by key, with a stimulus as the contract writes it."""

    def run(key, stimulus, duration=200.0, parameters=None):
        return engine_page.evaluate(
            """([key, stimulus, duration, changes]) => {
              const model = LOLIGO.models.find((one) => one.key === key);
              const parameters = Float64Array.from(model.parameters.map((one) => changes[one.name] ?? one.value));
              const run = loligoLab.engine.simulate({model, parameters, stimulus, duration, frozen: new Map()}, 401);
              return {spikes: run.spikes, t: [...run.t], v: [...run.y[0]], end: run.end};
            }""",
            [key, stimulus, duration, parameters or {}],
        )

    return run


def watched(context):
    """Return a page that keeps what its console complains of."""
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


@pytest.fixture
def lab(browser, lab_file):
    """Return a function that opens the lab as a user does: with a link, in a window of some size."""
    with contexts_of(browser) as new:

        def opened(fragment="", width=1280, height=800, **settings):
            page = watched(new(viewport={"width": width, "height": height}, **settings))
            page.goto(f"{lab_file.as_uri()}{'#' if fragment else ''}{fragment}")
            page.wait_for_function("() => window.loligoLab?.run")
            return page

        yield opened


@pytest.fixture(scope="session")
def file_with_diagrams(lab_file, tmp_path_factory):
    """Return the page with the diagrams that are beside it: `make web` has put them there."""
    from loligo.lab import export

    return export(tmp_path_factory.mktemp("diagrams"))


@pytest.fixture
def diagrams(browser, file_with_diagrams):
    """Return a function that opens the page with its diagram in a window of some width."""
    with contexts_of(browser) as new:

        def opened(fragment, width=1366):
            page = watched(new(viewport={"width": width, "height": 768}))
            page.goto(f"{file_with_diagrams.as_uri()}#{fragment}")
            page.wait_for_function("() => window.loligoLab?.run && document.querySelector('.panel-diagram canvas')")
            return page

        yield opened
