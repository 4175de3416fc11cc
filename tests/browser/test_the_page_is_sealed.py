"""The exported page asks for nothing and complains of nothing, and no string of a membrane becomes code or markup."""

import pytest

import loligo as lo
from loligo.lab import export

SHORT = '</script><img src=x onerror="broken=1">'  # a unit has at most 40 letters
HOSTILE = '</script><script>window.broken = 1</script><img src=x onerror="window.broken = 2">'


@pytest.fixture
def hostile_file(lab_file, tmp_path):
    membrane = lo.Membrane(
        lo.Channel("leak", g=0.3, E="E_0 - x"),
        lo.State("x", "-x/tau", initial=0.1, unit=SHORT),
        constants={"E_0": (-60.0, SHORT), "tau": 5.0},
        name=HOSTILE,
    )
    return export(tmp_path, [membrane, "squid"], diagrams=False)


@pytest.fixture
def opened(browser):
    """Return a function that opens a file and returns the page, what it asked for, and what it complained of."""
    contexts = []

    def open_file(path):
        contexts.append(browser.new_context())
        page = contexts[-1].new_page()
        requests, complaints = [], []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(path.as_uri())
        page.wait_for_function("window.loligoLab !== undefined")
        page.wait_for_function("document.querySelector('canvas') !== null")
        return page, requests, complaints

    yield open_file
    for context in contexts:
        context.close()


def test_it_asks_for_nothing(lab_file, opened):
    page, requests, complaints = opened(lab_file)
    foreign = [url for url in requests if not url.startswith(("data:", "blob:"))]
    assert foreign == [lab_file.as_uri()]
    assert complaints == []
    assert lab_file.stat().st_size < 1.5e6
    assert page.evaluate("LOLIGO.models.length") > 5


def test_it_could_not_if_it_wanted_to(lab_file, opened):
    page, _, _ = opened(lab_file)
    page.evaluate(
        """() => {
          window.refused = [];
          const note = (event) => window.refused.push(event.effectiveDirective);
          document.addEventListener("securitypolicyviolation", note);
          fetch("https://example.invalid/").catch(() => window.refused.push("fetch"));
          const script = document.createElement("script");
          script.textContent = "window.broken = 3";
          document.body.append(script);
          const place = document.createElement("div");
          place.innerHTML = "<img src=x onerror='window.broken = 4'>";
          document.body.append(place);
        }"""
    )
    expected = {"connect-src", "fetch", "img-src", "script-src-attr", "script-src-elem"}
    page.wait_for_function("(count) => new Set(window.refused).size >= count", arg=len(expected))
    assert set(page.evaluate("window.refused")) == expected
    assert page.evaluate("window.broken ?? null") is None


def test_hostile_names_do_nothing(hostile_file, opened):
    page, requests, complaints = opened(hostile_file)
    assert complaints == []
    assert [url for url in requests if not url.startswith(("data:", "blob:"))] == [hostile_file.as_uri()]
    assert page.evaluate("window.broken ?? null") is None
    assert page.evaluate("LOLIGO.models[0].title") == HOSTILE
    assert page.locator("img[src=x]").count() == 0
